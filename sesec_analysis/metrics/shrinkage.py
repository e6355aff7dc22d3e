"""Rates of many schools, each drawn towards what all have in common as far as chance blurs it: OBSERVATIONS in."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sesec_analysis import bounds
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.claims import Measure, Numbers, Side, claim
from sesec_analysis.metrics.questions import KEYS, single_rows
from sesec_analysis.polygons import Floats, Positions, sum_by

__all__ = ["FEWEST_UNITS", "Prior", "global_prior", "shrunk_rates"]

FEWEST_UNITS = 5
"""Schools with exact counts, below which nothing is learned from them about one another."""

_ORGANIZATION = ["organization_level", "organization_id", "organization_name"]
_SLICE = ["organization_level", *(name for name in KEYS if name not in _ORGANIZATION)]
_INTERVAL = "normal interval of the posterior, the variance between schools taken as known"
_LEARNED = "; mean and variance learned from schools with exact counts only"
_FEW = f"not computed: fewer than {FEWEST_UNITS} schools with exact counts"


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
    """Mean and variance of schools' true rates by the method of moments (Marshall's).

    Parameters
    ----------
    k, n
        Students counted, of how many, in each school.
    events_may_repeat
        True for events that one student may have several of (Poisson noise, Marshall's own case); False for a share of
        students (binomial noise).

    Returns
    -------
    Prior
        The variance is 0 where schools differ by no more than chance.

    Notes
    -----
    m = sum k / sum n; v = sum n (r - m)^2 / sum n - noise / mean n, no less than 0.
    Reference: Marshall, R. J. (1991). Journal of the Royal Statistical Society C, 40, 283-294.

    Examples
    --------
    >>> prior = global_prior([10, 60, 80], [100, 100, 100])
    >>> print(f"{prior.mean:.2f} {prior.variance:.4f} {prior.weight(100):.3f}")
    0.50 0.0842 0.971
    """
    k, n = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    if not n.size or not np.all(n > 0) or not np.all((k >= 0) & np.isfinite(k)):
        raise DataError(
            "there is no school, or one without students or with an unknown count",
            where="global_prior",
            mend="give exact counts of schools that have students",
        )
    mean = k.sum() / n.sum()
    noise = mean if events_may_repeat else mean * (1 - mean)
    spread = np.sum(n * (k / n - mean) ** 2) / n.sum()
    variance = max(0.0, spread - noise / n.mean())
    mean_error = np.sum(n**2 * (variance + noise / n)) / n.sum() ** 2
    return Prior(float(mean), float(variance), float(noise), float(mean_error))


def shrunk_rates(obs: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Rate of each school drawn towards the rate of all, the more the fewer its students.

    shrunk_rate = w p + (1 - w) m; w = v / (v + m (1 - m) / n), m the mean and v the variance of schools' true rates.

    Parameters
    ----------
    obs
        OBSERVATIONS of schools (or districts); those alike in indicator, year, grade and group learn from each other.
    level
        Confidence level, 0-1.

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
    Reading: the best guess of a school's rate in other years like this one. Show it beside the raw rate, and rank on
    neither: a small school moves to the middle because little is known of it.
    Caution: the interval takes v as known, so it is too narrow where few schools are compared.
    Reference: Marshall, R. J. (1991). Journal of the Royal Statistical Society C, 40, 283-294; binomial noise.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "organization_level": "school", "organization_id": list("abcde"),
    ...     "numerator": [8, 30, 45, 60, 180], "denominator": [10, 100, 100, 100, 300]}))
    >>> shrunk_rates(obs)[["organization_id", "estimate", "ci_low", "ci_high"]].round(3)
      organization_id  estimate  ci_low  ci_high
    0               a     0.618   0.421    0.815
    1               b     0.339   0.247    0.431
    2               c     0.464   0.372    0.555
    3               d     0.588   0.496    0.680
    4               e     0.595   0.540    0.651
    """
    rows, side = single_rows(obs, None, level)
    known, code = side.known, bounds.row_codes(rows, _SLICE)
    prior, counted = _priors(side, code)
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
        says_nothing=(known.value_low <= 0) & (known.value_high >= 1),
        midpoint_stands=True,
    )
    measure = Measure("shrunk_rate", "proportion", _INTERVAL)
    table = claim(rows, measure, numbers, side, level=level)
    withheld = sum_by(code, ~known.exact, len(code))[code] > 0
    told = table["status"].isin(["ok", "bounded"]) & withheld
    table.loc[told, "method"] += _LEARNED
    lone = (table["status"] == "undefined") & (counted < FEWEST_UNITS) & ~side.absent
    table.loc[lone, "method"] = _FEW
    return table


def _priors(side: Side, code: Positions) -> tuple[Prior, Floats]:
    """The prior of each row's slice, as columns, and how many schools it was learned from."""
    numbers = np.zeros((4, len(code)))
    known = side.known
    counted = known.exact & (known.n_low > 0) & side.by_chance
    schools = sum_by(code, counted, len(code))[code]
    for slice_code in np.unique(code[schools >= FEWEST_UNITS]):
        here = code == slice_code
        one = global_prior(known.k_low[here & counted], known.n_low[here & counted])
        numbers[:, here] = np.array([[one.mean, one.variance, one.noise, one.mean_error]]).T
    return Prior(*numbers), schools
