"""A DOCX as pandoc writes it → the one that is published: our styles and page, and the same bytes each time."""

import io
import json
import re
import string
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from sesec_analysis.errors import EditionError
from sesec_analysis.publishing.paper import Paper

__all__ = ["finished"]

_FOOT = "word/footer-sesec.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"
_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""What a zip file says where there is no date."""
_SIZES = {
    "report": {"body": "22", "heading": "36", "title": "56", "margin": "1440"},
    "sheet": {"body": "20", "heading": "26", "title": "36", "margin": "1080"},
}
"""Of text, in half points, and of margins, in twentieths of a point."""


def finished(made: bytes, paper: Paper, template: Path) -> bytes:
    """Return a DOCX with our styles, page and foot, and without dates.

    Parameters
    ----------
    made
        The file as pandoc wrote it.
    paper
        What it holds (`paper.paper`).
    template
        The folder with styles.xml and look.json.

    Raises
    ------
    EditionError
        If the file is not built as expected, as after an upgrade of pandoc.
    """
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    sizes = _SIZES[paper["layout"]]
    parts["word/styles.xml"] = _styles(template, sizes)
    parts[_FOOT] = _foot(paper["publisher"])
    relation = f'<Relationship Id="rIdFoot" Type="{_RELATION}" Target="{Path(_FOOT).name}"/>'
    override = f'<Override PartName="/{_FOOT}" ContentType="{_TYPE}"/>'
    page = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rIdFoot"/><w:pgSz w:w="12240" w:h="15840"/>'
        '<w:pgMar w:top="{margin}" w:right="1440" w:bottom="{margin}" w:left="1440" w:header="720" w:footer="560" '
        'w:gutter="0"/></w:sectPr></w:body>'
    ).format(**sizes)
    _change(
        parts, "word/_rels/document.xml.rels", r"</Relationships>", f"{relation}</Relationships>"
    )
    _change(parts, "[Content_Types].xml", r"</Types>", f"{override}</Types>")
    _change(
        parts,
        "word/document.xml",
        r"<w:sectPr\b.*?</w:sectPr>\s*</w:body>|<w:sectPr\s*/>\s*</w:body>",
        page,
    )
    _change(parts, "docProps/core.xml", r"(<dcterms:(created|modified)\b.*?</dcterms:\2>\s*)+", "")
    document = _cropped(parts["word/document.xml"].decode("utf-8"), _crops(paper))
    parts["word/document.xml"] = _with_whole_rows(document).encode("utf-8")
    return _zipped(parts)


def _change(parts: dict[str, bytes], name: str, pattern: str, new: str) -> None:
    text, count = re.subn(pattern, lambda _: new, parts[name].decode("utf-8"), flags=re.DOTALL)
    if count != 1:
        what = f"the DOCX is not built as expected: {pattern} stands {count} times in {name}"
        raise EditionError(
            what, mend="hold pypandoc_binary at the version in uv.lock, or mend docx_file.py"
        )
    parts[name] = text.encode("utf-8")


def _styles(template: Path, sizes: dict[str, str]) -> bytes:
    look = {
        key: colour.lstrip("#")
        for key, colour in json.loads((template / "look.json").read_text("utf-8")).items()
    }
    text = string.Template((template / "styles.xml").read_text("utf-8"))
    return text.substitute(look, soft=look["accent_soft"], **sizes).encode("utf-8")


def _foot(publisher: str) -> bytes:
    field = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    words = (
        f'<w:r><w:t xml:space="preserve">{escape(publisher)}</w:t></w:r><w:r><w:tab/></w:r>{field}'
    )
    foot = f'<w:ftr {_NAMES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{words}</w:p></w:ftr>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{foot}'.encode()


def _crops(paper: Paper) -> list[list[float] | None]:
    """Return what is cut off each figure, in the order in which they stand."""
    blocks = [*paper["lead"], *(block for part in paper["sections"] for block in part["blocks"])]
    return [block["crop"] for block in blocks if block["kind"] == "figure"]


def _cropped(document: str, crops: Sequence[list[float] | None]) -> str:
    """Return the document with the words round each picture cut off: they stand beside it as text."""
    start, *pictures = re.split(r"(?=<a:stretch\b)", document)
    if len(pictures) != len(crops):
        what = f"the DOCX holds {len(pictures)} pictures, and the document {len(crops)} figures"
        raise EditionError(
            what, mend="hold pypandoc_binary at the version in uv.lock, or mend docx_file.py"
        )
    return start + "".join(_crop(crop) + rest for crop, rest in zip(crops, pictures, strict=True))


def _crop(crop: list[float] | None) -> str:
    if crop is None:
        return ""
    top, bottom = (round(share * 100_000) for share in crop)
    return f'<a:srcRect t="{top}" b="{bottom}"/>'


def _with_whole_rows(document: str) -> str:
    """Return the document with table rows that no page break divides."""
    whole = "<w:cantSplit/>"
    document = re.sub(r"<w:trPr>", rf"<w:trPr>{whole}", document)
    return re.sub(r"<w:tr>(?!\s*<w:trPr>)", f"<w:tr><w:trPr>{whole}</w:trPr>", document)


def _zipped(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    # Not compressed: builds of zlib differ in the bytes they make, and the pictures, most of the file, are compressed.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as file:
        # The list of types stands first, where programs that only look at the start expect it.
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, _FIRST_DAY)
            info.create_system = 3  # the same on every system
            file.writestr(info, parts[name])
    return target.getvalue()
