"""Scale axes (from zero, round, never cut), and write names beside marks so that none overlap."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor, log2, log10
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation, Text
from scipy.optimize import isotonic_regression

from sesec_analysis import schema
from sesec_analysis.evidence.wording.numbers import MINUS
from sesec_analysis.figures.style import INK, QUIET, SMALL, wrapped
from sesec_analysis.i18n import say

__all__ = [
    *(
        "Axis",
        "SideLabels",
        "amount_scale",
        "gap_scale",
        "level_scale",
        "rate_scale",
        "ratio_scale",
    ),
    *("spread", "thinned"),
]


@dataclass(frozen=True)
class Axis:
    """An axis: its ends, its ticks, and the words beside it."""

    ticks: Sequence[float]
    labels: Sequence[str]
    label: str = ""
    equal: float | None = None  # where there is no difference
    log: bool = False

    @property
    def low(self) -> float:
        """Its lower end."""
        return self.ticks[0]

    @property
    def high(self) -> float:
        """Its upper end."""
        return self.ticks[-1]

    def coarse(self) -> "Axis":
        """Return it with its ends and its middle alone, for a small panel."""
        last = len(self.ticks) - 1
        kept = [0, last // 2, last] if last % 2 == 0 else [0, last]
        ticks, labels = [self.ticks[at] for at in kept], [self.labels[at] for at in kept]
        return replace(self, ticks=ticks, labels=labels)

    def held(self, value: float | None, otherwise: float) -> float:
        """Return the value, or the end of the axis that it lies beyond; ``otherwise`` if there is none."""
        return min(max(otherwise if value is None else value, self.low), self.high)

    def across(self, axes: Axes) -> None:
        """Give the axes this horizontal axis, with a grid and a line of no difference."""
        axes.set_xscale("log", base=2) if self.log else None
        axes.set(xlim=(self.low, self.high), xlabel=self.label)
        axes.set_xticks(self.ticks, self.labels)
        axes.minorticks_off()
        axes.grid(axis="x", linewidth=0.8)
        if self.equal is not None:
            axes.axvline(self.equal, color=INK, linewidth=1.2, zorder=1.5)

    def up(self, axes: Axes) -> None:
        """Give the axes this vertical axis, with a grid and a line of no difference."""
        axes.set(ylim=(self.low, self.high))
        axes.set_yticks(self.ticks, self.labels)
        axes.tick_params(axis="y", which="both", length=0)
        axes.grid(axis="y", linewidth=0.8)
        if self.equal is not None:
            axes.axhline(self.equal, color=INK, linewidth=1.2, zorder=1.5)


def rate_scale(numbers: Iterable[float]) -> Axis:
    """Return an axis from zero: to 100 percent, or less far where every number is smaller.

    Examples
    --------
    >>> rate_scale([0.08]).high, rate_scale([0.3]).high, rate_scale([0.7]).high
    (0.1, 0.4, 0.8)
    """
    top = max(numbers, default=1.0)
    steps = {
        0.05: 0.01,
        0.08: 0.02,
        0.1: 0.02,
        0.15: 0.05,
        0.25: 0.05,
        0.4: 0.1,
        0.6: 0.2,
        0.8: 0.2,
        1.0: 0.2,
    }
    high, step = next((end for end in steps.items() if top <= end[0] * 0.98), (1.0, 0.2))
    ticks = [round(step * at, 2) for at in range(round(high / step) + 1)]
    return Axis(ticks, [f"{tick * 100:.0f}%" for tick in ticks])


def amount_scale(numbers: Iterable[float], unit: str) -> Axis:
    """Return an axis from zero for dollars, years and other amounts, its ticks round.

    Examples
    --------
    >>> amount_scale([14_950, 23_660], "dollars_per_student").labels
    ['$0', '$5,000', '$10,000', '$15,000', '$20,000', '$25,000']
    """
    top = max(numbers, default=1.0) or 1.0
    power = 10.0 ** floor(log10(top / 5))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if top <= power * nice * 5)
    ticks = [step * at for at in range(ceil(top / step) + 1)]
    prefix = "$" if unit == "dollars_per_student" else ""
    return Axis(ticks, [f"{prefix}{tick:,g}" for tick in ticks])


def level_scale(numbers: Iterable[float], unit: str) -> Axis:
    """Return the axis of rates, or that of averages in a unit."""
    return rate_scale(numbers) if unit in schema.SHARES else amount_scale(numbers, unit)


def gap_scale(numbers: Iterable[float]) -> Axis:
    """Return an axis of percentage points that reaches past zero on both sides."""
    known = [0.0, *numbers]
    span = max(known) - min(known)
    step = next((step for step in (0.02, 0.05, 0.1, 0.2, 0.25) if span <= step * 6), 0.5)
    low, high = min(floor(min(known) / step), -1), max(ceil(max(known) / step), 1)
    ticks = [round(at * step, 2) for at in range(low, high + 1)]
    return Axis(ticks, [_signed(tick) for tick in ticks], say("percentage points"), equal=0.0)


def _signed(tick: float) -> str:
    sign = MINUS if tick < 0 else "+" if tick > 0 else ""
    return f"{sign}{abs(tick) * 100:.0f}"


def ratio_scale(numbers: Iterable[float]) -> Axis:
    """Return an axis on which twice and half are equally far from equal.

    Examples
    --------
    >>> ratio_scale([0.9, 6.4]).labels
    ['0.5×', '1×', '2×', '4×', '8×']
    """
    powers = [log2(value) for value in numbers if value > 0] or [0.0]
    low, high = max(min(floor(min(powers)), -1), -6), min(max(ceil(max(powers)), 1), 8)
    ticks = [2.0**power for power in range(low, high + 1)]
    return Axis(ticks, [f"{tick:g}×" for tick in ticks], equal=1.0, log=True)


def thinned(axes: Axes, scale: Axis) -> None:
    """Leave out labels of a horizontal axis that have no room beside each other; that of no difference stays."""
    boxes = [label.get_window_extent() for label in axes.get_xticklabels()]
    room = min((other.x0 + other.x1 - one.x0 - one.x1) / 2 for one, other in pairwise(boxes))
    each = ceil((max(box.width for box in boxes) + 4) / max(room, 1.0))
    ticks = list(scale.ticks)
    kept = ticks.index(scale.equal) % each if scale.equal in ticks else 0
    texts = [text if at % each == kept else "" for at, text in enumerate(scale.labels)]
    axes.set_xticks(ticks, texts)


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


_LEADER: dict[str, Any] = {
    "arrowstyle": "-",
    "color": QUIET,
    "linewidth": 0.7,
    "shrinkA": 1,
    "shrinkB": 4,
}


class SideLabels:
    """Names and values written beside marks: layout leaves room for them, then they move apart, each with its line."""

    def __init__(self) -> None:
        self._columns: list[tuple[Axes, list[Annotation], list[tuple[float, float]]]] = []
        self._later: list[Callable[[], None]] = []

    def beside(
        self,
        axes: Axes,
        points: Sequence[tuple[float, float]],
        texts: Sequence[str],
        *,
        x: float = 1.03,
        width: float = 1.75,
        styles: Sequence[dict[str, Any]] | None = None,
        side: str = "left",
    ) -> None:
        """Write names in a column at ``x``, a share of the width of the axes; each leads to its point."""
        made = []
        for point, text, own in zip(points, texts, styles or [{}] * len(texts), strict=True):
            style: dict[str, Any] = {"fontsize": SMALL, "color": INK, "leader": QUIET} | own
            lines = "\n".join(wrapped(text, width, SMALL, style.get("weight", "normal")))
            arrow = _LEADER | {
                "relpos": (0 if side == "left" else 1, 0.5),
                "color": style.pop("leader"),
            }
            made.append(
                axes.annotate(
                    lines, point, xytext=(x, point[1]), textcoords=axes.get_yaxis_transform(),
                    va="center", ha=side, annotation_clip=False, arrowprops=arrow, **style,
                )
            )  # fmt: skip
        self._columns.append((axes, made, list(points)))

    def after(self, settle: Callable[[], None]) -> None:
        """Do something once the layout stands."""
        self._later.append(settle)

    def settle(self) -> None:
        """Move names apart where they would overlap, now that the layout stands."""
        for axes, made, points in self._columns:
            box = axes.get_window_extent()
            sizes = [Text.get_window_extent(text).height + 3 for text in made]
            wanted = [axes.transData.transform(point)[1] for point in points]
            room = max(0.0, sum(sizes) - box.height) / 2 + 6
            centres = spread(wanted, sizes, box.y0 - room, box.y1 + room)
            for text, centre in zip(made, centres, strict=True):
                y = axes.transData.inverted().transform((0, centre))[1]
                text.set_position((text.get_position()[0], y))
        for settle in self._later:
            settle()
