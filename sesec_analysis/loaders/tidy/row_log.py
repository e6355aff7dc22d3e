"""Log the rows of a release that were read, dropped and warned of, and refuse those that contradict themselves.

Some rows print a figure twice: a rate with its count and size, a total with its parts, shares of one. A file whose
cells were moved by a row, filled down, or changed in a digit contradicts them, even if each figure is plausible. An
entry lists them under `checks:`. Cells that are blank or withheld are not checked.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import RowCheck
from sesec_analysis.files import write_atomically
from sesec_analysis.loaders.raw.release import Reading
from sesec_analysis.loaders.tidy import tokens
from sesec_analysis.loaders.tidy.parse import unknown_texts

__all__ = ["RowLog", "check_rows", "keep", "log_of", "merge_logs"]


@dataclass
class RowLog:
    """The rows of one release on their way from the file to OBSERVATIONS.

    Parameters
    ----------
    read
        Rows of the districts that we read, the state's own among them.
    dropped
        How many were left out, by what left them out.
    warned
        How many a named rule touched or passed over, by the rule.
    """

    read: int
    dropped: dict[str, int] = field(default_factory=dict)
    warned: dict[str, int] = field(default_factory=dict)

    def drop(self, why: str, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
        """Note how many rows are gone, if any, and return those that are left."""
        if (gone := len(before) - len(after)) > 0:
            self.dropped[why] = gone
        return after

    def warn(self, rule: str, rows: int) -> None:
        """Note how many rows a rule touched, if any."""
        if rows:
            self.warned[rule] = rows

    def put_on(self, observations: pd.DataFrame) -> None:
        """Hand the log on with the table, for whoever writes it."""
        observations.attrs["row_log"] = {
            "read": self.read,
            "dropped": self.dropped,
            "warned": self.warned,
            "cells": len(observations),
        }


def log_of(table: pd.DataFrame) -> Mapping[str, Any]:
    """Return the log that came with a table from `tidy`."""
    log: Mapping[str, Any] = table.attrs["row_log"]
    return log


def keep(folder: Path, logs: Mapping[str, Mapping[str, object]]) -> None:
    """Write the logs of some releases beside their tables; those of other releases that stand there stay.

    Parameters
    ----------
    folder
        Where the tables are.
    logs
        By source id; as `log_of` gives them.
    """
    write_atomically(folder / catalog.ROW_LOG, merge_logs(folder, logs).encode())


def merge_logs(folder: Path, logs: Mapping[str, Mapping[str, object]]) -> str:
    """Return the text of the file that `keep` writes."""
    path = folder / catalog.ROW_LOG
    before = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    kept = {key: log for key, log in before.items() if (folder / f"{key}.parquet").is_file()}
    return json.dumps({**kept, **logs}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


_ORGANIZATION = ["organization_level", "organization_id", "grade_level"]
_NEARLY = 1e-3
"""Rounding of sums whose parts are printed with four decimals."""


def check_rows(reading: Reading, rows: pd.DataFrame) -> None:
    """Refuse rows that contradict themselves.

    Raises
    ------
    DataError
        With the first row, and what it prints.
    """
    for check in reading.source.checks:
        named = [check.rate, check.count, check.size, check.total, check.column, check.middle]
        names = [name for name in [*named, check.larger_size, *check.parts] if name]
        if not set(names) <= set(rows.columns):
            continue
        numbers = pd.DataFrame({name: _numbers(reading, rows, name) for name in names})
        wrong = _is_wrong(check, rows, numbers)
        if wrong.any():
            first = ", ".join(
                f"{reading.columns.get(name, name)} {rows.loc[wrong, name].iloc[0]}"
                for name in names
            )
            raise reading.refuse(
                f"the file contradicts itself: {first} can't be true together",
                "check the file: figures may be moved by a row, copied, or changed; download it again",
                column=names[0],
                rows=rows[wrong],
            )


def _numbers(reading: Reading, rows: pd.DataFrame, name: str) -> pd.Series:
    try:
        if rows[name].str.endswith("%").any():
            parsed = tokens.parse_percents(rows[name], unit="percent_sign")
            return parsed["number"].where(parsed["kind"] == "exact")
        return tokens.parse_numbers(rows[name])["number"]
    except tokens.UnknownTokenError as failure:
        unknown = rows[rows[name].isin(list(failure.tokens))]
        raise unknown_texts(reading, failure, unknown, column=name) from failure


def _is_wrong(check: RowCheck, rows: pd.DataFrame, numbers: pd.DataFrame) -> pd.Series:
    if check.column and check.adds_up_to is not None:
        by = [rows[name] for name in _ORGANIZATION]
        sums = numbers[check.column].groupby(by).transform("sum")
        complete = numbers[check.column].groupby(by).transform("count") == numbers[
            check.column
        ].groupby(by).transform("size")
        return complete & ((sums - check.adds_up_to).abs() > _NEARLY)
    parts = [check.rate] if check.rate else check.parts
    half = _half_unit(rows[check.rate]) if check.rate else _half_unit_of_sums(rows[parts])
    rate = numbers[parts].sum(axis=1, min_count=len(parts))
    if check.adds_up_to is not None:
        return (rate - check.adds_up_to).abs() > half + _NEARLY
    if check.middle:
        open_ended = numbers[parts].isin([0, 1]).any(axis=1)
        return ~open_ended & ((rate - 2 * numbers[check.middle]).abs() > 2 * half + 1e-6)
    if check.total:
        return (rate - numbers[check.total]).abs() > 0.5
    count, size = numbers[check.count], numbers[check.size]
    if check.larger_size:
        count = count - (numbers[check.larger_size] - size)
    if check.percent:
        rate, half = rate / 100, half / 100
    room = half * size + (0.5 * rate if check.rounded_size else 0.0)
    return (count - rate * size).abs() > room * (1 + 1e-6) + 1e-6


def _half_unit_of_sums(printed: pd.DataFrame) -> float:
    """Return half a unit for each part, by the decimals that a tenth of a column has: zeros at the end may be cut."""
    finest = min(float(_half_unit(printed[name]).quantile(0.1)) for name in printed)
    return finest * printed.shape[1]


def _half_unit(printed: pd.Series) -> pd.Series:
    """Return half a unit of the last decimal of each figure; later ones than the fifth may be noise."""
    decimals = printed.str.extract(r"\.([0-9]+)", expand=False).str.len().fillna(0).clip(upper=5)
    half = 0.5 * 10.0 ** -decimals.to_numpy(float)
    return pd.Series(np.where(printed.str.endswith("%"), half / 100, half), index=printed.index)
