"""Every file of an edition opened by its kind: the words, tables and records that an outsider finds in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sesec_analysis.attack.reading_documents import (
    docx_files,
    docx_passages,
    docx_tables,
    pdf_passages,
)
from sesec_analysis.attack.reading_pages import Page, PageTable, Passage, read_page
from sesec_analysis.attack.reading_pictures import png_texts
from sesec_analysis.attack.reading_records import PrintedRow, parsed, read_json, record_rows

__all__ = ["Words", "unread", "words_of"]


@dataclass
class Words:
    """What is said outside the tables that are files of their own."""

    passages: list[Passage] = field(default_factory=list)
    tables: list[PageTable] = field(default_factory=list)
    rows: list[PrintedRow] = field(default_factory=list)  # records in the data of scripts


def words_of(folder: Path) -> Words:
    """Return the words and tables of every page, picture and document of a folder, in the order of their names."""
    found = Words()
    for path in _files(folder):
        where = path.relative_to(folder).as_posix()
        reader = _READERS.get(path.suffix)
        if reader is not None:
            words = reader(path, where)
            found.passages += words.passages
            found.tables += words.tables
            found.rows += words.rows
    return found


def unread(folder: Path) -> list[str]:
    """Return the files of a folder that nothing here knows how to read."""
    known = {*_READERS, *_TABLES}
    return [
        path.relative_to(folder).as_posix() for path in _files(folder) if path.suffix not in known
    ]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _page(path: Path, where: str) -> Words:
    page = read_page(path.read_text("utf-8"), where)
    rows = [
        row
        for script in page.scripts
        for row in record_rows(_data_of(script), f"{where}, data of a script")
    ]
    return Words([*page.passages, *_put_in(page, where)], page.tables, rows)


def _picture(path: Path, where: str) -> Words:
    page = read_page(path.read_text("utf-8"), where)
    about = f"figure:{path.stem}"
    passages = [Passage(one.words, one.where, one.about or about) for one in page.passages]
    return Words([*passages, *_put_in(page, where)])


def _pdf(path: Path, where: str) -> Words:
    return Words(list(pdf_passages(path, where)))


def _docx(path: Path, where: str) -> Words:
    parts = docx_files(path, where)
    texts = [
        Passage(text, f"{where} {name}")
        for name, content in parts.items()
        if name.endswith(".png")
        for text in png_texts(content, f"{where} {name}")
    ]
    return Words([*docx_passages(parts, where), *texts], list(docx_tables(parts, where)))


def _png(path: Path, where: str) -> Words:
    return Words([Passage(text, where) for text in png_texts(path.read_bytes(), where)])


def _text(path: Path, where: str) -> Words:
    return Words([Passage(path.read_text("utf-8"), where)])


def _data(path: Path, where: str) -> Words:
    """Read every text in a JSON file; its records are read as rows too."""
    return Words([Passage(text, where) for text in _texts(read_json(path, where))])


_READERS: dict[str, Callable[[Path, str], Words]] = {
    ".html": _page,
    ".svg": _picture,
    ".pdf": _pdf,
    ".docx": _docx,
    ".png": _png,
    ".json": _data,
    ".txt": _text,
    ".md": _text,
}
_TABLES = (".csv",)  # read as rows


def _put_in(page: Page, where: str) -> Iterator[Passage]:
    """Yield the words of pictures inside a page, and the texts in the data of its scripts."""
    for kind, content in page.embedded:
        if kind == "image/svg+xml":
            yield from read_page(content.decode("utf-8"), f"{where}, a picture in it").passages
        elif kind == "image/png":
            for text in png_texts(content, where):
                yield Passage(text, f"{where}, a picture in it")
    for script in page.scripts:
        for text in _texts(_data_of(script)):
            yield Passage(text, f"{where}, data of a script")


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
