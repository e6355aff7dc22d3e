"""Say what is next to a page's figure: on the front what is new, what stands out, and what to ask.

It never says more than the interval of its finding. `lead` chooses what the front leads with, and `page_headlines`
words the headline of a page.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.answers import Outcome, Why, answer
from sesec_analysis.evidence.described import specs
from sesec_analysis.evidence.described.page_headlines import is_alike, side_of_gap
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.implications import Shift, moves
from sesec_analysis.evidence.pictured.side_by_side import gap_is_wider, place_moved, places_moved
from sesec_analysis.evidence.school_tables import (
    TESTS,
    better_of,
    fewer_took,
    known_of,
    level_place,
    side_of,
    who_took,
)
from sesec_analysis.evidence.tables import Layout, ReportTable, TableTexts, TextColumn, note_text
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.answer_texts import brief_text, following_text
from sesec_analysis.evidence.wording.headlines import counted_text, course, sized_side, whole_size
from sesec_analysis.i18n import ENGLISH
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, List, Text, Year, _

__all__ = [
    "board_questions",
    "deck",
    "make_board_questions",
    "make_deck",
    "make_school_messages",
    "make_since_last_year",
    "school_messages",
    "sentences_of",
    "since_last_year",
]


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
    return specs.show_estimates(make_deck, "deck", statements.drop_duplicates(), **options)


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
    gaps = [_gap_before(one, tested) for one in same[:1]]
    grew = [
        _grew_among_tested(one, gap, given.input)
        for one, gap in zip(same, gaps, strict=False)
        if gap
    ]
    rows = [
        *[(_newest(one, every),) for one in first[:1]],
        *[(text,) for text in said],
        *[(text,) for text in grew or [_in_deck(one, indicator) for one in same[:1]]],
    ]
    shown = [*first[:1], *shown, *same[:1], *filter(None, gaps)]
    if not shown:
        return given.notice()
    columns = (TextColumn("answer", Text(N_("In words"))),)
    used = Findings(shown)
    texts = TableTexts(Text(N_("In brief")), columns, tuple(rows), note_text(used, ["sentence"]))
    return ReportTable(texts, used, "deck")


def _newest(lead: Finding, shown: Sequence[Finding]) -> Text:
    """Return what the lead of an earlier year than the report's says, with its year."""
    row = lead.row
    if row.measure == "gap_change":
        own = [one for one in shown if is_alike(one.row, row) and one.row.end_year == row.end_year]
        gaps, changes = (
            [one for one in own if one.row.measure == kind] for kind in ("gap", "change")
        )
        is_wider = gap_is_wider(gaps[0], lead, changes) if gaps else None
        if is_wider is not None:
            then = Year(labels.reference_of(row).years[0], calendar=True)
            return _(_GAP_WIDER if is_wider else _GAP_NARROWER, lead, then=then)
    return lead.sentence_text


_GAP_WIDER = N_(
    "By {end}, the newest year with results, the gap in {brief} had widened since {then}."
)
_GAP_NARROWER = N_(
    "By {end}, the newest year with results, the gap in {brief} had narrowed since {then}."
)


def sentences_of(shown: Iterable[Finding]) -> list[Text]:
    """Return a sentence for each finding; one that continues what was told in full before it is in fewer words."""
    every = list(shown)
    befores = {one.id: gap for one in every if (gap := _gap_before(one, every))}
    told_with_growth = {gap.id for gap in befores.values()}
    told_with_growth |= {
        now.id
        for one in every
        if one.id in befores and (now := _gap_in(one, one.row.end_year, every))
    }
    sentences: list[Text] = []
    first: Finding | None = None
    for one in every:
        if one.id in told_with_growth:
            continue
        if one.id in befores:
            sentences.append(_grew_among_tested(one, befores[one.id], every))
            continue
        follows = following_text(one, first) if first else None
        first = first if follows else one
        sentences.append(follows or brief_text(one))
    return sentences


