"""Parse an executed notebook into a document: title, sections of blocks, and every finding shown.

So nothing reaches readers by accident (a warning, a stray table with unchecked cells), and nothing that was meant for
them is lost in silence.
"""

import base64
import binascii
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from sesec_analysis import catalog, hidden_characters, i18n, i18n_files
from sesec_analysis.editions import parameters
from sesec_analysis.editions.documents import model, prose
from sesec_analysis.editions.documents.making import Maker, records_of
from sesec_analysis.editions.documents.model import (
    Block,
    Described,
    Description,
    Document,
    FigureBlock,
    FindingBlock,
    Finds,
    Heading,
    HeadlineBlock,
    Layout,
    Node,
    NoticeBlock,
    Prose,
    Section,
    TableBlock,
)
from sesec_analysis.errors import EditionError, SesecError
from sesec_analysis.evidence import notices as evidence_notices
from sesec_analysis.evidence.finding import WORDS
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import OWN

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "MIME",
    "UNNUMBERED",
    "Block",
    "Document",
    "FigureBlock",
    "FindingBlock",
    "Heading",
    "HeadlineBlock",
    "Layout",
    "NoticeBlock",
    "OutputError",
    "Prose",
    "Record",
    "Section",
    "TableBlock",
    "check",
    "distinct_findings",
    "figure_name",
    "in_annex",
    "in_each",
    "in_translations",
    "read_notebook",
    "replace_records",
    "section_names",
    "shown_blocks",
    "together",
    "translated_languages",
    "translations",
    "whereabouts",
    "with_findings",
]


MIME = {
    "finding": evidence_notices.FINDING,
    "findings": evidence_notices.FINDINGS,
    "figure": evidence_notices.FIGURE,
    "table": evidence_notices.TABLE,
    "notice": evidence_notices.NOTICE,
    "headline": evidence_notices.HEADLINE,
}
"""The forms in which a cell may show something to readers."""

FIGURE_TAG = "figure-"


class OutputError(SesecError):
    """A cell shows something that cannot be published as it is."""


def figure_name(cell: Mapping[str, Any], *, where: str) -> str | None:
    """Return the name that a cell's tag ``figure-<name>`` gives its picture, or None."""
    tags = cell.get("metadata", {}).get("tags", [])
    names = [tag.removeprefix(FIGURE_TAG) for tag in tags if tag.startswith(FIGURE_TAG)]
    if len(names) > 1:
        what = f"a cell has {len(names)} figure tags: {', '.join(names)}"
        raise EditionError(what, where=where, fix="give the cell one; one figure per cell")
    return names[0] if names else None


def shown_blocks(
    cell: Mapping[str, Any], *, where: str, maker: Maker | None = None
) -> Iterator[Block]:
    """Return the blocks that an executed code cell shows; figures and tables are numbered 0, to be counted later.

    Raises
    ------
    OutputError
        If the cell shows what cannot be published: text, a bare object, a warning, a figure without alt text.
    """
    name, maker = figure_name(cell, where=where), maker or Maker()
    pictures = notices = 0
    for output in cell.get("outputs", []):
        if output["output_type"] == "stream":
            _refuse_stream(output, where)
            continue
        if output["output_type"] == "error":  # sys.exit(0): papermill takes it for a good end
            what = f"a cell ends the notebook early: {output['ename']}"
            raise OutputError(what, where=where, fix="remove the call that ends it")
        data = output.get("data", {})
        if description := hidden_characters.strip_all_hidden(data.get(evidence_notices.SPEC)):
            data = maker.bundle(description, where)
        kind = next((kind for kind, mime in MIME.items() if mime in data), None)
        if kind is None:
            _refuse_object(hidden_characters.strip_all_hidden(data), where)
            continue
        # Of what else it shows itself as, in a notebook, nothing is read.
        payload = hidden_characters.strip_all_hidden(data[MIME[kind]])
        parts = _parts(kind, payload, data, name, where)
        pictures += kind == "figure"
        notices += kind == "notice"
        parts |= (
            {"findings": tuple(map(maker.known, parts["findings"]))} if "findings" in parts else {}
        )
        block = _make_block("finding" if kind == "findings" else kind, parts, maker, where)
        if description and isinstance(block, Described):
            block = replace(block, made_from=_read_description(description))
        # What is described was made without what is withheld.
        yield block if description else with_findings(block, maker.record)
    instead = not pictures and notices == 1  # the figures asked for are not available
    if name is not None and pictures != 1 and not instead:
        what = f"the cell is tagged {FIGURE_TAG}{name} but shows {pictures} figures"
        raise OutputError(what, where=where, fix="show exactly one figure in it, or remove the tag")


