"""Sums of cells and the formulas of the published measures, written from their sources (docs/METHODS.md)."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import hypergeom

from recomputed.cells import Cell

Z = 1.959963984540054
Range = tuple[float, float]
Pairs = list[tuple[float, float]]


@dataclass(frozen=True)
class Sum:
    """The sum of some cells: counts and rate from lowest to highest, and a pair that all texts allow.

    `few` is the smallest number counted, or not counted, in a cell; `smallest` the smallest group.
    """

    k: Range
    n: Range
    p: Range
    likely: Range
    is_exact: bool
    cells: int
    few: float
    smallest: float


def add(cells: list[Cell]) -> Sum:
    """Add cells; the rate of the sum is lowest and highest at corners of what each cell's text allows."""
    k = sum(c.k[0] for c in cells), sum(c.k[1] for c in cells)
    n = sum(c.n[0] for c in cells), sum(c.n[1] for c in cells)
    pairs = [c.likely or (c.n[0] / 2, min(c.n[1], 10.0)) for c in cells]
    likely = sum(k for k, _ in pairs), sum(n for _, n in pairs)
    is_exact = all(c.is_exact for c in cells)
    rate = k[0] / n[0] if n[0] else math.nan
    p = (rate, rate) if is_exact else (_extreme(cells, -1), _extreme(cells, 1))
    few = min(min(c.k[0], c.n[0] - c.k[0]) for c in cells)
    return Sum(k, n, p, likely, is_exact, len(cells), few, min(c.k[0] for c in cells))


def _corners(cell: Cell) -> Pairs:
    corners = []
    for n in {*cell.n, *(k / p for k in cell.k for p in cell.p if 0 < p < math.inf)}:
        low, high = max(cell.k[0], cell.p[0] * n), min(cell.k[1], cell.p[1] * n)
        if cell.n[0] <= n <= cell.n[1] and low <= high + 1e-6:
            corners += [(low, n), (high, n)]
    return corners


def _extreme(cells: list[Cell], sign: int) -> float:
    """Return the highest (1) or lowest (-1) rate by bisection: where the best corners sum to nothing."""
    corners = [_corners(cell) if not cell.is_exact else [(cell.k[0], cell.n[0])] for cell in cells]
    low, high = 0.0, 1.0
    for _ in range(40):
        rate = (low + high) / 2
        over = sum(max(sign * (k - rate * n) for k, n in every) for every in corners)
        low, high = (rate, high) if (over >= 0) == (sign > 0) else (low, rate)
    return (low + high) / 2


def wilson(k: float, n: float) -> Range:
    """Return Wilson's score interval (1927)."""
    p, z2 = k / n, Z * Z
    middle = p + z2 / (2 * n)
    half = Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)


def newcombe(k: float, n: float, k_ref: float, n_ref: float) -> tuple[float, float, float]:
    """Return a difference of rates and Newcombe's hybrid score limits (1998, method 10)."""
    p, q = k / n, k_ref / n_ref
    (l1, u1), (l2, u2) = wilson(k, n), wilson(k_ref, n_ref)
    return p - q, p - q - math.hypot(p - l1, u2 - q), p - q + math.hypot(u1 - p, q - l2)


def difference(now: tuple[float, float, float], then: tuple[float, float, float]) -> Range:
    """Return limits of a change of differences: distances to their limits squared and added (Zou and Donner 2008)."""
    value = now[0] - then[0]
    low = value - math.hypot(now[0] - now[1], then[2] - then[0])
    return low, value + math.hypot(now[2] - now[0], then[0] - then[1])


def log_ratio(k: float, n: float, k_ref: float, n_ref: float) -> Range:
    """Return the interval of a ratio of rates on the logarithm, one half added to each count (Walter 1975)."""
    a, b, c, d = k + 0.5, n + 0.5, k_ref + 0.5, n_ref + 0.5
    middle, half = math.log(a / b / (c / d)), Z * math.sqrt(1 / a - 1 / b + 1 / c - 1 / d)
    return math.exp(middle - half), math.exp(middle + half)


INDICES = {  # of a group: its share, and its rate less and divided by the rate of all
    "between_group_variance": lambda w, d, _: w * d**2,
    "mean_difference": lambda w, d, _: w * abs(d),
    "index_of_disparity": lambda _, __, r: abs(r - 1),
    "weighted_index_of_disparity": lambda w, _, r: w * abs(r - 1),
    "theil": lambda w, _, r: w * r * math.log(r),
    "mean_log_deviation": lambda w, _, r: -w * math.log(r),
}


def inequality(measure: str, pairs: Pairs) -> float:
    """Return one number for all groups: `pairs` of students counted and students."""
    total = sum(n for _, n in pairs)
    mean = sum(k for k, _ in pairs) / total
    parts = [INDICES[measure](n / total, k / n - mean, k / n / mean) for k, n in pairs]
    return sum(parts) / (len(parts) if measure == "index_of_disparity" else 1)


def dissimilarity(pairs: Pairs) -> float:
    """Return half the sum of differences of schools' shares: `pairs` of the group and all students."""
    group, every = (sum(column) for column in zip(*pairs, strict=True))
    return sum(abs(x / group - (t - x) / (every - group)) for x, t in pairs) / 2


def dissimilarity_chance(pairs: Pairs) -> float:
    """Return the mean of that if the same students were dealt to the schools at random."""
    group, every = (int(sum(column)) for column in zip(*pairs, strict=True))
    total = 0.0
    for _, size in pairs:
        x = np.arange(min(size, group) + 1)
        distance = np.abs(x / group - (size - x) / (every - group))
        total += float(hypergeom.pmf(x, every, group, size) @ distance)
    return total / 2
