"""Lay the schools of a shelf of fact sheets on a map, each a dot that leads to its sheet.

What the dots are follows from the links of the document; where they stand, from the directory of schools.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import cos, radians
from typing import NamedTuple

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import Place
from sesec_analysis.editions.documents.model import Node, Prose
from sesec_analysis.editions.documents.notebook import Document

__all__ = ["Dot", "DrawnPlace", "SchoolMap", "of_links", "within_limits"]


_SCALE = 4000.0
"""Units of the drawing in a degree of latitude; a degree of longitude is shorter by the cosine of the latitude."""

_EDGE = 20


@dataclass(frozen=True)
class Dot:
    """A school on the map: where it stands, its name, and the address of its sheet."""

    x: int
    y: int
    name: str
    url: str


@dataclass(frozen=True)
class SchoolMap:
    """The box that holds all schools, as an SVG has it; outlines of places as paths; the dots from north to south."""

    box: str
    outlines: tuple[str, ...]
    schools: tuple[Dot, ...]


class DrawnPlace(NamedTuple):
    """The outline of a place as a path of 100 wide or less, its height, and its schools, each a dot."""

    outline: str
    tall: int
    dots: tuple[tuple[float, float], ...]


def within_limits(place: Place, tallest: float) -> DrawnPlace | None:
    """Return the schools of a place where they lie within its limits; None if either is not known.

    Parameters
    ----------
    place
        An entry of the catalog.
    tallest
        How tall the drawing may be, where its width is 100.
    """
    known, outline = catalog.schools(), catalog.outlines().get(place.outline or "")
    shown = [known[code] for code in place.schools if code in known]
    dots = [
        point(school.longitude, school.latitude)
        for school in shown
        if school.longitude is not None and school.latitude is not None
    ]
    if len(dots) != len(shown) or not dots or not outline:
        return None
    across, down = zip(*(point(*corner) for corner in outline.ring), strict=True)
    left, right, top, foot = min(across), max(across), min(down), max(down)
    size = min(100 / (right - left), tallest / (foot - top))

    def at(x: float, y: float) -> tuple[float, float]:
        return round(50 + (x - (left + right) / 2) * size, 1), round((y - top) * size, 1)

    corners = (at(*point(*corner)) for corner in outline.ring)
    path = "L".join(f"{x} {y}" for x, y in corners)
    return DrawnPlace(f"M{path}Z", round((foot - top) * size), tuple(at(*dot) for dot in dots))


def of_links(document: Document) -> SchoolMap | None:
    """Return the map of the sheets that a document links to; None if it links to none.

    Parameters
    ----------
    document
        The list of a shelf: its links are `CODE-name/index.html`.
    """
    links = (
        link
        for block in document.blocks
        if isinstance(block, Prose)
        for link in _links(block.nodes)
    )
    dots = tuple(sorted(_dots(links), key=lambda dot: (dot.y, dot.x, dot.name)))
    if not dots:
        return None
    rings = [
        catalog.outlines()[place.outline].ring
        for place in catalog.places().values()
        if place.headline and place.outline
    ]
    # Of all schools, so that a shelf of a few shows them at the same place and size.
    every = [
        point(school.longitude, school.latitude)
        for school in catalog.schools().values()
        if school.longitude is not None and school.latitude is not None
    ]
    across, down = zip(*every, *(point(*corner) for ring in rings for corner in ring), strict=True)
    left, top = min(across) - _EDGE, min(down) - _EDGE
    width, height = max(across) + _EDGE - left, max(down) + _EDGE - top
    outlines = tuple(
        "M" + "L".join("{} {}".format(*point(*corner)) for corner in ring) + "Z" for ring in rings
    )
    return SchoolMap(f"{left} {top} {width} {height}", outlines, dots)


def _links(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if node.kind == "link":
            yield node
        yield from _links(node.children)


def _dots(links: Iterable[Node]) -> Iterator[Dot]:
    known = catalog.schools()
    for link in links:
        entry = known.get(link.url.partition("-")[0])
        if entry is None or not link.url.endswith("/index.html"):
            continue
        if entry.longitude is not None and entry.latitude is not None:
            yield Dot(*point(entry.longitude, entry.latitude), entry.name, link.url)


def point(longitude: float, latitude: float) -> tuple[int, int]:
    """Return a point of the drawing, in its units; north is up."""
    return round(_SCALE * longitude * cos(radians(47.6))), round(-_SCALE * latitude)
