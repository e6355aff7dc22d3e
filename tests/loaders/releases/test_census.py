"""Census estimates by tract: intervals where brackets straddle, sums by hand, and the tracts of Southeast Seattle."""

import csv
from pathlib import Path

import pytest

import sesec_analysis as sa
from sesec_analysis import catalog

FILE = "acs/Census_Tract_Profile_ACS_5-year_2013-2017_Seattle.csv"
UNDER_25 = ("LESS_THAN_10_000", "10_000_TO_14_999", "15_000_TO_24_999")


def tract_sum(raw: Path, place: str | None, *columns: str) -> int:
    """Add up columns over the tracts of a place, or of the city, with nothing of ours but the list."""
    with (raw / FILE).open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["Jurisdiction"] == "Seattle"]
    listed = catalog.place(place).tracts if place else {row["GEOID10"] for row in rows}
    return sum(int(row[name]) for row in rows if row["GEOID10"] in listed for name in columns)


def known(indicator: str, place: str) -> dict[str, object]:
    [row] = sa.load(indicator, place=place, end_years=2017).to_dict("records")
    return row


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
