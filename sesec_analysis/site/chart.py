"""Draw a series over the years as SVG: a dot for a number, a bar for a range, and lines between comparable years."""

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from sesec_analysis import catalog
from sesec_analysis.evidence.row import Record
from sesec_analysis.i18n import say

__all__ = ["chart"]


_WIDTH, _HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 12, 628, 28, 184
_NARROWEST = 4  # pixels, so that a range of nearly one number is still seen


class _Point(NamedTuple):
    year: int
    low: float
    high: float
    record: Record


def chart(title: str, records: Sequence[Record]) -> str:
    """Return a series as SVG; empty if it has fewer than two years to draw, or several numbers in one.

    Parameters
    ----------
    title
        Of the series, for those who do not see the picture.
    records
        Its findings, the earliest year first.
    """
    years = [int(str(record["end_year"])) for record in records]
    points = [point for record in records if (point := _point(record))]
    if len(points) < 2 or len(set(years)) < len(years):
        return ""
    lowest, highest = (
        min(0.0, *(one.low for one in points)),
        max(0.0, *(one.high for one in points)),
    )
    scale = (_BOTTOM - _TOP) / ((highest - lowest) or 1)
    step = (_RIGHT - _LEFT) / (years[-1] - years[0])

    def across(year: int) -> float:
        return round(_LEFT + (year - years[0]) * step, 1)

    def down(value: float) -> float:
        return round(_BOTTOM - (value - lowest) * scale, 1)

    parts = [f'<line class="axis" x1="{_LEFT}" x2="{_RIGHT}" y1="{down(0)}" y2="{down(0)}"/>']
    for one, other in pairwise(points):
        if _joins(one, other, records):
            gap = ' stroke-dasharray="4 4"' if other.year - one.year > 1 else ""
            ends = f'x1="{across(one.year)}" y1="{down(one.low)}" x2="{across(other.year)}" y2="{down(other.low)}"'
            parts.append(f'<line class="run" {ends}{gap}/>')
    for one in points:
        x, height = across(one.year), round(down(one.low) - down(one.high), 1)
        parts.append(
            f'<circle cx="{x}" cy="{down(one.low)}" r="4.5"/>'
            if one.low == one.high
            else f'<rect x="{x - 3:.1f}" y="{down(one.high)}" width="6" height="{max(height, _NARROWEST)}"/>'
        )
    for one, anchor in ((points[0], "start"), (points[-1], "end")):
        x, y = across(one.year), down(one.high) - 10
        parts.append(_text(x, y, anchor, str(one.record["value"])))
    for record, anchor in ((records[0], "start"), (records[-1], "end")):
        x = across(int(str(record["end_year"])))
        parts.append(_text(x, _HEIGHT - 12, anchor, str(record["school_year"])))
    values = "; ".join(f"{one.record['school_year']}: {one.record['value']}" for one in points)
    label = escape(say("{title}, over the years. {values}", title=title, values=values))
    opened = (
        f'<svg class="series" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">'
    )
    return f"{opened}{''.join(parts)}</svg>"


def _text(x: float, y: float, anchor: str, words: str) -> str:
    return f'<text x="{x}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _point(record: Record) -> _Point | None:
    """Return where a finding is drawn; None for one that is not printed, or open at an end."""
    names = (
        ("estimate", "estimate") if record["publish"] == "point" else ("bound_low", "bound_high")
    )
    ends = [record.get(name) for name in names]
    if record["publish"] == "nothing" or None in ends:
        return None
    low, high = (float(str(end)) for end in ends)
    return _Point(int(str(record["end_year"])), low, high, record)


def _joins(one: _Point, other: _Point, records: Sequence[Record]) -> bool:
    """Whether a line leads from one to the other: two numbers, nothing withheld between them, comparable years."""
    code = str(other.record["indicator"])
    known = catalog.indicators().get(code)
    stops = {int(str(record["end_year"])) for record in records if record["publish"] == "nothing"}
    stops |= {stop.at for stop in known.breaks} if known else set()
    is_cut = any(one.year < at <= other.year for at in stops)
    return one.low == one.high and other.low == other.high and not is_cut
