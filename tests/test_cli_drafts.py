"""`sesec check-draft` as people type it: what it prints, what it writes, and how it ends."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from report_samples import write_root

import sesec_analysis as sa
from sesec_analysis.cli import main

EDITIONS = 'editions:\n  annual-2022: { title: "Equity Report, 2021–22", notebook: a.ipynb }\n'
RIGHT = "In 2021–22, multilingual learners were 26.6% of students in Southeast Seattle.\n"
WRONG = "In 2021–22, multilingual learners were 26 percent of students in Southeast Seattle.\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root whose one edition holds the makeup of Southeast Seattle by language."""
    home = write_root(tmp_path / "root", {}, EDITIONS)
    monkeypatch.setenv("SESEC_ROOT", str(home))
    shelf = home / "reports/build/annual-2022"
    shelf.mkdir(parents=True)
    chosen = {"place": "southeast_seattle", "student_group_type": "english_learner"}
    rates = sa.rates(sa.load("enrollment", end_years=[2022], grade_level="all", **chosen))
    (shelf / "findings.json").write_text(json.dumps(list(sa.findings(rates).records())))
    return home


def check(folder: Path, text: str, *options: str):
    draft = folder / "draft.md"
    draft.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, ["check-draft", str(draft), *options])
    assert draft.read_text("utf-8") == text  # it is only read
    return done


def test_check_draft__says_little_of_a_draft_that_is_right(root: Path, tmp_path: Path):
    done = check(tmp_path, RIGHT)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "draft.md: 1 number or citation: 1 matches.\n"


def test_check_draft__shows_what_matches_if_asked(root: Path, tmp_path: Path):
    done = check(tmp_path, RIGHT, "--all")
    assert done.stdout.startswith("MATCHES  26.6%")
    assert "sesec:rate.enrollment.2022.all.southeast_seattle.english_learner" in done.stdout


def test_check_draft__ends_with_1_where_something_is_to_be_mended(root: Path, tmp_path: Path):
    done = check(tmp_path, RIGHT + WRONG)
    assert done.exit_code == 1
    assert done.stdout.startswith("ROUNDS WRONG  26 percent")
    assert "1 matches, 1 rounds wrong" in done.stderr


def test_check_draft__writes_all_verdicts_as_csv_that_runs_nothing(root: Path, tmp_path: Path):
    table = tmp_path / "checked.csv"
    check(tmp_path, RIGHT + "\n=SUM(1) families: 350 came.\n", "--csv", str(table))
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (rows[0]["number"], rows[0]["verdict"]) == ("26.6%", "matches")
    assert rows[-1]["sentence"].startswith("'=SUM(1)")
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".partial")] == []


def test_check_draft__says_what_to_build_first(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SESEC_ROOT", str(write_root(tmp_path / "empty", {}, EDITIONS)))
    done = check(tmp_path, RIGHT)
    assert done.exit_code != 0
    assert "no edition has been built yet" in done.stderr


def test_check_draft__prints_nothing_that_a_terminal_obeys(root: Path, tmp_path: Path):
    done = check(tmp_path, WRONG.replace("learners", "learners\x1b[2J\x07\u202e"))
    assert done.stdout.startswith("ROUNDS WRONG  26 percent")
    assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout)
