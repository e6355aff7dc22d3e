"""Dots with intervals, a row for each student group: the picture of `plot_rates` and `plot_gaps`."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from sesec_analysis.publishing import figures_made as made
from sesec_analysis.publishing.figures_looks import looks_of_places
from sesec_analysis.publishing.figures_scale import Scale
from sesec_analysis.publishing.figures_style import (
    ACCENT,
    BODY,
    GAP,
    GRID,
    INK,
    MARGIN,
    PLAIN,
    QUIET,
    SMALL,
    WIDTH,
    Page,
    band_style,
    dot_style,
    leading,
    size_of,
    wrapped,
)
from sesec_analysis.publishing.figures_words import short
from sesec_analysis.publishing.findings import Finding, Findings
from sesec_analysis.words import say

__all__ = ["Line", "draw", "height_of", "key_of", "lines_of", "numbers_of"]

_LABEL = 2.2  # widest label
_ROW, _TIGHT, _HEADING, _BLOCK = 0.32, 0.235, 0.25, 0.08


@dataclass(frozen=True)
class Line:
    """A row of the picture: a finding, what is written at its left, and how it is drawn."""

    finding: Finding
    label: str
    heading: str  # written above the first of several rows of one group
    several: bool  # whether rows come in blocks with a heading
    focus: bool
    marker: str = "o"

    @property
    def color(self) -> str:
        """Colour of its marks."""
        return ACCENT if self.focus else PLAIN

    @property
    def weight(self) -> str:
        """Weight of its words."""
        return "bold" if self.focus else "normal"

    @property
    def texts(self) -> list[str]:
        """Lines of its label."""
        return wrapped(self.label, _LABEL, BODY, "bold")

    @property
    def students(self) -> str:
        """How many students stand behind it."""
        n = self.finding.printed.n.replace(" to ", "–")
        if not n:
            return ""
        return say("of {counted}", counted=n) if self.finding.row.is_composition else f"n={n}"

    @property
    def height(self) -> float:
        """Inches from its top to the next row's, heading left out."""
        return max(_TIGHT if self.several else _ROW, len(self.texts) * leading(BODY) + 0.06)


def lines_of(found: Findings, focus: str | None) -> list[Line]:
    """Return the rows to draw: those not shown are named in the notes instead."""
    places = sorted(
        dict.fromkeys(one.row.organization_id for one in found), key=lambda place: place != focus
    )
    several = len(places) > 1 and len({one.row.student_group for one in found}) > 1
    looks = looks_of_places(places)
    lines: list[Line] = []
    before = ""
    for one in made.ordered(found, focus):
        if one.row.publish == "nothing":
            continue
        group = one.row.student_group
        lines.append(
            Line(
                finding=one,
                label=one.place if len(places) > 1 else one.label,
                heading=one.label if several and group != before else "",
                several=several,
                focus=made.is_focus(one, focus),
                marker=looks[one.row.organization_id].marker,
            )
        )
        before = group
    return lines


def numbers_of(lines: Sequence[Line]) -> list[float]:
    """Return every number that the axis must reach."""
    every = (value for line in lines for value in line.finding.printed.numbers.values())
    return [value for value in every if value is not None]


def height_of(lines: Sequence[Line], scale: Scale) -> float:
    """Return the inches that the picture needs."""
    return _top(lines, scale) + _tall(lines) + 0.27 + (0.19 if scale.label else 0.0)


def _top(lines: Sequence[Line], scale: Scale) -> float:
    sides = max((len(parts) for parts, _ in _side_words(lines, scale)), default=0)
    return 0.02 if not sides else leading(SMALL) * sides + 0.06


def _side_words(lines: Sequence[Line], scale: Scale) -> list[tuple[list[str], float]]:
    """Return what is written left and right of the line of no difference, and from where; all width is free there."""
    if scale.equal is None:
        return []
    left, right = _columns(lines)
    middle = left + (right - left) * scale.share(scale.equal)
    rooms = (middle - MARGIN - 0.1, WIDTH - MARGIN - middle - 0.1)
    xs = (middle - 0.08, middle + 0.08)
    lower, higher = scale.sides
    brief = (" ".join(lower.split()[:3]), f"{' '.join(higher.split()[:2])} →")
    told = []
    for text, short_text, room, x in zip(scale.sides, brief, rooms, xs, strict=True):
        parts = wrapped(text, room, SMALL)
        told.append((parts if len(parts) <= 2 else wrapped(short_text, room, SMALL), x))
    return told


def _columns(lines: Sequence[Line]) -> tuple[float, float]:
    """Return where the axis begins and ends: after the labels, before the values."""
    parts = [part for line in lines for part in line.texts]
    left = MARGIN + max((size_of(part, BODY, "bold") for part in parts), default=0.0) + GAP
    students = max((size_of(line.students, SMALL) for line in lines), default=0.0)
    return left, WIDTH - MARGIN - students - GAP - _values(lines) - GAP


def _values(lines: Sequence[Line]) -> float:
    return max((size_of(short(line.finding), BODY, "bold") for line in lines), default=0.0)


def _tall(lines: Sequence[Line]) -> float:
    return sum(line.height + (_HEADING + _BLOCK if line.heading else 0.0) for line in lines)


