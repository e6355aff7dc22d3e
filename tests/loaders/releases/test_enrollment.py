"""Enrollment as the state publishes it, from the state's own columns and from a carrier's."""

from pathlib import Path

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis.loaders.tidy.tidy import tidy

GROUPS = ["all", "low_income", "english_learner"]
SOUTHEAST = {
    2018: [10572, 7174, 2707],
    2021: [10481, 6571, 2663],
    2023: [9794, 6206, 2749],
    2024: [9506, 5804, 2675],
    2025: [9683, 5618, 2822],
}
CARRIED = [2018, 2023, 2024, 2025]
DECATUR = "5488"


def counts(place: str, year: int) -> list[int]:
    table = sa.load("enrollment", place=place, end_years=year, grade_level="all")
    return table.set_index("student_group").loc[GROUPS, "numerator"].tolist()


@pytest.mark.parametrize("year", SOUTHEAST)
def test_southeast_seattle__has_the_students_that_its_twenty_schools_sum_to(year: int):
    assert counts("southeast_seattle", year) == SOUTHEAST[year]


def test_seattle__is_the_district_row_of_the_newest_year():
    assert counts("seattle", 2025) == [51200, 17538, 7540]


def test_years__are_whole_from_2018_to_2025():
    table = sa.load("enrollment", place="seattle", grade_level="all", student_group="all")
    assert sorted(set(table["end_year"]) & set(range(2018, 2026))) == list(range(2018, 2026))


@pytest.mark.parametrize("year", CARRIED)
def test_carried_file__masks_the_school_that_is_printed_as_highly_capable_to_the_last_student(
    year: int,
):
    table = sa.load("enrollment", end_years=year, grade_level="all")
    masked = table[table["status"] != "reported"]
    assert set(masked["organization_id"]) == {DECATUR}
    assert sorted(masked["student_group"]) == ["highly_capable", "not_highly_capable"]
    assert masked["numerator"].isna().all()
    assert (masked["numerator_high"] == masked["denominator"]).all()
    assert not masked["token"].str.contains(r"\d").any()


@pytest.mark.parametrize("year", CARRIED)
def test_carried_file__has_every_group_that_the_states_own_columns_have(year: int):
    ours, states = (
        sa.load("enrollment", end_years=end_year, grade_level="all") for end_year in (year, 2022)
    )
    assert set(ours["student_group"]) == set(states["student_group"])
    sizes = ours.groupby(["organization_id", "student_group_type"]).agg(
        students=("numerator", "sum"), everyone=("denominator", "first")
    )
    short = sizes[sizes["students"] != sizes["everyone"]]
    assert set(short.index) == {(DECATUR, "highly_capable")}


def test_2021__holds_schools_whose_race_groups_sum_short_of_all_students():
    table = sa.load("enrollment", end_years=2021, grade_level="all", organization_level="school")
    races = table[table["student_group_type"] == "race_ethnicity"]
    sums = races.groupby("organization_id").agg(
        students=("numerator", "sum"), everyone=("denominator", "first")
    )
    short = sums[sums["students"] < sums["everyone"]]
    assert len(short) == 6
    assert short.loc["1579"].tolist() == [484, 485]
    assert not (sums["students"] > sums["everyone"]).any()


@pytest.mark.slow
def test_copies_of_2024_and_2025__are_read_in_their_own_layout(raw: Path):
    named = tidy(
        "ospi_enrollment@2024", raw / "enrollment/SPS_OSPI_demographics_by_school_2023-24.csv"
    )
    own = tidy(
        "ospi_enrollment@2025", raw / "enrollment/Report_Card_Enrollment_2024-25_Seattle.csv"
    )
    assert _students(named) == {"district": 50968, "school": 50968}
    assert _students(own) == {"school": 49305}
    assert own.attrs["rules"]["flagged_groups_are_masked"] == 1


def _students(table: pd.DataFrame) -> dict[str, int]:
    everyone = table[table["student_group"] == "all"]
    return everyone.groupby("organization_level")["numerator"].sum().to_dict()
