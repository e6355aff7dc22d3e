"""The embedded tables are what the raw files say; a bad raw file changes nothing."""

import json
import shutil
from pathlib import Path

import proofs
import pytest

from sesec_analysis import catalog, schema
from sesec_analysis.errors import DataError
from sesec_analysis.loaders import build
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.tidy import row_log

SEED = 20261126
CAPS = "enrollment"


def tried() -> list[str]:
    """Return the releases to build: all under ``--prove``, else four and the enrollment that they take caps from."""
    every = build.release_ids(carried=True)
    enrollment = [source_id for source_id in every if source_id.startswith("ospi_enrollment@")]
    others = [source_id for source_id in every if source_id not in enrollment]
    drawn = proofs.sample(others, 4, seed=SEED)
    capped = (one for one in drawn if catalog.release(one)[0].denominator_cap == CAPS)
    years = {2020, *map(year_of, capped)}
    kept = {one for one in enrollment if any(abs(year_of(one) - year) <= 2 for year in years)}
    return [source_id for source_id in every if source_id in {*drawn, *kept}]


def year_of(source_id: str) -> int:
    return int(source_id.partition("@")[2])


@pytest.fixture(scope="module")
def built(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("observations")
    lines: list[str] = []
    releases = tried()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "release_ids", lambda *, carried: releases)
        build.build(raw, out, progress=lines.append)
    assert len(lines) == len(releases)
    assert any("83 row(s): drop_all_zero_duplicates" in line for line in lines)
    return out


def test_release_ids__are_all_that_come_with_a_file():
    releases = [
        release for entry in catalog.sources().values() for release in entry.releases.values()
    ]
    assert len(build.release_ids(carried=True)) == sum(1 for release in releases if release.file)
    kept = set(build.observation_files()) - set(build.release_ids(carried=True))
    assert set(build.release_ids(carried=True)) <= set(build.observation_files())
    assert kept <= set(catalog.downloads())  # the others were fetched, and say from where


@pytest.mark.slow
@pytest.mark.proof(
    "The embedded tables are what the publishers' files say, byte for byte",
    seed=SEED,
    tried="every release that comes with a file",
)
@pytest.mark.slow
def test_build__makes_the_embedded_tables_byte_for_byte(built: Path, record_property):
    embedded = {source_id: build.observation_files()[source_id] for source_id in tried()}
    assert {path.name for path in built.iterdir()} == {
        catalog.ROW_LOG,
        *(path.name for path in embedded.values()),
    }
    for source_id, path in embedded.items():
        assert (built / f"{source_id}.parquet").read_bytes() == path.read_bytes(), source_id
    logs = json.loads((catalog.data_dir() / "observations" / catalog.ROW_LOG).read_text("utf-8"))
    made = json.loads((built / catalog.ROW_LOG).read_text("utf-8"))
    assert made == {source_id: logs[source_id] for source_id in sorted(embedded)}
    record_property("tables", len(embedded))


def test_keep__leaves_the_logs_of_other_tables_and_forgets_those_that_are_gone(tmp_path: Path):
    (tmp_path / "a@2019.parquet").touch()
    row_log.keep(tmp_path, {"a@2019": {"read": 2}, "gone@2019": {"read": 1}})
    row_log.keep(tmp_path, {"b@2020": {"read": 3}})
    kept = json.loads((tmp_path / catalog.ROW_LOG).read_text("utf-8"))
    assert kept == {"a@2019": {"read": 2}, "b@2020": {"read": 3}}


@pytest.mark.slow
def test_build__carries_no_withheld_count_and_no_person(built: Path):
    for path in sorted(built.glob("ospi_[ad]*.parquet")):
        table = schema.conform_observations(store.read_parquet([path]))
        if "demographics" in path.name:
            continue  # a composition: its denominator is the whole school
        withheld = ~table["status"].isin(["reported", "no_students"])
        assert table.loc[withheld, ["numerator", "denominator"]].isna().all(axis=None), path.name
        assert not (table["denominator"].dropna().between(1, 9)).any(), path.name


