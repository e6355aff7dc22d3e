"""Choose the statement that a report leads with: the strongest that is sure, or else the largest of the student survey.

The rows come from `progress` and `compare`; `headline` makes the headline of the first, after the disclosure checks,
and `deck` says under it what puts it in context. With it on the front are what is new since a year, and questions.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis import catalog, schema
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.answers import Outcome, Why, answer
from sesec_analysis.evidence.described import specs
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.pictured.side_by_side import place_moved, places_moved
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.evidence.tables import Layout, ReportTable, TableTexts, TextColumn, note_text
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.answer_texts import brief_text
from sesec_analysis.evidence.wording.headlines import whole_size
from sesec_analysis.i18n import ENGLISH
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import List, Text, Year, _

__all__ = [
    "board_questions",
    "deck",
    "lead",
    "lead_candidates",
    "make_board_questions",
    "make_deck",
    "make_since_last_year",
    "since_last_year",
]

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
    known, statements = map(_widened, (newest, candidates))
    kept = [number for number, row in enumerate(statements) if not _refusal(row, known)]
    if not kept:
        answers = _surest_answers(_newest(rows, up_to), schools, place)
        is_open = [_side(row) == 0 for row in candidates.to_dict("records")]
        answers = candidates[np.array(is_open, dtype=bool)] if answers.empty else answers
        return _dated(answers, candidates, schools, up_to)
    first = candidates.iloc[sorted(kept, key=lambda number: _rank(statements[number]))]
    # The change of a gap is printed only with the gaps of both years.
    moved = first.loc[first["measure"] == "gap_change", "indicator"]
    gaps = of_all[(of_all["measure"] == "gap") & of_all["indicator"].isin(moved)]
    leading = pd.concat([first, gaps]).drop_duplicates(_KEY)
    return _dated(leading, candidates, schools, up_to)


def _dated(
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
    known = _widened(_newest(of_all, up_to))
    newest = {(row["indicator"], row["end_year"]) for row in known}
    lines = []
    for row in _widened(_candidates(of_all)):
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


def _widened(rows: pd.DataFrame) -> list[_Values]:
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


# under its headline ----------------------------------------------------------------------------


def deck(leading: pd.DataFrame, statements: pd.DataFrame) -> ReportTable | notices.Notice:
    """Return what goes under the headline of a lead: up to three findings that put it in context.

    Parameters
    ----------
    leading
        What `lead` returns; its first row is the headline.
    statements
        ESTIMATES that `lead` chose from, and gaps in the share of low-income students.

    Returns
    -------
    ReportTable or Notice
        Of a change or a gap that moved, how each place changed; of a gap, how many low-income students each place has;
        of a test, also the same statement among students tested. If the report's year has no results, first the lead
        with its year. A notice if none of them may be shown.

    See Also
    --------
    headline, lead : The line above it.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> places = ["southeast_seattle", "rest_of_seattle_regular"]
    >>> came = sa.load("regular_attendance", place=places, end_years=[2019, 2024], grade_level="all",
    ...                student_group="all")
    >>> moved = sa.report.progress(came, place=places[0], reference=places[1])
    >>> for row in sa.report.deck(sa.report.lead(moved, place=places[0], up_to=2024), moved).rows:
    ...     print(*row)
    Since 2019, regular attendance fell 13 points in Southeast Seattle and 11 points in the rest of Seattle.
    """
    schema.check_table(statements, "estimates")
    rows = schema.check_table(leading, "estimates").head(1).to_dict("records")
    names = ("indicator", "measure", "end_year")
    named = [str(row[name]) for row in rows for name in names] or [""] * 3
    options = {"lead": named, "no_results_of": leading.attrs.get("no_results_of")}
    return specs.shown(make_deck, "deck", statements.drop_duplicates(), **options)


def make_deck(given: Spec) -> ReportTable | notices.Notice:
    """Make what `deck` returns."""
    indicator, measure, year = given.options["lead"]
    every = [one for one in given.input if one.row.publish != "nothing"]
    if measure == "gap":
        shown = [one for one in every if one.row.student_group == "low_income"]
    else:
        shown = [one for one in every if one.row.indicator == indicator]
        shown = [one for one in shown if one.row.measure == "change"]
        shown = [one for one in shown if str(one.row.end_year) == year]
    tested = [one for one in every if one.row.indicator == f"{indicator}_tested"]
    same = [one for one in tested if one.row.measure in (measure, f"published_{measure}")]
    first = [one for one in every if given.options.get("no_results_of") and _is_lead(one, given)]
    both = places_moved(shown) if len(shown) == 2 else None
    said = [both] if both else [_in_deck(one, indicator) for one in shown]
    rows = [
        *[(one.sentence_text,) for one in first[:1]],
        *[(text,) for text in said],
        *[(_in_deck(one, indicator),) for one in same[:1]],
    ]
    shown = [*first[:1], *shown, *same[:1]]
    if not shown:
        return given.notice()
    columns = (TextColumn("answer", Text(N_("In words"))),)
    used = Findings(shown)
    texts = TableTexts(Text(N_("In brief")), columns, tuple(rows), note_text(used, ["sentence"]))
    return ReportTable(texts, used, "deck")


def _is_lead(finding: Finding, given: Spec) -> bool:
    row = finding.row
    return [row.indicator, row.measure, str(row.end_year)] == given.options["lead"]


def _in_deck(finding: Finding, indicator: str) -> Text:
    """Return what a deck says of a finding."""
    row, found = finding.row, answer(finding.row)
    if row.measure == "change" and row.indicator == indicator:
        return place_moved(finding)
    if row.measure == "gap" and found and found.side and whole_size(finding, ENGLISH):
        return Text(_NEED[found.side > 0], of=finding)
    if row.measure != "published_gap_change":
        return finding.sentence_text
    if found is None or not found.side or not whole_size(finding, ENGLISH):
        return Text(_TESTED_OPEN, of=finding)
    then = Year(labels.reference_of(row).years[0], calendar=True)
    return _(_TESTED_LOST if found.side < 0 else _TESTED_GAINED, finding, then=then)


_NEED = {
    True: N_(
        "The share of {people} is {whole_size} higher in {place} than in {reference} ({end})."
    ),
    False: N_(
        "The share of {people} is {whole_size} lower in {place} than in {reference} ({end})."
    ),
}
"""How a place differs in need, by whether it is more."""
_TESTED_LOST = N_(
    "Among students who took the test, {place} lost {whole_size} against {reference} since {then}, at schools "
    "with numbers for both years."
)
_TESTED_OPEN = N_("Among students who took the test, any change in the gap could be chance.")
_TESTED_GAINED = N_(
    "Among students who took the test, {place} gained {whole_size} on {reference} since {then}, at schools with "
    "numbers for both years."
)


def since_last_year(estimates: pd.DataFrame, *, place: str) -> ReportTable:
    """Return what is new: a sentence for each indicator on how a place and the other one changed since a year ago.

    Parameters
    ----------
    estimates
        ESTIMATES of changes since one year, of a place and of the one it is compared with.
    place
        The organization that the report is about: "here".

    Returns
    -------
    ReportTable
        A sentence for each indicator that has a change; no row if there is none.

    See Also
    --------
    lead : The longer view.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> places = ["southeast_seattle", "rest_of_seattle_regular"]
    >>> came = sa.load("regular_attendance", place=places, end_years=[2023, 2024], grade_level="all",
    ...                student_group="all")
    >>> moved = sa.report.progress(came, place=places[0], reference=places[1]).query("measure == 'change'")
    >>> print(sa.report.since_last_year(moved, place=places[0]).rows[0][0])
    Since 2023, regular attendance: about the same here, up 2 points elsewhere.
    """
    return specs.shown(make_since_last_year, "since_last_year", estimates, place=place)


def make_since_last_year(given: Spec) -> ReportTable:
    """Make what `since_last_year` returns."""
    changes: dict[str, list[Finding]] = {}
    for one in given.input:
        if one.row.measure == "change" and one.row.publish != "nothing":
            changes.setdefault(one.row.indicator, []).append(one)
    rows = []
    for of in changes.values():
        of.sort(key=lambda one: one.row.organization_id != given.options["place"])
        said = [_new(one, is_here=one.row.organization_id == given.options["place"]) for one in of]
        then = Year(int(of[0].row.reference), calendar=True)
        told = List(tuple(said), joined="", separator=", ")
        brief = Text("{brief}", of=of[0])
        rows.append((_(N_("Since {then}, {brief}: {told}."), then=then, brief=brief, told=told),))
    columns = (TextColumn("answer", Text(N_("In words"))),)
    used = Findings([one for of in changes.values() for one in of])
    texts = TableTexts(Text(N_("What is new")), columns, tuple(rows), note_text(used, ["sentence"]))
    return ReportTable(texts, used, "deck")


def _new(change: Finding, *, is_here: bool) -> Text:
    """Return in a few words whether a place rose or fell."""
    found = answer(change.row)
    key = "withheld"
    if found and found.outcome is Outcome.DIFFERS and whole_size(change, ENGLISH):
        key = "rose" if found.side > 0 else "fell"
    elif found and found.outcome is Outcome.SAME:
        key = "same"
    elif found and found.why is Why.CHANCE:
        key = "chance"
    return Text(_NEW[key, is_here], of=change)


_NEW = {
    ("rose", True): N_("up {whole_size} here"),
    ("rose", False): N_("up {whole_size} elsewhere"),
    ("fell", True): N_("down {whole_size} here"),
    ("fell", False): N_("down {whole_size} elsewhere"),
    ("same", True): N_("about the same here"),
    ("same", False): N_("about the same elsewhere"),
    ("chance", True): N_("no clear change here"),
    ("chance", False): N_("no clear change elsewhere"),
    ("withheld", True): N_("unclear here because too much is withheld"),
    ("withheld", False): N_("unclear elsewhere because too much is withheld"),
}
"""What a change comes to, by whether it is the place's own."""