def _read_description(payload: Mapping[str, Any]) -> Description:
    ids = tuple(str(one["id"]) for one in payload["input"])
    code, reason = map(str, payload["missing"])
    return Description(payload["kind"], ids, payload["options"], (code, reason))


def _refuse_stream(output: Mapping[str, Any], where: str) -> None:
    text = "".join(output["text"]).strip()
    if not text:
        return
    last = text.splitlines()[-1].strip()
    if output["name"] == "stderr":
        # "/a/path.py:12: FutureWarning: why\n  the line": the middle is what a reader needs
        warned = re.findall(r"\b\w*Warning: .*", text)
        last = warned[-1] if warned else last
        fix = "a warning may mean a wrong number: fix its cause in the package or the notebook"
        raise OutputError(f"a cell warns: {last}", where=where, fix=fix)
    fix = "remove the print; show a finding, a figure, a table or a notice instead"
    raise OutputError(f"a cell prints text: {last}", where=where, fix=fix)


def _refuse_object(data: Mapping[str, Any], where: str) -> None:
    plain = "".join(data.get("text/plain", ""))
    if plain in ("", "None") and set(data) <= {"text/plain"}:
        return
    what = f"a cell shows an object that cannot be published: {plain.splitlines()[0][:70] if plain else ''}"
    if "image/png" in data or "image/svg+xml" in data:
        what = "a cell shows a picture without alt text and table"
    fix = "show a finding, figure, table or notice of sesec_analysis, or end the cell with a semicolon"
    raise OutputError(what.removesuffix(": "), where=where, fix=fix, valid=MIME.values())


def _figure_parts(
    payload: dict[str, Any], data: Mapping[str, Any], name: str | None, where: str
) -> dict[str, Any]:
    title = payload.get("title")
    if name is None:
        what = f"the figure {title!r} has no name"
        raise OutputError(what, where=where, fix=f"tag its cell {FIGURE_TAG}<name>")
    try:
        png = base64.b64decode("".join(data["image/png"]), validate=False)
        svg = hidden_characters.strip_hidden("".join(data["image/svg+xml"]))
    except (KeyError, binascii.Error):
        png, svg = b"", ""
    if not png or not svg:
        what = f"the figure {name!r} comes without its pictures"
        fix = "show it as PNG and SVG in one output, as the plots of sesec_analysis do"
        raise OutputError(what, where=where, fix=fix)
    parts = {key: payload.get(key, "") for key in _FIGURE_TEXTS} | {"png": png, "svg": svg}
    return payload | parts | {"name": name, "number": 0}


_FIGURE_TEXTS = ("title", "subtitle", "caption", "source_line", "alt", "long_description")


def _table_parts(payload: Mapping[str, Any]) -> dict[str, Any]:
    table = {name: payload.get(name) for name in ("columns", "rows")}
    others = {name: part for name, part in payload.items() if name not in table}
    return {"note": "", **others, "number": 0, "table": table}


