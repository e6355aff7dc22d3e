"""Columns of text as a whole: the quick ways give what pandas gives, whatever the texts are."""

import numpy as np
import pandas as pd
import pytest

from sesec_analysis import texts

SHORT = ["", "a", "a\0", "\0", "ab", "ba", "1234567", "é", "éé1", "17001", "9", "10"]
LONG = [*SHORT, "two_or_more", "12345678"]


@pytest.mark.parametrize("words", [SHORT, LONG])
def test_looked_up__numbers_texts_as_pandas_does(words):
    random = np.random.default_rng(7)
    for _ in range(50):
        code = random.integers(0, len(words), random.integers(1, 60))
        column = pd.Series([words[each] for each in code], dtype="str").iloc[random.integers(3) :]
        expected, distinct = pd.factorize(column)
        found, count = texts.looked_up(column)
        assert (found.tolist(), count) == (expected.tolist(), len(distinct))


@pytest.mark.parametrize("rows", [["9", "10", "100", "101"], ["b", "a", "b", "c"], ["1", "1"]])
def test_looked_up__knows_texts_in_order_from_others(rows):
    many = pd.Series(rows * 3 if rows[0] == "b" else rows, dtype="str")
    expected, distinct = pd.factorize(many)
    found, count = texts.looked_up(many)
    assert (found.tolist(), count) == (expected.tolist(), len(distinct))


def test_looked_up__of_empty_texts_is_one():
    assert texts.looked_up(pd.Series(["", ""], dtype="str"))[1] == 1
    assert texts.looked_up(pd.Series([], dtype="str"))[1] == 0


def test_looked_up__takes_a_missing_text_for_one_of_its_own():
    code, count = texts.looked_up(pd.Series(["b", None, "b"], dtype="str"))
    assert (code.tolist(), count) == ([0, 1, 0], 2)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["asian", "black", "white"] * 500, 3),
        (["asian", "black", "asian", "white"] * 500, 0),  # the first comes twice in each turn
        (["asian", "black"] * 750 + ["black"], 0),
        (["asian", "black"] * 750 + ["asian"], 2),
        ([str(code) for code in range(1_500)], 0),
        (["asian", None] * 750, 0),
    ],
)
def test_turn__is_told_only_where_every_row_keeps_to_it(rows, expected):
    assert texts.turn(pd.Series(rows, dtype="str")) == expected


def test_starts__of_years_are_where_they_change():
    assert texts.starts(pd.Series([2019, 2019, 2020, 2019])).tolist() == [0, 2, 3]
    assert texts.starts(pd.Series([], dtype="int64")).tolist() == []


def test_is_one_of__of_many_texts_in_turns_is_that_of_each():
    column = pd.Series(["asian", "black", "white"] * 500 + ["asian"])
    assert (texts.is_one_of(column, ["white"]) == (column == "white").to_numpy()).all()
