"""The figures that claims ask for: years of then and now, and the schools that a claim names."""

import pytest

from sesec_analysis import catalog, schema
from sesec_analysis.evidence.ledger import claims_ledger
from sesec_analysis.loaders.claims import claim_figures, claim_school_figures

pytestmark = pytest.mark.slow


def test_claim_figures__has_the_newest_and_the_claims_own_time():
    figures = claim_figures(up_to=2019)
    schema.validate_observations(figures)
    shares = figures.query("indicator == 'enrollment' and student_group == 'low_income'")
    assert sorted(shares["end_year"].unique()) == [2011, 2019]
    assert figures["end_year"].max() == 2019
    assert not figures.duplicated(schema.OBSERVATIONS_KEY).any()


def test_claim_school_figures__are_of_the_schools_that_a_claim_names():
    codes = {code for claim in catalog.claims().values() for code in claim.schools}
    figures = claim_school_figures(up_to=2019)
    assert set(figures["organization_id"]) == codes
    newest = figures.groupby(["indicator", "student_group", "organization_id"])["end_year"]
    assert (newest.nunique() == 1).all()


def test_claim_figures__have_the_need_of_the_schools_and_years_that_dollars_are_of():
    figures = claim_figures(up_to=2025)
    shares = figures.query("student_group == 'low_income' and organization_level == 'place'")
    of_budgets = shares[shares["organization_id"].str.endswith("_elementary")]
    assert dict(zip(of_budgets["organization_id"], of_budgets["value"].round(3), strict=True)) == {
        "southeast_region_elementary": 0.595,
        "rest_of_seattle_elementary": 0.279,
    }
    assert set(of_budgets["end_year"]) == {2024}  # of the newest budgets; spending is of 2018-19
    assert {2019, 2025} <= set(shares["end_year"])

    [c9] = [cells for cells in claims_ledger(figures).rows if cells[0].startswith("C9. ")]
    context = " ".join(c9).partition("For context: ")[2]
    assert "Southeast Seattle 65.4%, Rest of Seattle 25.6% in 2018–19" in context
    assert "Elementary and K-8 schools of Southeast Seattle 59.5%" in context
    assert "2024–25" not in context
