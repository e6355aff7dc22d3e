"""Re-measure the founding claims: each as it was made, its tests, and two verdicts, then and now, from a closed list.

What is tested, and when it is true, is in `data/reference/founding_claims.yml`. A verdict tests the claim as it was
worded. The two verdicts are made from the numbers of their own time alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil, floor
from typing import Any

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.claim_entries import (
    ClaimTest,
    FoundingClaim,
    GroupGapsTest,
    HigherTest,
    LevelsTest,
    PartOfSchoolsTest,
    RosterTest,
    SchoolsTest,
    ShareTest,
    UnpublishedTest,
)
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.evidence import claim_tests
from sesec_analysis.evidence.answers import Outcome, answer
from sesec_analysis.evidence.claim_tests import (
    VERDICTS,
    ClaimFigures,
    Measured,
    Verdict,
    claim_text,
    join_texts,
    result_without_figures,
)
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.notices import SO_WHAT, Notice
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.tables import Layout, ReportTable, TableTexts, TextColumn
from sesec_analysis.evidence.telling import ShownHeadline
from sesec_analysis.evidence.wording.fields import LEVEL
from sesec_analysis.i18n import mark as N_
from sesec_analysis.i18n import translate
from sesec_analysis.metrics.disparity import averages
from sesec_analysis.metrics.school_levels.levels import LEVELS
from sesec_analysis.metrics.trends import school_rates
from sesec_analysis.schema import SHARES
from sesec_analysis.text import Arg, Constant, Count, List, Quoted, Text, _, part_of

__all__ = [
    "LedgerEntry",
    "claim_schools",
    "claims_headline",
    "claims_implication",
    "claims_ledger",
    "combine_verdicts",
    "line_of",
]


@dataclass(frozen=True)
class LedgerEntry:
    """A claim measured again: its verdict and figures then and now, what decided, and all its findings."""

    number: str
    then: Arg
    verdict_then: Verdict
    now: Arg
    verdict_now: Verdict
    reasons: Arg
    shown: tuple[Finding, ...]
    brief: Arg  # the numbers against the claim, in a line of a table


@dataclass(frozen=True)
class _Part:
    """One test of a claim, then and now."""

    test: ClaimTest
    then: Measured
    now: Measured


def claims_ledger(
    figures: pd.DataFrame,
    *,
    place: str = "southeast_seattle",
    compare_to: str = "rest_of_seattle_regular",
    district: str = "seattle",
    level: float = 0.95,
    layout: Layout = "rows",
) -> ReportTable:
    """Measure every founding claim again.

    Parameters
    ----------
    figures
        OBSERVATIONS that the claims ask for, as `claim_figures` loads them.
    place
        Code of the place that the claims are about.
    compare_to
        Code of the place that it is compared with.
    district
        Code of the place that both belong to.
    level
        Confidence level of comparisons, 0-1.
    layout
        ``rows`` has the claim, its test, verdict and numbers then and now, and what decided. ``verdicts`` fits a page:
        the claim in short, both verdicts, the number against the claim, and what limits it.

    Returns
    -------
    ReportTable
        One row per claim, with or without data.

    Raises
    ------
    DataError
        If the table is not of OBSERVATIONS.

    See Also
    --------
    claim_schools : Current results of the schools that a claim names.

    Notes
    -----
    A claim has two verdicts, then and now, from its tests at each time. *True*, *more than claimed*, *less than
    claimed*, *not true*, *partly true*, *can't tell*: every test with numbers has that verdict. Of mixed tests: *partly
    true* if one is true or partly true, otherwise *can't tell* if no one can tell, otherwise *not true*. *No data*:
    no test has numbers of that time. Tests without numbers do not count.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> ledger = sa.report.claims_ledger(sa.report.claim_figures(up_to=2011))
    >>> len(ledger.rows), ledger.rows[-1][-1]
    (10, '...(no numbers of that time are in our data)')
    """
    schema.check_table(figures, "figures", "load them with sa.report.claim_figures(up_to=…)")
    if "denominator" not in figures.columns:
        raise DataError(
            "the ledger of claims takes published numbers (OBSERVATIONS), not estimates",
            fix="load them with sa.report.claim_figures(up_to=…)",
        )
    available = ClaimFigures(figures, place, compare_to, district, level)
    return write_ledger(measure_claims(available), layout)


def measure_claims(figures: ClaimFigures) -> tuple[LedgerEntry, ...]:
    """Measure every founding claim again; what `write_ledger` writes in each layout is the same."""
    return tuple(_entry(number, claim, figures) for number, claim in catalog.claims().items())


def write_ledger(entries: Sequence[LedgerEntry], layout: Layout) -> ReportTable:
    """Return a ledger of entries, one row each."""
    claims = catalog.claims()
    write, columns = (_line, _LINE) if layout == "verdicts" else (_row, _ROW)
    seen = {finding.id: finding for entry in entries for finding in entry.shown}
    sources = dict.fromkeys(claim.source for claim in claims.values())
    note = _(
        N_("Comparisons aren’t adjusted for need. Claims: {source}.")
        if layout == "verdicts"
        else N_(
            "Verdicts test each claim as worded, with published numbers and the ranges that withheld numbers leave. "
            "Comparisons aren’t adjusted for need. Claims: {source}."
        ),
        source=List(tuple(Quoted(source, _FILE) for source in sources), joined=""),
    )
    texts = TableTexts(
        Text(N_("Founding claims, measured again")),
        tuple(TextColumn(name, Text(label)) for name, label in columns.items()),
        tuple(write(entry, claims[entry.number]) for entry in entries),
        note,
    )
    return ReportTable(texts, Findings(tuple(seen.values())), layout)


_FILE = "founding_claims.yml"

_ROW = {
    "the_claim": N_("The claim, as made"),
    "measured_by": N_("Measured by"),
    "then": N_("Then"),
    "now": N_("Now"),
    "why": N_("Why"),
}
_LINE = {
    "the_claim": N_("What the coalition said"),
    "verdict_then": N_("Then"),
    "verdict_now": N_("Now"),
    "numbers": N_("What the numbers show"),
    "caveat": N_("What to know"),
}


def claims_headline(ledger: ReportTable) -> ShownHeadline:
    """Return the headline of a ledger in the layout ``verdicts``: how many claims can't be checked or aren't true.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> figures = sa.report.claim_figures(up_to=2011)
    >>> print(sa.report.claims_headline(sa.report.claims_ledger(figures, layout="verdicts")))
    8 of our 10 founding claims can’t be checked today
    """
    unchecked = _claims_of(ledger, Verdict.CANT_TELL, Verdict.NO_DATA)
    untrue = _claims_of(ledger, Verdict.NOT_TRUE)
    message = N_("{some} of our {n} founding claims can’t be checked today")
    count = part_of(unchecked, list(catalog.claims()), message)
    if len(untrue) > 1:
        message = N_("{some} founding claims can’t be checked; {others} aren’t true now")
        count = replace(
            count, one=message, args=(*count.args, ("others", Count(tuple(untrue), "{n}")))
        )
    return ShownHeadline(_("{count}", count=count))


def claims_implication(ledger: ReportTable) -> ReportTable:
    """Return what a ledger in the layout ``verdicts`` means: which claims are true now, which not, and what to ask.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> figures = sa.report.claim_figures(up_to=2011)
    >>> box = sa.report.claims_implication(sa.report.claims_ledger(figures, layout="verdicts"))
    >>> print(box.rows[-1][0])
    Who will publish parents’ answers, school rankings, and results by race for several schools together?
    """
    told = {
        _TRUE_NOW: _claims_of(ledger, Verdict.TRUE, Verdict.PARTLY, Verdict.MORE),
        _NOT_TRUE_NOW: _claims_of(ledger, Verdict.NOT_TRUE, Verdict.LESS),
    }
    rows = [
        (_(message, claims=List(tuple(_topic_text(one) for one in numbers))),)
        for message, numbers in told.items()
        if numbers
    ]
    columns = (TextColumn("answer", Text(N_("In words"))),)
    texts = TableTexts(Text(SO_WHAT), columns, (*rows, (Text(_WHO_PUBLISHES),)))
    return ReportTable(texts, Findings(()), "meaning")


_TRUE_NOW = N_("True now, at least in part: {claims}.")
_NOT_TRUE_NOW = N_("Not true now, or less than claimed: {claims}.")
_WHO_PUBLISHES = N_(
    "Who will publish parents’ answers, school rankings, and results by race for several schools together?"
)


def _topic_text(number: str) -> Text:
    topic = claim_text(catalog.claims()[number].topic)
    return _("{topic} ({number})", topic=topic, number=Constant("claim", number))


def _claims_of(ledger: ReportTable, *verdicts: Verdict) -> list[str]:
    """Return the numbers of the claims that have one of some verdicts now."""
    given: object = ledger  # anything, as a notebook passes it
    if not isinstance(given, ReportTable) or given.layout != "verdicts":
        raise QuestionError(
            "headline and meaning of the founding claims are those of their table",
            where="ledger",
            fix='pass sa.report.claims_ledger(…, layout="verdicts")',
        )
    wanted = [Text(VERDICTS[one], capital=True) for one in verdicts]
    now = (cells[2] for cells in ledger.texts.rows)
    return [claim for claim, one in zip(catalog.claims(), now, strict=True) if one in wanted]


def _line(entry: LedgerEntry, claim: FoundingClaim) -> tuple[Arg, ...]:
    then, now = (
        Text(VERDICTS[one], capital=True) for one in (entry.verdict_then, entry.verdict_now)
    )
    return (
        _claimed_text(entry, claim.brief, claim.date),
        then,
        now,
        entry.brief,
        claim_text(claim.caveat),
    )


def _claimed_text(entry: LedgerEntry, claim: str, claim_date: str) -> Text:
    number = Constant("claim", entry.number)
    words, date = claim_text(claim), claim_text(claim_date)
    return _("{number}. {claim} ({date})", number=number, claim=words, date=date)


def _row(entry: LedgerEntry, claim: FoundingClaim) -> tuple[Arg, ...]:
    tests = List(tuple(claim_text(test.part) for test in claim.tests), joined="", separator="; ")
    then, now = (
        _("{verdict}. {figures}", verdict=Text(VERDICTS[verdict], capital=True), figures=figures)
        for verdict, figures in (
            (entry.verdict_then, entry.then),
            (entry.verdict_now, entry.now),
        )
    )
    measure = _(N_("{measure} Test: {tests}."), measure=claim_text(claim.measure), tests=tests)
    claimed = _claimed_text(entry, claim.claim, claim.date)
    return claimed, measure, then, now, entry.reasons


def _entry(number: str, claim: FoundingClaim, figures: ClaimFigures) -> LedgerEntry:
    parts = [_part(test, claim, figures) for test in claim.tests]
    context = [
        claim_tests.measure_context(figure, figures, need_of)
        for need_of in claim.need_of or (None,)
        for figure in claim.context
    ]
    now = join_texts(part.now.text for part in parts) or Text(N_("No numbers"))
    shown = [
        finding
        for part in parts
        for measured in (part.then, part.now)
        for finding in measured.shown
    ]
    figures_of_context = _all_of(measured.text for measured in context)
    further = (
        _(N_("For context: {figures}"), figures=figures_of_context) if figures_of_context else None
    )
    caveat, note = (claim_text(text) if text else None for text in (claim.caveat, claim.note))
    shown += [finding for measured in context for finding in measured.shown]
    return LedgerEntry(
        number,
        _then_text(claim, join_texts(part.then.text for part in parts)),
        combine_verdicts(part.then.verdict for part in parts),
        _sentences(_capital(now), further, caveat, note),
        combine_verdicts(part.now.verdict for part in parts),
        _reasons(parts),
        tuple(shown),
        _capital(_in_brief(parts, context) or Text(N_("No numbers"))),
    )


def _in_brief(parts: Sequence[_Part], context: Sequence[Measured]) -> Arg | None:
    """Return what the tests of a claim measured, each number once; of several amounts, the newest.

    Where schools are counted, it says what share all of them together have: that is drawn.
    """
    printed: set[str] = set()
    amounts = [part for part in parts if isinstance(part.test, HigherTest) and _is_amount(part)]
    newest = max((part.now.shown[0].row.end_year for part in amounts), default=0)
    last = [part for part in amounts if part.now.shown[0].row.end_year == newest][:1]
    kept = [part for part in parts if part not in amounts or part in last]
    told = [_numbers(part, printed) for part in kept]
    if any(isinstance(part.test, SchoolsTest) for part in parts):
        told += [Text(_TOGETHER, of=one.shown[0]) for one in context[:1] if one.shown]
    return join_texts(told)


def _is_amount(part: _Part) -> bool:
    """Return whether a test compares amounts of two places, and not shares."""
    return len(part.now.shown) == 2 and part.now.shown[0].row.unit not in SHARES


_TOGETHER = N_("{whole} of all their students ({end})")


def _numbers(part: _Part, printed: set[str]) -> Arg | None:
    """Return what a test measured, as short as a line of a table has room for; ``printed`` are findings before it."""
    now, why = part.now, part.now.why
    new = [one for one in now.shown if one.id not in printed]
    printed |= {one.id for one in now.shown}
    match part.test:
        case RosterTest():
            told = part.test.brief or part.test.part
            return part.then.why and _("{count} {part}", part=claim_text(told), count=part.then.why)
        case GroupGapsTest():
            return _largest_gap(now.shown)
        case PartOfSchoolsTest():  # the newest list alone
            lists = now.text
            return lists.items[0] if isinstance(lists, List) else lists
        case ShareTest(of="highest_school") if new:
            return Text(N_("highest school: {whole} ({end})"), of=new[0])
        case HigherTest() if len(new) == 2:
            here, there = (Text("{whole}", of=one) for one in new)
            return _(_BOTH_PLACES, here=here, there=there, end=Text("{end}", of=new[0]))
        case ShareTest() | HigherTest() if new:
            return Text(N_("{place_name}: {whole} ({end})"), of=new[0])
        case UnpublishedTest() if new:
            place = now.shown[0].row.organization_id
            levels = [one for one in now.shown if one.row.organization_id == place]
            words = [N_("{title}. {label}: {whole}"), *[N_("{label}: {whole}")] * (len(levels) - 1)]
            each = tuple(Text(of_one, of=one) for of_one, one in zip(words, levels, strict=True))
            return List(each, joined="", separator=". ")
        case LevelsTest() if why is not None:
            level = Constant(LEVEL, str(part.test.none_from))
            return _(N_("{count} at level {level} or above"), count=why, level=level)
        case SchoolsTest() if why is not None and part.then.why is not None:
            return _(N_("{now} now, {then} then"), now=why, then=part.then.why)
    return now.text


_BOTH_PLACES = N_("{here} here, {there} elsewhere ({end})")


def _largest_gap(shown: Sequence[Finding]) -> Text | None:
    """Return the group that is surely farthest behind all others, and how far; None if no group surely is."""
    sure: list[tuple[float, Finding]] = []
    for one in shown:
        found = answer(one.row)
        is_better = found and found.better(higher_is_better=one.row.higher_is_better)
        if found is not None and found.outcome is Outcome.DIFFERS and is_better is False:
            equal, ends = one.row.entry.equal or 0.0, one.row.widest or (0.0, 0.0)
            sure.append((min(abs(end - equal) for end in ends), one))
    if not sure:
        return None
    _strength, largest = max(sure, key=lambda pair: pair[0])
    if largest.row.measure == "ratio":
        words = N_("{people_brief} in {here} {often} {whole_size} as often as others ({end})")
    elif largest.row.grade_level == "all":
        words = N_("{people_brief} in {place}: {what} {whole_size} lower than others’ ({end})")
    else:
        words = N_(
            "{people_brief} in {place}: {one_grade} {what} {whole_size} lower than others’ ({end})"
        )
    return Text(words, of=largest)


def combine_verdicts(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict on a claim at one time from the verdicts of its tests; those without numbers do not count."""
    known = {verdict for verdict in verdicts if verdict is not Verdict.NO_DATA}
    if len(known) < 2:
        return known.pop() if known else Verdict.NO_DATA
    if known & {Verdict.TRUE, Verdict.PARTLY}:
        return Verdict.PARTLY
    return Verdict.CANT_TELL if Verdict.CANT_TELL in known else Verdict.NOT_TRUE


