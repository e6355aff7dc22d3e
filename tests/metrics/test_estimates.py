"""The gate: what may be said of groups that are small, masked, absent or known only within bounds."""

import numpy as np
import pandas as pd
import pytest
from conftest import only, row_of

from sesec_analysis.errors import DataError
from sesec_analysis.metrics.disparity import compare, gaps, rates, ratios

INTERVALS = ["ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"]
COUNTS = ["numerator_low", "numerator_high", "n_low", "n_high"]
REFERENCE_COUNTS = [f"reference_{name}" for name in COUNTS]
NUMBERS = ["estimate", *INTERVALS, "coverage", *COUNTS, *REFERENCE_COUNTS]

# A place: many exact students and a few withheld, so that its bounds are narrow.
NEARLY = {
    "numerator_low": 111,
    "numerator_high": 113,
    "denominator_low": 240,
    "denominator_high": 240,
    "value_low": 111 / 240,
    "value_high": 113 / 240,
    "coverage": 220 / 240,
}
# The worked example of bounds: bounds of 4.4 points, and 88 percent of the students in reported cells.
WORKED = {
    "numerator_low": 111,
    "numerator_high": 122,
    "denominator_low": 241,
    "denominator_high": 249,
    "value_low": 111 / 249,
    "value_high": 122 / 249,
    "coverage": 220 / 249,
}
WIDE = WORKED | {"value_high": 0.52}


def place(counts, **groups):
    """Rows of a place that sums four schools, two of them masked."""
    return counts(**groups).assign(cells=4, cells_reported=2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "status"),
    [
        *((few, "small_n") for few in ((4, 9), (0, 1), "N<10", {"denominator_high": 9})),
        *((none, "undefined") for none in ("No Students", "not collected")),
    ],
)
def test_every_measure__says_no_number_of_no_student_or_fewer_than_ten(counts, cell, status):
    obs, other = counts(few=cell, many=(40, 80)), counts(few=(40, 80), organization_id="elsewhere")
    by = {"by": "race_ethnicity"}
    for table in (
        rates(obs)[:1],
        gaps(obs, reference="many", **by),
        gaps(obs, reference="few", **by),
        gaps(obs, reference="others", **by)[:1],
        ratios(obs, reference="many", **by),
        ratios(obs, reference="few", **by),
        compare(obs, other)[:1],
        compare(other, obs[:1])[1:].reset_index(drop=True),
    ):
        row = only(table)
        assert row.status == status
        assert row[NUMBERS].isna().all()
        assert (row.method == "not shown: fewer than 10 students") == (status == "small_n")
    if status == "small_n":
        rest = only(gaps(obs, reference="others", **by)[1:].reset_index(drop=True))
        assert (rest.status, rest[NUMBERS].isna().all()) == (status, True)


def test_rates__sizes_a_group_of_enrollment_by_its_own_count(counts):
    table = rates(counts(few=(9, 400), some=(10, 400), indicator="enrollment"))
    assert table["status"].tolist() == ["small_n", "ok"]
    assert table.iloc[0][NUMBERS].isna().all()


def test_gaps__is_undefined_where_the_place_has_no_reference(counts):
    near = counts(black=(80, 110), white="N<10", source_id="near@2019")
    far = counts(black=(30, 50), organization_id="far")
    for reference in ("white", "others"):
        table = gaps(pd.concat([far, near]), by="race_ethnicity", reference=reference)
        row = only(table[table["organization_id"] == "far"].reset_index(drop=True))
        assert row.status == "undefined"
        assert row[NUMBERS].isna().all()
        assert row.source_ids == "ospi_assessment@2019"
        assert row.cells == 1


def test_compare__is_undefined_where_the_other_has_no_such_row(counts):
    a = counts(black=(80, 110), white=(90, 98))
    table = compare(a, counts(black=(40, 80), organization_id="elsewhere"))
    assert table["status"].tolist() == ["ok", "ok", "undefined", "undefined"]


