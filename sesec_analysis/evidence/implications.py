"""Hold what follows from comparisons: for a report what they mean, and for a school what to ask of its own numbers.

The words are fixed lists, and the rules choose among them: by indicator, by what is compared, and by the answer. None
holds a number, names a cause, or says that students, families, or a school lack something.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.answers import Ends, Outcome, Why, answer, is_strength
from sesec_analysis.evidence.described import specs
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.school_tables import (
    TESTS,
    beats_its_level,
    better_of,
    fewer_took,
    findings_of,
    known_of,
    level_place,
    line_name,
    lines_of,
    of_tested,
    reach_of,
)
from sesec_analysis.evidence.tables import (
    ReportTable,
    TableTexts,
    TextColumn,
    last_year_of,
    note_text,
)
from sesec_analysis.evidence.wording import labels
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, Text, Year, _

__all__ = [
    "FOLLOWS",
    "Case",
    "Shift",
    "among_tested",
    "case_of",
    "implication_of",
    "make_among_tested",
    "make_school_questions",
    "moves",
    "school_questions",
]

Case = tuple[str, str]
"""The kind of a comparison, and its answer."""


def case_of(finding: Finding | None) -> Case:
    """Return what a finding compares, and what its answer is."""
    if finding is None:
        return "none", ""
    found = answer(finding.row)
    if found is None:
        return "level", ""
    entry = catalog.indicator(finding.row.indicator)
    compared = "place" if labels.reference_of(finding.row).places else "group"
    if finding.row.organization_level == "school":
        kind = "school"
    elif finding.row.entry.dated:
        kind = f"{compared} gap" if finding.row.measure == "gap_change" else "change"
    else:
        kind = compared
    if found.outcome is Outcome.UNKNOWN:
        return "any", "chance" if found.why is Why.CHANCE else "withheld"
    if found.outcome is Outcome.SAME:
        return kind, "same"
    if finding.row.is_composition:
        return "need", ""
    if entry.direction == "neutral":
        return kind, "neutral"
    better = found.better(higher_is_better=entry.direction == "higher_is_better")
    return kind, "better" if better else "worse"


def implication_of(indicator: str, case: Case) -> str:
    """Return what follows for an indicator; what follows for any, where it has no words of its own.

    Examples
    --------
    >>> implication_of("regular_attendance", ("change", "better"))
    'Every day in class counts. What made it easier to come, and can it stay?'
    """
    subjects = (name for name, codes in _SUBJECTS.items() if indicator.startswith(codes))
    return _OWN.get(next(subjects, ""), {}).get(case) or FOLLOWS[case]


_SUBJECTS = {
    "math tested": ("math_met_tested",),
    "math": ("math_met",),
    "reading tested": ("ela_met_tested",),
    "reading": ("ela_met",),
    "attendance": ("regular_attendance",),
    "suspensions": ("disciplined",),
    "answers": ("climate_",),
    "money": ("budget_", "spending_"),
    "teachers": ("teacher_", "students_per_teacher"),
    "levels": ("school_level",),
}
"""Beginnings of the codes of indicators, the longer first."""

_INSTEAD = N_("What do schools do instead of suspending, and does it work for every group?")
_OWN: dict[str, dict[Case, str]] = {
    "math": {
        ("change", "worse"): N_(
            "What will change in how math is taught, and when should we see results?"
        ),
        ("change", "better"): N_(
            "Math results are on the way up. What did schools change, and will it be kept?"
        ),
        ("place gap", "worse"): N_(
            "What is the plan to close the math gap, and when should it be smaller?"
        ),
        ("place", "worse"): N_("What extra help do schools here get to teach math?"),
        ("place", "better"): N_(
            "What did schools here do in math, and what of it could others try?"
        ),
        ("group", "worse"): N_("Which students get extra help in math, and is it enough?"),
        ("group", "better"): N_(
            "These students reach the math standard more often than others. Who needs the same help?"
        ),
    },
    "math tested": {
        ("change", "worse"): N_(
            "Missed tests are left out here. What do math teachers say has changed?"
        ),
        ("change", "better"): N_(
            "A higher rate, with missed tests left out. What do math teachers say has helped?"
        ),
    },
    "reading": {
        ("change", "worse"): N_(
            "Reading opens every other subject. How do schools find and help a student who does not read well yet?"
        ),
        ("change", "better"): N_(
            "More of this is worth asking for. How do schools teach reading and writing now, and will that last?"
        ),
        ("place", "worse"): N_(
            "Books, time, and reading teachers are things that a district can give. Which of them are missing here?"
        ),
        ("place", "better"): N_("Reading is a strength of schools here. How can they share it?"),
    },
    "reading tested": {
        ("change", "worse"): N_(
            "Only students who took the test are counted. Where do English teachers see the change?"
        ),
    },
    "attendance": {
        ("change", "worse"): N_(
            "What do students and families say gets in the way, and who acts on it?"
        ),
        ("change", "better"): N_(
            "Every day in class counts. What made it easier to come, and can it stay?"
        ),
        ("place gap", "worse"): N_(
            "What do families say gets in the way of coming every day, and who acts on it?"
        ),
        ("place", "worse"): N_(
            "Ask families first. What would make it easier to come to school every day?"
        ),
        ("place", "better"): N_("What do schools here do that others could try?"),
    },
    "suspensions": {
        ("change", "worse"): N_(
            "To suspend is a school's choice. Which schools choose it most, and for what?"
        ),
        ("change", "better"): N_(
            "Fewer days at home are more days in class. What takes the place of suspensions, and does it work for "
            "every group?"
        ),
        ("place", "worse"): N_(
            "Other steps can come before a suspension. Which are tried here, and who decides?"
        ),
        ("place", "better"): N_(
            "Schools here send students home less often. How do they solve conflicts?"
        ),
        ("group", "worse"): N_("Who reviews each case, and what is tried before a suspension?"),
        ("level", ""): _INSTEAD,
        ("any", "chance"): _INSTEAD,
    },
    "answers": {
        ("place", "worse"): N_("What would students change first, and who asks them?"),
        ("place", "better"): N_(
            "Students notice what works. What do they say that their schools do well?"
        ),
        ("change", "worse"): N_(
            "Answers have become less favorable. Has anyone asked students why?"
        ),
        ("change", "better"): N_(
            "Answers have become more favorable. What do students say has become better?"
        ),
    },
    "money": {
        ("place", "neutral"): N_("Does each school's budget follow the needs of its students?"),
    },
    "teachers": {
        ("level", ""): N_(
            "How many teachers stay, and who teaches the students with the greatest need?"
        ),
    },
    "levels": {
        ("level", ""): N_(
            "Which of the three parts does each school want to work on, and what would help?"
        ),
    },
}

_NEUTRAL = N_(
    "More is not better by itself: needs differ. Does what schools get follow what their students need?"
)
_SCHOOL = N_("What do these schools do that others could learn from? One year proves no method.")

FOLLOWS: dict[Case, str] = {
    ("change", "worse"): N_(
        "Results are less favorable than before. What is the plan, and when should it show results?"
    ),
    ("change", "better"): N_(
        "Results are more favorable than before. What is done now that should go on?"
    ),
    ("change", "same"): N_("Results are about the same as before. What is the next step?"),
    ("change", "neutral"): _NEUTRAL,
    ("place gap", "worse"): N_(
        "Schools here lost ground to schools elsewhere. What would it take to win it back?"
    ),
    ("place gap", "better"): N_(
        "Schools here gained on schools elsewhere. Did results rise here, or fall elsewhere?"
    ),
    ("place gap", "same"): N_(
        "The gap with schools elsewhere is about what it was. What would make it smaller?"
    ),
    ("place gap", "neutral"): _NEUTRAL,
    ("group gap", "worse"): N_(
        "This group lost ground to other students. Who is in charge of closing the gap?"
    ),
    ("group gap", "better"): N_(
        "This group gained on other students. Did its results rise, or did those of others fall?"
    ),
    ("group gap", "same"): N_(
        "The gap between them is about what it was. What has been tried to close it?"
    ),
    ("group gap", "neutral"): _NEUTRAL,
    ("place", "worse"): N_(
        "Schools elsewhere have better results. What do schools here get for what their students need?"
    ),
    ("place", "better"): N_("Schools here have better results. What could others learn from them?"),
    ("place", "same"): N_("Results here and elsewhere are about the same. For whom are they not?"),
    ("place", "neutral"): _NEUTRAL,
    ("group", "worse"): N_("Other students have better results. What is planned for this group?"),
    ("group", "better"): N_(
        "This group has better results than others. Who else could use the same support?"
    ),
    ("group", "same"): N_("Both have about the same results. Is that so in every school?"),
    ("group", "neutral"): _NEUTRAL,
    ("school", "better"): _SCHOOL,
    ("school", "worse"): N_(
        "Similar schools have better results. What do they have that these schools need?"
    ),
    ("school", "same"): N_(
        "These schools are where similar schools are. What do they plan to do next?"
    ),
    ("school", "neutral"): _NEUTRAL,
    ("any", "withheld"): N_(
        "Public data can't tell. Who has these numbers, and can they publish them for several schools together?"
    ),
    ("any", "chance"): N_(
        "A difference of this size could be chance. Do next year’s numbers show the same?"
    ),
    ("none", ""): N_("These numbers are not published for these years. Who has them?"),
    ("need", ""): N_("Do staff, money, and time go where the need is?"),
    ("level", ""): N_(
        "One number of one year has no direction. Compare it with the other places and years on this page."
    ),
}
"""What follows for any indicator."""


_MOST_ASKED = 3
"""Questions on a school's sheet: as many as a talk with a principal has room for."""


