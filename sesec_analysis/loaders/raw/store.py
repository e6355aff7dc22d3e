"""Read raw files (CSV, JSON) into rows, and rows into Parquet and back; the only module that knows DuckDB and Arrow.

Every raw column is read as text: "None" stays the word "None", an empty field becomes "". A file that is not what it
should be (empty, cut off, not text, not UTF-8, a missing column) is refused with its name, rows and the fix.
"""

import codecs
import contextlib
import csv
import errno
import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sesec_analysis.errors import DataError, FileError
from sesec_analysis.extras import require_extra
from sesec_analysis.files import replace_file

if TYPE_CHECKING:
    import duckdb

__all__ = [
    "count_rows",
    "header",
    "read_csv",
    "read_json",
    "read_json_lines",
    "read_parquet",
    "write_parquet",
]


_CSV_OPTIONS = """auto_detect=false, header=false, skip=1, delim=',', quote='"', escape='"', strict_mode=true,
    null_padding=false, ignore_errors=false, encoding='utf-8', max_line_size=1000000, buffer_size=8000000"""
# By itself DuckDB would take 32 lines of the largest size for each of its threads: a hundred megabytes for nothing.
_TEXT = pd.Series(dtype="str").dtype
# DuckDB's word for what is wrong with a line -> ours, with the fix.
_LINE_FAULTS = {
    "MISSING COLUMNS": "has fewer fields than the header (the file may be cut off)",
    "TOO MANY COLUMNS": "has more fields than the header",
    "UNQUOTED VALUE": "has a quotation mark that is never closed (the file may be cut off)",
    "INVALID ENCODING": "is not UTF-8 text (it may have been saved as Windows-1252)",
    "LINE SIZE OVER MAXIMUM": "is far too long for a row",
}
# Levels of compression: a table of many rows must stay under the half megabyte that a file of the repository may have.
_USUAL, _HARDEST, _LARGE = 12, 22, 50_000
_FRESH = "download the file again, or save it as CSV in UTF-8; nothing was written"


