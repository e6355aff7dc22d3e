"""Enrollment as the state publishes it, from the state's own columns and from a carrier's."""

from pathlib import Path

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.loaders.build import observation_files
from sesec_analysis.loaders.raw import store
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


def of_release(year: int) -> pd.DataFrame:
    """Rows of all grades in the release itself; other sources add districts and the state to a year."""
    table = sa.load("enrollment", end_years=year, grade_level="all")
    return table[table["source_id"] == f"ospi_enrollment@{year}"]


@pytest.mark.slow
@pytest.mark.parametrize("year", SOUTHEAST)
def test_southeast_seattle__has_the_students_that_its_twenty_schools_sum_to(year: int):
    assert counts("southeast_seattle", year) == SOUTHEAST[year]


def test_seattle__is_the_district_row_of_the_newest_year():
    assert counts("seattle", 2025) == [51200, 17538, 7540]


@pytest.mark.slow
def test_years__are_whole_from_2018_to_2025():
    table = sa.load("enrollment", place="seattle", grade_level="all", student_group="all")
    assert sorted(set(table["end_year"]) & set(range(2018, 2026))) == list(range(2018, 2026))


@pytest.mark.parametrize("year", CARRIED)
def test_carried_file__masks_the_school_that_is_printed_as_highly_capable_to_the_last_student(
    year: int,
):
    table = of_release(year)
    masked = table[table["status"] != "reported"]
    assert set(masked["organization_id"]) == {DECATUR}
    assert sorted(masked["student_group"]) == ["highly_capable", "not_highly_capable"]
    assert masked["numerator"].isna().all()
    assert (masked["numerator_high"] == masked["denominator"]).all()
    assert not masked["token"].str.contains(r"\d").any()


@pytest.mark.parametrize("year", CARRIED)
def test_carried_file__has_every_group_that_the_states_own_columns_have(year: int):
    ours, states = of_release(year), of_release(2022)
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


# The district's own count in fall


@pytest.mark.slow
def test_enrollment_october__sums_to_the_district_but_for_three_programs_without_a_code(raw: Path):
    question = {"grade_level": "all", "student_group": "all"}
    places = sa.load(
        "enrollment_october", place=["southeast_seattle", "rest_of_seattle", "seattle"], **question
    )
    sums = {
        place: rows.set_index("end_year")["numerator"]
        for place, rows in places.groupby("organization_id")
    }
    assert {place: students[2025] for place, students in sums.items()} == {
        "rest_of_seattle": 40896,
        "seattle": 50554,
        "southeast_seattle": 9530,
    }
    without_code = sums["seattle"] - sums["southeast_seattle"] - sums["rest_of_seattle"]
    assert without_code.tolist() == [145, 161, 188, 178, 83, 128]
    dropped = tidy("sps_p223@2020", raw).attrs["row_log"]["dropped"]
    assert dropped == {"other_years": 3844, "programs_without_code": 22}


def test_enrollment_october__is_early_word_of_what_the_state_counts():
    question = {"end_years": range(2020, 2026), "grade_level": "all", "student_group": "all"}
    early, later = (
        sa.load(indicator, place="southeast_seattle", **question).set_index("end_year")["numerator"]
        for indicator in ("enrollment_october", "enrollment")
    )
    assert ((early - later).abs() / later < 0.02).all()


@pytest.mark.parametrize("year", range(2020, 2026))
def test_enrollment_october__has_grades_that_sum_to_each_school(year: int):
    table = sa.load("enrollment_october", end_years=year, student_group="all")
    whole = table[table["grade_level"] == "all"].set_index("organization_id")["numerator"]
    grades = table[table["grade_level"] != "all"].groupby("organization_id")["numerator"].sum()
    assert (grades.reindex(whole.index) == whole).all()


@pytest.mark.slow
@pytest.mark.parametrize("year", range(2020, 2026))
def test_enrollment_october__knows_every_school_by_the_code_that_the_state_gives_it(year: int):
    codes = [
        set(sa.load(indicator, end_years=year, organization_level="school")["organization_id"])
        for indicator in ("enrollment_october", "enrollment")
    ]
    # The district counts the Experimental Education Unit apart, the state the school in detention.
    assert (codes[0] - codes[1], codes[1] - codes[0]) == ({"1808"}, {"3496"})


# One school under several codes

CASCADE = "1751"


def test_a_school_with_two_codes__is_one_school_over_the_years():
    question = {"grade_level": "all", "student_group": "all"}
    by_either = [
        sa.load("enrollment", organization_id=code, **question) for code in (CASCADE, "5649")
    ]
    pd.testing.assert_frame_equal(*by_either)
    assert by_either[0]["organization_id"].unique().tolist() == [CASCADE]
    assert set(range(2017, 2026)) <= set(by_either[0]["end_year"])
    assert by_either[0].set_index("end_year").loc[
        [2020, 2021, 2023, 2024], "numerator"
    ].tolist() == [
        179,
        190,
        329,
        376,
    ]


def test_no_table_keeps_a_code_that_is_closed_for_another():
    closed = {
        time.code for code, times in catalog.school_identities().items() for time in times
    } - set(catalog.school_identities())
    assert closed == {"5649"}
    held = store.read_parquet([*observation_files().values()], keep={"organization_id": closed})
    assert held.empty


@pytest.mark.slow
@pytest.mark.parametrize("year", range(2018, 2026))
def test_places__count_each_school_once(year: int):
    question = {"end_years": year, "grade_level": "all", "student_group": "all"}
    schools = sa.load("enrollment", organization_level="school", **question)
    places = sa.load("enrollment", place=["southeast_seattle", "rest_of_seattle"], **question)
    assert schools["organization_id"].is_unique
    assert places["numerator"].sum() == schools["numerator"].sum()
    assert places["cells"].sum() == len(schools)
