"""Gradients: how a rate changes over schools ranked by another share; concentration and slope indices, with bounds.

OBSERVATIONS of schools in, ESTIMATES of their place out.

Schools have k of n students counted and a mid-rank R: the share of all students before them, plus half their own. With
S = sum k, T = sum k R, N = sum n, every measure here is a function of S and T, and rises with T at a given S.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from statsmodels.base.model import LikelihoodModelResults
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.regression.linear_model import WLS
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from sesec_analysis import bounds, schema
from sesec_analysis.bounds import Flags, Floats, KnownCounts
from sesec_analysis.errors import DataError
from sesec_analysis.i18n import mark
from sesec_analysis.metrics.estimates import (
    MeasureSpec,
    Numbers,
    Side,
    build_estimates,
    choose_measures,
    interleave_measures,
    single_rows,
)

__all__ = [
    "CONCENTRATION",
    "MEASURES",
    "concentration_bounds",
    "concentration_index",
    "ends_of_fit",
    "fitted_gradients",
    "gradients",
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


def concentration_index(name: str, s: Floats, t: Floats, total: float) -> Floats:
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
    return _open_ends(name, np.min(least), np.max(most))


def _open_ends(name: str, low: float, high: float) -> tuple[float, float]:
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
    return concentration_index(name, s + where * width, t + where * rise, total)


def outer_concentration_bounds(name: str, known: KnownCounts, place: Floats) -> tuple[float, float]:
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
    return _open_ends(
        name,
        _quotient(low, below[0] if low < 0 else below[1]),
        _quotient(high, below[0] if high > 0 else below[1]),
    )


def _quotient(value: float, by: float) -> float:
    return float(value / by) if by > 0 else float(np.copysign(np.inf, value))


def _corners(known: KnownCounts) -> tuple[Floats, Floats]:
    """Corners of each cell's polygon (see `bounds.KnownCounts`), eight each, some of them alike."""

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
        "slope_index_of_inequality": _open_ends("", gaps.min(), most_gaps.max()),
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

    A curve too steep to be fitted is taken for the limit: 0 and 1 if ``steep``, else 1 and 0.
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
    converged = np.all(np.abs(off) < enough, axis=0)
    start, end = _logistic(a - b / 2), _logistic(a + b / 2)
    return np.where(converged, start, 0.0 if steep else 1.0), np.where(converged, end, float(steep))


def _logistic(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(x, -_STEEPEST, _STEEPEST)))


Fit = tuple[float, float, float]
"""Estimate and confidence limits."""


def fitted_gradients(
    names: Sequence[str], k: Floats, n: Floats, place: Floats, level: float
) -> dict[str, Fit | None]:
    """Fit a line and a logit curve to the rates at the mid-ranks; None for a measure that does not exist.

    A standard error is the larger of two: the HC1 sandwich over schools, and that of the counts alone as independent
    binomials. The first is nothing where rates happen to lie on the line; chance is not.
    """
    rank = mid_ranks(place, n)
    sums = k.sum(keepdims=True), np.array([k @ rank])
    x = np.column_stack([np.ones(len(rank)), rank])
    fits: dict[str, Fit | None] = dict.fromkeys(names)
    line = WLS(k / n, x, weights=n).fit(cov_type="HC1", use_t=True)
    p = (k + 0.5) / (n + 1)  # none or all counted is not without chance
    bread = line.normalized_cov_params
    by_chance = bread @ (x * (n * p * (1 - p))[:, None]).T @ x @ bread
    spread = float(np.sum(n / n.sum() * (rank - 0.5) ** 2))
    for name in [name for name in names if name in CONCENTRATION]:
        value = concentration_index(name, *sums, n.sum()).item()
        if not np.isnan(value):
            reach = _reach(line, by_chance, _tilt(name, line.params, spread), level)
            fits[name] = value, value - reach, value + reach
    if set(names) - set(CONCENTRATION) and not is_separated(*sums, n, rank).item():
        with warnings.catch_warnings():
            # Rates that all lie on the curve are taken for separated ones, which are ruled out above.
            warnings.simplefilter("ignore", PerfectSeparationWarning)
            curve = GLM(np.column_stack([k, n - k]), x, family=Binomial()).fit(
                cov_type="HC1", use_t=True
            )
        fits |= {name: fit for name, fit in _slopes(curve, level).items() if name in fits}
    return fits


