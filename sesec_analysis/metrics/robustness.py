"""How far a statement about a gap can be trusted: in every measure, whatever was withheld, and beyond chance.

ESTIMATES in, one small record with a plain sentence out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.changes import Break
from sesec_analysis.metrics.statements import Direction, Gap, Range, chance, holds, ranges
from sesec_analysis.words import AND, OR, listed, mark, say

__all__ = ["Robustness", "robustness"]

_KEY = [name for name in schema.ESTIMATES_KEY if name != "end_year"]
_LEADS: dict[Direction, str] = {
    "below": mark("That the rate is lower than the one it is compared to {holds}."),
    "above": mark("That the rate is higher than the one it is compared to {holds}."),
    "narrowed": mark("That the gap narrowed {holds}."),
    "widened": mark("That the gap widened {holds}."),
}
_WORDS = {
    "points": mark("in percentage points"),
    "ratio": mark("in the ratio of the adverse outcome"),
    "standardized": mark("in standard deviations"),
    "bounds": mark("within the bounds of what is withheld"),
    "chance": mark("beyond chance"),
}


@dataclass(frozen=True)
class Robustness:
    """A verdict on one statement, the tests that bear it out and those that do not, and a sentence that says so."""

    verdict: Literal["robust", "likely", "mixed"]
    agree: tuple[str, ...]
    disagree: tuple[str, ...]
    words: str


def robustness(
    now: pd.DataFrame,
    then: pd.DataFrame | None = None,
    *,
    direction: Direction,
    higher_is_better: bool,
    student_group: str | None = None,
    standardized: Sequence[pd.DataFrame] = (),
    breaks: Iterable[Break | int] = (),
) -> Robustness:
    """How far one statement about a gap can be trusted.

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
    breaks
        As `change`: ``sa.breaks`` of the indicator, or years.

    Returns
    -------
    Robustness
        ``robust`` if every test agrees; ``likely`` if at least two of points, ratio and standard deviations do, and the
        gap's own interval leaves no doubt; else ``mixed``. What cannot be told does not agree.

    Raises
    ------
    DataError
        If the statement does not name one gap, in one year or two, or lies across a series break.

    See Also
    --------
    sesec_analysis.metrics.changes.difference_in_gaps : The change itself.

    Notes
    -----
    Reading: quote the words beside any headline that is not robust.
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
    >>> print(found.verdict, *found.disagree)
    mixed ratio
    >>> print(found.words[:54])
    That the gap narrowed holds in percentage points, with
    """
    pairs = _pairs(now, then, direction, breaks)
    row = _spoken_of(now, student_group)
    own, earlier = pairs[row]
    p = np.array([chance(*pair) for pair in pairs])
    told = ~np.isnan(p)
    adjusted = p.copy()
    if told.any():
        adjusted[told] = multipletests(p[told], method="fdr_bh")[1]
    points = holds(direction, own.range, earlier.range if earlier else None)
    tests = {"points": points, "ratio": points}
    if earlier is not None:
        ratios = (one.log_ratio(higher_is_better=higher_is_better) for one in (own, earlier))
        tests["ratio"] = holds(direction, *ratios)
    if standardized:
        tests["standardized"] = holds(direction, *_ranges(standardized, now.iloc[row], direction))
    agreeing = list(tests.values()).count(True)
    tests["bounds"] = holds(direction, own.bounds, earlier.bounds if earlier else None)
    alpha = 1 - own.level
    tests["chance"] = points and bool(adjusted[row] < alpha) if told[row] else None
    return _record(direction, tests, likely=agreeing >= 2 and bool(points and p[row] < alpha))


def _pairs(
    now: pd.DataFrame,
    then: pd.DataFrame | None,
    direction: Direction,
    breaks: Iterable[Break | int],
) -> list[tuple[Gap, Gap | None]]:
    """Gaps of now, each with its own of then."""
    tables = [now] if then is None else [now, then]
    years = [sorted(set(table["end_year"])) for table in tables]
    if (
        (then is None) != (direction in ("below", "above"))
        or any((table["measure"] != "gap").any() for table in tables)
        or any(len(one) != 1 for one in years)
        or any(table[_KEY].duplicated().any() for table in tables)
    ):
        raise DataError(
            f"whether gaps are {direction!r} cannot be asked of these tables",
            where=f"robustness, end_year {' and '.join(map(str, years))}",
            mend="pass gaps of one year for 'below' and 'above', of one year each now and then for the other two",
        )
    first, last = years[-1][0], years[0][0]
    stops = [stop if isinstance(stop, int) else stop.at for stop in breaks]
    if then is None:
        return [(gap, None) for gap in Gap.all_of(now)]
    if first >= last or any(first < stop <= last for stop in stops):
        raise DataError(
            f"there is no change from {first} to {last}",
            where=f"robustness, series breaks at {stops}",
            mend="compare two years, the earlier one as `then`, with no break between them",
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
            mend="name one group, and pass the gaps of one place, indicator and grade",
            known=sorted(set(groups)),
        )
    return rows[0]


def _ranges(tables: Sequence[pd.DataFrame], own: pd.Series, direction: Direction) -> list[Range]:
    """Range of the spoken-of group in each table of standardized gaps."""
    rows = [table[(table["student_group"] == own["student_group"])] for table in tables]
    wanted = 1 if direction in ("below", "above") else 2
    if len(rows) != wanted or any(len(table) != 1 for table in rows):
        raise DataError(
            f"standardized gaps must be {wanted} table(s) with one row of {own['student_group']!r} each",
            where="robustness, standardized",
            mend="keep one measure, place, indicator and grade; now first, then the earlier year",
        )
    return [ranges(table)[0] for table in rows]


def _record(direction: Direction, tests: dict[str, bool | None], *, likely: bool) -> Robustness:
    agree = tuple(name for name, held in tests.items() if held)
    disagree = tuple(name for name, held in tests.items() if not held)
    open_ = [name for name in disagree if tests[name] is None]
    against = [name for name in disagree if tests[name] is False]
    said = [
        say(text, ways=listed([say(_WORDS[name]) for name in names], joined=joined))
        for text, joined, names in (
            (mark("holds {ways}"), AND, agree),
            (mark("does not hold {ways}"), OR, against),
            (mark("cannot be told {ways}"), OR, open_),
        )
        if names
    ]
    verdict: Literal["robust", "likely", "mixed"] = "likely" if likely else "mixed"
    words = say(_LEADS[direction], holds=reduce(_but, said))
    return Robustness("robust" if not disagree else verdict, agree, disagree, words)


def _but(one: str, other: str) -> str:
    return say("{one}, but {other}", one=one, other=other)
