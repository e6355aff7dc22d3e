"""Tell what figures show: a headline, the numbers that people quote, and what goes well by the evidence.

Everything told is a finding: a headline is a field of its record, a number is printed as the gate lets it be, and what
goes well is beyond what withheld numbers and chance leave open.
"""

import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from sesec_analysis import schema
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.answers import Outcome, answer
from sesec_analysis.evidence.described import specs
from sesec_analysis.evidence.described.best import Best, chosen, is_better, spec_of
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.implications import case_of, implication_of
from sesec_analysis.evidence.pictured.side_by_side import gap_is_wider, place_moved, places_moved
from sesec_analysis.evidence.tables import (
    CELLS,
    GIVEN,
    Layout,
    ReportTable,
    TableTexts,
    TextColumn,
    note_text,
)
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.answer_texts import brief_text
from sesec_analysis.evidence.wording.fields import words_of
from sesec_analysis.evidence.wording.headlines import UNTRANSLATED, subject_text, whole_size
from sesec_analysis.i18n import ENGLISH
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, EntryText, List, Quoted, Text, Year, _, dump

__all__ = [
    "ShownHeadline",
    "board_questions",
    "deck",
    "headline",
    "implication",
    "in_students",
    "in_words",
    "key_numbers",
]


@dataclass(frozen=True)
class ShownHeadline:
    """The headline of one finding, or why there is none; shown in a notebook, it heads its section."""

    made: Arg | None = None
    reason: Arg | str = ""
    finding: Finding | None = None
    spec: Spec | None = field(default=None, repr=False, compare=False)

    @property
    def text(self) -> str:
        """The headline in the language of now; empty if there is none."""
        return words_of(self.made)

    @property
    def why(self) -> str:
        """Why there is none; empty if there is one."""
        return self.reason if isinstance(self.reason, str) else words_of(self.reason)

    def __str__(self) -> str:
        """Return the headline, or why there is none."""
        return self.text or words_of(_(N_("(no headline: {why})"), why=Quoted(self.why, "reason")))

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, object]:
        """Return the headline with its finding as JSON, HTML and text."""
        return {
            **notices.specified(self.spec),
            notices.HEADLINE: self._record_with(Finding.record),
            "text/html": f"<p><strong>{html.escape(str(self))}</strong></p>",
            "text/plain": str(self),
        }

    def _words_(self) -> dict[str, object]:
        return {notices.HEADLINE: self._record_with(Finding.words)}

    def _record_with(self, written: Callable[[Finding], dict[str, object]]) -> dict[str, object]:
        records = [written(self.finding)] if self.finding else []
        texts = {"text": dump(self.made) or "", "why": dump(self.reason)}
        return {**texts, "findings": records}


def headline(estimates: pd.DataFrame | Best, *more: Best) -> ShownHeadline:
    """Return the headline of the first row of ESTIMATES that can have one.

    Parameters
    ----------
    estimates
        ESTIMATES in the order in which to use them; the gate sees all of them. Or what `best` chooses.
    *more
        What `best` chooses of others, to follow it.

    Returns
    -------
    ShownHeadline
        At most ten words, of one finding: direction, size and years, never more than withheld numbers and chance leave
        open. Without a row that can have one it is empty, and says why the first has none.

    See Also
    --------
    finding : The number behind it, with its sentence and citation.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> met = sa.load("math_met", place=["southeast_seattle", "rest_of_seattle"], end_years=[2018, 2024],
    ...               grade_level="all", student_group="all")
    >>> print(sa.report.headline(sa.report.progress(met, place="southeast_seattle", reference="rest_of_seattle")))
    Math results in Southeast fell 11 points, 2018 to 2024
    """
    attrs = estimates.attrs if isinstance(estimates, pd.DataFrame) else {}
    options = {name: attrs[name] for name in ("no_results_of",) if name in attrs}
    return specs.described(make_headline, spec_of("headline", [estimates, *more], **options))