def school_questions(estimates: pd.DataFrame, *, school: str) -> ReportTable | notices.Notice:
    """Return up to three questions to ask a school, each with the findings of the school that it comes from.

    Parameters
    ----------
    estimates
        ESTIMATES of the school and of those it is compared with, of its newest and of its earlier years.
    school
        The state's code of the school.

    Returns
    -------
    ReportTable or Notice
        A card for each question; where none of the school's figures is shown, a notice with a question that needs none;
        of a school that has closed, a notice with what to ask the district, which decides now.

    Notes
    -----
    Rule: first the outcome in which the school is farthest behind the schools of its level, then what got worse most
    since its base year, then what is known least: the test that fewest students took, surely fewer than elsewhere, or
    the number of which most is withheld. Where one of these is missing, what got better, what is a strength, the next
    outcomes that are behind, and last any number. Each subject is asked about once. Behind, worse, and better are
    beyond chance and withheld numbers, and by more than 2 points; of a test they must hold among students tested
    too, and the smaller of the two counts. Where others have no result among students tested, what students who
    were not tested could change is taken off.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> met = sa.report.nearby_schools("math_met", school="2182", up_to=2019, grade_level="all", student_group="all")
    >>> for cell in sa.report.school_questions(sa.rates(met), school="2182").rows[0]:
    ...     print(cell)
    How does the school teach math, and what help can every student get in the school day?
    Met the standard in mathematics: 54% here in 2018.
    """
    every = specs.of_estimates("school_questions", estimates, school=school)
    of_level = level_place(school)
    given = [one for one in every.input if one.row.organization_id in (school, of_level)]
    known = {one.id: one for one in given if not one.row.is_composition}
    return specs.describe_or_make(
        make_school_questions, replace(every, input=Findings(list(known.values())))
    )


