"""Setting things side by side: nothing overlaps, and nothing moves that need not."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesec_analysis.figures.axes import rate_scale, spread

PLACES = st.lists(st.floats(0, 10, allow_nan=False), min_size=1, max_size=12)


def test_spread__moves_nothing_that_has_room():
    assert spread([1.0, 3.0, 2.0], [0.5, 0.5, 0.5], 0, 4) == pytest.approx([1.0, 3.0, 2.0])


def test_spread__shares_the_way_between_neighbours():
    assert spread([2.0, 2.0], [1.0, 1.0], 0, 4) == pytest.approx([1.5, 2.5])
    assert spread([0.0, 0.0], [1.0, 1.0], 0, 4) == pytest.approx([0.5, 1.5])
    assert spread([4.0, 4.0], [1.0, 1.0], 0, 4) == pytest.approx([2.5, 3.5])


@given(PLACES, st.floats(0.1, 0.8))
def test_spread__never_overlaps_and_stays_inside(wanted, size):
    centres = spread(wanted, [size] * len(wanted), 0, 10)
    for one, other in itertools.combinations(centres, 2):
        assert abs(one - other) >= size - 1e-6
    assert all(size / 2 - 1e-6 <= centre <= 10 - size / 2 + 1e-6 for centre in centres)
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    assert [centres[at] for at in order] == sorted(centres)


@given(st.lists(st.floats(0, 1), min_size=1))
def test_rate_scale__begins_at_zero_and_cuts_nothing(rates):
    axis = rate_scale(rates)
    assert axis.low == 0 <= max(rates) <= axis.high <= 1
    coarse = axis.coarse()
    assert (coarse.low, coarse.high) == (axis.low, axis.high)
