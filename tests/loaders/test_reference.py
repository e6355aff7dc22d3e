"""The schools of Seattle put together from directories and enrollment: known rows, and no people."""

import csv
import shutil
from pathlib import Path

import pytest

from sesec_analysis import catalog
from sesec_analysis.loaders import build, reference
from sesec_analysis.loaders.raw import store

CSV = catalog.data_dir() / "reference/schools.csv"


def test_schools__name_no_people_and_no_way_to_reach_them(raw: Path):
    text = CSV.read_text("utf-8")
    assert "@" not in text
    people = set()
    for file in reference.DIRECTORIES:
        with (raw / file).open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                people |= {row["PrincipalName"], row["Phone"], row["Email"]}
    assert len(people) > 500
    assert [one for one in people if one.strip() and one in text] == []


@pytest.mark.slow
def test_directory__makes_the_embedded_table(raw: Path):
    tables = {key: store.read_parquet([path]) for key, path in build.observation_files().items()}
    made = reference.directory(raw, tables)
    with CSV.open(encoding="utf-8", newline="") as stream:
        embedded = list(csv.DictReader(stream))
    assert len(made) == len(embedded)
    assert made["code"].tolist() == [row["code"] for row in embedded]
    for name in (
        "name",
        "earlier_names",
        "kind",
        "level",
        "zip_code",
        "title_i_years",
        "note",
        "source",
    ):
        assert made[name].fillna("").tolist() == [row[name] for row in embedded], name


@pytest.mark.slow
@pytest.mark.proof("The reference tables are made again", only_in_full=True)
def test_build__makes_the_reference_tables_again(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    own = CSV.parents[1]
    shutil.copytree(own / "catalog", tmp_path / "catalog")
    # The list of Title I schools is read beside the schools of its year, as the table before has them.
    shutil.copytree(own / "reference", tmp_path / "reference")
    before = (tmp_path / "reference/schools.csv").stat().st_mtime_ns
    ids = [
        key
        for key in build.observation_files()
        if key.startswith(("ospi_enrollment", "ospi_demo", "sps_bud", "sps_title_i"))
    ]
    monkeypatch.setenv("SESEC_DATA", str(tmp_path))
    monkeypatch.setattr(build, "release_ids", lambda **_: ids)
    said: list[str] = []
    build.build(raw, progress=said.append)
    assert (tmp_path / "reference/schools.csv").stat().st_mtime_ns > before
    assert (tmp_path / "reference/schools.csv").read_bytes() == CSV.read_bytes()
    assert said[-1] == f"schools.csv: {len(catalog.schools())} schools and programs"
