"""Work that is killed on its way: by a signal at one of its steps on the disk, or at any time.

Every piece of work writes a generation of files into a folder with the code that a command writes with. It runs in a
process that was forked off a server (this module as a script), so that a kill costs a few milliseconds.
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["SIGNALS", "WORKS", "Killed", "Server", "Work", "chances", "counted"]

SIGNALS = ("SIGKILL", "SIGTERM", "SIGHUP")
LINES = 300
RELEASES = ("ospi_state_totals@2024",)
NEVER = 10**9


@dataclass(frozen=True)
class Work:
    """A piece of work: how it is done, and whether all of its files are swapped at once or one by one."""

    do: Callable[[Path, int], None]
    at_once: bool
    target: str = "."
    """What its files stand in, under the folder that it is given."""


def _text(generation: int) -> str:
    return f"{generation}\n" * LINES


def _fill(fresh: Path, generation: int) -> None:
    for name in ("index.html", "findings.csv", "figures/one.svg", "run.json"):
        path = fresh / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(_text(generation), "utf-8")


def report(folder: Path, generation: int) -> None:
    """A finished edition takes the place of the one before."""
    from sesec_analysis.editions.documents import output

    with output.replacing(folder / "annual-2022") as fresh:
        _fill(fresh, generation)


def sheets(folder: Path, generation: int) -> None:
    """The page over all sheets is moved among them, file by file, the mark of what is complete last."""
    from sesec_analysis import files
    from sesec_analysis.editions import sheet_index

    with files.beside(folder / "index.html") as fresh:
        _fill(fresh, generation)
        sheet_index._put(fresh, folder)


def data_build(folder: Path, generation: int) -> None:
    """All tables take the place of all tables, and a reference file follows."""
    from sesec_analysis.loaders import build

    tables = {name: _table(name, generation) for name in RELEASES}
    build._written(
        folder / "observations", tables, {folder / "schools.csv": _text(generation).encode()}
    )


def _table(source_id: str, generation: int) -> Any:
    from sesec_analysis import catalog, schema
    from sesec_analysis.loaders.raw import store
    from sesec_analysis.loaders.tidy.row_log import RowLog

    path = catalog.data_dir() / "observations" / f"{source_id}.parquet"
    table = schema.conform_observations(store.read_parquet([path])).assign(numerator=generation)
    RowLog(len(table)).put_on(table)
    return table


def fetch(folder: Path, generation: int) -> None:
    """A release that arrived: its table, the publisher's file and the line of the lock file."""
    from sesec_analysis.loaders.fetch import install, lock
    from sesec_analysis.loaders.fetch.download import Arrived, partial_file

    os.environ["SESEC_CACHE"] = str(folder / "cache")
    lock.lock_file = lambda: folder / "sources.lock.json"
    part = partial_file(RELEASES[0])
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_text(_text(generation), "utf-8")
    about = {
        "url": "",
        "title": "",
        "updated": generation,
        "rows": 1,
        "header_sha256": "",
        "note": "",
    }
    arrived = Arrived(RELEASES[0], part, sha256=f"{generation:064d}", **about)
    install._put(arrived, _table(RELEASES[0], generation))


def publish(folder: Path, generation: int) -> None:
    """An edition is frozen in the place of what was published of it."""
    from sesec_analysis.editions.documents import output

    with output.replacing(folder / "reports/published/annual-2022") as fresh:
        _fill(fresh, generation)


def site(folder: Path, generation: int) -> None:
    """Pages of the site are written one by one."""
    from sesec_analysis.site import build

    for left in (folder / "site").rglob(f"*{build._HALF}"):
        left.unlink()
    for name in ("index.html", "feed.xml", "data/rows.json", build.MANIFEST):
        build._put(folder / "site" / name, _text(generation).encode())


WORKS = {
    "report": Work(report, at_once=True, target="annual-2022"),
    "sheets": Work(sheets, at_once=False),
    "data build": Work(data_build, at_once=True, target="observations"),
    "fetch": Work(fetch, at_once=False),
    "publish": Work(publish, at_once=True, target="reports/published/annual-2022"),
    "site": Work(site, at_once=False, target="site"),
}

_STEPS = ("rename", "replace", "mkdir", "unlink", "rmdir", "fsync", "open", "chmod")


