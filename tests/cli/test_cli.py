import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from report_samples import PARAMETERS, SESEC, code, notebook, text, write_root

from sesec_analysis import stamp
from sesec_analysis.cli import main
from sesec_analysis.editions import build as editions_build

LIST = """\
editions:
  annual-2022: { title: "Equity Report, 2021–22", notebook: a.ipynb, parameters: { report_year: 2022 } }
  slow: { title: Slow, notebook: slow.ipynb }
"""
REAL = """\
import sesec_analysis as sa
enrolled = sa.load("enrollment", place="southeast_seattle", end_years=[2022], grade_level="all")
sa.findings(sa.rates(enrolled).query("student_group == 'english_learner'"))"""


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    made = {
        "a.ipynb": notebook(code(PARAMETERS, tag="parameters"), text("## Summary"), code(REAL)),
        "slow.ipynb": notebook(text("## Waiting"), code("import time\ntime.sleep(60)")),
    }
    home = write_root(tmp_path / "root", made, LIST)
    monkeypatch.setenv("SESEC_ROOT", str(home))
    return home


def sesec(*words: str):
    return CliRunner().invoke(main, words)


@pytest.mark.parametrize(
    ("words", "taught"),
    [
        ([], "sesec report 2021-22"),
        (["report"], "-p ci_level=0.9"),
        (["cite"], "--style bibtex"),
        (["data"], "build"),
        (["data", "build"], "--raw ~/Downloads"),
    ],
)
def test_help__teaches_by_example(words, taught):
    done = sesec(*words, "--help")
    assert done.exit_code == 0
    assert taught in done.stdout


HEAVY = [
    *("papermill", "pandas", "numpy", "pydantic", "yaml"),
    *("jinja2", "mistune", "nbformat", "matplotlib"),
]


