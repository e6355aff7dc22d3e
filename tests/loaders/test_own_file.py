"""Files of one's own tables: as spreadsheets write them, read rightly or refused with file, lines and fix."""

from pathlib import Path

import openpyxl
import pytest

import sesec_analysis as sa
from sesec_analysis.errors import DataError, FileError, QuestionError

CLINIC = {"group": "group", "numerator": "k", "denominator": "n", "year": 2019, "source": "Clinic"}
COUNTS = [("own_a", 12, 1040), ("own_b", 20, 80)]


def read(path: Path, text: str | bytes, **asked: object) -> list[tuple[str, int, int]]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    rows = sa.observations(path, **{**CLINIC, **asked})
    columns = ["student_group", "numerator", "denominator"]
    return [tuple(row) for row in rows[columns].itertuples(index=False)]


COMMAS = 'group,k,n\nA,12,"1,040"\nB,20,80\n'


@pytest.mark.parametrize(
    "text",
    [
        COMMAS,
        COMMAS.replace("\n", "\r"),  # a spreadsheet of an old Macintosh
        "group;k;n\nA;12;1,040\nB;20;80\n",
        COMMAS.encode("utf-8-sig"),
        COMMAS.encode("utf-16"),
        f"Visits of 2019,,\nof the clinic,,\n,,\n{COMMAS}",  # titles above the line of names
        'group,k,n,\nA,12,"1,040",\nB,20,80,\n,,,\n,,,\n',  # blank columns and rows of a sheet
    ],
)
def test_observations__reads_a_file_as_spreadsheets_write_it(tmp_path: Path, text) -> None:
    assert read(tmp_path / "visits.csv", text) == COUNTS


@pytest.mark.parametrize(
    ("text", "what", "where", "fix"),
    [
        (b"PK\x03\x04rest", "workbook", "visits.csv", "CSV UTF-8"),
        ("group,k,n\nA,12,40\nS\xe1mi,2,8\n".encode("latin-1"), "UTF-8", "line 3", "CSV UTF-8"),
        (b"\n\n", "no table", "visits.csv", "CSV UTF-8"),
        ("group,k,n\nA,12,1,040\nB,20,80\n", "more cells than", "line(s) 2", "quotation marks"),
        ('group,k,n\nA,12,40\n"B,20,80\n', "quotation marks", "line 3", "close each"),
        (
            "group;k;n\nA;12,5;40\n",
            "not a count of people",
            "column 'k', line(s) 2",
            "whole numbers",
        ),
        ("t,,\ngroup,k,n\nA,30%,40\nB,9,80\n", "not a count of people", "line(s) 3", "a share"),
        ("name,k,n\nA,12,40\n", "no column 'group'", "visits.csv", "name a column"),
    ],
)
def test_observations__refuses_a_file_with_its_lines_and_the_mend(
    tmp_path: Path, text, what: str, where: str, fix: str
) -> None:
    with pytest.raises(DataError) as refusal:
        read(tmp_path / "visits.csv", text)
    assert what in refusal.value.what
    assert str(tmp_path / "visits.csv") in str(refusal.value.where)
    assert where in str(refusal.value.where)
    assert fix in str(refusal.value.fix)


def test_observations__refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        sa.observations(str(tmp_path / "visits.csv"), **CLINIC)
    with pytest.raises(DataError, match="no such file"):
        sa.observations(tmp_path, **CLINIC)


GROUPS = {
    "group": "Race",
    "numerator": "Missed",
    "denominator": "Patients",
    "year": "2018-19",
    "source": "A clinic",
}
ROWS = [["Race", "Missed", "Patients"], ["Black", 5, 40], ["White", 12.0, 150]]


def saved(tmp_path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "table.xlsx"
    book.save(path)
    return path


def test_observations__reads_the_only_sheet_that_holds_a_table(tmp_path):
    path = saved(tmp_path, Notes=[], Counts=[["Visits of the year"], [], *ROWS])
    rows = sa.observations(path, **GROUPS)
    assert rows[["numerator", "denominator"]].to_numpy().tolist() == [[5, 40], [12, 150]]


def test_observations__reads_the_sheet_that_is_named(tmp_path):
    path = saved(tmp_path, A=ROWS, B=[ROWS[0], ["Black", 6, 60]])
    assert sa.observations(path, **GROUPS, sheet="B")["denominator"].tolist() == [60]


def test_observations__reads_a_cell_shown_in_percent_as_a_share(tmp_path):
    path = saved(tmp_path, Counts=ROWS)
    book = openpyxl.load_workbook(path)
    book["Counts"]["B2"].value, book["Counts"]["B2"].number_format = 0.45, "0%"
    book.save(path)
    with pytest.raises(QuestionError, match="'45%' is not a count"):
        sa.observations(path, **GROUPS)


@pytest.mark.parametrize(
    ("sheets", "sheet", "words"),
    [
        ({"A": ROWS, "B": ROWS}, None, "2 sheets of the workbook hold a table"),
        ({"A": []}, None, "0 sheets"),
        ({"Counts": ROWS}, "Count", "did you mean: Counts"),
        ({"Counts": [*ROWS, ["Asian", "=1+2", 30]]}, None, "a formula and no result"),
    ],
)
def test_observations__refuses_a_workbook_in_a_sentence(tmp_path, sheets, sheet, words):
    with pytest.raises(FileError, match=words):
        sa.observations(saved(tmp_path, **sheets), **GROUPS, sheet=sheet)
