"""Join the sums of all student groups of a place with what anyone can look up, and look for cells that they give away.

Written apart from `loaders.tidy.masked_sums` and from the attack: it reads the published rows, the caps, and the
printed sums, states all of them as inequalities over whole students, and lets integer programs (HiGHS) find, for each
masked cell, students that fit everything. A cell is safe if it can have three values or more, and if more than two can
be counted, and more than two not counted, wherever that was so without our sums.
"""

import csv
import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.loaders import load
from sesec_analysis.loaders.in_place import schools_of

FEW = 3
OFF = 2  # students by which groups may differ from all students
ENDLESS = 20_000.0
MARGIN = 1.25


def october() -> dict[tuple[str, str], dict[int, float]]:
    rows = load.read_rows("enrollment", {"organization_level": ["school"], "grade_level": ["all"]})
    counts: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for row in rows[rows["numerator_high"].notna()].itertuples():
        key = row.organization_id, row.student_group
        counts[key][row.end_year] = max(
            float(row.numerator_high), counts[key].get(row.end_year, 0.0)
        )
    return counts


def caps() -> dict[tuple[str, str], tuple[float, str]]:
    with (catalog.data_dir() / "reference/size_caps.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        return {
            (row["indicator"], row["student_group_type"]): (
                float(row["cap"]),
                row["except_schools"],
            )
            for row in csv.DictReader(file)
        }


@dataclass
class Problem:
    """Whole numbers (k, then n, of each cell) and the inequalities that they meet; ``ours`` are those of our sums."""

    cells: pd.DataFrame
    low: np.ndarray
    high: np.ndarray
    rows: list[tuple[dict[int, float], float, float]]
    ours: list[tuple[dict[int, float], float, float]]

    def solve(self, objective: dict[int, float], *, with_ours: bool = True) -> np.ndarray | None:
        """Return the numbers that make an objective least, or None if no numbers fit."""
        stated = self.rows + (self.ours if with_ours else [])
        entries = [
            (at, col, times) for at, (row, *_) in enumerate(stated) for col, times in row.items()
        ]
        at, col, times = np.array(entries, dtype=float).reshape(-1, 3).T
        shape = len(stated), len(self.low)
        matrix = sparse.csr_array((times, (at.astype(int), col.astype(int))), shape=shape)
        limits = np.array([row[1:] for row in stated], dtype=float).reshape(-1, 2)
        goal = np.zeros(len(self.low))
        goal[list(objective)] = list(objective.values())
        found = milp(
            goal,
            integrality=np.ones(len(goal), dtype=int),
            bounds=Bounds(self.low, self.high),
            constraints=LinearConstraint(matrix, limits[:, 0], limits[:, 1]),
            options={"node_limit": 2000, "mip_rel_gap": 0.0},
        )
        return None if found.x is None else np.round(found.x)


def problem(indicator: str, year: int, place: str) -> Problem | None:
    """State everything that is known of the schools of a place, and our sums of all groups."""
    every = load.published_year(indicator, year)
    every = every[(every["grade_level"] == "all") & (every["unit"] == "proportion")]
    cells = schools_of(every, catalog.place(place)).reset_index(drop=True)
    cells = cells[~cells["status"].isin(["not_collected", "no_students"])].reset_index(drop=True)
    if cells.empty or cells["numerator"].notna().all():
        return None
    low, high, rows = [], [], []
    counts, factors = october(), caps()
    for at, cell in enumerate(cells.itertuples()):
        ends = _ends(cell, counts, factors, indicator, year)
        low += [ends[0], ends[2]]
        high += [ends[1], ends[3]]
        if pd.isna(cell.numerator) or pd.isna(cell.denominator):
            v_low = 0.0 if pd.isna(cell.value_low) else cell.value_low
            v_high = 1.0 if pd.isna(cell.value_high) else cell.value_high
            rows.append(({2 * at: 1.0, 2 * at + 1: -v_high}, -math.inf, 1e-6))
            rows.append(({2 * at: 1.0, 2 * at + 1: -v_low}, -1e-6, math.inf))
    rows += _partitions(cells)
    ours = _printed(cells, indicator, year, place)
    return Problem(cells, np.array(low), np.array(high), rows, ours)


def _ends(cell, counts, factors, indicator, year) -> tuple[float, float, float, float]:
    if pd.notna(cell.numerator) and pd.notna(cell.denominator):
        return (float(cell.numerator),) * 2 + (float(cell.denominator),) * 2
    n_low = float(cell.denominator_low) if pd.notna(cell.denominator_low) else 0.0
    n_high = ENDLESS if pd.isna(cell.denominator_high) else float(cell.denominator_high)
    if n_high == ENDLESS:
        source = catalog.release(cell.source_id)[0]
        own, whole = (
            {
                y: n
                for y, n in counts.get((cell.organization_id, group), {}).items()
                if abs(y - year) <= 2
            }
            for group in (cell.student_group, "all")
        )
        school = catalog.schools().get(cell.organization_id)
        kind = (school.kind, school.level) if school else (None, None)
        ordinary = kind[0] == "regular" or kind in {
            ("alternative", "k8"),
            ("alternative", "elementary"),
        }
        factor, but = factors.get((indicator, cell.student_group_type), (0.0, ""))
        if source.denominator_cap == "enrollment" and whole:
            n_high = math.ceil(max(whole.values()) * MARGIN)
        elif cell.status == "bounded" and factor and ordinary and cell.organization_id not in but:
            has_year = any(year in every for every in counts.values())
            n_high = (
                max(10.0, math.ceil(factor * max(own.values()))) if own and has_year else n_high
            )
        n_high = max(n_high, n_low)
    k_low = 0.0 if pd.isna(cell.numerator_low) else float(cell.numerator_low)
    k_high = n_high if pd.isna(cell.numerator_high) else float(cell.numerator_high)
    return k_low, k_high, n_low, n_high


