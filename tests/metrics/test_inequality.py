"""Inequality over a partition: published values, textbook values, and bounds that hold whatever was withheld."""

import math

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts
from statsmodels.stats.proportion import confint_proportions_2indep

from sesec_analysis import schema
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.metrics.disparity import gaps
from sesec_analysis.metrics.inequality import (
    eighty_percent_indices,
    inequality,
    percentage_point_gaps,
    proportionality_indices,
)

INDICES = [
    "between_group_variance",
    "index_of_disparity",
    "weighted_index_of_disparity",
    "theil",
    "mean_log_deviation",
]
MEANS = ["mean_difference", "mean_difference_from_reference"]
ATTRIBUTABLE = ["par", "par_students", "paf"]
NUMBERS = ["estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"]
# WHO, healthequal (R), published test input: population 78, 91, 162, 103, 105 (here times ten, so that counts are
# whole), estimates 20, 30, 40, 50, 60 percent.
WHO = {"a": (156, 780), "b": (273, 910), "c": (648, 1620), "d": (515, 1030), "e": (630, 1050)}


def measured(obs, **options):
    """Return the rows by measure of a valid ESTIMATES table."""
    table = schema.validate_estimates(inequality(obs, by="race_ethnicity", **options))
    return table.set_index("measure")


def hidden(low, high, n):
    """Give a cell of n students whose count is withheld."""
    return {
        **{"numerator_low": low, "numerator_high": high},
        **{"denominator_low": n, "denominator_high": n},
        **{"value_low": low / n, "value_high": high / n},
    }


# --- published and textbook ------------------------------------------------------------------------------------------


def test_theil__approaches_the_textbooks_ln_2(counts):
    # Incomes 0, 0, 0, 10, 10, 10 in two regions: all inequality is between them, and it is ln 2.
    row = measured(counts(a=(1, 10**7), b=(10**7 - 1, 10**7)), measures=["theil"]).loc["theil"]
    assert row.estimate == pytest.approx(math.log(2), abs=1e-5)
    # Where the 0 is only possible it is the bound itself, r ln r being 0 at r = 0; nothing stands in for it.
    bound = measured(counts(a=hidden(0, 1, 60), b=(60, 60)), measures=["theil"]).loc["theil"]
    assert bound.bound_high == pytest.approx(math.log(2))


def test_inequality__is_hand_worked(counts):
    # Rates 1/4 and 3/4 of 40 and 40: mean 1/2, r = 1/2 and 3/2.
    rows = measured(counts(a=(10, 40), b=(30, 40)), reference="b")["estimate"]
    expected = {
        "between_group_variance": 1 / 16,
        "index_of_disparity": 1 / 2,
        "weighted_index_of_disparity": 1 / 2,
        "theil": (0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2,
        "mean_log_deviation": -(math.log(0.5) + math.log(1.5)) / 2,
        "mean_difference": 1 / 4,
        "mean_difference_from_reference": 1 / 4,
        "par": 1 / 4,
        "par_students": 20,
        "paf": 1 / 2,
    }
    assert rows[list(expected)].tolist() == pytest.approx(list(expected.values()))


# --- limits and identities -------------------------------------------------------------------------------------------


def test_inequality__of_equal_rates_is_zero(counts):
    rows = measured(counts(a=(20, 40), b=(45, 90), c=(30, 60)), reference="b")
    assert rows["estimate"].tolist() == pytest.approx([0] * 10, abs=1e-12)
    assert (rows.loc[["between_group_variance", "theil"], "ci_low"] == 0).all()
    assert (rows.loc[ATTRIBUTABLE, "ci_low"] < 0).all()


@pytest.mark.slow
@pytest.mark.parametrize("reference", ["a", "e"])
def test_par__is_the_gap_to_all_others_times_their_share(counts, reference):
    obs = counts(**WHO)
    rows = measured(obs, reference=reference)
    gap = gaps(obs, by="race_ethnicity", reference="others").set_index("student_group")
    share = 1 - WHO[reference][1] / 5390
    ends = ["estimate", "ci_low", "ci_high"]
    assert np.allclose(
        rows.loc["par", ends].astype(float), share * gap.loc[reference, ends].astype(float)
    )
    assert np.allclose(
        rows.loc["par_students", ends].astype(float), 5390 * rows.loc["par", ends].astype(float)
    )
    assert rows.loc["paf", "estimate"] == pytest.approx(rows.loc["par", "estimate"] * 5390 / 2222)
    assert (rows.loc["par", "estimate"] >= 0) == (
        WHO[reference][0] / WHO[reference][1] >= 2222 / 5390
    )


def test_paf__carries_over_the_ratios_interval(counts):
    row = measured(counts(a=(20, 80), b=(60, 120)), reference="b").loc["paf"]
    low, high = confint_proportions_2indep(60, 120, 20, 80, compare="ratio", method="log-adjusted")
    ends = [1 / (0.6 + 0.4 / ratio) - 1 for ratio in (low, high)]
    assert (row.ci_low, row.ci_high) == pytest.approx(ends)


# --- sampling noise --------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "rates"),
    [("theil", (0.4, 0.4, 0.4, 0.4)), ("mean_log_deviation", (0.2, 0.4, 0.5, 0.7))],
)
def test_intervals__cover_the_truth(counts, name, rates):
    # 2000 places drawn from known rates. Chance alone lifts the index; the interval must not follow it.
    rng, n = np.random.default_rng(7), np.array([60, 90, 200, 150])
    drawn = rng.binomial(n, rates, size=(2000, 4))
    base = counts(**{f"g{i}": (1, int(n[i])) for i in range(4)})
    obs = pd.concat([base] * 2000, ignore_index=True)
    obs["organization_id"] = np.repeat(np.arange(2000), 4).astype(str)
    for column in ("numerator", "numerator_low", "numerator_high"):
        obs[column] = pd.array(drawn.ravel(), dtype="Int64")
    obs["value"] = obs["value_low"] = obs["value_high"] = drawn.ravel() / np.tile(n, 2000)
    table = inequality(obs, by="race_ethnicity", measures=[name])
    w, p = n / n.sum(), np.array(rates)
    r = p / (w @ p)
    truth = {"theil": w @ (r * np.log(r)), "mean_log_deviation": -w @ np.log(r)}[name]
    covered = (table["ci_low"] <= truth + 1e-12) & (table["ci_high"] >= truth - 1e-12)
    assert covered.mean() > 0.93
    assert (table["ci_low"] <= table["estimate"]).all()
    assert table["estimate"].mean() > truth


