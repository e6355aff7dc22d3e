"""What an outsider does not know, and what is said of it: counts of students, and linear statements about them.

A published number is a statement: "32.9 percent of 140" says that the numerator, less .3285 times the denominator, is
not negative, and so on. Whoever says it, the state or an edition, it is the same kind of record; who said it is kept
with it, so that a leak can be named by the line that caused it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Literal, NamedTuple

__all__ = ["Cell", "Count", "Side", "Statement", "said_once", "statement"]

Side = Literal["numerator", "denominator"]


class Cell(NamedTuple):
    """A group of students at an organization in a year, and the indicator asked about them: a key of OBSERVATIONS.

    The source is not part of it: several releases that print one cell speak of the same students.
    """

    indicator: str
    end_year: int
    organization_level: str
    organization_id: str
    grade_level: str
    student_group_type: str
    student_group: str

    def __str__(self) -> str:
        """Give the key as it is said in messages; never what is known of the cell."""
        return " ".join(str(part) for part in self)


class Count(NamedTuple):
    """One whole number of students: those counted (numerator) or all of the group (denominator) of a cell.

    For a make-up (`schema.COMPOSITION_INDICATORS`) the numerator is the group, and the denominator all students. A
    place is no unknown of its own: whoever reads an edition puts the counts of the place's schools in its stead.
    """

    cell: Cell
    side: Side


@dataclass(frozen=True, slots=True)
class Statement:
    """One linear inequality between counts: ``low <= sum(coefficient * count) <= high``.

    Parameters
    ----------
    terms
        The counts, each once, with its coefficient.
    low, high
        In the unit of the sum; infinite where nothing is said.
    said
        Who says it, as a reader would look it up: ``ospi_discipline@2019``, ``figures/x.csv row 3``.
    """

    terms: tuple[tuple[Count, float], ...]
    low: float = -inf
    high: float = inf
    said: str = ""


def statement(
    terms: Iterable[tuple[Count, float]],
    *,
    low: float = -inf,
    high: float = inf,
    said: str,
) -> Statement:
    """Make a statement, with counts that stand several times added up and those that cancel left out."""
    added: dict[Count, float] = {}
    for count, coefficient in terms:
        added[count] = added.get(count, 0.0) + coefficient
    kept = tuple((count, coefficient) for count, coefficient in added.items() if coefficient != 0)
    return Statement(kept, low, high, said)


def said_once(statements: Iterable[Statement]) -> list[str]:
    """Name who says the statements, each once, in the order of the statements."""
    return list(dict.fromkeys(one.said for one in statements))
