import hashlib
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from report_samples import (
    PARAMETERS,
    code,
    figure,
    finding,
    notebook,
    notice,
    record,
    running,
    table,
    text,
    write_root,
)

from sesec_analysis.attack import audit
from sesec_analysis.attack.check import GUARD
from sesec_analysis.editions import build
from sesec_analysis.editions import run as editions_run
from sesec_analysis.editions.documents import output
from sesec_analysis.editions.editions import Edition
from sesec_analysis.errors import DataError, EditionError, LeakError, SesecError

AUDIT = GUARD.without_attack()

pytestmark = pytest.mark.slow  # an edition is built first

LIST = """\
shared:
  values: &values { place: southeast_seattle }
editions:
  annual-2022:
    title: Equity Report, 2021–22
    published: 2023
    notebook: good.ipynb
    parameters: { <<: *values, report_year: 2022 }
  broken: { title: Broken, notebook: broken.ipynb }
  unfair: { title: Unfair, notebook: unfair.ipynb }
  lacking: { title: Lacking, notebook: lacking.ipynb }
  lost: { title: Lost, notebook: lost.ipynb }
  misspelt: { title: M, notebook: good.ipynb, parameters: { report_yaer: 2022, ci_level: high } }
  headless: { title: H, notebook: headless.ipynb }
"""

PYTHON_IS_HERE = """\
import os, sys
assert os.environ["OPENBLAS_NUM_THREADS"] == "1" and os.environ["MPLBACKEND"] == "Agg"
assert os.environ["PYTHONHASHSEED"] == "0" and "sesec-" in os.environ["IPYTHONDIR"]
assert (report_year, ci_level) == (2022, 0.95) or ci_level == 0.9
"""


def make_notebooks() -> dict[str, nbformat.NotebookNode]:
    formula = record("rate.formula", sentence="=1+1 is not a sum", change=-0.5, source_ids="")
    refusal = "from sesec_analysis.errors import DataError\nraise DataError("
    return {
        "good.ipynb": notebook(
            code(PARAMETERS, tag="parameters"),
            code(PYTHON_IS_HERE),
            text("## Summary"),
            running(finding(record("rate.white"), formula)),
            text("## Learning\n\nWords."),
            running(figure(), tag="figure-literacy"),
            running(table(), notice()),
        ),
        "broken.ipynb": notebook(
            text("## Learning"), code("import os\nopen(os.getcwd() + '/nothing')", tag="figure-x")
        ),
        "unfair.ipynb": notebook(
            text("## Learning"),
            code('place: str = "seattle"\nci_level: float = 0.95', tag="parameters"),
            code(f"{refusal}'no year 2031', where='ospi', fix='ask for another', valid=[2019])"),
        ),
        "lacking.ipynb": notebook(
            text("## Learning"),
            code("import sesec_analysis as sa\nsa.report.notices_in_place()"),
            code(f"{refusal}'no year 2031', fix='ask for another')\nrates = 1", tag="figure-rates"),
            code("rates"),
            running(finding(record("rate.white"))),
        ),
        "headless.ipynb": notebook(title="no heading"),
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    home = write_root(tmp_path_factory.mktemp("home") / "root", make_notebooks(), LIST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESEC_ROOT", str(home))
        build.build("2021-22", guard=AUDIT)
        yield home


@pytest.fixture
def edition(home) -> Path:
    return home / "reports" / "build" / "annual-2022"


@pytest.fixture
def untouched(edition):
    """Proves at the end that the last good edition and the folder around it are as they were."""
    before, beside = output.checksums(edition), sorted(edition.parent.glob(".*"))
    yield
    assert output.checksums(edition) == before
    assert sorted(edition.parent.glob(".*")) == beside == []


def test_build__makes_a_whole_folder(edition):
    assert list(output.checksums(edition)) == [
        "disclosure_audit.json",
        "document.json",
        "figures/literacy.csv",
        "figures/literacy.png",
        "figures/literacy.svg",
        "findings.csv",
        "findings.html",
        "findings.json",
        "findings.xlsx",
        "index.html",
        "report.docx",
        "report.pdf",
        "run.json",
    ]
    assert edition.stat().st_mode & 0o777 == edition.parent.stat().st_mode & 0o777


def test_build__tells_what_it_was_made_from(home, edition):
    run = json.loads((edition / "run.json").read_text("utf-8"))
    assert (run["edition"], run["title"]) == ("annual-2022", "Equity Report, 2021–22")
    assert run["parameters"] == {
        "report_year": 2022,
        "place": "southeast_seattle",
        "ci_level": 0.95,
    }
    source = (home / "notebooks" / "good.ipynb").read_bytes()
    assert run["notebook"] == {
        "path": "notebooks/good.ipynb",
        "sha256": hashlib.sha256(source).hexdigest(),
    }
    assert run["package"]["commit"] is None  # this root is no checkout
    page = hashlib.sha256((edition / "index.html").read_bytes()).hexdigest()
    assert run["files"]["index.html"] == page


def test_build__gives_the_same_bytes_again_and_tells_how_far_it_is(edition, untouched):
    told = io.StringIO()
    page = build.build("annual-2022", stream=told, guard=AUDIT)
    assert page == edition / "index.html"
    lines = told.getvalue().splitlines()
    assert [line.rpartition(" … ")[0] or line[:40] for line in lines] == [
        "[1/3] Equity report",
        "[2/3] Summary",
        "[3/3] Learning",
        "Looking for withheld numbers that could be worked out",
        "Putting pages and translations together",
        "Writing it in every form",
        "Equity Report, 2021–22: 4 findings, 1 fi",
    ]
    assert re.fullmatch(r"Writing it in every form … \d+\.\d s", lines[5])
    assert re.search(r" \(\d+\.\d s in all\)$", lines[6])


def test_build__with_other_parameters_stands_apart(edition, untouched):
    page = build.build("2022", overrides={"ci_level": "0.9"}, guard=AUDIT)
    assert page.parent.name == "annual-2022-custom"
    assert json.loads((page.parent / "run.json").read_text())["changed_parameters"] == ["ci_level"]
    assert "A trial, not the edition" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("misspelt", "3 parameters are wrong; nothing was started"),
        ("lost", "a notebook that is not there: notebooks/lost.ipynb"),
        ("headless", "comes before the title"),
    ],
)
def test_build__refuses_before_anything_runs(home, name, what, untouched, monkeypatch):
    monkeypatch.setattr("sesec_analysis.editions.run.run", None)
    with pytest.raises(EditionError, match=what) as refusal:
        build.build(name, guard=AUDIT)
    assert refusal.value.exit_code == 2
    assert not (home / "reports" / "build" / name).exists()


