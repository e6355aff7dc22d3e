"""Plot schools as dots: a swarm of a rate, dollars against need, between limits of chance, beside what is usual."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from sesec_analysis import catalog, schema
from sesec_analysis.bounds import Floats
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.gate.rules import reason_of
from sesec_analysis.evidence.pictured import captions, school_captions, standing
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.fields import OUTER
from sesec_analysis.figures import figure, style
from sesec_analysis.figures.style import HERE, INK, PLAIN, QUIET, REST, SMALL, KeyMark
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, Name, Renderer, Text, _, count_message

__all__ = ["plot_expected", "plot_funnel", "plot_need", "plot_schools"]


@figure.plot
def plot_schools(
    estimates: pd.DataFrame, *, places: Sequence[str] = ("southeast_seattle", "rest_of_seattle_regular"),
    focus: str | None = None, ax: Axes | None = None,
) -> figure.Drawn:  # fmt: skip
    """Plot a rate of every school as a swarm of dots, the schools of each place together.

    Each dot is a school, whatever its size. The school at the better end is named, or where neither is better those at
    both; schools that may not be shown are counted under the figure.

    Parameters
    ----------
    estimates
        Rates of schools, of one indicator, school year, grade and student group. A row of a place itself is drawn as
        the line of all its schools together.
    places
        Codes of places, from top to bottom; a school is shown in the first that it belongs to.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> schools = sa.load("enrollment", place="seattle", organization_level="school", end_years=2019,
    ...                   grade_level="all", student_group="low_income")
    >>> print(plot_schools(sa.rates(schools)).alt.partition(" Rest")[0])
    Dot plot: Low-income: share of students, by school; 2019. Southeast Seattle: From 48.4% (Hawthorne
    Elementary) to 81.6% (Rising Star Elementary). Values are in the table.
    """
    check_measured(estimates)
    if not (estimates["organization_level"] == "school").any():
        return figure.lacking_on(ax, estimates)
    every = figure.one_question(estimates, ("rate", "average"))
    return figure.planned_on(
        ax, make_schools, "plot_schools", every, estimates, places=list(places), focus=focus
    )


@figure.with_style
def make_schools(given: Spec, words: Renderer) -> figure.Plot:
    """Make what `plot_schools` returns."""
    findings, places, focus = given.input, given.options["places"], given.options["focus"]
    focus = focus if focus in places else findings.checked_focus(focus)
    rows = _in_strips(findings, places, focus, standing.better(findings))
    if rows.empty:
        return given.notice()
    strips = {code: rows[rows["strip"] == code] for code in map(str, rows["strip"].unique())}
    of = {code: list(strip["finding"]) for code, strip in strips.items()}
    every = {one.row.organization_id: one for one in findings}
    pooled = {code: every[code] for code in strips if code in every}
    shown = Findings([*pooled.values(), *rows["finding"]])
    made, [axes] = figure.blank()
    numbers = style.numbers_of(figure.frame_of(shown), "estimate", "bound_low", "bound_high")
    style.level_scale(numbers, findings[0].row.unit).on(axes.xaxis)
    open_ = {code: _ranges(strip, axes.get_xlim()[1], words) for code, strip in strips.items()}
    tall = (
        0.2 + _SWARM + _LANE * max(of["lane"].max() + 1 if len(of) else 0 for of in open_.values())
    )
    _draw_swarms(axes, rows, pooled, open_, 1 / tall, words)
    highlights = [
        _(
            "{place}: {ends}",
            place=Name("place_plain", code),
            ends=school_captions.ends_of_schools(every),
        )
        for code, every in of.items()
    ]
    whole = figure.finish_figure(
        made, tall * len(strips) + 0.35, shown, words, kind=Text(N_("Dot plot")), highlights=highlights,
        notes=school_captions.school_notes(of), name=captions.place, by=Text(N_("by school")),
    )  # fmt: skip
    described = captions.long_description(shown, captions.place)
    counts = school_captions.numbers_of_schools(of)
    texts = {"long_description": captions.together([*counts, *described.items])}
    return replace(whole, texts={**whole.texts, **texts})


@figure.plot
def plot_need(
    estimates: pd.DataFrame, *, focus: str | None = None, ax: Axes | None = None
) -> figure.Drawn:
    """Plot dollars of a school year against need, a dot for each school; places and the highest school are named.

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
    check_measured(estimates)
    every: list[Finding] = []
    for measure in _OF_NEED:
        of = estimates[estimates["measure"] == measure]
        newest = of[of["end_year"] == of["end_year"].max()]
        every += figure.one_question(newest, (measure,), one="student_group")
    dollars, _ = _need_of(every)
    standing.choose_focus(_schools_among(dollars), focus)
    return figure.planned_on(ax, make_need, "plot_need", Findings(every), estimates, focus=focus)


