"""Compare what a file prints with its own totals: whatever is printed twice must be the same both times.

Groups of a partition are all students, except a few whose group is not reported; grades are all grades; schools are
the district, within a margin for students who attend several or none. Masked cells count with the bounds that the file
gives them. What a row says about itself is in `row_log.py`.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sesec_analysis import catalog, schema

__all__ = ["check_totals"]

_NOT_REPORTED = (10, 0.03)
"""Students whose group a partition may leave open: so many, or this share of all (9 and 0.0001 in real files).
Students of gender X, whom older files do not print, are among them."""
_SCHOOLS_MARGIN = 0.10
"""How far schools together may be from their district's own row, as a share of it (0.05 in real files)."""
_SEVERAL_SCHOOLS = ["mobile", "not_mobile"]
"""Groups that count a student at each school attended: more at the schools than in the district."""
_OPEN, _MANY_CELLS = 0.1, 40
"""A file leaves a group open in fewer of its cells (0.03 in real files), if it has so many."""
_CELL = ["indicator", "organization_level", "organization_id", "grade_level"]
_GROUP = ["student_group_type", "student_group"]


def check_totals(observations: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield what a release contradicts itself in, and the cells; nothing if all of it is consistent."""
    counted = observations[observations["unit"] == "proportion"]
    enrolled = counted["indicator"].isin(schema.COMPOSITION_INDICATORS)
    for rows, figure in (
        (counted[enrolled], "numerator"),
        (counted[~enrolled], "denominator"),
        (counted[~enrolled], "numerator"),
    ):
        cells = _bounds(rows, figure)
        for sums in (_partitions(cells), _grades(cells), _schools(cells)):
            yield from _mismatch(sums, figure)


def _bounds(rows: pd.DataFrame, figure: str) -> pd.DataFrame:
    """Return cells with the ``low`` and ``high`` end of a count; all students of a composition are its denominator."""
    composition = rows["indicator"].isin(schema.COMPOSITION_INDICATORS)
    of_all = composition & (rows["student_group"] == "all")
    cells = rows[[*_CELL, *_GROUP]]
    for end in ("low", "high"):
        count = rows[f"{figure}_{end}"].mask(of_all, rows[f"denominator_{end}"])
        cells = cells.assign(**{end: count.astype("float64")})
    return cells


def _with_totals(parts: pd.DataFrame, totals: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the bounds of sums of parts next to their ``whole``, where that is printed exactly."""
    filled = parts.assign(low=parts["low"].fillna(0), high=parts["high"].fillna(np.inf), size=1)
    sums = filled.groupby(by, sort=False)[["low", "high", "size"]].sum()
    exact = totals[totals["low"] == totals["high"]].rename(columns={"low": "whole"})
    on = [name for name in by if name != "student_group_type"]
    return sums.reset_index().merge(exact[[*on, "whole"]], on=on)


def _partitions(cells: pd.DataFrame) -> pd.DataFrame:
    """Compare every partition that is printed with all of its groups with all students."""
    everyone = cells["student_group"] == "all"
    sums = _with_totals(cells[~everyone], cells[everyone], [*_CELL, "student_group_type"])
    groups = {name: len(entry.groups) for name, entry in catalog.group_types().items()}
    count = sums["student_group_type"].map(groups).astype("float64")
    # Gender X is not needed for a partition to be complete.
    complete = sums["size"] >= count - (sums["student_group_type"] == "gender")
    sums, count = sums[complete], count[complete]
    kind = sums["student_group_type"]
    # Both of a pair are everyone; real files leave other groups open in few cells, changed figures in most.
    enrolled = sums["indicator"].isin(schema.COMPOSITION_INDICATORS)
    pair = (count == 2) | (enrolled & (kind == "gender") & (sums["size"] == 3))
    by_kind = (sums["high"] < sums["whole"]).groupby(kind)
    often = (by_kind.transform("mean") > _OPEN) & (by_kind.transform("size") >= _MANY_CELLS)
    students, share = _NOT_REPORTED
    room = (sums["whole"] * share).clip(lower=students).mask(pair | (often & enrolled), 0.0)
    return sums.assign(over=0, under=room, parts="the groups of " + kind, total="all students")


def _grades(cells: pd.DataFrame) -> pd.DataFrame:
    """Compare the grades of an organization with all grades together, group by group."""
    every = cells["grade_level"] == "all"
    sums = _with_totals(cells[~every], cells[every], [*_CELL[:3], *_GROUP])
    # A file with one to three grades next to all of them does not claim that these are all.
    room = 0 if cells.loc[~every, "grade_level"].nunique() > 3 else np.inf
    parts = "the grades of " + sums["student_group"]
    return sums.assign(grade_level="all", over=0, under=room, parts=parts, total="all grades")


def _schools(cells: pd.DataFrame) -> pd.DataFrame:
    """Compare the community's schools with its district's own row, all grades together."""
    enrolled = cells["indicator"].isin(schema.COMPOSITION_INDICATORS)
    several = cells["student_group"].isin(_SEVERAL_SCHOOLS)
    cells = cells[enrolled & (cells["grade_level"] == "all") & ~several]
    own = cells["organization_id"] == catalog.community().district
    schools = cells[(cells["organization_level"] == "school") & cells["low"].notna()]
    district = cells[own & (cells["organization_level"] == "district")]
    sums = _with_totals(schools, district, ["indicator", *_GROUP])
    room = sums["whole"] * _SCHOOLS_MARGIN + _NOT_REPORTED[0]
    return sums.assign(over=room, under=room, parts="the district's schools", total="its own row")


def _mismatch(sums: pd.DataFrame, figure: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the sums that are too far ``over`` or ``under`` their whole, with the figures of the first."""
    more = sums["low"] > sums["whole"] + sums["over"]
    rows = sums[more | (sums["high"] < sums["whole"] - sums["under"])]
    if rows.empty:
        return
    first = rows.iloc[0]
    name = " ".join(str(first[key]) for key in ("indicator", "student_group") if key in first)
    together = first["low"] if more[rows.index[0]] else first["high"]
    whole = f"{first['total']} {first['whole']:.0f}"
    yield f"{first['parts']} have {together:.0f} together, and {whole} ({name}, {figure})", rows
