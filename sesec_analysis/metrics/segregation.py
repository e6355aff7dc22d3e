"""Segregation between the schools of a place: enrollment OBSERVATIONS of schools in, ESTIMATES of the place out.

Every student is counted, so these are descriptions without a sampling interval. What chance alone would do is a row of
its own: small schools look segregated even if students are dealt out at random.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from sesec_analysis import bounds, schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.claims import Measure, Numbers, Side, claim
from sesec_analysis.metrics.questions import OTHERS, single_rows
from sesec_analysis.metrics.segregation_bounds import limits_of_all, limits_of_pair
from sesec_analysis.metrics.segregation_tables import Table, refuse_schools

__all__ = ["MEASURES", "segregation"]

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
_SUPPRESSED = "not computed: cells are withheld, and no bound is worked out, or it says nothing"
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
    slices = rows.groupby(_SLICE, sort=False)
    tables = [Table.of(part, groups, clusters) for _, part in slices]
    place = {"organization_id": organization_id, "organization_name": organization_name}
    heads = keys.drop_duplicates(_SLICE).assign(organization_level="place", **place)
    sides = _Sides.of(rows.assign(slice=slices.ngroup()), groups) if tables else None
    found = [] if sides is None else [_estimates(name, tables, heads, sides) for name in names]
    out = pd.concat(found).sort_index(kind="stable") if found else schema.conform_estimates(keys)
    out = out.reset_index(drop=True)
    out.attrs = dict(obs.attrs)
    return out


@dataclass(frozen=True)
class _Sides:
    """What is known of the groups of all slices, as `claim` takes it."""

    each: Side  # a row for each slice and group
    together: Side  # a row for each slice: the groups asked for, as one
    row: dict[tuple[int, str], int]  # of a slice and group in ``each``

    @classmethod
    def of(cls, rows: pd.DataFrame, groups: Sequence[str] | None) -> Self:
        # As one group, the students asked for are their own denominator.
        chosen = rows if groups is None else rows[rows["student_group"].isin(list(groups))]
        own = {f"denominator{end}": chosen[f"numerator{end}"] for end in ("", "_low", "_high")}
        one = bounds.pool(
            chosen.assign(**own, value_low=0.0, value_high=1.0), by=["slice", "indicator"]
        )
        each = bounds.pool(rows, by=["slice", "indicator", "student_group"])
        keys = zip(each["slice"], each["student_group"], strict=True)
        return cls(Side.of(each), Side.of(one), {key: i for i, key in enumerate(keys)})


def _estimates(
    name: str, tables: Sequence[Table], heads: pd.DataFrame, sides: _Sides
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
    numbers = Numbers(point, low, high, low, high, undefined, silent, midpoint_stands=False)
    unit = "nats" if name.startswith("mutual") else "proportion"
    measure = Measure(name, unit, _CHANCE if "chance" in name else _COUNTED)
    keys = heads.iloc[number].assign(student_group=first)
    out = claim(keys, measure, numbers, group, reference, level=0.95)
    method = out["method"].mask(out["status"] == "suppressed", _SUPPRESSED)
    method = method.mask(out["status"] == "bounded", _BOUNDED.format(_HOW.get(name, _DIVERGENCE)))
    out[["ci_low", "ci_high", "ci_level"]] = np.nan
    return out.assign(reference=second, method=method).set_axis(number)


def _questions(
    name: str, tables: Sequence[Table]
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


def _two_groups(name: str, table: Table, i: int, j: int) -> tuple[float, float]:
    x, t = (table.low[:, i], table.high[:, i]), table.students
    y = (t - x[1], t - x[0]) if j < 0 else (table.low[:, j], table.high[:, j])
    return limits_of_pair(name, x, y, t, others=j < 0)


def _all_groups(name: str, table: Table) -> tuple[float, float]:
    low, high = table.low[:, table.columns], table.high[:, table.columns]
    # The students of some groups alone: how many they are in a school is withheld with any of their cells.
    sizes = table.students if table.whole else np.full(len(low), np.nan)
    return limits_of_all(name, (low, high), sizes, table.clusters)


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
        refuse_schools(loose.unique(), "stands in no cluster")
    return list(measures or known)
