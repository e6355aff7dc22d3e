"""A PDF or DOCX read for its words: pages, paragraphs, tables, texts behind pictures, and what is said of the file."""

import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from pathlib import Path

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DecodedStreamObject, NameObject

from sesec_analysis.attack.reading_pages import PageTable, Passage
from sesec_analysis.errors import DataError

__all__ = ["docx_files", "docx_passages", "docx_tables", "pdf_attachments", "pdf_passages"]

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPEAKING = ("descr", "title", "name")
_AMOUNT = rb"[-+]?(?:\d+\.?\d*|\.\d+)"
_TEXT_OR_LINES = re.compile(
    rb"(\((?:\\.|[^\\()])*\))"
    rb"|(?:(?<=\s)(?:" + _AMOUNT + rb"\s+){2,6}(?:[mlcvy]|re)\s+|(?<=\s)h\s+)+",
    re.DOTALL,
)
"""Text in a page's program, which is kept; and the lines and curves of its pictures, which hold no text."""


def pdf_passages(path: Path, where: str) -> Iterator[Passage]:
    """Yield the words of each page, line by line joined, and what the file says of itself."""
    try:
        reader = PdfReader(path)
        for at, page in enumerate(reader.pages, start=1):
            yield Passage(" ".join(_text(page).split()), f"{where} page {at}")
        for name, text in (reader.metadata or {}).items():
            yield Passage(str(text), f"{where}, {name}")
    except (PyPdfError, OSError, ValueError) as broken:
        raise _unreadable(where, "PDF") from broken


def _text(page: PageObject) -> str:
    """Return the text of a page. The lines of its pictures are left out before: to read them is most of the work."""
    program = page.get_contents()
    if program is not None:
        bare = DecodedStreamObject()
        bare.set_data(_TEXT_OR_LINES.sub(rb"\1", program.get_data()))
        page[NameObject("/Contents")] = bare
    return page.extract_text()


def pdf_attachments(path: Path) -> dict[str, bytes]:
    """Return the files put into a PDF, by name."""
    return {
        name: content for name, parts in PdfReader(path).attachments.items() for content in parts
    }


def docx_files(path: Path, where: str) -> dict[str, bytes]:
    """Return the parts of a DOCX, by name."""
    try:
        with zipfile.ZipFile(path) as parts:
            return {name: parts.read(name) for name in parts.namelist()}
    except (zipfile.BadZipFile, OSError) as broken:
        raise _unreadable(where, "DOCX") from broken


def docx_passages(parts: dict[str, bytes], where: str) -> Iterator[Passage]:
    """Yield the words of each paragraph, and the attributes that speak of pictures."""
    for name, root in _trees(parts, where):
        for paragraph in root.iter(f"{_WORD}p"):
            yield Passage(_words(paragraph), f"{where} {name}")
        for element in root.iter():
            for attribute in _SPEAKING:
                if words := element.get(attribute, ""):
                    yield Passage(words, f"{where} {name}, {attribute}")


def docx_tables(parts: dict[str, bytes], where: str) -> Iterator[PageTable]:
    """Yield the tables, each with the paragraph above it as its caption and its first row as headings."""
    for _, root in _trees(parts, where):
        caption = ""
        number = 0
        for element in root.iter():
            if element.tag == f"{_WORD}p" and (words := _words(element)):
                caption = words
            if element.tag != f"{_WORD}tbl":
                continue
            number += 1
            rows = [
                [
                    " ".join(filter(None, map(_words, cell.iter(f"{_WORD}p"))))
                    for cell in row.iter(f"{_WORD}tc")
                ]
                for row in element.iter(f"{_WORD}tr")
            ]
            if rows:
                yield PageTable(f"{where} table {number}", "", caption, rows[0], rows[1:])


def _trees(parts: dict[str, bytes], where: str) -> Iterator[tuple[str, ET.Element]]:
    for name, content in parts.items():
        if not name.endswith(".xml"):
            continue
        try:
            yield name, ET.fromstring(content)
        except ET.ParseError as broken:
            raise _unreadable(f"{where} {name}", "XML") from broken


def _words(element: ET.Element) -> str:
    return " ".join("".join(part.text or "" for part in element.iter(f"{_WORD}t")).split())


def _unreadable(where: str, kind: str) -> DataError:
    return DataError(
        f"this file cannot be read as {kind}",
        where=where,
        mend="build the edition anew; what cannot be read cannot be attacked",
    )
