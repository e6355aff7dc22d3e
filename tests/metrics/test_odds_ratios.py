"""Odds ratios: against statsmodels, R, and hand-worked tables; over grades, and alike in all grades."""

import itertools

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts
from scipy.stats import binom
from statsmodels.stats.contingency_tables import StratifiedTable, Table2x2
from statsmodels.stats.proportion import confint_proportions_2indep

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.odds_ratios import (
    breslow_day,
    breslow_day_test,
    mantel_haenszel,
    miettinen_nurminen_odds_ratio,
    odds_ratios,
)

WHITE = {"by": "race_ethnicity", "reference": "white"}
SCORE = {"interval": "miettinen_nurminen"}


def only(table):
    assert len(schema.validate_estimates(table)) == 1
    return table.iloc[0]


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
@pytest.mark.parametrize("interval", ["adjusted", "woolf", "miettinen_nurminen"])
def test_odds_ratios__at_the_edges_is_a_row_with_a_status(black, white, estimate, status, interval):
    row = only(odds_ratios(make_counts(black=black, white=white), **WHITE, interval=interval))
    assert row.status == status
    assert (row.estimate == estimate) if status == "ok" else np.isnan(row.estimate)
    if status == "ok":
        assert row.ci_low == 0
        assert np.isinf(row.ci_high) == (interval == "woolf")


def test_odds_ratios__refuses_an_unknown_interval():
    with pytest.raises(DataError, match="called 'exact'") as refusal:
        odds_ratios(make_counts(black=(1, 20), white=(2, 20)), **WHITE, interval="exact")
    assert refusal.value.valid == ["adjusted", "miettinen_nurminen", "woolf"]


# --- the score interval ----------------------------------------------------------------------------------------------


def score_statistic(ratio, k, n, other_k, other_n):
    """Miettinen and Nurminen's z of one table, the likeliest rates found by halving."""
    low, high = max(0.0, k + other_k - other_n), min(n, k + other_k)
    for _ in range(200):
        expected = (low + high) / 2
        cells = expected, n - expected, k + other_k - expected, other_n - k - other_k + expected
        if cells[0] * cells[3] < ratio * cells[1] * cells[2]:
            low = expected
        else:
            high = expected
    both = n + other_n
    return (k - expected) * np.sqrt(sum(1 / cell for cell in cells) * (both - 1) / both)


@pytest.mark.parametrize("cell", [(9, 13, 4, 14), (3, 4, 1, 4), (1, 30, 29, 30), (480, 500, 7, 15)])
@pytest.mark.parametrize(("level", "z"), [(0.8, 1.281552), (0.95, 1.959964), (0.99, 2.575829)])
def test_score_interval__ends_where_the_statistic_is_that_of_its_level(cell, level, z):
    low, high = miettinen_nurminen_odds_ratio(*cell, level)
    assert score_statistic(low, *cell) == pytest.approx(z, abs=1e-5)
    assert score_statistic(high, *cell) == pytest.approx(-z, abs=1e-5)


def test_score_interval__matches_a_hand_worked_table():
    # Of a statistic that is symmetric, 10 of 20 against 10 of 20, the limits are each other's inverse. With rates p
    # and 1 - p the expected count is 20p, and (10 - 20p) * sqrt(4 / (20p(1 - p)) * ... ) has a closed form: the four
    # inverse cells are 2 / (20p) + 2 / (20(1 - p)) = 1 / (10p(1 - p)), so z^2 = 10(1 - 2p)^2 / (p(1 - p)) * 39 / 40.
    # With q = p(1 - p), z^2 = 9.75(1 - 4q) / q: q = 9.75 / (39 + 3.841459) = 0.2275836, p = 0.3502769 below.
    p = (1 - np.sqrt(1 - 4 * 9.75 / (39 + 3.841459))) / 2
    low, high = miettinen_nurminen_odds_ratio(10, 20, 10, 20)
    assert low == pytest.approx((p / (1 - p)) ** 2, rel=1e-6)
    assert low * high == pytest.approx(1)


@pytest.mark.parametrize("cell", [(33, 71, 12, 55), (7, 34, 1, 34), (19, 20, 3, 40)])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_score_interval__equals_statsmodels(cell, level):
    theirs = confint_proportions_2indep(*cell, compare="or", method="score", alpha=1 - level)
    assert miettinen_nurminen_odds_ratio(*cell, level) == pytest.approx(theirs, rel=1e-4)


@pytest.mark.parametrize("cell", [(9, 13, 4, 14), (0, 20, 9, 20), (20, 20, 9, 20), (3, 50, 1, 12)])
def test_score_interval__of_swapped_sides_or_the_other_outcome_is_the_inverse(cell):
    k, n, other_k, other_n = cell
    low, high = miettinen_nurminen_odds_ratio(*cell)
    with np.errstate(divide="ignore"):
        inverse = pytest.approx((1 / high, np.divide(1, low)))
    assert miettinen_nurminen_odds_ratio(other_k, other_n, k, n) == inverse
    assert miettinen_nurminen_odds_ratio(n - k, n, other_n - other_k, other_n) == inverse