def make_school_questions(given: Spec) -> ReportTable | notices.Notice:
    """Make what `school_questions` returns."""
    school = given.options["school"]
    if last := last_year_of(school):
        title = Text(N_("Questions to ask"))
        return notices.Notice.of_texts(title, _(_CLOSED, year=Year(last)))
    title = Text(N_("Questions to ask the school"))
    asked = _list_asks(_Numbers.from_findings(given.input, school))
    if not asked:
        return notices.Notice.of_texts(title, Text(_WITHOUT_FIGURES))
    used = Findings(list({one.id: one for ask in asked for one in ask.findings}.values()))
    columns = (
        TextColumn("question", Text(N_("The question"))),
        TextColumn("sentence", Text(N_("It rests on"))),
    )
    rows = tuple((ask.question, ask.told) for ask in asked)
    return ReportTable(
        TableTexts(title, columns, rows, note_text(used, ["sentence"])), used, "cards"
    )


def among_tested(estimates: pd.DataFrame, *, school: str) -> ReportTable:
    """Return in a sentence for each test how those did who took it, where that is another number than the official one.

    Parameters
    ----------
    estimates
        ESTIMATES of the school and of those it is compared with.
    school
        The state's code of the school.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> met = [sa.report.nearby_schools(name, school="2182", up_to=2019, grade_level="all", student_group="all")
    ...        for name in ("math_met", "math_met_tested")]
    >>> sa.report.among_tested(sa.rates(pd.concat(met)), school="2182").rows[0][0]
    'Of students tested in math, 58% met the standard here.'
    """
    names = {name for test in TESTS for name in (test, f"{test}_tested")}
    own = [
        one
        for one in findings_of(estimates)
        if one.row.indicator in names
        and one.row.measure == "rate"
        and one.row.organization_id in (school, level_place(school))
    ]
    spec = Spec("among_tested", Findings(own), {"school": school})
    return specs.describe_or_make(make_among_tested, spec)


