"""Word what a picture shows: title, subtitle, notes, alt text and long description, its table and its CSV.

All of it is texts about the findings that the picture draws; a renderer gives them in a language.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sesec_analysis import catalog, i18n
from sesec_analysis.catalog.entries import SeriesBreak, SeriesEvent
from sesec_analysis.evidence import citation, tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.gate.gate import care_text
from sesec_analysis.evidence.gate.rules import reason_of
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.pictured.side_by_side import is_level
from sesec_analysis.evidence.row import JOINT
from sesec_analysis.evidence.tables import ReportTable, TableTexts, text_of_all
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import school_years, school_years_text
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import (
    Arg,
    Count,
    EntryText,
    List,
    Name,
    Renderer,
    Text,
    Year,
    _,
    count_message,
    dump,
    render,
)

__all__ = [
    *("CSV", "NOTHING_SHOWN", "Caption", "Named", "above", "alt_text", "by_groups", "dot_label", "make_caption"),
    *("reference_notes", "count_span", "counts", "ends", "extremes", "from_to", "in_full", "in_panels"),
    *("join_names", "label", "long_description", "map_title", "choose_naming", "not_drawn", "notes"),
    "notice_of",
    *("of_place", "of_students", "panels", "place", "school_name", "sentence", "sides", "source", "span"),
    *("stops", "students", "subtitle_text", "time_notes", "title_text", "together", "name_within_place"),
    *("year_text",),
]  # fmt: skip


Named = Callable[[Finding], Arg]
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
    """What stands beside a picture, made of the findings that it draws: ``texts`` by name, rendered by ``words``."""

    texts: Mapping[str, Arg | None] = field(repr=False)
    words: Renderer = field(repr=False)
    table: ReportTable = field(repr=False)
    findings: Findings = field(repr=False)
    is_synthetic: bool = False

    def __repr__(self) -> str:
        """Return title and subtitle."""
        return f"{type(self).__name__}(title={self.title!r}, subtitle={self.subtitle!r})"

    @property
    def title(self) -> str:
        """Its title."""
        return self.words(self.texts["title"])

    @property
    def subtitle(self) -> str:
        """What all findings share that the title does not say."""
        return self.words(self.texts["subtitle"])

    @property
    def caption(self) -> str:
        """What the key means, and the notes."""
        return self.words(self.texts["caption"])

    @property
    def notes(self) -> str:
        """The caption without the reading of the key."""
        return self.words(self.texts["notes"])

    @property
    def source_line(self) -> str:
        """Where the figures are from."""
        return self.words(self.texts["source_line"])

    @property
    def alt(self) -> str:
        """What the picture shows, for readers who cannot see it."""
        return self.words(self.texts["alt"])

    @property
    def long_description(self) -> str:
        """Every value in words, for readers who cannot see the picture."""
        return self.words(self.texts["long_description"])

    def csv_rows(self) -> list[dict[str, object]]:
        """Return what is drawn, a dict a row, no number finer than it is printed."""
        return [{name: record[name] for name in CSV} for record in self.findings.records()]

    def content(self) -> dict[str, object]:
        """Return everything as JSON values."""
        content: dict[str, object] = {name: dump(text) or "" for name, text in self.texts.items()}
        content |= {"table": self.table.to_json(), "csv_rows": self.csv_rows()}
        return content | {"findings": self.findings.stored()}


def make_caption(
    shown: Findings, words: Renderer, *, kind: Arg, name: Named, highlights: Sequence[Arg], key: Sequence[Arg] = (),
    notes: Iterable[Arg] = (), by: Arg | None = None, heading: Arg | None = None, under: Arg | None = None,
    has_under: bool = True, of: Findings | None = None, source_line: Arg | None = None,
) -> Caption:  # fmt: skip
    """Return what stands beside a picture of findings.

    ``kind`` and ``highlights`` are for the alt text, ``key`` reads the marks. The title is ``heading``, or made of the
    findings (``of``, if not of all that is drawn) and of ``by``, what rows or lines are of; so is the subtitle, if not
    ``under``, and if there is one. ``source_line`` is that of what holds no findings.
    """
    heading = heading or _title(of or shown, by)
    if has_under and under is None:
        under = subtitle_text(of or shown)
    made_up = is_synthetic(shown)
    heading = marked_synthetic(heading) if made_up else heading
    caption = _("{heading}. {under}", heading=heading, under=under) if under else heading
    read = [_("{marks}.", marks=List(tuple(key), joined="", separator="; "))] if key else []
    notes = list(notes)
    texts: dict[str, Arg | None] = {
        "title": heading,
        "subtitle": under,
        "caption": together([*read, *notes]) if read or notes else None,
        "notes": together(notes) if notes else None,
        "source_line": source_line or source(shown),
        "alt": alt_text(kind, heading, under, highlights),
        "long_description": long_description(shown, name),
    }
    table = (
        tables.of_findings(shown, caption=caption)
        if shown
        else ReportTable(TableTexts(caption, (), ()))
    )
    return Caption(texts=texts, words=words, table=table, findings=shown, is_synthetic=made_up)


def band(unit: str, rules: Iterable[str]) -> Text:
    """Return what the bars of a picture stand for; that data are withheld only where a publisher withheld them.

    Parameters
    ----------
    unit
        The unit of the numbers: shares of schools at a level have chance in their ranges.
    rules
        The gate's rules of each range, as a row has them.
    """
    if unit == "share_of_schools":
        return Text(N_("range: withheld data and chance allow this much"))
    if {rule.split(JOINT)[0] for rule in rules} <= _WITHHELD:
        return Text(N_("range: some data are withheld"))
    return Text(N_("range: the true value is somewhere in it"))


_WITHHELD = {"thin", "wide", "imprecise", "some-withheld"}
"""Rules of ranges that a publisher's withheld numbers leave."""


