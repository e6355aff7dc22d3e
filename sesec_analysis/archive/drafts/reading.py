"""Read the passages of a grant draft (DOCX, PDF, Markdown, text); nothing is ever written back."""

import codecs
import csv
import io
import logging
import re
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sesec_analysis import hidden_characters
from sesec_analysis.errors import DataError

__all__ = ["KINDS", "Passage", "check_archive", "is_english", "passages", "sentences"]


KINDS = (".docx", ".md", ".txt", ".csv", ".pdf")
"""Endings of the files that can be read."""

_MOST_BYTES = 50_000_000
"""Of a file, with pictures."""
_MOST_UNPACKED = 200_000_000
_MOST_PARTS = 5000
_MOST_PAGES = 500
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
        If the file is missing, of another kind, damaged, or holds no text (as a scanned PDF does).
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
    if kind == ".csv":
        paragraphs = _rows(_decoded(path))
    else:
        paragraphs = _pdf(path) if kind == ".pdf" else _paragraphs(_text(path, kind))
    if sum(len(passage.text) for passage in paragraphs) > _MOST_TEXT:
        raise _too_large(path)
    if not paragraphs:
        fix = "a scanned page holds a picture of text: export the draft from the program that wrote it"
        raise DataError(f"{path.name} holds no text", where=str(path), fix=fix)
    return paragraphs


_ENGLISH = re.compile(
    r"\b(?:the|of|in|and|to|were|was|are|is|for|that|with|at|than|from|by|met|students|percent)\b",
    re.I,
)
_OTHER = re.compile(
    r"\b(?:el|la|los|las|de|del|en|que|por|estudiantes|của|và|các|trong|học|sinh|là|năm|phần|trăm|iyo|ka|ee|oo|ah"
    r"|ardayda|boqolkiiba|waxay|ku|kuwa|sanad\w*)\b",
    re.IGNORECASE,
)


def is_english(text: str) -> bool:
    """Return whether a text has more of the commonest words of English than of Spanish, Vietnamese, and Somali.

    Examples
    --------
    >>> is_english("In 2024–25, 5.7% of students"), is_english("En 2024–25, el 5,7 % de los estudiantes")
    (True, False)
    """
    return len(_OTHER.findall(text)) <= len(_ENGLISH.findall(text))


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


def check_archive(path: Path) -> None:
    """Refuse a .docx that would unpack to more than any draft holds.

    Raises
    ------
    DataError
        If it is no archive, or too large a one.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as failure:
        fix = "open it in the program that wrote it and save it again"
        raise DataError(f"{path.name} is damaged", where=str(path), fix=fix) from failure
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise _too_large(path)


def _text(path: Path, kind: str) -> str:
    if kind == ".txt":
        return _decoded(path)
    import pypandoc

    if kind == ".md":
        _decoded(path)
    else:
        check_archive(path)
    form = "docx" if kind == ".docx" else "markdown"
    # In its sandbox it opens nothing but the draft, whatever that names.
    how = ["--to=plain", "--wrap=none", "--track-changes=accept", "--sandbox", f"--from={form}"]
    try:
        done = subprocess.run(
            [pypandoc.get_pandoc_path(), "+RTS", "-M1G", "-RTS", *how, str(path.resolve())],
            capture_output=True,
            check=True,
            timeout=_SECONDS,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
        fix = "open it in the program that wrote it and save it again"
        raise DataError(f"{path.name} is damaged", where=str(path), fix=fix) from failure
    return _row_by_row(done.stdout.decode("utf-8"))


_RULE = re.compile(r"\s*-{3,}[-\s]*")
"""What pandoc draws under the heads of a table, and over and under one whose rows stand apart."""


def _row_by_row(text: str) -> str:
    r"""Return a text of pandoc's with each row of a table as a paragraph, each cell behind the head of its column.

    Examples
    --------
    >>> _row_by_row("  Place     Met    Of\n  --------- ------ ----\n  Seattle   41%    50\n  Kent      52%    60")
    'Place Seattle | Met 41% | Of 50\n\nPlace Kent | Met 52% | Of 60'
    """
    out, heads, columns, apart = list[str](), list[str](), list[slice](), False
    for block in re.split(r"\n\s*\n", text):
        rows = block.splitlines()
        rules = [at for at, line in enumerate(rows) if _RULE.fullmatch(line)]
        if not rules and not apart:
            out.append(block)
            continue
        if not apart:
            # Rows stand apart where a rule is over the heads, too.
            apart = len(rules) > 1 and rules[0] == 0 and rules[1] > 1
            under = rules[apart]
            columns = [slice(*of.span()) for of in re.finditer("-+", rows[under])]
            columns[-1] = slice(columns[-1].start, None)
            heads, rows = _cells(rows[apart:under], columns), rows[under + 1 :]
        told = [row for row in rows if not _RULE.fullmatch(row)]
        for lines in [told] if apart else [[row] for row in told]:
            out.append(_joined(heads, _cells(lines, columns)))
        apart = apart and not (rows and _RULE.fullmatch(rows[-1]))
    return "\n\n".join(out)


def _joined(heads: Sequence[str], cells: Sequence[str]) -> str:
    """Return a row as text: each cell behind the head of its column, with the unit that the head gives it.

    Examples
    --------
    >>> _joined(["Place", "Met the standard (%)"], ["Kent", "52.1"])
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


