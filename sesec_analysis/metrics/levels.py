"""A plain table of students in proficiency levels → one row per group, and OBSERVATIONS above each cut."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sesec_analysis import bounds, schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.questions import KEYS, require_columns
from sesec_analysis.polygons import Flags, Floats, Known, Positions, floats

__all__ = ["Levels", "levels_of", "read_levels"]

_NEEDED = ["end_year", "student_group", "level", "count"]
_WHOLE = 1e-6  # students: a sum of shares of whole students is off by no more


@dataclass(frozen=True)
class Levels:
    """Students of each group in each level, lowest first; `low` and `high` hold what is known of withheld counts."""

    keys: pd.DataFrame  # a row per group
    numbers: list[int]  # the levels
    low: Floats  # groups by levels
    high: Floats
    whole: Flags  # groups all of whose counts are known

    @property
    def types(self) -> list[str]:
        """Student group types in the table."""
        return list(self.keys["student_group_type"].unique())

    def above(self, cut: int) -> pd.DataFrame:
        """OBSERVATIONS of the students above level number ``cut`` (from 0)."""
        k_low, k_high = self.low[:, cut + 1 :].sum(axis=1), self.high[:, cut + 1 :].sum(axis=1)
        rest_low, rest_high = (side[:, : cut + 1].sum(axis=1) for side in (self.low, self.high))
        n_low, n_high = k_low + rest_low, k_high + rest_high
        fraction = np.abs(k_low - np.round(k_low)) > _WHOLE
        exact = self.whole & ~fraction & (np.abs(n_low - np.round(n_low)) <= _WHOLE)
        rate = {
            "value": np.where(self.whole, _part(k_low, rest_low), np.nan),
            "value_low": _part(k_low, rest_high),
            "value_high": _part(k_high, rest_low, nobody=1.0),
        }
        nobody = self.whole & (n_low == 0)
        counts = {
            "numerator": _whole(k_low, exact, np.round),
            "denominator": _whole(n_low, exact, np.round),
            "numerator_low": _whole(k_low, np.isfinite(k_low), np.floor),
            "numerator_high": _whole(k_high, np.isfinite(k_high), np.ceil),
            "denominator_low": _whole(n_low, np.isfinite(n_low), np.floor),
            "denominator_high": _whole(n_high, np.isfinite(n_high), np.ceil),
        }
        status = np.select([nobody, self.whole], ["no_students", "reported"], "bounded")
        share = np.divide(n_low, n_high, out=np.zeros(len(n_low)), where=n_high > 0)
        given = self.keys.assign(
            **rate,
            **counts,
            status=status,
            coverage=np.where(self.whole, 1.0, np.where(np.isfinite(n_high), share, 0.0)),
            cells=1,  # one published distribution
            cells_reported=np.where(self.whole, 1, 0),
        )
        return schema.conform_observations(given)

    def pairs(self, kind: str, reference: str) -> list[tuple[int, int]]:
        """Rows of each group of a type but the reference, and of its reference; -1 where there is none."""
        here = np.flatnonzero((self.keys["student_group_type"] == kind).to_numpy(dtype=bool))
        rows = self.keys.iloc[here]
        code = bounds.row_codes(rows, [name for name in KEYS if name != "student_group"])
        is_reference = (rows["student_group"] == reference).to_numpy(dtype=bool)
        place = np.full(int(code.max(initial=-1)) + 1, -1)
        place[code[is_reference]] = here[is_reference]
        compared = ~is_reference
        both = zip(here[compared].tolist(), place[code[compared]].tolist(), strict=True)
        return list(both)


def levels_of(obs: pd.DataFrame, indicators: Sequence[str], *, name: str) -> pd.DataFrame:
    """Make a table of levels from OBSERVATIONS with one indicator for each level, lowest first.

    Parameters
    ----------
    obs
        OBSERVATIONS of students in each level.
    indicators
        Their codes, lowest level first, such as ``["ela_level_1", …, "ela_level_4"]``.
    name
        What the table is called in `indicator`, such as ``"ela_levels"``.

    Returns
    -------
    pandas.DataFrame
        The table that `effects.level_gaps` takes. A withheld count has what is known of it.

    Raises
    ------
    DataError
        If a level has no row.

    Examples
    --------
    >>> obs = schema.conform_observations(pd.DataFrame({
    ...     "end_year": 2024, "status": "reported", "student_group": "black", "indicator": ["low", "high"],
    ...     "numerator": [12, 18], "denominator": 30}))
    >>> levels_of(obs, ["low", "high"], name="both")[["student_group", "level", "count"]]
      student_group  level  count
    0         black      1   12.0
    1         black      2   18.0
    """
    require_columns(obs)
    missing = [code for code in indicators if not (obs["indicator"] == code).any()]
    if missing:
        raise DataError(
            f"the table has no rows of {missing[0]!r}",
            where="levels_of, column indicator",
            mend="load every level",
            known=sorted(obs["indicator"].unique()),
        )
    rows = obs[obs["indicator"].isin(indicators)].reset_index(drop=True)
    known = Known.of(rows)
    number = {code: place for place, code in enumerate(indicators, start=1)}
    return rows[KEYS].assign(
        level=rows["indicator"].map(number),
        indicator=name,
        count=np.where(known.exact, known.k_low, np.nan),
        count_low=known.k_low,
        count_high=known.k_high,
    )


def read_levels(levels: pd.DataFrame) -> Levels:
    """Read a table with a row for each student group and level; see `effects.level_gaps` for its columns.

    Raises
    ------
    DataError
        If a column is missing, a level stands twice or not at all, or bounds contradict each other.

    Examples
    --------
    >>> table = pd.DataFrame({"end_year": 2019, "student_group": ["black"] * 3, "level": [1, 2, 3],
    ...     "count": [20, 30, None], "count_low": [20, 30, 1], "count_high": [20, 30, 9]})
    >>> read_levels(table).above(1)[["numerator_low", "numerator_high", "value_low", "value_high"]].round(3)
       numerator_low  numerator_high  value_low  value_high
    0              1               9       0.02       0.153
    """
    _refuse_incomplete(levels)
    given = schema.conform_observations(levels)[KEYS]
    kinds = given["student_group_type"].replace("", "student_group")
    given = given.assign(student_group_type=kinds)
    code = bounds.row_codes(given, KEYS)
    number, names = pd.factorize(levels["level"], sort=True)
    shape = (int(code.max(initial=-1)) + 1, len(names))
    _refuse_uneven(given, code, number, shape)
    sides = (_filled(_side(levels, name, null), code, number, shape) for name, null in _SIDES)
    low, high = sides
    known = _filled(floats(levels, "count"), code, number, shape)
    if np.any(low > high) or np.any(low < 0):
        raise DataError(
            "a count of a level is negative, or its bounds contradict each other",
            where="levels, columns count, count_low, count_high",
            mend="correct the table; a withheld count has 0 as its lowest",
        )
    keys = given[~pd.Series(code).duplicated().to_numpy()].reset_index(drop=True)
    return Levels(keys, [int(name) for name in names], low, high, np.isfinite(known.sum(axis=1)))


_SIDES = (("count_low", 0.0), ("count_high", np.inf))


def _side(levels: pd.DataFrame, name: str, null: float) -> Floats:
    count = floats(levels, "count")
    bound = floats(levels, name, null=null) if name in levels else np.full(len(count), null)
    return np.where(np.isnan(count), bound, count)


def _filled(values: Floats, code: Positions, number: Positions, shape: tuple[int, int]) -> Floats:
    table = np.full(shape, np.nan)
    table[code, number] = values
    return table


def _refuse_incomplete(levels: pd.DataFrame) -> None:
    missing = [name for name in _NEEDED if name not in levels.columns]
    if missing:
        raise DataError(
            f"the table of levels lacks the column(s) {', '.join(missing)}",
            where="levels",
            mend="give one row for each student group and level",
            known=[*_NEEDED, "count_low", "count_high"],
        )


def _refuse_uneven(
    given: pd.DataFrame, code: Positions, number: Positions, shape: tuple[int, int]
) -> None:
    seen = np.zeros(shape, dtype=np.int64)
    np.add.at(seen, (code, number), 1)
    if np.any(seen != 1):
        row = int(np.argmax((seen != 1).any(axis=1)))
        name = given["student_group"].iloc[int(np.argmax(code == row))]
        raise DataError(
            f"a level of the group {name!r} stands twice or not at all",
            where="levels, columns student_group, level",
            mend="give every group one row for each level, 0 where nobody is",
        )


def _part(part: Floats, rest: Floats, nobody: float = 0.0) -> Floats:
    """Part of the whole, ``nobody`` where there is no whole, and its limit where a side has no end."""
    ends = np.where(np.isinf(part), 1.0, np.where(np.isinf(rest), 0.0, nobody))
    finite = np.isfinite(part) & np.isfinite(rest) & (part + rest > 0)
    return np.divide(part, part + rest, out=ends, where=finite)


def _whole(
    values: Floats, shown: Flags, rounding: Callable[[Floats], Floats]
) -> pd.arrays.IntegerArray:
    whole = rounding(np.where(shown, values, 0.0)).astype(np.int64)
    return pd.arrays.IntegerArray(whole, ~shown)
