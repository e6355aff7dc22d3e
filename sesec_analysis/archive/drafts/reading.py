"""Read the passages of a grant draft (DOCX, PDF, Markdown, text, CSV); nothing is ever written back."""

import codecs
import csv
import io
import json
import logging
import re
import subprocess
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sesec_analysis import catalog, hidden_characters
from sesec_analysis.errors import DataError

__all__ = ["KINDS", "Passage", "is_english", "passages", "sentences"]


KINDS = (".docx", ".md", ".txt", ".csv", ".pdf")
"""Endings of the files that can be read."""

_MOST_BYTES = 50_000_000
"""Bytes of a file, with its pictures; four times as many of what a .docx holds."""
_MOST_TEXT = 3_000_000
"""Characters: a thousand pages."""
_LONGEST = 2000
"""Characters of a sentence; what is longer is cut at a space."""
_SECONDS = 60

_ABBREVIATION = r"(?:No|Nos|St|Mr|Mrs|Ms|Dr|Jr|Sr|vs|etc|Fig|p|pp|cf|e\.g|i\.e|n\.d|[A-Z])\."


@dataclass(frozen=True)
class Passage:
    """A paragraph of a draft, an item of a list or a row of a table: where it stands, and its text in one line.

    ``lead`` are the words over the list of which it is an item.
    """

    where: str
    text: str
    lead: str = ""


def passages(path: Path) -> list[Passage]:
    """Return the paragraphs of a draft, in order.

    Raises
    ------
    DataError
        If the file is missing, of another kind, damaged, or has no text (as a scanned PDF).
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        fix = "save it as one of these kinds"
        raise DataError(
            f"{path.name} is not a kind of draft that can be read", fix=fix, valid=KINDS
        )
    if not path.is_file():
        raise DataError(f"there is no file {path.name}", where=str(path), fix="check its name")
    if path.stat().st_size > _MOST_BYTES:
        raise _too_large(path)
    read = {".pdf": _pdf, ".csv": _rows}.get(kind, _pandoc)
    # What a draft says is printed in a terminal, which obeys some characters.
    texts = [
        (where, " ".join(hidden_characters.strip_hidden(text).split()), lead)
        for where, text, lead in read(path)
    ]
    found = [Passage(*one) for one in texts if one[1]]
    if sum(len(passage.text) for passage in found) > _MOST_TEXT:
        raise _too_large(path)
    if not found:
        fix = "a scanned page holds a picture of text: export the draft from the program that wrote it"
        raise DataError(f"{path.name} holds no text", where=str(path), fix=fix)
    return found


def is_english(text: str) -> bool:
    """Return whether a text has more of the commonest words of English than of Spanish, Vietnamese, and Somali.

    Examples
    --------
    >>> is_english("In 2024–25, 5.7% of students"), is_english("En 2024–25, el 5,7 % de los estudiantes")
    (True, False)
    """
    known, said = catalog.words(), re.findall(r"\w+", text.lower())
    english, others = known.english.split(), " ".join(known.other_languages).split()
    return sum(word in others for word in said) <= sum(word in english for word in said)


def sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph; full stops of abbreviations, decimals and finding ids end none.

    Examples
    --------
    >>> sentences("It was 32.9 percent. St. Edward's, No. 5, says so!")
    ['It was 32.9 percent.', "St. Edward's, No. 5, says so!"]
    """
    parts: list[str] = []
    for piece in re.split(r"(?<=[.!?])[\"”’)\]]*\s+(?=[\"“(\[]?[A-Z0-9])", text):
        if parts and re.search(rf"\b{_ABBREVIATION}$", parts[-1]):
            parts[-1] = f"{parts[-1]} {piece}"
        elif piece.strip():
            parts.append(piece.strip())
    return [short for part in parts for short in _cut(part)]


def _cut(sentence: str) -> list[str]:
    """Return a sentence in parts that are short enough to be read in no time."""
    if len(sentence) <= _LONGEST:
        return [sentence]
    return re.findall(rf".{{1,{_LONGEST}}}(?:\s|$)|\S{{{_LONGEST}}}", sentence)


def _too_large(path: Path) -> DataError:
    fix = "check its chapters one by one, without their pictures"
    return DataError(f"{path.name} is too large to be a draft", where=str(path), fix=fix)


def _damaged_file_error(path: Path) -> DataError:
    fix = "open it in the program that wrote it and save it again"
    return DataError(f"{path.name} is damaged", where=str(path), fix=fix)


