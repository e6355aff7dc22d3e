"""Define ``sesec cite``, ``check-draft``, ``export``, and ``serve``: findings for other documents and programs."""

import json
import re
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from sesec_analysis import evidence
from sesec_analysis.cli.output import edition_names, examples, names_starting_with, say

if TYPE_CHECKING:
    from sesec_analysis.archive.drafts.check import Judged
    from sesec_analysis.editions.built_editions import EditionFinding
from sesec_analysis.errors import DataError
from sesec_analysis.extras import require_extra
from sesec_analysis.files import write_atomically

__all__ = ["check_draft", "cite", "export", "serve"]


_SHOWN = 20
_ID = re.compile(r"\b(?:sesec|own):[\w.:-]*\w")
"""How many findings a search lists."""


def _finding_ids(ctx: click.Context, param: click.Parameter, start: str) -> list[str]:
    from sesec_analysis.editions import built_editions

    return names_starting_with(start, built_editions.ids)


def _print_filter(ctx: click.Context, param: click.Parameter, is_wanted: bool) -> None:
    if is_wanted:
        click.echo(Path(evidence.__file__).with_name("findings.lua"))
        ctx.exit()


@click.command(
    epilog=examples(
        "sesec cite sesec:ratio.disciplined.2023.all.seattle.black-others",
        "sesec cite ID --style bibtex >> references.bib",
        "sesec cite https://example.org/series/rate.ela_met.all.southeast_seattle.all.html#2025",
        'sesec cite --search "multilingual learners graduation 2022-23"',
        'pandoc proposal.md --lua-filter "$(sesec cite --filter)" -o proposal.docx',
    )
)
@click.argument("finding_id", metavar="[ID]", shell_complete=_finding_ids, required=False)
@click.option(
    "--style",
    type=click.Choice(["apa", "mla", "chicago", "bibtex", "ris", "csl"]),
    default="apa",
    show_default=True,
    help="chicago is a note; ris and csl (CSL-JSON) are for Zotero and other reference managers.",
)
@click.option(
    "--edition",
    help="Cite the finding from this edition, not the newest.",
    shell_complete=edition_names,
)
@click.option(
    "--search",
    "words",
    metavar="WORDS",
    help="List findings by words: a group, a place or school, an indicator, a year.",
)
@click.option(
    "--filter",
    is_eager=True,
    is_flag=True,
    expose_value=False,
    callback=_print_filter,
    help="Print the path of the pandoc filter that inserts findings into a document.",
)
def cite(finding_id: str | None, style: str, edition: str | None, words: str | None) -> None:
    """Print the citation of a finding, ready to paste.

    The report, findings.html, and findings.csv print the ID of each finding. The address of its page on the site works,
    too. A message says if a later year or edition has a newer number. The exit code is 1 if there is no such finding.
    """
    from sesec_analysis.editions import built_editions
    from sesec_analysis.evidence.row import JOINT

    if (finding_id is None) == (words is None):
        raise click.UsageError("name a finding by its ID, or look for one with --search WORDS")
    edition = _full_name(edition)
    if words is not None:
        _search(words, edition)
        return
    finding = built_editions.find(_id_in(str(finding_id)), edition=edition)
    click.echo(finding.cite(style))
    if finding.record.get("publish") == "nothing":
        for rule in filter(None, str(finding.record.get("rule") or "").split(JOINT)):
            say(f"Rule {rule}: docs/METHODS.md, What may be printed")
    for later in built_editions.newer(finding):
        _tell(finding, later)


def _id_in(pasted: str) -> str:
    """Return the id in what was pasted: with brackets or a stop, or the address of a number's page on the site."""
    from sesec_analysis.editions import built_editions
    from sesec_analysis.evidence import citation
    from sesec_analysis.evidence.wording.labels import read_id

    if found := _ID.search(pasted):
        return found.group()
    if (page := citation.on_page(pasted)) is None:
        return pasted
    stem, years = page
    ids = [name for name in built_editions.ids() if read_id(name).stem == stem]
    ids = [name for name in ids if years in ("", read_id(name).years)]
    return max(ids, key=lambda name: read_id(name).end_years, default=pasted)


def _full_name(edition: str | None) -> str | None:
    from sesec_analysis.editions import editions

    if edition is None or edition.endswith(editions.CUSTOM):
        return edition
    return editions.find(edition)


