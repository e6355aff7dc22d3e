"""Read every text of a document that is not in a finding's record, with its place."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from sesec_analysis.editions.documents.model import Block, FigureBlock, Heading, Node, Table
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.text import Arg

__all__ = ["blocks_of", "texts_of", "words_of"]


def texts_of(document: Document) -> Iterator[tuple[str, str]]:
    """Yield every text of a document, its translations among them, each with its place."""
    for one in (document, *document.translations):
        for where, block in blocks_of(one):
            yield from ((f"{where}{part}", text) for part, text in words_of(block) if text)


def blocks_of(document: Document) -> Iterator[tuple[str, Block]]:
    """Yield every block of a document and of its other parts, with its place; titles as headings."""
    for one in document.all:
        file = "document.json"
        if one is not document:
            file = f"document.json {one.layout},"
        elif one.language:
            file = f"document.{one.language}.json"
        yield f"{file} title", Heading(1, one.title, "")
        for at, block in enumerate(one.lead, start=1):
            yield f"{file} lead, block {at}", block
        for part in one.sections:
            yield f"{file} section {part.heading.id}", part.heading
            for at, block in enumerate(part.blocks, start=1):
                named = f"figure {block.name}" if isinstance(block, FigureBlock) else f"block {at}"
                yield f"{file} section {part.heading.id}, {named}", block


_CODES = frozenset({"kind", "id", "name", "align", "layout", "html", "svg"})
"""Strings of a block that are not words."""


def words_of(block: Block) -> Iterator[tuple[str, Any]]:
    """Yield every text of a block that is not in a finding's record, with the part that it is.

    They are strings once the document is in words, and before that typed texts where a block has those.
    """
    for name, part in ((field.name, getattr(block, field.name)) for field in fields(block)):
        if isinstance(part, Table):
            yield from ((f", heading {column.name}", column.label) for column in part.columns)
            rows = enumerate(part.rows, start=1)
            yield from ((f", row {at}", cell) for at, row in rows for cell in row)
        elif name == "nodes":
            yield from ((", words", text) for text in _paragraphs(part))
        elif name == "asks":
            yield from ((f", ask {at}", ask) for at, ask in enumerate(part, start=1))
        elif isinstance(part, str) and name == "long_description":
            yield from ((f", {name}", text) for text in part.split("\n\n"))
        elif isinstance(part, str | Arg) and name not in _CODES:
            yield f", {name}", part


_PARAGRAPHS = ("paragraph", "listing", "cell")
_BLANKS = re.compile(r"[ \n\u00a0]+")


def _paragraphs(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if node.kind in _PARAGRAPHS:
            yield _BLANKS.sub(" ", _text(node)).strip(" ")
        else:
            yield from _paragraphs(node.children)


def _text(node: Node) -> str:
    return node.text + "".join(map(_text, node.children)) + ("\n" if node.kind == "break" else "")
