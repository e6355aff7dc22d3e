"""Years to close: the answer in words, Fieller's limits, and when nothing is projected."""

from math import inf

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.projection import FARTHEST, fieller, gap_model, years_to_close

NUMBERS = ["estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"]
FIVE = [0.30, 0.28, 0.29, 0.26, 0.25]


def gaps_of(estimates, *, first=2015, **columns):
    """Give ESTIMATES of one gap in successive years."""
    rows = {
        "end_year": range(first, first + len(estimates)),
        "indicator": "ela_met",
        "organization_level": "place",
        "grade_level": "all",
        "measure": "gap",
        "reference": "white",
        "estimate": estimates,
        "status": "ok",
        "coverage": 1.0,
        "cells": 2,
        "cells_reported": 2,
        "source_ids": [f"made@{first + i}" for i in range(len(estimates))],
    }
    return schema.conform_estimates(pd.DataFrame({**rows, **columns}))


def row_of(gaps, **options):
    table = schema.validate_estimates(years_to_close(gaps, **options))
    assert len(table) == 1
    return table.iloc[0]


def test_years_to_close__is_hand_worked():
    # Slope: (2 * (25 - 30) + (26 - 28)) / 10 = -1.2 points a year; the line's last value is 27.6 - 2.4 = 25.2.
    row = row_of(gaps_of(FIVE))
    assert row.estimate == pytest.approx(25.2 / 1.2)
    assert (
        row.method
        == "at the pace of 2015 to 2019, -1.20 points a year (-2.17 to -0.23); Fieller interval"
    )
    assert (row.status, row.unit, row.end_year, row.cells) == ("ok", "years", 2019, 10)
    assert row.source_ids == "made@2015; made@2016; made@2017; made@2018; made@2019"


def test_years_to_close__limits_are_where_the_lines_own_interval_holds_zero():
    gaps = gaps_of([0.30, 0.262, 0.219, 0.184, 0.141])
    row, line = row_of(gaps), gap_model(gaps)
    for ahead, side in ((row.ci_low, 1), (row.ci_high, 0)):
        mean = line.get_prediction([[1.0, ahead]]).conf_int(alpha=0.05)[0]
        assert mean[1 - side] == pytest.approx(0, abs=1e-9)
    assert row.ci_low < row.estimate < row.ci_high


def test_fieller__is_without_end_unless_the_slope_is_a_pace():
    assert fieller(gap_model(gaps_of([0.30, 0.25, 0.31, 0.26, 0.28]))) == (-inf, inf)
    assert np.isfinite(fieller(gap_model(gaps_of(FIVE)))).all()


def test_fieller__on_a_line_without_spread_is_the_crossing_itself():
    assert fieller(gap_model(gaps_of([0.4, 0.3, 0.2]))) == pytest.approx((2, 2), abs=1e-6)


@pytest.mark.parametrize("sign", [1, -1])
def test_years_to_close__is_the_same_for_a_gap_and_its_mirror_image(sign):
    row = row_of(gaps_of([sign * one for one in FIVE]))
    assert row.estimate == pytest.approx(21)


def test_years_to_close__does_not_depend_on_the_order_of_rows():
    gaps = pd.concat([gaps_of(FIVE), gaps_of([0.4, 0.35, 0.31, 0.25], reference="asian")])
    tables = [
        years_to_close(rows).sort_values("reference", ignore_index=True)
        for rows in (gaps, gaps.iloc[::-1])
    ]
    pd.testing.assert_series_equal(tables[0]["estimate"], tables[1]["estimate"])
    pd.testing.assert_series_equal(tables[0]["method"], tables[1]["method"])


def test_years_to_close__shows_no_limit_beyond_what_is_projected():
    row = row_of(gaps_of(FIVE))
    assert fieller(gap_model(gaps_of(FIVE)))[1] > FARTHEST
    assert row.ci_high == inf


@pytest.mark.parametrize(
    ("estimates", "words"),
    [
        ([0.30, 0.28, 0.26], "fewer than 4 comparable years"),
        ([0.30, 0.25, 0.31, 0.26, 0.28], "may be none"),
        ([0.300, 0.299, 0.2981, 0.2969, 0.296], "over 25 years at the pace of 2015 to 2019"),
        (
            [0.25, 0.26, 0.29, 0.28, 0.30],
            "not closing: at the pace of 2015 to 2019, 1.20 points a year",
        ),
        ([-0.25, -0.26, -0.29, -0.28, -0.30], "the gap widens"),
        ([0.30, 0.30, 0.30, 0.30], "one line"),
        ([0.30, 0.20, 0.10, 0.0], "one line"),
    ],
)
def test_years_to_close__answers_in_words_what_cannot_be_projected(estimates, words):
    row = row_of(gaps_of(estimates))
    assert row.status == "undefined"
    assert words in row.method
    assert row[NUMBERS].isna().all()


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        ("small_n", "small_n"),
        ("break", "break"),
        ("bounded", "suppressed"),
        ("suppressed", "suppressed"),
    ],
)
def test_years_to_close__projects_nothing_over_a_year_that_is_hidden(status, answer):
    gaps = gaps_of(FIVE)
    gaps.loc[2, ["status", "estimate"]] = [status, np.nan]
    row = row_of(gaps)
    assert row.status == answer
    assert row[NUMBERS].isna().all()


def test_years_to_close__takes_a_missing_year_for_missing():
    gaps = gaps_of([0.30, np.nan, 0.22, 0.19, 0.13])
    gaps.loc[1, "status"] = "undefined"
    assert row_of(gaps).estimate == row_of(gaps.drop(index=1)).estimate
    assert row_of(gaps_of([np.nan] * 5, status="undefined")).status == "undefined"


def test_years_to_close__stops_at_a_break():
    row = row_of(gaps_of(FIVE), breaks=[2018])
    assert (row.status, row.method) == ("break", "not calculated: series break at 2018")
    assert row[NUMBERS].isna().all()
    assert row_of(gaps_of(FIVE), breaks=[2015, 2020]).status == "ok"


def test_years_to_close__refuses_what_are_no_gaps():
    gaps = gaps_of(FIVE)
    for table, options, message in [
        (gaps.assign(measure="ratio"), {}, "only gaps"),
        (pd.concat([gaps, gaps]), {}, "only gaps"),
        (gaps, {"level": 95}, "confidence level"),
    ]:
        with pytest.raises(DataError, match=message):
            years_to_close(table, **options)


def test_gap_model__refuses_what_gives_no_line():
    for table in (
        gaps_of([0.3, 0.2]),
        gaps_of([0.3, np.nan, 0.2]),
        pd.concat([gaps_of(FIVE), gaps_of(FIVE, reference="asian")]),
    ):
        with pytest.raises(DataError, match="give no line"):
            gap_model(table)


def test_years_to_close__of_nothing_at_all_is_an_empty_table():
    assert len(schema.validate_estimates(years_to_close(gaps_of([])))) == 0


def test_fieller__covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(5)
    # Ten years to go at three points a year: gaps of 30 points and noise of one.
    design, hits = np.column_stack([np.ones(6), np.arange(-5, 1)]), []
    for noise in rng.normal(0, 0.01, size=(1000, 6)):
        low, high = fieller(OLS(design @ [0.30, -0.03] + noise, design).fit())
        hits.append(low <= 10 <= high)
    assert np.mean(hits) == pytest.approx(0.95, abs=0.02)
