"""What families read in their own languages: the same findings and numbers as in English, and as easy to reach."""

import html
import json
import random
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import barriers
import built_editions
import family_forms
import proofs
import pytest
from built_editions import SEED
from family_forms import drawn, untrue
from printed_pages import sizes_of_words_in_pictures
from pypdf import PdfReader

from sesec_analysis import i18n, i18n_files
from sesec_analysis.editions import editions
from sesec_analysis.editions.documents import crossing, stored
from sesec_analysis.editions.documents.blocks import TableBlock
from sesec_analysis.languages import numbers
from sesec_analysis.verdict import owning, translating

pytestmark = pytest.mark.slow

CODES = [code for code in i18n.languages() if code not in (i18n.ENGLISH, i18n.PSEUDO)]


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    return built_editions.built(editions.find("latest"), tmp_path_factory)


@pytest.fixture(scope="module")
def read(edition):
    return stored.read(edition), stored.imprint(edition)


@pytest.mark.proof(
    "Translations say the numbers of their English form",
    seed=SEED,
    tried="every text and record of the translated summaries of nine editions, and of four sheets of each year",
)
@pytest.mark.parametrize("name", proofs.sample(built_editions.published(), 1, seed=SEED))
def test_translation__says_the_same_numbers(name, tmp_path_factory, record_property):
    summary = family_forms.summary(name, tmp_path_factory)
    schools = drawn(name, proofs.cases(4, 1))
    sheets = family_forms.sheets(name, schools, tmp_path_factory)
    record_property("texts compared", sum(map(compared, [summary, *sheets])))
    record_property("sheets", len(sheets))


def test_translation__says_the_same_numbers_in_a_certified_edition(edition):
    assert compared(edition) > 300


def in_digits(text):
    """The words of a text that have digits."""
    return {word.strip(".,;:()") for word in text.split() if re.search(r"\d", word)}


def compared(folder):
    """Hold the translations of a folder against their English form; return how many texts that were."""
    document, meta = stored.read(folder), stored.imprint(folder)
    told_in = [one.language for one in document.translations]
    assert set(told_in) in ({*CODES}, {*family_forms.LANGUAGES})
    assert untrue(document, meta) == []
    texts = 0
    for one in document.translations:
        page = (folder / crossing.names(one.layout, one.language).page).read_text("utf-8")
        page = re.sub(r"</?span[^>]*>", "", page)  # a year or a range is held together by one
        shown = in_digits(html.unescape(re.sub(r"<[^>]+>", " ", page)))
        for block in one.blocks:
            for part, text in owning.words_of(block):
                texts += 1
                if isinstance(block, TableBlock) and part.startswith(", row") and text:
                    said = numbers.written(text, one.language)
                    assert in_digits(said) <= shown, text
        english = next(whole for whole in document.all if whole.layout == one.layout)
        told, said = ([record["id"] for record in records(whole)] for whole in (one, english))
        assert told
        assert told == said[: len(told)]
    return texts


def records(document):
    return [record for block in document.blocks for record in getattr(block, "findings", ())]


def in_sections(document, change):
    parts = [replace(part, blocks=tuple(map(change, part.blocks))) for part in document.sections]
    return replace(document, sections=tuple(parts))


def planted(document, change, code="es"):
    """An edition with the translation into one language alone, changed."""
    [told] = (one for one in document.translations if one.language == code)
    return replace(document, translations=(change(told),))


FIGURE = re.compile(r"(?<![\w.,–])\d+(?:\.\d+)?%?(?![\w.,–]*\d)")
DIGITS = {
    "another": lambda said: FIGURE.sub("77%", said, count=1),
    "missing": lambda said: FIGURE.sub("", said, count=1),
    "doubled": lambda said: FIGURE.sub(r"\g<0> \g<0>", said, count=1),
    "as a fraction": lambda said: FIGURE.sub("0.777", said, count=1),
    "with a comma": lambda said: FIGURE.sub("7,7%", said, count=1),
    "in other digits": lambda said: FIGURE.sub("\u0667\u0667%", said, count=1),
}
WORDS = {
    "es": ("Doce.", "La mitad.", "Ninguno.", "Uno de cada tres."),
    "vi": ("Mười hai.", "Một nửa.", "Không em nào.", "Ba phần tư."),
    "so": ("Laba iyo toban.", "Nuskii.", "Midna.", "Saddex rubuc."),
}
"""Twelve, a half, none and a share of so many parts, in the number words of each language."""


def exchanged(one, block, new):
    """A document with another block in the place of one."""
    return in_sections(one, lambda old: new if old is block else old)


