"""Solve linear statements about whole numbers: bounds by propagation, then by integer programs (HiGHS).

Numbers that no chain of statements links do not bear on each other: each such part is solved alone, by integer linear
programs (HiGHS through scipy). A program that takes too many steps is cut off: what is proven so is a bound on the safe
side, and is told apart from an extreme that a solution in whole students attains. Steps are counted, never seconds, so
that the same question has the same answer on any machine.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Self

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from sesec_analysis.bounds import Flags, Floats, Positions

__all__ = [
    "HAIR",
    "NO_LIMIT",
    "Solver",
    "System",
    "Tightened",
    "loose",
    "needed_rows",
    "tighten_ranges",
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
        row_low, row_high = self.row_low[rows], self.row_high[rows]
        return replace(self, matrix=self.matrix[rows], row_low=row_low, row_high=row_high)

    def within(self, low: Floats, high: Floats) -> Self:
        """Give the numbers other ranges."""
        return replace(self, low=low, high=high)


class Tightened(NamedTuple):
    """Ranges after `tighten_ranges`; and, where a number is left without a value, the rows that did it."""

    low: Floats
    high: Floats
    at_odds: Positions


def reach(system: System) -> tuple[Floats, Floats]:
    """Return the least and the most that each row can come to, its numbers taken one by one."""
    up, down = system.matrix.maximum(0), system.matrix.minimum(0)
    return up @ system.low + down @ system.high, up @ system.high + down @ system.low


def loose(system: System, reached: tuple[Floats, Floats] | None = None) -> Flags:
    """Flag the rows that say no more than what they can come to, by default by the ranges of their numbers."""
    least, most = reach(system) if reached is None else reached
    return (least >= system.row_low - HAIR) & (most <= system.row_high + HAIR)


def tighten_ranges(system: System) -> Tightened:
    """Narrow the ranges of all numbers, whole students, until nothing moves: what the others of a row leave over.

    The ranges hold whatever else is true; they may be wider than what solving all rows at once would give, and never
    narrower. Where rows are at odds they are not to be used.
    """
    low, high, names = system.low, system.high, abs(system.matrix)
    moved = np.ones(len(low), dtype=bool)
    for _ in range(_ROUNDS):
        touched = np.flatnonzero(names @ moved)
        if not len(touched):
            break
        new_low, new_high = _round(system.within(low, high).take(touched))
        broken = new_low > new_high
        if broken.any():
            return Tightened(low, high, touched[(names @ broken)[touched] > 0])
        moved = (new_low > low) | (new_high < high)
        low, high = new_low, new_high
    return Tightened(low, high, np.empty(0, dtype=np.int64))


def _round(system: System) -> tuple[Floats, Floats]:
    """Read each row once against the ranges as they stand."""
    entries = system.matrix.tocoo()
    number, times = entries.col, entries.data
    up, (least, most) = times > 0, reach(system)
    at_low, at_high = system.low[number], system.high[number]
    # What the row leaves for one entry when the others take their least (most).
    ceiling = (system.row_high - least)[entries.row] / times + np.where(up, at_low, at_high)
    floor = (system.row_low - most)[entries.row] / times + np.where(up, at_high, at_low)
    low, high = system.low.copy(), system.high.copy()
    np.minimum.at(high, number, np.floor(np.where(up, ceiling, floor) + HAIR))
    np.maximum.at(low, number, np.ceil(np.where(up, floor, ceiling) - HAIR))
    return low, high


STEPS = 500
"""Branches of one integer program before it is cut off."""

_SOLVED, _NOTHING_FITS = 0, 2  # scipy's own numbers

Weights = Mapping[int, float]
"""A sum of numbers: how many times each, by its position."""


class Extreme(NamedTuple):
    """The least of a number or a sum: none is below `bound`; `attained` is the least found, infinite if none was."""

    bound: float
    attained: float


@dataclass
class Solver:
    """Extremes of sums over the numbers of one system, each solved once.

    Rows that bind nothing are better left out.
    """

    system: System
    _known: dict[tuple[tuple[int, float], ...], Extreme | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the parts."""
        count, rows = len(self.system.low), len(self.system.row_low)
        entries = self.system.matrix.tocoo()
        is_open = self.system.low < self.system.high
        linked = is_open[entries.col]
        one, other = entries.col[linked], count + entries.row[linked]
        graph = sparse.coo_array((np.ones(len(one)), (one, other)), (count + rows, count + rows))
        _, label = connected_components(graph, directed=False)
        self.label: Positions = np.where(is_open, label[:count], -1).astype(np.int64)
        self.row_label: Positions = label[count:].astype(np.int64)

    def part(self, labels: Positions) -> tuple[Positions, System]:
        """Return the numbers with some labels, and their system; what is known exactly is worked into its rows."""
        whole, numbers = self.system, np.flatnonzero(np.isin(self.label, labels))
        rows = np.flatnonzero(np.isin(self.row_label, labels))
        fixed = whole.matrix[rows] @ np.where(self.label < 0, whole.low, 0.0)
        limits = whole.row_low[rows] - fixed, whole.row_high[rows] - fixed
        inside = whole.matrix[rows][:, numbers]
        return numbers, System(whole.low[numbers], whole.high[numbers], inside, *limits)

    def extreme(self, number: int, *, largest: bool = False) -> Extreme | None:
        """Return the least value of a number, or with `largest` the least of its negative; None if nothing fits."""
        return self.least({number: -1.0 if largest else 1.0})

    def least(self, weights: Weights) -> Extreme | None:
        """Return the least of a sum of numbers; None if no numbers fit the statements that bear on it."""
        key = tuple(weights.items())
        if key not in self._known:
            numbers, times = np.array([*weights], dtype=np.int64), np.array([*weights.values()])
            is_open = self.label[numbers] >= 0
            linked, system = self.part(self.label[numbers[is_open]])
            objective = np.zeros(len(linked))
            objective[np.searchsorted(linked, numbers[is_open])] = times[is_open]
            known = float(times[~is_open] @ self.system.low[numbers[~is_open]])
            extreme = _least(system, objective)
            self._known[key] = extreme and Extreme(known + extreme.bound, known + extreme.attained)
        return self._known[key]


def _least(system: System, objective: Floats) -> Extreme | None:
    limit = float(np.minimum(objective * system.low, objective * system.high).sum())
    if not len(objective):
        return Extreme(limit, limit)
    answer = milp(
        objective,
        integrality=np.ones(len(objective), dtype=int),
        bounds=Bounds(system.low, system.high),
        constraints=LinearConstraint(system.matrix, system.row_low, system.row_high),
        options={"node_limit": STEPS, "mip_rel_gap": 0.0},
    )
    if answer.status == _NOTHING_FITS:
        return None
    found = answer.fun if answer.status == _SOLVED else answer.mip_dual_bound
    bound = -np.inf if found is None else float(found)
    if np.all(objective == np.round(objective)):  # whole students come to a whole number
        bound = float(np.ceil(bound - HAIR))
    attained = np.inf
    if answer.x is not None:
        whole = np.round(answer.x)  # whole before only within the program's tolerance
        come_to = system.matrix @ whole
        if np.all((come_to >= system.row_low - HAIR) & (come_to <= system.row_high + HAIR)):
            attained = float(objective @ whole)
    return Extreme(max(bound, limit), attained)


def needed_rows(rows: Sequence[int], is_enough: Callable[[Sequence[int]], bool]) -> Sequence[int]:
    """Return rows none of which can be spared: in turn each is left out if the others are enough."""
    for row in rows:
        fewer = [other for other in rows if other != row]
        rows = fewer if is_enough(fewer) else rows
    return rows
