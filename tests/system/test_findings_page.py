"""The page of all numbers in a browser, opened from disk: found, quoted, cited and downloaded, by keyboard alone."""

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from estimate_samples import estimates, rate
from paper_samples import imprint
from playwright.sync_api import Page
from report_samples import figure, finding, headline, notebook, notice, showing, text

from sesec_analysis.editions.documents import findings_page, formats, output
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.finding import findings

NARROW = {"width": 390, "height": 844}
TITLE, PUBLISHED = "Southeast Seattle School Equity Report, 2021–22", 2023
BLACK = "sesec:rate.ela_met.2017.03.southeast_seattle.black"
HOSTILE = '<img src=x onerror=alert(1)> "Q", =1+1 “so” 50% of A&B_$'


META = imprint(title=TITLE, published=PUBLISHED, sources=())


def records() -> list[dict[str, Any]]:
    rows = [
        rate(71, 216),
        rate(120, 200, student_group="white"),
        rate(8, 20, student_group="asian"),
        rate(80, 200, student_group="hispanic", end_year=2018),
    ]
    made = findings(estimates(rows)).records()
    made[1]["sentence"] = HOSTILE
    cites = [citation.cite(one, edition=TITLE, published=PUBLISHED) for one in made]
    return [one | {"cite_apa": text} for one, text in zip(made, cites, strict=True)]


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    """A folder with the page, findings.csv and the figures, as an edition has them."""
    into = tmp_path_factory.mktemp("edition")
    content = documents_notebook.read_notebook(
        notebook(
            text("## Summary"),
            showing(finding(*records())),
            showing(figure(findings=[records()[0]]), tag="figure-literacy"),
        )
    )
    for form in (formats._figures, formats._findings, formats._register):
        form(content, META, into)
    return into


def of_schools() -> list[dict[str, Any]]:
    """Two schools: one with two years and a group, one whose figure is withheld."""
    aki = {
        "organization_level": "school",
        "organization_id": "3774",
        "organization_name": "Aki Kurose",
    }
    star = {
        "organization_level": "school",
        "organization_id": "2120",
        "organization_name": "Rising Star",
    }
    rows = [
        rate(80, 200, student_group="all", student_group_type="all"),
        rate(30, 90, **aki, student_group="all", student_group_type="all"),
        rate(40, 90, **aki, student_group="all", student_group_type="all", end_year=2018),
        rate(20, 40, **aki),
        rate(3, 8, **star, student_group="all", student_group_type="all"),
    ]
    return findings(estimates(rows)).records()


@pytest.fixture(scope="module")
def schools_page(tmp_path_factory) -> Path:
    into = tmp_path_factory.mktemp("schools")
    (into / "findings.html").write_text(page_of(of_schools()), encoding="utf-8")
    return into / "findings.html"


def page_of(shown: list[dict[str, Any]]) -> str:
    quoted = [one for one in shown if one["organization_id"] == "3774"][:1]
    heading = headline("Math is about the same", **quoted[0]) if quoted else notice()
    content = documents_notebook.read_notebook(
        notebook(text("## Summary"), showing(heading), showing(finding(*shown)))
    )
    return findings_page.render(content, meta=META)


@pytest.fixture
def path(edition) -> Path:
    return edition / "findings.html"


ALLOWED = {"permissions": ["clipboard-read", "clipboard-write"]}


def quote(page: Page, finding_id: str) -> None:
    page.locator(f'[id="{finding_id}"]').get_by_role("button", name="Quote this number").click()


def clipboard(page: Page) -> str:
    page.get_by_role("status").get_by_text("Copied").wait_for(state="attached")
    return str(page.evaluate("navigator.clipboard.readText()"))


def look_for(page: Page, words: str, told: str) -> list[str]:
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("status").get_by_text(told, exact=True).wait_for()
    shown = page.locator(".findings > li:visible")
    return [str(shown.nth(at).get_attribute("id")) for at in range(shown.count())]


