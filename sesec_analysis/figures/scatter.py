"""Plot schools as a scatter of dots: dollars against need, between the limits of chance, and beside what is usual."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple, Unpack

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
from sesec_analysis.figures.figure import Plot, Titles
from sesec_analysis.figures.style import ACCENT, INK, PLAIN, TONES, KeyMark, SideLabels
from sesec_analysis.i18n import mark, say

__all__ = ["focused", "plot_expected", "plot_funnel", "plot_need"]


def plot_need(estimates: pd.DataFrame, *, focus: str | None = None, **told: Unpack[Titles]) -> Plot:
    """Plot dollars of a school year against need, a dot for each school; places are marked.

    Parameters
    ----------
    estimates
        In one table: `averages` in dollars of schools, and of places if they are to be marked; and `rates` of their
        low-income shares, of the same year or another. Of each, the newest year is drawn.
    focus
        Code of a place to bring out. None: the place that is the catalog's headline.
    **told
        As of `plot_rates`; so is what is returned.

    Raises
    ------
    DataError
        If dollars or shares are missing, or the estimates answer several questions.

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
    if estimates.empty:
        return tables.missing(estimates)
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
    cloud = _Cloud(_marks_of(drawn, x, out, named=places), out, _under(shares))
    picture = _picture(
        say("Scatter plot"),
        cloud,
        notes=words.not_drawn(hidden, out.here, out.place),
        highlights=[
            f"{one.place}: {one.printed.value}, {shares[code].printed.value}"
            for code, one in places.items()
        ],
        by=say("by school and share of low-income students"),
        of=Findings(list(dollars.values())),
    )
    every = Findings([*dollars.values(), *(shares[code] for code in drawn)])
    return figure.finished(every, picture, **told)


def plot_funnel(
    estimates: pd.DataFrame, *, focus: str | None = None, **told: Unpack[Titles]
) -> Plot:
    """Plot the rate of every school against its number of students, between the limits that chance explains.

    Parameters
    ----------
    estimates
        `rates` and `funnel` of the same schools in one table, of one indicator, year, grade and student group.
    focus
        Code of a place to bring out, or of a school to name. None: the place that is the catalog's headline.
    **told
        As of `plot_rates`; so is what is returned.

    Raises
    ------
    DataError
        If rates or limits are missing, the estimates answer several questions, schools have targets of their own, or
        ``focus`` is not among them.

    Notes
    -----
    Reading: the fewer students, the further chance alone moves a rate, so the limits open like a funnel. A school
    beyond 99.8 percent limits, widened so that they hold for all schools together, is named on the better side alone;
    how many lie on the other is said. Schools that may not be shown are counted under the figure.
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
    students, 2018–19. 3 of 3 shown in Southeast Seattle are within the limits for all schools together. Values are in
    the table.
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
    left, rows = say("Rate of the school"), _marks_of(rates, sizes, out, named=named)
    cloud = _Cloud(rows, out, under, left, unit="", curves=partial(_draw_limits, funnel))
    picture = _picture(
        say("Funnel plot"),
        cloud,
        key=_funnel_key(funnel, pooled=standing.is_pooled(of_schools)),
        notes=[*_funnel_notes(funnel), *hidden],
        highlights=_funnel_findings(funnel, out),
        by=say("by school and number of students"),
    )
    shown = Findings([*rates.values(), *funnel.targets.values()])
    made = figure.finished(shown, picture, **told)
    description = words.long_description(rates.values(), picture.name)
    return replace(made, long_description=description, table=funnel.table(made.table))


def plot_expected(
    estimates: pd.DataFrame, *, focus: str | None = None, **told: Unpack[Titles]
) -> Plot:
    """Plot schools' rates against their share of low-income families, beside what is usual at schools elsewhere.

    Parameters
    ----------
    estimates
        In one table: `rates` of all schools, `rates` of their low-income shares (of the same year or an earlier one),
        and `expected_rates` of the schools of a place.
    focus
        Code of the place, or of a school to name. None: the place that is the catalog's headline.
    **told
        As of `plot_rates`; so is what is returned.

    Raises
    ------
    DataError
        If a part is missing, the estimates answer several questions, or ``focus`` is not among them.

    Notes
    -----
    Reading: a panel for each level of schools. The line is drawn through the schools elsewhere; the shading is about
    where the rates of schools of the place, of their size, would lie. A school on the better side is named if it lies
    beyond 99.8 percent limits, widened so that they hold for all schools of the place together.
    Caution: descriptive, not a measure of effectiveness, and about schools, not students. What is usual may be unjust.

    Examples
    --------
    >>> from sesec_analysis.metrics.expected import expected_rates
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
    out, here = focused(usual.rates, focus), frozenset(usual.expected)
    out = replace(out, here=here, place=out.place if here <= out.here else say("the place"))
    rates = Findings(list(usual.rates.values()))
    hidden = words.not_drawn(usual.reasons, out.here, out.place)
    if not usual.drawn:
        return Notice(words.title(rates), " ".join(hidden))
    x = {code: usual.x[code] for code in usual.drawn}
    rows = _marks_of(usual.rates, x, out, named=out.school | set(usual.strong))
    known = catalog.schools()
    # Schools that are not all in the catalog share one panel.
    level = {code: known[code].level or "other" if code in known else "" for code in rows["place"]}
    of = rows["place"].map(dict.fromkeys(level, "") if "" in level.values() else level)
    kinds = [kind for kind in ("", *labels.SCHOOL_LEVELS) if rows.loc[of == kind, "here"].any()]
    titles = {kind: say(labels.SCHOOL_LEVELS[kind]) if kind else "" for kind in kinds}
    rows = rows.assign(panel=of.map(titles) if kinds else "")
    rows = pd.concat([rows[rows["panel"] == title] for title in titles.values() or [""]])
    lines = {title: usual.line(dots) for title, dots in rows.groupby("panel")["place"]}
    bare = [title for title in titles.values() if title and lines[title] is None]
    left = say("Rate of the school")
    cloud = _Cloud(rows, out, _under(usual.shares), left, curves=partial(_draw_usual, usual))
    picture = _picture(
        say("Scatter plot"),
        cloud,
        key=_usual_key(usual) if any(lines.values()) else [],
        notes=[*_usual_notes(usual, out.place, bare), *hidden],
        highlights=_usual_findings(usual, out.place),
        by=say("by school and low-income share"),
        of=rates,
    )
    parts = (usual.rates, usual.shares, usual.expected, usual.differences)
    shown = Findings([finding for part in parts for finding in part.values()])
    made = figure.finished(shown, picture, **told)
    return replace(made, table=usual.table(made.table))


