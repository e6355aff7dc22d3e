"""Resolve parsed cells into exact figures, bounds and a status: counts, shares, compositions and averages.

The rules are those of the state's publications (docs/DATA.md). A row's flag says why cells are blank, but
masking is per column: each cell is read by its own token first. Nothing here subtracts one cell from another, and
nothing reads a size from a label: what a row says of a masked cell is what its text says (for sums see `masked_sums`).

A bracket that straddles the line asked for ($25,000 to $34,999 where the question is $30,000) makes a range.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sesec_analysis.bounds import whole_numbers
from sesec_analysis.catalog.entries import THREE_OVER_N, RangeRule
from sesec_analysis.loaders.tidy.tokens import label_denominators
from sesec_analysis.schema import MINIMUM_GROUP

__all__ = [
    "NAN",
    "Parsed",
    "ResolvedCells",
    "RuleBrokenError",
    "columns",
    "implausible",
    "is_kind",
    "number",
    "resolve_averages",
    "resolve_estimates",
    "resolve_published",
    "resolve_rates",
    "resolve_shares",
]


NAN = np.nan


class RuleBrokenError(ValueError):
    """Rows contradict each other or a suppression rule; carries which rows and why."""

    def __init__(self, what: str, rows: np.ndarray, column: str, fix: str) -> None:
        self.what, self.rows, self.column, self.fix = what, rows, column, fix
        super().__init__(what)


@dataclass(frozen=True)
class Parsed:
    """The parsed cells of one indicator, row by row.

    ``numerator``, ``denominator``, ``percent`` and ``flag`` are tables of `cells` (kind, number, decimals, closed).
    ``printed`` is a number of students that a withheld row prints all the same (NaN where it does not).
    """

    numerator: pd.DataFrame
    denominator: pd.DataFrame
    percent: pd.DataFrame
    flag: pd.DataFrame
    printed: np.ndarray
    range_rule: RangeRule
    half_unit: float  # how far a printed percent may be off, in units of its last digit: 0.5 rounded, 1.2 truncated
    flag_bounds: bool  # a range in the flag column is about this very rate
    earlier_passers: (
        np.ndarray
    )  # rows whose denominator also holds students outside the size that "N<10" speaks of

    @property
    def unit(self) -> np.ndarray:
        """The last printed digit of each percent, as a proportion."""
        return 10.0 ** (-self.percent["decimals"].to_numpy(dtype="float64") - 2)


Figure = np.ndarray | float | tuple[np.ndarray | float, ...]
"""What is known of a figure: itself; the least and the most, where none is printed; or both ends with it between."""


@dataclass
class ResolvedCells:
    """The columns under construction: of each figure its least, itself if it is printed, and its most."""

    status: np.ndarray
    k: np.ndarray
    n: np.ndarray
    p: np.ndarray

    @classmethod
    def from_rows(cls, rows: int) -> "ResolvedCells":
        """Start with nothing known of any row."""
        blank = [np.full((3, rows), NAN) for _ in range(3)]
        return cls(np.full(rows, "withheld", dtype=object), *blank)

    def put(self, rows: np.ndarray, status: str, **figures: Figure) -> None:
        """Set the status of some rows, and the figures named, overwriting what stood there."""
        self.status[rows] = status
        for name, figure in figures.items():
            ends = figure if isinstance(figure, tuple) else (figure, figure)
            low, high = ends[0], ends[-1]
            exact = ends[1] if len(ends) == 3 else NAN if isinstance(figure, tuple) else figure
            for column, value in zip(getattr(self, name), (low, exact, high), strict=True):
                column[rows] = value[rows] if isinstance(value, np.ndarray) else value


def is_kind(cells: pd.DataFrame, *kinds: str) -> np.ndarray:
    """Tell which parsed cells are of one of the kinds."""
    return np.asarray(cells["kind"].isin(kinds).to_numpy(), dtype=bool)


def number(cells: pd.DataFrame) -> np.ndarray:
    """Return the exactly printed numbers, NaN elsewhere."""
    return np.asarray(np.where(is_kind(cells, "exact"), cells["number"], NAN), dtype="float64")


def columns(known: ResolvedCells, index: pd.Index) -> pd.DataFrame:
    """Return the figure columns of OBSERVATIONS."""
    reported = known.status == "reported"
    (k_low, k, k_high), (n_low, n, n_high) = (
        map(whole_numbers, each) for each in (known.k, known.n)
    )
    p_low, p, p_high = known.p
    return pd.DataFrame(
        {
            "numerator": k,
            "denominator": n,
            "numerator_low": k_low,
            "numerator_high": k_high,
            "denominator_low": n_low,
            "denominator_high": n_high,
            "value": p,
            "value_low": p_low,
            "value_high": p_high,
            "status": known.status.astype("str"),
            "coverage": reported.astype("float64"),
            "cells": 1,
            "cells_reported": reported.astype("int64"),
        }
    ).set_index(index)


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
    if parsed.range_rule in THREE_OVER_N and parsed.flag_bounds:
        few = exact & (n >= MINIMUM_GROUP) & ((k < 3) | (n - k < 3))
        if few.any():
            raise RuleBrokenError(
                "a count under 3 is printed, which the 3/n rule says is always masked",
                few,
                "numerator",
                "set `range_rule: share_only` for this release, so that no size is read from its range labels",
            )


def _label(parsed: Parsed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which rows carry a range label, from below or above, its share, and its decimals."""
    labelled = is_kind(parsed.percent, "below", "above")
    source = {
        name: np.where(labelled, parsed.percent[name], parsed.flag[name])
        for name in ("kind", "number", "decimals")
    }
    return (
        source["kind"].astype("str"),
        source["number"].astype("float64"),
        source["decimals"].astype("float64"),
    )


