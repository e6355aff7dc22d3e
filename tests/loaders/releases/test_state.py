"""The state beside Seattle: its own rows, its districts added up, neighbours; teachers' shares; graduation."""

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest

import sesec_analysis as sa

TOTALS = (
    "state/OSPI_district_enrollment_demographics_finance_2019-20_to_2024-25_all_districts.csv.gz"
)
TEACHERS = "teacher/Report_Card_Teacher_Demographics_2017-18_to_2022-23_Seattle_4columns.csv.gz"
GROUPS = {
    "low_income": "demo.lowIncome",
    "english_learner": "demo.ell",
    "students_with_disabilities": "demo.sped",
}


def zipped(raw: Path, file: str) -> list[dict[str, str]]:
    with gzip.open(raw / file, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_state__its_own_rows_of_2019():
    table = sa.load("enrollment", organization_level="state", end_years=2019, grade_level="all")
    counts = table.set_index("student_group")["numerator"]
    assert counts[["all", "low_income", "english_learner"]].tolist() == [1134274, 535030, 134068]
    assert set(table["organization_id"]) == {"WA"}


@pytest.mark.parametrize("year", range(2020, 2026))
def test_state__is_the_sum_of_every_district(raw: Path, year: int):
    label = f"{year - 1}-{year % 100}"
    rows = [row for row in zipped(raw, TOTALS) if row["schoolYear"] == label]
    assert len({row["code"] for row in rows}) == len(rows) > 300
    table = sa.load("enrollment", organization_level="state", end_years=year)
    counts = table.set_index("student_group")["numerator"].to_dict()
    printed = {code: sum(int(row[name]) for row in rows) for code, name in GROUPS.items()}
    assert counts == {"all": sum(int(row["enrollment"]) for row in rows), **printed}


def test_graduation__of_the_schools_adds_up_to_the_district():
    place = sa.load("graduated_4yr", place=["rest_of_seattle", "seattle"], end_years=2019)
    assert place[["numerator", "denominator"]].to_numpy().tolist() == [[2307, 2822], [2938, 3532]]


@pytest.mark.slow
@pytest.mark.parametrize("year", range(2018, 2024))
@pytest.mark.parametrize(
    ("indicator", "category"),
    [("teachers_female", "Female"), ("teachers_black", "Black/ African American")],
)
def test_teachers__shares_are_as_printed_and_masked_is_not_zero(
    raw: Path, year: int, indicator: str, category: str
):
    printed = Counter(
        row["TeacherPercent"]
        for row in zipped(raw, TEACHERS)
        if row["SchoolYr"] == f"{year - 1}.0" and row["DemographicCategory"] == category
    )
    table = sa.load(indicator, end_years=year)
    held = Counter(table["token"])
    assert held == printed
    masked = table[table["token"] == ""]
    assert set(masked["status"]) <= {"withheld"}
    assert masked["value"].isna().all()
    shares = table[table["token"] != ""]
    assert (shares["value"] == shares["token"].astype(float)).all()
    assert shares["denominator"].isna().all()
