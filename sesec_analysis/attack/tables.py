"""Attack anybody's tables: find the withheld cells that the sums between tables narrow or give away.

A table is one as people print it: its first column names the rows, its other columns hold counts and the marks of
withheld cells. What holds between cells is said in plain lines (`TableSums`); nothing is guessed from the tables.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from sesec_analysis.attack.solver import HAIR, NO_LIMIT, Solver, System, loose, tighten
from sesec_analysis.catalog.table_sums import Equal, Margins, TableSums, Within, checked_sums
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
_COUNT = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
_CELL = re.compile(
    r"\s*(?P<table>[^\[\]]+?)\s*\[\s*(?P<row>[^\[\]]+?)\s*;\s*(?P<column>[^\[\]]+?)\s*\]\s*"
)
_ROUNDS = 40
"""Statements behind one cell are told one by one up to this many; of more, all that are linked are named."""


class _Cell(NamedTuple):
    table: str
    row: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}[{self.row}; {self.column}]"


@dataclass
class _Tables:
    """Cells as numbers of a system, and the statements that hold of them."""

    place: dict[_Cell, int] = field(default_factory=dict)
    rows: dict[str, list[str]] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    mark: list[str] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    statements: list[tuple[dict[int, int], str]] = field(default_factory=list)

    def add(self, cell: _Cell, mark: str, low: float, high: float) -> None:
        self.place[cell] = len(self.mark)
        self.mark.append(mark)
        self.low.append(low)
        self.high.append(high)

    def name(self, table: str) -> str:
        """Return the table that is meant, by its name or its file's."""
        name = table if table in self.rows else Path(table).stem
        if name not in self.rows:
            raise QuestionError(
                f"there is no table {table!r}",
                where="sums",
                fix="name a table that is given, by its file's name",
                valid=sorted(self.rows),
            )
        return name

    def cells(self, text: str) -> tuple[str, str, str]:
        """Parse ``TABLE[ROW; COLUMN]`` and check that they are there."""
        if not (match := _CELL.fullmatch(text)):
            raise QuestionError(
                f"{text!r} names no cell",
                where="sums",
                fix="write TABLE[ROW; COLUMN], a star for every one",
            )
        table = self.name(match["table"])
        for kind, asked, known in (
            ("row", match["row"], self.rows[table]),
            ("column", match["column"], self.columns[table]),
        ):
            if asked != "*" and asked not in known:
                raise QuestionError(f"{table} has no {kind} {asked!r}", where="sums", valid=known)
        return table, match["row"], match["column"]

    def says(self, total: _Cell, parts: Iterable[_Cell]) -> None:
        """State that a cell is the sum of others."""
        there = [part for part in parts if part != total]
        coefficients = {self.place[total]: -1}
        for part in there:
            at = self.place[part]
            coefficients[at] = coefficients.get(at, 0) + 1
        shown = " + ".join(map(str, there[:4])) + (
            f" + {len(there) - 4} more" if len(there) > 4 else ""
        )
        self.statements.append((coefficients, f"{total} = {shown}"))


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
    for margins in rules.margins:
        _margins(tables, margins)
    for equal in rules.sums:
        _equal(tables, equal)
    for within in rules.within:
        _within(tables, within)
    return _told(tables)


def _ranges(withheld: Iterable[str] | Marks) -> dict[str, tuple[float, float]]:
    """Return the range that each mark leaves, by the mark in small letters."""
    ranges: dict[str, tuple[float, float]] = {}
    given: Marks = (
        withheld if isinstance(withheld, Mapping) else {mark: _limits(mark) for mark in withheld}
    )
    for mark, limits in given.items():
        low, high = limits or (0, None)
        if low < 0 or (high is not None and high < low):
            raise QuestionError(
                f"{mark!r} leaves no number", where="withheld", fix="give (least, most)"
            )
        ranges[mark.strip().lower()] = (float(low), NO_LIMIT if high is None else float(high))
    return ranges


def _limits(mark: str) -> tuple[int, int] | None:
    if not (match := _UPPER.fullmatch(mark.strip())):
        return None
    return 0, int(match[2]) - (match[1] == "<")


def _read(frames: Mapping[str, pd.DataFrame], ranges: Mapping[str, tuple[float, float]]) -> _Tables:
    tables = _Tables()
    for table, frame in frames.items():
        labels = [str(label).strip() for label in frame.iloc[:, 0]]
        columns = [str(name).strip() for name in frame.columns[1:]]
        for names, kind in ((labels, "row"), (columns, "column")):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise DataError(
                    f"two {kind}s are called {twice[0]!r}",
                    where=table,
                    fix="give each its own name",
                )
        tables.rows[table], tables.columns[table] = labels, columns
        for at, label in enumerate(labels):
            for to, column in enumerate(columns, start=1):
                text = str(frame.iloc[at, to]).strip()
                low, high = _counted(text, ranges, f"{table}, row {label}, column {column}")
                known = text.lower() in ranges
                tables.add(_Cell(table, label, column), text if known else "", low, high)
    return tables


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


def _margins(tables: _Tables, margins: Margins) -> None:
    table = tables.name(margins.table)
    rows, columns = tables.rows[table], tables.columns[table]
    total_row, total_column = margins.total_row, margins.total_column
    tables.cells(f"{table}[{total_row or '*'}; {total_column or '*'}]")
    if total_row:
        for column in columns:
            tables.says(
                _Cell(table, total_row, column), (_Cell(table, row, column) for row in rows)
            )
    if total_column:
        for row in rows:
            tables.says(
                _Cell(table, row, total_column), (_Cell(table, row, column) for column in columns)
            )


