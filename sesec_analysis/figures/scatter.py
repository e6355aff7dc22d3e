"""Plot schools as a scatter of dots: dollars against need, between the limits of chance, and beside what is usual."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sesec_analysis import catalog, schema
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import standing, tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.evidence.wording import labels, numbers
from sesec_analysis.figures import figure, style, words
from sesec_analysis.figures.figure import Plot
from sesec_analysis.figures.style import ACCENT, INK, PLAIN, TONES, KeyMark
from sesec_analysis.i18n import mark, say

__all__ = ["focused", "plot_expected", "plot_funnel", "plot_need"]


@figure.plot
def plot_need(estimates: pd.DataFrame, *, focus: str | None = None) -> Plot:
    """Plot dollars of a school year against need, a dot for each school; places are marked.

    Parameters
    ----------
    estimates
        In one table: `averages` in dollars of schools, and of places if they are to be marked; and `rates` of their
        low-income shares, of the same year or another. Of each, the newest year is drawn.
    focus
        Code of a place to bring out. None: the place that is the catalog's headline.

    Notes
    -----
    Reading: dollars are those of their year. That schools of more need are given more says nothing about whether it is
    enough.

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
    made, _ = _drawn(rows, out, _under(shares))
    every = Findings([*dollars.values(), *(shares[code] for code in drawn)])
    return figure.finished(
        every, made, **_page(rows), kind=say("Scatter plot"), notes=words.not_drawn(hidden, out.here, out.place),
        highlights=[
            f"{one.place}: {one.printed.value}, {shares[code].printed.value}" for code, one in places.items()
        ],
        by=say("by school and share of low-income students"), of=Findings(list(dollars.values())),
    )  # fmt: skip


