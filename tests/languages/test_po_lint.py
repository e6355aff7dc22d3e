"""Translations have the placeholders and the numbers of their English text."""

import shutil

import pytest

from sesec_analysis import i18n, i18n_files
from sesec_analysis.errors import CatalogError
from sesec_analysis.languages import numbers, po_lint

CODES = [code for code in i18n.languages() if code not in (i18n.ENGLISH, i18n.PSEUDO)]


@pytest.mark.parametrize("code", CODES)
def test_lint__finds_nothing_in_our_translations(code):
    assert po_lint.lint(code) == []


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
        ("{n} schools", "{n} de 20 escuelas"),
    ],
)
def test_lint__names_a_translation_with_other_numbers(spanish, english, translated):
    spanish(english, translated)
    [line] = po_lint.lint("es")
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
    assert po_lint.lint("es") == []


def test_lint__refuses_another_placeholder(spanish):
    spanish("{n} schools", "{m} escuelas")
    with pytest.raises(CatalogError, match="other places"):
        po_lint.lint("es")


def test_lint__refuses_a_language_whose_number_words_are_unknown():
    with pytest.raises(CatalogError, match="number words"):
        po_lint.lint("am")
