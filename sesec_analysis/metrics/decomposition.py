"""Decompose a difference of rates: by who is there (Kitagawa, standardization), by schools (Oaxaca-Blinder)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Self

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.regression.linear_model import OLS

from sesec_analysis import bounds, schema
from sesec_analysis.bounds import Flags, Floats, KnownCounts, Positions, as_floats, sum_by
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.estimates import (
    KEYS,
    MeasureSpec,
    Numbers,
    Pairs,
    Side,
    build_estimates,
    interleave_measures,
    single_rows,
)

__all__ = ["FEWEST_UNITS_A_SIDE", "TwoFold", "kitagawa", "oaxaca", "standardized_rates", "two_fold"]


_INTERVAL = "delta method on independent binomials, group sizes given"
_SHARP = "the bounds are sharp where group sizes are exact, else outer"
_SLICE = ["indicator", "grade_level"]
_FIGURE = [*_SLICE, "student_group"]
_ORGANIZATION = ["organization_level", "organization_id", "end_year"]
Limits = tuple[Floats, Floats]


def kitagawa(a: pd.DataFrame, b: pd.DataFrame, *, by: str, level: float = 0.95) -> pd.DataFrame:
    r"""Difference of two overall rates, split into a part of rates and a part of composition.

    With the share w and the rate r of each group g in a and b:

    - `kitagawa_total` = :math:`p_a - p_b`;
    - `kitagawa_rate` = :math:`\sum_g \frac12(w_{ga} + w_{gb})(r_{ga} - r_{gb})`;
    - `kitagawa_composition` = :math:`\sum_g \frac12(r_{ga} + r_{gb})(w_{ga} - w_{gb})`. The parts add up to the total.

    Parameters
    ----------
    a, b
        OBSERVATIONS with counts, each of one organization in one year: two places, or one place in two years. Rows of
        all students (student_group_type ``"all"``), if both have them, bound the total.
    by
        A student_group_type whose groups do not overlap and together are all students.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, three rows for each indicator and grade, keyed as ``a``; `reference` is the organization_id of ``b``,
        or its end_year, or both, whatever differs. The parts are `undefined` if a group has students on one side only.

    Raises
    ------
    DataError
        If a table is not one organization in one year, groups differ, or groups are parts of one whole (enrollment).

    Notes
    -----
    Reading: positive means that ``a`` is higher. A rate part of -.05: with the average composition of both, the rate of
    ``a`` would still be five points lower. Exchanging ``a`` and ``b`` flips every sign.
    Interval: rates vary, group sizes do not; a rate's variance is p(1 - p) / n at p = (k + 1/2) / (n + 1), never 0.
    Bounds: attained where group sizes are exact, as the parts are linear in k; else outer, by interval arithmetic. The
    total is bounded by the rows of all students where those say more than the sum of the groups.
    Caution: a description, not a cause; another partition gives another split.
    Reference: Kitagawa, E. M. (1955). Journal of the American Statistical Association, 50, 1168-1194.

    Examples
    --------
    >>> a, b = (schema.conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "organization_id": name, "student_group_type": "low_income",
    ...     "student_group": ["low_income", "not_low_income"], "numerator": k, "denominator": n}))
    ...     for name, k, n in [("near", [40, 18], [80, 20]), ("far", [12, 72], [20, 80])])
    >>> kitagawa(a, b, by="low_income")[["measure", "reference", "estimate", "ci_low", "ci_high"]].round(3)
                    measure reference  estimate  ci_low  ci_high
    0        kitagawa_total       far     -0.26  -0.375   -0.145
    1         kitagawa_rate       far     -0.05  -0.194    0.094
    2  kitagawa_composition       far     -0.21  -0.296   -0.124
    """
    a, b = schema.check_observations(a, "a"), schema.check_observations(b, "b")
    rows, others, reference = _alike(a, b, by, level)
    code = bounds.row_codes(rows, _SLICE)
    count = int(code.max(initial=-1)) + 1
    summed = [bounds.pool(table, by=[*_SLICE, "unit"]) for table in (rows, others)]
    groups = [Side.from_table(table) for table in summed]
    everyone = [
        Side.from_table(_or_all_students(sums, given, by))
        for sums, given in zip(summed, (a, b), strict=True)
    ]
    mix, other_mix = _Mix.from_rows(rows, code, count), _Mix.from_rows(others, code, count)
    p, q = (side.known for side in everyone)
    total = p.value_low - q.value_high, p.value_high - q.value_low
    spread = mix.share_high**2 * mix.variance + other_mix.share_high**2 * other_mix.variance
    one_sided = sum_by(code, mix.empty != other_mix.empty, count) > 0
    parts = [
        ("total", everyone, total, sum_by(code, spread, count), np.zeros(count, dtype=bool)),
        ("rate", groups, *_rate_part(mix, other_mix, code, count), one_sided),
        ("composition", groups, *_composition_part(mix, other_mix, code, count), one_sided),
    ]
    keys, tables = _keys(rows, code), []
    for name, (group, other), limits, variance, undefined in parts:
        pairs = Pairs(keys, group, other, reference, level)
        numbers = _numbers(limits, variance, pairs.exact, undefined, floor=-1.0, level=level)
        measure = MeasureSpec(f"kitagawa_{name}", "points", _INTERVAL)
        tables.append(pairs.estimates(measure, numbers))
    return _finish_table(interleave_measures(tables, a), a)


def _or_all_students(sums: pd.DataFrame, given: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the sums of the groups, each replaced by the row of all students where that leaves less open.

    Students whose group is not reported are in the row of all students only: where the groups cannot be everybody, the
    sum of the groups stands, so that the parts add up to the total.
    """
    if by == "all" or sums.empty:
        return sums
    own = given[given["student_group_type"] == "all"].merge(
        given.loc[given["student_group_type"] == by, _ORGANIZATION].drop_duplicates()
    )
    single_rows(own, None, 0.95)
    own = own.set_index(_SLICE).reindex(pd.MultiIndex.from_frame(sums[_SLICE])).reset_index()
    there = own["end_year"].notna().to_numpy(dtype=bool)
    for name, nothing in (("end_year", 0), ("status", "not_collected")):
        own[name] = own[name].where(there, nothing)
    own = schema.conform_observations(own)
    summed, known = KnownCounts.from_table(sums), KnownCounts.from_table(own)
    everybody = (known.n_low <= summed.n_high) & (summed.n_low <= known.n_high)
    meet = (known.value_low <= summed.value_high) & (summed.value_low <= known.value_high)
    less_open = known.value_high - known.value_low < summed.value_high - summed.value_low
    better = pd.Series(there & everybody & meet & less_open)
    kept = [name for name in sums.columns if name not in (*_SLICE, "unit")]
    return sums.assign(**{name: sums[name].where(~better, own[name]) for name in kept})


