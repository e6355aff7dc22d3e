"""Changes of rates and of gaps: published intervals, hand-worked cases, bounds that hold whatever was withheld."""

from math import inf

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts
from estimate_samples import estimates, row

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.changes import (
    FARTHEST,
    change,
    difference_in_gaps,
    fieller,
    gap_model,
    progress,
    years_to_close,
)
from sesec_analysis.metrics.disparity import gaps
from sesec_analysis.metrics.intervals import wilson

NUMBERS = ["estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"]
BREAK = pd.DataFrame({"end_year": [2018], "reason": ["new test"]})


def two_years(then, now):
    """Give OBSERVATIONS of two years, each a dict of cells by group."""
    tables = [make_counts(end_year=2016, **then), make_counts(end_year=2019, **now)]
    return pd.concat(tables, ignore_index=True)


def changed(then, now, **options):
    return schema.validate_estimates(change(two_years(then, now), first=2016, last=2019, **options))


def gap_change(then, now, **options):
    """Give the change of the gap between black and white students, two cells in each year."""
    tables = [
        gaps(
            make_counts(end_year=year, black=black, white=white),
            by="race_ethnicity",
            reference="white",
        )
        for year, (black, white) in ((2016, then), (2019, now))
    ]
    return schema.validate_estimates(difference_in_gaps(*tables, **options)).iloc[0]


# --- change ----------------------------------------------------------------------------------------------------------


def test_change__is_hand_worked():
    row = changed({"black": (40, 100)}, {"black": (30, 60)}).iloc[0]
    assert row.estimate == row.bound_low == row.bound_high == pytest.approx(0.5 - 0.4)
    assert (row.end_year, row.reference, row.unit, row.measure) == (
        2019,
        "2016",
        "points",
        "change",
    )
    assert (row.n_low, row.reference_n_low, row.cells) == (60, 100, 2)


def test_change__has_the_bounds_of_what_is_withheld():
    row = changed({"black": "<15%"}, {"black": (30, 60)}).iloc[0]
    assert (row.status, row.bound_low, row.bound_high) == ("bounded", 0.35, 0.5)
    # Attained at 3 of 20, that is 15 percent, and 0 of 20; the outer limits are Newcombe's own at these two.
    ends = [changed({"black": (k, 20)}, {"black": (30, 60)}).iloc[0] for k in (3, 0)]
    assert (row.outer_low, row.outer_high) == pytest.approx(
        (ends[0].ci_low, ends[1].ci_high), abs=2e-4
    )
    assert np.isnan(row.estimate)
    assert np.isnan(row.ci_low)


def test_change__keeps_what_one_year_lacks():
    table = changed({"black": (4, 20), "asian": (1, 20)}, {"black": (5, 20), "white": (9, 30)})
    assert dict(zip(table["student_group"], table["status"], strict=True)) == {
        "black": "ok",
        "asian": "undefined",
        "white": "undefined",
    }
    assert set(table["end_year"]) == {2019}


@pytest.mark.parametrize(
    ("at", "status"), [(2016, "ok"), (2017, "break"), (2019, "break"), (2020, "ok")]
)
def test_change__stops_at_a_break_between_its_years(at, status):
    row = changed({"black": (4, 20)}, {"black": (5, 20)}, breaks=[at]).iloc[0]
    assert row.status == status
    assert row[NUMBERS].isna().all() == (status == "break")


@pytest.mark.parametrize(("year", "status"), [(2016, "break"), (2017, "ok"), (2019, "break")])
def test_change__of_a_year_that_is_out_has_no_number(year, status):
    out = pd.DataFrame({"end_year": [year], "reason": ["no test was given"]})
    row = changed({"black": (4, 20)}, {"black": (5, 20)}, years_out=out).iloc[0]
    assert row.status == status
    assert row[NUMBERS].isna().all() == (status == "break")
    assert (row.method == f"not calculated: left out: {year}: no test was given") == (
        status == "break"
    )


def test_difference_in_gaps__of_a_year_that_is_out_has_no_number():
    row = gap_change(((3, 20), (20, 50)), ((9, 20), (20, 50)), years_out=[2019])
    assert (row.status, row.method) == ("break", "not calculated: left out: 2019")


def test_change__says_why_the_series_breaks_but_never_how_few_students():
    table = changed(
        {"black": (4, 20), "asian": "N<10"}, {"black": (5, 20), "asian": (5, 20)}, breaks=BREAK
    )
    assert table["status"].tolist() == ["break", "small_n"]
    assert table["method"].iloc[0] == "not calculated: series break at 2018: new test"


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (2019, 2016),
        (2016, 2016),
    ],
)
def test_change__refuses_years_it_does_not_have(first, last):
    with pytest.raises(DataError, match="there is no change"):
        change(two_years({"black": (4, 20)}, {"black": (5, 20)}), first=first, last=last)


# --- difference in gaps ----------------------------------------------------------------------------------------------


