"""Shares of schools and estimates are not people counted one by one: no measure that sums them gives them chance."""

import pandas as pd
import pytest
from conftest import make_counts

from sesec_analysis.metrics.decomposition import kitagawa, standardized_rates
from sesec_analysis.metrics.disparity import rates
from sesec_analysis.metrics.gradients import gradients
from sesec_analysis.metrics.inequality import inequality
from sesec_analysis.metrics.trends import trend

YEARS = (2016, 2017, 2018, 2019)
GROUPS = {"black": (40, 80), "asian": (50, 90), "white": (70, 95)}


def places(number=5, **columns):
    """Give OBSERVATIONS of some places, a year and three groups each, that differ a little."""
    tables = [
        make_counts(
            **{group: (k + 3 * place + year - 2016, n) for group, (k, n) in GROUPS.items()},
            end_year=year,
            organization_level="school",
            organization_id=f"s{place}",
            **columns,
        )
        for place in range(number)
        for year in YEARS
    ]
    return pd.concat(tables, ignore_index=True)


def one(table, place, year=2019):
    rows = table[(table["organization_id"] == place) & (table["end_year"] == year)]
    return rows.reset_index(drop=True)


MEASURES = {
    "rates": rates,
    "trend": trend,
    "trend, clustered": lambda obs: trend(obs, cluster="organization_id"),
    "inequality": lambda obs: inequality(obs, by="race_ethnicity", reference="white"),
    "gradients": lambda obs: gradients(
        obs,
        ranking={f"s{i}": float(i) for i in range(5)},
        organization_id="southeast",
        organization_name="Southeast",
    ),
    "kitagawa": lambda obs: kitagawa(one(obs, "s0"), one(obs, "s3"), by="race_ethnicity"),
    "standardized": lambda obs: standardized_rates(
        obs, by="race_ethnicity", standard=dict.fromkeys(GROUPS, 1)
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["share_of_schools", "estimated_share"])
@pytest.mark.parametrize("name", MEASURES)
def test_sums_of_what_is_not_counted_one_by_one__have_no_interval(name, unit):
    people, others = MEASURES[name](places()), MEASURES[name](places(unit=unit))
    assert people["ci_low"].notna().any()
    limits = ["ci_low", "ci_high", "outer_low", "outer_high"]
    assert others[limits].isna().all(axis=None)
    assert others["method"].str.contains("no sampling interval").all()
    pd.testing.assert_series_equal(others["estimate"], people["estimate"])