class _Counting:
    """Steps on the disk, and the one at which a process kills itself: before or after it."""

    def __init__(self, at: int, number: int, *, after: bool) -> None:
        self.at, self.number, self.after, self.count = at, number, after, 0

    def wrapped(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            self.count += 1
            is_last = self.count == self.at
            if is_last and not self.after:
                os.kill(os.getpid(), self.number)
            done = step(*arguments, **named)
            if is_last and self.after:
                os.kill(os.getpid(), self.number)
            return done

        return counted


def _tell(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _run(order: dict[str, Any]) -> None:
    """Do the work of an order in this process, which the order kills."""
    from sesec_analysis import cli, files

    cli._end_as_an_interruption()
    work, folder, generation = WORKS[order["work"]], Path(order["folder"]), order["generation"]
    counting = _Counting(order["step"], getattr(signal, order["signal"]), after=order["after"])
    for name in _STEPS:
        setattr(os, name, counting.wrapped(getattr(os, name)))
    files._exchanged = counting.wrapped(
        files._exchanged if order["exchange"] else lambda one, other: False
    )
    _tell({"started": os.getpid()})
    for turn in range(order["turns"]):
        work.do(folder, generation + turn)
    _tell({"steps": counting.count})


def serve() -> None:
    """Fork a process for each order on the standard input, wait for its end and tell it."""
    from sesec_analysis import cli, files
    from sesec_analysis.editions import sheet_index
    from sesec_analysis.loaders import build
    from sesec_analysis.loaders.fetch import install
    from sesec_analysis.site import build as site_build

    assert all((cli, files, sheet_index, build, install, site_build))
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                _run(json.loads(line))
            except KeyboardInterrupt:
                os._exit(130)
            except BaseException as failure:
                _tell({"failed": repr(failure)})
                os._exit(1)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        _tell({"ended": status})


@dataclass(frozen=True)
class Killed:
    """How a process ended: ``steps`` it took (if it came to the end), its exit code."""

    ended: int
    steps: int | None
    failed: str | None


class Server:
    """Runs pieces of work in processes of their own."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def close(self) -> None:
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()
        self.process.wait(timeout=60)

    def run(
        self,
        work: str,
        folder: Path,
        generation: int,
        *,
        step: int = NEVER,
        number: str = "SIGKILL",
        after: bool = False,
        exchange: bool = True,
        turns: int = 1,
        wait: float | None = None,
    ) -> Killed:
        """Run a piece of work that is killed at a step, or after ``wait`` seconds of many ``turns``."""
        order = {
            "work": work,
            "folder": str(folder),
            "generation": generation,
            "step": step,
            "signal": number,
        }
        order |= {"after": after, "exchange": exchange, "turns": turns}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        said: dict[str, Any] = {}
        while "ended" not in said:
            said |= json.loads(self.process.stdout.readline())
            if wait is not None and "started" in said:
                time.sleep(wait)
                with suppress(ProcessLookupError):
                    os.kill(said["started"], getattr(signal, number))
                wait = None
        return Killed(said["ended"], said.get("steps"), said.get("failed"))


def counted(folder: Path) -> tuple[set[int], list[str]]:
    """Return the generations of the files that stand in place, and the names of what was left beside them.

    A file that is cut off or mixed counts as generation -1.
    """
    import pandas as pd

    found, left = set(), []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if any(part.startswith(".") or part.endswith((".site-half", ".new")) for part in inside):
            left.append("/".join(inside))
        elif re.search(r"\.[0-9a-f]{12}\.csv$", path.name):
            continue  # what a fetch keeps of the release before
        elif path.suffix == ".parquet":
            found |= set(pd.read_parquet(path)["numerator"].dropna().astype(int)) or {-1}
        elif (
            path.is_file()
            and path.name not in ("rows.json", "sources.lock.json")
            and "partial" not in inside
        ):
            lines = path.read_text("utf-8").split()
            found |= {int(lines[0])} if len(set(lines)) == 1 and len(lines) == LINES else {-1}
        elif path.name == "sources.lock.json":
            found |= {record["updated"] for record in json.loads(path.read_text("utf-8")).values()}
    return found, left


def chances(seed: int, count: int) -> list[tuple[str, str, float]]:
    """Draw kills at random times: of what, by which signal, after how many seconds."""
    dice = random.Random(seed)
    return [
        (dice.choice(sorted(WORKS)), dice.choice(SIGNALS), dice.uniform(0, 0.15))
        for _ in range(count)
    ]


if __name__ == "__main__":
    serve()
