"""Attack anybody's tables: find the withheld cells that the sums between tables narrow or give away.

A table is one as people print it: its first column names the rows, its other columns hold counts and the marks of
withheld cells. What holds between cells is said in plain lines (`TableSums`); nothing is guessed from the tables.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, TypeAdapter
from scipy import sparse

from sesec_analysis import catalog, schema
from sesec_analysis.attack.solver import HAIR, NO_LIMIT, Solver, System, needed_rows, tighten_ranges
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.loaders.own_file import read_table

__all__ = [
    "COLUMNS",
    "Equal",
    "Margins",
    "TableSums",
    "Within",
    "attack_tables",
    "read_sums",
    "read_tables",
]


COLUMNS = (
    *("table", "row", "column", "mark", "low", "high"),
    *("told_low", "told_high", "verdict", "statements"),
)
"""Columns of the answer: a cell and its mark, the range that the mark leaves, the range that all sums leave."""

MARKS = ("*", "N<10")
SMALLEST = 10
"""Groups of fewer are small: a difference between two tables that small is a group that no one meant to print."""

_UPPER = re.compile(r"(?:n\s*)?(<=?)\s*(\d+)", re.IGNORECASE)
_COUNT = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.0)?")
"""A count; as pandas prints it where a column holds decimals, with a zero."""
_CELL = re.compile(r"\s*([^\[\]]+?)\s*\[\s*([^\[\]]+?)\s*;\s*([^\[\]]+?)\s*\]\s*")
_MOST_TRIED = 40
"""Statements behind one cell are told one by one up to this many; of more, all that are linked are named."""


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


def _checked_sums(sums: Mapping[str, Any]) -> TableSums:
    """Return rules given as a dict.

    Raises
    ------
    CatalogError
        If they say what no rule is.
    """
    return catalog.check_entry(Path("sums"), _SUMS, dict(sums))


class _Cell(NamedTuple):
    """A cell, or with a star for its row or column every one of them."""

    table: str
    row: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}[{self.row}; {self.column}]"


class _Known(NamedTuple):
    """The mark of a cell, empty for a count, and the least and most that it leaves."""

    mark: str
    low: float
    high: float


class _Sum(NamedTuple):
    """A cell that is the sum of others."""

    total: _Cell
    parts: list[_Cell]

    def __str__(self) -> str:
        more = f" + {len(self.parts) - 4} more" if len(self.parts) > 4 else ""
        return f"{self.total} = {' + '.join(map(str, self.parts[:4]))}{more}"


def read_tables(paths: Sequence[Path]) -> dict[str, pd.DataFrame]:
    """Read tables of counts from files, every cell as text, by the files' names.

    Raises
    ------
    FileError
        If a file cannot be read.
    DataError
        If two have the same name.
    """
    tables: dict[str, pd.DataFrame] = {}
    for path in paths:
        if path.stem in tables:
            raise DataError(f"two tables are called {path.stem}", where=str(path), fix="rename one")
        tables[path.stem], _lines = read_table(path, ())
    return tables


def attack_tables(
    frames: Mapping[str, pd.DataFrame],
    *,
    sums: TableSums | Mapping[str, Any],
    withheld: Iterable[str] = MARKS,
) -> pd.DataFrame:
    """Find the withheld cells that the sums between tables narrow or give away.

    Parameters
    ----------
    frames
        Tables by name: the first column names the rows, the others hold counts or marks.
    sums
        What holds between them: ``margins`` (a total row or column of one table), ``sums`` (a cell is the sum of
        others), ``within`` (everybody in one table is in another). See `TableSums`.
    withheld
        The marks of withheld cells. ``"N<10"`` says 0 to 9 and ``"<5"`` 0 to 4; any other says nothing. Write
        one of these for a mark of your own that says as much.

    Returns
    -------
    DataFrame
        A row for each withheld cell, and for each difference of two tables that is a small group. ``low`` and ``high``
        are what the mark leaves (missing: no limit), ``told_low`` and ``told_high`` what all sums leave, in people.
        ``verdict`` is *solved* (one number is left), *narrowed* (fewer numbers than the mark leaves; of a mark without
        limit, fewer than ten), or *holds*. ``statements`` are sums that together say so; none of them can be left out.

    Raises
    ------
    DataError
        If a cell is neither a count nor a mark, or the sums contradict the tables.
    QuestionError
        If the sums name what is not there.

    Notes
    -----
    Ranges come from all sums together, whole people, by integer programs (HiGHS); where a program is cut off, the range
    is at least as wide as the true one. Statements of other kinds (percents, averages) are not read.

    Examples
    --------
    >>> counts = pd.DataFrame({"school": ["A", "B", "All"], "passed": ["12", "N<10", "15"]})
    >>> told = attack_tables({"tests": counts}, sums={"margins": [{"table": "tests", "total_row": "All"}]})
    >>> told[["row", "column", "told_low", "told_high", "verdict"]].values.tolist()
    [['B', 'passed', 3, 3, 'solved']]
    """
    for name, given in (("frames", frames), ("sums", sums)):
        if not isinstance(given, Mapping | TableSums):
            raise QuestionError(
                f"a dict is wanted, not a {type(given).__name__}",
                where=f"attack_tables(…, {name}=…)",
                fix="name each table: {'name': table}",
            )
    cells = dict(_cells(frames, _ranges(withheld)))
    stated = list(_table_sums(cells, sums if isinstance(sums, TableSums) else _checked_sums(sums)))
    return _remaining_ranges(cells, stated)


def _ranges(withheld: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return the range that each mark leaves, by the mark in small letters."""
    ranges: dict[str, tuple[float, float]] = {}
    for mark in map(str.strip, withheld):
        limit = _UPPER.fullmatch(mark)
        most = int(limit[2]) - (limit[1] == "<") if limit else NO_LIMIT
        ranges[mark.lower()] = (0.0, float(most))
    return ranges