def _make_block(kind: str, parts: Mapping[str, Any], maker: Maker, where: str) -> Block:
    """Return a block made of the parts that a cell shows, its texts about the findings that come with them."""
    if lacking := [name for name in _REQUIRED[kind] if not parts.get(name)]:
        what, fix = f"a {kind} lacks its {' and '.join(lacking)}", _FIX_PAYLOAD
        if "alt" in lacking:
            what = f"the figure {parts.get('title', '')!r} has no alt text"
            fix = "say in one sentence what the picture shows: readers who cannot see it hear this instead"
        raise OutputError(what, where=where, fix=fix)
    try:
        return model.block_of(kind, parts, maker.given)
    except ValidationError as refusal:
        first = refusal.errors()[0]
        place = "/".join(map(str, first["loc"][1:]))
        what = f"a {kind} cannot be published as it is: {place}: {first['msg']}"
        raise OutputError(what, where=where, fix=_FIX_PAYLOAD) from refusal


_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "finding": (),
    "figure": ("title", "alt"),
    "table": ("caption",),
    "notice": ("title", "text"),
    "headline": (),
}
"""The texts that a block cannot lack."""


def _parts(
    kind: str, payload: Any, data: Mapping[str, Any], name: str | None, where: str
) -> dict[str, Any]:
    """Return the parts of the block that a payload is of; its texts without blanks around them."""
    if kind == "findings":
        return {"findings": _records(payload, where)}
    if kind == "finding":
        return {"findings": _records([payload], where)}
    if not isinstance(payload, Mapping):
        raise OutputError(f"a {kind} is not a mapping", where=where, fix=_FIX_PAYLOAD)
    parts = {key: one.strip() if isinstance(one, str) else one for key, one in payload.items()}
    if kind != "notice":
        parts["findings"] = _records(payload.get("findings", []), where)
    if kind == "figure":
        return _figure_parts(parts, data, name, where)
    if kind == "headline" and not (parts.get("text") or parts.get("why")):
        what = "a headline has neither its words nor why there are none"
        raise OutputError(what, where=where, fix=_FIX_PAYLOAD)
    if kind == "notice":
        return {name: parts.get(name) for name in ("title", "text")}
    return _table_parts(parts) if kind == "table" else parts


def _records(payload: Any, where: str) -> tuple[Record, ...]:
    records = payload if isinstance(payload, list) else [payload]
    for record in records:
        if not isinstance(record, Mapping) or not record.get("id"):
            raise OutputError(_NO_FINDING, where=where, fix=_FIX_PAYLOAD)
        if str(record["id"]).startswith(OWN):
            what = f"{record['id']} is of somebody's own table or place, and no report can publish it as ours"
            raise OutputError(what, where=where, fix="make an entry in data/catalog for it first")
    return tuple({key: _known_value(value) for key, value in record.items()} for record in records)


def _known_value(value: Any) -> Any:
    """Return ``value``, or None for a NaN, which is no JSON."""
    return None if isinstance(value, float) and math.isnan(value) else value


_NO_FINDING = "a finding lacks its id or sentence"
_FIX_PAYLOAD = "show it with the functions of sesec_analysis, which fill every part"


def read_notebook(
    notebook: "NotebookNode",
    maker: Maker | None = None,
    *,
    english: Mapping[str, Record] | None = None,
) -> Document:
    """Return the document that an executed notebook shows.

    Parameters
    ----------
    notebook
        What ran.
    maker
        Makes what the notebook describes; None withholds nothing.
    english
        Of one that is shown in another language: the records of its findings in English, by id. It has their words.

    Raises
    ------
    EditionError
        If the notebook's own text cannot be published: headings out of order, raw HTML, a dead link (see `check`).
    OutputError
        If a cell shows something that cannot be published.
    """
    blocks = list(_blocks(notebook, maker or Maker()))
    for block, where in blocks if english is None else ():
        if isinstance(block, Finds) and not all(one.get("sentence") for one in block.findings):
            raise OutputError(_NO_FINDING, where=where, fix=_FIX_PAYLOAD)
    title, lead, sections = _divide(blocks)
    document = Document(title.text, lead, sections, ())
    if english is not None:
        document = _in_words(document, english)
    _check_links(document)
    return replace(document, findings=distinct_findings(document.blocks))


