"""Long proofs: sampled in a run of the tests, in full with --prove, which writes one row each and keeps the others."""

import os
import subprocess
import sys
from pathlib import Path

import proofs
import pytest

pytestmark = pytest.mark.slow  # a run of pytest takes a second

SAMPLES = Path(proofs.__file__).parent
TESTS = """\
import proofs
import pytest
from pathlib import Path

@pytest.mark.proof("Squares are not negative", seed=3, tried="40 numbers")
@pytest.mark.parametrize("number", proofs.sample(range(40), 2, seed=3, always=[7]))
def test_square(number, record_property):
    assert number != 30 or not Path("fails").exists()
    record_property("squares", 1)
    record_property("their sum", number * number)

@pytest.mark.proof("Long", only_in_full=True)
def test_long():
    assert proofs.is_whole()

@pytest.mark.proof("Sums are sums")
def test_sum():
    assert proofs.cases(10_000, 10) == (10_000 if proofs.is_whole() else 10)
"""
SQUARES = (
    "| Squares are not negative | 40 numbers | 3 | 40 tests hold; 40 squares; 20,540 their sum |"
)
SUMS = "| Sums are sums |  |  | 1 test holds |"
LONG = "| Long |  |  | 1 test holds |"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "test_numbers.py").write_text(TESTS, "utf-8")
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\naddopts = -q -p no:cacheprovider\nmarkers = proof: a long one\n", "utf-8"
    )
    return tmp_path


def run(home: Path, *words: str) -> str:
    """Run the tests of a folder; return what was printed."""
    there = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    # What other packages bring takes a second to import.
    there |= {"PYTHONPATH": str(SAMPLES), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "proofs", *words]
    done = subprocess.run(command, cwd=home, env=there, capture_output=True, text=True, check=False)
    return f"{done.stdout}{done.stderr}"


def rows(home: Path) -> list[str]:
    return list(proofs.read_rows(home / proofs.PAGE).values())


def test_prove__runs_all_and_writes_a_row_a_proof(home):
    assert "3 passed" in run(home)  # a sample, and nothing is written
    assert not (home / proofs.PAGE).exists()
    assert "42 passed" in run(home, "--prove", "-m", "proof", "-n", "2")
    assert rows(home) == [LONG, SQUARES, SUMS]


def test_prove__keeps_the_rows_of_proofs_that_were_not_run_or_failed(home):
    other, old = "| Another |  |  | 2 tests hold |", "| Sums are sums |  |  | 7 tests hold |"
    (home / proofs.PAGE).write_text(f"{proofs.HEAD}{other}\n{old}\n", "utf-8")
    (home / "fails").touch()
    assert "1 failed, 41 passed" in run(home, "--prove")
    assert rows(home) == [other, LONG, SUMS]
    (home / "fails").unlink()
    assert "11 passed" in run(home, "--prove", "-k", "test_square and 1 and not 31 and not 21")
    assert rows(home) == [other, LONG, SUMS]
    assert "40 passed" in run(home, "--prove", "-k", "test_square")
    assert rows(home) == [other, LONG, SQUARES, SUMS]
