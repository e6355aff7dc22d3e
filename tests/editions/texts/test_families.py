"""Families read two forms in their own language, whole: no text of these is left in English or loses a part."""

import functools
import re

import pytest

from sesec_analysis import i18n, i18n_files
from sesec_analysis.editions.texts import families, messages

LANGUAGES = [code for code in i18n_files.languages() if code not in (i18n.ENGLISH, i18n.PSEUDO)]
"""Those with a file of translations."""

MARKUP = re.compile(r"\*\*|`|<[^>]+>|\[|\]\(|[▲▼●○]|SHA-256|https?://\S+")
ENDS = ".:?"


def entries(code):
    """The messages of a language, each with its forms in English and in the language."""
    for one in i18n_files.read_translations(i18n_files.folder() / f"{code}.po"):
        if one.id:
            yield i18n_files.forms(one.id), i18n_files.forms(one.string)


@pytest.fixture(scope="module", autouse=True)
def _places_are_read_once():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(families, "places", functools.cache(families.places))
        yield


@pytest.fixture
def gathered(every_text, monkeypatch):
    monkeypatch.setattr(messages, "gather_texts", lambda: every_text)


@pytest.mark.parametrize("code", LANGUAGES)
def test_untranslated__is_nothing_of_what_families_read(code):
    """If it is: run `sesec words CODE` and fill in what is empty in data/words/CODE.po."""
    assert families.untranslated_texts(code) == []


@pytest.mark.slow
@pytest.mark.usefixtures("gathered")
@pytest.mark.parametrize("code", LANGUAGES)
def test_translation__keeps_what_is_translated_and_adds_nothing(code):
    """The file is as `sesec words CODE` writes it."""
    written = (i18n_files.folder() / f"{code}.po").read_bytes()
    assert written == i18n_files.write_translations(i18n_files.update_po(code, families.places()))


def test_places__are_of_every_part_of_both_forms():
    told = families.places()
    assert told["What goes well"] == "paragraph"  # of the summary
    assert told["Key numbers of the school"] == "paragraph"  # of the front of a fact sheet
    assert told["Met the standard in mathematics"].startswith("name of")
    assert told["{what} in {here} fell {size}, {first} to {year}"].startswith("sentence")
    assert told["Skip to the report"].startswith("page")


@pytest.mark.parametrize("code", LANGUAGES)
def test_translations__have_the_markup_of_their_english(code):
    odd = []
    for english, said in entries(code):
        kept = sorted(MARKUP.findall(english[-1]))
        odd += [form for form in said if sorted(MARKUP.findall(form)) != kept]
        ends = english[-1][-1] if english[-1][-1] in ENDS else ""
        odd += [form for form in said if (form[-1] if form[-1] in ENDS else "") != ends]
        odd += [form for form in said if form != form.strip() or "  " in form]
    assert odd == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_translations__say_opposites_in_unlike_words(code):
    """Better is not worse, and a rise is no fall: texts that differ in English differ in every language."""
    said = dict(entries(code))
    pairs = [("better", "worse"), ("higher", "lower"), ("rose", "fell"), ("up", "down")]
    checked = 0
    for english, forms in said.items():
        for one, other in pairs:
            turned = tuple(re.sub(rf"\b{one}\b", other, text) for text in english)
            if turned != english and turned in said:
                assert said[turned] != forms, english
                checked += 1
    assert checked > 40
