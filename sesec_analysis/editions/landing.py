"""Write the landing page over all editions and shelves of fact sheets that stand in one folder, newest first.

It says of each edition its title and its headline, as the edition's own files have them. An edition that is no longer
as it was written is left out, so that no word stands here that was not checked with its edition.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sesec_analysis import catalog, i18n_files
from sesec_analysis.editions.documents import crossing, html
from sesec_analysis.editions.editions import CUSTOM
from sesec_analysis.files import sha256_of, write_atomically
from sesec_analysis.i18n import mark, translate

__all__ = ["NAME", "ListedEdition", "Shelf", "editions", "render", "shelves", "write"]


NAME = "index.html"

_FORMS = {
    "summary.html": mark("Summary, two pages"),
    "report.pdf": mark("This report as PDF"),
    "annex.html": mark("Technical annex"),
    "findings.html": mark("Every number, to quote and cite"),
}


@dataclass(frozen=True)
class ListedEdition:
    """An edition: the name of its folder, its title, its headline (empty: there is none) and its other files.

    ``tongues`` are the other languages that its summary can be read in.
    """

    folder: str
    title: str
    headline: str
    forms: tuple[tuple[str, str], ...]
    tongues: tuple[crossing.Tongue, ...] = ()


@dataclass(frozen=True)
class Shelf:
    """A folder of fact sheets, its title, how many sheets are in it, and the folder and name of each school."""

    folder: str
    title: str
    sheets: int
    schools: tuple[tuple[str, str], ...] = ()


def write(made: Path) -> Path:
    """Write the page into a folder of editions and return its path.

    Raises
    ------
    EditionError
        If the page's template cannot be read.
    """
    page = made / NAME
    write_atomically(page, render(made).encode())
    return page


def render(made: Path) -> str:
    """Return the page of a folder of editions; the same folder gives the same bytes."""
    title = translate("School equity in Southeast Seattle")
    question = translate("How well do Seattle’s schools serve the students of Southeast Seattle?")
    if not catalog.is_first_community():
        title, question = translate("School equity: {place}", place=catalog.community().name), ""
    return html.fill_template(
        "landing",
        title=title,
        heading=title,
        question=question,
        editions=editions(made),
        shelves=shelves(made),
    )


def editions(made: Path) -> list[ListedEdition]:
    """Return the finished editions of a folder, the newest first; no trials, and none that was changed since.

    Parameters
    ----------
    made
        The folder that holds a folder for each edition.
    """
    return [
        ListedEdition(folder.name, title, _headline(folder), _forms(folder), _tongues(folder))
        for folder, title in _finished_folders(made, "document.json", "findings.json", "index.html")
        if not folder.name.startswith("schools-")
    ]


def shelves(made: Path) -> list[Shelf]:
    """Return the shelves of fact sheets of a folder, the newest first."""
    return [
        Shelf(folder.name, title, sum(1 for _ in folder.glob("*/run.json")), _schools(folder))
        for folder, title in _finished_folders(made, "index.html")
        if folder.name.startswith("schools-")
    ]


def _schools(folder: Path) -> tuple[tuple[str, str], ...]:
    """Return the folder and the name of each school that has a sheet, by name."""
    known = catalog.schools()
    there = (path.parent.name for path in folder.glob("*/run.json"))
    named = (
        (name, known[code].name) for name in there if (code := name.partition("-")[0]) in known
    )
    return tuple(sorted(named, key=lambda school: (school[1], school[0])))


def _finished_folders(made: Path, *needed: str) -> Iterator[tuple[Path, str]]:
    """Yield folders that hold these files as they were written, and the title of each."""
    found = (path.parent for path in made.glob("[!.]*/run.json"))
    for folder in sorted(found, key=_newest_first):
        if folder.name.endswith(CUSTOM):
            continue
        try:
            run = json.loads((folder / "run.json").read_text("utf-8"))
            listed, title = run["files"], str(run["title"])
            if all(listed[name] == sha256_of(folder / name) for name in needed):
                yield folder, title
        except (OSError, ValueError, KeyError, TypeError):  # half made, or damaged
            continue


def _newest_first(folder: Path) -> tuple[int, str]:
    years = re.findall(r"\d{4}", folder.name)
    return -int(years[-1]) if years else 0, folder.name


def _headline(folder: Path) -> str:
    """Return the first headline of an edition: a field of one of its records."""
    document = json.loads((folder / "document.json").read_text("utf-8"))
    records = json.loads((folder / "findings.json").read_text("utf-8"))
    headlines = {record["id"]: str(record.get("headline") or "") for record in records}
    blocks = (block for section in document["sections"] for block in section["blocks"])
    shown = (block for block in blocks if block["kind"] == "headline" and block["text"])
    ids = (name for block in shown for name in block["findings"])
    return next((text for name in ids if (text := headlines.get(name))), "")


def _tongues(folder: Path) -> tuple[crossing.Tongue, ...]:
    """Return the languages that the summary of an edition stands in, beside English."""
    pages = {path.name.split(".")[1]: path.name for path in folder.glob("summary.*.html")}
    known = (code for code in i18n_files.languages() if code in pages)
    return tuple(crossing.Tongue(code, i18n_files.own_name(code), pages[code]) for code in known)


def _forms(folder: Path) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, translate(words)) for name, words in _FORMS.items() if (folder / name).is_file()
    )
