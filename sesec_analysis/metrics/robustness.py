"""Robustness of a statement about a gap: over measures, withheld counts and chance; and tests taken together.

ESTIMATES in, one small record with a plain sentence out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot, inf, isnan, log, nan
from statistics import NormalDist
from typing import Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.stats.multitest import multipletests

from sesec_analysis import bounds as sesec_analysis_bounds
from sesec_analysis import schema
from sesec_analysis.bounds import as_floats
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.i18n import ENGLISH
from sesec_analysis.i18n import mark as N_
from sesec_analysis.metrics.changes import Stops, reasons_by_year
from sesec_analysis.text import Arg, List, Text, _, render

__all__ = [
    "FAMILY",
    "Direction",
    "Gap",
    "Range",
    "Robustness",
    "chance",
    "holds",
    "p_value",
    "q_values",
    "ranges",
    "robustness",
]


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
            return np.column_stack(
                [as_floats(gaps, f"{name}_low"), as_floats(gaps, f"{name}_high")]
            )

        bounds = pairs("bound")
        limits = np.where(gaps["ci_low"].isna().to_numpy()[:, None], pairs("outer"), pairs("ci"))
        columns = (
            ranges(gaps),
            (_pair(row) for row in bounds),
            (_pair(row) for row in limits),
            as_floats(gaps, "ci_level").tolist(),
            _rates(pairs("numerator"), pairs("n")),
            _rates(pairs("reference_numerator"), pairs("reference_n")),
        )
        return [cls(*row) for row in zip(*columns, strict=True)]

    def mirrored(self) -> Self:
        """Return the gap of the reference from the group."""
        return replace(
            self,
            range=_turn_limits(self.range),
            bounds=_turn_limits(self.bounds),
            limits=_turn_limits(self.limits),
        )

    def log_ratio(self, *, higher_is_better: bool) -> Range:
        """Logarithm of the adverse outcome's rate ratio: 0 where the rates are equal."""
        (low, high), (other_low, other_high) = self.rate, self.reference
        if higher_is_better:
            low, high, other_low, other_high = 1 - high, 1 - low, 1 - other_high, 1 - other_low
        return _log_quotient(low, other_high), _log_quotient(high, other_low)


def ranges(estimates: pd.DataFrame) -> list[Range]:
    """Estimate of each row twice; without one its midpoint, and without both its bounds."""
    point = as_floats(estimates, "estimate")
    point = np.where(np.isnan(point), as_floats(estimates, "midpoint"), point)
    ends = (np.where(np.isnan(point), as_floats(estimates, name), point) for name in _BOUNDS)
    return [_pair(row) for row in np.column_stack(list(ends))]


def _rates(k: NDArray[np.float64], n: NDArray[np.float64]) -> list[Range]:
    """Lowest and highest rate that the counts admit; NaN where they are withheld."""
    n = np.where(n > 0, n, np.nan)
    return [
        _pair(row) for row in np.column_stack([k[:, 0] / n[:, 1], np.minimum(k[:, 1] / n[:, 0], 1)])
    ]


def _pair(row: NDArray[np.float64]) -> Range:
    return float(row[0]), float(row[1])


def _turn_limits(limits: Range) -> Range:
    return -limits[1], -limits[0]


def _log_quotient(rate: float, other: float) -> float:
    if isnan(rate) or isnan(other) or rate == other == 0:
        return nan
    return inf if other == 0 else -inf if rate == 0 else log(rate / other)


def holds(direction: Direction, now: Range, then: Range | None = None) -> bool | None:
    """Whether the statement is true of numbers that are 0 at parity; None where the ranges leave it open."""
    if direction in ("above", "widened"):
        return holds("below", _turn_limits(now)) if then is None else holds("narrowed", then, now)
    if then is None:
        return True if now[1] < 0 else False if now[0] >= 0 else None
    (least, most), (least_then, most_then) = _size(now), _size(then)
    return True if most < least_then else False if least >= most_then else None


def _size(limits: Range) -> Range:
    """Least and greatest distance from 0."""
    ends = abs(limits[0]), abs(limits[1])
    return (0.0 if limits[0] < 0 < limits[1] else min(ends)), max(ends)


def chance(now: Gap, then: Gap | None) -> float:
    """P value of no gap, or of no change of its size; NaN where there are no limits. Where bounds leave it open, 1."""
    gaps = [now] if then is None else [now, then]
    if any(isnan(gap.limits[0]) or isnan(gap.range[0]) for gap in gaps):
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


