"""Inequality over many groups: the World Health Organization's own test inputs, right where its package is."""

from functools import cache

import pandas as pd
from conftest import make_counts

from oracles import read
from sesec_analysis.metrics.inequality import inequality

# set.seed(123); round(rnorm(25, 1000, 300)); rbinom(25, 1000, .065), read as percent
POPULATION = """
832 931 1468 1021 1039 1515 1138 620 794 866 1367 1108 1120 1033 833 1536 1149 410 1210 858 680 935 692 781 812
"""
ESTIMATES = "61 74 58 59 72 75 74 68 75 67 73 63 66 62 60 66 71 73 71 61 74 84 55 69 60"
BEST = "g21"


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


def of_drawn(measure: str, scale: float, reference: str = BEST) -> float:
    return float(drawn(reference).loc[measure, "estimate"]) * scale


# --- five ordered groups: population 78, 91, 162, 103, 105, estimates 20, 30, 40, 50, 60 ------------------------------

CELLS = {"a": (156, 780), "b": (273, 910), "c": (648, 1620), "d": (515, 1030), "e": (630, 1050)}


@cache
def five() -> pd.DataFrame:
    """All measures; ten times the population, so that counts are whole."""
    return inequality(make_counts(**CELLS), by="race_ethnicity", reference="e").set_index("measure")


def of_five(measure: str, column: str) -> float:
    return 100 * float(five().loc[measure, column])


def mean_of_five() -> float:
    row = five().loc["theil"]
    return 100 * float(row["numerator_low"] / row["n_low"])


# --- textbook --------------------------------------------------------------------------------------------------------


def nearly_ln_2() -> float:
    """Rates of one and of all but one in ten million; at 0 itself the index is refused."""
    cells = {"a": (1, 10**7), "b": (10**7 - 1, 10**7)}
    table = inequality(make_counts(**cells), by="race_ethnicity", measures=["theil"])
    return float(table["estimate"].iloc[0])


ORACLES = read(
    "inequality",
    drawn=of_drawn,
    ordered=of_five,
    mean_of_ordered=mean_of_five,
    nearly_ln_2=nearly_ln_2,
)
