"""`sesec cite` as people type it: found by words, and told of newer figures beside the text to paste."""

import csv
import importlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from report_samples import shelve, write_root

import sesec_analysis as sa
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


def test_cite__takes_an_id_with_what_it_was_copied_with(root):
    shelve(root, "annual-2022", met("black", 2022, "One."))
    name = "sesec:rate.ela_met.2022.03.southeast_seattle.black"
    plain = sesec("cite", name)
    assert plain.exit_code == 0, plain.stderr
    for pasted in (f"  {name} ", f"({name}).", f"https://example.org/findings.html#{name}"):
        assert sesec("cite", pasted).stdout == plain.stdout


def test_cite__says_where_the_rule_of_a_withheld_number_stands(root):
    withheld = {"publish": "nothing", "rule": "one-cell-solved"}
    shelve(root, "annual-2022", met("black", 2022, "One.") | withheld)
    told = sesec("cite", "sesec:rate.ela_met.2022.03.southeast_seattle.black").stderr
    assert "Rule one-cell-solved: docs/METHODS.md, What may be printed" in told


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


DRAFT_EDITIONS = (
    'editions:\n  annual-2022: { title: "Equity Report, 2021–22", notebook: a.ipynb }\n'
)
RIGHT = "In 2021–22, multilingual learners were 26.6% of students in Southeast Seattle.\n"
WRONG = "In 2021–22, multilingual learners were 26 percent of students in Southeast Seattle.\n"


@pytest.fixture
def draft_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A draft_root whose one edition holds the makeup of Southeast Seattle by language."""
    home = write_root(tmp_path / "draft_root", {}, DRAFT_EDITIONS)
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


def test_check_draft__ends_with_1_where_something_is_to_be_mended(draft_root: Path, tmp_path: Path):
    done = check(tmp_path, RIGHT + WRONG)
    assert done.exit_code == 1
    assert done.stdout.startswith("CONTRADICTS OURS  26 percent")
    assert "1 matches, 1 contradicts ours" in done.stderr


def test_check_draft__writes_all_verdicts_as_csv_that_runs_nothing(
    draft_root: Path, tmp_path: Path
):
    table = tmp_path / "checked.csv"
    check(tmp_path, RIGHT + "\n=SUM(1) families: 350 came.\n", "--csv", str(table))
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (rows[0]["number"], rows[0]["verdict"]) == ("26.6%", "matches")
    assert rows[-1]["sentence"].startswith("'=SUM(1)")
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".partial")] == []


def test_check_draft__prints_nothing_that_a_terminal_obeys(draft_root: Path, tmp_path: Path):
    done = check(tmp_path, WRONG.replace("learners", "learners\x1b[2J\x07\u202e"))
    assert done.stdout.startswith("NOT JUDGED  26 percent")
    assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout)


LEARNERS = "sesec:rate.enrollment.2022.all.southeast_seattle.english_learner"
OTHERS = LEARNERS.replace("english_learner", "not_english_learner")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export__gives_a_number_with_its_note_source_and_id_in_the_same_bytes(
    draft_root: Path, tmp_path: Path, kind: str
):
    paths = [tmp_path / f"one.{kind}", tmp_path / f"other.{kind}"]
    for path in paths:
        done = sesec("export", LEARNERS, f"({OTHERS}).", "--to", kind, "--out", str(path))
        assert (done.exit_code, done.stderr) == (0, f"Written to {path}: 2 numbers.\n")
    assert paths[0].read_bytes() == paths[1].read_bytes()
    if kind == "csv":
        with paths[0].open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["id"] for row in rows] == [LEARNERS, OTHERS]
        assert rows[0]["value"] == "26.6%"
        assert all(row["source"] and row["cite_apa"] and "reason" in row for row in rows)
        assert "midpoint" not in rows[0]
    else:
        with zipfile.ZipFile(paths[0]) as archive:
            texts = "".join(archive.read(name).decode() for name in archive.namelist())
            properties = archive.read("docProps/core.xml").decode()
        assert LEARNERS in texts
        assert "Superintendent of Public Instruction" in texts
        assert "<dc:creator>" not in properties or "<dc:creator></dc:creator>" in properties


def test_export__refuses_what_may_not_be_printed_and_writes_nothing(
    draft_root: Path, tmp_path: Path
):
    path = draft_root / "reports/build/annual-2022/findings.json"
    records = json.loads(path.read_text("utf-8"))
    hidden = {"publish": "nothing", "reason": "fewer than 10 students", "value": "not shown"}
    path.write_text(json.dumps([r | hidden if r["id"] == OTHERS else r for r in records]))
    target = tmp_path / "numbers.csv"
    done = sesec("export", LEARNERS, OTHERS, "--to", "csv", "--out", str(target))
    assert done.exit_code == 1
    assert f"{OTHERS}: fewer than 10 students" in done.stderr
    assert not target.exists()
    unknown = sesec("export", "sesec:rate.nothing", "--to", "csv", "--out", str(target))
    assert (unknown.exit_code, target.exists()) == (1, False)
    assert sesec("export", LEARNERS, "--to", "csv", "--out", "a.xlsx").exit_code == 2


def test_export__finds_a_number_that_no_finding_has(
    draft_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    module = importlib.import_module("sesec_analysis.cli.cite")
    write = module._table

    def planted(records: list[dict[str, Any]], *rest: Any) -> bytes:
        return write([record | {"reason": "27183 students"} for record in records], *rest)

    monkeypatch.setattr(module, "_table", planted)
    target = tmp_path / "numbers.csv"
    done = sesec("export", LEARNERS, "--to", "csv", "--out", str(target))
    assert (done.exit_code, target.exists()) == (1, False)
    assert "what no finding has" in done.stderr
