"""Gaps in standard deviations of achievement: probit gaps, and gaps over proficiency levels.

A gap in points depends on where the cut between "met" and "not met" stands; these do not, if achievement is normal up
to a stretch of the scale. They are not adjusted for the reliability of the test, and so err towards 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from sesec_analysis import bounds, schema
from sesec_analysis.bounds import (
    Flags,
    Floats,
    KnownCounts,
    Positions,
    as_floats,
    whole_numbers,
)
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.i18n import mark
from sesec_analysis.metrics.estimates import (
    KEYS,
    OTHERS,
    MeasureSpec,
    Numbers,
    group_pairs,
    interleave_measures,
    share_of_whole,
)

__all__ = [
    "MINIMUM_EFFECT",
    "LevelFit",
    "Levels",
    "fit_levels",
    "level_gaps",
    "levels_of",
    "probit_gaps",
    "read_levels",
    "usable_cuts",
]


_NEEDED = ["end_year", "student_group", "level", "count"]
_WHOLE = 1e-6  # students: a sum of shares of whole students is off by no more


@dataclass(frozen=True)
class Levels:
    """Students of each group in each level, lowest first; `low` and `high` hold what is known of withheld counts."""

    keys: pd.DataFrame  # a row per group
    numbers: list[int]  # the levels
    low: Floats  # groups by levels
    high: Floats
    whole: Flags  # groups all of whose counts are known

    @property
    def types(self) -> list[str]:
        """Student group types in the table."""
        return list(self.keys["student_group_type"].unique())

    def above(self, cut: int) -> pd.DataFrame:
        """OBSERVATIONS of the students above level number ``cut`` (from 0)."""
        k_low, k_high = self.low[:, cut + 1 :].sum(axis=1), self.high[:, cut + 1 :].sum(axis=1)
        rest_low, rest_high = (side[:, : cut + 1].sum(axis=1) for side in (self.low, self.high))
        n_low, n_high = k_low + rest_low, k_high + rest_high
        fraction = np.abs(k_low - np.round(k_low)) > _WHOLE
        exact = self.whole & ~fraction & (np.abs(n_low - np.round(n_low)) <= _WHOLE)
        rate = {
            "value": np.where(self.whole, share_of_whole(k_low, rest_low, if_empty=0.0), np.nan),
            "value_low": share_of_whole(k_low, rest_high, if_empty=0.0),
            "value_high": share_of_whole(k_high, rest_low, if_empty=1.0),
        }
        nobody = self.whole & (n_low == 0)
        counts = {
            "numerator": whole_numbers(k_low, exact),
            "denominator": whole_numbers(n_low, exact),
            "numerator_low": whole_numbers(np.floor(k_low)),
            "numerator_high": whole_numbers(np.ceil(k_high)),
            "denominator_low": whole_numbers(np.floor(n_low)),
            "denominator_high": whole_numbers(np.ceil(n_high)),
        }
        status = np.select([nobody, self.whole], ["no_students", "reported"], "bounded")
        share = np.divide(n_low, n_high, out=np.zeros(len(n_low)), where=n_high > 0)
        given = self.keys.assign(
            **rate,
            **counts,
            status=status,
            coverage=np.where(self.whole, 1.0, np.where(np.isfinite(n_high), share, 0.0)),
            cells=1,  # one published distribution
            cells_reported=np.where(self.whole, 1, 0),
        )
        return schema.conform_observations(given)

    def pairs(self, kind: str, reference: str) -> list[tuple[int, int]]:
        """Rows of each group of a type but the reference, and of its reference; -1 where there is none."""
        here = np.flatnonzero((self.keys["student_group_type"] == kind).to_numpy(dtype=bool))
        rows = self.keys.iloc[here]
        code = bounds.row_codes(rows, [name for name in KEYS if name != "student_group"])
        is_reference = (rows["student_group"] == reference).to_numpy(dtype=bool)
        place = np.full(int(code.max(initial=-1)) + 1, -1)
        place[code[is_reference]] = here[is_reference]
        compared = ~is_reference
        both = zip(here[compared].tolist(), place[code[compared]].tolist(), strict=True)
        return list(both)


def levels_of(obs: pd.DataFrame, indicators: Sequence[str], *, name: str) -> pd.DataFrame:
    """Make a table of levels from OBSERVATIONS with one indicator for each level, lowest first.

    Parameters
    ----------
    obs
        OBSERVATIONS of students in each level.
    indicators
        Their codes, lowest level first, such as ``["ela_level_1", …, "ela_level_4"]``.
    name
        What the table is called in `indicator`, such as ``"ela_levels"``.

    Returns
    -------
    pandas.DataFrame
        The table that `effects.level_gaps` takes. A withheld count has what is known of it.

    Raises
    ------
    DataError
        If a level has no row.

    Examples
    --------
    >>> obs = schema.conform_observations(pd.DataFrame({
    ...     "end_year": 2024, "status": "reported", "student_group": "black", "indicator": ["low", "high"],
    ...     "numerator": [12, 18], "denominator": 30}))
    >>> levels_of(obs, ["low", "high"], name="both")[["student_group", "level", "count"]]
      student_group  level  count
    0         black      1   12.0
    1         black      2   18.0
    """
    obs = schema.check_observations(obs)
    missing = [code for code in indicators if not (obs["indicator"] == code).any()]
    if missing:
        raise DataError(
            f"the table has no rows of {missing[0]!r}",
            where="levels_of, column indicator",
            fix="load every level",
            valid=sorted(obs["indicator"].unique()),
        )
    rows = obs[obs["indicator"].isin(indicators)].reset_index(drop=True)
    known = KnownCounts.from_table(rows)
    number = {code: place for place, code in enumerate(indicators, start=1)}
    return rows[KEYS].assign(
        level=rows["indicator"].map(number),
        indicator=name,
        count=np.where(known.exact, known.k_low, np.nan),
        count_low=known.k_low,
        count_high=known.k_high,
    )


def read_levels(levels: pd.DataFrame) -> Levels:
    """Read a table with a row for each student group and level; see `level_gaps` for its columns.

    Raises
    ------
    DataError
        If a column is missing, a level is there twice or not at all, or bounds contradict each other.

    Examples
    --------
    >>> table = pd.DataFrame({"end_year": 2019, "student_group": ["black"] * 3, "level": [1, 2, 3],
    ...     "count": [20, 30, None], "count_low": [20, 30, 1], "count_high": [20, 30, 9]})
    >>> read_levels(table).above(1)[["numerator_low", "numerator_high", "value_low", "value_high"]].round(3)
       numerator_low  numerator_high  value_low  value_high
    0              1               9       0.02       0.153
    """
    _refuse_incomplete(levels)
    given = schema.conform_observations(levels)[KEYS]
    kinds = given["student_group_type"].replace("", "student_group")
    given = given.assign(student_group_type=kinds)
    code = bounds.row_codes(given, KEYS)
    number, names = pd.factorize(levels["level"], sort=True)
    shape = (int(code.max(initial=-1)) + 1, len(names))
    _refuse_uneven(given, code, number, shape)
    sides = (_fill_grid(_side(levels, name, null), code, number, shape) for name, null in _SIDES)
    low, high = sides
    known = _fill_grid(as_floats(levels, "count"), code, number, shape)
    if np.any(low > high) or np.any(low < 0):
        raise DataError(
            "a count of a level is negative, or its bounds contradict each other",
            where="levels, columns count, count_low, count_high",
            fix="correct the table; a withheld count has 0 as its lowest",
        )
    keys = given[~pd.Series(code).duplicated().to_numpy()].reset_index(drop=True)
    return Levels(keys, [int(name) for name in names], low, high, np.isfinite(known.sum(axis=1)))


_SIDES = (("count_low", 0.0), ("count_high", np.inf))


def _side(levels: pd.DataFrame, name: str, null: float) -> Floats:
    count = as_floats(levels, "count")
    bound = as_floats(levels, name, null=null) if name in levels else np.full(len(count), null)
    return np.where(np.isnan(count), bound, count)


def _fill_grid(
    values: Floats, code: Positions, number: Positions, shape: tuple[int, int]
) -> Floats:
    table = np.full(shape, np.nan)
    table[code, number] = values
    return table


def _refuse_incomplete(levels: pd.DataFrame) -> None:
    missing = [name for name in _NEEDED if name not in levels.columns]
    if missing:
        raise DataError(
            f"the table of levels lacks the column(s) {', '.join(missing)}",
            where="levels",
            fix="give one row for each student group and level",
            valid=[*_NEEDED, "count_low", "count_high"],
        )


def _refuse_uneven(
    given: pd.DataFrame, code: Positions, number: Positions, shape: tuple[int, int]
) -> None:
    seen = np.zeros(shape, dtype=np.int64)
    np.add.at(seen, (code, number), 1)
    if np.any(seen != 1):
        row = int(np.argmax((seen != 1).any(axis=1)))
        name = given["student_group"].iloc[int(np.argmax(code == row))]
        raise DataError(
            f"a level of the group {name!r} appears twice or not at all",
            where="levels, columns student_group, level",
            fix="give every group one row for each level, 0 if there is no one",
        )


_ROUNDS, _HALVINGS = 200, 40
_DONE = 1e-10  # change of the log-likelihood per student


@dataclass(frozen=True)
class LevelFit:
    r"""The line :math:`\Phi^{-1}F_{group} = c + m\,\Phi^{-1}F_{reference}`, F the share at or below a cut.

    With the reference's mean 0 and spread 1, the group's mean is -c / m and its spread 1 / m.
    """

    intercept: float
    slope: float
    variance: Floats  # of intercept and log slope
    cuts: int

    @property
    def mean(self) -> float:
        """Mean of the group, the reference's being 0."""
        return -self.intercept / self.slope

    @property
    def spread(self) -> float:
        """Standard deviation of the group, the reference's being 1."""
        return 1 / self.slope

    @property
    def v(self) -> float:
        """Ho and Reardon's V, group less reference, in pooled standard deviations."""
        return float(-np.sqrt(2) * self.intercept / np.sqrt(1 + self.slope**2))

    @property
    def v_error(self) -> float:
        """Standard error of `v`, by the delta method."""
        scale = 1 + self.slope**2
        rise = np.array([1.0, -self.intercept * self.slope**2 / scale]) * np.sqrt(2 / scale)
        return float(np.sqrt(rise @ self.variance @ rise))