def _tell(finding: "EditionFinding", later: "EditionFinding") -> None:
    if later.id != finding.id:
        say(f"A later year: {later.id}\n  {later.record['sentence']}")
    elif later.record["sentence"] == finding.record["sentence"]:
        say(f"A newer edition says the same: {later.edition}")
    else:
        say(f"A newer edition says otherwise: {later.edition}\n  {later.record['sentence']}")


def _search(words: str, edition: str | None) -> None:
    from sesec_analysis.editions import built_editions
    from sesec_analysis.evidence import search

    records = [record for _, held in built_editions.editions(edition) for record in held]
    matches, meant = search.search(words, records)
    for match in matches[:_SHOWN]:
        click.echo(f"{match.record['id']}\n    {match.record['sentence']}")
    if len(matches) > _SHOWN:
        say(f"{len(matches) - _SHOWN} more: add a word to narrow it down.")
    lacking = sorted({word for match in matches[:_SHOWN] for word in match.lacking})
    for word, near in meant.items():
        say(f"No finding has {word!r}. Did you mean {near!r}?")
    if not matches:
        say(f"No finding has a word of {words!r}. Try a group, a school, an indicator or a year.")
    elif lacking:
        say(f"No finding has all of these words; those above lack: {', '.join(lacking)}")
    if not matches or lacking:
        sys.exit(1)