def _gap_before(change: Finding, shown: Iterable[Finding]) -> Finding | None:
    """Return the gap among students tested in the year from which it grew at the same schools, if both are sure.

    ``change`` is a ``published_gap_change``; of one that is none, or of a gap that did not grow, there is none.
    """
    row, grew = change.row, sized_side(change)
    if row.measure != "published_gap_change" or (row.indicator, False) not in _GREW_AMONG_TESTED:
        return None
    gap = _gap_in(change, labels.reference_of(row).years[0], shown)
    is_sized = grew and gap and whole_size(gap, ENGLISH)
    return gap if gap and is_sized and side_of_gap(gap) == grew else None


def _gap_in(change: Finding, year: int, shown: Iterable[Finding]) -> Finding | None:
    """Return the gap of one year of which a change is told, among findings."""
    gaps = [one for one in shown if one.row.measure == "gap" and is_alike(one.row, change.row)]
    return next((one for one in gaps if one.row.end_year == year), None)


def _grew_among_tested(change: Finding, gap: Finding, shown: Iterable[Finding]) -> Text:
    """Return by how much a gap among students tested grew at the same schools, how large it was, and what is open."""
    now = _gap_in(change, change.row.end_year, shown)
    is_open = now is not None and now.row.publish == "nothing"
    return _(
        _GREW_AMONG_TESTED[change.row.indicator, is_open],
        before=Text("{whole_size}", of=gap),
        then=Text("{end}", of=gap),
        size=Text("{whole_size}", of=change),
        now=Text("{end}", of=change),
    )


_GREW_AMONG_TESTED = {
    ("math_met_tested", False): N_(
        "Among students who took the math test, the gap grew {size} by {now} at the schools whose numbers are "
        "published for both years. At all schools, it was {before} in {then}."
    ),
    ("math_met_tested", True): N_(
        "Among students who took the math test, the gap grew {size} at the schools whose numbers are published for "
        "both years. At all schools, it was {before} in {then}; for {now}, too much is withheld."
    ),
    ("ela_met_tested", False): N_(
        "Among students who took the English test, the gap grew {size} by {now} at the schools whose numbers are "
        "published for both years. At all schools, it was {before} in {then}."
    ),
    ("ela_met_tested", True): N_(
        "Among students who took the English test, the gap grew {size} at the schools whose numbers are published for "
        "both years. At all schools, it was {before} in {then}; for {now}, too much is withheld."
    ),
}
"""How a gap among students tested grew, by their test, and by whether the newest gap is withheld."""


def _is_lead(finding: Finding, given: Spec) -> bool:
    row = finding.row
    return [row.indicator, row.measure, str(row.end_year)] == given.options["lead"]


def _in_deck(finding: Finding, indicator: str) -> Text:
    """Return what a deck says of a finding."""
    row, side = finding.row, sized_side(finding)
    if row.measure == "change" and row.indicator == indicator:
        return place_moved(finding)
    if row.measure == "gap" and side:
        messages = _NEED if row.is_composition else _APART_AMONG_TESTED
        return Text(messages[side > 0], of=finding)
    if row.measure != "published_gap_change":
        return finding.sentence_text
    if not side:
        return Text(_TESTED_OPEN, of=finding)
    then = Year(labels.reference_of(row).years[0], calendar=True)
    return _(_TESTED_LOST if side < 0 else _TESTED_GAINED, finding, then=then)


