"""Who owns a text: messages with their places filled, names, strings that stand ready; and nobody else."""

import pytest

from sesec_analysis.verdict.phrases import Owners, Phrases, is_whole, refusals

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
