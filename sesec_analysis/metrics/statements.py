"""What a statement about gaps says of them: whether it is true over what is known, and what chance would do to it."""

from dataclasses import dataclass, replace
from math import hypot, inf, isnan, log, nan
from statistics import NormalDist
from typing import Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis.polygons import floats

__all__ = ["Direction", "Gap", "Range", "chance", "holds", "p_value", "ranges"]

Direction = Literal["below", "above", "narrowed", "widened"]
Range = tuple[float, float]

_BOUNDS = ("bound_low", "bound_high")


def p_value(distance: float, reach: float, level: float = 0.95) -> float:
    """Two-sided P value of a number that lies ``distance`` from "no difference", by its interval.

    Parameters
    ----------
    distance
        From the estimate to no difference, on a scale where the interval is symmetric: the logarithm, for a ratio.
    reach
        From the estimate to the limit of its interval that faces no difference.
    level
        Confidence level of the interval, 0-1.

    Returns
    -------
    float
        Below ``1 - level`` exactly when the interval does not hold "no difference".

    Notes
    -----
    Reading: how often chance alone would bring as large a difference.
    Reference: Altman, D. G. and Bland, J. M. (2011). BMJ, 343, d2304.

    Examples
    --------
    >>> print(f"{p_value(-log(0.81), (log(0.94) - log(0.70)) / 2):.3f}")
    0.005
    """
    if reach <= 0:
        return 1.0 if distance == 0 else 0.0
    normal = NormalDist()
    return 2 * normal.cdf(-normal.inv_cdf(0.5 + level / 2) * abs(distance) / reach)


@dataclass(frozen=True)
class Gap:
    """One gap: what it is, or lies between; what full data may show; its limits with chance; and the two rates."""

    range: Range
    bounds: Range
    limits: Range
    level: float
    rate: Range
    reference: Range

    @classmethod
    def all_of(cls, gaps: pd.DataFrame) -> list[Self]:
        """Read rows of ESTIMATES."""

        def pairs(name: str) -> NDArray[np.float64]:
            return np.column_stack([floats(gaps, f"{name}_low"), floats(gaps, f"{name}_high")])

        bounds = pairs("bound")
        limits = np.where(gaps["ci_low"].isna().to_numpy()[:, None], pairs("outer"), pairs("ci"))
        columns = (
            ranges(gaps),
            (_pair(row) for row in bounds),
            (_pair(row) for row in limits),
            floats(gaps, "ci_level").tolist(),
            _rates(pairs("numerator"), pairs("n")),
            _rates(pairs("reference_numerator"), pairs("reference_n")),
        )
        return [cls(*row) for row in zip(*columns, strict=True)]

    def mirrored(self) -> Self:
        """Return the gap of the reference from the group."""
        return replace(
            self,
            range=_turned(self.range),
            bounds=_turned(self.bounds),
            limits=_turned(self.limits),
        )

    def log_ratio(self, *, higher_is_better: bool) -> Range:
        """Logarithm of the adverse outcome's rate ratio: 0 where the rates are equal."""
        (low, high), (other_low, other_high) = self.rate, self.reference
        if higher_is_better:
            low, high, other_low, other_high = 1 - high, 1 - low, 1 - other_high, 1 - other_low
        return _log_quotient(low, other_high), _log_quotient(high, other_low)


def ranges(estimates: pd.DataFrame) -> list[Range]:
    """Estimate of each row twice; without one, its bounds."""
    point = floats(estimates, "estimate")
    ends = (np.where(np.isnan(point), floats(estimates, name), point) for name in _BOUNDS)
    return [_pair(row) for row in np.column_stack(list(ends))]


def _rates(k: NDArray[np.float64], n: NDArray[np.float64]) -> list[Range]:
    """Lowest and highest rate that the counts admit; NaN where they are withheld."""
    n = np.where(n > 0, n, np.nan)
    return [
        _pair(row) for row in np.column_stack([k[:, 0] / n[:, 1], np.minimum(k[:, 1] / n[:, 0], 1)])
    ]


def _pair(row: NDArray[np.float64]) -> Range:
    return float(row[0]), float(row[1])


def _turned(one: Range) -> Range:
    return -one[1], -one[0]


def _log_quotient(rate: float, other: float) -> float:
    if isnan(rate) or isnan(other) or rate == other == 0:
        return nan
    return inf if other == 0 else -inf if rate == 0 else log(rate / other)


def holds(direction: Direction, now: Range, then: Range | None = None) -> bool | None:
    """Whether the statement is true of numbers that are 0 at parity; None where the ranges leave it open."""
    if direction in ("above", "widened"):
        return holds("below", _turned(now)) if then is None else holds("narrowed", then, now)
    if then is None:
        return True if now[1] < 0 else False if now[0] >= 0 else None
    (least, most), (least_then, most_then) = _size(now), _size(then)
    return True if most < least_then else False if least >= most_then else None


def _size(one: Range) -> Range:
    """Least and greatest distance from 0."""
    ends = abs(one[0]), abs(one[1])
    return (0.0 if one[0] < 0 < one[1] else min(ends)), max(ends)


def chance(now: Gap, then: Gap | None) -> float:
    """P value of no gap, or of no change of its size; NaN where there are no limits. Where bounds leave it open, 1."""
    one = [now] if then is None else [now, then]
    if any(isnan(gap.limits[0]) or isnan(gap.range[0]) for gap in one):
        return nan
    if then is None:
        return min(_p_above(gap) for gap in (now, now.mirrored()))
    return min(_p_larger(*pair) for pair in ((now, then), (then, now)))


def _p_above(gap: Gap) -> float:
    low = gap.range[0]
    return p_value(low, low - gap.limits[0], gap.level) if low > 0 else 1.0


def _p_larger(large: Gap, small: Gap) -> float:
    """P value that one gap is no larger than the other: it must differ from the other on either side of 0."""
    if large.range[1] < 0:
        large, small = large.mirrored(), small.mirrored()
    down = large.range[0] - large.limits[0]
    p = []
    for other in (small, small.mirrored()):
        distance = large.range[0] - other.range[1]
        reach = hypot(down, other.limits[1] - other.range[1])
        p.append(p_value(distance, reach, large.level) if distance > 0 else 1.0)
    return max(p)
