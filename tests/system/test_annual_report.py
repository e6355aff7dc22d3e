"""The annual report itself, built once from the embedded data: complete, quotable, private, readable by everyone."""

import json
import re
from pathlib import Path
from typing import Any

import barriers
import built_editions
import proofs
import pytest
from printed_pages import sizes_of_words
from pypdf import PdfReader

from sesec_analysis.evidence.wording.sentences import LONGEST, word_count


def certified(folder: Path) -> None:
    """Check that a finished edition was searched and attacked, passed, and says so on its page."""
    audit = json.loads((folder / "disclosure_audit.json").read_text("utf-8"))
    assert audit["search"]["passed"] is audit["attack"]["passed"] is True
    attack = audit["attack"]
    assert (attack["counts_given_away"], attack["given_away"], attack["faults"]) == (0, [], [])
    assert attack["statements_of_the_edition"]["at_odds_with_the_state"] == []
    # Not for want of anything to attack: cells are withheld, and numbers of them are printed.
    assert attack["withheld_cells"] > 10_000
    assert attack["statements_of_the_edition"]["read"] > 1_000
    page = (folder / "annex.html").read_text("utf-8")
    assert "Certificate of the disclosure audit" in page
    assert f"{attack['withheld_cells']:,}" in page


pytestmark = pytest.mark.slow  # an edition is built first

EDITION = "annual-2025"  # the newest, which is built with its attack
PUBLISHERS = (
    "Washington State Office of Superintendent of Public Instruction",
    "Seattle Public Schools",
    "U.S. Census Bureau",
    "The Seattle Times",
    "U.S. Department of Education",
    "Urban Institute",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_editions.built(EDITION, tmp_path_factory)


@pytest.fixture(scope="module")
def records(built: Path) -> list[dict[str, Any]]:
    found = json.loads((built / "findings.json").read_text(encoding="utf-8"))
    return found["findings"] if isinstance(found, dict) else found


PAGES = ("index.html", "summary.html", "annex.html")


@pytest.fixture(scope="module")
def pages(built: Path) -> dict[str, str]:
    return {name: (built / name).read_text(encoding="utf-8") for name in PAGES}


def test_report__was_attacked_and_says_so(built: Path):
    certified(built)


def test_report__says_the_numbers_that_the_state_published(records: list[dict[str, Any]]):
    by_id = {record["id"]: record for record in records}
    black = by_id["sesec:rate.disciplined.2019.all.seattle.black"]
    assert (black["numerator"], black["n"], black["value"]) == (486, 8415, "5.8%")
    learners = by_id["sesec:rate.enrollment.2019.all.southeast_seattle.english_learner"]
    assert (learners["numerator"], learners["n"], learners["value"]) == (2678, 10503, "25.5%")
    pooled = by_id["sesec:rate.ela_met.2017.03.southeast_seattle.black"]
    assert pooled["publish"] == "range"
    assert pooled["estimate"] is None
    assert pooled["bound_low"] < 71 / 216 < pooled["bound_high"]


def test_report__prints_no_group_under_ten_and_no_count_under_three(records: list[dict[str, Any]]):
    for record in records:
        for name in ("n", "reference_n"):
            n = record[name]
            assert not isinstance(n, int) or n >= 10, record
        for numerator, n in (("numerator", "n"), ("reference_numerator", "reference_n")):
            k, whole = record[numerator], record[n]
            if record["counted"] != "schools" and isinstance(k, int) and isinstance(whole, int):
                assert k >= 3, record
                assert whole - k >= 3 or whole == k, record
        if record["indicator"] == "enrollment" and isinstance(record["numerator"], int):
            assert record["numerator"] >= 10, record
        if record["publish"] == "nothing":
            assert record["estimate"] is None, record
            assert record["bound_low"] is None, record


def test_report__every_finding_is_a_plain_sentence_with_a_source(records: list[dict[str, Any]]):
    assert len({record["id"] for record in records}) == len(records) > 300
    for record in records:
        assert word_count(record["sentence"]) <= LONGEST, record["sentence"]
        assert not re.search(r"\bnan\b|\bNone\b|<NA>", record["sentence"]), record["sentence"]
        assert record["source"].startswith(PUBLISHERS), record
        assert record["cite_apa"].startswith("Southeast Seattle Education Coalition")


def test_report__leads_to_the_annex_and_back(built: Path, pages: dict[str, str]):
    for name, page in pages.items():
        links = set(re.findall(r'href="([\w.]+\.(?:html|pdf|docx))[#"]', page))
        assert {*PAGES, "findings.html"} - {name} <= links
        assert all((built / link).is_file() for link in links)
    places = re.findall(r'href="annex.html#([^"]+)"', pages["index.html"])
    assert places
    assert all(f'id="{place}"' in pages["annex.html"] for place in places)


def _shown(part: object) -> object:
    """Return a part of a document without what its blocks were chosen from."""
    if isinstance(part, dict):
        return {name: _shown(inner) for name, inner in part.items() if name != "made_from"}
    return [_shown(inner) for inner in part] if isinstance(part, list) else part


def test_annex__holds_every_number_of_the_report_and_the_summary(built: Path):
    """Each page leads to it for ranges, ids and sources."""
    report = json.loads((built / "document.json").read_text("utf-8"))
    parts = {one["layout"]: one["sections"] for one in report["beside"]} | {
        "pages": report["sections"]
    }
    ids = {
        name: set(re.findall(r"\bsesec:[\w.:-]*\w", json.dumps(_shown(of))))
        for name, of in parts.items()
    }
    assert ids["pages"]
    assert ids["pages"] | ids["summary"] <= ids["annex"]


def test_pdfs__have_the_pages_they_should(built: Path):
    assert len(PdfReader(built / "summary.pdf").pages) == 2
    assert len(PdfReader(built / "report.pdf").pages) <= 20


def test_report__prints_words_that_can_be_read(built: Path):
    sizes = sizes_of_words(built / "report.pdf")
    assert len(sizes) > 100
    assert min(sizes) >= 8


@pytest.mark.parametrize(
    "name", proofs.sample(["summary.pdf", "report.pdf", "annex.pdf"], 1, seed=built_editions.SEED)
)
def test_pdfs__pass_two_checkers_of_accessibility(built: Path, name: str):
    from outloud import check
    from pdfua import validate

    assert [str(finding) for finding in validate(built / name).findings] == []
    heard = check(str(built / name))
    assert heard.error is None
    assert heard.errors == 0, list(heard.findings)


SCREENS = [(width, name) for width in (1280, 390) for name in PAGES]
EACH_PAGE = [(390, "index.html"), (390, "summary.html"), (1280, "annex.html")]


@pytest.mark.proof("Every page of the newest edition passes axe and fits every screen")
@pytest.mark.parametrize(("width", "name"), proofs.sample(SCREENS, 3, seed=1, always=EACH_PAGE))
def test_report__is_readable_by_everyone(browser_page, built: Path, width: int, name: str):
    visit = browser_page(built / name, viewport={"width": width, "height": 900})
    assert visit.requests == [(built / name).as_uri()]
    assert visit.errors == []
    overflow = visit.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0
    assert barriers.found(visit.page) == []
