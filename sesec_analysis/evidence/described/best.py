"""Choose the comparisons that are for the better, and the statement that a report leads with.

Both are beyond what is withheld and beyond chance. What is for the better is decided where a headline, a table or a
notice is made of it: another is next if one must be withheld.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.answers import answer, is_strength
from sesec_analysis.evidence.described import specs
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.metrics.expected import wider_for_all

__all__ = ["Best", "best", "chosen", "lead", "spec_of"]


@dataclass(frozen=True)
class Best:
    """Comparisons of which those for the better are chosen, at most so many, for a headline, a table or a notice."""

    spec: Spec = field(repr=False)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(chosen(self.spec))

    def __str__(self) -> str:
        """Return their sentences."""
        return repr(chosen(self.spec))

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, object]:
        """Return the findings, one under the other."""
        bundle = chosen(self.spec)._repr_mimebundle_()
        return {**bundle, notices.SPEC: self.spec.payload()}


def best(estimates: pd.DataFrame, *, most: int | None = None) -> Best:
    """Choose the comparisons of ESTIMATES that are strengths: better beyond the interval, and by more than 2 points.

    Parameters
    ----------
    estimates
        ESTIMATES of comparisons; rows that compare nothing are left out, like measures of which neither side is better.
        Schools beside what is usual have to lie beyond 99.8 percent limits that hold for all of them together.
    most
        How many at most; None is all of them.

    Returns
    -------
    Best
        To be given to `headline`, `table` or `implication`: the largest differences first within each indicator, as
        printed, indicators in the order given. A notebook shows their sentences.

    See Also
    --------
    headline : The first of them in a line.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> met = sa.load("ela_met", place=["southeast_seattle", "rest_of_seattle"], end_years=2024, grade_level="all",
    ...               student_group="all")
    >>> here, there = (met[met["organization_id"] == code] for code in ("southeast_seattle", "rest_of_seattle"))
    >>> len(sa.report.best(sa.compare(here, there), most=5))
    0
    """
    check_measured(estimates)
    candidates = findings(estimates) if len(estimates) else Findings(())
    parts = {"best": [[len(candidates), most]]}
    return Best(Spec("best", candidates, parts, specs.missing_from(estimates)))


def spec_of(kind: str, given: Sequence[pd.DataFrame | Best], **options: object) -> Spec:
    """Return the description of what is made of ESTIMATES, or of the best of several."""
    parts = [
        one.spec if isinstance(one, Best) else specs.of_estimates(kind, one, **options)
        for one in given
    ]
    if len(parts) == 1 and not isinstance(given[0], Best):
        return parts[0]
    of_each = [part.options.get("best", [[len(part.input), -1]]) for part in parts]
    every = Findings([finding for part in parts for finding in part.input])
    joined = options | {"best": [entry for entries in of_each for entry in entries]}
    return Spec(kind, every, joined, parts[0].missing)


def chosen(given: Spec) -> Findings:
    """Return the findings that a description shows: all of them, or the best of each of its parts."""
    shown: list[Finding] = []
    start = 0
    for count, most in given.options.get("best", [[len(given.input), -1]]):
        part = given.input[start : start + count]
        shown += part if most == -1 else _best(part)[:most]
        start += count
    return Findings(shown)


def _best(candidates: Findings) -> list[Finding]:
    shown = [one for one in candidates if one.row.publish != "nothing"]
    schools = sum(map(_is_beside_usual, shown))
    kept = [one for one in shown if _is_better(one) and _holds(one, schools)]
    order = list(dict.fromkeys(one.row.indicator for one in candidates))
    return sorted(kept, key=lambda one: (order.index(one.row.indicator), -_size(one)))


def _is_better(finding: Finding) -> bool:
    row = finding.row
    found, direction = answer(row), catalog.indicator(row.indicator).direction
    higher_is_better = direction == "higher_is_better"
    if found is None or direction == "neutral":
        return False
    if not found.better(higher_is_better=higher_is_better):
        return False
    equal = row.entry.equal or 0.0
    known = (row.bound_low, row.bound_high) if row.estimate is None else (row.estimate,) * 2
    return is_strength(
        row.widest or known,
        known,
        (equal, equal),
        higher_is_better=higher_is_better,
        is_share=row.unit == "points",
    )


def _size(finding: Finding) -> float:
    """Return how large a difference is, as it is printed; of a range, its middle."""
    numbers = finding.printed.numbers
    if (estimate := numbers["estimate"]) is not None:
        return abs(estimate)
    return abs((numbers["bound_low"] or 0.0) + (numbers["bound_high"] or 0.0)) / 2


def _is_beside_usual(finding: Finding) -> bool:
    return finding.row.measure == "rate_less_expected"


def _holds(finding: Finding, schools: int) -> bool:
    """Return whether a school is off what is usual beyond limits that hold for all schools compared."""
    if not _is_beside_usual(finding):
        return True
    row = finding.row
    known = (row.bound_low, row.bound_high) if row.leaves_open else (row.estimate, row.estimate)
    wider = wider_for_all(schools, level=row.ci_level or 0.95)
    ends = [
        edge + wider * (end - edge)
        for edge, end in zip(known, row.widest or (), strict=False)
        if edge is not None
    ]
    return len(ends) == len(known) and (min(ends) > 0 or max(ends) < 0)


_CANDIDATES = ("math_met", "ela_met", "regular_attendance", "disciplined")
"""What may lead, of all students; in a tie, the first."""
_FLOOR = 0.01
"""How far from no difference a statement stays, whatever the withheld numbers are: 1 point."""
_OLDEST = 2
"""By how many years the newest results of a lead may be older than the report."""
_TESTED = {"math_met": "math_met_tested", "ela_met": "ela_met_tested"}
"""The same among students who took the test, which must not contradict a lead."""
_KEY = ["indicator", "grade_level", "measure", "reference", "end_year"]
_Values = dict[Hashable, Any]
_ORDER = {"gap_change": 0, "change": 1, "gap": 1}
"""Statements, the first to be told first."""


def lead(estimates: pd.DataFrame, *, place: str, up_to: int) -> pd.DataFrame:
    """Return the statements that a report may lead with, the strongest first, to be given to `headline`.

    Parameters
    ----------
    estimates
        ESTIMATES of two places, as `progress` and `compare` return them: of tests, attendance, and suspensions, and of
        tests among students who took them (``math_met_tested``). Other rows are passed over.
    place
        The organization that the report is about.
    up_to
        The school year of the report, by the year it ends in.

    Returns
    -------
    pandas.DataFrame
        Rows of ``estimates``: gaps that moved, then changes and gaps, each by how far the end of the interval that is
        nearest to no difference is from it; intervals are widened by how much rates move from year to year. Last are
        the gaps of the years between which one moved: its headline needs them. If none is sure, the rows that chance
        or withheld numbers leave open, so that a headline made of them says why there is none.

    Raises
    ------
    DataError
        If the table is not one of ESTIMATES.

    See Also
    --------
    headline, progress : What is made of the first row, and where the rows come from.

    Notes
    -----
    Reading: a gap that narrowed is passed over where the place's own level surely got worse, and a test where results
    among students who took it could be on the other side of no difference.
    Method: chance reaches sqrt(phi) times as far beyond the bounds as the interval does, phi of the indicator from
    `known_variation` (1 where it has none).

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> places = ["southeast_seattle", "rest_of_seattle_regular"]
    >>> moved = [
    ...     sa.report.progress(
    ...         sa.load(code, place=places, end_years=[2018, 2025], grade_level="all", student_group="all"),
    ...         place=places[0], reference=places[1])
    ...     for code in ("math_met", "math_met_tested")]
    >>> first = sa.report.lead(pd.concat(moved), place=places[0], up_to=2025)
    >>> first[["indicator", "measure"]].values.tolist()[0]
    ['math_met', 'change']
    """
    check_measured(estimates)
    rows = schema.check_table(estimates, "estimates")
    rows = rows[(rows["organization_id"] == place) & (rows["student_group"] == "all")]
    # A gap of both years comes with its change, and again with the newest comparison.
    rows = rows.drop_duplicates(_KEY)
    gaps = rows[rows["measure"] == "gap"]
    rows = rows[rows["measure"].isin(_ORDER) & (rows["end_year"] >= up_to - _OLDEST)]
    newest = rows.groupby("indicator")["end_year"].transform("max")
    rows = rows[rows["end_year"] == newest]
    known = rows.to_dict("records")
    chosen = rows["indicator"].isin(_CANDIDATES).to_numpy()
    printed = [row for row, is_one in zip(known, chosen, strict=True) if is_one]
    rows = rows[chosen]
    phi = {
        (one.indicator, one.grade_level): one.phi
        for one in catalog.year_variation()
        if not one.level
    }
    known, candidates = ([_widened(row, phi) for row in every] for every in (known, printed))
    kept = [_may_lead(row, known) for row in candidates]
    if not any(kept):
        return rows[np.array([_side(row) == 0 for row in printed], dtype=bool)]
    order = sorted(
        (number for number, may in enumerate(kept) if may),
        key=lambda number: (
            _ORDER[candidates[number]["measure"]],
            -_strength(candidates[number]),
            _CANDIDATES.index(candidates[number]["indicator"]),
        ),
    )
    first = rows.iloc[order]
    # The change of a gap is printed only with the gaps of both years.
    moved = first.loc[first["measure"] == "gap_change", "indicator"]
    both = gaps[gaps["indicator"].isin(moved)]
    return pd.concat([first, both]).drop_duplicates(_KEY)


def _widened(row: _Values, phi: dict[tuple[str, str], float]) -> _Values:
    """Return a row with the interval that the variation between years makes of its own."""
    wider = sqrt(phi.get((row["indicator"], row["grade_level"]), 1.0))
    ends: _Values = {
        f"outer_{end}": row[f"bound_{end}"] + wider * (row[f"outer_{end}"] - row[f"bound_{end}"])
        for end in ("low", "high")
    }
    return {**row, **ends}


def _side(row: _Values) -> int:
    """Return 1 where a difference is surely above 0, -1 where below, else 0."""
    low, high = row["outer_low"], row["outer_high"]
    return int(low > 0) - int(high < 0)


def _strength(row: _Values) -> float:
    """Return how far the end of the interval that is nearest to 0 is from it."""
    return float(min(abs(row["outer_low"]), abs(row["outer_high"])))


def _may_lead(row: _Values, known: list[_Values]) -> bool:
    """Return whether a statement is sure, large enough, and not contradicted by another one."""
    side = _side(row)
    bounds = [row["bound_low"] * side, row["bound_high"] * side]
    if not side or not min(bounds) >= _FLOOR:
        return False
    better = side if catalog.indicator(row["indicator"]).direction == "higher_is_better" else -side
    if row["measure"] == "gap_change" and better > 0:
        own = [other for other in known if other["measure"] == "change" and _is_same(row, other)]
        if any(_side(other) == -side for other in own):
            return False
    if row["indicator"] not in _TESTED:
        return True
    tested = {**row, "indicator": _TESTED[row["indicator"]]}
    others = [
        other for other in known if other["measure"] == row["measure"] and _is_same(tested, other)
    ]
    return any(other["bound_low"] * side > 0 and other["bound_high"] * side > 0 for other in others)


def _is_same(row: _Values, other: _Values) -> bool:
    """Return whether two rows have the same indicator and grade."""
    return bool(
        row["indicator"] == other["indicator"] and row["grade_level"] == other["grade_level"]
    )
