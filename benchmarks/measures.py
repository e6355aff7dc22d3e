"""Rates, gaps, ratios and sums of a million cells, as ratios to the bare numpy arithmetic of the same numbers."""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from sesec_analysis import bounds, schema
from sesec_analysis.metrics.disparity import gaps, rates, ratios

ROWS = 1_000_000
GROUPS = ["asian", "black", "hispanic", "two_or_more", "white"]
REPEATS = 3
Z = 1.959963984540054


def cells(rows: int) -> pd.DataFrame:
    """OBSERVATIONS of many schools, a third of them masked."""
    random = np.random.default_rng(20260101)
    n = random.integers(10, 400, rows)
    k = random.binomial(n, 0.4)
    masked = random.random(rows) < 1 / 3
    exact = pd.array(np.where(masked, np.nan, k), dtype="Float64").astype("Int64")
    size = pd.array(np.where(masked, np.nan, n), dtype="Float64").astype("Int64")
    return schema.conform_observations(
        pd.DataFrame(
            {
                "source_id": "benchmark@2019",
                "indicator": "ela_met",
                "end_year": 2019,
                "organization_level": "school",
                "organization_id": np.repeat(np.arange(rows // len(GROUPS)), len(GROUPS)).astype(
                    str
                ),
                "grade_level": "all",
                "student_group_type": "race_ethnicity",
                "student_group": np.tile(GROUPS, rows // len(GROUPS)),
                "numerator": exact,
                "denominator": size,
                "numerator_low": np.where(masked, 0, k),
                "numerator_high": np.where(masked, 9, k),
                "denominator_low": np.where(masked, 1, n),
                "denominator_high": np.where(masked, 9, n),
                "value": np.where(masked, np.nan, k / n),
                "value_low": np.where(masked, 0, k / n),
                "value_high": np.where(masked, 1, k / n),
                "status": np.where(masked, "small_n", "reported"),
                "coverage": np.where(masked, 0.0, 1.0),
                "cells": 1,
                "cells_reported": np.where(masked, 0, 1),
            }
        )
    )


def wilson(k: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The bare arithmetic."""
    p, z2 = k / n, Z * Z
    middle, half = (p + z2 / (2 * n)), Z * np.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)


def newcombe(k: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The bare arithmetic, each group against the last of its five."""
    p, (low, high) = k / n, wilson(k, n)
    reference = np.repeat(np.arange(len(GROUPS) - 1, len(k), len(GROUPS)), len(GROUPS))
    gap = p - p[reference]
    return (
        gap - np.hypot(p - low, high[reference] - p[reference]),
        gap + np.hypot(high - p, p[reference] - low[reference]),
    )


def seconds(work: Callable[[], object]) -> float:
    """The best of a few runs."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print one line per measure."""
    table = cells(ROWS)
    k, n = table["numerator_high"].to_numpy(float), table["denominator_high"].to_numpy(float)
    bare_rate, bare_gap = seconds(lambda: wilson(k, n)), seconds(lambda: newcombe(k, n))
    by = {"by": "race_ethnicity"}
    measured = {
        "rates, against bare Wilson": (lambda: rates(table, **by), bare_rate),
        "gaps against a group, against bare Newcombe": (
            lambda: gaps(table, **by, reference="white"),
            bare_gap,
        ),
        "ratios against a group, against bare Newcombe": (
            lambda: ratios(table, **by, reference="white"),
            bare_gap,
        ),
        "sums by school with bounds, against bare Wilson": (
            lambda: bounds.pool(table, by=["indicator", "organization_id"]),
            bare_rate,
        ),
    }
    print(f"{ROWS:,} cells; bare Wilson {bare_rate:.3f} s, bare Newcombe {bare_gap:.3f} s")
    for name, (work, bare) in measured.items():
        took = seconds(work)
        print(f"{name}: {took:.2f} s, {took / bare:.0f} times")


if __name__ == "__main__":
    main()
