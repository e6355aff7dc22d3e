"""Solve linear statements about whole numbers: bounds by propagation, then by integer programs (HiGHS).

`tighten` reads every statement against the ranges of its numbers: what the others leave over is the most (the least)
that one can be. Round after round, until nothing moves. The ranges hold whatever else is true; they may be wider than
what solving all statements at once would give, and never narrower.

Numbers that no chain of statements links do not bear on each other: each such part is solved alone, by integer linear
programs (HiGHS through scipy). Large parts may be solved in fractions of students, and a program that takes too many
steps is cut off: what is proven so is a bound on the safe side, and is told apart from an extreme that a solution in
whole students attains. Steps are counted, never seconds, so that the same question has the same answer on any machine.
"""

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from sesec_analysis.bounds import Flags, Floats, Positions, sum_by

__all__ = [
    "HAIR",
    "NO_LIMIT",
    "STEPS",
    "Extreme",
    "Part",
    "Solver",
    "System",
    "Tightened",
    "loose",
    "reach",
    "tighten",
]


NO_LIMIT = 1e7
"""Students: stands for "nothing caps it", so that sums stay finite; the whole state has a tenth of it."""

HAIR = 1e-6
"""Students: sums are compared with this much room, so that floating point never cuts off the truth."""

_ROUNDS = 60
"""Ranges that still move after as many rounds move by single students; they are valid wherever one stops."""


@dataclass(frozen=True)
class System:
    """Numbers with a range each (`low`, `high`), and rows ``row_low <= matrix @ numbers <= row_high``."""

    low: Floats
    high: Floats
    matrix: sparse.csr_array
    row_low: Floats
    row_high: Floats

    def with_rows(self, other: "System") -> Self:
        """Put the rows of another system over the same numbers below the own ones."""
        return replace(
            self,
            matrix=sparse.csr_array(sparse.vstack([self.matrix, other.matrix], format="csr")),
            row_low=np.concatenate([self.row_low, other.row_low]),
            row_high=np.concatenate([self.row_high, other.row_high]),
        )

    def take(self, rows: Flags | Positions) -> Self:
        """Keep some rows."""
        return replace(
            self,
            matrix=self.matrix[rows],
            row_low=self.row_low[rows],
            row_high=self.row_high[rows],
        )

    def within(self, low: Floats, high: Floats) -> Self:
        """Give the numbers other ranges."""
        return replace(self, low=low, high=high)


@dataclass(frozen=True)
class Tightened:
    """Ranges after `tighten`; and, where a number is left without any value, the rows (by position) that did it."""

    low: Floats
    high: Floats
    at_odds: Positions


