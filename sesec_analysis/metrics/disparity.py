"""Disparity between student groups and places: rates, gaps, ratios, averages. ESTIMATES out.

Each row carries three intervals that answer three questions. `ci`: how much would such a rate vary by chance?
`bound`: what may full data show, given the cells that were withheld? `outer`: both at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from sesec_analysis import bounds, schema
from sesec_analysis.bounds import Floats, as_floats
from sesec_analysis.errors import DataError, check_choice
from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.estimates import (
    KEYS,
    MeasureSpec,
    Moved,
    Numbers,
    Pairs,
    Side,
    build_estimates,
    count_all_students,
    group_pairs,
    interleave_measures,
    moved_by_years,
    organization_pairs,
    quotient,
    refuse_several,
    single_rows,
)

__all__ = [
    "averages",
    "compare",
    "compare_averages",
    "differences",
    "gaps",
    "rates",
    "ratios",
    "score_ratios",
]


_RATE = MeasureSpec("rate", "proportion", "Wilson score interval (statsmodels)")
_GAP = MeasureSpec("gap", "points", intervals.DIFFERENCES["newcombe"][1])
_MOVED_GAP = MeasureSpec(
    "gap",
    "points",
    "Wilson score interval (statsmodels) of the school, widened for variation between years, less the other as it is",
)
_Limits = Callable[..., tuple[Floats, Floats]]
_RATIO = MeasureSpec("ratio", "ratio", "adjusted log interval (statsmodels)")
_KOOPMAN = "Koopman asymptotic score interval"


def rates(obs: pd.DataFrame, *, by: str | None = None, level: float = 0.95) -> pd.DataFrame:
    """Rate of each student group.

    rate = k / n, a proportion; k students counted of n.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts.
    by
        A student_group_type, e.g. ``"race_ethnicity"``. None: every row.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per row of ``obs`` (of that type). Suppressed groups stay, estimate null. Of enrollment, the
        row of all students is their number (measure ``count``, in students), since their share is always 1. Of the unit
        ``share_with_interval``, the interval is the publisher's own, at the level 0.95 alone.

    Raises
    ------
    DataError
        If ``by`` is no student group type of ``obs``, or two rows speak of the same figure.

    Notes
    -----
    Reading: the indicator's `direction` says whether high is good.
    Caution: counts are of all students, so the interval is about chance between years, not about sampling.
    Reference: Wilson, E. B. (1927). Journal of the American Statistical Association, 22, 209-212.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [80, 90], "denominator": [110, 98]}))
    >>> rates(obs)[["student_group", "estimate", "ci_low", "ci_high"]].round(3)
      student_group  estimate  ci_low  ci_high
    0         black     0.727   0.637    0.802
    1         white     0.918   0.847    0.958
    """
    rows, side = single_rows(obs, by, level)
    table = build_estimates(rows, _RATE, _rate(side, level), side, level=level)
    return count_all_students(_with_published_interval(table, side))


_PUBLISHED_LEVEL = 0.95


def _with_published_interval(rates: pd.DataFrame, side: Side) -> pd.DataFrame:
    """Give estimates the interval that their publisher prints; at another level than that they have none."""
    has_own = ~np.isnan(side.interval_low) & (rates["ci_level"] == _PUBLISHED_LEVEL)
    if not has_own.any():
        return rates
    ends = {"low": side.interval_low, "high": side.interval_high}
    columns = {
        f"{kind}_{end}": rates[f"{kind}_{end}"].mask(has_own, values)
        for kind in ("ci", "outer")
        for end, values in ends.items()
    }
    method = rates["method"].mask(has_own, "the publisher's own 95 percent interval")
    table = rates.assign(**columns, method=method)
    table.attrs = dict(rates.attrs)
    return table


def _rate(group: Side, level: float) -> Numbers:
    known = group.known
    outer_low, outer_high = intervals.outer_rate(known, level)
    return Numbers(
        point=group.point,
        bound_low=known.value_low,
        bound_high=known.value_high,
        outer_low=outer_low,
        outer_high=outer_high,
    )


def gaps(
    obs: pd.DataFrame,
    *,
    by: str,
    reference: str,
    level: float = 0.95,
    interval: Literal["newcombe", "miettinen_nurminen", "agresti_caffo"] = "newcombe",
) -> pd.DataFrame:
    """Difference in rate between each student group and a reference group.

    gap = p_group - p_reference, in proportion points; 0 means equal rates.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    reference
        The group compared to, or ``"others"``: the other groups of the type in ``obs``, added up. There is no
        default: naming it is a choice to be read.
    level
        Confidence level, 0-1.
    interval
        That of exact counts. Where counts are withheld the outer limits stay Newcombe's, as `method` says.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per non-reference group (with ``"others"``: per group). Suppressed groups stay, estimate
        null; so do groups whose place has no row for the reference (`undefined`).

    Raises
    ------
    DataError
        If ``reference`` is not a group of ``by``, or the only one; if ``by`` is ``"all"``; if an indicator counts the
        make-up of one whole (enrollment); if the others are wanted and ``obs`` was loaded with some groups only; or if
        two rows speak of the same figure; or if there is no such ``interval``.

    See Also
    --------
    ratios : The same comparison, relative.
    compare : The same group in two places.

    Notes
    -----
    Reading: negative means the group's rate is lower; the indicator's `direction` says whether that is worse.
    Caution: counts are of all students, so the interval is about chance between years, not about sampling.
    Reference: Newcombe, R. G. (1998). Statistics in Medicine, 17, 873-890, methods 10 and 6 (Miettinen and
    Nurminen's); Agresti, A. and Caffo, B. (2000). The American Statistician, 54, 280-288.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [80, 90], "denominator": [110, 98]}))
    >>> gap = gaps(obs, by="race_ethnicity", reference="white")
    >>> gap[["student_group", "estimate", "ci_low", "ci_high"]].round(3)
      student_group  estimate  ci_low  ci_high
    0         black    -0.191  -0.289   -0.088
    """
    known = intervals.DIFFERENCES
    check_choice(interval, known, what="interval of a difference", where="interval")
    pairs = group_pairs(obs, by, reference, level)
    table = pairs.estimates(_GAP, differences(pairs))
    return table if interval == "newcombe" else _by_interval(table, *known[interval], level)


def _by_interval(table: pd.DataFrame, limits: _Limits, words: str, level: float) -> pd.DataFrame:
    """Put another interval, and the words that name it, where counts are exact."""
    exact = table["ci_low"].notna()
    low, high = limits(*table.loc[exact, _COUNTS].to_numpy(dtype=float).T, level)
    for name in ("ci", "outer"):
        table.loc[exact, f"{name}_low"] = low
        table.loc[exact, f"{name}_high"] = high
    table.loc[exact, "method"] = words
    return table


def ratios(
    obs: pd.DataFrame,
    *,
    by: str,
    reference: str,
    interval: Literal["adjusted", "katz"] = "adjusted",
    level: float = 0.95,
) -> pd.DataFrame:
    """Rate of each student group as a multiple of a reference group's rate (the risk ratio).

    ratio = p_group / p_reference; 1 means equal rates.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    reference
        The group compared to, or ``"others"``: the other groups of the type in ``obs``, added up. There is no
        default: naming it is a choice to be read.
    interval
        ``"adjusted"`` (log, one half added to every count) or ``"katz"``, the plain log interval, too short at small
        counts.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per non-reference group (with ``"others"``: per group). `bound_high` and `outer_high` are
        infinite where the reference's rate may be 0; where it is 0 the ratio is `undefined`.

    Raises
    ------
    DataError
        As `gaps`; or if ``interval`` has another name.

    See Also
    --------
    gaps : The same comparison in points. Show both: a gap may narrow while the ratio widens.

    Notes
    -----
    Reading: 2 means that the group's rate is twice the reference's.
    Caution: the ratio depends on which outcome is counted; count the adverse one. A ratio with withheld counts has
    bounds but never an estimate, because five points of doubt about a rate of two percent may be a factor of three.
    Reference: Fagerland, M. W., Lydersen, S. and Laake, P. (2015). Statistical Methods in Medical Research, 24,
    224-254; `intervals.outer_ratio` names two corrected limits. Katz, D. and others
    (1978). Biometrics, 34, 469-474.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [486, 235], "denominator": [8415, 26032]}))
    >>> ratio = ratios(obs, by="race_ethnicity", reference="white")
    >>> ratio[["student_group", "estimate", "ci_low", "ci_high"]].round(2)
      student_group  estimate  ci_low  ci_high
    0         black       6.4    5.48     7.45
    """
    check_choice(interval, _RATIOS, what="interval of a ratio", where="ratios, interval")
    pairs = group_pairs(obs, by, reference, level)
    measure, outer = _RATIOS[interval]
    return pairs.estimates(measure, _quotients(pairs, outer))


_RATIOS = {
    "adjusted": (_RATIO, intervals.outer_ratio),
    "katz": (MeasureSpec("ratio", "ratio", "Katz log interval"), intervals.outer_katz_ratio),
}


def score_ratios(
    obs: pd.DataFrame, *, by: str, reference: str, level: float = 0.95
) -> pd.DataFrame:
    """`ratios` with Koopman's score interval, which keeps its level at small counts.

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
        ESTIMATES as of `ratios`. Where counts are withheld the outer limits stay those of `ratios`, as `method` says.

    Raises
    ------
    DataError
        As `gaps`.

    Notes
    -----
    Reading and caution: as `ratios`.
    Reference: Koopman, P. A. R. (1984). Biometrics, 40, 513-517.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [7, 1], "denominator": [34, 34]}))
    >>> score_ratios(obs, by="race_ethnicity", reference="white")[["estimate", "ci_low", "ci_high"]].round(3)
       estimate  ci_low  ci_high
    0       7.0   1.221   42.576
    """
    table = ratios(obs, by=by, reference=reference, level=level)
    return _by_interval(table, intervals.koopman_ratio, _KOOPMAN, level)


_COUNTS = ["numerator_low", "n_low", "reference_numerator_low", "reference_n_low"]


def compare(
    a: pd.DataFrame,
    b: pd.DataFrame,
    *,
    level: float = 0.95,
    variation: pd.DataFrame | None = None,
    levels: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Gap and ratio of one organization's rates against another's, like with like.

    gap = p_a - p_b; ratio = p_a / p_b; each for the same indicator, year, grade and student group.

    Parameters
    ----------
    a
        OBSERVATIONS of one organization: a place, district or school.
    b
        OBSERVATIONS of the one it is compared to.
    level
        Confidence level, 0-1.
    variation, levels
        As for `school_rates`, for a school compared with all schools of its level: the interval of a gap is then that
        of the school's rate, less the other's as it stands. None: as below.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, for each row of ``a`` a `gap` and a `ratio`; `reference` is the organization_id of ``b``. A row that
        ``b`` lacks stays, `undefined`: nothing was withheld, there is no such figure.

    Raises
    ------
    DataError
        If ``a`` or ``b`` is not exactly one organization, if they are the same, or if two rows speak of one figure.

    See Also
    --------
    gaps : Student groups compared inside one organization.

    Notes
    -----
    Reading: positive gap, or ratio above 1: the rate is higher in ``a``.
    Caution: the interval takes the two for separate students. If ``a`` lies inside ``b`` it is wider than need be and
    the gap is smaller than that to the rest of ``b``; compare with a place such as `rest_of_seattle` instead.
    Reference: as `gaps` and `ratios`.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> a, b = (conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "organization_id": [name], "student_group": "all",
    ...     "numerator": [k], "denominator": [n]})) for name, k, n in [("near", 45, 100), ("far", 66, 120)])
    >>> compare(a, b)[["measure", "reference", "estimate", "ci_low", "ci_high"]].round(3)
      measure reference  estimate  ci_low  ci_high
    0     gap       far    -0.100  -0.227    0.032
    1   ratio       far     0.818   0.627    1.073
    """
    pairs = organization_pairs(a, b, level)
    gap = pairs.estimates(_GAP, differences(pairs))
    if variation is not None:
        moved = moved_by_years(pairs.keys, pairs.group, variation, levels, level)
        gap = _school_change(pairs, moved)
    return interleave_measures([gap, pairs.estimates(_RATIO, _quotients(pairs))], pairs.keys)


