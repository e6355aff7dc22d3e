"""Log the rows of a release that were read, dropped and warned of."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from sesec_analysis import catalog

__all__ = ["RowLog", "keep", "log_of", "merged"]


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


def log_of(table: pd.DataFrame) -> Mapping[str, object]:
    """Return the log that came with a table from `tidy`."""
    log: Mapping[str, object] = table.attrs["row_log"]
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
    path = folder / catalog.ROW_LOG
    fresh = path.with_suffix(".new")
    fresh.write_text(merged(folder, logs), "utf-8")
    fresh.replace(path)


def merged(folder: Path, logs: Mapping[str, Mapping[str, object]]) -> str:
    """Return the text of the file that `keep` writes."""
    path = folder / catalog.ROW_LOG
    before = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    kept = {key: log for key, log in before.items() if (folder / f"{key}.parquet").is_file()}
    return json.dumps({**kept, **logs}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
