"""Define ``sesec site``: a folder to upload anywhere, in which every number has a page of its own."""

import datetime
import sys
from pathlib import Path

import click

from sesec_analysis.cli.output import INTERRUPTED, examples, say

__all__ = ["site"]


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
    help="Future address of the site. Adds page addresses to citations, a feed, and a sitemap. Give it each time, "
    "so that the feed keeps its dates.",
)
@click.option(
    "--check",
    "is_check",
    is_flag=True,
    help="Write nothing; compare each file with a new build, and attack all numbers together.",
)
@click.option("--quiet", is_flag=True, help="Show no progress.")
def site(out: Path | None, url: str | None, is_check: bool, quiet: bool) -> None:
    """Write a static site of all editions: a page for every number, with its history and sources.

    It has every published edition and every built one. Open its index.html, or upload the folder.
    """
    from sesec_analysis import catalog, checkout
    from sesec_analysis.site import build, check

    catalog.refuse_others("the site is made")
    where = (out or checkout.builds().with_name("site")).resolve()
    tell = (lambda line: None) if quiet else say
    if is_check:
        click.echo(check.check(where, progress=tell))
        return
    today = datetime.datetime.now(tz=datetime.UTC).date()
    try:
        done = build.build(where, url=url, today=today, progress=tell)
    except KeyboardInterrupt:
        click.echo(
            "\nStopped. Each file that was written is whole, and the rest is as it was: run it again to go on.",
            err=True,
        )
        sys.exit(INTERRUPTED)
    click.echo(
        f"{done.findings:,} numbers with a page each, {done.files:,} files: {done.written:,} written, "
        f"{done.removed:,} removed."
    )
    click.echo(str(done.out / "index.html"))
