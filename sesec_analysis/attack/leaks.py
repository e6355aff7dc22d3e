"""Find leaks: the statements of an edition that narrow the range of a withheld count, and which counts they narrow.

Most do not: a rate of exact counts, or a range as wide as the withheld cells leave it. A statement is put aside as soon
as that is proven, by the cheapest proof that does: the ranges of its cells, or else the extremes of its sum over each
part of the state's own statements. Statements that follow from the state's one by one follow all together, so nothing
else has to be solved for them.

An end is kept only if a solution that fits all statements together attains the very value that the state's statements
leave. Where programs were cut off before they could show it, it is not settled, which counts as given away.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np
from scipy import sparse

from sesec_analysis.attack.solver import HAIR, Part, Solver, System, Weights, loose, tighten
from sesec_analysis.attack.state import Side, State, StateCell, Statement
from sesec_analysis.bounds import Flags, Floats, Positions, sum_by

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
    exact, by_ranges, by_programs
        How many statements say nothing new: all their counts are published; the ranges of their cells say as much; or
        integer programs were needed to show it.
    """

    telling: StatementRows
    apart: StatementRows
    at_odds: StatementRows
    exact: int
    by_ranges: int
    by_programs: int


def compiled(state: State, statements: Iterable[Statement]) -> StatementRows:
    """Put statements in rows.

    Raises
    ------
    DataError
        If one speaks of a cell that the state has no row of.
    """
    said: dict[tuple[tuple[tuple[int, float], ...], float, float], dict[str, None]] = {}
    for line in statements:
        terms = tuple(sorted((state.number(count), times) for count, times in line.terms))
        said.setdefault((terms, line.low, line.high), {})[line.said] = None
    entries = [(row, *term) for row, (terms, *_) in enumerate(said) for term in terms]
    row, number, times = np.array(entries, dtype=float).reshape(-1, 3).T
    where = row.astype(np.int64), number.astype(np.int64)
    matrix = sparse.csr_array((times, where), shape=(len(said), len(state.low)))
    low, high = np.array([limits for _, *limits in said], dtype=float).reshape(-1, 2).T
    names = tuple(tuple(names) for names in said.values())
    return StatementRows(System(state.low, state.high, matrix, low, high), names)


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
    exact = abs(rows.matrix) @ (state.low < state.high) == 0
    least, most = reach_of(state, rows.matrix)
    at_odds = (least > rows.row_high + HAIR) | (most < rows.row_low - HAIR)
    settled = (least >= rows.row_low - HAIR) & (most <= rows.row_high + HAIR)
    tells = ~settled & ~at_odds
    apart = tells & (False if apart is None else apart)
    proven = np.zeros(len(exact), dtype=bool)
    for row in np.flatnonzero(tells & ~apart):
        line, low, high = rows.matrix[[row]], rows.row_low[row], rows.row_high[row]
        proven[row] = _not_below(solver, line, low) and _not_below(solver, -line, -high)
    return Sifted(
        telling=statements.take(tells & ~apart & ~proven),
        apart=statements.take(apart),
        at_odds=statements.take(at_odds),
        exact=int((exact & settled).sum()),
        by_ranges=int((~exact & settled).sum()),
        by_programs=int(proven.sum()),
    )


