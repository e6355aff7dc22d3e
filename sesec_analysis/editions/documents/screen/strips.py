"""Lay the shares of a school beside those of others, each row a line from 0 to 100 percent, for a page to draw.

Each mark says what its finding says: a dot where a figure is shown, a bar where only a range is, nothing where neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sesec_analysis.editions.documents.blocks import TableBlock
from sesec_analysis.evidence.row import Record

__all__ = ["Mark", "Strip", "of_table"]


@dataclass(frozen=True)
class Mark:
    """A figure on its line, from ``low`` to ``high`` in percent; both are the figure where it is shown as a number.

    ``words`` is the sentence of its finding.
    """

    low: float
    high: float
    is_school: bool
    words: str

    @property
    def is_range(self) -> bool:
        """Whether no single number is shown."""
        return self.low < self.high


@dataclass(frozen=True)
class Strip:
    """A row: what it is of, the marks on it, and the figures in words with the heading of each."""

    title: str
    marks: tuple[Mark, ...]
    told: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        """All marks in words, the school's first."""
        return " ".join(mark.words for mark in self.marks)


def of_table(block: TableBlock) -> list[Strip]:
    """Return the rows of a table of a school's figures as strips; its findings stand in the order of its rows."""
    labels = [column.label for column in block.table.columns]
    asked = [list(found) for _, found in groupby(block.findings, key=_question)]
    return [
        Strip(
            row[0],
            _marks(found),
            tuple((label, cell) for label, cell in zip(labels[1:], row[1:], strict=True) if cell),
        )
        for row, found in zip(block.table.rows, asked, strict=True)
    ]


def _question(record: Record) -> tuple[object, ...]:
    return tuple(record[name] for name in ("indicator", "measure", "end_year", "student_group"))


def _marks(found: Sequence[Record]) -> tuple[Mark, ...]:
    """Return the marks of a row; the school's is drawn last, over the others, and read first."""
    marks = []
    for record in found:
        ends = (
            (record["estimate"], record["estimate"])
            if record["publish"] == "point"
            else (record["bound_low"], record["bound_high"])
        )
        if record["publish"] == "nothing" or None in ends:
            continue
        low, high = (round(100 * float(str(end)), 2) for end in ends)
        is_school = record["organization_level"] == "school"
        marks.append(Mark(low, high, is_school, str(record["sentence"])))
    return tuple(marks)
