"""What programs read of the site is valid by the validators of each standard, without a network."""

import io
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
import site_samples

from sesec_analysis.evidence import citation
from sesec_analysis.site import edition_index, metadata

# The validators are imported where they are asked: every worker of a run reads this file, and one has its tests.


def is_valid_package(path: Path) -> bool:
    from frictionless import Package, system

    with system.use_context(trusted=True):
        report = Package(str(path)).validate()
    assert report.valid == (report.flatten(["type", "note"]) == [])
    return report.valid


@pytest.fixture(scope="module")
def found() -> dict[str, edition_index.Series]:
    return edition_index.all_series(site_samples.shelf())


@pytest.fixture(scope="module")
def folder(found, tmp_path_factory) -> Path:
    """The tables and their descriptions, as a site holds them."""
    where = tmp_path_factory.mktemp("site")
    made = dict(metadata.tables(metadata.table(found.values())))
    made["datapackage.json"] = metadata.datapackage(made, None).encode()
    for name, content in made.items():
        (where / name).write_bytes(content)
    return where


def test_tables__hold_the_same_numbers_in_every_form(found, folder):
    parquet = pd.read_parquet(folder / "findings.parquet")
    with closing(sqlite3.connect(folder / "findings.sqlite")) as database:
        sqlite = pd.read_sql("SELECT * FROM findings", database)
    text = pd.read_csv(
        io.BytesIO((folder / "findings.csv").read_bytes()), dtype=str, keep_default_na=False
    )
    assert list(parquet["id"]) == list(sqlite["id"]) == list(text["id"])
    assert set(text["id"]) == {number.id for one in found.values() for number in one.numbers}
    assert list(parquet["estimate"].fillna(-1)) == list(sqlite["estimate"].fillna(-1))
    assert list(text["sentence"]) == list(parquet["sentence"])


def test_datapackage__is_valid(folder):
    assert is_valid_package(folder / "datapackage.json")


NUMBERS = {name: {"type": "number"} for name in ("value", "minValue", "maxValue")}
DATASET = {
    "required": ["@context", "name", "description", "identifier", "creator", "variableMeasured"],
    "properties": {
        "@type": {"const": "Dataset"},
        "variableMeasured": {"required": ["@type", "name", "unitText"], "properties": NUMBERS},
    },
}


def dataset_of(one: edition_index.Series, url: str | None = None) -> dict[str, object]:
    return metadata.series_dataset(replace(one, url=url), None)


def test_dataset__and_citation_are_valid_for_every_number(found):
    for one in found.values():
        made = dataset_of(one)
        jsonschema.validate(made, DATASET)
        assert made["identifier"].startswith("sesec:")
        newest = one.newest
        cited = citation.cited_finding(newest.record, edition=newest.state.title, published=2026)
        item = citation.item(cited)
        assert (item["type"], item["author"]) == ("dataset", [{"literal": citation.AUTHOR}])
        assert item["id"]
        assert item["issued"]
