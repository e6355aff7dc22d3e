"""What a finding means: a sentence and a question, by indicator, kind, and answer; no formula for all of them."""

import itertools
import re

import pytest

from sesec_analysis.evidence.wording.implications import FOLLOWS, implication_of

INDICATORS = ("math_met", "math_met_tested", "ela_met", "ela_met_tested", "regular_attendance", "disciplined",
              "climate_safety_favorable", "graduated_4yr")  # fmt: skip


def test_implication_of__differs_by_indicator_for_the_same_answer():
    said = [implication_of(indicator, ("change", "worse")) for indicator in INDICATORS]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize(("indicator", "case"), [*itertools.product(INDICATORS, FOLLOWS)])
def test_implication_of__has_short_sentences_and_no_number(indicator, case):
    text = implication_of(indicator, case)
    assert not re.search(r"\d", text)
    assert all(len(sentence.split()) <= 24 for sentence in re.split(r"[.?:] ?", text))


def test_implication_of__does_not_call_a_gap_that_moved_a_level_that_fell():
    assert implication_of("math_met", ("gap", "worse")) == FOLLOWS["gap", "worse"]
    assert "Fewer students" not in FOLLOWS["gap", "worse"]