def make_among_tested(given: Spec) -> ReportTable:
    """Make what `among_tested` returns."""
    school = given.options["school"]
    official = {
        line: cells for line, cells in lines_of(given.input, school).items() if line[0] in TESTS
    }
    rows: list[tuple[Arg]] = []
    used: list[Finding] = []
    for line, cells in official.items():
        found = {
            one.row.organization_id: one for one in of_tested(given.input, {line: cells}, school)
        }
        here, there = found.get(school), found.get(level_place(school))
        if here and _says_more(here, cells[school], there):
            alone, both = _TESTED_TOLD[line[0]]
            whole: dict[str, Arg] = {"here": Text("{whole}", of=here)}
            if there:
                schools = labels.schools_of_level(there.row.organization_id)
                whole |= {"there": Text("{whole}", of=there), "schools": schools}
            rows.append((_(both if there else alone, **whole),))
            used += [here, *([there] if there else [])]
    columns = (TextColumn("answer", Text(N_("In words"))),)
    return ReportTable(
        TableTexts(Text(N_("Among students tested")), columns, tuple(rows)), Findings(used), "deck"
    )


def _says_more(tested: Finding, official: Finding, there: Finding | None) -> bool:
    """Return whether a result among students tested says more than the official one: a point, or alone clearly more."""
    if there is not None:
        return str(Text("{whole}", of=tested)) != str(Text("{whole}", of=official))
    high, low = known_of(tested)[0], known_of(official)[1]
    return high is None or low is None or high - low > _ALONE_MORE


_ALONE_MORE = 0.02
_TESTED_TOLD = {
    "ela_met": (
        N_("Of students tested in English, {here} met the standard here."),
        N_("Of students tested in English, {here} met the standard here and {there} in {schools}."),
    ),
    "math_met": (
        N_("Of students tested in math, {here} met the standard here."),
        N_("Of students tested in math, {here} met the standard here and {there} in {schools}."),
    ),
}


@dataclass(frozen=True)
class _Number:
    """The newest number of an outcome of the school, that of its level, and its own in the year to compare with."""

    now: Finding
    level: Finding | None
    then: Finding | None

    @property
    def indicator(self) -> str:
        return self.now.row.indicator

    @property
    def subject(self) -> str:
        """What it is about: reading and writing, math, attendance …; a question comes once for each."""
        return next((start for start in _ASKED_ABOUT if self.indicator.startswith(start)), "")

    @property
    def higher_is_better(self) -> bool | None:
        """Which side is the better one; None if neither is."""
        side = better_of(self.now)
        return None if side == "neutral" else side == "higher_is_better"