def standardized_rates(
    obs: pd.DataFrame, *, by: str, standard: Mapping[str, float], level: float = 0.95
) -> pd.DataFrame:
    r"""Overall rate that each organization would have if its groups had the shares of a standard.

    rate = :math:`\sum_g s_g k_g / n_g`, the shares s of the standard adding up to 1 (direct standardization).

    Parameters
    ----------
    obs
        OBSERVATIONS with counts; each organization, year, indicator and grade is a rate of its own.
    by
        A student_group_type whose groups do not overlap and together are all students.
    standard
        Students, or weight, of each group in the standard; any scale.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES. `undefined` if a weighted group is empty, `small_n` if it is under ten: its rate would show through.

    Raises
    ------
    DataError
        If the groups are not those of the standard or are parts of one whole (enrollment), or a weight is no share.

    Notes
    -----
    Reading: the difference of two such rates is none of composition. Interval and bounds as in `kitagawa`; the bounds
    are sharp. Caution: another standard may order organizations otherwise; name it.
    Reference: Das Gupta, P. (1993). Standardization and Decomposition of Rates. U.S. Bureau of the Census, P23-186.

    Examples
    --------
    >>> obs = schema.conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "low_income",
    ...     "student_group": ["low_income", "not_low_income"], "numerator": [40, 18], "denominator": [80, 20]}))
    >>> rate = standardized_rates(obs, by="low_income", standard={"low_income": 50, "not_low_income": 50})
    >>> rate[["measure", "estimate", "ci_low", "ci_high"]].round(3)
                 measure  estimate  ci_low  ci_high
    0  standardized_rate       0.7    0.61     0.79
    """
    rows = _rated_rows(obs, by, level)
    slices = [*_ORGANIZATION, *_SLICE]
    code = bounds.row_codes(rows, slices)
    weights = _weights(rows, code, standard)
    count = int(code.max(initial=-1)) + 1
    mix, side = (
        _Mix.from_rows(rows, code, count),
        Side.from_table(bounds.pool(rows, by=[*slices, "unit"])),
    )
    counted = weights > 0
    limits = _sum_of_products((weights, weights), (mix.rate_low, mix.rate_high), code, count)
    undefined = sum_by(code, counted & mix.empty, count) > 0
    small = sum_by(code, counted & ~mix.empty & Side.from_table(rows).small, count) > 0
    side = replace(side, small=side.small | small)
    variance = sum_by(code, weights**2 * mix.variance, count)
    numbers = _numbers(limits, variance, side.known.exact, undefined, floor=0.0, level=level)
    measure = MeasureSpec("standardized_rate", "proportion", _INTERVAL)
    return _finish_table(
        build_estimates(_keys(rows, code), measure, numbers, side, level=level), obs
    )


