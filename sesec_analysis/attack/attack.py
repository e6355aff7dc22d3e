"""Attack an edition: judge whether its numbers, beside the state's, give back a withheld count; run before publication.

Two readers are asked. To one who takes the state at its word, no withheld count of one or two organizations may have a
narrower range with an edition's statements than without; sums of three organizations or more that say more are
counted and listed apart. To one who grants the rules behind the state's labels, no withheld count at all may. What is
written of an attack names the statements that gave something away, and never a value.

Most statements tell nothing: a rate of exact counts, or a range as wide as the withheld cells leave it. A statement is
put aside as soon as that is proven, by the cheapest proof that does: the ranges of its cells, or else the extremes of
its sum over each part of the state's own statements. Statements that follow from the state's one by one follow all
together, so nothing else has to be solved for them.

An end is kept only if a solution that fits all statements together attains the very value that the state's statements
leave. Where programs were cut off before they could show it, it is not settled, which counts as given away.

Three schools or more protect one another: statements that so many share are counted and listed apart. Those of fewer
are judged; so is what is left where one shared sum is taken from another.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Literal, NamedTuple, Self

import numpy as np
import pandas as pd
from scipy import sparse

from sesec_analysis.attack.reading import EditionText, questions, read_statements
from sesec_analysis.attack.solver import (
    HAIR,
    NO_LIMIT,
    Solver,
    System,
    Tightened,
    Weights,
    loose,
    needed_rows,
    tighten_ranges,
)
from sesec_analysis.attack.state import Side, State, StateCell, Statement, read_states
from sesec_analysis.bounds import Flags, Floats, Positions, sum_by
from sesec_analysis.errors import LeakError, below
from sesec_analysis.loaders.tidy.masked_sums import SHARED_BY

__all__ = [
    "Attack",
    "attack_read",
    "compile_statements",
    "nested_differences",
    "of_many",
    "sift",
    "weigh",
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

    The others say nothing new, and are counted.
    """

    telling: StatementRows
    apart: StatementRows
    at_odds: StatementRows
    settled: int


