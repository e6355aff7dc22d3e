"""Whether a withheld count keeps its range: its ends with an edition's statements, beside those without.

An end is kept only if a solution that fits all statements together attains the very value that the state's statements
leave. Where programs were cut off before they could show it, it is not settled, which counts as given away.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from sesec_analysis.attack.propagation import HAIR, System, loose, tighten
from sesec_analysis.attack.solving import Extreme, Part, Solver
from sesec_analysis.polygons import Flags, Positions

__all__ = ["FEW", "End", "Field", "How", "Verdict", "judge"]

FEW = 3
"""Values: a count that has fewer left, and had more, is as good as told."""

End = Literal["least", "most", "uncounted"]
"""Of a numerator also: the most students that are not counted. None left means that all must be."""

How = Literal["narrowed", "nearly told", "not settled"]


@dataclass(frozen=True)
class Verdict:
    """How a count is given away, and at which end."""

    how: How
    end: End


@dataclass
class Field:
    """The counts that some telling statements bear on, solved without these statements, with all, or with some.

    Parameters
    ----------
    part
        One part of the joint system.
    telling
        Which of its rows are the edition's.
    """

    part: Part
    telling: Flags

    @cached_property
    def before(self) -> Solver:
        """The state's rows alone."""
        return self.with_only(np.empty(0, dtype=np.int64))

    @cached_property
    def after(self) -> Solver:
        """All rows."""
        return self.with_only(self.rows)

    @property
    def rows(self) -> Positions:
        """Return the edition's rows."""
        return np.flatnonzero(self.telling)

    def with_only(self, rows: Positions) -> Solver:
        """Return a solver of the state's rows and some of the edition's."""
        kept = ~self.telling
        kept[rows] = True
        return _solver(self.part.system.take(kept))

    @cached_property
    def mentioned(self) -> Flags:
        """Tell which numbers are of a cell that the edition's statements name."""
        rows = self.part.system.matrix[self.rows]
        cells = self.part.numbers // 2
        return np.isin(cells, cells[rows.indices])

    def naming(self, number: int) -> Positions:
        """Return the edition's rows that name a number, or all if none does."""
        names = self.part.system.matrix[self.rows][:, [number]].tocoo().row
        return self.rows[np.unique(names)] if len(names) else self.rows

    def ends(self, number: int) -> tuple[End, ...]:
        """Return what is asked of a number."""
        return (
            ("least", "most") if self._students(number) is None else ("least", "most", "uncounted")
        )

    def end(self, solver: Solver, number: int, end: End) -> Extreme | None:
        """Return the least of what is asked: the number, its negative, or those counted less the students."""
        students = self._students(number)
        if end == "uncounted" and students is not None:
            return solver.largest_difference(students, number)
        return solver.extreme(number, largest=end == "most")

    def is_lost(self, solver: Solver, number: int, end: End) -> bool | None:
        """Tell whether an end is lost with the statements of a solver; None if programs were cut off too early."""
        before = self.end(self.before, number, end)
        if before is None:
            return None
        if self._is_lost_at_once(solver, number, end, before):
            return True
        after = self.end(solver, number, end)
        if after is None:
            return None
        if end == "uncounted":
            if after.attained <= -1 + HAIR or before.bound > -1 + HAIR:
                return False  # some need not be counted; or all had to be without the edition too
            return True if after.bound > -1 + HAIR else None
        if after.attained <= before.bound + HAIR:
            return False
        return True if before.exact and after.bound > before.bound + HAIR else None

    def _is_lost_at_once(self, solver: Solver, number: int, end: End, before: Extreme) -> bool:
        """Look in fractions of students first: most of what is lost is seen so, and sooner."""
        if end == "uncounted" or not before.exact:
            return False
        return solver.relaxation(number, largest=end == "most") > before.bound + HAIR

    def values(self, solver: Solver, number: int) -> float:
        """Return how many values a number can have, at the most."""
        least, most = solver.extreme(number), solver.extreme(number, largest=True)
        return 0 if least is None or most is None else 1 - most.bound - least.bound

    def _students(self, number: int) -> int | None:
        """Return the denominator of a numerator, if it is not published: of a published one the range tells all."""
        numbers = self.part.numbers
        if numbers[number] % 2:
            return None
        at = int(np.searchsorted(numbers, numbers[number] + 1))
        return at if at < len(numbers) and numbers[at] == numbers[number] + 1 else None


def _solver(system: System) -> Solver:
    narrowed = tighten(system)
    tight = system.within(narrowed.low, narrowed.high)
    # What contradicts itself is left as it stands, so that the programs find that nothing fits.
    return Solver(system if len(narrowed.at_odds) else tight.take(~loose(tight)))


def judge(ground: Field, number: int) -> Verdict | None:
    """Judge one withheld count of a field.

    Parameters
    ----------
    ground
        The counts and statements.
    number
        Position of the count in the field.

    Returns
    -------
    How it is given away; None if it keeps its range.
    """
    lost = {end: ground.is_lost(ground.after, number, end) for end in ground.ends(number)}
    for end in lost:
        if lost[end]:
            few = ground.values(ground.after, number) < FEW <= ground.values(ground.before, number)
            return Verdict("nearly told" if few or end == "uncounted" else "narrowed", end)
    for end in lost:
        if lost[end] is None:
            return Verdict("not settled", end)
    return None
