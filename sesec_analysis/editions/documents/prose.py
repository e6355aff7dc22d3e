"""Parse the Markdown of a notebook into headings and prose, translated, as pieces.

Headings keep the ids that their English words give them, so that links and bookmarks hold in every language.
"""

import html
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

import mistune

from sesec_analysis import i18n, i18n_files
from sesec_analysis.editions.documents.model import Heading, Node, NodeKind, Prose
from sesec_analysis.errors import EditionError

__all__ = ["blocks", "paragraphs", "translate_prose", "translated_blocks", "without_places"]


_LINKS = (
    "https://",
    "http://",
    "mailto:",
    "#",
    "figures/",
    "index.html",
    "summary.html",
    "annex.html",
    "findings.html",
    "findings.csv",
    "findings.json",
    "run.json",
)


_PARSER = mistune.create_markdown(renderer=None, plugins=["table"])


def blocks(text: str, *, where: str, taken: set[str]) -> Iterator[Heading | Prose]:
    """Return the blocks of one Markdown cell, in order.

    Parameters
    ----------
    text
        The cell's source.
    where
        How an error names the cell.
    taken
        Heading ids already used in the document; those given out here are added.

    Raises
    ------
    EditionError
        If the cell holds raw HTML, a picture, or a heading inside another block.
    """
    tokens, _ = _PARSER.parse(text)
    run: list[dict[str, Any]] = []
    for token in tokens:
        if not isinstance(
            token, dict
        ):  # pragma: no cover - a parser without renderer gives tokens only
            continue
        if token["type"] != "heading":
            run.append(token)
            continue
        yield from _prose(run, where)
        run = []
        words = " ".join(_plain_words(token).split())
        if not words:
            raise EditionError(
                "a heading has no text", where=where, fix="give it words, or remove it"
            )
        yield Heading(token["attrs"]["level"], words, _id(words, taken))
    yield from _prose(run, where)


def _prose(tokens: list[dict[str, Any]], where: str) -> Iterator[Prose]:
    _refuse_tokens(tokens, where)
    if nodes := _nodes(tokens):
        yield Prose(nodes)


def _refuse_tokens(tokens: list[dict[str, Any]], where: str) -> None:
    """Refuse what has no place in a report: raw HTML, a picture, a heading in a list, a link that leads nowhere."""
    for token in tokens:
        kind, url = token["type"], str(token.get("attrs", {}).get("url", ""))
        what = fix = ""
        if kind in ("inline_html", "block_html"):
            what = f"raw HTML has no place in a report: {token['raw'].strip()[:60]!r}"
            fix = "write it in Markdown; put a sign such as < in `code` or write &lt;"
        elif kind == "image":
            what = f"a picture in Markdown has no place in a report: {url!r}"
            fix = "show a figure from a code cell tagged figure-<name>: it carries its own table and alt text"
        elif kind == "heading":
            what = f"a heading is inside a list or quotation: {_plain_words(token)!r}"
            fix = "put the heading on a line of its own, outside lists and quotations"
        elif kind == "link" and not url.startswith(_LINKS):
            what = f"a link leads nowhere from a report: {url!r}"
            fix = f"link to a full address, a heading (#...) or a file of the edition: {_LINKS}"
        if what:
            raise EditionError(what, where=where, fix=fix)
        _refuse_tokens(token.get("children", []), where)


_KINDS: dict[str, NodeKind] = {
    "paragraph": "paragraph",
    "block_text": "paragraph",  # of a list whose items stand close
    "list": "list",
    "list_item": "item",
    "block_quote": "quote",
    "thematic_break": "rule",
    "block_code": "listing",
    "table": "table",
    "table_head": "row",
    "table_row": "row",
    "table_cell": "cell",
    "text": "text",
    "emphasis": "emphasis",
    "strong": "strong",
    "link": "link",
    "codespan": "code",
    "linebreak": "break",
    "softbreak": "text",
}
"""The parser's names of the pieces that prose may have, and ours (`Node`)."""


def _nodes(tokens: list[dict[str, Any]]) -> tuple[Node, ...]:
    """Return tokens as nodes; those that only hold others, or nothing, give what is in them."""
    nodes: list[Node] = []
    for token in tokens:
        kind = _KINDS.get(token["type"])
        if kind is None:
            nodes += _nodes(token.get("children", []))
        elif kind != "text" or _words(token):
            nodes.append(_node(token, kind))
    return tuple(nodes)


