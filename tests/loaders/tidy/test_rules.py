"""Named rules on raw rows: what they drop, join, or refuse, and that they count it."""

from collections.abc import Mapping

import pandas as pd
import pytest

from sesec_analysis import catalog
from sesec_analysis.loaders.tidy.resolve import RuleBrokenError
from sesec_analysis.loaders.tidy.rules import (
    FILE_RULES,
    RULES,
    children_of_tracts,
    funds_in_their_years,
    groups_in_columns,
    groups_named_by_type,
    students_found_homeless,
    students_of_home_areas,
)
from sesec_analysis.loaders.tidy.tokens import UnknownTokenError


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


def test_amounts_per_student__refuses_schools_that_are_not_their_district():
    rows = pd.DataFrame({"organization_level": ["school", "district"], "amount": ["100", "150"]})
    rows = rows.assign(organization_id=["2120", "17001"], grade_level="all", students_fte="10.5")
    with pytest.raises(RuleBrokenError, match=r"50\.00 dollars less than their district's row"):
        RULES["amounts_per_student"](rows)


def test_school_years_by_their_start__writes_them_out_and_refuses_half_a_year():
    years = FILE_RULES["school_years_by_their_start"]
    told, count = years(pd.DataFrame({"school_year": ["2017.0", "1999"]}))
    assert (told["school_year"].tolist(), count) == (["2017-18", "1999-00"], 2)
    with pytest.raises(UnknownTokenError):
        years(pd.DataFrame({"school_year": ["2017.5"]}))


def test_schools_not_listed__had_no_title_i_where_they_had_students_in_the_year():
    listed = pd.DataFrame(
        {"school_name": ["Rising Star Elementary School"], "school_year": "2017-18", "support": "x"}
    )
    every, added = FILE_RULES["schools_not_listed"](listed)
    assert every["title_i_schools"].tolist() == ["1", *["0"] * added]
    of_year = [
        one.name
        for one in catalog.schools().values()
        if one.first_year and one.first_year <= 2018 <= (one.last_year or 0)
    ]
    assert len(of_year) - 1 == added == len(set(every["school_name"])) - 1 > 90


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


def test_leave_out__drops_the_row_of_seattle_or_of_every_district_and_counts_it():
    rows = pd.DataFrame({"organization_id": ["17001", "17401", "2120", "WA"]})
    rows = rows.assign(organization_level=["district", "district", "school", "state"])
    kept, count = RULES["leave_seattle_out"](rows)
    assert (kept["organization_id"].tolist(), count) == (["17401", "2120", "WA"], 1)
    kept, count = RULES["leave_districts_out"](rows)
    assert (kept["organization_id"].tolist(), count) == (["2120", "WA"], 2)


def teachers(masters: list[str], percent: list[str]) -> tuple[list[str], int]:
    rows = pd.DataFrame({"masters": masters, "masters_percent": percent})
    rows = rows.assign(organization_id="2070", students="400")
    out, dropped = RULES["teachers_by_number_and_percent"](rows)
    return out["teachers"].tolist(), dropped


def test_teachers_by_number_and_percent__says_the_one_number_that_fits():
    # 24 / 31 = 77.419 percent; 13 of 26 is printed 50; all of 54 is printed 100.
    assert teachers(["24", "13", "54"], ["77.42", "50", "100"]) == (["31", "26", "54"], 0)


def test_teachers_by_number_and_percent__guesses_nothing():
    # 150 of "50" percent can be 299 or 301 as well; none of any number is 0 percent; a blank percent says nothing.
    assert teachers(["150", "0", "7"], ["50", "0", ""]) == (["", "", ""], 0)


def test_teachers_by_number_and_percent__drops_organizations_without_teachers():
    assert teachers(["0", "24"], ["", "77.42"]) == (["31"], 1)


