"""Follow a finding to the rows of our tables that it rests on, and so to the publisher's file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

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


class _Organization(NamedTuple):
    code: str
    level: str


_Cells = dict[_Organization, dict[tuple[str, str], list[int]]]
"""Numbers of rows by organization, and by kind of group and grade."""


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
    _known: dict[tuple[object, ...], list[int]] = field(default_factory=dict, repr=False)

    def rows(self, record: Record) -> dict[str, list[int]]:
        """Return the numbers of the rows that a finding rests on, from 0, by the file name of our table.

        A release is left out where the edition rests on another state of its table, or where it gives another
        indicator than the finding's: then the release is all that can be named.

        Notes
        -----
        A row is the publisher's cell: its school's code, its year, grade and group, and the text that stood in it.
        """
        years = read_id(str(record["id"])).end_years
        codes = frozenset(organizations(record))
        of = (record.get("indicator"), record.get("grade_level"), record.get("student_group_type"))
        found = {}
        for release in releases(record, self.frozen):
            path = _embedded(release.pinned.get("table_sha256"), release.source_id)
            if path is None:
                continue
            key = (path, years, codes, *of)
            if key not in self._known:
                self._known[key] = self._of_table(path, years, codes, *map(str, of))
            if numbers := self._known[key]:
                found[release.table] = numbers
        return found

    def _of_table(
        self,
        path: Path,
        years: tuple[int, ...],
        codes: frozenset[str],
        indicator: str,
        grade: str,
        kind: str,
    ) -> list[int]:
        found: list[int] = []
        for year in years:
            cells = _read(path).get((indicator, year), {})
            kinds = {kind, "all"} if any(own == kind for own, _ in _cuts(cells)) else {None}
            grades = {grade} if any(own == grade for _, own in _cuts(cells)) else {None}
            for one in self._of(codes, cells.keys()):
                for (own_kind, own_grade), numbers in cells[one].items():
                    is_of_kind = None in kinds or own_kind in kinds
                    if is_of_kind and (None in grades or own_grade in grades):
                        found += numbers
        return sorted(found)

    def _of(self, codes: frozenset[str], there: Iterable[_Organization]) -> list[_Organization]:
        """Return the organizations of a table that are meant by codes: schools and tracts for their places."""
        pinned: Mapping[str, Any] = self.frozen.sources["places"]
        found = {one for one in there if one.code in codes}
        for code in codes & pinned.keys():
            place, other = catalog.place(code), pinned[code]["all_but"]
            listed = set(pinned[code]["schools"])
            if other:
                left_out = {
                    *pinned.get(other, {}).get("schools", {}),
                    *catalog.place(other).tracts,
                    *catalog.place(other).split_tracts,
                }
                parts = {"tract"} if listed else {"school", "tract"}
                found |= {one for one in there if one.code in listed}
                found |= {one for one in there if one.level in parts and one.code not in left_out}
            elif place.whole_state:
                found |= {one for one in there if one.level == "state"}
            elif place.whole_district:
                row = {one for one in there if one.code == place.district}
                # Some files have no row of the district.
                found |= row or {one for one in there if one.level == "school"}
            else:
                meant = {*listed, *place.tracts, *place.split_tracts}
                found |= {one for one in there if one.code in meant}
        return list(found)


def _cuts(cells: _Cells) -> set[tuple[str, str]]:
    return {cut for one in cells.values() for cut in one}


@cache  # 23 ms; the findings of nine editions rest on 83 tables
def _read(path: Path) -> dict[tuple[str, int], _Cells]:
    """Return the numbers of a table's rows by indicator and year, organization, and kind of group with grade."""
    table = pd.read_parquet(path, columns=_COLUMNS)
    found: dict[tuple[str, int], _Cells] = {}
    columns = (table[name].tolist() for name in _COLUMNS)
    for number, row in enumerate(zip(*columns, strict=True)):
        indicator, year, level, code, grade, kind = row
        cells = found.setdefault((indicator, year), {}).setdefault(_Organization(code, level), {})
        cells.setdefault((kind, grade), []).append(number)
    return found


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
