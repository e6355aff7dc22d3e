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

from sesec_analysis.editions.documents import formats, output, stored
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


SAYINGS = {
    "a bare count": "Dunlap: 7",
    "a count of students": "Of these, 7 students met it.",
    "a word for a count": "Seven students met it.",
    "none": "None of the Black students of Dunlap met it.",
    "every": "Every student of Dunlap was suspended.",
    "a pair": "A pair of students was suspended.",
    "half a dozen": "Half a dozen were suspended.",
    "a dozen": "A dozen were suspended.",
    "one in so many": "One in 215 was suspended.",
    "one decimal": "Dunlap 4.7%",
    "two decimals": "Southeast Seattle 48.13%",
    "full-width digits": "Dunlap \uff17",
    "Arabic digits": "Dunlap \u0667",
    "zero-width spaces": "Dunlap 4\u200b7%",
    "a Roman number": "Dunlap VII",
    "n of m": "5 of 6 schools are below it.",
    "the lowest": "Dunlap has the lowest rate of all.",
    "an order": "Dunlap, then Emerson, then Hawthorne",
    "a fraction": "two thirds of them",
    "a fraction as a sign": "\u2154 of them",
    "in another language": "sieben Kinder",
    "a mark alone": "\u2020",
    "a fraction in digits": "1/3 of them",
    "half": "Half of the students met it.",
    "a sum in words": "three and four students",
    "a number of times": "Twice as many met it.",
    "all but one": "All but one student met it.",
    "most": "Most of the students of Dunlap met it.",
    "the largest": "The largest share is at Dunlap.",
    "a rank": "Dunlap ranks third.",
    "a percent without its sign": "Dunlap 4.7 per cent",
    "a full-width percent": "Dunlap 5\uff05",
    "another year": "Dunlap, 2011\u201312",
    "a superscript": "Dunlap \u2077",
    "a circled digit": "Dunlap \u2466",
    "a Chinese digit": "Dunlap \u4e03",
    "a Devanagari digit": "Dunlap \u096d",
    "a mathematical digit": "Dunlap \U0001d7d5",
    "a keycap": "Dunlap 7\ufe0f\u20e3",
    "a tally": "Dunlap |||| ||",
    "stars": "Dunlap *******",
    "a soft hyphen": "Dunlap 4\u00ad7%",
    "the other direction": "Dunlap \u202e7",
    "blanks of three kinds": "Dunlap \u2009\u200a\u2003",
    "base64": "RHVubGFwIDc=",
    "hexadecimal": "0x07",
    "an entity": "Dunlap &#55;",
    "Braille": "Dunlap \u283c\u281b",
    "in Spanish": "ninguno de los estudiantes",
}
"""Texts of notices, which stand beside no finding."""
HTML_PLACES = {
    "a paragraph": ("</main>", "<p>{}</p></main>"),
    "a hidden element": ("</main>", "<p hidden>{}</p></main>"),
    "a comment": ("</main>", "<!-- {} --></main>"),
    "a title": ("<main", '<main title="{}"'),
    "an attribute of data": ("<main", '<main data-note="{}"'),
    "a label": ("<main", '<main aria-label="{}"'),
    "a style": ("</style>", '.x::after {{ content: "{}"; }}</style>'),
    "a script": ("</script>", 'var note = "{}";</script>'),
    "a data URL": ("</main>", '<img src="data:text/plain,{}" alt=""></main>'),
    "a head": ("</head>", '<meta name="description" content="{}"></head>'),
    "a template": ("</main>", "<template>{}</template></main>"),
    "after the end": ("</html>", "</html>{}"),
}
SVG_PLACES = {
    "a text": ("</svg>", "<text>{}</text></svg>"),
    "a comment": ("</svg>", "<!-- {} --></svg>"),
    "a description": ("</svg>", "<desc>{}</desc></svg>"),
    "an attribute": ("<g ", '<g data-value="{}" '),
    "a style": ("</svg>", "<style>/* {} */</style></svg>"),
    "metadata": ("</svg>", "<metadata>{}</metadata></svg>"),
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
    for kind, text in SAYINGS.items():
        yield FilePlant(f"{kind}, in words of the page", "index.html", put("</p>", f" {text}</p>"))
    yield FilePlant("another number in a cell", "index.html", put("</td>", " 7</td>"))
    yield FilePlant("a cell in another order", "index.html", put("</td>", "</td><td></td>"))
    yield FilePlant("another class", "index.html", put('<td class="right">', '<td class="n7">'))
    yield FilePlant(
        "another colour", "index.html", put("</style>", "td { color: #000007 }</style>")
    )
    yield FilePlant("a blank that is none", "index.html", put("</p>", "\u2007</p>"))


def _pictures(figure: str) -> Iterator[FilePlant]:
    svg = f"figures/{figure}.svg"
    for place, (old, new) in SVG_PLACES.items():
        yield FilePlant(f"{place} of a picture", svg, put(old, new.format("7")))
    for kind in ("a bare count", "none", "full-width digits", "zero-width spaces", "the lowest"):
        yield FilePlant(
            f"{kind}, in a picture", svg, put("</svg>", f"<desc>{SAYINGS[kind]}</desc></svg>")
        )
    yield FilePlant("a coordinate", svg, put("</svg>", '<path d="M 0.0471 7"/></svg>'))
    chunk = (4).to_bytes(4, "big") + b"tEXt" + b"a\x007 " + bytes(4)
    png = f"figures/{figure}.png"
    yield FilePlant("a text in a PNG", png, lambda old: old[:33] + chunk + old[33:])
    yield FilePlant("after the end of a PNG", png, lambda old: old + b"7")
    table = f"figures/{figure}.csv"
    yield FilePlant("a column of a figure's table", table, put("\r\n", ",7\r\n"))
    yield FilePlant("a row of a figure's table", table, lambda old: old + b"Dunlap,7\r\n")


def _spreadsheets() -> Iterator[FilePlant]:
    file = "findings.csv"
    yield FilePlant("a value of findings.csv", file, put("\r\n", "7\r\n"))
    yield FilePlant("a row of findings.csv", file, lambda old: old + b"Dunlap,7\r\n")
    yield FilePlant("a comment in findings.csv", file, lambda old: old + b"# none of them\r\n")
    yield FilePlant("a heading of findings.csv", file, lambda old: old.replace(b",n,", b",n7,", 1))
    yield FilePlant("blanks in findings.csv", file, put("\r\n", "       \r\n"))
    yield FilePlant("an end of line", file, lambda old: old.replace(b"\r\n", b"\n", 1))
    yield FilePlant("quotes", file, lambda old: old.replace(b"\r\nsesec:", b'\r\n"7"sesec:', 1))


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
    file = "findings.json"

    def first(**fields: object) -> Callable[[bytes], bytes]:
        return in_json(lambda data: data[0].update(fields))

    fields: dict[str, object] = {
        "note": 7,
        "sentence": "None of them met it.",
        "value": "4.7%",
        "label": "7 students",
        "reason": "as a pair moved",
        "method": "half a dozen",
        "title": "one in 215",
        "place": "Dunlap",
        "caveats": "7",
        "rule": "seven",
        "version": "7",
        "source": "7",
        "cite_apa": "7",
        "unit": "seven",
        "numerator": 3,
        "estimate": 0.0471,
    }
    for name, value in fields.items():
        yield FilePlant(f"{name} of a record", file, first(**{name: value}))
    yield FilePlant("a record more", file, in_json(lambda data: data.append({"id": "7"})))
    yield FilePlant("a record twice", file, in_json(lambda data: data.append(data[0])))
    yield FilePlant("no record, a number", file, in_json(lambda data: data.append(7)))
    yield FilePlant("blanks in JSON", file, lambda old: old + b"       ")
    yield FilePlant("an order of records", file, in_json(lambda data: data.reverse()))
    yield FilePlant("a key of run.json", "run.json", in_json(lambda data: data.update(n=7)))
    yield FilePlant(
        "a file of run.json", "run.json", in_json(lambda data: data["files"].update({"a": "7"}))
    )
    yield FilePlant(
        "a key of the document", "document.json", in_json(lambda data: data.update(n=7))
    )
    for name, change in {
        "a parameter": lambda data: data["parameters"].update(n7=7),
        "a number of the imprint": lambda data: data.update(published=7),
        "a source of the imprint": lambda data: data["sources"][0].update(title="7"),
        "a version of the imprint": lambda data: data["package"].update(version="7.0.7"),
        "a commit of the imprint": lambda data: data["package"].update(commit="seven"),
        "a figure that is absent": lambda data: data.update(absent=["seven"]),
        "an order of absent figures": lambda data: data.update(absent=["ela_met", "enrollment"]),
        "a parameter that was changed": lambda data: data.update(changed_parameters=["seven"]),
        "what is not committed": lambda data: data["package"].update(uncommitted_changes=7),
        "a title in no language": lambda data: data.update(titles={"xx": "7"}),
        "a path of the notebook": lambda data: data["notebook"].update(
            path=f"././././././{data['notebook']['path']}"
        ),
    }.items():
        yield FilePlant(name, "run.json", in_json(change))
    yield FilePlant(
        "a key of the certificate", "disclosure_audit.json", in_json(lambda data: data.update(n=7))
    )
    yield FilePlant(
        "a word of the certificate",
        "disclosure_audit.json",
        in_json(lambda data: data["attack"].update(folders="seven")),
    )
    yield FilePlant(
        "a number of the certificate",
        "disclosure_audit.json",
        in_json(lambda data: data["attack"].update(withheld_cells=7)),
    )
    yield FilePlant(
        "a sum of the certificate",
        "disclosure_audit.json",
        in_json(lambda data: data["sums_checked"].update(places=7)),
    )
    yield FilePlant(
        "what was attacked together",
        "disclosure_audit.json",
        in_json(lambda data: data["attack"].update(attacked_together=["seven"])),
    )
    yield FilePlant(
        "a count of texts of the certificate",
        "disclosure_audit.json",
        in_json(lambda data: data["search"].update(texts=7)),
    )
    yield FilePlant(
        "an id of the certificate",
        "disclosure_audit.json",
        in_json(lambda data: data["withheld_for_others"].append("sesec:seven")),
    )
    for name, change in {
        "a word of an attack": lambda data: data["attack"].update(n=7),
        "an order of an attack": lambda data: _turned(data["attack"]),
        "no attack, a list": lambda data: data.update(attack=[7]),
        "an outcome": lambda data: data.update(passed=7),
        "ids that are none": lambda data: data.update(withheld_for_others={"7": 7}),
        "a search that is a list": lambda data: data.update(search=[7]),
    }.items():
        yield FilePlant(f"{name} of the certificate", "disclosure_audit.json", in_json(change))
    yield FilePlant(
        "a checksum of run.json",
        "run.json",
        in_json(lambda data: data["files"].update({"annex.pdf": "7"})),
    )
    yield FilePlant(
        "an order of files of run.json",
        "run.json",
        in_json(lambda data: _turned(data["files"])),
    )
    for file, key in {"run.json": "published", "disclosure_audit.json": "passed"}.items():
        twice = f'{{"{key}": 7,'.encode()
        yield FilePlant(f"blanks in {file}", file, lambda old: old + b"       ")
        yield FilePlant(f"a sign of {file} in digits", file, put('"p', '"\\u0070'))
        yield FilePlant(f"an order of {file}", file, in_json(_turned))
        yield FilePlant(
            f"a key of {file} twice", file, lambda old, twice=twice: twice + old.lstrip(b"{")
        )
    yield FilePlant("no certificate, a number", "disclosure_audit.json", lambda _: b"seven")
    yield FilePlant("the title", "document.json", in_json(lambda data: data.update(title="7")))
    for kind, text in SAYINGS.items():
        block = {"kind": "notice", "title": "Note", "text": text}
        yield FilePlant(
            f"{kind}, in a block of the document",
            "document.json",
            in_json(lambda data, block=block: data["sections"][0]["blocks"].append(block)),
        )


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
        "deleted text": '<w:p><w:del w:id="7" w:author="a"><w:r><w:delText>7</w:delText></w:r></w:del></w:p>',
        "a field": '<w:p><w:fldSimple w:instr="QUOTE 7"/></w:p>',
        "hidden text": "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>7</w:t></w:r></w:p>",
        "a bookmark": '<w:bookmarkStart w:id="7" w:name="seven"/>',
    }
    for kind, xml in runs.items():
        change = put("</w:body>", f"{xml}</w:body>")
        yield FilePlant(f"{kind} of the DOCX", "report.docx", in_zip("word/document.xml", change))
    for file in ("summary.docx", "annex.docx"):
        change = put("</w:body>", f"{runs['a paragraph']}</w:body>")
        yield FilePlant(f"a word of {file}", file, in_zip("word/document.xml", change))
    for part in (
        "docProps/core.xml",
        "docProps/custom.xml",
        "word/styles.xml",
        "word/comments.xml",
    ):
        commented = in_zip(part, lambda old: old + b"<!-- 7 -->")
        yield FilePlant(f"{part} of the DOCX", "report.docx", commented)
    yield FilePlant(
        "a part of the DOCX", "report.docx", in_zip("word/embeddings/a.xlsx", lambda _: b"7")
    )
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
        "a bookmark": lambda writer: writer.add_outline_item(title="7", page_number=0),
        "a property": lambda writer: writer.add_metadata({"/Note": "7"}),
        "an alt text": lambda writer: writer._root_object.update(
            {NameObject("/Alt"): TextStringObject("7")}
        ),
        "a page": lambda writer: writer.add_blank_page(width=9, height=9),
        "a word on a page": _more_on_page,
    }
    for file in ("summary.pdf", "annex.pdf"):
        yield FilePlant(f"a word of {file}", file, in_pdf(_more_on_page))
    for kind, change in changes.items():
        yield FilePlant(f"{kind} of the PDF", "report.pdf", in_pdf(change))
    yield FilePlant("after the end of the PDF", "report.pdf", lambda old: old + b"% 7\n")