def together(texts: Iterable[Arg]) -> List:
    """Return sentences one after the other."""
    return List(tuple(texts), joined="", separator=" ")


def label(finding: Finding) -> Text:
    """Return the label of a finding's student group."""
    return Text("{label}", of=finding)


def place(finding: Finding) -> Text:
    """Return the name of a finding's place or school."""
    return Text("{place_name}", of=finding)


def choose_naming(findings: Findings) -> Named:
    """Return what to call a finding: its group, its place, or both if both differ."""
    groups = len({finding.row.student_group for finding in findings}) > 1
    places = len({finding.row.organization_id for finding in findings}) > 1
    if groups and places:
        return name_within_place(label)
    return place if places else label


def name_within_place(what: Named) -> Named:
    """Return what to call a finding of a place: what it is of, and the place."""
    return lambda one: _("{group} in {place}", one, group=what(one))


def school_name(finding: Finding) -> Text:
    """Return a school's name as short as it stays clear.

    Examples
    --------
    >>> from sesec_analysis.evidence.row import Row
    >>> print(school_name(Finding(Row("ela_met", 2019, "school", "2392", "Cleveland High School STEM", "all", "all",
    ...                               "all", "rate", ""))))
    Cleveland High STEM
    """
    return Text("{school_name}", of=finding)


def dot_label(finding: Finding) -> Text:
    """Return the label beside the dot of a school that is named: its name, and its value as an axis gives the unit."""
    return Text("{school_name} {whole}", of=finding)


def join_names(names: Sequence[Arg]) -> Arg:
    """Return names as a phrase.

    Examples
    --------
    >>> print(Text("{names}", (("names", join_names([Name("label", code) for code in ("asian", "black", "white")])),)))
    Asian, Black or African American, and White
    """
    return names[0] if len(names) == 1 else List(tuple(names))


def _panel(by: str, finding: Finding) -> Text:
    """Return what a panel is called."""
    if by == "indicator":
        return Text("{title}", of=finding)
    if by == "grade_level" and finding.row.grade_level == "all":
        return Text(N_("All grades"))
    if by == "grade_level":
        return Text("{grade_name}", of=finding, capital=True)
    return place(finding) if by == "organization_id" else label(finding)


