"""In how many years a gap would close at its present pace, if that can be said: ESTIMATES of gaps in, ESTIMATES out."""

from collections.abc import Iterable
from math import inf, nan, sqrt

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS, RegressionResultsWrapper

from sesec_analysis import bounds, schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.changes import Break, stop_at_breaks

__all__ = ["FARTHEST", "FEWEST_YEARS", "fieller", "gap_model", "years_to_close"]

FEWEST_YEARS = 4
"""Comparable years below which a pace is no pace."""

FARTHEST = 25
"""Years ahead beyond which nothing is projected."""

_STILL = 1e-9
"""Points (0-1): residuals no larger than this lie on one line, but for floating point."""

_NUMBERS = ["estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"]
_SERIES = [name for name in schema.ESTIMATES_KEY if name != "end_year"]


def years_to_close(
    gaps: pd.DataFrame, *, breaks: Iterable[Break | int] = (), level: float = 0.95
) -> pd.DataFrame:
    """Years until each gap would be 0, at the pace of the years in ``gaps``.

    years = -D / slope; D and slope are those of a least-squares line through the yearly gaps, D at the last year.

    Parameters
    ----------
    gaps
        ESTIMATES of gaps of several years, as `gaps` or `compare` gives them.
    breaks
        As `change`: ``sa.breaks`` of the indicator, or years.
    level
        Confidence level, 0-1, of the slope and of the years.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measure `years_to_close` in the last year, one row per gap. `method` is the answer in words: at
        which pace, "not closing", or why it "cannot be projected"; the last two are `undefined`, and there is no
        estimate. A gap that is withheld in a year makes the row `suppressed`. `ci_high` is infinite beyond 25 years.

    Raises
    ------
    DataError
        If ``gaps`` holds anything but gaps, or the same gap twice.

    See Also
    --------
    gap_model : The line itself.
    sesec_analysis.metrics.changes.difference_in_gaps : What changed, without looking ahead.

    Notes
    -----
    Reading: 21 means that the gap closes in 21 years if every year brings what these years brought. It is a measure of
    how slow a pace is, no forecast.
    Caution: only a slope whose interval does not hold 0 is a pace, and only over four years or more. The line takes
    each year's gap for as sure as any other.
    Reference: Fieller, E. C. (1954). Journal of the Royal Statistical Society B, 16, 175-185.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_estimates
    >>> gaps = conform_estimates(pd.DataFrame({
    ...     "end_year": range(2015, 2020), "measure": "gap", "status": "ok",
    ...     "estimate": [0.30, 0.28, 0.29, 0.26, 0.25]}))
    >>> row = years_to_close(gaps).iloc[0]
    >>> print(f"{row.estimate:.0f} years, {row.ci_low:.0f} to {row.ci_high}; {row.method}")
    21 years, 11 to inf; at the pace of 2015 to 2019, -1.20 points a year (-2.17 to -0.23); Fieller interval
    """
    _refuse_others(gaps)
    if not 0 < level < 1:
        raise DataError(
            f"a confidence level of {level} is not between 0 and 1",
            mend="write 95 percent as level=0.95",
        )
    ordered = gaps.sort_values("end_year", kind="stable")
    rows, first = [], []
    for _, series in ordered.groupby(_SERIES, sort=False, dropna=False):
        there = series[series["status"] != "undefined"]
        years = there if len(there) else series
        together = years.iloc[-1:].assign(
            coverage=years["coverage"].min(),
            cells=years["cells"].sum(),
            cells_reported=years["cells_reported"].sum(),
            largest_masked=years["largest_masked"].max(),
            source_ids=bounds.join_sources(years["source_ids"]),
        )
        rows.append(together.assign(**_answer(there, level)))
        first.append(years["end_year"].iloc[0])
    table = schema.conform_estimates(pd.concat(rows) if rows else gaps)
    since = pd.Series(first, index=table.index, dtype="int64")
    table = table.assign(
        measure="years_to_close",
        unit="years",
        ci_level=level,
        reference=table["reference"] + " " + since.astype("str"),  # an id tells from when on
    )
    table.attrs = dict(gaps.attrs)
    return stop_at_breaks(table, since, breaks)


def gap_model(gaps: pd.DataFrame) -> RegressionResultsWrapper:
    """Least-squares line through one gap's years, with everything that statsmodels offers.

    Parameters
    ----------
    gaps
        ESTIMATES of one gap in several years, each with an estimate.

    Returns
    -------
    statsmodels.regression.linear_model.RegressionResultsWrapper
        Two coefficients: the line's gap in the last year, and its slope per year.

    Raises
    ------
    DataError
        If there are several series, fewer than three years, or a year without an estimate.

    Notes
    -----
    Reading: the slope is in proportion points per year; negative, a positive gap narrows.
    Caution: the line takes each year's gap for as sure as any other.
    Reference: as `years_to_close`.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_estimates
    >>> gaps = conform_estimates(pd.DataFrame({
    ...     "end_year": range(2015, 2020), "measure": "gap", "estimate": [0.30, 0.28, 0.29, 0.26, 0.25]}))
    >>> gap_model(gaps).params.round(3).tolist()
    [0.252, -0.012]
    """
    _refuse_others(gaps)
    series = len(gaps[_SERIES].drop_duplicates())
    if series != 1 or len(gaps) < 3 or gaps["estimate"].isna().any():
        raise DataError(
            f"{len(gaps)} year(s) of {series} series, {gaps['estimate'].isna().sum()} without estimate, give no line",
            where="gap_model",
            mend="keep three or more years of one gap, each with an estimate",
        )
    year = gaps["end_year"].to_numpy(dtype=np.float64)
    design = np.column_stack([np.ones(len(year)), year - year.max()])
    return OLS(gaps["estimate"].to_numpy(), design).fit()


