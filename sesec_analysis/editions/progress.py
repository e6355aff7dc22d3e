"""Print progress: a line for each section of a notebook, a line for each fact sheet or edition of many."""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO, TypeVar

from sesec_analysis.editions.pool import TaskResult
from sesec_analysis.errors import LeakError

__all__ = ["Progress"]


Task = TypeVar("Task")
Result = TypeVar("Result")


class Progress:
    """Lines about the sections of one run, or about many runs.

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

    def count(
        self,
        outcomes: Iterable[TaskResult[Task, Result]],
        due: int,
        name: Callable[[Task], str],
    ) -> Iterator[TaskResult[Task, Result]]:
        """Yield how each of so many tasks ended, with a line that names it and says how long the others may take."""
        began = time.monotonic()
        for done, outcome in enumerate(outcomes, start=1):
            spent = time.monotonic() - began
            ends = (
                f"about {_words(spent / done * (due - done))} left" if done < due else _words(spent)
            )
            failed = " … failed" if outcome.error else ""
            self.say(f"[{done}/{due}] {name(outcome.task)}{failed} ({ends})")
            yield outcome

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


def _words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
