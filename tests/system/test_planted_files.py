"""A plant of each kind in the files of an edition is found, with its file; one that all forms repeat, by comparing."""

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pptx
import proofs
import pytest
from certified import attacked, made_for_a_run
from pypdf import PdfReader, PdfWriter

from sesec_analysis.attack.check import _check_folder
from sesec_analysis.attack.reading import read_claims
from sesec_analysis.attack.rewriting import compare_files
from sesec_analysis.editions.documents import formats, model, output, provenance

pytestmark = pytest.mark.slow

Change = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Iterator[Path]:
    yield from made_for_a_run(tmp_path_factory)


def put(old: str, new: str) -> Change:
    """Replace the last occurrence of a text in a file."""

    def change(content: bytes) -> bytes:
        before, found, after = content.rpartition(old.encode())
        assert found, old
        return before + new.encode() + after

    return change


def in_json(change: Callable[[Any], object]) -> Change:
    """Change the data of a JSON file, and write it as ours is written."""

    def changed(content: bytes) -> bytes:
        data = json.loads(content)
        change(data)
        return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()

    return changed


def in_cell(content: bytes) -> bytes:
    """Put a number into a cell of a workbook."""
    made = io.BytesIO()
    book = openpyxl.load_workbook(io.BytesIO(content))
    book["Cover"]["Z99"] = 7
    book.save(made)
    return made.getvalue()


def in_slide(content: bytes) -> bytes:
    """Put a number into the alt text of a slide's title."""
    made = io.BytesIO()
    show = pptx.Presentation(io.BytesIO(content))
    show.slides[0].shapes.title._element.nvSpPr.cNvPr.set("descr", "7")
    show.save(made)
    return made.getvalue()


def in_word(content: bytes) -> bytes:
    """Add a hidden paragraph to a DOCX."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "word/document.xml":
                hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>7</w:t></w:r></w:p></w:body>"
                data = data.replace(b"</w:body>", hidden.encode())
            new.writestr(part, data)
    return made.getvalue()


def in_pdf(content: bytes) -> bytes:
    """Attach a file to a PDF."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.add_attachment("a.txt", b"7")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def in_png(content: bytes) -> bytes:
    """Add a text chunk to a PNG."""
    return content[:33] + (4).to_bytes(4, "big") + b"tEXt" + b"a\x007 " + bytes(4) + content[33:]


PLANTS: dict[str, Change] = {
    "index.html": put("</main>", "<p>7</p></main>"),
    "findings.html": put("<main", '<main data-note="7"'),
    "summary.html": put("</main>", "<!-- 7 --></main>"),
    "annex.html": put("</td>", " 7</td>"),
    "figures/rates.svg": put("</svg>", "<text>7</text></svg>"),
    "figures/rates.png": in_png,
    "figures/rates.csv": put("\r\n", ",7\r\n"),
    "findings.csv": lambda old: old + b"Dunlap,7\r\n",
    "findings.xlsx": in_cell,
    "slides.pptx": in_slide,
    "share/rates.png": in_png,
    "findings.json": in_json(lambda data: data[0].update(sentence="None of them met it.")),
    "run.json": in_json(lambda data: data["files"].update({"a": "7"})),
    "document.json": in_json(lambda data: data.update(title="7")),
    "disclosure_audit.json": in_json(lambda data: data["attack"].update(withheld_cells=7)),
    "report.docx": in_word,
    "report.pdf": in_pdf,
    "a/b.html": lambda _: b"7",
}
"""One change for each kind of file."""
SOURCES = ("findings.json", "document.json", "run.json", "figures/rates.svg")
"""What the other files are written from: there the forms differ, and are named instead."""


def plant(folder: Path, file: str) -> None:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PLANTS[file](path.read_bytes() if path.exists() else b""))


def test_attack__passes_the_edition_without_plants(edition):
    code, said = attacked([edition])
    assert (code, "Passed" in said) == (0, True), said


def test_attack__names_every_file_that_was_changed(edition, tmp_path):
    folder = shutil.copytree(edition, tmp_path / "edition")
    others = [file for file in PLANTS if file not in (*SOURCES, "disclosure_audit.json")]
    for file in others:
        plant(folder, file)
    code, said = attacked([folder])
    missed = [file for file in others if not re.search(rf"(?m)^\s*{re.escape(file)}[:, /]", said)]
    assert (code != 0, missed) == (True, []), said


@pytest.mark.parametrize("file", proofs.sample([*SOURCES, "disclosure_audit.json"], 2, seed=7))
def test_checked__finds_a_change_of_what_forms_are_written_from(edition, file, tmp_path):
    folder = shutil.copytree(edition, tmp_path / "edition")
    assert not _check_folder(folder, read_claims(folder)).faults
    plant(folder, file)
    assert _check_folder(folder, read_claims(folder)).faults


def table_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return the annex's table of schools."""
    [annex] = [one for one in document["beside"] if one["layout"] == "annex"]
    [block] = [one for one in annex["sections"][0]["blocks"] if one["kind"] == "table"]
    return block["table"]


def swap_names(document: dict[str, Any], findings: list[dict[str, Any]]) -> None:
    one, other = table_of(document)["rows"][:2]
    one[0], other[0] = other[0], one[0]


REPEATED: dict[str, Callable[[dict[str, Any], list[dict[str, Any]]], object]] = {
    "names of two rows exchanged": swap_names,
    "a finding's own decimals": lambda d, f: f[0].update(bound_low=0.4712),
    "a document less": lambda d, f: d["beside"].pop(),
}
"""Changes of the data that all forms are then written from."""


@pytest.mark.parametrize("name", REPEATED)
def test_compared__finds_what_every_form_repeats(edition, name, tmp_path):
    folder = shutil.copytree(edition, tmp_path / "edition")
    data = [
        json.loads((folder / file).read_text("utf-8"))
        for file in ("document.json", "findings.json")
    ]
    REPEATED[name](*data)
    for file, content in zip(("document.json", "findings.json"), data, strict=True):
        output.write_json(content, folder / file)
    formats.write(model.read_document(folder), provenance.read_build_info(folder), folder)
    found = [fault.where for fault in compare_files(folder, edition)]
    assert any(where.startswith((*SOURCES, "figures")) for where in found), found[:3]
