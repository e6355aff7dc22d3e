"""Define ``sesec data`` (list, check, build, fetch, and add releases) and ``sesec community``.

As in `cli`, everything heavy is imported inside the command that needs it.
"""

import re
import shlex
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sesec_analysis.cli.output import (
    INTERRUPTED,
    examples,
    names_starting_with,
    say,
    say_wrapped,
    school_year,
    table,
    unknown_name_ends,
    years,
)
from sesec_analysis.errors import EditionError

if TYPE_CHECKING:
    import pandas as pd

    from sesec_analysis.loaders.fetch.fetch import FetchResult

__all__ = ["add_release", "community", "data", "fetch", "keep"]


def _source_names(ctx: click.Context, param: click.Parameter, start: str) -> list[str]:
    from sesec_analysis import catalog

    return names_starting_with(start, catalog.sources)


@click.command(
    epilog=examples(
        "sesec data fetch                                   everything in the catalog",
        "sesec data fetch ospi_graduation ospi_sqss",
        "sesec data fetch ospi_graduation --end-year 2023",
        "sesec data fetch ospi_graduation --end-year 2023 --from ~/Downloads/graduation.csv",
    )
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", shell_complete=_source_names)
@click.option(
    "--end-year",
    "end_years",
    type=school_year,
    metavar="YEAR",
    multiple=True,
    help="Only this school year, as 2021 or 2020-21. Repeat for more years.",
)
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Use this downloaded CSV file instead of the portal.",
)
@click.option(
    "--accept-restated",
    is_flag=True,
    help="Accept numbers that the publisher has changed. The old file is kept.",
)
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.pass_context
def fetch(
    ctx: click.Context,
    sources: tuple[str, ...],
    end_years: tuple[int, ...],
    file: Path | None,
    accept_restated: bool,
    quiet: bool,
) -> None:
    """Download releases from the state's open-data portal: rows of Seattle, its neighbors, and the state.

    Header and school years are checked first. Unchanged releases are not downloaded again, and a release that fails
    changes nothing. Tables and their hashes (sources.lock.json) are written to data/observations, to be
    committed. The last lines say which editions the new data can change.

    The exit code is 0 if everything requested is here, and 1 if a release was refused.

    SESEC_APP_TOKEN, an application token, raises the portal's limits. SESEC_CACHE sets another folder for the
    publisher's files.
    """
    from sesec_analysis import catalog, checkout
    from sesec_analysis.loaders.fetch import fetch as fetch_fetch

    checkout.refuse_copy(catalog.data_dir())
    with unknown_name_ends():
        ids = fetch_fetch.releases_to_fetch(sources, end_years, file=file)
    before = _digests(ids)
    consent = _ask_consent(accept_restated)
    if file is not None:
        if len(ids) != 1:
            raise click.UsageError(
                "--from needs one SOURCE and one --end-year: "
                f"sesec data fetch {' '.join(sources) or 'SOURCE'} --end-year YEAR --from {shlex.quote(str(file))}"
            )
        outcomes = [fetch_fetch.fetch_file(ids[0], file, consent=consent, tell=say)]
    else:
        try:
            outcomes = _fetch_releases(ids, consent, is_shown=not quiet and sys.stderr.isatty())
        except (KeyboardInterrupt, click.Abort):  # Abort: at a question
            say("\nStopped. Releases that were complete are kept; the next fetch gets the rest.")
            ctx.exit(INTERRUPTED)
    _tell_outcomes(outcomes)
    after = _digests(ids)
    _tell_reached([name for name in ids if after.get(name) != before.get(name)], before)
    if any(outcome.refusal for outcome in outcomes):
        ctx.exit(1)


def _digests(ids: list[str]) -> dict[str, str]:
    """Return the SHA-256 of the table of each release that is read now."""
    from sesec_analysis.files import sha256_of
    from sesec_analysis.loaders import build

    return {
        name: sha256_of(path) for name, path in build.observation_files().items() if name in ids
    }


