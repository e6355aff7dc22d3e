"""Regular attendance as carried: a second layout beside the state's, two files a year, and sums of real figures."""

import csv
from pathlib import Path

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.catalog.entries import Release
from sesec_analysis.errors import DataError
from sesec_analysis.loaders.raw.release import raw_files
from sesec_analysis.loaders.tidy.tidy import tidy

HEADER = (
    "school_year,class_of,school_code,group_type,student_group,grade_level,n_students,n_regular,"
    "regular_attendance_rate,suppressed,dat\n"
)
EVERYONE = "2021-2022,2022,2182,all,All Students,All Grades,400.0,300.0,0.75,False,None\n"
GROUPS = """\
2021-2022,2022,2182,low_income,Low-Income,All Grades,,,,True,N<10
2021-2022,2022,2182,low_income,Non-Low Income,All Grades,,,,True,Cross Student Group - N<10
2021-2022,2022,2182,race_ethnicity,Asian,All Grades,,,,True,Top/Bottom Range: >93.0%
2021-2022,2022,2182,race_ethnicity,American Indian/ Alaskan Native,All Grades,0.0,,,True,No Students
"""


def new_year(folder: Path, *texts: str) -> list[Path]:
    files = [folder / f"file_{number}.csv" for number, _ in enumerate(texts)]
    for file, text in zip(files, texts, strict=True):
        file.write_text(HEADER + text, encoding="utf-8")
    return files


def declare(monkeypatch: pytest.MonkeyPatch, **line: object) -> None:
    """Put a release line in the entry, as a new year is added."""
    source = catalog.source("ospi_sqss")
    declared = source.model_dump(exclude={"releases"}) | {
        "releases": {2022: line},
    }
    entry = type(source).model_validate(declared)
    monkeypatch.setattr(catalog, "sources", lambda: {"ospi_sqss": entry})
    monkeypatch.setattr(catalog, "source", lambda key: entry)


@pytest.mark.slow
@pytest.mark.parametrize("as_one_file", [True, False])
def test_tidy__a_new_year_is_one_line_with_a_file_or_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_one_file: bool
):
    texts = [EVERYONE + GROUPS] if as_one_file else [EVERYONE, GROUPS]
    names = [file.name for file in new_year(tmp_path, *texts)]
    declare(monkeypatch, file=names[0] if as_one_file else names)
    table = tidy("ospi_sqss@2022", tmp_path).set_index("student_group")
    assert table["status"].to_dict() == {
        "all": "reported",
        "low_income": "small_n",
        "not_low_income": "complementary",
        "asian": "bounded",
        "american_indian": "no_students",
    }
    assert table.loc["all", ["numerator", "denominator", "value"]].tolist() == [300, 400, 0.75]
    assert (table.loc["asian", "value_low"], table.loc["asian", "token"]) == (
        0.93,
        "Top/Bottom Range: >93.0%",
    )
    assert set(table["organization_name"]) == {"Franklin High School"}


def test_tidy__refuses_a_rate_that_is_not_its_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (file,) = new_year(tmp_path, EVERYONE.replace("300.0", "301.0"))
    declare(monkeypatch, file=file.name)
    with pytest.raises(DataError, match="not numerator over denominator"):
        tidy("ospi_sqss@2022", tmp_path)


def test_tidy__refuses_a_school_that_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (file,) = new_year(tmp_path, EVERYONE.replace("2182", "9999"))
    declare(monkeypatch, file=file.name)
    with pytest.raises(DataError, match=r"9999 has no name.*schools\.csv"):
        tidy("ospi_sqss@2022", tmp_path)


def test_tidy__refuses_two_files_that_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    names = [file.name for file in new_year(tmp_path, EVERYONE, EVERYONE)]
    declare(monkeypatch, file=names)
    with pytest.raises(DataError, match="the key is not unique") as refused:
        tidy("ospi_sqss@2022", tmp_path)
    assert all(name in str(refused.value) for name in names)