def run_light(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a Python of its own that fails if anything heavy was imported."""
    look = (
        f"import sys; sys.argv = {['sesec', *words]}\n"
        "import sesec_analysis.cli as cli\n"
        "try: cli.main()\n"
        f"finally: assert not set({HEAVY}) & set(sys.modules), set({HEAVY}) & set(sys.modules)"
    )
    return subprocess.run([sys.executable, "-c", look], check=True, capture_output=True, text=True)


def test_help__imports_nothing_heavy():
    run_light("--help")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("fetch", "data fetch"), ("pubish", "publish")],
)
def test_main__answers_a_word_that_is_no_command_with_the_one_that_was_meant(typed, meant):
    done = sesec(typed)
    assert done.exit_code == 2
    assert f"Did you mean '{meant}'?" in done.stderr


def up_to_date(root: Path, name: str, asked: str) -> Path:
    """An edition as if `sesec report` had built it from what is here now."""
    page = root / "reports/build" / name / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("page", "utf-8")
    (page.parent / "findings.json").write_text("[]", "utf-8")
    (page.parent / "run.json").write_text('{"files": {}}', "utf-8")
    stamp.keep(page.parent, stamp.fingerprint(), asked)
    return page


@pytest.mark.slow
def test_report__of_an_edition_that_is_up_to_date_says_so_at_once(root):
    page = up_to_date(root, "annual-2022", "2022")
    for asked in ("2022", "annual-2022"):
        done = run_light("report", asked)
        assert done.stdout == f"{page}\n"
        assert done.stderr == (
            "annual-2022 is up to date: nothing was done (--force builds it all the same)\n"
        )
    assert run_light("report", "2022", "--quiet").stderr == ""


@pytest.mark.slow
def test_report__of_all_goes_on_when_one_fails(root):
    """One edition is up to date; of the others, one has no notebook, and one ends its Python."""
    lines = LIST + "  deadly: { title: Deadly, notebook: deadly.ipynb }\n"
    (root / "reports/editions.yml").write_text(lines, "utf-8")
    (root / "notebooks/slow.ipynb").unlink()
    nbformat.write(
        notebook(text("## End"), code("import os\nos.kill(os.getpid(), 9)")),
        root / "notebooks/deadly.ipynb",
    )
    page = up_to_date(root, "annual-2022", "annual-2022")
    stamp.keep(page.parent, stamp.fingerprint())
    done = sesec("report", "--all", "--jobs", "2")
    assert (done.exit_code, done.stdout) == (2, f"{page}\n")
    lines = done.stderr.splitlines()
    assert lines[0] == "2 editions, 2 at a time …"
    assert any("/2] slow … failed (" in line for line in lines)
    assert any(line.startswith("slow: Error: edition slow names a notebook") for line in lines)
    assert any(
        line.startswith("deadly: Error: its Python stopped without a word") for line in lines
    )
    assert lines[-1].startswith("Not built: ")
    assert not (root / "reports/build/deadly").exists()


@pytest.mark.slow
def test_report__of_all_ends_at_once_on_a_signal(root):
    build = root / "reports/build"
    build.mkdir(exist_ok=True)
    (root / "reports/editions.yml").write_text(
        "editions:\n"
        "  one: { title: One, notebook: slow.ipynb }\n"
        "  two: { title: Two, notebook: slow.ipynb }\n",
        "utf-8",
    )
    command = [SESEC, "report", "--all", "--jobs", "1", "--quiet"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        while not [*build.glob(".one.*.half")]:
            assert process.poll() is None
            time.sleep(0.05)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=50)
        assert time.monotonic() - began < 50
    assert process.returncode == 130
    assert said == "\nStopped. What was finished stays; run the same again to go on.\n"
    assert [*build.iterdir()] == []


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["report", "2031"], 2, "did you mean: 2021-22?"),
        (["report", "2022", "-p", "ci_level=high"], 2, "ci_level: 'high' is not float"),
        (["report", "2022", "-p", "ci_level"], 2, "'ci_level' is not NAME=VALUE"),
        (["report", "-p", "a=1", "-p", "a=2"], 2, "'a' is given twice"),
        (["report", "--nonsense"], 2, "No such option"),
        (["cite", "sesec:x"], 1, "build one first: sesec report"),
        (
            ["cite", "sesec:x", "--style", "acs"],
            2,
            "'apa', 'mla', 'chicago', 'bibtex', 'ris', 'csl'",
        ),
        (["data", "build"], 2, "Missing option '--raw'"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_sesec__refuses_in_words_with_nothing_on_stdout(root, words, code, told):
    done = sesec(*words)
    assert (done.exit_code, done.stdout) == (code, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_sesec__tells_of_an_accident_in_one_sentence(root, monkeypatch, in_this_process):
    monkeypatch.setattr(editions_build, "build", lambda *_, **__: 1 / 0)
    done = sesec("report")
    assert done.exit_code == 1
    assert "(ZeroDivisionError: division by zero)" in done.stderr
    assert "sesec --debug report" in done.stderr
    assert isinstance(sesec("--debug", "report").exception, ZeroDivisionError)


@pytest.mark.parametrize(
    "words",
    [
        ["report", "school", "9999"],
        ["report", "school", "Nowhere"],
        ["--community", "nowhere", "report"],
        ["verify", "nothing"],
        ["publish", "nothing"],
        ["diff", "nothing"],
        ["attack", "nothing"],
        ["data", "fetch", "nothing"],
        ["data", "keep", "nothing", "2019"],
        ["data", "add-release", "nothing", "2019", "abcd-1234"],
        ["words", "zz"],
        ["words", "review", "zz"],
    ],
)
def test_names_of_nothing_that_is_here__end_with_2_as_the_help_says(root, words, monkeypatch):
    monkeypatch.setenv("SESEC_COMMUNITY", "southeast_seattle")  # `--community` sets it
    assert "2    the command can't be run as typed" in sesec("--help").stdout
    done = sesec(*words)
    assert done.exit_code == 2, done.stderr
    assert "Traceback" not in done.stderr