def make_headline(given: Spec) -> ShownHeadline:
    """Make what `headline` returns."""
    shown = chosen(given)
    told = _first_told(shown)
    if year := given.options.get("no_results_of"):
        return ShownHeadline(_(_NO_RESULTS, year=Year(year, calendar=True)), finding=told)
    if told is None:
        _title, reason = given.notice().texts or (None, "")
        return ShownHeadline(reason=reason)
    made = told.headline_or_why
    if told.headline and (of_gap := _gap_headline(told, shown)):
        return ShownHeadline(of_gap, finding=told)
    if told.headline:  # in the language of now
        return ShownHeadline(made.text, finding=told)
    return ShownHeadline(reason=made.why or Text(UNTRANSLATED), finding=told)


_NO_RESULTS = N_("No new test, attendance, or discipline results for {year}")
_GAP_MOVED = {
    ("math_met", True): N_("{place_name}’s math gap has widened since {then}"),
    ("math_met", False): N_("{place_name}’s math gap has narrowed since {then}"),
    ("ela_met", True): N_("{place_name}’s English gap has widened since {then}"),
    ("ela_met", False): N_("{place_name}’s English gap has narrowed since {then}"),
    ("regular_attendance", True): N_("{place_name}’s attendance gap has widened since {then}"),
    ("regular_attendance", False): N_("{place_name}’s attendance gap has narrowed since {then}"),
    ("disciplined", True): N_("{place_name}’s suspension gap has widened since {then}"),
    ("disciplined", False): N_("{place_name}’s suspension gap has narrowed since {then}"),
}
"""Headlines of the change of a gap between places, for all students, by indicator and whether it is wider now."""


def _gap_headline(told: Finding, shown: Iterable[Finding]) -> Text | None:
    """Return the headline of a change of a gap that the gaps of both years show to be wider or narrower now."""
    row, to = told.row, labels.reference_of(told.row)
    if row.measure != "gap_change" or not to.places or row.student_group != labels.EVERYONE:
        return None
    related = [one for one in shown if _figure(one) == _figure(told)]
    gaps = [one for one in related if one.row.measure == "gap"]
    now, then = (
        [one for one in gaps if one.row.end_year == year] for year in (row.end_year, to.years[0])
    )
    if not now or not then:
        return None
    own = [one for one in related if one.row.measure == "change"]
    is_wider = gap_is_wider(now[0], told, own)
    sides = [found.side if (found := answer(one.row)) else 0 for one in (now[0], then[0])]
    msgid = _GAP_MOVED.get((row.indicator, bool(is_wider)))
    if is_wider is None or sides[0] * sides[1] < 0 or msgid is None:
        return None
    return _(msgid, told, then=Year(to.years[0], calendar=True))


def _figure(finding: Finding) -> tuple[str, ...]:
    row = finding.row
    return (row.indicator, row.organization_id, row.grade_level, row.student_group)


def _first_told(shown: Findings) -> Finding | None:
    """Return the first finding that has a headline, or else the first."""
    return next((one for one in shown if one.headline), shown[0] if len(shown) else None)


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
    if row.measure != "published_gap_change":
        return finding.sentence_text
    if found is None or not found.side or not whole_size(finding, ENGLISH):
        return Text(_TESTED_OPEN, of=finding)
    then = Year(labels.reference_of(row).years[0], calendar=True)
    return _(_TESTED_LOST if found.side < 0 else _TESTED_GAINED, finding, then=then)


_TESTED_LOST = N_(
    "Among students tested, {place} lost {whole_size} against {reference} since {then} (schools with both years)."
)
_TESTED_OPEN = N_("Among students tested, any change in the gap could be chance.")
_TESTED_GAINED = N_(
    "Among students tested, {place} gained {whole_size} on {reference} since {then} (schools with both years)."
)


