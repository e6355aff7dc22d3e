"""What a person sees while a notebook runs: one line a section, ``[3/9] Learning by student group … 2.1 s``."""

import shutil
import time
from collections.abc import Mapping
from typing import TextIO

__all__ = ["Progress"]


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

    def cell(self, name: str) -> None:
        """Say that a cell begins; one that is not among the steps is passed over."""
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

    def say(self, line: str) -> None:
        """Write a line of its own, with the time since the beginning."""
        self._write(f"{line} ({time.monotonic() - self._began:.1f} s)\n")

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
