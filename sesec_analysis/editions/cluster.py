"""Do tasks on the workers of a Dask cluster, as `pool.each` does on this machine, and with the same bytes.

What reports are made from is packed once and sent once to each worker, also to one that joins late. A worker does a
task in a process of its own and sends the files back, which are put in place here. A task of a lost worker is done by
another one.
"""

import io
import multiprocessing
import os
import tarfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sesec_analysis import catalog, checkout, i18n, stamp
from sesec_analysis.editions import pool
from sesec_analysis.editions.documents import output
from sesec_analysis.editions.pool import TaskResult
from sesec_analysis.errors import SesecError
from sesec_analysis.extras import needed
from sesec_analysis.files import scratch_folder

with needed():
    from distributed import Client, KilledWorker, WorkerPlugin, get_worker

if TYPE_CHECKING:
    from distributed import Worker

__all__ = ["ClusterError", "each"]


class _Shelved(Protocol):
    """A task, a dataclass, whose work fills folders on a shelf."""

    @property
    def shelf(self) -> Path: ...


Task = TypeVar("Task", bound=_Shelved)
Result = TypeVar("Result")

_SECONDS = "20s"
"""How long a cluster may take to answer."""
_START = "DASK_DISTRIBUTED__WORKER__DAEMON=False dask worker ADDRESS --nthreads 1"
_OURS = (i18n.VARIABLE, checkout.COMMUNITY)


class ClusterError(SesecError):
    """The cluster cannot do the work: it does not answer, has no workers, or they are set up otherwise."""


def each(
    address: str, work: Callable[[Task], Result], tasks: Sequence[Task]
) -> Iterator[TaskResult[Task, Result]]:
    """Do a function for each task on a cluster, put the folders that it fills in place, and yield how each ended.

    Parameters
    ----------
    address
        Of the scheduler: ``tcp://10.0.0.5:8786``.
    work, tasks
        As for `pool.each`; a task has the ``shelf`` that its folders go to.

    Raises
    ------
    ClusterError
        If the cluster does not answer or has no workers, or a worker has another version of the package or may not
        start processes; nothing was started.
    """
    if not tasks:
        return
    with _client(address) as client:
        there = _There(_send(client), work)

        @contextmanager
        def executors(_: int) -> Iterator[Executor]:
            with client.get_executor(pure=False) as executor:
                yield executor

        # All at once: Dask gives each worker as much as it can do.
        for outcome in pool.each(
            there, tasks, workers=len(tasks), executors=executors, lost=(KilledWorker,)
        ):
            if outcome.result is None:
                yield TaskResult(outcome.task, None, outcome.error)
                continue
            files, result = outcome.result
            _put(files, outcome.task.shelf)
            yield TaskResult(outcome.task, result, None)


Files = dict[str, bytes]
"""The files of a folder by their paths in it."""


@dataclass(frozen=True)
class _There:
    """Does a task on a worker, in a process that it starts; returns the files and the result."""

    project: "_Project"
    work: Callable[[Any], Any]

    def __call__(self, task: Any) -> tuple[Files, Any]:
        self.project.enter(Path(get_worker().local_directory))
        with scratch_folder() as scratch:
            shelf = Path(scratch).resolve() / task.shelf.name
            [outcome] = pool.each(self.work, [replace(task, shelf=shelf)])
            if outcome.error:
                raise outcome.error
            paths = [path for path in sorted(shelf.rglob("*")) if path.is_file()]
            files = {path.relative_to(shelf).as_posix(): path.read_bytes() for path in paths}
            return files, outcome.result


def _put(files: Files, shelf: Path) -> None:
    """Put each folder that was sent back in place at once, then the files beside them."""
    for folder in sorted({name.partition("/")[0] for name in files if "/" in name}):
        with output.replacing(shelf / folder) as fresh:
            for name, content in files.items():
                if name.startswith(f"{folder}/"):
                    path = fresh / name.partition("/")[2]
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content)
    for name, content in files.items():
        if "/" not in name:
            (shelf / name).write_bytes(content)


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
        if not client.scheduler_info()["workers"]:
            fix = f"start some: {_START}"
            raise ClusterError("the cluster has no workers", where=address, fix=fix)
        yield client


def _send(client: "Client") -> "_Project":
    """Give every worker what reports are made from, once; workers that join later get it too."""
    given = {name: os.environ[name] for name in _OURS if name in os.environ}
    project = _Project(f"sesec-{(made_from := stamp.of_project())[:16]}", made_from, given)
    client.register_plugin(_Unpacking(_packed(), project), name=project.name)
    return project


@dataclass(frozen=True)
class _Project:
    """A project on a worker: its folder's name, its fingerprint, and the environment of who sent it."""

    name: str
    made_from: str
    given: dict[str, str]

    def enter(self, home: Path) -> Path:
        """Turn to this project, after another's perhaps; return its folder."""
        folder = home / self.name
        for name in _OURS:
            os.environ.pop(name, None)
        os.environ.update(
            self.given,
            SESEC_ROOT=str(folder),
            SESEC_DATA=str(folder / "data"),
            SESEC_CACHE=str(folder / "data" / "cache"),
        )
        return folder


class _Unpacking(WorkerPlugin):
    """What reports are made from, on its way to a worker."""

    def __init__(self, content: bytes, project: _Project) -> None:
        self._content, self._project = content, project

    def setup(self, worker: "Worker") -> None:
        """Unpack it, and make sure that what is made of it will be the same.

        Raises
        ------
        ClusterError
            If the package or Python are others here, or the worker may not start processes.
        """
        where = str(worker.address)
        if multiprocessing.current_process().daemon or worker.state.nthreads != 1:
            raise ClusterError(
                "a worker makes one thing at a time, in a process that it starts, and this one may not",
                where=where,
                fix=f"start it with: {_START}",
            )
        folder = self._project.enter(Path(worker.local_directory))
        with tarfile.open(fileobj=io.BytesIO(self._content)) as archive:
            archive.extractall(folder, filter="data")
        if stamp.of_project() != self._project.made_from:
            raise ClusterError(
                "a worker has another version of the package, of its translations or of Python",
                where=where,
                fix="install the same on every machine, with the extras [report] and [cluster]",
            )


def _packed() -> bytes:
    """Return what reports are made from as an archive: notebooks, list, template, published editions, tables."""
    root, data = checkout.root(), catalog.data_dir()
    reports = {f"reports/{path.name}": path for path in sorted((root / "reports").iterdir())}
    parts = {
        "notebooks": root / "notebooks",
        **{name: path for name, path in reports.items() if path.name != "build"},
        "uv.lock": root / "uv.lock",
        **{f"data/{path.name}": path for path in sorted(data.iterdir()) if path.name != "cache"},
        "data/cache/observations": catalog.cache_dir() / "observations",
    }
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz", compresslevel=1) as archive:
        for name, path in parts.items():
            if path.exists():
                archive.add(path, name)
    return content.getvalue()