def _tell_reached(changed: list[str], before: Collection[str]) -> None:
    """Say which editions new figures can change, given what was here before, and what to run."""
    from sesec_analysis.editions import dependencies

    if not changed:
        return
    say(f"\nNew figures: {', '.join(changed)}.")
    try:
        editions = dependencies.affected_editions(changed, available=before)
        newest = dependencies.newest_year()
    except EditionError:  # a package without its repository has figures and no editions
        return
    if editions:
        say(f"Editions that they can change: {', '.join(editions)}. To see what changes in each:")
        say("".join(f"  sesec report {name} && sesec diff {name}\n" for name in editions).rstrip())
    for year in sorted({int(name.partition("@")[2]) for name in changed}):
        if newest is not None and year > newest:
            say(
                f"There is no edition of {year - 1}–{year % 100:02d} yet. To add one, copy the last entry of "
                "reports/editions.yml\nand change its name, title, and years (docs/howto/new_year.md)."
            )
    say("They are in data/observations. Before you publish: git add data && git commit")


def _tell_outcomes(outcomes: "list[FetchResult]") -> None:
    table(
        [
            {"release": outcome.source_id, "": outcome.standing, "rows": outcome.rows or None}
            for outcome in outcomes
        ]
    )
    for outcome in outcomes:
        if outcome.refusal:
            click.echo(f"\nError: {outcome.source_id}: {outcome.refusal}", err=True)


def _ask_consent(is_accepted: bool) -> Callable[[str], bool]:
    """Agree where the option says so, ask where somebody can answer, and refuse otherwise."""

    def consent(sentence: str) -> bool:
        if is_accepted:
            say(sentence)
            return True
        if sys.stdin.isatty() and sys.stderr.isatty():
            return click.confirm(f"\n{sentence}\nTake it?", err=True)
        return False

    return consent


def _fetch_releases(
    ids: list[str], consent: Callable[[str], bool], *, is_shown: bool
) -> "list[FetchResult]":
    """Fetch releases, with a bar if it is to be shown."""
    from sesec_analysis.loaders.fetch.fetch import fetch

    if not is_shown:
        return list(fetch(ids, consent=consent, tell=say))
    outcomes = []
    # Beside the bar, a sentence has a line of its own.
    fetched = fetch(ids, consent=consent, tell=lambda sentence: say(f"\n{sentence}"))
    with click.progressbar(
        length=len(ids),
        label="Fetching",
        show_pos=True,
        item_show_func=lambda one: f"{one.source_id}, {one.rows:,} rows" if one else "",
        file=sys.stderr,
    ) as bar:
        for outcome in fetched:
            outcomes.append(outcome)
            bar.update(1, outcome)
    return outcomes


@click.command(
    "add-release",
    epilog=examples(
        "sesec data add-release ospi_enrollment 2025-26 abcd-1234",
        "sesec data add-release ospi_enrollment 2025-26 abcd-1234 --from ~/Downloads/enrollment.csv",
    ),
)
@click.argument("source", shell_complete=_source_names)
@click.argument("year", type=school_year, metavar="YEAR")
@click.argument("dataset_id", metavar="ID")
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Check this downloaded CSV file instead of the portal.",
)
def add_release(source: str, year: int, dataset_id: str, file: Path | None) -> None:
    """Add a year of a source to the catalog.

    SOURCE is a name from `sesec data list`, YEAR a school year (2026 or 2025-26), and ID the end of the dataset's
    address on the portal (abcd-1234 in the examples is made up). Header and school years are checked first. Then the
    release is added to the source's file in data/catalog/sources.
    """
    from sesec_analysis import catalog, checkout
    from sesec_analysis.loaders.fetch import download
    from sesec_analysis.loaders.fetch import releases as fetch_releases

    checkout.refuse_copy(catalog.data_dir())
    with unknown_name_ends():
        catalog.source(source)
    path = fetch_releases.add_release(source, year, dataset_id, file=file, tell=say)
    command = download.fetch_command(f"{source}@{year}", file)
    click.echo(f"Added {source}@{year} to {path}.\nTo get it: {command}")


@click.command(hidden=True)
@click.argument("names", nargs=-1)
@click.option("--all", "is_all", is_flag=True)
@click.option("--quiet", is_flag=True)
def keep(names: tuple[str, ...], is_all: bool, quiet: bool) -> None:
    """Say what has taken its place: scripts of earlier years run it between fetching and committing."""
    from sesec_analysis import catalog

    with unknown_name_ends():
        for source in names[:1]:
            catalog.source(source)
    say(
        "`sesec data fetch` writes to data/observations itself. To commit it: git add data && git commit"
    )