def key_numbers(
    estimates: pd.DataFrame,
    *,
    most: int = 4,
    caption: str | None = None,
    with_strength: bool = False,
) -> ReportTable | notices.Notice:
    """Return the numbers that people quote: each as printed, with what it measures and whether it is better or worse.

    Parameters
    ----------
    estimates
        ESTIMATES: levels (rates, averages) in order, and among them, in any order,
        comparisons of the same figures (changes, gaps), of which the first that can be told gives the direction.
    most
        How many numbers. A level that may not be shown leaves its place to the next.
    caption
        What the numbers are. None: the key numbers.
    with_strength
        Whether the last of them is the surest that is better than what it is compared with, if there is one.

    Returns
    -------
    ReportTable or Notice
        With the layout ``numbers``: a row for each, its number, what it is of, and its direction by a sign and words of
        a fixed list. A notice if there is none to show.

    See Also
    --------
    headline : One finding in a line.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> met = sa.load("math_met", place=["southeast_seattle", "rest_of_seattle"], end_years=[2018, 2024],
    ...               grade_level="all", student_group="all")
    >>> moved = sa.report.progress(met, place="southeast_seattle", reference="rest_of_seattle")
    >>> now = sa.rates(met).query("end_year == 2024 and organization_id == 'southeast_seattle'")
    >>> print(sa.report.key_numbers(pd.concat([now, moved])).rows[0][:2])
    ('40%', 'of students met the math standard, Southeast Seattle, 2023–24, n=4,697')
    """
    options = {"most": most, "caption": caption, "with_strength": with_strength}
    return specs.shown(make_key_numbers, "key_numbers", estimates, **options)


def make_key_numbers(given: Spec) -> ReportTable | notices.Notice:
    """Make what `key_numbers` returns."""
    every, most, caption = given.input, given.options["most"], given.options["caption"]
    levels = [one for one in every if one.row.measure in ("rate", "count", "average")]
    levels = [one for one in levels if one.row.publish != "nothing"]
    comparisons = [one for one in every if one.row.entry.equal is not None]
    if given.options.get("with_strength"):
        levels = _ending_with_strength(levels, comparisons, most)
    rows, used = [], []
    for level in levels:
        beside = _direction(level, comparisons)
        direction = CELLS["direction"](beside) if beside else None
        is_count = _is_of_all_enrolled(level)
        students = Text("n={n_brief}", of=level) if level.printed.n and not is_count else None
        # Of one school, the page says which.
        what = subject_text(level, placed=level.row.organization_level != "school")
        parts = [part for part in (what, students) if part is not None]
        subject = List(tuple(parts), joined="", separator=", ")
        rows.append((_number(level), subject, direction))
        used += [level, *([beside] if beside else [])]
        if len(rows) == most:
            break
    if not rows:
        return given.notice()
    shown = Findings(used)
    texts = TableTexts(
        EntryText(caption, GIVEN) if caption else Text(N_("Key numbers")),
        (
            TextColumn("value", Text(N_("Number")), "right"),
            TextColumn("subject", Text(N_("Measure"))),
            TextColumn("direction", Text(N_("Comparison"))),
        ),
        tuple(rows),
        note_text(shown, ["direction"]),
    )
    return ReportTable(texts, shown, "numbers")


def _ending_with_strength(
    levels: list[Finding], comparisons: Iterable[Finding], most: int
) -> list[Finding]:
    """Return the first numbers, and last the one that is surely and by most better than what it is compared with."""
    strengths = [one for one in comparisons if is_better(one)]
    strengths.sort(key=lambda one: -min(abs(end) for end in one.row.widest or (0.0,)))
    of_subject = {_subject(level): level for level in levels}
    known = [_subject(one) for one in strengths if _subject(one) in of_subject]
    best = of_subject[known[0]] if known else None
    if best is None:
        return levels
    return [*[one for one in levels if one is not best][: most - 1], best]


def _number(finding: Finding) -> Text:
    """Return a number in whole percents; of all students enrolled, how many they are."""
    return Text("{n}" if _is_of_all_enrolled(finding) else "{whole}", of=finding)


