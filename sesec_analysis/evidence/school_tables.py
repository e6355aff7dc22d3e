"""Build the tables of a school's fact sheet: next to the schools of its level, strengths, and over the years.

A strength is no rank, and a figure without one says nothing against a school: small schools have wide intervals.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from math import sqrt
from operator import attrgetter

import pandas as pd

from sesec_analysis import catalog, i18n, schema
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.answers import Ends, is_strength
from sesec_analysis.evidence.described import specs
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.tables import (
    GIVEN,
    Layout,
    ReportTable,
    TableTexts,
    TextColumn,
    shared_text,
)
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.headlines import whole_size
from sesec_analysis.evidence.wording.numbers import grade_text
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, EntryText, List, Text, Year, _

__all__ = [
    "TESTS",
    "Question",
    "beats_its_level",
    "better_of",
    "compare_school",
    "comparison_text",
    "few_tested",
    "fewer_took",
    "findings_of",
    "known_of",
    "level_place",
    "line_name",
    "lines_of",
    "make_compare_school",
    "make_over_years",
    "make_strengths",
    "of_tested",
    "over_years",
    "reach_of",
    "share_tested",
    "side_of",
    "strengths",
    "texts_of",
    "who_took",
]


Question = tuple[str, str, int, str, str, str]
"""What one row of such a table asks: indicator, measure, year, grade, and the student group with its type."""

Lines = Mapping[Question, Mapping[str, Finding]]
"""For each question, the findings that answer it, by organization."""

_NOTHING = N_("Our data have no numbers for this school.")
_ONE_YEAR = N_("No number for this school has two years that can be compared.")


def compare_school(
    estimates: pd.DataFrame,
    *,
    school: str,
    caption: str,
    groups: Collection[str] | None = None,
    indicators: Sequence[str] | None = None,
    layout: Layout = "rows",
    peers: pd.DataFrame | None = None,
) -> ReportTable | Notice:
    """Return a table of a school's numbers next to those of its place, its district, and the state.

    Parameters
    ----------
    estimates
        ESTIMATES of the school and of those it is compared with (`nearby_schools`), of any indicators. Pass
        all groups of a partition of enrollment, so that the gate sees the groups next to a small one. Of gaps between
        the school and its level (`compare`), `strips` say the size.
    school
        The state's code of the school.
    caption
        What the table shows.
    groups
        Codes of the student groups to print; None prints all.
    indicators
        Codes of the indicators to print, in their order; None prints all.
    layout
        How the table is set: `rows`, or `strips` of shares.
    peers
        ESTIMATES of other schools, which strips draw too and no table prints: those that may be shown.

    Returns
    -------
    ReportTable or Notice
        A row for every question that has a figure of the school, withheld ones included. Where others have no figure
        of the same year, grade and group, their cell is empty. A notice if the school has none.

    See Also
    --------
    strengths : Those of the rows in which the school does better than the schools of its level, beyond chance.

    Examples
    --------
    >>> from sesec_analysis import schema
    >>> met = schema.conform_estimates(pd.DataFrame({
    ...     "indicator": "ela_met", "end_year": 2024, "grade_level": "all", "student_group_type": "all",
    ...     "student_group": "all", "organization_level": ["school", "place"], "organization_id": ["2120", "seattle"],
    ...     "organization_name": ["Rising Star Elementary School", "Seattle Public Schools"], "measure": "rate",
    ...     "estimate": [0.566, 0.641], "ci_low": [0.486, 0.635], "ci_high": [0.642, 0.647], "ci_level": 0.95,
    ...     "n_low": [152, 24000], "n_high": [152, 24000], "unit": "proportion", "status": "ok",
    ...     "source_ids": "synthetic"}))
    >>> print(compare_school(met, school="2120", caption="Tests").rows[0][1:])
    ('57% (48–65%)', '152', '64% (63–65%)')
    """
    every = findings_of(estimates)
    lines = lines_of(every, school)
    asked = {line: cells for line, cells in lines.items() if groups is None or line[4] in groups}
    if indicators is not None:
        kept = [line for line in asked if line[0] in indicators]
        kept.sort(key=lambda line: indicators.index(line[0]))
        asked = {line: asked[line] for line in kept}
    # Only what is shown is described: what no table prints is in no file.
    given = [finding for cells in asked.values() for finding in cells.values()]
    if layout == "strips":
        given += _sizes_of(every, asked)
    others = _by_question(Findings(()) if peers is None else findings_of(peers))
    near = [one for line in asked for one in others[line].values() if one.row.publish != "nothing"]
    options = {"school": school, "caption": caption, "layout": layout, "peers": len(near)}
    return specs.describe_or_make(
        make_compare_school, Spec("compare_school", Findings([*given, *near]), options)
    )


def findings_of(estimates: pd.DataFrame) -> Findings:
    """Return the findings of ESTIMATES, none of a table without rows."""
    if schema.check_table(estimates, "estimates").empty:
        return Findings(())
    return findings(estimates)


def make_compare_school(given: Spec) -> ReportTable | Notice:
    """Make what `compare_school` returns; the last of its findings are those of ``peers``."""
    school, caption, layout = (given.options[name] for name in ("school", "caption", "layout"))
    end = len(given.input) - given.options["peers"]
    peers, asked = given.input[end:], lines_of(given.input[:end], school)
    if not asked:
        return Notice.of_texts(EntryText(caption, GIVEN), Text(_NOTHING))
    if layout == "strips":
        asked, texts, shown = _judge_lines(asked, given.input, school, caption)
    else:
        texts, shown = texts_of(asked, school, caption)
    made = ReportTable(texts, shown, layout)
    tested = of_tested(given.input, asked, school) if layout == "strips" else []
    if not peers and not tested:
        return made
    others = _by_question(peers)  # no text names them
    of_rows = {one.id for cells in asked.values() for one in cells.values()}
    drawn = [
        finding
        for line, cells in asked.items()
        for finding in sorted(
            [
                *cells.values(),
                *(one for one in others[line].values() if one.row.publish != "nothing"),
            ],
            # Sorted by code, whatever is withheld: the school's own place in a row would tell of it.
            key=lambda one: one.row.organization_id,
        )
    ]
    drawn += [*tested, *(one for one in made.findings if one.id not in of_rows)]
    ids = [frozenset(one.id for one in some) for some in (drawn, (*made.findings, *tested))]
    return replace(made, findings=Findings(drawn), unnamed=ids[0] - ids[1])


def of_tested(given: Findings, rows: Lines, school: str) -> list[Finding]:
    """Return what those did who took the tests of some rows, at a school and its level, where it is a number."""
    asked = {(f"{line[0]}{_TESTED}", line[2]) for line in rows}
    own = {
        one.id: one
        for one in given
        if (one.row.indicator, one.row.end_year) in asked
        and one.row.organization_id in (school, level_place(school))
        and one.row.publish == "point"
        and one.row.measure == "rate"
    }
    at_school = {one.row.indicator for one in own.values() if one.row.organization_id == school}
    return [one for one in own.values() if one.row.indicator in at_school]


def over_years(estimates: pd.DataFrame, *, school: str, caption: str) -> ReportTable | Notice:
    """Return a table of a school's numbers over the school years, which a screen draws as lines.

    Parameters
    ----------
    estimates
        ESTIMATES of the school in several years, of any indicators.
    school
        The state's code of the school.
    caption
        What the table shows.

    Returns
    -------
    ReportTable or Notice
        A row for each indicator that has figures of two years or more, withheld ones included, and a column for each
        school year. A notice if none has.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> home = sa.history("disciplined", up_to=2019, organization_id="2182", grade_level="all", student_group="all")
    >>> over_years(sa.rates(home[-2:]), school="2182", caption="Before").rows
    (('Suspended or expelled', '3.8%', '3.9%'),)
    """
    own = [
        one for of in _over_years(findings_of(estimates), school).values() for one in of.values()
    ]
    options = {"school": school, "caption": caption}
    return specs.describe_or_make(make_over_years, Spec("over_years", Findings(own), options))


def _over_years(given: Findings, school: str) -> dict[str, dict[int, Finding]]:
    """Return the figures that a school has in several years, by question and by year."""
    rows: dict[tuple[str, ...], dict[int, Finding]] = defaultdict(dict)
    for (indicator, _measure, year, grade, group, _type), cells in lines_of(given, school).items():
        what = str(line_name(cells[school], several=True))
        rows[what, indicator, grade, group][year] = cells[school]
    return {row[0]: dict(sorted(of.items())) for row, of in rows.items() if len(of) > 1}


def make_over_years(given: Spec) -> ReportTable | Notice:
    """Make what `over_years` returns."""
    school, caption = given.options["school"], given.options["caption"]
    several = _over_years(given.input, school)
    if not several:
        return Notice.of_texts(EntryText(caption, GIVEN), Text(_ONE_YEAR))
    years = sorted({year for of in several.values() for year in of})
    columns = (
        TextColumn("figure", Text(N_("Measure"))),
        *(TextColumn(f"year_{year}", Year(year, calendar=True), "right") for year in years),
    )
    rows = tuple(
        (
            line_name(next(iter(of.values())), several=True),
            *(_value(of[year]) if year in of else None for year in years),
        )
        for of in several.values()
    )
    shown = Findings([finding for of in several.values() for finding in of.values()])
    source = citation.source_line_text("; ".join(finding.row.source_ids for finding in shown))
    notes = [note for of in several.values() for note in _break_notes(of)]
    note = List((*notes, source), joined="", separator=" ") if notes else source
    texts = TableTexts(EntryText(caption, GIVEN), columns, rows, note)
    return ReportTable(texts, shown, "years")


def _break_notes(of: Mapping[int, Finding]) -> list[Text]:
    """Return a note for each year from which on figures of a school are not comparable with its earlier ones."""
    finding = of[max(of)]
    code = finding.row.indicator
    text = N_("{title}: years before {then} can’t be compared with later ones ({reason}).")
    return [
        _(
            text,
            finding,
            then=Year(stop.at, calendar=True),
            reason=EntryText(stop.reason, f"indicators.yml: {code}"),
        )
        for stop in catalog.indicator(code).breaks
        if min(of) < stop.at <= max(of)
    ]


def lines_of(given: Findings, school: str) -> Lines:
    """Return findings by question and organization: the questions that the school has a figure of."""
    lines = _by_question(given)
    return {
        line: cells for line, cells in lines.items() if school in cells and _says(cells[school].row)
    }


def _by_question(given: Findings) -> defaultdict[Question, dict[str, Finding]]:
    lines: defaultdict[Question, dict[str, Finding]] = defaultdict(dict)
    for finding in given:
        if finding.row.measure != "gap":
            lines[_QUESTION(finding.row)][finding.row.organization_id] = finding
    return lines


_QUESTION = attrgetter(
    *("indicator", "measure", "end_year", "grade_level", "student_group", "student_group_type")
)


def _says(row: Row) -> bool:
    """Whether there is a figure at all, be it withheld."""
    return not (row.publish == "nothing" and row.status in ("undefined", "break"))


def texts_of(lines: Lines, school: str, caption: str) -> tuple[TableTexts, Findings]:
    """Return lines as a table; the school's column comes first, with of how many students or answers it is.

    Of shares of all students, the number of these is a row, and of averages none is told.
    """
    order = list(dict.fromkeys(code for cells in lines.values() for code in cells))
    order = [school, *(code for code in order if code != school)]
    named = {code: finding for cells in lines.values() for code, finding in cells.items()}
    own = [cells[school] for cells in lines.values()]
    counted = shared_text("{counted}", own, capital=True)
    number = TextColumn("n", counted or Text(N_("Number")), "right")
    is_told = not all(one.row.is_composition or one.row.measure == "average" for one in own)
    # Rows are named by what distinguishes them.
    several = len({line[:2] for line in lines}) > 1 or len({line[4] for line in lines}) == 1
    of_groups = not several or all(one.row.is_composition for one in own)
    columns = (
        TextColumn("figure", Text(N_("Student group") if of_groups else N_("Measure"))),
        TextColumn("school", Text(N_("This school")), "right"),
        *([number] if is_told else []),
        *(TextColumn(code, Text("{place_name}", of=named[code]), "right") for code in order[1:]),
    )
    year = shared_text("{end}", own)
    # A year that all share is in the caption.
    names = {line: line_name(cells[school], several) for line, cells in lines.items()}
    rows = tuple(
        (
            names[line] if year else _("{what}, {end}", cells[school], what=names[line]),
            _cell(cells[school]),
            *([_n(cells[school], is_named=counted is not None)] if is_told else []),
            *(_cell(cells[code]) if code in cells else None for code in order[1:]),
        )
        for line, cells in lines.items()
    )
    shown = Findings([cells[code] for cells in lines.values() for code in order if code in cells])
    sources = citation.source_line_text("; ".join(finding.row.source_ids for finding in shown))
    withheld = _withheld_notes(lines, names, school)
    note = List((*withheld, sources), joined="", separator=" ") if withheld else sources
    title = EntryText(caption, GIVEN)
    whole = _("{what}, {year}", what=title, year=year) if year else title
    return TableTexts(whole, columns, rows, note), shown


def _judge_lines(
    lines: Lines, given: Findings, school: str, caption: str
) -> tuple[Lines, TableTexts, Findings]:
    """Return the rows of a front: whole percents, those of its level, and in words how the school's number compares.

    How those did who took a test is a mark next to its result. How many took it is a row where it says that the
    result is not one of all students: few took it, and surely fewer than at the schools of the level.
    """
    by_code = {line[0]: line for line in lines}
    of_level = level_place(school)
    untold = {
        took
        for test in by_code
        if (took := share_tested(by_code, test))
        and not fewer_took(lines[by_code[took]][school], lines[by_code[took]].get(of_level))
    }
    rows = {
        line: cells
        for line, cells in lines.items()
        if line[0] not in untold and line[0].removesuffix(_TESTED) not in {*by_code} - {line[0]}
    }
    texts, shown = texts_of(rows, school, caption)
    others = [column for column in texts.columns[2:] if column.name != "n"]
    columns = (*texts.columns[:2], *others, TextColumn("answer", Text(N_("In words"))))
    gaps = (one for one in given if one.row.measure == "gap")
    sizes = {(one.row.indicator, one.row.student_group): one for one in gaps}
    used: list[Finding] = []
    made: list[tuple[Arg | None, ...]] = []
    for line, cells in rows.items():
        asked = (school, *(column.name for column in others))
        numbers = [Text("{whole}", of=cells[code]) if code in cells else None for code in asked]
        size, found = sizes.get((line[0], line[4])), cells.get(of_level)
        words = comparison_text(cells[school], found, size)
        if size and words.of is size:
            used.append(size)
        what = line_name(cells[school], several=True)
        title = _("{what}, {year}", what=what, year=Year(line[2], calendar=True))
        made.append((title, *numbers, words))
    shown = Findings([*shown, *used])
    return rows, replace(texts, columns=columns, rows=tuple(made)), shown


_TESTED = "_tested"


def _sizes_of(every: Findings, asked: Lines) -> list[Finding]:
    """Return how far a school is from its level in the rows of a table, where that may be shown."""
    years = {line[0]: line[2] for line in asked}
    gaps = (one for one in every if one.row.measure == "gap" and one.row.publish != "nothing")
    return [one for one in gaps if years.get(one.row.indicator) == one.row.end_year]


def line_name(finding: Finding, several: bool) -> Arg:
    """Return what a row of a school's numbers is of; ``several`` if the rows are of more than one indicator."""
    row = finding.row
    # Where a survey's level is the school's own, it adds nothing for the reader.
    school = catalog.schools().get(row.organization_id)
    plain = row.student_group in ("all", school.level if school else "")
    what = "{title}" if plain else "{title}: {label}"
    name = Text("{label}" if row.is_composition or not several else what, of=finding)
    grade = grade_text(row.grade_level)
    return _("{what}, {grade}", finding, what=name, grade=grade) if grade else name


