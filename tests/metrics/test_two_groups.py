"""Chances, distances and power: against scipy and pwr, over every rate, and silent where counts are withheld."""

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, chi2_contingency, fisher_exact
from statsmodels.stats.contingency_tables import StratifiedTable, Table2x2
from statsmodels.stats.proportion import confint_proportions_2indep

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.disparity import gaps, rates, ratios
from sesec_analysis.metrics.two_groups import (
    breslow_day,
    breslow_day_test,
    cohens_h,
    gaps_to_whole,
    mantel_haenszel,
    odds_ratios,
    p_values,
    power,
    power_of,
)

WHITE = {"by": "race_ethnicity", "reference": "white"}


def only(table):
    assert len(schema.validate_estimates(table)) == 1
    return table.iloc[0]


# --- chances ---------------------------------------------------------------------------------------------------------


def test_p_values__is_one_where_rates_are_equal():
    assert only(p_values(make_counts(black=(40, 80), white=(60, 120)), **WHITE)).estimate == 1
    assert only(p_values(make_counts(black=(0, 80), white=(0, 120)), **WHITE)).estimate == 1


def test_p_values__matches_hand_worked_score_test():
    # 60 and 75 of 100: z = .15 / sqrt(.675 * .325 * .02) = 2.2646.
    row = only(p_values(make_counts(black=(60, 100), white=(75, 100)), **WHITE))
    assert row.estimate == pytest.approx(0.02354, abs=5e-6)
    assert (row.unit, row.status) == ("probability", "ok")
    assert row[["ci_low", "ci_high", "outer_low", "outer_high"]].isna().all()
    assert row.method.startswith("score test")


@pytest.mark.parametrize("cell", [(60, 100, 75, 100), (33, 71, 12, 55), (20, 40, 25, 41)])
def test_p_values__is_the_chi_square_test_of_scipy(cell):
    a, m, b, n = cell
    row = only(p_values(make_counts(black=(a, m), white=(b, n)), **WHITE))
    theirs = chi2_contingency([[a, m - a], [b, n - b]], correction=False)
    assert theirs.expected_freq.min() >= 5
    assert row.estimate == pytest.approx(theirs.pvalue)


@pytest.mark.parametrize("cell", [(7, 34, 1, 34), (0, 12, 5, 11), (12, 12, 7, 12)])
def test_p_values__is_fishers_where_few_are_expected(cell):
    a, m, b, n = cell
    row = only(p_values(make_counts(black=(a, m), white=(b, n)), **WHITE))
    assert row.estimate == pytest.approx(fisher_exact([[a, m - a], [b, n - b]]).pvalue)
    assert row.method.startswith("Fisher's exact test")


@pytest.mark.parametrize(
    ("black", "status"), [("<15%", "suppressed"), ("N<10", "small_n"), ("No Students", "undefined")]
)
def test_p_values__of_withheld_counts_is_a_row_that_says_why(black, status):
    row = only(p_values(make_counts(black=black, white=(60, 120)), **WHITE))
    assert row.status == status
    assert row[["estimate", "bound_low", "bound_high"]].isna().all()
    assert ("withheld or estimated" in row.method) == (status == "suppressed")


def test_p_values__of_estimated_shares_are_not_computed():
    obs = make_counts(black=(40, 80), white=(60, 120), unit="estimated_share")
    row = only(p_values(obs, **WHITE))
    assert row.status == "suppressed"
    assert "withheld or estimated" in row.method


# --- distances -------------------------------------------------------------------------------------------------------


def test_cohens_h__spans_from_minus_pi_to_pi():
    row = only(cohens_h(make_counts(black=(0, 20), white=(20, 20)), **WHITE))
    assert row.estimate == pytest.approx(-np.pi)
    assert row.ci_low == pytest.approx(-np.pi)


def test_cohens_h__swaps_its_sign_with_its_sides():
    one = only(cohens_h(make_counts(black=(20, 50), white=(33, 60)), **WHITE))
    two = only(cohens_h(make_counts(black=(33, 60), white=(20, 50)), **WHITE))
    assert (one.estimate, one.ci_low) == pytest.approx((-two.estimate, -two.ci_high))
    reach = 1.959963984540054 * np.sqrt(1 / 50 + 1 / 60)
    assert one.ci_high - one.estimate == pytest.approx(reach)


# --- power -----------------------------------------------------------------------------------------------------------


