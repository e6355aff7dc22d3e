"""Tables on paper: how wide each column is, which texts run on over empty cells, and how many lines a table takes.

Widths are counted in letters.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sesec_analysis.publishing.blocks import Table

__all__ = ["printed_table"]

_PAGE, _GUTTER = 104, 3
"""Letters of table type that fit on a line, and those between two columns."""
_NUMBER, _NUMBERS, _WORDS = 18, (18, 11, 0), (18, 14, 0)
"""A number or range has at most so many letters; cells of so few are kept on one line, of numbers and of words."""
_WRAPPED, _PULL = 46, 2
"""Longer texts are wrapped; of the letters beyond, one in so many still widens the column."""


def printed_table(table: Table) -> dict[str, Any]:
    """Return a table as plain data: columns with their share of the width, rows, and the lines they take.

    Each cell of a row has its text and how many columns it spans.

    Examples
    --------
    >>> from sesec_analysis.publishing.blocks import Column
    >>> columns = (Column("group", "Student group", "left"), Column("rate", "Rate", "right"))
    >>> printed = printed_table(Table(columns, (("Black or African American", "32.9%"),)))
    >>> [column["share"] for column in printed["columns"]], printed["lines"]
    ([25, 6], 2)
    """
    rows = [[column.label for column in table.columns], *map(list, table.rows)]
    spans = [[1] * len(table.columns), *map(_spans, rows[1:])]
    texts = [
        [row[at] for row, spanned in zip(rows, spans, strict=True) if spanned[at] == 1]
        for at in range(len(table.columns))
    ]
    # What is kept on one line in one column is wrapped in another: the way with the fewest lines is the best to read.
    options = _options(texts, [column.align == "right" for column in table.columns])
    lines, widths = min((_height(rows, spans, option), option) for option in options)
    columns = [
        {"label": column.label, "align": column.align, "share": width}
        for column, width in zip(table.columns, widths, strict=True)
    ]
    cells = [
        [{"text": text, "span": span} for text, span in zip(row, spanned, strict=True) if span]
        for row, spanned in zip(rows[1:], spans[1:], strict=True)
    ]
    return {"columns": columns, "rows": cells, "lines": lines}


def _spans(row: Sequence[str]) -> list[int]:
    """Return how many columns each cell takes: words before empty cells take these too, which then take none."""
    told = max((at for at, text in enumerate(row) if text), default=0)
    if told == 0 or len(row[told]) <= _NUMBER:
        return [1] * len(row)
    return [*[1] * told, len(row) - told, *[0] * (len(row) - told - 1)]


def _options(texts: Sequence[Sequence[str]], numbers: Sequence[bool]) -> list[list[int]]:
    """Return the widths that a table may have; ranges are broken only where they cannot all be kept on one line."""
    options: list[list[int]] = []
    for number in _NUMBERS:
        for word in _WORDS:
            least = [
                _least(one, number if is_number else word)
                for one, is_number in zip(texts, numbers, strict=True)
            ]
            if number == 0 or sum(least) <= _room(texts):
                options.append(_widths(texts, least))
        if options:
            break
    return options


def _room(texts: Sequence[Sequence[str]]) -> int:
    return _PAGE - _GUTTER * (len(texts) - 1)


def _widths(texts: Sequence[Sequence[str]], least: Sequence[int]) -> list[int]:
    """Return widths as wished, or, where that is too much for a page, the least and a fair part of what is left."""
    room = _room(texts)
    wish = [max(low, _wish(one)) for low, one in zip(least, texts, strict=True)]
    if sum(wish) > room > sum(least):
        part = (room - sum(least)) / (sum(wish) - sum(least))
        return [low + int(part * (high - low)) for low, high in zip(least, wish, strict=True)]
    fit = min(1.0, room / sum(wish))
    return [max(1, int(fit * width)) for width in wish]


def _least(texts: Sequence[str], whole: int) -> int:
    """Return the width in which no word of a column is broken, and no cell of so few letters."""
    label, *cells = texts
    pieces = [piece for cell in cells for piece in ([cell] if len(cell) <= whole else cell.split())]
    return max(6, *map(len, [*label.split(), *pieces]), 0)


def _wish(texts: Sequence[str]) -> int:
    """Return the width that a column takes if there is room; its heading may be wrapped in three."""
    label, *cells = texts
    longest = max(map(len, cells), default=0)
    pulled = min(longest, _WRAPPED) + max(0, longest - _WRAPPED) // _PULL
    return max((len(label) + 2) // 3, pulled)


def _height(
    rows: Iterable[Sequence[str]], spans: Iterable[Sequence[int]], widths: Sequence[int]
) -> int:
    """Return how many lines the rows take."""
    return sum(
        max(
            _lines(text, sum(widths[at : at + span]) + _GUTTER * (span - 1))
            for at, (text, span) in enumerate(zip(row, spanned, strict=True))
            if span
        )
        for row, spanned in zip(rows, spans, strict=True)
    )


def _lines(text: str, width: int) -> int:
    # A line of several is filled to nine tenths: words are not divided.
    return 1 if len(text) <= width else -(-len(text) * 10 // (width * 9))
