"""Find leaks: the statements of an edition that narrow the range of a withheld count, and which counts they narrow.

Most do not: a rate of exact counts, or a range as wide as the withheld cells leave it. A statement is put aside as soon
as that is proven, by the cheapest proof that does: the ranges of its cells, or else the extremes of its sum over each
part of the state's own statements. Statements that follow from the state's one by one follow all together, so nothing
else has to be solved for them.

An end is kept only if a solution that fits all statements together attains the very value that the state's statements
leave. Where programs were cut off before they could show it, it is not settled, which counts as given away.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Literal, NamedTuple, Self

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
class StatementRows(System):
    """Statements as rows over the state's counts, each distinct one once, with everyone who says it."""

    said: tuple[tuple[str, ...], ...] = ()

    def take(self, rows: Flags | Positions) -> Self:
        """Keep some statements."""
        at = np.arange(len(self.said))[rows]
        return replace(super().take(rows), said=tuple(self.said[row] for row in at))

    def and_of(self, other: "StatementRows") -> Self:
        """Put other statements below."""
        return replace(super().with_rows(other), said=(*self.said, *other.said))


class Sifted(NamedTuple):
    """What became of the statements of an edition: those that tell more, of few or of many, and those at odds.

    The others say nothing new, and are counted: all their counts are published (`exact`), the ranges of their cells say
    as much, or integer programs were needed to show it.
    """

    telling: StatementRows
    apart: StatementRows
    at_odds: StatementRows
    exact: int
    by_ranges: int
    by_programs: int


def compiled(state: State, statements: Iterable[Statement]) -> StatementRows:
    """Put statements in rows, their counts added up.

    Raises
    ------
    DataError
        If one speaks of a cell that the state has no row of.
    """
    said: dict[tuple[tuple[tuple[int, float], ...], float, float], dict[str, None]] = {}
    for line in statements:
        terms: dict[int, float] = {}
        for count, coefficient in line.terms:
            number = state.number(count)
            terms[number] = terms.get(number, 0.0) + coefficient
        kept = tuple(sorted(term for term in terms.items() if term[1]))
        said.setdefault((kept, line.low, line.high), {})[line.said] = None
    entries = [(row, *term) for row, (kept, *_) in enumerate(said) for term in kept]
    rows, numbers, times = np.array(entries, dtype=float).reshape(-1, 3).T
    where = rows.astype(np.int64), numbers.astype(np.int64)
    matrix = sparse.csr_array((times, where), shape=(len(said), len(state.low)))
    low, high = np.array([limits for _, *limits in said], dtype=float).reshape(-1, 2).T
    names = tuple(tuple(names) for names in said.values())
    return StatementRows(state.low, state.high, matrix, low, high, names)


def sift(state: State, rows: StatementRows, apart: Flags | None = None) -> Sifted:
    """Put aside the statements that say nothing new; those to be told ``apart`` are, and no programs spent on them."""
    exact = abs(rows.matrix) @ (state.low < state.high) == 0
    least, most = reached = reach_of(state, rows.matrix)
    at_odds = (least > rows.row_high + HAIR) | (most < rows.row_low - HAIR)
    settled = loose(rows, reached)
    tells = ~settled & ~at_odds
    apart = tells & (False if apart is None else apart)
    proven = np.zeros(len(exact), dtype=bool)
    for row in np.flatnonzero(tells & ~apart):
        line, low, high = rows.matrix[[row]], rows.row_low[row], rows.row_high[row]
        proven[row] = _not_below(state, line, low) and _not_below(state, -line, -high)
    return Sifted(
        telling=rows.take(tells & ~apart & ~proven),
        apart=rows.take(apart),
        at_odds=rows.take(at_odds),
        exact=int((exact & settled).sum()),
        by_ranges=int((~exact & settled).sum()),
        by_programs=int(proven.sum()),
    )


def reach_of(state: State, matrix: sparse.csr_array) -> tuple[Floats, Floats]:
    """Return the least and the most that each row can come to, its cells taken one by one."""
    entries, cells = matrix.tocoo(), matrix.shape[1] // 2
    of_cells = entries.row.astype(np.int64) * cells + entries.col // 2
    key, at = np.unique(of_cells, return_inverse=True)
    sides = (np.where(entries.col % 2 == side, entries.data, 0.0) for side in (0, 1))
    k, n = (sum_by(at, times, len(key)) for times in sides)
    row, cell = np.divmod(key, cells)
    least, most = _least(state, cell, k, n), -_least(state, cell, -k, -n)
    return sum_by(row, least, matrix.shape[0]), sum_by(row, most, matrix.shape[0])


def _least(state: State, cell: Positions, k: Floats, n: Floats) -> Floats:
    """Return the least of ``k * numerator + n * denominator`` over what each cell can be: a corner of its polygon."""
    k_low, k_high = state.low[2 * cell], state.high[2 * cell]
    n_low, n_high = state.low[2 * cell + 1], state.high[2 * cell + 1]
    slope_low, slope_high = state.slope_low[cell], state.slope_high[cell]
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


def _not_below(state: State, line: sparse.csr_array, limit: float) -> bool:
    """Tell whether integer programs prove that a sum is nowhere less than a limit."""
    if limit == -inf:
        return True
    least = state.solver.least(dict(zip(line.indices.tolist(), line.data.tolist(), strict=True)))
    return least is not None and least.bound >= limit - HAIR


