"""Find leaks: the statements of an edition that narrow the range of a withheld count, and which counts they narrow.

Most do not: a rate of exact counts, or a range as wide as the withheld cells leave it. A statement is put aside as soon
as that is proven, by the cheapest proof that does: the ranges of its cells, or else the extremes of its sum over each
part of the state's own statements. Statements that follow from the state's one by one follow all together, so nothing
else has to be solved for them.

An end is kept only if a solution that fits all statements together attains the very value that the state's statements
leave. Where programs were cut off before they could show it, it is not settled, which counts as given away.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy import sparse

from sesec_analysis.attack.solver import HAIR, Extreme, Part, Solver, System, loose, tighten
from sesec_analysis.attack.state import Side, State, StateCell, StateCount, Statement
from sesec_analysis.bounds import Flags, Floats, Positions, sum_by
from sesec_analysis.errors import DataError

__all__ = [
    "FEW",
    "End",
    "Field",
    "Found",
    "How",
    "Leak",
    "Sifted",
    "StatementRows",
    "Verdict",
    "compiled",
    "find_leaks",
    "judge",
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

    telling: StatementRows
    at_odds: StatementRows
    exact: int
    by_ranges: int
    by_programs: int

    @property
    def different(self) -> int:
        """Return how many statements there are."""
        others = len(self.telling.said) + len(self.at_odds.said)
        return self.exact + self.by_ranges + self.by_programs + others


def compiled(state: State, statements: Iterable[Statement]) -> StatementRows:
    """Put statements in rows. Counts of cells that nobody published must be in the state already."""
    rows: dict[tuple[bytes, bytes, float, float], list[str]] = {}
    terms: list[tuple[Positions, Floats]] = []
    for line in statements:
        numbers = np.array([_known(state, count) for count, _ in line.terms], dtype=np.int64)
        order = np.argsort(numbers)
        numbers = numbers[order]
        coefficients = np.array([coefficient for _, coefficient in line.terms], dtype=float)[order]
        key = (numbers.tobytes(), coefficients.tobytes(), float(line.low), float(line.high))
        if key not in rows:
            rows[key] = []
            terms.append((numbers, coefficients))
        if line.said not in rows[key]:
            rows[key].append(line.said)
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
    return StatementRows(system, tuple(tuple(names) for names in rows.values()))


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
    proven = np.zeros(len(statements.said), dtype=bool)
    asked = ~settled & ~at_odds & (True if apart is None else ~apart)
    for row in np.flatnonzero(asked):
        proven[row] = _follows(state, rows, int(row), solver)
    return Sifted(
        telling=statements.take(~settled & ~at_odds & ~proven),
        at_odds=statements.take(at_odds),
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
    for label in np.unique(of_cell[of_cell >= 0]):
        if total >= limit - HAIR:
            return True
        part, inside, here = solver.part(int(label)), labels == label, of_cell == label
        objective = np.zeros(len(part.numbers))
        objective[np.searchsorted(part.numbers, numbers[inside])] = weights[inside]
        extreme = solver.least(part, objective)
        if extreme is None:
            return False
        known = here & ~inside
        fixed = float((weights * state.low[numbers])[known].sum())
        total += max(0.0, extreme.bound + fixed - float(by_cell[here].sum()))
    return total >= limit - HAIR


FEW = 3
"""Values: a count that has fewer left, and had more, is as good as told."""

End = Literal["least", "most", "uncounted"]
"""Of a numerator also: the most students that are not counted. None left means that all must be."""

How = Literal["narrowed", "nearly told", "not settled"]


@dataclass(frozen=True)
class Verdict:
    """How a count is given away, and at which end."""

    how: How
    end: End


@dataclass
class Field:
    """The counts that some telling statements bear on, solved without these statements, with all, or with some.

    Parameters
    ----------
    part
        One part of the joint system.
    telling
        Which of its rows are the edition's.
    """

    part: Part
    telling: Flags

    @cached_property
    def before(self) -> Solver:
        """Return a solver of the state's rows alone."""
        return self.with_only(np.empty(0, dtype=np.int64))

    @cached_property
    def after(self) -> Solver:
        """All rows."""
        return self.with_only(self.rows)

    @property
    def rows(self) -> Positions:
        """Return the edition's rows."""
        return np.flatnonzero(self.telling)

    def with_only(self, rows: Positions) -> Solver:
        """Return a solver of the state's rows and some of the edition's."""
        kept = ~self.telling
        kept[rows] = True
        return _solver(self.part.system.take(kept))

    @cached_property
    def mentioned(self) -> Flags:
        """Flag the numbers of a cell that the edition's statements name."""
        rows = self.part.system.matrix[self.rows]
        cells = self.part.numbers // 2
        return np.isin(cells, cells[rows.indices])

    def naming(self, number: int) -> Positions:
        """Return the edition's rows that name a number, or all if none does."""
        names = self.part.system.matrix[self.rows][:, [number]].tocoo().row
        return self.rows[np.unique(names)] if len(names) else self.rows

    def ends(self, number: int) -> tuple[End, ...]:
        """Return what is asked of a number."""
        return (
            ("least", "most") if self._students(number) is None else ("least", "most", "uncounted")
        )

    def end(self, solver: Solver, number: int, end: End) -> Extreme | None:
        """Return the least of what is asked: the number, its negative, or those counted less the students."""
        students = self._students(number)
        if end == "uncounted" and students is not None:
            return solver.largest_difference(students, number)
        return solver.extreme(number, largest=end == "most")

    def is_lost(self, solver: Solver, number: int, end: End) -> bool | None:
        """Tell whether an end is lost with the statements of a solver; None if programs were cut off too early."""
        before = self.end(self.before, number, end)
        if before is None:
            return None
        if self._is_lost_at_once(solver, number, end, before):
            return True
        after = self.end(solver, number, end)
        if after is None:
            return None
        if end == "uncounted":
            if after.attained <= -1 + HAIR or before.bound > -1 + HAIR:
                return False  # some need not be counted; or all had to be without the edition too
            return True if after.bound > -1 + HAIR else None
        if after.attained <= before.bound + HAIR:
            return False
        return True if before.exact and after.bound > before.bound + HAIR else None

    def _is_lost_at_once(self, solver: Solver, number: int, end: End, before: Extreme) -> bool:
        """Look in fractions of students first: most of what is lost is seen so, and sooner."""
        if end == "uncounted" or not before.exact:
            return False
        return solver.relaxation(number, largest=end == "most") > before.bound + HAIR

    def values(self, solver: Solver, number: int) -> float:
        """Return how many values a number can have, at the most."""
        least, most = solver.extreme(number), solver.extreme(number, largest=True)
        return 0 if least is None or most is None else 1 - most.bound - least.bound

    def _students(self, number: int) -> int | None:
        """Return the denominator of a numerator, if it is not published: of a published one the range tells all."""
        numbers = self.part.numbers
        if numbers[number] % 2:
            return None
        at = int(np.searchsorted(numbers, numbers[number] + 1))
        return at if at < len(numbers) and numbers[at] == numbers[number] + 1 else None


