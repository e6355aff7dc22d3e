"""A direction is said by a sign and a phrase of fixed lists, with its size where the side is sure."""

import pytest

from sesec_analysis.evidence.wording.directions import PHRASES, SIGNS, direction_text, outcome_text
from tests.evidence.wording.test_headlines import changed, told
from tests.samples.estimate_samples import gap, rate, ratio


def test_outcome_text__could_be_chance_where_the_interval_is_printed_as_reaching_equality():
    near = changed(0.013, 0.013, outer_low=0.0004, outer_high=0.0256)  # 0.0 to +2.6 points
    apart = changed(0.013, 0.013, outer_low=0.0011, outer_high=0.0256)
    assert [str(outcome_text(told(made))[1]) for made in (near, apart)] == [
        "better, could be chance",
        "better",
    ]


def test_outcome_text__is_of_a_fixed_list_and_keeps_the_three_answers_apart():
    cases = [
        ("better", changed(0.06, 0.06)),
        ("worse", changed(0.06, 0.06, indicator="disciplined")),
        ("lower", gap(71, 216, 88, 104)),
        ("higher", ratio(486, 8415, 235, 26032)),
        ("better", changed(0.06, 0.06, outer_low=None, outer_high=None)),
        ("about the same", changed(0.002, 0.002, outer_low=-0.01, outer_high=0.01)),
        ("better, could be chance", changed(0.03, 0.03, outer_low=-0.01, outer_high=0.07)),
        ("can't tell: too much is withheld", changed(-0.1, 0.02)),
        ("can't tell: the years are not comparable", changed(0.06, 0.06, status="break")),
        ("", rate(71, 216)),
    ]
    signs = {
        "better": "▲",
        "higher": "▲",
        "worse": "▼",
        "lower": "▼",
        "about the same": "●",
        "": "",
    }
    for phrase, made in cases:
        sign, text = outcome_text(told(made)) or ("", "")
        assert str(text) == phrase
        assert phrase in ("", *PHRASES.values())
        assert sign == signs.get(phrase, "○")
        assert sign in ("", *SIGNS.values())


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (changed(0.06, 0.06), "▲ 6 points higher than in 2014"),
        (changed(0.06, 0.06, indicator="disciplined"), "▼ 6.0 points worse than in 2014"),
        (gap(71, 216, 88, 104), "▼ 52 points lower than for White students"),
        (changed(0.03, 0.03, outer_low=-0.01, outer_high=0.07), "○ no clear change since 2014"),
        (changed(-0.1, 0.02), "Since 2014: ○ can't tell: too much is withheld"),
        (rate(71, 216), "None"),
    ],
)
def test_direction_text__gives_the_size_where_the_side_is_sure(made, said):
    assert str(direction_text(told(made))) == said