def _n(finding: Finding, *, is_named: bool) -> Text | None:
    if not finding.printed.n:
        return None
    # And of what, unless the heading names that.
    msgid = "{n}" if is_named else labels.numbered_message(finding.row)
    return Text(msgid, of=finding)


def _cell(finding: Finding) -> Text:
    shown = finding.printed
    if finding.row.is_composition and finding.row.student_group == "all":
        return Text("{n}", of=finding)
    value = _value(finding)
    if finding.row.publish == "range":
        value = _(N_("range {value}"), finding, value=value)
    if shown.interval in ("", shown.value):
        return value
    return _("{value} ({interval})", finding, value=value, interval=Text("{whole_interval}"))


def _value(finding: Finding) -> Text:
    """Return a share in whole percents, any other number as it is printed."""
    is_share = finding.row.unit in schema.SHARES
    return Text("{whole}" if is_share else "{value_label}", of=finding)


def _withheld_notes(lines: Lines, names: Mapping[Question, Arg], school: str) -> list[Arg]:
    """Return in a sentence for each column which of its numbers are not shown, and why; the school's first."""
    hidden: dict[str, dict[Question, Finding]] = {school: {}}
    for line, cells in lines.items():
        for code, finding in cells.items():
            if finding.row.publish == "nothing":
                hidden.setdefault(code, {})[line] = finding
    sentences: list[Arg] = []
    for code, found in hidden.items():
        if not found:
            continue
        what, reasons = _reasons(found, names)
        if code != school:
            place = Text("{place_name}", of=next(iter(found.values())))
            sentences.append(_(N_("{place}, not shown: {what}."), place=place, what=what))
        elif len(found) == len(lines) > 1:
            why = List(tuple(reasons), joined="")
            sentences.append(
                _(N_("Nothing in this table is shown for this school: {why}."), why=why)
            )
        else:
            sentences.append(_(N_("Not shown for this school: {what}."), what=what))
    return sentences


