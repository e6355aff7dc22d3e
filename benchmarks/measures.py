"""Rates, gaps, ratios and sums of a million cells, as ratios to other ways to the same numbers, in one run.

The other ways are the bare arithmetic (the same intervals and the same bounds, in numpy, on arrays that were laid out
for it), a loop of statsmodels calls, and fairlearn's MetricFrame. The last two are timed on fewer cells and scaled to a
million; they give the exact cells' share of our answer only, and `main` first sees to it that there the numbers agree.
"""

import ctypes
import multiprocessing
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from bare import BARE, POINTS, Arrays
from fairlearn.metrics import MetricFrame, selection_rate
from numpy.typing import NDArray
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from sesec_analysis import bounds, schema
from sesec_analysis.metrics.disparity import gaps, rates, ratios

ROWS, FEW = 1_000_000, 2_000
GROUPS = ["asian", "black", "hispanic", "two_or_more", "white"]
BY, REFERENCE = "race_ethnicity", "white"
REPEATS = 7


def cells(rows: int, *, masked_share: float = 1 / 3) -> pd.DataFrame:
    """OBSERVATIONS of many schools; of the masked, half say "N<10" and half a percent within ten points."""
    random = np.random.default_rng(20260101)
    n = random.integers(10, 400, rows)
    k = random.binomial(n, 0.4)
    masked = random.random(rows) < masked_share
    small = masked & (random.random(rows) < 0.5)
    tenth = np.minimum(k * 10 // n, 9)
    schools = np.arange(rows // len(GROUPS)).astype(str)

    def known(exact: NDArray[Any], if_small: float, if_range: NDArray[Any]) -> NDArray[Any]:
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
    """Ask for a measure as a researcher does."""
    if measure == "rates":
        return rates(table, by=BY)
    if measure == "gaps":
        return gaps(table, by=BY, reference=REFERENCE)
    if measure == "ratios":
        return ratios(table, by=BY, reference=REFERENCE)
    return bounds.pool(table, by=["indicator", "organization_id"])


def loop(measure: str, table: pd.DataFrame) -> list[tuple[float, float]]:
    """Call statsmodels once a row: the interval of the published counts, no bounds."""
    counts = list(zip(table["numerator"].tolist(), table["denominator"].tolist(), strict=True))
    if measure == "rates":
        return [proportion_confint(k, n, method="wilson") for k, n in counts]
    compare, method = ("diff", "newcomb") if measure == "gaps" else ("ratio", "log-adjusted")
    last = len(GROUPS) - 1
    return [
        confint_proportions_2indep(
            *counts[row], *counts[row - row % len(GROUPS) + last], compare=compare, method=method
        )
        for row in range(len(counts))
        if row % len(GROUPS) != last
    ]


def students(table: pd.DataFrame) -> pd.DataFrame:
    """One row a student, as fairlearn wants it."""
    n, k = table["denominator"].to_numpy(int), table["numerator"].to_numpy(int)
    seat = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    names = table.loc[table.index.repeat(n), ["organization_id", "student_group"]]
    return names.reset_index(drop=True).assign(met=(seat < np.repeat(k, n)).astype(int))


def frame(measure: str, people: pd.DataFrame) -> pd.Series:
    """Ask MetricFrame: rates by group, or the largest gap or ratio within each school."""
    made = MetricFrame(
        metrics=selection_rate,
        y_true=people["met"],
        y_pred=people["met"],
        sensitive_features=people["student_group"],
        control_features=people["organization_id"],
    )
    if measure == "rates":
        return made.by_group
    return made.difference() if measure == "gaps" else made.ratio()


def seconds(
    works: dict[str, tuple[Callable[[Any], object], Callable[[], object]]], repeats: int = REPEATS
) -> dict[str, float]:
    """Processor seconds of each, the best of a few runs, taken in turn so that a busy machine is fair to all.

    Each is given what the function beside it makes, before the clock runs.
    """
    best = dict.fromkeys(works, np.inf)
    for _ in range(repeats):
        for name, (work, given) in works.items():
            argument = given()
            start = time.process_time()
            work(argument)
            best[name] = min(best[name], time.process_time() - start)
    return best


def anew(table: pd.DataFrame) -> pd.DataFrame:
    """Return the same table as nobody has asked it yet: nothing is kept of its columns from the last run."""
    return table.head(len(table))


def peak(measure: str, *, by_hand: bool) -> float:
    """Most MiB that a process of its own held beyond its million cells, its answer included."""
    # What is freed goes back at once, or work could hide in memory left over from making the cells.
    os.environ |= {"MALLOC_MMAP_THRESHOLD_": "65536", "ARROW_DEFAULT_MEMORY_POOL": "system"}
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (measure, by_hand))


def _peak(measure: str, by_hand: bool) -> float:
    table = cells(ROWS)
    given = Arrays.of(table, len(GROUPS))
    ours(measure, table.head(10))  # what is imported on first use
    Path("/proc/self/clear_refs").write_text("5")  # Linux: forget the peak so far
    before = _status("VmRSS")
    answer = BARE[measure](given) if by_hand else ours(measure, table)
    assert len(answer)
    return (_status("VmHWM") - before) / 1024


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


def agree(table: pd.DataFrame, people: pd.DataFrame) -> None:
    """Stop unless the other ways give our numbers; the measures are then the same, and only speed differs."""
    for measure in ("rates", "gaps", "ratios"):
        found = ours(measure, table)[["estimate", "ci_low", "ci_high"]].to_numpy()
        np.testing.assert_allclose(found[:, 1:], loop(measure, table), rtol=1e-12)
        plain = POINTS[measure](Arrays.of(table, len(GROUPS)))
        np.testing.assert_allclose(found, np.column_stack(plain), rtol=1e-9)
        both = cells(len(table))
        found = ours(measure, both)[["outer_low", "outer_high"]].to_numpy()
        plain = np.column_stack(BARE[measure](Arrays.of(both, len(GROUPS)))[-2:])
        said = np.isfinite(found) & (found != 0)  # small groups are not shown, and edges are mended
        np.testing.assert_allclose(found[said], plain[said], rtol=1e-9)
    rate = ours("rates", table).set_index(["organization_id", "student_group"])["estimate"]
    theirs = frame("rates", people)
    np.testing.assert_allclose(theirs, rate.reindex(theirs.index), rtol=1e-12)


def row(measure: str, table: pd.DataFrame, few: pd.DataFrame, people: pd.DataFrame) -> list[str]:
    """Measure one measure in every way: a row of results.md."""
    arrays = Arrays.of(table, len(GROUPS))
    took = seconds(
        {
            "ours": (partial(ours, measure), partial(anew, table)),
            "bare": (BARE[measure], lambda: arrays),
            "points": (POINTS[measure], lambda: arrays),
        }
    )
    others = []
    if measure != "sums":
        ways = {
            "loop": (partial(loop, measure), lambda: few),
            "frame": (partial(frame, measure), lambda: people),
        }
        scale = len(table) / len(few) / took["ours"]
        others = [f"{each * scale:,.0f}" for each in seconds(ways, repeats=1).values()]
    return [
        measure,
        f"{took['ours']:.2f}",
        f"{took['ours'] / took['bare']:.1f}",
        f"{took['ours'] / took['points']:.1f}",
        *(others or ["", ""]),
        *(f"{peak(measure, by_hand=by_hand):.0f}" for by_hand in (False, True)),
    ]


def keep_memory() -> None:
    """Keep what is set free, where the C library can: or who runs after a large answer pays for fresh pages."""
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(-3, 1 << 25)  # M_MMAP_THRESHOLD
        mallopt(-1, (1 << 31) - 1)  # M_TRIM_THRESHOLD


def main() -> None:
    """Print the table of results.md."""
    keep_memory()
    table, few = cells(ROWS), cells(FEW, masked_share=0)
    people = students(few)
    agree(few, people)
    print(f"{ROWS:,} cells; loop and MetricFrame: {FEW:,} cells ({len(people):,} students), scaled")
    for measure in BARE:
        print("|", " | ".join(row(measure, table, few, people)), "|", flush=True)


if __name__ == "__main__":
    main()
