"""Choose the statement that a report leads with: the strongest that is sure, or else the largest of the student survey.

The rows come from `progress` and `compare`; `headline` makes the headline of the first, after the disclosure checks.
"""

from collections.abc import Hashable
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis import catalog, schema
from sesec_analysis.evidence.row import check_measured

__all__ = ["lead", "lead_candidates"]

_CANDIDATES = ("math_met", "ela_met", "regular_attendance", "disciplined")
"""Indicators that may lead, for all students; in a tie, the first."""
_FLOOR = 0.01
"""How far from no difference a statement stays, whatever the withheld numbers are: 1 point."""
_OLDEST = 2
"""By how many years the newest results of a lead may be older than the report."""
_TESTED = {"math_met": "math_met_tested", "ela_met": "ela_met_tested"}
"""The same among students who took the test, which must not contradict a lead."""
_ORDER = {"gap_change": 0, "change": 1, "gap": 1}
"""Statements; those of the lowest rank come first."""
_OF_SAME_SCHOOLS = {"published_gap_change": "gap_change"}
"""Statements that hold of the schools whose numbers are published in both years, and what they are the same as."""
_SURVEY_FLOOR = 0.02
"""How far from no difference answers stay without any one school: 2 points. They have no interval."""
_KEY = ["indicator", "grade_level", "measure", "reference", "end_year"]
_CELL = ["indicator", "end_year", "grade_level", "student_group_type", "student_group"]

_Values = dict[Hashable, Any]


