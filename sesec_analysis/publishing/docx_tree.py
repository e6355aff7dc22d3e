"""A document on paper as pandoc's own tree, which holds texts and no markup: nothing in a text can become a command."""

from collections.abc import Iterable, Mapping
from typing import Any

from sesec_analysis.publishing.paper import Paper

__all__ = ["WIDTH", "tree"]

Tree = dict[str, Any]
Part = Mapping[str, Any]

WIDTH = 6.5
"""Inches between the margins."""
_VERSION = [1, 23, 1]
"""Of the tree, as pandoc 3 reads it."""
_PLAIN = ["", [], []]
_FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)
_FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
"""Round the contents: a program for writing can make them anew, with the numbers of its own pages."""


def tree(paper: Paper) -> Tree:
    """Return the tree of a document; the picture of the figure NAME is expected in NAME.png."""
    sections = [*paper["sections"], *_back(paper)]
    blocks = [
        block for part in [*paper["warnings"], *paper["lead"]] for block in _part(part, paper)
    ]
    if paper["layout"] != "sheet":
        blocks += _contents(sections, paper["words"]["contents"])
    for section in sections:
        blocks.append(_heading(1, section["label"], section["title"]))
        blocks += [block for part in section["blocks"] for block in _part(part, paper)]
    texts = {
        "title": paper["title"],
        "subtitle": paper["standfirst"],
        "author": paper["publisher"],
        "lang": "en-US" if paper["language"] == "en" else paper["language"],
    }
    meta = {name: {"t": "MetaInlines", "c": _text(text)} for name, text in texts.items() if text}
    return {"pandoc-api-version": _VERSION, "meta": meta, "blocks": blocks}


def _contents(sections: Iterable[Part], title: str) -> list[Tree]:
    """Return a list of the headings, each a link to its own, as a field that can be updated."""
    entries = []
    for section in sections:
        entries.append((1, section["label"], section["title"]))
        headings = (part for part in section["blocks"] if part["kind"] == "heading")
        entries += [(2, it["label"], it["text"]) for it in headings if it["level"] == 3]
    lines = [
        (level, [_link(f"#{label}", text) if label else _node(_word(text))])
        for level, label, text in entries
    ]
    lines[0][1].insert(0, _raw(_FIELD))
    lines[-1][1].append(_raw(_FIELD_END))
    return [
        _styled("TOC Heading", [_para(_text(title))]),
        *(_styled(f"TOC {level}", [_para(line)]) for level, line in lines),
    ]


def _raw(xml: str) -> Tree:
    return {"t": "RawInline", "c": ["openxml", xml]}


def _link(url: str, text: str) -> Tree:
    return _node({"kind": "link", "url": url, "to": "", "children": [_word(text)]})


def _back(paper: Paper) -> Iterable[Part]:
    """Return what stands behind the sections: longer tables, and the colophon."""
    words = paper["words"]
    if paper["tables"]:
        tables = [{"kind": "figure_table", **table} for table in paper["tables"]]
        yield {"label": "page:tables", "title": words["tables_of_figures"], "blocks": tables}
    blocks = [{"kind": "line", "name": row["name"], "text": row["text"]} for row in paper["about"]]
    if paper["data"]:
        blocks.append({"kind": "heading", "level": 3, "label": "", "text": words["data"]})
        blocks.append({"kind": "line", "name": "", "text": words["data_intro"]})
        blocks += [{"kind": "sources", **group} for group in paper["data"]]
    yield {"label": "page:about", "title": words["about"], "blocks": blocks}


def _part(part: Part, paper: Paper) -> list[Tree]:
    named = paper["words"]
    match part["kind"]:
        case "heading":
            return [_heading(part["level"] - 1, part["label"], part["text"])]
        case "prose":
            return [_node(node) for node in part["nodes"]]
        case "findings":
            return [block for one in part["findings"] for block in _finding(one)]
        case "figure":
            return _figure(part, named)
        case "table":
            name = f"{named['table']} {part['number']}. "
            return [_table(part, name), *_note([part["note"], part["data"]])]
        case "figure_table":
            return [_table(part, f"{named['table_of_figure']} {part['number']}. ")]
        case "notice":
            title = _styled("Notice Title", [_para(_text(part["title"]))])
            return [title, _styled("Notice", [_para(_text(one)) for one in part["paragraphs"]])]
        case "line":
            start = [_strong(f"{part['name']}: ")] if part["name"] else []
            return [_styled("Small", [_para([*start, *_text(part["text"])])])]
        case "sources":
            publisher = _styled("Small", [_para([_strong(part["publisher"])])])
            return [publisher, *map(_source, part["entries"])]
    raise KeyError(part["kind"])