_MOST_NAMED = 20  # beside the picture: of more, only those of the place


def _newest(estimates: pd.DataFrame, measure: str) -> Findings:
    rows = estimates[estimates["measure"] == measure]
    newest = rows[rows["end_year"] == rows["end_year"].max()]
    return figure.one_question(newest, (measure,), one="student_group")


@dataclass(frozen=True)
class _Focus:
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


class _Cloud(NamedTuple):
    """Everything that is drawn: dots by panel, and beside them curves; axes and their labels."""

    rows: pd.DataFrame
    focus: _Focus
    under: str  # title of the horizontal axis
    left: str = ""  # and of the vertical one
    unit: str = "proportion"  # of the horizontal axis
    curves: Callable[[Axes, pd.DataFrame], None] = lambda _, __: None

    @property
    def panels(self) -> list[str]:
        """Names of the panels; of one panel, empty."""
        return list(self.rows["panel"].unique())

    @property
    def side(self) -> int:
        """How many panels stand side by side."""
        return min(len(self.panels), 2)

    @property
    def key(self) -> list[KeyMark]:
        """Colour, shape and meaning of the dots."""
        here, places = self.rows["here"], ~self.rows["school"]
        elsewhere = say("School elsewhere") if here.any() else say("School")
        together = say("all schools of the place together")
        marks = {
            KeyMark("look", say("School of {place}", place=self.focus.place), ACCENT): here.any(),
            KeyMark("look", elsewhere, TONES[0], "s"): not here.all(),
            KeyMark("look", together, PLAIN, "D"): places.any(),
        }
        care, band = say("interpret with care"), say("range of a school with withheld figures")
        looks = [key for key, drawn in marks.items() if drawn]
        return [*looks, *figure.key_of(self.rows, hollow=care, band=band)]


