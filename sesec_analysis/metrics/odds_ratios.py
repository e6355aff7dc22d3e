"""Odds ratios of two groups, of all grades together too, and whether they are alike in all grades."""

from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from sesec_analysis import bounds, schema
from sesec_analysis.bounds import Flags, Floats, KnownCounts, Positions, sum_by
from sesec_analysis.errors import DataError, check_choice
from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.estimates import (
    KEYS,
    MeasureSpec,
    Numbers,
    Pairs,
    group_pairs,
)
from sesec_analysis.metrics.two_groups import explain_withheld, is_counted, point_numbers
from sesec_analysis.schema import MINIMUM_GROUP, conform_observations

__all__ = [
    "Box",
    "Homogeneity",
    "breslow_day",
    "breslow_day_test",
    "mantel_haenszel",
    "miettinen_nurminen_odds_ratio",
    "odds_ratios",
]

_ADDED = {"adjusted": 0.5, "woolf": 0.0}
_SCORE = "miettinen_nurminen"
_POOLED = (
    "Robins, Breslow and Greenland's interval, grades as strata; none where counts are withheld"
)
_ENDLESS = 1e12  # students: stands for a count that nothing caps
_WORDS = {
    "adjusted": "Gart's adjusted logit interval, one half added to every count",
    "woolf": "Woolf's logit interval",
    _SCORE: "Miettinen-Nurminen asymptotic score interval",
}


@dataclass(frozen=True)
class Box:
    """Fewest and most students with and without what is counted, each by itself: a box around what is known."""

    k_low: Floats
    k_high: Floats
    rest_low: Floats
    rest_high: Floats

    @classmethod
    def from_counts(cls, known: KnownCounts) -> Self:
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
    interval: Literal["adjusted", "woolf", "miettinen_nurminen"] = "adjusted",
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
        ``"adjusted"`` (Gart: one half added to every count), ``"woolf"``, which is 0 to infinity at a zero count, or
        ``"miettinen_nurminen"``, a score interval, which keeps its level at small counts.
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
    Those of the score interval are its limits at the corners of the counts that are possible, since it rises with
    every student counted in the group and falls with every one counted in the reference.
    Reference: Fagerland, M. W., Lydersen, S. and Laake, P. (2015). Statistical Methods in Medical Research, 24,
    224-254; Miettinen, O. and Nurminen, M. (1985). Statistics in Medicine, 4, 213-226.

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
    check_choice(interval, _WORDS, what="interval of an odds ratio", where="odds_ratios, interval")
    pairs = group_pairs(obs, by, reference, level)
    known, against = pairs.group.known, pairs.other.known
    undefined = (against.value_high == 0) | (against.value_low == 1) | (known.value_low == 1)
    low = _divide(_odds(known.value_low), _odds(against.value_high))
    high = _divide(_odds(known.value_high), _odds(against.value_low))
    low, high = (np.where(undefined, np.nan, bound) for bound in (low, high))
    if interval == _SCORE:
        outer_low, outer_high = _outer_score_interval(known, against, level)
    else:
        outer_low, outer_high = _outer_odds_ratio(known, against, _ADDED[interval], level)
    numbers = Numbers(
        _divide(_odds(pairs.group.point), _odds(pairs.other.point)),
        low,
        high,
        np.where(low == 0, 0.0, outer_low),
        np.where(np.isinf(high), high, outer_high),
        undefined=undefined,
        says_nothing=(low <= 0) & np.isinf(high),
        has_midpoint=False,
    )
    return pairs.estimates(MeasureSpec("odds_ratio", "ratio", _WORDS[interval]), numbers)


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
    (box, against), code, pooled = _strata(obs, by, reference, level)
    numbers = _pooled_odds_ratio(box, against, code, pooled.exact, level)
    return pooled.estimates(MeasureSpec("odds_ratio_by_grade", "ratio", _POOLED), numbers)


