"""A page says what its series says, what to mind, and what moved; and never more."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import site_samples

from sesec_analysis import catalog, schema
from sesec_analysis.editions.landing import Shelf
from sesec_analysis.evidence.citation import page_of
from sesec_analysis.evidence.finding import facts
from sesec_analysis.site import edition_index, pages
from sesec_analysis.site.edition_index import Series

RATIO, READING = (
    "ratio.disciplined.all.seattle.black-others",
    "rate.ela_met.all.southeast_seattle.all",
)


@pytest.fixture(scope="module")
def found() -> dict[str, Series]:
    return edition_index.all_series(site_samples.shelf(with_restated=True))


@pytest.fixture(scope="module")
def every() -> dict[str, Series]:
    return edition_index.all_series(edition_index.states())


def page(one: Series, *, url: str | None = None, rows=None) -> str:
    data = pages.series_data(one, rows=rows or {}, url=url)
    return pages.series_page(one, data, url=url, linked={})


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_title__names_measure_group_and_place_and_no_year(every):
    title = pages.title_of(every["rate.enrollment.all.southeast_seattle.low_income"])
    assert title == "Share of students: low-income, Southeast Seattle"
    title = pages.title_of(every["rate.ela_met.03.southeast_seattle.black"])
    assert title.endswith(": Black or African American, grade 3, Southeast Seattle")
    title = pages.title_of(every[RATIO])
    assert "compared with all other students" in title
    titles = [pages.title_of(one) for one in every.values() if one.numbers]
    dated = {title for title in titles if re.search(r"\b(19|20)\d\d\b", title)}
    alone = catalog.indicator("disciplined_2014").title  # of one year, with a count of its own
    assert {title for title in dated if not title.startswith(alone)} == set()
    assert len(set(titles)) == len(titles)


def test_series_page__says_its_sentence_interval_and_cautions(found):
    one = found[RATIO]
    text = page(one)
    assert str(one.newest.record["sentence"]) in text
    assert facts({"ci_level": 0.95, **one.newest.record}) in text
    assert "Do not say what caused it" in text
    assert "Version" in text  # of the citation


def test_series_page__has_a_row_for_each_year(every):
    one = every["rate.enrollment.all.southeast_seattle.low_income"]
    text = page(one)
    rows = re.findall(r'<tr id="([^"]+)">', text)
    assert rows == [number.years for number in reversed(one.numbers)]
    assert len(rows) > 8
    for number in one.numbers:
        assert str(number.current.record["sentence"]) in text
        assert number.id in text.replace("<wbr>", "")
    assert "<svg" in text


def test_series_page__names_the_level_of_its_interval(found):
    # What is kept of an edition has the level among its parameters, and not with each number.
    number = found[RATIO].numbers[-1]
    current = number.current
    kept = {name: text for name, text in current.record.items() if name != "ci_level"}
    run = {**current.state.frozen.run, "parameters": {"ci_level": 0.9}}
    state = replace(current.state, frozen=replace(current.state.frozen, run=run))
    number = replace(number, versions=(replace(current, state=state, record=kept),))
    assert f"90% interval {kept['interval']}" in page(replace(found[RATIO], numbers=(number,)))


def test_series_page__says_that_a_newer_state_waits(found):
    assert "built and not yet published" in page(found[READING])
    assert "built and not yet published" not in page(found[RATIO])


def test_series_page__shows_restatements_only_where_something_moved(found):
    said = words(page(found[READING]))
    assert f"{site_samples.RESTATED} was restated" in said
    assert "Restated numbers" not in words(page(found[RATIO]))


def test_series_page__cites_its_own_address_only_where_the_site_has_one(found):
    one, url = found[RATIO], "https://example.org/"
    address = f"{url}{page_of(one.numbers[-1].id)}"
    assert address in page(one, url=url)
    assert "example.org" not in page(one)
    assert pages.series_data(one, rows={}, url=None)["address"] is None
    [*_, number] = pages.series_data(one, rows={}, url=url)["numbers"]
    assert number["citation"]["URL"] == address


def test_series_page__counts_the_rows_of_each_source(found):
    one = found[RATIO]
    sources = pages.releases(one.newest.record, one.newest.state.frozen)
    rows = {one.numbers[-1].id: {source.table: [3, 8] for source in sources}}
    assert "2 rows" not in page(one)
    assert "2 rows" in page(one, rows=rows)
    [*_, number] = pages.series_data(one, rows=rows, url=None)["numbers"]
    assert number["rows"] == rows[number["id"]]


def test_series_page__of_a_range_gives_no_number_between(found):
    one = next(one for one in found.values() if one.newest.record["publish"] == "range")
    assert "Do not make one number of the range" in page(one)
    assert pages.series_data(one, rows={}, url=None)["numbers"][-1]["estimate"] is None


def test_series_page__tells_its_own_publications():
    one = edition_index.all_series(site_samples.shelf(with_record=True))[READING]
    said = words(page(one))
    assert "restated on 2026-12-24: the publisher&#39;s figures were restated" in said
    assert "47.1%" in said
    [told] = pages.series_data(one, rows={}, url=None)["restated"]
    assert (told["on"], told["kind"]) == ("2026-12-24", "source_restated")
    assert told["before"]["value"] == "47.1%"


def test_series_page__of_removed_numbers_repeats_none():
    found = edition_index.all_series(site_samples.shelf(with_record=True))
    one = found["rate.ela_met.all.school:9999.all"]
    made = page(one)
    assert site_samples.WITHDRAWN in made.replace("<wbr>", "")
    text = words(made)
    assert "do not quote it" in text
    assert "taken away on 2027-01-06" in text
    [told] = pages.series_data(one, rows={}, url=None)["restated"]
    assert (told["on"], told["before"]) == ("2027-01-06", None)


def record(year: int, publish: str = "point", **fields) -> dict[str, object]:
    known = {"publish": publish, "end_year": year, "school_year": str(year), "value": f"{year}%"}
    known |= {"indicator": "ela_met", "estimate": None, "bound_low": None, "bound_high": None}
    return known | fields


def test_chart__draws_a_dot_for_a_number_and_a_bar_for_a_range():
    drawn = [
        record(2021, estimate=0.4),
        record(2022, estimate=0.5),
        record(2023, "range", bound_low=0.4, bound_high=0.6),
        record(2024, "nothing"),
        record(2025, estimate=0.5),
    ]
    root = ET.fromstring(pages.chart("A & B", drawn))
    assert len(root.findall("circle")) == 3
    assert len(root.findall("rect")) == 1
    assert len([line for line in root.findall("line") if line.get("class") == "run"]) == 1
    assert "2023: 2023%" in root.get("aria-label")
    assert "2024: " not in root.get("aria-label")


def test_chart__is_empty_where_there_is_no_line():
    assert pages.chart("A", [record(2025, estimate=0.4)]) == ""
    assert pages.chart("A", [record(2025, estimate=0.4), record(2025, estimate=0.5)]) == ""


def test_front_page__leads_to_every_indicator(found):
    listed = pages.indicators(found)
    text = pages.front_page(site_samples.shelf(), listed, None)
    assert sum(map(len, listed.values())) == len(found)
    assert all(f'href="indicators/{code}.html"' in text for code in listed)
    assert "may be used under" not in text
    licensed = pages.front_page(site_samples.shelf(), listed, "CC BY 4.0")
    assert "may be used under CC BY 4.0" in licensed


def test_front_page__leads_to_the_fact_sheets_where_there_are_some(found):
    listed = pages.indicators(found)
    sheets = [Shelf("schools-2024", "Fact sheets, 2023–24", 2)]
    text = pages.front_page(site_samples.shelf(), listed, None, sheets)
    assert '<a href="schools-2024/index.html">Fact sheets, 2023–24</a> (2)' in text
    assert "Fact sheets" not in pages.front_page(site_samples.shelf(), listed, None)


def test_indicator_page__lists_its_series(found):
    listed = pages.indicators(found)["ela_met"]
    text = pages.indicator_page("ela_met", listed)
    assert all(one.page in text for one in listed)


def test_vocabulary__says_every_status_with_its_two_codes():
    text = pages.vocabulary()
    for kind, statuses in (
        ("published", schema.OBSERVATION_STATUSES),
        ("made", schema.ESTIMATE_STATUSES),
    ):
        assert set(re.findall(rf'<tr id="{kind}:(\w+)">', text)) == set(statuses)
        for status in statuses:
            [row] = re.findall(rf'<tr id="{kind}:{status}">.*?</tr>', text)
            codes = re.findall(r"STATUS\"><code>([A-Z])</code>: \w", row)
            assert len(codes) == 2
            # Only what has a value is normal; whatever is missing says why.
            assert (codes[0] == "A") == (status in ("reported", "ok"))
