"""Odds of student groups compared, plainly and over strata: OBSERVATIONS in, ESTIMATES out."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal, Self

import numpy as np
import pandas as pd

from sesec_analysis import bounds
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.claims import Measure, Numbers, claim
from sesec_analysis.metrics.questions import KEYS, group_pairs, require_columns
from sesec_analysis.polygons import Flags, Floats, Known, Positions, sum_by
from sesec_analysis.schema import conform_observations

__all__ = ["Box", "mantel_haenszel", "odds_ratios"]

_ADDED = {"adjusted": 0.5, "woolf": 0.0}
_POOLED = (
    "Robins, Breslow and Greenland's interval, grades as strata; none where counts are withheld"
)
_ENDLESS = 1e12  # students: stands for a count that nothing caps
_WORDS = {
    "adjusted": "Gart's adjusted logit interval, one half added to every count",
    "woolf": "Woolf's logit interval",
}


@dataclass(frozen=True)
class Box:
    """Fewest and most students with and without what is counted, each by itself: a box around what is known."""

    k_low: Floats
    k_high: Floats
    rest_low: Floats
    rest_high: Floats

    @classmethod
    def of(cls, known: Known) -> Self:
        """Read what is known; where counts are exact the box is a point."""
        n, most = known.n_low, known.n_high
        capped = np.isfinite(most)
        size = np.where(capped, most, 1.0)

        def at_most(rate: Floats) -> Floats:
            return np.where(capped | (rate <= 0), rate * size, np.inf)

        k_low = np.fmax(known.k_low, known.value_low * n)
        k_high = np.fmin(known.k_high, at_most(known.value_high))
        rest_low = np.fmax(n - np.where(known.exact, known.k_low, known.k_high), 0.0)
        rest_low = np.fmax(rest_low, (1 - known.value_high) * n)
        rest_high = np.fmin(most - known.k_low, at_most(1 - known.value_low))
        exact, rest = known.exact, known.n_low - known.k_low
        return cls(
            np.where(exact, known.k_low, k_low),
            np.where(exact, known.k_low, np.fmax(k_high, k_low)),
            np.where(exact, rest, rest_low),
            np.where(exact, rest, np.fmax(rest_high, rest_low)),
        )


def odds_ratios(
    obs: pd.DataFrame,
    *,
    by: str,
    reference: str,
    interval: Literal["adjusted", "woolf"] = "adjusted",
    level: float = 0.95,
) -> pd.DataFrame:
    """Odds of each student group as a multiple of a reference group's odds.

    odds_ratio = [p_group / (1 - p_group)] / [p_reference / (1 - p_reference)]; 1 means equal rates.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    reference
        The group compared to, or ``"others"``. There is no default: naming it is a choice to be read.
    interval
        ``"adjusted"`` (Gart: one half added to every count) or ``"woolf"``, which is 0 to infinity at a zero count.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per non-reference group. `undefined` where the odds of a side have no end or the reference's
        are 0; `bound_high` is infinite where they may.

    Raises
    ------
    DataError
        As `gaps`; or if ``interval`` has another name.

    See Also
    --------
    sesec_analysis.metrics.disparity.gaps : What to say first. Odds are for models and for readers who think in them.

    Notes
    -----
    Reading: 2 means twice the odds, which is not twice the rate unless rates are small.
    Unlike a ratio of rates it is only inverted when the other outcome is counted.
    Bounds are attained: the quotient rises with the group's rate and falls with the reference's. Outer limits take
    the least odds and the most variance, each over all that is known, and so may reach too far, never too short.
    Reference: Fagerland, M. W., Lydersen, S. and Laake, P. (2015). Statistical Methods in Medical Research, 24,
    224-254.

    Examples
    --------
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [80, 90], "denominator": [110, 98]}))
    >>> ratio = odds_ratios(obs, by="race_ethnicity", reference="white")
    >>> ratio[["student_group", "estimate", "ci_low", "ci_high"]].round(3)
      student_group  estimate  ci_low  ci_high
    0         black     0.237   0.109    0.561
    """
    if interval not in _ADDED:
        raise DataError(
            f"there is no interval {interval!r}",
            where="odds_ratios, interval",
            mend="name one that there is",
            known=sorted(_ADDED),
        )
    rows, group, other = group_pairs(obs, by, reference, level)
    known, against = group.known, other.known
    undefined = (against.value_high == 0) | (against.value_low == 1) | (known.value_low == 1)
    low = _over(_odds(known.value_low), _odds(against.value_high))
    high = _over(_odds(known.value_high), _odds(against.value_low))
    low, high = (np.where(undefined, np.nan, bound) for bound in (low, high))
    outer_low, outer_high = _outer_odds_ratio(known, against, _ADDED[interval], level)
    numbers = Numbers(
        _over(_odds(group.point), _odds(other.point)),
        low,
        high,
        np.where(low == 0, 0.0, outer_low),
        np.where(np.isinf(high), high, outer_high),
        undefined=undefined,
        says_nothing=(low <= 0) & np.isinf(high),
        midpoint_stands=False,
    )
    measure = Measure("odds_ratio", "ratio", _WORDS[interval])
    return claim(rows, measure, numbers, group, other, reference_name=reference, level=level)


def mantel_haenszel(
    obs: pd.DataFrame, *, by: str, reference: str, level: float = 0.95
) -> pd.DataFrame:
    r"""Odds ratio of each student group against a reference, grade held alike: Mantel and Haenszel's.

    odds_ratio_by_grade = :math:`(\sum a_i d_i / N_i) / (\sum b_i c_i / N_i)` over grades i: a and b students of the
    group with and without what is counted, c and d of the reference, N all four.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts, a row for each grade; rows of ``"all"`` grades are no stratum and are left out.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    reference
        The group compared to, or ``"others"``.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per group, `grade_level` ``"all"``. Where counts are withheld there are bounds, and no outer
        limits: the variance has no least or most in closed form.

    Raises
    ------
    DataError
        As `gaps`.

    Notes
    -----
    Reading: the odds ratio inside a grade, if it is the same in each.
    Bounds are attained where cells bound their counts only: the quotient rises with a and d and falls with b and c.
    Reference: Mantel, N. and Haenszel, W. (1959). Journal of the National Cancer Institute, 22, 719-748; variance of
    Robins, J., Breslow, N. and Greenland, S. (1986). Biometrics, 42, 311-323.

    Examples
    --------
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "grade_level": ["03", "03", "04", "04"], "student_group": ["black", "white"] * 2,
    ...     "numerator": [30, 60, 45, 70], "denominator": [80, 90, 85, 90]}))
    >>> pooled = mantel_haenszel(obs, by="race_ethnicity", reference="white")
    >>> pooled[["student_group", "grade_level", "estimate", "ci_low", "ci_high"]].round(3)
      student_group grade_level  estimate  ci_low  ci_high
    0         black         all      0.31   0.197    0.488
    """
    require_columns(obs)
    grades = obs[obs["grade_level"] != "all"]
    rows, group, other = group_pairs(grades, by, reference, level)
    keys = [name for name in KEYS if name != "grade_level"]
    code = bounds.row_codes(rows, keys)
    there = ~(group.absent | other.absent)
    box, against = (_only(Box.of(side.known), there) for side in (group, other))
    sums = conform_observations(bounds.pool(grades, by=[*keys, "unit"]).assign(grade_level="all"))
    pooled, group, other = group_pairs(sums, by, reference, level)
    exact = group.known.exact & other.known.exact
    numbers = _pooled_odds_ratio(box, against, code, exact, level)
    measure = Measure("odds_ratio_by_grade", "ratio", _POOLED)
    return claim(pooled, measure, numbers, group, other, reference_name=reference, level=level)


def _pooled_odds_ratio(
    box: Box, other: Box, code: Positions, exact: Flags, level: float
) -> Numbers:
    count = len(exact)

    def sums(a: Floats, b: Floats, c: Floats, d: Floats) -> list[Floats]:
        a, b, c, d = (np.minimum(cells, _ENDLESS) for cells in (a, b, c, d))
        size = np.where(a + b + c + d > 0, a + b + c + d, 1.0)
        r, s, p = a * d / size, b * c / size, (a + d) / size
        parts = (r, s, p * r, p * s + (1 - p) * r, (1 - p) * s)
        return [sum_by(code, part, count) for part in parts]

    r, s, one, two, three = sums(box.k_low, box.rest_high, other.k_high, other.rest_low)
    most_r, most_s, *_ = sums(box.k_high, box.rest_low, other.k_low, other.rest_high)
    defined = (r > 0) & (s > 0)
    nowhere = (exact & ~defined) | (s == 0)  # the divisor is 0, whatever the truth is
    low, high = (np.where(nowhere, np.nan, limit) for limit in (_over(r, s), _over(most_r, most_s)))
    r, s = np.where(defined, r, 1.0), np.where(defined, s, 1.0)
    spread = np.sqrt(one / (2 * r**2) + two / (2 * r * s) + three / (2 * s**2))
    reach = np.exp(np.where(exact & defined, NormalDist().inv_cdf(0.5 + level / 2) * spread, 0.0))
    unknown = np.where(exact, 1.0, np.nan)
    return Numbers(
        np.where(exact, low, np.nan),
        *(low, high, low / reach * unknown, high * reach * unknown),
        undefined=nowhere,
        says_nothing=(low <= 0) & np.isinf(high),
        midpoint_stands=False,
    )


def _only(box: Box, there: Flags) -> Box:
    """Leave out a grade that one side does not have: it compares nothing."""
    sides = (box.k_low, box.k_high, box.rest_low, box.rest_high)
    return Box(*(np.where(there, side, 0.0) for side in sides))


def _outer_odds_ratio(
    known: Known, reference: Known, added: float, level: float
) -> tuple[Floats, Floats]:
    z = NormalDist().inv_cdf(0.5 + level / 2)
    box, other = Box.of(known), Box.of(reference)
    fewest = [box.k_low, box.rest_low, other.k_low, other.rest_low]
    inverse = [_over(np.ones(len(count)), count + added) for count in fewest]
    reach = np.exp(np.minimum(z * np.sqrt(np.sum(inverse, axis=0)), 700.0))
    none = np.any([count + added == 0 for count in fewest], axis=0)
    low = _over(box.k_low + added, box.rest_high + added)
    high = _over(box.k_high + added, box.rest_low + added)
    other_low = _over(other.k_low + added, other.rest_high + added)
    other_high = _over(other.k_high + added, other.rest_low + added)
    outer_low, outer_high = _over(low, other_high) / reach, _over(high, other_low) * reach
    return np.where(none, 0.0, outer_low), np.where(none, np.inf, outer_high)


def _odds(rate: Floats) -> Floats:
    return _over(rate, 1 - rate)


def _over(value: Floats, other: Floats) -> Floats:
    """Divide; by 0 without end, by what has no end 0, and NaN where either is unknown."""
    unknown = np.isnan(value) | np.isnan(other)
    out = np.where(unknown, np.nan, np.where(np.isinf(other), 0.0, np.inf))
    return np.divide(value, other, out=out, where=(other > 0) & np.isfinite(other))
