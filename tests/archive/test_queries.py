"""Questions in plain words, and what answers them in the published editions, or refuses them by name."""

import pytest

from sesec_analysis.archive.queries import Library
from sesec_analysis.editions import built_editions

pytestmark = pytest.mark.slow  # all editions are read


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(built_editions.edition_findings())


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("math gap between Southeast Seattle and the rest of Seattle in 2025",
         "gap.math_met.2025.all.southeast_seattle-rest_of_seattle_regular.all"),
        ("what percent of low income kids came to school regularly in southeast seattle in 2024",
         "rate.regular_attendance.2024.all.southeast_seattle.low_income"),
        ("how much money per student did mlk get in 2024?",
         "average.budget_per_student.2024.all.school:2089.all"),
        ("Did the math gap grow from 2018 to 2025?",
         "gap_change.math_met.2025-2018.all.southeast_seattle-rest_of_seattle_regular.all"),
        ("What percent of high schoolers in Southeast felt safe in 2023?",
         "rate.climate_safety_favorable.2023.all.southeast_seattle.high"),
        ("How many schools in Southeast were at level 5 in 2025?",
         "level_share_5.school_level.2025.all.southeast_seattle.all"),
        ("How segregated were Black students in Seattle's schools in 2025?",
         "dissimilarity.enrollment.2025.all.seattle.black-others"),
        ("Native American students' suspension rate in Seattle, 2022-23",
         "rate.disciplined.2023.all.seattle.american_indian"),
        ("Of students who took the math test in Southeast in 2025, how many met the standard?",
         "rate.math_met_tested.2025.all.southeast_seattle.all"),
        ("In 2023-24, what was Southeast Seattle's average school budget for each student?",
         "average.budget_per_student.2024.all.southeast_seattle.all"),
        ("Could you tell our PTA how many kids got free lunch at Dunlap in 2025?",
         "rate.enrollment.2025.all.school:2321.low_income"),
        ("How much lower is attendance in Southeast than elsewhere in 2024?",
         "gap.regular_attendance.2024.all.southeast_seattle-rest_of_seattle_regular.all"),
    ],
)  # fmt: skip
def test_find__answers_with_the_finding_that_is_about_all_that_is_named(library, question, first):
    answer = library.find(question)
    assert (answer.refusal, answer.findings[0].id) == (None, f"sesec:{first}")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Why are Black students suspended more often?", "cause"),
        ("Did smaller classes raise test scores in Southeast?", "cause"),
        ("Is it poverty that makes scores lower in Southeast?", "cause"),
        ("Which school has the lowest attendance?", "ranking"),
        ("Please list schools by attendance from best to worst", "ranking"),
        ("Give me a single number for the ELA gap", "midpoint"),
        ("What is the exact suspension rate of Hispanic students in Southeast in 2019?", "midpoint"),
        ("Which number should I use for suspensions of Asian students in 2022: 0.4 or 1.7?", "midpoint"),
        ("What proportion of Seattle's kids live in poverty?", "no_data"),
        ("Add up the suspensions of all schools", "sum"),
        ("How many of the 7 American Indian students at Dunlap met the math standard?", "small_group"),
        ("How did attendance of Black students in Southeast change from 2019 to 2024?", "withheld"),
        ("How many students took AP calculus at Garfield?", "no_data"),
        ("Which share of students in Tacoma met the math standard?", "no_data"),
        ("graduation rate in Southeast Seattle in 2024", "no_data"),
        ("How much was spent per student in Southeast and in the rest of Seattle in 2019?", "no_comparison"),
    ],
)  # fmt: skip
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


def test_newer__is_the_same_finding_of_the_latest_year(library):
    old = RATE.format("math_met.2018", "southeast_seattle", "all")
    (newest,) = library.newer(old)
    assert newest.startswith("sesec:rate.math_met.20")
    assert library.newer(newest) == []