def _reasons(
    hidden: Mapping[Question, Finding], names: Mapping[Question, Arg]
) -> tuple[Arg, list[Arg]]:
    """Return the names of withheld numbers with their reasons, and each reason once."""
    why: dict[str, dict[str, Arg]] = defaultdict(dict)  # names by reason, each once and in order
    reasons: dict[str, Arg] = {}
    for line, finding in hidden.items():
        reason = _("{reason}", finding, reason=finding.row.reason)
        reasons.setdefault(str(reason), reason)
        why[str(reason)].setdefault(str(names[line]), names[line])
    parts = tuple(
        _("{names} ({reason})", names=_all_of(shown.values()), reason=reasons[reason])
        for reason, shown in why.items()
    )
    return _all_of(parts), list(reasons.values())


def _all_of(texts: Iterable[Arg]) -> List:
    return List(tuple(texts), joined="", separator="; ")


_TYPICAL_GROWTH, _CHANCE_OF_MEDIAN = 50.0, 98.0
"""Half of the state's students grow by less than the 50th percentile. The median percentile of n students who grow as
all do moves by chance with a standard error of 50 / sqrt(n), and so stays within 98 / sqrt(n) in 95 of 100 years."""

_OLDER = 6
"""Lowest grade of the schools whose discipline is compared: everywhere, schools send home fewer young children."""

