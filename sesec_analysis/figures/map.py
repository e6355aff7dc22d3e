"""Draw maps of a place: its schools by name and level, and what their results are beside the district's."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import Outline, School
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import school_tables
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.pictured import captions, side_by_side
from sesec_analysis.evidence.wording import labels
from sesec_analysis.figures import figure, style
from sesec_analysis.figures.figure import Plot
from sesec_analysis.figures.style import ACCENT, INK, PLAIN, QUIET, SMALL, KeyMark
from sesec_analysis.i18n import mark, plural, say

__all__ = ["plot_map", "plot_results_map"]


@style.style()
def plot_map(place: str = "southeast_seattle") -> figure.ReportFigure:
    """Draw a place with its schools, as points whose shape tells their level.

    North is up. The shore is drawn as the district's attendance areas follow it, to about 30 metres.

    Parameters
    ----------
    place
        A place of ``data/catalog/places.yml`` whose schools are listed.

    Raises
    ------
    CatalogError, DataError
        If the place is not in the catalog, or no school of it has a point on the map.

    Examples
    --------
    >>> print(plot_map("southeast_seattle").alt)
    Map: Schools of Southeast Seattle; 20 public schools. From Beacon Hill International in the north to Rainier View in
    the south. Names and levels are in the table.
    """
    entry, known = catalog.place(place), catalog.schools()
    listed = [known[code] for code in entry.schools if code in known]
    shown = [school for school in listed if school.latitude is not None]
    made, [axes] = figure.blank()
    _draw(axes, _with_points(shown, place), _outline(place))
    absent = "; ".join(school.name for school in listed if school.latitude is None)
    south, *_, north = sorted(shown, key=lambda school: school.latitude or 0.0)
    ends = {"north": north.short_name, "south": south.short_name}
    span = say("From {north} in the north to {south} in the south.", **ends)
    whole = figure.finished(
        made, 5.6, Findings(()), kind=say("Map"), name=lambda finding: finding.place, highlights=[],
        notes=[say("No place of its own on the map: {schools}.", schools=absent)] if absent else [],
        from_=_source(_outline(place)), heading=say("Schools of {place}", place=entry.name),
        under=plural("{n} public school", "{n} public schools", len(listed)),
    )  # fmt: skip
    alt = mark("Map: {title}; {subtitle}. {finding} Names and levels are in the table.")
    return replace(
        whole,
        alt=say(alt, title=whole.title, subtitle=whole.subtitle, finding=span),
        long_description=f"{entry.definition} {span}",
        table=school_tables.listed_schools(listed, whole.title),
    )


@figure.plot
def plot_results_map(
    estimates: pd.DataFrame, *, place: str = "southeast_seattle", compare_to: str = "seattle"
) -> Plot:
    """Draw the results of a place's schools on small maps, each school beside the district's figure.

    Higher and lower are said where withheld figures and chance together allow nothing else, and about the same within
    the margin of the catalog. The rest cannot be told, and is hollow. Schools are neither named nor ranked.

    Parameters
    ----------
    estimates
        In one table: `rates` or `averages` of schools and of ``compare_to``, of one school year of each indicator; and
        the differences of `expected_rates`, which are set beside what is usual. Each indicator and measure is a map.
    place, compare_to
        Codes of the place whose schools are drawn, and of the district.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> where = {"place": "seattle", "end_years": 2024}
    >>> schools = sa.averages(sa.load("budget_per_student", **where, organization_level="school"))
    >>> district = sa.averages(sa.load("budget_per_student", **where))
    >>> print(plot_results_map(pd.concat([schools, district])).table.columns[1].label)
    School budget per student, 2023–24
    """
    figure.checked(estimates, _MAPPED)
    every = findings(estimates)
    panels = {_called(of.schools[0]): of for of in side_by_side.beside(every, place, compare_to)}
    if not panels:
        return Notice(say("No data"), " ".join(captions.notes(every, lambda one: one.place)))
    _with_points([own for of in panels.values() for one in of.schools for own in _at(one)], place)
    here, name = (catalog.place(code).name for code in (place, compare_to))
    side = min(len(panels), 4)
    made, axes = figure.blank(len(panels), side)
    room = style.WIDTH / side - 0.25
    deep = [
        _draw_results(on, panel, of, _outline(place), room - 0.05)
        for on, (panel, of) in zip(axes, panels.items(), strict=True)
    ]
    classes = {
        side_by_side.class_of(one, of.district) for of in panels.values() for one in of.schools
    }
    keys = {
        KeyMark("hollow" if code == "unknown" else "look", say(text), color, shape): code in classes
        for code, (text, color, shape) in _CLASSES.items()
    }
    style.explains(axes[0], keys)
    height = -(-len(panels) // side) * (min(room * _TALL, 3.65) + max(deep) + 0.22)
    whole = figure.finished(
        made, height, Findings([one for of in panels.values() for one in of.every]), kind=say("Maps"),
        name=lambda one: f"{one.place}, {_called(one)}",
        highlights=[f"{panel}: {of.district.place} {of.district.printed.value}"
                    for panel, of in panels.items() if of.district],
        heading=say("Schools of {place} beside {reference}", place=here, reference=name),
        under=say("Newest school year of each figure"),
    )  # fmt: skip
    return replace(whole, table=side_by_side.results_table(panels, name, whole.table))


_WATER, _LAND, _ELSEWHERE = "#d9e7f0", "#efefef", "#b9b9b9"
_SHAPES = {"elementary": "o", "k8": "s", "middle": "^", "high": "D", "other": "v"}
_CLASSES = {
    "higher": (mark("higher"), ACCENT, "^"),
    "same": (mark("about the same"), QUIET, "o"),
    "lower": (mark("lower"), style.LINES[1], "v"),
    "unknown": (mark("can't be told"), PLAIN, "o"),
}
"""What may be said of a school beside the district: words, colour and shape."""
_MAPPED = ("rate", "average", "rate_less_expected")
_KM_LAT, _KM_LON = 111.2, 75.1  # kilometres in a degree, at 47.55 north
_MILE = 1.609
_MOST_NAMED = 44  # as many names as there is room for beside the map
_TALL = 1.56  # times as high as wide: Southeast Seattle with its surroundings


def _with_points(schools: list[School], place: str) -> list[School]:
    """Return the schools that can be drawn, or refuse if there is none."""
    if schools:
        return schools
    raise DataError(
        f"no school of {catalog.place(place).name} has a point on the map",
        where=f"place {place}",
        mend="choose a place whose schools are listed in data/catalog/places.yml",
        known=[code for code, other in catalog.places().items() if other.schools],
    )


def _at(finding: Finding) -> list[School]:
    """Return the school of a finding if it has a point on the map."""
    school = catalog.schools().get(finding.row.organization_id)
    return [school] if school and school.latitude is not None else []


def _outline(place: str) -> Outline | None:
    name = catalog.place(place).outline
    return catalog.outlines()[name] if name else None


def _source(outline: Outline | None) -> str:
    used = [one for one in (catalog.outlines().get("land"), outline) if one]
    if not used:
        return say("Source: schools, OSPI school layer (geo.wa.gov).")
    sources = "; ".join(dict.fromkeys(part for one in used for part in one.source.split("; ")))
    told = mark("Source: schools, OSPI school layer (geo.wa.gov); boundaries, {sources}.")
    return say(told, sources=sources)


def _ground(axes: Axes, outline: Outline | None, schools: Sequence[School]) -> None:
    """Draw water, land and the boundary, as far as what is shown; a kilometre is as long across as up."""
    points = [(own.longitude or 0.0, own.latitude or 0.0) for own in schools]
    across, up = zip(*(outline.ring if outline else points), strict=True)
    (west, east), (south, north) = (min(across), max(across)), (min(up), max(up))
    longer = max((east - west) * _KM_LON, (north - south) * _KM_LAT)
    # Where schools stand on no ground, a kilometre at least is left free round them.
    edge = 0.04 * longer if catalog.outlines() else max(0.15 * longer, 1.0)
    wide, tall = edge / _KM_LON, edge / _KM_LAT
    axes.set(xlim=(west - wide, east + wide), ylim=(south - tall, north + tall))
    for at, (layer, color) in enumerate((("water", _WATER), ("land", _LAND))):
        if known := catalog.outlines().get(layer):
            axes.fill(*zip(*known.ring, strict=True), color=color, zorder=1 + at / 10)
    if outline:
        border: dict[str, Any] = {"fc": "white", "ec": ACCENT, "linewidth": 1.2, "zorder": 2}
        axes.fill(*zip(*outline.ring, strict=True), **border)
    axes.set(xticks=[], yticks=[], aspect=_KM_LAT / _KM_LON)
    axes.spines[:].set_visible(False)


def _draw(axes: Axes, schools: list[School], outline: Outline | None) -> None:
    levels, names = {own.level or "other" for own in schools}, labels.SCHOOL_LEVELS
    keys = {KeyMark("look", say(names[at]), ACCENT, _SHAPES[at]): at in levels for at in names}
    style.explains(axes, keys | {KeyMark("look", say("Other public schools"), _ELSEWHERE): True})
    _ground(axes, outline, schools)
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    rows = pd.DataFrame(
        {"x": own.longitude, "y": own.latitude, "shape": _SHAPES[own.level or "other"], "here": own in schools,
         "text": own.short_name.replace(" Jr.", "\u00a0Jr.")}
        for own in catalog.schools().values()
        if west <= (own.longitude or 0.0) <= east and south <= (own.latitude or 0.0) <= north
    )  # fmt: skip
    color = rows["here"].map({True: ACCENT, False: _ELSEWHERE})
    rows = rows.assign(color=color, edge="white", hollow=False)
    style.dots(axes, rows[~rows["here"]], "x", "y", size=24)
    style.dots(axes, rows[rows["here"]], "x", "y", size=46, at=4)
    left, low = west + 0.02 * (east - west), south + 0.02 * (north - south)
    axes.plot([left, left + _MILE / _KM_LON], [low, low], color=INK, marker="|", linewidth=0.8)
    quiet: dict[str, Any] = {"fontsize": SMALL, "color": QUIET}
    axes.annotate(say("1 mile"), (left, low), (0, 5), textcoords="offset points", **quiet)
    for text, point in (outline.names if outline else {}).items():
        axes.text(*point, text.replace(" ", "\n"), style="italic", ha="center", va="top", **quiet)
    by_west, half = rows[rows["here"]].sort_values("x", kind="stable"), len(schools) // 2
    if len(schools) <= _MOST_NAMED:
        by_west = by_west.assign(color=INK)
        style.beside(axes, by_west[:half], x=-0.05, width=1.4, side="right")
        style.beside(axes, by_west[half:], x=1.05, width=1.4)


def _called(finding: Finding) -> str:
    """Return what a map is called: its indicator, or the tests beside what is usual."""
    title = catalog.indicator(finding.row.indicator).title
    if finding.row.measure == "rate_less_expected":
        return say("{indicator}, beside what is usual", indicator=title)
    shares = finding.row.is_composition
    return say("{group}: {what}", group=finding.label, what=title.lower()) if shares else title


def _draw_results(
    axes: Axes, panel: str, of: side_by_side.Beside, outline: Outline | None, room: float
) -> float:
    """Draw a map of so many inches, and return how high the words over and under it are."""
    rows = []
    for one in of.schools:
        kind = side_by_side.class_of(one, of.district)
        _, color, shape = _CLASSES[kind]
        look = {"finding": one, "color": color, "shape": shape, "hollow": kind == "unknown"}
        rows += [{"x": own.longitude, "y": own.latitude} | look for own in _at(one)]
    _ground(axes, outline, [own for one in of.schools for own in _at(one)])
    style.dots(axes, pd.DataFrame(rows), "x", "y", size=40)
    told = say("usual: 0 points")
    told = f"{of.district.place}: {of.district.printed.mark}" if of.district else told
    over = style.wrapped(panel, room, SMALL, "bold")
    under = style.wrapped(f"{told}, {of.year}", room)
    axes.set_title(over, fontsize=SMALL)
    axes.set_xlabel(under, loc="left", color=QUIET, visible=True)  # seaborn hides it
    return style.tall(over) + style.tall(under)
