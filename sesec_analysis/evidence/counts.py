"""Compute the counts of a row that may be printed: its two sides, and the widest range that a masked count may keep."""

from dataclasses import dataclass, replace
from math import inf

from sesec_analysis import catalog, schema
from sesec_analysis.evidence.row import Row

__all__ = [
    "FEW_COUNTED",
    "NOT_REPORTED",
    "NUMBERS",
    "Counts",
    "blurred_sizes",
    "combine_ranges",
    "group_size",
    "is_empty",
    "is_not_reported",
    "is_of_everyone",
    "is_of_few",
    "reference_size",
    "says_nothing",
    "sides",
    "told_counts",
    "width",
    "without_not_reported",
]


FEW_COUNTED = 3
"""Students: a numerator, or what it leaves of the whole, below this is never printed; the state masks it too."""

WIDEST, WIDEST_RATIO = 0.50, 10.0
"""Bounds of a rate or gap wider than the first (a proportion), or of a ratio wider than the second (times), say nothing
and are not printed."""

_WIDEST_IN = {
    "points per year": 0.10,
    "percent_difference": 1.0,
    "proportion squared": 0.05,
    "standard deviations": 1.0,
    "radians": 1.0,
    "standard errors": 3.0,
    "whole_years": 20.0,
    "level": 4.0,
}
"""The widest bounds in other units."""

_SLACK = 1e-9


@dataclass(frozen=True)
class Counts:
    """What is known of the group, or of what it is compared to."""

    k_low: int | None
    k_high: int | None
    n_low: int | None
    n_high: int | None

    def is_small(self, row: Row) -> bool:
        """Whether these are known to be fewer than ten students."""
        size = self.k_high if row.is_composition else self.n_high
        whole = self.n_high is not None and self.n_high < schema.MINIMUM_GROUP
        return whole or (size is not None and size < schema.MINIMUM_GROUP)

    def leaves_a_small_group(self, row: Row) -> bool:
        """Whether the rest is the only other group of its type, and small."""
        if (
            not row.is_composition
            or is_of_everyone(row)
            or self.n_high is None
            or self.k_low is None
        ):
            return False
        kind = catalog.group_types().get(row.student_group_type)
        return (
            kind is not None
            and len(kind.groups) == 2
            and (self.n_high - self.k_low < schema.MINIMUM_GROUP)
        )

    def is_few(self) -> bool:
        """Whether at most two students are counted."""
        return self.k_high is not None and self.k_high < FEW_COUNTED

    def is_all_but_few(self) -> bool:
        """Whether at most two students are not counted."""
        known = self.k_low is not None and self.n_high is not None
        return known and (self.n_high or 0) - (self.k_low or 0) < FEW_COUNTED

    def range(self) -> tuple[float, float] | None:
        """Lowest and highest rate that may be printed, or None if too little is known to build one."""
        if not self.n_low:
            return None
        step = min(1.0, FEW_COUNTED / self.n_low)
        if self.is_few():
            return 0.0, step
        if self.is_all_but_few():
            return 1.0 - step, 1.0
        if self.k_low is None or self.k_high is None or self.n_high is None:
            return None
        return self.k_low / self.n_high, min(1.0, self.k_high / self.n_low)

    def chance(self, level: float) -> tuple[float, float]:
        """As `range`, and as far as chance reaches beyond it: Wilson's interval at either end."""
        rates = self.range()
        if rates is None or not self.n_low:
            return 0.0, 1.0
        from sesec_analysis.metrics.intervals import (
            wilson,  # brings statsmodels: not to cite a number
        )

        low, high = wilson([rate * self.n_low for rate in rates], self.n_low, level)
        return min(rates[0], float(low[0])), max(rates[1], float(high[1]))


def is_of_everyone(row: Row) -> bool:
    """Whether a number of enrollment is of all students, so that nobody is left out."""
    together = "{among}" in row.entry.subject and row.numerator_low is not None
    everyone = row.student_group == "all" or (together and row.numerator_low == row.n_high)
    return row.is_composition and everyone


NOT_REPORTED = "not-reported"
"""The rule of `PRINTING_RULES` by which the group of some students is not reported."""


def is_not_reported(row: Row) -> bool:
    """Whether every cell is published and the number is a range all the same: some students are of no group."""
    if NOT_REPORTED in row.rules:  # decided before, when its counts were still known
        return True
    is_range = row.status in ("bounded", "suppressed")
    if not (is_range and row.cells and row.cells == row.cells_reported):
        return False
    together = "{among}" in row.entry.subject and row.n_low is not None and row.n_low == row.n_high
    return together or bool(_ranges(row))


def _ranges(row: Row) -> list[str]:
    """Return the fields of the counts of which no more than a range is known."""
    names = ("numerator", "n", "reference_numerator", "reference_n")
    ends = [(f"{name}_low", f"{name}_high") for name in names]
    return [
        name for pair in ends if getattr(row, pair[0]) != getattr(row, pair[1]) for name in pair
    ]


def without_not_reported(row: Row) -> dict[str, None]:
    """Return the counts whose range would tell how many students are of no group, to be left out."""
    return dict.fromkeys(_ranges(row)) if is_not_reported(row) else {}