_STRENGTHS = N_("Strengths")
_NO_COMPARISON = N_(
    "There is no comparison here: no number of this school has both an interval and a number of other schools of "
    "its level to compare it with."
)


def strengths(
    estimates: pd.DataFrame,
    *,
    school: str,
    against: str | None = None,
    caption: str = "Strengths",
) -> ReportTable | Notice:
    """Return the outcomes in which a school does better than the schools of its level together, beyond chance.

    Parameters
    ----------
    estimates
        ESTIMATES as for `compare_school`: of the school and of those it is compared with.
    school
        The state's code of the school.
    against
        The place that it is compared with. None: the schools of its level; a school of another level has no strengths
        to be told but growth.
    caption
        What the table shows, where there is one.

    Returns
    -------
    ReportTable or Notice
        A row for each strength, as in `compare_school`, the newest first; no row if there is none, and a notice if
        nothing can be compared.

    See Also
    --------
    compare_school : All figures.

    Notes
    -----
    Rule: the whole interval of a figure, chance and withheld numbers included, lies on the good side of whatever the
    figure of the others can be, and the figure itself is better by more than 2 points (`is_strength`). Growth, for
    which no place has a figure, is a strength where the median percentile lies above 50 by more than chance gives to so
    many students. Shares of enrollment are no outcomes.
    Figures without an interval, and those for which neither side is better, are not compared; nor is the discipline of
    schools with grades below 6.

    Examples
    --------
    >>> from sesec_analysis import schema
    >>> met = schema.conform_estimates(pd.DataFrame({
    ...     "indicator": "ela_met", "end_year": 2024, "grade_level": "all", "student_group_type": "all",
    ...     "student_group": "all", "organization_level": ["school", "place"],
    ...     "organization_id": ["2182", "seattle_high"],
    ...     "organization_name": ["Franklin High School", "High schools of Seattle"], "measure": "rate",
    ...     "estimate": [0.7, 0.641], "ci_low": [0.65, 0.635], "ci_high": [0.75, 0.647], "ci_level": 0.95,
    ...     "n_low": [300, 24000], "n_high": [300, 24000], "unit": "proportion", "status": "ok",
    ...     "source_ids": "synthetic"}))
    >>> strengths(met, school="2182").rows[0][1:]
    ('70% (65–75%)', '300', '64% (63–65%)')
    """
    other = against or level_place(school)
    compared = [
        cells[code]
        for cells in lines_of(findings_of(estimates), school).values()
        for code in (school, other)
        if code in cells
    ]
    options = {"school": school, "against": other, "caption": caption}
    return specs.describe_or_make(make_strengths, Spec("strengths", Findings(compared), options))


