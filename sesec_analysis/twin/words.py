"""Columns of text that are mostly repeats, kept as codes into a list of words until they are written."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["Words", "constant", "numbers", "pick", "ratios"]


class Words:
    """A column: ``codes[i]`` is the place of row i's text in ``texts``."""

    def __init__(self, codes: NDArray[np.int64], texts: Sequence[str]) -> None:
        self.codes, self.texts = codes, list(texts)

    def take(self, rows: NDArray[np.int64]) -> "Words":
        """Pick rows by position."""
        return Words(self.codes[rows], self.texts)

    def where(self, rows: NDArray[np.bool_], other: "Words | str") -> "Words":
        """Put other texts in some rows."""
        if isinstance(other, str):
            other = Words(np.zeros(len(self.codes), dtype=np.int64), [other])
        return Words(
            np.where(rows, other.codes + len(self.texts), self.codes), [*self.texts, *other.texts]
        )

    def categorical(self, *, blank: bool) -> pd.Categorical:
        """As pandas has it; with ``blank``, an empty text is no text at all, which a file prints as nothing."""
        places: dict[str, int] = {}
        new = np.array([places.setdefault(text, len(places)) for text in self.texts])
        codes = new[self.codes]
        if blank and "" in places:
            codes = np.where(codes == places[""], -1, codes)
        return pd.Categorical.from_codes(codes, pd.Index(list(places), dtype="object"))


def constant(text: str, rows: int) -> Words:
    """The same text in every row."""
    return Words(np.zeros(rows, dtype=np.int64), [text])


def pick(texts: Sequence[str], codes: NDArray[np.int64]) -> Words:
    """The text at each code."""
    return Words(codes, texts)


def numbers(values: NDArray[np.int64], form: Callable[[int], str] = str) -> Words:
    """Whole numbers, each distinct one formatted once."""
    codes, distinct = pd.factorize(values)
    return Words(codes, [form(int(value)) for value in distinct])


def ratios(
    top: NDArray[np.int64], bottom: NDArray[np.int64], form: Callable[[int, int], str]
) -> Words:
    """Quotients, each distinct pair formatted once; nothing where the bottom is 0."""
    width = int(bottom.max(initial=0)) + 1
    codes, distinct = pd.factorize(top * width + bottom)
    texts = [
        "" if pair % width == 0 else form(pair // width, pair % width) for pair in distinct.tolist()
    ]
    return Words(codes, texts)
