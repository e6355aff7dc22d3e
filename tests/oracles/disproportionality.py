"""Disproportionality: the worked examples of the technical assistance tools."""

from collections.abc import Callable
from functools import cache

import pandas as pd
from conftest import make_counts

from oracles import Oracle
from sesec_analysis.metrics.disparity import gaps, rates
from sesec_analysis.metrics.disproportionality import disproportionality, risk_ratio_from_shares

RACE = {"by": "race_ethnicity"}

# --- students with intellectual disabilities of one district ---------------------------------------------------------

DTAT = (
    "Algozzine, B., Wang, C. and Wang, P. (2017), Disproportionality Technical Assistance Tool (unccdtat.github.io), "
    "sections 3 to 9, Black students with intellectual disabilities, after Bollmer et al. (2014)"
)
CELLS = {
    "hispanic": (121, 6002),
    "native": (11, 311),
    "asian": (18, 1213),
    "black": (316, 6224),
    "pacific_islander": (21, 212),
    "white": (732, 34897),
    "multiracial": (3, 3175),
}


@cache
def district() -> pd.DataFrame:
    """All measures of all groups."""
    obs = make_counts(**CELLS)
    tables = [
        rates(obs),
        gaps(obs, **RACE, reference="others"),
        disproportionality(obs, **RACE),
    ]
    return pd.concat(tables).set_index(["student_group", "measure"])


def _black(measure: str, scale: float = 1.0) -> Callable[[], float]:
    return lambda: float(district().loc[("black", measure), "estimate"]) * scale


def _others() -> float:
    return float((district().loc[("black", "rate"), "estimate"] - _black("gap")()) * 100)


INTELLECTUAL_DISABILITIES = [
    Oracle(DTAT, "risk, percent, 316 of 6,224", 5.08, 0.005, _black("rate", 100)),
    Oracle(DTAT, "risk of all others, percent, 906 of 45,810", 1.98, 0.005, _others),
    Oracle(DTAT, "risk difference, points", 3.10, 0.005, _black("gap", 100)),
    Oracle(DTAT, "risk ratio against all others", 2.57, 0.005, _black("risk_ratio")),
    Oracle(DTAT, "composition, percent", 25.86, 0.005, _black("composition", 100)),
    Oracle(
        DTAT,
        "difference in composition, points",
        13.90,
        0.005,
        _black("composition_difference", 100),
    ),
    Oracle(
        DTAT,
        "relative difference in composition, percent",
        116.19,
        0.005,
        _black("relative_difference", 100),
    ),
    Oracle(
        DTAT,
        "upper bound of the E-formula, percent",
        12.9,
        0.05,
        _black("e_formula_upper", 100),
    ),
]

# --- shares alone ----------------------------------------------------------------------------------------------------

NYU = (
    "Kaur, J. (2019), Understanding Disproportionality, Part 2: Measuring Disproportionality, NYU Metro Center, on New "
    "York City 2017-18: Black students, 26.0 percent of enrollment"
)
SHARES = [
    Oracle(
        NYU,
        f"risk ratio from shares, {events} percent of {kind} suspensions",
        theirs,
        0.005,
        lambda events=events: float(risk_ratio_from_shares(events / 100, 0.26)),
    )
    for kind, events, theirs in (("principal", 43.5, 2.19), ("superintendent", 51.6, 3.03))
]

ORACLES = [*INTELLECTUAL_DISABILITIES, *SHARES]
