"""Changes between two years, of rates and of gaps, and the years until a gap would close.

`change` takes OBSERVATIONS, `difference_in_gaps` takes ESTIMATES of gaps; both give ESTIMATES.
"""

from collections.abc import Iterable, Mapping
from math import inf, nan, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from statsmodels.regression.linear_model import WLS, RegressionResultsWrapper

from sesec_analysis import bounds, schema
from sesec_analysis.bounds import Floats, as_floats
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.i18n import mark
from sesec_analysis.metrics.disparity import compare, differences
from sesec_analysis.metrics.estimates import (
    KEYS,
    MeasureSpec,
    Pairs,
    check_level,
    refuse_several,
    single_rows,
)

__all__ = [
    "FARTHEST",
    "FEWEST_YEARS",
    "change",
    "difference_in_gaps",
    "fieller",
    "gap_model",
    "progress",
    "reasons_by_year",
    "refuse_survey_windows",
    "stop_at_breaks",
    "years_to_close",
]


_CHANGE = MeasureSpec(
    "change",
    "points",
    "Newcombe hybrid score interval (statsmodels), the years as separate students",
)
_FIGURE = [name for name in KEYS if name not in ("end_year", "organization_name")]
_GAP = [name for name in schema.ESTIMATES_KEY if name != "end_year"]
_NUMBERS = [
    *("estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"),
    "midpoint",  # last: `years_to_close` has none
]


Stops = pd.DataFrame | Iterable[int]
"""Years where a series breaks, or that are left out: a table of `breaks` or `years_out`, or years."""


def change(
    obs: pd.DataFrame,
    *,
    first: int,
    last: int,
    breaks: Stops = (),
    years_out: Stops = (),
    level: float = 0.95,
) -> pd.DataFrame:
    """Change of each rate since a year.

    change = p_last - p_first, in proportion points; 0 means the same rate.

    Parameters
    ----------
    obs
        OBSERVATIONS of both years; other years are not looked at.
    first, last
        School years by the year they end.
    breaks
        Where the series breaks: ``sa.breaks("ela_met")``, what the catalog says of the indicator, or just years.
    years_out
        Years that are not compared: ``sa.years_out("ela_met")``, or just years.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of the last year, `reference` the first; one row per organization, grade and student group of either
        year. A figure that one of the years lacks is `undefined`; across a break, or of a year out, every row is
        `break`.

    Raises
    ------
    DataError
        If ``first`` is not before ``last``, a year is not in ``obs``, or two rows speak of the same figure.

    See Also
    --------
    difference_in_gaps : Whether a gap changed.

    Notes
    -----
    Reading: positive, the rate has risen; the indicator's `direction` says whether that is better.
    Caution: many students are counted in both years, and the interval takes the two years for separate students. Two
    years make no trend.
    Reference: Newcombe, R. G. (1998). Statistics in Medicine, 17, 873-890, method 10.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": [2016, 2019], "status": "reported", "student_group": "black",
    ...     "numerator": [48, 56], "denominator": [80, 70]}))
    >>> change(obs, first=2016, last=2019)[["reference", "estimate", "ci_low", "ci_high"]].round(4)
      reference  estimate  ci_low  ci_high
    0      2016       0.2  0.0524   0.3339
    """
    obs = schema.check_observations(obs)
    refuse_survey_windows(obs)
    rows, side = single_rows(obs, None, level)
    year = rows["end_year"].to_numpy()
    _refuse_years(first, last, year)
    code = bounds.row_codes(rows, _FIGURE)
    place = np.full((2, np.max(code, initial=-1) + 1), -1)
    for row, of_year in zip(place, (last, first), strict=True):
        row[code[year == of_year]] = np.flatnonzero(year == of_year)
    now, then = place[:, (place >= 0).any(axis=0)]
    keys = rows.iloc[np.where(now >= 0, now, then)].assign(end_year=last)
    pairs = Pairs(keys, side.at(now), side.at(then), str(first), level)
    table = pairs.estimates(_CHANGE, differences(pairs))
    return stop_at_breaks(table, pd.Series(first, index=table.index), breaks, years_out)


