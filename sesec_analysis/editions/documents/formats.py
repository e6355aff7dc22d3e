"""Write a document in every format that readers open, each by its own renderer."""

from collections.abc import Callable
from pathlib import Path

from sesec_analysis import i18n
from sesec_analysis.editions.documents import (
    crossing,
    docx,
    findings_page,
    html,
    model,
    output,
    paper,
    pdf,
    provenance,
    share_image,
    slides,
    workbook,
)
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.editions.documents.sections import translation
from sesec_analysis.evidence import citation

__all__ = ["FORMS", "SOURCES", "names", "write", "write_sources"]


Form = Callable[[Document, BuildInfo, Path], None]


def write(document: Document, meta: BuildInfo, into: Path) -> Document:
    """Write a document, and every other form from what then stands in the folder; return that, as it was read.

    So a form can say nothing that the files of its document, findings, pictures and imprint do not. Last comes the
    imprint with the checksums of all files.

    Raises
    ------
    DataError
        If the document cannot be read back: a part of it is none that a document has.
    """
    write_sources(document, meta, into)
    document, meta = model.read_document(into), provenance.read_build_info(into)
    (into / _IMPRINT).unlink()  # no page leads to it before there are checksums
    worded = model.in_words(document)
    for form in FORMS:
        form(worded, meta, into)
    _in_languages(worded, meta, into)
    output.write_json({**meta.as_dict(), "files": output.checksums(into)}, into / _IMPRINT)
    return document


def names(document: Document) -> set[str]:
    """Return the path of every file that `write` makes of a document, in its folder."""
    pictures = [
        f"figures/{crossing.in_language(f'{figure.name}.{kind}', one.language)}"
        for one in (*document.all, *document.translations)
        for figure in one.figures
        for kind in (("png", "svg") if one.language else ("png", "svg", "csv"))
    ]
    told = [
        crossing.in_language(name, one.language)
        for one in (document, *document.translations)
        for name in (model.NAME, model.FINDINGS)
    ]
    return {*pictures, *told, "findings.csv", *crossing.written_files(document), _IMPRINT}


_IMPRINT = "run.json"


def write_sources(document: Document, meta: BuildInfo, into: Path) -> None:
    """Write what all other forms are made from: the document, its findings and pictures, and the imprint."""
    for source in SOURCES:
        source(document, meta, into)
    for one in document.translations:
        _sources_in_language(one, document, into)
    output.write_json({**meta.as_dict(), "files": {}}, into / _IMPRINT)


def _sources_in_language(document: Document, english: Document, into: Path) -> None:
    """Write a translation as it is checked: its numbers are still as in English, of its findings there are words."""
    for figure in document.figures:
        output.write_picture(figure, into / "figures", document.language)
    for name, content in (
        (model.FINDINGS, model.words(document, english)),
        (model.NAME, model.to_json(document)),
    ):
        output.write_json(
            content, into / crossing.in_language(name, document.language), indent=None
        )


def _in_languages(document: Document, meta: BuildInfo, into: Path) -> None:
    """Write every translation, its numbers as its language writes them."""
    linked_files = _linkable_files(document, into)
    for one in document.translations:
        local, own = translation.with_own_numbers(one), meta.in_language(one.language)
        at = crossing.names(one.layout, one.language)
        with i18n.use_language(one.language):
            page = html.render(
                local,
                meta=own,
                linked_files=linked_files,
                translations=document.translations,
                decisions=document.decisions,
            )
            (into / at.page).write_text(page, encoding="utf-8", newline="")
            content = paper.paper(local, own)
            (into / at.pdf).write_bytes(pdf.print_pdf(content, local.layout))
            (into / at.docx).write_bytes(docx.write_docx(content, local))


def _figures(document: Document, meta: BuildInfo, into: Path) -> None:
    for one in document.all:
        for figure in one.figures:
            output.write_figure(model.in_words(figure), into / "figures")


def _findings(document: Document, meta: BuildInfo, into: Path) -> None:
    output.write_findings(document.findings, into)


def _document(document: Document, meta: BuildInfo, into: Path) -> None:
    output.write_json(model.to_json(document), into / model.NAME)


def _pdf(document: Document, meta: BuildInfo, into: Path) -> None:
    for one in document.all:
        made = pdf.render(one, meta=meta, annex=document.annex)
        (into / crossing.names(one.layout).pdf).write_bytes(made)


def _docx(document: Document, meta: BuildInfo, into: Path) -> None:
    for one in document.all:
        made = docx.render(one, meta=meta, annex=document.annex)
        (into / crossing.names(one.layout).docx).write_bytes(made)


def _register(document: Document, meta: BuildInfo, into: Path) -> None:
    page = findings_page.render(document, meta=meta, linked_files=_linkable_files(document, into))
    (into / crossing.REGISTER).write_text(page, encoding="utf-8", newline="")


def _page(document: Document, meta: BuildInfo, into: Path) -> None:
    linked_files = _linkable_files(document, into)
    for one in document.all:
        page = html.render(
            one,
            meta=meta,
            linked_files=linked_files,
            annex=document.annex,
            translations=document.translations,
            decisions=document.decisions,
        )
        (into / crossing.names(one.layout).page).write_text(page, encoding="utf-8", newline="")


def _workbook(document: Document, meta: BuildInfo, into: Path) -> None:
    if crossing.has_workbook(document):
        about = [
            f"{citation.author()}{f', {meta.published}' if meta.published else ''}. Edition {meta.edition}, made with "
            f"sesec-analysis {meta.version}.",
            *([f"License of our own numbers and words: {meta.licence}"] if meta.licence else []),
            *([f"{meta.site_url} has each number as it is now."] if meta.site_url else []),
            *([meta.contact_text] if meta.contact else []),
        ]
        if meta.changed:
            about.append(
                "Made with other parameters than the edition's own: do not cite it as the edition."
            )
        made = workbook.make_workbook(document.findings, title=meta.title, about=about)
        (into / crossing.WORKBOOK).write_bytes(made)


def _write_shared_images(document: Document, meta: BuildInfo, into: Path) -> None:
    for figure, headline, notes in crossing.shared_figures(document):
        path = into / crossing.share_name(figure)
        path.parent.mkdir(exist_ok=True)
        shown = share_image.shorten(figure, headline, document.decisions)
        others = crossing.about_others(document, shown)
        notes = [crossing.without(note, others) for note in notes]
        path.write_bytes(share_image.draw(shown, headline, meta, notes))


def _slides(document: Document, meta: BuildInfo, into: Path) -> None:
    if document.layout == "pages":
        (into / crossing.SLIDES).write_bytes(slides.make_slides(document, meta))


def _linkable_files(document: Document, into: Path) -> list[str]:
    """Return the files that a page may link to: those that are there, and all that are written with it."""
    there = {path.name for path in into.iterdir() if path.is_file()}
    return sorted(there | set(crossing.written_files(document)))


SOURCES: tuple[Form, ...] = (_figures, _findings, _document)
FORMS: tuple[Form, ...] = (_pdf, _docx, _register, _page, _workbook, _write_shared_images, _slides)
"""What is written from what was read back, in this order; translations come after it."""
