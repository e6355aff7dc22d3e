"""Ranges narrowed by passing them to and fro: limits, a hand-worked table, contradictions, brute force."""

import numpy as np
import pytest
from state_samples import system

from sesec_analysis.attack import solver as attack_solver
from sesec_analysis.attack.solver import Solver, loose, reach, tighten_ranges


def ranges(narrowed):
    return list(zip(narrowed.low.tolist(), narrowed.high.tolist(), strict=True))


def test_tighten__gives_what_a_printed_sum_leaves_over():
    # 20 in all, two schools of at most 9 and one of at most 5: none can have fewer than 20 - 14 = 6, or 20 - 18 = 2.
    found = tighten_ranges(system([0, 0, 0], [9, 9, 5], ([1, 1, 1], 20, 20)))
    assert ranges(found) == [(6, 9), (6, 9), (2, 5)]


def test_tighten__passes_what_one_row_tells_on_to_the_next():
    found = tighten_ranges(system([0, 0, 0], [9, 9, 9], ([1, 1, 0], 2, 2), ([0, 1, 1], 9, 9)))
    assert ranges(found) == [(0, 2), (0, 2), (7, 9)]


def test_tighten__keeps_to_whole_students():
    # 15 percent of at most 19 students are at most 2; and a third of something is 0 or more.
    found = tighten_ranges(system([0, 10], [9, 19], ([1, -0.15], -np.inf, 0)))
    assert ranges(found) == [(0, 2), (10, 19)]


def test_tighten__names_the_rows_that_leave_a_number_without_a_value():
    found = tighten_ranges(system([0, 0], [9, 9], ([1, 1], 2, 2), ([1, 0], 5, 9)))
    assert set(found.at_odds) == {0, 1}


def test_reach__adds_the_ends_of_the_ranges():
    least, most = reach(system([1, 2], [3, 5], ([1, -2], 0, 0)))
    assert (least[0], most[0]) == (1 - 10, 3 - 4)


def test_loose__tells_rows_that_say_nothing_new():
    rows = (([1, 1], 0, 18), ([1, 1], 0, 17))
    assert loose(system([0, 0], [9, 9], *rows)).tolist() == [True, False]


def test_extreme__sees_what_ranges_alone_do_not():
    # Three numbers 0 or 1, each two of them together at most 1: all three together are at most 1 (fractions: 1.5).
    pairs = (([1, 1, 0, 0], 0, 1), ([0, 1, 1, 0], 0, 1), ([1, 0, 1, 0], 0, 1))
    solver = Solver(system([0] * 4, [1, 1, 1, 3], *pairs, ([1, 1, 1, -1], 0, 0)))
    most = solver.extreme(3, largest=True)
    assert most is not None
    assert -most.bound == 1


def test_least__is_none_where_nothing_fits():
    half = ([1, -0.5], 0, 0)
    assert Solver(system([1, 3], [2, 3], half)).least({0: 0.0, 1: 0.0}) is None
    assert Solver(system([1, 3], [2, 4], half)).least({0: 0.0, 1: 0.0}) is not None


def test_least__is_how_far_one_number_can_exceed_another():
    solver = Solver(system([0, 1], [9, 9], ([-1, 1], 0, 4)))
    found = solver.least({0: 1.0, 1: -1.0})
    assert found is not None
    assert (found.bound, found.attained) == (-4, -4)


def test_least__adds_up_what_is_known_and_parts_that_no_row_links():
    solver = Solver(system([0, 1, 7, 2], [9, 9, 7, 5], ([1, 1, 0, 0], 4, 4)))
    found = solver.least({0: 1.0, 1: 0.5, 2: 1.0, 3: -1.0})  # 0 and 4 are least so: 2 + 7 - 5
    assert found is not None
    assert (found.bound, found.attained) == (4, 4)


def test_least__is_none_where_one_of_its_parts_fits_nothing():
    solver = Solver(system([0, 0, 0], [9, 9, 9], ([2, -2, 0], 1, 1)))
    assert solver.least({0: 1.0, 2: 1.0}) is None


@pytest.mark.slow
def test_extreme__stays_on_the_safe_side_when_a_program_is_cut_off(monkeypatch):
    monkeypatch.setattr(attack_solver, "STEPS", 0)
    rng = np.random.default_rng(5)
    coefficients = rng.integers(5, 40, (3, 8)).astype(float)
    come_to = coefficients @ rng.integers(0, 30, 8)
    made = system(
        [0] * 8, [30] * 8, *((line, at, at) for line, at in zip(coefficients, come_to, strict=True))
    )
    cut, whole = Solver(made), Solver(made)
    found = cut.extreme(0)
    monkeypatch.setattr(attack_solver, "STEPS", 10**6)
    true = whole.extreme(0)
    assert found is not None
    assert true is not None
    assert found.bound <= true.bound <= true.attained <= found.attained
    assert found.bound < found.attained
