"""Teachers: averages read as printed, a count that number and percent imply, and places weighted by teachers."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from sesec_analysis import catalog
from sesec_analysis.loaders.in_place import in_places
from sesec_analysis.loaders.tidy import tokens
from sesec_analysis.loaders.tidy.resolve import resolve_averages
from sesec_analysis.loaders.tidy.rules import RULES
from sesec_analysis.loaders.tidy.tidy import tidy

STUDENTS_2017 = "enrollment/1_2_Demographic_Information_by_School_2016-17.csv"
CORE = list(catalog.place("southeast_seattle").schools)


def teachers(masters: list[str], percent: list[str]) -> tuple[list[str], int]:
    rows = pd.DataFrame({"masters": masters, "masters_percent": percent})
    rows = rows.assign(organization_id="2070", students="400")
    out, dropped = RULES["teachers_by_number_and_percent"](rows)
    return out["teachers"].tolist(), dropped


# ------------------------------------------------------------------------------------------------- the rule


def test_teachers_by_number_and_percent__says_the_one_number_that_fits():
    # 24 / 31 = 77.419 percent; 13 of 26 is printed 50; all of 54 is printed 100.
    assert teachers(["24", "13", "54"], ["77.42", "50", "100"]) == (["31", "26", "54"], 0)


def test_teachers_by_number_and_percent__guesses_nothing():
    # 150 of "50" percent can be 299 or 301 as well; none of any number is 0 percent; a blank percent says nothing.
    assert teachers(["150", "0", "7"], ["50", "0", ""]) == (["", "", ""], 0)


def test_teachers_by_number_and_percent__drops_organizations_without_teachers():
    assert teachers(["0", "24"], ["", "77.42"]) == (["31"], 1)


# ------------------------------------------------------------------------------------------------- averages


def averages(printed: list[str], over: list[str], counted: str = "teachers") -> pd.DataFrame:
    flag = tokens.parse_flags(pd.Series([""] * len(printed)))
    known = tokens.parse_numbers(pd.Series(printed)), tokens.parse_counts(pd.Series(over))
    return resolve_averages(*known, flag, counted=counted)


def test_resolve_averages__keeps_a_row_without_a_figure():
    table = averages(["", "", "N<10", "No Students"], ["13", "0", "7", "0"])
    assert table["status"].tolist() == ["withheld", "no_students", "small_n", "no_students"]
    assert table[["value", "value_low", "value_high"]].isna().all(axis=None)


def test_resolve_averages__masks_students_of_fewer_than_ten_not_teachers():
    masked, kept = (averages(["9"], ["8"], counted).iloc[0] for counted in ("students", "teachers"))
    assert (masked["status"], kept["status"]) == ("small_n", "reported")
    assert (masked["denominator_low"], masked["denominator_high"]) == (1, 9)
    assert pd.isna(masked["value"])


@pytest.mark.parametrize("text", ["fourteen", "14.9%", "1,2", "<5"])
def test_parse_numbers__refuses_what_is_no_number(text: str):
    with pytest.raises(tokens.UnknownTokenError):
        tokens.parse_numbers(pd.Series([text]))


# -------------------------------------------------------------------------------------------- the real files


def plain(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def of_place(table: pd.DataFrame, indicator: str, place: str = "southeast_seattle") -> pd.Series:
    rows = in_places(table[table["indicator"] == indicator], [place])
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.mark.slow
def test_experience__of_a_place_is_weighted_by_teachers(raw: Path):
    rows = [row for row in plain(raw / STUDENTS_2017) if row["BuildingNumber"] in CORE]
    assert len(rows) == 20
    held = [int(row["NumberTeachersWithAtLeastMasterDegree"]) for row in rows]
    staff = [
        round(k / float(row["PercentTeachersWithAtLeastMasterDegree"]) * 100)
        for k, row in zip(held, rows, strict=True)
    ]
    years = [float(row["AvgYearsEducationalExperience"]) for row in rows]
    table = tidy("ospi_teachers@2017", raw)
    average = of_place(table, "teacher_experience")
    by_hand = sum(y * n for y, n in zip(years, staff, strict=True)) / sum(staff)
    assert average["value"] == pytest.approx(by_hand, abs=1e-9)
    assert (average["denominator"], average["status"]) == (sum(staff), "reported")
    masters = of_place(table, "teachers_masters_degree")
    assert (masters["numerator"], masters["denominator"]) == (sum(held), sum(staff))
