"""Lowest and highest segregation where counts of schools are known within bounds: arrays in, two numbers out.

Counts may be any real numbers within their own bounds; no count is narrowed by what others leave of a total. Both
numbers are the index itself where counts are exact, and NaN where it does not exist or no bound is worked out.
"""

from collections.abc import Callable

import numpy as np

from sesec_analysis.metrics.segregation_indices import (
    dissimilarity_chance,
    entropy,
    of_all,
    of_pair,
)
from sesec_analysis.polygons import Floats, Positions

__all__ = ["Range", "limits_of_all", "limits_of_pair"]

Range = tuple[Floats, Floats]
"""Fewest and most students of a group, school by school."""

Limits = tuple[float, float]
_NONE = (np.nan, np.nan)
_HAIR = 1e-9
_ROUNDS = 60
_MOST_TOTALS = 100  # of a group, that its index by chance is worked out for
_FINE, _COARSE = (
    128,
    24,
)  # cells that a group's total is cut into: alone, and together with another's


def limits_of_pair(name: str, x: Range, y: Range, sizes: Floats, *, others: bool) -> Limits:
    """Limits of an index of group x and group y; ``others``: y is all students but x."""
    if np.all(x[0] == x[1]) and np.all(y[0] == y[1]):
        return (of_pair(name, x[0], y[0], sizes),) * 2
    needed = [*x, *y] if name == "dissimilarity" else [*x, *y, sizes]
    if not np.all(np.isfinite(needed)) or x[1].sum() == 0 or y[1].sum() == 0:
        return _NONE
    if name == "isolation":
        limits = _isolation(x, sizes)
    elif name == "exposure":
        limits = _exposure(x, y, sizes)
    elif name == "dissimilarity":
        limits = _dissimilarity(x, y, others=others)
    elif others:
        return _dissimilarity_chance(x, sizes)
    else:
        return _NONE
    return max(limits[0] - _HAIR, 0.0), min(limits[1] + _HAIR, 1.0)


def _isolation(x: Range, sizes: Floats) -> Limits:
    """Sharp: sum x^2 / t over sum x is the level v at which sum x^2 / t - v x can just be 0."""
    low, high = x
    t = np.where(sizes > 0, sizes, 1.0)

    def above(v: float, *, most: bool) -> bool:
        ends = np.array([end * end / t - v * end for end in (low, high)])
        if most:
            return bool(ends.max(axis=0).sum() > 0)
        least = np.clip(v * t / 2, low, high)
        return bool((least * least / t - v * least).sum() > 0)

    return _level(lambda v: above(v, most=False))[0], _level(lambda v: above(v, most=True))[1]


def _exposure(x: Range, y: Range, sizes: Floats) -> Limits:
    """Outer: the mean of y / t over students of x, the counts of both free of each other."""
    t = np.where(sizes > 0, sizes, 1.0)
    least, most = y[0] / t, np.minimum(y[1] / t, 1.0)

    def above(v: float, share: Floats, *, up: bool) -> bool:
        ends = np.array([end * (share - v) for end in x])
        return bool((ends.max(axis=0) if up else ends.min(axis=0)).sum() > 0)

    low = _level(lambda v: above(v, least, up=False))[0]
    return low, _level(lambda v: above(v, most, up=True))[1]


def _level(above: Callable[[float], bool]) -> Limits:
    """Halve 0 to 1 around the level below which the answer is yes, and above which it is no."""
    start, end = 0.0, 1.0
    for _ in range(_ROUNDS):
        middle = (start + end) / 2
        start, end = (middle, end) if above(middle) else (start, middle)
    return start, end


def _dissimilarity(x: Range, y: Range, *, others: bool) -> Limits:
    """Outer: the totals X and Y are cut into cells, and in each the parts |x / X - y / Y| are bounded one by one.

    The parts above 0 and those below 0 both add up to the index, so the lesser sum bounds it above, the greater below.
    """
    cells = _FINE if others else _COARSE
    first, last = _cut(x, cells)
    if others:  # X and Y add up to all students
        everyone = x[0].sum() + y[1].sum()
        second, third = everyone - last, everyone - first
    else:
        second, third = (np.tile(edge, cells) for edge in _cut(y, cells))
        first, last = np.repeat(first, cells), np.repeat(last, cells)
    x_least, x_most = _share(x[0], last), _share(x[1], first)
    y_least, y_most = _share(y[0], third), _share(y[1], second)

    def total(parts: Floats) -> Floats:
        return np.maximum(parts, 0.0).sum(axis=1)

    high = np.minimum(total(x_most - y_least), total(y_most - x_least))
    low = np.maximum(total(x_least - y_most), total(y_least - x_most))
    return float(low.min()), float(high.max())


