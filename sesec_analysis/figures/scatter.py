"""Plot schools as a scatter of dots: dollars against need, between the limits of chance, and beside what is usual."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sesec_analysis import catalog, schema
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.pictured import captions, standing
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.evidence.wording import labels, numbers
from sesec_analysis.figures import figure, style
from sesec_analysis.figures.figure import Plot
from sesec_analysis.figures.style import ACCENT, INK, PLAIN, TONES, KeyMark
from sesec_analysis.i18n import say

__all__ = ["focused", "plot_expected", "plot_funnel", "plot_need"]


@figure.plot
def plot_need(estimates: pd.DataFrame, *, focus: str | None = None) -> Plot:
    """Plot dollars of a school year against need, a dot for each school; places are marked.

    Dollars are those of their year. That schools of more need are given more says nothing about whether it is enough.

    Parameters
    ----------
    estimates
        In one table: `averages` in dollars of schools, and of places if they are to be marked; and `rates` of their
        low-income shares, of the same year or another. Of each, the newest year is drawn.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> schools = {"place": "seattle", "organization_level": "school", "end_years": 2024}
    >>> dollars = sa.averages(sa.load("budget_per_student", **schools))
    >>> need = sa.rates(sa.load("enrollment", **schools, grade_level="all", student_group="low_income"))
    >>> print(plot_need(pd.concat([dollars, need])).alt.partition(";")[0])
    Scatter plot: School budget per student, by school and share of low-income students
    """
    dollars, shares = (
        standing.of_measure(_newest(estimates, measure), measure, what, "average")
        for measure, what in (("average", "dollars"), ("rate", "low-income shares"))
    )
    schools = {code: one for code, one in dollars.items() if one.row.organization_level == "school"}
    out, x = focused(schools, focus), standing.shares_of(shares)
    hidden = standing.not_drawn(dollars, x)
    drawn = {code: one for code, one in dollars.items() if code not in hidden}
    places = {code: one for code, one in drawn.items() if code not in schools}
    if not drawn.keys() - places.keys():
        return tables.missing(estimates)
    rows = _rows(drawn, x, out, named=places)
    made, _ = _drawn(rows, out, captions.need(shares))
    return _finished(
        made, rows, [*dollars.values(), *(shares[code] for code in drawn)], kind=say("Scatter plot"),
        notes=captions.not_drawn(hidden, out.here, out.place), of=Findings(list(dollars.values())),
        highlights=[
            f"{one.place}: {one.printed.value}, {shares[code].printed.value}" for code, one in places.items()
        ],
        by=say("by school and share of low-income students"),
    )  # fmt: skip


@figure.plot
def plot_funnel(estimates: pd.DataFrame, *, focus: str | None = None) -> Plot:
    """Plot the rate of every school against its number of students, between the limits that chance explains.

    The fewer students, the further chance alone moves a rate, so the limits open like a funnel. A school beyond 99.8
    percent limits, widened so that they hold for all schools together, is named on the better side alone; how many lie
    on the other is said. Reference: Spiegelhalter, D. J. (2005). Statistics in Medicine, 24, 1185-1202.

    Parameters
    ----------
    estimates
        `rates` and `funnel` of the same schools in one table, of one indicator, year, grade and student group.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> schools = sa.load("disciplined", place="seattle", organization_level="school", end_years=2019,
    ...                   grade_level="all", student_group="all")
    >>> print(plot_funnel(pd.concat([sa.rates(schools), sa.funnel(schools)])).alt)
    Funnel plot: Suspended or expelled, by school and number of students; All students, 2018–19. 12 of 12 shown in
    Southeast Seattle are within the limits for all schools together. Values are in the table.
    """
    of_schools = estimates.loc[estimates["organization_level"] == "school"]
    if of_schools.empty:
        return tables.missing(estimates)
    measures, kind = ("rate", "funnel_target", "funnel_z", "funnel_p"), "funnel_target"
    findings = figure.one_question(of_schools, measures, varies=["measure"], one="student_group")
    rates = standing.of_measure(findings, "rate", "rates", kind)
    funnel = standing.Funnel(rates, standing.of_measure(findings, kind, "limits", kind))
    out, counted = focused(rates, focus), {code: one.row for code, one in rates.items()}
    known = {code: row for code, row in counted.items() if row.publish != "nothing" and row.n_low}
    sizes = {c: float(row.n_low or 0) for c, row in known.items() if row.n_low == row.n_high}
    reasons = {code: row.reason for code, row in counted.items() if code not in sizes}
    hidden = captions.not_drawn(reasons, out.here, out.place)
    if not sizes:
        return Notice(captions.title(findings), " ".join(hidden))
    strong = {one.row.organization_id for of in funnel.named.values() for one in of}
    named = out.school | (strong if len(strong) <= _MOST_NAMED else strong & out.here)
    under = say("Number of {counted}", counted=labels.counted_words(findings[0].row))
    rows = _rows(rates, sizes, out, named=named)
    made, panels = _drawn(rows, out, under, say("Rate of the school"), unit="")
    _draw_limits(panels[""], funnel, pooled=standing.is_pooled(of_schools))
    whole = _finished(
        made, rows, [*rates.values(), *funnel.targets.values()], kind=say("Funnel plot"),
        notes=[*captions.funnel_notes(funnel), *hidden], by=say("by school and number of students"),
        highlights=captions.funnel_highlights(funnel, out.here, out.place),
    )  # fmt: skip
    described = captions.long_description(rates.values(), lambda one: one.place)
    return replace(whole, long_description=described, table=funnel.table(whole.table))


@figure.plot
def plot_expected(estimates: pd.DataFrame, *, focus: str | None = None) -> Plot:
    """Plot schools' rates against their share of low-income families, beside what is usual at schools elsewhere.

    There is a panel for each level of schools. The line is drawn through the schools elsewhere; the shading is about
    where the rates of schools of the place, of their size, would lie. A school on the better side is named if it lies
    beyond 99.8 percent limits, widened so that they hold for all schools of the place together. It is descriptive, not
    a measure of effectiveness, and about schools, not students. What is usual may be unjust.

    Parameters
    ----------
    estimates
        In one table: `rates` of all schools, `rates` of their low-income shares (of the same year or an earlier one),
        and `expected_rates` of the schools of a place.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> of = {"organization_level": "school", "end_years": 2018, "grade_level": "all"}
    >>> here, there = (sa.load("math_met", place=place, student_group="all", **of)
    ...                for place in ("southeast_seattle", "rest_of_seattle"))
    >>> need = sa.load("enrollment", place="seattle", student_group="low_income", **of)
    >>> parts = [*map(sa.rates, (here, there, need)), sa.expected_rates(here, there, need)]
    >>> print(plot_expected(pd.concat(parts)).alt)
    Scatter plot: Met the standard in mathematics, by school and low-income share; All students, 2017–18. 17 of 20
    schools shown as dots in Southeast Seattle are within the shading. Values are in the table.
    """
    of_schools = estimates.loc[estimates["organization_level"] == "school"]
    if of_schools.empty:
        return tables.missing(estimates)
    usual = _usual(of_schools)
    out, here = focused(usual.rates, focus), frozenset(usual.expected)
    out = _Focus(out.place if here <= out.here else say("the place"), here, out.school)
    rates = Findings(list(usual.rates.values()))
    hidden = captions.not_drawn(usual.reasons, out.here, out.place)
    if not usual.drawn:
        return Notice(captions.title(rates), " ".join(hidden))
    x = {code: usual.x[code] for code in usual.drawn}
    rows = _by_level(_rows(usual.rates, x, out, named=out.school | set(usual.strong)))
    made, panels = _drawn(rows, out, captions.need(usual.shares), say("Rate of the school"))
    lined = {
        title: _draw_usual(axes, usual, rows.loc[rows["panel"] == title, "place"])
        for title, axes in panels.items()
    }
    bare = [title for title, is_lined in lined.items() if title and not is_lined]
    parts = (usual.rates, usual.shares, usual.expected, usual.differences)
    whole = _finished(
        made, rows, [finding for part in parts for finding in part.values()], kind=say("Scatter plot"),
        notes=[*captions.usual_notes(usual, out.place, bare), *hidden], by=say("by school and low-income share"),
        highlights=captions.usual_highlights(usual, out.place), of=rates,
    )  # fmt: skip
    return replace(whole, table=usual.table(whole.table))


_MOST_NAMED = 20  # beside the picture: of more, only those of the place


def _newest(estimates: pd.DataFrame, measure: str) -> Findings:
    rows = estimates[estimates["measure"] == measure]
    newest = rows[rows["end_year"] == rows["end_year"].max()]
    return figure.one_question(newest, (measure,), one="student_group")


def _usual(of_schools: pd.DataFrame) -> standing.Usual:
    """Return the rates and expected rates of one indicator, and the shares of another."""
    check_measured(of_schools)
    measures, one = ("rate", "expected_rate", "rate_less_expected"), "student_group"
    compared = of_schools.loc[of_schools["measure"].isin(measures[1:]), "indicator"]
    same = of_schools["indicator"].isin(set(compared))
    own = figure.one_question(of_schools[same], measures, varies=["measure"], one=one)
    shares = figure.one_question(of_schools[~same], ("rate",), one=one)
    return standing.Usual.of([*own, *shares])


class _Focus(NamedTuple):
    """What is brought out: a place and its schools, and a school that is named."""

    place: str
    here: frozenset[str]
    school: frozenset[str] = frozenset()


def focused(rates: Mapping[str, Finding], focus: str | None) -> _Focus:
    """Return the place in focus, or the catalog's headline, and the school that is asked for by its code."""
    places, findings = catalog.places(), Findings(list(rates.values()))
    headline = next(code for code, place in places.items() if place.headline)
    code = focus if focus in places else headline
    here = frozenset(one.row.organization_id for one in standing.schools_of(findings, code))
    if focus in places and not here:
        raise DataError(
            f"none of these schools is of {places[code].name}", where=f"focus {focus!r}",
            mend="name a place that has some of them, or one of the schools", known=sorted(rates),
        )  # fmt: skip
    school = None if focus in places or focus is None else figure.checked_focus(findings, focus)
    return _Focus(places[code].name, here, frozenset({school} if school else ()))


