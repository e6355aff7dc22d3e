"""A translation counts as reviewed while its file is the one that was signed."""

import pytest

from sesec_analysis import i18n_files
from sesec_analysis.errors import CatalogError
from sesec_analysis.files import sha256_of
from sesec_analysis.languages import reviews


@pytest.fixture
def words(tmp_path, monkeypatch):
    monkeypatch.setattr(i18n_files, "folder", lambda: tmp_path)
    (tmp_path / "es.po").write_text('msgid "School"\nmsgstr "Escuela"\n', "utf-8")
    return tmp_path


def sign(folder, **also):
    entry = {"made_by": "machine", "reviewer": "Maria", "date": "2026-12-01"} | also
    entry.setdefault("sha256", sha256_of(folder / "es.po"))
    lines = [f"  {name}: {value}" for name, value in entry.items() if value]
    (folder / reviews.FILE).write_text("\n".join(["es:", *lines, ""]), "utf-8")


def test_is_reviewed__is_false_until_somebody_signs(words):
    assert not reviews.is_reviewed("es")
    assert reviews.review_of("es").is_machine_made
    sign(words)
    assert reviews.is_reviewed("es")
    assert reviews.review_of("es").reviewer == "Maria"


def test_is_reviewed__is_false_once_the_translation_changes(words):
    sign(words)
    (words / "es.po").write_text('msgid "School"\nmsgstr "Colegio"\n', "utf-8")
    assert not reviews.is_reviewed("es")


def test_review_of__knows_who_made_a_translation(words):
    sign(words, made_by="Ana", reviewer="", date="", sha256="")
    (words / reviews.FILE).write_text("es: {made_by: Ana}\n", "utf-8")
    assert not reviews.review_of("es").is_machine_made


@pytest.mark.parametrize("lacking", ["reviewer", "date", "sha256"])
def test_review_of__refuses_half_a_signature(words, lacking):
    sign(words, **{lacking: ""})
    with pytest.raises(CatalogError, match="lacks"):
        reviews.review_of("es")
