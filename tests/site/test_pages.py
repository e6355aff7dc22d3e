"""A page says what its number says, what to mind, and what became of it; and never more."""

import json
import re

import pytest
import site_samples

from sesec_analysis import schema
from sesec_analysis.evidence.finding import facts
from sesec_analysis.site import pages, shelf


@pytest.fixture(scope="module")
def found() -> dict[str, shelf.History]:
    return shelf.histories(site_samples.shelf(with_restated=True))


def page(
    one: shelf.History, *, address: str | None = None, newer: shelf.History | None = None
) -> str:
    return pages.finding(one, picture=None, rows={}, newer=newer, address=address, linked={})


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_finding__says_its_sentence_interval_and_cautions(found):
    one = found[site_samples.RATIO]
    text = page(one)
    assert str(one.current.record["sentence"]) in text
    assert facts(one.current.record) in text
    assert "Do not say what caused it" in text
    assert "Version" in text  # of the citation


def test_finding__says_that_a_newer_state_waits(found):
    assert "built and not yet published" in page(found[site_samples.READING])
    assert "built and not yet published" not in page(found[site_samples.RATIO])


def test_finding__tells_its_history(found):
    said = words(page(found[site_samples.READING]))
    assert "49.8%" in said
    assert f"{site_samples.RESTATED} was restated" in said


def test_finding__cites_its_own_address_only_where_the_site_has_one(found):
    one = found[site_samples.RATIO]
    address = f"https://example.org/{one.address}"
    assert address in page(one, address=address)
    assert "example.org" not in page(one)
    data = pages.finding_data(one, {}, None)
    assert data["address"] is None
    assert "example.org" not in json.dumps(data)
    assert pages.finding_data(one, {}, address)["citation"]["URL"] == address


def test_finding__of_a_range_gives_no_number_between(found):
    one = next(one for one in found.values() if one.current.record["publish"] == "range")
    assert "Do not make one number of the range" in page(one)
    assert pages.finding_data(one, {}, None)["estimate"] is None


def test_landing__leads_to_every_indicator(found):
    listed = pages.indicators(found)
    text = pages.landing(site_samples.shelf(), listed, None)
    assert sum(map(len, listed.values())) == len(found)
    assert all(f'href="indicators/{code}.html"' in text for code in listed)
    assert "may be used under" not in text
    assert "may be used under CC BY 4.0" in pages.landing(site_samples.shelf(), listed, "CC BY 4.0")


def test_indicator__lists_its_numbers_the_newest_year_first(found):
    listed = pages.indicators(found)["ela_met"]
    years = [str(one.current.record["school_year"]) for one in listed]
    assert years == sorted(years, reverse=True)
    text = pages.indicator("ela_met", listed)
    assert all(one.address in text for one in listed)


def test_vocabulary__says_every_status():
    text = pages.vocabulary()
    assert all(f"<code>{status}</code>" in text for status in schema.OBSERVATION_STATUSES)
