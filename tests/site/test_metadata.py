"""What programs read of the site is valid by the validators of each standard, without a network."""

import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
import site_samples

from sesec_analysis import catalog
from sesec_analysis.evidence import citation
from sesec_analysis.site import edition_index, lineage, metadata

# The validators are imported where they are asked: every worker of a run reads this file, and one has its tests.


def is_valid_package(path: Path) -> bool:
    from frictionless import Package, system

    with system.use_context(trusted=True):
        report = Package(str(path)).validate()
    assert report.valid == (report.flatten(["type", "note"]) == [])
    return report.valid


@pytest.fixture(scope="module")
def found() -> dict[str, edition_index.History]:
    return edition_index.histories(site_samples.shelf())


@pytest.fixture(scope="module")
def folder(found, tmp_path_factory) -> Path:
    """The tables and their descriptions, as a site holds them."""
    where = tmp_path_factory.mktemp("site")
    made = dict(metadata.tables(metadata.table(found)))
    made["datapackage.json"] = metadata.as_json(metadata.datapackage(made, None))
    made["croissant.json"] = metadata.as_json(metadata.croissant(made, None, None))
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
    assert list(parquet["id"]) == list(sqlite["id"]) == list(text["id"]) == list(found)
    assert list(parquet["estimate"].fillna(-1)) == list(sqlite["estimate"].fillna(-1))
    assert list(text["sentence"]) == list(parquet["sentence"])


def test_datapackage__is_valid(folder):
    assert is_valid_package(folder / "datapackage.json")