def compile_statements(state: State, statements: Iterable[Statement]) -> StatementRows:
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
    least, most = reached = reach_of(state, rows.matrix)
    at_odds = (least > rows.row_high + HAIR) | (most < rows.row_low - HAIR)
    tells = ~loose(rows, reached) & ~at_odds
    apart = tells & (False if apart is None else apart)
    for row in np.flatnonzero(tells & ~apart):
        line, low, high = rows.matrix[[row]], rows.row_low[row], rows.row_high[row]
        tells[row] = not (_not_below(state, line, low) and _not_below(state, -line, -high))
    return Sifted(
        telling=rows.take(tells & ~apart),
        apart=rows.take(apart),
        at_odds=rows.take(at_odds),
        settled=int((~tells & ~at_odds).sum()),
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
    """The leaks of some statements, in the order of the cells.

    ``at_odds`` names whoever makes statements that contradict the others or the state's.
    """

    leaks: list[Leak]
    at_odds: list[tuple[str, ...]]


def find_leaks(state: State, telling: StatementRows) -> Found:
    """Judge every withheld count that telling statements bear on; those that none names, only if no named one leaks."""
    judge, own_rows = _Judge(state, telling), len(state.system.row_low)
    labels, withheld = judge.after.row_label[own_rows:], state.withheld_counts()
    leaks, at_odds = list[Leak](), list[tuple[str, ...]]()
    for label in np.unique(labels):
        rows, numbers = np.flatnonzero(labels == label), np.flatnonzero(judge.after.label == label)
        if judge.after.least(dict.fromkeys(numbers.tolist(), 0.0)) is None:  # nothing fits
            at_odds += [telling.said[row] for row in rows]
            continue
        counts = np.intersect1d(numbers, withheld)
        for number, how, causes in judge.given_away(counts, rows):
            leaks.append(_leak(state, number, how, [telling.said[row] for row in causes]))
    return Found(sorted(leaks), at_odds)


def _leak(state: State, number: int, how: How, sayers: Sequence[tuple[str, ...]]) -> Leak:
    first = tuple(dict.fromkeys(names[0] for names in sayers))
    alike = tuple(dict.fromkeys(name for names in sayers for name in names))
    return Leak(*state.count(number), how, first, alike)


class _Judge:
    """The counts of a state, solved without the ``telling`` statements, with all of them, or with some."""

    def __init__(self, state: State, telling: StatementRows) -> None:
        self._own, self.telling = state.system, telling
        self.before, self.after = state.solver, self._with_only(range(len(telling.said)))

    def _with_only(self, rows: Sequence[int]) -> Solver:
        """Return a solver of the state's rows and some of the edition's."""
        return Solver(self._own.with_rows(self.telling.take(np.array(rows, dtype=np.int64))))

    def given_away(
        self, counts: Positions, rows: Positions
    ) -> Iterator[tuple[int, How, Sequence[int]]]:
        """Yield withheld counts that are given away, with how, and by which rows of those that bear on them.

        Counts that the rows name are tried first, the others only if none of these is: often they are the same.
        """
        named, is_found = {*(self.telling.matrix[rows].indices // 2).tolist()}, False
        for number in sorted(counts.tolist(), key=lambda number: number // 2 not in named):
            if is_found and number // 2 not in named:
                break
            if verdict := self._judged(number):
                is_found = True
                yield number, verdict[0], self._causes(number, verdict[1], rows)

    def _causes(self, number: int, end: Weights, rows: Positions) -> Sequence[int]:
        """Return rows by which an end is lost and none of which could be spared; those that name the number, if so."""
        names = self.telling.matrix[:, [number]].tocoo().row
        causes: list[int] = np.intersect1d(rows, names).tolist()
        if self._is_lost(self._with_only(causes), end) is False:
            causes = rows.tolist()
        # Of two that do alike, the first is named.
        return sorted(
            needed_rows(causes[::-1], lambda kept: bool(self._is_lost(self._with_only(kept), end)))
        )

    def _judged(self, number: int) -> tuple[How, Weights] | None:
        """Return how a withheld count is given away, and at which end; None if it keeps its range.

        Both ends of the number are tried. For a numerator, so is its distance from the number of students: if all of
        them must be counted, each one is known. For a published number of students the range shows that.
        """
        ends: list[Weights] = [{number: 1.0}, {number: -1.0}]
        if number % 2 == 0 and self.after.label[number] == self.after.label[number + 1]:
            ends.append({number: 1.0, number + 1: -1.0})
        verdicts = [(self._is_lost(self.after, end), end) for end in ends]
        for end in (end for is_lost, end in verdicts if is_lost):
            few = self._values(self.after, number) < FEW <= self._values(self.before, number)
            return ("nearly told" if few or len(end) > 1 else "narrowed"), end
        return next((("not settled", end) for is_lost, end in verdicts if is_lost is None), None)

    def _is_lost(self, solver: Solver, end: Weights) -> bool | None:
        """Return whether an end is lost to what a solver has; None if programs were cut off too early."""
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

    Where the state's own sums give all but a few of them away, they speak of these few.
    """
    return _organizations(state, statements.matrix) >= SHARED_BY


def _organizations(state: State, rows: sparse.csr_array) -> Positions:
    """Count the organizations whose open counts each row speaks of."""
    columns = ["organization_level", "organization_id"]
    owner = state.cells.groupby(columns, sort=False).ngroup().to_numpy().repeat(2)
    counts, shape = np.flatnonzero(state.low < state.high), (len(owner), len(state.cells))
    whose = sparse.csr_array((np.ones(len(counts)), (counts, owner[counts])), shape=shape)
    return np.diff((abs(rows) @ whose).indptr)


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
    left = left.take(_organizations(state, left.matrix) < SHARED_BY)
    return left.take(~loose(left, reach_of(state, left.matrix)))


def with_shared(state: State, shared: StatementRows) -> tuple[Found, pd.DataFrame]:
    """Pass ranges through the shared sums, and the state's sums of the same cells, until nothing moves.

    Leaks are the counts that have fewer than three values left, or that are pinned to 0 to 2 counted or not counted,
    and were not so before. The table has a row for each count with fewer values than before: its cell, which ``count``
    of it, ``values_before`` (infinite where nothing capped it), ``values_left``, and ``share_left`` of these; never
    which values.
    """
    named = np.zeros(len(state.low))
    cells = np.unique(shared.matrix.indices // 2)
    named[2 * cells] = named[2 * cells + 1] = 1.0
    before = state.system.take(np.flatnonzero(abs(state.system.matrix) @ named))
    alone, after = tighten_ranges(before), tighten_ranges(before.with_rows(shared))
    at_odds = list[tuple[str, ...]]()
    if len(after.at_odds):
        own = len(before.row_low)
        at_odds += shared.take(after.at_odds[after.at_odds >= own] - own).said or shared.said
        after = alone
    counts = state.withheld_counts()
    had, left = (
        np.where(known.high >= NO_LIMIT, inf, known.high - known.low + 1)[counts]
        for known in (alone, after)
    )
    told = (left < FEW) & (had >= FEW) | _is_pinned(alone.low, alone.high, after)[counts]
    columns = shared.matrix.tocsc()
    leaks = [
        _leak(
            state, number, "nearly told", [shared.said[row] for row in columns[:, [number]].indices]
        )
        for number in counts[told].tolist()
    ]
    closer = left < had
    at, values = counts[closer], {"values_before": had[closer], "values_left": left[closer]}
    table = state.cells.iloc[at // 2].reset_index(drop=True)
    table["count"] = np.where(at % 2, "denominator", "numerator")
    table = table.assign(**values, share_left=left[closer] / had[closer])
    return Found(leaks, at_odds), table


def _is_pinned(low: np.ndarray, high: np.ndarray, after: Tightened) -> Flags:
    """Flag counts by their cell: at most two can be counted, or not counted, and more could before."""
    pinned = np.zeros(len(low), dtype=bool)
    few = FEW - 1
    counted = (after.high[::2] <= few) & (high[::2] > few)
    uncounted = (after.high[1::2] - after.low[::2] <= few) & (high[1::2] - low[::2] > few)
    pinned[::2] = counted | uncounted
    return pinned


_LEAKS_NAMED = 100
_ID = re.compile(r"sesec:[\w.:-]*\w")


@dataclass(frozen=True)
class Weighed:
    """What became of statements to one reader: what that one knows, what each says more, and the leaks if any."""

    state: State
    sifted: Sifted
    found: Found


@dataclass(frozen=True)
class Attack(Weighed):
    """What was attacked, how, and what it gave to a reader who takes the state at its word.

    ``inside`` is the same, every telling statement judged, for a reader who grants the rules behind the labels. Of the
    ``folders`` so many ``statements`` were read, and so many of them are different. ``not_expressed``
    counts the values that are no linear statement of counts, by measure; ``unweighed`` are those of one or two
    organizations' withheld cells, and figures of published schools that leave out others for their outcome.
    ``faults`` are lines on what is wrong in the files.
    ``shared`` is what sums of three organizations and more give away, all together, and ``closer`` are the single
    withheld counts that they narrow (see `with_shared`).
    """

    inside: Weighed
    statements: tuple[int, int]
    shared: Found
    closer: pd.DataFrame
    folders: tuple[str, ...] = ()
    not_expressed: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    unweighed: tuple[str, ...] = ()

    @property
    def leaks(self) -> tuple[Leak, ...]:
        """Return the withheld counts given away, each once."""
        every = (*self.inside.found.leaks, *self.found.leaks, *self.shared.leaks)
        by_count = {(leak.cell, leak.side): leak for leak in every}
        return tuple(by_count[count] for count in sorted(by_count))

    @property
    def at_odds(self) -> tuple[str, ...]:
        """Return the statements that cannot be true beside the state's."""
        both = (self, self.inside)
        lines = [names for one in both for names in (*one.sifted.at_odds.said, *one.found.at_odds)]
        lines += self.shared.at_odds
        return tuple(dict.fromkeys(names[0] for names in lines))

    @property
    def passed(self) -> bool:
        """Return whether nothing is given away, and nothing contradicts the state: that could not be attacked."""
        return not (self.leaks or self.at_odds or self.faults or self.unweighed)

    def refuse_leaks(self) -> None:
        """Refuse editions that did not pass.

        Raises
        ------
        LeakError
            Naming the printed statements, and the cells that they give away; never a value.
        DataError
            If statements are no findings, or contradict the state's data or their own records.
        """
        if self.passed:
            return
        weighs = (
            "withheld cells are under it and no sum can weigh it, or as a figure of published schools it leaves out "
            "others for their outcome"
        )
        lines = [
            *(f"{one.cell}, {one.side}, {one.how} by: {'; '.join(one.said)}" for one in self.leaks),
            *(f"contradicts the state's data: {line}" for line in self.at_odds),
            *(f"{weighs}: {line}" for line in self.unweighed),
            *self.faults,
        ]
        refusal = LeakError(
            f"{', '.join(self.folders)} would give back what was withheld, or says more than its records: "
            f"{len(lines)} fault(s){below(lines)}",
            where="the printed lines named above",
            fix="leave these lines out, or widen what they say; nothing is to be published before",
        )
        if not (self.at_odds or self.faults):
            refusal.findings = self._leaking()
        raise refusal

    def _leaking(self) -> frozenset[str]:
        """Return the ids of the findings to withhold; none where a leak has no id.

        The build withholds them and attacks what is left: one that two findings tell apart leaks until both are gone.
        """
        lines = [*(leak.alike for leak in self.leaks), *((line,) for line in self.unweighed)]
        ids = [set(_ID.findall(" ".join(names))) for names in lines]
        if not all(ids):
            return frozenset()
        return frozenset[str]().union(*ids)

    def as_dict(self) -> dict[str, object]:
        """Return what `disclosure_audit.json` says of the attack: the same for the same files, and no cell's value."""
        state, sifted = self.state, self.sifted
        return {
            "passed": self.passed,
            "attacked_together": list(self.folders),
            "cells": len(state.cells),
            "withheld_cells": int(state.withheld.sum()),
            "withheld_counts": len(state.withheld_counts()),
            "known_more_closely": len(self.closer),
            "statements_of_the_edition": {
                "read": self.statements[0],
                "different": self.statements[1],
                "follow_from_the_state": sifted.settled,
                "telling_of_fewer_than_three_organizations": len(sifted.telling.said),
                "telling_of_three_or_more": len(sifted.apart.said),
                "at_odds_with_the_state": list(self.at_odds),
                "not_expressed": dict(sorted(self.not_expressed.items())),
            },
            "not_weighed_of_withheld_cells": list(self.unweighed),
            "faults": list(self.faults),
            "counts_given_away": len(self.leaks),
            "given_away": [
                {"cell": str(one.cell), "count": one.side, "how": one.how, "said": list(one.said)}
                for one in self.leaks[:_LEAKS_NAMED]
            ],
        }


def attack_read(
    editions: Iterable[EditionText], *, progress: Callable[[str], None] = lambda line: None
) -> Attack:
    """Attack what one or several folders print, all together: editions, fact sheets, editions of other years.

    ``progress`` is called with one line per step.
    """
    every = list(editions)
    claims = [
        replace(claim, said=f"{edition.name}: {claim.said}") if len(every) > 1 else claim
        for edition in every
        for claim in edition.claims
    ]
    state, insider = read_states(questions(claims))
    cells, withheld = len(state.cells), state.withheld.sum()
    progress(f"{cells:,} cells published by the state, {withheld:,} withheld")
    lines, left, few = read_statements(claims, state)
    progress(f"{len(lines):,} statements read back from {len(every)} folder(s)")
    done = weigh(state, lines, insider=insider)
    names = tuple(edition.name for edition in every)
    return replace(done, folders=names, not_expressed=left, unweighed=tuple(few))


def weigh(state: State, statements: Iterable[Statement], *, insider: State | None = None) -> Attack:
    """Weigh statements against what the state published; see `attack_read`, which reads both from files.

    ``state`` is known as the publisher's texts say. ``insider`` are the same cells as one knows them who grants the
    rules behind the labels; by default no more than the texts.
    """
    listed, inner = list(statements), state if insider is None else insider
    rows = compile_statements(state, listed)
    inside = sift(inner, rows)
    sifted = sift(state, rows, of_many(state, rows))
    telling = sifted.telling.and_of(nested_differences(state, sifted.apart))
    shared, closer = with_shared(state, sifted.apart)
    return Attack(
        *(state, sifted._replace(telling=telling), find_leaks(state, telling)),
        inside=Weighed(inner, inside, find_leaks(inner, inside.telling)),
        shared=shared,
        closer=closer,
        statements=(len(listed), len(rows.said)),
    )
