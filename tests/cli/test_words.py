"""`sesec words` and `sesec words review` as people type them."""

import pytest
from click.testing import CliRunner

from sesec_analysis import checkout, i18n_files
from sesec_analysis.cli import main
from sesec_analysis.languages import reviews


def sesec(*words: str):
    return CliRunner().invoke(main, words)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The project's words, in a folder that may be written to."""
    for name in ("es.po", "glossary.yml"):
        (tmp_path / name).write_bytes((i18n_files.folder() / name).read_bytes())
    monkeypatch.setattr(i18n_files, "folder", lambda: tmp_path)
    monkeypatch.setattr(checkout, "builds", lambda: tmp_path / "build")
    return tmp_path


@pytest.mark.slow
def test_words__lists_every_text_for_translators(folder):
    done = sesec("words")
    path = folder / "build" / "report.pot"
    assert (done.exit_code, done.stdout.strip()) == (0, str(path))
    assert path.read_text("utf-8").count("\nmsgid ") > 3000


def test_review__records_who_has_read_it_and_when(folder):
    done = sesec("words", "review", "es", "--reviewer", "Maria Example", "--date", "2026-12-01")
    assert done.exit_code == 0
    assert "reviewed by Maria Example, 2026-12-01" in done.stderr
    assert "`sesec publish` keeps this language too" in done.stderr
    assert reviews.review_of("es").reviewer


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["xx"], "no language to translate into"),
        (["am"], "(am) is not written in Latin letters"),
        (["es", "--reviewer", " "], "a sign-off has no name"),
        (["es", "--date", "2026-12-01"], "name its --reviewer too"),
    ],
)
def test_review__refuses_in_plain_words(folder, words, told):
    done = sesec("words", "review", *words)
    assert done.exit_code != 0
    assert told in done.stderr
    assert not (folder / "reviews.yml").exists()
