"""A page says what its number says, what to mind, and what became of it; and never more."""

import json
import re
from dataclasses import replace

import pytest
import site_samples

from sesec_analysis import schema
from sesec_analysis.editions.landing import Shelf
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.finding import facts
from sesec_analysis.site import edition_index, pages


@pytest.fixture(scope="module")
def found() -> dict[str, edition_index.History]:
    return edition_index.histories(site_samples.shelf(with_restated=True))


def page(
    one: edition_index.History,
    *,
    address: str | None = None,
    newer: edition_index.History | None = None,
) -> str:
    return pages.finding(one, picture=None, rows={}, newer=newer, address=address, linked={})


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_finding__says_its_sentence_interval_and_cautions(found):
    one = found[site_samples.RATIO]
    text = page(one)
    assert str(one.current.record["sentence"]) in text
    assert facts({"ci_level": 0.95, **one.current.record}) in text
    assert "Do not say what caused it" in text
    assert "Version" in text  # of the citation


def test_finding__names_the_level_of_its_interval(found):
    # What is kept of an edition has the level among its parameters, and not with each number.
    current = found[site_samples.RATIO].current
    kept = {name: text for name, text in current.record.items() if name != "ci_level"}
    run = {**current.state.frozen.run, "parameters": {"ci_level": 0.9}}
    state = replace(current.state, frozen=replace(current.state.frozen, run=run))
    one = replace(found[site_samples.RATIO], held=(replace(current, state=state, record=kept),))
    assert f"90% interval {kept['interval']}" in page(one)


def test_page__breaks_no_school_year_in_its_title(found):
    assert '<span class="one">' in page(found[site_samples.RATIO]).partition("</h1>")[0]


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


def test_finding__says_where_no_row_can_be_named(found):
    one = found[site_samples.RATIO]
    sentence = "its rows are not named one by one"
    assert sentence in page(one)
    named = {
        source.table: [3, 8]
        for source in pages.releases(one.current.record, one.current.state.frozen)
    }
    text = pages.finding(one, picture=None, rows=named, newer=None, address=None, linked={})
    assert sentence not in text
    assert "2 rows" in text


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


def test_landing__leads_to_the_fact_sheets_where_there_are_some(found):
    listed = pages.indicators(found)
    sheets = [Shelf("schools-2024", "Fact sheets, 2023–24", 2)]
    text = pages.landing(site_samples.shelf(), listed, None, sheets)
    assert '<a href="schools-2024/index.html">Fact sheets, 2023–24</a> (2)' in text
    assert "Fact sheets" not in pages.landing(site_samples.shelf(), listed, None)


def test_indicator__lists_its_numbers_the_newest_year_first(found):
    listed = pages.indicators(found)["ela_met"]
    years = [str(one.current.record["school_year"]) for one in listed]
    assert years == sorted(years, reverse=True)
    text = pages.indicator("ela_met", listed)
    assert all(one.address in text for one in listed)


def test_vocabulary__says_every_status_with_its_two_codes():
    text = pages.vocabulary()
    for kind, statuses in (
        ("published", schema.OBSERVATION_STATUSES),
        ("made", schema.ESTIMATE_STATUSES),
    ):
        for status in statuses:
            [row] = re.findall(rf'<tr id="{kind}:{status}">.*?</tr>', text)
            assert len(re.findall(r"STATUS\"><code>[A-Z]</code>: \w", row)) == 2
    # Only what has a value is normal; whatever is missing says why.
    normal = {
        name
        for named in (pages.STATUSES, pages.MADE_STATUSES)
        for name, (_, seen, _) in named.items()
        if seen == "A"
    }
    assert normal == {"reported", "ok"}


def test_vocabulary__refuses_a_status_that_it_does_not_know(monkeypatch):
    monkeypatch.delitem(pages.MADE_STATUSES, "break")
    with pytest.raises(DataError, match="break"):
        pages.vocabulary()


@pytest.fixture(scope="module")
def recorded() -> dict[str, edition_index.History]:
    return edition_index.histories(site_samples.shelf(with_record=True))


def test_finding__tells_its_own_publications(recorded):
    said = words(page(recorded[site_samples.READING]))
    assert "as it was published until 2026-12-24 47.1% 45–49%" in said
    assert "published on 2026-11-01" in said
    assert (
        "restated on 2026-12-24: the publisher&#39;s figures were restated; "
        f"{site_samples.RESTATED} was restated" in said
    )
    data = pages.finding_data(recorded[site_samples.READING], {}, None)
    newest = data["history"][-1]
    assert newest["first_published_on"] == "2026-11-01"
    [told] = newest["restated"]
    assert (told["on"], told["kind"], told["before"]["value"]) == (
        "2026-12-24",
        "source_restated",
        "47.1%",
    )


def test_finding__without_a_record_says_no_day(found):
    said = words(page(found[site_samples.RATIO]))
    assert "restated on" not in said
    assert "published 2026" in said
    data = pages.finding_data(found[site_samples.RATIO], {}, None)
    assert {one["first_published_on"] for one in data["history"]} == {None}


def test_withdrawn__says_that_it_is_not_to_be_quoted_and_repeats_no_number():
    gone = edition_index.taken_away(site_samples.shelf(with_record=True))
    assert set(gone) == {site_samples.WITHDRAWN}
    made = pages.withdrawn(site_samples.WITHDRAWN, gone[site_samples.WITHDRAWN])
    assert site_samples.WITHDRAWN in made.replace("<wbr>", "")
    text = words(made)
    assert "do not quote it" in text
    assert "taken away on 2027-01-06" in text
    data = pages.withdrawn_data(site_samples.WITHDRAWN, gone[site_samples.WITHDRAWN])
    [told] = data["no_longer_in"]
    assert (data["publish"], told["on"], told["before"]) == ("nothing", "2027-01-06", None)
