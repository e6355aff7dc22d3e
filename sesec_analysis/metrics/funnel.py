"""Funnel limits, shrunken rates and the year-to-year variation of many schools: chance, overdispersion, pooling."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special, stats

from sesec_analysis import bounds
from sesec_analysis.bounds import Flags, Floats, KnownCounts, Positions, as_floats, sum_by
from sesec_analysis.errors import DataError, QuestionError, check_choice
from sesec_analysis.i18n import mark
from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.estimates import (
    KEYS,
    MeasureSpec,
    Numbers,
    Side,
    build_estimates,
    interleave_measures,
    single_rows,
)

__all__ = [
    "FEWEST_UNITS",
    "WINSORIZED",
    "Prior",
    "between_variance",
    "funnel",
    "funnel_limits",
    "global_prior",
    "overdispersion",
    "poisson_limits",
    "shrunk_rates",
]


FEWEST_UNITS = 5
"""Schools with exact counts, below which nothing is learned from them about one another."""

_ORGANIZATION = ["organization_level", "organization_id", "organization_name"]
_SLICE = ["organization_level", *(name for name in KEYS if name not in _ORGANIZATION)]
_INTERVAL = "normal interval of the posterior, the variance between schools taken as known"
_LEARNED = "; mean and variance learned from schools with exact counts only"
_TOO_FEW = "not computed: " + mark("fewer than {n} schools with exact counts").format(
    n=FEWEST_UNITS
)


Noise = Literal["binomial", "poisson"]
"""How much chance alone moves a count: that of students, or that of events, several of which may be one student's."""

_OF_EVENTS = {"binomial": "", "poisson": "; Poisson: one student may be counted several times"}


def _refuse_other(noise: str) -> str:
    check_choice(noise, _OF_EVENTS, what="noise", where="noise")
    return noise


@dataclass(frozen=True)
class Prior:
    """What schools have in common; numbers, or columns with a row for each school."""

    mean: float | Floats
    variance: float | Floats  # of the schools' true rates around the mean
    noise: float | Floats  # variance of one student's outcome
    mean_error: float | Floats  # variance of the mean as an estimate

    def weight(self, n: ArrayLike) -> Floats:
        """Share of a school's own rate in its shrunken one; 0 where schools differ by chance alone."""
        n = np.asarray(n, dtype=float)
        endless = np.isinf(n)
        signal = np.asarray(self.variance * np.where(endless, 1.0, n))
        total = signal + np.where(endless, 0.0, self.noise)
        return np.divide(signal, total, out=np.zeros(signal.shape), where=total > 0)

    def shrunk(self, rate: ArrayLike, n: ArrayLike) -> Floats:
        """A rate of n students drawn towards the mean."""
        weight = self.weight(n)
        return np.asarray(weight * np.asarray(rate, dtype=float) + (1 - weight) * self.mean)

    def spread(self, n: ArrayLike) -> Floats:
        """Standard error of a shrunken rate, the variance between schools taken as known."""
        rest = 1 - self.weight(n)
        return np.asarray(np.sqrt(self.variance * rest + self.mean_error * rest**2))


