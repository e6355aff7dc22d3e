"""Standardized gaps: Ho and Reardon's V and the probit gap, on distributions that are normal by construction."""

import numpy as np
import pandas as pd
from conftest import make_counts
from scipy.stats import norm

from oracles import read
from sesec_analysis.metrics.standardized import fit_levels, level_gaps, probit_gaps

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


ORACLES = read(
    "effects",
    fit=lambda what: float(getattr(fit_levels(BELOW, ABOVE), what)),
    fit_reversed=lambda what: float(getattr(fit_levels(ABOVE, BELOW), what)),
    level_gaps=gap,
    gap_of_levels=quantile_gap,
    gap_of_counts=quantile_gap_of_rates,
)
