"""Whether two rates differ by more than chance, how far, and whether it could have been seen: OBSERVATIONS in."""

from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special, stats

from sesec_analysis.errors import DataError
from sesec_analysis.metrics.claims import Measure, Numbers, Side, claim
from sesec_analysis.metrics.questions import group_pairs
from sesec_analysis.polygons import Flags, Floats

__all__ = ["cohens_h", "p_values", "power", "power_of"]

_SCORE = "score test of equal rates (chi-square without correction)"
_FISHER = "Fisher's exact test (scipy), since fewer than five are expected in a cell"
_FEW_EXPECTED = 5.0
_H = Measure("cohens_h", "radians", "normal interval on the arcsine scale")
_P = Measure("p_value", "probability", _SCORE)
_NOT_TESTED = (
    "not computed: a number for exact counts of students only, and these are withheld or estimated"
)


def p_values(obs: pd.DataFrame, *, by: str, reference: str, level: float = 0.95) -> pd.DataFrame:
    """Probability of a gap at least this large by chance alone, had both groups the same rate.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    reference
        The group compared to, or ``"others"``.
    level
        Confidence level, 0-1; only written down.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per non-reference group: two-sided, by the score test, or by Fisher's where fewer than five
        students are expected in a cell; `method` says which. `suppressed` where counts are withheld.

    Raises
    ------
    DataError
        As `gaps`.

    See Also
    --------
    sesec_analysis.metrics.families.q_values : Many such numbers taken together.

    Notes
    -----
    Caution: a large number is no sign of equality, and a small one none of a large gap. Say the gap and its interval.
    Reference: Agresti, A. (2013). Categorical Data Analysis, 3rd ed., sections 3.2 and 3.5.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [60, 75], "denominator": [100, 100]}))
    >>> p_values(obs, by="race_ethnicity", reference="white")[["student_group", "estimate"]].round(4)
      student_group  estimate
    0         black    0.0235
    """
    rows, group, other = group_pairs(obs, by, reference, level)
    exact = _counted(group, other)
    point, fisher = np.full(len(rows), np.nan), np.zeros(len(rows), dtype=bool)
    point[exact], fisher[exact] = _tested(*(side[exact] for side in _cells(group, other)))
    table = claim(rows, _P, _bare(point), group, other, reference_name=reference, level=level)
    told = table["status"] == "ok"
    table.loc[told & fisher, "method"] = _FISHER
    return _said(table)


def cohens_h(obs: pd.DataFrame, *, by: str, reference: str, level: float = 0.95) -> pd.DataFrame:
    r"""Distance of two rates on the arcsine scale, on which chance moves every rate alike.

    cohens_h = :math:`2 \arcsin\sqrt{p_{group}} - 2 \arcsin\sqrt{p_{reference}}`; 0 means equal rates.

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
        ESTIMATES, one row per non-reference group, in radians, from -pi to pi.

    Raises
    ------
    DataError
        As `gaps`.

    Notes
    -----
    Reading: Cohen calls .2 small, .5 medium and .8 large, and asks that such words yield to knowledge of the matter.
    Bounds are attained, since the distance rises with the group's rate and falls with the reference's.
    Reference: Cohen, J. (1988). Statistical Power Analysis for the Behavioral Sciences, 2nd ed., chapter 6.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [60, 75], "denominator": [100, 100]}))
    >>> h = cohens_h(obs, by="race_ethnicity", reference="white")
    >>> h[["student_group", "estimate", "ci_low", "ci_high"]].round(3)
      student_group  estimate  ci_low  ci_high
    0         black    -0.322  -0.599   -0.045
    """
    rows, group, other = group_pairs(obs, by, reference, level)
    known, against = group.known, other.known
    low = _angle(known.value_low) - _angle(against.value_high)
    high = _angle(known.value_high) - _angle(against.value_low)
    fewest = (np.fmax(side.known.n_low, 1.0) for side in (group, other))
    reach = NormalDist().inv_cdf(0.5 + level / 2) * np.sqrt(np.sum([1 / n for n in fewest], axis=0))
    numbers = Numbers(
        _angle(group.point) - _angle(other.point),
        *(low, high, np.fmax(low - reach, -np.pi), np.fmin(high + reach, np.pi)),
        undefined=np.zeros(len(rows), dtype=bool),
        says_nothing=_anything(group) | _anything(other),
        midpoint_stands=False,
    )
    return claim(rows, _H, numbers, group, other, reference_name=reference, level=level)