def global_prior(k: ArrayLike, n: ArrayLike, *, events_may_repeat: bool = False) -> Prior:
    """Mean and variance of schools' true rates by the method of moments: Martuzzi and Elliott's, or Marshall's.

    Parameters
    ----------
    k, n
        Students counted, of how many, in each school.
    events_may_repeat
        True for events that one student may have several of (Poisson noise: Marshall's); False for a share of students
        (binomial noise: Martuzzi and Elliott's).

    Returns
    -------
    Prior
        The variance is 0 where schools differ by no more than chance.

    Notes
    -----
    m = sum k / sum n; s = sum n (r - m)^2 / sum n. Of events v = s - m / mean n, and the noise of one is m. Of students
    v = (s - m (1 - m) / mean n) / (1 - 1 / mean n) and the noise m (1 - m) - v: what one student may turn out varies
    by m (1 - m) in all, and v of that is between schools. v is no less than 0.
    Reference: Marshall, R. J. (1991). Journal of the Royal Statistical Society C, 40, 283-294; Martuzzi, M. and
    Elliott, P. (1996). Statistics in Medicine, 15, 1867-1873.

    Examples
    --------
    >>> prior = global_prior([10, 60, 80], [100, 100, 100])
    >>> print(f"{prior.mean:.2f} {prior.variance:.4f} {prior.weight(100):.3f}")
    0.50 0.0850 0.981
    """
    k = intervals.as_numbers(k, "global_prior, k", low=0, whole=True)
    n = intervals.as_numbers(n, "global_prior, n", low=0, whole=True)
    if not n.size or not np.all(n > 0) or not np.all(np.isfinite(k)):
        raise DataError(
            "there is no school, or one without students or with an unknown count",
            where="global_prior",
            fix="give exact counts of schools that have students",
        )
    if k.shape != n.shape or not (events_may_repeat or np.all(k <= n)):
        raise DataError(
            "k and n are not of the same schools, or more students are counted than there are",
            where="global_prior",
            fix="give one k and one n of each school; events_may_repeat=True if one student may count several times",
        )
    mean = k.sum() / n.sum()
    noise = mean if events_may_repeat else mean * (1 - mean)
    spread = np.sum(n * (k / n - mean) ** 2) / n.sum()
    variance = max(0.0, spread - noise / n.mean())
    if not events_may_repeat:
        # Of one student each nothing is told apart.
        variance = variance / (1 - 1 / n.mean()) if n.mean() > 1 else 0.0
        variance = min(variance, noise)
        noise -= variance
    mean_error = np.sum(n**2 * (variance + noise / n)) / n.sum() ** 2
    return Prior(float(mean), float(variance), float(noise), float(mean_error))


def shrunk_rates(
    obs: pd.DataFrame, *, level: float = 0.95, noise: Noise = "binomial"
) -> pd.DataFrame:
    """Rate of each school drawn towards the rate of all, the more the fewer its students.

    shrunk_rate = w p + (1 - w) m; w = v / (v + (m (1 - m) - v) / n), m the mean and v the variance of true rates.

    Parameters
    ----------
    obs
        OBSERVATIONS of schools (or districts); those alike in indicator, year, grade and group learn from each other.
    level
        Confidence level, 0-1.
    noise
        ``"binomial"`` for a share of students, ``"poisson"`` for events that one student may have several of.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per row of ``obs``; `reference` is empty. `undefined` where fewer than five schools have
        exact counts. A withheld cell gets bounds, given a prior learned from exact cells only, as `method` says.

    Raises
    ------
    DataError
        If two rows speak of the same figure.

    Notes
    -----
    Reading: the best guess of a school's rate in other years like this one. Show it with the raw rate, and rank on
    neither: a small school moves to the middle because little is known of it.
    Caution: the interval takes v as known, so it is too narrow where few schools are compared.
    Reference: Martuzzi, M. and Elliott, P. (1996). Statistics in Medicine, 15, 1867-1873; of events Marshall, R. J.
    (1991). Journal of the Royal Statistical Society C, 40, 283-294.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "organization_level": "school", "organization_id": list("abcde"),
    ...     "numerator": [8, 30, 45, 60, 180], "denominator": [10, 100, 100, 100, 300]}))
    >>> shrunk_rates(obs)[["organization_id", "estimate", "ci_low", "ci_high"]].round(3)
      organization_id  estimate  ci_low  ci_high
    0               a     0.621   0.426    0.817
    1               b     0.337   0.248    0.427
    2               c     0.463   0.373    0.553
    3               d     0.589   0.499    0.678
    4               e     0.596   0.542    0.650
    """
    rows, side = single_rows(obs, None, level)
    known, code = side.known, bounds.row_codes(rows, _SLICE)
    prior, counted = _priors(side, code, events_may_repeat=_refuse_other(noise) == "poisson")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    few, many = known.n_low, known.n_high
    # Linear in the weight, which rises with n: at each rate the ends of n are the extremes.
    low = np.minimum(prior.shrunk(known.value_low, few), prior.shrunk(known.value_low, many))
    high = np.maximum(prior.shrunk(known.value_high, few), prior.shrunk(known.value_high, many))
    reach = z * np.maximum(prior.spread(few), prior.spread(many))
    numbers = Numbers(
        np.where(known.exact, low, np.nan),
        *(low, high, np.fmax(low - reach, 0.0), np.fmin(high + reach, 1.0)),
        undefined=counted < FEWEST_UNITS,
    )
    measure = MeasureSpec("shrunk_rate", "proportion", _INTERVAL + _OF_EVENTS[noise])
    table = build_estimates(rows, measure, numbers, side, level=level)
    withheld = sum_by(code, ~known.exact, len(code))[code] > 0
    has_number = table["status"].isin(["ok", "bounded"]) & withheld
    table.loc[has_number, "method"] += _LEARNED
    lone = (table["status"] == "undefined") & (counted < FEWEST_UNITS) & ~side.absent
    table.loc[lone, "method"] = _TOO_FEW
    return table


