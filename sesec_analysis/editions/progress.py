"""Print progress: a line for each section of a notebook, a line for each fact sheet."""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from sesec_analysis.errors import LeakError

__all__ = ["Progress", "SheetProgress"]


class Progress:
    """Lines about the sections of one run.

    On a terminal the line of the section at work is rewritten in place; elsewhere each line is written once.

    Parameters
    ----------
    steps
        For each cell that is run, by its id and in order, the section it belongs to.
    stream
        Where to write; None keeps quiet.
    """

    def __init__(self, steps: Mapping[str, str], stream: TextIO | None) -> None:
        self._steps = steps
        self._sections = list(dict.fromkeys(steps.values()))
        self._stream = stream
        self._live = stream is not None and stream.isatty()
        self._at: str | None = None
        self._since = self._began = time.monotonic()

    def turn_to(self, steps: Mapping[str, str], line: str = "") -> None:
        """Begin another notebook of the same run, by a line of its own if there is one to say."""
        self._steps, self._sections = steps, list(dict.fromkeys(steps.values()))
        if line:
            self.say(line)

    def cell(self, name: str) -> None:
        """Note that a cell begins; one that is not among the steps is passed over."""
        step = self._steps.get(name)
        if step is None:
            return
        if step != self._at:
            self._finish()
            self._at, self._since = step, time.monotonic()
            self._write(f"{self._label()} …")
        elif self._live:
            mine = [cell for cell, section in self._steps.items() if section == step]
            self._write(f"\r\x1b[K{self._label()} … ({mine.index(name) + 1} of {len(mine)})")

    def close(self, outcome: str | None = None) -> None:
        """End the last line: with the time it took, or with an ``outcome`` such as "failed"."""
        self._finish(outcome)
        self._at = None

    @contextmanager
    def step(self, line: str) -> Iterator[None]:
        """Write a line of its own, and behind it what the step took, or that it failed."""
        began = time.monotonic()
        self._write(line)
        outcome = "failed"
        try:
            yield
            outcome = f"{time.monotonic() - began:.1f} s"
        except LeakError:
            outcome = "found more to withhold"
            raise
        finally:
            self._write(f" {outcome}\n")

    def say(self, line: str) -> None:
        """Write a line of its own, of no step."""
        self._write(f"{line}\n")

    def end(self, line: str) -> None:
        """Write the last line, with the time that all of it took."""
        self._write(f"{line} ({time.monotonic() - self._began:.1f} s in all)\n")

    def _finish(self, outcome: str | None = None) -> None:
        if self._at is None:
            return
        end = outcome or f"{time.monotonic() - self._since:.1f} s"
        self._write(f"\r\x1b[K{self._label()} … {end}\n" if self._live else f" {end}\n")

    def _label(self) -> str:
        assert self._at is not None
        label = f"[{self._sections.index(self._at) + 1}/{len(self._sections)}] {self._at}"
        room = shutil.get_terminal_size().columns - 16
        return label if not self._live or len(label) <= room else f"{label[: room - 1]}…"

    def _write(self, text: str) -> None:
        if self._stream is not None:
            self._stream.write(text)
            self._stream.flush()


class SheetProgress:
    """Lines about a run of many sheets.

    Parameters
    ----------
    whole
        How many sheets there are, those that are up to date included.
    stream
        Where to write; None keeps quiet.
    """

    def __init__(self, whole: int, stream: TextIO | None) -> None:
        self._whole, self._stream = whole, stream
        self._due = self._done = 0
        self._began = time.monotonic()

    def begin(self, due: int) -> None:
        """Say how much there is to do."""
        if not due:
            self.say(f"All {self._whole} sheets are up to date: nothing was done")
        elif due < self._whole:
            self.say(f"{self._whole - due} sheets are up to date, {due} to make")

    def count(self, due: int) -> None:
        """Begin to count a step of so many sheets."""
        self._due, self._done, self._began = due, 0, time.monotonic()

    def made(self, name: str, *, failed: bool) -> None:
        """Note that a step of a sheet is done, or failed."""
        self._done += 1
        spent = time.monotonic() - self._began
        left = spent / self._done * (self._due - self._done)
        ends = f"about {_words(left)} left" if self._done < self._due else _words(spent)
        self.say(f"[{self._done}/{self._due}] {name}{' … failed' if failed else ''} ({ends})")

    def say(self, line: str) -> None:
        """Write a line of its own."""
        if self._stream is not None:
            self._stream.write(f"{line}\n")
            self._stream.flush()


def _words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