def difference_in_gaps(
    gaps_first: pd.DataFrame,
    gaps_last: pd.DataFrame,
    *,
    breaks: Stops = (),
    years_out: Stops = (),
) -> pd.DataFrame:
    """Change of each gap from one year to another.

    difference = D_last - D_first, in proportion points; 0 means the same gap.

    Parameters
    ----------
    gaps_first, gaps_last
        ESTIMATES of gaps, each of one year, as `gaps` or `compare` gives them.
    breaks, years_out
        As `change`: ``sa.breaks`` and ``sa.years_out`` of the indicator, or years.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measure `gap_change` in the last year, one row per gap of either year; `reference` is the gaps'
        own and the first year. Counts are those of the last year. A gap that one of the years lacks is `undefined`.

    Raises
    ------
    DataError
        If a table holds anything but gaps of one year, or the same gap twice; if the first year is not before the
        last, or their confidence levels differ.

    See Also
    --------
    change : Whether a rate changed.

    Notes
    -----
    Reading: the gap narrowed if this has the other sign than the first gap, and did not pass 0 by as much.
    Caution: the years are taken for separate students, and many are counted in both. Bounds take each withheld count
    for itself. There is no estimate unless both gaps were published.
    Reference: the distances from each gap to its own limits are squared and added: Newcombe, R. G. (2001).
    Statistics in Medicine, 20, 2885-2893; Zou, G. Y. and Donner, A. (2008). Statistics in Medicine, 27, 1693-1702.

    Examples
    --------
    >>> from sesec_analysis.metrics.disparity import gaps
    >>> from sesec_analysis.schema import conform_observations
    >>> then, now = (gaps(conform_observations(pd.DataFrame({
    ...     "end_year": year, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": counted, "denominator": 100})),
    ...     by="race_ethnicity", reference="white") for year, counted in [(2016, [30, 60]), (2019, [60, 80])])
    >>> difference_in_gaps(then, now)[["student_group", "estimate", "ci_low", "ci_high"]].round(3)
      student_group  estimate  ci_low  ci_high
    0         black       0.1  -0.081    0.276
    """
    gaps_first = schema.check_estimates(gaps_first, "gaps_first")
    gaps_last = schema.check_estimates(gaps_last, "gaps_last")
    tables = [_of_gaps(gaps_last), _of_gaps(gaps_first)]
    last, first = (int(table["end_year"].max()) if len(table) else 0 for table in tables)
    if len(gaps_first) and len(gaps_last):
        _refuse_years(first, last, np.array([first, last]))
    every = pd.concat(tables, ignore_index=True)
    if len(set(every["ci_level"])) > 1:
        raise QuestionError(
            "the gaps have different confidence levels", fix="make both with the same `level`"
        )
    # Numbers by first appearance: of the last year, then those that only the first year has.
    code = bounds.row_codes(every, _GAP)
    keys = every[_GAP].iloc[bounds.first_rows(code)].reset_index(drop=True)
    of_each = zip(tables, np.split(code, [len(tables[0])]), strict=True)
    now, then = (table.set_axis(at).reindex(keys.index) for table, at in of_each)
    source = [
        bounds.join_sources(pair) for pair in zip(*_text(now, then, "source_ids"), strict=True)
    ]
    name, old_name = _text(now, then, "organization_name")
    joined = now.assign(
        **keys.drop(columns="measure"),
        measure="gap_change",
        organization_name=np.where(name == "", old_name, name),
        end_year=last or first,
        unit="points",
        ci_level=now["ci_level"].fillna(then["ci_level"]),
        coverage=np.minimum(now["coverage"], then["coverage"]),
        cells=now["cells"].fillna(0) + then["cells"].fillna(0),
        cells_reported=now["cells_reported"].fillna(0) + then["cells_reported"].fillna(0),
        largest_masked=np.fmax(now["largest_masked"], then["largest_masked"]),
        source_ids=source,
        **_gap_changes(now, then),
    )
    joined["reference"] = keys["reference"] + f" {first}"  # an id names both years
    joined.attrs = dict(gaps_last.attrs)
    return stop_at_breaks(
        schema.conform_estimates(joined),
        pd.Series(first, index=joined.index),
        breaks,
        years_out,
    )


