"""Separate statements that many schools share from those that narrow one school's cells.

Three schools or more protect one another: such statements are counted and listed apart. Those of fewer are judged
(`leaks`); so is what is left where one shared sum is taken from another, unless October's enrollment
says as much of these schools.
"""

from dataclasses import dataclass, replace
from math import inf

import numpy as np
import pandas as pd
from scipy import sparse

from sesec_analysis.attack.leaks import FEW, Leak, StatementRows, reach_of
from sesec_analysis.attack.solver import NO_LIMIT, System, Tightened, loose, tighten
from sesec_analysis.attack.state import State
from sesec_analysis.bounds import Flags, Floats, Positions, sum_by
from sesec_analysis.loaders.load import enrolled_in
from sesec_analysis.loaders.tidy.masked_sums import SHARED_BY

__all__ = ["KnownMoreClosely", "left_of", "of_many", "with_shared"]


def of_many(state: State, statements: StatementRows) -> Flags:
    """Flag the statements that speak of withheld counts of three organizations or more.

    Where the state's own sums give all but a few of them away, they speak of these few, unless enrollment says as much.
    """
    rows = statements.matrix
    masked = _organizations(state, rows, state.own.low < state.own.high) >= SHARED_BY
    still = _organizations(state, rows, state.low < state.high) >= SHARED_BY
    only = np.flatnonzero(masked & ~still)
    masked[only[_is_closer(state, statements.take(only))]] = False
    return masked


