"""Every page, PDF, and Word file of an edition is rendered from its stored document, with the same words."""

import html
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import built_editions
import family_forms
import proofs
import pytest
from built_editions import SEED, published
from pypdf import PdfReader

from sesec_analysis import catalog, i18n
from sesec_analysis.attack import document_walk
from sesec_analysis.attack.document_walk import blocks_of, words_of
from sesec_analysis.editions.documents import formats, model, provenance
from sesec_analysis.editions.texts import messages
from sesec_analysis.text import REFUSAL, EntryText, Text, is_translated, parts_of, plain_message

pytestmark = pytest.mark.slow

SAME_IN_ALL = {"n={n_brief}"}
OF_OTHER_FIGURES = {"Other public schools"}
"""Looked up for the key of a scatter, which no summary has."""

STORED = ("document*.json", "findings*.json", "run.json", "figures/*.png", "figures/*.svg")
"""What an edition is stored as: its document in each language, records, and pictures."""


def words_of_page(path: Path) -> list[str]:
    """Return the words that a reader of a page sees or hears, in order."""
    page = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", path.read_text("utf-8"))
    heard = re.sub(r"""<[^>]*?(?:alt|aria-label|title)=("[^"]*"|'[^']*')[^>]*>""", r" \1 ", page)
    return html.unescape(re.sub(r"<[^>]+>", " ", heard)).split()


def words_of_paper(path: Path) -> list[str]:
    """Return the words of a PDF, page by page."""
    return [word for page in PdfReader(path).pages for word in page.extract_text().split()]


def words_of_word_file(path: Path) -> list[str]:
    """Return the words of a Word file's text, notes, and footers."""
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".xml"))
        parts = [archive.read(name).decode("utf-8") for name in names if name.startswith("word/")]
    said = " ".join(
        text for part in parts for text in re.findall(r"<w:t(?: [^>]*)?>([^<]*)<", part)
    )
    return html.unescape(said).split()


READ: dict[str, Callable[[Path], list[str]]] = {
    ".html": words_of_page,
    ".pdf": words_of_paper,
    ".docx": words_of_word_file,
}


def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Return the message ids that are looked up from here on, by language."""
    found: dict[str, set[str]] = {}
    translate, translate_plural = i18n.translate, i18n.translate_plural

    def one(msgid: str, language: str, /, **values: object) -> str:
        found.setdefault(language, set()).add(msgid)
        return translate(msgid, language, **values)

    def several(one: str, many: str, n: int, language: str) -> str:
        found.setdefault(language, set()).update((one, many))
        return translate_plural(one, many, n, language)

    monkeypatch.setattr(i18n, "translate", one)
    monkeypatch.setattr(i18n, "translate_plural", several)
    return found


def reasons(document: model.Document) -> set[str]:
    """Return why its figures and tables could not be made, in the words of an error, which no list has."""
    blocks = (block for one in (document, *document.translations) for _, block in blocks_of(one))
    texts = (text for block in blocks for _, text in words_of(block))
    parts = (part for text in texts for part, _ in parts_of(text))
    return {one.msgid for one in parts if isinstance(one, EntryText) and one.entry == REFUSAL}


def _of_entries() -> set[str]:
    """Return the texts of the catalog, which reading it looks up; `families` lists those that families read."""
    tables = catalog.indicators(), catalog.measures(), catalog.group_types(), catalog.claims()
    tables += catalog.places(), catalog.level_rules()
    return {text for table in tables for text in messages.entry_texts(table)}


def first_difference(one: list[str], other: list[str]) -> str:
    """Return the words around the first that differs; empty if none does."""
    at = next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if len({*pair}) > 1), None
    )
    at = min(len(one), len(other)) if at is None and len(one) != len(other) else at
    return "" if at is None else f"{one[at - 5 : at + 5]} became {other[at - 5 : at + 5]}"


@pytest.mark.proof(
    "Every form of an edition is rendered from its stored document alone, with the same words",
    seed=SEED,
    tried="pages, PDFs, and Word files of the nine editions, in every language that they have",
)
@pytest.mark.parametrize("name", proofs.sample(published(), 1, seed=SEED))
def test_formats__are_rendered_from_the_document_alone(
    name, tmp_path_factory, tmp_path, monkeypatch, record_property
):
    # The attack on a whole edition compares its files with its document too; the sample is of all languages.
    if proofs.is_whole():
        edition = built_editions.built(name, tmp_path_factory)
    else:
        edition = family_forms.shelf(tmp_path_factory) / family_forms.SCHOOLS["3327"]
    stored, data = tmp_path / "stored", tmp_path / "data"
    (stored / "figures").mkdir(parents=True)
    for path in (one for pattern in STORED for one in edition.glob(pattern)):
        shutil.copy(path, stored / path.relative_to(edition))
    # The catalog and the words, but not one observation.
    for part in ("catalog", "reference", "words"):
        if (catalog.data_dir() / part).is_dir():
            shutil.copytree(catalog.data_dir() / part, data / part)
    monkeypatch.setenv("SESEC_DATA", str(data))
    out = tmp_path / "made"
    out.mkdir()
    msgids, document = asked(monkeypatch), model.read_document(stored)
    formats.write(document, provenance.read_build_info(stored), out)
    monkeypatch.undo()
    for code, used in msgids.items():
        language = "" if code == i18n.ENGLISH else code
        listed = document_walk._known_fields(language, *document_walk._project()).messages
        said = {plain_message(msgid) for msgid in used if i18n.has_words(msgid)}
        with i18n.use_language(code):  # a name of the catalog, once translated, is looked up again
            said -= _of_entries() if code != i18n.ENGLISH else set()
        assert sorted(said - listed - reasons(document)) == [], code
        # Families read no English among the words of their language.
        english = {one for one in said - _of_entries() if not is_translated(Text(one), code)}
        assert sorted(english - SAME_IN_ALL - OF_OTHER_FIGURES) == [], code
    files = sorted(path.name for path in edition.iterdir() if path.suffix in READ)
    assert sorted(path.name for path in out.iterdir() if path.suffix in READ) == files
    assert {path.rpartition(".")[2] for path in files} == {"html", "pdf", "docx"}
    words = {name: READ[Path(name).suffix](edition / name) for name in files}
    assert min(map(len, words.values())) > 100
    found = {
        name: first_difference(said, READ[Path(name).suffix](out / name))
        for name, said in words.items()
    }
    assert {name: unlike for name, unlike in found.items() if unlike} == {}
    record_property("files", len(files))
    record_property("messages", len(msgids[i18n.ENGLISH]))
    record_property("words", sum(map(len, words.values())))


def test_first_difference__shows_the_words_around_it():
    assert first_difference(["a", "b"], ["a", "b"]) == ""
    assert "'b'" in first_difference(["a", "b"], ["a", "c"])
    assert first_difference(["a", "b"], ["a"])
