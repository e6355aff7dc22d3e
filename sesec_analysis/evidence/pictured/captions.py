"""Tell in words what a picture shows: title, subtitle, notes, alt text and long description, its table and its CSV."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import SeriesBreak, SeriesEvent
from sesec_analysis.evidence import citation, tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.gate.gate import care_words
from sesec_analysis.evidence.pictured import standing
from sesec_analysis.evidence.pictured.side_by_side import is_level
from sesec_analysis.evidence.tables import ReportTable, shared
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.fields import words_of
from sesec_analysis.evidence.wording.numbers import (
    grade_name,
    school_year,
    school_years,
    span_words,
)
from sesec_analysis.evidence.wording.reasons import reason_words
from sesec_analysis.i18n import AND, listed, mark, plural, say
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, List, Text, _

__all__ = [
    *("CSV", "Caption", "Named", "above", "by_groups", "called", "captioned", "compared", "counts", "ends"),
    *("ends_of_schools", "extremes", "funnel_highlights", "funnel_notes", "in_full", "in_panels", "joined"),
    *("long_description", "mapped", "named", "need", "not_drawn", "notes", "of_schools", "of_students", "panels"),
    *("school_measure", "school_name", "school_notes"),
    *("sides", "source", "span", "stops", "students", "subtitle", "subtitle_text", "time_notes", "title"),
    *("title_text", "usual_highlights", "usual_notes", "within"),
]  # fmt: skip


Named = Callable[[Finding], str]
"""What a finding is called in a figure: its group, its place, or both."""

LONGEST_ALT = 250
"""Characters of an alt text."""
CSV = (
    *("id", "label", "reference_label", "place", "grade_level", "school_year", "measure", "value"),
    *("estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"),
    *("n", "reference_n", "unit", "publish", "care", "rule", "reason", "source_ids"),
)
"""Columns of the figure's CSV: what is drawn, no number finer than it is printed."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Caption:
    """What stands beside a picture, made of the findings that it draws."""

    title: str
    subtitle: str
    caption: str = field(repr=False)
    source_line: str = field(repr=False)
    alt: str = field(repr=False)
    long_description: str = field(repr=False)
    table: ReportTable = field(repr=False)
    findings: Findings = field(repr=False)
    notes: str = field(default="", repr=False)  # the caption without the reading of the key
    is_synthetic: bool = False

    def csv_rows(self) -> list[dict[str, object]]:
        """Return what is drawn, a dict a row, no number finer than it is printed."""
        return [{name: record[name] for name in CSV} for record in self.findings.records()]

    def content(self) -> dict[str, object]:
        """Return everything as JSON values."""
        texts = ("title", "subtitle", "caption", "notes", "source_line", "alt", "long_description")
        content: dict[str, object] = {name: getattr(self, name) for name in texts}
        content |= {"table": self.table.to_json(), "csv_rows": self.csv_rows()}
        return content | {"findings": self.findings.records()}


def captioned(
    shown: Findings, *, kind: str, name: Named, highlights: Sequence[str], key: Iterable[str] = (),
    notes: Iterable[str] = (), by: str = "", heading: str = "", under: str | None = None, of: Findings | None = None,
    from_: str = "",
) -> Caption:  # fmt: skip
    """Return what stands beside a picture of findings.

    ``kind`` and ``highlights`` are for the alt text, ``key`` reads the marks. The title is ``heading``, or made of the
    findings (``of``, if not of all that is drawn) and of ``by``, what rows or lines are of; so is the subtitle, if not
    ``under``. ``from_`` is the source line of what holds no findings.
    """
    heading = heading or title(of or shown, by=by)
    under = subtitle(of or shown) if under is None else under
    made_up = is_synthetic(shown) if shown else catalog.is_synthetic()
    heading = marked_synthetic(heading) if made_up else heading
    note, caption = " ".join(notes), f"{heading}. {under}" if under else heading
    return Caption(
        title=heading,
        subtitle=under,
        caption=" ".join(filter(None, (f"{'; '.join(key)}." if key else "", note))),
        source_line=from_ or source(shown),
        alt=alt_text(kind, heading, under, highlights),
        long_description=long_description(shown, name),
        table=tables.of_findings(shown, caption=caption) if shown else ReportTable(caption, (), ()),
        findings=shown,
        notes=note,
        is_synthetic=made_up,
    )


