"""Say how old each figure of a report is: the newest school year behind it, beside the year of the report."""

from collections.abc import Iterable
from dataclasses import replace

from sesec_analysis import catalog
from sesec_analysis.editions.documents.model import (
    Block,
    Column,
    FigureBlock,
    Heading,
    Table,
    TableBlock,
)
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.evidence.row import Record
from sesec_analysis.i18n import mark as N_
from sesec_analysis.i18n import translate
from sesec_analysis.text import Arg, List, Name, Text, Year, _, count_message

__all__ = ["add_age", "with_ages"]

_OLD = 2
"""From how many years before the report's a figure says so: most figures appear a year after their school year."""

_LONG_AGO = 5
"""From how many years it says how many: the students of that time are in other schools now."""
_NEWEST = N_("Newest data: {year}.")
_NEWEST_LONG_AGO = N_("Newest data: {year} ({years} old).")

_ID = "how-new-the-figures-are"


def with_ages(document: Document, report_year: int) -> Document:
    """Return a document whose old figures and tables say how old they are; a report lists all of them.

    Parameters
    ----------
    document
        A report or a fact sheet.
    report_year
        The school year that the document is of, by the year it ends in.

    Returns
    -------
    Document
        Under each figure and table whose newest year is two years older or more stands how old it is. A report
        or an annex gets a section that lists the newest year of each indicator; what is short does not.
    """

    def dated(block: Block) -> Block:
        if not isinstance(block, FigureBlock | TableBlock):
            return block
        if isinstance(block, TableBlock):
            if document.layout == "pages":
                return block  # its rows are dated, and the figure before it says so
            return replace(block, note=add_age(block.note, block.findings, report_year))
        caption, notes = (
            add_age(text, block.findings, report_year) for text in (block.caption, block.notes)
        )
        return replace(block, caption=caption, notes=notes)

    whole = replace(
        document,
        lead=tuple(map(dated, document.lead)),
        sections=tuple(
            replace(part, blocks=tuple(map(dated, part.blocks))) for part in document.sections
        ),
    )
    if document.layout not in ("report", "annex") or not document.findings:
        return whole
    tables = sum(isinstance(block, TableBlock) for block in document.blocks)
    listed = _list_indicators(document.findings, report_year, tables + 1)
    heading = Heading(2, translate("How new the numbers are"), _ID)
    return replace(whole, sections=(*whole.sections, Section(heading, (listed,))))


def add_age(text: Arg, records: Iterable[Record], report_year: int | None) -> Arg:
    """Return a text under a figure or table, and after it how old its findings are if they are old."""
    newest = max((int(record["end_year"]) for record in records if "end_year" in record), default=0)
    years = report_year - newest if report_year and newest else 0
    if years < _OLD:
        return text
    year = Year(newest, calendar=True)
    note = _(_NEWEST, year=year)
    if years >= _LONG_AGO:
        note = _(_NEWEST_LONG_AGO, year=year, years=_age(newest, newest + years))
    return List((text, note), joined="", separator=" ") if text else note


def _list_indicators(findings: Iterable[Record], report_year: int, number: int) -> TableBlock:
    """Return the table of indicators, in the catalog's order, with their newest school year and its age."""
    newest: dict[str, int] = {}
    for record in findings:
        if "end_year" not in record:
            continue
        code, year = str(record["indicator"]), int(record["end_year"])
        newest[code] = max(year, newest.get(code, year))
    rows = tuple(
        (Name("title", code), Year(newest[code]), _age(newest[code], report_year))
        for code in catalog.indicators()
        if code in newest
    )
    columns = (
        Column("indicator", Text(N_("Figure"))),
        Column("school_year", Text(N_("Newest school year here"))),
        Column("age", Text(N_("Before this report's year")), "right"),
    )
    caption = Text(N_("The newest school year of each figure in this report"))
    return TableBlock(number, caption, Table(columns, rows), "", ())


def _age(newest: int, report_year: int) -> Arg:
    years = tuple(map(str, range(newest + 1, report_year + 1)))
    return count_message("{n} year", "{n} years", years) if years else Text(N_("the same year"))
