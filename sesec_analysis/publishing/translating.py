"""The Markdown of a notebook's cell, in the language asked for: paragraph by paragraph, each a text of `words`.

Headings keep the ids that their English words give them, so that links and bookmarks hold in every language.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from sesec_analysis import words
from sesec_analysis.publishing import prose
from sesec_analysis.publishing.blocks import Heading, Prose

__all__ = ["blocks", "paragraphs", "said"]

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
        found = _HEADING.fullmatch(part)
        yield found[2] if found else _joined(part)


def said(source: str) -> str:
    """Return a Markdown cell in the language asked for."""
    made = []
    for part in _parts(source):
        found = _HEADING.fullmatch(part)
        made.append(f"{found[1]}{words.say(found[2])}" if found else words.say(_joined(part)))
    return "\n\n".join(made)


def blocks(source: str, *, where: str, taken: set[str]) -> Iterator[Heading | Prose]:
    """Return the blocks of a Markdown cell in the language asked for; see `prose.blocks`."""
    english = list(prose.blocks(source, where=where, taken=taken))
    if words.language() == words.ENGLISH:
        yield from english
        return
    ids = iter([block.id for block in english if isinstance(block, Heading)])
    for block in prose.blocks(said(source), where=where, taken=set()):
        yield replace(block, id=next(ids)) if isinstance(block, Heading) else block


def _parts(source: str) -> list[str]:
    """Return headings and paragraphs, each by itself."""
    alone = _HEADING.sub(lambda found: f"\n\n{found[0]}\n\n", source)
    return [part.strip("\n") for part in re.split(r"\n[ \t]*\n", alone) if part.strip()]


def _joined(part: str) -> str:
    return part if _LAID_OUT.search(part) else " ".join(part.split())