def make_strengths(given: Spec) -> ReportTable | Notice:
    """Make what `strengths` returns."""
    school, other, caption = (given.options[name] for name in ("school", "against", "caption"))
    lines = lines_of(given.input, school)
    order = [
        line for line, cells in lines.items() if beats_its_level(cells[school], cells.get(other))
    ]
    if not order:
        if any(_can_compare(own[school], own.get(other)) for own in lines.values()):
            return ReportTable(TableTexts(Text(_STRENGTHS), (), ()), Findings(()), "deck")
        return Notice.of_texts(Text(_STRENGTHS), Text(_NO_COMPARISON))
    order.sort(key=lambda line: -line[2])
    kept = {
        line: {code: lines[line][code] for code in (school, other) if code in lines[line]}
        for line in order
    }
    return ReportTable(*texts_of(kept, school, caption))


def beats_its_level(finding: Finding, other: Finding | None) -> bool:
    """Return whether a school's figure is a strength, next to that of others."""
    if finding.row.publish == "nothing":
        return False
    if finding.row.indicator.startswith("growth_"):
        return _grew_more(finding)
    better = better_of(finding)
    if other is None or other.row.publish == "nothing" or better == "neutral":
        return False
    return is_strength(
        reach_of(finding),
        known_of(finding),
        known_of(other),
        higher_is_better=better == "higher_is_better",
        is_share=finding.row.unit in schema.SHARES,
    )