_KEY = [name for name in schema.ESTIMATES_KEY if name != "end_year"]
_SCALES = {
    "points": N_("percentage points"),
    "ratio": N_("the ratio of the adverse outcome"),
    "standardized": N_("standard deviations"),
}
_CLAUSES: dict[Direction, dict[bool | None, str]] = {
    "below": {
        True: N_("In {scales} the rate is lower than the one it is compared to."),
        False: N_("In {scales} it is not lower."),
        None: N_("In {scales} no one can tell whether it is lower."),
    },
    "above": {
        True: N_("In {scales} the rate is higher than the one it is compared to."),
        False: N_("In {scales} it is not higher."),
        None: N_("In {scales} no one can tell whether it is higher."),
    },
    "narrowed": {
        True: N_("In {scales} the gap narrowed."),
        False: N_("In {scales} it did not narrow."),
        None: N_("In {scales} no one can tell whether it narrowed."),
    },
    "widened": {
        True: N_("In {scales} the gap widened."),
        False: N_("In {scales} it did not widen."),
        None: N_("In {scales} no one can tell whether it widened."),
    },
}
_EVIDENCE = {
    "beyond": N_("In points that is beyond chance, whatever the withheld numbers are."),
    "against": N_("In points that is so whatever the withheld numbers are."),
    "chance": N_("Chance alone could have made it."),
    "withheld": N_("Withheld numbers leave it open."),
}


Scale = Literal["points_and_ratios", "points_only", "ratios_only", "neither", "unknown"]
Evidence = Literal["beyond", "unknown", "against"]


@dataclass(frozen=True)
class Robustness:
    """Two labels of one statement, the tests that bear it out and those that do not, and short sentences that say so.

    ``scale`` is whether it hangs on how the gap is measured: in points, in ratios, in both. ``evidence`` is whether it
    stands in points beyond chance and beyond what is withheld: ``beyond``; ``against`` where it is false whatever is
    withheld; else ``unknown``. Neither stands for the other.
    """

    scale: Scale
    evidence: Evidence
    agree: tuple[str, ...]
    disagree: tuple[str, ...]
    text: Arg

    @property
    def words(self) -> str:
        """The sentences in English."""
        return render(self.text, ENGLISH)


def robustness(
    now: pd.DataFrame,
    then: pd.DataFrame | None = None,
    *,
    direction: Direction,
    higher_is_better: bool,
    student_group: str | None = None,
    standardized: Sequence[pd.DataFrame] = (),
    breaks: Stops = (),
    years_out: Stops = (),
) -> Robustness:
    """How far a statement about a gap can be trusted: on which scales it is true, and how good the evidence is.

    Five tests: does it hold in points, in the ratio of the adverse outcome, in standard deviations (if given), within
    the bounds of what is withheld, and beyond chance among all gaps of ``now`` (Benjamini and Hochberg)?

    Parameters
    ----------
    now
        ESTIMATES of gaps. All of them are the family of statements that could have been made; so pass all that were
        looked at, and no others.
    then
        ESTIMATES of the same gaps in an earlier year, for ``"narrowed"`` and ``"widened"``.
    direction
        What is stated: the rate is ``"below"`` or ``"above"`` the reference's, or the gap ``"narrowed"`` or
        ``"widened"``.
    higher_is_better
        Whether the outcome that is counted is a good one: then the adverse outcome is to be without it.
    student_group
        Whose gap is spoken of. None if ``now`` holds one gap only.
    standardized
        ESTIMATES of the same comparison in standard deviations, group less reference: now, and then.
    breaks, years_out
        As `change`: ``sa.breaks`` and ``sa.years_out`` of the indicator, or years.

    Returns
    -------
    Robustness
        ``scale``: ``points_and_ratios`` if it holds in percentage points and in the ratio of the adverse outcome,
        ``points_only``, ``ratios_only`` or ``neither``; ``unknown`` if what is withheld leaves one of them open.
        ``evidence``: ``beyond`` if it holds in points within the bounds of what is withheld and beyond chance;
        ``against`` if it is false in points whatever is withheld; else ``unknown``. Undecided does not agree.

    Raises
    ------
    DataError
        If the statement does not name one gap, in one year or two, or lies across a series break, or a
        year of it is out.

    See Also
    --------
    sesec_analysis.metrics.changes.difference_in_gaps : The change itself.

    Notes
    -----
    Reading: quote the words with any headline of a change, with both gaps and both ratios.
    Caution: a rate that is lower is so in points and in any ratio; there the two tests are one. For a change they
    differ, because the ratio depends on which outcome is counted.
    Reference: Harper, S. and others (2008). American Journal of Epidemiology, 167, 889-899; Keppel, K. and others
    (2005). Vital and Health Statistics 2(141); Benjamini, Y. and Hochberg, Y. (1995). Journal of the Royal Statistical
    Society B, 57, 289-300.

    Examples
    --------
    >>> from sesec_analysis.metrics.disparity import gaps
    >>> from sesec_analysis.schema import conform_observations
    >>> then, now = (gaps(conform_observations(pd.DataFrame({
    ...     "end_year": year, "status": "reported", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "white"], "numerator": counted, "denominator": 1000})),
    ...     by="race_ethnicity", reference="white") for year, counted in [(2016, [300, 600]), (2019, [600, 800])])
    >>> found = robustness(now, then, direction="narrowed", higher_is_better=True)
    >>> print(found.scale, found.evidence, *found.disagree)
    points_only beyond ratio
    >>> print(found.words[:76])
    In percentage points the gap narrowed. In the ratio of the adverse outcome i
    """
    now = schema.check_estimates(now, "now")
    pairs = _pairs(now, then, direction, breaks, years_out)
    row = _spoken_of(now, student_group)
    gap, earlier = pairs[row]
    p = np.array([chance(*pair) for pair in pairs])
    tested = ~np.isnan(p)
    adjusted = p.copy()
    if tested.any():
        adjusted[tested] = multipletests(p[tested], method="fdr_bh")[1]
    points = holds(direction, gap.range, earlier.range if earlier else None)
    tests = {"points": points, "ratio": points}
    if earlier is not None:
        ratios = (moment.log_ratio(higher_is_better=higher_is_better) for moment in (gap, earlier))
        tests["ratio"] = holds(direction, *ratios)
    if standardized:
        tests["standardized"] = holds(direction, *_ranges(standardized, now.iloc[row], direction))
    tests["bounds"] = holds(direction, gap.bounds, earlier.bounds if earlier else None)
    alpha = 1 - gap.level
    tests["chance"] = points and bool(adjusted[row] < alpha) if tested[row] else None
    return _record(direction, tests)


