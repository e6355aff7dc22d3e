"""The site is written whole, again only where something changed, and nothing else is touched."""

import csv
import datetime
import html
import json
from pathlib import Path

import pytest
import site_samples

from sesec_analysis.errors import DataError
from sesec_analysis.site import build as site_build
from sesec_analysis.site.build import build
from sesec_analysis.site.check import differences

pytestmark = pytest.mark.slow  # a whole site is built

TODAY = datetime.date(2026, 11, 27)
URL = "https://example.org/equity"


@pytest.fixture(autouse=True)
def shelf(monkeypatch):
    """Two published editions, and no fact sheets."""
    monkeypatch.setattr(site_build.edition_index, "states", site_samples.shelf)
    monkeypatch.setattr(site_build.SiteSource, "sheets", lambda source: iter(()))


def written(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file()
    }


def test_build__gives_every_number_a_page_and_follows_every_link(tmp_path):
    done = build(tmp_path / "site", today=TODAY)
    files = written(done.out)
    pages = [name for name in files if name.startswith("findings/") and name.endswith(".html")]
    assert len(pages) == done.findings
    assert {
        "index.html",
        "ids.csv",
        "llms.txt",
        "annual-2025/ro-crate-metadata.json",
    } <= files.keys()
    assert (
        not {"feed.xml", "sitemap.xml"} & files.keys()
    )  # without an address they would say something false
    lines = files["ids.csv"].decode().splitlines()
    assert all(line.split(",")[1] in files for line in lines[1:])


def test_build__leads_from_every_citation_to_its_page(tmp_path):
    out = build(tmp_path / "site", url=URL, today=TODAY).out
    pages = sorted((out / "findings").glob("*.html"))
    for page in pages:
        data = json.loads(page.with_suffix(".json").read_text("utf-8"))
        cited = data["citation"]["URL"]
        assert (out / cited.removeprefix(f"{URL}/")) == page
        text = html.unescape(page.read_text("utf-8").replace("<wbr>", ""))
        assert text.count(cited) >= 3  # APA, Chicago, BibTeX
        assert data["id"] in text
    assert len(pages) > 50


def test_build__leads_from_an_id_of_a_fact_sheet_to_its_place_there(tmp_path, monkeypatch):
    name = "sesec:rate.ela_met.2024.all.school:2016.all"
    sheet = tmp_path / "schools-2024" / "2016" / "index.html"
    sheet.parent.mkdir(parents=True)
    sheet.write_text(f'<h1>Hawthorne</h1><p id="{name}">49.8%</p>', encoding="utf-8")
    held = [(sheet.relative_to(tmp_path).as_posix(), sheet)]
    monkeypatch.setattr(site_build.SiteSource, "sheets", lambda source: iter(held))
    out = build(tmp_path / "site", today=TODAY).out
    lines = csv.DictReader((out / "ids.csv").read_text("utf-8").splitlines())
    page, _, anchor = next(line["page"] for line in lines if line["id"] == name).partition("#")
    assert f'id="{anchor}"' in (out / page).read_text("utf-8")


def test_build__writes_again_only_what_changed(tmp_path, monkeypatch):
    first = build(tmp_path / "site", url=URL, today=TODAY)
    before = written(first.out)
    again = build(first.out, url=URL, today=TODAY + datetime.timedelta(days=9))
    assert (again.written, again.removed) == (0, 0)
    assert written(first.out) == before
    monkeypatch.setattr(
        site_build.edition_index, "states", lambda: site_samples.shelf(with_restated=True)
    )
    moved = build(first.out, url=URL, today=TODAY + datetime.timedelta(days=9))
    changed = {name for name, content in written(first.out).items() if before.get(name) != content}
    assert moved.written == len(changed - {"site.json"})
    assert f"findings/{site_samples.READING.removeprefix('sesec:')}.html" in changed
    assert (
        f"findings/{site_samples.RATIO.removeprefix('sesec:')}.html" in changed
    )  # its history has one more state
    assert "2026-12-06" in (first.out / "feed.xml").read_text("utf-8")


def test_build__removes_what_no_edition_has_any_more_and_leaves_strangers_alone(
    tmp_path, monkeypatch
):
    out = build(tmp_path / "site", today=TODAY).out
    (out / "CNAME").write_text("example.org")
    monkeypatch.setattr(site_build.edition_index, "states", lambda: site_samples.shelf()[:1])
    done = build(out, today=TODAY)
    assert done.removed > 0
    assert not (out / "annual-2025" / "findings.json").exists()
    assert (out / "CNAME").read_text() == "example.org"


def test_build__gives_a_number_that_was_taken_away_a_page(tmp_path, monkeypatch):
    monkeypatch.setattr(
        site_build.edition_index, "states", lambda: site_samples.shelf(with_record=True)
    )
    out = build(tmp_path / "site", url=URL, today=TODAY).out
    [line] = [
        line
        for line in (out / "ids.csv").read_text("utf-8").splitlines()
        if line.startswith(site_samples.WITHDRAWN)
    ]
    _, page, data = line.split(",")
    assert "do not quote it" in (out / page).read_text("utf-8")
    assert json.loads((out / data).read_text("utf-8"))["publish"] == "nothing"
    assert differences(out) == []


def test_build__refuses_a_folder_of_something_else(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(DataError, match="something else than a site"):
        build(tmp_path, today=TODAY)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_build__goes_on_where_it_was_interrupted(tmp_path, monkeypatch):
    pages = site_build.pages.finding
    asked = iter(range(5))

    def stopped(*args, **words):
        if next(asked, None) is None:
            raise KeyboardInterrupt
        return pages(*args, **words)

    monkeypatch.setattr(site_build.pages, "finding", stopped)
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path / "site", today=TODAY)
    monkeypatch.setattr(site_build.pages, "finding", pages)
    out = tmp_path / "site"
    assert not list(out.rglob("*.site-half"))
    there = {name for name in written(out) if name != "site.json"}
    assert set(json.loads((out / "site.json").read_text("utf-8"))["files"]) == there
    (tmp_path / "site" / "findings" / "a.html.site-half").write_bytes(b"<p>")  # as a kill leaves it
    done = build(tmp_path / "site", today=TODAY)
    assert differences(done.out) == []


def test_build__refuses_a_link_that_leads_nowhere(tmp_path, monkeypatch):
    monkeypatch.setattr(site_build.pages, "vocabulary", lambda: '<a href="nowhere.html">x</a>')
    with pytest.raises(DataError, match=r"vocabulary\.html: nowhere\.html"):
        build(tmp_path / "site", today=TODAY)


@pytest.mark.parametrize(
    "url", ["example.org", "ftp://example.org", "https://example.org/?a", "https://a b"]
)
def test_build__refuses_what_is_no_address(tmp_path, url):
    with pytest.raises(DataError, match="no address"):
        build(tmp_path / "site", url=url, today=TODAY)
