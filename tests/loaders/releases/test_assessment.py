"""State tests: the levels of 2016-17 by student group."""

from pathlib import Path

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis.loaders.raw import store

LEVELS_2017 = "assessment/2_03_AIM-EOC-MSP-SBA_Assessments_School_2016-17_Seattle.csv"
CODES = [f"ela_level_{number}" for number in range(1, 5)]


@pytest.fixture(scope="module")
def levels() -> pd.DataFrame:
    return pd.concat([sa.load(code, end_years=2017) for code in CODES])


@pytest.mark.slow
def test_levels_of_2017__are_the_counts_that_the_file_prints(raw: Path, levels: pd.DataFrame):
    path = raw / LEVELS_2017
    rows = store.read_csv(path, columns=store.header(path))
    rows = rows[(rows["testAdministration"] == "SBA") & (rows["Subject"] == "ELA")]
    printed = rows[rows["suppressed"] == "n"]
    printed = printed[
        ~printed["StudentGroup"].isin(
            ["Continuously Enrolled", "Title I Targeted Math", "Title I Targeted Reading"]
        )
    ]
    # Fewer than ten with a score are masked, though the file prints them.
    tested = printed["countTotalTested_and_NotTested"].astype(int) - printed["countNoScore"].astype(
        int
    )
    printed = printed[tested >= 10]
    for number, code in enumerate(CODES, start=1):
        read = levels[(levels["indicator"] == code) & (levels["status"] == "reported")]
        assert len(read) == len(printed)
        assert int(read["numerator"].sum()) == int(printed[f"countLevel{number}"].astype(int).sum())