def _organizations(state: State, rows: sparse.csr_array, is_open: Flags) -> Positions:
    """Count the organizations whose open counts each row speaks of."""
    columns = ["organization_level", "organization_id"]
    owner = state.cells.groupby(columns, sort=False).ngroup().to_numpy()
    entries = rows.tocoo()
    kept = is_open[entries.col]
    whose = owner[entries.col[kept] // 2]
    shape = rows.shape[0], len(state.cells)
    named = sparse.csr_array((np.ones(len(whose)), (entries.row[kept], whose)), shape=shape)
    return np.diff(named.indptr)


def left_of(state: State, many: StatementRows) -> StatementRows:
    """Return what is left, of fewer than three organizations, where a sum of counts is taken from a larger one."""
    is_open, entries = state.low < state.high, many.matrix.tocoo()
    # Sums of counts, each once, and no rates or comparisons.
    plain = many.take(sum_by(entries.row, entries.data != 1, len(many.said)) == 0)
    sets = plain.matrix[:, np.flatnonzero(is_open)]
    size, common = np.diff(sets.indptr), (sets @ sets.T).tocoo()
    inside = (common.data == size[common.col]) & (size[common.col] < size[common.row])
    large, small = common.row[inside], common.col[inside]
    said = [names[0] for names in plain.said]
    left = replace(
        plain,
        matrix=sparse.csr_array(plain.matrix[large] - plain.matrix[small]),
        row_low=plain.row_low[large] - plain.row_high[small],
        row_high=plain.row_high[large] - plain.row_low[small],
        said=tuple((f"{said[a]}, less {said[b]}",) for a, b in zip(large, small, strict=True)),
    )
    left = left.take(_organizations(state, left.matrix, is_open) < SHARED_BY)
    return left.take(_is_closer(state, left))


@dataclass(frozen=True, eq=False)
class KnownMoreClosely:
    """What shared sums, all together, say of single withheld counts.

    ``counts`` has a row for each one with fewer values than before: its cell, which ``count`` of it, ``values_before``
    (infinite where nothing capped it), ``values_left``, and ``share_left`` of these; never which values.
    ``leaks`` are those that have fewer than three values left, or that are pinned to 0 to 2 counted or not counted, and
    were not so before. ``at_odds`` are the statements that nothing fits together.
    """

    counts: pd.DataFrame
    leaks: tuple[Leak, ...] = ()
    at_odds: tuple[tuple[str, ...], ...] = ()


def _listed(state: State, counts: Positions, had: Floats, left: Floats) -> pd.DataFrame:
    """Return a row for each count of which fewer values are left than it had."""
    closer = left < had
    at = counts[closer]
    side = np.where(at % 2, "denominator", "numerator")
    cells = state.cells.iloc[at // 2].reset_index(drop=True).assign(count=side)
    share = left[closer] / had[closer]
    return cells.assign(values_before=had[closer], values_left=left[closer], share_left=share)


def with_shared(state: State, shared: StatementRows) -> KnownMoreClosely:
    """Pass ranges through the shared sums, and the state's sums of the same cells, until nothing moves."""
    named = np.zeros(len(state.low))
    cells = np.unique(shared.matrix.indices // 2)
    named[2 * cells] = named[2 * cells + 1] = 1.0
    before = state.system.take(np.flatnonzero(abs(state.system.matrix) @ named))
    while len((after := tighten(before.with_rows(shared))).at_odds):
        sums, said = _at_odds(before, shared, after)
        if len(said) and not len(sums):
            no_counts = np.empty(0)
            listed = _listed(state, no_counts.astype(int), no_counts, no_counts)
            return KnownMoreClosely(listed, at_odds=tuple(shared.said[row] for row in said))
        # Sums that the state's own figures do not keep to are not believed, as in `state`; nor is then a cell that
        # these had left without a value before we said anything.
        doubted = sums if len(sums) else after.at_odds
        before = before.take(np.delete(np.arange(len(before.row_low)), doubted))
    counts, alone = state.withheld_counts(), tighten(before)
    had, left = (
        np.where(known.high >= NO_LIMIT, inf, known.high - known.low + 1)[counts]
        for known in (alone, after)
    )
    told = (left < FEW) & (had >= FEW) | _is_pinned(alone.low, alone.high, after)[counts]
    leaks = tuple(_leak(state, shared, int(number)) for number in counts[told])
    return KnownMoreClosely(_listed(state, counts, had, left), leaks)


def _at_odds(
    system: System, shared: StatementRows, after: Tightened
) -> tuple[Positions, Positions]:
    """Return the state's sums, and the shared ones, of the cells that are left without a value.

    What ties the two counts of one cell is its own text, and no sum.
    """
    every = system.with_rows(shared)
    cells = np.unique(every.matrix[after.at_odds].indices // 2)
    numbers = np.zeros(len(system.low))
    numbers[2 * cells] = numbers[2 * cells + 1] = 1.0
    near = np.flatnonzero(abs(every.matrix) @ numbers)
    own = near[near < len(system.row_low)]
    several = [len(np.unique(system.matrix[[row]].indices // 2)) > 1 for row in own]
    return own[np.array(several, dtype=bool)], near[near >= len(system.row_low)] - len(
        system.row_low
    )


def _is_pinned(low: np.ndarray, high: np.ndarray, after: Tightened) -> Flags:
    """Flag counts by their cell: at most two can be counted, or not counted, and more could before."""
    pinned = np.zeros(len(low), dtype=bool)
    few = FEW - 1
    counted = (after.high[::2] <= few) & (high[::2] > few)
    uncounted = (after.high[1::2] - after.low[::2] <= few) & (high[1::2] - low[::2] > few)
    pinned[::2] = counted | uncounted
    return pinned


def _leak(state: State, shared: StatementRows, number: int) -> Leak:
    rows = np.flatnonzero(np.diff(shared.matrix[:, [number]].tocsr().indptr))
    said = tuple(dict.fromkeys(name for row in rows for name in shared.said[row]))
    return Leak(*state.count(number), "nearly told", said, said)


def _is_closer(state: State, statements: StatementRows) -> Flags:
    """Flag the statements that say more than the state does, with no more students than October lets a school have."""
    cells, high = np.unique(statements.matrix.indices // 2).tolist(), state.high.copy()
    enrolled = {year: enrolled_in(year) for year in {state.keys[cell].end_year for cell in cells}}
    for cell in cells:
        key, counts = state.keys[cell], slice(2 * cell, 2 * cell + 2)
        if key.organization_level == "school":
            most = enrolled[key.end_year].get((key.end_year, key.organization_id), NO_LIMIT)
            high[counts] = np.maximum(np.minimum(high[counts], most), state.low[counts])
    return ~loose(statements, reach_of(replace(state, high=high), statements.matrix))
