"""The plots of many numbers at once: a trend over school years, and the schools of places.

Each takes ESTIMATES and returns a figure, or, without rows, the notice that stands in its place; see `figures`.
"""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from sesec_analysis.errors import DataError
from sesec_analysis.publishing import figures_made as made
from sesec_analysis.publishing import figures_scale as scales
from sesec_analysis.publishing import figures_schools as schools
from sesec_analysis.publishing import figures_series as series_room
from sesec_analysis.publishing import figures_strips as strips_room
from sesec_analysis.publishing import figures_trend as trend
from sesec_analysis.publishing import figures_words as words
from sesec_analysis.publishing import tables
from sesec_analysis.publishing.figures_output import ReportFigure
from sesec_analysis.publishing.findings import Findings
from sesec_analysis.publishing.mime import Notice
from sesec_analysis.words import say

__all__ = ["plot_schools", "plot_trend"]


def plot_trend(
    estimates: pd.DataFrame,
    *,
    title: str | None = None,
    subtitle: str | None = None,
    focus: str | None = None,
) -> ReportFigure | Notice:
    """Plot a rate or gap over school years, a line for each place or each student group.

    Parameters
    ----------
    estimates
        One measure of one indicator and grade in two school years or more; of several places or of several student
        groups, not both.
    title, subtitle
        None: made of what is shown.
    focus
        Code of a student group or organization to bring out.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows.

    Raises
    ------
    DataError
        If the estimates answer several questions, stand for one year only, or ``focus`` is not among them.

    See Also
    --------
    plot_rates : One school year.

    Notes
    -----
    Reading: the shading is the sampling interval. A line stops where the catalog tells of a break in the series, where
    a year is missing, and where only a range may be shown, which is drawn as an upright band. A place has its colour
    and shape in every figure; the accent is for what is in focus.

    Examples
    --------
    >>> from sesec_analysis import schema
    >>> rates = schema.conform_estimates(pd.DataFrame({
    ...     "indicator": "disciplined", "end_year": [2018, 2019], "organization_level": "place",
    ...     "organization_id": "seattle", "grade_level": "all", "student_group_type": "race_ethnicity",
    ...     "student_group": "black", "measure": "rate", "estimate": [0.061, 0.058], "n_low": [8502, 8415],
    ...     "n_high": [8502, 8415], "unit": "proportion", "status": "ok", "source_ids": "synthetic"}))
    >>> print(plot_trend(rates).caption)
    Dot: rate; Shading: 95% interval. Students: 8,415 to 8,502.
    """
    if estimates.empty:
        return tables.missing(estimates)
    found = made.one_question(estimates, ("rate", "gap", "average"), varies=["end_year"])
    years = _years(found)
    focus = made.checked_focus(found, focus)
    name = made.named(found)
    series = series_room.series_of(found, focus, name)
    if not series:
        return Notice(words.title(found), " ".join(words.notes(found, name, dated=True)))
    drawn = series_room.numbers_of(series)
    compares, unit = found[0].row.compares, found[0].row.unit
    scale = scales.gap_scale(drawn, ("", "")) if compares else scales.level_scale(drawn, unit)
    breaks = series_room.breaks_between(found[0].row.indicator, years[0], years[-1])
    ends = {"first": words.school_year(years[0]), "last": words.school_year(years[-1])}
    span = say("{first} to {last}", **ends)
    picture = made.Picture(
        kind=say("Line chart"),
        height=trend.height_of(series),
        draw=partial(trend.draw, series=series, scale=scale),
        key=series_room.key_of(series, found[0].row.entry.label.lower(), made.level_of(found)),
        notes=[
            *series_room.break_notes(breaks),
            *words.above(found),
            *series_room.students_of(series),
            *words.notes(found, name, dated=True),
        ],
        name=lambda one: f"{name(one)}, {words.school_year(one.row.end_year)}",
        told=[series_room.told_of(line) for line in series],
        by=", ".join(filter(None, (words.by_groups(found), span))),
    )
    return made.finished(found, picture, title, subtitle)


def _years(found: Findings) -> list[int]:
    years = sorted({one.row.end_year for one in found})
    if len(years) < 2:
        raise DataError(
            f"a trend needs two school years, and there is only {years[0]}",
            mend="load more end_years, or use plot_rates or plot_gaps",
        )
    return years


def plot_schools(
    estimates: pd.DataFrame,
    *,
    places: Sequence[str] = ("southeast_seattle", "rest_of_seattle"),
    title: str | None = None,
    subtitle: str | None = None,
    focus: str | None = None,
) -> ReportFigure | Notice:
    """Plot a rate of every school as a swarm of dots, the schools of each place together.

    Parameters
    ----------
    estimates
        Rates of schools, of one indicator, school year, grade and student group. A row of a place itself is drawn as
        the line of all its schools together.
    places
        Codes of places, from top to bottom; a school is shown in the first that it belongs to.
    title, subtitle
        None: made of what is shown.
    focus
        Code of a place to bring out, or of a school to name.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows of schools of these places.

    Raises
    ------
    DataError
        If the estimates answer several questions, or ``focus`` is not among them.

    See Also
    --------
    plot_rates : Places as wholes.

    Notes
    -----
    Reading: each dot is a school, whatever its size. The lowest and highest are named; schools that may not be shown
    are counted under the figure.

    Examples
    --------
    >>> from sesec_analysis import schema
    >>> rates = schema.conform_estimates(pd.DataFrame({
    ...     "indicator": "disciplined", "end_year": 2019, "organization_level": "school",
    ...     "organization_id": ["2182", "3327"], "organization_name": ["Franklin High School",
    ...     "Rainier Beach High School"], "grade_level": "all", "student_group_type": "all", "student_group": "all",
    ...     "measure": "rate", "estimate": [0.048, 0.071], "n_low": [1284, 720], "n_high": [1284, 720],
    ...     "unit": "proportion", "status": "ok", "source_ids": "synthetic"}))
    >>> print(plot_schools(rates).caption)
    Dot: a school. Students per school: 720 to 1,284.
    """
    of_schools = estimates.loc[estimates["organization_level"] == "school"]
    if of_schools.empty:
        return tables.missing(estimates)
    found = made.one_question(estimates, ("rate", "average"))
    brought_out = focus if focus in places else made.checked_focus(found, focus)
    strips = strips_room.strips_of(found, places, brought_out)
    if not strips:
        return tables.missing(estimates)
    scale = scales.level_scale(strips_room.numbers_of(strips), found[0].row.unit)
    kept = [one for strip in strips for one in strip.schools]
    picture = made.Picture(
        kind=say("Dot plot"),
        height=schools.height_of(strips, scale),
        draw=partial(schools.draw, strips=strips, scale=scale),
        key=strips_room.key_of(strips),
        notes=strips_room.notes_of(strips),
        name=lambda one: one.place,
        told=[
            f"{strip.name}: {words.extremes(strip.points, strips_room.school_name)[0]}"
            for strip in strips
        ],
        by=say("by school"),
    )
    shown = Findings([*(s.pooled for s in strips if s.pooled), *kept])
    return made.finished(shown, picture, title, subtitle)