FEW = 3
"""Values: a count that has fewer left, and had more, is as good as told."""

How = Literal["narrowed", "nearly told", "not settled"]


class Leak(NamedTuple):
    """A withheld count that an edition gives away, and the least set of its statements that does so; never its value.

    ``how`` is "narrowed"; "nearly told" if fewer than three values are left, or none or all of the students must be
    counted; or "not settled" if programs were cut off before they could tell. ``alike`` are all who say one of these
    statements, in the same words or others.
    """

    cell: StateCell
    side: Side
    how: How
    said: tuple[str, ...]
    alike: tuple[str, ...]


class Found(NamedTuple):
    """The leaks of some statements in the order of the cells, and how they were looked for.

    ``at_odds`` are all who say statements that nothing fits beside the others and the state's. So many counts were
    ``asked``, each with the statements and without, and so many programs ``cut_off``.
    """

    leaks: list[Leak]
    at_odds: list[tuple[str, ...]]
    asked: int
    cut_off: int


def find_leaks(state: State, telling: StatementRows) -> Found:
    """Judge every withheld count that telling statements bear on; those that none names, only if no named one leaks."""
    joint = Solver(state.system.with_rows(telling))
    own_rows, withheld = len(state.system.row_low), state.withheld_counts()
    leaks, at_odds = list[Leak](), list[tuple[str, ...]]()
    asked = cut_off = 0
    for label in np.unique(joint.row_label[own_rows:]):
        part = joint.part(int(label))
        field = _Field(part, np.flatnonzero(part.rows >= own_rows))
        said = {int(row): telling.said[part.rows[row] - own_rows] for row in field.rows}
        if field.after.is_empty():
            at_odds += said.values()
            continue
        open_counts = np.flatnonzero(np.isin(part.numbers, withheld))
        for number, how, rows in field.given_away(open_counts):
            sayers = [said[row] for row in rows]
            first = tuple(dict.fromkeys(names[0] for names in sayers))
            alike = tuple(dict.fromkeys(name for names in sayers for name in names))
            leaks.append(Leak(*state.count(int(part.numbers[number])), how, first, alike))
        asked += len(open_counts)
        cut_off += field.before.cut_off + field.after.cut_off
    return Found(sorted(leaks), at_odds, asked, cut_off)


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
        self.before, self.after = self._with_only([]), self._with_only(self.rows.tolist())

    def _with_only(self, rows: Sequence[int]) -> Solver:
        """Return a solver of the state's rows and some of the edition's."""
        others = np.setdiff1d(self.rows, rows)
        system = self.part.system.take(np.delete(np.arange(len(self.part.rows)), others))
        narrowed = tighten(system)
        tight = system.within(narrowed.low, narrowed.high)
        # What contradicts itself is left as it stands, so that the programs find that nothing fits.
        return Solver(system if len(narrowed.at_odds) else tight.take(~loose(tight)))

    def given_away(self, asked: Positions) -> Iterator[tuple[int, How, Sequence[int]]]:
        """Yield withheld counts that are given away, with how, and by which rows.

        One row if one does it by itself, else rows none of which could be spared. Those of other counts are tried
        first: often they are the same.
        """
        cells, every = self.part.numbers // 2, self.rows.tolist()
        named = np.isin(cells, cells[self.part.system.matrix[self.rows].indices])
        causes, is_found = list[Sequence[int]](), False
        for number in sorted(asked.tolist(), key=lambda number: not named[number]):
            if (is_found and not named[number]) or not (verdict := self._judged(number)):
                continue
            how, end = verdict
            is_found, names = True, self.part.system.matrix[:, [number]].tocoo().row
            rows: Sequence[int] = [row for row in every if row in names] or every
            if how != "not settled":
                alone = [[row] for row in dict.fromkeys([*rows, *every])]
                known = sorted([*causes, *alone], key=len)
                rows = next((some for some in known if self._is_lost(some, end)), every)
                for row in rows if len(rows) == len(every) else ():
                    fewer = [other for other in rows if other != row]
                    rows = fewer if self._is_lost(fewer, end) else rows
                causes.append(rows)
            yield number, how, rows

    def _judged(self, number: int) -> tuple[How, Weights] | None:
        """Return how a withheld count is given away, and at which end; None if it keeps its range.

        The least is asked of the number and of its negative. Of a numerator also how far it stays below the students:
        if all of them must be counted, that tells each. Of published students the range tells that.
        """
        ends: list[Weights] = [{number: 1.0}, {number: -1.0}]
        numbers = self.part.numbers
        if numbers[number] % 2 == 0 and numbers[number] + 1 in numbers[number + 1 : number + 2]:
            ends.append({number: 1.0, number + 1: -1.0})
        verdicts = [(self._is_lost(None, end), end) for end in ends]
        for end in (end for is_lost, end in verdicts if is_lost):
            few = self._values(self.after, number) < FEW <= self._values(self.before, number)
            return ("nearly told" if few or len(end) > 1 else "narrowed"), end
        return next((("not settled", end) for is_lost, end in verdicts if is_lost is None), None)

    def _is_lost(self, rows: Sequence[int] | None, end: Weights) -> bool | None:
        """Tell whether an end is lost with some rows, by default all; None if programs were cut off too early."""
        solver = self.after if rows is None else self._with_only(rows)
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
