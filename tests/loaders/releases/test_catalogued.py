"""Sources known by their layout only: small files in each vintage's own header, every figure of them made up.

The headers are those of docs and public code named in each entry of `data/catalog/sources`; schools are "Synthetic".
"""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.errors import DataError
from sesec_analysis.loaders.raw.release import raw_files
from sesec_analysis.loaders.tidy.tidy import tidy

Cells = Mapping[str, str]
Write = Callable[..., Path]

STATE = {"OrganizationLevel": "State", "DistrictCode": "", "DistrictName": "State Total", "SchoolCode": "",
         "SchoolName": "State Total"}  # fmt: skip
DISTRICT = {"OrganizationLevel": "District", "SchoolCode": "", "SchoolName": "District Total"}
SCHOOL = {
    "OrganizationLevel": "School",
    "DistrictCode": "17001",
    "DistrictName": "Synthetic District",
    "SchoolCode": "2182",
    "SchoolName": "Synthetic High School",
    "StudentGroup": "All Students",
}
ORGANIZATIONS = ["County", "ESDName", "ESDOrganizationID", "DistrictCode", "DistrictName", "DistrictOrganizationId",
                 "SchoolCode", "SchoolName", "SchoolOrganizationid", "CurrentSchoolType"]  # fmt: skip
GROUPS = ["StudentGroupType", "StudentGroup"]


def key(name: str) -> str:
    """A column's name without its spelling, so that a row fits every vintage of its header."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a release's file: rows given by any spelling of the columns, in the header of a vintage."""

    def make(source_id: str, header: list[str], *rows: Cells, also: Cells | None = None) -> Path:
        path, *others = [tmp_path / name for name in raw_files(source_id)]
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(header)
            for row in rows:
                cells = {key(name): text for name, text in {**(also or {}), **row}.items()}
                writer.writerow([cells.get(key(name), "") for name in header])
        return path if others else tmp_path

    return make


def figures(table: pd.DataFrame, **where: str) -> list[object]:
    """The numerator's, denominator's and value's bounds and the status of the one row that fits."""
    for name, wanted in where.items():
        table = table[table[name] == wanted]
    assert len(table) == 1, table
    names = [
        "numerator_low",
        "numerator_high",
        "denominator_low",
        "denominator_high",
        "value_low",
        "value_high",
    ]
    row = table.iloc[0]
    return [None if pd.isna(row[name]) else round(float(row[name]), 4) for name in names] + [
        row["status"]
    ]


# Graduation

DROPOUTS = [f"Year{year}Dropout" for year in range(1, 8)]
GRADUATION = ["SchoolYear", "OrganizationLevel", *ORGANIZATIONS, *GROUPS, "Suppression", "Cohort", "BegginingGrade9",
              "TransferIn", *DROPOUTS, "TransferOut", "FinalCohort", "Graduate", "Continuing", "Dropout",
              "GraduationRate", "DataAsOf"]  # fmt: skip
GRADUATION_API = [name.lower() for name in GRADUATION]
GRADUATION_2025 = [
    {"suppression": "dat", "beggininggrade9": "beginninggrade9", "transferin": "transferredin",
     "finalcohort": "final_cohort"}.get(name, name) for name in GRADUATION_API
]  # fmt: skip
COHORT = SCHOOL | {"Cohort": "Four Year", "Suppression": "No Suppression", "DAT": "No DAT", "FinalCohort": "100",
                   "Final_Cohort": "100", "Graduate": "90", "GraduationRate": "0.9"}  # fmt: skip
BLANK = {"FinalCohort": "NULL", "Final_Cohort": "NULL", "Graduate": "NULL"}


def hidden(group: str, why: str, rate: str = "NULL") -> dict[str, str]:
    """A row of the graduation file of which the counts are withheld."""
    return (
        COHORT
        | BLANK
        | {"StudentGroup": group, "Suppression": why, "DAT": why, "GraduationRate": rate}
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("year", "header", "school_year"),
    [
        (2019, GRADUATION, "2019"),
        (2022, GRADUATION_API, "2021-22"),
        (2025, GRADUATION_2025, "2024-25"),
    ],
)
def test_graduation__reads_every_vintage(
    write: Write, year: int, header: list[str], school_year: str
):
    rows = [
        COHORT,
        COHORT | {"Cohort": "Five Year", "Graduate": "95", "GraduationRate": "0.95"},
        hidden("Asian", "Cross Group", "0.8571"),
        hidden("White", "N<10"),
        hidden("Non Section 504", "<17.6%"),
        hidden("Section 504", ">98.5%"),
        COHORT | {"StudentGroup": "Foster Care", "FinalCohort": "12", "Final_Cohort": "12", "Graduate": "6"},
        COHORT | STATE | {"FinalCohort": "80,000", "Final_Cohort": "80,000", "Graduate": "66,000",
                          "GraduationRate": "0.825"},
    ]  # fmt: skip
    table = tidy(f"ospi_graduation@{year}", write(f"ospi_graduation@{year}", header, *rows,
                                                  also={"SchoolYear": school_year}))  # fmt: skip
    four = table[table["indicator"] == "graduated_4yr"]
    school = four[four["organization_id"] == "2182"]
    assert figures(school, student_group="all") == [90, 90, 100, 100, 0.9, 0.9, "reported"]
    # The percent stays: at least 10 students; 0.8571 of them to within its last digit.
    assert figures(school, student_group="asian") == [
        8,
        None,
        10,
        None,
        pytest.approx(0.85705, abs=6e-5),
        pytest.approx(0.85715, abs=6e-5),
        "complementary",
    ]
    assert figures(school, student_group="white") == [0, 9, 1, 9, 0, 1, "small_n"]
    # Under 17.6 percent, above 98.5 percent, of at least 10: no count is worked out of them.
    assert figures(school, student_group="not_section_504") == [
        0,
        None,
        10,
        None,
        0,
        0.176,
        "bounded",
    ]
    assert figures(school, student_group="section_504") == [0, None, 10, None, 0.985, 1, "bounded"]
    assert set(school["student_group"]) == {
        "all",
        "asian",
        "white",
        "section_504",
        "not_section_504",
    }
    assert figures(four, organization_id="WA")[:4] == [66000, 66000, 80000, 80000]
    assert figures(table, indicator="graduated_5yr", organization_id="2182")[0] == 95
    assert set(table["end_year"]) == {year}
    assert set(table["grade_level"]) == {"all"}


