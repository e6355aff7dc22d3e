"""A headline says no more than all that its row leaves open allows, in ten words, or there is none."""

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sesec_analysis import catalog, i18n, schema
from sesec_analysis.editions.texts.prose_lint import avoided_in
from sesec_analysis.evidence.answers import Outcome, answer
from sesec_analysis.evidence.finding import Finding, findings
from sesec_analysis.evidence.wording.headlines import (
    MOST_WORDS,
    headline_texts,
)
from tests.samples.estimate_samples import bounded, enrollment, estimates, gap, rate, ratio
from tests.samples.kind_words import BANNED

REST = {"student_group": "all", "student_group_type": "all", "grade_level": "all"}
REST |= {"reference": "rest_of_seattle_regular"}
INCOME = {"indicator": "math_met", "grade_level": "08", "student_group_type": "low_income"}
INCOME |= {"student_group": "low_income", "reference": "not_low_income"}
CHANGE = REST | {"measure": "change", "reference": "2014"}
GAP_CHANGE = REST | {"measure": "gap_change", "reference": "rest_of_seattle_regular 2014"}


def told(made: dict[str, object]) -> Finding:
    """The finding of a row, as the gate lets it through."""
    table = pd.DataFrame([made | {"unit": made.get("unit", "points")}])
    return findings(schema.conform_estimates(table))[0]


def changed(low: float, high: float, **changes: object) -> dict[str, object]:
    """A change or gap of which only a range is known, or one number where both ends are it."""
    known = bounded(low, high, measure="gap") | {"reference": ""} | CHANGE
    if low == high:
        known |= {"estimate": low, "status": "ok", "coverage": 1.0, "cells_reported": 20}
    return known | {"outer_low": low - 0.01, "outer_high": high + 0.01} | changes


LIKE = {
    "rest": REST,
    "income": INCOME,
    "gap_change": GAP_CHANGE,
    "disciplined": {"indicator": "disciplined", "grade_level": "all"},
    "school": {"organization_level": "school", "organization_id": "2321"},
}
MAKERS = {"rate": rate, "gap": gap, "ratio": ratio, "bounded": bounded, "changed": changed}
GOLDEN = yaml.load(Path(__file__).with_name("headlines.yml").read_text("utf-8"), catalog.YAML)


@pytest.mark.parametrize("golden", GOLDEN)
def test_headline__is_made_of_one_row(golden):
    columns = LIKE.get(golden.get("like"), {}) | golden.get("but", {})
    found = told(MAKERS[golden["make"]](*golden["of"], **columns))
    assert found.headline == golden["says"]
    assert bool(found.headline_or_why.why) == (not golden["says"])


@pytest.mark.parametrize("code", ["es", "so", "vi"])
def test_headline__is_whole_in_its_language_or_none(code):
    fell, below = changed(-0.114, -0.114), gap(40, 100, 62, 100, **REST)
    assert "fell" in told(fell).headline
    assert "below" in told(below).headline
    with i18n.use_language(code):
        assert told(fell).headline
        assert not re.search("fell|points", told(fell).headline)
        assert told(below).headline
        assert not re.search("below|points", told(below).headline)
    with i18n.use_language(i18n.PSEUDO):
        assert told(below).headline


def test_headline__travels_in_the_record_and_names_the_better_side_of_a_school():
    known = {"organization_level": "school", "organization_id": "2120", "indicator": "ela_met"}
    known |= {"measure": "rate_less_expected", "end_year": 2024, "student_group": "all"}
    known |= {"student_group_type": "all", "grade_level": "all", "reference": ""}
    above = told(changed(0.215, 0.215, **known))
    assert above.headline.endswith("English results 21.5 points above similar schools, 2024")
    assert above.record()["headline"] == above.headline
    assert told(changed(-0.215, -0.215, **known)).headline == ""


def test_headline__of_enrollment_says_who_the_students_are():
    shares = enrollment({"black": 300, "white": 700})
    texts = [found.headline for found in findings(estimates(shares))]
    assert texts[0] == "30% of students in Southeast Seattle were Black in 2019"


@pytest.mark.parametrize("text", sorted(set(headline_texts())))
def test_headline_texts__have_no_word_to_avoid(text):
    plain = re.sub("[{}]", "", text)
    assert not avoided_in(plain)
    assert not BANNED.search(plain)


@settings(max_examples=25, deadline=None)
@given(
    ends=st.tuples(st.floats(-1, 1), st.floats(-1, 1)).map(sorted),
    chance=st.sampled_from([0.0004, 0.004, 0.03, 0.3]),
    kind=st.sampled_from([CHANGE, GAP_CHANGE, REST | {"measure": "gap"}]),
)
def test_headline__never_says_more_than_the_row(ends, chance, kind):
    low, high = ends
    outer = {"outer_low": low - chance, "outer_high": high + chance}
    found = told(changed(low, high, **kind, **outer))
    row, text = found.row, found.headline
    if not text:
        assert found.headline_or_why.why
        return
    assert len(text.split()) <= MOST_WORDS
    assert not avoided_in(text)
    widest_low, widest_high = row.widest
    assert not DOWN.search(text) or widest_high < 0
    assert not UP.search(text) or widest_low > 0
    answered = answer(row)
    assert ("about the same" in text) == (answered is not None and answered.outcome is Outcome.SAME)


DOWN, UP = re.compile(r"\b(fell|below)\b"), re.compile(r"\b(rose|above)\b")