def power(
    obs: pd.DataFrame, *, by: str, reference: str, difference: float, level: float = 0.95
) -> pd.DataFrame:
    """Could a gap of a given size have been seen? The probability of finding it with this many students.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    reference
        The group compared to, or ``"others"``; its rate is taken as it stands.
    difference
        The gap asked about, in proportion points with its sign: -0.1 is ten points below the reference.
    level
        A gap counts as found when chance would show one as large with a probability of at most 1 - level.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per non-reference group. `undefined` where no rate lies that far from the reference's,
        `suppressed` where counts are withheld.

    Raises
    ------
    DataError
        As `gaps`; or if ``difference`` is 0 or not between -1 and 1.

    Notes
    -----
    Reading: .4 means that a real gap of this size would be missed in six of ten years. "No clear difference" with
    little power says that there are few students, not that schools serve both groups alike.
    Caution: ask for a size that would matter, never for the gap that was seen.
    Reference: Cohen, J. (1988). Statistical Power Analysis for the Behavioral Sciences, 2nd ed., chapter 6.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [18, 60], "denominator": [30, 80]}))
    >>> power(obs, by="race_ethnicity", reference="white", difference=-0.1)[["estimate", "unit"]].round(2)
       estimate         unit
    0      0.18  probability
    """
    if not 0 < abs(difference) < 1:
        raise DataError(
            f"a difference of {difference} is no gap between two rates",
            where="power, difference",
            mend="write ten points below the reference as difference=-0.1",
        )
    rows, group, other = group_pairs(obs, by, reference, level)
    exact = _counted(group, other)
    rate = other.point + difference
    possible = (rate >= -_HAIR) & (rate <= 1 + _HAIR)
    rate = np.clip(rate, 0.0, 1.0)
    shown, (_, n, _, reference_n) = exact & possible, _cells(group, other)
    point = np.full(len(rows), np.nan)
    distance = (_angle(rate) - _angle(other.point))[shown]
    point[shown] = power_of(distance, n[shown], reference_n[shown], level)
    measure = Measure(
        "power", "probability", f"two-sided test on the arcsine scale, {difference:+g}"
    )
    numbers = _bare(point, undefined=exact & ~possible)
    return _said(claim(rows, measure, numbers, group, other, reference_name=reference, level=level))


def power_of(h: ArrayLike, n: ArrayLike, reference_n: ArrayLike, level: float = 0.95) -> Floats:
    """Probability that a two-sided test at 1 - level finds a distance h (Cohen's) between two groups.

    Examples
    --------
    >>> print(f"{power_of(0.2, 543, 675):.4f}")
    0.9344
    """
    n, reference_n = np.asarray(n, dtype=float), np.asarray(reference_n, dtype=float)
    shift = np.abs(h) * np.sqrt(n * reference_n / (n + reference_n))
    z = NormalDist().inv_cdf(0.5 + level / 2)
    return np.asarray(special.ndtr(shift - z) + special.ndtr(-shift - z))


_HAIR = 1e-12


def _tested(k: Floats, n: Floats, other_k: Floats, other_n: Floats) -> tuple[Floats, Flags]:
    """Two-sided probability of each pair, and whether it is Fisher's."""
    rate = (k + other_k) / (n + other_n)
    spread = rate * (1 - rate) * (1 / n + 1 / other_n)
    away = np.abs(k / n - other_k / other_n)
    z = np.divide(away, np.sqrt(spread), out=np.zeros(len(k)), where=spread > 0)
    found = np.asarray(2 * special.ndtr(-z))
    fisher = np.minimum(n, other_n) * np.minimum(rate, 1 - rate) < _FEW_EXPECTED
    for row in np.flatnonzero(fisher):
        cells = [[k[row], n[row] - k[row]], [other_k[row], other_n[row] - other_k[row]]]
        found[row] = stats.fisher_exact(np.array(cells, dtype=np.int64)).pvalue
    return found, fisher


def _counted(group: Side, other: Side) -> Flags:
    both = group.known.exact & other.known.exact & group.by_chance & other.by_chance
    return both & (group.known.n_low > 0) & (other.known.n_low > 0)


def _cells(group: Side, other: Side) -> tuple[Floats, Floats, Floats, Floats]:
    return group.known.k_low, group.known.n_low, other.known.k_low, other.known.n_low


def _bare(point: Floats, undefined: Flags | None = None) -> Numbers:
    """Numbers that exist for exact counts only, and have no interval."""
    unknown = np.full(len(point), np.nan)
    nowhere = np.zeros(len(point), dtype=bool) if undefined is None else undefined
    return Numbers(point, point, point, unknown, unknown, nowhere, np.isnan(point), False)


def _said(table: pd.DataFrame) -> pd.DataFrame:
    table.loc[table["status"] == "suppressed", "method"] = _NOT_TESTED
    return table


def _angle(rate: Floats) -> Floats:
    return np.asarray(2 * np.arcsin(np.sqrt(rate)))


def _anything(side: Side) -> Flags:
    return (side.known.value_low <= 0) & (side.known.value_high >= 1)
