"""Find leaks: the statements of an edition that narrow the range of a withheld count, and which counts they narrow.

Most do not: a rate of exact counts, or a range as wide as the withheld cells leave it. A statement is put aside as soon
as that is proven, by the cheapest proof that does: the ranges of its cells, or else the extremes of its sum over each
part of the state's own statements. Statements that follow from the state's one by one follow all together, so nothing
else has to be solved for them.

An end is kept only if a solution that fits all statements together attains the very value that the state's statements
leave. Where programs were cut off before they could show it, it is not settled, which counts as given away.

Three schools or more protect one another: statements that so many share are counted and listed apart. Those of fewer
are judged; so is what is left where one shared sum is taken from another, unless October's enrollment says as much of
these schools.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Literal, NamedTuple, Self

import numpy as np
import pandas as pd
from scipy import sparse

from sesec_analysis.attack.solver import (
    HAIR,
    NO_LIMIT,
    Part,
    Solver,
    System,
    Tightened,
    Weights,
    loose,
    tighten,
)
from sesec_analysis.attack.state import Side, State, StateCell, Statement
from sesec_analysis.bounds import Flags, Floats, Positions, sum_by
from sesec_analysis.loaders.load import enrolled_in
from sesec_analysis.loaders.tidy.masked_sums import SHARED_BY

__all__ = [
    *("Found", "KnownMoreClosely", "Leak", "Sifted", "StatementRows", "compiled", "find_leaks"),
    *("nested_differences", "of_many", "sift", "with_shared"),
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
    """Put statements in rows, their counts added up."""
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
    """Return whether integer programs prove that a sum is nowhere less than a limit."""
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
        """Return whether an end is lost with some rows, by default all; None if programs were cut off too early."""
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


def nested_differences(state: State, many: StatementRows) -> StatementRows:
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