def test_between_group_variance__has_the_exact_standard_error(counts):
    # WHO HEAT technical notes: SE^2 = 4 sum w^2 s^2 d^2 + 2 [(sum w^2 s^2)^2 - sum w^4 s^4 + sum w^2 (1 - w)^2 s^4].
    row = measured(counts(**WHO)).loc["between_group_variance"]
    k, n = np.array(list(WHO.values())).T
    p, w = k / n, n / n.sum()
    d, v = p - w @ p, p * (1 - p) / (n - 1)
    square = 4 * w**2 @ (v * d**2) + 2 * (
        (w**2 @ v) ** 2 - w**4 @ v**2 + (w**2 * (1 - w) ** 2) @ v**2
    )
    assert row.ci_high - row.ci_low == pytest.approx(2 * 1.959964 * math.sqrt(square), rel=1e-6)
    assert (row.ci_high + row.ci_low) / 2 == pytest.approx(row.estimate - (w * (1 - w)) @ v)


# --- suppression -----------------------------------------------------------------------------------------------------


def test_inequality__bounds_are_hand_worked(counts):
    # Rate a: 0 to 1/2 of 40, rate b: 1/2 of 40. Equal at one end; r = 0 and 2 at the other.
    rows = measured(counts(a=hidden(0, 20, 40), b=(20, 40)), reference="b")
    highs = rows["bound_high"]
    assert rows.loc[INDICES, "bound_low"].tolist() == pytest.approx([0] * 5, abs=1e-6)
    assert highs[INDICES].tolist() == pytest.approx([1 / 16, 1, 1, math.log(2), math.inf])
    assert rows.loc["par", ["bound_low", "bound_high"]].tolist() == pytest.approx([0, 1 / 4])
    assert rows.loc["paf", ["bound_low", "bound_high"]].tolist() == pytest.approx([0, 1])
    assert rows.loc["par_students", ["bound_low", "bound_high"]].tolist() == pytest.approx([0, 20])
    assert (rows["status"] == "bounded").all()
    assert rows.loc[INDICES, "estimate"].isna().all()
    assert rows.loc["theil", "method"].startswith("range only; suppression bounds: highest sharp")
    assert "lowest outer" in rows.loc["index_of_disparity", "method"]


def test_inequality__of_withheld_sizes_is_suppressed(counts):
    rows = measured(counts(a="withheld", b=(20, 40))).loc[INDICES]
    assert (rows["status"] == "suppressed").all()
    assert rows[NUMBERS].isna().all(axis=None)
    assert rows["method"].str.startswith("not shown: group sizes are withheld").all()


def test_inequality__of_too_many_withheld_groups_is_suppressed(counts):
    cells = {f"g{i}": hidden(5, 9, 40) for i in range(9)}
    assert (measured(counts(**cells))["status"] == "suppressed").all()


# --- refusals --------------------------------------------------------------------------------------------------------


