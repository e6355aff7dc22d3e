"""Write the numbers of a text as a language writes them, and read them again, in digits and in words.

Inside the house every number is printed as in English: 1,216 and 31.4%. A translated page writes 31,4% or 31.4%, as
CLDR has it for its language in the United States, or else for the language (babel). A translated text must have the
numbers of its English text, in digits or in words (`lint`); a translation that says the opposite, or exchanges two
placeholders, only a reader of the language can find.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pydantic import TypeAdapter

from sesec_analysis import catalog, i18n_files
from sesec_analysis.errors import CatalogError

__all__ = [
    "FOLDER",
    "lint",
    "number_writer",
    "spelled_in",
    "write_numbers",
]


FOLDER = "numbers"
"""The folder, beside the translations, that holds the number words of each language: a mapping of word to number."""

_ENGLISH = re.compile(r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\w]|[.,]\d)(%?)")
"""A number as we print it; no part of a code, a date or a version."""


@dataclass(frozen=True)
class _Signs:
    """What a language puts between the digits of a number, and before its percent sign."""

    decimal: str
    group: str
    percent: str


def _signs(code: str) -> _Signs:
    if code == i18n_files.PSEUDO:
        return _Signs(",", ".", "%")

    from babel import Locale, localedata

    here = f"{i18n_files.check_code(code)}_US"
    # A family here reads $16.521 as sixteen dollars, as American Spanish does.
    locale = Locale.parse(here if here in localedata.locale_identifiers() else code)
    signs = locale.number_symbols["latn"]
    percent = str(locale.percent_formats[None].pattern).rpartition("0")[2]
    return _Signs(str(signs["decimal"]), str(signs["group"]), percent)


def write_numbers(text: str, code: str) -> str:
    r"""Return a text with its numbers as a language writes them.

    Parameters
    ----------
    text
        With numbers as in English; a year, a code and a span of years stay as they are.
    code
        The language.

    Examples
    --------
    >>> write_numbers("In 2016–17, 31.4% of 1,216 students", "es")
    'In 2016–17, 31.4% of 1,216 students'
    >>> write_numbers("31.4% of 1,216", "vi"), write_numbers("31.4% of 1,216", "so")
    ('31,4% of 1.216', '31.4% of 1,216')
    """
    return number_writer(code)(text)


def number_writer(code: str) -> Callable[[str], str]:
    """Return what writes the numbers of a text as a language does, for many texts; see `write_numbers`."""
    if code == i18n_files.ENGLISH:
        return str
    signs = _signs(code)

    def one(found: re.Match[str]) -> str:
        whole, rest, percent = found.groups()
        shown = whole.replace(",", signs.group)
        shown += rest.replace(".", signs.decimal) if rest else ""
        return shown + (signs.percent if percent else "")

    return lambda text: _ENGLISH.sub(one, text)


def spelled_in(code: str) -> Callable[[str], Counter[float]]:
    """Return what counts the numbers that a text of a language says in words, but for 0 and 1.

    Its number words, in small letters, are in ``data/words/numbers/<code>.yml``.

    Raises
    ------
    CatalogError
        If nobody wrote them down: what a text in that language says cannot be read.
    """
    path = i18n_files.folder() / FOLDER / f"{code}.yml"
    if not path.is_file():
        file = f"data/words/{FOLDER}/{code}.yml"
        what = f"no text in {code!r} can be checked: its number words are not known ({file})"
        raise CatalogError(what, where=str(path), fix="write them there, a line each: seven: 7")
    read = catalog.read_entry(path, TypeAdapter(dict[str, float]))
    numbers = {word.casefold(): number for word, number in read.items()}
    longest = sorted(numbers, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")

    def spelled(text: str) -> Counter[float]:
        found = pattern.findall(text.casefold()) if longest else []
        return _count_numbers(numbers[word] for word in found)

    return spelled


def lint(code: str) -> list[str]:
    """Return what is wrong with the translations of a language, a line for each text.

    Raises
    ------
    CatalogError
        If there is no such file, it cannot be read, a translation has other placeholders, or the number words of the
        language are unknown.
    """
    if code == i18n_files.PSEUDO:
        return []
    in_english, in_translation = spelled_in(i18n_files.ENGLISH), spelled_in(code)

    def has_same_numbers(english: str, translated: str) -> bool:
        # Number words that a translation lacks are left out: "both" and "a" are said in many ways.
        given, figures = map(_in_digits, (english, translated))
        found = figures + in_translation(translated)
        return found <= given + in_english(english) and given <= found

    return [
        f"{english[0]!r} has other numbers in its translation: {translated!r}"
        for entry in i18n_files.read_translations(i18n_files.folder() / f"{code}.po")
        if entry.id
        for english in [i18n_files.forms(entry.id)]
        for translated in filter(None, i18n_files.forms(entry.string))
        if not any(has_same_numbers(text, translated) for text in english)
    ]


_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
"""A number in a message, which is as in English until the page sets it as the language does."""


def _in_digits(text: str) -> Counter[float]:
    return _count_numbers(float(number.replace(",", "")) for number in _DIGITS.findall(text))


def _count_numbers(found: Iterable[float]) -> Counter[float]:
    return Counter(number for number in found if number not in (0, 1))
