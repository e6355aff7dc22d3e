"""Setting things side by side: nothing overlaps, and nothing moves that need not."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesec_analysis.figures.axes import lanes, spread, swarm

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


@given(PLACES)
def test_swarm__never_overlaps(places):
    offsets = swarm(places, 1.0)
    for (x, y), (other_x, other_y) in itertools.combinations(zip(places, offsets, strict=True), 2):
        assert (x - other_x) ** 2 + (y - other_y) ** 2 >= 1 - 1e-4


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 3)), max_size=12))
def test_lanes__never_meet(spans):
    ends = [(low, low + length) for low, length in spans]
    chosen = lanes(ends, 0.1)
    for (one, lane), (other, beside) in itertools.combinations(zip(ends, chosen, strict=True), 2):
        assert lane != beside or one[1] + 0.1 <= other[0] or other[1] + 0.1 <= one[0]
