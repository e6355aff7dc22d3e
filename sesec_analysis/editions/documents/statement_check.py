"""Refuse statements that a report does not bear out: what a reader who wishes it ill could quote back.

Words are checked by `language_check`; here are claims. Each class is checked where it can be told from the document
itself: from the cells of a table, the years of a sentence, or the records of the findings that a block holds.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from sesec_analysis import catalog, i18n, i18n_files
from sesec_analysis.editions.documents.language_check import texts_of
from sesec_analysis.editions.documents.model import Block, FigureBlock, FindingBlock, TableBlock
from sesec_analysis.editions.documents.notebook import Document, OutputError
from sesec_analysis.evidence.row import Record

__all__ = ["check", "faults_of_records", "faults_of_row", "faults_of_text"]


_THEN_AND_NOW = re.compile(r"\b(?:still|no longer|any ?more)\b", re.I)
_YEAR = re.compile(r"\b(?:19|20)\d\d(?:[–-]\d{2,4})?")
_CAUSES = re.compile(
    r"\b(?:because of|due to|owing to|thanks to|as a result of|driven by|caused? by|causes|caused|"
    r"leads? to|led to|resulted in)\b",
    re.I,
)
_SOURCED = re.compile(r"\((?:WAC|RCW|[^()]*\d{4})[^()]*\)|Do not say|[#:] ")
_QUOTED = re.compile('“[^”]*”|"[^"]*"')


def check(document: Document) -> Document:
    """Return the document, or refuse it.

    Raises
    ------
    OutputError
        If a statement is not borne out by what stands with it; every one is named.
    """
    if i18n.language() != i18n_files.ENGLISH:
        return document
    cells = {text for block in document.blocks for text in _cells(block)}
    faults = [
        f"{where}: {fault}"
        for where, text in texts_of(document)
        if text
        not in cells  # a verdict is checked with its row; other cells hold numbers and names
        for fault in faults_of_text(text)
    ]
    for block in document.blocks:
        faults += _faults_of_block(block)
    if faults:
        what = f"{len(faults)} statement(s) are not borne out:\n    " + "\n    ".join(faults)
        fix = "say what was measured, of which years, and beside what"
        raise OutputError(what, where="see each line", fix=fix)
    return document


def faults_of_text(text: str) -> Iterator[str]:
    """Return what a sentence says beyond what figures can: a cause, or that something is so still or no longer.

    Examples
    --------
    >>> list(faults_of_text("The gap is smaller due to new staff."))
    ["'due to' names a cause: figures say how much, not why"]
    >>> list(faults_of_text("The share was 73 percent in 2010–11 and no longer is: 50 percent in 2023–24."))
    []
    """
    for sentence in re.split(r"(?<=[.!?])\s+", _QUOTED.sub(" ", text)):
        if (cause := _CAUSES.search(sentence)) and not _SOURCED.search(sentence):
            yield f"{cause[0]!r} names a cause: figures say how much, not why"
    if word := _THEN_AND_NOW.search(_QUOTED.sub(" ", text)):
        years = set(_YEAR.findall(text))
        if len(years) < len(("then", "now")) and "last report" not in text:
            yield f"{word[0]!r} needs two years that were measured, and has {len(years)}"


def _cells(block: Block) -> Iterator[str]:
    if isinstance(block, TableBlock | FigureBlock):
        yield from (cell for row in block.table.rows for cell in row)


def faults_of_row(cells: Mapping[str, str]) -> Iterator[str]:
    """Return what is wrong with a verdict beside what stands for then and now.

    Examples
    --------
    >>> list(faults_of_row({"then": "", "now": "50 percent in 2024", "verdict": "Holds."}))
    ['a verdict stands without a "then"']
    """
    if "verdict" not in cells:
        return
    then, now, verdict = (cells.get(name, "").strip() for name in ("then", "now", "verdict"))
    if not then:
        yield 'a verdict stands without a "then"'
    if _THEN_AND_NOW.search(verdict) and not (_YEAR.search(then) and _YEAR.search(now)):
        yield f"{verdict!r} speaks of two times, and not both are measured"


def _faults_of_block(block: Block) -> Iterator[str]:
    if isinstance(block, TableBlock):
        names = [column.name for column in block.table.columns]
        for row in block.table.rows:
            cells = dict(zip(names, row, strict=True))
            yield from (
                f"table {block.caption!r}, {row[0]}: {fault}" for fault in faults_of_row(cells)
            )
    if isinstance(block, TableBlock | FigureBlock | FindingBlock):
        yield from faults_of_records(block.findings)


def faults_of_records(records: Sequence[Record]) -> Iterator[str]:
    """Return findings of a year that none of their sources is of, and measures that make one group the yardstick."""
    for record in records:
        releases = re.findall(r"@(\d{4})", str(record.get("source_ids", "")))
        if releases and str(record.get("end_year")) not in releases:
            years = ", ".join(sorted(set(releases)))
            yield f"{record['id']} is of {record.get('end_year')}, and its sources are of {years}"
    yardsticks: dict[str, set[str]] = {}
    for record in records:
        kind, group = str(record.get("student_group_type")), str(record.get("student_group"))
        reference = str(record.get("reference", ""))
        groups = catalog.group_types()[kind].groups if kind in catalog.group_types() else {}
        if kind == _RACE and reference in groups:
            yardsticks.setdefault(reference, set()).add(group)
    for reference, compared in yardsticks.items():
        if len(compared) > 1 or compared & {"all", f"all_by_{_RACE}"}:
            yield f"{reference!r} is the yardstick of {', '.join(sorted(compared))}"


_RACE = "race_ethnicity"
