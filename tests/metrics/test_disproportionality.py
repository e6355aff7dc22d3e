"""Disproportionality: the published examples, Washington's rules, and bounds that hold whatever was withheld."""

import math

import numpy as np
import pandas as pd
import pytest
from oracles.disproportionality import CELLS as DTAT
from statsmodels.stats.proportion import confint_proportions_2indep

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.disparity import ratios
from sesec_analysis.metrics.disproportionality import (
    alternate_risk_ratios,
    disproportionality,
    is_significant,
    risk_ratio_from_shares,
    significant_disproportionality,
    washington_band,
    weighted_risk_ratios,
)

NUMBERS = ["estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"]


def measured(obs, group="black", **options):
    """Return the rows of one group, by measure, from a valid ESTIMATES table."""
    table = schema.validate_estimates(disproportionality(obs, by="race_ethnicity", **options))
    return table[table["student_group"] == group].set_index("measure")


@pytest.mark.parametrize(
    ("ratio", "word"),
    [
        (0.5, "disproportionate_under"),
        (0.51, "at_risk_under"),
        (0.67, "not_disproportionate"),
        (1.5, "not_disproportionate"),
        (1.51, "at_risk_over"),
        (2.0, "disproportionate_over"),
        (3.0, "disproportionate_over"),
        (3.01, "above_significant"),
        (math.nan, "not_calculated"),
    ],
)
def test_washington_band__has_the_states_edges(ratio, word):
    # OSPI, Significant Disproportionality (k12.wa.us): <=0.5, >0.5 to <0.67, 0.67 to 1.5, >1.5 to <2.0, >=2.0, >3.0.
    assert washington_band(ratio) == word


def test_is_significant__needs_three_years_above_three():
    assert is_significant([3.1, 3.2, 4.0])
    assert not is_significant([3.1, 3.0, 4.0])
    assert not is_significant([3.1, math.nan, 4.0])


# --- limits and identities -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_risk_ratio__is_that_of_shares_and_of_ratios(counts):
    obs = counts(**DTAT)
    row = measured(obs).loc["risk_ratio"]
    assert row.estimate == pytest.approx(risk_ratio_from_shares(316 / 1222, 6224 / 52034))
    same = ratios(obs, by="race_ethnicity", reference="others").set_index("student_group")
    assert row[NUMBERS].tolist() == same.loc["black", NUMBERS].tolist()


# --- minimum cells ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"black": (9, 50), "white": (20, 200)}, "events in the group"),
        ({"black": (12, 50), "white": (5, 19)}, "students among all others"),
    ],
)
def test_risk_ratio__is_not_calculated_under_the_minimum(counts, cells, why):
    row = measured(counts(**cells)).loc["risk_ratio"]
    assert (row.status, row.method) == ("undefined", f"not calculated: too few {why}")
    assert row[NUMBERS].isna().all()


def test_risk_ratio__is_calculated_at_the_minimum(counts):
    rows = measured(counts(black=(10, 10), white=(5, 20)))
    assert rows.loc["risk_ratio", ["status", "estimate"]].tolist() == ["ok", 4.0]


def test_disproportionality__never_shows_a_group_of_fewer_than_ten(counts):
    rows = measured(counts(black=(4, 9), white=(20, 200)))
    assert (rows["status"] == "small_n").all()
    assert rows[NUMBERS].isna().all(axis=None)


def test_risk_ratio__of_a_percent_that_stands_for_just_enough_events_is_calculated(counts):
    share = 10 / 77
    assert share * 77 < 10  # a computer's arithmetic
    told = {"denominator_low": 77, "denominator_high": 77, "value_low": share, "value_high": share}
    row = measured(counts(black={"numerator_low": 0, **told}, white=(60, 300))).loc["risk_ratio"]
    assert row.status == "bounded"
    assert row.bound_low == pytest.approx(share / 0.2)


def test_risk_ratio__has_bounds_only_where_the_minimum_is_withheld(counts):
    masked = {
        "numerator_low": 5,
        "numerator_high": 15,
        "denominator_low": 50,
        "denominator_high": 50,
        "value_low": 0.1,
        "value_high": 0.3,
    }
    row = measured(counts(black=masked, white=(20, 200))).loc["risk_ratio"]
    assert (row.bound_low, row.bound_high) == pytest.approx((1, 3))
    assert row.status == "bounded"
    assert np.isnan(row.estimate)
    assert row.method.endswith("whether the minimum cells are met is withheld")


# --- suppression -----------------------------------------------------------------------------------------------------


