"""Read and make columns of text as a whole: what they are told apart by, and what a few words come to in many rows.

pandas asks each column anew what it is made of. Measures ask small tables a hundred such questions, where asking costs
more than answering, and large ones in which few texts stand very often: Arrow, which holds the texts, answers both.
"""

import weakref
from collections.abc import Collection, Hashable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pandas.api.types import pandas_dtype

__all__ = [
    "FEW",
    "TEXT",
    "Column",
    "factorized",
    "has_nulls",
    "in_turn",
    "is_one_of",
    "joined",
    "kept",
    "listed",
    "looked_up",
    "numbered",
    "places",
    "plain",
    "repeated",
    "starts",
    "texts",
    "turn",
]


TEXT = pandas_dtype("str")
"""The type of every column of text."""

FEW = 1_000
"""Rows, up to which a loop of Python takes less time than getting a library to work."""

Column = pd.Series | pd.api.extensions.ExtensionArray

_ARROW = pa.large_string()


def plain(column: Column) -> pd.api.extensions.ExtensionArray:
    """Return what holds the values of a column."""
    return column.array if isinstance(column, pd.Series) else column


def _held(column: Column) -> pa.ChunkedArray | None:
    """Return the texts as Arrow holds them; None where it does not."""
    array = plain(column)
    return array.__arrow_array__() if isinstance(array, pd.arrays.ArrowStringArray) else None


def _said(held: pa.ChunkedArray | None) -> str | None:
    """Return the one text of all of many rows; to compare them as a whole takes a tenth of the time of looking up."""
    return str(held[0].as_py()) if held is not None and _turn(held) == 1 else None


def has_nulls(column: Column) -> bool:
    """Whether a value is missing."""
    held = _held(column)
    return bool(column.isna().any() if held is None else held.null_count)


def listed(column: Column) -> list[Any] | None:
    """Return a column of texts or whole numbers as a list; None where it is of another type, or lacks a value."""
    held = _held(column)
    if held is not None:
        return None if held.null_count else held.to_pylist()
    return np.asarray(column).tolist() if column.dtype == np.int64 else None


def is_one_of(column: Column, words: Collection[str]) -> NDArray[np.bool_]:
    """Flag the rows that hold one of a few words.

    Examples
    --------
    >>> is_one_of(pd.Series(["reported", "small_n", None]), ["small_n"]).tolist()
    [False, True, False]
    """
    held = _held(column)
    if held is None:
        return pd.Series(column).isin(list(words)).to_numpy(dtype=bool)
    if again := turn(column):
        first = is_one_of(plain(column)[:again], words)
        return in_turn(first, len(held))
    if len(words) == 1 and not held.null_count:  # takes a fifth of the time
        return _flags(pc.equal(held, pa.scalar(*words, _ARROW)))
    return _flags(pc.is_in(held, pa.array(list(words), _ARROW)))


def _flags(bits: pa.ChunkedArray) -> NDArray[np.bool_]:
    """Return what `np.asarray` does, in a fifth of the time."""
    return np.asarray(bits.cast(pa.uint8())).view(np.bool_)


def places(column: Column, words: tuple[str, ...]) -> NDArray[np.int64]:
    """Return where the text of each row stands in ``words``; -1 where it does not.

    Examples
    --------
    >>> places(pd.Series(["small_n", "reported", ""]), ("reported", "small_n")).tolist()
    [1, 0, -1]
    """
    held = _held(column)
    if held is None:
        return pd.Index(words).get_indexer(pd.Index(column))
    if (said := _said(held)) is not None:
        return np.full(len(held), words.index(said) if said in words else -1)
    found = pc.index_in(held, pa.array(words, _ARROW))
    return np.asarray(pc.fill_null(found, -1) if found.null_count else found)


def numbered(values: Iterable[Hashable], count: int) -> NDArray[np.int64]:
    """Number ``count`` values by first appearance; for few of them.

    Examples
    --------
    >>> numbered(["b", "a", "b"], 3).tolist()
    [0, 1, 0]
    """
    seen: dict[Hashable, int] = {}
    codes = (seen.setdefault(value, len(seen)) for value in values)
    return np.fromiter(codes, dtype=np.int64, count=count)