# Attendance, ninth grade, dual credit

COURSES = ["AP", "IB", "CollegeInTheHighSchool", "Cambridge", "RunningStart", "CTETechPrep"]
TAKING = [f"{what}Taking{course}" for course in COURSES for what in ("Number", "Percent")]
SQSS = ["SchoolYear", "OrganizationLevel", *ORGANIZATIONS, *GROUPS, "GradeLevel", "Measures", "Suppression",
        "Numerator", "Denominator", *TAKING, "DataAsOf"]  # fmt: skip
SQSS_2022 = [
    {"Measures": "Measure", "Suppression": "SuppressionReason"}.get(name, name) for name in SQSS
]
API_COURSES = [f"{course}course{what}" for course in ("ap", "ib", "cihs", "cambridge", "cte", "runningstart")
               for what in ("number", "percent")]  # fmt: skip
SQSS_2023 = [name.lower() for name in SQSS_2022 if name not in TAKING and name != "SuppressionReason"] + [
    *API_COURSES, "datreason", "percent"]  # fmt: skip
SQSS_2024 = [
    *(name for name in SQSS_2023 if name != "datreason"),
    "dat_reason",
    "label",
    "organizationname",
]
ATTENDANCE = SCHOOL | {"GradeLevel": "All Grades", "Measures": "Regular Attendance", "Measure": "Regular Attendance",
                       "Numerator": "480", "Denominator": "600", "Percent": "0"}  # fmt: skip


def attended(why: str = "No Suppression", **cells: str) -> dict[str, str]:
    """A row of attendance with its note in whatever column the vintage has for it."""
    notes = dict.fromkeys(["Suppression", "SuppressionReason", "datreason", "dat_reason"], why)
    return ATTENDANCE | notes | cells


@pytest.mark.slow
@pytest.mark.parametrize(
    ("year", "header"), [(2015, SQSS), (2022, SQSS_2022), (2023, SQSS_2023), (2024, SQSS_2024)]
)
def test_sqss__takes_counts_before_notes_and_no_percent(write: Write, year: int, header: list[str]):
    none = {"Numerator": "", "Denominator": ""}
    rows = [
        attended(),
        attended("Top/Bottom Range: >72.7%", StudentGroup="Asian", Numerator="20", Denominator="24", label=">72.7%"),
        attended("Suppressed: >97%", StudentGroup="White", **none),
        attended("Suppressed: N<10", StudentGroup="Migrant", **none),
        attended("Suppressed: Cross Group", StudentGroup="Homeless", **none),
        attended("No Students", GradeLevel="9", **none),
        attended(Measures="Ninth Grade on Track", Measure="Ninth Grade on Track", GradeLevel="9", Numerator="150",
                 Denominator="200"),
        attended(Measures="Dual Credit", Measure="Dual Credit", Numerator="300", Denominator="500"),
        attended(**DISTRICT),
        attended(**STATE, Numerator="900,000", Denominator="1,100,000"),
    ]  # fmt: skip
    made = write(f"ospi_sqss@{year}", header, *rows, also={"SchoolYear": f"{year - 1}-{year}"})
    table = tidy(f"ospi_sqss@{year}", made)
    school = table[
        (table["organization_id"] == "2182") & (table["indicator"] == "regular_attendance")
    ]
    at = school[school["grade_level"] == "all"]
    assert figures(at, student_group="all") == [480, 480, 600, 600, 0.8, 0.8, "reported"]
    assert figures(at, student_group="asian") == [20, 20, 24, 24, 0.8333, 0.8333, "reported"]
    assert figures(at, student_group="white") == [0, None, 10, None, 0.97, 1, "bounded"]
    assert figures(at, student_group="migrant") == [0, 9, 1, 9, 0, 1, "small_n"]
    assert figures(at, student_group="homeless") == [0, None, 10, None, 0, 1, "complementary"]
    assert figures(school, grade_level="09")[2:4] == [0, 0]
    assert figures(table, indicator="ninth_on_track")[:2] == [150, 150]
    assert figures(table, indicator="dual_credit")[4] == 0.6
    assert {"17001", "WA"} <= set(table["organization_id"])