def _tilt(name: str, line: Floats, spread: float) -> Floats:
    """Derivatives of an index by the line's start a and slope b: A = 2 spread b, and the mean is a + b / 2."""
    mean, by_slope = line[0] + line[1] / 2, 2 * spread
    if name in ("absolute_concentration_index", "erreygers_index"):
        return np.array([0.0, by_slope * (4 if name == "erreygers_index" else 1)])
    if name == "relative_concentration_index":
        below, by_mean = mean, 1.0
    else:
        below, by_mean = mean * (1 - mean), 1 - 2 * mean
    loss = by_slope * line[1] * by_mean / below**2
    return np.array([-loss, by_slope / below - loss / 2])


def _slopes(curve: LikelihoodModelResults, level: float) -> dict[str, Fit]:
    start, end = 1 / (1 + np.exp(-np.cumsum(curve.params)))
    by_chance = curve.normalized_cov_params
    by_start, by_end = start * (1 - start), end * (1 - end)
    reach = _reach(curve, by_chance, np.array([by_end - by_start, by_end]), level)
    times = np.exp(_reach(curve, by_chance, np.array([start - end, 1 - end]), level))
    gap, ratio = float(end - start), float(end / start)
    return {
        "slope_index_of_inequality": (gap, gap - reach, gap + reach),
        "relative_index_of_inequality": (ratio, ratio / times, ratio * times),
    }


def _reach(fit: LikelihoodModelResults, by_chance: Floats, gradient: Floats, level: float) -> float:
    """Half the width of the interval: t times the larger standard error."""
    (limits,) = fit.t_test(np.array([1.0, 0.0]), cov_p=np.eye(2)).conf_int(1 - level)
    variance = max(gradient @ cov @ gradient for cov in (fit.cov_params(), by_chance))
    return float((limits[1] - limits[0]) / 2 * np.sqrt(variance))


_SLOPES = ("slope_index_of_inequality", "relative_index_of_inequality")
MEASURES = (*CONCENTRATION, *_SLOPES)
_UNITS = {
    **dict.fromkeys(CONCENTRATION, "index"),
    "slope_index_of_inequality": "points",
    "relative_index_of_inequality": "ratio",
}
_FIGURE = ["indicator", "end_year", "grade_level", "student_group_type", "student_group"]
_FEWEST = 3
_LARGER = (
    "the larger of the HC1 and the binomial standard error, t with schools - 2 degrees of freedom"
)
_LINE = f"least squares on the mid-rank, delta method; {_LARGER} (statsmodels)"
_CURVE = f"binomial logit on the mid-rank, delta method; {_LARGER} (statsmodels)"
_FEW = "not calculated: " + mark(
    "fewer than {n} schools with students, or all at one place in the order"
).format(n=_FEWEST)
_NO_CURVE = (
    "not calculated: "
    + mark("no logit curve fits")
    + "; all counted students, or none, are at one end of the order"
)
_NO_RATE = "not calculated: " + mark("no one counted, or everyone") + "; not defined there"
_NO_ORDER = "not shown: the ranking is withheld where it would decide which school comes first"
_NO_SIZE = "not shown: sizes of schools are withheld, and no bound is worked out"
_NOTHING = "not shown: the suppression bounds are all that the measure can be"
_WHOLE = {
    "absolute_concentration_index": (-0.25, 0.25),
    "relative_index_of_inequality": (0.0, np.inf),
}
_SHARP = "range only; suppression bounds sharp, counts along their extreme paths; no outer interval"
_OUTER = "range only; suppression bounds outer, not sharp: sizes of schools are withheld; no outer interval"
_CUT_OFF = (
    "range only; suppression bounds outer, nearly sharp, counts along their extreme paths in pieces; "
    "no outer interval"
)


