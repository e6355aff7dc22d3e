"""Disproportionality: the worked examples of the technical assistance tools."""

from collections.abc import Callable
from functools import cache

import pandas as pd
from conftest import make_counts

from oracles import Oracle
from sesec_analysis.metrics.disparity import gaps, rates
from sesec_analysis.metrics.disproportionality import disproportionality, risk_ratio_from_shares
from sesec_analysis.metrics.inequality import (
    eighty_percent_indices,
    percentage_point_gaps,
    proportionality_indices,
)

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

# --- equity plans ----------------------------------------------------------------------------------------------------

DISIMPACT = (
    "Nguyen, V., R package DisImpact, tutorial, after California Community Colleges Chancellor's Office (2014, 2017): "
    "transfer of 20,000 made-up students"
)
TRANSFER = {
    "asian": (4292, 6000),
    "black": (607, 2000),
    "hispanic": (847, 4000),
    "multiracial": (504, 1000),
    "native": (78, 200),
    "white": (4200, 6800),
}


def planned(measure: Callable[..., pd.DataFrame], group: str, **more: object) -> pd.Series:
    """Row of one group."""
    table = measure(make_counts(**TRANSFER), by="race_ethnicity", **more)
    return table.set_index("student_group").loc[group]


def margin_of(group: str, **more: object) -> float:
    """Half the width of what a plan puts around a gap."""
    row = planned(percentage_point_gaps, group, **more)
    return float(row["ci_high"] - row["ci_low"]) / 2


PLANS = [
    *(
        Oracle(
            DISIMPACT,
            f"proportionality index, {group}",
            theirs,
            5e-8,
            lambda group=group: float(planned(proportionality_indices, group)["estimate"]),
        )
        for group, theirs in (
            ("asian", 1.3589159),
            ("black", 0.5765578),
            ("hispanic", 0.4022606),
            ("multiracial", 0.9574468),
            ("native", 0.7408815),
            ("white", 1.1733417),
        )
    ),
    *(
        Oracle(
            DISIMPACT,
            f"80 percent index, {group}",
            theirs,
            5e-8,
            lambda group=group: float(planned(eighty_percent_indices, group)["estimate"]),
        )
        for group, theirs in (
            ("asian", 1.0),
            ("black", 0.4242777),
            ("hispanic", 0.2960158),
            ("multiracial", 0.7045666),
            ("native", 0.5452004),
            ("white", 0.8634395),
        )
    ),
    *(
        Oracle(
            DISIMPACT,
            f"margin of a percentage point gap, {group}",
            theirs,
            5e-9,
            lambda group=group: margin_of(group),
        )
        for group, theirs in (("black", 0.03), ("multiracial", 0.03099032), ("native", 0.06929646))
    ),
    Oracle(
        DISIMPACT,
        "margin of a percentage point gap at the group's own rate and of 2 points at least, native",
        0.06759869,
        5e-9,
        lambda: margin_of("native", margin_at="rate", minimum_margin=0.02),
    ),
    Oracle(
        DISIMPACT,
        "percentage point gap, native: .39 less .5264",
        0.39 - 0.5264,
        5e-8,
        lambda: float(planned(percentage_point_gaps, "native")["estimate"]),
    ),
]

ORACLES = [*INTELLECTUAL_DISABILITIES, *SHARES, *PLANS]