def _school_change(pairs: Pairs, moved: Moved) -> pd.DataFrame:
    """Return gaps whose only chance is that of a school between years; both sides have it."""
    group, other = pairs.group, pairs.other
    has = (group.by_chance | ~np.isnan(moved.phi)) & ~group.lone_masked
    numbers = replace(
        differences(pairs),
        outer_low=moved.low - other.known.value_high,
        outer_high=moved.high - other.known.value_low,
    )
    sides = replace(group, by_chance=has), replace(other, by_chance=has)
    return replace(pairs, group=sides[0], other=sides[1]).estimates(_MOVED_GAP, numbers)


def differences(pairs: Pairs) -> Numbers:
    """Return each rate less the one it is compared to, its bounds, and Newcombe's limits at the bounds."""
    known, reference = pairs.group.known, pairs.other.known
    outer_low, outer_high = intervals.outer_difference(known, reference, pairs.level)
    return Numbers(
        point=pairs.group.point - pairs.other.point,
        bound_low=known.value_low - reference.value_high,
        bound_high=known.value_high - reference.value_low,
        outer_low=outer_low,
        outer_high=outer_high,
    )


def _quotients(pairs: Pairs, outer: _Limits = intervals.outer_ratio) -> Numbers:
    known, reference = pairs.group.known, pairs.other.known
    low = quotient(known.value_low, reference.value_high)
    high = quotient(known.value_high, reference.value_low, by_zero=np.inf)
    outer_low, outer_high = outer(known, reference, pairs.level)
    anything = (low <= 0) & np.isinf(high)
    return Numbers(
        point=quotient(pairs.group.point, pairs.other.point),
        bound_low=low,
        bound_high=high,
        outer_low=outer_low,
        outer_high=outer_high,
        undefined=reference.value_high == 0,
        says_nothing=known.says_nothing | reference.says_nothing | anything,
        has_midpoint=False,
    )


