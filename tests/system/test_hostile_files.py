"""Files and names that reach for more than they are given: refused with a sentence, and nothing outside is touched."""

import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml
from pydantic import TypeAdapter, ValidationError
from report_samples import code, notebook, text, write_root

import sesec_analysis as sa
from sesec_analysis import catalog, schema
from sesec_analysis.attack.check import GUARD
from sesec_analysis.catalog import entries
from sesec_analysis.editions import build
from sesec_analysis.errors import CatalogError, DataError, EditionError
from sesec_analysis.loaders.fetch import download, fetch

AUDIT = GUARD.without_attack()

DATA = catalog.data_dir()
UNSEEN = "\u202e\u2066\x07\x0b"
"""What turns the direction of reading round, and what rings a bell."""
OBJECT = "!!python/object/apply:os.mkdir [ {} ]\n"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the catalog, in use, and one table of observations."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("*.parquet", "cache"))
    shutil.copy(DATA / "observations/ospi_enrollment@2022.parquet", folder / "observations")
    monkeypatch.setenv("SESEC_DATA", str(folder))
    monkeypatch.setenv("SESEC_CACHE", str(tmp_path / "cache"))
    return folder


def test_catalog__refuses_yaml_that_makes_objects(data: Path):
    path, made = data / "catalog/places.yml", data / "made"
    path.write_text(f"x: {OBJECT.format(made)}{path.read_text('utf-8')}", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"places\.yml is not valid YAML: could not determine"):
        catalog.places()
    assert not made.exists()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("InsideFolder", "../../x"),
        ("InsideFolder", "/etc/passwd"),
        ("DatasetId", "../x-abcd"),
        ("DatasetId", "abcd-efgh\n"),
        ("Address", "javascript:alert(1)"),
        ("Address", 'https://x.invalid/"onload="y'),
        ("Template", "{value.__class__}"),
        ("Code", "../../x"),
    ],
)
def test_entry_texts__refuse(kind: str, value: str):
    with pytest.raises(ValidationError):
        TypeAdapter(getattr(entries, kind)).validate_python(value)


def test_release__refuses_names_that_lead_elsewhere(data: Path, tmp_path: Path):
    file = tmp_path / "x.csv"
    file.write_text("a,b\n1,2\n")
    for take in (catalog.release, lambda one: download.by_hand(one, file)):
        with pytest.raises(CatalogError):
            take("ospi_discipline@../x")


def test_fetch__does_not_unpack_an_archive(data: Path, tmp_path: Path):
    archive = tmp_path / "discipline.csv"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("../../outside.csv", "a,b\n1,2\n")
    before = files_below(tmp_path)
    with pytest.raises(DataError):
        fetch.fetch_file("ospi_discipline@2019", archive, consent=lambda *asked: True, tell=print)
    assert files_below(tmp_path) == before


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["../../x", "/x"])
def test_edition__of_a_name_that_leads_elsewhere_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    listed = yaml.safe_dump({"editions": {name: {"title": "x", "notebook": "a.ipynb"}}})
    root = write_root(tmp_path / "root", {"a.ipynb": notebook(text("Words."))}, listed)
    monkeypatch.setenv("SESEC_ROOT", str(root))
    with pytest.raises(EditionError, match=r"editions\.yml has 1 fault"):
        build.build(name, out=tmp_path / "root" / "reports" / "build", guard=AUDIT)


def test_edition__of_a_notebook_outside_is_refused(tmp_path: Path, monkeypatch):
    listed = "editions: { one: { title: x, notebook: ../../x.ipynb } }"
    monkeypatch.setenv("SESEC_ROOT", str(write_root(tmp_path / "root", {}, listed)))
    with pytest.raises(EditionError, match="a notebook that is not there"):
        build.build("one", out=tmp_path, guard=AUDIT)


def test_catalog__refuses_characters_that_nobody_sees(data: Path):
    path = data / "catalog/student_groups.yml"
    path.write_text(path.read_text("utf-8").replace("label: Asian", 'label: "Asian\\u202e\\a"', 1))
    with pytest.raises(CatalogError) as refusal:
        catalog.group_types()
    assert "race_ethnicity.groups.asian.label: U+202E, U+0007" in str(refusal.value)


def test_parameters__refuse_characters_that_nobody_sees(tmp_path: Path, monkeypatch):
    listed = "editions: { one: { title: x, notebook: a.ipynb } }"
    cells = notebook(code('note: str = "x"', tag="parameters"), text("Words."))
    monkeypatch.setenv("SESEC_ROOT", str(write_root(tmp_path / "root", {"a.ipynb": cells}, listed)))
    with pytest.raises(
        EditionError, match=r"an invisible character: note: U\+202E, U\+2066, U\+0007"
    ):
        build.build("one", overrides={"note": f"x{UNSEEN}"}, out=tmp_path, guard=AUDIT)


def test_load__takes_out_of_names_what_nobody_sees(data: Path):
    path = data / "observations/ospi_enrollment@2022.parquet"
    rows = pd.read_parquet(path)
    names = rows["organization_name"]
    rows.assign(organization_name=names + UNSEEN).to_parquet(path)
    chosen = {"end_years": [2022], "organization_level": "school", "student_group": "all"}
    loaded = sa.load("enrollment", **chosen)["organization_name"]
    assert set(loaded) <= set(names)


_PERSON = {
    "an e-mail address": r"[\w.+-]+@[a-z0-9-]+\.(?:org|com|edu|gov|net|us)\b",
    "a telephone number": r"(?<![\d.-])(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?![\d-])",
    "a title before a name": r"\b(?:Mr|Mrs|Ms|Principal|Superintendent)\b\.? [A-Z][a-z]+ [A-Z]",
}


def texts_of_data() -> Iterator[tuple[str, str]]:
    """Every text in the data that come with the package, with its file."""
    for path in sorted(DATA.rglob("*")):
        name = path.relative_to(DATA).as_posix()
        if name.startswith("cache/") or not path.is_file():
            continue
        if path.suffix == ".parquet":
            table = pd.read_parquet(path)
            assert set(table.columns) <= set(schema.OBSERVATIONS_COLUMNS), name
            for column in table.select_dtypes(exclude="number"):
                if column != "source_id":
                    yield name, "\n".join(map(str, table[column].dropna().unique()))
        else:
            # Lists of translations name nobody in the place of a team.
            yield name, path.read_text("utf-8").replace("LL@li.org", "")


@pytest.mark.slow
def test_data__hold_no_names_addresses_or_telephones_of_people():
    for name, found in texts_of_data():
        for what, pattern in _PERSON.items():
            assert re.findall(pattern, found) == [], f"{name}: {what}"
