"""The pieces that a report is made of. Every door (HTML now, others later) renders the same pieces."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

__all__ = [
    "Block",
    "Column",
    "FigureBlock",
    "FindingBlock",
    "Heading",
    "NoticeBlock",
    "Prose",
    "Record",
    "Table",
    "TableBlock",
]

Record = Mapping[str, Any]
"""A finding as recorded: flat, with at least ``id``, ``sentence``, ``cite_apa`` and ``source``."""


@dataclass(frozen=True)
class Heading:
    """A heading; ``id`` is unique in its document."""

    kind: ClassVar[str] = "heading"
    level: int
    text: str
    id: str


@dataclass(frozen=True)
class Prose:
    """Paragraphs, lists and small tables as HTML that is safe to put in a page."""

    kind: ClassVar[str] = "prose"
    html: str


@dataclass(frozen=True)
class Column:
    """A column of a printed table; ``align`` is left or right."""

    name: str
    label: str
    align: str


@dataclass(frozen=True)
class Table:
    """A printed table: every cell is the text that readers see; the first of a row names it."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class FigureBlock:
    """A figure with its words, its table, the findings it draws, and what is drawn as rows of numbers.

    The picture holds title, subtitle, notes and source as well, so that it can stand alone.
    """

    kind: ClassVar[str] = "figure"
    name: str
    number: int
    title: str
    subtitle: str
    caption: str
    source_line: str
    alt: str
    long_description: str
    table: Table
    png: bytes
    svg: str
    findings: tuple[Record, ...]
    csv_rows: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class TableBlock:
    """A table shown on its own, and the findings in it."""

    kind: ClassVar[str] = "table"
    number: int
    caption: str
    table: Table
    note: str
    findings: tuple[Record, ...]


@dataclass(frozen=True)
class FindingBlock:
    """Findings shown one under the other."""

    kind: ClassVar[str] = "finding"
    findings: tuple[Record, ...]


@dataclass(frozen=True)
class NoticeBlock:
    """Words that stand where a figure cannot, or that must be read before one."""

    kind: ClassVar[str] = "notice"
    title: str
    text: str


Block = Heading | Prose | FigureBlock | TableBlock | FindingBlock | NoticeBlock
