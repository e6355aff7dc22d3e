"""Things that many tests read and that take long to make, made once for a whole run: its workers share them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from proofs import locked

__all__ = ["made_once"]


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder of the run, made by whoever asks first; `make` gets its path and writes it."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # a worker has a folder of its own in that of the run
        base = base.parent
    folder = base / "once" / name
    done = folder.with_name(f"{folder.name}.made")
    with locked(folder):
        if not done.exists():
            make(folder)
            done.touch()
    return folder
