"""Kitagawa's parts and standardized rates: they add up, they match the books, and bounds hold whatever was hidden."""

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts
from statsmodels.stats.oaxaca import OaxacaBlinder
from statsmodels.tools import add_constant

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.decomposition import (
    FEWEST_UNITS_A_SIDE,
    kitagawa,
    oaxaca,
    standardized_rates,
    two_fold,
)

PARTS = ["kitagawa_total", "kitagawa_rate", "kitagawa_composition"]
Z = 1.959963984540054


def place(name, *cells, **common):
    groups = {f"g{number}": cell for number, cell in enumerate(cells)}
    return make_counts(**groups, organization_id=name, **common)


def split(a, b, **more):
    table = schema.validate_estimates(kitagawa(a, b, by="race_ethnicity", **more))
    assert table["measure"].tolist() == PARTS
    return table.set_index("measure")


def estimates(a, b):
    return split(a, b)["estimate"].loc[PARTS].tolist()


def standardized(obs, *shares):
    standard = {f"g{number}": share for number, share in enumerate(shares)}
    table = standardized_rates(obs, by="race_ethnicity", standard=standard)
    return schema.validate_estimates(table).iloc[0]


# --- worked on paper -------------------------------------------------------------------------------------------------


def test_kitagawa__matches_hand_worked_table():
    # Shares .8 and .2 against .2 and .8, rates .5 and .9 against .6 and .9.
    a, b = place("a", (40, 80), (18, 20)), place("b", (12, 20), (72, 80))
    table = split(a, b)
    assert table["estimate"].tolist() == pytest.approx([-0.26, 0.5 * -0.1, 0.55 * 0.6 - 0.9 * 0.6])

    def variance(k, n):
        p = (k + 0.5) / (n + 1)
        return p * (1 - p) / n

    one, two, three, four = (variance(*cell) for cell in [(40, 80), (18, 20), (12, 20), (72, 80)])
    spreads = [
        0.64 * (one + four) + 0.04 * (two + three),
        0.25 * (one + two + three + four),
        0.09 * (one + two + three + four),
    ]
    reach = Z * np.sqrt(spreads)
    assert (table["ci_high"] - table["estimate"]).tolist() == pytest.approx(reach.tolist())
    assert (table["estimate"] - table["ci_low"]).tolist() == pytest.approx(reach.tolist())
    row = table.loc["kitagawa_rate"]
    assert (row.status, row.unit, row.reference, row.student_group) == ("ok", "points", "b", "all")
    assert (row.numerator_low, row.n_low, row.reference_numerator_low) == (58, 100, 84)
    assert "delta method" in row.method
    assert (row.bound_low, row.bound_high) == (row.estimate, row.estimate)


def test_standardized_rates__matches_hand_worked_table():
    row = standardized(place("a", (40, 80), (18, 20)), 30, 10)
    assert row.estimate == pytest.approx(0.75 * 0.5 + 0.25 * 0.9)
    p = 18.5 / 21
    reach = Z * np.sqrt(0.5625 * 0.25 / 80 + 0.0625 * p * (1 - p) / 20)
    assert (row.ci_low, row.ci_high) == pytest.approx((0.6 - reach, 0.6 + reach))
    assert (row.measure, row.unit, row.status) == ("standardized_rate", "proportion", "ok")


# --- identities ------------------------------------------------------------------------------------------------------


def test_standardized_rates__to_its_own_composition_is_the_crude_rate():
    assert standardized(place("a", (7, 30), (50, 90)), 30, 90).estimate == pytest.approx(57 / 120)


# --- suppression -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_standardized_rates__shows_no_group_of_fewer_than_ten():
    for cell in ((3, 9), "N<10"):
        row = standardized(place("a", cell, (30, 60)), 1, 0)
        assert (row.status, row.isna().estimate, row.isna().bound_low) == ("small_n", True, True)
        assert standardized(place("a", cell, (30, 60)), 0, 1).bound_high == pytest.approx(0.5)


def test_kitagawa__of_sides_that_say_nothing_is_suppressed():
    table = split(*(place(name, "withheld", "withheld") for name in "ab"))
    assert (table["status"] == "suppressed").all()
    assert table["estimate"].isna().all()


