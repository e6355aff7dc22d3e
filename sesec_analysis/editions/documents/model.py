"""Define the document that every form of an edition is written from, store it as JSON, and read it back.

One closed model: a block is told by its ``kind``, and a part that no class declares is refused. Its words are typed
texts (`sesec_analysis.text`), which `in_words` turns into strings of a language for the renderers. Findings are stored
by id, with findings.json as their table; pictures are in files of their own.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass as plain_dataclass
from dataclasses import field, fields, is_dataclass, replace
from operator import is_
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import (
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.dataclasses import dataclass

from sesec_analysis import i18n
from sesec_analysis import text as texts
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.evidence.finding import WORDS, Finding
from sesec_analysis.evidence.row import Record
from sesec_analysis.text import Arg

__all__ = [
    *("FINDINGS", "NAME", "AsksBlock", "Block", "Column", "Described", "Description", "Document"),
    *("FigureBlock", "FindingBlock", "Finds", "Heading", "HeadlineBlock", "Layout", "Node", "NodeKind", "NoticeBlock"),
    *("Prose", "Section", "StoredFindings", "Table", "TableBlock", "TableLayout", "block_of", "in_language"),
    *("in_words", "paragraph", "read_document", "to_json", "words"),
]  # fmt: skip


NAME = "document.json"
"""The file that holds a document, apart from its findings and pictures."""
FINDINGS = "findings.json"
_CLOSED = ConfigDict(extra="forbid")


class StoredFindings(Mapping[str, Finding]):
    """Findings by id, each made from its record and its decisions when a text first needs it."""

    def __init__(self, records: Mapping[str, Record], decisions: Mapping[str, Any]) -> None:
        self._records, self._decisions = records, decisions
        self._made: dict[str, Finding] = {}

    def __getitem__(self, name: str) -> Finding:
        """Return a finding."""
        if name not in self._made:
            self._made[name] = Finding.from_record(
                self._records[name], self._decisions.get(name, {})
            )
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Return the ids."""
        return iter(self._records)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._records)


@plain_dataclass(frozen=True)
class _Context:
    """What a stored document refers to: records and findings by id, and the folder and language of its pictures."""

    records: Mapping[str, Record]
    findings: Mapping[str, Finding]
    folder: Path = Path()
    language: str = ""


def _record(value: Any, info: ValidationInfo) -> Record:
    """Return a finding's record; in a stored document it is only its id."""
    if isinstance(value, Mapping):
        return value
    if not info.context or value not in info.context.records:
        raise ValueError(f"no finding has the id {value}")
    return cast(Record, info.context.records[value])


def _text(value: Any, info: ValidationInfo) -> Arg:
    """Return a typed text, or the one that JSON values describe."""
    if isinstance(value, dict) and info.context:
        try:
            value = texts.load(value, info.context.findings)
        except (KeyError, TypeError, QuestionError) as fault:
            raise ValueError(f"this is not a text: {fault!r}") from fault
    if not _is_well_formed(value):
        raise ValueError("this is not a text")
    return cast(Arg, value)


def _text_or_words(value: Any, info: ValidationInfo) -> Arg | str:
    return value if isinstance(value, str) else _text(value, info)


_PART_TYPES = {"year": int, "calendar": bool, "capital": bool, "of": object}


def _is_well_formed(arg: object) -> bool:
    """Return whether every part of a text has the type that its class declares."""
    if not isinstance(arg, Arg):
        return False
    for part in fields(arg):
        value = getattr(arg, part.name)
        if part.name == "args":
            names, nested = zip(*value, strict=True) if value else ((), ())
            checks = [isinstance(name, str) for name in names]
            checks += [one is None or _is_well_formed(one) for one in nested]
        elif part.name == "items":
            checks = [_is_well_formed(one) for one in value]
        elif isinstance(arg, texts.Count) and part.name == "of":
            checks = [isinstance(one, str) for one in value]
        else:
            checks = [isinstance(value, _PART_TYPES.get(part.name, str))]
        if not all(checks):
            return False
    return True