def _cells(
    frames: Mapping[str, pd.DataFrame], ranges: Mapping[str, tuple[float, float]]
) -> Iterator[tuple[_Cell, _Known]]:
    """Yield every cell of the tables, row by row, with what is known of it."""
    for table, frame in frames.items():
        where, fix = f"attack_tables, {table!r}", "pass a DataFrame: names of rows, then counts"
        if schema.check_table(frame, where, fix).columns.nlevels > 1 or frame.shape[1] < 2:
            what = "the table needs two columns, and one line of column names"
            raise QuestionError(what, where=where, fix=fix)
        given = frame.astype("object").where(frame.notna(), "")
        texts = given.map(lambda cell: str(cell).strip())
        texts.columns = [str(name).strip() for name in frame.columns]
        texts = texts.set_index(texts.columns[0])
        for names in (texts.index, texts.columns):
            if names.empty or names.has_duplicates or "" in names:
                what = "rows and columns need names, each its own"
                raise DataError(what, where=table, fix="name every row and column once")
        keys = product(texts.index, texts.columns)
        for (row, column), text in zip(keys, texts.to_numpy().ravel(), strict=True):
            yield _Cell(table, row, column), _read_cell(text, ranges, f"{table}, {row}, {column}")


def _read_cell(text: str, ranges: Mapping[str, tuple[float, float]], where: str) -> _Known:
    if text.lower() in ranges:
        return _Known(text, *ranges[text.lower()])
    if not _COUNT.fullmatch(text):
        raise DataError(
            f"{text!r} is neither a count nor a mark of a withheld cell",
            where=where,
            fix="name it with --withheld (withheld= in Python), or leave the column out",
            valid=sorted(ranges),
        )
    return _Known("", *(float(text.replace(",", "")),) * 2)


def _table_sums(cells: dict[_Cell, _Known], rules: TableSums) -> Iterator[_Sum]:
    """Yield all sums; the difference of two tables becomes cells of its own, withheld: no one meant to print them."""
    for margins in rules.margins:
        every = _Cell(_table(cells, margins.table), "*", "*")
        if margins.total_row:
            yield from _sums(cells, every._replace(row=margins.total_row), [every])
        if margins.total_column:
            yield from _sums(cells, every._replace(column=margins.total_column), [every])
    for equal in rules.sums:
        total, *parts = (_parse_cell_name(cells, text) for text in (equal.total, *equal.parts))
        yield from _sums(cells, total, parts)
    for within in rules.within:
        part, whole = _table(cells, within.part), _table(cells, within.whole)
        for outer in _find_cells(cells, _Cell(whole, "*", "*")):
            inner = outer._replace(table=part)
            if inner in cells:
                rest = outer._replace(table=f"{whole} less {part}")
                cells[rest] = _Known(rest.table, 0.0, NO_LIMIT)
                yield _Sum(outer, [inner, rest])


def _sums(cells: Mapping[_Cell, _Known], total: _Cell, parts: Sequence[_Cell]) -> Iterator[_Sum]:
    """Yield a sum for each cell that a total names; a star of its parts is then the same row or column."""
    for one in _find_cells(cells, total):
        added: list[_Cell] = []
        for part in parts:
            row = one.row if part.row == total.row == "*" else part.row
            column = one.column if part.column == total.column == "*" else part.column
            added += _find_cells(cells, _Cell(part.table, row, column))
        yield _Sum(one, [cell for cell in added if cell != one])


