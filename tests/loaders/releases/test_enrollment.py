"""Enrollment as the state publishes it, from the state's own columns and from a carrier's."""

import pandas as pd
import pytest

import sesec_analysis as sa

CARRIED = [2018, 2023, 2024, 2025]
DECATUR = "5488"


def of_release(year: int) -> pd.DataFrame:
    """Rows of all grades in the release itself; other sources add districts and the state to a year."""
    table = sa.load("enrollment", end_years=year, grade_level="all")
    return table[table["source_id"] == f"ospi_enrollment@{year}"]


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
