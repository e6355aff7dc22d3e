"""Read a sheet of an Excel workbook, every cell as text as its reader sees it."""

import datetime as dt
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from sesec_analysis.errors import FileError, closest
from sesec_analysis.extras import needed

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["rows"]


_MOST_BYTES = 200_000_000


def rows(path: Path, sheet: str | None) -> list[tuple[int, list[str]]]:
    """Return each row that has any cell, after its number in the sheet.

    Parameters
    ----------
    path
        An Excel workbook.
    sheet
        A sheet's name; None if only one sheet has anything in it.

    Raises
    ------
    FileError
        If it is no workbook, has no such sheet, several without a name given, or formulas whose results nobody saved.
    """
    with needed():
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    _refuse_too_large(path)
    try:
        book = load_workbook(path, data_only=True)
        formulas = load_workbook(path)
    except (InvalidFileException, KeyError, ValueError, zipfile.BadZipFile, EOFError) as odd:
        raise FileError(
            "this is not an Excel workbook that can be read",
            where=str(path),
            fix="open it in the spreadsheet program and save it again as .xlsx, or as “CSV UTF-8”",
        ) from odd
    chosen = _sheet(book, sheet, path)
    _refuse_unsaved(chosen, formulas[chosen.title], path)
    read = [
        (at, [_text(cell) for cell in row]) for at, row in enumerate(chosen.iter_rows(), start=1)
    ]
    return [(at, cells) for at, cells in read if any(cells)]


def _refuse_too_large(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            size = sum(part.file_size for part in parts.infolist())
    except zipfile.BadZipFile:
        return  # the reader says so
    if size > _MOST_BYTES:
        raise FileError(
            f"the workbook holds more than {_MOST_BYTES // 10**6} MB",
            where=str(path),
            fix="read it with pandas and pass the rows that are wanted",
        )


def _sheet(book: "Workbook", name: str | None, path: Path) -> "Worksheet":
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if name is not None and name not in sheets:
        raise FileError(
            f"the workbook has no sheet {name!r}",
            where=str(path),
            fix="name one of its sheets",
            valid=list(sheets),
            meant=closest(name, list(sheets)),
        )
    filled = [title for title, sheet in sheets.items() if sheet.max_row > 1]
    if name is None and len(filled) != 1:
        raise FileError(
            f"{len(filled)} sheets of the workbook hold a table",
            where=str(path),
            fix='name the one that is meant: sheet="…"',
            valid=list(sheets),
        )
    return sheets[name or filled[0]]


def _refuse_unsaved(sheet: "Worksheet", formulas: "Worksheet", path: Path) -> None:
    """Refuse formulas without a saved result: a program wrote them, and no spreadsheet has worked them out."""
    bad = [
        cell.coordinate
        for row in formulas.iter_rows()
        for cell in row
        if cell.data_type == "f" and sheet[cell.coordinate].value is None
    ]
    if bad:
        raise FileError(
            f"{len(bad)} cell(s) hold a formula and no result",
            where=f"{path}, sheet {sheet.title!r}, {', '.join(bad[:5])}",
            fix="open the workbook in the spreadsheet, save it, and read it again",
        )


def _text(cell: "Cell | MergedCell") -> str:
    """Return a cell as text: a share is shown in percent, a day as a day, a whole number without a point."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float | int):
        if "%" in (cell.number_format or ""):
            return f"{value * 100:.12g}%"
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value).strip()