def test_difference_in_gaps__is_hand_worked():
    # METRICS' example: 30 against 60 percent, later 60 against 80: the gap of -30 points is one of -20.
    row = gap_change(((300, 1000), (600, 1000)), ((600, 1000), (800, 1000)))
    assert row.estimate == pytest.approx(0.10)
    assert (row.measure, row.reference, row.end_year) == ("gap_change", "white 2016", 2019)
    # Squared and added from the four Wilson intervals themselves.
    (l1, u1), (l2, u2), (l3, u3), (l4, u4) = (wilson(k, 1000) for k in (600, 800, 300, 600))
    down = np.sqrt((0.6 - l1) ** 2 + (u2 - 0.8) ** 2 + (u3 - 0.3) ** 2 + (0.6 - l4) ** 2)
    up = np.sqrt((u1 - 0.6) ** 2 + (0.8 - l2) ** 2 + (0.3 - l3) ** 2 + (u4 - 0.6) ** 2)
    assert (row.ci_low, row.ci_high) == pytest.approx((0.1 - down, 0.1 + up))
    assert (row.n_low, row.reference_n_low, row.cells) == (1000, 1000, 4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("N<10", "small_n"),
        ("No Students", "undefined"),
        ("withheld", "suppressed"),
        ("<15%", "bounded"),
    ],
)
def test_difference_in_gaps__says_why_there_is_no_number(cell, status):
    for years in (
        ((cell, (20, 50)), ((30, 50), (40, 50))),
        (((30, 50), (40, 50)), (cell, (20, 50))),
    ):
        row = gap_change(*years)
        assert row.status == status
        assert np.isnan(row.estimate)


def test_difference_in_gaps__keeps_what_one_year_lacks():
    first, last = (
        gaps(
            make_counts(end_year=year, white=(20, 50), **{group: (9, 30)}),
            by="race_ethnicity",
            reference="white",
        )
        for year, group in ((2016, "black"), (2019, "asian"))
    )
    table = schema.validate_estimates(difference_in_gaps(first, last))
    assert table["student_group"].tolist() == ["asian", "black"]
    assert table["status"].tolist() == ["undefined", "undefined"]
    assert table["organization_name"].tolist() == ["Southeast Seattle"] * 2
    assert difference_in_gaps(first, last.head(0))["end_year"].tolist() == [2016]


def test_difference_in_gaps__refuses_what_is_not_two_years_of_gaps():
    table = gaps(
        make_counts(end_year=2016, white=(20, 50), black=(9, 30)),
        by="race_ethnicity",
        reference="white",
    )
    later = table.assign(end_year=2019)
    for first, last, message in [
        (later, table, "no change"),
        (pd.concat([table, later]), later, "gaps of one year"),
        (table.assign(measure="ratio"), later, "gaps of one year"),
        (table, later.assign(ci_level=0.9), "confidence levels"),
    ]:
        with pytest.raises(DataError, match=message):
            difference_in_gaps(first, last)


FIVE = [0.30, 0.28, 0.29, 0.26, 0.25]


def gaps_over_years(values, **columns):
    """Give ESTIMATES of one gap in successive years, from 2015 on."""
    known = {"measure": "gap", "reference": "white", "cells": 2, "cells_reported": 2}
    years = enumerate(values, start=2015)
    rows = [row(estimate=one, end_year=y, source_ids=f"made@{y}", **known) for y, one in years]
    return estimates(rows).assign(**columns)


def row_of(gaps, **options):
    table = schema.validate_estimates(years_to_close(gaps, **options))
    assert len(table) == 1
    return table.iloc[0]


def test_years_to_close__is_hand_worked():
    # Slope: (2 * (25 - 30) + (26 - 28)) / 10 = -1.2 points a year; the line's last value is 27.6 - 2.4 = 25.2.
    row = row_of(gaps_over_years(FIVE))
    assert row.estimate == pytest.approx(25.2 / 1.2)
    assert (
        row.method
        == "at the pace of 2015 to 2019, -1.20 points a year (-2.17 to -0.23); Fieller interval"
    )
    assert (row.status, row.unit, row.end_year, row.cells) == ("ok", "years", 2019, 10)
    assert row.source_ids == "made@2015; made@2016; made@2017; made@2018; made@2019"


def test_years_to_close__limits_are_where_the_lines_own_interval_holds_zero():
    gaps = gaps_over_years([0.30, 0.262, 0.219, 0.184, 0.141])
    row, line = row_of(gaps), gap_model(gaps)
    for ahead, side in ((row.ci_low, 1), (row.ci_high, 0)):
        mean = line.get_prediction([[1.0, ahead]]).conf_int(alpha=0.05)[0]
        assert mean[1 - side] == pytest.approx(0, abs=1e-9)
    assert row.ci_low < row.estimate < row.ci_high


def test_fieller__is_without_end_unless_the_slope_is_a_pace():
    assert fieller(gap_model(gaps_over_years([0.30, 0.25, 0.31, 0.26, 0.28]))) == (-inf, inf)
    assert fieller(gap_model(gaps_over_years([0.25] * 5))) == (-inf, inf)  # nor at an edge
    assert np.isfinite(fieller(gap_model(gaps_over_years(FIVE)))).all()


def test_years_to_close__shows_no_limit_beyond_what_is_projected():
    row = row_of(gaps_over_years(FIVE))
    assert fieller(gap_model(gaps_over_years(FIVE)))[1] > FARTHEST
    assert row.ci_high == inf