def test_inequality__is_not_calculated_over_a_group_under_thirty(counts):
    rows = measured(counts(a=(10, 29), b=(20, 40)), reference="b")
    assert (rows.loc[INDICES, "status"] == "undefined").all()
    assert rows.loc[INDICES, "method"].str.contains("a group of fewer than 30 students").all()
    assert rows.loc[INDICES, NUMBERS].isna().all(axis=None)
    assert (rows.loc[ATTRIBUTABLE, "status"] == "ok").all()


def test_logs__of_a_zero_rate_are_undefined(counts):
    rows = measured(counts(a=(0, 40), b=(20, 40)))
    assert rows.loc[["theil", "mean_log_deviation"], "status"].tolist() == ["undefined"] * 2
    assert rows.loc["theil", "method"].startswith("not calculated: a rate is 0")
    assert rows.loc["weighted_index_of_disparity", "estimate"] == 1


@pytest.mark.slow
def test_inequality__without_events_or_with_one_group_is_undefined(counts):
    rows = measured(counts(a=(0, 40), b=(0, 60)), reference="b")
    none = ["between_group_variance", *MEANS, "par", "par_students"]
    assert rows.loc[none, "estimate"].tolist() == [0] * 5
    rest = rows.drop(none)
    assert (rest["status"] == "undefined").all()
    alone = measured(counts(a=(20, 40)), reference="a")
    assert (alone["status"] == "undefined").all()


def test_inequality__of_a_place_without_the_reference_is_undefined(counts):
    obs = pd.concat([counts(**WHO), counts(a=(20, 40), b=(9, 40), organization_id="other")])
    for name in ("par", "mean_difference_from_reference"):
        table = inequality(obs, by="race_ethnicity", reference="e", measures=[name])
        assert table["status"].tolist() == ["ok", "undefined"]
    assert table["method"].iloc[1] == "not calculated: the place has no row for the reference"


@pytest.mark.parametrize(
    "options",
    [
        {"measures": ["gini"]},
        {"measures": ["par"]},
        {"measures": []},
        {"reference": "nobody"},
    ],
)
def test_inequality__refuses_what_it_cannot_answer(counts, options):
    with pytest.raises(DataError, match="cannot be had"):
        inequality(counts(**WHO), by="race_ethnicity", **options)


# --- equity plans ----------------------------------------------------------------------------------------------------

PLAN = {"by": "race_ethnicity"}


def of_group(table, group):
    return schema.validate_estimates(table).set_index("student_group").loc[group]


def test_percentage_point_gaps__has_the_margin_of_the_group_and_no_less_than_three_points():
    obs = make_counts(black=(78, 200), white=(4200, 6800))
    row = of_group(percentage_point_gaps(obs, **PLAN), "black")
    assert row.estimate == pytest.approx(78 / 200 - 4278 / 7000)
    assert row.ci_high - row.estimate == pytest.approx(1.96 * np.sqrt(0.25 / 200))
    large = of_group(percentage_point_gaps(obs, **PLAN), "white")
    assert large.estimate - large.ci_low == pytest.approx(0.03)
    named = of_group(
        percentage_point_gaps(obs, **PLAN, reference="white", margin_at="rate"), "black"
    )
    assert named.estimate == pytest.approx(78 / 200 - 4200 / 6800)
    assert named.estimate - named.ci_low == pytest.approx(1.96 * np.sqrt(0.39 * 0.61 / 200))


def test_percentage_point_gaps__of_withheld_counts_reach_a_margin_beyond_the_bounds():
    obs = make_counts(black="<15%", white=(60, 120))
    row = of_group(percentage_point_gaps(obs, **PLAN, reference="white"), "black")
    assert row.status == "bounded"
    assert row.bound_low - row.outer_low == pytest.approx(1.96 * np.sqrt(0.25 / 10))  # at least ten
    with pytest.raises(QuestionError, match="called 'all'"):
        percentage_point_gaps(obs, **PLAN, margin_at="all")


def test_proportionality_indices__average_to_one_over_students():
    obs = make_counts(asian=(10, 40), black=(30, 90), white=(66, 120))
    table = schema.validate_estimates(proportionality_indices(obs, **PLAN))
    assert np.average(table["estimate"], weights=[40, 90, 120]) == pytest.approx(1)
    assert table["estimate"].iloc[0] == pytest.approx((10 / 106) / (40 / 250))
    assert set(table["unit"]) == {"ratio"}


def test_eighty_percent_indices__compare_with_the_highest_of_ten_or_more():
    obs = make_counts(asian=(4, 5), black=(30, 100), hispanic=(45, 90), white=(40, 100))
    table = schema.validate_estimates(eighty_percent_indices(obs, **PLAN)).set_index(
        "student_group"
    )
    assert table["estimate"].drop("asian").tolist() == pytest.approx([0.6, 1, 0.8])
    assert table.loc["asian", "status"] == "small_n"
    assert (table["reference"] == "").all()
