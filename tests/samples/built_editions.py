"""Editions built once for a whole run of the tests, whoever asks first; the workers of a parallel run share them."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest
from report_samples import SESEC

from sesec_analysis.editions import editions

__all__ = ["ROOT", "built", "published"]


ROOT = Path(__file__).parents[2]

_WITHOUT_ATTACK = """\
import sys
from pathlib import Path
from sesec_analysis.archive import changes_section
from sesec_analysis.editions import build
build.build(sys.argv[1], out=Path(sys.argv[2]), amend=changes_section.with_changes)
"""


def published() -> list[str]:
    """Names of the editions that are published."""
    return sorted(path.parent.name for path in (ROOT / "reports/published").glob("*/run.json"))


def built(name: str, factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an edition, built if no test of this run has built it yet.

    The latest is built as staff do, with `sesec report`: attacked, and certified. The others are left to the test that
    attacks all of them together (tests/system/test_editions_together.py).
    """
    base = factory.getbasetemp()
    if (
        "PYTEST_XDIST_WORKER" in os.environ
    ):  # each worker has a folder of its own in that of the run
        base = base.parent
    shared = base / "editions"
    shared.mkdir(exist_ok=True)
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / name / "run.json").is_file():
            if name == editions.find("latest"):
                command = [SESEC, "report", name, "--quiet", "--out"]
            else:
                command = [sys.executable, "-c", _WITHOUT_ATTACK, name]
            done = subprocess.run(
                [*command, str(shared)], capture_output=True, text=True, check=False, cwd=ROOT
            )
            assert done.returncode == 0, done.stderr
    return shared / name
