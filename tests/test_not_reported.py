"""Students not reported: 484 of 485 by race and ethnicity, in the numbers that anyone can check by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts

from sesec_analysis.bounds import KnownCounts
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.gate.gate import gate
from sesec_analysis.metrics.disparity import gaps
from sesec_analysis.metrics.disproportionality import disproportionality
from sesec_analysis.metrics.segregation import segregation
from sesec_analysis.not_reported import Remainder

PLACE = {"by": "race_ethnicity", "organization_id": "seattle", "organization_name": "Seattle"}
ONE_LEFT = {
    "a": {"black": 200, "white": 284, "all": 485},
    "b": {"black": 30, "white": 70, "all": 100},
}


def known(*cells):
    """What exact cells of (counted, students) say."""
    k, n = np.array(cells, dtype=float).T
    rate = k / n
    return KnownCounts(k, k, n, n, rate, rate, np.ones(len(k), dtype=bool))


def enrollment(schools):
    tables = [
        make_counts(
            **{group: (k, of["all"]) for group, k in of.items() if group != "all"},
            indicator="enrollment",
            end_year=2021,
            organization_level="school",
            organization_id=school,
        )
        for school, of in schools.items()
    ]
    return pd.concat(tables, ignore_index=True)


def discipline(**groups):
    common = {"indicator": "disciplined", "end_year": 2021}
    everyone = make_counts(all=groups.pop("all"), student_group_type="all", **common)
    return pd.concat([make_counts(**groups, **common), everyone], ignore_index=True)


def test_remainder__is_what_groups_leave_of_all_students():
    left = Remainder.from_counts(
        known((10, 100), (40, 380)), np.array([0, 0]), np.array([485.0]), np.array([52.0])
    )
    assert left.students.tolist() == [5, 5]
    assert left.counted.tolist() == [2, 2]
    assert left.not_counted.tolist() == [3, 3]
    joined = left.joined(known((10, 100), (40, 380)))
    assert joined.k_high.tolist() == [12, 42]
    assert joined.n_high.tolist() == [105, 385]
    assert joined.value_low == pytest.approx([10 / 103, 40 / 383])
    assert joined.value_high == pytest.approx([12 / 102, 42 / 382])
    assert not joined.exact.any()


@pytest.mark.parametrize("everyone", [480.0, 479.0, np.nan])
def test_remainder__is_nobody_where_groups_are_all_students_or_it_is_not_known(everyone):
    cells = known((10, 100), (40, 380))
    left = Remainder.from_counts(cells, np.array([0, 0]), np.array([everyone]), np.array([50.0]))
    assert not left.there.any()
    assert left.joined(cells).exact.all()


def test_remainder__is_nobody_where_withheld_cells_can_make_it_up():
    cells = replace(known((10, 100), (40, 380)), n_low=np.array([90.0, 380.0]))
    left = Remainder.from_counts(cells, np.array([0, 0]), np.array([480.0]), np.array([50.0]))
    assert not left.there.any()


def test_segregation__is_a_range_and_tells_not_how_many_are_not_reported():
    table = segregation(enrollment(ONE_LEFT), **PLACE)
    row = table[(table["measure"] == "isolation") & (table["student_group"] == "black")].iloc[0]
    ends = [(x * x / 485 + 30 * 30 / 100) / (x + 30) for x in (200, 201)]
    assert (row["bound_low"], row["bound_high"]) == pytest.approx(ends, abs=1e-6)
    assert row["status"] == "bounded"
    judged = gate(table)
    assert set(judged.loc[judged["publish"] == "range", "rule"]) == {"not-reported"}
    printed = judged[["numerator_low", "numerator_high"]]
    assert printed.isna().all(axis=None)
    whole = judged[judged["measure"] == "theil_h"].iloc[0]
    assert (whole["n_low"], whole["n_high"]) == (585, 585)


def test_segregation__refuses_more_students_than_there_are():
    over = {
        "a": {"black": 202, "white": 284, "all": 485},
        "b": {"black": 30, "white": 70, "all": 100},
    }
    with pytest.raises(DataError, match="school a has groups that do not add up"):
        segregation(enrollment(over), **PLACE)


def test_others__have_all_students_of_the_table():
    obs = discipline(black=(20, 200), white=(28, 284), all=(49, 485))
    row = gaps(obs, by="race_ethnicity", reference="others").iloc[0]
    assert row["status"] == "bounded"
    assert (row["bound_low"], row["bound_high"]) == pytest.approx(
        (20 / 200 - 29 / 285, 21 / 201 - 28 / 284)
    )
    shares = disproportionality(obs, by="race_ethnicity")
    row = shares[(shares["measure"] == "composition") & (shares["student_group"] == "black")].iloc[
        0
    ]
    assert (row["bound_low"], row["bound_high"]) == pytest.approx((20 / 49, 21 / 49))


def test_others__few_counted_stay_hidden_though_more_might_join_them():
    obs = discipline(black=(2, 200), white=(28, 284), all=(40, 495))
    judged = gate(gaps(obs, by="race_ethnicity", reference="others"))
    assert set(judged["publish"]) == {"nothing"}
    assert set(judged["rule"]) == {"few-counted"}
