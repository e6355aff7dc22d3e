"""A document as it stands on paper: its words in reading order as plain data, for doors that set pages.

Sections, cover and colophon are texts, numbers and lists, so that a door can print each text as it is and take none for
a command of its own. References that a screen follows become footnotes, numbers and labels.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from sesec_analysis import unseen, words
from sesec_analysis.publishing import citation
from sesec_analysis.publishing.document import Document, Layout
from sesec_analysis.publishing.imprint import Imprint, SourceNote
from sesec_analysis.publishing.paper_blocks import Printer

__all__ = ["Paper", "paper"]

Paper = dict[str, Any]
"""Plain data, as `json.dumps` takes them. Texts carry no markup of any kind."""


def paper(document: Document, meta: Imprint) -> Paper:
    """Return a document with its cover and colophon as plain data.

    A sheet prints the tables of no figure, and its sources as numbers only.

    Parameters
    ----------
    document
        The report or sheet.
    meta
        What it was made from; it stands in the colophon.
    """
    printer = Printer(document, [note.source_id for note in meta.sources])
    lead = printer.section(document.lead)
    sections = [
        {
            "label": part.heading.id,
            "title": part.heading.text,
            "blocks": printer.section(part.blocks),
        }
        for part in document.sections
    ]
    repeats = document.title.lower() in meta.title.lower()
    found = {
        "layout": document.layout,
        "language": words.language(),
        "title": meta.title,
        "standfirst": "" if repeats else document.title,
        "publisher": citation.AUTHOR,
        "published": meta.published,
        "words": _words(),
        "warnings": list(_warnings(meta)),
        "lead": lead,
        "sections": sections,
        "tables": printer.back(document.figures),
        "attached": printer.attached,
        "about": list(_about(meta, document.layout)),
        "data": _data(meta.sources),
    }
    return {key: unseen.cleaned(value) for key, value in found.items()}


def _words() -> dict[str, str]:
    """Return the words that a page has of its own."""
    return {
        "contents": words.say("Contents"),
        "figure": words.say("Figure"),
        "table": words.say("Table"),
        "table_of_figure": words.say("Table of figure"),
        "tables_of_figures": words.say("Longer tables of the figures"),
        "tables_intro": words.say(
            "Shorter tables stand under their figures. Those with a row for every school are attached to this file."
        ),
        "attached": words.say("Its table is attached to this file:"),
        "table_file": words.say("Its table stands in"),
        "about": words.say("About this edition"),
        "data": words.say("Data"),
        "data_intro": words.say(
            "Numbers in brackets in this report point here. The code at the end of an entry is the beginning of its "
            "file’s SHA-256 checksum."
        ),
        "page": words.say("page"),
    }


def _warnings(meta: Imprint) -> Iterable[dict[str, Any]]:
    if meta.synthetic:
        yield _notice(
            words.say("SYNTHETIC: everything here is made up"),
            words.say(
                "It was made from a synthetic twin of the data, to try things out. It describes no real school, "
                "district or student. Do not publish or cite it."
            ),
        )
    if meta.changed:
        values = ", ".join(f"{name} = {meta.parameters[name]}" for name in meta.changed)
        yield _notice(
            words.say("A trial, not the edition"),
            words.say(
                "These numbers were made with other parameters than the edition’s own: {values}. Do not cite them as "
                "the edition.",
                values=values,
            ),
        )


def _notice(title: str, text: str) -> dict[str, Any]:
    return {"kind": "notice", "title": title, "paragraphs": [text]}


def _about(meta: Imprint, layout: Layout) -> Iterable[dict[str, str]]:
    """Return what a document is made from; a sheet, which has two pages, leaves to run.json what only programs read."""
    parameters = ", ".join(f"{name} = {value}" for name, value in meta.parameters.items())
    rows = [
        (words.say("Edition"), meta.edition),
        (words.say("Published"), str(meta.published or "")),
        (words.say("Made with"), _made_with(meta)),
        (words.say("Notebook"), f"{meta.notebook}, SHA-256 {meta.notebook_sha256[:16]}"),
        (words.say("Parameters"), parameters),
        (
            words.say("Every number"),
            words.say(
                "stands with its id and its citation in findings.csv and findings.json beside this file; run.json "
                "holds the checksums of all files. To cite a number, give its id."
            ),
        ),
    ]
    if layout == "sheet":
        rows = rows[:3]
    return ({"name": name, "text": text} for name, text in rows if text)


def _made_with(meta: Imprint) -> str:
    if not meta.commit.hash:
        return f"sesec-analysis {meta.version}"
    what = words.mark("sesec-analysis {version}, commit {commit}")
    if meta.commit.dirty:
        what = words.mark("sesec-analysis {version}, commit {commit} with changes not committed")
    return words.say(what, version=meta.version, commit=meta.commit.hash[:12])


def _data(notes: Iterable[SourceNote]) -> list[dict[str, Any]]:
    """Return the releases, numbered in the imprint's order, under their publishers."""
    numbered = sorted(enumerate(notes, 1), key=lambda one: (one[1].publisher, one[0]))
    return [
        {"publisher": publisher, "entries": [_entry(number, note) for number, note in entries]}
        for publisher, entries in groupby(numbered, key=lambda one: one[1].publisher)
    ]


def _entry(number: int, note: SourceNote) -> dict[str, Any]:
    title = note.title
    if note.school_year not in title:
        title += f", {note.school_year}"
    retrieved = words.say("Retrieved {day}.", day=note.retrieved) if note.retrieved else ""
    return {
        "number": number,
        "title": title,
        "text": " ".join(filter(None, [retrieved, f"{note.licence}."])),
        "url": note.url,
        "id": note.source_id,
        "sha256": (note.sha256 or "")[:16],
    }
