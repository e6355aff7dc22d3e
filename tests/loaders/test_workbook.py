"""A workbook is read as people see it; what no person could have meant is refused by sheet and cell."""

import datetime as dt

import openpyxl
import pytest

import sesec_analysis as sa
from sesec_analysis.errors import FileError, QuestionError

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


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (0.05, "each as a whole number"),
        (dt.date(2026, 5, 10), "a spreadsheet made a day of it"),
        (True, "add up those of whom it is true"),
        ("#REF!", "no rule says what '#REF!' means"),
        (None, "no rule says what '' means"),
        ("<10", "no rule says what '<10' means"),
        (-7, "no count is below 0"),
        (1e31, "more people than there are"),
    ],
)
def test_observations__refuses_a_cell_that_is_no_count_by_its_line(tmp_path, cell, words):
    path = saved(tmp_path, Counts=[*ROWS, ["Asian", cell, 30]])
    with pytest.raises(QuestionError) as refused:
        sa.observations(path, **GROUPS)
    assert words in str(refused.value)
    assert "line(s) 4" in str(refused.value)


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


@pytest.mark.parametrize("content", [b"PK\x03\x04 no workbook", b"PK\x03\x04" + b"\x00" * 500])
def test_observations__refuses_what_only_begins_like_a_workbook(tmp_path, content):
    path = tmp_path / "odd.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileError, match="not an Excel workbook"):
        sa.observations(path, **GROUPS)


def test_observations__refuses_a_sheet_where_there_are_none(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("Race,Missed,Patients\nBlack,5,40\n")
    with pytest.raises(FileError, match="only a workbook has sheets"):
        sa.observations(path, **GROUPS, sheet="A")