@pytest.mark.parametrize("odd", [{"Expenditure": ""}, {"EnrollmentTotal": "12"}])
def test_amounts_per_student__are_unknown_without_an_amount_or_with_two_counts(
    odd: Mapping[str, str],
):
    first = {"amount": "100.50", "students_fte": "10.25"}
    second = {
        "amount": odd.get("Expenditure", "50"),
        "students_fte": odd.get("EnrollmentTotal", "10.25"),
    }
    key = {"organization_level": "school", "organization_id": "2182", "grade_level": "all"}
    fine, dropped = RULES["amounts_per_student"](pd.DataFrame([first | key, first | key]))
    assert (fine["per_student"].tolist(), dropped) == (["19.6098"], 1)
    assert fine[["amount", "students"]].to_numpy().tolist() == [["201", "10"]]
    unknown, _ = RULES["amounts_per_student"](pd.DataFrame([first | key, second | key]))
    assert unknown["per_student"].tolist() == [""]


FUNDS = ("general", "special_education", "bilingual", "lap", "title_i", "levy", "other_grants")


def budget(**funds: list[float]) -> pd.DataFrame:
    """Three years of one school; funds not given are nothing. Totals are those of ``total``."""
    years = ["2021-22", "2022-23", "2023-24"]
    named = {name: funds.get(name, [0.0, 0.0, 0.0]) for name in (*FUNDS, "total")}
    texts = {name: [f"{amount}" for amount in amounts] for name, amounts in named.items()}
    return pd.DataFrame({"school_name": "Maple", "school_year": years, **texts})


def test_funds__that_slid_into_earlier_years_are_put_back():
    # Cascadia's levy of 551,035 stands under 2021-22 in the file as carried, and is missing from the total of 2023-24.
    rows, touched = funds_in_their_years(
        budget(general=[100, 200, 300], levy=[50, 0, 0], total=[100, 200, 350])
    )
    assert rows["levy"].astype(float).tolist() == [0, 0, 50]
    assert rows["general"].astype(float).tolist() == [100, 200, 300]
    assert touched == 2


def test_funds__that_add_up_stay_where_they_are():
    table = budget(general=[100, 200, 300], title_i=[20, 0, 0], total=[120, 200, 300])
    rows, touched = funds_in_their_years(table)
    assert rows["title_i"].astype(float).tolist() == [20, 0, 0]
    assert rows["title_i_schools"].tolist() == ["1", "0", "0"]
    assert touched == 0


def test_funds__are_blank_where_two_ways_fit_or_none():
    alike = budget(general=[1, 1, 1], levy=[5, 0, 0], title_i=[5, 0, 0], total=[6, 6, 1])
    rows, _ = funds_in_their_years(alike)
    assert rows["levy"].tolist() == ["", "", "0.00"]
    assert rows["title_i_schools"].tolist() == ["", "", "0"]
    assert rows["general"].tolist() == ["1.00", "1.00", "1.00"]
    # That they add up as they stand is no proof where another way adds up too.
    as_they_stand = budget(general=[1, 1, 1], levy=[5, 0, 0], title_i=[0, 5, 0], total=[6, 6, 1])
    rows, _ = funds_in_their_years(as_they_stand)
    assert rows["levy"].tolist() == ["", "", "0.00"]
    never = budget(general=[1, 1, 1], total=[1, 1, 9])
    rows, touched = funds_in_their_years(never)
    assert (rows[list(FUNDS)] == "").all(axis=None)
    assert touched == 3


def test_students_found_homeless__takes_denominators_only_where_printed():
    rows = pd.DataFrame(
        [
            ("2019-2020", "5307710", "2667", "All Students in LEA", "", ""),
            ("2019-2020", "5307710", "144", "Asian", "", ""),
            ("2019-2020", "5307710", "59", "", "Unsheltered", ""),
            ("2019-20", "", "", "All", "", "56629"),
            ("2019-20", "", "", "Asian", "", "*"),
        ],
        columns=["school_year", "lea", "numerator", "subgroup", "night", "enrolled"],
    )
    found, dropped = students_found_homeless(rows)
    assert dropped == 2
    shown = found[["student_group", "numerator", "denominator", "enrolled", "counted"]]
    assert shown.to_numpy().tolist() == [
        ["All Students in LEA", "2667", "2667", "56629", "all year"],
        ["Asian", "144", "2667", "", ""],
        ["Unsheltered", "59", "2667", "", ""],
    ]
    with pytest.raises(RuleBrokenError, match="two numbers of all students who were found"):
        students_found_homeless(pd.concat([rows, rows.head(1)], ignore_index=True))


