"""The rules of our language: plain, of people first, and the same for every group."""

import json
import re
from pathlib import Path

import pytest
import textstat
from printed_samples import contrast
from textstat.backend.counts import _count_syllables

from sesec_analysis import catalog
from sesec_analysis.editions.documents import prose as documents_prose
from sesec_analysis.figures import style

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


ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks" / "reports").glob("*.ipynb"))
GRADE, HARDEST = 9, 14  # of a section on average; of any one sentence of it
AA_TEXT, AA_SHAPE = 4.5, 3.0


def sections(path: Path) -> dict[str, list[str]]:
    """The paragraphs of a notebook by section, without its headings."""
    found: dict[str, list[str]] = {}
    section = "the beginning"
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        source = "".join(cell["source"])
        for part in documents_prose.paragraphs(source) if cell["cell_type"] == "markdown" else ():
            heading = re.search(rf"(?m)^(#+) {re.escape(part)}$", source)
            section = part if heading and len(heading[1]) == 2 else section
            if not heading:
                found.setdefault(section, []).append(plain(part))
    return found


@pytest.mark.usefixtures("by_vowels")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_prose__is_at_a_ninth_grade_level(path):
    grades = {name: grade(" ".join(parts)) for name, parts in sections(path).items()}
    assert {name: found for name, found in grades.items() if found > GRADE} == {}


def test_group_types__stand_in_alphabetical_order():
    for code, kind in catalog.group_types().items():
        if code == "age":  # in order of age
            continue
        labels = [group.label for group in kind.groups.values()]
        assert labels == sorted(labels), code


def test_group_labels__lump_nobody_together():
    for kind in catalog.group_types().values():
        for group in kind.groups.values():
            assert not re.fullmatch(r"(?i)(all )?(other|rest|unknown)s?( groups)?", group.label)
            assert not re.match(r"(?i)(other|non-?white|minorit)", group.people)


@pytest.mark.parametrize("color", [style.INK, style.QUIET, style.ACCENT])
def test_palette__words_stand_out_on_white(color):
    assert contrast(color) >= AA_TEXT


@pytest.mark.parametrize(
    "color",
    sorted({*style.LINES, *style.TONES, style.FADED, style.PLAIN}),
)
def test_palette__marks_stand_out_on_white(color):
    assert contrast(color) >= AA_SHAPE


SAMPLES = {
    "people": "Black students",
    "place": "Southeast Seattle",
    "reference": "White students",
    "year": "2019",
    "grade": " in grade 3",
    "value": "12 percent",
    "kind": "race",
    "where": " in this place",
    "against": "in the rest of town",
    "pair": "for Black students",
    "among": "by race",
}
"""What stands in the places of a text while it is measured; elsewhere a number."""


def said_in_full(every_text) -> list[str]:
    """Every sentence of every text, its places filled, that is long enough to be measured."""
    texts = [one if isinstance(one, str) else one[1] for one in every_text]
    filled = [re.sub(r"\{(\w+)\}", lambda found: SAMPLES.get(found[1], "10"), one) for one in texts]
    return [one for each in filled for one in sentences(plain(each)) if len(one.split()) > 6]


@pytest.mark.slow
@pytest.mark.usefixtures("by_vowels")
def test_texts__are_at_a_ninth_grade_level(every_text):
    """Sentences of findings, captions, notes, definitions and notices, not prose alone."""
    grades = [grade(one) for one in said_in_full(every_text)]
    assert len(grades) > 1000
    assert sum(grades) / len(grades) <= GRADE - 2
    assert (
        sum(found > 12 for found in grades) <= 28
    )  # the longest names, in the longest way of saying it


@pytest.mark.slow
@pytest.mark.usefixtures("by_vowels")
def test_texts__have_no_sentence_that_only_a_scholar_reads(every_text):
    assert {one: grade(one) for one in said_in_full(every_text) if grade(one) > HARDEST} == {}
