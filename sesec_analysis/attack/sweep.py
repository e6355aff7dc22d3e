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
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import ceil, floor
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from sesec_analysis import checkout, i18n_files
from sesec_analysis.editions.documents import model
from sesec_analysis.editions.documents.model import FigureBlock, TableBlock

__all__ = ["Fault", "sweep", "sweep_table"]


class Fault(NamedTuple):
    """Something wrong in a folder: its place and what is wrong with it. Its words are not repeated."""

    where: str
    what: str


FORMS: Mapping[str, frozenset[str]] = {
    name: frozenset(known)
    for name, known in json.loads(Path(__file__).with_name("forms.json").read_text("utf-8")).items()
}
"""What our files are made of: tags, attributes, columns, parts and marks of Office files.

Numbers in attributes of ``geometry`` are places on a page.
"""
_NUMBER = re.compile(r"(?<![A-Za-z\d])\d+(?:[.,]\d+)*(?![A-Za-z\d])")
_FONT = re.compile(r"data:font/woff2?;base64,[A-Za-z0-9+/=]+")
_UNSEEN = re.compile("[\u00ad\u200b\u2060]")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_LIMITS = ("3", "5", "10", "30", "70", "80", "90")
"""Numbers of the rules of what may be printed, which pages explain: under 10 students, 70 percent published."""
_TICKS = frozenset({"0", "05", "025", "0125"})
"""Numbers of axes: parts of 1 on an axis of ratios. Whole thousands are known as such."""
_UNKNOWN = "a number that no record and no text of the document has"

Rows = tuple[tuple[str, ...], ...]
Orders = Mapping[frozenset[tuple[str, ...]], set[Rows]]
"""The orders in which the document has rows of a table."""


def sweep(folder: Path) -> Iterator[Fault]:
    """Yield what is in the files of an edition, or of a fact sheet, and neither in its document nor in its records."""
    records = json.loads((folder / "findings.json").read_text("utf-8"))
    every = model.in_words(model.read_document(folder))
    blocks = (block for one in every.all for block in one.blocks)
    tables = [block.table for block in blocks if isinstance(block, TableBlock | FigureBlock)]
    # A workbook has a share as the number that is printed: 0.401 as 40.1.
    shares = [one for record in records for one in record.values() if isinstance(one, float)]
    printed = " ".join(f"{one * 100:.12g}" for one in shares)
    sources = [printed, *(path.read_text("utf-8") for path in sorted(folder.glob("*.json")))]
    sources += [json.dumps(model.to_json(one)) for one in (every, *every.translations)]
    # A commit is printed by its first digits, which may have no letter among them.
    made_by = json.loads((folder / "run.json").read_text("utf-8"))["package"]
    sources.append(str(made_by["commit"])[:12])
    # The findings page numbers its notes: sources, methods, caveats.
    notes = {
        str(record.get(name)) for record in records for name in ("source", "method", "caveats")
    }
    # A page that leaves out a long table says how many rows it has.
    lengths = (len(records), *(len(table.rows) for table in tables), *range(3 * len(notes)))
    known = _known_numbers(sources) | set(map(str, lengths))
    orders: dict[frozenset[tuple[str, ...]], set[Rows]] = defaultdict(set)
    for table in tables:
        rows = tuple(tuple(_SPACES.sub("", str(cell)) for cell in row) for row in table.rows)
        if rows and len({*rows}) == len(rows):
            orders[frozenset(rows)].add(rows)
    # A figure without numbers has its printed table as CSV.
    columns = FORMS["columns"].union(str(column.label) for one in tables for column in one.columns)
    paths = filter(Path.is_file, [*folder.glob("*.*"), *folder.glob("figures/*")])
    for path in sorted(paths):
        name = path.relative_to(folder).as_posix()
        found = _sweep_file(path, known, columns, orders)
        yield from (Fault(f"{name}, {where}", what) for where, what in found)


def sweep_table(path: Path, texts: Iterable[str]) -> list[Fault]:
    """Return what is in a table of exported findings (.csv or .xlsx) and in no text of theirs.

    Parameters
    ----------
    path
        The file that was written.
    texts
        The records as JSON, and what else the file may say.
    """
    return [*map(Fault._make, _sweep_file(path, _known_numbers(texts), FORMS["columns"], {}))]


def _sweep_file(
    path: Path, known: frozenset[str], columns: frozenset[str], orders: Orders
) -> Iterator[tuple[str, str]]:
    if path.suffix in (".html", ".svg"):
        yield from _of_page(path, known, orders)
    elif path.suffix in _OFFICE:
        yield from _of_office(path, known)
    elif path.suffix == ".csv":
        yield from _of_table(path, known, columns)


def _numbers(text: str) -> set[str]:
    """Return the numbers of a text but those of axes, without what a language puts between their digits."""
    found = {re.sub("[.,]", "", number) for number in _NUMBER.findall(_UNSEEN.sub("", text))}
    return {number for number in found - _TICKS if not number.endswith("000")}


