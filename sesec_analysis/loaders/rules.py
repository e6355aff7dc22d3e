"""Named rules on the raw rows of a wide file, listed under `rules:` in an entry; each counts its rows."""

import re
from collections.abc import Callable

import pandas as pd

from sesec_analysis.loaders import cells

__all__ = ["RULES"]

_KEY = ["organization_level", "organization_id", "grade_level"]


def _counts(rows: pd.DataFrame) -> list[str]:
    return [
        name for name in rows.columns if name == "all_students" or name.startswith("numerator:")
    ]


def drop_all_zero_duplicates(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Drop rows that repeat an organization and grade with nothing but zeros, keeping the row with students.

    The 2019-20 file as carried holds 384 of them statewide in King County. Any other duplicate is refused later.
    """
    key = [*_KEY, "grade_label"]
    zero = (rows[_counts(rows)].replace("", "0") == "0").all(axis=1)
    filled = pd.MultiIndex.from_frame(rows.loc[~zero, key])
    repeats = pd.MultiIndex.from_frame(rows[key]).isin(filled) | rows[zero].duplicated(key).reindex(
        rows.index, fill_value=False
    )
    drop = zero & repeats
    return rows[~drop], int(drop.sum())


def half_day_kindergarten_joins_kindergarten(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Add half-day kindergarten to the kindergarten row of the same organization, count by count."""
    half = rows["grade_label"].str.strip().str.lower().str.startswith("half-day")
    if not half.any():
        return rows, 0
    kindergarten = rows["grade_level"] == "K"
    both = rows[kindergarten]
    numbers = pd.DataFrame(
        {name: cells.parse_counts(both[name])["number"] for name in _counts(rows)}
    ).fillna(0)
    summed = (
        numbers.astype("int64").groupby([both[name] for name in _KEY], sort=False).transform("sum")
    )
    rows = rows.copy()
    rows.loc[both.index, summed.columns] = summed.astype("str")
    return rows[~(kindergarten & rows.duplicated(_KEY))], int(half.sum())


def flagged_groups_are_masked(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Where the flag names a group ("DAT Applied: Foster Care - N < 10"), its printed zero means masked, not none."""
    if "flag" not in rows:
        return rows, 0
    flag, touched = rows["flag"].str.lower(), 0
    rows = rows.assign(flag="")
    for name in rows.columns[rows.columns.str.startswith("numerator:")]:
        group = name.removeprefix("numerator:").lower()
        base = re.sub(r"^non[ -]", "", group)
        masked = flag.str.contains(base, regex=False) & flag.str.contains(r"n\s*<\s*10", regex=True)
        # The group's twin is masked as well: with the headcount it would give the group away.
        rows.loc[masked, name] = "N<10" if group == base else "*"
        touched += int(masked.sum())
    return rows, touched


RULES: dict[str, Callable[[pd.DataFrame], tuple[pd.DataFrame, int]]] = {
    rule.__name__: rule
    for rule in (
        drop_all_zero_duplicates,
        half_day_kindergarten_joins_kindergarten,
        flagged_groups_are_masked,
    )
}
