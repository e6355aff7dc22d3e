"""Disproportionality: a group's share of events against its share of students; risk ratios and their minimum cells.

Risk is `rates`; the risk difference is `gaps` with reference ``"others"``. K events among N students, k_g, N_g of the
group. Source: Bollmer, J. et al. (2014), Methods for Assessing Racial/Ethnic Disproportionality in Special Education.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sesec_analysis import bounds, schema
from sesec_analysis.bounds import Flags, Floats, KnownCounts, Positions
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.i18n import mark
from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.disparity import ratios
from sesec_analysis.metrics.estimates import (
    KEYS,
    OTHERS,
    MeasureSpec,
    Numbers,
    Pairs,
    Side,
    group_pairs,
    interleave_measures,
    quotient,
    refuse_several,
    share_of_whole,
    single_rows,
)

__all__ = [
    "MINIMUM_CELL",
    "MINIMUM_COMPARISON",
    "alternate_risk_ratios",
    "disproportionality",
    "event_range",
    "is_significant",
    "not_calculated",
    "risk_ratio_from_shares",
    "significant_disproportionality",
    "thinness",
    "washington_band",
    "weighted_risk_ratios",
]


MINIMUM_CELL, MINIMUM_COMPARISON = 10, 20
"""Events and students in the group, students among those it is compared to (OSPI, Significant Disproportionality)."""


Limits = tuple[Floats, Floats]
"""Least and most."""


def event_range(known: KnownCounts) -> Limits:
    """Fewest and most events: what the counts say and what the percent says of the students."""
    capped = np.isfinite(known.n_high)
    most = np.where(capped, known.value_high, 1.0) * np.where(capped, known.n_high, np.inf)
    low = np.fmax(known.k_low, known.value_low * known.n_low)
    high = np.maximum(np.fmin(known.k_high, most), low)
    return np.where(known.exact, known.k_low, low), np.where(known.exact, known.k_low, high)


def thinness(pairs: Pairs, cell: int, comparison: int) -> tuple[Positions, Flags]:
    """Which minimum is known to be missed (1, 2, 3; 0: none), and where withheld counts leave it open."""
    # A percent of the students may come to a hair less than the whole number it stands for: 10 / 77 of 77.
    known, other = pairs.group.known, pairs.other.known
    least, most = (events + _HAIR for events in event_range(known))
    missed = [most < cell, known.n_high < cell, other.n_high < comparison]
    number = np.select(missed, [1, 2, 3], default=0)
    unsure = (least < cell) | (known.n_low < cell) | (other.n_low < comparison)
    return number, unsure & (number == 0)


def not_calculated(table: pd.DataFrame, missed: Positions, unsure: Flags) -> pd.DataFrame:
    """Take the numbers from a ratio that misses a minimum, and the estimate from one that may."""
    computed = ~table["status"].isin(["small_n", "undefined"]).to_numpy(dtype=bool)
    table.loc[computed & (missed > 0), _NUMBERS] = np.nan
    table.loc[computed & (missed > 0), "status"] = "undefined"
    for number, what in enumerate(_MISSED, start=1):
        table.loc[computed & (missed == number), "method"] = f"not calculated: {what}"
    table.loc[computed & unsure, ["estimate", "ci_low", "ci_high", "midpoint"]] = np.nan
    table.loc[computed & unsure, "method"] += "; whether the minimum cells are met is withheld"
    table.loc[computed & unsure & (table["status"] == "ok"), "status"] = "bounded"
    return table


_MISSED = [
    mark("too few events in the group"),
    mark("too few students in the group"),
    mark("too few students among all others"),
]
_NUMBERS = [
    *("estimate", "midpoint"),
    *(f"{name}_{end}" for name in ("ci", "bound", "outer") for end in ("low", "high")),
]


_WILSON = "Wilson score interval of the share of events (statsmodels)"
_LINKED = "enrolment share held at its value, at its bounds where withheld (then outer, not sharp)"
_COMPOSITION = MeasureSpec("composition", "proportion", _WILSON)
_DIFFERENCE = MeasureSpec("composition_difference", "points", f"{_WILSON}, {_LINKED}")
_RELATIVE = MeasureSpec("relative_difference", "ratio", f"{_WILSON}, {_LINKED}")
_LIMIT = MeasureSpec("e_formula_upper", "proportion", "none: a threshold has no sampling interval")


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
    sesec_analysis.metrics.disproportionality.alternate_risk_ratios : Where the others are few or unlike the state.

    Notes
    -----
    Reading: a relative difference of 1.16 means a share of events 116 percent above the share of students.
    Caution: the Wilson interval takes the K events for independent; where most students have the event it is too wide.
    A group's share is not free of the others' risks: read it with the risk ratio.
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
    pairs = group_pairs(obs, by, OTHERS, level)
    ratio = ratios(obs, by=by, reference=OTHERS, level=level).assign(measure="risk_ratio")
    composition, difference, relative = _shares(pairs)
    tables = [
        pairs.estimates(_COMPOSITION, composition),
        pairs.estimates(_DIFFERENCE, difference),
        pairs.estimates(_RELATIVE, relative),
        not_calculated(ratio, *thinness(pairs, minimum_cell, minimum_comparison)),
        pairs.estimates(_LIMIT, _limit(pairs)),
    ]
    return interleave_measures(tables, obs)


def risk_ratio_from_shares(event_share: ArrayLike, enrollment_share: ArrayLike) -> Floats:
    """Risk ratio against all others from published shares alone: [c / (1 - c)] / [e / (1 - e)].

    Notes
    -----
    Reference: Kaur, J. (2019). Understanding Disproportionality, Part 2: Measuring Disproportionality. NYU Metro
    Center.

    Examples
    --------
    New York City 2017-18, principal suspensions of Black students:

    >>> print(f"{risk_ratio_from_shares(0.435, 0.260):.2f}")
    2.19
    """
    c = intervals.as_numbers(event_share, "risk_ratio_from_shares, event_share")
    e = intervals.as_numbers(enrollment_share, "risk_ratio_from_shares, enrollment_share")
    if not (np.all((c >= 0) & (c <= 1)) and np.all((e > 0) & (e < 1))):
        raise QuestionError(
            "a share of events lies outside 0 to 1, or a share of enrollment is not between them",
            where="risk_ratio_from_shares",
            fix="write 26 percent as 0.26; a group of no one or everyone has no others to compare with",
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
    number = intervals.as_numbers(ratio, "washington_band", high=np.inf)
    if number.ndim or number < 0:
        raise QuestionError(
            f"a risk ratio of {ratio!r} is not a number of 0 or more",
            where="washington_band",
            fix="pass the ratio, not its log",
        )
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
    """Whether ratios are "significant" as the law means it (WAC 392-172A-07040), which is no test of chance.

    They are if those of three consecutive years all exceed 3.0; NaN is not an excess.

    Examples
    --------
    >>> is_significant([3.1, 3.4, 3.01]), is_significant([3.1, 3.4, 3.0])
    (True, False)
    """
    given = intervals.as_numbers(ratios_three_years, "is_significant", low=0, high=np.inf)
    if given.shape != (3,):
        raise QuestionError(
            f"{given.size} ratios were given; the rule is about three consecutive years",
            where="is_significant",
            fix="pass three years in a row; a year not calculated is NaN",
        )
    return bool((given > 3.0).all())


_KEYS = [name for name in KEYS if name != "end_year"]


def significant_disproportionality(
    obs: pd.DataFrame,
    *,
    by: str,
    threshold: float = 3.0,
    cell_size: int = 10,
    n_size: int = 30,
    years: int = 3,
    state: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Significant disproportionality: whether the risk ratio lay above a threshold in several years running.

    Parameters
    ----------
    obs
        OBSERVATIONS of several years, with counts: every group of the partition in each.
    by
        A student_group_type, e.g. ``"race_ethnicity"``; its groups do not overlap.
    threshold
        The risk ratio that is too high only beyond it. A state sets its own; Washington's is 3.0.
    cell_size
        Events that a group must have for its ratio to be calculated, and all others for theirs.
    n_size
        Students that it must have, and all others.
    years
        Consecutive years, the last of them the newest of ``obs``.
    state
        The same figures of the state. Where all others here are under a minimum, the alternate risk ratio is taken.

    Returns
    -------
    pandas.DataFrame
        A plain table, a row for each organization, indicator, grade and group: the years, the ratio of each (a number
        only where counts are exact), `verdict` and `reason`. ``significant`` if the ratio is beyond the threshold in
        every year whatever was withheld; ``not_significant`` if there is a year in which it is not, or is not
        calculated; else ``cannot_be_told``.

    Raises
    ------
    DataError
        As `gaps`.
    QuestionError
        If a threshold or a minimum is not a number above 0.

    Notes
    -----
    Caution: a screen of districts under federal rules, not a finding about a school. The rule's choice to take note of
    reasonable progress is left to its reader.
    Reference: 34 CFR 300.646 and 300.647; WAC 392-172A-07040.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = pd.concat([conform_observations(pd.DataFrame({
    ...     "end_year": year, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": [k, 40], "denominator": [200, 800]}))
    ...     for year, k in [(2017, 34), (2018, 40), (2019, 36)]])
    >>> found = significant_disproportionality(obs, by="race_ethnicity")
    >>> print(found.loc[0, "student_group"], found.loc[0, "ratios"], found.loc[0, "verdict"])
    black (3.4, 4.0, 3.6) significant
    """
    if not (threshold > 0 and cell_size > 0 and n_size > 0 and years > 0):
        raise QuestionError(
            "a threshold, a minimum or the number of years is not above 0",
            where="significant_disproportionality",
            fix="write threshold=3.0, cell_size=10, n_size=30, years=3",
        )
    table = _screen_groups(obs, by, (cell_size, n_size), state).assign(
        above=lambda rows: rows["bound_low"] > threshold,
        below=lambda rows: ~(rows["bound_high"] > threshold) & rows["bound_high"].notna(),
    )
    last = int(obs["end_year"].max()) if len(obs) else 0
    wanted = range(last - years + 1, last + 1)
    found = [
        dict(zip(_KEYS, key, strict=True)) | _verdict(rows.set_index("end_year"), wanted)
        for key, rows in table[table["end_year"].isin(wanted)].groupby(_KEYS, sort=False)
    ]
    return pd.DataFrame(found, columns=[*_KEYS, "years", "ratios", "verdict", "reason"])


