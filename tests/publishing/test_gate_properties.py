"""What holds of the gate whatever the counts are: it repeats itself, protects few and small, tells no more of less."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sesec_analysis import catalog
from sesec_analysis.loaders.places import in_place
from sesec_analysis.metrics.disparity import compare, gaps, rates, ratios
from sesec_analysis.publishing.findings import findings
from sesec_analysis.publishing.privacy import gate
from sesec_analysis.publishing.rows import read, read_gated
from sesec_analysis.publishing.sides import sides
from sesec_analysis.publishing.withheld import is_empty

GROUPS = ("asian", "black", "hispanic", "white")
SCHOOLS = list(catalog.place("southeast_seattle").schools)[:3]
PRINTS = {"nothing": 0, "range": 1, "point": 2}
NUMBERS = ["estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"]


@st.composite
def truths(draw, most=130):
    """Draw students counted, and of how many."""
    n = draw(st.one_of(st.integers(1, 14), st.integers(10, most)))
    return draw(
        st.one_of(st.integers(0, min(3, n)), st.integers(max(0, n - 3), n), st.integers(0, n))
    ), n


@st.composite
def cells(draw, truth=None):
    """Draw a cell as its publisher prints it, the truth inside."""
    k, n = draw(truths()) if truth is None else truth
    how = draw(
        st.sampled_from(["exact", "range", "counts", "withheld"] if n > 9 else ["exact", "small"])
    )
    if how == "exact":
        return k, n
    if how in ("small", "withheld"):
        return "N<10" if how == "small" else "withheld"
    return relaxed(draw, k, n)


def relaxed(draw, k, n):
    """What is known of a cell that is not exact: ranges of its counts, and of its rate."""
    below, above, fewer, more = (draw(st.integers(0, 12)) for _ in range(4))
    low, high = max(0, k - below), min(n, k + above)
    n_low, n_high = max(10, high, n - fewer), n + more
    return {
        "numerator_low": low, "numerator_high": high, "denominator_low": n_low,
        "denominator_high": n_high, "value_low": low / n_high, "value_high": min(1.0, high / n_low),
    }  # fmt: skip


@st.composite
def measured(draw, counts):
    """Draw ESTIMATES of a partition, of a place summed from schools, and of two places compared."""
    indicator = draw(st.sampled_from(["ela_met", "disciplined"]))
    here, there = (
        counts(**{group: draw(cells()) for group in GROUPS}, indicator=indicator, **place)
        for place in (
            {},
            {"organization_id": "rest_of_seattle", "organization_name": "Rest of Seattle"},
        )
    )
    schools = counts(**{code: draw(cells()) for code in SCHOOLS}, indicator=indicator).assign(
        student_group="two_or_more", organization_level="school", organization_id=SCHOOLS
    )
    to = {"by": "race_ethnicity", "reference": draw(st.sampled_from(["white", "others"]))}
    tables = [rates(here), gaps(here, **to), ratios(here, **to), compare(here, there)]
    return pd.concat([*tables, rates(in_place(schools, "southeast_seattle"))], ignore_index=True)


@pytest.fixture(scope="module")
def tables(counts):
    return measured(counts)


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_gate__says_the_same_the_second_time(tables, data):
    once = gate(data.draw(tables))
    pd.testing.assert_frame_equal(gate(once), once)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_gate__prints_no_small_group_and_no_few(tables, data):
    before = data.draw(tables)
    for known, row in zip(read(before), read_gated(gate(before)), strict=True):
        if row.publish == "nothing":
            assert is_empty(row)
            continue
        for side, told in zip(sides(known), sides(row), strict=True):
            assert side.n_high is None or side.n_high >= 10
            if row.publish == "point":
                assert 3 <= side.k_low == side.k_high <= side.n_high - 3
            else:  # no exact count stands beside a range
                assert told.k_low is None or told.k_low != told.k_high


@settings(max_examples=25, deadline=None)
@given(n=st.integers(10, 400), few=st.booleans(), k=st.integers(0, 2), data=st.data())
def test_gate__prints_of_few_what_is_true_of_none_one_and_two(counts, n, few, k, data):
    """Rate and both sides of a comparison are the same, to every digit, whichever of 0, 1, 2 it is."""
    other = data.draw(truths().filter(lambda cell: cell[1] > 9))

    def shown(counted):
        obs = counts(black=(counted if few else n - counted, n), white=other)
        to = {"by": "race_ethnicity", "reference": "white"}
        pair = rates(obs).query("student_group == 'black'"), gaps(obs, **to), ratios(obs, **to)
        return gate(pd.concat(pair, ignore_index=True)).drop(columns=["status"])

    zero, this = shown(0), shown(k)
    # A ratio to or of nobody counted is no figure: only those that exist can be alike.
    both = (zero["rule"] != "no-figure") & (this["rule"] != "no-figure")
    pd.testing.assert_frame_equal(zero[both], this[both])


@settings(max_examples=50, deadline=None)
@given(truth=truths().filter(lambda cell: cell[1] > 9), data=st.data())
def test_gate__prints_no_more_of_a_cell_of_which_less_is_known(counts, truth, data):
    """Widening what is known of a published cell turns no range into a point and adds no digit."""
    exact, less = (
        findings(rates(counts(black=cell)))[0] for cell in (truth, relaxed(data.draw, *truth))
    )
    assert PRINTS[less.row.publish] <= PRINTS[exact.row.publish]
    assert finest(less) <= finest(exact)


def finest(found):
    """The most decimals of any number in a record."""
    numbers = [found.record()[name] for name in NUMBERS]
    texts = [f"{number:.10f}".rstrip("0") for number in numbers if number is not None]
    return max((len(text.partition(".")[2]) for text in texts), default=0)