def _silent(sentence: str) -> None:
    """Say nothing."""


_STANDINGS = ("embedded", "catalogued", "not published")


_NO_DATA = "no data"


@click.group(
    epilog=examples(
        "sesec community list                                            all communities",
        "sesec community new --district 17403 --raw ~/Downloads/ospi     a new one",
    )
)
def community() -> None:
    """Manage communities, the subjects of reports (data/catalog/communities)."""


@community.command(
    epilog=examples(
        'sesec community new --district 17401 --raw ~/Downloads/ospi --name white_center --title "White Center"'
    )
)
@click.option("--district", required=True, help="The district's state code.")
@click.option(
    "--raw",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with the publishers' files, including the state's directory.",
)
@click.option("--name", help="Name of its file (default: district_CODE).")
@click.option("--title", help="Its name in titles and sentences, such as White Center.")
@click.option("--author", help="Author of its reports in citations (default: its name).")
def new(district: str, raw: Path, name: str | None, title: str | None, author: str | None) -> None:
    """Write the entry of a new community from the state's directory of schools."""
    from sesec_analysis import catalog, checkout
    from sesec_analysis.errors import QuestionError
    from sesec_analysis.files import write_atomically
    from sesec_analysis.loaders.reference import first_entry

    checkout.refuse_copy(catalog.data_dir())
    name = name or f"district_{district}"
    path = catalog.data_dir() / "catalog" / "communities" / f"{name}.yml"
    if path.exists() or not re.fullmatch("[a-z0-9_]+", name):
        raise QuestionError(
            f"there is a community {name!r}, or its name has more than small letters, digits and underscores",
            where=str(path),
            fix="choose another with --name",
        )
    text = first_entry(raw, district, title=title, author=author)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text.encode())
    click.echo(path)
    say_wrapped(
        f"Cut its list of schools down to yours, then: sesec --community {name} data build --raw {raw}"
    )


@community.command("list", epilog=examples("sesec community list"))
def list_communities() -> None:
    """List communities: name, title, district, schools, and the school years with a report."""
    from sesec_analysis import catalog, checkout
    from sesec_analysis.editions.editions import editions

    rows = []
    for name in catalog.communities():
        with checkout.environment({checkout.COMMUNITY: name}):
            entry = catalog.community()
            years = sorted(edition.parameters["report_year"] for edition in editions().values())
            rows.append(
                {
                    "name": name,
                    "title": entry.name,
                    "district": f"{entry.district} {entry.district_name}",
                    "schools": len(catalog.place(catalog.main_place()).schools),
                    "reports": f"{years[0]} to {years[-1]}" if years else _NO_DATA,
                }
            )
    table(rows)
    if any(row["reports"] == _NO_DATA for row in rows):
        say("To get data: sesec --community NAME data build --raw FOLDER")


@click.group(
    epilog=examples(
        "sesec data list                                  every source and year",
        "sesec data fetch ospi_graduation                 download it from the state's portal",
        "sesec data add-release SOURCE YEAR ID            add a new year to the catalog",
        "sesec data check                                 check that everything is in order",
    )
)
def data() -> None:
    """Manage the published data that reports are made from."""


@data.command(epilog=examples("sesec data build --raw ~/Downloads/ospi"))
@click.option(
    "--raw",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with the publishers' files, as downloaded.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to, instead of data/observations.",
)
@click.option("--quiet", is_flag=True, help="Show no progress.")
def build(raw: Path, out: Path | None, quiet: bool) -> None:
    """Build the tables in data/observations from the publishers' files.

    The table at the end has the rows of each release, and how many of them a rule changed or left out; the rules
    follow. Tables of fetched releases are not changed.
    """
    from sesec_analysis import catalog, checkout
    from sesec_analysis.loaders import build as loaders_build

    out = out or catalog.observations_in(catalog.data_dir())
    checkout.refuse_copy(out)
    summary = loaders_build.build(raw, out, progress=_silent if quiet else say_wrapped)
    if not quiet:
        say("")
    for source_id, why in summary.attrs.get("left_out", {}).items():
        click.echo(f"left out: {source_id}: {why}", err=True)
    if no_rows := summary.attrs.get("no_rows"):
        name = catalog.community().district_name
        say_wrapped(
            f"{len(no_rows)} releases have no row of {name} in this folder (get files of the entire county or state): "
            f"{', '.join(no_rows)}"
        )
    rules = summary.drop(columns=["source_id", "rows"])
    counts = summary[["source_id", "rows"]].rename(columns={"source_id": "release"})
    _frame(counts.assign(**{"by rule": rules.sum(axis=1).astype("int64")}))
    touched = {name: rules[name] for name in rules if rules[name].any()}
    if touched:
        click.echo()
        table(
            [
                {"rule": name, "rows": int(rows.sum()), "releases": int((rows > 0).sum())}
                for name, rows in touched.items()
            ]
        )