def _in_words(document: Document, english: Mapping[str, Record]) -> Document:
    """Return a translation with its findings as in English, but for the words that any block of it has of them."""
    whole: dict[str, Record] = {}
    for record in (
        one for block in document.blocks if isinstance(block, Finds) for one in block.findings
    ):
        name = str(record["id"])
        if name not in english:
            raise OutputError(
                f"the finding {name} is not shown in English",
                where=document.title,
                fix=_FIX_PAYLOAD,
            )
        words = {part: record[part] for part in WORDS if part in record}
        whole[name] = {**whole.get(name, english[name]), **words}
    return replace_records(document, lambda record: whole[str(record["id"])])


_OF_FAMILIES: tuple[Layout, ...] = ("summary", "sheet")
"""The documents that families read in their own languages."""


def translated_languages() -> tuple[str, ...]:
    """Return the languages that an edition is translated into: those with a file of translations.

    A trial of the whole report in another language has none beside it.
    """
    if i18n.language() != i18n_files.ENGLISH:
        return ()
    return tuple(
        code
        for code in i18n_files.languages()
        if code not in (i18n_files.ENGLISH, i18n_files.PSEUDO)
    )


def translations(
    executed: "NotebookNode", layout: Layout, codes: Iterable[str], findings: Iterable[Record],
    withheld: Collection[str] = (),
) -> tuple[Document, ...]:  # fmt: skip
    """Return the documents that an executed notebook shows in other languages; none where nobody translates it.

    ``findings`` are those of its English form, ``withheld`` the ids of those to be withheld.

    Raises
    ------
    EditionError, OutputError
        If a cell shows in a language what cannot be published; see `documents.notebook.read_notebook`.
    """
    made = []
    known = {str(record["id"]): record for record in findings}
    for code in codes if layout in _OF_FAMILIES else ():
        with i18n.use_language(code):
            maker = Maker(withheld, language=code)
            shown = read_notebook(executed, maker, english=known)
        made.append(replace(shown, layout=layout, language=code))
    return tuple(made)


def together(main: Document, beside: Iterable[Document]) -> Document:
    """Return a document with others of the same run beside it, and in each of them the findings of all.

    Raises
    ------
    EditionError
        If two of them have a figure of one name.
    OutputError
        If an id means two different findings.
    """
    parts = (main, *beside)
    names = Counter(figure.name for part in parts for figure in part.figures)
    for name, count in names.items():
        _check_name(name, count, "the notebooks of one edition")
    findings = distinct_findings(block for part in parts for block in part.blocks)
    first, *others = (replace(part, findings=findings) for part in parts)
    return replace(first, beside=tuple(others))


def in_each(document: Document, change: Callable[[Document], Document]) -> Document:
    """Return a document changed, and each of those beside it."""
    return replace(change(document), beside=tuple(change(other) for other in document.beside))


def in_annex(document: Document, change: Callable[[Document], Document]) -> Document:
    """Return a document with its annex changed; one that has none is changed itself."""
    if document.annex is None:
        return change(document)
    changed = (change(other) if other.layout == "annex" else other for other in document.beside)
    return replace(document, beside=tuple(changed))


def replace_records(document: Document, change: Callable[[Record], Record]) -> Document:
    """Return the document, and those beside it, with every finding as ``change`` returns it."""
    changed: dict[int, Record] = {}  # a record stands in its block and in the list of all

    def once(record: Record) -> Record:
        if id(record) not in changed:
            changed[id(record)] = change(record)
        return changed[id(record)]

    return replace(
        document,
        lead=tuple(with_findings(block, once) for block in document.lead),
        sections=tuple(
            Section(part.heading, tuple(with_findings(block, once) for block in part.blocks))
            for part in document.sections
        ),
        findings=tuple(map(once, document.findings)),
        beside=tuple(replace_records(other, change) for other in document.beside),
    )


def with_findings(block: Block, change: Callable[[Record], Record]) -> Block:
    """Return a block with every finding as ``change`` returns it."""
    if not isinstance(block, Finds):
        return block
    made = tuple(map(change, block.findings))
    if not isinstance(block, FigureBlock):
        return replace(block, findings=made)
    known = {record["id"]: record for record in made}
    rows = (
        {**row, **{part: known.get(row.get("id"), row)[part] for part in row}}
        for row in block.csv_rows
    )
    return replace(block, findings=made, csv_rows=tuple(rows))


