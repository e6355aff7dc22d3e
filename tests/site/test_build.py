"""The site is written whole, again only where something changed, and nothing else is touched."""

import csv
import re
from pathlib import Path

import pytest
import site_samples

from sesec_analysis.errors import DataError
from sesec_analysis.evidence.citation import page_of
from sesec_analysis.site import build as site_build
from sesec_analysis.site.build import build

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("shelf")]  # a whole site is built

URL = "https://example.org/equity"


def written(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file()
    }


def test_build__gives_every_series_a_page_and_follows_every_link(tmp_path):
    done = build(tmp_path / "site")
    files = written(done.out)
    pages = [name for name in files if re.fullmatch(r"series/[^/]+\.html", name)]
    assert len(pages) == done.series
    told = [name for name in files if re.fullmatch(r"series/[^/]+\.json", name)]
    assert {name.replace(".json", ".html") for name in told} == set(pages)
    assert {"index.html", "404.html", "ids.csv", "findings.sqlite", "search.js"} <= files.keys()
    # Without an address they would say something false.
    assert not {"feed.xml"} & files.keys()
    for line in csv.DictReader(files["ids.csv"].decode("utf-8-sig").splitlines()):
        page, _, anchor = line["page"].partition("#")
        assert f'id="{anchor}"' in files[page].decode()


def test_build__leads_from_an_id_of_a_fact_sheet_to_its_place_there(tmp_path, monkeypatch):
    name = "sesec:rate.ela_met.2024.all.school:2016.all"
    sheet = tmp_path / "schools-2024" / "2016" / "index.html"
    sheet.parent.mkdir(parents=True)
    sheet.write_text(f'<h1>Hawthorne</h1><p id="{name}">49.8%</p>', encoding="utf-8")
    held = {sheet.relative_to(tmp_path).as_posix(): sheet}
    monkeypatch.setattr(site_build.SiteSource, "sheets", held)
    out = build(tmp_path / "site").out
    lines = csv.DictReader((out / "ids.csv").read_text("utf-8").splitlines())
    page, _, anchor = next(line["page"] for line in lines if line["id"] == name).partition("#")
    assert f'id="{anchor}"' in (out / page).read_text("utf-8")


def test_build__writes_again_only_what_changed(site, monkeypatch):
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}
    build(site, url=URL)
    again = {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}
    assert {path.name for path in again if again[path] != before[path]} == {"site.json"}
    monkeypatch.setattr(
        site_build.edition_index, "states", lambda: site_samples.shelf(with_restated=True)
    )
    build(site, url=URL)
    changed = {path for path, at in again.items() if path.stat().st_mtime_ns != at}
    assert site / page_of(site_samples.READING).partition("#")[0] in changed
    assert site / page_of(site_samples.RATIO).partition("#")[0] not in changed


def test_build__removes_what_no_edition_has_any_more_and_leaves_strangers_alone(site, monkeypatch):
    (site / "CNAME").write_text("example.org")
    monkeypatch.setattr(site_build.edition_index, "states", lambda: site_samples.shelf()[:1])
    build(site)
    assert not (site / "annual-2025").exists()
    assert (site / "CNAME").read_text() == "example.org"


def test_build__refuses_a_folder_of_something_else(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(DataError, match="something else than a site"):
        build(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_build__that_is_interrupted_leaves_the_site_as_it_was(site, tmp_path, monkeypatch):
    before = written(site)
    render = site_build.pages.series_page
    calls = iter(range(5))

    def stopped(*args, **words):
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return render(*args, **words).replace("Southeast", "Southwest")

    monkeypatch.setattr(site_build.pages, "series_page", stopped)
    with pytest.raises(KeyboardInterrupt):
        build(site)
    assert written(site) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("url", ["example.org", "https://example.org/?a"])
def test_build__refuses_what_is_no_address(tmp_path, url):
    with pytest.raises(DataError, match="not the address"):
        build(tmp_path / "site", url=url)
