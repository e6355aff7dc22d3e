"""Disproportionality: the worked examples of the technical assistance tools."""

from collections.abc import Callable
from functools import cache, partial

import pandas as pd
from conftest import make_counts

from oracles import read
from sesec_analysis.metrics.disparity import gaps, rates
from sesec_analysis.metrics.disproportionality import (
    alternate_risk_ratios,
    disproportionality,
    risk_ratio_from_shares,
    weighted_risk_ratios,
)
from sesec_analysis.metrics.inequality import (
    eighty_percent_indices,
    percentage_point_gaps,
    percentage_point_margin,
    proportionality_indices,
)
from sesec_analysis.metrics.two_groups import gaps_to_whole

RACE = {"by": "race_ethnicity"}

# --- students with intellectual disabilities of one district: DTAT, sections 3 to 9, after Bollmer et al. (2014) ------

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


def of_black(measure: str, scale: float) -> float:
    return float(district().loc[("black", measure), "estimate"]) * scale


def rate_of_others() -> float:
    return of_black("rate", 100) - of_black("gap", 100)


# --- the same tool's ratios against the state ------------------------------------------------------------------------

Cells = tuple[list[int], list[int]]
"""Students counted, and of how many, in the order of ``CELLS``."""

ENROLLED = [7443, 253, 2249, 12757, 162, 27178, 2396]
"""A state's students, the same in sections 5.3, 6.3 and 6.4."""

STATES: dict[str, Cells] = {
    "disabilities": (
        [780, 47, 161, 3110, 45, 3935, 132],
        [69672, 1991, 13934, 73653, 1424, 238875, 15287],
    ),
    "little_in_class": (
        [1092, 31, 168, 1443, 23, 2365, 126],
        [5789, 190, 1308, 10052, 124, 20886, 1895],
    ),
    "suspended": ([7, 2, 2, 55, 1, 95, 14], ENROLLED),
}
FREE = {"minimum_cell": 0, "minimum_comparison": 0}


def _groups(cells: Cells) -> dict[str, tuple[int, int]]:
    return dict(zip(CELLS, zip(*cells, strict=True), strict=True))


def _of(table: pd.DataFrame, group: str) -> float:
    return float(table.set_index("student_group").loc[group, "estimate"])


def alternate(group: str, state: str, counted: list[int], of: list[int]) -> float:
    here = make_counts(**_groups((counted, of)))
    there = make_counts(organization_id="state", **_groups(STATES[state]))
    return _of(alternate_risk_ratios(here, there, **RACE, **FREE), group)


def weighted(group: str, state: str, counted: list[int], of: list[int]) -> float:
    shares = dict(zip(CELLS, map(float, STATES[state][1]), strict=True))
    obs = make_counts(**_groups((counted, of)))
    return _of(weighted_risk_ratios(obs, **RACE, shares=shares, **FREE), group)


# --- equity plans ----------------------------------------------------------------------------------------------------

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


def margin_of(group: str, options: dict[str, object] | None = None) -> float:
    """Half the width of what a plan puts around a gap."""
    row = planned(percentage_point_gaps, group, **(options or {}))
    return float(row["ci_high"] - row["ci_low"]) / 2


def estimate_of(measure: Callable[..., pd.DataFrame], group: str) -> float:
    return float(planned(measure, group)["estimate"])


ORACLES = read(
    "disproportionality",
    district=of_black,
    rate_of_others=rate_of_others,
    alternate_risk_ratio=alternate,
    weighted_risk_ratio=weighted,
    risk_ratio_from_shares=lambda events, share: float(risk_ratio_from_shares(events, share)),
    proportionality_indices=partial(estimate_of, proportionality_indices),
    eighty_percent_indices=partial(estimate_of, eighty_percent_indices),
    margin_of_gap=margin_of,
    percentage_point_gaps=partial(estimate_of, percentage_point_gaps),
    gaps_to_whole=partial(estimate_of, gaps_to_whole),
    percentage_point_margin=lambda students: float(percentage_point_margin(students)),
)