def _screen_groups(
    obs: pd.DataFrame, by: str, least: tuple[int, int], state: pd.DataFrame | None
) -> pd.DataFrame:
    """Risk ratio of each group and year, and why it is not calculated (`why`), or may not be (`open`)."""
    pairs = group_pairs(obs, by, OTHERS, 0.95)
    table = ratios(obs, by=by, reference=OTHERS)
    own, others = _short(pairs.group, *least), _short(pairs.other, *least)
    if state is not None:
        alternate = alternate_risk_ratios(obs, state, by=by, minimum_cell=0, minimum_comparison=0)
        numbers = ["estimate", "bound_low", "bound_high", "status"]
        table.loc[others[0], numbers] = alternate.loc[others[0], numbers]
        others = np.zeros_like(others[0]), others[1]
    small = (table["status"] == "small_n").to_numpy(dtype=bool)
    why = np.select(
        [own[0] | small, others[0], (table["status"] == "undefined").to_numpy(dtype=bool)],
        ["too few events or students", "too few among all others", "nothing to compare with"],
        default="",
    )
    return pairs.keys.assign(
        **{name: table[name] for name in ("estimate", "bound_low", "bound_high")},
        why=why,
        open=own[1] | others[1],
    )


def _short(side: Side, cell_size: int, n_size: int) -> tuple[Flags, Flags]:
    """Whether a side is under a minimum, and whether withheld counts leave that open."""
    least, most = event_range(side.known)
    under = (most < cell_size) | (side.known.n_high < n_size) | side.absent
    maybe = (least < cell_size) | (side.known.n_low < n_size)
    return under, maybe & ~under


