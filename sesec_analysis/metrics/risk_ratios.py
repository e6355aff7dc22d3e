"""Risk ratios for groups whose others are few, or unlike the state's: OBSERVATIONS in, ESTIMATES out."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Self

import numpy as np
import pandas as pd

from sesec_analysis import bounds
from sesec_analysis.errors import DataError
from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.claims import Measure, Numbers, Side, claim
from sesec_analysis.metrics.minimum_cells import (
    MINIMUM_CELL,
    MINIMUM_COMPARISON,
    not_calculated,
    thinness,
)
from sesec_analysis.metrics.questions import OTHERS, group_pairs, single_rows
from sesec_analysis.polygons import Flags, Floats, Known, Positions

__all__ = ["alternate_risk_ratios", "weighted_risk_ratios"]

_FIGURE = ["indicator", "end_year", "grade_level", "student_group_type", "student_group"]
_FAR, _HAIR = 700.0, 1e-9
_SLICE = ["organization_level", "organization_id", *_FIGURE[:-1]]
_ALTERNATE = Measure("alternate_risk_ratio", "ratio", "adjusted log interval (statsmodels)")
_WEIGHTED = Measure(
    "weighted_risk_ratio", "ratio", "log interval by the delta method, one half added to counts"
)


def alternate_risk_ratios(
    obs: pd.DataFrame,
    state: pd.DataFrame,
    *,
    by: str,
    level: float = 0.95,
    minimum_cell: int = MINIMUM_CELL,
    minimum_comparison: int = MINIMUM_COMPARISON,
) -> pd.DataFrame:
    """Risk of each group, as a multiple of the risk of all other groups in the state.

    alternate_risk_ratio = (k_g / N_g here) / (k_others / N_others in the state): for places where the others are few.

    Parameters
    ----------
    obs
        OBSERVATIONS of one or more organizations, with counts.
    state
        OBSERVATIONS of the state for the same figures: every group of the partition.
    by, level
        As `gaps`.
    minimum_cell, minimum_comparison
        As `disproportionality`; the comparison is that in the state.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per row of ``obs`` of that type; `reference` is the organization_id of the state. Under a
        minimum a ratio is `undefined`, "not calculated"; where withheld counts leave that open it has bounds only.

    Raises
    ------
    DataError
        As `gaps`; or if ``state`` is not exactly one organization.

    Notes
    -----
    Reading: as a risk ratio. It moves with the state's others, whatever the place does for its own.
    Interval: a group here and the others in the state share no student, so the two are independent.
    Reference: Bollmer, J. et al. (2014), Methods for Assessing Racial/Ethnic Disproportionality in Special Education;
    34 CFR 300.647(a).

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> near, state = (conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "organization_id": name, "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": k, "denominator": n}))
    ...     for name, k, n in [("near", [30, 1], [200, 12]), ("state", [900, 4000], [9000, 80000])])
    >>> alternate_risk_ratios(near, state, by="race_ethnicity")[["student_group", "estimate", "status"]]
      student_group  estimate     status
    0         black       3.0         ok
    1         white       NaN  undefined
    """
    rows, group = single_rows(obs, by, level)
    name = _refuse_many(state)
    state_rows, _, others = group_pairs(state, by, OTHERS, level)
    both = bounds.row_codes(pd.concat([rows[_FIGURE], state_rows[_FIGURE]]), _FIGURE)
    place = np.full(len(both), -1)
    place[both[len(rows) :]] = np.arange(len(state_rows))
    other = others.at(place[both[: len(rows)]])
    outer = intervals.outer_ratio(group.known, other.known, level)
    numbers = _numbers(_rate(group), _rate(other), outer, group.known.exact & other.known.exact)
    table = claim(rows, _ALTERNATE, numbers, group, other, reference_name=name, level=level)
    table.attrs = dict(obs.attrs)
    return not_calculated(table, *thinness(group, other, minimum_cell, minimum_comparison))


def weighted_risk_ratios(
    obs: pd.DataFrame,
    *,
    by: str,
    shares: Mapping[str, float],
    level: float = 0.95,
    minimum_cell: int = MINIMUM_CELL,
    minimum_comparison: int = MINIMUM_COMPARISON,
) -> pd.DataFrame:
    r"""Risk of each group, as a multiple of the risk of all others if they had the state's composition.

    weighted_risk_ratio = :math:`(1 - P_g) R_g / \sum_{j \ne g} P_j R_j`, R the risks here, P the shares in the state.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts: every group of the partition.
    by, level
        As `gaps`.
    shares
        Students, or share of the students, of each group in the state; any scale.
    minimum_cell, minimum_comparison
        As `disproportionality`.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per row of ``obs`` of that type; statuses as `alternate_risk_ratios`.

    Raises
    ------
    DataError
        As `gaps`; or if a group has no share.

    Notes
    -----
    Reading: as a risk ratio, made comparable between places whose other groups differ in size.
    Caution: a small group here may weigh much through the state's share. Groups without students here are left out, and
    the weights of the rest add up to 1. Of two groups it is the risk ratio, whatever the shares.
    Bounds: sharp; it rises with the group's risk and falls with every other.
    Reference: Bollmer et al. (2014).

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["asian", "black", "white"], "numerator": [10, 60, 50], "denominator": [200, 300, 500]}))
    >>> table = weighted_risk_ratios(obs, by="race_ethnicity", shares={"asian": 8, "black": 5, "white": 87})
    >>> print(table.loc[1, "estimate"].round(4))
    2.0879
    """
    rows, group, other = group_pairs(obs, by, OTHERS, level)
    weight = _weights(rows["student_group"], shares)
    others = _Others.of(bounds.row_codes(rows, _SLICE), weight, group.known)
    rate = _rate(group)
    compared = others.mean(rate[0]), others.mean(rate[1])
    outer = _log_limits(group.known, others, compared, level)
    numbers = _numbers(rate, compared, outer, group.known.exact & other.known.exact)
    table = claim(rows, _WEIGHTED, numbers, group, other, reference_name=OTHERS, level=level)
    table.attrs = dict(obs.attrs)
    return not_calculated(table, *thinness(group, other, minimum_cell, minimum_comparison))


@dataclass(frozen=True)
class _Others:
    """For each row the other rows of its slice, weighted; a group without students has no weight."""

    code: Positions
    column: Positions
    weight: Floats

    @classmethod
    def of(cls, code: Positions, weight: Floats, known: Known) -> Self:
        column = pd.Series(code).groupby(code).cumcount()
        return cls(
            code, np.asarray(column, dtype=np.int64), np.where(known.n_high == 0, 0.0, weight)
        )

    def sum(self, values: Floats) -> Floats:
        """Add up what stands before a row in its slice and what stands after: nothing is taken from a total."""
        shape = self.code.max(initial=-1) + 1, self.column.max(initial=-1) + 1
        grid = np.zeros(shape)
        grid[self.code, self.column] = np.where(self.weight > 0, values, 0.0)
        before, after = np.zeros(shape), np.zeros(shape)
        before[:, 1:] = np.cumsum(grid, axis=1)[:, :-1]
        after[:, :-1] = np.cumsum(grid[:, ::-1], axis=1)[:, ::-1][:, 1:]
        return (before + after)[self.code, self.column]

    def mean(self, values: Floats) -> Floats:
        total = self.sum(self.weight)
        out = np.full(len(total), np.nan)
        return np.divide(self.sum(self.weight * values), total, out=out, where=total > 0)


def _log_limits(
    known: Known, others: _Others, compared: tuple[Floats, Floats], level: float
) -> tuple[Floats, Floats]:
    """`intervals.log_adjusted_ratio` for a weighted mean of others; of withheld counts, each part at its worst."""
    n, most = np.maximum(known.n_low, 1.0), np.maximum(known.n_high, 1.0)
    low = np.where(known.exact, (known.k_low + 0.5) / (n + 0.5), known.value_low)
    high = (known.value_high * n + 0.5) / (n + 0.5)
    variance = 1 / (np.fmax(known.k_low, known.value_low * n) + 0.5) - 1 / (most + 0.5)
    spread = others.sum((others.weight * high) ** 2 * variance)
    least = others.sum(others.weight * low)
    relative = np.divide(spread, least**2, out=np.full(len(n), np.inf), where=least > 0)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    reach = np.exp(np.minimum(z * np.sqrt(variance + relative), _FAR))
    lower = _quotient(low, others.mean(high)) / reach
    upper = _quotient(high, others.mean(low), by_zero=np.inf) * reach
    # The edges of the interval of two groups, wherever the truth could stand on one.
    lower = np.where(known.value_low <= 0, 0.0, lower)
    upper = np.where(compared[0] <= 0, np.inf, upper)
    everyone = (known.value_high >= 1) & (compared[1] >= 1 - _HAIR)
    worst, _ = intervals.wilson(n, n, level)
    lower = np.where(everyone, np.fmin(lower, worst), lower)
    return lower, np.where(everyone, np.fmax(upper, 1 / others.mean(worst)), upper)


def _rate(side: Side) -> tuple[Floats, Floats]:
    """Lowest and highest risk, by the percent and by the counts."""
    known = side.known
    least = known.k_low / np.maximum(known.n_high, 1.0)
    most = known.k_high / np.maximum(known.n_low, 1.0)
    low, high = np.fmax(known.value_low, least), np.fmin(known.value_high, most)
    nobody = np.isnan(known.value_low)
    return np.where(nobody, np.nan, low), np.where(nobody, np.nan, high)


def _numbers(
    rate: tuple[Floats, Floats],
    compared: tuple[Floats, Floats],
    outer: tuple[Floats, Floats],
    exact: Flags,
) -> Numbers:
    low = _quotient(rate[0], compared[1])
    high = _quotient(rate[1], compared[0], by_zero=np.inf)
    anything = [(least <= 0) & (most >= 1) for least, most in (rate, compared)]
    silent = anything[0] | anything[1] | ((low <= 0) & np.isinf(high))
    point = np.where(exact, low, np.nan)
    return Numbers(point, low, high, *outer, compared[1] == 0, silent, midpoint_stands=False)


def _quotient(rate: Floats, other: Floats, *, by_zero: float = np.nan) -> Floats:
    out = np.where(np.isnan(rate) | np.isnan(other), np.nan, by_zero)
    return np.divide(rate, other, out=out, where=other > 0)


def _weights(groups: pd.Series, shares: Mapping[str, float]) -> Floats:
    lost = sorted(set(groups) - {name for name, share in shares.items() if share > 0})
    if lost:
        raise DataError(
            f"group {lost[0]!r} has no share of the state's students above 0",
            where=f"weighted_risk_ratios, shares: {', '.join(lost)}",
            mend="give every group of the partition its students in the state",
            known=sorted(shares),
        )
    return np.array([shares[name] for name in groups], dtype=np.float64)


def _refuse_many(state: pd.DataFrame) -> str:
    names = sorted(state["organization_id"].unique())
    if len(state) and len(names) != 1:
        raise DataError(
            f"the state's table holds {len(names)} organizations",
            where="alternate_risk_ratios, table `state`, column organization_id",
            mend="keep the rows of the state",
            known=names[:20],
        )
    return str(names[0]) if names else ""
