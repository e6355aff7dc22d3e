"""Decide where the figure of the schools whose numbers are published may be printed next to a place's wide range.

A place's range is wide where some schools' cells are withheld. The figure of the others tells a reader more, but only
where the outcome did not decide what was withheld. `published_counts` has the conditions; a sum that fails one of
them has no such figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
import pandas as pd

from sesec_analysis.bounds import Flags, Positions, as_floats, matched, row_codes
from sesec_analysis.loaders.tidy.masked_sums import is_masked
from sesec_analysis.schema import PUBLISHED_SCHOOLS

__all__ = [
    "NEVER",
    "October",
    "PlaceSum",
    "SchoolCell",
    "add_published_schools",
    "published_counts",
]


NEVER = frozenset({"disciplined"})
"""Indicators whose cells are withheld because their rate is low, so that the others' rate is too high."""

_WIDE = 0.03
"""Proportion: a narrower range of the place needs no other figure."""
_SHARE_PUBLISHED = 0.98
"""Share of the group's October students, at the least, who are in the published cells."""
_SHARE_OF_RANGE = 0.01
"""Share of them, at the most, in a cell that is withheld for its very low or very high rate."""
_LEFT_OUT = 3
"""Organizations left out, from which their combined total may be known."""

October = Mapping[tuple[str, str, str], float]
"""Students counted in October by school code, grade, and student group."""


@dataclass(frozen=True)
class SchoolCell:
    """One school's cell in a place's sum: its counts if they are published, and the group's October students.

    ``is_range``: the cell shows only that its rate is very low or very high (``<x%``, ``>x%``).
    """

    school: str
    numerator: int | None
    denominator: int | None
    october: float | None
    is_range: bool = False

    @property
    def is_published(self) -> bool:
        """Whether its counts are published."""
        return self.numerator is not None and self.denominator is not None


@dataclass(frozen=True)
class PlaceSum:
    """The cells of a place's sum, and the range of its rate (proportions).

    ``adds_up``: what is left out is a total less the published cells, because that total is printed, or because it
    follows from a partition that is printed in full.
    """

    indicator: str
    low: float
    high: float
    cells: Sequence[SchoolCell]
    adds_up: bool = False


def published_counts(place_sum: PlaceSum) -> tuple[int, int, int] | None:
    """Return students counted and students of the published schools, and how many organizations they leave out.

    Returns None unless the range is wider than three points and all of this holds: the indicator is not withheld for
    its low rate (`NEVER`); the published schools have 98 percent of the group's October students; no withheld range
    holds more than 1 percent of them; three organizations are left out, or what they have together does not follow
    from other printed figures; and the published rate lies in the place's range, rounded outward to a tenth of a point.
    That the sentence names its population is for `published_rates`, that a comparison is of one year for
    `published_gaps`.

    Examples
    --------
    >>> schools = [SchoolCell(f"{code}", 80, 100, 100) for code in range(98)]
    >>> left_out = [SchoolCell(f"{code}", None, None, 5) for code in range(98, 101)]
    >>> published_counts(PlaceSum("regular_attendance", 0.77, 1.0, [*schools, *left_out]))
    (7840, 9800, 3)
    >>> published_counts(PlaceSum("disciplined", 0.77, 1.0, [*schools, *left_out]))
    """
    published = [cell for cell in place_sum.cells if cell.is_published]
    withheld = [cell for cell in place_sum.cells if not cell.is_published]
    k = sum(cell.numerator or 0 for cell in published)
    n = sum(cell.denominator or 0 for cell in published)
    if place_sum.indicator in NEVER or not withheld or not n:
        return None
    if place_sum.high - place_sum.low <= _WIDE:
        return None
    if any(cell.october is None for cell in withheld):
        return None
    students = sum(cell.october or 0.0 for cell in published)
    together = students + sum(cell.october or 0.0 for cell in withheld)
    if not together or students < _SHARE_PUBLISHED * together:
        return None
    if any(cell.is_range and (cell.october or 0) > _SHARE_OF_RANGE * together for cell in withheld):
        return None
    if len(withheld) < _LEFT_OUT and place_sum.adds_up:
        return None
    low, high = floor(place_sum.low * 1000) / 1000, ceil(place_sum.high * 1000) / 1000
    return (k, n, len(withheld)) if low <= k / n <= high else None


