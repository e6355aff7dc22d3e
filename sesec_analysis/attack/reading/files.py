"""Open every file of an edition by its kind: the words, tables and records in it (text, JSON, PDF, DOCX, PNG)."""

import re
import struct
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DecodedStreamObject, NameObject

from sesec_analysis.attack.reading.pages import FilePassage, HtmlPage, PageTable, read_page
from sesec_analysis.attack.reading.records import PrintedRow, parsed, read_json, record_rows
from sesec_analysis.errors import DataError

__all__ = [
    "FileText",
    "docx_files",
    "docx_passages",
    "docx_tables",
    "pdf_attachments",
    "pdf_passages",
    "png_texts",
    "unread",
    "words_of",
]


_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPEAKING = ("descr", "title", "name")
_AMOUNT = rb"[-+]?(?:\d+\.?\d*|\.\d+)"
_TEXT_OR_LINES = re.compile(
    rb"(\((?:\\.|[^\\()])*\))"
    rb"|(?:(?<=\s)(?:" + _AMOUNT + rb"\s+){2,6}(?:[mlcvy]|re)\s+|(?<=\s)h\s+)+",
    re.DOTALL,
)
"""Text in a page's program, which is kept; and the lines and curves of its pictures, which hold no text."""


def pdf_passages(path: Path, where: str) -> Iterator[FilePassage]:
    """Yield the words of each page, line by line joined, and what the file says of itself."""
    try:
        reader = PdfReader(path)
        for at, page in enumerate(reader.pages, start=1):
            yield FilePassage(" ".join(_page_text(page).split()), f"{where} page {at}")
        for name, text in (reader.metadata or {}).items():
            yield FilePassage(str(text), f"{where}, {name}")
    except (PyPdfError, OSError, ValueError) as broken:
        raise _unreadable(where, "PDF") from broken


def _page_text(page: PageObject) -> str:
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


def docx_passages(parts: dict[str, bytes], where: str) -> Iterator[FilePassage]:
    """Yield the words of each paragraph, and the attributes that speak of pictures."""
    for name, root in _trees(parts, where):
        for paragraph in root.iter(f"{_WORD}p"):
            yield FilePassage(_words(paragraph), f"{where} {name}")
        for element in root.iter():
            for attribute in _SPEAKING:
                if words := element.get(attribute, ""):
                    yield FilePassage(words, f"{where} {name}, {attribute}")


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


_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")


def png_texts(content: bytes, where: str) -> Iterator[str]:
    """Yield every text of a PNG: its text chunks, and what is readable in its camera data."""
    if not content.startswith(_SIGNATURE):
        raise DataError(
            "this file is not a PNG",
            where=where,
            mend="build the edition anew; what cannot be read cannot be attacked",
        )
    at = len(_SIGNATURE)
    while at + 8 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if kind in _TEXTS:
            yield _readable(kind, data)
        at += length + 12  # with its length, kind and checksum


def _readable(kind: bytes, data: bytes) -> str:
    name, _, rest = data.partition(b"\x00")
    if kind == b"zTXt":
        rest = zlib.decompress(rest[1:])
    elif kind == b"iTXt" and rest[:1] == b"\x01":
        rest = zlib.decompress(rest.split(b"\x00", 3)[-1])
    text = (name + b" " + rest).decode("utf-8", errors="replace")
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


@dataclass
class FileText:
    """The words, tables and records outside the tables that are files of their own."""

    passages: list[FilePassage] = field(default_factory=list)
    tables: list[PageTable] = field(default_factory=list)
    rows: list[PrintedRow] = field(default_factory=list)  # records in the data of scripts


def words_of(folder: Path) -> FileText:
    """Return the words and tables of every page, picture and document of a folder, in the order of their names."""
    text = FileText()
    for path in _files(folder):
        where = path.relative_to(folder).as_posix()
        reader = _READERS.get(path.suffix)
        if reader is not None:
            words = reader(path, where)
            text.passages += words.passages
            text.tables += words.tables
            text.rows += words.rows
    return text


def unread(folder: Path) -> list[str]:
    """Return the files of a folder that nothing here knows how to read."""
    known = {*_READERS, *_TABLES}
    return [
        path.relative_to(folder).as_posix() for path in _files(folder) if path.suffix not in known
    ]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _page(path: Path, where: str) -> FileText:
    page = read_page(path.read_text("utf-8"), where)
    rows = [
        row
        for script in page.scripts
        for row in record_rows(_data_of(script), f"{where}, data of a script")
    ]
    return FileText([*page.passages, *_put_in(page, where)], page.tables, rows)


def _picture(path: Path, where: str) -> FileText:
    page = _drawn(path.read_text("utf-8"))
    about = f"figure:{path.stem}"
    passages = [
        FilePassage(passage.words, where + passage.where, passage.about or about)
        for passage in page.passages
    ]
    return FileText([*passages, *_put_in(page, where)])


@lru_cache(maxsize=64)  # a picture stands as a file, and again in the page
def _drawn(picture: str) -> HtmlPage:
    """Return an SVG picture as it is read anywhere; the places of its words begin empty."""
    return read_page(picture, "")


def _pdf(path: Path, where: str) -> FileText:
    return FileText(list(pdf_passages(path, where)))


def _docx(path: Path, where: str) -> FileText:
    parts = docx_files(path, where)
    texts = [
        FilePassage(text, f"{where} {name}")
        for name, content in parts.items()
        if name.endswith(".png")
        for text in png_texts(content, f"{where} {name}")
    ]
    return FileText([*docx_passages(parts, where), *texts], list(docx_tables(parts, where)))


def _png(path: Path, where: str) -> FileText:
    return FileText([FilePassage(text, where) for text in png_texts(path.read_bytes(), where)])


def _plain_text(path: Path, where: str) -> FileText:
    return FileText([FilePassage(path.read_text("utf-8"), where)])


def _data(path: Path, where: str) -> FileText:
    """Read every text in a JSON file; its records are read as rows too."""
    return FileText([FilePassage(text, where) for text in _texts(read_json(path, where))])


_READERS: dict[str, Callable[[Path, str], FileText]] = {
    ".html": _page,
    ".svg": _picture,
    ".pdf": _pdf,
    ".docx": _docx,
    ".png": _png,
    ".json": _data,
    ".txt": _plain_text,
    ".md": _plain_text,
}
_TABLES = (".csv",)  # read as rows


def _put_in(page: HtmlPage, where: str) -> Iterator[FilePassage]:
    """Yield the words of pictures inside a page, and the texts in the data of its scripts."""
    for kind, content in page.embedded:
        if kind == "image/svg+xml":
            for passage in _drawn(content.decode("utf-8")).passages:
                yield FilePassage(
                    passage.words, f"{where}, a picture in it{passage.where}", passage.about
                )
        elif kind == "image/png":
            for text in png_texts(content, where):
                yield FilePassage(text, f"{where}, a picture in it")
    for script in page.scripts:
        for text in _texts(_data_of(script)):
            yield FilePassage(text, f"{where}, data of a script")


def _data_of(script: str) -> object:
    """Return the data that a script element holds; None if it holds a program."""
    try:
        return parsed(script)
    except ValueError:
        return None


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)