def _cut(x: Range, cells: int) -> Range:
    edges = np.linspace(x[0].sum(), x[1].sum(), cells + 1)
    return edges[:-1], edges[1:]


def _share(part: Floats, total: Floats) -> Floats:
    """Every part of every total, no more than all of it."""
    out = np.where(part > 0, 1.0, 0.0) * np.ones((len(total), 1))
    return np.minimum(np.divide(part, total[:, None], out=out, where=total[:, None] > 0), 1.0)


def _dissimilarity_chance(x: Range, sizes: Floats) -> Limits:
    """Sharp: the mean by chance at every total that the group can have."""
    totals = np.arange(np.ceil(x[0].sum()), np.floor(x[1].sum()) + 1)
    totals = totals[(totals > 0) & (totals < sizes.sum())]
    if not 0 < len(totals) <= _MOST_TOTALS:
        return _NONE
    each = [dissimilarity_chance(sizes, float(some)) for some in totals]
    return min(each) - _HAIR, max(each) + _HAIR


def limits_of_all(name: str, counts: Range, sizes: Floats, clusters: Positions | None) -> Limits:
    """Limits of M or H of all groups, in the whole, between clusters or within them; by chance only if exact."""
    low, high = counts
    if np.all(low == high):
        return (of_all(name, low, clusters),) * 2
    if name.endswith("chance") or not np.all(np.isfinite(high)) or not np.all(np.isfinite(sizes)):
        return _NONE
    one = np.zeros(len(sizes), dtype=np.int64)
    number = one if clusters is None or not name.endswith(("between", "within")) else clusters
    of = [np.flatnonzero(number == each) for each in np.unique(number)]
    if name.endswith("between"):
        few, most, students = (
            np.array([part[rows].sum(axis=0) for rows in of]) for part in (low, high, sizes)
        )
        limits = np.array(_mutual(few, most, students))
    else:
        blocks = [_mutual(low[rows], high[rows], sizes[rows]) for rows in of]
        weights = np.array([sizes[rows].sum() / sizes.sum() for rows in of])
        limits = weights @ np.array(blocks)
    least_entropy, most_entropy = _entropy(low.sum(axis=0), high.sum(axis=0), sizes.sum())
    start, end = max(limits[0] - _HAIR, 0.0), min(limits[1] + _HAIR, most_entropy)
    if not name.startswith("theil"):
        return float(start), float(end)
    share = min(end / least_entropy, 1.0) if least_entropy > 0 else 1.0
    return float(start / most_entropy), float(share)


def _mutual(low: Floats, high: Floats, sizes: Floats) -> Limits:
    """Outer: N M is the least of sum c ln (c / e) - c + e, e = q t, over all shares q that schools may have in common.

    Each cell's part is convex in its count and in q. Below: in every group q is chosen alone, and every count as near
    to it as it can be. Above: any one q will do, with every count at the end that is farther from it.
    """
    total = sizes.sum()
    if total == 0:
        return 0.0, 0.0
    start, end = np.zeros(low.shape[1]), np.ones(low.shape[1])
    for _ in range(_ROUNDS):
        q = (start + end) / 2
        few = np.clip(sizes[:, None] * q, low, high).sum(axis=0) > q * total
        start, end = np.where(few, q, start), np.where(few, end, q)
    even = sizes[:, None] * end
    least = _divergence(np.clip(even, low, high), even).sum() / total
    counts, most = (low + high) / 2, np.inf
    for _ in range(5):
        even = sizes[:, None] * counts.sum(axis=0) / counts.sum()
        ends = np.array([_divergence(low, even), _divergence(high, even)])
        most = min(most, ends.max(axis=0).sum() / total)
        counts = np.where(ends[1] > ends[0], high, low)
        counts = (counts + (low + high) / 2) / 2  # no group without a share
    return float(least), float(most)


def _divergence(counts: Floats, even: Floats) -> Floats:
    ratio = np.divide(counts, even, out=np.ones(counts.shape), where=(counts > 0) & (even > 0))
    return counts * np.log(ratio) - counts + even


def _entropy(low: Floats, high: Floats, total: float) -> Limits:
    """Outer: as shares add up to 1, -sum q ln q is -sum q (ln q + v) + v at any v; the best of many v."""
    ends = np.array([low, high]) / total
    if np.all(low == high):
        return entropy(low), entropy(low)
    v = np.linspace(-1.0, 12.0, 261)[:, None]  # at the best, -1 - v is the logarithm of a share

    def parts(q: Floats) -> Floats:
        return -q * (np.log(np.where(q > 0, q, 1.0)) + v)

    least = np.minimum(parts(ends[0]), parts(ends[1])).sum(axis=1) + v[:, 0]
    most = parts(np.clip(np.exp(-1 - v), ends[0], ends[1])).sum(axis=1) + v[:, 0]
    return float(max(least.max(), 0.0)), float(most.min())
