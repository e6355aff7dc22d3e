"""The bare arithmetic that `measures.py` is measured against: numpy on arrays that were laid out for it.

Nothing is looked up, checked, gated or put into words: rows are in order, and which is compared to which is given.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis.bounds import KnownCounts, as_floats

Z = 1.959963984540054

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Arrays:
    """What the bare arithmetic starts from: plain floats, the counts NaN where masked, nothing left to look up."""

    k: Floats
    n: Floats
    known: KnownCounts
    school: Rows
    compared: Rows  # rows of the groups, and of what each is compared to
    reference: Rows

    @classmethod
    def from_rows(cls, table: pd.DataFrame, size: int) -> "Arrays":
        """Read a table of schools of ``size`` groups, the last the reference; no part of what is measured."""
        row = np.arange(len(table))
        compared = row[row % size < size - 1]
        return cls(
            k=as_floats(table, "numerator"),
            n=as_floats(table, "denominator"),
            known=KnownCounts.from_table(table),
            school=row // size,
            compared=compared,
            reference=compared - compared % size + size - 1,
        )


def limit(sign: float, p: Floats, n: Floats) -> Floats:
    """Lower (``sign`` -1) or upper (1) limit of Wilson's interval."""
    z2 = Z * Z
    return (p + z2 / (2 * n) + sign * Z * np.sqrt(p * (1 - p) / n + z2 / (4 * n * n))) / (
        1 + z2 / n
    )


def rate_points(a: Arrays) -> tuple[Floats, ...]:
    """The bare arithmetic of published counts alone: k / n and its Wilson interval."""
    p, z2 = a.k / a.n, Z * Z
    middle, half = p + z2 / (2 * a.n), Z * np.sqrt(p * (1 - p) / a.n + z2 / (4 * a.n * a.n))
    return p, (middle - half) / (1 + z2 / a.n), (middle + half) / (1 + z2 / a.n)


def bare_rates(a: Arrays) -> tuple[Floats, ...]:
    """The bare arithmetic of all our numbers: also Wilson's limits at the bounds, which stand in the table."""
    known = a.known
    outer = limit(-1, known.value_low, known.n_low), limit(1, known.value_high, known.n_low)
    return (*rate_points(a), *outer)


def gap_points(a: Arrays) -> tuple[Floats, ...]:
    """Gap and its Newcombe interval."""
    p, low, high = rate_points(a)
    return _gaps(a, (p, p), (p - low, high - p))


def bare_gaps(a: Arrays) -> tuple[Floats, ...]:
    """Also the bounds, and Newcombe's limits there."""
    low, high, n = a.known.value_low, a.known.value_high, a.known.n_low
    outer = _gaps(a, (low, high), (low - limit(-1, low, n), limit(1, high, n) - high))
    least, most = a.compared, a.reference
    return (*gap_points(a), low[least] - high[most], high[least] - low[most], *outer[1:])


def _gaps(
    a: Arrays, rates: tuple[Floats, Floats], arms: tuple[Floats, Floats]
) -> tuple[Floats, ...]:
    (low, high), (down, up), i, j = rates, arms, a.compared, a.reference
    least, most = low[i] - high[j], high[i] - low[j]
    return least, least - np.hypot(down[i], up[j]), most + np.hypot(up[i], down[j])


def ratio_points(a: Arrays) -> tuple[Floats, ...]:
    """Ratio and its log interval, one half added to every count."""
    p, i, j = a.k / a.n, a.compared, a.reference
    adjusted = (a.k + 0.5) / (a.n + 0.5)
    with np.errstate(divide="ignore", invalid="ignore"):
        return p[i] / p[j], *_ratios(a, adjusted, adjusted, 1 / (a.k + 0.5) - 1 / (a.n + 0.5))


def bare_ratios(a: Arrays) -> tuple[Floats, ...]:
    """Also the bounds, and the log limits there."""
    known, i, j = a.known, a.compared, a.reference
    least = (known.k_low + 0.5) / (known.n_high + 0.5)
    most = (known.k_high + 0.5) / (known.n_low + 0.5)
    outer = _ratios(a, least, most, 1 / (known.k_low + 0.5) - 1 / (known.n_high + 0.5))
    with np.errstate(divide="ignore", invalid="ignore"):
        bound_low = known.value_low[i] / known.value_high[j]
        return *ratio_points(a), bound_low, known.value_high[i] / known.value_low[j], *outer


def _ratios(a: Arrays, least: Floats, most: Floats, variance: Floats) -> tuple[Floats, Floats]:
    i, j = a.compared, a.reference
    reach = np.exp(Z * np.sqrt(variance[i] + variance[j]))
    return least[i] / most[j] / reach, most[i] / least[j] * reach


def bare_sums(a: Arrays) -> tuple[Floats, ...]:
    """Sums of the counts, without the search for the lowest and highest rate."""
    known = a.known
    counts = (known.k_low, known.k_high, known.n_low, known.n_high)
    return tuple(np.bincount(a.school, weights=each) for each in counts)


BARE = {"rates": bare_rates, "gaps": bare_gaps, "ratios": bare_ratios, "sums": bare_sums}
