"""Read and write the lock file ``data/sources.lock.json``: the hash of each fetched release and its restatements."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.errors import FileError

__all__ = ["Changes", "Record", "changes", "lock_file", "read_lock", "with_record"]


_FIRST = 5  # changed cells that are named
_KEY = [name for name in schema.OBSERVATIONS_KEY if name != "source_id"]
_FIGURES = [
    "status",
    "token",
    *(
        f"{name}{end}"
        for name in ("numerator", "denominator", "value")
        for end in ("", "_low", "_high")
    ),
]


@dataclass(frozen=True)
class Record:
    """What the lock file says of one release."""

    url: str
    title: str
    retrieved: str  # UTC, to the second
    updated: int | None  # the portal's own time of the last change; none for a file got by hand
    rows: int
    sha256: str
    header_sha256: str
    file: str | None = None  # the bulk file got by hand that the rows were taken out of
    file_sha256: str | None = None


def lock_file() -> Path:
    """Return where the lock file stands: beside the catalog, in git."""
    return catalog.data_dir() / "sources.lock.json"


def read_lock() -> dict[str, Record]:
    """Return the record of each fetched release, by source id.

    Raises
    ------
    DataError
        If the file is damaged.
    """
    path = lock_file()
    try:
        text = path.read_text(encoding="utf-8")
        return {key: Record(**fields) for key, fields in json.loads(text).items()}
    except FileNotFoundError:
        return {}
    except (AttributeError, TypeError, ValueError) as failure:
        raise FileError(
            f"the lock file cannot be read: {failure}",
            where=str(path),
            fix="restore it from the repository; it is written by `sesec data fetch`, never by hand",
        ) from failure


def with_record(source_id: str, entry: Record) -> str:
    """Return the text of the lock file with one release's record."""
    records: dict[str, Any] = {key: asdict(known) for key, known in read_lock().items()}
    records[source_id] = asdict(entry)
    return json.dumps(records, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


@dataclass(frozen=True)
class Changes:
    """Which published cells differ between two tables of one release."""

    changed: int
    added: int
    removed: int
    first: list[str]

    def __str__(self) -> str:
        """Say it in one sentence."""
        counts = [(self.changed, "changed"), (self.added, "new"), (self.removed, "gone")]
        text = ", ".join(f"{number:,} cell(s) {word}" for number, word in counts if number)
        named = f"; the first: {'; '.join(self.first)}" if self.first else ""
        return f"{text}{named}" if text else "no cell that we use changed"


def changes(old: pd.DataFrame, new: pd.DataFrame) -> Changes:
    """Compare two tables of one release, cell by cell.

    Parameters
    ----------
    old, new
        OBSERVATIONS of the same release.

    Returns
    -------
    How many cells changed, came and went; the first few by indicator, organization, grade and student group.
    """
    both = old[[*_KEY, *_FIGURES]].merge(
        new[[*_KEY, *_FIGURES]], on=_KEY, how="outer", suffixes=("@old", "@new"), indicator=True
    )
    differs = pd.Series(False, index=both.index)
    for name in _FIGURES:
        before, after = both[f"{name}@old"], both[f"{name}@new"]
        same = ((before == after) | (before.isna() & after.isna())).fillna(False)
        differs |= ~same.astype(bool)
    here = both["_merge"]
    moved = both[differs | (here != "both")].sort_values(_KEY)
    return Changes(
        changed=int((differs & (here == "both")).sum()),
        added=int((here == "right_only").sum()),
        removed=int((here == "left_only").sum()),
        first=[_row_name(row) for _, row in moved.head(_FIRST).iterrows()],
    )


def _row_name(row: pd.Series) -> str:
    where = " ".join(
        str(row[name]) for name in ("indicator", "organization_id", "grade_level", "student_group")
    )
    return f"{where} ({_cell_text(row, 'old')} → {_cell_text(row, 'new')})"


def _cell_text(row: pd.Series, side: str) -> str:
    """Return the cell as published, a group of fewer than ten without its number; or that there is no row."""
    status, token, numerator, denominator = (
        row[f"{name}@{side}"] for name in ("status", "token", "numerator", "denominator")
    )
    if pd.isna(status):
        return "no row"
    if pd.isna(numerator) or pd.isna(denominator):
        return str(token or status)
    group = numerator if row["indicator"] in schema.COMPOSITION_INDICATORS else denominator
    small = group < schema.MINIMUM_GROUP
    return (
        f"fewer than {schema.MINIMUM_GROUP}" if small else f"{numerator:.0f} of {denominator:.0f}"
    )