@dataclass(frozen=True)
class _Mix:
    """What is known of each row's share of its slice, and of its rate."""

    share_low: Floats
    share_high: Floats
    rate_low: Floats  # 0 if there is no one
    rate_high: Floats
    variance: Floats  # of the rate; the most it can be
    empty: Flags  # known to have no students

    @classmethod
    def from_rows(cls, rows: pd.DataFrame, code: Positions, count: int) -> Self:
        known = KnownCounts.from_table(rows)
        k, n, most = known.k_low, known.n_low, known.n_high
        capped = np.isfinite(most)
        finite = np.where(capped, most, 0.0)
        endless = sum_by(code, ~capped, count)[code] - ~capped > 0
        others_high = np.where(endless, np.inf, sum_by(code, finite, count)[code] - finite)
        share_low = np.divide(n, n + others_high, out=np.zeros(len(n)), where=n > 0)
        everyone = finite + sum_by(code, n, count)[code] - n  # at most here, the fewest elsewhere
        share_high = np.divide(finite, everyone, out=1.0 - capped, where=capped & (most > 0))
        empty = known.exact & (n == 0)
        floor = np.divide(k, most, out=np.zeros(len(n)), where=n > 0)
        ceiling = np.divide(known.k_high, n, out=np.ones(len(n)), where=n > 0)
        middle = (k + 0.5) / (n + 1)
        spread = np.where(known.exact, middle * (1 - middle), 0.25) / np.fmax(n, 1)
        return cls(
            *(share_low, share_high),
            rate_low=np.where(empty, 0.0, np.fmax(known.value_low, floor)),
            rate_high=np.where(empty, 0.0, np.fmin(known.value_high, ceiling)),
            variance=np.where(empty, 0.0, spread),
            empty=empty,
        )


def _rate_part(a: _Mix, b: _Mix, code: Positions, count: int) -> tuple[Limits, Floats]:
    share = (a.share_low + b.share_low) / 2, (a.share_high + b.share_high) / 2
    apart = a.rate_low - b.rate_high, a.rate_high - b.rate_low
    spread = share[1] ** 2 * (a.variance + b.variance)
    return _sum_of_products(share, apart, code, count), sum_by(code, spread, count)


def _composition_part(a: _Mix, b: _Mix, code: Positions, count: int) -> tuple[Limits, Floats]:
    rate = (a.rate_low + b.rate_low) / 2, (a.rate_high + b.rate_high) / 2
    # Shares add up to 1 on both sides, so a constant off every rate changes nothing but how far the limits reach.
    middle = (sum_by(code, rate[0] + rate[1], count) / 2 / np.bincount(code, minlength=count))[code]
    apart = a.share_low - b.share_high, a.share_high - b.share_low
    rate = rate[0] - middle, rate[1] - middle
    spread = np.fmax(apart[0] ** 2, apart[1] ** 2) / 4 * (a.variance + b.variance)
    return _sum_of_products(rate, apart, code, count), sum_by(code, spread, count)


