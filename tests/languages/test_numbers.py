"""Numbers as a language writes them, and the numbers that a text says."""

import re
import shutil

import pytest

from sesec_analysis import i18n, i18n_files
from sesec_analysis.errors import CatalogError
from sesec_analysis.languages import numbers

TEXTS = [
    "In 2016–17, 31.4% of 1,216 students",
    "77–100%, 2.4–2.6%, +7.1 points, −0.5",
    "$16,521 in School 2120, grades 9 to 12; 12,216.55",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("code", ["es", "vi"])
def test_written__says_the_same_numbers(text, code):
    told = numbers.write_numbers(text, code)
    assert re.findall(r"\d", told) == re.findall(r"\d", text)
    signs = str.maketrans(",.", ".,") if code in ("vi", i18n.PSEUDO) else {}
    assert numbers._in_digits(told.translate(signs)) == numbers._in_digits(text)


@pytest.mark.parametrize(
    ("code", "told"), [("vi", "31,4% of 1.216"), ("so", "31.4% of 1,216"), ("en", "31.4% of 1,216")]
)
def test_written__is_as_the_language_writes(code, told):
    assert numbers.write_numbers("31.4% of 1,216", code) == told


def test_written__leaves_years_codes_and_versions_alone():
    text = "2016–17, 2024-12-01, v1.0.2, x73g, PK–5"
    assert numbers.write_numbers(text, "vi") == text


def test_spelled_in__takes_the_longest_word_and_no_part_of_one():
    assert [*numbers.spelled_in("en")("Twelve of twenty schools; often, tenfold")] == [12, 20]
    assert [*numbers.spelled_in("es")("veintiuno, no dosis")] == [21]


def test_spelled_in__refuses_a_language_without_its_number_words():
    with pytest.raises(CatalogError, match="number words") as refused:
        numbers.spelled_in("am")
    assert "am.yml" in str(refused.value)


CODES = [code for code in i18n_files.languages() if code not in (i18n.ENGLISH, i18n.PSEUDO)]


@pytest.mark.parametrize("code", CODES)
def test_lint__finds_nothing_in_our_translations(code):
    assert numbers.lint(code) == []


@pytest.fixture
def spanish(monkeypatch, tmp_path):
    """Write one Spanish translation, the only one there is."""
    shutil.copytree(i18n_files.folder() / numbers.FOLDER, tmp_path / numbers.FOLDER)
    monkeypatch.setattr(i18n_files, "folder", lambda: tmp_path)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'

    def write(english, translated):
        entry = f'msgid "{english}"\nmsgstr "{translated}"\n'
        (tmp_path / "es.po").write_text(header + entry, "utf-8")

    return write


@pytest.mark.parametrize(
    ("english", "translated"),
    [
        ("Groups under ten students", "Grupos de menos de quince estudiantes"),
        ("Groups under 10 students", "Grupos de menos de 15 estudiantes"),
        ("{n} of 20 schools", "{n} de las escuelas"),
    ],
)
def test_lint__names_a_translation_with_other_numbers(spanish, english, translated):
    spanish(english, translated)
    [line] = numbers.lint("es")
    assert translated in line


@pytest.mark.parametrize(
    ("english", "translated"),
    [
        ("Groups under ten students", "Grupos de menos de 10 estudiantes"),
        ("Both schools", "Las dos escuelas"),
        ("0 means equal", "El cero significa igualdad"),
    ],
)
def test_lint__accepts_a_number_in_digits_or_in_words(spanish, english, translated):
    spanish(english, translated)
    assert numbers.lint("es") == []


def test_lint__refuses_another_placeholder(spanish):
    spanish("{n} schools", "{m} escuelas")
    with pytest.raises(CatalogError, match="other places"):
        numbers.lint("es")