Shown = Annotated[
    Record,
    PlainValidator(_record),
    PlainSerializer(lambda record: record["id"], return_type=str),
]
Words = Annotated[Any, PlainValidator(_text_or_words), PlainSerializer(texts.dump, return_type=Any)]
"""A typed text, or in a rendered document its words. In a stored one the guard refuses words, which have no finding."""


def _in_file(value: Any, info: ValidationInfo) -> Any:
    if info.mode == "json":
        raise ValueError("this part of a document is in a file of its own")
    return value


_IN_FILE = PlainValidator(_in_file)


@dataclass(frozen=True, config=_CLOSED)
class Heading:
    """A heading; ``id`` is unique in its document."""

    level: int
    text: str
    id: str
    kind: Literal["heading"] = field(default="heading", kw_only=True)


NodeKind = Literal[
    "paragraph",
    "list",
    "item",
    "quote",
    "listing",
    "rule",
    "table",
    "row",
    "cell",
    "text",
    "code",
    "emphasis",
    "strong",
    "link",
    "break",
]


@dataclass(frozen=True, config=_CLOSED)
class Node:
    """A piece of prose: what it is, the words that are its own, and the pieces in it.

    Blocks are ``paragraph``, ``list`` of ``item``, ``quote``, ``listing``, ``rule``, and ``table`` of ``row`` of
    ``cell`` with its head first. In them are ``text``, ``code``, ``emphasis``, ``strong``, ``link`` and ``break``.
    """

    kind: NodeKind
    text: str = ""  # of text, code and listing
    children: tuple["Node", ...] = ()
    url: str = ""  # of a link
    start: int | None = None  # of a list: its first number; null: not numbered
    align: Literal["left", "right"] = "left"  # of a cell


@dataclass(frozen=True, config=_CLOSED)
class Prose:
    """Paragraphs, lists and small tables, as pieces.

    A paragraph that no notebook has is a ``text``, without pieces until it is rendered. What is said only of some
    indicators is ``about`` them.
    """

    nodes: tuple[Node, ...]
    text: Words = ""
    about: tuple[str, ...] = field(default=(), kw_only=True)
    kind: Literal["prose"] = field(default="prose", kw_only=True)


def paragraph(text: str) -> Prose:
    """Return one paragraph of words that are no Markdown."""
    return Prose((Node("paragraph", children=(Node("text", text),)),))


@dataclass(frozen=True, config=_CLOSED)
class Description:
    """What a block is made from: its kind, the ids of the findings it was given, in order, and its options.

    ``kind`` is the public function that shows it; ``missing`` are indicator and reason where its table had no rows. The
    findings are those shown, and candidates: findings that it was given, and did not choose or draw.
    """

    kind: str
    input: tuple[str, ...]
    options: dict[str, Any]
    missing: tuple[str, str] = ("", "")


