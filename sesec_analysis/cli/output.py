"""Shape what all commands share: their first word, examples in help pages, completions, aligned tables."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from sesec_analysis.errors import EditionError, SesecError

if TYPE_CHECKING:
    from sesec_analysis.editions.pool import TaskResult

__all__ = [
    "INTERRUPTED",
    "WithOthers",
    "each_edition",
    "edition_names",
    "examples",
    "names_starting_with",
    "say",
    "say_wrapped",
    "school_year",
    "table",
    "unknown_name_ends",
    "years",
]


class WithOthers(click.Command):
    """A command whose first word may also name another one, of ``others``."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.others: dict[str, click.Command] = {}

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Hand over where the first word names another command."""
        if other := self.others.get(next(iter(args), "")):
            return other.make_context(f"{info_name} {args[0]}", args[1:], parent=parent, **extra)
        return super().make_context(info_name, args, parent=parent, **extra)


@contextmanager
def unknown_name_ends() -> Iterator[None]:
    """Have a name that nothing goes by end as any other word that cannot be run."""
    try:
        yield
    except SesecError as refusal:
        refusal.exit_code = EditionError.exit_code
        raise


INTERRUPTED = 130  # what a shell expects of a program stopped with Ctrl-C


def school_year(text: str) -> int:
    """Return the year that a school year ends in: the type of every option and argument that is one.

    Examples
    --------
    >>> school_year("2020-21"), school_year("2020–21"), school_year("2021")
    (2021, 2021, 2021)
    """
    from sesec_analysis.catalog.named import end_year

    if (year := end_year(text)) is None:
        raise click.BadParameter(
            f"{text!r} is not a school year: write the year it ends in (2021), or both (2020-21)"
        )
    return year


def examples(*lines: str) -> str:
    """Return the examples at the end of a help page."""
    # \b: click leaves the lines as they are.
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


class _OfEdition(Protocol):
    @property
    def edition(self) -> str: ...


Task = TypeVar("Task", bound=_OfEdition)
Result = TypeVar("Result")


def each_edition(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    jobs: int | None = None,
    cluster: str | None = None,
    quiet: bool,
) -> "Iterator[TaskResult[Task, Result]]":
    """Do a function for each edition, some at a time, and say which has ended.

    Parameters
    ----------
    work, tasks
        As for `pool.each`; a task has the name of its ``edition``.
    jobs
        How many at a time; None is as many as there are cores.
    cluster
        The address of a Dask cluster that does them instead.
    quiet
        Whether to say nothing.
    """
    from sesec_analysis.editions import pool
    from sesec_analysis.editions.progress import Progress

    workers = min(jobs or os.cpu_count() or 1, len(tasks))
    outcomes = pool.each(work, tasks, workers=workers, cluster=cluster)
    progress = Progress({}, None if quiet else sys.stderr)
    at_a_time = "on the cluster" if cluster else f"{workers} at a time"
    progress.say(f"{len(tasks)} editions, {at_a_time} …")
    yield from progress.count(outcomes, len(tasks), lambda task: task.edition)


def say(sentence: str) -> None:
    """Say a sentence beside the output, which may go into a pipe."""
    click.echo(sentence, err=True)


def say_wrapped(sentence: str) -> None:
    """Say a sentence in lines of 80 columns, the further ones set in."""
    say(click.wrap_text(sentence, width=80, subsequent_indent="    "))


def names_starting_with(start: str, names: Callable[[], Any]) -> list[str]:
    """Return the names that begin with what was typed."""
    try:
        return [name for name in names() if name.startswith(start)]
    except SesecError:  # the command itself will refuse
        return []


def edition_names(ctx: click.Context, param: click.Parameter, start: str) -> list[str]:
    """Return the names of editions that begin with what was typed."""
    from sesec_analysis.editions import editions

    return names_starting_with(start, editions.editions)


def table(rows: list[dict[Any, Any]]) -> None:
    """Print rows as aligned text: numbers to the right, words to the left."""
    if not rows:
        click.echo("(none)")
        return
    for line in _align_rows(rows):
        click.echo(line)


def _align_rows(rows: list[dict[Any, Any]]) -> list[str]:
    columns = []
    for name in rows[0]:
        values = [row[name] for row in rows]
        texts = [str(name), *map(_text, values)]
        width = max(len(text) for text in texts)
        right = all(value is None or isinstance(value, int | float) for value in values)
        columns.append([text.rjust(width) if right else text.ljust(width) for text in texts])
    return ["  ".join(cells).rstrip() for cells in zip(*columns, strict=True)]


def _text(value: object) -> str:
    """Proportions as percents, everything else as it is."""
    if isinstance(value, float):
        return f"{value:.1%}"
    return "" if value is None else str(value)


def years(end_years: list[int]) -> str:
    """Write years shortly, runs of them as first and last.

    Examples
    --------
    >>> years([2019, 2015, 2016, 2017, 2023])
    '2015–2017, 2019, 2023'
    """
    runs: list[list[int]] = []
    for year in sorted(end_years):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
