"""Which sums are believed: those that the source's own exact figures bear out, and as far as they do."""

import numpy as np
import pandas as pd
import pytest
from state_samples import cell, published, rows

SCHOOLS = [f"10{number:02d}" for number in range(4)]


def proven(off=0):
    """Three schools whose groups are printed exactly, and come to `off` more than all students."""
    return [rows(one, all=(50, 100), black=(20, 40), white=(30, 60 + off)) for one in SCHOOLS[:3]]


def rule(state, kind):
    (found,) = [one for one in state.rules if one.kind == kind]
    return found


def size(state, key):
    """What is known of a cell's students after ranges are passed to and fro."""
    at = 2 * list(state.cells.itertuples(index=False, name=None)).index(tuple(key)) + 1
    return state.low[at], state.high[at]


def test_sums__give_the_group_that_is_left_over_where_exact_figures_bear_them_out():
    hidden = rows(SCHOOLS[3], all=(50, 100), black="N<10", white=(48, 95))
    state = published(*proven(), hidden)
    assert rule(state, "groups of race_ethnicity")[2:] == (6, 0, 0)
    assert size(state, cell(SCHOOLS[3])) == (5, 5)


def test_sums__are_not_believed_without_exact_figures():
    hidden = rows(SCHOOLS[3], all=(50, 100), black="N<10", white=(48, 95))
    assert size(published(hidden), cell(SCHOOLS[3])) == (1, 9)


def test_sums__are_stated_as_loosely_as_the_exact_figures_show():
    hidden = rows(SCHOOLS[3], all=(50, 100), black="N<10", white=(48, 95))
    assert size(published(*proven(off=1), hidden), cell(SCHOOLS[3])) == (5, 6)


def test_sums__that_are_far_off_say_no_more_than_which_way():
    hidden = rows(SCHOOLS[3], all=(50, 100), black="N<10", white=(48, 95))
    state = published(*proven(off=9), hidden)
    assert rule(state, "groups of race_ethnicity")[3:] == (0, np.inf)
    assert size(state, cell(SCHOOLS[3])) == (5, 9)


def test_sums__of_listed_groups_alone_do_not_exceed_the_total():
    listed = [rows(one, all=(50, 100), black=(20, 40)) for one in SCHOOLS[:3]]
    state = published(*listed, rows(SCHOOLS[3], all=(3, 15), black="withheld"))
    assert rule(state, "groups of race_ethnicity")[3:] == (-np.inf, 0)
    assert size(state, cell(SCHOOLS[3])) == (0, 15)


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
    assert rule(state, level).exact == 6
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
    assert rule(state, "groups of race_ethnicity")[2:] == (3, 0, 0)
    position = 2 * (len(state.cells) - 2)
    assert (state.low[position], state.high[position]) == (5, 5)
