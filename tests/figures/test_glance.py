"""At a glance: both values as printed, and words that say no more than the evidence."""

import pandas as pd
import pytest
from estimate_samples import estimates, gap, rate
from printed_samples import assert_words_fit

import sesec_analysis as sa
from sesec_analysis import i18n
from sesec_analysis.errors import DataError
from sesec_analysis.figures.glance import plot_at_a_glance

COMPARED = {"place": "southeast_seattle", "reference": "rest_of_seattle_regular"}
EVERYONE = {"student_group": "all", "student_group_type": "all"}


def two_places(here=(71, 216), there=(88, 204)):
    rows = [
        rate(k, n, organization_id=place, **EVERYONE)
        for place, (k, n) in zip(COMPARED.values(), (here, there), strict=True)
    ]
    return estimates([*rows, gap(*here, *there, reference="rest_of_seattle_regular", **EVERYONE)])


def drawn_words(made):
    return [" ".join(one.get_text().split()) for one in made.figure.axes[0].texts]


def test_plot_at_a_glance__writes_both_values_and_the_size_of_the_gap():
    made = plot_at_a_glance(two_places(), **COMPARED)
    [row] = made.table.rows
    assert row[1:4] == ("32.9%", "43.1%", "10 points lower.")
    # Whole where people read, exact in the table.
    assert {"33%", "43%", "10 points lower."} <= {*drawn_words(made)}


def test_plot_at_a_glance__refuses_a_table_without_the_place():
    with pytest.raises(DataError, match="no rates or averages of 'seattle'"):
        plot_at_a_glance(two_places(), place="seattle", reference="rest_of_seattle_regular")


@pytest.mark.parametrize(("code", "there"), [("es", (88, 204)), ("so", (3, 8))])
def test_plot_at_a_glance__keeps_its_words_apart_in_languages_of_longer_words(code, there):
    with i18n.use_language(code):
        made = plot_at_a_glance(two_places(there=there), **COMPARED).figure
    assert_words_fit(made)


def over_years(indicator, years, **more):
    rates = [
        rate(k, 1000, organization_id=place, indicator=indicator, end_year=year, **EVERYONE, **more)
        for year, k in years.items()
        for place in COMPARED.values()
    ]
    newest = {"indicator": indicator, "end_year": max(years), **EVERYONE, **more}
    return [*rates, gap(500, 1000, 600, 1000, reference="rest_of_seattle_regular", **newest)]


def test_plot_at_a_glance__puts_all_lines_over_time_on_one_scale_of_years():
    long = over_years("regular_attendance", {2015: 880, 2019: 850, 2024: 720})
    short = over_years("disciplined", {2019: 51, 2024: 40})
    [axes] = plot_at_a_glance(estimates([*long, *short]), **COMPARED).figure.axes
    at = {text.get_text(): text.get_position()[0] for text in axes.texts}
    assert at["2015"] < at["2024"]
    assert at["88"] < at["2015"]  # the first number is at the left of its year
    assert at["2015"] < at["5.1"] < at["2024"]  # of a line that begins later, farther on


def test_plot_at_a_glance__names_no_side_that_chance_could_change():
    rows = two_places(here=(20, 216), there=(24, 204))
    [row] = plot_at_a_glance(rows, **COMPARED).table.rows
    assert row[3] == "The difference could be chance."


def test_plot_at_a_glance__says_where_a_gap_may_not_have_changed():
    asked = {
        "place": [*COMPARED.values()],
        "up_to": 2025,
        "grade_level": "all",
        "student_group": "all",
    }
    both = sa.report.then_and_now("ela_met", **asked)
    rows = pd.concat([sa.rates(both), sa.report.progress(both, **COMPARED)])
    assert plot_at_a_glance(rows, **COMPARED).table.rows[0][3] == (
        "18 to 20 points lower. The change could be chance."
    )


def test_plot_at_a_glance__of_strengths_has_only_what_is_better_newest_and_largest_first():
    better, worse = two_places(here=(150, 216), there=(88, 204)), two_places()
    newer = better.assign(end_year=better["end_year"] + 1, indicator="math_met")
    rows = pd.concat([better, worse.assign(grade_level="04"), newer])
    made = plot_at_a_glance(rows, **COMPARED, strengths=True)
    assert [row[0].partition(" in ")[2].partition(",")[0] for row in made.table.rows] == [
        "mathematics",
        "English language arts",
    ]
    assert made.title.startswith("What goes well in Southeast Seattle")
    assert "Over time" not in drawn_words(made)
    none = plot_at_a_glance(two_places(), **COMPARED, strengths=True)
    assert "No difference is for the better" in none.text
    assert none.texts, "with words alone, a summary cannot name it among what it does not have"
