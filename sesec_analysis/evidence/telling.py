"""Tell what figures show: a headline, the numbers that people quote, and what goes well by the evidence.

Everything told is a finding: a headline is a field of its record, a number is printed as the gate lets it be, and what
goes well is beyond what withheld numbers and chance leave open.
"""

import html
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from operator import attrgetter

import pandas as pd

from sesec_analysis.errors import QuestionError
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.answers import Outcome, answer
from sesec_analysis.evidence.described import specs
from sesec_analysis.evidence.described.best import Best, choose_best, is_better, spec_of
from sesec_analysis.evidence.described.meanings import meanings_of
from sesec_analysis.evidence.described.page_headlines import (
    is_alike,
    over_measures,
    page_headline,
)
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.implications import case_of, implication_of
from sesec_analysis.evidence.pages import sentences_of
from sesec_analysis.evidence.pictured import side_by_side
from sesec_analysis.evidence.pictured.side_by_side import gap_is_wider
from sesec_analysis.evidence.school_tables import (
    findings_of,
    line_name,
    lines_of,
)
from sesec_analysis.evidence.tables import (
    CELLS,
    GIVEN,
    ReportTable,
    TableTexts,
    TextColumn,
    note_text,
)
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.fields import words_of
from sesec_analysis.evidence.wording.headlines import (
    UNTRANSLATED,
    subject_text,
)
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import (
    Arg,
    EntryText,
    List,
    Quoted,
    Text,
    Year,
    _,
    dump,
    parts_of,
)

__all__ = [
    "ShownHeadline",
    "headline",
    "implication",
    "in_words",
    "key_numbers",
    "make_withheld_here",
    "withheld_here",
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
            **notices.spec_output(self.spec),
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
    return specs.describe_or_make(make_headline, spec_of("headline", [estimates, *more], **options))


_ACROSS: dict[str, Callable[[Iterable[Finding]], Text | None]] = {
    "": lambda _shown: None,
    "measures": over_measures,
    "schools": side_by_side.over_schools,
}


def make_headline(given: Spec) -> ShownHeadline:
    """Make what `headline` returns."""
    shown = choose_best(given)
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
    is_brief = told.row.measure == "change" or told.row.is_survey
    is_brief |= told.row.measure == "gap" and told.row.grade_level != "all"
    if (of_page or (told.headline and is_brief)) and (of_both := page_headline(told, shown)):
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
    True: N_("{where}’s {gap} grew from {before} to {now}\u00a0points"),
    False: N_("{where}’s {gap} shrank from {before} to {now}\u00a0points"),
}
_GAP_IN = {
    "math_met": N_("math gap"),
    "ela_met": N_("English gap"),
    "regular_attendance": N_("attendance gap"),
    "disciplined": N_("suspension gap"),
}
"""The same with how wide it was, and is."""


def _gap_headline(told: Finding, shown: Iterable[Finding], *, sized: bool) -> Text | None:
    """Return the headline of a change of a gap that the gaps of both years show to be wider or narrower now."""
    row, to = told.row, labels.reference_of(told.row)
    if row.measure != "gap_change" or not to.places or row.student_group != labels.EVERYONE:
        return None
    related = [one for one in shown if is_alike(one.row, told.row)]
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
    sizes = {name: Text("{points}", of=gap) for name, gap in (("before", then[0]), ("now", now[0]))}
    if sized and _adds_up(told, *sizes.values()):
        named = {"gap": Text(_GAP_IN[row.indicator]), "where": Text("{here}", of=told)}
        return _(_GAP_SIZED[is_wider], **sizes, **named)
    since = Year(to.years[0], calendar=True)
    return _(msgid, told, then=since)


def _adds_up(change: Finding, before: Text, now: Text) -> bool:
    """Return whether the change of a gap is, in whole points, the difference of its sizes in both years.

    A decimal next to the whole points of the charts would look wrong.
    """
    words = [words_of(text).split("–") for text in (Text("{points}", of=change), before, now)]
    if any("." in end or end == "1" for ends in words[1:] for end in ends):
        return False
    least, most = ([float(ends[at]) for ends in words] for at in (0, -1))
    return sorted((least[0], most[0])) == sorted((abs(least[2] - most[1]), abs(most[2] - least[1])))


def _first_told(shown: Findings, *, of_page: bool = False) -> Finding | None:
    """Return the first finding that has a headline, or else the first."""
    is_told = (one for one in shown if one.headline or (of_page and page_headline(one, shown)))
    return next(is_told, shown[0] if len(shown) else None)


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
    return specs.show_estimates(make_key_numbers, "key_numbers", estimates, **options)


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
        beside = _find_direction(level, comparisons)
        direction = CELLS["direction"](beside) if beside else None
        subject = subject_text(level)
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
    is_enrollment = finding.row.is_composition and finding.row.student_group == labels.EVERYONE
    return Text("{n}" if is_enrollment else "{whole}", of=finding)


def _find_direction(level: Finding, comparisons: Iterable[Finding]) -> Finding | None:
    """Return the comparison that gives a number its direction: the first of its subject that can be told."""
    own = [
        one for one in comparisons if _subject(one) == _subject(level) and CELLS["direction"](one)
    ]
    told = [one for one in own if _outcome(one) is not Outcome.UNKNOWN]
    return next(iter([*told, *own]), None)


