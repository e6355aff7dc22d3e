"""How a number is printed: a gated row in, its printed texts and numbers out. Nothing is printed more finely than here.

Percents are whole under 100 students and have one decimal from there; differences have one decimal, worked out before
rounding; ratios have two decimals below 2 and one above; `units` has the decimals of every other unit. Intervals and
ranges are rounded outward, so that what is printed still holds the truth.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from math import inf

from sesec_analysis.publishing.rows import Row
from sesec_analysis.publishing.sides import told_counts
from sesec_analysis.publishing.units import (
    COUNTABLE,
    DIGITS,
    PERCENTS,
    PREFIX,
    SHARES,
    SIGNED,
    SUFFIX,
    TINY,
)

__all__ = [
    "MINUS",
    "Printed",
    "count_words",
    "grade_phrase",
    "level_words",
    "printed",
    "school_year",
    "school_years",
    "span_words",
]

MINUS = "−"
_DETAILED_FROM = 100  # students: from here on a percent has a decimal
_WAYS = {"low": ROUND_FLOOR, "high": ROUND_CEILING}
_ENDS = ("ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high")


@dataclass(frozen=True)
class Printed:
    """What may stand on a page of one row; numbers are rounded as printed, and null where not to be published."""

    value: str  # "32.9%", "24–41%", "−12.3 points", "6.4 times", "not shown"
    words: str  # as said in a sentence: "32.9 percent", "between 24 and 41 percent"; differences without their sign
    interval: str  # the sampling interval of a point, or a range with chance on top of it
    bounds: str  # the range that withheld figures leave open
    n: str
    reference_n: str
    numbers: dict[str, float | None]  # estimate, ci_low ... outer_high


def school_year(end_year: int) -> str:
    """Return a school year as families write it.

    Examples
    --------
    >>> school_year(2017)
    '2016–17'
    """
    return f"{end_year - 1}–{end_year % 100:02d}"


def school_years(end_years: Iterable[int]) -> str:
    """Return school years as a phrase, those that follow each other joined.

    Examples
    --------
    >>> school_years([2015, 2016, 2017, 2019])
    '2014–15 to 2016–17, 2018–19'
    """
    runs: list[list[int]] = []
    for year in sorted(end_years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(
        school_year(run[0]) if len(run) == 1 else f"{school_year(run[0])} to {school_year(run[-1])}"
        for run in runs
    )


def grade_phrase(grade_level: str) -> str:
    """Return how a sentence adds the grade, with its leading space; nothing for all grades.

    Examples
    --------
    >>> grade_phrase("03"), grade_phrase("K"), grade_phrase("all")
    (' in grade 3', ' in kindergarten', '')
    """
    named = {"all": "", "PK": " in prekindergarten", "K": " in kindergarten"}
    return named[grade_level] if grade_level in named else f" in grade {grade_level.lstrip('0')}"


def level_words(ci_level: float | None) -> str:
    """Return what an interval is called, such as 95% interval."""
    return f"{(ci_level or 0.95) * 100:.12g}% interval"


def count_words(low: int | None, high: int | None) -> str:
    """Return a count of students, or what is known of it; empty if nothing is.

    Examples
    --------
    >>> count_words(1216, 1216), count_words(40, 52), count_words(0, 2), count_words(40, None)
    ('1,216', '40 to 52', 'up to 2', 'at least 40')
    """
    if low is not None and low == high:
        return f"{low:,}"
    if high is None:
        return f"at least {low:,}" if low else ""
    return f"{low:,} to {high:,}" if low else f"up to {high:,}"


def span_words(counts: Iterable[tuple[int | None, int | None]]) -> str:
    """Return the smallest and the largest of several counts of students; empty if nothing is known.

    Examples
    --------
    >>> span_words([(9756, 9756), (10500, 10507), (None, None)])
    '9,756 to 10,507'
    """
    known = [(low, high) for low, high in counts if low is not None or high is not None]
    if not known:
        return ""
    highs = [high for _, high in known if high is not None]
    smallest = min(low or 0 for low, _ in known)
    return count_words(smallest, max(highs) if len(highs) == len(known) else None)


def printed(row: Row) -> Printed:
    """Return everything that may be printed of a gated row.

    Examples
    --------
    >>> row = Row("ela_met", 2017, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "rate", "", estimate=71 / 216, n_low=216, n_high=216, unit="proportion", publish="point")
    >>> printed(row).value, printed(row).words, printed(row).numbers["estimate"]
    ('32.9%', '32.9 percent', 0.329)
    """
    scale = _Scale.of(row)
    hidden = {
        "point": (),
        "range": ("estimate", "ci_low", "ci_high"),
        "nothing": ("estimate", *_ENDS),
    }
    numbers = {name: scale.rounded(getattr(row, name), name) for name in ("estimate", *_ENDS)}
    return _texts(row, scale, numbers | dict.fromkeys(hidden[row.publish]))


def _texts(row: Row, scale: "_Scale", numbers: dict[str, float | None]) -> Printed:
    def span(name: str) -> tuple[float | None, float | None]:
        return numbers[f"{name}_low"], numbers[f"{name}_high"]

    counts = told_counts(row)
    value, words, interval, bounds = "not shown", "", "", ""
    if row.publish == "point" and numbers["estimate"] is not None:
        value = scale.label(numbers["estimate"])
        words = scale.words(numbers["estimate"])
        if scale.unit in TINY and row.estimate and not numbers["estimate"]:
            words = f"less than {scale.words(scale.least)}"  # some, but too few to print
            value = f"under {scale.label(scale.least)}" if scale.unit in SHARES else value
        if (
            numbers["ci_low"] is not None or row.outer_low != row.outer_high
        ):  # else chance has no part
            interval = scale.span(*span("ci" if numbers["ci_low"] is not None else "outer"))
    elif row.publish == "range":
        value = bounds = scale.span(*span("bound"))
        words = scale.span_words(*span("bound"))
        interval = scale.span(*span("outer"))
    return Printed(
        value=value,
        words=words,
        interval=interval,
        bounds=bounds,
        n=count_words(*counts["n"]),
        reference_n=count_words(*counts["reference_n"]),
        numbers=numbers,
    )


@dataclass(frozen=True)
class _Scale:
    """How numbers of a unit are written."""

    unit: str
    digits: int  # decimals as printed
    shift: int  # places from a proportion to what is printed: 2 for percent

    @classmethod
    def of(cls, row: Row) -> "_Scale":
        if row.printed_in == "ratio":
            known = (row.estimate, row.bound_high, row.bound_low)
            largest = next((value for value in known if value is not None and value != inf), 0.0)
            return cls("ratio", 2 if largest < 2 else 1, 0)
        if row.printed_in in DIGITS:
            return cls(row.printed_in, *DIGITS[row.printed_in])
        return cls("proportion", 1 if (row.n_low or 0) >= _DETAILED_FROM else 0, 2)

    def rounded(self, value: float | None, name: str) -> float | None:
        """Round as printed, at the scale of the table (a proportion stays one); a low or high end outward."""
        if value is None or value in (inf, -inf):
            return None
        # Twelve digits first: 0.28 must not become 29 percent by the float's last bit.
        exact = Decimal(f"{value:.12g}")
        step = Decimal(1).scaleb(-self.digits - self.shift)
        rounding = _WAYS.get(name.rpartition("_")[2], ROUND_HALF_UP)
        return float(exact.quantize(step, rounding=rounding)) + 0.0

    def number(self, value: float) -> str:
        text = f"{PREFIX.get(self.unit, '')}{abs(value) * 10**self.shift:,.{self.digits}f}"
        return f"{MINUS}{text}" if value < 0 and float(text.strip("$").replace(",", "")) else text

    def signed(self, value: float) -> str:
        text = self.number(value)
        return f"+{text}" if value > 0 and self.unit in SIGNED else text

    @property
    def least(self) -> float:
        """The least number that can be printed."""
        return 10.0 ** -(self.digits + self.shift)

    def label(self, value: float) -> str:
        return self.signed(value) + self._suffix(value)

    def _suffix(self, value: float) -> str:
        alone = self.unit in COUNTABLE and self.number(abs(value)) == "1"
        return SUFFIX.get(self.unit, "").removesuffix("s" if alone else "")

    def words(self, value: float) -> str:
        text = self.number(abs(value))
        if self.unit in PERCENTS:
            return f"{text} percent"
        return text + (self._suffix(value) if self.unit in ("years", "whole_years") else "")

    def span(self, low: float | None, high: float | None) -> str:
        suffix = SUFFIX.get(self.unit, "")
        if low is None and high is None:
            return ""
        if high is None or low is None:
            known, side = (low, "at least") if high is None else (high, "at most")
            return f"{side} {self.signed(known or 0.0)}{suffix}"
        if low == high:
            return self.label(low)
        joint = " to " if self.unit in SIGNED or low < 0 else "–"
        return f"{self._end(low)}{joint}{self._end(high)}{suffix}"

    def _end(self, value: float) -> str:
        """Write an end of a range: nothing and all have no decimals."""
        return (
            f"{value * 100:.0f}"
            if self.unit == "proportion" and value in (0, 1)
            else self.signed(value)
        )

    def span_words(self, low: float | None, high: float | None) -> str:
        suffix = " percent" if self.unit in PERCENTS else ""
        if low is None or high is None:
            known, side = (low, "at least") if high is None else (high, "at most")
            return f"{side} {self.number(abs(known or 0.0))}{suffix}"
        if low == high:
            return f"{self.number(abs(low))}{suffix}"
        near, far = sorted((abs(low), abs(high)))
        return f"between {self._end(near)} and {self._end(far)}{suffix}".replace("+", "")