def _check_labels(parsed: Parsed, labelled: np.ndarray) -> None:
    """Refuse a range label that no group size fits, where the release is declared to follow the 3/n rule."""
    if parsed.range_rule not in THREE_OVER_N or not labelled.any():
        return
    kind, share, decimals = _label(parsed)
    distance = np.where(kind == "above", 1 - share, share)[labelled]
    low, high = label_denominators(distance, decimals[labelled])
    unfit = labelled.copy()
    unfit[labelled] = low > high
    if unfit.any():
        raise RuleBrokenError(
            "a range label fits no group size under the 3/n rule",
            unfit,
            "value",
            "set `range_rule: share_only` for this release, so that no size is read from its range labels",
        )


def _resolve_bounded(
    parsed: Parsed, known: ResolvedCells, rows: np.ndarray, n_low: np.ndarray, n_high: np.ndarray
) -> None:
    """Rows whose rate is printed as a range: that range, and no count that could be worked out of it."""
    kind, share, _ = _label(parsed)
    below = kind == "below"
    rate = np.where(below, 0.0, share), np.where(below, share, 1.0)
    known.put(rows, "bounded", n=(n_low, n_high), k=(0.0, n_high), p=rate)


def _percent_only(
    parsed: Parsed, known: ResolvedCells, rows: np.ndarray, n_low: np.ndarray, n_high: np.ndarray
) -> None:
    """Rows that keep the percent and withhold the counts: k is tied to n, and n is not read from the digits."""
    p, half = number(parsed.percent), parsed.unit * parsed.half_unit
    p_low, p_high = (
        np.clip(p - (half if parsed.half_unit < 1 else 0), 0, 1),
        np.clip(p + half, 0, 1),
    )
    count = np.floor(p_low * n_low), np.ceil(p_high * n_high)
    known.put(rows, "complementary", p=(p_low, p, p_high), n=(n_low, n_high), k=count)