def in_panels(findings: Findings, by: str) -> Named:
    """Return what to call a finding: its panel, and its place where a panel has several."""
    several = len({str(_panel(by, one)) for one in findings}) > 1
    places = len({one.row.organization_id for one in findings}) > 1 or not several
    placed = places and by != "organization_id"
    return lambda one: List((_panel(by, one),) * several + (place(one),) * placed, joined="")


def panels(findings: Findings, by: str) -> Named:
    """Return what to call panels: of indicators whose titles begin with the same words, two or more, their own."""
    codes = list(dict.fromkeys(finding.row.indicator for finding in findings))

    def name(finding: Finding) -> Arg:
        own = finding.row.indicator
        others = [code for code in codes if code != own]
        return Name("title_apart", " ".join([own, *others])) if by == "indicator" else _panel(by, finding)  # fmt: skip

    return name


def in_full(finding: Finding) -> Text:
    """Return what to call a finding among others of all kinds."""
    if is_level(finding):
        return Text("{title}, {label}, {place_name}, {year}", of=finding)
    return Text("{title}, {label}, {place_name}, {measure}, {year}", of=finding)


def map_title(finding: Finding) -> Text:
    """Return what a map is called: its indicator, or the tests beside what is usual."""
    if finding.row.measure == "rate_less_expected":
        return _("{indicator}, compared with what is usual", finding, indicator=Text("{title}"))
    if not finding.row.is_composition:
        return Text("{title}", of=finding)
    what = Name("titles_within", finding.row.indicator)
    return _("{group}: {what}", finding, group=Text("{label}"), what=what)


def of_students(finding: Finding) -> Text | None:
    """Return how many students a finding is of; None where it is not known."""
    if not finding.printed.n:
        return None
    if finding.row.is_composition:
        return _("of {counted}", finding, counted=Text("{n_brief}"))
    if finding.row.measure == "rate" and _is_of_students(finding):
        return _("of {counted}", finding, counted=Text("{n_brief}"))
    return _("{number} {counted}", finding, number=Text("{n_brief}"))


def _is_of_students(finding: Finding) -> bool:
    return labels.counted_noun(finding.row) == "students"


def by_groups(findings: Findings) -> Text | None:
    """Return the type of the student groups that lines are of, all students aside; None for one group."""
    if len({finding.row.student_group for finding in findings}) < 2:
        return None
    kinds = {finding.row.student_group_type for finding in findings} - {"all"}
    if len(kinds) != 1:
        return Text(N_("by student group"))
    return _("by {kind}", kind=Name("kind", *kinds))


def title_text(findings: Findings) -> Arg:
    """Return a title, which says if the data are made up."""
    title = _title(findings, None)
    return marked_synthetic(title) if is_synthetic(findings) else title


def _title(findings: Findings, by: Arg | None) -> Arg:
    """Return the indicators, what they are compared to, and, if nothing else does, by what rows differ."""
    first, shared_label = findings[0], tables.shared_text("{label}", findings)
    start: Arg = tables.titles_text(findings)
    if first.row.is_composition and shared_label:
        what = replace(tables.titles_text(findings), form="titles_within")
        start = _(N_("{group}: {what}"), group=shared_label, what=what)
        if first.row.measure == "count":
            start = _(N_("{group}: number of students"), group=shared_label)
    is_compared = bool(text_of_all(finding.row.reference for finding in findings))
    has_by = by is not None
    if is_compared:
        reference = Text("{reference_title}", of=first)
        start = _(N_("{what}, compared with {reference}"), what=start, reference=reference)
    elif not (has_by or shared_label) and text_of_all(
        one.row.student_group_type for one in findings
    ):
        by = _(N_("by {kind}"), first)
    is_of_places = not text_of_all(finding.row.organization_id for finding in findings)
    if not by and is_of_places and shared_label:
        by = Text(N_("by place"))
    return List((start, by), joined="") if by else start


