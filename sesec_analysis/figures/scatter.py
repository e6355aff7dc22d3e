"""Plot schools as a scatter of dots: dollars against need, between the limits of chance, and beside what is usual."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from statistics import NormalDist
from typing import Any, Self

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sesec_analysis import catalog, schema
from sesec_analysis.bounds import Floats
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.row import Row, check_measured
from sesec_analysis.evidence.tables import TEXTS, ReportTable, TableColumn, heading
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import (
    NumberFormat,
    level_words,
    printed,
    school_year,
)
from sesec_analysis.figures import figure, style, words
from sesec_analysis.figures.style import ACCENT, INK, PLAIN, TONES, Axis, KeyMark, SideLabels
from sesec_analysis.i18n import mark, say
from sesec_analysis.metrics.expected import wider_for_all
from sesec_analysis.metrics.funnel import funnel_limits

__all__ = ["Limits", "Usual", "focused", "plot_expected", "plot_funnel", "plot_need"]


def plot_need(
    estimates: pd.DataFrame, *, focus: str | None = None, title: str | None = None, subtitle: str | None = None,
    headline: pd.DataFrame | None = None,
) -> figure.ReportFigure | Notice:  # fmt: skip
    """Plot dollars of a school year against need, a dot for each school; places are marked.

    Parameters
    ----------
    estimates
        In one table: `averages` in dollars of schools, and of places if they are to be marked; and `rates` of their
        low-income shares, of the same year or another. Of each, the newest year is drawn.
    focus
        Code of a place to bring out. None: the place that is the catalog's headline.
    title, subtitle, headline
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
    parts = []
    for measure, what in (("average", "dollars"), ("rate", "low-income shares")):
        rows = estimates[estimates["measure"] == measure]
        newest = rows[rows["end_year"] == rows["end_year"].max()]
        parts.append(
            _by_school(figure.one_question(newest, (measure,)), measure, what, "budgets, shares")
        )
    dollars, shares = parts
    schools = {code: one for code, one in dollars.items() if _is_school(one)}
    out, x = focused(schools, focus), _shares(shares)
    shown = [code for code, one in dollars.items() if one.row.publish != "nothing" and code in x]
    drawn = {code: dollars[code] for code in shown}
    places = {code: one for code, one in drawn.items() if code not in schools}
    if not drawn.keys() - places.keys():
        return tables.missing(estimates)
    rows, first = _marks_of(drawn, x, out, named=places), next(iter(drawn.values()))
    cloud = _Cloud(
        {"": rows}, {}, style.level_scale(list(rows["x"]), "proportion"),
        style.level_scale(rows["at"].dropna(), first.row.unit), _under(shares), "", out,
    )  # fmt: skip
    told = Findings(list(dollars.values()))
    picture = _picture(
        say("Scatter plot"), cloud, notes=words.not_drawn(_reasons(dollars, x), out.here, out.place),
        highlights=[f"{one.place}: {one.printed.value}, {shares[code].printed.value}" for code, one in places.items()],
        by=say("by school and share of low-income students"), indicator=first.row.indicator,
    )  # fmt: skip
    title, subtitle = _titles(told, picture.by, title, subtitle)
    every = Findings([*told, *(shares[code] for code in drawn)])
    return figure.finished(every, picture, title, subtitle, headline)


