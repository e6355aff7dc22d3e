"""Find leaks: the statements of an edition that narrow the range of a withheld count, and which counts they narrow.

Most do not: a rate of exact counts, or a range as wide as the withheld cells leave it. A statement is put aside as soon
as that is proven, by the cheapest proof that does: the ranges of its cells, or else the extremes of its sum over each
part of the state's own statements. Statements that follow from the state's one by one follow all together, so nothing
else has to be solved for them.

An end is kept only if a solution that fits all statements together attains the very value that the state's statements
leave. Where programs were cut off before they could show it, it is not settled, which counts as given away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Literal, NamedTuple

import numpy as np
from scipy import sparse

from sesec_analysis.attack.solver import HAIR, Part, Solver, System, Weights, loose, tighten
from sesec_analysis.attack.state import Side, State, StateCell, StateCount, Statement
from sesec_analysis.bounds import Flags, Floats, Positions, sum_by
from sesec_analysis.errors import DataError

__all__ = [
    "FEW",
    "Found",
    "How",
    "Leak",
    "Sifted",
    "StatementRows",
    "compiled",
    "find_leaks",
    "reach_of",
    "sift",
]


@dataclass(frozen=True)
class StatementRows:
    """Statements as rows over the state's counts, each distinct one once, with everyone who says it."""

    system: System
    said: tuple[tuple[str, ...], ...]

    def take(self, rows: Flags | Positions) -> "StatementRows":
        """Keep some statements."""
        at = np.arange(len(self.said))[rows]
        return StatementRows(self.system.take(at), tuple(self.said[row] for row in at))

    def and_of(self, other: "StatementRows") -> "StatementRows":
        """Put other statements below."""
        return StatementRows(self.system.with_rows(other.system), (*self.said, *other.said))


@dataclass(frozen=True)
class Sifted:
    """What became of the statements of an edition.

    Parameters
    ----------
    telling
        Statements that say more than the state did, or could not be proven not to.
    apart
        Such statements that are only counted.
    at_odds
        Statements that no counts fit which fit the state's.
    different
        How many statements there are.
    exact, by_ranges, by_programs
        How many statements say nothing new: all their counts are published; the ranges of their cells say as much; or
        integer programs were needed to show it.
    """

    telling: StatementRows
    apart: StatementRows
    at_odds: StatementRows
    different: int
    exact: int
    by_ranges: int
    by_programs: int


def compiled(state: State, statements: Iterable[Statement]) -> StatementRows:
    """Put statements in rows. Counts of cells that nobody published must be in the state already."""
    said: dict[tuple[tuple[tuple[int, float], ...], float, float], dict[str, None]] = {}
    for line in statements:
        terms = tuple(sorted((_known(state, count), times) for count, times in line.terms))
        said.setdefault((terms, line.low, line.high), {})[line.said] = None
    entries = [(row, *term) for row, (terms, *_) in enumerate(said) for term in terms]
    row, number, times = np.array(entries, dtype=float).reshape(-1, 3).T
    where = row.astype(np.int64), number.astype(np.int64)
    matrix = sparse.csr_array((times, where), shape=(len(said), len(state.low)))
    low, high = np.array([limits for _, *limits in said], dtype=float).reshape(-1, 2).T
    names = tuple(tuple(names) for names in said.values())
    return StatementRows(System(state.low, state.high, matrix, low, high), names)


def _known(state: State, count: StateCount) -> int:
    number = state.number(count)
    if number is None:
        raise DataError(
            "a statement speaks of a cell that is not among the state's",
            where=str(count.cell),
            mend="add it first (State.with_unpublished)",
        )
    return number


def sift(
    state: State, statements: StatementRows, solver: Solver, *, apart: Flags | None = None
) -> Sifted:
    """Put aside the statements that say nothing new.

    Parameters
    ----------
    state
        What is known without them.
    statements
        The statements, as rows over the state's counts.
    solver
        Of ``state.system``; used only for statements that the ranges do not settle.
    apart
        Statements that are counted apart if they tell anything: no programs are spent on them.

    Returns
    -------
    Sifted
    """
    rows = statements.system
    entries = rows.matrix.tocoo()
    is_open = (state.low < state.high)[entries.col]
    exact = sum_by(entries.row, is_open, len(statements.said)) == 0
    least, most = reach_of(state, rows.matrix)
    at_odds = (least > rows.row_high + HAIR) | (most < rows.row_low - HAIR)
    settled = (least >= rows.row_low - HAIR) & (most <= rows.row_high + HAIR)
    tells = ~settled & ~at_odds
    apart = tells & (False if apart is None else apart)
    proven = np.zeros(len(exact), dtype=bool)
    for row in np.flatnonzero(tells & ~apart):
        line = rows.matrix[[row]]
        proven[row] = _not_below(state, line, rows.row_low[row], solver) and _not_below(
            state, -line, -rows.row_high[row], solver
        )
    return Sifted(
        telling=statements.take(tells & ~apart & ~proven),
        apart=statements.take(apart),
        at_odds=statements.take(at_odds),
        different=len(exact),
        exact=int((exact & settled).sum()),
        by_ranges=int((~exact & settled).sum()),
        by_programs=int(proven.sum()),
    )