def named(findings: Findings) -> Named:
    """Return what to call a finding: its group, its place, or both if both differ."""
    groups = len({finding.row.student_group for finding in findings}) > 1
    places = len({finding.row.organization_id for finding in findings}) > 1
    if groups and places:
        return within(lambda one: one.label)
    return (lambda one: one.place) if places else (lambda one: one.label)


def within(what: Named) -> Named:
    """Return what to call a finding of a place: what it is of, and the place."""
    return lambda one: say(
        "{group} in {place}", group=what(one), place=labels.organization_phrase(one.row.organization_id, one.names)
    )  # fmt: skip


def school_name(finding: Finding) -> str:
    """Return a school's name as short as it stays clear.

    Examples
    --------
    >>> from sesec_analysis.evidence.row import Row
    >>> school_name(Finding(Row("ela_met", 2019, "school", "2392", "Cleveland High School STEM", "all", "all", "all",
    ...                         "rate", "")))
    'Cleveland High STEM'
    """
    return re.sub(r" School(?= STEM$|$)", "", finding.place)


def called(finding: Finding) -> str:
    """Return the label beside the dot of a school that is named: its name, and its value as an axis gives the unit."""
    return f"{school_name(finding)} {finding.printed.mark}"


def joined(names: Sequence[str]) -> str:
    """Return names as a phrase.

    Examples
    --------
    >>> joined(["Asian", "Black or African American", "White"])
    'Asian, Black or African American, and White'
    """
    return listed(names, joined=AND if len(names) < 3 else mark("{first}, and {last}"))


def _panel(by: str, finding: Finding) -> str:
    """Return what a panel is called."""
    if by == "indicator":
        return catalog.indicator(finding.row.indicator).title
    if by == "grade_level":
        return grade_name(finding.row.grade_level).capitalize() or say("All grades")
    return finding.place if by == "organization_id" else finding.label


def in_panels(findings: Findings, by: str) -> Named:
    """Return what to call a finding: its panel, and its place where a panel has several."""
    several = len({_panel(by, one) for one in findings}) > 1
    places = len({one.row.organization_id for one in findings}) > 1 or not several
    placed = places and by != "organization_id"
    return lambda one: ", ".join([_panel(by, one)] * several + [one.place] * placed)


def panels(findings: Findings, by: str) -> Named:
    """Return what to call panels: of indicators whose titles begin with the same words, two or more, their own."""
    titles = {_panel(by, finding) for finding in findings}
    start, own, _ = labels.parted(titles)
    is_short = by == "indicator" and len(titles) > 1 and " " in start and all(own.values())

    def name(finding: Finding) -> str:
        title = _panel(by, finding)
        return labels.capital(own[title]) if is_short else title

    return name


def in_full(finding: Finding) -> str:
    """Return what to call a finding among others of all kinds."""
    parts = [catalog.indicator(finding.row.indicator).title, finding.label, finding.place]
    parts += [] if is_level(finding) else [catalog.measure(finding.row.measure).label]
    return ", ".join([*parts, school_year(finding.row.end_year)])


def mapped(finding: Finding) -> str:
    """Return what a map is called: its indicator, or the tests beside what is usual."""
    what = catalog.indicator(finding.row.indicator).title
    if finding.row.measure == "rate_less_expected":
        return say("{indicator}, beside what is usual", indicator=what)
    shares = finding.row.is_composition
    return say("{group}: {what}", group=finding.label, what=what.lower()) if shares else what


def of_students(finding: Finding) -> str:
    """Return how many students a finding is of."""
    n = finding.printed.n.replace(" to ", "–")
    of_all = n and finding.row.is_composition
    return say("of {counted}", counted=n) if of_all else f"n={n}" if n else ""


