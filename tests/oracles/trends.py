"""Change over years: differences, lines and logits over time, Fieller's limits, P values from intervals."""

from collections.abc import Callable
from functools import cache
from math import log, sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd
from conftest import make_counts

from oracles import QUOTED, Oracle
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

NEWCOMBE = "Newcombe, R. G. (1998), Statistics in Medicine 17, 873-890, table II, method 10"


def _change(column: str, now: tuple[int, int], then: tuple[int, int]) -> Callable[[], float]:
    def ours() -> float:
        obs = pd.concat(
            [make_counts(end_year=2016, black=then), make_counts(end_year=2019, black=now)]
        )
        return float(change(obs, first=2016, last=2019)[column].iloc[0])

    return ours


CHANGES = [
    Oracle(
        NEWCOMBE,
        f"{end} 95 percent limit of {now[0]}/{now[1]} - {then[0]}/{then[1]}, as a change since a year",
        theirs,
        5e-5,
        _change(column, now, then),
    )
    for now, then, limits in [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((10, 10), (0, 20), (0.6791, 1.0)),
    ]
    for end, column, theirs in zip(("lower", "upper"), ("ci_low", "ci_high"), limits, strict=True)
]

# --- changes of a gap ------------------------------------------------------------------------------------------------

BETWEEN = (
    "Newcombe, R. G. (2001), Estimating the difference between differences, Statistics in Medicine 20, 2885-2893, "
    "section 4.1, as kept in the tests of R package propint: (17/65 - 17/75) - (18/72 - 16/65)"
)
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


CHANGES_OF_GAPS = [
    Oracle(BETWEEN, f"{end} 95 percent limit, {of}", theirs, 5e-5, lambda c=column, m=ours: m(c))
    for of, ours in (("groups", _change_of_gap), ("places", _progress))
    for end, column, theirs in (("lower", "ci_low", -0.1687), ("upper", "ci_high", 0.2343))
]

# --- logits over time ------------------------------------------------------------------------------------------------

OPENINTRO = (
    "Diez, D. M., Barr, C. D. and Cetinkaya-Rundel, M. (2014), Introductory Statistics with Randomization and "
    "Simulation, exercise 6.4; Faraway, J. J. (2006), Extending the Linear Model with R, section 2.1 (data orings)"
)
MINITAB = (
    "Montgomery, D. C. and Runger, G. C. (2003), Applied Statistics and Probability for Engineers, 3rd ed., "
    "section 11-9 of the text on CD (Minitab output, O-ring failure against temperature)"
)
AGRESTI = "Agresti, A. (2007), An Introduction to Categorical Data Analysis, 2nd ed., table 3.1 and section 3.2.3"
STATA = 'Stata, auto.dta, output of "logit foreign mpg" as quoted at stats.stackexchange.com, "Stata margins tool"'

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
def _logit(name: str) -> np.ndarray:
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
    return np.array([fitted.params[-1], fitted.bse[-1]])


LOGITS = [
    Oracle(
        source,
        f"{what}, {of}",
        theirs,
        within,
        lambda name=name, at=at: float(_logit(name)[at]),
        QUOTED if source == AGRESTI else "",
    )
    for source, of, name, numbers in [
        (
            OPENINTRO,
            "damaged O-rings of six against temperature",
            "rings",
            ((-0.2162, 5e-5), (0.0532, 5e-5)),
        ),
        (
            MINITAB,
            "flights with a failure against temperature",
            "flights",
            ((-0.17132, 5e-6), (0.08344, 5e-6)),
        ),
        (
            AGRESTI,
            "heart disease against snoring score",
            "snoring",
            ((0.397, 5e-4), (0.0500, 5e-5)),
        ),
        (
            STATA,
            "foreign cars against miles per gallon",
            "cars",
            ((0.1597621, 5e-8), (0.0525876, 5e-8)),
        ),
    ]
    for at, (what, (theirs, within)) in enumerate(
        zip(("logit coefficient of the year", "its standard error"), numbers, strict=True)
    )
]

