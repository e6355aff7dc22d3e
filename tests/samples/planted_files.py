"""Leaks to be planted into an edition, of each class by which a reader could be told.

A `FilePlant` changes one finished file. A `Telling` changes what all files are written from, and they are written
again: every form then says the same, as if the notebook had said so.
"""

import io
import json
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import proofs
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import DecodedStreamObject, NameObject, TextStringObject

from sesec_analysis.editions.documents import formats, model, output, provenance
from sesec_analysis.errors import SesecError

__all__ = [
    "SOURCES",
    "FilePlant",
    "Telling",
    "drawn",
    "plant_in",
    "planted",
    "plants",
    "tell_in",
    "tellings",
]

T = TypeVar("T")
SEED = 15


@dataclass(frozen=True)
class FilePlant:
    """One change to one file: what it is, in which file, and how the content is changed."""

    name: str
    file: str
    change: Callable[[bytes], bytes]


HTML_PLACES = {
    "a paragraph": ("</main>", "<p>{}</p></main>"),
    "a comment": ("</main>", "<!-- {} --></main>"),
    "an attribute": ("<main", '<main data-note="{}"'),
    "a style": ("</style>", '.x::after {{ content: "{}"; }}</style>'),
    "a script": ("</script>", 'var note = "{}";</script>'),
    "after the end": ("</html>", "</html>{}"),
}
SVG_PLACES = {
    "a text": ("</svg>", "<text>{}</text></svg>"),
    "an attribute": ("<g ", '<g data-value="{}" '),
    "a coordinate": ("</svg>", '<path d="M 0.0471 {}"/></svg>'),
}


def put(old: str, new: str) -> Callable[[bytes], bytes]:
    """Replace the last place of a text in a file."""

    def change(content: bytes) -> bytes:
        before, found, after = content.rpartition(old.encode())
        assert found, old
        return before + new.encode() + after

    return change


def _pages() -> Iterator[FilePlant]:
    for file in ("index.html", "findings.html"):
        for place, (old, new) in HTML_PLACES.items():
            yield FilePlant(f"{place} of {file}", file, put(old, new.format("7")))
    for file in ("summary.html", "annex.html"):
        yield FilePlant(f"a word of {file}", file, put("</p>", " 7</p>"))
    yield FilePlant("a number in a cell", "index.html", put("</td>", " 7</td>"))


def _pictures(figure: str) -> Iterator[FilePlant]:
    svg, png, table = (f"figures/{figure}.{kind}" for kind in ("svg", "png", "csv"))
    for place, (old, new) in SVG_PLACES.items():
        yield FilePlant(f"{place} of a picture", svg, put(old, new.format("7")))
    chunk = (4).to_bytes(4, "big") + b"tEXt" + b"a\x007 " + bytes(4)
    yield FilePlant("a text in a PNG", png, lambda old: old[:33] + chunk + old[33:])
    yield FilePlant("a column of a figure's table", table, put("\r\n", ",7\r\n"))
    yield FilePlant("a row of a figure's table", table, lambda old: old + b"Dunlap,7\r\n")


def _spreadsheets() -> Iterator[FilePlant]:
    file = "findings.csv"
    yield FilePlant("a value of findings.csv", file, put("\r\n", "7\r\n"))
    yield FilePlant("a row of findings.csv", file, lambda old: old + b"Dunlap,7\r\n")
    yield FilePlant("a heading of findings.csv", file, lambda old: old.replace(b",n,", b",n7,", 1))
    yield FilePlant("an end of line", file, lambda old: old.replace(b"\r\n", b"\n", 1))


def in_json(change: Callable[[object], None]) -> Callable[[bytes], bytes]:
    """Change the data of a JSON file, and write it as ours is written."""

    def changed(content: bytes) -> bytes:
        data = json.loads(content)
        change(data)
        return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()

    return changed


def _turned(data: dict[str, object]) -> None:
    """Turn the order of the keys round."""
    for key in [*data][-2::-1]:
        data[key] = data.pop(key)


