"""Sum partly known cells: what each cell says of its counts, and the lowest and highest rate of their sum.

A published cell that hides its count still says something: "fewer than ten students", "under 15 percent". `KnownCounts`
reads the rows of a table, `rate_bounds` finds the lowest and highest rate of each sum, `pool` returns them as a table.

The policy is named `own_cells`: each cell is read by its own text only. Nothing is subtracted from a total, and no
bound is tightened by one, because that would undo the publisher's protection of small groups (`tidy.masked_sums`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis import schema
from sesec_analysis.errors import DataError, QuestionError

__all__ = [
    "NOT_JOINED",
    "POLICY",
    "SHARED",
    "Flags",
    "Floats",
    "KnownCounts",
    "Positions",
    "as_floats",
    "combine_codes",
    "contradictions",
    "first_rows",
    "join_averages",
    "join_sources",
    "largest_of_sum",
    "match_rows",
    "pool",
    "rate_bounds",
    "row_codes",
    "sum_by",
    "whole_numbers",
]


Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Positions = NDArray[np.int64]

_HAIR = 1e-12
"""Proportion: bounds are opened by this much, so that floating point never cuts off the truth."""

_ROUNDS = 100
"""Far above what Dinkelbach's method needs (about 5): it stops at the first round that moves nothing."""


