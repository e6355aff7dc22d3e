"""Work for the pool of processes to do: another process has to find it in a module."""

from pathlib import Path


def noted(task: tuple[Path, int]) -> None:
    """Write down that a task was done."""
    folder, number = task
    (folder / str(number)).touch()
