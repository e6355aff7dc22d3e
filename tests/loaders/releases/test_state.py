"""The state beside Seattle: its own rows, its districts added up, neighbours; teachers' shares; graduation."""

import csv
import gzip
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis.loaders.tidy.resolve import RuleBrokenError
from sesec_analysis.loaders.tidy.rules import FILE_RULES, RULES

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


PARTS = {"1": (5000, 900), "2": (3000, 500), "3": (800, 90), "4": (400, 50)}


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (PARTS, ""),
        ({**PARTS, "3": (1000, 120)}, ""),
        ({**PARTS, "3": PARTS["2"]}, "the same counts"),
        ({code: PARTS[code] for code in "134"}, "3000 students in 2019-20 is gone"),
        # the district was merged with the first
        ({**{code: PARTS[code] for code in "34"}, "1": (7400, 1300)}, ""),
        ({"1": PARTS["4"], "2": PARTS["1"], "3": PARTS["2"], "4": PARTS["3"]}, "moved by half"),
    ],
)
def test_state_is_the_sum_of_its_parts__compares_parts_with_the_year_before(
    second: dict[str, tuple[int, int]], words: str
):
    rows = pd.DataFrame(
        [
            {"school_year": year, "part": part, "all_students": str(n), "numerator:ell": str(k)}
            for year, parts in (("2019-20", PARTS), ("2020-21", second))
            for part, (n, k) in parts.items()
        ]
    )
    if words:
        with pytest.raises(RuleBrokenError, match=words):
            FILE_RULES["state_is_the_sum_of_its_parts"](rows)
    else:
        assert FILE_RULES["state_is_the_sum_of_its_parts"](rows)[1] == len(rows)


def test_leave_seattle_out__drops_its_row_and_counts_it():
    kept, count = RULES["leave_seattle_out"](
        pd.DataFrame({"organization_id": ["17001", "17401"], "all_students": ["5", "6"]})
    )
    assert (kept["organization_id"].tolist(), count) == (["17401"], 1)


def test_leave_districts_out__keeps_schools_and_the_state():
    levels = ["school", "district", "state"]
    kept, count = RULES["leave_districts_out"](pd.DataFrame({"organization_level": levels}))
    assert (kept["organization_level"].tolist(), count) == (["school", "state"], 1)


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
