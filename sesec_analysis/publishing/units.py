"""How numbers of each unit are printed: their decimals, their sign, and what stands before and after them."""

from sesec_analysis.words import mark, plural, say

__all__ = ["DIGITS", "PERCENTS", "PREFIX", "SHARES", "SIGNED", "TEXTS", "TINY", "with_unit"]

DIGITS = {
    "points": (1, 2),
    "points per year": (1, 2),
    "percent": (1, 2),
    "percent_difference": (1, 2),
    "dollars_per_student": (0, 0),
    "students_per_teacher": (1, 0),
    "years": (1, 0),
    "whole_years": (0, 0),
    "percentile": (0, 0),
    "score": (2, 0),
    "students": (0, 0),
    "index": (3, 0),
    "nats": (3, 0),
    "probability": (3, 0),
    "proportion squared": (4, 0),
    "radians": (2, 0),
    "standard deviations": (2, 0),
    "standard errors": (1, 0),
}
"""Units but for shares and ratios: decimals as printed, and places from the number to what is printed."""

PERCENTS = ("proportion", "percent", "percent_difference")
SIGNED = (
    "points",
    "points per year",
    "percent_difference",
    "standard deviations",
    "standard errors",
)
SHARES = ("proportion", "percent", "probability")
TINY = (*SHARES, *SIGNED, "whole_years", "index", "nats", "proportion squared", "radians")
PREFIX = {"dollars_per_student": "$"}
TEXTS = {
    "proportion": mark("{number}%"),
    "percent": mark("{number}%"),
    "percent_difference": mark("{number}%"),
    "points": mark("{number} points"),
    "points per year": mark("{number} points a year"),
    "ratio": mark("{number} times"),
    "years": mark("{number} years"),
    "nats": mark("{number} nats"),
    "radians": mark("{number} radians"),
    "standard deviations": mark("{number} standard deviations"),
    "standard errors": mark("{number} standard errors"),
}
"""A number with its unit. Units that are not here stand with the number alone."""


def with_unit(number: str, unit: str) -> str:
    """Return a number, as written, with its unit.

    Examples
    --------
    >>> with_unit("32.9", "proportion"), with_unit("1", "students"), with_unit("1–3", "students")
    ('32.9%', '1 student', '1–3 students')
    """
    one = 1 if number == "1" else 2
    if unit == "students":
        return plural("{number} student", "{number} students", one, number=number)
    if unit == "whole_years":
        return plural("{number} year", "{number} years", one, number=number)
    return say(TEXTS[unit], number=number) if unit in TEXTS else number
