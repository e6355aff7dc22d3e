"""Build the certificate of the disclosure audit, the last section of a report."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sesec_analysis.editions.documents import prose
from sesec_analysis.editions.documents.model import Column, Heading, Table, TableBlock
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.i18n import mark as N_
from sesec_analysis.i18n import say
from sesec_analysis.text import Arg, Text, number_of

__all__ = ["ID", "with_certificate"]


ID = "certificate-of-the-disclosure-audit"


def with_certificate(document: Document, outcome: Mapping[str, Any]) -> Document:
    """Return a report with its certificate as the last section.

    Parameters
    ----------
    document
        The report that was searched and attacked.
    outcome
        What both found, as `disclosure_audit.json` keeps it.
    """
    tables = sum(isinstance(block, TableBlock) for block in document.blocks)
    table = TableBlock(
        tables + 1,
        Text(N_("What was attacked, and what it gave")),
        Table(
            (
                Column("what", Text(N_("What")), "left"),
                Column("count", Text(N_("Count")), "right"),
            ),
            tuple(_rows(outcome)),
        ),
        Text(N_("All of it is in disclosure_audit.json, which has no withheld figure.")),
        (),
    )
    blocks = (*prose.blocks(_words(), where="certificate", taken={ID}), table)
    heading = Heading(2, say("Certificate of the disclosure audit"), ID)
    return replace(document, sections=(*document.sections, Section(heading, blocks)))


def _words() -> str:
    return "\n\n".join(
        (
            say(
                "The state withholds small numbers so that no child can be known from them. Before this report was "
                "put in place, a program tried to work them out, as a stranger could: from all that the state "
                "published and from every file of the report."
            ),
            say(
                "For each withheld number it asked for the smallest and the largest count that fits. It asked twice: "
                "with this report and without it. A report that narrows the range of one withheld count, or of those "
                "of one school together, is not put in place. **This report passed.** Sums over three and more "
                "schools may say more than the state prints of each; they are counted apart."
            ),
        )
    )


def _rows(outcome: Mapping[str, Any]) -> list[tuple[Arg, Arg]]:
    attack, search = outcome["attack"], outcome["search"]
    state, edition, ranges = (
        attack[name] for name in ("statements_of_the_state", "statements_of_the_edition", "ranges")
    )
    follows = edition["follow_from_ranges"] + edition["follow_by_integer_programs"]
    counts = {
        N_("Files of the report, each compared byte by byte with what its findings give"): search[
            "files"
        ],
        N_("Different texts, searched for small groups and addresses"): search["texts"],
        N_("Figures published by the state, of the same indicators and years"): attack["cells"],
        N_("Of these, withheld in whole or in part"): attack["withheld_cells"],
        N_("Statements of the state: ranges, percents and sums"): state["ranges_tied"]
        + state["sums"],
        N_("Statements read back from the report"): edition["read"],
        N_("Of these, different from each other"): edition["different"],
        N_("Sums and shares of counts that the state prints"): edition["of_published_counts"],
        N_("Statements that follow from what the state prints"): follows,
        N_("Statements that say more, of one or two schools"): edition[
            "telling_of_fewer_than_three_organizations"
        ],
        N_("Sums over three and more schools that say more"): edition["telling_of_three_or_more"],
        N_("Withheld counts solved with the report and without it"): ranges["solved_twice"],
        N_("Of these, left open by the limit of steps"): ranges["programs_cut_off"],
        N_("Withheld counts that the report gives away or narrows"): attack["counts_given_away"],
    }
    return [(Text(name), number_of("parts", count)) for name, count in counts.items()]
