"""Small drawings of a screen with their axes and marks, and maps: of schools on a phone, of a shelf's links to sheets.

On the map of a shelf the dots follow from the links of the document; where schools lie, from the directory of schools.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, cos, floor, log2, log10, radians
from typing import Literal, NamedTuple

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.entries import Place
from sesec_analysis.editions.documents.model import Node, Prose
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.evidence.pictured import captions, side_by_side
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.numbers import MINUS
from sesec_analysis.i18n import mark as N_
from sesec_analysis.languages import numbers
from sesec_analysis.text import List, Renderer

__all__ = [
    "CLASSES",
    "Bracket",
    "Dot",
    "Kin",
    "Kind",
    "Panel",
    "PanelAxis",
    "Run",
    "SchoolMap",
    "Spot",
    "number_of",
    "of_links",
    "place_map",
    "results_maps",
]


Kin = Literal[
    "here", "there", "district", "school", "peer", "empty", "stop", "even",
    "worse", "better", "same", "unsure", "higher", "lower", "unknown",
    "higher worse", "lower worse", "chance here", "chance there", "chance district",
]  # fmt: skip
"""Whose a mark is, or how what it shows is read."""
Kind = Literal["strip", "years", "schools", "glance", "rows", "map"]
CLASSES: dict[Kin, str] = {
    "higher": N_("higher"),
    "same": N_("about the same"),
    "lower": N_("lower"),
    "lower worse": N_("orange: worse for students"),
    "unknown": N_("can't tell"),
}
"""How a school of a map compares with the district."""


class Spot(NamedTuple):
    """A dot, or a band if it is wide or tall; of the place in focus or another, of its schools or of others.

    A difference of two places is worse, better, or about the same, or unsure: it could be chance.
    """

    whose: Kin
    x: float
    y: float
    wide: float = 0.0
    tall: float = 0.0

    @property
    def is_range(self) -> bool:
        """Whether no single number is shown."""
        return bool(self.wide or self.tall)


class Run(NamedTuple):
    """A line, or the band between two ranges, as an SVG has it; ``is_gap`` where no numbers are known in between.

    Figures on both sides of a ``stop`` do not compare; on ``even`` neither of two rates is higher; of the years in an
    ``empty`` band there is no data.
    """

    whose: Kin
    path: str
    is_gap: bool = False


class Bracket(NamedTuple):
    """How far two lines are apart in a year at ``x``, from ``top`` to ``foot``, and that in words."""

    whose: Kin
    x: float
    top: float
    foot: float
    words: str

    @property
    def at(self) -> tuple[float, float, str]:
        """Where its words begin or end, and which of the two: next to it, or above or below where there is no room."""
        side = "end" if self.x > _LAST else "start"
        if self.foot - self.top >= _ROOM_FOR_WORDS:
            away = -2.5 if side == "end" else 2.5
            return self.x + away, round((self.top + self.foot) / 2 + 1.4, 2), side
        if side == "end":
            return self.x, round(self.foot + 7, 2), side
        return self.x, round(self.top - 3.4, 2), "middle" if self.x else side

    @property
    def path(self) -> str:
        """The line, with a stroke across each end; where its words stand above or below, it leads to them."""
        above, below = self.top, self.foot
        if self.foot - self.top < _ROOM_FOR_WORDS:
            above, below = (above, below + _AWAY) if self.x > _LAST else (above - _AWAY, below)
        across = "".join(f"M{self.x - 1.2:g} {y:g}h2.4" for y in (self.top, self.foot))
        return f"M{self.x:g} {above:g}V{below:g}{across}"


_LAST, _ROOM_FOR_WORDS, _AWAY = 90, 9, 2.6
"""From where words would run over the end of a panel, how far apart two lines are that leave room for them, and how far
a bracket reaches to words above or below."""


@dataclass
class Panel:
    """A small drawing, 100 wide: its title, its marks, what its ends mean, and the values in words.

    ``scale`` are the values of the axis of a panel over the years, from top to bottom; ``words`` are a sentence about
    the values. ``is_quiet`` is one of another group than the one that the figure puts first.
    """

    title: str
    tall: int
    ends: tuple[str, ...]
    kind: Kind = "strip"
    scale: tuple[str, ...] = ()
    words: str = ""
    spots: list[Spot] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    told: list[tuple[str, Sequence[str]]] = field(default_factory=list)
    brackets: list[Bracket] = field(default_factory=list)
    is_quiet: bool = False


_STEPS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_FAR, _SPREAD = 0.3, 0.4
"""From where shares are far from zero, and how far apart they may lie: as in the picture of the page."""


@dataclass(frozen=True)
class PanelAxis:
    """A line from one round number to another, over all that is shown; of ratios, twice and half are equally far."""

    low: float
    high: float
    unit: str
    language: str

    @classmethod
    def over(
        cls,
        records: Iterable[Record],
        words: Renderer,
        *,
        ends: Sequence[str] = ("estimate", "bound_high", "bound_low"),
        is_close: bool = False,
    ) -> "PanelAxis":
        """Return the axis of records: from zero, and of what compares two rates as far to either side of no difference.

        ``ends`` are the fields of what is drawn. If ``is_close``, shares, dollars, and years that are all far from zero
        have an axis near them.
        """
        kept = [one for one in records if one["publish"] != "nothing"]
        unit = str(kept[0]["unit"]) if kept else ""
        drawn = [number_of(one[end]) for one in kept for end in ends if one[end] is not None]
        if unit == "ratio":
            doublings = [abs(log2(number)) for number in drawn if number > 0]
            most = float(min(ceil(max(doublings, default=1)) or 1, 8))  # at most 8 to an end
            return cls(-most, most, unit, words.language)
        if unit == "points":
            most = _round_number(max(map(abs, drawn), default=1))
            return cls(-most, most, unit, words.language)
        least, most = min(drawn, default=0.0), max(drawn, default=1.0)
        if is_close and unit in schema.SHARES and least >= _FAR and most - least <= _SPREAD:
            low, high = floor((least - 0.02) * 10) / 10, ceil((most + 0.02) * 10) / 10
            return cls(low, min(high, 1.0), unit, words.language)
        if is_close and unit == "dollars_per_student" and least >= 0.1 * most > 0:
            step = 10.0 ** floor(log10(most)) / 2
            return cls(step * floor(least / step), step * ceil(most / step), unit, words.language)
        if is_close and unit == "years" and least > 0.5 * most:
            return cls(float(floor(0.9 * least)), float(ceil(1.1 * most)), unit, words.language)
        return cls(0.0, _round_number(most), unit, words.language)

    @property
    def zero(self) -> float | None:
        """Where two rates are the same, if the axis has both sides."""
        return 50.0 if self.low < 0 else None

    @property
    def words(self) -> tuple[str, ...]:
        """What stands at its two ends, or there and in the middle."""
        marked = (self.low, self.high) if self.zero is None else (self.low, 0.0, self.high)
        return tuple(numbers.write_numbers(self._word(number), self.language) for number in marked)

    def _word(self, number: float) -> str:
        percent = f"{round(abs(number) * 100, 4):g}"
        if self.unit == "ratio":
            return f"{2**number:g}×"
        if self.unit == "points":
            return f"{MINUS if number < 0 else '+' if number else ''}{percent}"
        prefix = "$" if self.unit == "dollars_per_student" else ""
        return f"{percent}%" if self.unit in schema.SHARES else f"{prefix}{round(number, 4):,g}"

    def at(self, number: float) -> float:
        """Return where a number stands, in percent of the length; no further than the ends."""
        if self.unit == "ratio":
            number = log2(number) if number > 0 else self.low
        share = (number - self.low) / (self.high - self.low)
        return round(100 * min(max(share, 0.0), 1.0), 2)

    def ends(self, record: Record) -> tuple[float, float] | None:
        """Return where the mark of a record begins and ends; both are one where it is a number."""
        if record["publish"] == "nothing":
            return None
        if record["publish"] == "point":
            return self.at(number_of(record["estimate"])), self.at(number_of(record["estimate"]))
        low, high = record["bound_low"], record["bound_high"]
        return (
            0.0 if low is None else self.at(number_of(low)),
            100.0 if high is None else self.at(number_of(high)),
        )

    def is_narrow(self, record: Record) -> bool:
        """Return whether it is a number, or a range hardly longer than a dot is wide."""
        low, high = self.ends(record) or (0.0, 0.0)
        return high - low <= 10


def _round_number(most: float) -> float:
    """Return the round number that an axis ends at, which holds a number."""
    power = 10.0 ** floor(log10(most)) if most > 0 else 1.0
    return next(step * power for step in _STEPS if step * power >= most * 0.999)


def number_of(value: object) -> float:
    """Return a number of a record; zero where there is none."""
    return float(str(value)) if value is not None else 0.0


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


class _Place(NamedTuple):
    """The outline of a place as a path of 100 wide or less, its height, and its schools by code, each a dot."""

    outline: str
    tall: int
    dots: Mapping[str, tuple[float, float]]


_TALLEST = 130
"""How tall a map may be that is 100 wide."""


def _within_limits(place: Place) -> _Place | None:
    """Return the schools of a place where they lie within its limits; None if either is not known."""
    known, outline = catalog.schools(), catalog.outlines().get(place.outline or "")
    dots = {
        code: point(known[code].longitude or 0.0, known[code].latitude or 0.0)
        for code in place.schools
        if code in known and known[code].longitude is not None
    }
    if not dots or not outline:
        return None
    across, down = zip(*(point(*corner) for corner in outline.ring), strict=True)
    left, right, top, foot = min(across), max(across), min(down), max(down)
    size = min(100 / (right - left), _TALLEST / (foot - top))

    def at(x: float, y: float) -> tuple[float, float]:
        return round(50 + (x - (left + right) / 2) * size, 1), round((y - top) * size, 1)

    corners = (at(*point(*corner)) for corner in outline.ring)
    path = "L".join(f"{x} {y}" for x, y in corners)
    placed = {code: at(*dot) for code, dot in dots.items()}
    return _Place(f"M{path}Z", round((foot - top) * size), placed)


def place_map(rows: Sequence[Sequence[str]], place: str) -> list[Panel]:
    """Return the schools of a place where they lie, within its limits, and their names by level.

    ``rows`` are the name and the level of each.
    """
    drawn = _within_limits(catalog.place(place))
    if drawn is None or len(drawn.dots) != len(rows):
        return []
    panel = Panel("", drawn.tall, (), "schools", runs=[Run("even", drawn.outline)])
    panel.spots = [Spot("here", *dot) for dot in drawn.dots.values()]
    levels = dict.fromkeys(row[1] for row in rows)
    panel.told = [(level, [row[0] for row in rows if row[1] == level]) for level in levels]
    return [panel]


def results_maps(
    findings: Sequence[Finding], *, place: str, compare_to: str, words: Renderer
) -> list[Panel]:
    """Return a map for each measure: schools of a place, higher or lower than the district where it can be told."""
    drawn = _within_limits(catalog.place(place))
    if drawn is None:
        return []
    panels = []
    for part in side_by_side.compared_schools(findings, place, compare_to):
        panel = Panel(words(captions.map_title(part.schools[0])), drawn.tall, (), "map")
        panel.runs.append(Run("even", drawn.outline))
        direction = catalog.indicator(part.schools[0].row.indicator).direction
        worse: dict[str, dict[Kin, Kin]] = {
            "higher_is_better": {"lower": "lower worse"},
            "lower_is_better": {"higher": "higher worse"},
        }
        colored = worse.get(direction, {})  # need is neither better nor worse
        for one in part.schools:
            if dot := drawn.dots.get(one.row.organization_id):
                kind: Kin = side_by_side.class_of(one, part.compared)
                panel.spots.append(Spot(colored.get(kind, kind), *dot))
        said = [side_by_side.tally_text(part)]
        if part.compared:
            whole = side_by_side.compared_text(part.compared), replace(part.year, calendar=True)
            said.append(List(whole, joined=""))
        panel.words = words(List(tuple(said), joined="", separator=". "))
        panels.append(panel)
    return panels


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