@pytest.fixture
def one_source(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A data folder whose catalog knows one source only, and a raw folder that may be spoiled."""
    data, raw_copy = tmp_path / "data", tmp_path / "raw"
    shutil.copytree(catalog.data_dir(), data, ignore=shutil.ignore_patterns("*.parquet"))
    for path in (data / "catalog/sources").glob("*.yml"):
        if path.stem != "ospi_poverty":
            path.unlink()
    file = catalog.source("ospi_poverty").releases[2017].file
    (raw_copy / file).parent.mkdir(parents=True)
    shutil.copy(raw / file, raw_copy / file)
    monkeypatch.setenv("SESEC_DATA", str(data))
    return raw_copy, raw_copy / file


def test_build__writes_nothing_when_a_file_is_not_the_recorded_one(one_source: tuple[Path, Path]):
    folder, file = one_source
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:-20]))  # cut off at a row's end: only the hash can tell
    with pytest.raises(
        DataError, match=r"not the file that the catalog records[\s\S]*download it again"
    ):
        build.build(folder)
    assert not list((catalog.data_dir() / "observations").glob("*.parquet"))


def test_build__names_a_missing_file_and_folder(one_source: tuple[Path, Path]):
    folder, file = one_source
    file.unlink()
    with pytest.raises(
        DataError, match=r"ospi_poverty@2017[\s\S]*School_poverty[\s\S]*all sources"
    ):
        build.build(folder)
    with pytest.raises(DataError, match=r"the folder of raw files is not there"):
        build.build(folder / "nowhere")


@pytest.mark.slow
def test_build__a_further_release_of_a_known_shape_is_one_entry(one_source: tuple[Path, Path]):
    folder, file = one_source
    next_year = file.with_name("School_poverty_2017-18.csv")
    next_year.write_text(file.read_text())
    entry = catalog.data_dir() / "catalog/sources/ospi_poverty.yml"
    text = entry.read_text().replace("constants: {school_year: 2016-17, ", "constants: {")
    text = text.replace("columns:\n", "columns:\n  school_year: [Year]\n", 1)
    for path, year in ((file, "2016-17"), (next_year, "2017-18")):
        rows = path.read_text().splitlines()
        path.write_text("\n".join([rows[0] + ",Year", *(row + f",{year}" for row in rows[1:])]))
    text = text.replace(catalog.source("ospi_poverty").releases[2017].sha256 or "", "")
    text = "\n".join(line for line in text.splitlines() if not line.strip().startswith("sha256"))
    line = (
        f"\n  2018: {{file: enrollment/{next_year.name}, school_year: 2017-18, "
        "title: School Poverty 2017-18, accepted: {}}\n"
    )
    # The same figures under the next year's name are refused, until somebody accepts all 201.
    entry.write_text(text + line)
    catalog._cached_reader.cache_clear()
    with pytest.raises(DataError, match=r"difference\(s\) that no true year has"):
        build.build(folder)
    entry.write_text(text + line.replace("{}", "{stale release: 201}"))
    catalog._cached_reader.cache_clear()
    summary = build.build(folder)
    assert summary["source_id"].tolist() == ["ospi_poverty@2017", "ospi_poverty@2018"]
    assert len(set(summary["rows"])) == 1


@pytest.mark.slow
def test_check__names_every_fault_of_a_table(tmp_path: Path):
    table = schema.conform_observations(
        store.read_parquet([build.observation_files()["ospi_poverty@2017"]])
    )
    table.loc[0, "numerator"] = 5000
    table.loc[1, "status"] = "odd"
    store.write_parquet(table, tmp_path / "ospi_poverty@2017.parquet")
    with pytest.raises(DataError) as refusal:
        build.check(tmp_path)
    assert "numerator is above denominator, 1 row(s)" in refusal.value.what
    assert "status" in refusal.value.what
