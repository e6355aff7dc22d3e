"""What a published cell says of its students, as arrays, and the lowest and highest rate of a sum of such cells.

`Known` reads the rows of a table. `rate_bounds` solves for the extremes; `bounds.pool` turns them into a table again.
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = [
    "Flags",
    "Floats",
    "Known",
    "Positions",
    "contradictions",
    "floats",
    "largest_of_sum",
    "rate_bounds",
    "sum_by",
]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Positions = NDArray[np.int64]

_HAIR = 1e-12
"""Proportion: bounds are opened by this much, so that floating point never cuts off the truth."""

_ROUNDS = 100
"""Far above what Dinkelbach's method needs (about 5): it stops at the first round that moves nothing."""


@dataclass(frozen=True)
class Known:
    """What each row says of ``k`` students among ``n``.

    The truth of a row lies where ``k_low <= k <= k_high``, ``n_low <= n <= n_high``,
    ``value_low * n <= k <= value_high * n`` and ``0 <= k <= n`` all hold: a polygon. Where the counts were published
    the bounds are those counts. A bound that nothing sets is 0 below, and ``n`` or infinity above.
    """

    k_low: Floats
    k_high: Floats
    n_low: Floats
    n_high: Floats
    value_low: Floats
    value_high: Floats
    exact: Flags

    @classmethod
    def of(cls, table: pd.DataFrame) -> Self:
        """Read OBSERVATIONS rows, or rows made by `bounds.pool`."""
        k, n = floats(table, "numerator"), floats(table, "denominator")
        n_high = floats(table, "denominator_high", null=np.inf)
        # "No students" is a count: none of the group, among as many as the row allows (as a rule none).
        nobody = (table["status"] == "no_students").to_numpy(dtype=bool)
        if nobody.any():
            k = np.where(nobody & np.isnan(k), 0.0, k)
            n = np.where(nobody & np.isnan(n), np.where(np.isinf(n_high), 0.0, n_high), n)
        exact = ~np.isnan(k) & ~np.isnan(n)
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = np.where(n > 0, k / n, np.nan)
        n_high = np.where(exact, n, n_high)
        k_high = np.where(exact, k, floats(table, "numerator_high", null=np.inf))
        return cls(
            k_low=np.where(exact, k, floats(table, "numerator_low", null=0.0)),
            k_high=np.minimum(k_high, n_high),
            n_low=np.where(exact, n, floats(table, "denominator_low", null=0.0)),
            n_high=n_high,
            value_low=np.where(exact, rate, floats(table, "value_low", null=0.0)),
            value_high=np.where(exact, rate, floats(table, "value_high", null=1.0)),
            exact=exact,
        )

    def take(self, rows: Positions) -> Self:
        """Pick rows by position."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def floats(table: pd.DataFrame, name: str, *, null: float = np.nan) -> Floats:
    """One column as plain floats, nulls replaced by ``null``."""
    values = table[name].to_numpy(dtype=np.float64, na_value=np.nan)
    return values if np.isnan(null) else np.where(np.isnan(values), null, values)


def sum_by(group: Positions, values: Floats | Flags, count: int) -> Floats:
    """Sum ``values`` within each of ``count`` groups."""
    return np.bincount(group, weights=values, minlength=count).astype(np.float64, copy=False)


def largest_of_sum(group: Positions, size: Floats, part: Floats, count: int) -> Floats:
    """Largest ``part`` of a row's ``size``, as a share of all sizes of its group; 0 where nobody can be.

    Rows that nothing caps (an infinite size) share their group among them.
    """
    endless = np.isinf(size)
    size = np.where((sum_by(group, endless, count) > 0)[group], endless, size)
    largest = np.zeros(count)
    np.maximum.at(largest, group, part * size)
    whole = sum_by(group, size, count)
    return np.divide(largest, whole, out=np.zeros(count), where=whole > 0)


def contradictions(known: Known) -> Positions:
    """Rows whose counts and percent admit no students at all: figures that do not agree."""
    n_min, n_max = _reach(known, *_slopes(known))
    impossible = (n_min > n_max + 1e-6) | (known.k_low > known.k_high)
    return np.flatnonzero(~known.exact & impossible)


def rate_bounds(known: Known, group: Positions, count: int) -> tuple[Floats, Floats]:
    """Lowest and highest ``sum(k) / sum(n)`` of each of ``count`` groups; NaN where no student can be.

    The counts may be any real numbers inside their polygons, so the bounds hold whatever the true counts are.
    """
    k = sum_by(group, np.where(known.exact, known.k_low, 0.0), count)
    n = sum_by(group, np.where(known.exact, known.n_low, 0.0), count)
    masked = np.flatnonzero(~known.exact)
    part, owner = known.take(masked), group[masked]
    low, high = _slopes(part)
    n_min, n_max = _reach(part, low, high)
    n_max = np.maximum(n_min, n_max)

    # Some n that every cell allows, and above 0 where it can be: a sum without students has no rate to start from.
    start = np.where(np.isfinite(n_max), n_max, np.maximum(n_min, 1.0))
    # At n students the fewest k are max(k_low, low * n): flat up to a kink, then rising along the percent.
    kink = np.divide(part.k_low, low, out=np.zeros(len(low)), where=low > 0)
    vertices = (start, np.clip(kink, n_min, n_max), n_max)
    lowest = _extreme_rate(1.0, (k, n), owner, part.k_low, low, vertices)
    # The most k are min(k_high, high * n): rising along the percent up to a peak, then flat.
    peak = np.divide(part.k_high, high, out=np.full(len(high), np.inf), where=high > 0)
    vertices = (start, n_min, np.clip(peak, n_min, n_max))
    highest = _extreme_rate(-1.0, (k, n), owner, part.k_high, high, vertices)
    return _opened(lowest, highest)


def _slopes(known: Known) -> tuple[Floats, Floats]:
    """Value bounds with a hair of room: a percent tied to its counts has none, and floats need it."""
    return _opened(known.value_low, known.value_high)


def _opened(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    # None (0) and all (1) are exact in floating point, and other things hang on them: they stay.
    low = np.where(low < 1, np.maximum(low - _HAIR, 0.0), low)
    return low, np.where(high > 0, np.minimum(high + _HAIR, 1.0), high)


def _reach(known: Known, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Fewest and most students for which some k satisfies everything the cell says."""
    none = np.where(known.k_low > 0, np.inf, 0.0)
    least = np.divide(known.k_low, high, out=none, where=high > 0)
    most = np.divide(known.k_high, low, out=np.full(len(low), np.inf), where=low > 0)
    return np.maximum(known.n_low, least), np.minimum(known.n_high, most)


