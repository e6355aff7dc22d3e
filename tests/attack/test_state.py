"""What an outsider knows of each count: its own row, ties, several releases, and sums that contradict each other."""

import pandas as pd
import pytest
from state_samples import cell, counted, published, rows, students

from sesec_analysis.attack.solver import NO_LIMIT


def known(state, terms):
    """The range of one count."""
    ((count, _),) = terms
    at = state.number(count)
    return state.low[at], state.high[at]


def test_state_of__reads_what_each_cell_says_of_its_counts():
    state = published(
        rows("1001", black=(45, 100), white="N<10", asian="<15%", hispanic="No Students")
    )
    assert known(state, students("1001")) == (100, 100)
    assert known(state, students("1001", group="white")) == (1, 9)
    assert known(state, counted("1001", group="asian")) == (0, 2)
    assert known(state, students("1001", group="hispanic")) == (0, 0)
    assert state.withheld.tolist() == [False, True, True, False]


def test_state_of__ties_what_a_percent_ties():
    half = {"value_low": 0.495, "value_high": 0.505, "denominator_low": 10, "denominator_high": 40}
    state = published(rows("1001", black={**half, "numerator_low": 6, "numerator_high": 15}))
    # Of 15 at most are half, so 30 at most in all; 6 at least are half, so 12 at least.
    assert known(state, students("1001")) == (12, 30)


def test_state_of__lets_a_cell_never_collected_be_anything_and_withholds_nothing_of_it():
    state = published(rows("1001", black="not collected"))
    assert known(state, students("1001")) == (0, NO_LIMIT)
    assert not state.withheld.any()


def test_state_of__lets_a_second_release_of_a_year_add_what_it_says():
    first = rows("1001", black="N<10")
    second = rows(
        "1001",
        black={
            "numerator_low": 0,
            "numerator_high": 5,
            "denominator_low": 4,
            "denominator_high": 5,
        },
    )
    state = published(first, second.assign(source_id="ospi_assessment_2017@2019"))
    assert known(state, students("1001")) == (4, 5)


def test_state_of__lets_either_of_two_releases_be_true_that_contradict_each_other():
    first, second = rows("1001", black=(3, 12)), rows("1001", black=(4, 14))
    state = published(first, second.assign(source_id="ospi_assessment_2017@2019"))
    assert known(state, counted("1001")) == (3, 4)
    assert known(state, students("1001")) == (12, 14)


def test_state_of__puts_aside_sums_that_leave_a_number_without_a_value():
    exact = [rows(f"10{at:02d}", all=(50, 100), black=(20, 40), white=(30, 60)) for at in range(3)]
    clash = rows("1009", all=(50, 100), black="N<10", white=(20, 40))
    state = published(*exact, clash)
    assert known(state, students("1009")) == (1, 9)


def test_estimates__are_not_withheld():
    sample = {
        "numerator_low": 3,
        "numerator_high": 9,
        "denominator_low": 10,
        "denominator_high": 12,
    }
    rate = rows("1001", black=sample).assign(unit="estimated_share")
    assert not published(rate).withheld.any()


SCHOOLS = [f"10{number:02d}" for number in range(4)]


def proven(off=0):
    """Three schools whose groups are printed exactly, and come to `off` more than all students."""
    return [rows(one, all=(50, 100), black=(20, 40), white=(30, 60 + off)) for one in SCHOOLS[:3]]


def size(state, key):
    """What is known of a cell's students after ranges are passed to and fro."""
    at = 2 * list(state.cells.itertuples(index=False, name=None)).index(tuple(key)) + 1
    return state.low[at], state.high[at]


def test_sums__give_the_group_that_is_left_over_where_exact_figures_bear_them_out():
    hidden = rows(SCHOOLS[3], all=(50, 100), black="N<10", white=(48, 95))
    state = published(*proven(), hidden)
    assert size(state, cell(SCHOOLS[3])) == (5, 5)


def test_sums__are_not_believed_without_exact_figures():
    hidden = rows(SCHOOLS[3], all=(50, 100), black="N<10", white=(48, 95))
    assert size(published(hidden), cell(SCHOOLS[3])) == (1, 9)
    # Each school has two sums, of those counted and of all: one short of what is believed.
    assert size(published(*proven()[:1], hidden), cell(SCHOOLS[3])) == (1, 9)


def test_sums__are_stated_as_loosely_as_the_exact_figures_show():
    hidden = rows(SCHOOLS[3], all=(50, 100), black="N<10", white=(48, 95))
    assert size(published(*proven(off=1), hidden), cell(SCHOOLS[3])) == (5, 6)


def test_sums__that_are_far_off_say_no_more_than_which_way():
    hidden = rows(SCHOOLS[3], all=(50, 100), black="N<10", white=(48, 95))
    state = published(*proven(off=9), hidden)
    assert size(state, cell(SCHOOLS[3])) == (5, 9)


def test_sums__of_listed_groups_alone_do_not_exceed_the_total():
    listed = [rows(one, all=(50, 100), black=(20, 40)) for one in SCHOOLS[:3]]
    state = published(*listed, rows(SCHOOLS[3], all=(3, 15), black="withheld"))
    assert size(state, cell(SCHOOLS[3])) == (0, 15)


@pytest.mark.slow
@pytest.mark.parametrize("level", ["grades", "schools"])
def test_sums__tie_grades_to_all_grades_and_schools_to_the_district(level):
    if level == "grades":
        key, whole, parts = "grade_level", {}, ("03", "04")
    else:
        key = "organization_id"
        whole = {"organization_level": "district", "organization_id": "17001"}
        parts = ("1001", "1002")

    def year(end_year, third, fourth):
        total = rows("1000", black=(40, 80), **({"end_year": end_year} | whole))
        own = [
            rows("1000", black=one, **{"end_year": end_year, key: part})
            for part, one in zip(parts, (third, fourth), strict=True)
        ]
        return pd.concat([total, *own])

    exact = [year(end_year, (10, 30), (30, 50)) for end_year in (2016, 2017, 2018)]
    state = published(*exact, year(2019, (38, 73), "N<10"))
    assert size(state, cell("1000", **{key: parts[1]})) == (7, 7)


def test_sums__of_a_make_up_add_its_groups_and_not_the_whole():
    def make_up(school, **groups):
        return rows(school, indicator="enrollment", **groups)

    exact = [make_up(one, all=(100, 100), black=(40, 100), white=(60, 100)) for one in SCHOOLS[:3]]
    hidden = {
        "numerator_low": 1,
        "numerator_high": 9,
        "denominator_low": 100,
        "denominator_high": 100,
    }
    state = published(*exact, make_up(SCHOOLS[3], all=(100, 100), black=hidden, white=(95, 100)))
    position = 2 * (len(state.cells) - 2)
    assert (state.low[position], state.high[position]) == (5, 5)