def _can_compare(finding: Finding, other: Finding | None) -> bool:
    """Return whether there is a number of the school to compare, and one to compare it with."""
    if finding.row.publish == "nothing":
        return False
    if finding.row.indicator.startswith("growth_"):
        return True
    is_there = other is not None and other.row.publish != "nothing"
    return is_there and better_of(finding) != "neutral" and None not in reach_of(finding)


def better_of(finding: Finding) -> str:
    """Return which side is the better one of an outcome of a school."""
    if finding.row.indicator == "disciplined" and not _has_older_students_only(
        finding.row.organization_id
    ):
        return "neutral"
    return (
        "neutral"
        if finding.row.is_composition
        else catalog.indicator(finding.row.indicator).direction
    )


def _has_older_students_only(school: str) -> bool:
    entry = catalog.schools().get(school)
    lowest = entry.lowest_grade if entry else ""
    return lowest.isdigit() and int(lowest) >= _OLDER


def _grew_more(finding: Finding) -> bool:
    median, students = finding.printed.numbers["estimate"], finding.row.n_low
    if median is None or not students:
        return False
    return median - _TYPICAL_GROWTH > _CHANCE_OF_MEDIAN / sqrt(students)


# in words -----------------------------------------------------------------------------------------


_FEW = 0.9
"""Below this share of students who took a test, its result says as much about who took it as about learning."""
TESTS = {"ela_met": "ela_tested", "math_met": "math_tested"}
"""The results of tests, and the indicator of how many students took each."""
_HIGHER, _LOWER, _SAME = N_("Higher."), N_("Lower."), N_("About the same.")
_CHANCE, _UNKNOWN = N_("Could be chance."), N_("Can't tell: part is withheld.")
_ALONE, _HIDDEN = N_("No number to compare with."), N_("Withheld.")


def level_place(school: str) -> str:
    """Return the code of the place that holds the schools of a school's level; an empty text if there is none."""
    entry = catalog.schools().get(school)
    level = entry.level if entry else None
    matching = (code for code, place in catalog.places().items() if level and place.level == level)
    return next(matching, "")


def reach_of(finding: Finding) -> Ends:
    """Return the ends of a figure with chance and withheld numbers, as printed; nothing where chance has no part."""
    numbers = finding.printed.numbers
    if finding.row.publish == "point":
        return numbers["ci_low"], numbers["ci_high"]
    return numbers["outer_low"], numbers["outer_high"]


def known_of(finding: Finding) -> Ends:
    """Return the least and the most that a figure can be, without chance."""
    return finding.printed.ends


