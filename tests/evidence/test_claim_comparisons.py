"""Tests of claims that compare: outcomes by group with three answers, and schools of a list."""

import pandas as pd
import pytest
from conftest import make_counts

from sesec_analysis.catalog.claim_entries import Area, ClaimFigure, OutcomesTest, RosterTest
from sesec_analysis.evidence.claim_comparisons import (
    chance_of_at_least,
    measure_outcomes,
    measure_roster,
)
from sesec_analysis.evidence.claim_tests import ClaimFigures, Holds
from sesec_analysis.evidence.wording.fields import words_of

HERE, THERE = "southeast_seattle", "rest_of_seattle_regular"


def at_hand(*tables: pd.DataFrame) -> ClaimFigures:
    return ClaimFigures(pd.concat(tables, ignore_index=True), HERE, THERE, "seattle", 0.95)


def both(here: object, there: object, indicator: str = "ela_met", **columns: object):
    return [
        make_counts(
            all=cell,
            indicator=indicator,
            student_group_type="all",
            organization_id=place,
            organization_name=place,
            **columns,
        )
        for place, cell in ((THERE, there), (HERE, here))
    ]


def outcomes(*indicators: str, kinds: tuple[str, ...] = ("all",)) -> OutcomesTest:
    figures = [ClaimFigure(indicator=indicator) for indicator in indicators]
    area = Area(title="Learning", figures=figures)
    return OutcomesTest(kind="outcomes", part="gaps", areas=[area], group_types=list(kinds))


FAR_BELOW, FAR_ABOVE = ((400, 1000), (600, 1000)), ((600, 1000), (400, 1000))
ALIKE = ((50000, 100000), (50100, 100000))
OPEN = ((50, 100), (52, 100))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ela", "math", "holds", "why"),
    [
        (FAR_BELOW, FAR_BELOW, Holds.YES, ""),
        (FAR_BELOW, FAR_ABOVE, Holds.IN_PART, "1 worse, 1 better"),
        (FAR_BELOW, OPEN, Holds.IN_PART, "1 cannot be told"),
        (FAR_ABOVE, OPEN, Holds.UNKNOWN, "0 worse, 1 better, 0 about the same, 1 cannot be told"),
        (FAR_ABOVE, ALIKE, Holds.NO, "0 worse, 1 better, 1 about the same, 0 cannot be told"),
        (FAR_BELOW, ("N<10", (40, 80)), Holds.IN_PART, "1 cannot be told"),
    ],
)
def test_measure_outcomes__never_merges_the_three_answers(ela, math, holds, why):
    figures = at_hand(*both(*ela), *both(*math, indicator="math_met"))
    measured = measure_outcomes(outcomes("ela_met", "math_met"), figures)
    assert measured.holds is holds
    assert why in words_of(measured.why)


def test_measure_outcomes__a_higher_rate_of_discipline_is_worse():
    figures = at_hand(*both(*FAR_ABOVE, indicator="disciplined"))
    assert measure_outcomes(outcomes("disciplined"), figures).holds is Holds.YES


def test_measure_outcomes__what_is_not_at_hand_leaves_it_in_part():
    measured = measure_outcomes(outcomes("ela_met", "graduated_4yr"), at_hand(*both(*FAR_BELOW)))
    assert measured.holds is Holds.IN_PART
    assert words_of(measured.why).endswith("; 1 not at hand")
    assert "not at hand: Graduated in four years" in words_of(measured.text)


def test_measure_outcomes__by_group_compares_like_with_like():
    groups = [
        make_counts(black=black, white=white, organization_id=place, organization_name=place)
        for place, black, white in (
            (HERE, (400, 1000), (600, 1000)),
            (THERE, (600, 1000), (400, 1000)),
        )
    ]
    measured = measure_outcomes(outcomes("ela_met", kinds=("race_ethnicity",)), at_hand(*groups))
    assert "1 worse, 1 better" in words_of(measured.text)


def test_measure_outcomes__names_the_grade_and_year():
    figure = ClaimFigure(indicator="ela_met", grade_levels=("all", "03"))
    test = OutcomesTest(
        kind="outcomes",
        part="gaps",
        areas=[Area(title="Learning", figures=[figure])],
        group_types=["all"],
    )
    measured = measure_outcomes(test, at_hand(*both(*FAR_BELOW, grade_level="03")))
    assert "Learning (2018–19, grade 3): 1 worse" in words_of(measured.text)


def test_measure_outcomes__amounts_are_compared_by_their_margin():
    def years(here: float):
        rows = both((50, 100), (50, 100), indicator="teacher_experience", unit="years")
        for table, value in zip(rows, (10.0, here), strict=True):
            table[["value", "value_low", "value_high"]] = value
            table["denominator"] = 100
        return at_hand(*rows)

    told = [measure_outcomes(outcomes("teacher_experience"), years(here)) for here in (8, 10.2, 12)]
    assert [measured.holds for measured in told] == [Holds.YES, Holds.NO, Holds.NO]
    assert "1 about the same" in words_of(told[1].text)


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
    ("counted", "least", "holds", "words"),
    [
        (["1635"], 2, Holds.YES, "2 of 2 in Southeast Seattle, which had 3 of the 5 schools"),
        ([], 2, Holds.IN_PART, "1 of 2 in Southeast Seattle, which had 2 of the 5 schools"),
        ([], 1, Holds.YES, "once in 1 draws"),
    ],
)
def test_measure_roster__counts_a_school_where_it_is_said_to_stand(counted, least, holds, words):
    test = RosterTest(
        kind="roster",
        part="a part",
        year=2011,
        schools=["2070", "1635"],
        counted_in_place=counted,
        least=least,
    )
    measured = measure_roster(test, at_hand(*ROSTER, school("2222", 0)))  # one without students
    assert measured.holds is holds
    assert words in words_of(measured.text)


def test_measure_roster__without_the_years_roster_is_not_known():
    test = RosterTest(kind="roster", part="a part", year=2012, schools=["2070"], least=1)
    assert measure_roster(test, at_hand(*ROSTER)).holds is Holds.UNKNOWN
