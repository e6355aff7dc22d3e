"""How far a statement can be trusted, as a notice to stand beside it in a report."""

from sesec_analysis.metrics.robustness import Robustness
from sesec_analysis.publishing.mime import Notice
from sesec_analysis.words import mark, say

__all__ = ["verdict_notice"]

_TITLES = {
    "robust": mark("Robust: it holds however it is measured"),
    "likely": mark("Likely: most ways of measuring agree"),
    "mixed": mark("Mixed: it depends on how it is measured"),
}


def verdict_notice(found: Robustness) -> Notice:
    """Return the verdict on a statement and the sentence that bears it out, as a notice.

    Parameters
    ----------
    found
        As `sesec_analysis.metrics.robustness.robustness` gives it.

    Returns
    -------
    Notice
        The verdict is its title, the sentence its text. It holds no number.

    Notes
    -----
    Reading: put it under any headline that is not robust.

    Examples
    --------
    >>> print(verdict_notice(Robustness("mixed", ("points",), ("ratio",), "That the gap narrowed holds in points.")))
    Mixed: it depends on how it is measured. That the gap narrowed holds in points.
    """
    return Notice(say(_TITLES[found.verdict]), found.words)
