"""Sums of partly known cells: what full data would show must lie inside, and nothing inside may be wasted."""

from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sesec_analysis import bounds, schema
from sesec_analysis.bounds import KnownCounts, contradictions, join_averages, pool, rate_bounds
from sesec_analysis.catalog.entries import Unit
from sesec_analysis.errors import DataError

BY = ["indicator", "end_year"]


def pooled(cells):
    """Pool all cells to the one row they make."""
    return pool(cells, by=BY).iloc[0]


# --- limits ----------------------------------------------------------------------------------------------------------


def test_pool__of_exact_cells_is_the_exact_sum(counts):
    row = pooled(counts(a=(45, 100), d=(66, 120)))
    assert (row.numerator, row.denominator, row.value) == (111, 220, 111 / 220)
    assert row.value_low == row.value_high == row.value
    assert (row.status, row.coverage, row.cells, row.cells_reported) == ("reported", 1, 2, 2)


def test_pool__passes_a_single_cell_through_unchanged(counts):
    cells = counts(b="<15%")
    got = pool(cells, by=["student_group"]).drop(columns="largest_masked")
    pd.testing.assert_frame_equal(got, cells[got.columns])


@pytest.mark.parametrize(
    ("cells", "share"),
    [
        ({"a": (45, 91), "b": "N<10"}, 9 / 100),
        ({"a": "N<10", "b": "<15%"}, 20 / 29),
        ({"a": "N<10", "b": "No Students", "c": "No Students"}, 1.0),  # only one holds the group
        ({"a": "withheld", "b": (45, 91)}, 1.0),  # nothing caps it
        ({"a": "No Students"}, 0.0),
    ],
)
def test_pool__tells_how_much_of_a_sum_its_largest_masked_cell_may_be(counts, cells, share):
    assert pooled(counts(**cells)).largest_masked == pytest.approx(share)


def test_pool__keeps_the_largest_masked_cell_of_sums_that_are_summed_again(counts):
    once = [
        pool(counts(**cells), by=["indicator", "student_group_type"]).assign(name=name)
        for name, cells in (("x", {"a": "N<10", "b": (45, 91)}), ("y", {"c": (45, 100)}))
    ]
    twice = pool(pd.concat(once, ignore_index=True), by=["indicator"])
    assert twice["largest_masked"].item() == pytest.approx(9 / 200)


def test_pool__takes_the_size_of_a_group_of_enrollment_from_its_numerator(counts):
    masked = {
        "numerator_low": 1,
        "numerator_high": 9,
        "denominator_low": 300,
        "denominator_high": 300,
    }
    row = pooled(counts(a=masked, b=(27, 300), indicator="enrollment"))
    assert row.largest_masked == pytest.approx(9 / 36)


def test_pool__is_withheld_only_where_no_end_is_known(counts):
    open_below = pooled(counts(a=(100, 100), b="N<10"))
    assert (open_below.status, open_below.value_high) == ("bounded", 1)
    assert open_below.value_low > 0
    assert pooled(counts(a="N<10", b="N<10")).status == "withheld"


def test_pool__of_places_without_students_has_none(counts):
    row = pooled(counts(a="No Students", b="No Students"))
    assert (row.status, row.numerator, row.denominator, row.coverage) == ("no_students", 0, 0, 1)
    assert pd.isna(row.value)


def test_pool__is_lowest_where_a_cell_turns_from_its_fewest_students_to_its_percent(counts):
    # At least 5 of 10 to 40, and a quarter of them: the sum with 0 of 100 is lowest at 5 of 20.
    cell = {"numerator_low": 5, "denominator_low": 10, "denominator_high": 40, "value_low": 0.25}
    assert pooled(counts(a=cell, b=(0, 100)))["value_low"] == pytest.approx(5 / 120)


# --- worked on paper -------------------------------------------------------------------------------------------------


def test_pool__matches_the_worked_example_that_dropping_cells_misses(counts):
    row = pooled(counts(a=(45, 100), b="<15%", c="N<10", d=(66, 120)))
    # Lowest: B 0 of 20, C 0 of 9. Highest: B 2 of 20, C 9 of 9.
    assert (row.value_low, row.value_high) == pytest.approx((111 / 249, 122 / 249))
    assert not row.value_low <= 111 / 220 <= row.value_high
    assert (row.numerator_low, row.numerator_high) == (111, 122)
    assert (row.denominator_low, row.denominator_high) == (241, 249)
    assert pd.isna(row.numerator)
    assert pd.isna(row.denominator)
    assert pd.isna(row.value)
    assert (row.status, row.cells, row.cells_reported) == ("bounded", 4, 2)
    assert row.coverage == pytest.approx(220 / 249)


