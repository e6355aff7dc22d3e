"""Oaxaca-Blinder: what statsmodels gives, parts that add up, and a refusal where there are too few schools."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.oaxaca import OaxacaBlinder
from statsmodels.tools import add_constant

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.oaxaca import FEWEST_UNITS_A_SIDE, oaxaca, two_fold


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


def split(a, b, columns=("low_income", "small"), **more):
    table = schema.validate_estimates(oaxaca(a, b, outcome="rate", columns=list(columns), **more))
    return table.set_index("measure")


def test_oaxaca__finds_what_was_put_in():
    # Half a point of rate per point of the low-income share: a shift of .1 explains -.05, and the rest is -.1.
    parts = split(side(1, 4000, 0.1, 0.7), side(2, 4000, name="b"))["estimate"]
    assert parts["oaxaca_explained"] == pytest.approx(-0.05, abs=0.01)
    assert parts["oaxaca_unexplained"] == pytest.approx(-0.1, abs=0.01)
    assert parts["oaxaca_total"] == pytest.approx(
        parts["oaxaca_explained"] + parts["oaxaca_unexplained"]
    )


def test_oaxaca__equals_statsmodels():
    a, b = side(3, shift=0.1), side(4, 55, name="b")
    table = split(a, b)
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


def test_oaxaca__swaps_its_signs_and_keeps_its_width():
    a, b = side(3, shift=0.1), side(4, 55, name="b")
    one, two = split(a, b), split(b, a)
    assert one["estimate"].tolist() == pytest.approx((-two["estimate"]).tolist())
    assert one["ci_low"].tolist() == pytest.approx((-two["ci_high"]).tolist())


@pytest.mark.slow
def test_oaxaca__interval_covers_as_often_as_it_says():
    inside = []
    for seed in range(150):
        a, b = side(seed, 30, 0.1, 0.7), side(1000 + seed, 30, name="b")
        row = oaxaca(a, b, outcome="rate", columns=["low_income", "small"]).iloc[2]
        inside.append(row.ci_low <= -0.1 <= row.ci_high)
    assert np.mean(inside) == pytest.approx(0.95, abs=0.05)


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
