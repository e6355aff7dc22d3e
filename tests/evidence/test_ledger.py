"""Founding claims: verdicts on small tables that a reader can check."""

from collections.abc import Callable

import pandas as pd
import pytest

from sesec_analysis import schema
from sesec_analysis.evidence.ledger import LedgerEntry, claims_ledger, context_entries
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.tables import ReportTable
from sesec_analysis.metrics.disparity import averages, rates


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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_claims_ledger__c8_cannot_be_told_when_bounds_overlap():
    shares = [
        SHARES[0],
        share("english_learner", 0.35, width=0.10),
        share("english_learner", 0.355, place="seattle", width=0.01),
    ]
    assert verdicts(shares)[1] == "Cannot be told"


@pytest.mark.slow
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


HERE, THERE = "southeast_seattle", "rest_of_seattle"
Counts = Callable[..., pd.DataFrame]


@pytest.fixture
def ledger(counts: Counts) -> Callable[..., dict[str, LedgerEntry]]:
    """Make the entries by number from figures of the two places; a table not given is empty."""
    nothing = rates(counts())

    def entries(**tables: pd.DataFrame) -> dict[str, LedgerEntry]:
        given = [tables.get(name, nothing) for name in ("views", "title_i", "residents", "money")]
        return {entry.number: entry for entry in context_entries(HERE, *given)}

    return entries


def shares(
    counts: Counts, indicator: str, here: object, there: object, **more: object
) -> pd.DataFrame:
    group = str(more.pop("group", "all"))
    kind = more.pop("kind", "all")
    sides = [
        counts(
            **{group: cell},
            indicator=indicator,
            organization_id=place,
            student_group_type=kind,
            **more,
        )
        for place, cell in ((THERE, there), (HERE, here))  # the order must not matter
    ]
    return rates(pd.concat(sides, ignore_index=True))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("here", "there", "verdict"),
    [
        ((14, 15), (13, 58), "Still true"),  # 14 of 27: 52 percent
        ((14, 15), (18, 58), "Partly true"),  # 44 percent, of 21 percent of the schools
        ((3, 15), (18, 58), "No longer true"),  # 14 percent, of 21 percent of the schools
    ],
)
def test_c4__sets_the_part_of_funded_schools_beside_that_of_all(
    ledger, counts, here, there, verdict
):
    entry = ledger(title_i=shares(counts, "title_i_school", here, there))["C4"]
    assert entry.verdict == f"{verdict} of elementary and K-8 schools"
    assert f"{here[0]} of the {here[0] + there[0]} elementary and K-8 schools" in entry.now
    assert "(15 of 73)" in entry.now


@pytest.mark.slow
@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (26, 39, "Still true"),
        (20, 29, "Cannot be told"),
        (10, 20, "No longer true"),
        (41, 60, "No longer true"),
    ],
)
def test_c6__is_a_range_and_says_why(ledger, counts, low, high, verdict):
    cell = {
        "numerator_low": low,
        "numerator_high": high,
        "denominator": 100,
        "denominator_low": 100,
        "denominator_high": 100,
        "value_low": low / 100,
        "value_high": high / 100,
        "coverage": 1.0,
    }
    entry = ledger(
        residents=shares(counts, "income_under_30000", cell, cell, unit="estimated_share", cells=2)
    )["C6"]
    assert entry.verdict == verdict
    assert f"between {low}" in entry.now
    assert "$25,000 to $34,999 together" in entry.now


@pytest.mark.slow
@pytest.mark.parametrize(
    ("speakers", "verdict"), [(420, "Still true"), (296, "Still true"), (290, "No longer true")]
)
def test_c7__is_met_to_the_whole_percent(ledger, counts, speakers, verdict):
    table = shares(
        counts, "language_other_than_english", (speakers, 1000), (178, 1000), unit="estimated_share"
    )
    assert ledger(residents=table)["C7"].verdict == verdict


@pytest.mark.slow
def test_c3__says_that_parents_answers_are_not_published(ledger, counts):
    table = shares(
        counts,
        "climate_overall_unfavorable",
        (210, 1000),
        (150, 1000),
        group="middle",
        kind="survey_level",
        unit="share_of_answers",
    )
    entry = ledger(views=table)["C3"]
    assert entry.verdict == "Cannot be told"
    assert "What parents think is not published" in entry.now
    assert "grades 6 to 8 21.0% (of 1,000 answers), Southeast Seattle" not in entry.now
    assert "grades 6 to 8 21.0% (of 1,000 answers), Rest of Seattle 15.0%" in entry.now


def budgets(here: float, there: float) -> pd.DataFrame:
    rows = [
        {"indicator": indicator, "organization_id": place, "value": value * part}
        for indicator, part in (("budget_per_student", 1.0), ("budget_general_per_student", 0.6))
        for place, value in ((THERE, there), (HERE, here))
    ]
    common = {
        "source_id": "sps_budgets@2024",
        "end_year": 2024,
        "organization_level": "place",
        "grade_level": "all",
        "student_group_type": "all",
        "student_group": "all",
        "unit": "dollars_per_student",
        "status": "reported",
        "denominator": 1000,
    }
    return averages(schema.conform_observations(pd.DataFrame(rows).assign(**common)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("here", "there", "verdict"),
    [
        (9000, 10000, "Still true of dollars budgeted per student in elementary and K-8 schools"),
        (
            12000,
            10000,
            "No longer true of dollars budgeted per student in elementary and K-8 schools; whether they meet the need",
        ),
    ],
)
def test_c9__sets_dollars_beside_need(ledger, counts, here, there, verdict):
    need = shares(
        counts, "enrollment", (650, 1000), (270, 1000), group="low_income", kind="low_income"
    )
    entry = ledger(money=pd.concat([budgets(here, there), need]))["C9"]
    assert entry.verdict.startswith(verdict)
    assert f"${here:,} per student in 2023–24, Rest of Seattle ${there:,}" in entry.now
    assert "in schools of all grades: 65.0%, Rest of Seattle 27.0%" in entry.now


@pytest.mark.slow
def test_c9__without_budgets_that_are_told_has_no_verdict_of_dollars(ledger, counts):
    """Withheld budgets are not nothing: neither place is given less than the other."""
    need = shares(
        counts, "enrollment", (650, 1000), (270, 1000), group="low_income", kind="low_income"
    )
    told = budgets(12000, 10000)
    withheld = told.assign(
        estimate=float("nan"), bound_low=float("nan"), bound_high=float("nan"), status="withheld"
    )
    entry = ledger(money=pd.concat([withheld, need]))["C9"]
    assert (entry.verdict, entry.shown) == ("Cannot be told", ())


@pytest.mark.slow
def test_c4__without_any_funded_school_has_no_part_to_tell(ledger, counts):
    entry = ledger(title_i=shares(counts, "title_i_school", (0, 15), (0, 58)))["C4"]
    assert (entry.verdict, entry.shown) == ("Cannot be told", ())


@pytest.mark.slow
def test_a_claim_without_its_figures_shows_none(ledger):
    assert {entry.number: entry.shown for entry in ledger().values()} == dict.fromkeys(
        ["C3", "C4", "C6", "C7", "C9"], ()
    )
