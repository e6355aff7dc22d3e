from sesec_analysis.editions.documents.model import Node, Prose
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.screen import school_map


def shelf(*urls: str) -> Document:
    links = tuple(Node("link", children=(Node("text", url),), url=url) for url in urls)
    return Document("Sheets", (Prose("", (Node("paragraph", children=links),)),), (), ())


def test_of_links__has_a_dot_for_each_sheet_from_north_to_south():
    made = school_map.of_links(
        shelf("3327-rainier-beach-high-school/index.html", "2182-franklin-high-school/index.html")
    )
    assert [dot.name for dot in made.schools] == [
        "Franklin High School",
        "Rainier Beach High School",
    ]
    left, top, width, height = map(int, made.box.split())
    assert all(left < dot.x < left + width and top < dot.y < top + height for dot in made.schools)
    assert made.outlines[0].startswith("M")


def test_of_links__passes_over_other_links_and_schools_without_a_place():
    assert (
        school_map.of_links(shelf("https://data.wa.gov/", "findings.html", "9999-x/index.html"))
        is None
    )
