"""Segregation between the schools of a place: indices, their bounds, and what chance alone would do.

Every student is counted, so these are descriptions without a sampling interval. What chance alone would do has a row
of its own: small schools look segregated even if students are dealt out at random.

Counts may be any real numbers within their own bounds; no count is narrowed by what others leave of a total. Both
numbers are the index itself where counts are exact, and NaN where it does not exist or no bound is worked out. A school
whose groups leave some of its students over has each group for its own and up to all of those (`not_reported`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sesec_analysis import bounds, schema
from sesec_analysis.bounds import Flags, Floats, KnownCounts, Positions
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.i18n import mark
from sesec_analysis.metrics.estimates import (
    OTHERS,
    MeasureSpec,
    Numbers,
    Side,
    build_estimates,
    choose_measures,
    interleave_measures,
    single_rows,
)
from sesec_analysis.not_reported import NEARLY_ALL, Remainder

__all__ = [
    "MEASURES",
    "EnrollmentTable",
    "Range",
    "dealt",
    "dissimilarity_chance",
    "entropy",
    "limits_of_all",
    "limits_of_pair",
    "of_all",
    "of_pair",
    "refuse_schools",
    "segregation",
]


def of_pair(name: str, x: Floats, y: Floats, sizes: Floats) -> float:
    """Index of one group x and another y, or of x among all students if y is x (isolation)."""
    some, other = x.sum(), y.sum()
    if not (some > 0 and other > 0):  # nobody, or not known
        return np.nan
    if name in ("isolation", "exposure"):
        return float((x * y / np.where(sizes > 0, sizes, 1)).sum() / some)
    if np.count_nonzero(x + y) < 2:
        return np.nan
    if name == "dissimilarity":
        return float(np.abs(x / some - y / other).sum() / 2)
    return dissimilarity_chance(x + y, some)


def dissimilarity_chance(sizes: Floats, some: float) -> float:
    """Mean dissimilarity if ``some`` of the students are dealt at random to schools of these sizes."""
    everyone = sizes.sum()
    even = some / everyone
    uneven = dealt(lambda n, size: np.abs(n - size * even), sizes, some)
    return float(uneven * everyone / (2 * some * (everyone - some)))


def of_all(name: str, counts: Floats, clusters: Positions | None) -> float:
    """Index of all groups at once: M or H, in the whole, between or within clusters, or by chance."""
    groups, sizes, total = counts.sum(axis=0), counts.sum(axis=1), counts.sum()
    if np.isnan(total) or np.count_nonzero(groups) < 2 or np.count_nonzero(sizes) < 2:
        return np.nan
    if clusters is not None and name.endswith(("between", "within")):
        parts = [counts[clusters == number] for number in np.unique(clusters)]
        if name.endswith("between"):
            value = _mutual_information(np.array([part.sum(axis=0) for part in parts]))
        else:
            value = float(sum(part.sum() / total * _mutual_information(part) for part in parts))
    elif name.endswith("chance"):
        # M is the entropy of the groups and of the schools less that of the cells; chance moves only the cells.
        cells = np.log(total) - sum(dealt(_n_log_n, sizes, drawn) for drawn in groups) / total
        value = float(entropy(groups) + entropy(sizes) - cells)
    else:
        value = _mutual_information(counts)
    return value / entropy(groups) if name.startswith("theil") else value


def entropy(counts: Floats) -> float:
    """Entropy of the shares that the counts are of their sum, in nats."""
    total = counts.sum()
    return float(np.log(total) - _n_log_n(counts).sum() / total) if total else 0.0


def _mutual_information(counts: Floats) -> float:
    apart = entropy(counts.sum(axis=0)) + entropy(counts.sum(axis=1))
    return max(apart - entropy(counts.ravel()), 0.0)  # rounding would go below


def _n_log_n(n: Floats, _: float = 0.0) -> Floats:
    return n * np.log(np.fmax(n, 1))


def dealt(of: Callable[[Floats, float], Floats], sizes: Floats, drawn: float) -> float:
    """Sum over schools of the mean of ``of(n, size)``, n being how many of ``drawn`` students chance sends there."""
    everyone = sizes.sum()
    log_factorial = np.append(0.0, np.cumsum(np.log(np.arange(1, everyone + 1))))
    total = 0.0
    for size, schools in zip(*np.unique(sizes, return_counts=True), strict=True):
        n = np.arange(max(0, size + drawn - everyone), min(size, drawn) + 1)
        slots = np.array([n, size - n, drawn - n, everyone - size - drawn + n]).astype(np.int64)
        rarity = log_factorial[slots].sum(axis=0)  # of the hypergeometric, but for a constant
        chance = np.exp(rarity.min() - rarity)
        total += schools * float(chance @ of(n, size)) / chance.sum()
    return total


Range = tuple[Floats, Floats]
"""Fewest and most students of a group, school by school."""

Limits = tuple[float, float]
_NONE = (np.nan, np.nan)
_HAIR = 1e-9
_ROUNDS = 60
_MOST_TOTALS = 100  # of a group, that its index by chance is worked out for
_FINE, _COARSE = (
    128,
    24,
)  # cells that a group's total is cut into: alone, and together with another's


def limits_of_pair(name: str, x: Range, y: Range, sizes: Floats, *, others: bool) -> Limits:
    """Limits of an index of group x and group y; ``others``: y is all students but x."""
    if np.all(x[0] == x[1]) and np.all(y[0] == y[1]):
        return (of_pair(name, x[0], y[0], sizes),) * 2
    needed = [*x, *y] if name == "dissimilarity" else [*x, *y, sizes]
    if not np.all(np.isfinite(needed)) or x[1].sum() == 0 or y[1].sum() == 0:
        return _NONE
    if name == "isolation":
        limits = _isolation_limits(x, sizes)
    elif name == "exposure":
        limits = _exposure(x, y, sizes)
    elif name == "dissimilarity":
        limits = _dissimilarity(x, y, others=others)
    elif others:
        return _dissimilarity_chance(x, sizes)
    else:
        return _NONE
    return max(limits[0] - _HAIR, 0.0), min(limits[1] + _HAIR, 1.0)


def _isolation_limits(x: Range, sizes: Floats) -> Limits:
    """Sharp: sum x^2 / t over sum x is the level v at which sum x^2 / t - v x can just be 0."""
    low, high = x
    t = np.where(sizes > 0, sizes, 1.0)

    def above(v: float, *, most: bool) -> bool:
        ends = np.array([end * end / t - v * end for end in (low, high)])
        if most:
            return bool(ends.max(axis=0).sum() > 0)
        least = np.clip(v * t / 2, low, high)
        return bool((least * least / t - v * least).sum() > 0)

    return _level(lambda v: above(v, most=False))[0], _level(lambda v: above(v, most=True))[1]


def _exposure(x: Range, y: Range, sizes: Floats) -> Limits:
    """Outer: the mean of y / t over students of x, the counts of both free of each other."""
    t = np.where(sizes > 0, sizes, 1.0)
    least, most = y[0] / t, np.minimum(y[1] / t, 1.0)

    def above(v: float, share: Floats, *, up: bool) -> bool:
        ends = np.array([end * (share - v) for end in x])
        return bool((ends.max(axis=0) if up else ends.min(axis=0)).sum() > 0)

    low = _level(lambda v: above(v, least, up=False))[0]
    return low, _level(lambda v: above(v, most, up=True))[1]


def _level(above: Callable[[float], bool]) -> Limits:
    """Halve 0 to 1 around the level below which the answer is yes, and above which it is no."""
    start, end = 0.0, 1.0
    for _ in range(_ROUNDS):
        middle = (start + end) / 2
        start, end = (middle, end) if above(middle) else (start, middle)
    return start, end


def _dissimilarity(x: Range, y: Range, *, others: bool) -> Limits:
    """Outer: the totals X and Y are cut into cells, and in each the parts |x / X - y / Y| are bounded one by one.

    The parts above 0 and those below 0 both add up to the index, so the lesser sum bounds it above, the greater below.
    """
    cells = _FINE if others else _COARSE
    first, last = _cut(x, cells)
    if others:  # X and Y add up to all students
        everyone = x[0].sum() + y[1].sum()
        second, third = everyone - last, everyone - first
    else:
        second, third = (np.tile(edge, cells) for edge in _cut(y, cells))
        first, last = np.repeat(first, cells), np.repeat(last, cells)
    x_least, x_most = _share(x[0], last), _share(x[1], first)
    y_least, y_most = _share(y[0], third), _share(y[1], second)

    def total(parts: Floats) -> Floats:
        return np.maximum(parts, 0.0).sum(axis=1)

    high = np.minimum(total(x_most - y_least), total(y_most - x_least))
    low = np.maximum(total(x_least - y_most), total(y_least - x_most))
    return float(low.min()), float(high.max())


def _cut(x: Range, cells: int) -> Range:
    edges = np.linspace(x[0].sum(), x[1].sum(), cells + 1)
    return edges[:-1], edges[1:]


def _share(part: Floats, total: Floats) -> Floats:
    """Every part of every total, no more than all of it."""
    out = np.where(part > 0, 1.0, 0.0) * np.ones((len(total), 1))
    return np.minimum(np.divide(part, total[:, None], out=out, where=total[:, None] > 0), 1.0)


def _dissimilarity_chance(x: Range, sizes: Floats) -> Limits:
    """Sharp: the mean by chance at every total that the group can have."""
    totals = np.arange(np.ceil(x[0].sum()), np.floor(x[1].sum()) + 1)
    totals = totals[(totals > 0) & (totals < sizes.sum())]
    if not 0 < len(totals) <= _MOST_TOTALS:
        return _NONE
    each = [dissimilarity_chance(sizes, float(some)) for some in totals]
    return min(each) - _HAIR, max(each) + _HAIR


def limits_of_all(name: str, counts: Range, sizes: Floats, clusters: Positions | None) -> Limits:
    """Limits of M or H of all groups, in the whole, between clusters or within them; by chance only if exact."""
    low, high = counts
    if np.all(low == high):
        return (of_all(name, low, clusters),) * 2
    if name.endswith("chance") or not np.all(np.isfinite(high)) or not np.all(np.isfinite(sizes)):
        return _NONE
    whole = np.zeros(len(sizes), dtype=np.int64)
    number = whole if clusters is None or not name.endswith(("between", "within")) else clusters
    of = [np.flatnonzero(number == each) for each in np.unique(number)]
    if name.endswith("between"):
        few, most, students = (
            np.array([part[rows].sum(axis=0) for rows in of]) for part in (low, high, sizes)
        )
        limits = np.array(_mutual_limits(few, most, students))
    else:
        blocks = [_mutual_limits(low[rows], high[rows], sizes[rows]) for rows in of]
        weights = np.array([sizes[rows].sum() / sizes.sum() for rows in of])
        limits = weights @ np.array(blocks)
    least_entropy, most_entropy = _entropy(low.sum(axis=0), high.sum(axis=0), sizes.sum())
    start, end = max(limits[0] - _HAIR, 0.0), min(limits[1] + _HAIR, most_entropy)
    if not name.startswith("theil"):
        return float(start), float(end)
    share = min(end / least_entropy, 1.0) if least_entropy > 0 else 1.0
    return float(start / most_entropy), float(share)


def _mutual_limits(low: Floats, high: Floats, sizes: Floats) -> Limits:
    """Outer: N M is the least of sum c ln (c / e) - c + e, e = q t, over all shares q that schools may have in common.

    Each cell's part is convex in its count and in q. Below: in every group q is chosen alone, and every count as near
    to it as it can be. Above: any one q will do, with every count at the end that is farther from it.
    """
    total = sizes.sum()
    if total == 0:
        return 0.0, 0.0
    start, end = np.zeros(low.shape[1]), np.ones(low.shape[1])
    for _ in range(_ROUNDS):
        q = (start + end) / 2
        few = np.clip(sizes[:, None] * q, low, high).sum(axis=0) > q * total
        start, end = np.where(few, q, start), np.where(few, end, q)
    even = sizes[:, None] * end
    least = _divergence(np.clip(even, low, high), even).sum() / total
    counts, most = (low + high) / 2, np.inf
    for _ in range(5):
        even = sizes[:, None] * counts.sum(axis=0) / counts.sum()
        ends = np.array([_divergence(low, even), _divergence(high, even)])
        most = min(most, ends.max(axis=0).sum() / total)
        counts = np.where(ends[1] > ends[0], high, low)
        counts = (counts + (low + high) / 2) / 2  # no group without a share
    return float(least), float(most)


def _divergence(counts: Floats, even: Floats) -> Floats:
    ratio = np.divide(counts, even, out=np.ones(counts.shape), where=(counts > 0) & (even > 0))
    return counts * np.log(ratio) - counts + even


def _entropy(low: Floats, high: Floats, total: float) -> Limits:
    """Outer: as shares add up to 1, -sum q ln q is -sum q (ln q + v) + v at any v; the best of many v."""
    ends = np.array([low, high]) / total
    if np.all(low == high):
        return entropy(low), entropy(low)
    v = np.linspace(-1.0, 12.0, 261)[:, None]  # at the best, -1 - v is the logarithm of a share

    def parts(q: Floats) -> Floats:
        return -q * (np.log(np.where(q > 0, q, 1.0)) + v)

    least = np.minimum(parts(ends[0]), parts(ends[1])).sum(axis=1) + v[:, 0]
    most = parts(np.clip(np.exp(-1 - v), ends[0], ends[1])).sum(axis=1) + v[:, 0]
    return float(max(least.max(), 0.0)), float(most.min())


@dataclass(frozen=True)
class EnrollmentTable:
    """One slice: schools by groups."""

    low: Floats  # a row for each school, a column for each group: the fewest students
    high: Floats  # and the most; equal where published
    students: Floats  # of each school
    names: list[str]
    columns: list[int]  # of the groups asked for
    whole: bool  # whether those are all, because none was named
    not_reported: float  # students of no group that is published
    clusters: Positions | None  # number of each school's cluster

    @classmethod
    def from_rows(
        cls, rows: pd.DataFrame, groups: Sequence[str] | None, clusters: Mapping[str, str] | None
    ) -> Self:
        """Read the rows of one slice; ``groups`` None: all of them."""
        school, schools = pd.factorize(rows["organization_id"])
        group, labels = pd.factorize(rows["student_group"])
        names, shape = labels.tolist(), (len(schools), len(labels))
        _refuse_groups(groups or names, names)
        known = KnownCounts.from_table(rows).take(np.lexsort((group, school)))
        refuse_schools(schools[np.bincount(school) < shape[1]], "lacks a row for a group")
        low, high = known.k_low.reshape(shape), known.k_high.reshape(shape)
        sized = known.n_low == known.n_high
        sizes = np.where(sized, known.n_low, np.nan).reshape(shape)
        students = np.fmax.reduce(sizes, axis=1)  # NaN only if no cell has it
        unlike = ((sizes > 0) & (sizes < students[:, None])).any(axis=1)
        torn, left = _left_over((low, high), students)
        refuse_schools(schools[unlike | torn], "has groups that do not add up to its students")
        high = np.minimum(high + left[:, None], np.fmax(students[:, None], high))
        columns = [names.index(name) for name in groups or names]
        number = None if clusters is None else pd.factorize(pd.Series(schools).map(clusters))[0]
        return cls(low, high, students, names, columns, groups is None, left.sum(), number)

    def pairs(self, name: str) -> list[tuple[int, int]]:
        """Columns of the group and of what it is compared to: -1 for all others, the group itself for isolation."""
        if name == "isolation" or (self.whole and name != "exposure"):
            return [(i, i if name == "isolation" else -1) for i in self.columns]
        return [*(permutations if name == "exposure" else combinations)(self.columns, 2)]


def _left_over(counts: Range, students: Floats) -> tuple[Flags, Floats]:
    """Flag the schools whose groups cannot be all of its students, and count those who are not reported."""
    low, high = (end.sum(axis=1) for end in counts)
    over, short, sized = low > students, high < students, np.isfinite(students)
    if high[sized].sum() < students[sized].sum() * NEARLY_ALL:  # a group is missing
        return over | short, np.zeros(len(low))
    return over, np.where(short, students - low, 0.0)


def _refuse_groups(groups: Sequence[str], names: list[str]) -> None:
    if len({*groups} & {*names}) < max(len(groups), 2):
        raise DataError(
            f"{list(groups)} are not two or more groups of the partition, each once",
            where="segregation, groups",
            fix="name groups that the table has",
            valid=names,
        )


def refuse_schools(schools: ArrayLike, fault: str) -> None:
    """Refuse the schools, if there are any, and name them."""
    names = np.asarray(schools).astype(str).tolist()
    if names:
        raise DataError(
            f"school {names[0]} {fault}",
            where=f"segregation, {len(names)} school(s): {', '.join(names[:20])}",
            fix="pass every group of a partition for every school, withheld ones too, and every school's cluster",
        )


_OF_ALL = ("theil", "mutual")
_CLUSTERED = (
    *("mutual_information_between", "mutual_information_within"),
    *("theil_h_between", "theil_h_within"),
)
MEASURES = (
    *("dissimilarity", "dissimilarity_chance", "isolation", "exposure", "theil_h"),
    *("theil_h_chance", "mutual_information", "mutual_information_chance", *_CLUSTERED),
)
_SLICE = ["indicator", "end_year", "grade_level"]
_COUNTED = "all students counted: no sampling interval"
_CHANCE = "exact mean over random allocations, school sizes and group totals held"
_SUPPRESSED = "not computed: " + mark(
    "cells are withheld, and no bound is worked out, or it says nothing"
)
_BOUNDED = "range only; suppression bounds {}; all students counted: no sampling interval"
_SHARP, _OUTER = "sharp, if counts may be any real numbers", "outer, not sharp: "
_HOW = {
    "isolation": _SHARP,
    "dissimilarity_chance": "sharp, over every total the group can have",
    "exposure": f"{_OUTER}the counts of both groups are taken for free of each other",
    "dissimilarity": f"{_OUTER}school by school at every total the groups can have",
}
_DIVERGENCE = f"{_OUTER}cell by cell from shares in common, school sizes held"


def segregation(
    obs: pd.DataFrame,
    *,
    by: str,
    organization_id: str,
    organization_name: str,
    groups: Sequence[str] | None = None,
    measures: Sequence[str] | None = None,
    clusters: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    r"""How unevenly the groups of a partition are spread over the schools of a place.

    With :math:`x_u` of X students of a group in school u, :math:`y_u` of Y of another, :math:`t_u` in all:

    - `dissimilarity` = :math:`\frac12\sum_u |x_u/X - y_u/Y|`: share of the group that would have to change schools;
    - `isolation` = :math:`\sum_u (x_u/X)(x_u/t_u)`, `exposure` = :math:`\sum_u (x_u/X)(y_u/t_u)`: share of its own
      (the other) group in the school of the group's average student;
    - `mutual_information` M = :math:`\sum_{ug} p_{ug}\ln(p_{ug}/p_u p_g)`, `theil_h` H = M / entropy of the groups;
    - `mutual_information_between` clusters of schools and `_within` them, which add up to M; so for `theil_h` and H;
    - `_chance`: the mean of the measure if the same students were dealt at random to the same places.

    Parameters
    ----------
    obs
        OBSERVATIONS of enrollment, a row for each school and group; years and grades are kept apart.
    by
        A student_group_type whose groups do not overlap and together are all students.
    organization_id, organization_name
        The place that the schools make up.
    groups
        None: each group against the others; M and H of all groups. Named: each pair of them; M and H of their students
        alone (`student_group` is the first, `reference` the rest). Isolation and exposure stay shares of all students.
    measures, clusters
        Some of `MEASURES`, None for all. The last four take the cluster of each school, by its organization_id.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of the place, without `ci`. A group of fewer than ten students is `small_n`; an empty group, and
        fewer than two schools or groups with students, `undefined`. A measure that needs a withheld cell has bounds
        only, sharp or outer as `method` says; by chance, or where school sizes are withheld, it is `suppressed`.

    Raises
    ------
    DataError
        If the rows are no enrollment of schools, a school's groups have more students than it, a group is missing, or a
        name is not known.

    Notes
    -----
    Reading: D and H are 0 if evenly mixed, 1 if wholly separate; only what lies above `_chance` calls for a reason.
    Isolation is the group's share of all students if evenly mixed.
    Caution: isolation and exposure move with a group's size, M with the number and sizes of the groups.
    Reference: Massey, D. S. and Denton, N. A. (1988). Social Forces, 67, 281-315 (D and its kin); Mora, R. and
    Ruiz-Castillo, J. (2011). Sociological Methodology, 41, 159-194 (M, H); Vinh, N. X., Epps, J. and Bailey, J. (2010).
    Journal of Machine Learning Research, 11, 2837-2854 (M by chance; D likewise, as in Winship, C., 1977).

    Examples
    --------
    >>> obs = schema.conform_observations(pd.DataFrame({
    ...     "indicator": "enrollment", "end_year": 2019, "organization_level": "school", "status": "reported",
    ...     "organization_id": list("abcd") * 2, "student_group_type": "low_income",
    ...     "student_group": ["low_income"] * 4 + ["not_low_income"] * 4,
    ...     "numerator": [100, 60, 40, 0, 0, 40, 60, 100], "denominator": 100}))
    >>> table = segregation(obs, by="low_income", organization_id="southeast", organization_name="Southeast")
    >>> table[["student_group", "measure", "reference", "estimate"]].iloc[[0, 2]].round(3)
      student_group               measure reference  estimate
    0    low_income         dissimilarity    others     0.600
    2    low_income  dissimilarity_chance    others     0.069
    """
    keys, _ = single_rows(obs, by, 0.95)
    rows = obs[obs["student_group_type"] == by].reset_index(drop=True)
    names = _requested_measures(rows, measures, clusters)
    slices = rows.groupby(_SLICE, sort=False)
    tables = [EnrollmentTable.from_rows(part, groups, clusters) for _, part in slices]
    place = {"organization_id": organization_id, "organization_name": organization_name}
    heads = keys.drop_duplicates(_SLICE).assign(organization_level="place", **place)
    sides = _Sides.from_rows(rows.assign(slice=slices.ngroup()), groups, tables) if tables else None
    if sides is None:
        return interleave_measures([schema.conform_estimates(keys)], obs)
    return interleave_measures([_estimates(name, tables, heads, sides) for name in names], obs)


@dataclass(frozen=True)
class _Sides:
    """What is known of the groups of all slices, as `build_estimates` takes it."""

    each: Side  # a row for each slice and group
    together: Side  # a row for each slice: the groups asked for, as one
    row: dict[tuple[int, str], int]  # of a slice and group in ``each``

    @classmethod
    def from_rows(
        cls,
        rows: pd.DataFrame,
        groups: Sequence[str] | None,
        tables: Sequence[EnrollmentTable],
    ) -> Self:
        # As one group, the students asked for are their own denominator.
        chosen = rows if groups is None else rows[rows["student_group"].isin(list(groups))]
        denominators = {
            f"denominator{end}": chosen[f"numerator{end}"] for end in ("", "_low", "_high")
        }
        pooled = bounds.pool(
            chosen.assign(**denominators, value_low=0.0, value_high=1.0), by=["slice", "indicator"]
        )
        each = bounds.pool(rows, by=["slice", "indicator", "student_group"])
        keys = zip(each["slice"], each["student_group"], strict=True)
        at, groups_at = (table["slice"].to_numpy() for table in (pooled, each))
        left = np.array([table.not_reported for table in tables])
        students = np.array([table.students.sum() for table in tables])
        together, apart = (
            replace(side, full_count=np.zeros(len(side.point), dtype=bool))  # said by each measure
            for side in (Side.from_table(pooled), Side.from_table(each))
        )
        joined = Remainder.of_makeup(left[groups_at]).joined_makeup(apart.known)
        whole = students[at] if groups is None else np.full(len(at), np.nan)
        return cls(
            replace(apart, known=joined),
            replace(together, known=_all_of(together.known, left[at], whole)),
            {key: i for i, key in enumerate(keys)},
        )


def _all_of(known: KnownCounts, left: Floats, students: Floats) -> KnownCounts:
    """Take all groups for all students, and some (NaN) for those published: how many are not reported is not told."""
    total = np.where(np.isnan(students), np.where(known.exact, known.n_low, np.nan), students)
    told = (left > 0) & ~np.isnan(total)
    names = ("k_low", "k_high", "n_low", "n_high")
    counts = {name: np.where(told, total, getattr(known, name)) for name in names}
    return replace(known, **counts, exact=known.exact & (left == 0))


def _estimates(
    name: str, tables: Sequence[EnrollmentTable], heads: pd.DataFrame, sides: _Sides
) -> pd.DataFrame:
    columns = zip(*_questions(name, tables), strict=True)
    number, first, second, limits = (list(column) for column in columns)
    group, reference = sides.together, None
    if not name.startswith(_OF_ALL):
        group = _side(sides, number, first, against_others=second[0] == OTHERS)
        if second[0] not in ("", OTHERS):
            reference = _side(sides, number, second)
    exact = group.known.exact & (reference.known.exact if reference else True)
    low, high = np.array(limits).T
    anything = (low <= 0) & (high >= 1) & (not name.startswith("mutual"))
    silent = ~exact & (np.isnan(low) | anything)
    few = np.array([np.count_nonzero(table.students) < 2 for table in tables])[number]
    point = np.where(exact, low, np.nan)
    undefined = (exact & np.isnan(low)) | few
    low, high = np.where(silent, np.nan, low), np.where(silent, np.nan, high)
    numbers = Numbers(point, low, high, low, high, undefined, silent, has_midpoint=False)
    unit = "nats" if name.startswith("mutual") else "proportion"
    measure = MeasureSpec(name, unit, _CHANCE if "chance" in name else _COUNTED)
    keys = heads.iloc[number].assign(student_group=first)
    out = build_estimates(keys, measure, numbers, group, reference, level=0.95)
    method = out["method"].mask(out["status"] == "suppressed", _SUPPRESSED)
    method = method.mask(out["status"] == "bounded", _BOUNDED.format(_HOW.get(name, _DIVERGENCE)))
    out[["ci_low", "ci_high", "ci_level"]] = np.nan
    return out.assign(reference=second, method=method).set_axis(number)


def _questions(
    name: str, tables: Sequence[EnrollmentTable]
) -> list[tuple[int, str, str, tuple[float, float]]]:
    """Slice, group and what it is compared to, and the limits of each row."""
    asked = []
    for number, table in enumerate(tables):
        labels = [*table.names, OTHERS]  # -1 is the last
        if name.startswith(_OF_ALL):
            first, *rest = ["all"] if table.whole else [labels[i] for i in table.columns]
            asked.append((number, first, "; ".join(rest), _all_groups(name, table)))
            continue
        for i, j in table.pairs(name):
            second = "" if i == j else labels[j]
            asked.append((number, labels[i], second, _two_groups(name, table, i, j)))
    return asked


def _side(
    sides: _Sides, number: list[int], names: list[str], *, against_others: bool = False
) -> Side:
    rows = [sides.row[key] for key in zip(number, names, strict=True)]
    side = sides.each.at(np.array(rows, dtype=np.int64))
    nobody, small = side.known.k_high == 0, side.small
    if against_others:
        others = side.known.n_high - side.known.k_low
        nobody, small = nobody | (others == 0), small | (others < schema.MINIMUM_GROUP)
    # Nobody at all is not a small group: there is nothing to measure, and nobody to protect.
    return replace(side, absent=side.absent | nobody, small=small & ~nobody)


def _two_groups(name: str, table: EnrollmentTable, i: int, j: int) -> tuple[float, float]:
    x, t = (table.low[:, i], table.high[:, i]), table.students
    y = (t - x[1], t - x[0]) if j < 0 else (table.low[:, j], table.high[:, j])
    return limits_of_pair(name, x, y, t, others=j < 0)


def _all_groups(name: str, table: EnrollmentTable) -> tuple[float, float]:
    low, high = table.low[:, table.columns], table.high[:, table.columns]
    # The students of some groups alone: how many they are in a school is withheld with any of their cells.
    sizes = table.students if table.whole else np.full(len(low), np.nan)
    return limits_of_all(name, (low, high), sizes, table.clusters)


def _requested_measures(
    rows: pd.DataFrame, measures: Sequence[str] | None, clusters: Mapping[str, str] | None
) -> list[str]:
    known = [name for name in MEASURES if clusters is not None or name not in _CLUSTERED]
    what = "segregation" if clusters is not None else "segregation without `clusters`"
    chosen = choose_measures(measures, known, what)
    right = rows["indicator"].isin(schema.COMPOSITION_INDICATORS)
    if not (right & (rows["organization_level"] == "school")).all():
        raise QuestionError(
            "segregation is measured between schools, from how many students of each group they enroll",
            where="observations, columns indicator and organization_level",
            fix="pass enrollment of schools",
        )
    if clusters is not None:
        loose = rows.loc[~rows["organization_id"].isin(list(clusters)), "organization_id"]
        refuse_schools(loose.unique(), "is in no cluster")
    return chosen