def _verdict(rows: pd.DataFrame, wanted: range) -> dict[str, object]:
    """What the years say together."""
    shown = rows["estimate"].where(rows["why"] == "").reindex(wanted)
    verdict, reason = "significant", "above the threshold in every year"
    for year in wanted:
        if year not in rows.index:
            verdict, reason = "cannot_be_told", f"no figure of {year}"
            continue
        row = rows.loc[year]
        if row["why"] or row["below"]:
            why = f"not calculated: {row['why']}" if row["why"] else "not above the threshold"
            verdict, reason = "not_significant", f"{year}: {why}"
            break
        if verdict == "significant" and (row["open"] or not row["above"]):
            verdict, reason = "cannot_be_told", f"{year}: withheld numbers leave it open"
    years = f"{wanted[0]}-{wanted[-1]}"
    return {
        "years": years,
        "ratios": tuple(shown.astype(float).round(12).tolist()),
        "verdict": verdict,
        "reason": reason,
    }


def _shares(pairs: Pairs) -> tuple[Numbers, Numbers, Numbers]:
    (k_low, k_high), (o_low, o_high) = _events(pairs)
    # A share rises with the part and falls with the rest, and the two are counted in different cells: sharp.
    low = share_of_whole(k_low, o_high, if_empty=1.0)
    high = share_of_whole(k_high, o_low, if_empty=0.0)
    e_low, e_high = _share_of_students(pairs)
    # Wilson's limits reach furthest at the extreme shares of the fewest events: valid, though not attained together.
    events = np.maximum(k_low + o_low, 1.0)
    outer_low, _ = intervals.wilson(low * events, events, pairs.level)
    _, outer_high = intervals.wilson(high * events, events, pairs.level)
    nothing, no_events = (low <= 0) & (high >= 1), k_high + o_high == 0
    limits = (low, high, outer_low, outer_high)

    def numbers(lowest: list[Floats], highest: list[Floats], *, middle: bool) -> Numbers:
        point = np.where(pairs.exact & ~no_events, lowest[0], np.nan)
        return Numbers(
            point, lowest[0], highest[1], lowest[2], highest[3], no_events, nothing, middle
        )

    plain = list(limits)
    # The difference and the quotient rise with the share of events and fall with the share of students. The counts and
    # the students of one masked cell are tied, so that where its students are withheld the box holds more than can be.
    less, more = ([limit - e for limit in limits] for e in (e_high, e_low))
    times, most = ([_divide(limit, e) - 1 for limit in limits] for e in (e_high, e_low))
    return (
        numbers(plain, plain, middle=True),
        numbers(less, more, middle=True),
        numbers(times, most, middle=False),
    )


