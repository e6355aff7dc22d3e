"""Synthetic files made once for a whole run."""

import pytest
from synthetic_samples import Twin, make


@pytest.fixture(scope="session")
def twin(tmp_path_factory) -> Twin:
    """Three school years, of as many eras, of every source."""
    return make(tmp_path_factory.mktemp("twin") / "few", seed=7, end_years=[2017, 2019, 2024])


@pytest.fixture(scope="session")
def whole_twin(tmp_path_factory) -> Twin:
    """Every release of every source."""
    return make(tmp_path_factory.mktemp("twin") / "whole", seed=8)
