"""What a person sees of many sheets: one line each, with the time that the rest will take."""

import time
from typing import TextIO

__all__ = ["SheetProgress"]


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
        self.nothing_to_do = False

    def begin(self, due: int) -> None:
        """Say how much there is to do; a second call begins another round."""
        again = bool(self._done)
        self._due, self._done, self._began = due, 0, time.monotonic()
        self.nothing_to_do = not due
        if not due:
            self.say(f"All {self._whole} sheets are up to date: nothing was done")
        elif due < self._whole and not again:
            self.say(f"{self._whole - due} sheets are up to date, {due} to make")

    def made(self, name: str, *, failed: bool) -> None:
        """Say that a sheet is in place, or failed."""
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
