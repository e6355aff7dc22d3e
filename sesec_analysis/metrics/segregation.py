"""Segregation between the schools of a place: enrollment OBSERVATIONS of schools in, ESTIMATES of the place out.

Every student is counted, so these are descriptions without a sampling interval. What chance alone would do is a row of
its own: small schools look segregated even if students are dealt out at random.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sesec_analysis import bounds, schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.claims import Measure, Numbers, Side, claim
from sesec_analysis.metrics.questions import KEYS, OTHERS, single_rows
from sesec_analysis.polygons import Floats, Known, Positions

__all__ = ["MEASURES", "segregation"]

_CLUSTERED = ("mutual_information_between", "mutual_information_within")
MEASURES = (
    *("dissimilarity", "dissimilarity_chance", "isolation", "exposure", "theil_h"),
    *("theil_h_chance", "mutual_information", "mutual_information_chance", *_CLUSTERED),
)
_COUNTED = "all students counted: no sampling interval"
_CHANCE = "exact mean over random allocations, school sizes and group totals held"
_SUPPRESSED = "not computed: cells are withheld, and no bound is worked out"


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
    - `mutual_information_between` clusters of schools and `_within` them, which add up to M;
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
        Some of `MEASURES`, None for all. The last two take the cluster of each school, by its organization_id.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of the place, without `ci`. A group of fewer than ten students is `small_n`; an empty group, and
        fewer than two schools or groups with students, `undefined`; a measure that needs a withheld cell, `suppressed`.

    Raises
    ------
    DataError
        If the rows are no enrollment of schools, a school's groups do not add up to it, or a name is not known.

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
    names = _asked(rows, measures, clusters)
    place = {"organization_id": organization_id, "organization_name": organization_name}
    tables = []
    for _, part in rows.groupby(["indicator", "end_year", "grade_level"], sort=False):
        table = _Table.of(part, groups, clusters)
        head = part[KEYS].head(1).assign(**place, organization_level="place")
        tables += [_estimates(name, table, head) for name in names]
    out = pd.concat(tables, ignore_index=True) if tables else schema.conform_estimates(keys)
    out.attrs = dict(obs.attrs)
    return out


@dataclass(frozen=True)
class _Table:
    """One slice: schools by groups."""

    counts: Floats  # a row for each school, a column for each group; NaN where not exact
    students: Floats  # of each school
    names: list[str]
    columns: list[int]  # of the groups asked for
    whole: bool  # whether those are all, because none was named
    clusters: Positions | None  # number of each school's cluster
    sides: Side  # a row for each group
    together: Side  # one row: the groups asked for, as one

    @classmethod
    def of(
        cls, rows: pd.DataFrame, groups: Sequence[str] | None, clusters: Mapping[str, str] | None
    ) -> "_Table":
        school, schools = pd.factorize(rows["organization_id"])
        group, labels = pd.factorize(rows["student_group"])
        names, shape = labels.tolist(), (len(schools), len(labels))
        _refuse_groups(groups or names, names)
        known = Known.of(rows).take(np.lexsort((group, school)))
        _refuse_schools(schools[np.bincount(school) < shape[1]], "lacks a row for a group")
        counts = np.where(known.exact, known.k_low, np.nan).reshape(shape)
        sizes = np.where(known.exact, known.n_low, np.nan).reshape(shape)
        students = np.fmax.reduce(sizes, axis=1)  # NaN only if no cell is exact
        unlike = (sizes > 0) & (sizes < students[:, None])
        torn = unlike.any(axis=1) | (abs(counts.sum(axis=1) - students) > 0)
        _refuse_schools(schools[torn], "has groups that do not add up to its students")
        columns = [names.index(name) for name in groups or names]
        # As one group, the students asked for are their own denominator.
        chosen = rows[np.isin(group, columns)]
        own = {f"denominator{end}": chosen[f"numerator{end}"] for end in ("", "_low", "_high")}
        one = bounds.pool(chosen.assign(**own, value_low=0.0, value_high=1.0), by=["indicator"])
        each = bounds.pool(rows, by=["indicator", "student_group"])
        number = None if clusters is None else pd.factorize(pd.Series(schools).map(clusters))[0]
        whole, sides = groups is None, (Side.of(each), Side.of(one))
        return cls(counts, students, names, columns, whole, number, *sides)


def _estimates(name: str, table: _Table, head: pd.DataFrame) -> pd.DataFrame:
    reference = None
    if name.startswith(("theil", "mutual")):
        first, *rest = ["all"] if table.whole else [table.names[i] for i in table.columns]
        asked, point = [(first, "; ".join(rest))], [_of_all(name, table)]
        group = table.together
    else:
        pairs = [*(permutations if name == "exposure" else combinations)(table.columns, 2)]
        if name == "isolation" or (table.whole and name != "exposure"):
            pairs = [(i, i if name == "isolation" else -1) for i in table.columns]
        labels = [*table.names, OTHERS]  # -1 is the last
        asked = [(labels[i], "" if i == j else labels[j]) for i, j in pairs]
        point = [_of_pair(name, table, i, j) for i, j in pairs]
        first_columns, second_columns = np.array(pairs, dtype=np.int64).T
        group = _side(table, first_columns, against_others=second_columns[0] < 0)
        if (second_columns >= 0).all() and name != "isolation":
            reference = _side(table, second_columns)
    exact = group.known.exact & (reference.known.exact if reference else True)
    value = np.array(point)
    undefined = (exact & np.isnan(value)) | (np.count_nonzero(table.students) < 2)
    numbers = Numbers(value, value, value, value, value, undefined, ~exact, midpoint_stands=False)
    unit = "nats" if name.startswith("mutual") else "proportion"
    measure = Measure(name, unit, _CHANCE if "chance" in name else _COUNTED)
    keys = pd.concat([head] * len(asked)).assign(student_group=[first for first, _ in asked])
    out = claim(keys, measure, numbers, group, reference, level=0.95)
    method = out["method"].mask(out["status"] == "suppressed", _SUPPRESSED)
    out[["ci_low", "ci_high", "ci_level"]] = np.nan
    return out.assign(reference=[second for _, second in asked], method=method)


def _side(table: _Table, columns: Positions, *, against_others: bool = False) -> Side:
    side = table.sides.at(columns)
    nobody, small = side.known.k_high == 0, side.small
    if against_others:
        others = side.known.n_high - side.known.k_low
        nobody, small = nobody | (others == 0), small | (others < schema.MINIMUM_GROUP)
    # Nobody at all is not a small group: there is nothing to measure, and nobody to protect.
    return replace(side, absent=side.absent | nobody, small=small & ~nobody)


def _of_pair(name: str, table: _Table, i: int, j: int) -> float:
    x, t = table.counts[:, i], table.students
    y = t - x if j < 0 else table.counts[:, j]
    some, other = x.sum(), y.sum()
    if not (some > 0 and other > 0):  # nobody, or not known
        return np.nan
    if name in ("isolation", "exposure"):
        return float((x * y / np.where(t > 0, t, 1)).sum() / some)
    if np.count_nonzero(x + y) < 2:
        return np.nan
    if name == "dissimilarity":
        return float(np.abs(x / some - y / other).sum() / 2)
    even = some / (some + other)
    uneven = _dealt(lambda n, size: np.abs(n - size * even), x + y, some)
    return uneven * (some + other) / (2 * some * other)


def _of_all(name: str, table: _Table) -> float:
    counts = table.counts[:, table.columns]
    groups, sizes, total = counts.sum(axis=0), counts.sum(axis=1), counts.sum()
    if np.isnan(total) or np.count_nonzero(groups) < 2 or np.count_nonzero(sizes) < 2:
        return np.nan
    if table.clusters is not None and name in _CLUSTERED:
        parts = [counts[table.clusters == number] for number in np.unique(table.clusters)]
        if name == "mutual_information_between":
            return _mutual(np.array([part.sum(axis=0) for part in parts]))
        return float(sum(part.sum() / total * _mutual(part) for part in parts))
    value = _mutual(counts)
    if "chance" in name:
        # M is the entropy of the groups and of the schools less that of the cells; chance moves only the cells.
        cells = np.log(total) - sum(_dealt(_n_log_n, sizes, drawn) for drawn in groups) / total
        value = _entropy(groups) + _entropy(sizes) - cells
    return value / _entropy(groups) if name.startswith("theil") else value


def _mutual(counts: Floats) -> float:
    apart = _entropy(counts.sum(axis=0)) + _entropy(counts.sum(axis=1))
    return max(apart - _entropy(counts.ravel()), 0.0)  # rounding would go below


def _entropy(counts: Floats) -> float:
    total = counts.sum()
    return float(np.log(total) - _n_log_n(counts).sum() / total) if total else 0.0


def _n_log_n(n: Floats, _: float = 0.0) -> Floats:
    return n * np.log(np.fmax(n, 1))


def _dealt(of: Callable[[Floats, float], Floats], sizes: Floats, drawn: float) -> float:
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


def _asked(
    rows: pd.DataFrame, measures: Sequence[str] | None, clusters: Mapping[str, str] | None
) -> list[str]:
    known = [name for name in MEASURES if clusters is not None or name not in _CLUSTERED]
    unknown = sorted(set(measures or []) - set(known))
    if unknown:
        raise DataError(
            f"{unknown[0]!r} is no measure of segregation, or needs `clusters`",
            where="segregation, measures",
            mend="name measures that there are",
            known=known,
        )
    right = rows["indicator"].isin(schema.COMPOSITION_INDICATORS)
    if not (right & (rows["organization_level"] == "school")).all():
        raise DataError(
            "segregation is measured between schools, from how many students of each group they enroll",
            where="observations, columns indicator and organization_level",
            mend="pass enrollment of schools",
        )
    if clusters is not None:
        loose = rows.loc[~rows["organization_id"].isin(list(clusters)), "organization_id"]
        _refuse_schools(loose.unique(), "stands in no cluster")
    return list(measures or known)


def _refuse_groups(groups: Sequence[str], names: list[str]) -> None:
    if len({*groups} & {*names}) < max(len(groups), 2):
        raise DataError(
            f"{list(groups)} are not two or more groups of the partition, each once",
            where="segregation, groups",
            mend="name groups that the table has",
            known=names,
        )


def _refuse_schools(schools: ArrayLike, fault: str) -> None:
    names = np.asarray(schools).astype(str).tolist()
    if names:
        raise DataError(
            f"school {names[0]} {fault}",
            where=f"segregation, {len(names)} school(s): {', '.join(names[:20])}",
            mend="pass every group of a partition for every school, withheld ones too, and every school's cluster",
        )
