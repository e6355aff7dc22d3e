"""The minimum cells of a risk ratio: under them there is none, and where withheld counts leave it open, no estimate."""

import numpy as np
import pandas as pd

from sesec_analysis.metrics.claims import Side
from sesec_analysis.polygons import Flags, Floats, Known, Positions
from sesec_analysis.words import mark

__all__ = ["MINIMUM_CELL", "MINIMUM_COMPARISON", "event_range", "not_calculated", "thinness"]

MINIMUM_CELL, MINIMUM_COMPARISON = 10, 20
"""Events and students in the group, students among those it is compared to (OSPI, Significant Disproportionality)."""


def event_range(known: Known) -> tuple[Floats, Floats]:
    """Fewest and most events: what the counts say and what the percent says of the students."""
    capped = np.isfinite(known.n_high)
    most = np.where(capped, known.value_high, 1.0) * np.where(capped, known.n_high, np.inf)
    low = np.fmax(known.k_low, known.value_low * known.n_low)
    high = np.maximum(np.fmin(known.k_high, most), low)
    return np.where(known.exact, known.k_low, low), np.where(known.exact, known.k_low, high)


def thinness(group: Side, other: Side, cell: int, comparison: int) -> tuple[Positions, Flags]:
    """Which minimum is known to be missed (1, 2, 3; 0: none), and where withheld counts leave it open."""
    least, most = event_range(group.known)
    missed = [most < cell, group.known.n_high < cell, other.known.n_high < comparison]
    number = np.select(missed, [1, 2, 3], default=0)
    unsure = (least < cell) | (group.known.n_low < cell) | (other.known.n_low < comparison)
    return number, unsure & (number == 0)


def not_calculated(table: pd.DataFrame, missed: Positions, unsure: Flags) -> pd.DataFrame:
    """Take the numbers from a ratio that misses a minimum, and the estimate from one that may."""
    told = ~table["status"].isin(["small_n", "undefined"]).to_numpy(dtype=bool)
    table.loc[told & (missed > 0), _NUMBERS] = np.nan
    table.loc[told & (missed > 0), "status"] = "undefined"
    for number, what in enumerate(_MISSED, start=1):
        table.loc[told & (missed == number), "method"] = f"not calculated: {what}"
    table.loc[told & unsure, ["estimate", "ci_low", "ci_high"]] = np.nan
    table.loc[told & unsure, "method"] += "; whether the minimum cells are met is withheld"
    table.loc[told & unsure & (table["status"] == "ok"), "status"] = "bounded"
    return table


_MISSED = [
    mark("too few events in the group"),
    mark("too few students in the group"),
    mark("too few students among all others"),
]
_NUMBERS = [
    "estimate",
    *(f"{name}_{end}" for name in ("ci", "bound", "outer") for end in ("low", "high")),
]
