"""Census estimates by tract: intervals where brackets straddle, sums by hand, and the tracts of Southeast Seattle."""

import csv
from pathlib import Path

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.loaders.tidy import tokens
from sesec_analysis.loaders.tidy.resolve import resolve_estimates

FILE = "acs/Census_Tract_Profile_ACS_5-year_2013-2017_Seattle.csv"
UNDER_25 = ("LESS_THAN_10_000", "10_000_TO_14_999", "15_000_TO_24_999")


def counts(*texts: str) -> pd.DataFrame:
    return tokens.parse_counts(pd.Series(texts))


def percents(*texts: str) -> pd.DataFrame:
    return tokens.parse_percents(pd.Series(texts), unit="percent")


def tract_sum(raw: Path, place: str | None, *columns: str) -> int:
    """Add up columns over the tracts of a place, or of the city, with nothing of ours but the list."""
    with (raw / FILE).open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["Jurisdiction"] == "Seattle"]
    listed = catalog.place(place).tracts if place else {row["GEOID10"] for row in rows}
    return sum(int(row[name]) for row in rows if row["GEOID10"] in listed for name in columns)


def known(indicator: str, place: str) -> dict[str, object]:
    [row] = sa.load(indicator, place=place, end_years=2017).to_dict("records")
    return row


def test_resolve_estimates__hand_worked():
    found = resolve_estimates(
        [counts("20", "20", "", "0"), counts("5", "5", "5", "0")],
        [counts("10", "0", "10", "0")],
        percents("", "", "", ""),
        counts("100", "100", "100", "0"),
    )
    told = ["numerator_low", "numerator_high", "value_low", "value_high"]
    assert found["status"].tolist() == ["bounded", "reported", "withheld", "no_students"]
    assert found[told].iloc[0].tolist() == [25, 35, 0.25, 0.35]
    assert found[told].iloc[1].tolist() == [25, 25, 0.25, 0.25]
    assert found[told].iloc[2].tolist() == [0, 100, 0.0, 1.0]


def test_resolve_estimates__reads_a_rounded_percent_as_a_range():
    # 4.2 percent of 6438 with one decimal: 4.15 to 4.25 percent, so 268 (267.2) to 273 (273.6) residents.
    [row] = resolve_estimates([], [], percents("4.2"), counts("6438")).to_dict("records")
    assert (row["numerator_low"], row["numerator_high"], row["status"]) == (268, 273, "bounded")
    assert (row["value_low"], row["value_high"]) == pytest.approx((0.0415, 0.0425))
    assert pd.isna(row["value"])


def test_resolve_estimates__masks_no_small_count():
    # Households and schools are no students: three of four may be said.
    [row] = resolve_estimates([counts("3")], [], percents(""), counts("4")).to_dict("records")
    assert (row["numerator"], row["denominator"], row["status"]) == (3, 4, "reported")


@pytest.mark.parametrize("place", ["southeast_seattle", "city_of_seattle"])
def test_income__is_bounded_by_the_bracket_that_straddles_30000(raw: Path, place: str):
    listed = place if place == "southeast_seattle" else None
    low = tract_sum(raw, listed, *(f"HH_INCOME_{name}" for name in UNDER_25))
    high = low + tract_sum(raw, listed, "HH_INCOME_25_000_TO_34_999")
    households = tract_sum(raw, listed, "HOUSEHOLDS")
    row = known("income_under_30000", place)
    assert (row["numerator_low"], row["numerator_high"]) == (low, high)
    assert row["denominator_low"] == row["denominator_high"] == households
    assert (row["value_low"], row["value_high"]) == pytest.approx(
        (low / households, high / households)
    )
    assert (row["status"], row["unit"]) == ("bounded", "estimated_share")
