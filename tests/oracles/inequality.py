"""Inequality over many groups: the World Health Organization's own test inputs, right where its package is."""

from collections.abc import Callable
from functools import cache
from math import log

import pandas as pd
from conftest import make_counts

from oracles import Oracle
from sesec_analysis.metrics.inequality import inequality

HEALTHEQUAL = (
    "World Health Organization, R package healthequal, its tests, after Schlotheuber, A. and Hosseinpoor, A. R. "
    "(2022), Int. J. Environ. Res. Public Health 19, 3697: five ordered groups of 78, 91, 162, 103, 105 at 20, 30, 40, "
    "50, 60 percent, and 25 unordered ones as R draws them after set.seed(123)"
)
DRAWN = "25 unordered groups"
TOLERANCE = "within the relative tolerance of the package's own test"

# set.seed(123); round(rnorm(25, 1000, 300)); rbinom(25, 1000, .065), read as percent
POPULATION = """
832 931 1468 1021 1039 1515 1138 620 794 866 1367 1108 1120 1033 833 1536 1149 410 1210 858 680 935 692 781 812
"""
ESTIMATES = "61 74 58 59 72 75 74 68 75 67 73 63 66 62 60 66 71 73 71 61 74 84 55 69 60"
BEST, DRAWN_REFERENCE = "g21", "g13"


@cache
def drawn(reference: str) -> pd.DataFrame:
    """All measures; a hundred times the population, so that counts are whole."""
    people = [int(number) for number in POPULATION.split()]
    percent = [int(number) for number in ESTIMATES.split()]
    cells = {
        f"g{i}": (p * n, 100 * n) for i, (p, n) in enumerate(zip(percent, people, strict=True))
    }
    return inequality(make_counts(**cells), by="race_ethnicity", reference=reference).set_index(
        "measure"
    )


def _drawn(measure: str, scale: float, reference: str = BEST) -> Callable[[], float]:
    return lambda: float(drawn(reference).loc[measure, "estimate"]) * scale


def _of(
    test: str, what: str, theirs: float, within: float, ours: Callable[[], float], note: str = ""
) -> Oracle:
    return Oracle(HEALTHEQUAL, f"{test}: {what} of {DRAWN}", theirs, within, ours, note)


UNORDERED = [
    _of("bgv", "between-group variance", 46.198326, 5e-7, _drawn("between_group_variance", 1e4)),
    _of("ti", "Theil index, times 1000", 5.0359201, 5e-4, _drawn("theil", 1e3), TOLERANCE),
    _of(
        "mld",
        "mean log deviation, times 1000",
        5.0524006,
        5e-3,
        _drawn("mean_log_deviation", 1e3),
        TOLERANCE,
    ),
    _of(
        "idisu", "index of disparity", 8.7018175, 5e-4, _drawn("index_of_disparity", 100), TOLERANCE
    ),
    _of(
        "idisw",
        "weighted index of disparity",
        8.6178417,
        5e-4,
        _drawn("weighted_index_of_disparity", 100),
        TOLERANCE,
    ),
    _of(
        "mdmw",
        "weighted mean difference from the mean",
        5.8348689,
        5e-7,
        _drawn("mean_difference", 100),
        "their last digit is off",
    ),
    _of(
        "mdbw",
        "weighted mean difference from the best",
        16.293156,
        5e-6,
        _drawn("mean_difference_from_reference", 100),
        "their last digit is off",
    ),
    _of(
        "mdrw",
        "weighted mean difference from the reference drawn",
        7.2228465,
        5e-7,
        _drawn("mean_difference_from_reference", 100, DRAWN_REFERENCE),
        "their last digit is off",
    ),
    _of(
        "parisk, unordered",
        "population attributable risk",
        16.293152,
        5e-6,
        _drawn("par", 100),
        "their last digit is off",
    ),
]

# --- five ordered groups: population 78, 91, 162, 103, 105, estimates 20, 30, 40, 50, 60 ------------------------------

FIVE = "of five ordered groups"
CELLS = {"a": (156, 780), "b": (273, 910), "c": (648, 1620), "d": (515, 1030), "e": (630, 1050)}


@cache
def five() -> pd.DataFrame:
    """All measures; ten times the population, so that counts are whole."""
    return inequality(make_counts(**CELLS), by="race_ethnicity", reference="e").set_index("measure")


def _five(measure: str, column: str, scale: float) -> Callable[[], float]:
    return lambda: float(five().loc[measure, column]) * scale


PAF_WRONG = (
    "the standard error .1069 is left on the scale of proportions while the fraction is in percent, a hundred times "
    "too narrow: drawing the five rates from their binomials gives a standard deviation of 10.5 at those populations; "
    "ours is of ten times the people, hence narrower than that by the root of ten"
)
ORDERED = [
    Oracle(
        HEALTHEQUAL,
        f"parisk: population attributable risk {FIVE}",
        18.775509,
        2e-6,
        _five("par", "estimate", 100),
        "18.7755102 exactly; their last digits are off",
    ),
    Oracle(
        HEALTHEQUAL,
        f"paf: population attributable fraction {FIVE}",
        45.544548,
        1e-5,
        _five("paf", "estimate", 100),
        "45.5445545 exactly; their last digits are off",
    ),
    Oracle(
        HEALTHEQUAL,
        f"parisk: mean {FIVE}",
        41.2244898,
        5e-8,
        lambda: 100 * float(five().loc["theil", "numerator_low"] / five().loc["theil", "n_low"]),
    ),
    Oracle(
        HEALTHEQUAL,
        f"paf: lower limit of the attributable fraction {FIVE}",
        45.335037,
        1.0,
        _five("paf", "ci_low", 100),
        wrong=PAF_WRONG,
    ),
    Oracle(
        HEALTHEQUAL,
        f"paf: upper limit of the attributable fraction {FIVE}",
        45.75406,
        1.0,
        _five("paf", "ci_high", 100),
        wrong=PAF_WRONG,
    ),
]

# --- textbook --------------------------------------------------------------------------------------------------------

THEIL = "Textbook example after Theil, H. (1967): incomes 0, 0, 0, 10, 10, 10 in two regions"


def nearly_ln_2() -> float:
    """Rates of one and of all but one in ten million; at 0 itself the index is refused."""
    cells = {"a": (1, 10**7), "b": (10**7 - 1, 10**7)}
    table = inequality(make_counts(**cells), by="race_ethnicity", measures=["theil"])
    return float(table["estimate"].iloc[0])


TEXTBOOK = [
    Oracle(
        THEIL,
        "all inequality is between the regions: ln 2",
        log(2),
        1e-5,
        nearly_ln_2,
        "as a limit: a rate of 0 is refused",
        printed=False,
    ),
]

ORACLES = [*UNORDERED, *ORDERED, *TEXTBOOK]