def lead(
    estimates: pd.DataFrame, *, place: str, up_to: int, schools: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the statements that a report may lead with, the strongest first, to be given to `headline`.

    Parameters
    ----------
    estimates
        ESTIMATES of two places, as `progress` and `compare` return them: of tests, attendance, and suspensions; of
        tests among students who took them (``math_met_tested``), also as `published_gap_changes` returns them; of a
        student survey. Other rows are ignored.
    place
        The organization that the report is about.
    up_to
        The school year of the report, by the year it ends in.
    schools
        OBSERVATIONS of the student survey at the schools of both places. None: no survey can lead.

    Returns
    -------
    pandas.DataFrame
        Rows of ``estimates``: gaps that moved, then changes and gaps, each by how far the end of its interval that is
        nearest to no difference is from it, in points; intervals are widened by how much rates move from year to year.
        Last are the gaps of the years between which a gap moved: its headline needs them. If no statement is sure, the
        gaps of the survey that stay above 2 points whichever school is left out, the largest first. If there is none
        either, the rows that chance or withheld numbers leave open, so that a headline made of them says why there is
        none. If neither an indicator nor the survey has results for the report's year, ``attrs`` has that year as
        ``no_results_of``, and `headline` says so.

    Raises
    ------
    DataError
        If a table is not one of ESTIMATES, or of OBSERVATIONS.

    See Also
    --------
    headline, progress : What is made of the first row, and where the rows come from.

    Notes
    -----
    Reading: a gap that narrowed is refused where the place's own level surely got worse, and a test where results among
    students who took it could be on the other side of no difference, or are not known at the same schools in both
    years (`published_gap_changes`, where the place's own range is open). A survey's gap is a share of answers, without
    an interval.
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
    rows, of_all = _of_place(estimates, place)
    newest = _newest(of_all[of_all["measure"].isin([*_ORDER, *_OF_SAME_SCHOOLS])], up_to)
    candidates = _candidates(newest)
    known, statements = map(_widen_intervals, (newest, candidates))
    kept = [number for number, row in enumerate(statements) if not _refusal(row, known)]
    if not kept:
        answers = _surest_answers(_newest(rows, up_to), schools, place)
        is_open = [_side(row) == 0 for row in candidates.to_dict("records")]
        answers = candidates[np.array(is_open, dtype=bool)] if answers.empty else answers
        return _mark_old_lead(answers, candidates, schools, up_to)
    first = candidates.iloc[sorted(kept, key=lambda number: _rank(statements[number]))]
    # The change of a gap is printed only with the gaps of both years.
    moved = first.loc[first["measure"] == "gap_change", "indicator"]
    gaps = of_all[(of_all["measure"] == "gap") & of_all["indicator"].isin(moved)]
    leading = pd.concat([first, gaps]).drop_duplicates(_KEY)
    return _mark_old_lead(leading, candidates, schools, up_to)


def _mark_old_lead(
    leading: pd.DataFrame, candidates: pd.DataFrame, schools: pd.DataFrame | None, up_to: int
) -> pd.DataFrame:
    """Return a lead with the report's year as ``no_results_of`` if no statement that may lead is of that year."""
    years = {*candidates["end_year"], *(() if schools is None else schools["end_year"])}
    leading.attrs = {} if not years or up_to in years else {"no_results_of": up_to}
    return leading


def lead_candidates(estimates: pd.DataFrame, *, place: str, up_to: int) -> pd.DataFrame:
    """Return every statement that `lead` weighs, with both its intervals, its strength, and why it may not lead.

    Parameters
    ----------
    estimates, place, up_to
        As for `lead`.

    Returns
    -------
    pandas.DataFrame
        One row per statement, in proportions: the range from withheld numbers (``bound_``), with chance widened by how
        much rates move from year to year (``outer_``), ``strength`` (the end of the latter nearest to 0), and
        ``refused``, empty where it may lead. It is not gated: for our own eyes, never for a page.

    Raises
    ------
    DataError
        If the table is not one of ESTIMATES.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> places = ["southeast_seattle", "rest_of_seattle_regular"]
    >>> met = sa.report.then_and_now("math_met", up_to=2025, place=places, grade_level="all", student_group="all")
    >>> moved = sa.report.progress(met, place=places[0], reference=places[1])
    >>> sorted({*lead_candidates(moved, place=places[0], up_to=2025)["refused"]})
    ['not the same among students tested', 'older than two years, or not the newest']
    """
    _rows, of_all = _of_place(estimates, place)
    of_all = of_all[of_all["measure"].isin([*_ORDER, *_OF_SAME_SCHOOLS])]
    known = _widen_intervals(_newest(of_all, up_to))
    newest = {(row["indicator"], row["end_year"]) for row in known}
    lines = []
    for row in _widen_intervals(_candidates(of_all)):
        is_new = (row["indicator"], row["end_year"]) in newest
        why = _refusal(row, known) if is_new else "older than two years, or not the newest"
        ends = {name: row[name] for name in ("bound_low", "bound_high", "outer_low", "outer_high")}
        strength = min(abs(row["outer_low"]), abs(row["outer_high"])) if _side(row) else 0.0
        named = {name: row[name] for name in _KEY}
        lines.append({**named, **ends, "strength": strength, "refused": why})
    return pd.DataFrame(lines)


def _of_place(estimates: pd.DataFrame, place: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of a place, and of these those of all students, each once."""
    check_measured(estimates)
    rows = schema.check_table(estimates, "estimates")
    rows = rows[rows["organization_id"] == place]
    # A gap of both years comes with its change, and again with the newest comparison.
    return rows, rows[rows["student_group"] == "all"].drop_duplicates(_KEY)


def _candidates(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["indicator"].isin(_CANDIDATES) & rows["measure"].isin(_ORDER)]


def _newest(rows: pd.DataFrame, up_to: int) -> pd.DataFrame:
    """Return the rows of each indicator's newest year, where it is at most two years before the report's."""
    rows = rows[rows["end_year"] >= up_to - _OLDEST]
    return rows[rows["end_year"] == rows.groupby("indicator")["end_year"].transform("max")]


def _widen_intervals(rows: pd.DataFrame) -> list[_Values]:
    """Return rows with the intervals that the variation between years makes of their own."""
    phi = {
        (entry.indicator, entry.grade_level): entry.phi
        for entry in catalog.year_variation()
        if not entry.level
    }
    widened = []
    for row in rows.to_dict("records"):
        wider = sqrt(phi.get((row["indicator"], row["grade_level"]), 1.0))
        for end in ("low", "high"):
            bound = row[f"bound_{end}"]
            row[f"outer_{end}"] = bound + wider * (row[f"outer_{end}"] - bound)
        widened.append(row)
    return widened


def _rank(row: _Values) -> tuple[int, float, int]:
    """Return the rank of a statement: its kind, then how far its interval stays from 0, then its indicator."""
    strength = min(abs(row["outer_low"]), abs(row["outer_high"]))
    return _ORDER[row["measure"]], -strength, _CANDIDATES.index(row["indicator"])


def _side(row: _Values) -> int:
    """Return 1 where a difference is surely above 0, -1 where below, else 0."""
    low, high = row["outer_low"], row["outer_high"]
    return int(low > 0) - int(high < 0)


def _refusal(row: _Values, known: list[_Values]) -> str:
    """Return why a statement may not lead: it is not sure, too small, or contradicted by another; empty if it may."""
    side = _side(row)
    if not side:
        return "could be chance, or too much is withheld"
    if not min(row["bound_low"] * side, row["bound_high"] * side) >= _FLOOR:
        return "can be less than 1 point"
    better = side if catalog.indicator(row["indicator"]).direction == "higher_is_better" else -side
    if row["measure"] == "gap_change" and better > 0:
        own = [other for other in known if other["measure"] == "change" and _is_same(row, other)]
        if any(_side(other) == -side for other in own):
            return "narrowed while the place's own level got worse"
    if row["indicator"] not in _TESTED:
        return ""
    tested = {**row, "indicator": _TESTED[row["indicator"]]}
    others = [other for other in known if _is_same(tested, other)]
    said = [_OF_SAME_SCHOOLS.get(other["measure"], other["measure"]) for other in others]
    others = [other for other, one in zip(others, said, strict=True) if one == row["measure"]]
    if any(other["bound_low"] * side > 0 and other["bound_high"] * side > 0 for other in others):
        return ""
    return "not the same among students tested"


def _is_same(row: _Values, other: _Values) -> bool:
    """Return whether two rows have the same indicator and grade."""
    return bool(
        row["indicator"] == other["indicator"] and row["grade_level"] == other["grade_level"]
    )


def _surest_answers(rows: pd.DataFrame, schools: pd.DataFrame | None, place: str) -> pd.DataFrame:
    """Return the gaps of a survey that do not depend on any one school, the largest first."""
    if schools is None:
        return rows.head(0)
    schools = schema.check_observations(schools, "schools")
    schools = schools[schools["unit"] == "share_of_answers"]
    rows = rows[(rows["measure"] == "gap") & rows["indicator"].isin(schools["indicator"])]
    kept = [_is_held_without_any(row, schools, place) for row in rows.to_dict("records")]
    rows = rows[np.array(kept, dtype=bool)]
    return rows.sort_values("estimate", key=np.abs, ascending=False, kind="stable")


def _is_held_without_any(row: _Values, schools: pd.DataFrame, place: str) -> bool:
    """Return whether a gap in answers stays large enough on its side whichever school is left out of either place."""
    cells = schools[(schools[_CELL] == [row[name] for name in _CELL]).all(axis=1)]
    here, there = (_shares(cells, code) for code in (place, row["reference"]))
    if min(here.size, there.size) == 0:
        return False
    side = np.sign(row["estimate"])  # null: nothing is above the floor
    differences = np.concatenate([here - there[0], here[0] - there])
    return bool((side * differences > _SURVEY_FLOOR).all())


def _shares(cells: pd.DataFrame, place: str) -> NDArray[np.float64]:
    """Return the share of answers of a place: of all its schools, then without each; none where it can't be known."""
    members = catalog.schools_in(catalog.place(place), cells["organization_id"])
    own = cells[cells["organization_id"].isin(members)]
    counts = own[["numerator", "denominator"]].to_numpy(dtype="float64", na_value=np.nan)
    without = np.vstack([counts.sum(axis=0), counts.sum(axis=0) - counts])
    if len(own) < 2 or np.isnan(without).any():
        return np.empty(0)
    return np.asarray(without[:, 0] / without[:, 1], dtype=np.float64)