def plot_funnel(
    estimates: pd.DataFrame, *, focus: str | None = None, title: str | None = None, subtitle: str | None = None,
    headline: pd.DataFrame | None = None,
) -> figure.ReportFigure | Notice:  # fmt: skip
    """Plot the rate of every school against its number of students, between the limits that chance explains.

    Parameters
    ----------
    estimates
        `rates` and `funnel` of the same schools in one table, of one indicator, year, grade and student group.
    focus
        Code of a place to bring out, or of a school to name. None: the place that is the catalog's headline.
    title, subtitle, headline
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
    """
    of_schools = estimates.loc[estimates["organization_level"] == "school"]
    if of_schools.empty:
        return tables.missing(estimates)
    measures = ("rate", "funnel_target", "funnel_z", "funnel_p")
    findings = figure.one_question(of_schools, measures, varies=["measure"])
    rates = _by_school(findings, "rate", "rates", "schools, funnel")
    targets = _by_school(findings, "funnel_target", "limits", "schools, funnel")
    out, counted = focused(rates, focus), {c: one.row for c, one in rates.items()}
    sizes = {
        code: float(row.n_low or 0)
        for code, row in counted.items()
        if row.publish != "nothing" and row.n_low and row.n_low == row.n_high
    }
    reasons = {code: row.reason for code, row in counted.items() if code not in sizes}
    hidden = words.not_drawn(reasons, out.here, out.place)
    if not sizes:
        return Notice(words.title(findings), " ".join(hidden))
    limits = Limits.of(finding.row for finding in targets.values())
    standings = _Standings(list(rates.values()), targets, out.here, limits)
    strong = {finding.row.organization_id for finding in standings.strengths()}
    named = out.school | (strong if len(strong) <= _MOST_NAMED else strong & out.here)
    rows, across = _marks_of(rates, sizes, out, named=named), style.level_scale(sizes.values(), "")
    curves = limits.curves(across.high) if limits else []
    under = say("Number of {counted}", counted=labels.counted_words(findings[0].row))
    picture = _picture(
        say("Funnel plot"),
        _Cloud({"": rows}, {"": curves}, across, _up(rows), under, say("Rate of the school"), out),
        key=limits.key(of_schools) if limits else [],
        notes=[*standings.notes(), *hidden],
        highlights=standings.main_findings(out.place),
        by=say("by school and number of students"),
        indicator=findings[0].row.indicator,
    )
    shown = Findings([*rates.values(), *targets.values()])
    made = figure.finished(shown, picture, title, subtitle, headline)
    description = words.long_description(rates.values(), picture.name)
    return replace(made, long_description=description, table=standings.table(made.table))


def plot_expected(
    estimates: pd.DataFrame, *, focus: str | None = None, title: str | None = None, subtitle: str | None = None,
    headline: pd.DataFrame | None = None,
) -> figure.ReportFigure | Notice:  # fmt: skip
    """Plot schools' rates against their share of low-income families, beside what is usual at schools elsewhere.

    Parameters
    ----------
    estimates
        In one table: `rates` of all schools, `rates` of their low-income shares (of the same year or an earlier one),
        and `expected_rates` of the schools of a place.
    focus
        Code of the place, or of a school to name. None: the place that is the catalog's headline.
    title, subtitle, headline
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
    """
    of_schools = estimates.loc[estimates["organization_level"] == "school"]
    if of_schools.empty:
        return tables.missing(estimates)
    usual = Usual.of(of_schools)
    out, here = focused(usual.rates, focus), frozenset(usual.expected)
    out = replace(out, here=here, place=out.place if here <= out.here else say("the place"))
    rates = Findings(list(usual.rates.values()))
    hidden = words.not_drawn(usual.reasons, out.here, out.place)
    if not usual.drawn:
        return Notice(words.title(rates), " ".join(hidden))
    x = {code: usual.x[code] for code in usual.drawn}
    rows = _marks_of(usual.rates, x, out, named=out.school | set(usual.better))
    known = catalog.schools()
    # Schools that are not all in the catalog share one panel.
    level = {code: known[code].level or "other" if code in known else "" for code in rows["place"]}
    of = rows["place"].map(dict.fromkeys(level, "") if "" in level.values() else level)
    kinds = [kind for kind in _LEVELS if rows.loc[of == kind, "here"].any()]
    panels = {say(_LEVELS[kind]) if kind else "": rows[of == kind] for kind in kinds} or {"": rows}
    curves = {name: usual.curves(list(dots["place"])) for name, dots in panels.items()}
    across = style.level_scale(x.values(), "proportion")
    across = across.coarse() if len(panels) > 1 else across
    left, bare = say("Rate of the school"), [name for name, of in curves.items() if name and not of]
    picture = _picture(
        say("Scatter plot"),
        _Cloud(panels, curves, across, _up(rows), _under(usual.shares), left, out),
        key=usual.key() if any(curves.values()) else [],
        notes=[*usual.notes(out.place, bare), *hidden],
        highlights=usual.main_findings(out.place),
        by=say("by school and low-income share"),
        indicator=rates[0].row.indicator,
    )
    title, subtitle = _titles(rates, picture.by, title, subtitle)
    parts = (usual.rates, usual.shares, usual.expected, usual.differences)
    shown = Findings([finding for part in parts for finding in part.values()])
    made = figure.finished(shown, picture, title, subtitle, headline)
    return replace(made, table=usual.table(made.table))