def test_power_of__no_distance_is_the_chance_of_a_false_alarm():
    assert power_of(0, 50, 70, 0.95) == pytest.approx(0.05)


def test_power_of__rises_with_students_and_distance():
    assert np.all(np.diff(power_of(0.3, np.arange(10, 400, 10), 50)) > 0)
    assert np.all(np.diff(power_of(np.linspace(0, 1, 20), 40, 50)) > 0)


def test_power__is_how_often_the_test_finds_such_a_gap():
    n, reference_n = 60, 80
    row = only(power(make_counts(black=(30, n), white=(48, reference_n)), **WHITE, difference=-0.2))
    # Every table that rates of .4 and .6 can give, tested by the score test.
    k, other = np.meshgrid(np.arange(n + 1), np.arange(reference_n + 1), indexing="ij")
    pooled = (k + other) / (n + reference_n)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / reference_n))
    found = np.abs(k / n - other / reference_n) > 1.959964 * np.where(error > 0, error, np.inf)
    chance = binom.pmf(k, n, 0.4) * binom.pmf(other, reference_n, 0.6)
    assert row.estimate == pytest.approx((chance * found).sum(), abs=0.02)
    assert "-0.2" in row.method


@pytest.mark.parametrize(
    ("white", "status"),
    [((20, 20), "undefined"), ("<15%", "suppressed"), ("N<10", "small_n"), ((0, 20), "ok")],
)
def test_power__at_the_edges_is_a_row_with_a_status(white, status):
    row = only(power(make_counts(black=(5, 20), white=white), **WHITE, difference=0.1))
    assert row.status == status
    assert np.isnan(row.estimate) == (status != "ok")


@pytest.mark.parametrize("difference", [0, 1, -1.5, np.nan])
def test_power__refuses_what_is_no_gap(difference):
    with pytest.raises(DataError, match="no gap between two rates"):
        power(make_counts(black=(5, 20), white=(9, 20)), **WHITE, difference=difference)


# --- plain -----------------------------------------------------------------------------------------------------------


def test_odds_ratios__matches_hand_worked_table():
    row = only(odds_ratios(make_counts(black=(20, 60), white=(30, 60)), **WHITE))
    assert row.estimate == pytest.approx((20 / 40) / (30 / 30))
    assert (row.bound_low, row.bound_high) == (row.estimate, row.estimate)
    assert (row.measure, row.unit, row.status, row.reference) == (
        "odds_ratio",
        "ratio",
        "ok",
        "white",
    )
    assert "Gart" in row.method


@pytest.mark.parametrize(
    ("interval", "theirs"), [("adjusted", "logit-adjusted"), ("woolf", "logit")]
)
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_odds_ratios__equals_statsmodels(interval, theirs, level):
    cell = (33, 71, 12, 55)
    row = only(
        odds_ratios(
            make_counts(black=cell[:2], white=cell[2:]), **WHITE, interval=interval, level=level
        )
    )
    limits = confint_proportions_2indep(*cell, compare="or", method=theirs, alpha=1 - level)
    assert (row.ci_low, row.ci_high) == pytest.approx(limits)
    table = Table2x2(np.array([[33, 38], [12, 43]]))
    assert row.estimate == pytest.approx(table.oddsratio)
    if interval == "woolf":
        assert (row.ci_low, row.ci_high) == pytest.approx(table.oddsratio_confint(1 - level))


def test_odds_ratios__of_the_other_outcome_is_the_inverse():
    one = only(odds_ratios(make_counts(black=(20, 60), white=(33, 60)), **WHITE))
    two = only(odds_ratios(make_counts(black=(40, 60), white=(27, 60)), **WHITE))
    assert one.estimate * two.estimate == pytest.approx(1)
    assert one.ci_low * two.ci_high == pytest.approx(1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("black", "white", "estimate", "status"),
    [
        ((0, 20), (9, 20), 0.0, "ok"),
        ((9, 20), (0, 20), None, "undefined"),
        ((20, 20), (9, 20), None, "undefined"),
        ((9, 20), (20, 20), None, "undefined"),
        ("No Students", (9, 20), None, "undefined"),
        ("N<10", (9, 20), None, "small_n"),
        ("withheld", (9, 20), None, "suppressed"),
    ],
)
@pytest.mark.parametrize("interval", ["adjusted", "woolf"])
def test_odds_ratios__at_the_edges_is_a_row_with_a_status(black, white, estimate, status, interval):
    row = only(odds_ratios(make_counts(black=black, white=white), **WHITE, interval=interval))
    assert row.status == status
    assert (row.estimate == estimate) if status == "ok" else np.isnan(row.estimate)
    if status == "ok":
        assert row.ci_low == 0
        assert np.isinf(row.ci_high) == (interval == "woolf")