@figure.plot
def plot_funnel(estimates: pd.DataFrame, *, focus: str | None = None) -> Plot:
    """Plot the rate of every school against its number of students, between the limits that chance explains.

    Parameters
    ----------
    estimates
        `rates` and `funnel` of the same schools in one table, of one indicator, year, grade and student group.
    focus
        Code of a place to bring out, or of a school to name. None: the place that is the catalog's headline.

    Notes
    -----
    Reading: the fewer students, the further chance alone moves a rate, so the limits open like a funnel. A school
    beyond 99.8 percent limits, widened so that they hold for all schools together, is named on the better side alone;
    how many lie on the other is said. Schools that may not be shown are counted under the figure.
    Reference: Spiegelhalter, D. J. (2005). Statistics in Medicine, 24, 1185-1202.

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
    measures = ("rate", "funnel_target", "funnel_z", "funnel_p")
    findings = figure.one_question(of_schools, measures, varies=["measure"], one="student_group")
    kind = "funnel_target"
    rates = standing.of_measure(findings, "rate", "rates", kind)
    funnel = standing.Funnel(rates, standing.of_measure(findings, kind, "limits", kind))
    out, counted = focused(rates, focus), {code: one.row for code, one in rates.items()}
    known = {code: row for code, row in counted.items() if row.publish != "nothing" and row.n_low}
    sizes = {c: float(row.n_low or 0) for c, row in known.items() if row.n_low == row.n_high}
    reasons = {code: row.reason for code, row in counted.items() if code not in sizes}
    hidden = words.not_drawn(reasons, out.here, out.place)
    if not sizes:
        return Notice(words.title(findings), " ".join(hidden))
    strong = {one.row.organization_id for of in funnel.named.values() for one in of}
    named = out.school | (strong if len(strong) <= _MOST_NAMED else strong & out.here)
    under = say("Number of {counted}", counted=labels.counted_words(findings[0].row))
    rows = _rows(rates, sizes, out, named=named)
    made, panels = _drawn(rows, out, under, say("Rate of the school"), unit="")
    sides = [side for code, side in funnel.sides.items() if code in out.here]
    _draw_limits(panels[""], funnel, pooled=standing.is_pooled(of_schools))
    whole = figure.finished(
        Findings([*rates.values(), *funnel.targets.values()]), made, **_page(rows), kind=say("Funnel plot"),
        notes=[*_funnel_notes(funnel), *hidden],
        highlights=[*(_beyond(funnel) if funnel.better else []), _within(_IN_LIMITS, sides, out.place)],
        by=say("by school and number of students"),
    )  # fmt: skip
    description = words.long_description(rates.values(), _page(rows)["name"])
    return replace(whole, long_description=description, table=funnel.table(whole.table))


@figure.plot
def plot_expected(estimates: pd.DataFrame, *, focus: str | None = None) -> Plot:
    """Plot schools' rates against their share of low-income families, beside what is usual at schools elsewhere.

    Parameters
    ----------
    estimates
        In one table: `rates` of all schools, `rates` of their low-income shares (of the same year or an earlier one),
        and `expected_rates` of the schools of a place.
    focus
        Code of the place, or of a school to name. None: the place that is the catalog's headline.

    Notes
    -----
    Reading: a panel for each level of schools. The line is drawn through the schools elsewhere; the shading is about
    where the rates of schools of the place, of their size, would lie. A school on the better side is named if it lies
    beyond 99.8 percent limits, widened so that they hold for all schools of the place together.
    Caution: descriptive, not a measure of effectiveness, and about schools, not students. What is usual may be unjust.

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
    hidden = words.not_drawn(usual.reasons, out.here, out.place)
    if not usual.drawn:
        return Notice(words.title(rates), " ".join(hidden))
    x = {code: usual.x[code] for code in usual.drawn}
    rows = _by_level(_rows(usual.rates, x, out, named=out.school | set(usual.strong)))
    made, panels = _drawn(rows, out, _under(usual.shares), say("Rate of the school"))
    bare = [
        title for title, axes in panels.items()
        if not _draw_usual(axes, usual, rows.loc[rows["panel"] == title, "place"]) and title
    ]  # fmt: skip
    parts = (usual.rates, usual.shares, usual.expected, usual.differences)
    whole = figure.finished(
        Findings([finding for part in parts for finding in part.values()]), made, **_page(rows),
        kind=say("Scatter plot"), notes=[*_usual_notes(usual, out.place, bare), *hidden],
        highlights=[*_clearly(usual, 0), _within(_IN_SHADING, usual.points, out.place)],
        by=say("by school and low-income share"), of=rates,
    )  # fmt: skip
    return replace(whole, table=usual.table(whole.table))


_MOST_NAMED = 20  # beside the picture: of more, only those of the place


def _newest(estimates: pd.DataFrame, measure: str) -> Findings:
    rows = estimates[estimates["measure"] == measure]
    newest = rows[rows["end_year"] == rows["end_year"].max()]
    return figure.one_question(newest, (measure,), one="student_group")


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
            f"none of these schools is of {places[code].name}",
            where=f"focus {focus!r}",
            mend="name a place that has some of them, or one of the schools",
            known=sorted(rates),
        )
    school = None if focus in places or focus is None else figure.checked_focus(findings, focus)
    return _Focus(places[code].name, here, frozenset({school} if school else ()))


def _under(shares: Mapping[str, Finding]) -> str:
    year = numbers.school_year(next(iter(shares.values())).row.end_year)
    return say("Students from low-income families, {year}", year=year)


def _names(findings: Iterable[Finding]) -> str:
    return words.joined([words.school_name(finding) for finding in findings])


# the picture -------------------------------------------------------------------------------------


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
    of = rows["place"].map(dict.fromkeys(level, "") if "" in level.values() else level)
    kinds = [kind for kind in ("", *labels.SCHOOL_LEVELS) if rows.loc[of == kind, "here"].any()]
    titles = {kind: say(labels.SCHOOL_LEVELS[kind]) if kind else "" for kind in kinds}
    rows = rows.assign(panel=of.map(titles) if kinds else "")
    return pd.concat([rows[rows["panel"] == title] for title in titles.values() or [""]])


