"""Axes of figures: from zero, round, and never cut to make a difference look large."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log2, log10

from sesec_analysis.publishing.figures_style import SMALL, size_of
from sesec_analysis.publishing.wording import MINUS
from sesec_analysis.words import say

__all__ = ["Scale", "amount_scale", "gap_scale", "level_scale", "rate_scale", "ratio_scale"]


@dataclass(frozen=True)
class Scale:
    """An axis: its ends, its ticks, and what stands beside it."""

    low: float
    high: float
    ticks: Sequence[float]
    tick_labels: Sequence[str]
    label: str = ""
    log: bool = False
    equal: float | None = None  # where there is no difference
    sides: tuple[str, str] = ("", "")  # words for below and above it

    def held(self, value: float | None, otherwise: float) -> float:
        """Return the value, or the end of the axis that it lies beyond; ``otherwise`` if there is none."""
        return min(max(otherwise if value is None else value, self.low), self.high)

    def share(self, value: float) -> float:
        """Return how far along the axis a value stands, from 0 to 1."""
        if self.log:
            return log2(value / self.low) / log2(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def labelled(self, inches: float) -> tuple[list[float], list[str]]:
        """Return the ticks whose labels have room side by side; the one of no difference stays."""
        room = inches * abs(self.share(self.ticks[1]) - self.share(self.ticks[0]))
        wide = max(size_of(text, SMALL) for text in self.tick_labels) + 0.08
        each = ceil(wide / room)
        kept = self.ticks.index(self.equal) % each if self.equal in self.ticks else 0
        shown = [at for at in range(len(self.ticks)) if at % each == kept]
        return [self.ticks[at] for at in shown], [self.tick_labels[at] for at in shown]


def rate_scale(numbers: Iterable[float]) -> Scale:
    """Return an axis from zero: to 100 percent, or less far where every number is small.

    Examples
    --------
    >>> rate_scale([0.08]).high, rate_scale([0.3]).high
    (0.1, 1.0)
    """
    top = max(numbers, default=1.0)
    ends = ((0.05, 0.01), (0.1, 0.02), (0.15, 0.05), (0.25, 0.05), (1.0, 0.2))
    high, step = next((end for end in ends if top <= end[0] * 0.98), ends[-1])
    ticks = [round(step * at, 2) for at in range(round(high / step) + 1)]
    return Scale(0.0, high, ticks, [f"{tick * 100:.0f}%" for tick in ticks])


def amount_scale(numbers: Iterable[float], unit: str) -> Scale:
    """Return an axis from zero for dollars, years and other amounts, its ticks round.

    Examples
    --------
    >>> amount_scale([14_950, 23_660], "dollars_per_student").tick_labels
    ['$0', '$5,000', '$10,000', '$15,000', '$20,000', '$25,000']
    """
    top = max(numbers, default=1.0) or 1.0
    power = 10.0 ** floor(log10(top / 5))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if top <= power * nice * 5)
    ticks = [step * at for at in range(ceil(top / step) + 1)]
    prefix = "$" if unit == "dollars_per_student" else ""
    return Scale(0.0, ticks[-1], ticks, [f"{prefix}{tick:,g}" for tick in ticks])


def level_scale(numbers: Iterable[float], unit: str) -> Scale:
    """Return the axis of rates, or that of averages in a unit."""
    return rate_scale(numbers) if unit == "proportion" else amount_scale(numbers, unit)


def gap_scale(numbers: Iterable[float], sides: tuple[str, str]) -> Scale:
    """Return an axis of percentage points that reaches past zero on both sides."""
    known = [0.0, *numbers]
    span = max(known) - min(known)
    step = next((step for step in (0.02, 0.05, 0.1, 0.2, 0.25) if span <= step * 6), 0.5)
    low = min(floor(min(known) / step), -1)
    high = max(ceil(max(known) / step), 1)
    ticks = [round(at * step, 2) for at in range(low, high + 1)]
    return Scale(
        ticks[0],
        ticks[-1],
        ticks,
        [_signed(tick) for tick in ticks],
        say("percentage points"),
        equal=0.0,
        sides=sides,
    )


def _signed(tick: float) -> str:
    sign = MINUS if tick < 0 else "+" if tick > 0 else ""
    return f"{sign}{abs(tick) * 100:.0f}"


def ratio_scale(numbers: Iterable[float], sides: tuple[str, str]) -> Scale:
    """Return an axis on which twice and half are equally far from equal.

    Examples
    --------
    >>> ratio_scale([0.9, 6.4], ("", "")).tick_labels
    ['0.5×', '1×', '2×', '4×', '8×']
    """
    powers = [log2(value) for value in numbers if value > 0] or [0.0]
    low, high = max(min(floor(min(powers)), -1), -6), min(max(ceil(max(powers)), 1), 8)
    ticks = [2.0**power for power in range(low, high + 1)]
    return Scale(
        ticks[0],
        ticks[-1],
        ticks,
        [f"{tick:g}×" for tick in ticks],
        log=True,
        equal=1.0,
        sides=sides,
    )