def add_published_schools(
    sums: pd.DataFrame,
    cells: pd.DataFrame,
    by: list[str],
    year_rows: pd.DataFrame,
    october: October,
) -> pd.DataFrame:
    """Return sums of places with the three columns of `PUBLISHED_SCHOOLS`, null where they may not be printed.

    Parameters
    ----------
    sums
        One row for each distinct ``by`` of ``cells``, in the order in which they appear.
    cells
        The school rows that were added up, as published.
    by
        The columns that name a sum.
    year_rows
        Every row of the indicator's year as published: what else is printed.
    october
        The students counted in October.
    """
    code, masked = row_codes(cells, by), is_masked(cells).to_numpy(dtype=bool)
    wide = as_floats(sums, "value_high", null=1.0) - as_floats(sums, "value_low", null=0.0) > _WIDE
    values = np.full((len(sums), len(PUBLISHED_SCHOOLS)), np.nan)
    for at in np.unique(code[masked]):
        row = sums.iloc[at]
        if not wide[at] or row["indicator"] in NEVER or row["unit"] != "proportion":
            continue
        own = cells[code == at]
        place_sum = PlaceSum(
            str(row["indicator"]),
            float(row["value_low"]),
            float(row["value_high"]),
            _school_cells(own, masked[code == at], october),
            _adds_up(own, year_rows),
        )
        values[at] = published_counts(place_sum) or np.nan
    counts = pd.DataFrame(values, columns=PUBLISHED_SCHOOLS, index=sums.index).astype("Int64")
    return sums.assign(**{name: counts[name] for name in PUBLISHED_SCHOOLS})


def _school_cells(rows: pd.DataFrame, masked: Flags, october: October) -> list[SchoolCell]:
    counted = zip(
        rows["organization_id"].astype(str),
        rows["grade_level"].astype(str),
        rows["student_group"].astype(str),
        as_floats(rows, "numerator", null=0.0),
        as_floats(rows, "denominator", null=0.0),
        (rows["status"] == "bounded").to_numpy(dtype=bool),
        masked,
        strict=True,
    )
    return [
        SchoolCell(
            school,
            None if is_hidden else int(k),
            None if is_hidden else int(n),
            october.get((school, grade, group)),
            is_range,
        )
        for school, grade, group, k, n, is_range, is_hidden in counted
    ]


_FIGURE = ["source_id", "indicator", "end_year"]


def _adds_up(cells: pd.DataFrame, year_rows: pd.DataFrame) -> bool:
    """Return whether the whole of some cells of one figure is printed, or follows from figures that are printed.

    It is where the district prints it; where all students and all other groups of the partition are published at
    every school, or all groups of some partition for all students; and the same of grades.
    """
    first = cells.iloc[0]
    like = np.logical_and.reduce([(year_rows[name] == first[name]) for name in _FIGURE])
    rows = year_rows[like]
    key = [*_FIGURE, "grade_level", "student_group_type", "student_group"]
    district = rows[(rows["organization_level"] == "district") & (rows["status"] == "reported")]
    if len(district) and (matched(cells.iloc[:1], district, key) >= 0).any():
        return True
    inside = rows[rows["organization_id"].isin(cells["organization_id"])]
    hidden = is_masked(inside).to_numpy(dtype=bool)
    group, grade = str(first["student_group"]), str(first["grade_level"])
    same_grade = (inside["grade_level"] == grade).to_numpy(dtype=bool)
    same_group = (inside["student_group"] == group).to_numpy(dtype=bool)
    groups = [
        _parts(inside, hidden, same_grade, "student_group", kind)
        for kind in inside["student_group_type"].unique()
        if kind != "all" and (group == "all" or kind == first["student_group_type"])
    ]
    families = [*groups, _parts(inside, hidden, same_group, "grade_level", None)]
    own = [group] * len(groups) + [grade]
    return any(
        len(family) > 1 and not any(family.values())
        for family in (
            {name: is_hidden for name, is_hidden in one.items() if name != mine}
            for one, mine in zip(families, own, strict=True)
        )
    )


def _parts(
    rows: pd.DataFrame, hidden: Flags, chosen: Flags, column: str, kind: str | None
) -> dict[str, bool]:
    """Return the parts of a partition and their total, each with whether some cell of it is withheld."""
    if kind is not None:
        chosen = chosen & rows["student_group_type"].isin([kind, "all"]).to_numpy(dtype=bool)
    found: dict[str, bool] = {}
    at: Positions = np.flatnonzero(chosen)
    for name, is_hidden in zip(rows[column].iloc[at], hidden[at], strict=True):
        found[str(name)] = found.get(str(name), False) or bool(is_hidden)
    return found