def _all_of(texts: Iterable[Arg | None]) -> List | None:
    known = tuple(text for text in texts if text is not None)
    return List(known, joined="", separator="; ") if known else None


def _capital(text: Arg) -> Text:
    return Text("{text}", (("text", text),), capital=True)


def _sentences(*texts: Arg | None) -> Arg:
    known = tuple(text for text in texts if text is not None)
    return List(known, joined="", separator=". ")


def _then_text(claim: FoundingClaim, measured: Arg | None) -> Text:
    """Return the figure that was claimed, and what was measured of its time."""
    claimed = claim_text(claim.then.claimed)
    if measured is None:
        return _(N_("{claimed}; no numbers of that time are in our data"), claimed=claimed)
    return _(N_("{claimed}. Measured: {figures}"), claimed=claimed, figures=measured)


def _part(test: ClaimTest, claim: FoundingClaim, figures: ClaimFigures) -> _Part:
    match test:
        case UnpublishedTest():
            return _Part(
                test, result_without_figures(), claim_tests.measure_unpublished(test, figures)
            )
        case LevelsTest():
            return _Part(test, result_without_figures(), claim_tests.measure_levels(test, figures))
        case RosterTest():
            return _of_roster(test, figures)
    return _then_and_now(test, claim, figures)


def _of_roster(test: RosterTest, figures: ClaimFigures) -> _Part:
    """Measure a list of schools in its own year: there is no list now."""
    ended = Text(N_("the list ended; how these schools are doing now is in a table of its own"))
    now = Measured(Verdict.NO_DATA, ended, Text(N_("the list ended")))
    return _Part(test, claim_tests.measure_roster(test, figures), now)


