"""The search understands what grant writers type, and says what it left out."""

import pytest
import yaml

from sesec_analysis import checkout
from sesec_analysis.editions import built_editions
from sesec_analysis.evidence.search import SearchIndex, search


def finding(
    measure: str, indicator: str, place: str, group: str, title: str, year: int = 2025
) -> dict[str, object]:
    named = place if measure in ("rate", "average") else f"{place}-rest_of_seattle_regular"
    return {
        "id": f"sesec:{measure}.{indicator}.{year}.all.{named}.{group}",
        "sentence": f"A sentence of {measure} in {year}.",
        "measure": measure,
        "indicator": indicator,
        "end_year": year,
        "grade_level": "all",
        "organization_level": "place",
        "organization_id": place,
        "place": place.replace("_", " "),
        "student_group": group,
        "label": group.replace("_", " "),
        "title": title,
        "reference": "" if measure == "rate" else "rest_of_seattle_regular",
        "publish": "point",
    }


SHARE, ELA = "Share of students", "Met the standard in English language arts"
RECORDS = [
    finding("rate", "enrollment", "rest_of_seattle_regular", "english_learner", SHARE),
    finding("rate", "enrollment", "southeast_seattle", "english_learner", SHARE, 2019),
    finding("rate", "enrollment", "southeast_seattle", "english_learner", SHARE),
    finding("rate", "enrollment", "southeast_seattle", "low_income", SHARE),
    finding("rate", "ela_met", "southeast_seattle", "all", ELA),
    finding("gap", "ela_met", "southeast_seattle", "all", ELA),
    finding("rate", "disciplined", "southeast_seattle", "all", "Suspended or expelled"),
]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("how many multilingual learners", RECORDS[2]),
        ("EL students", RECORDS[2]),
        ("ELLs 2018-19", RECORDS[1]),
        ("English learners elsewhere in the city", RECORDS[0]),
        ("free and reduced lunch", RECORDS[3]),
        ("reading", RECORDS[4]),
        ("reading gap", RECORDS[5]),
        ("suspensions", RECORDS[6]),
        ("suspended", RECORDS[6]),
    ],
)
def test_search__puts_first_what_a_grant_writer_means(asked, first):
    matches, _ = search(asked, RECORDS)
    assert matches[0].record["id"] == first["id"]
    assert matches[0].lacking == ()


def test_search__relaxes_and_tells_what_was_dropped():
    matches, meant = search("reading xylophones", RECORDS)
    assert {match.lacking for match in matches} == {("xylophone",)}
    assert meant == {}
    assert search("xylophones", RECORDS)[0] == []


def test_search__shows_a_sentence_of_two_findings_once():
    ratio, other = (
        {
            **finding(measure, "disciplined", "seattle", "black", "Suspended"),
            "sentence": "4.2 times.",
        }
        for measure in ("ratio", "risk_ratio")
    )
    assert [match.record for match in search("suspended black", [other, ratio])[0]] == [ratio]


@pytest.fixture(scope="module")
def published_index() -> SearchIndex:
    folders = sorted(checkout.published_folder().glob("annual-*"), reverse=True)
    return SearchIndex(
        record for folder in folders for record in built_editions.read_findings(folder)
    )


LEAST = {"built": 28, "held": 28, "later": 19, "families": 57, "families_later": 26, "money": 18}


@pytest.mark.slow
@pytest.mark.proof(
    "Questions of grant writers find their number first",
    tried="every set of questions, in all published editions",
    only_in_full=True,
)
@pytest.mark.parametrize(("half", "least"), LEAST.items())
def test_search__puts_first_what_questions_of_grant_writers_mean(half, least, published_index):
    asked = yaml.safe_load((checkout.root() / "benchmarks/questions.yml").read_text("utf-8"))[half]
    firsts = [(published_index.search(question)[0], wanted) for question, wanted in asked]
    assert (
        sum(found[0].record["id"] in wanted.split() for found, wanted in firsts if found) >= least
    )
