"""Which statements of an edition tell an outsider anything that the state did not.

Most do not: a rate of exact counts, or a range as wide as the withheld cells leave it. A statement is put aside as soon
as that is proven, by the cheapest proof that does: the ranges of its cells, or else the extremes of its sum over each
part of the state's own statements. Statements that follow from the state's one by one follow all together, so nothing
else has to be solved for them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from sesec_analysis.attack.propagation import HAIR, System
from sesec_analysis.attack.solving import Solver
from sesec_analysis.attack.state import State
from sesec_analysis.attack.unknowns import Count, Statement
from sesec_analysis.errors import DataError
from sesec_analysis.polygons import Flags, Floats, Positions, sum_by

__all__ = ["Said", "Sifted", "compiled", "sift"]


@dataclass(frozen=True)
class Said:
    """Statements as rows over the state's counts, each distinct one once, with everyone who says it."""

    system: System
    said: tuple[tuple[str, ...], ...]

    def take(self, rows: Flags | Positions) -> "Said":
        """Keep some statements."""
        at = np.arange(len(self.said))[rows]
        return Said(self.system.take(at), tuple(self.said[row] for row in at))


@dataclass(frozen=True)
class Sifted:
    """What became of the statements of an edition.

    Parameters
    ----------
    telling
        Statements that say more than the state did, or could not be proven not to.
    at_odds
        Statements that no counts fit which fit the state's.
    exact, by_ranges, by_programs
        How many statements say nothing new: all their counts are published; the ranges of their cells say as much; or
        integer programs were needed to show it.
    """

    telling: Said
    at_odds: Said
    exact: int
    by_ranges: int
    by_programs: int


def compiled(state: State, statements: Iterable[Statement]) -> Said:
    """Put statements in rows. Counts of cells that nobody published must be in the state already."""
    rows: dict[tuple[bytes, bytes, float, float], list[str]] = {}
    terms: list[tuple[Positions, Floats]] = []
    for one in statements:
        numbers = np.array([_known(state, count) for count, _ in one.terms], dtype=np.int64)
        order = np.argsort(numbers)
        numbers = numbers[order]
        coefficients = np.array([coefficient for _, coefficient in one.terms], dtype=float)[order]
        key = (numbers.tobytes(), coefficients.tobytes(), float(one.low), float(one.high))
        if key not in rows:
            rows[key] = []
            terms.append((numbers, coefficients))
        if one.said not in rows[key]:
            rows[key].append(one.said)
    sizes = [len(numbers) for numbers, _ in terms]
    empty = [np.empty(0)]
    matrix = sparse.csr_array(
        (
            np.concatenate([*(values for _, values in terms), *empty]),
            np.concatenate([*(numbers for numbers, _ in terms), *empty]).astype(np.int64),
            np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        ),
        shape=(len(terms), len(state.low)),
    )
    low, high = (np.array([key[at] for key in rows], dtype=float) for at in (2, 3))
    system = System(state.low, state.high, matrix, low, high)
    return Said(system, tuple(tuple(one) for one in rows.values()))


def _known(state: State, count: Count) -> int:
    number = state.number(count)
    if number is None:
        raise DataError(
            "a statement speaks of a cell that is not among the state's",
            where=str(count.cell),
            mend="add it first (State.with_unpublished)",
        )
    return number


def sift(state: State, said: Said, solver: Solver) -> Sifted:
    """Put aside the statements that say nothing new.

    Parameters
    ----------
    state
        What is known without them.
    said
        The statements, as rows over the state's counts.
    solver
        Of ``state.system``; used only for statements that the ranges do not settle.

    Returns
    -------
    Sifted
    """
    rows = said.system
    entries = rows.matrix.tocoo()
    is_open = (state.low < state.high)[entries.col]
    exact = sum_by(entries.row, is_open, len(said.said)) == 0
    least, most = _reach(state, rows.matrix)
    at_odds = (least > rows.row_high + HAIR) | (most < rows.row_low - HAIR)
    settled = (least >= rows.row_low - HAIR) & (most <= rows.row_high + HAIR)
    proven = np.zeros(len(said.said), dtype=bool)
    for row in np.flatnonzero(~settled & ~at_odds):
        proven[row] = _follows(state, rows, int(row), solver)
    return Sifted(
        telling=said.take(~settled & ~at_odds & ~proven),
        at_odds=said.take(at_odds),
        exact=int((exact & settled).sum()),
        by_ranges=int((~exact & settled).sum()),
        by_programs=int(proven.sum()),
    )


