"""What words give away by themselves: a handful of students, a few of a group, digits that no page prints, an address.

Patterns, made so that what reports must say is let pass: "fewer than 10 students", grades, years, counts of schools.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["CONTACT", "DIGITS", "FEW", "SMALL", "in_words"]

SMALL = "a group of 1 to 9 students"
FEW = "0 to 2 students counted, or left out, of a group"
DIGITS = "more digits than are printed"
CONTACT = "an e-mail address or a phone number"

_SMALLEST, _LEAST = 10, 3
_ONE_DIGIT = r"(?<![\w.,–−/:@-])(?P<n>[1-9])"
_PEOPLE = r"(?:students?|pupils?|children|child)"
_NOT_A_GROUP = r"(?! (?:groups?|bod|per\b|to (?:one|a|each)\b))"
_BETWEEN = (
    r"(?: (?!(?:to|of|in|and|more|fewer|or|percent|points?|years?|times|schools?|are|is|was|were|for|on|with|by|at|the|"
    r"per|that|who|whose|what|how|have|has|had|from)\b)[\w’'-]+){0,4}?"
)
_AFTER_A_LIMIT = re.compile(
    r"(?:than|under|below|grades?|from|to|through|least|most|every|table|figure|claims?|goals?|level|"
    r"terms?|and|or|in)(?: the)? ?$",
    re.IGNORECASE,
)
_COUNTED = re.compile(rf"{_ONE_DIGIT}{_BETWEEN} {_PEOPLE}\b{_NOT_A_GROUP}")
_SPELLED = re.compile(
    rf"\b(?:two|three|four|five|six|seven|eight|nine){_BETWEEN} {_PEOPLE}\b{_NOT_A_GROUP}"
    r"|\bone (?:student|child|pupil) (?:was|is|met|had|who)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\b[nN] ?= ?(?P<n>[1-9])(?![\d.,]?\d)")
_PART = re.compile(
    rf"(?<![\w.,–−-])(?P<k>\d[\d,]*)(?: out)? of (?:the )?(?P<n>\d[\d,]*)"
    rf"(?P<what>{_BETWEEN} {_PEOPLE}\b)?(?! (?:elementary |public )?schools?\b)"
)
_LONG = re.compile(
    r"(?<![\w.])\d[\d,]*\.\d{2,} ?(?:%|percent\b|points?\b)|(?<![\w.])\d[\d,]*\.\d{3,} times\b"
    r"|(?<![\w./-])-?\d+\.\d{5,}(?![\w.])"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}\b")
_PHONE = re.compile(r"(?<![\w./-])(?:\+?1[ .-])?\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])")


@lru_cache(maxsize=1 << 16)  # files say the same words many times
def in_words(words: str) -> tuple[tuple[str, str], ...]:
    """Return what is found, and the words around it with every digit put out of sight.

    Examples
    --------
    >>> in_words("At this school, 7 Black students met the standard.")
    (('a group of 1 to 9 students', '# Black students'),)
    >>> in_words("Not shown: fewer than 10 students. In grade 3 students read; 14 of 32 schools have funds.")
    ()
    """
    return tuple(_found(words))


def _found(words: str) -> Iterator[tuple[str, str]]:
    if any(letter.isdigit() for letter in words):
        yield from _small(words)
        yield from _few(words)
        yield from ((DIGITS, _masked(found.group())) for found in _LONG.finditer(words))
        yield from ((CONTACT, _masked(found.group())) for found in _PHONE.finditer(words))
    yield from (
        (SMALL, found.group()) for found in _SPELLED.finditer(words) if not _limited(words, found)
    )
    yield from ((CONTACT, "an address with @") for _ in _MAIL.finditer(words))


def _small(words: str) -> Iterator[tuple[str, str]]:
    for pattern in (_COUNTED, _LETTER):
        for found in pattern.finditer(words):
            if not _limited(words, found):
                yield SMALL, _masked(found.group())


def _few(words: str) -> Iterator[tuple[str, str]]:
    for found in _PART.finditer(words):
        k, n = (int(found[name].replace(",", "")) for name in "kn")
        if k > n or _limited(words, found) or not (found["what"] or n >= _SMALLEST):
            continue
        if n < _SMALLEST:
            yield SMALL, _masked(found.group())
        elif (k < _LEAST or n - k < _LEAST) and found["what"]:
            yield FEW, _masked(found.group())


def _limited(words: str, found: re.Match[str]) -> bool:
    """Whether the number is only a limit, a grade or the name of something: fewer than 3, grade 8, table 2."""
    return _AFTER_A_LIMIT.search(words, 0, found.start()) is not None


def _masked(text: str) -> str:
    return re.sub(r"\d", "#", text)
