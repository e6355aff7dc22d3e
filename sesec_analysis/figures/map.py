"""Draw a small map of a place: its boundary, water and land around it, and its schools by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import Outline, School
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.finding import Findings
from sesec_analysis.evidence.tables import ReportTable, TableColumn
from sesec_analysis.figures.axes import spread
from sesec_analysis.figures.figure import ReportFigure
from sesec_analysis.figures.page import (
    ACCENT,
    GAP,
    INK,
    MARGIN,
    QUIET,
    SMALL,
    WIDTH,
    FigurePage,
    FigureText,
    dot_style,
    leading,
    look,
    size_of,
    wrapped,
)
from sesec_analysis.i18n import mark, plural, say

__all__ = ["plot_map"]


_HEIGHT, _COLUMN, _KEY = 5.8, 1.45, 0.3  # inches: map, names on either side, key above
_MOST_NAMED = 44  # as many names as there is room for beside the map
_EDGE = 0.04  # of the frame's longer side, left free round what is shown
_KM_LAT, _KM_LON = 111.2, 75.1  # kilometres in a degree, at 47.55 north
_MILE = 1.609
_WATER, _LAND, _ELSEWHERE = "#d9e7f0", "#efefef", "#b9b9b9"
_LEVELS = {
    "elementary": ("o", mark("Elementary")),
    "k8": ("s", mark("K-8")),
    "middle": ("^", mark("Middle")),
    "high": ("D", mark("High")),
    "other": ("v", mark("Other grades")),
}


_KINDS = {
    "regular": mark("regular"),
    "alternative": mark("alternative"),
    "special_education": mark("special education"),
    "reengagement": mark("reengagement"),
    "skills_center": mark("skills center"),
    "detention": mark("detention"),
}


def plot_map(
    place: str = "southeast_seattle", *, title: str | None = None, subtitle: str | None = None
) -> ReportFigure:
    """Draw a place with its schools, as points whose shape tells their level.

    Parameters
    ----------
    place
        A place of ``data/catalog/places.yml`` whose schools are listed.
    title, subtitle
        None: made of what is shown.

    Returns
    -------
    ReportFigure
        The map, with a table of its schools. It shows no figures about students, so it holds no findings.

    Raises
    ------
    CatalogError
        If the place is not in the catalog.
    DataError
        If no school of the place has a point on the map.

    See Also
    --------
    schools : The table behind it.

    Notes
    -----
    Reading: north is up. The shore is drawn as the district's attendance areas follow it, to about 30 metres.

    Examples
    --------
    >>> print(plot_map("southeast_seattle").alt)
    Map: Schools of Southeast Seattle; 20 public schools. From Beacon Hill International in the north to Rainier View in
    the south. Names and levels are in the table.
    """
    entry = catalog.place(place)
    known = catalog.schools()
    listed = [known[code] for code in entry.schools if code in known]
    shown = [school for school in listed if school.latitude is not None]
    if not shown:
        raise DataError(
            f"no school of {entry.name} has a point on the map",
            where=f"place {place}",
            mend="choose a place whose schools are listed in data/catalog/places.yml",
            known=[code for code, other in catalog.places().items() if other.schools],
        )
    heading = title if title is not None else say("Schools of {place}", place=entry.name)
    if catalog.is_synthetic():
        heading = say("Synthetic data: {title}", title=heading)
    count = plural("{n} public school", "{n} public schools", len(listed))
    under = subtitle if subtitle is not None else count
    outline = catalog.outlines()[entry.outline] if entry.outline else None
    source = _source(outline)
    absent = "; ".join(school.name for school in listed if school.latitude is None)
    notes = [say("No place of its own on the map: {schools}.", schools=absent)] if absent else []
    words = FigureText(heading, under, (), notes, source, catalog.is_synthetic())
    with look():
        page = FigurePage(words, _KEY + _HEIGHT)
        _draw(page, shown, outline)
    ends = sorted(shown, key=lambda school: school.latitude or 0.0)
    names = {"north": ends[-1].short_name, "south": ends[0].short_name}
    span = say("From {north} in the north to {south} in the south.", **names)
    return ReportFigure(
        figure=page.figure,
        title=heading,
        subtitle=under,
        caption=" ".join(notes),
        source_line=source,
        alt=say(
            "Map: {title}; {subtitle}. {finding} Names and levels are in the table.",
            title=heading,
            subtitle=under,
            finding=span,
        ),
        long_description=f"{entry.definition} {span}",
        table=_table(listed, heading),
        findings=Findings(()),
        notes=" ".join(notes),
        frame=page.frame,
    )


def _source(outline: Outline | None) -> str:
    used = [catalog.outlines()["land"], *([outline] if outline else [])]
    sources = dict.fromkeys(part for layer in used for part in layer.source.split("; "))
    return say(
        "Source: schools, OSPI school layer (geo.wa.gov); boundaries, {sources}.",
        sources="; ".join(sources),
    )


def _table(schools: Sequence[School], caption: str) -> ReportTable:
    columns = (
        TableColumn("school", say("School")),
        TableColumn("level", say("Level")),
        TableColumn("grades", say("Grades")),
        TableColumn("kind", say("Kind")),
    )
    rows = tuple(
        (
            school.name,
            say(_LEVELS[school.level or "other"][1]),
            f"{school.lowest_grade}–{school.highest_grade}",
            say(_KINDS[school.kind]) if school.kind else "",
        )
        for school in schools
    )
    return ReportTable(caption, columns, rows)


@dataclass(frozen=True)
class _Frame:
    """The part of the city that is shown, and its position on the page; inches and degrees."""

    west: float
    north: float
    scale: float  # inches to a kilometre
    left: float
    top: float
    width: float

    @classmethod
    def of(cls, page: FigurePage, points: Sequence[tuple[float, float]]) -> "_Frame":
        """Fit what is shown into the room between the columns of names."""
        across, up = zip(*points, strict=True)
        wide, tall = (max(across) - min(across)) * _KM_LON, (max(up) - min(up)) * _KM_LAT
        edge = _EDGE * max(wide, tall)
        room = WIDTH - 2 * (MARGIN + _COLUMN + GAP)
        scale = min(room / (wide + 2 * edge), _HEIGHT / (tall + 2 * edge))
        west = (max(across) + min(across)) / 2 - room / scale / 2 / _KM_LON
        north = (max(up) + min(up)) / 2 + _HEIGHT / scale / 2 / _KM_LAT
        return cls(west, north, scale, MARGIN + _COLUMN + GAP, page.top + _KEY, room)

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return the inches from the left and the top of the page."""
        across = (longitude - self.west) * _KM_LON * self.scale
        return self.left + across, self.top + (self.north - latitude) * _KM_LAT * self.scale

    def axes(self, page: FigurePage) -> Axes:
        """Return axes in degrees."""
        axes = page.axes(self.left, self.top, self.width, _HEIGHT)
        axes.set_xlim(self.west, self.west + self.width / self.scale / _KM_LON)
        axes.set_ylim(self.north - _HEIGHT / self.scale / _KM_LAT, self.north)
        axes.set_axis_off()
        return axes


