"""Averages pass through as published, keep their unit and n, and are compared as quotients."""

import pandas as pd
import pytest

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.averages import averages, compare_averages
from sesec_analysis.metrics.disparity import rates


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
    "other", [{"value": 0.0}, {"status": "not_collected"}, {"end_year": 2023, "value": 9.0}]
)
def test_compare_averages__is_undefined_without_something_to_divide_by(
    other: dict[str, object],
) -> None:
    [row] = compare_averages(budget(value=12000), budget("there", **other)).to_dict("records")
    assert row["status"] == "undefined"
    assert pd.isna(row["estimate"])


def test_compare_averages__of_a_withheld_average_is_suppressed() -> None:
    said = {
        (here, there): compare_averages(
            budget(status=here, value=12.0 if here == "reported" else None),
            budget("there", status=there, value=10.0 if there == "reported" else None),
        )["status"].item()
        for here in ("reported", "withheld", "not_collected")
        for there in ("reported", "withheld", "not_collected")
    }
    assert [pair for pair, status in said.items() if status == "ok"] == [("reported", "reported")]
    assert {status for pair, status in said.items() if "not_collected" in pair} == {"undefined"}
    assert list(said.values()).count("suppressed") == 3


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


def test_answers_and_estimates_have_no_interval_of_chance(counts) -> None:
    answers = counts(all=(45, 100)).assign(unit="share_of_answers")
    [row] = rates(answers).to_dict("records")
    assert row["estimate"] == 0.45
    assert pd.isna(row["ci_low"])
    assert "no sampling interval" in row["method"]
    [people] = rates(counts(all=(45, 100))).to_dict("records")
    assert people["ci_low"] < 0.45 < people["ci_high"]