def test_sqss__reads_the_label_where_counts_are_withheld(write: Write):
    rows = [
        attended("None"),
        attended(
            "Cross Student Group - N<10",
            StudentGroup="Asian",
            Numerator="",
            Denominator="",
            label="60.8%",
        ),
    ]
    made = write("ospi_sqss@2024", SQSS_2024, *rows, also={"SchoolYear": "2023-24"})
    asian = figures(tidy("ospi_sqss@2024", made), student_group="asian")
    # 60.8 percent of 10 students or more, to within half of its last digit: 6 of them at the least.
    assert asian == [6, None, 10, None, 0.6075, 0.6085, "complementary"]


# Kindergarten

WAKIDS = ["SchoolYear", "County", "ESDName", "ESDOrganizationId", "OrganizationId", "OrganizationLevel",
          "DistrictOrganizationId", "DistrictName", "SchoolOrganizationId", "SchoolName", "WashingtonStateCode",
          "WashingtonStateName", *GROUPS, "Domain", "Measure", "MeasureValue", "DevelopmentLevel", "Numerator",
          "Denominator", "Percent", "Suppress", "DataAsOf"]  # fmt: skip
READY = {"OrganizationLevel": "School", "DistrictOrganizationId": "100229", "DistrictName": "Synthetic District",
         "SchoolOrganizationId": "101082", "SchoolName": "Synthetic Elementary School", "StudentGroup": "All Students",
         "Measure": "NumberofDomainsReadyforKindergarten", "MeasureValue": "6", "Numerator": "33",
         "Denominator": "60", "Percent": "0.55000"}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("year", "header"),
    [
        (2015, [name.lower() for name in WAKIDS]),
        (2021, [name.lower() for name in WAKIDS]),
        (2024, WAKIDS),
    ],
)
def test_wakids__reads_children_ready_in_all_six_areas_by_organization_id(
    write: Write, year: int, header: list[str]
):
    rows = [
        READY,
        READY | {"MeasureValue": "5", "Numerator": "12", "Percent": "0.20000"},
        READY | {"Domain": "Math", "Measure": "MathReadinessFlag", "MeasureValue": "Y", "Percent": "0.7"},
        READY | {"StudentGroup": "White", "Numerator": "", "Denominator": "", "Percent": "", "Suppress": "N<10"},
        READY | {"StudentGroup": "Asian", "Numerator": "", "Denominator": "", "Percent": "0.40000",
                 "Suppress": "Cross Student Group"},
        READY | {"OrganizationLevel": "District", "SchoolOrganizationId": "NULL", "Numerator": "2000",
                 "Denominator": "3500", "Percent": "0.57143"},
        READY | {"OrganizationLevel": "State", "DistrictOrganizationId": "", "SchoolOrganizationId": ""},
        READY | {"OrganizationLevel": "State", "DistrictOrganizationId": "", "SchoolOrganizationId": "",
                 "Measure": "MathReadinessFlag"},
        READY | {"DistrictOrganizationId": "100117", "SchoolOrganizationId": "101571"},
    ]  # fmt: skip
    table = tidy(f"ospi_wakids@{year}", write(f"ospi_wakids@{year}", header, *rows,
                                              also={"SchoolYear": f"{year - 1}-{year % 100}"}))  # fmt: skip
    school = table[table["organization_id"] == "2321"]
    assert figures(school, student_group="all") == [33, 33, 60, 60, 0.55, 0.55, "reported"]
    assert figures(school, student_group="white") == [0, 9, 1, 9, 0, 1, "small_n"]
    assert figures(school, student_group="asian") == [3, None, 10, None, 0.4, 0.4, "complementary"]
    assert figures(table, organization_id="17001")[0] == 2000
    assert len(table) == 5, "the state's and the district's own rows beside the school's three"


@pytest.mark.slow
def test_wakids__refuses_a_school_whose_id_is_not_known(write: Write):
    made = write("ospi_wakids@2024", WAKIDS, READY, READY | {"SchoolOrganizationId": "999999"},
                 also={"SchoolYear": "2023-24"})  # fmt: skip
    with pytest.raises(
        DataError, match="school organization id 999999 is not in the catalog"
    ) as refusal:
        tidy("ospi_wakids@2024", made)
    assert "organization_ids.yml" in refusal.value.fix
    assert "column SchoolOrganizationId, 1 row(s)" in str(refusal.value.where)


# Growth

GROWTH = ["SchoolYear", "OrganizationLevel", *ORGANIZATIONS, *GROUPS, "GradeLevel", "Subject", "Suppression",
          "MedianSGP", "StudentCount", "NumberLowGrowth", "NumberTypicalGrowth", "NumberHighGrowth",
          "PercentLowGrowth", "PercentTypicalGrowth", "PercentHighGrowth", "DataAsOf"]  # fmt: skip