def sides(row: Row) -> list[Counts]:
    """Return the side of the group and, if the row compares, that of its reference, as published.

    A group is as small, and as few are counted, as its own cells say: students of no group do not hide it.
    """
    if is_not_reported(row):
        row = replace(
            row,
            numerator_high=row.numerator_low,
            n_high=row.n_low,
            reference_numerator_high=row.reference_numerator_low,
            reference_n_high=row.reference_n_low,
        )
    k_high = row.numerator_high
    share = row.entry.made == "rate" and row.measure != "count" and not row.compares
    if share and k_high is None and row.bound_high is not None and row.n_high:
        k_high = int(row.bound_high * row.n_high + _SLACK)  # a percent without its count
    group = Counts(row.numerator_low, k_high, row.n_low, row.n_high)
    if not row.compares:
        return [group]
    return [
        group,
        Counts(
            row.reference_numerator_low,
            row.reference_numerator_high,
            row.reference_n_low,
            row.reference_n_high,
        ),
    ]


Span = tuple[int | None, int | None]


def told_counts(row: Row) -> dict[str, Span]:
    """Return the students counted and all students of either side, as far as known, for the sides that a row names.

    A number of all groups that starts from one of them has the counts of that group and of all others in its row; it
    is of both together, and compared to the group.
    """
    numerator, n = (row.numerator_low, row.numerator_high), (row.n_low, row.n_high)
    other = (row.reference_numerator_low, row.reference_numerator_high)
    other_n = (row.reference_n_low, row.reference_n_high)
    groups = catalog.group_types().get(row.student_group_type)
    if row.student_group == "all" and groups and row.reference in groups.groups:
        numerator, other, n, other_n = _plus(numerator, other), numerator, _plus(n, other_n), n
    named = {"numerator": numerator, "n": n}
    return {**named, "reference_numerator": other, "reference_n": other_n}


def _plus(span: Span, other: Span) -> Span:
    if other == (None, None):
        return span
    low, high = (
        (a + b if a is not None and b is not None else None)
        for a, b in zip(span, other, strict=True)
    )
    return low, high


def group_size(row: Row) -> tuple[int | None, int | None]:
    """Return the size of a group of enrollment, and of the whole."""
    return row.numerator_high, row.n_low


def reference_size(row: Row) -> tuple[int | None, int | None]:
    """Return the same of what it is compared to."""
    return row.reference_numerator_high, row.reference_n_low


def combine_ranges(row: Row, ranges: list[tuple[float, float]]) -> tuple[float, float]:
    """Lowest and highest rate, difference or ratio of sides in these ranges."""
    (low, high), *others = ranges
    if not others:
        return low, high
    other_low, other_high = others[0]
    if row.unit == "ratio":
        return (low / other_high if other_high else 0.0), (high / other_low if other_low else inf)
    return low - other_high, high - other_low


def is_of_few(row: Row) -> bool:
    """Whether an earlier verdict made this range of 0 to 2 students counted, or left out."""
    return row.publish == "range" and "few-counted" in row.rules


def width(row: Row) -> float:
    """Return how much the bounds leave open, as a proportion, or on a scale on which `WIDEST` says nothing either."""
    low, high = row.bound_low or 0.0, row.bound_high or 0.0
    if row.printed_in == "ratio":  # five points of a rate of one half are a tenth of it
        return (high / low - 1) / 2 if low > 0 else inf
    return (high - low) * WIDEST / _widest(row)


def says_nothing(row: Row) -> bool:
    """Whether the bounds are so wide that a range would say next to nothing."""
    if row.bound_low is None or row.bound_high is None:
        return False
    if row.printed_in == "ratio":
        return row.bound_low <= 0 or row.bound_high / row.bound_low > WIDEST_RATIO + _SLACK
    return width(row) > WIDEST + _SLACK


def _widest(row: Row) -> float:
    if row.printed_in == "students":  # half of them, as with a rate
        return max(1.0, ((row.n_low or 0) + (row.reference_n_low or 0)) / 2)
    return _WIDEST_IN.get(row.printed_in, WIDEST)


def blurred_sizes(row: Row) -> dict[str, int | None]:
    """Return the students of a sum with masked cells to the ten: less the published cells, they would give the rest."""
    if row.is_composition or row.cells is None or row.cells_reported is None:
        return {}
    if row.cells < 2 or row.cells == row.cells_reported:
        return {}
    ten = schema.MINIMUM_GROUP
    blurred: dict[str, int | None] = {}
    for prefix in ("", "reference_"):
        low, high = getattr(row, f"{prefix}n_low"), getattr(row, f"{prefix}n_high")
        if low is not None and high is not None and high - low < ten - 1:
            down = low - low % ten
            blurred |= {
                f"{prefix}n_low": down,
                f"{prefix}n_high": max(down + ten, high + -high % ten),
            }
    return blurred


NUMBERS = (
    *("estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"),
    *("midpoint", "coverage", "numerator_low", "numerator_high", "n_low", "n_high"),
    *("reference_numerator_low", "reference_numerator_high"),
    *("reference_n_low", "reference_n_high", "largest_masked"),
)
"""Fields of a row that are null where nothing is published."""


def is_empty(row: Row) -> bool:
    """Whether a row has no number."""
    return all(getattr(row, name) is None for name in NUMBERS)
