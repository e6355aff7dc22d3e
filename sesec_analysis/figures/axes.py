"""Scale axes (from zero, round, never cut), and spread labels, dots and bars so that none overlap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log2, log10, sqrt

import numpy as np
from scipy.optimize import isotonic_regression

from sesec_analysis.evidence.wording.numbers import MINUS
from sesec_analysis.figures.page import SMALL, size_of
from sesec_analysis.i18n import say

__all__ = [
    "Axis",
    "amount_scale",
    "gap_scale",
    "lanes",
    "level_scale",
    "rate_scale",
    "ratio_scale",
    "spread",
    "swarm",
]


@dataclass(frozen=True)
class Axis:
    """An axis: its ends, its ticks, and the words beside it."""

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
        """Return the position of a value along the axis, from 0 to 1."""
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


def rate_scale(numbers: Iterable[float]) -> Axis:
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
    return Axis(0.0, high, ticks, [f"{tick * 100:.0f}%" for tick in ticks])


def amount_scale(numbers: Iterable[float], unit: str) -> Axis:
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
    return Axis(0.0, ticks[-1], ticks, [f"{prefix}{tick:,g}" for tick in ticks])


def level_scale(numbers: Iterable[float], unit: str) -> Axis:
    """Return the axis of rates, or that of averages in a unit."""
    return rate_scale(numbers) if unit == "proportion" else amount_scale(numbers, unit)


def gap_scale(numbers: Iterable[float], sides: tuple[str, str]) -> Axis:
    """Return an axis of percentage points that reaches past zero on both sides."""
    known = [0.0, *numbers]
    span = max(known) - min(known)
    step = next((step for step in (0.02, 0.05, 0.1, 0.2, 0.25) if span <= step * 6), 0.5)
    low = min(floor(min(known) / step), -1)
    high = max(ceil(max(known) / step), 1)
    ticks = [round(at * step, 2) for at in range(low, high + 1)]
    return Axis(
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


def ratio_scale(numbers: Iterable[float], sides: tuple[str, str]) -> Axis:
    """Return an axis on which twice and half are equally far from equal.

    Examples
    --------
    >>> ratio_scale([0.9, 6.4], ("", "")).tick_labels
    ['0.5×', '1×', '2×', '4×', '8×']
    """
    powers = [log2(value) for value in numbers if value > 0] or [0.0]
    low, high = max(min(floor(min(powers)), -1), -6), min(max(ceil(max(powers)), 1), 8)
    ticks = [2.0**power for power in range(low, high + 1)]
    return Axis(
        ticks[0],
        ticks[-1],
        ticks,
        [f"{tick:g}×" for tick in ticks],
        log=True,
        equal=1.0,
        sides=sides,
    )


_HAIR = 1e-9


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Return centres as near as can be to those wanted, so that things of these sizes do not overlap.

    Where neighbours would overlap they move together, by least squares; the whole stays between ``low`` and ``high`` if
    it fits at all.

    Examples
    --------
    >>> spread([1.0, 1.0, 5.0], [1.0, 1.0, 1.0], 0.0, 6.0)
    [0.5, 1.5, 5.0]
    """
    order = np.argsort(wanted, kind="stable")
    lengths = np.asarray(sizes, dtype="float64")[order]
    before = np.cumsum(lengths) - lengths
    # With the lengths before each taken off, starts do not overlap if they do not decrease.
    starts = np.asarray(wanted, dtype="float64")[order] - lengths / 2 - before
    starts = isotonic_regression(starts).x if len(starts) else starts
    starts = np.maximum(np.minimum(starts, high - lengths.sum()), low)
    centres = np.empty(len(lengths))
    centres[order] = starts + before + lengths / 2
    return [float(centre) for centre in centres]


def swarm(places: Sequence[float], diameter: float) -> list[float]:
    """Return how far each dot leaves the line, so that no two of this diameter overlap.

    Examples
    --------
    >>> swarm([0.0, 0.0, 3.0], 1.0)
    [0.0, 1.0, 0.0]
    """
    offsets = [0.0] * len(places)
    placed: list[int] = []
    for at in sorted(range(len(places)), key=lambda at: places[at]):
        near = [other for other in placed if abs(places[other] - places[at]) < diameter - _HAIR]
        options = [0.0]
        for other in near:
            step = sqrt(diameter**2 - (places[other] - places[at]) ** 2)
            options += [offsets[other] + step, offsets[other] - step]
        free = [
            option for option in options if _is_free(option, at, near, places, offsets, diameter)
        ]
        offsets[at] = min(free, key=lambda option: (round(abs(option), 9), -option))
        placed.append(at)
    return offsets


def _is_free(
    option: float,
    at: int,
    near: Sequence[int],
    places: Sequence[float],
    offsets: Sequence[float],
    diameter: float,
) -> bool:
    return all(
        (places[other] - places[at]) ** 2 + (offsets[other] - option) ** 2
        >= diameter**2 * (1 - 1e-6)
        for other in near
    )


def lanes(spans: Sequence[tuple[float, float]], gap: float) -> list[int]:
    """Return for each span the first lane in which it meets no other.

    Examples
    --------
    >>> lanes([(0, 2), (1, 3), (4, 5)], 0.5)
    [0, 1, 0]
    """
    taken: list[list[tuple[float, float]]] = []
    chosen = []
    for low, high in spans:
        free = [
            lane
            for lane, inside in enumerate(taken)
            if all(high + gap <= start or end + gap <= low for start, end in inside)
        ]
        lane = free[0] if free else len(taken)
        taken += [[]] if not free else []
        taken[lane].append((low, high))
        chosen.append(lane)
    return chosen
