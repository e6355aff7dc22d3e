"""Odds ratios, plain and over grades: hand-checked, against statsmodels, and with bounds that hold the truth."""

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts
from masked_samples import random_places
from statsmodels.stats.contingency_tables import StratifiedTable, Table2x2
from statsmodels.stats.proportion import confint_proportions_2indep

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.odds import mantel_haenszel, odds_ratios

WHITE = {"by": "race_ethnicity", "reference": "white"}


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
    assert refusal.value.known == ["adjusted", "woolf"]


@pytest.mark.parametrize("interval", ["adjusted", "woolf"])
def test_odds_ratios__of_masked_tables_holds_the_truth_and_its_interval(interval):
    obs, k, n = random_places(11)
    table = schema.validate_estimates(odds_ratios(obs, **WHITE, interval=interval))
    said = table["status"].isin(["ok", "bounded"]).to_numpy()
    assert {"ok", "bounded"} <= set(table["status"])
    added = 0.5 if interval == "adjusted" else 0.0
    for row, (a, m, b, q) in zip(table[said].itertuples(), true_cells(k, n)[said], strict=True):
        inside = b > 0 and b < q and a < m
        if inside:
            truth = a * (q - b) / ((m - a) * b)
            assert row.bound_low - 1e-9 <= truth <= row.bound_high * (1 + 1e-9)
        if inside and min(a + added, b) > 0:
            spread = np.sqrt(sum(1 / (x + added) for x in (a, m - a, b, q - b)))
            middle = (a + added) * (q - b + added) / ((m - a + added) * (b + added))
            assert row.outer_low <= middle * np.exp(-1.959964 * spread) * (1 + 1e-6)
            assert row.outer_high >= middle * np.exp(1.959964 * spread) * (1 - 1e-6)


def true_cells(k, n):
    """Group and reference of each compared row, in the order of the table."""
    groups = k.shape[1] - 1
    sides = (k[:, :groups], n[:, :groups], k[:, [groups]], n[:, [groups]])
    return np.stack([np.broadcast_to(side, (len(k), groups)).ravel() for side in sides], axis=1)


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


def test_mantel_haenszel__of_masked_tables_holds_the_truth():
    places = [random_places(seed, groups=2, places=120) for seed in (1, 2, 3)]
    obs = pd.concat(
        [one.assign(grade_level=f"0{grade}") for grade, (one, _, _) in enumerate(places, 3)]
    )
    table = schema.validate_estimates(mantel_haenszel(obs, **WHITE))
    k, n = (np.stack([place[part] for place in places], axis=1) for part in (1, 2))
    (a, c), (m, q) = np.moveaxis(k, 2, 0), np.moveaxis(n, 2, 0)
    size = np.where((m > 0) & (q > 0), m + q, np.inf)
    above, below = (a * (q - c) / size).sum(axis=1), ((m - a) * c / size).sum(axis=1)
    said = table["status"].isin(["ok", "bounded"]).to_numpy()
    assert (table["status"] == "bounded").sum() > 50
    truth = np.divide(above, below, out=np.full(len(above), np.inf), where=below > 0)[said]
    assert (table.loc[said, "bound_low"] <= truth * (1 + 1e-9) + 1e-9).all()
    assert (truth <= table.loc[said, "bound_high"] * (1 + 1e-9) + 1e-9).all()
