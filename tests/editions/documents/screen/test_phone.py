from dataclasses import replace

import pytest
from estimate_samples import estimates, gap, rate, ratio

from sesec_analysis.editions.documents.model import Column, Description, FigureBlock, Table
from sesec_analysis.editions.documents.screen import phone
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
    assert panel.told[1] == (THERE, [f"{THERE} nothing (the publisher withheld it)"])


def test_of_figure__has_an_axis_that_holds_how_far_chance_could_move_each_number():
    black = told(at=0.057, student_group="black", label="black", ci_low=0.052, ci_high=0.063)
    native = told(at=0.021, student_group="native", label="native", ci_low=0.009, ci_high=0.077)
    first, last = panels(black, native)
    assert (first.ends, last.ends) == ((), ("0%", "8%"))
    assert last.runs[0].path == "M11.25 5.0H96.25"


def test_of_figure__draws_only_the_place_of_the_report_in_its_color():
    groups = [
        told("seattle", at=at, student_group=one, label=one) for one, at in (("a", 0.1), ("b", 0.2))
    ]
    made = block(*groups)
    drawn = phone.of_figure(made, HERE)
    assert [spot.whose for panel in drawn for spot in panel.spots] == ["there", "there"]
    assert phone.key_of(made, drawn, HERE) == [("there", "seattle")]


def test_of_figure__draws_the_rate_of_all_other_students_as_the_picture_does():
    group = {"student_group": "black", "student_group_type": "race_ethnicity", "end_year": 2018}
    black = rate(570, 10000, organization_id="seattle", **group)
    to_others = ratio(
        570, 10000, 140, 10000, reference="others", organization_id="seattle", **group
    )
    every = findings(estimates([black, to_others]))
    made = block(*(one.record() for one in every))
    decisions = {one.id: one.decisions() for one in every}
    [panel] = phone.of_figure(made, HERE, decisions=decisions)
    line = next(run for run in panel.runs if run.whose == "even")
    assert line.path == f"M{round(100 * 0.014 / 0.08, 2):g} 0V10"
    key = phone.key_of(made, [panel], HERE, decisions=decisions)
    assert ("even", "All other students: 1%") in key  # suspensions alone have a decimal


def test_of_figure__puts_years_in_order_with_more_above_less():
    panel = over_years({"at": 0.4, "end_year": 2025}, {"at": 0.1, "end_year": 2023})
    assert [(spot.x, spot.y) for spot in panel.spots] == [(0.0, 30.0), (100.0, 0.0)]
    assert [(run.path, run.is_gap) for run in panel.runs] == [("M0.0 30.0L100.0 0.0", True)]
    assert panel.ends == ("2023", "2025")
    assert panel.told == [(HERE, [f"{HERE} point → {HERE} point"])]


def test_of_figure__puts_places_of_other_years_on_one_axis_of_years():
    here = [told(at=0.3, end_year=year) for year in (2015, 2025)]
    there = [told(THERE, at=0.3, end_year=year) for year in (2020, 2025)]
    (panel,) = panels(*here, *there)
    at = {
        whose: [spot.x for spot in panel.spots if spot.whose == whose]
        for whose in ("here", "there")
    }
    assert at == {"here": [0.0, 100.0], "there": [50.0, 100.0]}
    assert dict(panel.told)[THERE] == [f"{THERE} point (2020)", f"{THERE} point (2025)"]


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


def test_of_figure__draws_no_line_across_a_break_of_the_measure_and_marks_it():
    years = [{"at": 0.3, "end_year": year} for year in (2014, 2015)]
    panel = over_years(*years)
    assert [run.whose for run in panel.runs] == ["stop"]


def of_school(code, indicator, at, **also):
    level = {"organization_level": "school", "indicator": indicator}
    return told(code, at=at, **level | also)