def _draw(page: FigurePage, schools: Sequence[School], outline: Outline | None) -> None:
    points = [(school.longitude or 0.0, school.latitude or 0.0) for school in schools]
    frame = _Frame.of(page, outline.ring if outline else points)
    axes = frame.axes(page)
    known = catalog.outlines()
    axes.fill(*zip(*known["water"].ring, strict=True), color=_WATER, zorder=1)
    axes.fill(*zip(*known["land"].ring, strict=True), color=_LAND, zorder=1.1)
    if outline:
        border: dict[str, Any] = {"edgecolor": ACCENT, "linewidth": 1.2, "zorder": 2}
        axes.fill(*zip(*outline.ring, strict=True), facecolor="white", **border)
    _points(axes, {school.code for school in schools})
    _key(page, schools)
    _mile(page, frame)
    for text, point in (outline.names if outline else {}).items():
        _written(page, text, frame.at(*point))
    if len(schools) <= _MOST_NAMED:
        _names(page, frame, schools)


def _points(axes: Axes, here: set[str]) -> None:
    for school in catalog.schools().values():
        if school.latitude is not None and school.longitude is not None:
            inside = school.code in here
            marker = _LEVELS[school.level or "other"][0]
            style = dot_style(ACCENT if inside else _ELSEWHERE, marker=marker)
            style |= {"markersize": 6.0 if inside else 4.0, "markeredgewidth": 0.8}
            style |= {"markeredgecolor": "white", "zorder": 4 if inside else 3}
            axes.plot([school.longitude], [school.latitude], **style)