def fieller(line: RegressionResultsWrapper, level: float = 0.95) -> tuple[float, float]:
    """Fieller's limits of the distance from the last year to where a line is 0.

    Parameters
    ----------
    line
        As `gap_model` gives it.
    level
        Confidence level, 0-1.

    Returns
    -------
    tuple of float
        Lower and upper limit, both infinite if the slope may be 0: then the distances may be any.

    Notes
    -----
    Reading: the distances x at which the line's interval holds 0, that is (a + b x)^2 <= t^2 var(a + b x).
    Reference: Fieller, E. C. (1954). Journal of the Royal Statistical Society B, 16, 175-185.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_estimates
    >>> gaps = conform_estimates(pd.DataFrame({
    ...     "end_year": range(2015, 2020), "measure": "gap", "estimate": [0.30, 0.28, 0.29, 0.26, 0.25]}))
    >>> low, high = fieller(gap_model(gaps))
    >>> print(f"{low:.1f} {high:.1f}")
    10.7 119.2
    """
    a, b = line.params
    limits = line.conf_int(alpha=1 - level)
    if limits[1, 0] <= 0 <= limits[1, 1]:
        return -inf, inf
    # The half-widths are t times the standard errors, so that this scales the whole covariance by t squared.
    t = (limits[1, 1] - limits[1, 0]) / 2 / line.bse[1] if line.bse[1] > 0 else 0.0
    (aa, ab), (_, bb) = t**2 * line.cov_params()
    square, middle, rest = b**2 - bb, a * b - ab, a**2 - aa
    spread = sqrt(max(middle**2 - square * rest, 0.0))
    return (-middle - spread) / square, (-middle + spread) / square


def _answer(gaps: pd.DataFrame, level: float) -> dict[str, float | str]:
    """Numbers, status and words of one gap's years."""
    withheld = int((gaps["status"] != "ok").sum())
    if (gaps["status"] == "small_n").any():
        return _no_number("small_n", f"not shown: fewer than {schema.MINIMUM_GROUP} students")
    if (gaps["status"] == "break").any():
        return _no_number("break", "not calculated: series break")
    if len(gaps) < FEWEST_YEARS:
        return _unsaid(f"fewer than {FEWEST_YEARS} comparable years")
    if withheld:
        return _no_number("suppressed", f"cannot be projected: withheld in {withheld} year(s)")
    line = gap_model(gaps)
    if np.abs(line.resid).max() <= _STILL:
        return _unsaid("all years lie on one line, which tells no spread")
    (gap, slope), (low, high) = line.params, line.conf_int(alpha=1 - level)[1]
    pace = (
        f"the pace of {gaps['end_year'].min()} to {gaps['end_year'].max()}, "
        f"{100 * slope:.2f} points a year ({100 * low:.2f} to {100 * high:.2f})"
    )
    if low <= 0 <= high:
        return _unsaid(f"{pace}, may be none")
    if gap * slope > 0:
        return _no_number("undefined", f"not closing: at {pace}, the gap widens")
    if -gap / slope > FARTHEST:
        return _unsaid(f"over {FARTHEST} years at {pace}")
    least, most = fieller(line, level)
    numbers = [-gap / slope, max(least, 0.0), most if most <= FARTHEST else inf]
    named = dict(zip(_NUMBERS, [*numbers, numbers[0], numbers[0], *numbers[1:]], strict=True))
    return {**named, "status": "ok", "method": f"at {pace}; Fieller interval"}


def _unsaid(why: str) -> dict[str, float | str]:
    return _no_number("undefined", f"cannot be projected: {why}")


def _no_number(status: str, method: str) -> dict[str, float | str]:
    return {**dict.fromkeys(_NUMBERS, nan), "status": status, "method": method}


def _refuse_others(gaps: pd.DataFrame) -> None:
    twice = gaps[[*_SERIES, "end_year"]].duplicated()
    if (gaps["measure"] != "gap").any() or twice.any():
        raise DataError(
            "only gaps can be projected, each year of each once",
            where=f"ESTIMATES, {twice.sum()} row(s) twice",
            mend="keep the rows of measure 'gap', each once",
            known=sorted(gaps["measure"].unique()),
        )