def test_pool__ties_the_counts_of_a_cell_that_kept_its_percent(counts):
    half = {"value_low": 0.5, "value_high": 0.5, "denominator_low": 10, "denominator_high": 40}
    row = pooled(counts(a=(0, 10), b={**half, "numerator_low": 5, "numerator_high": 20}))
    # 0 of 10 and half of n: 5/20 at n = 10, 20/50 at n = 40.
    assert (row.value_low, row.value_high) == pytest.approx((0.25, 0.4))


def test_pool__reads_a_percent_with_its_rounding(counts):
    percent = {"value_low": 0.4, "value_high": 0.6, "denominator_low": 10, "denominator_high": 10}
    row = pooled(counts(a=(0, 10), b=percent))
    assert (row.value_low, row.value_high) == pytest.approx((0.2, 0.3))


@pytest.mark.parametrize(
    ("known", "low", "high"),
    [
        ({}, 0, 1),  # any school whatever
        ({"value_low": 0.2, "value_high": 0.9}, 0.2, 0.9),  # a huge school at either percent
        ({"value_low": 0.55, "value_high": 0.6}, 0.5, 0.6),  # lowest: no such students at all
        ({"denominator_low": 20, "numerator_high": 4}, 0, 54 / 120),  # highest: 4 of 20
        ({"denominator_low": 20, "value_low": 0.6}, 62 / 120, 1),  # lowest: 12 of 20
    ],
)
def test_pool__reaches_the_limit_of_a_cell_that_nothing_caps(counts, known, low, high):
    row = pooled(counts(a=(50, 100), b=known))
    assert (row.value_low, row.value_high) == pytest.approx((low, high))
    assert pd.isna(row.denominator_high)
    assert row.coverage == 0


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"a": {"denominator_low": 1, "denominator_high": 4}, "b": "No Students"}, "small_n"),
        ({"a": "N<10", "b": "N<10"}, "withheld"),  # 2 to 18 students: not known to be small
        ({"a": (45, 100), "b": "N<10"}, "bounded"),
        ({"a": "<15%", "b": "<15%"}, "bounded"),  # may be none, cannot be all
        ({"a": (45, 100), "b": "not collected"}, "withheld"),  # of it nothing is known
        ({"a": "not collected", "b": "not collected"}, "not_collected"),
    ],
)
def test_pool__names_why_a_sum_is_not_exact(counts, cells, status):
    assert pooled(counts(**cells)).status == status


def test_pool__sizes_a_group_of_enrollment_by_its_own_count(counts):
    few = {"numerator_low": 1, "numerator_high": 4, "denominator_low": 300, "denominator_high": 300}
    assert pooled(counts(indicator="enrollment", a=few, b=few)).status == "small_n"
    assert pooled(counts(indicator="ela_met", a=few, b=few)).status == "bounded"


def test_pool__keeps_order_attributes_and_every_source(counts):
    cells = pd.concat(
        [
            counts(white=(1, 2), black=(3, 4), source_id="x@2019; y@2019"),
            counts(black=(1, 1), source_id="y@2019"),
            counts(black=(1, 1), source_id="z@2019"),
        ]
    )
    cells.attrs = {"place": "southeast_seattle"}
    got = pool(cells, by=["student_group"])
    assert got["student_group"].tolist() == ["white", "black"]
    assert got["source_id"].tolist() == ["x@2019; y@2019", "x@2019; y@2019; z@2019"]
    assert got["token"].tolist() == ["", ""]
    assert got.attrs == {"place": "southeast_seattle"}


# --- outside reference -----------------------------------------------------------------------------------------------


