"""What families read in their own languages: the same findings and numbers as in English, and as easy to reach."""

import json
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import built_editions
import pytest
from axe_playwright_python.sync_playwright import Axe
from built_editions import SEED
from pypdf import PdfReader

from sesec_analysis import i18n, i18n_files
from sesec_analysis.editions import editions
from sesec_analysis.editions.documents import crossing, stored
from sesec_analysis.editions.documents.blocks import TableBlock
from sesec_analysis.languages import numbers
from sesec_analysis.verdict import owning, translating

pytestmark = pytest.mark.slow

CODES = [code for code in i18n.languages() if code not in (i18n.ENGLISH, i18n.PSEUDO)]
MADE_BY = (
    *("sesec_analysis/verdict/translating.py", "sesec_analysis/languages/numbers.py"),
    *("sesec_analysis/editions/documents/spoken.py", "data/words/*.po"),
)


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    return built_editions.built(editions.find("latest"), tmp_path_factory)


@pytest.fixture(scope="module")
def read(edition):
    return stored.read(edition), stored.imprint(edition)


@pytest.mark.proof(
    "Translations say the numbers of their English form",
    of=[*built_editions.NUMBERS, *MADE_BY],
    seed=SEED,
    tried="every text and record of each translated summary",
)
@pytest.mark.parametrize("name", built_editions.tried())
def test_translation__says_the_same_numbers(name, tmp_path_factory, record_property):
    folder = built_editions.built(name, tmp_path_factory)
    document, meta = stored.read(folder), stored.imprint(folder)
    assert [one.language for one in document.translations] == CODES
    assert list(translating.untrue(document, meta)) == []
    english = next(one for one in document.all if one.layout == "summary")
    texts = 0
    for one in document.translations:
        page = (folder / crossing.names("summary", one.language).page).read_text("utf-8")
        for block in one.blocks:
            for part, text in owning.words_of(block):
                texts += 1
                if isinstance(block, TableBlock) and part.startswith(", row") and text:
                    told = numbers.written(text, one.language)
                    assert told in page.replace("&amp;", "&").replace("&#39;", "'"), text
        ids = [[record["id"] for record in records(whole)] for whole in (english, one)]
        assert ids[0] == ids[1]
    record_property("texts compared", texts)


def records(document):
    return [record for block in document.blocks for record in getattr(block, "findings", ())]


def in_sections(document, change):
    parts = [replace(part, blocks=tuple(map(change, part.blocks))) for part in document.sections]
    return replace(document, sections=tuple(parts))


def planted(document, change):
    first, *others = document.translations
    return replace(document, translations=(change(first), *others))


def test_untrue__finds_a_planted_number_in_a_table(read):
    document, meta = read

    def other(block):
        if not isinstance(block, TableBlock):
            return block
        rows = [tuple(re.sub(r"^\d", "7", cell) for cell in row) for row in block.table.rows]
        return replace(block, table=replace(block.table, rows=tuple(rows)))

    changed = planted(document, lambda one: in_sections(one, other))
    assert any("other numbers" in fault.what for fault in translating.untrue(changed, meta))


def test_untrue__finds_a_planted_number_word_and_a_planted_record(read):
    document, meta = read

    def worded(one):
        told = {**one.findings[0], "sentence": f"{one.findings[0]['sentence']} Doce."}
        return replace(one, findings=(told, *one.findings[1:]))

    where = [fault.where for fault in translating.untrue(planted(document, worded), meta)]
    assert any(place.endswith("sentence") for place in where)

    def counted(one):
        told = {**one.findings[0], "n": 12345}
        return replace(one, findings=(told, *one.findings[1:]))

    where = [fault.where for fault in translating.untrue(planted(document, counted), meta)]
    assert any(place.endswith(", n") for place in where)


def test_untrue__refuses_a_language_that_it_cannot_read(read):
    document, meta = read
    strange = planted(document, lambda one: replace(one, language="am"))
    assert [fault.what for fault in translating.untrue(strange, meta)][:1] == [
        "no text of ours is in this language"
    ]


@pytest.mark.parametrize("code", CODES)
def test_mistold__is_nothing_for_our_translations(code):
    assert translating.mistold(code) == ()


def test_mistold__names_a_translation_with_another_number(monkeypatch, tmp_path):
    shutil.copytree(i18n_files.folder() / numbers.FOLDER, tmp_path / numbers.FOLDER)
    entry = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    text = 'msgid "Groups under ten students"\nmsgstr "Grupos de menos de quince estudiantes"\n'
    (tmp_path / "es.po").write_text(entry + text, "utf-8")
    monkeypatch.setattr(i18n_files, "folder", lambda: tmp_path)
    translating.mistold.cache_clear()
    try:
        [fault] = translating.mistold("es")
    finally:
        translating.mistold.cache_clear()
    assert "quince" in fault


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


@pytest.mark.parametrize("code", CODES)
def test_pdf__has_two_pages_and_passes_two_checkers_of_accessibility(edition, code):
    from outloud import check
    from pdfua import validate

    path = edition / crossing.names("summary", code).pdf
    assert len(PdfReader(path).pages) == 2
    assert [str(found) for found in validate(path).findings] == []
    heard = check(str(path))
    assert (heard.error, heard.errors) == (None, 0), heard.findings


@pytest.mark.parametrize("code", CODES)
def test_page__passes_axe_and_leads_to_every_language(edition, code, browser_page):
    visit = browser_page(edition / crossing.names("summary", code).page)
    found = Axe().run(visit.page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    links = visit.page.locator("nav.languages li").all_inner_texts()
    assert links == ["English", *(i18n_files.own_name(other) for other in CODES)]


def test_run__names_the_title_in_each_language(edition):
    run = json.loads((edition / "run.json").read_text("utf-8"))
    assert list(run["titles"]) == CODES
