"""The page in a browser: nothing fetched, no barrier that axe finds, nothing wider than the screen, whole on paper."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import barriers
import pytest
from absent import program
from nbformat import NotebookNode
from paper_samples import imprint
from report_samples import figure, finding, notebook, notice, record, showing, table, text

from sesec_analysis.editions.documents import html
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.notebook import Layout

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
WORDS = "The state withholds the numbers of small groups. This report keeps them as ranges. " * 6


def make_page(*instead: NotebookNode, layout: Layout = "report") -> str:
    cells = list(instead) or [
        text("Before.\n\n## Summary\n\nNumbers that carry the report."),
        showing(finding(*(record(f"rate.summary{at}") for at in range(5)))),
        showing(notice()),
    ]
    for at in range(0 if instead else 6):
        cells += [
            text(
                f"## Section {at}\n\n{WORDS}\n\n{WORDS if at % 2 else ''}\n\n### In detail\n\n{WORDS}"
            ),
            showing(figure(findings=[record(f"rate.{at}")]), tag=f"figure-{at}"),
            showing(table(width=11, rows=4 + 3 * at)),
            text(f"### Read on\n\n{WORDS}\n\n| Word | n |\n|---|--:|\n| rate | 1 |"),
        ]
    meta = imprint(title="Southeast Seattle School Equity Report, 2021–22", sources=())
    document = replace(documents_notebook.read_notebook(notebook(*cells)), layout=layout)
    return html.render(document, meta=meta)


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(make_page(), encoding="utf-8")
    return path


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def visit(request, browser_page, report):
    return browser_page(report, viewport=request.param)


def open_all(page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")


@pytest.mark.parametrize("opened", [False, True], ids=["folded", "opened"])
def test_page__has_no_barrier_that_axe_finds(visit, opened):
    if opened:
        open_all(visit.page)
    assert barriers.found(visit.page) == []


def test_page__cuts_no_table_on_a_desk_or_a_telephone(visit):
    open_all(visit.page)
    cut = """parts => parts.filter(part => part.scrollWidth > part.clientWidth + 1)
        .map(part => part.getAttribute('aria-label'))"""
    assert visit.page.locator(".scroll:has(table)").count() >= 12
    assert visit.page.locator(".scroll:has(table)").evaluate_all(cut) == []


def test_table__is_sorted_by_keyboard_and_keeps_its_rows(browser_page, tmp_path):
    shown = table()
    rows = [["A", "10–20%"], ["B", "not shown"], ["C", "−3"], ["D", "2,100"], ["E", "9.5%"]]
    next(iter(shown.values()))["rows"] = [[*row, ""] for row in rows]
    path = tmp_path / "index.html"
    path.write_text(make_page(text("## A"), showing(shown)), encoding="utf-8")
    page = browser_page(path).page
    column = page.locator("thead th").nth(1)
    names = page.locator("tbody th")
    for direction, order in (("ascending", "CEADB"), ("descending", "DAECB")):
        column.get_by_role("button").press("Enter")
        assert column.get_attribute("aria-sort") == direction
        assert "".join(names.all_text_contents()) == order
    page.locator("thead th").first.get_by_role("button").press("Enter")
    assert "".join(names.all_text_contents()) == "ABCDE"


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_page__breaks_well_on_paper(browser_page, report, paper):
    pdf = browser_page(report).page.pdf(format=paper, print_background=True)
    pages = read_pages(pdf)
    contents, said, after = pages[0].partition("Numbers that carry the report.")
    assert said
    assert "Section 0" in contents
    assert "Section" not in after
    assert "Section 0" in pages[1].splitlines()[0]
    for number, page in enumerate(pages, start=1):
        *lines, foot = page.splitlines()
        assert re.fullmatch(rf"Southeast Seattle School Equity Report, 2021–22 +{number}", foot)
        assert not re.match(r"Section \d|In detail|Read on|Table \d|Indicator +\d{4}–", lines[-1])


def read_pages(pdf: bytes) -> list[str]:
    done = subprocess.run(
        [program("pdftotext", "poppler-utils", "-v"), "-layout", "-", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    pages = done.stdout.decode("utf-8").rstrip("\f").split("\f")
    return ["\n".join(line.strip() for line in page.splitlines() if line.strip()) for page in pages]


MARKS = [["sesec:rate.low", 100, 200, 40, 40], ["sesec:rate.high", 500, 200, 40, 40]]
SAID = [
    "In 2023–24, 40 percent.",
    "In 2023–24, between 5 and 10 percent; the state withholds more.",
]


@pytest.fixture
def marked(tmp_path):
    # What has a drawing of its own for phones shows no marks there.
    other = {"measure": "change", "unit": "index"}
    told = [
        record(mark[0].removeprefix("sesec:"), sentence=words, **other)
        for mark, words in zip(MARKS, SAID, strict=True)
    ]
    cells = [
        text("## Learning"),
        showing(figure(findings=told, marks=MARKS), tag="figure-a"),
    ]
    path = tmp_path / "index.html"
    path.write_text(make_page(*cells, layout="pages"), encoding="utf-8")
    return path


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_figure__says_the_value_or_range_under_the_pointer(browser_page, marked, size):
    visit = browser_page(marked, viewport=size)
    page, tip = visit.page, visit.page.locator(".tip")
    assert page.locator(".marks title").all_text_contents() == SAID  # without script as well
    assert not tip.is_visible()
    for at, words in enumerate(SAID):
        page.locator(".marks rect").nth(at).hover()
        tip.get_by_text(words).wait_for()
        here, there = tip.bounding_box(), page.locator(".scroll:has(.picture)").bounding_box()
        assert here["x"] >= there["x"] - 1
        assert here["x"] + here["width"] <= size["width"]
    page.mouse.move(1, 1)
    tip.wait_for(state="hidden")
    assert visit.errors == []
