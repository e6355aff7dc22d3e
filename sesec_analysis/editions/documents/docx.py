"""Render a document as DOCX, by way of pandoc's own tree: real headings, captions, alt texts and table heads.

Pandoc writes it from `tree`; `finished` gives it our styles, and takes out what differs from build to build.
"""

import hashlib
import html
import json
import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum
from pathlib import Path
from typing import Any

from sesec_analysis import checkout
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.paper import Paper, paper
from sesec_analysis.editions.documents.provenance import Imprint
from sesec_analysis.editions.documents.word import pandoc
from sesec_analysis.editions.documents.word.pandoc import Parts, Tree
from sesec_analysis.errors import EditionError
from sesec_analysis.i18n_files import ENGLISH

__all__ = ["WIDTH", "Draft", "draft", "draft_of", "finished", "render", "tree", "written"]


Part = Mapping[str, Any]

WIDTH = 6.5
"""Inches between the margins."""
_NARROW = 5.4
"""Inches of a picture that shares a page of a report in pages with another one, or with a table."""
_TOLD = 6.2
"""Inches of a picture in a translation, whose words take more room."""
_VERSION = [1, 23, 1]
"""Of the tree, as pandoc 3 reads it."""
_PLAIN = ["", [], []]


def tree(paper: Paper) -> Tree:
    """Return the tree of a document; the picture of the figure NAME is expected in NAME.png."""
    sections = [*paper["sections"], *_back(paper)]
    blocks = [block for part in paper["warnings"] for block in _part(part, paper)]
    blocks += [_standing(one) for one in paper["standing"]]
    blocks += [block for part in paper["lead"] for block in _part(part, paper)]
    if paper["layout"] in ("report", "annex", "shelf", "pages"):
        blocks += _contents(sections, paper["words"]["contents"])
    for at, section in enumerate(sections):
        if paper["layout"] == "summary" and at == 1:  # its back
            blocks.append(_PAGE_BREAK)
        blocks.append(_heading(1, section["label"], section["title"]))
        parts = _laid(section["blocks"]) if paper["layout"] == "pages" else section["blocks"]
        if paper["standing"]:
            parts = [{**part, "wide": _TOLD} for part in parts]
        blocks += [block for part in parts for block in _part(part, paper)]
        if section.get("annex"):
            blocks.append(_styled("Small", [_para([_link("annex.docx", section["annex"])])]))
    if paper["beside"]:
        blocks.append(_styled("Small", [_para(_text(paper["beside"]))]))
    texts = {
        "title": paper["title"],
        "subtitle": paper["standfirst"],
        "author": paper["publisher"],
        "lang": _tag(paper),
    }
    meta = {name: {"t": "MetaInlines", "c": _text(text)} for name, text in texts.items() if text}
    return {"pandoc-api-version": _VERSION, "meta": meta, "blocks": blocks}


def _laid(parts: Sequence[Part]) -> list[Part]:
    """Return the parts of a section that should fit a page: what follows from a picture stays with its note."""
    shown = [part for part in parts if part["kind"] in ("figure", "table")]
    wide = _NARROW if len(shown) > 1 else WIDTH
    after = [part["kind"] in ("notice", "prose") for part in [*parts[1:], {"kind": ""}]]
    return [{**part, "wide": wide, "kept": kept} for part, kept in zip(parts, after, strict=True)]


def _standing(one: Part) -> Tree:
    """Return how far a translation can be trusted, in the language that it is said in."""
    words = (
        [_strong(f"{one['title']}. "), *_text(one["text"])] if one["title"] else _text(one["text"])
    )
    span = {"t": "Span", "c": [["", [], [["lang", one["language"]]]], words]}
    return _styled("Notice", [_para([span])])


