"""The colour and shape of a line or dot, by what it stands for: a place looks the same in every figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sesec_analysis import catalog
from sesec_analysis.publishing.figures_style import ACCENT, FADED, LINES, TONES

__all__ = ["MARKERS", "Look", "look_of_group", "looks_of_places"]

MARKERS = ("o", "s", "D", "^", "v", "P", "X", "p", "h")
"""Shapes of dots: what colour tells, shape tells too."""


@dataclass(frozen=True)
class Look:
    """How the marks of one place or student group are drawn, in focus or out of it."""

    plain: str
    marker: str

    def color(self, *, focus: bool, any_focus: bool) -> str:
        """Return the colour; the accent is kept for what is in focus, if anything is."""
        if focus:
            return ACCENT
        return FADED if any_focus and self.plain == ACCENT else self.plain


def looks_of_places(codes: Iterable[str]) -> dict[str, Look]:
    """Return the look of each organization: places as they stand in the catalog, others after them in order.

    Examples
    --------
    >>> looks_of_places(["seattle"]) == looks_of_places(["seattle"] * 2)
    True
    >>> both = looks_of_places(["southeast_seattle", "seattle"])
    >>> both["seattle"] == looks_of_places(["seattle"])["seattle"]
    True
    """
    asked = list(dict.fromkeys(codes))
    known = list(catalog.places())
    taken = {known.index(code) % len(MARKERS) for code in asked if code in known}
    free = [at for at in range(len(MARKERS)) if at not in taken] or list(range(len(MARKERS)))
    strangers = [code for code in asked if code not in known]
    numbers = {code: free[at % len(free)] for at, code in enumerate(strangers)}
    numbers |= {code: known.index(code) for code in asked if code in known}
    return {code: Look(_at(LINES, numbers[code]), _at(MARKERS, numbers[code])) for code in asked}


def look_of_group(kind: str, code: str, *, any_focus: bool) -> Look:
    """Return the look of a student group, by its place in its type; beside a focus, a quiet tone of its own."""
    if kind == "all":
        return Look(FADED, MARKERS[-1])
    at = list(catalog.group_types()[kind].groups).index(code)
    return Look(_at(TONES if any_focus else LINES, at), _at(MARKERS, at))


def _at(looks: Sequence[str], at: int) -> str:
    return looks[at % len(looks)]
