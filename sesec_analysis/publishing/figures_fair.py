"""The plots of fair comparison: which schools chance explains, and what is usual where incomes are as low.

Each takes ESTIMATES and returns a figure, or, without rows, the notice that stands in its place; see `figures`.
"""

from dataclasses import replace

import pandas as pd

from sesec_analysis.publishing import figures_cloud_made as parts
from sesec_analysis.publishing import figures_made as made
from sesec_analysis.publishing import figures_scale as scales
from sesec_analysis.publishing import figures_words as words
from sesec_analysis.publishing import labels, tables
from sesec_analysis.publishing.figures_expected import Usual
from sesec_analysis.publishing.figures_funnel import Limits, Standings
from sesec_analysis.publishing.figures_output import ReportFigure
from sesec_analysis.publishing.findings import Findings
from sesec_analysis.publishing.mime import Notice
from sesec_analysis.publishing.rows import check_measured
from sesec_analysis.words import say

__all__ = ["plot_expected", "plot_funnel"]

_FUNNEL = "pd.concat([sa.rates(schools), sa.funnel(schools)])"
_EXPECTED = (
    "pd.concat([sa.rates(schools), sa.rates(shares), sa.expected_rates(inside, outside, shares)])"
)
_MOST_NAMED = 20  # beside the picture: of more, only those of the place


def plot_funnel(
    estimates: pd.DataFrame,
    *,
    focus: str | None = None,
    title: str | None = None,
    subtitle: str | None = None,
) -> ReportFigure | Notice:
    """Plot the rate of every school against its number of students, between the limits that chance explains.

    Parameters
    ----------
    estimates
        `rates` and `funnel` of the same schools in one table, of one indicator, year, grade and student group.
    focus
        Code of a place to bring out, or of a school to name. None: the place that is the catalog's headline.
    title, subtitle
        None: made of what is shown.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows of schools.

    Raises
    ------
    DataError
        If rates or limits are missing, the estimates answer several questions, or ``focus`` is not among them.

    See Also
    --------
    plot_expected : Schools beside others with as many low-income families.

    Notes
    -----
    Reading: the fewer students, the further chance alone moves a rate, so the limits open like a funnel. A school
    beyond them is named; above is a strength (below, where a lower rate is better). Below is a question about what a
    school is given, not a verdict. Schools that may not be shown are counted under the figure.
    Reference: Spiegelhalter, D. J. (2005). Statistics in Medicine, 24, 1185-1202.

    Examples
    --------
    >>> from sesec_analysis.metrics.disparity import rates
    >>> from sesec_analysis.metrics.funnel import funnel
    >>> from sesec_analysis.schema import conform_observations
    >>> schools = conform_observations(pd.DataFrame({
    ...     "source_id": "synthetic", "indicator": "ela_met", "end_year": 2019, "status": "reported",
    ...     "organization_level": "school", "organization_id": ["2070", "2182", "2392", "9001", "9002"],
    ...     "grade_level": "all", "student_group_type": "all", "student_group": "all", "unit": "proportion",
    ...     "numerator": [50, 48, 90, 52, 50], "denominator": [100, 100, 120, 100, 100]}))
    >>> print(plot_funnel(pd.concat([rates(schools), funnel(schools)])).alt)
    Funnel plot: Synthetic data: Met the standard in English language arts, by school and number of students; All
    students, 2018–19. Higher than chance explains: Cleveland High STEM. Values are in the table.
    """
    of_schools = estimates.loc[estimates["organization_level"] == "school"]
    if of_schools.empty:
        return tables.missing(estimates)
    measures = ("rate", "funnel_target", "funnel_z", "funnel_p")
    found = made.one_question(of_schools, measures, varies=["measure"])
    rates = parts.by_school(found, "rate", "rates", _FUNNEL)
    targets = parts.by_school(found, "funnel_target", "limits", _FUNNEL)
    out = parts.focused(rates, focus)
    sizes = {code: float(one.row.n_low or 0) for code, one in rates.items() if parts.is_sized(one)}
    reasons = {code: one.row.reason for code, one in rates.items() if code not in sizes}
    hidden = parts.not_drawn(reasons, out)
    if not sizes:
        return Notice(words.title(found), " ".join(hidden))
    limits = Limits.of(one.row for one in targets.values())
    standings = Standings(list(rates.values()), targets, out.here, limits)
    strengths = {one.row.organization_id for one in standings.strengths()}
    across = scales.amount_scale(sizes.values(), "")
    cloud = parts.cloud_of(
        rates,
        sizes,
        out,
        named=out.school | (strengths if len(strengths) <= _MOST_NAMED else strengths & out.here),
        curves=limits.curves(across.high) if limits else [],
        across=across,
        under=say("Number of {counted}", counted=labels.counted_words(found[0].row)),
    )
    picture = parts.picture(
        say("Funnel plot"),
        cloud,
        key=limits.key(of_schools) if limits else [],
        notes=[*standings.notes(), *hidden],
        told=standings.told(out.place),
        by=say("by school and number of students"),
        indicator=found[0].row.indicator,
    )
    shown = Findings([*rates.values(), *targets.values()])
    figure = made.finished(shown, picture, title, subtitle)
    told = words.long_description(rates.values(), picture.name)
    table = standings.table(figure.table.caption, figure.table.note, shown)
    return replace(figure, long_description=told, table=table)