def reach_of(state: State, matrix: sparse.csr_array) -> tuple[Floats, Floats]:
    """Return the least and the most that each row can come to, its cells taken one by one."""
    entries, (rows, cells) = matrix.tocoo(), (matrix.shape[0], matrix.shape[1] // 2)
    both = entries.row.astype(np.int64) * cells + entries.col // 2
    key, at = np.unique(both, return_inverse=True)
    k = sum_by(at, np.where(entries.col % 2 == 0, entries.data, 0.0), len(key))
    n = sum_by(at, np.where(entries.col % 2 == 1, entries.data, 0.0), len(key))
    row, cell = key // cells, key % cells
    least, most = _least(state, cell, k, n), -_least(state, cell, -k, -n)
    return sum_by(row, least, rows), sum_by(row, most, rows)


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


def _not_below(solver: Solver, line: sparse.csr_array, limit: float) -> bool:
    """Tell whether integer programs prove that a sum is nowhere less than a limit."""
    if limit == -inf:
        return True
    least = solver.least(dict(zip(line.indices.tolist(), line.data.tolist(), strict=True)))
    return least is not None and least.bound >= limit - HAIR


FEW = 3
"""Values: a count that has fewer left, and had more, is as good as told."""

How = Literal["narrowed", "nearly told", "not settled"]


@dataclass(frozen=True)
class Leak:
    """A withheld count that an edition gives away, and the least set of its statements that does so; never its value.

    ``how`` is "narrowed"; "nearly told" if fewer than three values are left, or none or all of the students must be
    counted; or "not settled" if programs were cut off before they could tell. ``alike`` are all who say one of these
    statements, in the same words or others.
    """

    cell: StateCell
    side: Side
    how: How
    said: tuple[str, ...]
    alike: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """The leaks of some statements, and how they were looked for.

    Parameters
    ----------
    leaks
        In the order of the cells.
    at_odds
        Who says the statements that nothing fits beside the others.
    unfit
        Counts that nothing fits even without the statements: the state's own sums contradict each other.
    solved, cut_off
        Counts solved twice, and how many programs of them were cut off.
    unlooked
        Counts that were not solved because others beside them had leaked already.
    """

    leaks: tuple[Leak, ...]
    at_odds: tuple[tuple[str, ...], ...]
    unfit: tuple[int, ...]
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
    """
    joint = Solver(state.system.with_rows(telling.system), by_cell=True)
    own_rows, withheld = len(state.system.row_low), state.withheld_counts()
    leaks, at_odds, unfit = list[Leak](), list[tuple[str, ...]](), list[int]()
    numbers = Counter[str]()
    for label in np.unique(joint.row_label[own_rows:]):
        part = joint.part(int(label))
        field = _Field(part, np.flatnonzero(part.rows >= own_rows))
        said = [telling.said[row - own_rows] for row in part.rows[field.rows]]
        if field.before.is_empty():
            unfit += part.numbers.tolist()
            continue
        if field.after.is_empty():
            at_odds += said
            continue
        asked = np.flatnonzero(np.isin(part.numbers, withheld))
        found, looked = field.looked_for(asked)
        for number, how, rows in found:
            sayers = [telling.said[part.rows[row] - own_rows] for row in rows]
            first = tuple(dict.fromkeys(names[0] for names in sayers))
            alike = tuple(dict.fromkeys(name for names in sayers for name in names))
            side: Side = "denominator" if part.numbers[number] % 2 else "numerator"
            leaks.append(Leak(state.keys[part.numbers[number] // 2], side, how, first, alike))
        numbers.update(
            solved=looked,
            unlooked=len(asked) - looked,
            cut_off=field.before.cut_off + field.after.cut_off,
        )
    leaks.sort(key=lambda leak: (leak.cell, leak.side))
    kept = (numbers[name] for name in ("solved", "cut_off", "unlooked"))
    return Found(tuple(leaks), tuple(at_odds), tuple(unfit), *kept)


@dataclass
class _Field:
    """The counts that some telling statements bear on, solved without these statements, with all, or with some.

    ``part`` is one of the joint system, ``rows`` are those of its rows that the edition says. Numbers and rows are
    named by their position in the part.
    """

    part: Part
    rows: Positions

    def __post_init__(self) -> None:
        """Make solvers of the state's rows alone, and of all."""
        self.before, self.after = self._with_only(self.rows[:0]), self._with_only(self.rows)

    def _with_only(self, rows: Positions) -> Solver:
        """Return a solver of the state's rows and some of the edition's."""
        others = np.setdiff1d(self.rows, rows)
        system = self.part.system.take(np.delete(np.arange(len(self.part.rows)), others))
        narrowed = tighten(system)
        tight = system.within(narrowed.low, narrowed.high)
        # What contradicts itself is left as it stands, so that the programs find that nothing fits.
        return Solver(system if len(narrowed.at_odds) else tight.take(~loose(tight)))

    def looked_for(self, asked: Positions) -> tuple[list[tuple[int, How, Sequence[int]]], int]:
        """Judge withheld counts, and tell how many: those that the edition names, then, if none leaks, the others.

        Of each that is given away, with how and by which rows.
        """
        numbers, found, solved = self.part.numbers, list[tuple[int, How, Sequence[int]]](), 0
        causes: list[Sequence[int]] = []
        named = np.isin(
            numbers[asked] // 2, numbers[self.part.system.matrix[self.rows].indices] // 2
        )
        for group in (asked[named], asked[~named]):
            for number in group.tolist():
                solved += 1
                if verdict := self._judged(number):
                    how, end = verdict
                    is_settled = how != "not settled"
                    naming = self._naming(number)
                    rows = self._cause(naming, end, causes) if is_settled else naming
                    found.append((number, how, rows))
            if found:
                break
        return found, solved

    def _judged(self, number: int) -> tuple[How, Weights] | None:
        """Return how a withheld count is given away, and at which end; None if it keeps its range.

        The least is asked of the number and of its negative. Of a numerator also how far it stays below the students:
        if all of them must be counted, that tells each. Of published students the range tells that.
        """
        ends: list[Weights] = [{number: 1.0}, {number: -1.0}]
        numbers = self.part.numbers
        if numbers[number] % 2 == 0 and numbers[number] + 1 in numbers[number + 1 : number + 2]:
            ends.append({number: 1.0, number + 1: -1.0})
        lost = [self._is_lost(self.after, end) for end in ends]
        if True in lost:
            end = ends[lost.index(True)]
            few = self._values(self.after, number) < FEW <= self._values(self.before, number)
            return ("nearly told" if few or len(end) > 1 else "narrowed"), end
        return ("not settled", ends[lost.index(None)]) if None in lost else None

    def _is_lost(self, solver: Solver, end: Weights) -> bool | None:
        """Tell whether an end is lost with the statements of a solver; None if programs were cut off too early."""
        before, after = self.before.least(end), solver.least(end)
        if before is None or after is None:
            return None
        # Of the students one not counted is enough.
        kept = (before.bound if len(end) == 1 else max(before.bound, -1.0)) + HAIR
        if after.attained <= kept:
            return False
        return True if before.attained <= kept < after.bound else None

    def _values(self, solver: Solver, number: int) -> float:
        """Return how many values a number can have, at the most."""
        least, most = solver.extreme(number), solver.extreme(number, largest=True)
        return 0 if least is None or most is None else 1 - most.bound - least.bound

    def _naming(self, number: int) -> list[int]:
        """Return the edition's rows that name a number, or all if none does."""
        names = self.part.system.matrix[self.rows][:, [number]].tocoo().row
        rows: list[int] = self.rows[np.unique(names) if len(names) else slice(None)].tolist()
        return rows

    def _cause(self, naming: list[int], end: Weights, causes: list[Sequence[int]]) -> Sequence[int]:
        """Return rows of the edition that lose an end by themselves: one if one does, else none that could be spared.

        ``causes`` holds those found for other counts, and is added to: often they are the same.
        """

        def suffice(rows: Sequence[int]) -> bool:
            return self._is_lost(self._with_only(np.array(rows, dtype=np.int64)), end) is True

        every = self.rows.tolist()
        for rows in sorted(
            [*causes, *((row,) for row in dict.fromkeys([*naming, *every]))], key=len
        ):
            if suffice(rows):
                break
        else:
            rows = every
            for row in every:
                fewer = [other for other in rows if other != row]
                rows = fewer if suffice(fewer) else rows
        causes.append(rows)
        return rows