_subject = attrgetter(
    *("row.indicator", "row.end_year", "row.organization_id", "row.grade_level"),
    *("row.student_group_type", "row.student_group"),
)
"""What a finding is about, whatever is said of it."""


def _outcome(finding: Finding) -> Outcome | None:
    found = answer(finding.row)
    return found.outcome if found else None


def implication(
    estimates: pd.DataFrame | Best, *more: Best, numbers: pd.DataFrame | None = None
) -> ReportTable:
    """Return what follows from a comparison: first what it means in numbers, then a question to ask.

    Parameters
    ----------
    estimates, *more
        ESTIMATES, or what `best` chooses, in order, as `headline` takes them. The question is one of a fixed list,
        chosen by indicator, kind, and answer.
    numbers
        ESTIMATES that say what it means: of `counts_at_earlier_rate` with the changes of the same rates, or of
        `counts_at_other_rate` with the same gaps; or levels of two places, and of a group with its ratio to all others.

    Returns
    -------
    ReportTable
        A sentence for what the numbers say, if there is any, and last what follows for the row that `headline` tells,
        or the first where none can be told. Its caption says whether it is a meaning, or a question alone.

    See Also
    --------
    headline : What the comparison says.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> met = sa.load("math_met", place=["southeast_seattle", "rest_of_seattle"], end_years=[2018, 2024],
    ...               grade_level="all", student_group="all")
    >>> print(sa.report.implication(sa.report.progress(met, place="southeast_seattle", reference="rest_of_seattle")))
    A question to ask
    In words
    What will change in how math is taught, and when should we see results?
    """
    spec = spec_of("implication", [estimates, *more])
    if numbers is not None and len(numbers):
        added = specs.of_estimates("implication", numbers).input
        parts = spec.options.get("best", [[len(spec.input), -1]])
        options = {"best": [*parts, [len(added), 0]], "numbers": len(added)}
        spec = replace(spec, input=Findings([*spec.input, *added]), options=options)
    return specs.describe_or_make(make_implication, spec)


_IN_WORDS = N_("In words")
_A_QUESTION = N_("A question to ask")
"""The title of a box that only asks."""


def make_implication(given: Spec) -> ReportTable:
    """Make what `implication` returns."""
    told = _first_told(choose_best(given), of_page="numbers" in given.options)
    follows = implication_of(told.row.indicator if told else "", case_of(told))
    start = len(given.input) - given.options.get("numbers", 0)
    numbers = [one for one in given.input[start:] if one.row.publish != "nothing"]
    at_schools = side_by_side.lower_schools(numbers, given.input[:start])
    follows = side_by_side.WHERE_NEED_IS_HIGH if at_schools else follows
    meant = at_schools or meanings_of(numbers, told)
    says_more = meant or not follows.endswith("?") or ". " in follows
    title = Text(notices.SO_WHAT if says_more else _A_QUESTION)
    used = list(dict.fromkeys(one for _text, of in meant for one in of))
    rows = ((text,) for text in (*(text for text, _of in meant), Text(follows)))
    columns = (TextColumn("answer", Text(_IN_WORDS)),)
    return ReportTable(TableTexts(title, columns, tuple(rows)), Findings(used), "meaning")


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
    return specs.describe_or_make(make_in_words, spec_of("in_words", [estimates]))


def make_in_words(given: Spec) -> ReportTable:
    """Make what `in_words` returns."""
    used = choose_best(given)
    columns = (TextColumn("answer", Text(N_("In words"))),)
    rows = tuple((sentence,) for sentence in sentences_of(used))
    texts = TableTexts(Text(N_("In words")), columns, rows, note_text(used, ["sentence"]))
    return ReportTable(texts, used, "deck")


def withheld_here(estimates: pd.DataFrame, *, school: str) -> ReportTable:
    """Return what is withheld of a school's numbers, in one plain sentence for each way of withholding.

    Parameters
    ----------
    estimates
        ESTIMATES of the school, and of others.
    school
        The state's code of the school.

    Returns
    -------
    ReportTable
        A row for the numbers of which only a range is known, and one for those that are not shown; none of those where
        every number is shown.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> met = sa.report.nearby_schools("math_met", school="2182", up_to=2019, grade_level="all", student_group="all")
    >>> sa.report.withheld_here(sa.rates(met), school="2182").rows
    ()
    """
    own = [cells[school] for cells in lines_of(findings_of(estimates), school).values()]
    spec = Spec("withheld_here", Findings(own), {"school": school})
    return specs.describe_or_make(make_withheld_here, spec)


def make_withheld_here(given: Spec) -> ReportTable:
    """Make what `withheld_here` returns."""
    ranges = [one for one in given.input if one.row.publish == "range"]
    hidden = [one for one in given.input if one.row.publish == "nothing"]
    sentences: list[Arg] = []
    for found, msgid in ((ranges, _RANGES), (hidden, _NOT_SHOWN)):
        if found:
            names = {str(name): name for one in found for name in [line_name(one, several=True)]}
            sentences.append(_(msgid, names=List(tuple(names.values()), "", "; ")))
    columns = (TextColumn("answer", Text(N_("In words"))),)
    rows = tuple((sentence,) for sentence in sentences)
    texts = TableTexts(Text(N_("What is withheld")), columns, rows)
    return ReportTable(texts, Findings([*ranges, *hidden]), "deck")


_RANGES = N_("Part of the data is withheld at this school, so we show a range: {names}.")
_NOT_SHOWN = N_("Withheld at this school, to protect students' privacy: {names}.")
