"""The package as it is installed by itself: the wheel's own files, in a folder that is no project."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

import sesec_analysis as sa
from sesec_analysis.cli.init import PARTS
from sesec_analysis.extras import EXTRAS

pytestmark = pytest.mark.slow  # the wheel is built first

ROOT = Path(__file__).parents[2]
INSIDE = "sesec_analysis/_project/"
NUMBER = "sesec:ratio.disciplined.2019.all.seattle.black-others"
BARRED = """import sys

class Barred:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in %r:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Barred)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    return Path(next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])))


@pytest.fixture(scope="module")
def package(wheel, tmp_path_factory) -> Path:
    """The folder that the wheel is installed into; what it needs is that of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def python(package: Path, folder: Path, *words: str, without: str = ""):
    """Run Python in a folder with the installed package, and without what an extra brings."""
    (package / "sitecustomize.py").write_text(BARRED % EXTRAS.get(without, set()))
    own = {name: text for name, text in os.environ.items() if not name.startswith("SESEC_")}
    return subprocess.run(
        [sys.executable, "-P", *words],
        cwd=folder,
        env=own | {"PYTHONPATH": str(package), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def sesec(package: Path, folder: Path, *words: str, without: str = ""):
    run = "from sesec_analysis.cli import main; main(prog_name='sesec')"
    return python(package, folder, "-c", run, *words, without=without)


def test_wheel__carries_the_project_and_nothing_of_the_tests(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    carried = {name.removeprefix(INSIDE) for name in names if name.startswith(INSIDE)}
    tracked = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "--", *PARTS],
        capture_output=True,
        text=True,
        check=True,
    )
    assert carried == set(tracked.stdout.splitlines())
    assert {name.split("/")[0] for name in names} == {
        "sesec_analysis",
        f"sesec_analysis-{sa.__version__}.dist-info",
    }


CORE = """import json, sys
import sesec_analysis as sa
table = sa.load('disciplined', place='seattle', end_years=2019, grade_level='all')
ratios = sa.ratios(table, by='race_ethnicity', reference='white')
sa.plot_gaps(ratios)
print(sa.__file__, sa.finding(ratios, student_group='black').id)
from click.testing import CliRunner
from sesec_analysis.cli import main
ended = [CliRunner().invoke(main, words.split()) for words in sys.argv[1:]]
print(json.dumps([[one.exit_code, one.stderr] for one in ended]))
"""
"""Loads, measures, and plots; then runs commands in the same Python, and tells how each ended and what it said."""


def test_core__works_without_the_extras_and_says_which_is_missing(package, tmp_path):
    commands = ("report", f"cite {NUMBER}", "data fetch", "site")
    done = python(package, tmp_path, "-c", CORE, *commands, without="report")
    assert (done.returncode, done.stderr) == (0, "")
    first, second = done.stdout.splitlines()
    file, name = first.split()
    assert Path(file).is_relative_to(package)
    assert name == "sesec:ratio.disciplined.2019.all.seattle.black-white"
    for command, (code, said) in zip(commands, json.loads(second), strict=True):
        assert code == 2, command
        assert "is not installed, and this needs it" in said, command
        assert "fix:   pip install 'sesec-analysis[report]'" in said, command
        assert len(said.splitlines()) == 2, command


def test_installed__changes_nothing_of_its_own_copy_and_lays_out_a_project_that_commands_work_in(
    package, tmp_path
):
    done = python(package, tmp_path, "-c", CORE, "data fetch ospi_discipline", "init ours")
    (refused, said), (code, _) = json.loads(done.stdout.splitlines()[-1])
    assert (refused, code) == (2, 0)
    assert "lay out a project with `sesec init FOLDER`" in said
    ours = tmp_path / "ours"
    assert {path.relative_to(ours).as_posix() for path in ours.rglob("*") if path.is_file()} == {
        path.relative_to(package / INSIDE).as_posix()
        for path in (package / INSIDE).rglob("*")
        if path.is_file()
    }
    listing = ours / "reports" / "editions.yml"
    listing.write_text(listing.read_text("utf-8").replace("annual-2024", "annual-ours"), "utf-8")
    (ours / "notes").mkdir()
    listed = sesec(package, ours / "notes", "report", "--list")
    assert listed.returncode == 0, listed.stderr
    assert "annual-ours" in listed.stdout