def with_all(groups, cell):
    """Groups of a place, and its row of all students."""
    own = make_counts(all=cell, student_group_type="all", organization_id="a")
    return pd.concat([groups, own], ignore_index=True)


@pytest.mark.slow
def test_kitagawa__bounds_its_total_by_all_students_where_groups_leave_more_open():
    a, b = place("a", (40, 80), "N<10"), place("b", (12, 20), (72, 80))
    known = with_all(a, (43, 86))
    for one, other, sign in ((known, b, 1), (b, known, -1)):
        table, without = split(one, other), split(*([a, b] if sign > 0 else [b, a]))
        total = table.loc["kitagawa_total"]
        assert (total.status, total.estimate) == ("ok", pytest.approx(sign * (0.5 - 0.84)))
        wider = without.loc["kitagawa_total"]
        assert wider.bound_low < total.estimate < wider.bound_high
        assert wider.outer_low <= total.ci_low < total.ci_high <= wider.outer_high
        for part in PARTS[1:]:
            assert table.loc[part].equals(without.loc[part])
    # More students than the groups can be: other figures, and the sum stands.
    odd = {"numerator_low": 43, "numerator_high": 43, "value_low": 0.5, "value_high": 0.5}
    odd |= dict.fromkeys(["denominator", "denominator_low", "denominator_high"], 200)
    strange = with_all(a, odd)
    assert split(strange, b).equals(split(a, b))


# --- no such figure, and refusals ------------------------------------------------------------------------------------


def test_kitagawa__of_a_group_on_one_side_only_has_a_total_but_no_parts():
    table = split(place("a", (10, 20), "No Students"), place("b", (10, 40), (20, 40)))
    assert table["status"].tolist() == ["ok", "undefined", "undefined"]
    assert table["estimate"].iloc[0] == pytest.approx(0.5 - 30 / 80)
    assert table["estimate"].iloc[1:].isna().all()


def test_kitagawa__of_a_place_of_fewer_than_ten_is_small():
    table = split(place("a", (1, 4), (2, 5)), place("b", (10, 40), (20, 40)))
    assert (table["status"] == "small_n").all()
    assert table[["estimate", "bound_low", "n_low"]].isna().all(axis=None)


def test_standardized_rates__of_an_empty_weighted_group_is_undefined():
    obs = place("a", (10, 20), "No Students")
    assert standardized(obs, 1, 1).status == "undefined"
    assert standardized(obs, 1, 0).estimate == 0.5


def test_kitagawa__names_what_differs():
    a = place("a", (10, 20))
    assert split(a, place("a", (9, 20), end_year=2020)).reference.iloc[0] == "2020"
    assert split(a, place("b", (9, 20), end_year=2020)).reference.iloc[0] == "b 2020"


def test_kitagawa__refuses_groups_that_differ_and_names_them():
    with pytest.raises(DataError, match=r"ela_met all g2' is on one side only(.|\n)*2 group"):
        kitagawa(
            place("a", (10, 20), (5, 20)),
            make_counts(g0=(1, 20), g1=(1, 20), g2=(1, 20), g3=(1, 20), organization_id="b"),
            by="race_ethnicity",
        )


def test_kitagawa__refuses_anything_but_two_organizations_or_years():
    a, b = place("a", (10, 20)), place("b", (10, 20))
    for one, two in ((a, a), (pd.concat([a, b]), b), (a, pd.concat([b, place("c", (1, 20))]))):
        with pytest.raises(DataError, match="not one organization in one year"):
            kitagawa(one, two, by="race_ethnicity")


def test_both__refuse_the_parts_of_one_whole_and_figures_counted_twice():
    a, b = (place(name, (10, 20), (10, 20), indicator="enrollment") for name in "ab")
    twice = pd.concat([place("a", (10, 20))] * 2)
    for one, two, fault in ((a, b, "parts of one whole"), (twice, b, "counted twice")):
        with pytest.raises(DataError, match=fault):
            kitagawa(one, two, by="race_ethnicity")
        with pytest.raises(DataError, match=fault):
            standardized_rates(one, by="race_ethnicity", standard={"g0": 1, "g1": 1})


