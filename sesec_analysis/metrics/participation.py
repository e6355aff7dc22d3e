"""Participation and coverage: who was tested, what the rate of all can be, and how much of a table is published."""

from dataclasses import replace

import numpy as np
import pandas as pd

from sesec_analysis import schema
from sesec_analysis.bounds import Flags, Floats, KnownCounts, as_floats
from sesec_analysis.errors import DataError
from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.disparity import gaps, rates
from sesec_analysis.metrics.estimates import (
    KEYS,
    MeasureSpec,
    Numbers,
    Side,
    build_estimates,
    group_pairs,
    single_rows,
)
from sesec_analysis.schema import conform_observations

__all__ = ["ENOUGH_TESTED", "coverage", "participation", "participation_gaps"]


ENOUGH_TESTED = 0.95
"""Share of students tested that federal law asks for (ESSA, 20 U.S.C. 6311(c)(4)(E))."""

_APART = 0.05
"""Proportion: two groups' participation may differ by this much before their gap is in doubt."""

_WORST = "worst case: none, and all, of those not tested would have met the standard"
_IF_TESTED = MeasureSpec("rate_if_all_tested", "proportion", f"Wilson score interval; {_WORST}")
_GAP_IF_TESTED = MeasureSpec("gap_if_all_tested", "points", f"Newcombe interval; {_WORST}")
_LOW = f"; fewer than {ENOUGH_TESTED:.0%} were tested"
_MAYBE_LOW = f"; it is withheld whether {ENOUGH_TESTED:.0%} were tested"
_UNREAD = (
    "; not to be read as a gap: the two groups were not tested alike, and either may be the higher"
)
_HAIR = 1e-9
Limits = tuple[Floats, Floats]


def participation(
    obs: pd.DataFrame, *, met: str, met_tested: str, tested: str, level: float = 0.95
) -> pd.DataFrame:
    """Rate of all students, rate of those tested, share tested, and the worst-case bounds, side by side.

    official_rate = k / N, tested_rate = k / T, participation = T / N, and rate_if_all_tested lies from k / N to
    (k + N - T) / N: N students, T of them tested, k met the standard.

    Parameters
    ----------
    obs
        OBSERVATIONS of the three indicators.
    met, met_tested, tested
        Their codes, such as ``"ela_met"``, ``"ela_met_tested"`` and ``"ela_tested"``.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, four rows for each row of ``met``, `indicator` ``met``. rate_if_all_tested has no estimate unless
        everybody was tested. Where fewer than 95 percent were, `method` says so in all four rows.

    Raises
    ------
    DataError
        If an indicator has no row, or two rows speak of one figure.

    Notes
    -----
    Reading: students not tested count as not met in the official rate, and not at all in that of those tested; the
    truth had all been tested lies within the worst-case bounds, wherever that is.
    Where counts are withheld the worst-case bounds are outer: both indicators take their extremes, each by itself.
    Reference: Manski, C. F. (2003). Partial Identification of Probability Distributions. Springer, chapter 1.

    Examples
    --------
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2024, "status": "reported", "student_group": "all",
    ...     "indicator": ["ela_met", "ela_met_tested", "ela_tested"],
    ...     "numerator": [45, 45, 80], "denominator": [100, 80, 100]}))
    >>> table = participation(obs, met="ela_met", met_tested="ela_met_tested", tested="ela_tested")
    >>> table[["measure", "estimate", "bound_low", "bound_high"]]
                  measure  estimate  bound_low  bound_high
    0       official_rate    0.4500     0.4500      0.4500
    1         tested_rate    0.5625     0.5625      0.5625
    2       participation    0.8000     0.8000      0.8000
    3  rate_if_all_tested       NaN     0.4500      0.6500
    """
    parts = _parts(obs, met, met_tested, tested)
    rows, group = single_rows(parts[0], None, level)
    _, share = single_rows(parts[2], None, level)
    names = ("official_rate", "tested_rate", "participation")
    tables = [
        rates(part, level=level).assign(indicator=met, measure=name)
        for part, name in zip(parts, names, strict=True)
    ]
    known = _if_tested(group, share)
    outer = intervals.outer_rate(known, level)
    numbers = _numbers(known.value_low, known.value_high, outer, share.absent, floor=0.0)
    tables.append(
        _ranged(build_estimates(rows, _IF_TESTED, numbers, _careful(group, share), level=level))
    )
    few = [share.known.value_high < ENOUGH_TESTED, share.known.value_low < ENOUGH_TESTED]
    warning = np.select(few, [_LOW, _MAYBE_LOW], "")
    return _together([table.assign(method=table["method"] + warning) for table in tables], obs)


