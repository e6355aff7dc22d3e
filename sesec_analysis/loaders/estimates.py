"""What is known of a share whose count is printed in parts, or as a rounded percent alone: households, residents.

A bracket that straddles the line asked for ($25,000 to $34,999 where the question is $30,000) makes a range.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sesec_analysis.loaders.known import NAN, Known, columns, number

__all__ = ["resolve_estimates"]


def resolve_estimates(
    parts: Sequence[pd.DataFrame],
    straddling: Sequence[pd.DataFrame],
    percent: pd.DataFrame,
    over: pd.DataFrame,
) -> pd.DataFrame:
    """Return the figure columns of OBSERVATIONS for counts that are no students, so that no group of them is masked.

    Parameters
    ----------
    parts
        Parsed counts that belong to the numerator.
    straddling
        Parsed counts of which none, some or all belong to it.
    percent
        Parsed shares, read where there are no parts: the count is then known as far as the rounding tells.
    over
        Parsed counts of all: households, residents, schools.

    Examples
    --------
    >>> from sesec_analysis.loaders import cells
    >>> under, bracket, all_of_them = (cells.parse_counts(pd.Series([text])) for text in ("20", "10", "100"))
    >>> none = cells.parse_percents(pd.Series([""]), unit="percent")
    >>> found = resolve_estimates([under], [bracket], none, all_of_them)
    >>> found[["value_low", "value_high", "status"]].values.tolist()
    [[0.2, 0.3, 'bounded']]
    """
    n = number(over)
    if parts:
        low = np.sum([number(part) for part in parts], axis=0)
        high = low + np.sum([number(part) for part in straddling], axis=0) if straddling else low
        p_low, p_high = _over(low, n), _over(high, n)
    else:
        p, half = number(percent), 0.5 * 10.0 ** (-percent["decimals"].to_numpy("float64") - 2)
        p_low, p_high = np.clip(p - half, 0, 1), np.clip(p + half, 0, 1)
        low, high = np.ceil(p_low * n - 1e-9), np.floor(p_high * n + 1e-9)
    known = Known.of(len(n))
    everything = np.ones(len(n), bool)
    known.put(
        everything, "withheld", n=n, n_low=n, n_high=n, k_low=0.0, k_high=n, p_low=0.0, p_high=1.0
    )
    told = ~np.isnan(low) & ~np.isnan(high) & (n > 0)
    known.put(told, "bounded", k_low=low, k_high=high, p_low=p_low, p_high=p_high)
    exact = told & (low == high) & bool(parts)
    known.put(exact, "reported", k=low, p=p_low)
    known.put(n == 0, "no_students", k=0.0, k_low=0.0, k_high=0.0, p_low=NAN, p_high=NAN)
    return columns(known, over.index)


def _over(count: np.ndarray, n: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(count / n, dtype="float64")
