"""Follow a finding to the rows of our tables that it rests on, and so to the publisher's file."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.archive.frozen import Frozen, names, organizations
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import read_id
from sesec_analysis.files import sha256_of

__all__ = ["TABLES", "Lineage", "PinnedRelease", "releases", "tables"]


TABLES = "observations"
"""Folder of the site, and of each edition, with the tables of observations."""

_COLUMNS = [
    *("indicator", "end_year", "organization_level", "organization_id"),
    *("grade_level", "student_group_type"),
]


@dataclass(frozen=True)
class PinnedRelease:
    """A release of a publisher that a finding rests on, as the edition pinned it; ``table`` is ours of its file."""

    source_id: str
    pinned: Mapping[str, Any]
    licence: str

    @property
    def table(self) -> str:
        """File name of our table."""
        return f"{self.source_id}.parquet"


def releases(record: Record, frozen: Frozen) -> list[PinnedRelease]:
    """Return the releases behind a finding, in the order of their names."""
    pinned: Mapping[str, Any] = frozen.sources["releases"]
    return [
        PinnedRelease(name, pinned[name], _licence(name))
        for name in names(record)
        if name in pinned
    ]


def _licence(source_id: str) -> str:
    source, _ = catalog.release(source_id)
    return source.licence


@dataclass(frozen=True)
class Lineage:
    """Follows the findings of one edition to the rows that they rest on."""

    frozen: Frozen

    def rows(self, record: Record) -> dict[str, list[int]]:
        """Return the numbers of the rows that a finding rests on, from 0, by the file name of our table.

        A release is left out where the edition rests on another state of its table, or where it gives another
        indicator than the finding's: then the release is all that can be named.

        Notes
        -----
        A row is the publisher's cell: its school's code, its year, grade and group, and the text that stood in it.
        """
        names = ("indicator", "student_group_type", "grade_level")
        indicator, kind, grade = (str(record.get(name)) for name in names)
        codes = frozenset(organizations(record))
        found = {}
        for release in releases(record, self.frozen):
            path = _embedded(release.pinned.get("table_sha256"), release.source_id)
            cells = [
                _cells(path, indicator, year, kind, grade)
                for year in read_id(str(record["id"])).end_years
                if path and (indicator, year) in _by_year(path)
            ]
            numbers = [int(row) for of in cells for row in of.index[self._is_meant(of, codes)]]
            if numbers:
                found[release.table] = sorted(numbers)
        return found

    def _is_meant(self, cells: pd.DataFrame, codes: frozenset[str]) -> pd.Series:
        """Return which rows are of the organizations that codes name: of a place, its schools and tracts."""
        pinned: Mapping[str, Any] = self.frozen.sources["places"]
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


def _cells(path: Path, indicator: str, year: int, kind: str, grade: str) -> pd.DataFrame:
    """Return the rows of a kind of group, with those of all students, and of a grade, where a table has any."""
    cells = _by_year(path)[indicator, year]
    has_kind = (cells["student_group_type"] == kind).any()
    has_grade = (cells["grade_level"] == grade).any()
    if has_kind:
        cells = cells[cells["student_group_type"].isin([kind, "all"])]
    return cells[cells["grade_level"] == grade] if has_grade else cells


@cache  # the findings of nine editions rest on 83 tables
def _by_year(path: Path) -> dict[tuple[str, int], pd.DataFrame]:
    """Return the rows of a table by indicator and year; the index has their numbers."""
    table = pd.read_parquet(path, columns=_COLUMNS)
    names = [name for name in _COLUMNS if name != "end_year"]
    table[names[1:]] = table[names[1:]].astype("category")
    return {
        (str(indicator), int(str(year))): rows
        for (indicator, year), rows in table.groupby(["indicator", "end_year"])
    }


def _embedded(sha256: str | None, source_id: str) -> Path | None:
    path = catalog.data_dir() / "observations" / f"{source_id}.parquet"
    return path if sha256 and path.is_file() and sha256_of(path) == sha256 else None


def tables(frozen: Frozen) -> dict[str, Path]:
    """Return the tables that an edition rests on, as far as they are still as it pinned them, by file name."""
    pinned: Mapping[str, Any] = frozen.sources["releases"]
    found = {
        f"{name}.parquet": _embedded(entry.get("table_sha256"), name)
        for name, entry in sorted(pinned.items())
    }
    return {name: path for name, path in found.items() if path}
