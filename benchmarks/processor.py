"""Count the processor seconds of a command and of all that it starts, processes that outlive their parents too."""

import ctypes
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sesec_analysis.editions import pool

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux: who outlives its parent becomes a child of ours


def took(words: Sequence[str], cwd: Path, **environment: str) -> float:
    """Return the processor seconds of a command and of all that it started."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    before = os.times()
    subprocess.run(
        words,
        cwd=cwd,
        env={**os.environ, **pool.SURROUNDINGS, **environment},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    while _one_ended():
        pass
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def _one_ended() -> bool:
    try:
        os.waitpid(-1, 0)
    except ChildProcessError:
        return False
    return True
