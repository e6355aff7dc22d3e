"""The schools of Seattle put together from directories and enrollment: known rows, and no people."""

import csv
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
