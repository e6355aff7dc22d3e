"""Lead from one document of an edition to the others: how their files are called, and where a page's numbers stand.

The report is the edition's front door, so that its files keep the names that links and bookmarks have. The annex holds
what the report leaves out; each page of the report says in which of its sections.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sesec_analysis.editions.documents.blocks import (
    Block,
    Finds,
    Heading,
    HeadlineBlock,
    TableBlock,
)
from sesec_analysis.editions.documents.notebook import Document, Layout, Section
from sesec_analysis.evidence.row import Record

__all__ = [
    "BRIEF",
    "REGISTER",
    "FileNames",
    "has_headline",
    "names",
    "numbers_of",
    "place_of",
    "tables_at",
    "written",
]


BRIEF: tuple[Layout, ...] = ("pages", "summary")
"""Layouts without the machinery of numbers: ids, intervals, sources by number, tables of figures."""

REGISTER = "findings.html"
"""The page of every number, of all documents of an edition."""


class FileNames(NamedTuple):
    """The files of one document: its page, its PDF and its Word file."""

    page: str
    pdf: str
    docx: str


_REPORT = FileNames("index.html", "report.pdf", "report.docx")
_NAMES: dict[Layout, FileNames] = {
    "summary": FileNames("summary.html", "summary.pdf", "summary.docx"),
    "annex": FileNames("annex.html", "annex.pdf", "annex.docx"),
}


def names(layout: Layout) -> FileNames:
    """Return how the files of a document of an edition are called.

    Examples
    --------
    >>> names("annex").pdf, names("pages").pdf, names("sheet").pdf
    ('annex.pdf', 'report.pdf', 'report.pdf')
    """
    return _NAMES.get(layout, _REPORT)


def written(document: Document) -> tuple[str, ...]:
    """Return the names of the files that people open: those of each document, and the page of every number."""
    return (REGISTER, *(name for one in document.all for name in names(one.layout)))


def has_headline(section: Section) -> bool:
    """Tell whether a section begins with a headline; its title then stands small over it."""
    return any(isinstance(block, HeadlineBlock) and block.text for block in section.blocks[:1])


def place_of(section: Section, annex: Document | None) -> Heading | None:
    """Return the heading of the annex's section that holds most of a page's findings, its headline's above all.

    Parameters
    ----------
    section
        A page of the report.
    annex
        The technical annex of the same run, if there is one.

    Returns
    -------
    Heading
        None if the annex shows none of them.
    """
    said = set(_ids(block for block in section.blocks if isinstance(block, HeadlineBlock)))
    drawn = set(_ids(section.blocks))
    found: Counter[int] = Counter()
    for at, part in enumerate(annex.sections if annex else ()):
        there = set(_ids(part.blocks))
        found[at] = len(there & drawn) + len(drawn) * len(there & said)
    at, most = max(found.items(), key=lambda pair: (pair[1], -pair[0]), default=(0, 0))
    return annex.sections[at].heading if annex and most else None


def tables_at(place: Heading | None, annex: Document | None) -> list[TableBlock]:
    """Return the tables of a section of the annex, which its page of the report shows folded."""
    parts = (part for part in (annex.sections if annex else ()) if part.heading == place)
    return [block for part in parts for block in part.blocks if isinstance(block, TableBlock)]


def numbers_of(section: Section) -> list[Record]:
    """Return the findings that a section shows, each once, in the order in which they stand there."""
    shown = (block.findings for block in section.blocks if isinstance(block, Finds))
    return list({str(record["id"]): record for records in shown for record in records}.values())


def _ids(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Finds):
            yield from (str(record["id"]) for record in block.findings)
