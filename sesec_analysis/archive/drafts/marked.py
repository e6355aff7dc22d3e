"""Write the verdicts on a draft as comments in a copy of it; the draft itself is never written to."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sesec_analysis import hidden_characters
from sesec_analysis.archive.drafts.check import PASSED_OVER, Judged
from sesec_analysis.archive.drafts.reading import Passage
from sesec_analysis.errors import DataError
from sesec_analysis.files import replace_file

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

__all__ = ["write_comments"]


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
        If it would be the draft itself.
    """
    from docx import Document

    if into.resolve() == draft.resolve():
        raise DataError(
            "the comments would be written over the draft",
            where=str(into),
            fix="name another file",
        )
    is_word = draft.suffix.lower() == ".docx"
    document = Document(str(draft) if is_word else None)
    if not is_word:
        for passage in read:
            document.add_paragraph(passage.text)
    paragraphs, at, written = list(_paragraphs(document)), 0, 0
    for one in judged:
        if one.verdict == PASSED_OVER or not one.text:
            continue
        # What is written otherwise, in a link or a note, has no comment.
        at = next((n for n in range(at, len(paragraphs)) if _contains(paragraphs[n], one)), at)
        runs = _runs_of(paragraphs[at], one)
        if runs:
            lines = [f"{one.verdict.upper()}: {one.note}", one.finding]
            lines += [f"nearest: {near}" for near in one.nearest]
            comment = hidden_characters.strip_hidden("\n".join(filter(None, lines)))
            document.add_comment(runs, text=comment, author="sesec check-draft", initials="SE")
            written += 1
    with replace_file(into) as fresh:
        document.save(str(fresh))
    return written


def _paragraphs(document: "Document") -> Iterator["Paragraph"]:
    from docx.table import Table

    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from cell.paragraphs
        else:
            yield block


def _contains(paragraph: "Paragraph", one: Judged) -> bool:
    """Return whether a paragraph has a sentence, or is a cell of a table with the number."""
    text = " ".join(paragraph.text.split())
    return one.sentence in text or (" | " in one.sentence and one.text in text)


def _runs_of(paragraph: "Paragraph", one: Judged) -> "list[Run]":
    """Return the first and last run that a number is in; none if the paragraph has it in no run."""
    whole = "".join(run.text for run in paragraph.runs)
    start = whole.find(one.text, max(whole.find(one.sentence[:30]), 0))
    at, runs = 0, list["Run"]()
    for run in paragraph.runs:
        if at < start + len(one.text) and start < at + len(run.text):
            runs.append(run)
        at += len(run.text)
    return [runs[0], runs[-1]] if start >= 0 and runs else []