def test_composition__bounds_are_hand_worked(counts):
    # Black 30; White 0 to 2 of 20: the share of events is 30/32 to 30/30, that of students 100/120.
    rows = measured(counts(black=(30, 100), white="<15%"))
    assert rows.loc["composition", ["bound_low", "bound_high"]].tolist() == pytest.approx(
        [30 / 32, 1]
    )
    assert rows.loc[
        "composition_difference", ["bound_low", "bound_high"]
    ].tolist() == pytest.approx([30 / 32 - 100 / 120, 1 - 100 / 120])
    assert rows.loc["relative_difference", ["bound_low", "bound_high"]].tolist() == pytest.approx(
        [30 / 32 * 1.2 - 1, 0.2]
    )


def test_disproportionality__without_events_is_undefined(counts):
    rows = measured(counts(black=(0, 50), white=(0, 200)))
    assert (rows["status"] == "undefined").all()


# --- refusals --------------------------------------------------------------------------------------------------------


def test_rules__refuse_what_they_are_not_about():
    with pytest.raises(DataError, match="outside 0 to 1"):
        risk_ratio_from_shares(43.5, 26)
    with pytest.raises(DataError, match="three consecutive years"):
        is_significant([3.1, 3.2])
    with pytest.raises(DataError, match="not a number of 0 or more"):
        washington_band(-0.3)


BY = {"by": "race_ethnicity"}
STATE = {"asian": (100, 8000), "black": (900, 9000), "white": (4000, 80000)}
SHARES = {"asian": 8, "black": 5, "white": 87}


@pytest.fixture(scope="session")
def state(counts):
    return counts(**STATE, organization_level="state", organization_id="wa")


def alternate(obs, state, **options):
    table = schema.validate_estimates(alternate_risk_ratios(obs, state, **BY, **options))
    return table.set_index("student_group")


def weighted(obs, shares=None, **options):
    shares = SHARES if shares is None else shares
    table = schema.validate_estimates(weighted_risk_ratios(obs, **BY, shares=shares, **options))
    return table.set_index("student_group")


# --- alternate -------------------------------------------------------------------------------------------------------


def test_alternate__is_hand_worked(counts, state):
    # 30 of 200 here; in the state 4100 others of 88000.
    row = alternate(counts(asian=(1, 2), black=(30, 200), white=(5, 12)), state).loc["black"]
    assert row.estimate == pytest.approx(30 / 200 / (4100 / 88000))
    counts_of_both = (30, 200, 4100, 88000)
    limits = confint_proportions_2indep(*counts_of_both, compare="ratio", method="log-adjusted")
    assert (row.ci_low, row.ci_high) == pytest.approx(limits)
    assert (row.measure, row.reference, row.reference_n_high) == (
        *("alternate_risk_ratio", "wa"),
        88000,
    )


@pytest.mark.parametrize(
    ("cell", "status", "why"),
    [
        ((9, 200), "undefined", "not calculated: too few events in the group"),
        ((8, 9), "small_n", "not shown: fewer than 10 students"),
        ((10, 10), "ok", "adjusted log interval (statsmodels)"),
    ],
)
def test_alternate__has_minimum_cells(counts, state, cell, status, why):
    row = alternate(counts(black=cell), state).loc["black"]
    assert (row.status, row.method) == (status, why)
    assert row[NUMBERS].isna().all() == (status != "ok")


# --- weighted --------------------------------------------------------------------------------------------------------


def test_weighted__is_hand_worked(counts):
    # Risks .05, .2, .1; others of black in the state: 8 asian and 87 white of 95.
    rows = weighted(counts(asian=(10, 200), black=(60, 300), white=(50, 500)))["estimate"]
    assert rows["black"] == pytest.approx(0.2 * 95 / (8 * 0.05 + 87 * 0.1))
    assert rows["white"] == pytest.approx(0.1 * 13 / (8 * 0.05 + 5 * 0.2))


def test_weighted__interval_covers_the_truth(counts):
    draw, n, risk = np.random.default_rng(2), np.array([150, 300, 500]), np.array([0.15, 0.2, 0.1])
    drawn = draw.binomial(n, risk, size=(1500, 3))
    obs = pd.concat([counts(asian=(1, 150), black=(1, 300), white=(1, 500))] * 1500)
    obs["organization_id"] = np.repeat(np.arange(1500), 3).astype(str)
    for column in ("numerator", "numerator_low", "numerator_high"):
        obs[column] = pd.array(drawn.ravel(), dtype="Int64")
    obs["value"] = obs["value_low"] = obs["value_high"] = (drawn / n).ravel()
    table = weighted_risk_ratios(obs, **BY, shares=SHARES)
    rows = table[table["student_group"] == "black"]
    truth = 0.2 * 95 / (8 * 0.15 + 87 * 0.1)
    covered = ((rows["ci_low"] <= truth) & (rows["ci_high"] >= truth)).mean()
    assert covered == pytest.approx(0.95, abs=0.015)


