"""Render a document as PDF: tagged for screen readers (PDF/UA-1) and archivable (PDF/A-3a).

The pages are set by Typst from ``reports/template``, which is given every word as data. Fonts come with the
libraries, and neither clock nor machine has a part in it: the same input gives the same bytes.
"""

import json
from itertools import takewhile
from pathlib import Path

import typst

from sesec_analysis import checkout
from sesec_analysis.editions.documents.notebook import Document, Layout
from sesec_analysis.editions.documents.paper import Paper, paper
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.editions.documents.screen import letters
from sesec_analysis.errors import EditionError

__all__ = ["print_pdf", "render"]


def render(document: Document, *, meta: BuildInfo, annex: Document | None = None) -> bytes:
    """Return a document as PDF: a report with cover and contents or in pages, a summary, or a sheet.

    Parameters
    ----------
    document
        The report.
    meta
        What it was made from; printed in the colophon.
    annex
        The technical annex of the same run, in which a report in pages says where its numbers stand.

    Raises
    ------
    EditionError
        If the template is missing, or the document cannot be set by it.
    """
    return print_pdf(paper(document, meta, annex), document.layout)


def print_pdf(content: Paper, layout: Layout) -> bytes:
    """Return what is laid out for paper as PDF; see `render`."""
    template = checkout.template_dir() / _MAIN.get(layout, "report.typ")
    try:
        compiler = _compiler(template.parent)
        setter = _set_sheet if layout == "sheet" else _compile_pdf
        return setter(compiler, content, template.name)
    except typst.TypstError as failure:
        what = f"the PDF cannot be set: {failure.message}"
        fix = "; ".join(failure.hints) or "restore reports/template, or correct the words named"
        raise EditionError(what, where=str(template), fix=fix) from failure
    except RuntimeError as failure:
        what = f"the template of the PDF cannot be read: {failure}"
        fix = "restore reports/template from the repository"
        raise EditionError(what, where=str(template), fix=fix) from failure


_USUAL, _CLOSEST = 2, 6
"""How closely most sheets are set, rows and parts alike, and any at most, from 0 on; type and margins never change."""
_PAGES = 2


_TOO_MANY = "too many pages"
"""What the template says of a sheet that takes more than it may."""


def _compile_pdf(
    compiler: typst.Compiler,
    content: Paper,
    template: str,
    *,
    tight: int = 0,
    most: int | None = None,
) -> bytes:
    """Return what is set so closely as PDF; where it takes more pages than it may, the template refuses it."""
    kind = {name: content[name] for name in _KIND} | {"tight": tight, "most": most}
    said = json.dumps(content, ensure_ascii=False).replace("\\", r"\\").replace('"', r"\"")
    main = f'#import "{template}": laid\n#laid(json(bytes("{said}")))'
    inputs = {"kind": json.dumps(kind, ensure_ascii=False)}
    made = compiler.compile(input=main.encode(), sys_inputs=inputs, pdf_standards=["ua-1", "a-3a"])
    assert isinstance(made, bytes)  # of PDF there is one file
    return made


_KIND = ("layout", "language", "words", "elsewhere")
"""What many documents have in common, of what is laid out."""


def _set_sheet(compiler: typst.Compiler, content: Paper, template: str) -> bytes:
    """Return a sheet as PDF, set no more closely than its two pages need."""

    def fit(tight: int) -> bytes | None:
        try:
            return _compile_pdf(compiler, content, template, tight=tight, most=_PAGES)
        except typst.TypstError as refusal:
            if _TOO_MANY not in refusal.message:
                raise
            return None

    if made := fit(_USUAL):
        return [made, *takewhile(bool, map(fit, reversed(range(_USUAL))))][-1] or made
    closer = filter(None, map(fit, range(_USUAL + 1, _CLOSEST)))
    return next(closer, None) or _compile_pdf(compiler, content, template, tight=_CLOSEST)


_MAIN: dict[Layout, str] = {"pages": "pages.typ", "summary": "pages.typ", "sheet": "sheet.typ"}
"""The template of each layout, where it is not the one that has cover, contents and colophon."""


def _compiler(folder: Path) -> typst.Compiler:
    """Return what sets documents with our fonts and those that come with Typst, and none of the machine's own."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=letters.font_folders())
    return typst.Compiler(root=folder, font_paths=fonts)
