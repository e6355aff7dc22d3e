"""Tests of claims on small tables that a reader can check; docs/CLAIMS.md has what they say of every real claim."""

import pandas as pd
import pytest
from conftest import make_counts

from sesec_analysis.catalog.claim_entries import (
    ClaimFigure,
    GroupGapsTest,
    HigherTest,
    RosterTest,
    SchoolsTest,
    ShareTest,
)
from sesec_analysis.evidence.claim_tests import (
    ClaimFigures,
    Verdict,
    measure_group_gaps,
    measure_higher,
    measure_roster,
    measure_schools,
    measure_share,
)
from sesec_analysis.evidence.wording.fields import words_of

HERE, THERE, DISTRICT = "southeast_seattle", "rest_of_seattle_regular", "seattle"
MET = ClaimFigure(indicator="ela_met")


def available_years(*tables: pd.DataFrame) -> ClaimFigures:
    return ClaimFigures(pd.concat(tables, ignore_index=True), HERE, THERE, DISTRICT, 0.95)


def met(cell: object, place: str = HERE, **columns: object) -> pd.DataFrame:
    level = "school" if place.isdigit() else "place"
    where = {"organization_id": place, "organization_level": level, "organization_name": place}
    return make_counts(all=cell, student_group_type="all", **(where | columns))


def between(low: int, high: int) -> dict[str, object]:
    ends = {"numerator_low": low, "numerator_high": high, "denominator": 1000}
    size = dict.fromkeys(["denominator_low", "denominator_high"], 1000)
    return ends | size | {"value_low": low / 1000, "value_high": high / 1000, "coverage": 1.0}


def share(low: float | None, high: float | None, of: str = "place") -> ShareTest:
    return ShareTest(kind="share", part="the share", figure=MET, of=of, low=low, high=high)


@pytest.mark.parametrize(
    ("cell", "verdict", "why"),
    [
        ((650, 1000), Verdict.TRUE, ""),
        ((596, 1000), Verdict.TRUE, ""),  # 60 in whole percents, as the claim is stated
        ((590, 1000), Verdict.NOT_TRUE, "lower than the claim"),
        (between(580, 620), Verdict.CANT_TELL, "the published range leaves it open"),
        ("N<10", Verdict.CANT_TELL, "withheld"),
    ],
)
def test_measure_share__reads_the_range_by_whole_percents(cell, verdict, why):
    measured = measure_share(share(0.60, 0.90), available_years(met(cell, cells=2)), 2019)
    assert (measured.verdict, words_of(measured.why)) == (verdict, why)


@pytest.mark.parametrize(
    ("cell", "verdict"),
    [
        ((428, 1000), Verdict.TRUE),  # 43 in whole percents: within two points
        ((424, 1000), Verdict.LESS),
        ((476, 1000), Verdict.MORE),
        (between(420, 460), Verdict.CANT_TELL),
    ],
)
def test_measure_share__of_one_number_claimed_is_met_within_a_margin(cell, verdict):
    test = ShareTest(kind="share", part="the share", figure=MET, claimed=0.45, within=0.02)
    assert measure_share(test, available_years(met(cell, cells=2)), 2019).verdict is verdict


@pytest.mark.parametrize(
    ("percents", "verdict"),
    [
        ((60, 65, 70, 50), Verdict.TRUE),  # three quarters
        ((60, 65, 50, 50), Verdict.PARTLY),  # a half
        ((60, 50, 50, 95), Verdict.NOT_TRUE),
    ],
)
def test_measure_schools__counts_those_in_the_range(percents, verdict):
    test = SchoolsTest(
        kind="schools", part="most", figure=MET, low=0.6, high=0.9, true_from=0.75, partly_from=0.5
    )
    schools = ("2070", "2120", "2182", "3327")
    tables = [
        met((5 * percent, 500), code) for code, percent in zip(schools, percents, strict=True)
    ]
    measured = measure_schools(test, available_years(*tables), 2019)
    inside = sum(60 <= percent <= 90 for percent in percents)
    assert measured.verdict is verdict
    assert words_of(measured.text) == (
        f"{inside} of 4 schools from 60 to 90 percent in 2018–19 "
        f"(schools have {min(percents)} to {max(percents)} percent)"
    )
    assert words_of(measured.why) == f"{inside} of 4 schools"


@pytest.mark.parametrize(
    ("kind", "here", "there", "verdict"),
    [
        ("higher", (650, 1000), (270, 1000), Verdict.TRUE),
        ("higher", (270, 1000), (650, 1000), Verdict.NOT_TRUE),
        ("lower", (650, 1000), (270, 1000), Verdict.NOT_TRUE),
        ("higher", (650, 1000), (650, 1000), Verdict.NOT_TRUE),
        ("higher", (650, 1000), between(600, 700), Verdict.CANT_TELL),
    ],
)
def test_measure_higher__needs_ranges_that_do_not_meet(kind, here, there, verdict):
    test = HigherTest(kind=kind, part="a part", figure=MET)
    assert (
        measure_higher(test, available_years(met(here), met(there, THERE)), 2019).verdict is verdict
    )


def of_groups(indicator: str = "math_met", **cells: object) -> ClaimFigures:
    return available_years(
        make_counts(**cells, indicator=indicator, student_group_type="race_ethnicity")
    )


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


def test_measure_group_gaps__a_higher_rate_of_discipline_is_worse():
    figures = of_groups("disciplined", black=(80, 1000), hispanic=(40, 1000), white=(20, 1000))
    measured = measure_group_gaps(group_gaps("disciplined"), figures, 2019)
    assert measured.verdict is Verdict.TRUE
    assert "Black or African American 2.7 times" in words_of(measured.text)


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
    measured = measure_roster(
        test, available_years(*ROSTER, school("2222", 0))
    )  # one without students
    assert measured.verdict is verdict
    assert words in words_of(measured.text)
