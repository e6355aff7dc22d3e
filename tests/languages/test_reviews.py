"""A reviewer reads each text beside its English, and what is signed is one state of a file."""

import datetime
import re

import pytest

from sesec_analysis import i18n, i18n_files
from sesec_analysis.errors import CatalogError
from sesec_analysis.files import sha256_of
from sesec_analysis.languages import reviews

DAY = datetime.date(2026, 12, 1)
LANGUAGES = [code for code in i18n_files.languages() if code not in (i18n.ENGLISH, i18n.PSEUDO)]


@pytest.fixture
def words(tmp_path, monkeypatch):
    """A folder with a translation of two texts, one of them empty, and a glossary."""
    made = i18n_files.catalog_of(["Fell by {n} points <b>", "Not yet", "Elsewhere"], "es")
    for message in made:
        message.string = {"Fell by {n} points <b>": "Bajó {n} puntos <b>"}.get(message.id, "")
    (tmp_path / "es.po").write_bytes(i18n_files.write_translations(made))
    terms = "- {term: points|percentage points, means: Between percents., note: Never percent., es: puntos}\n"
    (tmp_path / "glossary.yml").write_text(terms, encoding="utf-8")
    monkeypatch.setattr(i18n_files, "folder", lambda: tmp_path)
    return tmp_path


def test_sheet__sets_each_text_beside_its_translation(words):
    page = reviews.sheet("es", {"Fell by {n} points <b>": "sentence", "Not yet": "title"})
    rows = re.findall(r"<tr><td>.*?</tr>", page, re.DOTALL)
    assert len(rows) == 2
    assert "<td>Fell by {n} points &lt;b&gt;</td>" in rows[0]
    assert '<td lang="es">Bajó {n} puntos &lt;b&gt;</td><td>sentence</td>' in rows[0]
    assert "points = puntos: Between percents. Never percent." in rows[0]
    assert 'class="lacking">not translated</td>' in rows[1]
    assert "Elsewhere" not in page
    assert "http" not in page  # it opens from the disk, and fetches nothing


def test_record__holds_for_one_state_of_the_file(words):
    reviews.record("es", " Maria Example ", DAY)
    assert reviews.review_of("es").reviewer == "Maria Example"
    assert reviews.review_of("es").date == DAY
    file = words / "es.po"
    file.write_bytes(file.read_bytes().replace("Bajó".encode(), "Cayó".encode()))
    assert not reviews.review_of("es").reviewer
    reviews.record("es", "Luis Example", DAY)
    assert reviews.review_of("es").reviewer == "Luis Example"


def test_record__refuses_a_sign_off_without_a_name(words):
    with pytest.raises(CatalogError, match="no name"):
        reviews.record("es", "  ", DAY)


def test_glossary__refuses_a_term_without_its_meaning(words):
    (words / "glossary.yml").write_text("- {term: points, es: puntos}\n")
    with pytest.raises(CatalogError, match=r"glossary\.yml has 1 fault\(s\):\s+0\.means"):
        reviews.glossary()


def test_glossary__has_a_word_in_every_language():
    for term in reviews.glossary():
        assert set(term.chosen) == set(LANGUAGES), (
            f"give {term.term!r} its word in each of these languages in data/words/glossary.yml"
        )
    assert len(reviews.glossary()) <= 45  # one page


def test_glossary__has_the_words_that_translations_use():
    for code in LANGUAGES:
        messages = i18n_files.read_translations(i18n_files.folder() / f"{code}.po")
        said = " ".join(" ".join(i18n_files.forms(one.string)) for one in messages).casefold()
        unused = [
            word
            for term in reviews.glossary()
            for word in term.chosen[code].split(", ")
            if word.casefold() not in said
        ]
        assert unused == [], f"use them in {code}.po, or correct data/words/glossary.yml"


def sign(folder, **also):
    entry = {"made_by": "machine", "reviewer": "Maria", "date": "2026-12-01"} | also
    entry.setdefault("sha256", sha256_of(folder / "es.po"))
    lines = [f"  {name}: {value}" for name, value in entry.items() if value]
    (folder / reviews.FILE).write_text("\n".join(["es:", *lines, ""]), "utf-8")


@pytest.mark.parametrize("lacking", ["reviewer", "date", "sha256"])
def test_review_of__takes_half_a_signature_for_none(words, lacking):
    sign(words, **{lacking: ""})
    assert not reviews.review_of("es").reviewer
