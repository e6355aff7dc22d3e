"""A raw discipline file in the publisher's own layout, a row at a time."""

from sesec_analysis import catalog

DISCIPLINE = [
    "SchoolYear",
    "OrganizationLevel",
    "County",
    "ESDName",
    "ESDOrganizationId",
    "DistrictCode",
    "DistrictName",
    "DistrictOrganizationId",
    "SchoolCode",
    "SchoolName",
    "SchoolOrganizationId",
    "CurrentSchoolType",
    "Student Group",
    "GradeLevel",
    "DisciplineDATNotes",
    "DisciplineDenominator",
    "DisciplineNumerator",
    "DisciplineRate",
    "DateExtracted",
]


def discipline_row(**cells: str) -> dict[str, str]:
    """One raw row of the discipline file; by default 6 of 120 students at one school, named as its code is."""
    code = cells.get("SchoolCode", "2120")
    row = dict.fromkeys(DISCIPLINE, "") | {
        "SchoolYear": "2018-19",
        "OrganizationLevel": "School",
        "DistrictCode": "17001",
        "DistrictName": "Seattle School District No. 1",
        "SchoolCode": "2120",
        "SchoolName": catalog.schools()[code].name
        if code in catalog.schools()
        else f"School {code}",
        "Student Group": "All Students",
        "GradeLevel": "All",
        "DisciplineDATNotes": "None",
        "DisciplineDenominator": "120",
        "DisciplineNumerator": "6",
        "DisciplineRate": "5%",
    }
    return row | {
        name.replace("_", " ") if name == "Student_Group" else name: text
        for name, text in cells.items()
    }
