"""Change over years: differences, lines and logits over time, Fieller's limits, P values from intervals."""

from functools import cache
from math import log, sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd
from conftest import make_counts

from oracles import END, read
from sesec_analysis.metrics.changes import (
    change,
    difference_in_gaps,
    fieller,
    gap_model,
    progress,
    years_to_close,
)
from sesec_analysis.metrics.disparity import gaps
from sesec_analysis.metrics.robustness import p_value
from sesec_analysis.metrics.trends import trend, trend_model
from sesec_analysis.schema import conform_estimates

# --- changes ---------------------------------------------------------------------------------------------------------


def of_change(column: str, now: tuple[int, int], then: tuple[int, int]) -> float:
    cells = {2016: tuple(then), 2019: tuple(now)}
    obs = pd.concat(make_counts(end_year=year, black=cell) for year, cell in cells.items())
    return float(change(obs, first=2016, last=2019)[column].iloc[0])


# --- changes of a gap ------------------------------------------------------------------------------------------------

_THEN, _NOW = {"black": (18, 72), "white": (16, 65)}, {"black": (17, 65), "white": (17, 75)}


def _change_of_gap(column: str) -> float:
    then, now = (
        gaps(make_counts(end_year=year, **cells), by="race_ethnicity", reference="white")
        for year, cells in ((2016, _THEN), (2019, _NOW))
    )
    return float(difference_in_gaps(then, now)[column].iloc[0])


def _progress(column: str) -> float:
    """The two groups as two places."""
    obs = pd.concat(
        make_counts(end_year=year, organization_id=place, student_group_type="all", all=cell)
        for year, cells in ((2016, _THEN), (2019, _NOW))
        for place, cell in cells.items()
    )
    table = progress(obs, place="black", reference="white").set_index("measure")
    return float(table.loc["gap_change", column])


# Temperature: damaged O-rings of six a flight, one entry a flight.
_RINGS = {
    53: [5],
    57: [1],
    58: [1],
    63: [1],
    66: [0],
    67: [0, 0, 0],
    68: [0],
    69: [0],
    70: [1, 0, 1, 0],
    72: [0],
}
_RINGS |= {73: [0], 75: [0, 1], 76: [0, 0], 78: [0], 79: [0], 81: [0]}
# Temperature: flights with a failure, flights.
_FLIGHTS = {
    53: (1, 1),
    56: (1, 1),
    57: (1, 1),
    63: (0, 1),
    66: (0, 1),
    67: (0, 3),
    68: (0, 1),
    69: (0, 1),
}
_FLIGHTS |= {
    70: (3, 4),
    72: (0, 1),
    73: (0, 1),
    75: (1, 2),
    76: (0, 2),
    78: (0, 1),
    79: (0, 1),
    80: (0, 1),
    81: (0, 1),
}
# How often they snore (scores): with heart disease, of how many.
_SNORING = {0: (24, 1379), 2: (35, 638), 4: (21, 213), 5: (30, 254)}
# Miles per gallon of the 52 domestic and the 22 foreign cars.
_DOMESTIC = (
    "22 17 22 20 15 18 26 20 16 19 14 14 21 29 16 22 22 24 19 30 18 16 17 28 21 12 12 14 22 14 15 18 14 20 21 19 19 "
    "18 19 24 16 28 34 25 26 18 18 18 19 19 19 24"
)
_FOREIGN = "17 23 25 23 35 24 21 21 25 28 30 14 26 35 18 31 18 23 41 25 25 17"


@cache
def _logit(name: str) -> dict[str, float]:
    """Coefficient of the year, and its standard error."""
    foreign, all_cars = (
        pd.Series(text.split(), dtype=int).value_counts()
        for text in (_FOREIGN, f"{_DOMESTIC} {_FOREIGN}")
    )
    cells = {
        "rings": {at: (sum(hit), 6 * len(hit)) for at, hit in _RINGS.items()},
        "flights": _FLIGHTS,
        "snoring": _SNORING,
        "cars": {int(at): (int(foreign.get(at, 0)), int(n)) for at, n in all_cars.items()},
    }[name]
    obs = pd.concat(make_counts(end_year=at, black=cell) for at, cell in cells.items())
    fitted = trend_model(obs)
    return {"coefficient": float(fitted.params[-1]), "standard_error": float(fitted.bse[-1])}


