"""Parse the cells of an indicator into counts, percents and flags, and derive counts from exact figures.

Each `derive:` takes a lookup of parsed counts or shares (NaN where nothing exact is printed) and returns numerator and
denominator. A withheld row stays withheld: what is NaN going in comes out NaN.
"""

import re
from collections.abc import Callable
from typing import Literal

import numpy as np
import pandas as pd

from sesec_analysis.catalog.entries import IndicatorColumns
from sesec_analysis.errors import DataError
from sesec_analysis.loaders.raw.release import Reading
from sesec_analysis.loaders.tidy import tokens as tidy_tokens
from sesec_analysis.loaders.tidy.resolve import Parsed

__all__ = [
    "DERIVED",
    "SharedRows",
    "average_cells",
    "estimate_cells",
    "later_headcount",
    "published_cells",
    "rate_cells",
    "share_cells",
    "unknown_texts",
]


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


def _level_counted(number: int) -> Callable[[str, Lookup], tuple[np.ndarray, np.ndarray]]:
    """Students at one achievement level out of those with a score, where the file prints the count of each level."""

    def level_from_counts(prefix: str, get: Lookup) -> tuple[np.ndarray, np.ndarray]:
        top = get(f"{prefix}level_{number}")
        tested = get(f"{prefix}total") - get(f"{prefix}no_score")
        # A withheld row can print its total alone; without the others it implies nothing.
        return top, np.where(np.isnan(top), np.nan, tested)

    return level_from_counts


DERIVED: dict[str, Callable[[str, Lookup], tuple[np.ndarray, np.ndarray]]] = {
    function.__name__: function
    for function in (
        add_previously_passed,
        less_no_score,
        participation,
        tested_from_shares,
        participation_from_shares,
    )
}
for _number in (1, 2, 3, 4):
    DERIVED[f"level_{_number}_from_shares"] = _level(_number)
    DERIVED[f"level_{_number}_from_counts"] = _level_counted(_number)


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


Unit = Literal["count", "flag", "number", "percent_sign", "percent", "proportion"]
# Older files cut the percent off instead of rounding it, and lose a little more on the way (65.697 is printed 65.59).
_TRUNCATED = 1.2


def _parse(reading: Reading, rows: pd.DataFrame, column: str | None, unit: Unit) -> pd.DataFrame:
    """Parse one column of the entry by its unit ("count", "flag" or a percent unit); a missing column is blank."""
    tokens = rows[column] if column and column in rows else pd.Series("", index=rows.index)
    try:
        if unit == "count":
            return tidy_tokens.parse_counts(tokens)
        if unit == "flag":
            return tidy_tokens.parse_flags(tokens)
        if unit == "number":
            return tidy_tokens.parse_numbers(tokens)
        return tidy_tokens.parse_percents(tokens, unit=unit)
    except tidy_tokens.UnknownTokenError as failure:
        strange = rows[tokens.isin(list(failure.tokens))]
        raise unknown_texts(reading, failure, strange, column=column or "") from failure


class SharedRows:
    """Rows that several indicators are read from, all of one year; a column that they share is parsed once."""

    def __init__(self, reading: Reading, rows: pd.DataFrame) -> None:
        self.reading, self.rows = reading, rows
        self._parsed: dict[tuple[str | None, Unit], pd.DataFrame] = {}

    def parsed(self, column: str | None, unit: Unit) -> pd.DataFrame:
        """Parse a column as `_parse` does; the table is everybody's, and not to be written into."""
        if (column, unit) not in self._parsed:
            self._parsed[column, unit] = _parse(self.reading, self.rows, column, unit)
        return self._parsed[column, unit]


_SPREADSHEET = re.compile(
    r"#[A-Z/0!?]+|#+|[A-Z][a-z]{2}-\d\d?|\d\d?-[A-Z][a-z]{2}|-?\d+(\.\d+)?E[+-]?\d+|\d+/\d+/\d+",
    re.IGNORECASE,
)


def unknown_texts(
    reading: Reading,
    failure: tidy_tokens.UnknownTokenError,
    rows: pd.DataFrame | None,
    *,
    column: str,
) -> DataError:
    """Make the error for cell texts that no rule covers; what a spreadsheet made of a number is named as that."""
    shown = ", ".join(
        f"{token[:40]!r} ({count} row(s))" for token, count in list(failure.tokens.items())[:5]
    )
    what = f"{len(failure.tokens)} cell text(s) are not known: {shown}"
    fix = "check the file; a new way to mark a cell is taught to sesec_analysis/loaders/tidy/tokens.py"
    if any(_SPREADSHEET.fullmatch(token.strip()) for token in failure.tokens):
        what += "; a spreadsheet has made dates, rounded numbers or errors of them"
        fix = "download the file again, and do not save it from a spreadsheet"
    return reading.refuse(what, fix, column=column, rows=rows)


def _exact(parsed: pd.DataFrame) -> np.ndarray:
    return np.where(parsed["kind"] == "exact", parsed["number"], np.nan)


def _from_numbers(numbers: np.ndarray, parsed: pd.DataFrame) -> pd.DataFrame:
    """Put derived counts in the place of parsed ones, keeping the reason where there is no number."""
    kind = np.where(np.isnan(numbers), parsed["kind"].replace("exact", "masked"), "exact")
    return parsed.assign(kind=kind, number=numbers)


