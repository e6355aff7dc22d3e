"""Named rules on the raw rows of a file, listed under `rules:` in an entry; each counts its rows."""

import re
from collections.abc import Callable

import numpy as np
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
    return _joined(rows, "half-day", "K")


def transition_to_kindergarten_joins_pre_kindergarten(
    rows: pd.DataFrame,
) -> tuple[pd.DataFrame, int]:
    """Add transition to kindergarten, a grade of its own from 2023-24 on, to the row of pre-kindergarten."""
    return _joined(rows, "transition", "PK")


def _joined(rows: pd.DataFrame, label: str, grade: str) -> tuple[pd.DataFrame, int]:
    """Add the rows whose grade label begins so to the row of the grade they belong to."""
    joining = rows["grade_label"].str.strip().str.lower().str.startswith(label)
    if not joining.any():
        return rows, 0
    of_grade = rows["grade_level"] == grade
    both = rows[of_grade]
    numbers = pd.DataFrame(
        {name: cells.parse_counts(both[name])["number"] for name in _counts(rows)}
    ).fillna(0)
    summed = (
        numbers.astype("int64").groupby([both[name] for name in _KEY], sort=False).transform("sum")
    )
    rows = rows.copy()
    rows.loc[both.index, summed.columns] = summed.astype("str")
    return rows[~(of_grade & rows.duplicated(_KEY))], int(joining.sum())


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


def drop_rows_without_ratio(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Drop the totals of organizations that have no students of their own, and so no students per teacher.

    The Skills Center's students stay enrolled at their schools; other such rows have no teachers either.
    """
    drop = (rows["program"] == "ALL") & (rows["ratio"] == "")
    return rows[~drop], int(drop.sum())


def teachers_by_number_and_percent(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Add how many teachers an organization has: 24 with a master's degree, printed as 77.42 percent, say 31.

    Blank where more than one whole number fits, so that nothing is guessed. An organization without any teacher
    (no master's degree, and no percent) is dropped.
    """
    none = (rows["masters_percent"] == "") & (rows["masters"] == "0")
    rows = rows[~none]
    k = cells.parse_counts(rows["masters"])["number"]
    percent = cells.parse_percents(rows["masters_percent"], unit="percent")
    half = 0.5 * 10.0 ** (-percent["decimals"] - 2) + 1e-9
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.ceil(k / (percent["number"] + half))
        most = np.floor(k / (percent["number"] - half))
    one = (least == most) & (k > 0)
    teachers = least.where(one, 0).astype("int64").astype("str").where(one, "")
    return rows.assign(teachers=teachers), int(none.sum())


RULES: dict[str, Callable[[pd.DataFrame], tuple[pd.DataFrame, int]]] = {
    rule.__name__: rule
    for rule in (
        drop_all_zero_duplicates,
        half_day_kindergarten_joins_kindergarten,
        transition_to_kindergarten_joins_pre_kindergarten,
        flagged_groups_are_masked,
        drop_rows_without_ratio,
        teachers_by_number_and_percent,
    )
}
