"""Side by side: two places of which each pair says what it may, and schools classed compared_schools their district."""

import pandas as pd
import pytest
from conftest import make_counts
from estimate_samples import bounded, estimates, gap, rate

import sesec_analysis as sa
from sesec_analysis.evidence.finding import findings
from sesec_analysis.evidence.pictured.side_by_side import class_of, pairs
from sesec_analysis.text import parts_of

BOTH = ("southeast_seattle", "rest_of_seattle_regular")
EVERYONE = {"student_group": "all", "student_group_type": "all"}
SCHOOL = {"organization_level": "school", "organization_id": "2120"}


def of_places(*years):
    rows = [
        rate(71, 216, organization_id=place, end_year=year, **EVERYONE)
        for place in BOTH
        for year in years
    ]
    return findings(
        estimates([*rows, gap(71, 216, 71, 216, reference=BOTH[1], end_year=years[-1], **EVERYONE)])
    )


def test_pairs__have_the_newest_values_of_both_places_and_their_years():
    [pair] = pairs(of_places(2018, 2019), *BOTH)
    assert (pair.year, [*map(str, pair.printed)]) == (2019, ["32.9%", "32.9%"])
    assert [[one.row.end_year for one in line] for line in pair.lines] == [[2018, 2019]] * 2
    assert len(pair.every) == 5
    assert len(pair.words) == 1


def test_pairs__say_of_amounts_which_place_has_more():
    budget = sa.load("budget_per_student", place=list(BOTH), end_years=2024)
    here, there = (budget[budget["organization_id"] == place] for place in BOTH)
    made = [
        pd.concat([sa.averages(budget), sa.compare_averages(*two)])
        for two in ((here, there), (there, here))
    ]
    pairs_of = [
        pairs(findings(one), *ends) for one, ends in zip(made, (BOTH, BOTH[::-1]), strict=True)
    ]
    words = [[*map(str, pair.words)] for [pair] in pairs_of]
    assert words == [["1.2 times as much."], ["0.8 times as much."]]
    assert [one.row.measure for one in pairs_of[0][0].every] == ["average", "average", "ratio"]


@pytest.mark.parametrize(
    ("here", "there", "words"),
    [
        (
            (500, 400),
            (700, 500),
            "10 points lower. Here, down 10 points since 2018.",
        ),  # others fell
        ((400, 500), (700, 700), "20 points lower. The gap is narrower than in 2018."),
    ],
)
def test_pairs__give_no_credit_for_a_gap_that_is_narrower_because_others_fell(here, there, words):
    obs = pd.concat(
        make_counts(
            all=(met * 10, 10_000),
            student_group_type="all",
            organization_id=place,
            source_id=f"ospi_assessment@{year}",
            end_year=year,
        )
        for place, both in zip(BOTH, (here, there), strict=True)
        for year, met in zip((2018, 2025), both, strict=True)
    )
    moved = sa.report.progress(obs, place=BOTH[0], reference=BOTH[1])
    [pair] = pairs(findings(pd.concat([sa.rates(obs), moved])), *BOTH)
    assert " ".join(map(str, pair.words)) == words


def test_pairs__leave_out_years_that_are_out():
    [pair] = pairs(of_places(2018, 2021, 2022), *BOTH)
    assert [one.row.end_year for one in pair.lines[0]] == [2018, 2022]


def test_pairs__speak_of_nothing_that_may_not_be_shown():
    few = findings(estimates([rate(2, 6, organization_id=BOTH[0], end_year=2017, **EVERYONE)]))
    [pair] = pairs([*few, *of_places(2018, 2019)], *BOTH)
    parts = [one for text in (pair.label, *pair.words) for one, _ in parts_of(text)]
    years = {one.of.row.end_year for one in parts if getattr(one, "of", None)}
    assert years
    assert 2017 not in years


def test_class_of__a_school_is_about_the_same_only_wherever_the_district_lies_in_its_range():
    district, high, low, published = findings(
        estimates(
            [
                bounded(0.7, 0.95, organization_id="seattle", **EVERYONE),
                rate(900, 1000, **SCHOOL, **EVERYONE),
                rate(400, 1000, **SCHOOL, **EVERYONE, end_year=2018),
                rate(7000, 10_000, organization_id="seattle", **EVERYONE, end_year=2018),
            ]
        )
    )
    assert [class_of(school, district) for school in (high, low)] == ["unknown", "lower"]
    assert [class_of(school, published) for school in (high, low)] == ["higher", "lower"]