@dataclass(frozen=True, config=_CLOSED)
class Column:
    """A column: its code, its heading, and on which side its texts are set."""

    name: str
    label: Words
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True, config=_CLOSED)
class Table:
    """A printed table; the first cell of a row names it."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Words, ...], ...]

    @model_validator(mode="after")
    def _has_a_cell_for_each_column(self) -> "Table":
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"rows of another length than its {len(self.columns)} columns")
        return self


Number = int | float | bool | str | None


@dataclass(frozen=True, config=_CLOSED)
class FigureBlock:
    """A figure with its words, its table, the findings it draws, and what is drawn as rows of numbers.

    The picture holds title, subtitle, notes and source as well, to be used alone. ``frame`` says where in it
    the bare picture with its key begins and ends, in shares of its height, for a page that sets those words itself;
    ``notes`` are the caption without the reading of that key. Without a frame only the whole picture can be shown.
    ``marks`` are the id of a finding and where it is drawn: left, top, width, height, in thousandths of the picture.
    """

    name: str
    number: int
    title: Words
    subtitle: Words
    caption: Words
    source_line: Words
    alt: Words
    long_description: Words
    table: Table
    findings: tuple[Shown, ...]
    png: Annotated[bytes, _IN_FILE, Field(exclude=True)] = b""
    svg: Annotated[str, _IN_FILE, Field(exclude=True)] = ""
    csv_rows: tuple[dict[str, Number], ...] = ()
    notes: Words = ""
    frame: tuple[float, float] | None = None
    marks: tuple[tuple[str, int, int, int, int], ...] = ()
    made_from: Description | None = None
    kind: Literal["figure"] = field(default="figure", kw_only=True)


TableLayout = Literal[
    "rows", "cards", "numbers", "strips", "years", "questions", "deck", "meaning", "verdicts"
]


@dataclass(frozen=True, config=_CLOSED)
class TableBlock:
    """A table shown on its own, and the findings in it.

    ``rows`` are printed as a table; of ``cards`` each row is one, its first cell the head and its last the verdict; of
    ``numbers`` each row is a number in large type, what it is, and the words of its direction; of ``strips`` each row
    is drawn on a screen as a line from 0 to 100 percent, with the figures of its findings on it; of ``years`` each
    row is drawn there next to the strip of its indicator, as a line over the school years of its columns.
    """

    number: int
    caption: Words
    table: Table
    note: Words
    findings: tuple[Shown, ...]
    layout: TableLayout = "rows"
    made_from: Description | None = None
    kind: Literal["table"] = field(default="table", kw_only=True)


@dataclass(frozen=True, config=_CLOSED)
class FindingBlock:
    """Findings shown one under the other."""

    findings: tuple[Shown, ...]
    kind: Literal["finding"] = field(default="finding", kw_only=True)


@dataclass(frozen=True, config=_CLOSED)
class NoticeBlock:
    """Words in place of a figure that cannot be shown, or to be read before one."""

    title: Words
    text: Words
    made_from: Description | None = field(default=None, compare=False)
    kind: Literal["notice"] = field(default="notice", kw_only=True)


@dataclass(frozen=True, config=_CLOSED)
class HeadlineBlock:
    """What a section comes to, in a few words made from its finding.

    Without words, which are refused where the figures do not bear them out, ``why`` says so and the title of the
    section stands alone.
    """

    text: Words
    why: Words
    findings: tuple[Shown, ...]
    made_from: Description | None = None
    kind: Literal["headline"] = field(default="headline", kw_only=True)


@dataclass(frozen=True, config=_CLOSED)
class AsksBlock:
    """What the coalition asks, as the list of editions has it."""

    asks: tuple[str, ...]
    kind: Literal["asks"] = field(default="asks", kw_only=True)


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
_OneBlock = Annotated[Block, Field(discriminator="kind")]

Layout = Literal["report", "pages", "summary", "annex", "sheet", "shelf"]
"""How a document is laid out: the one ``report`` of an edition, with all that there is to say; a report in ``pages`` of
one message each, with a ``summary`` of two pages and an ``annex`` with all the rest; a ``sheet``, and the list of a
``shelf`` of sheets."""


@dataclass(frozen=True, config=_CLOSED)
class Section:
    """A second-level heading and the blocks under it."""

    heading: Heading
    blocks: tuple[_OneBlock, ...]


@dataclass(frozen=True, config=_CLOSED)
class Document:
    """A report as blocks: a title, what comes before the first section, the sections, and every finding by id.

    ``beside`` are the other documents of the same run, each with the same findings: those of all of them.
    ``translations`` are what families read of them in other languages, with the findings that each shows; the
    ``language`` of a document is empty where it is the edition's own.
    ``decisions`` are, by id, what rounding would decide otherwise (`Finding.decisions`); ``candidates`` are the records
    that blocks were given and none shows. Both are of the main document of a run.
    """

    title: str
    lead: tuple[_OneBlock, ...]
    sections: tuple[Section, ...]
    findings: Annotated[tuple[Record, ...], _IN_FILE, Field(exclude=True)] = ()
    layout: Layout = "report"
    beside: tuple["Document", ...] = ()
    translations: Annotated[tuple["Document", ...], _IN_FILE, Field(exclude=True)] = ()
    language: Annotated[str, _IN_FILE, Field(exclude=True)] = ""
    decisions: dict[str, Any] = field(default_factory=dict)
    candidates: dict[str, Any] = field(default_factory=dict)

    @property
    def all(self) -> tuple["Document", ...]:
        """Itself, and those of the same run."""
        return (self, *self.beside)

    @property
    def annex(self) -> "Document | None":
        """The technical annex of the run, if there is one."""
        return next((other for other in self.beside if other.layout == "annex"), None)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every block below the title, in order."""
        parts = (block for part in self.sections for block in (part.heading, *part.blocks))
        return (*self.lead, *parts)

    @property
    def figures(self) -> tuple[FigureBlock, ...]:
        """Every figure, in order."""
        return tuple(block for block in self.blocks if isinstance(block, FigureBlock))


