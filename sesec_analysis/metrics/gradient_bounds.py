"""Highest and lowest gradient over ranked schools whose counts are known within bounds: arrays in, arrays out.

Schools have k of n students counted and a mid-rank R: the share of all students before them, plus half their own. With
S = sum k, T = sum k R, N = sum n, every measure of `gradient` is a function of S and T, and rises with T at a given S.
"""

import numpy as np

from sesec_analysis.polygons import Flags, Floats, Known

__all__ = [
    "CONCENTRATION",
    "concentration",
    "concentration_bounds",
    "ends_of_fit",
    "is_separated",
    "mid_ranks",
    "outer_concentration_bounds",
    "slope_bounds",
]

CONCENTRATION = (
    "absolute_concentration_index",
    "relative_concentration_index",
    "erreygers_index",
    "wagstaff_index",
)

_HAIR = 1e-9
_CLOSE = 1e-11  # of the students: a fit further off could leave its own bounds, which have a hair of room
_TINY = 1e-300
_PIECES = 16  # of each stretch: the bounds of a slope are that much looser than they could be
_ROUNDS = 200
_STEEPEST = 300.0  # on the logit scale; at that slope one end is 0 and the other 1, to the last bit


def mid_ranks(place: Floats, n: Floats) -> Floats:
    """Share of the students in schools before, plus half of those in schools at the same place in the order."""
    before = place[:, None] > place[None, :]
    beside = place[:, None] == place[None, :]
    return (before + beside / 2) @ n / n.sum()


def concentration(name: str, s: Floats, t: Floats, total: float) -> Floats:
    """Concentration index of the two sums; NaN where the mean rate leaves it undefined."""
    absolute, mean = (2 * t - s) / total, s / total
    if name == "absolute_concentration_index":
        return absolute
    if name == "erreygers_index":
        return 4 * absolute
    below = mean if name == "relative_concentration_index" else mean * (1 - mean)
    return np.divide(absolute, below, out=np.full(np.shape(mean), np.nan), where=below > 0)


def concentration_bounds(
    name: str, low: Floats, high: Floats, n: Floats, rank: Floats
) -> tuple[float, float]:
    """Sharp, where school sizes are known: the extremes lie on the two paths."""
    total = float(n.sum())
    least, most = (
        _along(name, *_path(low, high, rank, steep=steep), total) for steep in (False, True)
    )
    return _opened(name, np.min(least), np.max(most))


def _opened(name: str, low: float, high: float) -> tuple[float, float]:
    """Bounds with a hair of room, and never beyond what the index can be."""
    reach = 0.25 if name == "absolute_concentration_index" else 1.0
    return float(np.fmax(low - _HAIR, -reach)), float(np.fmin(high + _HAIR, reach))


def _path(
    low: Floats, high: Floats, rank: Floats, *, steep: bool
) -> tuple[Floats, Floats, Floats, Floats]:
    """S and T at the start of each stretch, and by how much they grow on it.

    On a path every school goes from its least to its most counts, one after the other, the highest rank first if
    ``steep``, else last: no other way has more (less) T at any S.
    """
    order = np.argsort(-rank if steep else rank, kind="stable")
    order = order[(high > low)[order]] if np.any(high > low) else order[:1]
    width = (high - low)[order]
    rise = width * rank[order]
    start = low.sum() + np.cumsum(width) - width, low @ rank + np.cumsum(rise) - rise
    return *start, width, rise


def _along(name: str, s: Floats, t: Floats, width: Floats, rise: Floats, total: float) -> Floats:
    """Values at a hair from both ends of each stretch, where T is linear in S, and where Wagstaff's index may turn."""
    stops = [np.full(len(s), _HAIR), np.full(len(s), 1 - _HAIR)]
    if name == "wagstaff_index":
        # (a + b m) / (m - m^2) turns where b m^2 + 2 a m - a = 0.
        width = np.fmax(width, _HAIR)
        b = (2 * rise - width) / width
        a = (2 * t - s) / total - b * s / total
        root = np.sqrt(np.maximum(a * a + a * b, 0.0))
        for sign in (-1.0, 1.0):
            m = np.divide(sign * root - a, b, out=np.full(len(b), 0.5), where=b != 0)
            stops.append(np.clip((m * total - s) / width, _HAIR, 1 - _HAIR))
    where = np.array(stops)
    return concentration(name, s + where * width, t + where * rise, total)


def outer_concentration_bounds(name: str, known: Known, place: Floats) -> tuple[float, float]:
    """Outer, where school sizes are withheld and the ranks move with them.

    The absolute index is G / N^2 with G the sum of n_j k_i - n_i k_j over pairs of schools, i ranked above j. Between
    exact schools that is known. Between a masked one and all exact ones together it is greatest at a corner of what the
    cell says, and so it is between two masked ones; the corner may differ from term to term, hence outer.
    """
    above = np.sign(place[:, None] - place[None, :])
    k, n = (np.where(known.exact, counts, 0.0) for counts in (known.k_low, known.n_low))
    masked = np.flatnonzero(~known.exact)
    ks, ns = _corners(known.take(masked))
    alone = ks * (above @ n)[masked, None] - ns * (above @ k)[masked, None]
    pairs = ns[None, :, None, :] * ks[:, None, :, None] - ns[:, None, :, None] * ks[None, :, None]
    pairs = pairs * above[np.ix_(masked, masked)][:, :, None, None] / 2  # each pair comes twice

    def ends(exactly: float, corners: Floats) -> Floats:
        return exactly + np.array([corners.min(axis=1).sum(), corners.max(axis=1).sum()])

    together = ends(float(k @ above @ n), alone)
    together += np.array([pairs.min(axis=(2, 3)).sum(), pairs.max(axis=(2, 3)).sum()])
    size, count, rest = ends(n.sum(), ns), ends(k.sum(), ks), ends((n - k).sum(), ns - ks)
    below = {
        "absolute_concentration_index": size * size,
        "relative_concentration_index": size * count,
        "erreygers_index": size * size / 4,
        "wagstaff_index": count * rest,
    }[name]
    low, high = together
    return _opened(
        name,
        _quotient(low, below[0] if low < 0 else below[1]),
        _quotient(high, below[0] if high > 0 else below[1]),
    )