_TABLES = {
    "budgets, shares": "pd.concat([sa.averages(budgets), sa.rates(shares)])",
    "schools, funnel": "pd.concat([sa.rates(schools), sa.funnel(schools)])",
    "schools, expected": "pd.concat([sa.rates(schools), sa.rates(shares), sa.expected_rates(inside, outside, shares)])",
}
"""What each plot draws, in one table."""
_MOST_NAMED = 20  # beside the picture: of more, only those of the place
_DASHES = {"line": "-", "dash": (0, style.DASHES["dashed"]), "thin": ":"}
_LEVELS = {"elementary": mark("Elementary"), "k8": mark("K-8"), "middle": mark("Middle"), "high": mark("High"),
           "other": mark("Other grades"), "": ""}  # fmt: skip
_BETTER = {"higher_is_better": 1, "lower_is_better": -1, "neutral": 0}
"""Side of a line on which a school stands out as a strength; 0: neither."""
OUTER = 0.998
"""Chance to lie within the outer limits; beyond them a school is unlike the others."""


# schools -----------------------------------------------------------------------------------------


def _is_school(finding: Finding) -> bool:
    return finding.row.organization_level == "school"


def _by_school(findings: Findings, measure: str, what: str, mend: str) -> dict[str, Finding]:
    """Return the findings of one measure by school; ``what`` says what they are where there are none."""
    rows = [finding for finding in findings if finding.row.measure == measure]
    if not rows:
        raise DataError(
            f"the estimates hold no {what} of schools",
            where=f"estimates, column measure, {measure!r}",
            mend=f"put all that is drawn in one table: {_TABLES[mend]}",
        )
    groups = sorted({finding.row.student_group for finding in rows})
    if len(groups) > 1:
        raise DataError(
            f"a school is one dot, and these estimates have {len(groups)} student groups",
            where="estimates, column student_group",
            mend='keep one, for example with .query("student_group == ...")',
            known=groups,
        )
    return {finding.row.organization_id: finding for finding in rows}


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
    here = frozenset(one.row.organization_id for one in figure.schools_of(findings, code))
    if focus in places and not here:
        raise DataError(
            f"none of these schools is of {places[code].name}",
            where=f"focus {focus!r}",
            mend="name a place that has some of them, or one of the schools",
            known=sorted(rates),
        )
    school = None if focus in places or focus is None else figure.checked_focus(findings, focus)
    return _Focus(places[code].name, here, frozenset({school} if school else ()))


def _shares(shares: Mapping[str, Finding]) -> dict[str, float]:
    """Return the shares that may be shown, as they are printed: where schools stand from left to right."""
    shown = {code: one for code, one in shares.items() if one.row.publish == "point"}
    return {code: one.printed.numbers["estimate"] or 0.0 for code, one in shown.items()}


def _under(shares: Mapping[str, Finding]) -> str:
    year = school_year(next(iter(shares.values())).row.end_year)
    return say("Students from low-income families, {year}", year=year)


def _reasons(findings: Mapping[str, Finding], shares: Collection[str]) -> dict[str, str]:
    """Return why a school is not drawn: its number or its share may not be shown."""
    hidden = {
        code: one.row.reason for code, one in findings.items() if one.row.publish == "nothing"
    }
    unknown = [code for code in findings if code not in shares]
    return dict.fromkeys(unknown, say("no low-income share that may be shown")) | hidden


def _titles(of: Findings, by: str, title: str | None, under: str | None) -> tuple[str, str]:
    """Return title and subtitle made of one part of what is drawn."""
    neutral = words.title(of, by=by) if title is None else title
    return neutral, words.subtitle(of) if under is None else under


def _better(findings: Sequence[Finding]) -> int:
    return _BETTER[catalog.indicator(findings[0].row.indicator).direction]


def _names(findings: Iterable[Finding]) -> str:
    return words.joined([words.school_name(finding) for finding in findings])


def _first_columns(rates: Findings) -> list[TableColumn]:
    return [TableColumn(name, *heading(name, rates)) for name in ("place", "value", "n")]


def _first_cells(rate: Finding) -> list[str]:
    return [TEXTS[name](rate) for name in ("place", "value", "n")]


# the picture -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Curve:
    """A line, or what lies between two, drawn as the key shows it."""

    mark: str  # line, dash, thin, shade
    x: Floats
    y: Floats
    top: Floats | None = None  # of a shade


