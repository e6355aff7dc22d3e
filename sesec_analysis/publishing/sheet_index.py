"""The page that lists the fact sheets of a year: those at hand, Southeast Seattle's schools first, with their map.

Beside it stand the findings of all sheets in one file, each once, so that a number of a sheet can be looked up and
cited as that of any edition.
"""

import html
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from sesec_analysis import catalog
from sesec_analysis.publishing import (
    building,
    certificate,
    citation,
    compact,
    fingerprint,
    folder,
    forms,
    imprint,
    sheet_schools,
)
from sesec_analysis.publishing.blocks import Block, FigureBlock, Heading, Node, Prose, Record
from sesec_analysis.publishing.document import Document, Section
from sesec_analysis.publishing.outputs import shown
from sesec_analysis.publishing.sheet_schools import SheetSchool
from sesec_analysis.words import mark, say

__all__ = ["write"]

_LEVELS = {
    "elementary": mark("Elementary schools"),
    "k8": mark("K-8 schools"),
    "middle": mark("Middle schools"),
    "high": mark("High schools"),
    "other": mark("Other schools and programs"),
}
_LEAD = mark(
    "A sheet for each public school of Seattle: who its students are, how they do, what they say of their school, and "
    "what it is given, beside its part of the city and the district. The sheets rank nobody: schools serve different "
    "students."
)


Certify = Callable[[Sequence[Path], Sequence[Path]], Mapping[str, object]]
"""Attacks folders of sheets together with others beside them, and returns what the certificate says."""


def write(
    shelf: Path,
    edition: imprint.Imprint,
    *,
    beside: Sequence[Path] = (),
    certify: Certify | None = None,
) -> Path:
    """Write the page of all sheets that stand on a shelf, and return its path.

    Parameters
    ----------
    shelf
        The folder that holds a folder for each sheet.
    edition
        What the sheets are made from; their sources are put in here.
    beside
        Folders that readers hold with the sheets: the report of their year.
    certify
        Attacks all of them together, if the page is not up to date; refuses those that give withheld figures back, and
        the page is not written.
    """
    made = [one for one in sheet_schools.listed() if (shelf / one.folder / "run.json").is_file()]
    sheets = [shelf / one.folder for one in made]
    audited = [] if certify is None else [*sheets, *beside]
    inputs = _inputs(sheets, audited, edition)
    if fingerprint.is_up_to_date(shelf, inputs):
        return shelf / "index.html"
    records = _records(shelf, made, edition)
    document = Document(edition.title, _lead(), _sections(made), records)
    outcome = certify(sheets, beside) if certify else None
    if outcome:
        document = certificate.with_certificate(document, outcome)
    about = replace(edition, sources=imprint.sources(records))
    with tempfile.TemporaryDirectory(prefix=".index-", dir=shelf) as fresh:
        folder.write_json({"sha256": inputs}, Path(fresh) / building.INPUTS)
        if outcome:
            folder.write_json(outcome, Path(fresh) / "disclosure_audit.json")
        forms.write(document, about, Path(fresh))
        _put(Path(fresh), shelf)
    return shelf / "index.html"


def _inputs(sheets: Sequence[Path], audited: Sequence[Path], edition: imprint.Imprint) -> str:
    """Return the fingerprint of what the page is made from: the folders as they stand, and its own words."""
    values = {"sheets": _runs(sheets), "audited": _runs(audited), "version": edition.version}
    return fingerprint.of_inputs(edition.title, values)


def _runs(folders: Sequence[Path]) -> list[tuple[str, str]]:
    return [(one.name, (one / "run.json").read_text("utf-8")) for one in folders]


def _put(fresh: Path, shelf: Path) -> None:
    """Put the files of the page among the sheets, each at once; what tells that they are whole comes last."""
    shutil.rmtree(shelf / "figures", ignore_errors=True)
    for path in sorted(fresh.iterdir(), key=lambda path: (path.name == "run.json", path.name)):
        path.replace(shelf / path.name)


def _records(
    shelf: Path, made: Sequence[SheetSchool], edition: imprint.Imprint
) -> tuple[Record, ...]:
    """Return the findings of all sheets, each once, cited as of this collection."""
    found: dict[str, Record] = {}
    for school in made:
        for record in compact.read(shelf / school.folder):
            found.setdefault(str(record["id"]), record)
    title, published = edition.title, edition.published
    return tuple(
        {
            **found[key],
            "cite_apa": citation.cite(found[key], "apa", edition=title, published=published),
        }
        for key in sorted(found)
    )


def _lead() -> tuple[Block, ...]:
    from sesec_analysis.publishing.figures_map import plot_map

    data, _ = plot_map()._repr_mimebundle_()
    cell = {
        "metadata": {"tags": ["figure-map"]},
        "outputs": [{"output_type": "display_data", "data": data}],
    }
    pictures = shown(cell, where="the map of the fact sheets")
    words = Node("paragraph", children=(Node("text", say(_LEAD)),))
    figures = (replace(one, number=1) for one in pictures if isinstance(one, FigureBlock))
    return Prose(f"<p>{html.escape(say(_LEAD))}</p>", (words,)), *figures


def _sections(made: Sequence[SheetSchool]) -> tuple[Section, ...]:
    headline = next(one.name for one in catalog.places().values() if one.headline)
    parts = {headline: [one for one in made if one.headline]}
    parts[say("Elsewhere in Seattle")] = [one for one in made if not one.headline]
    return tuple(
        Section(Heading(2, name, f"schools-{at}"), tuple(_lists(schools, at)))
        for at, (name, schools) in enumerate(parts.items(), 1)
        if schools
    )


def _lists(schools: Sequence[SheetSchool], part: int) -> Iterator[Block]:
    order = list(_LEVELS)
    by_level = sorted(schools, key=lambda one: order.index(one.level))
    for level, group in groupby(by_level, key=lambda one: one.level):
        yield Heading(3, say(_LEVELS[level]), f"schools-{part}-{level}")
        yield _links(list(group))


def _links(schools: Sequence[SheetSchool]) -> Prose:
    """Return a list of links to sheets, with the grades of each school."""
    items, nodes = [], []
    for one in schools:
        url, grades = f"{one.folder}/index.html", say(", grades {grades}", grades=one.grades)
        items.append(f'<li><a href="{html.escape(url)}">{html.escape(one.name)}</a>{grades}</li>')
        link = Node("link", children=(Node("text", one.name),), url=url)
        line = Node("paragraph", children=(link, Node("text", grades)))
        nodes.append(Node("item", children=(line,)))
    return Prose(f"<ul>{''.join(items)}</ul>", (Node("list", children=tuple(nodes)),))
