"""Disproportionality: the worked examples of the technical assistance tools."""

from collections.abc import Callable
from functools import cache

import pandas as pd
from conftest import make_counts

from oracles import Oracle
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

# --- the same tool's ratios against the state ------------------------------------------------------------------------

AGAINST_STATE = (
    "Algozzine, B., Wang, C. and Wang, P. (2017), Disproportionality Technical Assistance Tool (unccdtat.github.io), "
    "sections 5.1 to 5.3 (alternate risk ratio) and 6.2 to 6.4 (weighted risk ratio), after Bollmer et al. (2014)"
)
OF_TWO_RACES = (
    "the tool's table of this state leaves students of two or more races at the district's 76; its own total, 8,210, "
    "and its section 6.1 have 132, which is taken here"
)
Cells = tuple[list[int], list[int]]
"""Students counted, and of how many, in the order of ``CELLS``."""

ENROLLED = [7443, 253, 2249, 12757, 162, 27178, 2396]
"""A state's students, the same in sections 5.3, 6.3 and 6.4."""

DISABILITIES: Cells = (
    [780, 47, 161, 3110, 45, 3935, 132],
    [69672, 1991, 13934, 73653, 1424, 238875, 15287],
)
LITTLE_IN_CLASS: Cells = (
    [1092, 31, 168, 1443, 23, 2365, 126],
    [5789, 190, 1308, 10052, 124, 20886, 1895],
)
SUSPENDED: Cells = ([7, 2, 2, 55, 1, 95, 14], ENROLLED)


def _groups(cells: Cells) -> dict[str, tuple[int, int]]:
    return dict(zip(CELLS, zip(*cells, strict=True), strict=True))


def _of(table: pd.DataFrame, group: str) -> float:
    return float(table.set_index("student_group").loc[group, "estimate"])


def _alternate(district: Cells, state: Cells, group: str) -> Callable[[], float]:
    def ours() -> float:
        here = make_counts(**_groups(district))
        there = make_counts(organization_id="state", **_groups(state))
        table = alternate_risk_ratios(here, there, **RACE, minimum_cell=0, minimum_comparison=0)
        return _of(table, group)

    return ours


def _weighted(district: Cells, state: list[int], group: str) -> Callable[[], float]:
    shares = dict(zip(CELLS, map(float, state), strict=True))
    free = {"minimum_cell": 0, "minimum_comparison": 0}
    return lambda: _of(
        weighted_risk_ratios(make_counts(**_groups(district)), **RACE, shares=shares, **free), group
    )


def _few(at: int, count: int) -> list[int]:
    """Students of one group alone."""
    return [count if i == at else 0 for i in range(len(CELLS))]


STATE = [
    *(
        Oracle(
            AGAINST_STATE, f"alternate risk ratio, {what}", theirs, 0.005, _alternate(*cells), note
        )
        for what, theirs, cells, note in (
            (
                "Black students with intellectual disabilities, 189 of 4,697",
                2.69,
                ((_few(3, 189), [500, 25, 154, 4697, 51, 386, 76]), DISABILITIES, "black"),
                OF_TWO_RACES,
            ),
            (
                "Hispanic students less than 40 percent of the day in a regular class, 229 of 742",
                2.56,
                (
                    # The tool's table counts 1 of 0 Pacific Islanders here; the ratio does not use it.
                    ([229, 0, 1, 1, 0, 1, 0], [742, 0, 2, 3, 0, 4, 0]),
                    LITTLE_IN_CLASS,
                    "hispanic",
                ),
                "",
            ),
            (
                "Pacific Islander students with disabilities suspended, 1 of 43",
                6.95,
                (
                    (_few(4, 1), [876, 42, 222, 1236, 43, 3927, 427]),
                    SUSPENDED,
                    "pacific_islander",
                ),
                "",
            ),
        )
    ),
    *(
        Oracle(AGAINST_STATE, f"weighted risk ratio, {what}", theirs, 0.005, _weighted(*cells))
        for what, theirs, cells in (
            (
                "Hispanic students less than 40 percent of the day in a regular class, 98 of 778",
                1.08,
                (
                    ([98, 0, 18, 101, 2, 257, 26], [778, 17, 156, 752, 4, 2520, 146]),
                    LITTLE_IN_CLASS[1],
                    "hispanic",
                ),
            ),
            (
                "Asian students with disabilities suspended, 1 of 221",
                0.92,
                (
                    ([0, 1, 1, 6, 0, 22, 2], [603, 22, 221, 889, 9, 4528, 282]),
                    ENROLLED,
                    "asian",
                ),
            ),
            (
                "students of two or more races suspended, 1 of 216",
                0.21,
                (
                    ([4, 0, 3, 42, 1, 65, 1], [904, 14, 225, 1268, 9, 3024, 216]),
                    ENROLLED,
                    "multiracial",
                ),
            ),
        )
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


def _planned(measure: Callable[..., pd.DataFrame]) -> Callable[[str], float]:
    return lambda group: float(planned(measure, group)["estimate"])


_OF_GROUPS = """
asian 1.3589159 1.0
black 0.5765578 0.4242777
hispanic 0.4022606 0.2960158
multiracial 0.9574468 0.7045666
native 0.7408815 0.5452004
white 1.1733417 0.8634395
"""
PLANS = [
    *(
        Oracle(DISIMPACT, f"{what}, {group}", float(theirs), 5e-8, lambda g=group, m=made: m(g))
        for at, (what, made) in enumerate(
            (
                ("proportionality index", _planned(proportionality_indices)),
                ("80 percent index", _planned(eighty_percent_indices)),
            )
        )
        for group, *numbers in map(str.split, _OF_GROUPS.strip().splitlines())
        for theirs in numbers[at : at + 1]
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
    Oracle(
        DISIMPACT,
        "gap to the rate of all, native: .39 less .5264",
        0.39 - 0.5264,
        5e-8,
        lambda: float(planned(gaps_to_whole, "native")["estimate"]),
    ),
    Oracle(
        DISIMPACT,
        "margin of error of 200 students",
        0.06929646,
        5e-9,
        lambda: float(percentage_point_margin(200)),
    ),
]

ORACLES = [*INTELLECTUAL_DISABILITIES, *STATE, *SHARES, *PLANS]