@dataclass(frozen=True)
class KnownCounts:
    """What each row says of ``k`` students among ``n``.

    The truth of a row lies where ``k_low <= k <= k_high``, ``n_low <= n <= n_high``,
    ``value_low * n <= k <= value_high * n`` and ``0 <= k <= n`` all hold: a polygon. Where the counts were published
    the bounds are those counts. A bound that nothing sets is 0 below, and ``n`` or infinity above.
    """

    k_low: Floats
    k_high: Floats
    n_low: Floats
    n_high: Floats
    value_low: Floats
    value_high: Floats
    exact: Flags

    @classmethod
    def from_table(cls, table: pd.DataFrame) -> Self:
        """Read OBSERVATIONS rows, or rows made by `bounds.pool`."""
        k, n = as_floats(table, "numerator"), as_floats(table, "denominator")
        n_high = as_floats(table, "denominator_high", null=np.inf)
        # "No students" is a count: none of the group, among as many as the row allows (as a rule none).
        nobody = (table["status"] == "no_students").to_numpy(dtype=bool)
        k = np.where(nobody & np.isnan(k), 0.0, k)
        n = np.where(nobody & np.isnan(n), np.where(np.isinf(n_high), 0.0, n_high), n)
        exact = ~np.isnan(k) & ~np.isnan(n)
        rate = np.divide(k, n, out=np.full(len(n), np.nan), where=exact & (n > 0))
        n_high = np.where(exact, n, n_high)
        k_high = np.where(exact, k, as_floats(table, "numerator_high", null=np.inf))
        return cls(
            k_low=np.where(exact, k, as_floats(table, "numerator_low", null=0.0)),
            k_high=np.minimum(k_high, n_high),
            n_low=np.where(exact, n, as_floats(table, "denominator_low", null=0.0)),
            n_high=n_high,
            value_low=np.where(exact, rate, as_floats(table, "value_low", null=0.0)),
            value_high=np.where(exact, rate, as_floats(table, "value_high", null=1.0)),
            exact=exact,
        )

    @property
    def says_nothing(self) -> Flags:
        """Rows whose rate may be anything from 0 to 1."""
        return (self.value_low <= 0) & (self.value_high >= 1)

    def take(self, rows: Positions) -> Self:
        """Pick rows by position."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def as_floats(table: pd.DataFrame, name: str, *, null: float = np.nan) -> Floats:
    """Return one column as plain floats, nulls replaced by ``null``; not to be written to."""
    return table[name].to_numpy(dtype=np.float64, na_value=null)


def sum_by(group: Positions, values: Floats | Flags, count: int) -> Floats:
    """Sum ``values`` within each of ``count`` groups."""
    return np.bincount(group, weights=values, minlength=count).astype(np.float64, copy=False)


def largest_of_sum(group: Positions, size: Floats, part: Floats, count: int) -> Floats:
    """Return the largest ``part`` of a row's ``size``, as a share of all sizes of its group; 0 where nobody can be.

    Rows that nothing caps (an infinite size) share their group among them.
    """
    endless = np.isinf(size)
    size = np.where((sum_by(group, endless, count) > 0)[group], endless, size)
    largest = np.zeros(count)
    np.maximum.at(largest, group, part * size)
    whole = sum_by(group, size, count)
    return np.divide(largest, whole, out=np.zeros(count), where=whole > 0)


def contradictions(known: KnownCounts) -> Positions:
    """Return the rows whose counts and percent admit no students at all: figures that do not agree."""
    n_min, n_max = _reach(known, *_slopes(known))
    impossible = (n_min > n_max + 1e-6) | (known.k_low > known.k_high)
    return np.flatnonzero(~known.exact & impossible)


def rate_bounds(known: KnownCounts, group: Positions, count: int) -> tuple[Floats, Floats]:
    """Return the lowest and highest ``sum(k) / sum(n)`` of each of ``count`` groups; NaN where no student can be.

    The counts may be any real numbers inside their polygons, so the bounds hold whatever the true counts are.
    """
    k = sum_by(group, np.where(known.exact, known.k_low, 0.0), count)
    n = sum_by(group, np.where(known.exact, known.n_low, 0.0), count)
    masked = np.flatnonzero(~known.exact)
    part, owner = known.take(masked), group[masked]
    low, high = _slopes(part)
    n_min, n_max = _reach(part, low, high)
    n_max = np.maximum(n_min, n_max)

    # Some n that every cell allows, and above 0 where it can be: a sum without students has no rate to start from.
    start = np.where(np.isfinite(n_max), n_max, np.maximum(n_min, 1.0))
    # At n students the fewest k are max(k_low, low * n): flat up to a kink, then rising along the percent.
    kink = np.divide(part.k_low, low, out=np.zeros(len(low)), where=low > 0)
    vertices = (start, np.clip(kink, n_min, n_max), n_max)
    lowest = _extreme_rate(1.0, (k, n), owner, part.k_low, low, vertices)
    # The most k are min(k_high, high * n): rising along the percent up to a peak, then flat.
    peak = np.divide(part.k_high, high, out=np.full(len(high), np.inf), where=high > 0)
    vertices = (start, n_min, np.clip(peak, n_min, n_max))
    highest = _extreme_rate(-1.0, (k, n), owner, part.k_high, high, vertices)
    return _open_ends(lowest, highest)


def _slopes(known: KnownCounts) -> tuple[Floats, Floats]:
    """Return value bounds with a hair of room: a percent tied to its counts has none, and floats need it."""
    return _open_ends(known.value_low, known.value_high)


def _open_ends(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    # None (0) and all (1) are exact in floating point, and other things hang on them: they stay.
    low = np.where(low < 1, np.maximum(low - _HAIR, 0.0), low)
    return low, np.where(high > 0, np.minimum(high + _HAIR, 1.0), high)


def _reach(known: KnownCounts, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return the fewest and most students for which some k satisfies everything the cell says."""
    none = np.where(known.k_low > 0, np.inf, 0.0)
    least = np.divide(known.k_low, high, out=none, where=high > 0)
    most = np.divide(known.k_high, low, out=np.full(len(low), np.inf), where=low > 0)
    return np.maximum(known.n_low, least), np.minimum(known.n_high, most)