def _events(pairs: Pairs) -> tuple[Limits, Limits]:
    """Fewest and most events of the group, and of those it is compared to."""
    return event_range(pairs.group.known), event_range(pairs.other.known)


def _share_of_students(pairs: Pairs) -> Limits:
    known, other = pairs.group.known, pairs.other.known
    least = share_of_whole(known.n_low, other.n_high, if_empty=1.0)
    return least, share_of_whole(known.n_high, other.n_low, if_empty=0.0)


def _limit(pairs: Pairs) -> Numbers:
    """A + sqrt(A (1 - A) / K): falls with K; concave in A, so least at an end and most at its peak or an end."""
    (k_low, k_high), (o_low, o_high) = _events(pairs)
    low, high = _share_of_students(pairs)
    fewest, most = np.maximum(k_low + o_low, 1.0), np.maximum(k_high + o_high, 1.0)
    peak = (1 + 1 / np.sqrt(1 + 1 / fewest)) / 2

    def limit(share: Floats, events: Floats) -> Floats:
        return share + np.sqrt(share * (1 - share) / events)

    bound_low = np.minimum(limit(low, most), limit(high, most))
    bound_high = limit(np.clip(peak, low, high), fewest)
    unknown = np.full(len(low), np.nan)
    no_events = k_high + o_high == 0
    point = np.where(pairs.exact & ~no_events, bound_low, np.nan)
    nothing = (low <= 0) & (high >= 1)
    return Numbers(point, bound_low, bound_high, unknown, unknown, no_events, nothing, True)


def _divide(value: Floats, other: Floats) -> Floats:
    """Divide; by 0 infinite, and 0 by 0 nothing: a group without events has none, however few its students are."""
    out = np.where(value > 0, np.inf, np.where(value == 0, 0.0, np.nan))
    return np.divide(value, other, out=out, where=other > 0)