def _quote_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _open_file(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _damaged(what: str, path: Path, place: str = "") -> FileError:
    """Make the error for a file that is to be got anew; ``place`` is where in it."""
    return FileError(what, where=f"{path}{place}", fix=_FRESH)


def header(path: Path) -> list[str]:
    """Return the column names of a CSV file; a byte-order mark is dropped and a column without a name is ``""``.

    Raises
    ------
    DataError
        If the file is missing, empty, not text, not UTF-8, or names a column twice.
    """
    try:
        with _open_file(path) as stream:
            start = stream.read(1 << 16)
    except FileNotFoundError as failure:
        raise FileError(
            "the file is not there",
            where=str(path),
            fix="check --raw, or the `file:` line of the release",
        ) from failure
    except (OSError, EOFError, zlib.error) as failure:
        raise _damaged(f"the file cannot be read: {failure}", path) from failure
    if not start.removeprefix(b"\xef\xbb\xbf").strip():
        raise _damaged("the file is empty (0 rows)", path)
    if b"\0" in start:
        raise _damaged("the file is not text (binary bytes in row 1)", path)
    first = start.split(b"\n", 1)[0]
    if b"\r" in first.rstrip(b"\r\n"):
        what = "the lines of the file end in carriage returns alone, or its line ends are mixed"
        raise _damaged(what, path, ", row 1")
    try:
        text = first.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise _damaged("the header row is not UTF-8 text", path, ", row 1") from failure
    names = [name.strip() for name in next(csv.reader(io.StringIO(text)), [])]
    if not names:
        raise _damaged("the first row names no columns", path, ", row 1")
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        what = f"the header names {len(twice)} column(s) twice: {', '.join(twice)}"
        raise _damaged(what, path, ", row 1")
    return names


def _check_text(path: Path) -> None:
    """Refuse a file that is not UTF-8 throughout: the engine looks only into the columns asked for."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with _open_file(path) as stream:
            while block := stream.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as failure:
        with _open_file(path) as stream:
            lines = enumerate(stream, start=1)
            bad = [at for at, line in lines if line.decode(errors="ignore").encode() != line]
        what = (
            f"{len(bad)} row(s) are not UTF-8 text (the file may have been saved as Windows-1252)"
        )
        raise _damaged(what, path, _lines(bad)) from failure
    except (OSError, EOFError, zlib.error) as failure:
        raise _damaged(f"the file is cut off or damaged: {failure}", path) from failure


def _lines(numbers: Sequence[int]) -> str:
    """Name the first lines of a file."""
    return f", line {', '.join(map(str, numbers[:5]))}" + (", …" if len(numbers) > 5 else "")


def _line_faults(
    connection: "duckdb.DuckDBPyConnection", path: Path, columns: str
) -> DataError | None:
    """Read the file again, keeping the lines that the engine rejects, to name them all."""
    import duckdb

    lenient = _CSV_OPTIONS.replace("ignore_errors=false", "store_rejects=true, rejects_limit=0")
    try:
        # A mere count would look into no column, and so find no fault in them.
        scan = f"read_csv({_quote_text(str(path))}, {lenient}, columns={columns})"
        connection.sql(f"create or replace temp table scanned as select * from {scan}")
        faults = connection.sql(
            "select line, error_type from reject_errors order by line"
        ).fetchall()
    except duckdb.Error:
        return None
    if not faults:
        return None
    lines = sorted({line for line, _ in faults})
    kinds = {_LINE_FAULTS.get(kind, kind.lower()) for _, kind in faults}
    what = f"{len(lines)} row(s) cannot be read: a row {' / '.join(sorted(kinds))}"
    return _damaged(what, path, _lines(lines))


def _match_codes(column: str, values: Iterable[str]) -> str:
    """Match codes whatever their dress: 17001, 17001.0, ="17001", 17,001."""
    wanted = list(values)
    bare = f"regexp_replace(regexp_replace({_name(column)}, '\\.0+$', ''), '[=\",\\s]', '', 'g')"
    # The last three digits stand together in every dress: a cheap look before the costly one.
    endings = " or ".join(
        f"contains({_name(column)}, {_quote_text(end)})"
        for end in sorted({code[-3:] for code in wanted})
    )
    return f"({endings}) and {bare} in ({', '.join(_quote_text(value) for value in wanted)})"


@contextlib.contextmanager
def _database() -> "Iterator[duckdb.DuckDBPyConnection]":
    """Open a database that draws no bar; a core without DuckDB reads tables, but no raw files."""
    with require_extra():
        import duckdb
    with duckdb.connect() as connection:
        # In Jupyter, where it draws none without a package of its own, DuckDB refuses even to be told so.
        with contextlib.suppress(duckdb.InvalidInputException):
            connection.sql("set enable_progress_bar = false")
        yield connection


def read_csv(
    path: Path,
    *,
    columns: Sequence[str],
    keep: Mapping[str, Sequence[str]] | None = None,
    or_keep: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Read some columns of a CSV file as text, filtered while reading.

    Parameters
    ----------
    path
        A ``.csv`` or ``.csv.gz`` file with a header row.
    columns
        The columns wanted, by their names in the header.
    keep
        Column and the codes to keep in it; a code matches however it is dressed (``17001.0``,
        ``="17001"``, ``17,001``).
    or_keep
        The same; a row that matches this one is kept too.

    Returns
    -------
    The rows as text columns, empty fields as ``""``.

    Raises
    ------
    DataError
        If the file is not readable as the CSV it claims to be; names the file and the rows.
    """
    names = header(path)
    _check_text(path)
    # An unnamed column (a row index somebody's software added) still needs a name for the engine.
    engine_names = [name or f"unnamed {index}" for index, name in enumerate(names)]
    if missing := [column for column in columns if column not in engine_names]:
        raise FileError(
            f"{len(missing)} column(s) are not in the file: {', '.join(missing)}",
            where=f"{path}, row 1",
            fix="check that this is the right file; a renamed column is added to `columns:` of the source's entry",
            valid=[name for name in names if name],
        )
    typed = "{" + ", ".join(f"{_quote_text(name)}: 'VARCHAR'" for name in engine_names) + "}"
    picked = ", ".join(f"coalesce({_name(name)}, '') as {_name(name)}" for name in columns)
    tests = [
        " and ".join(_match_codes(column, values) for column, values in wanted.items())
        for wanted in (keep, or_keep)
        if wanted
    ]
    where = " or ".join(f"({test})" for test in tests) or "true"
    scan = f"read_csv({_quote_text(str(path))}, {_CSV_OPTIONS}, columns={typed})"
    with _database() as connection:
        import duckdb

        try:
            # By way of Arrow: text as Python objects takes several times the room that it takes in the end.
            answer = connection.sql(f"select {picked} from {scan} where {where}").to_arrow_table()
            table: pd.DataFrame = answer.to_pandas(types_mapper=lambda kind: _TEXT)
            return table
        except duckdb.Error as failure:
            fault = _line_faults(connection, path, typed)
            what = "the file cannot be read as CSV: its line ends are mixed, or it is cut off"
            raise fault or _damaged(what, path) from failure


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write ``table`` to ``path`` through a temporary file, so that a reader never sees half of it.

    Raises
    ------
    OSError
        If the folder cannot be written to, or the disk is full; what stood at ``path`` stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with replace_file(path) as half, _database() as connection:
        import duckdb

        connection.sql("set threads = 1")  # one thread writes the same bytes for the same rows
        connection.register("rows_to_write", table)
        level = _HARDEST if len(table) > _LARGE else _USUAL
        form = f"(format parquet, compression zstd, compression_level {level})"
        copy = f"copy rows_to_write to {_quote_text(str(half))} {form}"
        try:
            connection.sql(copy)
        except duckdb.IOException as failure:
            raise OSError(errno.EIO, "the disk is full, or cannot be written to") from failure


def count_rows(path: Path) -> int:
    """Return how many rows a Parquet file has, from its own summary."""
    return int(pq.read_metadata(path).num_rows)


def read_parquet(
    paths: Sequence[Path], *, keep: Mapping[str, Sequence[object]] | None = None
) -> pd.DataFrame:
    """Read Parquet files into one table, keeping the rows whose columns hold one of the values asked for."""
    tables = []
    for path in paths:
        schema = pq.read_schema(path)
        words = [one.name for one in schema if pa.types.is_string(one.type)]
        # Whole, and each text held once: to read some of its rows takes three times as long.
        with pq.ParquetFile(path, read_dictionary=words) as file:
            rows = file.read(use_threads=False)
        for column, values in (keep or {}).items():
            is_one = pc.is_in(rows[column], pa.array(list(values), schema.field(column).type))
            rows = rows if pc.all(is_one).as_py() else rows.filter(is_one)
        tables.append(rows.cast(schema))
    return pa.concat_tables(tables, promote_options="permissive").to_pandas()


def read_json(text: str, *, numbers_as_text: bool = True) -> Any:
    """Read JSON in which every key stands once and every number is one.

    Raises
    ------
    ValueError
        If it is no JSON, nested too deep, or holds a key twice, or NaN.
    """
    as_float, as_int = (str, str) if numbers_as_text else (float, int)
    try:
        return json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_float=as_float,
            parse_int=as_int,
        )
    except RecursionError as failure:
        raise ValueError("nested too deep") from failure


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) != len(pairs):
        raise ValueError("a key appears twice")
    return found


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is not a number")


