"""A further release of a known source is lines in one YAML file, proven first."""

from pathlib import Path

import portal as portals
import pytest
from fetch_samples import ID, write_home

from sesec_analysis import catalog
from sesec_analysis.errors import CatalogError, DataError
from sesec_analysis.loaders.fetch import releases

EARLIER = """\
  # Fetched by hand in spring.
  2018:
    school_year: 2017-18  # before the change
    title: Report Card Discipline for 2017-18
    dataset_id: rwqe-ktra

  # The year of the strike.
  2022: {school_year: 2021-22, title: Report Card Discipline for 2021-22, dataset_id: fwbr-3ker}
"""


@pytest.fixture
def home(home: Path, tmp_path_factory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_home(tmp_path_factory.mktemp("earlier"), EARLIER)
    monkeypatch.setenv("SESEC_DATA", str(folder))
    catalog._cached_reader.cache_clear()
    return folder


def tree(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_add_release__changes_one_file_and_nothing_else(server, home):
    before = tree(home)
    path = releases.add_release("ospi_discipline", 2019, ID)
    assert path == home / "catalog/sources/ospi_discipline.yml"
    added = f"  2019:\n    school_year: 2018-19\n    title: Report Card Discipline for 2018-19\n    dataset_id: {ID}\n"
    assert tree(home) == before | {path: before[path].rstrip() + f"\n{added}".encode()}


@pytest.mark.parametrize(
    ("source", "year", "dataset_id", "refusal", "said"),
    [
        ("ospi_nothing", 2019, ID, CatalogError, "'ospi_nothing' is not in the catalog"),
        ("ospi_discipline", 2018, ID, CatalogError, r"is in the catalog already \(rwqe-ktra\)"),
        ("ospi_discipline", 2019, "T29S", CatalogError, "is not an id of a dataset"),
        ("ospi_discipline", 2019, "aaaa-0000", DataError, "the portal has no dataset of this id"),
        ("ospi_discipline", 2020, ID, DataError, "does not hold school year 2019-20"),
    ],
)
def test_add_release__refuses_and_changes_nothing(
    server, home, source, year, dataset_id, refusal, said
):
    before = tree(home)
    with pytest.raises(refusal, match=said):
        releases.add_release(source, year, dataset_id)
    assert tree(home) == before


def test_add_release__proves_a_file_got_by_hand(server, home, tmp_path):
    bulk = tmp_path / "bulk.csv"
    table = server.tables[ID]
    bulk.write_bytes(portals.csv_text(table.header, table.rows))
    with pytest.raises(DataError, match="does not hold school year 2019-20"):
        releases.add_release("ospi_discipline", 2020, ID, file=bulk)
    releases.add_release("ospi_discipline", 2019, ID, file=bulk)
    assert server.requested == []
    catalog._cached_reader.cache_clear()
    assert catalog.source("ospi_discipline").releases[2019].dataset_id == ID


def test_add_release__gives_the_lines_where_it_cannot_write_them(server, home):
    path = home / "catalog/sources/ospi_discipline.yml"
    text = path.read_text("utf-8")
    start = text.index("releases:\n")
    path.write_text(text[:start] + "releases: {2018: {school_year: 2017-18, title: A}}\n")
    catalog._cached_reader.cache_clear()
    before = tree(home)
    with pytest.raises(CatalogError, match=r"by hand:\n  2019:\n    school_year: 2018-19\n"):
        releases.add_release("ospi_discipline", 2019, ID)
    assert tree(home) == before
