"""The feed tells of editions and of numbers that moved; a day is the one on which a thing was said first."""

from xml.etree import ElementTree as ET

import site_samples

from sesec_analysis.site import edition_index, feed

URL = "https://example.org/equity/"
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(text: bytes) -> dict[str, tuple[str, str]]:
    root = ET.fromstring(text)
    return {
        str(one.findtext(f"{ATOM}title")): (
            str(one.findtext(f"{ATOM}updated")),
            str(one.findtext(f"{ATOM}summary")),
        )
        for one in root.iter(f"{ATOM}entry")
    }


def made(said: feed.Said, *, with_restated: bool) -> dict[str, tuple[str, str]]:
    found = site_samples.shelf(with_restated=with_restated)
    return entries(feed.atom(found, edition_index.histories(found), URL, said))


def test_atom__tells_of_a_restated_number_and_why():
    found = made(feed.Said({}, "2026-11-27"), with_restated=True)
    [(title, (_, words))] = [one for one in found.items() if site_samples.READING in one[0]]
    assert title == f"{site_samples.READING}: 49.8% → 51.2%"
    assert "built, not published" in words
    assert f"{site_samples.RESTATED} was restated" in words


def test_atom__keeps_the_day_of_what_was_said_before():
    said = feed.Said({}, "2026-11-27")
    first = made(said, with_restated=False)
    second = made(feed.Said(said.used, "2027-01-05"), with_restated=True)
    assert {day for day, _ in first.values()} == {"2026-11-27T00:00:00Z"}
    assert {title: day for title, (day, _) in second.items() if title not in first} == {
        f"{site_samples.READING}: 49.8% → 51.2%": "2027-01-05T00:00:00Z"
    }
    assert {title: day for title, (day, _) in second.items() if title in first} == {
        title: day for title, (day, _) in first.items()
    }


def test_atom__tells_of_an_editions_own_publications_on_their_day():
    found = site_samples.shelf(with_record=True)
    text = feed.atom(found, edition_index.histories(found), URL, feed.Said({}, "2027-03-01"))
    told = entries(text)
    day, said = told[f"{site_samples.READING}: 47.1% → 49.8%"]
    assert day == "2026-12-24T00:00:00Z"
    assert "restated on 2026-12-24: the publisher's figures were restated" in said
    day, said = told[f"{site_samples.WITHDRAWN}: not repeated → taken away"]
    assert day == "2027-01-06T00:00:00Z"
    assert "taken away" in said


def test_sitemap__names_every_page():
    found = edition_index.histories(site_samples.shelf())
    root = ET.fromstring(feed.sitemap(found, URL))
    pages = [str(one.text) for one in root.iter() if one.tag.endswith("loc")]
    assert f"{URL}{found[site_samples.READING].address}" in pages
    assert len(pages) == len(found) + 2
