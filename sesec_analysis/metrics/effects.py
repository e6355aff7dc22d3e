"""Gaps in standard deviations of achievement: OBSERVATIONS, or a table of proficiency levels, in; ESTIMATES out.

A gap in points depends on where the cut between "met" and "not met" stands; these do not, if achievement is normal up
to a stretch of the scale. They are not adjusted for the reliability of the test, and so err towards 0.
"""

from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy import special

from sesec_analysis.errors import DataError
from sesec_analysis.metrics.claims import Measure, Numbers, claim
from sesec_analysis.metrics.levels import Levels, read_levels
from sesec_analysis.metrics.ordered import fit_levels
from sesec_analysis.metrics.questions import OTHERS, group_pairs
from sesec_analysis.polygons import Flags, Floats, Known

__all__ = ["MINIMUM_EFFECT", "level_gaps", "probit_gaps"]

MINIMUM_EFFECT = 20
"""Students on each side, below which no standardized gap is told: its chance error is larger than any gap."""

_PROBIT = Measure(
    "probit_gap",
    "standard deviations",
    "delta method on independent binomials, one cut, equal spreads",
)
_V = "maximum-likelihood ordered probit (means and spreads by group), delta method"
_WITHHELD = "not computed: counts of levels are withheld; see the bounds of each cut"
_ONE_CUT = "not computed: fewer than two cuts that some but not all of each side pass"
_FEW = f"not computed: fewer than {MINIMUM_EFFECT} students on a side"


def probit_gaps(obs: pd.DataFrame, *, by: str, reference: str, level: float = 0.95) -> pd.DataFrame:
    r"""Gap in standard deviations that a gap in rates above one cut implies.

    probit_gap = :math:`\Phi^{-1}(p_{group}) - \Phi^{-1}(p_{reference})`; 0 means equal rates.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts of students above a cut, such as ``ela_met``.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    reference
        The group compared to, or ``"others"``.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per non-reference group. `undefined` where a rate is 0 or 1 (the gap has no end) and where a
        side has fewer than twenty students.

    Raises
    ------
    DataError
        As `gaps`.

    See Also
    --------
    level_gaps : The same from all cuts, without equal spreads.

    Notes
    -----
    Reading: -.6 means that the group's mean lies .6 standard deviations lower, if both are normal and spread alike.
    Bounds are attained, since the gap rises with the group's rate and falls with the reference's; outer limits take
    the largest variance over all that is known, and so may reach too far, never too short.
    Reference: Ho, A. D. and Reardon, S. F. (2012). Journal of Educational and Behavioral Statistics, 37, 489-517.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [80, 90], "denominator": [110, 98]}))
    >>> gap = probit_gaps(obs, by="race_ethnicity", reference="white")
    >>> gap[["student_group", "estimate", "ci_low", "ci_high"]].round(3)
      student_group  estimate  ci_low  ci_high
    0         black     -0.79  -1.227   -0.352
    """
    rows, group, other = group_pairs(obs, by, reference, level)
    known, against = group.known, other.known
    ended = _at_an_end(known) | _at_an_end(against)
    low = _less(special.ndtri(known.value_low), special.ndtri(against.value_high), ended)
    high = _less(special.ndtri(known.value_high), special.ndtri(against.value_low), ended)
    anything = np.isneginf(low) & np.isposinf(high)
    low, high = (np.where(anything, np.nan, bound) for bound in (low, high))
    spread = np.sqrt(_most_variance(known) + _most_variance(against))
    reach = NormalDist().inv_cdf(0.5 + level / 2) * spread
    few = (known.n_high < MINIMUM_EFFECT) | (against.n_high < MINIMUM_EFFECT)
    numbers = Numbers(
        _finite(group.point) - _finite(other.point),
        *(low, high, low - reach, high + reach),
        undefined=few | ended,
        says_nothing=anything,
        midpoint_stands=False,
    )
    table = claim(rows, _PROBIT, numbers, group, other, reference_name=reference, level=level)
    return _told_few(table, few)


