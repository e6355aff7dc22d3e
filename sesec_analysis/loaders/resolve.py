"""What is known of each cell: parsed count, percent and flag in; exact figures, bounds and status out.

The rules are those of the state's publications (docs/DATA.md). A row's flag says why cells are blank, but
masking is per column: each cell is read by its own token first. Nothing here subtracts one cell from another.
"""

import numpy as np
import pandas as pd

from sesec_analysis.loaders.cells import label_denominators
from sesec_analysis.loaders.known import (
    NAN,
    Known,
    Parsed,
    RuleBrokenError,
    columns,
    is_kind,
    number,
)
from sesec_analysis.schema import MINIMUM_GROUP

__all__ = ["resolve_rates"]


def _check(parsed: Parsed, exact: np.ndarray, k: np.ndarray, n: np.ndarray) -> None:
    """Refuse counts that contradict each other, the printed percent, or the range rule."""
    above = exact & (k > n)
    if above.any():
        raise RuleBrokenError(
            "the numerator is above the denominator",
            above,
            "numerator",
            "correct the file, or ask the publisher",
        )
    p = number(parsed.percent)
    with np.errstate(divide="ignore", invalid="ignore"):
        off = (
            exact & (n > 0) & (np.abs(k / n - p) > parsed.unit * max(1.0, parsed.half_unit) + 1e-6)
        )
    if off.any():
        raise RuleBrokenError(
            "the printed percent is not numerator over denominator",
            off,
            "value",
            "check that `columns:` names the right denominator for this percent",
        )
    if parsed.range_rule != "share_only" and parsed.flag_bounds:
        few = exact & (n >= MINIMUM_GROUP) & ((k < 3) | (n - k < 3))
        if few.any():
            raise RuleBrokenError(
                "a count under 3 is printed, which the 3/n rule says is always masked",
                few,
                "numerator",
                "set `range_rule: share_only` for this release, so that no size is read from its range labels",
            )


def _label(parsed: Parsed) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return which rows carry a range label, from below or above, its share, decimals and closedness."""
    own = is_kind(parsed.percent, "below", "above")
    source = {
        name: np.where(own, parsed.percent[name], parsed.flag[name])
        for name in ("kind", "number", "decimals", "closed")
    }
    return (
        source["kind"].astype("str"),
        source["number"].astype("float64"),
        source["decimals"].astype("float64"),
        source["closed"].astype(bool),
    )


def _sizes_from_label(parsed: Parsed, labelled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The group sizes that a row's own range label allows, where the release follows the 3/n rule."""
    kind, share, decimals, _ = _label(parsed)
    rows = len(share)
    low, high = np.full(rows, float(MINIMUM_GROUP)), np.full(rows, np.inf)
    if parsed.range_rule != "share_only" and labelled.any():
        distance = np.where(kind == "above", 1 - share, share)
        low[labelled], high[labelled] = label_denominators(distance[labelled], decimals[labelled])
        if (unfit := labelled & (low > high)).any():
            raise RuleBrokenError(
                "a range label fits no group size under the 3/n rule",
                unfit,
                "value",
                "set `range_rule: share_only` for this release, so that no size is read from its range labels",
            )
        if parsed.range_rule == "three_over_n_or_less":
            low = np.maximum(low - 1, MINIMUM_GROUP)
    return low, high


def _bounded(
    parsed: Parsed, known: Known, rows: np.ndarray, n_low: np.ndarray, n_high: np.ndarray
) -> None:
    """Rows whose rate is printed as a range."""
    kind, share, _, closed = _label(parsed)
    below = kind == "below"
    three = parsed.range_rule != "share_only"
    with np.errstate(invalid="ignore"):
        most = np.where(closed, np.floor(share * n_high + 1e-9), np.ceil(share * n_high - 1e-9) - 1)
        least = np.where(closed, np.ceil(share * n_low - 1e-9), np.floor(share * n_low + 1e-9) + 1)
    if three:
        most, least = np.minimum(most, 2.0), np.maximum(n_low - 2, 0)
    known.put(
        rows,
        "bounded",
        n_low=n_low,
        n_high=n_high,
        k_low=np.where(below, 0.0, least),
        k_high=np.where(below, most, n_high),
        p_low=np.where(below, 0.0, share),
        p_high=np.where(below, share, 1.0),
    )


def _percent_only(
    parsed: Parsed, known: Known, rows: np.ndarray, n_low: np.ndarray, n_high: np.ndarray
) -> None:
    """Rows that keep the percent and withhold the counts: k is tied to n, and n is not read from the digits."""
    p, half = number(parsed.percent), parsed.unit * parsed.half_unit
    p_low, p_high = (
        np.clip(p - (half if parsed.half_unit < 1 else 0), 0, 1),
        np.clip(p + half, 0, 1),
    )
    known.put(
        rows,
        "complementary",
        p=p,
        p_low=p_low,
        p_high=p_high,
        n_low=n_low,
        n_high=n_high,
        k_low=np.floor(p_low * n_low),
        k_high=np.ceil(p_high * n_high),
    )