_DatedTest = ShareTest | SchoolsTest | HigherTest | PartOfSchoolsTest | GroupGapsTest
"""Tests that are made from the numbers of one year."""


def _then_and_now(
    test: _DatedTest,
    claim: FoundingClaim,
    figures: ClaimFigures,
) -> _Part:
    years = figures.years(test.figure, _counted_organizations(test, figures))
    if not years:
        return _Part(test, result_without_figures(), result_without_figures())
    newest, measure = years[-1], partial(_MEASURES[type(test)], test, figures)
    then = [year for year in years if year in claim.then.end_years and year != newest]
    now = measure(newest)
    if isinstance(test, PartOfSchoolsTest):  # lists of several years, of other schools each
        earlier = [measure(year).text for year in years if year not in (newest, *then)]
        now = Measured(now.verdict, _all_of([now.text, *earlier]), now.why, now.shown)
    return _Part(test, measure(then[-1]) if then else result_without_figures(), now)


def _counted_organizations(test: _DatedTest, figures: ClaimFigures) -> Sequence[str]:
    """Return the organizations whose years count."""
    match test:
        case SchoolsTest() | ShareTest(of="highest_school"):
            return figures.schools
        case ShareTest(of="district") | GroupGapsTest(of="district"):
            return [figures.district]
    return [figures.place]


