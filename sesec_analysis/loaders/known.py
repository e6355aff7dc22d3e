"""What is known of cells while they are being read: the parsed row, the columns under construction, their shape."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sesec_analysis.entries import RangeRule

__all__ = ["NAN", "Known", "Parsed", "RuleBrokenError", "columns", "is_kind", "number"]

NAN = np.nan


class RuleBrokenError(ValueError):
    """Rows contradict each other or a suppression rule; carries which rows and why."""

    def __init__(self, what: str, rows: np.ndarray, column: str, mend: str) -> None:
        self.what, self.rows, self.column, self.mend = what, rows, column, mend
        super().__init__(what)


@dataclass(frozen=True)
class Parsed:
    """The parsed cells of one indicator, row by row.

    ``numerator``, ``denominator``, ``percent`` and ``flag`` are tables of `cells` (kind, number, decimals, closed).
    ``printed`` is a number of students that a withheld row prints all the same (NaN where it does not); ``cap`` is the
    most students the cell can hold, from an enclosing count.
    """

    numerator: pd.DataFrame
    denominator: pd.DataFrame
    percent: pd.DataFrame
    flag: pd.DataFrame
    printed: np.ndarray
    cap: np.ndarray
    range_rule: RangeRule
    half_unit: float  # how far a printed percent may be off, in units of its last digit: 0.5 rounded, 1.2 truncated
    flag_bounds: bool  # a range in the flag column is about this very rate
    earlier_passers: (
        np.ndarray
    )  # rows whose denominator also holds students outside the size that "N<10" speaks of

    @property
    def unit(self) -> np.ndarray:
        """The last printed digit of each percent, as a proportion."""
        return 10.0 ** (-self.percent["decimals"].to_numpy(dtype="float64") - 2)


@dataclass
class Known:
    """The columns under construction."""

    status: np.ndarray
    k: np.ndarray
    n: np.ndarray
    k_low: np.ndarray
    k_high: np.ndarray
    n_low: np.ndarray
    n_high: np.ndarray
    p: np.ndarray
    p_low: np.ndarray
    p_high: np.ndarray

    @classmethod
    def of(cls, rows: int) -> "Known":
        """Start with nothing known of any row."""
        blank = [np.full(rows, NAN) for _ in range(9)]
        return cls(np.full(rows, "withheld", dtype=object), *blank)

    def put(self, rows: np.ndarray, status: str, **columns: np.ndarray | float) -> None:
        """Set the status of some rows, and the columns named, overwriting what stood there."""
        self.status[rows] = status
        for name, value in columns.items():
            target = getattr(self, name)
            target[rows] = value[rows] if isinstance(value, np.ndarray) else value


def is_kind(cells: pd.DataFrame, *kinds: str) -> np.ndarray:
    """Tell which parsed cells are of one of the kinds."""
    return np.asarray(cells["kind"].isin(kinds).to_numpy(), dtype=bool)


def number(cells: pd.DataFrame) -> np.ndarray:
    """Return the exactly printed numbers, NaN elsewhere."""
    return np.asarray(np.where(is_kind(cells, "exact"), cells["number"], NAN), dtype="float64")


def _whole(values: np.ndarray) -> pd.Series:
    return pd.Series(np.where(np.isfinite(values), np.round(values), NAN)).astype("Int64")


def columns(known: Known, index: pd.Index) -> pd.DataFrame:
    """Return the figure columns of OBSERVATIONS."""
    reported = known.status == "reported"
    return pd.DataFrame(
        {
            "numerator": _whole(known.k),
            "denominator": _whole(known.n),
            "numerator_low": _whole(known.k_low),
            "numerator_high": _whole(known.k_high),
            "denominator_low": _whole(known.n_low),
            "denominator_high": _whole(known.n_high),
            "value": known.p,
            "value_low": known.p_low,
            "value_high": known.p_high,
            "status": known.status.astype("str"),
            "coverage": reported.astype("float64"),
            "cells": 1,
            "cells_reported": reported.astype("int64"),
        }
    ).set_index(index)
