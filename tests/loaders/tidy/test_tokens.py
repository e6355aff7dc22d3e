"""Every token that a Washington file is known to use, and the refusal of any other."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesec_analysis.loaders.tidy.tokens import (
    UnknownTokenError,
    label_denominators,
    parse_counts,
    parse_flags,
    parse_labels,
    parse_numbers,
    parse_percents,
)


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        *[(token, "none") for token in ("None", "No DAT", "No Suppression")],
        *[(token, "blank") for token in ("NULL", "", "  ")],
        *[
            (token, "small_n")
            for token in (
                "N<10",
                "Suppressed: N<10",
                "N<10 (Count Protected)",
                "DAT Applied: N < 10",
                "DAT Applied: Foster Care - N < 10",
                "N< 10 Suppression",
            )
        ],
        *[
            (token, "complementary")
            for token in (
                "Cross Student Group - N<10",
                "Cross Student Group",
                "Cross Group",
                "Suppressed: Cross Group",
                "Cross Organization - N<10",
                "Cross OrganizatiON - N<10",
                "Cross Grade Level - N<10",
                "Suppressed: Cross Grade",
                "Cross Student Group - Top/Bottom Range",
                "Complement Group Suppressed",
                "Cross Subgroup: American Indian / Alaskan Native",
                "Cross Organization: Residential Consortium",
            )
        ],
        *[(token, "below") for token in ("<10%", "<1.54%", "<17.6%", "<= 5% Suppression")],
        *[
            (token, "above")
            for token in (
                ">90%",
                "Suppressed: >92%",
                "Top/Bottom Range: >72.7%",
                "> 95% Suppression",
            )
        ],
        ("Top/Bottom Range", "range"),
        ("No Students", "no_students"),
    ],
)
def test_parse_flags__reads_every_known_reason(token: str, kind: str):
    assert parse_flags(pd.Series([token]))["kind"].item() == kind


@pytest.mark.parametrize(
    ("token", "unit", "value", "decimals"),
    [
        ("53.1%", "percent_sign", 0.531, 1),
        ("47.10%", "percent_sign", 0.471, 2),
        ("7%", "percent_sign", 0.07, 0),
        ("12.45%", "percent_sign", 0.1245, 2),
        ("76.4", "percent", 0.764, 1),
        ("0.531", "proportion", 0.531, 4),
        ("100", "percent", 1.0, 0),
    ],
)
def test_parse_percents__reads_each_spelling_in_its_declared_unit(token, unit, value, decimals):
    cell = parse_percents(pd.Series([token]), unit=unit).iloc[0]
    assert (cell["kind"], cell["decimals"]) == ("exact", decimals)
    assert cell["number"] == pytest.approx(value)


@pytest.mark.parametrize(
    ("token", "kind", "share", "closed"),
    [
        ("<2.97%", "below", 0.0297, False),
        (">=95.0%", "above", 0.95, True),
        ("<10%", "below", 0.10, False),
        (">98%", "above", 0.98, False),
    ],
)
@pytest.mark.parametrize("unit", ["percent_sign", "percent"])
def test_parse_percents__reads_bounds_whatever_the_unit_of_the_column(
    token, unit, kind, share, closed
):
    cell = parse_percents(pd.Series([token]), unit=unit).iloc[0]
    assert (cell["kind"], cell["closed"]) == (kind, closed)
    assert cell["number"] == pytest.approx(share)


@pytest.mark.parametrize(
    ("token", "unit"),
    [
        ("53.1", "percent_sign"),  # the sign is missing: the column is not what the entry says
        ("53.1", "proportion"),  # a percent in a column of proportions
        ("153%", "percent_sign"),
        ("-1%", "percent_sign"),
        ("53.1%", "percent"),
        ("None", "percent"),
        ("about half", "percent"),
        ("<0%", "percent_sign"),  # nothing is below 0 or above 100
        (">100%", "percent_sign"),
        (">100.0%", "percent"),
        ("<140%", "percent"),
    ],
)
def test_parse_percents__refuses_what_the_unit_cannot_mean(token: str, unit):
    with pytest.raises(UnknownTokenError):
        parse_percents(pd.Series([token]), unit=unit)


@pytest.mark.parametrize(
    ("token", "number"),
    [("486", 486), ("1,102,831", 1102831), ("102.0", 102), ("0", 0), (" 17 ", 17)],
)
def test_parse_counts__reads_every_dress_of_a_number(token: str, number: int):
    assert parse_counts(pd.Series([token]))["number"].item() == number


@pytest.mark.parametrize("token", ["12.5", "-3", "1,2", "None", "~12", "<10"])
def test_parse_counts__refuses_what_is_not_a_count(token: str):
    with pytest.raises(UnknownTokenError) as refusal:
        parse_counts(pd.Series([token, token, "5"]))
    assert refusal.value.tokens == {token: 2}


@given(st.integers(10, 5000), st.integers(0, 2))
def test_label_denominators__always_allow_the_size_that_made_the_label(n: int, decimals: int):
    label = round(300 / n, decimals) / 100
    low, high = label_denominators(np.array([label]), np.array([decimals]))
    assert low[0] <= n <= high[0]


def test_label_denominators__match_the_worked_labels_of_the_state_files():
    labels = np.array(
        [0.273, 0.176, 0.107, 0.15, 0.05, 0.01]
    )  # 3/11, 3/17, 3/28, 3/20, "<5%", ">99%"
    low, high = label_denominators(labels, np.array([1, 1, 1, 0, 0, 0]))
    assert low.tolist() == [11, 17, 28, 20, 55, 200]
    assert high.tolist() == [11, 17, 28, 20, 66, 600]


def test_parse__reads_a_range_of_a_flag_or_label_in_percent_and_wants_its_sign():
    for parse in (parse_flags, parse_labels):
        cell = parse(pd.Series(["<27.3%"])).iloc[0]
        assert (cell["kind"], cell["number"]) == ("below", pytest.approx(0.273))
    assert parse_labels(pd.Series(["<27"]))["kind"].item() == "blank"
    with pytest.raises(UnknownTokenError):
        parse_flags(pd.Series(["<27"]))


def test_parse__gives_the_reason_in_place_of_a_number():
    for parse in (parse_counts, parse_numbers, parse_percents):
        kwargs = {"unit": "percent"} if parse is parse_percents else {}
        assert parse(pd.Series(["N<10"]), **kwargs)["kind"].item() == "small_n"


def test_parse_numbers__reads_what_is_no_text_yet_as_its_text():
    numbers = parse_numbers(pd.Series([5, 12]))
    assert numbers["number"].tolist() == [5.0, 12.0]


@pytest.mark.parametrize("text", ["fourteen", "14.9%", "1,2", "<5"])
def test_parse_numbers__refuses_what_is_no_number(text: str):
    with pytest.raises(UnknownTokenError):
        parse_numbers(pd.Series([text]))
