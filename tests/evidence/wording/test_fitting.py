"""Every language says what English has the room to say, however many words it takes for it."""

import re

import pytest

import sesec_analysis as sa
from sesec_analysis import i18n
from sesec_analysis.evidence.finding import findings
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording import fitting

BOTH = {"up_to": 2025, "place": ["southeast_seattle", "rest_of_seattle"]}
DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


ROW = Row("ela_met", 2024, "place", "seattle", "Seattle", "03", "all", "all", "rate", "")


def spoken_in(code, write):
    with i18n.spoken(code):
        return write()


def long_or_short(most):
    """Say it at length where that is at most so many words, in the language asked for."""
    said = {"en": "in four words here", "es": "en nada menos que siete palabras seguidas"}
    text = said[i18n.language()]
    return text if fitting.fits(len(text.split()), most) else f"briefly {i18n.language()}"


@pytest.mark.parametrize(
    ("most", "said"), [(4, "en nada menos que siete palabras seguidas"), (3, "briefly es")]
)
def test_as_in_english__takes_the_length_that_english_has_room_for(most, said):
    def write():
        return long_or_short(most)

    def room():
        return fitting.room_in_english(write)

    assert spoken_in("es", lambda: fitting.as_in_english(write, room, ROW)) == said


def test_as_in_english__leaves_english_to_its_own_length():
    assert fitting.as_in_english(lambda: long_or_short(3), lambda: 1 / 0, ROW) == "briefly en"
    assert long_or_short(4) == "in four words here"  # nothing is remembered


def test_as_in_english__takes_the_room_that_english_took_before():
    i18n.keep()
    try:
        fitting.as_in_english(lambda: long_or_short(3), lambda: 1 / 0, ROW)
        written = spoken_in(
            "es", lambda: fitting.as_in_english(lambda: long_or_short(9), lambda: 1 / 0, ROW)
        )
    finally:
        i18n.forget()
    assert written == "briefly es"


@pytest.mark.slow
@pytest.mark.parametrize("code", ["es", "so", "vi", i18n.PSEUDO])
def test_sentences__have_the_same_numbers_in_every_language(code):
    met = sa.then_and_now("math_met", **BOTH, grade_level="all", student_group="all")
    sent_home = sa.then_and_now("disciplined", **BOTH, grade_level="all", student_group="all")
    by_race = sa.newest("ela_met", **BOTH, grade_level="03", student_group_type="race_ethnicity")
    ends = {"place": "southeast_seattle", "reference": "rest_of_seattle"}
    tables = [sa.rates(met), sa.progress(met, **ends), sa.progress(sent_home, **ends)]
    compared = 0
    for estimates in (*tables, sa.rates(by_race)):
        english = [(one.sentence(), one.headline) for one in findings(estimates)]
        with i18n.spoken(code):
            spoken = [(one.sentence(), one.headline) for one in findings(estimates)]
        for before, after in zip(english, spoken, strict=True):
            assert before[0] != after[0]
            told = (
                after if after[1] else after[:1]
            )  # not every headline has words in every language
            for one, other in zip(before, told, strict=False):
                assert sorted(DIGITS.findall(one)) == sorted(DIGITS.findall(other)), other
                compared += 1
    assert compared > 30
