"""Sums of partly known cells: OBSERVATIONS rows in, one row per sum out, every bound carried.

A published cell that hides its count still says something: "fewer than ten students", "under 15 percent". `pool` adds
cells up and finds the lowest and the highest rate the sum can have.

The policy is named `own_cells`: each cell is read by its own text only. Nothing is subtracted from a total, and no
bound is tightened by one, because that would undo the publisher's protection of small groups.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.polygons import (
    Flags,
    Floats,
    Known,
    Positions,
    contradictions,
    floats,
    largest_of_sum,
    rate_bounds,
    sum_by,
)

__all__ = ["POLICY", "join_sources", "pool", "row_codes"]

POLICY = "own_cells"
"""The one rule by which bounds are summed; named in the `method` of every estimate that rests on it."""


def pool(cells: pd.DataFrame, *, by: list[str]) -> pd.DataFrame:
    r"""Add up cells, carrying what is known where counts are withheld.

    The rate of a sum is :math:`\sum k_i / \sum n_i`; where some cells are masked, the result is its lowest and
    highest value over everything those cells can be.

    Parameters
    ----------
    cells
        OBSERVATIONS rows that share no student, for example the schools of a place; rows made by `pool` may be
        pooled again.
    by
        Columns that name a sum. Rows alike in all of them are added.

    Returns
    -------
    pandas.DataFrame
        One row per distinct `by`, in order of first appearance: the counts, value, status, token, coverage and
        cells columns of OBSERVATIONS, and `source_id` joined by "; " unless it is in `by`.

    Raises
    ------
    DataError
        If a cell contradicts itself, a column is missing, or cells of several indicators would be added.

    See Also
    --------
    sesec_analysis.schema : The columns and their meaning.

    Notes
    -----
    A single cell passes through unchanged, but for `largest_masked`. Exact cells give exact sums (`reported`).
    Otherwise `numerator`,
    `denominator` and `value` are null, the `_low` and `_high` counts are plain sums, and the status is, by the first
    that fits: `not_collected` (every cell is), `small_n` (fewer than ten students in all), `withheld` (the rate may
    be anything from 0 to 1), `bounded`. `token` is empty for a sum: nobody published it. `coverage` is the share of
    students in exactly reported cells, counting every other cell at its largest: 0 if nothing caps one.
    `largest_masked` is counted in the same way: the share of the students in the largest cell that is not exact. A
    cell `not_collected` among others is a cell of which nothing is known.

    Method: k and n may be any real numbers within each cell's polygon, so the bound holds whatever the true counts
    are; it is attained by whole students unless a cell's percent stands without its counts. The lowest (highest) rate
    solves a linear-fractional program. Dinkelbach's parametric method turns it into a few passes in which every cell
    takes its best vertex in closed form.

    Reading: the rate that full data would show lies between `value_low` and `value_high`, without exception. It is
    not a confidence interval.

    References
    ----------
    Dinkelbach, W. (1967). On nonlinear fractional programming. Management Science, 13(7), 492-498.

    Manski, C. F. (2003). Partial Identification of Probability Distributions. Springer.

    Examples
    --------
    School A reports 45 of 100; school B prints "<15%" of 20, which means 0 to 2; school C prints "N<10":

    >>> cells = schema.conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": ["reported", "bounded", "small_n"],
    ...     "numerator": [45, None, None], "denominator": [100, 20, None],
    ...     "numerator_low": [45, 0, 0], "numerator_high": [45, 2, 9],
    ...     "denominator_low": [100, 20, 1], "denominator_high": [100, 20, 9]}))
    >>> pool(cells, by=["end_year"])[["value_low", "value_high"]].round(3)
       value_low  value_high
    0      0.349       0.434
    """
    _refuse_unsummable(cells, by)
    known = Known.of(cells)
    _refuse_contradictions(cells, contradictions(known))
    code = row_codes(cells, by)
    first = np.flatnonzero(~pd.Series(code).duplicated().to_numpy())
    sums = _sums(cells, known, code, len(first))
    single = sum_by(code, np.ones(len(code)), len(first)) == 1

    out = cells[by].iloc[first].reset_index(drop=True)
    for name in _COUNT_COLUMNS:
        kept = np.where(single, floats(cells, name)[first], sums[name])
        out[name] = _whole(kept)
    for name in ("value", "value_low", "value_high", "coverage"):
        out[name] = np.where(single, floats(cells, name)[first], sums[name])
    out["largest_masked"] = sums["largest_masked"]
    status = _statuses(cells, known, code, sums)
    for name, summed in (("status", status), ("token", "")):
        own = cells[name].iloc[first].to_numpy(dtype=object)
        out[name] = pd.Series(np.where(single, own, summed), dtype="str")
    if "source_id" not in by:
        out["source_id"] = _sources(cells["source_id"], code, len(first))
    out.attrs = dict(cells.attrs)
    return out[[*by, *(name for name in _POOLED if name not in by)]]


_COUNT_COLUMNS = [
    *("numerator", "denominator", "numerator_low", "numerator_high"),
    *("denominator_low", "denominator_high", "cells", "cells_reported"),
]
_POOLED = [
    *_COUNT_COLUMNS[:6],
    "value",
    "value_low",
    "value_high",
    "status",
    "token",
    "coverage",
    *_COUNT_COLUMNS[6:],
    "largest_masked",
    "source_id",
]


def _refuse_unsummable(cells: pd.DataFrame, by: list[str]) -> None:
    missing = [name for name in [*by, "indicator", *_POOLED] if name not in cells.columns]
    if missing:
        raise DataError(
            f"the cells lack the column(s) {', '.join(missing)}",
            where="bounds.pool",
            mend="pass rows of OBSERVATIONS (schema.conform_observations gives a table its columns)",
        )
    if not by:
        raise DataError(
            "nothing names the sums",
            where="bounds.pool, by=[]",
            mend="name at least the indicator: by=['indicator']",
        )
    indicators = sorted(cells["indicator"].unique())
    if "indicator" not in by and len(indicators) > 1:
        raise DataError(
            "cells of several indicators cannot be added",
            where=f"bounds.pool, by={by}",
            mend="add 'indicator' to `by`, or keep one indicator",
            known=indicators,
        )


def _refuse_contradictions(cells: pd.DataFrame, broken: Positions) -> None:
    if len(broken):
        names = [name for name in schema.OBSERVATIONS_KEY if name in cells.columns]
        first = " ".join(str(value) for value in cells[names].iloc[broken[0]])
        raise DataError(
            "a cell contradicts itself: no students fit its counts and its percent at once",
            where=f"bounds.pool, {len(broken)} row(s), first at {first}",
            mend="widen the bounds where the cell is read; they came from figures that do not agree",
        )


def _sums(cells: pd.DataFrame, known: Known, code: Positions, count: int) -> dict[str, Floats]:
    def total(values: Floats) -> Floats:
        return sum_by(code, values, count)

    exact = sum_by(code, ~known.exact, count) == 0
    no_data = _every(cells["status"] == "not_collected", code, count)
    k_low, k_high = total(known.k_low), total(known.k_high)
    n_low, n_high = total(known.n_low), total(known.n_high)
    rate = np.divide(k_low, n_low, out=np.full(count, np.nan), where=exact & (n_low > 0))
    value_low, value_high = rate_bounds(known, code, count)

    share = np.where(known.exact, 1.0, floats(cells, "coverage", null=0.0))
    capped = np.isfinite(known.n_high)
    in_reported = total(np.where(capped, share * np.where(capped, known.n_high, 0.0), 0.0))
    coverage = np.divide(in_reported, n_high, out=np.zeros(count), where=n_high > 0)

    def unless_no_data(values: Floats) -> Floats:
        return np.where(no_data | np.isinf(values), np.nan, values)

    return {
        "numerator": np.where(exact, k_low, np.nan),
        "denominator": np.where(exact, n_low, np.nan),
        "numerator_low": unless_no_data(k_low),
        "numerator_high": unless_no_data(k_high),
        "denominator_low": unless_no_data(n_low),
        "denominator_high": unless_no_data(n_high),
        "value": rate,
        "value_low": unless_no_data(np.where(exact, rate, value_low)),
        "value_high": unless_no_data(np.where(exact, rate, value_high)),
        "coverage": np.where(exact, 1.0, np.minimum(coverage, 1.0)),
        "cells": total(floats(cells, "cells", null=1.0)),
        "cells_reported": total(floats(cells, "cells_reported", null=0.0)),
        "largest_masked": _largest_masked(cells, known, code, count),
    }


def _largest_masked(cells: pd.DataFrame, known: Known, code: Positions, count: int) -> Floats:
    own = floats(cells, "largest_masked")
    part = np.where(np.isnan(own), ~known.exact, own)  # null: a cell as published
    return largest_of_sum(code, _group_sizes(cells, known), part, count)


def _group_sizes(cells: pd.DataFrame, known: Known) -> Floats:
    """Return the most students of the group itself that a cell can hold."""
    composition = cells["indicator"].isin(schema.COMPOSITION_INDICATORS).to_numpy(dtype=bool)
    return np.where(composition, known.k_high, known.n_high)


def _statuses(
    cells: pd.DataFrame, known: Known, code: Positions, sums: dict[str, Floats]
) -> NDArray[np.object_]:
    most = sum_by(code, _group_sizes(cells, known), len(sums["cells"]))
    exact = ~np.isnan(sums["denominator"])
    chosen = np.select(
        [
            exact & (sums["denominator"] == 0),
            exact,
            _every(cells["status"] == "not_collected", code, len(most)),
            most < schema.MINIMUM_GROUP,
            (sums["value_low"] <= 0) & (sums["value_high"] >= 1),
        ],
        [0, 1, 2, 3, 4],
        default=5,
    )
    names = ["no_students", "reported", "not_collected", "small_n", "withheld", "bounded"]
    return np.array(names, dtype=object)[chosen]


def _sources(source: pd.Series, code: Positions, count: int) -> pd.Series:
    number, names = pd.factorize(source)
    pairs = pd.DataFrame({"code": code, "name": number}).drop_duplicates()
    joined = np.empty(count, dtype=object)
    joined[pairs["code"].to_numpy()] = names.to_numpy(dtype=object)[pairs["name"].to_numpy()]
    # Nearly every sum has one source; the few with several are worth a loop.
    several = pairs[pairs["code"].duplicated(keep=False)].groupby("code")["name"].agg(list)
    for owner, numbers in zip(several.index.to_numpy(), several, strict=True):
        joined[owner] = join_sources(names[number] for number in numbers)
    return pd.Series(joined, dtype="str")


def row_codes(table: pd.DataFrame, columns: list[str]) -> Positions:
    """Give each row the number of its combination of columns, by order of first appearance."""
    parts = [part for part in (_numbered(table[name]) for name in columns) if part[1] > 1]
    mixed, size = np.zeros(len(table), dtype=np.int64), 1
    for code, count in parts:
        if size * count > np.iinfo(np.int64).max:
            mixed, size = _numbered(pd.Series(mixed))
        mixed, size = mixed * count + code, size * count
    return parts[0][0] if len(parts) == 1 else _numbered(pd.Series(mixed))[0]


def _numbered(column: pd.Series) -> tuple[Positions, int]:
    """Number the values of a column by first appearance, and say how many there are.

    Tables stand in runs (the groups of a school, the schools of a year), and a run is looked up once.
    """
    values = column.array
    changes = pd.array(values[1:] != values[:-1], dtype="boolean")  # null beside a null: looked up
    starts = np.append(len(values) > 0, changes.to_numpy(dtype=bool, na_value=True))[: len(values)]
    start = np.flatnonzero(starts)
    if len(start) > len(values) / 2:
        code, distinct = pd.factorize(column, use_na_sentinel=False)
        return code, len(distinct)
    code, distinct = pd.factorize(column.iloc[start], use_na_sentinel=False)
    return np.repeat(code, np.diff(start, append=len(values))), len(distinct)


def join_sources(sources: Iterable[str]) -> str:
    """Join source ids by "; ", each once, in order; parts already joined are taken apart first."""
    return "; ".join(dict.fromkeys(part for text in sources for part in text.split("; ") if part))


def _every(truth: pd.Series, code: Positions, count: int) -> Flags:
    return sum_by(code, (~truth).to_numpy(dtype=bool), count) == 0


def _whole(values: Floats) -> pd.arrays.IntegerArray:
    absent = np.isnan(values)
    return pd.arrays.IntegerArray(np.where(absent, 0, np.round(values)).astype(np.int64), absent)
