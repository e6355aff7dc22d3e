"""Two groups compared: gaps to the whole, odds ratios and whether they are alike in all grades, tests, power."""

from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special, stats

from sesec_analysis import bounds, schema
from sesec_analysis.bounds import Flags, Floats, KnownCounts, Positions, sum_by
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.estimates import (
    KEYS,
    OTHERS,
    MeasureSpec,
    Numbers,
    Side,
    build_estimates,
    group_pairs,
)
from sesec_analysis.schema import MINIMUM_GROUP, conform_observations

__all__ = [
    "Box",
    "Homogeneity",
    "breslow_day",
    "breslow_day_test",
    "cohens_h",
    "gaps_to_whole",
    "mantel_haenszel",
    "odds_ratios",
    "p_values",
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
        says_nothing=known.says_nothing | others.says_nothing,
        midpoint_stands=True,
    )
    measure = MeasureSpec("gap_to_whole", "points", _WHOLE)
    return build_estimates(rows, measure, numbers, group, other, reference_name="all", level=level)


def _share(part: Floats, rest: Floats) -> Floats:
    """Part of the whole; where it has no end all of it, where only the rest has none nothing of it."""
    endless = np.where(np.isinf(rest), 0.0, 1.0)
    finite = np.isfinite(part) & np.isfinite(rest) & (part + rest > 0)
    return np.divide(part, part + rest, out=endless, where=finite)


