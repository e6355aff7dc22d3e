"""Choose the fullest wording of a sentence that can be taken in at once: in every language as in English.

Other languages take more words, or fewer, for the same. So that all say the same of a row, what English has room for is
said in each.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from sesec_analysis import i18n, i18n_files
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording.numbers import Printed

__all__ = [
    "LONGEST",
    "LONGEST_OF_CHANGE",
    "Room",
    "Way",
    "as_in_english",
    "first_fitting",
    "fits",
    "grade_phrases",
    "room_in_english",
    "word_count",
]


LONGEST = 30
"""Words in one sentence."""

LONGEST_OF_CHANGE = 25
"""Words in one sentence about a change over the years, and about what happened in between."""


@dataclass
class _Choices:
    """Whether each text that was tried is short enough: as those before it were, or else by its own length."""

    before: Iterator[bool] | None = None
    made: list[bool] = field(default_factory=list)

    def fits(self, words: int, most: int) -> bool:
        """Return whether a text of so many words may stand, where at most so many may."""
        fits = words <= most if self.before is None else next(self.before)
        self.made.append(fits)
        return fits


_CHOICES: ContextVar[_Choices] = ContextVar("choices")


@contextmanager
def _choosing(choices: _Choices) -> Iterator[_Choices]:
    token = _CHOICES.set(choices)
    try:
        yield choices
    finally:
        _CHOICES.reset(token)


def fits(words: int, most: int) -> bool:
    """Tell whether a text of so many words may stand, where at most so many may."""
    return _CHOICES.get(_Choices()).fits(words, most)


Room = tuple[bool, ...]
"""Whether there was room for each text that was tried, one after the other."""


def as_in_english(write: Callable[[], str], room: Callable[[], Room], row: Row) -> str:
    """Return what is written, each text of it as long as the same in English may be.

    Parameters
    ----------
    write
        Writes it in the language asked for.
    room
        What `room_in_english` says of the same; asked where English is not the language, and did not write it before.
    row
        What it is written of. One with a reason is asked for its own room: that may be said with the reason.
    """
    if i18n.language() != i18n_files.ENGLISH:
        before = room() if row.reason else i18n.kept_from_english("room", (row,), room)
        with _choosing(_Choices(iter(before))):
            return write()
    with _choosing(_Choices()) as choices:
        text = write()
    i18n.kept_from_english("room", (row,), lambda: tuple(choices.made))
    return text


def room_in_english(write: Callable[[], str]) -> Room:
    """Return for what there is room where something is written in English."""
    with i18n.spoken(i18n_files.ENGLISH), _choosing(_Choices()) as choices:
        write()
    return tuple(choices.made)


Way = Callable[[str, str], str]
"""How a sentence is made of a value in words and of the words for its grade."""


def word_count(text: str) -> int:
    """Return the words of the longest sentence in a text.

    Examples
    --------
    >>> word_count("The rate was 6.4 percent. This is for grade 3 in 2016–17.")
    7
    """
    return max(len(part.split()) for part in re.split(r"(?<=[a-z0-9). –][a-z0-9)])\. ", text))


def grade_phrases(grade: str) -> list[str]:
    """Return how a sentence may name its grade: as it is, and without the grades in brackets."""
    return list(dict.fromkeys([grade, re.sub(r" \([^)]*\)", "", grade)]))


def first_fitting(ways: list[Way], longest: int, numbers: Printed, grade: str) -> str | None:
    """Return the first sentence that is short enough: as it is, with its range shortened, then its grade too."""
    for named in grade_phrases(grade):
        for value in (numbers.words, numbers.brief):
            for way in ways:
                text = way(value, named)
                if fits(word_count(text), longest):
                    return text
    return None