def progress(obs: pd.DataFrame, *, place: str, reference: str, level: float = 0.95) -> pd.DataFrame:
    """Change of each rate of two places between two years, and of the gap between the places.

    Parameters
    ----------
    obs
        OBSERVATIONS of two school years that can be compared, as `then_and_now` loads them; of other places too.
    place, reference
        The organization whose progress is looked at, and the one it is compared to.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES: `change` of every organization, the `gap` in both years, and `gap_change`. An empty table if ``obs``
        is empty.

    Raises
    ------
    DataError
        If there are more or fewer than two years.

    See Also
    --------
    change, difference_in_gaps : Of which it is made.

    Notes
    -----
    Reading: a place can get better while the gap widens, and the other way round; say both.
    Caution: as `change`.
    Reference: as `change` and `difference_in_gaps`.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": [2016, 2016, 2019, 2019], "organization_level": "place", "organization_id": ["a", "b"] * 2,
    ...     "status": "reported", "numerator": [40, 60, 50, 60], "denominator": 100}))
    >>> progress(obs, place="a", reference="b")[["measure", "organization_id", "end_year", "estimate"]].round(2)
          measure organization_id  end_year  estimate
    0      change               a      2019       0.1
    1      change               b      2019       0.0
    2         gap               a      2016      -0.2
    3         gap               a      2019      -0.1
    4  gap_change               a      2019       0.1
    """
    obs = schema.check_observations(obs)
    years = sorted(set(obs["end_year"]))
    if len(years) != 2:
        if len(years) == 0:
            empty = schema.conform_estimates(pd.DataFrame(columns=schema.ESTIMATES_COLUMNS))
            empty.attrs = dict(obs.attrs)
            return empty
        raise DataError(
            f"progress is made between two years, and there are {len(years)}",
            where="progress, column end_year",
            fix="load them with `then_and_now`",
            valid=years,
        )
    first, last = years
    here, there = (obs[obs["organization_id"] == code] for code in (place, reference))
    for year in sorted(set(here["end_year"])):  # a gap of each year, and none of half of them
        refuse_several(there[there["end_year"] == year], "b", "compare", fewest=1)
    both = compare(here, there, level=level).query("measure == 'gap'")
    gaps = [both[both["end_year"] == year] for year in years]
    moved = change(obs, first=first, last=last, level=level)
    table = pd.concat([moved, *gaps, difference_in_gaps(*gaps)], ignore_index=True)
    table.attrs = dict(obs.attrs)
    return table


def reasons_by_year(stops: Stops) -> dict[int, str]:
    """Return the years of breaks, or those that are left out, in order, each with its reason if there is one.

    Examples
    --------
    >>> reasons_by_year([2020, 2015])
    {2015: '', 2020: ''}
    """
    if isinstance(stops, pd.DataFrame):
        schema.check_table(
            stops,
            "breaks or years_out",
            "pass sa.breaks(…) or sa.years_out(…)",
            ["end_year", "reason"],
        )
        return dict(sorted(zip(map(int, stops["end_year"]), stops["reason"], strict=True)))
    return dict.fromkeys(sorted(map(int, stops)), "")


def stop_at_breaks(
    table: pd.DataFrame,
    first: pd.Series,
    breaks: Stops,
    years_out: Stops = (),
) -> pd.DataFrame:
    """Take every number from rows of ESTIMATES whose years, ``first`` to `end_year`, cannot be compared.

    They lie on both sides of a break, or one of them is out.
    """
    for year, why in reasons_by_year(years_out).items():
        at_an_end = ((first == year) | (table["end_year"] == year)) & (table["status"] != "small_n")
        _stop(table, at_an_end, f"{schema.LEFT_OUT}: {year}", why)
    for at, why in reasons_by_year(breaks).items():
        across = (first < at) & (at <= table["end_year"])
        across &= ~table["status"].isin(["small_n", "break"])
        _stop(table, across, f"series break at {at}", why)
    return table


def _stop(table: pd.DataFrame, rows: pd.Series, what: str, why: str) -> None:
    table.loc[rows, _NUMBERS] = np.nan
    table.loc[rows, "status"] = "break"
    table.loc[rows, "method"] = f"not calculated: {what}{f': {why}' if why else ''}"