def reach_of(state: State, matrix: sparse.csr_array) -> tuple[Floats, Floats]:
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


def _not_below(state: State, line: sparse.csr_array, limit: float, solver: Solver) -> bool:
    """Tell whether the least of a sum is proven to be no less than a limit; no part is solved in vain."""
    _, cell, k, n = _by_cell(line)
    by_cell = _least(state, cell, k, n)
    # A cell's open counts are of one part.
    label_of = np.maximum(solver.label[::2], solver.label[1::2])
    total = float(by_cell.sum())
    for label in np.unique(label_of[cell]):
        if label < 0 or total >= limit - HAIR:
            continue
        inside = label_of[line.indices // 2] == label
        terms = zip(line.indices[inside].tolist(), line.data[inside].tolist(), strict=True)
        extreme = solver.least(dict(terms))
        if extreme is None:
            return False
        total += max(0.0, extreme.bound - float(by_cell[label_of[cell] == label].sum()))
    return total >= limit - HAIR


FEW = 3
"""Values: a count that has fewer left, and had more, is as good as told."""

How = Literal["narrowed", "nearly told", "not settled"]


class _End(NamedTuple):
    """A sum of numbers whose least may be lost; to lose what lies below `enough` tells nothing."""

    weights: Weights
    enough: float


@dataclass
class _Field:
    """The counts that some telling statements bear on, solved without these statements, with all, or with some.

    Parameters
    ----------
    part
        One part of the joint system.
    rows
        Which of its rows are the edition's.
    """

    part: Part
    rows: Positions

    @cached_property
    def before(self) -> Solver:
        """Return a solver of the state's rows alone."""
        return self.with_only(self.rows[:0])

    @cached_property
    def after(self) -> Solver:
        """Return a solver of all rows."""
        return self.with_only(self.rows)

    def with_only(self, rows: Positions) -> Solver:
        """Return a solver of the state's rows and some of the edition's."""
        others = np.setdiff1d(self.rows, rows)
        system = self.part.system.take(np.delete(np.arange(len(self.part.rows)), others))
        narrowed = tighten(system)
        tight = system.within(narrowed.low, narrowed.high)
        # What contradicts itself is left as it stands, so that the programs find that nothing fits.
        return Solver(system if len(narrowed.at_odds) else tight.take(~loose(tight)))

    def naming(self, number: int) -> Positions:
        """Return the edition's rows that name a number, or all if none does."""
        names = self.part.system.matrix[self.rows][:, [number]].tocoo().row
        return self.rows[np.unique(names)] if len(names) else self.rows

    def ends(self, number: int) -> list[_End]:
        """Return what is asked of a number: its least and its most.

        Of a numerator also how far the students exceed it: if all of them must be counted, that tells each. Of
        published students the range tells that.
        """
        ends = [_End({number: 1.0}, -inf), _End({number: -1.0}, -inf)]
        numbers = self.part.numbers
        if numbers[number] % 2 == 0 and numbers[number] + 1 in numbers[number + 1 : number + 2]:
            ends.append(_End({number: 1.0, number + 1: -1.0}, -1.0))
        return ends

    def is_lost(self, solver: Solver, end: _End) -> bool | None:
        """Tell whether an end is lost with the statements of a solver; None if programs were cut off too early."""
        before, after = self.before.least(end.weights), solver.least(end.weights)
        if before is None or after is None:
            return None
        kept = max(before.bound, end.enough) + HAIR
        if after.attained <= kept:
            return False
        return True if before.attained <= kept < after.bound else None

    def judge(self, number: int) -> tuple[How, _End] | None:
        """Return how a withheld count is given away, and at which end; None if it keeps its range."""
        ends = self.ends(number)
        lost = [self.is_lost(self.after, end) for end in ends]
        if True in lost:
            end = ends[lost.index(True)]
            few = self.values(self.after, number) < FEW <= self.values(self.before, number)
            return ("nearly told" if few or end.enough > -inf else "narrowed"), end
        return ("not settled", ends[lost.index(None)]) if None in lost else None

    def values(self, solver: Solver, number: int) -> float:
        """Return how many values a number can have, at the most."""
        least, most = solver.extreme(number), solver.extreme(number, largest=True)
        return 0 if least is None or most is None else 1 - most.bound - least.bound

    def cause(self, number: int, end: _End, causes: list[tuple[int, ...]]) -> tuple[int, ...]:
        """Return rows of the edition that lose a count by themselves: one if one does, else none that could be spared.

        ``causes`` holds those found for other counts, and is added to: often they are the same.
        """

        def suffice(rows: Iterable[int]) -> bool:
            return self.is_lost(self.with_only(np.array([*rows], dtype=np.int64)), end) is True

        alone = [(int(row),) for row in (*self.naming(number), *self.rows)]
        for rows in sorted(dict.fromkeys([*causes, *alone]), key=len):
            if suffice(rows):
                break
        else:
            rows = tuple(self.rows.tolist())
            for row in rows:
                fewer = tuple(other for other in rows if other != row)
                rows = fewer if suffice(fewer) else rows
        causes.append(rows)
        return rows


@dataclass(frozen=True)
class Leak:
    """A withheld count that an edition gives away, and the least set of its statements that does so; never its value.

    ``how`` is "narrowed"; "nearly told" if fewer than three values are left, or none or all of the students must be
    counted; or "not settled" if programs were cut off before they could tell.
    """

    cell: StateCell
    side: Side
    how: How
    said: tuple[str, ...]
    alike: tuple[str, ...] = ()
    """All who say one of these statements, in the same words or others."""


@dataclass(frozen=True)
class Found:
    """The leaks of some statements, and how they were looked for.

    Parameters
    ----------
    leaks
        In the order of the cells.
    at_odds
        Statements, by position, that nothing fits beside the others.
    unfit
        Counts that nothing fits even without the statements: the state's own sums contradict each other.
    solved, cut_off
        Counts solved twice, and how many programs of them were cut off.
    unlooked
        Counts that were not solved because others beside them had leaked already.
    """

    leaks: tuple[Leak, ...]
    at_odds: tuple[int, ...]
    unfit: Positions
    solved: int
    cut_off: int
    unlooked: int


def find_leaks(state: State, telling: StatementRows) -> Found:
    """Judge every withheld count that telling statements bear on.

    Parameters
    ----------
    state
        What is known without the statements.
    telling
        Statements over the state's counts that are not known to follow from the state's own.

    Returns
    -------
    Found
    """
    joint = Solver(state.system.with_rows(telling.system), by_cell=True)
    own_rows, withheld = len(state.system.row_low), state.withheld_counts()
    leaks: list[Leak] = []
    at_odds: list[int] = []
    unfit: list[int] = []
    solved = cut_off = unlooked = 0
    for label in np.unique(joint.row_label[own_rows:]):
        part = joint.part(int(label))
        ground = _Field(part, np.flatnonzero(part.rows >= own_rows))
        if ground.before.is_empty():
            unfit += part.numbers.tolist()
        elif ground.after.is_empty():
            at_odds += (part.rows[ground.rows] - own_rows).tolist()
        else:
            asked = np.flatnonzero(np.isin(part.numbers, withheld))
            found, looked = _look(state, telling, ground, asked)
            leaks += found
            solved, unlooked = solved + looked, unlooked + len(asked) - looked
            cut_off += ground.before.cut_off + ground.after.cut_off
    leaks.sort(key=lambda leak: (leak.cell, leak.side))
    nothing_fits = np.array(unfit, dtype=np.int64)
    return Found(tuple(leaks), tuple(at_odds), nothing_fits, solved, cut_off, unlooked)


def _look(
    state: State, telling: StatementRows, ground: _Field, asked: Positions
) -> tuple[list[Leak], int]:
    """Judge the withheld counts of a field, and tell how many: of named cells, then, if none leaks, of all others."""
    part, leaks, solved = ground.part, [], 0
    cells = part.numbers // 2
    named = np.isin(cells[asked], cells[part.system.matrix[ground.rows].indices])
    own_rows = len(state.system.row_low)
    causes: list[tuple[int, ...]] = []
    for group in (asked[named], asked[~named]):
        for number in group.tolist():
            solved += 1
            if (verdict := ground.judge(number)) is None:
                continue
            how, end = verdict
            settled = how != "not settled"
            rows = ground.cause(number, end, causes) if settled else ground.naming(number)
            sayers = [telling.said[row - own_rows] for row in part.rows[[*rows]]]
            first = tuple(dict.fromkeys(names[0] for names in sayers))
            alike = tuple(dict.fromkeys(name for names in sayers for name in names))
            side: Side = "denominator" if part.numbers[number] % 2 else "numerator"
            cell = state.cell(int(part.numbers[number]) // 2)
            leaks.append(Leak(cell, side, how, first, alike))
        if leaks:
            break
    return leaks, solved