def _rows(text: str) -> list[Passage]:
    """Return the rows of a CSV file as passages, each cell behind the head of its column."""
    rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    return [
        Passage(f"row {number}", hidden_characters.without(_joined(rows[0], row)))
        for number, row in enumerate(rows[1:], start=2)
    ]


def _cells(lines: list[str], columns: list[slice]) -> list[str]:
    """Return the text of each column of lines that are one row together."""
    return [" ".join(" ".join(line[of] for line in lines).split()) for of in columns]


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    wide = path.suffix.lower() == ".txt" and data.startswith(
        _UTF_16
    )  # pandoc reads no other Markdown
    try:
        return data.decode("utf-16" if wide else "utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as failure:
        fix = "save it as UTF-8 text"
        raise DataError(f"{path.name} is not UTF-8 text", where=str(path), fix=fix) from failure


def _pdf(path: Path) -> list[Passage]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is wrong is said in one sentence
    try:
        pages = PdfReader(path).pages
        if len(pages) > _MOST_PAGES:
            raise _too_large(path)
        texts = [page.extract_text() for page in pages]
    except PyPdfError as failure:
        fix = "export it again from the program that wrote it"
        raise DataError(f"{path.name} is damaged", where=str(path), fix=fix) from failure
    return [
        Passage(f"page {page}, {passage.where}", passage.text)
        for page, text in enumerate(texts, start=1)
        for passage in _paragraphs(_rejoined(text))
    ]


def _rejoined(text: str) -> str:
    """Return the text of a page with words that were parted at the end of a line put together."""
    return re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", text)


_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ITEM = re.compile(r"\s*(?:[-*•–]|\(?\d{1,2}[.)])\s+(?=\S)")
"""How an item of a list begins."""


def _paragraphs(text: str) -> list[Passage]:
    # What a draft says is printed in a terminal, which obeys some characters.
    text = hidden_characters.without(text)
    found, lead = list[tuple[str, str]](), ""
    for block in re.split(r"\n\s*\n", text):
        for part in re.split(rf"\n(?={_ITEM.pattern})", block.strip("\n")):
            said = " ".join(part.split())
            item = _ITEM.match(f"{said} ")
            if said and not item:
                lead = said if said.endswith(":") else ""
            found.append((said[item.end() :], lead) if item else (said, ""))
    told = ((said, over) for said, over in found if said)
    return [
        Passage(f"paragraph {number}", said, over)
        for number, (said, over) in enumerate(told, start=1)
    ]