GROWTH_2023 = ["DATReason" if name == "Suppression" else name for name in GROWTH]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("year", "header", "nothing"), [(2019, GROWTH, "No Suppression"), (2023, GROWTH_2023, "NULL")]
)
def test_growth__keeps_medians_and_masks_those_of_fewer_than_ten(
    write: Write, year: int, header: list[str], nothing: str
):
    def row(why: str, median: str, students: str, **cells: str) -> dict[str, str]:
        notes = {
            "Suppression": why,
            "DATReason": why,
            "MedianSGP": median,
            "StudentCount": students,
        }
        return (
            SCHOOL
            | {"GradeLevel": "All Grades", "Subject": "English Language Arts"}
            | notes
            | cells
        )

    rows = [
        row(nothing, "58.5", "148"),
        row(nothing, "49", "150", Subject="Math"),
        row("Suppressed: Cross Group", "55", "", StudentGroup="Asian"),
        row("Suppressed: N<10", "", "", StudentGroup="White"),
        row(nothing, "61", "7", StudentGroup="Homeless"),
        row(nothing, "52", "40", GradeLevel="06"),
        row(nothing, "50", "500,000", **STATE),
    ]
    table = tidy(f"ospi_growth@{year}", write(f"ospi_growth@{year}", header, *rows,
                                              also={"SchoolYear": f"{year - 1}-{year % 100}"}))  # fmt: skip
    ela = table[(table["indicator"] == "growth_ela") & (table["organization_id"] == "2182")]
    assert set(table["unit"]) == {"percentile"}
    assert figures(ela, student_group="all", grade_level="all")[2:] == [
        148,
        148,
        58.5,
        58.5,
        "reported",
    ]
    assert figures(ela, grade_level="06")[4] == 52
    assert figures(ela, student_group="asian")[2:] == [10, None, 55, 55, "complementary"]
    for small in ("white", "homeless"):
        assert figures(ela, student_group=small) == [None, None, 1, 9, None, None, "small_n"]
    assert "61" not in set(ela["token"])
    assert figures(table, indicator="growth_math")[4] == 49
    assert figures(table, organization_id="WA")[2] == 500000


# Progress in English; the framework; teachers

ENGLISH = ["SchoolYear", "OrgLevel", *ORGANIZATIONS, *GROUPS, "GradeLevel", "Test", "ProficientNumeratorDAT",
           "ProficientDenominatorDAT", "ProficientLabel", "ProgressingNumeratorDAT", "ProgressingDenominatorDAT",
           "ProgressingLabel", "ProgressingDATNotes", "DataAsOf"]  # fmt: skip


def test_english_learner__reads_progress_on_the_yearly_test_alone(write: Write):
    row = SCHOOL | {"OrgLevel": "School", "GradeLevel": "All Grades", "Test": "WIDAACC",
                    "ProgressingNumeratorDAT": "24", "ProgressingDenominatorDAT": "60",
                    "ProgressingLabel": "40.0%"}  # fmt: skip
    none = {"ProgressingNumeratorDAT": "", "ProgressingDenominatorDAT": ""}
    rows = [
        row,
        row | {"Test": "WIDAALT", "ProgressingNumeratorDAT": "1"},
        row | none | {"GradeLevel": "9th Grade", "ProgressingLabel": "<10.0%"},
        row | none | {"GradeLevel": "10th Grade", "ProgressingLabel": "N<10"},
        row | {"OrgLevel": "State", "DistrictCode": "", "SchoolCode": ""},
    ]
    made = write("ospi_english_learner@2024", ENGLISH, *rows, also={"SchoolYear": "2023-24"})
    table = tidy("ospi_english_learner@2024", made)
    school = table[table["organization_id"] == "2182"]
    assert figures(school, grade_level="all") == [24, 24, 60, 60, 0.4, 0.4, "reported"]
    assert figures(school, grade_level="09") == [0, None, 10, None, 0, 0.1, "bounded"]
    assert figures(school, grade_level="10") == [0, 9, 1, 9, 0, 1, "small_n"]
    assert len(table) == 4


SPACED = ["ESD Organization Id", "ESD Name", "District Organization Id", "District Code", "District Name",
          "School Code", "School Name", "School Organization Id", "School Type", "Student Group",
          "Proficiency ELA Numerator", "Proficiency ELA Denominator", "Proficiency ELA Rate",
          "Proficiency ELA Decile"]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("year", "header"),
    [
        (2018, [*SPACED, "Framework Score", "Support Tier"]),
        (2019, [*(name.replace(" ", "_") for name in SPACED), "Framework_Score", "Support_Tier"]),
        (2024, [*(name.replace(" ", "_").lower() for name in SPACED), "wsif_year", "_2024_score",
                "_2024_annual_identification", "_2024_titlei", "regularattendance_rate", "sqss_combined_decile"]),
    ],
)  # fmt: skip
def test_wsif__reads_the_score_in_every_spelling(write: Write, year: int, header: list[str]):
    row = {"District Code": "17001", "District Name": "Synthetic District", "School Code": "2182",
           "School Name": "Synthetic High School", "Student Group": "All Students", "wsif_year": str(year),
           "Framework Score": "7.35", f"_{year}_score": "7.35"}  # fmt: skip
    rows = [row, row | {"Student Group": "Asian", "Framework Score": "", f"_{year}_score": ""}]
    table = tidy(f"ospi_wsif@{year}", write(f"ospi_wsif@{year}", header, *rows))
    assert figures(table, student_group="all")[4:] == [7.35, 7.35, "reported"]
    assert figures(table, student_group="asian")[4:] == [None, None, "withheld"]
    assert set(table["unit"]) == {"score"}
    assert set(table["end_year"]) == {year}