_MEASURES: Mapping[type[_DatedTest], Callable[..., Measured]] = {
    ShareTest: claim_tests.measure_share,
    SchoolsTest: claim_tests.measure_schools,
    HigherTest: claim_tests.measure_higher,
    PartOfSchoolsTest: claim_tests.measure_part,
    GroupGapsTest: claim_tests.measure_group_gaps,
}


def _reasons(parts: Sequence[_Part]) -> Text:
    """Return for each test its verdict now, and what decided."""
    return _capital(List(tuple(map(_reason_text, parts)), joined="", separator="; "))


def _reason_text(part: _Part) -> Text:
    message = N_("{part}: {verdict} ({why})") if part.now.why else N_("{part}: {verdict}")
    verdict = Text(VERDICTS[part.now.verdict])
    return _(message, part=claim_text(part.test.part), verdict=verdict, why=part.now.why)


def claim_schools(figures: pd.DataFrame, *, level: float = 0.95) -> ReportTable | Notice:
    """Return the current results, in every indicator, of the schools that a founding claim names.

    Parameters
    ----------
    figures
        OBSERVATIONS of these schools, as `claim_school_figures` loads them.
    level
        Confidence level, 0-1.

    Returns
    -------
    ReportTable or Notice
        A row for each indicator and year, a column for each school, in the order of the claim; no school is ranked. A
        notice if there are no numbers.

    See Also
    --------
    claims_ledger : The claims themselves.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> table = sa.report.claim_schools(sa.report.claim_school_figures(up_to=2011))
    >>> [column.label for column in table.columns][1]
    'Rainier Beach High School'
    """
    load = "load them with sa.report.claim_school_figures(up_to=…)"
    if len(schema.check_table(figures, "figures", load)):
        schema.check_table(figures, "figures", load, ["unit"])
    dated = next(claim for claim in catalog.claims().values() if claim.schools)
    title = _(
        N_("The five schools of the state's list of {date}, now"), date=claim_text(dated.date)
    )
    if figures.empty:
        nothing = Text(N_("Our data have no numbers for these schools."))
        return Notice.of_texts(title, nothing)
    shown = _findings_of(figures, level)
    codes = [code for claim in catalog.claims().values() for code in claim.schools]
    codes = list(dict.fromkeys(codes))
    lines: dict[tuple[str, int], dict[str, Finding]] = {}
    for finding in (finding for finding in shown if finding.row.publish != "nothing"):
        row = finding.row
        lines.setdefault((str(_name_finding(finding)), row.end_year), {})[row.organization_id] = (
            finding
        )
    rows = tuple(
        (
            _("{what}, {year}", first := next(iter(cells.values())), what=_name_finding(first)),
            *(_cell(cells[code]) if code in cells else None for code in codes),
        )
        for cells in lines.values()
    )
    names = {finding.row.organization_id: finding for finding in shown}
    columns = (
        TextColumn("figure", Text(N_("What"))),
        *(TextColumn(code, _school_name(code, names), "right") for code in codes),
    )
    note = Text(
        N_(
            "The schools serve different grades and students: their numbers are not compared with one another, and "
            "rank nobody."
        )
    )
    return ReportTable(TableTexts(title, columns, rows, note), Findings(shown))


