"""Carry students whose group is not reported: what the groups of a partition leave of all students.

A state prints 485 students and 484 by race and ethnicity. The one left over is of some group, and nobody outside knows
of which. A measure that needs whole groups takes each group for its printed students and up to all of those left over,
and gives a range. What is left over is a small group as a rule: it never has a row, and the gate prints no range of
counts that would tell it (`evidence.counts.is_not_reported`).

Withheld cells can make up what is missing: nobody is taken for not reported unless even the most students that the
groups can have leave some over.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from sesec_analysis.bounds import Flags, Floats, KnownCounts, Positions, sum_by

__all__ = ["NEARLY_ALL", "Remainder", "is_part_of_a_partition"]


NEARLY_ALL = 0.90
"""Share of all students that the groups of a partition have at the least; if they have fewer, a group is missing."""


def is_part_of_a_partition(most: Floats, everyone: Floats) -> Flags:
    """Whether a group is missing, so that what is left over is more than students not reported.

    Parameters
    ----------
    most, everyone
        The most students that the groups can have, and all students; NaN where not known.

    Examples
    --------
    >>> is_part_of_a_partition(np.array([484, 240]), np.array([485, 485])).tolist()
    [False, True]
    """
    return most < everyone * NEARLY_ALL


@dataclass(frozen=True)
class Remainder:
    """Students not reported beside each row, at the most; how many of them are counted at the most, and are not.

    All are 0 where the groups can be all students.
    """

    students: Floats
    counted: Floats
    not_counted: Floats

    @classmethod
    def from_counts(cls, known: KnownCounts, code: Positions, n: Floats, k: Floats) -> Self:
        """Take the groups from all students, and return for each group what is left over.

        Parameters
        ----------
        known
            What each row says of its group.
        code
            The number of the whole that each row is a part of.
        n, k
            Students of each whole, and those counted; NaN where not known.
        """
        least = sum_by(code, known.n_low, len(n))
        over = n > sum_by(code, known.n_high, len(n))
        fewest = sum_by(code, known.k_low, len(n))
        others = sum_by(code, np.fmax(known.n_low - known.k_high, 0.0), len(n))
        students = np.where(over, n - least, 0.0)
        ends = (np.fmin(np.fmax(left, 0.0), students) for left in (k - fewest, n - k - others))
        return cls(*(part[code] for part in (students, *ends)))

    @classmethod
    def of_makeup(cls, students: Floats) -> Self:
        """Take these numbers of students for what is left over beside groups of a make-up."""
        return cls(students, students, np.zeros(len(students)))

    @property
    def there(self) -> Flags:
        """Flag the rows beside which students are not reported."""
        return self.students > 0

    def take(self, rows: Positions) -> Self:
        """Pick rows by position."""
        return type(self)(self.students[rows], self.counted[rows], self.not_counted[rows])

    def joined(self, known: KnownCounts) -> KnownCounts:
        """Return counts that any of these students may join.

        The lowest rate is that of the fewest students with everybody who is not counted; the highest with everybody
        who is.
        """
        low, high = known.value_low, known.value_high
        n_low = known.n_low
        least = _divide(np.nan_to_num(low) * n_low, n_low + self.not_counted)
        most = 1 - _divide((1 - np.nan_to_num(high)) * n_low, n_low + self.counted)
        return replace(
            known,
            k_high=known.k_high + self.counted,
            n_high=known.n_high + self.students,
            value_low=np.where(self.there, least, low),
            value_high=np.where(self.there, most, high),
            exact=known.exact & ~self.there,
        )

    def joined_makeup(self, known: KnownCounts) -> KnownCounts:
        """Return groups of a make-up that any of these students may join; the whole stays as it is."""
        k_high = np.minimum(known.k_high + self.students, known.n_high)
        high = np.minimum(_divide(k_high, known.n_low), 1.0)
        return replace(
            known,
            k_high=k_high,
            value_high=np.where(self.there, high, known.value_high),
            exact=known.exact & ~self.there,
        )


def _divide(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