def _sum_of_products(x: Limits, y: Limits, code: Positions, count: int) -> Limits:
    ends = [x_end * y_end for x_end in x for y_end in y]
    return sum_by(code, np.min(ends, axis=0), count), sum_by(code, np.max(ends, axis=0), count)


def _numbers(
    limits: Limits, variance: Floats, exact: Flags, undefined: Flags, *, floor: float, level: float
) -> Numbers:
    low, high = (np.where(undefined, np.nan, np.clip(limit, floor, 1.0)) for limit in limits)
    reach = NormalDist().inv_cdf(0.5 + level / 2) * np.sqrt(variance)
    return Numbers(
        np.where(exact, low, np.nan),
        *(low, high, np.fmax(low - reach, floor), np.fmin(high + reach, 1.0)),
        undefined=undefined,
        says_nothing=(low <= floor) & (high >= 1),
    )


def _keys(rows: pd.DataFrame, code: Positions) -> pd.DataFrame:
    keys = rows.loc[~pd.Series(code).duplicated().to_numpy(), KEYS].reset_index(drop=True)
    return keys.assign(student_group="all")


def _finish_table(table: pd.DataFrame, source: pd.DataFrame) -> pd.DataFrame:
    ranged = table["status"].isin(["bounded", "suppressed"])
    method = table["method"].mask(ranged, table["method"] + "; " + _SHARP)
    out = table.assign(method=method).reset_index(drop=True)
    out.attrs = dict(source.attrs)
    return out


def _rated_rows(obs: pd.DataFrame, by: str, level: float) -> pd.DataFrame:
    """Rows of the partition, one for each figure; refuse groups that have no rate of their own."""
    single_rows(obs, by, level)
    rows = obs[obs["student_group_type"] == by].reset_index(drop=True)
    if rows["indicator"].isin(schema.COMPOSITION_INDICATORS).any():
        raise DataError(
            "the groups of an enrollment are parts of one whole, not students with a rate each",
            where="observations, column indicator",
            fix="decompose an indicator that counts students of each group",
        )
    return rows


def _alike(
    a: pd.DataFrame, b: pd.DataFrame, by: str, level: float
) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    rows, others = _rated_rows(a, by, level), _rated_rows(b, by, level)
    ids = pd.concat([table[_ORGANIZATION].drop_duplicates() for table in (rows, others)])
    if len(ids) and (len(ids) != 2 or ids.duplicated().any()):
        raise DataError(
            "`a` and `b` are not one organization in one year each, different from the other",
            where=f"kitagawa, columns {', '.join(_ORGANIZATION)}",
            fix="keep the rows of one organization and year in each",
            valid=ids["organization_id"].head(20),
        )
    figures, others_figures = (
        {*table[_FIGURE].itertuples(index=False, name=None)} for table in (rows, others)
    )
    _refuse_odd({" ".join(figure) for figure in figures ^ others_figures}, "is on one side only")
    pairs = zip(*ids[_ORGANIZATION[1:]].to_numpy(dtype=object), strict=True)
    reference = " ".join(str(second) for first, second in pairs if first != second)
    return rows, rows[_FIGURE].merge(others, on=_FIGURE, how="left"), reference


def _refuse_odd(groups: set[str], fault: str) -> None:
    if groups:
        raise DataError(
            f"the group {min(groups)!r} {fault}",
            where=f"decomposition, {len(groups)} group(s): {', '.join(sorted(groups)[:20])}",
            fix="give both sides the same groups, withheld ones too",
        )


def _weights(rows: pd.DataFrame, code: Positions, standard: Mapping[str, float]) -> Floats:
    total = sum(standard.values())
    if not 0 < total < np.inf or min(standard.values()) < 0:
        raise DataError(
            "the weights of the standard are not shares: one is negative or unknown, or all are 0",
            where="standardized_rates, standard",
            fix="give each group its number of students",
        )
    wanted = pd.MultiIndex.from_product([np.unique(code), list(standard)])
    there = pd.MultiIndex.from_arrays([code, rows["student_group"]])
    odd = wanted.symmetric_difference(there).get_level_values(1)
    _refuse_odd(set(odd), "is not in the standard, or only there")
    return as_floats(rows.assign(weight=rows["student_group"].map(standard)), "weight") / total


