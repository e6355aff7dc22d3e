"""Editions built once for a whole run of the tests, whoever asks first; the workers of a parallel run share them."""

import random
import subprocess
from pathlib import Path

import proofs
import pytest
from once import made_once
from report_samples import SESEC

from sesec_analysis.editions import editions

ROOT = Path(__file__).parents[2]
SEED = 20261126


def published() -> list[str]:
    """Names of the editions that are published."""
    return sorted(path.parent.name for path in (ROOT / "reports/published").glob("*/run.json"))


def tried() -> list[str]:
    """Names of the editions that a proof builds: the newest, and whole one beside it that the seed draws."""
    newest = editions.find("latest")
    others = [name for name in published() if name != newest]
    drawn = [*random.Random(SEED).sample(others, 1), newest]
    return proofs.sample(sorted(drawn), 1, seed=SEED, always=[newest])


def built(name: str, factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an edition, built if no test of this run has built it yet.

    It is built as staff do, with `sesec report`: attacked, certified, and without what the attack takes out.
    """

    def build(folder: Path) -> None:
        command = [SESEC, "report", name, "--quiet", "--out", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        assert done.returncode == 0, done.stderr

    return made_once(factory, f"edition-{name}", build) / name
