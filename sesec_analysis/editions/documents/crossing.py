"""Lead from one document of an edition to the others: how their files are called, and where a page's numbers stand.

The report is the edition's front door, so that its files keep the names that links and bookmarks have. The annex holds
what the report leaves out; each page of the report says in which of its sections.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from sesec_analysis import catalog, i18n_files
from sesec_analysis.editions.documents.model import (
    Block,
    FigureBlock,
    Finds,
    Heading,
    HeadlineBlock,
    Node,
    Prose,
    TableBlock,
    in_language,
)
from sesec_analysis.editions.documents.notebook import Document, Layout, Section
from sesec_analysis.evidence.row import Record
from sesec_analysis.i18n import mark, translate
from sesec_analysis.i18n_files import ENGLISH

__all__ = [
    "BRIEF",
    "REGISTER",
    "SLIDES",
    "WORKBOOK",
    "FileNames",
    "PagePart",
    "Tongue",
    "about_others",
    "draws",
    "first_sentences",
    "has_headline",
    "has_workbook",
    "in_language",
    "is_brief",
    "names",
    "notes_alone",
    "numbers_of",
    "parts_of",
    "place_of",
    "plain_words",
    "said_under",
    "schools_of",
    "sections_of",
    "share_name",
    "shared_figures",
    "tables_at",
    "tongues",
    "without",
    "written_files",
]


BRIEF: tuple[Layout, ...] = ("pages", "summary")
"""Layouts without the machinery of numbers: ids, intervals, sources by number, tables of figures."""


def is_brief(document: Document) -> bool:
    """Return whether a document leaves ids and methods to others, as what families read in their languages does."""
    return document.layout in BRIEF or bool(document.language)


REGISTER = "findings.html"
"""The page of every number, of all documents of an edition."""


WORKBOOK = "findings.xlsx"
"""The same numbers as a workbook."""

SLIDES = "slides.pptx"
"""The findings of a report in pages, one on each slide."""


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


def names(layout: Layout, language: str = "") -> FileNames:
    """Return how the files of a document of an edition are called, and those of its translation.

    Examples
    --------
    >>> names("annex").pdf, names("pages").pdf, names("sheet").pdf, names("summary", "es").page
    ('annex.pdf', 'report.pdf', 'report.pdf', 'summary.es.html')
    """
    own = _NAMES.get(layout, _REPORT)
    return FileNames(*(in_language(name, language) for name in own))


class Tongue(NamedTuple):
    """A language that a document can be read in: its code, its own name for itself, and the page."""

    code: str
    name: str
    page: str


def tongues(document: Document, translations: Iterable[Document]) -> list[Tongue]:
    """Return the languages that a document, or what families read of it, can be read in; English is the first.

    Parameters
    ----------
    document
        Any of an edition, or a translation.
    translations
        Those of the edition.
    """
    made = [
        Tongue(
            one.language, i18n_files.own_name(one.language), names(one.layout, one.language).page
        )
        for one in translations
    ]
    own = document.layout if document.layout != "pages" else "summary"
    return [Tongue(ENGLISH, i18n_files.own_name(ENGLISH), names(own).page), *made] if made else []


def written_files(document: Document) -> tuple[str, ...]:
    """Return the names of the files that people open: of each document, and of all its numbers."""
    every = (*document.all, *document.translations)
    forms = (name for one in every for name in names(one.layout, one.language))
    workbook = [WORKBOOK] if has_workbook(document) else []
    shared = (share_name(figure) for figure, *_ in shared_figures(document))
    slides = [SLIDES] if document.layout == "pages" else []
    return (REGISTER, *workbook, *slides, *forms, *shared)


def has_workbook(document: Document) -> bool:
    """Return whether an edition has a workbook: one with numbers, and no sheet of two printed pages."""
    return document.layout != "sheet" and bool(document.findings)


def share_name(figure: FigureBlock) -> str:
    """Return the file of a figure as an image to share."""
    return f"share/{figure.name}.png"


def shared_figures(
    document: Document,
) -> Iterator[tuple[FigureBlock, HeadlineBlock | None, list[str]]]:
    """Yield the figures of a report's pages that are images to share, each with the headline that it bears out.

    With it go what its page says between the two or how to read it, and what a figure needs that is alone. How to read
    a page goes with a further figure that has no such words of its own only if its students are among the first one's.
    """
    for parts in parts_of(document).values() if document.layout == "pages" else ():
        read: list[list[str]] = [[]]  # how to read the page, and then each of its further figures
        first: set[object] = set()
        for blocks in (part.blocks for part in parts):
            heads = (block for block in blocks if isinstance(block, HeadlineBlock))
            headline = next((block for block in heads if block.text), None)
            for block in blocks:
                if isinstance(block, Prose):
                    read[-1] += map(plain_words, block.nodes)
                elif isinstance(block, FigureBlock):
                    is_drawn = headline is not None and draws(block, headline)
                    students = {one.get("student_group") for one in block.findings}
                    first = first or students
                    own = read[-1] or (read[0] if students <= first else [])
                    notes = _with_notes(said_under(blocks) if is_drawn else [], own, block)
                    yield block, headline if is_drawn else None, notes
                    headline = None if is_drawn else headline  # it is over one figure only
                    read.append([])


def about_others(document: Document, figure: FigureBlock) -> list[str]:
    """Return what a document says only of indicators that a figure does not draw: it goes with none of its images."""
    drawn = {str(one.get("indicator")) for one in figure.findings}
    prose = (one for one in document.blocks if isinstance(one, Prose) and not {*one.about} <= drawn)
    return [plain_words(node) for one in prose for node in one.nodes]


def without(note: str, sentences: Iterable[str]) -> str:
    """Return a note without these sentences."""
    for sentence in sentences:
        note = note.replace(sentence, "")
    return " ".join(note.split())


def said_under(blocks: Iterable[Block]) -> list[str]:
    """Return what is said under a headline, as many sentences as an image or a slide has room for."""
    decks = (one for one in blocks if isinstance(one, TableBlock) and one.layout == "deck")
    return first_sentences(str(row[0]) for deck in decks for row in deck.table.rows)


def first_sentences(said: Iterable[str]) -> list[str]:
    """Return the first of some sentences: as many as an image or a slide has room for, at least one."""
    kept: list[str] = []
    for sentence in said:
        if kept and len(" ".join([*kept, sentence])) > _MOST_READ:
            break
        kept.append(sentence)
    return kept


_MOST_READ = 330
"""Letters of a page's words that an image or a slide has room for; longer ones stay on the page."""


