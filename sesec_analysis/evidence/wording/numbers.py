"""Format numbers of a gated row: rounding, units, signs and ranges. Nothing is printed more finely than here.

`row.printed_digits` has the decimals, and rounds intervals and ranges outward, so that what is printed still holds the
truth.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from sesec_analysis import catalog, schema
from sesec_analysis.evidence.counts import told_counts
from sesec_analysis.evidence.row import Row, printed_digits, round_as_printed
from sesec_analysis.i18n import language as now
from sesec_analysis.i18n import mark, plural, translate
from sesec_analysis.text import CONSTANTS, Constant, List, Text, Year, _, render

__all__ = [
    "MINUS",
    "PERCENTS",
    "PREFIX",
    "SHARES",
    "SIGNED",
    "TEXTS",
    "TINY",
    "NumberFormat",
    "Printed",
    "count_words",
    "grade_name",
    "grade_phrase",
    "grade_text",
    "level_words",
    "margin_words",
    "print_row",
    "school_year",
    "school_years",
    "school_years_text",
    "with_unit",
]


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
"""A number with its unit. Of units that are not here, the number alone is printed."""


_ENDS = ("ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high")


@dataclass(frozen=True)
class Printed:
    """The texts and numbers that may be printed of a row; numbers are rounded as printed, null where not published."""

    value: str  # "32.9%", "24–41%", "−12.3 points", "6.4 times", "not shown"
    words: str  # as said in a sentence: "32.9 percent", "between 24 and 41 percent"; differences without their sign
    brief: str  # the same where a sentence is long: "24–41 percent"
    mark: str  # beside a mark in a figure, where an axis gives the unit: "32.9%", "−12.3", "6.4×"
    interval: str  # the sampling interval of a point, or a range with chance on top of it
    bounds: str  # the range that withheld numbers leave open
    n: str
    reference_n: str
    numbers: dict[str, float | None]  # estimate, ci_low ... outer_high, midpoint

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """The least and the most that the number can be, chance aside; None where an end is not shown or not known."""
        if (estimate := self.numbers["estimate"]) is not None:
            return estimate, estimate
        return self.numbers["bound_low"], self.numbers["bound_high"]


def print_row(row: Row, language: str | None = None) -> Printed:
    """Return everything that may be printed of a gated row, in a language or in that of now.

    Examples
    --------
    >>> row = Row("ela_met", 2017, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "rate", "", estimate=71 / 216, n_low=216, n_high=216, unit="proportion", publish="point")
    >>> print_row(row).value, print_row(row).words, print_row(row).numbers["estimate"]
    ('32.9%', '32.9 percent', 0.329)
    """
    return _texts(row, *_round_row(row, language or now()))


_Rounded = tuple["NumberFormat", "NumberFormat", dict[str, float | None]]


def _round_row(row: Row, language: str) -> _Rounded:
    """Return how the numbers of a row are written, those of the outer range, and the numbers themselves."""
    scale = NumberFormat.for_row(row, language=language)
    outer = NumberFormat.for_row(row, ends="outer", language=language)
    numbers = {}
    for name in ("estimate", *_ENDS):
        written = outer if name.startswith("outer") else scale
        numbers[name] = round_as_printed(getattr(row, name), name, written.digits + written.shift)
    return (
        scale,
        outer,
        numbers | dict.fromkeys(_hidden_fields(row)) | {"midpoint": _midpoint(row, numbers)},
    )


def _midpoint(row: Row, numbers: dict[str, float | None]) -> float | None:
    """Return the middle of a narrow range, as its ends are printed, to guide the eye; None of any other number."""
    low, high = numbers["bound_low"], numbers["bound_high"]
    if row.publish != "range" or not row.marker or low is None or high is None:
        return None
    return round((low + high) / 2, 12)


def _hidden_fields(row: Row) -> tuple[str, ...]:
    if row.publish == "nothing":
        return "estimate", *_ENDS
    if row.publish == "range":
        return "estimate", "ci_low", "ci_high"
    # Ends that are the number itself, rounded outward, would show it more finely than it is printed.
    chance = ("outer_low", "outer_high") if row.outer_low == row.outer_high else ()
    return "bound_low", "bound_high", *chance


def _texts(
    row: Row, scale: "NumberFormat", outer: "NumberFormat", numbers: dict[str, float | None]
) -> Printed:
    def span(name: str) -> tuple[float | None, float | None]:
        return numbers[f"{name}_low"], numbers[f"{name}_high"]

    counts = told_counts(row)
    value, words, brief, beside, interval, bounds = (
        translate("not shown", scale.language),
        "",
        "",
        "",
        "",
        "",
    )
    if row.publish == "point" and numbers["estimate"] is not None:
        value, words = scale.point(row, numbers["estimate"])
        brief, beside = words, scale.beside(value, numbers["estimate"])
        # else chance has no part
        if numbers["ci_low"] is not None or row.outer_low != row.outer_high:
            interval = scale.span(*span("ci" if numbers["ci_low"] is not None else "outer"))
    elif row.publish == "range":
        value = bounds = scale.span(*span("bound"))
        words, brief = scale.span_words(*span("bound")), scale.span_brief(*span("bound"))
        interval, beside = outer.span(*span("outer")), scale.span(*span("bound"), alone=True)
    return Printed(
        value=value,
        words=words,
        brief=brief,
        mark=beside or value,
        interval=interval,
        bounds=bounds,
        n=count_words(*counts["n"], scale.language),
        reference_n=count_words(*counts["reference_n"], scale.language),
        numbers=numbers,
    )


def with_unit(number: str, unit: str, language: str | None = None) -> str:
    """Return a number, as written, with its unit.

    Examples
    --------
    >>> with_unit("32.9", "proportion"), with_unit("1", "students"), with_unit("1–3", "students")
    ('32.9%', '1 student', '1–3 students')
    """
    language, count = language or now(), 1 if number == "1" else 2
    if unit == "students":
        return plural("{number} student", "{number} students", count, language, number=number)
    if unit == "whole_years":
        return plural("{number} year", "{number} years", count, language, number=number)
    return translate(TEXTS.get(unit, "{number}"), language, number=number)


MINUS = "−"
_GIVEN_BY_AXIS = {"points": "", "ratio": "×"}
"""Units that an axis gives, and what is left of them beside a mark."""


@dataclass(frozen=True)
class NumberFormat:
    """How numbers of a unit are written."""

    unit: str
    digits: int  # decimals as printed
    shift: int  # places from a proportion to what is printed: 2 for percent
    language: str = field(default_factory=now)

    @classmethod
    def for_row(
        cls,
        row: Row,
        *,
        ends: Literal["bound", "outer"] = "bound",
        language: str | None = None,
    ) -> "NumberFormat":
        """Return how the numbers of a row are written; of a range, those ends."""
        return cls(*printed_digits(row, ends), language or now())

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
        value = (
            translate("under {number}", self.language, number=label)
            if self.unit in SHARES
            else label
        )
        return value, translate("less than {number}", self.language, number=self.words(self.least))

    def beside(self, value: str, estimate: float) -> str:
        """Return a number as written beside a mark, where an axis gives the unit."""
        if self.unit in _GIVEN_BY_AXIS:
            return self.signed(estimate) + _GIVEN_BY_AXIS[self.unit]
        return value

    def label(self, value: float) -> str:
        """Return a number with its unit."""
        return with_unit(self.signed(value), self.unit, self.language)

    def words(self, value: float) -> str:
        """Return a number as a sentence says it, without its sign."""
        return self._worded(self.number(abs(value)))

    def _worded(self, text: str) -> str:
        if self.unit in PERCENTS:
            return translate("{number} percent", self.language, number=text)
        return (
            with_unit(text, self.unit, self.language)
            if self.unit in ("years", "whole_years")
            else text
        )

    def span(self, low: float | None, high: float | None, *, alone: bool = False) -> str:
        """Return a range with its unit; ``alone`` as written beside a mark."""
        if low is None and high is None:
            return ""
        mark = _GIVEN_BY_AXIS.get(self.unit) if alone else None

        def whole(text: str) -> str:
            return with_unit(text, self.unit, self.language) if mark is None else text + mark

        if high is None:
            return translate(
                "at least {number}", self.language, number=whole(self.signed(low or 0.0))
            )
        if low is None:
            return translate("at most {number}", self.language, number=whole(self.signed(high)))
        if low == high:
            return whole(self.signed(low))
        if self.unit in SIGNED or low < 0:
            return whole(
                translate(
                    "{low} to {high}", self.language, low=self._end(low), high=self._end(high)
                )
            )
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
            return translate("between {low} and {high} percent", self.language, low=near, high=far)
        return translate("between {low} and {high}", self.language, low=near, high=far)

    def span_brief(self, low: float | None, high: float | None) -> str:
        """Return a range as a long sentence says it."""
        if high is None:
            return translate(
                "at least {number}", self.language, number=self._counted(abs(low or 0.0))
            )
        if low is None:
            return translate("at most {number}", self.language, number=self._counted(abs(high)))
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
        return (
            translate("{number} percent", self.language, number=text)
            if self.unit in PERCENTS
            else text
        )


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
    return render(school_years_text(end_years), now())


def _runs(end_years: Iterable[int]) -> list[list[int]]:
    """Return years in order, those that follow each other together."""
    runs: list[list[int]] = []
    for year in sorted(end_years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return runs


def school_years_text(end_years: Iterable[int]) -> List:
    """Return school years as a phrase, as `school_years`."""
    runs = (
        Year(run[0])
        if len(run) == 1
        else _("{first} to {last}", first=Year(run[0]), last=Year(run[-1]))
        for run in _runs(end_years)
    )
    return List(tuple(runs), joined="")


def grade_phrase(grade_level: str, language: str | None = None) -> str:
    """Return how a sentence adds the grade, with its leading space; nothing for all grades.

    Examples
    --------
    >>> grade_phrase("03"), grade_phrase("K"), grade_phrase("03-05"), grade_phrase("all")
    (' in grade 3', ' in kindergarten', ' in grades 3–5', '')
    """
    if grade_level == "all":
        return ""
    language = language or now()
    if grade_level == "PK":
        return " " + translate("in prekindergarten", language)
    if grade_level == "K":
        return " " + translate("in kindergarten", language)
    if several := _several_grades(grade_level):
        return " " + translate("in grades {grades}", language, grades=several)
    return " " + translate("in grade {grade}", language, grade=grade_level.lstrip("0"))


def grade_name(grade_level: str, language: str | None = None) -> str:
    """Return what a grade is called; nothing for all grades.

    Examples
    --------
    >>> grade_name("03"), grade_name("K"), grade_name("all")
    ('grade 3', 'kindergarten', '')
    """
    text = grade_text(grade_level)
    return render(text, language or now())


def grade_text(grade_level: str) -> Text | None:
    """Return what a grade is called; None for all grades."""
    match grade_level:
        case "all":
            return None
        case "PK":
            return Text(mark("prekindergarten"))
        case "K":
            return Text(mark("kindergarten"))
    if _several_grades(grade_level):
        return _(mark("grades {grades}"), grades=Constant(GRADES, grade_level))
    return _(mark("grade {grade}"), grade=Constant(GRADE, grade_level.lstrip("0")))


def _several_grades(code: str) -> str:
    """Return grades that were added up (``03-05``, ``03+05``) as they are printed; empty of any other code."""
    grades = [grade.lstrip("0") for grade in re.split(r"[-+]", code)]
    known = {"PK", "K", *map(str, range(1, 13))}
    if len(grades) < 2 or not known.issuperset(grades):
        return ""
    return "–".join(grades) if "-" in code else ", ".join(grades)


GRADE, GRADES = "grade", "grades"
CONSTANTS[GRADES] = _several_grades
CONSTANTS[GRADE] = lambda grade: grade if grade in map(str, range(1, 13)) else ""


def level_words(ci_level: float | None, *, name: str = "{percent}% interval") -> str:
    """Return what an interval is called, such as 95% interval."""
    return translate(name, now(), percent=f"{(ci_level or 0.95) * 100:.12g}")


def count_words(low: int | None, high: int | None, language: str | None = None) -> str:
    """Return a count of students, or what is known of it; empty if nothing is.

    Examples
    --------
    >>> count_words(1216, 1216), count_words(40, 52), count_words(0, 2), count_words(40, None)
    ('1,216', '40 to 52', 'up to 2', 'at least 40')
    """
    language = language or now()
    if low is not None and low == high:
        return f"{low:,}"
    if high is None:
        return translate("at least {number}", language, number=f"{low:,}") if low else ""
    if not low:
        return translate("up to {number}", language, number=f"{high:,}")
    return translate("{low} to {high}", language, low=f"{low:,}", high=f"{high:,}")


def margin_words(indicator: str, language: str | None = None) -> str:
    """Return the margin within which differences of an indicator are about the same; empty if none is stated.

    Examples
    --------
    >>> margin_words("ela_met"), margin_words("disciplined"), margin_words("budget_per_student")
    ('2 points', '0.5 points', '$100')
    """
    entry = catalog.indicator(indicator)
    if entry.margin is None:
        return ""
    if entry.unit in schema.SHARES:
        return with_unit(f"{entry.margin * 100:g}", "points", language)
    return with_unit(f"{PREFIX.get(entry.unit, '')}{entry.margin:g}", entry.unit, language)
