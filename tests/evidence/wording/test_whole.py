"""Whole percents and points for readers, rounded once and outward, with decimals where they matter."""

import pytest

from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording.fields import GatedRow
from sesec_analysis.evidence.wording.whole import whole_size, whole_value


def row(indicator, measure, *numbers, unit="proportion"):
    reference = "rest_of_seattle_regular" if measure == "gap" else ""
    ends = (
        {"estimate": numbers[0], "publish": "point"}
        if len(numbers) == 1
        else {"bound_low": numbers[0], "bound_high": numbers[1], "publish": "range"}
    )
    key = (
        indicator,
        2025,
        "place",
        "southeast_seattle",
        "Southeast Seattle",
        "all",
        "all",
        "all",
        measure,
        reference,
    )
    return GatedRow(Row(*key, n_low=900, n_high=900, unit=unit, **ends))


@pytest.mark.parametrize(
    ("numbers", "written"),
    [
        ([0.401], "40%"),
        ([0.4051], "40.5%"),  # printed as 40.5: which whole number is nearer cannot be told
        ([0.603, 0.609], "60–61%"),
        ([0.004], "0.4%"),
    ],
)
def test_whole_value__rounds_once_and_ranges_outward(numbers, written):
    assert whole_value(row("math_met", "rate", *numbers), "en") == written


def test_whole_value__keeps_the_decimals_of_rates_that_differ_by_less_than_a_point():
    assert whole_value(row("disciplined", "rate", 0.024, 0.026), "en") == "2.4–2.6%"


@pytest.mark.parametrize(
    ("numbers", "written"),
    [
        ([-0.066], "7 points"),
        ([-0.208, -0.202], "20 to 21 points"),
        ([0.185], "18.5 points"),
        ([-0.013], "1.3 points"),
    ],
)
def test_whole_size__leaves_out_the_sign(numbers, written):
    assert whole_size(row("math_met", "gap", *numbers, unit="points"), "en") == written