def by_groups(findings: Findings) -> str:
    """Return the type of the student groups that lines are of, all students aside; nothing for one group."""
    if len({finding.row.student_group for finding in findings}) < 2:
        return ""
    kind = shared({finding.row.student_group_type for finding in findings} - {"all"})
    return say("by {kind}", kind=labels.type_title(kind)) if kind else say("by student group")


def title(findings: Findings, *, by: str = "") -> str:
    """Return `title_text` in the language of now; ``by`` is what rows or lines are of."""
    text = words_of(title_text(findings, has_by=bool(by)))
    text = f"{text}, {by}" if by else text
    return marked_synthetic(text) if is_synthetic(findings) else text


def title_text(findings: Findings, *, has_by: bool = False) -> Arg:
    """Return a title: the indicators, what they are compared to, and, if nothing else does, by what rows differ."""
    first, shared_label = findings[0], tables.shared_text("{label}", findings)
    start: Arg = tables.titles_text(findings)
    if first.row.is_composition and shared_label:
        what = replace(tables.titles_text(findings), form="titles_within")
        start = _(N_("{group}: {what}"), group=shared_label, what=what)
    is_compared = bool(shared(finding.row.reference for finding in findings))
    by: Arg | None = None
    if is_compared:
        reference = Text("{reference_title}", of=first)
        start = _(N_("{what}, compared with {reference}"), what=start, reference=reference)
    elif not (has_by or shared_label) and shared(one.row.student_group_type for one in findings):
        by = _(N_("by {kind}"), first)
    is_of_places = not shared(finding.row.organization_id for finding in findings)
    if not (has_by or by) and is_of_places and shared_label:
        by = Text(N_("by place"))
    return List((start, by), joined="") if by else start


def reference(findings: Findings) -> str:
    """Return how a phrase speaks of what all rows are compared to."""
    return labels.reference_in_title(findings[0].row, findings[0].names)


def subtitle(findings: Findings) -> str:
    """Return `subtitle_text` in the language of now."""
    return words_of(subtitle_text(findings))


def subtitle_text(findings: Findings) -> Text:
    """Return what all findings share: group, grade, place, school year; of teachers nothing of all students."""
    row = findings[0].row
    of_students = row.student_group != labels.EVERYONE or labels.counted(row) == "students"
    named = of_students and not row.is_composition
    fields = (*(["{label}"] if named else []), "{grade_name}", "{place_name}", "{year}")
    parts = (tables.shared_text(name, findings) for name in fields)
    text = List(tuple(part for part in parts if part), joined="")
    return Text("{text}", (("text", text),), capital=True)


def marked_synthetic(text: str) -> str:
    """Return a title that says that the data are made up, once."""
    start = say("Synthetic data: {title}", title="")
    return text if text.startswith(start) else say("Synthetic data: {title}", title=text)


def is_synthetic(findings: Findings) -> bool:
    """Whether any finding rests on made-up data."""
    return any(citation.is_synthetic(finding.row.source_ids) for finding in findings)


def source(findings: Findings) -> str:
    """Return the source line of all findings together."""
    return citation.source_line("; ".join(finding.row.source_ids for finding in findings))


def notes(findings: Iterable[Finding], name: Named, *, dated: bool = False) -> list[str]:
    """Return the notes: what is not shown and what is to be read with care, each with its reason."""
    rows = list(findings)
    hidden = [finding for finding in rows if finding.row.publish == "nothing"]
    careful = [finding for finding in rows if finding.row.care]
    kinds = {mark("Not shown: {rows}."): hidden, mark("Interpret with care: {rows}."): careful}
    return [
        say(text, rows="; ".join(_by_reason(of, name, dated))) for text, of in kinds.items() if of
    ]


def _by_reason(findings: Iterable[Finding], name: Named, dated: bool) -> list[str]:
    """Return names by their common reason and, where years differ, their common school years."""
    years: dict[tuple[str, str], list[int]] = {}
    for finding in findings:
        reason = (care_words(finding.row) if finding.row.care else "") or finding.reason
        years.setdefault((name(finding), reason), []).append(finding.row.end_year)
    names_by_reason: dict[tuple[str, str], list[str]] = {}
    for (who, reason), when in years.items():
        names_by_reason.setdefault((school_years(when) if dated else "", reason), []).append(who)
    return [
        say("{names} in {years} ({reason})", names=joined(names), years=when, reason=reason)
        if when
        else f"{joined(names)} ({reason})"
        for (when, reason), names in names_by_reason.items()
    ]