def _files() -> Iterator[FilePlant]:
    for name in (
        "7.txt",
        "figures/seven.csv",
        "notes.xlsx",
        ".seven",
        "figures/map-7.svg",
        "a/b.html",
    ):
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
        Telling("another order of rows alone", lambda d, f: _tables(d)["table"]["rows"].reverse()),
        Telling("names swapped", lambda d, f: _swapped(_tables(d)["table"]["rows"], 0)),
        Telling("values swapped", lambda d, f: _swapped(_tables(d)["table"]["rows"], 1)),
        Telling("a row twice", lambda d, f: _tables(d)["table"]["rows"].append(_tables(d)["table"]["rows"][0])),
        Telling("a row less", lambda d, f: _tables(d)["table"]["rows"].pop()),
        Telling("another number in a cell", lambda d, f: _tables(d)["table"]["rows"][0].__setitem__(1, "7%")),
        Telling("a column's heading", lambda d, f: _tables(d)["table"]["columns"][0].update(label="Rank")),
        Telling("a column's side", lambda d, f: _tables(d)["table"]["columns"][0].update(align="right")),
        Telling("columns in another order", lambda d, f: _tables(d)["table"]["columns"].reverse()),
        Telling("a table's number", lambda d, f: _tables(d).update(number=7)),
        Telling("values of a figure swapped", lambda d, f: _swapped(_figure(d)["table"]["rows"], 1)),
        Telling("names of a figure swapped", lambda d, f: _swapped(_figure(d)["table"]["rows"], 0)),
        Telling("numbers of a figure in another order", lambda d, f: _figure(d)["csv_rows"].reverse()),
        Telling("a number of a figure", lambda d, f: _figure(d)["csv_rows"][0].update(estimate=0.0471)),
        Telling("a column of a figure's numbers", lambda d, f: _figure(d)["csv_rows"][0].update(n7=7)),
        Telling("a figure's number", lambda d, f: _figure(d).update(number=7)),
        Telling("a figure's name", lambda d, f: _figure(d).update(name="rates-7")),
        Telling("a figure's name in words", lambda d, f: _figure(d).update(name="seven")),
        Telling("a name of a figure's column", lambda d, f: _figure(d)["table"]["columns"][0].update(name="seven")),
        Telling("a figure's frame", lambda d, f: _figure(d).update(frame=[0.7, 0.07])),
        Telling("a mark of another's finding", lambda d, f: _figure(d).update(marks=[["sesec:rate.x", 1, 2, 3, 4]])),
        Telling("a mark beyond its picture", lambda d, f: _figure(d)["marks"][0].__setitem__(1, 1007)),
        Telling("another year of a figure", lambda d, f: _figure(d).update(
            subtitle=_figure(d)["subtitle"].replace("2018\u201319", "2011\u201312"))),
        Telling("a place's value in another's caption", lambda d, f: _figure(d).update(caption="Dunlap 47\u201361%.")),
        Telling("a heading's words", lambda d, f: d["sections"][0]["heading"].update(text="Seven results")),
        Telling("a heading's id", lambda d, f: d["sections"][0]["heading"].update(id="results-7")),
        Telling("a heading's level", lambda d, f: d["sections"][0]["heading"].update(level=3)),
        Telling("the HTML of prose alone", lambda d, f: d["sections"][0]["blocks"][0].update(html="<p>7</p>")),
        Telling("a link in prose", lambda d, f: d["sections"][0]["blocks"][0]["nodes"][0].update(url="https://a.b/7")),
        Telling("the title", lambda d, f: d.update(title="Equity report 7")),
        Telling("a finding beside another", lambda d, f: f[0].update(n=7, reference_n=7)),
        Telling("a finding's own decimals", lambda d, f: f[0].update(bound_low=0.4712, value="47.12\u201361%")),
        Telling("a finding's place", lambda d, f: f[0].update(place="Dunlap")),
        Telling("a finding's year", lambda d, f: f[0].update(school_year="2011\u201312")),
    ]  # fmt: skip
    for kind, words in SAYINGS.items():
        found += [
            Telling(f"{kind}, under a table", lambda d, f, said=words: _tables(d).update(note=said)),
            Telling(f"{kind}, in an alt text", lambda d, f, said=words: _figure(d).update(alt=f"Dot plot: {said}")),
        ]  # fmt: skip
    return [*found, *_of_figures(), *_of_documents(), *_of_records()]