def _partitions(cells: pd.DataFrame) -> list[tuple[dict[int, float], float, float]]:
    """Groups add up to all students: stated of a kind of group as far as it holds where all is printed."""
    totals = {
        row.organization_id: at
        for at, row in enumerate(cells.itertuples())
        if row.student_group == "all"
    }
    families = defaultdict(list)
    for at, row in enumerate(cells.itertuples()):
        if row.student_group != "all" and row.organization_id in totals:
            families[row.student_group_type, row.organization_id].append(at)
    off = defaultdict(list)
    exact = (cells["numerator"].notna() & cells["denominator"].notna()).to_numpy()
    figures = [
        cells[name].to_numpy(dtype=float, na_value=np.nan) for name in ("numerator", "denominator")
    ]
    for (kind, school), parts in families.items():
        if exact[parts].all() and exact[totals[school]]:
            off[kind] += [figure[parts].sum() - figure[totals[school]] for figure in figures]
    rows = []
    for (kind, school), parts in families.items():
        if len(off[kind]) < 2 * FEW or min(off[kind]) < -OFF or max(off[kind]) > OFF:
            continue
        for side in (0, 1):
            terms = {2 * at + side: 1.0 for at in parts} | {2 * totals[school] + side: -1.0}
            rows.append((terms, -OFF, OFF))
    return rows


def _printed(cells, indicator, year, place) -> list[tuple[dict[int, float], float, float]]:
    sums = sa.load(indicator, place=place, end_years=year, grade_level="all")
    rows = []
    for row in sums.itertuples():
        parts = np.flatnonzero(
            (cells["student_group"] == row.student_group) & (cells["source_id"] == row.source_id)
        )
        if not len(parts) or row.cells == 1:
            continue
        for side, name in enumerate(("numerator", "denominator")):
            low, high = getattr(row, f"{name}_low"), getattr(row, f"{name}_high")
            ends = (
                (-math.inf if pd.isna(low) else float(low)),
                (math.inf if pd.isna(high) else float(high)),
            )
            rows.append(({2 * int(at) + side: 1.0 for at in parts}, *ends))
        for value, times in ((row.value_high, 1.0), (row.value_low, -1.0)):
            if pd.notna(value):
                terms = {2 * int(at): times for at in parts}
                terms |= {2 * int(at) + 1: -times * value for at in parts}
                rows.append((terms, -math.inf, 1e-6))
    return rows


def given_away(stated: Problem) -> tuple[list[str], int]:
    """Return the masked cells that our sums give away, and how many were looked at."""
    masked = np.flatnonzero((stated.low < stated.high).reshape(-1, 2).any(axis=1))
    k, n = 2 * masked, 2 * masked + 1
    goals = [
        dict.fromkeys(k, -1.0),
        dict.fromkeys(k, 1.0),
        dict.fromkeys(n, -1.0),
        dict.fromkeys(n, 1.0),
    ]
    goals.append(dict.fromkeys(n, -1.0) | dict.fromkeys(k, 1.0))
    found = [x for goal in goals if (x := stated.solve(goal)) is not None]
    if not found:
        return ["nothing fits our sums and the state's figures"], len(masked)
    faults = []
    for at in masked:
        for what, terms in (
            ("counted", {2 * at: 1.0}),
            ("not counted", {2 * at + 1: 1.0, 2 * at: -1.0}),
        ):
            faults += [f"{what}: {_name(stated, at)}"] if _is_pinned(stated, found, terms) else []
        for what, number in (("counted", 2 * at), ("students", 2 * at + 1)):
            faults += (
                [f"{what} known: {_name(stated, at)}"] if _is_known(stated, found, number) else []
            )
    return faults, len(masked)


def _name(stated: Problem, at: int) -> str:
    return " ".join(stated.cells.loc[at, ["organization_id", "student_group", "token"]].astype(str))


def _at(x: np.ndarray, terms: dict[int, float]) -> float:
    return sum(times * x[number] for number, times in terms.items())


def _is_pinned(stated: Problem, found: list[np.ndarray], terms: dict[int, float]) -> bool:
    """Return whether at most two can be that with our sums, and more without."""
    if any(_at(x, terms) >= FEW for x in found):
        return False
    goal = {number: -times for number, times in terms.items()}
    after, before = stated.solve(goal), stated.solve(goal, with_ours=False)
    found += [after] if after is not None else []
    if after is not None and _at(after, terms) >= FEW:
        return False
    return before is not None and _at(before, terms) >= FEW


def _is_known(stated: Problem, found: list[np.ndarray], number: int) -> bool:
    """Return whether a number has fewer than three values with our sums, and had more without."""
    if stated.high[number] - stated.low[number] < FEW - 1:
        return False
    values = {x[number] for x in found}
    if max(values) - min(values) >= FEW - 1:
        return False
    for sign in (1.0, -1.0):
        x = stated.solve({number: sign})
        found += [x] if x is not None else []
    values = {x[number] for x in found}
    if max(values) - min(values) >= FEW - 1:
        return False
    ends = [stated.solve({number: sign}, with_ours=False) for sign in (1.0, -1.0)]
    return all(x is not None for x in ends) and ends[1][number] - ends[0][number] >= FEW - 1
