"""The workbook passes the UK Government Analysis Function's checklist, and says of a number what its finding says."""

import io
import zipfile

import openpyxl
import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis.editions.documents.workbook import make_workbook


@pytest.fixture(scope="module")
def findings() -> list[object]:
    table = pd.DataFrame(
        {
            "language": ["English", "Somali", "Vietnamese", "Spanish"],
            "missed": ["120", "<5", "44", "7"],
            "patients": ["400", "60", "90", "20"],
        }
    )
    rows = sa.observations(
        table,
        group="language",
        numerator="missed",
        denominator="patients",
        year=2023,
        source="Clinic",
        title="Missed [a](b) visits: $$now$$",
        withheld={"<5": (0, 4)},
        namespace="book",
    )
    group_type = rows["student_group_type"].iloc[0]
    english = rows["student_group"].iloc[0]
    return [
        *sa.findings(sa.rates(rows)),
        *sa.findings(sa.gaps(rows, by=group_type, reference=english)),
    ]


@pytest.fixture(scope="module")
def content(findings) -> bytes:
    return make_workbook([one.record() for one in findings], title="=Clinic visits", about=["Ours"])


@pytest.fixture(scope="module")
def book(content) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def rows_of(book: openpyxl.Workbook, sheet: str) -> list[dict[str, object]]:
    [table] = book[sheet].tables.values()
    header, *rows = [[cell.value for cell in row] for row in book[sheet][table.ref]]
    names = [str(name).partition("\n")[0] for name in header]
    return [dict(zip(names, row, strict=True)) for row in rows]


SHEET = "Missed  a (b) visits    now"


def test_make_workbook__passes_the_checklist(book):
    assert book.sheetnames == ["Cover", "Contents", "Notes", SHEET, "Sources"]
    for sheet in book:
        assert sheet["A1"].value
        assert sheet.sheet_state == "visible"
        assert not sheet.merged_cells.ranges
        assert len(sheet.tables) == (sheet.title != "Cover")
        for table in sheet.tables.values():
            cells = [cell.value for row in sheet[table.ref] for cell in row]
            assert not [cell for cell in cells if cell is None or not str(cell).strip()]
    names = [table.name for sheet in book for table in sheet.tables.values()]
    assert len(names) == len({*names})


def test_make_workbook__has_numbers_as_numbers_and_ranges_in_two_columns(book, findings):
    rows = {row["Finding ID"]: row for row in rows_of(book, SHEET)}
    records = [one.record() for one in findings]
    assert list(rows) == [record["id"] for record in records]
    kinds = set()
    for record in records:
        row = rows[record["id"]]
        kinds.add((record["measure"], record["publish"]))
        known = [record[name] for name in ("estimate", "bound_low", "bound_high")]
        printed = [row[name] for name in ("Value", "Lowest value", "Highest value")]
        assert [value for value in printed if not isinstance(value, str)] == [
            pytest.approx(value * 100) for value in known if value is not None
        ]
        assert row["Sentence"] == record["sentence"].replace("](", "] (").replace("$$", "$ $")
        assert row["Unit"] == ("points" if record["measure"] == "gap" else "percent")
    assert {("rate", "point"), ("rate", "range"), ("gap", "point")} <= kinds
    [somali] = [row for row in rows.values() if row["Student group"] == "Somali"][:1]
    assert somali["Value"] == "[c]"
    assert (somali["Counted, at least"], somali["Counted, at most"]) == ("[c]", "[c]")
    [english] = [row for row in rows.values() if row["Student group"] == "English"]
    assert (english["Value"], english["Lowest value"], english["Compared with"]) == (
        30,
        "[z]",
        "[z]",
    )
    [spanish] = [row for row in rows.values() if row["Student group"] == "Spanish"][:1]
    assert str(spanish["Note"]).startswith("[u] ")


def test_make_workbook__takes_no_text_for_a_formula_or_a_link(book):
    assert book["Cover"]["A1"].value == "=Clinic visits"
    assert book["Cover"]["A1"].data_type == "s"
    [*_, row] = rows_of(book, SHEET)
    assert row["Indicator"] == "Missed [a] (b) visits: $ $now$ $"


def test_make_workbook__gives_the_same_bytes_and_no_properties(content, findings):
    again = [one.record() for one in findings]
    assert make_workbook(again, title="=Clinic visits", about=["Ours"]) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for part in ("docProps/app.xml", "docProps/core.xml"):
            assert archive.read(part).endswith(b"/>")