def not_drawn(reasons: Mapping[str, str], here: Iterable[str], place: str) -> list[str]:
    """Return the note that counts the schools not drawn, by where they are and why."""
    inside, counts = set(here), dict[tuple[bool, str], int]()
    for code, reason in reasons.items():
        key = (code in inside, reason)
        counts[key] = counts.get(key, 0) + 1
    parts = [
        of_place(count, place, reason)
        if mine
        else plural("{n} school elsewhere ({reason})", "{n} schools elsewhere ({reason})", count, reason=reason)
        for (mine, reason), count in counts.items()
    ]  # fmt: skip
    return [say("Not drawn: {schools}.", schools="; ".join(parts))] if parts else []


def of_place(count: int, place: str, reason: str) -> str:
    """Return how many schools of a place are left out, and why."""
    return plural(
        "{n} school of {place} ({reason})", "{n} schools of {place} ({reason})", count, place=place, reason=reason
    )  # fmt: skip


def counts(findings: Findings) -> list[str]:
    """Return the note that says what n counts, where it is not students."""
    noun = labels.counted(findings[0].row)
    return [] if noun == "students" else [f"n: {labels.counted_words(findings[0].row)}."]


def compared(findings: Findings) -> list[str]:
    """Return the note that says how many students the reference has, if it is the same for all rows."""
    shown = [finding for finding in findings if finding.row.publish != "nothing"]
    n = shared(finding.printed.reference_n for finding in shown)
    size = say("of {counted}", counted=n) if findings[0].row.is_composition else f"n={n}"
    told = (
        say("Compared with {reference}: {n}.", reference=reference(findings), n=size) if n else ""
    )
    return [told] if told else []


def sides(findings: Findings) -> tuple[str, str]:
    """Return what lies to the left and to the right of no difference."""
    row = findings[0].row
    texts = _SIDES[row.is_composition, labels.compares_places(row)]
    lower, higher = (say(text, reference=reference(findings)) for text in texts)
    return f"← {lower}", f"{higher} →"


_SIDES = {
    (True, True): (mark("share lower than in {reference}"), mark("share higher than in {reference}")),
    (True, False): (mark("share lower than for {reference}"), mark("share higher than for {reference}")),
    (False, True): (mark("rate lower than in {reference}"), mark("rate higher than in {reference}")),
    (False, False): (mark("rate lower than for {reference}"), mark("rate higher than for {reference}")),
}  # fmt: skip
"""By whether it is a share, and whether places are compared: what is lower, what is higher."""


def above(findings: Findings) -> list[str]:
    """Return the note that says what lies above zero."""
    higher = sides(findings)[1].removesuffix(" →") if findings[0].row.compares else ""
    return [say("Above zero: {side}.", side=higher)] if higher else []


def span(findings: Findings, first: int, last: int) -> str:
    """Return what lines are of, from when to when."""
    years = [labels.year_words(findings[0].row, year) for year in (first, last)]
    told = say("{first} to {last}", first=years[0], last=years[1])
    return ", ".join(filter(None, (by_groups(findings), told)))


def ends(line: Sequence[Finding]) -> str:
    """Return where a line starts and ends."""
    years = {one: labels.year_words(one.row, one.row.end_year) for one in (line[0], line[-1])}
    said = [say("{value} in {year}", value=one.printed.value, year=at) for one, at in years.items()]
    return ", ".join(said)


def stops(indicator: str, first: int, last: int) -> list[SeriesBreak | SeriesEvent]:
    """Return the breaks and events of a series that lie between two school years."""
    entry = catalog.indicator(indicator)
    every: list[SeriesBreak | SeriesEvent] = [*entry.breaks, *entry.events]
    return sorted((stop for stop in every if first < stop.at <= last), key=lambda stop: stop.at)