@pytest.mark.parametrize("standard", [{}, {"g0": 0}, {"g0": -1, "g1": 3}, {"g0": float("nan")}])
def test_standardized_rates__refuses_weights_that_are_no_shares(standard):
    with pytest.raises(DataError, match="are not shares"):
        standardized_rates(place("a", (10, 20)), by="race_ethnicity", standard=standard)


@pytest.mark.parametrize("standard", [{"g0": 1}, {"g0": 1, "g1": 1, "g2": 0}])
def test_standardized_rates__refuses_groups_that_are_not_the_standards(standard):
    obs = place("a", (10, 20), (10, 20))
    with pytest.raises(DataError, match="is not in the standard, or only there"):
        standardized_rates(obs, by="race_ethnicity", standard=standard)


def side(seed, count=40, shift=0.0, start=0.8, name="a"):
    draw = np.random.default_rng(seed)
    low_income, small = draw.uniform(0.1, 0.8, count) + shift, draw.uniform(size=count)
    rate = start - 0.5 * low_income + 0.1 * small + draw.normal(0, 0.05, count)
    return pd.DataFrame(
        {
            "end_year": 2019,
            "organization_level": "place",
            "organization_id": name,
            "rate": rate,
            "low_income": low_income,
            "small": small,
        }
    )


def oaxaca_split(a, b, columns=("low_income", "small"), **more):
    table = schema.validate_estimates(oaxaca(a, b, outcome="rate", columns=list(columns), **more))
    return table.set_index("measure")


def test_oaxaca__equals_statsmodels():
    a, b = side(3, shift=0.1), side(4, 55, name="b")
    table = oaxaca_split(a, b)
    both = pd.concat([a.assign(which=0.0), b.assign(which=1.0)])
    exog = add_constant(both[["which", "low_income", "small"]].to_numpy(), prepend=False)
    theirs = OaxacaBlinder(both["rate"].to_numpy(), exog, 0, swap=False).two_fold().params
    ours = table["estimate"][["oaxaca_unexplained", "oaxaca_explained", "oaxaca_total"]]
    assert ours.tolist() == pytest.approx(list(theirs))
    assert table.loc["oaxaca_total", "estimate"] == pytest.approx(
        a["rate"].mean() - b["rate"].mean()
    )
    assert table.loc[
        "oaxaca_total", ["reference", "organization_id", "unit", "end_year"]
    ].tolist() == ["b", "a", "points", 2019]


@pytest.mark.slow
def test_oaxaca__interval_covers_as_often_as_it_says():
    inside = []
    for seed in range(60):
        a, b = side(seed, 30, 0.1, 0.7), side(1000 + seed, 30, name="b")
        row = oaxaca(a, b, outcome="rate", columns=["low_income", "small"]).iloc[2]
        inside.append(row.ci_low <= -0.1 <= row.ci_high)
    assert np.mean(inside) == pytest.approx(0.95, abs=0.06)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda table: table.iloc[: FEWEST_UNITS_A_SIDE - 1], "29 schools"),
        (lambda table: table.drop(columns="low_income"), "lacks the column"),
        (lambda table: table.assign(low_income=np.nan), "no number"),
        (lambda table: table.assign(end_year=range(40)), "several years"),
    ],
)
def test_oaxaca__refuses_what_it_cannot_split(change, fault):
    with pytest.raises(DataError, match=fault):
        oaxaca(change(side(1)), side(2), outcome="rate", columns=["low_income", "small"])


def test_oaxaca__refuses_columns_that_cannot_be_told_apart():
    a, b = (
        side(1).assign(twin=lambda table: table["low_income"]),
        side(2).assign(twin=lambda table: table["low_income"]),
    )
    with pytest.raises(DataError, match="says nothing that the others do not"):
        oaxaca(a, b, outcome="rate", columns=["low_income", "twin"])
    with pytest.raises(DataError, match="lacks the column"):
        oaxaca(a, b, outcome="rate", columns=[])


def test_two_fold__gives_all_to_the_rest_where_columns_agree():
    x = np.linspace(0, 1, 12)[:, None]
    parts = two_fold(x[:, 0] + 3, x, x[:, 0], x)
    assert (parts.explained, parts.unexplained) == pytest.approx((0, 3), abs=1e-12)
    assert parts.errors == pytest.approx((0, 0, 0), abs=1e-9)
