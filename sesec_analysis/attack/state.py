"""Read what the state published as an outsider's knowledge: ranges of counts, and the sums that tie them.

Each row of OBSERVATIONS gives the ranges of its own two counts and the range of their quotient. What the loaders mask
on reading is not in OBSERVATIONS, and so no knowledge of this outsider.

Publishers do not say that cells add up, and not every file keeps to it: a student who changes schools is counted at
both, and once in the district. So a sum is stated only as far as it is borne out: by how many students parts and total
differ where all are printed exactly.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from sesec_analysis import catalog, schema
from sesec_analysis.attack.solver import HAIR, NO_LIMIT, Solver, System, loose, tighten_ranges
from sesec_analysis.bounds import (
    Flags,
    Floats,
    KnownCounts,
    Positions,
    combine_codes,
    first_rows,
    row_codes,
    sum_by,
)
from sesec_analysis.loaders import load

__all__ = [
    "Question",
    "Side",
    "State",
    "StateCell",
    "StateCount",
    "Statement",
    "read_states",
    "state_of",
]


SLACK = 2
"""Students: how far the parts of exact sums may be off for the sum to be stated all the same, with that tolerance."""

WITNESSES = 3
"""Sums printed exactly, at the least, before it is believed of a source that its parts add up."""

_CELL = ["source_id", "indicator", "end_year"]
_GROUP = ["student_group_type", "student_group"]
_ORGANIZATION = ["organization_level", "organization_id"]


def _sums_of(rows: pd.DataFrame, cell: Positions, count: int) -> tuple[sparse.csr_array, Positions]:
    """Return every sum of OBSERVATIONS of students, parts less their total, with the source and kind of each.

    ``cell`` is the position of the cell of each row, of ``count``.
    """
    source, releases = pd.factorize(rows["source_id"])
    at, total, kind = _parts(rows, cell)
    of, _ = pd.factorize(combine_codes([source[at], kind, total]))
    first, shape = first_rows(of), (of.max(initial=-1) + 1, count)
    parts = sparse.csr_array((np.ones(len(at)), (of, cell[at])), shape=shape)
    totals = (np.ones(len(first)), (np.arange(len(first)), total[first]))
    sums = parts - sparse.csr_array(totals, shape=shape)
    # The whole is the same for every group of a make-up, and adds up to nothing.
    composition = rows["indicator"].isin(schema.COMPOSITION_INDICATORS).to_numpy(dtype=bool)
    adds_up = ~(composition[at[first]] & (kind[first] >= len(_WHOLE)))
    sides = (sums, [[1, 0]]), (sums[adds_up], [[0, 1]])
    matrix = sparse.vstack([sparse.kron(*side, format="csr") for side in sides], format="csr")
    names = [release.split("@")[0] for release in releases]
    series = pd.factorize(pd.Series(names, dtype="str"))[0][source[at[first]]]
    alike = combine_codes([series, kind[first]])
    return sparse.csr_array(matrix), np.append(alike, alike[adds_up])


_WHOLE = ("grades", "schools")
"""Kinds of sums of which groups are none; each student group type is a kind after these."""


def _parts(rows: pd.DataFrame, cell: Positions) -> tuple[Positions, ...]:
    """Return the row of each part, the cell of its total, and which kind of sum it is of.

    Added up are groups, grades, and schools of the one district that has places.
    """
    districts = {place.district for place in catalog.places().values() if place.district}
    level, (kind, _) = rows["organization_level"], pd.factorize(rows["student_group_type"])
    everyone = rows["student_group_type"].isin(["all"]).to_numpy(dtype=bool)
    every = rows["grade_level"].isin(["all"]).to_numpy(dtype=bool)
    school, district = (level.isin([name]).to_numpy(dtype=bool) for name in ("school", "district"))
    district = district & rows["organization_id"].isin(districts).to_numpy(dtype=bool)
    columns = (_CELL, _ORGANIZATION, ["grade_level"], _GROUP)
    figure, organization, grade, group = (row_codes(rows, names) for names in columns)
    tables = []
    for of_kind, total, part, alike in (
        (kind + len(_WHOLE), everyone, ~everyone, (organization, grade)),
        (np.full(len(rows), _WHOLE.index("grades")), every, ~every, (organization, group)),
        (np.full(len(rows), _WHOLE.index("schools")), district, school, (grade, group)),
    ):
        key = combine_codes([figure, *alike])
        parts = pd.DataFrame({"key": key[part], "at": np.flatnonzero(part), "kind": of_kind[part]})
        totals = pd.DataFrame({"key": key[total], "total": cell[total]})
        tables.append(parts.merge(totals, on="key"))
    found = pd.concat(tables, ignore_index=True)
    return tuple(found[name].to_numpy(dtype=np.int64) for name in ("at", "total", "kind"))


def _consistent_sums(
    matrix: sparse.csr_array, alike: Positions, low: Floats, high: Floats
) -> System:
    """State the sums that the sources' exact figures bear out, of which some count is not known."""
    is_open = abs(matrix) @ (low < high) > 0
    # Learned from the exact sums of a source, all its years and indicators together.
    off_by = pd.Series(np.where(is_open, np.nan, matrix @ low)).groupby(alike)
    least, most, seen = (off_by.transform(name) for name in ("min", "max", "count"))
    believed = seen >= WITNESSES
    row_low = np.where(believed & (least >= -SLACK), np.minimum(least, 0), -np.inf)
    # Where the parts never come up to the total (one group of a pair is listed), they do not exceed it.
    row_high = np.where(believed & (most <= SLACK), np.maximum(most, 0), np.inf)
    says_something = np.isfinite(row_low) | np.isfinite(row_high)
    return System(low, high, matrix, row_low, row_high).take(is_open & says_something)


