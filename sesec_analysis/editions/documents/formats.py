"""Write a document in every format that readers open, each by its own renderer."""

from collections.abc import Callable
from pathlib import Path

from sesec_analysis.editions.documents import docx, findings_page, html, output, pdf, stored
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
    for figure in document.figures:
        output.write_figure(figure, into / "figures")


def _findings(document: Document, meta: Imprint, into: Path) -> None:
    output.write_findings(document.findings, into)


def _document(document: Document, meta: Imprint, into: Path) -> None:
    output.write_json(stored.as_data(document), into / stored.NAME)


def _pdf(document: Document, meta: Imprint, into: Path) -> None:
    (into / "report.pdf").write_bytes(pdf.render(document, meta=meta))


def _docx(document: Document, meta: Imprint, into: Path) -> None:
    (into / "report.docx").write_bytes(docx.render(document, meta=meta))


def _register(document: Document, meta: Imprint, into: Path) -> None:
    page = findings_page.render(document, meta=meta, beside=_beside(into))
    (into / "findings.html").write_text(page, encoding="utf-8", newline="")


def _page(document: Document, meta: Imprint, into: Path) -> None:
    page = html.render(document, meta=meta, beside=_beside(into))
    (into / "index.html").write_text(page, encoding="utf-8", newline="")


def _beside(into: Path) -> list[str]:
    """Return the forms that are written already: those that a page may link to."""
    return sorted(path.name for path in into.iterdir() if path.is_file())


SOURCES: tuple[Form, ...] = (_figures, _findings, _document)
FORMS: tuple[Form, ...] = (*SOURCES, _pdf, _docx, _register, _page)
"""The files of an edition's folder, in the order in which they are written."""
