"""School budgets by source of funds, put back into the years they belong to: a rule on a whole file of several years.

The file as carried lists, fund by fund, a school's amounts in their order but from its first year on: a fund that a
school had only in 2022-23 and 2023-24 stands under 2021-22 and 2022-23. The printed totals of each year tell which.
"""

from collections.abc import Callable, Iterator
from itertools import combinations, product

import numpy as np
import pandas as pd

from sesec_analysis.loaders import cells

__all__ = ["FILE_RULES", "placements"]

_FUNDS = ["general", "special_education", "bilingual", "lap", "title_i", "levy", "other_grants"]
_ROUNDING = 1.0  # dollars


def placements(amounts: np.ndarray) -> Iterator[np.ndarray]:
    """Yield each way to set a fund's amounts into years, in their order; as they stand comes first.

    Examples
    --------
    >>> [way.tolist() for way in placements(np.array([9.0, 0.0, 0.0]))]
    [[9.0, 0.0, 0.0], [0.0, 9.0, 0.0], [0.0, 0.0, 9.0]]
    """
    yield amounts
    some = amounts[amounts != 0]
    for years in combinations(range(len(amounts)), len(some)):
        placed = np.zeros(len(amounts))
        placed[list(years)] = some
        if not np.array_equal(placed, amounts):
            yield placed


def _fitting(funds: np.ndarray, totals: np.ndarray) -> list[np.ndarray]:
    """Return every way in which all funds add up to each year's total; where there are several, none is told."""
    ways = map(np.array, product(*(placements(fund) for fund in funds)))
    return [way for way in ways if np.all(np.abs(way.sum(axis=0) - totals) <= _ROUNDING)]


def _amounts(texts: pd.DataFrame) -> np.ndarray:
    numbers = [cells.parse_numbers(texts[name])["number"].fillna(0.0) for name in texts]
    return np.array(numbers, dtype="float64")


def funds_in_their_years(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Put each fund's amounts into the years in which all add up to the printed totals; blank where none can be told.

    A fund that a school does not list is none of its budget. Adds ``schools`` (1) and ``title_i_schools`` (1 or 0).
    """
    rows = rows.sort_values(["school_name", "school_year"]).reset_index(drop=True)
    amounts, totals = _amounts(rows[_FUNDS]), _amounts(rows[["total"]])[0]
    placed, told = amounts.copy(), np.ones_like(amounts, dtype=bool)
    for school in rows.groupby("school_name", sort=False).indices.values():
        ways = _fitting(amounts[:, school], totals[school])
        if ways:
            placed[:, school] = ways[0]
        told[:, school] = (
            np.all([way == placed[:, school] for way in ways], axis=0) if ways else False
        )
    moved = (placed != amounts).any(axis=0) | ~told.all(axis=0)
    text = np.where(told, np.char.mod("%.2f", placed), "")
    rows = rows.assign(**dict(zip(_FUNDS, text, strict=True)))
    title_i = np.where(
        told[_FUNDS.index("title_i")],
        (placed[_FUNDS.index("title_i")] > 0).astype(int).astype(str),
        "",
    )
    return rows.assign(schools="1", title_i_schools=title_i), int(moved.sum())


FILE_RULES: dict[str, Callable[[pd.DataFrame], tuple[pd.DataFrame, int]]] = {
    funds_in_their_years.__name__: funds_in_their_years,
}
"""Rules under `file_rules:` of an entry: they see all years of a file, before the release's own is kept."""