_LOW_INCOME = N_("{whole} low-income")
_ABOVE = N_("{whole} low-income (above this axis)")
_OF_NEED = {"average": "dollars", "rate": "low-income shares"}


def _need_of(every: Iterable[Finding]) -> list[dict[str, Finding]]:
    """Return dollars and shares by organization, of a place those of the schools that its budgets cover."""
    parts = list(every)
    dollars, shares = (
        standing.of_measure(parts, name, what, "average") for name, what in _OF_NEED.items()
    )
    for code in dollars:
        if code not in shares and (part := catalog.elementary_part(code)) in shares:
            shares[code] = shares[part]
    return [dollars, shares]


_FAR_ABOVE = 1.3
"""A highest school of more than so many times the dollars of the next would leave most of the axis empty."""


def _lower_outlier(rows: pd.DataFrame) -> pd.DataFrame:
    """Set a school far above all others to the top of the axis of these, as an arrow."""
    highest = rows["at"].idxmax()
    others = style.numbers_of(rows.drop(index=highest), "at", "bound_low", "bound_high")
    if not others or rows["at"].max() <= _FAR_ABOVE * max(others):
        return rows
    top = style.amount_scale(others, rows["finding"].iloc[0].row.unit).high
    shape = rows["shape"].mask(rows.index == highest, "^")
    return rows.assign(at=rows["at"].clip(upper=top), shape=shape)


def _schools_among(dollars: Mapping[str, Finding]) -> dict[str, Finding]:
    return {code: one for code, one in dollars.items() if one.row.organization_level == "school"}


@figure.with_style
def make_need(given: Spec, words: Renderer) -> figure.Plot:
    """Make what `plot_need` returns."""
    focus = given.options["focus"]
    dollars, shares = _need_of(given.input)
    schools = _schools_among(dollars)
    out, x = standing.choose_focus(schools, focus), standing.shares_of(shares)
    hidden = standing.not_drawn(dollars, x)
    drawn = {code: one for code, one in dollars.items() if code not in hidden}
    places = {code: one for code, one in drawn.items() if code not in schools}
    if not drawn.keys() - places.keys():
        return given.notice()
    highest = max(drawn.keys() - places.keys(), key=lambda code: drawn[code].printed.ends[0] or 0)
    rows = _rows(drawn, x, out, named={*places, highest})
    rows = _lower_outlier(rows)
    rows["share"] = [
        words(_(_ABOVE if shape == "^" else _LOW_INCOME, shares[code]))
        for code, shape in zip(rows["place"], rows["shape"], strict=True)
    ]
    made, _panels = _draw_panels(rows, out, school_captions.need_axis_title(shares), words)
    highlights = [
        _("{values}, {share}", values=Text("{place_name}: {value_label}", of=one),
          share=Text("{value_label}", of=shares[code]))
        for code, one in places.items()
    ]  # fmt: skip
    return _finish_plot(
        made, rows, [*dollars.values(), *(shares[code] for code in drawn)], words, kind=Text(N_("Scatter plot")),
        notes=captions.not_drawn(hidden, out.here, out.place), of=Findings(list(dollars.values())),
        highlights=highlights, by=Text(N_("by school and share of low-income students")),
        alone=given.options.get("height") or 4.9,
    )  # fmt: skip


