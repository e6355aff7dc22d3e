"""Inequality over all groups of a partition: indices, their bounds and their noise, and what equity plans compute.

Groups have rates p and shares w of the students; mean rate m = sum w p. In arrays a row is a figure, a column a group.
Indices are not multiplied by 100 or 1000.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sesec_analysis import bounds, schema
from sesec_analysis.bounds import Flags, Floats, KnownCounts, Positions, as_floats
from sesec_analysis.errors import DataError, check_choice
from sesec_analysis.i18n import mark
from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.disparity import gaps
from sesec_analysis.metrics.disproportionality import disproportionality
from sesec_analysis.metrics.estimates import (
    OTHERS,
    MeasureSpec,
    Numbers,
    Pairs,
    Side,
    build_estimates,
    group_pairs,
    interleave_measures,
    quotient,
)
from sesec_analysis.metrics.two_groups import gaps_to_whole
from sesec_analysis.schema import MINIMUM_GROUP

__all__ = [
    "ENOUGH",
    "LOGS",
    "MOST",
    "Groups",
    "eighty_percent_indices",
    "from_reference",
    "greatest",
    "index_of",
    "inequality",
    "least",
    "noise",
    "percentage_point_gaps",
    "percentage_point_margin",
    "proportionality_indices",
]


ENOUGH = 30
"""Students of every group: with fewer, noise alone makes an index large."""

MOST = 8
"""Groups with a withheld rate: the corners of more are too many to look at."""

LOGS = ("theil", "mean_log_deviation")


@dataclass(frozen=True)
class Groups:
    """The groups of each figure side by side: rates within bounds, and what keeps an index from being made."""

    low: Floats
    high: Floats
    n: Floats
    w: Floats
    exact: Flags
    sized: Flags  # every group's students are known
    thin: Flags  # a group is known to be under thirty, or there are not two groups

    @classmethod
    def from_rows(cls, known: KnownCounts, code: Positions, count: int) -> Self:
        """Put the groups of ``count`` figures side by side; ``code`` is the figure of each."""
        column = pd.Series(code).groupby(code).cumcount().to_numpy()

        def grid(values: Floats | Flags, fill: float) -> Floats:
            out = np.full((count, int(column.max(initial=0)) + 1), fill)
            out[code, column] = values
            return out

        most = grid(known.n_high, 0.0)
        sized = np.all(grid(known.n_low, 0.0) == most, axis=1)
        n = np.where(sized[:, None], most, 1.0)
        low = np.fmax(grid(known.value_low, 0.0), grid(known.k_low, 0.0) / np.fmax(n, 1))
        high = np.fmin(grid(known.value_high, 0.0), grid(known.k_high, 0.0) / np.fmax(n, 1))
        thin = np.any((most > 0) & (most < ENOUGH), axis=1) | (np.sum(most > 0, axis=1) < 2)
        w = n / np.maximum(n.sum(axis=1, keepdims=True), 1.0)
        every = np.all(grid(known.exact, 1.0), axis=1)
        return cls(low, np.fmax(low, high), n, w, every, sized, thin)


def index_of(name: str, p: Floats, w: Floats) -> Floats:
    """Value of an index at the rates p, groups along the last axis."""
    mean = (w * p).sum(axis=-1, keepdims=True)
    if name == "between_group_variance":
        return (w * (p - mean) ** 2).sum(axis=-1)
    if name == "mean_difference":
        return (w * np.abs(p - mean)).sum(axis=-1)
    r = np.divide(p, mean, out=np.full(p.shape, np.nan), where=mean > 0)
    if name.endswith("disparity"):
        return (_weights(name, w) * np.abs(r - 1)).sum(axis=-1)
    r = np.where(w > 0, r, 1.0)
    if name == "theil":
        return (w * r * np.log(np.where(r > 0, r, 1.0))).sum(axis=-1)  # r ln r tends to 0 with r
    log = np.log(r, out=np.where(np.isnan(r), np.nan, -np.inf), where=r > 0)
    return -(w * log).sum(axis=-1)


def _weights(name: str, w: Floats) -> Floats:
    """Shares, or for the plain index of disparity the same weight for every group that has students."""
    equal = (w > 0) / np.maximum((w > 0).sum(axis=-1, keepdims=True), 1)
    return equal if name == "index_of_disparity" else w


def greatest(name: str, groups: Groups) -> Floats:
    """Sharp: every index is quasi-convex in the rates, hence greatest at a corner. NaN above eight withheld rates."""
    order = np.argsort(groups.low == groups.high, axis=1, kind="stable")  # the withheld first
    low, high, w = (np.take_along_axis(x, order, 1) for x in (groups.low, groups.high, groups.w))
    most = min(int((low < high).sum(axis=1).max(initial=0)), MOST)
    top = np.full(len(low), -np.inf)
    for corner in range(2**most):
        rates = np.where((corner >> np.arange(low.shape[1])) & 1 == 1, high, low)
        top = np.fmax(top, index_of(name, rates, w))
    return np.where((low < high)[:, MOST:].any(axis=1), np.nan, top)


def least(name: str, groups: Groups) -> Floats:
    """Sharp, but for the indices of disparity and the mean difference, whose mean is set free."""
    low, high, w = groups.low, groups.high, groups.w
    if name.endswith(("disparity", "difference")):
        # Outer: freeing the mean from the rates can only lower sum c |p - t| (over t), least at an interval's end.
        ends = np.concatenate([low, high], axis=1)
        t = np.where(ends > 0, ends, 1.0) if name.endswith("disparity") else ends
        apart = (_weights(name, w)[:, None] * _apart(low, high, t)).sum(axis=2)
        return (apart / (t if name.endswith("disparity") else 1.0)).min(axis=1)
    # Sharp: where no rate can better itself, all are one common rate t, each cut to its own interval.
    start, end = np.zeros(len(low)), np.ones(len(low))
    for _ in range(60):
        t = ((start + end) / 2)[:, None]
        p = np.clip(t, low, high)
        pull = p * np.log(np.where(p > 0, p, 1.0) / t) if name == "theil" else p - t
        above, t = (w * pull).sum(axis=1) > 0, t[:, 0]
        start, end = np.where(above, t, start), np.where(above, end, t)
    return index_of(name, np.clip(end[:, None], low, high), w)


def from_reference(groups: Groups, column: Positions) -> tuple[Floats, Floats]:
    """Least and greatest sum w |p - p_ref|, sharp; NaN without the reference (-1).

    It is convex in the reference's rate, so greatest at an end of it, and piecewise linear, so least where that rate
    meets an end of another.
    """
    low, high, reference = groups.low, groups.high, np.maximum(column, 0)[:, None]
    w = np.where(np.arange(low.shape[1]) == reference, 0.0, groups.w)
    ends = np.take_along_axis(low, reference, 1), np.take_along_axis(high, reference, 1)
    t = np.concatenate(ends, axis=1)
    far = np.maximum(np.abs(low[:, None] - t[:, :, None]), np.abs(high[:, None] - t[:, :, None]))
    most = (w[:, None] * far).sum(axis=2).max(axis=1)
    t = np.clip(np.concatenate([low, high], axis=1), *ends)
    fewest = (w[:, None] * _apart(low, high, t)).sum(axis=2).min(axis=1)
    return np.where(column < 0, np.nan, fewest), np.where(column < 0, np.nan, most)


def _apart(low: Floats, high: Floats, t: Floats) -> Floats:
    """Distance of every interval from each of several t."""
    t = t[:, :, None]
    return np.maximum(low[:, None] - t, 0.0) + np.maximum(t - high[:, None], 0.0)


def noise(name: str, groups: Groups) -> tuple[Floats, Floats]:
    """Bias and standard error that binomial noise gives an index, to second order in the rates (shares fixed)."""
    # Where a rate is withheld, or is 0 under a logarithm, nothing is asked of the result; one half keeps it finite.
    asked = groups.exact[:, None] & ((groups.low > 0) | (name not in LOGS))
    p, w = np.where(asked, groups.low, 0.5), groups.w
    somebody = w.sum(axis=1, keepdims=True) > 0
    mean = np.where(somebody, (w * p).sum(axis=1, keepdims=True), 0.5)
    across = w[:, :, None] * w[:, None, :]
    if name == "between_group_variance":
        slope, diagonal, cross = 2 * w * (p - mean), 2 * w, -2 * across
    elif name == "theil":
        a = np.log(p / mean) - index_of(name, p, w)[:, None]
        slope, diagonal = w / mean * a, w / (mean * p)
        cross = -across / mean[:, :, None] ** 2 * (1 + a[:, :, None] + a[:, None, :])
    else:
        slope, diagonal, cross = w / mean - w / p, w / p**2, -across / mean[:, :, None] ** 2
    curve = np.where(across > 0, cross + diagonal[:, :, None] * np.eye(p.shape[1]), 0.0)
    q = np.clip(p, 0.5 / (groups.n + 1), 1 - 0.5 / (groups.n + 1))  # none or all: not without noise
    variance = q * (1 - q) / np.maximum(groups.n - 1, 1)
    bias = np.einsum("sii,si->s", curve, variance) / 2
    twice = np.einsum("sij,si,sj->s", curve**2, variance, variance) / 2
    return bias, np.sqrt(np.where(w > 0, slope**2 * variance, 0.0).sum(axis=1) + twice)


_SLICE = ["organization_level", "organization_id", "indicator", "end_year", "grade_level"]
_DELTA = "second-order delta interval, its centre the estimate less its noise bias, stretched to hold the estimate"
_CARRIED = "interval of the comparison with all others (statsmodels), carried over at fixed shares"
_FEW = "not calculated: " + mark(
    "fewer than two groups, or a group of fewer than {n} students"
).format(n=ENOUGH)
_NO_REFERENCE = "not calculated: " + mark("the place has no row for the reference")
_MEASURES = {
    "between_group_variance": ("proportion squared", _DELTA),
    "index_of_disparity": ("index", "no sampling interval"),
    "weighted_index_of_disparity": ("index", "no sampling interval"),
    **dict.fromkeys(LOGS, ("index", _DELTA)),
    "mean_difference": ("points", "no sampling interval"),
    "mean_difference_from_reference": ("points", "no sampling interval"),
    "par": ("points", _CARRIED),
    "par_students": ("students", _CARRIED),
    "paf": ("ratio", _CARRIED),
}


def inequality(
    obs: pd.DataFrame,
    *,
    by: str,
    reference: str | None = None,
    measures: Sequence[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Inequality between all groups of a partition, and what the reference's rate for everyone would change.

    between_group_variance = sum w (p - m)^2; index_of_disparity = mean |p - m| / m, weighted sum w |p - m| / m; theil =
    sum w r ln r, mean_log_deviation = -sum w ln r, r = p/m; mean_difference = sum w |p - m|, from reference sum w |p -
    p_ref|; par = p_ref - m, par_students = N par, paf = par/m.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts: every group of the partition.
    by, level
        As `gaps`.
    reference
        The group whose rate everyone is given in par, par_students and paf, and which mean_difference_from_reference
        starts from. None: those four are left out.
    measures
        Names above. None: all that can be.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per organization, year, grade and measure: `student_group` is ``"all"``, its type ``by``. An
        index over a group of under 30 students is `undefined` (noise alone makes it large); so are theil and
        mean_log_deviation at a rate of 0. Sizes withheld, or counts of over eight groups, make it `suppressed`.

    Raises
    ------
    DataError
        As `gaps`; or if a measure is unknown, or lacks its reference.

    Notes
    -----
    Reading: 0 is equality. par is above 0 if the reference's rate is the higher, whichever is the better; against the
    best group it is the mean difference from the best.
    Caution: chance alone makes an index positive, and its interval takes that off.
    Reference: Schlotheuber, A. and Hosseinpoor, A. R. (2022). Int. J. Environ. Res. Public Health, 19, 3697.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [80, 90], "denominator": [110, 98]}))
    >>> print(inequality(obs, by="race_ethnicity", reference="white", measures=["par"])["estimate"].round(4).item())
    0.1011
    """
    pairs = group_pairs(obs, by, OTHERS, level)
    rows = pairs.keys
    chosen = _choose_measures(measures, reference, sorted(rows["student_group"].unique()))
    code = bounds.row_codes(rows, _SLICE)
    keys = rows[~pd.Series(code).duplicated().to_numpy()].assign(student_group="all")
    cells = schema.conform_observations(obs).query("student_group_type == @by")
    cells = cells.assign(slice=code).reset_index(drop=True)
    total = Side.from_table(bounds.pool(cells, by=["slice", "indicator", "unit"]))
    groups = Groups.from_rows(pairs.group.known, code, len(keys))
    place = np.full(len(keys), -1)
    is_reference = (rows["student_group"] == reference).to_numpy(dtype=bool)
    place[code[is_reference]] = np.flatnonzero(is_reference)
    pairs = Pairs(keys, pairs.group.at(place), pairs.other.at(place), str(reference), level)
    column = np.full(len(keys), -1)
    column[code[is_reference]] = rows.groupby(code).cumcount().to_numpy()[is_reference]
    attributable, tables = _attributable(pairs), []
    for name in chosen:
        measure = MeasureSpec(name, *_MEASURES[name])
        if name in attributable:
            tables.append(pairs.estimates(measure, attributable[name]))
        else:
            numbers = _index(name, groups, column, level)
            to = str(reference) if name.endswith("reference") else ""
            table = build_estimates(keys, measure, numbers, total, reference_name=to, level=level)
            tables.append(_word_bounds(table, groups))
    return interleave_measures(tables, obs)