def _findings_of(figures: pd.DataFrame, level: float) -> list[Finding]:
    is_share = figures["unit"].isin(SHARES)
    return [
        *findings(
            school_rates(
                figures[is_share],
                variation=pd.DataFrame([entry.model_dump() for entry in catalog.year_variation()]),
                levels=catalog.level_rules().schools,
                level=level,
            )
        ),
        *(findings(averages(figures[~is_share])) if not is_share.all() else ()),
    ]


def _school_name(code: str, shown: Mapping[str, Finding]) -> Arg:
    """Return the name of a school, as its findings have it."""
    if code in shown:
        return Text("{place_name}", of=shown[code])
    return claim_tests.school_name(code)


def _cell(finding: Finding) -> Text:
    """Return a figure, or of all students enrolled their number."""
    row = finding.row
    everyone = row.is_composition and row.student_group == "all"
    return Text("{n}" if everyone else "{value_label}", of=finding)


def _name_finding(finding: Finding) -> Text:
    row = finding.row
    if not row.is_composition:
        return Text("{title}", of=finding)
    if row.student_group == "all":
        in_fall = row.indicator != "enrollment"
        return Text(N_("Students in fall, first count") if in_fall else N_("Students enrolled"))
    return Text("{label}", of=finding)


# what is drawn of a claim -------------------------------------------------------------------------

