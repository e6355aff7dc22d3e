"""Close the report and its summary: what people say, what the coalition asks, and what is not in this edition.

Where figures are lacking, the annex has a box that says why, and how to get them. Whoever reads the report is told in
one line, at its end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeGuard

from sesec_analysis.editions.documents import crossing
from sesec_analysis.editions.documents.model import (
    AsksBlock,
    Block,
    Heading,
    HeadlineBlock,
    NoticeBlock,
    Prose,
    TableBlock,
    in_words,
)
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.editions.editions import Voice
from sesec_analysis.evidence import not_computed
from sesec_analysis.evidence.notices import SO_WHAT
from sesec_analysis.evidence.tables import GIVEN
from sesec_analysis.i18n import mark as N_
from sesec_analysis.i18n import translate
from sesec_analysis.text import Arg, EntryText, List, Quoted, _

__all__ = ["ASKS", "VOICES", "close_edition"]


ASKS = "what-we-ask"
"""The id of the section with what is asked."""
VOICES = "voices"
"""The id of the section with what people say."""
_LAST = (
    *("what-the-state-does-not-publish", "how-we-know", "how-to-quote", "how-to-cite"),
    *("data-methods-and-coverage", "what-is-not-published", "sesec-school-level"),
)
"""The sections that close a document; what people say and what is asked come before them."""


def close_edition(
    document: Document, asks: Sequence[str], voices: Sequence[Voice] = ()
) -> Document:
    """Return an edition whose report and summary end with what people say, what is asked, and what is not in them.

    Parameters
    ----------
    document
        The report with its summary and annex beside it. A report that has no annex says it all itself, and is left as
        it is but for what is asked.
    asks
        What the coalition asks. Where nothing is asked there is no such section.
    voices
        What people say; of several, a summary has the first. A fact sheet has its school's.
    """
    return replace(
        _close_document(document, asks, voices),
        beside=tuple(_close_document(other, asks, voices) for other in document.beside),
    )


def _close_document(document: Document, asks: Sequence[str], voices: Sequence[Voice]) -> Document:
    if document.layout in crossing.BRIEF:
        document = _led_by_headlines(_without_boxes(document))
    if document.layout == "annex":
        return document
    sections = []
    if voices:
        quoted = tuple(map(_quote, voices[:1] if document.layout == "summary" else voices))
        sections.append(Section(Heading(2, translate("In their own words"), VOICES), quoted))
    if asks and document.layout != "sheet":
        document, is_in_front = _with_asks_in_front(document, asks)
        if not is_in_front:
            sections.append(Section(Heading(2, translate("What we ask"), ASKS), (_asks(asks),)))
    ids = [part.heading.id for part in document.sections]
    at = next((at for at, name in enumerate(ids) if name in _LAST), len(ids))
    return replace(document, sections=(*document.sections[:at], *sections, *document.sections[at:]))


def _quote(voice: Voice) -> Prose:
    """Return a quote with who said it, the same in every language."""
    quote, who = Quoted(voice.quote, VOICES), Quoted(voice.who, VOICES)
    return Prose((), _("“{quote}” — {who}", quote=quote, who=who))


def _asks(asks: Sequence[str]) -> AsksBlock:
    return AsksBlock(tuple(map(translate, asks)))


def _with_asks_in_front(document: Document, asks: Sequence[str]) -> tuple[Document, bool]:
    """Return a summary with what is asked in place of its questions, and whether it had such questions."""
    sections = []
    for part in document.sections if document.layout == "summary" else ():
        blocks: list[Block] = []
        for block in part.blocks:
            if isinstance(block, TableBlock) and block.layout == "questions":
                blocks += [Heading(3, translate("What we ask"), ASKS), _asks(asks)]
            else:
                blocks.append(block)
        sections.append(replace(part, blocks=tuple(blocks)))
    if tuple(sections) == document.sections or not sections:
        return document, False
    return replace(document, sections=tuple(sections)), True


def _led_by_headlines(document: Document) -> Document:
    """Return a document whose sections begin with their headline, wherever the notebook shows it."""
    return replace(
        document,
        lead=_lead_with_asks(document.lead),
        sections=tuple(
            replace(part, blocks=_lead_with_asks(part.blocks)) for part in document.sections
        ),
    )


def _lead_with_asks(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    first = next((block for block in blocks if isinstance(block, HeadlineBlock)), None)
    if first is None:
        return blocks
    return (first, *(block for block in blocks if block is not first))


def _without_boxes(document: Document) -> Document:
    """Return a document without boxes in place of figures, nor sections that show nothing else; its end names them."""
    lacking: dict[str, Arg] = {}
    sections = []
    for part in document.sections:
        kept = tuple(block for block in part.blocks if not _is_box(block))
        notices = _titles(part.blocks)
        if notices and all(map(_is_bare, kept)):
            lacking[part.heading.text] = EntryText(part.heading.text, GIVEN)
            continue
        lacking |= notices
        sections.append(replace(part, blocks=kept))
    lead = tuple(block for block in document.lead if not _is_box(block))
    lacking |= _titles(document.lead)
    lacking.pop(translate(not_computed.TITLE), None)
    if lacking and sections:
        titles = List(tuple(lacking.values()), joined="", separator="; ")
        words = Prose((), _(N_("Not in this edition: {titles}."), titles=titles))
        sections[-1] = replace(sections[-1], blocks=(*sections[-1].blocks, words))
    return replace(document, lead=lead, sections=tuple(sections))


def _titles(blocks: Iterable[Block]) -> dict[str, Arg]:
    """Return the titles of the boxes, by their words; a notebook may give one as words alone."""
    return {
        in_words(block).title: EntryText(title, GIVEN) if isinstance(title, str) else title
        for block in blocks
        if _is_box(block)
        for title in [block.title]
    }


def _is_bare(block: Block) -> bool:
    """Return whether a block is words alone: prose, or a headline that was refused."""
    if isinstance(block, HeadlineBlock):
        return not block.text
    if isinstance(block, TableBlock):
        return block.layout == "meaning"  # what follows from a figure follows from none without it
    return isinstance(block, Prose | Heading | NoticeBlock)


def _is_box(block: Block) -> TypeGuard[NoticeBlock]:
    """Return whether a block stands in place of something that cannot be shown."""
    return isinstance(block, NoticeBlock) and in_words(block).title != translate(SO_WHAT)
