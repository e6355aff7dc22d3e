"""Teachers: averages read as printed, a count that number and percent imply, and places weighted by teachers."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesec_analysis import catalog
from sesec_analysis.loaders.in_place import in_places
from sesec_analysis.loaders.tidy import tokens
from sesec_analysis.loaders.tidy.resolve import resolve_averages
from sesec_analysis.loaders.tidy.rules import RULES
from sesec_analysis.loaders.tidy.tidy import tidy

RATIO = "teacher/Report_Card_Teacher_Ratio_Program_Certificate_2017-18_KingCounty.csv"
STUDENTS_2017 = "enrollment/1_2_Demographic_Information_by_School_2016-17.csv"
CORE = list(catalog.place("southeast_seattle").schools)


def teachers(masters: list[str], percent: list[str]) -> tuple[list[str], int]:
    rows = pd.DataFrame({"masters": masters, "masters_percent": percent})
    rows = rows.assign(organization_id="2070", students="400")
    out, dropped = RULES["teachers_by_number_and_percent"](rows)
    return out["teachers"].tolist(), dropped


# ------------------------------------------------------------------------------------------------- the rule


def test_teachers_by_number_and_percent__says_the_one_number_that_fits():
    # 24 / 31 = 77.419 percent; 13 of 26 is printed 50; all of 54 is printed 100.
    assert teachers(["24", "13", "54"], ["77.42", "50", "100"]) == (["31", "26", "54"], 0)


def test_teachers_by_number_and_percent__guesses_nothing():
    # 150 of "50" percent can be 299 or 301 as well; none of any number is 0 percent; a blank percent says nothing.
    assert teachers(["150", "0", "7"], ["50", "0", ""]) == (["", "", ""], 0)


def test_teachers_by_number_and_percent__drops_organizations_without_teachers():
    assert teachers(["0", "24"], ["", "77.42"]) == (["31"], 1)


@pytest.mark.slow
@given(n=st.integers(1, 70), share=st.floats(0, 1), decimals=st.integers(1, 2))
def test_teachers_by_number_and_percent__is_never_wrong(n: int, share: float, decimals: int):
    k = max(round(n * share), 1)
    printed = f"{100 * k / n:.{decimals}f}".rstrip("0").rstrip(".")
    [found], _ = teachers([str(k)], [printed])
    assert found in ("", str(n))


# ------------------------------------------------------------------------------------------------- averages


def averages(printed: list[str], over: list[str], counted: str = "teachers") -> pd.DataFrame:
    flag = tokens.parse_flags(pd.Series([""] * len(printed)))
    known = tokens.parse_numbers(pd.Series(printed)), tokens.parse_counts(pd.Series(over))
    return resolve_averages(*known, flag, counted=counted)


def test_resolve_averages__keeps_what_is_printed_and_what_it_is_over():
    table = averages(["14.94", "$12,345.67", "9"], ["50", "", "8"])
    assert table["value"].tolist() == [14.94, 12345.67, 9.0]
    assert table["value_low"].equals(table["value"])
    assert table["denominator"].fillna(-1).tolist() == [50, -1, 8]
    assert table["numerator"].isna().all()
    assert set(table["status"]) == {"reported"}


def test_resolve_averages__keeps_a_row_without_a_figure():
    table = averages(["", "", "N<10", "No Students"], ["13", "0", "7", "0"])
    assert table["status"].tolist() == ["withheld", "no_students", "small_n", "no_students"]
    assert table[["value", "value_low", "value_high"]].isna().all(axis=None)


def test_resolve_averages__masks_students_of_fewer_than_ten_not_teachers():
    masked, kept = (averages(["9"], ["8"], counted).iloc[0] for counted in ("students", "teachers"))
    assert (masked["status"], kept["status"]) == ("small_n", "reported")
    assert (masked["denominator_low"], masked["denominator_high"]) == (1, 9)
    assert pd.isna(masked["value"])


@pytest.mark.parametrize("text", ["fourteen", "14.9%", "1,2", "<5"])
def test_parse_numbers__refuses_what_is_no_number(text: str):
    with pytest.raises(tokens.UnknownTokenError):
        tokens.parse_numbers(pd.Series([text]))


# -------------------------------------------------------------------------------------------- the real files


@pytest.fixture(scope="module")
def ratio(raw: Path) -> pd.DataFrame:
    return tidy("ospi_teacher_ratio@2018", raw)


def plain(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def of_place(table: pd.DataFrame, indicator: str, place: str = "southeast_seattle") -> pd.Series:
    rows = in_places(table[table["indicator"] == indicator], [place])
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.mark.slow
def test_ratio__of_a_place_is_its_students_over_its_teachers(raw: Path, ratio: pd.DataFrame):
    rows = [
        row for row in plain(raw / RATIO) if row["Program"] == "ALL" and row["TotalStudentCount"]
    ]
    core = [row for row in rows if row["SchoolCode"].removesuffix(".0") in CORE]
    assert len(core) == 20
    students = sum(float(row["TotalStudentCount"]) for row in core)
    staff = sum(float(row["TotalTeacherCount"]) for row in core)
    row = of_place(ratio, "students_per_teacher")
    assert (students, staff) == (10338, 718)
    assert row["value"] == pytest.approx(students / staff, abs=5e-6)
    assert (row["denominator"], row["status"], row["unit"]) == (
        718,
        "reported",
        "students_per_teacher",
    )


def test_caveats__of_the_ratio_are_what_the_file_says(raw: Path):
    own = [row for row in plain(raw / RATIO) if row["DistrictCode"] == "17001.0"]
    own = [row for row in own if row["Program"] == "ALL" and row["StudentToTeacherRatio"]]
    larger = [
        float(row["AverageClassSize"] or 0) > float(row["StudentToTeacherRatio"]) for row in own
    ]
    assert (sum(larger), len(larger)) == (91, 105)  # most classes, not all: Franklin's 17 to 17.6
    rest = [row for row in own if row["SchoolCode"].removesuffix(".0") not in CORE]
    [program] = [row for row in rest if row["SchoolName"] == "Birth to 3 Contracts"]
    assert round(float(program["StudentToTeacherRatio"])) == 83
    students, teachers = (
        sum(float(row[name]) for row in rest if row is not program)
        for name in ("TotalStudentCount", "TotalTeacherCount")
    )
    assert (students, teachers) == (43451, 2819)
    assert round(students / teachers, 1) == 15.4


def test_ratio__of_a_school_is_as_printed(ratio: pd.DataFrame):
    rows = ratio[ratio["organization_id"] == "3327"].set_index("indicator")
    assert rows.loc["students_per_teacher", ["value", "denominator"]].tolist() == [14.94, 50]
    assert rows.loc["teachers_full_certificate", ["numerator", "denominator"]].tolist() == [45, 50]
    assert rows.loc["teachers_limited_certificate", ["numerator", "denominator"]].tolist() == [
        22,
        50,
    ]


def test_ratio__drops_only_rows_that_print_none(raw: Path, ratio: pd.DataFrame):
    assert ratio.attrs["rules"] == {"drop_rows_without_ratio": 3}
    rows = [
        row
        for row in plain(raw / RATIO)
        if row["DistrictCode"] == "17001.0" and row["Program"] == "ALL"
    ]
    without = {row["SchoolName"] for row in rows if not row["StudentToTeacherRatio"]}
    assert without == {
        "Interagency Detention School",
        "Private School Services",
        "Seattle Skills Center",
    }
    assert all(row["TotalStudentCount"] == "" for row in rows if row["SchoolName"] in without)


def test_certificates__of_a_place_are_summed(raw: Path, ratio: pd.DataFrame):
    for kind in ("Full", "Limited"):
        rows = [
            row for row in plain(raw / RATIO) if row["CertificateType"] == f"{kind} Certificate"
        ]
        core = [row for row in rows if row["SchoolCode"].removesuffix(".0") in CORE]
        held = sum(float(row["CertificateTypeCount"]) for row in core)
        found = of_place(ratio, f"teachers_{kind.lower()}_certificate")
        assert (found["numerator"], found["denominator"], found["cells"]) == (held, 718, 20)


@pytest.mark.slow
def test_experience__of_a_place_is_weighted_by_teachers(raw: Path):
    rows = [row for row in plain(raw / STUDENTS_2017) if row["BuildingNumber"] in CORE]
    assert len(rows) == 20
    held = [int(row["NumberTeachersWithAtLeastMasterDegree"]) for row in rows]
    staff = [
        round(k / float(row["PercentTeachersWithAtLeastMasterDegree"]) * 100)
        for k, row in zip(held, rows, strict=True)
    ]
    years = [float(row["AvgYearsEducationalExperience"]) for row in rows]
    table = tidy("ospi_teachers@2017", raw)
    average = of_place(table, "teacher_experience")
    by_hand = sum(y * n for y, n in zip(years, staff, strict=True)) / sum(staff)
    assert average["value"] == pytest.approx(by_hand, abs=1e-9)
    assert (average["denominator"], average["status"]) == (sum(staff), "reported")
    masters = of_place(table, "teachers_masters_degree")
    assert (masters["numerator"], masters["denominator"]) == (sum(held), sum(staff))


@pytest.mark.slow
@pytest.mark.parametrize("source_id", ["ospi_teachers@2017", "ospi_teachers_2011@2011"])
def test_experience__is_known_of_every_school_with_teachers(raw: Path, source_id: str):
    """A school of unknown weight would withhold the average of its place."""
    table = tidy(source_id, raw)
    own = table[table["indicator"] == "teacher_experience"]
    assert own["denominator"].notna().all()
    for place in ("southeast_seattle", "rest_of_seattle", "seattle"):
        row = of_place(table, "teacher_experience", place)
        assert row["status"] == "reported"
        assert own["value"].min() < row["value"] < own["value"].max()