def _extreme_rate(
    sign: float,
    exact: tuple[Floats, Floats],
    owner: Positions,
    k_limit: Floats,
    slope: Floats,
    vertices: tuple[Floats, Floats, Floats],
) -> Floats:
    """Return the least (``sign`` 1) or greatest (``sign`` -1) rate, for all groups at once, by Dinkelbach's method.

    At a trial rate r each masked cell takes the vertex that makes ``k - r * n`` least (greatest): the far one if r
    lies beyond the cell's own ``slope``, else the near one. The rate of that choice is the next trial, until none
    moves. A cell without end pulls the rate towards its slope and never past it, so no trial lies beyond that slope.
    """
    start, near, far = vertices
    count = len(exact[0])
    signed = sign * slope
    trial = np.full(count, np.inf)  # sign * rate, so that both directions descend
    endless = np.isinf(far)
    np.minimum.at(trial, owner[endless], signed[endless])
    far = np.where(endless, near, far)  # never chosen

    def descend(n: Floats) -> Floats:
        k = sign * np.maximum(sign * k_limit, signed * n)
        counted = exact[0] + sum_by(owner, k, count)
        students = exact[1] + sum_by(owner, n, count)
        rate = np.divide(counted, students, out=np.full(count, sign * np.inf), where=students > 0)
        return np.minimum(trial, sign * rate)

    trial = descend(start)
    for _ in range(_ROUNDS):
        lower = descend(np.where(trial[owner] > signed, far, near))
        if not np.any(lower < trial):
            break
        trial = lower
    return np.where(np.isinf(trial), np.nan, sign * trial)


POLICY = "own_cells"
"""The one rule by which bounds are summed; named in the `method` of every estimate that rests on it."""
SHARED = (
    "size assumed from October's enrollment where it is capped, "
    "masked_sums where three or more schools share what is hidden"
)
"""What else sums may know of masked cells, named next to the policy."""


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
    known = KnownCounts.from_table(cells)
    _refuse_contradictions(cells, contradictions(known))
    code = row_codes(cells, by)
    first = first_rows(code)
    sums = _sums(cells, known, code, len(first))
    single = sum_by(code, np.ones(len(code)), len(first)) == 1

    made: dict[str, object] = {"largest_masked": sums["largest_masked"]}
    for name in (*_COUNT_COLUMNS, "value", "value_low", "value_high", "coverage"):
        kept = np.where(single, as_floats(cells, name)[first], sums[name])
        made[name] = whole_numbers(kept) if name in _COUNT_COLUMNS else kept
    status = _statuses(cells, known, code, sums)
    for name, summed in (("status", status), ("token", "")):
        published = cells[name].iloc[first].to_numpy(dtype=object)
        made[name] = pd.array(np.where(single, published, summed), dtype="str")
    made["source_id"] = _sources(cells["source_id"], code)
    keys = cells[by].iloc[first].reset_index(drop=True)
    rest = {name: made[name] for name in _POOLED if name not in by}
    out = pd.DataFrame({**keys, **rest}, copy=False)
    out.attrs = dict(cells.attrs)
    return out


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
        raise QuestionError(
            f"the cells lack the column(s) {', '.join(missing)}",
            where="bounds.pool",
            fix="pass rows of OBSERVATIONS (schema.conform_observations gives a table its columns)",
        )
    if not by:
        raise QuestionError(
            "nothing names the sums",
            where="bounds.pool, by=[]",
            fix="name at least the indicator: by=['indicator']",
        )
    indicators = sorted(cells["indicator"].unique())
    if "indicator" not in by and len(indicators) > 1:
        raise QuestionError(
            "cells of several indicators cannot be added",
            where=f"bounds.pool, by={by}",
            fix="add 'indicator' to `by`, or keep one indicator",
            valid=indicators,
        )


def _refuse_contradictions(cells: pd.DataFrame, broken: Positions) -> None:
    if len(broken):
        names = [name for name in schema.OBSERVATIONS_KEY if name in cells.columns]
        first = " ".join(str(value) for value in cells[names].iloc[broken[0]])
        raise DataError(
            "a cell contradicts itself: no students fit its counts and its percent at once",
            where=f"bounds.pool, {len(broken)} row(s), first at {first}",
            fix="widen the bounds where the cell is read; they came from figures that do not agree",
        )


