"""Render a document as DOCX with pandoc: real headings, captions, alt texts, and heads of tables.

Pandoc is given the document as its own JSON, and a reference document with our styles, page, and foot. What differs
from one build to the next (dates, compression) is taken out of the file.
"""

import errno
import hashlib
import io
import json
import os
import re
import string
import subprocess
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from math import fsum
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pypandoc

from sesec_analysis import checkout
from sesec_analysis.editions.documents import output, share_image
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.paper import Paper, paper
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.errors import EditionError
from sesec_analysis.files import scratch_folder
from sesec_analysis.i18n_files import ENGLISH

__all__ = ["render", "tree", "write_docx"]


Part = Mapping[str, Any]
Tree = dict[str, Any]
"""A document, or a piece of one, as pandoc's JSON has it."""

WIDTH = 5.8333
"""Inches of a picture."""
_NARROW = 5.4
"""Inches of a picture that shares a page of a report in pages with another one, or with a table."""
_ASIDE = 3.0
"""Inches of the picture of a summary's lead, which on our own pages has numbers at its side."""
_VERSION = [1, 23, 1]
"""Of the tree, as pandoc 3 reads it."""
_PLAIN = ["", [], []]


def tree(paper: Paper) -> Tree:
    """Return the tree of a document; the picture of the figure NAME is expected in NAME.png."""
    sections = [*paper["sections"], *_back_matter(paper)]
    if paper["layout"] == "pages":
        sections = [{**one, "blocks": _laid(one["blocks"], one["label"])} for one in sections]
    blocks = [block for part in paper["warnings"] for block in _part(part, paper)]
    blocks += [_translation_notice(one) for one in paper["standing"]]
    blocks += [block for part in paper["lead"] for block in _part(part, paper)]
    if paper["layout"] in ("report", "annex", "shelf", "pages"):
        blocks += _contents(sections, paper["words"]["contents"])
    for section in sections:
        blocks.append(_make_heading(1, section["label"], section["title"]))
        blocks += [block for part in section["blocks"] for block in _part(part, paper)]
        if section.get("annex"):
            blocks.append(_style_blocks("Small", [_para([_link("annex.docx", section["annex"])])]))
    for line in filter(None, (paper["beside"], paper["contact"])):
        blocks.append(_style_blocks("Small", [_para(_text(line))]))
    texts = {
        "title": paper["title"],
        "subtitle": paper["standfirst"],
        "author": paper["publisher"],
        "lang": _tag(paper),
    }
    meta = {name: {"t": "MetaInlines", "c": _text(text)} for name, text in texts.items() if text}
    return {"pandoc-api-version": _VERSION, "meta": meta, "blocks": blocks}


def _laid(parts: Sequence[Part], label: str) -> list[Part]:
    """Return the parts of a section that should fit a page: what follows from a picture stays with its note.

    A headline has the label of its section, and a further one its own.
    """
    shown = [part for part in parts if part["kind"] in ("figure", "table")]
    wide = _NARROW if len(shown) > 1 else WIDTH
    is_text = [part["kind"] in ("notice", "prose") for part in parts]
    return [
        {
            **part,
            "wide": wide,
            "kept": is_text[at] if at < len(parts) else False,
            "further": at > 1,
            **(
                {"named": f"{label}:{at}" if at > 1 else label}
                if part["kind"] == "headline"
                else {}
            ),
        }
        for at, part in enumerate(parts, start=1)
    ]


def _translation_notice(one: Part) -> Tree:
    """Return how far a translation can be trusted, in the language that it is said in."""
    words = (
        [_strong(f"{one['title']}. "), *_text(one["text"])] if one["title"] else _text(one["text"])
    )
    span = {"t": "Span", "c": [["", [], [["lang", one["language"]]]], words]}
    return _style_blocks("Notice", [_para([span])])


def _contents(sections: Iterable[Part], title: str) -> list[Tree]:
    """Return a list of the headings, each a link to its own with its page; Word and LibreOffice fill the pages in.

    Of a section in pages it has the topic and under it the headlines, which say what was found.
    """
    entries = []
    for section in sections:
        heads = [part for part in section["blocks"] if part.get("named") and part["text"]]
        entries.append((1, "" if heads else section["label"], section["title"]))
        entries += [(2, part["named"], part["text"]) for part in heads]
        headings = (part for part in section["blocks"] if part["kind"] == "heading")
        entries += [(2, it["label"], it["text"]) for it in headings if it["level"] == 3]
    lines = [
        (
            level,
            [_link(f"#{label}", text), _raw(_PAGE_OF.format(_bookmark(label)))]
            if label
            else [_node(_word(text))],
        )
        for level, label, text in entries
    ]
    return [
        _style_blocks("TOC Heading", [_para(_text(title))]),
        *(_style_blocks(f"TOC {level}", [_para(line)]) for level, line in lines),
    ]


