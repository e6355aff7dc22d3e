"""Answer whether two sides of a comparison differ, are about the same, or cannot be told apart, and why not.

What is unknown is not "no difference": that two sides are alike has to be shown, within the margin that the catalog
gives the indicator (tests of equivalence: Wellek, S. (2010). Testing Statistical Hypotheses of Equivalence and
Noninferiority, 2nd ed.).
"""

from dataclasses import dataclass
from enum import StrEnum

from sesec_analysis import catalog
from sesec_analysis.evidence.row import Row

__all__ = [
    "Answer",
    "Outcome",
    "Why",
    "answer",
    "equality_margin",
    "is_strength",
]


class Outcome(StrEnum):
    """The three answers, never merged."""

    DIFFERS = "differs"
    SAME = "about the same"
    UNKNOWN = "can't tell"


class Why(StrEnum):
    """What leaves an answer open."""

    WITHHELD = "withheld"
    CHANCE = "chance"
    NOT_PUBLISHED = "not published"
    NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a comparison says: ``side`` is 1 where the first side is higher beyond doubt, -1 where it is lower."""

    outcome: Outcome
    side: int = 0
    why: Why | None = None

    def better(self, *, higher_is_better: bool) -> bool | None:
        """Whether the first side is the better one; None where it does not differ or cannot be told."""
        return (self.side > 0) == higher_is_better if self.side else None


_ABSENT = {
    "undefined": Why.NOT_PUBLISHED,
    "break": Why.NOT_COMPARABLE,
    "small_n": Why.WITHHELD,
    "suppressed": Why.WITHHELD,
}


def answer(row: Row) -> Answer | None:
    """Answer what a gated row of a comparison says; None of a row that compares nothing.

    It *differs* if the widest interval that is known (of withheld numbers, and of chance), as it is printed, leaves
    equality out, and is *about the same* if that interval holds it and lies within the `equality_margin`. Where no
    interval for chance is made, as of answers to a survey, a difference within the margin is about the same as
    well: nothing says that it is more. So is a number that is printed as no difference.

    Examples
    --------
    >>> row = Row("ela_met", 2019, "place", "southeast_seattle", "Southeast Seattle", "all", "race_ethnicity", "black",
    ...           "change", "2016", estimate=0.01, bound_low=0.01, bound_high=0.01, outer_low=-0.004, outer_high=0.018,
    ...           unit="points", status="ok", publish="point")
    >>> print(answer(row).outcome)
    about the same
    """
    if row.answered is not None:
        return row.answered
    equal = row.entry.equal
    if equal is None or (row.entry.made in ("difference", "quotient") and not row.compares):
        return None
    if row.status in _ABSENT:
        return Answer(Outcome.UNKNOWN, why=_ABSENT[row.status])
    span, as_printed = row.widest, row.printed_span
    if row.is_withheld or span is None or as_printed is None:
        return Answer(Outcome.UNKNOWN, why=Why.WITHHELD)
    side = int(as_printed[0] > equal) - int(as_printed[1] < equal)
    low, high = span
    within = equality_margin(row) or 0.0
    alike = (equal - within <= low and high <= equal + within) or as_printed == (equal, equal)
    if alike and (not side or not row.has_chance):
        return Answer(Outcome.SAME)
    if side:
        return Answer(Outcome.DIFFERS, side)
    return Answer(Outcome.UNKNOWN, why=Why.WITHHELD if row.leaves_open else Why.CHANCE)


Ends = tuple[float | None, float | None]
"""The least and the most that a number can be; None where an end is not known."""

_TWO_POINTS = 0.02


def is_strength(
    reach: Ends, known: Ends, other: Ends, *, higher_is_better: bool, is_share: bool = True
) -> bool:
    """Return whether a number is better than what it is compared with, beyond its interval and by more than 2 points.

    The one rule for strengths in reports and on fact sheets.

    Parameters
    ----------
    reach
        The number with withheld counts and chance, 0-1 for a share; without chance the same as ``known``.
    known
        The number with withheld counts alone.
    other
        What it is compared with, with withheld counts; of a difference (0, 0).
    higher_is_better
        Which side is the better one.
    is_share
        Whether the numbers are shares, or differences of shares: others are better by any amount beyond the interval.

    Examples
    --------
    >>> is_strength((0.54, 0.60), (0.57, 0.57), (0.50, 0.50), higher_is_better=True)
    True
    >>> is_strength((0.505, 0.525), (0.515, 0.515), (0.50, 0.50), higher_is_better=True)  # by less than 2 points
    False
    """
    sides = [_turn_to_better(ends, higher_is_better) for ends in (reach, known, other)]
    if None in sides:
        return False
    own, certain, others = (side for side in sides if side is not None)
    least = _TWO_POINTS + _HAIR if is_share else 0.0
    return own[0] > others[1] and certain[0] - others[1] > least


_HAIR = 1e-9


def _turn_to_better(ends: Ends, higher_is_better: bool) -> tuple[float, float] | None:
    """Return a low and a high end so that more is better; None if an end is not known."""
    low, high = ends
    if low is None or high is None:
        return None
    return (low, high) if higher_is_better else (-high, -low)


def equality_margin(row: Row) -> float | None:
    """Return how far from equality a comparison may lie and still be about the same, on its own scale.

    The catalog gives it in the unit of the indicator. A ratio has as many points as its reference's highest rate makes
    of them, a trend as many over all its years. None: no margin is stated, and nothing can be called the same.
    """
    within = catalog.indicator(row.indicator).margin
    if within is None:
        return None
    if row.measure == "ratio":
        k, n = row.reference_numerator_high, row.reference_n_low
        return within * n / k if k and n else None
    if row.measure == "trend":
        return within / max(row.end_year - int(row.reference), 1) if row.reference else None
    if row.unit == "points" or (row.entry.made == "difference" and row.unit != "ratio"):
        return within
    return None