def gradients(
    obs: pd.DataFrame,
    *,
    ranking: pd.DataFrame | Mapping[str, float],
    organization_id: str,
    organization_name: str,
    measures: Sequence[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    r"""Gradient of a rate over the schools of a place, ranked from the highest value of ``ranking`` to the lowest.

    With the share w, rate p and mid-rank R of each school (students before it, plus half its own, of all) and the mean
    rate m, in the names of `MEASURES`:

    - `absolute_concentration_index` A = :math:`2\sum w (p - m)(R - \frac12)`; `relative_concentration_index` = A / m;
    - `erreygers_index` = 4 A; `wagstaff_index` = A / (m (1 - m)): for rates, which end at 0 and 1;
    - `slope_index_of_inequality` = :math:`\hat p(1) - \hat p(0)`, `relative_index_of_inequality` =
      :math:`\hat p(1) / \hat p(0)`, of the curve :math:`\hat p(R) = 1 / (1 + e^{-a - bR})` fitted to k of n.

    Parameters
    ----------
    obs
        OBSERVATIONS of schools with counts; each indicator, year, grade and student group is a gradient of its own.
    ranking
        What ranks the schools, by organization_id: numbers, or OBSERVATIONS with one row for each school, such as the
        share of low-income students a year before. Schools alike in it share one mid-rank.
    organization_id, organization_name
        The place that the schools make up.
    measures
        Some of `MEASURES`; None for all.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of the place. Fewer than three schools with students, or a curve that does not exist, are `undefined`;
        a withheld ranking that leaves the order open, and withheld sizes for the two slopes, `suppressed`.

    Raises
    ------
    DataError
        If a school has no place in the ranking, or two; rows are of several organization levels; a measure is unknown;
        or two rows speak of one figure.

    Notes
    -----
    Reading: above 0 (ratio: 1), the rate is higher toward the end of the order: with a ranking by low-income share,
    in the schools that serve the fewest low-income students. 0 is no gradient.
    Caution: a gradient over schools says nothing of the students inside one. Universal meals inflate some ranking
    shares. With few schools the interval is wide, and it never falls under the chance of the students' own counts.
    Reference: Kakwani, N., Wagstaff, A. and van Doorslaer, E. (1997). Journal of Econometrics, 77, 87-103;
    Erreygers, G. (2009). Journal of Health Economics, 28, 504-515; Wagstaff, A. (2005). Health Economics, 14, 429-432;
    Mackenbach, J. P. and Kunst, A. E. (1997). Social Science & Medicine, 44, 757-771 (slopes).

    Examples
    --------
    >>> obs = schema.conform_observations(pd.DataFrame({
    ...     "indicator": "ela_met", "end_year": 2019, "organization_level": "school", "status": "reported",
    ...     "organization_id": list("abcd"), "student_group": "all",
    ...     "numerator": [40, 55, 60, 75], "denominator": 100}))
    >>> table = gradients(obs, ranking={"a": 0.8, "b": 0.6, "c": 0.5, "d": 0.1},
    ...     organization_id="southeast", organization_name="Southeast")
    >>> table[["measure", "estimate", "ci_low", "ci_high"]].iloc[[0, 4]].round(3)
                            measure  estimate  ci_low  ci_high
    0  absolute_concentration_index     0.069   0.013    0.125
    4     slope_index_of_inequality     0.427   0.098    0.755
    """
    keys, _ = single_rows(obs, None, level)
    names = choose_measures(measures, MEASURES, "gradients")
    odd = keys.loc[pd.factorize(keys["organization_level"])[0] > 0, "organization_id"]
    _refuse_schools(odd.tolist(), "is of another organization_level than the rows before it")
    place = _places(ranking, keys["organization_id"].unique().tolist())
    rows = obs.reset_index(drop=True)
    heads = keys.drop_duplicates(_FIGURE).assign(
        organization_level="place",
        organization_id=organization_id,
        organization_name=organization_name,
    )
    side = Side.from_table(bounds.pool(rows, by=[*_FIGURE, "unit"])) if len(rows) else None
    answers: dict[str, list[_Answer]] = {name: [] for name in names}
    for _, part in rows.groupby(_FIGURE, sort=False):
        schools = _RankedSchools.from_rows(part, place)
        for name, answer in schools.answers(names, level).items():
            answers[name].append(answer)
    if side is None:
        return interleave_measures([schema.conform_estimates(keys)], obs)
    return interleave_measures(
        [_table(heads, name, answers[name], side, level) for name in names], obs
    )


@dataclass(frozen=True)
class _Answer:
    """One measure of one slice: point, bounds and confidence limits, or the words that say why there are none."""

    point: float = np.nan
    low: float = np.nan
    high: float = np.nan
    ci: tuple[float, float] = (np.nan, np.nan)
    words: str = ""
    undefined: bool = False
    silent: bool = False


@dataclass(frozen=True)
class _RankedSchools:
    """One slice: the schools that have students."""

    known: KnownCounts
    place: Floats  # number in the order; equal where schools are alike
    ordered: bool  # whether no withheld ranking leaves the order open

    @classmethod
    def from_rows(cls, part: pd.DataFrame, place: Mapping[str, tuple[float, float]]) -> Self:
        known = KnownCounts.from_table(part)
        there = np.flatnonzero(known.n_high > 0)
        limits = [place[school] for school in part["organization_id"].iloc[there]]
        low, high = np.array(limits).reshape(-1, 2).T
        order = np.argsort(-high, kind="stable")
        # The order is certain if no school's range reaches above the lowest value of those before it.
        before = np.minimum.accumulate(low[order])[:-1]
        later, same = high[order][1:], (low == high)[order]
        certain = (later < before) | ((later == before) & same[1:] & same[:-1])
        return cls(known.take(there), -high, bool(np.all(certain)))

    def answers(self, names: Sequence[str], level: float) -> dict[str, _Answer]:
        known = self.known
        if not self.ordered:
            return dict.fromkeys(names, _Answer(words=_NO_ORDER, silent=True))
        if len(known.exact) < _FEWEST or np.all(self.place == self.place[0]):
            return dict.fromkeys(names, _Answer(words=_FEW, undefined=True))
        if not np.all(np.isfinite(known.n_high)):
            return dict.fromkeys(names, _Answer(words=_NO_SIZE, silent=True))
        if np.all(known.exact):
            fits = fitted_gradients(names, known.k_low, known.n_low, self.place, level)
            return {name: _answer_of_fit(name, fits[name]) for name in names}
        if np.all(known.n_low == known.n_high):
            return self._within_bounds(names)
        return {
            name: _range(name, outer_concentration_bounds(name, known, self.place), _OUTER)
            if name in CONCENTRATION
            else _Answer(words=_NO_SIZE, silent=True)
            for name in names
        }

    def _within_bounds(self, names: Sequence[str]) -> dict[str, _Answer]:
        known, n = self.known, self.known.n_low
        least = np.fmax(known.k_low, known.value_low * n)
        most = np.fmax(np.fmin(known.k_high, known.value_high * n), least)
        rank = mid_ranks(self.place, n)
        slopes = slope_bounds(least, most, n, rank) if set(names) & set(_SLOPES) else {}
        return {
            name: _range(name, concentration_bounds(name, least, most, n, rank), _SHARP)
            if name in CONCENTRATION
            else _range(name, slopes[name], _CUT_OFF)
            for name in names
        }


def _range(name: str, limits: tuple[float, float], words: str) -> _Answer:
    """Bounds, unless they are all that the measure can be."""
    least, most = _WHOLE.get(name, (-1.0, 1.0))
    if limits[0] <= least and limits[1] >= most:
        return _Answer(words=_NOTHING, silent=True)
    return _Answer(low=limits[0], high=limits[1], words=words)


def _answer_of_fit(name: str, fit: tuple[float, float, float] | None) -> _Answer:
    if fit is None:
        words = _NO_RATE if name in CONCENTRATION else _NO_CURVE
        return _Answer(words=words, undefined=True)
    return _Answer(fit[0], fit[0], fit[0], fit[1:])


def _table(
    heads: pd.DataFrame, name: str, answers: Sequence[_Answer], side: Side, level: float
) -> pd.DataFrame:
    columns = [(answer.point, answer.low, answer.high, *answer.ci) for answer in answers]
    point, low, high, outer_low, outer_high = np.array(columns, dtype=float).reshape(-1, 5).T
    numbers = Numbers(
        *(point, low, high, outer_low, outer_high),
        undefined=np.array([answer.undefined for answer in answers], dtype=bool),
        says_nothing=np.array([answer.silent for answer in answers], dtype=bool),
        has_midpoint=False,
    )
    measure = MeasureSpec(name, _UNITS[name], _LINE if name in CONCENTRATION else _CURVE)
    out = build_estimates(heads, measure, numbers, side, level=level)
    words = pd.Series([answer.words for answer in answers], dtype="str")
    worded = (words != "") & (out["status"] != "small_n") & ~pd.Series(side.absent)
    return out.assign(method=out["method"].mask(worded, words))


def _places(
    ranking: pd.DataFrame | Mapping[str, float], schools: list[str]
) -> dict[str, tuple[float, float]]:
    """Least and greatest value of what ranks each school; equal where it was published."""
    if isinstance(ranking, pd.DataFrame):
        twice = ranking["organization_id"].duplicated()
        _refuse_schools(
            ranking.loc[twice, "organization_id"].tolist(), "has two rows in the ranking"
        )
        known = KnownCounts.from_table(ranking)
        limits = zip(known.value_low.tolist(), known.value_high.tolist(), strict=True)
        places = dict(zip(ranking["organization_id"], limits, strict=True))
    else:
        places = {school: (float(value), float(value)) for school, value in ranking.items()}
    lost = [school for school in schools if np.isnan(places.get(school, (np.nan, 0.0))).any()]
    _refuse_schools(lost, "has no value in the ranking")
    return places


def _refuse_schools(schools: list[str], fault: str) -> None:
    if schools:
        raise DataError(
            f"school {schools[0]} {fault}",
            where=f"gradients, {len(schools)} school(s): {', '.join(schools[:20])}",
            fix="pass only schools, and rank each once, by one year and grade of one figure",
        )