Line = dict[str, Any]
"""What is drawn of a claim, in percent of a line, and the words at its marks."""


def line_of(claim: FoundingClaim, records: Sequence[Record]) -> Line:
    """Return what is drawn for a claim: the number that it names, or what it is compared with, and the newest numbers.

    ``claimed`` and each of ``now`` are the ends of a mark, ``words`` the labels of both, and ``is_here`` whether the
    newest number is for the place. A line of shares runs from none to all, a line of amounts or ratios from zero.
    Where there are no current numbers, ``none`` says so.
    """
    for test in sorted(claim.tests, key=lambda one: getattr(one, "of", "") == "district"):
        match test:
            case ShareTest() | SchoolsTest():
                line = _share_line(test, records)
            case PartOfSchoolsTest():
                line = _part_line(test, records)
            case LevelsTest():
                line = _levels_line(test, records)
            case HigherTest():
                compared = [one for one in claim.tests if isinstance(one, HigherTest)]
                line = _amounts_line(compared, records)
            case GroupGapsTest():
                line = _ratio_line(test, records)
            case UnpublishedTest():
                line = _answers_line(test, records)
            case _:
                line = None
        if line is not None:
            return line
    return {"none": translate(N_("no data"))}


def _share_line(test: ShareTest | SchoolsTest, records: Sequence[Record]) -> Line | None:
    """Return the share that a test names, and the newest number that it refers to."""
    number = getattr(test, "claimed", None)
    low, high = (test.low, test.high) if number is None else (number, number)
    level = "school" if getattr(test, "of", "place") == "highest_school" else "place"
    wanted = (level, test.figure.indicator, test.figure.student_group or "all")
    names = ("organization_level", "indicator", "student_group")
    every = [one for one in records if tuple(one[name] for name in names) == wanted]
    shown = [one for one in every if one["publish"] != "nothing" and one["measure"] in _LEVELS]
    if low is None or high is None or not shown:
        return None
    return _shares([low, high], [_ends_of(_newest(shown)[0])])