def test_wsif__refuses_a_file_of_another_run(write: Write):
    header = [*(name.replace(" ", "_") for name in SPACED), "wsif_year", "_2024_score"]
    made = write(
        "ospi_wsif@2024",
        header,
        {"District Code": "17001", "wsif_year": "2023", "_2024_score": "5"},
    )
    with pytest.raises(DataError, match="school year\\(s\\) that no release declares: 2023"):
        tidy("ospi_wsif@2024", made)


TEACHERS = ["SchoolYear", "OrganizationLevel", "OrganizationLevelId", "OrganizationId", "OrganizationName", "County",
            "ESDName", "ESDOrganizationId", "LEACode", "LEAName", "LEAOrganizationId", "SchoolCode", "SchoolName",
            "SchoolOrganizationId", "DemographicCategoryType", "DemographicCategoryId", "DemographicCategory",
            "TeacherCount", "TeacherTotalCount", "TeacherPercent", "AvgYearsExperience", "SumYearsExperience",
            "MA_Count", "MA_Percent", "IsEEValidated", "RowId", "DataAsOf"]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("header", [TEACHERS, [name.lower() for name in TEACHERS]])
def test_teachers__are_read_with_experience_degree_and_race(write: Write, header: list[str]):
    def row(category: str, teachers: str, masters: str, **cells: str) -> dict[str, str]:
        own = {"DemographicCategory": category, "TeacherCount": teachers, "TeacherTotalCount": "50",
               "AvgYearsExperience": "11.9", "MA_Count": masters}  # fmt: skip
        return SCHOOL | {"LEACode": "17001", "LEAName": "Synthetic District"} | own | cells

    district = {"OrganizationLevel": "LEA", "SchoolCode": "NULL", "SchoolName": "NULL"}
    rows = [
        row("All", "50", "40"),
        row("Black/African American", "12", "9"),
        row("White", "30", "25"),
        row("Female", "35", "28"),
        row("Not Provided", "2", "1"),
        row("All", "3000", "2300", **district, TeacherTotalCount="3000", AvgYearsExperience="12.5"),
        row("All", "60000", "40000", OrganizationLevel="State", LEACode="NULL", SchoolCode="NULL"),
    ]  # fmt: skip
    made = write("ospi_teacher_demographics@2024", header, *rows, also={"SchoolYear": "2023-24"})
    table = tidy("ospi_teacher_demographics@2024", made)
    school = table[table["organization_id"] == "2182"]
    assert figures(school, indicator="teacher_experience")[2:] == [50, 50, 11.9, 11.9, "reported"]
    assert figures(school, indicator="teachers_masters_degree") == [
        40,
        40,
        50,
        50,
        0.8,
        0.8,
        "reported",
    ]
    assert figures(school, indicator="teachers_black")[:5] == [12, 12, 50, 50, 0.24]
    assert figures(school, indicator="teachers_white")[4] == 0.6
    assert (
        figures(table[table["organization_id"] == "17001"], indicator="teacher_experience")[4]
        == 12.5
    )
    assert "WA" in set(table["organization_id"])


# Missing years of the sources at hand

ASSESSMENT_2019 = ["SchoolYear", "OrganizationLevel", *ORGANIZATIONS, *GROUPS, "GradeLevel",
                   "Test Administration (group)", "TestAdministration", "TestSubject", "Suppression",
                   "Count of Students Expected to Test", "CountMetStandard",
                   "Count of students expected to test including previously passed", "PercentMetStandard",
                   "PercentLevel1", "PercentLevel2", "PercentLevel3", "PercentLevel4", "PercentMetTestedOnly",
                   "Percent No Score", "DataAsOf"]  # fmt: skip
_2023 = {
    "Suppression": "DAT",
    "CountMetStandard": "CountMetStandard",
    "Count of students expected to test including previously passed":
        "Count of Students Expected to Test included previously passed",
    "PercentMetStandard": "PercentConsistentGradeLevelKnowledgeAndAbove",
    "PercentMetTestedOnly": "Percent Consistent Tested Only",
    "Percent No Score": "PercentNoScore",
}  # fmt: skip
ASSESSMENT_2023 = [
    _2023.get(name, name) for name in ASSESSMENT_2019 if name != "Test Administration (group)"
] + ["PercentParticipation"]
ASSESSMENT_2025 = [
    {"CountMetStandard": "Count Consistent Grade Level Knowledge And Above",
     "PercentConsistentGradeLevelKnowledgeAndAbove": "Percent Consistent Grade Level Knowledge And Above",
     "Count of Students Expected to Test included previously passed": "count_of_students_expected_1",
     "PercentParticipation": "Percent Participation"}.get(name, name) for name in ASSESSMENT_2023
] + ["Test Administration (group)", "Percent Taking Alternative Assessment",
     "Percent Foundational Grade-Level Knowledge And Above",
     "Count Foundational Grade-Level Knowledge And Above"]  # fmt: skip


