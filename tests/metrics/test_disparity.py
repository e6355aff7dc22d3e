"""Averages pass through as published, keep their unit and n, and are compared as quotients."""

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts, only, row_of
from statsmodels.stats.proportion import confint_proportions_2indep

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.disparity import (
    averages,
    compare,
    compare_averages,
    gaps,
    rates,
    ratios,
    score_ratios,
)


def budget(place: str = "here", **columns: object) -> pd.DataFrame:
    common = {
        "source_id": f"budgets_{place}@2024",
        "indicator": "budget",
        "end_year": 2024,
        "organization_level": "place",
        "organization_id": place,
        "grade_level": "all",
        "student_group_type": "all",
        "student_group": "all",
        "unit": "dollars_per_student",
        "status": "reported",
        "coverage": 1.0,
    }
    return schema.conform_observations(pd.DataFrame([{**common, **columns}]))


def test_averages__keep_unit_and_what_they_are_over() -> None:
    [row] = averages(budget(value=12000.5, denominator=300)).to_dict("records")
    assert (row["measure"], row["estimate"], row["unit"], row["n_low"], row["status"]) == (
        "average",
        12000.5,
        "dollars_per_student",
        300,
        "ok",
    )
    assert pd.isna(row["ci_low"])


@pytest.mark.parametrize(
    ("status", "said"), [("withheld", "suppressed"), ("not_collected", "undefined")]
)
def test_averages__that_were_not_published_say_so(status: str, said: str) -> None:
    [row] = averages(budget(status=status)).to_dict("records")
    assert row["status"] == said
    assert pd.isna(row["estimate"])


def test_compare_averages__divides_and_names_both_sources() -> None:
    here, there = budget(value=12000, denominator=300), budget("there", value=10000, denominator=50)
    [row] = compare_averages(here, there).to_dict("records")
    assert (row["estimate"], row["reference"], row["n_low"], row["reference_n_low"]) == (
        1.2,
        "there",
        300,
        50,
    )
    assert row["source_ids"] == "budgets_here@2024; budgets_there@2024"
    [back] = compare_averages(there, here).to_dict("records")
    assert row["estimate"] * back["estimate"] == pytest.approx(1)


@pytest.mark.parametrize(
    "other",
    [
        {"value": 0.0},
        {"status": "withheld"},
        {"end_year": 2023, "value": 9.0},
    ],
)
def test_compare_averages__has_no_number_without_something_to_divide_by(
    other: dict[str, object],
) -> None:
    [row] = compare_averages(budget(value=12000), budget("there", **other)).to_dict("records")
    assert row["status"] == ("suppressed" if other.get("status") == "withheld" else "undefined")
    assert pd.isna(row["estimate"])


@pytest.mark.slow
def test_shares_and_averages_are_not_taken_for_each_other() -> None:
    share = budget(value=0.5).assign(unit="proportion")
    with pytest.raises(DataError, match="is a share"):
        averages(share)
    with pytest.raises(DataError, match="it has no rate"):
        rates(budget(value=12000))


def test_compare_averages__takes_one_organization_on_each_side() -> None:
    two = pd.concat([budget(value=1), budget("elsewhere", value=2)])
    with pytest.raises(DataError, match="`b` holds 2 organizations"):
        compare_averages(budget(value=1), two)


COUNTS = ["numerator_low", "numerator_high", "n_low", "n_high"]
REFERENCE_COUNTS = [f"reference_{name}" for name in COUNTS]


# --- limits ----------------------------------------------------------------------------------------------------------


def test_rates__of_exact_counts_is_k_of_n_with_wilson(counts):
    row = only(rates(counts(black=(18, 20))))
    assert row.estimate == row.bound_low == row.bound_high == 0.9
    # R, binom.confint(method="wilson").
    assert (row.ci_low, row.ci_high) == pytest.approx((0.6989663547715128, 0.972133518786232))
    assert (row.outer_low, row.outer_high) == (row.ci_low, row.ci_high)
    assert row[COUNTS].tolist() == [18, 18, 20, 20]
    assert row[REFERENCE_COUNTS].isna().all()
    assert (row.status, row.coverage, row.cells, row.cells_reported) == ("ok", 1, 1, 1)
    assert (row.measure, row.reference, row.unit, row.ci_level) == ("rate", "", "proportion", 0.95)
    assert (row.method, row.source_ids) == (
        "Wilson score interval (statsmodels)",
        "ospi_assessment@2019",
    )