def _part_line(test: PartOfSchoolsTest, records: Sequence[Record]) -> Line | None:
    """Return the part of schools that a test names, and the newest part: of a place in that of its district."""
    own = [one for one in records if one["indicator"] == test.figure.indicator]
    marked = [one["numerator"] for one in _newest(own)]
    if len(marked) != 2 or not all(isinstance(one, int) and one > 0 for one in marked):
        return None
    place, district = sorted(marked)
    return _shares([test.claimed] * 2, [[place / district] * 2])


def _levels_line(test: LevelsTest, records: Sequence[Record]) -> Line | None:
    """Return how many schools of the place are at a level or above, of all; that none is was claimed."""
    measure = f"level_share_{test.none_from}{LEVELS[-1]}"
    shown = [one for one in records if one["measure"] == measure and one["publish"] != "nothing"]
    if not shown or not shown[0]["n"]:
        return None
    ends, schools = _ends_of(shown[0]), shown[0]["n"]
    counts = "–".join(dict.fromkeys(f"{end * schools:.0f}" for end in ends))
    line = _shares([0.0, 0.0], [ends])
    return line | {
        "words": [
            translate(_CLAIM, number="0"),
            translate(N_("{some} of {schools}"), some=counts, schools=schools),
        ]
    }


def _amounts_line(tests: Sequence[HigherTest], records: Sequence[Record]) -> Line | None:
    """Return the newest amounts that tests compare, of the place and of the other one."""
    codes = [one.figure.indicator for one in tests]
    own = [one for one in records if one["indicator"] in codes and one["unit"] not in SHARES]
    shown = [one for one in own if one["publish"] == "point"]
    newest = [one for one in _newest(shown) if one["organization_level"] != "school"]
    both = [one for one in newest if one["indicator"] == newest[0]["indicator"]]
    if len(both) != 2 or min(one["estimate"] for one in both) <= 0:
        return None
    now, other = ((one["estimate"], str(one["value"])) for one in both)
    return _compared_line(now, other, is_here=True)