@dataclass(frozen=True)
class _Numbers:
    """The numbers of a school's outcomes, in their order."""

    every: tuple[_Number, ...]

    @property
    def outcomes(self) -> list[_Number]:
        """What a school can be asked about now: outcomes that are not much older than its newest number."""
        newest = max((one.now.row.end_year for one in self.every), default=0)
        recent = [one for one in self.every if one.now.row.end_year >= newest - _RECENT]
        return [one for one in recent if one.indicator not in _TAKEN]

    @property
    def taken(self) -> list[_Number]:
        """Of tests, how many students took them."""
        return [one for one in self.every if one.indicator in _TAKEN]

    @classmethod
    def from_findings(cls, given: Findings, school: str) -> "_Numbers":
        """Return them by the findings of a school and of its level."""
        of_level = level_place(school)
        years: dict[tuple[str, ...], dict[int, Mapping[str, Finding]]] = {}
        for (indicator, measure, year, *who), cells in lines_of(given, school).items():
            if any(indicator.startswith(start) for start in _ASKED_ABOUT):
                years.setdefault((indicator, measure, *who), {})[year] = cells
        numbers = []
        for (indicator, *_rest), cells_of in years.items():
            newest = max(cells_of)
            then = catalog.base_year(indicator, cells_of, newest)
            numbers.append(
                _Number(
                    cells_of[newest][school],
                    cells_of[newest].get(of_level),
                    cells_of[then][school] if then is not None else None,
                )
            )
        return cls(tuple(numbers))

    def other_result(self, number: _Number) -> _Number | None:
        """Return the same result among students tested, or of one among students tested the same of all students."""
        code = number.indicator
        is_tested = code.endswith("_tested")
        return self._same_year(
            code.removesuffix("_tested") if is_tested else f"{code}_tested", number
        )

    def at_least_among_tested(self, number: _Number, size: float, *, is_better: bool) -> float:
        """Return how far a school is behind at least among students tested, where others have no such result.

        Of students tested, at most the share of all students over the share that took the test met the standard; at the
        others, at least the share of all students did.
        """
        year, most = number.now.row.end_year, reach_of(number.now)[1]
        same = (one for one in self.taken if one.subject == number.subject)
        took = next((known_of(one.now)[0] for one in same if one.now.row.end_year == year), None)
        if is_better or not took or most is None or number.indicator.endswith("_tested"):
            return 0.0
        return size - most * (1 / took - 1)

    def _same_year(self, indicator: str, number: _Number) -> _Number | None:
        same = [one for one in self.outcomes if one.indicator == indicator]
        return next((one for one in same if one.now.row.end_year == number.now.row.end_year), None)


@dataclass(frozen=True)
class _Ask:
    """A question, what it is about, how much speaks for it, and what it rests on in words."""

    subject: str
    size: float
    question: Text
    told: Arg
    findings: tuple[Finding, ...]


def _list_asks(numbers: _Numbers) -> list[_Ask]:
    """Return the questions by the rule of `school_questions`."""
    behind, worse, unknown = (
        sorted(made(numbers), key=lambda one: -one.size) for made in (_behind, _worse, _unsure)
    )
    more = (sorted(made(numbers), key=lambda one: -one.size) for made in (_better, _strong))
    taken: dict[str, _Ask] = {}
    for first in (behind, worse, unknown):
        _take(taken, first, 1)
    for rest in (*more, behind, worse, list(_any(numbers))):
        _take(taken, rest, _MOST_ASKED)
    return list(taken.values())[:_MOST_ASKED]


def _take(taken: dict[str, _Ask], candidates: Iterable[_Ask], most: int) -> None:
    """Take as many of the candidates as are asked about something else, in other words."""
    found = 0
    for one in candidates:
        words = {str(other.question) for other in taken.values()}
        if one.subject not in taken and str(one.question) not in words:
            taken[one.subject] = one
            found += 1
        if found == most:
            return


def _behind(numbers: _Numbers) -> Iterator[_Ask]:
    """Yield the outcomes that are worse than at all schools of the level together."""
    yield from _surest(numbers, lambda one: one.level, is_better=False, asks=_ask_of_level)


def _worse(numbers: _Numbers) -> Iterator[_Ask]:
    """Yield the outcomes that are worse than in the year they are compared with."""
    yield from _surest(numbers, lambda one: one.then, is_better=False, asks=_ask_of_fall)


def _better(numbers: _Numbers) -> Iterator[_Ask]:
    """Yield the outcomes that are better than in the year they are compared with."""
    yield from _surest(numbers, lambda one: one.then, is_better=True, asks=_ask_of_rise)


class Shift(NamedTuple):
    """An outcome that is surely better or worse than in an earlier year, with that year's."""

    now: Finding
    then: Finding
    is_better: bool


def moves(given: Findings, school: str) -> list[Shift]:
    """Return the outcomes of a school that surely moved since the year they are compared with, the largest first."""
    numbers = _Numbers.from_findings(given, school)
    found = [(ask, True) for ask in _better(numbers)] + [(ask, False) for ask in _worse(numbers)]
    found.sort(key=lambda one: -one[0].size)
    return [Shift(ask.findings[0], ask.findings[1], is_better) for ask, is_better in found]


