"""Participation and coverage: who was tested, how much is published, and rates at the schools that are published."""

from dataclasses import replace

import numpy as np
import pandas as pd

from sesec_analysis import schema
from sesec_analysis.bounds import Flags, Floats, KnownCounts, as_floats
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.changes import change, progress
from sesec_analysis.metrics.disparity import compare, gaps, rates
from sesec_analysis.metrics.estimates import (
    KEYS,
    MeasureSpec,
    Numbers,
    Side,
    build_estimates,
    group_pairs,
    interleave_measures,
    single_rows,
)
from sesec_analysis.schema import conform_observations

__all__ = [
    "ENOUGH_TESTED",
    "counts_at_earlier_rate",
    "counts_at_other_rate",
    "coverage",
    "participation",
    "participation_gaps",
    "published_gap_changes",
    "published_gaps",
    "published_rates",
]


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
    """Rate of all students, rate among students tested, share tested, and the worst-case bounds, side by side.

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
        _add_ranges(build_estimates(rows, _IF_TESTED, numbers, _careful(group, share), level=level))
    )
    few = [share.known.value_high < ENOUGH_TESTED, share.known.value_low < ENOUGH_TESTED]
    warning = np.select(few, [_LOW, _MAYBE_LOW], "")
    return interleave_measures(
        [table.assign(method=table["method"] + warning) for table in tables], obs
    )


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
    pairs = group_pairs(official, by, reference, level)
    shares = group_pairs(took_part, by, reference, level)
    share, other_share = shares.group, shares.other
    group, other = _careful(pairs.group, share), _careful(pairs.other, other_share)
    known, against = group.known, other.known
    numbers = _numbers(
        known.value_low - against.value_high,
        known.value_high - against.value_low,
        intervals.outer_difference(known, against, level),
        share.absent | other_share.absent,
        floor=-1.0,
    )
    worst = _add_ranges(replace(pairs, group=group, other=other).estimates(_GAP_IF_TESTED, numbers))
    overlap = (numbers.bound_low < 0) & (numbers.bound_high > 0)
    apart = np.fmax(
        share.known.value_low - other_share.known.value_high,
        other_share.known.value_low - share.known.value_high,
    )
    unlike = overlap & (apart > _APART + _HAIR)
    pair = [gaps(official, by=by, reference=reference, level=level), worst]
    pair = [table.assign(method=table["method"] + np.where(unlike, _UNREAD, "")) for table in pair]
    return interleave_measures(pair, obs)


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


def _add_ranges(table: pd.DataFrame) -> pd.DataFrame:
    has_range = table["status"].isin(["bounded", "suppressed"])
    table.loc[has_range, "method"] = f"range only; {_WORST}"
    return table


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
    known = KnownCounts.from_table(rows)
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


def counts_at_earlier_rate(obs: pd.DataFrame) -> pd.DataFrame:
    """Students more or fewer who would be counted in the last year at the rate of the first.

    count = p_first n_last - k_last, rounded to tens (of more than 10,000 students, to hundreds); 0 means the same rate.

    Parameters
    ----------
    obs
        OBSERVATIONS of two school years that can be compared, as `then_and_now` loads them.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measure ``count_at_earlier_rate``, in students, without an interval; where withheld numbers leave
        a range, its ends, rounded outward. `reference` is the first year.

    Raises
    ------
    DataError
        If two rows speak of the same figure.

    See Also
    --------
    change : Whether the rate changed by more than chance.
    counts_at_other_rate : The same at the rate of another place or group.

    Notes
    -----
    Reading: positive, more students would be counted at the earlier rate: the rate has fallen.
    Caution: arithmetic, not a forecast; print it only next to a change that is sure.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": [2018, 2025], "status": "reported", "numerator": [2684, 1892], "denominator": [5124, 4427]}))
    >>> counts_at_earlier_rate(obs)[["reference", "estimate"]]
      reference  estimate
    0      2018     430.0
    """
    obs = schema.check_observations(obs)
    years = sorted(set(obs["end_year"]))
    if len(years) != 2:
        return schema.conform_estimates(pd.DataFrame(columns=schema.ESTIMATES_COLUMNS))
    moved = change(obs, first=years[0], last=years[1])
    return _count_students(moved, "count_at_earlier_rate", "rate of the earlier year")


def counts_at_other_rate(estimates: pd.DataFrame) -> pd.DataFrame:
    """Students more or fewer who would be counted at the rate of the place or group that a gap compares with.

    count = p_other n - k, rounded to tens (of more than 10,000 students, to hundreds); 0 means the same rate.

    Parameters
    ----------
    estimates
        ESTIMATES of gaps, as `compare` or `gaps` returns them; rows of other measures are left out.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measure ``count_at_other_rate``, in students, without an interval; where withheld numbers leave a
        range, its ends, rounded outward. `reference` is that of the gap.

    Raises
    ------
    QuestionError
        If it is no table of ESTIMATES.

    See Also
    --------
    compare : Whether two places differ by more than chance.
    counts_at_earlier_rate : The same at the rate of an earlier year.

    Notes
    -----
    Reading: positive, more students would be counted at the other rate: the gap is below 0.
    Caution: arithmetic, not a forecast; print it only next to a gap that is sure.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2024, "organization_id": ["a", "b"], "status": "reported", "numerator": [40, 60],
    ...     "denominator": 100}))
    >>> counts_at_other_rate(compare(obs.head(1), obs.tail(1)))[["reference", "estimate"]]
      reference  estimate
    0         b      20.0
    """
    gaps_told = schema.check_estimates(estimates).query("measure == 'gap'")
    return _count_students(gaps_told, "count_at_other_rate", "other rate")


def _count_students(compared: pd.DataFrame, measure: str, rate: str) -> pd.DataFrame:
    """Return differences of rates in students: so coarse that they tell no more than the difference does."""
    compared = compared[compared["status"].isin(["ok", "bounded"])]
    bounds = (as_floats(compared, name) for name in ("bound_low", "bound_high"))
    sizes = [as_floats(compared, name) for name in ("n_low", "n_high")]
    ends = [-bound * size for bound in bounds for size in sizes]
    step = np.where(sizes[1] > _MANY, 100.0, 10.0)
    told = f"{rate} times students now, less students counted"
    low, high = np.min(ends, axis=0) / step, np.max(ends, axis=0) / step
    exact = (compared["status"] == "ok").to_numpy() & (sizes[0] == sizes[1])
    unknown = dict.fromkeys(("ci_low", "ci_high", "outer_low", "outer_high", "midpoint"), np.nan)
    return compared.assign(
        measure=measure,
        unit="students",
        status=np.where(exact, "ok", "bounded"),
        method=np.where(step > 10, f"{told}; rounded to hundreds", f"{told}; rounded to tens"),
        **unknown,
        estimate=np.where(exact, low.round() * step, np.nan),
        bound_low=np.where(exact, low.round(), np.floor(low)) * step,
        bound_high=np.where(exact, high.round(), np.ceil(high)) * step,
    )


_MANY = 10_000
"""Students: a tenth of a point of more, as gaps are printed, is more than ten of them."""


_FIGURE = ["end_year", "grade_level", "student_group_type", "student_group", "indicator"]


def published_rates(obs: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Rate at the schools of a place whose numbers are published, where the place's own range is wide.

    Parameters
    ----------
    obs
        OBSERVATIONS of places, as `load` returns them.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measure ``published_rate``, in proportions, with Wilson's interval; a row only where such a figure
        may be printed. `method` says how many organizations it leaves out.

    Raises
    ------
    DataError
        If two rows speak of the same figure.

    Notes
    -----
    Reading: 0 is no one in the group and 1 everyone.
    Caution: the schools left out may be unlike the others; the range of all schools includes them too.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> attended = sa.load("regular_attendance", place="rest_of_seattle", end_years=2024, student_group="all")
    >>> published_rates(attended)["estimate"].round(3).tolist()
    [0.778]
    """
    chosen = _published_rows(obs)
    key = [*_FIGURE, "organization_id"]
    return _left_out(rates(chosen, level=level), chosen, key).assign(measure="published_rate")


