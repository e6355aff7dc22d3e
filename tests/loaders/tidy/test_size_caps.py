"""Caps on the sizes of masked cells, by hand; `tests/system/test_size_caps.py` measures them on real cells."""

import numpy as np
import pytest

from sesec_analysis.loaders.tidy.size_caps import cap_sizes


@pytest.mark.parametrize(
    ("token", "value", "counted"),
    [("<15%", (0.0, 0.15), (0, 5)), ("<=15%", (0.0, 0.15), (0, 6)), (">85%", (0.85, 1), (9, 40))],
)
def test_cap_sizes__leaves_the_counts_that_the_label_allows_of_10_to_40(
    counts, token, value, counted
):
    ends = dict(zip(("value_low", "value_high"), value, strict=True))
    cells = counts(black={"status": "bounded", "token": token, **ends})
    capped = cap_sizes(cells, np.array([40.0])).iloc[0]
    assert (capped["numerator_low"], capped["numerator_high"]) == counted
    assert cap_sizes(cells, np.array([np.inf])).equals(cells)
