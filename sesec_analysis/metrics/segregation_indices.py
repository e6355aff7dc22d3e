"""Indices of segregation from exact counts: arrays in, a number out; NaN where the index does not exist."""

from collections.abc import Callable

import numpy as np

from sesec_analysis.polygons import Floats, Positions

__all__ = ["dealt", "dissimilarity_chance", "entropy", "of_all", "of_pair"]


def of_pair(name: str, x: Floats, y: Floats, sizes: Floats) -> float:
    """Index of one group x and another y, or of x among all students if y is x (isolation)."""
    some, other = x.sum(), y.sum()
    if not (some > 0 and other > 0):  # nobody, or not known
        return np.nan
    if name in ("isolation", "exposure"):
        return float((x * y / np.where(sizes > 0, sizes, 1)).sum() / some)
    if np.count_nonzero(x + y) < 2:
        return np.nan
    if name == "dissimilarity":
        return float(np.abs(x / some - y / other).sum() / 2)
    return dissimilarity_chance(x + y, some)


def dissimilarity_chance(sizes: Floats, some: float) -> float:
    """Mean dissimilarity if ``some`` of the students are dealt at random to schools of these sizes."""
    everyone = sizes.sum()
    even = some / everyone
    uneven = dealt(lambda n, size: np.abs(n - size * even), sizes, some)
    return float(uneven * everyone / (2 * some * (everyone - some)))


def of_all(name: str, counts: Floats, clusters: Positions | None) -> float:
    """Index of all groups at once: M or H, in the whole, between or within clusters, or by chance."""
    groups, sizes, total = counts.sum(axis=0), counts.sum(axis=1), counts.sum()
    if np.isnan(total) or np.count_nonzero(groups) < 2 or np.count_nonzero(sizes) < 2:
        return np.nan
    if clusters is not None and name.endswith(("between", "within")):
        parts = [counts[clusters == number] for number in np.unique(clusters)]
        if name.endswith("between"):
            value = _mutual(np.array([part.sum(axis=0) for part in parts]))
        else:
            value = float(sum(part.sum() / total * _mutual(part) for part in parts))
    elif name.endswith("chance"):
        # M is the entropy of the groups and of the schools less that of the cells; chance moves only the cells.
        cells = np.log(total) - sum(dealt(_n_log_n, sizes, drawn) for drawn in groups) / total
        value = float(entropy(groups) + entropy(sizes) - cells)
    else:
        value = _mutual(counts)
    return value / entropy(groups) if name.startswith("theil") else value


def entropy(counts: Floats) -> float:
    """Entropy of the shares that the counts are of their sum, in nats."""
    total = counts.sum()
    return float(np.log(total) - _n_log_n(counts).sum() / total) if total else 0.0


def _mutual(counts: Floats) -> float:
    apart = entropy(counts.sum(axis=0)) + entropy(counts.sum(axis=1))
    return max(apart - entropy(counts.ravel()), 0.0)  # rounding would go below


def _n_log_n(n: Floats, _: float = 0.0) -> Floats:
    return n * np.log(np.fmax(n, 1))


def dealt(of: Callable[[Floats, float], Floats], sizes: Floats, drawn: float) -> float:
    """Sum over schools of the mean of ``of(n, size)``, n being how many of ``drawn`` students chance sends there."""
    everyone = sizes.sum()
    log_factorial = np.append(0.0, np.cumsum(np.log(np.arange(1, everyone + 1))))
    total = 0.0
    for size, schools in zip(*np.unique(sizes, return_counts=True), strict=True):
        n = np.arange(max(0, size + drawn - everyone), min(size, drawn) + 1)
        slots = np.array([n, size - n, drawn - n, everyone - size - drawn + n]).astype(np.int64)
        rarity = log_factorial[slots].sum(axis=0)  # of the hypergeometric, but for a constant
        chance = np.exp(rarity.min() - rarity)
        total += schools * float(chance @ of(n, size)) / chance.sum()
    return total
