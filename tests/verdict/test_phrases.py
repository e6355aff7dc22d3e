"""Who owns a text: messages with their places filled, names, strings that stand ready; and what is told of what."""

import pytest

from sesec_analysis import i18n, i18n_files
from sesec_analysis.verdict.phrases import Owners, Pairs, Phrases, is_whole, refusals

PHRASES = Phrases(
    [
        "Not shown: {rows}.",
        "From {low} ({lowest}) to {high} ({highest})",
        "{n} schools of {place} ({reason})",
        "fewer than 10 students",
        "All students",
        "Values are in the table.",
        "{value} of households; {elsewhere} {there}. A range, because incomes are counted together",
    ],
    ["Dunlap", "Southeast Seattle", "Rest of Seattle"],
)
READY = {"45.0%", "5.1%", "2", "between 20.3 and 29.2 percent", "between 15.6 and 22.0 percent"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "All students",
        "Values are in the table.",
        "Dunlap 45.0%. Values are in the table.",
        "From 5.1% (Dunlap) to 45.0% (Southeast Seattle). Values are in the table.",
        "Not shown: 2 schools of Southeast Seattle (fewer than 10 students).",
        "Southeast Seattle, 2018–19",
        "between 20.3 and 29.2 percent of households; Rest of Seattle between 15.6 and 22.0 percent. A range, because "
        "incomes are counted together",
    ],
)
def test_unowned__lets_pass_what_is_put_together_from_what_is_owned(text):
    assert Owners(PHRASES, READY).unowned(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Dunlap 4.0%",
        "Dunlap 45.01%",
        "None of them met it.",
        "All students. Every one of a pair was suspended.",
        "From 5.1% (Dunlap) to 46.0% (Southeast Seattle). Values are in the table.",
        "Not shown: 3 schools of Southeast Seattle (fewer than 10 students).",
        "Not shown: fewer than 9 students.",
        "Dunlap \uff14\uff15.\uff10%",
        "Dunlap 4\u200b5.0%",
        "Dunlap \u0667",
        "Dunlap half a dozen",
        "Dunlap one in 215",
        "lowest: Dunlap",
        "Dunlap IV",
    ],
)
def test_unowned__names_what_is_nobodys(text):
    assert Owners(PHRASES, READY).unowned(text)


def test_unowned__owns_a_number_only_where_it_stands_ready():
    assert Owners(PHRASES, READY).unowned("Dunlap 45.0%") == ""
    assert Owners(PHRASES).unowned("Dunlap 45.0%") == "45.0%"


@pytest.mark.parametrize("text", ["Dunlap 45.0%", "dunlap", "From 5.1% (Dunlap) to 45.0% (Dunlap)"])
def test_unowned__lets_no_name_stand_where_it_is_foreign(text):
    assert Owners(PHRASES, READY).unowned(text) == ""
    assert Owners(PHRASES, READY, foreign={"Dunlap"}).unowned(text)


def test_refusals__are_texts_of_the_code_with_a_place_for_each_value():
    told = refusals()
    assert "no school of {n} has a point on the map" in told
    assert "the schools are of several years" in told
    assert not [text for text in told if not text.replace("{n}", "").strip()]


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("32.9%", True),
        ("Rainier Beach, 7 of 12", True),
        ("from 12 to 15", True),
        ("two  blanks", False),
        ("a tab\tin it", False),
        ("| | | | 7", False),
        ("★", False),
        ("7 " * 250, False),
    ],
)
def test_is_whole__holds_of_no_ready_text_that_is_unowned(text, is_so):
    assert is_whole(text) is is_so
    assert not is_so or not Owners(Phrases([], []), [text]).unowned(text)


NAMES = ("Aki Kurose Middle School", "OSPI", "Report Card SQSS")
PO = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);"

msgid "{n} student"
msgid_plural "{n} students"
msgstr[0] "{n} estudiante"
msgstr[1] "{n} estudiantes"

msgid "{n} of {total} schools"
msgstr "de {total} escuelas, {n}"

msgid "better"
msgstr "mejor"

msgid "worse"
msgstr "peor"

msgid "Source: {source}."
msgstr "Fuente: {source}."

msgid "{first} and {last}"
msgstr "{first} y {last}"

msgid "Grade 3"
msgstr "Grado 3"

msgid "A range holds the value."
msgstr "Un rango contiene el valor."
"""


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    (folder / "es.po").write_text(PO, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(i18n_files, "folder", lambda: folder)
        patch.setattr("sesec_analysis.verdict.phrases.messages", lambda code: ("Median", "better"))
        return Pairs("es", lambda text: text in NAMES)


@pytest.mark.parametrize(
    ("english", "told"),
    [
        ("40.1% (32.0–48.8%)", "40.1% (32.0–48.8%)"),
        ("Aki Kurose Middle School", "Aki Kurose Middle School"),
        ("Median", "Median"),  # it has no translation
        ("Better", "Mejor"),
        ("Better, 2024–25", "Mejor, 2024–25"),
        ("1 student", "1 estudiante"),
        ("227 students", "227 estudiantes"),
        ("3 of 12 schools", "de 12 escuelas, 3"),
        ("Grade 3, 2024–25", "Grado 3, 2024–25"),
        ("better and worse (30 students)", "mejor y peor (30 estudiantes)"),
        (
            "A range holds the value. Source: OSPI, Report Card SQSS, 2018–19, 2023–24.",
            "Un rango contiene el valor. Fuente: OSPI, Report Card SQSS, 2018–19, 2023–24.",
        ),
    ],
)
def test_is_told__knows_what_our_messages_make_of_it(english, told, pairs):
    assert pairs.is_told(english, told)


@pytest.mark.parametrize(
    ("english", "told"),
    [
        ("better", "peor"),
        ("better", "better"),  # it has a translation
        ("Anything", "Anything"),
        ("Better, 2024–25", "Mejor, 2023–24"),
        ("Better, 2024–25", "2024–25, Mejor"),
        ("227 students", "226 estudiantes"),
        ("227 students", "227 estudiante"),
        ("227 students", "227 estudiantes "),
        ("227 students", "227  estudiantes"),
        ("227 students", "227 estudiantes, 227"),
        ("3 of 12 schools", "de 3 escuelas, 12"),
        ("3 of 12 schools", "de 12 escuelas, 12"),
        ("30–40%", "40–30%"),
        ("30 students", "٣٠ estudiantes"),
        ("Grade 3", "Grado 4"),
        ("better and worse", "peor y mejor"),
        ("Aki Kurose Middle School", "OSPI"),
        ("Source: OSPI.", "Fuente: Report Card SQSS."),
        ("A range holds the value. Better", "Un rango contiene el valor."),
        ("30 students", "\ue000 estudiantes"),
    ],
)
def test_is_told__knows_nothing_of_other_words_and_numbers(english, told, pairs):
    assert not pairs.is_told(english, told)


@pytest.mark.parametrize("code", [*i18n.languages()[1:]])
def test_is_told__knows_every_message_without_places(code):
    pairs = Pairs(code, lambda text: False)
    told = "not shown", "All grades", "A range holds the value that full data would show."
    with i18n.spoken(code):
        assert all(pairs.is_told(text, i18n.say(text)) for text in told)
