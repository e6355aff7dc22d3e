"""Read the file of one's own table: a workbook, or text parted by commas, semicolons, or tabs; every cell as shown.

The line of names is the first that holds every column asked for, so that titles may stand above it. What cannot be read
surely is refused with the file, its lines and what to do in the spreadsheet; nothing is guessed of a cell.
"""

import codecs
import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import pandas as pd

from sesec_analysis import hidden_characters
from sesec_analysis.catalog.named import end_year
from sesec_analysis.errors import FileError, QuestionError, closest
from sesec_analysis.extras import require_extra

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["read_table", "takes_files"]


P = ParamSpec("P")
_Row = tuple[int, list[str]]

_AS_CSV = "in the spreadsheet save the sheet that holds the table as “CSV UTF-8” (File, Save as), and give that file"
_WORKBOOK = b"PK\x03\x04"
"""How an Excel workbook (.xlsx) begins."""
_UNREAD = (b"\xd0\xcf\x11\xe0", b"%PDF")
"""How workbooks of 2003 (.xls) and PDFs begin."""
_SIGNS = ",;\t|"
_FIRST = 50
"""Lines among which the one of names is looked for."""
_MOST_BYTES = 200_000_000
_COLUMNS = ("group", "numerator", "denominator", "organization", "grade")
_ROWS = re.compile(r"row\(s\) (?P<rows>\d+(?:, \d+)*)(?P<more> and \d+ more)? \(the first is 0\)")


def takes_files(function: Callable[P, pd.DataFrame]) -> Callable[P, pd.DataFrame]:
    """Have a reader of tables read a file too, and name the file and its lines in what it refuses."""

    @wraps(function)
    def read(*args: P.args, **asked: P.kwargs) -> pd.DataFrame:
        given = args[0] if args else asked.get("table")
        if not isinstance(given, str | Path):
            return function(*args, **asked)
        path = Path(given).expanduser()
        sheet = asked.pop("sheet", None)
        frame, lines = read_table(
            path, _requested_names(asked), sheet=None if sheet is None else str(sheet)
        )
        plain: Callable[..., pd.DataFrame] = function
        try:
            return plain(**{**asked, "table": frame})
        except QuestionError as refusal:
            raise QuestionError(
                refusal.what,
                where=f"{path}, {_in_lines(refusal.where or '', lines)}",
                fix=refusal.fix,
                valid=refusal.valid,
                meant=refusal.meant,
            ) from None

    return read


def read_table(
    path: Path, columns: Sequence[str], *, sheet: str | None = None
) -> tuple[pd.DataFrame, list[int]]:
    """Read a table, every cell as text, and the line of the file that each row is in.

    Parameters
    ----------
    path
        An Excel workbook (.xlsx), or a text file in UTF-8, or in UTF-16 that says so.
    columns
        Names that are in the line of names.
    sheet
        The sheet of a workbook; not needed where only one has anything in it.

    Raises
    ------
    FileError
        If it is a PDF or an older workbook, not in UTF-8, has an open quotation mark, or lines with more cells than
        names; or if a workbook has no such sheet, several without a name given, or formulas without results.
    """
    if _is_workbook(path):
        rows = _workbook_rows(path, sheet)
        return _table(path, rows, _head(rows, columns) or 0, "comma")
    if sheet is not None:
        raise FileError("only a workbook has sheets", where=str(path), fix="leave `sheet` out")
    text = _text(path)
    read, faults = dict[str, list[_Row]](), list[FileError]()
    for sign in _SIGNS:
        try:
            read[sign] = _cells(text, sign, path)
        except FileError as fault:
            faults.append(fault)
    if not read:
        raise faults[0]
    heads = {
        sign: head for sign, rows in read.items() if (head := _head(rows, columns)) is not None
    }
    sign = next(iter(heads)) if heads else max(read, key=lambda each: _widest(read[each]))
    return _table(path, read[sign], heads.get(sign, 0), sign)