def notice_of(findings: Findings, why: Sequence[Arg] = ()) -> Notice:
    """Return the notice that stands where a figure would, when none of its numbers may be shown.

    It names the indicators, and is about no finding, as none is printed with it.
    """
    title: Arg = tables.titles_text(findings)
    title = marked_synthetic(title) if is_synthetic(findings) else title
    return Notice.of_texts(title, together(why) if why else Text(NOTHING_SHOWN))


NOTHING_SHOWN = N_("None of these numbers may be shown.")


def subtitle_text(findings: Findings) -> Text | None:
    """Return what all findings share: group, grade, place, school year; of teachers nothing of all students.

    None where they share nothing.
    """
    row = findings[0].row
    of_students = row.student_group != labels.EVERYONE or labels.counted_noun(row) == "students"
    named = of_students and not row.is_composition
    fields = (*(["{label}"] if named else []), "{grade_name}", "{place_name}", "{end}")
    texts = (tables.shared_text(name, findings) for name in fields)
    parts = tuple(text for text in texts if text)
    return Text("{text}", (("text", List(parts, joined="")),), capital=True) if parts else None


def marked_synthetic(text: Arg) -> Text:
    """Return a title that says that the data are made up."""
    return _("Synthetic data: {title}", title=text)


def is_synthetic(findings: Findings) -> bool:
    """Whether any finding rests on made-up data."""
    return any(citation.is_synthetic(finding.row.source_ids) for finding in findings)


def source(findings: Findings) -> Text:
    """Return the source line of all findings together."""
    return citation.source_line_text("; ".join(finding.row.source_ids for finding in findings))


def notes(findings: Iterable[Finding], name: Named, *, dated: bool = False) -> list[Arg]:
    """Return the notes: what is not shown and what is to be read with care, each with its reason."""
    rows = list(findings)
    among = Counter(finding.row.student_group for finding in rows)
    hidden = [finding for finding in rows if finding.row.publish == "nothing"]
    careful = [finding for finding in rows if finding.row.care]
    kinds = {N_("Not shown: {rows}."): hidden, N_("Use caution: {rows}."): careful}
    return [
        _(text, rows=List(tuple(_by_reason(of, name, dated, among)), joined="", separator="; "))
        for text, of in kinds.items()
        if of
    ]


def _why(finding: Finding) -> Arg | None:
    """Return why a finding is to be read with care, or is not shown."""
    return reason_of(finding, care_text(finding.row) if finding.row.care else None)


def _by_reason(
    findings: Iterable[Finding], name: Named, dated: bool, among: Mapping[str, int]
) -> Iterator[Text]:
    """Yield names by their common reason and, where years differ, their common school years.

    ``among`` says how many findings of each group there are in all.
    """
    of_each: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        key = _in_english(name(finding)), _in_english(_why(finding))
        of_each.setdefault(key, []).append(finding)
    alike: dict[tuple[str, str], list[list[Finding]]] = {}
    for (_who, why), of in of_each.items():
        when = school_years(one.row.end_year for one in of) if dated else ""
        alike.setdefault((when, why), []).append(of)
    for groups in alike.values():
        every = [one for of in groups for one in of]
        names, reason = join_names(_joined_places(every, name, among)), _why(every[0])
        if dated:
            years = school_years_text(one.row.end_year for one in groups[0])
            yield _("{names} in {years} ({reason})", names=names, years=years, reason=reason)
        else:
            yield _("{names} ({reason})", names=names, reason=reason)


def _joined_places(findings: Sequence[Finding], name: Named, among: Mapping[str, int]) -> list[Arg]:
    """Return the names of findings; of a group in several places, all of which are among them, the group alone."""
    here = Counter(finding.row.student_group for finding in findings)
    placed, names = name_within_place(label), dict[str, Arg]()
    for one in findings:
        group, own = one.row.student_group, name(one)
        is_placed = _in_english(own) == _in_english(placed(one))
        is_whole = is_placed and here[group] == among[group] > 1
        shown = label(one) if is_whole else own
        names.setdefault(_in_english(shown), shown)
    return list(names.values())


