"""Questions in plain words, and what answers them in the published editions, or refuses them by name."""

import csv
from pathlib import Path

import pytest

from sesec_analysis.archive.queries import Library
from sesec_analysis.editions import built_editions

pytestmark = pytest.mark.slow  # all editions are read


with Path(__file__).with_name("answers.csv").open(encoding="utf-8", newline="") as file:
    _, *ASKED = csv.reader(file)
"""Questions with the finding that answers each, or the kind of the refusal."""


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(built_editions.edition_findings())


@pytest.mark.parametrize(("question", "first"), [row for row in ASKED if "." in row[1]])
def test_find__answers_with_the_finding_that_is_about_all_that_is_named(library, question, first):
    answer = library.find(question)
    assert (answer.refusal, answer.findings[0].id) == (None, f"sesec:{first}")


@pytest.mark.parametrize(("question", "kind"), [row for row in ASKED if "." not in row[1]])
def test_find__refuses_by_name_and_says_what_may_be_said(library, question, kind):
    answer = library.find(question)
    assert answer.refusal is not None
    assert answer.refusal.kind == kind
    assert len(answer.refusal.text) > 40
    assert all(finding.record["publish"] != "nothing" for finding in answer.findings)


def test_find__says_what_is_available_where_there_is_no_data(library):
    year = library.find("graduation rate in Southeast Seattle in 2024").refusal.text
    assert "“2024” is not available here. Available: 2018–19." in year
    topic = library.find("How many students bike to school?")
    assert "“bike”" in topic.refusal.text
    assert "Attended regularly" in topic.refusal.text
    assert topic.findings == ()


RATE = "sesec:rate.{}.all.{}.{}"


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (RATE.format("math_met.2025", "southeast_seattle", "all"),
         RATE.format("math_met.2025", "rest_of_seattle_regular", "all"),
         "sesec:gap.math_met.2025.all.southeast_seattle-rest_of_seattle_regular.all"),
        (RATE.format("math_met.2018", "southeast_seattle", "all"),
         RATE.format("math_met.2025", "southeast_seattle", "all"),
         "sesec:change.math_met.2025-2018.all.southeast_seattle.all"),
        (RATE.format("disciplined.2023", "seattle", "black"),
         RATE.format("disciplined.2023", "seattle", "white"), "no_comparison"),
        (RATE.format("math_met.2025", "southeast_seattle", "all"),
         RATE.format("ela_met.2025", "southeast_seattle", "all"), "no_comparison"),
        (RATE.format("math_met.2025", "southeast_seattle", "all"),
         RATE.format("math_met.2018", "rest_of_seattle_regular", "all"), "no_comparison"),
        (RATE.format("math_met.2025", "southeast_seattle", "all"), "sesec:rate.nothing", "unknown_id"),
    ],
)  # fmt: skip
def test_compare__answers_only_where_a_finding_compares_the_two(library, one, other, found):
    for pair in ((one, other), (other, one)):
        answer = library.compare(*pair)
        first = answer.refusal.kind if answer.refusal else answer.findings[0].id
        assert first == found


def test_withheld__refuses_every_withheld_finding_with_its_sentence(library):
    withheld = [f for f in library.findings.values() if f.record["publish"] == "nothing"]
    assert len(withheld) > 100
    for finding in withheld[::10]:
        answer = library.find_id(finding.id)
        assert answer.refusal.kind in ("withheld", "small_group")
        assert str(finding.record["sentence"]) in answer.refusal.text
        assert finding.id not in [other.id for other in answer.findings]