def _choose_measures(
    measures: Sequence[str] | None, reference: str | None, known: list[str]
) -> list[str]:
    able = [
        name
        for name in _MEASURES
        if reference is not None or not name.startswith("pa") | name.endswith("reference")
    ]
    chosen = list(dict.fromkeys(able if measures is None else measures))
    stranger = bool(known) and reference is not None and reference not in known
    if stranger or not chosen or not set(chosen) <= set(able):
        raise DataError(
            f"measures {chosen} cannot be had with reference {reference!r}",
            fix="name measures of the list, and a group as reference for par, par_students and paf",
            valid=[*_MEASURES, *known],
        )
    return chosen


def _index(name: str, groups: Groups, column: Positions, level: float) -> Numbers:
    zero = (groups.w > 0) & (groups.high <= 0)
    undefined = groups.thin | (np.any(zero, axis=1) & (name in LOGS))
    if name == "mean_difference_from_reference":
        lowest, highest = from_reference(groups, column)
        value, undefined = lowest, undefined | (column < 0)
    else:
        value, lowest = index_of(name, groups.low, groups.w), least(name, groups)
        highest = greatest(name, groups)
        nobody = np.all(zero | (groups.w == 0), axis=1)
        undefined |= nobody & (name not in ("between_group_variance", "mean_difference"))
    lowest = np.maximum(lowest - 1e-9, 0.0)
    ends = np.array([lowest, np.maximum(highest, lowest)])
    low, high = np.where(undefined, np.nan, np.where(groups.exact, value, ends))
    point, limits = np.where(groups.exact & ~undefined, value, np.nan), np.full(ends.shape, np.nan)
    if name in (*LOGS, "between_group_variance"):
        bias, error = noise(name, groups)
        reach = NormalDist().inv_cdf(0.5 + level / 2) * error
        limits = np.maximum([point - bias - reach, point - bias + reach], 0.0)
    mute = ~groups.sized | np.isnan(high)
    return Numbers(point, low, high, limits[0], limits[1], undefined, mute, False)


