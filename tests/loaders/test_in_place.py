"""The figure of published schools: one test for each condition, and what `load` gives."""

import pandas as pd

import sesec_analysis as sa
from sesec_analysis import schema
from sesec_analysis.loaders.in_place import published_counts

PUBLISHED = pd.DataFrame(
    {"numerator": 80, "denominator": 100, "october": 100, "is_range": False}, range(97)
)
LEFT_OUT = pd.DataFrame({"october": [40, 40, 40], "is_range": False})
GOOD = {
    "indicator": "regular_attendance",
    "cells": pd.concat([PUBLISHED, LEFT_OUT]),
    "low": 0.77,
    "high": 1.0,
}


def without(**changes: object) -> tuple[int, int, int] | None:
    return published_counts(**{**GOOD, **changes})


def left_out(*october: float | None, is_range: bool = False, **more: bool):
    withheld = pd.DataFrame({"october": pd.Series(october, dtype=float), "is_range": is_range})
    return without(cells=pd.concat([PUBLISHED, withheld]), **more)


def test_published_counts__needs_98_percent_of_the_students_of_october():
    assert left_out(60, 60, 77) is not None  # 197 of 9,897: 1.99 percent
    assert left_out(60, 60, 80) is None  # 200 of 9,900
    assert left_out(40, 40, None) is None  # nobody knows how many


def test_published_counts__lies_in_the_range_rounded_outward_to_a_tenth_of_a_point():
    assert without(low=0.8006, high=1.0) is not None  # 80.0 is printed
    assert without(low=0.801, high=1.0) is None
    assert without(low=0.6, high=0.799) is None


def test_published_counts__refuses_a_withheld_range_of_more_than_1_percent():
    assert left_out(97, 10, 10, is_range=True) is not None
    assert left_out(100, 10, 10, is_range=True) is None
    assert left_out(100, 10, 10) is not None  # fewer than 10 students, say


def test_published_counts__leaves_out_three_or_what_no_printed_figures_give():
    assert left_out(40, 40, adds_up=True) is None
    assert left_out(40, 40, adds_up=False) is not None
    assert without(adds_up=True) is not None


def test_published_counts__is_for_wide_ranges_and_never_for_suspensions():
    assert without(low=0.79, high=0.82) is None
    assert without(indicator="disciplined") is None
    assert without(cells=PUBLISHED) is None


def test_published_rates__say_whose_they_are():
    attended = sa.load(
        "regular_attendance", place="rest_of_seattle", end_years=2024, student_group="all"
    )
    assert attended[schema.PUBLISHED_SCHOOLS].iloc[0].tolist() == [32338, 41587, 2]
    [found] = sa.findings(sa.report.published_rates(attended))
    assert found.sentence().startswith("In 2023–24, at the 85 schools whose numbers are published,")
    assert found.printed.value == "77.8%"