def _marks_of(
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


def _picture(
    kind: str, cloud: _Cloud, *, key: Sequence[KeyMark] = (), **more: Any
) -> figure.Picture:
    """Return the picture to be finished; the marks of single schools join the key of the lines."""
    main = cloud.rows["finding"].iloc[0].row.indicator

    def name(finding: Finding) -> str:
        """A rate is called by its school, others by their measure too."""
        row = finding.row
        if row.indicator != main:
            return say("{place}, from low-income families", place=finding.place)
        label = catalog.measure(row.measure).label.lower()
        return finding.place if row.measure == "rate" else f"{finding.place}, {label}"

    height = -(-len(cloud.panels) // cloud.side) * (3.9 if cloud.side == 1 else 2.3) + 0.5
    draw, whole = partial(_draw, cloud=cloud), [*key, *cloud.key]
    return figure.Picture(kind, height, draw, key=whole, name=name, **more)


def _draw(names: SideLabels, *, cloud: _Cloud) -> Figure:
    side, every = cloud.side, cloud.rows
    made, panels = figure.blank(len(cloud.panels), side, sharey=True)
    across = style.level_scale(every["x"], cloud.unit)
    if side > 1:  # half as many labels have room
        labelled = [text if at % 2 == 0 else "" for at, text in enumerate(across.labels)]
        across = replace(across, labels=labelled)
    unit, heights = every["finding"].iloc[0].row.unit, ("at", "bound_low", "bound_high")
    up = style.level_scale(style.numbers_of(every, *heights), unit)
    for title, axes in zip(cloud.panels, panels, strict=True):
        rows = every[every["panel"] == title]
        across.on(axes.xaxis)
        up.on(axes.yaxis)
        axes.set_title(title)
        cloud.curves(axes, rows)
        style.ranges(axes, rows, "x", upright=True, wide=0.02 * (across.high - across.low))
        kinds = {26: rows["school"] & ~rows["here"], 44: rows["here"], 74: ~rows["school"]}
        for at, (size, kind) in enumerate(kinds.items(), 3):
            style.dots(axes, rows[kind], "x", "at", size=size, at=at)
        axes.set(xlabel="", ylabel=cloud.left)
        named = rows[rows["named"]].sort_values("at", ascending=False, kind="stable")
        looks = [{"color": c} for c in named["color"].where(named["bright"], style.QUIET)]
        points, wide = zip(named["x"], named["at"], strict=True), 1.5 if side == 1 else 1.15
        names.beside(axes, points, named["finding"].map(words.called), looks, width=wide)
    for axes in panels[-side:]:
        axes.set_xlabel(cloud.under if side == 1 else style.wrapped(cloud.under, 2.6))
    return made


# limits of chance --------------------------------------------------------------------------------

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


def _levels(limits: standing.Limits) -> dict[str, float]:
    """Return the levels drawn, by the mark of their lines."""
    outer = standing.OUTER
    return {"dash": limits.level} | ({"thin": outer} if limits.level < outer else {})


def _draw_limits(funnel: standing.Funnel, axes: Axes, _: pd.DataFrame) -> None:
    """Draw the target and its limits, from the smallest school that may be shown to the largest."""
    if (limits := funnel.limits) is None:
        return
    least, look = schema.MINIMUM_GROUP, dict[str, Any](color=PLAIN, zorder=1.8)
    n = np.unique(np.linspace(least, max(axes.get_xlim()[1], least + 1.0), 400).round())
    axes.plot(n, np.full(n.shape, limits.target), linewidth=1.6, **look)
    for line, level in _levels(limits).items():
        for end in limits.at(n, level):
            wide = 1.5 if line == "dash" else 1.1
            axes.plot(n, end, linestyle=style.LINED[line], linewidth=wide, **look)


def _funnel_key(funnel: standing.Funnel, *, pooled: bool) -> list[KeyMark]:
    """Return the marks of the lines, and what each means."""
    if (limits := funnel.limits) is None:
        return []
    label = say("schools with published counts together") if pooled else say("target")
    inner = [KeyMark(line, standing.limits_words(at)) for line, at in _levels(limits).items()]
    return [KeyMark("line", f"{label}, {limits.target * 100:.1f}%"), *inner]


def _beyond(funnel: standing.Funnel) -> list[str]:
    """Return the schools beyond the limits by name, and on which side they lie."""
    return [f"{say(standing.STANDINGS[at])}: {_names(of)}" for at, of in funnel.named.items()]


def _funnel_findings(funnel: standing.Funnel, out: _Focus) -> list[str]:
    """Return the main findings: schools on the better side by name, then how many of the place lie within."""
    names = _beyond(funnel) if funnel.better else []
    if not (here := [side for code, side in funnel.sides.items() if code in out.here]):
        return [*names, say("No school of {place} is shown as a single number", place=out.place)]
    told = mark("{within} of {n} shown in {place} are within the limits for all schools together")
    return [*names, say(told, within=here.count(0), n=len(here), place=out.place)]


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


def _draw_usual(usual: standing.Usual, axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the line of what is usual, and round it about where rates in the place would lie."""
    if line := usual.line(rows["place"]):
        light: dict[str, Any] = {"color": style.shade(PLAIN), "linewidth": 0, "zorder": 1.2}
        axes.fill_between(line.x, line.low, line.high, **light)
        axes.plot(line.x, line.y, color=PLAIN, linewidth=1.6, zorder=1.8)


def _usual_key(usual: standing.Usual) -> list[KeyMark]:
    """Return the marks of line and shading, and what each means."""
    level = numbers.level_words(next(iter(usual.expected.values())).row.ci_level)
    shade = say("{interval} there, about", interval=level)
    return [KeyMark("line", say("usual at schools elsewhere")), KeyMark("shade", shade)]


def _clearly(usual: standing.Usual, where: int) -> list[str]:
    """Return the schools clearly on the better side: in the alt text, or in the notes."""
    names = [usual.rates[code] for code in usual.strong]
    return [f"{say(_CLEARLY[usual.better][where])}: {_names(names)}"] if names else []


def _usual_findings(usual: standing.Usual, place: str) -> list[str]:
    """Return what the alt text says: schools clearly on the better side, and how many are within the shading."""
    told, n = (
        mark("{within} of {n} schools shown as dots in {place} are within the shading"),
        len(usual.points),
    )
    if not n:
        told = mark("No school of {place} is shown as a single number")
    return [*_clearly(usual, 0), say(told, within=usual.points.count(0), n=n, place=place)]


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
