"""The schools of places as swarms of dots, a place under the other: the picture of `plot_schools`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from sesec_analysis.publishing.figures_scale import Scale
from sesec_analysis.publishing.figures_spread import lanes, spread, swarm
from sesec_analysis.publishing.figures_strips import Strip, called, value_of
from sesec_analysis.publishing.figures_style import (
    GAP,
    GRID,
    INK,
    MARGIN,
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
from sesec_analysis.publishing.findings import Finding
from sesec_analysis.words import plural, say

__all__ = ["draw", "height_of"]

_LABEL, _DOT, _LANE, _AXIS = 1.35, 0.105, 0.18, 0.26


def _width() -> float:
    return WIDTH - 2 * MARGIN - _LABEL - GAP - 0.2


@dataclass(frozen=True)
class _Set:
    """A strip set by measure, in inches: dots round a line, names under them, then ranges."""

    offsets: list[float]
    rows: list[int]  # of the names
    ranges: list[tuple[tuple[float, float], int]]  # ends of a range, and how many schools have it
    bars: list[int]  # lane of each range

    @classmethod
    def of(cls, strip: Strip, scale: Scale) -> "_Set":
        """Set a strip."""
        inch = _width() / (scale.high - scale.low)
        offsets = swarm([value_of(one) * inch for one in strip.points], _DOT)
        wide = [size_of(called(one), SMALL) + 0.15 for one in strip.to_name()]
        rows = [0 if sum(wide) <= _width() else at for at in range(len(wide))]
        ranges = sorted(Counter(_ends(one, scale) for one in strip.ranges).items())
        spans = [
            (low * inch, high * inch + size_of(_alike(count), SMALL) + 0.1)
            for (low, high), count in ranges
        ]
        return cls(offsets, rows, ranges, lanes(spans, 0.1))

    @property
    def middle(self) -> float:
        """From the top to the line of the dots."""
        return leading(SMALL) + 0.1 + max((-at for at in self.offsets), default=0.0) + _DOT / 2

    @property
    def names(self) -> float:
        """From the top to the names."""
        return self.middle + max(self.offsets, default=0.0) + _DOT / 2 + 0.08

    @property
    def bounds(self) -> float:
        """From the top to the ranges."""
        return self.names + (max(self.rows, default=-1) + 1) * leading(SMALL) + 0.06

    @property
    def height(self) -> float:
        """Of all."""
        return self.bounds + (max(self.bars, default=-1) + 1) * _LANE + 0.1


def _alike(count: int) -> str:
    return plural("{n} school", "{n} schools", count)


def _ends(found: Finding, scale: Scale) -> tuple[float, float]:
    low, high = found.printed.numbers["bound_low"], found.printed.numbers["bound_high"]
    return scale.held(low, scale.low), scale.held(high, scale.high)


def _label(strip: Strip) -> list[tuple[str, str]]:
    count = len(strip.schools)
    shown = len(strip.points) + len(strip.ranges)
    told = plural("{n} school", "{n} schools", count)
    if shown != count:
        told = say("{shown} of {n} schools shown", shown=shown, n=count)
    return [
        *((line, "bold") for line in wrapped(strip.name, _LABEL, weight="bold")),
        *((line, "normal") for line in wrapped(told, _LABEL, SMALL)),
    ]


def height_of(strips: Sequence[Strip], scale: Scale) -> float:
    """Return the inches that the picture needs."""
    return sum(_Set.of(strip, scale).height for strip in strips) + _AXIS


def draw(page: Page, strips: Sequence[Strip], scale: Scale) -> None:
    """Draw the strips on a page that has room for them."""
    left = MARGIN + _LABEL + GAP
    tall = page.height - _AXIS
    axes = page.axes(left, page.top, _width(), tall)
    axes.set_xlim(scale.low, scale.high)
    axes.set_ylim(tall, 0)
    axes.set_yticks([])
    axes.set_xticks(list(scale.ticks), list(scale.tick_labels), color=QUIET)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    top = 0.0
    for strip in strips:
        made = _Set.of(strip, scale)
        _strip(page, axes, strip, made, scale, (left, top))
        top += made.height


def _strip(
    page: Page, axes: Axes, strip: Strip, made: _Set, scale: Scale, at: tuple[float, float]
) -> None:
    left, top = at
    middle = top + made.middle
    for one, offset in zip(strip.points, made.offsets, strict=True):
        style = dot_style(strip.color, hollow=one.row.care)
        style |= {"markersize": 6.0, "markeredgewidth": 1.0}
        if one.row.organization_id in strip.named:
            style |= {"markeredgecolor": INK, "markeredgewidth": 2.0}
        axes.plot([value_of(one)], [middle + offset], zorder=3, clip_on=False, **style)
    for ((low, high), count), lane in zip(made.ranges, made.bars, strict=True):
        y = top + made.bounds + (lane + 0.5) * _LANE
        axes.barh(y, high - low, left=low, height=0.09, zorder=2.5, **band_style(strip.color))
        told, inch = _alike(count), _width() / (scale.high - scale.low)
        x, side = left + high * inch + 0.06, "left"
        if x + size_of(told, SMALL) > WIDTH - MARGIN:
            x, side = left + low * inch - 0.06, "right"
        page.text(x, page.top + y, told, fontsize=SMALL, color=QUIET, boxed=True, ha=side)
    lines = _label(strip)
    y = max(middle - (len(lines) - 1) * leading(SMALL) / 2, top + leading(SMALL) / 2)
    for text, weight in lines:
        style = {"weight": "bold"} if weight == "bold" else {"color": QUIET, "fontsize": SMALL}
        page.text(MARGIN, page.top + y, text, **style)
        y += leading(SMALL) * 1.05
    _pooled(page, axes, strip, made, (left, top))
    _names(page, strip, made, scale, (left, top))


def _pooled(page: Page, axes: Axes, strip: Strip, made: _Set, at: tuple[float, float]) -> None:
    found = strip.pooled
    if found is None or found.row.publish == "nothing":
        return
    left, top = at
    numbers = found.printed.numbers
    ends = (numbers["bound_low"], numbers["bound_high"])
    value = numbers["estimate"]
    first, last = top + leading(SMALL) + 0.06, top + made.names - 0.06
    if value is None:
        value = ((ends[0] or 0.0) + (ends[1] if ends[1] is not None else 1.0)) / 2
        low, high = ends[0] or 0.0, ends[1] if ends[1] is not None else 1.0
        axes.bar(
            (low + high) / 2,
            last - first,
            bottom=first,
            width=high - low,
            zorder=1.5,
            **band_style(INK),
        )
    else:
        axes.plot([value, value], [first, last], color=INK, linewidth=1.4, zorder=2)
    text = say("all its schools together {value}", value=short(found))
    half = size_of(text, SMALL) / 2
    x = left + value * _width() / (axes.get_xlim()[1] - axes.get_xlim()[0])
    x = min(max(x, left + half), left + _width() - half)
    page.text(
        x, page.top + first - leading(SMALL) / 2, text, fontsize=SMALL, ha="center", boxed=True
    )


def _names(page: Page, strip: Strip, made: _Set, scale: Scale, at: tuple[float, float]) -> None:
    """Name the extremes under the dots, moved apart where they would overlap, each with a line to its dot."""
    left, top = at[0], page.top + at[1]
    inch = _width() / (scale.high - scale.low)
    named = strip.to_name()
    places = [left + value_of(one) * inch for one in named]
    wide = [size_of(called(one), SMALL) + 0.15 for one in named]
    for row in sorted(set(made.rows)):
        of = [index for index, own in enumerate(made.rows) if own == row]
        sizes = [wide[index] for index in of]
        centres = spread([places[index] for index in of], sizes, left, left + _width() + 0.2)
        for index, centre in zip(of, centres, strict=True):
            y = top + made.names + (row + 0.5) * leading(SMALL)
            dot = top + made.middle + made.offsets[strip.points.index(named[index])] + _DOT / 2
            half = wide[index] / 2 - 0.1
            end = min(max(places[index], centre - half), centre + half)
            page.leader((places[index], dot), (end, y - 0.075), QUIET)
            page.text(centre, y, called(named[index]), fontsize=SMALL, ha="center", boxed=True)
