"""A Dask cluster on this machine, and work for it: another process has to find both in a module."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
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


def written(task: tuple[Path, int]) -> dict[str, bytes]:
    """Return a file; one task kills its worker the first time it is taken up, another is refused."""
    folder, number = task
    with (folder / f"{number}.log").open("a") as log:
        log.write(f"{os.getpid()}\n")
    if number == DEADLY and len((folder / f"{number}.log").read_text().split()) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == REFUSED:
        raise DataError("no figures", where="the sample", mend="leave it out")
    return {"a/b.txt": f"{number} {os.environ['SESEC_ROOT']}".encode()}
