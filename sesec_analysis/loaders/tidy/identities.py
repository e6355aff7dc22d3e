"""Compare what a file prints with its own totals: whatever is printed twice must be the same both times.

Groups of a partition are all students, except a few whose group is not reported; grades are all grades; schools are
the district, within a margin for students who attend several or none. Masked cells count with the bounds that the file
gives them. What a row says about itself is in `row_log.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sesec_analysis import catalog, schema

__all__ = ["Mismatch", "check_totals", "implausible"]

_NOT_REPORTED = (10, 0.03)
"""Students whose group a partition may leave open: so many, or this share of all (9 and 0.0001 in real files).

Students of gender X, whom older files do not print, are among them.
"""
_SCHOOLS_MARGIN = 0.10
"""How far schools together may be from their district's own row, as a share of it (0.05 in real files)."""
_SEVERAL_SCHOOLS = ["mobile", "not_mobile"]
"""Groups that count a student at each school attended: more at the schools than in the district."""
_OPEN, _MANY_CELLS = 0.1, 40
"""A file leaves a group open in fewer of its cells (0.03 in real files), if it has so many."""
_PLAUSIBLE: dict[str, tuple[float, float]] = {
    "students_per_teacher": (1, 60),
    "years": (0, 45),
    "dollars_per_student": (0, 250_000),
    "percentile": (0, 100),
}
"""The least and the most that an average of a unit can be."""
_CELL = ["indicator", "organization_level", "organization_id", "grade_level"]
_GROUP = ["student_group_type", "student_group"]


@dataclass
class Mismatch:
    """Cells that cannot be true together: what is wrong with the first, and all of them."""

    what: str
    rows: pd.DataFrame


def check_totals(observations: pd.DataFrame) -> Iterator[Mismatch]:
    """Yield what a release contradicts itself in; nothing if all of it is consistent."""
    counted = observations[observations["unit"] == "proportion"]
    enrolled = counted["indicator"].isin(schema.COMPOSITION_INDICATORS)
    for rows, figures in (
        (counted[enrolled], ["numerator"]),
        (counted[~enrolled], ["denominator", "numerator"]),
    ):
        for figure in figures if len(rows) else ():
            cells = _bounds(rows, figure)
            yield from _partitions(cells, figure)
            yield from _grades(cells, figure)
    yield from _schools(_bounds(counted[enrolled], "numerator"))


def _bounds(rows: pd.DataFrame, figure: str) -> pd.DataFrame:
    """Return cells with the ``low`` and ``high`` end of a count; all students of a composition are its denominator."""
    of_all = rows["indicator"].isin(schema.COMPOSITION_INDICATORS) & (
        rows["student_group"] == "all"
    )
    cells = rows[[*_CELL, *_GROUP]]
    for end in ("low", "high"):
        count = rows[f"{figure}_{end}"].mask(of_all, rows[f"denominator_{end}"])
        cells = cells.assign(**{end: count.astype("float64")})
    return cells


