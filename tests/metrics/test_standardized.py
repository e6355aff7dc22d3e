"""Gaps in standard deviations: exact where achievement is normal, invariant to the cut, and bounded where withheld."""

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts, only
from scipy.stats import norm

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.standardized import (
    fit_levels,
    level_gaps,
    levels_of,
    probit_gaps,
    read_levels,
    usable_cuts,
)

WHITE = {"by": "race_ethnicity", "reference": "white"}
NUMBERS = ["estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"]


def shares(mean, spread, cuts=(-1.0, 0.0, 0.8)):
    """Share of each level where achievement is normal."""
    return np.diff(np.concatenate([[0], norm.cdf((np.array(cuts) - mean) / spread), [1]]))


def levels(group, reference, **bounds):
    """Make a table of levels of two groups."""
    size = len(group)
    table = pd.DataFrame(
        {
            "end_year": 2019,
            "organization_level": "place",
            "indicator": "ela_levels",
            "grade_level": "03",
            "student_group_type": "race_ethnicity",
            "student_group": ["black"] * size + ["white"] * size,
            "level": [*range(1, size + 1)] * 2,
            "count": [*group, *reference],
        }
    )
    return table.assign(**bounds)


# --- one cut ---------------------------------------------------------------------------------------------------------


def test_probit_gaps__matches_hand_worked_table():
    row = only(probit_gaps(make_counts(black=(50, 100), white=(80, 100)), **WHITE))
    # Quantiles 0 and .8416; variances .25 / (100 * .3989^2) and .16 / (100 * .27996^2).
    assert row.estimate == pytest.approx(-0.8416, abs=5e-5)
    reach = 1.959963984540054 * np.sqrt(0.25 / (100 * 0.398942**2) + 0.16 / (100 * 0.279962**2))
    assert (row.ci_low, row.ci_high) == pytest.approx((-0.8416 - reach, -0.8416 + reach), abs=1e-4)
    assert (row.unit, row.measure, row.reference) == ("standard deviations", "probit_gap", "white")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("black", "status"),
    [
        ((0, 30), "undefined"),
        ((30, 30), "undefined"),
        ((9, 19), "undefined"),
        ("<15%", "bounded"),
    ],
)
def test_probit_gaps__at_the_edges_is_a_row_with_a_status(black, status):
    row = only(probit_gaps(make_counts(black=black, white=(40, 60)), **WHITE))
    assert row.status == status
    assert np.isnan(row.estimate)
    if status != "bounded":
        assert row[NUMBERS].isna().all() or status == "suppressed"
    else:
        assert np.isneginf(row.bound_low)
        assert row.bound_high == pytest.approx(norm.ppf(0.1) - norm.ppf(40 / 60), abs=0.3)


def test_probit_gaps__says_when_there_are_too_few():
    row = only(probit_gaps(make_counts(black=(9, 19), white=(40, 60)), **WHITE))
    assert row.method == "not computed: fewer than 20 students on a side"
    assert only(probit_gaps(make_counts(black=(9, 20), white=(40, 60)), **WHITE)).status == "ok"


# --- the fit ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mean", "spread"), [(-1.0, 0.8), (0.0, 1.0), (0.7, 1.3)])
def test_fit_levels__finds_mean_and_spread_whatever_the_cuts(mean, spread):
    for cuts in ((-1.0, 0.0, 0.8), (-0.3, 0.2), (-2.0, -0.5, 0.1, 1.5)):
        fit = fit_levels(900 * shares(mean, spread, cuts), 700 * shares(0, 1, cuts))
        assert (fit.mean, fit.spread) == pytest.approx((mean, spread), abs=1e-7)
        assert fit.v == pytest.approx(mean * np.sqrt(2 / (1 + spread**2)), abs=1e-7)


@pytest.mark.parametrize(
    ("group", "reference", "cuts"),
    [
        ([5, 5, 5, 5], [5, 5, 5, 5], [0, 1, 2]),
        ([0, 5, 5, 5], [5, 5, 5, 5], [1, 2]),
        ([5, 0, 5, 5], [5, 5, 5, 5], [0, 2]),
        ([0, 0, 5, 5], [5, 5, 0, 0], []),
    ],
)
def test_usable_cuts__drops_those_that_all_or_none_pass(group, reference, cuts):
    assert usable_cuts(group, reference).tolist() == cuts
    assert (fit_levels(group, reference) is None) == (len(cuts) < 2)


def test_fit_levels__refuses_unknown_counts():
    with pytest.raises(DataError, match="negative or unknown"):
        fit_levels([5, np.nan, 5], [5, 5, 5])


