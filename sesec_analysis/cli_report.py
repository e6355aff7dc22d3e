"""`sesec report`: build what people read."""

import sys
from pathlib import Path

import click

from sesec_analysis.cli_text import edition_names, examples, table

__all__ = ["report"]


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
    epilog=examples(
        "sesec report",
        "sesec report 2021-22",
        "sesec report annual-2022 --out ~/Desktop",
        "sesec report 2022 -p ci_level=0.9",
        "sesec report --list",
    )
)
@click.argument("edition", default="latest", shell_complete=edition_names)
@click.option(
    "-p",
    "--parameter",
    "overrides",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_pairs,
    help="Try another value of a parameter. The result goes to EDITION-custom.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Put the edition's folder here instead of reports/build.",
)
@click.option("--quiet", is_flag=True, help="Do not tell how far it is.")
@click.option("--list", "listing", is_flag=True, help="List the editions and stop.")
@click.option("--open", "opening", is_flag=True, help="Open the page when it is done.")
def report(
    edition: str,
    overrides: dict[str, str],
    out: Path | None,
    quiet: bool,
    listing: bool,
    opening: bool,
) -> None:
    """Build a report and print the path of its page.

    EDITION is a name of reports/editions.yml, or a school year. Without it, the latest annual report is built. A report
    that was built before stays as it is until the new one is complete.
    """
    from sesec_analysis.publishing import building, editions

    if listing:
        table([{"edition": name, "title": one.title} for name, one in editions.editions().items()])
        return
    stream = None if quiet else sys.stderr
    page = building.build(edition, overrides=overrides, out=out, stream=stream)
    click.echo(page)
    if opening:
        click.launch(str(page))
