"""Read the passages of a grant draft (DOCX, PDF, Markdown, text); nothing is ever written back."""

import re
from dataclasses import dataclass
from pathlib import Path

from sesec_analysis import hidden_characters
from sesec_analysis.errors import DataError

__all__ = ["KINDS", "Passage", "passages", "sentences"]


KINDS = (".docx", ".md", ".txt", ".pdf")
"""Endings of the files that can be read."""

_ABBREVIATION = r"(?:No|Nos|St|Mr|Mrs|Ms|Dr|Jr|Sr|vs|etc|Fig|p|pp|cf|e\.g|i\.e|n\.d|[A-Z])\."


@dataclass(frozen=True)
class Passage:
    """A paragraph of a draft: where it stands, and its text in one line."""

    where: str
    text: str


def passages(path: Path) -> list[Passage]:
    """Return the paragraphs of a draft, in order.

    Raises
    ------
    DataError
        If the file is missing, of another kind, damaged, or holds no text (as a scanned PDF does).
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        mend = "save it as one of these kinds"
        raise DataError(f"{path.name} is no kind of draft we read", mend=mend, known=KINDS)
    if not path.is_file():
        raise DataError(f"there is no file {path.name}", where=str(path), mend="check its name")
    paragraphs = _pdf(path) if kind == ".pdf" else _paragraphs(_text(path, kind))
    if not paragraphs:
        mend = "a scanned page holds a picture of text: export the draft from the program that wrote it"
        raise DataError(f"{path.name} holds no text", where=str(path), mend=mend)
    return paragraphs


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
    return parts


def _text(path: Path, kind: str) -> str:
    if kind == ".txt":
        return _decoded(path)
    import pypandoc

    form = "docx" if kind == ".docx" else "markdown"
    try:
        if kind == ".md":
            _decoded(path)
        text: str = pypandoc.convert_file(
            str(path),
            "plain",
            format=form,
            # In its sandbox it opens nothing but the draft, whatever that names.
            extra_args=["--wrap=none", "--track-changes=accept", "--sandbox"],
        )
    except RuntimeError as failure:
        mend = "open it in the program that wrote it and save it again"
        raise DataError(f"{path.name} is damaged", where=str(path), mend=mend) from failure
    return text


def _decoded(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as failure:
        mend = "save it as UTF-8 text"
        raise DataError(f"{path.name} is not UTF-8 text", where=str(path), mend=mend) from failure


def _pdf(path: Path) -> list[Passage]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        texts = [page.extract_text() for page in PdfReader(path).pages]
    except PyPdfError as failure:
        mend = "export it again from the program that wrote it"
        raise DataError(f"{path.name} is damaged", where=str(path), mend=mend) from failure
    return [
        Passage(f"page {page}, {passage.where}", passage.text)
        for page, text in enumerate(texts, start=1)
        for passage in _paragraphs(_rejoined(text))
    ]


def _rejoined(text: str) -> str:
    """Return the text of a page with words that were parted at the end of a line put together."""
    return re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", text)


def _paragraphs(text: str) -> list[Passage]:
    # What a draft says is printed in a terminal, which obeys some characters.
    text = hidden_characters.without(text)
    blocks = (" ".join(block.split()) for block in re.split(r"\n\s*\n", text))
    return [
        Passage(f"paragraph {number}", block)
        for number, block in enumerate(filter(None, blocks), start=1)
    ]