def _hidden(
    parsed: Parsed, known: Known, n_low: np.ndarray, n_high: np.ndarray, cap: np.ndarray
) -> None:
    """Rows with neither a rate nor a range: only the reason, if any, is known."""
    everything = np.ones(len(n_low), bool)
    known.put(
        everything, "withheld", n_low=0.0, n_high=cap, k_low=0.0, k_high=cap, p_low=0.0, p_high=1.0
    )
    hidden = is_kind(parsed.flag, "range", "below", "above") | is_kind(parsed.percent, "range")
    named = is_kind(parsed.flag, "complementary") | is_kind(parsed.percent, "complementary")
    for rows, status in ((hidden, "withheld"), (named, "complementary")):
        known.put(rows, status, n_low=n_low, n_high=n_high, k_low=0.0, k_high=n_high)


def _small(parsed: Parsed, known: Known, printed: np.ndarray, cap: np.ndarray) -> None:
    """A rate of fewer than ten students is masked at the door, whatever the file prints beside it."""
    rows = ~np.isnan(printed) & (printed > 0) & (printed < MINIMUM_GROUP)
    for cells in (parsed.percent, parsed.flag, parsed.numerator, parsed.denominator):
        rows |= is_kind(cells, "small_n")
    most = np.where(parsed.earlier_passers, cap, MINIMUM_GROUP - 1.0)
    known.put(
        rows,
        "small_n",
        k=NAN,
        n=NAN,
        p=NAN,
        k_low=0.0,
        k_high=most,
        n_low=1.0 if parsed.flag_bounds else 0.0,
        n_high=most,
        p_low=0.0,
        p_high=1.0,
    )


def _rates(parsed: Parsed, known: Known) -> None:
    """Rates of students: weakest knowledge first, so that stronger overwrites it."""
    k, n, p = number(parsed.numerator), number(parsed.denominator), number(parsed.percent)
    printed = np.where(np.isnan(parsed.printed), n, parsed.printed)
    counted = ~np.isnan(printed)
    cap = np.where(np.isnan(parsed.cap), np.inf, parsed.cap)
    own_label, row_label = (
        is_kind(parsed.percent, "below", "above"),
        is_kind(parsed.flag, "below", "above"),
    )
    no_percent = is_kind(parsed.percent, "blank", "range", "masked")
    label_low, label_high = _sizes_from_label(parsed, own_label | row_label)
    # A label, and the minimum of ten, speak of the rate in the flag; students tested can be any number below that.
    floor = np.maximum(label_low, MINIMUM_GROUP) if parsed.flag_bounds else np.zeros(len(k))
    # Where nothing says that the row is withheld, a percent without counts may be of any number.
    floor = np.where(
        is_kind(parsed.flag, "none", "blank") & ~own_label, np.minimum(floor, 1), floor
    )
    n_low = np.where(counted, printed, floor)
    n_high = np.where(counted, printed, np.maximum(np.minimum(label_high, cap), n_low))

    _hidden(parsed, known, n_low, n_high, cap)
    _bounded(
        parsed, known, own_label | (row_label & no_percent & parsed.flag_bounds), n_low, n_high
    )
    _percent_only(parsed, known, ~np.isnan(p), n_low, n_high)
    exact = ~np.isnan(k) & ~np.isnan(n) & ~own_label & ~is_kind(parsed.flag, "small_n")
    _check(parsed, exact, k, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = k / n
    known.put(
        exact,
        "reported",
        k=k,
        n=n,
        k_low=k,
        k_high=k,
        n_low=n,
        n_high=n,
        p=rate,
        p_low=rate,
        p_high=rate,
    )
    _small(parsed, known, printed, cap)
    none = (
        is_kind(parsed.percent, "no_students")
        | is_kind(parsed.flag, "no_students")
        | (exact & (n == 0))
    )
    known.put(
        none,
        "no_students",
        k=0.0,
        n=0.0,
        k_low=0.0,
        k_high=0.0,
        n_low=0.0,
        n_high=0.0,
        p=NAN,
        p_low=NAN,
        p_high=NAN,
    )


def resolve_rates(parsed: Parsed) -> pd.DataFrame:
    """Return the figure columns of OBSERVATIONS for a rate: exact where printed, bounds where not, and the status.

    Raises
    ------
    RuleBrokenError
        If rows contradict themselves or the release's range rule; nothing is mended silently.
    """
    known = Known.of(len(parsed.numerator))
    _rates(parsed, known)
    return columns(known, parsed.numerator.index)
