from dataclasses import replace

import pytest
from estimate_samples import estimates, grade_3

from sesec_analysis.editions.documents.model import Column, Description, FigureBlock, Table
from sesec_analysis.editions.documents.screen import phone
from sesec_analysis.editions.documents.screen.panels import Bracket
from sesec_analysis.evidence.finding import findings

HERE, THERE = "southeast_seattle", "rest_of_seattle_regular"


def told(where=HERE, publish="point", at=0.3, low=None, high=None, **also):
    return {
        "id": f"{where} {also}",
        "indicator": "math_met",
        "measure": "rate",
        "end_year": 2025,
        "grade_level": "all",
        "student_group_type": "all",
        "student_group": "all",
        "organization_level": "place",
        "organization_id": where,
        "place": where,
        "title": "Met the standard in mathematics",
        "label": "All students",
        "publish": publish,
        "rule": "wide" if publish == "range" else "",
        "reason": "the publisher withheld it" if publish == "nothing" else "",
        "estimate": at if publish == "point" else None,
        "bound_low": low,
        "bound_high": high,
        "ci_low": None,
        "ci_high": None,
        "unit": "proportion",
        "value": f"{where} {publish}",
    } | also


def block(*records, rows=(), heads=("What",), kind="plot_rates"):
    table = Table(tuple(Column(head, head) for head in heads), tuple(rows))
    words = ("a figure", 1, "Title", "", "", "", "Alt", "")
    made_from = Description(kind, (), {"place": HERE})
    return FigureBlock(*words, table, tuple(records), made_from=made_from)


def panels(*records, **how):
    return phone.of_figure(block(*records, **how), HERE)


def over_years(*of_year, where=HERE, **also):
    records = [told(where, **one, **also) for one in of_year]
    return panels(*records)[0]


def test_of_figure__draws_a_number_as_a_dot_and_a_range_as_a_band_where_they_are():
    (panel,) = panels(told(at=0.3), told(THERE, "range", low=0.4, high=0.6))
    dot, band = sorted(panel.spots, key=lambda spot: spot.x)
    assert panel.ends == ("0%", "60%")
    assert (dot.whose, dot.x, dot.is_range) == ("here", 50.0, False)
    assert (band.whose, band.x, band.wide) == ("there", pytest.approx(66.67), pytest.approx(33.33))
    assert panel.told == [(HERE, [f"{HERE} point"]), (THERE, [f"{THERE} range"])]


def test_of_figure__draws_nothing_of_what_is_withheld_and_says_why():
    leaking = told(THERE, "nothing", low=0.1, high=0.2) | {"estimate": 0.15}
    (panel,) = panels(told(), leaking)
    assert [spot.whose for spot in panel.spots] == ["here"]
    assert panels(leaking) == []  # nor of a group of which nothing is known
    assert panel.told[1] == (THERE, [f"{THERE} nothing (the publisher withheld it)"])


def test_of_figure__shades_chance_where_the_figure_does_and_names_the_place_in_focus_first():
    reach = {"outer_low": 0.1, "outer_high": 0.5}
    lines = [
        told(THERE, "range", low=0.2, high=0.4, end_year=year, **reach) for year in (2018, 2019)
    ] + [told(end_year=year, ci_low=0.2, ci_high=0.4, **reach) for year in (2018, 2019)]
    (panel,) = panels(*lines, kind="plot_trend")
    assert [name for name, _values in panel.told] == [HERE, THERE]
    shaded = {str(run.whose): run.path for run in panel.runs if run.whose.startswith("chance")}
    assert panel.scale == ("50%", "0%")
    assert shaded == {
        "chance there": "M0.0 32.0L100.0 32.0V0.0L0.0 0.0Z",
        "chance here": "M0.0 24.0L100.0 24.0V8.0L0.0 8.0Z",
    }
    assert not any(run.whose.startswith("chance") for run in panels(*lines)[0].runs)
    made = block(*lines, kind="plot_trend")
    assert ("shade", "range and chance together") in phone.key_of(made, [panel], HERE)


@pytest.mark.parametrize(
    ("between", "runs"),
    [
        ({"publish": "point", "at": 0.2}, 2),
        ({"publish": "nothing"}, 0),
        ({"publish": "range", "low": 0.1, "high": 0.3}, 0),
    ],
)
def test_of_figure__draws_no_line_to_what_is_not_known(between, runs):
    ends = [{"at": 0.3, "end_year": year} for year in (2023, 2025)]
    panel = over_years(ends[0], between | {"end_year": 2024}, ends[1])
    assert len(panel.runs) == runs


def test_of_figure__shades_the_years_of_which_there_is_no_data():
    panel = over_years(*({"at": 0.3, "end_year": year} for year in (2019, 2022, 2023)))
    (band,) = [run.path for run in panel.runs if run.whose == "empty"]
    assert band == "M12.5 0H62.5V40H12.5Z"  # halfway after 2019 to halfway before 2022


def test_of_figure__draws_no_line_across_a_break_of_the_measure_and_marks_it():
    years = [{"at": 0.3, "end_year": year} for year in (2014, 2015)]
    panel = over_years(*years)
    assert [run.whose for run in panel.runs] == ["stop"]


def test_key_of__explains_what_is_drawn_and_nothing_else():
    records = [told(), told(THERE, "range", low=0.1, high=0.5)]
    made = block(*records)
    key = phone.key_of(made, phone.of_figure(made, HERE), HERE)
    assert key == [
        ("here", HERE),
        ("there", THERE),
        ("range", "range: some data are withheld"),
    ]
    alone = block(records[0])
    assert phone.key_of(alone, phone.of_figure(alone, HERE), HERE) == [("here", HERE)]


def test_bracket__has_its_words_beside_it_or_clear_of_lines_that_are_near():
    wide = [Bracket("worse", x, 10.0, 30.0, "20 points") for x in (0.0, 100.0)]
    assert [one.at for one in wide] == [(2.5, 21.4, "start"), (97.5, 21.4, "end")]
    near = [Bracket("worse", x, 10.0, 14.0, "4 points") for x in (0.0, 44.4, 100.0)]
    assert [one.at for one in near] == [
        (0.0, 6.6, "start"),
        (44.4, 6.6, "middle"),
        (100.0, 21.0, "end"),
    ]


def test_of_figure__puts_the_group_in_focus_first_and_says_of_how_many_students_each_rate_is():
    records = findings(estimates(grade_3())).records()
    made = block(*records)
    black = replace(made, made_from=Description("plot_rates", (), {"focus": "black"}))
    panels = phone.of_figure(black, HERE)
    assert panels[0].title == "Black or African American"
    assert panels[0].told == [("Southeast Seattle", ["33%", "of 216"])]
    assert [one.is_quiet for one in panels] == [False] + [True] * (len(panels) - 1)
    assert panels[-1].ends  # the axis stays under the last
    assert not any(one.is_quiet for one in phone.of_figure(made, HERE))