def in_table(one, change):
    """A translation with the first number of its first table changed, and where that stands."""
    for place, block in owning.placed(one):
        for at, row in enumerate(block.table.rows if isinstance(block, TableBlock) else (), 1):
            for column, cell in enumerate(row):
                if FIGURE.search(cell):
                    told = (*row[:column], change(cell), *row[column + 1 :])
                    rows = (*block.table.rows[: at - 1], told, *block.table.rows[at:])
                    new = replace(block, table=replace(block.table, rows=rows))
                    return exchanged(one, block, new), f"{place}, row {at}"
    raise AssertionError


def in_note(one, change):
    """A translation with the first number changed that a note under a table says, and where that stands."""
    for place, block in owning.placed(one):
        if isinstance(block, TableBlock) and FIGURE.search(block.note):
            new = replace(block, note=change(block.note))
            return exchanged(one, block, new), f"{place}, note"
    raise AssertionError


def in_record(one, change):
    """A translation with the first number of its first record changed, and where that stands."""
    at = next(at for at, record in enumerate(one.findings) if FIGURE.search(record["sentence"]))
    record = {**one.findings[at], "sentence": change(one.findings[at]["sentence"])}
    told = replace(one, findings=(*one.findings[:at], record, *one.findings[at + 1 :]))
    return told, f"findings.json {record['id']}, sentence"


PLACES = (in_table, in_note, in_record)


def drawn_plants():
    """Plants for each language, each in a place drawn by the seed: in all of its words, and in half of the digits."""
    chance = random.Random(f"{SEED} plants")
    for code in CODES:
        assert code in WORDS, "name some of its number words there"
        for name in chance.sample(sorted(DIGITS), 3):
            yield pytest.param(code, DIGITS[name], chance.choice(PLACES), id=f"{code}-{name}")
        for word in WORDS[code]:
            yield pytest.param(
                code, f"{{}} {word}".format, chance.choice(PLACES), id=f"{code}-{word}"
            )


@pytest.mark.parametrize(("code", "plant", "place"), [*drawn_plants()])
def test_untrue__names_file_and_place_of_a_planted_number(code, plant, place, read):
    document, meta = read
    [one] = (one for one in document.translations if one.language == code)
    told, where = place(one, plant)
    assert told != one
    found = [fault.where for fault in untrue(planted(document, lambda _: told, code), meta)]
    name, _, rest = where.partition(" ")
    assert f"{crossing.in_language(name, code)} {rest}" in found


def test_untrue__finds_numbers_that_changed_places(read):
    document, meta = read

    def of_two_records(one):
        first, second, *others = one.findings
        told = [
            {**first, "sentence": second["sentence"]},
            {**second, "sentence": first["sentence"]},
        ]
        return replace(one, findings=(*told, *others))

    def of_two_rows(block):
        if not isinstance(block, TableBlock):
            return block
        (one, *rest), (other, *more), *rows = block.table.rows
        rows = ((other, *rest), (one, *more), *rows)
        return replace(block, table=replace(block.table, rows=rows))

    for change in (of_two_records, lambda one: in_sections(one, of_two_rows)):
        faults = untrue(planted(document, change), meta)
        assert len(faults) >= 2


def test_untrue__finds_a_record_that_says_another_count(read):
    document, meta = read

    def counted(one):
        told = {**one.findings[0], "n": 12345}
        return replace(one, findings=(told, *one.findings[1:]))

    where = [fault.where for fault in untrue(planted(document, counted), meta)]
    assert any(place.endswith(", n") for place in where)


def test_untrue__refuses_a_language_that_it_cannot_read(read):
    document, meta = read
    strange = planted(document, lambda one: replace(one, language="am"))
    assert [fault.what for fault in untrue(strange, meta)][:1] == [
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


@pytest.mark.parametrize("code", ["", *CODES])
def test_pdf__sets_the_words_of_pictures_in_eight_points_or_more(code, edition):
    sizes = sizes_of_words_in_pictures(edition / crossing.names("summary", code).pdf)
    assert len(sizes) > 50
    assert min(sizes) >= 8


@pytest.mark.parametrize("code", CODES)
def test_page__passes_axe_and_leads_to_every_language(edition, code, browser_page):
    visit = browser_page(edition / crossing.names("summary", code).page)
    links = visit.page.locator("nav.languages li").all_inner_texts()
    assert links == ["English", *(i18n_files.own_name(other) for other in CODES)]
    assert barriers.found(visit.page) == []


def test_run__names_the_title_in_each_language(edition):
    run = json.loads((edition / "run.json").read_text("utf-8"))
    assert list(run["titles"]) == CODES
