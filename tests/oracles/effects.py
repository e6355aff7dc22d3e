"""Standardized gaps: Ho and Reardon's V and the probit gap, on distributions that are normal by construction."""

import numpy as np
import pandas as pd
from conftest import make_counts
from scipy.stats import norm

from oracles import Oracle
from sesec_analysis.metrics.standardized import fit_levels, level_gaps, probit_gaps

SOURCE = (
    "Definition of V in Ho, A. D. and Reardon, S. F. (2012), Journal of Educational and Behavioral Statistics 37, "
    "489-517, at two exact normals: means 0 and -.5, spreads 1 and .8, cuts -1, 0, .8"
)
TABLE = (
    "Standard normal table, as statistics books print it: quantiles 1.2816 of .90 and .6745 of .75"
)
CUTS = np.array([-1.0, 0.0, 0.8])


def shares(mean: float, spread: float) -> np.ndarray:
    """Share of each level, exactly."""
    return np.diff(np.concatenate([[0.0], norm.cdf((CUTS - mean) / spread), [1.0]]))


ABOVE, BELOW = 1000 * shares(0, 1), 1000 * shares(-0.5, 0.8)


def gap(measure: str) -> float:
    """One number of `level_gaps`, the reference above the group."""
    table = pd.DataFrame(
        {
            "end_year": 2019,
            "student_group": ["lower"] * 4 + ["reference"] * 4,
            "level": [1, 2, 3, 4] * 2,
            "count": np.concatenate([BELOW, ABOVE]),
        }
    )
    return float(
        level_gaps(table, reference="reference").set_index("measure").loc[measure, "estimate"]
    )


def quantile_gap() -> float:
    """Probit gap of 90 percent against 75 percent."""
    table = pd.DataFrame(
        {
            "end_year": 2019,
            "student_group": ["group", "group", "reference", "reference"],
            "level": [1, 2, 1, 2],
            "count": [10, 90, 25, 75],
        }
    )
    return float(
        level_gaps(table, reference="reference")
        .set_index("measure")
        .loc["probit_gap_2", "estimate"]
    )


def quantile_gap_of_rates() -> float:
    """The same from counts above one cut."""
    obs = make_counts(black=(90, 100), white=(75, 100))
    return float(probit_gaps(obs, by="race_ethnicity", reference="white")["estimate"].iloc[0])


ORACLES = [
    Oracle(
        SOURCE, "intercept", 0.625, 1e-9, lambda: fit_levels(BELOW, ABOVE).intercept, printed=False
    ),
    Oracle(SOURCE, "slope", 1.25, 1e-9, lambda: fit_levels(BELOW, ABOVE).slope, printed=False),
    Oracle(
        SOURCE,
        "mean of the lower group",
        -0.5,
        1e-9,
        lambda: fit_levels(BELOW, ABOVE).mean,
        printed=False,
    ),
    Oracle(
        SOURCE,
        "spread of the lower group",
        0.8,
        1e-9,
        lambda: fit_levels(BELOW, ABOVE).spread,
        printed=False,
    ),
    Oracle(
        SOURCE,
        "V, the lower group first",
        -0.5521576303742328,
        1e-9,
        lambda: gap("v_gap"),
        printed=False,
    ),
    Oracle(
        SOURCE,
        "V, the higher group first",
        0.5521576303742328,
        1e-9,
        lambda: fit_levels(ABOVE, BELOW).v,
        printed=False,
    ),
    Oracle(
        SOURCE, "probit gap at the cut 0", -0.625, 1e-9, lambda: gap("probit_gap_3"), printed=False
    ),
    Oracle(
        TABLE,
        "probit gap of .90 against .75",
        1.2816 - 0.6745,
        1e-4,
        quantile_gap,
        note="a difference of two printed numbers, each to half a unit",
    ),
    Oracle(
        TABLE,
        "probit gap of 90 of 100 against 75 of 100",
        1.2816 - 0.6745,
        1e-4,
        quantile_gap_of_rates,
        note="a difference of two printed numbers, each to half a unit",
    ),
]