def _pandoc(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the passages of a draft that pandoc reads: where each is, its text, and the words over its list."""
    import pypandoc

    kind = path.suffix.lower()
    draft = path.read_bytes() if kind == ".docx" else _decode_file(path).encode()
    if kind == ".docx":
        try:
            with zipfile.ZipFile(path) as archive:
                if sum(part.file_size for part in archive.infolist()) > 4 * _MOST_BYTES:
                    raise _too_large(path)
        except zipfile.BadZipFile as failure:
            raise _damaged_file_error(path) from failure
    # In its sandbox it opens nothing but the draft, whatever that names.
    how = ["--to=json", "--track-changes=accept", "--sandbox", f"--from={_FORMS[kind]}"]
    command = [pypandoc.get_pandoc_path(), "+RTS", "-M1G", "-RTS", *how]
    try:
        done = subprocess.run(
            command, input=draft, capture_output=True, check=True, timeout=_SECONDS
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
        raise _damaged_file_error(path) from failure
    told = (one for one in _blocks(json.loads(done.stdout)["blocks"]) if one[0].strip())
    for number, (text, lead) in enumerate(told, start=1):
        yield f"paragraph {number}", text, lead


# Dollars are no formulas.
_FORMS = {".docx": "docx", ".txt": "commonmark", ".md": "markdown-tex_math_dollars-smart"}
"""What pandoc calls each kind of draft."""


def _blocks(blocks: Iterable[Any], lead: str = "") -> Iterator[tuple[str, str]]:
    """Yield the text of each paragraph, item, and row of a table, and the words over the list that it is an item of."""
    text = ""
    for block in blocks:
        kind, content = block["t"], block.get("c")
        if kind in ("BulletList", "OrderedList"):
            for item in content if kind == "BulletList" else content[1]:
                yield from _blocks(item, text if text.endswith(":") else "")
        elif kind in ("BlockQuote", "Div", "Figure"):
            yield from _blocks(content if kind == "BlockQuote" else content[-1])
        elif kind == "Table":
            head, bodies = content[3], content[4]
            rows = head[1] + [row for body in bodies for row in body[2] + body[3]]
            for row in rows[1:]:
                yield _join_row(_cells(rows[0]), _cells(row)), ""
        else:
            text = _words(block).strip()
            yield text, lead
            for note in _notes(block):
                yield from _blocks(note)


def _cells(row: Sequence[Any]) -> list[str]:
    return [" ".join(_words(cell[4]).split()) for cell in row[1]]


def _words(node: object) -> str:
    """Return the text of a block or an inline, without its notes."""
    if isinstance(node, list):
        return "".join(map(_words, node))
    if not isinstance(node, dict) or node["t"] in ("Note", "RawInline", "RawBlock"):
        return ""
    kind, content = node["t"], node.get("c", "")
    if kind in ("Str", "Code", "CodeBlock", "Math"):
        return str(content if kind == "Str" else content[1])
    return " " if kind in ("Space", "SoftBreak", "LineBreak") else _words(content)


def _notes(node: object) -> Iterator[list[Any]]:
    if isinstance(node, dict) and node["t"] == "Note":
        yield node["c"]
    elif isinstance(node, dict | list):
        for part in node.get("c", ()) if isinstance(node, dict) else node:
            yield from _notes(part)


def _join_row(heads: Sequence[str], cells: Sequence[str]) -> str:
    """Return a row as text: each cell behind the head of its column, with the unit that the head gives it.

    Examples
    --------
    >>> _join_row(["Place", "Met the standard (%)"], ["Kent", "52.1"])
    'Place Kent | Met the standard 52.1%'
    """
    told = list[str]()
    for head, cell in zip(heads, cells, strict=False):
        unit = _UNIT.search(head)
        if unit and _BARE.fullmatch(cell):
            end = " points" if "point" in unit.group().lower() else "%"
            told.append(f"{head[: unit.start()]}{head[unit.end() :]} {cell}{end}".strip())
        else:
            told.append(" ".join(filter(None, (head, cell))))
    return " | ".join(told)


_UNIT = re.compile(
    r",?\s*(?:\((?:in )?(?:%|percent|points)\)|\bpercent(?:age)?$|%$)", re.IGNORECASE
)
_BARE = re.compile(r"[−+-]?\d[\d,]*(?:\.\d+)?(?:\s?[-–]\s?\d+(?:\.\d+)?)?")


def _rows(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the rows of a CSV file, each cell behind the head of its column."""
    rows = [row for row in csv.reader(io.StringIO(_decode_file(path))) if any(row)]
    for number, row in enumerate(rows[1:], start=2):
        yield f"row {number}", _join_row(rows[0], row), ""


def _decode_file(path: Path) -> str:
    data = path.read_bytes()
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_wide else "utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as failure:
        fix = "save it as UTF-8 text"
        raise DataError(f"{path.name} is not UTF-8 text", where=str(path), fix=fix) from failure


def _pdf(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the paragraphs of a PDF's pages: what is between blank lines."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # the error says what is wrong
    try:
        texts = [page.extract_text() for page in PdfReader(path).pages]
    except PyPdfError as failure:
        raise _damaged_file_error(path) from failure
    for page, text in enumerate(texts, start=1):
        whole = re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", text)  # words parted at the end of a line
        for number, block in enumerate(re.split(r"\n\s*\n", whole), start=1):
            yield f"page {page}, paragraph {number}", block, ""