def _word_bounds(table: pd.DataFrame, groups: Groups) -> pd.DataFrame:
    """Say what the bounds of an index are, and why there are none."""
    freed = table["measure"].str.endswith(("disparity", "difference")).all()
    lowest = "outer" if freed else "sharp"
    words = {
        "bounded": f"range only; suppression bounds: highest sharp (corners), lowest {lowest}; no outer interval",
        "suppressed": f"not shown: group sizes are withheld, or counts of over {MOST} groups",
        "undefined": _NO_REFERENCE
        if table["measure"].str.endswith("reference").all()
        else "not calculated: " + mark("a rate is 0") + "; not defined there",
    }
    table["method"] = table["status"].map(words).fillna(table["method"])
    table.loc[(table["status"] == "undefined") & pd.Series(groups.thin), "method"] = _FEW
    table.loc[table["status"] == "suppressed", ["bound_low", "bound_high"]] = np.nan
    return table


def _attributable(pairs: Pairs) -> dict[str, Numbers]:
    """All three from the comparison with all others, exactly: par = their share * gap, paf = 1 / (1 - x) - 1."""
    known, rest, level = pairs.group.known, pairs.other.known, pairs.level
    size, ones = (rest.n_low, rest.n_high), np.ones(len(rest.n_low))
    share = (
        _divide(size[0], size[0] + known.n_high),
        1 - _divide(known.n_low, known.n_low + size[1]),
    )
    sharp = known.value_low - rest.value_high, known.value_high - rest.value_low
    gap = np.array([*sharp, *intervals.outer_difference(known, rest, level)])
    limits = [(limit, ones) for limit in intervals.outer_ratio(known, rest, level)]
    # x = their share * (1 - 1 / ratio). All rise with gap or ratio; where sizes are withheld the box is outer.
    limits = [(known.value_low, rest.value_high), (known.value_high, rest.value_low), *limits]
    excess = np.array([1 - _divide(q, p) for p, q in limits])
    paf = _divide(np.ones(excess.shape), 1 - _times(excess, share)) - 1
    products = {"par": _times(gap, share), "par_students": _times(gap, size), "paf": paf}
    numbers = {}
    for name, ends in products.items():
        undefined = (known.value_high == 0) & (rest.value_high == 0) & (name == "paf")
        silent = known.says_nothing | rest.says_nothing | (np.isinf(ends[0]) & np.isinf(ends[1]))
        low, high, outer_low, outer_high = np.where(undefined | silent, np.nan, ends)
        point = np.where(pairs.exact, low, np.nan)
        outer = (outer_low, outer_high)
        numbers[name] = Numbers(point, low, high, *outer, undefined, silent, name == "par")
    return numbers


