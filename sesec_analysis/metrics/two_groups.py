"""Two groups compared: gaps to all groups together, tests of equal rates, Cohen's h, and power."""

from dataclasses import replace
from statistics import NormalDist
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special, stats

from sesec_analysis import schema
from sesec_analysis.bounds import Flags, Floats
from sesec_analysis.errors import QuestionError, check_choice
from sesec_analysis.i18n import mark
from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.estimates import (
    OTHERS,
    MeasureSpec,
    Numbers,
    Pairs,
    group_pairs,
    share_of_whole,
)

__all__ = [
    "cohens_h",
    "explain_withheld",
    "gaps_to_whole",
    "is_counted",
    "p_values",
    "point_numbers",
    "power",
    "power_of",
]


_WHOLE = "Newcombe hybrid score interval (statsmodels) against the others, scaled by their share"


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
    pairs = group_pairs(obs, by, OTHERS, level)
    known, others = pairs.group.known, pairs.other.known
    share = (
        share_of_whole(others.n_low, known.n_high, if_empty=1.0),
        share_of_whole(others.n_high, known.n_low, if_empty=1.0),
    )
    gap = known.value_low - others.value_high, known.value_high - others.value_low
    outer = intervals.outer_difference(known, others, level)
    limits = _scale_share(share, gap)
    point = np.where(pairs.exact, limits[0], np.nan)
    measure = MeasureSpec("gap_to_whole", "points", _WHOLE)
    numbers = Numbers(point, *limits, *_scale_share(share, outer))
    return replace(pairs, reference="all").estimates(measure, numbers)