@figure.plot
def plot_funnel(
    estimates: pd.DataFrame, *, focus: str | None = None, ax: Axes | None = None
) -> figure.Drawn:
    """Plot the rate of every school against its number of students, between the limits that chance explains.

    The fewer students, the further chance alone moves a rate, so the limits open like a funnel. A school beyond 99.8
    percent limits, widened so that they hold for all schools together, is named only on the better side; how many lie
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
    Funnel plot: Suspended or expelled, by school and number of students; All students, 2019. 12 of 12 shown in
    Southeast Seattle are within the limits for all schools together. Values are in the table.
    """
    check_measured(estimates)
    of_schools = estimates.loc[estimates["organization_level"] == "school"]
    if of_schools.empty:
        return figure.lacking_on(ax, estimates)
    measures = ("rate", "funnel_target", "funnel_z", "funnel_p")
    every = figure.one_question(of_schools, measures, varies=["measure"], one="student_group")
    drawn = Findings([one for one in every if one.row.measure in measures[:2]])
    options = {"focus": focus, "pooled": standing.is_pooled(of_schools)}
    return figure.planned_on(ax, make_funnel, "plot_funnel", drawn, estimates, **options)


@figure.with_style
def make_funnel(given: Spec, words: Renderer) -> figure.Plot:
    """Make what `plot_funnel` returns."""
    findings, focus, kind = given.input, given.options["focus"], "funnel_target"
    rates = standing.of_measure(findings, "rate", "rates", kind)
    funnel = standing.Funnel(rates, standing.of_measure(findings, kind, "limits", kind))
    out, every = standing.choose_focus(rates, focus), {code: one.row for code, one in rates.items()}
    known = {code: row for code, row in every.items() if row.publish != "nothing" and row.n_low}
    sizes = {c: float(row.n_low or 0) for c, row in known.items() if row.n_low == row.n_high}
    reasons = {code: reason_of(one) for code, one in rates.items() if code not in sizes}
    hidden = captions.not_drawn(reasons, out.here, out.place)
    if not sizes:
        return captions.notice_of(findings)
    strong = {one.row.organization_id for of in funnel.named.values() for one in of}
    named = out.school | (strong if len(strong) <= _MOST_NAMED else strong & out.here)
    under = _("Number of {counted}", findings[0])
    rows = _rows(rates, sizes, out, named=named)
    made, panels = _draw_panels(rows, out, under, words, Text(_RATE), unit="")
    _draw_limits(panels[""], funnel, pooled=given.options["pooled"])
    whole = _finish_plot(
        made, rows, [*rates.values(), *funnel.targets.values()], words, kind=Text(N_("Funnel plot")),
        notes=[*school_captions.funnel_notes(funnel), *hidden], by=Text(N_("by school and number of students")),
        highlights=school_captions.funnel_highlights(funnel, out.here, out.place),
    )  # fmt: skip
    described = captions.long_description(rates.values(), captions.place)
    texts = {**whole.texts, "long_description": described}
    return replace(whole, texts=texts, table=funnel.table(whole.table))


