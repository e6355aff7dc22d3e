"""Work for the pool of processes to do: another process has to find it in a module."""

import os
from pathlib import Path

from sesec_analysis.errors import DataError

DEADLY, REFUSED = 7, 11


def noted(task: tuple[Path, int]) -> None:
    """Write down who did the task; one of the tasks kills its process, another is refused."""
    folder, number = task
    if number == DEADLY:
        os.kill(os.getpid(), 9)
    if number == REFUSED:
        raise DataError("no numbers", where="the sample", fix="leave it out")
    (folder / str(number)).write_text(f"{os.getpid()} {os.environ['PYTHONHASHSEED']}")