def _with_notes(said: list[str], read: list[str], figure: FigureBlock) -> list[str]:
    """Return what goes with a figure to share: of notes that its page words in its own way, only the page's."""
    own = " ".join(read)
    words = [*said, *([own] if own and len(own) <= _MOST_READ else [])]
    return [*words, *notes_alone(figure, words)]


def plain_words(node: Node) -> str:
    """Return the words of a piece of prose, without what marks them."""
    return node.text + "".join(map(plain_words, node.children))


def notes_alone(figure: FigureBlock, said: Iterable[str] = ()) -> list[str]:
    """Return what a figure needs wherever it goes without its page: how tests, surveys, and levels are to be read.

    What the words that go with it say already is left out.
    """
    drawn = {str(one.get("indicator")) for one in figure.findings}
    kind = figure.made_from.kind if figure.made_from else ""
    has_answers = any(code.startswith("climate_") for code in drawn)
    notes = {
        _NOT_TESTED: bool(drawn & {"ela_met", "math_met"}),
        _NO_CHANCE: has_answers and not _says_of_chance(figure),
        _OURS: kind == "plot_levels",
    }
    words = " ".join(said)
    needed = (note for note, is_needed in notes.items() if is_needed)
    return [translate(note) for note in needed if _SAYS[note] not in words]


def _says_of_chance(figure: FigureBlock) -> bool:
    """Return whether the notes of a figure say themselves which marks could be chance: those of all at a glance do."""
    made = figure.made_from
    return bool(made and made.kind == "plot_at_a_glance" and not made.options.get("strengths"))


_NOT_TESTED = mark("Students who did not take a test count as not meeting the standard.")
_NO_CHANCE = mark("Survey answers have no test of chance.")
_OURS = mark("The levels are ours, not the district's or the state's.")
_SAYS = {
    _NOT_TESTED: "did not take the test",
    _NO_CHANCE: "can't be tested for chance",
    _OURS: "ours, not the district's",
}
"""What the words of a page that say the same have in them; images to share and slides are in English."""


def schools_of(document: Document, place: object) -> list[tuple[str, str]]:
    """Return the schools of a report's place by name, each with the id of its newest number in the report."""
    known = catalog.places().get(str(place))
    if document.layout != "pages" or known is None:
        return []
    newest: dict[str, Record] = {}
    for record in document.findings:
        code = str(record.get("organization_id"))
        if code in known.schools and record.get("publish") != "nothing":
            before = newest.get(code)
            if before is None or int(str(record["end_year"])) > int(str(before["end_year"])):
                newest[code] = record
    return sorted((str(one["place"]), str(one["id"])) for one in newest.values())


def draws(figure: FigureBlock, headline: HeadlineBlock) -> bool:
    """Return whether a figure draws the indicator that a headline is about."""
    drawn, said = ({one.get("indicator") for one in block.findings} for block in (figure, headline))
    return bool(said) and said <= drawn


def has_headline(section: Section) -> bool:
    """Return whether a section begins with a headline; its title then stands small over it."""
    return any(isinstance(block, HeadlineBlock) and block.text for block in section.blocks[:1])


class PagePart(NamedTuple):
    """A part of a section under a headline of its own."""

    id: str
    title: str
    topic: str  # over the headline, of the first part; empty where a section has no headline
    blocks: list[Block]


def parts_of(document: Document) -> dict[str, list[PagePart]]:
    """Return the parts of each section by the id of its heading: one for each finding that a page is about.

    The first has the id of the section.
    """
    parts: dict[str, list[PagePart]] = {}
    for section in document.sections:
        blocks = list(section.blocks)
        heads = [at for at, one in enumerate(blocks) if isinstance(one, HeadlineBlock) and one.text]
        if document.layout != "pages":
            heads = []
        starts = [0, *heads[1:]]
        topic = section.heading.text if has_headline(section) else ""
        titles = [str(getattr(blocks[at], "text", "")) for at in heads] or [section.heading.text]
        for at, (start, end) in enumerate(pairwise([*starts, len(blocks)])):
            name = f"{section.heading.id}:{at + 1}" if at else section.heading.id
            part = PagePart(name, titles[at], "" if at else topic, blocks[start:end])
            parts.setdefault(section.heading.id, []).append(part)
    return parts


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


def sections_of(document: Document) -> dict[str, str]:
    """Return by a finding's id the heading of the section that tells of it: of several, the last, which is its own.

    The first is at a glance; founding claims and questions rest on findings that other sections tell of.
    """
    return {
        name: part.heading.id
        for part in document.sections
        for name in _ids(block for block in part.blocks if not _rests_on_others(block))
    }


def _rests_on_others(block: Block) -> bool:
    return isinstance(block, TableBlock) and block.layout in ("verdicts", "cards")


def _ids(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Finds):
            yield from (str(record["id"]) for record in block.findings)