@pytest.mark.slow
@pytest.mark.parametrize(
    ("estimates", "words"),
    [
        ([0.30, 0.28, 0.26], "fewer than 4 comparable years"),
        ([0.300, 0.299, 0.2981, 0.2969, 0.296], "over 25 years at the pace of 2015 to 2019"),
        (
            [0.25, 0.26, 0.29, 0.28, 0.30],
            "not closing: at the pace of 2015 to 2019, 1.20 points a year",
        ),
        ([0.30, 0.30, 0.30, 0.30], "one line"),
    ],
)
def test_years_to_close__answers_in_words_what_cannot_be_projected(estimates, words):
    row = row_of(gaps_over_years(estimates))
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
    gaps = gaps_over_years(FIVE)
    gaps.loc[2, ["status", "estimate"]] = [status, np.nan]
    row = row_of(gaps)
    assert row.status == answer
    assert row[NUMBERS].isna().all()


def test_years_to_close__takes_a_missing_year_for_missing():
    gaps = gaps_over_years([0.30, np.nan, 0.22, 0.19, 0.13])
    gaps.loc[1, "status"] = "undefined"
    assert row_of(gaps).estimate == row_of(gaps.drop(index=1)).estimate
    assert row_of(gaps_over_years([np.nan] * 5, status="undefined")).status == "undefined"


def test_years_to_close__stops_at_a_break():
    row = row_of(gaps_over_years(FIVE), breaks=[2018])
    assert (row.status, row.method) == ("break", "not calculated: series break at 2018")
    assert row[NUMBERS].isna().all()
    assert row_of(gaps_over_years(FIVE), breaks=[2015, 2020]).status == "ok"


def test_years_to_close__passes_by_a_year_that_is_out():
    gaps = gaps_over_years([0.30, 0.9, 0.22, 0.19, 0.13])
    out = gaps["end_year"].iloc[1]
    assert row_of(gaps, years_out=[out]).estimate == row_of(gaps.drop(index=1)).estimate


def with_errors(gaps, *errors):
    """Give each year's gap an interval of so many standard errors of its own."""
    reach = 1.959963984540054 * np.array(errors)
    limits = {"ci_low": gaps["estimate"] - reach, "ci_high": gaps["estimate"] + reach}
    return gaps.assign(**limits, ci_level=0.95)


def test_gap_model__weighs_each_year_by_its_error():
    gaps = gaps_over_years([0.30, 0.28, 0.20])
    assert gap_model(with_errors(gaps, 0.01, 0.01, 0.01)).params == pytest.approx(
        gap_model(gaps).params
    )
    # A last year that is known ten times less well hardly bends the line through the other two: -2 points a year.
    line = gap_model(with_errors(gaps, 0.001, 0.001, 0.1))
    assert line.params[1] == pytest.approx(-0.02, abs=1e-3)
    # Years that lie on a line are known no better than their errors say, one slope of three years: se = e / sqrt(2).
    straight = gap_model(with_errors(gaps_over_years([0.3, 0.2, 0.1]), 0.01, 0.02, 0.01))
    assert straight.bse[1] == pytest.approx(0.01 / np.sqrt(2))


def test_years_to_close__is_refused_where_the_last_year_lies_off_the_line():
    gaps = gaps_over_years([0.30, 0.281, 0.259, 0.24, 0.221, 0.35])
    row = row_of(gaps)
    assert (row.status, row.method) == (
        "undefined",
        "cannot be projected: the gap of 2020 lies off the line of the years before",
    )
    assert row_of(gaps.iloc[:5]).status == "ok"


@pytest.mark.slow
def test_years_to_close__is_refused_where_a_later_year_contradicts_it():
    gaps = gaps_over_years([0.30, 0.281, 0.259, 0.24, 0.221, 0.201, 0.35])
    first = gaps.iloc[:5]
    assert row_of(first, later=first).status == "ok"
    assert row_of(first, later=gaps.iloc[:6]).estimate == row_of(first).estimate
    assert "2021 lies off" in row_of(first, later=gaps).method
    assert row_of(first, later=gaps, years_out=[2021]).status == "ok"
    other = gaps.assign(reference="asian")
    assert row_of(first, later=other).status == "ok"


def test_years_to_close__refuses_what_are_no_gaps():
    gaps = gaps_over_years(FIVE)
    for table, options, message in [
        (gaps.assign(measure="ratio"), {}, "only gaps"),
        (pd.concat([gaps, gaps]), {}, "only gaps"),
        (gaps, {"level": 95}, "confidence level"),
    ]:
        with pytest.raises(DataError, match=message):
            years_to_close(table, **options)


def test_progress__refuses_a_reference_without_rows_in_one_of_the_years():
    both = two_years({"all": (1, 20)}, {"all": (2, 20)})
    there = make_counts(end_year=2019, organization_id="seattle", all=(3, 20))
    with pytest.raises(DataError, match="`b` holds 0 organizations"):
        progress(pd.concat([both, there]), place="southeast_seattle", reference="seattle")
