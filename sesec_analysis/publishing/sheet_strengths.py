"""Where a school's students do as well as the district's, or better: ESTIMATES in, a table of strengths out.

A strength is no rank, and a figure without one says nothing against a school: small schools have wide intervals.
"""

from dataclasses import replace
from math import sqrt

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.publishing.findings import Finding
from sesec_analysis.publishing.mime import Notice
from sesec_analysis.publishing.sheet_tables import Question, lines_of, table_of
from sesec_analysis.publishing.tables import Column, ReportTable
from sesec_analysis.words import mark, say

__all__ = ["strengths"]

_ASSETS = {("enrollment", "english_learner")}
"""Groups whose larger share is a strength of a school: languages."""

_TYPICAL_GROWTH, _CHANCE_OF_MEDIAN = 50.0, 98.0
"""Half of the state's students grow by less than the 50th percentile. The median percentile of n students who grow as
all do moves by chance with a standard error of 50 / sqrt(n), and so stays within 98 / sqrt(n) in 95 of 100 years."""

_OLDER = 6
"""Lowest grade of the schools whose discipline is compared: everywhere, schools send home fewer young children."""

_CLEAR = mark("better, beyond chance")
_LEVEL = mark("as good or better, within chance")

_NONE = mark(
    "By this rule no figure at hand is a strength. Chance alone moves the figures of one school far, some of them are "
    "withheld, and much of what makes a school good stands in no table."
)


def strengths(
    estimates: pd.DataFrame,
    *,
    school: str,
    against: str = "seattle",
    caption: str = "Strengths",
) -> ReportTable | Notice:
    """Return the figures in which a school does as well as the whole district, or better.

    Parameters
    ----------
    estimates
        ESTIMATES as for `beside`: of the school and of those it stands beside.
    school
        The state's code of the school.
    against
        The place that it is compared with.
    caption
        What the table shows.

    Returns
    -------
    ReportTable or Notice
        A row for each strength, as in `beside`, those beyond chance first; a notice if there is none.

    See Also
    --------
    beside : All figures.

    Notes
    -----
    Rule: "beyond chance" is a figure whose whole interval, chance and withheld figures included, lies on the good side
    of whatever the district's figure can be. "As good or better" is one of 30 students or more that itself lies there,
    but not its whole interval. Growth, for which the district has no figure, is a strength where the median percentile
    lies above 50 by more than chance gives to so many students. A larger share of multilingual learners is one. Figures
    without an interval, and those for which neither side is better, are not compared; nor is the discipline of schools
    with grades below 6.

    Examples
    --------
    >>> from sesec_analysis import schema
    >>> met = schema.conform_estimates(pd.DataFrame({
    ...     "indicator": "ela_met", "end_year": 2024, "grade_level": "all", "student_group_type": "all",
    ...     "student_group": "all", "organization_level": ["school", "place"], "organization_id": ["2182", "seattle"],
    ...     "organization_name": ["Franklin High School", "Seattle Public Schools"], "measure": "rate",
    ...     "estimate": [0.7, 0.641], "ci_low": [0.65, 0.635], "ci_high": [0.75, 0.647], "ci_level": 0.95,
    ...     "n_low": [300, 24000], "n_high": [300, 24000], "unit": "proportion", "status": "ok",
    ...     "source_ids": "synthetic"}))
    >>> strengths(met, school="2182").rows[0][1:]
    ('70.0% (65.0–75.0%)', '300', '64.1% (63.5–64.7%)', 'better, beyond chance')
    """
    lines = lines_of(estimates, school)
    said = {line: _said(line, own[school], own.get(against)) for line, own in lines.items()}
    order = [line for words in (_CLEAR, _LEVEL) for line in lines if said[line] == words]
    if not order:
        return Notice(say(caption), say(_NONE))
    kept = {
        line: {code: lines[line][code] for code in (school, against) if code in lines[line]}
        for line in order
    }
    table = table_of(kept, school, say(caption))
    return replace(
        table,
        columns=(*table.columns, Column("strength", say("Beside the district"))),
        rows=tuple((*row, say(said[line])) for row, line in zip(table.rows, order, strict=True)),
    )


def _said(line: Question, own: Finding, other: Finding | None) -> str:
    """Return what may be said of a school's figure beside the district's; nothing if it is no strength."""
    if own.row.publish == "nothing":
        return ""
    if line[0].startswith("growth_"):
        return _CLEAR if _grew_more(own) else ""
    better = _better(line, own)
    if other is None or other.row.publish == "nothing" or better == "neutral":
        return ""
    sign = 1.0 if better == "higher_is_better" else -1.0
    reach, mine, theirs = (
        _turned(ends, sign) for ends in (_reach(own), _known(own), _known(other))
    )
    if reach is None or mine is None or theirs is None:
        return ""
    if reach[0] > theirs[1]:
        return _CLEAR
    return _LEVEL if mine[0] >= theirs[1] and not own.row.care else ""


_Ends = tuple[float | None, float | None]


def _turned(ends: _Ends, sign: float) -> tuple[float, float] | None:
    """Return a low and a high end so that more is better; None if an end is not known."""
    low, high = ends
    if low is None or high is None:
        return None
    return (low, high) if sign > 0 else (-high, -low)


def _better(line: Question, own: Finding) -> str:
    if line[0] == "disciplined" and not _has_older_students_only(own.row.organization_id):
        return "neutral"
    if (line[0], line[4]) in _ASSETS:
        return "higher_is_better"
    return "neutral" if own.row.is_composition else catalog.indicator(line[0]).direction


def _has_older_students_only(school: str) -> bool:
    entry = catalog.schools().get(school)
    lowest = entry.lowest_grade if entry else ""
    return lowest.isdigit() and int(lowest) >= _OLDER


def _reach(one: Finding) -> _Ends:
    """Return the ends of a figure with chance and withheld figures, as printed; nothing where chance has no part."""
    numbers = one.printed.numbers
    if one.row.publish == "point":
        return numbers["ci_low"], numbers["ci_high"]
    return numbers["outer_low"], numbers["outer_high"]


def _known(one: Finding) -> _Ends:
    """Return the least and the most that a figure can be, without chance."""
    numbers = one.printed.numbers
    if one.row.publish == "point":
        return numbers["estimate"], numbers["estimate"]
    return numbers["bound_low"], numbers["bound_high"]


def _grew_more(own: Finding) -> bool:
    median, students = own.printed.numbers["estimate"], own.row.n_low
    if median is None or not students:
        return False
    return median - _TYPICAL_GROWTH > _CHANCE_OF_MEDIAN / sqrt(students)