def _table(
    path: Path, rows: Sequence[_Row], head: int, sign: str
) -> tuple[pd.DataFrame, list[int]]:
    """Return the rows below the line of names as a table, with the line of each."""
    if not rows:
        raise FileError("the file holds no table", where=str(path), fix=_AS_CSV)
    names, below = rows[head][1], rows[head + 1 :]
    width = max(at + 1 for at, name in enumerate(names) if name)
    if wide := [line for line, cells in below if any(cells[width:])]:
        raise FileError(
            f"{len(wide)} line(s) have more cells than there are names of columns",
            where=f"{path}, line(s) {', '.join(map(str, wide[:5]))}",
            fix=f"put what has a {sign!r} inside in quotation marks, or write numbers without it: 1040",
        )
    names = [name or f"column {at + 1}" for at, name in enumerate(names[:width])]
    cells = [(row + [""] * width)[:width] for _, row in below]
    return pd.DataFrame(cells, columns=names, dtype="str"), [line for line, _ in below]


def _requested_names(given: Mapping[str, Any]) -> list[str]:
    named = [str(given[role]) for role in _COLUMNS if given.get(role) is not None]
    year = given.get("year")
    return named + ([year] if isinstance(year, str) and end_year(year) is None else [])


def _is_workbook(path: Path) -> bool:
    if not path.is_file():
        raise FileError(
            "there is no such file", where=str(path), fix="check its name, and the folder it is in"
        )
    with path.open("rb") as file:
        return file.read(len(_WORKBOOK)) == _WORKBOOK


def _text(path: Path) -> str:
    """Return the text of a file; refuse what is none, with how to make one of it."""
    if path.stat().st_size > _MOST_BYTES:
        raise FileError(
            f"the file is larger than {_MOST_BYTES // 10**6} MB",
            where=str(path),
            fix="read it with pandas and pass the rows that are wanted",
        )
    data = path.read_bytes()
    if data.startswith(_UNREAD):
        raise FileError(
            "this is a PDF or a workbook of 2003, not a table of text",
            where=str(path),
            fix=_AS_CSV,
        )
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as odd:
        line = data[: odd.start].count(b"\n") + 1
        raise FileError(
            "the file is not in UTF-8, so letters with accents can't be read",
            where=f"{path}, line {line}",
            fix=_AS_CSV,
        ) from None
    if "\x00" in text:
        raise FileError("the file is not text", where=str(path), fix=_AS_CSV)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cells(text: str, sign: str, path: Path) -> list[_Row]:
    """Return each row that has any cell, after the line that it ends in."""
    reader = csv.reader(io.StringIO(text), delimiter=sign, strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as broken:
        raise FileError(
            f"the quotation marks of a row cannot be read: {broken}",
            where=f"{path}, line {reader.line_num}",
            fix="close each one, and write one inside a cell twice; or save the sheet again as “CSV UTF-8”",
        ) from None
    return [row for row in rows if any(row[1])]


def _head(rows: Sequence[_Row], columns: Sequence[str]) -> int | None:
    """Return which row has every column's name in a cell of its own."""
    wanted = {hidden_characters.visible_text(name) for name in columns}
    for at, (_, cells) in enumerate(rows[:_FIRST]):
        if wanted <= {hidden_characters.visible_text(cell) for cell in cells}:
            return at
    return None


def _widest(rows: Sequence[_Row]) -> int:
    return len(rows[0][1]) if rows else 0


def _in_lines(where: str, lines: Sequence[int]) -> str:
    """Name lines of the file where rows of the table are named."""

    def named(found: re.Match[str]) -> str:
        at = [str(lines[int(row)]) for row in found["rows"].split(", ")]
        return f"line(s) {', '.join(at)}{found['more'] or ''}"

    return _ROWS.sub(named, where)


# workbooks -------------------------------------------------------------------------------------


def _workbook_rows(path: Path, sheet: str | None) -> list[_Row]:
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
    with require_extra():
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
        (at, [_cell_text(cell) for cell in row])
        for at, row in enumerate(chosen.iter_rows(), start=1)
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


def _cell_text(cell: "Cell | MergedCell") -> str:
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
