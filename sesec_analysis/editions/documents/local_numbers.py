"""Set the numbers of a translation as its language writes them: the last step before its forms are written.

Until then they are printed as in English, so that every check reads the same digits in each language.
"""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any

from sesec_analysis import i18n_numbers
from sesec_analysis.editions.documents.blocks import Node, Prose
from sesec_analysis.editions.documents.notebook import Document

__all__ = ["written"]


_CODES = {"kind", "id", "name", "url", "align", "layout", "language", "svg", "png", "csv_rows"}
"""The parts of a document that are no words."""
_WORDED = ("sentence", "headline", "value", "interval")
"""The words of a record that a summary or the front of a sheet shows."""


def written(document: Document) -> Document:
    """Return a translation with the numbers of all its texts as its language writes them."""
    made: Document = _written(document, document.language)
    return made


def _written(value: Any, code: str) -> Any:
    match value:
        case str():
            return i18n_numbers.written(value, code)
        case Prose():
            return Prose(_in_markup(value.html, code), _written(value.nodes, code))
        case Node(kind="code" | "listing"):
            return value
        case Mapping():  # a record
            worded = {name: _written(value[name], code) for name in _WORDED if name in value}
            return {**value, **worded}
        case tuple():
            return tuple(map(partial(_written, code=code), value))
        case _ if is_dataclass(value) and not isinstance(value, type):
            names = [one.name for one in fields(value) if one.name not in _CODES]
            return replace(value, **{name: _written(getattr(value, name), code) for name in names})
    return value


def _in_markup(text: str, code: str) -> str:
    """Return HTML with the numbers of its words written so; those of its tags and of code stay."""
    pieces = re.split(r"(<code>.*?</code>|<[^>]+>)", text)
    return "".join(
        one if at % 2 else i18n_numbers.written(one, code) for at, one in enumerate(pieces)
    )