def test_ratios__is_undefined_where_the_reference_rate_is_zero(counts):
    row = only(
        ratios(counts(black=(12, 80), white=(0, 500)), by="race_ethnicity", reference="white")
    )
    assert row.status == "undefined"
    assert row[["estimate", *INTERVALS]].isna().all()
    assert row[[*COUNTS, *REFERENCE_COUNTS]].tolist() == [12, 12, 80, 80, 0, 0, 500, 500]


def test_rates__gives_a_midpoint_of_narrow_bounds_and_no_estimate(counts):
    narrow, wide = rates(place(counts, a=WORKED, b=WIDE)).itertuples()
    assert narrow.midpoint == pytest.approx(116.5 / 249)
    assert narrow.method.startswith("midpoint of suppression bounds; ")
    assert "own_cells" in narrow.method
    assert np.isnan([narrow.estimate, wide.estimate, wide.midpoint]).all()
    assert wide.method.startswith("range only; ")
    assert narrow.status == wide.status == "bounded"
    assert (wide.bound_low, wide.bound_high) == (111 / 249, 0.52)
    assert np.isnan([narrow.ci_low, narrow.ci_high]).all()
    assert (narrow.numerator_low, narrow.n_high) == (111, 249)


def test_rates__counts_five_points_as_narrow(counts):
    row = only(rates(place(counts, a=WORKED | {"value_low": 0.4, "value_high": 0.45})))
    assert (row.midpoint, row.status) == (pytest.approx(0.425), "bounded")
    assert np.isnan(row.estimate)


def test_rates__gives_a_range_where_few_students_are_in_reported_cells(counts):
    row = only(rates(place(counts, a=WORKED | {"coverage": 0.69})))
    assert np.isnan([row.estimate, row.midpoint]).all()
    assert row.status == "bounded"
    assert (row.bound_low, row.coverage) == (111 / 249, 0.69)


def test_rates__is_suppressed_where_the_bounds_say_nothing(counts):
    row = only(rates(counts(a="withheld")))
    assert row.status == "suppressed"
    assert row[["estimate", "ci_low", "ci_high", *COUNTS]].isna().all()
    assert (row.bound_low, row.bound_high) == (0, 1)


def test_ratios__is_suppressed_where_both_rates_may_be_zero(counts):
    rare = WORKED | {"numerator_low": 0, "value_low": 0.0, "value_high": 0.02}
    row = only(ratios(place(counts, a=rare, b=rare), by="race_ethnicity", reference="b"))
    assert (row.status, row.bound_low, row.bound_high) == ("suppressed", 0, np.inf)


def test_every_measure__hides_the_inferred_counts_of_a_masked_cell(counts):
    obs = counts(few="<15%", many=(40, 80))
    row = row_of(rates(obs), "few")
    assert row[COUNTS].isna().all()
    assert (row.bound_low, row.bound_high, row.coverage) == (0, 0.15, 0)
    row = only(gaps(obs, by="race_ethnicity", reference="many"))
    assert row[COUNTS].isna().all()
    assert row[REFERENCE_COUNTS].tolist() == [40, 40, 80, 80]
    row = only(ratios(obs, by="race_ethnicity", reference="few"))
    assert row[REFERENCE_COUNTS].isna().all()
    assert row.bound_high == np.inf


def test_ratios__never_estimates_from_bounds(counts):
    row = only(ratios(place(counts, a=NEARLY, b=(120, 240)), by="race_ethnicity", reference="b"))
    assert np.isnan(row.estimate)
    assert (row.bound_low, row.bound_high) == pytest.approx((111 / 120, 113 / 120))
    assert row.status == "bounded"