def test_datapackage__is_refused_for_a_cell_that_is_no_number(folder, tmp_path):
    for name in ("datapackage.json", "findings.csv"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    text = (tmp_path / "findings.csv").read_text("utf-8")
    (tmp_path / "findings.csv").write_text(text.replace("0.498", "many", 1), encoding="utf-8")
    assert not is_valid_package(tmp_path / "datapackage.json")


@pytest.mark.filterwarnings("ignore")
def test_croissant__is_valid_and_gives_the_numbers(found, folder):
    import mlcroissant

    described = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    assert described.metadata.ctx.issues.errors == set()
    first = next(iter(described.records("findings")))
    assert first["findings/id"].decode() in found


def test_croissant__names_no_licence_that_was_not_set(folder):
    assert "license" not in json.loads((folder / "croissant.json").read_text("utf-8"))
    assert metadata.croissant({"findings.csv": b""}, "CC BY 4.0", None)["license"] == "CC BY 4.0"


def test_datapackage__is_valid_with_a_license(folder, tmp_path):
    made = {name: (folder / name).read_bytes() for name in ("findings.csv", "datapackage.json")}
    package = metadata.datapackage(made, "CC BY 4.0")
    assert package["licenses"] == [
        {
            "name": "CC-BY-4.0",
            "path": "https://creativecommons.org/licenses/by/4.0/",
            "title": "CC BY 4.0",
        }
    ]
    (tmp_path / "findings.csv").write_bytes(made["findings.csv"])
    (tmp_path / "datapackage.json").write_bytes(metadata.as_json(package))
    assert is_valid_package(tmp_path / "datapackage.json")


def test_crate__leads_from_a_number_to_the_row_of_the_publishers_file(tmp_path):
    """By nothing but what lies in the crate: findings.json, rows.json, the table, and the graph."""
    [*_, state] = site_samples.shelf()
    files = {
        f"{lineage.TABLES}/{name}": path for name, path in lineage.tables(state.frozen).items()
    }
    (tmp_path / lineage.TABLES).mkdir()
    for name, path in files.items():
        (tmp_path / name).write_bytes(path.read_bytes())
    follow = lineage.Lineage(state.frozen)
    rows = {name: follow.rows(record) for name, record in state.frozen.by_id.items()}
    (tmp_path / "rows.json").write_bytes(metadata.as_lines(rows))
    made = metadata.crate(state, [*files, "rows.json"], "rows.json", None)
    (tmp_path / "ro-crate-metadata.json").write_bytes(metadata.as_json(made))

    from rocrate.rocrate import ROCrate

    crate = ROCrate(str(tmp_path))
    [(table, numbers)] = json.loads((tmp_path / "rows.json").read_text("utf-8"))[
        site_samples.READING
    ].items()
    entity = crate.dereference(f"observations/{table}")
    publisher = crate.dereference(entity["isBasedOn"].id)
    cells = pd.read_parquet(tmp_path / "observations" / table).loc[numbers]
    assert cells["numerator"].sum() / cells["denominator"].sum() == pytest.approx(
        0.4975, abs=0.0001
    )
    assert publisher["sha256"] == state.frozen.sources["releases"][site_samples.RESTATED]["sha256"]
    assert publisher["name"].endswith(".csv")
    action = crate.dereference("#run")
    assert {one.id for one in action["instrument"]} == {"#notebook", "#package"}
    assert "#parameter-report_year" in {one.id for one in action["object"]}


def test_crate__has_no_entity_that_leads_nowhere():
    [*_, state] = site_samples.shelf()
    made = metadata.crate(state, ["findings.json", "rows.json"], "rows.json", None)
    named = {one["@id"] for one in made["@graph"]}

    def ids(value: object) -> set[str]:
        if isinstance(value, dict):
            own = {value["@id"]} if set(value) == {"@id"} else set()
            return own.union(*map(ids, value.values()))
        return set().union(*map(ids, value)) if isinstance(value, list) else set()

    asked = set().union(*(ids(value) for one in made["@graph"] for value in one.values()))
    assert asked - named == {"https://w3id.org/ro/crate/1.1"}


CSL = {
    "type": "object",
    "required": ["id", "type", "author", "title", "issued"],
    "properties": {
        "id": {"type": "string"},
        "type": {"enum": ["dataset"]},
        "author": {"type": "array", "minItems": 1, "items": {"required": ["literal"]}},
        "title": {"type": "string", "minLength": 1},
        "issued": {"anyOf": [{"required": ["date-parts"]}, {"required": ["literal"]}]},
        "URL": {"type": "string", "pattern": "^https?://"},
    },
}
DATASET = {
    "type": "object",
    "required": [
        "@context",
        "@type",
        "name",
        "description",
        "identifier",
        "creator",
        "variableMeasured",
    ],
    "properties": {
        "@context": {"const": "https://schema.org"},
        "@type": {"const": "Dataset"},
        "identifier": {"pattern": "^sesec:"},
        "isBasedOn": {"type": "array", "items": {"type": "string"}},
        "variableMeasured": {
            "required": ["@type", "name", "unitText"],
            "properties": {
                "value": {"type": "number"},
                "minValue": {"type": "number"},
                "maxValue": {"type": "number"},
            },
        },
    },
}


def test_dataset__and_citation_are_valid_for_every_number(found):
    for one in found.values():
        jsonschema.validate(metadata.dataset(one, None, None), DATASET)
        made = citation.cited(one.current.record, edition=one.current.state.title, published=2026)
        jsonschema.validate(citation.item(made), CSL)


def test_dataset__gives_no_value_where_only_a_range_is_printed(found):
    ranges = [one for one in found.values() if one.current.record["publish"] == "range"]
    assert ranges
    assert all(
        "value" not in metadata.dataset(one, None, None)["variableMeasured"] for one in ranges
    )


def test_llms__points_at_the_numbers_and_their_cautions(found):
    text = metadata.llms(found, site_samples.shelf(), "https://example.org/")
    assert "https://example.org/findings.csv" in text
    assert "never its middle" in text


def test_notebooks__are_carried_only_as_the_edition_was_made_by():
    [*_, state] = site_samples.shelf()
    run = {**state.frozen.run, "notebook": {**state.frozen.run["notebook"], "sha256": "0" * 64}}
    other = edition_index.EditionState(
        type(state.frozen)(run, state.frozen.sources, ()), is_published=True
    )
    assert metadata.notebooks(other) == {}


def test_tables__have_the_licence_of_each_source():
    assert all(source.licence for source in catalog.sources().values())