FEWEST_UNITS_A_SIDE = 30
"""Schools on each side, below which the split is refused: `decomposition.kitagawa` needs no regression."""

_METHOD = (
    "pooled two-fold Oaxaca-Blinder, least squares with HC3 errors (statsmodels), "
    "the schools' columns taken as given; descriptive, not causal"
)


@dataclass(frozen=True)
class TwoFold:
    """A difference of two means and its parts, with their standard errors."""

    total: float
    explained: float
    unexplained: float
    errors: tuple[float, float, float]
    freedom: float  # degrees, of the residuals


def two_fold(a: Floats, a_columns: Floats, b: Floats, b_columns: Floats) -> TwoFold:
    """Split mean(a) - mean(b) into what pooled coefficients give to the columns, and the rest.

    Parameters
    ----------
    a, b
        Outcome of each unit.
    a_columns, b_columns
        What goes with each: units by columns, without a constant.

    Returns
    -------
    TwoFold
        explained = (mean of a's columns - mean of b's)' beta, beta from one regression in which the side is a column;
        unexplained is the coefficient of the side.

    Raises
    ------
    DataError
        If a column is a copy of others, or there are too few units to tell.

    Notes
    -----
    Reference: Jann, B. (2008). The Stata Journal, 8, 453-479, the pooled decomposition.

    Examples
    --------
    >>> x = np.array([[1.0], [2.0], [3.0], [5.0]])
    >>> parts = two_fold(2 * x[:, 0] + 7, x + 1, 2 * x[:, 0], x)
    >>> print(f"{parts.total:.2f} {parts.explained:.2f} {parts.unexplained:.2f}")
    7.00 2.00 5.00
    """
    columns = np.vstack([a_columns, b_columns])
    side = np.concatenate([np.ones(len(a)), np.zeros(len(b))])
    design = np.column_stack([columns, side, np.ones(len(side))])
    if len(side) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        raise DataError(
            "a column says nothing that the others do not, or there are too few units to tell",
            where="two_fold",
            fix="leave out a column that is constant or a sum of others",
        )
    fit = OLS(np.concatenate([a, b]), design).fit(cov_type="HC3")
    apart = np.concatenate([np.mean(a_columns, axis=0) - np.mean(b_columns, axis=0), [0.0, 0.0]])
    rest = np.zeros(len(apart))
    rest[-2] = 1.0
    covariance = np.asarray(fit.cov_params())
    gap_error, explained_error, unexplained_error = (
        float(np.sqrt(max(way @ covariance @ way, 0.0))) for way in (apart + rest, apart, rest)
    )
    explained, unexplained = float(apart @ fit.params), float(rest @ fit.params)
    return TwoFold(
        float(np.mean(a) - np.mean(b)),
        explained,
        unexplained,
        (gap_error, explained_error, unexplained_error),
        float(fit.df_resid),
    )


