"""Synthetic files made once for a whole run."""

import pytest
from synthetic_samples import Twin, made_for_a_run, one_release_of_each_source


@pytest.fixture(scope="session")
def twin(tmp_path_factory) -> Twin:
    """Three school years, of as many eras, of every source."""
    return made_for_a_run(tmp_path_factory, "few", seed=7, end_years=[2017, 2019, 2024])


@pytest.fixture(scope="session")
def whole_twin(tmp_path_factory) -> Twin:
    """Every release of every source under ``--prove``; else one of each source, drawn."""
    drawn = one_release_of_each_source(seed=8)
    return made_for_a_run(tmp_path_factory, "whole", seed=8, only=drawn)
