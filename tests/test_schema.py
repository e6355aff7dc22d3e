"""What cannot be OBSERVATIONS is refused by row and column; every measure is tried in tests/system/test_public.py."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis import schema
from sesec_analysis.errors import FileError, QuestionError


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    places = ["southeast_seattle", "rest_of_seattle"]
    return sa.load("disciplined", place=places, end_years=[2018, 2019], grade_level="all")


HARMFUL = [
    *(
        ("numerator", -7, "numerator is not 0 to"),
        ("denominator", 2.5, "2.5 in the column denominator"),
    ),
    *(("denominator", np.inf, "inf in the column"), ("numerator", 10**30, "no whole number")),
    *(
        ("numerator", "many", "'many' in the column numerator"),
        ("numerator", True, "True in the column"),
    ),
    *(
        ("end_year", 2091, "end_year is not 0 to"),
        ("end_year", "2018-19", "school year by its end"),
        ("student_group", None, "student_group is empty"),
    ),
    *(("status", "fine", "status is none of"), ("unit", "furlongs", "unit is none of")),
    *(
        ("organization_level", "planet", "is none of"),
        ("student_group", "bl\u0430ck", "letters that are not"),
        ("student_group", "black ", "spaces around it"),
        ("organization_id", 2120.0, "holds a number"),
    ),
    *(
        ("value", 2.0, "an exact figure lies outside"),
        ("coverage", 7.0, "coverage is not 0 to 1"),
        ("cells", -1, "cells is not 0"),
    ),
]


@pytest.mark.parametrize(("column", "value", "words"), HARMFUL)
def test_check_observations__refuses_a_value_that_cannot_be_by_row_and_column(
    table, column, value, words
):
    rows = table.astype({column: object})
    rows.iloc[3, rows.columns.get_loc(column)] = value
    with pytest.raises(QuestionError, match="row 3") as refused:
        sa.rates(rows)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: pd.concat([rows, rows[["status"]]], axis=1), r"column\(s\) status twice"),
        (lambda rows: rows.drop(columns="status"), r"lacks the column\(s\) status"),
        (lambda rows: rows.assign(end_year=pd.Timestamp("2019-01-01")), "school year by its end"),
        (
            lambda rows: rows.assign(value=50.0, value_low=50.0, value_high=50.0),
            "a share lies outside 0-1",
        ),
        (lambda rows: rows.to_dict(), "a table is wanted"),
        (
            lambda rows: rows.assign(unit=["dollars_per_student", *rows["unit"][1:]]),
            "an indicator is in several units",
        ),
    ],
)
def test_check_observations__refuses_what_is_no_table_of_observations(table, change, words):
    with pytest.raises(QuestionError, match=words):
        sa.rates(change(table))


def test_check_observations__names_the_first_of_many_rows(table):
    rows = table.assign(
        denominator_low=pd.array([5] * len(table), dtype="Int64"), denominator_high=4
    )
    with pytest.raises(
        QuestionError, match=rf"denominator_low is above denominator_high, in {len(table)} row"
    ):
        sa.rates(rows)


def test_check_observations__takes_the_published_files_as_pandas_reads_them():
    folder = Path(__file__).parents[1] / "data/observations"
    cells = pd.read_parquet(folder / "ospi_sqss@2019.parquet")
    from_file, loaded = sa.rates(cells), sa.rates(schema.conform_observations(cells))
    pd.testing.assert_frame_equal(from_file, loaded)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows.drop(columns="token"), ["the column token is missing"]),
        (lambda rows: rows.astype({"cells": "float64"}), ["cells is float64, not Int64"]),
        (
            lambda rows: rows.assign(status="fine", coverage=7.0),
            ["breaks 2 rule(s)", "status is none of reported", "coverage is not 0 to 1, 52 row(s)"],
        ),
        (lambda rows: pd.concat([rows, rows.head(1)]), ["the same figure is in two rows", "1 row"]),
        (lambda rows: rows.assign(grade_level="3"), ["grade_level is none of all", "first at osp"]),
    ],
)
def test_validate_observations__names_every_broken_rule_with_its_rows(table, change, words):
    rows = table[table["organization_id"] == "southeast_seattle"].reset_index(drop=True)
    assert schema.validate_observations(rows) is rows
    with pytest.raises(FileError) as refused:
        schema.validate_observations(change(rows))
    assert all(one in str(refused.value) for one in words), str(refused.value)


@pytest.mark.parametrize(
    ("estimate", "words"), [(5.0, "a rate lies outside 0-1"), ("a", "is no number")]
)
def test_check_estimates__refuses_a_number_that_cannot_be(table, estimate, words):
    with pytest.raises(QuestionError, match=words):
        sa.findings(sa.rates(table).assign(estimate=estimate))
