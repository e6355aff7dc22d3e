"""Texts in another language: a catalogue that lists them all, files of translations, and a language made for trials."""

import pytest

from sesec_analysis import catalog, i18n, i18n_files
from sesec_analysis.errors import CatalogError


@pytest.fixture
def translated(tmp_path, monkeypatch):
    """Write a file of translations and ask for its language, one that has no other: what was read of it is kept."""

    def write(texts, code="eo"):
        lines = [f'msgid "{text}"\nmsgstr "{said}"\n' for text, said in texts.items()]
        (tmp_path / f"{code}.po").write_text("\n".join(lines), encoding="utf-8")
        monkeypatch.setattr(i18n_files, "folder", lambda: tmp_path)
        i18n._translations.cache_clear()
        monkeypatch.setenv(i18n.VARIABLE, code)

    yield write
    i18n._translations.cache_clear()


@pytest.mark.slow
def test_gathered__has_the_same_places_for_one_thing_and_for_many(every_text):
    pairs = [text for text in every_text if isinstance(text, tuple)]
    odd = [
        pair for pair in pairs if len({frozenset(i18n_files.places_in(one)) for one in pair}) > 1
    ]
    assert odd == []


def test_translate__fills_a_translation_with_the_same_names(translated):
    translated({"In {year}, {n} students were enrolled.": "{n} estudiantes en {year}."})
    assert (
        i18n.translate("In {year}, {n} students were enrolled.", year=2019, n=5)
        == "5 estudiantes en 2019."
    )


def test_translate__keeps_english_where_nothing_is_translated(translated):
    translated({"Students": ""})
    assert i18n.translate("Students") == "Students"
    assert i18n.translate("at least {number}", number="40") == "at least 40"


@pytest.mark.slow
def test_catalog__is_read_in_each_language_by_itself(translated):
    before = catalog.indicator("math_met").title
    translated({"Met the standard in mathematics": "Cumplieron en matemáticas"}, "ia")
    assert catalog.indicator("math_met").title == "Cumplieron en matemáticas"
    assert before == "Met the standard in mathematics"


def test_read__refuses_a_translation_that_lost_a_place(translated):
    translated({"In {year}, they met it.": "En {ano}, lo lograron."})
    with pytest.raises(CatalogError, match="other places"):
        i18n.translate("In {year}, they met it.")


def test_translate__refuses_a_language_that_nobody_translated(monkeypatch):
    monkeypatch.setenv(i18n.VARIABLE, "xx")
    with pytest.raises(CatalogError, match="no translation 'xx'"):
        i18n.translate("Students")


def test_updated__keeps_what_is_translated_and_adds_the_rest(translated):
    translated({"Students": "Estudiantes", "Gone": "Ido"})
    renewed = i18n_files.update_po("eo", ["Students", "Schools"])
    assert {one.id: one.string or "" for one in renewed if one.id} == {
        "Schools": "",
        "Students": "Estudiantes",
    }


@pytest.mark.parametrize("code", ["en", "qps", "nowhere", "../es", "am", "zh_Hant", "sr"])
def test_checked__refuses_what_is_no_language_to_translate_into(code):
    with pytest.raises(CatalogError):
        i18n_files.check_code(code)
