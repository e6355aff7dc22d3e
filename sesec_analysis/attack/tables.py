"""Attack anybody's tables: find the withheld cells that the sums between tables narrow or give away.

A table is one as people print it: its first column names the rows, its other columns hold counts and the marks of
withheld cells. What holds between cells is said in plain lines (`TableSums`); nothing is guessed from the tables.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from sesec_analysis import schema
from sesec_analysis.attack.solver import HAIR, NO_LIMIT, Solver, System, loose, tighten
from sesec_analysis.catalog.table_sums import TableSums, Within, checked_sums
from sesec_analysis.errors import DataError, QuestionError

__all__ = ["COLUMNS", "attack_tables", "read_tables"]


COLUMNS = (
    *("table", "row", "column", "mark", "low", "high"),
    *("told_low", "told_high", "verdict", "statements"),
)
"""Columns of the answer: a cell and its mark, the range that the mark leaves, the range that all sums leave."""

MARKS = ("*", "N<10")
SMALLEST = 10
"""Groups of fewer are small: a difference between two tables that small is a group that nobody meant to print."""

Marks = Mapping[str, tuple[int, int | None] | None]

_UPPER = re.compile(r"(?:n\s*)?(<=?)\s*(\d+)", re.IGNORECASE)
_COUNT = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.0)?")
"""A count; as pandas prints it where a column holds decimals, with a zero."""
_CELL = re.compile(
    r"\s*(?P<table>[^\[\]]+?)\s*\[\s*(?P<row>[^\[\]]+?)\s*;\s*(?P<column>[^\[\]]+?)\s*\]\s*"
)
_ROUNDS = 40
"""Statements behind one cell are told one by one up to this many; of more, all that are linked are named."""


class _Cell(NamedTuple):
    """A cell, or with a star for its row or column every one of them."""

    table: str
    row: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}[{self.row}; {self.column}]"


@dataclass
class _Tables:
    """Cells, with their mark (empty for a count) and the least and most that it leaves, and sums by position."""

    cells: pd.DataFrame
    sums: list[tuple[int, list[int]]] = field(default_factory=list)

    def name(self, table: str) -> str:
        """Return the table that is meant, by its name or its file's."""
        known = set(self.cells["table"])
        name, fix = table if table in known else Path(table).stem, "a table that is given"
        return _one_of(known, name, f"there is no table {table!r}", f"{fix}, by its file's name")

    def parse(self, text: str) -> _Cell:
        """Parse ``TABLE[ROW; COLUMN]``."""
        if not (match := _CELL.fullmatch(text)):
            raise QuestionError(
                f"{text!r} names no cell",
                where="sums",
                fix="write TABLE[ROW; COLUMN], a star for every one",
            )
        return _Cell(self.name(match["table"]), match["row"], match["column"])

    def find(self, cell: _Cell) -> list[int]:
        """Return where the cells are that a name means; a QuestionError if its row or column is not there."""
        own = self.cells[self.cells["table"] == cell.table]
        for kind, name in (("row", cell.row), ("column", cell.column)):
            if name != "*":
                what = f"{cell.table} has no {kind} {name!r}"
                fix = "one that the table has, the same in all tables of a sum with a star"
                own = own[own[kind] == _one_of(set(own[kind]), name, what, fix)]
        return own.index.tolist()

    def add(self, total: _Cell, parts: Sequence[_Cell]) -> None:
        """State that a cell, or with a star each of several, is the sum of others; a star of parts is then the same."""
        for at in self.find(total):
            of = self.cell(at)
            found: list[int] = []
            for part in parts:
                row = of.row if part.row == total.row == "*" else part.row
                column = of.column if part.column == total.column == "*" else part.column
                found += self.find(_Cell(part.table, row, column))
            self.sums.append((at, [one for one in found if one != at]))

    def cell(self, at: int) -> _Cell:
        """Return the name of a cell."""
        return _Cell(*self.cells.loc[at, list(_Cell._fields)])

    def statement(self, row: int) -> str:
        """Return a sum in words."""
        total, parts = self.sums[row]
        more = f" + {len(parts) - 4} more" if len(parts) > 4 else ""
        return f"{self.cell(total)} = {' + '.join(str(self.cell(at)) for at in parts[:4])}{more}"


def _one_of(known: set[str], name: str, what: str, fix: str) -> str:
    if name not in known:
        raise QuestionError(what, where="sums", fix=f"name {fix}", valid=sorted(known))
    return name


