"""A made-up file in the wide layout: one row per organization and grade, a column for each student group."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis.twin import headers, truth
from sesec_analysis.twin.frames import Frame
from sesec_analysis.twin.long import Written
from sesec_analysis.twin.population import Counts
from sesec_analysis.twin.ways import grade_word
from sesec_analysis.twin.words import Words, numbers, pick, ratios

__all__ = ["wide_file"]

_LATER = 0.03  # program headcounts are taken later than October, when some more students are there
_HALF_DAY = "Half-day Kindergarten"


class _Rows(NamedTuple):
    """Organization and grade of each row by number, and its students by group."""

    owner: NDArray[np.int64]
    grade: NDArray[np.int64]
    cells: Counts


def wide_file(frame: Frame, names: list[str]) -> Written:
    """Make a file of a source in the wide layout with these columns."""
    whole = truth.summed(frame.population, frame.population.students(frame.year))
    students = np.asarray(frame.cut(whole), dtype=np.int64)
    owner, grade = np.nonzero(students[..., 0] > 0)
    rows = _Rows(owner, grade, students[owner, grade])
    later = rows.cells[:, 0] + frame.rng.binomial(rows.cells[:, 0], _LATER)
    groups = headers.group_codes(frame.source, names)
    true = _truth(frame, rows, later, {code for _, code in groups.values()} | {"all"})
    rows = _with_oddities(frame, rows)
    later = np.concatenate([later, np.zeros(len(rows.owner) - len(later), dtype=np.int64)])

    words = [*(grade_word(frame.way, code) for code in frame.grades), _HALF_DAY]
    places = {code: place for place, (_, code) in enumerate(frame.groups)}
    columns = frame.about(rows.owner) | {
        "grade_level": pick(words, rows.grade),
        "all_students": numbers(rows.cells[:, 0]),
        **_foster_care(rows.cells, places),
    }
    for name, (part, code) in groups.items():
        program = code in frame.source.groups.later_headcount
        size = later if program else rows.cells[:, 0]
        columns[name] = _group_column(rows.cells[:, places[code]], size, part)
    return Written(columns, true)


def _group_column(group: Counts, headcount: Counts, part: str) -> Words:
    if part == "numerator":
        return numbers(group)
    return ratios(group, headcount, lambda k, n: f"{100 * k / n:.2f}".rstrip("0").rstrip("."))


def _foster_care(cells: Counts, places: dict[str, int]) -> dict[str, Words]:
    """Where few students are in foster care, both columns are set to 0, and the flag says so: masked, not none."""
    care = cells[:, places["foster_care"]]
    others = cells[:, places["not_foster_care"]]
    small = (care > 0) & (care < 10)
    return {
        "flag": pick(["", "DAT Applied: Foster Care - N < 10"], small.astype(np.int64)),
        "ignored:fostercare": numbers(np.where(small, 0, care)),
        "ignored:numberfostercare": numbers(care).where(small, "N<10"),
        "ignored:nonfostercare": numbers(np.where(small, 0, others)),
    }


def _truth(frame: Frame, rows: _Rows, later: Counts, codes: set[str]) -> pd.DataFrame:
    """Each group's students out of the headcount that they are a share of."""
    parts = []
    for place, (_, code) in enumerate(frame.groups):
        if code not in codes:
            continue
        at = (rows.owner, rows.grade, np.full(len(rows.owner), place))
        keys = frame.keys(np.ravel_multi_index(at, frame.shape)).drop(columns="place")
        kept = frame.organizations["loaded"].to_numpy(dtype=bool)[rows.owner]
        size = later if code in frame.source.groups.later_headcount else rows.cells[:, 0]
        top, bottom = rows.cells[kept, place], size[kept]
        parts.append(
            keys.assign(
                indicator="enrollment", numerator=top, denominator=bottom, value=top / bottom
            )
        )
    return pd.concat(parts, ignore_index=True)


def _with_oddities(frame: Frame, rows: _Rows) -> _Rows:
    """Set half-day kindergarten apart, and repeat some rows with zeros, in the years whose files do so."""
    rules = frame.source.rules
    if "half_day_kindergarten_joins_kindergarten" in rules and frame.year <= 2020:
        some = np.flatnonzero((rows.grade == frame.grades.index("K")) & (rows.owner % 5 == 0))
        half = rows.cells[some] // 4
        rows.cells[some] -= half
        rows = _Rows(
            np.concatenate([rows.owner, rows.owner[some]]),
            np.concatenate([rows.grade, np.full(len(some), len(frame.grades))]),
            np.concatenate([rows.cells, half]),
        )
    if "drop_all_zero_duplicates" in rules and frame.year == 2020:
        some = np.flatnonzero(rows.owner % 5 == 1)
        rows = _Rows(*(np.concatenate([part, part[some]]) for part in rows))
        rows.cells[-len(some) :] = 0
    return rows