@figure.plot
def plot_expected(
    estimates: pd.DataFrame, *, focus: str | None = None, ax: Axes | None = None
) -> figure.Drawn:
    """Plot schools' rates against their share of low-income families, with the rate expected from schools elsewhere.

    There is a panel for each level of schools. The line is drawn through the schools elsewhere; the shading is about
    where the rates of schools of the place would lie. A school on the better side is named beyond 99.8 percent limits,
    widened to hold for all of them together. Descriptive, no measure of effectiveness; what is usual may be unjust.

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
    Scatter plot: Met the standard in mathematics, by school and low-income share; All students, 2018. 16 of 18
    schools shown as dots in Southeast Seattle are within the shading. Values are in the table.
    """
    check_measured(estimates)
    of_schools = estimates.loc[estimates["organization_level"] == "school"]
    if of_schools.empty:
        return figure.lacking_on(ax, estimates)
    measures, one = ("rate", "expected_rate", "rate_less_expected"), "student_group"
    compared = of_schools.loc[of_schools["measure"].isin(measures[1:]), "indicator"]
    same = of_schools["indicator"].isin(set(compared))
    own = figure.one_question(of_schools[same], measures, varies=["measure"], one=one)
    shares = figure.one_question(of_schools[~same], ("rate",), one=one)
    every = Findings([*own, *shares])
    return figure.planned_on(ax, make_expected, "plot_expected", every, estimates, focus=focus)


@figure.with_style
def make_expected(given: Spec, words: Renderer) -> figure.Plot:
    """Make what `plot_expected` returns."""
    usual, focus = standing.Usual.from_findings(given.input), given.options["focus"]
    out, here = standing.choose_focus(usual.rates, focus), frozenset(usual.expected)
    place = out.place if here <= out.here else Text(N_("the place"))
    out = standing.Focus(out.code, place, here, out.school)
    rates = Findings(list(usual.rates.values()))
    hidden = captions.not_drawn(usual.reasons, out.here, out.place)
    drawn, shares = usual.drawn, usual.x
    if not drawn:
        return captions.notice_of(rates)
    x = {code: shares[code] for code in drawn}
    rows = _by_level(_rows(usual.rates, x, out, named=out.school | set(usual.strong)))
    made, panels = _draw_panels(
        rows, out, school_captions.need_axis_title(usual.shares), words, Text(_RATE)
    )
    places = rows.groupby("panel", sort=False)["place"]
    lined = {str(level): _draw_usual(panels[str(level)], usual, of) for level, of in places}
    bare = [text for code, is_lined in lined.items() if not is_lined and (text := _level(code))]
    parts = (usual.rates, usual.shares, usual.expected, usual.differences)
    whole = _finish_plot(
        made, rows, [finding for part in parts for finding in part.values()], words, kind=Text(N_("Scatter plot")),
        notes=[*school_captions.usual_notes(usual, out.place, bare), *hidden], of=rates,
        highlights=school_captions.usual_highlights(usual, out.place), by=Text(N_("by school and low-income share")),
    )  # fmt: skip
    return replace(whole, table=usual.table(whole.table))


_RATE = N_("Rate of the school")
_MOST_NAMED = 20  # beside the picture: of more, only those of the place


def _rows(
    findings: Mapping[str, Finding], x: Mapping[str, float], focus: standing.Focus, *, named: Collection[str]
) -> pd.DataFrame:  # fmt: skip
    """Return the dots: schools at their place from left to right; only those drawn as points are named."""
    rows = figure.frame_of(
        [one for code, one in findings.items() if code in x],
        x=lambda one: x[one.row.organization_id],
        id=lambda one: one.id,
        school=lambda one: one.row.organization_level == "school",
        bright=lambda one: (
            one.row.organization_id in focus.here or one.row.organization_id == focus.code
        ),
        here=lambda one: one.row.organization_id in focus.here,
        named=lambda one: one.row.organization_id in named and one.row.publish == "point",
        panel=lambda _: "",
    )
    rows["color"] = rows["bright"].map({True: HERE.plain, False: REST.plain})
    # A school has the shape of its place, which is larger, and whose edge is black.
    rows["shape"] = (rows["here"] | rows["bright"]).map({True: HERE.marker, False: REST.marker})
    rows["edge"] = rows["color"].where(~rows["named"], INK)
    return rows.sort_values(["school", "here", "id"], ascending=[False, True, True])