def usable_cuts(group: ArrayLike, reference: ArrayLike) -> Positions:
    """Cuts (0: above the first level) that some but not all of each side pass, and at which both sides move on.

    Examples
    --------
    >>> usable_cuts([0, 5, 7, 9], [3, 4, 8, 0])
    array([1])
    """
    used, last = [], (0.0, 0.0)
    sums = [np.cumsum(np.asarray(counts, dtype=float)) for counts in (group, reference)]
    for cut, below in enumerate(zip(*(total[:-1] for total in sums), strict=True)):
        rising = all(here > there for here, there in zip(below, last, strict=True))
        if rising and all(here < total[-1] for here, total in zip(below, sums, strict=True)):
            used.append(cut)
            last = below
    return np.array(used, dtype=np.int64)


def fit_levels(group: ArrayLike, reference: ArrayLike) -> LevelFit | None:
    """Fit the heteroskedastic ordered probit to counts of two groups, or None with fewer than two usable cuts.

    Parameters
    ----------
    group, reference
        Students in each level, lowest first; fractions, as from published shares, will do.

    Returns
    -------
    LevelFit or None
        Intercept, slope and their variance.

    Raises
    ------
    DataError
        If the two have not the same number of levels, or a count is negative or unknown.

    Notes
    -----
    Method: Fisher's scoring from the least-squares line, steps halved until the likelihood does not fall. The cuts are
    estimated along with the line, so that the errors of both groups count.
    Reference: Reardon, S. F., Shear, B. R., Castellano, K. E. and Ho, A. D. (2017). Journal of Educational and
    Behavioral Statistics, 42, 3-45.

    Examples
    --------
    >>> fit = fit_levels([266, 468, 214, 52], [159, 341, 288, 212])
    >>> print(f"{fit.intercept:.2f} {fit.slope:.2f} {fit.v:.2f} {fit.v_error:.3f}")
    0.62 1.25 -0.55 0.049
    """
    counts = np.array([np.asarray(group, dtype=float), np.asarray(reference, dtype=float)])
    if not np.all(counts >= 0) or not np.all(np.isfinite(counts)):
        raise DataError(
            "a count of a level is negative or unknown",
            where="fit_levels",
            fix="give whole tables; a withheld count has no likelihood",
        )
    cuts = usable_cuts(*counts)
    if len(cuts) < 2:
        return None
    merged = np.add.reduceat(counts, np.concatenate([[0], cuts + 1]), axis=1)
    theta = _score_counts(merged, _start(merged))
    _, information = _slope_and_information(merged, theta)
    spread = np.asarray(np.linalg.inv(information), dtype=np.float64)
    return LevelFit(float(theta[-2]), float(np.exp(theta[-1])), spread[-2:, -2:], len(cuts))


