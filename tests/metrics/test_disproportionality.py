"""Disproportionality: the published examples, Washington's rules, and bounds that hold whatever was withheld."""

import math

import numpy as np
import pandas as pd
import pytest

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.disparity import ratios
from sesec_analysis.metrics.disproportionality import (
    disproportionality,
    is_significant,
    risk_ratio_from_shares,
    washington_band,
)

MEASURES = [
    "composition",
    "composition_difference",
    "relative_difference",
    "risk_ratio",
    "e_formula_upper",
]
# UNC Charlotte, DTAT (unccdtat.github.io), sections 3 to 9, after Bollmer et al. (2014): intellectual disabilities.
DTAT = {
    "hispanic": (121, 6002),
    "native": (11, 311),
    "asian": (18, 1213),
    "black": (316, 6224),
    "pacific_islander": (21, 212),
    "white": (732, 34897),
    "multiracial": (3, 3175),
}
NUMBERS = ["estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"]


def measured(obs, group="black", **options):
    """Return the rows of one group, by measure, from a valid ESTIMATES table."""
    table = schema.validate_estimates(disproportionality(obs, by="race_ethnicity", **options))
    return table[table["student_group"] == group].set_index("measure")


# --- published -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "published", "digits"),
    [
        ("composition", 0.2586, 4),
        ("composition_difference", 0.1390, 4),
        ("relative_difference", 1.1619, 4),
        ("risk_ratio", 2.57, 2),
        ("e_formula_upper", 0.129, 3),
    ],
)
def test_disproportionality__meets_dtat(counts, measure, published, digits):
    row = measured(counts(**DTAT)).loc[measure]
    assert round(row.estimate, digits) == published
    assert (row.status, row.reference) == ("ok", "others")


def test_risk_ratio_from_shares__meets_new_york_city():
    # NYU Metro Center, New York City 2017-18, Black students: principal's and superintendent's suspensions.
    assert risk_ratio_from_shares([0.435, 0.516], 0.26).round(2).tolist() == [2.19, 3.03]


def test_composition__has_wilsons_interval(counts):
    row = measured(counts(black=(18, 100), white=(2, 100)), minimum_cell=0).loc["composition"]
    # R, binom.confint(18, 20, method="wilson").
    assert (row.ci_low, row.ci_high) == pytest.approx((0.6989663547715128, 0.972133518786232))


@pytest.mark.parametrize(
    ("ratio", "word"),
    [
        (0.0, "disproportionate_under"),
        (0.5, "disproportionate_under"),
        (0.51, "at_risk_under"),
        (0.67, "not_disproportionate"),
        (1.5, "not_disproportionate"),
        (1.51, "at_risk_over"),
        (2.0, "disproportionate_over"),
        (3.0, "disproportionate_over"),
        (3.01, "above_significant"),
        (math.inf, "above_significant"),
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


def test_disproportionality__of_equal_risks_is_none(counts):
    rows = measured(counts(black=(20, 100), white=(60, 300)))["estimate"]
    assert rows[["composition_difference", "relative_difference"]].tolist() == pytest.approx([0, 0])
    assert rows["risk_ratio"] == pytest.approx(1)
    assert rows["composition"] == pytest.approx(0.25)


def test_composition__sums_to_one_and_its_differences_to_zero(counts):
    table = disproportionality(counts(**DTAT), by="race_ethnicity")
    total = table.groupby("measure")["estimate"].sum()
    assert total["composition"] == pytest.approx(1)
    assert total["composition_difference"] == pytest.approx(0, abs=1e-12)


def test_risk_ratio__is_that_of_shares_and_of_ratios(counts):
    obs = counts(**DTAT)
    row = measured(obs).loc["risk_ratio"]
    assert row.estimate == pytest.approx(risk_ratio_from_shares(316 / 1222, 6224 / 52034))
    same = ratios(obs, by="race_ethnicity", reference="others").set_index("student_group")
    assert row[NUMBERS].tolist() == same.loc["black", NUMBERS].tolist()


def test_disproportionality__minds_neither_order_nor_names(counts):
    ahead = measured(counts(**DTAT))[NUMBERS]
    other = {("x" if name == "black" else name): DTAT[name] for name in reversed(DTAT)}
    assert np.allclose(ahead, measured(counts(**other), group="x")[NUMBERS], equal_nan=True)


# --- minimum cells ---------------------------------------------------------------------------------------------------


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


def masked(rng, k, n):
    """Give a cell that holds the truth (k of n): exact, its count hidden, or its students too."""
    kind = rng.integers(3)
    if kind == 0:
        return k, n
    low, high = int(max(0, k - rng.integers(4))), int(min(n, k + rng.integers(4)))
    spare = int(rng.integers(5)) if kind == 2 else 0
    least = max(high, n - spare, 10)
    return {
        "numerator_low": low,
        "numerator_high": high,
        "denominator_low": least,
        "denominator_high": n + spare,
        "value_low": low / (n + spare),
        "value_high": min(high / least, 1.0),
    }


def test_disproportionality__bounds_hold_the_truth(counts):
    rng = np.random.default_rng(4)
    true, found = [], []
    for place in range(300):
        n = rng.integers(12, 60, size=4)
        k = rng.integers(0, n + 1)
        truth = {f"g{i}": (int(k[i]), int(n[i])) for i in range(4)}
        true.append(counts(**truth, organization_id=str(place)))
        cells = {name: masked(rng, *cell) for name, cell in truth.items()}
        found.append(counts(**cells, organization_id=str(place)))
    options = {"by": "race_ethnicity", "minimum_cell": 0, "minimum_comparison": 0}
    true = disproportionality(pd.concat(true), **options)
    found = schema.validate_estimates(disproportionality(pd.concat(found), **options))
    told = found["bound_low"].notna() & true["estimate"].notna()
    assert told.mean() > 0.8
    assert (found["bound_low"] <= true["estimate"] + 1e-9)[told].all()
    assert (found["bound_high"] >= true["estimate"] - 1e-9)[told].all()
    sampled = told & found["outer_low"].notna()
    assert (found["outer_low"] <= true["ci_low"] + 1e-9)[sampled].all()
    assert (found["outer_high"] >= true["ci_high"] - 1e-9)[sampled].all()


def test_disproportionality__of_withheld_cells_says_so(counts):
    rows = measured(counts(black="withheld", white=(20, 200)))
    assert (rows.loc["composition_difference":"risk_ratio", "status"] == "suppressed").all()
    assert rows["estimate"].isna().all()


def test_disproportionality__without_events_is_undefined(counts):
    rows = measured(counts(black=(0, 50), white=(0, 200)))
    assert (rows["status"] == "undefined").all()


# --- refusals --------------------------------------------------------------------------------------------------------


def test_disproportionality__of_nothing_is_empty(counts):
    table = disproportionality(counts(), by="race_ethnicity")
    assert schema.validate_estimates(table).empty


def test_disproportionality__refuses_what_gaps_refuses(counts):
    with pytest.raises(DataError, match="parts of one whole"):
        disproportionality(counts(black=(5, 50), indicator="enrollment"), by="race_ethnicity")
    with pytest.raises(DataError, match="no rows of student group type"):
        disproportionality(counts(black=(5, 50)), by="gender")


def test_rules__refuse_what_they_are_not_about():
    with pytest.raises(DataError, match="outside 0 to 1"):
        risk_ratio_from_shares(43.5, 26)
    with pytest.raises(DataError, match="three consecutive years"):
        is_significant([3.1, 3.2])
    with pytest.raises(DataError, match="negative"):
        washington_band(-0.3)