def test_odds_ratios__refuses_an_unknown_interval():
    with pytest.raises(DataError, match="no interval 'exact'") as refusal:
        odds_ratios(make_counts(black=(1, 20), white=(2, 20)), **WHITE, interval="exact")
    assert refusal.value.valid == ["adjusted", "woolf"]


# --- over grades -----------------------------------------------------------------------------------------------------


def graded(*grades):
    return pd.concat(
        [
            make_counts(black=black, white=white, grade_level=f"{grade:02}")
            for grade, (black, white) in enumerate(grades, start=3)
        ]
    )


def test_mantel_haenszel__of_one_grade_is_its_odds_ratio():
    row = only(mantel_haenszel(graded(((20, 60), (30, 60))), **WHITE))
    assert row.estimate == pytest.approx(0.5)
    assert (row.grade_level, row.measure, row.n_low) == ("all", "odds_ratio_by_grade", 60)


def test_mantel_haenszel__equals_statsmodels():
    cells = [((20, 60), (30, 60)), ((11, 40), (44, 70)), ((5, 12), (6, 90))]
    row = only(mantel_haenszel(graded(*cells), **WHITE))
    tables = [np.array([[a, m - a], [b, n - b]]) for (a, m), (b, n) in cells]
    theirs = StratifiedTable(tables)
    assert row.estimate == pytest.approx(theirs.oddsratio_pooled)
    assert (row.ci_low, row.ci_high) == pytest.approx(theirs.oddsratio_pooled_confint())


def test_mantel_haenszel__takes_others_for_a_reference():
    grades = graded(((20, 60), (30, 60)), ((11, 40), (44, 70)))
    more = pd.concat(
        [
            make_counts(asian=cell, grade_level=grade)
            for cell, grade in (((9, 20), "03"), ((5, 30), "04"))
        ]
    )
    table = mantel_haenszel(pd.concat([grades, more]), by="race_ethnicity", reference="others")
    theirs = StratifiedTable([np.array([[20, 40], [39, 41]]), np.array([[11, 29], [49, 51]])])
    assert table["estimate"].iloc[0] == pytest.approx(theirs.oddsratio_pooled)
    assert table["student_group"].tolist() == ["black", "white", "asian"]


def test_mantel_haenszel__leaves_out_all_grades_and_a_grade_without_the_reference():
    cells = graded(((20, 60), (30, 60)), ((11, 40), "No Students"))
    whole = make_counts(black=(31, 100), white=(30, 60), grade_level="all")
    row = only(mantel_haenszel(pd.concat([cells, whole]), **WHITE))
    assert row.estimate == pytest.approx(0.5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cells", "status"),
    [
        (((0, 20), (0, 20)), "undefined"),
        (("N<10", (5, 20)), "small_n"),
        (("withheld", (5, 20)), "suppressed"),
        (("<15%", (0, 20)), "undefined"),
        (("No Students", (5, 20)), "undefined"),
    ],
)
def test_mantel_haenszel__at_the_edges_is_a_row_with_a_status(cells, status):
    row = only(mantel_haenszel(graded(cells), **WHITE))
    assert row.status == status
    assert np.isnan(row.estimate)