_PAGE_BREAK: Tree = {
    "t": "RawBlock",
    "c": ["openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'],
}


def _contents(sections: Iterable[Part], title: str) -> list[Tree]:
    """Return a list of the headings, each a link to its own with its page; Word and LibreOffice fill the pages in."""
    entries = []
    for section in sections:
        entries.append((1, section["label"], section["title"]))
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
        _styled("TOC Heading", [_para(_text(title))]),
        *(_styled(f"TOC {level}", [_para(line)]) for level, line in lines),
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


def _back(paper: Paper) -> Iterable[Part]:
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
    match part["kind"]:
        case "heading":
            return [_heading(part["level"] - 1, part["label"], part["text"])]
        case "prose":
            return [_node(node) for node in part["nodes"]]
        case "findings":
            return [block for finding in part["findings"] for block in _finding(finding)]
        case "figure":
            return _figure(part, named)
        case "table":
            name = "" if part["brief"] else f"{named['table']} {part['number']}. "
            return [_table(part, name), *_note([part["note"], part["data"]], part)]
        case "figure_table":
            return [_table(part, f"{named['table_of_figure']} {part['number']}. ")]
        case "headline":
            words = part["text"] or part["why"]
            return [_styled("Headline" if part["text"] else "Small", [_para(_text(words))])]
        case "asks":
            asks = [[_para(_text(ask))] for ask in part["asks"]]
            return [{"t": "BulletList", "c": asks}]
        case "notice":
            title = _styled("Notice Title", [_para(_text(part["title"]))])
            return [
                title,
                _styled("Notice", [_para(_text(paragraph)) for paragraph in part["paragraphs"]]),
            ]
        case "line":
            start = [_strong(f"{part['name']}: ")] if part["name"] else []
            return [_styled("Small", [_para([*start, *_text(part["text"])])])]
        case "sources":
            publisher = _styled("Small", [_para([_strong(part["publisher"])])])
            return [publisher, *map(_source, part["entries"])]
    raise KeyError(part["kind"])


def _figure(part: Part, words: Mapping[str, str]) -> list[Tree]:
    wide = part.get("wide", WIDTH)
    size = [["width", f"{wide}in"]]
    if part["ratio"] is not None:
        size.append(["height", f"{wide * part['ratio']:.3f}in"])
    picture = {"t": "Image", "c": [["", [], size], _text(part["alt"]), [f"{part['name']}.png", ""]]}
    says_it = part["brief"] and part["alone"]  # the whole picture says its title itself
    name = "" if part["brief"] else f"{words['figure']} {part['number']}. "
    caption = [] if says_it else _text(f"{name}{part['title']}")
    caption += _text(f" ({part['subtitle']})") if part["subtitle"] else []
    shown = {
        "t": "Figure",
        "c": [[part["label"], [], []], [None, [_plain(caption)]], [_plain([picture])]],
    }
    attached = f"{words['table_file']} figures/{part['attached']}." if part["attached"] else ""
    blocks = [shown, *_note([part["notes"], part["source"], part["data"], attached], part)]
    if table := part["table"]:
        blocks.append(_table(table, f"{words['table_of_figure']} {table['number']}. "))
        blocks += _note([])
    return blocks


def _finding(finding: Part) -> list[Tree]:
    sentence = _text(finding["sentence"])
    if finding["note"]:
        sentence.append({"t": "Note", "c": [_para(_text(finding["note"]["text"]))]})
    facts = _text(" ".join(filter(None, [finding["facts"], finding["data"]])))
    named = {"t": "Span", "c": [[finding["label"], [], []], sentence]}
    code = _para([_node({"kind": "code", "text": finding["id"]})])
    if finding["brief"]:
        return [_styled("Sentence", [_para([named])])]
    return [
        _styled("Finding", [_para([named])]),
        _styled("Facts", [*([_para(facts)] if facts else []), code]),
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
    aligned = [{"t": "AlignRight" if it["align"] == "right" else "AlignLeft"} for it in columns]
    # `sum` rounds otherwise from one Python to the next.
    whole = fsum(wide)
    widths = [{"t": "ColWidth", "c": round(letters / whole, 4)} for letters in wide]
    head = _row([_strong(it["label"]) for it in columns])
    head[1][-1][-1].append({"t": "RawBlock", "c": ["openxml", _rows(part)]})
    return {
        "t": "Table",
        "c": [
            [part["label"], [], []],
            [None, [_plain(_text(name + part["caption"]))]],
            [list(pair) for pair in zip(aligned, widths, strict=True)],
            [_PLAIN, [head]],
            [],
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


def _row(texts: Iterable[Tree]) -> list[Any]:
    """Return a row of texts, each in a cell of its own."""
    side = {"t": "AlignDefault"}
    return [_PLAIN, [[_PLAIN, side, 1, 1, [_styled("Cell", [_para([it])])]] for it in texts]]


def _rows(part: Part) -> str:
    """Return the rows of a table as a file has them; words that span several columns begin at the left.

    Pandoc takes longer for the cells of a sheet than for all else. So they stand, as they are, behind the words of the
    last cell of the head, which they close; pandoc closes the last of theirs.
    """
    written = ""
    for row in part["rows"]:
        written += "</w:tc></w:tr><w:tr>"
        cells, at = [], 0
        for it in row:
            span, side = it["span"], part["columns"][at]["align"]
            shape = "<w:tcPr />" if span == 1 else f'<w:tcPr><w:gridSpan w:val="{span}" /></w:tcPr>'
            cells.append(shape + _CELL.format(side if span == 1 else "left", _run(it["text"])))
            at += span
        written += "<w:tc>" + "</w:tc><w:tc>".join(cells)
    return written


_CELL = '<w:p><w:pPr><w:pStyle w:val="Cell" /><w:jc w:val="{}" /></w:pPr>{}</w:p>'


def _run(text: str) -> str:
    """Return a text as a file has it, escaped as pandoc does; nothing for no text."""
    said = html.escape(text).replace("&#x27;", "&#39;")
    return f'<w:r><w:t xml:space="preserve">{said}</w:t></w:r>' if said else ""


def _source(entry: Part) -> Tree:
    title = _node({"kind": "emphasis", "children": [_word(entry["title"])]})
    link = _link(entry["url"], entry["url"])
    ending = ", ".join(filter(None, [entry["id"], entry["sha256"]]))
    words = [*_text(f"[{entry['number']}] "), title, *_text(f". {entry['text']} "), link]
    return _styled("Small", [_para([*words, *_text(f" {ending}")])])


def _note(texts: Iterable[str], under: Part | None = None) -> list[Tree]:
    """Return a small line under a figure or table; also where it says nothing, so that two tables do not join."""
    style = "Note Kept" if under and under.get("kept") else "Note"
    return [_styled(style, [_para(_text(" ".join(filter(None, texts))))])]


def _heading(level: int, label: str, text: str) -> Tree:
    return {"t": "Header", "c": [level, [label, [], []], _text(text)]}


def _styled(style: str, blocks: list[Tree]) -> Tree:
    return {"t": "Div", "c": [["", [], [["custom-style", style]]], blocks]}


def _para(inlines: list[Tree]) -> Tree:
    return {"t": "Para", "c": inlines}


def _plain(inlines: list[Tree]) -> Tree:
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
    head, *rows = (row["children"] for row in node["children"])
    sides = [{"t": "AlignRight" if it["align"] == "right" else "AlignLeft"} for it in head]

    def row(cells: Iterable[Part]) -> list[Any]:
        return [
            _PLAIN,
            [
                [
                    _PLAIN,
                    {"t": "AlignDefault"},
                    1,
                    1,
                    [_plain([_node(child) for child in cell["children"]])],
                ]
                for cell in cells
            ],
        ]

    return {
        "t": "Table",
        "c": [
            _PLAIN,
            [None, []],
            [[side, {"t": "ColWidthDefault"}] for side in sides],
            [_PLAIN, [row(head)]],
            [[_PLAIN, 0, [], [row(cells) for cells in rows]]],
            [_PLAIN, []],
        ],
    }


_FOOT = "word/footer-sesec.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"
_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_SIZES = {
    "report": {"body": "22", "heading": "36", "title": "56", "margin": "1440"},
    "annex": {"body": "22", "heading": "36", "title": "44", "margin": "1440"},
    "shelf": {"body": "22", "heading": "36", "title": "44", "margin": "1440"},
    "pages": {"body": "22", "heading": "26", "title": "56", "margin": "1080"},
    "summary": {"body": "20", "heading": "26", "title": "36", "margin": "1080"},
    "sheet": {"body": "20", "heading": "26", "title": "36", "margin": "1080"},
}
"""Of text, in half points, and of margins, in twentieths of a point."""


def finished(parts: Parts, paper: Paper, template: Path, theme: bytes | None = None) -> bytes:
    """Return a DOCX with our styles, page and foot, and without dates.

    Parameters
    ----------
    parts
        The parts of the file as pandoc wrote it; they are changed.
    paper
        What it holds (`paper.paper`).
    template
        The folder with styles.xml and look.json.
    theme
        Its theme, where pandoc wrote it with another one.

    Raises
    ------
    EditionError
        If the file is not built as expected, as after an upgrade of pandoc.
    """
    sizes = _SIZES[paper["layout"]]
    # In pages, each section begins a new one.
    opening = "<w:pageBreakBefore/>" if paper["layout"] == "pages" else ""
    above = "260" if paper["standing"] else "420"
    parts["word/styles.xml"] = _styles(
        template, {**sizes, "opening": opening, "above": above, "language": _tag(paper)}
    )
    parts |= {pandoc.THEME: theme} if theme else {}
    parts[_FOOT] = _foot(paper["publisher"])
    relation = f'<Relationship Id="rIdFoot" Type="{_RELATION}" Target="{Path(_FOOT).name}"/>'
    override = f'<Override PartName="/{_FOOT}" ContentType="{_TYPE}"/>'
    page = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rIdFoot"/><w:pgSz w:w="12240" w:h="15840"/>'
        '<w:pgMar w:top="{margin}" w:right="1440" w:bottom="{margin}" w:left="1440" w:header="720" w:footer="560" '
        'w:gutter="0"/></w:sectPr></w:body>'
    ).format(**sizes)
    _change(
        parts, "word/_rels/document.xml.rels", r"</Relationships>", f"{relation}</Relationships>"
    )
    _change(
        parts,
        "word/settings.xml",
        r"<w:themeFontLang [^>]*>",
        f'<w:themeFontLang w:val="{_tag(paper)}" />',
    )
    _change(parts, "[Content_Types].xml", r"</Types>", f"{override}</Types>")
    _change(
        parts,
        "word/document.xml",
        r"<w:sectPr\b.*?</w:sectPr>\s*</w:body>|<w:sectPr\s*/>\s*</w:body>",
        page,
    )
    _change(parts, "docProps/core.xml", r"(<dcterms:(created|modified)\b.*?</dcterms:\2>\s*)+", "")
    document = _cropped(parts["word/document.xml"].decode("utf-8"), _crops(paper))
    parts["word/document.xml"] = _with_whole_rows(_with_marked_headings(document)).encode("utf-8")
    return pandoc.zipped(parts)


def _change(parts: dict[str, bytes], name: str, pattern: str, new: str) -> None:
    text, count = re.subn(pattern, lambda _: new, parts[name].decode("utf-8"), flags=re.DOTALL)
    if count != 1:
        what = f"the DOCX is not built as expected: {pattern} stands {count} times in {name}"
        raise EditionError(
            what, mend="hold pypandoc_binary at the version in uv.lock, or mend documents/docx.py"
        )
    parts[name] = text.encode("utf-8")


def _tag(paper: Paper) -> str:
    """Return the language that Word reads aloud in, and corrects."""
    return "en-US" if paper["language"] == ENGLISH else paper["language"]


def _styles(template: Path, sizes: dict[str, str]) -> bytes:
    look, styles = ((template / name).read_text("utf-8") for name in ("look.json", "styles.xml"))
    return _filled(styles, look, tuple(sizes.items()))


@lru_cache(maxsize=32)
def _filled(styles: str, look: str, sizes: tuple[tuple[str, str], ...]) -> bytes:
    """Return styles with the colours of look.json and the sizes of a document in them."""
    colours = {key: colour.lstrip("#") for key, colour in json.loads(look).items()}
    text = string.Template(styles)
    return text.substitute(colours, soft=colours["accent_soft"], **dict(sizes)).encode("utf-8")


def _foot(publisher: str) -> bytes:
    field = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    words = f"{_run(publisher)}<w:r><w:tab/></w:r>{field}"
    foot = f'<w:ftr {_NAMES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{words}</w:p></w:ftr>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{foot}'.encode()


def _crops(paper: Paper) -> list[list[float] | None]:
    """Return what is cut off each figure, in their order."""
    blocks = [*paper["lead"], *(block for part in paper["sections"] for block in part["blocks"])]
    return [block["crop"] for block in blocks if block["kind"] == "figure"]


def _cropped(document: str, crops: Sequence[list[float] | None]) -> str:
    """Return the document with the words round each picture cut off: the page has them as text."""
    start, *pictures = document.split(_STRETCH)
    if len(pictures) != len(crops):
        what = f"the DOCX holds {len(pictures)} pictures, and the document {len(crops)} figures"
        raise EditionError(
            what, mend="hold pypandoc_binary at the version in uv.lock, or mend documents/docx.py"
        )
    return start + "".join(
        _crop(crop) + _STRETCH + rest for crop, rest in zip(crops, pictures, strict=True)
    )


_STRETCH = "<a:stretch"
"""Before it stands what is cut off a picture."""


def _crop(crop: list[float] | None) -> str:
    if crop is None:
        return ""
    top, bottom = (round(share * 100_000) for share in crop)
    return f'<a:srcRect t="{top}" b="{bottom}"/>'


def _with_whole_rows(document: str) -> str:
    """Return the document with table rows that no page break divides."""
    whole = "<w:cantSplit/>"
    document = re.sub(r"<w:trPr>", rf"<w:trPr>{whole}", document)
    return re.sub(r"<w:tr>(?!\s*<w:trPr>)", f"<w:tr><w:trPr>{whole}</w:trPr>", document)


_HEADED = re.compile(
    r'(<w:bookmarkStart w:id="(\d+)"[^>]*/>)\s*'
    r'(<w:p><w:pPr><w:pStyle w:val="Heading\d" ?/>(?:(?!</w:pPr>).)*</w:pPr>)'
)


_END = re.compile(r'<w:bookmarkEnd w:id="(\d+)" ?/>\s*')


def _with_marked_headings(document: str) -> str:
    """Return the document with the bookmark of each section inside its heading.

    LibreOffice forgets one that begins or ends beside a table, and with it the page of that heading.
    """
    ids = {found[2] for found in _HEADED.finditer(document)}
    document = _END.sub(lambda found: "" if found[1] in ids else found[0], document)
    return _HEADED.sub(r'\3\1<w:bookmarkEnd w:id="\2"/>', document)


@dataclass(frozen=True)
class Draft:
    """A document laid out for paper, in its language, and its pictures by name; `written` makes a DOCX of it."""

    paper: Paper
    pictures: Mapping[str, bytes]


def draft(document: Document, *, meta: Imprint, annex: Document | None = None) -> Draft:
    """Lay a document out, in the language asked for; a sheet has smaller type and margins than a report.

    Parameters
    ----------
    document
        The report.
    meta
        What it was made from; printed at the end.
    annex
        The technical annex of the same run, in which a report in pages says where its numbers stand.
    """
    return draft_of(paper(document, meta, annex), document)


def draft_of(content: Paper, document: Document) -> Draft:
    """Return a document that is laid out, with its pictures; see `draft`."""
    return Draft(content, {figure.name: figure.png for figure in document.figures})


def render(document: Document, *, meta: Imprint, annex: Document | None = None) -> bytes:
    """Return a document as DOCX; see `draft` and `written`."""
    [made] = written([draft(document, meta=meta, annex=annex)])
    return made


def written(drafts: Sequence[Draft]) -> list[bytes]:
    """Return drafts as DOCX; see `word.pandoc`.

    Raises
    ------
    EditionError
        If the styles are missing, or pandoc cannot write a document, or warns.
    """
    template = checkout.root() / "reports" / "template"
    made, theme = pandoc.written([(tree(one.paper), one.pictures) for one in drafts])
    try:
        return [
            finished(content, one.paper, template, theme)
            for content, one in zip(made, drafts, strict=True)
        ]
    except OSError as failure:
        what = f"the styles of the DOCX cannot be read: {failure.strerror}"
        mend = "restore reports/template from the repository"
        raise EditionError(what, where=str(failure.filename), mend=mend) from failure