def _priors(side: Side, code: Positions, *, events_may_repeat: bool) -> tuple[Prior, Floats]:
    """The prior of each row's slice, as columns, and how many schools it was learned from."""
    numbers = np.zeros((4, len(code)))
    known = side.known
    counted = known.exact & (known.n_low > 0) & side.by_chance
    schools = sum_by(code, counted, len(code))[code]
    for slice_code in np.unique(code[schools >= FEWEST_UNITS]):
        here = code == slice_code
        k, n = known.k_low[here & counted], known.n_low[here & counted]
        prior = global_prior(k, n, events_may_repeat=events_may_repeat)
        numbers[:, here] = np.array([[prior.mean, prior.variance, prior.noise, prior.mean_error]]).T
    return Prior(*numbers), schools


WINSORIZED = 0.1
"""Share of schools at each end whose distance is drawn in, so that the odd ones do not make all others ordinary."""


def funnel_limits(n: ArrayLike, target: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Exact binomial limits of the rate of n students whose chance is the target.

    Parameters
    ----------
    n
        Students, at least one.
    target
        The rate that all are compared to, 0-1.
    level
        Chance to lie within; a funnel shows .95 and .998.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits.

    Notes
    -----
    Between the two whole counts that bracket the chance a limit is interpolated, so that it moves smoothly with n. The
    upper limit is the lower one of those not counted, so that a count lies beyond either limit exactly if the chance of
    one as extreme is at most (1 - level) / 2; read off the same side, the upper limit would be one count too near.
    Reference: Spiegelhalter, D. J. (2005). Statistics in Medicine, 24, 1185-1202, appendix A.1.1.

    Examples
    --------
    >>> low, high = funnel_limits([20, 200], 0.5)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.256, 0.428], [0.744, 0.572])
    """
    intervals.check_level(level)
    n, target = intervals.of_one_length(
        "funnel_limits",
        intervals.as_numbers(n, "funnel_limits, n", low=1),
        intervals.as_numbers(target, "funnel_limits, target", low=0, high=1),
    )
    chance = (1 - level) / 2
    return _lower(n, target, chance), 1 - _lower(n, 1 - target, chance)


def _lower(n: Floats, target: Floats, chance: float) -> Floats:
    count = stats.binom.ppf(chance, n, target)
    here, before = stats.binom.cdf(count, n, target), stats.binom.cdf(count - 1, n, target)
    over = np.divide(here - chance, here - before, out=np.zeros(n.shape), where=here > before)
    return np.asarray(np.clip((count - over) / n, 0.0, 1.0))


def poisson_limits(expected: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Limits of events seen over events expected, where one student may have several: around 1.

    Parameters
    ----------
    expected
        Events expected, more than 0.
    level
        Chance to lie within.

    Raises
    ------
    DataError
        If no event is expected, or it is not known how many.

    Notes
    -----
    The exact interval of a count equal to the expected one, as NHS funnel plots draw it.
    Reference: Garwood, F. (1936). Biometrika, 28, 437-442.

    Examples
    --------
    >>> low, high = poisson_limits([15, 30])
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.5597, 0.6747], [1.6493, 1.4276])
    """
    intervals.check_level(level)
    expected, tail = intervals.as_numbers(expected, "poisson_limits, expected"), (1 - level) / 2
    if not np.all((expected > 0) & np.isfinite(expected)):
        raise DataError(
            "no event is expected, or it is not known how many",
            where="poisson_limits",
            fix="give numbers of events above 0",
        )
    low = stats.chi2.ppf(tail, 2 * expected) / (2 * expected)
    return low, stats.chi2.isf(tail, 2 * (expected + 1)) / (2 * expected)