def _divide(q: Floats, p: Floats) -> Floats:
    """Divide; nothing of nothing is nothing, something of nothing infinite."""
    return np.divide(q, p, out=np.where(q > 0, np.inf, 0.0), where=p > 0)


def _times(values: Floats, size: tuple[Floats, Floats]) -> Floats:
    """Least and greatest products (twice: bounds, outer) with a size that is not negative."""
    by = np.where((values > 0) == np.array([[False], [True]] * 2), size[1], size[0])
    return np.multiply(values, by, out=np.zeros(values.shape), where=(values != 0) & (by != 0))


_PLAN_Z = 1.96  # as the guide prints it
_PLAN = "margin of error of equity plans: 1.96 sqrt(p (1 - p) / n), at least {:g} points"


def percentage_point_margin(
    n: ArrayLike, rate: ArrayLike = 0.5, *, minimum: float = 0.03
) -> Floats:
    """Margin of error by which equity plans judge a percentage point gap.

    Parameters
    ----------
    n
        Students of the group.
    rate
        Their rate; one half, where the margin is largest, unless a plan says otherwise.
    minimum
        The margin is never smaller; in proportion points.

    Returns
    -------
    numpy.ndarray
        1.96 sqrt(rate (1 - rate) / n), or the minimum; NaN where there are no students.

    Notes
    -----
    Reference: California Community Colleges Chancellor's Office (2017). Percentage Point Gap Method.

    Examples
    --------
    >>> percentage_point_margin([200, 1000, 6000]).round(4).tolist()
    [0.0693, 0.031, 0.03]
    """
    n, rate = intervals.of_one_length(
        "percentage_point_margin",
        intervals.as_numbers(n, "percentage_point_margin, n", low=0),
        intervals.as_numbers(rate, "percentage_point_margin, rate", low=0, high=1),
    )
    share = np.divide(rate * (1 - rate), n, out=np.full(n.shape, np.nan), where=n > 0)
    return np.maximum(_PLAN_Z * np.sqrt(share), minimum)


