"""`sesec cite` as people type it: found by words, and told of newer figures beside the text to paste."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from report_samples import write_root

from sesec_analysis.cli import main

EDITIONS = """\
editions:
  annual-2021: { title: "Equity Report, 2020–21", notebook: a.ipynb }
  annual-2022: { title: "Equity Report, 2021–22", notebook: a.ipynb }
"""


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    home = write_root(tmp_path / "root", {}, EDITIONS)
    monkeypatch.setenv("SESEC_ROOT", str(home))
    return home


def shelve(root: Path, name: str, *records: dict[str, Any]) -> None:
    folder = root / "reports" / "build" / name
    folder.mkdir(parents=True)
    (folder / "findings.json").write_text(json.dumps(records))
    (folder / "run.json").write_text(json.dumps({"title": f"Report {name}"}))


def met(group: str, year: int, sentence: str) -> dict[str, Any]:
    return {
        "id": f"sesec:rate.ela_met.{year}.03.southeast_seattle.{group}",
        "sentence": sentence,
        "title": "Met the standard in English language arts",
        "student_group": group,
        "place": "Southeast Seattle",
        "end_year": year,
        "source_ids": "synthetic",
    }


def sesec(*words: str):
    return CliRunner().invoke(main, words)


def test_search__lists_ids_with_their_sentences(root):
    shelve(root, "annual-2022", met("black", 2022, "One."), met("white", 2022, "Two."))
    done = sesec("cite", "--search", "black 2021-22")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "sesec:rate.ela_met.2022.03.southeast_seattle.black\n    One.\n"


def test_search__helps_with_what_no_finding_has(root):
    shelve(root, "annual-2022", met("black", 2022, "One."))
    done = sesec("cite", "--search", "blck seattle")
    assert done.exit_code == 1
    assert done.stdout.startswith("sesec:rate.ela_met.2022")
    assert "Did you mean 'black'?" in done.stderr
    assert "those above lack: blck" in done.stderr
    nothing = sesec("cite", "--search", "zzz")
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert "Try a group, a school" in nothing.stderr


def test_search__lists_a_screenful_and_says_how_many_more(root):
    shelve(root, "annual-2022", *(met("black", year, "One.") for year in range(1990, 2015)))
    done = sesec("cite", "--search", "black")
    assert done.stdout.count("sesec:") == 20
    assert done.stdout.startswith("sesec:rate.ela_met.2014")
    assert "5 more" in done.stderr


def test_search__looks_in_one_edition_if_told(root):
    shelve(root, "annual-2021", met("black", 2021, "Old."))
    shelve(root, "annual-2022", met("black", 2022, "New."))
    assert "New" not in sesec("cite", "--search", "black", "--edition", "2021").stdout


@pytest.mark.parametrize("words", [["cite"], ["cite", "sesec:a", "--search", "b"]])
def test_cite__asks_for_an_id_or_for_words(root, words):
    done = sesec(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--search WORDS" in done.stderr


def test_cite__says_beside_the_text_what_is_newer(root):
    shelve(root, "annual-2021", met("black", 2021, "It was 30 percent."))
    shelve(
        root,
        "annual-2022",
        met("black", 2021, "It was 31 percent."),
        met("black", 2022, "It is 40 percent."),
    )
    old = "sesec:rate.ela_met.2021.03.southeast_seattle.black"
    done = sesec("cite", old, "--edition", "annual-2021")
    assert done.exit_code == 0
    assert "It was 30 percent" in done.stdout
    assert done.stderr == (
        "A newer edition says otherwise: annual-2022\n  It was 31 percent.\n"
        "A later year: sesec:rate.ela_met.2022.03.southeast_seattle.black\n  It is 40 percent.\n"
    )


def test_cite__says_if_a_newer_edition_has_the_same(root):
    shelve(root, "annual-2021", met("black", 2021, "It was 30 percent."))
    shelve(root, "annual-2022", met("black", 2021, "It was 30 percent."))
    old = "sesec:rate.ela_met.2021.03.southeast_seattle.black"
    done = sesec("cite", old, "--edition", "annual-2021")
    assert done.stderr == "A newer edition says the same: annual-2022\n"
    assert sesec("cite", old).stderr == ""
