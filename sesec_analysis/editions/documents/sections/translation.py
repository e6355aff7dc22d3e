"""Make a translation ready to be read: numbers as its language writes them, and how far it can be trusted.

Until then numbers are printed as in English, so that every check reads the same digits in each language.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from sesec_analysis.editions.documents.model import Node
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.i18n import ENGLISH, mark, translate
from sesec_analysis.languages import numbers, reviews

__all__ = ["Standing", "translation_standing", "with_own_numbers"]


class Standing(NamedTuple):
    """How far a translation can be trusted: a title (empty once it is reviewed) and a text."""

    title: str
    text: str


_TITLE = mark("Translation not yet reviewed by a speaker")
_BY_MACHINE = mark("A machine made this translation. Where in doubt, the English page counts.")
_BY_PERSON = mark(
    "No second speaker of the language has reviewed this translation yet. Where in doubt, the English page counts."
)


def translation_standing(code: str) -> list[Standing]:
    """Return how far a translation can be trusted, in its language and, until it is reviewed, in English as well.

    Parameters
    ----------
    code
        The language of the translation.

    Raises
    ------
    CatalogError
        If the list of reviews cannot be read.
    """
    known = reviews.review_of(code)
    if known.reviewer:
        reviewed = translate("Translation reviewed by {reviewer}, {day}.", code)
        return [Standing("", reviewed.format(reviewer=known.reviewer, day=known.date))]
    text = _BY_MACHINE if known.made_by == reviews.MACHINE else _BY_PERSON
    return [Standing(translate(_TITLE, one), translate(text, one)) for one in (code, ENGLISH)]


_CODES = {"kind", "id", "name", "url", "align", "layout", "language", "svg", "png", "csv_rows"}
"""The parts of a document that are no words."""
_WORDED = ("sentence", "headline", "value", "interval")
"""The words of a record that a summary or a sheet shows."""


def with_own_numbers(document: Document) -> Document:
    """Return a translation with the numbers of all its texts as its language writes them."""
    made: Document = _translate_value(document, numbers.number_writer(document.language))
    return made


def _translate_value(value: Any, write: Callable[[str], str]) -> Any:
    match value:
        case str():
            return write(value)
        case Node(kind="code" | "listing"):
            return value
        case dict():  # a record
            worded = {
                name: _translate_value(value[name], write) for name in _WORDED if name in value
            }
            return {**value, **worded}
        case tuple():
            return tuple(map(partial(_translate_value, write=write), value))
        case _ if is_dataclass(value) and not isinstance(value, type):
            words = {
                name: _translate_value(getattr(value, name), write)
                for name in _word_fields(type(value))
            }
            return replace(value, **words)
    return value


def _word_fields(kind: type) -> tuple[str, ...]:
    """Return the parts of a piece of a document that are words, or hold words."""
    return tuple(one.name for one in fields(kind) if one.name not in _CODES)
