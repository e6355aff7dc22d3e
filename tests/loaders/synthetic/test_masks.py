"""Masks checked on paper: one school, one grade, a partition of four groups after all students."""

import numpy as np
import pytest

from sesec_analysis.loaders.synthetic import masks
from sesec_analysis.loaders.synthetic.masks import (
    ABOVE,
    BELOW,
    CROSS_GRADE,
    CROSS_GROUP,
    CROSS_ORGANIZATION,
    CROSS_RANGE,
    EXACT,
    NOBODY,
    SMALL,
)


def states(era, cells, **layout):
    """States of all students and four groups; the same row for all grades and for the only grade."""
    k, n = (np.array(part, dtype=np.int64) for part in zip(*cells, strict=True))
    grid = [np.tile([part.sum(), *part], (1, 2, 1)) for part in (n, k)]
    found = masks.states(era, *grid, partitions=[slice(1, 5)], districts=np.array([0]))
    return found[0, 0].tolist()


@pytest.mark.parametrize(
    ("era", "cells", "expected"),
    [
        ("three", [(45, 100), (66, 120), (30, 80), (3, 10)], [EXACT] * 5),
        ("three", [(2, 20), (18, 20), (30, 80), (0, 0)], [EXACT, BELOW, ABOVE, EXACT, NOBODY]),
        (
            "three",
            [(4, 9), (66, 120), (30, 80), (20, 60)],
            [EXACT, SMALL, EXACT, EXACT, CROSS_GROUP],  # the smallest that is exact
        ),
        (
            "three",
            [(1, 30), (66, 120), (30, 80), (20, 60)],
            [EXACT, BELOW, EXACT, EXACT, CROSS_RANGE],
        ),
        ("three", [(4, 9), (5, 9), (30, 80), (20, 60)], [EXACT, SMALL, SMALL, EXACT, EXACT]),
        ("capped", [(2, 20), (1, 11), (28, 30), (2, 25)], [EXACT, EXACT, BELOW, ABOVE, BELOW]),
        ("five", [(5, 100), (6, 100), (95, 100), (96, 100)], [EXACT, BELOW, EXACT, EXACT, ABOVE]),
        ("small", [(0, 100), (4, 9), (30, 80), (20, 60)], [EXACT, EXACT, SMALL, EXACT, EXACT]),
        ("open", [(0, 3), (4, 9), (0, 0), (20, 60)], [EXACT, EXACT, EXACT, NOBODY, EXACT]),
    ],
)
def test_states__follow_the_rules_of_each_era(era, cells, expected):
    assert states(era, cells) == expected


def test_states__hide_a_second_grade_and_a_second_school():
    n = np.zeros((2, 4, 1), dtype=np.int64)
    n[0, :, 0] = [85, 9, 30, 46]  # all grades, then three: the smallest exact one is hidden too
    n[1, :, 0] = [120, 40, 40, 40]
    found = masks.states("three", n, n // 2, partitions=[], districts=np.array([0]))
    assert found[..., 0].tolist() == [
        [EXACT, SMALL, CROSS_GRADE, EXACT],
        [EXACT, CROSS_ORGANIZATION, EXACT, EXACT],
    ]


@pytest.mark.parametrize(
    ("era", "n", "k", "above", "decimals", "label"),
    [
        ("three", 20, 2, False, 0, "<15%"),  # 3 of 20
        ("three", 13, 1, True, 1, ">76.9%"),  # 10 of 13, as in the state's files
        ("three", 101, 0, False, -1, "<2.97%"),
        ("three", 86, 2, False, -1, "<3.5%"),
        ("three", 601, 2, False, 0, "<0.5%"),  # rounded to whole percents it would say "<0%"
        ("capped", 12, 1, False, 0, "<10%"),
        ("capped", 60, 2, True, 0, ">95%"),
    ],
)
def test_range_labels__are_those_of_the_files(era, n, k, above, decimals, label):
    found = masks.range_labels(
        era, np.array([n, n]), np.array([k, k]), np.array([above, above]), decimals
    )
    assert found == [label, label]