def _sums(
    cells: pd.DataFrame, known: KnownCounts, code: Positions, count: int
) -> dict[str, Floats]:
    def total(values: Floats) -> Floats:
        return sum_by(code, values, count)

    exact = sum_by(code, ~known.exact, count) == 0
    no_data = _every(cells["status"] == "not_collected", code, count)
    k_low, k_high = total(known.k_low), total(known.k_high)
    n_low, n_high = total(known.n_low), total(known.n_high)
    rate = np.divide(k_low, n_low, out=np.full(count, np.nan), where=exact & (n_low > 0))
    value_low, value_high = rate_bounds(known, code, count)

    share = np.where(known.exact, 1.0, as_floats(cells, "coverage", null=0.0))
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
        "cells": total(as_floats(cells, "cells", null=1.0)),
        "cells_reported": total(as_floats(cells, "cells_reported", null=0.0)),
        "largest_masked": _largest_masked(cells, known, code, count),
    }


def _largest_masked(cells: pd.DataFrame, known: KnownCounts, code: Positions, count: int) -> Floats:
    largest = as_floats(cells, "largest_masked")
    part = np.where(np.isnan(largest), ~known.exact, largest)  # null: a cell as published
    return largest_of_sum(code, _group_sizes(cells, known), part, count)


def _group_sizes(cells: pd.DataFrame, known: KnownCounts) -> Floats:
    """Return the most students of the group itself that a cell can hold."""
    composition = cells["indicator"].isin(schema.COMPOSITION_INDICATORS).to_numpy(dtype=bool)
    return np.where(composition, known.k_high, known.n_high)