def test_page__has_no_barrier_that_axe_finds_and_fits_the_screen(browser_page, path):
    visit = browser_page(path, viewport=NARROW)
    quote(visit.page, BLACK)
    found = Axe().run(visit.page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    assert visit.errors == []
    assert visit.requests == [path.as_uri()]


@pytest.mark.parametrize(
    ("words", "told", "found"),
    [
        ("Blacks southeast 2016–17", "1 of 4 numbers", [BLACK]),
        ("hispanic xylophone", "1 of 4 numbers No number has all of these words; those below lack: xylophone.",
         [BLACK.replace("2017", "2018").replace("black", "hispanic")]),
        ("xylophone", "No number has one of these words. Try another spelling.", []),
    ],
)  # fmt: skip
def test_search__meets_all_words_and_tells_how_many(browser_page, path, words, told, found):
    assert look_for(browser_page(path).page, words, told) == found


def test_picker__fills_a_card_with_the_newest_figure_and_no_more_than_the_record_prints(
    browser_page, schools_page
):
    visit = browser_page(schools_page, viewport=NARROW)
    picker = visit.page.get_by_label("One school at a glance")
    card = visit.page.locator("[id='page:card']")
    printed = {one["id"]: one for one in of_schools()}
    for name, year in (("Aki Kurose", "2018"), ("Rising Star", "2017")):
        picker.select_option(name)
        [row] = card.locator("dl > div").all()
        one = printed[row.locator("a").get_attribute("href").removeprefix("#")]
        assert (one["place"], str(one["end_year"]), one["student_group"]) == (name, year, "all")
        told = f"{one['value']} ({one['interval']})" if one["interval"] else one["value"]
        assert row.locator("dd").text_content() == told
    assert printed[row.locator("a").get_attribute("href").removeprefix("#")]["publish"] == "nothing"
    assert [fault["id"] for fault in Axe().run(visit.page).response["violations"]] == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    picker.select_option("Choose a school")
    assert card.text_content() == ""
    assert visit.errors == []


def test_panel__cites_as_the_package_does(browser_page, path):
    record = records()[1]  # of hostile words
    page = browser_page(path).page
    quote(page, record["id"])
    shown = page.locator(".panel .citation").all_text_contents()
    assert shown == [
        citation.cite(record, style, edition=TITLE, published=PUBLISHED)
        for style in citation.STYLES
    ]


def test_panel__gives_the_row_as_findings_csv_has_it(browser_page, edition, path):
    page = browser_page(path).page
    rows = {
        row["id"]: row
        for row in csv.DictReader(
            io.StringIO((edition / "findings.csv").read_text("utf-8-sig"), newline="")
        )
    }
    for record in records():
        quote(page, record["id"])
        link = page.locator(f'[id="{record["id"]}"]').get_by_role("link", name="This number as CSV")
        kind, _, content = str(link.get_attribute("href")).partition(",")
        assert kind == "data:text/csv;charset=utf-8"
        assert unquote(content).removeprefix("\ufeff") == output.csv_text(
            list(record), [[record[name] for name in record]]
        )
        (row,) = csv.DictReader(io.StringIO(unquote(content).removeprefix("\ufeff"), newline=""))
        assert row == rows[record["id"]]


def test_page__by_keyboard_alone_is_searched_copied_from_and_downloaded_from(browser_page, path):
    page = browser_page(path, accept_downloads=True, **ALLOWED).page
    press_until(page, "Tab", "INPUT")
    page.keyboard.type("black 2017")
    page.get_by_role("status").get_by_text("1 of 4 numbers").wait_for()
    press_until(page, "Tab", "Quote this number")
    page.keyboard.press("Enter")
    press_until(page, "Tab", "Copy sentence")
    page.keyboard.press("Enter")
    assert clipboard(page) == page.locator(f'[id="{BLACK}"] .sentence').text_content()
    press_until(page, "Tab", "Copy APA")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "async (text) => await navigator.clipboard.readText() === text",
        arg=records()[0]["cite_apa"],
    )
    press_until(page, "Tab", "This number as CSV")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == f"{BLACK.replace(':', '-')}.csv"


def press_until(page: Page, key: str, name: str) -> None:
    for _ in range(40):
        page.keyboard.press(key)
        on = page.evaluate("[document.activeElement.tagName, document.activeElement.textContent]")
        if name in on:
            return
    pytest.fail(f"{key} does not reach {name!r}")


def test_page__without_script_lists_everything(browser_page, path):
    page = browser_page(path, java_script_enabled=False).page
    assert page.locator(".sentence:visible").count() == 4
    assert page.get_by_role("searchbox").count() == 0
    assert page.get_by_text("Do not rank schools").count() == 0
    assert page.get_by_text("Keep the group, the place and the school year").is_visible()
