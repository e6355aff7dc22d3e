"""Indices of inequality over the rates of groups: their value, their bounds and their noise. Arrays in, arrays out.

Groups have rates p and shares w of the students; mean rate m = sum w p. A row is a figure, a column a group.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from sesec_analysis.polygons import Flags, Floats, Known, Positions

__all__ = [
    "ENOUGH",
    "LOGS",
    "MOST",
    "Groups",
    "from_reference",
    "greatest",
    "index_of",
    "least",
    "noise",
]

ENOUGH = 30
"""Students of every group: with fewer, noise alone makes an index large."""

MOST = 8
"""Groups with a withheld rate: the corners of more are too many to look at."""

LOGS = ("theil", "mean_log_deviation")


@dataclass(frozen=True)
class Groups:
    """The groups of each figure side by side: rates within bounds, and what keeps an index from being made."""

    low: Floats
    high: Floats
    n: Floats
    w: Floats
    exact: Flags
    sized: Flags  # every group's students are known
    thin: Flags  # a group is known to be under thirty, or there are not two groups

    @classmethod
    def of(cls, known: Known, code: Positions, count: int) -> Self:
        """Put the groups of ``count`` figures side by side; ``code`` is the figure of each."""
        column = pd.Series(code).groupby(code).cumcount().to_numpy()

        def grid(values: Floats | Flags, fill: float) -> Floats:
            out = np.full((count, int(column.max(initial=0)) + 1), fill)
            out[code, column] = values
            return out

        most = grid(known.n_high, 0.0)
        sized = np.all(grid(known.n_low, 0.0) == most, axis=1)
        n = np.where(sized[:, None], most, 1.0)
        low = np.fmax(grid(known.value_low, 0.0), grid(known.k_low, 0.0) / np.fmax(n, 1))
        high = np.fmin(grid(known.value_high, 0.0), grid(known.k_high, 0.0) / np.fmax(n, 1))
        thin = np.any((most > 0) & (most < ENOUGH), axis=1) | (np.sum(most > 0, axis=1) < 2)
        w = n / np.maximum(n.sum(axis=1, keepdims=True), 1.0)
        every = np.all(grid(known.exact, 1.0), axis=1)
        return cls(low, np.fmax(low, high), n, w, every, sized, thin)


def index_of(name: str, p: Floats, w: Floats) -> Floats:
    """Value of an index at the rates p, groups along the last axis."""
    mean = (w * p).sum(axis=-1, keepdims=True)
    if name == "between_group_variance":
        return (w * (p - mean) ** 2).sum(axis=-1)
    if name == "mean_difference":
        return (w * np.abs(p - mean)).sum(axis=-1)
    r = np.divide(p, mean, out=np.full(p.shape, np.nan), where=mean > 0)
    if name.endswith("disparity"):
        return (_weights(name, w) * np.abs(r - 1)).sum(axis=-1)
    r = np.where(w > 0, r, 1.0)
    if name == "theil":
        return (w * r * np.log(np.where(r > 0, r, 1.0))).sum(axis=-1)  # r ln r tends to 0 with r
    log = np.log(r, out=np.where(np.isnan(r), np.nan, -np.inf), where=r > 0)
    return -(w * log).sum(axis=-1)


def _weights(name: str, w: Floats) -> Floats:
    """Shares, or for the plain index of disparity the same weight for every group that has students."""
    equal = (w > 0) / np.maximum((w > 0).sum(axis=-1, keepdims=True), 1)
    return equal if name == "index_of_disparity" else w


def greatest(name: str, groups: Groups) -> Floats:
    """Sharp: every index is quasi-convex in the rates, hence greatest at a corner. NaN above eight withheld rates."""
    order = np.argsort(groups.low == groups.high, axis=1, kind="stable")  # the withheld first
    low, high, w = (np.take_along_axis(x, order, 1) for x in (groups.low, groups.high, groups.w))
    most = min(int((low < high).sum(axis=1).max(initial=0)), MOST)
    top = np.full(len(low), -np.inf)
    for corner in range(2**most):
        rates = np.where((corner >> np.arange(low.shape[1])) & 1 == 1, high, low)
        top = np.fmax(top, index_of(name, rates, w))
    return np.where((low < high)[:, MOST:].any(axis=1), np.nan, top)


def least(name: str, groups: Groups) -> Floats:
    """Sharp, but for the indices of disparity and the mean difference, whose mean is set free."""
    low, high, w = groups.low, groups.high, groups.w
    if name.endswith(("disparity", "difference")):
        # Outer: freeing the mean from the rates can only lower sum c |p - t| (over t), least at an interval's end.
        ends = np.concatenate([low, high], axis=1)
        t = np.where(ends > 0, ends, 1.0) if name.endswith("disparity") else ends
        apart = (_weights(name, w)[:, None] * _apart(low, high, t)).sum(axis=2)
        return (apart / (t if name.endswith("disparity") else 1.0)).min(axis=1)
    # Sharp: where no rate can better itself, all are one common rate t, each cut to its own interval.
    start, end = np.zeros(len(low)), np.ones(len(low))
    for _ in range(60):
        t = ((start + end) / 2)[:, None]
        p = np.clip(t, low, high)
        pull = p * np.log(np.where(p > 0, p, 1.0) / t) if name == "theil" else p - t
        above, t = (w * pull).sum(axis=1) > 0, t[:, 0]
        start, end = np.where(above, t, start), np.where(above, end, t)
    return index_of(name, np.clip(end[:, None], low, high), w)


def from_reference(groups: Groups, column: Positions) -> tuple[Floats, Floats]:
    """Least and greatest sum w |p - p_ref|, sharp; NaN without the reference (-1).

    It is convex in the reference's rate, so greatest at an end of it, and piecewise linear, so least where that rate
    meets an end of another.
    """
    low, high, own = groups.low, groups.high, np.maximum(column, 0)[:, None]
    w = np.where(np.arange(low.shape[1]) == own, 0.0, groups.w)
    ends = np.take_along_axis(low, own, 1), np.take_along_axis(high, own, 1)
    t = np.concatenate(ends, axis=1)
    far = np.maximum(np.abs(low[:, None] - t[:, :, None]), np.abs(high[:, None] - t[:, :, None]))
    most = (w[:, None] * far).sum(axis=2).max(axis=1)
    t = np.clip(np.concatenate([low, high], axis=1), *ends)
    fewest = (w[:, None] * _apart(low, high, t)).sum(axis=2).min(axis=1)
    return np.where(column < 0, np.nan, fewest), np.where(column < 0, np.nan, most)


def _apart(low: Floats, high: Floats, t: Floats) -> Floats:
    """Distance of every interval from each of several t."""
    t = t[:, :, None]
    return np.maximum(low[:, None] - t, 0.0) + np.maximum(t - high[:, None], 0.0)


def noise(name: str, groups: Groups) -> tuple[Floats, Floats]:
    """Bias and standard error that binomial noise gives an index, to second order in the rates (shares fixed)."""
    # Where a rate is withheld, or is 0 under a logarithm, nothing is asked of the result; one half keeps it finite.
    asked = groups.exact[:, None] & ((groups.low > 0) | (name not in LOGS))
    p, w = np.where(asked, groups.low, 0.5), groups.w
    somebody = w.sum(axis=1, keepdims=True) > 0
    mean = np.where(somebody, (w * p).sum(axis=1, keepdims=True), 0.5)
    across = w[:, :, None] * w[:, None, :]
    if name == "between_group_variance":
        slope, own, cross = 2 * w * (p - mean), 2 * w, -2 * across
    elif name == "theil":
        a = np.log(p / mean) - index_of(name, p, w)[:, None]
        slope, own = w / mean * a, w / (mean * p)
        cross = -across / mean[:, :, None] ** 2 * (1 + a[:, :, None] + a[:, None, :])
    else:
        slope, own, cross = w / mean - w / p, w / p**2, -across / mean[:, :, None] ** 2
    curve = np.where(across > 0, cross + own[:, :, None] * np.eye(p.shape[1]), 0.0)
    q = np.clip(p, 0.5 / (groups.n + 1), 1 - 0.5 / (groups.n + 1))  # none or all: not without noise
    variance = q * (1 - q) / np.maximum(groups.n - 1, 1)
    bias = np.einsum("sii,si->s", curve, variance) / 2
    twice = np.einsum("sij,si,sj->s", curve**2, variance, variance) / 2
    return bias, np.sqrt(np.where(w > 0, slope**2 * variance, 0.0).sum(axis=1) + twice)
