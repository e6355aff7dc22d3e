"""Pairs compared with more care: ratios by score, a group against its whole. OBSERVATIONS in, ESTIMATES out."""

from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.claims import Measure, Numbers, claim
from sesec_analysis.metrics.disparity import ratios
from sesec_analysis.metrics.questions import OTHERS, group_pairs
from sesec_analysis.polygons import Flags, Floats, Known

__all__ = ["gaps_to_whole", "koopman_ratio", "score_ratios"]

_WHOLE = "Newcombe hybrid score interval (statsmodels) against the others, scaled by their share"
_KOOPMAN = "Koopman asymptotic score interval"
_STEPS = (
    100  # bisections; each halves a range of 80 on the log scale, so the last is below any rounding
)


def score_ratios(
    obs: pd.DataFrame, *, by: str, reference: str, level: float = 0.95
) -> pd.DataFrame:
    """`ratios` with Koopman's score interval, which keeps its level at small counts.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    reference
        The group compared to, or ``"others"``.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES as of `ratios`. Where counts are withheld the outer limits stay those of `ratios`, as `method` says.

    Raises
    ------
    DataError
        As `gaps`.

    Notes
    -----
    Reading and caution: as `ratios`.
    Reference: Koopman, P. A. R. (1984). Biometrics, 40, 513-517.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [7, 1], "denominator": [34, 34]}))
    >>> score_ratios(obs, by="race_ethnicity", reference="white")[["estimate", "ci_low", "ci_high"]].round(3)
       estimate  ci_low  ci_high
    0       7.0   1.221   42.576
    """
    table = ratios(obs, by=by, reference=reference, level=level)
    exact = table["ci_low"].notna()
    k, n, reference_k, reference_n = table.loc[exact, _COUNTS].to_numpy(dtype=float).T
    low, high = koopman_ratio(k, n, reference_k, reference_n, level)
    for name in ("ci", "outer"):
        table.loc[exact, f"{name}_low"] = low
        table.loc[exact, f"{name}_high"] = high
    table.loc[exact, "method"] = _KOOPMAN
    return table


_COUNTS = ["numerator_low", "n_low", "reference_numerator_low", "reference_n_low"]


def gaps_to_whole(obs: pd.DataFrame, *, by: str, level: float = 0.95) -> pd.DataFrame:
    """Difference between each student group's rate and the rate of all groups together, the group among them.

    gap_to_whole = p_group - p_all = (1 - w) (p_group - p_others), w the group's share of the students.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts: every group of the partition, since all students are their sum.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per group; `reference` is ``"all"``, and the reference's counts are those of the others,
        with whom the group is compared.

    Raises
    ------
    DataError
        As `gaps` with reference ``"others"``.

    Notes
    -----
    Reading: negative means the group's rate lies below that of all students.
    Caution: the larger the group, the smaller this gap, whatever the distance to the others; show `gaps` first.
    Method: group and whole share students, so no interval for separate groups applies. The identity above is exact,
    and scales the interval against the others; the shares are taken as given. Where group sizes are withheld the
    bounds are outer: the share and the gap take their extremes each by itself.
    Reference: the identity; Newcombe, R. G. (1998). Statistics in Medicine, 17, 873-890, method 10.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [40, 90], "denominator": [100, 100]}))
    >>> gaps_to_whole(obs, by="race_ethnicity")[["student_group", "estimate", "ci_low", "ci_high"]].round(3)
      student_group  estimate  ci_low  ci_high
    0         black     -0.25  -0.301   -0.188
    1         white      0.25   0.188    0.301
    """
    rows, group, other = group_pairs(obs, by, OTHERS, level)
    known, others = group.known, other.known
    share = _share(others.n_low, known.n_high), _share(others.n_high, known.n_low)
    gap = known.value_low - others.value_high, known.value_high - others.value_low
    outer = intervals.outer_difference(known, others, level)
    bound_low, bound_high = _scaled(share, gap)
    outer_low, outer_high = _scaled(share, outer)
    exact = known.exact & others.exact
    numbers = Numbers(
        np.where(exact, bound_low, np.nan),
        *(bound_low, bound_high, outer_low, outer_high),
        undefined=np.zeros(len(rows), dtype=bool),
        says_nothing=_anything(known) | _anything(others),
        midpoint_stands=True,
    )
    measure = Measure("gap_to_whole", "points", _WHOLE)
    return claim(rows, measure, numbers, group, other, reference_name="all", level=level)


def koopman_ratio(
    k: ArrayLike, n: ArrayLike, reference_k: ArrayLike, reference_n: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Koopman's score interval of a ratio of two independent rates.

    Parameters
    ----------
    k, n
        Students counted, of how many, in the group.
    reference_k, reference_n
        The same in the reference; at least one student on each side.
    level
        Confidence level, 0-1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits; 0 where none was counted in the group, infinite where none in the reference.

    Notes
    -----
    The ratios for which the counts are no surprise, the rates being the likeliest with that ratio.
    Reference: Koopman, P. A. R. (1984). Biometrics, 40, 513-517.

    Examples
    --------
    >>> low, high = koopman_ratio(7, 34, 1, 34)
    >>> print(f"{low:.6f} {high:.6f}")
    1.220853 42.575718
    """
    a, m, b, n = (np.asarray(count, dtype=float) for count in (k, n, reference_k, reference_n))
    z = NormalDist().inv_cdf(0.5 + level / 2)

    def limit(sign: float) -> Floats:
        low, high = np.full(np.shape(a + m + b + n), -41.0), np.full(np.shape(a + m + b + n), 40.0)
        for _ in range(_STEPS):
            middle = (low + high) / 2
            above = _surplus(np.exp(middle), a, m, b, n, sign * z) > 0
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        return np.exp((low + high) / 2)

    return np.where(a == 0, 0.0, limit(1.0)), np.where(b == 0, np.inf, limit(-1.0))


def _surplus(ratio: Floats, a: Floats, m: Floats, b: Floats, n: Floats, z: float) -> Floats:
    """How far the counts stand above a ratio, less z standard errors there; falls as the ratio rises."""
    linear = m * ratio + a + n + b * ratio
    root = np.sqrt(np.maximum(linear**2 - 4 * (m + n) * ratio * (a + b), 0.0))
    q = (
        2 * (a + b) / (linear + root)
    )  # the reference's likeliest rate if the group's is `ratio` times it
    p = ratio * q
    variance = p * (1 - p) / m + ratio**2 * q * (1 - q) / n
    return np.asarray(a / m - ratio * b / n - z * np.sqrt(np.maximum(variance, 0.0)))


def _share(part: Floats, rest: Floats) -> Floats:
    """Part of the whole; where it has no end all of it, where only the rest has none nothing of it."""
    endless = np.where(np.isinf(rest), 0.0, 1.0)
    finite = np.isfinite(part) & np.isfinite(rest) & (part + rest > 0)
    return np.divide(part, part + rest, out=endless, where=finite)


def _scaled(share: tuple[Floats, Floats], gap: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    ends = [one * two for one in share for two in gap]
    return np.min(ends, axis=0), np.max(ends, axis=0)


def _anything(known: Known) -> Flags:
    return (known.value_low <= 0) & (known.value_high >= 1)
