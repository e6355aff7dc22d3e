"""The types of the whole package hold; `make lint` asks the same."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_types__hold():
    command = [sys.executable, "-m", "mypy", "--no-error-summary"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