_PAGE_OF = (
    '<w:r><w:tab/></w:r><w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
    '<w:r><w:instrText xml:space="preserve"> PAGEREF {} \\h </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
"""The page of a bookmark: a field that is worked out where the document is opened."""


def _bookmark(label: str) -> str:
    """Return the name that pandoc gives the bookmark of a label: Word takes no more than 40 signs, a letter first."""
    if label[:1].isalpha() and len(label) <= _LONGEST_BOOKMARK:
        return label
    return f"X{hashlib.sha1(label.encode(), usedforsecurity=False).hexdigest()[1:]}"


_LONGEST_BOOKMARK = 40


def _raw(xml: str) -> Tree:
    return {"t": "RawInline", "c": ["openxml", xml]}


def _link(url: str, text: str) -> Tree:
    return _node({"kind": "link", "url": url, "to": "", "children": [_word(text)]})


def _back_matter(paper: Paper) -> Iterable[Part]:
    """Return what comes after the sections: longer tables, and the colophon."""
    words = paper["words"]
    if paper["tables"]:
        tables = [{"kind": "figure_table", **table} for table in paper["tables"]]
        yield {"label": "page:tables", "title": words["tables_of_figures"], "blocks": tables}
    blocks = [{"kind": "line", "name": row["name"], "text": row["text"]} for row in paper["about"]]
    if paper["data"]:
        blocks.append({"kind": "heading", "level": 3, "label": "", "text": words["data"]})
        blocks.append({"kind": "line", "name": "", "text": words["data_intro"]})
        blocks += [{"kind": "sources", **group} for group in paper["data"]]
    if blocks:
        yield {"label": "page:about", "title": words["about"], "blocks": blocks}


def _part(part: Part, paper: Paper) -> list[Tree]:
    named = paper["words"]
    if paper["layout"] == "summary":  # as in its PDF, notes and sources are left to the report
        part = {**part, **dict.fromkeys(("note", "notes", "source"), "")}
        part["alone"] = part.get("subtitle") == ""  # its title is the heading above it
        part["wide"] = _ASIDE if part.get("narrow") else WIDTH
    match part["kind"]:
        case "heading":
            return [_make_heading(part["level"] - 1, part["label"], part["text"])]
        case "prose":
            return [_node(node) for node in part["nodes"]]
        case "findings":
            return [block for finding in part["findings"] for block in _make_finding(finding)]
        case "figure":
            return _figure(part, named)
        case "table" if part["layout"] == "deck":
            sentences = [" ".join(row) for row in part["cells"]]
            if len(sentences) > 3:
                return [{"t": "BulletList", "c": [[_para(_text(one))] for one in sentences]}]
            return [_para(_text(" ".join(sentences)))] if sentences else []
        case "table" if part["layout"] == "meaning":
            return _notice(part["caption"], [" ".join(row) for row in part["cells"]])
        case "table" if part["layout"] == "questions":
            asked = (row[0] for row in part["cells"])
            return _notice(part["caption"], [f"{at}. {one}" for at, one in enumerate(asked, 1)])
        case "table":
            name = "" if part["brief"] else f"{named['table']} {part['number']}. "
            return [_table(part, name), *_note([part["note"], part["data"]], part)]
        case "figure_table":
            return [_table(part, f"{named['table_of_figure']} {part['number']}. ")]
        case "headline":
            words = part["text"] or part["why"]
            if not part.get("further"):
                style = "Headline" if part["text"] else "Small"
                return [_style_blocks(style, [_para(_text(words))])]
            named = {"t": "Span", "c": [[part["named"], [], []], _text(words)]}
            return [
                _style_blocks("Headline Further" if part["text"] else "Small", [_para([named])])
            ]
        case "asks":
            asks = [[_para(_text(ask))] for ask in part["asks"]]
            return [{"t": "BulletList", "c": asks}]
        case "notice":
            return _notice(part["title"], part["paragraphs"])
        case "line":
            start = [_strong(f"{part['name']}: ")] if part["name"] else []
            return [_style_blocks("Small", [_para([*start, *_text(part["text"])])])]
        case "sources":
            publisher = _style_blocks("Small", [_para([_strong(part["publisher"])])])
            return [publisher, *map(_source, part["entries"])]
    raise KeyError(part["kind"])


def _notice(title: str, paragraphs: Iterable[str]) -> list[Tree]:
    *more, last = [_para(_text(paragraph)) for paragraph in paragraphs] or [_para([])]
    return [
        _style_blocks("Notice Title", [_para(_text(title))]),
        _style_blocks("Notice", more),
        _style_blocks("Notice Last", [last]),  # with room under it
    ]


def _figure(part: Part, words: Mapping[str, str]) -> list[Tree]:
    size = [["width", f"{part.get('wide', WIDTH)}in"]]
    picture = {"t": "Image", "c": [["", [], size], _text(part["alt"]), [f"{part['name']}.png", ""]]}
    says_it = part["brief"] and part["alone"]  # the whole picture says its title itself
    name = "" if part["brief"] else f"{words['figure']} {part['number']}. "
    caption = [] if says_it else _text(f"{name}{part['title']}")
    caption += _text(f". {part['subtitle']}" if caption and part["subtitle"] else part["subtitle"])
    shown = {
        "t": "Figure",
        "c": [[part["label"], [], []], [None, [_make_plain(caption)]], [_make_plain([picture])]],
    }
    attached = f"{words['table_file']} figures/{part['attached']}." if part["attached"] else ""
    blocks = [shown, *_note([part["notes"], part["source"], part["data"], attached], part)]
    if table := part["table"]:
        blocks.append(_table(table, f"{words['table_of_figure']} {table['number']}. "))
        blocks += _note([])
    return blocks


def _make_finding(finding: Part) -> list[Tree]:
    sentence = _text(finding["sentence"])
    if finding["note"]:
        sentence.append({"t": "Note", "c": [_para(_text(finding["note"]["text"]))]})
    facts = _text(finding["facts"])
    named = {"t": "Span", "c": [[finding["label"], [], []], sentence]}
    code = _para([_node({"kind": "code", "text": finding["id"]})])
    if finding["brief"]:
        return [_style_blocks("Sentence", [_para([named])])]
    return [
        _style_blocks("Finding", [_para([named])]),
        _style_blocks("Facts", [*([_para(facts)] if facts else []), code]),
    ]


def _table(part: Part, name: str) -> Tree:
    columns = part["columns"]
    # Fonts differ from one computer to the next: some letters more for each column than on our own pages.
    words = [[it["label"]] for it in columns]
    for row in part["rows"]:
        if len(row) == len(columns):  # no cell spans others
            for of_column, it in zip(words, row, strict=True):
                of_column.append(it["text"])
    wide = _widths(
        [(" ".join(texts), it["share"] + 6) for texts, it in zip(words, columns, strict=True)]
    )
    # `sum` rounds otherwise from one Python to the next.
    whole = fsum(wide)
    widths = [{"t": "ColWidth", "c": round(letters / whole, 4)} for letters in wide]
    head = [(_style_blocks("Cell", [_para([_strong(it["label"])])]), 1) for it in columns]
    rows = [
        [(_style_blocks("Cell", [_para([_node(_word(it["text"]))])]), it["span"]) for it in row]
        for row in part["rows"]
    ]
    sides = [(_side(it), width) for it, width in zip(columns, widths, strict=True)]
    return _grid((part["label"], _text(name + part["caption"])), sides, [head, *rows])


def _grid(
    named: tuple[str, list[Tree]],
    columns: Iterable[tuple[Tree, Tree]],
    rows: Sequence[Sequence[tuple[Tree, int]]],
) -> Tree:
    """Return a table of a label and caption, columns, and rows; the first row is its head.

    A cell is a block and the number of columns that it spans; one that spans several begins at the left.
    """
    label, caption = named
    made = []
    for row in rows:
        cells = []
        for block, span in row:
            side = {"t": "AlignDefault" if span == 1 else "AlignLeft"}
            cells.append([_PLAIN, side, 1, span, [block]])
        made.append([_PLAIN, cells])
    return {
        "t": "Table",
        "c": [
            [label, [], []],
            [None, [_make_plain(caption)] if caption else []],
            [list(column) for column in columns],
            [_PLAIN, made[:1]],
            [[_PLAIN, 0, [], made[1:]]],
            [_PLAIN, []],
        ],
    }


_LONGEST_WORD = 14
"""Letters; what is longer is no word, and may break."""

_IN_A_LINE = 80
"""Letters of a table's text that fit side by side on a page, in a wide font."""


def _widths(columns: Sequence[tuple[str, float]]) -> list[float]:
    """Return the width of each column, of its words, in letters: none breaks a word while others have room to give.

    Examples
    --------
    >>> _widths([("Place", 60), ("Compared with", 8), ("n", 8)])
    [58.5, 13.6, 7.9]
    """
    longest = (max(map(len, words.split()), default=0) for words, _ in columns)
    least = [min(letters, _LONGEST_WORD) * 1.2 + 4 for letters in longest]
    wide = [max(width, low) for (_, width), low in zip(columns, least, strict=True)]
    spare = fsum(wide) - fsum(least)
    if fsum(wide) > _IN_A_LINE and spare > 0:
        kept = max(_IN_A_LINE - fsum(least), 0) / spare
        wide = [low + (width - low) * kept for width, low in zip(wide, least, strict=True)]
    return [round(width, 1) for width in wide]


def _source(entry: Part) -> Tree:
    title = _node({"kind": "emphasis", "children": [_word(entry["title"])]})
    link = _link(entry["url"], entry["url"])
    ending = ", ".join(filter(None, [entry["id"], entry["sha256"]]))
    words = [*_text(f"[{entry['number']}] "), title, *_text(f". {entry['text']} "), link]
    return _style_blocks("Small", [_para([*words, *_text(f" {ending}")])])


def _note(texts: Iterable[str], under: Part | None = None) -> list[Tree]:
    """Return a small line under a figure or table; also where it says nothing, so that two tables do not join."""
    style = "Note Kept" if under and under.get("kept") else "Note"
    return [_style_blocks(style, [_para(_text(" ".join(filter(None, texts))))])]


def _make_heading(level: int, label: str, text: str) -> Tree:
    """Return a heading with its bookmark inside it: LibreOffice forgets one that begins next to a table."""
    marked = {"t": "Span", "c": [[label, [], []], _text(text)]}
    return {"t": "Header", "c": [level, _PLAIN, [marked]]}


def _style_blocks(style: str, blocks: list[Tree]) -> Tree:
    return {"t": "Div", "c": [["", [], [["custom-style", style]]], blocks]}


def _para(inlines: list[Tree]) -> Tree:
    return {"t": "Para", "c": inlines}


def _make_plain(inlines: list[Tree]) -> Tree:
    return {"t": "Plain", "c": inlines}


def _text(text: str) -> list[Tree]:
    return [{"t": "Str", "c": text}] if text else []


def _strong(text: str) -> Tree:
    return _node({"kind": "strong", "children": [_word(text)]})


def _word(text: str) -> Part:
    return {"kind": "text", "text": text}


def _node(node: Part) -> Tree:
    """Return a piece of prose (`blocks.Node`)."""
    if node["kind"] == "list":
        return _list(node)
    if node["kind"] == "table":
        return _small_table(node)
    children = [_node(child) for child in node.get("children", ())]
    match node["kind"]:
        case "text":
            return {"t": "Str", "c": node["text"]}
        case "code":
            return {"t": "Code", "c": [_PLAIN, node["text"]]}
        case "emphasis":
            return {"t": "Emph", "c": children}
        case "strong":
            return {"t": "Strong", "c": children}
        case "link":
            target = f"#{node['to']}" if node["to"] else node["url"]
            return {"t": "Link", "c": [_PLAIN, children, [target, ""]]}
        case "break":
            return {"t": "LineBreak"}
        case "paragraph":
            return _para(children)
        case "quote":
            return {"t": "BlockQuote", "c": children}
        case "listing":
            return {"t": "CodeBlock", "c": [_PLAIN, node["text"]]}
        case "rule":
            return {"t": "HorizontalRule"}
    raise KeyError(node["kind"])


def _list(node: Part) -> Tree:
    items = [[_node(child) for child in item["children"]] for item in node["children"]]
    if node["start"] is None:
        return {"t": "BulletList", "c": items}
    style = [node["start"], {"t": "Decimal"}, {"t": "Period"}]
    return {"t": "OrderedList", "c": [style, items]}


def _small_table(node: Part) -> Tree:
    """Return a table within prose."""
    rows = [
        [(_make_plain([_node(child) for child in cell["children"]]), 1) for cell in row["children"]]
        for row in node["children"]
    ]
    sides = [_side(cell) for cell in node["children"][0]["children"]]
    return _grid(("", []), [(side, {"t": "ColWidthDefault"}) for side in sides], rows)


def _side(of: Part) -> Tree:
    return {"t": "AlignRight" if of["align"] == "right" else "AlignLeft"}


_SIZES = {
    "report": {"body": "22", "heading": "36", "title": "56", "margin": "1440"},
    "annex": {"body": "22", "heading": "36", "title": "44", "margin": "1440"},
    "shelf": {"body": "22", "heading": "36", "title": "44", "margin": "1440"},
    "pages": {"body": "22", "heading": "26", "title": "56", "margin": "1080"},
    "summary": {"body": "19", "heading": "24", "title": "28", "margin": "720"},
    "sheet": {"body": "20", "heading": "26", "title": "36", "margin": "1080"},
}
"""Of text, in half points, and of margins, in twentieths of a point."""


_CLOSE = {"after": "60", "line": "245", "headline": "32", "side": "1152", "above": "180"}
_WIDE = {"after": "140", "line": "276", "headline": "40", "side": "1440"}
"""Room under paragraphs, height of lines, headlines, and margins at the sides: of a summary, and of the rest."""


def _reference(paper: Paper) -> bytes:
    """Return the document that pandoc takes styles, page, and foot from; everything else is its own.

    Raises
    ------
    OSError
        If reports/template lacks its parts.
    """
    look = checkout.palette()
    values = {
        **{key: color.lstrip("#") for key, color in look.items()},
        **({"accent": look["ink"].lstrip("#")} if paper["elsewhere"] else {}),
        **_SIZES[paper["layout"]],
        # In pages, each section begins a new one.
        "opening": "<w:pageBreakBefore/>" if paper["layout"] == "pages" else "",
        "above": "260" if paper["standing"] else "420",
        **(_CLOSE if paper["layout"] == "summary" else _WIDE),
        "language": _tag(paper),
        "publisher": escape(paper["publisher"]),
    }
    folder = checkout.template_dir() / "word"
    return output.zip_parts(
        {
            name: string.Template((folder / file).read_text("utf-8")).substitute(values).encode()
            for name, file in _REFERENCE.items()
        }
    )


_REFERENCE = {
    "[Content_Types].xml": "types.xml",
    "_rels/.rels": "relations.xml",
    "word/_rels/document.xml.rels": "document_relations.xml",
    "word/document.xml": "document.xml",
    "word/footer1.xml": "footer.xml",
    "word/styles.xml": "styles.xml",
}
"""The parts of the reference document, and their files in reports/template/word."""


def _tag(paper: Paper) -> str:
    """Return the language that Word reads aloud in, and corrects."""
    return "en-US" if paper["language"] == ENGLISH else paper["language"]


def render(document: Document, *, meta: BuildInfo, annex: Document | None = None) -> bytes:
    """Return a document as DOCX, in the language asked for; a sheet has smaller type and margins than a report.

    Parameters
    ----------
    document
        The report.
    meta
        What it was made from; printed at the end.
    annex
        The technical annex of the same run, in which a report in pages says where its numbers are.

    Raises
    ------
    EditionError
        If the styles are missing, or pandoc cannot write the document.
    """
    return write_docx(paper(document, meta, annex), document)


def write_docx(content: Paper, document: Document) -> bytes:
    """Return a document that is laid out for paper (`paper.paper`) as DOCX; see `render`."""
    program = pypandoc.get_pandoc_path()
    with scratch_folder() as place:
        try:
            reference = _reference(content)
        except OSError as failure:
            raise EditionError(
                f"the styles of the DOCX cannot be read: {failure.strerror}",
                where=str(failure.filename),
                fix="restore reports/template from the repository",
            ) from failure
        Path(place, "reference.docx").write_bytes(reference)
        for figure in document.figures:
            Path(place, f"{figure.name}.png").write_bytes(share_image.cut_picture(figure))
        words = [program, "--quiet", "--from=json", "--to=docx", "--syntax-highlighting=none"]
        words += ["--reference-doc=reference.docx", "--output=-"]
        try:
            made = subprocess.run(
                words,
                input=json.dumps(tree(content)).encode(),
                capture_output=True,
                cwd=place,
                check=True,
            ).stdout
        except (OSError, subprocess.CalledProcessError) as failure:
            said = getattr(failure, "stderr", b"").decode("utf-8", "replace").strip() or failure
            if (full := os.strerror(errno.ENOSPC)) in str(said):
                raise OSError(errno.ENOSPC, full, place) from failure
            raise EditionError(
                f"the DOCX cannot be written: {said}",
                fix="this is a fault of the package: report it to its maintainers",
            ) from failure
    return _finish_docx(made, content)


def _finish_docx(file: bytes, paper: Paper) -> bytes:
    """Return a DOCX without dates, in its language."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = re.sub(rb"<dcterms:(\w+)\b.*?</dcterms:\1>", b"", parts["docProps/core.xml"])
    language = f'<w:themeFontLang w:val="{_tag(paper)}" />'.encode()
    settings = re.sub(rb"<w:themeFontLang [^>]*>", language, parts["word/settings.xml"])
    return output.zip_parts(parts | {"docProps/core.xml": core, "word/settings.xml": settings})
