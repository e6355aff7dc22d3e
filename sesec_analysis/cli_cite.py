"""`sesec cite`: text to paste for a number of a report."""

import click

from sesec_analysis.cli_text import edition_names, examples, starting

__all__ = ["cite"]


def _finding_ids(ctx: click.Context, param: click.Parameter, start: str) -> list[str]:
    from sesec_analysis.publishing import shelf

    return starting(start, shelf.ids)


@click.command(
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
    shell_complete=edition_names,
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