def published_gaps(a: pd.DataFrame, b: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Gap between a place and the schools of another whose numbers are published, where that place's range is wide.

    Parameters
    ----------
    a
        OBSERVATIONS of one place. Of figures that it does not have exactly there is no gap.
    b
        OBSERVATIONS of the place it is compared to, of the same years.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measure ``published_gap``, in points (0-1), with Newcombe's interval; a row only where the figure
        of ``b`` may be printed.

    Raises
    ------
    QuestionError
        If the two tables have different years: a change compares the same schools.

    Notes
    -----
    Reading: positive: the rate is higher in ``a``.
    Caution: the schools left out may be unlike the others; the range of all schools includes them too.
    Reference: as `gaps`.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> here, there = (sa.load("regular_attendance", place=place, end_years=2024, student_group="all")
    ...                for place in ("southeast_seattle", "rest_of_seattle"))
    >>> published_gaps(here, there)["estimate"].round(3).tolist()
    [-0.06]
    """
    a, b = schema.check_observations(a), schema.check_observations(b)
    if set(a["end_year"]) != set(b["end_year"]) and len(a) and len(b):
        raise QuestionError(
            "figures of published schools are compared within one year, since other schools are published in another",
            where="published_gaps",
            fix="pass tables of the same years",
        )
    there = _published_rows(b)
    both = pd.MultiIndex.from_frame(a[_FIGURE]).isin(pd.MultiIndex.from_frame(there[_FIGURE]))
    here = a[both & (a["status"] == "reported").to_numpy(dtype=bool)]
    if here.empty:
        return schema.conform_estimates(pd.DataFrame(columns=schema.ESTIMATES_COLUMNS))
    gap = compare(here, there, level=level).query("measure == 'gap'")
    return _left_out(gap, there, _FIGURE).assign(measure="published_gap")


def published_gap_changes(
    obs: pd.DataFrame, *, place: str, reference: str, level: float = 0.95
) -> pd.DataFrame:
    """Change of the gap between two places, at the schools of each whose numbers are published in both years.

    Parameters
    ----------
    obs
        OBSERVATIONS of both places in two years, as ``then_and_now(..., same_schools=True)`` loads them.
    place, reference
        The organization whose progress is looked at, and the one it is compared to.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measure ``published_gap_change``, in points (0-1), as `progress` makes them of the same schools;
        no row where one of the places has no such schools in a year.

    Notes
    -----
    Reading: 0 means the same gap at these schools.
    Caution: schools that opened, closed, or are withheld in one of the years are in neither.
    Reference: as `difference_in_gaps`.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> places = ["southeast_seattle", "rest_of_seattle_regular"]
    >>> met = sa.report.then_and_now("math_met_tested", up_to=2025, place=places, grade_level="all",
    ...                              student_group="all", same_schools=True)
    >>> published_gap_changes(met, place=places[0], reference=places[1])["estimate"].round(3).tolist()
    [-0.037]
    """
    chosen = _published_rows(obs)
    chosen = chosen[chosen["organization_id"].isin([place, reference])]
    if len(chosen) != 4 or chosen["end_year"].nunique() != 2:  # one row of each place and year
        return schema.conform_estimates(pd.DataFrame(columns=schema.ESTIMATES_COLUMNS))
    moved = progress(chosen, place=place, reference=reference, level=level)
    moved = moved[moved["measure"] == "gap_change"]
    there = chosen[chosen["organization_id"] == reference]
    return _left_out(moved, there, _FIGURE).assign(measure="published_gap_change")


def _published_rows(obs: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the published schools, with their own counts; only those that may be printed."""
    known = schema.check_observations(obs)
    rows = known[known["published_denominator"].notna()]
    k, n = rows["published_numerator"], rows["published_denominator"]
    share = (k / n).astype("float64")
    counts = {
        "numerator": k, "numerator_low": k, "numerator_high": k,
        "denominator": n, "denominator_low": n, "denominator_high": n,
        "value": share, "value_low": share, "value_high": share,
    }  # fmt: skip
    schools = rows["cells"] - rows["organizations_left_out"]
    return rows.assign(
        **counts,
        status="reported",
        coverage=1.0,
        cells=schools,
        cells_reported=schools,
        largest_masked=0.0,
    )


def _left_out(estimates: pd.DataFrame, published: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Write into the method how many schools have published numbers, and how many organizations are left out."""
    keys = pd.MultiIndex.from_frame(published[key])
    at = keys.get_indexer(pd.MultiIndex.from_frame(estimates[key]))
    schools = published["cells"].to_numpy(dtype=np.int64)[at]
    left_out = published["organizations_left_out"].to_numpy(dtype=np.int64)[at]
    words = [
        f"{one} schools with published numbers, {other} organizations left out; {method}"
        for one, other, method in zip(schools, left_out, estimates["method"], strict=True)
    ]
    return estimates.assign(method=pd.Series(words, index=estimates.index, dtype="str"))
