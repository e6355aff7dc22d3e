"""Refuse stigmatizing words in a report: no group is lumped together or named by a lack.

The texts that readers see are checked, but not official names in quotation marks. The words to avoid are listed in
`data/words/avoid.yml`, in English; translations are not checked.
"""

import html
import re
from collections.abc import Iterator

from sesec_analysis import catalog, i18n, i18n_files
from sesec_analysis.catalog.entries import Avoided
from sesec_analysis.editions.documents.model import (
    AsksBlock,
    Block,
    FigureBlock,
    FindingBlock,
    Heading,
    HeadlineBlock,
    NoticeBlock,
    Prose,
    Table,
    TableBlock,
)
from sesec_analysis.editions.documents.notebook import Document, OutputError

__all__ = ["avoided_in", "avoided_patterns", "check", "texts_of"]


_QUOTED = re.compile('“[^”]*”|"[^"]*"|\u2018[^\u2019]*\u2019(?!\\w)')
_NAMELESS = {"other", "others", "other groups", "all others", "rest", "unknown"}
"""What no group may be called: it must say which students it is of."""


Patterns = list[tuple[re.Pattern[str], Avoided]]


def avoided_in(text: str, patterns: Patterns | None = None) -> list[tuple[str, Avoided]]:
    """Return the words of a text that have no place in it, each with its entry.

    Examples
    --------
    >>> [phrase for phrase, _ in avoided_in("Failing schools, or “failing schools” as the state has it.")]
    ['Failing']
    """
    plain = _QUOTED.sub(" ", text)
    return [
        (match[0], entry)
        for pattern, entry in patterns or avoided_patterns()
        for match in pattern.finditer(plain)
    ]


def avoided_patterns() -> Patterns:
    """Return the pattern that finds each entry of the words to avoid."""
    return [
        (re.compile(rf"(?<![\w-])(?:{'|'.join(map(_pattern, entry.words))})(?![\w-])", re.I), entry)
        for entry in catalog.avoided()
    ]


def _pattern(words: str) -> str:
    """Return the regular expression of words as the list writes them."""
    start, star = words.removesuffix("*"), r"\w*" if words.endswith("*") else ""
    return re.escape(start).replace(r"\-", "[- ]?").replace(r"\ ", "[ -]") + star


def check(document: Document) -> Document:
    """Return the document, or refuse it.

    Raises
    ------
    OutputError
        If a text has words to avoid, or a group is called "other"; every fault is named.
    """
    if i18n.language() != i18n_files.ENGLISH:
        return document
    patterns = avoided_patterns()
    faults = [
        f"{where}: {phrase!r} ({entry.reason} Better: {entry.better})"
        for where, text in texts_of(document)
        for phrase, entry in avoided_in(text, patterns)
    ]
    for block in document.blocks:
        faults += [f"{_name(block)}: {fault}" for fault in _faults(block)]
    if faults:
        what = f"{len(faults)} of the report's texts cannot stand:\n    " + "\n    ".join(faults)
        fix = "say it in the better words; an official name may stand in quotation marks"
        raise OutputError(what, where="see each line", fix=fix)
    return document


def texts_of(document: Document) -> Iterator[tuple[str, str]]:
    """Return every text that readers see, with its place."""
    yield "the title", document.title
    heading = document.title
    for block in document.blocks:
        if isinstance(block, Heading):
            heading = block.text
        where = f"section {heading!r}, {_name(block)}"
        yield from ((where, text) for text in _texts(block) if text)


def _name(block: Block) -> str:
    if isinstance(block, FigureBlock):
        return f"figure {block.name!r}"
    return f"table {block.caption!r}" if isinstance(block, TableBlock) else block.kind


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield block.text
        case Prose():
            yield html.unescape(re.sub(r"<code>.*?</code>|<[^>]+>", " ", block.html))
        case NoticeBlock():
            yield from (block.title, block.text)
        case HeadlineBlock():
            yield from (block.text, block.why)
        case AsksBlock():
            yield from block.asks
        case FindingBlock():
            yield from (str(record["sentence"]) for record in block.findings)
        case FigureBlock():
            yield from (block.title, block.subtitle, block.caption, block.alt)
            yield block.long_description
            yield from _cells(block.table)
        case TableBlock():
            yield from (block.caption, block.note)
            yield from _cells(block.table)


def _cells(table: Table) -> Iterator[str]:
    yield from (column.label for column in table.columns)
    yield from (cell for row in table.rows for cell in row)


def _faults(block: Block) -> Iterator[str]:
    """Return what is wrong with the labels of groups."""
    if isinstance(block, FigureBlock | TableBlock):
        names = {str(record.get("label", "")) for record in block.findings}
        names |= {row[0] for row in block.table.rows}
        yield from (
            f"a group is called {name!r}" for name in sorted(names) if name.lower() in _NAMELESS
        )