def _pairs(
    now: pd.DataFrame,
    then: pd.DataFrame | None,
    direction: Direction,
    breaks: Stops,
    years_out: Stops,
) -> list[tuple[Gap, Gap | None]]:
    """Gaps of now, each with its own of then."""
    tables = [now] if then is None else [now, then]
    if any(table.empty for table in tables):
        raise DataError("there are no gaps to compare", fix="load years that have them")
    years = [sorted(set(table["end_year"])) for table in tables]
    if (
        (then is None) != (direction in ("below", "above"))
        or any((table["measure"] != "gap").any() for table in tables)
        or any(len(values) != 1 for values in years)
        or any(table[_KEY].duplicated().any() for table in tables)
    ):
        raise QuestionError(
            f"whether gaps are {direction!r} cannot be asked of these tables",
            where=f"robustness, end_year {' and '.join(map(str, years))}",
            fix="pass gaps of one year for 'below' and 'above', of one year each now and then for the other two",
        )
    first, last = years[-1][0], years[0][0]
    stops = list(reasons_by_year(breaks))
    if then is None:
        return [(gap, None) for gap in Gap.all_of(now)]
    out = sorted(reasons_by_year(years_out))
    if first >= last or {first, last} & {*out} or any(first < stop <= last for stop in stops):
        raise DataError(
            f"there is no change from {first} to {last}",
            where=f"robustness, series breaks at {stops}, years out {out}",
            fix="compare two years that are not out, the earlier one as `then`, with no break between them",
        )
    earlier = now[_KEY].merge(then, on=_KEY, how="left", validate="1:1")
    return list(zip(Gap.all_of(now), Gap.all_of(earlier), strict=True))


def _spoken_of(gaps: pd.DataFrame, student_group: str | None) -> int:
    groups = gaps["student_group"].tolist()
    rows = [
        place for place, group in enumerate(groups) if group == (student_group or groups[place])
    ]
    if len(rows) != 1:
        raise DataError(
            f"{len(rows)} gaps are of student group {student_group!r}; a statement is about one",
            where="robustness, column student_group",
            fix="name one group, and pass the gaps of one place, indicator and grade",
            valid=sorted(set(groups)),
        )
    return rows[0]


def _ranges(tables: Sequence[pd.DataFrame], row: pd.Series, direction: Direction) -> list[Range]:
    """Range of the group's standardized gap in each table."""
    rows = [table[(table["student_group"] == row["student_group"])] for table in tables]
    wanted = 1 if direction in ("below", "above") else 2
    if len(rows) != wanted or any(len(table) != 1 for table in rows):
        raise DataError(
            f"standardized gaps must be {wanted} table(s) with one row of {row['student_group']!r} each",
            where="robustness, standardized",
            fix="keep one measure, place, indicator and grade; now first, then the earlier year",
        )
    return [ranges(table)[0] for table in rows]


def _record(direction: Direction, tests: dict[str, bool | None]) -> Robustness:
    agree = tuple(name for name, held in tests.items() if held)
    disagree = tuple(name for name, held in tests.items() if not held)
    scales = [name for name in _SCALES if name in tests]
    clauses = [
        _(_CLAUSES[direction][held], scales=List(tuple(Text(_SCALES[name]) for name in alike)))
        for held in (True, False, None)
        if (alike := [name for name in scales if tests[name] is held])
    ]
    evidence = _evidence(tests)
    sentences = (*clauses, Text(_evidence_words(evidence, tests)))
    text = List(sentences, joined="", separator=" ")
    return Robustness(_scale(tests), evidence, agree, disagree, text)


