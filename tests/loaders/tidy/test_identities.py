"""What a file prints twice is the same both times, or the file is refused."""

import pandas as pd
import pytest

from sesec_analysis import catalog, schema
from sesec_analysis.loaders.tidy import identities


def cells(
    *rows: tuple[str, str, str, str, str, int | None, int | None], indicator: str = "enrollment"
) -> pd.DataFrame:
    """OBSERVATIONS of (level, id, grade, kind, group, numerator, denominator); nothing withheld but what is None."""
    names = [
        "organization_level",
        "organization_id",
        "grade_level",
        "student_group_type",
        "student_group",
    ]
    table = pd.DataFrame(rows, columns=[*names, "numerator", "denominator"])
    for figure in ("numerator", "denominator"):
        for end in ("low", "high"):
            table[f"{figure}_{end}"] = table[figure]
    return schema.conform_observations(table.assign(indicator=indicator, end_year=2019))


def broken(table: pd.DataFrame) -> list[str]:
    return [what for what, _ in identities.check_totals(table)]


ALL = ("school", "2120", "all", "all", "all", None, 100)


@pytest.mark.parametrize(
    ("female", "male", "said"),
    [(52, 48, ""), (48, 43, ""), (40, 40, "80 together"), (60, 48, "108 together"), (None, 48, "")],
)
def test_check_totals__hold_a_partition_against_all_students(
    female: int | None, male: int, said: str
):
    groups = [
        ("school", "2120", "all", "gender", code, k, 100)
        for code, k in (("female", female), ("male", male))
    ]
    found = broken(cells(ALL, *groups))
    assert len(found) == bool(said)
    assert said in "".join(found)


def test_check_totals__leave_no_student_out_of_a_pair():
    pair = ("low_income", 40), ("not_low_income", 59)
    [found] = broken(
        cells(ALL, *(("school", "2120", "all", "low_income", code, k, 100) for code, k in pair))
    )
    assert "99 together, and all students 100" in found


def test_check_totals__say_nothing_of_a_partition_of_which_a_group_is_missing():
    assert broken(cells(ALL, ("school", "2120", "all", "low_income", "low_income", 40, 100))) == []


@pytest.mark.parametrize(
    ("last", "said"), [(25, ""), (26, "101 together, and all grades 100"), (24, "99 together")]
)
def test_check_totals__hold_grades_against_all_grades(last: int, said: str):
    grades = [("school", "2120", f"0{at}", "all", "all", None, 25) for at in (1, 2, 3)]
    found = broken(cells(ALL, *grades, ("school", "2120", "04", "all", "all", None, last)))
    assert len(found) == bool(said)
    assert said in "".join(found)


def test_check_totals__do_not_take_one_grade_for_all_of_them():
    assert broken(cells(ALL, ("school", "2120", "03", "all", "all", None, 25))) == []


@pytest.mark.parametrize(
    ("district", "wrong"), [(1000, False), (1090, False), (1200, True), (800, True)]
)
def test_check_totals__hold_schools_against_the_district(district: int, wrong: bool):
    schools = [("school", f"210{at}", "all", "all", "all", None, 250) for at in range(4)]
    found = broken(cells(*schools, ("district", "17001", "all", "all", "all", None, district)))
    assert bool(found) == wrong


def test_check_totals__hold_rates_by_their_denominators():
    groups = [
        ("school", "2120", "all", "gender", code, 5, n)
        for code, n in (("female", 50), ("male", 70))
    ]
    everyone = ("school", "2120", "all", "all", "all", 10, 100)
    [found] = broken(cells(everyone, *groups, indicator="disciplined"))
    assert "120 together, and all students 100 (disciplined, denominator)" in found


def test_check_totals__leave_no_student_out_where_gender_x_is_printed():
    genders = [
        ("school", "2120", "all", "gender", code, count, 100)
        for code, count in (("female", 52), ("male", 44), ("gender_x", 3))
    ]
    [found] = broken(cells(ALL, *genders))
    assert "99 together, and all students 100" in found


@pytest.mark.parametrize(("schools", "found"), [(2, 0), (20, 1)])
def test_check_totals__leave_a_group_open_in_few_cells_only(schools: int, found: int):
    groups = list(catalog.group_types()["race_ethnicity"].groups)
    parts = [
        cells(
            ("school", f"{2100 + at}", "all", "all", "all", None, 10 * len(groups)),
            *(
                (
                    "school",
                    f"{2100 + at}",
                    "all",
                    "race_ethnicity",
                    code,
                    10 - (at < schools and code == groups[0]),
                    90,
                )
                for code in groups
            ),
        )
        for at in range(60)
    ]
    assert len(broken(pd.concat(parts, ignore_index=True))) == found