def _of_figures() -> Iterator[Telling]:
    """Yield changes of the words of a figure and of a table, each by itself a text of ours."""
    for name in ("alt", "title", "subtitle", "caption", "notes", "source_line", "long_description"):
        for words in (
            " Dunlap.",
            " 2.",
            "  ",
            " Southeast Seattle.",
            " All students.",
            " \u00b7 \u00b7 \u00b7",
        ):
            yield Telling(
                f"{words!r} after the {name} of a figure",
                lambda d, f, name=name, words=words: _figure(d).update(
                    {name: _figure(d)[name] + words}
                ),
            )
    for words in (
        " Dunlap.",
        " 2.",
        "  ",
        " \u00b7 \u00b7 \u00b7",
        ", 2018\u201319",
        " Values are in the table.",
    ):
        yield Telling(
            f"{words!r} under a table",
            lambda d, f, words=words: _tables(d).update(note=_tables(d)["note"] + words),
        )
    for words in (" Dunlap.", " 2.", "  ", " \u00b7 \u00b7 \u00b7"):
        yield Telling(
            f"{words!r} after the caption of a table",
            lambda d, f, words=words: _tables(d).update(caption=_tables(d)["caption"] + words),
        )
    yield Telling(
        "two descriptions swapped",
        lambda d, f: _figure(d).update(
            long_description=" ".join(
                reversed(_figure(d)["long_description"].partition(" Rest")[::2])
            )
        ),
    )
    yield Telling("no alt text", lambda d, f: _figure(d).update(alt=""))
    yield Telling("a figure without numbers", lambda d, f: _figure(d)["csv_rows"].clear())
    yield Telling("a figure with fewer findings", lambda d, f: _figure(d)["findings"].pop())
    yield Telling(
        "a name of a column", lambda d, f: _tables(d)["table"]["columns"][0].update(name="seven")
    )
    yield Telling(
        "a heading of a figure",
        lambda d, f: _figure(d)["table"]["columns"][0].update(label="Dunlap"),
    )
    yield Telling("a table with fewer findings", lambda d, f: _tables(d)["findings"].pop())
    yield Telling("a column without numbers", lambda d, f: (
        _tables(d)["table"]["columns"].append({"name": "n", "label": "Students", "align": "right"}),
        [row.append("") for row in _tables(d)["table"]["rows"]]))  # fmt: skip


