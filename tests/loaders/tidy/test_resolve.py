"""What is known of a withheld cell always contains the truth: random true tables, masked by the state's rules."""

from dataclasses import replace

import numpy as np
import pandas as pd
import proofs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sesec_analysis import schema
from sesec_analysis.loaders.tidy.resolve import (
    Parsed,
    RuleBrokenError,
    implausible,
    resolve_averages,
    resolve_estimates,
    resolve_published,
    resolve_rates,
    resolve_shares,
)
from sesec_analysis.loaders.tidy.tokens import (
    parse_counts,
    parse_flags,
    parse_numbers,
    parse_percents,
)


@st.composite
def true_cells(draw: st.DrawFn) -> tuple[int, int, bool]:
    """A group's true counts, and whether the publisher withholds its counts to protect another cell."""
    n = draw(st.integers(1, 700))
    return draw(st.integers(0, n)), n, draw(st.booleans())


def masked(k: int, n: int, complementary: bool) -> tuple[str, str, str, str]:
    """Numerator, denominator, rate and flag as the discipline file would print them."""
    if n < 10:
        return "*", "*", "N<10", "N<10"
    if k < 3:
        return "*", "*", f"<{round(300 / n, 1)}%", "Top/Bottom Range"
    if n - k < 3:
        return "*", "*", f">{round(100 - 300 / n, 1)}%", "Top/Bottom Range"
    if complementary:
        return "*", "*", f"{round(100 * k / n, 2)}%", "Cross Student Group - N<10"
    return str(k), str(n), f"{round(100 * k / n, 2)}%", "None"


def parse(cells: list[tuple[int, int, bool]]) -> Parsed:
    texts = pd.DataFrame([masked(*cell) for cell in cells], columns=["k", "n", "rate", "flag"])
    rows = len(cells)
    return Parsed(
        numerator=parse_counts(texts["k"]),
        denominator=parse_counts(texts["n"]),
        percent=parse_percents(texts["rate"], unit="percent_sign"),
        flag=parse_flags(texts["flag"]),
        printed=np.full(rows, np.nan),
        range_rule="three_over_n",
        half_unit=0.5,
        flag_bounds=True,
        earlier_passers=np.zeros(rows, bool),
    )


@pytest.mark.slow
@pytest.mark.proof(
    "What is said of a masked cell encloses the truth",
    tried="2,000 tables of up to 40 cells",
)
@settings(max_examples=proofs.cases(2_000, 25))
@given(st.lists(true_cells(), min_size=1, max_size=40))
def test_resolve_rates__bounds_contain_the_truth(cells: list[tuple[int, int, bool]]):
    known = resolve_rates(parse(cells))
    k, n = np.array([cell[0] for cell in cells]), np.array([cell[1] for cell in cells])
    assert (known["numerator_low"] <= k).all()
    assert (k <= known["numerator_high"]).all()
    assert (known["denominator_low"] <= n).all()
    assert (n <= known["denominator_high"]).all()
    assert (known["value_low"] <= k / n + 1e-12).all()
    assert (k / n <= known["value_high"] + 1e-12).all()


@pytest.mark.slow
@given(st.lists(true_cells(), min_size=1, max_size=40))
def test_resolve_rates__counts_appear_only_where_they_were_printed(
    cells: list[tuple[int, int, bool]],
):
    known = resolve_rates(parse(cells))
    printed = pd.Series([masked(*cell)[3] == "None" for cell in cells])
    assert (known["numerator"].notna() == printed).all()
    assert (known["denominator"].notna() == printed).all()
    assert ((known["status"] == "reported") == printed).all()


@pytest.mark.parametrize(("rate", "flag"), [("<29%", "Top/Bottom Range"), ("", "<29%")])
def test_resolve_rates__refuses_a_label_that_is_3_over_no_size(rate, flag):
    parsed = parse([(1, 20, False)])
    changed = {"percent": parse_percents(pd.Series([rate]), unit="percent_sign")}
    changed["flag"] = parse_flags(pd.Series([flag]))
    with pytest.raises(RuleBrokenError, match="fits no group size"):
        resolve_rates(replace(parsed, **changed))


def test_resolve_shares__are_exact_of_a_printed_headcount_and_a_range_of_another():
    cells = parse_counts(pd.Series(["3", "0", "", "4"]))
    sizes = pd.DataFrame({"low": [10.0, 0.0, 20.0, 10.0], "high": [10.0, 0.0, 20.0, 12.0]})
    out = resolve_shares(cells, sizes)
    assert out["status"].tolist() == ["reported", "no_students", "withheld", "bounded"]
    assert out["value"].fillna(-1).tolist() == [0.3, -1, -1, -1]
    assert out["value_low"].fillna(-1).tolist() == [0.3, -1, 0, 4 / 12]
    assert out["value_high"].fillna(-1).tolist() == [0.3, -1, 1, 4 / 10]


def test_implausible__names_an_average_out_of_range():
    table = schema.conform_observations(
        pd.DataFrame(
            {
                "indicator": "students_per_teacher",
                "organization_id": ["2120", "5048"],
                "unit": "students_per_teacher",
                "value": [14.9, 115.0],
                "end_year": 2018,
            }
        )
    )
    assert list(implausible(table)) == ["value students_per_teacher 5048"]


def test_resolve_averages__say_why_there_is_none_and_mask_students_of_fewer_than_ten():
    average = parse_numbers(pd.Series(["14.5", "N<10", "No Students", "", "7", "9", ""]))
    over = parse_counts(pd.Series(["50", "N<10", "0", "40", "9", "", "13"]))
    flag = parse_flags(pd.Series(["", "", "", "Cross Student Group - N<10", "", "", ""]))
    known = resolve_averages(average, over, flag, counted="students")
    first, last = ["reported", "small_n", "no_students"], ["small_n", "reported", "withheld"]
    assert known["status"].tolist() == [*first, "complementary", *last]
    assert known["value"].fillna(-1).tolist() == [14.5, -1, -1, -1, -1, 9, -1]
    assert known["denominator_low"].fillna(-1).tolist() == [50, 1, 0, 40, 1, -1, 13]
    assert known["denominator_high"].fillna(-1).tolist() == [50, 9, 0, 40, 9, -1, 13]
    teachers = resolve_averages(average, over, flag, counted="teachers").iloc[4]
    assert (teachers["status"], teachers["denominator"]) == ("reported", 9)


def test_resolve_published__refuses_an_estimate_outside_its_interval():
    def shares(*texts: str) -> pd.DataFrame:
        return parse_percents(pd.Series(texts), unit="proportion")

    found = resolve_published(shares("0.5", "NA"), shares("0.4", "NA"), shares("0.7", "NA"))
    assert found["status"].tolist() == ["reported", "withheld"]
    assert found[["value_low", "value_high"]].to_numpy().tolist() == [[0.4, 0.7], [0.0, 1.0]]
    with pytest.raises(RuleBrokenError):
        resolve_published(shares("0.5"), shares("0.6"), shares("0.7"))


def counts(*texts: str) -> pd.DataFrame:
    return parse_counts(pd.Series(texts))


def percents(*texts: str) -> pd.DataFrame:
    return parse_percents(pd.Series(texts), unit="percent")


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
