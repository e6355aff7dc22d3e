"""How much was published: counts that add up, and a share that never flatters."""

import pandas as pd
import pytest

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.coverage import coverage


def only(table):
    assert len(table) == 1
    return table.iloc[0]


def test_coverage__of_exact_cells_is_whole(counts):
    row = only(coverage(counts(a=(45, 100), b=(66, 120))))
    assert (row["rows"], row.reported, row.cells, row.cells_reported) == (2, 2, 2, 2)
    assert row.coverage == 1


def test_coverage__of_nothing_is_empty():
    nothing = schema.conform_observations(
        pd.DataFrame({name: [] for name in schema.OBSERVATIONS_COLUMNS})
    )
    assert coverage(nothing).empty


def test_coverage__matches_a_hand_worked_table(counts):
    obs = counts(
        a=(45, 100),
        b="<15%",  # 20 students
        c="N<10",  # at most 9
        d={"status": "complementary", "denominator_low": 10, "denominator_high": 71},
        e="No Students",
        f="not collected",
    )
    row = only(coverage(obs))
    assert row[list(schema.OBSERVATION_STATUSES)].tolist() == [1, 1, 1, 1, 0, 1, 1]
    assert row["rows"] == 6
    assert row.coverage == pytest.approx(100 / (100 + 20 + 9 + 71))


def test_coverage__counts_the_schools_of_a_place(counts):
    obs = counts(a={"coverage": 0.5, "denominator_high": 40}, b=(3, 60)).assign(
        cells=4, cells_reported=[2, 4]
    )
    row = only(coverage(obs))
    assert (row["rows"], row.cells, row.cells_reported) == (2, 8, 6)
    assert row.coverage == pytest.approx((20 + 60) / 100)


def test_coverage__is_zero_where_nothing_caps_a_masked_cell(counts):
    assert only(coverage(counts(a=(45, 100), b="withheld"))).coverage == 0


def test_coverage__is_null_without_students(counts):
    assert pd.isna(only(coverage(counts(a="No Students", b="not collected"))).coverage)


def test_coverage__weighs_enrollment_by_the_group(counts):
    few = {"numerator_low": 1, "numerator_high": 9, "denominator_low": 400, "denominator_high": 400}
    obs = counts(a=(391, 400), b=few | {"status": "small_n"}, indicator="enrollment")
    assert only(coverage(obs)).coverage == pytest.approx(391 / 400)


def test_coverage__keeps_partitions_and_places_apart_in_order(counts):
    obs = pd.concat(
        [
            counts(b="N<10", organization_id="z"),
            counts(a=(45, 100)),
            counts(all=(45, 100), student_group_type="all"),
        ]
    )
    obs.attrs = {"place": "southeast_seattle"}
    table = coverage(obs)
    assert table["organization_id"].tolist() == ["z", "southeast_seattle", "southeast_seattle"]
    assert table["student_group_type"].tolist() == ["race_ethnicity", "race_ethnicity", "all"]
    assert table.attrs == obs.attrs


def test_coverage__refuses_a_table_that_is_not_observations(counts):
    with pytest.raises(DataError, match=r"lacks the column\(s\) status"):
        coverage(counts(a=(45, 100)).drop(columns="status"))
