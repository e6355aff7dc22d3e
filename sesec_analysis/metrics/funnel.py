"""Which schools stand apart from a target by more than chance and their own variety: OBSERVATIONS in, ESTIMATES out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from sesec_analysis import bounds
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.claims import Measure, Numbers, Side, claim
from sesec_analysis.metrics.dispersion import between_variance, funnel_limits, overdispersion
from sesec_analysis.metrics.questions import KEYS, single_rows
from sesec_analysis.metrics.shrinkage import FEWEST_UNITS
from sesec_analysis.polygons import Flags, Floats, Known, Positions, sum_by

__all__ = ["funnel"]

_ORGANIZATION = ["organization_level", "organization_id", "organization_name"]
_SLICE = ["organization_level", *(name for name in KEYS if name not in _ORGANIZATION)]
_UNSEEN = "not computed: a number for exact counts only, and these are withheld"
_FEW = (
    f"not computed: fewer than {FEWEST_UNITS} schools with exact counts, or a target of none or all"
)
_NONE = "none: a distance has no sampling interval"


def funnel(obs: pd.DataFrame, *, target: float | None = None, level: float = 0.95) -> pd.DataFrame:
    """Distance of each school from a target, in standard errors that allow for schools' own variety.

    funnel_z = (p - target) / sqrt(target (1 - target) / n + tau^2); funnel_p is the chance of a distance as large, and
    funnel_target the target itself, its interval the limits that a school of n students stays within.

    Parameters
    ----------
    obs
        OBSERVATIONS of schools (or districts); those alike in indicator, year, grade and group are compared.
    target
        A goal, 0-1. None: the rate of all schools with exact counts together.
    level
        Chance to lie within the limits; a funnel shows .95 and .998.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, three rows per row of ``obs``. A withheld cell gets bounds of its distance, and no chance; `method`
        gives the target, the overdispersion and tau^2, learned from schools with exact counts only. `undefined` where
        fewer than five have such counts, or the target is 0 or 1.

    Raises
    ------
    DataError
        If ``target`` is not between 0 and 1, or two rows speak of the same figure.

    See Also
    --------
    sesec_analysis.metrics.families.q_values : Many schools are looked at, so some stand apart by chance.

    Notes
    -----
    Reading: beyond 2 (limits of .95) worth a question, beyond 3 (.998) unlike the others. A question, not a verdict:
    schools serve different students with different means.
    Method: tau^2 is 0, and the limits exact, unless the overdispersion is above 1. It is winsorized, hence cautious: by
    chance alone it is about .68, and of schools that do vary more, about one in ten lies beyond limits of .95.
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
        raise DataError(
            f"a target of {target} is not between 0 and 1",
            where="funnel, target",
            mend="write a goal of 80 percent as target=0.8",
        )
    rows, side = single_rows(obs, None, level)
    known, code = side.known, bounds.row_codes(rows, _SLICE)
    schools = _Schools.of(side, code, target)
    tables = [
        claim(rows, Measure(f"funnel_{name}", unit, words), numbers, side, level=level)
        for name, unit, words, numbers in (
            ("z", "standard errors", _NONE, schools.distances(known)),
            ("p", "probability", "normal, two-sided", schools.chances(known)),
            ("target", "proportion", "limits of the target", schools.limits(known, level)),
        )
    ]
    told = [_worded(table, schools, side) for table in tables]
    together = pd.concat(told).sort_index(kind="stable").reset_index(drop=True)
    together.attrs = dict(obs.attrs)
    return together


@dataclass(frozen=True)
class _Schools:
    """What the schools of each row's slice have in common, as columns."""

    target: Floats
    phi: Floats
    variance: Floats
    few: Floats  # 1 where nothing can be said

    @classmethod
    def of(cls, side: Side, code: Positions, target: float | None) -> "_Schools":
        known = side.known
        counted = known.exact & (known.n_low > 0) & side.by_chance
        schools = sum_by(code, counted, len(code))[code]
        columns = np.zeros((4, len(code)))
        columns[3] = 1.0
        for slice_code in np.unique(code[schools >= FEWEST_UNITS]):
            here = code == slice_code
            k, n = known.k_low[here & counted], known.n_low[here & counted]
            goal = k.sum() / n.sum() if target is None else target
            if 0 < goal < 1:
                error = np.sqrt(goal * (1 - goal) / n)
                phi = overdispersion((k / n - goal) / error)
                tau = between_variance(phi, error) if phi > 1 else 0.0
                columns[:, here] = np.array([[goal, phi, tau, 0.0]]).T
        return cls(*columns)

    def _z(self, rate: Floats, n: Floats) -> Floats:
        chance = np.where(np.isinf(n), 0.0, self.target * (1 - self.target) / np.fmax(n, 1.0))
        error, away = np.sqrt(chance + self.variance), rate - self.target
        endless = np.where(away == 0, 0.0, np.copysign(np.inf, away))
        endless = np.where(self.few > 0, np.nan, endless)
        return np.divide(away, error, out=endless, where=error > 0)

    def distances(self, known: Known) -> Numbers:
        few, many = known.n_low, known.n_high
        low = np.minimum(self._z(known.value_low, few), self._z(known.value_low, many))
        high = np.maximum(self._z(known.value_high, few), self._z(known.value_high, many))
        anything = np.isneginf(low) & np.isposinf(high)
        low, high = (np.where(anything, np.nan, bound) for bound in (low, high))
        nothing = anything | ((known.value_low <= 0) & (known.value_high >= 1))
        return self._numbers(np.where(known.exact, low, np.nan), low, high, nothing)

    def chances(self, known: Known) -> Numbers:
        z = np.abs(self._z(known.value_low, known.n_low))
        chance = np.where(known.exact, 2 * special.ndtr(-z), np.nan)
        return self._numbers(chance, chance, chance, ~known.exact)

    def limits(self, known: Known, level: float) -> Numbers:
        n = np.where(known.exact, np.fmax(known.n_low, 1.0), 1.0)
        low, high = funnel_limits(n, self.target, level)
        reach = special.ndtri(0.5 + level / 2) * np.sqrt(
            self.target * (1 - self.target) / n + self.variance
        )
        low = np.where(self.variance > 0, np.fmax(self.target - reach, 0.0), low)
        high = np.where(self.variance > 0, np.fmin(self.target + reach, 1.0), high)
        point = np.where(known.exact, self.target, np.nan)
        return Numbers(point, point, point, low, high, self.few > 0, ~known.exact, False)

    def _numbers(self, point: Floats, low: Floats, high: Floats, nothing: Flags) -> Numbers:
        unknown = np.full(len(point), np.nan)
        return Numbers(point, low, high, unknown, unknown, self.few > 0, nothing, False)


def _worded(table: pd.DataFrame, schools: _Schools, side: Side) -> pd.DataFrame:
    words = [
        f"; target {target:.4g}, overdispersion {phi:.3g}, tau^2 {tau:.3g}, from exact counts"
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
