"""The sweep finds what a mistake in our own writers would add, which two equal builds cannot show."""

import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from certified import made_for_a_run

from sesec_analysis.attack.sweep import sweep

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Iterator[Path]:
    yield from made_for_a_run(tmp_path_factory)


def test_sweep__finds_nothing_in_an_edition(edition):
    assert list(sweep(edition)) == []


def exchange_rows(page: str) -> str:
    """Exchange the first two rows of the first table."""
    start = page.index("<tbody")
    first, second = re.findall(r"(?s)<tr.*?</tr>", page[start:])[:2]
    return page[:start] + page[start:].replace(first, "@", 1).replace(second, first, 1).replace(
        "@", second, 1
    )


def test_sweep__reads_no_numbers_in_an_embedded_font(edition, tmp_path):
    folder = shutil.copytree(edition, tmp_path / "edition")
    page = folder / "index.html"
    font = "<style>@font-face{src:url(data:font/woff;base64,AB+9731/x)}</style></head>"
    page.write_text(page.read_text("utf-8").replace("</head>", font, 1), "utf-8")
    assert list(sweep(folder)) == []


def test_sweep__takes_how_many_findings_a_heading_leads_to(edition, tmp_path):
    folder = shutil.copytree(edition, tmp_path / "edition")
    page = folder / "index.html"
    before = page.read_text("utf-8")
    counted = re.sub(r'(class="count">)\(\d+\)', r"\1(2617)", before)
    assert counted != before
    page.write_text(counted, "utf-8")
    assert list(sweep(folder)) == []


MISTAKES: dict[str, tuple[str, Callable[[str], str], str]] = {
    "a raw count in an attribute": (
        "annex.html",
        lambda page: page.replace("<td", '<td data-n="26"', 1),
        "the attribute data-n",
    ),
    "a comment left from debugging": (
        "index.html",
        lambda page: page.replace("<main", "<!-- row: 26 of 124 --><main", 1),
        "a comment",
    ),
    "an unrounded rate": (
        "annex.html",
        lambda page: page.replace("</td>", " 0.3287671</td>", 1),
        "a number that no record",
    ),
    "a count of students where findings are counted": (
        "index.html",
        lambda page: page.replace('class="count">(', 'class="count">(26179 of ', 1),
        "a number that no record",
    ),
    "a script with raw counts": (
        "index.html",
        lambda page: page.replace("</body>", "<script>let rows = [[2617, 8841]]</script></body>"),
        "a number that no record",
    ),
    "rows in another order": ("annex.html", exchange_rows, "not in the order"),
    "a column of raw counts": (
        "findings.csv",
        lambda table: re.sub("(?m)$", ",raw", table, count=1),
        "the column raw",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_sweep__finds_a_mistake_of_a_writer(edition, name, tmp_path):
    file, change, expected = MISTAKES[name]
    folder = shutil.copytree(edition, tmp_path / "edition")
    before = (folder / file).read_text("utf-8")
    (folder / file).write_text(change(before), "utf-8")
    assert (folder / file).read_text("utf-8") != before
    found = list(sweep(folder))
    assert any(where.startswith(f"{file}, ") and expected in what for where, what in found), found


WORD, BOOK, SLIDES = "report.docx", "findings.xlsx", "slides.pptx"
CELL = '<c r="A99"><v>26179</v></c></row>'
IN_OFFICE_FILES = {
    "a comment in a Word file": (WORD, "word/document.xml", "<w:t", "<!-- 26 --><w:t", "has !--"),
    "a number in a Word file": (
        WORD, "word/document.xml", "</w:t>", " 26179</w:t>", "a number that no record",
    ),
    "a part of a Word file": (WORD, "docProps/counts.xml", "", "<n>26</n>", "this part"),
    "a number in a cell": (
        BOOK, "xl/worksheets/sheet4.xml", "</row>", CELL, "a number that no record",
    ),
    "a formula": (
        BOOK, "xl/worksheets/sheet4.xml", "<v>", "<f>A1</f><v>", "has f",
    ),
    "a property of a workbook": (
        BOOK, "docProps/core.xml", "/>", "><dc:title>Dunlap</dc:title></cp:coreProperties>",
        "a document property",
    ),
    "a hidden sheet": (
        BOOK, "xl/workbook.xml", "<sheet ", '<sheet state="hidden" ', "something is hidden",
    ),
    "a number on a slide": (
        SLIDES, "ppt/slides/slide1.xml", "</a:t>", " 26179</a:t>", "a number that no record",
    ),
    "a number in an alt text": (
        SLIDES, "ppt/slides/slide1.xml", "<p:cNvPr ", '<p:cNvPr descr="26179" ',
        "a number that no record",
    ),
    "a number in the name of a sheet": (
        BOOK, "xl/workbook.xml", 'name="Notes"', 'name="26179 of 88410"', "a number that no record",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", IN_OFFICE_FILES)
def test_sweep__finds_a_mistake_in_an_office_file(edition, name, tmp_path):
    file, part, old, new, expected = IN_OFFICE_FILES[name]
    folder = shutil.copytree(edition, tmp_path / "edition")
    with zipfile.ZipFile(folder / file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts.get(part, b"").decode()
    parts[part] = (text.replace(old, new, 1) if old else new).encode()
    with zipfile.ZipFile(folder / file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    found = list(sweep(folder))
    assert file in [where.partition(",")[0] for where, what in found if expected in what], found