# --- slopes of rates -------------------------------------------------------------------------------------------------

SLOPES = (
    'Arel-Bundock, V., R package marginaleffects, vignette "Slopes": avg_slopes of '
    "glm(am ~ mpg, family = binomial, data = mtcars)"
)
TEN_EACH = (
    "each of the 32 cars is taken ten times, since a year of fewer than ten is not told; that moves no estimate, and "
    "makes the standard error smaller by the root of ten, which is undone"
)
_MPG = (
    "210 210 228 214 187 181 143 244 228 192 178 164 173 152 104 104 147 324 304 339 215 155 152 133 192 273 260 304 "
    "158 197 150 214"
)
_MANUAL = "11100000000000000111000001111111"


@cache
def _manual() -> tuple[float, float]:
    """Mean slope of manual gears over a mile per gallon, and its standard error; a year is a tenth of one."""
    cars = pd.DataFrame({"at": map(int, _MPG.split()), "k": map(int, _MANUAL), "n": 1})
    cells = 10 * cars.groupby("at").sum()
    obs = pd.concat(
        make_counts(end_year=cell.Index, black=(cell.k, cell.n)) for cell in cells.itertuples()
    )
    row = trend(obs).iloc[0]
    error = (row["ci_high"] - row["ci_low"]) / 2 / NormalDist().inv_cdf(0.975)
    return 10 * row["estimate"], 10 * error * sqrt(10)


MEAN_SLOPES = [
    Oracle(SLOPES, "average slope of the rate", 0.0465, 5e-5, lambda: _manual()[0], TEN_EACH),
    Oracle(SLOPES, "its standard error", 0.00887, 5e-6, lambda: _manual()[1], TEN_EACH),
]

# --- lines, and where they meet nought -------------------------------------------------------------------------------

GRAYBILL = (
    "Graybill, F. A. and Iyer, H. K. (1994), Regression Analysis: Concepts and Applications, Duxbury, p. 433, "
    "as kept in the tests of R package investr (calibrate, mean.response = TRUE)"
)
ANSCOMBE = "Anscombe, F. J. (1973), The American Statistician 27, 17-21, table, data set 1"
KABACOFF = "Kabacoff, R. I. (2011), R in Action, section 8.2.2, lm(weight ~ height, women)"

_CHAMBER = [206.36, 225.52, 252.18, 289.33, 318.11, 349.49, 383.03, 410.70, 444.40, 469.14, 501.16]
_ANSCOMBE_X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
_ANSCOMBE_Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
_WOMEN = [115, 117, 120, 123, 126, 129, 132, 135, 139, 142, 146, 150, 154, 159, 164]


def _gaps(year: object, gap: object) -> pd.DataFrame:
    table = pd.DataFrame({"end_year": year, "estimate": gap, "measure": "gap", "status": "ok"})
    return conform_estimates(table)


@cache
def _chamber() -> tuple[float, float, float]:
    """Dial setting at which the mean temperature is 400 degrees, and its 99 percent limits."""
    dial = np.arange(0, 101, 10)
    line = gap_model(_gaps(dial, np.array(_CHAMBER) - 400))
    low, high = fieller(line, 0.99)
    return tuple(100 + ahead for ahead in (-line.params[0] / line.params[1], low, high))


def _line(year: object, value: object, what: str) -> Callable[[], float]:
    return lambda: float(getattr(gap_model(_gaps(year, value)), what)[1])


