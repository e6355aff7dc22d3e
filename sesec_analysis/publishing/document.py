"""An executed notebook in, a document out: title, sections of blocks, and every finding shown. Code is not shown."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from sesec_analysis import unseen
from sesec_analysis.errors import EditionError
from sesec_analysis.publishing import translating
from sesec_analysis.publishing.blocks import (
    Block,
    FigureBlock,
    FindingBlock,
    Heading,
    NoticeBlock,
    Prose,
    Record,
    TableBlock,
)
from sesec_analysis.publishing.outputs import MIME, OutputError, figure_name, shown

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "MIME",
    "Block",
    "Document",
    "FigureBlock",
    "FindingBlock",
    "Heading",
    "Layout",
    "NoticeBlock",
    "OutputError",
    "Prose",
    "Record",
    "Section",
    "TableBlock",
    "check",
    "read",
    "rerecorded",
    "section_names",
    "whereabouts",
]


Layout = Literal["report", "sheet"]


@dataclass(frozen=True)
class Section:
    """A second-level heading and the blocks under it."""

    heading: Heading
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A report as blocks: a title, what stands before the first section, the sections, and every finding by id.

    On paper a ``sheet`` is a few close-set pages, without the cover and contents of a ``report``.
    """

    title: str
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]
    findings: tuple[Record, ...]
    layout: Layout = "report"

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every block below the title, in order."""
        return (*self.lead, *_flat(self.sections))

    @property
    def figures(self) -> tuple[FigureBlock, ...]:
        """Every figure, in order."""
        return tuple(block for block in self.blocks if isinstance(block, FigureBlock))


def read(notebook: "NotebookNode") -> Document:
    """Return the document that an executed notebook shows.

    Raises
    ------
    EditionError
        If the notebook's own text cannot stand as it is: headings out of order, raw HTML, a dead link (see `check`).
    OutputError
        If a cell shows something that cannot be published.
    """
    title, lead, sections = _divide(_blocks(notebook, executed=True))
    document = Document(title.text, lead, sections, ())
    _check_links(document)
    return replace(document, findings=_findings(document.blocks))


def rerecorded(document: Document, change: Callable[[Record], Record]) -> Document:
    """Return the document with every finding as ``change`` returns it."""

    def block(old: Block) -> Block:
        if not isinstance(old, FindingBlock | FigureBlock | TableBlock):
            return old
        return replace(old, findings=tuple(change(record) for record in old.findings))

    return Document(
        title=document.title,
        lead=tuple(block(old) for old in document.lead),
        sections=tuple(
            Section(part.heading, tuple(block(old) for old in part.blocks))
            for part in document.sections
        ),
        findings=tuple(change(record) for record in document.findings),
    )


def check(notebook: "NotebookNode") -> None:
    """Refuse a notebook whose headings, prose or figure tags could not be published, before it is run."""
    _divide(_blocks(notebook, executed=False))


def section_names(notebook: "NotebookNode") -> list[str]:
    """Return, for each cell, the section that it stands in: the last heading of level one or two."""
    name, names = "Getting ready", []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            found = re.findall(r"^ {0,3}##?[ \t]+(.+?)[ \t#]*$", cell.source, re.MULTILINE)
            name = found[-1] if found else name
        names.append(name)
    return names


def whereabouts(cell: Mapping[str, Any], section: str) -> str:
    """Return how an error names a cell: its section and its tag, or its first line."""
    first = next((line.strip() for line in cell["source"].splitlines() if line.strip()), "")
    tags = [tag for tag in cell["metadata"].get("tags", []) if tag.startswith("figure-")]
    which = f"cell tagged {tags[0]}" if tags else f"cell that begins {first[:60]!r}"
    return f"section {section!r}, {which}"


def _blocks(notebook: "NotebookNode", *, executed: bool) -> Iterator[tuple[Block, str]]:
    """Return every block with the whereabouts of its cell; figures and tables numbered."""
    taken: set[str] = set()
    names: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    said: Block | None = None
    for cell, section in zip(notebook.cells, section_names(notebook), strict=True):
        where = whereabouts(cell, section)
        if cell.cell_type == "markdown":
            source = unseen.without(cell.source)
            found = translating.blocks(source, where=where, taken=taken)
            yield from ((block, where) for block in found)
        if cell.cell_type != "code":
            continue
        if name := figure_name(cell, where=where):
            names[name] += 1
            _check_name(name, names[name], where)
        for block in _joined(shown(cell, where=where)) if executed else ():
            if isinstance(block, FigureBlock | TableBlock):
                numbers[block.kind] += 1
                block = replace(block, number=numbers[block.kind])
            if (
                not isinstance(block, NoticeBlock) or block != said
            ):  # two cells may lack the same figures
                yield block, where
            said = block


def _check_name(name: str, count: int, where: str) -> None:
    if count > 1:
        mend = "give each figure its own name: it names the files that people download"
        raise EditionError(f"two figures are named {name!r}", where=where, mend=mend)
    if not re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", name):
        mend = "use small letters, digits, - and _: the name becomes the name of a file"
        raise EditionError(f"a figure cannot be named {name!r}", where=where, mend=mend)


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Join findings that a cell shows one after the other into one list."""
    held: tuple[Record, ...] = ()
    for block in blocks:
        if isinstance(block, FindingBlock):
            held += block.findings
            continue
        if held:
            yield FindingBlock(held)
            held = ()
        yield block
    if held:
        yield FindingBlock(held)