def _of_documents() -> Iterator[Telling]:
    """Yield changes of what stands in a document, and in which order."""

    def more(**block: object) -> Callable[[dict[str, Any], list[dict[str, Any]]], object]:
        return lambda d, f: d["sections"][0]["blocks"].append(block)

    yield Telling("a section twice", lambda d, f: d["sections"].append(d["sections"][0]))
    yield Telling(
        "prose twice", lambda d, f: d["sections"][0]["blocks"].append(d["sections"][0]["blocks"][0])
    )
    yield Telling("documents in another order", lambda d, f: d["beside"].reverse())
    yield Telling("a document less", lambda d, f: d["beside"].pop())
    yield Telling("a document of another kind", lambda d, f: d.update(layout="annex"))
    yield Telling(
        "seven empty notices",
        lambda d, f: d["sections"][0]["blocks"].extend(
            [{"kind": "notice", "title": "", "text": ""}] * 7
        ),
    )
    yield Telling(
        "a title of a notice", more(kind="notice", title="Dunlap", text="Values are in the table.")
    )
    yield Telling(
        "a year as the title of a notice",
        more(kind="notice", title="2011\u201312", text="No figures."),
    )
    yield Telling("an ask", more(kind="asks", asks=["Dunlap: 7"]))
    yield Telling(
        "asks of our own words", more(kind="asks", asks=["All students", "Dunlap, then Emerson"])
    )
    yield Telling("empty asks", more(kind="asks", asks=["", "", ""]))
    yield Telling("a headline", more(kind="headline", text="Dunlap 7", why="", findings=[]))
    yield Telling(
        "why there is no headline",
        more(kind="headline", text="", why="Dunlap, Emerson", findings=[]),
    )
    yield Telling("an unknown block", more(kind="seven"))
    yield Telling(
        "a notice before all sections",
        lambda d, f: d["lead"].append({"kind": "notice", "title": "Note", "text": "Dunlap."}),
    )
    yield Telling(
        "an empty section",
        lambda d, f: d["sections"].append(
            {"heading": {"level": 2, "text": "", "id": "seven"}, "blocks": []}
        ),
    )
    yield Telling("empty paragraphs", lambda d, f: d["sections"][0]["blocks"][0].update(
        html=d["sections"][0]["blocks"][0]["html"] + "<p></p>" * 7))  # fmt: skip


