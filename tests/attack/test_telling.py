"""Which statements tell anything new: exact figures, ranges as wide as the state leaves them, and what follows."""

import numpy as np
import pytest
from state_samples import cell, counted, equal, less, published, rows, students

from sesec_analysis.attack.solving import Solver
from sesec_analysis.attack.telling import compiled, sift
from sesec_analysis.attack.unknowns import statement
from sesec_analysis.errors import DataError

PLACE = ("1001", "1002", "1003")


@pytest.fixture
def state():
    """45 of 100; "<15%" of 20; fewer than ten: the worked example of a place of three schools."""
    return published(
        rows("1001", black=(45, 100)), rows("1002", black="<15%"), rows("1003", black="N<10")
    )


def sifted(state, *statements):
    return sift(state, compiled(state, statements), Solver(state.system, by_cell=True))


def rate(schools, low, high):
    """A printed rate: low * n <= k <= high * n, as two lines."""
    k, n = counted(*schools), students(*schools)
    return (
        statement([*k, *less(n, low)], low=0, said="rate"),
        statement([*k, *less(n, high)], high=0, said="rate"),
    )


def test_sift__puts_aside_rates_of_exact_counts(state):
    assert sifted(state, *rate(["1001"], 0.445, 0.455)).exact == 2


def test_sift__puts_aside_ranges_as_wide_as_the_cells_leave_them(state):
    # The lowest rate is 45 of 129, the highest (45 + 2 + 9) of 129.
    found = sifted(
        state,
        *rate(PLACE, 45 / 129, 56 / 129),
        statement(students(*PLACE), low=121, high=129, said="n"),
    )
    assert (found.by_ranges, len(found.telling.said)) == (3, 0)


@pytest.mark.parametrize("limits", [(0.35, 56 / 129), (45 / 129, 0.43)])
def test_sift__keeps_ranges_a_little_narrower(state, limits):
    assert sifted(state, *rate(PLACE, *limits)).telling.said == (("rate",),)


def test_sift__keeps_an_exact_total(state):
    assert sifted(state, equal(students(*PLACE), 125)).telling.said == (("line 1",),)


def test_sift__tells_statements_that_nothing_fits(state):
    found = sifted(state, equal(students(*PLACE), 100))
    assert found.at_odds.said == (("line 1",),)
    assert not found.telling.said


def test_sift__proves_by_programs_what_ranges_do_not_show():
    exact = [rows(f"10{at:02d}", all=(50, 100), black=(20, 40), white=(30, 60)) for at in range(3)]
    hidden = rows("1009", all=(50, 100), black="N<10", white="withheld")
    state = published(*exact, hidden)
    both = [*students("1009"), *students("1009", group="white")]
    found = sifted(state, equal(both, 100))
    assert (found.by_ranges, found.by_programs, len(found.telling.said)) == (0, 1, 0)


def test_compiled__names_everyone_who_says_the_same_once(state):
    lines = [equal(students(*PLACE), 125, said) for said in ("row 1", "row 2", "row 1")]
    backwards = equal(students(*reversed(PLACE)), 125, "page")
    assert compiled(state, [*lines, backwards]).said == (("row 1", "row 2", "page"),)


def test_compiled__refuses_cells_that_are_not_among_the_states(state):
    with pytest.raises(DataError, match="not among the state's"):
        compiled(state, [equal(students("9999"), 5)])


@pytest.mark.parametrize("seed", range(30))
def test_sift__never_puts_aside_what_cuts_off_a_solution(seed):
    rng = np.random.default_rng(seed)
    state = published(
        rows("1", black="N<10"), rows("2", black="<15%"), rows("3", black="N<10", white="<15%")
    )
    keys = [cell("1"), cell("2"), cell("3"), cell("3", "white")]
    weights = rng.integers(-2, 3, 8) * rng.choice([1.0, 0.25], 8)
    every = [
        np.array([(k, n) for n in range(1, 10) for k in range(n + 1)]),
        np.array([(k, 20) for k in range(3)]),
    ]
    values = np.zeros(1)
    for at, key in enumerate(keys):
        options = every[key in (cell("2"), cell("3", "white"))] @ weights[2 * at : 2 * at + 2]
        values = np.add.outer(values, np.unique(options)).ravel()
    terms = [
        (count, weight)
        for at, key in enumerate(keys)
        for (count, _), weight in zip(
            [
                *counted(key.organization_id, group=key.student_group),
                *students(key.organization_id, group=key.student_group),
            ],
            weights[2 * at : 2 * at + 2],
            strict=True,
        )
    ]
    off = rng.choice([0.0, 0.1])
    found = sifted(state, statement(terms, low=values.min() + off, said="low"))
    assert bool(found.telling.said) == (off > 0)
