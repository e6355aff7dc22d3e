"""The figures that claims ask for: years of then and now, and the schools that a claim names."""

import pytest

from sesec_analysis import catalog, schema
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