def board_questions(
    estimates: pd.DataFrame, *, most: int | None = None
) -> ReportTable | notices.Notice:
    """Return questions to the board, each with the finding behind it.

    Parameters
    ----------
    estimates
        ESTIMATES, in the order of the questions. The first row of each subject that can be told is
        taken.
    most
        How many at most, to be set as a short list; None is all of them, as cards.

    Returns
    -------
    ReportTable or Notice
        Each question with the sentence of its finding; a notice if nothing can be told.

    See Also
    --------
    lead : What a report leads with.
    school_questions : The same for one school.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> met = sa.load("math_met", place=["southeast_seattle", "rest_of_seattle"], end_years=[2018, 2024],
    ...               grade_level="all", student_group="all")
    >>> changes = sa.report.progress(met, place="southeast_seattle", reference="rest_of_seattle")
    >>> asked = sa.report.board_questions(changes)
    >>> asked.rows[0][0]
    'What is the plan for math in our schools, and when should we see results?'
    """
    return specs.shown(make_board_questions, "board_questions", estimates, most=most)


def make_board_questions(given: Spec) -> ReportTable | notices.Notice:
    """Make what `board_questions` returns."""
    asked, most = _asked(given.input, _QUESTIONS), given.options.get("most")
    title = Text(N_("Questions to the school board"))
    if most is None:
        return _question_cards(asked, title, said=brief_text) or given.notice()
    first = dict(list(asked.items())[:most])
    return _question_cards(first, Text(N_("Questions to ask")), "questions") or given.notice()


