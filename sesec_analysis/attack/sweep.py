"""Sweep the bytes just written for what a mistake in our own writers would add: a bare number, a mark, another order.

Two builds with the same mistake are equal, so comparing bytes cannot find one. This reads each file by itself: tags,
attributes, parts of Office files, and columns are those of a committed list (`forms.json`), every number is one that
the document or a record has, there are no comments, and the rows of a table have the order that the document gives
them. It knows no words, and nothing of how the files are written.
"""

import csv
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from html.parser import HTMLParser
from math import ceil, floor
from pathlib import Path
from typing import Any

from sesec_analysis import checkout, i18n_files
from sesec_analysis.editions.documents import model
from sesec_analysis.editions.documents.model import FigureBlock, TableBlock

__all__ = ["FORMS", "sweep", "sweep_table"]

Found = tuple[str, str]
"""A place in a file and what is wrong there; a number is never repeated."""
_NUMBER = re.compile(r"(?<![A-Za-z\d])\d+(?:[.,]\d+)*(?![A-Za-z\d])")
_FONT = re.compile(r"data:font/woff2?;base64,[A-Za-z0-9+/=]+")
_IN_PARENTHESES = re.compile(r"\(\d+\)")
_UNSEEN = re.compile("[\u00ad\u200b\u2060]")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


def _read_forms() -> Mapping[str, frozenset[str]]:
    """Return what our files are made of: tags, attributes, columns, parts and marks of Office files.

    Numbers in attributes of ``geometry`` are places on a page.
    """
    text = Path(__file__).with_name("forms.json").read_text("utf-8")
    return {name: frozenset(known) for name, known in json.loads(text).items()}


FORMS = _read_forms()


def sweep(folder: Path) -> Iterator[Found]:
    """Yield what is in the files of an edition, or of a fact sheet, and neither in its document nor in its records."""
    records = json.loads((folder / "findings.json").read_text("utf-8"))
    every = model.in_words(model.read(folder))
    blocks = (block for one in every.all for block in one.blocks)
    tables = [block.table for block in blocks if isinstance(block, TableBlock | FigureBlock)]
    # A workbook has a share as the number that is printed: 0.401 as 40.1.
    shares = [one for record in records for one in record.values() if isinstance(one, float)]
    printed = " ".join(f"{one * 100:.12g}" for one in shares)
    sources = [printed, *(path.read_text("utf-8") for path in sorted(folder.glob("*.json")))]
    sources += [json.dumps(model.to_json(one)) for one in (every, *every.translations)]
    # The findings page numbers its notes: sources, methods, caveats.
    notes = {
        str(record.get(name)) for record in records for name in ("source", "method", "caveats")
    }
    # A page that leaves out a long table says how many rows it has.
    lengths = {len(table.rows) for table in tables}
    listed = {str(n) for n in (len(records), *lengths, *range(3 * len(notes)), *_LIMITS)}
    known = _of_templates().union(listed, *map(_numbers, sources), *map(_in_whole, sources))
    orders: dict[frozenset[tuple[str, ...]], set[Rows]] = {}
    for table in tables:
        rows = tuple(tuple(_SPACES.sub("", str(cell)) for cell in row) for row in table.rows)
        if rows and len({*rows}) == len(rows):
            orders.setdefault(frozenset(rows), set()).add(rows)
    # A figure without numbers has its printed table as CSV.
    columns = FORMS["columns"].union(str(column.label) for one in tables for column in one.columns)
    paths = filter(Path.is_file, [*folder.glob("*.*"), *folder.glob("figures/*")])
    for path in sorted(paths):
        name = path.relative_to(folder).as_posix()
        found: Iterable[Found] = ()
        if path.suffix in (".html", ".svg"):
            found = _of_page(path.read_text("utf-8"), known, orders)
        elif path.suffix in _TEXTS:
            found = _of_office(path, known)
        elif path.suffix == ".csv":
            found = _of_table(path, known, columns)
        yield from ((f"{name}, {where}", what) for where, what in found)