def in_translations(document: Document, change: Callable[[Document], Document]) -> Document:
    """Return a document with each of its translations changed, in the language of that."""
    made = []
    for one in document.translations:
        with i18n.use_language(one.language):
            made.append(change(one))
    return replace(document, translations=tuple(made))


def check(notebook: "NotebookNode") -> None:
    """Refuse a notebook whose headings, prose or figure tags could not be published, before it is run."""
    _divide(_blocks(notebook))


def section_names(notebook: "NotebookNode") -> list[str]:
    """Return, for each cell, its section: the last heading of level one or two."""
    name, names = "Getting ready", []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            headings = re.findall(r"^ {0,3}##?[ \t]+(.+?)[ \t#]*$", cell.source, re.MULTILINE)
            name = headings[-1] if headings else name
        names.append(name)
    return names


def whereabouts(notebook: "NotebookNode") -> list[str]:
    """Return how an error names each cell: its section, and its tag or its number among the section's code cells."""
    places, counts = [], Counter[str]()
    for cell, section in zip(notebook.cells, section_names(notebook), strict=True):
        place, tags = f"section {section!r}", cell["metadata"].get("tags", [])
        if cell.cell_type == "code" and _INJECTED not in tags:
            counts[section] += 1
        if figures := [tag for tag in tags if tag.startswith(FIGURE_TAG)]:
            place += f", cell tagged {figures[0]}"
        elif cell.cell_type == "code":
            place += f", code cell {max(counts[section], 1)}"
        places.append(place)
    return places


_INJECTED = "injected-parameters"
"""The tag of a cell that is not the author's: it is not counted."""


def _blocks(notebook: "NotebookNode", maker: Maker | None = None) -> Iterator[tuple[Block, str]]:
    """Return every block with the whereabouts of its cell, figures and tables numbered; without maker, the prose."""
    taken: set[str] = set()
    names: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    notice: Block | None = None
    others = _places_replaced(notebook)
    about = {str(one.get("indicator")) for one in records_of(notebook)} if maker else None
    for cell, where in zip(notebook.cells, whereabouts(notebook), strict=True):
        tags = cell["metadata"].get("tags", [])
        told = {tag.removeprefix(_ABOUT) for tag in tags if tag.startswith(_ABOUT)}
        if about is not None and not told <= about:
            continue
        if cell.cell_type == "markdown":
            source = prose.without_places(hidden_characters.strip_hidden(cell.source), others)
            parts = tuple(prose.translated_blocks(source, where=where, taken=taken))
            of = tuple(sorted(told))
            for part in parts:
                yield (replace(part, about=of) if isinstance(part, Prose) else part), where
            if any(isinstance(block, Heading) for block in parts):
                notice = None
        if cell.cell_type != "code":
            continue
        if name := figure_name(cell, where=where):
            names[name] += 1
            _check_name(name, names[name], where)
        for block in _join_findings(shown_blocks(cell, where=where, maker=maker)) if maker else ():
            is_named = isinstance(block, FigureBlock) or _is_captioned(block)
            if isinstance(block, FigureBlock | TableBlock) and is_named:
                numbers[block.kind] += 1
                block = replace(block, number=numbers[block.kind])
            # Two cells of a section may lack the same figures.
            if not isinstance(block, NoticeBlock) or model.in_words(block) != notice:
                yield block, where
            notice = model.in_words(block) if isinstance(block, NoticeBlock) else None


_ABOUT = "about-"
"""How the tag of a cell begins that is left out where the notebook has no findings of the indicator that follows."""


def _is_captioned(block: Block) -> bool:
    """Return whether a block is a table with a number and a caption, and not sentences or large numbers to a reader."""
    return isinstance(block, TableBlock) and block.layout not in UNNUMBERED


