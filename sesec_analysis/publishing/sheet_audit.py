"""The fact sheets of a year looked at together: no sheet may help to work out what another withholds.

Each sheet is audited as it is built; but a place less all of its schools but one is that one, and its schools stand in
as many sheets. What has to be withheld for that is kept on the shelf, with the fingerprint of what it was found for.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sesec_analysis import catalog
from sesec_analysis.publishing import audit, compact, folder
from sesec_analysis.publishing.blocks import Record

__all__ = ["FILE", "keep", "kept", "leaks", "tells"]

FILE = "withheld.json"
"""What keeps the ids of the findings that no sheet may tell, for the sake of another."""


def leaks(sheets: Iterable[Path]) -> frozenset[str]:
    """Return the ids of printed findings to withhold, so that all sheets together give no withheld one away.

    Where a place less its other schools would give a school's figure, that is the same figure of the smallest of the
    others: it stands in one sheet, and what is said of the place stays. Elsewhere it is the total that gives it away.

    Parameters
    ----------
    sheets
        The folders of finished sheets.
    """
    found: dict[str, Record] = {}
    for record in _records(sheets):
        found.setdefault(str(record["id"]), record)
    told = audit.leaks(found.values())
    return frozenset(_smallest(leak.split(" ")[0], total, found) for leak, total in told.items())


def _smallest(hidden: str, total: str, found: Mapping[str, Record]) -> str:
    """Return the id of the smallest printed figure of another school of the same kind; without one, the total's."""
    start, mark, rest = hidden.partition("school:")
    if not mark or total not in found:
        return total
    group = rest.partition(".")[2]
    place = str(found[total]["id"]).removeprefix(start).partition(".")[0]
    others = {
        name: record
        for name, record in found.items()
        if name.startswith(f"{start}{mark}")
        and name.endswith(f".{group}")
        and _is_inside(place, name.removeprefix(f"{start}{mark}").partition(".")[0])
        and record["publish"] == "point"
    }
    return min(others, key=lambda name: (_size(others[name]), name), default=total)


def _is_inside(place: str, school: str) -> bool:
    entry = catalog.places().get(place)
    if entry is None or entry.schools:
        return entry is not None and school in entry.schools
    return entry.all_but is None or school not in catalog.place(entry.all_but).schools


def _size(record: Record) -> int:
    """Return how many students a record counts: of enrollment, those of the group itself."""
    known = [record.get("numerator"), record.get("n")]
    return next((int(one) for one in known if isinstance(one, int)), 0)


def tells(sheet: Path, ids: frozenset[str]) -> bool:
    """Whether a finished sheet prints one of these findings."""
    return bool(ids) and any(
        record["id"] in ids and record["publish"] != "nothing" for record in _records([sheet])
    )


def kept(shelf: Path, made_from: str) -> frozenset[str]:
    """Return what was found to be withheld in an earlier run from the same inputs; of others, nothing.

    Parameters
    ----------
    shelf
        The folder that holds the sheets.
    made_from
        The fingerprint of what they are made from now.
    """
    try:
        found = json.loads((shelf / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return frozenset()
    return frozenset(found["withheld_for_others"] if found["made_from"] == made_from else ())


def keep(shelf: Path, made_from: str, ids: frozenset[str]) -> None:
    """Keep ids for the runs to come."""
    new = shelf / f".{FILE}"
    folder.write_json({"made_from": made_from, "withheld_for_others": sorted(ids)}, new)
    new.replace(shelf / FILE)


def _records(sheets: Iterable[Path]) -> Iterator[Record]:
    for sheet in sheets:
        yield from compact.read(sheet)
