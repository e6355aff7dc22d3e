"""The real fact sheets of a few schools: large and small, regular and alternative, open and closed."""

import json
import re
from io import BytesIO
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
    assert len(PdfReader(sheet / "report.pdf").pages) == 2


def test_sheet__explains_its_lines_where_they_are_drawn(sheet: Path):
    explained = "Lines from 0 to 100 percent"
    assert explained in (sheet / "index.html").read_text("utf-8")
    paper = " ".join(page.extract_text() for page in PdfReader(sheet / "report.pdf").pages)
    assert "Key numbers of the school" in paper
    assert explained in paper


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", ["index.html", "findings.html"])
def test_sheet__has_no_barrier_that_axe_finds_and_fits_the_screen(
    browser_page, shelf: Path, page: str, width: int
):
    path = shelf / SCHOOLS["3327"] / page
    visit = browser_page(path, viewport={"width": width, "height": 844})
    visit.page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert visit.page.evaluate("document.documentElement.scrollWidth") == width
    assert barriers.found(visit.page) == []
    assert visit.errors == []


def test_sheet__names_strengths_before_anything_else(sheet: Path):
    page = (sheet / "index.html").read_text("utf-8")
    headings = [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<h2[^>]*>(.*?)</h2>", page)]
    assert headings.index("Strengths") < headings.index("Students") < headings.index("Learning")


MARKS = """marks => marks.map(mark =>
  [mark.querySelector("title").textContent, mark.querySelectorAll("rect").length])"""
"""What each mark says, and how many boxes it is drawn of."""


def test_sheet__draws_what_its_records_print_and_says_each_mark(shelf: Path, browser_page):
    for name in SCHOOLS.values():
        page = browser_page(shelf / name / "index.html").page
        records = json.loads((shelf / name / "findings.json").read_text("utf-8"))
        shown = {one["sentence"]: one for one in records if one["publish"] != "nothing"}
        told = page.locator(".strips svg :not(.peers) > title").all_text_contents()
        assert told
        assert set(told) <= shown.keys()
        rates = [one for one in records if one["measure"] == "rate"]
        values = {told_of(one) for one in rates if one["organization_level"] == "school"}
        others = "Other schools of its level in Southeast Seattle: "
        for band in page.locator(".strips .peers title").all_text_contents():
            assert set(band.removeprefix(others).split(" to ")) <= values
        for said, boxes in page.locator(".strips g:not(.peers)").evaluate_all(MARKS):
            assert boxes == (shown[said]["publish"] == "range")
    page = browser_page(shelf / SCHOOLS["3327"] / "index.html").page
    assert page.locator(".strips circle").count() >= 5
    assert page.locator(".spark circle").count() >= 10
    # Of the two other high schools, a band would show both.
    assert page.locator(".strips .peers").count() == 0
    elementary = browser_page(shelf / SCHOOLS["2120"] / "index.html").page
    assert elementary.locator(".strips .peers").count() >= 5
    small = browser_page(shelf / SCHOOLS["4277"] / "index.html").page  # ranges, and no number
    assert small.locator(".strips .school circle").count() == 0
    assert small.locator(".strips .school rect").count() == 2


def records_of(shelf: Path, code: str) -> list[dict[str, Any]]:
    """Return what the records of a sheet say of its school."""
    records = json.loads((shelf / SCHOOLS[code] / "findings.json").read_text("utf-8"))
    return [one for one in records if one["organization_id"] == code]


def told_of(record: dict[str, Any]) -> str:
    """Return the value of a record as a sheet's front tells it: whole percents, rounded once, but for suspensions."""
    if record["indicator"] == "disciplined" or record["publish"] != "point":
        return str(record["value"])
    if record["numerator"] is None:
        return f"{100 * record['estimate']:.0f}%"
    return f"{100 * record['numerator'] / record['n']:.0f}%"


@pytest.mark.parametrize("code", ["2120", "3327"])
def test_front__has_the_school_its_neighbors_and_its_years_where_its_records_put_them(
    shelf: Path, browser_page, code: str
):
    records = json.loads((shelf / SCHOOLS[code] / "findings.json").read_text("utf-8"))
    page = browser_page(shelf / SCHOOLS[code] / "index.html").page
    strips = page.locator(".strips > li")
    assert strips.count() >= 5
    for strip in strips.all():
        line = strip.locator("svg").first
        (said,) = line.locator(".school title").all_text_contents()
        one = next(record for record in records if record["sentence"] == said)
        assert strip.locator(".of-school").text_content() == f"This school: {told_of(one)}"
        if one["publish"] == "point":
            across = float(str(line.locator(".school circle").get_attribute("cx")))
            scale = 500 if one["indicator"] == "disciplined" else 100  # to 20 percent
            assert across == pytest.approx(scale * one["estimate"], abs=0.01)
        if one["indicator"] == "enrollment":  # whom the school serves: of it and its level alone
            assert line.locator(".peers").count() == 0
            continue
        asked = ("indicator", "end_year", "student_group", "grade_level")
        peers = [other for other in records if other["organization_id"] not in (code, one["organization_id"])
                 and other["organization_level"] == "school" and other["publish"] != "nothing"
                 and [other[name] for name in asked] == [one[name] for name in asked]]  # fmt: skip
        assert line.locator(".peers").count() == (len(peers) > 2)
        mine = (one["indicator"], "point", "rate", one["student_group"])
        names = ("indicator", "publish", "measure", "student_group")
        years = [
            own for own in records_of(shelf, code) if tuple(own[name] for name in names) == mine
        ]
        drawn = 0 if one["indicator"] in ("ela_tested", "math_tested") else len(years)
        assert strip.locator(".spark circle").count() == drawn


def test_sheet__of_rainier_beach_has_both_rates_official_and_of_those_tested(shelf: Path):
    own = {(one["indicator"], one["end_year"]): one["value"] for one in records_of(shelf, "3327")}
    assert (own["ela_met", 2024], own["ela_met_tested", 2024]) == ("31.3%", "42.3%")
    front, back = (
        one.extract_text() for one in PdfReader(shelf / SCHOOLS["3327"] / "report.pdf").pages
    )
    for told in ("33%", "50%"):
        assert told in front
    for told in (own["ela_met", 2025], own["ela_met_tested", 2025], "31.3%", "42.3%"):
        assert told in f"{front} {back}"


PARTS = {
    "SESEC school level": "school_level",
    "Performance": "level_performance",
    "Engagement": "level_engagement",
    "Closing of the gap": "level_gap",
}


@pytest.mark.parametrize("code", ["2120", "3327"])
def test_front__tells_the_level_with_its_parts_as_its_records_do(
    shelf: Path, browser_page, code: str
):
    known = {(one["measure"], one["school_year"]): one["value"] for one in records_of(shelf, code)}
    page = browser_page(shelf / SCHOOLS[code] / "index.html").page
    table = page.get_by_role("table", name=re.compile("SESEC school level of the school"))
    years = table.locator("thead th").all_text_contents()[1:]
    for name, measure in PARTS.items():
        row = table.locator("tbody tr").filter(has=page.get_by_text(name, exact=True))
        cells = row.locator("td").all_text_contents()
        assert cells == [known[measure, year.split(" ")[0]] for year in years], name
    front, back = (
        one.extract_text() for one in PdfReader(shelf / SCHOOLS[code] / "report.pdf").pages
    )
    for heading in ("At a glance", "Strengths", "Questions to ask"):
        assert heading in front, heading
    for heading in PARTS:
        assert heading in back, heading


def test_sheet__calls_nothing_a_strength_without_evidence(shelf: Path):
    for code in SCHOOLS:
        page = (shelf / SCHOOLS[code] / "index.html").read_text("utf-8")
        section = page.partition('<h2 id="strengths">')[2].partition("</section>")[0]
        listed = re.findall(r"<tr><th.*?</tr>", section)
        none = ("No number here is a strength", "There is no comparison here:")
        assert listed or any(words in section for words in none)


def test_sheet__asks_three_questions_at_most(shelf: Path):
    asked_of = {"2120": 3, "3327": 3, "4277": 0}  # the last has closed: the district is asked
    for code, asked in asked_of.items():
        page = (shelf / SCHOOLS[code] / "index.html").read_text("utf-8")
        section = page.partition('<h2 id="questions-to-ask">')[2].partition("</section>")[0]
        assert section.count('class="claim"') == asked
        assert ("Questions to ask the district" in section) == (not asked)


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


def test_sheet__prints_no_controls(shelf: Path, browser_page):
    printed = PdfReader(
        BytesIO(browser_page(shelf / SCHOOLS["3327"] / "index.html").page.pdf(format="Letter"))
    )
    words = " ".join(page.extract_text() for page in printed.pages)
    assert "Questions to ask" in words
    for control in ("Skip to the report", "Copy citation", "Cite a number", "\u2195"):
        assert control not in words


def test_index__has_a_map_whose_dots_lead_to_sheets(shelf: Path, browser_page):
    page = browser_page(shelf / "index.html").page
    dots = page.locator(".school-map a")
    assert dots.count() >= 2
    assert {(shelf / str(dot.get_attribute("href"))).is_file() for dot in dots.all()} == {True}
    page.get_by_label("Rainier Beach High School").locator("circle").click()
    page.wait_for_url("**/3327-rainier-beach-high-school/index.html")
    assert barriers.found(browser_page(shelf / "index.html").page) == []


def test_sheet__prints_no_group_under_ten_and_no_count_under_three(sheet: Path):
    for record in json.loads((sheet / "findings.json").read_text("utf-8")):
        n, k = record["n"], record["numerator"]
        assert not isinstance(n, int) or n >= 10, record
        assert not isinstance(k, int) or k >= 3, record
        if record["publish"] == "nothing":
            assert (record["estimate"], record["bound_low"], n) == (None, None, None), record


def test_sheet__of_few_students_says_why_its_figures_are_not_shown(shelf: Path):
    page = (shelf / SCHOOLS["4277"] / "index.html").read_text("utf-8")
    assert "(fewer than 10 students)." in page.partition("Not shown of this school: ")[2]
    assert "There is no comparison here:" in page


def test_sheet__says_the_same_of_a_number_as_any_other(shelf: Path):
    known: dict[str, dict[str, object]] = {}
    for name in SCHOOLS.values():
        for record in json.loads((shelf / name / "findings.json").read_text("utf-8")):
            told = {key: value for key, value in record.items() if key != "cite_apa"}
            assert known.setdefault(record["id"], told) == told