def _known_numbers(texts: Iterable[str]) -> frozenset[str]:
    """Return the numbers of texts, of our limits and templates, and of the texts that families read ("PDF/UA-1").

    Those with one decimal are known as whole ones, too: a picture says 40 where its table has 40.1.
    """
    folders = checkout.template_dir(), i18n_files.folder()
    ours = [path for folder in folders for path in folder.iterdir() if path.is_file()]
    known = {*_LIMITS}.union(*(_numbers(path.read_text("utf-8")) for path in ours))
    for text in texts:
        known |= _numbers(text)
        found = (float(one) for one in _NUMBER.findall(text) if re.fullmatch(r"\d+\.\d", one))
        known |= {str(whole) for number in found for whole in (floor(number), ceil(number))}
    return frozenset(known)


def _of_page(path: Path, known: frozenset[str], orders: Orders) -> Iterator[tuple[str, str]]:
    """Yield what is wrong in a page or a picture."""
    page = etree.parse(path, etree.HTMLParser(encoding="utf-8", huge_tree=True)).getroot()
    if page is None:  # an empty file
        return
    for element in page.iter():
        place, texts = f"line {element.sourceline}", [element.tail or ""]
        if not isinstance(element.tag, str):
            yield place, "no form has a comment"
        else:
            if element.tag not in FORMS["tags"]:
                yield place, f"no form has the element {element.tag}"
            for name in sorted({*element.keys()} - FORMS["attributes"]):
                yield place, f"no form has the attribute {name}"
            texts += [said for name, said in element.items() if name not in FORMS["geometry"]]
            texts.append(_own_text(element))
        if not _numbers("\n".join(texts)) <= known:
            yield place, _UNKNOWN
    widths = {len(row) for rows in orders for row in rows}
    for table in page.iter("table"):
        body = [[_cell(one) for one in row.iter("td", "th")] for row in table.iter("tr")][1:]
        # A page adds columns of its own after those of the document.
        bodies = {tuple(tuple(row[:width]) for row in body) for width in widths}
        # Two tables may have the same rows in different orders: a table is one of those that have its rows.
        alike = [body for body in bodies if frozenset(body) in orders]
        if alike and not any(body in orders[frozenset(body)] for body in alike):
            yield "a table", "its rows are not in the order of the document"


def _own_text(element: etree._Element) -> str:
    """Return the text in an element, but not how many findings an option or a heading leads to."""
    text = element.text or ""
    if element.tag == "script" and text.lstrip().startswith("{"):
        # Its lists of numbers are positions in its lists of texts.
        return str(json.loads(text, parse_int=lambda _: ""))
    if element.tag == "style":
        return _FONT.sub("", text)  # its letters and digits are no text
    is_count = element.get("class") == "count" and re.fullmatch(r"\(\d+\)", text)
    return "" if is_count or element.tag == "option" else text


def _cell(cell: etree._Element) -> str:
    return _SPACES.sub("", _UNSEEN.sub("", "".join(cell.itertext())))


_OFFICE = (".docx", ".xlsx", ".pptx")
_PARAGRAPHS = ("w:p", "si", "a:p")
_NAMED = ("name", "displayName", "display", "tooltip", "location", "descr", "title")
_PARSER = etree.XMLParser(huge_tree=True, recover=True)


def _of_office(path: Path, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong in a Word file, a workbook, or slides."""
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if re.sub(r"\d+", "", part) not in FORMS["parts"]:
                yield part, f"no {path.suffix} file of ours has this part"
            elif part.endswith((".xml", ".rels")):
                root = etree.fromstring(archive.read(part) or b"<nothing/>", _PARSER)
                is_word = path.suffix == ".docx"
                found = ["it is no XML"] if root is None else _of_part(root, part, known, is_word)
                yield from ((part, what) for what in found)


def _of_part(
    root: etree._Element, part: str, known: frozenset[str], is_word: bool
) -> Iterator[str]:
    """Yield what is wrong in a part of an Office file."""
    marks, said = set[str](), list[str]()
    for element in root.iter():
        if not isinstance(element.tag, str):
            marks.add("!--")
            continue
        local, text = element.tag.rpartition("}")[2], element.text or ""
        name = f"{element.prefix}:{local}" if element.prefix else local
        marks.add(name)
        if name in _PARAGRAPHS or name.startswith(("dc:", "cp:")):
            said.append("".join(element.itertext()))
        elif name == "c" and element.get("t") != "s":  # else it has a place in the list of texts
            said.append(" ".join(element.itertext()))
        if is_word:
            continue
        said += [element.get(one) for one in _NAMED if element.get(one)]
        if part.startswith("docProps/") and text.strip():
            yield "a document property is not empty"
        is_shown = element.get("hidden", "0") == "0" and element.get("show") != "0"
        if element.get("state") or not is_shown:
            yield "something is hidden"
    if part == "word/styles.xml":  # our template has comments
        marks.discard("!--")
    yield from (f"no file of ours has {mark}" for mark in sorted(marks - FORMS["marks"]))
    if not _numbers("\n".join(said)) <= known:
        yield _UNKNOWN


def _of_table(
    path: Path, known: frozenset[str], columns: frozenset[str]
) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    unknown = (name for name in header if name not in columns)
    yield from (("header", f"no table has the column {name}") for name in unknown)
    for at, row in enumerate(rows, start=1):
        if not _numbers(" ".join(row)) <= known:
            yield f"row {at}", _UNKNOWN
