"""Read and make columns of text as a whole: what they are told apart by, and what a few words come to in many rows.

pandas asks each column anew what it is made of. Measures ask small tables a hundred such questions, where asking costs
more than answering, and large ones in which few texts stand very often: Arrow, which holds the texts, answers both.
"""

from collections.abc import Collection, Hashable, Iterable
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
    "is_one_of",
    "joined",
    "listed",
    "numbered",
    "places",
    "repeated",
    "starts",
    "texts",
]


TEXT = pandas_dtype("str")
"""The type of every column of text."""

FEW = 1_000
"""Rows, up to which a loop of Python takes less time than getting a library to work."""

Column = pd.Series | pd.api.extensions.ExtensionArray

_ARROW = pa.large_string()


def _held(column: Column) -> pa.ChunkedArray | None:
    """Return the texts as Arrow holds them; None where it does not."""
    array = column.array if isinstance(column, pd.Series) else column
    return array.__arrow_array__() if isinstance(array, pd.arrays.ArrowStringArray) else None


def _said(held: pa.ChunkedArray | None) -> str | None:
    """Return the one text of all of many rows; to compare them as a whole takes a tenth of the time of looking up."""
    if held is None or len(held) <= FEW or held.null_count or not held[1:].equals(held[:-1]):
        return None
    word: str = held[0].as_py()
    return word


def has_nulls(column: Column) -> bool:
    """Whether a value is missing."""
    held = _held(column)
    return bool(column.isna().any() if held is None else held.null_count)


def listed(column: pd.Series) -> list[Any] | None:
    """Return a column of texts or whole numbers as a list; None where it is of another type, or lacks a value."""
    held = _held(column)
    if held is not None:
        return None if held.null_count else held.to_pylist()
    values = column.array.to_numpy() if column.dtype == np.int64 else None
    return None if values is None else values.tolist()


def is_one_of(column: pd.Series, words: Collection[str]) -> NDArray[np.bool_]:
    """Flag the rows that hold one of a few words.

    Examples
    --------
    >>> is_one_of(pd.Series(["reported", "small_n", None]), ["small_n"]).tolist()
    [False, True, False]
    """
    held = _held(column)
    if held is None:
        return column.isin(list(words)).to_numpy(dtype=bool)
    if (said := _said(held)) is not None:
        return np.full(len(held), said in words)
    if len(words) == 1 and not held.null_count:  # takes a fifth of the time
        return np.asarray(pc.equal(held, pa.scalar(*words, _ARROW)))
    return np.asarray(pc.is_in(held, pa.array(list(words), _ARROW)))


def places(column: pd.Series, words: tuple[str, ...]) -> NDArray[np.int64]:
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
    return np.asarray(pc.fill_null(pc.index_in(held, pa.array(words, _ARROW)), -1))


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


def factorized(column: pd.Series) -> tuple[NDArray[np.int64], list[str]]:
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
        return np.zeros(len(column), dtype=np.int64), [said]
    if has_nulls(column):
        column = column.fillna("")
    start = starts(column)
    if len(start) <= len(column) / 2:  # tables stand in runs, and a run is looked up once
        code, distinct = pd.factorize(column.iloc[start])
        return np.repeat(code, np.diff(start, append=len(column))), distinct.tolist()
    code, distinct = pd.factorize(column)
    return code, distinct.tolist()


def starts(column: pd.Series) -> NDArray[np.int64]:
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
        changes = np.asarray(pc.not_equal(held[1:], held[:-1]))
    else:
        values = column.array
        differ = pd.array(values[1:] != values[:-1], dtype="boolean")
        changes = differ.to_numpy(dtype=bool, na_value=True)
    return np.flatnonzero(np.append(len(column) > 0, changes)[: len(column)])


def texts(words: list[str], code: NDArray[np.int64]) -> pd.arrays.ArrowStringArray:
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
    piece = pa.repeat(pa.scalar(word, _ARROW), min(count, _PIECE))
    pieces = pa.chunked_array([piece] * whole + [piece[:rest]] * bool(rest), _ARROW)
    return _column(pieces)


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
