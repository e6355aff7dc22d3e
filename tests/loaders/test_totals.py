"""Sums of rows: withheld cells stay bounds, no student counts twice, and no sum passes for a published number."""

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts

import sesec_analysis as sa
from sesec_analysis import schema
from sesec_analysis.errors import QuestionError
from sesec_analysis.loaders.totals import totals


def cells(name, values, **same):
    """OBSERVATIONS of ``{value of a column: (k, n)}``."""
    common = {"source_id": "ospi_discipline@2019", "indicator": "disciplined"} | same
    common |= {"organization_level": "school", "organization_id": "2120"}
    common |= {"student_group_type": "all"}
    rows = [make_counts(all=cell, **(common | {name: value})) for value, cell in values.items()]
    return pd.concat(rows, ignore_index=True)


@pytest.mark.parametrize(
    ("grades", "code"),
    [
        (["03", "04", "05"], "03-05"),
        (["03", "05"], "03+05"),
        (["K", "01"], "K-01"),
        (["PK", "01"], "PK+01"),
    ],
)
def test_totals__of_grades_have_a_code_of_their_own(grades, code):
    table = cells("grade_level", dict.fromkeys(grades, (1, 20)))
    assert totals(table, over="grade_level")["grade_level"].tolist() == [code]


def test_totals__are_observations_for_every_measure():
    rows = sa.load("math_met", place="southeast_seattle", end_years=2017)
    made = totals(rows[rows["grade_level"].isin(["03", "04", "05"])], over="grade_level")
    schema.validate_observations(made)
    gaps = sa.gaps(made, by="low_income", reference="not_low_income")
    assert gaps["status"].tolist() == ["bounded"]
    rate = sa.rates(made).set_index("student_group").loc["all"]
    assert (rate["numerator_low"], rate["n_low"]) == (
        1283,
        2523,
    )  # the sum of the three grades' rows


def test_totals__of_groups_of_a_composition_keep_one_denominator():
    rows = sa.load("enrollment", place="southeast_seattle", end_years=2019, grade_level="all",
                   student_group=["black", "hispanic"])  # fmt: skip
    made = totals(rows, over="student_group").iloc[0]
    assert made["numerator"] == rows["numerator"].sum()
    assert made["denominator"] == rows["denominator"].iloc[0] == 10503
    ends = ["denominator_low", "denominator_high"]
    known = rows.assign(
        status="bounded", denominator=pd.array([pd.NA, pd.NA], "Int64"), value=np.nan
    )
    known[ends] = [[10_400, 10_600], [10_300, 10_550]]
    assert totals(known, over="student_group")[ends].iloc[0].tolist() == [10_400, 10_550]


def test_totals__of_years_or_groups_have_ids_of_ones_own():
    rows = sa.load("enrollment", place="southeast_seattle", end_years=[2019, 2020], grade_level="all",
                   student_group=["black", "hispanic"])  # fmt: skip
    years = sa.finding(sa.rates(totals(rows, over="end_year")), student_group="black")
    groups = sa.finding(sa.rates(totals(rows[rows["end_year"] == 2020], over="student_group")))
    assert years.id.startswith("own:")
    assert groups.id.startswith("own:")
    assert "Black students and Hispanic or Latino students" in groups.sentence()
    assert "2018–19 to 2019–20" in years.sentence()


def test_totals__of_averages_weigh_them():
    table = cells(
        "organization_id", {"2120": (0, 100), "2121": (0, 300)}, unit="dollars_per_student"
    )
    table = table.assign(numerator=pd.NA, value=[10_000.0, 14_000.0], value_low=[10_000.0, 14_000.0],
                         value_high=[10_000.0, 14_000.0], indicator="budget_per_student")  # fmt: skip
    made = totals(schema.conform_observations(table), over="organization_id").iloc[0]
    assert made["value"] == 13_000
    assert made["unit"] == "dollars_per_student"


def mixed_levels():
    return sa.load("enrollment", end_years=2019, grade_level="all", student_group="all")


def mixed_grades():
    return sa.load("enrollment", end_years=2019, place="seattle", student_group="all")


def nested_places():
    return sa.load("enrollment", place=["seattle", "southeast_seattle"], end_years=2019, grade_level="all",
                   student_group="all")  # fmt: skip


def across_a_break():
    return cells("end_year", {2014: (1, 20), 2017: (1, 20)}, indicator="math_met")


@pytest.mark.parametrize(
    ("table", "over", "words"),
    [
        (mixed_levels, "organization_id", "count twice"),
        (mixed_grades, "grade_level", "count twice"),
        (nested_places, "organization_id", "share schools"),
        (across_a_break, "end_year", "changed in 2015"),
        (mixed_grades, "grade", "did you mean: grade_level"),
        (mixed_grades, None, "either `over`"),
    ],
)
def test_totals__refuse_what_counts_a_student_twice(table, over, words):
    with pytest.raises(QuestionError, match=words):
        totals(table(), over=over)