def _scale_share(share: tuple[Floats, Floats], gap: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    ends = [share_end * gap_end for share_end in share for gap_end in gap]
    return np.min(ends, axis=0), np.max(ends, axis=0)


_SCORE = "score test of equal rates (chi-square without correction)"
_FISHER = "Fisher's exact test (scipy)"
_FEW = ", since fewer than five are expected in a cell"
_FEW_EXPECTED = 5.0
_H = MeasureSpec("cohens_h", "radians", "normal interval on the arcsine scale")
_P = MeasureSpec("p_value", "probability", _SCORE)
_NOT_TESTED = "not computed: " + mark(
    "a number for exact counts of students only, and these are withheld or estimated"
)


def p_values(
    obs: pd.DataFrame,
    *,
    by: str,
    reference: str,
    test: Literal["score", "fisher"] = "score",
    level: float = 0.95,
) -> pd.DataFrame:
    """Probability of a gap at least this large by chance alone, had both groups the same rate.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    reference
        The group compared to, or ``"others"``.
    test
        ``"score"``, with Fisher's exact test where fewer than five students are expected in a cell, or ``"fisher"``,
        with Fisher's in every row.
    level
        Confidence level, 0-1; only written down.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per non-reference group: two-sided; `method` says by which test. `suppressed` where counts
        are withheld.

    Raises
    ------
    DataError
        As `gaps`; or if ``test`` has another name.

    See Also
    --------
    sesec_analysis.metrics.robustness.q_values : Many such numbers taken together.

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
    check_choice(test, ("score", "fisher"), what="test", where="p_values, test")
    pairs = group_pairs(obs, by, reference, level)
    exact = is_counted(pairs)
    point, fisher = np.full(len(exact), np.nan), np.zeros(len(exact), dtype=bool)
    cells = (side[exact] for side in _cells(pairs))
    point[exact], fisher[exact] = _test_pairs(*cells, always_fisher=test == "fisher")
    table = pairs.estimates(_P, point_numbers(point))
    computed = table["status"] == "ok"
    table.loc[computed & fisher, "method"] = _FISHER if test == "fisher" else f"{_FISHER}{_FEW}"
    return explain_withheld(table)


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
    pairs = group_pairs(obs, by, reference, level)
    known, against = pairs.group.known, pairs.other.known
    low = _angle(known.value_low) - _angle(against.value_high)
    high = _angle(known.value_high) - _angle(against.value_low)
    fewest = (np.fmax(side.n_low, 1.0) for side in (known, against))
    reach = NormalDist().inv_cdf(0.5 + level / 2) * np.sqrt(np.sum([1 / n for n in fewest], axis=0))
    numbers = Numbers(
        _angle(pairs.group.point) - _angle(pairs.other.point),
        *(low, high, np.fmax(low - reach, -np.pi), np.fmin(high + reach, np.pi)),
        has_midpoint=False,
    )
    return pairs.estimates(_H, numbers)


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
        The group compared to, or ``"others"``; its rate is used as given.
    difference
        The gap in question, in proportion points with its sign: -0.1 is ten points below the reference.
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
    Reading: .4 means that a real gap of this size would be missed in six of ten years. "Could be chance"
    with little power says that there are few students, not that schools serve both groups alike.
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
    obs = schema.check_observations(obs)
    intervals.as_numbers(difference, "power, difference")
    if not 0 < abs(difference) < 1:
        raise QuestionError(
            f"a difference of {difference} is not a gap between two rates",
            where="power, difference",
            fix="write ten points below the reference as difference=-0.1",
        )
    pairs = group_pairs(obs, by, reference, level)
    exact = is_counted(pairs)
    rate = pairs.other.point + difference
    possible = (rate >= -_HAIR) & (rate <= 1 + _HAIR)
    rate = np.clip(rate, 0.0, 1.0)
    shown, (_, n, _, reference_n) = exact & possible, _cells(pairs)
    point = np.full(len(exact), np.nan)
    distance = (_angle(rate) - _angle(pairs.other.point))[shown]
    point[shown] = power_of(distance, n[shown], reference_n[shown], level)
    measure = MeasureSpec(
        "power", "probability", f"two-sided test on the arcsine scale, {difference:+g}"
    )
    numbers = point_numbers(point, undefined=exact & ~possible)
    return explain_withheld(pairs.estimates(measure, numbers))


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


def _test_pairs(
    k: Floats, n: Floats, other_k: Floats, other_n: Floats, *, always_fisher: bool
) -> tuple[Floats, Flags]:
    """Two-sided probability of each pair, and whether it is Fisher's."""
    rate = (k + other_k) / (n + other_n)
    spread = rate * (1 - rate) * (1 / n + 1 / other_n)
    away = np.abs(k / n - other_k / other_n)
    z = np.divide(away, np.sqrt(spread), out=np.zeros(len(k)), where=spread > 0)
    chances = np.asarray(2 * special.ndtr(-z))
    fisher = np.minimum(n, other_n) * np.minimum(rate, 1 - rate) < _FEW_EXPECTED
    fisher |= always_fisher
    for row in np.flatnonzero(fisher):
        cells = [[k[row], n[row] - k[row]], [other_k[row], other_n[row] - other_k[row]]]
        chances[row] = stats.fisher_exact(np.array(cells, dtype=np.int64)).pvalue
    return chances, fisher


def is_counted(pairs: Pairs) -> Flags:
    """Return whether both sides are exact counts of students, and have students."""
    both = pairs.exact & pairs.group.by_chance & pairs.other.by_chance
    return both & (pairs.group.known.n_low > 0) & (pairs.other.known.n_low > 0)


def _cells(pairs: Pairs) -> tuple[Floats, Floats, Floats, Floats]:
    known, other = pairs.group.known, pairs.other.known
    return known.k_low, known.n_low, other.k_low, other.n_low


def point_numbers(point: Floats, undefined: Flags | bool = False) -> Numbers:
    """Numbers that exist for exact counts only, and have no interval."""
    unknown = np.full(len(point), np.nan)
    return Numbers(point, point, point, unknown, unknown, undefined, np.isnan(point), False)


def explain_withheld(table: pd.DataFrame) -> pd.DataFrame:
    """Say in `method` of suppressed rows why there is no number."""
    withheld = table["status"] == "suppressed"
    return table.assign(method=table["method"].mask(withheld, _NOT_TESTED))


def _angle(rate: Floats) -> Floats:
    return np.asarray(2 * np.arcsin(np.sqrt(rate)))