def sweep_table(path: Path, texts: Iterable[str]) -> list[Found]:
    """Return what is in a table of exported findings (.csv or .xlsx) and in no text of theirs.

    Parameters
    ----------
    path
        The file that was written.
    texts
        The records as JSON, and what else the file may say.
    """
    sources = [*texts]
    limits = map(str, _LIMITS)
    known = _of_templates().union(limits, *map(_numbers, sources), *map(_in_whole, sources))
    is_table = path.suffix == ".csv"
    return [*(_of_table(path, known, FORMS["columns"]) if is_table else _of_office(path, known))]


_LIMITS = (3, 5, 10, 30, 70, 80, 90)
"""Numbers of the rules of what may be printed, which pages explain: under 10 students, 70 percent published."""
_TICKS = frozenset({"0", "05", "025", "0125"})
"""Numbers of axes: parts of 1 on an axis of ratios. Whole thousands are known as such."""


def _numbers(text: str) -> set[str]:
    """Return the numbers of a text but those of axes, without what a language puts between their digits."""
    found = {re.sub("[.,]", "", number) for number in _NUMBER.findall(_UNSEEN.sub("", text))}
    return {number for number in found - _TICKS if not number.endswith("000")}


def _in_whole(text: str) -> set[str]:
    """Return numbers of one decimal as whole ones: a picture says 40 where its table has 40.1."""
    found = (number for number in _NUMBER.findall(text) if re.fullmatch(r"\d+\.\d", number))
    return {str(whole) for number in found for whole in (floor(float(number)), ceil(float(number)))}


def _of_templates() -> frozenset[str]:
    """Return the numbers of our templates and of the texts that families read: "95%", "PDF/UA-1"."""
    folders = checkout.root() / "reports" / "template", i18n_files.folder()
    paths = (path for folder in folders for path in folder.iterdir() if path.is_file())
    return frozenset().union(*(_numbers(path.read_text("utf-8")) for path in paths))


Rows = tuple[tuple[str, ...], ...]


def _strings(part: Any) -> Iterator[str]:
    """Yield the strings in JSON data, but no keys."""
    if isinstance(part, str):
        yield part
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for one in inner:
        yield from _strings(one)