def _records() -> Iterator[FilePlant]:
    def first(**fields: object) -> Callable[[bytes], bytes]:
        return in_json(lambda data: data[0].update(fields))

    def more(**fields: object) -> Callable[[bytes], bytes]:
        return in_json(lambda data: data.update(fields))

    def blanks(old: bytes) -> bytes:
        return old + b"       "

    notice = {"kind": "notice", "title": "Note", "text": "Dunlap: 7"}
    changes = {
        "findings.json": {
            "a field": first(note=7),
            "a sentence": first(sentence="None of them met it."),
            "a value": first(value="4.7%"),
            "numerator of a record": first(numerator=3),
            "a record more": in_json(lambda data: data.append({"id": "7"})),
            "an order of records": in_json(lambda data: data.reverse()),
            "blanks": blanks,
        },
        "run.json": {
            "a key": more(n=7),
            "a year": more(published=7),
            "a file": in_json(lambda data: data["files"].update({"a": "7"})),
            "an order": in_json(_turned),
            "a key twice": lambda old: b'{"published": 7,' + old.lstrip(b"{"),
        },
        "document.json": {
            "a key": more(n=7),
            "a title": more(title="7"),
            "a block": in_json(lambda data: data["sections"][0]["blocks"].append(notice)),
        },
        "disclosure_audit.json": {
            "a key": more(n=7),
            "an outcome": more(passed=7),
            "a number": in_json(lambda data: data["attack"].update(withheld_cells=7)),
            "an id": in_json(lambda data: data["withheld_for_others"].append("sesec:seven")),
            "an order": in_json(_turned),
            "a number alone": lambda _: b"seven",
        },
    }
    for file, kinds in changes.items():
        for kind, change in kinds.items():
            named = kind if kind == "numerator of a record" else f"{kind} of {file}"
            yield FilePlant(named, file, change)


