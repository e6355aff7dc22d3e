"""The statement that a report leads with: the strongest that is sure, or else the largest of the student survey."""

import pandas as pd
import pytest
from conftest import make_counts
from estimate_samples import row

import sesec_analysis as sa
from sesec_analysis.schema import conform_estimates


def statement(
    indicator: str, measure: str, low: float, high: float, **more: object
) -> dict[str, object]:
    """Return an exact difference with an interval from low to high."""
    middle = (low + high) / 2
    ends = {"bound_low": middle, "bound_high": middle, "outer_low": low, "outer_high": high}
    of_all = {"student_group": "all", "student_group_type": "all", "grade_level": "all"}
    known = {"organization_id": "here", "end_year": 2024, "estimate": middle, **of_all, **ends}
    reference = {"change": "2018", "gap": "rest", "gap_change": "rest 2018"}[measure]
    return row(indicator=indicator, measure=measure, reference=reference, **(known | more))


def led(*rows: dict[str, object]) -> list[tuple[str, str]]:
    table = sa.report.lead(conform_estimates(pd.DataFrame(rows)), place="here", up_to=2024)
    return list(zip(table["indicator"], table["measure"], strict=True))


ATTENDANCE = "regular_attendance"


def test_lead__is_a_gap_that_moved_before_a_larger_change():
    rows = [
        statement(ATTENDANCE, "change", -0.20, -0.10),
        statement(ATTENDANCE, "gap_change", -0.05, -0.02),
    ]
    assert led(*rows) == [(ATTENDANCE, "gap_change"), (ATTENDANCE, "change")]


def test_lead__is_the_statement_whose_interval_stays_farthest_from_none():
    rows = [
        statement(ATTENDANCE, "change", -0.13, -0.03),
        statement("disciplined", "gap", 0.03, 0.04),
        statement(ATTENDANCE, "gap", -0.05, -0.025),
    ]
    assert led(*rows) == [("disciplined", "gap"), (ATTENDANCE, "gap"), (ATTENDANCE, "change")]


@pytest.mark.parametrize(
    "weak",
    [
        statement(ATTENDANCE, "change", 0.004, 0.010),  # sure, but of less than a point
        statement("enrollment", "gap", 0.20, 0.30),
        statement("graduated_4yr", "gap", 0.20, 0.30),
        statement(ATTENDANCE, "gap", 0.20, 0.30, student_group="black"),
        statement(ATTENDANCE, "gap", 0.20, 0.30, organization_id="there"),
        statement(ATTENDANCE, "gap", 0.20, 0.30, end_year=2021),
    ],
)
def test_lead__is_never_small_old_of_a_group_or_enrollment(weak):
    assert led(weak) == []
    assert led(weak, statement("disciplined", "gap", 0.02, 0.04)) == [("disciplined", "gap")]


def test_lead__passes_over_a_gap_that_narrowed_while_the_level_got_worse():
    narrowed = statement(ATTENDANCE, "gap_change", 0.02, 0.04)
    worse, better = (
        statement(ATTENDANCE, "change", -0.09, -0.05),
        statement(ATTENDANCE, "change", 0.05, 0.09),
    )
    assert led(narrowed, worse) == [(ATTENDANCE, "change")]
    assert led(narrowed, better)[0] == (ATTENDANCE, "gap_change")
    # Fewer suspensions are better: a gap in them that fell moved in the place's favor.
    fewer = statement("disciplined", "gap_change", -0.04, -0.02)
    assert led(fewer, statement("disciplined", "change", 0.05, 0.09)) == [("disciplined", "change")]


def test_lead__is_a_test_only_if_students_who_took_it_say_the_same():
    official = statement("math_met", "change", -0.18, -0.12)
    assert led(official) == []
    assert led(official, statement("math_met_tested", "change", -0.15, -0.11)) == [
        ("math_met", "change")
    ]
    other_side = statement("math_met_tested", "change", 0.11, 0.15)
    assert led(official, other_side) == []
    withheld = statement("math_met_tested", "change", -0.2, 0.1, bound_low=-0.1, bound_high=0.05)
    assert led(official, withheld) == []


def test_lead__is_a_tests_gap_if_the_same_schools_say_the_same_of_students_who_took_it():
    official = statement("math_met", "gap_change", -0.08, -0.03)
    unknown = statement("math_met_tested", "gap_change", -0.9, 0.9, bound_low=-0.8, bound_high=0.8)
    same = {**statement("math_met_tested", "gap_change", -0.06, -0.01), **OF_SAME_SCHOOLS}
    against = {**statement("math_met_tested", "gap_change", 0.01, 0.06), **OF_SAME_SCHOOLS}
    assert led(official, unknown) == []
    assert led(official, unknown, against) == []
    assert led(official, unknown, same) == [("math_met", "gap_change")]
    # The schools of both years say nothing of a change in one place.
    assert led(statement("math_met", "change", -0.18, -0.12), same) == []


