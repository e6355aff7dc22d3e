"""Refuse words and statements in a notebook's prose that a report does not bear out, before the notebook runs.

What our own code and catalog say is checked in their list of messages, by the tests; only prose, captions, and titles
typed into a notebook, and the list of editions, are new to a build. The words to avoid are in `data/words/avoid.yml`,
in English. Official names in quotation marks pass. Translations are not checked.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import Avoided
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.texts import messages
from sesec_analysis.errors import EditionError

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["avoided_in", "avoided_patterns", "check", "faults_of_text"]


_QUOTED = re.compile('“[^”]*”|"[^"]*"|\u2018[^\u2019]*\u2019(?!\\w)')
_CODE = re.compile(r"`[^`]*`|\]\([^)]*\)")
_THEN_AND_NOW = re.compile(r"\b(?:still|no longer|any ?more)\b", re.I)
_YEAR = re.compile(r"\b(?:19|20)\d\d(?:[–-]\d{2,4})?")
_CAUSES = re.compile(
    r"\b(?:because of|due to|owing to|thanks to|as a result of|driven by|caused? by|causes|caused|"
    r"leads? to|led to|resulted in)\b",
    re.I,
)
_SOURCED = re.compile(r"\((?:WAC|RCW|[^()]*\d{4})[^()]*\)|Do not say|[#:] ")


Patterns = list[tuple[re.Pattern[str], Avoided]]


def check(notebook: "NotebookNode", *, where: str, titles: Iterable[str] = ()) -> None:
    """Refuse a notebook, or the titles of its edition, for what they say.

    Raises
    ------
    EditionError
        If a text has words to avoid, names a cause, or says "still" without two years; every fault is named.
    """
    patterns = avoided_patterns()
    faults = []
    for place, text in [*(("its title", title) for title in titles), *_texts(notebook)]:
        for phrase, entry in avoided_in(text, patterns):
            faults.append(f"{place}: {phrase!r} ({entry.reason} Better: {entry.better})")
        faults += [f"{place}: {fault}" for fault in faults_of_text(text)]
    if faults:
        raise EditionError(
            f"{len(faults)} of its texts cannot be printed:\n    " + "\n    ".join(faults),
            where=where,
            fix="write it in the better words: what was measured, and in which years",
        )


def _texts(notebook: "NotebookNode") -> Iterator[tuple[str, str]]:
    """Yield the prose of a notebook and the words that its cells give to tables and figures, with their sections."""
    places = documents_notebook.whereabouts(notebook)
    for cell, place in zip(notebook.cells, places, strict=True):
        yield from ((place, _CODE.sub(" ", text)) for text in messages.of_cell(cell))


def avoided_in(text: str, patterns: Patterns | None = None) -> list[tuple[str, Avoided]]:
    """Return the words of a text that have no place in it, each with its entry.

    Examples
    --------
    >>> [phrase for phrase, _ in avoided_in("Failing schools, or “failing schools” as the state has it.")]
    ['Failing']
    """
    plain = _QUOTED.sub(" ", text)
    return [
        (match[0], entry)
        for pattern, entry in patterns or avoided_patterns()
        for match in pattern.finditer(plain)
    ]


def avoided_patterns() -> Patterns:
    """Return the pattern that finds each entry of the words to avoid."""
    return [
        (re.compile(rf"(?<![\w-])(?:{'|'.join(map(_pattern, entry.words))})(?![\w-])", re.I), entry)
        for entry in catalog.words_to_avoid()
    ]


def _pattern(words: str) -> str:
    """Return the regular expression of words as the list writes them."""
    start, star = words.removesuffix("*"), r"\w*" if words.endswith("*") else ""
    return re.escape(start).replace(r"\-", "[- ]?").replace(r"\ ", "[ -]") + star


def faults_of_text(text: str) -> Iterator[str]:
    """Return what a text says beyond what figures can: a cause, or that something is so still or no longer.

    Examples
    --------
    >>> list(faults_of_text("The gap is smaller due to new staff."))
    ["'due to' names a cause: figures say how much, not why"]
    >>> list(faults_of_text("The share was 73 percent in 2010–11 and no longer is: 50 percent in 2023–24."))
    []
    """
    plain = _QUOTED.sub(" ", text)
    for sentence in re.split(r"(?<=[.!?])\s+", plain):
        if (cause := _CAUSES.search(sentence)) and not _SOURCED.search(sentence):
            yield f"{cause[0]!r} names a cause: figures say how much, not why"
    if word := _THEN_AND_NOW.search(plain):
        years = set(_YEAR.findall(text))
        if len(years) < len(("then", "now")) and "last report" not in text:
            yield f"{word[0]!r} needs two years that were measured, and has {len(years)}"