def test_rates__keeps_a_published_percent_without_counts(counts):
    percent = dict.fromkeys(["value", "value_low", "value_high"], 0.62)
    row = only(rates(counts(a={"status": "reported", "coverage": 1.0} | percent)))
    assert (row.status, row.estimate, row.bound_low, row.bound_high) == ("ok", 0.62, 0.62, 0.62)
    assert row[["ci_low", "ci_high"]].isna().all()


TO_WHITE = {"by": "race_ethnicity", "reference": "white"}
SHARES = {"black": (80, 300), "white": (90, 300), "indicator": "enrollment"}
REFUSED = [
    (gaps, {}, TO_WHITE | {"reference": "White"}, r"'White' is not a group of 'race_ethnicity'"),
    (ratios, {}, TO_WHITE | {"reference": "White"}, r"did you mean: white\?"),
    (gaps, {}, TO_WHITE | {"by": "race"}, r"did you mean: race_ethnicity\?"),
    (gaps, {"student_group_type": "all"}, {"by": "all", "reference": "black"}, "are one group"),
    (gaps, SHARES, TO_WHITE, r"'enrollment' are parts of one whole[\s\S]*use `rates` for the"),
    (ratios, SHARES, TO_WHITE, "'enrollment' are parts of one whole"),
    (rates, {}, {"by": "gender"}, "no rows of student group type 'gender'"),
    (rates, {}, {"level": 95}, "level of 95 is not a number between 0 and 1"),
]


@pytest.mark.parametrize(("measure", "cells", "asked", "message"), REFUSED)
def test_every_measure__refuses_what_it_cannot_answer(counts, measure, cells, asked, message):
    obs = counts(**{"black": (80, 110), "white": (90, 98), **cells})
    with pytest.raises(DataError, match=message):
        measure(obs, **asked)


def test_every_measure__refuses_the_same_figure_twice(counts):
    twice = pd.concat([counts(black=(80, 110)), counts(black=(81, 110), source_id="later@2019")])
    for ask in (
        lambda: rates(twice),
        lambda: gaps(twice, by="race_ethnicity", reference="black"),
        lambda: compare(twice, counts(black=(1, 20), organization_id="elsewhere")),
        lambda: compare(counts(black=(1, 20), organization_id="elsewhere"), twice),
    ):
        with pytest.raises(DataError, match="the same figure is in two rows") as no:
            ask()
        assert no.value.valid == ["later@2019", "ospi_assessment@2019"]


def test_compare__refuses_several_organizations_on_a_side(counts):
    one, two = counts(black=(80, 110)), counts(black=(1, 20), organization_id="b")
    with pytest.raises(DataError, match="the same organization, southeast_seattle"):
        compare(one, one)
    both = pd.concat([two, counts(black=(1, 20), organization_id="c")])
    with pytest.raises(DataError, match="`b` holds 2 organizations") as no:
        compare(one, both)
    assert no.value.valid == ["b", "c"]
    with pytest.raises(DataError, match="`b` holds 0 organizations"):
        compare(one, counts())


def test_gaps__refuses_others_of_a_partition_that_was_thinned_out(counts):
    obs = counts(black=(80, 110), white=(90, 98))
    obs.attrs["student_groups_chosen"] = True
    with pytest.raises(DataError, match="holds only some groups of race_ethnicity"):
        gaps(obs, by="race_ethnicity", reference="others")
    assert len(gaps(obs, by="race_ethnicity", reference="white")) == 1


def test_gaps__refuses_others_that_leave_out_many_of_all_students(counts):
    groups = counts(black=(80, 110), white=(90, 98))
    everyone = groups.head(1).assign(student_group_type="all", student_group="all")
    everyone[["denominator", "denominator_low", "denominator_high"]] = 400
    with pytest.raises(DataError, match="load the whole partition"):
        gaps(pd.concat([everyone, groups]), by="race_ethnicity", reference="others")
    everyone[["denominator", "denominator_low", "denominator_high"]] = 210
    assert len(gaps(pd.concat([everyone, groups]), by="race_ethnicity", reference="others")) == 2
