"""Rates of all and of those tested, side by side; what nobody knows stays open, and no further than it must."""

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.disparity import compare
from sesec_analysis.metrics.intervals import wilson
from sesec_analysis.metrics.participation import (
    counts_at_earlier_rate,
    counts_at_other_rate,
    coverage,
    participation,
    participation_gaps,
    published_gap_changes,
)
from sesec_analysis.schema import conform_observations

ELA = {"met": "ela_met", "met_tested": "ela_met_tested", "tested": "ela_tested"}
PAIR = {"by": "race_ethnicity", "reference": "white", "met": "ela_met", "tested": "ela_tested"}


def three_indicators(**groups):
    """Three indicators; a group is (met, tested, expected) or the cells of each."""
    parts = []
    for indicator, cut in (
        ("ela_met", lambda k, t, n: (k, n)),
        ("ela_met_tested", lambda k, t, n: (k, t)),
        ("ela_tested", lambda k, t, n: (t, n)),
    ):
        cells = {
            name: cut(*cell) if isinstance(cell, tuple) else cell[indicator]
            for name, cell in groups.items()
            if isinstance(cell, tuple) or indicator in cell
        }
        parts.append(make_counts(**cells, indicator=indicator))
    return pd.concat(parts, ignore_index=True)


def told(obs, group="black"):
    table = schema.validate_estimates(participation(obs, **ELA))
    return table[table["student_group"] == group].set_index("measure")


def test_participation__matches_the_worked_example():
    # 45 of 100 met the standard, 80 were tested: 45 percent, 56.25 percent, and anything from 45 to 65.
    rows = told(three_indicators(black=(45, 80, 100)))
    assert rows["estimate"].tolist()[:3] == pytest.approx([0.45, 0.5625, 0.8])
    worst = rows.loc["rate_if_all_tested"]
    assert np.isnan(worst.estimate)
    assert (worst.bound_low, worst.bound_high) == pytest.approx((0.45, 0.65))
    assert (worst.outer_low, worst.outer_high) == pytest.approx(
        (float(wilson(45, 100)[0]), float(wilson(65, 100)[1]))
    )
    assert worst.status == "bounded"
    assert "none, and all, of those not tested" in worst.method
    assert (rows["indicator"] == "ela_met").all()
    assert rows["method"].str.endswith("; fewer than 95% were tested").all()


def test_participation__of_everybody_tested_leaves_nothing_open():
    rows = told(three_indicators(black=(45, 100, 100)))
    worst = rows.loc["rate_if_all_tested"]
    assert (worst.status, worst.estimate) == ("ok", 0.45)
    assert rows.loc["official_rate", "estimate"] == rows.loc["tested_rate", "estimate"]
    assert not rows["method"].str.contains("tested$").any()


@pytest.mark.slow
@pytest.mark.parametrize(("took_part", "flagged"), [(94, True), (95, False), (96, False)])
def test_participation__flags_less_than_95_percent(took_part, flagged):
    rows = told(three_indicators(black=(45, took_part, 100)))
    assert rows["method"].str.contains("fewer than 95%").all() == flagged


def test_participation__keeps_students_who_passed_earlier_in_the_whole():
    # 110 expected, 10 of them had passed; of the other 100, 80 were tested: 20 are open, not 22.
    cell = {"ela_met": (55, 110), "ela_met_tested": (45, 80), "ela_tested": (80, 100)}
    worst = told(three_indicators(black=cell)).loc["rate_if_all_tested"]
    assert (worst.bound_low, worst.bound_high) == pytest.approx((55 / 110, 75 / 110))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ({"ela_met": (45, 100), "ela_met_tested": (45, 80)}, "undefined"),
        ({"ela_met": (5, 10), "ela_met_tested": "N<10", "ela_tested": "withheld"}, "bounded"),
        ({"ela_met": (5, 12), "ela_met_tested": "N<10", "ela_tested": "N<10"}, "small_n"),
        ((0, 0, 50), "suppressed"),
    ],
)
def test_participation__at_the_edges_is_a_row_with_a_status(cell, status):
    obs = three_indicators(black=cell, white=(30, 50, 60))
    worst = told(obs).loc["rate_if_all_tested"]
    assert worst.status == status
    assert np.isnan(worst.estimate)
    if status == "bounded":
        assert (worst.bound_low, worst.bound_high) == (0.5, 1)


def test_participation_gaps__matches_hand_worked_bounds_and_warns():
    table = schema.validate_estimates(
        participation_gaps(three_indicators(black=(45, 80, 100), white=(60, 98, 100)), **PAIR)
    )
    published, worst = table.iloc[0], table.iloc[1]
    assert published.estimate == pytest.approx(-0.15)
    assert (worst.bound_low, worst.bound_high) == pytest.approx((0.45 - 0.62, 0.65 - 0.60))
    assert table["method"].str.contains("not to be read as a gap").all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("black", "white", "warned"),
    [
        ((45, 80, 100), (60, 98, 100), True),
        ((45, 97, 100), (60, 98, 100), False),  # tested alike
        ((20, 90, 100), (80, 98, 100), False),  # apart whatever happened
        ((45, 80, 100), (45, 85, 100), False),  # five points, no more
    ],
)
def test_participation_gaps__warns_only_where_it_cannot_be_told(black, white, warned):
    table = participation_gaps(three_indicators(black=black, white=white), **PAIR)
    assert table["method"].str.contains("not to be read as a gap").all() == warned