def _is_of_all_enrolled(finding: Finding) -> bool:
    return finding.row.is_composition and finding.row.student_group == labels.EVERYONE


def _direction(level: Finding, comparisons: Iterable[Finding]) -> Finding | None:
    """Return the comparison that gives a number its direction: the first of its subject that can be told."""
    own = [
        one for one in comparisons if _subject(one) == _subject(level) and CELLS["direction"](one)
    ]
    told = [one for one in own if _outcome(one) is not Outcome.UNKNOWN]
    return next(iter([*told, *own]), None)


def _subject(finding: Finding) -> tuple[object, ...]:
    row = finding.row
    return (
        row.indicator,
        row.end_year,
        row.organization_id,
        row.grade_level,
        row.student_group_type,
        row.student_group,
    )


def _outcome(finding: Finding) -> Outcome | None:
    found = answer(finding.row)
    return found.outcome if found else None


def implication(estimates: pd.DataFrame | Best, *more: Best) -> notices.Notice:
    """Return what follows from a comparison, in words of a fixed list chosen by indicator, kind, and answer.

    Parameters
    ----------
    estimates, *more
        ESTIMATES, or what `best` chooses, in order, as `headline` takes them.

    Returns
    -------
    Notice
        What the row that `headline` tells means for students, or the first where none can be told, and a question to
        ask. It holds no number, and names no cause.

    See Also
    --------
    headline : What the comparison says.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> met = sa.load("math_met", place=["southeast_seattle", "rest_of_seattle"], end_years=[2018, 2024],
    ...               grade_level="all", student_group="all")
    >>> print(sa.report.implication(sa.report.progress(met, place="southeast_seattle", reference="rest_of_seattle")))
    What this means. Families can ask each school for its math plan. What will change in how math is taught, and when
    should results show?
    """
    return specs.described(make_implication, spec_of("implication", [estimates, *more]))


def make_implication(given: Spec) -> notices.Notice:
    """Make what `implication` returns."""
    told = _first_told(chosen(given))
    follows = implication_of(told.row.indicator if told else "", case_of(told))
    return notices.Notice.of_texts(Text(notices.SO_WHAT), Text(follows))


def in_words(estimates: pd.DataFrame) -> ReportTable:
    """Return findings in short sentences, as a page of a report says them.

    Parameters
    ----------
    estimates
        ESTIMATES, in the order of the sentences; the gate sees all of them.

    Returns
    -------
    ReportTable
        A sentence for each row, in whole percents and points; of one that may not be shown, why.

    See Also
    --------
    findings : The same with all decimals, to be quoted alone.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> came = sa.load("regular_attendance", place="southeast_seattle", end_years=[2019, 2024], grade_level="all",
    ...                student_group="all")
    >>> print(sa.report.in_words(sa.change(came, first=2019, last=2024)).rows[0][0])
    The share of students in Southeast Seattle who attended regularly fell 13 points from 2019 to 2024.
    """
    return specs.shown(make_in_words, "in_words", estimates)


def make_in_words(given: Spec) -> ReportTable:
    """Make what `in_words` returns."""
    used = given.input
    columns = (TextColumn("answer", Text(N_("In words"))),)
    rows = tuple((brief_text(one),) for one in used)
    texts = TableTexts(Text(N_("In words")), columns, rows, note_text(used, ["sentence"]))
    return ReportTable(texts, used, "deck")