def not_drawn(reasons: Mapping[str, Arg | None], here: Iterable[str], place: Arg) -> list[Arg]:
    """Return the note that counts the schools not drawn, by where they are and why."""
    inside, alike = set(here), dict[tuple[bool, str], list[str]]()
    for code, reason in reasons.items():
        alike.setdefault((code in inside, _in_english(reason)), []).append(code)
    parts = [
        of_place(codes, place, reasons[codes[0]])
        if mine
        else count_message("{n} school elsewhere ({reason})", "{n} schools elsewhere ({reason})", codes,
                     reason=reasons[codes[0]])
        for (mine, _reason), codes in alike.items()
    ]  # fmt: skip
    schools = List(tuple(parts), joined="", separator="; ")
    return [_("Not shown: {schools}.", schools=schools)] if parts else []


def of_place(codes: Sequence[str], place: Arg, reason: Arg | None) -> Count:
    """Return how many schools of a place are left out, and why."""
    return count_message(
        "{n} school of {place} ({reason})", "{n} schools of {place} ({reason})", codes, place=place, reason=reason
    )  # fmt: skip


def counts(findings: Findings) -> list[Arg]:
    """Return the note that says what the numbers next to rates of students are."""
    first = findings[0]
    has_numbers = first.row.measure == "rate" and not first.row.is_composition
    return (
        [Text(N_("In gray: number of students."))] if has_numbers and _is_of_students(first) else []
    )


def reference_notes(findings: Findings) -> list[Arg]:
    """Return the note that says how many students the reference has, if it is the same for all rows."""
    shown = [finding for finding in findings if finding.row.publish != "nothing"]
    if not text_of_all(finding.printed.reference_n for finding in shown):
        return []
    n = Text("{reference_n}")
    size = _("of {counted}", counted=n)
    reference = Text("{reference_title}")
    return [_("Compared with {reference}: {n}.", shown[0], reference=reference, n=size)]


def sides(findings: Findings) -> tuple[Text, Text]:
    """Return what lies to the left and to the right of no difference."""
    lower, higher = _sides(findings[0])
    return _("← {side}", side=lower), _("{side} →", side=higher)


def _sides(finding: Finding) -> list[Text]:
    texts = _SIDES[finding.row.is_composition, labels.compares_places(finding.row)]
    return [_(text, finding, reference=Text("{reference_title}")) for text in texts]


_SIDES = {
    (True, True): (N_("share lower than in {reference}"), N_("share higher than in {reference}")),
    (True, False): (N_("share lower than for {reference}"), N_("share higher than for {reference}")),
    (False, True): (N_("rate lower than in {reference}"), N_("rate higher than in {reference}")),
    (False, False): (N_("rate lower than for {reference}"), N_("rate higher than for {reference}")),
}  # fmt: skip
"""By whether it is a share, and whether places are compared: what is lower, what is higher."""


def above(findings: Findings) -> list[Arg]:
    """Return the note that says what lies above zero."""
    is_compared = findings[0].row.compares
    return [_("Above zero: {side}.", side=_sides(findings[0])[1])] if is_compared else []


def year_text(finding: Finding, end_year: int) -> Year:
    """Return a year of a finding's indicator: a school year, or of some own tables a calendar year."""
    known = catalog.indicators().get(finding.row.indicator)
    return Year(end_year, calendar=bool(known and known.calendar_years))


def span(findings: Findings, first: int, last: int) -> Arg:
    """Return what lines are of, from when to when."""
    years = [Year(year, calendar=True) for year in (first, last)]
    period = _("{first} to {last}", first=years[0], last=years[1])
    by = by_groups(findings)
    return List((by, period), joined="") if by else period


def ends(line: Sequence[Finding]) -> Arg:
    """Return where a line starts and ends."""
    both = dict.fromkeys((line[0], line[-1]))
    said = [
        _("{value} in {year}", one, value=Text("{value_label}"), year=year_text(one, one.row.end_year))
        for one in both
    ]  # fmt: skip
    return List(tuple(said), joined="")