def _resolve_hidden(
    parsed: Parsed, known: ResolvedCells, n_low: np.ndarray, n_high: np.ndarray
) -> None:
    """Rows with neither a rate nor a range: only the reason, if any, is known."""
    everything = np.ones(len(n_low), bool)
    known.put(everything, "withheld", n=(0.0, np.inf), k=(0.0, np.inf), p=(0.0, 1.0))
    hidden = is_kind(parsed.flag, "range", "below", "above") | is_kind(parsed.percent, "range")
    named = is_kind(parsed.flag, "complementary") | is_kind(parsed.percent, "complementary")
    for rows, status in ((hidden, "withheld"), (named, "complementary")):
        known.put(rows, status, n=(n_low, n_high), k=(0.0, n_high))


def _small(parsed: Parsed, known: ResolvedCells, printed: np.ndarray) -> None:
    """Mask a rate of fewer than ten students, whatever the file prints beside it."""
    rows = ~np.isnan(printed) & (printed > 0) & (printed < MINIMUM_GROUP)
    for cells in (parsed.percent, parsed.flag, parsed.numerator, parsed.denominator):
        rows |= is_kind(cells, "small_n")
    most = np.where(parsed.earlier_passers, np.inf, MINIMUM_GROUP - 1.0)
    fewest = 1.0 if parsed.flag_bounds else 0.0
    known.put(rows, "small_n", k=(0.0, most), n=(fewest, most), p=(0.0, 1.0))