def test_participation_gaps__takes_others_for_a_reference():
    obs = three_indicators(black=(45, 80, 100), white=(60, 98, 100), asian=(30, 40, 50))
    table = schema.validate_estimates(participation_gaps(obs, **{**PAIR, "reference": "others"}))
    row = table[table["measure"] == "gap_if_all_tested"].iloc[0]
    assert (row.bound_low, row.bound_high) == pytest.approx((0.45 - 102 / 150, 0.65 - 90 / 150))


def test_participation__refuses_a_table_without_an_indicator():
    with pytest.raises(DataError, match="no rows of 'ela_tested'") as refusal:
        participation(make_counts(black=(1, 20)), **{**ELA, "met_tested": "ela_met"})
    assert refusal.value.valid == ["ela_met"]


def only_row(table):
    assert len(table) == 1
    return table.iloc[0]


def test_coverage__matches_a_hand_worked_table(counts):
    obs = counts(
        a=(45, 100),
        b="<15%",  # 20 students
        c="N<10",  # at most 9
        d={"status": "complementary", "denominator_low": 10, "denominator_high": 71},
        e="No Students",
        f="not collected",
    )
    row = only_row(coverage(obs))
    assert row[list(schema.OBSERVATION_STATUSES)].tolist() == [1, 1, 1, 1, 0, 1, 1]
    assert row["rows"] == 6
    assert row.coverage == pytest.approx(100 / (100 + 20 + 9 + 71))


def test_coverage__counts_the_schools_of_a_place(counts):
    obs = counts(a={"coverage": 0.5, "denominator_high": 40}, b=(3, 60)).assign(
        cells=4, cells_reported=[2, 4]
    )
    row = only_row(coverage(obs))
    assert (row["rows"], row.cells, row.cells_reported) == (2, 8, 6)
    assert row.coverage == pytest.approx((20 + 60) / 100)


def test_coverage__weighs_enrollment_by_the_group(counts):
    few = {"numerator_low": 1, "numerator_high": 9, "denominator_low": 400, "denominator_high": 400}
    obs = counts(a=(391, 400), b=few | {"status": "small_n"}, indicator="enrollment")
    assert only_row(coverage(obs)).coverage == pytest.approx(391 / 400)


TWO_PLACES = {"place": "here", "reference": "there"}


def two_years(**columns: object) -> pd.DataFrame:
    """Return two places in two years, their published schools with 40 and 60, then 30 and 60 of 100 students."""
    return conform_observations(
        pd.DataFrame(
            {
                "indicator": "math_met_tested",
                "end_year": [2018, 2018, 2024, 2024],
                "organization_level": "place",
                "organization_id": ["here", "there"] * 2,
                "status": ["reported", "reported", "reported", "withheld"],
                "cells": [3, 9, 3, 10],
                "published_numerator": [40, 60, 30, 60],
                "published_denominator": 100,
                "organizations_left_out": [0, 1, 0, 2],
                **columns,
            }
        )
    )


def test_published_gap_changes__is_of_the_schools_published_in_both_years():
    [found] = published_gap_changes(two_years(), **TWO_PLACES).to_dict("records")
    assert found["measure"] == "published_gap_change"
    assert found["estimate"] == pytest.approx(-0.1)  # 30 - 60 less 40 - 60
    assert found["reference"] == "there 2018"
    assert found["method"].startswith("8 schools with published numbers, 2 organizations left out")


def test_published_gap_changes__is_no_row_where_a_year_may_not_be_summed():
    table = two_years(published_denominator=[100, 100, 100, None])
    assert published_gap_changes(table, **TWO_PLACES).empty
    assert published_gap_changes(two_years().iloc[:2], **TWO_PLACES).empty


def test_counts_at_earlier_rate__is_what_the_earlier_rate_would_give_less_what_was_counted():
    years = pd.DataFrame(
        {
            "end_year": [2018, 2025],
            "status": "reported",
            "numerator": [2684, 1892],
            "denominator": [5124, 4427],
        }
    )
    [found] = counts_at_earlier_rate(conform_observations(years)).to_dict("records")
    assert found["estimate"] == 430  # 2684 / 5124 of 4427 is 2318.9; less 1892
    assert found["unit"] == "students"
    assert pd.isna([found["ci_low"], found["outer_high"]]).all()
    assert counts_at_earlier_rate(conform_observations(years.iloc[:1])).empty
    withheld = years.assign(status=["reported", "withheld"], numerator=[2684, None])
    assert counts_at_earlier_rate(conform_observations(withheld)).empty


def test_counts_at_other_rate__is_what_the_other_rate_would_give_less_what_was_counted(counts):
    here = counts(black=(447, 7817))
    there = counts(black=(611, 44952), organization_id="elsewhere")
    [found, *_] = counts_at_other_rate(compare(here, there)).to_dict("records")
    assert (found["measure"], found["estimate"]) == ("count_at_other_rate", -340)  # 106.3 less 447
    assert found["method"].endswith("rounded to tens")
    [other] = counts_at_other_rate(compare(there, here)).to_dict("records")
    assert other["estimate"] == 2000  # of 44,952, in hundreds: 2570.5 less 611
    assert other["method"].endswith("rounded to hundreds")
