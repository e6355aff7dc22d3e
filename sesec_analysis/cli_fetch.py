"""``sesec data fetch`` and ``sesec data add-release``: figures from the state's portal, or from a file got by hand."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sesec_analysis.cli_text import INTERRUPTED, examples, say, starting, table

if TYPE_CHECKING:
    from sesec_analysis.loaders.fetch import Outcome

__all__ = ["add_release", "fetch"]


def _source_names(ctx: click.Context, param: click.Parameter, start: str) -> list[str]:
    from sesec_analysis import catalog

    return starting(start, catalog.sources)


@click.command(
    epilog=examples(
        "sesec data fetch                                   everything the catalog knows of",
        "sesec data fetch ospi_graduation ospi_sqss",
        "sesec data fetch ospi_graduation --end-year 2023",
        "sesec data fetch ospi_graduation --end-year 2023 --from ~/Downloads/graduation.csv",
    )
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", shell_complete=_source_names)
@click.option(
    "--end-year",
    "end_years",
    type=int,
    multiple=True,
    help="Only the school year that ends then; may be given several times.",
)
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Take this bulk CSV file, downloaded by hand, in place of the portal.",
)
@click.option(
    "--accept-restated",
    is_flag=True,
    help="Take figures that the publisher changed since; the old file is kept.",
)
@click.option(
    "--accept-title",
    is_flag=True,
    help="Take a dataset whose title is not the catalog's, if header and year are.",
)
@click.option("--quiet", is_flag=True, help="Do not tell how far it is.")
@click.pass_context
def fetch(
    ctx: click.Context,
    sources: tuple[str, ...],
    end_years: tuple[int, ...],
    file: Path | None,
    accept_restated: bool,
    accept_title: bool,
    quiet: bool,
) -> None:
    """Get releases from the state's open-data portal: the rows of Seattle, its neighbours and the state.

    Header and school years are proven first. What was fetched before and is unchanged is left alone; an interrupted
    fetch goes on where it stopped; a failed one changes nothing. Reports use what was fetched before what is embedded.

    An application token in SESEC_APP_TOKEN raises the portal's limits; SESEC_CACHE names another folder for the files.
    """
    from sesec_analysis.loaders import fetch as loaders_fetch

    ids = loaders_fetch.chosen(sources, end_years)
    consent = _consent({"restated": accept_restated, "title": accept_title})
    if file is not None:
        if len(ids) != 1:
            raise click.UsageError("--from needs one SOURCE and one --end-year")
        outcomes = [loaders_fetch.fetch_file(ids[0], file, consent=consent, tell=say)]
    else:
        with _bar(quiet or not sys.stderr.isatty()) as bar:
            try:
                outcomes = loaders_fetch.fetch(ids, consent=consent, progress=bar)
            except (KeyboardInterrupt, click.Abort):  # Abort: at a question
                say(
                    "\nStopped. Releases that were complete are kept; the next fetch goes on from here."
                )
                ctx.exit(INTERRUPTED)
    _tell_outcomes(outcomes)
    if any(one.refusal for one in outcomes):
        ctx.exit(1)


def _tell_outcomes(outcomes: "list[Outcome]") -> None:
    table(
        [{"release": one.source_id, "": one.standing, "rows": one.rows or None} for one in outcomes]
    )
    for one in outcomes:
        if one.refusal:
            click.echo(f"\nError: {one.source_id}: {one.refusal}", err=True)


def _consent(accepted: dict[str, bool]) -> Callable[[str, str], bool]:
    """Agree where an option says so, ask where somebody can answer, and refuse otherwise."""

    def consent(question: str, sentence: str) -> bool:
        if accepted[question]:
            say(sentence)
            return True
        if sys.stdin.isatty() and sys.stderr.isatty():
            return click.confirm(f"\n{sentence}\nTake it?", err=True)
        return False

    return consent


class _Bar:
    """A progress bar of rows, with the bytes that came; told from several threads."""

    def __init__(self, bar: Any) -> None:
        self._bar, self._guard = bar, threading.Lock()
        self.size = 0
        if bar is not None:
            bar.length = 0
            bar.item_show_func = lambda _: f"{bar.pos:,} rows, {self.size / 1e6:.1f} MB"

    def tell(self, sentence: str) -> None:
        """Say a sentence, on a line of its own."""
        say(sentence if self._bar is None else f"\n{sentence}")

    def expect(self, rows: int) -> None:
        """Make the bar longer."""
        if self._bar is not None:
            with self._guard:
                self._bar.length += rows

    def received(self, size: int) -> None:
        """Count bytes."""
        with self._guard:
            self.size += size

    def arrived(self, rows: int) -> None:
        """Fill the bar."""
        if self._bar is not None:
            with self._guard:
                self._bar.finished = False
                self._bar.update(rows)


@contextmanager
def _bar(is_quiet: bool) -> Iterator[_Bar]:
    if is_quiet:
        yield _Bar(None)
        return
    with click.progressbar(length=1, label="Fetching", file=sys.stderr) as bar:
        yield _Bar(bar)


@click.command(
    "add-release",
    epilog=examples(
        "sesec data add-release ospi_enrollment 2025 2rwv-gs2e",
        "sesec data add-release ospi_enrollment 2025 2rwv-gs2e --from ~/Downloads/enrollment.csv",
    ),
)
@click.argument("source", shell_complete=_source_names)
@click.argument("year", type=int)
@click.argument("dataset_id", metavar="ID")
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Prove this bulk CSV file, downloaded by hand, in place of asking the portal.",
)
def add_release(source: str, year: int, dataset_id: str, file: Path | None) -> None:
    """Add a year of a source to the catalog.

    SOURCE is a name of `sesec data list`, YEAR the year the school year ends, ID the end of the dataset's address on
    the portal. Its header and school years are proven first; then its lines, and nothing else, are added to the file
    of the source in data/catalog/sources.
    """
    from sesec_analysis.loaders import releases

    path = releases.add_release(source, year, dataset_id, file=file, tell=say)
    click.echo(
        f"Added {source}@{year} to {path}.\nTo get it: sesec data fetch {source} --end-year {year}"
    )
