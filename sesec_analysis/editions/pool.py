"""Do tasks with a `concurrent.futures.Executor`: processes of this machine, or of a Dask cluster.

A process of this machine is forked from a server that was started once, in the environment of a notebook, and has
imported what the work needs. So it begins at once, and keeps what one task has read for the next. A cluster's worker
sees the same folders, and does a task in the environment of whoever sent it; a lost worker's task is done by another.
"""

import gc
import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import (
    active_children,
    connection,
    current_process,
    get_all_start_methods,
    get_context,
    parent_process,
)
from pathlib import Path
from threading import Thread
from typing import Generic, TypeVar, cast

from sesec_analysis import catalog, checkout, i18n, stamp
from sesec_analysis.errors import SesecError
from sesec_analysis.evidence.described import specs
from sesec_analysis.extras import require_extra

__all__ = ["SURROUNDINGS", "ClusterError", "TaskResult", "WorkerError", "each", "surroundings"]


Task = TypeVar("Task")
Result = TypeVar("Result")

SURROUNDINGS = {
    "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel beside this package, not one of the same name in a home folder
    "MPLBACKEND": "Agg",  # a picture is published by showing it, never by leaving it open
    "OPENBLAS_NUM_THREADS": "1",  # sums in one order on every machine
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # no debugger's warning between our lines
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "0",  # no hour of the day in a picture
}
"""What the environment of a notebook holds, so that it gives the same bytes on every machine."""

_LONGEST_FOLDER = 60
"""Characters of a temporary folder in which the server's socket still fits: its path has 100 or so."""
_PRELOADED = [
    *(f"sesec_analysis.loaders.{name}" for name in ("load", "listing")),
    "sesec_analysis.metrics.disparity",
    "sesec_analysis.evidence.school_tables",
    *(f"sesec_analysis.figures.{name}" for name in ("dot_plot", "scatter", "trend")),
    *(f"sesec_analysis.editions.{name}" for name in ("build", "papermill_engine", "fact_sheets")),
    "sesec_analysis.attack.rewriting",
    "IPython.core.interactiveshell",
    "papermill",
    *(f"babel.messages.{name}" for name in ("pofile", "mofile")),
]


_START = "DASK_DISTRIBUTED__WORKER__DAEMON=False dask worker ADDRESS --nthreads 1"


class ClusterError(SesecError):
    """The cluster cannot do the work: it does not answer, has no workers, or they are set up otherwise."""


class WorkerError(SesecError):
    """A worker process ended before its task did."""


@dataclass(frozen=True)
class TaskResult(Generic[Task, Result]):
    """How a task ended: with a result, or with an error."""

    task: Task
    result: Result | None
    error: SesecError | None


def each(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    workers: int = 1,
    cluster: str | None = None,
) -> Iterator[TaskResult[Task, Result]]:
    """Do a task after the other, some at a time, and yield how each ended.

    Parameters
    ----------
    work
        A function of a module, since another process has to find it. A `SesecError` that it raises is an outcome.
    tasks
        Plain values.
    workers
        How many tasks are done at a time.
    cluster
        The address of a Dask scheduler, whose workers do the tasks in place of processes of this machine.

    Raises
    ------
    ClusterError
        If the cluster cannot do it; nothing was started.

    Notes
    -----
    A process that dies takes its whole pool with it. Then the tasks that had not ended are done by one process alone,
    in their order: if that dies too, its task is the first that has not ended.
    """
    if cluster is not None:
        yield from _each_on_cluster(cluster, work, tasks)
        return
    waiting = list(tasks)
    while waiting:
        unfinished = list(range(len(waiting)))
        with (
            _processes(workers) as pool,
            _submit_tasks(pool, partial(_interruptible, work), waiting) as futures,
        ):
            for future in as_completed(futures):
                if not isinstance(future.exception(), BrokenExecutor):
                    unfinished.remove(futures[future])
                    yield _outcome(waiting[futures[future]], future)
        if unfinished and workers == 1:
            yield TaskResult(waiting[unfinished.pop(0)], None, _dead())
        workers, waiting = 1, [waiting[at] for at in unfinished]


def _each_on_cluster(
    address: str, work: Callable[[Task], Result], tasks: Sequence[Task]
) -> Iterator[TaskResult[Task, Result]]:
    if not tasks:
        return
    with require_extra():
        from distributed import Client, KilledWorker
    try:
        client = Client(address, timeout="20s")
    except (OSError, ValueError) as failure:
        raise ClusterError(
            "the cluster does not answer",
            where=address,
            fix="name the address that `dask scheduler` prints, as in tcp://10.0.0.5:8786",
        ) from failure
    with client:
        if not client.nthreads():
            fix = f"start some: {_START}"
            raise ClusterError("the cluster has no workers", where=address, fix=fix)
        here, given = stamp.project_fingerprint(), _project_environment()
        for where, made_from in client.run(_fingerprint_of_worker, given).items():
            if made_from != here:
                raise ClusterError(
                    "a worker has another version of the package, of the project's files, or of Python, or may not "
                    "start processes",
                    where=where,
                    fix="share one folder of the project among all machines, at the same path, install the same "
                    f"version with the extras [report] and [cluster], and start each worker with: {_START}",
                )
        sent = partial(_alone, given, work)
        # All at once: Dask gives each worker as much as it can do, and what a lost one had to another.
        with (
            client.get_executor(pure=False) as pool,
            _submit_tasks(pool, sent, tasks) as futures,
        ):
            for future in as_completed(futures):
                task = tasks[futures[future]]
                is_lost = isinstance(future.exception(), KilledWorker)
                yield TaskResult(task, None, _dead()) if is_lost else _outcome(task, future)