def comparison_text(finding: Finding, other: Finding | None, size: Finding | None = None) -> Text:
    """Return how a number of a school lies next to that of its level.

    Parameters
    ----------
    finding, other
        The number of the school, and that of the schools of its level.
    size
        How far they are apart; None where that is not known.
    """
    words = _comparison_side(finding, other)
    sized = _SIZED.get(words)
    if sized is None or size is None or other is None or not whole_size(size, i18n.ENGLISH):
        return Text(words)
    within = catalog.indicator(finding.row.indicator).margin or 0.0
    if words == _CHANCE and within >= _POINT and _is_within(known_of(size), (0.0, 0.0), _POINT):
        return Text(_ALIKE, of=size)
    mine, theirs = known_of(finding), known_of(other)
    if not (_below(mine, theirs) or _below(theirs, mine)):
        return Text(words)
    return Text(sized[not _below(mine, theirs)], of=size)


_SIZED = {
    _LOWER: (N_("{whole_size} lower."), N_("{whole_size} higher.")),
    _HIGHER: (N_("{whole_size} lower."), N_("{whole_size} higher.")),
    _CHANCE: (
        N_("{whole_size} lower; could be chance."),
        N_("{whole_size} higher; could be chance."),
    ),
}
"""What is said of a number that is lower than that of its level, or higher, with the size."""
_POINT = 0.01
_ALIKE = N_("Less than a point apart; could be chance.")
"""What is said of a difference of less, of what is told in whole percents."""


def side_of(finding: Finding, other: Finding) -> int:
    """Return 1 where a number of a school is higher than that of its level beyond doubt, -1 where it is lower, or 0."""
    if "nothing" in (finding.row.publish, other.row.publish):
        return 0
    mine, theirs = reach_of(finding), known_of(other)
    return int(_below(theirs, mine)) - int(_below(mine, theirs))


def _comparison_side(finding: Finding, other: Finding | None) -> str:
    if finding.row.publish == "nothing":
        return _HIDDEN
    if other is None or other.row.publish == "nothing":
        return _ALONE
    if side := side_of(finding, other):
        return _HIGHER if side > 0 else _LOWER
    mine, theirs = reach_of(finding), known_of(other)
    within = catalog.indicator(finding.row.indicator).margin or 0.0
    if _is_within(mine, theirs, within):
        return _SAME
    known = known_of(finding)
    is_open = "range" in (finding.row.publish, other.row.publish)
    apart = _below(known, theirs) or _below(theirs, known)
    return _UNKNOWN if is_open and not apart else _CHANCE


def _below(one: Ends, other: Ends) -> bool:
    return one[1] is not None and other[0] is not None and one[1] < other[0]


def _is_within(mine: Ends, theirs: Ends, within: float) -> bool:
    if None in (*mine, *theirs):
        return False
    low, high = mine
    least, most = theirs
    return most - within <= low and high <= least + within  # type: ignore[operator]


def who_took(test: str, found: list[Finding]) -> List:
    """Return the sentences on who took a test: what share did, their results, and how the state counts the rest."""
    took, took_there, tested, tested_there, met = found
    here = N_("{whole} of students here took the math test")
    if test == "ela_met":
        here = N_("{whole} of students here took the English test")
    year = Year(took.row.end_year, calendar=True)
    schools = labels.schools_of_level(took_there.row.organization_id)
    there = _(N_("{whole} in {schools}"), took_there, whole=Text("{whole}"), schools=schools)
    did, did_there = (
        Text(N_("{whole} met the standard here"), of=tested),
        Text(N_("{whole} there"), of=tested_there),
    )
    told = (
        _(N_("In {year}, {here}, {there}."), year=year, here=Text(here, of=took), there=there),
        _(N_("Among students tested, {here}, {there}."), here=did, there=did_there),
        Text(_OFFICIAL, of=met),
    )
    return List(told, joined="", separator=" ")


_OFFICIAL = N_(
    "The state’s number, {whole}, counts everyone who did not take the test as not meeting the standard."
)


def few_tested(took: Finding) -> bool:
    """Return whether fewer than 9 of 10 students took a test, as far as that is known."""
    number = took.printed.numbers["estimate"]
    return took.row.publish == "point" and number is not None and number < _FEW


def fewer_took(took: Finding, there: Finding | None) -> bool:
    """Return whether few students took a test, and surely fewer than at the schools of the level together."""
    return few_tested(took) and there is not None and side_of(took, there) < 0


def share_tested(indicators: Collection[str], indicator: str) -> str:
    """Return the indicator of how many took a test, where a table has both; else an empty text."""
    took = TESTS.get(indicator, "")
    return took if took in indicators else ""