def _written(page: FigurePage, text: str, at: tuple[float, float]) -> None:
    """Write what a part of the map is called, a word to a line."""
    x, y = at
    for word in text.split(" "):
        page.text(x, y, word, fontsize=SMALL, color=QUIET, style="italic", ha="center")
        y += leading(SMALL)


def _key(page: FigurePage, schools: Sequence[School]) -> None:
    taught = {school.level or "other" for school in schools}
    x, y = MARGIN + 0.08, page.top + leading(SMALL) / 2
    for level in (level for level in _LEVELS if level in taught):
        marker, text = _LEVELS[level][0], say(_LEVELS[level][1])
        page.dot(x, y, ACCENT, marker)
        page.text(x + 0.12, y, text, fontsize=SMALL, color=QUIET)
        x += 0.42 + size_of(text, SMALL)
    page.dot(x, y, _ELSEWHERE, "o")
    page.text(x + 0.12, y, say("Other public schools"), fontsize=SMALL, color=QUIET)


def _mile(page: FigurePage, frame: _Frame) -> None:
    y, long = frame.top + _HEIGHT - 0.12, _MILE * frame.scale
    left = frame.left + 0.02
    page.leader((left, y), (left + long, y), INK)
    for end in (left, left + long):
        page.leader((end, y - 0.04), (end, y + 0.04), INK)
    page.text(left, y - 0.14, say("1 mile"), fontsize=SMALL, color=QUIET)


def _names(page: FigurePage, frame: _Frame, schools: Sequence[School]) -> None:
    """Name the schools in two columns beside the map, each with a line to its point."""
    placed = [
        (frame.at(school.longitude or 0.0, school.latitude or 0.0), school) for school in schools
    ]
    by_west = sorted(placed, key=lambda pair: pair[0])
    half = len(by_west) // 2
    _column(page, frame, by_west[:half], west=True)
    _column(page, frame, by_west[half:], west=False)


def _column(
    page: FigurePage,
    frame: _Frame,
    placed: Sequence[tuple[tuple[float, float], School]],
    *,
    west: bool,
) -> None:
    names = [school.short_name.replace(" Jr.", "\u00a0Jr.") for _, school in placed]
    lines = [wrapped(name, _COLUMN, SMALL) for name in names]
    sizes = [len(parts) * leading(SMALL) + 0.06 for parts in lines]
    heights = spread([y for (_, y), _ in placed], sizes, frame.top, frame.top + _HEIGHT - 0.3)
    side = MARGIN + _COLUMN if west else WIDTH - MARGIN - _COLUMN
    for (point, _), parts, middle in zip(placed, lines, heights, strict=True):
        page.leader(point, (side + (0.05 if west else -0.05), middle), QUIET)
        y = middle - (len(parts) - 1) * leading(SMALL) / 2
        for text in parts:
            page.text(side, y, text, fontsize=SMALL, ha="right" if west else "left")
            y += leading(SMALL)
