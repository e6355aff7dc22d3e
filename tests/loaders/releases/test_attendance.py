"""Regular attendance as carried: a second layout beside the state's, two files a year, and sums of real figures."""

import csv
from pathlib import Path

import pandas as pd
import proofs
import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.catalog.entries import Release
from sesec_analysis.errors import DataError
from sesec_analysis.loaders import load
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
    assert sorted(table["end_year"].unique()) == [2015, 2016, 2017, 2018, 2019, 2023, 2024]
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


def all_students(raw: Path, year: int) -> dict[str, tuple[int, int]]:
    """Students who attended regularly, and all students, by school, as printed."""
    (name,) = [name for name in raw_files(f"ospi_sqss@{year}") if "AllStudents" in name]
    with (raw / name).open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["suppressed"] == "False"]
    return {
        row["school_code"]: (int(float(row["n_regular"])), int(float(row["n_students"])))
        for row in rows
    }


def printed_counts(rows: list[dict[str, str]]) -> tuple[int, int, int]:
    """Students who attended regularly and all students in the printed cells, and how many cells are withheld."""
    printed = [row for row in rows if row["suppressed"] == "False"]
    regular, students = (
        sum(int(float(row[name])) for row in printed) for name in ("n_regular", "n_students")
    )
    return regular, students, len(rows) - len(printed)


def sizes_behind(mark: str) -> list[int]:
    """Sizes of a group whose rate is withheld, by the rule: above max(90, round(100 - 300/n)) percent."""
    share = mark.removeprefix("Suppressed: >").removesuffix("%")
    if share.isdigit():
        return [n for n in range(10, 3000) if max(90, round(100 - 300 / n)) == int(share)]
    return [*range(1, 10)] if mark == "Suppressed: N<10" else [*range(10, 3000)]


@pytest.mark.parametrize(("year", "regular", "students"), [(2017, 2785, 3409), (2018, 2598, 3225)])
def test_attendance__of_black_students_in_printed_cells_is_inside_the_range(
    raw: Path, year: int, regular: int, students: int
):
    rows = [row for row in by_group(raw, year) if row["student_group"] == LABELS["black"]]
    assert printed_counts(rows) == (regular, students, 2)
    row = sums(year, "southeast_seattle", "black")
    assert row["value_low"] <= regular / students <= row["value_high"]
    assert row["value_high"] - row["value_low"] < 0.15
    assert row["published_numerator"] == regular
    assert row["published_denominator"] == students
    assert row["organizations_left_out"] == 2


@pytest.mark.parametrize("year", BY_GROUP)
def test_attendance__by_group_holds_what_the_files_say(raw: Path, year: int):
    """Whole sums are exact; where cells are withheld the range holds any size up to the school's own."""
    everyone, rows = all_students(raw, year), by_group(raw, year)
    for group, label in LABELS.items():
        own = [row for row in rows if row["student_group"] == label]
        regular, students, withheld = printed_counts(own)
        row = sums(year, "southeast_seattle", group)
        assert len(own) == row["cells"] == 20
        kind = own[0]["group_type"]
        pinned = printed_counts([one for one in rows if one["group_type"] == kind])[2]
        if not pinned:
            assert (row["numerator"], row["denominator"]) == (regular, students)
            continue
        # Next to all students, who are exact, no group of the partition may be exact.
        assert pd.isna(row["numerator"])
        assert pd.isna(row["denominator"])
        assert row["status"] == "bounded"
        if not withheld:
            assert row["value_low"] <= regular / students <= row["value_high"]
            assert row["value_high"] - row["value_low"] < 0.0011
            assert row["numerator_low"] == regular // 10 * 10
            assert row["denominator_high"] == -(-students // 10) * 10
            continue
        # The fewest students that each mark allows, all of them regular.
        hidden = sum(sizes_behind(one["dat"])[0] for one in own if one["suppressed"] == "True")
        assert row["value_low"] <= (regular + hidden) / (students + hidden) <= row["value_high"]
        most = sum(everyone[one["school_code"]][1] for one in own if one["suppressed"] == "True")
        assert row["denominator_high"] <= students + most + 10


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


@pytest.mark.slow
@pytest.mark.proof("Attendance by group is of Southeast Seattle alone", seed=47, tried="every year")
@pytest.mark.parametrize("year", proofs.sample(BY_GROUP, 1, seed=47))
def test_attendance__by_group_is_of_southeast_seattle_alone(year: int):
    places = [code for code, place in catalog.places().items() if place.district == "17001"]
    every = sa.load("regular_attendance", place=places, end_years=year)
    groups = every[every["student_group_type"] != "all"]
    core = {*catalog.place("southeast_seattle").schools}
    assert set(groups["organization_id"]) == {
        code
        for code in every["organization_id"].unique()
        if catalog.place(code).schools and {*catalog.place(code).schools} <= core
    }
    assert "southeast_seattle_all" not in set(groups["organization_id"])
    with pytest.raises(DataError, match="nothing is published"):
        sa.load("regular_attendance", place="seattle", end_years=year, student_group="black")


@pytest.mark.parametrize("year", BY_GROUP)
def test_attendance__an_absent_race_is_no_zero(raw: Path, year: int):
    rows = by_group(raw, year)
    absent = {"american_indian": "American Indian/ Alaskan Native"}
    absent["pacific_islander"] = "Native Hawaiian/ Other Pacific Islander"
    held = sa.load("regular_attendance", place="southeast_seattle", end_years=year)["student_group"]
    for group, label in absent.items():
        assert 0 < sum(row["student_group"] == label for row in rows) < 20
        assert group not in set(held)


def test_attendance__the_insider_reads_the_size_from_the_marks(raw: Path):
    """`>93%` says 40 to 46 students to who knows max(90, round(100 - 300/n)); sizes that a partition proves fit."""
    for year in BY_GROUP:
        tight = load.tight_year("regular_attendance", year).set_index(
            ["organization_id", "student_group"]
        )
        labels = {label: group for group, label in LABELS.items()}
        everyone, rows = all_students(raw, year), by_group(raw, year)
        proven = 0
        for row in rows:
            if ">" not in row["dat"] or row["student_group"] not in labels:
                continue
            known = tight.loc[(row["school_code"], labels[row["student_group"]])]
            low, high = int(known["denominator_low"]), int(known["denominator_high"])
            fits = sizes_behind(row["dat"])
            assert fits[0] - 1 <= low <= high
            others = [
                one
                for one in rows
                if (one["school_code"], one["group_type"])
                == (row["school_code"], row["group_type"])
                and one is not row
            ]
            if (
                any(one["n_students"] == "" for one in others)
                or row["group_type"] == "race_ethnicity"
            ):
                continue
            size = everyone[row["school_code"]][1] - printed_counts(others)[1]
            assert low <= size <= high
            proven += 1
        assert proven >= 3
