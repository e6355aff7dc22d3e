"""Tell whether what is shown stands where it may: marks where their values put them, rows in no order that tells more.

The scale of a picture is not known here, and need not be: on one axis equal steps of the values are equal steps of the
marks, and where two marks were exchanged they are not.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import log2, nan
from typing import Any

import numpy as np
import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.editions.documents.blocks import FigureBlock
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.evidence.wording import labels

__all__ = ["is_ordered_by_what_is_withheld", "misplaced"]


_SLACK = 2.5
"""Thousandths of the picture by which rounding may move the middle of a mark."""
_QUESTION = ["indicator", "measure", "grade_level", "student_group_type", "student_group"]
_ENDS = {"point": ("estimate", "estimate"), "range": ("bound_low", "bound_high")}


def misplaced(block: FigureBlock) -> bool:
    """Tell whether marks of a figure are not as far along an axis as their values put them.

    Over years, more is higher and later is to the right; in one year one axis has all values, or both are of a map.
    """
    names = ("scale", "question", "line", "moment", "year", "value", "east", "north", "x", "y")
    marks = pd.DataFrame(list(_placed(block)), columns=names)
    alike = {by: [row for _, row in marks.groupby(by, sort=False)] for by in names[1:4]}
    is_one = len({*marks["scale"]}) < 2
    lines = alike["line"]
    if any(len({*line["year"]}) > 1 for line in lines):
        over = [*lines, *(alike["moment"] if is_one else ())]
        is_in_time = all(_straight(line, "year", "x") for line in lines)
        return not (is_in_time and all(_straight(line, "value", "y") for line in over))
    rows = [marks] if lines and is_one else alike["question"]
    level = [all(np.ptp(row[side]) <= _SLACK for row in rows) for side in "xy"]
    axis = [all(_straight(row, "value", side) for row in rows) for side in "xy"]
    # Of several questions at a glance, each has a line of its own.
    is_across = axis[0] and not level[0] and (is_one or level[1])
    is_up = axis[1] and not level[1]
    is_map = all(_straight(row, "east", "x") and _straight(row, "north", "y") for row in rows)
    return not (is_across or is_up or all(level) or is_map)


def _placed(block: FigureBlock) -> Iterator[Sequence[object]]:
    """Yield the marks of numbers, and of ranges that end on their axis, with the middle of each on its scale.

    Of each: what it shares with others, its year and value, where its school stands on a map, if it is of one, and its
    middle, from the left and from the foot of the picture.
    """
    by_id = {str(record["id"]): record for record in block.findings}
    for name, left, top, wide, tall in block.marks:
        record = by_id[name]
        ends = [record.get(end) for end in _ENDS.get(str(record.get("publish")), ())]
        needed = {*_QUESTION, "organization_id", "end_year"}
        if not ends or None in ends or not needed <= record.keys():
            continue
        low, high = (float(str(end)) for end in ends)
        if record.get("unit") == "ratio":  # twice and half are equally far from equal
            if not 2**-6 <= low <= high <= 2**8:  # the ends of its axis
                continue
            low, high = log2(low), log2(high)
        school = catalog.schools().get(str(record["organization_id"]))
        at = (school.longitude, school.latitude) if school else (None, None)
        east, north = (nan if degrees is None else degrees for degrees in at)
        indicator, measure, grade, *_ = asked = tuple(record[one] for one in _QUESTION)
        # One scale has what is drawn of one question, or the shares of schools at each level.
        scale = indicator, str(measure).rstrip("12345"), grade
        line, moment = ((*asked, record[one]) for one in ("organization_id", "end_year"))
        year, x, y = int(str(record["end_year"])), left + wide / 2, 1000 - top - tall / 2
        yield scale, asked, line, moment, year, (low + high) / 2, east, north, x, y


def _straight(row: pd.DataFrame, of: str, side: str) -> bool:
    """Tell whether a side of marks grows with what they are of, in equal steps; with what is no number it does not."""
    first, second = (row[name].to_numpy(float) for name in (of, side))
    apart = first - first.mean()
    slope = float(apart @ second) / spread if (spread := float(apart @ apart)) else 0.0
    off = second - second.mean() - slope * apart
    # Of marks at one place the slope is nothing but for the last digits of the arithmetic.
    return slope * np.ptp(first) >= -1e-6 and bool((abs(off) <= _SLACK).all())


def is_ordered_by_what_is_withheld(findings: Sequence[Finding]) -> bool:
    """Tell whether rows of withheld cells stand in no order, or at no place among others, that says nothing of them.

    Such an order is one of the catalog, of names or of codes, and the same for all of them. Compared are rows that are
    alike but for their group, or but for their place; if those that show nothing stand before or after all others,
    only rows that print the same.
    """
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for one in findings:
        row = one.row
        asked = (row.measure, row.indicator, row.end_year, row.grade_level, one.reference)
        for kept in (row.organization_id, (row.student_group_type, row.student_group)):
            alike.setdefault((*asked, kept), []).append(one)
    types = list(dict.fromkeys(one.row.student_group_type for one in findings))
    places = list(catalog.places())
    known = {code: at for at, code in enumerate([*places, *catalog.schools()])}
    near = {code for one in catalog.places().values() if one.headline for code in one.schools}
    orders: tuple[Callable[[Finding], Any], ...] = (
        lambda one: (known.get(one.row.organization_id, -1), one.row.organization_id),
        lambda one: one.place,
        lambda one: one.place.casefold(),
        lambda one: one.row.organization_id,
    )

    def key(order: Callable[[Finding], Any], are_first: bool, are_near: bool, one: Finding) -> Any:
        """Places may stand before all schools, and schools of a place that reports are about before all others."""
        code, group = one.row.organization_id, labels.group_order(one.row.student_group)
        is_first = are_first and code in places
        rank = (0, places.index(code)) if is_first else (1, are_near and code not in near)
        return rank, order(one), types.index(one.row.student_group_type), group

    def says_nothing(rows: Sequence[Finding], rank: Callable[[Finding], Any]) -> bool:
        """Tell whether rows are in this order, or by what they print, all that is withheld before or after it."""

        def is_sorted(some: Sequence[Finding]) -> bool:
            return (at := list(map(rank, some))) == sorted(at)

        schools = [one for one in rows if one.row.organization_level == "school"]
        among = schools if len({one.row.organization_id for one in rows}) > 1 else rows
        is_hidden = [one.row.publish == "nothing" for one in among]
        # The first may be the school that a sheet is of.
        if any(is_hidden) and any(map(is_sorted, (rows, among, among[1:]))):
            return True
        same: dict[tuple[str, str], list[Finding]] = {}
        for one in rows:
            if one.row.publish != "point":
                same.setdefault((one.row.publish, one.printed.value), []).append(one)
        return len([*itertools.groupby(is_hidden)]) < 3 and all(map(is_sorted, same.values()))

    two = (False, True)
    ranks = [partial(key, *how) for how in itertools.product(orders, two, two)]
    return not any(all(says_nothing(rows, rank) for rows in alike.values()) for rank in ranks)