def read_tables(paths: Sequence[Path]) -> dict[str, pd.DataFrame]:
    """Read tables of counts from CSV files, every cell as text, by the files' names.

    Raises
    ------
    DataError
        If a file cannot be read, or two have the same name.
    """
    tables: dict[str, pd.DataFrame] = {}
    for path in paths:
        try:
            frame = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
        except (OSError, ValueError) as broken:
            raise DataError(
                "this is no table that can be read",
                where=str(path),
                fix="give a CSV file in UTF-8",
            ) from broken
        if path.stem in tables:
            raise DataError(f"two tables are called {path.stem}", where=str(path), fix="rename one")
        tables[path.stem] = frame
    return tables


def attack_tables(
    frames: Mapping[str, pd.DataFrame],
    *,
    sums: TableSums | Mapping[str, Any],
    withheld: Iterable[str] | Marks = MARKS,
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
        The marks of withheld cells. ``"N<10"`` says 0 to 9 and ``"<5"`` 0 to 4; any other says nothing. Or each with
        its range: ``{"<5": (0, 4), "*": None}``.

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
    rules = sums if isinstance(sums, TableSums) else checked_sums(sums)
    tables = _read(frames, _ranges(withheld))
    for one in rules.margins:
        name = tables.name(one.table)
        if one.total_row:
            tables.add(_Cell(name, one.total_row, "*"), [_Cell(name, "*", "*")])
        if one.total_column:
            tables.add(_Cell(name, "*", one.total_column), [_Cell(name, "*", "*")])
    for equal in rules.sums:
        tables.add(tables.parse(equal.total), list(map(tables.parse, equal.parts)))
    for within in rules.within:
        _add_difference(tables, within)
    return _told(tables)


def _ranges(withheld: Iterable[str] | Marks) -> dict[str, tuple[float, float]]:
    """Return the range that each mark leaves, by the mark in small letters."""
    if not isinstance(withheld, Mapping):
        withheld = {mark: _limits(mark) for mark in withheld}
    ranges: dict[str, tuple[float, float]] = {}
    for mark, limits in withheld.items():
        low, high = limits or (0, None)
        most = NO_LIMIT if high is None else float(high)
        if not 0 <= low <= most:
            raise QuestionError(
                f"{mark!r} leaves no number", where="withheld", fix="give (least, most)"
            )
        ranges[mark.strip().lower()] = (float(low), most)
    return ranges


def _limits(mark: str) -> tuple[int, int] | None:
    if not (match := _UPPER.fullmatch(mark.strip())):
        return None
    return 0, int(match[2]) - (match[1] == "<")


def _read(frames: Mapping[str, pd.DataFrame], ranges: Mapping[str, tuple[float, float]]) -> _Tables:
    """Read every cell of the tables, row by row."""
    rows = []
    for table, frame in frames.items():
        _refuse_no_table(frame, table)
        labels = ["" if pd.isna(label) else str(label).strip() for label in frame.iloc[:, 0]]
        columns = [str(name).strip() for name in frame.columns[1:]]
        for names, kind in ((labels, "row"), (columns, "column")):
            twice = sorted({name for name in names if names.count(name) > 1 or not name})
            if twice:
                raise DataError(
                    f"two {kind}s are called {twice[0]!r}" if twice[0] else f"a {kind} has no name",
                    where=table,
                    fix="give each its own name",
                )
        texts = [str(text).strip() for text in frame.iloc[:, 1:].to_numpy().ravel()]
        for (label, column), text in zip(product(labels, columns), texts, strict=True):
            ends = _counted(text, ranges, f"{table}, row {label}, column {column}")
            rows.append((table, label, column, text if text.lower() in ranges else "", *ends))
    return _Tables(pd.DataFrame(rows, columns=_READ))


def _refuse_no_table(frame: object, table: str) -> None:
    fix = "pass a DataFrame: its first column names the rows, its other columns hold counts"
    checked = schema.check_table(frame, f"attack_tables, {table!r}", fix)
    if checked.shape[0] == 0 or checked.shape[1] < 2 or checked.columns.nlevels > 1:
        raise QuestionError(
            "the table needs rows, two columns, and one line of column names",
            where=f"attack_tables, {table!r}",
            fix=fix,
        )


_READ = ["table", "row", "column", "mark", "low", "high"]


def _counted(
    text: str, ranges: Mapping[str, tuple[float, float]], where: str
) -> tuple[float, float]:
    if text.lower() in ranges:
        return ranges[text.lower()]
    if not _COUNT.fullmatch(text):
        raise DataError(
            f"{text!r} is neither a count nor a mark of a withheld cell",
            where=where,
            fix="name it with --withheld (withheld= in Python), or leave the column out",
            valid=sorted(ranges),
        )
    return (float(text.replace(",", "")),) * 2


def _add_difference(tables: _Tables, within: Within) -> None:
    """Add the difference of two tables as cells of its own, withheld without a mark: nobody meant to print them."""
    part, whole = tables.name(within.part), tables.name(within.whole)
    name = f"{whole} less {part}"
    cells = tables.cells.reset_index(names="at")
    inner, outer = (cells[cells["table"] == one] for one in (part, whole))
    both = outer.merge(inner, on=["row", "column"], suffixes=("", "_inside"))
    rest = both.assign(table=name, mark=name, low=0.0, high=NO_LIMIT)[_READ]
    tables.cells = pd.concat([tables.cells, rest], ignore_index=True)
    for at, pair in enumerate(both[["at", "at_inside"]].to_numpy().tolist(), start=len(cells)):
        tables.sums.append((pair[0], [pair[1], at]))


def _told(tables: _Tables) -> pd.DataFrame:
    system = _system(tables)
    tightened = tighten(system)
    if len(tightened.at_odds):
        raise _contradiction(tables, tightened.at_odds.tolist())
    whole = system.within(tightened.low, tightened.high)
    solver = Solver(whole.take(~loose(whole)))
    answers = []
    for at, table, row, column, mark, marked_low, marked_high in tables.cells.itertuples():
        if not mark:
            continue
        low, high = _range(solver, at, tables)
        verdict = _verdict(mark == table, (marked_low, marked_high), (low, high))
        if not verdict:
            continue
        behind = _behind(tables, system, at, (low, high)) if verdict != "holds" else ""
        ends = map(_whole, (marked_low, marked_high, low, high))
        answers.append((table, row, column, mark, *ends, verdict, behind))
    return pd.DataFrame(answers, columns=list(COLUMNS)).astype(
        dict.fromkeys(("low", "high", "told_low", "told_high"), "Int64")
    )


def _system(tables: _Tables) -> System:
    matrix = sparse.lil_array((len(tables.sums), len(tables.cells)))
    for row, (total, parts) in enumerate(tables.sums):
        matrix[row, total] = -1
        for part in parts:
            matrix[row, part] += 1
    nothing = np.zeros(len(tables.sums))
    low, high = tables.cells[["low", "high"]].to_numpy(dtype="float64").T
    return System(low, high, sparse.csr_array(matrix), nothing, nothing)


def _contradiction(tables: _Tables, rows: Sequence[int]) -> DataError:
    return DataError(
        "the sums do not fit the tables: no counts can be behind the withheld cells",
        where="; ".join(map(tables.statement, rows[:3])),
        fix="correct the sums (is a total rounded, or of more rows?), or the marks",
    )


def _range(solver: Solver, at: int, tables: _Tables) -> tuple[float, float]:
    bottom, top = solver.extreme(at), solver.extreme(at, largest=True)
    if bottom is None or top is None:
        raise _contradiction(tables, range(len(tables.sums)))
    return bottom.bound, -top.bound


def _verdict(is_difference: bool, marked: tuple[float, float], told: tuple[float, float]) -> str:
    """Judge one cell by its mark's range and what is left of it; empty for a difference that is no small group."""
    low, high = told
    if is_difference:
        return "" if high >= SMALLEST or high == 0 else "solved" if low == high else "narrowed"
    if low == high:
        return "solved"
    left = high - low
    is_endless = marked[1] >= NO_LIMIT
    is_narrow = left < SMALLEST - 1 if is_endless else left < marked[1] - marked[0] - HAIR
    return "narrowed" if is_narrow else "holds"


def _behind(tables: _Tables, system: System, at: int, told: tuple[float, float]) -> str:
    """Return sums that together narrow a cell so far: one after the other is left out while the range stays."""
    graph = Solver(system)
    label = int(graph.label[at])
    rows = graph.part(label).rows.tolist() if label >= 0 else []
    kept = rows
    for row in rows if len(rows) <= _ROUNDS else ():
        fewer = [other for other in kept if other != row]
        if _range(Solver(system.take(np.array(fewer, dtype=int))), at, tables) == told:
            kept = fewer
    return "; ".join(map(tables.statement, kept))


def _whole(number: float) -> int | None:
    return None if number >= NO_LIMIT else int(number)
