"""Mask the cells of synthetic counts as each publisher does: primary and complementary suppression.

The rules are those seen in the published files of each era (docs/DATA.md): fewer than ten students; a rate so low or
high that it would tell on few; then one more cell wherever a withheld one could be worked out from the rest.
"""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis.loaders.synthetic.population import Counts
from sesec_analysis.schema import MINIMUM_GROUP

__all__ = [
    "ABOVE",
    "BELOW",
    "CROSS_GRADE",
    "CROSS_GROUP",
    "CROSS_ORGANIZATION",
    "CROSS_RANGE",
    "EXACT",
    "FLAGGED",
    "NOBODY",
    "SMALL",
    "Era",
    "range_labels",
    "states",
]


EXACT, NOBODY, SMALL, BELOW, ABOVE, FLAGGED = range(6)
CROSS_GROUP, CROSS_RANGE, CROSS_GRADE, CROSS_ORGANIZATION = range(6, 10)
# FLAGGED: the row carries a range label, which speaks of another column, and still prints this rate.

Era = Literal["three", "capped", "five", "small", "open"]
"""three: fewer than 3 students, or all but fewer than 3, label 3/n; capped: the same, label and rule at most 10
percent; five: at most 5 or above 95 percent; small: only groups under ten; open: nothing is withheld."""

States = NDArray[np.int8]


def states(
    era: Era,
    n: Counts,
    k: Counts,
    *,
    partitions: list[slice],
    districts: NDArray[np.int64],
) -> States:
    """Return the state of every cell, organizations x grades x groups.

    Parameters
    ----------
    era
        How this release withholds.
    n, k
        Students, and those counted.
    partitions
        Where each partition stands on the last axis.
    districts
        The first school of each district on the first axis; schools stand last.
    """
    state = np.zeros(n.shape, dtype=np.int8)
    state[n == 0] = NOBODY
    if era == "open":
        return state
    state[(n > 0) & (n < MINIMUM_GROUP)] = SMALL
    low, high = _extremes(era, n, k)
    large = n >= MINIMUM_GROUP
    state[large & low] = BELOW
    state[large & high & ~low] = ABOVE
    if era == "small":
        return state
    for part in partitions:
        _complement(state[..., part], n[..., part])
    _complement(state[:, 1:].swapaxes(1, 2), n[:, 1:].swapaxes(1, 2), by=CROSS_GRADE)
    _cross_organizations(state, n, districts)
    return state


def _extremes(era: Era, n: Counts, k: Counts) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    if era == "three":
        return k <= 2, n - k <= 2
    if era == "capped":
        return (k < np.minimum(0.1 * n, 3)), (n - k < np.minimum(0.1 * n, 3))
    if era == "five":
        return k * 20 <= n, k * 20 > n * 19
    return np.zeros(n.shape, bool), np.zeros(n.shape, bool)


def _complement(state: States, n: Counts, by: int | None = None) -> None:
    """Where one cell alone of a slice is withheld, withhold the smallest exact one too; writes into ``state``."""
    hidden = (state == SMALL) | (state == BELOW) | (state == ABOVE)
    if by is not None:
        hidden = state == SMALL
    exact = state == EXACT
    alone = (hidden.sum(axis=-1) == 1) & exact.any(axis=-1)
    smallest = np.argmin(np.where(exact, n, np.iinfo(n.dtype).max), axis=-1)
    places = np.nonzero(alone)
    small = (state == SMALL).any(axis=-1)[places]
    state[(*places, smallest[places])] = by or np.where(small, CROSS_GROUP, CROSS_RANGE)


def _cross_organizations(state: States, n: Counts, districts: NDArray[np.int64]) -> None:
    """Withhold the smallest exact cell beside a lone withheld one between the schools of a district, too."""
    first = districts[0]
    states, students = state[first:], n[first:]
    exact = states == EXACT
    alone = np.add.reduceat(states == SMALL, districts - first, axis=0, dtype=np.int64) == 1
    least = np.minimum.reduceat(
        np.where(exact, students, np.iinfo(n.dtype).max), districts - first, axis=0
    )
    sizes = np.diff([*(districts - first), len(states)])
    states[
        exact & np.repeat(alone, sizes, axis=0) & (students == np.repeat(least, sizes, axis=0))
    ] = CROSS_ORGANIZATION


def range_labels(
    era: Era, n: Counts, k: Counts, above: NDArray[np.bool_], decimals: int
) -> list[str]:
    """Return the label of each range: ``<15%``; a rate of 2 in 201 is printed finer than a rounded label allows.

    Parameters
    ----------
    era
        How this release withholds.
    n, k
        The size that the label speaks of, and how many are on its near side (0 to 2 under the 3/n rule).
    above
        Whether it is a range from below: ``>85%``.
    decimals
        Digits of the label; -1 for one below a hundred students and two from there on.
    """
    keys = pd.DataFrame({"n": n, "k": k, "above": above})
    code = keys.groupby(["n", "k", "above"], sort=False).ngroup().to_numpy()
    words = [
        _label(era, *row, decimals=decimals)
        for row in keys.drop_duplicates().itertuples(index=False, name=None)
    ]
    return [words[number] for number in code]


def _label(era: Era, n: int, k: int, above: bool, *, decimals: int) -> str:
    share = 300 / n
    if era == "capped":
        share = min(share, 10.0)
    digits = decimals if decimals >= 0 else 1 + (n >= 100)
    while not (label := round(share, digits)) > 100 * k / n:
        digits += 1
    number = 100 - label if above else label
    text = f"{number:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f">{text}%" if above else f"<{text}%"
