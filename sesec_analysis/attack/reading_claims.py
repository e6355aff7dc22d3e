"""What one printed line claims: the number it is of, the value it gives, and the students behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sesec_analysis.attack.reading_ids import Key
from sesec_analysis.attack.reading_numbers import ANYTHING, Span

__all__ = ["COUNTS", "Claim"]

COUNTS = ("numerator", "n", "reference_numerator", "reference_n")
"""Students counted and all students of the group, and of what it is compared to."""


@dataclass(frozen=True)
class Claim:
    """One printed line.

    ``value`` is in the scale of ESTIMATES, where proportions and points are 0-1. ``sources`` are the releases it says
    it was made from; none: it does not say.
    """

    key: Key
    said: str
    value: Span = ANYTHING
    counts: Mapping[str, Span] = field(default_factory=dict)
    sources: frozenset[str] = frozenset()

    def count(self, name: str) -> Span:
        """Return what is said of one of `COUNTS`: whole students, never fewer than none."""
        low, high = self.counts.get(name, ANYTHING)
        return max(0.0, low), high

    @property
    def says_a_value(self) -> bool:
        """Whether a value is printed at all."""
        return self.value != ANYTHING