def plot_expected(
    estimates: pd.DataFrame,
    *,
    focus: str | None = None,
    title: str | None = None,
    subtitle: str | None = None,
) -> ReportFigure | Notice:
    """Plot schools' rates against their share of low-income families, beside what is usual at schools elsewhere.

    Parameters
    ----------
    estimates
        In one table: `rates` of all schools, `rates` of their low-income shares (of the same year or an earlier one),
        and `expected_rates` of the schools of a place.
    focus
        Code of the place, or of a school to name. None: the place that is the catalog's headline.
    title, subtitle
        None: made of what is shown.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows of schools.

    Raises
    ------
    DataError
        If a part is missing, the estimates answer several questions, or ``focus`` is not among them.

    See Also
    --------
    plot_funnel : Schools beside all others, by their number of students.

    Notes
    -----
    Reading: the line is drawn through the schools elsewhere. The shading is where the rate of a school of the place, of
    its size, would lie; between two schools its edge is drawn straight. A school clearly on the better side is named.
    Caution: descriptive, not a measure of effectiveness, and about schools, not students. What is usual may be unjust.

    Examples
    --------
    >>> from sesec_analysis.metrics.comparison import expected_rates
    >>> from sesec_analysis.metrics.disparity import rates
    >>> from sesec_analysis.schema import conform_observations
    >>> own = {"source_id": "synthetic", "end_year": 2019, "status": "reported", "organization_level": "school",
    ...     "grade_level": "all", "student_group_type": "all", "student_group": "all", "unit": "proportion",
    ...     "organization_id": ["2392", *(f"{at}" for at in range(9001, 9025))], "denominator": 100}
    >>> shares = conform_observations(pd.DataFrame({**own, "indicator": "low_income_lap",
    ...     "numerator": [57, *range(20, 44)]}))
    >>> met = conform_observations(pd.DataFrame({**own, "indicator": "ela_met",
    ...     "numerator": [70, *(80 - at for at in range(24))]}))
    >>> usual = expected_rates(met[:1], met[1:], shares)
    >>> print(plot_expected(pd.concat([rates(met), rates(shares), usual])).alt)
    Scatter plot: Synthetic data: Met the standard in English language arts, by school and low-income share; All
    students, 2018–19. A higher rate than usual with as many low-income families: Cleveland High STEM. Values are in
    the table.
    """
    of_schools = estimates.loc[estimates["organization_level"] == "school"]
    if of_schools.empty:
        return tables.missing(estimates)
    usual = _usual(of_schools)
    shown = Findings([one for part in usual.parts for one in part.values()])
    out = parts.focused(usual.rates, focus)
    here = frozenset(usual.expected)
    out = replace(out, here=here, place=out.place if here <= out.here else say("the place"))
    rates = Findings(list(usual.rates.values()))
    hidden = parts.not_drawn(usual.reasons, out)
    shares = {code: usual.share(code) for code in usual.drawn}
    if not shares:
        return Notice(words.title(rates), " ".join(hidden))
    cloud = parts.cloud_of(
        usual.rates,
        shares,
        out,
        named=out.school | set(usual.better()),
        curves=usual.curves(),
        across=scales.rate_scale(shares.values()),
        under=say("Students from low-income families, {year}", year=usual.year),
    )
    picture = parts.picture(
        say("Scatter plot"),
        cloud,
        key=usual.key(out.place),
        notes=[*usual.notes(out.place), *hidden],
        told=usual.main_findings(out.place),
        by=say("by school and low-income share"),
        indicator=rates[0].row.indicator,
    )
    heading = title if title is not None else words.title(rates, by=picture.by)
    under = subtitle if subtitle is not None else words.subtitle(rates)
    figure = made.finished(shown, picture, heading, under)
    return replace(figure, table=usual.table(figure.table.caption, figure.table.note, shown))


def _usual(of_schools: pd.DataFrame) -> Usual:
    """Part the table: what is expected and the rates of the same indicator, and the shares of another."""
    check_measured(of_schools)
    compared = of_schools["measure"].isin(["expected_rate", "rate_less_expected"])
    ours = of_schools["indicator"].isin(set(of_schools.loc[compared, "indicator"]))
    measures = ("rate", "expected_rate", "rate_less_expected")
    found = made.one_question(of_schools[ours], measures, varies=["measure"])
    shares = made.one_question(of_schools[~ours], ("rate",))
    expected = parts.by_school(found, "expected_rate", "expected rates", _EXPECTED)
    differences = parts.by_school(found, "rate_less_expected", "differences", _EXPECTED)
    rates = parts.by_school(found, "rate", "rates", _EXPECTED)
    return Usual(
        rates,
        parts.by_school(shares, "rate", "low-income shares", _EXPECTED),
        expected,
        differences,
    )