def _figure(part: Part, words: Mapping[str, str]) -> list[Tree]:
    size = [["width", f"{WIDTH}in"]]
    if part["ratio"] is not None:
        size.append(["height", f"{WIDTH * part['ratio']:.3f}in"])
    picture = {"t": "Image", "c": [["", [], size], _text(part["alt"]), [f"{part['name']}.png", ""]]}
    caption = _text(f"{words['figure']} {part['number']}. {part['title']}")
    caption += _text(f" ({part['subtitle']})") if part["subtitle"] else []
    shown = {
        "t": "Figure",
        "c": [[part["label"], [], []], [None, [_plain(caption)]], [_plain([picture])]],
    }
    attached = f"{words['table_file']} figures/{part['attached']}." if part["attached"] else ""
    blocks = [shown, *_note([part["notes"], part["source"], part["data"], attached])]
    if table := part["table"]:
        blocks.append(_table(table, f"{words['table_of_figure']} {table['number']}. "))
        blocks += _note([])
    return blocks


def _finding(one: Part) -> list[Tree]:
    sentence = _text(one["sentence"])
    if one["note"]:
        sentence.append({"t": "Note", "c": [_para(_text(one["note"]["text"]))]})
    facts = _text(" ".join(filter(None, [one["facts"], one["data"]])))
    named = {"t": "Span", "c": [[one["label"], [], []], sentence]}
    code = _para([_node({"kind": "code", "text": one["id"]})])
    return [
        _styled("Finding", [_para([named])]),
        _styled("Facts", [*([_para(facts)] if facts else []), code]),
    ]


def _table(part: Part, name: str) -> Tree:
    columns = part["columns"]
    # Fonts differ from one computer to the next: some letters more for each column than on our own pages.
    wide = [column["share"] + 6 for column in columns]
    aligned = [{"t": "AlignRight" if it["align"] == "right" else "AlignLeft"} for it in columns]
    widths = [{"t": "ColWidth", "c": round(one / sum(wide), 4)} for one in wide]
    head = _row([({"kind": "strong", "children": [_word(it["label"])]}, 1) for it in columns])
    return {
        "t": "Table",
        "c": [
            [part["label"], [], []],
            [None, [_plain(_text(name + part["caption"]))]],
            [list(pair) for pair in zip(aligned, widths, strict=True)],
            [_PLAIN, [head]],
            [
                [
                    _PLAIN,
                    0,
                    [],
                    [_row([(_word(it["text"]), it["span"]) for it in row]) for row in part["rows"]],
                ]
            ],
            [_PLAIN, []],
        ],
    }


def _row(cells: Iterable[tuple[Part, int]]) -> list[Any]:
    """Return a row of texts, each with how many columns it spans; words that span several begin at the left."""

    def cell(node: Part, span: int) -> list[Any]:
        side = {"t": "AlignLeft" if span > 1 else "AlignDefault"}
        return [_PLAIN, side, 1, span, [_styled("Cell", [_para([_node(node)])])]]

    return [_PLAIN, [cell(node, span) for node, span in cells]]


def _source(entry: Part) -> Tree:
    title = _node({"kind": "emphasis", "children": [_word(entry["title"])]})
    link = _link(entry["url"], entry["url"])
    ending = ", ".join(filter(None, [entry["id"], entry["sha256"]]))
    words = [*_text(f"[{entry['number']}] "), title, *_text(f". {entry['text']} "), link]
    return _styled("Small", [_para([*words, *_text(f" {ending}")])])


def _note(texts: Iterable[str]) -> list[Tree]:
    """Return a small line under a figure or table; also where it says nothing, so that two tables do not join."""
    return [_styled("Note", [_para(_text(" ".join(filter(None, texts))))])]


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
    """Return a table that stands in prose."""
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
                    [_plain([_node(one) for one in cell["children"]])],
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
