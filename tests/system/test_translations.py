"""What families read in their own languages: the same findings and numbers as in English, and as easy to reach."""

import html
import re
import zipfile
from pathlib import Path

import barriers
import built_editions
import family_forms
import proofs
import pytest
from built_editions import SEED
from printed_pages import sizes_of_words
from pypdf import PdfReader

from sesec_analysis import i18n, i18n_files
from sesec_analysis.attack.document_walk import words_of
from sesec_analysis.editions import editions
from sesec_analysis.editions.documents import crossing, model
from sesec_analysis.editions.documents.model import TableBlock
from sesec_analysis.languages import numbers

pytestmark = pytest.mark.slow

CODES = [code for code in i18n_files.languages() if code not in (i18n.ENGLISH, i18n.PSEUDO)]


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    return built_editions.built(editions.find("latest"), tmp_path_factory)


def test_translation__says_the_same_numbers_in_certified_forms(edition, tmp_path_factory):
    shelf = family_forms.shelf(tmp_path_factory)
    assert compared(edition) > 300
    assert min(compared(shelf / name) for name in family_forms.SCHOOLS.values()) > 50


def in_digits(text):
    """The words of a text that have digits."""
    return {word.strip(".,;:()") for word in text.split() if re.search(r"\d", word)}


def compared(folder):
    """Hold the translations of a folder against their English form; return how many texts that were."""
    document = model.in_words(model.read_document(folder))
    told_in = [one.language for one in document.translations]
    assert set(told_in) == {*CODES}
    texts = 0
    for one in document.translations:
        page = (folder / crossing.names(one.layout, one.language).page).read_text("utf-8")
        page = re.sub(r"</?span[^>]*>", "", page)  # a year or a range is held together by one
        shown = in_digits(html.unescape(re.sub(r"<[^>]+>", " ", page)))
        for block in one.blocks:
            for part, text in words_of(block):
                texts += 1
                if isinstance(block, TableBlock) and part.startswith(", row") and text:
                    said = numbers.write_numbers(text, one.language)
                    assert in_digits(said) <= shown, text
        english = next(whole for whole in document.all if whole.layout == one.layout)
        told, said = ([record["id"] for record in records(whole)] for whole in (one, english))
        assert told
        assert told == said[: len(told)]
    return texts


def records(document):
    return [record for block in document.blocks for record in getattr(block, "findings", ())]


@pytest.mark.parametrize("code", CODES)
def test_forms__say_their_language_and_how_far_they_can_be_trusted(edition, code):
    names = crossing.names("summary", code)
    page = (edition / names.page).read_text("utf-8")
    assert f'<html lang="{code}">' in page
    assert "Translation not yet reviewed by a speaker" in page
    assert "A machine made this translation" in page
    assert PdfReader(edition / names.pdf).trailer["/Root"]["/Lang"] == code
    with zipfile.ZipFile(edition / names.docx) as word:
        styles, body = (word.read(f"word/{part}.xml").decode() for part in ("styles", "document"))
    assert f'w:val="{code}' in styles
    assert "Translation not yet reviewed by a speaker" in body
    assert 'w:lang w:val="en' in body


@pytest.mark.parametrize("code", proofs.sample(CODES, 1, seed=SEED))
def test_pdf__has_two_pages_and_passes_two_checkers_of_accessibility(edition, code):
    from outloud import check
    from pdfua import validate

    path = edition / crossing.names("summary", code).pdf
    assert len(PdfReader(path).pages) == 2
    assert [str(found) for found in validate(path).findings] == []
    heard = check(str(path))
    assert (heard.error, heard.errors) == (None, 0), heard.findings


def test_pdf__sets_the_words_of_pictures_large_enough(edition):
    sizes = sizes_of_words(edition / crossing.names("summary", "so").pdf)  # its notes are longest
    assert len(sizes) > 50
    assert min(sizes) >= 7.5


@pytest.mark.parametrize("code", proofs.sample(CODES, 1, seed=SEED))
def test_page__passes_axe_and_leads_to_every_language(edition, code, browser_page):
    visit = browser_page(edition / crossing.names("summary", code).page)
    links = visit.page.locator("nav.languages li").all_inner_texts()
    assert links == ["English", *(i18n_files.own_name(other) for other in CODES)]
    assert barriers.found(visit.page) == []
