"""Build the certificate of accessibility: what of an edition was checked for readers who listen to it, and by what.

It follows from the documents alone, so that it can be made again and compared.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sesec_analysis.editions.documents import prose
from sesec_analysis.editions.documents.model import (
    Block,
    Column,
    FigureBlock,
    Heading,
    Table,
    TableBlock,
)
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.i18n import mark as N_
from sesec_analysis.i18n import say
from sesec_analysis.text import Arg, Text, number_of

__all__ = ["ID", "section", "with_accessibility"]


ID = "certificate-of-accessibility"


def with_accessibility(document: Document) -> Document:
    """Return an edition whose annex ends with what was checked for accessibility; without an annex, as it is.

    Parameters
    ----------
    document
        The report with its summary and annex beside it.
    """
    annex = document.annex
    if annex is None:
        return document
    tables = sum(isinstance(block, TableBlock) for block in annex.blocks)
    ended = replace(annex, sections=(*annex.sections, section(document, tables + 1)))
    beside = tuple(ended if other is annex else other for other in document.beside)
    return replace(document, beside=beside)


def section(document: Document, number: int) -> Section:
    """Return the certificate as a section; it counts all documents of an edition, and not itself.

    Parameters
    ----------
    document
        The report with its summary and annex beside it.
    number
        Of its table.
    """
    table = TableBlock(
        number,
        Text(N_("What was checked for accessibility")),
        Table(
            (
                Column("what", Text(N_("What")), "left"),
                Column("count", Text(N_("Count")), "right"),
            ),
            tuple(_rows(document)),
        ),
        "",
        (),
    )
    blocks = (*prose.blocks(_words(), where="certificate", taken={ID}), table)
    return Section(Heading(2, say("Certificate of accessibility"), ID), blocks)


def _words() -> str:
    return "\n\n".join(
        (
            say(
                "Everybody should be able to read these documents, by eye or by ear. A picture without words in its "
                "place, a heading out of its order or a cell without a head stops the making of an edition. The "
                "program that sets the PDFs, Typst, refuses a file that breaks PDF/UA-1, the standard for accessible "
                "PDFs, or PDF/A-3a, the one for archives. **All PDFs of this edition passed.**"
            ),
            say(
                "Two more programs, pdfua and outloud, read all three PDFs when our programs are tested, and axe reads "
                "the pages. No program can tell whether words in place of a picture say what it shows: people read "
                "those."
            ),
        )
    )


def _rows(document: Document) -> Iterator[tuple[Arg, Arg]]:
    blocks = [block for one in document.all for block in _counted(one)]
    figures = [block for block in blocks if isinstance(block, FigureBlock)]
    tables = sum(isinstance(block, FigureBlock | TableBlock) for block in blocks)
    headings = sum(isinstance(block, Heading) for block in blocks)
    counts = {
        N_("Documents, each as a page, a PDF and a Word file"): len(document.all),
        N_("Headings, in their order, to find one’s way by"): headings,
        N_("Pictures with words in their place, and with a table of what they draw"): len(figures),
        N_("Tables with a head for each column and a name for each row"): tables,
    }
    return ((Text(name), number_of("parts", count)) for name, count in counts.items())


def _counted(document: Document) -> Iterable[Block]:
    """Yield the blocks of a document apart from this certificate."""
    yield from document.lead
    for part in document.sections:
        if part.heading.id != ID:
            yield from (part.heading, *part.blocks)
