"""Editions built once for a whole run of the tests, whoever asks first; the workers of a parallel run share them."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

__all__ = ["ROOT", "built", "published"]

ROOT = Path(__file__).parents[1]


def published() -> list[str]:
    """Names of the editions that are published."""
    return sorted(path.parent.name for path in (ROOT / "reports/published").glob("*/run.json"))


def built(name: str, factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an edition, built by `sesec report` if no test of this run has built it yet."""
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
            command = [sys.executable, "-m", "sesec_analysis.cli", "report", name]
            command += ["--out", str(shared), "--quiet"]
            done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
            assert done.returncode == 0, done.stderr
    return shared / name