def overdispersion(z: ArrayLike, *, winsorized: float = WINSORIZED) -> float:
    """How much more schools vary than by chance: the mean of their squared distances.

    By chance alone it is about 1 if none is drawn in, and about .68 with a tenth drawn in at each end: it errs towards
    no more than chance, so that no variety is read into it that may be due to a few.

    Parameters
    ----------
    z
        Distance of each school from the target, in standard errors.
    winsorized
        Share at each end that is drawn in to the quantile there.

    Notes
    -----
    Reference: Spiegelhalter, D. J. et al. (2012). Journal of the Royal Statistical Society A, 175, 1-47.

    Examples
    --------
    >>> overdispersion([-2.0, -1.0, 0.0, 1.0, 2.0], winsorized=0)
    2.0
    """
    z = intervals.as_numbers(z, "overdispersion, z")
    if not z.size or not np.all(np.isfinite(z)) or not 0 <= winsorized < 0.5:
        raise DataError(
            "there is no school, a distance is unknown, or half or more of the schools would be drawn in",
            where="overdispersion",
            fix="give the distances of schools with exact counts",
        )
    low, high = np.quantile(z, [winsorized, 1 - winsorized])
    return float(np.mean(np.clip(z, low, high) ** 2))


def between_variance(phi: float, error: ArrayLike) -> float:
    """Variance of schools' true rates that an overdispersion implies; 0 if it is no more than chance gives.

    Parameters
    ----------
    phi
        As `overdispersion` gives it.
    error
        Standard error of each school's rate.

    Notes
    -----
    tau^2 = (I phi - (I - 1)) / (sum w - sum w^2 / sum w), w = 1 / error^2, I schools.
    Reference: DerSimonian, R. and Laird, N. (1986). Controlled Clinical Trials, 7, 177-188, as used by Spiegelhalter,
    D. J. et al. (2012). Journal of the Royal Statistical Society A, 175, 1-47.

    Examples
    --------
    >>> print(f"{between_variance(3.0, [0.1, 0.1, 0.1]):.3f}")
    0.035
    """
    variation = intervals.as_numbers(phi, "between_variance, phi", low=0)
    error = intervals.as_numbers(error, "between_variance, error", low=0)
    if variation.ndim or not error.size or not np.all(error > 0):
        raise DataError(
            "phi is not one number, or there is no standard error, or one is 0 or not known",
            where="between_variance",
            fix="pass what `overdispersion` returns, and the standard errors of schools that have one",
        )
    weight = 1 / error**2
    count, total = weight.size, weight.sum()
    left = total - np.sum(weight**2) / total
    excess = count * phi - (count - 1)
    return float(max(0.0, excess / left)) if count > 1 else 0.0  # one school tells of no variety


_UNSEEN = "not computed: " + mark("a number for exact counts only, and these are withheld")
_FEW = "not computed: " + mark(
    "fewer than {n} schools with exact counts, or a target of none or all"
).format(n=FEWEST_UNITS)
_NONE = "none: a distance has no sampling interval"