def scored(**cells: str) -> dict[str, str]:
    """100 students expected, 10 without a score; 15, 20, 30 and 25 at the four levels, so 55 met the standard."""
    row = SCHOOL | {
        "GradeLevel": "All Grades",
        "TestAdministration": "SBAC",
        "TestSubject": "ELA",
        "Suppression": "None",
        "DAT": "None",
        "Count of Students Expected to Test": "100",
        "PercentLevel1": "0.15",
        "PercentLevel2": "0.2",
        "PercentLevel3": "0.3",
        "PercentLevel4": "0.25",
    }
    row |= dict.fromkeys(
        [
            name
            for name in (*_2023, *_2023.values(), *ASSESSMENT_2025)
            if "eviously" in name or name.endswith("expected_1")
        ],
        "100",
    )
    row |= dict.fromkeys(
        ["CountMetStandard", "Count Consistent Grade Level Knowledge And Above"], "55"
    )
    row |= dict.fromkeys(
        [
            "PercentMetStandard",
            "PercentConsistentGradeLevelKnowledgeAndAbove",
            "Percent Consistent Grade Level Knowledge And Above",
        ],
        "55.0%",
    )
    row |= dict.fromkeys(
        ["PercentMetTestedOnly", "Percent Consistent Tested Only"], "0.6111111111111"
    )
    return row | dict.fromkeys(["Percent No Score", "PercentNoScore"], "0.1") | cells  # fmt: skip


def hidden_tests(why: str, **cells: str) -> dict[str, str]:
    """A row of which every count and share is withheld."""
    blank = dict.fromkeys(
        (name for name, text in scored().items() if text and ("ercent" in name or "ount" in name)),
        "",
    )
    return scored() | blank | {"Suppression": why, "DAT": why} | cells


@pytest.mark.slow
@pytest.mark.parametrize(
    ("year", "header"),
    [(2015, ASSESSMENT_2019), (2019, ASSESSMENT_2019), (2022, ASSESSMENT_2019), (2023, ASSESSMENT_2023),
     (2025, ASSESSMENT_2025)],
)  # fmt: skip
def test_assessment__reads_the_missing_years_with_their_levels(
    write: Write, year: int, header: list[str]
):
    rates = ["PercentMetStandard", "PercentConsistentGradeLevelKnowledgeAndAbove",
             "Percent Consistent Grade Level Knowledge And Above"]  # fmt: skip
    rows = [
        scored(),
        scored(TestAdministration="AIM"),
        scored(TestAdministration="WIDAACC", TestSubject="WIDAACC", GradeLevel="KG"),
        hidden_tests("Top/Bottom", StudentGroup="Asian", **dict.fromkeys(rates, "<10%")),
        hidden_tests("N<10", StudentGroup="White", **dict.fromkeys(rates, "N<10")),
        scored(**STATE),
    ]
    made = write(
        f"ospi_assessment@{year}", header, *rows, also={"SchoolYear": f"{year - 1}-{year % 100}"}
    )
    table = tidy(f"ospi_assessment@{year}", made)
    school = table[table["organization_id"] == "2182"]
    everyone, asian = (school[school["student_group"] == group] for group in ("all", "asian"))
    assert figures(everyone, indicator="ela_met") == [55, 55, 100, 100, 0.55, 0.55, "reported"]
    assert figures(everyone, indicator="ela_met_tested") == [
        55,
        55,
        90,
        90,
        0.6111,
        0.6111,
        "reported",
    ]
    assert figures(everyone, indicator="ela_tested")[:4] == [90, 90, 100, 100]
    levels = [figures(everyone, indicator=f"ela_level_{level}")[:4] for level in (1, 2, 3, 4)]
    assert levels == [[15, 15, 90, 90], [20, 20, 90, 90], [30, 30, 90, 90], [25, 25, 90, 90]]
    assert figures(asian, indicator="ela_met") == [0, None, 10, None, 0, 0.1, "bounded"]
    assert figures(school[school["student_group"] == "white"], indicator="ela_met")[6] == "small_n"
    assert asian.loc[asian["indicator"].str.contains("level"), "numerator"].isna().all()
    assert figures(table[table["organization_id"] == "WA"], indicator="ela_met")[0] == 55


@pytest.mark.slow
def test_assessment__reads_no_level_of_a_row_whose_rate_is_withheld(write: Write):
    """Levels printed beside a withheld rate would give it away."""
    leak = scored(
        StudentGroup="Asian", Suppression="<10%", PercentMetStandard="<10%", CountMetStandard=""
    )
    made = write(
        "ospi_assessment@2019", ASSESSMENT_2019, scored(), leak, also={"SchoolYear": "2018-19"}
    )
    table = tidy("ospi_assessment@2019", made)
    levels = table[
        table["indicator"].str.contains("ela_level") & (table["student_group"] == "asian")
    ]
    assert len(levels) == 4
    assert levels["numerator"].isna().all()


GROUP_COLUMNS = [
    "American Indian/Alaskan Native", "Asian", "Black/African American", "Hispanic/Latino of any race(s)",
    "Native Hawaiian/Other Pacific Islander", "Two or More Races", "White", "English Language Learners",
    "Non-English Language Learners", "Foster Care", "Non-Foster Care", "Highly Capable", "Non-Highly Capable",
    "Homeless", "Non-Homeless", "Low-Income", "Non-Low Income", "Migrant", "Non-Migrant", "Military Parent",
    "Non-Military Parent", "Mobile", "Non-Mobile", "Section 504", "Non-Section 504", "Students with Disabilities",
    "Students without Disabilities",
]  # fmt: skip
ENROLLMENT_2025 = ["SchoolYear", "OrganizationLevel", *ORGANIZATIONS, "GradeLevel", "All Students", "Female",
                   "Gender X", "Male", *GROUP_COLUMNS, "DAT", "DataAsOf"]  # fmt: skip
