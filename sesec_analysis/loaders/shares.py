"""What is known of a composition: a group's students out of a headcount that is printed, or told within a range."""

import numpy as np
import pandas as pd

from sesec_analysis.loaders.known import NAN, Known, RuleBrokenError, columns, is_kind, number
from sesec_analysis.schema import MINIMUM_GROUP

__all__ = ["resolve_shares"]


def resolve_shares(numerator: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    """Return the figure columns of OBSERVATIONS for a composition: the group's students out of a headcount.

    Parameters
    ----------
    numerator
        Parsed cells of the group's students.
    sizes
        ``low`` and ``high``: the headcount, as a range of one number where it is printed.

    Raises
    ------
    RuleBrokenError
        If a group is larger than the headcount.
    """
    known = Known.of(len(numerator))
    k, low, high = (
        number(numerator),
        sizes["low"].to_numpy("float64"),
        sizes["high"].to_numpy("float64"),
    )
    if (above := k > high).any():
        raise RuleBrokenError(
            "the numerator is above the denominator", above, "numerator", "correct the file"
        )
    if (blank := is_kind(numerator, "blank")).any():
        raise RuleBrokenError(
            "a count is blank, with no reason given",
            blank,
            "numerator",
            "check the file; download it again",
        )
    counted, exact = ~np.isnan(low), ~np.isnan(k) & ~np.isnan(low)
    n = np.where(low == high, low, NAN)
    nine = np.minimum(high, MINIMUM_GROUP - 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        known.put(
            counted,
            "withheld",
            n=n,
            n_low=low,
            n_high=high,
            k_low=0.0,
            k_high=high,
            p_low=0.0,
            p_high=1.0,
        )
        known.put(
            is_kind(numerator, "small_n") & counted, "small_n", k_high=nine, p_high=nine / low
        )
        known.put(
            exact,
            "bounded",
            k=k,
            k_low=k,
            k_high=k,
            p_low=k / high,
            p_high=np.minimum(k / low, 1.0),
        )
        known.put(exact & (low == high), "reported", p=k / n)
    known.put(exact & (high == 0), "no_students", p=NAN, p_low=NAN, p_high=NAN)
    return columns(known, numerator.index)
