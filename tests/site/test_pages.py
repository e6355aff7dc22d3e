"""A page says what its series says, what to mind, and what moved; and never more."""

import re
from xml.etree import ElementTree as ET

import pytest
import site_samples

from sesec_analysis import catalog, schema
from sesec_analysis.editions.documents import html
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


def page(one: Series) -> str:
    return pages.series_page(one, None)


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_title__names_measure_group_and_place_and_no_year(every):
    title = every["rate.enrollment.all.southeast_seattle.low_income"].data["title"]
    assert title == "Share of students: low-income, Southeast Seattle"
    title = every["rate.ela_met.03.southeast_seattle.black"].data["title"]
    assert title.endswith(": Black or African American, grade 3, Southeast Seattle")
    title = every[RATIO].data["title"]
    assert "compared with all other students" in title
    titles = [edition_index._title(one) for one in every.values() if one.numbers]
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


def test_series_page__says_that_a_newer_state_waits(found):
    assert "built and not yet published" in page(found[READING])
    assert "built and not yet published" not in page(found[RATIO])


def test_series_page__of_removed_numbers_repeats_none():
    found = edition_index.all_series(site_samples.shelf(with_record=True))
    one = found["rate.ela_met.all.school:9999.all"]
    made = page(one)
    assert site_samples.WITHDRAWN in made.replace("<wbr>", "")
    text = words(made)
    assert "do not quote it" in text
    assert "taken away on 2027-01-06" in text
    [told] = one.data["restated"]
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


def test_front_page__leads_to_every_indicator(found):
    listed = pages.indicators(found)
    text = pages.front_page(site_samples.shelf(), listed, None)
    assert sum(map(len, listed.values())) == len(found)
    assert all(f'href="indicators/{code}.html"' in text for code in listed)
    assert "may be used under" not in text
    licensed = pages.front_page(site_samples.shelf(), listed, "CC BY 4.0")
    assert "may be used under CC BY 4.0" in licensed


def test_vocabulary__says_every_status_with_its_two_codes():
    text = html.fill("site_vocabulary.html")
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


URL = "https://example.org/equity/"
ATOM = "{http://www.w3.org/2005/Atom}"


def read(states: list[edition_index.EditionState]) -> list[ET.Element]:
    series = edition_index.all_series(states)
    return list(ET.fromstring(pages.atom(states, series.values(), URL)).iter(f"{ATOM}entry"))


def entries(states: list[edition_index.EditionState]) -> dict[str, tuple[str, str, str]]:
    return {
        str(one.findtext(f"{ATOM}title")): (
            str(one.findtext(f"{ATOM}updated")),
            str(one.findtext(f"{ATOM}summary")),
            one.find(f"{ATOM}link").get("href"),
        )
        for one in read(states)
    }


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


def test_series_page__of_a_range_gives_no_number_between(found):
    one = next(one for one in found.values() if one.newest.record["publish"] == "range")
    assert "Do not make one number of the range" in page(one)
    assert one.data["numbers"][-1]["estimate"] is None