def participation_gaps(
    obs: pd.DataFrame, *, by: str, reference: str, met: str, tested: str, level: float = 0.95
) -> pd.DataFrame:
    """Gap between groups as published, and the least and most it can be had every student been tested.

    Parameters
    ----------
    obs
        OBSERVATIONS of the two indicators.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    reference
        The group compared to, or ``"others"``.
    met, tested
        Codes of the indicators, such as ``"ela_met"`` and ``"ela_tested"``.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, for each non-reference group a `gap` and a `gap_if_all_tested`. `method` warns where participation
        differs by more than five points and the worst-case rates of the two overlap.

    Raises
    ------
    DataError
        As `gaps`; or if an indicator has no row.

    Notes
    -----
    Reading: where gap_if_all_tested spans 0, the numbers can't show which group schools serve better.
    Reference: as `participation`.

    Examples
    --------
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2024, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"] * 2, "indicator": ["ela_met"] * 2 + ["ela_tested"] * 2,
    ...     "numerator": [45, 60, 80, 98], "denominator": [100, 100, 100, 100]}))
    >>> table = participation_gaps(obs, by="race_ethnicity", reference="white", met="ela_met", tested="ela_tested")
    >>> table[["measure", "estimate", "bound_low", "bound_high"]].round(2)
                 measure  estimate  bound_low  bound_high
    0                gap     -0.15      -0.15       -0.15
    1  gap_if_all_tested       NaN      -0.17        0.05
    """
    official, took_part = _parts(obs, met, tested)
    rows, group, other = group_pairs(official, by, reference, level)
    _, share, other_share = group_pairs(took_part, by, reference, level)
    known, against = _if_tested(group, share), _if_tested(other, other_share)
    numbers = _numbers(
        known.value_low - against.value_high,
        known.value_high - against.value_low,
        intervals.outer_difference(known, against, level),
        share.absent | other_share.absent,
        floor=-1.0,
    )
    sides = (_careful(group, share), _careful(other, other_share))
    worst = build_estimates(
        rows, _GAP_IF_TESTED, numbers, *sides, reference_name=reference, level=level
    )
    worst = _ranged(worst)
    overlap = (numbers.bound_low < 0) & (numbers.bound_high > 0)
    apart = np.fmax(
        share.known.value_low - other_share.known.value_high,
        other_share.known.value_low - share.known.value_high,
    )
    unlike = overlap & (apart > _APART + _HAIR)
    pair = [gaps(official, by=by, reference=reference, level=level), worst]
    pair = [table.assign(method=table["method"] + np.where(unlike, _UNREAD, "")) for table in pair]
    return _together(pair, obs)


def _parts(obs: pd.DataFrame, met: str, *others: str) -> list[pd.DataFrame]:
    """Rows of each indicator, in the order of the first; a row that the others lack is one not collected."""
    obs = schema.check_observations(obs)
    known = sorted(obs["indicator"].unique())
    for name in (met, *others):
        if len(obs) and name not in known:
            raise DataError(
                f"the table has no rows of {name!r}",
                where="participation, column indicator",
                fix="load the indicator too, for the same places and years",
                valid=known,
            )
    first = obs[obs["indicator"] == met].reset_index(drop=True)
    keys = [name for name in KEYS if name not in ("indicator", "organization_name")]
    parts = [first]
    for name in others:
        other = obs[obs["indicator"] == name]
        single_rows(other, None, 0.95)  # refuses a figure that stands in two rows
        part = first[[*keys, "organization_name"]].merge(
            other.drop(columns="organization_name"), on=keys, how="left"
        )
        part = part.assign(indicator=name, status=part["status"].fillna("not_collected"))
        part = conform_observations(part)
        part.attrs = dict(obs.attrs)
        parts.append(part)
    return parts


