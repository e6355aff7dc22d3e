"""Counts that a file implies by its own exactly printed figures: named functions that an entry lists under `derive:`.

Each takes a lookup of parsed counts or shares (NaN where nothing exact is printed) and returns numerator and
denominator. A withheld row stays withheld: what is NaN going in comes out NaN.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

__all__ = ["DERIVED", "later_headcount"]

Lookup = Callable[[str], np.ndarray]


def add_previously_passed(prefix: str, get: Lookup) -> tuple[np.ndarray, np.ndarray]:
    """Official rate before 2018: students who passed in an earlier year join both the count and the total."""
    met = get(f"{prefix}met")
    return met, get(f"{prefix}total") + met - get(f"{prefix}met_now")


def less_no_score(prefix: str, get: Lookup) -> tuple[np.ndarray, np.ndarray]:
    """Rate of those tested: students without a score leave the total."""
    return get(f"{prefix}met_now"), get(f"{prefix}total") - get(f"{prefix}no_score")


def participation(prefix: str, get: Lookup) -> tuple[np.ndarray, np.ndarray]:
    """Students with a score out of those expected to test this year."""
    total = get(f"{prefix}total")
    # A withheld row can print its total alone; without the others it implies nothing.
    total = np.where(np.isnan(get(f"{prefix}met")), np.nan, total)
    return total - get(f"{prefix}no_score"), total


def tested_from_shares(prefix: str, get: Lookup) -> tuple[np.ndarray, np.ndarray]:
    """Rate of those tested where the file prints the share without a score (2017-18 on); earlier passers leave both."""
    expected = get(f"{prefix}expected")
    tested = np.round(expected * (1 - get(f"{prefix}no_score")))
    return get(f"{prefix}met") - (get(f"{prefix}expected_all") - expected), tested


def participation_from_shares(prefix: str, get: Lookup) -> tuple[np.ndarray, np.ndarray]:
    """Students with a score out of those expected, where the file prints the share without one."""
    expected = get(f"{prefix}expected")
    return np.round(expected * (1 - get(f"{prefix}no_score"))), expected


def _level(number: int) -> Callable[[str, Lookup], tuple[np.ndarray, np.ndarray]]:
    """Students at one achievement level out of those with a score: levels are printed as shares of those expected."""

    def level_from_shares(prefix: str, get: Lookup) -> tuple[np.ndarray, np.ndarray]:
        expected = get(f"{prefix}expected")
        tested = np.round(expected * (1 - get(f"{prefix}no_score")))
        return np.round(expected * get(f"level_{number}")), tested

    return level_from_shares


DERIVED: dict[str, Callable[[str, Lookup], tuple[np.ndarray, np.ndarray]]] = {
    function.__name__: function
    for function in (
        add_previously_passed,
        less_no_score,
        participation,
        tested_from_shares,
        participation_from_shares,
    )
} | {f"level_{number}_from_shares": _level(number) for number in (1, 2, 3, 4)}


def later_headcount(groups: pd.DataFrame) -> pd.DataFrame:
    """Find the headcount that the program percents of an older enrollment file rest on.

    Those files print, say, 236 low-income students and 70.87 percent, though 302 were enrolled in October: number and
    percent together say 333. All program groups of a school share one headcount, so their ranges are intersected.

    Parameters
    ----------
    groups
        One row per school and program group: ``organization_id``, ``k`` (students), ``p`` (0-1), ``unit`` (last digit).

    Returns
    -------
    ``low`` and ``high`` per ``organization_id``; missing where no group of the school has both figures.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.ceil(groups["k"] / (groups["p"] + groups["unit"]) - 1e-9)
        high = np.floor(groups["k"] / (groups["p"] - groups["unit"]) + 1e-9)
    usable = (groups["k"] > 0) & (groups["p"] > groups["unit"])
    ranges = pd.DataFrame({"organization_id": groups["organization_id"], "low": low, "high": high})[
        usable
    ]
    return ranges.groupby("organization_id").agg(low=("low", "max"), high=("high", "min"))