def time_notes(indicators: Iterable[str], first: int, last: int) -> list[str]:
    """Return the notes that say why lines stop, what happened in between, and which years are not drawn."""
    notes: dict[str, None] = {}
    for code in indicators:
        kinds: dict[str, list[str]] = {"break": [], "event": []}
        for stop in stops(code, first, last):
            kind = "break" if isinstance(stop, SeriesBreak) else "event"
            kinds[kind].append(f"{school_year(stop.at)}: {stop.reason}")
        out = [one for one in catalog.indicator(code).years_out if first < one.year < last]
        texts = {
            mark("Not comparable across the grey strips. {what}."): kinds["break"],
            mark("The measure stayed, the times changed. {what}."): kinds["event"],
            mark("Not drawn. {what}."): [f"{school_year(one.year)}: {one.reason}" for one in out],
        }
        of = [say(text, what="; ".join(parts)) for text, parts in texts.items() if parts]
        notes |= dict.fromkeys(of)
    return list(notes)


def students(lines: Mapping[str, Sequence[Finding]]) -> list[str]:
    """Return the note of how many students each line has: the fewest and the most over the years."""
    counts: dict[str, str] = {}
    for line, findings in lines.items():
        of = [one.row for one in findings]
        n = span_words((row.n_low, row.n_high) for row in of)
        other = span_words((row.reference_n_low, row.reference_n_high) for row in of)
        both = say("{n} (compared with {reference})", n=n, reference=other) if n and other else n
        counts |= {line: both} if n else {}
    row = next(iter(lines.values()))[0].row
    start = say("All students") if row.is_composition else labels.counted_words(row).capitalize()
    if len(set(counts.values())) == 1 and (len(counts) == 1 or row.is_composition):
        return [f"{start}: {next(iter(counts.values()))}."]
    each = "; ".join(f"{line} {count}" for line, count in counts.items())
    return [f"{start}: {each}."] if each else []


def school_measure(finding: Finding, indicator: str) -> str:
    """Return what to call a finding beside the rates of an indicator: those by the school, others by measure too."""
    if finding.row.indicator != indicator:
        return say("{place}, from low-income families", place=finding.place)
    label = catalog.measure(finding.row.measure).label.lower()
    return finding.place if finding.row.measure == "rate" else f"{finding.place}, {label}"


def need(shares: Mapping[str, Finding]) -> str:
    """Return what the axis of low-income shares is called."""
    year = school_year(next(iter(shares.values())).row.end_year)
    return say("Students from low-income families, {year}", year=year)


def ends_of_schools(schools: Sequence[Finding]) -> str:
    """Return the least and the most of schools as a phrase, with their names where neither end is better."""
    points = [one for one in schools if one.row.publish == "point"]
    points.sort(key=lambda one: one.printed.numbers["estimate"] or 0.0)
    if len(points) < 2 or standing.better(points) == 0:
        return extremes(points, school_name)[0]
    return say("From {low} to {high}", low=points[0].printed.value, high=points[-1].printed.value)


def of_schools(code: str, schools: Sequence[Finding], pooled: Finding | None) -> list[str]:
    """Return the name of a place, how many of its schools are shown, and what all of them have together."""
    n, shown = len(schools), sum(one.row.publish != "nothing" for one in schools)
    told = plural("{n} school", "{n} schools", n)
    told = told if shown == n else say("{shown} of {n} schools shown", shown=shown, n=n)
    value = pooled.printed.mark if pooled and pooled.row.publish != "nothing" else ""
    together = [say("all its schools together {value}", value=value)] if value else []
    return [catalog.place(code).name, told, *together]


def school_notes(schools: Mapping[str, Sequence[Finding]]) -> list[str]:
    """Return how many students a school has, and the note that counts those not shown, by place and reason."""
    every = [(code, one.row) for code, of in schools.items() for one in of]
    shown = [row for _, row in every if row.publish != "nothing"]
    n = span_words((row.n_low, row.n_high) for row in shown)
    noun = labels.counted_words(shown[0]).capitalize() if shown else ""
    hidden = Counter((code, reason_words(row)) for code, row in every if row.publish == "nothing")
    absent = [of_place(k, catalog.place(at).phrase, why) for (at, why), k in hidden.items()]
    return [
        *([say("{counted} per school: {n}.", counted=noun, n=n)] if n else []),
        *([say("Not shown: {rows}.", rows="; ".join(absent))] if absent else []),
    ]


