"""The few plots of ESTIMATES: rates, gaps and ratios, trends, and the schools of places.

Each takes ESTIMATES and returns a figure with its alt text, long description, table and findings; or, without rows,
the notice that stands in its place. Every number drawn has passed the gate and is drawn as it is printed.
"""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from sesec_analysis.errors import DataError
from sesec_analysis.publishing import figures_made as made
from sesec_analysis.publishing import figures_rows as rows
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

__all__ = ["ReportFigure", "plot_gaps", "plot_rates", "plot_schools", "plot_trend"]


def plot_rates(
    estimates: pd.DataFrame,
    *,
    title: str | None = None,
    subtitle: str | None = None,
    focus: str | None = None,
) -> ReportFigure | Notice:
    """Plot rates as dots with their intervals, a row for each student group.

    Parameters
    ----------
    estimates
        Rates of one indicator, school year and grade; of several places at once if wanted.
    title, subtitle
        None: made of what is shown.
    focus
        Code of a student group or organization to bring out and show first.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows.

    Raises
    ------
    DataError
        If the estimates are not rates of one indicator, year and grade, or ``focus`` is not among them.

    See Also
    --------
    plot_gaps : Differences from a reference.
    plot_trend : One rate over the years.

    Notes
    -----
    Reading: the line through a dot is its sampling interval. A band without a dot holds the value that full data
    would show. Groups that may not be shown are named under the figure.

    Examples
    --------
    >>> from sesec_analysis import schema
    >>> rates = schema.conform_estimates(pd.DataFrame({
    ...     "indicator": "ela_met", "end_year": 2017, "organization_level": "place",
    ...     "organization_id": "southeast_seattle", "grade_level": "03", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "asian"], "measure": "rate", "estimate": [71 / 216, 130 / 236],
    ...     "n_low": [216, 236], "n_high": [216, 236], "unit": "proportion", "status": "ok",
    ...     "source_ids": "synthetic"}))
    >>> print(plot_rates(rates, focus="black").alt)
    Dot plot: Synthetic data: Met the standard in English language arts, by race and ethnicity; Grade 3, Southeast
    Seattle, 2016–17. From 32.9% (Black or African American) to 55.1% (Asian). Values are in the table.
    """
    if estimates.empty:
        return tables.missing(estimates)
    found = made.one_question(estimates, ("rate",))
    focus = made.checked_focus(found, focus)
    lines = rows.lines_of(found, focus)
    scale = scales.rate_scale(rows.numbers_of(lines))
    return made.finished(found, _rows(found, lines, scale, "rate", focus), title, subtitle)


def plot_gaps(
    estimates: pd.DataFrame,
    *,
    title: str | None = None,
    subtitle: str | None = None,
    focus: str | None = None,
) -> ReportFigure | Notice:
    """Plot gaps, or ratios, against a line of no difference, a row for each student group.

    Parameters
    ----------
    estimates
        Gaps or ratios, not both, of one indicator, school year, grade and reference.
    title, subtitle
        None: made of what is shown.
    focus
        Code of a student group or organization to bring out and show first.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows.

    Raises
    ------
    DataError
        If gaps and ratios are mixed, the estimates answer several questions, or ``focus`` is not among them.

    See Also
    --------
    plot_rates : The rates themselves.

    Notes
    -----
    Reading: a line that crosses the line of no difference is no clear difference. Ratios stand on an axis on which
    twice and half are equally far from equal.
    """
    if estimates.empty:
        return tables.missing(estimates)
    found = made.one_question(estimates, ("gap", "ratio"))
    ratio = found[0].row.unit == "ratio"
    focus = made.checked_focus(found, focus)
    lines = rows.lines_of(found, focus)
    scale_of = scales.ratio_scale if ratio else scales.gap_scale
    scale = scale_of(rows.numbers_of(lines), words.sides(found))
    picture = _rows(found, lines, scale, "ratio" if ratio else "gap", focus)
    return made.finished(found, picture, title, subtitle)


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
    a year is missing, and where only a range may be shown, which is drawn as an upright band.
    """
    if estimates.empty:
        return tables.missing(estimates)
    found = made.one_question(estimates, ("rate", "gap"), varies=["end_year"])
    years = sorted({one.row.end_year for one in found})
    if len(years) < 2:
        raise DataError(
            f"a trend needs two school years, and there is only {years[0]}",
            mend="load more end_years, or use plot_rates or plot_gaps",
        )
    focus = made.checked_focus(found, focus)
    name = made.named(found)
    series = series_room.series_of(found, focus, name)
    if not series:
        return Notice(words.title(found), " ".join(words.notes(found, name, dated=True)))
    drawn = series_room.numbers_of(series)
    compares = found[0].row.compares
    scale = scales.gap_scale(drawn, ("", "")) if compares else scales.rate_scale(drawn)
    breaks = series_room.breaks_between(found[0].row.indicator, years[0], years[-1])
    picture = made.Picture(
        kind="Line chart",
        height=trend.height_of(series),
        draw=partial(trend.draw, series=series, scale=scale),
        key=series_room.key_of(series, found[0].row.measure, made.level_of(found)),
        notes=[
            *series_room.break_notes(breaks),
            *words.above(found),
            *words.notes(found, name, dated=True),
        ],
        name=lambda one: f"{name(one)}, {words.school_year(one.row.end_year)}",
        told=[series_room.told_of(line) for line in series],
        by=f"{words.school_year(years[0])} to {words.school_year(years[-1])}",
    )
    return made.finished(found, picture, title, subtitle)


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
    """
    of_schools = estimates.loc[estimates["organization_level"] == "school"]
    if of_schools.empty:
        return tables.missing(estimates)
    found = made.one_question(estimates, ("rate",))
    strips = strips_room.strips_of(found, places, made.checked_focus(found, focus))
    if not strips:
        return tables.missing(estimates)
    scale = scales.rate_scale(strips_room.numbers_of(strips))
    kept = [one for strip in strips for one in strip.schools]
    picture = made.Picture(
        kind="Dot plot",
        height=schools.height_of(strips, scale),
        draw=partial(schools.draw, strips=strips, scale=scale),
        key=strips_room.key_of(strips),
        notes=strips_room.notes_of(strips),
        name=lambda one: one.place,
        told=[
            f"{strip.name}: {words.extremes(strip.points, strips_room.school_name)[0]}"
            for strip in strips
        ],
        by="by school",
    )
    shown = Findings([*(s.pooled for s in strips if s.pooled), *kept])
    return made.finished(shown, picture, title, subtitle)


def _rows(
    found: Findings, lines: list[rows.Line], scale: scales.Scale, value: str, focus: str | None
) -> made.Picture:
    name = made.named(found)
    return made.Picture(
        kind="Dot plot",
        height=rows.height_of(lines, scale),
        draw=partial(rows.draw, lines=lines, scale=scale),
        key=rows.key_of(lines, scale, value, made.level_of(found)),
        notes=[*words.notes(made.ordered(found, focus), name), *words.compared(found)],
        name=name,
        told=words.extremes(made.ordered(found, focus), name),
    )
