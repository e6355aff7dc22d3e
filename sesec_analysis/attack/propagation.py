"""Linear statements about whole numbers, and how far each number can be narrowed by passing ranges to and fro.

`tighten` reads every statement against the ranges of its numbers: what the others leave over is the most (the least)
that one can be. Round after round, until nothing moves. The ranges hold whatever else is true; they may be wider than
what solving all statements at once would give, and never narrower.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy import sparse

from sesec_analysis.polygons import Flags, Floats, Positions, sum_by

__all__ = ["HAIR", "NO_LIMIT", "System", "Tightened", "loose", "reach", "tighten"]

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
    """Tell which rows say nothing that the ranges of their numbers do not say already."""
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
