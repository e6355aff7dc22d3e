"""Odds ratios: against statsmodels, R, and hand-worked tables; over grades, and alike in all grades."""

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts, only
from statsmodels.stats.contingency_tables import StratifiedTable, Table2x2
from statsmodels.stats.proportion import confint_proportions_2indep

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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("black", "white", "estimate", "status"),
    [
        ((0, 20), (9, 20), 0.0, "ok"),
        ((9, 20), (0, 20), None, "undefined"),
        ((20, 20), (9, 20), None, "undefined"),
        ((9, 20), (20, 20), None, "undefined"),
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


@pytest.mark.parametrize("cell", [(33, 71, 12, 55), (7, 34, 1, 34)])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_score_interval__equals_statsmodels(cell, level):
    theirs = confint_proportions_2indep(*cell, compare="or", method="score", alpha=1 - level)
    assert miettinen_nurminen_odds_ratio(*cell, level) == pytest.approx(theirs, rel=1e-4)


@pytest.mark.parametrize(
    ("cell", "none", "endless"),
    [
        ((0, 20, 9, 20), True, False),
        ((9, 20, 0, 20), False, True),
        ((20, 20, 9, 20), False, True),
        ((9, 20, 20, 20), True, False),
        ((0, 20, 0, 20), True, True),
    ],
)
def test_score_interval__has_its_edges_at_zero_counts(cell, none, endless):
    low, high = miettinen_nurminen_odds_ratio(*cell)
    assert (low == 0, np.isinf(high)) == (none, endless)
    assert 0 <= low <= high
    assert np.isfinite(low)


def test_score_interval__above_its_widest_level_leaves_withheld_counts_open():
    obs = make_counts(black="<15%", white=(9, 20))
    row = only(odds_ratios(obs, **WHITE, **SCORE, level=0.999))
    assert (row.outer_low, row.outer_high) == (0, np.inf)


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


def test_mantel_haenszel__leaves_out_all_grades_and_a_grade_without_the_reference():
    cells = graded(((20, 60), (30, 60)), ((11, 40), "No Students"))
    whole = make_counts(black=(31, 100), white=(30, 60), grade_level="all")
    row = only(mantel_haenszel(pd.concat([cells, whole]), **WHITE))
    assert row.estimate == pytest.approx(0.5)


# --- odds ratios alike in all grades ---------------------------------------------------------------------------------


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