def _start(counts: Floats) -> Floats:
    shares = np.cumsum(counts, axis=1)[:, :-1] / counts.sum(axis=1, keepdims=True)
    y, x = special.ndtri(shares)
    slope = np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
    return np.concatenate([x, [y.mean() - slope * x.mean(), np.log(slope)]])


def _score_counts(counts: Floats, theta: Floats) -> Floats:
    students, now = counts.sum(), _likelihood(counts, theta)
    for _ in range(_ROUNDS):
        slope, information = _slope_and_information(counts, theta)
        step = np.linalg.solve(information, slope)
        for _ in range(_HALVINGS):
            then = _likelihood(counts, theta + step)
            if then >= now:
                break
            step = step / 2
        else:
            return theta  # no step rises: the top, to the last bit
        theta, gained, now = theta + step, then - now, then
        if gained <= _DONE * students and np.abs(step).max() < 1e-9:
            break
    return theta


def _points(theta: Floats) -> Floats:
    """Where the cuts are for each group, on its own normal scale."""
    cuts, intercept, slope = theta[:-2], theta[-2], np.exp(theta[-1])
    return np.array([intercept + slope * cuts, cuts])


def _chances(points: Floats) -> Floats:
    edge = np.ones((2, 1))
    return np.diff(np.hstack([0 * edge, special.ndtr(points), edge]), axis=1)