def test_release__names_each_file_with_its_hash():
    line = {"file": ["a.csv", "b.csv"], "sha256": ["1", "2"], "school_year": "2021-22", "title": ""}
    assert Release.model_validate(line).files == {"a.csv": "1", "b.csv": "2"}
    alone = Release.model_validate({**line, "file": "a.csv", "sha256": None})
    assert alone.files == {"a.csv": None}
    assert len(raw_files("ospi_sqss@2024")) == 2


def sums(year: int, place: str, group: str) -> pd.Series:
    return sa.load("regular_attendance", place=place, end_years=year, student_group=group).iloc[0]


@pytest.mark.slow
@pytest.mark.parametrize(("year", "regular", "students"), [(2019, 8865, 10436), (2024, 6819, 9506)])
def test_attendance__southeast_seattle(year: int, regular: int, students: int):
    row = sums(year, "southeast_seattle", "all")
    assert (row["numerator"], row["denominator"]) == (regular, students)


@pytest.mark.parametrize("year", [2015, 2016, 2017, 2018, 2019, 2020, 2021, 2023, 2024])
def test_attendance__is_as_printed(raw: Path, year: int):
    printed = {}
    for name in raw_files(f"ospi_sqss@{year}"):
        with (raw / name).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                if row["suppressed"] == "False":
                    group = row["student_group"].replace("/ ", "/")
                    counts = (int(float(row["n_regular"])), int(float(row["n_students"])))
                    printed[row["school_code"], group] = counts
    table = sa.load("regular_attendance", organization_level="school", end_years=year)
    exact = table[table["status"] == "reported"]
    counts = zip(exact["numerator"], exact["denominator"], strict=True)
    assert sorted(counts) == sorted(printed.values())


@pytest.mark.parametrize("place", ["southeast_seattle", "rest_of_seattle"])
def test_attendance__the_range_of_low_income_students_holds_every_table(raw: Path, place: str):
    (groups,) = [raw / name for name in raw_files("ospi_sqss@2024") if "_groups_" in name]
    members = {*catalog.place("southeast_seattle").schools}
    with groups.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["student_group"] == "Low Income"]
    inside = [
        row for row in rows if (row["school_code"] in members) == (place == "southeast_seattle")
    ]
    counted = [row for row in inside if row["suppressed"] == "False"]
    least = sum(float(row["n_regular"]) for row in counted)
    students = sum(float(row["n_students"]) for row in counted)
    withheld = sorted(row["dat"] for row in inside if row["suppressed"] == "True")
    if place == "rest_of_seattle":
        assert withheld == ["N<10", "Top/Bottom Range: >76.9%", "Top/Bottom Range: >89.7%"]
        # Nine students, none of them regular; 8 and 9 of ten, which is the least that the two ranges allow.
        least, students = least + 0 + 8 + 9, students + 9 + 10 + 10
        assert (least, students) == (7277, 12002)
    row = sums(2024, place, "low_income")
    # A table of many more students in the two ranges, all of them regular, is allowed as well.
    most = (least + 1000) / (students + 1000) if withheld else least / students
    assert row["value_low"] <= least / students <= most <= row["value_high"]
    assert row["numerator_low"] <= least
    assert row["denominator_low"] <= students


def test_attendance__low_income_has_one_code_in_both_spellings():
    table = sa.load("regular_attendance", student_group_type="low_income")
    assert sorted(table["end_year"].unique()) == [2019, 2023, 2024]
    assert set(table["student_group"]) == {"low_income", "not_low_income"}


@pytest.mark.slow
def test_attendance__of_years_out_is_loaded_by_name_alone():
    assert sums(2021, "southeast_seattle", "all")["denominator"] == 10384
    place = {"place": "southeast_seattle", "student_group": "all"}
    drawn = sa.history("regular_attendance", up_to=2024, **place)["end_year"].tolist()
    assert drawn == [2015, 2016, 2017, 2018, 2019, 2023, 2024]
    newest = sa.newest("regular_attendance", up_to=2022, **place)
    assert newest["end_year"].tolist() == [2019]
    around = sa.report.nearby_schools(
        "regular_attendance", school="2182", up_to=2021, student_group="all"
    )
    assert set(around["end_year"]) == {2019}
    assert [*sa.years_out("regular_attendance")["end_year"]] == [2020, 2021]