LINES = [
    Oracle(
        GRAYBILL,
        "dial at a mean of 400 degrees: where values less 400 are 0",
        66.5,
        0.05,
        lambda: _chamber()[0],
    ),
    Oracle(GRAYBILL, "its lower 99 percent limit (Fieller)", 65.07, 0.005, lambda: _chamber()[1]),
    Oracle(GRAYBILL, "its upper 99 percent limit (Fieller)", 68.03, 0.005, lambda: _chamber()[2]),
    Oracle(ANSCOMBE, "slope", 0.5, 0.05, _line(_ANSCOMBE_X, _ANSCOMBE_Y, "params")),
    Oracle(
        ANSCOMBE, "standard error of the slope", 0.118, 5e-4, _line(_ANSCOMBE_X, _ANSCOMBE_Y, "bse")
    ),
    Oracle(KABACOFF, "slope", 3.45, 0.005, _line(range(58, 73), _WOMEN, "params")),
    Oracle(
        KABACOFF, "standard error of the slope", 0.0911, 5e-5, _line(range(58, 73), _WOMEN, "bse")
    ),
]

# --- years until a line meets nought ---------------------------------------------------------------------------------

ADDITIONS = (
    "Example: Multiple Standard Additions (Tutorial SAM-2; scribd.com/doc/228626738), aluminum in chewing gum: signals "
    ".214, .386, .554 and .728 at 0, .1, .2 and .3 mL"
)
ONE_MORE = (
    "it is computed with 1 + 1/4 under its root, the variance of a further measurement that is not there: a signal of "
    "nought is no measurement. With 1/4 alone it is .001346, as ours"
)
BACKWARDS = "read from the last addition back, a year being a tenth of a mL"


@cache
def _gum() -> tuple[float, float]:
    """mL at which the signal is nought, and its standard error."""
    table = _gaps([1997, 1998, 1999, 2000], [0.728, 0.554, 0.386, 0.214])
    row = years_to_close(table).iloc[0]
    half, two_left = (row["ci_high"] - row["ci_low"]) / 2, 4.302653  # t of .975
    return 0.1 * row["estimate"], 0.1 * half / two_left


SHELF_LIFE = (
    "Ovais, M. (2007), Shelf-life Estimation for Single Batch (as per ICH/FDA), spreadsheet (pdfcoke.com): assay over "
    "54 months, limit 90 percent"
)
_MONTHS = [0, 1, 3, 6, 9, 12, 18, 24, 48, 54]
_ASSAY = [103.5, 104, 102, 101.85, 100.25, 101, 95, 98.5, 97.25, 95]


def _shelf(side: int) -> float:
    """Month at which the mean is at its limit, one end of 90 percent (Fieller)."""
    return 54 + fieller(gap_model(_gaps(_MONTHS, np.array(_ASSAY) - 90)), 0.90)[side]


CLOSINGS = [
    Oracle(
        ADDITIONS, "mL at which the line meets nought", 0.1251, 5e-5, lambda: _gum()[0], BACKWARDS
    ),
    Oracle(
        ADDITIONS,
        "standard error of that",
        1.6840e-3,
        5e-8,
        lambda: _gum()[1],
        BACKWARDS,
        wrong=ONE_MORE,
    ),
    Oracle(SHELF_LIFE, "lower 90 percent limit, months", 64.770, 5e-4, lambda: _shelf(0)),
    Oracle(SHELF_LIFE, "upper 90 percent limit, months", 149.322, 5e-4, lambda: _shelf(1)),
]

# --- statements ------------------------------------------------------------------------------------------------------

ALTMAN_BLAND = (
    "Altman, D. G. and Bland, J. M. (2011), How to obtain the P value from a confidence interval, "
    "BMJ 343, d2304"
)
STATEMENTS = [
    Oracle(
        ALTMAN_BLAND,
        "P of a risk ratio of 0.81 with interval 0.70 to 0.94",
        0.005,
        5e-4,
        lambda: p_value(log(0.81), (log(0.94) - log(0.70)) / 2),
    ),
]

ORACLES = [
    *CHANGES,
    *CHANGES_OF_GAPS,
    *LOGITS,
    *MEAN_SLOPES,
    *LINES,
    *CLOSINGS,
    *STATEMENTS,
]
