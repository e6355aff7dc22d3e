"""Compare two tables of one release: which published cells a restatement changes."""

from dataclasses import dataclass

import pandas as pd

from sesec_analysis import schema

__all__ = ["Changes", "changes"]


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