def stops(indicator: str, first: int, last: int) -> list[SeriesBreak | SeriesEvent]:
    """Return the breaks and events of a series that lie between two school years."""
    entry = catalog.indicator(indicator)
    every: list[SeriesBreak | SeriesEvent] = [*entry.breaks, *entry.events]
    return sorted((stop for stop in every if first < stop.at <= last), key=lambda stop: stop.at)


def time_notes(
    indicators: Iterable[str], first: int, last: int, drawn: Collection[int] = ()
) -> list[Arg]:
    """Return the notes that say why lines stop, and which years are not drawn.

    What happened in between is drawn, or in the key; each edition says once that the measure stayed the same. Where
    ``drawn`` are the years of its findings, the years in between that have none are named, too.
    """
    notes: dict[str, Arg] = {}
    for code in indicators:
        every = stops(code, first, last)
        breaks = [(one.at, one.reason) for one in every if isinstance(one, SeriesBreak)]
        out = [one for one in catalog.indicator(code).years_out if first < one.year < last]
        texts = {
            N_("Not comparable across the gray strips. {what}."): breaks,
            N_("No data: {what}."): [(one.year, one.reason) for one in out],
        }
        for text, parts in texts.items():
            what = List(tuple(_of_year(code, *part) for part in parts), joined="", separator="; ")
            note = _(text, what=what)
            notes |= {str(note): note} if parts else {}
        without = {*range(first + 1, last)} - {*drawn, *(one.year for one in out)}
        if drawn and without:
            years = List(
                tuple(Year(at, calendar=True) for at in sorted(without)), joined="", separator=", "
            )
            note = _(N_("Not yet in our data: {years}."), years=years)
            notes |= {str(note): note}
    return list(notes.values())


def _of_year(code: str, year: int, reason: str) -> Text:
    return _(
        "{year} ({reason})",
        year=Year(year, calendar=True),
        reason=EntryText(reason, f"indicators.yml: {code}"),
    )


Lines = Mapping[str, tuple[Arg, Sequence[Finding]]]
"""Lines by their English name: what each is called, and its findings."""


def students(lines: Lines) -> list[Arg]:
    """Return the note of how many students each line has: the fewest and the most over the years."""
    counts: dict[str, tuple[Arg, Arg]] = {}
    for line, (name, findings) in lines.items():
        n, other = (count_span(findings, side) for side in ("n", "reference_n"))
        both = _("{n} (compared with {reference})", n=n, reference=other) if n and other else n
        counts |= {line: (name, both)} if both else {}
    first = next(iter(lines.values()))[1][0]
    is_share = first.row.is_composition
    start = Text(N_("All students")) if is_share else Text("{counted}", of=first, capital=True)
    each = [count for _name, count in counts.values()]
    if len(set(map(_in_english, each))) == 1 and (len(counts) == 1 or is_share):
        return [_("{start}: {n}.", start=start, n=each[0])]
    listed = [_("{line} {n}", line=name, n=count) for name, count in counts.values()]
    n = List(tuple(listed), joined="", separator="; ")
    return [_("{start}: {n}.", start=start, n=n)] if listed else []


def _in_english(text: Arg | None) -> str:
    return render(text, i18n.ENGLISH)


def count_span(findings: Sequence[Finding], side: str) -> Arg | None:
    """Return the smallest and the largest of several counts of students; None if nothing is known."""
    low, high = f"{side}_low", f"{side}_high"

    def end(one: Finding, name: str) -> int | None:
        known: int | None = getattr(one.row, name)
        return known

    known = [o for o in findings if end(o, low) is not None or end(o, high) is not None]
    if not known:
        return None
    least = min(known, key=lambda one: end(one, low) or 0)
    fewest = Text(f"{{{low}}}", of=least)
    if any(end(one, high) is None for one in known):
        return _("at least {number}", least, number=Text(f"{{{low}}}")) if end(least, low) else None
    most = max(known, key=lambda one: end(one, high) or 0)
    if not end(least, low) and end(most, high):
        return _("up to {number}", most, number=Text(f"{{{high}}}"))
    if end(least, low) == end(most, high):
        return fewest
    return List((fewest, Text(f"{{{high}}}", of=most)), joined=N_("{first} to {last}"))


