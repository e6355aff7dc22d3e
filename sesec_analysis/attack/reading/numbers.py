"""Parse printed numbers into the range of values that they round: "32.9%" is 0.3285 to 0.3295.

The digits are those that were written. A file that writes 0.3287 says more than one that writes 0.329, and that is what
an outsider makes use of.
"""

import re
from decimal import Decimal, InvalidOperation
from math import inf

__all__ = ["ANYTHING", "Span", "count_span", "decimals", "meet", "number", "rounded", "value_span"]


Span = tuple[float, float]

ANYTHING: Span = (-inf, inf)
_NUMBER = r"[−+-]?\$?\d[\d,]*(?:\.\d+)?"
_HUNDREDTHS = ("%", "percent", "points")


def number(text: str) -> Decimal | None:
    """Return a written number as it stands, with all its digits; None if it is none.

    Examples
    --------
    >>> number("−12.30"), number("$1,131"), number("")
    (Decimal('-12.30'), Decimal('1131'), None)
    """
    plain = text.strip().removeprefix("'").replace("−", "-").replace(",", "").replace("$", "")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def decimals(value: Decimal) -> int:
    """Return how many digits stand after the point."""
    return max(0, -int(value.as_tuple().exponent))


def rounded(value: Decimal, places: int) -> Span:
    """Return the numbers that are printed so when rounded to this many places.

    Examples
    --------
    >>> rounded(Decimal("0.329"), 3)
    (0.3285, 0.3295)
    """
    half = Decimal(1).scaleb(-places) / 2
    return float(value - half), float(value + half)


def meet(span: Span, other: Span) -> Span:
    """Return what is left if both are true."""
    return max(span[0], other[0]), min(span[1], other[1])


def count_span(text: str) -> Span:
    """Return what a printed count says; anything if nothing stands there.

    Examples
    --------
    >>> count_span("1,216"), count_span("40 to 52"), count_span("up to 2"), count_span("at least 40")
    ((1216.0, 1216.0), (40.0, 52.0), (0.0, 2.0), (40.0, inf))
    """
    low, joined, high = text.strip().partition(" to ")
    if text.startswith("up to "):
        low, high, joined = "0", text.removeprefix("up to "), "to"
    if text.startswith("at least "):
        start = number(text.removeprefix("at least "))
        return ANYTHING if start is None else (float(start), inf)
    first, last = number(low), number(high if joined else low)
    return ANYTHING if first is None or last is None else (float(first), float(last))


def value_span(text: str) -> Span:
    """Return what a printed value says, in the scale of ESTIMATES: percents and points are proportions.

    A single number is rounded; the ends of a range were rounded outward and hold the truth as they stand.

    Examples
    --------
    >>> value_span("33%"), value_span("range 24–41%"), value_span("−13.1 to −10.7 points"), value_span("6.4 times")
    ((0.325, 0.335), (0.24, 0.41), (-0.131, -0.107), (6.35, 6.45))
    >>> value_span("not shown: the publisher withheld it")
    (-inf, inf)
    """
    if "not shown" in text:
        return ANYTHING
    shift = 2 if any(mark in text for mark in _HUNDREDTHS) else 0
    ends = re.fullmatch(rf"(?:range )?({_NUMBER})(?:–| to | and )({_NUMBER})\D*", text.strip())
    if ends:
        low, high = number(ends[1]), number(ends[2])
        return (
            ANYTHING if low is None or high is None else (_scaled(low, shift), _scaled(high, shift))
        )
    alone = re.fullmatch(rf"(at least |at most |under |range )?({_NUMBER})\D*", text.strip())
    value = number(alone[2]) if alone else None
    if alone is None or value is None:
        return ANYTHING
    if alone[1] == "at least ":
        return _scaled(value, shift), inf
    if alone[1] in ("at most ", "under "):
        return -inf, _scaled(value, shift)
    return rounded(value.scaleb(-shift), decimals(value) + shift)


def _scaled(value: Decimal, shift: int) -> float:
    return float(value.scaleb(-shift))
