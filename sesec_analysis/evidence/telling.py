"""Tell what figures show: a headline, the numbers that people quote, and what goes well by the evidence.

Everything told is a finding: a headline is a field of its record, a number is printed as the gate lets it be, and what
goes well is beyond what withheld numbers and chance leave open.
"""

import html
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.errors import QuestionError
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.answers import Answer, Outcome, Why, answer
from sesec_analysis.evidence.described import specs
from sesec_analysis.evidence.described.best import Best, chosen, is_better, spec_of
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.implications import case_of, implication_of
from sesec_analysis.evidence.pictured.side_by_side import gap_is_wider
from sesec_analysis.evidence.tables import (
    CELLS,
    GIVEN,
    ReportTable,
    TableTexts,
    TextColumn,
    note_text,
)
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.answer_texts import brief_text
from sesec_analysis.evidence.wording.fields import words_of
from sesec_analysis.evidence.wording.headlines import (
    MOST_WORDS,
    UNTRANSLATED,
    subject_text,
    whole_size,
)
from sesec_analysis.i18n import ENGLISH
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import (
    Arg,
    Count,
    EntryText,
    List,
    Quoted,
    Text,
    Year,
    _,
    dump,
    part_of,
    parts_of,
    render,
)

__all__ = [
    "ShownHeadline",
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
        # Those that its words are about, too: first the one that it is of.
        about = [part.of for part, _of in parts_of(self.made) if isinstance(part, Text)]
        every = {one.id: one for one in (self.finding, *about) if isinstance(one, Finding)}
        records = [written(one) for one in every.values()]
        texts = {"text": dump(self.made) or "", "why": dump(self.reason)}
        return {**texts, "findings": records}


def headline(
    estimates: pd.DataFrame | Best, *more: Best, of_page: bool = False, across: str = ""
) -> ShownHeadline:
    """Return the headline of the first row of ESTIMATES that can have one.

    Parameters
    ----------
    estimates
        ESTIMATES in the order in which to use them; the gate sees all of them. Or what `best` chooses.
    *more
        What `best` chooses of others, to follow it.
    of_page
        Whether it heads a page: then it gives both places where the rows have both, and a change that could be chance
        is headed as no clear change.
    across
        ``measures``: in what a place is lower and in what higher, from its gaps. ``schools``: how many schools surely
        have a larger share of low-income students than their district, whose row is among theirs. Empty: one finding.

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
    if across not in _ACROSS:
        raise QuestionError(
            f"a headline is not made across {across!r:.40}",
            where="headline, across",
            valid=[*_ACROSS],
        )
    options |= {"of_page": True} if of_page else {}
    options |= {"across": across} if across else {}
    return specs.described(make_headline, spec_of("headline", [estimates, *more], **options))


def make_headline(given: Spec) -> ShownHeadline:
    """Make what `headline` returns."""
    shown = chosen(given)
    of_page = bool(given.options.get("of_page"))
    told = _first_told(shown, of_page=of_page)
    if year := given.options.get("no_results_of"):
        return ShownHeadline(_(_NO_RESULTS, year=Year(year, calendar=True)), finding=told)
    if over_all := _ACROSS[given.options.get("across", "")](shown):
        return ShownHeadline(over_all, finding=told)
    if told is None:
        _title, reason = given.notice().texts or (None, "")
        return ShownHeadline(reason=reason)
    made = told.headline_or_why
    if told.headline and (of_gap := _gap_headline(told, shown, sized=of_page)):
        return ShownHeadline(of_gap, finding=told)
    is_brief = told.row.measure == "change" or told.row.indicator.startswith("climate_")
    if (of_page or (told.headline and is_brief)) and (of_both := _page_headline(told, shown)):
        return ShownHeadline(of_both, finding=told)
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


_GAP_SIZED = {
    ("math_met", True): N_("The math gap grew from {before} to {size}"),
    ("math_met", False): N_("The math gap shrank from {before} to {size}"),
    ("ela_met", True): N_("The English gap grew from {before} to {size}"),
    ("ela_met", False): N_("The English gap shrank from {before} to {size}"),
    ("regular_attendance", True): N_("The attendance gap grew from {before} to {size}"),
    ("regular_attendance", False): N_("The attendance gap shrank from {before} to {size}"),
    ("disciplined", True): N_("The suspension gap grew from {before} to {size}"),
    ("disciplined", False): N_("The suspension gap shrank from {before} to {size}"),
}
"""The same with both sizes."""


def _gap_headline(told: Finding, shown: Iterable[Finding], *, sized: bool) -> Text | None:
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
    sizes = [words_of(Text("{size}", of=one)) for one in (then[0], now[0])]
    if sized and all(sizes) and sizes[0] != sizes[1]:
        before, size = (Text("{size}", of=one) for one in (then[0], now[0]))
        return _(_GAP_SIZED[row.indicator, bool(is_wider)], before=before, size=size)
    return _(msgid, told, then=Year(to.years[0], calendar=True))


def _figure(finding: Finding) -> tuple[str, ...]:
    row = finding.row
    return (row.indicator, row.organization_id, row.grade_level, row.student_group)


def _first_told(shown: Findings, *, of_page: bool = False) -> Finding | None:
    """Return the first finding that has a headline, or else the first."""
    is_told = (one for one in shown if one.headline or (of_page and _page_headline(one, shown)))
    return next(is_told, shown[0] if len(shown) else None)


_LEVELS = ("rate", "count", "average")


def _page_headline(told: Finding, shown: Iterable[Finding]) -> Text | None:
    """Return the headline of a finding among those of its page; None where it has no better than its own."""
    row, found = told.row, answer(told.row)
    if row.publish == "nothing" or row.organization_level == "school":
        return None
    if row.measure in _LEVELS or (row.measure == "ratio" and labels.reference_of(row).places):
        made = _of_levels(told, shown)
    elif row.measure == "ratio":
        made = _of_ratio(told, found)
    elif row.measure == "change":
        made = _of_change(told, found, shown)
    elif row.measure == "gap":
        made = _of_gap(told, found, shown)
    elif row.measure.startswith("level_share_"):
        made = (
            _(_REACH_LEVEL, told)
            if render(Text("{count_brief}", of=told), ENGLISH).startswith("0–")
            else None
        )
    else:
        made = None
    if made is None or len(render(made, ENGLISH).split()) > MOST_WORDS:
        return None
    return made


_BOTH = {
    "budget_per_student": N_("Budgets are {here} per student here, {there} elsewhere ({end})"),
    "teacher_experience": N_("Teachers’ experience was {here} here, {there} elsewhere ({end})"),
    "low_income": N_("{here} of our students are low-income, {there} elsewhere"),
}
"""Levels of both places, by indicator, or of a share of enrollment by its group."""


def _of_levels(told: Finding, shown: Iterable[Finding]) -> Text | None:
    """Return the levels of a place and of the other one of the same year."""
    row = told.row
    same = [
        one
        for one in shown
        if one.row.measure in _LEVELS
        and one.row.publish != "nothing"
        and (one.row.indicator, one.row.end_year) == (row.indicator, row.end_year)
        and one.row.student_group == row.student_group
    ]
    here = [one for one in same if one.row.organization_id == row.organization_id]
    there = [one for one in same if one.row.organization_id != row.organization_id]
    msgid = _BOTH.get(row.student_group if row.is_composition else row.indicator)
    if msgid is None or len(here) != 1 or len(there) != 1:
        return None
    names = {name: Text(f"{{{name}}}", of=here[0]) for name in ("end",) if "{end}" in msgid}
    here_and_there = [Text("{whole}", of=one) for one in (here[0], there[0])]
    return _(msgid, here=here_and_there[0], there=here_and_there[1], **names)


def _of_ratio(told: Finding, found: Answer | None) -> Text | None:
    """Return how many times as often something happens to a group as to all others."""
    row = told.row
    is_of_others = labels.reference_of(row).groups == (labels.OTHERS,)
    if found is None or found.outcome is not Outcome.DIFFERS or not is_of_others:
        return None
    if not catalog.indicator(row.indicator).often or row.grade_level != "all":
        return None
    return Text(N_("{people} {often} {whole_size} as often as others"), of=told, capital=True)


_NO_CHANGE = {
    "math_met": N_("Math results in {here} show no clear change since {first_end}"),
    "ela_met": N_("English results in {here} show no clear change since {first_end}"),
    "regular_attendance": N_("Attendance in {here} shows no clear change since {first_end}"),
    "disciplined": N_("Suspensions in {here} show no clear change since {first_end}"),
}
_BOTH_FELL = N_("{what} fell {whole_size} in {here}, {size} elsewhere")
_BOTH_ROSE = N_("{what} rose {whole_size} in {here}, {size} elsewhere")


def _of_change(told: Finding, found: Answer | None, shown: Iterable[Finding]) -> Text | None:
    """Return how both places moved; of a place that could have moved by chance, that it shows no clear change."""
    row = told.row
    if found is None or row.student_group != labels.EVERYONE:
        return None
    if found.outcome is Outcome.UNKNOWN and found.why is Why.CHANCE and row.indicator in _NO_CHANGE:
        return Text(_NO_CHANGE[row.indicator], of=told)
    others = [
        one
        for one in shown
        if one.row.measure == "change"
        and one.row.organization_id != row.organization_id
        and (one.row.indicator, one.row.reference) == (row.indicator, row.reference)
        and (one.row.end_year, one.row.grade_level) == (row.end_year, row.grade_level)
    ]
    sides = {found.side, *(there.side for one in others if (there := answer(one.row)))}
    sized = all(whole_size(one, ENGLISH) for one in (told, *others))
    if len(others) != 1 or len(sides) != 1 or not found.side or not sized:
        return None
    msgid = _BOTH_ROSE if found.side > 0 else _BOTH_FELL
    args: dict[str, Arg] = {
        name: Text(f"{{{name}}}", of=told) for name in ("what", "whole_size", "here")
    }
    args["what"] = Text("{what}", of=told, capital=True)
    return _(msgid, **args, size=Text("{whole_size}", of=others[0]))


_ANSWERS = {
    ("climate_overall_favorable", "middle"): (
        N_("Middle schoolers’ answers are less favorable here than elsewhere"),
        N_("Middle schoolers’ answers are more favorable here than elsewhere"),
    ),
    ("climate_overall_favorable", "high"): (
        N_("High schoolers’ answers are less favorable here than elsewhere"),
        N_("High schoolers’ answers are more favorable here than elsewhere"),
    ),
}
"""Gaps in answers to the survey, by indicator and school level: less, and more favorable."""
_LEVELS_DIFFER = {
    False: N_("Middle schoolers’ answers are less favorable here, high schoolers’ more"),
    True: N_("Middle schoolers’ answers are more favorable here, high schoolers’ less"),
}
_GRADE_8 = {
    False: N_("Low-income 8th graders met math standard less often here ({end})"),
    True: N_("Low-income 8th graders met math standard more often here ({end})"),
}
_ATTENDANCE = {
    False: N_("Low-income students attend less regularly here than elsewhere"),
    True: N_("Low-income students attend more regularly here than elsewhere"),
}
_OFTEN = {
    False: N_("{people_brief} {done} less often here than elsewhere ({end})"),
    True: N_("{people_brief} {done} more often here than elsewhere ({end})"),
}


def _of_gap(told: Finding, found: Answer | None, shown: Iterable[Finding]) -> Text | None:
    """Return on which side of the other place a place is."""
    row, group = told.row, told.row.student_group
    if found is None or found.outcome is not Outcome.DIFFERS or not found.side:
        return None
    is_more = found.side > 0
    if not labels.reference_of(row).places:
        is_income = (row.indicator, group) == ("math_met", "low_income")
        return (
            Text(_INCOME, of=told)
            if is_income and row.grade_level != "all" and not is_more
            else None
        )
    if row.unit != "points" or row.is_composition:
        return None
    if row.indicator.startswith("climate_"):
        of_high = [one for one in shown if one.row.indicator == row.indicator]
        of_high = [one for one in of_high if one.row.student_group == "high"]
        other = [one for one in of_high if _side_of(one) == -found.side]
        if group == "middle" and other:
            return Text(_LEVELS_DIFFER[is_more], of=told)
        both = _ANSWERS.get((row.indicator, group))
        return Text(both[is_more], of=told) if both else None
    if (row.indicator, group, row.grade_level) == ("math_met", "low_income", "08"):
        return Text(_GRADE_8[is_more], of=told)
    if (row.indicator, group, row.grade_level) == ("regular_attendance", "low_income", "all"):
        return Text(_ATTENDANCE[is_more], of=told)
    if group == labels.EVERYONE and row.grade_level == "all":
        both = _APART.get(row.indicator)
        return Text(both[is_more], of=told) if both else None
    done = catalog.indicator(row.indicator).done
    if not done or done.startswith("of ") or row.grade_level != "all":
        return None
    return Text(_OFTEN[is_more], of=told, capital=True)


_APART = {
    "math_met": (
        N_("Math results were {size} lower here than elsewhere ({end})"),
        N_("Math results were {size} higher here than elsewhere ({end})"),
    ),
    "ela_met": (
        N_("English results were {size} lower here than elsewhere ({end})"),
        N_("English results were {size} higher here than elsewhere ({end})"),
    ),
    "regular_attendance": (
        N_("Attendance was {size} lower here than elsewhere ({end})"),
        N_("Attendance was {size} higher here than elsewhere ({end})"),
    ),
    "disciplined": (
        N_("Suspensions were {size} lower here than elsewhere ({end})"),
        N_("Suspensions were {size} higher here than elsewhere ({end})"),
    ),
}
"""Gaps between places for all students, by indicator: lower, and higher."""
_INCOME = N_("The income gap in {one_grade} math is {size} ({end})")
_REACH_LEVEL = N_("At most {most_schools} of our {n} schools reach level 4")


def _side_of(finding: Finding) -> int:
    """Return on which side a gap between places that may be shown surely is; 0 where on neither."""
    found, is_gap = answer(finding.row), finding.row.measure == "gap"
    is_sure = is_gap and finding.row.publish != "nothing"
    return found.side if found and is_sure and found.outcome is Outcome.DIFFERS else 0


_NAMED = {
    "math_met": N_("tests"),
    "ela_met": N_("tests"),
    "regular_attendance": N_("attendance"),
    "climate_overall_favorable elementary": N_("elementary students’ answers"),
    "climate_overall_favorable middle": N_("middle schoolers’ answers"),
    "climate_overall_favorable high": N_("high schoolers’ answers"),
}
"""What gaps between places are in, where a higher number is better."""


def _over_measures(shown: Iterable[Finding]) -> Text | None:
    """Return in what a place is lower, and in what higher, than another; None if neither is sure of anything."""
    lower: dict[str, Arg] = {}
    higher: dict[str, Arg] = {}
    first = next(iter(shown), None)
    for one in shown:
        row, side = one.row, _side_of(one)
        group = "" if row.student_group == labels.EVERYONE else f" {row.student_group}"
        name = _NAMED.get(f"{row.indicator}{group}")
        if name and side:
            (higher if side > 0 else lower).setdefault(name, Text(name))
    below, above = (List(tuple(of.values())[:most]) for of, most in ((lower, 2), (higher, 1)))
    if lower and higher:
        return _(N_("Lower in {below}, higher in {above}"), below=below, above=above)
    if lower:
        return _(N_("{place_name} is lower in {below} than elsewhere"), first, below=below)
    if higher:
        return _(N_("{place_name} is higher in {above} than elsewhere"), first, above=above)
    return None


def _over_schools(shown: Iterable[Finding]) -> Text | None:
    """Return how many schools surely have a larger share of low-income students than their district."""
    every = [
        one
        for one in shown
        if one.row.student_group == "low_income" and one.row.publish != "nothing"
    ]
    schools = [one for one in every if one.row.organization_level == "school"]
    of_all = [one for one in every if one.row.organization_level != "school"]
    if not schools or len(of_all) != 1:
        return None
    least = {one.row.organization_id: _end(one, "bound_low") for one in schools}
    most = _end(of_all[0], "bound_high")
    above = [
        code for code, low in least.items() if low is not None and most is not None and low > most
    ]
    if len(above) == len(least):
        return _(
            "{count}",
            count=Count(
                tuple(least), N_("All of our {n} schools exceed Seattle’s low-income share")
            ),
        )
    message = N_("{some} of our {n} schools exceed Seattle’s low-income share")
    return _("{count}", count=part_of(above, least, message))


def _end(finding: Finding, name: str) -> float | None:
    numbers = finding.printed.numbers
    value = numbers["estimate"] if finding.row.publish == "point" else numbers[name]
    return None if value is None else float(value)


_ACROSS: dict[str, Callable[[Iterable[Finding]], Text | None]] = {
    "": lambda _shown: None,
    "measures": _over_measures,
    "schools": _over_schools,
}


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
    ('40%', 'of students met the math standard, 2024')
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
        subject = subject_text(level, placed=False)  # the page says where
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


def in_words(estimates: pd.DataFrame | Best) -> ReportTable:
    """Return findings in short sentences, as a page of a report says them.

    Parameters
    ----------
    estimates
        ESTIMATES, in the order of the sentences; the gate sees all of them. Or what `best` chooses.

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
    return specs.described(make_in_words, spec_of("in_words", [estimates]))


def make_in_words(given: Spec) -> ReportTable:
    """Make what `in_words` returns."""
    used = chosen(given)
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
