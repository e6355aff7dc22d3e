"""Discipline of 2013-14: one year of another count, by hand from the file, never joined with the series."""

import csv
from pathlib import Path

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.loaders.raw.release import raw_files
from sesec_analysis.loaders.tidy.rules import groups_in_columns

COLUMNS = {
    "american_indian": "native",
    "asian": "asian",
    "black": "black",
    "hispanic": "hispanic",
    "pacific_islander": "api",
    "two_or_more": "multi",
    "white": "white",
    "low_income": "li",
    "students_with_disabilities": "se",
}


def printed(raw: Path, code: str) -> dict[str, str]:
    """A row of the file, as it is printed."""
    (name,) = raw_files("times_discipline@2014")
    with (raw / name).open(encoding="utf-8", newline="") as stream:
        return next(row for row in csv.DictReader(stream) if row["code"] == code)


@pytest.mark.parametrize("code", ["17001", "17401", "17403"])
def test_discipline_2014__is_as_printed(raw: Path, code: str):
    row = printed(raw, code)
    table = sa.load("disciplined_2014", organization_level="district", organization_id=code)
    table = table.set_index("student_group")
    assert table.loc["all", ["numerator", "denominator"]].tolist() == [
        int(row["disciplined"]),
        int(row["population"]),
    ]
    for group, name in COLUMNS.items():
        counts = [int(row[f"{name}_d"]), int(row[f"{name}_pop"])]
        assert table.loc[group, ["numerator", "denominator"]].tolist() == counts
    assert len(table) == len(COLUMNS) + 1


def test_discipline_2014__of_seattle_by_hand():
    table = sa.load("disciplined_2014", place="seattle").set_index("student_group")
    assert table.loc["black", ["numerator", "denominator"]].tolist() == [805, 10202]
    assert table.loc["white", ["numerator", "denominator"]].tolist() == [481, 24739]
    ratio = table.loc["black", "value"] / table.loc["white", "value"]
    assert round(float(ratio), 2) == 4.06


def test_discipline_2014__is_another_count_than_the_series():
    """Every group has more students than in the state's file of 2014-15, and not by one factor."""
    alone = sa.load("disciplined_2014", place="seattle").set_index("student_group")
    series = sa.load("disciplined", place="seattle", end_years=2015, grade_level="all")
    series = series.set_index("student_group")
    factors = {
        group: float(series.loc[group, "denominator"] / alone.loc[group, "denominator"]) - 1
        for group in ("all", "black", "hispanic", "asian", "white", "students_with_disabilities")
    }
    assert {group: round(100 * value, 1) for group, value in factors.items()} == {
        "all": -3.4,
        "black": -8.0,
        "hispanic": -7.3,
        "asian": -6.7,
        "white": -0.7,
        "students_with_disabilities": -11.6,
    }


def test_discipline_2014__is_never_a_year_of_the_series():
    assert 2014 not in set(sa.load("disciplined", place="seattle")["end_year"])
    assert set(sa.load("disciplined_2014")["end_year"]) == {2014}
    said = " ".join(catalog.indicator("disciplined_2014").caveats)
    for words in (
        "not the first year of that series",
        "newspaper",
        "8 percent",
        "Its races are not read",
    ):
        assert words in said


def test_discipline_2014__of_the_state_has_no_races(raw: Path):
    row = printed(raw, "wa")
    races = list(COLUMNS.values())[:7]
    assert sum(int(row[f"{name}_pop"]) for name in races) - int(row["population"]) == 10428
    assert sum(int(row[f"{name}_d"]) for name in races) - int(row["disciplined"]) == 94
    table = sa.load("disciplined_2014", place="washington")
    counted = table.set_index("student_group")["numerator"].to_dict()
    assert counted == {"all": 43275, "low_income": 32434, "students_with_disabilities": 12049}


def test_groups_in_columns__makes_a_row_of_each_group():
    wide = pd.DataFrame(
        {
            "code": ["1"],
            "students:White": ["20"],
            "disciplined:White": ["2"],
            "students:Asian": ["9"],
        }
    ).assign(**{"disciplined:Asian": [""]})
    rows, touched = groups_in_columns(wide)
    assert touched == 1
    assert rows[["code", "student_group", "denominator", "numerator"]].to_numpy().tolist() == [
        ["1", "White", "20", "2"],
        ["1", "Asian", "9", ""],
    ]
