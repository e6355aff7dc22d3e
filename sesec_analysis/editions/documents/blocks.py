"""Define the blocks that a report is made of; every renderer takes the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, get_args

from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.tables import TableColumn

__all__ = [
    "TABLE_LAYOUTS",
    "AsksBlock",
    "Block",
    "Described",
    "Description",
    "FigureBlock",
    "FindingBlock",
    "Finds",
    "Heading",
    "HeadlineBlock",
    "Node",
    "NoticeBlock",
    "Prose",
    "Table",
    "TableBlock",
    "TableLayout",
]


@dataclass(frozen=True)
class Heading:
    """A heading; ``id`` is unique in its document."""

    kind: ClassVar[str] = "heading"
    level: int
    text: str
    id: str


@dataclass(frozen=True)
class Node:
    """A piece of prose: what it is, the words that are its own, and the pieces in it.

    Blocks are ``paragraph``, ``list`` of ``item``, ``quote``, ``listing``, ``rule``, and ``table`` of ``row`` of
    ``cell`` with its head first. In them are ``text``, ``code``, ``emphasis``, ``strong``, ``link`` and ``break``.
    """

    kind: str
    text: str = ""  # of text, code and listing
    children: tuple["Node", ...] = ()
    url: str = ""  # of a link
    start: int | None = None  # of a list: its first number; null: not numbered
    align: str = "left"  # of a cell: left or right


@dataclass(frozen=True)
class Prose:
    """Paragraphs, lists and small tables: as HTML that is safe to put in a page, and as the pieces behind it."""

    kind: ClassVar[str] = "prose"
    html: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Description:
    """What a block is made from: its kind, the ids of the findings it was given, in order, and its options.

    ``kind`` is the public function that shows it; ``missing`` are indicator and reason where its table had no rows. The
    findings are those shown, and candidates: findings that it was given, and did not choose or draw.
    """

    kind: str
    input: tuple[str, ...]
    options: Record
    missing: tuple[str, ...] = ("", "")


@dataclass(frozen=True)
class Table:
    """A printed table: every cell is the text that readers see; the first of a row names it."""

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class FigureBlock:
    """A figure with its words, its table, the findings it draws, and what is drawn as rows of numbers.

    The picture holds title, subtitle, notes and source as well, to be used alone. ``frame`` says where in it
    the bare picture with its key begins and ends, in shares of its height, for a page that sets those words itself;
    ``notes`` are the caption without the reading of that key. Without a frame only the whole picture can be shown.
    ``marks`` are the id of a finding and where it is drawn: left, top, width, height, in thousandths of the picture.
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
    notes: str = ""
    frame: tuple[float, float] | None = None
    marks: tuple[tuple[str, int, int, int, int], ...] = ()
    made_from: Description | None = None


TableLayout = Literal["rows", "cards", "numbers", "strips", "years"]
TABLE_LAYOUTS: tuple[str, ...] = get_args(TableLayout)


@dataclass(frozen=True)
class TableBlock:
    """A table shown on its own, and the findings in it.

    ``rows`` are printed as a table; of ``cards`` each row is one, its first cell the head and its last the verdict; of
    ``numbers`` each row is a number in large type, what it is, and the words of its direction; of ``strips`` each row
    is drawn on a screen as a line from 0 to 100 percent, with the figures of its findings on it; of ``years`` each
    row is drawn there beside the strip of its indicator, as a line over the school years of its columns.
    """

    kind: ClassVar[str] = "table"
    number: int
    caption: str
    table: Table
    note: str
    findings: tuple[Record, ...]
    layout: TableLayout = "rows"
    made_from: Description | None = None


@dataclass(frozen=True)
class FindingBlock:
    """Findings shown one under the other."""

    kind: ClassVar[str] = "finding"
    findings: tuple[Record, ...]


@dataclass(frozen=True)
class NoticeBlock:
    """Words in place of a figure that cannot be shown, or to be read before one."""

    kind: ClassVar[str] = "notice"
    title: str
    text: str
    made_from: Description | None = field(default=None, compare=False)


@dataclass(frozen=True)
class HeadlineBlock:
    """What a section comes to, in a few words made from its finding.

    Without words, which are refused where the figures do not bear them out, ``why`` says so and the title of the
    section stands alone.
    """

    kind: ClassVar[str] = "headline"
    text: str
    why: str
    findings: tuple[Record, ...]
    made_from: Description | None = None


@dataclass(frozen=True)
class AsksBlock:
    """What the coalition asks, as the list of editions has it."""

    kind: ClassVar[str] = "asks"
    asks: tuple[str, ...]


Described = FigureBlock | TableBlock | NoticeBlock | HeadlineBlock
"""Blocks that are made from a description."""

Finds = FindingBlock | FigureBlock | TableBlock | HeadlineBlock
"""Blocks that show findings."""

Block = (
    Heading
    | Prose
    | FigureBlock
    | TableBlock
    | FindingBlock
    | NoticeBlock
    | HeadlineBlock
    | AsksBlock
)