@click.command(
    name="check-draft",
    epilog=examples(
        "sesec check-draft proposal.docx",
        "sesec check-draft proposal.docx --comments proposal-checked.docx",
        "sesec check-draft proposal.pdf --all",
        "sesec check-draft proposal.md --csv checked.csv",
    ),
)
@click.argument("draft", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--all", "everything", is_flag=True, help="Also show numbers that are right.")
@click.option(
    "--csv",
    "table",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all results to this CSV file.",
)
@click.option(
    "--comments",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a copy of the .docx with the results as comments.",
)
def check_draft(draft: Path, everything: bool, table: Path | None, comments: Path | None) -> None:
    """Check every number and citation in a DRAFT (.docx, .md, .txt, .csv, .pdf) against the findings.

    Each number is reported as right, rounded right, outdated, wrong, in need of its range, not one of ours, or not
    judged. For a number that is not judged, the nearest findings are shown with what differs, and words that were not
    understood are gray. Numbers in words count;
    dates, money, and telephone numbers are skipped. Drafts are read in English; in other languages, sentences copied
    from our pages are recognized. The draft is not changed. The exit code is 1 if anything needs correction.
    """
    from sesec_analysis.archive.drafts import check, marked, reading
    from sesec_analysis.archive.drafts.known_findings import FindingIndex
    from sesec_analysis.editions import built_editions

    read = reading.passages(draft)
    known = FindingIndex(built_editions.editions(), built_editions.printed_texts())
    judged = check.judge(read, known)
    quiet = () if everything else check.QUIET
    for number in judged:
        if number.verdict not in quiet:
            _show(number)
    if table is not None:
        _write(judged, table)
    if comments is not None:
        told = marked.write_comments(draft, read, judged, comments)
        say(f"Written to {comments}: {told} comments.")
    counts = Counter(number.verdict for number in judged)
    over = counts.pop(check.PASSED_OVER, 0)
    tally = ", ".join(f"{counts[name]} {name}" for name in check.VERDICTS if counts[name])
    total = counts.total()
    things = "number or citation" if total == 1 else "numbers and citations"
    say(f"{draft.name}: {total} {things}{f': {tally}' if tally else ''}.")
    if over:
        say(f"Passed over: {over} sentences whose numbers are dates, money or the like.")
    if any(counts[name] for name in check.TO_CORRECT):
        sys.exit(1)


def _show(number: "Judged") -> None:
    click.echo(f"{number.verdict.upper()}  {number.text}  ({number.where})")
    unknown = "|".join(map(re.escape, number.unknown)) or "(?!)"
    gray = re.sub(
        rf"\b(?:{unknown})\b", lambda word: click.style(word[0], dim=True), number.sentence
    )
    click.echo(f"    {gray}")
    click.echo(f"    {number.note}" + (f"\n    {number.finding}" if number.finding else ""))
    for finding in number.nearest:
        click.echo(f"    nearest: {finding}")


def _write(judged: "list[Judged]", path: Path) -> None:
    from sesec_analysis.editions.documents import output

    names = ("where", "number", "verdict", "finding", "note", "nearest", "sentence")
    rows = [
        (
            number.where,
            number.text,
            number.verdict,
            number.finding,
            number.note,
            " | ".join(number.nearest),
            number.sentence,
        )
        for number in judged
    ]
    write_atomically(path, output.csv_text(names, rows).encode())
    say(f"Written to {path}.")


_EXPORTED = (
    *("title", "school_year", "place", "label", "reference_label", "value", "interval", "unit"),
    *("estimate", "bound_low", "bound_high", "n", "counted", "reason", "sentence", "source"),
    *("cite_apa", "id"),
)
"""Columns of an exported table: those of findings.csv that a number needs with it, without the middle of a range."""


@click.command(
    epilog=examples(
        "sesec export sesec:rate.math_met.2025.all.southeast_seattle.all --to csv",
        "sesec export ID ID ID --to xlsx --out numbers.xlsx",
    )
)
@click.argument("ids", metavar="FINDING...", nargs=-1, required=True, shell_complete=_finding_ids)
@click.option(
    "--to", "kind", type=click.Choice(["csv", "xlsx"]), required=True, help="Kind of file."
)
@click.option(
    "--out",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; by default findings.csv or findings.xlsx in this folder.",
)
def export(ids: tuple[str, ...], kind: str, target: Path | None) -> None:
    """Write findings to a spreadsheet: each number with its range, n, note, source, citation, and ID.

    Name findings by their IDs, as in `sesec cite`. A number that may not be printed is refused with its reason, and
    then nothing is written. The file is checked as the files of an edition are, its properties are empty, and the
    same findings give the same bytes. The exit code is 1 if a number is refused.
    """
    from sesec_analysis.attack.sweep import sweep_table
    from sesec_analysis.editions import built_editions

    path = target or Path(f"findings.{kind}")
    if path.suffix.lower() != f".{kind}":
        raise click.BadParameter(f"end its name in .{kind}", param_hint="--out")
    found = [built_editions.find(_id_in(name)) for name in dict.fromkeys(ids)]
    _refuse_withheld(found)
    records = [{**one.record, "cite_apa": one.cite("apa")} for one in found]
    titles = list(dict.fromkeys(one.title or one.edition for one in found))
    printed = [
        {**record, "midpoint": None} for record in records
    ]  # a range leaves without its middle
    texts = [json.dumps(printed, ensure_ascii=False), *titles, str(len(records))]
    content = _table(records, kind, titles)
    with TemporaryDirectory() as folder:
        written = Path(folder, f"findings.{kind}")
        written.write_bytes(content)
        faults = sweep_table(written, texts)
    if faults:
        where = "; ".join(map(": ".join, faults[:3]))
        raise DataError("the file would have what no finding has", where=where, fix="report this")
    write_atomically(path, content)
    say(f"Written to {path}: {len(records)} {'number' if len(records) == 1 else 'numbers'}.")


def _refuse_withheld(found: "list[EditionFinding]") -> None:
    withheld = [one for one in found if one.record["publish"] == "nothing"]
    if withheld:
        reasons = "; ".join(f"{one.id}: {one.record['reason']}" for one in withheld)
        raise DataError(
            f"{len(withheld)} of {len(found)} numbers may not be printed",
            where=reasons,
            fix="leave them out, and say that they are withheld; nothing was written",
        )


def _table(records: "list[dict[str, object]]", kind: str, titles: list[str]) -> bytes:
    from sesec_analysis.editions.documents import output, workbook

    if kind == "xlsx":
        return workbook.make_workbook(records, title="Exported findings", about=titles)
    rows = [{name: record.get(name) for name in _EXPORTED} for record in records]
    return output.records_csv(rows).encode("utf-8-sig")


@click.command(
    epilog=examples("sesec serve", "sesec --community renton serve")
    + """

\b
In the configuration of a desktop or editor client (docs/howto/assistant.md):
  {"mcpServers": {"sesec": {"command": "sesec", "args": ["serve"]}}}
""",
)
def serve() -> None:
    """Answer AI assistants with findings, over the Model Context Protocol on standard input and output.

    A client, such as a desktop app or an editor, starts this command itself. It offers five tools: find_numbers,
    number, compare, check_text, and cite. They answer with findings of the editions on this machine: a sentence,
    range, n, year, caution, citation, and page. A withheld number, a cause, a ranking, or the middle of a range is
    refused, with what may be said instead. Nothing is written, and no network is used. It needs the extra [assistant]:
    pip install 'sesec-analysis[assistant]'.
    """
    with require_extra():
        from sesec_analysis.archive import assistant

    assistant.server().run()