# --- slopes of rates -------------------------------------------------------------------------------------------------

_MPG = (
    "210 210 228 214 187 181 143 244 228 192 178 164 173 152 104 104 147 324 304 339 215 155 152 133 192 273 260 304 "
    "158 197 150 214"
)
_MANUAL = "11100000000000000111000001111111"


@cache
def _manual() -> dict[str, float]:
    """Mean slope of manual gears over a mile per gallon, and its standard error; a year is a tenth of one."""
    cars = pd.DataFrame({"at": map(int, _MPG.split()), "k": map(int, _MANUAL), "n": 1})
    cells = 10 * cars.groupby("at").sum()
    obs = pd.concat(
        make_counts(end_year=cell.Index, black=(cell.k, cell.n)) for cell in cells.itertuples()
    )
    row = trend(obs).iloc[0]
    error = (row["ci_high"] - row["ci_low"]) / 2 / NormalDist().inv_cdf(0.975)
    # A year of fewer than ten is not told, so each car is taken ten times: the error is smaller by the root of ten.
    return {"estimate": 10 * row["estimate"], "standard_error": 10 * error * sqrt(10)}


# --- lines, and where they meet nought -------------------------------------------------------------------------------

_CHAMBER = [206.36, 225.52, 252.18, 289.33, 318.11, 349.49, 383.03, 410.70, 444.40, 469.14, 501.16]
_ANSCOMBE_X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
_ANSCOMBE_Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
_WOMEN = [115, 117, 120, 123, 126, 129, 132, 135, 139, 142, 146, 150, 154, 159, 164]


def _gaps(year: object, gap: object) -> pd.DataFrame:
    table = pd.DataFrame({"end_year": year, "estimate": gap, "measure": "gap", "status": "ok"})
    return conform_estimates(table)


@cache
def _chamber() -> dict[str, float]:
    """Dial setting at which the mean temperature is 400 degrees, and its 99 percent limits."""
    dial = np.arange(0, 101, 10)
    line = gap_model(_gaps(dial, np.array(_CHAMBER) - 400))
    low, high = fieller(line, 0.99)
    ahead = {"estimate": -line.params[0] / line.params[1], "lower": low, "upper": high}
    return {name: 100 + value for name, value in ahead.items()}


def of_line(name: str, what: str) -> float:
    points = {"anscombe": (_ANSCOMBE_X, _ANSCOMBE_Y), "women": (range(58, 73), _WOMEN)}[name]
    fitted = gap_model(_gaps(*points))
    return float({"slope": fitted.params, "standard_error": fitted.bse}[what][1])


# --- years until a line meets nought ---------------------------------------------------------------------------------


@cache
def _gum() -> dict[str, float]:
    """mL at which the signal is nought, and its standard error."""
    table = _gaps([1997, 1998, 1999, 2000], [0.728, 0.554, 0.386, 0.214])
    row = years_to_close(table).iloc[0]
    half, two_left = (row["ci_high"] - row["ci_low"]) / 2, 4.302653  # t of .975
    return {"estimate": 0.1 * row["estimate"], "standard_error": 0.1 * half / two_left}


_MONTHS = [0, 1, 3, 6, 9, 12, 18, 24, 48, 54]
_ASSAY = [103.5, 104, 102, 101.85, 100.25, 101, 95, 98.5, 97.25, 95]


def _shelf(end: str) -> float:
    """Month at which the mean is at its limit, one end of 90 percent (Fieller)."""
    return 54 + fieller(gap_model(_gaps(_MONTHS, np.array(_ASSAY) - 90)), 0.90)[END[end]]


def p_of_ratio(ratio: float, low: float, high: float) -> float:
    return p_value(log(ratio), (log(high) - log(low)) / 2)


ORACLES = read(
    "trends",
    change=of_change,
    change_of_gap=_change_of_gap,
    progress=_progress,
    logit=lambda name, what: _logit(name)[what],
    mean_slope=lambda what: _manual()[what],
    chamber=lambda what: _chamber()[what],
    line=of_line,
    gum=lambda what: _gum()[what],
    shelf_life=_shelf,
    p_of_ratio=p_of_ratio,
)
