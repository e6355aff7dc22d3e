"""Regular attendance as carried: a second layout beside the state's, two files a year, and sums of real figures."""

import csv
from pathlib import Path

import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
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
