"""The shelf holds every edition, and tells what became of a number from one to the next."""

import shutil
from datetime import date
from typing import Any

import pytest
import site_samples
from archive_samples import commit_all, git, records, run, write_build
from report_samples import write_root

from sesec_analysis.archive import frozen, publish
from sesec_analysis.site import edition_index, pages


@pytest.fixture(scope="module")
def found() -> dict[str, edition_index.NumberHistory]:
    series = edition_index.all_series(site_samples.shelf(with_restated=True))
    return {number.id: number for one in series.values() for number in one.numbers}


def test_states__are_all_published_editions_in_the_order_of_their_years():
    names = [one.name for one in edition_index.states() if one.is_published]
    assert names == frozen.published_names()
    assert len(names) >= 9


def test_states__hold_a_build_that_differs_beside_what_was_published(monkeypatch, tmp_path):
    kept = frozen.read_frozen("annual-2025")
    monkeypatch.setattr(edition_index, "editions", lambda: ["annual-2025"])
    monkeypatch.setattr(edition_index.archive_frozen, "built_folder", lambda name: tmp_path)
    monkeypatch.setattr(edition_index.archive_frozen, "of_build", lambda folder: kept)
    assert [(one.is_published, one.folder) for one in edition_index.states()] == [(True, tmp_path)]
    changed = site_samples.restated(kept)
    monkeypatch.setattr(edition_index.archive_frozen, "of_build", lambda folder: changed)
    assert [(one.is_published, one.folder) for one in edition_index.states()] == [
        (True, None),
        (False, tmp_path),
    ]


def test_all_series__say_where_a_number_stayed(found):
    one = found[site_samples.RATIO]
    names = [version.state.name for version in one.versions]
    assert names == ["annual-2024", "annual-2025", "annual-2025"]
    assert one.moves == []
    assert not one.is_waiting


def test_all_series__say_why_a_number_moved(found):
    one = found[site_samples.READING]
    [move] = one.moves
    assert f"{site_samples.RESTATED} was restated" in move.words
    assert (move.restated.before["value"], move.restated.after["value"]) == ("49.8%", "51.2%")
    # What was published stands until the new one is.
    assert one.current.record["value"] == "49.8%"
    assert one.is_waiting
    assert one.versions[-1].record["value"] == "51.2%"


def test_all_series__keep_an_id_that_is_no_longer_printed():
    found = edition_index.all_series(site_samples.shelf(with_record=True))
    one = found["rate.ela_met.all.school:9999.all"]
    assert (one.numbers, one.data["removed"]) == ([], [site_samples.WITHDRAWN])
    assert one.page == "series/rate.ela_met.all.school~9999.all.html"


def test_states__tell_what_an_edition_restated_from_one_publication_to_the_next(
    tmp_path, monkeypatch
):
    """A number moves on purpose: publish keeps what it replaces, and page, data and feed of the site tell it."""
    listed = 'editions:\n  annual-2018: { title: "Equity Report, 2018", notebook: good.ipynb, published: 2026 }\n'
    root = write_root(tmp_path / "root", {}, listed)
    (root / ".gitignore").write_text("reports/build/\n", encoding="utf-8")
    git(root, "init", "--quiet")
    black = "sesec:rate.disciplined.2018.all.seattle.black"
    monkeypatch.setenv("SESEC_ROOT", str(root))

    def published(found: list[dict[str, Any]], log: str, today: date) -> None:
        (root / "CHANGELOG.md").write_text(f"### Numbers\n\n- {log}\n", encoding="utf-8")
        commit_all(root)
        package = {"version": "0.1.0", "uncommitted_changes": False}
        package |= {"commit": git(root, "rev-parse", "HEAD")}
        write_build(root / "reports/build/annual-2018", found, run(2018, package=package))
        publish.publish("annual-2018", build=lambda name: root, today=today)
        shutil.rmtree(root / "reports/build")

    first = records()
    published(first, "First.", date(2026, 11, 1))
    change = {"value": "6.5%", "estimate": 0.065}
    moved = [one | change if one["id"] == black else one for one in first]
    published(moved, f"`{black}`: counted anew.", date(2026, 12, 24))

    found = edition_index.states()
    series = edition_index.all_series(found)
    one = series["rate.disciplined.all.seattle.black"]
    page = pages.series_page(one, None)
    assert "restated on 2026-12-24: we work it out, or say it, in another way" in page
    assert [each["before"]["value"] for each in one.data["restated"]] == ["6.4%"]
    text = pages.atom(found, series.values(), "https://example.org/")
    assert f"{black}: 6.4% → 6.5%" in text
    other = next(each for each in series.values() if each is not one)
    assert other.data["restated"] == []