@dataclass(frozen=True)
class _Cloud:
    """Everything that is drawn: dots and curves by panel, axes and their labels."""

    panels: Mapping[str, pd.DataFrame]  # by the name of the panel; of one panel, empty
    curves: Mapping[str, Sequence[_Curve]]
    across: Axis
    up: Axis
    under: str  # title of the horizontal axis
    left: str  # and of the vertical one
    focus: _Focus

    @property
    def side(self) -> int:
        """How many panels stand side by side."""
        return 1 if len(self.panels) == 1 else 2

    @property
    def key(self) -> list[KeyMark]:
        """Colour, shape and meaning of the dots."""
        every = pd.concat(self.panels.values())
        here, ranges = every["here"].any(), (every["publish"] == "range").any()
        elsewhere = say("School elsewhere") if here else say("School")
        marks = {
            KeyMark("look", say("School of {place}", place=self.focus.place), ACCENT): here,
            KeyMark("look", elsewhere, TONES[0], "s"): not every["here"].all(),
            KeyMark("look", say("all schools of the place together"), PLAIN, "D"): (
                not every["school"].all()
            ),
            KeyMark("hollow", say("interpret with care")): every["hollow"].any(),
            KeyMark("band", say("range of a school with withheld figures")): ranges,
        }
        return figure.key_of(marks)


def _up(rows: pd.DataFrame) -> Axis:
    numbers = style.numbers_of(rows, "at", "bound_low", "bound_high")
    return style.level_scale(numbers, "proportion")


def _marks_of(
    findings: Mapping[str, Finding], x: Mapping[str, float], focus: _Focus, *, named: Collection[str]
) -> pd.DataFrame:  # fmt: skip
    """Return the dots: schools at their place from left to right; only those drawn as points are named."""
    rows = figure.frame_of(
        [one for code, one in findings.items() if code in x],
        x=lambda one: x[one.row.organization_id],
        id=lambda one: one.id,
        school=_is_school,
        bright=lambda one: one.row.organization_id in focus.here or one.place == focus.place,
        here=lambda one: one.row.organization_id in focus.here,
        named=lambda one: one.row.organization_id in named and one.row.publish == "point",
    )
    plain = rows["school"].map({True: TONES[0], False: PLAIN})
    rows["color"] = plain.where(~rows["bright"], ACCENT)
    rows["shape"] = rows["here"].map({True: "o", False: "s"}).where(rows["school"], "D")
    rows["edge"] = rows["color"].where(~rows["named"], INK)
    return rows.sort_values(["school", "here", "id"], ascending=[False, True, True])


