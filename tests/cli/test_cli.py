import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner
from report_samples import (
    PARAMETERS,
    SESEC,
    code,
    notebook,
    text,
    write_root,
)

from sesec_analysis import __version__, i18n_files, stamp
from sesec_analysis.cli import main
from sesec_analysis.editions import build as editions_build
from sesec_analysis.editions import fact_sheets
from sesec_analysis.errors import DataError

LIST = """\
editions:
  annual-2022: { title: "Equity Report, 2021–22", notebook: a.ipynb, parameters: { report_year: 2022 } }
  slow: { title: Slow, notebook: slow.ipynb }
"""
REAL = """\
import sesec_analysis as sa
enrolled = sa.load("enrollment", place="southeast_seattle", end_years=[2022], grade_level="all")
sa.findings(sa.rates(enrolled).query("student_group == 'english_learner'"))"""
BLACK = "sesec:rate.ela_met.2022.03.southeast_seattle.black"
WHITE = "sesec:rate.ela_met.2022.03.southeast_seattle.white"


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


def shelve(root: Path, name: str, *records: dict[str, object], shelf: str = "build") -> None:
    folder = root / "reports" / shelf / name
    folder.mkdir(parents=True)
    (folder / "findings.json").write_text(json.dumps(records))
    (folder / "run.json").write_text(json.dumps({"title": f"Report {name}", "published": 2023}))


def quotable(name: str, sentence: str) -> dict[str, object]:
    return {"id": name, "sentence": sentence, "source_ids": "synthetic"}


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


def test_version__is_the_packages():
    assert sesec("--version").stdout == f"sesec, version {__version__}\n"


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


def test_help__tells_exit_codes_and_how_the_tab_key_completes():
    told = sesec("--help").stdout
    for line in ("0    success", "1    something was refused", "2    the command", "130  "):
        assert f"  {line}" in told
    assert 'eval "$(_SESEC_COMPLETE=bash_source sesec)"' in told
    # A table of a help page keeps its lines.
    assert "\n  cached         fetched" in sesec("data", "list", "--help").stdout


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("fetch", "data fetch"), ("school", "report school"), ("pubish", "publish")],
)
def test_main__answers_a_word_that_is_no_command_with_the_one_that_was_meant(typed, meant):
    done = sesec(typed)
    assert done.exit_code == 2
    assert f"Did you mean '{meant}'?" in done.stderr


def test_report__takes_a_cluster_for_all_only(root):
    done = sesec("report", "2022", "--cluster", "tcp://127.0.0.1:1")
    assert (done.exit_code, "--cluster is for --all" in done.stderr) == (2, True)


def test_report__lists_the_editions(root):
    assert sesec("report", "--list").stdout == (
        "edition      title\nannual-2022  Equity Report, 2021–22\nslow         Slow\n"
    )


def up_to_date(root: Path, name: str, asked: str) -> Path:
    """An edition as if `sesec report` had built it from what is here now."""
    shelve(root, name)
    page = root / "reports/build" / name / "index.html"
    page.write_text("page", "utf-8")
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


def test_report__prints_the_path_of_slides_or_says_that_there_are_none(root, in_this_process):
    page = up_to_date(root, "annual-2022", "2022")
    refused = sesec("report", "2022", "--slides")
    assert "annual-2022 has no slides" in refused.stderr
    slides = page.with_name("slides.pptx")
    slides.touch()
    assert sesec("report", "2022", "--slides").stdout == f"{slides}\n"


@pytest.mark.parametrize("words", [["--force"], ["--strict"], ["-p", "ci_level=0.9"]])
def test_report__builds_what_is_up_to_date_if_asked_to(root, monkeypatch, words, in_this_process):
    page = up_to_date(root, "annual-2022", "2022")
    built = []
    monkeypatch.setattr(editions_build, "build", lambda *_, **__: built.append(1) or page)
    assert sesec("report", "2022", *words).exit_code == 0
    assert built == [1]


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
    assert any("/2] slow … failed (after " in line for line in lines)
    assert any(line.startswith("slow: Error: edition slow names a notebook") for line in lines)
    assert any(
        line.startswith("deadly: Error: its Python stopped without a word") for line in lines
    )
    assert lines[-1].startswith("Not built: ")
    assert not (root / "reports/build/deadly").exists()