def percentage_point_gaps(
    obs: pd.DataFrame,
    *,
    by: str,
    reference: str = "all",
    margin_at: Literal["half", "rate"] = "half",
    minimum_margin: float = 0.03,
) -> pd.DataFrame:
    """Percentage point gap of each student group with the margin of error that equity plans give it.

    percentage_point_gap = p_group - p_reference, in proportion points; the group is said to be disproportionately
    affected where the gap is further below 0 than the margin (above, for an outcome that is adverse).

    Parameters
    ----------
    obs
        OBSERVATIONS with counts: every group of the partition.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    reference
        ``"all"`` students, the group among them; ``"others"``; or a group.
    margin_at
        The rate in the margin: one ``"half"``, where it is largest, or the group's own ``"rate"``.
    minimum_margin
        The margin is never smaller.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per group; `ci_low` and `ci_high` lie a margin from the gap. Where counts are withheld the
        outer limits lie a margin, that of the fewest students and of one half, from the bounds.

    Raises
    ------
    DataError
        As `gaps`.

    See Also
    --------
    gaps, gaps_to_whole : The same difference with an interval that keeps its level; prefer them.

    Notes
    -----
    Caution: the margin is that of the group alone, and of 95 percent. A rule of plans, not an interval of the gap.
    Reference: California Community Colleges Chancellor's Office (2017). Percentage Point Gap Method.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [78, 422], "denominator": [200, 800]}))
    >>> plan = percentage_point_gaps(obs, by="race_ethnicity")
    >>> plan[["student_group", "estimate", "ci_low", "ci_high"]].round(3)
      student_group  estimate  ci_low  ci_high
    0         black    -0.110  -0.179   -0.041
    1         white     0.027  -0.007    0.062
    """
    where = "percentage_point_gaps, margin_at"
    check_choice(margin_at, ("half", "rate"), what="margin", where=where)
    whole = reference == "all"
    table = gaps_to_whole(obs, by=by) if whole else gaps(obs, by=by, reference=reference)
    exact, ranged = table["ci_low"].notna(), table["outer_low"].notna() & table["ci_low"].isna()
    n = as_floats(table, "n_low", null=float(MINIMUM_GROUP))
    rate = as_floats(table, "numerator_low") / np.maximum(n, 1.0)
    rate = np.where(exact & (margin_at == "rate"), rate, 0.5)
    margin = percentage_point_margin(np.maximum(n, 1.0), rate, minimum=minimum_margin)
    for rows, name, middle in (
        (exact, "ci", "estimate"),
        (exact, "outer", "estimate"),
        (ranged, "outer", "bound"),
    ):
        low, high = (middle, middle) if middle == "estimate" else ("bound_low", "bound_high")
        table.loc[rows, f"{name}_low"] = np.fmax(table[low] - margin, -1.0)[rows]
        table.loc[rows, f"{name}_high"] = np.fmin(table[high] + margin, 1.0)[rows]
    words = _PLAN.format(100 * minimum_margin)
    table.loc[exact, "method"] = words
    table.loc[ranged, "method"] = f"range of the gap; outer: {words}, of the fewest students"
    return table.assign(measure="percentage_point_gap")