def _solver(system: System) -> Solver:
    narrowed = tighten(system)
    tight = system.within(narrowed.low, narrowed.high)
    # What contradicts itself is left as it stands, so that the programs find that nothing fits.
    return Solver(system if len(narrowed.at_odds) else tight.take(~loose(tight)))


def judge(ground: Field, number: int) -> Verdict | None:
    """Judge one withheld count of a field.

    Parameters
    ----------
    ground
        The counts and statements.
    number
        Position of the count in the field.

    Returns
    -------
    How it is given away; None if it keeps its range.
    """
    lost = {end: ground.is_lost(ground.after, number, end) for end in ground.ends(number)}
    for end in lost:
        if lost[end]:
            few = ground.values(ground.after, number) < FEW <= ground.values(ground.before, number)
            return Verdict("nearly told" if few or end == "uncounted" else "narrowed", end)
    for end in lost:
        if lost[end] is None:
            return Verdict("not settled", end)
    return None


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
    at_odds: Positions
    unfit: Positions
    solved: int
    cut_off: int
    unlooked: int


@dataclass(frozen=True)
class _Looked:
    """The leaking counts of a field: position, how, and the rows that do it."""

    leaking: list[tuple[int, How, Positions]]
    solved: int
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
    own_rows, withheld = len(state.system.row_low), np.zeros(len(state.low), dtype=bool)
    withheld[state.withheld_counts()] = True
    leaks: list[Leak] = []
    at_odds: list[Positions] = []
    unfit: list[Positions] = []
    solved = cut_off = unlooked = 0
    for label in np.unique(joint.row_label[own_rows:]):
        part = joint.part(int(label))
        ground = Field(part, part.rows >= own_rows)
        if ground.before.is_empty():
            unfit.append(part.numbers)
        elif ground.after.is_empty():
            at_odds.append(part.rows[ground.rows] - own_rows)
        else:
            looked = _look(ground, withheld[part.numbers])
            leaks += [_named(state, telling, ground, own_rows, *leak) for leak in looked.leaking]
            solved, unlooked = solved + looked.solved, unlooked + looked.unlooked
            cut_off += ground.before.cut_off + ground.after.cut_off
    ordered = tuple(sorted(leaks, key=lambda leak: (leak.cell, leak.side)))
    return Found(ordered, _joined(at_odds), _joined(unfit), solved, cut_off, unlooked)


