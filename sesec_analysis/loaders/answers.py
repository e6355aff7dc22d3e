"""What the portal answers, read and checked: a dataset's columns, a number of rows, a page of rows.

An answer that is not whole, or not what was asked for, is a `BrokenError`: it may be better the next time.
"""

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

__all__ = ["BrokenError", "Column", "Dataset", "count", "dataset", "groups", "rows"]


class BrokenError(Exception):
    """An answer that is not whole, or not what was asked for; it may be better the next time."""


@dataclass(frozen=True)
class Column:
    """A column of a dataset: its name in the bulk file, its name in queries, and its type."""

    name: str
    field: str
    kind: str


@dataclass(frozen=True)
class Dataset:
    """What the portal says of a dataset."""

    id: str
    title: str
    columns: tuple[Column, ...]
    updated: int

    @property
    def header(self) -> list[str]:
        """The header of its bulk file."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """Return the column that the bulk file calls ``name``."""
        return next(column for column in self.columns if column.name == name)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as failure:
        raise BrokenError(
            "it answers with something other than data (a web page, say)"
        ) from failure


def dataset(dataset_id: str, body: bytes) -> Dataset:
    """Read the metadata of a dataset; the portal's own columns (``:id``) are left out."""
    said = _json(body)
    try:
        columns = tuple(
            Column(str(one["name"]), str(one["fieldName"]), str(one["dataTypeName"]))
            for one in said["columns"]
            if not str(one["fieldName"]).startswith(":")
        )
        title, updated = str(said["name"]), int(said["rowsUpdatedAt"])
    except (KeyError, TypeError, ValueError) as failure:
        raise BrokenError("it describes the dataset in a way we do not know") from failure
    return Dataset(dataset_id, title.strip(), columns, updated)


def count(body: bytes) -> int:
    """Read the answer to ``$select=count(*)``.

    Examples
    --------
    >>> count(b'[{"count":"1234"}]')
    1234
    """
    said = _json(body)
    try:
        [row] = said
        return int(next(iter(row.values())))
    except (AttributeError, StopIteration, TypeError, ValueError) as failure:
        raise BrokenError("it does not say how many rows there are") from failure


def groups(field: str, body: bytes) -> dict[str, int]:
    """Read the number of rows of each value of a column; rows without a value are left out.

    Examples
    --------
    >>> groups("schoolyear", b'[{"schoolyear":"2022-23","rows_here":"7"},{"rows_here":"1"}]')
    {'2022-23': 7}
    """
    said = _json(body)
    try:
        return {str(row[field]): int(row["rows_here"]) for row in map(dict, said) if field in row}
    except (KeyError, TypeError, ValueError) as failure:
        raise BrokenError("it does not list the values of a column") from failure


def rows(fields: list[str], expected: int, body: bytes) -> list[list[str]]:
    r"""Read a page of rows, which must be so many and have these columns.

    Examples
    --------
    >>> rows(["code", "students"], 1, b'"code","students"\n"17001","7"\n')
    [['17001', '7']]
    """
    try:
        header, *found = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
    except (UnicodeDecodeError, ValueError, csv.Error) as failure:
        raise BrokenError("its rows cannot be read as CSV") from failure
    if header != fields:
        raise BrokenError("it answers with other columns than asked for, or with a web page")
    if len(found) != expected or any(len(row) != len(fields) for row in found):
        raise BrokenError(f"it sends {len(found)} rows in place of {expected}, or cuts them off")
    return found
