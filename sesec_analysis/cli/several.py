"""Run one of our commands for several editions at a time, each in a Python of its own.

An edition gets the surroundings that it has alone, and so the same bytes; what fails takes nothing else with it. If the
caller stops, or is stopped, those at work are stopped too, each as by Ctrl-C, and no other begins.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from sesec_analysis.cli.output import say

__all__ = ["Ran", "each"]


_SESEC = "from sesec_analysis.cli import main; main()"


@dataclass(frozen=True)
class Ran:
    """How the command ended for an edition: its exit code, and what it said."""

    edition: str
    exit_code: int
    out: str
    err: str


def each(
    command: str, editions: Sequence[str], *options: str, jobs: int | None, quiet: bool
) -> Iterator[Ran]:
    """Run ``sesec command EDITION options`` for each, and yield each as it ends.

    Parameters
    ----------
    command, options
        As they are typed; ``{edition}`` in an option stands for the edition's name.
    editions
        Their names.
    jobs
        How many at a time; None is as many as there are cores.
    quiet
        Whether to keep from saying which has ended, and how long it took.
    """
    if not quiet:
        say(f"{len(editions)} editions, {min(jobs or _cores(), len(editions))} at a time …")
    began = time.monotonic()
    processes = _Processes()
    with ThreadPoolExecutor(jobs or _cores()) as threads, processes.ended():
        waiting = [
            threads.submit(_run, processes, command, edition, options) for edition in editions
        ]
        for number, future in enumerate(as_completed(waiting), start=1):
            ran = future.result()
            if not quiet:
                failed = " … failed" if ran.exit_code else ""
                spent = time.monotonic() - began
                say(f"[{number}/{len(editions)}] {ran.edition}{failed} (after {spent:.0f} s)")
            yield ran


class _Processes:
    """The processes at work."""

    def __init__(self) -> None:
        self._lock, self._at_work, self._is_over = Lock(), set[subprocess.Popen[str]](), False

    def run(self, words: Sequence[str]) -> tuple[int, str, str]:
        """Run a command; return its exit code and what it said."""
        with self._lock:
            if self._is_over:
                raise CancelledError
            process = subprocess.Popen(
                words,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env={**os.environ, **_UTF8},
            )
            self._at_work.add(process)
        out, err = process.communicate()
        with self._lock:
            self._at_work.discard(process)
        return process.returncode, out, err

    @contextmanager
    def ended(self) -> Iterator[None]:
        """Stop those that are at work at the end of a block: all of it was done, unless somebody stopped it."""
        try:
            yield
        finally:
            with self._lock:
                self._is_over = True
                for process in self._at_work:
                    process.terminate()


def _run(processes: _Processes, command: str, edition: str, options: Sequence[str]) -> Ran:
    given = [option.format(edition=edition) for option in options]
    return Ran(
        edition, *processes.run([sys.executable, "-P", "-c", _SESEC, command, edition, *given])
    )


_UTF8 = {"PYTHONIOENCODING": "utf-8"}


def _cores() -> int:
    return os.cpu_count() or 1