def _likelihood(counts: Floats, theta: Floats) -> float:
    if np.any(np.diff(theta[:-2]) <= 0) or abs(theta[-1]) > 50:
        return -np.inf
    chance = _chances(_points(theta))
    if np.any((chance <= 0) & (counts > 0)):
        return -np.inf
    return float(np.sum(counts * np.log(np.where(counts > 0, chance, 1.0))))


def _slope_and_information(counts: Floats, theta: Floats) -> tuple[Floats, Floats]:
    """Slope of the log-likelihood, and Fisher's expected information."""
    points, slope = _points(theta), np.exp(theta[-1])
    density = np.exp(-(points**2) / 2) / np.sqrt(2 * np.pi)
    size = points.shape[1]
    moves = np.zeros((2, size, size + 2))  # of each point with each parameter
    moves[0, :, :size], moves[1, :, :size] = slope * np.eye(size), np.eye(size)
    moves[0, :, -2], moves[0, :, -1] = 1.0, slope * theta[:-2]
    edge = np.zeros((2, 1, size + 2))
    change = np.diff(np.concatenate([edge, density[:, :, None] * moves, edge], axis=1), axis=1)
    chance = np.maximum(_chances(points), 1e-300)
    rise = np.einsum("gl,glp->p", counts / chance, change)
    weight = counts.sum(axis=1, keepdims=True) / chance
    return rise, np.einsum("gl,glp,glq->pq", weight, change, change)


MINIMUM_EFFECT = 20
"""Students on each side, below which no standardized gap is printed: its chance error is larger than any gap."""

_PROBIT = MeasureSpec(
    "probit_gap",
    "standard deviations",
    "delta method on independent binomials, one cut, equal spreads",
)
_V = "maximum-likelihood ordered probit (means and spreads by group), delta method"
_WITHHELD = (
    "not computed: " + mark("counts of levels are withheld") + "; see the bounds of each cut"
)
_ONE_CUT = "not computed: " + mark("fewer than two cuts that some but not all of each side pass")
_FEW = "not computed: " + mark("fewer than {n} students on a side").format(n=MINIMUM_EFFECT)


