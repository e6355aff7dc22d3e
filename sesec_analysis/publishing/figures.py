"""The few plots of ESTIMATES: rates, gaps and ratios, trends, and the schools of places.

Each takes ESTIMATES and returns a figure with its alt text, long description, table and findings; or, without rows,
the notice that stands in its place. Every number drawn has passed the gate and is drawn as it is printed.
"""

from functools import partial

import pandas as pd

from sesec_analysis.publishing import figures_made as made
from sesec_analysis.publishing import figures_rows as rows
from sesec_analysis.publishing import figures_scale as scales
from sesec_analysis.publishing import figures_words as words
from sesec_analysis.publishing import tables
from sesec_analysis.publishing.figures_across import plot_schools, plot_trend
from sesec_analysis.publishing.figures_output import ReportFigure
from sesec_analysis.publishing.findings import Findings
from sesec_analysis.publishing.mime import Notice
from sesec_analysis.words import say

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
    found = made.one_question(estimates, ("rate", "average"))
    focus = made.checked_focus(found, focus)
    lines = rows.lines_of(found, focus)
    scale = scales.level_scale(rows.numbers_of(lines), found[0].row.unit)
    value = found[0].row.entry.label.lower()
    return made.finished(found, _rows(found, lines, scale, value, focus), title, subtitle)


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

    Examples
    --------
    >>> from sesec_analysis import schema
    >>> ratios = schema.conform_estimates(pd.DataFrame({
    ...     "indicator": "disciplined", "end_year": [2019], "organization_level": "place",
    ...     "organization_id": "seattle", "grade_level": "all", "student_group_type": "race_ethnicity",
    ...     "student_group": "black", "measure": "ratio", "reference": "white", "estimate": 6.4, "ci_low": 5.5,
    ...     "ci_high": 7.5, "n_low": 8415, "n_high": 8415, "unit": "ratio", "status": "ok",
    ...     "source_ids": "synthetic"}))
    >>> print(plot_gaps(ratios).alt)
    Dot plot: Synthetic data: Suspended or expelled, compared with White students; Black or African American,
    Seattle Public Schools, 2018–19. Black or African American 6.4 times. Values are in the table.
    """
    if estimates.empty:
        return tables.missing(estimates)
    found = made.one_question(estimates, ("gap", "ratio"))
    ratio = found[0].row.unit == "ratio"
    focus = made.checked_focus(found, focus)
    lines = rows.lines_of(found, focus)
    scale_of = scales.ratio_scale if ratio else scales.gap_scale
    scale = scale_of(rows.numbers_of(lines), words.sides(found))
    picture = _rows(found, lines, scale, found[0].row.entry.label.lower(), focus)
    return made.finished(found, picture, title, subtitle)


def _rows(
    found: Findings, lines: list[rows.Line], scale: scales.Scale, value: str, focus: str | None
) -> made.Picture:
    name = made.named(found)
    return made.Picture(
        kind=say("Dot plot"),
        height=rows.height_of(lines, scale),
        draw=partial(rows.draw, lines=lines, scale=scale),
        key=rows.key_of(lines, scale, value, made.level_of(found)),
        notes=[
            *words.counts(found),
            *words.notes(made.ordered(found, focus), name),
            *words.compared(found),
        ],
        name=name,
        told=words.extremes(made.ordered(found, focus), name),
    )
