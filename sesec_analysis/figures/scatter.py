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
from sesec_analysis.evidence.wording import labels, numbers
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
    dollars, shares = (
        _by_school(_newest(estimates, measure), measure, what, "budgets, shares")
        for measure, what in (("average", "dollars"), ("rate", "low-income shares"))
    )
    schools = {code: one for code, one in dollars.items() if one.row.organization_level == "school"}
    out, x = focused(schools, focus), _shares(shares)
    shown = [code for code, one in dollars.items() if one.row.publish != "nothing" and code in x]
    drawn = {code: dollars[code] for code in shown}
    places = {code: one for code, one in drawn.items() if code not in schools}
    if not drawn.keys() - places.keys():
        return tables.missing(estimates)
    rows = _marks_of(drawn, x, out, named=places)
    across = style.level_scale(list(rows["x"]), "proportion")
    told = Findings(list(dollars.values()))
    picture = _picture(
        say("Scatter plot"),
        _Cloud({"": rows}, {}, across, _under(shares), "", out),
        notes=words.not_drawn(_reasons(dollars, x), out.here, out.place),
        highlights=[
            f"{one.place}: {one.printed.value}, {shares[code].printed.value}"
            for code, one in places.items()
        ],
        by=say("by school and share of low-income students"),
        of=told,
    )
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
    rates = _by_school(findings, "rate", "rates", "schools, funnel")
    targets = _by_school(findings, "funnel_target", "limits", "schools, funnel")
    out, counted = focused(rates, focus), {code: one.row for code, one in rates.items()}
    known = {code: row for code, row in counted.items() if row.publish != "nothing" and row.n_low}
    sizes = {c: float(row.n_low or 0) for c, row in known.items() if row.n_low == row.n_high}
    reasons = {code: row.reason for code, row in counted.items() if code not in sizes}
    hidden = words.not_drawn(reasons, out.here, out.place)
    if not sizes:
        return Notice(words.title(findings), " ".join(hidden))
    limits = Limits.of(finding.row for finding in targets.values())
    sides = _sides(rates, targets, limits)
    strong = {one.row.organization_id for of in _by_side(rates, sides).values() for one in of}
    named = out.school | (strong if len(strong) <= _MOST_NAMED else strong & out.here)
    rows, across = _marks_of(rates, sizes, out, named=named), style.level_scale(sizes.values(), "")
    curves = limits.curves(across.high) if limits else []
    under = say("Number of {counted}", counted=labels.counted_words(findings[0].row))
    picture = _picture(
        say("Funnel plot"),
        _Cloud({"": rows}, {"": curves}, across, under, say("Rate of the school"), out),
        key=limits.key(of_schools) if limits else [],
        notes=[*_funnel_notes(rates, sides, limits), *hidden],
        highlights=_funnel_findings(rates, sides, out),
        by=say("by school and number of students"),
    )
    shown = Findings([*rates.values(), *targets.values()])
    made = figure.finished(shown, picture, title, subtitle, headline)
    description = words.long_description(rates.values(), picture.name)
    table = _funnel_table(made.table, rates, targets, sides, limits)
    return replace(made, long_description=description, table=table)


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
    if len(panels) > 1:  # half as many labels have room
        labelled = [text if at % 2 == 0 else "" for at, text in enumerate(across.labels)]
        across = replace(across, labels=labelled)
    left, bare = say("Rate of the school"), [name for name, of in curves.items() if name and not of]
    picture = _picture(
        say("Scatter plot"),
        _Cloud(panels, curves, across, _under(usual.shares), left, out),
        key=usual.key() if any(curves.values()) else [],
        notes=[*usual.notes(out.place, bare), *hidden],
        highlights=usual.main_findings(out.place),
        by=say("by school and low-income share"),
        of=rates,
    )
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
OUTER = 0.998  # chance to lie within the outer limits; beyond them a school is unlike the others


# schools -----------------------------------------------------------------------------------------


def _newest(estimates: pd.DataFrame, measure: str) -> Findings:
    rows = estimates[estimates["measure"] == measure]
    newest = rows[rows["end_year"] == rows["end_year"].max()]
    return figure.one_question(newest, (measure,), one="student_group")


