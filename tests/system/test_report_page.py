"""The page in a browser: nothing fetched, no barrier that axe finds, nothing wider than the screen, whole on paper."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import barriers
import pytest
from absent import program
from axe_playwright_python.sync_playwright import Axe
from nbformat import NotebookNode
from report_samples import figure, finding, notebook, notice, record, showing, table, text

from sesec_analysis.checkout import Commit
from sesec_analysis.editions.documents import html
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.notebook import Layout
from sesec_analysis.editions.documents.provenance import BuildInfo

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
    meta = BuildInfo(
        edition="annual-2022",
        title="Southeast Seattle School Equity Report, 2021–22",
        published=None,
        notebook="notebooks/annual.ipynb",
        notebook_sha256="0" * 64,
        parameters={"report_year": 2022},
        changed=(),
        version="1.0",
        commit=Commit(None, dirty=False),
        sources=(),
    )
    document = replace(documents_notebook.read(notebook(*cells)), layout=layout)
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


def test_page__asks_for_nothing_but_itself(visit, report):
    visit.page.mouse.wheel(0, 50_000)
    outside = [url for url in visit.requests if not url.startswith("data:")]
    assert outside == [report.as_uri()]
    assert visit.errors == []


@pytest.mark.parametrize("opened", [False, True], ids=["folded", "opened"])
def test_page__has_no_barrier_that_axe_finds(visit, opened):
    if opened:
        open_all(visit.page)
    assert barriers.found(visit.page) == []


def test_page__is_never_wider_than_the_screen(visit):
    open_all(visit.page)
    width = visit.page.viewport_size["width"]
    assert visit.page.evaluate("document.documentElement.scrollWidth") == width


def test_page__cuts_no_table_on_a_desk_or_a_telephone(visit):
    open_all(visit.page)
    cut = """parts => parts.filter(part => part.scrollWidth > part.clientWidth + 1)
        .map(part => part.getAttribute('aria-label'))"""
    assert visit.page.locator(".scroll:has(table)").count() >= 12
    assert visit.page.locator(".scroll:has(table)").evaluate_all(cut) == []


def test_page__makes_cards_of_rows_on_a_telephone(browser_page, report):
    page = browser_page(report, viewport=NARROW).page
    row = page.locator("table.stack tbody tr").first
    named, cell = row.locator("th"), row.locator("td").first
    assert named.bounding_box()["y"] < cell.bounding_box()["y"]
    said = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    heads = page.locator("table.stack").first.locator("thead th").all_text_contents()
    assert said == f'"{heads[1]}"'


def test_page__folds_its_contents_where_there_is_no_room_beside_it(browser_page, report):
    for size, shown in ((WIDE, True), (NARROW, False)):
        page = browser_page(report, viewport=size).page
        link = page.get_by_role("link", name="Section 5")
        assert link.is_visible() == shown
        if not shown:
            page.locator(".contents summary").press("Enter")
            assert link.is_visible()


def test_report_in_pages__folds_tables_and_sentences_on_a_telephone_alone(browser_page, tmp_path):
    cells = [text("## Learning"), showing(finding(record("rate.a"))), showing(table())]
    cells += [
        text(f"## Money\n\n{WORDS}\n\n{WORDS}"),
        showing(figure(notes="A note."), tag="figure-a"),
    ]
    path = tmp_path / "index.html"
    path.write_text(make_page(*cells, layout="pages"), encoding="utf-8")
    for size, is_open in ((WIDE, True), (NARROW, False)):
        page = browser_page(path, viewport=size).page
        parts = [page.locator(".fold .sentence"), page.locator(".fold table")]
        assert [part.is_visible() for part in parts] == [is_open] * 2
        assert page.locator(".fold summary").first.is_visible() != is_open
        assert page.get_by_text("A note.", exact=True).is_visible()
    page.locator(".fold summary").first.press("Enter")
    assert parts[0].is_visible()
    page.mouse.wheel(0, 600)
    page.wait_for_function("scrollY > 300")
    assert page.locator(".contents").bounding_box()["y"] == 0
    page.locator(".contents summary").click()
    page.get_by_role("link", name="Learning").click()
    assert not page.get_by_role("link", name="Money").is_visible()  # it would lie over the section


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


def test_page__shows_a_figures_title_once_where_the_picture_shows_it(browser_page, report):
    for size, shown in ((WIDE, False), (NARROW, True)):
        title = browser_page(report, viewport=size).page.locator("figcaption .in-picture").first
        assert (title.bounding_box()["width"] > 2) == shown


def test_page__copies_a_citation(browser_page, report):
    page = browser_page(report, permissions=["clipboard-read", "clipboard-write"]).page
    page.get_by_text("Cite sesec:rate.summary0").click()
    page.get_by_role("button", name="Copy citation").first.click()
    page.get_by_role("status").get_by_text("Copied").wait_for(state="attached")
    assert "rate.summary0" in page.evaluate("navigator.clipboard.readText()")


def test_page__needs_no_script(browser_page, report):
    page = browser_page(report, java_script_enabled=False).page
    page.get_by_text("Table, words, and downloads of figure 1").click()
    assert page.get_by_role("cell", name="71%").first.is_visible()


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


def test_page__opens_on_paper_what_is_folded(browser_page, report):
    pages = "\n".join(read_pages(browser_page(report).page.pdf(format="A4")))
    assert pages.count("Student group") == 6  # the table behind each figure
    assert "Copy citation" not in pages


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


def test_figure__says_its_values_by_the_arrow_keys(browser_page, marked):
    page = browser_page(marked, viewport=WIDE).page
    page.locator(".marks").focus()
    for words in (*SAID, SAID[0]):
        page.keyboard.press("ArrowRight")
        page.get_by_role("status").get_by_text(words).wait_for(state="attached")
        assert page.locator(".tip").text_content() == words
    found = Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
    page.keyboard.press("Escape")
    page.locator(".tip").wait_for(state="hidden")


def test_figure__has_its_marks_where_the_picture_has_them(browser_page, marked):
    page = browser_page(marked, viewport=NARROW).page
    picture, first = page.locator(".picture img"), page.locator(".marks rect").first
    whole, mark = picture.bounding_box(), first.bounding_box()
    assert mark["x"] - whole["x"] == pytest.approx(0.1 * whole["width"], abs=1)
    assert mark["y"] - whole["y"] == pytest.approx(0.2 * whole["height"], abs=1)