def test_of_figure__draws_schools_by_two_figures_with_more_to_the_right_and_above():
    shares = {"2070": 0.2, "2089": 0.8}
    records = [of_school(code, "enrollment", at, student_group="low_income", label="Low-income")
               for code, at in shares.items()]  # fmt: skip
    records += [of_school(code, "math_met", 1 - at) for code, at in shares.items()]
    (panel,) = panels(*records, kind="plot_expected")
    low, high = sorted(panel.spots, key=lambda spot: spot.x)
    assert (low.x, low.y, high.x, high.y) == (25.0, 0.0, 100.0, 60.0)
    assert panel.title == "Met the standard in mathematics"
    apart = panels(*records, kind="plot_schools")  # each figure on a line of its own
    assert [spot.x for panel in apart for spot in panel.spots] == [25.0, 100.0, 100.0, 25.0]


@pytest.mark.parametrize(
    ("there", "whose", "words"), [((88, 204), "worse", "10 points"), ((70, 204), "", "")]
)
def test_of_figure__puts_brackets_over_the_years_where_places_differ_beyond_chance(
    there, whose, words
):
    here, everyone = (71, 216), {"student_group": "all", "student_group_type": "all"}
    years = [
        rate(k, n, organization_id=place, end_year=year, **everyone)
        for year in (2017, 2018)
        for place, (k, n) in ((HERE, here), (THERE, there))
    ]
    apart = gap(*here, *there, reference=THERE, end_year=2018, **everyone)
    every = findings(estimates([*years, apart]))
    made = block(*(one.record() for one in every))
    decisions = {one.id: one.decisions() for one in every}
    (panel,) = phone.of_figure(
        replace(made, made_from=Description("plot_slopes", (), {})), HERE, decisions=decisions
    )
    found = [(one.whose, one.words, one.x) for one in panel.brackets]
    assert found == ([(whose, words, 100.0)] if whose else [])


@pytest.mark.parametrize(("end", "whose"), [(-0.02, "worse"), (0.03, "same")])
def test_of_figure__marks_a_gap_as_worse_unless_its_change_could_be_chance(end, whose):
    here, there = (71, 216), (88, 204)
    row = {"student_group": "all", "student_group_type": "all", "end_year": 2018}
    years = [
        rate(k, n, organization_id=place, **row | {"end_year": year})
        for year in (2017, 2018)
        for place, (k, n) in ((HERE, here), (THERE, there))
    ]
    apart = [gap(*here, *there, reference=THERE, **row | {"end_year": y}) for y in (2017, 2018)]
    sizes = {"estimate": -0.05, "ci_low": -0.08, "ci_high": end}
    outer = {"bound_low": -0.05, "bound_high": -0.05, "outer_low": -0.08, "outer_high": end}
    moved = gap(*here, *there, measure="gap_change", reference=f"{THERE} 2017", **row)
    every = findings(estimates([*years, *apart, moved | sizes | outer]))
    made = block(*(one.record() for one in every))
    described = replace(made, made_from=Description("plot_slopes", (), {}))
    decisions = {one.id: one.decisions() for one in every}
    [panel] = phone.of_figure(described, HERE, decisions=decisions)
    assert [one.whose for one in panel.brackets] == [whose, whose]


def of_gaps(*ends, unit="points"):
    groups = ("asian", "black", "white")
    return panels(*(told(measure="gap", unit=unit, label=group, student_group=group, **end)
                    for group, end in zip(groups, ends, strict=False)))  # fmt: skip


def test_of_figure__puts_gaps_on_both_sides_of_none():
    higher, lower, open_ = of_gaps(
        {"at": 0.15},
        {"publish": "range", "low": -0.3, "high": -0.15},
        {"publish": "range", "low": None, "high": 0.3},
    )
    assert (higher.ends, open_.ends) == ((), ("−30", "0", "+30"))  # under the last
    assert (higher.title, higher.spots[0].x) == ("asian", 75.0)
    assert (lower.spots[0].x, lower.spots[0].wide) == (0.0, 25.0)
    assert (open_.spots[0].x, open_.spots[0].wide) == (0.0, 100.0)
    assert [run.path for run in higher.runs] == ["M50 0V10"]
    assert lower.told == [(HERE, [f"{HERE} range"])]


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
