"""Two carriers' files of the same figures: what both print agrees, and a cell that one masks stays masked."""

from pathlib import Path

import pandas as pd
import pytest

from sesec_analysis.errors import DataError
from sesec_analysis.loaders.tidy import copies
from sesec_analysis.loaders.tidy.tidy import tidy

RELEASE = "ospi_enrollment@2025"


@pytest.fixture(scope="module")
def table(raw: Path) -> pd.DataFrame:
    return tidy(RELEASE, raw)


@pytest.fixture
def copy_of(monkeypatch: pytest.MonkeyPatch, table: pd.DataFrame):
    """Let the copy be what a test makes of the table."""

    def make(change):
        other = table.copy()
        other.attrs = dict(table.attrs)
        monkeypatch.setattr(copies, "tidy", lambda source_id, path: change(other))

    return make


def cell(table: pd.DataFrame, school: str, group: str) -> pd.Series:
    return (table["organization_id"] == school) & (table["student_group"] == group)


@pytest.mark.slow
def test_compared__counts_schools_cells_and_what_one_copy_masks(raw: Path, table: pd.DataFrame):
    log = copies.compare_copies(RELEASE, table, raw).attrs["row_log"]["copies"]
    assert [part["schools"] for part in log] == [102]
    assert log[0]["cells"] == 102 * 29
    assert (log[0]["agree"], log[0]["masked"]) == (102 * 29 - 2, 2)
    assert log[0]["one_copy"] == ["17001", "3496", "5046", "5175", "5276", "5292"]


def test_compared__masks_what_the_copy_masks(raw: Path, table: pd.DataFrame, copy_of):
    masked = table[table["status"] != "reported"].iloc[0]
    figures = ["numerator", "numerator_low", "numerator_high", "value", "status"]

    def mask(other: pd.DataFrame) -> pd.DataFrame:
        other.loc[cell(other, "2220", "low_income"), figures] = masked[figures].to_numpy()
        return other

    copy_of(mask)
    united = copies.compare_copies(RELEASE, table, raw)
    assert united.loc[cell(united, "2220", "low_income"), "status"].tolist() == ["withheld"]
    assert united.loc[cell(united, "2220", "low_income"), "numerator"].isna().all()
    others = ~cell(table, "2220", "low_income")
    pd.testing.assert_frame_equal(united[others], table[others])


def test_compared__refuses_copies_that_differ(raw: Path, table: pd.DataFrame, copy_of):
    def add(other: pd.DataFrame) -> pd.DataFrame:
        other.loc[cell(other, "2220", "low_income"), "numerator"] += 1
        return other

    copy_of(add)
    with pytest.raises(DataError, match=r"differ in 1 cell") as refusal:
        copies.compare_copies(RELEASE, table, raw)
    assert "2220" in refusal.value.where
    assert "copies:" in refusal.value.fix


def test_compared__leaves_a_release_without_copies_alone(raw: Path, table: pd.DataFrame):
    assert copies.compare_copies("ospi_enrollment@2023", table, raw) is table