def factorized(column: Column) -> tuple[NDArray[np.int64], list[str]]:
    """Number a column of texts by first appearance, and list them; a missing one is empty.

    Examples
    --------
    >>> code, words = factorized(pd.Series(["b", "a", "b"]))
    >>> code.tolist(), words
    ([0, 1, 0], ['b', 'a'])
    """
    values = listed(column) if len(column) <= FEW else None
    if values is not None:
        return numbered(values, len(values)), list(dict.fromkeys(values))
    if (said := _said(_held(column))) is not None:
        return in_turn(np.zeros(1, dtype=np.int64), len(column)), [said]
    rows = pd.Series(column)
    if has_nulls(rows):
        rows = rows.fillna("")
    start = starts(rows)
    if len(start) <= len(rows) / 2:  # tables stand in runs, and a run is looked up once
        code, distinct = pd.factorize(rows.iloc[start])
        return np.repeat(code, np.diff(start, append=len(rows))), distinct.tolist()
    code, distinct = pd.factorize(rows)
    return code, distinct.tolist()


def starts(column: Column) -> NDArray[np.int64]:
    """Return where the runs of like values begin; a null is like nothing.

    Examples
    --------
    >>> starts(pd.Series(["b", "b", "a"])).tolist()
    [0, 2]
    """
    held = _held(column)
    if _said(held) is not None:
        return np.zeros(1, dtype=np.int64)
    if held is not None and not held.null_count:
        changes = _flags(pc.not_equal(held[1:], held[:-1]))
    elif isinstance(column.dtype, np.dtype):
        numbers = np.asarray(column)
        changes = numbers[1:] != numbers[:-1]
    else:
        values: Any = plain(column)
        differ: Any = pd.array(values[1:] != values[:-1], dtype="boolean")
        changes = differ.to_numpy(dtype=bool, na_value=True)
    return np.flatnonzero(np.append(len(column) > 0, changes)[: len(column)])


def turn(column: Column) -> int:
    """Return after how many rows the texts of many rows begin anew, and go on so to the end; 0 where they do not.

    Examples
    --------
    >>> turn(pd.Series(["asian", "black", "white"] * 1_000))
    3
    """
    held = _held(column)
    return 0 if held is None else _turn(held)


def _turn(held: pa.ChunkedArray) -> int:
    if len(held) <= FEW or held.null_count:
        return 0
    if id(held) not in _TURNS:  # a measure asks a column several times, and its texts do not change
        again = 1 + pc.index(held[1:FEW], held[0]).as_py()
        _TURNS[id(held)] = again if again and held[again:].equals(held[:-again]) else 0
        weakref.finalize(held, _TURNS.pop, id(held), None)
    return _TURNS[id(held)]


_TURNS: dict[int, int] = {}
"""Of columns of many rows, as long as they are there."""


