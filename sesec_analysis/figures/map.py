"""Draw maps of a place: its schools by name and level, and what their results are beside the district's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from sesec_analysis import catalog, schema
from sesec_analysis.bounds import Floats
from sesec_analysis.catalog.entries import Outline, School
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.described import specs
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.pictured import captions, side_by_side
from sesec_analysis.evidence.tables import ReportTable, TableTexts, TextColumn
from sesec_analysis.evidence.wording import labels
from sesec_analysis.figures import figure, style
from sesec_analysis.figures.style import ACCENT, BODY, INK, PLAIN, QUIET, SMALL, WORSE, KeyMark
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import (
    Arg,
    Count,
    EntryText,
    List,
    Name,
    Quoted,
    Renderer,
    Text,
    _,
    count_message,
)

__all__ = ["plot_map", "plot_results_map"]


def plot_map(place: str = "southeast_seattle") -> figure.ReportFigure:
    """Draw a place with its schools, as points whose shape shows their level.

    North is up. The shore is drawn as the district's attendance areas follow it, to about 30 metres. It raises a
    `CatalogError` if the place is not in the catalog, and a `DataError` if no school of it has a point on the map.

    Parameters
    ----------
    place
        A place of ``data/catalog/places.yml`` whose schools are listed.

    Examples
    --------
    >>> print(plot_map("southeast_seattle").alt)
    Map: Schools of Southeast Seattle; 20 public schools. From Beacon Hill International in the north to Rainier View in
    the south. Names and levels are in the table.
    """
    catalog.place(place)
    return specs.describe_or_make(make_map, Spec("plot_map", Findings(()), {"place": place}))


@figure.with_style
def make_map(given: Spec, words: Renderer) -> figure.ReportFigure:
    """Make what `plot_map` returns."""
    code = given.options["place"]
    entry, known = catalog.place(code), catalog.schools()
    listed = [known[code] for code in entry.schools if code in known]
    shown = [school for school in listed if school.latitude is not None]
    made, [axes] = figure.blank()
    _draw(axes, shown, code, words)
    absent = tuple(Name("school", school.code) for school in listed if school.latitude is None)
    south, *_between, north = sorted(shown, key=lambda school: school.latitude or 0.0)
    ends = {"north": Name("school_short", north.code), "south": Name("school_short", south.code)}
    span = _("From {north} in the north to {south} in the south.", **ends)
    schools = List(absent, joined="", separator="; ")
    whole = figure.finish_figure(
        made, 5.6, Findings(()), words, kind=Text(N_("Map")), name=captions.place, highlights=[],
        notes=[_("No place of its own on the map: {schools}.", schools=schools)] if absent else [],
        source_line=_source(code), heading=_("Schools of {place}", place=Name("place_plain", code)),
        under=_count(listed),
    )  # fmt: skip
    parts: dict[str, Arg | None] = {
        "title": whole.texts["title"],
        "subtitle": whole.texts["subtitle"],
        "finding": span,
    }
    definition = EntryText(entry.definition, f"places.yml: {code}")
    texts: dict[str, Arg | None] = {
        "alt": _("Map: {title}; {subtitle}. {finding} Names and levels are in the table.", **parts),
        "long_description": captions.together((definition, span)),
    }
    table = _list_schools(listed, whole.texts["title"] or _count(listed))
    return replace(whole, texts={**whole.texts, **texts}, table=table)


def _count(schools: Sequence[School]) -> Count:
    codes = [school.code for school in schools]
    return count_message("{n} public school", "{n} public schools", codes)


@figure.plot
def plot_results_map(
    estimates: pd.DataFrame,
    *,
    place: str = "southeast_seattle",
    compare_to: str = "seattle",
    short: bool = False,
) -> figure.Plot:
    """Draw the results of a place's schools on small maps, each school compared with the district.

    Higher and lower are said where withheld numbers and chance together allow nothing else, and about the same within
    the margin of the catalog. The rest could be either, and is hollow. Schools are neither named nor ranked.

    Parameters
    ----------
    estimates
        In one table: `rates` or `averages` of schools and of ``compare_to``, of one school year of each indicator; and
        the differences of `expected_rates`, which are set beside what is usual. Each indicator and measure is a map.
        Where `published_rates` of ``compare_to`` are in it too, schools are compared with these.
    place, compare_to
        Codes of the place whose schools are drawn, and of the district.
    short
        Whether maps are lower, and their words as large as ever, where much else is on their page.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> where = {"place": "seattle", "end_years": 2024}
    >>> schools = sa.averages(sa.load("budget_per_student", **where, organization_level="school"))
    >>> district = sa.averages(sa.load("budget_per_student", **where))
    >>> print(plot_results_map(pd.concat([schools, district])).table.columns[1].label)
    School budget per student, 2023–24
    """
    measures = ("rate", "average", "rate_less_expected", "published_rate")
    every = figure.one_question(estimates, measures, varies=schema.ESTIMATES_KEY)
    options: dict[str, object] = {"place": place, "compare_to": compare_to}
    options |= {"short": True} if short else {}
    return figure.plan_figure(make_results_map, "plot_results_map", every, estimates, **options)


@figure.with_style
def make_results_map(given: Spec, words: Renderer) -> figure.Plot:
    """Make what `plot_results_map` returns."""
    every, place, compare_to = given.input, given.options["place"], given.options["compare_to"]
    parts = side_by_side.compared_schools(every, place, compare_to)
    panels = list(
        {
            words(name): (name, of) for of in parts if (name := captions.map_title(of.schools[0]))
        }.values()
    )
    if not panels:
        return captions.notice_of(every)
    here, there = (Name("place_plain", code) for code in (place, compare_to))
    side = min(len(panels), 4)
    made, axes = figure.blank(len(panels), side)
    width = given.options.get("width", style.WIDTH)  # an image to share is narrower
    room, on = width / side - 0.25, zip(axes, panels, strict=True)
    draw = partial(
        _draw_results,
        place=place,
        room=room - 0.05,
        words=words,
        named=not given.options.get("short"),
    )
    deep = zip(*(draw(own, panel, of) for own, (panel, of) in on), strict=True)  # of all panels
    drawn = [
        (kind, _look_of(one, kind)[0])
        for of in parts
        for one in of.schools
        for kind in [side_by_side.class_of(one, of.compared)]
    ]
    keys = {
        KeyMark("hollow" if code == "unknown" else "look", Text(text), color, shape): code
        in dict(drawn)
        for code, (text, color, shape) in _CLASSES.items()
    }
    worse = Text(N_("orange: worse for students"))
    shapes = sorted({_CLASSES[kind][2] for kind, color in drawn if color == WORSE})
    shape = shapes[0] if len(shapes) == 1 else "o"
    keys[KeyMark("look", worse, WORSE, shape)] = bool(shapes)
    style.explains(axes[0], keys)
    tallest = _TALLEST["short" if given.options.get("short") else ""]
    height = -(-len(panels) // side) * (min(room * _TALL, tallest) + sum(map(max, deep)) + 0.1)
    whole = figure.finish_figure(
        made, height, Findings([one for of in parts for one in of.every]), words, width=width, kind=Text(N_("Maps")),
        name=lambda one: _("{place_name}, {map}", one, map=captions.map_title(one)),
        highlights=[
            List((captions.map_title(of.district), side_by_side.compared_text(of.compared)), joined="", separator=": ")
            for _panel, of in panels if of.district and of.compared
        ],
        heading=_("Schools of {place} compared with {reference}", place=here, reference=there),
        under=Text(N_("Newest year of each measure")),
    )  # fmt: skip
    return replace(whole, table=side_by_side.results_table(panels, there, whole.table))


_WATER, _LAND, _ELSEWHERE = "#d9e7f0", "#efefef", "#b9b9b9"
_SHAPES = {"elementary": "o", "k8": "s", "middle": "^", "high": "D", "other": "v"}
_CLASSES = {
    "higher": (N_("higher"), INK, "^"),
    "same": (N_("about the same"), QUIET, "o"),
    "lower": (N_("lower"), INK, "v"),
    "unknown": (N_("can't tell"), PLAIN, "o"),
}
"""What may be said of a school beside the district: words, color, and shape; a shape in orange is worse."""


def _is_better(finding: Finding, kind: str) -> bool | None:
    """Return whether a school that is higher or lower does better; None if neither, or no side is better."""
    row = finding.row
    direction = "neutral" if row.is_composition else catalog.indicator(row.indicator).direction
    if kind not in ("higher", "lower") or direction == "neutral":
        return None
    return (kind == "higher") is (direction == "higher_is_better")


def _look_of(finding: Finding, kind: str) -> tuple[str, str]:
    """Return color and shape of a school: orange where its result is worse."""
    _text, color, shape = _CLASSES[kind]
    return WORSE if _is_better(finding, kind) is False else color, shape


_KM_LAT, _KM_LON, _MILE = (
    111.2,
    75.1,
    1.609,
)  # kilometres in a degree, at 47.55 north, and in a mile
_USUAL = N_("usual: 0 points")
_TALLEST = {"": 3.65, "short": 2.25}  # inches of a map of results
_MOST_NAMED = 44  # as many names as there is room for beside the map
_TALL = 1.7  # times as high as wide: Southeast Seattle with its surroundings


def _school_of_finding(finding: Finding) -> list[School]:
    """Return the school of a finding if it has a point on the map."""
    school = catalog.schools().get(finding.row.organization_id)
    return [school] if school and school.latitude is not None else []


def _source(place: str) -> Text:
    outlines = catalog.outlines()
    used = [outlines[one] for one in ("land", catalog.place(place).outline) if one in outlines]
    if not used:
        return Text(N_("Source: schools, OSPI school layer (geo.wa.gov)."))
    parts = dict.fromkeys(part for one in used for part in one.source.split("; "))
    sources = tuple(Quoted(part, "outlines.json") for part in parts)
    boundaries = List(sources, joined="", separator="; ")
    source = N_("Source: schools, OSPI school layer (geo.wa.gov); boundaries, {sources}.")
    return _(source, sources=boundaries)


def _ground(
    axes: Axes, place: str, schools: Sequence[School], *, edge: float = 0.04
) -> Outline | None:
    """Draw water, land and the boundary, as far as what is shown; a kilometre is as long across as up."""
    if not schools:
        raise DataError(
            f"no school of {catalog.place(place).name} has a point on the map", where=f"place {place}",
            fix="choose a place whose schools are listed in data/catalog/places.yml",
            valid=[code for code, other in catalog.places().items() if other.schools],
        )  # fmt: skip
    outline = catalog.outlines().get(catalog.place(place).outline or "")
    points = [(own.longitude or 0.0, own.latitude or 0.0) for own in schools]
    across, up = zip(*(outline.ring if outline else points), strict=True)
    (west, east), (south, north) = (min(across), max(across)), (min(up), max(up))
    longer = max((east - west) * _KM_LON, (north - south) * _KM_LAT)
    # Where schools stand on no ground, or one stands alone, a kilometre at least is left free round them.
    edge = edge * longer if catalog.outlines() and longer else max(0.15 * longer, 1.0)
    wide, tall = edge / _KM_LON, edge / _KM_LAT
    axes.set(xlim=(west - wide, east + wide), ylim=(south - tall, north + tall))
    for at, (layer, color) in enumerate((("water", _WATER), ("land", _LAND))):
        if known := catalog.outlines().get(layer):
            axes.fill(*zip(*known.ring, strict=True), color=color, zorder=1 + at / 10)
    if outline:
        border: dict[str, Any] = {"fc": "white", "ec": INK, "linewidth": 1.0, "zorder": 2}
        axes.fill(*zip(*outline.ring, strict=True), **border)
    axes.set(xticks=[], yticks=[], aspect=_KM_LAT / _KM_LON)
    axes.spines[:].set_visible(False)
    return outline


def _draw(axes: Axes, schools: list[School], place: str, words: Renderer) -> None:
    levels, names = {own.level or "other" for own in schools}, labels.SCHOOL_LEVELS
    keys = {KeyMark("look", Text(names[at]), ACCENT, _SHAPES[at]): at in levels for at in names}
    others = KeyMark("look", Text(N_("Other public schools")), _ELSEWHERE)
    style.explains(axes, keys | {others: True})
    outline = _ground(axes, place, schools)
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
    axes.annotate(
        words(Text(N_("1 mile"))), (left, low), (0, 5), textcoords="offset points", **quiet
    )
    for text, point in (outline.names if outline else {}).items():
        axes.text(*point, text.replace(" ", "\n"), style="italic", ha="center", va="top", **quiet)
    by_west, half = rows[rows["here"]].sort_values("x", kind="stable"), len(schools) // 2
    if len(schools) <= _MOST_NAMED:
        by_west = by_west.assign(color=INK)
        style.write_beside(axes, by_west[:half], x=-0.05, width=1.4, side="right")
        style.write_beside(axes, by_west[half:], x=1.05, width=1.4)


def _draw_results(
    axes: Axes,
    panel: Arg,
    of: side_by_side.ComparedSchools,
    *,
    place: str,
    room: float,
    words: Renderer,
    named: bool,
) -> tuple[float, float]:
    """Draw a map of so many inches, and return how high the words over it and those under it are.

    If ``named``, it has the names of schools whose result is better.
    """
    rows = []
    for one in of.schools:
        kind = side_by_side.class_of(one, of.compared)
        color, shape = _look_of(one, kind)
        look = {"finding": one, "color": color, "shape": shape, "hollow": kind == "unknown"}
        look |= {"is_better": _is_better(one, kind)}
        rows += [{"x": own.longitude, "y": own.latitude} | look for own in _school_of_finding(one)]
    schools = [own for one in of.schools for own in _school_of_finding(one)]
    outline = _ground(axes, place, schools, edge=0.015)
    style.dots(axes, pd.DataFrame(rows), "x", "y", size=40)
    if named:
        later = partial(_name_the_better, axes, rows, outline, words)
        style.figure_list(axes.figure, "_later").append(later)
    usual = side_by_side.compared_text(of.compared) if of.compared else Text(_USUAL)
    over = style.wrap_text(words(panel), room, SMALL, "bold")
    compared = words(List((usual, replace(of.year, calendar=True)), joined=""))
    under = style.wrap_text(compared, room)
    axes.set_title(over, fontsize=SMALL)
    axes.set_xlabel(under, loc="left", color=QUIET, visible=True)  # seaborn hides it
    # What room is left is under the words below it, and at its right, where they may be wider than the map.
    axes.set_anchor("NW")
    counted = style.wrap_text(words(side_by_side.tally_text(of)), room, BODY, "bold")
    axes.annotate(
        counted, (0, 0), (0, -5), xycoords="axes fraction", textcoords="offset points", va="top",
        fontsize=BODY, weight="bold", annotation_clip=False,
    )  # fmt: skip
    axes.xaxis.labelpad = 72 * style.tall(counted, BODY) + 6
    return style.tall(over), style.tall(counted, BODY) + style.tall(under) + 0.08


def _name_the_better(
    axes: Axes, rows: Sequence[Mapping[str, Any]], outline: Outline | None, words: Renderer
) -> None:
    """Write the names of schools whose result is better: a school is named only for what goes well.

    A name stands as near to its dot as it covers no other and the shore the least; the line to it touches no other.
    """
    spots = [(row["x"], row["y"]) for row in rows]
    ring = outline.ring if outline else spots[:1]
    dots, shore = (axes.transData.transform(of) for of in (spots, ring))
    steps = np.arange(0, len(shore) - 1, 0.02)[:, None]
    shore = np.column_stack([np.interp(steps, np.arange(len(shore)), at) for at in shore.T])
    free = _Room(axes.get_window_extent(), axes.figure.dpi, dots, shore, [])
    for row, spot in zip(rows, dots, strict=True):
        if not row["is_better"]:
            continue
        text = style.wrap_text(words(Text("{here}", of=row["finding"])), _NAME)
        lines = [style.size_of(line, SMALL) for line in text.split("\n")]
        size = np.array([max(lines), len(lines) * SMALL / 72]) * free.dpi
        low = free.nearest(spot, size)
        free.taken.append((low, low + size))
        end, back = np.clip(spot, low, low + size), axes.transData.inverted()
        far = np.hypot(*(end - spot))
        x, y = back.transform(low + size / 2)
        axes.text(
            x, y, text, ha="center", va="center", fontsize=SMALL, color=INK, linespacing=0.95,
            zorder=6, path_effects=style.over_lines(),
        )  # fmt: skip
        if far > _LEADER * free.dpi:
            leader = back.transform([spot + (end - spot) * _RADIUS / far, end])
            axes.plot(*leader.T, color=INK, linewidth=0.7, zorder=3.5)


_NAME, _LEADER = 0.9, 0.11
"""Inches of a line of a name, and how far it stands from its dot without a leader."""


class _Room(NamedTuple):
    """What names on a map may not cover, in pixels."""

    box: Bbox
    dpi: float
    dots: Floats
    shore: Floats
    taken: list[tuple[Floats, Floats]]

    def nearest(self, spot: Floats, size: Floats) -> Floats:
        """Return the lower left corner of the best place for a name of a dot."""
        best: tuple[float, Floats] = (np.inf, spot)
        for away in np.linspace(0.08, 1.0, 16):
            for angle in np.linspace(0, 2 * np.pi, 48, endpoint=False):
                way = np.array([np.cos(angle), np.sin(angle)])
                low = spot + way * (away * self.dpi + size / 2) - size / 2
                cost = self._cost(spot, low, low + size) + away * self.dpi / 10
                best = min(best, (cost, low), key=lambda found: found[0])
        return best[1]

    def _cost(self, spot: Floats, low: Floats, high: Floats) -> float:
        """Return what a place costs: most where it or its line covers something, less on the shore and far away."""
        others = self.dots[np.hypot(*(self.dots - spot).T) > 1]
        line = np.linspace(spot, np.clip(spot, low, high), 20)
        apart = np.hypot(*(others[:, None] - line).transpose(2, 0, 1))
        touched = (apart < _RADIUS).any() or any(_inside(line, *name).any() for name in self.taken)
        covered = _inside(self.dots, low - _RADIUS, high + _RADIUS).sum()
        # Near others, it would seem to be their name.
        near = _inside(others, low - 2 * _RADIUS, high + 2 * _RADIUS).sum()
        on_shore = _inside(self.shore, low - 2, high + 2).any()
        on_names = any((low < to).all() and (high > at).all() for at, to in self.taken)
        outside = (low < self.box.min).any() or (high > self.box.max).any()
        return float(50 * (touched + covered + on_names + outside) + 4 * near + 3 * on_shore)


def _inside(points: Floats, low: Floats, high: Floats) -> Any:
    """Return which points lie in a box."""
    return ((points > low) & (points < high)).all(axis=1)


_RADIUS = 6.0  # pixels of a dot


def _list_schools(schools: Sequence[School], caption: Arg) -> ReportTable:
    """Return schools with their level, grades and kind, as a table."""
    heads = (N_("School"), N_("Level"), N_("Grades"), N_("Kind"))
    names = ("school", "level", "grades", "kind")
    columns = tuple(TextColumn(*pair) for pair in zip(names, map(Text, heads), strict=True))
    rows = [
        (
            Name("school", one.code),
            Text(labels.SCHOOL_LEVELS[one.level or "other"]),
            Quoted(f"{one.lowest_grade}–{one.highest_grade}", "grades"),
            Text(labels.SCHOOL_KINDS[one.kind]) if one.kind else None,
        )
        for one in schools
    ]
    return ReportTable(TableTexts(caption, columns, tuple(rows)))