def tract_rows(**changed: str) -> pd.DataFrame:
    columns = ["children", *(f"children_{age}" for age in ("5_9", "10_14", "15_17"))]
    columns += [
        f"{kind}_{age}" for kind in ("public", "private") for age in ("5_9", "10_14", "15_17")
    ]
    blocks = [
        {
            "block_group": "530330101011",
            "children": "6",
            "children_5_9": "3",
            "children_10_14": "2",
        },
        {
            "block_group": "530330101012",
            "children": "4",
            "children_5_9": "4",
            "children_10_14": "0",
        },
        {
            "block_group": "530330209001",
            "children": "9",
            "children_5_9": "9",
            "children_10_14": "0",
        },
    ]
    blocks = [{**row, "children_15_17": "1" if row["children"] == "6" else "0"} for row in blocks]
    shares = dict.fromkeys(["share_5_9", "share_10_14", "share_15_17"], "0.5")
    schools = dict.fromkeys(columns[4:], "1") | shares | {"tract": "53033010101"}
    schools_rows = [{"block_group": row["block_group"], **schools} for row in blocks[:2]]
    schools_rows[1] |= changed
    return pd.DataFrame([*blocks, *schools_rows]).fillna("")


def test_children_of_tracts__adds_block_groups_and_takes_repeated_figures_once():
    rows, dropped = children_of_tracts(tract_rows())
    assert dropped == 3
    shown = rows[["tract_code", "tract_name", "student_group", "children", "public", "enrolled"]]
    assert shown.to_numpy().tolist() == [
        ["53033010101", "Census Tract 101.01", "All", "10", "3", "6"],
        ["53033010101", "Census Tract 101.01", "Ages 5 to 9", "7", "1", "2"],
        ["53033010101", "Census Tract 101.01", "Ages 10 to 14", "2", "1", "2"],
        ["53033010101", "Census Tract 101.01", "Ages 15 to 17", "1", "1", "2"],
    ]


@pytest.mark.parametrize(
    "changed", [{"public_5_9": "2"}, {"tract": "53033010102"}, {"share_15_17": "0.05"}]
)
def test_children_of_tracts__refuses_a_tract_that_contradicts_itself(changed: dict[str, str]):
    with pytest.raises(RuleBrokenError):
        children_of_tracts(tract_rows(**changed))


def test_students_of_home_areas__refuses_a_name_it_does_not_know():
    rows = pd.DataFrame({"area": ["Dunlap"], "attended": ["Nowhere School"], "students": ["20"]})
    with pytest.raises(UnknownTokenError):
        students_of_home_areas(rows)
    summed, dropped = students_of_home_areas(
        pd.DataFrame(
            {
                "area": ["Dunlap", "Dunlap", "Adams", "Out of District/Unknown"],
                "attended": ["Emerson", "Adams", "Adams", "Dunlap"],
                "students": ["20", "3", "30", "5"],
            }
        )
    )
    assert dropped == 1
    assert summed[["place_code", "students", "nearby"]].to_numpy().tolist() == [
        ["southeast_seattle", "23", "20"],
        ["rest_of_seattle_regular", "30", "30"],
    ]


@pytest.mark.parametrize("students", [["20", ""], ["20", "21"]])
def test_students_of_home_areas__refuses_a_blank_and_two_numbers(students: list[str]):
    rows = pd.DataFrame({"area": ["Dunlap"] * 2, "attended": ["Emerson"] * 2, "students": students})
    with pytest.raises(RuleBrokenError, match="two numbers of students, or none"):
        students_of_home_areas(rows)


def test_groups_named_by_type__keeps_all_children_once():
    rows = pd.DataFrame(
        {
            "group_type": ["all", "income", "all", "race-ethnicity"],
            "subgroup": ["All", "x", "All", "y"],
        }
    )
    named, dropped = groups_named_by_type(rows)
    assert dropped == 1
    assert named["student_group"].tolist() == ["All", "income: x", "race-ethnicity: y"]


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