def _equal(tables: _Tables, equal: Equal) -> None:
    table, row, column = tables.cells(equal.total)
    parts = [tables.cells(part) for part in equal.parts]
    for at in tables.rows[table] if row == "*" else [row]:
        for to in tables.columns[table] if column == "*" else [column]:
            found = [
                cell
                for part in parts
                for cell in _matching(
                    tables, part, at if row == "*" else "", to if column == "*" else ""
                )
            ]
            tables.says(_Cell(table, at, to), found)


def _matching(
    tables: _Tables, part: tuple[str, str, str], row: str, column: str
) -> Iterator[_Cell]:
    """Yield the cells that a part means; a star means the total's own row or column where that has a star as well."""
    table, at, to = part
    for label in [row] if at == "*" and row else tables.rows[table] if at == "*" else [at]:
        for name in (
            [column] if to == "*" and column else tables.columns[table] if to == "*" else [to]
        ):
            cell = _Cell(table, label, name)
            if cell not in tables.place:
                raise QuestionError(
                    f"there is no cell {cell}",
                    where="sums",
                    fix="give both tables the same rows and columns",
                )
            yield cell


def _within(tables: _Tables, within: Within) -> None:
    """Add the difference of two tables as cells of its own, withheld without a mark: nobody meant to print them."""
    part, whole = tables.name(within.part), tables.name(within.whole)
    name = f"{whole} less {part}"
    tables.rows[name], tables.columns[name] = [], []
    for cell in list(tables.place):
        inside = _Cell(part, cell.row, cell.column)
        if cell.table == whole and inside in tables.place:
            rest = _Cell(name, cell.row, cell.column)
            tables.add(rest, name, 0.0, NO_LIMIT)
            tables.says(cell, [inside, rest])


def _told(tables: _Tables) -> pd.DataFrame:
    system = _system(tables)
    tightened = tighten(system)
    if len(tightened.at_odds):
        raise _contradiction(tables, [int(at) for at in tightened.at_odds])
    whole = system.within(tightened.low, tightened.high)
    solver = Solver(whole.take(~loose(whole)))
    answers = []
    for cell, at in tables.place.items():
        if not tables.mark[at]:
            continue
        low, high = _range(solver, at, tables)
        verdict = _verdict(tables, cell, at, low, high)
        if not verdict:
            continue
        behind = _behind(tables, system, at, (low, high)) if verdict != "holds" else ""
        marked = tables.low[at], tables.high[at]
        answers.append(
            (*cell, tables.mark[at], *map(_whole, (*marked, low, high)), verdict, behind)
        )
    return pd.DataFrame(answers, columns=list(COLUMNS)).astype(
        dict.fromkeys(("low", "high", "told_low", "told_high"), "Int64")
    )


def _system(tables: _Tables) -> System:
    matrix = sparse.lil_array((len(tables.statements), len(tables.mark)))
    for row, (coefficients, _) in enumerate(tables.statements):
        for at, coefficient in coefficients.items():
            matrix[row, at] = coefficient
    nothing = np.zeros(len(tables.statements))
    limits = np.array(tables.low), np.array(tables.high)
    return System(*limits, sparse.csr_array(matrix), nothing, nothing)


def _contradiction(tables: _Tables, rows: Sequence[int]) -> DataError:
    said = "; ".join(tables.statements[row][1] for row in rows[:3])
    return DataError(
        "the sums do not fit the tables: no counts can be behind the withheld cells",
        where=said,
        fix="correct the sums (is a total rounded, or of more rows?), or the marks",
    )


def _range(solver: Solver, at: int, tables: _Tables) -> tuple[float, float]:
    bottom, top = solver.extreme(at), solver.extreme(at, largest=True)
    if bottom is None or top is None:
        raise _contradiction(tables, range(len(tables.statements)))
    return bottom.bound, -top.bound


def _verdict(tables: _Tables, cell: _Cell, at: int, low: float, high: float) -> str:
    """Judge one cell; empty for a difference that is no small group."""
    if cell.table not in tables.rows or tables.mark[at] == cell.table:  # a difference of two tables
        return "" if high >= SMALLEST or high == 0 else "solved" if low == high else "narrowed"
    if low == high:
        return "solved"
    marked = tables.high[at] - tables.low[at]
    left = high - low
    is_narrow = left < SMALLEST - 1 if tables.high[at] >= NO_LIMIT else left < marked - HAIR
    return "narrowed" if is_narrow else "holds"


def _behind(tables: _Tables, system: System, at: int, told: tuple[float, float]) -> str:
    """Return statements that together narrow a cell so far: one after the other is left out while the range stays."""
    graph = Solver(system)
    rows = (
        [int(row) for row in graph.part(int(graph.label[at])).rows] if graph.label[at] >= 0 else []
    )
    kept = rows
    for row in rows if len(rows) <= _ROUNDS else ():
        fewer = [other for other in kept if other != row]
        if _range(Solver(system.take(np.array(fewer, dtype=int))), at, tables) == told:
            kept = fewer
    return "; ".join(tables.statements[row][1] for row in kept)


def _whole(number: float) -> int | None:
    return None if number >= NO_LIMIT else int(number)