UNNUMBERED = ("deck", "meaning", "numbers", "questions")
"""Layouts of tables that readers do not see as tables."""


def _places_replaced(notebook: "NotebookNode") -> list[str]:
    """Return the names of the places that the prose is about, where the notebook ran for another place."""
    given = notebook.metadata.get("papermill", {}).get("parameters", {})
    written = parameters.declared_parameters(notebook, where="notebook")
    replaced = [
        one.default
        for name, one in written.items()
        if name in ("place", "compare_to") and given.get(name, one.default) != one.default
    ]
    with i18n.use_language(i18n.ENGLISH):  # as the prose is written
        return [catalog.places()[code].name for code in replaced if code in catalog.places()]


def _check_name(name: str, count: int, where: str) -> None:
    if count > 1:
        fix = "give each figure its own name: it names the files that people download"
        raise EditionError(f"two figures are named {name!r}", where=where, fix=fix)
    if not re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", name):
        fix = "use small letters, digits, - and _: the name becomes the name of a file"
        raise EditionError(f"a figure cannot be named {name!r}", where=where, fix=fix)


def _join_findings(blocks: Iterable[Block]) -> Iterator[Block]:
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
            what = "something comes before the title of the notebook"
            raise EditionError(what, where=where, fix="begin with a heading of level one: # Title")
        parts[-1].append(block)
    if title is None:
        raise EditionError(
            "the notebook has no title", fix="begin with a heading of level one: # Title"
        )
    lead, *rest = (tuple(part) for part in parts)
    # Blocks that choose may have nothing to choose from: a heading alone would lead to nothing.
    filled = (pair for pair in zip(headings, rest, strict=True) if not all(map(_is_bare, pair[1])))
    return title, lead, tuple(Section(heading, part) for heading, part in filled)


def _is_bare(block: Block) -> bool:
    """Return whether a block is a table without a row: none of what it lists is so here."""
    return isinstance(block, TableBlock) and not block.table.rows


def _check_level(heading: Heading, before: int, where: str) -> None:
    marks = "#" * heading.level
    if heading.level == 1 and before:
        what = f"the notebook has a second title: {marks} {heading.text}"
        raise EditionError(what, where=where, fix="keep one # heading; sections begin with ##")
    if heading.level > before + 1:
        what = f"a heading skips a level: {marks} {heading.text}"
        fix = (
            f"begin it with {'#' * (before + 1)}: people who listen to a page steer by its headings"
        )
        raise EditionError(what, where=where, fix=fix)


def distinct_findings(blocks: Iterable[Block]) -> tuple[Record, ...]:
    """Return every finding once, by id; two different findings under one id are refused."""
    known: dict[str, Record] = {}
    for block in blocks:
        if not isinstance(block, Finds):
            continue
        for record in block.findings:
            first = known.setdefault(record["id"], record)
            if first is not record and _canonical(first) != _canonical(record):
                keys = sorted(k for k in first.keys() | record if first.get(k) != record.get(k))
                what = f"two different findings share the id {record['id']}"
                fix = "an id must never mean two things: show the same estimate, or name them apart"
                raise OutputError(what, where=f"they differ in {', '.join(keys)}", fix=fix)
    return tuple(known[name] for name in sorted(known))


def _canonical(record: Record) -> str:
    return json.dumps(record, sort_keys=True)


def _check_links(document: Document) -> None:
    ids = {block.id for block in document.blocks if isinstance(block, Heading)}
    ids |= {f"figure:{figure.name}" for figure in document.figures}
    for block in document.blocks:
        if isinstance(block, Finds):
            ids |= {record["id"] for record in block.findings}
    for block in document.blocks:
        for url in _find_urls(block.nodes) if isinstance(block, Prose) else ():
            target = url.removeprefix("#")
            if target != url and target not in ids:
                fix = (
                    "link to a heading by its words in small letters with hyphens, or figure:<name>"
                )
                raise EditionError(f"a link leads nowhere: #{target}", fix=fix, valid=sorted(ids))


def _find_urls(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        yield node.url
        yield from _find_urls(node.children)