def proportionality_indices(obs: pd.DataFrame, *, by: str, level: float = 0.95) -> pd.DataFrame:
    """Share of those counted over the share of all students, of each group: the plans' proportionality index.

    proportionality_index = (k_g / K) / (N_g / N); 1 means that a group is counted as often as it is there.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts: every group of the partition.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per group: `relative_difference` of `disproportionality`, plus 1.

    Raises
    ------
    DataError
        As `gaps`.

    Notes
    -----
    Reading: plans call a group disproportionately affected below 0.85 or 0.8, if what is counted is an achievement.
    Caution: the larger a group, the nearer to 1; a group that is everybody has 1 whatever its rate.
    Reference: California Community Colleges Chancellor's Office (2014). Guidelines for Measuring Disproportionate
    Impact in Equity Plans, method 1.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [78, 422], "denominator": [200, 800]}))
    >>> proportionality_indices(obs, by="race_ethnicity")["estimate"].tolist()
    [0.78, 1.055]
    """
    table = disproportionality(obs, by=by, level=level)
    table = table[table["measure"] == "relative_difference"].reset_index(drop=True)
    ends = [f"{name}_{end}" for name in ("ci", "bound", "outer") for end in ("low", "high")]
    table[["estimate", *ends]] = np.round(table[["estimate", *ends]] + 1, 12)
    return table.assign(measure="proportionality_index")


