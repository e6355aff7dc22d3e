"""Build the certificates that end a report: of the disclosure audit, and of accessibility.

The second follows from the documents alone, so that it can be made again and compared.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

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
from sesec_analysis.i18n import translate
from sesec_analysis.text import Arg, Text, number_of

__all__ = ["ACCESSIBILITY", "DISCLOSURE", "with_accessibility", "with_certificate"]


DISCLOSURE = "certificate-of-the-disclosure-audit"
ACCESSIBILITY = "certificate-of-accessibility"


def with_certificate(document: Document, outcome: Mapping[str, Any]) -> Document:
    """Return a report with the certificate of its disclosure audit as the last section.

    Parameters
    ----------
    document
        The report that was searched and attacked.
    outcome
        What both found, as `disclosure_audit.json` keeps it.
    """
    table = _table(
        document,
        N_("What was attacked, and what it gave"),
        _disclosure_rows(outcome),
        Text(N_("All of it is in disclosure_audit.json, which has no withheld figure.")),
    )
    heading = Heading(2, translate("Certificate of the disclosure audit"), DISCLOSURE)
    return _append_certificate(document, heading, _disclosure_words(), table)


def with_accessibility(document: Document) -> Document:
    """Return an edition whose annex ends with what was checked for accessibility; without an annex, as it is.

    Parameters
    ----------
    document
        The report with its summary and annex.
    """
    annex = document.annex
    if annex is None:
        return document
    caption = N_("What was checked for accessibility")
    table = _table(annex, caption, _accessibility_rows(document))
    heading = Heading(2, translate("Certificate of accessibility"), ACCESSIBILITY)
    ended = _append_certificate(annex, heading, _accessibility_words(), table)
    beside = tuple(ended if other is annex else other for other in document.beside)
    return replace(document, beside=beside)


def _table(
    document: Document, caption: str, rows: Iterable[tuple[Arg, Arg]], note: Arg | str = ""
) -> TableBlock:
    """Return the table of a certificate, numbered after those of a document."""
    tables = [block for block in document.blocks if isinstance(block, TableBlock)]
    number = max((block.number for block in tables), default=0) + 1
    columns = (
        Column("what", Text(N_("What")), "left"),
        Column("count", Text(N_("Count")), "right"),
    )
    return TableBlock(number, Text(caption), Table(columns, tuple(rows)), note, ())


def _append_certificate(
    document: Document, heading: Heading, words: str, table: TableBlock
) -> Document:
    """Return a document with a certificate as its last section."""
    blocks = (*prose.blocks(words, where="certificate", taken={heading.id}), table)
    return replace(document, sections=(*document.sections, Section(heading, blocks)))


def _disclosure_words() -> str:
    return "\n\n".join(
        (
            translate(
                "The state withholds small numbers so that no child can be known from them. Before this report was "
                "put in place, a program tried to work them out, as a stranger could: from all that the state "
                "published and from every file of the report."
            ),
            translate(
                "For each withheld number it asked for the smallest and the largest count that fits. It asked twice: "
                "with this report and without it. A report that narrows the range of one withheld count, or of those "
                "of one school together, is not put in place. **This report passed.** Sums over three and more "
                "schools may say more than the state prints of each; they are counted apart."
            ),
        )
    )


def _disclosure_rows(outcome: Mapping[str, Any]) -> list[tuple[Arg, Arg]]:
    attack, search = outcome["attack"], outcome["search"]
    edition = attack["statements_of_the_edition"]
    counts = {
        N_("Files of the report, each compared byte by byte with what its findings give"): search[
            "files"
        ],
        N_("Different texts, searched for small groups and addresses"): search["texts"],
        N_("Figures published by the state, of the same indicators and years"): attack["cells"],
        N_("Of these, withheld in whole or in part"): attack["withheld_cells"],
        N_("Statements read back from the report"): edition["read"],
        N_("Of these, different from each other"): edition["different"],
        N_("Statements that follow from what the state prints"): edition["follow_from_the_state"],
        N_("Statements that say more, of one or two schools"): edition[
            "telling_of_fewer_than_three_organizations"
        ],
        N_("Sums over three and more schools that say more"): edition["telling_of_three_or_more"],
        N_("Withheld counts that the report gives away or narrows"): attack["counts_given_away"],
    }
    return [(Text(name), number_of("parts", count)) for name, count in counts.items()]


def _accessibility_words() -> str:
    return "\n\n".join(
        (
            translate(
                "Everybody should be able to read these documents, by eye or by ear. A picture without words in its "
                "place, a heading out of its order or a cell without a head stops the making of an edition. The "
                "program that sets the PDFs, Typst, refuses a file that breaks PDF/UA-1, the standard for accessible "
                "PDFs, or PDF/A-3a, the one for archives. **All PDFs of this edition passed.**"
            ),
            translate(
                "Two more programs, pdfua and outloud, read all three PDFs when our programs are tested, and axe reads "
                "the pages. No program can tell whether words in place of a picture say what it shows: people read "
                "those."
            ),
        )
    )


def _accessibility_rows(document: Document) -> Iterator[tuple[Arg, Arg]]:
    blocks = [block for one in document.all for block in _countable_blocks(one)]
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


def _countable_blocks(document: Document) -> Iterable[Block]:
    """Yield the blocks of a document apart from the certificate of accessibility."""
    yield from document.lead
    for part in document.sections:
        if part.heading.id != ACCESSIBILITY:
            yield from (part.heading, *part.blocks)