def _surest(
    numbers: _Numbers,
    other_of: Callable[[_Number], Finding | None],
    *,
    is_better: bool,
    asks: Callable[[_Number, float, Finding], _Ask],
) -> Iterator[_Ask]:
    """Yield a question for each outcome that differs surely to one side; of a test, among students tested as well."""

    def size_of(number: _Number | None) -> float | None:
        other = other_of(number) if number else None
        return _distance(number, other, is_better=is_better) if number and other else None

    for number in numbers.outcomes:
        other, size = other_of(number), size_of(number)
        if other is None or size is None:
            continue
        same = numbers.other_result(number)
        if same is not None and same.now.row.publish != "nothing":
            other_tested = other_of(same)
            if other_tested is None or other_tested.row.publish == "nothing":
                size_of_same = numbers.at_least_among_tested(number, size, is_better=is_better)
                size = min(size, size_of_same)
            else:
                size_of_same = size_of(same) or 0.0
            if size_of_same <= 0 or size_of_same < size:
                continue  # what holds for one of them only is not asked; of two, the smaller difference is
        yield asks(number, size, other)


def _distance(number: _Number, other: Finding, *, is_better: bool) -> float | None:
    """Return how far a number is from another on one side, beyond chance and what is withheld; else None."""
    higher = number.higher_is_better
    hidden = "nothing" in (number.now.row.publish, other.row.publish)
    if higher is None or hidden:
        return None
    # What is compared with is a school's own earlier number, or that of all schools of the level, of hardly any chance.
    is_own = other.row.organization_id == number.now.row.organization_id
    reach, against = reach_of(number.now), reach_of(other) if is_own else known_of(other)
    up = higher == is_better
    is_share = number.now.row.unit in schema.SHARES
    if not is_strength(
        reach, known_of(number.now), against, higher_is_better=up, is_share=is_share
    ):
        return None
    return _distance_between(reach, against, up=up)


def _distance_between(reach: Ends, against: Ends, *, up: bool) -> float | None:
    low, high = (reach[0], against[1]) if up else (against[0], reach[1])
    return None if low is None or high is None else low - high


def _ask_of_level(number: _Number, size: float, level: Finding) -> _Ask:
    return _Ask(number.subject, size, Text(_OUTCOMES[number.subject]), *_compare(number.now, level))


def _compare(now: Finding, level: Finding | None) -> tuple[Arg, tuple[Finding, ...]]:
    """Return a number of the school, with that of its level if it may be shown, and the findings."""
    is_shown = level is not None and level.row.publish != "nothing"
    return _told(_OF_LEVEL, now, level) if level and is_shown else _told(_ALONE, now)


def _told(msgid: str, now: Finding, *others: Finding) -> tuple[Arg, tuple[Finding, ...]]:
    """Return what a question rests on in whole percents: a number of the school, and at most one other."""
    numbers: dict[str, Arg] = {"here": Text("{whole}", of=now), "year": _year(now)}
    for other in others:
        numbers |= {"there": Text("{whole}", of=other), "then": _year(other)}
        if other.row.organization_id != now.row.organization_id:  # not its own of another year
            numbers |= {"schools": labels.schools_of_level(other.row.organization_id)}
    return _(msgid, what=line_name(now, several=True), **numbers), (now, *others)


def _year(finding: Finding) -> Year:
    return Year(finding.row.end_year, calendar=True)


def _ask_of_fall(number: _Number, size: float, then: Finding) -> _Ask:
    asked = _FELL.get(number.subject, _MOVED)
    return _ask_about_change(number, size, then, asked)


def _ask_of_rise(number: _Number, size: float, then: Finding) -> _Ask:
    return _ask_about_change(number, size, then, _ROSE)


def _ask_about_change(number: _Number, size: float, then: Finding, asked: str) -> _Ask:
    question = _(asked, then=_year(then))
    return _Ask(number.subject, size, question, *_told(_BEFORE, number.now, then))


_WIDE = 0.10
"""A range as wide as this leaves open how the school is doing."""


def _unsure(numbers: _Numbers) -> Iterator[_Ask]:
    """Yield the tests that surely fewer students took than elsewhere, and outcomes that are largely withheld."""
    for number in numbers.taken:
        if fewer_took(number.now, number.level):
            missing = 1 - (reach_of(number.now)[1] or 0.0)
            yield _Ask("took", missing, Text(_TOOK), *_compare(number.now, number.level))
    for number in numbers.outcomes:
        low, high = known_of(number.now)
        is_hidden = number.now.row.publish == "nothing"
        width = 1.0 if is_hidden or low is None or high is None else high - low
        if number.now.row.unit in schema.SHARES and width >= _WIDE:
            yield _Ask(number.subject, width, Text(_HIDDEN), *_compare(number.now, None))


