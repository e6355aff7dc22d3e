"""A document in, a folder out: every form that readers may open, each written by its own room."""

from collections.abc import Callable
from pathlib import Path

from sesec_analysis.publishing import folder, render_html
from sesec_analysis.publishing.document import Document
from sesec_analysis.publishing.imprint import Imprint

__all__ = ["FORMS", "write"]

Form = Callable[[Document, Imprint, Path], None]


def write(document: Document, meta: Imprint, into: Path) -> None:
    """Write every form of a document into a folder, and last the imprint with the checksums of all files."""
    for form in FORMS:
        form(document, meta, into)
    folder.write_json({**meta.as_dict(), "files": folder.checksums(into)}, into / "run.json")


def _figures(document: Document, meta: Imprint, into: Path) -> None:
    for figure in document.figures:
        folder.write_figure(figure, into / "figures")


def _findings(document: Document, meta: Imprint, into: Path) -> None:
    folder.write_findings(document.findings, into)


def _page(document: Document, meta: Imprint, into: Path) -> None:
    page = render_html.render(document, meta=meta)
    (into / "index.html").write_text(page, encoding="utf-8", newline="")


FORMS: tuple[Form, ...] = (_figures, _findings, _page)
"""What stands in the folder of an edition, in the order in which it is written."""
