"""The shelf holds every edition, and tells what became of a number from one to the next."""

import pytest
import site_samples

from sesec_analysis.archive import frozen
from sesec_analysis.errors import EditionError
from sesec_analysis.site import shelf


@pytest.fixture(scope="module")
def found() -> dict[str, shelf.History]:
    return shelf.histories(site_samples.shelf(with_restated=True))


def test_states__are_all_published_editions_in_the_order_of_their_years():
    names = [one.name for one in shelf.states() if one.is_published]
    assert names == frozen.published()
    assert len(names) >= 9


def test_states__refuse_an_empty_shelf(monkeypatch):
    monkeypatch.setattr(shelf, "editions", dict)
    with pytest.raises(EditionError, match="no edition"):
        shelf.states()


def test_states__hold_a_build_that_differs_beside_what_was_published(monkeypatch, tmp_path):
    kept = frozen.read("annual-2025")
    monkeypatch.setattr(shelf, "editions", lambda: ["annual-2025"])
    monkeypatch.setattr(shelf.archive_frozen, "built_folder", lambda name: tmp_path)
    monkeypatch.setattr(shelf.archive_frozen, "of_build", lambda folder: kept)
    assert [(one.is_published, one.folder) for one in shelf.states()] == [(True, tmp_path)]
    changed = site_samples.restated(kept)
    monkeypatch.setattr(shelf.archive_frozen, "of_build", lambda folder: changed)
    assert [(one.is_published, one.folder) for one in shelf.states()] == [
        (True, None),
        (False, tmp_path),
    ]


def test_histories__say_where_a_number_stayed(found):
    events = [(held.state.name, held.event) for held in found[site_samples.RATIO].held]
    assert events == [("annual-2024", "first"), ("annual-2025", "same"), ("annual-2025", "same")]
    assert found[site_samples.RATIO].waiting is None


def test_histories__say_why_a_number_moved(found):
    one = found[site_samples.READING]
    assert [held.event for held in one.held] == ["first", "moved"]
    assert f"{site_samples.RESTATED} was restated" in one.held[-1].why
    # What was published stands until the new one is.
    assert one.current.record["value"] == "49.8%"
    assert one.waiting is not None
    assert one.waiting.record["value"] == "51.2%"


def test_histories__lead_to_the_same_of_a_later_year():
    found = shelf.histories(shelf.states())
    older = found["sesec:rate.ela_met.2018.all.southeast_seattle.all"]
    assert older.newer == site_samples.READING
    assert found[site_samples.READING].newer is None


def test_address__has_no_sign_that_a_path_cannot_have(found):
    one = shelf.History(
        "sesec:rate.ela_met.2024.all.school:2016.all", found[site_samples.RATIO].held
    )
    assert one.address == "findings/rate.ela_met.2024.all.school~2016.all.html"
