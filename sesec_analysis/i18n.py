"""Translate the texts that readers see: English as in the source, or the message of a translation.

A text is written where it is used, in English and whole, with places for names and numbers; `sesec words`
lists them all, and `data/words/<language>.po` holds what a translator makes of them. ``SESEC_LANGUAGE`` names the
language. A text without a translation stays English. Ids, codes and the names of columns are never translated, and
numbers and percents are written as in English until a page is set (`languages.numbers`).
"""

import gettext
import os
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cache

from sesec_analysis import checkout, i18n_files
from sesec_analysis.i18n_files import ENGLISH, PSEUDO

__all__ = [
    "AND",
    "ENGLISH",
    "PSEUDO",
    "VARIABLE",
    "curly",
    "has_words",
    "language",
    "mark",
    "plural",
    "pseudo",
    "translate",
    "use_language",
]


VARIABLE = "SESEC_LANGUAGE"
_ACCENTED = str.maketrans(
    "ACDEGHIJKLNORSTUWYZacdeghijklnorstuwyz", "ÀÇÐÉĜĤÎĴĶĹÑÓŔŠŢÛŴÝŽàçðéĝĥîĵķĺñóŕšţûŵýž"
)
"""Letters that fonts of Latin scripts have with accents; a word of the other seven alone is rare."""
_LONGER, _FILLER = 0.3, " ôôôôô"
_KEPT = re.compile(r"(\{[^{}]*\}|`[^`]*`|\]\([^)]*\)|https?://\S+)")
"""What stays as it is in any language: places for names and numbers, code, addresses."""
_TYPED = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])|(?<=s)'")


def language() -> str:
    """Return the code of the language of texts, ``en`` unless ``SESEC_LANGUAGE`` names another."""
    return os.environ.get(VARIABLE) or ENGLISH


def curly(text: str) -> str:
    """Return an English text as it is printed, whichever apostrophe was typed: with the curly one.

    Examples
    --------
    >>> curly("Students' results can't tell"), curly("'5-12")
    ('Students’ results can’t tell', "'5-12")
    """
    return _TYPED.sub("’", text)


def use_language(code: str) -> AbstractContextManager[None]:
    """Say every text of a block in a language, and in that of before after it.

    Examples
    --------
    >>> with use_language("qps"):
    ...     language()
    'qps'
    """
    return checkout.environment({VARIABLE: code})


def translate(msgid: str, code: str = "", /, **values: object) -> str:
    """Return the message that a language has for a message id, filled; the message id itself if it has none.

    Parameters
    ----------
    msgid
        The English text, whole, with places such as ``{year}``. Without values it is not filled.
    code
        The language; by default the one asked for.
    **values
        What fills the places.

    Examples
    --------
    >>> translate("In {year}, {n} students were enrolled.", year="2016–17", n="1,216")
    'In 2016–17, 1,216 students were enrolled.'
    >>> translate("In {year}, {clause}.", "en"), translate("In {year}.", "qps")
    ('In {year}, {clause}.', '⟦Îñ {year} ⟧.')
    """
    message = _translations(code or language()).gettext(msgid) if msgid else ""
    return message.format(**values) if values else message


def plural(one: str, many: str, n: int, code: str = "", /, **values: object) -> str:
    """Return the text for one thing or for ``n`` of them, filled with ``n`` and ``values``.

    Examples
    --------
    >>> plural("{n} school", "{n} schools", 1), plural("{n} school", "{n} schools", 20)
    ('1 school', '20 schools')
    """
    message = _translations(code or language()).ngettext(one, many, n)
    return message.format(**({"n": f"{n:,}"} | values))


def mark(text: str) -> str:
    """Return a text as it is, to be translated later: the call puts it into the list."""
    return text


AND = mark("{first} and {last}")
_AND_OF_MORE = mark("{first}, and {last}")


def join_and(parts: Sequence[str], language: str = "") -> str:
    """Return parts as a phrase; of more than two, English has a comma before the last.

    Examples
    --------
    >>> join_and(["Asian", "Black", "White"]), join_and(["2019", "2024"])
    ('Asian, Black, and White', '2019 and 2024')
    """
    *first, last = parts or [""]
    if not first:
        return last
    message = AND if len(first) == 1 else _AND_OF_MORE
    return translate(message, language, first=", ".join(first), last=last)


def pseudo(text: str) -> str:
    """Return a text in the language for trials; its places, code, addresses and full stop stay.

    Examples
    --------
    >>> pseudo("In {year}, {n} students.")
    '⟦Îñ {year}, {n} šţûðéñţš ôôô⟧.'
    """
    if not has_words(text):
        return text
    pieces = _KEPT.split(text)
    end = pieces[-1][len(pieces[-1].rstrip(".!?")) :]
    pieces[-1] = pieces[-1].removesuffix(end)
    letters = sum(len(piece) for piece in pieces[::2])
    accented = (piece if at % 2 else piece.translate(_ACCENTED) for at, piece in enumerate(pieces))
    longer = (_FILLER * letters)[: round(letters * _LONGER)]
    return f"⟦{''.join(accented)}{longer}⟧{end}"


def has_words(text: str) -> bool:
    """Return whether a text is more than places, code and addresses."""
    return any(letter.isalpha() for piece in _KEPT.split(text)[::2] for letter in piece)


class _Pseudo(gettext.NullTranslations):
    """Translates every message into the language for trials; a text that stays English was not translated at all."""

    def gettext(self, message: str) -> str:
        return message if "⟦" in message else pseudo(message)  # a part was translated before

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@cache  # 15 ms; an edition in four languages asks 63,000 times
def _translations(code: str) -> gettext.NullTranslations:
    if code in (ENGLISH, PSEUDO):
        return _Pseudo() if code == PSEUDO else gettext.NullTranslations()
    path = i18n_files.folder() / f"{code}.po"
    return gettext.GNUTranslations(i18n_files.compile_mo(i18n_files.read_translations(path)))
