"""What was fetched is embedded in one step, or nothing is changed; what is in the cache alone is known."""

import json
from pathlib import Path

import pytest
from fetch_samples import ID, RELEASE, quiet

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.errors import CatalogError, DataError
from sesec_analysis.files import sha256_of
from sesec_analysis.loaders import build
from sesec_analysis.loaders.fetch import fetch, install, keep, lock
from sesec_analysis.loaders.raw import store

TABLE = f"observations/{RELEASE}.parquet"


def bring() -> fetch.FetchResult:
    [outcome] = fetch.fetch([RELEASE], consent=lambda *_: True, tell=quiet)
    return outcome


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.slow
def test_keep__embeds_table_log_and_the_day_of_retrieval(fetched, home):
    fetched = sa.load("disciplined")
    before = tree(home)
    told: list[str] = []
    kept = keep.keep(RELEASE, tell=told.append)
    after = tree(home)
    changed = {name for name in after if before.get(name) != after[name]}
    entry = "catalog/sources/ospi_discipline.yml"
    assert changed == {TABLE, "observations/rows.json", entry}
    assert {path.relative_to(home).as_posix() for path in kept.changed} == {
        *changed,
        "sources.lock.json",
    }
    assert kept.rows == len(fetched) == 60
    assert [line.partition(": ")[0] for line in told] == [RELEASE, RELEASE]
    catalog._cached_reader.cache_clear()
    record = lock.read_lock()[RELEASE]
    assert catalog.release(RELEASE)[1].retrieved == record.retrieved[:10]
    assert json.loads((home / "observations/rows.json").read_text())[RELEASE]["cells"] == 60
    assert build.list_releases()["where"].tolist() == ["embedded"]
    assert sa.load("disciplined").equals(fetched)


@pytest.mark.slow
def test_keep__again_takes_figures_that_were_restated(fetched, home):
    keep.keep(RELEASE)
    catalog._cached_reader.cache_clear()
    table = fetched.tables[ID]
    table.rows = [["121" if cell == "120" else cell for cell in row] for row in table.rows]
    table.rows = [["9.92%" if cell == "10%" else cell for cell in row] for row in table.rows]
    table.updated += 1
    assert bring().standing == "fetched"
    assert keep.unkept_releases() == [RELEASE]
    keep.keep(RELEASE)
    catalog._cached_reader.cache_clear()
    assert keep.unkept_releases() == []
    assert set(sa.load("disciplined", student_group="all")["denominator"]) == {121}
    text = (home / "catalog/sources/ospi_discipline.yml").read_text("utf-8")
    assert text.count("retrieved:") == 1


def test_keep__refuses_what_was_not_fetched(home):
    with pytest.raises(DataError, match="no fetched data") as refused:
        keep.keep(RELEASE)
    assert refused.value.fix == "fetch them first: sesec data fetch ospi_discipline --end-year 2019"
    with pytest.raises(CatalogError):
        keep.keep("ospi_discipline@2031")


def test_keep__refuses_another_file_than_the_lock_records(fetched, home):
    raw = install.raw_copy(RELEASE)
    raw.write_bytes(raw.read_bytes().replace(b"120", b"121"))
    before = tree(home)
    with pytest.raises(DataError, match="not the one that the lock file records"):
        keep.keep(RELEASE)
    assert tree(home) == before


@pytest.mark.slow
def test_keep__changes_nothing_where_the_table_cannot_be_written(fetched, home, monkeypatch):
    before, cached = tree(home), tree(catalog.cache_dir())

    def full(table: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(store, "write_parquet", full)
    with pytest.raises(DataError, match="cannot be written: No space left on device"):
        keep.keep(RELEASE)
    assert tree(home) == before
    assert tree(catalog.cache_dir()) == cached


def test_unkept_behind__knows_that_enrollment_caps_sums_of_near_years(monkeypatch):
    fetched = ["ospi_enrollment@2021", "ospi_graduation@2023", "ospi_sqss@2023"]
    monkeypatch.setattr(keep, "unkept_releases", lambda: fetched)
    assert keep.unkept_behind(["ospi_graduation@2023"]) == fetched[:2]
    assert keep.unkept_behind(["ospi_graduation@2024"]) == []
    assert keep.unkept_behind(["ospi_discipline@2019"]) == fetched[:1]
    assert keep.unkept_behind(["ospi_discipline@2018", "sps_climate@2024"]) == []
