"""The real fact sheets of a few schools: large and small, regular and alternative, open and closed."""

import json
import re
from pathlib import Path
from typing import Any

import barriers
import family_forms
import pytest
from family_forms import SCHOOLS
from pypdf import PdfReader

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return family_forms.shelf(tmp_path_factory)


@pytest.fixture(params=SCHOOLS.values())
def sheet(shelf: Path, request: pytest.FixtureRequest) -> Path:
    return shelf / request.param


def test_sheets__were_attacked_together_before_they_were_listed(shelf: Path):
    attack = json.loads((shelf / "disclosure_audit.json").read_text("utf-8"))["attack"]
    assert attack["passed"] is True
    assert sorted(attack["attacked_together"]) == sorted(SCHOOLS.values())
    assert attack["statements_of_the_edition"]["read"] > 20
    assert "Certificate of the disclosure audit" in (shelf / "index.html").read_text("utf-8")


def test_sheet__has_every_form_on_two_pages(sheet: Path):
    names = {path.name for path in sheet.iterdir()}
    assert {"index.html", "report.pdf", "report.docx", "findings.csv", "run.json"} <= names
    for language in ("", ".es", ".so", ".vi"):
        assert len(PdfReader(sheet / f"report{language}.pdf").pages) == 2


def test_sheet__has_no_barrier_that_axe_finds_and_fits_the_screen(browser_page, shelf: Path):
    width, path = 390, shelf / SCHOOLS["3327"] / "index.html"
    visit = browser_page(path, viewport={"width": width, "height": 844})
    visit.page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert visit.page.evaluate("document.documentElement.scrollWidth") == width
    assert barriers.found(visit.page) == []
    assert visit.errors == []


MARKS = """marks => marks.map(mark =>
  [mark.querySelector("title").textContent.replaceAll("’", "'"),
   mark.querySelectorAll("rect").length])"""
"""What each mark says, with the apostrophe of its record, and how many boxes it is drawn of."""


def test_sheet__draws_what_its_records_print_and_says_each_mark(shelf: Path, browser_page):
    for name in SCHOOLS.values():
        page = browser_page(shelf / name / "index.html").page
        records = json.loads((shelf / name / "findings.json").read_text("utf-8"))
        shown = {one["sentence"]: one for one in records if one["publish"] != "nothing"}
        told = page.locator(".strips g:not(.peers)").evaluate_all(MARKS)
        assert told
        assert {said for said, _boxes in told} <= shown.keys()
        rates = [one for one in records if one["measure"] == "rate"]
        values = {told_of(one) for one in rates if one["organization_level"] == "school"}
        others = "Other schools of its level in Southeast Seattle: "
        for band in page.locator(".strips .peers title").all_text_contents():
            assert set(band.removeprefix(others).split(" to ")) <= values
        for said, boxes in told:
            assert boxes == (shown[said]["publish"] == "range")
    page = browser_page(shelf / SCHOOLS["3327"] / "index.html").page
    assert page.locator(".spark circle").count() >= 10
    # Worse beyond chance: attendance, both tests, and how many took each; suspensions and answers could be chance.
    assert page.locator(".told .side.worse").count() == 5
    assert page.locator(".told .side.better").count() == 0
    # Of the two other high schools, a band would show both.
    assert page.locator(".strips .peers").count() == 0
    elementary = browser_page(shelf / SCHOOLS["2120"] / "index.html").page
    assert elementary.locator(".strips .peers").count() >= 5
    small = browser_page(shelf / SCHOOLS["4277"] / "index.html").page  # ranges, and no number
    assert small.locator(".strips .school circle").count() == 0
    assert small.locator(".strips .school rect").count() == 2


def told_of(record: dict[str, Any]) -> str:
    """Return the value of a record as a sheet's front tells it: whole percents, rounded once, but for suspensions."""
    if record["indicator"] == "disciplined" or record["publish"] != "point":
        return str(record["value"])
    if record["numerator"] is None:
        return f"{100 * record['estimate']:.0f}%"
    return f"{100 * record['numerator'] / record['n']:.0f}%"


def test_sheet__calls_nothing_a_strength_without_evidence(shelf: Path):
    for code in SCHOOLS:
        page = (shelf / SCHOOLS[code] / "index.html").read_text("utf-8")
        section = page.partition('<h2 id="strengths">')[2].partition("</section>")[0]
        listed = re.findall(r"<tr><th.*?</tr>", section)
        assert not section or listed or "There is no comparison here:" in section


def test_index__finds_a_school_by_a_part_of_its_name(shelf: Path, browser_page):
    visit = browser_page(shelf / "index.html", viewport={"width": 390, "height": 844})
    links = visit.page.locator("section .prose li a:visible")
    before = links.count()
    visit.page.get_by_label("Find a school").fill("rising STAR")
    visit.page.get_by_role("status").get_by_text("Rising Star Elementary School").wait_for()
    assert links.all_text_contents() == ["Rising Star Elementary School"]
    for typed in ("van asselt", "Rainier Beach HS", "RBHS"):  # a name of before, and in short
        visit.page.get_by_label("Find a school").fill(typed)
        name = "Rising Star Elementary School" if "van" in typed else "Rainier Beach High School"
        assert links.all_text_contents() == [name]
    visit.page.get_by_label("Find a school").fill("xylophone")
    visit.page.get_by_role("status").get_by_text("No school has this in its name.").wait_for()
    visit.page.get_by_label("Find a school").fill("")
    assert links.count() == before == len(SCHOOLS)
    assert visit.errors == []


def test_index__leads_to_a_school_by_keyboard_alone(shelf: Path, browser_page):
    page = browser_page(shelf / "index.html").page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past what stands over the list
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("rainier beach")
    page.get_by_role("status").get_by_text("Rainier Beach High School").wait_for()
    page.keyboard.press("Tab")
    style = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(style) == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{SCHOOLS['3327']}/index.html")


def test_sheet__prints_no_group_under_ten_and_no_count_under_three(sheet: Path):
    for record in json.loads((sheet / "findings.json").read_text("utf-8")):
        n, k = record["n"], record["numerator"]
        assert not isinstance(n, int) or n >= 10, record
        assert not isinstance(k, int) or k >= 3, record
        if record["publish"] == "nothing":
            assert (record["estimate"], record["bound_low"], n) == (None, None, None), record


def test_sheet__says_the_same_of_a_number_as_any_other(shelf: Path):
    known: dict[str, dict[str, object]] = {}
    for name in SCHOOLS.values():
        for record in json.loads((shelf / name / "findings.json").read_text("utf-8")):
            told = {key: value for key, value in record.items() if key != "cite_apa"}
            assert known.setdefault(record["id"], told) == told