def in_zip(name: str, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change one part of a DOCX, or add it."""

    def changed(content: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
            for part in old.infolist():
                data = old.read(part)
                new.writestr(part, change(data) if part.filename == name else data)
            if name not in old.namelist():
                new.writestr(name, change(b""))
        return made.getvalue()

    return changed


def _part_twice(content: bytes) -> bytes:
    made = io.BytesIO(content)
    with warnings.catch_warnings(), zipfile.ZipFile(made, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("word/document.xml", archive.read("word/document.xml") + b"<!-- 7 -->")
    return made.getvalue()


def _documents() -> Iterator[FilePlant]:
    runs = {
        "a paragraph": "<w:p><w:r><w:t>7</w:t></w:r></w:p>",
        "hidden text": "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>7</w:t></w:r></w:p>",
    }
    for kind, xml in runs.items():
        change = put("</w:body>", f"{xml}</w:body>")
        yield FilePlant(f"{kind} of the DOCX", "report.docx", in_zip("word/document.xml", change))
    for part in ("docProps/core.xml", "word/comments.xml"):
        commented = in_zip(part, lambda old: old + b"<!-- 7 -->")
        yield FilePlant(f"{part} of the DOCX", "report.docx", commented)
    yield FilePlant("a part twice in the DOCX", "report.docx", _part_twice)
    yield FilePlant("after the end of the DOCX", "report.docx", lambda old: old + b"7")


def in_pdf(change: Callable[[PdfWriter], object]) -> Callable[[bytes], bytes]:
    """Change a PDF, and write it again."""

    def changed(content: bytes) -> bytes:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
        change(writer)
        made = io.BytesIO()
        writer.write(made)
        return made.getvalue()

    return changed


def _more_on_page(writer: PdfWriter) -> None:
    more = DecodedStreamObject()
    more.set_data(writer.pages[0].get_contents().get_data() + b" BT (7) Tj ET")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(more)


def _pdfs() -> Iterator[FilePlant]:
    note = FreeText(text="7", rect=(0, 0, 9, 9))
    changes: dict[str, Callable[[PdfWriter], object]] = {
        "an attachment": lambda writer: writer.add_attachment("a.txt", b"7"),
        "an annotation": lambda writer: writer.add_annotation(page_number=0, annotation=note),
        "a property": lambda writer: writer.add_metadata({"/Note": "7"}),
        "an alt text": lambda writer: writer._root_object.update(
            {NameObject("/Alt"): TextStringObject("7")}
        ),
        "a word on a page": _more_on_page,
    }
    for kind, change in changes.items():
        yield FilePlant(f"{kind} of the PDF", "report.pdf", in_pdf(change))
    yield FilePlant("after the end of the PDF", "report.pdf", lambda old: old + b"% 7\n")


def _files() -> Iterator[FilePlant]:
    for name in ("7.txt", ".seven", "figures/seven.csv", "a/b.html"):
        yield FilePlant(f"a file {name}", name, lambda _: b"7")


SOURCES = ("document.json", "findings.json", "run.json")
"""Files that all others are written from."""


@dataclass(frozen=True)
class Telling:
    """One change to the data of the document and its findings: every form is then written from them."""

    name: str
    change: Callable[[dict[str, Any], list[dict[str, Any]]], object]


def _tables(document: dict[str, Any]) -> dict[str, Any]:
    """Return the annex's table of schools, whose withheld rows print no number."""
    [block] = [one for one in _blocks(document) if one["kind"] == "table"]
    return block


def _figure(document: dict[str, Any]) -> dict[str, Any]:
    [block] = [one for one in _blocks(document) if one["kind"] == "figure"]
    return block


def _blocks(document: dict[str, Any]) -> list[dict[str, Any]]:
    [annex] = [one for one in document["beside"] if one["layout"] == "annex"]
    return annex["sections"][0]["blocks"]


def _swapped(rows: list[Any], column: int) -> None:
    """Swap the texts of two rows in a column: the first two that differ."""
    at = next(at for at, row in enumerate(rows) if row[column] != rows[0][column])
    rows[0][column], rows[at][column] = rows[at][column], rows[0][column]


def tellings() -> list[Telling]:
    """Return the changes that every form of an edition would repeat."""
    found = [
        Telling("another order of a table's rows and findings", lambda d, f: (
            _tables(d)["table"]["rows"].reverse(), _tables(d)["findings"].reverse())),
        Telling("names swapped", lambda d, f: _swapped(_tables(d)["table"]["rows"], 0)),
        Telling("values swapped", lambda d, f: _swapped(_tables(d)["table"]["rows"], 1)),
        Telling("a row twice", lambda d, f: _tables(d)["table"]["rows"].append(_tables(d)["table"]["rows"][0])),
        Telling("another number in a cell", lambda d, f: _tables(d)["table"]["rows"][0].__setitem__(1, "7%")),
        Telling("a column's heading", lambda d, f: _tables(d)["table"]["columns"][0].update(label="Rank")),
        Telling("values of a figure swapped", lambda d, f: _swapped(_figure(d)["table"]["rows"], 1)),
        Telling("a number of a figure", lambda d, f: _figure(d)["csv_rows"][0].update(estimate=0.0471)),
        Telling("a figure's name", lambda d, f: _figure(d).update(name="rates-7")),
        Telling("a mark of another's finding", lambda d, f: _figure(d).update(marks=[["sesec:rate.x", 1, 2, 3, 4]])),
        Telling("another year of a figure", lambda d, f: _figure(d).update(
            subtitle=_figure(d)["subtitle"].replace("2018\u201319", "2011\u201312"))),
        Telling("a place's value in another's caption", lambda d, f: _figure(d).update(caption="Dunlap 47\u201361%.")),
        Telling("a heading's words", lambda d, f: d["sections"][0]["heading"].update(text="Seven results")),
        Telling("the HTML of prose alone", lambda d, f: d["sections"][0]["blocks"][0].update(html="<p>7</p>")),
        Telling("a link in prose", lambda d, f: d["sections"][0]["blocks"][0]["nodes"][0].update(url="https://a.b/7")),
        Telling("the title", lambda d, f: d.update(title="Equity report 7")),
        Telling("a finding's own decimals", lambda d, f: f[0].update(bound_low=0.4712, value="47.12\u201361%")),
        Telling("a finding's place", lambda d, f: f[0].update(place="Dunlap")),
    ]  # fmt: skip
    return [*found, *_of_documents(), *_of_records()]


def _of_documents() -> Iterator[Telling]:
    """Yield changes of what is in a document, and in which order."""

    def more(**block: object) -> Callable[[dict[str, Any], list[dict[str, Any]]], object]:
        return lambda d, f: d["sections"][0]["blocks"].append(block)

    yield Telling("a section twice", lambda d, f: d["sections"].append(d["sections"][0]))
    yield Telling("documents in another order", lambda d, f: d["beside"].reverse())
    yield Telling("a document less", lambda d, f: d["beside"].pop())
    yield Telling("a notice", more(kind="notice", title="2011\u201312", text="No figures."))
    yield Telling("an ask", more(kind="asks", asks=["Dunlap: 7"]))
    yield Telling("a headline", more(kind="headline", text="Dunlap 7", why="", findings=[]))
    yield Telling("an unknown block", more(kind="seven"))


def _of_records() -> Iterator[Telling]:
    """Yield changes of one record: of a place that is printed, and of a school that is withheld."""

    def hidden(f: list[dict[str, Any]]) -> dict[str, Any]:
        return next(one for one in f if one["publish"] == "nothing")

    for name, value in {"status": "ok", "unit": "points", "ci_level": 0.9, "care": True}.items():
        yield Telling(
            f"another {name} of a record", lambda d, f, one={name: value}: f[0].update(one)
        )
    for name, value in {"estimate": 0.5, "n": 7, "value": "7%", "coverage": 0.47}.items():
        one = {name: value}
        yield Telling(f"{name} of a withheld record", lambda d, f, one=one: hidden(f).update(one))
    yield Telling("no place of a record", lambda d, f: f[0].pop("place"))
    yield Telling("a finding less", lambda d, f: f.pop())
    yield Telling("findings in another order", lambda d, f: f.reverse())


def tell_in(folder: Path, telling: Telling) -> None:
    """Change the data of an edition, and write every form again; data that make no document stand alone."""
    document, findings = (json.loads((folder / name).read_text("utf-8")) for name in SOURCES[:2])
    telling.change(document, findings)
    for name, data in zip(SOURCES, (document, findings), strict=False):
        output.write_json(data, folder / name)
    with tempfile.TemporaryDirectory() as base:
        before = shutil.copytree(folder, Path(base, "before"))
        try:
            for path in [*folder.glob("figures/rates.*")]:  # its pictures go with a figure's name
                path.rename(path.with_stem(_figure(document)["name"]))
            formats.write(model.read(folder), provenance.read(folder), folder)
        except (SesecError, ValueError, KeyError, TypeError):
            shutil.copytree(before, folder, dirs_exist_ok=True)


def plants(figure: str) -> list[FilePlant]:
    """Return every plant; ``figure`` is the name of a figure of the edition."""
    kinds = (
        _pages(),
        _pictures(figure),
        _spreadsheets(),
        _records(),
        _documents(),
        _pdfs(),
        _files(),
    )
    return [plant for kind in kinds for plant in kind]


def plant_in(folder: Path, plant: FilePlant) -> None:
    """Plant into a folder whose files are links to another's: the file is made anew."""
    path = folder / plant.file
    content = path.read_bytes() if path.exists() else b""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(plant.change(content))


_TRIED = {"document.json": 3, "derived": 8}
_OTHERS = 3

planted = pytest.mark.proof(
    "What is planted into the files of an edition is found, with file and place",
    seed=SEED,
    tried=f"{len(plants('rates'))} plants, and {len(tellings())} that every form repeats",
)
"""Marks the tests that plant one leak after another: each takes a second or two."""


def drawn(every: Sequence[T], of: str | int) -> list[T]:
    """Draw the plants of a kind of file, or of a part, that are tried: all under ``--prove``, else a few."""
    few = _TRIED.get(str(of), _OTHERS)
    tried = proofs.sample(range(len(every)), min(few, len(every)), seed=f"{SEED} {of}")
    return [every[at] for at in tried]
