"""Write a document in every format that readers open, each by its own renderer."""

from collections.abc import Callable
from pathlib import Path

from sesec_analysis.editions.documents import (
    crossing,
    docx,
    findings_page,
    html,
    output,
    pdf,
    stored,
)
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.provenance import Imprint

__all__ = ["FORMS", "SOURCES", "write", "write_sources"]


Form = Callable[[Document, Imprint, Path], None]


def write(document: Document, meta: Imprint, into: Path) -> None:
    """Write every form of a document into a folder, and last the imprint with the checksums of all files."""
    (into / "run.json").unlink(
        missing_ok=True
    )  # of an earlier writing, before there was a certificate
    for form in FORMS:
        form(document, meta, into)
    output.write_json({**meta.as_dict(), "files": output.checksums(into)}, into / "run.json")


def write_sources(document: Document, meta: Imprint, into: Path) -> None:
    """Write what all other forms are made from: the document, its findings and pictures, and the imprint."""
    for form in SOURCES:
        form(document, meta, into)
    output.write_json({**meta.as_dict(), "files": {}}, into / "run.json")


def _figures(document: Document, meta: Imprint, into: Path) -> None:
    for one in document.all:
        for figure in one.figures:
            output.write_figure(figure, into / "figures")


def _findings(document: Document, meta: Imprint, into: Path) -> None:
    output.write_findings(document.findings, into)


def _document(document: Document, meta: Imprint, into: Path) -> None:
    output.write_json(stored.as_data(document), into / stored.NAME)


def _pdf(document: Document, meta: Imprint, into: Path) -> None:
    for one in document.all:
        made = pdf.render(one, meta=meta, annex=document.annex)
        (into / crossing.names(one.layout).pdf).write_bytes(made)


def _docx(document: Document, meta: Imprint, into: Path) -> None:
    for one in document.all:
        made = docx.render(one, meta=meta, annex=document.annex)
        (into / crossing.names(one.layout).docx).write_bytes(made)


def _register(document: Document, meta: Imprint, into: Path) -> None:
    page = findings_page.render(document, meta=meta, beside=_beside(document, into))
    (into / crossing.REGISTER).write_text(page, encoding="utf-8", newline="")


def _page(document: Document, meta: Imprint, into: Path) -> None:
    beside = _beside(document, into)
    for one in document.all:
        page = html.render(one, meta=meta, beside=beside, annex=document.annex)
        (into / crossing.names(one.layout).page).write_text(page, encoding="utf-8", newline="")


def _beside(document: Document, into: Path) -> list[str]:
    """Return the files that a page may link to: those that are there, and all that are written with it."""
    there = {path.name for path in into.iterdir() if path.is_file()}
    return sorted(there | set(crossing.written(document)))


SOURCES: tuple[Form, ...] = (_figures, _findings, _document)
FORMS: tuple[Form, ...] = (*SOURCES, _pdf, _docx, _register, _page)
"""The files of an edition's folder, in the order in which they are written."""
