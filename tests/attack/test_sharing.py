"""Statements that say more than the state: of three organizations or more apart, of fewer, and what pairs leave."""

import pytest
from state_samples import equal, published, rows, students

from sesec_analysis.attack import sharing
from sesec_analysis.attack.attack import weigh
from sesec_analysis.attack.leaks import compiled
from sesec_analysis.attack.sharing import left_of, of_many
from sesec_analysis.attack.state import Statement

SCHOOLS = ("1001", "1002", "1003", "1004")
LITERAL = [rows(school, black={"denominator_low": 10, "value_high": 0.15}) for school in SCHOOLS]
INSIDER = [rows(school, black="<15%") for school in SCHOOLS]  # 20 students each, 0 to 2 counted


def divided(*statements):
    state = published(*LITERAL)
    return by_size(state, compiled(state, statements))


def by_size(state, lines):
    """Who says something of few organizations, or of what is left of few; and who of many."""
    is_many = of_many(state, lines)
    few, many = lines.take(~is_many), lines.take(is_many)
    return [[one[0] for one in part.said] for part in (few.and_of(left_of(state, many)), many)]


@pytest.mark.slow
@pytest.mark.parametrize(("schools", "few"), [(1, True), (2, True), (3, False), (4, False)])
def test_of_many__sets_sums_of_three_schools_apart(schools, few):
    line = equal(students(*SCHOOLS[:schools]), 20 * schools, "line 1")
    assert divided(line) == [["line 1"] * few, ["line 1"] * (not few)]


def test_left_of__finds_the_school_that_two_sums_leave():
    lines = [equal(students(*SCHOOLS), 80, "line 1"), equal(students(*SCHOOLS[:3]), 60, "line 2")]
    assert divided(*lines) == [["line 1, less line 2"], ["line 1", "line 2"]]


@pytest.mark.parametrize(("october", "is_told"), [(50.0, True), (40.0, False)])
def test_left_of__passes_what_october_says_as_well(october, is_told, monkeypatch):
    monkeypatch.setattr(sharing, "enrolled_in", lambda year: {(year, "1004"): october})
    lines = [
        Statement(students(*SCHOOLS), high=105, said="line 1"),
        Statement(students(*SCHOOLS[:3]), low=60, said="line 2"),
    ]
    assert divided(*lines) == [["line 1, less line 2"] * is_told, ["line 1", "line 2"]]


def test_of_many__takes_the_cells_of_one_school_for_one():
    grades = ("03", "04", "05")
    known = {"denominator_low": 10, "value_high": 0.15}
    state = published(*(rows("1001", grade_level=grade, black=known) for grade in grades))
    terms = [term for grade in grades for term in students("1001", grade_level=grade)]
    lines = compiled(state, [Statement(terms, high=60, said="line 1")])
    assert by_size(state, lines) == [["line 1"], []]


def test_weigh__passes_a_sum_of_three_that_says_what_the_rules_do_and_lists_it():
    line = Statement(students(*SCHOOLS[:3]), low=60, high=60, said="line 1")
    attack = weigh(published(*LITERAL), [line], insider=published(*INSIDER))
    assert attack.passed
    found = attack.as_dict()
    # Which sums these are is not published: it would show an attacker where the tighter reading is used.
    assert "line 1" not in str(found)
    assert found["statements_of_the_edition"]["telling_of_three_or_more"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("schools", [1, 2])
def test_weigh__fails_what_the_rules_say_of_fewer(schools):
    line = Statement(students(*SCHOOLS[:schools]), high=20 * schools, said="line 1")
    attack = weigh(published(*LITERAL), [line], insider=published(*INSIDER))
    assert {leak.cell.organization_id for leak in attack.leaks} == set(SCHOOLS[:schools])


def test_weigh__fails_a_sum_of_three_that_says_more_than_the_rules_do():
    known = {"denominator_low": 18, "denominator_high": 22, "value_high": 0.15}
    rules = [rows(school, black=known) for school in SCHOOLS]
    line = Statement(students(*SCHOOLS[:3]), high=56, said="line 1")
    attack = weigh(published(*LITERAL), [line], insider=published(*rules))
    assert not attack.passed


def test_weigh__fails_a_sum_of_three_that_their_own_ranges_rule_out():
    known = {"denominator_low": 10, "denominator_high": 22, "value_high": 0.15}
    state = published(*(rows(school, black=known) for school in SCHOOLS))
    line = Statement(students(*SCHOOLS[1:]), low=90, high=90, said="line 1")
    attack = weigh(state, [line], insider=state)
    assert (attack.passed, attack.at_odds) == (False, ("line 1",))


def test_known_more_closely__lists_each_count_with_how_many_values_are_left():
    line = Statement(students(*SCHOOLS[:3]), low=60, high=60, said="line 1")
    attack = weigh(published(*LITERAL), [line], insider=published(*INSIDER))
    table = attack.shared.counts
    assert len(table) == attack.as_dict()["ranges"]["known_more_closely_by_these"]
    sizes = table[table["count"] == "denominator"].set_index("organization_id")
    # Three schools of ten students or more each hold 60: none has more than 40, so that 31 sizes are left of any.
    assert sizes["values_left"].to_dict() == dict.fromkeys(SCHOOLS[:3], 31.0)
    assert (sizes["values_before"] > 31).all()


def test_known_more_closely__of_nothing_is_an_empty_table():
    shared = weigh(published(*LITERAL), [], insider=published(*INSIDER)).shared
    assert shared.counts.empty
