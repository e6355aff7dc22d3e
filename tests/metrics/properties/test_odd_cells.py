"""Every cell that a publisher may print, through measures of pairs and schools: a number or a reason, no warning."""

from itertools import product

import pandas as pd
import pytest
from conftest import make_counts

from sesec_analysis import schema
from sesec_analysis.metrics.disparity import score_ratios
from sesec_analysis.metrics.funnel import funnel, shrunk_rates
from sesec_analysis.metrics.participation import participation, participation_gaps
from sesec_analysis.metrics.standardized import probit_gaps
from sesec_analysis.metrics.two_groups import (
    breslow_day,
    cohens_h,
    gaps_to_whole,
    mantel_haenszel,
    odds_ratios,
    p_values,
    power,
)

WHITE = {"by": "race_ethnicity", "reference": "white"}


def percent(rate, fewest, **more):
    """Make a cell of which the percent was printed, but no counts."""
    return {
        "status": "complementary",
        **dict.fromkeys(["value", "value_low", "value_high"], rate),
        "denominator_low": fewest,
        **more,
    }


CELLS = [
    percent(0.4, 10),
    percent(0.0, 10),
    percent(1.0, 30),
    percent(0.4, 10, status="reported"),
    {
        "numerator_low": 0,
        "numerator_high": 0,
        "denominator_low": 20,
        "denominator_high": 40,
        "value_high": 0.0,
    },
    {"numerator_low": 3, "denominator_low": 20},
    *("withheld", "N<10", "<15%", "No Students", "not collected"),
    *((0, 30), (30, 30), (12, 30), (0, 0)),
]
GROUPS = {f"g{number}": cell for number, cell in enumerate(CELLS)}
PAIRS = {
    "odds_ratios": lambda obs: odds_ratios(obs, **WHITE),
    "odds_ratios, woolf": lambda obs: odds_ratios(obs, **WHITE, interval="woolf"),
    "mantel_haenszel": lambda obs: mantel_haenszel(obs.assign(grade_level="03"), **WHITE),
    "score_ratios": lambda obs: score_ratios(obs, **WHITE),
    "breslow_day": lambda obs: breslow_day(
        pd.concat([obs.assign(grade_level=grade) for grade in ("03", "04")]), **WHITE
    ),
    "gaps_to_whole": lambda obs: gaps_to_whole(obs, by="race_ethnicity"),
    "p_values": lambda obs: p_values(obs, **WHITE),
    "cohens_h": lambda obs: cohens_h(obs, **WHITE),
    "power": lambda obs: power(obs, **WHITE, difference=0.1),
    "probit_gaps": lambda obs: probit_gaps(obs, **WHITE),
}


def speaks_or_says_why(table):
    """Hold the table to what each status means."""
    schema.validate_estimates(table)
    status = table["status"]
    assert table.loc[status == "ok", "estimate"].notna().all()
    assert table.loc[~status.isin(["ok", "bounded"]), "estimate"].isna().all()
    assert table.loc[status == "bounded", ["bound_low", "bound_high"]].notna().all(axis=None)
    assert (
        table.loc[status.isin(["small_n", "undefined"]), ["bound_low", "outer_low"]]
        .isna()
        .all(axis=None)
    )
    assert (table["method"] != "").all()


@pytest.mark.slow
@pytest.mark.parametrize("measure", PAIRS)
def test_measures_of_pairs__say_a_number_or_why_there_is_none(measure):
    places = [
        make_counts(**GROUPS, white=white, organization_id=str(number))
        for number, white in enumerate(CELLS)
    ]
    table = PAIRS[measure](pd.concat(places))
    speaks_or_says_why(table)
    assert {"small_n", "undefined", "suppressed"} <= set(table["status"])


@pytest.mark.parametrize("target", [None, 0.3])
def test_measures_of_schools__say_a_number_or_why_there_is_none(target):
    schools = GROUPS | {f"h{number}": (10 + number, 40) for number in range(8)}
    obs = make_counts(**schools, organization_level="school")
    obs = obs.assign(
        organization_id=obs["student_group"], student_group="all", student_group_type="all"
    )
    for table in (shrunk_rates(obs), funnel(obs, target=target)):
        speaks_or_says_why(table)
        assert {"ok", "bounded", "small_n", "undefined", "suppressed"} <= set(table["status"])


def test_participation__says_a_number_or_why_there_is_none():
    pairs = dict(enumerate(product(CELLS, CELLS)))
    met = {f"g{number}": one for number, (one, _) in pairs.items()} | {"white": (20, 40)}
    took_part = {f"g{number}": other for number, (_, other) in pairs.items()} | {"white": (38, 40)}
    obs = pd.concat(
        [
            make_counts(**met, indicator="met"),
            make_counts(**took_part, indicator="met_tested"),
            make_counts(**took_part, indicator="tested"),
        ]
    )
    speaks_or_says_why(participation(obs, met="met", met_tested="met_tested", tested="tested"))
    speaks_or_says_why(participation_gaps(obs, **WHITE, met="met", tested="tested"))