def _of_records() -> Iterator[Telling]:
    """Yield changes of one record: of a place that is printed, and of a school that is withheld."""

    def hidden(f: list[dict[str, Any]]) -> dict[str, Any]:
        return next(one for one in f if one["publish"] == "nothing")

    def exact(f: list[dict[str, Any]]) -> dict[str, Any]:
        return next(one for one in f if one["publish"] == "point")

    printed: dict[str, object] = {
        "status": "ok",
        "numerator": "up to  7",
        "n": "124 ",
        "unit": "points",
        "measure": "rate ",
        "source_ids": "ospi_assessment@2018",
        "student_group": "black",
        "ci_level": 0.9,
        "care": True,
        "marker": True,
        "version": "7 of 9",
    }
    for name, value in printed.items():
        yield Telling(
            f"another {name} of a record", lambda d, f, one={name: value}: f[0].update(one)
        )
    withheld = {
        "estimate": 0.5,
        "bound_low": 0.4,
        "outer_high": 0.9,
        "n": 7,
        "value": "7%",
        "status": "ok",
        "interval": "4",
        "coverage": 0.47,
    }
    for name, value in withheld.items():
        yield Telling(
            f"{name} of a withheld record", lambda d, f, one={name: value}: hidden(f).update(one)
        )
    yield Telling("a share of an exact record", lambda d, f: exact(f).update(coverage=0.47))
    for name in ("indicator", "place", "organization_id", "reason", "caveats"):
        yield Telling(f"no {name} of a record", lambda d, f, name=name: f[0].pop(name))
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
            formats.write(stored.read(folder), stored.imprint(folder), folder)
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


_TRIED = {"document.json": 5, "derived": 8}
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