def block_of(
    kind: str, parts: Mapping[str, Any], findings: Mapping[str, Finding] | None = None
) -> Block:
    """Return a block from its parts as JSON values; ``findings`` are those that its texts are about, by id.

    Raises
    ------
    ValidationError
        If a part is missing, unknown, or of another type.
    """
    context = _Context({}, findings or {})
    adapter: TypeAdapter[Block] = TypeAdapter(_OneBlock)
    return adapter.validate_python({"kind": kind, **parts}, context=context)


def to_json(document: Document) -> dict[str, Any]:
    """Return a document as JSON values; findings by their ids."""
    made: dict[str, Any] = TypeAdapter(Document).dump_python(document, mode="json")
    return made


def words(document: Document, english: Document) -> list[dict[str, object]]:
    """Return what the findings of a translation say in other words than their English form, each with its id."""
    known = {record["id"]: record for record in english.findings}
    listed = []
    for one in document.findings:
        own = known.get(one["id"], {})
        said = {name: one[name] for name in WORDS if name in one and one[name] != own.get(name)}
        if said:
            listed.append({"id": one["id"], **said})
    return listed


def in_language(name: str, language: str) -> str:
    """Return how a file is called in a translation.

    Examples
    --------
    >>> in_language("report.pdf", "vi"), in_language("report.pdf", "")
    ('report.vi.pdf', 'report.pdf')
    """
    stem, _, kind = name.rpartition(".")
    return f"{stem}.{language}.{kind}" if language else name


def read_document(folder: Path) -> Document:
    """Read the document of an edition's folder back, with its findings and pictures, and its translations.

    Raises
    ------
    DataError
        If a part is missing, or there is one that no document has.
    """
    # It writes the numbers of claims that their texts have.
    from sesec_analysis.evidence import ledger  # noqa: F401

    stem, kind = NAME.split(".")
    codes = sorted(path.name.split(".")[1] for path in folder.glob(f"{stem}.*.{kind}"))
    english = _records(folder, FINDINGS, _FIELDS)
    # Of a text that is about a finding only the id is stored.
    stored = _read_json(folder / NAME)
    decisions = stored.get("decisions", {}) if isinstance(stored, dict) else {}
    findings = StoredFindings(english, decisions if isinstance(decisions, dict) else {})
    own = _read_stored(folder, _Context(english, findings, folder))
    translations = tuple(_read_translation(folder, code, english, findings) for code in codes)
    return replace(own, translations=translations)


def _read_translation(
    folder: Path, code: str, english: Mapping[str, Record], findings: StoredFindings
) -> Document:
    """Read a translation; a finding without words of its own is as it is in English."""
    name = in_language(FINDINGS, code)
    own = _records(folder, name, ("id",))
    for at, (one, record) in enumerate(own.items(), start=1):
        if one not in english or not {*record} <= {"id", *WORDS}:
            raise _damaged_document_error(
                "it is not the text of a finding in another language", f"{name} record {at}"
            )
    every = {**english} | {one: {**english[one], **record} for one, record in own.items()}
    made = _read_stored(folder, _Context(every, findings, folder, code))
    shown = {
        str(record["id"]): record
        for block in made.blocks
        if isinstance(block, Finds)
        for record in block.findings
    }
    if unused := sorted(own.keys() - shown.keys()):
        raise _damaged_document_error(f"no block has the finding {unused[0]}", name)
    return replace(made, findings=tuple(shown[one] for one in sorted(shown)))


