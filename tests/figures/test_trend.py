"""Lines over the years: how many students stand behind them, panels on one scale, and a place that looks the same."""

import pandas as pd
import pytest
from estimate_samples import estimates, gap, rate

from sesec_analysis.evidence.finding import findings
from sesec_analysis.figures.dot_plot import plot_rates
from sesec_analysis.figures.style import HERE, QUIET, REST, WORSE
from sesec_analysis.figures.trend import (
    lines_of,
    plot_lead,
    plot_multiples,
    plot_slopes,
    plot_trend,
)

YEARS = [2017, 2018, 2019]
SIZES = {"southeast_seattle": 9_756, "rest_of_seattle_regular": 40_000, "seattle": 50_000}


def places(codes, make=rate, **changes):
    return estimates(
        make(4_000 + year, SIZES[code] + 100 * (year - 2017), end_year=year, organization_id=code, **changes)
        for code in codes
        for year in YEARS
    )  # fmt: skip


def looks(table, focus=None):
    rows = lines_of(findings(table), focus)
    return dict(zip(rows["place"], zip(rows["color"], rows["shape"], strict=True), strict=True))


def test_looks__of_a_place_are_the_same_in_every_figure():
    every = looks(places(SIZES))
    assert (every["southeast_seattle"], every["rest_of_seattle_regular"]) == (HERE, REST)
    assert len(set(every.values())) == len(every)
    for some in (
        ["seattle"],
        ["rest_of_seattle_regular", "seattle"],
        ["seattle", "southeast_seattle"],
    ):
        assert looks(places(some)) == {code: every[code] for code in some}


ALL_HERE = {"student_group": "all", "student_group_type": "all"}
THERE = {"organization_id": "rest_of_seattle_regular", "organization_name": "Rest of Seattle"}
ALL_THERE = {**ALL_HERE, **THERE}


@pytest.mark.parametrize(("change", "unsure"), [((-0.04, 0.01), 1), ((-0.04, -0.02), 0)])
def test_plot_slopes__says_of_gaps_in_orange_once_that_their_change_could_be_chance(change, unsure):
    low, high = change
    rows = [
        *(rate(71, 216, end_year=year, **place) for place in (ALL_HERE, ALL_THERE) for year in (2015, 2019)),
        *(
            gap(71, 216, 190, 216, end_year=year, reference="rest_of_seattle_regular", **ALL_HERE)
            for year in (2015, 2019)
        ),
        gap(71, 216, 190, 216, end_year=2019, measure="gap_change", reference="rest_of_seattle_regular 2015",
            estimate=-0.03, bound_low=-0.03, bound_high=-0.03, outer_low=low, outer_high=high, ci_low=low, ci_high=high,
            **ALL_HERE),
    ]  # fmt: skip
    [axes] = plot_slopes(estimates(rows)).axes
    assert {text.get_color() for text in axes.texts if "points" in text.get_text()} == {WORSE}
    said = [text for text in axes.texts if "chance" in text.get_text()]
    assert [one.get_color() for one in said] == [QUIET] * unsure


def times(**changes):
    return gap(447, 7817, 611, 44952, measure="ratio", unit="ratio", reference="others", estimate=4.2, bound_low=4.2,
               bound_high=4.2, ci_low=3.7, ci_high=4.8, outer_low=3.7, outer_high=4.8, **changes)  # fmt: skip


def test_plot_trend__draws_all_other_students_as_a_line_and_says_how_many_times():
    years = (2017, 2018, 2019)
    rows = [rate(447, 7817, end_year=year) for year in years]
    made = plot_trend(estimates([*rows, *(times(end_year=year) for year in years)]))
    texts = [text.get_text().replace("\xa0", " ") for text in made.axes[0].texts]
    assert texts.count("4.2 times") == 2  # in the first year and the last
    assert "All other students 1%" in texts


def test_plot_rates__draws_all_other_students_as_a_line():
    ratio = times()
    rates = [rate(447, 7817), rate(120, 9000, student_group="white")]
    [axes] = plot_rates(estimates([*rates, ratio])).axes
    texts = [text.get_text() for text in axes.texts]
    assert "All other students: 1%" in texts  # of an indicator in whole percents
    alone = plot_rates(estimates(rates)).axes[0].texts
    assert not any("others" in text.get_text() for text in alone)


def test_plot_lead__draws_a_gap_that_moved_since_its_base_year_and_a_gap_that_stands_once():
    rest, years = "rest_of_seattle_regular", (2015, 2018, 2019)
    both = (71, ALL_HERE), (190, ALL_THERE)
    rates = [rate(met, 216, end_year=year, **of) for year in years for met, of in both]
    gaps = [gap(71, 216, 190, 216, end_year=year, reference=rest, **ALL_HERE) for year in years]
    moved = gap(71, 216, 72, 216, end_year=2019, reference=f"{rest} 2018", **ALL_HERE)
    made = plot_lead(
        estimates([*rates, *gaps]), leading=estimates([moved | {"measure": "gap_change"}])
    )
    assert {found.row.end_year for found in made.findings} == {2018, 2019}
    [axes] = made.axes
    texts = [" ".join(text.get_text().split()) for text in axes.texts]
    assert texts.count("55 points") == 2
    assert {"33%", "88%", "Southeast Seattle 33%", "Rest of Seattle 88%"} <= {*texts}
    stands = plot_lead(estimates([*rates, *gaps]), leading=estimates(gaps[-1:]))
    assert {found.row.end_year for found in stands.findings} == {2019}


def test_plot_multiples__names_its_only_panel_once_and_says_where_a_place_has_no_earlier_data():
    later = places(["rest_of_seattle_regular"]).query("end_year > 2017")
    made = plot_multiples(pd.concat([places(["southeast_seattle"]), later]))
    assert made.axes[0].get_title() == ""
    assert "Rest of Seattle: not in our data before 2018." in made.notes
    even = plot_multiples(places(["southeast_seattle", "rest_of_seattle_regular"]))
    assert "not in our data before" not in even.notes


def test_plot_rates__keeps_the_order_of_kinds_of_groups_and_heads_two_columns_of_values():
    income = {"student_group_type": "low_income", "student_group": "low_income"}
    labels = (
        plot_rates(estimates([rate(40, 100, **income), rate(71, 216)])).axes[0].get_yticklabels()
    )
    names = [label.get_text() for label in labels if label.get_text()]
    assert names == ["Low-income", "Black or African American"]
    shares = {"indicator": "enrollment", "grade_level": "all"}
    groups = [{"student_group": one} for one in ("asian", "white")]
    rows = [rate(71, 216, **shares, **of, **one) for of in ({}, THERE) for one in groups]
    texts = [text.get_text() for text in plot_rates(estimates(rows)).axes[0].texts]
    assert {"Southeast\nSeattle", "Rest of\nSeattle"} <= {*texts}
