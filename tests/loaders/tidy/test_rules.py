"""Named rules on raw rows: what they drop or join, and that they count it."""

import pandas as pd
import pytest

from sesec_analysis.loaders.tidy.resolve import RuleBrokenError
from sesec_analysis.loaders.tidy.rules import FILE_RULES, RULES


def rows(*cells: tuple[str, str, str, str]) -> pd.DataFrame:
    """Organization, grade label, all students, Asian students."""
    table = pd.DataFrame(
        list(cells), columns=["organization_id", "grade_label", "all_students", "numerator:Asian"]
    )
    grade = table["grade_label"].map(
        {"AllGrades": "all", "Kindergarten": "K", "Half-day Kindergarten": "K"}
    )
    return table.assign(organization_level="school", grade_level=grade)


def test_drop_all_zero_duplicates__keeps_the_row_with_students():
    kept, dropped = RULES["drop_all_zero_duplicates"](
        rows(
            ("2120", "AllGrades", "430", "20"),
            ("2120", "AllGrades", "0", "0"),
            ("2070", "AllGrades", "0", "0"),
        )
    )
    assert dropped == 1
    assert kept["all_students"].tolist() == ["430", "0"]  # a closed school's only row stays


def test_drop_all_zero_duplicates__leaves_real_duplicates_to_be_refused():
    kept, dropped = RULES["drop_all_zero_duplicates"](
        rows(("2120", "AllGrades", "430", "20"), ("2120", "AllGrades", "431", "20"))
    )
    assert (len(kept), dropped) == (2, 0)


def test_half_day_kindergarten__is_added_count_by_count():
    joined, touched = RULES["half_day_kindergarten_joins_kindergarten"](
        rows(("17405", "Kindergarten", "100", "30"), ("17405", "Half-day Kindergarten", "7", "2"))
    )
    assert touched == 1
    assert joined[["all_students", "numerator:Asian"]].to_numpy().tolist() == [["107", "32"]]


def test_half_day_kindergarten__withholds_a_sum_of_which_a_part_is_withheld():
    joined, _ = RULES["half_day_kindergarten_joins_kindergarten"](
        rows(("17405", "Kindergarten", "100", "N<10"), ("17405", "Half-day Kindergarten", "7", "2"))
    )
    assert joined[["all_students", "numerator:Asian"]].to_numpy().tolist() == [["107", "*"]]


def test_flagged_groups_are_masked__zero_means_masked_where_the_flag_names_the_group():
    table = pd.DataFrame(
        {
            "flag": ["DAT Applied: Foster Care - N < 10", "No DAT"],
            "all_students": ["300", "300"],
            "numerator:Foster Care": ["0", "12"],
            "numerator:Non-Foster Care": ["300", "288"],
        }
    )
    masked, touched = RULES["flagged_groups_are_masked"](table)
    assert masked["numerator:Foster Care"].tolist() == ["N<10", "12"]
    assert masked["numerator:Non-Foster Care"].tolist() == [
        "*",
        "288",
    ]  # its twin would give it away
    assert touched == 2


def pair(*cells: tuple[str, str, str], flag: str = "") -> pd.DataFrame:
    """All students, those in highly capable services and all others."""
    names = ["all_students", "numerator:highly_capable", "numerator:non_highly_capable"]
    return pd.DataFrame(list(cells), columns=names).assign(flag=flag)


def test_flagged_groups_are_masked__finds_the_pair_that_a_flag_without_a_name_speaks_of():
    table = pair(("190", "0", "0"), ("190", "0", "190"), ("0", "0", "0"), flag="DAT Applied: > 95%")
    masked, touched = RULES["flagged_groups_are_masked"](table)
    assert touched == 1
    assert masked["numerator:highly_capable"].tolist() == ["*", "0", "0"]
    assert masked["numerator:non_highly_capable"].tolist() == ["*", "190", "0"]


def test_every_student_highly_capable__is_masked_and_a_school_without_students_is_not():
    masked, touched = RULES["every_student_highly_capable_is_masked"](
        pair(("190", "190", "0"), ("190", "189", "1"), ("0", "0", "0"))
    )
    assert touched == 1
    assert masked["numerator:highly_capable"].tolist() == ["*", "189", "0"]


def test_every_student_highly_capable__refuses_a_file_without_its_column():
    with pytest.raises(RuleBrokenError, match="no column of highly capable"):
        RULES["every_student_highly_capable_is_masked"](
            pair(("190", "189", "1")).drop(columns="numerator:highly_capable")
        )


def test_others_are_all_but_the_group__and_those_of_a_masked_group_are_masked():
    table = pair(("190", "*", ""), ("1,190", "30", "")).drop(columns="numerator:non_highly_capable")
    added, _ = RULES["others_are_all_but_the_group"](table)
    assert added.filter(like="not").iloc[:, 0].tolist() == ["*", "1160"]


def test_district_total__is_told_by_its_name():
    table = pd.DataFrame(
        {"school_name": ["Adams", "District Total"], "organization_level": "School"}
    )
    told, _ = FILE_RULES["district_total_by_its_name"](table)
    assert told["organization_level"].tolist() == ["School", "District"]


def test_rows_without_school_are_the_district__takes_its_name_and_counts_them():
    table = pd.DataFrame({"school_name": ["", " NULL", "Franklin"], "district_name": "Seattle"})
    out, count = FILE_RULES["rows_without_school_are_the_district"](table)
    assert out["organization_level"].tolist() == ["District", "District", "School"]
    assert out["school_name"].tolist() == ["Seattle", "Seattle", "Franklin"]
    assert count == 2


def test_state_is_the_sum_of_its_parts__leaves_a_sum_blank_that_a_part_lacks():
    add_up = FILE_RULES["state_is_the_sum_of_its_parts"]
    parts = pd.DataFrame(
        {
            "school_year": "2018-19",
            "part": ["a", "b"],
            "all_students": ["100", "50"],
            "numerator:Asian": ["10", ""],
            "numerator:Black": ["20", "7"],
        }
    )
    state, count = add_up(parts)
    assert state[["all_students", "numerator:Asian", "numerator:Black"]].to_numpy().tolist() == [
        ["150", "", "27"]
    ]
    assert count == 2
    with pytest.raises(RuleBrokenError, match="appears twice in a year"):
        add_up(parts.assign(part="a"))
    with pytest.raises(RuleBrokenError, match="more students in a group than in all"):
        add_up(parts.assign(**{"numerator:Black": ["101", "7"]}))
