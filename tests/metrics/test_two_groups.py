"""Chances, distances and power: against scipy and pwr, over every rate, and silent where counts are withheld."""

import numpy as np
import pytest
from conftest import make_counts, only
from scipy.stats import binom, chi2_contingency, fisher_exact

from sesec_analysis.errors import DataError
from sesec_analysis.metrics.disparity import gaps
from sesec_analysis.metrics.two_groups import cohens_h, gaps_to_whole, p_values, power, power_of

WHITE = {"by": "race_ethnicity", "reference": "white"}


# --- chances ---------------------------------------------------------------------------------------------------------


def test_p_values__is_one_where_rates_are_equal():
    assert only(p_values(make_counts(black=(40, 80), white=(60, 120)), **WHITE)).estimate == 1
    assert only(p_values(make_counts(black=(0, 80), white=(0, 120)), **WHITE)).estimate == 1


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


def test_p_values__by_fishers_test_are_hand_worked():
    # 9 and 3 of 10: of C(20, 12) = 125,970 tables with these sums 1,200 have 9 in the first group, and 45 have 10;
    # as unlikely are those with 3 and with 2, as many again.
    row = only(p_values(make_counts(black=(9, 10), white=(3, 10)), **WHITE, test="fisher"))
    assert row.estimate == pytest.approx(2 * (1200 + 45) / 125_970)
    many = make_counts(black=(60, 100), white=(75, 100))
    row = only(p_values(many, **WHITE, test="fisher"))
    assert row.estimate == pytest.approx(fisher_exact([[60, 40], [75, 25]]).pvalue)
    assert row.method == "Fisher's exact test (scipy)"
    assert only(p_values(many, **WHITE)).method.startswith("score test")


def test_p_values__refuses_an_unknown_test():
    with pytest.raises(DataError, match="called 'barnard'") as refusal:
        p_values(make_counts(black=(1, 20), white=(2, 20)), **WHITE, test="barnard")
    assert refusal.value.valid == ["fisher", "score"]


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
    [((20, 20), "undefined"), ((0, 20), "ok")],
)
def test_power__at_the_edges_is_a_row_with_a_status(white, status):
    row = only(power(make_counts(black=(5, 20), white=white), **WHITE, difference=0.1))
    assert row.status == status
    assert np.isnan(row.estimate) == (status != "ok")


@pytest.mark.parametrize("difference", [0, 1, -1.5, np.nan])
def test_power__refuses_what_is_no_gap(difference):
    with pytest.raises(DataError, match="is not a gap between two rates"):
        power(make_counts(black=(5, 20), white=(9, 20)), **WHITE, difference=difference)


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
