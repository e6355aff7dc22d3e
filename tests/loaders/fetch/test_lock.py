"""The lock file, and what it says of a restatement."""

import pytest

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.loaders.fetch import lock
from sesec_analysis.loaders.fetch.lock import Record

ONE = Record(
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
    return tmp_path


def record(source_id: str, entry: Record) -> None:
    lock.lock_file().write_text(lock.with_record(source_id, entry), encoding="utf-8")


def test_with_record__is_read_back_and_sorted(home):
    assert lock.read_lock() == {}
    record("ospi_z@2019", ONE)
    record("ospi_a@2019", ONE)
    assert lock.read_lock() == {"ospi_a@2019": ONE, "ospi_z@2019": ONE}
    text = (home / "sources.lock.json").read_text()
    assert text.index("ospi_a@2019") < text.index("ospi_z@2019")
    assert text.endswith("}\n")


@pytest.mark.parametrize("text", ["{", "[]", '{"ospi_a@2019": {"rows": 7}}', '{"ospi_a@2019": 7}'])
def test_read__refuses_a_damaged_file(home, text):
    (home / "sources.lock.json").write_text(text)
    with pytest.raises(DataError, match=r"the lock file cannot be read[\s\S]*restore it"):
        lock.read_lock()


def test_changes__counts_and_names_cells(counts):
    old = counts(black=(80, 110), white=(90, 98), asian=(20, 30), native="N<10")
    new = counts(black=(80, 110), white=(91, 98), native=(12, 15), hispanic=(3, 11))
    found = lock.changes(old, new)
    assert (found.changed, found.added, found.removed) == (2, 1, 1)
    assert str(found) == (
        "2 cell(s) changed, 1 cell(s) new, 1 cell(s) gone; the first: "
        "ela_met southeast_seattle all asian (20 of 30 → no row); "
        "ela_met southeast_seattle all hispanic (no row → 3 of 11); "
        "ela_met southeast_seattle all native (N<10 → 12 of 15); "
        "ela_met southeast_seattle all white (90 of 98 → 91 of 98)"
    )


def test_changes__prints_no_number_of_a_small_group(counts):
    old = counts(black=(5, 9), white=(20, 40))
    new = counts(black=(6, 9), white=(20, 40))
    assert lock.changes(old, new).first == [
        "ela_met southeast_seattle all black (fewer than 10 → fewer than 10)"
    ]
    parts = {"indicator": "enrollment"}
    assert "enrollment" in schema.COMPOSITION_INDICATORS
    found = lock.changes(counts(black=(4, 400), **parts), counts(black=(40, 400), **parts))
    assert found.first == ["enrollment southeast_seattle all black (fewer than 10 → 40 of 400)"]