def _asked(shown: Iterable[Finding], questions: Mapping[str, str]) -> dict[str, Finding]:
    """Return each question once, with the first finding that is shown and bears it."""
    taken: dict[str, Finding] = {}
    for finding in shown:
        question = next(
            (text for start, text in questions.items() if finding.row.indicator.startswith(start)),
            "",
        )
        found = answer(finding.row)
        if (
            question
            and finding.row.publish != "nothing"
            and (found is None or found.outcome is not Outcome.UNKNOWN)
        ):
            taken.setdefault(question, finding)
    return taken


def _question_cards(
    taken: Mapping[str, Finding],
    title: Text,
    layout: Layout = "cards",
    said: Callable[[Finding], Text] = lambda finding: finding.sentence_text,
) -> ReportTable | None:
    if not taken:
        return None
    used = Findings(list(taken.values()))
    columns = (
        TextColumn("question", Text(N_("The question"))),
        TextColumn("sentence", Text(N_("It rests on"))),
    )
    rows = [(Text(question), said(shown)) for question, shown in taken.items()]
    last = 1 if layout == "questions" else 2
    texts = TableTexts(
        title, columns[:last], tuple(row[:last] for row in rows), note_text(used, ["sentence"])
    )
    return ReportTable(texts, used, layout)


_QUESTIONS = {
    "ela_": N_(
        "What is the plan for reading and writing in our schools, and when should we see results?"
    ),
    "math_": N_("What is the plan for math in our schools, and when should we see results?"),
    "regular_attendance": N_("What do students and families say would help them come every day?"),
    "disciplined": N_(
        "What do schools do in place of sending students home, and for whom is it used?"
    ),
    "climate_": N_(
        "What do schools hear from students about safety and belonging, and what will they change?"
    ),
    "budget_": N_("Does money follow need every year, and how would the board know?"),
    "spending_": N_("Does money follow need every year, and how would the board know?"),
    "graduated": N_(
        "What is done for each student on the way to a diploma, and from which grade on?"
    ),
    "enrollment": N_("Which languages and services do these students need, and who gives them?"),
    "teacher": N_("How will these schools get and keep teachers with experience?"),
    "school_level": N_("What would it take for every school here to reach the top level?"),
}
"""The question that goes with an indicator, by how its code begins."""