def _reach(state: State, matrix: sparse.csr_array) -> tuple[Floats, Floats]:
    """Return the least and the most that each row can come to, its cells taken one by one."""
    row, cell, k, n = _by_cell(matrix)
    least = sum_by(row, _least(state, cell, k, n), matrix.shape[0])
    most = -sum_by(row, _least(state, cell, -k, -n), matrix.shape[0])
    return least, most


def _by_cell(matrix: sparse.csr_array) -> tuple[Positions, Positions, Floats, Floats]:
    """Return row, cell and the coefficients of the cell's numerator and denominator."""
    entries, cells = matrix.tocoo(), matrix.shape[1] // 2
    key, at = np.unique(
        entries.row.astype(np.int64) * cells + entries.col // 2, return_inverse=True
    )
    denominator = entries.col % 2 == 1
    k = sum_by(at, np.where(denominator, 0.0, entries.data), len(key))
    n = sum_by(at, np.where(denominator, entries.data, 0.0), len(key))
    return key // cells, key % cells, k, n


def _least(state: State, cell: Positions, k: Floats, n: Floats) -> Floats:
    """Return the least of ``k * numerator + n * denominator`` over what each cell can be: a corner of its polygon."""
    k_low, k_high = state.low[2 * cell], state.high[2 * cell]
    n_low, n_high = state.low[2 * cell + 1], state.high[2 * cell + 1]
    slope_low, slope_high = state.slope_low[cell], np.minimum(state.slope_high[cell], 1.0)
    endless = np.full(len(cell), np.inf)
    # Where fewest (most) counted stop being flat and begin to follow the students.
    kink = np.divide(k_low, slope_low, out=endless.copy(), where=slope_low > 0)
    peak = np.divide(k_high, slope_high, out=endless.copy(), where=slope_high > 0)
    corners = (n_low, np.clip(np.where(k > 0, kink, peak), n_low, n_high), n_high)
    value = endless
    for students in corners:
        fewest = np.minimum(np.maximum(k_low, slope_low * students), k_high)
        largest = np.maximum(np.minimum(k_high, slope_high * students), k_low)
        value = np.minimum(value, k * np.where(k > 0, fewest, largest) + n * students)
    return value


def _follows(state: State, rows: System, row: int, solver: Solver) -> bool:
    """Prove by integer programs, part by part, that a statement follows from the state's; False if that fails."""
    line = rows.matrix[[row]]
    return _not_below(state, line, float(rows.row_low[row]), solver) and _not_below(
        state, -line, -float(rows.row_high[row]), solver
    )


def _not_below(state: State, line: sparse.csr_array, limit: float, solver: Solver) -> bool:
    """Tell whether the least of a sum is proven to be no less than a limit."""
    if limit == -np.inf:
        return True
    _, cell, k, n = _by_cell(line)
    by_cell = _least(state, cell, k, n)
    numbers, weights = np.stack([2 * cell, 2 * cell + 1]), np.stack([k, n])
    labels = solver.label[numbers]  # a cell's open counts are of one part
    of_cell, total = labels.max(axis=0), float(by_cell.sum())
    for one in np.unique(of_cell[of_cell >= 0]):
        if total >= limit - HAIR:
            return True
        part, inside, here = solver.part(int(one)), labels == one, of_cell == one
        objective = np.zeros(len(part.numbers))
        objective[np.searchsorted(part.numbers, numbers[inside])] = weights[inside]
        found = solver.least(part, objective)
        if found is None:
            return False
        known = here & ~inside
        fixed = float((weights * state.low[numbers])[known].sum())
        total += max(0.0, found.bound + fixed - float(by_cell[here].sum()))
    return total >= limit - HAIR
