"""`sesec publish`, `diff` and `verify` as they are typed: what they print, and what they exit with."""

import csv
import importlib
import json
import shutil
from pathlib import Path

import nbformat
import pytest
from archive_samples import (
    change_json,
    commit_all,
    data_copy,
    git,
    records,
    rewrite_text,
    run,
    write_build,
)
from click.testing import CliRunner, Result
from report_samples import PARAMETERS, code, notebook, text, write_root

from sesec_analysis.cli import main
from sesec_analysis.editions.documents import formats, model, provenance

EDITIONS = """\
editions:
  annual-2018:
    title: Equity Report, 2017–18
    notebook: good.ipynb
    published: 2026
    parameters: { report_year: 2018 }
  annual-2019:
    title: Equity Report, 2018–19
    notebook: good.ipynb
    published: 2026
    parameters: { report_year: 2019 }
  annual-2020: { title: Not yet, notebook: good.ipynb }
"""
REAL = """\
import sesec_analysis as sa
question = dict(end_years=[report_year], grade_level="all", student_group_type="race_ethnicity")
sa.findings(sa.rates(sa.load("disciplined", place="seattle", **question)))"""


def sesec(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_this_process: None) -> Path:
    cells = notebook(code(PARAMETERS, tag="parameters"), text("## Discipline"), code(REAL))
    where = write_root(tmp_path / "root", {"good.ipynb": cells}, EDITIONS)
    (where / "CHANGELOG.md").write_text("### Numbers\n\n- None.\n", encoding="utf-8")
    (where / ".gitignore").write_text("reports/build/\n", encoding="utf-8")
    git(where, "init", "--quiet")
    commit_all(where)
    monkeypatch.setenv("SESEC_ROOT", str(where))
    # The project's own tables, which tests of theirs check.
    monkeypatch.setattr("sesec_analysis.loaders.build.check", lambda: None)
    return where


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds that are no whole editions are taken as checked: what comes after is tested."""
    module = importlib.import_module("sesec_analysis.cli.publish")
    monkeypatch.setattr(module, "_check_together", lambda folders, quiet: None)
    monkeypatch.setattr(module, "_rebuild", lambda folders, quiet: {})


def build(root: Path, year: int) -> Path:
    """An edition as if it had been built from the last commit."""
    commit = git(root, "rev-parse", "HEAD")
    package = {"version": "0.1.0", "commit": commit, "uncommitted_changes": False}
    return write_build(
        root / "reports/build" / f"annual-{year}", records(year), run(year, package=package)
    )


@pytest.mark.slow
def test_verify__of_all_goes_on_and_sums_up(root, unchecked):
    for year in (2018, 2019):
        build(root, year)
        assert sesec("publish", str(year)).exit_code == 0
        commit_all(root)
    published = root / "reports/published"
    rewrite_text(published / "annual-2018/findings.json", '"6.4%"', '"6.3%"')
    # The notebook fails for one year alone; and an earlier failure is forgotten once the edition is made.
    failing = code("assert report_year != 2019, 'no such year'\n" + REAL)
    cells = notebook(code(PARAMETERS, tag="parameters"), text("## Discipline"), failing)
    nbformat.write(cells, root / "notebooks/good.ipynb")
    done = sesec("verify", "--all", "--quiet")
    assert done.exit_code == 1
    head, first, second = done.stdout.splitlines()[-3:]
    assert head.split() == ["edition", "outcome", "findings", "what"]
    assert first.startswith("annual-2018  differs")
    assert "not made of " in first
    assert "value of 1" in first
    assert "published findings are made otherwise" in done.stdout
    assert "digit 2: 3 → 4" in done.stdout
    assert second.startswith("annual-2019  not verified")
    kept = root / "reports/build/annual-2019.verify.failed.ipynb"
    assert f"the notebook as it ran: {kept}" in done.stderr
    assert "no such year" in kept.read_text("utf-8")
    assert "2 of 2 editions are not verified as published." in done.stderr


@pytest.mark.slow
def test_publish__freezes_nothing_that_the_whole_check_refuses(root):
    build(root, 2018)
    done = sesec("publish", "2018", "--quiet")
    assert done.exit_code != 0
    assert (
        "annual-2018 would give back what was withheld, or says more than its records"
        in done.stderr
    )
    assert not (root / "reports/published").exists()


@pytest.mark.slow
def test_publish__of_all_goes_on_after_one_that_cannot_be(root, unchecked):
    rewrite_text(root / "reports/editions.yml", "Not yet,", "Late, published: 2026,")
    commit_all(root)
    for year in (2018, 2019):
        build(root, year)
    change_json(root / "reports/build/annual-2018/run.json", changed_parameters=["place"])
    late = build(root, 2019)
    imprint = json.loads((late / "run.json").read_text("utf-8"))
    write_build(late.with_name("annual-2020"), [], imprint | {"edition": "annual-2020"})
    done = sesec("publish", "--all")
    assert done.exit_code == 2
    assert "annual-2019: published; " in done.stdout
    assert "1 of 3 editions were not published." in done.stderr
    assert not (root / "reports/published/annual-2018").exists()


@pytest.mark.slow
def test_diff__shows_a_year_against_the_year_before(root, tmp_path):
    for year in (2018, 2019):
        build(root, year)
    done = sesec("diff", "2019", "--csv", str(tmp_path / "changes.csv"))
    assert done.exit_code == 0
    assert "annual-2019 (version 0.1.0" in done.stderr
    assert "against annual-2018" in done.stderr
    assert done.stdout.splitlines()[0].split() == [
        *("class", "appeared", "vanished", "moved", "reworded", "stayed")
    ]
    assert "appeared  new_year  " in done.stdout
    with (tmp_path / "changes.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert {row["class"] for row in csv.DictReader(stream)} >= {"new_year"}


@pytest.mark.slow
def test_diff__turns_to_what_is_published_once_a_number_moved(
    root, tmp_path, monkeypatch, unchecked
):
    build(root, 2018)
    assert sesec("publish", "2018").exit_code == 0
    data = data_copy(tmp_path / "data")
    monkeypatch.setenv("SESEC_DATA", str(data))
    line = '    "2392": Cleveland High School STEM\n'
    rewrite_text(data / "catalog/places.yml", line, "")
    build(root, 2018)
    done = sesec("diff", "2018", "--long")
    assert "against annual-2018" in done.stderr
    assert "moved     roster_changed" in done.stdout
    assert "the schools of Southeast Seattle changed (without Cleveland" in done.stdout
    assert "file " in done.stdout
    assert "table " in done.stdout


@pytest.mark.slow
def test_publish__takes_what_a_second_build_at_its_commit_makes_and_nothing_else(
    root, monkeypatch, tmp_path
):
    """A line in the changelog, committed since, makes no report; a document that was edited is found by a rebuild."""
    module = importlib.import_module("sesec_analysis.cli.publish")
    monkeypatch.setattr(module, "_check_together", lambda folders, quiet: None)
    built = sesec("report", "2018", "--quiet")
    assert built.exit_code == 0, built.stderr
    log = root / "CHANGELOG.md"
    log.write_text(log.read_text("utf-8") + "\nA line.\n", "utf-8")
    commit_all(root)
    folder = root / "reports" / "build" / "annual-2018"
    kept = shutil.copytree(folder, tmp_path / "kept")
    path = folder / "document.json"
    path.write_text(path.read_text("utf-8").replace("Discipline", "Disciplined"), "utf-8")
    formats.write(model.read_document(folder), provenance.read_build_info(folder), folder)
    refused = sesec("publish", "2018", "--quiet")
    assert refused.exit_code != 0
    assert "not as a second build makes them" in refused.stderr
    assert not (root / "reports" / "published" / "annual-2018").exists()
    shutil.copytree(kept, folder, dirs_exist_ok=True)
    done = sesec("publish", "2018", "--quiet")
    assert done.exit_code == 0, done.stderr
    assert "annual-2018: published; 7 findings\n" in done.stdout
    assert (root / "reports" / "published" / "annual-2018" / "findings.json").exists()
    proven = sesec("verify", "annual-2018", "--quiet")
    assert proven.exit_code == 0, proven.stderr
    assert "all 7 published findings are the same, digit by digit" in proven.stdout