def _flatten_object(thing: object) -> dict[str, object]:
    """Return an object whose values are texts, numbers or nothing."""
    if not isinstance(thing, dict) or any(isinstance(part, dict | list) for part in thing.values()):
        raise ValueError("no flat object")
    return thing


_FRESH_OBJECTS = "download the file again; nothing was written"


def read_json_lines(path: Path) -> pd.DataFrame:
    """Read a file with one JSON object a line, whether or not a comma ends each line; every value becomes text.

    Raises
    ------
    DataError
        Naming every line that is not a JSON object.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as failure:
        raise FileError("the file is not there", where=str(path), fix="check --raw") from failure
    except UnicodeDecodeError as failure:
        line = failure.object[: failure.start].count(b"\n") + 1
        raise FileError(
            "1 row is not UTF-8 text", where=f"{path}, line {line}", fix=_FRESH_OBJECTS
        ) from failure
    rows, bad = [], []
    for number, text_line in enumerate(text.splitlines(), start=1):
        bare = text_line.strip().rstrip(",").strip("[]")
        if not bare:
            continue
        try:
            rows.append(_flatten_object(read_json(bare)))
        except ValueError:
            bad.append(number)
    if bad or not rows:
        what = (
            f"{len(bad)} row(s) are not JSON objects with each key once"
            if bad
            else "the file is empty (0 rows)"
        )
        where = f"{path}, line {', '.join(map(str, bad[:5]))}" if bad else str(path)
        raise FileError(what, where=where, fix=_FRESH_OBJECTS)
    return pd.DataFrame(rows).fillna("").astype("str")