def _strong(numbers: _Numbers) -> Iterator[_Ask]:
    """Yield the outcomes that are a strength of the school."""
    for number in numbers.outcomes:
        level = number.level
        if level is not None and beats_its_level(number.now, level):
            size = _distance(number, level, is_better=True) or 0.0
            question = Text(_WORKS.get(number.subject, _WORKS_WELL))
            yield _Ask(number.subject, size, question, *_compare(number.now, level))


def _any(numbers: _Numbers) -> Iterator[_Ask]:
    """Yield all outcomes that are shown, in their order; those of long ago last.

    Nothing sure is known of them: what is asked takes them neither for a strength nor for a weakness.
    """
    recent = numbers.outcomes
    for number in sorted(numbers.every, key=lambda one: one not in recent):
        if number.indicator not in _TAKEN and number.now.row.publish != "nothing":
            question = Text(_OUTCOMES[number.subject])
            yield _Ask(number.subject, 0.0, question, *_compare(number.now, None))


_OF_LEVEL = N_("{what}: {here} here, {there} in {schools}, {year}.")
_ALONE = N_("{what}: {here} here in {year}.")
_BEFORE = N_("{what}: {here} here in {year}, {there} in {then}.")

_DIPLOMA = N_("What is done for each student on the way to a diploma, and from which grade on?")
_OUTCOMES = {
    "ela_": N_(
        "How does the school teach reading and writing, and how do families see what their child has learned?"
    ),
    "math_": N_(
        "How does the school teach math, and what help can every student get in the school day?"
    ),
    "regular_attendance": N_("What do students and families say would help them come every day?"),
    "climate_": N_(
        "What does the school hear from students about safety and belonging, and what will it change?"
    ),
    "graduated": _DIPLOMA,
    "ninth_on_track": _DIPLOMA,
    "dual_credit": N_(
        "Which college-level courses can students take here, and who helps them get in?"
    ),
    "disciplined": N_("What does the school do in place of sending students home?"),
}
"""The question for an outcome, by how the code of its indicator begins; what it asks is in the hands of schools.

Science is left out: no result among students tested says whether a difference is one of who took the test.
"""

_ASKED_ABOUT = tuple(_OUTCOMES)
_TAKEN = ("ela_tested", "math_tested")
_RECENT = 2
"""Years that an outcome may be older than the newest of the school."""

_FELL = {
    "regular_attendance": N_(
        "What has made it harder to come every day since {then}, and who helps families with it?"
    ),
    "ela_": N_("What has changed in teaching and help since {then}, and what comes next?"),
    "math_": N_("What has changed in teaching and help since {then}, and what comes next?"),
}
"""The question for an outcome that got worse, by subject."""
_MOVED = N_("What do students, families, and staff say has changed since {then}?")
_ROSE = N_("What has helped since {then}, and what does it take to keep it up?")
_WORKS_WELL = N_("What works well here, and how can other schools learn from it?")
_WORKS = {
    "ela_": N_("What works in reading and writing lessons here, and whom do they not reach yet?"),
    "math_": N_("What works in math lessons here, and whom do they not reach yet?"),
    "regular_attendance": N_(
        "What makes it easier for students to come every day, and will it stay?"
    ),
    "climate_": N_("What do students say goes well here, and how will the school keep it up?"),
    "disciplined": N_("How does the school solve conflicts, and what could others learn from it?"),
}
"""The question for an outcome in which the school is ahead, by subject."""
_TOOK = N_("Why do some students not take the test, and how else do families see what they have learned?")  # fmt: skip
_HIDDEN = N_("Public data tells little of this. How does the school tell families how it is going?")

_CLOSED = N_(
    "The last school year with students in this school was {year}. Ask the district: which schools do families go to "
    "now, and what do they say they need?"
)
_WITHOUT_FIGURES = N_(
    "The numbers of this school are not shown, as its groups are small. Ask the school itself: what do its students "
    "and families say goes well, and what do they need?"
)
