"""Rates, gaps, ratios and sums of a million cells, against the bare arithmetic in numpy, in one run.

Bare is the same intervals and the same bounds on arrays that were laid out for it (`bare.py`). Before anything is
timed, `main` stops unless both ways give the same numbers.
"""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from bare import BARE, Arrays
from numpy.typing import NDArray

from sesec_analysis import bounds, schema
from sesec_analysis.metrics.disparity import gaps, rates, ratios

ROWS, FEW = 1_000_000, 2_000
GROUPS = ["asian", "black", "hispanic", "two_or_more", "white"]
BY, REFERENCE = "race_ethnicity", "white"
REPEATS = 3


def cells(rows: int, *, masked_share: float = 1 / 3) -> pd.DataFrame:
    """OBSERVATIONS of many schools; of the masked, half say "N<10" and half a percent within ten points."""
    random = np.random.default_rng(20260101)
    n = random.integers(10, 400, rows)
    k = random.binomial(n, 0.4)
    masked = random.random(rows) < masked_share
    small = masked & (random.random(rows) < 0.5)
    tenth = np.minimum(k * 10 // n, 9)
    schools = np.arange(rows // len(GROUPS)).astype(str)

    def known(
        exact: NDArray[np.float64], if_small: float, if_range: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        return np.select([small, masked], [if_small, if_range], exact)

    table = pd.DataFrame(
        {
            "source_id": "benchmark@2019",
            "indicator": "ela_met",
            "end_year": 2019,
            "organization_level": "school",
            "organization_id": np.repeat(schools, len(GROUPS)),
            "grade_level": "all",
            "student_group_type": BY,
            "student_group": np.tile(GROUPS, rows // len(GROUPS)),
            "numerator": pd.Series(k, dtype="Int64").mask(masked),
            "denominator": pd.Series(n, dtype="Int64").mask(small),
            "numerator_low": known(k, 0, -(-tenth * n // 10)),
            "numerator_high": known(k, 9, (tenth + 1) * n // 10),
            "denominator_low": known(n, 1, n),
            "denominator_high": known(n, 9, n),
            "value": np.where(masked, np.nan, k / n),
            "value_low": known(k / n, 0, tenth / 10),
            "value_high": known(k / n, 1, (tenth + 1) / 10),
            "status": np.select([small, masked], ["small_n", "bounded"], "reported"),
            "coverage": np.where(masked, 0.0, 1.0),
            "cells": 1,
            "cells_reported": np.where(masked, 0, 1),
        }
    )
    return schema.conform_observations(table)


def ours(measure: str, table: pd.DataFrame) -> pd.DataFrame:
    """Compute a measure as a researcher does."""
    if measure == "rates":
        return rates(table, by=BY)
    if measure == "gaps":
        return gaps(table, by=BY, reference=REFERENCE)
    if measure == "ratios":
        return ratios(table, by=BY, reference=REFERENCE)
    return bounds.pool(table, by=["indicator", "organization_id"])


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds, the best of a few runs."""
    best = np.inf
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def agree(table: pd.DataFrame) -> None:
    """Stop unless the bare way gives our numbers; the measures are then the same, and only speed differs."""
    for measure in ("rates", "gaps", "ratios"):
        found = ours(measure, table)[["outer_low", "outer_high"]].to_numpy()
        plain = np.column_stack(BARE[measure](Arrays.from_rows(table, len(GROUPS)))[-2:])
        shown = np.isfinite(found) & (
            found != 0
        )  # small groups are not shown, and edges are corrected
        np.testing.assert_allclose(found[shown], plain[shown], rtol=1e-9)


def main() -> None:
    """Print a table: the measure, our seconds, and how many times the bare arithmetic that is."""
    agree(cells(FEW))
    table = cells(ROWS)
    arrays = Arrays.from_rows(table, len(GROUPS))
    for measure in BARE:
        took = seconds(lambda measure=measure: ours(measure, table))  # type: ignore[misc]
        bare = seconds(lambda measure=measure: BARE[measure](arrays))  # type: ignore[misc]
        print(f"| {measure} | {took:.2f} s | {took / bare:.1f} × bare |", flush=True)


if __name__ == "__main__":
    main()