def _ratio_line(test: GroupGapsTest, records: Sequence[Record]) -> Line | None:
    """Return the ratio that is surely largest of those that a test compares, and that of equals."""
    own = [one for one in records if one["indicator"] == test.figure.indicator]
    shown = [one for one in own if one["measure"] == "ratio" and one["publish"] == "point"]
    sure = [one for one in _newest(shown) if (one["ci_low"] or 0.0) > 1]
    if not sure:
        return None
    most = max(sure, key=lambda one: one["ci_low"])
    equal = 1.0, translate(N_("equal"))
    return _compared_line((most["estimate"], str(most["value"])), equal, is_here=test.of == "place")


def _answers_line(test: UnpublishedTest, records: Sequence[Record]) -> Line | None:
    """Return the share that was claimed, and answers that are published in place of those that it is about."""
    codes = [figure.indicator for figure in test.figures]
    own = [one for one in records if one["indicator"] in codes and one["publish"] == "point"]
    here = [one for one in own if own and one["organization_id"] == own[0]["organization_id"]]
    if not here or test.claimed is None:
        return None
    return _shares([test.claimed] * 2, [_ends_of(one) for one in _newest(here)])


def _newest(records: Sequence[Record]) -> list[Record]:
    newest = max((one["end_year"] for one in records), default=0)
    return [one for one in records if one["end_year"] == newest]


def _ends_of(record: Record) -> list[float]:
    """Return both ends of a share, equal where it is a number."""
    if record["publish"] != "range":
        counted = record["numerator"], record["n"]  # rounded once
        return [counted[0] / counted[1] if all(counted) else record["estimate"]] * 2
    return [
        record["bound_low"] or 0.0,
        1.0 if record["bound_high"] is None else record["bound_high"],
    ]


def _shares(claimed: Sequence[float], now: Sequence[Sequence[float]]) -> Line:
    """Return shares on a line to all, in whole percents; several are named by the lowest and the highest."""
    span = [min(low for low, _high in now), max(high for _low, high in now)]
    return {
        "claimed": [100 * end for end in claimed],
        "now": [[100 * end for end in ends] for ends in now],
        "words": [
            translate(_CLAIM, number=_whole_percents(claimed)),
            _whole_percents(span, is_range=len(now) == 1),
        ],
        "is_here": True,
    }


def _whole_percents(ends: Sequence[float], *, is_range: bool = True) -> str:
    """Return a share in whole percents; a range is rounded outward, the lowest and the highest number are not."""
    low, high = (100 * end for end in ends)
    if is_range and low < high:
        low, high = floor(low + _HAIR), ceil(high - _HAIR)
    return "–".join(dict.fromkeys(f"{end:.0f}" for end in (low, high))) + "%"


def _compared_line(now: tuple[float, str], equal: tuple[float, str], *, is_here: bool) -> Line:
    """Return a number and what it is compared with on a line from zero, with room for words at its end."""
    (own, words), (other, other_words) = now, equal
    end = _ROOM * max(own, other) / 100
    return {
        "claimed": [other / end] * 2,
        "now": [[own / end] * 2],
        "words": [other_words, words],
        "is_here": is_here,
    }


_LEVELS = ("rate", "count", "average")
_CLAIM = N_("claim {number}")
_ROOM, _HAIR = 1.25, 1e-6
