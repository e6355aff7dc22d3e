"""Lint translations: a translated text has the placeholders and the numbers of its English text.

What no lint can see stays to a reader of the language: a translation that says the opposite, or that exchanges two
placeholders.
"""

from collections import Counter
from collections.abc import Iterator

from sesec_analysis import i18n_files
from sesec_analysis.languages import numbers

__all__ = ["has_same_numbers", "lint"]


def lint(code: str) -> list[str]:
    """Return what is wrong with the translations of a language, a line for each text.

    Raises
    ------
    CatalogError
        If the file cannot be read, a translation has other placeholders, or the number words of the language are
        unknown.
    """
    numbers.words(code)
    if code in (i18n_files.ENGLISH, i18n_files.PSEUDO):
        return []
    return [*_other_numbers(code)]


def _other_numbers(code: str) -> Iterator[str]:
    for entry in i18n_files.read(i18n_files.folder() / f"{code}.po"):
        if not entry.id:
            continue
        english = i18n_files.forms(entry.id)
        for translated in filter(None, i18n_files.forms(entry.string)):
            if not any(has_same_numbers(text, translated, code) for text in english):
                yield f"{english[0]!r} has other numbers in its translation: {translated!r}"


def has_same_numbers(english: str, translated: str, code: str) -> bool:
    """Return whether a translation has the numbers of its English text, in digits or in words.

    0 and 1 are left out, and so are number words that a translation lacks: "both" and "a" are said in many ways.

    Examples
    --------
    >>> has_same_numbers("Groups under ten students", "Grupos de menos de 10 estudiantes", "es")
    True
    >>> has_same_numbers("Groups under ten students", "Grupos de menos de quince estudiantes", "es")
    False
    """
    given, words = _counted(english, i18n_files.ENGLISH)
    digits, spelled = _counted(translated, code)
    # Its digits are as in English until the page sets them as the language does.
    return digits + spelled <= given + words and given <= digits + spelled


def _counted(text: str, code: str) -> tuple[Counter[float], Counter[float]]:
    """Return the numbers in digits and those in words, without 0 and 1."""
    digits = numbers.digits(text, i18n_files.ENGLISH)
    return _without_0_and_1(digits), _without_0_and_1(numbers.spelled(text, code))


def _without_0_and_1(found: list[float]) -> Counter[float]:
    return Counter(number for number in found if number not in (0, 1))