_NEED = {
    True: N_(
        "The share of {people} is {whole_size} higher in {place} than in {reference} ({end})."
    ),
    False: N_(
        "The share of {people} is {whole_size} lower in {place} than in {reference} ({end})."
    ),
}
"""How a place differs in need, by whether it is more."""
_APART_AMONG_TESTED = {
    True: N_(
        "Among students who took the test, results were {whole_size} higher in {place} than in {reference} ({end})."
    ),
    False: N_(
        "Among students who took the test, results were {whole_size} lower in {place} than in {reference} ({end})."
    ),
}
_TESTED_LOST = N_(
    "Among students who took the test, {place} lost {whole_size} against {reference} since {then}, at schools "
    "with numbers for both years."
)
_TESTED_OPEN = N_(
    "Among students who took the test, at the schools whose numbers are published for both years, any change in the "
    "gap could be chance."
)
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
    Since 2023, regular attendance did not clearly change here and rose 2 points elsewhere.
    """
    return specs.show_estimates(make_since_last_year, "since_last_year", estimates, place=place)


def make_since_last_year(given: Spec) -> ReportTable:
    """Make what `since_last_year` returns."""
    changes: dict[str, list[Finding]] = {}
    for one in given.input:
        if one.row.measure == "change" and one.row.publish != "nothing":
            changes.setdefault(one.row.indicator, []).append(one)
    rows = []
    both = _neither_changed(changes, given.options["place"])
    for code, of in changes.items():
        if both and code in _TESTS:
            rows += [(both,)] if code == _TESTS[0] else []
            continue
        of.sort(key=lambda one: one.row.organization_id != given.options["place"])
        sides = [(one, one.row.organization_id == given.options["place"]) for one in of]
        kinds = {is_here: course(one) for one, is_here in sides}
        then, brief = Year(int(of[0].row.reference), calendar=True), Text("{brief}", of=of[0])
        if kinds.get(True) == "withheld":
            rows.append((_(_CANNOT_TELL, then=then, brief=brief),))
        said = [text for one, is_here in sides if (text := _new(one, is_here=is_here))]
        if len(kinds) == 2 and kinds[True] == kinds[False] in _NEW_OF_BOTH:
            said = [Text(_NEW_OF_BOTH[kinds[True]])]
        if not said:
            continue
        told = List(tuple(said), joined="", separator=" and ")
        rows.append((_(N_("Since {then}, {brief} {told}."), then=then, brief=brief, told=told),))
    columns = (TextColumn("answer", Text(N_("In words"))),)
    used = Findings([one for of in changes.values() for one in of])
    texts = TableTexts(Text(N_("What is new")), columns, tuple(rows), note_text(used, ["sentence"]))
    return ReportTable(texts, used, "deck")


_TESTS = ("math_met", "ela_met")
_NEITHER = N_("Since {then}, neither math nor English results clearly changed in {place_name}.")


def _neither_changed(changes: Mapping[str, Sequence[Finding]], place: str) -> Text | None:
    """Return one sentence for both tests if either change could be chance here, and neither is clear elsewhere."""
    every = [one for code in _TESTS for one in changes.get(code, ())]
    here = [one for one in every if one.row.organization_id == place]
    found = {one.id: answer(one.row) for one in every}
    could_be_chance = all((own := found[one.id]) and own.why is Why.CHANCE for one in here)
    is_clear = any(of and of.outcome is Outcome.DIFFERS for of in found.values())
    if len(here) != len(_TESTS) or not could_be_chance or is_clear:
        return None
    return _(_NEITHER, here[0], then=Year(int(here[0].row.reference), calendar=True))


def _new(change: Finding, *, is_here: bool) -> Text | None:
    """Return in a few words whether a place rose or fell; nothing of another place of which too much is withheld."""
    text = _NEW.get((course(change), is_here))
    return Text(text, of=change) if text else None


_NEW = {
    ("rose", True): N_("rose {whole_size} here"),
    ("rose", False): N_("rose {whole_size} elsewhere"),
    ("fell", True): N_("fell {whole_size} here"),
    ("fell", False): N_("fell {whole_size} elsewhere"),
    ("same", True): N_("stayed about the same here"),
    ("same", False): N_("stayed about the same elsewhere"),
    ("chance", True): N_("did not clearly change here"),
    ("chance", False): N_("did not clearly change elsewhere"),
}
"""What a change comes to, by whether it is the place's own."""
_NEW_OF_BOTH = {
    "same": N_("stayed about the same here and elsewhere"),
    "chance": N_("did not clearly change here or elsewhere"),
}
"""The same of both places."""
_CANNOT_TELL = N_("Too much is withheld to tell whether {brief} changed here since {then}.")


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
    return specs.show_estimates(make_board_questions, "board_questions", estimates, most=most)