def oaxaca(
    a: pd.DataFrame, b: pd.DataFrame, *, outcome: str, columns: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """Difference of the mean rate of two sets of schools, split into a part that goes with columns and the rest.

    Parameters
    ----------
    a, b
        A row for each school: the outcome and the columns, and `end_year`; columns that name a figure are kept.
    outcome
        Column with each school's rate, 0-1.
    columns
        What goes with the schools, such as the low-income share.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, three rows: `oaxaca_total`, `oaxaca_explained`, `oaxaca_unexplained`; the parts add up.

    Raises
    ------
    DataError
        If a side has fewer than 30 schools, a number is missing, or the columns cannot be told apart.

    See Also
    --------
    sesec_analysis.metrics.decomposition.kitagawa : By student groups, exact, and for few schools.

    Notes
    -----
    Reading: `oaxaca_explained` of -.05: by their columns alone, schools of ``a`` would lie five points below ``b``.
    Caution: a description, not a cause. "Explained" excuses nothing: what goes with schools is how they are provided
    for. Schools count alike, whatever their size; withheld schools have no rate and must be left out, and named.
    Reference: Oaxaca, R. (1973). International Economic Review, 14, 693-709; Blinder, A. S. (1973). Journal of Human
    Resources, 8, 436-455; Jann, B. (2008). The Stata Journal, 8, 453-479.

    Examples
    --------
    >>> share = np.linspace(0.1, 0.9, 30)
    >>> a = pd.DataFrame({"end_year": 2019, "rate": 0.8 - 0.5 * share, "low_income": share})
    >>> b = pd.DataFrame({"end_year": 2019, "rate": 0.7 - 0.5 * share / 2, "low_income": share / 2})
    >>> oaxaca(a, b, outcome="rate", columns=["low_income"])[["measure", "estimate"]].round(3)
                  measure  estimate
    0        oaxaca_total    -0.025
    1    oaxaca_explained    -0.125
    2  oaxaca_unexplained     0.100
    """
    a = schema.check_table(a, "a")
    b = schema.check_table(b, "b")
    sides = [
        _columns_as_numbers(table, name, outcome, columns) for name, table in (("a", a), ("b", b))
    ]
    parts = two_fold(*(array for outcome_and_columns in sides for array in outcome_and_columns))
    estimate = np.array([parts.total, parts.explained, parts.unexplained])
    reach = stats.t.ppf(0.5 + level / 2, parts.freedom) * np.array(parts.errors)
    limits = {f"{name}_low": estimate - reach for name in ("ci", "outer")}
    limits |= {f"{name}_high": estimate + reach for name in ("ci", "outer")}
    table = pd.DataFrame(
        {
            "measure": ["oaxaca_total", "oaxaca_explained", "oaxaca_unexplained"],
            "estimate": estimate,
            "bound_low": estimate,
            "bound_high": estimate,
            **limits,
        }
    )
    given: dict[str, str | int | float] = {"ci_level": level, "coverage": 1.0, "status": "ok"}
    given |= {"unit": "points", "method": _METHOD}
    given |= {name: _one(a[name]) for name in KEYS if name in a.columns}
    given["reference"] = _one(b["organization_id"]) if "organization_id" in b.columns else ""
    for name, value in given.items():
        table[name] = value
    return schema.conform_estimates(table)


def _columns_as_numbers(
    table: pd.DataFrame, name: str, outcome: str, columns: Sequence[str]
) -> tuple[Floats, Floats]:
    wanted = [outcome, *columns]
    missing = [column for column in ("end_year", *wanted) if column not in table.columns]
    if missing or not columns:
        raise DataError(
            f"the table lacks the column(s) {', '.join(missing) or 'that the difference is to be split by'}",
            where=f"oaxaca, table `{name}`",
            fix="name columns that both tables have",
            valid=sorted(table.columns),
        )
    if len(table) < FEWEST_UNITS_A_SIDE:
        raise DataError(
            f"`{name}` has {len(table)} schools, and a regression through so few says nothing",
            where=f"oaxaca, table `{name}`",
            fix=f"take at least {FEWEST_UNITS_A_SIDE} a side, or use `kitagawa` with the student groups",
        )
    if len(table["end_year"].unique()) != 1:
        raise DataError(
            "the schools are of several years",
            where=f"oaxaca, table `{name}`, column end_year",
            fix="take one year a side",
            valid=sorted(table["end_year"].unique())[:20],
        )
    values = table[wanted].to_numpy(dtype=float, na_value=np.nan)
    if not np.isfinite(values).all():
        raise DataError(
            "a school has no number in a column",
            where=f"oaxaca, table `{name}`, {int((~np.isfinite(values)).any(axis=1).sum())} row(s)",
            fix="leave out schools whose figures are withheld, and say how many they are",
        )
    return values[:, 0], values[:, 1:]


def _one(column: pd.Series) -> str | int:
    """The value that all rows share, or nothing."""
    if pd.api.types.is_numeric_dtype(column):
        return int(column.iloc[0])
    return str(column.iloc[0]) if len(column.unique()) == 1 else ""