def probit_gaps(obs: pd.DataFrame, *, by: str, reference: str, level: float = 0.95) -> pd.DataFrame:
    r"""Gap in standard deviations that a gap in rates above one cut implies.

    probit_gap = :math:`\Phi^{-1}(p_{group}) - \Phi^{-1}(p_{reference})`; 0 means equal rates.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts of students above a cut, such as ``ela_met``.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    reference
        The group compared to, or ``"others"``.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per non-reference group. `undefined` where a rate is 0 or 1 (the gap has no end) and where a
        side has fewer than twenty students.

    Raises
    ------
    DataError
        As `gaps`.

    See Also
    --------
    level_gaps : The same from all cuts, without equal spreads.

    Notes
    -----
    Reading: -.6 means that the group's mean lies .6 standard deviations lower, if both are normal and spread alike.
    Bounds are attained, since the gap rises with the group's rate and falls with the reference's; outer limits take
    the largest variance over all that is known, and so may reach too far, never too short.
    Reference: Ho, A. D. and Reardon, S. F. (2012). Journal of Educational and Behavioral Statistics, 37, 489-517.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [80, 90], "denominator": [110, 98]}))
    >>> gap = probit_gaps(obs, by="race_ethnicity", reference="white")
    >>> gap[["student_group", "estimate", "ci_low", "ci_high"]].round(3)
      student_group  estimate  ci_low  ci_high
    0         black     -0.79  -1.227   -0.352
    """
    pairs = group_pairs(obs, by, reference, level)
    known, against = pairs.group.known, pairs.other.known
    ended = _at_an_end(known) | _at_an_end(against)
    low = _less(special.ndtri(known.value_low), special.ndtri(against.value_high), ended)
    high = _less(special.ndtri(known.value_high), special.ndtri(against.value_low), ended)
    anything = np.isneginf(low) & np.isposinf(high)
    low, high = (np.where(anything, np.nan, bound) for bound in (low, high))
    spread = np.sqrt(_most_variance(known) + _most_variance(against))
    reach = NormalDist().inv_cdf(0.5 + level / 2) * spread
    few = (known.n_high < MINIMUM_EFFECT) | (against.n_high < MINIMUM_EFFECT)
    numbers = Numbers(
        _finite(pairs.group.point) - _finite(pairs.other.point),
        *(low, high, low - reach, high + reach),
        undefined=few | ended,
        says_nothing=anything,
        has_midpoint=False,
    )
    return _told_few(pairs.estimates(_PROBIT, numbers), few)


def level_gaps(levels: pd.DataFrame, *, reference: str, level: float = 0.95) -> pd.DataFrame:
    r"""Gap in pooled standard deviations from counts in proficiency levels: Ho and Reardon's V, and each cut's own.

    v_gap = :math:`\sqrt2\,\Phi^{-1}(P)`, P the probability that a student of the group is above one of the
    reference. probit_gap_2: the gap that the cut below level 2 implies alone, and so on.

    Parameters
    ----------
    levels
        One row for each student_group and level: the columns `student_group`, `level` (numbers that rise), `count`
        (null where withheld; fractions, as from published shares, will do), and `count_low`, `count_high` where a count
        may be withheld. The columns that name a figure (`end_year`, `organization_id` and so on) are kept.
    reference
        The group compared to.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, for each other group `v_gap` and a row per cut. A cut that all or none of a side pass is dropped;
        with fewer than two cuts left v_gap is `undefined`, as with fewer than twenty students. Where counts are
        withheld each cut has bounds; v_gap is `suppressed`, since there is no valid bound on the fit.

    Raises
    ------
    DataError
        If a column is missing, ``reference`` is no group of the table (``"others"`` is none: they would have to be
        added up, level by level), or groups differ in their levels.

    Notes
    -----
    Reading: -.6 means a distance of .6 standard deviations, the group lower; no assumption on the distances between
    levels is made, nor that both groups spread alike.
    Caution: the students of one school hang together, so the interval is too narrow where few schools are summed.
    Reference: Reardon, S. F. and Ho, A. D. (2015). Journal of Educational and Behavioral Statistics, 40, 158-189.

    Examples
    --------
    >>> levels = pd.DataFrame({"end_year": 2019, "student_group": ["black"] * 4 + ["white"] * 4,
    ...     "level": [1, 2, 3, 4] * 2, "count": [266, 468, 214, 52, 159, 341, 288, 212]})
    >>> level_gaps(levels, reference="white")[["measure", "estimate", "ci_low", "ci_high"]].round(3)
            measure  estimate  ci_low  ci_high
    0         v_gap    -0.552  -0.648   -0.456
    1  probit_gap_2    -0.374  -0.499   -0.248
    2  probit_gap_3    -0.625  -0.739   -0.511
    3  probit_gap_4    -0.826  -0.982   -0.670
    """
    levels = schema.check_table(levels, "levels")
    if reference == OTHERS:
        raise QuestionError(
            "levels are compared with those of one group, not with all others",
            where='level_gaps, reference="others"',
            fix="name a group, or add the others up, level by level, into one of their own",
        )
    table = read_levels(levels)
    cuts = {number: table.above(cut) for cut, number in enumerate(table.numbers[1:])}
    tables = []
    for kind in table.types:
        tables.append(_v_gaps(table, kind, reference, level))
        for number, obs in cuts.items():
            gap = probit_gaps(obs, by=kind, reference=reference, level=level)
            tables.append(gap.assign(measure=f"probit_gap_{number}"))
    return interleave_measures(tables, levels)


