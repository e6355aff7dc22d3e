from estimate_samples import estimates, rate

from sesec_analysis.editions.documents.model import Node, Prose
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.screen import panels
from sesec_analysis.evidence.finding import findings
from sesec_analysis.text import Renderer


def shelf(*urls: str) -> Document:
    links = tuple(Node("link", children=(Node("text", url),), url=url) for url in urls)
    return Document("Sheets", (Prose((Node("paragraph", children=links),)),), (), ())


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
