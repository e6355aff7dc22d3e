"""The lock file, and the releases that it says were fetched."""

import pytest

from sesec_analysis import catalog
from sesec_analysis.catalog.downloads import Download, as_fetched, lock_file, with_download
from sesec_analysis.errors import CatalogError

ONE = Download(
    url="https://data.wa.gov/d/t29s-ahtk",
    title="Report Card Discipline for 2018-19",
    retrieved="2026-01-02T03:04:05Z",
    updated=1_700_000_000,
    rows=7,
    sha256="a" * 64,
    header_sha256="b" * 64,
)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SESEC_DATA", str(tmp_path))
    (tmp_path / "observations").mkdir()
    return tmp_path / "observations"


def record(home, source_id: str) -> None:
    lock_file(home).write_text(with_download(home, source_id, ONE), encoding="utf-8")


def test_with_download__is_read_back_and_sorted(home):
    assert catalog.downloads() == {}
    record(home, "ospi_z@2019")
    record(home, "ospi_a@2019")
    assert catalog.downloads() == {"ospi_a@2019": ONE, "ospi_z@2019": ONE}
    text = lock_file(home).read_text()
    assert text.index("ospi_a@2019") < text.index("ospi_z@2019")
    assert text.endswith("}\n")


@pytest.mark.parametrize("text", ["{", "[]", '{"ospi_a@2019": {"rows": 7}}', '{"ospi_a@2019": 7}'])
def test_read_lock__refuses_a_damaged_file(home, text):
    lock_file(home).write_text(text)
    with pytest.raises(CatalogError, match=r"the lock file cannot be read[\s\S]*restore it"):
        catalog.downloads()


def test_as_fetched__is_the_publishers_own_in_place_of_a_carriers_file(monkeypatch):
    monkeypatch.delenv("SESEC_DATA")
    source = catalog.source("ospi_enrollment")
    carried = source.releases[2024]
    assert carried.file
    fetched = as_fetched("ospi_enrollment", source, {"ospi_enrollment@2024": ONE})
    own = fetched.releases.pop(2024)
    assert (own.files, own.carried_by, own.note) == ({}, None, None)
    assert (own.sha256, own.retrieved) == ("a" * 64, "2026-01-02")
    assert own.dataset_id == carried.dataset_id
    assert fetched.releases == {year: one for year, one in source.releases.items() if year != 2024}
