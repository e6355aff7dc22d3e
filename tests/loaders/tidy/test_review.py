"""What differs from earlier releases is listed, each with the name and the count that it can be accepted by."""

import pandas as pd
import pytest

from sesec_analysis import schema
from sesec_analysis.loaders.tidy.review import ReviewItem, check_totals, differences

GROUPS = {"asian": 120, "black": 300, "hispanic": 80, "white": 40}


def table(
    year: int, *, schools: int = 24, grade: str = "all", indicator: str = "enrollment"
) -> pd.DataFrame:
    """Group sizes in some schools: each has another mix of groups, and a few students more every year."""
    rows = [
        {
            "indicator": indicator,
            "end_year": year,
            "organization_level": "school",
            "organization_id": f"{2100 + at}",
            "organization_name": f"School {at}",
            "grade_level": grade,
            "student_group_type": "race_ethnicity",
            "student_group": group,
            "unit": "proportion",
            "status": "reported",
            "count": size + 7 * at * (place + 1) + year - 2018,
            "size": 1000 + 11 * at + year - 2018,
        }
        for at in range(schools)
        for place, (group, size) in enumerate(GROUPS.items())
    ]
    cells = pd.DataFrame(rows)
    if indicator != "enrollment":  # a rate of the group's students
        cells["count"], cells["size"] = cells["count"] // 2, cells["count"]
    for figure, counts in (("numerator", cells["count"]), ("denominator", cells["size"])):
        cells = cells.assign(**dict.fromkeys((figure, f"{figure}_low", f"{figure}_high"), counts))
    return schema.conform_observations(cells.assign(value=cells["count"] / cells["size"]))


def found(now: pd.DataFrame, *earlier: pd.DataFrame) -> dict[str, ReviewItem]:
    return {item.name: item for item in differences(now, earlier)}


def set_counts(rows: pd.DataFrame, where: pd.Series, count: int) -> pd.DataFrame:
    names = ["numerator", "numerator_low", "numerator_high"]
    return rows.assign(**{name: rows[name].mask(where, count) for name in names})


def test_differences__are_none_if_schools_change_as_they_do():
    assert found(table(2019), table(2018)) == {}


def test_differences__count_schools_that_are_gone_new_and_renamed():
    now = table(2019)
    now = now[now["organization_id"] != "2103"]
    now.loc[now["organization_id"] == "2104", "organization_id"] = "9999"
    now.loc[now["organization_id"] == "2105", "organization_name"] = "Another School"
    items = found(now, table(2018))
    assert {name: item.count for name, item in items.items()} == {
        "gone school": 2,
        "new school": 1,
        "renamed school": 1,
    }
    assert "2103, 2104" in items["gone school"].what
    assert not items["gone school"].refused


def test_differences__refuse_a_release_in_which_more_than_a_tenth_of_the_schools_are_gone():
    now = table(2019)
    items = found(now[now["organization_id"] >= "2103"], table(2018))
    assert (items["gone school"].count, items["gone school"].refused) == (3, True)
    eight, nine = (
        found(now[now["organization_id"] >= first], table(2018))["gone school"].what
        for first in ("2108", "2109")
    )
    assert "2107" in eight
    assert "…" not in eight
    assert "2107, …" in nine


def test_differences__count_cells_of_another_status():
    now = table(2019)
    now.loc[0, ["numerator", "value"]] = pd.NA
    now.loc[0, "status"] = "withheld"
    [item] = found(now, table(2018)).values()
    assert str(item).startswith("status enrollment: 1; 1 reported to withheld without numerator")


def test_differences__refuse_an_earlier_years_file():
    stale = table(2018).assign(end_year=2019)
    items = found(stale, table(2018))
    assert list(items) == ["stale release"]
    assert (items["stale release"].count, items["stale release"].refused) == (96, True)
    # of any earlier year, not only the last
    assert "stale release" in found(table(2017).assign(end_year=2019), table(2017), table(2018))


