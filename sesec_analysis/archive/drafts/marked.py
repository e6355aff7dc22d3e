"""Write the verdicts on a draft where people read them: as comments in a copy of it, or as a page of its text, marked.

The draft itself is never written to.
"""

import html
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sesec_analysis import hidden_characters
from sesec_analysis.archive.drafts.check import (
    NOT_JUDGED,
    NOT_OURS,
    PASSED_OVER,
    TO_CORRECT,
    VERDICTS,
    Judged,
)
from sesec_analysis.archive.drafts.reading import Passage, check_archive
from sesec_analysis.errors import DataError
from sesec_analysis.files import replacing

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

__all__ = ["write_comments", "write_page"]


_AUTHOR, _INITIALS = "sesec check-draft", "SE"
_STYLE = (
    "body{font:1.05rem/1.6 Georgia,serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}"
    "mark{background:#e8f1e8;color:inherit;border-bottom:2px solid #3c6e47}"
    "mark.wrong{background:#fde7d7;border-color:#a33b00}"
    ".unknown{color:#767676}mark.other{background:#ededed;border-color:#666}ol{font-size:.95rem}sup{font-size:.7em}"
)


def write_comments(
    draft: Path, read: Sequence[Passage], judged: Sequence[Judged], into: Path
) -> int:
    """Write a copy of a draft with a comment at each number that was judged; return how many.

    Parameters
    ----------
    draft
        The draft. Of one that is no .docx, a document of its paragraphs is made.
    read
        Its passages.
    judged
        The verdicts.
    into
        The .docx to write.

    Raises
    ------
    DataError
        If it would be the draft itself, or the draft cannot be opened.
    """
    if into.resolve() == draft.resolve():
        raise DataError(
            "the comments would be written over the draft",
            where=str(into),
            fix="name another file",
        )
    document = _opened(draft, read)
    told, at = 0, 0
    paragraphs = list(_paragraphs(document))
    for one in judged:
        if one.verdict == PASSED_OVER or not one.text:
            continue
        place = _paragraph_of(one, paragraphs, at)
        if place is None:
            continue
        at = place
        runs = _runs_of(paragraphs[place], one.text, one.sentence)
        if runs:
            lines = [f"{one.verdict.upper()}: {one.note}", one.finding]
            comment = "\n".join(
                filter(None, [*lines, *(f"nearest: {near}" for near in one.nearest)])
            )
            document.add_comment(
                runs, text=hidden_characters.without(comment), author=_AUTHOR, initials=_INITIALS
            )
            told += 1
    with replacing(into) as fresh:
        document.save(str(fresh))
    return told


def _opened(draft: Path, read: Sequence[Passage]) -> "Document":
    from docx import Document
    from docx.opc.exceptions import OpcError

    if draft.suffix.lower() != ".docx":
        made = Document()
        for passage in read:
            made.add_paragraph(passage.text)
        return made
    check_archive(draft)
    try:
        return Document(str(draft))
    except (OpcError, KeyError, ValueError) as failure:
        fix = "open it in the program that wrote it and save it again"
        raise DataError(f"{draft.name} is damaged", where=str(draft), fix=fix) from failure


def _paragraphs(document: "Document") -> Iterator["Paragraph"]:
    from docx.table import Table

    for block in document.iter_inner_content():
        if not isinstance(block, Table):
            yield block
            continue
        for row in block.rows:
            for cell in row.cells:
                yield from cell.paragraphs


def _paragraph_of(one: Judged, paragraphs: Sequence["Paragraph"], at: int) -> int | None:
    """Return the first paragraph from ``at`` on that has the sentence, or else its first words or the number."""
    for said in (one.sentence, one.sentence[:40], one.text):
        for place in range(at, len(paragraphs)):
            if said in " ".join(paragraphs[place].text.split()):
                return place
    return None


def _runs_of(paragraph: "Paragraph", text: str, sentence: str) -> "list[Run]":
    """Return the runs that a number stands in; of a paragraph that is written otherwise, all."""
    whole = "".join(run.text for run in paragraph.runs)
    start = whole.find(text, max(whole.find(sentence[:30]), 0))
    runs: list[Run] = []
    at = 0
    for run in paragraph.runs:
        end = at + len(run.text)
        if start >= 0 and at < start + len(text) and end > start:
            runs.append(run)
        at = end
    found = runs or [run for run in paragraph.runs if run.text]
    return [found[0], found[-1]] if found else []


def write_page(title: str, read: Sequence[Passage], judged: Sequence[Judged], into: Path) -> None:
    """Write a page of the draft's text in which each number that was judged is marked, with its verdict below."""
    by_place: dict[str, list[tuple[int, Judged]]] = defaultdict(list)
    told = [one for one in judged if one.verdict != PASSED_OVER]
    for number, one in enumerate(told, start=1):
        by_place[one.where].append((number, one))
    counts = ", ".join(
        f"{n} {name}" for name in VERDICTS if (n := sum(one.verdict == name for one in judged))
    )
    body = "\n".join(f"<p>{_marked(passage.text, by_place[passage.where])}</p>" for passage in read)
    notes = "\n".join(
        f'<li id="note-{n}"><a href="#at-{n}">{_plain(one.text)}</a>: <strong>{one.verdict}</strong>. '
        f"{_plain(one.note)} <code>{_plain(one.finding)}</code>"
        f"{''.join(f'<br>Nearest: {_plain(near)}' for near in one.nearest)}</li>"
        for n, one in enumerate(told, start=1)
    )
    page = (
        '<!DOCTYPE html>\n<html lang="en"><head>'
        f'<meta charset="utf-8"><title>{_plain(title)}, checked</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head>\n'
        f"<body><main><h1>{_plain(title)}</h1>\n<p>{counts or 'No numbers'}.</p>\n"
        f"{body}\n<h2>Verdicts</h2>\n<ol>\n{notes}\n</ol>"
        "</main></body></html>\n"
    )
    with replacing(into) as fresh:
        fresh.write_text(page, "utf-8")


def _marked(text: str, judged: Sequence[tuple[int, Judged]]) -> str:
    out, at = list[str](), 0
    words = {word for _, one in judged for word in one.unknown}
    for number, one in sorted(judged, key=lambda pair: pair[1].at):
        if one.at < at or text[one.at : one.end].strip() != one.text.strip():
            continue
        kind = "wrong" if one.verdict in TO_CORRECT else "fine"
        if one.verdict in (NOT_OURS, NOT_JUDGED):
            kind = "other"
        label = f'<a href="#note-{number}">{number}</a>'
        out.append(_grayed(text[at : one.at], words))
        out.append(
            f'<mark id="at-{number}" class="{kind}" title="{one.verdict}">{_plain(text[one.at : one.end])}'
            f"<sup>{label}</sup></mark>"
        )
        at = one.end
    return "".join([*out, _grayed(text[at:], words)])


def _grayed(text: str, words: set[str]) -> str:
    """Return a text as HTML with the words that were not understood in gray."""
    pattern = "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"
    parts = re.split(rf"\b({pattern})\b", text)
    return "".join(
        f'<span class="unknown">{_plain(part)}</span>' if at % 2 else _plain(part)
        for at, part in enumerate(parts)
    )


def _plain(text: str) -> str:
    return html.escape(hidden_characters.without(text))
