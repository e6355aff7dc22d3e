"""Confidence intervals against the tables of the papers that proposed them, and against statsmodels' own calls."""

import itertools

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from sesec_analysis.bounds import KnownCounts
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.metrics import intervals

GRID = np.array(
    [
        (k, n, reference_k, reference_n)
        for n, reference_n in itertools.product((1, 7, 34), (1, 10, 80))
        for k in {0, 1, n // 2, n}
        for reference_k in {0, 1, reference_n // 2, reference_n}
    ],
    dtype=float,
).T


# --- limits ----------------------------------------------------------------------------------------------------------


def exactly(k, n):
    k, n = (np.asarray(count, dtype=float) for count in np.broadcast_arrays(k, n))
    return KnownCounts(k, k, n, n, k / n, k / n, np.ones(len(k), dtype=bool))


def exact_ratio(outer, k, n, reference_k, reference_n, level=0.95):
    """Return the limits that an outer interval gives of exact counts, which are those of the interval itself."""
    cells = (np.atleast_1d(count) for count in np.broadcast_arrays(k, n, reference_k, reference_n))
    own_k, own_n, other_k, other_n = cells
    low, high = outer(exactly(own_k, own_n), exactly(other_k, other_n), level)
    return low.squeeze(), high.squeeze()


@pytest.mark.parametrize(
    "limits",
    [
        lambda: intervals.wilson([0, 1], [0, 2]),
        lambda: intervals.newcombe_difference([0, 1], [0, 2], 1, 2),
        lambda: intervals.newcombe_difference(1, 2, [0, 1], [0, 2]),
    ],
)
def test_every_interval__is_null_without_students_and_warns_of_nothing(limits):
    low, high = limits()
    assert np.isnan([low[0], high[0]]).all()
    assert low[1] < high[1]


# --- outside reference -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_wilson__equals_statsmodels_one_by_one(level):
    k, n = GRID[:2]
    one_by_one = [
        proportion_confint(*pair, alpha=1 - level, method="wilson") for pair in GRID[:2].T
    ]
    assert np.transpose(intervals.wilson(k, n, level)) == pytest.approx(np.array(one_by_one))


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_newcombe_difference__equals_statsmodels_one_by_one(level):
    one_by_one = [
        confint_proportions_2indep(*cells, method="newcomb", alpha=1 - level) for cells in GRID.T
    ]
    assert np.transpose(intervals.newcombe_difference(*GRID, level)) == pytest.approx(
        np.array(one_by_one)
    )


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_outer_ratio__of_exact_counts_equals_statsmodels_except_at_the_mended_edges(level):
    k, n, reference_k, reference_n = GRID
    one_by_one = np.array(
        [
            confint_proportions_2indep(
                *cells, compare="ratio", method="log-adjusted", alpha=1 - level
            )
            for cells in GRID.T
        ]
    )
    low, high = exact_ratio(intervals.outer_ratio, *GRID, level)
    everyone = (k == n) & (reference_k == reference_n)
    kept_low, kept_high = ~everyone & (k > 0), ~everyone & (reference_k > 0)
    assert low[kept_low] == pytest.approx(one_by_one[kept_low, 0])
    assert high[kept_high] == pytest.approx(one_by_one[kept_high, 1])
    assert (low[k == 0] == 0).all()
    assert np.isinf(high[reference_k == 0]).all()


def test_outer_ratio__of_exact_counts_has_width_where_both_rates_are_one():
    # Zou and Donner (2008): exp(0 - sqrt((ln 1 - ln l)^2 + (ln 1 - ln 1)^2)) = l, and 1 / l' above.
    wilson_low = 12 / (12 + 1.959964**2)
    reference_low = 200 / (200 + 1.959964**2)
    assert exact_ratio(intervals.outer_ratio, 12, 12, 200, 200) == pytest.approx(
        (wilson_low, 1 / reference_low)
    )


# --- outer limits ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_outer_limits__of_exact_counts_are_the_interval_itself(level):
    k, n, reference_k, reference_n = GRID
    known, reference = exactly(k, n), exactly(reference_k, reference_n)
    for outer, interval in (
        (intervals.outer_rate(known, level), intervals.wilson(k, n, level)),
        (
            intervals.outer_difference(known, reference, level),
            intervals.newcombe_difference(*GRID, level),
        ),
    ):
        assert outer[0] == pytest.approx(interval[0])
        assert outer[1] == pytest.approx(interval[1])


# --- ratios by score -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize(
    "cell", [(7, 34, 1, 34), (5, 20, 5, 20), (3, 3000, 1, 9000), (11, 12, 9, 40)]
)
def test_koopman_ratio__equals_statsmodels_one_by_one(cell, level):
    theirs = confint_proportions_2indep(
        *cell, compare="ratio", method="score", correction=False, alpha=1 - level
    )
    assert intervals.koopman_ratio(*cell, level) == pytest.approx(theirs, rel=1e-5)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_outer_katz_ratio__of_exact_counts_equals_statsmodels(level):
    for cell in ((7, 34, 1, 34), (33, 71, 12, 55), (12, 12, 5, 9)):
        theirs = confint_proportions_2indep(*cell, compare="ratio", method="log", alpha=1 - level)
        assert exact_ratio(intervals.outer_katz_ratio, *cell, level) == pytest.approx(theirs)


def test_koopman_ratio__has_its_edges_at_zero_counts():
    low, high = intervals.koopman_ratio([0, 5, 0, 12], 12, [5, 0, 0, 12], 12)
    assert low.tolist() == [0, pytest.approx(low[1]), 0, pytest.approx(1 / high[3])]
    assert np.isinf(high).tolist() == [False, True, True, False]
    assert low[1] > 1
    assert low[3] < 1 < high[3]


# --- differences -----------------------------------------------------------------------------------------------------

OTHERS = [name for name in intervals.DIFFERENCES if name != "newcombe"]


@pytest.mark.parametrize("interval", OTHERS)
def test_difference_limits__hold_the_difference_and_turn_with_its_sides(interval):
    k, n, reference_k, reference_n = GRID
    low, high = intervals.difference_limits(*GRID, interval=interval)
    back_low, back_high = intervals.difference_limits(
        reference_k, reference_n, k, n, interval=interval
    )
    assert (low, high) == (pytest.approx(-back_high, abs=1e-9), pytest.approx(-back_low, abs=1e-9))
    assert ((low >= -1) & (high <= 1) & (low < high)).all()
    seen = k / n - reference_k / reference_n
    if (
        interval == "miettinen_nurminen"
    ):  # Agresti and Caffo's is around the difference of the counts it adds to
        assert ((low <= seen + 1e-12) & (seen <= high + 1e-12)).all()


def test_miettinen_nurminen__reaches_to_the_ends_and_is_nothing_without_students():
    low, high = intervals.miettinen_nurminen_difference(
        [10, 0, 3], [10, 20, 0], [0, 20, 1], [20, 20, 2]
    )
    assert (high[0], low[1]) == pytest.approx((1, -1))
    assert low[0] == pytest.approx(0.7156, abs=5e-5)
    assert np.isnan([low[2], high[2]]).all()


def test_difference_limits__refuses_a_name_that_it_does_not_know():
    with pytest.raises(QuestionError, match="called 'score'"):
        intervals.difference_limits(1, 2, 1, 2, interval="score")


@pytest.mark.parametrize("interval", intervals.DIFFERENCES)
@pytest.mark.parametrize(
    "counts", [(5, 3, 1, 2), (-1, 3, 1, 2), (1, 2, 3, 2), (0, -2, 1, 2), ([1, 5], 3, 1, 2)]
)
def test_difference_limits__refuses_counts_that_cannot_be(counts, interval):
    with pytest.raises(DataError, match=r"more are counted than there are|is not a number from 0"):
        intervals.difference_limits(*counts, interval=interval)


# --- margins of census estimates -------------------------------------------------------------------------------------


def test_margin_of_sum__is_the_root_of_squares_and_counts_one_margin_of_those_without_anybody():
    assert intervals.margin_of_sum([3.0, 4.0]) == 5
    assert intervals.margin_of_sum([100, 200, 150, 50], [500, 0, 0, 400]) == pytest.approx(
        np.sqrt(200**2 + 100**2 + 50**2)
    )
    assert intervals.margin_of_sum([100, 200, 150], [0, 0, 0]) == 200
    assert intervals.margin_of_sum(7.0) == 7


def test_margin_of_share__is_smaller_than_that_of_a_ratio_and_becomes_it_where_it_is_none():
    cell = (30.0, 100.0, 6.0, 10.0)
    assert intervals.margin_of_share(*cell) == pytest.approx(np.sqrt(36 - 9) / 100)
    assert intervals.margin_of_ratio(*cell) == pytest.approx(np.sqrt(36 + 9) / 100)
    assert intervals.margin_of_share(30, 100, 2, 10) == pytest.approx(np.sqrt(4 + 9) / 100)
    assert np.isnan(intervals.margin_of_ratio(0, 0, 1, 1))


def test_margin_of_product__is_that_of_a_constant_where_the_other_has_none():
    assert intervals.margin_of_product(50, 0.2, 5, 0) == pytest.approx(1.0)
    assert intervals.margin_of_product(50, 0.2, 5, 0.1) == pytest.approx(np.sqrt(1 + 25))
