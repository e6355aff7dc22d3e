"""Ranges narrowed by passing them to and fro: limits, a hand-worked table, contradictions, brute force."""

import numpy as np
import pytest
from state_samples import system

from sesec_analysis.attack.propagation import loose, reach, tighten


def ranges(narrowed):
    return list(zip(narrowed.low.tolist(), narrowed.high.tolist(), strict=True))


def test_tighten__leaves_numbers_that_no_row_binds():
    assert ranges(tighten(system([0, 1], [9, 9]))) == [(0, 9), (1, 9)]


def test_tighten__gives_what_a_printed_sum_leaves_over():
    # 20 in all, two schools of at most 9 and one of at most 5: none can have fewer than 20 - 14 = 6, or 20 - 18 = 2.
    found = tighten(system([0, 0, 0], [9, 9, 5], ([1, 1, 1], 20, 20)))
    assert ranges(found) == [(6, 9), (6, 9), (2, 5)]


def test_tighten__passes_what_one_row_tells_on_to_the_next():
    found = tighten(system([0, 0, 0], [9, 9, 9], ([1, 1, 0], 2, 2), ([0, 1, 1], 9, 9)))
    assert ranges(found) == [(0, 2), (0, 2), (7, 9)]


def test_tighten__keeps_to_whole_students():
    # 15 percent of at most 19 students are at most 2; and a third of something is 0 or more.
    found = tighten(system([0, 10], [9, 19], ([1, -0.15], -np.inf, 0)))
    assert ranges(found) == [(0, 2), (10, 19)]


def test_tighten__names_the_rows_that_leave_a_number_without_a_value():
    found = tighten(system([0, 0], [9, 9], ([1, 1], 2, 2), ([1, 0], 5, 9)))
    assert set(found.at_odds) == {0, 1}


def test_reach__adds_the_ends_of_the_ranges():
    least, most = reach(system([1, 2], [3, 5], ([1, -2], 0, 0)))
    assert (least[0], most[0]) == (1 - 10, 3 - 4)


def test_loose__tells_rows_that_say_nothing_new():
    rows = (([1, 1], 0, 18), ([1, 1], 0, 17))
    assert loose(system([0, 0], [9, 9], *rows)).tolist() == [True, False]


@pytest.mark.parametrize("seed", range(20))
def test_tighten__never_cuts_off_a_solution(seed):
    rng = np.random.default_rng(seed)
    coefficients = rng.integers(-2, 3, (3, 3)).astype(float)
    truth = rng.integers(0, 5, 3)
    limits = coefficients @ truth
    rows = [
        (line, value - rng.integers(0, 2), value)
        for line, value in zip(coefficients, limits, strict=True)
    ]
    narrowed = tighten(system([0, 0, 0], [4, 4, 4], *rows))
    cube = np.stack(np.meshgrid(*[np.arange(5)] * 3), axis=-1).reshape(-1, 3)
    come_to = cube @ coefficients.T
    fits = cube[
        np.all(
            [
                (row[1] <= come) & (come <= row[2])
                for row, come in zip(rows, come_to.T, strict=True)
            ],
            axis=0,
        )
    ]
    assert (narrowed.low <= fits.min(axis=0)).all()
    assert (fits.max(axis=0) <= narrowed.high).all()
