"""What families read in their own language: nothing of it is left in English but names."""

import html
import re
from functools import cache

import built_editions
import pytest

from sesec_analysis import catalog, i18n, i18n_files
from sesec_analysis.editions import editions
from sesec_analysis.editions.documents import crossing
from sesec_analysis.verdict import phrases

pytestmark = pytest.mark.slow

NAMES = re.compile(r"Southeast Seattle Education Coalition|Seattle Public Schools|findings\.html")
PIECE = 10
"""Letters of a piece of a message between its places, from which on it is looked for."""


@cache
def english(code):
    """Every text of ours, or piece of one between its places, that a language says in other words."""
    said = set()
    for entry in i18n_files.read(i18n_files.folder() / f"{code}.po"):
        said |= {form.casefold() for form in i18n_files.forms(entry.string)}
    found = set()
    for text in phrases.messages():
        for piece in re.split(r"\{\w*\}", text):
            words = piece.strip(" .,:;()%").casefold()
            if " " in words and len(words) >= PIECE and not any(words in one for one in said):
                found.add(words)
    return sorted(found)


@cache
def names():
    """Names that no language changes: of schools, of publishers and what they publish."""
    known = {
        name for school in catalog.schools().values() for name in (school.name, school.short_name)
    }
    for source in catalog.sources().values():
        known |= {source.publisher, source.title, *(one.title for one in source.releases.values())}
    return re.compile("|".join(map(re.escape, sorted(filter(None, known), key=len, reverse=True))))


def visible(page):
    """The texts of a page, without what says in English how far a translation can be trusted, and without names."""
    page = re.sub(
        r'(?s)<(script|style|head)\b.*?</\1>|<(?!html)(\w+)[^>]* lang="en".*?</\2>', " ", page
    )
    spoken = re.findall(r'(?:alt|aria-label)="([^"]*)"', page)
    texts = [html.unescape(text) for text in (*re.split(r"<[^>]+>", page), *spoken)]
    return [NAMES.sub(" ", names().sub(" ", text)).casefold() for text in texts if text.strip()]


def left(page, code):
    """The pieces of ours that stand on a page in English, each with the text it stands in."""
    return [
        f"{piece}: {text.strip()[:80]}"
        for text in set(visible(page))
        for piece in english(code)
        if piece in text and re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", text)
    ]


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    return built_editions.built(editions.find("latest"), tmp_path_factory)


LANGUAGES = [code for code in i18n.languages() if code not in (i18n.ENGLISH, i18n.PSEUDO)]


@pytest.mark.parametrize("code", LANGUAGES)
def test_summary__has_no_english_left(edition, code):
    page = (edition / crossing.names("summary", code).page).read_text("utf-8")
    assert left(page, code) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_left__finds_a_text_of_ours_in_english(edition, code):
    page = (edition / crossing.names("summary").page).read_text("utf-8")
    assert len(left(page, code)) > 30
    planted = "<p>In 2024–25, 12 percent of students attended school regularly.</p>"
    assert left(planted, code)
