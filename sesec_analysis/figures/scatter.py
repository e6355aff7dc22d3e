"""Draw schools as a scatter of dots, with curves through it: of need, of what is usual, and of chance."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sesec_analysis import catalog
from sesec_analysis.bounds import Floats
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.wording.numbers import school_year
from sesec_analysis.figures import axes as scales
from sesec_analysis.figures import figure, style, words
from sesec_analysis.figures.axes import Axis, SideLabels
from sesec_analysis.figures.schools import called, of_place, schools_of
from sesec_analysis.figures.style import ACCENT, INK, PLAIN, TONES, KeyMark
from sesec_analysis.i18n import plural, say

__all__ = [
    "Cloud",
    "Curve",
    "Focus",
    "by_school",
    "focused",
    "marks_of",
    "name_of",
    "not_drawn",
    "picture",
    "plot_need",
]


def plot_need(
    estimates: pd.DataFrame,
    *,
    focus: str | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    headline: pd.DataFrame | None = None,
) -> figure.ReportFigure | Notice:
    """Plot dollars of a school year against need, a dot for each school; places are marked.

    Parameters
    ----------
    estimates
        In one table: `averages` in dollars of schools, and of places if they are to be marked; and `rates` of their
        low-income shares, of the same year or another. Of each, the newest year is drawn.
    focus
        Code of a place to bring out. None: the place that is the catalog's headline.
    title, subtitle, headline
        As of `plot_rates`.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows of schools.

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
    money = estimates[estimates["measure"] == "average"]
    money = money[money["end_year"] == money["end_year"].max()]
    share = estimates[estimates["measure"] == "rate"]
    share = share[share["end_year"] == share["end_year"].max()]
    dollars = by_school(figure.one_question(money, ("average",)), "average", "dollars", _NEED)
    shares = by_school(figure.one_question(share, ("rate",)), "rate", "low-income shares", _NEED)
    out = focused(
        {code: one for code, one in dollars.items() if one.row.organization_level == "school"},
        focus,
    )
    x = {
        code: one.printed.numbers["estimate"] or 0.0
        for code, one in shares.items()
        if one.row.publish == "point"
    }
    drawn = {
        code: one for code, one in dollars.items() if code in x and one.row.publish != "nothing"
    }
    places = {code: one for code, one in drawn.items() if one.row.organization_level != "school"}
    if not len(drawn) > len(places):
        return tables.missing(estimates)
    rows = marks_of(drawn, x, out, named=places)
    year = next(iter(shares.values())).row.end_year
    cloud = Cloud(
        {"": rows}, {}, scales.rate_scale(x[code] for code in drawn),
        scales.amount_scale(rows["at"].dropna(), next(iter(drawn.values())).row.unit),
        say("Students from low-income families, {year}", year=school_year(year)), "", out,
    )  # fmt: skip
    reasons = {
        code: one.row.reason for code, one in dollars.items() if one.row.publish == "nothing"
    }
    reasons |= {
        code: say("no low-income share that may be shown")
        for code in dollars
        if code not in x and code not in reasons
    }
    made = picture(
        say("Scatter plot"), cloud, key=[], notes=not_drawn(reasons, out),
        highlights=[f"{one.place}: {one.printed.value}, {shares[code].printed.value}" for code, one in places.items()],
        by=say("by school and share of low-income students"), indicator=next(iter(drawn.values())).row.indicator,
    )  # fmt: skip
    shown = Findings([*dollars.values(), *(shares[code] for code in drawn)])
    told = Findings(list(dollars.values()))
    heading = title if title is not None else words.title(told, by=made.by)
    return figure.finished(
        shown, made, heading, subtitle if subtitle is not None else words.subtitle(told), headline
    )


_NEED = "pd.concat([sa.averages(budgets), sa.rates(shares)])"
_DASHES = {"line": "-", "dash": (0, style.DASHES["dashed"]), "thin": ":"}
_TALL = {1: 3.9, 2: 2.4}  # inches of a row of panels, by how many are side by side


@dataclass(frozen=True)
class Curve:
    """A line, or what lies between two, drawn as the key shows it."""

    mark: str  # line, dash, thin, shade
    x: Floats
    y: Floats
    top: Floats | None = None  # of a shade


@dataclass(frozen=True)
class Focus:
    """What is brought out: a place and its schools, and a school that is named."""

    place: str
    here: frozenset[str]
    school: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Cloud:
    """Everything that is drawn: dots and curves by panel, axes and their labels."""

    panels: Mapping[str, pd.DataFrame]  # by the name of the panel; of one panel, empty
    curves: Mapping[str, Sequence[Curve]]
    across: Axis
    up: Axis
    under: str  # title of the horizontal axis
    left: str  # and of the vertical one
    focus: Focus

    @property
    def side(self) -> int:
        """How many panels stand side by side."""
        return 1 if len(self.panels) == 1 else 2

    @property
    def key(self) -> list[KeyMark]:
        """Colour, shape and meaning of the dots."""
        every = pd.concat(self.panels.values())
        here = every["here"].any()
        elsewhere = say("School elsewhere") if here else say("School")
        mine = KeyMark("look", say("School of {place}", place=self.focus.place), ACCENT, "o")
        places = every[~every["school"]]
        marks = {
            mine: here,
            KeyMark("look", elsewhere, TONES[0], "s"): not every["here"].all(),
            KeyMark("look", say("all schools of the place together"), PLAIN, "D"): len(places),
            KeyMark("hollow", say("interpret with care")): every["hollow"].any(),
            KeyMark("band", say("range of a school with withheld figures")): (
                every["publish"] == "range"
            ).any(),
        }
        return [key for key, drawn in marks.items() if drawn]


