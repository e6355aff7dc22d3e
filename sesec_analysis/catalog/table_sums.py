"""Define what holds between the cells of anybody's tables, and read it from YAML."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

from sesec_analysis import catalog

__all__ = ["Equal", "Margins", "TableSums", "Within", "checked_sums", "read_sums"]


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Margins(_Rule):
    """In one table, a row or a column holds the sum of all others."""

    table: str
    total_row: str | None = None
    total_column: str | None = None


class Equal(_Rule):
    """A cell is the sum of others: ``TABLE[ROW; COLUMN]``; a star stands for every row, or every column, in turn.

    A star in ``total`` repeats the line for each of its rows or columns; a star in ``parts`` adds them up, unless
    ``total`` has one at the same place: then it is the same row or column.
    """

    total: str
    parts: tuple[str, ...]


class Within(_Rule):
    """Everybody counted in one table is counted in another, cell by cell: the two may differ by a few people."""

    part: str
    whole: str


class TableSums(_Rule):
    """All that holds between the cells of some tables."""

    margins: tuple[Margins, ...] = ()
    sums: tuple[Equal, ...] = ()
    within: tuple[Within, ...] = ()


_SUMS = TypeAdapter(TableSums)


def read_sums(path: Path) -> TableSums:
    """Read what holds between tables from a YAML file.

    Raises
    ------
    CatalogError
        If the file is not there, or says what no rule is.
    """
    return catalog.read_entry(path, _SUMS)


def checked_sums(sums: Mapping[str, Any]) -> TableSums:
    """Return rules given as a dict.

    Raises
    ------
    CatalogError
        If they say what no rule is.
    """
    return catalog.check_entry(Path("sums"), _SUMS, dict(sums))
