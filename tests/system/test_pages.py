"""Pages are true to the package: METHODS has an entry for every measure, ARCHITECTURE a place for every room."""

import re
from pathlib import Path

from public_names import PUBLIC_MEASURES

from sesec_analysis import catalog

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "METHODS.md").read_text("utf-8")
PLAN = (
    (ROOT / "docs" / "ARCHITECTURE.md")
    .read_text("utf-8")
    .partition("## 2.")[2]
    .partition("\nTo come")[0]
)
NAMED = set(re.findall(r"`(\w+)`", PAGE))
HEADINGS = re.findall(r"^## (.+)$", PAGE, flags=re.M)
ENTRIES = [part for part in re.split(r"\n(?=\*\*`|## )", PAGE) if part.startswith("**`")]


def test_methods__has_an_entry_for_every_public_measure() -> None:
    assert [name for name in sorted(PUBLIC_MEASURES) if f"**`{name}`**" not in PAGE] == []


def test_methods__names_every_measure_of_the_catalog() -> None:
    assert set(catalog.measures()) - NAMED == set()


def test_methods__every_link_of_the_contents_leads_to_a_heading() -> None:
    anchors = {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in HEADINGS}
    linked = set(re.findall(r"\]\(#([^)]+)\)", PAGE))
    assert linked
    assert linked <= anchors


def test_methods__every_entry_says_what_withheld_figures_do() -> None:
    assert len(ENTRIES) > 40
    for entry in ENTRIES:
        assert "Numbers in, a " in entry or re.search(r"\bbounds?\b", entry, flags=re.I), entry


def test_plan__names_every_room_there_is_and_no_other() -> None:
    package = PLAN.partition("    sesec_analysis/")[2]
    named = set(re.findall(r"(?m)^ +(\w+)/", package))
    rooms = {path.parent.name for path in (ROOT / "sesec_analysis").rglob("__init__.py")}
    assert named == rooms - {"sesec_analysis"}


def test_plan__names_modules_that_there_are() -> None:
    named = set(re.findall(r"\b(?<!\*)(?!test_)\w+\.py\b", PLAN))
    rooms = {path.name for path in (ROOT / "sesec_analysis").rglob("*.py")}
    assert named - {"utils.py"} <= rooms  # which there must not be


def test_architecture__is_short() -> None:
    assert (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8").count("\n") <= 250
