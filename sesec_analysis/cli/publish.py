"""Define ``sesec publish``, ``diff``, ``verify``, ``attack`` and ``site``."""

import io
import json
import shlex
import shutil
import sys
from collections import Counter
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from sesec_analysis.cli.output import (
    each_edition,
    edition_names,
    examples,
    say,
    table,
)
from sesec_analysis.errors import SesecError
from sesec_analysis.files import scratch_folder

if TYPE_CHECKING:
    from sesec_analysis.archive.diff import Change
    from sesec_analysis.archive.frozen import Frozen
    from sesec_analysis.archive.verify import Difference, Verified
    from sesec_analysis.attack.attack import Attack
    from sesec_analysis.checkout import Commit
    from sesec_analysis.evidence.row import Record

__all__ = ["attack", "diff", "publish", "site", "verify"]


_FIRST = 5  # new findings that a line names
_SHORT = 25  # changes that a terminal shows
_STATES = {"new": "published", "same": "published before, the same", "changed": "published anew"}


@click.command(
    epilog=examples(
        "sesec publish annual-2024",
        "sesec publish annual-2023 annual-2024    several, checked together",
        "sesec publish --all",
    )
)
@click.argument("wanted", nargs=-1, metavar="[EDITION]...", shell_complete=edition_names)
@click.option("--all", "is_all", is_flag=True, help="Publish every edition, earliest first.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def publish(wanted: tuple[str, ...], is_all: bool, quiet: bool) -> None:
    """Freeze the numbers of editions in reports/published, to be committed.

    First it reports everything that prevents publication: files that are not committed, and published numbers that
    would change without a line under Numbers in CHANGELOG.md. Then it builds each edition that is not built from the
    last commit, and checks all of them together with the other editions and fact sheets of that commit. The last line
    says what to add to git.
    """
    from sesec_analysis.archive import publish as archive_publish
    from sesec_analysis.archive import verify as archive_verify
    from sesec_analysis.editions import editions as editions_editions
    from sesec_analysis.loaders import build

    if is_all == bool(wanted):
        raise click.UsageError("name an edition, or give --all")
    found = dict.fromkeys(map(editions_editions.find, wanted))
    names = [name for name in editions_editions.editions() if is_all or name in found]
    # Publishing one edition changes what the next one, which is built by then, was compared with.
    before = {name: archive_verify.year_before_sha256(name) or "" for name in names}
    archive_publish.refuse_early(names)
    build.check()
    make = partial(_build_edition, out=None, quiet=quiet)
    goes_on, failures, folders = len(names) > 1, list[SesecError](), dict[str, Path]()
    for name in names:
        try:
            folder = archive_publish.current(name, build=make)
            archive_publish.refuse_unnamed(name, folder)
            folders[name] = folder
        except SesecError as refusal:  # the others can be published all the same
            _note_refusal(refusal, failures, goes_on)
    if folders:
        beside = filter(archive_publish.is_current, [*_built_editions(), *_built_sheets()])
        _check_together([*folders.values(), *beside], quiet)
        for name, difference in _rebuild(folders, quiet).items():
            del folders[name]
            _note_refusal(difference, failures, goes_on)
    for name in folders:
        try:
            made = archive_publish.publish(name, build=make, year_before=before[name])
        except SesecError as refusal:
            _note_refusal(refusal, failures, goes_on)
            continue
        changed = f", {made.changed} changed or gone" if made.changed else ""
        click.echo(f"{name}: {_STATES[made.state]}; {made.findings:,} findings{changed}")
    if paths := archive_publish.to_commit():
        say(f"To keep what was published: git add {shlex.join(paths)} && git commit")
    if failures:
        say(f"{len(failures)} of {len(names)} editions were not published.")
        sys.exit(max(failure.exit_code for failure in failures))


def _note_refusal(refusal: SesecError, failures: list[SesecError], goes_on: bool) -> None:
    """Print why an edition cannot be published and go on if there are others; raise it otherwise."""
    if not goes_on:
        raise refusal
    failures.append(refusal)
    click.echo(f"Error: {refusal}", err=True)


def _check_together(folders: list[Path], quiet: bool) -> None:
    """Refuse to freeze anything while what readers hold together gives something away."""
    from sesec_analysis.attack import check

    there = list(dict.fromkeys(folder.resolve() for folder in folders))
    verdict = check.check(there, progress=(lambda line: None) if quiet else say)
    verdict.attack.refuse_leaks()
    if not quiet:
        say(verdict.line)


def _rebuild(folders: dict[str, Path], quiet: bool) -> dict[str, SesecError]:
    """Build editions a second time, in fresh processes and another folder; return why one is not the same, by name."""
    from sesec_analysis.cli.report import Wanted, build_one
    from sesec_analysis.errors import EditionError

    refusals: dict[str, SesecError] = {}
    if not quiet:
        say(
            "Building a second time in a fresh process and another folder, to compare every file ..."
        )
    with scratch_folder() as scratch:
        shelf = Path(scratch).resolve()
        tasks = [
            Wanted(name, shelf, {}, False, True, is_own=True, commit=_commit_of(folder))
            for name, folder in folders.items()
        ]
        for ended in each_edition(build_one, tasks, quiet=quiet):
            name, built = ended.task.edition, folders[ended.task.edition]
            if ended.result is None:
                what = f"{name} was not published: its second build failed: {ended.error}"
                refusals[name] = EditionError(what, where=str(built))
            elif refusal := _other_bytes(name, built, shelf / ended.result):
                refusals[name] = refusal
    return refusals


def _commit_of(built: Path) -> "Commit":
    """Return the commit that an edition names: the last one may differ from it in files that make no report."""
    from sesec_analysis.checkout import Commit

    run = json.loads((built / "run.json").read_text("utf-8"))
    return Commit(run["package"]["commit"], False)


def _other_bytes(name: str, built: Path, again: Path) -> SesecError | None:
    """Return the refusal of an edition whose files are not those of its rebuild."""
    from sesec_analysis.attack import rewriting
    from sesec_analysis.errors import DataError, below

    faults = [f"{fault.where}: {fault.what}" for fault in rewriting.compare_files(built, again)]
    if not faults:
        return None
    return DataError(
        f"{name} was not published: {len(faults)} place(s) are not as a second build makes them:"
        f"{below(faults, most=_SHORT)}",
        where=str(built),
        fix=f"delete that folder and build it again: sesec report {name} --force",
    )


def _built_sheets() -> list[Path]:
    from sesec_analysis import checkout

    files = checkout.builds().glob("[!.]*/[!.]*/findings.csv")
    return sorted(file.parent.resolve() for file in files)


def _build_edition(
    name: str, commit: "Commit | None" = None, *, out: Path | None, quiet: bool
) -> Path:
    from sesec_analysis.archive import changes_section, verify
    from sesec_analysis.attack import check
    from sesec_analysis.editions import build as editions_build

    return editions_build.build(
        name,
        guard=check.GUARD,
        out=out,
        stream=None if quiet else sys.stderr,
        amend=changes_section.with_changes,
        commit=commit,
        year_before=verify.year_before_sha256(name),
    ).parent


@click.command(
    epilog=examples(
        "sesec diff                                 the latest edition against the year before",
        "sesec diff 2024 --against 2022             two years",
        "sesec diff 2024 --against 2024             what moved since it was published",
        "sesec diff 2024 --csv changes.csv          every finding, with reasons and hashes",
    )
)
@click.argument("edition", default="latest", shell_complete=edition_names)
@click.option(
    "--against", help="Edition to compare with; the same name means as published.", metavar="OTHER"
)
@click.option(
    "--csv",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every finding to this CSV file.",
)
@click.option("--long", "is_long", is_flag=True, help="Show every change, with reasons and hashes.")
def diff(edition: str, against: str | None, path: Path | None, is_long: bool) -> None:
    """Show which findings changed between two editions, and why.

    Without --against: what changed since EDITION was published, or, if nothing did, since the edition of the year
    before.

    \b
    new_year             a later school year
    source_restated      the publisher restated its numbers
    definition_break     what is counted changed, or a new test makes years incomparable
    roster_changed       schools opened, closed, moved, or were renamed
    suppression_changed  more or less is withheld
    method_changed       we compute or word it in another way
    unchanged            the same
    """  # noqa: D301 - \b is a sign of click's: the lines after it stay as they are
    from sesec_analysis.archive import diff as archive_diff
    from sesec_analysis.editions import editions as editions_editions

    after = archive_diff.later(editions_editions.find(edition))
    before = archive_diff.earlier(
        after, against=editions_editions.find(against) if against else None
    )
    changes = archive_diff.diff(before, after)
    say(f"{_state(after)} against {_state(before)}")
    table(archive_diff.counts(changes))
    shown = sorted(
        (change for change in changes if change.kind != "unchanged"),
        key=lambda change: (_ORDER.index(change.event), change.kind),
    )
    if shown:
        click.echo()
        table([_line(change, is_long=is_long) for change in shown[: None if is_long else _SHORT]])
    if len(shown) > _SHORT and not is_long:
        say(f"and {len(shown) - _SHORT} more: --long shows them, --csv FILE writes them.")
    if path is not None:
        archive_diff.write_csv(changes, path)
        say(f"All {len(changes):,} findings: {path}")
    if fresh := archive_diff.unpublished_ids(after):
        name, is_shown = after.name, before.name == after.name
        say(
            f"{len(fresh)} finding(s) of {name} are not published yet"
            + ("." if is_shown else f"; to list them: sesec diff {name} --against {name}")
        )


_ORDER = ("moved", "vanished", "reworded", "appeared", "stayed")


def _state(frozen: "Frozen") -> str:
    """Name an edition with the commit that it was made from."""
    package = frozen.run["package"]
    return f"{frozen.name} (version {package['version']}, commit {str(package['commit'])[:8]})"


def _line(change: "Change", *, is_long: bool) -> dict[str, object]:
    before, after = change.pair.before or {}, change.pair.after or {}
    line: dict[str, object] = {
        "event": change.event,
        "class": change.kind,
        "finding": str(change.pair.record["id"]).removeprefix("sesec:"),
        "before": _show_record(before),
        "now": _show_record(after),
    }
    return {**line, "why": change.why, "hashes": change.short_hashes} if is_long else line


def _show_record(record: "Record") -> str:
    if not record:
        return ""
    interval = record.get("interval")
    return f"{record.get('value')} ({interval})" if interval else str(record.get("value"))


@click.command(epilog=examples("sesec verify annual-2024", "sesec verify --all"))
@click.argument("edition", required=False, shell_complete=edition_names)
@click.option(
    "--all", "is_all", is_flag=True, help="Verify every published edition, several at a time."
)
@click.option(
    "--jobs", type=click.IntRange(1, 64), help="With --all: number of editions at a time."
)
@click.option("--quiet", is_flag=True, help="Show no progress.")
def verify(edition: str | None, is_all: bool, jobs: int | None, quiet: bool) -> None:
    """Rebuild a published edition from its pinned sources, and report any digit that differs.

    The edition in reports/build is not touched. With --all, the others continue if one differs or fails, and a table
    at the end has the result of each. A notebook that failed is kept in reports/build. The exit code is 1 if anything
    differs or failed.
    """
    from sesec_analysis.archive import frozen as archive_frozen
    from sesec_analysis.editions import editions as editions_editions

    if is_all == (edition is not None):
        raise click.UsageError("name one edition, or give --all")
    names = [editions_editions.find(edition)] if edition else archive_frozen.published_names()
    tasks = [_ToVerify(name, quiet=is_all or quiet) for name in names]
    outcomes, exit_codes = _verify_each(tasks, jobs, quiet=quiet or not is_all)
    if is_all:
        click.echo()
        table([outcomes[name]._asdict() for name in names])
        if others := [name for name in names if outcomes[name].outcome != "equal"]:
            say(f"{len(others)} of {len(names)} editions are not verified as published.")
    if exit_code := max(exit_codes, default=0):
        sys.exit(exit_code)


class _ToVerify(NamedTuple):
    edition: str
    quiet: bool


def _verify_one(task: _ToVerify) -> "tuple[_Outcome, str]":
    """Verify an edition in this process; return how it ended, and what is to be printed."""
    with redirect_stdout(io.StringIO()) as text:
        outcome = _verify_edition(task.edition, task.quiet)
    return outcome, text.getvalue()


def _verify_each(
    tasks: list[_ToVerify], jobs: int | None, *, quiet: bool
) -> tuple[dict[str, "_Outcome"], list[int]]:
    """Verify editions, some at a time: how each ended, and their exit codes."""
    outcomes, exit_codes = {}, []
    for ended in each_edition(_verify_one, tasks, jobs=jobs, quiet=quiet):
        name = ended.task.edition
        if ended.result is None:
            error = ended.error or SesecError("it stopped")
            click.echo(f"Error: {error}", err=True)
            outcomes[name] = _Outcome(name, "not verified", None, error.what.splitlines()[0])
            exit_codes.append(error.exit_code)
            continue
        outcomes[name], text = ended.result
        click.echo(text, nl=False)
        exit_codes.append(int(outcomes[name].outcome != "equal"))
    return outcomes, exit_codes


class _Outcome(NamedTuple):
    """How the verification of an edition ended: a line of the table at the end."""

    edition: str
    outcome: str
    findings: int | None
    what: str


def _verify_edition(name: str, quiet: bool) -> _Outcome:
    """Verify one edition and say what differs; a notebook that failed is kept."""
    from sesec_analysis import checkout
    from sesec_analysis.archive import verify as archive_verify

    kept = checkout.builds() / f"{name}.verify.failed.ipynb"
    with scratch_folder() as scratch:
        failed = Path(scratch).resolve() / f"{name}.failed.ipynb"
        try:
            verified = archive_verify.verify(
                name, build=partial(_build_edition, out=Path(scratch), quiet=quiet)
            )
        except SesecError as refusal:
            if not failed.is_file():
                raise
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(failed, kept)
            where = (refusal.where or "").replace(str(failed), str(kept))
            raise type(refusal)(
                refusal.what, where=where, fix=refusal.fix, valid=refusal.valid
            ) from refusal
    kept.unlink(missing_ok=True)
    return _report(name, verified)


def _report(name: str, verified: "Verified") -> _Outcome:
    """Say how a published edition and its rebuild differ, and by what they were compared."""
    differences, count = verified.differences, len(verified.published.findings)
    if new := verified.unpublished:
        more = ", ..." if len(new) > _FIRST else ""
        _echo_wrapped(
            f"{name}: {len(new):,} findings are made now that were not published: {', '.join(new[:_FIRST])}{more}"
        )
    if not differences and not verified.other_files:
        files = f", and all {verified.files:,} files have the same bytes" if verified.files else ""
        click.echo(f"{name}: all {count:,} published findings are the same, digit by digit{files}")
        if not files:
            say(
                "Files were not compared: code, libraries, or the edition of the year before changed."
            )
        return _Outcome(name, "equal", count, f"{verified.files} files" if files else "findings")
    if differences:
        other = len({difference.id for difference in differences})
        click.echo(f"{name}: {other:,} published findings are made otherwise")
        for one in differences:
            _show_difference(one)
        fields = Counter("not made" if one.field == "id" else one.field for one in differences)
        what = ", ".join(f"{field} of {number:,}" for field, number in fields.most_common())
        return _Outcome(name, "differs", count, f"{other:,} differ: {what}")
    shown = ", ".join(verified.other_files[:_SHORT])
    click.echo(
        f"{name}: all findings are the same, but {len(verified.other_files)} files differ: {shown}"
    )
    return _Outcome(name, "differs", count, f"{len(verified.other_files)} files differ")


def _show_difference(difference: "Difference") -> None:
    """Print where a finding differs, and both texts in lines of a terminal's width."""
    click.echo(f"  {difference.id}, {difference.field}, {difference.where}")
    rebuilt = difference.rebuilt or ("(not made)" if difference.field == "id" else "(none)")
    for name, text in (("published", difference.published), ("rebuilt", rebuilt)):
        _echo_wrapped(text, first=f"    {name:11}", others=" " * 15)


def _echo_wrapped(text: str, *, first: str = "", others: str = "    ") -> None:
    width = shutil.get_terminal_size().columns
    click.echo(click.wrap_text(text, width=width, initial_indent=first, subsequent_indent=others))


@click.command(
    epilog=examples(
        "sesec attack annual-2024                one edition",
        "sesec attack annual-2024 --across all   all finished editions together",
        "sesec attack annual-2024 sheets/        an edition and a folder of fact sheets",
        "sesec attack annual-2024 --closer closer.csv    list the withheld counts that its sums narrow",
        "sesec attack tables/*.csv --sums sums.yml --withheld '*,N<10'    any tables of counts; in sums.yml:",
        "    margins: [{table: schools.csv, total_row: All schools}]",
        "    sums:    [{total: 'district.csv[Seattle; *]', parts: ['schools.csv[*; *]']}]",
        "    within:  [{part: may.csv, whole: june.csv}]",
    )
)
@click.argument("editions", nargs=-1, required=True, metavar="EDITION...")
@click.option(
    "--across",
    type=click.Choice(["all"], case_sensitive=False),
    help="Attack them together with every finished edition.",
)
@click.option(
    "--sums",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Attack any tables of counts: a YAML file of sums between cells. The arguments are CSV files or workbooks.",
)
@click.option(
    "--withheld",
    default="*,N<10",
    show_default=True,
    help="With --sums: marks of withheld cells, separated by commas.",
)
@click.option(
    "--closer",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a CSV file of the withheld counts that sums of three schools and more narrow: how many values "
    "each had, and how many are left. It is not to be published.",
)
@click.option("--json", "as_json", is_flag=True, help="Print all results as JSON.")
def attack(
    editions: tuple[str, ...],
    across: str | None,
    sums: Path | None,
    withheld: str,
    closer: Path | None,
    as_json: bool,
) -> None:
    """Check that editions reveal no withheld number, alone or together, and that their files are unchanged.

    EDITION is the name of a built edition, or a folder of its files. Several editions are attacked together, as a
    reader who has all of them could. Of a site (`sesec site`), every file is compared with a new build. The exit code
    is 1 if anything is revealed or changed.
    """
    import json

    if sums is not None:
        _attack_tables([Path(name) for name in editions], sums, withheld.split(","), as_json)
        return
    from sesec_analysis.attack import check
    from sesec_analysis.site import check as site_check

    folders = dict.fromkeys(_folder(name) for name in editions)
    for site in filter(site_check.is_site, tuple(folders)):
        del folders[site]
        click.echo(site_check.check(site, progress=say))
    if not folders and not across:
        return
    if across:
        folders |= dict.fromkeys(_built_editions())
    verdict = check.check(list(folders), progress=say)
    if closer is not None:
        table = verdict.attack.closer
        table.to_csv(closer, index=False, float_format="%.6g", lineterminator="\n")
        click.echo(f"{len(table):,} withheld counts known more closely: {closer}")
    if as_json:
        click.echo(json.dumps(verdict.attack.as_dict(), indent=2, ensure_ascii=False))
    else:
        _tell(verdict.attack)
        click.echo(verdict.line)
    verdict.attack.refuse_leaks()


def _attack_tables(files: list[Path], sums: Path, withheld: list[str], as_json: bool) -> None:
    from sesec_analysis.attack.tables import attack_tables, read_sums, read_tables
    from sesec_analysis.errors import LeakError

    told = attack_tables(read_tables(files), sums=read_sums(sums), withheld=withheld)
    if as_json:
        click.echo(told.to_json(orient="records", indent=2))
    open_cells = told[told["verdict"] != "holds"]
    for cell in () if as_json else open_cells.itertuples():
        left = (
            f"{cell.told_low}"
            if cell.verdict == "solved"
            else f"{cell.told_low} to {cell.told_high}"
        )
        click.echo(
            f"{cell.table}[{cell.row}; {cell.column}] {cell.mark}: {cell.verdict}, {left}, by"
        )
        click.echo(f"    {cell.statements}")
    if len(open_cells):
        raise LeakError(
            f"{len(open_cells)} of {len(told)} withheld cells are narrowed or solved by the sums",
            where=", ".join(path.name for path in files),
            fix="withhold a cell more in each sum that is named, or leave a total out",
        )
    click.echo(f"All {len(told)} withheld cells hold.")


def _folder(name: str) -> Path:
    from sesec_analysis import checkout
    from sesec_analysis.errors import EditionError

    built = checkout.builds() / name
    folder = next((path for path in (built, Path(name)) if path.is_dir()), None)
    if folder is None:
        raise EditionError(
            f"there is no built edition and no folder {name!r}",
            where="reports/build",
            fix="build it first (sesec report), or name a folder",
            valid=[path.name for path in _built_editions()],
        )
    return folder.resolve()


def _built_editions() -> list[Path]:
    from sesec_analysis import checkout

    files = checkout.builds().glob("[!.]*/findings.csv")
    return sorted(file.parent.resolve() for file in files)


def _tell(done: "Attack") -> None:
    sifted, state = done.sifted, done.state
    read, different = done.statements
    click.echo(
        f"{state.withheld.sum():,} withheld cells among {len(state.cells):,} published by the state.\n"
        f"{read:,} statements of the edition, {different:,} of them different: "
        f"{sifted.settled:,} that follow from the state's, "
        f"{len(sifted.telling.said):,} of one or two organizations that say more.\n"
        f"{len(sifted.apart.said):,} sums over three and more organizations say more; they are counted apart."
    )
    if done.passed:
        click.echo(
            "Passed: no withheld count of one or two organizations has a narrower range with the edition than without."
        )


@click.command(
    epilog=examples(
        "sesec site                                       write reports/site, to open from disk",
        "sesec site --out public --url https://example.org/reports/",
        "sesec site --check                               rebuild and compare every file",
    )
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder to write, empty or with an earlier site to update (default: reports/site).",
)
@click.option(
    "--url",
    help="Future address of the site (default: `site_url` in reports/editions.yml). Adds page addresses to citations, "
    "and a feed.",
)
@click.option(
    "--check",
    "is_check",
    is_flag=True,
    help="Write nothing; compare each file with a new build, and attack all numbers together.",
)
@click.option("--quiet", is_flag=True, help="Show no progress.")
def site(out: Path | None, url: str | None, is_check: bool, quiet: bool) -> None:
    """Write a static site of all editions: a page for every number, with its years, restatements, and sources.

    It has every published edition and every built one: the newest with all its files, the others as PDF.
    Open its index.html, or upload the folder. A file in the folder that is not the site's stays as it is.
    """
    from sesec_analysis import catalog, checkout
    from sesec_analysis.editions import editions
    from sesec_analysis.site import build, check

    catalog.refuse_others("the site is made")
    where = (out or checkout.builds().with_name("site")).resolve()
    tell = (lambda line: None) if quiet else say
    if is_check:
        click.echo(check.check(where, progress=tell))
        return
    done = build.build(where, url=url or editions.site_url(), progress=tell)
    click.echo(f"{done.series:,} series with a page each, {done.files:,} files.")
    click.echo(str(done.out / "index.html"))
