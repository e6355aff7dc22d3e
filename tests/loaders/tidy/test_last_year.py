"""What differs from the year before is listed, each under a name that it can be accepted by."""

import pandas as pd
import pytest

from sesec_analysis import schema
from sesec_analysis.loaders.tidy.last_year import differences

GROUPS = {"asian": 120, "black": 300, "hispanic": 80, "white": 40}


def table(year: int, *, schools: int = 12) -> pd.DataFrame:
    """Enrollment of some schools: each has another mix of groups, and a student more every year."""
    rows = [
        {
            "indicator": "enrollment",
            "end_year": year,
            "organization_level": "school",
            "organization_id": f"{2100 + at}",
            "organization_name": f"School {at}",
            "grade_level": "all",
            "student_group_type": "race_ethnicity",
            "student_group": group,
            "numerator": size + 7 * at * (place + 1) + year - 2018,
            "denominator": 1000 + 11 * at,
            "value": (size + 7 * at * (place + 1)) / (1000 + 11 * at),
            "status": "reported",
        }
        for at in range(schools)
        for place, (group, size) in enumerate(GROUPS.items())
    ]
    return schema.conform_observations(pd.DataFrame(rows))


def names(now: pd.DataFrame, before: pd.DataFrame) -> list[str]:
    return [found.name for found in differences(now, before)]


def test_differences__are_none_where_schools_change_as_they_do():
    assert names(table(2019), table(2018)) == []


def test_differences__name_schools_that_are_gone_or_new_or_called_otherwise():
    now = table(2019)
    now = now[now["organization_id"] != "2103"]
    now.loc[now["organization_id"] == "2104", "organization_id"] = "9999"
    now.loc[now["organization_id"] == "2105", "organization_name"] = "Another School"
    found = names(now, table(2018))
    assert {"gone school 2103", "gone school 2104", "new school 9999", "name school 2105"} <= set(
        found
    )


def test_differences__name_rows_that_are_gone_of_schools_that_stay():
    now = table(2019)
    now = now.drop(
        index=now.index[(now["organization_id"] == "2103") & (now["student_group"] == "white")]
    )
    assert names(now, table(2018)) == ["gone rows enrollment"]


def test_differences__name_cells_that_are_not_printed_any_more():
    now = table(2019)
    now.loc[0, ["numerator", "value"]] = pd.NA
    now.loc[0, "status"] = "withheld"
    assert names(now, table(2018)) == [
        "numerator not printed now enrollment",
        "value not printed now enrollment",
        "status status enrollment",
    ]


def test_differences__name_a_figure_that_jumped():
    now = table(2019)
    now.loc[0, "numerator"] = 1200
    assert names(now, table(2018)) == ["moved numerator enrollment school 2100 all asian"]


def test_differences__name_columns_that_were_swapped():
    now = table(2019)
    swapped = {"asian": "hispanic", "hispanic": "asian"}
    now["student_group"] = now["student_group"].replace(swapped)
    found = names(now, table(2018))
    assert "mixed up numerator all race_ethnicity enrollment asian" in found
    assert "mixed up numerator all race_ethnicity enrollment hispanic" in found


def test_differences__name_two_schools_whose_figures_were_exchanged():
    now = table(2019)
    codes = {"2101": "2109", "2109": "2101"}
    now["organization_id"] = now["organization_id"].replace(codes)
    now["organization_name"] = table(2019)["organization_name"]
    assert "exchanged numerator school 2101 school 2109" in names(now, table(2018))


def spending_in(year: int, students: dict[str, int]) -> pd.DataFrame:
    """Dollars per student of some districts, each with a percent more students every year."""
    rows = [
        {
            "indicator": "spending_per_student",
            "end_year": year,
            "organization_level": "district",
            "organization_id": code,
            "organization_name": f"District {code}",
            "grade_level": "all",
            "student_group_type": "all",
            "student_group": "all",
            "denominator": round(count * 1.01 ** (year - 2018)),
            "value": 12_000.0 + int(code),
            "unit": "dollars_per_student",
            "status": "reported",
        }
        for code, count in students.items()
    ]
    return schema.conform_observations(pd.DataFrame(rows))


def test_differences__name_two_districts_whose_numbers_of_students_were_exchanged():
    students = {"17414": 18_900, "17415": 15_900, "17001": 52_000, "27003": 21_500}
    before = spending_in(2018, students)
    assert names(spending_in(2019, students), before) == []
    crossed = students | {"17414": students["17415"], "17415": students["17414"]}
    assert names(spending_in(2019, crossed), before) == [
        "exchanged denominator spending_per_student all all 17414 17415"
    ]


def levels_in(year: int) -> pd.DataFrame:
    """Students by level of two subjects in some schools: twice as many reach a level in one as in the other."""
    rows = [
        {
            "indicator": f"{subject}_level_{level}",
            "end_year": year,
            "organization_level": "school",
            "organization_id": f"{2100 + at}",
            "organization_name": f"School {at}",
            "grade_level": grade,
            "student_group_type": "all",
            "student_group": "all",
            "numerator": times * (20 + 3 * at + 5 * level) + year - 2018,
            "denominator": 400,
            "value": times * (20 + 3 * at + 5 * level) / 400,
            "status": "reported",
        }
        for at in range(4)
        for subject, times in (("ela", 2), ("math", 1))
        for level in (1, 2, 3, 4)
        for grade in ("03", "04")
    ]
    return schema.conform_observations(pd.DataFrame(rows))