_FIGURE = ["indicator", "end_year", "grade_level", "student_group_type", "student_group"]
_FAR, _HAIR = 700.0, 1e-9
_SLICE = ["organization_level", "organization_id", *_FIGURE[:-1]]
_ALTERNATE = MeasureSpec("alternate_risk_ratio", "ratio", "adjusted log interval (statsmodels)")
_WEIGHTED = MeasureSpec(
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
        OBSERVATIONS of the state for the same indicators: every group of the partition.
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
    state = schema.check_observations(state, "state")
    refuse_several(state, "state", "alternate_risk_ratios")
    name = str(state["organization_id"].iloc[0]) if len(state) else ""
    of_state = group_pairs(state, by, OTHERS, level)
    other = of_state.other.at(bounds.match_rows(rows, of_state.keys, _FIGURE))
    pairs = Pairs(rows, group, other, name, level)
    outer = intervals.outer_ratio(group.known, other.known, level)
    numbers = _numbers(_rate(group), _rate(other), outer, pairs.exact)
    table = pairs.estimates(_ALTERNATE, numbers)
    table.attrs = dict(obs.attrs)
    return not_calculated(table, *thinness(pairs, minimum_cell, minimum_comparison))


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
    pairs = group_pairs(obs, by, OTHERS, level)
    weight = _weights(pairs.keys["student_group"], shares)
    known = pairs.group.known
    others = _Others.from_rows(bounds.row_codes(pairs.keys, _SLICE), weight, known)
    rate = _rate(pairs.group)
    compared = others.mean(rate[0]), others.mean(rate[1])
    outer = _log_limits(known, others, compared, level)
    table = pairs.estimates(_WEIGHTED, _numbers(rate, compared, outer, pairs.exact))
    table.attrs = dict(obs.attrs)
    return not_calculated(table, *thinness(pairs, minimum_cell, minimum_comparison))


@dataclass(frozen=True)
class _Others:
    """For each row the other rows of its slice, weighted; a group without students has no weight."""

    code: Positions
    column: Positions
    weight: Floats

    @classmethod
    def from_rows(cls, code: Positions, weight: Floats, known: KnownCounts) -> Self:
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


def _log_limits(known: KnownCounts, others: _Others, compared: Limits, level: float) -> Limits:
    """`intervals.outer_ratio` for a weighted mean of others; of withheld counts, each part at its worst."""
    n, most = np.maximum(known.n_low, 1.0), np.maximum(known.n_high, 1.0)
    low = np.where(known.exact, (known.k_low + 0.5) / (n + 0.5), known.value_low)
    high = (known.value_high * n + 0.5) / (n + 0.5)
    variance = 1 / (np.fmax(known.k_low, known.value_low * n) + 0.5) - 1 / (most + 0.5)
    spread = others.sum((others.weight * high) ** 2 * variance)
    least = others.sum(others.weight * low)
    relative = np.divide(spread, least**2, out=np.full(len(n), np.inf), where=least > 0)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    reach = np.exp(np.minimum(z * np.sqrt(variance + relative), _FAR))
    lower = quotient(low, others.mean(high)) / reach
    upper = quotient(high, others.mean(low), by_zero=np.inf) * reach
    # The edges of the interval of two groups, wherever the truth could stand on one.
    lower = np.where(known.value_low <= 0, 0.0, lower)
    upper = np.where(compared[0] <= 0, np.inf, upper)
    everyone = (known.value_high >= 1) & (compared[1] >= 1 - _HAIR)
    worst, _ = intervals.wilson(n, n, level)
    lower = np.where(everyone, np.fmin(lower, worst), lower)
    return lower, np.where(everyone, np.fmax(upper, 1 / others.mean(worst)), upper)


def _rate(side: Side) -> Limits:
    """Lowest and highest risk, by the percent and by the counts."""
    known = side.known
    least = known.k_low / np.maximum(known.n_high, 1.0)
    most = known.k_high / np.maximum(known.n_low, 1.0)
    low, high = np.fmax(known.value_low, least), np.fmin(known.value_high, most)
    nobody = np.isnan(known.value_low)
    return np.where(nobody, np.nan, low), np.where(nobody, np.nan, high)


def _numbers(rate: Limits, compared: Limits, outer: Limits, exact: Flags) -> Numbers:
    low = quotient(rate[0], compared[1])
    high = quotient(rate[1], compared[0], by_zero=np.inf)
    anything = [(least <= 0) & (most >= 1) for least, most in (rate, compared)]
    silent = anything[0] | anything[1] | ((low <= 0) & np.isinf(high))
    point = np.where(exact, low, np.nan)
    return Numbers(point, low, high, *outer, compared[1] == 0, silent, has_midpoint=False)


def _weights(groups: pd.Series, shares: Mapping[str, float]) -> Floats:
    lost = sorted(set(groups) - {name for name, share in shares.items() if share > 0})
    if lost:
        raise DataError(
            f"group {lost[0]!r} has no share of the state's students above 0",
            where=f"weighted_risk_ratios, shares: {', '.join(lost)}",
            fix="give every group of the partition its students in the state",
            valid=sorted(shares),
        )
    return np.array([shares[name] for name in groups], dtype=np.float64)
