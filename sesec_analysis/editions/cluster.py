"""Give the executor of a Dask cluster whose workers see the same folders, for `pool.each` to use in place of its own.

A worker does a task in the environment of whoever sent it. A task of a lost worker is done by another one.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sesec_analysis import catalog, checkout, i18n, stamp
from sesec_analysis.errors import SesecError
from sesec_analysis.extras import require_extra

with require_extra():
    from distributed import Client, KilledWorker

__all__ = ["ClusterError", "KilledWorker", "environment", "executor", "work_in_project"]


Result = TypeVar("Result")

_SECONDS = "20s"
"""How long a cluster may take to answer."""
_START = "DASK_DISTRIBUTED__WORKER__DAEMON=False dask worker ADDRESS --nthreads 1"


class ClusterError(SesecError):
    """The cluster cannot do the work: it does not answer, has no workers, or they are set up otherwise."""


@contextmanager
def executor(address: str) -> Iterator[Executor]:
    """Connect to a cluster, and give its executor.

    Parameters
    ----------
    address
        Of the scheduler: ``tcp://10.0.0.5:8786``. Folders have the same paths on every worker as here.

    Raises
    ------
    ClusterError
        If the cluster does not answer or has no workers, or a worker has another version of the package or of the
        project's files, or may not start processes.
    """
    try:
        client = Client(address, timeout=_SECONDS)
    except (OSError, ValueError) as failure:
        raise ClusterError(
            "the cluster does not answer",
            where=address,
            fix="name the address that `dask scheduler` prints, as in tcp://10.0.0.5:8786",
        ) from failure
    with client:
        threads, here = client.nthreads(), stamp.project_fingerprint()
        if not threads:
            fix = f"start some: {_START}"
            raise ClusterError("the cluster has no workers", where=address, fix=fix)
        for where, made_from in client.run(_made_from, environment()).items():
            if made_from != here or threads[where] != 1:
                raise ClusterError(
                    "a worker has another version of the package, of the project's files, or of Python, or was not "
                    "started to make one thing at a time, in a process of its own",
                    where=where,
                    fix="share one folder of the project among all machines, at the same path, install the same "
                    f"version with the extras [report] and [cluster], and start each worker with: {_START}",
                )
        with client.get_executor(pure=False) as made:
            yield made


def environment() -> dict[str, str]:
    """Return what work depends on: the project, its data, the community, and the language."""
    folders = {
        "SESEC_ROOT": checkout.root(),
        "SESEC_DATA": catalog.data_dir(),
    }
    given = {name: str(Path(folder).resolve()) for name, folder in folders.items()}
    ours = (i18n.VARIABLE, checkout.COMMUNITY)
    return given | {name: os.environ[name] for name in ours if name in os.environ}


def work_in_project(
    given: dict[str, str], work: Callable[..., Result], *arguments: object
) -> Result:
    """Do work on a worker that is turned to this project, after another's perhaps."""
    for name in (i18n.VARIABLE, checkout.COMMUNITY):
        os.environ.pop(name, None)
    os.environ.update(given)
    return work(*arguments)


def _made_from(given: dict[str, str]) -> str:
    """Return the fingerprint of the project as a worker sees it; nothing if it sees none, or may start no process."""
    if multiprocessing.current_process().daemon:
        return ""
    try:
        return work_in_project(given, stamp.project_fingerprint)
    except (OSError, SesecError):
        return ""
