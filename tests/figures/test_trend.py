"""Lines over the years: how many students stand behind them, panels on one scale, and a place that looks the same."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from estimate_samples import PLACES, enrollment, estimates, gap, rate, trend
from plot_samples import plotted

import sesec_analysis as sa
from sesec_analysis import catalog, schema
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.finding import findings
from sesec_analysis.figures.dot_plot import plot_gaps, plot_rates
from sesec_analysis.figures.scatter import plot_schools
from sesec_analysis.figures.style import (
    ACCENT,
    INK,
    PALE,
    QUIET,
    look_of_group,
    looks_of_places,
)
from sesec_analysis.figures.trend import (
    lines_of,
    plot_lead,
    plot_multiples,
    plot_slopes,
    plot_trend,
)

YEARS = [2017, 2018, 2019]
EVERYONE = {"student_group": "all", "student_group_type": "all"}
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


@pytest.mark.slow
def test_plot_trend__tells_how_many_students_each_line_stands_for():
    made = plot_trend(places(SIZES, **EVERYONE))
    assert (
        "Students: Southeast Seattle 9,756 to 9,956; Rest of Seattle 40,000 to 40,200; "
        "Seattle Public Schools 50,000 to 50,200." in made.caption
    )
    assert "Students: 9,756 to 9,956." in plot_trend(places(["southeast_seattle"])).caption


def test_plot_trend__of_numbers_of_students_says_so_in_its_title():
    table = sa.load(
        "enrollment", place="southeast_seattle", end_years=[2024, 2025], grade_level="all",
        student_group="all",
    )  # fmt: skip
    assert plot_trend(sa.rates(table)).title.startswith("All students: number of students, ")


def test_plot_trend__counts_only_students_that_may_be_told():
    rows = [rate(71, 216, end_year=2017), rate(3, 7, end_year=2018), rate(71, 220, end_year=2019)]
    assert "Students: 216 to 220." in plot_trend(estimates(rows)).caption


def test_plot_trend__of_gaps_tells_the_students_of_both_sides():
    rows = [gap(71, 216 + year - 2017, 88, 104 + year - 2017, end_year=year) for year in YEARS]
    made = plot_trend(estimates(rows))
    assert "Students: 216 to 218 (compared with 104 to 106)." in made.caption


@pytest.mark.slow
def test_plot_trend__of_enrollment_tells_of_how_many_students_it_is_a_share():
    rows = [
        made
        for year in YEARS
        for made in enrollment({"asian": 150, "black": 90}, total=900 + year, end_year=year)
    ]
    assert "All students: 2,917 to 2,919." in plot_trend(estimates(rows)).caption


@pytest.mark.slow
def test_plot_trend__says_by_what_its_lines_differ():
    title = "Met the standard in English language arts, "
    groups = plot_trend(estimates(trend(YEARS)))
    assert groups.title == f"{title}by race and ethnicity, 2016–17 to 2018–19"
    beside = estimates([*trend(YEARS), *(rate(300, 900, end_year=y, **EVERYONE) for y in YEARS)])
    assert plot_trend(beside).title == groups.title
    assert plot_trend(places(SIZES, **EVERYONE)).title == f"{title}2016–17 to 2018–19"


def test_looks__of_a_place_are_the_same_in_every_figure():
    every = looks(places(SIZES))
    assert every["southeast_seattle"][0] == ACCENT
    assert len(set(every.values())) == len(every)
    for some in (
        ["seattle"],
        ["rest_of_seattle_regular", "seattle"],
        ["seattle", "southeast_seattle"],
    ):
        assert looks(places(some)) == {code: every[code] for code in some}


def test_looks__give_the_accent_to_the_focus_alone():
    found = looks(places(SIZES), focus="seattle")
    assert [code for code, (color, _) in found.items() if color == ACCENT] == ["seattle"]
    assert len({marker for _, marker in found.values()}) == len(found)


def test_looks__tell_all_places_and_strangers_apart():
    codes = [*catalog.places(), "2182", "3327"]
    places_ = looks_of_places(codes)
    assert len({(look.plain, look.marker) for look in places_.values()}) >= len(catalog.places())
    few = looks_of_places(["2182", "seattle", "3327"])
    assert len({look.plain for look in few.values()}) == 3
    assert few["seattle"] == places_["seattle"]


@pytest.mark.parametrize("any_focus", [False, True])
def test_looks__of_student_groups_differ_in_shade_and_shape(any_focus):
    groups = catalog.group_types()["race_ethnicity"].groups
    found = [look_of_group("race_ethnicity", code, any_focus=any_focus) for code in groups]
    assert len({look.plain for look in found}) == len({look.marker for look in found}) == 7
    assert not any_focus or ACCENT not in {look.plain for look in found}


def test_looks__of_one_group_in_several_places_are_those_of_the_places():
    assert looks(places(SIZES), focus="black") == looks_of_all(SIZES)


def looks_of_all(codes):
    return {code: (look.plain, look.marker) for code, look in looks_of_places(codes).items()}


def test_plot_schools__tells_how_many_students_a_school_has():
    rows = [
        rate(n // 3, n, organization_level="school", organization_id=code, organization_name=name)
        for (code, name), n in zip(
            catalog.place("southeast_seattle").schools.items(), (196, 9, 1_284, 300), strict=False
        )
    ]
    made = plot_schools(estimates(rows))
    assert "Students per school: 196 to 1,284." in made.caption


@pytest.mark.parametrize("plot", [plot_rates, plot_gaps, plot_trend, plot_schools])
@pytest.mark.parametrize("level", ["school", "place", None])
def test_plots__refuse_published_figures_that_were_not_measured(plot, level):
    rows = {"end_year": [2018, 2019], "organization_level": level} if level else {"end_year": []}
    with pytest.raises(DataError, match="OBSERVATIONS") as refusal:
        plot(schema.conform_observations(pd.DataFrame(rows)))
    assert "sa.rates(table)" in str(refusal.value)


def test_samples__name_the_places():
    assert SIZES.keys() == PLACES.keys()


OF_SCHOOLS = """\
from estimate_samples import estimates, trend
from sesec_analysis.figures.trend import plot_trend
codes = ["2120", "2182", "2220", "2321", "3327"]
rows = [trend([2017, 2018, 2019], organization_id=code, organization_level="school") for code in codes]
made = plot_trend(estimates(row for of_school in rows for row in of_school if row["student_group"] == "black"))
print(made.svg)
"""


@pytest.mark.slow
def test_plot_trend__gives_schools_the_same_look_whatever_the_order_of_hashes():
    tests = Path(__file__).parents[1] / "samples"
    here = io.StringIO()
    with contextlib.redirect_stdout(here):
        exec(OF_SCHOOLS, {})
    there = subprocess.run(
        [sys.executable, "-c", OF_SCHOOLS],
        env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": str(tests)},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert "<svg" in here.getvalue()
    assert there == here.getvalue()


OWN = {"indicator": "disciplined", "grade_level": "all"}


def titles(figure):
    return [axes.get_title(loc="left").replace("\n", " ") for axes in figure.axes]


@pytest.mark.slow
def test_plot_multiples__has_a_panel_for_each_group_in_the_order_of_the_catalog_and_one_scale():
    made = plotted("multiples of groups")
    shown = [title for title in titles(made) if title]
    assert shown == sorted(shown)
    assert len(shown) == 7
    assert len({axes.get_ylim() for axes in made.axes}) == 1


@pytest.mark.slow
def test_plot_multiples__leaves_students_to_the_table():
    made = plotted("multiples of groups")
    assert "Students: " not in made.caption
    assert "n" in [column.name for column in made.table.texts.columns]


@pytest.mark.slow
def test_plot_multiples__sets_each_line_before_those_of_the_other_panels():
    made = plotted("multiples of groups")
    for axes in made.axes:
        colors = [line.get_color() for line in axes.get_lines()]
        # The district's own lines are in ink: the accent means a place in it.
        assert {INK, PALE} <= set(colors)
        assert ACCENT not in colors


@pytest.mark.slow
def test_plot_multiples__of_indicators_are_called_by_what_they_differ_in():
    made = plotted("multiples of themes")
    assert titles(made) == ["Safety", "Belonging", "Adults at school", "Fairness and respect"]


@pytest.mark.slow
def test_plot_multiples__draws_no_line_across_a_break():
    made = plotted("multiples of themes")
    spans = {tuple(line.get_xdata()) for axes in made.axes for line in axes.get_lines()}
    assert spans == {(2022, 2023)}  # the scale of the answers changed in 2022


@pytest.mark.slow
def test_plot_slopes__has_a_panel_for_each_indicator_and_says_what_is_not_shown():
    made = plotted("slopes")
    assert len(made.axes) == 2
    hidden = [one for one in made.findings if one.row.publish == "nothing"]
    assert ("Not shown: " in made.notes) == bool(hidden)


def test_plot_slopes__draws_every_year_and_dots_a_line_across_years_without_numbers():
    rows = [rate(71 + year - 2015, 216, end_year=year, **OWN) for year in (2015, 2018, 2019)]
    made = plot_slopes(estimates(rows))
    assert {found.row.end_year for found in made.findings} == {2015, 2018, 2019}
    [axes] = made.axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ["2015", "2018", "2019"]
    dashes = [line.get_linestyle() for line in axes.get_lines() if len(line.get_xdata()) == 2]
    assert sorted(map(len, dashes)) == [1, 2]  # solid, and dotted


def test_plot_slopes__writes_the_size_of_a_gap_that_is_sure():
    place = {"student_group": "all", "student_group_type": "all"}
    there = {**place, "organization_id": "rest_of_seattle_regular", "organization_name": "Rest"}
    rows = [
        *(rate(71, 216, end_year=year, **place) for year in (2015, 2019)),
        *(rate(190, 216, end_year=year, **there) for year in (2015, 2019)),
        gap(71, 216, 190, 216, end_year=2015, reference="rest_of_seattle_regular", **place),
        gap(71, 216, 72, 216, end_year=2019, reference="rest_of_seattle_regular", **place),
    ]
    [axes] = plot_slopes(estimates(rows)).axes
    texts = [" ".join(text.get_text().split()) for text in axes.texts]
    assert [text for text in texts if text.endswith("points")] == ["55 points"]


ALL_HERE = {"student_group": "all", "student_group_type": "all"}
ALL_THERE = {
    **ALL_HERE,
    "organization_id": "rest_of_seattle_regular",
    "organization_name": "Rest",
}


@pytest.mark.parametrize(("change", "is_gray"), [((-0.04, 0.01), True), ((-0.04, -0.02), False)])
def test_plot_slopes__draws_gaps_in_gray_whose_change_could_be_chance(change, is_gray):
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
    sized = [text for text in axes.texts if "points" in text.get_text()]
    assert {text.get_color() == QUIET for text in sized} == {is_gray}


def test_plot_multiples__writes_a_gap_in_the_panel_of_its_group_alone():
    place = {"student_group_type": "low_income", "reference": "rest_of_seattle_regular"}
    rows = [
        rate(71 + 60 * (of is ALL_THERE), 216, end_year=year, **{**of, **group})
        for of in (ALL_HERE, ALL_THERE)
        for year in (2015, 2019)
        for group in ({}, {"student_group": "low_income", "student_group_type": "low_income"})
    ]
    rows.append(gap(71, 216, 131, 216, end_year=2019, **{**place, "student_group": "low_income"}))
    made = plot_multiples(estimates(rows), by="student_group")
    sized = [sum("points" in text.get_text() for text in axes.texts) for axes in made.axes]
    assert sorted(sized) == [0, 1]


def test_plot_rates__draws_all_other_students_as_a_line():
    ratio = gap(447, 7817, 611, 44952, measure="ratio", unit="ratio", reference="others", estimate=4.2,
                bound_low=4.2, bound_high=4.2, ci_low=3.7, ci_high=4.8, outer_low=3.7, outer_high=4.8)  # fmt: skip
    rates = [rate(447, 7817), rate(120, 9000, student_group="white")]
    [axes] = plot_rates(estimates([*rates, ratio])).axes
    texts = [text.get_text() for text in axes.texts]
    assert "All other students: 1%" in texts  # of an indicator in whole percents
    assert not any(
        "others" in text
        for text in [t.get_text() for t in plot_rates(estimates(rates)).axes[0].texts]
    )


def test_plot_slopes__says_a_value_of_the_first_year_alone_once():
    alone = {**OWN, "organization_id": "seattle", "organization_name": "Seattle"}
    rows = [rate(71, 216, end_year=2015, **OWN), rate(60, 216, end_year=2019, **OWN)]
    made = plot_slopes(estimates([*rows, rate(190, 216, end_year=2015, **alone)]))
    texts = [text.get_text() for axes in made.axes for text in axes.texts]
    assert texts.count("88.0%") == 1
    assert texts.count("32.9%") == texts.count("27.8%") == 1


def test_plot_lead__draws_a_gap_that_moved_since_its_base_year_and_a_gap_that_stands_once():
    place = {"student_group": "all", "student_group_type": "all"}
    rest = "rest_of_seattle_regular"
    there = {**place, "organization_id": rest, "organization_name": "Rest of Seattle"}
    years = (2015, 2018, 2019)
    rates = [
        rate(met, 216, end_year=year, **of)
        for year in years
        for met, of in ((71, place), (190, there))
    ]
    gaps = [gap(71, 216, 190, 216, end_year=year, reference=rest, **place) for year in years]
    moved = gap(71, 216, 72, 216, end_year=2019, reference=f"{rest} 2018", **place)
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


def test_plot_lead__marks_the_years_without_data():
    everyone = {"student_group": "all", "student_group_type": "all", "grade_level": "all"}
    rates = [rate(400, 1000, end_year=year, **everyone) for year in (2018, 2024)]
    change = gap(400, 1000, 500, 1000, end_year=2024, **everyone) | {"measure": "change"}
    made = plot_lead(estimates(rates), leading=estimates([change | {"reference": "2018"}]))
    assert "no\ndata" in [text.get_text() for text in made.axes[0].texts]


@pytest.mark.parametrize("plot", [plot_multiples, plot_slopes])
def test_plots__of_one_year_or_none_are_a_notice(plot):
    assert isinstance(plot(estimates([rate(71, 216)])), notices.Notice)
    empty = estimates([])
    empty.attrs["missing"] = "Not here."
    assert plot(empty).text == "Not here."


def test_plot_multiples__refuse_what_differs_in_more_than_is_asked():
    rows = [*trend([2016, 2017]), *trend([2016, 2017], grade_level="04")]
    with pytest.raises(DataError, match="2 of grade_level"):
        plot_multiples(estimates(rows))


def test_plot_trend__draws_no_dot_on_a_range():
    where = {"place": ["southeast_seattle", "rest_of_seattle_regular"]}
    years = {"end_years": [2016, 2017, 2019], "grade_level": "all", "student_group": "all"}
    suspended = sa.rates(sa.load("disciplined", **where, **years))
    [axes] = plot_trend(suspended, focus="southeast_seattle").axes
    rows = lines_of(findings(suspended), "southeast_seattle")
    assert rows["narrow"].any()
    dots = [one for one in axes.collections if one.get_zorder() == 3.5]
    drawn = [tuple(spot) for one in dots for spot in one.get_offsets()]
    points = rows[rows["publish"] == "point"]
    assert sorted(drawn) == sorted(zip(points["year"], points["estimate"], strict=True))
