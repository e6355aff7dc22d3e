"""A document in, a DOCX out, for people who write with its words: real headings, captions, alt texts and table heads.

Pandoc writes it from a tree of texts (`docx_tree`); `docx_file` gives it our styles, and takes out what would differ
from one build to the next.
"""

import json
import tempfile
from pathlib import Path

import pypandoc

from sesec_analysis.errors import EditionError
from sesec_analysis.publishing import checkout, docx_file, docx_tree
from sesec_analysis.publishing.document import Document
from sesec_analysis.publishing.imprint import Imprint
from sesec_analysis.publishing.paper import Paper, paper
from sesec_analysis.words import ENGLISH

__all__ = ["render"]


def render(document: Document, *, meta: Imprint) -> bytes:
    """Return a document as DOCX; a sheet has smaller type and margins than a report.

    Parameters
    ----------
    document
        The report.
    meta
        What it was made from; printed at the end.

    Raises
    ------
    EditionError
        If the styles are missing, or pandoc cannot write the document.
    """
    template = checkout.root() / "reports" / "template"
    content = paper(document, meta)
    source = json.dumps(docx_tree.tree(content), ensure_ascii=False)
    with tempfile.TemporaryDirectory() as place:
        for figure in document.figures:
            (Path(place) / f"{figure.name}.png").write_bytes(figure.png)
        target = Path(place) / "report.docx"
        try:
            pypandoc.convert_text(
                source,
                "docx",
                format="json",
                outputfile=target,
                extra_args=[
                    "--resource-path",
                    place,
                    "--fail-if-warnings",
                    *_terms(content, place),
                ],
                verify_format=False,  # it would start pandoc four times to ask what it can read
            )
        except RuntimeError as failure:
            mend = "this is a fault of the package: pass it to whoever keeps it"
            raise EditionError(f"the DOCX cannot be written: {failure}", mend=mend) from failure
        made = target.read_bytes()
    try:
        return docx_file.finished(made, content, template)
    except OSError as failure:
        what = f"the styles of the DOCX cannot be read: {failure.strerror}"
        mend = "restore reports/template from the repository"
        raise EditionError(what, where=str(failure.filename), mend=mend) from failure


def _terms(content: Paper, place: str) -> list[str]:
    """Write pandoc's own words, those before the numbers of captions, in another language; return its options."""
    if content["language"] == ENGLISH:
        return []
    known = {name: content["words"][name.lower()] for name in ("Figure", "Table")}
    known |= {"Abstract": ""}  # asked for, and not printed
    folder = Path(place) / "translations"
    folder.mkdir()
    text = json.dumps(known, ensure_ascii=False)  # JSON is YAML
    (folder / f"{content['language']}.yaml").write_text(text, encoding="utf-8")
    return ["--data-dir", place]
