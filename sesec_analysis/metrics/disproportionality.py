"""Disproportionality: a group's share of events against its share of students. OBSERVATIONS in, ESTIMATES out.

Risk is `rates`; the risk difference is `gaps` with reference ``"others"``. K events among N students, k_g, N_g of the
group. Source: Bollmer, J. et al. (2014), Methods for Assessing Racial/Ethnic Disproportionality in Special Education.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sesec_analysis.errors import DataError
from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.claims import Measure, Numbers, Side, claim
from sesec_analysis.metrics.disparity import ratios
from sesec_analysis.metrics.minimum_cells import (
    MINIMUM_CELL,
    MINIMUM_COMPARISON,
    event_range,
    not_calculated,
    thinness,
)
from sesec_analysis.metrics.questions import OTHERS, group_pairs
from sesec_analysis.polygons import Floats

__all__ = [
    "disproportionality",
    "is_significant",
    "risk_ratio_from_shares",
    "washington_band",
]

_WILSON = "Wilson score interval of the share of events (statsmodels)"
_LINKED = "enrolment share held at its value, at its bounds where withheld (then outer, not sharp)"
_COMPOSITION = Measure("composition", "proportion", _WILSON)
_DIFFERENCE = Measure("composition_difference", "points", f"{_WILSON}, {_LINKED}")
_RELATIVE = Measure("relative_difference", "ratio", f"{_WILSON}, {_LINKED}")
_LIMIT = Measure("e_formula_upper", "proportion", "none: a threshold has no sampling interval")


def disproportionality(
    obs: pd.DataFrame,
    *,
    by: str,
    level: float = 0.95,
    minimum_cell: int = MINIMUM_CELL,
    minimum_comparison: int = MINIMUM_COMPARISON,
) -> pd.DataFrame:
    """Share of events, distance from the share of students, and risk ratio of each group against all others.

    composition = k_g / K; composition_difference = k_g / K - N_g / N; relative_difference = that / (N_g / N);
    risk_ratio = (k_g / N_g) / (k_others / N_others); e_formula_upper = A + sqrt(A (1 - A) / K), A = N_g / N.

    Parameters
    ----------
    obs
        OBSERVATIONS with counts: every group of the partition, since K and N are their sums.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    level
        Confidence level, 0-1.
    minimum_cell
        A risk ratio needs this many events and this many students in the group.
    minimum_comparison
        And this many students among all others.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, one row per group and measure. A risk ratio under a minimum is `undefined`, "not calculated"; one
        whose minimum rests on withheld counts has bounds only. Groups known to be under ten students are `small_n`.

    Raises
    ------
    DataError
        As `gaps`.

    See Also
    --------
    sesec_analysis.metrics.risk_ratios : For places where the others are few, or unlike the state's.

    Notes
    -----
    Reading: a relative difference of 1.16 means a share of events 116 percent above the share of students.
    Caution: the Wilson interval takes the K events for independent; where most students have the event it is too wide.
    A group's share is not free of the others' risks: read it beside the risk ratio.
    Reference: Bollmer et al. (2014); minimums: OSPI, Significant Disproportionality, after WAC 392-172A-07040.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "others_listed"], "numerator": [316, 906], "denominator": [6224, 45810]}))
    >>> disproportionality(obs, by="race_ethnicity")[["measure", "estimate"]].head(5).round(4)
                      measure  estimate
    0             composition    0.2586
    1  composition_difference    0.1390
    2     relative_difference    1.1619
    3              risk_ratio    2.5671
    4         e_formula_upper    0.1289
    """
    rows, group, other = group_pairs(obs, by, OTHERS, level)
    ratio = ratios(obs, by=by, reference=OTHERS, level=level).assign(measure="risk_ratio")
    thin = thinness(group, other, minimum_cell, minimum_comparison)
    composition, difference, relative = _shares(group, other, level)

    def put(measure: Measure, numbers: Numbers) -> pd.DataFrame:
        return claim(rows, measure, numbers, group, other, reference_name=OTHERS, level=level)

    tables = [
        put(_COMPOSITION, composition),
        put(_DIFFERENCE, difference),
        put(_RELATIVE, relative),
        not_calculated(ratio, *thin),
        put(_LIMIT, _limit(group, other)),
    ]
    together = pd.concat(tables).sort_index(kind="stable").reset_index(drop=True)
    together.attrs = dict(obs.attrs)
    return together


def risk_ratio_from_shares(event_share: ArrayLike, enrollment_share: ArrayLike) -> Floats:
    """Risk ratio against all others from published shares alone: [c / (1 - c)] / [e / (1 - e)].

    Examples
    --------
    New York City 2017-18, principal suspensions of Black students:

    >>> print(f"{risk_ratio_from_shares(0.435, 0.260):.2f}")
    2.19
    """
    c, e = np.asarray(event_share, dtype=float), np.asarray(enrollment_share, dtype=float)
    if not (np.all((c >= 0) & (c <= 1)) and np.all((e > 0) & (e < 1))):
        raise DataError(
            "a share of events lies outside 0 to 1, or a share of enrollment is not between them",
            where="risk_ratio_from_shares",
            mend="write 26 percent as 0.26; a group of nobody or everybody has no others to compare to",
        )
    odds = np.divide(c, 1 - c, out=np.full(c.shape, np.inf), where=c < 1)
    return np.asarray(odds / (e / (1 - e)))


def washington_band(ratio: float) -> str:
    """Washington's word for one year's risk ratio; ``not_calculated`` for NaN.

    Edges as OSPI prints them (k12.wa.us, Significant Disproportionality). The two highest words are findings only after
    three consecutive years: see `is_significant`.

    Examples
    --------
    >>> washington_band(2.57)
    'disproportionate_over'
    """
    if ratio < 0:
        raise DataError(f"a risk ratio of {ratio} is negative", mend="pass the ratio, not its log")
    bands = [
        (ratio <= 0.5, "disproportionate_under"),
        (ratio < 0.67, "at_risk_under"),
        (ratio <= 1.5, "not_disproportionate"),
        (ratio < 2.0, "at_risk_over"),
        (ratio <= 3.0, "disproportionate_over"),
        (ratio > 3.0, "above_significant"),
    ]
    return next((word for fits, word in bands if fits), "not_calculated")


def is_significant(ratios_three_years: Sequence[float]) -> bool:
    """Whether three consecutive years' ratios all exceed 3.0 (WAC 392-172A-07040); NaN is not an excess.

    Examples
    --------
    >>> is_significant([3.1, 3.4, 3.01]), is_significant([3.1, 3.4, 3.0])
    (True, False)
    """
    if len(ratios_three_years) != 3:
        raise DataError(
            f"{len(ratios_three_years)} ratios were given; the rule is about three consecutive years",
            where="is_significant",
            mend="pass three years in a row; a year not calculated is NaN",
        )
    return all(ratio > 3.0 for ratio in ratios_three_years)


def _shares(group: Side, other: Side, level: float) -> tuple[Numbers, Numbers, Numbers]:
    (k_low, k_high), (o_low, o_high) = event_range(group.known), event_range(other.known)
    # A share rises with the part and falls with the rest, and the two are counted in different cells: sharp.
    low, high = _share(k_low, o_high, 1.0), _share(k_high, o_low, 0.0)
    e_low = _share(group.known.n_low, other.known.n_high, 1.0)
    e_high = _share(group.known.n_high, other.known.n_low, 0.0)
    # Wilson's limits reach furthest at the extreme shares of the fewest events: valid, though not attained together.
    events = np.maximum(k_low + o_low, 1.0)
    outer_low, _ = intervals.wilson(low * events, events, level)
    _, outer_high = intervals.wilson(high * events, events, level)
    exact = group.known.exact & other.known.exact
    nothing, nobody = (low <= 0) & (high >= 1), k_high + o_high == 0
    limits = (low, high, outer_low, outer_high)

    def numbers(lowest: list[Floats], highest: list[Floats], *, middle: bool) -> Numbers:
        point = np.where(exact & ~nobody, lowest[0], np.nan)
        return Numbers(point, lowest[0], highest[1], lowest[2], highest[3], nobody, nothing, middle)

    plain = list(limits)
    # The difference and the quotient rise with the share of events and fall with the share of students. The counts and
    # the students of one masked cell are tied, so that where its students are withheld the box holds more than can be.
    less, more = ([limit - e for limit in limits] for e in (e_high, e_low))
    times, most = ([_over(limit, e) - 1 for limit in limits] for e in (e_high, e_low))
    return (
        numbers(plain, plain, middle=True),
        numbers(less, more, middle=True),
        numbers(times, most, middle=False),
    )


def _limit(group: Side, other: Side) -> Numbers:
    """A + sqrt(A (1 - A) / K): falls with K; concave in A, so least at an end and most at its peak or an end."""
    (k_low, k_high), (o_low, o_high) = event_range(group.known), event_range(other.known)
    low = _share(group.known.n_low, other.known.n_high, 1.0)
    high = _share(group.known.n_high, other.known.n_low, 0.0)
    fewest, most = np.maximum(k_low + o_low, 1.0), np.maximum(k_high + o_high, 1.0)
    peak = (1 + 1 / np.sqrt(1 + 1 / fewest)) / 2

    def limit(share: Floats, events: Floats) -> Floats:
        return share + np.sqrt(share * (1 - share) / events)

    bound_low = np.minimum(limit(low, most), limit(high, most))
    bound_high = limit(np.clip(peak, low, high), fewest)
    unknown = np.full(len(low), np.nan)
    exact, nobody = group.known.exact & other.known.exact, k_high + o_high == 0
    point = np.where(exact & ~nobody, bound_low, np.nan)
    nothing = (low <= 0) & (high >= 1)
    return Numbers(point, bound_low, bound_high, unknown, unknown, nobody, nothing, True)


def _share(part: Floats, rest: Floats, alone: float) -> Floats:
    """Part of the whole, with the limits at infinity; ``alone`` where both are nothing."""
    endless = np.where(np.isinf(part), 1.0, np.where(np.isinf(rest), 0.0, alone))
    finite = np.isfinite(part) & np.isfinite(rest) & (part + rest > 0)
    return np.divide(part, part + rest, out=endless, where=finite)


def _over(value: Floats, other: Floats) -> Floats:
    """Divide; by 0 infinite, and 0 by 0 nothing: a group without events has none, however few its students are."""
    out = np.where(value > 0, np.inf, np.where(value == 0, 0.0, np.nan))
    return np.divide(value, other, out=out, where=other > 0)