def make_board_questions(given: Spec) -> ReportTable | notices.Notice:
    """Make what `board_questions` returns."""
    asked, most = _first_by_question(given.input, _QUESTIONS), given.options.get("most")
    title = Text(N_("Questions to the school board"))
    if most is None:
        return _question_cards(asked, title, said=_on_card) or given.notice()
    first = dict(list(asked.items())[:most])
    return _question_cards(first, Text(N_("Questions to ask")), "questions") or given.notice()


def _on_card(finding: Finding) -> Text:
    """Return what a question rests on; of a gap between places, what is here and elsewhere, as cards repeat it."""
    row, side = finding.row, sized_side(finding)
    done = catalog.indicator(row.indicator, ENGLISH).done
    is_of_places = (
        row.measure == "gap" and labels.reference_of(row).places and not row.is_composition
    )
    is_told = is_of_places and done and not done.startswith("of ")
    if not is_told or not side:
        return brief_text(finding)
    grade = Text("{grade}") if row.grade_level != "all" else None
    return _(_APART_HERE[side > 0], finding, grade=grade)


_APART_HERE = {
    True: N_(
        "In {end}, the share of {people} who {done}{grade} was {whole_size} higher here than elsewhere."
    ),
    False: N_(
        "In {end}, the share of {people} who {done}{grade} was {whole_size} lower here than elsewhere."
    ),
}


def _first_by_question(
    shown: Iterable[Finding], questions: Mapping[str, str]
) -> dict[str, Finding]:
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
        "What do schools do in place of sending students home, and for which students?"
    ),
    "climate_": N_(
        "What do schools hear from students about safety and belonging, and what will they change?"
    ),
    "budget_": N_("Does money follow need every year, and how would the board know?"),
    "spending_": N_("Does money follow need every year, and how would the board know?"),
    "graduated": N_(
        "What is done for each student on the way to a diploma, and from which grade on?"
    ),
    "enrollment": N_("Which languages and services do these students need, and who provides them?"),
    "teacher": N_("How will these schools get and keep teachers with experience?"),
    "school_level": N_("What would it take for every school here to reach the top level?"),
}
"""The question that goes with an indicator, by how its code begins."""


def school_messages(estimates: pd.DataFrame, *, school: str) -> ReportTable:
    """Return up to two messages about a school's numbers, each a headline and how it is known.

    Parameters
    ----------
    estimates
        ESTIMATES of the school and of the schools of its level: its outcomes, the tests of those tested and who took
        them, and the school's earlier years.
    school
        The state's code of a school.

    Returns
    -------
    ReportTable
        A row for the test that fewest students took, if fewer than 9 in 10 did; then for the outcome that is farthest
        on the worse side of its level, and for the one farthest on the better side, or else for one that is better than
        before, or a second one on the same side, beyond chance and withheld numbers; on neither side, for those that
        moved most. Where none did, a row that says so; none where nothing of the school is compared.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> took = sa.report.nearby_schools("ela_tested", school="2182", up_to=2019, grade_level="all", student_group="all")
    >>> sa.report.school_messages(sa.rates(took), school="2182").rows
    ()
    """
    given = specs.of_estimates("school_messages", estimates, school=school)
    names = {*_STANDS_OUT, *TESTS.values(), *(f"{test}_tested" for test in TESTS)}
    own = (school, level_place(school))
    known = {
        one.id: one
        for one in given.input
        if one.row.indicator in names
        and one.row.organization_id in own
        and one.row.measure == "rate"
    }
    spec = Spec("school_messages", Findings(list(known.values())), {"school": school})
    return specs.describe_or_make(make_school_messages, spec)


