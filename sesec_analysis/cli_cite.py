"""`sesec cite`: text to paste for a number of a report, and the number found by its words."""

import sys
from typing import TYPE_CHECKING

import click

from sesec_analysis.cli_text import edition_names, examples, say, starting

if TYPE_CHECKING:
    from sesec_analysis.publishing.shelf import Shelved

__all__ = ["cite"]

_SHOWN = 20
"""How many findings a search lists."""


def _finding_ids(ctx: click.Context, param: click.Parameter, start: str) -> list[str]:
    from sesec_analysis.publishing import shelf

    return starting(start, shelf.ids)


@click.command(
    epilog=examples(
        "sesec cite sesec:ratio.disciplined.2023.all.seattle.black-others",
        "sesec cite ID --style bibtex >> references.bib",
        'sesec cite --search "multilingual learners graduation 2022-23"',
    )
)
@click.argument("finding_id", metavar="ID", shell_complete=_finding_ids, required=False)
@click.option(
    "--style",
    type=click.Choice(["apa", "chicago", "bibtex", "csl"]),
    default="apa",
    show_default=True,
    help="chicago is a note; csl is CSL-JSON, which Zotero and other reference managers read.",
)
@click.option(
    "--edition",
    help="Take the finding from this edition, not the newest.",
    shell_complete=edition_names,
)
@click.option(
    "--search",
    "words",
    metavar="WORDS",
    help="List the findings that have these words: a group, a place or school, an indicator, a year.",
)
def cite(finding_id: str | None, style: str, edition: str | None, words: str | None) -> None:
    """Print a citation of a finding: nothing but the text to paste.

    ID stands under each finding in the report, in findings.html and findings.csv. If a later year or edition has a
    newer figure, a line beside the output says so. Exit code 1: no such finding.
    """
    from sesec_analysis.publishing import citation, shelf

    if (finding_id is None) == (words is None):
        raise click.UsageError("name a finding by its ID, or look for one with --search WORDS")
    edition = _full_name(edition)
    if words is not None:
        _search(words, edition)
        return
    found = shelf.find(str(finding_id), edition=edition)
    text = citation.cite(found.record, style, edition=found.title, published=found.published)
    click.echo(text)
    for later in shelf.newer(found):
        _tell(found, later)


def _full_name(edition: str | None) -> str | None:
    from sesec_analysis.publishing import editions

    if edition is None or edition.endswith((editions.CUSTOM, editions.SYNTHETIC)):
        return edition
    return editions.find(edition)


def _tell(found: "Shelved", later: "Shelved") -> None:
    if later.id != found.id:
        say(f"A later year: {later.id}\n  {later.record['sentence']}")
    elif later.record["sentence"] == found.record["sentence"]:
        say(f"A newer edition says the same: {later.edition}")
    else:
        say(f"A newer edition says otherwise: {later.edition}\n  {later.record['sentence']}")


def _search(words: str, edition: str | None) -> None:
    from sesec_analysis.publishing import shelf, shelf_search

    records = [record for _, held in shelf.editions(edition) for record in held]
    found, meant = shelf_search.search(words, records)
    for match in found[:_SHOWN]:
        click.echo(f"{match.record['id']}\n    {match.record['sentence']}")
    if len(found) > _SHOWN:
        say(f"{len(found) - _SHOWN} more: add a word to narrow it down.")
    lacking = sorted({word for match in found[:_SHOWN] for word in match.lacking})
    for word, near in meant.items():
        say(f"No finding has {word!r}. Did you mean {near!r}?")
    if not found:
        say(f"No finding has a word of {words!r}. Try a group, a school, an indicator or a year.")
    elif lacking:
        say(f"No finding has all of these words; those above lack: {', '.join(lacking)}")
    if not found or lacking:
        sys.exit(1)
