"""What families read in their own language: nothing of it is left in English but names."""

import html
import re
import zipfile
from functools import cache

import built_editions
import family_forms
import proofs
import pytest
from built_editions import SEED
from conftest import gathered_texts
from pypdf import PdfReader

from sesec_analysis import catalog, i18n, i18n_files
from sesec_analysis.editions import editions
from sesec_analysis.editions.documents import crossing

pytestmark = pytest.mark.slow

NAMES = re.compile(
    r"Southeast Seattle Education Coalition|Seattle Public Schools|Seattle|SESEC|findings\.html"
)


@cache
def messages():
    """Every English text that readers see, in all its forms."""
    return [form for text in gathered_texts() for form in i18n_files.forms(text)]


@cache
def names():
    """Names that no language changes: of schools, of publishers and what they publish."""
    known = {
        name
        for school in catalog.schools().values()
        for name in (school.name, school.short_name, *school.earlier_names.split("; "))
    }
    for source in catalog.sources().values():
        known |= {source.publisher, source.publisher_short, source.title}
        known |= {one.title for one in source.releases.values()}
    return re.compile("|".join(map(re.escape, sorted(filter(None, known), key=len, reverse=True))))


def visible(page):
    """The texts of a page, without what says in English how far a translation can be trusted, and without names."""
    page = re.sub(
        r'(?s)<(script|style|head)\b.*?</\1>|<(?!html)(\w+)[^>]* lang="en".*?</\2>', " ", page
    )
    spoken = re.findall(r'(?:alt|aria-label)="([^"]*)"', page)
    texts = [html.unescape(text) for text in (*re.split(r"<[^>]+>", page), *spoken)]
    return [NAMES.sub(" ", names().sub(" ", text)).casefold() for text in texts if text.strip()]


WORD = re.compile(r"[^\W\d_]{3,}")


@cache
def english_words(code):
    """Words of our English texts that no text of a language has."""
    entries = i18n_files.read_translations(i18n_files.folder() / f"{code}.po")
    said = [form for entry in entries for form in i18n_files.forms(entry.string)]
    own = {word for text in said for word in WORD.findall(text.casefold())}
    texts = (re.sub(r"\{\w*\}|`[^`]*`", " ", text) for text in messages())
    return {word for text in texts for word in WORD.findall(text.casefold())} - own


def left_words(texts, code):
    """The English words of texts, each with the text it stands in."""
    ours = english_words(code)
    return [
        f"{word}: {text.strip()[:90]}"
        for text in sorted(set(texts))
        for word in WORD.findall(text)
        if word in ours
    ]


def written(docx):
    """The texts of a Word file, without those in English and without names."""
    with zipfile.ZipFile(docx) as file:
        body = file.read("word/document.xml").decode()
    body = re.sub(r'(?s)<w:r>(?:(?!</w:r>).)*?w:lang w:val="en(?:(?!</w:r>).)*?</w:r>', "", body)
    paragraphs = re.findall(r"(?s)<w:p[ >].*?</w:p>", body)
    texts = ["".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", one)) for one in paragraphs]
    return [NAMES.sub(" ", names().sub(" ", html.unescape(text))).casefold() for text in texts]


def in_english(page):
    """The texts that a page says in English, each by itself: how far its translation can be trusted."""
    found = re.findall(r'(?s)<(?!html)(\w+)[^>]* lang="en"[^>]*>(.*?)</\1>', page)
    texts = (text for _, inner in found for text in re.split(r"<[^>]+>", inner))
    return [" ".join(html.unescape(text).split()) for text in texts if text.strip()]


def set_in_type(pdf, page):
    """The text of a PDF, without what its page says in English and without names."""
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(pdf).pages)
    text = re.sub(r"(?<=[a-zà-ÿ])[-\u00ad\u2010]\n(?=[a-zà-ÿ])", "", text)
    text = " ".join(re.sub(r"-\n|\u00ad", "-", text).split())
    for said in sorted(in_english(page), key=len, reverse=True):
        text = text.replace(said, " ")
    return NAMES.sub(" ", names().sub(" ", text)).casefold()


def forms(form, factory):
    """The folder of a form of the newest year."""
    if form == "summary":
        return built_editions.built(editions.find("latest"), factory)
    return family_forms.shelf(factory) / family_forms.SCHOOLS[form]


LANGUAGES = [code for code in i18n_files.languages() if code not in (i18n.ENGLISH, i18n.PSEUDO)]
SHEETS = ["3327", "4277"]  # of a high school, and of one that closed
FORMS = [(form, code) for form in ("summary", *SHEETS) for code in LANGUAGES]


@pytest.mark.proof(
    "Nothing that families read is left in English",
    seed=SEED,
    tried="every form of the newest summary and of two sheets, in every language",
)
@pytest.mark.parametrize(("form", "code"), proofs.sample(FORMS, 2, seed=SEED, always=[FORMS[-1]]))
def test_form__has_no_english_left(form, code, tmp_path_factory):
    folder = forms(form, tmp_path_factory)
    names_of = crossing.names("summary" if form == "summary" else "sheet", code)
    page = (folder / names_of.page).read_text("utf-8")
    assert left_words(visible(page), code) == []
    assert left_words(written(folder / names_of.docx), code) == []
    assert left_words([set_in_type(folder / names_of.pdf, page)], code) == []