def test_build__tells_where_a_notebook_broke(home, untouched):
    with pytest.raises(SesecError) as refusal:
        build.build("broken", guard=AUDIT)
    assert refusal.value.exit_code == 1
    assert "section 'Learning', cell tagged figure-x" in refusal.value.what
    assert "FileNotFoundError" in refusal.value.what
    assert refusal.value.where.startswith("notebooks/broken.ipynb, ")
    failed = home / "reports" / "build" / "broken.failed.ipynb"
    assert str(failed) in refusal.value.where
    kept = failed.read_text("utf-8")
    assert str(home) not in kept
    assert "input_path" not in kept
    assert not (home / "reports" / "build" / "broken").exists()


def test_build__passes_on_a_refusal_of_ours_word_for_word(home, untouched):
    with pytest.raises(SesecError) as refusal:
        build.build(
            "unfair", overrides={"place": "Rest of Seattle", "ci_level": "0.9"}, guard=AUDIT
        )
    for line in ["no year 2031", "fix:   ask for another", "valid: 2019"]:
        assert line in refusal.value.what
    assert "sesec report unfair -p 'place=Rest of Seattle' -p ci_level=0.9" in refusal.value.fix


def test_build__goes_on_after_what_cannot_be_computed_and_tells_of_it(home, untouched):
    told = io.StringIO()
    page = build.build("lacking", stream=told, guard=AUDIT).read_text("utf-8")
    assert page.count("It cannot be computed from the available numbers: no year 2031.") == 1
    assert (
        told.getvalue().count("Not shown, a notice says why: section 'Learning', cell tagged") == 1
    )
    assert "It cannot be computed from the available numbers: no year 2031." in told.getvalue()


def test_build__that_is_strict_fails_at_what_cannot_be_computed(home, untouched):
    with pytest.raises(SesecError) as refusal:
        build.build("lacking", strict=True, guard=AUDIT)
    assert refusal.value.exit_code == 1
    for line in ["1 measure cannot be computed", "cell tagged figure-rates", "no year 2031"]:
        assert line in refusal.value.what
    assert "lacking.failed.ipynb" in refusal.value.where


