"""How numbers are printed: rounding, ranges, and nothing finer than may be said."""

import pytest
from estimate_samples import bounded, estimates, gap, rate, ratio
from hypothesis import given
from hypothesis import strategies as st

from sesec_analysis.evidence.gate.gate import gate, read_gated
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording.numbers import level_words, print_row

SHARES = st.floats(0, 1, allow_nan=False)


def shown(made):
    return print_row(read_gated(gate(estimates([made])))[0])


def direct(**values):
    key = ("ela_met", 2017, "place", "southeast_seattle", "Southeast Seattle", "03")
    return print_row(Row(*key, "race_ethnicity", "black", "rate", "", **values))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("made", "value", "words"),
    [
        (rate(71, 216), "32.9%", "32.9 percent"),
        (rate(71, 99), "72%", "72 percent"),
        (rate(25, 40), "63%", "63 percent"),  # 62.5: a half goes up
        (rate(3, 90_000), "under 0.1%", "less than 0.1 percent"),
        (rate(1, 50), "0–6%", "between 0 and 6 percent"),
        (rate(215, 216), "98.6–100%", "between 98.6 and 100 percent"),
        (rate(3, 7), "not shown", ""),
        (bounded(0.241, 0.409), "24–41%", "between 24 and 41 percent"),
        (bounded(0.241, 0.309), "24.1–30.9%", "between 24.1 and 30.9 percent"),
        (bounded(0.24105, 0.30905), "24.1–31.0%", "between 24.1 and 31.0 percent"),
        (bounded(0.2, 0.3), "20–30%", "between 20 and 30 percent"),
        (gap(71, 216, 88, 104), "−51.7 points", "51.7"),
        (gap(88, 104, 71, 216), "+51.7 points", "51.7"),
        (ratio(486, 8415, 235, 26032), "6.4 times", "6.4"),
        (ratio(40, 100, 30, 100), "1.33 times", "1.33"),
        (bounded(-0.11, -0.02, measure="gap", reference="white"), "−11.0 to −2.0 points", "between 2.0 and 11.0"),
        (ratio(20, 50, 1, 60), "at least 8.0 times", "at least 8.0"),
        (bounded(1.2, float("inf"), measure="ratio", reference="white"), "not shown", ""),
        (gap(4001, 10_000, 4000, 10_000), "0.0 points", "less than 0.1"),
    ],
)  # fmt: skip
def test_printed__says_a_number_as_finely_as_it_is_known(made, value, words):
    out = shown(made)
    assert (out.value, out.words) == (value, words)


def test_printed__keeps_numbers_at_the_precision_of_the_text():
    numbers = shown(rate(71, 216)).numbers
    assert numbers["estimate"] == 0.329
    assert (numbers["ci_low"], numbers["ci_high"]) == (0.266, 0.392)
    assert shown(rate(1, 50)).numbers["estimate"] is None
    assert set(shown(rate(3, 7)).numbers.values()) == {None}


def test_printed__rounds_intervals_outward_and_says_which():
    assert shown(rate(71, 216)).interval == "26.6–39.2%"
    assert level_words(0.9) == "90% interval"
    assert shown(bounded(0.3, 0.4)).interval == "25–45%"
    assert shown(bounded(0.3, 0.39)).interval == "25–44%"


@pytest.mark.parametrize(
    ("low", "high", "value"),
    [
        (0.0, 0.00042, "0–0.1%"),  # the state prints <0.042%
        (0.0, 0.0, "0%"),
        (0.0, 0.036, "0–3.6%"),
        (0.0, 0.273, "0–28%"),
        (0.99958, 1.0, "99.9–100%"),
        (0.00713, 0.00715, "0.7–0.8%"),
    ],
)
def test_printed__gives_a_range_of_unknown_students_as_many_decimals_as_its_width_bears(
    low, high, value
):
    out = direct(unit="proportion", publish="range", bound_low=low, bound_high=high)
    assert out.value == value


def test_printed__does_not_round_the_room_for_floating_point_outward():
    hair = 1e-10
    bounds = {"bound_low": 0.28 - hair, "bound_high": 0.35 + hair}
    out = direct(unit="proportion", publish="range", n_low=50, **bounds)
    assert out.value == "28–35%"
    times = direct(unit="ratio", publish="range", bound_low=1.5 - hair, bound_high=1.9 + hair)
    assert times.value == "1.50–1.90 times"


@given(SHARES, SHARES, st.sampled_from([None, 12, 99, 100, 4000]))
def test_printed__of_its_own_ends_is_itself(one, other, n):
    """A record is worded again from its printed ends."""
    low, high = sorted((one, other))
    made = {"unit": "proportion", "publish": "range", "n_low": n}
    out = direct(bound_low=low, bound_high=high, **made)
    ends = {name: out.numbers[name] for name in ("bound_low", "bound_high")}
    assert direct(**made, **ends) == out