# --- all cuts --------------------------------------------------------------------------------------------------------


def test_level_gaps__v_stays_where_gaps_in_points_move_with_the_cut():
    table = levels(1000 * shares(-0.5, 0.8), 1000 * shares(0, 1))
    gaps = schema.validate_estimates(level_gaps(table, reference="white")).set_index("measure")
    assert gaps.loc["v_gap", "estimate"] == pytest.approx(-0.5521576303742328, abs=1e-9)
    # METRICS of one normal pair: gaps of 10.7, 23.4 and 16.0 points at the three cuts.
    points = [norm.cdf(cut) - norm.cdf((cut + 0.5) / 0.8) for cut in (-1.0, 0.0, 0.8)]
    assert np.round(points, 3).tolist() == [-0.107, -0.234, -0.16]
    assert gaps.loc["v_gap", ["indicator", "grade_level"]].tolist() == ["ela_levels", "03"]


def test_level_gaps__of_whole_counts_has_an_interval_and_of_shares_has_outer_limits():
    whole = level_gaps(levels([30, 22, 35, 13], [15, 31, 20, 54]), reference="white").iloc[0]
    half = level_gaps(levels([30.4, 21.6, 35, 13], [15, 31, 20, 54]), reference="white").iloc[0]
    fit = fit_levels([30, 22, 35, 13], [15, 31, 20, 54])
    reach = 1.959963984540054 * fit.v_error
    assert (whole.ci_low, whole.ci_high) == pytest.approx((fit.v - reach, fit.v + reach))
    assert (half.status, half.estimate) == ("ok", pytest.approx(fit.v, abs=0.02))
    assert np.isnan(half.ci_low)
    assert half.outer_low < half.estimate < half.outer_high


def test_level_gaps__says_why_there_is_no_v():
    few = level_gaps(levels([5, 5, 5, 4], [15, 31, 20, 54]), reference="white").iloc[0]
    flat = level_gaps(levels([0, 0, 30, 30], [15, 31, 20, 54]), reference="white").iloc[0]
    hidden = level_gaps(levels([9, None, 30, 30], [15, 31, 20, 54]), reference="white").iloc[0]
    assert [row.status for row in (few, flat, hidden)] == ["undefined", "undefined", "suppressed"]
    assert "fewer than 20" in few.method
    assert "fewer than two cuts" in flat.method
    assert "withheld" in hidden.method


def test_levels_of__reads_one_indicator_for_each_level():
    counts = {"ela_level_1": ((30, 100), (15, 120)), "ela_level_2": ((22, 100), "N<10")}
    counts |= {"ela_level_3": ((35, 100), (20, 120)), "ela_level_4": ((13, 100), (54, 120))}
    obs = pd.concat(
        [
            make_counts(black=black, white=white, indicator=code)
            for code, (black, white) in counts.items()
        ]
    )
    table = levels_of(obs, list(counts), name="ela_levels")
    known = read_levels(table)
    assert known.low.tolist() == [[30, 22, 35, 13], [15, 0, 20, 54]]
    assert known.high.tolist() == [[30, 22, 35, 13], [15, 9, 20, 54]]
    assert known.whole.tolist() == [True, False]
    gaps = level_gaps(table, reference="white")
    assert (gaps["indicator"] == "ela_levels").all()
    assert gaps["status"].tolist() == ["suppressed", "bounded", "bounded", "bounded"]
    with pytest.raises(DataError, match="no rows of 'ela_level_5'"):
        levels_of(obs, ["ela_level_1", "ela_level_5"], name="ela_levels")


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        (levels([1, 2, 3], [1, 2, 3]).drop(columns="level"), "lacks the column"),
        (levels([1, 2, 3], [1, 2, 3]).iloc[1:], "twice or not at all"),
        (levels([1, 2, 3], [1, -2, 3]), "negative"),
        (levels([30, None, 3], [1, 2, 3], count_low=5, count_high=3), "contradict"),
    ],
)
def test_read_levels__refuses_what_is_no_table_of_levels(table, fault):
    with pytest.raises(DataError, match=fault):
        read_levels(table)


def test_level_gaps__refuses_an_unknown_reference():
    with pytest.raises(DataError, match="not a group"):
        level_gaps(levels([1, 2, 3], [1, 2, 3]), reference="asian")
    with pytest.raises(DataError, match="not with all others"):
        level_gaps(levels([1, 2, 3], [1, 2, 3]), reference="others")