def test_build__interrupted_leaves_everything_as_it_was(home, untouched, monkeypatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sesec_analysis.editions.run.run", interrupt)
    with pytest.raises(KeyboardInterrupt):
        build.build("2022", guard=AUDIT)


def test_replacing__refuses_to_remove_what_it_did_not_make(tmp_path):
    mine = tmp_path / "edition"
    mine.mkdir()
    (mine / "thesis.docx").write_text("mine")
    with (
        pytest.raises(EditionError, match="is not an edition") as refused,
        output.replace_folder(mine),
    ):
        pass
    assert refused.value.fix
    assert [path.name for path in tmp_path.rglob("*")] == ["edition", "thesis.docx"]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "true"),
        ("-3.5", "-3.5"),
        ("-3 points", "'-3 points"),
        ("@x", "'@x"),
        ("\t=1+1", "'\t=1+1"),
        ("\n=1+1", '"\'\n=1+1"'),
        *((f"{sign}1+1", f"'{sign}1+1") for sign in "\uff1d\uff0b\uff0d\uff20"),
        (["a", 1], "a; 1"),
        ("2021–22", "2021–22"),
    ],
)
def test_csv_text__is_safe_in_a_spreadsheet(value, cell):
    assert output.csv_text(["a"], [[value]]) == f"a\r\n{cell or chr(34) * 2}\r\n"


@pytest.fixture
def runs(monkeypatch):
    """Return the list of notebooks that were run."""
    given: list[object] = []
    run = editions_run.run

    def watched(asked, *args, **more):
        given.append(asked)
        return run(asked, *args, **more)

    monkeypatch.setattr("sesec_analysis.editions.run.run", watched)
    return given


def test_build__withholds_what_the_audit_asks_for_in_what_has_run(
    home, tmp_path, monkeypatch, runs
):
    told = iter([{"a (from places: b less the others)": "sesec:b"}, {}, {}, {}])
    monkeypatch.setattr(audit, "leaks", lambda records, **how: next(told))
    page = build.build("2021-22", out=tmp_path, guard=AUDIT)
    assert len(runs) == 1
    passed = json.loads((page.parent / "disclosure_audit.json").read_text())
    assert passed["withheld_for_others"] == ["sesec:b"]


MEASURED = (
    text("## Discipline"),
    code(
        "import sesec_analysis as sa\n"
        'table = sa.load("disciplined", place="seattle", end_years=2019, grade_level="all")\n'
        'rates = sa.rates(table, by="race_ethnicity")\n'
        "sa.table(rates)"
    ),
    code("sa.report.headline(rates)"),
    code("sa.plot_rates(rates)", tag="figure-rates"),
)
HIDDEN = "sesec:rate.disciplined.2019.all.seattle.white"


@pytest.fixture
def measured(home):
    """Return the plan of an edition of a table, a headline and a figure."""
    (home / "notebooks" / "report.ipynb").write_text(nbformat.writes(notebook(*MEASURED)), "utf-8")
    return build.plan_edition("one", Edition(title="T", notebook="report.ipynb"))


def test_build__withholds_what_an_attack_names_and_is_attacked_again(
    measured, tmp_path, monkeypatch, runs
):
    attacks: list[bool] = []

    def certify(folders: list[Path], **_: object) -> dict[str, object]:
        [folder] = folders
        records = json.loads((folder / "findings.json").read_text("utf-8"))
        attacks.append(HIDDEN in [one["id"] for one in records if one["publish"] == "nothing"])
        assert not (folder / "stale").exists()
        if len(attacks) == 1:
            (folder / "stale").write_text("of the figures before")
            leak = LeakError("this edition would give back what was withheld")
            leak.findings = frozenset({HIDDEN})
            raise leak
        return {}

    monkeypatch.setattr(build.certificate, "with_certificate", lambda shown, outcome: shown)
    page = build.make(measured, tmp_path / "one", guard=replace(AUDIT, certify=certify))
    assert (len(runs), attacks) == (1, [False, True])
    passed = json.loads((page.parent / "disclosure_audit.json").read_text())
    assert passed["withheld_for_others"] == [HIDDEN]
    assert not (page.parent / "stale").exists()


def test_build__that_stays_leaky_is_refused(home, tmp_path, monkeypatch):
    monkeypatch.setattr(audit, "leaks", lambda records, **how: {"a (from b)": "sesec:b"})
    with pytest.raises(DataError, match="could be worked out"):
        build.build("2021-22", out=tmp_path, guard=AUDIT)
    assert not (tmp_path / "annual-2022").exists()