def _project_environment() -> dict[str, str]:
    """Return what work depends on: the project, its data, the community, and the language."""
    return {
        "SESEC_ROOT": str(checkout.root().resolve()),
        "SESEC_DATA": str(catalog.data_dir().resolve()),
        **{name: os.environ.get(name, "") for name in (i18n.VARIABLE, checkout.COMMUNITY)},
    }


def _fingerprint_of_worker(given: dict[str, str]) -> str:
    """Return the fingerprint of the project as a worker sees it; nothing if it sees none, or may start no process."""
    os.environ.update(given)
    try:
        return "" if current_process().daemon else stamp.project_fingerprint()
    except (OSError, SesecError):
        return ""


def _alone(given: dict[str, str], work: Callable[[Task], Result], task: Task) -> Result:
    """Do a task on a worker, in a process of its own in this project; the worker did another's before, perhaps."""
    os.environ.update(given)
    [outcome] = each(work, [task])
    if outcome.error:
        raise outcome.error
    return cast("Result", outcome.result)


def _outcome(task: Task, future: "Future[Result]") -> TaskResult[Task, Result]:
    error = future.exception()
    if error is None:
        return TaskResult(task, future.result(), None)
    if isinstance(error, SesecError):
        return TaskResult(task, None, error)
    raise error


def _dead() -> WorkerError:
    return WorkerError(
        "its Python stopped without a word",
        fix="often the machine's memory was used up: close other programs and run it again",
    )


@contextmanager
def _submit_tasks(
    pool: Executor, work: Callable[[Task], Result], tasks: Sequence[Task]
) -> Iterator["dict[Future[Result], int]"]:
    """Submit tasks, and give the position of each; begin no other once the block has ended.

    Those at work on this machine are interrupted if the block is.
    """
    futures: dict[Future[Result], int] = {}
    with suppress(BrokenExecutor):
        for at, task in enumerate(tasks):
            futures[pool.submit(work, task)] = at
    try:
        yield futures
    except KeyboardInterrupt:
        for child in active_children():
            if child.pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGINT)
        raise
    finally:
        for future in futures:
            future.cancel()


@contextmanager
def _processes(workers: int) -> Iterator[Executor]:
    """Give processes of this machine, forked where the system can."""
    is_short = len(tempfile.gettempdir()) <= _LONGEST_FOLDER
    forks = is_short and "forkserver" in get_all_start_methods()
    context = get_context("forkserver" if forks else "spawn")
    context.set_forkserver_preload(_PRELOADED)
    with checkout.environment(SURROUNDINGS):  # they reach the server only as it starts
        given = (dict(os.environ),)
        with ProcessPoolExecutor(
            workers, context, initializer=_begin_process, initargs=given
        ) as pool:
            yield pool


@dataclass
class _Process:
    """What a worker process is doing."""

    is_at_work: bool = False
    is_stopped: bool = False

    def stop(self, number: int, frame: object) -> None:
        """Handle Ctrl-C; while it waits for a task, an exception would end the process with a traceback."""
        self.is_stopped = True
        if self.is_at_work:
            raise KeyboardInterrupt


_PROCESS = _Process()


def _interruptible(work: Callable[[Task], Result], task: Task) -> Result:
    """Do a task in a process that ends it at Ctrl-C, and begins no other."""
    if _PROCESS.is_stopped:
        raise KeyboardInterrupt
    _PROCESS.is_at_work = True
    try:
        return work(task)
    finally:
        _PROCESS.is_at_work = False


def _begin_process(environment: dict[str, str]) -> None:
    """Begin a process; it ends as soon as the one that started it is gone, however it went."""
    signal.signal(signal.SIGINT, _PROCESS.stop)
    gc.freeze()  # what was imported stays: it is not searched for garbage
    gc.set_threshold(50_000, 20, 50)  # as in the commands
    os.environ.clear()  # the server may be older than the caller's environment
    os.environ.update(environment)
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


@contextmanager
def surroundings(scratch: Path) -> Iterator[None]:
    """Give a notebook its environment, and nothing of a home folder: no profile, no history."""
    given = {
        **SURROUNDINGS,
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        specs.VARIABLE: "1",
    }
    with checkout.environment(given):
        yield