_IN_LIMITS = mark("{within} of {n} shown in {place} are within the limits for all schools together")
_NAMED = mark(
    "Schools are named by the {limits} for all of them together, on the better side alone."
)
_CHANCE_ONLY = mark(
    "The limits allow for chance; about {few} of {n} schools would lie beyond the {limits} anyway."
)
_VARIETY_TOO = mark(
    "The limits allow for chance and for schools’ usual variety; about {few} of {n} schools would lie beyond the "
    "{limits} anyway."
)
_CAUTIONS = (
    mark(
        "Descriptive, not a measure of effectiveness: what schools are given differs in more ways than income. A line "
        "through schools says nothing about single students."
    ),
    mark(
        "Adjusting for income can hide inequity: what is usual may be unjust. Read it beside the rates themselves."
    ),
)
"""Stand under every figure of schools beside what is usual."""
_IN_SHADING = mark("{within} of {n} schools shown as dots in {place} are within the shading")
_BY_CHANCE = mark(
    "Of {n} schools shown as dots in {place}, about {few} would lie outside the shading by chance alone."
)
_CLEARLY = {
    1: (mark("A higher rate than usual with as many low-income families"),
        mark("A higher rate than at schools elsewhere with as many low-income families")),
    -1: (mark("A lower rate than usual with as many low-income families"),
         mark("A lower rate than at schools elsewhere with as many low-income families")),
}  # fmt: skip
"""By the side on which a school is named: in the alt text, and in the notes."""


def _inside(told: str, sides: Sequence[int], place: str) -> str:
    """Return how many schools of a place lie within what is drawn, for the alt text."""
    if not sides:
        return say("No school of {place} is shown as a single number", place=place)
    return say(told, within=sides.count(0), n=len(sides), place=place)


def _beyond(funnel: standing.Funnel) -> list[str]:
    """Return the schools beyond the limits by name, and on which side they lie."""
    return [
        f"{say(standing.STANDINGS[at])}: {joined([school_name(one) for one in of])}"
        for at, of in funnel.named.items()
    ]


def funnel_highlights(funnel: standing.Funnel, here: Iterable[str], place: str) -> list[str]:
    """Return the schools beyond the limits on the better side, and how many of a place lie within."""
    sides = [funnel.sides[code] for code in here if code in funnel.sides]
    return [*(_beyond(funnel) if funnel.better else []), _inside(_IN_LIMITS, sides, place)]


def funnel_notes(funnel: standing.Funnel) -> list[str]:
    """Return what lies beyond the limits, and how that is to be read."""
    if (limits := funnel.limits) is None:
        return [
            say("No limits are drawn: too few schools have published counts to learn them from.")
        ]
    beyond = [f"{told}." for told in _beyond(funnel)]
    if others := [at for at in funnel.sides.values() if at and at == -funnel.better]:
        beyond.append(say("{n} on the other side of the limits, not named.", n=len(others)))
    drawn = sum(one.row.publish == "point" for one in funnel.rates.values())
    few, inner = round((1 - limits.level) * drawn), standing.limits_words(limits.level)
    held = say("Schools with withheld figures do not enter the lines.")
    return [
        *(beyond or [say("No school is told from chance.")]),
        say(_NAMED, limits=standing.limits_words(standing.OUTER)),
        f"{catalog.measure('funnel_z').caution} {say('They are not ranked.')}",
        say(_VARIETY_TOO if limits.variance else _CHANCE_ONLY, few=few, n=drawn, limits=inner),
        *([held] if drawn < len(funnel.rates) else []),
    ]


def _clearly(usual: standing.Usual, where: int) -> list[str]:
    """Return the schools clearly on the better side: in the alt text, or in the notes."""
    names = [school_name(usual.rates[code]) for code in usual.strong]
    return [f"{say(_CLEARLY[usual.better][where])}: {joined(names)}"] if names else []


