"""Things that many tests read and that take long to make, made once for a whole run: its workers share them."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file for one process at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


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
