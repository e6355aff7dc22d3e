"""Define ``sesec site``: a folder to upload anywhere, in which every number has a page of its own."""

import datetime
import sys
from pathlib import Path

import click

from sesec_analysis.cli.output import INTERRUPTED, examples, say

__all__ = ["site"]


@click.command(
    epilog=examples(
        "sesec site                                       write reports/site, to be opened from disk",
        "sesec site --out public --url https://example.org/reports/",
        "sesec site --check                               make it again and compare every file",
    )
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The folder to write; else reports/site. It is empty, or holds a site that is then brought up to date.",
)
@click.option(
    "--url",
    help="Where the site will be. With it, citations name the page of their number; feed and sitemap come too. "
    "Give it each time: the days of the feed are kept with it.",
)
@click.option(
    "--check",
    "is_check",
    is_flag=True,
    help="Write nothing: compare each file with what the editions give, and attack all their numbers together.",
)
@click.option("--quiet", is_flag=True, help="Do not tell how far it is.")
def site(out: Path | None, url: str | None, is_check: bool, quiet: bool) -> None:
    """Write a static site of all editions: a page for every number, with its history and what it rests on.

    It holds every published edition and every one that was built. Open its index.html, or upload the folder.
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
