"""Tests of claims on small tables that a reader can check: shares, schools, amounts and parts of the schools."""

import pandas as pd
import pytest
from conftest import make_counts

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.claim_entries import (
    ClaimFigure,
    HigherTest,
    LevelsTest,
    PartOfSchoolsTest,
    SchoolsTest,
    ShareTest,
    UnpublishedTest,
)
from sesec_analysis.evidence import claim_tests
from sesec_analysis.evidence.claim_tests import (
    ClaimFigures,
    Holds,
    measure_beside,
    measure_higher,
    measure_levels,
    measure_part,
    measure_schools,
    measure_share,
    measure_unpublished,
)
from sesec_analysis.evidence.wording.fields import words_of

HERE, THERE, DISTRICT = "southeast_seattle", "rest_of_seattle_regular", "seattle"
MET = ClaimFigure(indicator="ela_met")
BUDGET = ClaimFigure(indicator="budget_per_student")


def at_hand(*tables: pd.DataFrame) -> ClaimFigures:
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
    ("cell", "holds", "why"),
    [
        ((650, 1000), Holds.YES, ""),
        ((596, 1000), Holds.YES, ""),  # 60 in whole percents, as the claim is stated
        ((590, 1000), Holds.NO, "lower than the claim"),
        ((950, 1000), Holds.NO, "higher than the claim"),
        (between(580, 620), Holds.UNKNOWN, "the range that is published leaves it open"),
        (between(640, 660), Holds.YES, ""),
        (between(520, 560), Holds.NO, "lower than the claim"),
        ("N<10", Holds.UNKNOWN, "withheld"),
    ],
)
def test_measure_share__reads_the_range_by_whole_percents(cell, holds, why):
    measured = measure_share(share(0.60, 0.90), at_hand(met(cell, cells=2)), 2019)
    assert (measured.holds, words_of(measured.why)) == (holds, why)


@pytest.mark.parametrize(("low", "high"), [(None, 0.7), (0.6, None)])
def test_measure_share__may_have_one_end(low, high):
    assert measure_share(share(low, high), at_hand(met((650, 1000))), 2019).holds is Holds.YES


def test_measure_share__of_the_highest_school_names_it_and_leaves_out_what_is_withheld():
    schools = [met((200, 500), "2070"), met((300, 500), "2120"), met("N<10", "3803")]
    measured = measure_share(share(0.58, 0.62, "highest_school"), at_hand(*schools), 2019)
    assert measured.holds is Holds.YES
    assert words_of(measured.text).startswith("highest school share 60.0% in 2018–19 (")
    assert [finding.row.organization_id for finding in measured.shown] == ["2120"]


def test_measure_share__of_the_district_is_the_districts():
    figures = at_hand(met((100, 1000)), met((110, 1000), DISTRICT))
    assert measure_share(share(0.11, 0.11, "district"), figures, 2019).holds is Holds.YES


def test_measure_share__without_figures_is_not_known():
    measured = measure_share(share(0.1, 0.2), at_hand(met((1, 2), "2220")), 2019)
    assert (measured.holds, words_of(measured.why)) == (
        Holds.UNKNOWN,
        "the figures are not at hand",
    )


@pytest.mark.parametrize(
    ("more_than", "holds"), [(0.4, Holds.YES), (0.5, Holds.NO), (0.6, Holds.NO)]
)
def test_measure_schools__counts_those_inside(more_than, holds):
    test = SchoolsTest(
        kind="schools", part="most", figure=MET, low=0.6, high=0.9, more_than=more_than
    )
    figures = at_hand(met((250, 500), "2070"), met((350, 500), "2120"))
    measured = measure_schools(test, figures, 2019)
    assert measured.holds is holds
    assert words_of(measured.text) == (
        "1 of 2 schools from 60 to 90 percent in 2018–19 (schools have 50 to 70 percent)"
    )
    assert words_of(measured.why) == ("" if holds is Holds.YES else "1 of 2 schools")


@pytest.mark.parametrize(
    ("kind", "here", "there", "holds"),
    [
        ("higher", (650, 1000), (270, 1000), Holds.YES),
        ("higher", (270, 1000), (650, 1000), Holds.NO),
        ("lower", (270, 1000), (650, 1000), Holds.YES),
        ("lower", (650, 1000), (270, 1000), Holds.NO),
        ("higher", (650, 1000), (650, 1000), Holds.NO),
        ("lower", (650, 1000), (650, 1000), Holds.NO),
        ("higher", (650, 1000), between(600, 700), Holds.UNKNOWN),
    ],
)
def test_measure_higher__needs_ranges_that_do_not_meet(kind, here, there, holds):
    test = HigherTest(kind=kind, part="a part", figure=MET)
    assert measure_higher(test, at_hand(met(here), met(there, THERE)), 2019).holds is holds


def budgets(**amounts: float) -> pd.DataFrame:
    rows = [
        {
            "organization_id": place.removeprefix("school_"),
            "organization_level": "school" if place.startswith("school_") else "place",
            "value": value,
        }
        for place, value in amounts.items()
    ]
    common = {
        "source_id": "sps_budgets@2024",
        "indicator": "budget_per_student",
        "end_year": 2024,
        "grade_level": "all",
        "student_group_type": "all",
        "student_group": "all",
        "unit": "dollars_per_student",
        "status": "reported",
        "denominator": 1000,
    }
    return schema.conform_observations(pd.DataFrame(rows).assign(**common))