def _v_gaps(table: Levels, kind: str, reference: str, level: float) -> pd.DataFrame:
    pairs = group_pairs(table.above(0), kind, reference, level)
    places = table.pairs(kind, reference)
    whole = np.array(
        [there >= 0 and bool(table.whole[[here, there]].all()) for here, there in places]
    )
    sides = pairs.group.known, pairs.other.known
    few = (sides[0].n_high < MINIMUM_EFFECT) | (sides[1].n_high < MINIMUM_EFFECT)
    fits = [
        fit_levels(table.low[here], table.low[there]) if fine else None
        for (here, there), fine in zip(places, whole & ~few, strict=True)
    ]
    point, error = np.array([(fit.v, fit.v_error) if fit else (np.nan, np.nan) for fit in fits]).T
    reach = NormalDist().inv_cdf(0.5 + level / 2) * error
    flat = whole & np.isnan(point)
    numbers = Numbers(
        *(point, point, point, point - reach, point + reach),
        undefined=few | flat,
        says_nothing=np.isnan(point),
        has_midpoint=False,
    )
    measure = MeasureSpec("v_gap", "standard deviations", _V)
    gaps = pairs.estimates(measure, numbers)
    gaps.loc[gaps["status"] == "suppressed", "method"] = _WITHHELD
    gaps.loc[(gaps["status"] == "undefined") & flat & ~few, "method"] = _ONE_CUT
    return _told_few(gaps, few)


def _told_few(table: pd.DataFrame, few: Flags) -> pd.DataFrame:
    table.loc[(table["status"] == "undefined") & few, "method"] = _FEW
    return table


def _less(value: Floats, other: Floats, ended: Flags) -> Floats:
    """Subtract; unknown where a side has no end, so that no end is taken from another."""
    return np.where(ended, np.nan, np.where(ended, 0.0, value) - np.where(ended, 0.0, other))


def _finite(rate: Floats) -> Floats:
    """Normal quantile of a rate; unknown where it has no end."""
    inside = (rate > 0) & (rate < 1)
    return np.where(inside, special.ndtri(np.where(inside, rate, 0.5)), np.nan)


def _at_an_end(known: KnownCounts) -> Flags:
    return (known.value_high == 0) | (known.value_low == 1)


def _most_variance(known: KnownCounts) -> Floats:
    """Most of p (1 - p) / (n density^2): it falls with n, and rises with the distance of p from one half."""
    far = np.where(
        np.abs(known.value_low - 0.5) > np.abs(known.value_high - 0.5),
        known.value_low,
        known.value_high,
    )
    inside = (far > 0) & (far < 1)
    rate = np.where(inside, far, 0.5)
    density = np.exp(-(special.ndtri(rate) ** 2) / 2) / np.sqrt(2 * np.pi)
    spread = rate * (1 - rate) / (np.fmax(known.n_low, 1.0) * density**2)
    return np.where(inside, spread, np.where(np.isnan(far), np.nan, np.inf))