def _statuses(
    cells: pd.DataFrame, known: KnownCounts, code: Positions, sums: dict[str, Floats]
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


def _sources(source: pd.Series, code: Positions) -> pd.api.extensions.ExtensionArray:
    """Join the source ids of each sum; nearly every sum has one source."""
    pairs = pd.DataFrame({"sum": code, "source": source.array}).drop_duplicates()
    joined = pairs.drop_duplicates("sum").set_index("sum")["source"]
    several = pairs[pairs["sum"].duplicated(keep=False)]
    joined.update(several.groupby("sum")["source"].agg(join_sources))
    return joined.array


def row_codes(table: pd.DataFrame, columns: list[Any]) -> Positions:
    """Give each row the number of its combination of columns, by order of first appearance."""
    # Most keys are the same in all rows, and to compare takes a third of the time of grouping by them.
    first = {name: table[name].iloc[0] for name in columns if len(table)}
    varying = [name for name, value in first.items() if table[name].ne(value).fillna(True).any()]
    if not varying:
        return np.zeros(len(table), dtype=np.int64)
    groups = table.groupby(varying, sort=False, dropna=False)
    return groups.ngroup().to_numpy().astype(np.int64, copy=False)


def combine_codes(codes: Iterable[Positions]) -> Positions:
    """Make one number of several, in their order: the first counts most. Their counts together must fit in 63 bits.

    Examples
    --------
    >>> combine_codes([np.array([0, 1, 0]), np.array([2, 0, 1])]).tolist()
    [2, 3, 1]
    """
    one, *others = codes
    for code in others:
        one = one * (np.max(code, initial=0) + 1) + code
    return one


def first_rows(code: Positions) -> Positions:
    """Return the first row of each number, of numbers by first appearance."""
    return np.flatnonzero(np.diff(np.maximum.accumulate(code), prepend=-1))


def match_rows(table: pd.DataFrame, other: pd.DataFrame, columns: list[str]) -> Positions:
    """For each row of ``table`` the first row of ``other`` that is like it in all ``columns``; -1 if there is none."""
    both = row_codes(pd.concat([table[columns], other[columns]]), columns)
    code, other_code = both[: len(table)], both[len(table) :]
    place = np.full(len(both), -1)
    place[other_code[::-1]] = np.arange(len(other))[::-1]
    return place[code]


def join_sources(sources: Iterable[str]) -> str:
    """Join source ids by "; ", each once, in order; parts already joined are taken apart first."""
    return "; ".join(dict.fromkeys(part for text in sources for part in text.split("; ") if part))


def _every(truth: pd.Series, code: Positions, count: int) -> Flags:
    return sum_by(code, (~truth).to_numpy(dtype=bool), count) == 0


def whole_numbers(values: Floats, known: Flags | None = None) -> pd.arrays.IntegerArray:
    """Return counts as a column of them, null where they are not known, or have no end."""
    there = np.isfinite(values) if known is None else np.isfinite(values) & known
    return pd.arrays.IntegerArray(np.where(there, values, 0).round().astype(np.int64), ~there)


NOT_JOINED = ("percentile", "score")
"""Units of which several schools have no average."""


def join_averages(cells: pd.DataFrame, *, by: list[str]) -> pd.DataFrame:
    """Join averages, each weighted by its ``denominator``.

    Parameters
    ----------
    cells
        OBSERVATIONS rows whose ``unit`` is no share.
    by
        Columns that name a joined average; ``unit`` among them.

    Returns
    -------
    One row per distinct ``by``: value = sum(value * denominator) / sum(denominator). A cell with the sum behind its
    average weighs sum / value, which is its denominator before it was made a whole number. Where a cell is not
    published exactly, or its weight is unknown, ``value`` is null and the status `withheld`: nothing bounds an average.

    Raises
    ------
    DataError
        For medians and scores, of which no average means anything.

    Examples
    --------
    >>> cells = schema.conform_observations(pd.DataFrame({
    ...     "end_year": 2024, "unit": "dollars_per_student", "status": "reported", "value": [9000.0, 12000.0],
    ...     "denominator": [200, 100]}))
    >>> join_averages(cells, by=["end_year", "unit"])["value"].tolist()
    [10000.0]
    """
    strange = cells["unit"].isin(NOT_JOINED).to_numpy(dtype=bool)
    if strange.any() and cells.duplicated(by).any():
        raise DataError(
            "a median or a score of several schools cannot be averaged into one of a place",
            where=f"{', '.join(sorted(cells.loc[strange, 'indicator'].unique()))}, {int(strange.sum())} row(s)",
            fix='ask for the schools themselves: organization_level="school"',
        )
    code = row_codes(cells, by)
    count = int(code.max()) + 1 if len(code) else 0
    value, weight = as_floats(cells, "value"), as_floats(cells, "denominator")
    unknown = sum_by(code, np.isnan(value) | np.isnan(weight), count) > 0
    weights = sum_by(code, np.nan_to_num(weight), count)
    behind = as_floats(cells, "numerator")
    unrounded = np.divide(behind, value, out=weight.copy(), where=~np.isnan(behind) & (value > 0))
    divided = sum_by(code, np.nan_to_num(unrounded), count)
    total = sum_by(code, np.nan_to_num(value * unrounded), count)
    joined = np.divide(total, divided, out=np.full(count, np.nan), where=~unknown & (weights > 0))
    # One cell stays as it was published, weight or none.
    single = sum_by(code, np.ones(len(code)), count) == 1
    first = first_rows(code)
    joined = np.where(single, value[first], joined)
    out = cells[by].iloc[first].reset_index(drop=True)
    size = np.where(np.isnan(weight[first]) & single | unknown & ~single, np.nan, weights)
    counts = dict.fromkeys(["denominator", "denominator_low", "denominator_high"], size)
    out = out.assign(
        **{
            name: pd.array(values, dtype="Float64").astype("Int64")
            for name, values in counts.items()
        },
        **dict.fromkeys(["value", "value_low", "value_high"], joined),
        status=np.where(np.isnan(joined), "withheld", "reported"),
        token="",
        coverage=np.where(np.isnan(joined), 0.0, 1.0),
        cells=sum_by(code, as_floats(cells, "cells", null=1.0), count),
        cells_reported=sum_by(code, as_floats(cells, "cells_reported", null=1.0), count),
    )
    if "source_id" not in by:
        sources = cells["source_id"].groupby(code).agg(join_sources)
        out = out.assign(source_id=sources.to_numpy())
    return schema.conform_observations(out)
