"""`sesec check-draft`: the numbers and citations of a grant draft, held against the findings of every edition."""

import csv
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sesec_analysis.cli_text import examples, say

if TYPE_CHECKING:
    from sesec_analysis.archive.drafts import Judged

__all__ = ["check_draft"]

_MENDS = ("outdated", "rounds wrong", "cited to the wrong thing")


@click.command(
    name="check-draft",
    epilog=examples(
        "sesec check-draft proposal.docx",
        "sesec check-draft proposal.pdf --all",
        "sesec check-draft proposal.md --csv checked.csv",
    ),
)
@click.argument("draft", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--all", "everything", is_flag=True, help="Show the numbers that match, too.")
@click.option(
    "--csv",
    "table",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all verdicts here as CSV.",
)
def check_draft(draft: Path, everything: bool, table: Path | None) -> None:
    """Hold every number and citation of a grant DRAFT (.docx, .md, .txt, .pdf) against the findings.

    Each is said to match, to be outdated (a newer figure exists), to round wrong, to be cited to the wrong thing
    (another year, group or place), or not to be ours. Dates, money, telephone numbers and the like are passed over.
    The draft is only read. Exit code 1: something in it should be mended.
    """
    from sesec_analysis.archive import drafts
    from sesec_analysis.publishing import shelf

    judged = drafts.check_draft(draft, shelf.editions())
    for one in judged:
        if everything or one.verdict != drafts.MATCHES:
            _show(one)
    if table is not None:
        _write(judged, table)
    counts = Counter(one.verdict for one in judged)
    told = ", ".join(f"{counts[name]} {name}" for name in drafts.VERDICTS if counts[name])
    things = "number or citation" if len(judged) == 1 else "numbers and citations"
    say(f"{draft.name}: {len(judged)} {things}{f': {told}' if told else ''}.")
    if any(counts[name] for name in _MENDS):
        sys.exit(1)


def _show(one: "Judged") -> None:
    click.echo(f"{one.verdict.upper()}  {one.text}  ({one.where})")
    click.echo(f"    {one.sentence}")
    click.echo(f"    {one.note}" + (f"\n    {one.finding}" if one.finding else ""))


def _write(judged: "list[Judged]", path: Path) -> None:
    fresh = path.with_name(f".{path.name}.partial")
    with fresh.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("where", "number", "verdict", "finding", "note", "sentence"))
        for one in judged:
            cells = (one.where, one.text, one.verdict, one.finding, one.note, one.sentence)
            rows.writerow([_plain(cell) for cell in cells])
    fresh.replace(path)
    say(f"Written to {path}.")


def _plain(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
