"""Questions for one school: each comes from a number of its own, and says no more than that number."""

import pytest

from sesec_analysis import catalog, i18n
from sesec_analysis.evidence.implications import school_questions
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.text import Name, parts_of
from tests.samples.estimate_samples import bounded, estimates, rate

ALL = {"student_group": "all", "student_group_type": "all", "grade_level": "all", "end_year": 2024}
SCHOOL = {
    **ALL,
    "organization_level": "school",
    "organization_id": "2120",
    "organization_name": "Rising Star",
}
LEVEL = {
    **ALL,
    "organization_level": "place",
    "organization_id": "seattle_elementary",
    "organization_name": "Elementary schools of Seattle",
}


def here(share: float, indicator: str, n: int = 1000, **also):
    """A rate of the school."""
    return rate(round(share * n), n, **(SCHOOL | {"indicator": indicator} | also))


def level(share: float, indicator: str, **also):
    """A rate of all schools of its level."""
    return rate(round(share * 20000), 20000, **(LEVEL | {"indicator": indicator} | also))


def asked(*rows, school="2120"):
    """The questions of a table of ESTIMATES, with the indicators and years of the findings under each."""
    made = school_questions(estimates(rows), school=school)
    assert not isinstance(made, Notice), made
    return [question for question, _ in made.rows], made


def test_school_questions__begin_where_the_school_is_farthest_from_its_level():
    rows = [
        *(here(0.5, "ela_met"), level(0.6, "ela_met")),
        *(here(0.3, "math_met"), level(0.6, "math_met")),
        *(here(0.7, "regular_attendance"), level(0.7, "regular_attendance")),
    ]
    questions, made = asked(*rows)
    assert len(questions) == 3
    assert questions[0].startswith("How does the school teach math")
    assert made.rows[0][1] == (
        "Met the standard in mathematics: 30% here, 60% in Seattle’s elementary schools, 2024."
    )


def test_school_questions__ask_next_what_got_worse_since_the_base_year():
    rows = [
        *(here(0.3, "math_met"), level(0.6, "math_met")),
        here(0.5, "regular_attendance"),
        here(0.7, "regular_attendance", end_year=2019),
        here(0.9, "regular_attendance", end_year=2018),
    ]
    questions, made = asked(*rows)
    assert "harder to come every day since 2019" in questions[1]
    assert made.rows[1][1] == "Attended regularly: 50% here in 2024, 70% in 2019."
    named = [one for one, _ in parts_of(made.texts.rows[1][1]) if isinstance(one, Name)]
    assert not named, "a school compared with itself is no place of its level"


def test_school_questions__ask_nothing_of_a_change_or_a_distance_that_could_be_chance():
    small = {"n": 40}
    rows = [
        *(here(0.50, "math_met", **small), level(0.55, "math_met")),
        *(here(0.50, "regular_attendance", **small), here(0.6, "regular_attendance", **small, end_year=2019)),
    ]  # fmt: skip
    questions, made = asked(*rows)
    assert not any("since" in question for question in questions)
    assert all("in Seattle’s" not in told for _, told in made.rows)


def test_school_questions__hold_of_a_test_among_students_tested_too():
    rows = [here(0.3, "ela_met"), level(0.6, "ela_met")]
    _, made = asked(*rows)
    assert "in Seattle’s" in made.rows[0][1]
    also = [here(0.6, "ela_met_tested"), level(0.6, "ela_met_tested")]
    _, made = asked(*rows, *also)
    assert "in Seattle’s" not in made.rows[0][1]


@pytest.mark.parametrize(("took", "is_asked"), [(0.99, True), (0.45, False)])
def test_school_questions__take_off_what_students_who_were_not_tested_could_change(took, is_asked):
    rows = [
        *(here(0.3, "ela_met"), level(0.6, "ela_met"), here(0.3 / took, "ela_met_tested")),
        here(took, "ela_tested"),
    ]  # the level has no result among students tested
    _, made = asked(*rows)
    assert ("60% in Seattle’s elementary schools" in made.rows[0][1]) is is_asked
    without = [row for row in rows if row["indicator"] != "ela_tested"]
    assert "in Seattle’s" not in asked(*without)[1].rows[0][1]


def test_school_questions__ask_why_students_did_not_take_a_test():
    questions, made = asked(
        here(0.65, "ela_tested"), here(0.60, "math_tested"), level(0.9, "math_tested")
    )
    assert questions == [
        "Why do some students not take the test, and how else do families see what they have learned?"
    ]
    assert {one.row.indicator for one in made.findings} == {"math_tested"}
    assert isinstance(school_questions(estimates([here(0.99, "ela_tested")]), school="2120"), Notice)  # fmt: skip
    unknown = [here(0.65, "ela_tested")]  # of how many took it elsewhere
    assert isinstance(school_questions(estimates(unknown), school="2120"), Notice)
    as_many = [here(0.88, "ela_tested"), level(0.89, "ela_tested")]  # as elsewhere, chance aside
    assert isinstance(school_questions(estimates(as_many), school="2120"), Notice)


def test_school_questions__ask_what_public_data_does_not_tell():
    wide = bounded(0.1, 0.6, **SCHOOL, indicator="regular_attendance")
    questions, _ = asked(wide, here(0.5, "math_met"))
    assert questions[0].startswith("Public data tells little of this.")


def test_school_questions__do_not_compare_suspensions_where_children_are_young():
    rows = [here(0.2, "disciplined"), level(0.01, "disciplined")]
    _, made = asked(*rows)
    assert [told for _, told in made.rows] == ["Suspended or expelled: 20.0% here in 2024."]


def test_school_questions__ask_what_works_where_the_school_is_ahead():
    rows = [
        *(here(0.85, "regular_attendance"), level(0.7, "regular_attendance")),
        *(here(0.75, "math_met"), level(0.6, "math_met")),
        *(here(0.6, "ela_met"), level(0.6, "ela_met")),
    ]
    questions, made = asked(*rows)
    assert made.findings[0].row.indicator == "regular_attendance"
    assert questions[0].startswith("What makes it easier for students to come")
    assert questions[2].startswith("How does the school teach reading")  # nothing sure is known


def test_school_questions__of_a_school_that_has_closed_are_for_the_district_that_decides_now():
    last = {entry.code: entry.last_year for entry in catalog.schools().values()}
    assert last["4277"] == 2018 < max(filter(None, last.values()))
    shown = school_questions(
        estimates([rate(90, 300, **{**SCHOOL, "organization_id": "4277"})]), school="4277"
    )
    assert str(shown.title) == "Questions to ask"
    assert "2017–18. Ask the district" in str(shown)
    assert "the school " not in str(shown)
    with i18n.use_language("vi"):
        spoken = school_questions(estimates([rate(90, 300, **SCHOOL)]), school="4277")
        assert "2017–18" in str(spoken)
        assert "Ask the district" not in str(spoken)