def _node(token: dict[str, Any], kind: NodeKind) -> Node:
    attrs = token.get("attrs", {})
    return Node(
        kind=kind,
        text=_words(token),
        children=_nodes(token.get("children", [])),
        url=html.unescape(attrs.get("url", "")),
        start=attrs.get("start", 1) if attrs.get("ordered") else None,
        align="right" if attrs.get("align") == "right" else "left",
    )


def _words(token: dict[str, Any]) -> str:
    """Return the words that are a token's own. Signs such as &lt; are what they stand for, but not in code."""
    if token["type"] == "softbreak":
        return " "
    raw = str(token.get("raw", ""))
    return (
        raw.removesuffix("\n")
        if token["type"] in {"codespan", "block_code"}
        else html.unescape(raw)
    )


def _plain_words(token: dict[str, Any]) -> str:
    """Return the words of a token without their markup."""
    if token["type"] in {"softbreak", "linebreak"}:
        return " "
    if "children" in token:
        return "".join(_plain_words(child) for child in token["children"])
    return html.unescape(token.get("raw", ""))


def _id(words: str, taken: set[str]) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "section"
    name, count = stem, 1
    while name in taken:
        count += 1
        name = f"{stem}-{count}"
    taken.add(name)
    return name


_HEADING = re.compile(r"(?m)^( {0,3}#{1,6}[ \t]+)(.+?)([ \t#]*)$")
_LAID_OUT = re.compile(r"(?m)^ {0,3}([-*+>|]|\d+[.)])[ \t]|^ {4}|^```")
"""Begins a line whose place matters: of a list, a quotation, a table, code."""


def paragraphs(source: str) -> Iterator[str]:
    """Return the texts of a Markdown cell: headings without their signs, paragraphs on one line each.

    Examples
    --------
    >>> source = "## The place", "Its schools lie", "in the south."
    >>> list(paragraphs(chr(10).join(source)))
    ['The place', 'Its schools lie in the south.']
    """
    for part in _parts(source):
        heading = _HEADING.fullmatch(part)
        yield heading[2] if heading else _join_parts(part)


def without_places(source: str, names: Collection[str]) -> str:
    """Return a Markdown cell without the paragraphs that name one of these places; its headings stay.

    Examples
    --------
    >>> source = "## The place", "", "Southeast Seattle is twenty schools.", "", "Each dot is a school."
    >>> without_places(chr(10).join(source), ["Southeast Seattle"]).split(chr(10))
    ['## The place', '', 'Each dot is a school.']
    """
    if not names:
        return source
    name = re.compile("|".join(map(re.escape, names)), re.IGNORECASE)
    return "\n\n".join(
        part
        for part in _parts(source)
        if _HEADING.fullmatch(part) or not name.search(" ".join(part.split()))
    )


def translate_prose(source: str) -> str:
    """Return a Markdown cell in the language asked for."""
    made = []
    for part in _parts(source):
        heading = _HEADING.fullmatch(part)
        made.append(
            f"{heading[1]}{i18n.translate(heading[2])}"
            if heading
            else i18n.translate(_join_parts(part))
        )
    return "\n\n".join(made)


def translated_blocks(source: str, *, where: str, taken: set[str]) -> Iterator[Heading | Prose]:
    """Return the blocks of a Markdown cell in the language asked for; see `blocks`."""
    english = tuple(blocks(source, where=where, taken=taken))
    if i18n.language() == i18n_files.ENGLISH:
        yield from english
        return
    ids = iter([block.id for block in english if isinstance(block, Heading)])
    for one in blocks(translate_prose(source), where=where, taken=set()):
        yield replace(one, id=next(ids)) if isinstance(one, Heading) else one


def _parts(source: str) -> list[str]:
    """Return headings and paragraphs, each by itself."""
    alone = _HEADING.sub(lambda match: f"\n\n{match[0]}\n\n", source)
    return [part.strip("\n") for part in re.split(r"\n[ \t]*\n", alone) if part.strip()]


def _join_parts(part: str) -> str:
    return part if _LAID_OUT.search(part) else " ".join(part.split())