def _page(rows: pd.DataFrame) -> dict[str, Any]:
    """Return how high the picture is, and what a finding is called: a rate by its school, others by measure too."""
    main, panels = rows["finding"].iloc[0].row.indicator, rows["panel"].nunique()

    def name(finding: Finding) -> str:
        row = finding.row
        if row.indicator != main:
            return say("{place}, from low-income families", place=finding.place)
        label = catalog.measure(row.measure).label.lower()
        return finding.place if row.measure == "rate" else f"{finding.place}, {label}"

    return {"height": (3.9 if panels == 1 else -(-panels // 2) * 2.3) + 0.5, "name": name}


def _drawn(
    every: pd.DataFrame, focus: _Focus, under: str, left: str = "", *, unit: str = "proportion"
) -> tuple[Figure, dict[str, Axes]]:
    """Draw the dots of each panel, two side by side; ``under`` and ``left`` are of axes, ``unit`` of the horizontal."""
    titles = list(every["panel"].unique())
    side = min(len(titles), 2)
    made, panels = figure.blank(len(titles), side, sharey=True)
    across = style.level_scale(every["x"], unit)
    if side > 1:  # half as many labels have room
        labelled = [text if at % 2 == 0 else "" for at, text in enumerate(across.labels)]
        across = replace(across, labels=labelled)
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
        looks = [{"color": c} for c in named["color"].where(named["bright"], style.QUIET)]
        points, room = zip(named["x"], named["at"], strict=True), 1.5 if side == 1 else 1.15
        style.beside(axes, points, named["finding"].map(words.called), looks, width=room)
    for axes in panels[-side:]:
        axes.set_xlabel(under if side == 1 else style.wrapped(under, 2.6))
    return made, dict(zip(titles, panels, strict=True))


# limits of chance --------------------------------------------------------------------------------

_IN_LIMITS = mark("{within} of {n} shown in {place} are within the limits for all schools together")
_NAMED = mark(
    "Schools are named by the {limits} for all of them together, on the better side alone."
)
_CHANCE_ONLY = mark(
    "The limits allow for chance; about {few} of {n} schools would lie beyond the {limits} anyway."
)
_VARIETY_TOO = mark(
    "The limits allow for chance and for schools’ usual variety; about {few} of {n} schools would lie beyond the "
    "{limits} anyway."
)


def _draw_limits(axes: Axes, funnel: standing.Funnel, *, pooled: bool) -> None:
    """Draw the target and its limits, from the smallest school that may be shown to the largest."""
    if (limits := funnel.limits) is None:
        return
    least, outer = schema.MINIMUM_GROUP, standing.OUTER
    n = np.unique(np.linspace(least, max(axes.get_xlim()[1], least + 1.0), 400).round())
    label = say("schools with published counts together") if pooled else say("target")
    lines = [
        ("line", f"{label}, {limits.target * 100:.1f}%", 1.6, [np.full(n.shape, limits.target)])
    ]
    levels = {limits.level: "dash"} | ({outer: "thin"} if limits.level < outer else {})
    for level, line in levels.items():
        wide = 1.5 if line == "dash" else 1.1
        lines.append((line, standing.limits_words(level), wide, list(limits.at(n, level))))
    for line, text, wide, ends in lines:
        style.explains(axes, {KeyMark(line, text): True})
        for end in ends:
            look: dict[str, Any] = {"linestyle": style.LINED[line], "linewidth": wide}
            axes.plot(n, end, color=PLAIN, zorder=1.8, **look)


def _beyond(funnel: standing.Funnel) -> list[str]:
    """Return the schools beyond the limits by name, and on which side they lie."""
    return [f"{say(standing.STANDINGS[at])}: {_names(of)}" for at, of in funnel.named.items()]


def _within(told: str, sides: Sequence[int], place: str) -> str:
    """Return how many schools of a place lie within what is drawn, for the alt text."""
    if not sides:
        return say("No school of {place} is shown as a single number", place=place)
    return say(told, within=sides.count(0), n=len(sides), place=place)


def _funnel_notes(funnel: standing.Funnel) -> list[str]:
    """Return what lies beyond the limits, and how that is to be read."""
    if (limits := funnel.limits) is None:
        return [
            say("No limits are drawn: too few schools have published counts to learn them from.")
        ]
    beyond = [f"{told}." for told in _beyond(funnel)]
    if others := [at for at in funnel.sides.values() if at and at == -funnel.better]:
        beyond.append(say("{n} on the other side of the limits, not named.", n=len(others)))
    drawn = sum(one.row.publish == "point" for one in funnel.rates.values())
    few, inner = round((1 - limits.level) * drawn), standing.limits_words(limits.level)
    held = say("Schools with withheld figures do not enter the lines.")
    return [
        *(beyond or [say("No school is told from chance.")]),
        say(_NAMED, limits=standing.limits_words(standing.OUTER)),
        f"{catalog.measure('funnel_z').caution} {say('They are not ranked.')}",
        say(_VARIETY_TOO if limits.variance else _CHANCE_ONLY, few=few, n=drawn, limits=inner),
        *([held] if drawn < len(funnel.rates) else []),
    ]


# what is usual -----------------------------------------------------------------------------------

CAUTIONS = (
    mark(
        "Descriptive, not a measure of effectiveness: what schools are given differs in more ways than income. A line "
        "through schools says nothing about single students."
    ),
    mark(
        "Adjusting for income can hide inequity: what is usual may be unjust. Read it beside the rates themselves."
    ),
)
"""Stand under every figure of this kind."""
_IN_SHADING = mark("{within} of {n} schools shown as dots in {place} are within the shading")
_BY_CHANCE = mark(
    "Of {n} schools shown as dots in {place}, about {few} would lie outside the shading by chance alone."
)
_CLEARLY = {
    1: (mark("A higher rate than usual with as many low-income families"),
        mark("A higher rate than at schools elsewhere with as many low-income families")),
    -1: (mark("A lower rate than usual with as many low-income families"),
         mark("A lower rate than at schools elsewhere with as many low-income families")),
}  # fmt: skip
"""By the side on which a school is named: in the alt text, and in the notes."""


def _usual(of_schools: pd.DataFrame) -> standing.Usual:
    """Return the rates and expected rates of one indicator, and the shares of another."""
    check_measured(of_schools)
    measures, one = ("rate", "expected_rate", "rate_less_expected"), "student_group"
    compared = of_schools.loc[of_schools["measure"].isin(measures[1:]), "indicator"]
    same = of_schools["indicator"].isin(set(compared))
    own = figure.one_question(of_schools[same], measures, varies=["measure"], one=one)
    shares = figure.one_question(of_schools[~same], ("rate",), one=one)
    return standing.Usual.of([*own, *shares])


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


def _clearly(usual: standing.Usual, where: int) -> list[str]:
    """Return the schools clearly on the better side: in the alt text, or in the notes."""
    names = [usual.rates[code] for code in usual.strong]
    return [f"{say(_CLEARLY[usual.better][where])}: {_names(names)}"] if names else []


def _usual_notes(usual: standing.Usual, place: str, bare: Sequence[str]) -> list[str]:
    """Return which schools stand out, how many would by chance, and the cautions."""
    if usual.line() is None:
        why = next(iter(usual.expected.values())).row.reason
        return [say("No line is drawn: {reason}.", reason=why), *map(say, CAUTIONS)]
    n, few = len(usual.points), max(1, round((1 - usual.level) * len(usual.points)))
    hidden = any(finding.row.publish != "point" for finding in usual.rates.values())
    too_few = mark("No line is drawn for {levels}: too few schools elsewhere.")
    return [
        *(f"{told}." for told in _clearly(usual, 1)),
        *([say(_BY_CHANCE, n=n, place=place, few=few)] if n else []),
        *([say(too_few, levels=words.joined(bare))] if bare else []),
        *([say("Schools with withheld figures do not enter the line.")] if hidden else []),
        *map(say, CAUTIONS),
    ]
