"""Leaks to be planted into the finished files of an edition, of each class by which a reader could be told."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import DecodedStreamObject, NameObject, TextStringObject

__all__ = ["FilePlant", "plant_in", "plants"]


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
}
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


def _tables() -> Iterator[FilePlant]:
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
        "a bookmark": lambda writer: writer.add_outline_item("7", page_number=0),
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


def plants(figure: str) -> list[FilePlant]:
    """Return every plant; ``figure`` is the name of a figure of the edition."""
    kinds = (_pages(), _pictures(figure), _tables(), _records(), _documents(), _pdfs(), _files())
    return [plant for kind in kinds for plant in kind]


def plant_in(folder: Path, plant: FilePlant) -> None:
    """Plant into a folder whose files are links to another's: the file is made anew."""
    path = folder / plant.file
    content = path.read_bytes() if path.exists() else b""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(plant.change(content))
