"""Averages joined: the weighted mean by hand, what is not known stays unknown, and no median is averaged."""

from typing import get_args

import pandas as pd
import pytest

from sesec_analysis import schema
from sesec_analysis.entries import Unit
from sesec_analysis.errors import DataError
from sesec_analysis.weighted import join_averages

BY = ["indicator", "end_year", "unit"]


def schools(**columns: object) -> pd.DataFrame:
    common = {
        "indicator": "budget",
        "end_year": 2024,
        "unit": "dollars_per_student",
        "status": "reported",
    }
    return schema.conform_observations(pd.DataFrame({**common, **columns}))


def test_is_weighted_by_what_each_average_is_over() -> None:
    [row] = join_averages(schools(value=[9000.0, 12000.0], denominator=[200, 100]), by=BY).to_dict(
        "records"
    )
    assert row["value"] == row["value_low"] == row["value_high"] == 10000
    assert (row["denominator"], row["cells"], row["cells_reported"]) == (300, 2, 2)


def test_one_average_stays_as_published_without_a_weight() -> None:
    [row] = join_averages(schools(value=[9000.25]), by=BY).to_dict("records")
    assert (row["value"], row["status"]) == (9000.25, "reported")


@pytest.mark.parametrize(
    "columns",
    [
        {"value": [9000.0, None], "denominator": [200, 100]},
        {"value": [9000.0, 8000.0], "denominator": [200, None]},
    ],
)
def test_what_is_not_known_stays_unknown(columns: dict[str, list[object]]) -> None:
    [row] = join_averages(schools(**columns), by=BY).to_dict("records")
    assert pd.isna(row["value"])
    assert (row["status"], row["coverage"]) == ("withheld", 0)


def test_no_median_is_averaged() -> None:
    with pytest.raises(DataError, match="2 row"):
        join_averages(
            schools(value=[40.0, 60.0], denominator=[20, 30]).assign(unit="percentile"), by=BY
        )


def test_the_catalog_and_the_table_know_the_same_units() -> None:
    assert get_args(Unit) == schema.UNITS
