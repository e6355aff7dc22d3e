"""How hard a text is to read: the Flesch-Kincaid grade of textstat, names replaced by plain words of like length.

A reader meets the names of places, tests and groups again and again; what is measured is the language around them. The
dictionary of syllables that textstat fetches is not at hand in a closed network, so syllables are counted by vowels,
which finds a few too many rather than too few.
"""

import re

import pytest
import textstat
from textstat.backend.counts import _count_syllables

NAMES = {
    "Superintendent of Public Instruction": "the school office",
    "American Community Survey": "the home survey",
    "Southeast Seattle": "this place",
    "Seattle Public Schools": "the district",
    "English language arts": "reading",
    "mathematics": "math",
    "Learning Assistance Program": "the help program",
    "Smarter Balanced": "the new test",
    "Rainier Valley": "one hill",
    "Lake Washington": "the lake",
    "Hispanic or Latino": "Black",
    "American Indian or Alaska Native": "Black",
    "Native Hawaiian or Pacific Islander": "Black",
    "multilingual learners": "new readers",
    "low-income families": "poor homes",
    "disabilities": "needs",
    "Newcombe's": "one kind",
    "kindergarten": "first grade",
}
"""Names, and the plain words that stand for them while a text is measured."""


class _Syllables:
    """Stands for textstat's dictionary: a word's vowel groups, without a silent e at its end."""

    def __getitem__(self, word: str) -> list[list[str]]:
        groups = len(re.findall(r"[aeiouy]+", word))
        silent = re.search(r"[^aeiouyl]e$|[^aeiouydt]ed$|[^aeiouycgsxz]es$", word) and groups > 1
        return [["1"] * max(1, groups - bool(silent))]


@pytest.fixture
def by_vowels(monkeypatch):
    monkeypatch.setattr(_count_syllables, "get_cmudict", lambda lang: _Syllables())


def plain(text: str) -> str:
    """A text without its markup, its names replaced."""
    text = re.sub(r"[*`“”]|\]\([^)]*\)|\[", "", text)
    for name, word in NAMES.items():
        text = re.sub(re.escape(name), word, text, flags=re.IGNORECASE)
    return text


def sentences(text: str) -> list[str]:
    """The sentences of a text; a colon or semicolon ends a part that can be read by itself."""
    return [part for part in re.split(r"(?<=[.?!:;])\s+", text) if len(part.split()) > 2]


def grade(text: str) -> float:
    return float(textstat.flesch_kincaid_grade(text))
