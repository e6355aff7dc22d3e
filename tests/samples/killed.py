"""Commands' ways of writing, killed by a signal at one of their steps on the disk.

Each writes one generation of files into a folder with the code that a command writes with, in a process that was forked
off a server (this module as a script), so that a kill costs a few milliseconds.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["NEVER", "WORKS", "Server", "read_generations"]

LINES = 300
RELEASE = "ospi_state_totals@2024"
NEVER = 10**9


def _text(generation: int) -> str:
    return f"{generation}\n" * LINES


def _table(generation: int) -> Any:
    from sesec_analysis import catalog, schema
    from sesec_analysis.loaders.raw import store
    from sesec_analysis.loaders.tidy.row_log import RowLog

    path = catalog.data_dir() / "observations" / f"{RELEASE}.parquet"
    table = schema.conform_observations(store.read_parquet([path])).assign(numerator=generation)
    RowLog(len(table)).put_on(table)
    return table


def write_edition(folder: Path, generation: int) -> None:
    """Put a finished edition in the place of the one before."""
    from sesec_analysis.editions.documents import output

    with output.replacing(folder / "annual-2022") as fresh:
        for name in ("index.html", "findings.csv", "figures/one.svg", "run.json"):
            (fresh / name).parent.mkdir(exist_ok=True)
            (fresh / name).write_text(_text(generation), "utf-8")


def write_tables(folder: Path, generation: int) -> None:
    """Put all tables in the place of all tables, and a reference file after them."""
    from sesec_analysis.loaders import build

    reference = {folder / "schools.csv": _text(generation).encode()}
    build._written(folder / "observations", {RELEASE: _table(generation)}, reference)


def install_release(folder: Path, generation: int) -> None:
    """Install a release: its table, the publisher's file and the line of the lock file, one by one."""
    from sesec_analysis.loaders.fetch import install, lock
    from sesec_analysis.loaders.fetch.download import Arrived, partial_file

    os.environ["SESEC_CACHE"] = str(folder / "cache")
    lock.lock_file = lambda: folder / "sources.lock.json"
    part = partial_file(RELEASE)
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_text(_text(generation), "utf-8")
    about = {"url": "", "title": "", "updated": generation, "rows": 1, "header_sha256": ""}
    arrived = Arrived(RELEASE, part, sha256=f"{generation:064d}", **about, note="")
    install._put(arrived, _table(generation))


class Work(NamedTuple):
    """A way of writing; the folder that is swapped at once, if it is one."""

    write: Callable[[Path, int], None]
    swapped: str = ""


WORKS = {
    "report": Work(write_edition, "annual-2022"),
    "data build": Work(write_tables, "observations"),
    "fetch": Work(install_release),
}
_STEPS = ("rename", "replace", "mkdir", "unlink", "rmdir", "fsync", "open", "chmod")


def _run(order: dict[str, Any]) -> None:
    """Do the work of an order in this process, which kills itself before or after a step."""
    from sesec_analysis import cli, files

    cli._end_as_an_interruption()
    count = 0

    def counted(step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            is_last = count == order["step"]
            if is_last and not order["after"]:
                os.kill(os.getpid(), getattr(signal, order["by"]))
            done = step(*arguments, **named)
            if is_last and order["after"]:
                os.kill(os.getpid(), getattr(signal, order["by"]))
            return done

        return run

    for name in _STEPS:
        setattr(os, name, counted(getattr(os, name)))
    files._exchanged = counted(files._exchanged if order["exchange"] else lambda one, other: False)
    WORKS[order["name"]].write(Path(order["folder"]), order["generation"])
    print(json.dumps({"steps": count}), flush=True)  # noqa: T201


def serve() -> None:
    """Fork a process for each order on the standard input, and report how it ended."""
    from sesec_analysis import cli, files
    from sesec_analysis.loaders import build
    from sesec_analysis.loaders.fetch import install

    assert all((cli, files, build, install))  # read once
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            try:
                _run(json.loads(line))
            except KeyboardInterrupt:
                os._exit(130)
            except BaseException:
                os._exit(1)
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps({"ended": ended}), flush=True)  # noqa: T201


class Server:
    """Runs ways of writing in processes of their own."""

    def __init__(self) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen([sys.executable, __file__], **pipes)

    def run(self, name: str, folder: Path, generation: int, **kill: Any) -> dict[str, int]:
        """Write a generation, or be killed at ``step``; return how it ``ended`` and, if whole, its ``steps``."""
        order = {"step": NEVER, "by": "SIGKILL", "after": False, "exchange": True} | kill
        order |= {"name": name, "folder": str(folder), "generation": generation}
        print(json.dumps(order), file=self.process.stdin, flush=True)
        said: dict[str, int] = {}
        while "ended" not in said:
            said |= json.loads(self.process.stdout.readline())
        return said


def read_generations(folder: Path) -> tuple[set[int], list[str]]:
    """Return the generations of the files in place (-1: cut off or mixed), and the names of leftovers next to them."""
    import pandas as pd

    found, left = set(), []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if any(part.startswith(".") or part.endswith(".new") for part in inside):
            left.append("/".join(inside))
        elif path.suffix == ".parquet":
            found |= set(pd.read_parquet(path)["numerator"].dropna().astype(int)) or {-1}
        elif path.name == "sources.lock.json":
            found |= {record["updated"] for record in json.loads(path.read_text("utf-8")).values()}
        elif re.search(r"\.[0-9a-f]{12}\.csv$", path.name) or path.name == "rows.json":
            continue  # what a fetch keeps of the release before
        elif path.is_file() and "partial" not in inside:
            lines = path.read_text("utf-8").split()
            found |= {int(lines[0])} if len(set(lines)) == 1 and len(lines) == LINES else {-1}
    return found, left


if __name__ == "__main__":
    serve()
