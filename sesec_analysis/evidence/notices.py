"""Define the notices that stand where there is no data, and the MIME types of what notebooks show."""

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sesec_analysis.i18n import mark, say

if TYPE_CHECKING:
    from sesec_analysis.metrics.robustness import Robustness

__all__ = [
    "FIGURE",
    "FINDING",
    "FINDINGS",
    "HEADLINE",
    "NOTICE",
    "SO_WHAT",
    "TABLE",
    "Notice",
    "verdict_notice",
]


FINDING = "application/vnd.sesec.finding+json"
FINDINGS = "application/vnd.sesec.findings+json"
FIGURE = "application/vnd.sesec.figure+json"
TABLE = "application/vnd.sesec.table+json"
NOTICE = "application/vnd.sesec.notice+json"
HEADLINE = "application/vnd.sesec.headline+json"

SO_WHAT = mark("So what")
"""The title of a notice that says what follows from a figure; it stands in place of nothing."""


@dataclass(frozen=True)
class Notice:
    """Words in place of a figure or table for which there are no data.

    Examples
    --------
    >>> print(Notice("Graduation", "No file is at hand."))
    Graduation. No file is at hand.
    """

    title: str
    text: str

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.title}. {self.text}"

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, object]:
        """Return the notice as JSON, HTML and text."""
        title, text = html.escape(self.title), html.escape(self.text)
        return {
            NOTICE: {"title": self.title, "text": self.text},
            "text/html": f'<div role="note"><p><strong>{title}</strong></p><p>{text}</p></div>',
            "text/plain": str(self),
        }


_TITLES = {
    "robust": mark("Robust: it holds however it is measured"),
    "likely": mark("Likely: most ways of measuring agree"),
    "mixed": mark("Mixed: it depends on how it is measured"),
    "unknown": mark("Cannot be told: too much is left open"),
}


def verdict_notice(found: "Robustness") -> Notice:
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
    >>> from sesec_analysis.metrics.robustness import Robustness
    >>> print(verdict_notice(Robustness("mixed", ("points",), ("ratio",), "That the gap narrowed holds in points.")))
    Mixed: it depends on how it is measured. That the gap narrowed holds in points.
    """
    return Notice(say(_TITLES[found.verdict]), found.words)