def _picture(
    kind: str, cloud: _Cloud, *, indicator: str, key: Sequence[KeyMark] = (), **more: Any
) -> figure.Picture:
    """Return the picture to be finished; the marks of single schools join the key of the lines."""

    def name(finding: Finding) -> str:
        """A rate is called by its school, others by their measure too."""
        row = finding.row
        if row.indicator != indicator:
            return say("{place}, from low-income families", place=finding.place)
        label = catalog.measure(row.measure).label.lower()
        return finding.place if row.measure == "rate" else f"{finding.place}, {label}"

    height = -(-len(cloud.panels) // cloud.side) * (3.9 if cloud.side == 1 else 2.3) + 0.5
    draw, whole = partial(_draw, cloud=cloud), [*key, *cloud.key]
    return figure.Picture(kind, height, draw, key=whole, name=name, **more)


def _draw(names: SideLabels, *, cloud: _Cloud) -> Figure:
    side, titles = cloud.side, [*cloud.panels]
    titles += [""] * (-len(titles) % side)
    mosaic = [titles[at : at + side] for at in range(0, len(titles), side)]
    made, by_name = figure.blank(mosaic, empty_sentinel="" if side > 1 else None, sharey=True)
    for title, axes in by_name.items():
        rows = cloud.panels[title]
        cloud.across.across(axes)
        cloud.up.up(axes)
        axes.set_title(title)
        for curve in cloud.curves.get(title, ()):
            _curve(axes, curve)
        wide = 0.02 * (cloud.across.high - cloud.across.low)
        style.ranges(axes, rows, "x", upright=True, wide=wide)
        kinds = {26: rows["school"] & ~rows["here"], 44: rows["here"], 74: ~rows["school"]}
        for at, (size, kind) in enumerate(kinds.items(), 3):
            style.dots(axes, rows[kind], "x", "at", size=size, at=at)
        axes.set(xlabel=cloud.under if side == 1 else "", ylabel=cloud.left)
        named = rows[rows["named"]].sort_values("at", ascending=False, kind="stable")
        looks = [{"color": c} for c in named["color"].where(named["bright"], style.QUIET)]
        points, texts = (
            zip(named["x"], named["at"], strict=True),
            named["finding"].map(words.called),
        )
        names.beside(axes, points, texts, looks, width=1.5 if side == 1 else 1.15)
    if side > 1:
        made.supxlabel(cloud.under, fontsize=style.SMALL, color=style.QUIET)
    return made


def _curve(axes: Axes, curve: _Curve) -> None:
    if curve.top is not None:
        light: dict[str, Any] = {"color": style.shade(PLAIN), "linewidth": 0, "zorder": 1.2}
        axes.fill_between(curve.x, curve.y, curve.top, **light)
        return
    wide = {"line": 1.6, "dash": 1.5, "thin": 1.1}[curve.mark]
    axes.plot(curve.x, curve.y, color=PLAIN, linewidth=wide, ls=_DASHES[curve.mark], zorder=1.8)


# limits of chance --------------------------------------------------------------------------------

_SLACK = 1e-9
_ROUNDED = 0.011  # between targets as printed: whole percents of few students, tenths of others
_SIDES = {1: mark("Higher than chance explains"), 0: mark("Not told from chance"),
          -1: mark("Lower than chance explains")}  # fmt: skip
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


def _reach(level: float) -> float:
    return NormalDist().inv_cdf(0.5 + level / 2)


def _limits_words(level: float) -> str:
    return say("{percent}% limits", percent=f"{level * 100:.12g}")


@dataclass(frozen=True)
class Limits:
    """Between which rates schools of any size are expected to lie."""

    target: float
    variance: float  # of schools' own rates: 0 where they differ by chance alone
    level: float  # of the inner limits

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Self | None:
        """Read the limits from rows of `funnel_target`; None if no row has them.

        They are read from the largest school, whose limits lie furthest from 0 and 100 percent, and from its numbers as
        printed: schools vary by more than chance if that shows in them.
        """
        known = [row for row in rows if row.publish == "point" and row.n_low]
        if np.ptp([row.estimate or 0.0 for row in known] or [0.0]) > _ROUNDED:
            raise DataError(
                "schools have targets of their own, and no lines hold for all of them",
                where="plot_funnel",
                mend="draw schools of one level at a time, and expected rates with `plot_expected`",
            )
        row = max(known, key=lambda row: (row.n_low or 0, row.organization_id), default=None)
        if row is None or None in (row.estimate, row.ci_low, row.ci_high):
            return None
        n, level, numbers = float(row.n_low or 1), row.ci_level or 0.95, printed(row).numbers
        rounding = 2 * NumberFormat.of(row).least  # of the target, and of an end outward
        target, low, high = (numbers[name] or 0.0 for name in ("estimate", "ci_low", "ci_high"))
        exact = [float(end) for end in funnel_limits(n, target, level)]
        if np.allclose(exact, [low, high], atol=rounding, rtol=0):
            return cls(target, 0.0, level)
        reach = max(high - target, target - low) / _reach(level)
        return cls(target, max(0.0, reach**2 - target * (1 - target) / n), level)

    def at(self, n: Floats, level: float) -> tuple[Floats, Floats]:
        """Return the lower and upper limits for schools of so many students, of this level or a wider one."""
        if self.variance == 0:
            return funnel_limits(n, self.target, level)
        away = _reach(level) * np.sqrt(self.target * (1 - self.target) / n + self.variance)
        return np.fmax(self.target - away, 0.0), np.fmin(self.target + away, 1.0)

    def key(self, estimates: pd.DataFrame) -> list[KeyMark]:
        """Return the marks of the lines, and what each means; the estimates show what the target is."""
        exact = estimates[(estimates["measure"] == "funnel_target") & (estimates["status"] == "ok")]
        together = exact["numerator_low"].sum() / max(exact["n_low"].sum(), 1)
        pooled = np.isclose(exact["estimate"].astype(float), together, rtol=0).all()
        label = say("schools with published counts together") if pooled else say("target")
        limits = [KeyMark(line, _limits_words(level)) for line, level in self.levels.items()]
        return [KeyMark("line", f"{label}, {self.target * 100:.1f}%"), *limits]

    @property
    def levels(self) -> dict[str, float]:
        """The levels drawn, by the mark of their lines."""
        return {"dash": self.level} | ({"thin": OUTER} if self.level < OUTER else {})

    def curves(self, most: float) -> list[_Curve]:
        """Return the target and its limits, from the smallest school that may be shown to the largest."""
        least = schema.MINIMUM_GROUP
        n = np.unique(np.linspace(least, max(most, least + 1.0), 400).round())
        ends = [(mark, self.at(n, level)) for mark, level in self.levels.items()]
        target = _Curve("line", n, np.full(n.shape, self.target))
        return [target, *(_Curve(mark, n, end) for mark, both in ends for end in both)]


@dataclass(frozen=True)
class _Standings:
    """Schools, and on which side of the limits those lie that may be shown."""

    schools: Sequence[Finding]  # their rates
    targets: Mapping[str, Finding]  # by school
    here: frozenset[str]
    limits: Limits | None

    @cached_property
    def drawn(self) -> list[Finding]:
        """Schools drawn as a dot."""
        return [finding for finding in self.schools if finding.row.publish == "point"]

    def side(self, finding: Finding) -> int:
        """Return 1 above the limits for all schools together, -1 below them, 0 within or where either is not known."""
        row = finding.row
        if not self._limits(finding) or not self.limits or row.publish != "point" or not row.n_low:
            return 0
        # One school is judged at a level such that all together keep the outer one (Bonferroni's).
        together = 1 - (1 - OUTER) / max(len(self.drawn), 1)
        low, high = self.limits.at(np.array([float(row.n_low)]), together)
        rate = row.estimate or 0.0
        return int(rate > high[0] + _SLACK) - int(rate < low[0] - _SLACK)

    def beyond(self, side: int) -> list[Finding]:
        """Return the schools on one side of the limits, by name."""
        schools = [finding for finding in self.schools if self.side(finding) == side]
        return sorted(schools, key=lambda finding: (finding.place, finding.id))

    def strengths(self) -> list[Finding]:
        """Return the schools beyond the limits on the better side; where neither is better, those on both."""
        better = _better(self.schools)
        return [
            finding for side in ((better,) if better else (1, -1)) for finding in self.beyond(side)
        ]

    def main_findings(self, place: str) -> list[str]:
        """Return the main findings: schools on the better side by name, then how many of the place lie within."""
        better = _better(self.schools)
        names = (
            f"{say(_SIDES[better])}: {_names(of)}" if better and (of := self.strengths()) else ""
        )
        here = [
            one for one in self.drawn if one.row.organization_id in self.here and self._limits(one)
        ]
        told = mark(
            "{within} of {n} shown in {place} are within the limits for all schools together"
        )
        within = sum(self.side(finding) == 0 for finding in here)
        none = say("No school of {place} is shown as a single number", place=place)
        inside = say(told, within=within, n=len(here), place=place) if here else none
        return [*filter(None, (names, inside))]

    def notes(self) -> list[str]:
        """Return what lies beyond the limits, and how that is to be read."""
        if self.limits is None:
            few = say(
                "No limits are drawn: too few schools have published counts to learn them from."
            )
            return [few]
        better, drawn = _better(self.schools), len(self.drawn)
        sides = {side: self.beyond(side) for side in ((better,) if better else (1, -1))}
        beyond = [f"{say(_SIDES[side])}: {_names(of)}." for side, of in sides.items() if of]
        others = len(self.beyond(-better)) if better else 0
        beyond += (
            [say("{n} on the other side of the limits, not named.", n=others)] if others else []
        )
        allowed = _VARIETY_TOO if self.limits.variance else _CHANCE_ONLY
        anyway, limits = round((1 - self.limits.level) * drawn), _limits_words(self.limits.level)
        held = say("Schools with withheld figures do not enter the lines.")
        return [
            *(beyond or [say("No school is told from chance.")]),
            say(_NAMED, limits=_limits_words(OUTER)),
            f"{catalog.measure('funnel_z').caution} {say('They are not ranked.')}",
            say(allowed, few=anyway, n=drawn, limits=limits),
            *([held] if drawn < len(self.schools) else []),
        ]

    def table(self, whole: ReportTable) -> ReportTable:
        """Return the schools by name, each with its rate, students, limits and standing."""
        level = _limits_words(self.limits.level if self.limits else 0.95)
        limits = (TableColumn("limits", level, "right"), TableColumn("standing", say("Standing")))
        order = sorted(self.schools, key=lambda finding: (finding.place, finding.id))
        rows = [(*_first_cells(one), self._limits(one), self._standing(one)) for one in order]
        columns = (*_first_columns(Findings(list(self.schools))), *limits)
        return replace(whole, columns=columns, rows=tuple(rows))

    def _limits(self, finding: Finding) -> str:
        target = self.targets.get(finding.row.organization_id)
        return target.printed.interval if target and target.row.publish == "point" else ""

    def _standing(self, finding: Finding) -> str:
        """Return the words of a standing: a school on the worse side has none."""
        side, better = self.side(finding), _better(self.schools)
        known = self._limits(finding) and finding.row.publish == "point"
        return say(_SIDES[side]) if known and not (better and side == -better) else ""


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
_CLEARLY = {
    1: (mark("A higher rate than usual with as many low-income families"),
        mark("A higher rate than at schools elsewhere with as many low-income families")),
    -1: (mark("A lower rate than usual with as many low-income families"),
         mark("A lower rate than at schools elsewhere with as many low-income families")),
}  # fmt: skip
"""By the side on which a school is named: in the alt text, and in the notes."""


@dataclass(frozen=True)
class Usual:
    """Schools by id: rate and low-income share, and of those of the place the expected rate and the difference."""

    rates: Mapping[str, Finding]
    shares: Mapping[str, Finding]
    expected: Mapping[str, Finding]
    differences: Mapping[str, Finding]

    @classmethod
    def of(cls, of_schools: pd.DataFrame) -> Self:
        """Split a table into the rates and expected rates of one indicator, and the shares of another."""
        check_measured(of_schools)
        measures, mend = ("rate", "expected_rate", "rate_less_expected"), "schools, expected"
        compared = of_schools["measure"].isin(measures[1:])
        same = of_schools["indicator"].isin(set(of_schools.loc[compared, "indicator"]))
        findings = figure.one_question(of_schools[same], measures, varies=["measure"])
        shares = figure.one_question(of_schools[~same], ("rate",))
        expected = _by_school(findings, "expected_rate", "expected rates", mend)
        differences = _by_school(findings, "rate_less_expected", "differences", mend)
        rates = _by_school(findings, "rate", "rates", mend)
        return cls(
            rates, _by_school(shares, "rate", "low-income shares", mend), expected, differences
        )

    @cached_property
    def x(self) -> dict[str, float]:
        """The shares that may be shown."""
        return _shares(self.shares)

    @cached_property
    def reasons(self) -> dict[str, str]:
        """Why a school is not drawn."""
        return _reasons(self.rates, self.x)

    @cached_property
    def drawn(self) -> list[str]:
        """Schools whose share and rate may be shown, the rate at least as a range."""
        return [code for code in self.rates if code not in self.reasons]

    @cached_property
    def compared(self) -> list[str]:
        """Schools of the place that are drawn and whose difference from what is usual may be shown."""
        known = [c for c, one in self.differences.items() if one.row.publish != "nothing"]
        return [code for code in self.drawn if code in known]

    @cached_property
    def points(self) -> list[str]:
        """Those of them that are drawn as dots: a range may lie on either side of the shading."""
        return [code for code in self.compared if self.differences[code].row.publish == "point"]

    @property
    def level(self) -> float:
        """Level of the intervals."""
        return next(iter(self.differences.values())).row.ci_level or 0.95

    def side(self, code: str, *, wider: float = 1.0) -> int:
        """Return 1 if a school's rate lies above the shading, -1 if below, else 0; or one so many times as wide."""
        if code not in self.compared:
            return 0
        row = self.differences[code].row
        point = row.publish == "point"
        ends = (row.ci_low, row.ci_high) if point else (row.outer_low, row.outer_high)
        edges = (row.estimate, row.estimate) if point else (row.bound_low, row.bound_high)
        known = [edge + wider * (end - edge) for edge, end in zip(edges, ends, strict=True)
                 if edge is not None and end is not None]  # fmt: skip
        return int(known[0] > 0) - int(known[1] < 0) if len(known) == 2 else 0

    @cached_property
    def better(self) -> list[str]:
        """The schools clearly on the better side, by name; none where no side is better."""
        side = _better(list(self.rates.values()))
        wide = wider_for_all(len(self.compared), level=self.level, outer=OUTER)
        codes = [code for code in self.compared if side and self.side(code, wider=wide) == side]
        return sorted(codes, key=lambda code: self.rates[code].place)

    def curves(self, asked: Sequence[str] | None = None) -> list[_Curve]:
        """Return the line of what is usual for schools, and round it about where rates in the place would lie."""
        codes = self.drawn if asked is None else asked
        of = [(code, self.expected[code]) for code in codes if code in self.expected]
        known = {code: one.printed.numbers for code, one in of if one.row.publish == "point"}
        if not known:
            return []
        x = np.array([_with_half(self.shares[code].row) for code in known])
        shares, edge = [self.x[code] for code in codes], 0.01
        across = np.clip(np.linspace(min(shares) - edge, max(shares) + edge, 200), 0.001, 0.999)

        def smooth(name: str) -> Floats:
            """All three are straight, or nearly, on the scale of log odds."""
            y = np.array([numbers[name] or 0.0 for numbers in known.values()], dtype="float64")
            log_y = _log_odds(np.clip(y, 0.001, 0.999))
            fitted = np.polyfit(_log_odds(x), log_y, min(1, len(set(x)) - 1))
            return np.asarray(1 / (1 + np.exp(-np.polyval(fitted, _log_odds(across)))))

        shade = _Curve("shade", across, smooth("ci_low"), smooth("ci_high"))
        return [shade, _Curve("line", across, smooth("estimate"))]

    def key(self) -> list[KeyMark]:
        """Return the marks of line and shading, and what each means."""
        level = level_words(next(iter(self.expected.values())).row.ci_level)
        shade = say("{interval} there, about", interval=level)
        return [KeyMark("line", say("usual at schools elsewhere")), KeyMark("shade", shade)]

    def _told(self, where: int) -> list[str]:
        """Return the schools clearly on the better side: in the alt text, or in the notes."""
        if not self.better:
            return []
        start = _CLEARLY[self.side(self.better[0])][where]
        return [f"{say(start)}: {_names(self.rates[code] for code in self.better)}"]

    def main_findings(self, place: str) -> list[str]:
        """Return what the alt text says: schools clearly on the better side, and how many are within the shading."""
        if not self.points:
            return [
                *self._told(0),
                say("No school of {place} is shown as a single number", place=place),
            ]
        told = mark("{within} of {n} schools shown as dots in {place} are within the shading")
        within = sum(self.side(code) == 0 for code in self.points)
        return [*self._told(0), say(told, within=within, n=len(self.points), place=place)]

    def notes(self, place: str, bare: Sequence[str]) -> list[str]:
        """Return which schools stand out, how many would by chance, and the cautions."""
        if not self.curves():
            why = next(iter(self.expected.values())).row.reason
            return [say("No line is drawn: {reason}.", reason=why), *map(say, CAUTIONS)]
        n, levels = len(self.points), words.joined(bare) if bare else ""
        few = max(1, round((1 - self.level) * n))
        chance = mark(
            "Of {n} schools shown as dots in {place}, about {few} would lie outside the shading by chance alone."
        )
        hidden = any(finding.row.publish != "point" for finding in self.rates.values())
        return [
            *(f"{told}." for told in self._told(1)),
            *([say(chance, n=n, place=place, few=few)] if n else []),
            *([say("No line is drawn for {levels}: too few schools elsewhere.", levels=levels)] if bare else []),
            *([say("Schools with withheld figures do not enter the line.")] if hidden else []),
            *map(say, CAUTIONS),
        ]  # fmt: skip

    def table(self, whole: ReportTable) -> ReportTable:
        """Return the schools by name, those of the place first, each with its rate beside what is usual."""
        level = heading("interval", Findings(list(self.expected.values())))[0]
        labels_ = {
            "share": say("From low-income families"),
            "usual": catalog.measure("expected_rate").label,
            "interval": level,
            "difference": say("Difference"),
        }
        more = [TableColumn(name, label, "right") for name, label in labels_.items()]
        rates = self.rates.items()
        order = sorted((code not in self.expected, one.place, code) for code, one in rates)
        columns = (*_first_columns(Findings(list(self.rates.values()))), *more)
        return replace(whole, columns=columns, rows=tuple(self._texts(code) for *_, code in order))

    def _texts(self, code: str) -> tuple[str, ...]:
        def value(of: Mapping[str, Finding]) -> str:
            return TEXTS["value"](of[code]) if code in of else ""

        interval = self.expected[code].printed.interval if code in self.expected else ""
        usual = (value(self.expected), interval, value(self.differences))
        return (*_first_cells(self.rates[code]), value(self.shares), *usual)


def _with_half(row: Row) -> float:
    """A share with half a student added to both sides, as the line is fitted."""
    if row.numerator_low is None or row.n_low is None:
        return min(max(row.estimate or 0.0, 0.001), 0.999)
    return (row.numerator_low + 0.5) / (row.n_low + 1)


def _log_odds(p: Floats) -> Floats:
    return np.asarray(np.log(p / (1 - p)))
