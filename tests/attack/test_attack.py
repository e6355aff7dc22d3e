"""The attack: what gives a count away, hand-worked and against brute force; on folders, what is written of it."""

import itertools
import json

import numpy as np
import pytest
from attack_samples import named
from state_samples import counted, equal, less, published, rows, students

from sesec_analysis.attack import attack
from sesec_analysis.attack import solver as attack_solver
from sesec_analysis.attack import state as attack_state
from sesec_analysis.attack.attack import (
    compile_statements,
    nested_differences,
    of_many,
    sift,
    weigh,
)
from sesec_analysis.attack.reading import EditionText, claims_of
from sesec_analysis.attack.state import Statement
from sesec_analysis.errors import DataError, LeakError

SMALL = [rows(school, black="N<10") for school in ("1001", "1002", "1003")]


def given_away(attack):
    """School, side, how and by whom of each leak."""
    return [(leak.cell.organization_id, leak.side, leak.how, leak.said) for leak in attack.leaks]


def test_weigh__passes_an_edition_that_says_nothing_new():
    attack = weigh(
        published(*SMALL), [Statement(students("1001", "1002"), low=2, high=18, said="n")]
    )
    assert attack.passed
    assert attack.leaks == ()


def test_weigh__finds_the_school_left_over_from_a_total():
    state = published(rows("1000", black=(45, 100)), SMALL[0])
    attack = weigh(state, [equal(students("1000", "1001"), 105, "table 4 row 2")])
    assert not attack.passed
    assert given_away(attack) == [
        ("1001", "denominator", "nearly told", ("table 4 row 2",)),
        ("1001", "numerator", "narrowed", ("table 4 row 2",)),
    ]


