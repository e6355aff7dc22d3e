"""A Dask cluster on this machine, and work for it: another process has to find both in a module."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dask
from distributed import LocalCluster

from sesec_analysis.errors import DataError

DEADLY, REFUSED = 2, 3


@contextmanager
def cluster(folder: Path, **also: object) -> Iterator[LocalCluster]:
    """Two workers of one thread each, which may start processes, reached over loopback alone."""
    settings = {"distributed.worker.daemon": False, "temporary-directory": str(folder)}
    given = {"n_workers": 2, "threads_per_worker": 1, **also}
    with (
        dask.config.set(settings),
        LocalCluster(host="127.0.0.1", dashboard_address="127.0.0.1:0", **given) as made,
    ):
        yield made


@dataclass(frozen=True)
class Writing:
    """A task: to write a file into a folder on a shelf."""

    shelf: Path
    number: int


def written(task: Writing) -> int:
    """Write a file; one task ends its process, another is refused."""
    if task.number == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    if task.number == REFUSED:
        raise DataError("no numbers", where="the sample", fix="leave it out")
    folder = task.shelf / str(task.number)
    folder.mkdir(parents=True)
    (folder / "b.txt").write_text(os.environ["SESEC_ROOT"], "utf-8")
    return task.number