def test_measure_higher__counts_the_schools_that_have_less():
    test = HigherTest(kind="lower", part="less", figure=BUDGET, by_school=True)
    figures = at_hand(
        budgets(
            southeast_seattle=12000,
            rest_of_seattle_regular=10000,
            school_2070=9000,
            school_2120=15000,
        )
    )
    measured = measure_higher(test, figures, 2024)
    assert (measured.holds, words_of(measured.why)) == (Holds.NO, "higher")
    assert words_of(measured.text).endswith(
        "Southeast Seattle $12,000, Rest of Seattle $10,000 in 2023–24; lower in 1 of its 2 schools"
    )


def test_measure_beside__tests_nothing():
    measured = measure_beside(MET, at_hand(met((650, 1000)), met((270, 1000), THERE)))
    assert measured.holds is Holds.UNKNOWN
    assert "Southeast Seattle 65.0%" in words_of(measured.text)
    assert measure_beside(BUDGET, at_hand(met((650, 1000)))).text is None


def title_i(here: tuple[int, int], there: tuple[int, int]) -> ClaimFigures:
    columns = {"indicator": "title_i_school", "unit": "share_of_schools", "end_year": 2024}
    return at_hand(met(here, **columns), met(there, THERE, **columns))


@pytest.mark.parametrize(
    ("here", "there", "least", "holds"),
    [
        ((14, 15), (13, 58), 0.51, Holds.YES),  # 14 of 27: 52 percent
        ((14, 15), (18, 58), 0.51, Holds.NO),  # 44 percent
        ((14, 15), (18, 58), "part_of_all_schools", Holds.YES),  # of 21 percent of the schools
        ((3, 15), (18, 58), "part_of_all_schools", Holds.NO),  # 14 percent
        ((0, 15), (0, 58), 0.51, Holds.UNKNOWN),
    ],
)
def test_measure_part__sets_the_part_beside_that_of_all_schools(here, there, least, holds):
    test = PartOfSchoolsTest(
        kind="part_of_schools",
        part="a part",
        figure=ClaimFigure(indicator="title_i_school"),
        schools="schools of the list",
        least=least,
    )
    measured = measure_part(test, title_i(here, there), 2024)
    assert measured.holds is holds
    if holds is not Holds.UNKNOWN:
        assert "percent of all schools of the list are (15 of 73)" in words_of(measured.text)


def test_measure_unpublished__gives_the_reason_and_what_is_published():
    columns = {
        "indicator": "climate_overall_unfavorable",
        "student_group_type": "survey_level",
        "unit": "share_of_answers",
    }
    figure = ClaimFigure(
        indicator="climate_overall_unfavorable",
        student_group_type="survey_level",
        student_group=None,
    )
    tables = [
        make_counts(middle=cell, organization_id=place, organization_name=place, **columns)
        for place, cell in ((THERE, (150, 1000)), (HERE, (210, 1000)))
    ]
    test = UnpublishedTest(
        kind="unpublished", part="views", why="parents are not asked", figures=[figure]
    )
    measured = measure_unpublished(test, at_hand(*tables))
    assert (measured.holds, words_of(measured.why)) == (Holds.UNKNOWN, "parents are not asked")
    assert words_of(measured.text).endswith(
        "Grades 6 to 8 21.0% (of 1,000 answers), Rest of Seattle 15.0% in 2018–19"
    )


def levels_at_hand(*levels: tuple[int, int]) -> pd.DataFrame:
    """Levels of schools of the place in 2024, as `school_levels` gives them."""
    schools = list(catalog.place(HERE).schools)[: len(levels)]
    low, high = zip(*levels, strict=True)
    return pd.DataFrame(
        {
            "organization_id": schools,
            "end_year": 2024,
            "level_low": pd.array(low, dtype="Int64"),
            "level_high": pd.array(high, dtype="Int64"),
            "source_ids": "made@2024",
        }
    )


@pytest.mark.parametrize(
    ("levels", "holds", "words"),
    [
        (((1, 2), (3, 3)), Holds.YES, "0 of 2 schools at level 5 and 0 at level 4 or above"),
        (((1, 2), (3, 5)), Holds.UNKNOWN, "0 to 1 of 2 schools at level 5 and 0 to 1 at level 4"),
        (((4, 5), (3, 3)), Holds.NO, "0 to 1 of 2 schools at level 5 and 1 at level 4 or above"),
    ],
)
def test_measure_levels__counts_schools_above_by_what_their_ranges_leave_open(
    monkeypatch, levels, holds, words
):
    made = levels_at_hand(*levels)
    years = pd.DataFrame({"end_year": [2023, 2024], "has_levels": [False, True]})
    monkeypatch.setattr(claim_tests, "level_years", lambda obs, rules: years)
    monkeypatch.setattr(claim_tests, "school_levels", lambda obs, **asked: made)
    test = LevelsTest(kind="school_levels", part="none above average", none_from=4)
    measured = measure_levels(test, at_hand(met((650, 1000))))
    assert measured.holds is holds
    assert (
        words_of(measured.text)
        == f"{words}{'' if holds is not Holds.UNKNOWN else ' or above'} in 2023–24"
    )
    assert measured.shown


def test_measure_levels__is_absent_without_levels():
    test = LevelsTest(kind="school_levels", part="none above average", none_from=4)
    assert measure_levels(test, at_hand(met((650, 1000)))).text is None