def usual_highlights(usual: standing.Usual, place: str) -> list[str]:
    """Return the schools clearly on the better side, and how many of the place lie within the shading."""
    return [*_clearly(usual, 0), _inside(_IN_SHADING, usual.points, place)]


def usual_notes(usual: standing.Usual, place: str, bare: Sequence[str]) -> list[str]:
    """Return which schools stand out, how many would by chance, of which levels there is no line, and cautions."""
    if usual.line() is None:
        why = next(iter(usual.expected.values())).reason
        return [say("No line is drawn: {reason}.", reason=why), *map(say, _CAUTIONS)]
    n, few = len(usual.points), max(1, round((1 - usual.level) * len(usual.points)))
    hidden = any(finding.row.publish != "point" for finding in usual.rates.values())
    too_few = mark("No line is drawn for {levels}: too few schools elsewhere.")
    return [
        *(f"{told}." for told in _clearly(usual, 1)),
        *([say(_BY_CHANCE, n=n, place=place, few=few)] if n else []),
        *([say(too_few, levels=joined(bare))] if bare else []),
        *([say("Schools with withheld figures do not enter the line.")] if hidden else []),
        *map(say, _CAUTIONS),
    ]


def alt_text(kind: str, heading: str, under: str, highlights: Sequence[str]) -> str:
    """Return chart type, what it shows, the main finding, and where the values are, in about 250 characters.

    ``highlights`` are the main findings, the most important first: that one is always included, if need be cut short,
    and of the others those that fit.
    """
    end = say("Values are in the table.")
    what = f"{kind}: {heading}{f'; {under}' if under else ''}."
    main, *others = highlights or [say("No value may be shown")]
    room = LONGEST_ALT - len(end) - 2 - min(len(main) + 1, LONGEST_ALT // 2)
    text = what if len(what) <= room else f"{what[: room - 1].rstrip(' .')}…"
    left = LONGEST_ALT - len(f"{text} . {end}")
    text += f" {main}." if len(main) <= left else f" {main[:left].rstrip(' .')}…"
    for part in others:
        if len(f"{text} {part}. {end}") <= LONGEST_ALT:
            text = f"{text} {part}."
    return f"{text} {end}"


def extremes(findings: Sequence[Finding], name: Named) -> list[str]:
    """Return the lowest and highest of the values shown as points, as a phrase each."""
    points = [finding for finding in findings if finding.row.publish == "point"]
    if not points:
        ranges = [finding for finding in findings if finding.row.publish == "range"]
        texts = [f"{name(finding)} {finding.printed.value}" for finding in ranges]
        return texts or [say("No value may be shown")]
    # A number that chance alone could move far is not named as the lowest or highest.
    steady = [finding for finding in points if not finding.row.care]
    order = sorted(
        steady or points, key=lambda one: (one.printed.numbers["estimate"] or 0.0, one.id)
    )
    low, high = order[0], order[-1]
    if len(order) == 1:
        return [f"{name(low)} {low.printed.value}"]
    ends = {"low": low.printed.value, "high": high.printed.value}
    if not steady:
        return ["From {low} to {high}, to be interpreted with care".format(**ends)]
    told = mark("From {low} ({lowest}) to {high} ({highest})")
    return [say(told, lowest=name(low), highest=name(high), **ends)]


def long_description(findings: Iterable[Finding], name: Named) -> str:
    """Return every value in words, for readers who cannot see the picture."""
    return " ".join(f"{name(finding)}: {_described(finding)}." for finding in findings)


def _described(finding: Finding) -> str:
    if finding.row.publish == "nothing":
        return say("not shown, {reason}", reason=finding.reason)
    value, n = finding.printed.value, finding.printed.n
    counted = labels.number_counted(n, finding.row) if n else ""
    if n and finding.row.is_composition:
        counted = say("of {counted}", counted=counted)
    value = say("range {value}", value=value) if finding.row.publish == "range" else value
    return ", ".join(filter(None, (value, finding.interval_words(), counted, finding.reason)))