_FIELDS = ("id", "sentence", "cite_apa", "source", "value", "publish", "measure", "n")
"""What every record of a finding has."""


def _records(folder: Path, name: str, needed: tuple[str, ...]) -> dict[str, Record]:
    """Read records of findings, by id."""
    records: dict[str, Record] = {}
    last = ""
    for at, record in enumerate(_read_json(folder / name), start=1):
        lacking = [part for part in needed if not isinstance(record, dict) or part not in record]
        if lacking:
            raise _damaged_document_error(f"it lacks {', '.join(lacking)}", f"{name} record {at}")
        before, last = last, str(record["id"])
        records[last] = record
        if last <= before:
            raise _damaged_document_error(
                "findings are in the order of their ids, each once", f"{name} record {at}"
            )
    return records


def _read_stored(folder: Path, context: _Context) -> Document:
    name = in_language(NAME, context.language)
    try:
        content = (folder / name).read_bytes()
        made: Document = TypeAdapter(Document).validate_json(content, strict=True, context=context)
    except OSError as broken:
        raise _damaged_document_error("this file is missing", name) from broken
    except ValidationError as broken:
        first = broken.errors()[0]
        where = "".join(f"/{step}" for step in first["loc"])
        raise _damaged_document_error(
            f"this is not a document: {first['msg']}", f"{name} {where}"
        ) from broken
    return _with_files(made, context)


def _with_files(document: Document, context: _Context) -> Document:
    """Return a document with its findings and language, and its figures with their pictures."""

    def drawn(block: Block) -> Block:
        if not isinstance(block, FigureBlock):
            return block
        name = in_language(f"{block.name}.png", context.language)
        path = context.folder / "figures" / name
        try:
            svg = path.with_suffix(".svg").read_bytes().decode("utf-8")
            return replace(block, png=path.read_bytes(), svg=svg)
        except (OSError, ValueError) as broken:
            raise _damaged_document_error("a picture is missing", f"figures/{name}") from broken

    parts = (replace(part, blocks=tuple(map(drawn, part.blocks))) for part in document.sections)
    return replace(
        document,
        lead=tuple(map(drawn, document.lead)),
        sections=tuple(parts),
        findings=tuple(context.records.values()),
        language=context.language,
        beside=tuple(_with_files(other, context) for other in document.beside),
    )


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as broken:
        raise _damaged_document_error("this file is missing, or is not JSON", path.name) from broken


def _damaged_document_error(what: str, where: str) -> DataError:
    return DataError(what, where=where, fix="build the edition again: sesec report")


Part = TypeVar("Part")


def in_words(document: Part) -> Part:
    """Return a document, or a part of one, with the words of its language in place of its texts.

    Numbers are written as in English until a page is set (`languages.numbers`).
    """
    code = (document.language if isinstance(document, Document) else "") or i18n.language()
    return cast(Part, _translate_part(document, code))


def _translate_part(part: Any, code: str) -> Any:
    if isinstance(part, Arg):
        return texts.render(part, code)
    if isinstance(part, Document):
        code = part.language or code
    if isinstance(part, Prose) and part.text:
        return paragraph(texts.render(part.text, code))
    if isinstance(part, tuple):
        made = tuple(_translate_part(one, code) for one in part)
        return part if all(map(is_, made, part)) else made
    if not is_dataclass(part) or isinstance(part, Node):
        return part
    parts = {one.name: getattr(part, one.name) for one in fields(part)}
    changed = {name: _translate_part(one, code) for name, one in parts.items()}
    if all(changed[name] is one for name, one in parts.items()):
        return part
    return replace(cast(Any, part), **changed)