class _Page(HTMLParser):
    """Reads a page or a picture: its marks, the texts in which numbers count, and the rows of its tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Found] = []
        self.texts: list[tuple[str, str]] = []
        self.tables: list[list[list[str]]] = []
        self._inside, self._is_in_cell = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what an element says in its attributes; name what no form of ours has."""
        self._inside, place = tag, f"line {self.getpos()[0]}"
        if ("class", "count") in attrs:
            self._inside = "count"
        if tag not in FORMS["tags"]:
            self.found.append((place, f"no form has the element {tag}"))
        for name, value in attrs:
            if name not in FORMS["attributes"]:
                self.found.append((place, f"no form has the attribute {name}"))
            elif name not in FORMS["geometry"]:
                self.texts.append((f"{place}, {name}", value or ""))
        if tag == "table":
            self.tables.append([])
        if tag == "tr" and self.tables:
            self.tables[-1].append([])
        if tag in ("td", "th") and self.tables and self.tables[-1]:
            self._is_in_cell = True
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Leave scripts, styles, and cells."""
        self._inside = ""
        self._is_in_cell = self._is_in_cell and tag not in ("td", "th")

    def handle_comment(self, data: str) -> None:
        """Name every comment: no form has one."""
        self.found.append((f"line {self.getpos()[0]}", "no form has a comment"))

    def handle_data(self, data: str) -> None:
        """Keep a text, and add it to the row of a table, but not how many findings an option or a heading leads to."""
        if self._inside == "script" and data.lstrip().startswith("{"):
            # Its lists of numbers are positions in its lists of texts.
            data = " ".join(_strings(json.loads(data)))
        if self._inside == "style":
            data = _FONT.sub("", data)  # its letters and digits are no text
        is_count = self._inside == "count" and _IN_PARENTHESES.fullmatch(data)
        if self._inside != "option" and not is_count:
            self.texts.append((f"line {self.getpos()[0]}", data))
        if self._is_in_cell:
            self.tables[-1][-1][-1] += _SPACES.sub("", _UNSEEN.sub("", data))


def _of_page(
    text: str, known: frozenset[str], orders: Mapping[frozenset[tuple[str, ...]], set[Rows]]
) -> Iterator[Found]:
    page = _Page()
    page.feed(text)
    widths = {len(row) for rows in orders for row in rows}
    yield from page.found
    for where, said in page.texts:
        if not _numbers(said) <= known:
            yield where, "a number that no record and no text of the document has"
    for _, *rows in filter(None, page.tables):
        # A page adds columns of its own after those of the document.
        bodies = {tuple(tuple(row[:width]) for row in rows) for width in widths}
        # Two tables may have the same rows in different orders: a table is one of those that have its rows.
        alike = [body for body in bodies if frozenset(body) in orders]
        if alike and not any(body in orders[frozenset(body)] for body in alike):
            yield "a table", "its rows are not in the order of the document"


_XML = re.compile(r"<([\w:]+|!--)")
_CELL = re.compile(r"(?s)<c ([^>]*)>(.*?)</c>")
_NAMED = re.compile(r'\b(?:name|displayName|display|tooltip|location|descr|title)="([^"]*)"')
_HIDDEN = re.compile(r'\b(?:state="|hidden="(?!0")|show="0")')
_TEXTS = {
    ".docx": (re.compile(r"<(?:w:t|m:t|dc:\w+|cp:\w+)(?: [^>]*)?>([^<]*)<"), "</w:p>"),
    ".xlsx": (re.compile(r"<t(?: [^>]*)?>([^<]*)<"), "</si>"),
    ".pptx": (re.compile(r"<a:t(?: [^>]*)?>([^<]*)<"), "</a:p>"),
}
"""Of each kind of Office file, what holds its texts, and what ends a paragraph."""


def _of_office(path: Path, known: frozenset[str]) -> Iterator[Found]:
    """Yield what is wrong in a Word file, a workbook, or slides."""
    texts_in, end = _TEXTS[path.suffix]
    is_word = path.suffix == ".docx"
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if re.sub(r"\d+", "", part) not in FORMS["parts"]:
                yield part, f"no {path.suffix} file of ours has this part"
            elif part.endswith((".xml", ".rels")):
                text = archive.read(part).decode("utf-8")
                marks = set(_XML.findall(text))
                if part == "word/styles.xml":  # our template has comments
                    marks.discard("!--")
                for mark in sorted(marks - FORMS["marks"]):
                    yield part, f"no {path.suffix} file of ours has {mark}"
                said = ["".join(texts_in.findall(one)) for one in text.split(end)]
                if not is_word:
                    said += [*_NAMED.findall(text), *_values(text)]
                    yield from _unseen_in(part, text)
                if not all(_numbers(unescape(one)) <= known for one in said):
                    yield part, "a number that no record and no text of the document has"


def _values(text: str) -> Iterator[str]:
    """Yield the numbers in the cells of a sheet; a text there is only a position in the list of all texts."""
    cells = (match.groups() for match in _CELL.finditer(text))
    return (
        re.sub("<[^>]*>", " ", inner) for attributes, inner in cells if 't="s"' not in attributes
    )


def _unseen_in(part: str, text: str) -> Iterator[Found]:
    """Yield what a reader does not see: document properties, and what is hidden: sheets, rows, columns, slides."""
    if part.startswith("docProps/") and re.search(r">[^<\s]", text):
        yield part, "a document property is not empty"
    if _HIDDEN.search(text):
        yield part, "something is hidden"


def _of_table(path: Path, known: frozenset[str], columns: frozenset[str]) -> Iterator[Found]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    for name in header:
        if name not in columns:
            yield "header", f"no table has the column {name}"
    for at, row in enumerate(rows, start=1):
        if not _numbers(" ".join(row)) <= known:
            yield f"row {at}", "a number that no record has"
