"""Define ``sesec report`` and ``report school``: build editions and fact sheets."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NoReturn

import click
from click.core import ParameterSource

from sesec_analysis.checkout import Commit
from sesec_analysis.cli.output import (
    INTERRUPTED,
    WithOthers,
    each_edition,
    edition_names,
    examples,
    names_starting_with,
    say,
    table,
    unknown_name_ends,
)
from sesec_analysis.errors import EditionError, SesecError

__all__ = ["report"]


def _editions(ctx: click.Context, param: click.Parameter, start: str) -> list[str]:
    return [*edition_names(ctx, param, start), *names_starting_with(start, lambda: report.others)]


def _schools(ctx: click.Context, param: click.Parameter, start: str) -> list[str]:
    from sesec_analysis.editions import sheet_index

    return names_starting_with(start.lower(), sheet_index.known_names)


def _pairs(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise click.BadParameter(f"{text!r} is not NAME=VALUE")
        if name.strip() in pairs:
            raise click.BadParameter(f"{name.strip()!r} is given twice")
        pairs[name.strip()] = value
    return pairs


@click.command(
    cls=WithOthers,
    epilog=examples(
        "sesec report",
        "sesec report 2021-22",
        "sesec report school --all",
        "sesec report annual-2022 --out ~/Desktop",
        "sesec report 2022 -p ci_level=0.9",
        "sesec report --all",
        "sesec --community NAME report --all --cluster tcp://10.0.0.5:8786",
        "sesec report --list",
    ),
)
@click.argument("edition", default="latest", shell_complete=_editions)
@click.option(
    "-p",
    "--parameter",
    "overrides",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_pairs,
    help="Change a parameter. The report goes to EDITION-custom.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the edition's folder, instead of reports/build.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Fail if something can't be computed, instead of printing a notice.",
)
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.option("--force", is_flag=True, help="Build it even if it is up to date.")
@click.option("--all", "everyone", is_flag=True, help="Build every edition, several at a time.")
@click.option(
    "--jobs", type=click.IntRange(1, 64), help="With --all: number of editions at a time."
)
@click.option("--cluster", metavar="ADDRESS", help="With --all: build them on this Dask cluster.")
@click.option("--list", "listing", is_flag=True, help="List the editions.")
@click.option("--open", "opening", is_flag=True, help="Open the report when it is done.")
@click.option("--slides", is_flag=True, help="Print, or open, its slides (slides.pptx) instead.")
@click.pass_context
def report(
    ctx: click.Context,
    edition: str,
    overrides: dict[str, str],
    out: Path | None,
    strict: bool,
    quiet: bool,
    force: bool,
    everyone: bool,
    jobs: int | None,
    cluster: str | None,
    listing: bool,
    opening: bool,
    slides: bool,
) -> None:
    """Build a report and print its path.

    EDITION is a name in reports/editions.yml, or a school year; without it, the latest annual report is built. An
    existing report stays until the new one is complete. A report built from the current notebooks, data, and code is
    up to date and is not built again.

    With --all, as many editions as there are cores are built at a time. One that fails is named, and the others
    continue. To use a cluster, see docs/howto/cluster.md. For fact sheets of schools, see `sesec report school
    --help`.
    """
    from sesec_analysis import checkout, stamp

    shelf = (out or checkout.builds()).absolute()
    task = Wanted(edition, shelf, overrides, strict, quiet, is_own=out is not None)
    if everyone:
        if overrides or ctx.get_parameter_source("edition") is not ParameterSource.DEFAULT:
            raise click.UsageError("name one edition, or give --all without parameters")
        try:
            _all(task, force, jobs, cluster)
        except KeyboardInterrupt:
            _exit_interrupted()
        return
    if cluster is not None:
        raise click.UsageError("--cluster is for --all")
    if listing:
        _list()
        return
    # A trial has a folder of its own, and who wants everything computed wants to see it computed.
    is_plain = not (overrides or strict)
    made_from = stamp.fingerprint() if is_plain else ""
    folder = stamp.find_by_name(edition, shelf, made_from) if is_plain and not force else None
    if folder is not None and not quiet:
        say(f"{folder.name} is up to date: nothing was done (--force builds it all the same)")
    folder = folder or shelf / _one(task)
    if is_plain:
        stamp.keep(folder, made_from, edition)
    page = folder / ("slides.pptx" if slides else "index.html")
    if not page.is_file():
        raise EditionError(
            f"{folder.name} has no slides: its report is not in pages of one message",
            where=str(folder),
            fix="leave out --slides, or give the edition a summary and an annex in reports/editions.yml",
        )
    click.echo(page)
    if opening:
        click.launch(str(page))


@dataclass(frozen=True)
class Wanted:
    """An edition to be built by a worker process: plain values."""

    edition: str
    shelf: Path
    overrides: Mapping[str, str]
    strict: bool
    quiet: bool
    is_own: bool  # whether the folder is the caller's own, with no page of ours over it
    commit: Commit | None = None


def _list() -> None:
    from sesec_analysis.editions import editions

    table([{"edition": name, "title": entry.title} for name, entry in editions.editions().items()])


def _one(task: Wanted) -> str:
    """Build one edition in a worker process, and return the name of its folder."""
    from sesec_analysis.editions import editions, pool

    name = editions.find(
        task.edition
    )  # a wrong name is refused before seconds are spent on imports
    if task.overrides:  # and so is a value that no edition can have
        from sesec_analysis.editions import build as editions_build
        from sesec_analysis.loaders.listing import test_grades

        entry = editions.editions()[name]
        editions_build.plan_edition(name, entry, task.overrides, test_grades=test_grades)
    [outcome] = pool.each(build_one, [task])
    if outcome.result is None:
        raise outcome.error or AssertionError
    return outcome.result


def build_one(task: Wanted) -> str:
    """Build an edition in this process, and return the name of its folder."""
    from sesec_analysis import i18n, i18n_files
    from sesec_analysis.archive import changes_section, verify
    from sesec_analysis.attack import check
    from sesec_analysis.editions import build as editions_build
    from sesec_analysis.editions import editions, landing
    from sesec_analysis.loaders.listing import test_grades

    # A trial in another language says the same numbers; the attack reads English, and only English is published.
    is_english = i18n.language() == i18n_files.ENGLISH
    page = editions_build.build(
        task.edition,
        guard=check.GUARD if is_english else check.GUARD.without_attack(),
        overrides=task.overrides,
        out=task.shelf,
        stream=None if task.quiet else sys.stderr,
        amend=changes_section.with_changes,
        strict=task.strict,
        commit=task.commit,
        test_grades=test_grades,
        year_before=verify.year_before_sha256(editions.find(task.edition)),
    )
    if not task.is_own:
        landing.write(task.shelf)
    return page.parent.name


def _all(task: Wanted, force: bool, jobs: int | None, address: str | None) -> None:
    """Build every edition that is not current, some at a time; end with the worst of their exit codes."""
    from sesec_analysis import checkout, stamp
    from sesec_analysis.editions import editions, landing

    made_from, due = stamp.fingerprint(), list[Wanted]()
    commit = checkout.commit(checkout.root())
    for name in editions.editions():
        folder = None if force or task.strict else stamp.find_by_name(name, task.shelf, made_from)
        if folder is None:
            one = replace(task, edition=name, quiet=True, commit=commit)
            # Each writes the page over all as it ends; on a cluster there is none.
            due.append(replace(one, is_own=True) if address else one)
        else:
            click.echo(folder / "index.html")
    failed = dict[str, SesecError]()
    for outcome in each_edition(build_one, due, jobs=jobs, cluster=address, quiet=task.quiet):
        name = outcome.task.edition
        if outcome.result is None:
            failed[name] = outcome.error or SesecError("it stopped")
            click.echo(f"{name}: Error: {outcome.error}", err=True)
            continue
        if not task.strict:
            stamp.keep(task.shelf / outcome.result, made_from, name)
        click.echo(task.shelf / outcome.result / "index.html")
    if not task.is_own:
        landing.write(task.shelf)
    if failed:
        say(f"Not built: {', '.join(failed)}. The others stand.")
        sys.exit(max(error.exit_code for error in failed.values()))


def _exit_interrupted() -> NoReturn:
    """End as Ctrl-C does where several are made."""
    say("\nStopped. What was finished stays; run the same again to go on.")
    click.get_current_context().exit(INTERRUPTED)


@click.command(
    epilog=examples(
        "sesec report school 2120",
        'sesec report school "Franklin High School" --edition 2022',
        "sesec report school --all",
        "sesec report school --all --cluster tcp://10.0.0.5:8786",
    ),
)
@click.argument("name", metavar="[SCHOOL]", required=False, shell_complete=_schools)
@click.option("--all", "everyone", is_flag=True, help="Build the sheet of every school.")
@click.option(
    "--edition",
    "--year",
    "edition",
    default="latest",
    shell_complete=edition_names,
    help="Annual report whose year to use.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the folder of sheets, instead of reports/build.",
)
@click.option("--force", is_flag=True, help="Build them even if they are up to date.")
@click.option("--jobs", default=2, type=click.IntRange(1, 64), help="Number of sheets at a time.")
@click.option("--cluster", metavar="ADDRESS", help="With --all: build them on this Dask cluster.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def school(
    name: str | None,
    everyone: bool,
    edition: str,
    out: Path | None,
    force: bool,
    jobs: int,
    cluster: str | None,
    quiet: bool,
) -> None:
    """Build the fact sheet of a school, or of every school, and print its path.

    SCHOOL is a code, the state's id, or a name. With --all, sheets that are up to date are skipped, so the same command
    continues a run that was stopped. To use a cluster, see docs/howto/cluster.md.
    """
    from sesec_analysis import catalog, i18n, i18n_files
    from sesec_analysis.attack import check
    from sesec_analysis.editions import fact_sheets, landing, sheet_index

    catalog.refuse_others("fact sheets are made")
    if (name is None) != everyone:
        raise click.UsageError("name one school, or give --all")
    if cluster is not None and not everyone:
        raise click.UsageError("--cluster is for --all")
    if name is not None:
        with unknown_name_ends():
            sheet_index.find(name)
    build = (
        partial(fact_sheets.build_all, workers=jobs, cluster=cluster)
        if name is None
        else partial(fact_sheets.build, name)
    )
    is_english = i18n.language() == i18n_files.ENGLISH  # as for reports
    try:
        page = build(
            guard=check.GUARD if is_english else check.GUARD.without_attack(),
            edition=edition,
            out=out,
            force=force,
            stream=None if quiet else sys.stderr,
        )
    except KeyboardInterrupt:
        _exit_interrupted()
    if out is None:  # a single sheet stands in a folder of its own, the list of all on their shelf
        landing.write(page.parents[1 if name is None else 2])
    click.echo(page)


report.others["school"] = school
