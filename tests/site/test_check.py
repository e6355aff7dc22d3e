"""A site is refused for whatever its editions do not give, wherever it was planted; file and place are named."""

import datetime
import json
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
import site_samples

from sesec_analysis.errors import DataError, LeakError
from sesec_analysis.site import build as site_build
from sesec_analysis.site import check as site_check
from sesec_analysis.site.check import differences

pytestmark = pytest.mark.slow  # a whole site is built

TODAY = datetime.date(2026, 11, 27)
PAGE = f"findings/{site_samples.READING.removeprefix('sesec:')}.html"
TELLING = "7 of 12 students"


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> dict[str, bytes]:
    """The files of a site of two published editions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site_build.edition_index, "states", site_samples.shelf)
        patch.setattr(site_build.SiteSource, "sheets", lambda source: iter(()))
        out = tmp_path_factory.mktemp("kept") / "site"
        site_build.build(out, url="https://example.org/equity", today=TODAY)
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def site(tmp_path, kept, monkeypatch) -> Path:
    monkeypatch.setattr(site_build.edition_index, "states", site_samples.shelf)
    monkeypatch.setattr(site_build.SiteSource, "sheets", lambda source: iter(()))
    monkeypatch.setattr(site_check, "_sheets", list)  # of whatever is built in this checkout: none
    for name, content in kept.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


def faults(site: Path) -> list[tuple[str, str]]:
    return [tuple(fault) for fault in differences(site)]


def in_text(path: Path) -> None:
    text = path.read_text("utf-8")
    path.write_text(text.replace("49.8%", TELLING, 1), encoding="utf-8")


def in_data(path: Path) -> None:
    data = json.loads(path.read_text("utf-8")) | {"note": TELLING}
    path.write_text(json.dumps(data), encoding="utf-8")


def in_table(path: Path) -> None:
    table = pd.read_parquet(path)
    table.loc[table["id"] == site_samples.READING, "sentence"] = TELLING
    table.to_parquet(path, index=False)


def in_database(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("UPDATE findings SET n = ? WHERE id = ?", (TELLING, site_samples.READING))
    database.commit()
    database.close()


def beside_the_rows(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE cells (school TEXT, n INTEGER)")
    database.commit()
    database.close()


@pytest.mark.parametrize(
    ("name", "plant", "place"),
    [
        (PAGE, in_text, f"{PAGE}, line "),
        (PAGE.replace(".html", ".json"), in_data, f"{PAGE.replace('.html', '.json')}, /note"),
        ("croissant.json", in_data, "croissant.json, /note"),
        ("findings.csv", in_text, "findings.csv, /row "),
        (
            "feed.xml",
            lambda path: path.write_bytes(path.read_bytes() + b"<!--7-->"),
            "feed.xml, line ",
        ),
        ("findings.parquet", in_table, "findings.parquet, row "),
        ("findings.sqlite", in_database, "findings.sqlite, row "),
        ("findings.sqlite", beside_the_rows, "findings.sqlite, table cells"),
        ("site.json", in_data, "site.json, /note"),
    ],
)
def test_differences__names_file_and_place_of_what_was_planted(site, name, plant, place):
    plant(site / name)
    [(where, what)] = faults(site)
    assert where.startswith(place)
    assert what == "says what the editions do not"
    assert TELLING not in where  # a place is named, never what stands there


def test_differences__names_what_is_missing_and_what_is_nobodys(site):
    (site / "llms.txt").unlink()
    (site / "annual-2025" / "cells.csv").write_text("school,n\n2016,7\n")
    (site / "7 of 12").mkdir()
    (site / "index").symlink_to(site / "index.html")
    assert faults(site) == [
        ("7 of 12", "no site has such a file"),
        ("annual-2025/cells.csv", "no site has such a file"),
        ("index", "no site has such a file"),
        ("llms.txt", "this file is missing"),
    ]


def test_differences__of_a_day_of_the_feed_that_is_none(site):
    content = json.loads((site / "site.json").read_text("utf-8"))
    name = next(iter(content["said"]))
    content["said"][name] = TELLING
    (site / "site.json").write_text(json.dumps(content))
    assert ("site.json /said", "says what the editions do not") in faults(site)


def test_check__says_what_was_covered(site):
    assert "statements of 2 editions weighed together" in site_check.check(site)


def test_check__refuses_a_site_and_names_the_places(site):
    in_text(site / PAGE)
    with pytest.raises(DataError, match=f"{PAGE}, line"):
        site_check.check(site)


def test_check__weighs_the_numbers_of_editions_kept_as_published(site, monkeypatch):
    [before, after] = site_samples.shelf()
    told = site_samples.telling(after)
    with pytest.raises(LeakError, match="annual-2025"):
        site_check.attacked([before, told]).refuse_leaks()
    assert site_check.attacked([before, after]).passed


def test_check__refuses_a_folder_without_a_site(tmp_path):
    assert not site_check.is_site(tmp_path)
    with pytest.raises(DataError, match="there is no site"):
        site_check.check(tmp_path)