def marks_of(
    findings: Mapping[str, Finding], x: Mapping[str, float], focus: Focus, *, named: Collection[str]
) -> pd.DataFrame:
    """Return the dots: schools at their place from left to right; only those drawn as points are named."""
    rows = figure.frame_of(
        [one for code, one in findings.items() if code in x],
        x=lambda one: x[one.row.organization_id],
        id=lambda one: one.id,
        school=lambda one: one.row.organization_level == "school",
        bright=lambda one: one.row.organization_id in focus.here or one.place == focus.place,
    )
    rows["here"] = rows["place"].isin(focus.here)
    rows["named"] = rows["place"].isin(list(named)) & (rows["publish"] == "point")
    plain = rows["school"].map({True: TONES[0], False: PLAIN})
    rows["color"] = plain.where(~rows["bright"], ACCENT)
    rows["shape"] = rows["here"].map({True: "o", False: "s"}).where(rows["school"], "D")
    rows["edge"] = rows["color"].where(~rows["named"], INK)
    return rows.sort_values(["school", "here", "id"], ascending=[False, True, True])


def picture(
    kind: str,
    cloud: Cloud,
    *,
    key: Sequence[KeyMark],
    notes: Sequence[str],
    highlights: Sequence[str],
    by: str,
    indicator: str,
) -> figure.Picture:
    """Return the picture to be finished; the marks of single schools join the key of the lines."""
    deep = -(-len(cloud.panels) // cloud.side)
    height, drawn = deep * _TALL[cloud.side] + 0.5, partial(_draw, cloud=cloud)
    return figure.Picture(
        kind, height, drawn, [*key, *cloud.key], notes, name_of(indicator), highlights, by
    )


def _draw(names: SideLabels, *, cloud: Cloud) -> Figure:
    titles = [*cloud.panels, *([""] if len(cloud.panels) % 2 and len(cloud.panels) > 1 else [])]
    mosaic = [titles[at : at + cloud.side] for at in range(0, len(titles), cloud.side)]
    made, by_name = figure.blank(
        4, mosaic, empty_sentinel="" if cloud.side > 1 else None, sharey=True
    )
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
        axes.set(xlabel=cloud.under if cloud.side == 1 else "", ylabel=cloud.left)
        named = rows[rows["named"]].sort_values("at", ascending=False, kind="stable")
        colors = named["color"].where(named["bright"], style.QUIET)
        names.beside(
            axes, list(zip(named["x"], named["at"], strict=True)), [called(one) for one in named["finding"]],
            width=1.5 if cloud.side == 1 else 1.15, styles=[{"color": color} for color in colors],
        )  # fmt: skip
        names.after(partial(scales.thinned, axes, cloud.across))
    if cloud.side > 1:
        made.supxlabel(cloud.under, fontsize=style.SMALL, color=style.QUIET)
    return made


def _curve(axes: Axes, curve: Curve) -> None:
    if curve.top is not None:
        axes.fill_between(
            curve.x, curve.y, curve.top, color=style.shade(PLAIN), linewidth=0, zorder=1.2
        )
        return
    wide = {"line": 1.6, "dash": 1.5, "thin": 1.1}[curve.mark]
    axes.plot(curve.x, curve.y, color=PLAIN, linewidth=wide, ls=_DASHES[curve.mark], zorder=1.8)


def by_school(findings: Findings, measure: str, what: str, mend: str) -> dict[str, Finding]:
    """Return the findings of one measure by school; ``what`` says what they are where there are none."""
    rows = [finding for finding in findings if finding.row.measure == measure]
    if not rows:
        raise DataError(
            f"the estimates hold no {what} of schools",
            where=f"estimates, column measure, {measure!r}",
            mend=f"put all that is drawn in one table: {mend}",
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


def focused(rates: Mapping[str, Finding], focus: str | None) -> Focus:
    """Return the place in focus, or the catalog's headline, and the school that is asked for by its code."""
    places = catalog.places()
    headline = next(code for code, place in places.items() if place.headline)
    code = focus if focus in places else headline
    findings = Findings(list(rates.values()))
    inside = schools_of(findings, code)
    if focus in places and not inside:
        raise DataError(
            f"none of these schools is of {places[code].name}",
            where=f"focus {focus!r}",
            mend="name a place that has some of them, or one of the schools",
            known=sorted(rates),
        )
    here = frozenset(finding.row.organization_id for finding in inside)
    school = None if focus in places or focus is None else figure.checked_focus(findings, focus)
    return Focus(places[code].name, here, frozenset({school} if school else ()))


def name_of(indicator: str) -> words.Named:
    """Return what each number is called in the long description: a rate by its school, others by their measure too."""

    def name(finding: Finding) -> str:
        row = finding.row
        if row.indicator != indicator:
            return say("{place}, from low-income families", place=finding.place)
        label = catalog.measure(row.measure).label.lower()
        return finding.place if row.measure == "rate" else f"{finding.place}, {label}"

    return name


def not_drawn(reasons: Mapping[str, str], focus: Focus) -> list[str]:
    """Return the note that counts the schools not drawn, by where they are and why."""
    counts: dict[tuple[bool, str], int] = {}
    for code, reason in reasons.items():
        key = (code in focus.here, reason)
        counts[key] = counts.get(key, 0) + 1
    parts = [
        of_place(count, focus.place, reason) if here else _elsewhere(count, reason)
        for (here, reason), count in counts.items()
    ]
    return [say("Not drawn: {schools}.", schools="; ".join(parts))] if parts else []


def _elsewhere(count: int, reason: str) -> str:
    return plural(
        "{n} school elsewhere ({reason})",
        "{n} schools elsewhere ({reason})",
        count,
        reason=reason,
    )
