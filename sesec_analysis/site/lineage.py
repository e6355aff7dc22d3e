"""Follow a finding to the rows of our tables that it rests on, and so to the publisher's file."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.archive.frozen import Frozen, names, organizations, table_sha256
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import read_id

__all__ = ["RowIndex", "releases", "table_of", "tables"]


_COLUMNS = [
    *("indicator", "end_year", "organization_level", "organization_id"),
    *("grade_level", "student_group_type"),
]


def releases(record: Record, frozen: Frozen) -> dict[str, Mapping[str, Any]]:
    """Return what an edition pinned of each release behind a finding, by source id in the order of names."""
    pinned: Mapping[str, Mapping[str, Any]] = frozen.sources["releases"]
    return {name: pinned[name] for name in names(record) if name in pinned}


def table_of(source_id: str) -> str:
    """Return the file name of our table of a release."""
    return f"{source_id}.parquet"


def tables(editions: Iterable[Frozen]) -> dict[str, Path]:
    """Return the tables that editions rest on, as far as they are still as pinned, by their place on the site."""
    return {
        f"observations/{table_of(name)}": path
        for frozen in editions
        for name, pinned in sorted(frozen.sources["releases"].items())
        if (path := _embedded_table(name, pinned))
    }


def _embedded_table(source_id: str, pinned: Mapping[str, Any]) -> Path | None:
    sha256 = pinned.get("table_sha256")
    if sha256 is None or table_sha256(source_id) != sha256:
        return None
    return catalog.data_dir() / "observations" / table_of(source_id)


class RowIndex:
    """Find the rows of our tables that findings rest on; one index reads each table once for all of its findings."""

    def __init__(self) -> None:
        self._tables: dict[Path, dict[tuple[str, int], pd.DataFrame]] = {}

    def rows(self, record: Record, frozen: Frozen) -> dict[str, list[int]]:
        """Return the numbers of the rows that a finding rests on, from 0, by the file name of our table.

        A release is left out where the edition rests on another state of its table, or where it gives another indicator
        than the finding's: then the release is all that can be named.

        Parameters
        ----------
        record
            The finding.
        frozen
            Its edition.

        Notes
        -----
        A row is the publisher's cell: its school's code, its year, grade and group, and the text that stood in it.
        """
        indicator = str(record.get("indicator"))
        found = {}
        for source_id, pinned in releases(record, frozen).items():
            path = _embedded_table(source_id, pinned)
            if path and path not in self._tables:
                self._tables[path] = _by_year(path)
            by_year = self._tables[path] if path else {}
            asked = [(indicator, year) for year in read_id(str(record["id"])).end_years]
            cells = [_cells(by_year[each], record) for each in asked if each in by_year]
            numbers = [int(row) for of in cells for row in of.index[_is_meant(of, record, frozen)]]
            if numbers:
                found[table_of(source_id)] = sorted(numbers)
        return found


def _by_year(path: Path) -> dict[tuple[str, int], pd.DataFrame]:
    """Return the rows of a table by indicator and year; the index has their numbers."""
    table = pd.read_parquet(path, columns=_COLUMNS)
    names = [name for name in _COLUMNS if name != "end_year"]
    table[names[1:]] = table[names[1:]].astype("category")
    return {
        (str(indicator), int(str(year))): rows
        for (indicator, year), rows in table.groupby(["indicator", "end_year"])
    }


def _cells(cells: pd.DataFrame, record: Record) -> pd.DataFrame:
    """Return the rows of a kind of group, with those of all students, and of a grade, where a table has any."""
    kind, grade = str(record.get("student_group_type")), str(record.get("grade_level"))
    has_grade = (cells["grade_level"] == grade).any()
    if (cells["student_group_type"] == kind).any():
        cells = cells[cells["student_group_type"].isin([kind, "all"])]
    return cells[cells["grade_level"] == grade] if has_grade else cells


def _is_meant(cells: pd.DataFrame, record: Record, frozen: Frozen) -> pd.Series:
    """Return which rows are of the organizations that a finding names: of a place, its schools and tracts."""
    codes = organizations(record)
    pinned: Mapping[str, Any] = frozen.sources["places"]
    code, level = cells["organization_id"], cells["organization_level"]
    is_meant = code.isin(codes)
    for name in codes & pinned.keys():
        place, other = catalog.place(name), pinned[name]["all_but"]
        listed = set(pinned[name]["schools"])
        if other:
            left_out = {
                *pinned.get(other, {}).get("schools", {}),
                *catalog.place(other).tracts,
                *catalog.place(other).split_tracts,
            }
            parts = {"tract"} if listed else {"school", "tract"}
            is_meant |= code.isin(listed) | (level.isin(parts) & ~code.isin(left_out))
        elif place.whole_state:
            is_meant |= level == "state"
        elif place.whole_district:
            row = code == place.district
            # Some files have no row of the district.
            is_meant |= row if row.any() else level == "school"
        else:
            is_meant |= code.isin({*listed, *place.tracts, *place.split_tracts})
    return is_meant