CAP = {"denominator_low": 10, "denominator_high": 40}
CELLS = st.one_of(
    st.integers(10, 60).flatmap(lambda n: st.tuples(st.integers(3, n - 3), st.just(n))),
    st.sampled_from(
        [
            *("N<10", "<15%"),
            CAP | {"numerator_low": 3, "numerator_high": 13, "value_low": 0.3, "value_high": 0.31},
            CAP | {"numerator_low": 0, "numerator_high": 40},
            CAP | {"numerator_low": 8, "numerator_high": 40, "value_low": 0.7},
        ]
    ),
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(some=st.lists(CELLS, min_size=2, max_size=8))
def test_pool__agrees_with_a_linear_program(counts, some):
    """Charnes and Cooper (1962): the same extremes from scipy's simplex, over y = (t * k, t * n, t)."""
    linprog = pytest.importorskip("scipy.optimize").linprog
    cells = counts(**{f"g{at}": cell for at, cell in enumerate(some)})
    m = len(cells)
    numbers = {
        name: cells[name].to_numpy(dtype=float, na_value=0)
        for name in schema.OBSERVATIONS_COLUMNS
        if name.endswith(("_low", "_high"))
    }
    eye, zero = np.eye(m), np.zeros((m, m))

    def at_most(k, n, one):
        return np.hstack([k, n, np.reshape(one, (m, 1))])

    constraints = np.vstack(
        [
            at_most(-eye, zero, numbers["numerator_low"]),
            at_most(eye, zero, -numbers["numerator_high"]),
            at_most(zero, -eye, numbers["denominator_low"]),
            at_most(zero, eye, -numbers["denominator_high"]),
            at_most(-eye, np.diag(numbers["value_low"]), np.zeros(m)),
            at_most(eye, -np.diag(numbers["value_high"]), np.zeros(m)),
        ]
    )
    k_sum = np.r_[np.ones(m), np.zeros(m + 1)]
    n_sum = np.r_[np.zeros(m), np.ones(m), 0]
    row = pooled(cells)
    for sign, bound in ((1, row.value_low), (-1, row.value_high)):
        solved = linprog(sign * k_sum, constraints, np.zeros(6 * m), [n_sum], [1])
        assert solved.status == 0
        assert bound == pytest.approx(sign * solved.fun, abs=1e-7)


# --- refusals --------------------------------------------------------------------------------------------------------


def test_pool__refuses_a_cell_that_contradicts_itself(counts):
    cell = {"numerator_low": 9, "denominator_low": 10, "denominator_high": 12, "value_high": 0.5}
    with pytest.raises(DataError, match="contradicts itself") as refusal:
        pool(counts(a=(1, 2), b=cell), by=BY)
    assert "1 row(s), first at ospi_assessment@2019 ela_met 2019" in str(refusal.value)


def test_pool__refuses_to_add_several_indicators(counts):
    cells = pd.concat([counts(a=(1, 2)), counts(a=(1, 2), indicator="math_met")])
    with pytest.raises(DataError, match="several indicators") as refusal:
        pool(cells, by=["student_group"])
    assert refusal.value.valid == ["ela_met", "math_met"]


def test_pool__refuses_to_add_by_nothing(counts):
    with pytest.raises(DataError, match="nothing names the sums"):
        pool(counts(a=(1, 2)), by=[])


def test_pool__refuses_a_table_without_its_columns(counts):
    with pytest.raises(DataError, match=r"lack the column\(s\) region, numerator_low"):
        pool(counts(a=(1, 2)).drop(columns="numerator_low"), by=["indicator", "region"])


def boxes_of(*cells, low=0.0, high=1.0):
    """Cells (k_low, k_high, n_low, n_high), all masked."""
    k_low, k_high, n_low, n_high = np.array(cells, dtype=float).T
    values = (np.full(len(k_low), value) for value in (low, high))
    return KnownCounts(
        k_low, k_high, n_low, n_high, *values, exact=np.zeros(len(k_low), dtype=bool)
    )


def extremes(known):
    lowest, highest = rate_bounds(known, np.zeros(len(known.k_low), dtype=np.int64), 1)
    return float(lowest[0]), float(highest[0])


def test_known__counts_no_students_of_a_group_among_all_students(counts):
    cell = {"status": "no_students", "denominator_low": 300, "denominator_high": 300}
    known = KnownCounts.from_table(counts(a=cell, indicator="enrollment"))
    assert (known.k_low, known.k_high, known.n_low, known.n_high) == (0, 0, 300, 300)


def test_rate_bounds__of_cells_that_must_be_empty_is_null():
    assert np.isnan(extremes(boxes_of((0, 0, 0, 0), (0, 0, 0, 0)))).all()


def test_rate_bounds__is_a_point_at_none_and_at_all():
    # Exactly 0 and 1, without the hair of room that other bounds get.
    assert extremes(boxes_of((0, 0, 5, 9), (0, 0, 0, 9))) == (0, 0)
    assert extremes(boxes_of((5, 9, 5, 9), low=1.0)) == (1, 1)


def test_rate_bounds__never_cut_off_the_truth_by_a_rounding_error():
    # k / n * n is not k for every k and n: 1 / 49 * 49 is less than 1.
    rng = np.random.default_rng(1)
    n = rng.integers(10, 60, (20_000, 2))
    k = rng.integers(0, n)
    students, percent = n.ravel().astype(float), (k / n).ravel()
    masked = np.zeros(len(percent), dtype=bool)
    tied = KnownCounts(0 * students, students, students, students, percent, percent, masked)
    lowest, highest = rate_bounds(tied, np.repeat(np.arange(len(n)), 2), len(n))
    rate = k.sum(axis=1) / n.sum(axis=1)
    assert (lowest <= rate).all()
    assert (rate <= highest).all()
    assert (highest - lowest < 1e-11).all()


def test_contradictions__names_cells_that_admit_no_students():
    # 5 of 10 is half; at most 4 of at least 10, or of at least 9, is not.
    known = boxes_of((5, 5, 10, 10), (0, 4, 10, 12), (6, 5, 10, 12), (0, 4, 9, 12), low=0.5)
    assert contradictions(known).tolist() == [1, 2, 3]


AVERAGED_BY = ["indicator", "end_year", "unit"]


def schools(**columns: object) -> pd.DataFrame:
    common = {
        "indicator": "budget",
        "end_year": 2024,
        "unit": "dollars_per_student",
        "status": "reported",
    }
    return schema.conform_observations(pd.DataFrame({**common, **columns}))


def test_is_weighted_by_what_each_average_is_over() -> None:
    [row] = join_averages(
        schools(value=[9000.0, 12000.0], denominator=[200, 100]), by=AVERAGED_BY
    ).to_dict("records")
    assert row["value"] == row["value_low"] == row["value_high"] == 10000
    assert (row["denominator"], row["cells"], row["cells_reported"]) == (300, 2, 2)


def test_weighs_by_the_sum_behind_an_average_where_it_is_known() -> None:
    # 10.5 students for 105,000 dollars and 20.5 for 410,000: 515,000 over 31, whatever the whole numbers say.
    known = schools(value=[10000.0, 20000.0], denominator=[10, 20], numerator=[105000, 410000])
    [row] = join_averages(known, by=AVERAGED_BY).to_dict("records")
    assert row["value"] == pytest.approx(515000 / 31)
    assert (row["denominator"], pd.isna(row["numerator"])) == (30, True)


@pytest.mark.parametrize(
    "columns",
    [
        {"value": [9000.0, None], "denominator": [200, 100]},
        {"value": [9000.0, 8000.0], "denominator": [200, None]},
    ],
)
def test_what_is_not_known_stays_unknown(columns: dict[str, list[object]]) -> None:
    [row] = join_averages(schools(**columns), by=AVERAGED_BY).to_dict("records")
    assert pd.isna(row["value"])
    assert (row["status"], row["coverage"]) == ("withheld", 0)


def test_no_median_is_averaged() -> None:
    with pytest.raises(DataError, match="2 row"):
        join_averages(
            schools(value=[40.0, 60.0], denominator=[20, 30]).assign(unit="percentile"),
            by=AVERAGED_BY,
        )


def test_the_catalog_and_the_table_know_the_same_units() -> None:
    assert get_args(Unit) == schema.UNITS


def test_matched__finds_the_first_row_that_is_like_it_in_all_columns():
    table = pd.DataFrame({"a": [1, 2, 3, 2], "b": list("xyzy")})
    other = pd.DataFrame({"a": [2, 2, 9, 1], "b": list("yyxx")})
    assert bounds.match_rows(table, other, ["a", "b"]).tolist() == [3, 0, -1, 0]
    assert bounds.match_rows(table, other.head(0), ["a", "b"]).tolist() == [-1] * 4


def test_known__keeps_how_many_students_none_of_whom_are_of_a_group(counts):
    known = KnownCounts.from_table(counts(a="No Students", b=(5, 40)).assign(denominator=[80, 40]))
    assert (known.k_high.tolist(), known.n_low.tolist()) == ([0, 5], [80, 40])
    assert known.n_high.tolist() == [80, 40]


def test_known__ends_a_share_that_nothing_is_said_of_at_all(counts):
    silent = counts(a="N<10").assign(value_low=np.nan, value_high=np.nan)
    known = KnownCounts.from_table(silent)
    assert (known.value_low.tolist(), known.value_high.tolist()) == ([0], [1])