def _extreme_rate(
    sign: float,
    exact: tuple[Floats, Floats],
    owner: Positions,
    k_limit: Floats,
    slope: Floats,
    vertices: tuple[Floats, Floats, Floats],
) -> Floats:
    """Least (``sign`` 1) or greatest (``sign`` -1) rate, for all groups at once, by Dinkelbach's method.

    At a trial rate r each masked cell takes the vertex that makes ``k - r * n`` least (greatest): the far one if r
    lies beyond the cell's own ``slope``, else the near one. The rate of that choice is the next trial, until none
    moves. A cell without end pulls the rate towards its slope and never past it, so no trial lies beyond that slope.
    """
    start, near, far = vertices
    count = len(exact[0])
    signed = sign * slope
    trial = np.full(count, np.inf)  # sign * rate, so that both directions descend
    endless = np.isinf(far)
    np.minimum.at(trial, owner[endless], signed[endless])
    far = np.where(endless, near, far)  # never chosen

    def descend(n: Floats) -> Floats:
        k = sign * np.maximum(sign * k_limit, signed * n)
        counted = exact[0] + sum_by(owner, k, count)
        students = exact[1] + sum_by(owner, n, count)
        rate = np.divide(counted, students, out=np.full(count, sign * np.inf), where=students > 0)
        return np.minimum(trial, sign * rate)

    trial = descend(start)
    for _ in range(_ROUNDS):
        lower = descend(np.where(trial[owner] > signed, far, near))
        if not np.any(lower < trial):
            break
        trial = lower
    return np.where(np.isinf(trial), np.nan, sign * trial)
