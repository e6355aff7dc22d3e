"""Small raw files in the publisher's own layout, written out so that a reader can check them."""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

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
    """One raw row of the discipline file; by default 6 of 120 students at one school."""
    row = dict.fromkeys(DISCIPLINE, "") | {
        "SchoolYear": "2018-19",
        "OrganizationLevel": "School",
        "DistrictCode": "17001",
        "DistrictName": "Seattle School District No. 1",
        "SchoolCode": "2120",
        "SchoolName": "Rising Star Elementary School",
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


@pytest.fixture
def discipline(tmp_path: Path) -> Callable[..., Path]:
    """Write a discipline file for 2018-19 from rows; return the folder of raw files."""

    def write(*rows: dict[str, str], header: list[str] | None = None) -> Path:
        _, release = catalog.release("ospi_discipline@2019")
        path = tmp_path / release.file
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, header or DISCIPLINE, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return tmp_path

    return write
