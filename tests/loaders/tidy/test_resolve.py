"""What is known of a withheld cell always contains the truth: random true tables, masked by the state's rules."""

import numpy as np
import pandas as pd
import proofs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sesec_analysis import schema
from sesec_analysis.loaders.tidy.resolve import Parsed, implausible, resolve_rates, resolve_shares
from sesec_analysis.loaders.tidy.tokens import parse_counts, parse_flags, parse_percents


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