_EIGHTY = "none: which group has the highest rate is read from the same figures"


def eighty_percent_indices(obs: pd.DataFrame, *, by: str, level: float = 0.95) -> pd.DataFrame:
    """Rate of each student group over the highest rate of any: what the 80 percent rule looks at.

    eighty_percent_index = p_group / max p, over groups of ten students or more; the rule asks whether it is below 0.8.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts: every group of the partition.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    level
        Confidence level, 0-1; only written down.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per group, without a reference, since figures choose it. A number only where every group of
        ten students or more was published; bounds otherwise. `undefined` where the highest rate is 0.

    Raises
    ------
    DataError
        As `gaps` with reference ``"others"``.

    See Also
    --------
    ratios : The same against a group that is named, with an interval.

    Notes
    -----
    Caution: of many groups the highest is high by chance, above all a small one: the index comes out too low.
    Reference: Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4 D; California Community Colleges
    Chancellor's Office (2014). Guidelines for Measuring Disproportionate Impact in Equity Plans, method 2.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [30, 45], "denominator": [100, 90]}))
    >>> eighty_percent_indices(obs, by="race_ethnicity")["estimate"].tolist()
    [0.6, 1.0]
    """
    pairs = group_pairs(obs, by, OTHERS, level)
    rows, group = pairs.keys, pairs.group
    known, code = group.known, bounds.row_codes(rows, [*_SLICE, "student_group_type"])
    candidate = (known.n_high >= MINIMUM_GROUP) & ~group.absent
    certain = (known.n_low >= MINIMUM_GROUP) & ~group.absent
    lowest = np.fmax(known.value_low, known.k_low / np.fmax(known.n_high, 1.0))
    highest = np.fmin(known.value_high, known.k_high / np.fmax(known.n_low, 1.0))
    most = _highest_of_others(code, np.where(candidate, highest, 0.0))
    least = _highest_of_others(code, np.where(certain, lowest, 0.0))
    # Where both may be 0, the least that the quotient tends to is 0, and the most is asked with more than 0.
    low = quotient(lowest, np.fmax(lowest, most), by_zero=0.0)
    high = quotient(highest, np.fmax(highest, least), by_zero=0.0)
    withheld = bounds.sum_by(code, candidate & ~known.exact, len(code))[code] > 0
    nobody = np.fmax(highest, most) <= 0
    unknown = np.full(len(rows), np.nan)
    numbers = Numbers(
        np.where(withheld, np.nan, low), low, high, unknown, unknown,
        undefined=nobody, says_nothing=(low <= 0) & (high >= 1), has_midpoint=False,
    )  # fmt: skip
    measure = MeasureSpec("eighty_percent_index", "ratio", _EIGHTY)
    return build_estimates(rows, measure, numbers, group, level=level)


def _highest_of_others(code: Positions, values: Floats) -> Floats:
    """For each row the highest value of the other rows of its figure; 0 where there is none."""
    column = pd.Series(code).groupby(code).cumcount().to_numpy()
    grid = np.zeros((int(code.max(initial=-1)) + 1, max(int(column.max(initial=0)) + 1, 2)))
    grid[code, column] = values
    first = grid.argmax(axis=1)
    top = grid.max(axis=1)
    grid[np.arange(len(grid)), first] = 0.0
    return np.where(column == first[code], grid.max(axis=1)[code], top[code])
