"""Children whom schools don't count: homelessness, where children live and learn, preschool; by hand from the files."""

import csv
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis.loaders.raw.release import raw_files
from sesec_analysis.loaders.tidy.resolve import RuleBrokenError, resolve_published
from sesec_analysis.loaders.tidy.rules import (
    children_of_tracts,
    groups_named_by_type,
    students_found_homeless,
    students_of_home_areas,
)
from sesec_analysis.loaders.tidy.tokens import UnknownTokenError, parse_percents

HERE, REST = "southeast_seattle", "rest_of_seattle_regular"
COUNTS = ["numerator", "denominator"]


def printed(raw: Path, source_id: str, file: int = 0) -> list[dict[str, str]]:
    name = list(raw_files(source_id))[file]
    with (raw / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_homeless_students__are_as_printed(raw: Path):
    rows = [
        row
        for row in printed(raw, "edfacts_homeless@2020")
        if row["NCES LEA ID"] == "5307710" and row["Data Group"] == "655"
    ]
    of_year = [row for row in rows if row["School Year"] == "2019-2020"]
    counted = {row["Subgroup"] or row["Characteristics"]: int(row["Value"]) for row in of_year}
    table = sa.load("homeless_students", place="seattle", end_years=2020)
    table = table.set_index("student_group")
    assert table.loc["black", COUNTS].tolist() == [counted["Black or African American"], 2667]
    assert table.loc["shelter", COUNTS].tolist() == [counted["Shelters transitional housing"], 2667]
    assert len(table) == len(counted) - 1  # unaccompanied youth have no other group beside them
    for kind in ("race_ethnicity", "nighttime_residence"):
        assert table.loc[table["student_group_type"] == kind, "numerator"].sum() == 2667


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


def test_children__of_southeast_and_the_rest_by_hand(raw: Path):
    """Each tract once, though the file repeats it: 75.3 percent of the city, not the carrier's 75.7."""
    rows = printed(raw, "census_children@2023", 1)
    tracts = {row["geoid_tract"]: row for row in rows if int(row["geoid_tract"][5:9]) <= 121}
    public, private = (
        sum(
            int(row[f"{kind}_{age}"])
            for row in tracts.values()
            for age in ("5_9", "10_14", "15_17")
        )
        for kind in ("pub", "priv")
    )
    city = sa.load("public_school", place="city_of_seattle", student_group="all").iloc[0]
    assert city[COUNTS].tolist() == [public, public + private] == [53194, 53194 + 17415]
    for place, counts, count in ((HERE, [9902, 12125], 20), (REST, [43292, 58484], 157)):
        row = sa.load("public_school", place=place, student_group="all").iloc[0]
        assert row[[*COUNTS, "cells"]].tolist() == [*counts, count]


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


def test_schooled_nearby__is_a_sum_of_large_numbers_alone(raw: Path):
    """4,458 students live in Southeast's 13 areas; no area and no pair of an area and a school is kept."""
    table = sa.load("schooled_nearby").set_index("organization_id")
    assert table[COUNTS].T.to_dict("list") == {HERE: [4100, 4458], REST: [17988, 18040]}
    assert set(table["organization_level"]) == {"place"}
    assert (table["denominator"] - table["numerator"]).min() >= 10
    every = [tuple(row.values()) for row in printed(raw, "sps_home_areas@2022")]
    assert len(every) - len(set(every)) == 9  # those of West Woodland, printed twice
    count = Counter()
    for row in {tuple(row.items()): row for row in printed(raw, "sps_home_areas@2022")}.values():
        count[row["Live Location"]] += int(row["Count"])
    unknown = sum(number for area, number in count.items() if area.startswith("Out of"))
    unknown += count["Olympic Hills Olympic View"]
    assert table["denominator"].sum() == sum(count.values()) - unknown
    assert unknown == 161


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
        [HERE, "23", "20"],
        [REST, "30", "30"],
    ]


@pytest.mark.parametrize("students", [["20", ""], ["20", "21"]])
def test_students_of_home_areas__refuses_a_blank_and_two_numbers(students: list[str]):
    rows = pd.DataFrame({"area": ["Dunlap"] * 2, "attended": ["Emerson"] * 2, "students": students})
    with pytest.raises(RuleBrokenError, match="two numbers of students, or none"):
        students_of_home_areas(rows)


def test_preschool__carries_its_publishers_interval(raw: Path):
    file = {
        (row["year"], row["subgroup"]): row
        for row in printed(raw, "urban_preschool@2023")
        if row["place"] == "63000"
    }
    table = sa.load("preschool", place="city_of_seattle")
    assert sorted(set(table["end_year"])) == [2014, 2016, 2018, 2021, 2023]
    assert set(table["unit"]) == {"share_with_interval"}
    rates = sa.rates(table)
    for group, label in (
        ("income_50000_or_more", "$50,000 or More"),
        ("income_under_50000", "Less than $50,000"),
        ("all", "All"),
    ):
        for row in rates[rates["student_group"] == group].to_dict("records"):
            said = file[str(row["end_year"]), label]
            ends = [float(said[f"share_in_preschool{end}"]) for end in ("", "_lb", "_ub")]
            assert [row["estimate"], row["ci_low"], row["ci_high"]] == pytest.approx(ends)
            assert row["bound_low"] == row["bound_high"] == row["estimate"]
            assert row["method"] == "the publisher's own 95 percent interval"
    finding = sa.finding(rates, student_group="income_under_50000", end_year=2023)
    assert finding.interval_words() == "Publisher’s 95% interval 28–65%"
    assert "Publisher’s 95% interval" in str(sa.table(rates[rates["end_year"] == 2023]))


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


def test_resolve_published__refuses_an_estimate_outside_its_interval():
    def shares(*texts: str) -> pd.DataFrame:
        return parse_percents(pd.Series(texts), unit="proportion")

    found = resolve_published(shares("0.5", "NA"), shares("0.4", "NA"), shares("0.7", "NA"))
    assert found["status"].tolist() == ["reported", "withheld"]
    assert found[["value_low", "value_high"]].to_numpy().tolist() == [[0.4, 0.7], [0.0, 1.0]]
    with pytest.raises(RuleBrokenError):
        resolve_published(shares("0.5"), shares("0.6"), shares("0.7"))