def test_differences__refuse_a_group_that_is_entirely_an_earlier_years():
    now, then = table(2019), table(2018)
    stale = now["student_group"] == "black"
    figures = ["numerator", "numerator_low", "numerator_high"]
    now.loc[stale, figures] = then.loc[stale, figures]
    items = found(now, then)
    assert items["stale enrollment black numerator"].refused
    assert items["stale enrollment black numerator"].count == 24
    # 19 schools are too few to tell
    few = now["organization_id"] < "2119"
    assert found(now[few], then[then["organization_id"] < "2119"]) == {}


def test_differences__name_a_figure_that_jumped_and_the_largest_jump():
    now = set_counts(table(2019), table(2019).index == 0, 900)
    item = found(now, table(2018))["year jump enrollment"]
    assert item.count == 1
    assert "numerator of school 2100 all asian from 120 to 900" in item.what


def test_differences__compare_a_cell_with_the_newest_release_that_has_it():
    old, last = table(2017), table(2018)
    last = last[last["student_group"] != "asian"]
    now = set_counts(table(2019), table(2019).index == 0, 900)
    assert "from 119 to 900" in found(now, old, last)["year jump enrollment"].what


def test_differences__refuse_columns_that_were_exchanged_or_of_which_most_figures_jumped():
    now = table(2019)
    now["student_group"] = now["student_group"].replace({"white": "black", "black": "white"})
    items = found(now, table(2018))
    assert items["year exchanged black white enrollment numerator school all"].refused
    now = set_counts(table(2019), now["student_group"] == "white", 950)
    assert found(now, table(2018))["year column enrollment all black numerator"].refused


def test_differences__compare_sizes_of_groups_with_enrollment_of_the_year():
    rates = table(2019, indicator="disciplined")
    assert differences(rates, (), table(2019)) == []
    swapped = rates["student_group"].replace({"white": "black", "black": "white"})
    items = differences(rates.assign(student_group=swapped), (), table(2019))
    assert "size exchanged black white disciplined denominator school all" in [
        item.name for item in items
    ]


def test_differences__count_rows_with_the_counts_of_another_school():
    now = table(2019, indicator="disciplined")
    figures = [name for name in now if name.startswith(("numerator", "denominator"))] + ["value"]
    here, there = (now["organization_id"] == code for code in ("2107", "2102"))
    now.loc[here, figures] = now.loc[there, figures].to_numpy()
    items = found(now, table(2018, indicator="disciplined"))
    assert items["copied disciplined"].count == 8
    assert items["copied school"].count == 2


@pytest.mark.parametrize("decimals", [0.0, 0.3])
def test_differences__name_an_average_that_jumped(decimals: float):
    def averages(extra: float) -> pd.DataFrame:
        empty = dict.fromkeys(["numerator", "numerator_high", "denominator", "denominator_high"])
        rows = table(2019, schools=12).assign(**empty, unit="years", student_group="all")
        rows = rows.drop_duplicates(["organization_id"])
        return rows.assign(value=[12.5 + decimals + (extra if at == 3 else 0) for at in range(12)])

    assert found(averages(0.0), averages(0.4).assign(value=lambda rows: rows["value"] + 0.1)) == {}
    then = averages(0.0).assign(value=lambda rows: rows["value"] + 0.1)
    assert found(averages(9.0), then)["year jump enrollment"].count == 1


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
    return [what for what, _ in check_totals(table)]


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


@pytest.mark.parametrize(
    ("last", "said"), [(25, ""), (26, "101 together, and all grades 100"), (24, "99 together")]
)
def test_check_totals__hold_grades_against_all_grades(last: int, said: str):
    grades = [("school", "2120", f"0{at}", "all", "all", None, 25) for at in (1, 2, 3)]
    found = broken(cells(ALL, *grades, ("school", "2120", "04", "all", "all", None, last)))
    assert len(found) == bool(said)
    assert said in "".join(found)


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
