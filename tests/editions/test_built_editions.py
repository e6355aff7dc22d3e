"""Finished editions on disk: which finding is the newest, what came after one, and findings by their words."""

from pathlib import Path
from typing import Any

import pytest
from report_samples import shelve, write_root

from sesec_analysis.editions import built_editions
from sesec_analysis.errors import DataError

BLACK = "sesec:rate.ela_met.{}.03.southeast_seattle.black"


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    home = write_root(tmp_path / "root", {}, "editions: {}\n")
    monkeypatch.setenv("SESEC_ROOT", str(home))
    return home


def found(year: int, sentence: str = "It was so.", **also: Any) -> dict[str, Any]:
    return {"id": BLACK.format(year), "sentence": sentence, "end_year": year} | also


def test_editions__come_the_newest_first_and_without_trials(root):
    for name in ("annual-2021", "annual-2022", "annual-2022-custom"):
        shelve(root, name, found(2021, name))
    assert [(name, len(held)) for name, held in built_editions.editions()] == [
        ("annual-2022", 1),
        ("annual-2021", 1),
    ]
    assert [name for name, _ in built_editions.editions("annual-2022-custom")] == [
        "annual-2022-custom"
    ]


def test_find__names_each_of_the_nearest_ids_once(root):
    for name in ("annual-2021", "annual-2022"):
        shelve(root, name, found(2021), found(2020))
    with pytest.raises(DataError, match="there is no finding") as refusal:
        built_editions.find(BLACK.format(2021)[:-1])
    assert refusal.value.valid == [BLACK.format(2021), BLACK.format(2020)]


def test_newer__is_the_same_finding_in_a_later_edition_and_the_same_of_a_later_year(root):
    shelve(root, "annual-2021", found(2021, "Old."))
    shelve(root, "annual-2022", found(2021, "Again."), found(2022))
    shelve(root, "annual-2023", found(2021, "Once more."), found(2023), found(2022))
    old = built_editions.find(BLACK.format(2021), edition="annual-2021")
    assert [(one.edition, one.id) for one in built_editions.newer(old)] == [
        ("annual-2023", BLACK.format(2021)),
        ("annual-2023", BLACK.format(2023)),
    ]
    assert built_editions.newer(built_editions.find(BLACK.format(2023))) == []
