"""The three answers of a comparison: each alone, with its reason, and never merged."""

import pytest

from sesec_analysis.evidence.answers import Answer, Outcome, Why, answer, equality_margin
from sesec_analysis.evidence.gate.gate import gate, read_gated
from sesec_analysis.evidence.row import read_rows
from sesec_analysis.evidence.wording.numbers import print_row
from tests.samples.estimate_samples import bounded, estimates, gap, rate, ratio

HIGHER, LOWER = Answer(Outcome.DIFFERS, 1), Answer(Outcome.DIFFERS, -1)
SAME = Answer(Outcome.SAME)
WITHHELD, CHANCE, NOT_PUBLISHED, BROKEN = (Answer(Outcome.UNKNOWN, why=why) for why in Why)

WHITE = {"measure": "gap", "reference": "white"}
NO_CHANCE = dict.fromkeys(["ci_low", "ci_high", "outer_low", "outer_high"])


def answered(made):
    """Answer of a row as the gate lets it through."""
    return answer(read_gated(gate(estimates([made])))[0])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("made", "said"),
    [
        (gap(71, 216, 88, 104), LOWER),
        (gap(88, 104, 71, 216), HIGHER),
        (gap(40, 100, 42, 100), CHANCE),
        (gap(4000, 10_000, 4010, 10_000), SAME),
        (gap(4000, 10_000, 4100, 10_000), CHANCE),  # -2.4 to 0.4: not shown to be within 2 points
        (bounded(-0.1, 0.02, **WHITE), WITHHELD),
        (bounded(-0.01, 0.018, outer_low=-0.015, outer_high=0.0195, **WHITE), SAME),
        (bounded(0.0, 0.021, **WHITE), WITHHELD),
        (bounded(0.06, 0.2, **WHITE), HIGHER),
        (gap(2, 8, 42, 100), WITHHELD),
        (gap(71, 216, 88, 104, status="break"), BROKEN),
        (ratio(4000, 10_000, 4010, 10_000, outer_low=0.96, outer_high=1.04), SAME),
        (ratio(486, 8415, 235, 26032), HIGHER),
        (rate(71, 216), None),
    ],
)
def test_answer__is_one_of_three_with_its_reason(made, said):
    assert answered(made) == said


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (gap(400, 900, 360, 900, outer_low=0.0004, outer_high=0.09), CHANCE),  # 0.0 to +9.0 points
        (gap(400, 900, 360, 900, outer_low=0.001, outer_high=0.09), HIGHER),  # +0.1
        (bounded(0.0004, 0.05, **WHITE), WITHHELD),
        (ratio(81, 900, 100, 900, outer_low=0.67, outer_high=0.996), CHANCE),  # 0.67–1.00 times
        (ratio(81, 900, 100, 900, outer_low=0.67, outer_high=0.99), LOWER),
    ],
)
def test_answer__agrees_with_the_interval_as_it_is_printed(made, said):
    found = read_gated(gate(estimates([made])))[0]

    assert answer(found) == said
    assert found.printed_span == (
        print_row(found).numbers["outer_low"],
        print_row(found).numbers["outer_high"],
    )


def test_answer__takes_a_number_printed_as_no_difference_for_about_the_same():
    made = ratio(401, 1000, 400, 1000, estimate=1.004, bound_low=1.004, bound_high=1.004)

    assert answer(read_rows(estimates([made | NO_CHANCE]))[0]) == SAME


@pytest.mark.parametrize(
    ("points", "said"), [(0.019, SAME), (-0.019, SAME), (0.021, HIGHER), (-0.021, LOWER)]
)
def test_answer__lets_the_margin_decide_where_there_is_no_interval_for_chance(points, said):
    made = gap(40, 100, 40, 100, estimate=points, bound_low=points, bound_high=points, **NO_CHANCE)

    assert answer(read_rows(estimates([made]))[0]) == said


@pytest.mark.parametrize(
    ("made", "changes", "within"),
    [
        (gap(40, 100, 42, 100), {}, 0.02),
        (gap(40, 100, 42, 100), {"indicator": "disciplined"}, 0.005),
        (gap(40, 100, 42, 100), {"indicator": "teacher_experience", "unit": "years"}, 0.5),
        (ratio(40, 100, 40, 100), {}, 0.05),  # 2 of 40 points
        (gap(40, 100, 42, 100), {"measure": "trend", "reference": "2013"}, 0.005),  # of 4 years
        (gap(40, 100, 42, 100), {"measure": "cohens_h", "unit": "arcsine"}, None),
    ],
)
def test_margin__is_that_of_the_indicator_on_the_scale_of_the_measure(made, changes, within):
    found = equality_margin(read_rows(estimates([made | changes]))[0])

    assert found == (None if within is None else pytest.approx(within))


def test_better__goes_by_which_way_is_better():
    assert HIGHER.better(higher_is_better=True) is True
    assert HIGHER.better(higher_is_better=False) is False
    assert LOWER.better(higher_is_better=False) is True
    assert SAME.better(higher_is_better=True) is None
    assert WITHHELD.better(higher_is_better=True) is None