def _counts(cells: SharedRows, columns: IndicatorColumns) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Numerator and denominator of a rate, as printed or as the entry's `derive:` function makes them."""
    numerator = cells.parsed(columns.numerator, "count")
    denominator = cells.parsed(columns.denominator, "count")
    if not columns.derive:
        return numerator, denominator
    prefix = (columns.denominator or "").removesuffix("total").removesuffix("expected")
    shares = columns.derive.endswith("_from_shares")

    def get(name: str) -> np.ndarray:
        is_share = shares and (name.endswith("no_score") or name.startswith("level_"))
        unit: Unit = "proportion" if is_share else "count"
        return _exact(cells.parsed(name, unit))

    top, bottom = DERIVED[columns.derive](prefix, get)
    if columns.derive.startswith("level_"):
        # What is withheld of a row's rate would follow from its levels: they are read where nothing is.
        open_rows = cells.parsed("flag", "flag")["kind"].isin(["none", "blank"])
        top = np.where(open_rows, top, np.nan)
    return _from_numbers(top, numerator), _from_numbers(bottom, denominator)


def rate_cells(cells: SharedRows, columns: IndicatorColumns) -> Parsed:
    """Parse the cells of a rate."""
    reading, rows = cells.reading, cells.rows
    numerator, denominator = _counts(cells, columns)
    printed = np.full(len(rows), np.nan)
    earlier_passers = np.zeros(len(rows), bool)
    if columns.derive == "add_previously_passed":
        # Students who passed in an earlier year join the rate of high-school grades, and only there.
        earlier_passers = rows["grade_level"].isin(["09", "10", "11", "12"]).to_numpy()
        total = _exact(cells.parsed(columns.denominator, "count"))
        printed = np.where(earlier_passers, np.nan, total)
    percent = cells.parsed(columns.value, columns.value_unit)
    if columns.counts_first:
        counted = (numerator["kind"] == "exact") & (denominator["kind"] == "exact")
        named = counted & percent["kind"].isin(["below", "above", "range"])
        percent = percent.assign(kind=percent["kind"].mask(named, "blank"))
    return Parsed(
        numerator=numerator,
        denominator=denominator,
        percent=percent.assign(
            decimals=percent["decimals"].clip(upper=reading.source.percent_decimals)
        ),
        flag=cells.parsed("flag", "flag"),
        printed=printed,
        range_rule=reading.release.range_rule or reading.source.range_rule,
        half_unit=_TRUNCATED if reading.source.percent_rounding == "truncated" else 0.5,
        flag_bounds=columns.flag_bounds,
        earlier_passers=earlier_passers,
    )


def average_cells(
    cells: SharedRows, columns: IndicatorColumns
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Parse an average: the figure, or a total to be divided; what it is over; the flag; the sum behind it if any."""
    over = cells.parsed(columns.denominator, "count")
    flag = cells.parsed("flag", "flag")
    behind = cells.parsed(columns.numerator, "number")
    if columns.total is None:
        return cells.parsed(columns.value, "number"), over, flag, behind
    total, size = cells.parsed(columns.total, "number"), _exact(over)
    average = _from_numbers(_exact(total) / np.where(size > 0, size, np.nan), total)
    return average, over, flag, behind


def estimate_cells(
    cells: SharedRows, columns: IndicatorColumns
) -> tuple[list[pd.DataFrame], list[pd.DataFrame], pd.DataFrame, pd.DataFrame]:
    """Parse a share whose count is printed in parts, or as a percent alone."""
    return (
        [cells.parsed(name, "count") for name in columns.parts],
        [cells.parsed(name, "count") for name in columns.straddling],
        cells.parsed(columns.value, columns.value_unit),
        cells.parsed(columns.denominator, "count"),
    )


def published_cells(cells: SharedRows, columns: IndicatorColumns) -> list[pd.DataFrame]:
    """Parse an estimate and both ends of its publisher's interval."""
    return [
        cells.parsed(name, columns.value_unit)
        for name in (columns.value, columns.low, columns.high)
    ]


def share_cells(cells: SharedRows) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Parse a composition: the group's students, and the smallest and largest headcount they are a share of."""
    reading, rows = cells.reading, cells.rows
    numerator = cells.parsed("numerator", "count")
    headcount = _exact(cells.parsed("denominator", "count"))
    sizes = pd.DataFrame({"low": headcount, "high": headcount}, index=rows.index)
    later = rows["student_group"].isin(reading.source.groups.later_headcount)
    if later.any():
        percent = _parse(reading, rows[later], "value", "percent")
        groups = pd.DataFrame(
            {
                "organization_id": rows.loc[later, "organization_id"],
                "k": _exact(numerator[later]),
                "p": _exact(percent),
                "unit": 10.0 ** (-percent["decimals"] - 2),
            }
        )
        students = later_headcount(groups).reindex(rows.loc[later, "organization_id"])
        # Where no program group tells, October's headcount is the only one printed.
        for side in ("low", "high"):
            sizes.loc[later, side] = np.where(
                students[side].isna(), sizes.loc[later, side], students[side]
            )
    return numerator, sizes
