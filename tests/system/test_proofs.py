"""Long proofs: sampled in a run of the tests, whole with --prove, written down, gone on with, and asked for again."""

import os
import re
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

@pytest.mark.proof("Squares are not negative", of=["square.py"], seed=3, tried="40 numbers")
@pytest.mark.parametrize("number", proofs.sample(range(40), 2, seed=3, always=[7]))
def test_square(number, record_property):
    with Path("ran.txt").open("a") as log:
        log.write(f"{number} ")
    assert number != 30 or not Path("fails").exists()
    record_property("squares", 1)
    record_property("their sum", number * number)

@pytest.mark.proof("Sums are sums", of=["sum.py"])
def test_sum():
    assert proofs.cases(10_000, 10) == (10_000 if proofs.is_whole() else 10)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "test_numbers.py").write_text(TESTS, "utf-8")
    for name in ("square.py", "sum.py"):
        (tmp_path / name).write_text("# the code that the proof speaks of\n", "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -q -p no:cacheprovider\n", "utf-8")
    return tmp_path


def run(home: Path, *words: str) -> tuple[int, str]:
    """Run the tests of a folder; return the exit code, and what was printed with the numbers tried before it."""
    (home / "ran.txt").unlink(missing_ok=True)
    there = os.environ | {"PYTHONPATH": str(SAMPLES)}
    for name in [name for name in there if name.startswith("PYTEST_")]:
        there.pop(name)
    there["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = (
        "1"  # what other packages bring takes a second to import
    )
    command = [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "proofs", *words]
    done = subprocess.run(command, cwd=home, env=there, capture_output=True, text=True, check=False)
    tried = (home / "ran.txt").read_text("utf-8") if (home / "ran.txt").exists() else ""
    return done.returncode, f"{tried}\n{done.stdout}{done.stderr}"


def rows(home: Path) -> list[str]:
    return re.findall(
        r"^\| .*`\w{12}` \|$", (home / "docs/PROOFS.md").read_text("utf-8"), flags=re.M
    )


def test_prove__tries_all_writes_a_row_a_proof_and_does_not_try_it_again(home):
    code, told = run(home, "--prove", "-m", "proof", "-n", "2")
    assert code == 0, told
    squares, sums = rows(home)
    assert squares.startswith(
        "| Squares are not negative | 40 numbers | 3 | 40 tests hold; 40 squares; 20,540 their sum | `"
    )
    assert sums.startswith("| Sums are sums |  |  | 1 test holds | `")
    code, told = run(home, "--prove", "-m", "proof")
    assert (code, "41 deselected" in told) == (5, True), told  # nothing is left to try
    code, told = run(home)
    # Two numbers, the sum, a row each, and that no other row is there.
    assert (code, "6 passed" in told) == (0, True), told


def test_prove__goes_on_where_it_was_stopped(home):
    (home / "fails").touch()
    code, told = run(home, "--prove", "-m", "proof")
    assert (code, "1 failed, 40 passed" in told) == (1, True), told
    assert [row.split(" | ")[0] for row in rows(home)] == ["| Sums are sums"]
    (home / "fails").unlink()
    code, told = run(home, "--prove", "-m", "proof")
    assert (code, told.splitlines()[0]) == (0, "30 "), told
    assert "40 tests hold; 40 squares; 20,540 their sum" in rows(home)[0]


def test_rows__are_asked_for_where_they_are_missing_old_or_of_no_proof(home):
    code, told = run(home)
    assert code == 1
    assert "docs/PROOFS.md has no line on 'Sums are sums': run `make prove`" in told
    code, told = run(home, "test_numbers.py")
    assert code == 0, told  # who runs a few tests is asked for nothing
    assert run(home, "--prove", "-m", "proof")[0] == 0
    with (home / "sum.py").open("a") as code_file:
        code_file.write("changed = True\n")
    code, told = run(home)
    assert (code, "1 failed, 5 passed" in told) == (1, True), told
    assert "'Sums are sums' was tried on other code (sum.py, or its tests" in told
    page = home / "docs/PROOFS.md"
    page.write_text(
        page.read_text("utf-8") + "| Gone |  |  | 1 test holds | `0123456789ab` |\n", "utf-8"
    )
    code, told = run(home, "-m", "row")
    assert (code, "delete them: ['Gone']" in told) == (1, True), told


def test_rows__are_of_files_that_there_are(home):
    (home / "sum.py").unlink()
    code, told = run(home, "--prove")
    assert code != 0
    assert "a proof speaks of 'sum.py', and no file is there" in told