cells = st.integers(10, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(a=cells, b=cells)
def test_ratios__of_two_groups_are_each_others_inverse(a, b):
    obs = make_counts(black=a, white=b)
    one = ratios(obs, **WHITE)["estimate"].iloc[0]
    two = ratios(obs, by="race_ethnicity", reference="black")["estimate"].iloc[0]
    if a[0] and b[0]:
        assert one * two == pytest.approx(1)


# --- group and whole -------------------------------------------------------------------------------------------------


def test_gaps_to_whole__matches_hand_worked_table():
    table = gaps_to_whole(make_counts(black=(40, 100), white=(90, 100)), by="race_ethnicity")
    assert table["estimate"].tolist() == pytest.approx([-0.25, 0.25])
    others = gaps(make_counts(black=(40, 100), white=(90, 100)), **WHITE).iloc[0]
    row = table.iloc[0]
    assert (row.ci_low, row.ci_high) == pytest.approx((others.ci_low / 2, others.ci_high / 2))
    assert (row.reference, row.unit, row.status, row.n_low, row.reference_n_low) == (
        "all",
        "points",
        "ok",
        100,
        100,
    )


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(groups=st.lists(cells, min_size=2, max_size=5))
def test_gaps_to_whole__is_the_rate_less_that_of_all_and_sums_to_nothing(groups):
    obs = make_counts(**{f"g{i}": cell for i, cell in enumerate(groups)})
    table = gaps_to_whole(obs, by="race_ethnicity")
    k, n = np.array(groups).T
    whole = k.sum() / n.sum()
    assert table["estimate"].to_numpy() == pytest.approx(rates(obs)["estimate"] - whole, abs=1e-12)
    assert n @ table["estimate"].to_numpy() == pytest.approx(0, abs=1e-9)


def test_every_measure__of_nothing_is_empty_and_refuses_overlap():
    nothing = make_counts()
    assert schema.validate_estimates(gaps_to_whole(nothing, by="race_ethnicity")).empty
    assert schema.validate_estimates(odds_ratios(nothing, **WHITE)).empty
    with pytest.raises(DataError, match="parts of one whole"):
        gaps_to_whole(
            make_counts(black=(3, 90), white=(9, 90), indicator="enrollment"), by="race_ethnicity"
        )


# --- odds ratios alike in all grades ---------------------------------------------------------------------------------


def test_breslow_day_test__finds_nothing_where_odds_ratios_are_alike():
    # Odds of 2 to 1 and of 1 to 1, 3 to 1 and 3 to 2: an odds ratio of 2 in both strata.
    same = breslow_day_test([20, 30], [10, 10], [20, 30], [20, 20])
    assert same.statistic == pytest.approx(0, abs=1e-12)
    assert (same.degrees, same.chance) == (1, 1)


def test_breslow_day_test__of_an_odds_ratio_of_one_is_a_number():
    found = breslow_day_test([10, 20, 10], [20, 10, 10], [20, 10, 10], [10, 20, 10])
    assert found.statistic == pytest.approx(
        13.3333, abs=5e-4
    )  # each 5 off, of a variance of 60 / 16
    assert found.degrees == 2


@pytest.mark.parametrize("tarone", [False, True])
def test_breslow_day_test__equals_statsmodels(tarone):
    tables = [(20, 14, 10, 24), (15, 12, 3, 15), (12, 3, 7, 5)]
    theirs = StratifiedTable([np.reshape(cells, (2, 2)) for cells in tables]).test_equal_odds(
        adjust=tarone
    )
    ours = breslow_day_test(*zip(*tables, strict=True), tarone=tarone)
    assert (ours.statistic, ours.chance) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_breslow_day_test__refuses_sides_of_other_strata():
    with pytest.raises(DataError, match="of 2, 2, 3, 2 strata"):
        breslow_day_test([20, 30], [10, 10], [20, 30, 5], [20, 20])


def test_breslow_day_test__leaves_out_strata_that_tell_nothing():
    some = breslow_day_test([20, 15], [14, 12], [10, 3], [24, 15])
    more = breslow_day_test(
        [20, 0, 15, 5, 0], [14, 0, 12, 0, 9], [10, 5, 3, 7, 0], [24, 5, 15, 0, 4]
    )
    assert more == some
    alone = breslow_day_test([20], [14], [10], [24])
    assert alone.degrees == 0
    assert np.isnan(alone.statistic)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ([((20, 60), (30, 60)), ((11, 40), (44, 70))], "ok"),
        ([((20, 60), (30, 60))], "undefined"),
        ([((20, 60), (30, 60)), ((2, 40), (44, 70))], "undefined"),
        ([((20, 60), (30, 60)), ((4, 9), (44, 70))], "small_n"),
        ([((20, 60), (30, 60)), ("<15%", (44, 70))], "suppressed"),
    ],
)
def test_breslow_day__is_a_row_with_a_status(cells, status):
    row = only(breslow_day(graded(*cells), **WHITE))
    assert (row.status, row.grade_level) == (status, "all")
    assert (row.estimate > 0) == (status == "ok")
    assert ("1 d.f." in row.method) == (status == "ok")
