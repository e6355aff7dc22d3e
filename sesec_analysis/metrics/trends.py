"""How fast a rate moves, over several years: OBSERVATIONS in, ESTIMATES out; no line is drawn across a series break."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sesec_analysis import bounds
from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.changes import Break, says_nothing, stop_at_breaks
from sesec_analysis.metrics.claims import Measure, Numbers, Side, claim
from sesec_analysis.metrics.trend_models import MODEL, Students, asked, series_columns
from sesec_analysis.polygons import Known, Positions
from sesec_analysis.words import mark

__all__ = ["trend"]

_DELTA = ", delta interval"
_RANGE = (
    f"range only; suppression bounds: least-squares slope of the yearly rates, {bounds.POLICY} sums; "
    "outer: Wilson limits of the yearly rates, squared and added"
)


def trend(
    obs: pd.DataFrame,
    *,
    cluster: str | None = None,
    effects: str | None = None,
    breaks: Iterable[Break | int] = (),
    level: float = 0.95,
) -> pd.DataFrame:
    """Yearly change of each rate, over all years that ``obs`` holds.

    logit p = a + b * year; trend = mean over students of p (1 - p) b, in proportion points per year.

    Parameters
    ----------
    obs
        OBSERVATIONS of several years: of places, or of schools.
    cluster
        A key column such as ``"organization_id"``: all organizations make one series, and the students of one of them
        are not taken for independent. None: every organization has its own series.
    effects
        A key column such as ``"organization_id"`` of which each value has its own level a, so that a changing mix of
        schools does not look like a trend. It too makes one series of all organizations.
    breaks
        As `change`: ``sa.breaks`` of the indicator, or years.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measure `trend`, one row per series: `end_year` is its last year, `reference` its first, with the
        counts of these two. Years without students are not in it. Several organizations are one place with the id
        ``"several"``. Withheld counts leave bounds and no estimate; a series of one year, or one in which all or none
        are counted, is `undefined`.

    Raises
    ------
    DataError
        If ``cluster`` or ``effects`` is no key column, schools and places that share students would be added up, or two
        rows speak of the same figure.

    See Also
    --------
    trend_model : The fitted model itself.
    sesec_analysis.metrics.changes.change : Two years compared.

    Notes
    -----
    Reading: 0.02 is two points a year; the indicator's `direction` says whether that is better.
    Caution: a line says nothing of the years to come. With under ten clusters their errors are themselves unsure: the
    interval takes t with one degree of freedom less than there are clusters, and is never narrower than the binomial
    one (Angrist and Pischke 2009, chapter 8). Without `cluster` it leaves out what moves a whole year or school.
    Reference: Cameron, A. C. and Miller, D. L. (2015). Journal of Human Resources, 50, 317-372.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": range(2015, 2020), "status": "reported", "student_group": "black",
    ...     "numerator": [40, 43, 47, 48, 52], "denominator": 100}))
    >>> trend(obs)[["end_year", "reference", "estimate", "ci_low", "ci_high"]].round(3)
       end_year reference  estimate  ci_low  ci_high
    0      2019      2015     0.029  -0.002    0.059
    """
    rows, side = asked(obs, cluster, effects, level)
    code = bounds.row_codes(rows, series_columns(cluster, effects))
    cells = obs.reset_index(drop=True).assign(series=code)
    sums = bounds.pool(cells, by=["series", "end_year", "indicator", "unit"])
    yearly = Side.of(sums)
    order = np.lexsort((sums["end_year"], sums["series"]))
    sums, yearly = sums.iloc[order[~yearly.absent[order]]], yearly.at(order[~yearly.absent[order]])
    lines = []
    for one in range(int(code.max(initial=-1)) + 1):
        at = np.flatnonzero((code == one) & ~side.absent)
        students = Students.of(rows, side, at, cluster, effects)
        years = np.flatnonzero(sums["series"] == one)
        lines.append(_Line.of(students, sums["end_year"].to_numpy()[years], yearly, years, level))
    keys = rows.iloc[np.flatnonzero(~pd.Series(code).duplicated().to_numpy())]
    ends = np.array([line.ends for line in lines], dtype=np.int64).reshape(-1, 2)
    table = claim(
        _named(keys, rows, code),
        Measure("trend", "points per year", MODEL),
        _numbers(lines),
        yearly.at(ends[:, 1]),
        yearly.at(ends[:, 0]),
        level=level,
    )
    return stop_at_breaks(*_finished(table, lines, sums), breaks)


@dataclass(frozen=True)
class _Line:
    """What is said of one series; ``ends`` are the positions of the years whose counts stand beside it."""

    numbers: tuple[float, float, float, float, float]  # point, bounds, outer limits
    ends: tuple[int, int]
    years: tuple[int, int]
    fault: str
    silent: bool
    words: str

    @classmethod
    def of(
        cls, students: Students, year: Positions, yearly: Side, at: Positions, level: float
    ) -> "_Line":
        known, nothing = yearly.known.take(at), (np.nan,) * 5
        fault = "" if len(at) > 1 else mark("fewer than two years")
        fault = fault or (students.fault() if students.exact else "")
        numbers, words = nothing, MODEL + students.words
        if not fault and students.exact:
            point, reach = students.effect(level)
            numbers = (point, point, point, point - reach, point + reach)
        elif not fault:
            clustered = students.clusters is not None
            numbers, words = (np.nan, *_slope_bounds(year, known, level, clustered)), _RANGE
        # A year with too few students to be shown hides the whole series.
        small = at[yearly.small[at]]
        ends = (at[0], small[0] if len(small) else at[-1]) if len(at) else (-1, -1)
        years = (year[0], year[-1]) if len(at) else (0, 0)
        moves = year * len(year) != year.sum()  # the middle year does not move a slope
        return cls(numbers, ends, years, fault, bool(says_nothing(known)[moves].all()), words)


def _slope_bounds(
    year: Positions, known: Known, level: float, clustered: bool
) -> tuple[float, float, float, float]:
    """Lowest and highest least-squares slope of rates within their bounds, then the same with Wilson limits.

    The slope is a sum of rates with fixed weights, so it is lowest where each rate of a later year is lowest and each
    rate of an earlier year is highest. For the outer limits see `intervals.outer_difference`: the argument holds for
    any such sum. Students of one cluster are not independent, and such limits would be too narrow: there are none.
    """
    weight = (year - year.mean()) / ((year - year.mean()) ** 2).sum()
    ends = np.array([known.value_low, known.value_high])
    limits = np.array(intervals.outer_rate(known, level))
    low, high = (np.where(weight > 0, pair[0], pair[1]) for pair in (ends, ends[::-1]))
    low_limit, high_limit = (
        np.where(weight > 0, pair[0], pair[1]) for pair in (limits, limits[::-1])
    )
    least, most = weight @ low, weight @ high
    if clustered:
        return least, most, np.nan, np.nan
    down, up = (np.linalg.norm(weight * apart) for apart in (low - low_limit, high_limit - high))
    return least, most, least - down, most + up


def _numbers(lines: list[_Line]) -> Numbers:
    point, low, high, outer_low, outer_high = (
        np.array([line.numbers for line in lines], dtype=np.float64).reshape(-1, 5).T
    )
    return Numbers(
        point,
        low,
        high,
        outer_low,
        outer_high,
        undefined=np.array([bool(line.fault) for line in lines], dtype=bool),
        says_nothing=np.array([line.silent for line in lines], dtype=bool),
        midpoint_stands=False,
    )


def _finished(
    table: pd.DataFrame, lines: list[_Line], sums: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series]:
    """Give the rows of a claim their years, the coverage of all years together, and words; and the first years."""
    first, last = np.array([line.years for line in lines], dtype=np.int64).reshape(-1, 2).T
    table["end_year"] = np.where(last > 0, last, table["end_year"])
    table["reference"] = pd.Series(first, dtype="str").where(first > 0, "")
    words = pd.Series([line.words for line in lines], dtype="str")
    fault = "not calculated: " + pd.Series([line.fault for line in lines], dtype="str")
    spoken = table["status"].isin(["ok", "bounded"])
    by_chance = table["method"].str.contains(MODEL, regex=False)
    table["method"] = table["method"].mask(spoken & by_chance, words)
    plain = words.str.replace(_DELTA, "") + "; " + table["method"]
    table["method"] = table["method"].mask((table["status"] == "ok") & ~by_chance, plain)
    table["method"] = table["method"].mask((table["status"] == "undefined") & (last > 0), fault)
    total = bounds.pool(sums, by=["series", "indicator"]).set_index("series").reindex(table.index)
    table["coverage"] = total["coverage"].where(table["coverage"].notna())
    for name in ("cells", "cells_reported", "largest_masked"):
        table[name] = total[name].fillna(table[name])
    table["source_ids"] = total["source_id"].fillna(table["source_ids"])
    return table, pd.Series(first, index=table.index)


def _named(keys: pd.DataFrame, rows: pd.DataFrame, code: Positions) -> pd.DataFrame:
    """Give series of several organizations a name of their own."""
    count = rows["organization_id"].groupby(code).nunique().to_numpy()
    several = keys.assign(
        organization_level="place",
        organization_id="several",
        organization_name=[f"{number} organizations" for number in count],
    )
    return several.where(pd.Series(count > 1, index=keys.index), keys)
