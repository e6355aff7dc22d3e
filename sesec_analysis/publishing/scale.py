"""How numbers of one row are written: their decimals by the number of students, their unit, their signs and ranges."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from math import inf

from sesec_analysis.publishing.rows import Row
from sesec_analysis.publishing.units import (
    DIGITS,
    PERCENTS,
    PREFIX,
    SHARES,
    SIGNED,
    TINY,
    with_unit,
)
from sesec_analysis.words import say

__all__ = ["MINUS", "Scale"]

MINUS = "−"
_DETAILED_FROM = 100  # students: from here on a percent has a decimal
_WAYS = {"low": ROUND_FLOOR, "high": ROUND_CEILING}
_UNTOLD = {"points": "", "ratio": "×"}
"""Units that an axis tells, and what is left of them beside a mark."""


@dataclass(frozen=True)
class Scale:
    """How numbers of a unit are written."""

    unit: str
    digits: int  # decimals as printed
    shift: int  # places from a proportion to what is printed: 2 for percent

    @classmethod
    def of(cls, row: Row) -> "Scale":
        """Return how the numbers of a row are written."""
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
        """Return a number without its unit."""
        text = f"{PREFIX.get(self.unit, '')}{abs(value) * 10**self.shift:,.{self.digits}f}"
        return f"{MINUS}{text}" if value < 0 and float(text.strip("$").replace(",", "")) else text

    def signed(self, value: float) -> str:
        """Return a number without its unit; one above 0 has a plus, where the unit is of a difference."""
        text = self.number(value)
        return f"+{text}" if value > 0 and self.unit in SIGNED else text

    @property
    def least(self) -> float:
        """The least number that can be printed."""
        return 10.0 ** -(self.digits + self.shift)

    def point(self, row: Row, estimate: float) -> tuple[str, str]:
        """Return a number as it is printed, and as a sentence says it."""
        if not (self.unit in TINY and row.estimate and not estimate):
            return self.label(estimate), self.words(estimate)
        # Some, but too few to print.
        label = self.label(self.least if self.unit in SHARES else estimate)
        value = say("under {number}", number=label) if self.unit in SHARES else label
        return value, say("less than {number}", number=self.words(self.least))

    def beside(self, value: str, estimate: float) -> str:
        """Return a number as it stands beside a mark, where an axis tells the unit."""
        if self.unit in _UNTOLD:
            return self.signed(estimate) + _UNTOLD[self.unit]
        return value

    def label(self, value: float) -> str:
        """Return a number with its unit."""
        return with_unit(self.signed(value), self.unit)

    def words(self, value: float) -> str:
        """Return a number as a sentence says it, without its sign."""
        return self._worded(self.number(abs(value)))

    def _worded(self, text: str) -> str:
        if self.unit in PERCENTS:
            return say("{number} percent", number=text)
        return with_unit(text, self.unit) if self.unit in ("years", "whole_years") else text

    def span(self, low: float | None, high: float | None, *, alone: bool = False) -> str:
        """Return a range with its unit; ``alone`` as it stands beside a mark."""
        if low is None and high is None:
            return ""
        mark = _UNTOLD.get(self.unit) if alone else None

        def whole(text: str) -> str:
            return with_unit(text, self.unit) if mark is None else text + mark

        if high is None:
            return say("at least {number}", number=whole(self.signed(low or 0.0)))
        if low is None:
            return say("at most {number}", number=whole(self.signed(high)))
        if low == high:
            return whole(self.signed(low))
        if self.unit in SIGNED or low < 0:
            return whole(say("{low} to {high}", low=self._end(low), high=self._end(high)))
        return whole(f"{self._end(low)}–{self._end(high)}")

    def _end(self, value: float) -> str:
        """Write an end of a range: nothing and all have no decimals."""
        return (
            f"{value * 100:.0f}"
            if self.unit == "proportion" and value in (0, 1)
            else self.signed(value)
        )

    def span_words(self, low: float | None, high: float | None) -> str:
        """Return a range as a sentence says it."""
        if low is None or high is None or low == high:
            return self.span_brief(low, high)
        near, far = self._ends(low, high)
        if self.unit in PERCENTS:
            return say("between {low} and {high} percent", low=near, high=far)
        return say("between {low} and {high}", low=near, high=far)

    def span_brief(self, low: float | None, high: float | None) -> str:
        """Return a range as a long sentence says it."""
        if high is None:
            return say("at least {number}", number=self._counted(abs(low or 0.0)))
        if low is None:
            return say("at most {number}", number=self._counted(abs(high)))
        if low == high:
            return self._counted(abs(low))
        near, far = self._ends(low, high)
        return self._percent(f"{near}–{far}")

    def _ends(self, low: float, high: float) -> tuple[str, str]:
        near, far = sorted((abs(low), abs(high)))
        return self._end(near).removeprefix("+"), self._end(far).removeprefix("+")

    def _counted(self, value: float) -> str:
        return self._percent(self.number(value))

    def _percent(self, text: str) -> str:
        return say("{number} percent", number=text) if self.unit in PERCENTS else text