def in_students(estimates: pd.DataFrame) -> ReportTable:
    """Return how many students a fall in a rate is, as sentences that stand before what it means.

    Parameters
    ----------
    estimates
        ESTIMATES of `counts_at_earlier_rate`, and the changes of the same rates.

    Returns
    -------
    ReportTable
        A sentence for each rate whose fall is too large to be chance; no row if there is none.

    See Also
    --------
    implication : What follows from the change.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> place = {"place": "southeast_seattle", "grade_level": "all", "student_group": "all"}
    >>> years = sa.report.then_and_now("regular_attendance", up_to=2024, **place)
    >>> held = [sa.change(years, first=2019, last=2024), sa.report.counts_at_earlier_rate(years)]
    >>> print(sa.report.in_students(pd.concat(held)).rows[0][0])
    If the 2019 rate still held, about 1,260 more of the 9,506 students would have attended regularly in 2024.
    """
    return specs.shown(make_in_students, "in_students", estimates)


def make_in_students(given: Spec) -> ReportTable:
    """Make what `in_students` returns."""
    found = [(one, _at_earlier_rate(one, given.input)) for one in given.input]
    told = [(one, text) for one, text in found if text is not None]
    columns = (TextColumn("answer", Text(N_("In words"))),)
    used = Findings([one for one, _text in told])
    rows = tuple((text,) for _one, text in told)
    texts = TableTexts(Text(N_("In students")), columns, rows, note_text(used, ["sentence"]))
    return ReportTable(texts, used, "deck")


_COUNT = "count_at_earlier_rate"
_AT_EARLIER_RATE = {
    "math_met_tested": N_(
        "If the {then} rate still held, about {value_brief} more of the {n} students who took the test in {now} would "
        "have met the math standard."
    ),
    "ela_met_tested": N_(
        "If the {then} rate still held, about {value_brief} more of the {n} students who took the test in {now} would "
        "have met the English standard."
    ),
    "regular_attendance": N_(
        "If the {then} rate still held, about {value_brief} more of the {n} students would have attended regularly in "
        "{now}."
    ),
}
"""How many children a fall in a rate is, by indicator."""


def _at_earlier_rate(finding: Finding, shown: Iterable[Finding]) -> Text | None:
    """Return what a fall in a rate is in students, where the fall is sure and shown; else None."""
    row, msgid = finding.row, _AT_EARLIER_RATE.get(finding.row.indicator)
    if row.measure != _COUNT or row.publish == "nothing" or msgid is None:
        return None
    changes = [
        answer(one.row)
        for one in shown
        if one.row.measure == "change"
        and (_figure(one), one.row.end_year, one.row.reference)
        == (_figure(finding), row.end_year, row.reference)
    ]
    if not any(found and found.side < 0 for found in changes) or not (row.estimate or 0) > 0:
        return None
    then, now = Year(int(row.reference), calendar=True), Year(row.end_year, calendar=True)
    return _(msgid, finding, then=then, now=now)


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
    implication : What follows from one comparison.
    school_questions : The same for one school.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> met = sa.load("math_met", place=["southeast_seattle", "rest_of_seattle"], end_years=[2018, 2024],
    ...               grade_level="all", student_group="all")
    >>> changes = sa.report.progress(met, place="southeast_seattle", reference="rest_of_seattle")
    >>> asked = sa.report.board_questions(changes)
    >>> asked.rows[0][0]
    'What is the plan for math in these schools, and by when should it show?'
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
        "What is the plan for reading and writing in these schools, and by when should it show?"
    ),
    "math_": N_("What is the plan for math in these schools, and by when should it show?"),
    "regular_attendance": N_("What do students and families say would help them come every day?"),
    "disciplined": N_(
        "What do schools do in place of sending students home, and for whom is it used?"
    ),
    "climate_": N_(
        "What do schools hear from students about safety and belonging, and what will they change?"
    ),
    "budget_": N_("Does money follow need from year to year, and how would the board know?"),
    "spending_": N_("Does money follow need from year to year, and how would the board know?"),
    "graduated": N_(
        "What is done for each student on the way to a diploma, and from which grade on?"
    ),
    "enrollment": N_("Which languages and services do these students need, and who gives them?"),
    "teacher": N_("How will these schools get and keep teachers with experience?"),
    "school_level": N_("What would it take for every school here to reach the top level?"),
}
"""The question that goes with an indicator, by how its code begins."""
