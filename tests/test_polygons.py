"""The extremes of a sum, against every whole number of students that the cells allow."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sesec_analysis.polygons import Known, contradictions, rate_bounds


def boxes_of(*cells, low=0.0, high=1.0):
    """Cells (k_low, k_high, n_low, n_high), all masked."""
    k_low, k_high, n_low, n_high = np.array(cells, dtype=float).T
    values = (np.full(len(k_low), value) for value in (low, high))
    return Known(k_low, k_high, n_low, n_high, *values, exact=np.zeros(len(k_low), dtype=bool))


def extremes(known):
    lowest, highest = rate_bounds(known, np.zeros(len(known.k_low), dtype=np.int64), 1)
    return float(lowest[0]), float(highest[0])


def test_known__reads_an_exact_cell_as_a_point(counts):
    known = Known.of(counts(a=(45, 100)))
    assert (known.k_low, known.k_high, known.n_low, known.n_high) == (45, 45, 100, 100)
    assert known.value_low == known.value_high == 0.45
    assert known.exact


def test_known__reads_a_silent_cell_as_anything(counts):
    known = Known.of(counts(a="withheld"))
    assert (known.k_low, known.n_low, known.value_low, known.value_high) == (0, 0, 0, 1)
    assert known.k_high == known.n_high == np.inf
    assert not known.exact


def test_known__never_counts_more_students_than_there_are(counts):
    assert Known.of(counts(a={"denominator_high": 9})).k_high == 9


def test_known__counts_no_students_of_a_group_among_all_students(counts):
    cell = {"status": "no_students", "denominator_low": 300, "denominator_high": 300}
    known = Known.of(counts(a=cell, indicator="enrollment"))
    assert (known.k_low, known.k_high, known.n_low, known.n_high) == (0, 0, 300, 300)


def test_rate_bounds__of_cells_that_must_be_empty_is_null():
    assert np.isnan(extremes(boxes_of((0, 0, 0, 0), (0, 0, 0, 0)))).all()


def test_rate_bounds__is_a_point_at_none_and_at_all():
    # Exactly 0 and 1, without the hair of room that other bounds get.
    assert extremes(boxes_of((0, 0, 5, 9), (0, 0, 0, 9))) == (0, 0)
    assert extremes(boxes_of((5, 9, 5, 9), low=1.0)) == (1, 1)


def test_rate_bounds__never_cut_off_the_truth_by_a_rounding_error():
    # k / n * n is not k for every k and n: 1 / 49 * 49 is less than 1.
    rng = np.random.default_rng(1)
    n = rng.integers(10, 60, (20_000, 2))
    k = rng.integers(0, n)
    students, percent = n.ravel().astype(float), (k / n).ravel()
    masked = np.zeros(len(percent), dtype=bool)
    tied = Known(0 * students, students, students, students, percent, percent, masked)
    lowest, highest = rate_bounds(tied, np.repeat(np.arange(len(n)), 2), len(n))
    rate = k.sum(axis=1) / n.sum(axis=1)
    assert (lowest <= rate).all()
    assert (rate <= highest).all()
    assert (highest - lowest < 1e-11).all()


@st.composite
def boxes(draw):
    n_low = draw(st.integers(0, 4))
    n_high = draw(st.integers(n_low, 6))
    k_low = draw(st.integers(0, n_low))
    k_high = draw(st.integers(k_low, n_high))
    return k_low, k_high, n_low, n_high


@settings(max_examples=150, deadline=None)
@given(cells=st.lists(boxes(), min_size=1, max_size=3))
def test_rate_bounds__are_attained_by_whole_students(cells):
    points = [
        [(k, n) for n in range(n_low, n_high + 1) for k in range(k_low, min(k_high, n) + 1)]
        for k_low, k_high, n_low, n_high in cells
    ]
    sums = {tuple(map(sum, zip(*choice, strict=True))) for choice in itertools.product(*points)}
    every_rate = [Fraction(k, n) for k, n in sums if n]
    if every_rate:
        expected = float(min(every_rate)), float(max(every_rate))
        assert extremes(boxes_of(*cells)) == pytest.approx(expected, abs=1e-9)
    else:
        assert np.isnan(extremes(boxes_of(*cells))).all()


def test_contradictions__names_cells_that_admit_no_students():
    # 5 of 10 is half; at most 4 of at least 10 is not.
    known = boxes_of((5, 5, 10, 10), (0, 4, 10, 12), (6, 5, 10, 12), low=0.5)
    assert contradictions(known).tolist() == [1, 2]