def _quotient(value: float, by: float) -> float:
    return float(value / by) if by > 0 else float(np.copysign(np.inf, value))


def _corners(known: Known) -> tuple[Floats, Floats]:
    """Corners of each cell's polygon (see `polygons.Known`), eight each, some of them alike."""

    def kink(count: Floats, share: Floats) -> Floats:
        at = np.divide(count, share, out=known.n_high.copy(), where=share > 0)
        return np.clip(at, known.n_low, known.n_high)

    kinks = kink(known.k_low, known.value_low), kink(known.k_high, known.value_high)
    n = np.stack([known.n_low, known.n_high, *kinks], axis=1)
    least = np.maximum(known.k_low[:, None], known.value_low[:, None] * n)
    most = np.minimum(known.k_high[:, None], known.value_high[:, None] * n)
    return np.concatenate([least, np.maximum(least, most)], axis=1), np.concatenate([n, n], axis=1)


def slope_bounds(
    low: Floats, high: Floats, n: Floats, rank: Floats
) -> dict[str, tuple[float, float]]:
    """Outer, and nearly sharp, where school sizes are known: both indices rise with T and fall with S - T.

    That holds for every logistic fit to k on R: a student counted at rank 1 can only steepen it, and one at rank 0 only
    flatten it. So no fit of a piece of a path exceeds that of its greatest T with its least S - T.
    """
    ends = []
    for steep in (False, True):
        s, t, width, rise = _path(low, high, rank, steep=steep)
        piece = np.arange(_PIECES + 1.0)[:, None] / _PIECES
        t_at, rest_at = t + piece * rise, (s - t) + piece * (width - rise)
        if steep:
            top, rest = t_at[1:].ravel(), rest_at[:-1].ravel()
        else:
            top, rest = t_at[:-1].ravel(), rest_at[1:].ravel()
        beyond = is_separated(top + rest, top, n, rank)
        inside = ~beyond
        lowest, highest = np.full(len(top), 0.0 if steep else 1.0), np.full(len(top), float(steep))
        lowest[inside], highest[inside] = ends_of_fit(
            (top + rest)[inside], top[inside], n, rank, steep=steep
        )
        ratio = np.divide(highest, lowest, out=np.full(len(top), np.inf), where=lowest > 0)
        ends.append((highest - lowest, ratio))
    (gaps, ratios), (most_gaps, most_ratios) = ends
    return {
        "slope_index_of_inequality": _opened("", gaps.min(), most_gaps.max()),
        "relative_index_of_inequality": (
            max(ratios.min() - _HAIR, 0.0),
            most_ratios.max() + _HAIR,
        ),
    }


def is_separated(s: Floats, t: Floats, n: Floats, rank: Floats) -> Flags:
    """Whether no logistic curve has these sums: all or none counted, or all of them at one end of the order."""
    total = float(n.sum())
    edge = _HAIR * total
    limits = []
    for steep in (False, True):
        at, weighted, width, rise = _path(np.zeros(len(n)), n, rank, steep=steep)
        limits.append(
            np.interp(
                s, np.append(at, at[-1] + width[-1]), np.append(weighted, weighted[-1] + rise[-1])
            )
        )
    inside = (t > limits[0] + edge) & (t < limits[1] - edge) & (s > edge) & (s < total - edge)
    return ~inside


def ends_of_fit(
    s: Floats, t: Floats, n: Floats, rank: Floats, *, steep: bool
) -> tuple[Floats, Floats]:
    """Rates at rank 0 and rank 1 of the logistic curve whose expected sums are S and T, by Newton's method.

    A curve too steep to be found is taken for the limit: 0 and 1 if ``steep``, else 1 and 0.
    """
    x = rank - 0.5
    target = np.stack([s, t - s / 2])
    mean = np.clip(s / n.sum(), _HAIR, 1 - _HAIR)
    a, b = np.log(mean / (1 - mean)), np.zeros(len(s))
    enough = _CLOSE * n.sum()
    for _ in range(_ROUNDS):
        p = _logistic(a[:, None] + b[:, None] * x)
        off = target - np.stack([p @ n, p @ (n * x)])
        if np.all(np.abs(off) < enough):
            break
        v = p * (1 - p)
        c, d, e = v @ n, v @ (n * x), v @ (n * x * x)
        det = np.maximum(c * e - d * d, _TINY)
        step = np.stack([e * off[0] - d * off[1], c * off[1] - d * off[0]]) / det
        step /= np.maximum(
            np.abs(step).max(axis=0), 1.0
        )  # one at the most: it cannot overshoot far
        a, b = a + step[0], np.clip(b + step[1], -_STEEPEST, _STEEPEST)
    found = np.all(np.abs(off) < enough, axis=0)
    start, end = _logistic(a - b / 2), _logistic(a + b / 2)
    return np.where(found, start, 0.0 if steep else 1.0), np.where(found, end, float(steep))


def _logistic(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(x, -_STEEPEST, _STEEPEST)))