def _scale(tests: dict[str, bool | None]) -> Scale:
    points, ratio = tests["points"], tests["ratio"]
    if points is None or ratio is None:
        return "unknown"
    if points:
        return "points_and_ratios" if ratio else "points_only"
    return "ratios_only" if ratio else "neither"


def _evidence(tests: dict[str, bool | None]) -> Evidence:
    if tests["bounds"] and tests["chance"]:
        return "beyond"
    return "against" if tests["bounds"] is False and tests["points"] is False else "unknown"


def _evidence_words(evidence: Evidence, tests: dict[str, bool | None]) -> str:
    if evidence != "unknown":
        return _EVIDENCE[evidence]
    return _EVIDENCE["withheld" if not tests["bounds"] else "chance"]


FAMILY = ("indicator", "end_year", "measure")
"""Columns alike within a family unless another is declared: every comparison of one indicator in one year."""

_RANGES = ["bound_low", "bound_high", "outer_low", "outer_high", "ci_low", "ci_high", "midpoint"]


def q_values(chances: pd.DataFrame, *, family: Sequence[str] = FAMILY) -> pd.DataFrame:
    """Least share of false findings at which each comparison of a family would be called one (Benjamini-Hochberg).

    q = min over j >= i of m p_(j) / j, for the i-th smallest of the family's m chances.

    Parameters
    ----------
    chances
        ESTIMATES of chances, as `two_groups.p_values` or the `funnel_p` rows of `funnel.funnel` give them.
    family
        Columns alike within a family. Declare it before looking: it is the list of questions.

    Returns
    -------
    pandas.DataFrame
        The rows of ``chances`` with measure `q_value`, and the family and its size in `method`. Rows without a chance
        stay as they are, and are not counted.

    Raises
    ------
    DataError
        If a row is no chance (unit ``"probability"``), a comparison is in two rows, or a column of the family is
        missing.

    Notes
    -----
    Reading: of the comparisons with q of at most .05, one in twenty is expected to be chance.
    Reference: Benjamini, Y. and Hochberg, Y. (1995). Journal of the Royal Statistical Society B, 57, 289-300.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_estimates
    >>> chances = conform_estimates(pd.DataFrame({
    ...     "end_year": 2019, "student_group": list("abc"), "measure": "p_value", "unit": "probability",
    ...     "status": "ok", "estimate": [0.01, 0.04, 0.03]}))
    >>> q_values(chances)[["student_group", "measure", "estimate"]]
      student_group  measure  estimate
    0             a  q_value      0.03
    1             b  q_value      0.04
    2             c  q_value      0.04
    """
    chances = schema.check_estimates(chances, "chances")
    missing = [name for name in family if name not in chances.columns]
    if missing or not family:
        raise DataError(
            f"the family has no column {', '.join(missing) or 'at all'}",
            where="q_values, family",
            fix="name columns of ESTIMATES that all comparisons of a family share",
            valid=FAMILY,
        )
    if not (chances["unit"] == "probability").all() or (chances["measure"] == "power").any():
        raise DataError(
            "a row is not the chance of a gap",
            where="q_values, columns unit and measure",
            fix="pass the rows of `p_values`, or those of `funnel` with measure 'funnel_p'",
            valid=["p_value", "funnel_p"],
        )
    if (repeated := chances.duplicated(schema.ESTIMATES_KEY)).any():
        first = chances.loc[repeated, schema.ESTIMATES_KEY].iloc[0]
        raise DataError(
            "the same comparison is in two rows, and a family would count it twice",
            where=f"q_values, {repeated.sum()} row(s), first at {' '.join(map(str, first))}",
            fix="keep one row of each comparison, for example with .drop_duplicates()",
        )
    p, code = as_floats(chances, "estimate"), sesec_analysis_bounds.row_codes(chances, list(family))
    tested = ~np.isnan(p)
    q, size = np.full(len(p), np.nan), np.zeros(len(p), dtype=np.int64)
    for number in np.unique(code[tested]):
        here = tested & (code == number)
        q[here], size[here] = multipletests(p[here], method="fdr_bh")[1], here.sum()
    words = np.array([f"Benjamini-Hochberg among {m}, by {', '.join(family)}" for m in size])
    method = chances["method"].where(~tested, words)
    out = chances.assign(measure="q_value", estimate=q, method=method)
    out[_RANGES] = np.nan
    out["bound_low"], out["bound_high"] = q, q
    return schema.conform_estimates(out)