def test_differences__name_a_school_whose_subjects_were_exchanged():
    assert names(levels_in(2019), levels_in(2018)) == []
    now = levels_in(2019)
    here = now["organization_id"] == "2102"
    turned = now["indicator"].map(
        lambda name: name.replace("ela", "math") if "ela" in name else name.replace("math", "ela")
    )
    now = now.assign(indicator=now["indicator"].mask(here, turned))
    assert "exchanged ela math school 2102" in names(now, levels_in(2018))


def by_grade(year: int) -> pd.DataFrame:
    """Enrollment of some schools by grade: who is in a grade was in the one below a year before, less a student."""
    grades = ["K", *(f"{number:02d}" for number in range(1, 6))]
    parts = [
        table(year, schools=30).assign(
            grade_level=grade,
            numerator=lambda rows, at=at: rows["numerator"] // 2 + 5 * (year - at) % 83,
        )
        for at, grade in enumerate(grades)
    ]
    return pd.concat(parts, ignore_index=True)


def test_differences__name_two_grades_whose_labels_were_exchanged():
    before, now = by_grade(2018), by_grade(2019)
    grades = [name for name in names(now, before) if "grades" in name]
    assert grades == []
    now["grade_level"] = now["grade_level"].replace({"02": "03", "03": "02"})
    assert "exchanged grades 02 03" in names(now, before)


def test_differences__name_a_column_of_small_figures_that_is_zero_now():
    then = table(2018, schools=60).assign(numerator=1)
    now = then.assign(end_year=2019)
    now.loc[now["student_group"] == "white", "numerator"] = 0
    found = names(now, then)
    assert "sum enrollment all white" in found
    assert "sum enrollment all asian" not in found


def survey(answers: dict[str, int], year: int) -> pd.DataFrame:
    rows = [
        {
            "indicator": f"climate_{theme}_favorable",
            "end_year": year,
            "organization_level": "school",
            "organization_id": code,
            "organization_name": code,
            "grade_level": "all",
            "student_group_type": "all",
            "student_group": "all",
            "numerator": number // 2,
            "denominator": number,
            "value": 0.5,
            "status": "reported",
            "unit": "share_of_answers",
        }
        for code in ("2120", "2070")
        for theme, number in answers.items()
    ]
    return schema.conform_observations(pd.DataFrame(rows))


def test_differences__name_a_theme_that_lost_an_item():
    then = survey({"safety": 600, "belonging": 600, "teaching": 900}, 2018)
    # A survey that fewer students took lost none.
    fewer = survey({"safety": 300, "belonging": 305, "teaching": 450}, 2019)
    assert not [name for name in names(fewer, then) if name.startswith("asked")]
    lost = survey({"safety": 600, "belonging": 480, "teaching": 900}, 2019)
    assert [name for name in names(lost, then) if name.startswith("asked")] == [
        "asked climate_belonging_favorable"
    ]


@pytest.mark.parametrize("grade", ["04", "05"])
def test_differences__never_hold_a_grade_against_another(grade: str):
    now, before = table(2019).assign(grade_level="05"), table(2018).assign(grade_level=grade)
    assert not [name for name in names(now, before) if name.startswith("mixed up")]


def rates_in(year: int) -> pd.DataFrame:
    """A rate of all students of some schools, a few more every year."""
    rows = [
        {
            "indicator": "ela_met_tested",
            "end_year": year,
            "organization_level": "school",
            "organization_id": f"{2100 + at}",
            "organization_name": f"School {at}",
            "grade_level": "all",
            "student_group_type": "all",
            "student_group": "all",
            "unit": "proportion",
            "numerator": 40 + 15 * (at * 5 % 12) + year - 2018,
            "denominator": 260 + 21 * at + year - 2018,
            "value": (40 + 15 * (at * 5 % 12)) / (260 + 21 * at),
            "status": "reported",
        }
        for at in range(12)
    ]
    return schema.conform_observations(pd.DataFrame(rows))


def test_differences__name_two_schools_whose_rows_of_one_rate_were_exchanged():
    assert names(rates_in(2019), rates_in(2018)) == []
    now = rates_in(2019)
    now["organization_id"] = now["organization_id"].replace({"2103": "2106", "2106": "2103"})
    now["organization_name"] = now["organization_id"].map(lambda code: f"School {int(code) - 2100}")
    assert "exchanged ela_met_tested all all 2106 2103" in names(now, rates_in(2018))


def test_differences__name_a_school_with_the_figures_of_another():
    now = table(2019)
    figures = ["numerator", "denominator", "value"]
    here, there = (now["organization_id"] == code for code in ("2107", "2102"))
    now.loc[here, figures] = now.loc[there, figures].to_numpy()
    assert "copied all 2107 2102" in names(now, table(2018))


def test_differences__name_two_schools_with_the_same_counts_of_a_rate():
    now, counts = rates_in(2019), ["denominator", "numerator"]
    here, there = (now["organization_id"] == code for code in ("2106", "2103"))
    now.loc[here, counts] = now.loc[there, counts].to_numpy()
    assert "copied ela_met_tested all all 2103 2106" in names(now, rates_in(2018))
    # Nine who are not counted are the same by chance; and no school of them moved.
    now.loc[here | there, "numerator"] = now.loc[here | there, "denominator"] - 9
    assert not any("copied" in name for name in names(now, now.assign(end_year=2018)))


def test_differences__name_averages_that_lost_their_decimals():
    def averages(decimals: float) -> pd.DataFrame:
        cells = {"unit": "years", "numerator": None, "denominator": None}
        return rates_in(2019).assign(**cells, value=[10 + at % 4 + decimals for at in range(12)])

    assert names(averages(0.31), averages(0.24)) == []
    assert names(averages(0.0), averages(0.24)) == ["whole numbers ela_met_tested"]
    assert names(averages(0.0), averages(0.0)) == []
