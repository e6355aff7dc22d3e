"""Numbers as a language writes them, and the numbers that a text says."""

import pytest

from sesec_analysis.errors import CatalogError
from sesec_analysis.languages import numbers

TEXTS = [
    "In 2016–17, 31.4% of 1,216 students",
    "77–100%, 2.4–2.6%, +7.1 points, −0.5",
    "$16,521 in School 2120, grades 9 to 12; 12,216.55",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("code", ["es", "vi", "so", "qps"])
def test_written__says_the_same_numbers(text, code):
    told = numbers.written(text, code)
    assert numbers.digits(told, code) == numbers.digits(text, "en")


@pytest.mark.parametrize(
    ("code", "told"), [("vi", "31,4% of 1.216"), ("so", "31.4% of 1,216"), ("en", "31.4% of 1,216")]
)
def test_written__is_as_the_language_writes(code, told):
    assert numbers.written("31.4% of 1,216", code) == told


def test_written__leaves_years_codes_and_versions_alone():
    text = "2016–17, 2024-12-01, v1.0.2, x73g, PK–5"
    assert numbers.written(text, "vi") == text


def test_written__refuses_a_language_that_nobody_knows():
    with pytest.raises(CatalogError, match="'xx'"):
        numbers.written("1.5", "xx")


def test_spelled__takes_the_longest_word_and_no_part_of_one():
    assert numbers.spelled("Twelve of twenty schools; often, tenfold", "en") == [12, 20]
    assert numbers.spelled("veintiuno, no dosis", "es") == [21]


def test_words__refuses_a_language_without_its_number_words():
    with pytest.raises(CatalogError, match="number words") as refused:
        numbers.words("am")
    assert "am.yml" in str(refused.value)
