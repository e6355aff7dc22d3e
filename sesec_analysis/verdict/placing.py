"""Tell whether the marks of a figure stand where their values put them.

The scale of a picture is not known here, and need not be: on one axis equal steps of the values are equal steps of the
marks, and where two marks were exchanged they are not.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import log2
from typing import NamedTuple

import numpy as np

from sesec_analysis import catalog
from sesec_analysis.editions.documents.blocks import FigureBlock
from sesec_analysis.evidence.row import Record

__all__ = ["misplaced"]


_SLACK = 2.5
"""Thousandths of the picture by which rounding may move the middle of a mark."""


class _Placed(NamedTuple):
    """What a mark is of, its value, and its middle, from the left and from the foot of the picture."""

    record: Record
    value: float
    x: float
    y: float


def misplaced(block: FigureBlock) -> bool:
    """Tell whether marks of a figure are not as far along an axis as their values put them.

    Over years, more is higher and later is to the right; in one year one axis has all values, or both are of a map.
    """
    marks = list(_placed(block))
    lines = _alike(marks, *_QUESTION, "organization_id")
    if any(len({mark.record["end_year"] for mark in line}) > 1 for line in lines):
        over = [*lines, *_alike(marks, *_QUESTION, "end_year")] if _is_one(marks) else lines
        in_time = all(
            _straight((int(str(mark.record["end_year"])), mark.x) for mark in line)
            for line in lines
        )
        return not (
            in_time and all(_straight((mark.value, mark.y) for mark in line) for line in over)
        )
    rows = [marks] if marks and _is_one(marks) else _alike(marks, *_QUESTION)
    across, up = (
        [[(mark.value, getattr(mark, side)) for mark in row] for row in rows] for side in "xy"
    )
    # Of several questions at a glance, each has a line of its own.
    is_across = _is_axis(across) and (_is_one(marks) or all(map(_is_level, up)))
    is_flat = all(map(_is_level, [*across, *up]))
    return not (is_across or _is_axis(up) or is_flat or all(map(_is_map, rows)))


_QUESTION = ("indicator", "measure", "grade_level", "student_group_type", "student_group")


def _is_one(marks: Sequence[_Placed]) -> bool:
    """Tell whether all that is drawn has one scale: of one question, or the shares of schools at each level."""
    names = ("indicator", "grade_level")
    asked = {tuple(mark.record[name] for name in names) for mark in marks}
    return (
        len(asked) < 2 and len({str(mark.record["measure"]).rstrip("12345") for mark in marks}) < 2
    )


def _placed(block: FigureBlock) -> Iterator[_Placed]:
    """Yield the marks of numbers, and of ranges that end on their axis, with the middle of each on its scale."""
    by_id = {str(record["id"]): record for record in block.findings}
    for name, left, top, wide, tall in block.marks:
        record = by_id[name]
        kind = {"point": ("estimate", "estimate"), "range": ("bound_low", "bound_high")}
        ends = [record.get(end) for end in kind.get(str(record.get("publish")), ())]
        if (
            ends
            and None not in ends
            and {*_QUESTION, "organization_id", "end_year"} <= record.keys()
        ):
            low, high = (float(str(end)) for end in ends)
            if record.get("unit") == "ratio":  # twice and half are equally far from equal
                if not 2**-6 <= low <= high <= 2**8:  # the ends of its axis
                    continue
                low, high = log2(low), log2(high)
            yield _Placed(record, (low + high) / 2, left + wide / 2, 1000 - top - tall / 2)


def _alike(marks: Sequence[_Placed], *names: str) -> list[list[_Placed]]:
    made: dict[tuple[object, ...], list[_Placed]] = {}
    for mark in marks:
        made.setdefault(tuple(mark.record[name] for name in names), []).append(mark)
    return list(made.values())


def _is_axis(rows: Sequence[Sequence[tuple[float, float]]]) -> bool:
    return all(map(_straight, rows)) and not all(map(_is_level, rows))


def _is_level(row: Sequence[tuple[float, float]]) -> bool:
    sides = [side for _, side in row]
    return max(sides, default=0) - min(sides, default=0) <= _SLACK


def _straight(pairs: Iterable[tuple[float, float]]) -> bool:
    """Tell whether the second of each pair grows with the first, in equal steps."""
    first, second = (np.array(side, dtype="float64") for side in zip(*pairs, strict=True))
    apart = first - first.mean()
    slope = float(apart @ second) / spread if (spread := float(apart @ apart)) else 0.0
    off = second - second.mean() - slope * apart
    return slope >= 0 and bool((abs(off) <= _SLACK).all())


def _is_map(row: Sequence[_Placed]) -> bool:
    """Tell whether schools stand as on a map, north up."""
    known = catalog.schools()
    at = [(known.get(str(mark.record["organization_id"])), mark) for mark in row]
    east = [
        (school.longitude, mark.x) for school, mark in at if school and school.longitude is not None
    ]
    north = [
        (school.latitude, mark.y) for school, mark in at if school and school.latitude is not None
    ]
    return len(east) == len(row) and _straight(east) and _straight(north)