def funnel(
    obs: pd.DataFrame,
    *,
    target: float | None = None,
    expected: pd.DataFrame | None = None,
    levels: Mapping[str, str] | None = None,
    level: float = 0.95,
    noise: Noise = "binomial",
) -> pd.DataFrame:
    """Distance of each school from a target, in standard errors that allow for schools' own variety.

    funnel_z = (p - target) / sqrt(target (1 - target) / n + tau^2); funnel_p is the chance of a distance as large, and
    funnel_target the target itself, its interval the limits that a school of n students stays within.

    Parameters
    ----------
    obs
        OBSERVATIONS of schools (or districts); those alike in indicator, year, grade and group are compared.
    target
        A goal, 0-1. None: the rate of all schools with exact counts together.
    expected
        In place of one target for all: ESTIMATES of `expected_rates` of the same schools. Each is then held against
        the rate usual for its need; one without an exact expected rate is `undefined`.
    levels
        Level of each school by organization_id, such as ``sa.report.level_rules().schools``: a school is then compared
        with schools of its level only, and one without a level against none. None: all together.
    level
        Chance to lie within the limits; a funnel shows .95 and .998.
    noise
        ``"binomial"`` for a share of students; ``"poisson"`` for events that one student may have several of: the
        variance is then target / n, and the limits are those of `poisson_limits`.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, three rows per row of ``obs``. A withheld cell gets bounds of its distance, and no chance; `method`
        gives the target, the overdispersion and tau^2, learned from schools with exact counts only. `undefined` where
        fewer than five have such counts, or the target is 0 or 1.

    Raises
    ------
    DataError
        If ``target`` is not between 0 and 1 or stands beside ``expected``, or two rows speak of the same figure.

    See Also
    --------
    sesec_analysis.metrics.robustness.q_values : Many schools are looked at, so some stand apart by chance.
    sesec_analysis.metrics.expected.expected_rates : What is usual at schools with as much need.

    Notes
    -----
    Reading: beyond 2 (limits of .95) worth a question, beyond 3 (.998) unlike the others. A question, not a verdict:
    schools serve different students with different means.
    Method: tau^2 is 0, and the limits exact, unless the overdispersion is above 1. It is winsorized, hence cautious: by
    chance alone it is about .68, and of schools that do vary more, about one in ten lies beyond limits of .95. The line
    behind ``expected`` is taken as known.
    Caution: with one target for all, the distance says whom a school serves as much as how it serves them. Keep levels
    apart, and give ``expected`` where the need is known.
    Reference: Spiegelhalter, D. J. (2005). Statistics in Medicine, 24, 1185-1202.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "organization_level": "school", "organization_id": list("abcde"),
    ...     "numerator": [50, 46, 53, 49, 52], "denominator": [100, 100, 100, 100, 100]}))
    >>> funnel(obs)[["organization_id", "measure", "estimate", "ci_low", "ci_high"]].head(3).round(3)
      organization_id        measure  estimate  ci_low  ci_high
    0               a       funnel_z       0.0     NaN      NaN
    1               a       funnel_p       1.0     NaN      NaN
    2               a  funnel_target       0.5   0.397    0.603
    """
    if target is not None and not 0 < target < 1:
        raise QuestionError(
            f"a target of {target} is not between 0 and 1",
            where="funnel, target",
            fix="write a goal of 80 percent as target=0.8",
        )
    if target is not None and expected is not None:
        raise QuestionError(
            "schools have one target for all and an expected rate each",
            where="funnel, target and expected",
            fix="give one of the two",
        )
    rows, side = single_rows(obs, None, level)
    of_level = rows["organization_id"].map(dict(levels)) if levels is not None else ""
    code = bounds.row_codes(rows[_SLICE].assign(of_level=of_level), [*_SLICE, "of_level"])
    goal = np.full(len(rows), np.nan if target is None else target)
    judged = np.ones(len(rows), dtype=bool)
    if expected is not None:
        goal = _own_targets(rows, expected)
        judged = ~np.isnan(goal)
    if levels is not None:
        judged &= rows["organization_id"].isin(dict(levels)).to_numpy(dtype=bool)
    known = side.known
    schools = _Schools.from_rows(side, code, goal, judged, _refuse_other(noise))
    tables = [
        build_estimates(
            rows, MeasureSpec(f"funnel_{name}", unit, words), numbers, side, level=level
        )
        for name, unit, words, numbers in (
            ("z", "standard errors", _NONE, schools.distances(known)),
            ("p", "probability", "normal, two-sided", schools.chances(known)),
            ("target", "proportion", "limits of the target", schools.limits(known, level)),
        )
    ]
    said = ["; beside schools of its level only" if levels is not None else ""]
    said += ["; the target is the rate usual for its need" if expected is not None else ""]
    parts = [_word_schools(table, schools, side, "".join(said)) for table in tables]
    return interleave_measures(parts, obs)


