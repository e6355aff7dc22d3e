"""Do tasks on the workers of a Dask cluster that see the same folders, as `pool.each` does on this machine.

Dask's executor replaces that of this machine; each worker does a task in a process of its own, in the environment
of whoever sent it. A task of a lost worker is done by another one.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sesec_analysis import catalog, checkout, i18n, stamp
from sesec_analysis.editions import pool
from sesec_analysis.editions.pool import TaskResult
from sesec_analysis.errors import SesecError
from sesec_analysis.extras import needed

with needed():
    from distributed import Client, KilledWorker

__all__ = ["ClusterError", "each"]


Task = TypeVar("Task")
Result = TypeVar("Result")

_SECONDS = "20s"
"""How long a cluster may take to answer."""
_START = "DASK_DISTRIBUTED__WORKER__DAEMON=False dask worker ADDRESS --nthreads 1"


class ClusterError(SesecError):
    """The cluster cannot do the work: it does not answer, has no workers, or they are set up otherwise."""


def each(
    address: str, work: Callable[[Task], Result], tasks: Sequence[Task]
) -> Iterator[TaskResult[Task, Result]]:
    """Do a function for each task on a cluster, and yield how each ended.

    Parameters
    ----------
    address
        Of the scheduler: ``tcp://10.0.0.5:8786``.
    work, tasks
        As for `pool.each`. The folders that they read and write have the same paths on every worker.

    Raises
    ------
    ClusterError
        If the cluster does not answer or has no workers, or a worker has another version of the package or of the
        project's files, or may not start processes; nothing was started.
    """
    if not tasks:
        return
    with _client(address) as client:

        @contextmanager
        def executors(_: int) -> Iterator[Executor]:
            with client.get_executor(pure=False) as executor:
                yield executor

        # All at once: Dask gives each worker as much as it can do.
        yield from pool.each(
            _There(_environment(), work),
            tasks,
            workers=len(tasks),
            executors=executors,
            lost=(KilledWorker,),
        )


@dataclass(frozen=True)
class _There:
    """Does a task on a worker, in a process that it starts."""

    given: dict[str, str]
    work: Callable[[Any], Any]

    def __call__(self, task: Any) -> Any:
        _enter(self.given)
        [outcome] = pool.each(self.work, [task])
        if outcome.error:
            raise outcome.error
        return outcome.result


def _environment() -> dict[str, str]:
    """Return what the work depends on: the project, its data, the community, and the language."""
    folders = {
        "SESEC_ROOT": checkout.root(),
        "SESEC_DATA": catalog.data_dir(),
        "SESEC_CACHE": catalog.cache_dir(),
    }
    given = {name: str(Path(folder).resolve()) for name, folder in folders.items()}
    ours = (i18n.VARIABLE, checkout.COMMUNITY)
    return given | {name: os.environ[name] for name in ours if name in os.environ}


def _enter(given: dict[str, str]) -> None:
    """Turn a worker to this project, after another's perhaps."""
    for name in (i18n.VARIABLE, checkout.COMMUNITY):
        os.environ.pop(name, None)
    os.environ.update(given)


@contextmanager
def _client(address: str) -> Iterator["Client"]:
    try:
        client = Client(address, timeout=_SECONDS)
    except (OSError, ValueError) as failure:
        raise ClusterError(
            "the cluster does not answer",
            where=address,
            fix="name the address that `dask scheduler` prints, as in tcp://10.0.0.5:8786",
        ) from failure
    with client:
        workers = client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            fix = f"start some: {_START}"
            raise ClusterError("the cluster has no workers", where=address, fix=fix)
        starting = client.run(_can_start)
        for where, worker in workers.items():
            if worker["nthreads"] != 1 or not starting[where]:
                raise ClusterError(
                    "a worker makes one thing at a time, in a process that it starts, and this one may not",
                    where=where,
                    fix=f"start it with: {_START}",
                )
        for where, made_from in client.run(_made_from, _environment()).items():
            if made_from != stamp.of_project():
                raise ClusterError(
                    "a worker has another version of the package, of the project's files, or of Python",
                    where=where,
                    fix="share one folder of the project among all machines, at the same path, and install the same "
                    "version with the extras [report] and [cluster]",
                )
        yield client


def _can_start() -> bool:
    return not multiprocessing.current_process().daemon


def _made_from(given: dict[str, str]) -> str:
    """Return the fingerprint of the project as a worker sees it; nothing if it does not see it."""
    _enter(given)
    try:
        return stamp.of_project()
    except (OSError, SesecError):
        return ""