Side = Literal["numerator", "denominator"]


class StateCell(NamedTuple):
    """A group of students at an organization in a year, and the indicator asked about them: a key of OBSERVATIONS.

    The source is not part of it: several releases that print one cell speak of the same students.
    """

    indicator: str
    end_year: int
    organization_level: str
    organization_id: str
    grade_level: str
    student_group_type: str
    student_group: str

    def __str__(self) -> str:
        """Give the key as it is said in messages; never what is known of the cell."""
        return " ".join(str(part) for part in self)


class StateCount(NamedTuple):
    """One whole number of students: those counted (numerator) or all of the group (denominator) of a cell.

    For a make-up (`schema.COMPOSITION_INDICATORS`) the numerator is the group, and the denominator all students. A
    place is no unknown of its own: whoever reads an edition puts the counts of the place's schools in its stead.
    """

    cell: StateCell
    side: Side


class Statement(NamedTuple):
    """One linear inequality: ``low <= sum(coefficient * count) <= high``; infinite where nothing is said.

    "32.9 percent of 140" says that the numerator, less .3285 times the denominator, is not negative, and so on. Counts
    that stand several times are added up. ``said`` names the line: ``findings.json record 3: sesec:...``.
    """

    terms: Sequence[tuple[StateCount, float]]
    low: float = -inf
    high: float = inf
    said: str = ""


Question = tuple[str, int]
"""An indicator and an end_year."""

_KEY = list(StateCell._fields)
_ESTIMATED = "estimated_share"  # of a sample: nobody counted them, and nothing is withheld


