"""Children whom schools don't count: homelessness, where children live and learn, preschool; by hand from the files."""

import csv
from collections import Counter
from pathlib import Path

import pytest

import sesec_analysis as sa
from sesec_analysis.loaders.raw.release import raw_files

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
