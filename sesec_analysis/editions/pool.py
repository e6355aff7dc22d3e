"""Run tasks in a pool of forked worker processes that have everything imported.

A server process is started once, in the settled surroundings of a notebook, and imports what the work needs. Processes
are forked from it: they begin at once, keep what one piece of work has read for the next, and end after a few.
"""

import gc
import os
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_all_start_methods, get_context, parent_process
from multiprocessing.context import ForkServerContext
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Generic, TypeVar

from sesec_analysis.errors import SesecError
from sesec_analysis.evidence.described import specs

__all__ = [
    "SURROUNDINGS",
    "Idle",
    "TaskResult",
    "each",
    "end_with_parent",
    "is_possible",
    "kept",
    "server",
    "surroundings",
    "unnamed_main",
]


Task = TypeVar("Task")
Process = TypeVar("Process")

SURROUNDINGS = {
    "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel beside this package, not one of the same name in a home folder
    "MPLBACKEND": "Agg",  # a picture is published by showing it, never by leaving it open
    "OPENBLAS_NUM_THREADS": "1",  # sums in one order on every machine
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # no debugger's warning between our lines
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "0",  # no hour of the day in a picture
}
"""What the environment of a notebook holds, so that it gives the same bytes on every machine."""


_LONGEST_FOLDER = 70
"""Characters of a temporary folder in which the server's socket still fits: its path has 100 or so."""

_ENGINE = "SESEC_ENGINE"
_PRELOADED = [
    *(f"sesec_analysis.loaders.{name}" for name in ("load", "listing")),
    "sesec_analysis.metrics.disparity",
    "sesec_analysis.evidence.school_tables",
    *(f"sesec_analysis.figures.{name}" for name in ("dot_plot", "scatter", "trend")),
    *(
        f"sesec_analysis.editions.{name}"
        for name in ("quick_nbformat", "build", "execute", "fact_sheets")
    ),
    "sesec_analysis.attack.rewriting",
    "IPython.core.interactiveshell",
    *(f"babel.messages.{name}" for name in ("pofile", "mofile")),
]
_BATCH = 64
"""Pieces of work one process does, at most; of sheets in four languages it holds 530 MiB after one and 880 after 64."""


@dataclass(frozen=True)
class TaskResult(Generic[Task]):
    """The outcome of a piece of work: ``fault`` is empty, or what went wrong in words."""

    task: Task
    fault: str


@dataclass
class _Worker:
    """A pool of one process, and how many pieces of work it has taken up.

    One process to a pool, and one piece of work in its hand: so a process that dies names its work and takes no other
    with it. Python's own limit, ``max_tasks_per_child``, can hang before 3.13.14 (python/cpython#115634).
    """

    pool: ProcessPoolExecutor
    taken: int = 0

    @property
    def is_spent(self) -> bool:
        """Tell whether another process is to do the rest."""
        return self.taken >= _BATCH


def is_possible() -> bool:
    """Whether work can be forked here; ``SESEC_ENGINE=stock`` says not to."""
    fits = len(tempfile.gettempdir()) <= _LONGEST_FOLDER
    return fits and os.environ.get(_ENGINE) != "stock" and "forkserver" in get_all_start_methods()


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
    If the caller stops asking, what is at work is waited for.
    """
    waiting = deque(tasks)
    in_hand: dict[Future[str], tuple[Task, _Worker]] = {}

    def take_up(worker: _Worker) -> None:
        task = waiting.popleft()
        worker.taken += 1
        with unnamed_main():
            in_hand[worker.pool.submit(_do, work, task)] = task, worker

    with server() as context:
        try:
            while waiting or in_hand:
                while waiting and len(in_hand) < workers:
                    take_up(_WORKERS.taken() or _Worker(_pool(context)))
                for future in wait(in_hand, return_when=FIRST_COMPLETED).done:
                    task, worker = in_hand.pop(future)
                    outcome = TaskResult(task, _fault(future))
                    can_go_on = not worker.is_spent and not _is_dead(future)
                    if waiting and can_go_on:
                        take_up(worker)
                    else:
                        _WORKERS.give_back(worker, can_go_on=can_go_on)
                    yield outcome
        finally:
            for _, worker in in_hand.values():
                worker.pool.shutdown()


class Idle(Generic[Process]):
    """Processes that wait for more work until a block ends; outside of any, each ends when it is given back.

    Parameters
    ----------
    end
        Ends a process.
    """

    def __init__(self, end: Callable[[Process], object]) -> None:
        self._end, self._blocks = end, 0
        self._idle: list[Process] = []

    @contextmanager
    def block(self) -> Iterator[None]:
        """Keep what is given back until the end of the block; within another block it goes on."""
        self._blocks += 1
        try:
            yield
        finally:
            self._blocks -= 1
            while self._idle and not self._blocks:
                self._end(self._idle.pop())

    def taken(self) -> Process | None:
        """Return one that waits, for whoever asks alone; None if there is none."""
        return self._idle.pop() if self._idle else None

    def give_back(self, process: Process, *, can_go_on: bool) -> None:
        """Let a process wait for more work, or end it."""
        if self._blocks and can_go_on:
            self._idle.append(process)
        else:
            self._end(process)


_WORKERS = Idle[_Worker](lambda worker: worker.pool.shutdown(wait=False))


def kept() -> AbstractContextManager[None]:
    """Let the processes of `each` go on to the next `each` of a block: what one has read, it has at hand there."""
    return _WORKERS.block()


def _pool(context: ForkServerContext) -> ProcessPoolExecutor:
    # The server may be older than the caller's surroundings.
    given = (dict(os.environ),)
    return ProcessPoolExecutor(1, mp_context=context, initializer=_settle, initargs=given)


def _settle(environment: dict[str, str]) -> None:
    gc.freeze()  # what was imported stays: it is not searched for garbage
    gc.set_threshold(50_000, 20, 50)  # as in the commands
    os.environ.clear()
    os.environ.update(environment)


def end_with_parent() -> None:
    """End this process as soon as the one that started it is gone, however it went."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_wait_and_end, args=(parent.sentinel,), daemon=True).start()


def _wait_and_end(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _do(work: Callable[[Task], object], task: Task) -> str:
    """Do a piece of work, in the forked process, and tell in words whether it failed."""
    try:
        work(task)
    except SesecError as refusal:
        return str(refusal)
    return ""


def _is_dead(future: Future[str]) -> bool:
    return isinstance(future.exception(), BrokenProcessPool)


def _fault(future: Future[str]) -> str:
    if _is_dead(future):
        return "its Python stopped without a word; often the machine's memory was used up"
    return future.result()


@contextmanager
def server() -> Iterator[ForkServerContext]:
    """Give the forking server, started in the settled surroundings; they reach it only as it starts."""
    context = get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    before = {name: os.environ.get(name) for name in SURROUNDINGS}
    os.environ.update(SURROUNDINGS)
    try:
        yield context
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def unnamed_main() -> Iterator[None]:
    """Start a process that does not run the caller's script anew: multiprocessing does so by that script's name."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


@contextmanager
def surroundings(scratch: Path) -> Iterator[None]:
    """Give the kernel settled surroundings, and nothing of a home folder: no profile, no history."""
    given = {
        **SURROUNDINGS,
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        specs.VARIABLE: "1",
    }
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