_NO_INTERVAL = "as published, no interval: a budget or a roll is not a matter of chance"


def averages(obs: pd.DataFrame) -> pd.DataFrame:
    """Average of each row, in its own unit.

    Parameters
    ----------
    obs
        OBSERVATIONS whose ``unit`` is no share; `load` weights the schools of a place by what their averages are over.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measure `average`, one row per row of ``obs``; ``n`` is what the average is over. What was not
        published stays, `suppressed` or `undefined`.

    Raises
    ------
    DataError
        If a row is a share.

    See Also
    --------
    compare_averages : One place against another.

    Notes
    -----
    Caution: an average of a place says nothing of how its schools differ.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": [2024], "unit": "dollars_per_student", "status": "reported", "value": [12000.0],
    ...     "denominator": [300], "student_group_type": "all", "student_group": "all"}))
    >>> averages(obs)[["measure", "estimate", "unit", "n_low"]]
       measure  estimate                 unit  n_low
    0  average   12000.0  dollars_per_student    300
    """
    rows = _amounts(obs)
    value = as_floats(rows, "value")
    absent = rows["status"].isin(["no_students", "not_collected"]).to_numpy(dtype=bool)
    status = np.select([~np.isnan(value), absent], ["ok", "undefined"], "suppressed")
    return schema.conform_estimates(
        rows[KEYS].assign(
            measure="average",
            estimate=value,
            n_low=rows["denominator_low"].fillna(rows["denominator"]),
            n_high=rows["denominator_high"].fillna(rows["denominator"]),
            coverage=rows["coverage"],
            cells=rows["cells"],
            cells_reported=rows["cells_reported"],
            unit=rows["unit"],
            method=_NO_INTERVAL,
            status=status,
            source_ids=rows["source_id"],
        )
    )