def level_gaps(levels: pd.DataFrame, *, reference: str, level: float = 0.95) -> pd.DataFrame:
    r"""Gap in pooled standard deviations from counts in proficiency levels: Ho and Reardon's V, and each cut's own.

    v_gap = :math:`\sqrt2\,\Phi^{-1}(P)`, P the probability that a student of the group stands above one of the
    reference. probit_gap_2: the gap that the cut below level 2 implies alone, and so on.

    Parameters
    ----------
    levels
        One row for each student_group and level: the columns `student_group`, `level` (numbers that rise), `count`
        (null where withheld; fractions, as from published shares, will do), and `count_low`, `count_high` where a count
        may be withheld. The columns that name a figure (`end_year`, `organization_id` and so on) are kept.
    reference
        The group compared to.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, for each other group `v_gap` and a row per cut. A cut that all or none of a side pass is dropped;
        with fewer than two cuts left v_gap is `undefined`, as with fewer than twenty students. Where counts are
        withheld each cut has bounds; v_gap is `suppressed`, since no honest bound on the fit is at hand.

    Raises
    ------
    DataError
        If a column is missing, ``reference`` is no group of the table (``"others"`` is none: they would have to be
        added up, level by level), or groups differ in their levels.

    Notes
    -----
    Reading: -.6 means a distance of .6 standard deviations, the group lower; no assumption on the distances between
    levels is made, nor that both groups spread alike.
    Caution: the students of one school hang together, so the interval is too narrow where few schools are summed.
    Reference: Reardon, S. F. and Ho, A. D. (2015). Journal of Educational and Behavioral Statistics, 40, 158-189.

    Examples
    --------
    >>> levels = pd.DataFrame({"end_year": 2019, "student_group": ["black"] * 4 + ["white"] * 4,
    ...     "level": [1, 2, 3, 4] * 2, "count": [266, 468, 214, 52, 159, 341, 288, 212]})
    >>> level_gaps(levels, reference="white")[["measure", "estimate", "ci_low", "ci_high"]].round(3)
            measure  estimate  ci_low  ci_high
    0         v_gap    -0.552  -0.648   -0.456
    1  probit_gap_2    -0.374  -0.499   -0.248
    2  probit_gap_3    -0.625  -0.739   -0.511
    3  probit_gap_4    -0.826  -0.982   -0.670
    """
    if reference == OTHERS:
        raise DataError(
            "levels are compared with those of one group, not with all others",
            where='level_gaps, reference="others"',
            mend="name a group, or add the others up, level by level, into one of their own",
        )
    table = read_levels(levels)
    cuts = {number: table.above(cut) for cut, number in enumerate(table.numbers[1:])}
    tables = []
    for kind in table.types:
        tables.append(_v_gaps(table, kind, reference, level))
        for number, obs in cuts.items():
            gap = probit_gaps(obs, by=kind, reference=reference, level=level)
            tables.append(gap.assign(measure=f"probit_gap_{number}"))
    together = pd.concat(tables).sort_index(kind="stable").reset_index(drop=True)
    together.attrs = dict(levels.attrs)
    return together


def _v_gaps(table: Levels, kind: str, reference: str, level: float) -> pd.DataFrame:
    rows, group, other = group_pairs(table.above(0), kind, reference, level)
    pairs = table.pairs(kind, reference)
    whole = np.array(
        [there >= 0 and bool(table.whole[[here, there]].all()) for here, there in pairs]
    )
    few = (group.known.n_high < MINIMUM_EFFECT) | (other.known.n_high < MINIMUM_EFFECT)
    fits = [
        fit_levels(table.low[here], table.low[there]) if fine else None
        for (here, there), fine in zip(pairs, whole & ~few, strict=True)
    ]
    point, error = np.array([(fit.v, fit.v_error) if fit else (np.nan, np.nan) for fit in fits]).T
    reach = NormalDist().inv_cdf(0.5 + level / 2) * error
    flat = whole & np.isnan(point)
    numbers = Numbers(
        *(point, point, point, point - reach, point + reach),
        undefined=few | flat,
        says_nothing=np.isnan(point),
        midpoint_stands=False,
    )
    measure = Measure("v_gap", "standard deviations", _V)
    gaps = claim(rows, measure, numbers, group, other, reference_name=reference, level=level)
    gaps.loc[gaps["status"] == "suppressed", "method"] = _WITHHELD
    gaps.loc[(gaps["status"] == "undefined") & flat & ~few, "method"] = _ONE_CUT
    return _told_few(gaps, few)


def _told_few(table: pd.DataFrame, few: Flags) -> pd.DataFrame:
    table.loc[(table["status"] == "undefined") & few, "method"] = _FEW
    return table


def _less(one: Floats, other: Floats, ended: Flags) -> Floats:
    """Subtract; unknown where a side has no end, so that no end is taken from another."""
    return np.where(ended, np.nan, np.where(ended, 0.0, one) - np.where(ended, 0.0, other))


def _finite(rate: Floats) -> Floats:
    """Normal quantile of a rate; unknown where it has no end."""
    inside = (rate > 0) & (rate < 1)
    return np.where(inside, special.ndtri(np.where(inside, rate, 0.5)), np.nan)


def _at_an_end(known: Known) -> Flags:
    return (known.value_high == 0) | (known.value_low == 1)


def _most_variance(known: Known) -> Floats:
    """Most of p (1 - p) / (n density^2): it falls with n, and rises with the distance of p from one half."""
    far = np.where(
        np.abs(known.value_low - 0.5) > np.abs(known.value_high - 0.5),
        known.value_low,
        known.value_high,
    )
    inside = (far > 0) & (far < 1)
    rate = np.where(inside, far, 0.5)
    density = np.exp(-(special.ndtri(rate) ** 2) / 2) / np.sqrt(2 * np.pi)
    spread = rate * (1 - rate) / (np.fmax(known.n_low, 1.0) * density**2)
    return np.where(inside, spread, np.where(np.isnan(far), np.nan, np.inf))