# --- worked on paper -------------------------------------------------------------------------------------------------


def test_gaps__matches_hand_worked_table(counts):
    row = only(
        gaps(counts(black=(80, 110), white=(90, 98)), by="race_ethnicity", reference="white")
    )
    assert row.estimate == pytest.approx(80 / 110 - 90 / 98)
    assert (row.ci_low, row.ci_high) == pytest.approx((-0.289, -0.088), abs=5e-4)
    assert row[COUNTS].tolist() == [80, 80, 110, 110]
    assert row[REFERENCE_COUNTS].tolist() == [90, 90, 98, 98]
    assert (row.measure, row.reference, row.unit, row.cells) == ("gap", "white", "points", 2)


def test_ratios__matches_district_discipline_of_2019(counts):
    # OSPI discipline 2018-19, Seattle: 486 of 8,415 Black and 235 of 26,032 White students.
    obs = counts(black=(486, 8415), white=(235, 26032), indicator="disciplined")
    row = only(ratios(obs, by="race_ethnicity", reference="white"))
    assert row.estimate == pytest.approx((486 / 8415) / (235 / 26032))
    assert round(row.estimate, 1) == 6.4
    assert (row.ci_low, row.ci_high) == pytest.approx(
        confint_proportions_2indep(
            486, 8415, 235, 26032, compare="ratio", method="log-adjusted", alpha=1 - 0.95
        )
    )


def test_gaps__adds_up_the_other_groups(counts):
    obs = counts(black=(80, 110), asian=(40, 50), white=(50, 60))
    table = gaps(obs, by="race_ethnicity", reference="others")
    assert table["student_group"].tolist() == ["black", "asian", "white"]
    row = row_of(table, "black")
    assert row.estimate == pytest.approx(80 / 110 - 90 / 110)
    assert row[REFERENCE_COUNTS].tolist() == [90, 90, 110, 110]
    assert (row.reference, row.cells, row.cells_reported, row.coverage) == ("others", 3, 3, 1)


def test_gaps__carries_the_bounds_of_masked_others(counts):
    obs = counts(black=(45, 90), asian=(45, 100), native="<15%", pacific="N<10", white=(66, 120))
    row = row_of(gaps(obs, by="race_ethnicity", reference="others"), "black")
    assert (row.bound_low, row.bound_high) == pytest.approx((0.5 - 122 / 249, 0.5 - 111 / 249))
    assert row.midpoint == pytest.approx(0.5 - (111 + 122) / 2 / 249)
    assert np.isnan(row.estimate)
    assert row.coverage == pytest.approx((90 + 220) / (90 + 249))
    assert row.status == "bounded"


def test_compare__sets_like_against_like(counts):
    a = counts(black=(80, 110), all=(5, 50))
    b = counts(all=(10, 50), black=(90, 98), organization_id="seattle", source_id="b@2019")
    table = schema.validate_estimates(compare(a, b))
    assert table[["student_group", "measure"]].to_numpy().tolist() == [
        ["black", "gap"],
        ["black", "ratio"],
        ["all", "gap"],
        ["all", "ratio"],
    ]
    assert (table["reference"] == "seattle").all()
    assert (table["organization_id"] == "southeast_seattle").all()
    assert table["estimate"].tolist() == pytest.approx(
        [80 / 110 - 90 / 98, (80 / 110) / (90 / 98), -0.1, 0.5]
    )
    assert table["ci_low"].iloc[0] == pytest.approx(-0.289, abs=5e-4)
    assert (table["source_ids"] == "ospi_assessment@2019; b@2019").all()


