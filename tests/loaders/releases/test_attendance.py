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


def test_tidy__refuses_a_school_that_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (file,) = new_year(tmp_path, EVERYONE.replace("2182", "9999"))
    declare(monkeypatch, file=file.name)
    with pytest.raises(DataError, match=r"9999 has no name.*schools\.csv"):
        tidy("ospi_sqss@2022", tmp_path)


def test_tidy__refuses_two_files_that_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    names = [file.name for file in new_year(tmp_path, EVERYONE, EVERYONE)]
    declare(monkeypatch, file=names)
    with pytest.raises(DataError, match="in the file more than once") as refused:
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


BY_GROUP = [2015, 2016, 2017, 2018]
LABELS = {
    "black": "Black/ African American",
    "asian": "Asian",
    "hispanic": "Hispanic/ Latino of any race(s)",
    "low_income": "Low-Income",
    "not_low_income": "Non-Low Income",
    "english_learner": "English Language Learners",
    "students_with_disabilities": "Students with Disabilities",
}
"""Groups of which each of the twenty schools has a row, by the label in the files."""


def by_group(raw: Path, year: int) -> list[dict[str, str]]:
    """The rows of the file by group, as printed."""
    (name,) = [name for name in raw_files(f"ospi_sqss@{year}") if "by_group" in name]
    with (raw / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def printed_counts(rows: list[dict[str, str]]) -> tuple[int, int, int]:
    """Students who attended regularly and all students in the printed cells, and how many cells are withheld."""
    printed = [row for row in rows if row["suppressed"] == "False"]
    regular, students = (
        sum(int(float(row[name])) for row in printed) for name in ("n_regular", "n_students")
    )
    return regular, students, len(rows) - len(printed)


def test_attendance__hides_each_cell_that_is_alone_in_its_partition(raw: Path):
    """22 cells follow from the rest of a school's file: no row of ours has a count of theirs, or of 19 schools."""
    alone = 0
    for year in BY_GROUP:
        rows = by_group(raw, year)
        masked = {
            (row["school_code"], row["group_type"], row["student_group"])
            for row in rows
            if row["n_students"] == ""
        }
        partitions = pd.Series([cell[:2] for cell in masked]).value_counts()
        cells = [cell for cell in masked if partitions[cell[:2]] == 1]
        alone += len(cells)
        schools = sa.load("regular_attendance", organization_level="school", end_years=year)
        for code, _, label in cells:
            own = schools[schools["organization_id"].eq(code)]
            tokens = own.loc[own["numerator"].isna(), "token"].tolist()
            printed = next(
                row["dat"]
                for row in rows
                if (row["school_code"], row["student_group"]) == (code, label)
            )
            assert printed in tokens
        for group, label in LABELS.items():
            own_rows = [row for row in rows if row["student_group"] == label]
            if printed_counts(own_rows)[2] != 1:
                continue
            row = sums(year, "southeast_seattle", group)
            # Whole tens, outward: neither the 19 schools nor the twentieth can be read from them.
            ends = ["numerator_low", "numerator_high", "denominator_low", "denominator_high"]
            assert all(int(row[name]) % 10 == 0 for name in ends)
            assert row["denominator_high"] - row["denominator_low"] >= 30
            assert row[["published_numerator", "published_denominator"]].isna().all()
    assert alone == 22
