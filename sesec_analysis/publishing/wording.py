"""How a number is printed: a gated row in, its printed texts and numbers out. Nothing is printed more finely than here.

Percents are whole under 100 students and have one decimal from there; differences have one decimal, worked out before
rounding; ratios have two decimals below 2 and one above; `units` has the decimals of every other unit. Intervals and
ranges are rounded outward, so that what is printed still holds the truth.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sesec_analysis.publishing.rows import Row
from sesec_analysis.publishing.scale import MINUS, Scale
from sesec_analysis.publishing.sides import told_counts
from sesec_analysis.words import say

__all__ = [
    "MINUS",
    "Printed",
    "count_words",
    "grade_name",
    "grade_phrase",
    "level_words",
    "printed",
    "school_year",
    "school_years",
    "span_words",
]

_ENDS = ("ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high")


@dataclass(frozen=True)
class Printed:
    """What may stand on a page of one row; numbers are rounded as printed, and null where not to be published."""

    value: str  # "32.9%", "24–41%", "−12.3 points", "6.4 times", "not shown"
    words: str  # as said in a sentence: "32.9 percent", "between 24 and 41 percent"; differences without their sign
    brief: str  # the same where a sentence is long: "24–41 percent"
    mark: str  # beside a mark in a figure, where an axis tells the unit: "32.9%", "−12.3", "6.4×"
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
        school_year(run[0])
        if len(run) == 1
        else say("{first} to {last}", first=school_year(run[0]), last=school_year(run[-1]))
        for run in runs
    )


def grade_phrase(grade_level: str) -> str:
    """Return how a sentence adds the grade, with its leading space; nothing for all grades.

    Examples
    --------
    >>> grade_phrase("03"), grade_phrase("K"), grade_phrase("all")
    (' in grade 3', ' in kindergarten', '')
    """
    if grade_level == "all":
        return ""
    if grade_level == "PK":
        return f" {say('in prekindergarten')}"
    if grade_level == "K":
        return f" {say('in kindergarten')}"
    return f" {say('in grade {grade}', grade=grade_level.lstrip('0'))}"


def grade_name(grade_level: str) -> str:
    """Return what a grade is called; nothing for all grades.

    Examples
    --------
    >>> grade_name("03"), grade_name("K"), grade_name("all")
    ('grade 3', 'kindergarten', '')
    """
    named = {"all": "", "PK": say("prekindergarten"), "K": say("kindergarten")}
    if grade_level in named:
        return named[grade_level]
    return say("grade {grade}", grade=grade_level.lstrip("0"))


def level_words(ci_level: float | None) -> str:
    """Return what an interval is called, such as 95% interval."""
    return say("{percent}% interval", percent=f"{(ci_level or 0.95) * 100:.12g}")


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
        return say("at least {number}", number=f"{low:,}") if low else ""
    if not low:
        return say("up to {number}", number=f"{high:,}")
    return say("{low} to {high}", low=f"{low:,}", high=f"{high:,}")


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
    scale = Scale.of(row)
    numbers = {name: scale.rounded(getattr(row, name), name) for name in ("estimate", *_ENDS)}
    return _texts(row, scale, numbers | dict.fromkeys(_hidden(row)))


def _hidden(row: Row) -> tuple[str, ...]:
    if row.publish == "nothing":
        return "estimate", *_ENDS
    if row.publish == "range":
        return "estimate", "ci_low", "ci_high"
    # Ends that are the number itself, rounded outward, would tell it more finely than it is printed.
    chance = ("outer_low", "outer_high") if row.outer_low == row.outer_high else ()
    return "bound_low", "bound_high", *chance


def _texts(row: Row, scale: "Scale", numbers: dict[str, float | None]) -> Printed:
    def span(name: str) -> tuple[float | None, float | None]:
        return numbers[f"{name}_low"], numbers[f"{name}_high"]

    counts = told_counts(row)
    value, words, brief, beside, interval, bounds = say("not shown"), "", "", "", "", ""
    if row.publish == "point" and numbers["estimate"] is not None:
        value, words = scale.point(row, numbers["estimate"])
        brief, beside = words, scale.beside(value, numbers["estimate"])
        # else chance has no part
        if numbers["ci_low"] is not None or row.outer_low != row.outer_high:
            interval = scale.span(*span("ci" if numbers["ci_low"] is not None else "outer"))
    elif row.publish == "range":
        value = bounds = scale.span(*span("bound"))
        words, brief = scale.span_words(*span("bound")), scale.span_brief(*span("bound"))
        interval, beside = scale.span(*span("outer")), scale.span(*span("bound"), alone=True)
    return Printed(
        value=value,
        words=words,
        brief=brief,
        mark=beside or value,
        interval=interval,
        bounds=bounds,
        n=count_words(*counts["n"]),
        reference_n=count_words(*counts["reference_n"]),
        numbers=numbers,
    )
