"""Run tasks in a pool of forked worker processes that have everything imported.

A server process is started once, in the settled surroundings of `running`, and imports what the work needs. Small
batches of work are forked from it: they begin at once, keep what one piece has read for the next, and end with the
process.
"""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_all_start_methods, get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Generic, TypeVar

from sesec_analysis.editions import run
from sesec_analysis.errors import SesecError

__all__ = ["TaskResult", "each", "is_possible"]


Task = TypeVar("Task")

_ENGINE = "SESEC_ENGINE"
_PRELOADED = [
    *(f"sesec_analysis.loaders.{name}" for name in ("load", "listing")),
    "sesec_analysis.metrics.disparity",
    "sesec_analysis.evidence.school_tables",
    *(f"sesec_analysis.figures.{name}" for name in ("dot_plot", "schools", "trend")),
    *(f"sesec_analysis.editions.{name}" for name in ("build", "fact_sheets", "run")),
    *("IPython.core.interactiveshell", "IPython.core.displaypub", "nbformat.v4"),
]
_BATCH = 12
"""Pieces of work that one process does, at most."""

_PATIENCE = 10.0
"""Seconds that stopped work may take to clear away what it began."""


@dataclass(frozen=True)
class TaskResult(Generic[Task]):
    """What became of a piece of work: ``fault`` is empty, or what went wrong in words."""

    task: Task
    fault: str


@dataclass
class _Batch(Generic[Task]):
    """Work that one process is at: what is left of it, the first being the one in hand."""

    left: list[Task]
    process: ForkServerProcess


def is_possible() -> bool:
    """Whether work can be forked here; ``SESEC_ENGINE=stock`` says not to."""
    return os.environ.get(_ENGINE) != "stock" and "forkserver" in get_all_start_methods()


def each(
    work: Callable[[Task], object], tasks: Sequence[Task], *, workers: int
) -> Iterator[TaskResult[Task]]:
    """Do a piece of work for each task, some at a time, and yield what became of it as it ends.

    Parameters
    ----------
    work
        A function of a module, since another process has to find it. A `SesecError` that it raises becomes the fault.
    tasks
        Plain values.
    workers
        How many processes may be at work at a time.

    Notes
    -----
    If the caller stops asking, what is at work is interrupted and waited for.
    """
    waiting = list(tasks)
    at_work: dict[connection.Connection, _Batch[Task]] = {}
    with _server() as server:
        try:
            while waiting or at_work:
                while waiting and len(at_work) < workers:
                    size = min(_BATCH, -(-len(waiting) // workers))
                    _begin(server, work, waiting[:size], at_work)
                    del waiting[:size]
                for told in connection.wait(list(at_work)):
                    assert isinstance(told, connection.Connection)
                    yield from _heard(told, at_work, waiting)
        finally:
            _stop([batch.process for batch in at_work.values()])


def _heard(
    told: connection.Connection,
    at_work: dict[connection.Connection, _Batch[Task]],
    waiting: list[Task],
) -> Iterator[TaskResult[Task]]:
    """Yield what a process tells of the work in its hand. One that died is cleared away, its other work put back."""
    batch = at_work[told]
    try:
        fault = str(told.recv())
    except EOFError:
        fault = "its Python stopped without a word; often the machine's memory was used up"
        waiting[:0] = batch.left[1:]
        del batch.left[1:]
    task = batch.left.pop(0)
    if not batch.left:
        batch.process.join()
        del at_work[told]
    yield TaskResult(task, fault)


@contextmanager
def _server() -> Iterator[ForkServerContext]:
    """Give the forking server, started in the settled surroundings; they reach it only as it starts."""
    server = get_context("forkserver")
    server.set_forkserver_preload(_PRELOADED)
    before = {name: os.environ.get(name) for name in run.SURROUNDINGS}
    os.environ.update(run.SURROUNDINGS)
    try:
        yield server
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _begin(
    server: ForkServerContext,
    work: Callable[[Task], object],
    tasks: list[Task],
    at_work: dict[connection.Connection, _Batch[Task]],
) -> None:
    here, there = server.Pipe(duplex=False)
    process = server.Process(target=_do, args=(work, tasks, dict(os.environ), there))
    process.start()
    there.close()
    at_work[here] = _Batch(tasks, process)


def _do(
    work: Callable[[Task], object],
    tasks: Sequence[Task],
    environment: dict[str, str],
    answer: connection.Connection,
) -> None:
    """Do a batch of work, in the forked process, and tell of each in words whether it failed."""
    os.environ.clear()  # the server may be older than the caller's words
    os.environ.update(environment)
    try:
        for task in tasks:
            try:
                work(task)
            except SesecError as refusal:
                answer.send(str(refusal))
            else:
                answer.send("")
    except KeyboardInterrupt:
        pass  # the caller was interrupted too, and tells
    answer.close()


def _stop(processes: Sequence[ForkServerProcess]) -> None:
    for process in processes:
        if process.pid is not None and process.is_alive():
            os.kill(process.pid, signal.SIGINT)
    for process in processes:
        process.join(_PATIENCE)
        if process.is_alive():
            process.kill()
