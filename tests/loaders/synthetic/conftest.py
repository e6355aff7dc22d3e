"""Synthetic files made once for a whole run."""

import pytest
from synthetic_samples import Twin, made_for_a_run, releases_of_other_eras

YEARS = [2017, 2019, 2024]


@pytest.fixture(scope="session")
def twin(tmp_path_factory) -> Twin:
    """Three school years, of as many eras, of every source."""
    return made_for_a_run(tmp_path_factory, "few", seed=7, end_years=YEARS)


@pytest.fixture(scope="session")
def whole_twin(tmp_path_factory) -> Twin:
    """Every release of every source under ``--prove``; else some of them, of years that `twin` has not too."""
    drawn = releases_of_other_eras(seed=8, end_years=YEARS)
    return made_for_a_run(tmp_path_factory, "whole", seed=8, only=drawn)