def _rows(
    findings: Mapping[str, Finding], x: Mapping[str, float], focus: _Focus, *, named: Collection[str]
) -> pd.DataFrame:  # fmt: skip
    """Return the dots: schools at their place from left to right; only those drawn as points are named."""
    rows = figure.frame_of(
        [one for code, one in findings.items() if code in x],
        x=lambda one: x[one.row.organization_id],
        id=lambda one: one.id,
        school=lambda one: one.row.organization_level == "school",
        bright=lambda one: one.row.organization_id in focus.here or one.place == focus.place,
        here=lambda one: one.row.organization_id in focus.here,
        named=lambda one: one.row.organization_id in named and one.row.publish == "point",
        panel=lambda _: "",
    )
    plain = rows["school"].map({True: TONES[0], False: PLAIN})
    rows["color"] = plain.where(~rows["bright"], ACCENT)
    rows["shape"] = rows["here"].map({True: "o", False: "s"}).where(rows["school"], "D")
    rows["edge"] = rows["color"].where(~rows["named"], INK)
    return rows.sort_values(["school", "here", "id"], ascending=[False, True, True])


def _by_level(rows: pd.DataFrame) -> pd.DataFrame:
    """Set each level of the place's schools in a panel; schools that are not all in the catalog share one."""
    known = catalog.schools()
    level = {code: known[code].level or "other" if code in known else "" for code in rows["place"]}
    of = rows["place"].map(level)
    kinds = [kind for kind in labels.SCHOOL_LEVELS if rows.loc[of == kind, "here"].any()]
    if "" in level.values() or not kinds:
        return rows
    rows = rows.assign(panel=of.map({kind: say(labels.SCHOOL_LEVELS[kind]) for kind in kinds}))
    return pd.concat([rows[of == kind] for kind in kinds])