@dataclass(frozen=True)
class _Schools:
    """What the schools of each row's slice have in common, as columns."""

    target: Floats
    phi: Floats
    variance: Floats
    few: Floats  # 1 where nothing can be said
    noise: str = "binomial"

    @classmethod
    def from_rows(
        cls, side: Side, code: Positions, target: Floats, judged: Flags, noise: str
    ) -> "_Schools":
        """Learn from the schools that are judged; a target that is not given is the rate of all of them together."""
        known = side.known
        counted = known.exact & (known.n_low > 0) & side.by_chance & judged
        schools = sum_by(code, counted, len(code))[code]
        columns = np.zeros((4, len(code)))
        columns[3] = 1.0
        for slice_code in np.unique(code[schools >= FEWEST_UNITS]):
            here = code == slice_code
            k, n = known.k_low[here & counted], known.n_low[here & counted]
            goals = np.where(np.isnan(target), k.sum() / n.sum(), target)
            goal, here = goals[here & counted], here & judged
            if np.all((goal > 0) & (goal < 1)):
                error = np.sqrt((goal if noise == "poisson" else goal * (1 - goal)) / n)
                phi = overdispersion((k / n - goal) / error)
                tau = between_variance(phi, error) if phi > 1 else 0.0
                columns[0, here] = goals[here]
                columns[1:, here] = np.array([[phi, tau, 0.0]]).T
        goal_of, phi_of, variance, few = columns
        return cls(goal_of, phi_of, variance, few, noise)

    @property
    def one_student(self) -> Floats:
        """Variance of one student's outcome at the target."""
        return self.target * (1.0 if self.noise == "poisson" else 1 - self.target)

    def _z(self, rate: Floats, n: Floats) -> Floats:
        chance = np.where(np.isinf(n), 0.0, self.one_student / np.fmax(n, 1.0))
        error, away = np.sqrt(chance + self.variance), rate - self.target
        endless = np.where(away == 0, 0.0, np.copysign(np.inf, away))
        endless = np.where(self.few > 0, np.nan, endless)
        return np.divide(away, error, out=endless, where=error > 0)

    def distances(self, known: KnownCounts) -> Numbers:
        few, many = known.n_low, known.n_high
        low = np.minimum(self._z(known.value_low, few), self._z(known.value_low, many))
        high = np.maximum(self._z(known.value_high, few), self._z(known.value_high, many))
        anything = np.isneginf(low) & np.isposinf(high)
        low, high = (np.where(anything, np.nan, bound) for bound in (low, high))
        nothing = anything | known.says_nothing
        return self._numbers(np.where(known.exact, low, np.nan), low, high, nothing)

    def chances(self, known: KnownCounts) -> Numbers:
        z = np.abs(self._z(known.value_low, known.n_low))
        chance = np.where(known.exact, 2 * special.ndtr(-z), np.nan)
        return self._numbers(chance, chance, chance, ~known.exact)

    def limits(self, known: KnownCounts, level: float) -> Numbers:
        n = np.where(known.exact, np.fmax(known.n_low, 1.0), 1.0)
        if self.noise == "poisson":
            some = np.where(self.target > 0, self.target, 1.0)
            low, high = (some * limit for limit in poisson_limits(n * some, level))
        else:
            low, high = funnel_limits(n, self.target, level)
        reach = special.ndtri(0.5 + level / 2) * np.sqrt(self.one_student / n + self.variance)
        low = np.where(self.variance > 0, np.fmax(self.target - reach, 0.0), low)
        high = np.where(self.variance > 0, np.fmin(self.target + reach, 1.0), high)
        point = np.where(known.exact, self.target, np.nan)
        return Numbers(point, point, point, low, high, self.few > 0, ~known.exact, False)

    def _numbers(self, point: Floats, low: Floats, high: Floats, nothing: Flags) -> Numbers:
        unknown = np.full(len(point), np.nan)
        return Numbers(point, low, high, unknown, unknown, self.few > 0, nothing, False)


def _own_targets(rows: pd.DataFrame, expected: pd.DataFrame) -> Floats:
    """Return the expected rate of each school; NaN where it is not one number."""
    usual = expected.loc[
        expected["measure"].eq("expected_rate") & expected["status"].eq("ok"), [*KEYS, "estimate"]
    ]
    if usual[KEYS].duplicated().any():
        raise DataError(
            "a school has two expected rates",
            where="funnel, expected",
            fix="keep one row per figure, as `expected_rates` gives them",
        )
    return as_floats(rows[KEYS].merge(usual, on=KEYS, how="left"), "estimate")


def _word_schools(table: pd.DataFrame, schools: _Schools, side: Side, of_whom: str) -> pd.DataFrame:
    of_events = _OF_EVENTS[schools.noise]
    words = [
        f"{of_events}{of_whom}; target {target:.4g}, overdispersion {phi:.3g}, tau^2 {tau:.3g}, from exact counts"
        for target, phi, tau in zip(schools.target, schools.phi, schools.variance, strict=True)
    ]
    status = table["status"]
    ranged = table["measure"].eq("funnel_z") & status.eq("bounded")
    method = table["method"].mask(status.eq("suppressed"), _UNSEEN)
    method = method.mask(ranged, "range only: distances of the lowest and highest rate")
    method = method.mask(status.eq("undefined") & (schools.few > 0) & ~side.absent, _FEW)
    return table.assign(
        method=method.where(~status.isin(["ok", "bounded"]), method + pd.Series(words, dtype="str"))
    )
