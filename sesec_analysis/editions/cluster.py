"""Do pieces of work on the workers of a Dask cluster, as `pool` does on this machine, and with the same bytes.

What reports are made from is packed once and sent once to each worker, also to one that joins late. A worker does a
piece of work in a process of its own and sends back the files; who asked puts them in place. What a lost worker had in
hand another does.
"""

import io
import multiprocessing
import os
import tarfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from sesec_analysis import catalog, checkout, i18n
from sesec_analysis.editions import build as editions_build
from sesec_analysis.editions.documents import output
from sesec_analysis.errors import SesecError
from sesec_analysis.extras import needed

with needed():
    from distributed import Client, KilledWorker, WorkerPlugin, get_worker

if TYPE_CHECKING:
    from distributed import Worker

__all__ = ["ClusterError", "Files", "Sent", "each", "files_of", "packed", "put"]


Task = TypeVar("Task")
Files = dict[str, bytes]
"""The files of a folder by their paths in it."""

_SECONDS = "20s"
"""How long a cluster may take to answer."""

_START = "DASK_DISTRIBUTED__WORKER__DAEMON=False dask worker ADDRESS --nthreads 1"
_OURS = (i18n.VARIABLE, checkout.COMMUNITY)


class ClusterError(SesecError):
    """The cluster cannot do the work: it does not answer, has no workers, or they are set up otherwise."""


@dataclass(frozen=True)
class Sent(Generic[Task]):
    """The outcome of a piece of work: its files; or what went wrong in words, and no files."""

    task: Task
    files: Files
    fault: str


def each(
    address: str, work: Callable[[Task], Files], tasks: Sequence[Task], *, notebook: str
) -> Iterator[Sent[Task]]:
    """Do a piece of work for each task on a cluster, and yield what became of it as it ends.

    Parameters
    ----------
    address
        Of the scheduler: ``tcp://10.0.0.5:8786``.
    work
        A function of a module; a `SesecError` that it raises becomes the fault.
    tasks
        Plain values.
    notebook
        The notebook that is run, by its path in ``notebooks``.

    Raises
    ------
    ClusterError
        If the cluster does not answer or has no workers, or a worker has another version of the package or may not
        start processes; nothing was started.
    """
    if not tasks:
        return
    with _client(address) as client:
        project = _send(client, notebook)
        with client.get_executor(pure=False) as executor:
            waiting = {executor.submit(_done, project, work, task): task for task in tasks}
            for future in as_completed(list(waiting)):
                task = waiting.pop(future)
                try:
                    files, fault = future.result()
                except KilledWorker as lost:
                    files, fault = {}, f"every worker that took it up was lost: {lost}"
                yield Sent(task, files, fault)


def files_of(folder: Path) -> Files:
    """Return the files of a folder, to be sent back."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def put(files: Files, target: Path) -> None:
    """Put files that were sent back in place at once."""
    with output.replacing(target) as fresh:
        for name, content in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def _done(project: "_Surroundings", work: Callable[[Task], Files], task: Task) -> tuple[Files, str]:
    """Do a piece of work on the worker, and tell in words whether it failed."""
    project.enter(Path(get_worker().local_directory))  # it may have done another community's before
    try:
        return work(task), ""
    except SesecError as refusal:
        return {}, str(refusal)


@contextmanager
def _client(address: str) -> Iterator["Client"]:
    try:
        client = Client(address, timeout=_SECONDS)
    except (OSError, ValueError) as failure:
        raise ClusterError(
            "the cluster does not answer",
            where=address,
            mend="name the address that `dask scheduler` prints, as in tcp://10.0.0.5:8786",
        ) from failure
    with client:
        if not client.scheduler_info()["workers"]:
            mend = f"start some: {_START}"
            raise ClusterError("the cluster has no workers", where=address, mend=mend)
        yield client


def _send(client: "Client", notebook: str) -> "_Surroundings":
    """Give every worker what reports are made from, once; workers that join later get it too."""
    shared = editions_build.shared_inputs(checkout.root() / "notebooks" / notebook)
    given = {name: os.environ[name] for name in _OURS if name in os.environ}
    name = f"sesec-{shared[:16]}"
    around = _Surroundings(name, given)
    client.register_plugin(_Project(packed(), around, notebook, shared), name=name)
    return around


@dataclass(frozen=True)
class _Surroundings:
    """Where a worker finds a project, and of which community and in which language it works."""

    name: str
    given: dict[str, str]

    def enter(self, home: Path) -> Path:
        """Turn to this project; return its folder."""
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


class _Project(WorkerPlugin):
    """What reports are made from, on its way to a worker."""

    def __init__(self, content: bytes, around: _Surroundings, notebook: str, shared: str) -> None:
        self._content, self._around = content, around
        self._notebook, self._shared = notebook, shared

    def setup(self, worker: "Worker") -> None:
        """Unpack it, and see to it that what is made of it will be the same.

        Raises
        ------
        ClusterError
            If the package, its libraries or Python are others here, or the worker may not start processes.
        """
        where = str(worker.address)
        if multiprocessing.current_process().daemon or worker.state.nthreads != 1:
            raise ClusterError(
                "a worker makes one thing at a time, in a process that it starts, and this one may not",
                where=where,
                mend=f"start it with: {_START}",
            )
        folder = self._around.enter(Path(worker.local_directory))
        with tarfile.open(fileobj=io.BytesIO(self._content)) as archive:
            archive.extractall(folder, filter="data")
        if editions_build.shared_inputs(folder / "notebooks" / self._notebook) != self._shared:
            raise ClusterError(
                "a worker has another version of the package, of its translations or of Python",
                where=where,
                mend="install the same on every machine, with the extras [report] and [cluster]",
            )


def packed() -> bytes:
    """Return what reports are made from as an archive: notebooks, list, template, published editions, tables."""
    root, data = checkout.root(), catalog.data_dir()
    parts = {
        "notebooks": root / "notebooks",
        "reports/editions.yml": root / "reports" / "editions.yml",
        "reports/template": root / "reports" / "template",
        "reports/published": root / "reports" / "published",
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