@pytest.mark.parametrize("words", [["2022"], ["-p", "ci_level=0.9"]])
def test_report__takes_all_or_one(root, words):
    done = sesec("report", "--all", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "name one edition, or give --all without parameters" in done.stderr


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


@pytest.fixture
def _hears_ctrl_c():
    """What runs in the background of a shell is deaf to Ctrl-C, and so would be what a test starts there."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.usefixtures("_hears_ctrl_c")
def test_report__stopped_by_hand_ends_at_once_and_clean(root):
    command = [SESEC, "report", "slow"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert process.stderr.read(len("[1/1] Waiting …")) == "[1/1] Waiting …"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert process.returncode == 130
    assert told == "\nStopped. Nothing was changed.\n"
    assert list((root / "reports" / "build").iterdir()) == []


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


def test_cite__prints_only_the_text_to_paste(root):
    shelve(root, "annual-2022", quotable(BLACK, "It was 33 percent."))
    done = sesec("cite", BLACK)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(
        "Southeast Seattle Education Coalition. (2023). It was 33 percent"
    )
    assert "In Report annual-2022 (" in done.stdout
    assert sesec("cite", BLACK.removeprefix("sesec:")).stdout == done.stdout


@pytest.mark.parametrize(
    ("style", "sign"), [("bibtex", "@dataset{"), ("csl", "[\n"), ("chicago", "“")]
)
def test_cite__knows_styles(root, style, sign):
    shelve(root, "annual-2022", quotable(BLACK, "It was 33 percent."))
    assert sign in sesec("cite", BLACK, "--style", style).stdout


def test_cite__takes_the_newest_edition_unless_told(root):
    shelve(root, "annual-2021", quotable(BLACK, "Old."))
    shelve(root, "annual-2022", quotable(BLACK, "New."), quotable(WHITE, "White."))
    shelve(root, "annual-2022-custom", quotable(BLACK, "Trial."))
    shelve(root, "annual-2020", quotable("sesec:frozen", "Frozen."), shelf="published")
    assert "New" in sesec("cite", BLACK).stdout
    assert "Trial" in sesec("cite", BLACK, "--edition", "annual-2022-custom").stdout
    assert "Frozen" in sesec("cite", "sesec:frozen").stdout
    assert "no edition '2021'" in sesec("cite", BLACK, "--edition", "2021").stderr


def test_cite__of_an_unknown_id_lists_the_nearest(root):
    shelve(root, "annual-2022", quotable(BLACK, "B."), quotable(WHITE, "W."), quotable("z", "Z."))
    done = sesec("cite", BLACK.replace("black", "blak"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"valid: {BLACK}" in done.stderr
    assert "valid: z" not in done.stderr


def test_cite__tells_of_a_damaged_file(root):
    shelve(root, "annual-2022", quotable(BLACK, "B."))
    (root / "reports" / "build" / "annual-2022" / "findings.json").write_text("[{")
    assert "build the edition again: sesec report annual-2022" in sesec("cite", BLACK).stderr


def test_data__prints_tables_as_aligned_text(monkeypatch, tmp_path):
    from sesec_analysis.loaders import build as loaders_build

    frame = pd.DataFrame({"source_id": ["ospi_discipline", "a"], "rows": [7, 1200]})
    given = {}

    def build(raw, out, *, progress):
        given.update(raw=raw, out=out)
        progress("reading")
        return frame

    monkeypatch.setattr(loaders_build, "build", build)
    done = sesec("data", "build", "--raw", str(tmp_path), "--out", str(tmp_path / "out"))
    assert done.stdout == (
        "release          rows  by rule\nospi_discipline     7        0\na                1200        0\n"
    )
    assert done.stderr == "reading\n\n"
    assert given == {"raw": tmp_path, "out": tmp_path / "out"}


def test_data__passes_refusals_on(monkeypatch):
    from sesec_analysis.loaders import build as loaders_build

    def refuse() -> pd.DataFrame:
        raise DataError("a table breaks a rule", where="ospi")

    monkeypatch.setattr(loaders_build, "check", refuse)
    done = sesec("data", "check")
    assert (done.exit_code, done.stderr) == (1, "Error: a table breaks a rule\n  where: ospi\n")


def test_completion__offers_editions_and_ids(root):
    shelve(root, "annual-2022", quotable(BLACK, "B."), quotable(WHITE, "W."))
    assert complete("sesec report ann") == ["annual-2022"]
    assert complete("sesec cite sesec:rate.ela_met.2022.03.southeast_seattle.b") == [BLACK]


def complete(typed: str) -> list[str]:
    asked = {"_SESEC_COMPLETE": "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": "2"}
    done = CliRunner().invoke(main, prog_name="sesec", env=os.environ | asked)
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    "words",
    [
        ["report", "annual-1999"],
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
        ["report", "--frob"],
    ],
)
def test_names_of_nothing_that_is_here__end_with_2_as_the_help_says(root, words, monkeypatch):
    monkeypatch.setenv("SESEC_COMMUNITY", "southeast_seattle")  # `--community` sets it
    assert "2    the command can't be run as typed" in sesec("--help").stdout
    done = sesec(*words)
    assert done.exit_code == 2, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["Orca K-8", "MLK", "Cleveland", "Beacon Hill", "2120"])
def test_report_school__takes_every_name_that_the_list_of_sheets_takes(root, monkeypatch, name):
    asked = []
    monkeypatch.setattr(fact_sheets, "build", lambda school, **_: asked.append(school) or root)
    done = sesec("report", "school", name, "--out", str(root))
    assert (done.exit_code, asked) == (0, [name]), done.stderr


def test_report_school__lists_the_schools_that_a_word_of_several_fits(root):
    done = sesec("report", "school", "K-8")
    assert done.exit_code == 2
    assert "12 schools have 'K-8' in their name" in done.stderr
    assert "4065 Orca K-8 School" in done.stderr


def test_words__of_no_language_writes_nothing(root):
    before = sorted(i18n_files.folder().iterdir())
    assert sesec("words", "zz").exit_code == 2
    assert sorted(i18n_files.folder().iterdir()) == before