def _parse_cell_name(cells: Mapping[_Cell, _Known], text: str) -> _Cell:
    """Parse ``TABLE[ROW; COLUMN]``."""
    if not (match := _CELL.fullmatch(text)):
        fix = "write TABLE[ROW; COLUMN], a star for every one"
        raise QuestionError(f"{text!r} names no cell", where="sums", fix=fix)
    return _Cell(_table(cells, match[1]), match[2], match[3])


def _table(cells: Mapping[_Cell, _Known], name: str) -> str:
    """Return the table that is meant, by its name or its file's."""
    known = {cell.table for cell in cells}
    return name if name in known else _one_of(known, Path(name).stem, "table")


def _find_cells(cells: Mapping[_Cell, _Known], named: _Cell) -> list[_Cell]:
    """Return the cells that a name means; a QuestionError if its row or column is not there."""
    found = [cell for cell in cells if cell.table == named.table]
    for part, name in (("row", named.row), ("column", named.column)):
        if name != "*":
            _one_of({getattr(cell, part) for cell in found}, name, part)
            found = [cell for cell in found if getattr(cell, part) == name]
    return found


def _one_of(known: set[str], name: str, kind: str) -> str:
    if name not in known:
        fix = "name one that is there; with a star, the same in all tables of the sum"
        what = f"there is no {kind} {name!r}"
        raise QuestionError(what, where="sums", fix=fix, valid=sorted(known))
    return name


def _remaining_ranges(cells: Mapping[_Cell, _Known], stated: Sequence[_Sum]) -> pd.DataFrame:
    """Return what all sums together leave of each withheld cell."""
    at = {cell: number for number, cell in enumerate(cells)}
    matrix = sparse.lil_array((len(stated), len(cells)))
    for row, one in enumerate(stated):
        matrix[row, at[one.total]] = -1
        for part in one.parts:
            matrix[row, at[part]] += 1
    low, high = (np.array([known[end] for known in cells.values()]) for end in (1, 2))
    nothing = np.zeros(len(stated))
    system = System(low, high, sparse.csr_array(matrix), nothing, nothing)
    tightened = tighten_ranges(system)
    if len(tightened.at_odds):
        raise _contradiction_error([stated[row] for row in tightened.at_odds])
    solver = Solver(system.within(tightened.low, tightened.high))
    answers = []
    for number, (cell, known) in enumerate(cells.items()):
        if not known.mark:
            continue
        told = _range(solver, number, stated)
        if verdict := _verdict(cell, known, told):
            rows = _behind(system, number, told, stated) if verdict != "holds" else []
            ends = [None if end >= NO_LIMIT else int(end) for end in (*known[1:], *told)]
            statements = "; ".join(str(stated[row]) for row in rows)
            answers.append((*cell, known.mark, *ends, verdict, statements))
    return pd.DataFrame(answers, columns=list(COLUMNS)).astype(
        dict.fromkeys(("low", "high", "told_low", "told_high"), "Int64")
    )


def _contradiction_error(stated: Sequence[_Sum]) -> DataError:
    return DataError(
        "the sums do not fit the tables: no counts can be behind the withheld cells",
        where="; ".join(map(str, stated[:3])),
        fix="correct the sums (is a total rounded, or of more rows?), or the marks",
    )


def _range(solver: Solver, number: int, stated: Sequence[_Sum]) -> tuple[float, float]:
    bottom, top = solver.extreme(number), solver.extreme(number, largest=True)
    if bottom is None or top is None:
        raise _contradiction_error(stated)
    return bottom.bound, -top.bound


def _verdict(cell: _Cell, known: _Known, told: tuple[float, float]) -> str:
    """Judge one cell by its mark's range and what is left of it; empty for a difference that is no small group."""
    low, high = told
    is_difference = known.mark == cell.table
    if is_difference and (high >= SMALLEST or high == 0):
        return ""
    if low == high:
        return "solved"
    if is_difference:
        return "narrowed"
    most = SMALLEST - 1 if known.high >= NO_LIMIT else known.high - known.low - HAIR
    return "narrowed" if high - low < most else "holds"


def _behind(
    system: System, number: int, told: tuple[float, float], stated: Sequence[_Sum]
) -> Sequence[int]:
    """Return sums that together narrow a cell so far."""
    graph = Solver(system)
    rows = np.flatnonzero(graph.row_label == graph.label[number]).tolist()
    if len(rows) > _MOST_TRIED:
        return rows
    return needed_rows(
        rows, lambda kept: _range(Solver(system.take(np.array(kept, int))), number, stated) == told
    )
