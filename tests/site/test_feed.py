"""The feed lists editions and numbers that moved, each on the day of its publication."""

from xml.etree import ElementTree as ET

import site_samples

from sesec_analysis.evidence.citation import page_of
from sesec_analysis.site import edition_index, feed

URL = "https://example.org/equity/"
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(found: list[edition_index.EditionState]) -> dict[str, tuple[str, str, str]]:
    series = edition_index.all_series(found)
    root = ET.fromstring(feed.atom(found, series.values(), URL))
    return {
        str(one.findtext(f"{ATOM}title")): (
            str(one.findtext(f"{ATOM}updated")),
            str(one.findtext(f"{ATOM}summary")),
            one.find(f"{ATOM}link").get("href"),
        )
        for one in root.iter(f"{ATOM}entry")
    }


def test_atom__lists_published_editions_on_their_day_or_year():
    made = entries(site_samples.shelf(with_record=True))
    days = {title[-7:]: day for title, (day, _, _) in made.items() if not title.startswith("sesec")}
    assert days == {"2023–24": "2026-01-01T00:00:00Z", "2024–25": "2026-11-01T00:00:00Z"}


def test_atom__leaves_out_what_was_not_published():
    assert entries(site_samples.shelf()) == entries(site_samples.shelf(with_restated=True))


def test_atom__lists_an_editions_own_publications_on_their_day():
    made = entries(site_samples.shelf(with_record=True))
    day, words, link = made[f"{site_samples.READING}: 47.1% → 49.8%"]
    assert day == "2026-12-24T00:00:00Z"
    assert "restated on 2026-12-24: the publisher's figures were restated" in words
    assert link == f"{URL}{page_of(site_samples.READING)}"
    day, words, _ = made[f"{site_samples.WITHDRAWN}: not repeated → taken away"]
    assert day == "2027-01-06T00:00:00Z"
    assert "taken away" in words
