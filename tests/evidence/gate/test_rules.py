"""The rules of the gate, one by one: each fits a number made for it, and the page says what the table does."""

from pathlib import Path

import pytest
from estimate_samples import bounded, enrollment, estimates, gap, rate, row
from kind_words import BANNED

from sesec_analysis import catalog
from sesec_analysis.evidence.finding import findings
from sesec_analysis.evidence.gate.gate import gate
from sesec_analysis.evidence.gate.rules import PRINTING_RULES
from sesec_analysis.evidence.pictured.captions import extremes, label
from sesec_analysis.evidence.row import JOINT
from sesec_analysis.evidence.wording.sentences import word_count
from sesec_analysis.loaders.in_place import in_places
from sesec_analysis.metrics.disparity import compare, rates
from sesec_analysis.text import render

METHODS = Path(__file__).parents[3] / "docs" / "METHODS.md"


def of(measure, made):
    """A row of another measure than the samples make; its unit stays."""
    return made | {"measure": measure}


FITS = {
    "no-figure": [row(status="undefined")],
    "series-break": [row(status="break")],
    "withheld": [row(status="suppressed")],
    "small-group": [rate(3, 7)],
    "small-remainder": enrollment({"low_income": 295}, 300, student_group_type="low_income"),
    "one-school": [bounded(0.3, 0.34, largest_masked=0.91)],
    "few-untested": [of("rate_if_all_tested", bounded(0.3, 0.31, n_low=100, n_high=100))],
    "few-counted": [rate(2, 50)],
    "no-bounds": [row(status="bounded", estimate=0.3)],
    "says-nothing": [bounded(0.2, 0.71)],
    "not-all-tested": [of("rate_if_all_tested", bounded(0.3, 0.36))],
    "range-by-nature": [bounded(0.3, 0.34, indicator="income_under_30000")],
    "not-reported": [bounded(0.30, 0.31, cells=15)],
    "thin": [bounded(0.30, 0.31, coverage=0.69)],
    "wide": [bounded(0.30, 0.41)],
    "imprecise": [bounded(0.30, 0.36)],
    "some-withheld": [bounded(0.30, 0.35)],
    "one-cell-solved": enrollment({"hispanic": 54, "asian": 150, "black": 90}, 300),
    "unseen-part": [of("gap_change", gap(40, 100, 60, 100, reference="white 2016"))],
    "few-students": [rate(10, 29)],
    "unreliable": [rate(40, 100, ci_low=0.2, ci_high=0.51)],
    "left-open": [bounded(-0.01, 0.02, measure="gap", reference="white")],
    "no-clear-difference": [gap(50, 100, 52, 100)],
    "about-the-same": [gap(5000, 10_000, 5010, 10_000)],
}


@pytest.mark.slow
@pytest.mark.parametrize("rule", FITS)
def test_gate__names_the_rule_that_fits(rule):
    first = gate(estimates(FITS[rule])).iloc[0]
    assert rule in first["rule"].split(JOINT)
    outcome = PRINTING_RULES[rule].outcome
    assert first["publish"] == outcome or outcome in ("care", "words")
    assert first["care"] == (outcome == "care")


def test_printing_rules__are_all_met_by_some_number():
    assert set(FITS) == set(PRINTING_RULES)


def test_gate__names_what_decided_before_what_asks_for_care_or_other_words():
    wide = bounded(-0.05, 0.06, n_low=20, measure="gap", reference="white")
    assert gate(estimates([wide]))["rule"].item() == "wide; few-students; left-open"


@pytest.mark.parametrize("rule", PRINTING_RULES.values())
def test_printing_rule__is_told_in_kind_words(rule):
    assert rule.sentence.endswith(".")
    assert word_count(rule.sentence) <= 30
    assert "%" not in rule.sentence
    assert not BANNED.search(rule.sentence)


def test_methods__shows_the_table_of_rules():
    page = METHODS.read_text(encoding="utf-8").partition("## What may be printed: the gate")[2]
    shown = [line for line in page.splitlines() if line.startswith("| `")][: len(PRINTING_RULES)]
    assert shown == [
        f"| `{name}` | {rule.outcome} | {rule.sentence} | {rule.source} |"
        for name, rule in PRINTING_RULES.items()
    ]


# A place that stands for one school.


def judged(counts, **schools):
    """The verdict on a place, summed from the cells of its schools for one group."""
    cells = counts(**schools).assign(
        student_group="black", organization_level="school", organization_id=list(schools)
    )
    return gate(rates(in_places(cells, ["southeast_seattle"]))).iloc[0]


A, B, C = list(catalog.place("southeast_seattle").schools)[:3]
ALL_BUT_ONE = {
    "numerator_low": 30,
    "numerator_high": 32,
    "denominator_low": 95,
    "denominator_high": 95,
}
MOST = ALL_BUT_ONE | {"value_low": 30 / 95, "value_high": 32 / 95}


@pytest.mark.parametrize(
    ("schools", "publish", "rule"),
    [
        ({A: MOST, B: "No Students", C: "No Students"}, "nothing", "one-school"),
        ({A: MOST, B: (4, 10)}, "nothing", "one-school"),  # 95 of 105 students
        ({A: MOST, B: (4, 11)}, "range", "thin"),  # 95 of 106
        ({A: (30, 95), B: "N<10"}, "range", "imprecise"),  # the school that holds most is published
        ({A: (30, 95), B: "No Students"}, "point", ""),
    ],
)
def test_gate__takes_a_place_for_the_one_school_that_holds_the_group(
    counts, schools, publish, rule
):
    out = judged(counts, **schools)
    assert (out["publish"], out["rule"]) == (publish, rule)


def test_gate__takes_a_comparison_for_the_one_school_behind_either_side(counts):
    alone, rest = (
        counts(black=MOST),
        counts(black=(40, 100), organization_id="rest_of_seattle_regular"),
    )
    lone = alone.assign(largest_masked=0.95)
    assert set(gate(compare(lone, rest))["rule"]) == {"one-school"}
    there = rest.assign(organization_id="southeast_seattle")
    other = lone.assign(organization_id="rest_of_seattle_regular")
    assert set(gate(compare(there, other))["rule"]) == {"one-school"}
    # The row of the whole district is a cell of its own, as published.
    assert "one-school" not in set(
        gate(compare(lone.assign(organization_id="seattle"), rest))["rule"]
    )


# No ranking by what chance alone could move far.


def test_extremes__names_no_number_to_be_taken_with_care_as_lowest_or_highest():
    steady = [rate(40, 200, student_group="asian"), rate(90, 200, student_group="black")]
    found = findings(estimates([*steady, rate(25, 29, student_group="white")]))
    assert render(extremes(found, label)[0], "en").endswith("45.0% (Black or African American)")


def test_gate__withholds_a_second_group_though_students_not_reported_add_to_what_is_left():
    # What is left of 300 is 11: a group of 8, which nobody may work out, and 3 of no group.
    sizes = {"asian": 150, "black": 90, "hispanic": 49, "american_indian": 8}
    judged = gate(estimates(enrollment(sizes, 300))).set_index("student_group")["publish"]
    assert judged.to_dict() == {
        "asian": "point",
        "black": "point",
        "hispanic": "nothing",
        "american_indian": "nothing",
    }
