"""How numbers of each unit are printed: their decimals, their sign, and what stands before and after them."""

__all__ = ["COUNTABLE", "DIGITS", "PERCENTS", "PREFIX", "SHARES", "SIGNED", "SUFFIX", "TINY"]

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
COUNTABLE = ("students", "whole_years")
SHARES = ("proportion", "percent", "probability")
TINY = (*SHARES, *SIGNED, "whole_years", "index", "nats", "proportion squared", "radians")
PREFIX = {"dollars_per_student": "$"}
SUFFIX = {
    "proportion": "%",
    "percent": "%",
    "percent_difference": "%",
    "points": " points",
    "points per year": " points a year",
    "ratio": " times",
    "years": " years",
    "whole_years": " years",
    "students": " students",
    "nats": " nats",
    "radians": " radians",
    "standard deviations": " standard deviations",
    "standard errors": " standard errors",
}