@data.command(epilog=examples("sesec data check", "sesec data check --long | grep graduat"))
@click.option("--long", "is_long", is_flag=True, help="One line per indicator and year.")
def check(is_long: bool) -> None:
    """Check the catalog and all tables, and show how much of each is published.

    The table shows the percent of cells that are published exactly, by indicator and year (2024 is 2023-24). The
    others are published as ranges, or withheld to protect students.
    """
    from sesec_analysis.loaders import build as loaders_build

    shares = loaders_build.check()
    if is_long:
        _frame(shares)
    else:
        table(_by_year(shares))
        click.echo(
            "\nPercent of cells published exactly, by the year a school year ends (15 is 2014-15)."
        )
    _copies()
    cells = int(shares["cells"].sum())
    click.echo(
        f"The catalog and {cells:,} cells in {len(loaders_build.observation_files())} tables are valid."
    )


def _copies() -> None:
    from sesec_analysis.loaders.tidy.copies import table_of_copies

    if not (lines := table_of_copies()):
        return
    click.echo("\nReleases that two carriers copied, compared cell by cell:\n")
    shown = ("release", "schools", "cells", "agree", "masked")
    table([{name: line[name] for name in shown} for line in lines])
    click.echo("\nA cell that one copy masks stays masked.")
    for line in lines:
        alone = line["one copy only"]
        click.echo(f"{line['release']}, {line['copy']}:\n  of these there is one copy: {alone}")
    click.echo("17001 is the district's own row; the others are schools.\n")


def _by_year(shares: "pd.DataFrame") -> list[dict[Any, Any]]:
    texts = shares["reported"].map(_percent)
    exact = dict(zip(zip(shares["indicator"], shares["end_year"], strict=True), texts, strict=True))
    held = sorted(shares["end_year"].unique())
    head = " ".join(f"{year % 100:02d}".rjust(3) for year in held)
    return [
        {"indicator": code, head: " ".join(exact.get((code, year), "").rjust(3) for year in held)}
        for code in shares["indicator"].unique()
    ]


def _percent(share: float) -> str:
    """Whole percents without their sign, with 0 and 100 only for exactly none and all."""
    if 0 < share < 0.005:
        return "<1"
    return ">99" if 0.995 <= share < 1 else f"{100 * share:.0f}"


@data.command("list", epilog=examples("sesec data list", "sesec data list --long | grep 2023"))
@click.option("--long", "is_long", is_flag=True, help="One line per release, with ids and rows.")
def list_releases(is_long: bool) -> None:
    """List every source and year, and whether it is here.

    \b
    embedded       is in data/observations
    catalogued     published, but not here: sesec data fetch SOURCE --end-year YEAR
    not published  there is no such release

    Each year is the one in which a school year ends.
    """  # noqa: D301 - \b is a sign of click's: the lines after it stay as they are
    from sesec_analysis.loaders import build as loaders_build

    releases = loaders_build.list_releases()
    if is_long:
        _frame(releases)
        return
    keys = releases["source_id"].str.partition("@")
    lines = []
    for source in sorted(set(keys[0])):
        standings = releases["where"][keys[0] == source]
        held = {
            name: years([int(year) for year in keys[2][standings.index[standings == name]]])
            for name in _STANDINGS
        }
        lines.append({"source": source, **held})
    table(lines)


def _frame(frame: "pd.DataFrame") -> None:
    table(frame.to_dict("records"))


data.add_command(fetch)
data.add_command(add_release)
data.add_command(keep)