def _by_level(rows: pd.DataFrame) -> pd.DataFrame:
    """Set each level of the place's schools in a panel, by its code; schools not all in the catalog share one."""
    known = catalog.schools()
    level = {code: known[code].level or "other" if code in known else "" for code in rows["place"]}
    of = rows["place"].map(level)
    kinds = [kind for kind in labels.SCHOOL_LEVELS if rows.loc[of == kind, "here"].any()]
    if "" in level.values() or not kinds:
        return rows
    rows = rows.assign(panel=of)
    return pd.concat([rows[of == kind] for kind in kinds])


def _level(code: str) -> Text | None:
    """Return what a level of schools is called; None where schools are not set apart by level."""
    return Text(labels.SCHOOL_LEVELS[code]) if code else None


def _finish_plot(
    made: Figure,
    rows: pd.DataFrame,
    shown: list[Finding],
    words: Renderer,
    *,
    alone: float = 3.9,
    **texts: Any,
) -> figure.ReportFigure:
    """Return a finished figure; ``alone`` are the inches of a panel that has no other beside it."""
    panels, main = rows["panel"].nunique(), rows["finding"].iloc[0].row.indicator
    height = (alone if panels == 1 else -(-panels // 2) * 2.3) + 0.5
    name = partial(school_captions.school_measure, indicator=main)
    return figure.finish_figure(made, height, Findings(shown), words, name=name, **texts)


def _draw_panels(
    every: pd.DataFrame,
    focus: standing.Focus,
    under: Arg,
    words: Renderer,
    left: Arg | None = None,
    *,
    unit: str = "proportion",
) -> tuple[Figure, dict[str, Axes]]:
    """Draw the dots of each panel, two side by side; ``under`` and ``left`` are of axes, ``unit`` of the horizontal."""
    titles = list(every["panel"].unique())
    side = min(len(titles), 2)
    made, panels = figure.blank(len(titles), side, sharey=True)
    across = style.level_scale(every["x"], unit)
    heights = style.numbers_of(every, "at", "bound_low", "bound_high")
    scale = style.amount_scale if "share" in every else style.level_scale
    up = scale(heights, every["finding"].iloc[0].row.unit)
    here = every["here"]
    elsewhere = Text(N_("Other Seattle school") if here.any() else N_("School"))
    keys = {
        KeyMark("look", _("School in {place}", place=focus.place), *HERE): here.any(),
        KeyMark("look", elsewhere, *REST): not here.all(),
    }
    style.explains(panels[0], keys)
    care = Text(N_("use caution"))
    for level, axes in zip(titles, panels, strict=True):
        rows = every[every["panel"] == level]
        across.on(axes.xaxis, every=side)
        up.on(axes.yaxis)
        axes.set_title(words(_level(level)))
        wide = 0.02 * (across.high - across.low)
        style.ranges(axes, rows, "x", upright=True, wide=wide)
        kinds = {24: rows["school"] & ~rows["here"], 44: rows["here"], 90: ~rows["school"]}
        for at, (size, kind) in enumerate(kinds.items(), 3):
            style.dots(axes, rows[kind], "x", "at", size=size, at=at, care=care)
        axes.set(xlabel="", ylabel=words(left))
        named = rows[rows["named"]].sort_values("at", ascending=False, kind="stable")
        if "share" in rows:
            texts = [
                f"{words(captions.dot_label(one))}\n{share}"
                for one, share in zip(named["finding"], named["share"], strict=True)
            ]
            later = partial(_write_near, axes, rows, named.assign(text=texts))
            style.figure_list(axes.figure, "_later").append(later)
            continue
        look = {"color": named["color"].where(named["bright"], QUIET), "y": named["at"]}
        texts = [words(captions.dot_label(one)) for one in named["finding"]]
        names = named.assign(text=texts, **look)
        style.write_beside(axes, names, width=1.5 if side == 1 else 1.15)
    for axes in panels[-side:]:
        across_is = words(under)
        axes.set_xlabel(across_is if side == 1 else style.wrap_text(across_is, 2.6))
    return made, dict(zip(titles, panels, strict=True))


def _write_near(axes: Axes, rows: pd.DataFrame, named: pd.DataFrame) -> None:
    """Write what is named as near to its dot as it covers the fewest others."""
    dots, dpi = axes.transData.transform(rows[["x", "at"]].to_numpy(dtype=float)), axes.figure.dpi
    for row in style.records(named):
        wide = max(style.size_of(line, SMALL, "bold") for line in row.text.split("\n"))
        size = np.array([wide, style.tall(row.text)]) * dpi
        spot, box = axes.transData.transform((row.x, row.at)), axes.get_window_extent()
        best: tuple[float, Any] = (np.inf, spot)
        for away in (0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9):
            for side in ((-1, 1), (1, -1), (1, 1), (-1, -1)):
                low = spot + np.array(side) * away * dpi + np.minimum(side, 0) * size
                inside = (low > box.min).all() and (low + size < box.max).all()
                covered = ((dots > low - 4) & (dots < low + size + 4)).all(axis=1).sum()
                if inside and covered + away < best[0]:
                    best = (covered + away, low)
        x, y = axes.transData.inverted().transform(best[1])
        color = row.color if row.bright else INK
        axes.text(
            x, y, row.text, va="bottom", ha="left", fontsize=SMALL, weight="bold", color=color
        )
        ends = np.array([spot, np.clip(spot, best[1], best[1] + size)])
        axes.plot(
            *axes.transData.inverted().transform(ends).T, color=color, linewidth=0.7, zorder=2
        )


def _draw_limits(axes: Axes, funnel: standing.Funnel, *, pooled: bool) -> None:
    """Draw the target and its limits, from the smallest school that may be shown to the largest."""
    if (limits := funnel.limits) is None:
        return
    least, outer = schema.MINIMUM_GROUP, OUTER
    n = np.unique(np.linspace(least, max(axes.get_xlim()[1], least + 1.0), 400).round())
    label = Text(N_("schools with published counts together") if pooled else N_("target"))
    target = _("{label}, {value_label}", funnel.largest, label=label)
    inner = funnel.limits_text
    levels = [("dash", 1.5, limits.level, inner), ("thin", 1.1, outer, standing.outer_text())]
    lines: list[tuple[str, Text, float, tuple[Floats, ...]]] = [
        ("line", target, 1.6, (np.full(n.shape, limits.target),))
    ]
    for line, wide, level, text in levels[: 1 + (limits.level < outer)]:
        lines.append((line, text, wide, limits.at(n, level)))
    for line, text, wide, ends in lines:
        style.explains(axes, {KeyMark(line, text): True})
        for end in ends:
            axes.plot(n, end, color=PLAIN, zorder=1.8, ls=style.LINED[line], linewidth=wide)


def _draw_usual(axes: Axes, usual: standing.Usual, schools: Iterable[str]) -> bool:
    """Draw the line of what is usual, and round it about where rates in the place would lie, if there is one."""
    if not (line := usual.line(schools)):
        return False
    first = next(iter(usual.expected.values()))
    level = _("{percent}% interval", first, percent=Text("{ci_percent}"))
    shade = style.shade(PLAIN)
    axes.fill_between(line.x, line.low, line.high, color=shade, linewidth=0, zorder=1.2)
    axes.plot(line.x, line.y, color=PLAIN, linewidth=1.6, zorder=1.8)
    around = KeyMark("shade", _("{interval} there, about", interval=level))
    mean = KeyMark("line", Text(N_("usual at schools elsewhere")))
    style.explains(axes, {mean: True, around: True})
    return True


_SWARM, _LANE, _LABEL, _ACROSS = 1.07, 0.2, 1.55, 5.0
"""Inches: room for dots and names, for ranges side by side, for what is at the left, and about that of the axis."""


def _in_strips(findings: Findings, places: Sequence[str], focus: str | None, side: int) -> pd.DataFrame:  # fmt: skip
    """Return the schools of each place by name; a school stands in the first place that it belongs to."""
    strips: dict[Finding, str] = {}
    for code in places:
        of = sorted(standing.schools_of(findings, code), key=lambda one: (one.place, one.id))
        strips = dict.fromkeys(of, code) | strips
    order = sorted(strips, key=lambda one: places.index(strips[one]))
    rows = figure.frame_of(order, strip=lambda one: strips[one])
    headline = next((code for code in places if catalog.place(code).headline), None)
    bright = rows["strip"] == (focus if focus in places else headline)
    rows["color"] = bright.map({True: HERE.plain, False: REST.plain})
    rows["shape"] = bright.map({True: HERE.marker, False: REST.marker})
    # A number that chance alone could move far is not named as the lowest or highest, nor is the next one in its place.
    points = rows[rows["publish"] == "point"].sort_values("estimate", kind="stable")
    ends = points.groupby("strip", sort=False)
    extremes = [*ends.head(side <= 0).index, *ends.tail(side >= 0).index]
    named = [at for at in extremes if not rows["hollow"][at]]
    asked = rows["place"] == focus
    edge = rows["color"].mask(asked, INK)
    return rows.assign(named=rows.index.isin(named) | asked, edge=edge)


def _ranges(rows: pd.DataFrame, end: float, words: Renderer) -> pd.DataFrame:
    """Return how many schools have each range, in words if several, and a ``lane`` where none lies over another.

    ``late`` are those near the ``end`` of the axis, whose words stand before them.
    """
    ends, open_ = ["color", "publish", "bound_low", "bound_high"], rows["publish"] == "range"
    alike = rows[open_].groupby(ends, dropna=False)
    made = alike.agg(place=("place", tuple), rule=("rule", "first"), unit=("unit", "first"))
    made = made.reset_index()
    low, high = made["bound_low"].fillna(0.0), made["bound_high"].fillna(end)
    many = [count_message("{n} school", "{n} schools", schools) for schools in made["place"]]
    text = [words(schools) if len(schools.of) > 1 else "" for schools in many]
    wide = [style.size_of(one, SMALL) + 0.1 if one else 0.02 for one in text]
    room, late = pd.Series(wide, made.index) * end / _ACROSS, high > 0.8 * end
    made = made.assign(text=text, late=late, start=low - room * late, stop=high + room * ~late)
    made = made.sort_values(["start", "stop"], ignore_index=True)
    taken, lanes = list[float](), []
    for row in style.records(made):
        lanes.append(next((at for at, to in enumerate(taken) if to <= row.start), len(taken)))
        taken[lanes[-1] :] = [row.stop, *taken[lanes[-1] + 1 :]]
    return made.assign(lane=lanes)


_POOLED = N_("all together {whole}")


def _draw_swarms(
    axes: Axes, rows: pd.DataFrame, pooled: dict[str, Finding], ranges: Mapping[str, pd.DataFrame], inch: float,
    words: Renderer,
) -> None:  # fmt: skip
    strips = {str(code): of for code, of in rows.groupby("strip", sort=False)}
    points = rows[rows["publish"] == "point"]
    sns.swarmplot(
        points, x="estimate", y="strip", order=list(strips), orient="h", size=5.5, linewidth=1.2,
        ax=axes, zorder=3, clip_on=False, warn_thresh=1,
    )  # fmt: skip
    bottom, top, names = (0.3 * _SWARM + 0.25) * inch, 0.55 * _SWARM * inch, []
    axes.set_ylim(len(strips) - bottom, -top)
    for code, strip in strips.items():
        known = school_captions.of_schools(code, list(strip["finding"]))
        name, *told = map(words, known)
        # A number stays on the line of what it counts.
        told = [style.wrap_text("\xa0".join(one.rsplit(" ", 1)), _LABEL) for one in told]
        names.append("\n".join([style.wrap_text(name, _LABEL, style.BODY), *told]))
    axes.set_yticks(range(len(strips)), names, color=INK)
    axes.tick_params(axis="y", pad=7)
    every = [one for one in axes.collections if isinstance(one, PathCollection)]
    swarms = [one for one in every if np.size(one.get_offsets())]
    for swarm, (_code, strip) in zip(swarms, points.groupby("strip", sort=False), strict=True):
        care = Text(N_("small numbers: use caution"))
        style.style_dots(axes, strip, swarm, care=care)
        style.set_shape(swarm, strip["shape"].iloc[0])
        style.figure_list(axes.figure, "_later").append(
            partial(_name_ends, axes, swarm, strip, words)
        )
    lane = _LANE * inch
    for at, (code, open_) in enumerate(ranges.items()):
        heights = at + (0.62 * _SWARM + 0.12) * inch + lane * open_["lane"]
        style.ranges(axes, open_.assign(y=heights), "y", wide=lane / 2)
        for row, y in zip(style.records(open_), heights, strict=True):
            if row.text:
                x = row.bound_low if row.late else row.bound_high
                away, side = (-4, "right") if row.late else (4, "left")
                axes.annotate(
                    row.text, (x, y), (away, 0), textcoords="offset points", va="center", ha=side,
                    fontsize=SMALL, color=QUIET,
                )  # fmt: skip
        if code in pooled and pooled[code].row.publish != "nothing":
            whole, half = (
                figure.frame_of([pooled[code]]).assign(y=at, color=INK),
                0.42 * _SWARM * inch,
            )
            style.ranges(axes, whole, "y", wide=2 * half, at=1.5)
            axes.vlines(whole["estimate"], at - half, at + half, color=INK, linewidth=1.4, zorder=2)
            x = whole[["estimate", "bound_low", "bound_high"]].mean(axis=1).iloc[0]
            axes.annotate(
                words(Text(_POOLED, of=pooled[code])), (x, at - half), (0, 2), textcoords="offset points", va="bottom",
                ha="center", fontsize=SMALL, weight="bold", color=whole["color"].iloc[0],
            )  # fmt: skip


def _name_ends(axes: Axes, swarm: PathCollection, strip: pd.DataFrame, words: Renderer) -> None:
    """Name schools under the dots, moved apart where they would overlap, each with a line to its dot."""
    spots = np.asarray(swarm.get_offsets())
    dots, back = axes.transData.transform(spots), axes.transData.inverted()
    named = np.flatnonzero(strip["named"])
    texts = [words(captions.dot_label(one)) for one in strip["finding"].iloc[named]]
    dpi, box = axes.figure.dpi, axes.get_window_extent()
    end = min(box.x1 + 40, axes.figure.bbox.x1)
    wide = [style.size_of(text, SMALL) * dpi + 10 for text in texts]
    fits = sum(wide) <= box.width  # beside each other; if not, each under the one before
    centres = style.spread_apart(list(dots[named, 0]), wide, box.x0, end) if fits else []
    for at, (text, spot) in enumerate(zip(texts, named, strict=True)):
        x = centres[at] if fits else style.spread_apart([dots[spot, 0]], [wide[at]], box.x0, end)[0]
        y = dots[:, 1].min() - 8 - (0 if fits else at) * style.tall(text) * dpi
        axes.annotate(
            text, tuple(spots[spot]), tuple(back.transform((x, y))), va="top", ha="center",
            fontsize=SMALL, annotation_clip=False, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            arrowprops={"arrowstyle": "-", "color": QUIET, "linewidth": 0.7, "shrinkB": 3, "shrinkA": 0},
        )  # fmt: skip