def _sums(cells: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the bounds of sums of cells, and how many are in each."""
    filled = cells.assign(low=cells["low"].fillna(0), high=cells["high"].fillna(np.inf))
    sums = filled.groupby(by, sort=False).agg(
        low=("low", "sum"), high=("high", "sum"), size=("low", "size")
    )
    return sums.reset_index()


def _wholes(cells: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the totals that are printed exactly."""
    return cells[cells["low"].eq(cells["high"])][[*by, "low"]].rename(columns={"low": "whole"})


def _partitions(cells: pd.DataFrame, figure: str) -> Iterator[Mismatch]:
    """Compare every partition that is printed with all of its groups with all students."""
    kinds = catalog.group_types()
    # Gender X is not needed for a partition to be complete.
    needed = {kind: len(entry.groups) - (kind == "gender") for kind, entry in kinds.items()}
    groups = cells[cells["student_group_type"] != "all"]
    sums = _sums(groups, [*_CELL, "student_group_type"])
    everyone = _wholes(cells[cells["student_group"] == "all"], _CELL)
    sums = sums.merge(everyone, on=_CELL)
    kind = sums["student_group_type"]
    sums = sums[sums["size"] >= kind.map(needed).astype("float64")]
    kind, short = sums["student_group_type"], sums["whole"] - sums["high"]
    students, share = _NOT_REPORTED
    room = (sums["whole"] * share).clip(lower=students)
    # Both of a pair are everyone; real files leave other groups open in few cells, changed figures in most.
    pair = kind.map({name: len(entry.groups) == 2 for name, entry in kinds.items()}).astype(bool)
    enrolled = sums["indicator"].isin(schema.COMPOSITION_INDICATORS)
    pair |= enrolled & (kind == "gender") & (sums["size"] == 3)
    by_kind = (short > 0).groupby(kind)
    often = (by_kind.transform("mean") > _OPEN) & (by_kind.transform("size") >= _MANY_CELLS)
    off = (sums["low"] > sums["whole"]) | (short > room.mask(pair | (often & enrolled), 0.0))
    yield from _mismatch(sums[off], "the groups of {student_group_type}", "all students", figure)


def _grades(cells: pd.DataFrame, figure: str) -> Iterator[Mismatch]:
    """Compare the grades of an organization with all grades together, group by group."""
    by = [*_CELL[:3], *_GROUP]
    single = cells[cells["grade_level"] != "all"]
    sums = _sums(single, by).merge(_wholes(cells[cells["grade_level"] == "all"], by), on=by)
    over = sums["low"] > sums["whole"]
    # A file with one to three grades next to all of them does not claim that these are all.
    under = (sums["high"] < sums["whole"]) & (single["grade_level"].nunique() > 3)
    rows = sums[over | under].assign(grade_level="all")
    yield from _mismatch(rows, "the grades of {student_group}", "all grades", figure)


def _schools(cells: pd.DataFrame) -> Iterator[Mismatch]:
    """Compare the community's schools with its district's own row, all grades together."""
    cells = cells[(cells["grade_level"] == "all") & ~cells["student_group"].isin(_SEVERAL_SCHOOLS)]
    by = ["indicator", *_GROUP]
    own = cells["organization_id"] == catalog.community().district
    schools = cells[(cells["organization_level"] == "school") & cells["low"].notna()]
    district = cells[own & (cells["organization_level"] == "district")]
    both = _sums(schools, by).merge(district, on=by, suffixes=("", "_district"))
    room = both["high_district"] * _SCHOOLS_MARGIN + _NOT_REPORTED[0]
    off = (both["low"] > both["high_district"] + room) | (
        both["high"] < both["low_district"] - room
    )
    rows = both.assign(whole=both["low_district"])[off]
    yield from _mismatch(rows, "the district's schools", "its own row", "numerator")


def _mismatch(rows: pd.DataFrame, parts: str, whole: str, figure: str) -> Iterator[Mismatch]:
    """Yield one mismatch for all the rows, with the sum and the total of the first."""
    if rows.empty:
        return
    first = rows.iloc[0]
    name = " ".join(str(first[key]) for key in ("indicator", "student_group") if key in first)
    together = first["low"] if first["low"] > first["whole"] else first["high"]
    yield Mismatch(
        f"{parts.format(**first)} have {together:.0f} together, and {whole} {first['whole']:.0f} ({name}, {figure})",
        rows,
    )


def implausible(observations: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the averages outside what is plausible in their unit, by a name to accept them under."""
    averages = observations[observations["unit"].isin(_PLAUSIBLE)]
    low, high = (
        averages["unit"]
        .map({unit: ends[end] for unit, ends in _PLAUSIBLE.items()})
        .astype("float64")
        for end in (0, 1)
    )
    off = (averages["value"] < low) | (averages["value"] > high)
    name = "value " + averages["indicator"] + " " + averages["organization_id"]
    return {str(key): rows for key, rows in averages[off].groupby(name)}
