"""Counts that follow from others of their row, by hand: 100 students, of whom 4 passed in an earlier year."""

import numpy as np
import pandas as pd
import pytest

from sesec_analysis.loaders.tidy.parse import DERIVED, later_headcount

COUNTED = {"met": 58, "met_now": 54, "total": 96, "no_score": 6, "level_3": 30}
SHARED = {"met": 58, "expected_all": 100, "expected": 96, "no_score": 0.0625, "level_3": 0.3125}


@pytest.mark.parametrize(
    ("name", "cells", "counts"),
    [
        ("less_no_score", COUNTED, (54, 90)),
        ("participation", COUNTED, (90, 96)),
        ("participation", COUNTED | {"met": np.nan}, (np.nan, np.nan)),
        ("tested_from_shares", SHARED, (54, 90)),
        ("participation_from_shares", SHARED, (90, 96)),
        ("level_3_from_shares", SHARED, (30, 90)),
        ("level_3_from_counts", COUNTED, (30, 90)),
        ("level_3_from_counts", COUNTED | {"level_3": np.nan}, (np.nan, np.nan)),
    ],
)
def test_derived__is_hand_worked(name, cells, counts):
    derived = DERIVED[name]("", lambda cell: np.array([cells[cell]], dtype=float))
    assert np.array(derived).ravel().tolist() == pytest.approx(counts, nan_ok=True)


def test_later_headcount__is_what_number_and_percent_of_all_groups_say_together():
    groups = pd.DataFrame(
        [("2120", 236, 0.7087, 5e-5), ("2120", 24, 0.0721, 5e-5), ("2182", 0, 0.0, 5e-5)],
        columns=["organization_id", "k", "p", "unit"],
    )
    assert later_headcount(groups).to_dict("index") == {"2120": {"low": 333, "high": 333}}