def _if_tested(group: Side, share: Side) -> KnownCounts:
    """What is known of the rate had all been tested."""
    known, tested = group.known, share.known
    untested = tested.n_low - tested.k_low
    counted = known.exact & tested.exact & (known.n_low > 0)
    sum_high = np.divide(
        known.k_low + untested, known.n_low, out=np.ones(len(untested)), where=counted
    )
    # Those who passed earlier are in N but were not expected to test: the share of N not tested is no larger.
    rate_high = known.value_high + 1 - tested.value_low
    high = np.fmin(np.where(counted, sum_high, rate_high), 1.0)
    high = np.where(group.absent | share.absent, np.nan, np.fmax(high, known.value_low))
    return replace(known, value_high=high, exact=known.exact & (high == known.value_low))


def _careful(group: Side, share: Side) -> Side:
    """The group, small if either of its two figures is, and exact only where everybody was tested."""
    return replace(group, small=group.small | share.small, known=_if_tested(group, share))


def _numbers(low: Floats, high: Floats, outer: Limits, absent: Flags, *, floor: float) -> Numbers:
    nothing = (low <= floor) & (high >= 1)
    return Numbers(np.where(low == high, low, np.nan), low, high, *outer, absent, nothing, False)


def _ranged(table: pd.DataFrame) -> pd.DataFrame:
    has_range = table["status"].isin(["bounded", "suppressed"])
    table.loc[has_range, "method"] = f"range only; {_WORST}"
    return table


def _together(tables: list[pd.DataFrame], source: pd.DataFrame) -> pd.DataFrame:
    together = pd.concat(tables).sort_index(kind="stable").reset_index(drop=True)
    together.attrs = dict(source.attrs)
    return together


_BY = [
    "indicator",
    "end_year",
    "organization_level",
    "organization_id",
    "organization_name",
    "student_group_type",
]


def coverage(obs: pd.DataFrame) -> pd.DataFrame:
    """Count what was reported and what was withheld.

    coverage = students in exactly reported cells / all students, every masked cell counted at its largest.

    Parameters
    ----------
    obs
        OBSERVATIONS.

    Returns
    -------
    pandas.DataFrame
        One row per indicator, end_year, organization and student_group_type, in order of first appearance, with

        - `rows`: rows of ``obs``;
        - `reported`, `bounded`, `complementary`, `small_n`, `withheld`, `no_students`, `not_collected`: rows by
          status; they add up to `rows`;
        - `cells`, `cells_reported`: published cells those rows sum (the schools of a place, for instance), and how
          many of them were reported exactly;
        - `coverage`: share of students in exactly reported cells, 0-1; 0 if nothing caps a masked cell; null if there
          are no students.

    Notes
    -----
    Reading: 1 means that every count was published; .6 that at least six in ten students are in a published count.
    Caution: grades and "all grades" are counted alike if ``obs`` holds both. For `enrollment` a cell's students are
    those of the group, not of the school.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "student_group_type": "race_ethnicity", "student_group": ["black", "white"],
    ...     "status": ["reported", "small_n"], "numerator": [45, None], "denominator": [91, None],
    ...     "denominator_high": [91, 9]}))
    >>> coverage(obs)[["rows", "reported", "small_n", "coverage"]]
       rows  reported  small_n  coverage
    0     2         1        1      0.91
    """
    obs = schema.check_observations(obs)
    rows = obs.reset_index(drop=True)
    known = KnownCounts.of(rows)
    composition = rows["indicator"].isin(schema.COMPOSITION_INDICATORS).to_numpy(dtype=bool)
    students = np.where(composition, known.k_high, known.n_high)
    # A row for which no figure exists has no students to cover.
    students = np.where(rows["status"] == "not_collected", 0.0, students)
    capped = np.isfinite(students)
    share = np.where(known.exact, 1.0, as_floats(rows, "coverage", null=0.0))
    counted = rows[_BY].assign(
        rows=1,
        **{name: (rows["status"] == name).astype("int64") for name in schema.OBSERVATION_STATUSES},
        cells=rows["cells"].fillna(1).astype("int64"),
        cells_reported=rows["cells_reported"].fillna(0).astype("int64"),
        covered=share * np.where(capped, students, 0.0),
        students=students,
    )
    table = counted.groupby(_BY, sort=False, dropna=False, as_index=False).sum()
    covered, everyone = table.pop("covered").to_numpy(), table.pop("students").to_numpy()
    table["coverage"] = np.divide(
        covered, everyone, out=np.full(len(table), np.nan), where=everyone > 0
    )
    table.attrs = dict(obs.attrs)
    return table