def _by_school(findings: Findings, measure: str, what: str, mend: str) -> dict[str, Finding]:
    """Return the findings of one measure by school; ``what`` says what they are where there are none."""
    rows = [finding for finding in findings if finding.row.measure == measure]
    if not rows:
        raise DataError(
            f"the estimates hold no {what} of schools",
            where=f"estimates, column measure, {measure!r}",
            mend=f"put all that is drawn in one table: {_TABLES[mend]}",
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
    year = numbers.school_year(next(iter(shares.values())).row.end_year)
    return say("Students from low-income families, {year}", year=year)


def _reasons(findings: Mapping[str, Finding], shares: Collection[str]) -> dict[str, str]:
    """Return why a school is not drawn: its number or its share may not be shown."""
    hidden = {
        code: one.row.reason for code, one in findings.items() if one.row.publish == "nothing"
    }
    unknown = [code for code in findings if code not in shares]
    return dict.fromkeys(unknown, say("no low-income share that may be shown")) | hidden


def _names(findings: Iterable[Finding]) -> str:
    return words.joined([words.school_name(finding) for finding in findings])


def _table(
    whole: ReportTable, rates: Mapping[str, Finding], more: Mapping[str, tuple[str, str]],
    cells: Mapping[str, Sequence[str]],
) -> ReportTable:  # fmt: skip
    """Return schools in the order of ``cells``, each with its rate, its students, and these cells."""
    first, every = ("place", "value", "n"), Findings(list(rates.values()))
    heads = {name: heading(name, every) for name in first} | dict(more)
    columns = tuple(TableColumn(name, *head) for name, head in heads.items())
    rows = [(*(TEXTS[name](rates[code]) for name in first), *of) for code, of in cells.items()]
    return replace(whole, columns=columns, rows=tuple(rows))


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
    under: str  # title of the horizontal axis
    left: str  # and of the vertical one
    focus: _Focus

    @cached_property
    def rows(self) -> pd.DataFrame:
        """All dots."""
        return pd.concat(self.panels.values())

    @property
    def side(self) -> int:
        """How many panels stand side by side."""
        return 1 if len(self.panels) == 1 else 2

    @property
    def key(self) -> list[KeyMark]:
        """Colour, shape and meaning of the dots."""
        every = self.rows
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
    side = cloud.side
    made, by_name = figure.blank(list(cloud.panels), side, sharey=True)
    every = style.numbers_of(cloud.rows, "at", "bound_low", "bound_high")
    up = style.level_scale(every, cloud.rows["finding"].iloc[0].row.unit)
    for title, axes in by_name.items():
        rows = cloud.panels[title]
        cloud.across.across(axes)
        up.up(axes)
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
        points, wide = zip(named["x"], named["at"], strict=True), 1.5 if side == 1 else 1.15
        names.beside(axes, points, named["finding"].map(words.called), looks, width=wide)
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
        n, level, told = float(row.n_low or 1), row.ci_level or 0.95, numbers.printed(row).numbers
        rounding = 2 * numbers.NumberFormat.of(row).least  # of the target, and of an end outward
        target, low, high = (told[name] or 0.0 for name in ("estimate", "ci_low", "ci_high"))
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


def _sides(
    rates: Mapping[str, Finding], targets: Mapping[str, Finding], limits: Limits | None
) -> dict[str, int]:
    """Return of each school that is drawn: 1 above the limits for all together, -1 below them, 0 within."""
    drawn = {code: one.row for code, one in rates.items() if one.row.publish == "point"}
    # One school is judged at a level such that all together keep the outer one (Bonferroni's).
    together, sides = 1 - (1 - OUTER) / max(len(drawn), 1), {}
    for code, row in drawn.items():
        if limits and code in targets and targets[code].row.publish == "point" and row.n_low:
            low, high = limits.at(np.array([float(row.n_low)]), together)
            rate = row.estimate or 0.0
            sides[code] = int(rate > high[0] + _SLACK) - int(rate < low[0] - _SLACK)
    return sides


def _by_side(rates: Mapping[str, Finding], sides: Mapping[str, int]) -> dict[int, list[Finding]]:
    """Return the schools beyond the limits by name: on the better side; where neither is better, on both."""
    better = figure.better(rates.values())
    order = sorted(sides, key=lambda code: (rates[code].place, rates[code].id))
    every = {at: [rates[code] for code in order if sides[code] == at] for at in (1, -1)}
    return {at: of for at, of in every.items() if of and better in (at, 0)}


def _funnel_findings(
    rates: Mapping[str, Finding], sides: Mapping[str, int], out: _Focus
) -> list[str]:
    """Return the main findings: schools on the better side by name, then how many of the place lie within."""
    strong = _by_side(rates, sides) if figure.better(rates.values()) else {}
    names = [f"{say(_SIDES[side])}: {_names(of)}" for side, of in strong.items()]
    if not (here := [side for code, side in sides.items() if code in out.here]):
        return [*names, say("No school of {place} is shown as a single number", place=out.place)]
    told = mark("{within} of {n} shown in {place} are within the limits for all schools together")
    return [*names, say(told, within=here.count(0), n=len(here), place=out.place)]


def _funnel_notes(
    rates: Mapping[str, Finding], sides: Mapping[str, int], limits: Limits | None
) -> list[str]:
    """Return what lies beyond the limits, and how that is to be read."""
    if limits is None:
        return [
            say("No limits are drawn: too few schools have published counts to learn them from.")
        ]
    beyond = [f"{say(_SIDES[side])}: {_names(of)}." for side, of in _by_side(rates, sides).items()]
    if others := [
        side for side in sides.values() if side and side == -figure.better(rates.values())
    ]:
        beyond.append(say("{n} on the other side of the limits, not named.", n=len(others)))
    drawn = sum(one.row.publish == "point" for one in rates.values())
    few, inner = round((1 - limits.level) * drawn), _limits_words(limits.level)
    held = say("Schools with withheld figures do not enter the lines.")
    return [
        *(beyond or [say("No school is told from chance.")]),
        say(_NAMED, limits=_limits_words(OUTER)),
        f"{catalog.measure('funnel_z').caution} {say('They are not ranked.')}",
        say(_VARIETY_TOO if limits.variance else _CHANCE_ONLY, few=few, n=drawn, limits=inner),
        *([held] if drawn < len(rates) else []),
    ]


def _funnel_table(
    whole: ReportTable, rates: Mapping[str, Finding], targets: Mapping[str, Finding], sides: Mapping[str, int],
    limits: Limits | None,
) -> ReportTable:  # fmt: skip
    """Return the schools by name, with limits and standing; a school on the worse side has none."""
    cells, better = {}, figure.better(rates.values())
    for code in sorted(rates, key=lambda code: (rates[code].place, rates[code].id)):
        known = code in targets and targets[code].row.publish == "point"
        told = code in sides and not (better and sides[code] == -better)
        interval = targets[code].printed.interval if known else ""
        cells[code] = (interval, say(_SIDES[sides[code]]) if told else "")
    level = _limits_words(limits.level if limits else 0.95)
    heads = {"limits": (level, "right"), "standing": (say("Standing"), "left")}
    return _table(whole, rates, heads, cells)


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
        compared, one = of_schools["measure"].isin(measures[1:]), "student_group"
        same = of_schools["indicator"].isin(set(of_schools.loc[compared, "indicator"]))
        own = figure.one_question(of_schools[same], measures, varies=["measure"], one=one)
        shares = figure.one_question(of_schools[~same], ("rate",), one=one)
        expected = _by_school(own, "expected_rate", "expected rates", mend)
        differences = _by_school(own, "rate_less_expected", "differences", mend)
        rates = _by_school(own, "rate", "rates", mend)
        low_income = _by_school(shares, "rate", "low-income shares", mend)
        return cls(rates, low_income, expected, differences)

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

    @property
    def level(self) -> float:
        """Level of the intervals."""
        return next(iter(self.differences.values())).row.ci_level or 0.95

    def sides(self, *, wider: float = 1.0) -> dict[str, int]:
        """Return 1 if a school's rate lies above the shading, -1 if below, else 0; or one so many times as wide."""
        sides = {}
        for code in self.compared:
            row = self.differences[code].row
            point = row.publish == "point"
            ends = (row.ci_low, row.ci_high) if point else (row.outer_low, row.outer_high)
            edges = (row.estimate, row.estimate) if point else (row.bound_low, row.bound_high)
            pairs = zip(edges, ends, strict=True)
            of = [a + wider * (b - a) for a, b in pairs if a is not None and b is not None]
            sides[code] = int(of[0] > 0) - int(of[1] < 0) if len(of) == 2 else 0
        return sides

    @cached_property
    def points(self) -> list[int]:
        """Sides of those drawn as dots: a range may lie on either side of the shading."""
        rows = {code: one.row for code, one in self.differences.items()}
        return [side for code, side in self.sides().items() if rows[code].publish == "point"]

    @cached_property
    def better(self) -> list[str]:
        """The schools clearly on the better side, by name; none where no side is better."""
        best = figure.better(self.rates.values())
        wide = wider_for_all(len(self.compared), level=self.level, outer=OUTER)
        codes = [code for code, side in self.sides(wider=wide).items() if best and side == best]
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
            y = np.array([of_[name] or 0.0 for of_ in known.values()], dtype="float64")
            log_y = _log_odds(np.clip(y, 0.001, 0.999))
            fitted = np.polyfit(_log_odds(x), log_y, min(1, len(set(x)) - 1))
            return np.asarray(1 / (1 + np.exp(-np.polyval(fitted, _log_odds(across)))))

        shade = _Curve("shade", across, smooth("ci_low"), smooth("ci_high"))
        return [shade, _Curve("line", across, smooth("estimate"))]

    def key(self) -> list[KeyMark]:
        """Return the marks of line and shading, and what each means."""
        level = numbers.level_words(next(iter(self.expected.values())).row.ci_level)
        shade = say("{interval} there, about", interval=level)
        return [KeyMark("line", say("usual at schools elsewhere")), KeyMark("shade", shade)]

    def _told(self, where: int) -> list[str]:
        """Return the schools clearly on the better side: in the alt text, or in the notes."""
        names = _names(self.rates[code] for code in self.better) if self.better else ""
        return (
            [f"{say(_CLEARLY[figure.better(self.rates.values())][where])}: {names}"]
            if names
            else []
        )

    def main_findings(self, place: str) -> list[str]:
        """Return what the alt text says: schools clearly on the better side, and how many are within the shading."""
        if not (n := len(self.points)):
            return [
                *self._told(0),
                say("No school of {place} is shown as a single number", place=place),
            ]
        told = mark("{within} of {n} schools shown as dots in {place} are within the shading")
        return [*self._told(0), say(told, within=self.points.count(0), n=n, place=place)]

    def notes(self, place: str, bare: Sequence[str]) -> list[str]:
        """Return which schools stand out, how many would by chance, and the cautions."""
        if not self.curves():
            why = next(iter(self.expected.values())).row.reason
            return [say("No line is drawn: {reason}.", reason=why), *map(say, CAUTIONS)]
        n, levels = len(self.points), words.joined(bare) if bare else ""
        few = max(1, round((1 - self.level) * n))
        hidden = any(finding.row.publish != "point" for finding in self.rates.values())
        too_few = mark("No line is drawn for {levels}: too few schools elsewhere.")
        return [
            *(f"{told}." for told in self._told(1)),
            *([say(_BY_CHANCE, n=n, place=place, few=few)] if n else []),
            *([say(too_few, levels=levels)] if bare else []),
            *([say("Schools with withheld figures do not enter the line.")] if hidden else []),
            *map(say, CAUTIONS),
        ]

    def table(self, whole: ReportTable) -> ReportTable:
        """Return the schools by name, those of the place first, each with its rate beside what is usual."""
        heads = {
            "share": say("From low-income families"),
            "usual": catalog.measure("expected_rate").label,
            "interval": heading("interval", Findings(list(self.expected.values())))[0],
            "difference": say("Difference"),
        }
        cells, rates, usual = {}, self.rates, self.expected
        for code in sorted(rates, key=lambda code: (code not in usual, rates[code].place, code)):
            of = [part.get(code) for part in (self.shares, usual, self.differences)]
            texts = [TEXTS["value"](one) if one else "" for one in of]
            interval = usual[code].printed.interval if code in usual else ""
            cells[code] = (*texts[:2], interval, texts[2])
        right = {name: (text, "right") for name, text in heads.items()}
        return _table(whole, rates, right, cells)


def _with_half(row: Row) -> float:
    """A share with half a student added to both sides, as the line is fitted."""
    if row.numerator_low is None or row.n_low is None:
        return min(max(row.estimate or 0.0, 0.001), 0.999)
    return (row.numerator_low + 0.5) / (row.n_low + 1)


def _log_odds(p: Floats) -> Floats:
    return np.asarray(np.log(p / (1 - p)))