def compare_averages(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """Average of one organization over that of another, figure by figure.

    Parameters
    ----------
    a, b
        OBSERVATIONS of one organization each, as for `averages`.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measure `ratio`, one row per row of ``a``; `suppressed` where an average was withheld, `undefined`
        where there is none, or that of ``b`` is 0.

    Raises
    ------
    DataError
        If a row is a share, or a table holds several organizations.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> here, there = (conform_observations(pd.DataFrame({
    ...     "end_year": [2024], "organization_id": name, "unit": "dollars_per_student", "status": "reported",
    ...     "value": [dollars], "denominator": [300]})) for name, dollars in (("here", 12000.0), ("there", 10000.0)))
    >>> compare_averages(here, there)[["measure", "reference", "estimate"]]
      measure reference  estimate
    0   ratio     there       1.2
    """
    here, there = averages(a), averages(b)
    for name, side in (("a", here), ("b", there)):
        refuse_several(side, name, "compare_averages")
    figure = [name for name in KEYS if not name.startswith("organization")]
    columns = [*figure, "estimate", "n_low", "n_high", "status", "source_ids"]
    both = here.merge(
        there[columns], on=figure, how="left", suffixes=("", "_there"), validate="1:1"
    )
    over = as_floats(both, "estimate_there")
    ratio = np.divide(
        as_floats(both, "estimate"), over, out=np.full(len(both), np.nan), where=over > 0
    )
    sources = [
        bounds.join_sources(text for text in pair if isinstance(text, str))
        for pair in zip(both["source_ids"], both["source_ids_there"], strict=True)
    ]
    sides = both["status"], both["status_there"].fillna("undefined")
    absent, withheld = (
        sides[0].eq(word) | sides[1].eq(word) for word in ("undefined", "suppressed")
    )
    status = np.select([~np.isnan(ratio), withheld & ~absent], ["ok", "suppressed"], "undefined")
    return schema.conform_estimates(
        both.assign(
            measure="ratio",
            reference=there["organization_id"].iloc[0] if len(there) else "",
            estimate=ratio,
            reference_n_low=both["n_low_there"],
            reference_n_high=both["n_high_there"],
            unit="ratio",
            status=status,
            source_ids=sources,
        )
    )


def _amounts(obs: pd.DataFrame) -> pd.DataFrame:
    obs = schema.check_observations(obs)
    if (share := obs["unit"].isin(schema.SHARES)).any():
        raise DataError(
            f"{obs.loc[share, 'indicator'].iloc[0]!r} is a share, not an average",
            where=f"observations, column unit, {int(share.sum())} row(s)",
            fix="use `rates`, `gaps`, `ratios` or `compare`",
        )
    return obs.reset_index(drop=True)
