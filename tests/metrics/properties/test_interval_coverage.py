"""How often the intervals hold the truth: counted over every possible table, so that no chance blurs the answer."""

import numpy as np
import pytest
from scipy.stats import binom

from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.intervals import koopman_ratio

NOMINAL = 0.95
RATES = np.linspace(0.02, 0.98, 49)


@pytest.mark.parametrize("n", [20, 50, 200])
def test_wilson__covers_as_often_as_it_says(n):
    k = np.arange(n + 1)
    low, high = intervals.wilson(k, n)
    chance = binom.pmf(k[:, None], n, RATES)
    inside = (low[:, None] <= RATES) & (high[:, None] >= RATES)
    assert (chance * inside).sum(axis=0).mean() == pytest.approx(NOMINAL, abs=0.015)


def table_chances(n, rates):
    """Chance of each count at each rate."""
    return binom.pmf(np.arange(n + 1)[:, None], n, rates)


def covered(low, high, chances, of):
    """Mean over pairs of rates of the chance that the interval holds what they make."""
    found = [
        float(chances[:, i] @ ((low <= of(p, q)) & (high >= of(p, q))) @ chances[:, j])
        for i, p in enumerate(PAIRED)
        for j, q in enumerate(PAIRED)
    ]
    return np.mean(found)


PAIRED = np.linspace(0.05, 0.95, 10)


@pytest.mark.parametrize("n", [20, 50, 200])
def test_newcombe_difference__covers_as_often_as_it_says(n):
    k, other = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    low, high = intervals.newcombe_difference(k, n, other, n)
    found = covered(low, high, table_chances(n, PAIRED), lambda p, q: p - q)
    assert found == pytest.approx(NOMINAL, abs=0.015)


@pytest.mark.parametrize("n", [20, 50])
def test_koopman_ratio__covers_as_often_as_it_says(n):
    k, other = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    low, high = koopman_ratio(k, n, other, n)
    found = covered(low, high, table_chances(n, PAIRED), lambda p, q: p / q)
    assert found == pytest.approx(NOMINAL, abs=0.015)