def draw(page: Page, lines: Sequence[Line], scale: Scale) -> None:
    """Draw the rows on a page that has room for them."""
    left, right = _columns(lines)
    top = page.top + _top(lines, scale)
    axes = _axes(page, scale, (left, top, right - left, _tall(lines)))
    y = 0.0
    for line in lines:
        if line.heading:
            y += _BLOCK
            page.text(MARGIN, top + y + _HEADING / 2, line.heading, weight="bold", boxed=True)
            y += _HEADING
        _mark(axes, line, scale, y + line.height / 2)
        _write(page, line, top + y + line.height / 2, right + GAP + _values(lines))
        y += line.height
    for (parts, x), side in zip(_side_words(lines, scale), ("right", "left"), strict=False):
        for at, part in enumerate(parts):
            y = top - 0.06 - (len(parts) - at - 0.5) * leading(SMALL)
            page.text(x, y, part, fontsize=SMALL, color=QUIET, ha=side)


def _axes(page: Page, scale: Scale, box: tuple[float, float, float, float]) -> Axes:
    """Return axes whose vertical unit is the inch, counted from the top."""
    axes = page.axes(*box)
    axes.set_ylim(box[3], 0)
    axes.set_yticks([])
    if scale.log:
        axes.set_xscale("log", base=2)
    axes.set_xlim(scale.low, scale.high)
    axes.set_xticks(*scale.labelled(box[2]), color=QUIET)
    axes.minorticks_off()
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    if scale.label:
        axes.set_xlabel(scale.label, fontsize=SMALL, color=QUIET, labelpad=1)
    if scale.equal is not None:
        axes.axvline(scale.equal, color=INK, linewidth=1.2, zorder=1.5)
    return axes


def _mark(axes: Axes, line: Line, scale: Scale, y: float) -> None:
    row, numbers = line.finding.row, line.finding.printed.numbers

    def ends(name: str) -> tuple[float, float] | None:
        low, high = numbers[f"{name}_low"], numbers[f"{name}_high"]
        if low is None and high is None:
            return None
        return scale.held(low, scale.low), scale.held(high, scale.high)

    bound, outer, chance = ends("bound"), ends("outer"), ends("ci")
    if row.publish == "range" and bound:
        _arrows(axes, line, scale, y)
        for reach in ((outer[0], bound[0]), (bound[1], outer[1])) if outer else ():
            axes.plot(reach, (y, y), color=line.color, linewidth=1.1, linestyle=":", zorder=2)
        wide = bound[1] - bound[0]
        axes.barh(y, wide, left=bound[0], height=0.12, zorder=2.5, **band_style(line.color))
        if row.marker:
            middle = [(bound[0] + bound[1]) / 2]
            axes.plot(middle, [y], zorder=3, **dot_style(line.color, tick=True))
    if row.publish == "point" and numbers["estimate"] is not None:
        if whisker := chance or outer:
            axes.plot(whisker, (y, y), color=line.color, linewidth=1.7, zorder=2.5)
        style = dot_style(line.color, marker=line.marker, hollow=row.care)
        axes.plot([scale.held(numbers["estimate"], 0)], [y], zorder=3, clip_on=False, **style)


def _arrows(axes: Axes, line: Line, scale: Scale, y: float) -> None:
    """Point to where a range goes on beyond the axis."""
    for at, marker in zip(_beyond(line, scale), ("<", ">"), strict=True):
        if at is not None:
            style = dot_style(line.color, marker=marker) | {"markersize": 5.0}
            axes.plot([at], [y], zorder=3, clip_on=False, **style)


def _beyond(line: Line, scale: Scale) -> tuple[float | None, float | None]:
    """Return the ends of the axis beyond which a range goes on."""
    row, numbers = line.finding.row, line.finding.printed.numbers
    low, high = numbers["bound_low"], numbers["bound_high"]
    if row.publish != "range":
        return None, None
    under = low is not None and low < scale.low
    over = high is None or high > scale.high
    return scale.low if under else None, scale.high if over else None


def _write(page: Page, line: Line, y: float, value: float) -> None:
    first = y - (len(line.texts) - 1) * leading(BODY) / 2
    for at, text in enumerate(line.texts):
        color = INK if line.focus or not line.several else QUIET
        page.text(MARGIN, first + at * leading(BODY), text, weight=line.weight, color=color)
    page.text(value, y, short(line.finding), ha="right", weight=line.weight)
    page.text(value + GAP, y, line.students, fontsize=SMALL, color=QUIET)


def key_of(lines: Sequence[Line], scale: Scale, value: str, level: str) -> list[tuple[str, str]]:
    """Return the marks that the picture uses, and what each means."""
    rows = [(line.finding.row, line.finding.printed) for line in lines]
    points = [(row, shown) for row, shown in rows if row.publish == "point"]
    ranges = [(row, shown) for row, shown in rows if row.publish == "range"]
    key = []
    if any(not row.care for row, _ in points):
        key.append(("dot", value))
    if any(row.care for row, _ in points):
        key.append(("hollow", say("{value}, interpret with care", value=value)))
    if any(shown.interval for _, shown in points):
        key.append(("line", level))
    if ranges:
        key.append(("band", say("range left open by withheld figures")))
    if any(row.marker for row, _ in ranges):
        key.append(("tick", say("its middle")))
    if any(shown.interval for _, shown in ranges):
        key.append(("thin", say("range and chance together")))
    if any(_beyond(line, scale) != (None, None) for line in lines):
        key.append(("arrow", say("goes on beyond the axis")))
    return key
