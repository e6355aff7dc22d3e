"""Separate statements that many schools share from those that narrow one school's cells.

Three schools or more protect one another: such statements are counted and listed apart. Those of fewer are judged
(`leaks`); so is what is left where one shared sum is taken from another, unless October's enrollment
says as much of these schools.
"""

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from sesec_analysis.attack.leaks import StatementRows, reach_of
from sesec_analysis.attack.solver import HAIR, NO_LIMIT, System
from sesec_analysis.attack.state import State
from sesec_analysis.bounds import Flags, Positions
from sesec_analysis.loaders.load import enrolled_in
from sesec_analysis.loaders.tidy.masked_sums import SHARED_BY

__all__ = ["Shared", "divide", "of_many"]


@dataclass(frozen=True)
class Shared:
    """Telling statements: of fewer than three organizations, what pairs of the others leave of so few; the others."""

    few: StatementRows
    many: StatementRows


def of_many(state: State, statements: StatementRows) -> Flags:
    """Flag the statements that speak of withheld counts of three organizations or more.

    Where the state's own sums give all but a few of them away, they speak of these few, unless enrollment says as much.
    """
    owners = _owners(state)
    masked = _of_three(owners, _among(statements, state.own.low < state.own.high))
    still = _of_three(owners, _among(statements, state.low < state.high))
    only = np.flatnonzero(masked & ~still)
    masked[only[_is_closer(state, statements.take(only))]] = False
    return masked


def _of_three(owners: Positions, parts: list[Positions]) -> Flags:
    return np.array([len(set(owners[part // 2])) >= SHARED_BY for part in parts], dtype=bool)


def divide(state: State, telling: StatementRows) -> Shared:
    """Divide telling statements by the organizations whose withheld counts they speak of."""
    many = of_many(state, telling)
    left = _left(state, telling, [int(row) for row in np.flatnonzero(many)])
    few = telling.take(~many)
    if left.said:
        few = StatementRows(few.system.with_rows(left.system), (*few.said, *left.said))
    return Shared(few, telling.take(many))


def _owners(state: State) -> Positions:
    """Number the organizations that cells are of."""
    columns = ["organization_level", "organization_id"]
    return state.cells.groupby(columns, sort=False).ngroup().to_numpy().astype(np.int64)


def _among(statements: StatementRows, is_open: Flags) -> list[Positions]:
    """Return the counts of each statement that are open."""
    rows = statements.system.matrix
    ends = zip(rows.indptr[:-1], rows.indptr[1:], strict=True)
    numbers = (rows.indices[begin:end].astype(np.int64) for begin, end in ends)
    return [part[is_open[part]] for part in numbers]


def _left(state: State, telling: StatementRows, many: list[int]) -> StatementRows:
    """Return what is left, of fewer than three organizations, where a sum of counts is taken from a larger one."""
    system, owners = telling.system, _owners(state)
    parts = _among(telling, state.low < state.high)
    sets = {row: frozenset(parts[row].tolist()) for row in many if _is_plain(system, row)}
    alike: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row, numbers in sets.items():
        first = state.cell(min(numbers) // 2)
        alike[first.indicator, first.end_year].append(row)
    pairs = [
        (large, small)
        for rows in alike.values()
        for large in rows
        for small in rows
        if sets[small] < sets[large]
        and len({int(owners[count // 2]) for count in sets[large] - sets[small]}) < SHARED_BY
    ]
    large, small = (np.array([pair[at] for pair in pairs], dtype=np.int64) for at in (0, 1))
    rest = replace(
        system,
        matrix=sparse.csr_array(system.matrix[large] - system.matrix[small]),
        row_low=system.row_low[large] - system.row_high[small],
        row_high=system.row_high[large] - system.row_low[small],
    )
    names = tuple((f"{telling.said[a][0]}, less {telling.said[b][0]}",) for a, b in pairs)
    left = StatementRows(rest, names)
    return left.take(_is_closer(state, left))


def _is_plain(system: System, row: int) -> bool:
    """Tell whether a row is a sum of counts, each once, and no rate or comparison."""
    at = slice(system.matrix.indptr[row], system.matrix.indptr[row + 1])
    return bool((system.matrix.data[at] == 1).all())


def _is_closer(state: State, statements: StatementRows) -> Flags:
    """Flag the statements that say more than the state does, with no more students than October lets a school have."""
    known = replace(state, high=np.minimum(state.high, _most(state)))
    least, most = reach_of(known, statements.system.matrix)
    rows = statements.system
    return (least < rows.row_low - HAIR) | (most > rows.row_high + HAIR)


def _most(state: State) -> np.ndarray:
    cells = state.cells
    school = (cells["organization_level"] == "school").to_numpy(dtype=bool)
    most = np.full(len(cells), NO_LIMIT)
    for year in cells.loc[school, "end_year"].unique():
        rows = school & (cells["end_year"] == year).to_numpy(dtype=bool)
        enrolled = enrolled_in(int(year))
        pairs = zip(cells.loc[rows, "end_year"], cells.loc[rows, "organization_id"], strict=True)
        most[rows] = [enrolled.get((int(at), str(code)), NO_LIMIT) for at, code in pairs]
    return np.maximum(np.repeat(most, 2), state.low)