_API = {
    "Hispanic/Latino of any race(s)": "hispanic_latino_of_any_race",
    "Native Hawaiian/Other Pacific Islander": "native_hawaiian_pacific_islander",
    "Foster Care": "fostercare",
    "Non-Foster Care": "non_fostercare",
    "SchoolOrganizationid": "schoolorganizationid",
}  # fmt: skip
ENROLLMENT_2015 = [
    _API.get(name, name.lower().replace(" ", "_").replace("/", "_").replace("-", "_"))
    for name in ENROLLMENT_2025
    if name != "DAT"
]


RACES = ("asian", "black", "hispanic", "white", "american", "hawaiian", "race")


@pytest.mark.slow
@pytest.mark.parametrize(("year", "header"), [(2015, ENROLLMENT_2015), (2025, ENROLLMENT_2025)])
def test_enrollment__reads_the_missing_years(write: Write, year: int, header: list[str]):
    names = {key(name) for name in header[13:] if name not in {"DAT", "DataAsOf", "dataasof"}}

    def whole(students: int, asian: int, few: int = 2) -> dict[str, str]:
        """A row that holds together: a few students of every group, all others of its counterpart."""
        others = {name for name in names if name.startswith("non") or "without" in name}
        races = {name for name in names if any(word in name for word in RACES)}
        counts = dict.fromkeys(names, few) | dict.fromkeys(others, students - few)
        counts |= {"male": students - few * len(names & {"female", "genderx"})}
        counts |= {"asian": asian, "white": students - asian - few * (len(races) - 2)}
        return {name: str(n) for name, n in counts.items()} | dict.fromkeys(
            ["fostercare", "nonfostercare"], "0"
        )

    flag = {"DAT": "DAT Applied: Foster Care - N < 10"}
    rows = [
        SCHOOL | whole(400, 120, 20) | flag | {"GradeLevel": "All Grades", "All Students": "400"},
        SCHOOL | whole(30, 10) | {"GradeLevel": "Pre-Kindergarten", "All Students": "30"},
        SCHOOL | whole(20, 7) | {"GradeLevel": "Transition to Kindergarten", "All Students": "20"},
        SCHOOL
        | whole(400, 120, 20)
        | DISTRICT
        | {"GradeLevel": "AllGrades", "All Students": "400"},
        SCHOOL
        | whole(1_100_000, 120, 20)
        | STATE
        | {"GradeLevel": "All Grades", "All Students": "1,100,000"},
    ]
    made = write(
        f"ospi_enrollment@{year}", header, *rows, also={"SchoolYear": f"{year - 1}-{year % 100}"}
    )
    table = tidy(f"ospi_enrollment@{year}", made)
    school = table[table["organization_id"] == "2182"]
    assert figures(school, grade_level="all", student_group="asian")[:5] == [
        120,
        120,
        400,
        400,
        0.3,
    ]
    # Transition to kindergarten joins pre-kindergarten: 10 + 7 of 30 + 20.
    assert figures(school, grade_level="PK", student_group="asian")[:4] == [17, 17, 50, 50]
    assert table.attrs["rules"]["transition_to_kindergarten_joins_pre_kindergarten"] == 1
    assert figures(table, organization_id="17001", student_group="all")[2] == 400
    assert figures(table, organization_id="WA", student_group="all")[2] == 1100000
    assert not set(table["student_group"]) & {"foster_care", "not_foster_care"}


DISCIPLINE = ["SchoolYear", "OrganizationLevel", *ORGANIZATIONS, "Student Group", "GradeLevel", "DisciplineDATNotes",
              "DisciplineDenominator", "DisciplineNumerator", "DisciplineRate", "Excluded1DayOrLess",
              "RateExcluded1DayOrLess", "DateExtracted"]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("year", "header"), [(2024, DISCIPLINE), (2025, [name.lower() for name in DISCIPLINE])]
)
def test_discipline__reads_codes_with_thousands_commas(write: Write, year: int, header: list[str]):
    row = SCHOOL | {"DistrictCode": "17,001", "SchoolCode": "2,182", "GradeLevel": "All",
                    "DisciplineDATNotes": "None", "DisciplineDenominator": "200", "DisciplineNumerator": "10",
                    "DisciplineRate": "5%"}  # fmt: skip
    stars = {
        "DisciplineDenominator": "*",
        "DisciplineNumerator": "*",
        "DisciplineDATNotes": "Top/Bottom Range",
    }
    rows = [
        row | {"Student Group": "All Students"},
        row | stars | {"Student Group": "Asian", "DisciplineRate": "<15.0%"},
        row | STATE | {"Student Group": "All Students"},
    ]
    header = [name.replace("student group", "student_group") for name in header]
    made = write(
        f"ospi_discipline@{year}", header, *rows, also={"SchoolYear": f"{year - 1}-{year % 100}"}
    )
    table = tidy(f"ospi_discipline@{year}", made)
    school = table[table["organization_id"] == "2182"]
    assert figures(school, student_group="all") == [10, 10, 200, 200, 0.05, 0.05, "reported"]
    assert figures(school, student_group="asian") == [0, None, 10, None, 0, 0.15, "bounded"]
    assert "WA" in set(table["organization_id"])


# What is refused

