import pytest
from estimate_samples import estimates, rate

from sesec_analysis.editions.documents.model import Node, Prose
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.screen import panels
from sesec_analysis.evidence.finding import findings
from sesec_analysis.text import Renderer


def shelf(*urls: str) -> Document:
    links = tuple(Node("link", children=(Node("text", url),), url=url) for url in urls)
    return Document("Sheets", (Prose("", (Node("paragraph", children=links),)),), (), ())


def test_of_links__has_a_dot_for_each_sheet_from_north_to_south():
    made = panels.of_links(
        shelf("3327-rainier-beach-high-school/index.html", "2182-franklin-high-school/index.html")
    )
    assert [dot.name for dot in made.schools] == [
        "Franklin High School",
        "Rainier Beach High School",
    ]
    left, top, width, height = map(int, made.box.split())
    assert all(left < dot.x < left + width and top < dot.y < top + height for dot in made.schools)
    assert made.outlines[0].startswith("M")


def test_results_maps__marks_schools_as_higher_or_lower_only_where_it_can_be_told():
    everyone = {"student_group": "all", "student_group_type": "all"}
    of_schools = {"3327": (10, 200), "2182": (190, 200), "2392": (101, 200)}
    rows = [
        rate(*counts, organization_level="school", organization_id=code, **everyone)
        for code, counts in of_schools.items()
    ]
    rows.append(rate(2000, 4000, organization_id="seattle", **everyone))
    where = {"place": "southeast_seattle", "compare_to": "seattle"}
    [panel] = panels.results_maps(findings(estimates(rows)), **where, words=Renderer())
    found = {(spot.x, spot.y): spot.whose for spot in panel.spots}
    assert sorted(found.values()) == ["higher", "lower worse", "unknown"]
    north = min(found, key=lambda dot: dot[1])  # Franklin; the southernmost is Rainier Beach
    south = max(found, key=lambda dot: dot[1])
    assert (found[north], found[south]) == ("higher", "lower worse")
    assert all(0 <= x <= 100 and 0 <= y <= panel.tall for x, y in found)
    assert "50%" in panel.words


def record(at, unit="proportion", **ends):
    known = {"publish": "point", "unit": unit, "estimate": at}
    return known | dict.fromkeys(("bound_low", "bound_high")) | ends


def test_axis__writes_its_ends_as_the_language_does():
    budget = record(16521.0, "dollars_per_student")
    assert panels.PanelAxis.over([budget], Renderer()).words == ("$0", "$20,000")
    assert panels.PanelAxis.over([budget], Renderer("vi")).words == ("$0", "$20.000")


def test_axis__holds_the_ends_that_are_drawn():
    rate = record(0.021, ci_low=0.009, ci_high=0.077)
    ends = ("estimate", "ci_low", "ci_high")
    assert panels.PanelAxis.over([rate], Renderer()).words == ("0%", "3%")
    wide = panels.PanelAxis.over([rate], Renderer(), ends=ends)
    assert (wide.words, wide.at(0.077), wide.at(0.2)) == (("0%", "8%"), 96.25, 100.0)


def test_axis__has_two_sides_where_two_rates_are_compared():
    points = panels.PanelAxis.over([record(-0.15, "points")], Renderer())
    assert (points.zero, points.words) == (50.0, ("−20", "0", "+20"))
    times = panels.PanelAxis.over([record(4.2, "ratio")], Renderer())
    assert (times.words, times.at(2.0)) == (("0.125×", "1×", "8×"), pytest.approx(66.67))
    assert panels.PanelAxis.over([record(0.15)], Renderer()).zero is None