@dataclass(frozen=True)
class _Entries:
    """The entries of some rows, flat: which row, which number, which coefficient."""

    row: Positions
    number: Positions
    coefficient: Floats

    @classmethod
    def of(cls, matrix: sparse.csr_array) -> Self:
        row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        return cls(row, matrix.indices.astype(np.int64), matrix.data)

    def ends(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """Return the least and the most that each entry adds to its row."""
        up = self.coefficient > 0
        at_low, at_high = low[self.number], high[self.number]
        return (
            self.coefficient * np.where(up, at_low, at_high),
            self.coefficient * np.where(up, at_high, at_low),
        )


def reach(system: System) -> tuple[Floats, Floats]:
    """Return the least and the most that each row can come to, its numbers taken one by one."""
    entries, rows = _Entries.of(system.matrix), system.matrix.shape[0]
    least, most = entries.ends(system.low, system.high)
    return sum_by(entries.row, least, rows), sum_by(entries.row, most, rows)


def loose(system: System) -> Flags:
    """Flag the rows that say nothing that the ranges of their numbers do not say already."""
    least, most = reach(system)
    return (least >= system.row_low - HAIR) & (most <= system.row_high + HAIR)


def tighten(system: System) -> Tightened:
    """Narrow the ranges of all numbers until nothing moves.

    Parameters
    ----------
    system
        Numbers of students, all whole, and the rows that hold of them.

    Returns
    -------
    The ranges. Where rows contradict each other, those that leave a number without a value are named, and the
    ranges are not to be used.
    """
    low, high = system.low.copy(), system.high.copy()
    entries, rows = _Entries.of(system.matrix), system.matrix.shape[0]
    moved = np.ones(len(low), dtype=bool)
    for _ in range(_ROUNDS):
        touched = np.zeros(rows, dtype=bool)
        touched[entries.row[moved[entries.number]]] = True
        part = touched[entries.row]
        if not part.any():
            break
        some = _Entries(entries.row[part], entries.number[part], entries.coefficient[part])
        new_low, new_high = _round(system, some, low, high)
        broken = new_low > new_high
        if broken.any():
            return Tightened(low, high, np.unique(some.row[broken[some.number]]))
        moved = (new_low > low) | (new_high < high)
        low, high = new_low, new_high
    return Tightened(low, high, np.empty(0, dtype=np.int64))


def _round(system: System, some: _Entries, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Read each row once against the ranges as they stand."""
    rows = len(system.row_low)
    least, most = some.ends(low, high)
    all_least, all_most = sum_by(some.row, least, rows), sum_by(some.row, most, rows)
    # What the row leaves for one entry when the others take their least (most).
    ceiling = (system.row_high - all_least)[some.row] + least
    floor = (system.row_low - all_most)[some.row] + most
    up = some.coefficient > 0
    by_ceiling, by_floor = ceiling / some.coefficient, floor / some.coefficient
    top = np.floor(np.where(up, by_ceiling, by_floor) + HAIR)
    bottom = np.ceil(np.where(up, by_floor, by_ceiling) - HAIR)
    new_low, new_high = low.copy(), high.copy()
    np.minimum.at(new_high, some.number, top)
    np.maximum.at(new_low, some.number, bottom)
    return new_low, new_high


STEPS = 500
"""Branches of one integer program before it is cut off."""

_SOLVED, _NOTHING_FITS = 0, 2  # scipy's own numbers


@dataclass(frozen=True)
class Extreme:
    """The least of a number or a sum: none is below `bound`; `attained` is the least found, infinite if none was."""

    bound: float
    attained: float

    @property
    def exact(self) -> bool:
        """A solution attains the bound."""
        return self.attained <= self.bound + HAIR


@dataclass(frozen=True)
class Part:
    """Numbers that rows link, and those rows, by their position in the whole; and both as a system of its own."""

    numbers: Positions
    rows: Positions
    system: System


@dataclass
class Solver:
    """Extremes of the numbers of one system, each solved once; every solution met is remembered for the others.

    Parameters
    ----------
    system
        Numbers and rows. Rows that bind nothing are better left out.
    by_cell
        Numbers ``2 * i`` and ``2 * i + 1`` are the two counts of a cell, and stay in one part whether or not a row ties
        them.
    whole_up_to
        Parts of more numbers are relaxed: solved in fractions of students. By default none is.
    programs, relaxed, cut_off
        Programs run; of which in fractions; of which cut off.
    """

    system: System
    by_cell: bool = False
    whole_up_to: float = np.inf
    programs: int = 0
    relaxed: int = 0
    cut_off: int = 0
    _seen_low: Floats = field(init=False, repr=False)
    _seen_high: Floats = field(init=False, repr=False)
    _known: dict[tuple[int, bool], Extreme | None] = field(default_factory=dict, repr=False)
    _parts: dict[int, Part] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Find the parts."""
        count = len(self.system.low)
        self._seen_low, self._seen_high = np.full(count, np.inf), np.full(count, -np.inf)
        entries = self.system.matrix.tocoo()
        is_open = self.system.low < self.system.high
        linked = is_open[entries.col]
        cell = np.flatnonzero(is_open[::2] & is_open[1::2]) if self.by_cell else np.empty(0, int)
        row = np.concatenate([count + entries.row[linked], 2 * cell])
        number = np.concatenate([entries.col[linked], 2 * cell + 1])
        size = count + self.system.matrix.shape[0]
        graph = sparse.coo_array((np.ones(len(row)), (number, row)), (size, size))
        _, label = connected_components(graph, directed=False)
        self.label: Positions = np.where(is_open, label[:count], -1).astype(np.int64)
        self.row_label: Positions = label[count:].astype(np.int64)
        self._order = np.argsort(self.label, kind="stable")
        self._row_order = np.argsort(self.row_label, kind="stable")
        self._lookup = np.zeros(count, dtype=np.int64)

    def part(self, label: int) -> Part:
        """Return the part with this label; what is known exactly is worked into its rows."""
        if label not in self._parts:
            self._parts[label] = self._made(label)
        return self._parts[label]

    def _made(self, label: int) -> Part:
        numbers = _run(self._order, self.label, label)
        rows = _run(self._row_order, self.row_label, label)
        whole, sub = self.system, self.system.matrix[rows]
        inside = self.label[sub.indices] == label
        row = np.repeat(np.arange(len(rows)), np.diff(sub.indptr))
        fixed = np.bincount(
            row[~inside], sub.data[~inside] * whole.low[sub.indices[~inside]], len(rows)
        )
        self._lookup[numbers] = np.arange(len(numbers))
        matrix = sparse.csr_array(
            (sub.data[inside], (row[inside], self._lookup[sub.indices[inside]])),
            shape=(len(rows), len(numbers)),
        )
        limits = whole.row_low[rows] - fixed, whole.row_high[rows] - fixed
        return Part(numbers, rows, System(whole.low[numbers], whole.high[numbers], matrix, *limits))

    def is_empty(self) -> bool:
        """Tell whether no numbers fit all statements together."""
        if np.any(self.system.low > self.system.high):
            return True
        parts = (self.part(int(label)) for label in np.unique(self.label[self.label >= 0]))
        return any(self.least(part, np.zeros(len(part.numbers))) is None for part in parts)

    def largest_difference(self, more: int, less: int) -> Extreme | None:
        """Return the least of ``less - more``: how far one number can exceed another; None if nothing fits."""
        labels = self.label[[more, less]]
        if labels[0] == labels[1] >= 0:
            part = self.part(int(labels[0]))
            at = np.searchsorted(part.numbers, [less, more])
            objective = np.zeros(len(part.numbers))
            objective[at] = (1.0, -1.0)
            return self.least(part, objective)
        top, bottom = self.extreme(more, largest=True), self.extreme(less)
        if top is None or bottom is None:
            return None
        return Extreme(top.bound + bottom.bound, top.attained + bottom.attained)

    def extreme(self, number: int, *, largest: bool = False) -> Extreme | None:
        """Return the least value of a number, or with `largest` the least of its negative; None if nothing fits."""
        if self.label[number] < 0:
            value = float(self.system.low[number]) * (-1 if largest else 1)
            return Extreme(value, value)
        key = (number, largest)
        if key not in self._known:
            self._known[key] = self._solved(number, largest=largest)
        return self._known[key]

    def _solved(self, number: int, *, largest: bool) -> Extreme | None:
        limit = -self.system.high[number] if largest else self.system.low[number]
        seen = -self._seen_high[number] if largest else self._seen_low[number]
        if seen <= limit + HAIR:
            return Extreme(float(limit), float(seen))
        part = self.part(int(self.label[number]))
        objective = (part.numbers == number).astype(float) * (-1 if largest else 1)
        extreme = self.least(part, objective)
        if extreme is None:
            return None
        bound = max(np.ceil(extreme.bound - HAIR), limit)
        return Extreme(float(bound), extreme.attained)

    def relaxation(self, number: int, *, largest: bool = False) -> float:
        """Return a bound of `extreme`, in fractions of students, which is found sooner; infinite if nothing fits."""
        if self.label[number] < 0 or (number, largest) in self._known:
            known = self.extreme(number, largest=largest)
            return np.inf if known is None else known.bound
        part = self.part(int(self.label[number]))
        objective = (part.numbers == number).astype(float) * (-1 if largest else 1)
        extreme = self._least(part, objective, whole=False)
        return np.inf if extreme is None else float(np.ceil(extreme.bound - HAIR))

    def least(self, part: Part, objective: Floats) -> Extreme | None:
        """Return the least of a sum over a part's numbers, or None if no numbers fit its statements."""
        return self._least(part, objective, whole=len(part.numbers) <= self.whole_up_to)

    def _least(self, part: Part, objective: Floats, *, whole: bool) -> Extreme | None:
        system = part.system
        self.programs += 1
        self.relaxed += not whole
        answer = milp(
            objective,
            integrality=np.full(len(objective), whole, dtype=int),
            bounds=Bounds(system.low, system.high),
            constraints=LinearConstraint(system.matrix, system.row_low, system.row_high),
            options={"node_limit": STEPS, "mip_rel_gap": 0.0},
        )
        if answer.status == _NOTHING_FITS:
            return None
        attained = np.inf if answer.x is None else self._remembered(part, answer.x, objective)
        if answer.status == _SOLVED:
            return Extreme(float(answer.fun), attained)
        self.cut_off += 1
        bound = answer.mip_dual_bound
        return Extreme(-np.inf if bound is None else float(bound), attained)

    def _remembered(self, part: Part, solution: Floats, objective: Floats) -> float:
        """Note a solution, if it holds when its numbers are rounded to whole students; return its sum."""
        whole, system = np.round(solution), part.system
        come_to = system.matrix @ whole
        holds = np.all(come_to >= system.row_low - HAIR) and np.all(
            come_to <= system.row_high + HAIR
        )
        if not holds:
            return np.inf
        self._seen_low[part.numbers] = np.minimum(self._seen_low[part.numbers], whole)
        self._seen_high[part.numbers] = np.maximum(self._seen_high[part.numbers], whole)
        return float(objective @ whole)


def _run(order: Positions, labels: Positions, label: int) -> Positions:
    """Return the positions that carry a label, from an order that sorts them."""
    ends = np.searchsorted(labels, [label, label + 1], sorter=order)
    return np.asarray(order[ends[0] : ends[1]])