def _joined(parts: list[Positions]) -> Positions:
    return np.concatenate([*parts, np.empty(0, dtype=np.int64)])


def _named(
    state: State,
    telling: StatementRows,
    ground: Field,
    own_rows: int,
    number: int,
    how: How,
    rows: Positions,
) -> Leak:
    """Name a leak: the cell, and the first of those who say each statement."""
    position = int(ground.part.numbers[number])
    side: Side = "denominator" if position % 2 else "numerator"
    sayers = [telling.said[row - own_rows] for row in ground.part.rows[rows]]
    first = tuple(dict.fromkeys(names[0] for names in sayers))
    alike = tuple(dict.fromkeys(name for names in sayers for name in names))
    return Leak(state.cell(position // 2), side, how, first, alike)


def _look(ground: Field, withheld: Flags) -> _Looked:
    """Judge the withheld counts of a field: first those of cells that are named, then, if none leaks, all others."""
    leaking: list[tuple[int, How, Positions]] = []
    named = np.flatnonzero(withheld & ground.mentioned)
    others = np.flatnonzero(withheld & ~ground.mentioned)
    causes: list[Positions] = []
    solved = 0
    for group in (named, others):
        for number in group:
            solved += 1
            if verdict := judge(ground, int(number)):
                rows = _cause(ground, int(number), verdict, causes)
                leaking.append((int(number), verdict.how, rows))
        if leaking:
            break
    return _Looked(leaking, solved, len(named) + len(others) - solved)


def _cause(ground: Field, number: int, verdict: Verdict, causes: list[Positions]) -> Positions:
    """Return the edition's rows that lose a count by themselves: one if one does, else none that could be spared.

    ``causes`` holds those found for other counts, and is added to: often they are the same.
    """
    if verdict.how == "not settled":
        return ground.naming(number)

    def suffice(rows: Positions) -> bool:
        return ground.is_lost(ground.with_only(rows), number, verdict.end) is True

    together = [rows for rows in causes if len(rows) > 1]
    for rows in (*_alone(ground, number, causes), *together):
        if suffice(rows):
            break
    else:
        rows = ground.rows
        for row in ground.rows:
            if suffice(fewer := rows[rows != row]):
                rows = fewer
    causes.append(rows)
    return rows


def _alone(ground: Field, number: int, causes: list[Positions]) -> Iterator[Positions]:
    """Return single rows: those that lost other counts, those that name the count, and all others."""
    before = {int(rows[0]): None for rows in causes if len(rows) == 1}
    order = [*before, *ground.naming(number).tolist(), *ground.rows.tolist()]
    for row in dict.fromkeys(order):
        yield np.array([row])