def _scaled(share: tuple[Floats, Floats], gap: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    ends = [share_end * gap_end for share_end in share for gap_end in gap]
    return np.min(ends, axis=0), np.max(ends, axis=0)


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
    def of(cls, known: KnownCounts) -> Self:
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
        raise QuestionError(
            f"there is no interval {interval!r}",
            where="odds_ratios, interval",
            fix="name one that there is",
            valid=sorted(_ADDED),
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
    measure = MeasureSpec("odds_ratio", "ratio", _WORDS[interval])
    return build_estimates(
        rows, measure, numbers, group, other, reference_name=reference, level=level
    )


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
    (box, against), code, pooled, group, other = _strata(obs, by, reference, level)
    exact = group.known.exact & other.known.exact
    numbers = _pooled_odds_ratio(box, against, code, exact, level)
    measure = MeasureSpec("odds_ratio_by_grade", "ratio", _POOLED)
    return build_estimates(
        pooled, measure, numbers, group, other, reference_name=reference, level=level
    )


def _strata(
    obs: pd.DataFrame, by: str, reference: str, level: float
) -> tuple[tuple[Box, Box], Positions, pd.DataFrame, Side, Side]:
    """Both sides in each grade, the row of the sum that a grade belongs to, and these rows with both sides."""
    grades = schema.check_observations(obs).query('grade_level != "all"')
    rows, group, other = group_pairs(grades, by, reference, level)
    keys = [name for name in KEYS if name != "grade_level"]
    code = bounds.row_codes(rows, keys)
    there = ~(group.absent | other.absent)
    box, against = (_only(Box.of(side.known), there) for side in (group, other))
    sums = conform_observations(bounds.pool(grades, by=[*keys, "unit"]).assign(grade_level="all"))
    return (box, against), code, *group_pairs(sums, by, reference, level)


@dataclass(frozen=True)
class Homogeneity:
    """What Breslow and Day's test finds."""

    statistic: float
    degrees: int  # of freedom: strata that tell something, less one
    chance: (
        float  # of odds ratios as unlike, were they alike; NaN where there is nothing to compare
    )


def breslow_day_test(
    a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike, *, tarone: bool = False
) -> Homogeneity:
    """Breslow and Day's test of odds ratios that are alike in all strata.

    Parameters
    ----------
    a, b
        Students of the group with and without what is counted, in each stratum.
    c, d
        The same of the reference.
    tarone
        Whether to take Tarone's adjustment off, without which the statistic is a little too large.

    Returns
    -------
    Homogeneity
        Strata where one side is empty, or all or none are counted, tell nothing and are left out.

    Raises
    ------
    DataError
        If the four are not of the same strata.

    Notes
    -----
    Each a is compared with the one that the Mantel-Haenszel odds ratio would bring, in its own standard errors.
    Reference: Breslow, N. E. and Day, N. E. (1980). Statistical Methods in Cancer Research, volume 1, section 4.4;
    Tarone, R. E. (1985). Biometrika, 72, 91-95.

    Examples
    --------
    >>> found = breslow_day_test([647, 41], [622, 28], [2, 19], [27, 32], tarone=True)
    >>> print(f"{found.statistic:.3f} {found.degrees} {found.chance:.5f}")
    5.175 1 0.02292
    """
    cells = [
        np.atleast_1d(intervals.as_numbers(given, "breslow_day_test, given"))
        for given in (a, b, c, d)
    ]
    if len({side.shape for side in cells}) > 1:
        raise DataError(
            f"a, b, c and d are of {', '.join(str(side.size) for side in cells)} strata",
            where="breslow_day_test",
            fix="give a number of each for every stratum, 0 where there is nobody",
        )
    group, other = cells[0] + cells[1], cells[2] + cells[3]
    counted, rest = cells[0] + cells[2], cells[1] + cells[3]
    telling = (group > 0) & (other > 0) & (counted > 0) & (rest > 0)
    with_it, without, other_with_it, other_without = (side[telling] for side in cells)
    group, other, counted = group[telling], other[telling], counted[telling]
    above = float(np.sum(with_it * other_without / (group + other)))
    below = float(np.sum(without * other_with_it / (group + other)))
    degrees = max(len(group) - 1, 0)
    if not (degrees and above > 0 and below > 0):
        return Homogeneity(float("nan"), degrees, float("nan"))
    ratio = above / below
    linear = other - counted + ratio * (group + counted)
    root = np.sqrt(linear**2 + 4 * (1 - ratio) * ratio * group * counted)
    expected = 2 * ratio * group * counted / (linear + root)
    inverse = 1 / expected + 1 / (group - expected) + 1 / (counted - expected)
    variance = 1 / (inverse + 1 / (other - counted + expected))
    statistic = np.sum((with_it - expected) ** 2 / variance)
    if tarone:
        statistic -= np.sum(with_it - expected) ** 2 / np.sum(variance)
    return Homogeneity(float(statistic), degrees, float(stats.chi2.sf(statistic, degrees)))


_FEW_IN_A_GRADE = 3
_ALIKE = MeasureSpec(
    "breslow_day",
    "probability",
    "Breslow and Day's test with Tarone's adjustment, grades as strata",
)


def breslow_day(obs: pd.DataFrame, *, by: str, reference: str, level: float = 0.95) -> pd.DataFrame:
    """Probability of odds ratios as unlike between grades by chance alone, were they alike: Breslow and Day's test.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts, a row for each grade; rows of ``"all"`` grades are no stratum and are left out.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    reference
        The group compared to, or ``"others"``.
    level
        Confidence level, 0-1; only written down.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per group, `grade_level` ``"all"``; `method` gives the statistic and its degrees of freedom.
        `undefined` where fewer than two grades tell anything or fewer than three students of a side are counted, or are
        not, in one; `small_n` where fewer than ten are in one; `suppressed` where counts of a grade are withheld.

    Raises
    ------
    DataError
        As `gaps`.

    See Also
    --------
    mantel_haenszel : The odds ratio that is asked about; say it only where this number is not near 0.

    Notes
    -----
    Caution: a large number is no proof that the odds ratios are alike; with few students it is always large.
    Reference: Breslow, N. E. and Day, N. E. (1980). Statistical Methods in Cancer Research, volume 1, section 4.4;
    Tarone, R. E. (1985). Biometrika, 72, 91-95.

    Examples
    --------
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "grade_level": ["03", "03", "04", "04"], "student_group": ["black", "white"] * 2,
    ...     "numerator": [30, 60, 45, 70], "denominator": [80, 90, 85, 90]}))
    >>> breslow_day(obs, by="race_ethnicity", reference="white")[["student_group", "estimate"]].round(3)
      student_group  estimate
    0         black     0.882
    """
    (box, against), code, pooled, group, other = _strata(obs, by, reference, level)
    grades = box.k_low, box.rest_low, against.k_low, against.rest_low
    tests = [
        breslow_day_test(*(cells[code == number] for cells in grades), tarone=True)
        for number in range(len(pooled))
    ]
    # A grade of few students, or with few counted, is neither told nor does chance follow the chi-squared there.
    size = np.minimum(grades[0] + grades[1], grades[2] + grades[3])
    known = (box.k_low == box.k_high) & (against.k_low == against.k_high)
    few = (size > 0) & known & (np.min(grades, axis=0) < _FEW_IN_A_GRADE)
    thin = (size > 0) & (size < MINIMUM_GROUP)
    few, thin = (sum_by(code, rows, len(pooled)) > 0 for rows in (few, thin))
    exact = _counted(group, other) & ~few
    chance = np.array([test.chance for test in tests], dtype=float)
    point = np.where(exact, chance, np.nan)
    numbers = _bare(point, undefined=few | (exact & np.isnan(chance)))
    group = replace(group, small=group.small | thin)
    table = build_estimates(
        pooled, _ALIKE, numbers, group, other, reference_name=reference, level=level
    )
    words = pd.Series(
        [f" (chi-squared {t.statistic:.4g}, {t.degrees} d.f.)" for t in tests], dtype="str"
    )
    return _said(
        table.assign(method=table["method"].mask(table["status"] == "ok", table["method"] + words))
    )


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

    r, s, rr, rs, ss = sums(box.k_low, box.rest_high, other.k_high, other.rest_low)
    most_r, most_s, *_ = sums(box.k_high, box.rest_low, other.k_low, other.rest_high)
    defined = (r > 0) & (s > 0)
    nowhere = (exact & ~defined) | (s == 0)  # the divisor is 0, whatever the truth is
    low, high = (np.where(nowhere, np.nan, limit) for limit in (_over(r, s), _over(most_r, most_s)))
    r, s = np.where(defined, r, 1.0), np.where(defined, s, 1.0)
    spread = np.sqrt(rr / (2 * r**2) + rs / (2 * r * s) + ss / (2 * s**2))
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
    known: KnownCounts, reference: KnownCounts, added: float, level: float
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


_SCORE = "score test of equal rates (chi-square without correction)"
_FISHER = "Fisher's exact test (scipy), since fewer than five are expected in a cell"
_FEW_EXPECTED = 5.0
_H = MeasureSpec("cohens_h", "radians", "normal interval on the arcsine scale")
_P = MeasureSpec("p_value", "probability", _SCORE)
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
    rows, group, other = group_pairs(obs, by, reference, level)
    exact = _counted(group, other)
    point, fisher = np.full(len(rows), np.nan), np.zeros(len(rows), dtype=bool)
    point[exact], fisher[exact] = _tested(*(side[exact] for side in _cells(group, other)))
    table = build_estimates(
        rows, _P, _bare(point), group, other, reference_name=reference, level=level
    )
    computed = table["status"] == "ok"
    table.loc[computed & fisher, "method"] = _FISHER
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
        says_nothing=group.known.says_nothing | other.known.says_nothing,
        midpoint_stands=False,
    )
    return build_estimates(rows, _H, numbers, group, other, reference_name=reference, level=level)


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
    Reading: .4 means that a real gap of this size would be missed in six of ten years. "Cannot be told from chance"
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
            f"a difference of {difference} is no gap between two rates",
            where="power, difference",
            fix="write ten points below the reference as difference=-0.1",
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
    measure = MeasureSpec(
        "power", "probability", f"two-sided test on the arcsine scale, {difference:+g}"
    )
    numbers = _bare(point, undefined=exact & ~possible)
    return _said(
        build_estimates(rows, measure, numbers, group, other, reference_name=reference, level=level)
    )


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
    chances = np.asarray(2 * special.ndtr(-z))
    fisher = np.minimum(n, other_n) * np.minimum(rate, 1 - rate) < _FEW_EXPECTED
    for row in np.flatnonzero(fisher):
        cells = [[k[row], n[row] - k[row]], [other_k[row], other_n[row] - other_k[row]]]
        chances[row] = stats.fisher_exact(np.array(cells, dtype=np.int64)).pvalue
    return chances, fisher


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
    withheld = table["status"] == "suppressed"
    return table.assign(method=table["method"].mask(withheld, _NOT_TESTED))


def _angle(rate: Floats) -> Floats:
    return np.asarray(2 * np.arcsin(np.sqrt(rate)))