OF_SAME_SCHOOLS = {"measure": "published_gap_change"}


def test_lead__without_a_sure_statement_has_those_that_are_left_open():
    rows = [
        statement(ATTENDANCE, "gap", -0.03, 0.02),
        statement("disciplined", "gap", 0.002, 0.004),
    ]
    assert led(*rows) == [(ATTENDANCE, "gap")]
    table = sa.report.lead(conform_estimates(pd.DataFrame(rows)), place="here", up_to=2024)
    assert sa.report.headline(table).text == ""


def test_lead__is_sure_only_beyond_what_rates_move_from_year_to_year():
    # Of attendance phi is 1.76: chance reaches 1.33 times as far.
    barely, clearly = (statement(ATTENDANCE, "change", -0.10, high) for high in (-0.01, -0.02))
    assert led(barely) == []
    assert led(clearly) == [(ATTENDANCE, "change")]


def test_lead__without_results_of_the_year_says_so():
    old = {**statement(ATTENDANCE, "change", -0.10, -0.05), "organization_id": "southeast_seattle"}
    first = sa.report.lead(
        conform_estimates(pd.DataFrame([old])), place="southeast_seattle", up_to=2025
    )
    assert first.attrs == {"no_results_of": 2025}
    assert str(sa.report.headline(first)) == (
        "No new test, attendance, or discipline results for 2025"
    )


def test_lead__of_a_survey_of_the_year_is_news_though_no_other_result_is():
    old = {**statement(ATTENDANCE, "gap", -0.05, -0.03, end_year=2023)}
    old["organization_id"] = "southeast_seattle"
    cells = pd.concat([answered(**HERE), answered(**FAR)])
    table = conform_estimates(pd.DataFrame([SURVEY, old]))
    found = sa.report.lead(table, place="southeast_seattle", up_to=2024, schools=cells)
    assert list(found["indicator"]) == [ATTENDANCE]
    assert found.attrs == {}


def answered(**counts: int) -> pd.DataFrame:
    """Return high schoolers' answers at single schools, by the state's codes: favorable ones, of 1,000."""
    asked = {"indicator": "climate_overall_favorable", "end_year": 2024}
    asked |= {"student_group_type": "survey_level", "unit": "share_of_answers"}
    rows = [
        make_counts(
            high=(favorable, 1000), **asked, organization_level="school", organization_id=school
        )
        for school, favorable in counts.items()
    ]
    return pd.concat([make_counts(), *rows], ignore_index=True)


SURVEY = {
    **statement("climate_overall_favorable", "gap", 0.1, 0.1),
    "student_group_type": "survey_level",
    "student_group": "high",
    "organization_id": "southeast_seattle",
    "reference": "rest_of_seattle_regular",
    "outer_low": None,
    "outer_high": None,
}
HERE = {"2182": 600, "2392": 580, "3327": 560}
FAR = {"1579": 450, "1620": 460, "1796": 470}


def surveyed(here: dict[str, int], there: dict[str, int], *more: dict[str, object]) -> list[str]:
    cells = pd.concat([answered(**here), answered(**there)])
    table = conform_estimates(pd.DataFrame([SURVEY, *more]))
    led = sa.report.lead(table, place="southeast_seattle", up_to=2024, schools=cells)
    return list(led["indicator"])


def test_lead__without_a_sure_statement_is_the_survey_gap_that_no_school_makes():
    assert surveyed(HERE, FAR) == ["climate_overall_favorable"]
    open_gap = {**statement(ATTENDANCE, "gap", -0.03, 0.02), "organization_id": "southeast_seattle"}
    assert surveyed(HERE, FAR, open_gap) == ["climate_overall_favorable"]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ({"2182": 900, "2392": 460, "3327": 470}, FAR),  # one school makes it
        ({"2182": 470, "2392": 475, "3327": 480}, FAR),  # less than 2 points
        ({}, FAR),
    ],
)
def test_lead__refuses_a_survey_gap_that_hangs_on_one_school(here, there):
    assert surveyed(here, there) == []


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (statement(ATTENDANCE, "gap", -0.03, 0.02), "could be chance, or too much is withheld"),
        (statement(ATTENDANCE, "gap", -0.02, -0.002, bound_low=-0.015, bound_high=-0.008), "point"),
        (statement("math_met", "gap", -0.2, -0.1), "not the same among students tested"),
        (statement(ATTENDANCE, "gap", -0.2, -0.1, end_year=2020), "older than two years"),
        (statement(ATTENDANCE, "gap", -0.2, -0.1), ""),
    ],
)
def test_lead_candidates__says_why_each_statement_may_not_lead(row, why):
    table = conform_estimates(pd.DataFrame([row]))
    [found] = sa.report.lead_candidates(table, place="here", up_to=2024).to_dict("records")
    assert why in found["refused"] if why else found["refused"] == ""