def exact_years(**of):
    """Three years in which two parts are printed exactly and add up to their total, and 2019's total of 14."""
    whole, part, parts = of["whole"], of["part"], of["parts"]
    tables = [
        rows("1000", black=(size // 2, size), **(key | {"end_year": year}))
        for year in (2016, 2017, 2018)
        for key, size in ((whole, 80), *(({part: one}, 40) for one in parts))
    ]
    return [*tables, rows("1000", black={"denominator_low": 14, "denominator_high": 14}, **whole)]


GRADES = exact_years(whole={}, part="grade_level", parts=("03", "04"))
THREE = [rows(f"10{at}0", all=(50, 100), black=(20, 40), white=(30, 60)) for at in range(3)]
LEFT_OVER = [rows(one, all=(50, 100), black="N<10", white="withheld") for one in ("1001", "1002")]
GRADE = [rows("1000", grade_level=one, black="N<10") for one in ("03", "04")]
WHITE = {"group": "white"}


def above(more, fewer, by=0.0):
    """One sum is at least another, or at most `-by` below it."""
    return Statement([*more, *less(fewer)], low=by, said="")


def at_most(terms, most):
    return Statement(terms, high=most, said="")


JOINT = {
    "a school's place in an order, and a small total": (
        SMALL,
        above(students("1001"), students("1002")),
        at_most(students("1001", "1002"), 10),
    ),
    "a place with and without a school": (
        SMALL,
        Statement(students("1001", "1002"), low=10, said=""),
        at_most(students("1001", "1002", "1003"), 18),
    ),
    "a rate of two schools, and which has more counted": (
        SMALL,
        above(counted("1001", "1002"), less(less(students("1001", "1002"), 0.5))),
        above(counted("1001"), counted("1002")),
    ),
    "groups beside the small ones, by their totals": (
        [*THREE, *LEFT_OVER],
        above(students("1001", **WHITE), students("1002", **WHITE)),
        at_most(students("1001", "1002", **WHITE), 190),
    ),
    "a grade beside another school, and the other grade": (
        [*GRADES, *GRADE, *SMALL],
        above(students("1000", grade_level="03"), students("1001")),
        above(students("1000", grade_level="04"), students("1001")),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", JOINT)
def test_weigh__finds_what_two_editions_tell_only_together(name):
    tables, first, second = JOINT[name]
    lines = [first._replace(said="one edition"), second._replace(said="another")]
    assert [weigh(published(*tables), [line]).passed for line in lines] == [True, True]
    found = given_away(weigh(published(*tables), lines))
    assert any(set(said) == {"one edition", "another"} for *_, said in found)


def test_weigh__names_the_line_at_fault_and_not_those_beside_it():
    lines = [
        Statement([*students("1001"), *less(students("1002"))], low=0, said="line 1"),
        equal(students("1002", "1003"), 17, "line 2"),
    ]
    found = {school: said for school, *_, said in given_away(weigh(published(*SMALL), lines))}
    assert found == {"1001": ("line 1", "line 2"), "1002": ("line 2",), "1003": ("line 2",)}


def test_weigh__finds_a_group_that_no_line_names():
    exact = [
        rows(f"10{at}0", all=(50, 100), black=(20, 40), asian=(9, 20), white=(21, 40))
        for at in range(3)
    ]
    hidden = rows("1009", all=(10, 20), black="N<10", asian="N<10", white="withheld")
    both = [*students("1009"), *students("1009", group="asian")]
    attack = weigh(published(*exact, hidden), [at_most(both, 10)])
    assert {(leak.cell.student_group, leak.side) for leak in attack.leaks} == {
        ("white", "denominator")
    }


def test_weigh__finds_that_all_students_must_be_counted():
    known = {"numerator_low": 5, "numerator_high": 9, "denominator_low": 5, "denominator_high": 9}
    all_of_them = Statement([*students("1001"), *less(counted("1001"))], high=0, said="100 percent")
    attack = weigh(published(rows("1001", black=known)), [all_of_them])
    assert given_away(attack) == [("1001", "numerator", "nearly told", ("100 percent",))]


def test_weigh__finds_that_none_can_be_counted():
    attack = weigh(published(SMALL[0]), [Statement(counted("1001"), high=0.4, said="0 percent")])
    assert given_away(attack) == [("1001", "numerator", "nearly told", ("0 percent",))]


def test_weigh__finds_what_reaches_a_cell_by_the_states_own_sums():
    exact = [rows(f"10{at:02d}", all=(50, 100), black=(20, 40), white=(30, 60)) for at in range(3)]
    hidden = rows("1009", all=(50, 100), black="N<10", white="withheld")
    white = students("1009", group="white")
    attack = weigh(published(*exact, hidden), [equal(white, 96, "line 1")])
    found = {(leak.cell.student_group, leak.side) for leak in attack.leaks}
    assert ("white", "denominator") in found
    only = weigh(published(*exact, hidden), [Statement(students("1009"), low=3, said="line 1")])
    assert {leak.cell.student_group for leak in only.leaks} == {"black"}


def test_weigh__fails_on_what_contradicts_the_state_alone_or_together():
    alone = weigh(published(*SMALL), [equal(students("1001"), 30, "line 1")])
    assert (alone.passed, alone.at_odds) == (False, ("line 1",))
    lines = [equal(students("1001"), 4, "line 1"), equal(students("1001"), 5, "line 2")]
    together = weigh(published(*SMALL), lines)
    assert (together.passed, together.at_odds) == (False, ("line 1", "line 2"))


def test_weigh__lets_nothing_pass_where_the_states_own_sums_fit_no_whole_students():
    # A third of 1 to 2 students: no range tells it, no whole number fits it.
    own = {"denominator_low": 1, "denominator_high": 2, "value_low": 0.3, "value_high": 0.4}
    state = published(rows("1001", black=own), SMALL[1])
    attack = weigh(state, [Statement([*students("1001", "1002")], high=5, said="line 1")])
    assert (attack.passed, attack.at_odds) == (False, ("line 1",))


def test_weigh__lets_nothing_be_told_of_cells_that_nobody_published():
    state = published(*SMALL, rows("2000", black="not collected"))
    attack = weigh(state, [equal(students("2000"), 40)])
    assert attack.passed
    assert len(attack.sifted.telling.said) == 1


def test_weigh__takes_a_count_for_given_away_where_programs_are_cut_off(monkeypatch):
    monkeypatch.setattr(attack_solver.Solver, "least", _never_sure)
    ahead = Statement([*students("1001"), *less(students("1002"))], low=0, said="line 1")
    attack = weigh(published(*SMALL), [ahead])
    assert {how for _, _, how, _ in given_away(attack)} == {"not settled"}


def _never_sure(solver, weights):
    low, high = solver.system.low, solver.system.high
    bound = sum(min(times * low[at], times * high[at]) for at, times in weights.items())
    return attack_solver.Extreme(float(bound), np.inf)


def _solutions(statements):
    """All (k, n) of two schools with fewer than ten students that fit statements."""
    one = [(k, n) for n in range(1, 10) for k in range(n + 1)]
    order = [
        count
        for school in ("1001", "1002")
        for terms in (counted(school), students(school))
        for count, _ in terms
    ]
    both = np.array([a + b for a, b in itertools.product(one, one)])
    for said in statements:
        weights = dict(said.terms)
        total = both @ np.array([weights.get(count, 0.0) for count in order])
        both = both[(total >= said.low - 1e-9) & (total <= said.high + 1e-9)]
    return both


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_weigh__gives_away_what_trying_every_combination_does(seed):
    rng = np.random.default_rng(seed)
    truth = np.array([3, 7, 1, 5])
    terms = [*counted("1001"), *students("1001"), *counted("1002"), *students("1002")]
    lines = []
    for at in range(rng.integers(1, 4)):
        weights = rng.integers(-1, 2, 4) * rng.choice([1.0, 0.5], 4)
        low, high = weights @ truth - rng.integers(1, 12), weights @ truth + rng.integers(1, 12)
        lines.append(
            Statement(
                [(count, w) for (count, _), w in zip(terms, weights, strict=True)],
                low=low,
                high=high,
                said=f"line {at}",
            )
        )
    before, after = _solutions([]), _solutions(lines)
    narrowed = (after.min(axis=0) > before.min(axis=0)) | (after.max(axis=0) < before.max(axis=0))
    apart = [bool((after[:, at + 1] > after[:, at]).any()) for at in (0, 2)]
    expected = {
        (("1001", "1002")[at // 2], ("numerator", "denominator")[at % 2])
        for at in range(4)
        if narrowed[at] or (at % 2 == 0 and not apart[at // 2])
    }
    attack = weigh(published(*SMALL[:2]), lines)
    found = {(leak.cell.organization_id, leak.side) for leak in attack.leaks}
    # Counts that lines do not name are not looked at once a named one has leaked: the edition has failed already.
    assert found <= expected
    assert bool(found) == bool(expected)
    for leak in attack.leaks:
        alone = _solutions([line for line in lines if line.said in leak.said])
        column = 2 * ("1001", "1002").index(leak.cell.organization_id) + (
            leak.side == "denominator"
        )
        ends = (alone[:, column].min(), alone[:, column].max())
        is_pinned = leak.side == "numerator" and not (alone[:, column + 1] > alone[:, column]).any()
        assert ends != (before[:, column].min(), before[:, column].max()) or is_pinned


PLACE = ("1001", "1002", "1003")


@pytest.fixture
def state():
    """45 of 100; "<15%" of 20; fewer than ten: the worked example of a place of three schools."""
    return published(
        rows("1001", black=(45, 100)), rows("1002", black="<15%"), rows("1003", black="N<10")
    )


def sifted(state, *statements):
    return sift(state, compile_statements(state, statements))


def rate(schools, low, high):
    """A printed rate: low * n <= k <= high * n, as two lines."""
    k, n = counted(*schools), students(*schools)
    return (
        Statement([*k, *less(n, low)], low=0, said="rate"),
        Statement([*k, *less(n, high)], high=0, said="rate"),
    )


def test_sift__puts_aside_rates_of_exact_counts(state):
    assert sifted(state, *rate(["1001"], 0.445, 0.455)).settled == 2


def test_sift__puts_aside_ranges_as_wide_as_the_cells_leave_them(state):
    # The lowest rate is 45 of 129, the highest (45 + 2 + 9) of 129.
    found = sifted(
        state,
        *rate(PLACE, 45 / 129, 56 / 129),
        Statement(students(*PLACE), low=121, high=129, said="n"),
    )
    assert (found.settled, len(found.telling.said)) == (3, 0)


@pytest.mark.parametrize("limits", [(0.35, 56 / 129), (45 / 129, 0.43)])
def test_sift__keeps_ranges_a_little_narrower(state, limits):
    assert sifted(state, *rate(PLACE, *limits)).telling.said == (("rate",),)


def test_sift__tells_statements_that_nothing_fits(state):
    found = sifted(state, equal(students(*PLACE), 100))
    assert found.at_odds.said == (("line 1",),)
    assert not found.telling.said


@pytest.mark.slow
def test_sift__proves_by_programs_what_ranges_do_not_show():
    exact = [rows(f"10{at:02d}", all=(50, 100), black=(20, 40), white=(30, 60)) for at in range(3)]
    hidden = rows("1009", all=(50, 100), black="N<10", white="withheld")
    state = published(*exact, hidden)
    both = [*students("1009"), *students("1009", group="white")]
    found = sifted(state, equal(both, 100))
    assert (found.settled, len(found.telling.said)) == (1, 0)


def test_compiled__names_everyone_who_says_the_same_once(state):
    lines = [equal(students(*PLACE), 125, said) for said in ("row 1", "row 2", "row 1")]
    backwards = equal(students(*reversed(PLACE)), 125, "page")
    assert compile_statements(state, [*lines, backwards]).said == (("row 1", "row 2", "page"),)


def test_compiled__adds_up_counts_that_stand_several_times_and_drops_those_that_cancel(state):
    terms = [*students("1001"), *students("1001"), *counted("1001"), *less(counted("1001"))]
    assert compile_statements(state, [Statement(terms, high=3)]).matrix.data.tolist() == [2.0]


SCHOOLS = ("1001", "1002", "1003", "1004")
LITERAL = [rows(school, black={"denominator_low": 10, "value_high": 0.15}) for school in SCHOOLS]
INSIDER = [rows(school, black="<15%") for school in SCHOOLS]  # 20 students each, 0 to 2 counted


def divided(*statements):
    state = published(*LITERAL)
    return by_size(state, compile_statements(state, statements))


def by_size(state, lines):
    """Who says something of few organizations, or of what is left of few; and who of many."""
    is_many = of_many(state, lines)
    few, many = lines.take(~is_many), lines.take(is_many)
    return [
        [one[0] for one in part.said]
        for part in (few.and_of(nested_differences(state, many)), many)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("schools", "few"), [(1, True), (2, True), (3, False), (4, False)])
def test_of_many__sets_sums_of_three_schools_apart(schools, few):
    line = equal(students(*SCHOOLS[:schools]), 20 * schools, "line 1")
    assert divided(line) == [["line 1"] * few, ["line 1"] * (not few)]


def test_of_many__counts_no_school_of_which_all_is_known():
    state = published(*LITERAL[:2], *(rows(one, black=(45, 100)) for one in SCHOOLS[2:]))
    lines = compile_statements(state, [equal(students(*SCHOOLS), 240, "line 1")])
    assert by_size(state, lines) == [["line 1"], []]


def test_nested_differences__finds_the_school_that_two_sums_leave():
    lines = [equal(students(*SCHOOLS), 80, "line 1"), equal(students(*SCHOOLS[:3]), 60, "line 2")]
    assert divided(*lines) == [["line 1, less line 2"], ["line 1", "line 2"]]


@pytest.mark.parametrize(("cap", "is_told"), [(50, True), (40, False)])
def test_nested_differences__passes_what_the_cap_on_a_size_says_as_well(cap, is_told):
    capped = {"denominator_low": 10, "denominator_high": cap, "value_high": 0.15}
    state = published(*LITERAL[:3], rows(SCHOOLS[3], black=capped))
    lines = [
        Statement(students(*SCHOOLS), high=105, said="line 1"),
        Statement(students(*SCHOOLS[:3]), low=60, said="line 2"),
    ]
    told = by_size(state, compile_statements(state, lines))
    assert told == [["line 1, less line 2"] * is_told, ["line 1", "line 2"]]


def test_of_many__takes_the_cells_of_one_school_for_one():
    grades = ("03", "04", "05")
    known = {"denominator_low": 10, "value_high": 0.15}
    state = published(*(rows("1001", grade_level=grade, black=known) for grade in grades))
    terms = [term for grade in grades for term in students("1001", grade_level=grade)]
    lines = compile_statements(state, [Statement(terms, high=60, said="line 1")])
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
    table = attack.closer
    assert len(table) == attack.as_dict()["known_more_closely"]
    sizes = table[table["count"] == "denominator"].set_index("organization_id")
    # Three schools of ten students or more each hold 60: none has more than 40, so that 31 sizes are left of any.
    assert sizes["values_left"].to_dict() == dict.fromkeys(SCHOOLS[:3], 31.0)
    assert (sizes["values_before"] > 31).all()


def of_the_real_state(**highs):
    """Editions that print the students of a small group that the state withholds in the embedded files."""
    state, _insider = attack_state.read_states([("disciplined", 2019)])
    small = (
        (state.own.low[1::2] == 1)
        & (state.own.high[1::2] == 9)
        & (state.high[1::2] == 9)
        & (state.low[1::2] == 1)
    )
    of_all = (state.cells["grade_level"] == "all") & (state.cells["organization_level"] == "school")
    cell = state.keys[int((small & of_all).to_numpy().nonzero()[0][0])]
    of = f"{cell.end_year}.all.school:{cell.organization_id}.{cell.student_group}"
    record = named(f"sesec:rate.disciplined.{of}")
    return [
        EditionText(name, tuple(claims_of([record | {"n": f"1 to {high}"}], "findings.json")))
        for name, high in highs.items()
    ]


@pytest.mark.slow
def test_attack__names_the_folder_where_several_are_attacked_together():
    done = attack.attack_read(of_the_real_state(one=4, other=9))
    ((said,),) = {leak.said for leak in done.leaks}
    assert said.startswith("one: findings.json record 1: sesec:rate.disciplined.2019")


def test_as_dict__is_the_same_for_the_same_files_and_tells_no_value():
    state = published(rows("1000", black=(45, 100)), rows("1001", black="N<10"))
    line = equal(students("1000", "1001"), 105.0, "table 4 row 2")
    first, second = (weigh(state, [line]).as_dict() for _ in range(2))
    assert json.dumps(first) == json.dumps(second)
    assert first["passed"] is False
    leak = first["given_away"][0]
    assert leak == {
        "cell": "ela_met 2019 school 1001 all race_ethnicity black",
        "count": "denominator",
        "how": "nearly told",
        "said": ["table 4 row 2"],
    }


def test_refuse_leaks__names_the_line_and_the_cell():
    state = published(rows("1000", black=(45, 100)), rows("1001", black="N<10"))
    with pytest.raises(DataError, match=r"school 1001 .* by: table 4 row 2"):
        weigh(state, [equal(students("1000", "1001"), 105.0, "table 4 row 2")]).refuse_leaks()
    weigh(state, []).refuse_leaks()


def test_refuse_leaks__names_findings_to_withhold_until_nothing_leaks():
    state = published(rows("1000", black=(45, 100)), rows("1001", black="N<10"))
    pair = students("1000", "1001")
    lines = [equal(pair, 105.0, "sesec:a"), Statement(pair, high=106.0, said="sesec:b")]
    assert {leak.said for leak in weigh(state, lines).leaks} == {("sesec:a",)}
    for left, name in ((lines, "sesec:a"), (lines[1:], "sesec:b")):
        with pytest.raises(LeakError) as refusal:
            weigh(state, left).refuse_leaks()
        assert refusal.value.findings == {name}
    weigh(state, []).refuse_leaks()
    with pytest.raises(LeakError) as refusal:
        weigh(state, [equal(students("1001"), 5.0, "table 4 row 2")]).refuse_leaks()
    assert refusal.value.findings == frozenset()
