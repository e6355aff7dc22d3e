"""`sesec publish`, `diff` and `verify`: numbers that last, what moved between them, and the same digits again."""

import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sesec_analysis.cli_text import edition_names, examples, say, table
from sesec_analysis.errors import SesecError

if TYPE_CHECKING:
    from sesec_analysis.archive.diff import Change
    from sesec_analysis.archive.frozen import Frozen
    from sesec_analysis.archive.verify import Difference
    from sesec_analysis.publishing.blocks import Record

__all__ = ["diff", "publish", "verify"]

_SHORT = 25  # changes that a terminal shows
_STATES = {"new": "published", "same": "published before, the same", "changed": "published anew"}


@click.command(epilog=examples("sesec publish annual-2024", "sesec publish --all"))
@click.argument("edition", required=False, shell_complete=edition_names)
@click.option("--all", "is_all", is_flag=True, help="Publish every edition, the earliest first.")
@click.option("--quiet", is_flag=True, help="Do not tell how far it is.")
def publish(edition: str | None, is_all: bool, quiet: bool) -> None:
    """Freeze the numbers of an edition in reports/published, for git to keep.

    It is refused while a check fails, of made-up data or a trial, while something is not committed, and if a published
    number would change that CHANGELOG.md does not name under Numbers. An edition that is not built, or was built from
    something older, is built first.
    """
    from sesec_analysis.archive import publish as publishing
    from sesec_analysis.loaders import build as loaders_build
    from sesec_analysis.publishing import editions

    if is_all == (edition is not None):
        raise click.UsageError("name one edition, or give --all")
    names = [editions.find(edition)] if edition else list(editions.editions())
    for name in names:
        publishing.refuse_early(name)
    loaders_build.check()
    failures: list[SesecError] = []
    for name in names:
        try:
            made = publishing.publish(name, build=partial(_built, out=None, quiet=quiet))
        except SesecError as refusal:  # the others can be published all the same
            if not is_all:
                raise
            failures.append(refusal)
            click.echo(f"Error: {refusal}", err=True)
            continue
        changed = f", {made.changed} changed or gone" if made.changed else ""
        click.echo(f"{name}: {_STATES[made.state]}; {made.findings:,} findings{changed}")
    if failures:
        say(f"{len(failures)} of {len(names)} editions were not published.")
        sys.exit(max(failure.exit_code for failure in failures))


def _built(name: str, out: Path | None, quiet: bool) -> Path:
    from sesec_analysis.archive import since
    from sesec_analysis.attack import certifying
    from sesec_analysis.publishing import building

    return building.build(
        name,
        out=out,
        stream=None if quiet else sys.stderr,
        amend=since.with_changes,
        certify=certifying.certify,
    ).parent


@click.command(
    epilog=examples(
        "sesec diff                                 the latest edition against the year before",
        "sesec diff 2024 --against 2022             two years",
        "sesec diff 2024 --against 2024             what moved since it was published",
        "sesec diff 2024 --csv changes.csv          every finding, with the hashes behind it",
    )
)
@click.argument("edition", default="latest", shell_complete=edition_names)
@click.option("--against", help="Another edition; the same: as published.", metavar="OTHER")
@click.option(
    "--csv",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every finding to this file.",
)
@click.option("--long", "is_long", is_flag=True, help="Show every change, with reason and hashes.")
def diff(edition: str, against: str | None, path: Path | None, is_long: bool) -> None:
    r"""Show what became of every finding between two editions, and why.

    Without --against: what moved since EDITION was published, if anything did; else the year before.

    \b
    new_year             a later school year
    source_restated      the publisher's figures were restated
    definition_break     what is counted changed, or a new test makes years incomparable
    roster_changed       schools were opened, closed, moved or renamed
    suppression_changed  more or less is withheld
    method_changed       we work it out, or say it, in another way
    unchanged            the same
    """
    from sesec_analysis.archive import choosing
    from sesec_analysis.archive import diff as diffing
    from sesec_analysis.publishing import editions

    after = choosing.later(editions.find(edition))
    before = choosing.earlier(after, against=editions.find(against) if against else None)
    changes = diffing.diff(before, after)
    say(f"{_state(after)} against {_state(before)}")
    table(diffing.counts(changes))
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
        diffing.write_csv(changes, path)
        say(f"All {len(changes):,} findings: {path}")


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
        "before": _shown(before),
        "now": _shown(after),
    }
    return {**line, "why": change.why, "hashes": change.short_hashes} if is_long else line


def _shown(record: "Record") -> str:
    if not record:
        return ""
    interval = record.get("interval")
    return f"{record.get('value')} ({interval})" if interval else str(record.get("value"))


@click.command(epilog=examples("sesec verify annual-2024", "sesec verify --all"))
@click.argument("edition", required=False, shell_complete=edition_names)
@click.option("--all", "is_all", is_flag=True, help="Verify every published edition.")
@click.option("--quiet", is_flag=True, help="Do not tell how far it is.")
def verify(edition: str | None, is_all: bool, quiet: bool) -> None:
    """Make a published edition again from its pinned sources, and say which digit differs.

    The edition that stands in reports/build is not touched. The exit code is 1 if anything differs.
    """
    from sesec_analysis.archive import frozen
    from sesec_analysis.archive import verify as verifying
    from sesec_analysis.publishing import editions

    if is_all == (edition is not None):
        raise click.UsageError("name one edition, or give --all")
    names = [editions.find(edition)] if edition else frozen.published()
    is_other = False
    for name in names:
        with tempfile.TemporaryDirectory(prefix="sesec-") as scratch:
            old, found = verifying.verify(
                name, build=partial(_built, out=Path(scratch), quiet=quiet)
            )
        if not found:
            click.echo(
                f"{name}: all {len(old.findings):,} published findings are the same, digit by digit"
            )
            continue
        is_other = True
        click.echo(
            f"{name}: {len({one.id for one in found}):,} published findings are made otherwise"
        )
        table([{"finding": one.id, **_difference(one)} for one in found])
    if is_other:
        sys.exit(1)


def _difference(one: "Difference") -> dict[str, object]:
    return {
        "field": one.field,
        "published": one.published,
        "rebuilt": one.rebuilt or ("(not made)" if one.field == "id" else "(none)"),
        "differs at": one.where,
    }