REFUSED = [
    ("ospi_graduation@2019", GRADUATION, COHORT, "Graduate"),
    ("ospi_sqss@2015", SQSS, ATTENDANCE | {"Suppression": "No Suppression"}, "Numerator"),
    ("ospi_wakids@2024", WAKIDS, READY, "Numerator"),
    ("ospi_growth@2019", GROWTH, SCHOOL | {"GradeLevel": "All Grades", "Subject": "Math", "MedianSGP": "50",
                                           "StudentCount": "20"}, "MedianSGP"),
    ("ospi_assessment@2023", ASSESSMENT_2023, scored(), "CountMetStandard"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source_id", "header", "row", "column"), REFUSED, ids=[made[0] for made in REFUSED]
)
def test_catalogued__refuses_what_its_entry_does_not_know(
    write: Write, source_id: str, header: list[str], row: Cells, column: str
):
    year = int(source_id.partition("@")[2])
    also = {"SchoolYear": f"{year - 1}-{year % 100}"}
    assert len(tidy(source_id, write(source_id, header, row, also=also)))
    with pytest.raises(DataError, match="1 column\\(s\\) of the file are not in the entry: Planet"):
        tidy(source_id, write(source_id, [*header, "Planet"], row, also=also))
    with pytest.raises(DataError, match="1 column\\(s\\) of the entry are not in the file"):
        tidy(
            source_id, write(source_id, [name for name in header if name != column], row, also=also)
        )
    with pytest.raises(DataError, match="student group 'Martians' is not in the catalog"):
        tidy(
            source_id, write(source_id, header, row, row | {"StudentGroup": "Martians"}, also=also)
        )
    with pytest.raises(DataError, match="cell text\\(s\\) are not known: 'a few'"):
        tidy(source_id, write(source_id, header, row | {column: "a few"}, also=also))
    with pytest.raises(DataError, match="school year\\(s\\) that no release declares: 1999-00"):
        tidy(source_id, write(source_id, header, row, also={"SchoolYear": "1999-00"}))


def test_catalogued__refuses_a_measure_and_a_cohort_that_may_be_a_new_name(write: Write):
    odd = ATTENDANCE | {"Suppression": "No Suppression", "Measures": "Perfect Attendance"}
    with pytest.raises(DataError, match="measure 'Perfect Attendance' is not in the entry"):
        tidy("ospi_sqss@2015", write("ospi_sqss@2015", SQSS, odd, also={"SchoolYear": "2014-15"}))
    odd = COHORT | {"Cohort": "Ten Year"}
    with pytest.raises(DataError, match="cohort 'Ten Year' is not in the entry"):
        tidy(
            "ospi_graduation@2019",
            write("ospi_graduation@2019", GRADUATION, odd, also={"SchoolYear": "2019"}),
        )


@pytest.mark.slow
def test_catalogued__keeps_one_year_of_a_file_of_many_and_refuses_one_without_it(write: Write):
    rows = [
        SCHOOL | {"LEACode": "17001", "DemographicCategory": "All", "TeacherCount": count, "TeacherTotalCount": count,
                  "MA_Count": "20", "AvgYearsExperience": "10", "SchoolYear": year}
        for year, count in (("2023-24", "50"), ("2024-25", "40"))
    ]  # fmt: skip
    made = write("ospi_teacher_demographics@2024", TEACHERS, *rows)
    table = tidy("ospi_teacher_demographics@2024", made)
    assert figures(table, indicator="teacher_experience")[2] == 50
    made = write("ospi_teacher_demographics@2025", TEACHERS, rows[0])
    with pytest.raises(DataError, match="the file holds no row of school year 2024-25"):
        tidy("ospi_teacher_demographics@2025", made)


# Against the files at hand


def test_organization_ids__are_those_of_the_enrollment_file(raw: Path):
    path = raw / "enrollment" / "Report_Card_Enrollment_2021-22_KingCounty.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        printed = {
            row["SchoolOrganizationId"].removesuffix(".0"): row["SchoolCode"].removesuffix(".0")
            for row in csv.DictReader(stream)
            if row["DistrictCode"].removesuffix(".0") == "17001" and row["SchoolCode"]
        }
    known = catalog.organization_ids()["schools"]
    assert len(printed) > 100
    assert {key: known.get(key) for key in printed} == printed


def test_levels__of_the_embedded_years_are_whole_and_make_up_who_met_the_standard():
    """Levels 3 and 4 are those who met the standard, all four are those tested: in every row, to the student.

    The file of 2016-17 alone counts students who met it at a level Basic, apart from the four.
    """
    at = ["end_year", "organization_id", "grade_level", "student_group"]
    columns = {code: sa.load(code).set_index(at) for code in
               ["ela_met_tested", *(f"ela_level_{level}" for level in (1, 2, 3, 4))]}  # fmt: skip
    counts = pd.DataFrame({code: table["numerator"] for code, table in columns.items()})
    counts = counts[counts["ela_level_1"].notna()]
    assert counts.groupby("end_year").size().to_dict() == {
        2017: 2028,
        2018: 391,
        2024: 100,
        2025: 115,
    }
    basic = counts["ela_met_tested"] - counts["ela_level_3"] - counts["ela_level_4"]
    assert (basic >= 0).all()
    assert set(basic[basic > 0].index.get_level_values("end_year")) == {2017}
    tested = columns["ela_met_tested"].loc[counts.index, "denominator"]
    assert (counts.filter(like="level").sum(axis=1) + basic == tested).all()