def make_school_messages(given: Spec) -> ReportTable:
    """Make what `school_messages` returns."""
    school = given.options["school"]
    numbers: dict[tuple[str, str], dict[int, Finding]] = {}
    for one in sorted(given.input, key=lambda one: one.row.end_year):
        key = (one.row.indicator, one.row.organization_id)
        numbers.setdefault(key, {})[one.row.end_year] = one
    rows: list[tuple[Arg | None, ...]] = []
    used: list[Finding] = []
    newest = {key: of[max(of)] for key, of in numbers.items()}
    of_level = level_place(school)
    for _share, test, found in _few_took(newest, school):
        title = _title_of_tested(test, newest.get((test, of_level)), *found[2:])
        rows.append((title, who_took(test, found)))
        used += found
    every = _standing_out(newest, school, moves(given.input, school))
    for title, one, other in every[: _MOST_MESSAGES - len(rows)]:
        then = _earlier(one, numbers[one.row.indicator, school])
        rows.append((title, _list_comparisons(one, other, then)))
        used += [one, other, *([then] if then else [])]
    is_compared = any(
        (code, of_level) in newest and (code, school) in newest for code in _STANDS_OUT
    )
    if not rows and is_compared:
        title = _(_NOTHING_STANDS_OUT, schools=labels.schools_of_level(of_level))
        rows.append((title, Text(_ALL_COULD_BE_CHANCE)))
    columns = (
        TextColumn("message", Text(N_("What to know"))),
        TextColumn("sentence", Text(N_("In words"))),
    )
    texts = TableTexts(Text(N_("What stands out")), columns, tuple(rows))
    return ReportTable(texts, Findings(list({one.id: one for one in used}.values())), "deck")


_MOST_MESSAGES = 2
_STANDS_OUT = {
    "regular_attendance": (
        N_("Attendance is lower than in {schools} overall"),
        N_("Attendance is higher than in {schools} overall"),
    ),
    "math_met": (
        N_("Math results are lower than in {schools} overall"),
        N_("Math results are higher than in {schools} overall"),
    ),
    "ela_met": (
        N_("English results are lower than in {schools} overall"),
        N_("English results are higher than in {schools} overall"),
    ),
    "disciplined": (
        N_("Fewer students were suspended than in {schools} overall"),
        N_("More students were suspended than in {schools} overall"),
    ),
    "climate_overall_favorable": (
        N_("Answers are less favorable than in {schools} overall"),
        N_("Answers are more favorable than in {schools} overall"),
    ),
}
"""What is said of an outcome that is lower than at all schools of a level, itself among them, or higher."""
_MOVED = {
    "regular_attendance": (
        N_("Attendance is lower than in {then}"),
        N_("Attendance is higher than in {then}"),
    ),
    "math_met": (
        N_("Math results are lower than in {then}"),
        N_("Math results are higher than in {then}"),
    ),
    "ela_met": (
        N_("English results are lower than in {then}"),
        N_("English results are higher than in {then}"),
    ),
    "disciplined": (
        N_("Fewer students were suspended than in {then}"),
        N_("More students were suspended than in {then}"),
    ),
    "climate_overall_favorable": (
        N_("Answers are less favorable than in {then}"),
        N_("Answers are more favorable than in {then}"),
    ),
}
"""What is said of an outcome that is lower than in an earlier year, or higher."""
_LOWER_TOO = {
    "math_met": N_("Math results are lower, also among students tested"),
    "ela_met": N_("English results are lower, also among students tested"),
}
_WHO_TOOK = N_("Who took the test changes the picture")
_NOTHING_STANDS_OUT = N_("No clear difference from {schools} overall")
_ALL_COULD_BE_CHANCE = N_(
    "Each difference below could be chance, is small, or can't be told because numbers are withheld."
)


def _few_took(
    newest: Mapping[tuple[str, str], Finding], school: str
) -> list[tuple[float, str, list[Finding]]]:
    """Return the test that fewer took here and whose result that moves most: how far, its code, and its findings."""
    of_level, few = level_place(school), []
    for test, took in TESTS.items():
        asked = [(name, where) for name in (took, f"{test}_tested") for where in (school, of_level)]
        asked.append((test, school))
        found = [newest[one] for one in asked if one in newest]
        shown = all(one.row.publish == "point" for one in found)
        is_one_year = len({one.row.end_year for one in found}) == 1
        if len(found) == len(asked) and shown and is_one_year and fewer_took(*found[:2]):
            tested, official = (found[at].printed.numbers["estimate"] or 0.0 for at in (2, 4))
            few.append((tested - official, test, found))
    return sorted(few, key=lambda one: (-one[0], one[1]))[:1]


