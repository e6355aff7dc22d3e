"""Synthetic files made once for a whole run."""

import proofs
import pytest
from synthetic_samples import Twin, made_for_a_run, releases_of_other_eras

YEARS = [2017, 2019, 2024]
FEW = {
    2017: ("assessment_2017", "demographics", "enrollment", "poverty", "teachers"),
    2019: (
        *("discipline", "enrollment", "graduation", "growth", "sqss", "teacher_demographics"),
        "wsif",
    ),
    2024: (
        *("assessment", "discipline", "district_totals", "english_learner", "enrollment"),
        *("spending", "wakids"),
    ),
}
"""Each source once, those with two ways to write a file twice, and what the sizes of schools are taken from."""


@pytest.fixture(scope="session")
def twin(tmp_path_factory) -> Twin:
    """Three school years, of as many eras: under ``--prove`` of every source, else of each in one year or two."""
    few = [f"ospi_{name}@{year}" for year, names in FEW.items() for name in names]
    some = {"end_years": YEARS} if proofs.is_whole() else {"only": few}
    return made_for_a_run(tmp_path_factory, "few", seed=7, **some)


@pytest.fixture(scope="session")
def whole_twin(tmp_path_factory) -> Twin:
    """Every release of every source under ``--prove``; else some of them, of years that `twin` has not too."""
    drawn = releases_of_other_eras(seed=8, end_years=YEARS)
    return made_for_a_run(tmp_path_factory, "whole", seed=8, only=drawn)
