"""What staff type: ``sesec report``, ``sesec cite``, ``sesec data``. Errors are told in words, never as a traceback.

Everything heavy is imported inside the command that needs it, so that ``sesec --help`` answers at once.
"""

import os
import sys
from pathlib import Path
from typing import Any

import click

from sesec_analysis import __version__
from sesec_analysis.cli_data import data
from sesec_analysis.cli_text import INTERRUPTED, examples, starting, table
from sesec_analysis.errors import SesecError

__all__ = ["main"]


class _Plain(click.Group):
    """A group whose commands end with a message and an exit code, whatever happens."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; refusals, interruptions and accidents are told in words."""
        try:
            return super().invoke(ctx)
        except SesecError as refusal:
            click.echo(f"Error: {refusal}", err=True)
            ctx.exit(refusal.exit_code)
        except KeyboardInterrupt:
            click.echo("\nStopped. Nothing was changed.", err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            # The reader of a pipe has seen enough (`sesec data list | head`): that is no failure.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        # The last net: staff should meet a sentence here, not a traceback.
        except Exception as accident:
            if ctx.params.get("debug"):
                raise
            click.echo(
                f"Error: something went wrong that should not have ({type(accident).__name__}: {accident})\n"
                f"  mend:  run the same again as `sesec --debug {ctx.invoked_subcommand} ...` and send the lines it\n"
                "         prints to whoever keeps the package",
                err=True,
            )
            ctx.exit(1)


def _edition_names(ctx: click.Context, param: click.Parameter, start: str) -> list[str]:
    from sesec_analysis.publishing import editions

    return starting(start, editions.editions)


def _finding_ids(ctx: click.Context, param: click.Parameter, start: str) -> list[str]:
    from sesec_analysis.publishing import shelf

    return starting(start, shelf.ids)


@click.group(
    cls=_Plain,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "sesec report           build the latest annual report",
        "sesec report 2021-22   build the report of a school year",
        "sesec cite ID          print a citation of a number, to paste",
    ),
)
@click.version_option(__version__, prog_name="sesec")
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
def main(debug: bool) -> None:
    """Build the school equity reports of Southeast Seattle, and cite what they say."""


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


@main.command(
    epilog=examples(
        "sesec report",
        "sesec report 2021-22",
        "sesec report annual-2022 --out ~/Desktop",
        "sesec report 2022 -p ci_level=0.9",
        "sesec report --list",
    )
)
@click.argument("edition", default="latest", shell_complete=_edition_names)
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


@main.command(
    epilog=examples(
        "sesec cite sesec:ratio.disciplined.2023.all.seattle.black-others",
        "sesec cite ID --style bibtex >> references.bib",
    )
)
@click.argument("finding_id", metavar="ID", shell_complete=_finding_ids)
@click.option(
    "--style",
    type=click.Choice(["apa", "chicago", "bibtex", "csl"]),
    default="apa",
    show_default=True,
    help="csl is CSL-JSON, which Zotero and other reference managers read.",
)
@click.option(
    "--edition",
    help="Take the finding from this edition, not the newest.",
    shell_complete=_edition_names,
)
def cite(finding_id: str, style: str, edition: str | None) -> None:
    """Print a citation of a finding: nothing but the text to paste.

    ID stands under each finding in the report, and in findings.csv.
    """
    from sesec_analysis.publishing import citation, editions, shelf

    if edition is not None and not edition.endswith((editions.CUSTOM, editions.SYNTHETIC)):
        edition = editions.find(edition)
    found = shelf.find(finding_id, edition=edition)
    text = citation.cite(found.record, style, edition=found.title, published=found.published)
    click.echo(text)


main.add_command(data)


if __name__ == "__main__":
    main(prog_name="sesec")