def _title_of_tested(
    test: str, level: Finding | None, tested: Finding, tested_there: Finding, met: Finding
) -> Text:
    """Return the title of a test that few took: whether its result is lower than elsewhere either way."""
    is_lower = level is not None and side_of(met, level) < 0 and side_of(tested, tested_there) < 0
    return Text(_LOWER_TOO[test] if is_lower else _WHO_TOOK)


def _standing_out(
    newest: Mapping[tuple[str, str], Finding], school: str, moved: Sequence[Shift]
) -> list[tuple[Text, Finding, Finding]]:
    """Return the outcome farthest on the worse side of its level, the one farthest on the better side, and more.

    Each has its title, and the number of the level. Where none is on the better side, it is one that has ``moved`` for
    the better. Where none is on the worse side, all on the better side; on neither, those that moved most.
    A test that fewer students took than elsewhere is left out: its result says as much about them as about learning.
    """
    of_level = level_place(school)
    sides: dict[bool, list[tuple[float, Text, Finding, Finding]]] = {False: [], True: []}
    for code in _STANDS_OUT:
        one, other = newest.get((code, school)), newest.get((code, of_level))
        took, took_there = (newest.get((TESTS.get(code, ""), at)) for at in (school, of_level))
        if one is None or other is None or (took and fewer_took(took, took_there)):
            continue
        side, better = side_of(one, other), better_of(one)
        if side and better != "neutral" and one.row.end_year == other.row.end_year:
            is_better = (side > 0) == (better == "higher_is_better")
            lower, upper = map(known_of, (other, one) if side > 0 else (one, other))
            apart = (upper[0] or 0.0) - (lower[1] or 0.0)
            title = _(_STANDS_OUT[code][side > 0], schools=labels.schools_of_level(of_level))
            sides[is_better].append((apart, title, one, other))
    behind, ahead = (sorted(found, key=lambda one: -one[0]) for found in sides.values())
    for one, then, is_better in moved if not ahead else ():
        code, other = one.row.indicator, newest.get((one.row.indicator, of_level))
        is_shown = other is not None and other.row.publish != "nothing"
        if (is_better or not behind) and code in _STANDS_OUT and other and is_shown:
            is_higher = is_better == (better_of(one) == "higher_is_better")
            title = _(_MOVED[code][is_higher], then=Year(then.row.end_year, calendar=True))
            ahead.append((0.0, title, one, other))
    return [one[1:] for one in (*behind[:1], *(ahead[:1] if behind else ahead), *behind[1:])]


def _earlier(finding: Finding, years: Mapping[int, Finding]) -> Finding | None:
    """Return a school's number of the year that its newest is compared with, if it is shown as a number."""
    at = catalog.base_year(finding.row.indicator, years, finding.row.end_year)
    then = years[at] if at is not None else None
    return then if then and then.row.publish == "point" else None


def _list_comparisons(one: Finding, other: Finding, then: Finding | None) -> Arg:
    """Return a school's number, that of its level, and that of an earlier year."""
    here, there = (Text("{whole}", of=number) for number in (one, other))
    own = {"year": Text("{end}", of=one), "number": here, "subject": counted_text(one)}
    schools = labels.schools_of_level(other.row.organization_id)
    compared = _(_AND_LEVEL, **own, there=there, schools=schools)
    if then is None:
        return compared
    year, before = Year(then.row.end_year, calendar=True), Text("{whole}", of=then)
    earlier = _(N_("Here it was {before} in {year}."), year=year, before=before)
    return List((compared, earlier), joined="", separator=" ")


_AND_LEVEL = N_("In {year}, {number} {subject}. In {schools} it was {there}.")
