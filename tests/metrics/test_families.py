"""Many tests at once: as in the paper, within declared families, and no false finding beyond what is said."""

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts
from scipy.stats import false_discovery_control

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.detection import p_values, power
from sesec_analysis.metrics.families import q_values

WHITE = {"by": "race_ethnicity", "reference": "white"}


def chances(values, **columns):
    given = {
        "end_year": 2019,
        "measure": "p_value",
        "unit": "probability",
        "status": "ok",
        "organization_level": "place",
    }
    groups = [f"g{number}" for number in range(len(values))]
    return schema.conform_estimates(
        pd.DataFrame({**given, "student_group": groups, "estimate": values, **columns})
    )


def test_q_values__matches_scipy_and_keeps_the_order():
    p = np.random.default_rng(1).uniform(size=40) ** 2
    table = schema.validate_estimates(q_values(chances(p)))
    assert table["estimate"].to_numpy() == pytest.approx(false_discovery_control(p))
    assert table["student_group"].tolist() == [f"g{number}" for number in range(40)]
    assert (table["measure"] == "q_value").all()
    assert (table["method"] == "Benjamini-Hochberg among 40, by indicator, end_year, measure").all()


def test_q_values__takes_each_family_by_itself_and_counts_no_silent_row():
    p = [0.01, 0.04, np.nan, 0.03]
    table = q_values(
        chances(
            p,
            end_year=[2019, 2019, 2019, 2020],
            status=["ok", "ok", "suppressed", "ok"],
            method="as made",
        )
    )
    assert table["estimate"].tolist() == pytest.approx([0.02, 0.04, np.nan, 0.03], nan_ok=True)
    assert table["method"].tolist()[2] == "as made"
    whole = q_values(chances(p, end_year=[2019, 2019, 2019, 2020]), family=["indicator"])
    assert whole["estimate"].tolist() == pytest.approx([0.03, 0.04, np.nan, 0.04], nan_ok=True)


def test_q_values__take_the_chances_of_gaps():
    obs = make_counts(
        black=(60, 100), white=(75, 100), asian=(70, 100), native="N<10", latino="<15%"
    )
    table = schema.validate_estimates(q_values(p_values(obs, **WHITE)))
    assert table["status"].tolist() == ["ok", "ok", "small_n", "suppressed"]
    assert table["estimate"].iloc[0] == pytest.approx(
        2 * p_values(obs, **WHITE)["estimate"].iloc[0]
    )


@pytest.mark.parametrize(
    ("table", "family", "fault"),
    [
        (chances([0.1]).assign(unit="points"), ["indicator"], "no chance"),
        (
            power(make_counts(black=(5, 20), white=(9, 20)), **WHITE, difference=0.1),
            ["indicator"],
            "no chance",
        ),
        (chances([0.1]), ["school"], "no column school"),
        (chances([0.1]), [], "no column"),
    ],
)
def test_q_values__refuses_what_is_no_family_of_chances(table, family, fault):
    with pytest.raises(DataError, match=fault):
        q_values(table, family=family)


def test_q_values__of_nothing_is_empty():
    assert schema.validate_estimates(q_values(chances([]))).empty
