"""Tests of claims that compare: student groups with all other students, and schools of a list."""

import pandas as pd
import pytest
from conftest import make_counts

from sesec_analysis.catalog.claim_entries import ClaimFigure, GroupGapsTest, RosterTest
from sesec_analysis.evidence.claim_comparisons import (
    chance_of_at_least,
    measure_group_gaps,
    measure_roster,
)
from sesec_analysis.evidence.claim_tests import ClaimFigures, Verdict
from sesec_analysis.evidence.wording.fields import words_of

HERE, THERE = "southeast_seattle", "rest_of_seattle_regular"


def at_hand(*tables: pd.DataFrame) -> ClaimFigures:
    return ClaimFigures(pd.concat(tables, ignore_index=True), HERE, THERE, "seattle", 0.95)


def of_groups(indicator: str = "math_met", **cells: object) -> ClaimFigures:
    return at_hand(make_counts(**cells, indicator=indicator, student_group_type="race_ethnicity"))


def group_gaps(indicator: str = "math_met") -> GroupGapsTest:
    figure = ClaimFigure(
        indicator=indicator, student_group_type="race_ethnicity", student_group=None
    )
    groups = ("black", "hispanic")
    return GroupGapsTest(kind="group_gaps", part="gaps", figure=figure, groups=groups)


@pytest.mark.parametrize(
    ("black", "hispanic", "white", "verdict"),
    [
        ((400, 1000), (500, 1000), (700, 1000), Verdict.TRUE),
        ((700, 1000), (700, 1000), (400, 1000), Verdict.NOT_TRUE),
        ((25, 50), (26, 50), (27, 50), Verdict.CANT_TELL),
        ((50_000, 100_000), (50_050, 100_000), (50_020, 100_000), Verdict.NOT_TRUE),  # the same
    ],
)
def test_measure_group_gaps__is_true_where_a_group_is_worse_off_beyond_chance(
    black, hispanic, white, verdict
):
    figures = of_groups(black=black, hispanic=hispanic, white=white)
    assert measure_group_gaps(group_gaps(), figures, 2019).verdict is verdict


def test_measure_group_gaps__names_the_groups_that_are_worse_off_and_counts_the_others():
    figures = of_groups(black=(400, 1000), hispanic=(700, 1000), white=(700, 1000))
    measured = measure_group_gaps(group_gaps(), figures, 2019)
    assert words_of(measured.why) == "groups worse off: 1, better off: 1"
    text = words_of(measured.text)
    assert "Black or African American −30.0 points" in text
    assert "Hispanic" not in text
    assert "White" not in text


def test_measure_group_gaps__a_higher_rate_of_discipline_is_worse():
    figures = of_groups("disciplined", black=(80, 1000), hispanic=(40, 1000), white=(20, 1000))
    measured = measure_group_gaps(group_gaps("disciplined"), figures, 2019)
    assert measured.verdict is Verdict.TRUE
    assert "Black or African American 2.7 times" in words_of(measured.text)


def test_measure_group_gaps__without_figures_has_no_data():
    figures = of_groups(white=(700, 1000), asian=(700, 1000))
    assert measure_group_gaps(group_gaps(), figures, 2019).verdict is Verdict.NO_DATA
    assert measure_group_gaps(group_gaps(), figures, 2018).verdict is Verdict.NO_DATA


def test_chance__limits_and_hand_worked():
    assert chance_of_at_least(0, 3, 2, 10) == 1
    assert chance_of_at_least(2, 3, 2, 10) == pytest.approx(3 / 10 * 2 / 9)
    # Five of five in 21 of 101 schools: 21/101 * 20/100 * 19/99 * 18/98 * 17/97.
    five = 21 * 20 * 19 * 18 * 17 / (101 * 100 * 99 * 98 * 97)
    assert chance_of_at_least(5, 21, 5, 101) == pytest.approx(five)


def school(code: str, students: int) -> pd.DataFrame:
    return make_counts(
        all=(students, students),
        indicator="enrollment",
        student_group_type="all",
        organization_level="school",
        organization_id=code,
        organization_name=f"School {code}",
        end_year=2011,
    )


ROSTER = [school(code, 300) for code in ("2070", "2120", "1635", "2220", "2221")]


@pytest.mark.parametrize(
    ("counted", "least", "verdict", "words"),
    [
        (["1635"], 2, Verdict.TRUE, "2 of 2 in Southeast Seattle, which had 3 of the 5 schools"),
        ([], 2, Verdict.PARTLY, "1 of 2 in Southeast Seattle, which had 2 of the 5 schools"),
        ([], 1, Verdict.TRUE, "once in 1 draws"),
    ],
)
def test_measure_roster__counts_a_school_where_it_is_said_to_stand(counted, least, verdict, words):
    test = RosterTest(
        kind="roster",
        part="a part",
        year=2011,
        schools=["2070", "1635"],
        counted_in_place=counted,
        least=least,
    )
    measured = measure_roster(test, at_hand(*ROSTER, school("2222", 0)))  # one without students
    assert measured.verdict is verdict
    assert words in words_of(measured.text)


def test_measure_roster__without_the_years_roster_is_not_known():
    test = RosterTest(kind="roster", part="a part", year=2012, schools=["2070"], least=1)
    assert measure_roster(test, at_hand(*ROSTER)).verdict is Verdict.NO_DATA