@pytest.mark.parametrize(
    ("cell", "none", "endless"),
    [
        ((0, 20, 9, 20), True, False),
        ((9, 20, 0, 20), False, True),
        ((20, 20, 9, 20), False, True),
        ((9, 20, 20, 20), True, False),
        ((0, 20, 0, 20), True, True),
        ((20, 20, 20, 20), True, True),
        ((0, 20, 20, 20), True, False),
        ((20, 20, 0, 20), False, True),
    ],
)
def test_score_interval__has_its_edges_at_zero_counts(cell, none, endless):
    low, high = miettinen_nurminen_odds_ratio(*cell)
    assert (low == 0, np.isinf(high)) == (none, endless)
    assert 0 <= low <= high
    assert np.isfinite(low)


@pytest.mark.parametrize("level", [0.5, 0.95, 0.99])
def test_score_interval__rises_and_falls_with_each_count(level):
    """Of every table of up to 13 in a cell: the outer limits of withheld counts rest on it."""
    many = range(14)
    a, b, c, d = np.array([*itertools.product(many, repeat=4)], dtype=float).T
    there = (a + b > 0) & (c + d > 0)
    limits = np.full((2, len(a)), np.nan)
    limits[:, there] = miettinen_nurminen_odds_ratio(
        *(side[there] for side in (a, a + b, c, c + d)), level
    )
    for limit in limits:
        table = np.minimum(limit, 1e30).reshape([len(many)] * 4)
        for axis, sign in enumerate((1, -1, -1, 1)):
            steps = sign * np.diff(table, axis=axis)
            assert (steps[~np.isnan(steps)] >= -1e-9 * np.nanmax(table[table < 1e29])).all()


def test_score_interval__of_withheld_counts_holds_that_of_every_count():
    row = only(odds_ratios(make_counts(black="<15%", white=(9, 20)), **WHITE, **SCORE))
    assert (row.status, np.isnan(row.estimate)) == ("bounded", True)
    obs = make_counts(black="<15%", white=(9, 20)).iloc[0]
    n = int(obs["denominator_low"])
    every = [
        miettinen_nurminen_odds_ratio(k, n, 9, 20) for k in range(int(obs["numerator_high"]) + 1)
    ]
    assert row.outer_low <= min(low for low, _ in every)
    assert row.outer_high >= max(high for _, high in every)


def test_score_interval__above_its_widest_level_leaves_withheld_counts_open():
    obs = make_counts(black="<15%", white=(9, 20))
    row = only(odds_ratios(obs, **WHITE, **SCORE, level=0.999))
    assert (row.outer_low, row.outer_high) == (0, np.inf)


@pytest.mark.slow
@pytest.mark.parametrize(("n", "other_n"), [(10, 10), (13, 14), (20, 40), (30, 100)])
def test_score_interval__covers_its_level_on_average_and_never_far_less(n, other_n):
    """Exact coverage over every table, of 95 percent: the mean is the level, and no pair of rates is far below it."""
    k, other_k = (
        side.ravel() for side in np.meshgrid(range(n + 1), range(other_n + 1), indexing="ij")
    )
    low, high = miettinen_nurminen_odds_ratio(k, n, other_k, other_n)
    covered = []
    for p, other_p in itertools.product(np.linspace(0.05, 0.95, 19), repeat=2):
        chance = binom.pmf(k, n, p) * binom.pmf(other_k, other_n, other_p)
        ratio = p / (1 - p) / (other_p / (1 - other_p))
        covered.append(chance[(low <= ratio) & (ratio <= high)].sum())
    assert 0.95 <= np.mean(covered) <= 0.965
    assert min(covered) >= 0.928


@pytest.mark.slow
def test_score_interval__covers_odds_ratios_of_simulated_students():
    draw = np.random.default_rng(45)
    n, other_n = draw.integers(10, 300, (2, 20_000))
    p, other_p = draw.uniform(0.02, 0.98, (2, 20_000))
    k, other_k = draw.binomial(n, p), draw.binomial(other_n, other_p)
    low, high = miettinen_nurminen_odds_ratio(k, n, other_k, other_n)
    ratio = p / (1 - p) / (other_p / (1 - other_p))
    assert np.mean((low <= ratio) & (ratio <= high)) == pytest.approx(0.95, abs=0.006)


def test_odds_ratios__of_nothing_are_empty():
    assert schema.validate_estimates(odds_ratios(make_counts(), **WHITE)).empty


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
    with pytest.raises(DataError, match="have 2, 2, 3, 2 strata"):
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