def from_to(low: Finding, high: Finding, name: Named | None = None) -> List:
    """Return two values, each with its name if there are names."""
    both = (
        _("{value_label} ({name})", one, name=name(one)) if name else Text("{value_label}", of=one)
        for one in (low, high)
    )
    return List(tuple(both), joined=N_("From {first} to {last}"))


def alt_text(kind: Arg, heading: Arg, under: Arg | None, highlights: Sequence[Arg]) -> List:
    """Return chart type, what it shows, the main finding, and where the values are, in about 250 characters of English.

    ``highlights`` are the main findings, the most important first: that one is always included, and of the others those
    that fit. Where there is no room, subtitle and title are left out, which stand beside the picture.
    """
    end = Text(N_("Values are in the table."))
    main, *others = highlights or [Text(N_("No value may be shown"))]
    starts: list[Arg] = [
        _("{kind}: {heading}.", kind=kind, heading=heading),
        _("{kind}.", kind=kind),
    ]
    if under:
        starts.insert(0, _("{kind}: {heading}; {under}.", kind=kind, heading=heading, under=under))
    fitting = [one for one in starts if _has_room([one, sentence(main), end])]
    text = [*(fitting or starts[-1:])[:1], sentence(main)]
    for part in map(sentence, others):
        text += [part] if _has_room([*text, part, end]) else []
    return together([*text, end])


def sentence(text: Arg) -> Text:
    """Return a phrase as a sentence."""
    return _("{text}.", text=text)


def _has_room(sentences: Sequence[Arg]) -> bool:
    return len(_in_english(together(sentences))) <= LONGEST_ALT


def extremes(findings: Sequence[Finding], name: Named) -> list[Arg]:
    """Return the lowest and highest of the values shown as points, as a phrase each."""
    points = [finding for finding in findings if finding.row.publish == "point"]
    if not points:
        ranges = [finding for finding in findings if finding.row.publish == "range"]
        return [_label_with_value(one, name) for one in ranges] or [
            Text(N_("No value may be shown"))
        ]
    # A number that chance alone could move far is not named as the lowest or highest.
    steady = [finding for finding in points if not finding.row.care]
    order = sorted(
        steady or points, key=lambda one: (one.printed.numbers["estimate"] or 0.0, one.id)
    )
    low, high = order[0], order[-1]
    if len(order) == 1:
        return [_label_with_value(low, name)]
    if not steady:
        return [_("{ends}, use caution", ends=from_to(low, high))]
    return [from_to(low, high, name)]


def _label_with_value(finding: Finding, name: Named) -> Text:
    return _("{name} {value_label}", finding, name=name(finding))


def long_description(findings: Iterable[Finding], name: Named) -> List:
    """Return every value in words, for readers who cannot see the picture."""
    return together(
        _("{name}: {values}.", one, name=name(one), values=_describe_finding(one))
        for one in findings
    )


def _describe_finding(finding: Finding) -> Arg:
    """Return value, interval, count, and reason, for a text about the finding."""
    row, reason = finding.row, reason_of(finding)
    if row.publish == "nothing":
        return _("not shown, {reason}", reason=reason)
    value = Text("{value_label}")
    parts: list[Arg] = [_("range {value}", value=value) if row.publish == "range" else value]
    if finding.printed.interval and row.publish == "range":
        parts.append(_("with chance {interval}"))
    elif finding.printed.interval:
        level = _(labels.interval_name(row.indicator), percent=Text("{ci_percent}"))
        parts.append(_("{level} {interval}", level=level))
    if finding.printed.n:
        number = Text(labels.numbered_message(row))
        parts.append(_("of {counted}", counted=number) if row.is_composition else number)
    return List((*parts, *([reason] if reason else [])), joined="")