def _divide(
    blocks: Iterable[tuple[Block, str]],
) -> tuple[Heading, tuple[Block, ...], tuple[Section, ...]]:
    """Return title, lead and sections; headings out of order are refused."""
    title: Heading | None = None
    parts: list[list[Block]] = [[]]
    headings: list[Heading] = []
    level = 0
    for block, where in blocks:
        if isinstance(block, Heading):
            _check_level(block, level, where)
            level = block.level
            if level == 1:
                title = block
                continue
            if level == 2:
                headings.append(block)
                parts.append([])
                continue
        if title is None:
            what = "something stands before the title of the notebook"
            raise EditionError(what, where=where, mend="begin with a heading of level one: # Title")
        parts[-1].append(block)
    if title is None:
        raise EditionError(
            "the notebook has no title", mend="begin with a heading of level one: # Title"
        )
    lead, *rest = (tuple(part) for part in parts)
    sections = (Section(heading, part) for heading, part in zip(headings, rest, strict=True))
    return title, lead, tuple(sections)


def _check_level(heading: Heading, before: int, where: str) -> None:
    marks = "#" * heading.level
    if heading.level == 1 and before:
        what = f"the notebook has a second title: {marks} {heading.text}"
        raise EditionError(what, where=where, mend="keep one # heading; sections begin with ##")
    if heading.level > before + 1:
        what = f"a heading skips a level: {marks} {heading.text}"
        mend = (
            f"begin it with {'#' * (before + 1)}: people who listen to a page steer by its headings"
        )
        raise EditionError(what, where=where, mend=mend)


def _flat(sections: Iterable[Section]) -> Iterator[Block]:
    for section in sections:
        yield section.heading
        yield from section.blocks


def _findings(blocks: Iterable[Block]) -> tuple[Record, ...]:
    """Return every finding once, by id; two different findings under one id are refused."""
    known: dict[str, Record] = {}
    for block in blocks:
        if not isinstance(block, FindingBlock | FigureBlock | TableBlock):
            continue
        for record in block.findings:
            first = known.setdefault(record["id"], record)
            if _canonical(first) != _canonical(record):
                keys = sorted(k for k in first.keys() | record if first.get(k) != record.get(k))
                what = f"two different findings share the id {record['id']}"
                mend = (
                    "an id must never mean two things: show the same estimate, or name them apart"
                )
                raise OutputError(what, where=f"they differ in {', '.join(keys)}", mend=mend)
    return tuple(known[name] for name in sorted(known))


def _canonical(record: Record) -> str:
    return json.dumps(record, sort_keys=True)


def _check_links(document: Document) -> None:
    ids = {block.id for block in document.blocks if isinstance(block, Heading)}
    ids |= {f"figure:{figure.name}" for figure in document.figures}
    for block in document.blocks:
        if isinstance(block, FindingBlock | FigureBlock | TableBlock):
            ids |= {record["id"] for record in block.findings}
    for block in document.blocks:
        for target in (
            re.findall(r'href="#([^"]*)"', block.html) if isinstance(block, Prose) else ()
        ):
            if target not in ids:
                mend = (
                    "link to a heading by its words in small letters with hyphens, or figure:<name>"
                )
                raise EditionError(f"a link leads nowhere: #{target}", mend=mend, known=sorted(ids))