def test_weighted__has_minimum_cells(counts):
    rows = weighted(counts(asian=(9, 200), black=(60, 300), white=(50, 500)))
    assert rows.loc["asian", ["status", "method"]].tolist() == [
        "undefined",
        "not calculated: too few events in the group",
    ]
    few = weighted(counts(black=(60, 300), white=(5, 19)))
    assert few.loc["black", "method"] == "not calculated: too few students among all others"


def test_weighted__refuses_a_group_without_a_share(counts):
    for shares in ({"asian": 8, "black": 5}, {**SHARES, "white": 0}):
        with pytest.raises(DataError, match="group 'white' has no share"):
            weighted(counts(**STATE), shares)
    assert weighted(counts()).empty


# --- suppression -----------------------------------------------------------------------------------------------------


def test_weighted__bounds_are_hand_worked(counts):
    # White 0 to 2 of 20: the others of black have a risk of (8 * .05 + 87 * (0 to .1)) / 95.
    obs = counts(asian=(10, 200), black=(60, 300), white="<15%")
    row = weighted(obs).loc["black"]
    low, high = 0.2 * 95 / (8 * 0.05 + 87 * 0.1), 0.2 * 95 / (8 * 0.05)
    assert (row.bound_low, row.bound_high) == pytest.approx((low, high))
    assert row.status == "bounded"
    assert row.outer_low < row.bound_low < row.bound_high < row.outer_high


# --- significant disproportionality ----------------------------------------------------------------------------------


def over_years(make, *black, white=(40, 800), first=2017, **more):
    return pd.concat(
        [make(black=cell, white=white, end_year=first + i, **more) for i, cell in enumerate(black)],
        ignore_index=True,
    )


def screened(obs, **more):
    table = significant_disproportionality(obs, by="race_ethnicity", **more)
    return table.set_index("student_group").loc["black"]


def test_significant_disproportionality__asks_for_every_year(counts):
    found = screened(over_years(counts, (34, 200), (40, 200), (36, 200)))
    assert (found["verdict"], found["years"]) == ("significant", "2017-2019")
    assert found["ratios"] == pytest.approx((3.4, 4.0, 3.6))
    found = screened(over_years(counts, (34, 200), (30, 200), (36, 200)))
    assert (found["verdict"], found["reason"]) == (
        "not_significant",
        "2018: not above the threshold",
    )


def test_significant_disproportionality__takes_ones_own_numbers(counts):
    obs = over_years(counts, (34, 200), (40, 200), (36, 200))
    assert screened(obs, threshold=3.5)["verdict"] == "not_significant"
    assert screened(obs, threshold=3.5, years=2)["verdict"] == "significant"
    few = screened(obs, cell_size=35)
    assert few["reason"] == "2017: not calculated: too few events or students"
    assert math.isnan(few["ratios"][0])
    assert screened(obs, n_size=201)["verdict"] == "not_significant"
    with pytest.raises(DataError, match="not above 0"):
        screened(obs, years=0)


def test_significant_disproportionality__cannot_be_told_of_withheld_or_missing_years(counts):
    withheld = over_years(counts, (34, 200), "withheld", (36, 200))
    assert screened(withheld)["reason"] == "2018: withheld numbers leave it open"
    assert screened(withheld)["verdict"] == "cannot_be_told"
    short = over_years(counts, (40, 200), (36, 200), first=2018)
    assert screened(short)["reason"] == "no figure of 2017"
    # One year that is not above decides, whatever the others hide.
    assert (
        screened(over_years(counts, "withheld", (5, 200), (36, 200)), cell_size=1)["verdict"]
        == "not_significant"
    )


def test_significant_disproportionality__takes_the_states_others_where_they_are_few(counts):
    obs = over_years(counts, (34, 200), (40, 200), (36, 200), white=(1, 12))
    assert screened(obs)["reason"] == "2017: not calculated: too few among all others"
    state = over_years(
        counts, *[(900, 9000)] * 3, white=(4000, 80000), organization_id="washington"
    )
    found = screened(obs, state=state)
    assert found["verdict"] == "significant"
    assert found["ratios"] == pytest.approx((3.4, 4.0, 3.6))