def _gap_changes(now: pd.DataFrame, then: pd.DataFrame) -> dict[str, NDArray[Any]]:
    """Work out the numbers, the status and the method of each pair of gaps."""
    pair = [table["status"].fillna("undefined").to_numpy() for table in (now, then)]
    names = ["small_n", "break", "undefined", "suppressed"]
    either = [(pair[0] == name) | (pair[1] == name) for name in names]
    published = (pair[0] == "ok") & (pair[1] == "ok")
    status = np.select([*either, published], [*names, "ok"], "bounded")
    new, old = ({name: as_floats(table, name) for name in _NUMBERS} for table in (now, then))
    point = np.where(status == "ok", new["estimate"] - old["estimate"], np.nan)
    low, high = new["bound_low"] - old["bound_high"], new["bound_high"] - old["bound_low"]
    # A limit of Newcombe's kind is lowest over what is known where its parts are (see intervals.outer_difference), and
    # there the distances of the two gaps to their own outer limits are its parts, squared and added.
    outer_low = low - _reach(new, old, "bound_low", "bound_high", "outer")
    outer_high = high + _reach(old, new, "bound_low", "bound_high", "outer")
    ranges = {
        "bound_low": low,
        "bound_high": high,
        "outer_low": outer_low,
        "outer_high": outer_high,
    }
    shown = np.isin(status, ["ok", "bounded"])
    words = {
        "ok": "difference of two gaps, distances to their limits squared and added",
        "bounded": "range only; suppression bounds: difference of the gaps' bounds; outer: of their outer limits",
    }
    nothing = "not calculated: " + mark("a gap has no number")
    return {
        "estimate": point,
        "ci_low": point - _reach(new, old, "estimate", "estimate", "ci"),
        "ci_high": point + _reach(old, new, "estimate", "estimate", "ci"),
        **{name: np.where(shown, values, np.nan) for name, values in ranges.items()},
        "status": status,
        "method": np.array([words.get(one, nothing) for one in status.tolist()], dtype=np.str_),
    }


def _reach(
    lower: Mapping[str, Floats], upper: Mapping[str, Floats], low: str, high: str, limits: str
) -> Floats:
    """Square and add one table's distance down to its limit and the other's distance up to its limit."""
    down = lower[low] - lower[f"{limits}_low"]
    up = upper[f"{limits}_high"] - upper[high]
    return np.asarray(np.sqrt(down**2 + up**2))


def _text(now: pd.DataFrame, then: pd.DataFrame, name: str) -> tuple[pd.Series, pd.Series]:
    return now[name].fillna(""), then[name].fillna("")


def _of_gaps(gaps: pd.DataFrame) -> pd.DataFrame:
    code = bounds.row_codes(gaps, _GAP)
    is_once = np.bincount(code, minlength=1).max() <= 1
    is_gap = gaps["measure"].isin(["gap"]).to_numpy(dtype=bool).all()
    if not (is_once and is_gap) or len(set(gaps["end_year"])) > 1:
        raise DataError(
            "a table of gaps must hold gaps of one year, each once",
            where="difference_in_gaps",
            fix="keep measure 'gap' and one end_year on each side",
            valid=sorted(gaps["end_year"].unique()),
        )
    return gaps


def refuse_survey_windows(obs: pd.DataFrame) -> None:
    """Refuse a change between estimates of several years each: their windows overlap, and no change has an interval."""
    if (obs["unit"] == schema.WITH_INTERVAL).any():
        raise QuestionError(
            "no change is measured between a survey's estimates, each of several years that overlap the others'",
            where="observations, column unit",
            fix="show each estimate with its publisher's interval",
        )


def _refuse_years(first: int, last: int, years: Floats) -> None:
    known = sorted(set(years.tolist()))
    if first >= last or (known and not {first, last} <= set(known)):
        raise DataError(
            f"there is no change from {first} to {last}",
            where="end_year",
            fix="name two years that the table has, the earlier one first",
            valid=known,
        )


FEWEST_YEARS = 4
"""Comparable years below which a pace is no pace."""

FARTHEST = 25
"""Years ahead beyond which nothing is projected."""

_STILL = 1e-9
"""Points (0-1): residuals no larger than this lie on one line, but for floating point."""