def in_turn(first: NDArray[Any], count: int) -> NDArray[Any]:
    """Repeat the values of a `turn` up to ``count``; one value is held once, and not to be written to.

    Examples
    --------
    >>> in_turn(np.array([1, 2, 3]), 5).tolist()
    [1, 2, 3, 1, 2]
    """
    if len(first) == 1:
        return np.broadcast_to(first, count)
    return np.tile(first, -(-count // len(first)))[:count]


def looked_up(column: Column) -> tuple[NDArray[np.int64], int]:
    """Number the values of a column by first appearance, and say how many there are.

    Examples
    --------
    >>> code, count = looked_up(pd.Series(["b", "a", "b"]))
    >>> code.tolist(), count
    ([0, 1, 0], 2)
    """
    short = _short(_held(column))
    if short is not None and (short[1:] > short[:-1]).all():  # in order, as codes of schools stand
        return np.arange(len(short)), len(short)
    values = pd.Series(column if short is None else short * _ODD)
    code, distinct = pd.factorize(values, use_na_sentinel=False)
    return code, len(distinct)


def _short(held: pa.ChunkedArray | None) -> NDArray[np.uint64] | None:
    """Make a number of each text, its length first, which is looked up in half the time; None where one is long."""
    if held is None or held.null_count or not len(held):
        return None
    whole = held.combine_chunks()
    _, ends, data = whole.buffers()
    end = np.frombuffer(ends, np.int64)[whole.offset :][: len(whole) + 1]
    size = np.diff(end)
    letters = np.frombuffer(data or b"", np.uint8)[end[0] : end[-1]]
    if size.max() >= _WORD or len(letters) < _WORD:
        return None
    # Eight bytes from where each text begins (the last ones: from where eight are left), of which its own are kept.
    begin = end[:-1] - end[0]
    from_ = np.minimum(begin, len(letters) - _WORD)
    words = np.ndarray(len(letters) - _WORD + 1, "<u8", letters, strides=(1,))[from_]
    words >>= (8 * (begin - from_)).astype(np.uint64)
    own = (np.uint64(1) << (8 * size).astype(np.uint64)) - np.uint64(1)
    words = (words & own).byteswap() >> (8 * (_WORD - size)).astype(np.uint64)
    return words | (size.astype(np.uint64) << np.uint64(56))


_WORD = 8  # bytes of a number, one of which holds the length
_ODD = np.uint64(
    0x9E3779B97F4A7C15
)  # spreads numbers that are alike: they make tables of hashes slow


def texts(words: list[str], code: NDArray[np.integer]) -> pd.arrays.ArrowStringArray:
    """Make a column of words by their numbers.

    Examples
    --------
    >>> list(texts(["no", "yes"], np.array([1, 0, 1])))
    ['yes', 'no', 'yes']
    """
    if len(code) and code[0] == code.max() == code.min():
        return repeated(words[code[0]], len(code))
    return _column(pa.array(words, _ARROW).take(pa.array(code)))


def repeated(word: str, count: int) -> pd.arrays.ArrowStringArray:
    """Make a column that says one thing; all its pieces are the same piece, so that a million rows weigh nothing.

    Examples
    --------
    >>> list(repeated("rate", 2))
    ['rate', 'rate']
    """
    whole, rest = divmod(count, _PIECE)
    if not whole:
        return _column(pa.repeat(pa.scalar(word, _ARROW), count))
    piece = _piece(word)
    pieces = pa.chunked_array([piece] * whole + [piece[:rest]] * bool(rest), _ARROW)
    return _column(pieces)


@lru_cache(maxsize=8)
def _piece(word: str) -> pa.Array:
    return pa.repeat(pa.scalar(word, _ARROW), _PIECE)


def kept(column: pd.Series, flags: NDArray[np.bool_]) -> Column:
    """Keep the flagged rows of a column; of one that says one thing, nothing is looked up.

    Examples
    --------
    >>> list(kept(pd.Series(["rate", "gap"]), np.array([False, True])))
    ['gap']
    """
    held = _held(column)
    if held is None:
        return column.array.take(np.flatnonzero(flags))
    if (said := _said(held)) is not None:
        return repeated(said, int(np.count_nonzero(flags)))
    return _column(
        held.filter(pa.array(flags))
    )  # runs of rows are copied at once, not each looked up


def joined(columns: Iterable[pd.arrays.ArrowStringArray]) -> pd.arrays.ArrowStringArray:
    """Put columns end to end without a copy.

    Examples
    --------
    >>> list(joined([repeated("rate", 1), repeated("gap", 1)]))
    ['rate', 'gap']
    """
    pieces = [piece for column in columns for piece in column.__arrow_array__().chunks]
    return _column(pa.chunked_array(pieces, _ARROW))


def _column(held: pa.Array | pa.ChunkedArray) -> pd.arrays.ArrowStringArray:
    return pd.arrays.ArrowStringArray(held, dtype=TEXT)  # type: ignore[call-arg]  # pandas-stubs lags


_PIECE = 20_000  # rows