# --- other intervals -------------------------------------------------------------------------------------------------

PAIR = {"by": "race_ethnicity", "reference": "white"}
CELLS = 80, 110, 90, 98
OTHER_INTERVALS = [
    *(
        (
            lambda obs, name=name: gaps(obs, **PAIR, interval=name),
            gaps,
            intervals.difference_limits(*CELLS, interval=name),
            intervals.DIFFERENCES[name][1],
        )
        for name in ("miettinen_nurminen", "agresti_caffo")
    ),
    (
        lambda obs: score_ratios(obs, **PAIR),
        ratios,
        intervals.koopman_ratio(*CELLS),
        "Koopman asymptotic score interval",
    ),
]


@pytest.mark.parametrize(("measure", "usual", "limits", "method"), OTHER_INTERVALS)
def test_pairs__with_another_interval_keep_everything_else(measure, usual, limits, method):
    obs = make_counts(
        black=CELLS[:2], white=CELLS[2:], asian="N<10", native="<15%", latino="withheld"
    )
    ours, plain = schema.validate_estimates(measure(obs)), usual(obs, **PAIR)
    kept = [name for name in ours if name[:3] not in ("ci_", "out") and name != "method"]
    assert ours[kept].equals(plain[kept])
    row = ours.iloc[0]
    assert (row.ci_low, row.ci_high) == pytest.approx(tuple(map(float, limits)))
    assert (row.outer_low, row.outer_high) == (row.ci_low, row.ci_high)
    assert row.method == method
    withheld = ours["status"] != "ok"
    assert ours[withheld].equals(plain[withheld])


# --- full counts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("indicator", ["enrollment", "enrollment_october"])
def test_shares_of_the_roll__have_no_interval_of_chance(indicator):
    here = make_counts(black=(80, 400), white=(320, 400), indicator=indicator)
    there = make_counts(
        black=(100, 900), white=(800, 900), indicator=indicator, organization_id="elsewhere"
    )
    for table in (rates(here), compare(here, there)):
        assert table[["ci_low", "ci_high", "outer_low", "outer_high"]].isna().all(axis=None)
        assert set(table["method"]) == {"no sampling interval: a full count"}
        assert table["estimate"].notna().all()
        assert table["bound_low"].notna().all()
    assert rates(make_counts(black=(80, 400)))["ci_low"].notna().all()


_ANYTHING = {"value_low": 0.0, "value_high": 1.0}


@pytest.mark.parametrize(
    ("known", "status"),
    [
        (_ANYTHING, "suppressed"),
        ({"value_low": 0.0, "value_high": 0.9}, "bounded"),
        ({"value_low": 0.1, "value_high": 1.0}, "bounded"),
    ],
)
def test_compare__is_suppressed_only_where_either_side_could_be_anything(known, status):
    sizes = {"denominator": 100, "denominator_low": 100, "denominator_high": 100}
    low, high = known["value_low"], known["value_high"]
    open_cell = {**sizes, **known, "numerator_low": 100 * low, "numerator_high": 100 * high}
    other = {
        **sizes,
        "value_low": 0.2,
        "value_high": 0.8,
        "numerator_low": 20,
        "numerator_high": 80,
    }
    of_group = make_counts(black=open_cell, white=other)
    of_reference = make_counts(black=other, white=open_cell)
    told = rates(of_group).set_index("student_group")["status"]
    assert told.to_dict() == {"black": status, "white": "bounded"}
    for obs in (of_group, of_reference):
        rows = gaps(obs, by="race_ethnicity", reference="white")
        assert rows.loc[rows["student_group"] == "black", "status"].tolist() == [status]


def test_ratios__that_may_be_none_have_an_end_where_the_other_rate_is_known(counts):
    obs = counts(black="<15%", white=(60, 120))
    row = only(ratios(obs, by="race_ethnicity", reference="white"))
    assert (row.status, row.bound_low) == ("bounded", 0)
    assert 0.25 < row.bound_high < 0.35