def years_to_close(
    gaps: pd.DataFrame,
    *,
    breaks: Stops = (),
    years_out: Stops = (),
    later: pd.DataFrame | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Years until each gap would be 0, at the pace of the years in ``gaps``.

    years = -D / slope; D and slope are those of a line through the yearly gaps, D at the last year; each year weighs by
    the error of its gap.

    Parameters
    ----------
    gaps
        ESTIMATES of gaps of several years, as `gaps` or `compare` gives them.
    breaks
        As `change`: ``sa.breaks`` of the indicator, or years.
    years_out
        Years that the line passes by: ``sa.years_out`` of the indicator, or years.
    later
        The same gaps with years after those of ``gaps``, if there are any by now: a pace that they contradict is none.
    level
        Confidence level, 0-1, of the slope and of the years, and of what a year may be off the line.

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
    Caution: only a slope whose interval does not hold 0 is a pace, only over four years or more, and only if the last
    year, and each later one, lies where the line of the years before lets it lie. Where a year has no interval all
    weigh alike.
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
    gaps = schema.check_estimates(gaps, "gaps")
    _refuse_others(gaps)
    check_level(level)
    out = list(reasons_by_year(years_out))
    gaps = gaps[~gaps["end_year"].isin(out)]
    ordered = gaps.sort_values("end_year", kind="stable")
    rows, first = [], []
    for _, series in ordered.groupby(_GAP, sort=False, dropna=False):
        there = series[series["status"] != "undefined"]
        years = there if len(there) else series
        together = years.iloc[-1:].assign(
            coverage=years["coverage"].min(),
            cells=years["cells"].sum(),
            cells_reported=years["cells_reported"].sum(),
            largest_masked=years["largest_masked"].max(),
            source_ids=bounds.join_sources(years["source_ids"]),
        )
        rows.append(together.assign(**_answer(there, level, _after(later, series, out))))
        first.append(years["end_year"].iloc[0])
    table = schema.conform_estimates(pd.concat(rows) if rows else gaps)
    since = pd.Series(first, index=table.index, dtype="int64")
    table = table.assign(
        measure="years_to_close",
        unit="years",
        ci_level=level,
        reference=table["reference"] + " " + since.astype("str"),  # an id names the first year
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
    Method: each year weighs by one over its squared error, read from its interval; the line's errors are widened where
    the years lie off it by more than theirs, never narrowed. Where a year has no interval all weigh alike.
    Reference: as `years_to_close`.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_estimates
    >>> gaps = conform_estimates(pd.DataFrame({
    ...     "end_year": range(2015, 2020), "measure": "gap", "estimate": [0.30, 0.28, 0.29, 0.26, 0.25]}))
    >>> gap_model(gaps).params.round(3).tolist()
    [0.252, -0.012]
    """
    gaps = schema.check_estimates(gaps, "gaps")
    _refuse_others(gaps)
    series = len(gaps[_GAP].drop_duplicates())
    if series != 1 or len(gaps) < 3 or gaps["estimate"].isna().any():
        raise DataError(
            f"{len(gaps)} year(s) of {series} series, {gaps['estimate'].isna().sum()} without estimate, give no line",
            where="gap_model",
            fix="keep three or more years of one gap, each with an estimate",
        )
    year = gaps["end_year"].to_numpy(dtype=np.float64)
    design = np.column_stack([np.ones(len(year)), year - year.max()])
    weights = _weights(gaps)
    line = WLS(gaps["estimate"].to_numpy(), design, weights=weights).fit()
    if np.ptp(weights) == 0 or line.scale >= 1:
        return line
    # Errors that are known leave no less doubt than they bring, however near to a line a few years may lie.
    kind = {"cov_type": "fixed scale", "cov_kwds": {"scale": 1.0}, "use_t": True}
    return WLS(gaps["estimate"].to_numpy(), design, weights=weights).fit(**kind)


def _weights(gaps: pd.DataFrame) -> Floats:
    """One over each year's squared error, by its interval; all alike where a year has none."""
    z = np.array(
        [NormalDist().inv_cdf(0.5 + level / 2) for level in as_floats(gaps, "ci_level", null=0.95)]
    )
    error = (as_floats(gaps, "ci_high") - as_floats(gaps, "ci_low")) / (2 * z)
    known = np.isfinite(error) & (error > 0)
    return 1 / error**2 if known.all() else np.ones(len(gaps))


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


def _after(later: pd.DataFrame | None, series: pd.DataFrame, out: list[int]) -> pd.DataFrame:
    """Published gaps of one series in years after its last."""
    if later is None:
        return series.iloc[:0]
    _refuse_others(later)
    own = (later[_GAP] == series[_GAP].iloc[0]).all(axis=1)
    after = (later["end_year"] > series["end_year"].max()) & ~later["end_year"].isin(out)
    return later[own & after & (later["status"] == "ok")].sort_values("end_year")


def _off_the_line(gaps: pd.DataFrame, after: pd.DataFrame, level: float) -> int | None:
    """Return the first year, the last of ``gaps`` or one after, that lies off the line of all years before it."""
    every = pd.concat([gaps, after]) if len(after) else gaps
    weights = _weights(every)
    for number in range(len(gaps) - 1, len(every)):
        years, year = every.iloc[:number], every.iloc[number]
        line = gap_model(years)
        at = np.array([1.0, float(year["end_year"] - years["end_year"].max())])
        # Where all weigh alike a year is off by what the others are; else by its own error and theirs.
        own = max(float(line.scale), float(np.ptp(weights) > 0)) / weights[number]
        spread = sqrt(float(at @ line.cov_params() @ at) + own)
        reach = float(stats.t.ppf(0.5 + level / 2, line.df_resid)) * spread
        if abs(float(year["estimate"]) - float(at @ line.params)) > reach + _STILL:
            return int(year["end_year"])
    return None


def _answer(gaps: pd.DataFrame, level: float, after: pd.DataFrame) -> dict[str, float | str]:
    """Numbers, status and words of one gap's years."""
    withheld = int((gaps["status"] != "ok").sum())
    if (gaps["status"] == "small_n").any():
        return _no_number("small_n", f"not shown: fewer than {schema.MINIMUM_GROUP} students")
    if (gaps["status"] == "break").any():
        return _no_number("break", "not calculated: " + mark("series break"))
    if len(gaps) < FEWEST_YEARS:
        return _unstated_change(mark("fewer than {n} comparable years").format(n=FEWEST_YEARS))
    if withheld:
        return _no_number(
            "suppressed",
            "cannot be projected: " + mark("withheld in {n} year(s)").format(n=withheld),
        )
    line = gap_model(gaps)
    if np.abs(line.resid).max() <= _STILL:
        return _unstated_change(mark("all years lie on one line, which tells no spread"))
    if (year := _off_the_line(gaps, after, level)) is not None:
        return _unstated_change(
            mark("the gap of {n} lies off the line of the years before").format(n=year)
        )
    (gap, slope), (low, high) = line.params, line.conf_int(alpha=1 - level)[1]
    pace = (
        f"the pace of {gaps['end_year'].min()} to {gaps['end_year'].max()}, "
        f"{100 * slope:.2f} points a year ({100 * low:.2f} to {100 * high:.2f})"
    )
    if low <= 0 <= high:
        return _unstated_change(f"{pace}, may be none")
    if gap * slope > 0:
        return _no_number("undefined", f"not closing: at {pace}, the gap widens")
    if -gap / slope > FARTHEST:
        return _unstated_change(f"over {FARTHEST} years at {pace}")
    least, most = fieller(line, level)
    numbers = [-gap / slope, max(least, 0.0), most if most <= FARTHEST else inf]
    named = dict(zip(_NUMBERS, [*numbers, numbers[0], numbers[0], *numbers[1:], nan], strict=True))
    return {**named, "status": "ok", "method": f"at {pace}; Fieller interval"}


def _unstated_change(why: str) -> dict[str, float | str]:
    return _no_number("undefined", f"cannot be projected: {why}")


def _no_number(status: str, method: str) -> dict[str, float | str]:
    return {**dict.fromkeys(_NUMBERS, nan), "status": status, "method": method}


def _refuse_others(gaps: pd.DataFrame) -> None:
    twice = gaps[[*_GAP, "end_year"]].duplicated()
    if (gaps["measure"] != "gap").any() or twice.any():
        raise DataError(
            "only gaps can be projected, each year of each once",
            where=f"ESTIMATES, {twice.sum()} row(s) twice",
            fix="keep the rows of measure 'gap', each once",
            valid=sorted(gaps["measure"].unique()),
        )
