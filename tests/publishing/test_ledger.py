"""Founding claims: verdicts on small tables that a reader can check."""

import pandas as pd
import pytest

from sesec_analysis import schema
from sesec_analysis.publishing.ledger import claims_ledger
from sesec_analysis.publishing.mime import Notice
from sesec_analysis.publishing.tables import ReportTable


def share(
    group: str,
    value: float,
    *,
    place: str = "southeast_seattle",
    year: int = 2022,
    n: int = 1000,
    width: float = 0.0,
) -> dict[str, object]:
    school = place.isdigit()
    return {
        "indicator": "enrollment",
        "end_year": year,
        "organization_level": "school" if school else "place",
        "organization_id": place,
        "organization_name": f"School {place}" if school else place,
        "grade_level": "all",
        "student_group_type": group,
        "student_group": group,
        "measure": "rate",
        "estimate": value if width == 0 else None,
        "ci_low": value - 0.02 if width == 0 else None,
        "ci_high": value + 0.02 if width == 0 else None,
        "bound_low": value - width / 2,
        "bound_high": value + width / 2,
        "outer_low": value - width / 2 - 0.02,
        "outer_high": value + width / 2 + 0.02,
        "coverage": 1.0 if width == 0 else 0.9,
        "numerator_low": round(n * value),
        "numerator_high": round(n * value),
        "n_low": n,
        "n_high": n,
        "cells": 1 if school else 20,
        "cells_reported": 1 if school else 20,
        "unit": "proportion",
        "status": "ok" if width == 0 else "bounded",
        "source_ids": f"ospi_enrollment@{year}",
    }


def gap(indicator: str, group: str, low: float, high: float) -> dict[str, object]:
    return share(group, 0.5) | {
        "estimate": (low + high) / 2,
        "bound_low": (low + high) / 2,
        "bound_high": (low + high) / 2,
        "indicator": indicator,
        "student_group_type": "all" if group == "all" else "race_ethnicity",
        "student_group": group,
        "measure": "gap",
        "reference": "rest_of_seattle",
        "ci_low": low,
        "ci_high": high,
        "outer_low": low,
        "outer_high": high,
        "unit": "points",
        "reference_numerator_low": 500,
        "reference_numerator_high": 500,
        "reference_n_low": 1000,
        "reference_n_high": 1000,
    }


def table(*rows: dict[str, object]) -> pd.DataFrame:
    return schema.conform_estimates(
        pd.DataFrame(list(rows), columns=list(rows[0]) if rows else ["indicator"])
    )


SHARES = [
    share("low_income", 0.65),
    share("english_learner", 0.26),
    share("english_learner", 0.13, place="seattle"),
]
SCHOOLS = [
    share("low_income", 0.50, place="2070", n=200),
    share("low_income", 0.70, place="2120", n=300),
    share("english_learner", 0.45, place="2120", n=300),
]


def verdicts(shares=SHARES, schools=SCHOOLS, outcomes=()) -> list[str]:
    ledger = claims_ledger(
        table(*shares), table(*schools), table(*outcomes) if outcomes else table(*shares).head(0)
    )
    assert isinstance(ledger, ReportTable)
    return [row[-1] for row in ledger.rows]


@pytest.mark.parametrize(
    ("value", "width", "verdict"),
    [
        (0.65, 0.0, "Still true"),
        (0.58, 0.0, "No longer true"),
        (0.95, 0.0, "No longer true"),
        (0.60, 0.04, "Cannot be told"),  # withheld figures could tip it either way
        (0.70, 0.04, "Still true"),
    ],
)
def test_claims_ledger__c5_holds_within_60_to_90_percent(value: float, width: float, verdict: str):
    shares = [share("low_income", value, width=width), *SHARES[1:]]
    assert verdicts(shares)[0] == verdict


@pytest.mark.parametrize(
    ("top", "here", "verdict"),
    [(0.45, 0.26, "Still true"), (0.44, 0.26, "Partly true"), (0.40, 0.10, "No longer true")],
)
def test_claims_ledger__c8_needs_the_highest_school_and_the_difference(
    top: float, here: float, verdict: str
):
    shares = [SHARES[0], share("english_learner", here), SHARES[2]]
    schools = [*SCHOOLS[:2], share("english_learner", top, place="2120", n=1000)]
    assert verdicts(shares, schools)[1] == verdict


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([gap("ela_met", "all", -0.22, -0.18)], "still true"),
        ([gap("disciplined", "all", 0.01, 0.03)], "still true"),  # here a higher rate is worse
        (
            [gap("ela_met", "all", -0.22, -0.18), gap("disciplined", "all", -0.01, 0.01)],
            "partly true",
        ),
        ([gap("ela_met", "all", -0.01, 0.01)], "cannot be told"),
        ([gap("ela_met", "all", 0.02, 0.06)], "no longer true"),
        (
            [gap("ela_met", "all", 0.02, 0.06), gap("disciplined", "all", -0.01, 0.01)],
            "cannot be told",
        ),
    ],
)
def test_claims_ledger__c10_weighs_direction_and_interval(
    outcomes: list[dict[str, object]], verdict: str
):
    assert (
        verdicts(outcomes=outcomes)[2]
        == f"All students: {verdict}. By student group: cannot be told"
    )


def test_claims_ledger__c8_cannot_be_told_when_bounds_overlap():
    shares = [
        SHARES[0],
        share("english_learner", 0.35, width=0.10),
        share("english_learner", 0.355, place="seattle", width=0.01),
    ]
    assert verdicts(shares)[1] == "Cannot be told"


def test_claims_ledger__counts_schools_in_the_band_and_names_the_years():
    ledger = claims_ledger(table(*SHARES), table(*SCHOOLS), table(*SHARES).head(0))
    assert isinstance(ledger, ReportTable)
    assert ledger.rows[0][3] == "65.0% in 2021–22; 1 of 2 schools between 60 and 90 percent"
    assert "School 2120" in ledger.rows[1][3]
    assert {one.row.organization_id for one in ledger.findings} == {
        "southeast_seattle",
        "seattle",
        "2070",
        "2120",
    }


def test_claims_ledger__without_figures_is_a_notice():
    empty = table(*SHARES).head(0)
    empty.attrs["missing"] = "fetch enrollment"
    notice = claims_ledger(empty, empty, empty)
    assert isinstance(notice, Notice)
    assert "fetch enrollment" in str(notice)