def _strata(
    obs: pd.DataFrame, by: str, reference: str, level: float
) -> tuple[tuple[Box, Box], Positions, Pairs]:
    """Both sides in each grade, the row of the sum that a grade belongs to, and these rows with both sides."""
    grades = schema.check_observations(obs).query('grade_level != "all"')
    pairs = group_pairs(grades, by, reference, level)
    keys = [name for name in KEYS if name != "grade_level"]
    code = bounds.row_codes(pairs.keys, keys)
    there = ~(pairs.group.absent | pairs.other.absent)
    box, against = (
        _only(Box.from_counts(side.known), there) for side in (pairs.group, pairs.other)
    )
    sums = conform_observations(bounds.pool(grades, by=[*keys, "unit"]).assign(grade_level="all"))
    return (box, against), code, group_pairs(sums, by, reference, level)


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
        Strata where one side is empty, or all or none are counted, add nothing and are left out.

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
        np.atleast_1d(intervals.as_numbers(given, "breslow_day_test, given", low=0))
        for given in (a, b, c, d)
    ]
    if len({side.shape for side in cells}) > 1:
        raise DataError(
            f"a, b, c, and d have {', '.join(str(side.size) for side in cells)} strata",
            where="breslow_day_test",
            fix="give one number of each for every stratum, 0 if there is no one",
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
    (box, against), code, pooled = _strata(obs, by, reference, level)
    count = len(pooled.keys)
    grades = box.k_low, box.rest_low, against.k_low, against.rest_low
    tests = [
        breslow_day_test(*(cells[code == number] for cells in grades), tarone=True)
        for number in range(count)
    ]
    # A grade of few students, or with few counted, is neither told nor does chance follow the chi-squared there.
    size = np.minimum(grades[0] + grades[1], grades[2] + grades[3])
    known = (box.k_low == box.k_high) & (against.k_low == against.k_high)
    few = (size > 0) & known & (np.min(grades, axis=0) < _FEW_IN_A_GRADE)
    thin = (size > 0) & (size < MINIMUM_GROUP)
    few, thin = (sum_by(code, rows, count) > 0 for rows in (few, thin))
    exact = is_counted(pooled) & ~few
    chance = np.array([test.chance for test in tests], dtype=float)
    point = np.where(exact, chance, np.nan)
    numbers = point_numbers(point, undefined=few | (exact & np.isnan(chance)))
    group = replace(pooled.group, small=pooled.group.small | thin)
    table = replace(pooled, group=group).estimates(_ALIKE, numbers)
    words = pd.Series(
        [f" (chi-squared {t.statistic:.4g}, {t.degrees} d.f.)" for t in tests], dtype="str"
    )
    return explain_withheld(
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
    low, high = (
        np.where(nowhere, np.nan, limit) for limit in (_divide(r, s), _divide(most_r, most_s))
    )
    r, s = np.where(defined, r, 1.0), np.where(defined, s, 1.0)
    spread = np.sqrt(rr / (2 * r**2) + rs / (2 * r * s) + ss / (2 * s**2))
    reach = np.exp(np.where(exact & defined, NormalDist().inv_cdf(0.5 + level / 2) * spread, 0.0))
    unknown = np.where(exact, 1.0, np.nan)
    return Numbers(
        np.where(exact, low, np.nan),
        *(low, high, low / reach * unknown, high * reach * unknown),
        undefined=nowhere,
        says_nothing=(low <= 0) & np.isinf(high),
        has_midpoint=False,
    )


def _only(box: Box, there: Flags) -> Box:
    """Leave out a grade that one side does not have: it compares nothing."""
    sides = (box.k_low, box.k_high, box.rest_low, box.rest_high)
    return Box(*(np.where(there, side, 0.0) for side in sides))


def _outer_odds_ratio(
    known: KnownCounts, reference: KnownCounts, added: float, level: float
) -> tuple[Floats, Floats]:
    z = NormalDist().inv_cdf(0.5 + level / 2)
    box, other = Box.from_counts(known), Box.from_counts(reference)
    fewest = [box.k_low, box.rest_low, other.k_low, other.rest_low]
    inverse = [_divide(np.ones(len(count)), count + added) for count in fewest]
    reach = np.exp(np.minimum(z * np.sqrt(np.sum(inverse, axis=0)), 700.0))
    none = np.any([count + added == 0 for count in fewest], axis=0)
    low = _divide(box.k_low + added, box.rest_high + added)
    high = _divide(box.k_high + added, box.rest_low + added)
    other_low = _divide(other.k_low + added, other.rest_high + added)
    other_high = _divide(other.k_high + added, other.rest_low + added)
    outer_low, outer_high = _divide(low, other_high) / reach, _divide(high, other_low) * reach
    return np.where(none, 0.0, outer_low), np.where(none, np.inf, outer_high)


def miettinen_nurminen_odds_ratio(
    k: ArrayLike, n: ArrayLike, reference_k: ArrayLike, reference_n: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Miettinen and Nurminen's score interval of an odds ratio of two independent rates.

    Parameters
    ----------
    k, n
        Students counted, of how many, in the group; at least one student on each side.
    reference_k, reference_n
        The same in the reference.
    level
        Confidence level, 0-1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits. The lower is 0 where none is counted in the group or all are in the reference, the
        upper infinite where all are counted in the group or none in the reference.

    Notes
    -----
    The odds ratios for which the counts are no surprise, the rates being the likeliest with that odds ratio, and
    their variance that of N / (N - 1) times N students.
    Reference: Miettinen, O. and Nurminen, M. (1985). Statistics in Medicine, 4, 213-226.

    Examples
    --------
    >>> low, high = miettinen_nurminen_odds_ratio(9, 13, 4, 14)
    >>> print(f"{low:.4f} {high:.4f}")
    1.0934 28.9419
    """
    sides = (np.asarray(count, dtype=float) for count in (k, n, reference_k, reference_n))
    k, n, other_k, other_n = np.broadcast_arrays(*sides)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    inside = (k + other_k > 0) & (k + other_k < n + other_n)

    def limit(sign: float) -> Floats:
        def is_above(log: Floats) -> Flags:
            return _score(np.exp(log), k, n, other_k, other_n, inside) > sign * z

        ends = np.full(k.shape, -_FURTHEST), np.full(k.shape, _FURTHEST)
        return np.asarray(np.exp(intervals.bisect_limits(*ends, is_above)))

    endless = (k == n) | (other_k == 0)
    none = (k == 0) | (other_k == other_n)
    return np.where(none, 0.0, limit(1.0)), np.where(endless, np.inf, limit(-1.0))


_FURTHEST = 60.0  # logarithm of an odds ratio that no counts of students reach


def _score(
    ratio: Floats, k: Floats, n: Floats, other_k: Floats, other_n: Floats, inside: Flags
) -> Floats:
    """How many standard errors the group's count stands above what is likeliest with an odds ratio."""
    counted, both = np.where(inside, k + other_k, 1.0), n + other_n
    # The reference's rate solves a quadratic; of the two forms of its root the one that subtracts nothing.
    square, linear = other_n * (ratio - 1), n * ratio + other_n - counted * (ratio - 1)
    root = np.sqrt(np.maximum(linear**2 + 4 * square * counted, 0.0))
    positive = linear >= 0
    rate = np.where(
        positive,
        2 * counted / np.where(positive, linear + root, 1.0),
        (root - linear) / np.where(positive, 1.0, 2 * square),
    )
    expected = n * ratio * rate / ((1 - rate) + ratio * rate)
    cells = expected, n - expected, counted - expected, other_n - counted + expected
    inverse = sum(1 / np.maximum(cell, _LEAST_CELL) for cell in cells)
    return np.asarray((k - expected) * np.sqrt(inverse * (both - 1) / both))


_LEAST_CELL = 1e-300  # keeps a division finite where an expected count is 0 to the last bit
_WIDEST_LEVEL = 0.99  # up to it the score interval was found to rise and fall with each count


def _outer_score_interval(
    known: KnownCounts, reference: KnownCounts, level: float
) -> tuple[Floats, Floats]:
    """Limits that hold the score interval of every odds ratio within what is known."""
    # Write D for observed less expected counted students of the group, W for the sum of the inverse expected cells:
    # the interval is where D^2 * W is small. One student more who is counted in the group, or is not in the
    # reference, raises both limits; one more of the others lowers them. It follows from the derivatives of D and W
    # where W <= 8; tests try every table of up to 13 in a cell at levels up to 0.99.
    box, other = (
        _round_inward(Box.from_counts(known), known.exact),
        _round_inward(Box.from_counts(reference), reference.exact),
    )
    least = (box.k_low, box.rest_high, other.k_high, other.rest_low)
    most = (box.k_high, box.rest_low, other.k_low, other.rest_high)
    low, _ = _at_corner(*least, level)
    _, high = _at_corner(*most, level)
    if level > _WIDEST_LEVEL:
        exact = known.exact & reference.exact
        low, high = np.where(exact, low, 0.0), np.where(exact, high, np.inf)
    return low, high


def _at_corner(
    counted: Floats, rest: Floats, other_counted: Floats, other_rest: Floats, level: float
) -> tuple[Floats, Floats]:
    """Score interval of four counts; 0 to infinity where one has no end or a side has no students."""
    cells = (counted, rest, other_counted, other_rest)
    there = np.isfinite(sum(cells)) & (counted + rest > 0) & (other_counted + other_rest > 0)
    a, b, c, d = (np.where(there, cell, 1.0) for cell in cells)
    low, high = miettinen_nurminen_odds_ratio(a, a + b, c, c + d, level)
    return np.where(there, low, 0.0), np.where(there, high, np.inf)


def _round_inward(box: Box, exact: Flags) -> Box:
    """Round what may be counted inward to students, as the truth is; exact counts stay as they are."""
    return Box(
        np.where(exact, box.k_low, np.ceil(box.k_low - _HAIR)),
        np.where(exact, box.k_high, np.floor(box.k_high + _HAIR)),
        np.where(exact, box.rest_low, np.ceil(box.rest_low - _HAIR)),
        np.where(exact, box.rest_high, np.floor(box.rest_high + _HAIR)),
    )


_HAIR = 1e-6  # students: what rounding of rates may take from a count


def _odds(rate: Floats) -> Floats:
    return _divide(rate, 1 - rate)


def _divide(value: Floats, other: Floats) -> Floats:
    """Divide; by 0 without end, by what has no end 0, and NaN where either is unknown."""
    unknown = np.isnan(value) | np.isnan(other)
    out = np.where(unknown, np.nan, np.where(np.isinf(other), 0.0, np.inf))
    return np.divide(value, other, out=out, where=(other > 0) & np.isfinite(other))