def _rates(parsed: Parsed, known: ResolvedCells) -> None:
    """Rates of students: weakest knowledge first, so that stronger overwrites it."""
    k, n, p = number(parsed.numerator), number(parsed.denominator), number(parsed.percent)
    printed = np.where(np.isnan(parsed.printed), n, parsed.printed)
    counted = ~np.isnan(printed)
    own_label, row_label = (
        is_kind(parsed.percent, "below", "above"),
        is_kind(parsed.flag, "below", "above"),
    )
    no_percent = is_kind(parsed.percent, "blank", "range", "masked")
    _check_labels(parsed, own_label | row_label)
    # A label, and the minimum of ten, speak of the rate in the flag; students tested can be any number below that.
    floor = np.full(len(k), float(MINIMUM_GROUP) if parsed.flag_bounds else 0.0)
    # Where nothing says that the row is withheld, a percent without counts may be of any number.
    floor = np.where(
        is_kind(parsed.flag, "none", "blank") & ~own_label, np.minimum(floor, 1), floor
    )
    n_low = np.where(counted, printed, floor)
    n_high = np.where(counted, printed, np.inf)

    _resolve_hidden(parsed, known, n_low, n_high)
    _resolve_bounded(
        parsed, known, own_label | (row_label & no_percent & parsed.flag_bounds), n_low, n_high
    )
    _percent_only(parsed, known, ~np.isnan(p), n_low, n_high)
    exact = ~np.isnan(k) & ~np.isnan(n) & ~own_label & ~is_kind(parsed.flag, "small_n")
    _check(parsed, exact, k, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = k / n
    known.put(exact, "reported", k=k, n=n, p=rate)
    _small(parsed, known, printed)
    none = (
        is_kind(parsed.percent, "no_students")
        | is_kind(parsed.flag, "no_students")
        | (exact & (n == 0))
    )
    known.put(none, "no_students", k=0.0, n=0.0, p=NAN)


def resolve_rates(parsed: Parsed) -> pd.DataFrame:
    """Return the figure columns of OBSERVATIONS for a rate: exact where printed, bounds where not, and the status.

    Raises
    ------
    RuleBrokenError
        If rows contradict themselves or the release's range rule; nothing is mended silently.
    """
    known = ResolvedCells.from_rows(len(parsed.numerator))
    _rates(parsed, known)
    return columns(known, parsed.numerator.index)


def resolve_shares(numerator: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    """Return the figure columns of OBSERVATIONS for a composition: the group's students out of a headcount.

    Parameters
    ----------
    numerator
        Parsed cells of the group's students. A blank one is withheld: any number can be behind it.
    sizes
        ``low`` and ``high``: the headcount, as a range of one number where it is printed.

    Raises
    ------
    RuleBrokenError
        If a group is larger than the headcount, or neither it nor the headcount is printed.
    """
    known = ResolvedCells.from_rows(len(numerator))
    k, low, high = (
        number(numerator),
        sizes["low"].to_numpy("float64"),
        sizes["high"].to_numpy("float64"),
    )
    if (above := k > high).any():
        raise RuleBrokenError(
            "the numerator is above the denominator", above, "numerator", "correct the file"
        )
    if (blank := is_kind(numerator, "blank") & np.isnan(low)).any():
        raise RuleBrokenError(
            "a headcount is blank, with no reason given",
            blank,
            "numerator",
            "check the file; download it again",
        )
    counted, exact = ~np.isnan(low), ~np.isnan(k) & ~np.isnan(low)
    n = np.where(low == high, low, NAN)
    nine = np.minimum(high, MINIMUM_GROUP - 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        known.put(counted, "withheld", n=(low, n, high), k=(0.0, high), p=(0.0, 1.0))
        small = is_kind(numerator, "small_n") & counted
        known.put(small, "small_n", k=(0.0, nine), p=(0.0, nine / low))
        known.put(exact, "bounded", k=k, p=(k / high, np.minimum(k / low, 1.0)))
        known.put(exact & (low == high), "reported", p=k / n)
    known.put(exact & (high == 0), "no_students", p=NAN)
    return columns(known, numerator.index)


def resolve_estimates(
    parts: Sequence[pd.DataFrame],
    straddling: Sequence[pd.DataFrame],
    percent: pd.DataFrame,
    over: pd.DataFrame,
) -> pd.DataFrame:
    """Return the figure columns of OBSERVATIONS for counts that are no students, so that no group of them is masked.

    Parameters
    ----------
    parts
        Parsed counts that belong to the numerator.
    straddling
        Parsed counts of which none, some or all belong to it.
    percent
        Parsed shares, read where there are no parts: the count is then known as far as the rounding tells.
    over
        Parsed counts of all: households, residents, schools.

    Examples
    --------
    >>> from sesec_analysis.loaders.tidy import tokens
    >>> under, bracket, all_of_them = (tokens.parse_counts(pd.Series([text])) for text in ("20", "10", "100"))
    >>> none = tokens.parse_percents(pd.Series([""]), unit="percent")
    >>> figures = resolve_estimates([under], [bracket], none, all_of_them)
    >>> figures[["value_low", "value_high", "status"]].values.tolist()
    [[0.2, 0.3, 'bounded']]
    """
    n = number(over)
    if parts:
        low = np.sum([number(part) for part in parts], axis=0)
        high = low + np.sum([number(part) for part in straddling], axis=0) if straddling else low
        p_low, p_high = _divide(low, n), _divide(high, n)
    else:
        p, half = number(percent), 0.5 * 10.0 ** (-percent["decimals"].to_numpy("float64") - 2)
        p_low, p_high = np.clip(p - half, 0, 1), np.clip(p + half, 0, 1)
        low, high = np.ceil(p_low * n - 1e-9), np.floor(p_high * n + 1e-9)
    known = ResolvedCells.from_rows(len(n))
    everything = np.ones(len(n), bool)
    known.put(everything, "withheld", n=n, k=(0.0, n), p=(0.0, 1.0))
    bounded = ~np.isnan(low) & ~np.isnan(high) & (n > 0)
    known.put(bounded, "bounded", k=(low, high), p=(p_low, p_high))
    exact = bounded & (low == high) & bool(parts)
    known.put(exact, "reported", k=low, p=p_low)
    known.put(n == 0, "no_students", k=0.0, p=NAN)
    return columns(known, over.index)


def resolve_published(share: pd.DataFrame, low: pd.DataFrame, high: pd.DataFrame) -> pd.DataFrame:
    """Return the figure columns of OBSERVATIONS for estimates with their publisher's interval; there are no counts.

    Raises
    ------
    RuleBrokenError
        If an estimate is outside its own interval, or one of the three is missing.
    """
    known = ResolvedCells.from_rows(len(share))
    p, p_low, p_high = number(share), number(low), number(high)
    known.put(np.ones(len(p), bool), "withheld", p=(0.0, 1.0))
    printed = ~np.isnan(p)
    known.put(printed, "reported", p=(p_low, p, p_high))
    if (strange := (printed | ~np.isnan(p_low)) & ~((p_low <= p) & (p <= p_high))).any():
        raise RuleBrokenError(
            "an estimate is outside its interval", strange, "value", "download the file again"
        )
    return columns(known, share.index)


def _divide(count: np.ndarray, n: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(count / n, dtype="float64")


_PLAUSIBLE: dict[str, tuple[float, float]] = {
    "students_per_teacher": (1, 60),
    "years": (0, 45),
    "dollars_per_student": (0, 250_000),
    "percentile": (0, 100),
}
"""The least and the most that an average of a unit can be."""


def resolve_averages(
    average: pd.DataFrame,
    over: pd.DataFrame,
    flag: pd.DataFrame,
    behind: pd.DataFrame | None = None,
    *,
    counted: str,
) -> pd.DataFrame:
    """Return the figure columns of OBSERVATIONS for an average: the figure, and what it is over.

    Parameters
    ----------
    average
        Parsed cells of the average (`tokens.parse_numbers`).
    over
        Parsed counts of what it is an average over (students, teachers); blank where the file does not say.
    flag
        Parsed cells that say whether, and why, a row is withheld; blank where the file has none.
    behind
        Parsed cells of the sum that the average divides, where it is printed: the numerator of a figure that stands.
    counted
        What is counted, as the indicator says it: an average over fewer than ten students is masked on reading.

    Returns
    -------
    `reported` where a figure is printed, `complementary` where its count is withheld to protect another cell,
    `no_students` where it would be over nobody, otherwise `small_n` or `withheld`: nothing bounds an average. There is
    no numerator but the sum behind it.

    Examples
    --------
    >>> from sesec_analysis.loaders.tidy import tokens
    >>> printed, teachers = tokens.parse_numbers(pd.Series(["14.94", ""])), tokens.parse_counts(pd.Series(["50", "13"]))
    >>> flag = tokens.parse_flags(pd.Series(["", ""]))
    >>> figures = resolve_averages(printed, teachers, flag, counted="teachers")
    >>> figures[["value", "denominator", "status"]].values.tolist()
    [[14.94, 50, 'reported'], [nan, 13, 'withheld']]
    """
    known = ResolvedCells.from_rows(len(average))
    n, value = number(over), number(average)
    everything = np.ones(len(n), bool)
    known.put(everything, "withheld", n=n)
    known.put(~np.isnan(value), "reported", p=value)
    ten = np.where(np.isnan(n), float(MINIMUM_GROUP), n)
    lacking = np.isnan(n) | np.isnan(value)
    known.put(is_kind(flag, "complementary") & lacking, "complementary", n=(ten, n, n))
    small = is_kind(average, "small_n") | is_kind(over, "small_n") | is_kind(flag, "small_n")
    if counted == "students":
        small |= (n > 0) & (n < MINIMUM_GROUP)
    known.put(small, "small_n", n=(1.0, MINIMUM_GROUP - 1.0), p=NAN)
    none = is_kind(average, "no_students") | ((n == 0) & np.isnan(value))
    known.put(none, "no_students", n=0.0, p=NAN)
    if behind is not None:
        stands = known.status == "reported"
        known.put(stands, "reported", k=(NAN, number(behind), NAN))
    return columns(known, average.index)


def implausible(observations: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the averages outside what is plausible in their unit, by a name to accept them under."""
    averages = observations[observations["unit"].isin(_PLAUSIBLE)]
    limits = pd.DataFrame([_PLAUSIBLE[unit] for unit in averages["unit"]], averages.index, [0, 1])
    off = (averages["value"] < limits[0]) | (averages["value"] > limits[1])
    name = "value " + averages["indicator"] + " " + averages["organization_id"]
    return {str(key): rows for key, rows in averages[off].groupby(name)}