def _finished(
    made: Figure, rows: pd.DataFrame, shown: list[Finding], **told: Any
) -> figure.ReportFigure:
    panels, main = rows["panel"].nunique(), rows["finding"].iloc[0].row.indicator
    height = (3.9 if panels == 1 else -(-panels // 2) * 2.3) + 0.5
    name = partial(captions.school_measure, indicator=main)
    return figure.finished(made, height, Findings(shown), name=name, **told)


def _drawn(
    every: pd.DataFrame, focus: _Focus, under: str, left: str = "", *, unit: str = "proportion"
) -> tuple[Figure, dict[str, Axes]]:
    """Draw the dots of each panel, two side by side; ``under`` and ``left`` are of axes, ``unit`` of the horizontal."""
    titles = list(every["panel"].unique())
    side = min(len(titles), 2)
    made, panels = figure.blank(len(titles), side, sharey=True)
    across = style.level_scale(every["x"], unit)
    across = across if side == 1 else across.coarse()
    heights = style.numbers_of(every, "at", "bound_low", "bound_high")
    up = style.level_scale(heights, every["finding"].iloc[0].row.unit)
    here, places = every["here"], ~every["school"]
    elsewhere = say("School elsewhere") if here.any() else say("School")
    keys = {
        KeyMark("look", say("School of {place}", place=focus.place), ACCENT): here.any(),
        KeyMark("look", elsewhere, TONES[0], "s"): not here.all(),
        KeyMark("look", say("all schools of the place together"), PLAIN, "D"): places.any(),
    }
    style.explains(panels[0], keys)
    care, band = say("interpret with care"), say("range of a school with withheld figures")
    for title, axes in zip(titles, panels, strict=True):
        rows = every[every["panel"] == title]
        across.on(axes.xaxis)
        up.on(axes.yaxis)
        axes.set_title(title)
        wide = 0.02 * (across.high - across.low)
        style.ranges(axes, rows, "x", upright=True, wide=wide, band=band)
        kinds = {26: rows["school"] & ~rows["here"], 44: rows["here"], 74: ~rows["school"]}
        for at, (size, kind) in enumerate(kinds.items(), 3):
            style.dots(axes, rows[kind], "x", "at", size=size, at=at, care=care)
        axes.set(xlabel="", ylabel=left)
        named = rows[rows["named"]].sort_values("at", ascending=False, kind="stable")
        look = {"color": named["color"].where(named["bright"], style.QUIET), "y": named["at"]}
        names = named.assign(text=named["finding"].map(captions.called), **look)
        style.beside(axes, names, width=1.5 if side == 1 else 1.15)
    for axes in panels[-side:]:
        axes.set_xlabel(under if side == 1 else style.wrapped(under, 2.6))
    return made, dict(zip(titles, panels, strict=True))


def _draw_limits(axes: Axes, funnel: standing.Funnel, *, pooled: bool) -> None:
    """Draw the target and its limits, from the smallest school that may be shown to the largest."""
    if (limits := funnel.limits) is None:
        return
    least, outer = schema.MINIMUM_GROUP, standing.OUTER
    n = np.unique(np.linspace(least, max(axes.get_xlim()[1], least + 1.0), 400).round())
    label = say("schools with published counts together") if pooled else say("target")
    target = f"{label}, {limits.target * 100:.1f}%"
    lines = [("line", target, 1.6, [np.full(n.shape, limits.target)])]
    for line, wide, level in (("dash", 1.5, limits.level), ("thin", 1.1, outer)):
        if line == "dash" or level > limits.level:
            lines.append((line, standing.limits_words(level), wide, list(limits.at(n, level))))
    for line, text, wide, ends in lines:
        style.explains(axes, {KeyMark(line, text): True})
        for end in ends:
            look: dict[str, Any] = {"linestyle": style.LINED[line], "linewidth": wide}
            axes.plot(n, end, color=PLAIN, zorder=1.8, **look)


def _draw_usual(axes: Axes, usual: standing.Usual, schools: Iterable[str]) -> bool:
    """Draw the line of what is usual, and round it about where rates in the place would lie, if there is one."""
    if not (line := usual.line(schools)):
        return False
    level = numbers.level_words(next(iter(usual.expected.values())).row.ci_level)
    light: dict[str, Any] = {"color": style.shade(PLAIN), "linewidth": 0, "zorder": 1.2}
    axes.fill_between(line.x, line.low, line.high, **light)
    axes.plot(line.x, line.y, color=PLAIN, linewidth=1.6, zorder=1.8)
    around = KeyMark("shade", say("{interval} there, about", interval=level))
    style.explains(axes, {KeyMark("line", say("usual at schools elsewhere")): True, around: True})
    return True