@dataclass(frozen=True, eq=False)
class State:
    """What is known without us. Count ``2 * i`` is the numerator of cell ``i``, ``2 * i + 1`` its denominator.

    Each row of keys in ``cells`` has in ``rows`` its position and the sources that have it. ``withheld`` are those
    whose counts are not both published, though somebody counted; ``slope_low`` and ``slope_high`` are what is known of
    numerator over denominator. ``own`` is each count by its own row alone, with the sums and then the
    rows that tie a cell's two counts. ``low`` and ``high`` are each count after passing ranges to and
    fro, in students.
    """

    cells: pd.DataFrame
    rows: frozenset[tuple[int, str]] = field(repr=False)
    withheld: Flags
    own: System
    slope_low: Floats
    slope_high: Floats
    low: Floats
    high: Floats

    def is_of(self, cell: int, sources: Iterable[str]) -> bool:
        """Return whether one of some sources has a row of a cell."""
        return any((cell, source) in self.rows for source in sources)

    @cached_property
    def keys(self) -> list[StateCell]:
        """Return the key of each cell."""
        return list(map(StateCell._make, self.cells.to_numpy(dtype=object).tolist()))

    @cached_property
    def by_figure(self) -> Mapping[tuple[object, ...], Mapping[tuple[str, str], int]]:
        """Return the position of each cell by figure (indicator, year, grade, type, group), then by organization."""
        held: dict[tuple[object, ...], dict[tuple[str, str], int]] = defaultdict(dict)
        for at, (indicator, year, level, code, *figure) in enumerate(self.keys):
            held[indicator, year, *figure][level, code] = at
        return held

    @cached_property
    def system(self) -> System:
        """Return the rows that say more than the ranges, over the narrowed ranges."""
        narrowed = self.own.within(self.low, self.high)
        return narrowed.take(~loose(narrowed))

    @cached_property
    def solver(self) -> Solver:
        """Return the solver of these rows; it knows again what it was asked before."""
        return Solver(self.system)

    def number(self, count: StateCount) -> int:
        """Return the position of a count; its cell must be one of the state's."""
        cell = count.cell
        at = self.by_figure[cell[:2] + cell[4:]][cell[2:4]]
        return 2 * at + (count.side == "denominator")

    def count(self, number: int) -> StateCount:
        """Return the count at a position."""
        return StateCount(self.keys[number // 2], "denominator" if number % 2 else "numerator")

    def students(self, cells: list[int]) -> tuple[float, float]:
        """Return how many students cells can have by their own rows alone; infinite where nothing caps them."""
        low, high = (ends[1::2][cells] for ends in (self.own.low, self.own.high))
        return float(low.sum()), inf if np.any(high >= NO_LIMIT) else float(high.sum())

    def withheld_counts(self) -> Positions:
        """Return the counts of withheld cells that their own rows leave open."""
        cell = np.repeat(self.withheld, 2)
        return np.flatnonzero(cell & (self.own.low < self.own.high))


def read_states(questions: Iterable[Question]) -> tuple[State, State]:
    """Read what the state published, at every level, grade and group we hold, as an outsider and as an insider.

    Either reader takes each text literally and knows the caps on sizes that October's enrollment gives (`size_caps`).
    The insider also grants the rules that no publisher documents: 3/n, and that of attendance's marks.
    """
    nothing = schema.conform_observations(pd.DataFrame(columns=schema.OBSERVATIONS_COLUMNS))
    readings = [load.readings_of_year(*question) for question in sorted(set(questions))]
    tables = zip(*readings or [(nothing, nothing)], strict=True)
    outside, inside = (state_of(pd.concat(each, ignore_index=True)) for each in tables)
    return outside, inside


def state_of(observations: pd.DataFrame) -> State:
    """Make an outsider's knowledge of OBSERVATIONS that were read already; averages hold no count, and are left out."""
    is_place = observations["organization_level"].isin(["place"])
    rows = observations[observations["unit"].isin(schema.SHARES) & ~is_place].reset_index(drop=True)
    cell = row_codes(rows, _KEY)
    first = first_rows(cell)
    made = np.flatnonzero(~rows["status"].isin(["not_collected"]))
    is_counted = ~rows["unit"].isin([_ESTIMATED]).to_numpy(dtype=bool)[made]
    known = _join_releases(KnownCounts.from_table(rows), cell)
    low = np.column_stack([known.k_low, known.n_low]).ravel()
    high = np.column_stack([known.k_high, known.n_high]).ravel()
    added = _consistent_sums(*_sums_of(rows.iloc[made], cell[made], len(first)), low, high)
    tied = _ties(low, high, known)
    system, narrow_low, narrow_high = _settle_sums(added.with_rows(tied), len(tied.row_low))
    return State(
        cells=rows[_KEY].iloc[first].reset_index(drop=True),
        rows=frozenset(zip(cell.tolist(), rows["source_id"].to_numpy(), strict=True)),
        withheld=~known.exact & (sum_by(cell[made], is_counted, len(first)) > 0),
        own=system,
        slope_low=known.value_low,
        slope_high=known.value_high,
        low=narrow_low,
        high=narrow_high,
    )


def _join_releases(rows: KnownCounts, cell: Positions) -> KnownCounts:
    """Join releases that print one cell. Where they contradict each other (two days' counts), either may be true."""

    def join(low: Floats, high: Floats) -> tuple[Floats, Floats]:
        ends = pd.DataFrame({"low": low, "high": high}).groupby(cell).agg(["min", "max"])
        least_low, most_low, least_high, most_high = ends.to_numpy(dtype="float64").T
        fits = most_low <= least_high + HAIR
        inner = np.where(fits, most_low, least_low), np.where(fits, least_high, most_high)
        # No students have no quotient.
        return np.nan_to_num(inner[0], nan=0.0), np.nan_to_num(inner[1], nan=1.0)

    k_low, k_high = join(rows.k_low, np.minimum(rows.k_high, NO_LIMIT))
    n_low, n_high = join(rows.n_low, np.minimum(rows.n_high, NO_LIMIT))
    value_low, value_high = join(rows.value_low, rows.value_high)
    exact = (k_low == k_high) & (n_low == n_high)
    # Never more than all are counted.
    return KnownCounts(k_low, k_high, n_low, n_high, value_low, np.minimum(value_high, 1.0), exact)


def _ties(low: Floats, high: Floats, known: KnownCounts) -> System:
    """Rows that tie the counts of cells not known exactly: ``value_low * n <= k <= value_high * n``."""
    is_open, every = ~known.exact, sparse.eye_array(len(low), format="csr")
    is_above = is_open & (known.value_low > 0)
    k, n = every[::2], every[1::2]
    below = (k - n.multiply(known.value_high[:, None])).tocsr()[is_open]
    over = (k - n.multiply(known.value_low[:, None])).tocsr()[is_above]
    is_over = np.arange(is_open.sum() + is_above.sum()) >= is_open.sum()
    matrix = sparse.csr_array(sparse.vstack([below, over], format="csr"))
    return System(low, high, matrix, np.where(is_over, 0.0, -inf), np.where(is_over, inf, 0.0))


def _settle_sums(system: System, ties: int) -> tuple[System, Floats, Floats]:
    """Narrow the ranges; sums that leave a number without a value are put aside until all fit."""
    while True:
        narrowed, sums_end = tighten_ranges(system), len(system.row_low) - ties
        broken = narrowed.at_odds[narrowed.at_odds < sums_end]
        if not len(broken):
            # A cell that contradicts itself is refused where it is read, so nothing but sums can be at odds.
            return system, narrowed.low, narrowed.high
        system = system.take(np.delete(np.arange(len(system.row_low)), broken))
