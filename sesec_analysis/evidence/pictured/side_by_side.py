"""Set side by side what answers one question: two places at a glance, and a place's schools beside their district."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Literal

from sesec_analysis import catalog, i18n
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.answers import Outcome, Why, answer
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.evidence.tables import ReportTable, TextColumn
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.directions import PHRASES, outcome_text
from sesec_analysis.evidence.wording.fields import is_school_of
from sesec_analysis.evidence.wording.headlines import course, sized_side, whole_size
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, Count, List, Name, Text, Year, _, part_of

__all__ = [
    "COULD_BE_CHANCE",
    "WHERE_NEED_IS_HIGH",
    "ComparedSchools",
    "Glance",
    "class_of",
    "compared_schools",
    "compared_text",
    "difference_ends",
    "gap_is_wider",
    "glance_table",
    "is_level",
    "is_worse",
    "lower_schools",
    "over_schools",
    "pairs",
    "place_moved",
    "places_moved",
    "reach",
    "results_table",
    "tally_text",
]


_BY_PEOPLE = ("low_income", "survey_level")
"""Types whose groups a label names as people, within its words: low-income students; grades 9–12."""


# two places --------------------------------------------------------------------------------------


def is_level(finding: Finding) -> bool:
    """Whether a finding is a level, and compares nothing."""
    return finding.row.measure in ("rate", "count", "average")


def is_worse(gap: Finding) -> bool:
    """Whether a gap is surely at the cost of its place: all forms draw such a one in orange."""
    found, row = answer(gap.row), gap.row
    is_neutral = catalog.indicator(row.indicator).direction == "neutral"
    better = found.better(higher_is_better=row.higher_is_better) if found else None
    return better is False and not is_neutral


def has_others(one: Finding) -> bool:
    """Return whether it is a ratio that has the rate of all other students in the counts behind it."""
    is_known = one.row.measure == "ratio" and one.row.publish == "point"
    return is_known and bool(str(Text("{reference_whole}", of=one)))


def rate_of_others(ratio: Finding) -> float:
    """Return the rate of all other students, a proportion, no finer than it is printed."""
    return round((ratio.row.reference_numerator_low or 0) / (ratio.row.reference_n_low or 1), 3)


@dataclass(frozen=True)
class Glance:
    """One indicator, grade and student group of two places: their values, and what is said of them."""

    findings: Sequence[Finding]
    places: tuple[str, str]

    @property
    def lines(self) -> list[list[Finding]]:
        """What may be shown of each place over the years."""
        every = [one for one in self.findings if is_level(one) and not one.is_out]
        shown = [one for one in every if one.row.publish != "nothing"]
        shown.sort(key=lambda one: one.row.end_year)
        return [[one for one in shown if one.row.organization_id == code] for code in self.places]

    @property
    def year(self) -> int:
        """The newest school year."""
        return max((one.row.end_year for one in self.findings if is_level(one)), default=0)

    @property
    def newest(self) -> list[Finding | None]:
        """What may be shown of each place in the newest year."""
        year = self.year
        return [next((o for o in line if o.row.end_year == year), None) for line in self.lines]

    @property
    def printed(self) -> list[Text]:
        """Both values as they are printed."""
        absent = Text(N_("not shown"))
        return [Text("{mark}", of=one) if one else absent for one in self.newest]

    @property
    def in_whole(self) -> list[Text]:
        """Both values in whole percents, as far as these tell them apart."""
        absent = Text(N_("not shown"))
        return [Text("{whole}", of=one) if one else absent for one in self.newest]

    def _of(self, measure: str) -> list[Finding]:
        key = (measure, self.year, self.places[0])
        rows = [(one, one.row) for one in self.findings]
        return [o for o, row in rows if (row.measure, row.end_year, row.organization_id) == key][:1]

    @property
    def apart(self) -> list[Finding]:
        """How far both places are apart: in points, or of amounts in times."""
        return self._of("gap") or self._of("ratio")

    @property
    def difference(
        self,
    ) -> tuple[Literal["worse", "better", "same", "unsure"], float, float] | None:
        """How a difference in points is read, and both its ends, with what is better to the right."""
        ends = next((ends for one in self.apart if (ends := difference_ends(one))), None)
        found = next((answer(one.row) for one in self.apart), None)
        if ends is None:
            return None
        if found and found.outcome is Outcome.DIFFERS:
            return ("worse" if max(ends) < 0 else "better", *ends)
        return ("same" if found and found.outcome is Outcome.SAME else "unsure", *ends)

    @property
    def every(self) -> list[Finding]:
        """All findings that it stands for, and that its words are about: of what may not be shown there are none."""
        changes = [*self._of("gap_change"), *self._of("change")]
        return [*self.lines[0], *self.lines[1], *self.apart, *changes, *self.lead_before]

    @property
    def label(self) -> List:
        """Its indicator, its grade, and its student group if it is not all students."""
        first, row = self.every[0], self.every[0].row
        if row.is_composition and row.student_group != "all":
            what = Name("titles_within", row.indicator)
            return List((_("{group}: {what}", first, group=Text("{label}"), what=what),), joined="")
        return List((self.topic, *self.students), joined="")

    @property
    def topic(self) -> Text:
        """Its indicator."""
        return Text("{title}", of=self.every[0])

    @property
    def students(self) -> list[Text]:
        """Its grade, and its student group if it is not all students."""
        first, row = self.every[0], self.every[0].row
        has_grade = row.grade_level != "all" and labels.grade_of(row)
        grade = [Text("{grade_name}", of=first)] if has_grade else []
        if row.student_group == "all":
            return grade
        named = "{people_brief}" if row.student_group_type in _BY_PEOPLE else "{label}"
        return [*grade, Text(named, of=first)]

    @property
    def shared(self) -> tuple[str, ...]:
        """What it has in common with rows that ask the same of other students, so that it is said once."""
        row = self.findings[0].row
        group = row.student_group if row.is_composition else ""
        return row.indicator, row.student_group_type, group, str(self.year)

    @property
    def words(self) -> list[Arg]:
        """How far both places are apart, and whether that or the place itself has changed, each as a sentence."""
        found: list[Arg] = [_difference(one) for one in self.apart]
        own = self._of("change")
        both = list(zip(self.apart, self._of("gap_change"), strict=False))
        moved = [_gap_moved(apart, change, own) for apart, change in both]
        moved += [
            Text(N_("The lead was {whole_size} in {end}."), of=one) for one in self.lead_before
        ]
        return found + (list(filter(None, moved)) or [_change_text(one) for one in own])

    @property
    def lead_before(self) -> list[Finding]:
        """How far the place led in the year that the gap is compared with, if its lead is smaller now."""
        for apart, change in zip(self.apart, self._of("gap_change"), strict=False):
            lead, moved = answer(apart.row), answer(change.row)
            if lead is None or not lead.better(higher_is_better=apart.row.higher_is_better):
                return []
            if not moved or not moved.side or moved.side == lead.side:
                return []
            then = labels.reference_of(change.row).years[0]
            gaps = [one for one in self.findings if one.row.measure == "gap"]
            return [
                one for one in gaps if one.row.end_year == then and whole_size(one, i18n.ENGLISH)
            ][:1]
        return []


COULD_BE_CHANCE = N_("The difference could be chance.")
_AS_PHRASED = N_("{phrase}.")
_SIZED = {
    "higher": N_("{whole_size} higher."),
    "lower": N_("{whole_size} lower."),
    "better": N_("{whole_size} better."),
    "worse": N_("{whole_size} worse."),
    "times": N_("{whole_size} as much."),
}


def _difference(finding: Finding) -> Text:
    """Return how far a place is from another; only what withheld numbers and chance together allow."""
    row, found = finding.row, answer(finding.row)
    if found and found.outcome is Outcome.UNKNOWN and found.why is Why.CHANCE:
        return Text(COULD_BE_CHANCE, of=finding)  # no side is named that chance could change
    if not (side := sized_side(finding)):
        return _phrase(finding)
    if row.printed_in == "ratio":
        return Text(_SIZED["times"], of=finding)
    if catalog.indicator(row.indicator).direction == "lower_is_better":
        return Text(_SIZED["better" if side < 0 else "worse"], of=finding)
    return Text(_SIZED["higher" if side > 0 else "lower"], of=finding)


def _phrase(finding: Finding) -> Text:
    _sign, phrase = outcome_text(finding) or ("", Text(PHRASES["not published"]))
    return replace(_(_AS_PHRASED, finding, phrase=phrase), capital=True)


def _gap_moved(apart: Finding, moved: Finding, own: Sequence[Finding]) -> Text | None:
    """Return whether a gap at a place's cost is wider or narrower than it was, or could be by chance; else None."""
    then = Year(labels.reference_of(moved.row).years[0], calendar=True)
    is_wider = gap_is_wider(apart, moved, own)
    if is_wider is None:
        found, change = answer(apart.row), answer(moved.row)
        is_sure = found is not None and found.outcome is Outcome.DIFFERS
        is_open = change is not None and change.why is Why.CHANCE
        return Text(_CHANGE_BY_CHANCE, of=moved) if is_sure and is_open else None
    if is_wider:
        return _("The gap is wider than in {then}.", moved, then=then)
    return _("The gap is narrower than in {then}.", moved, then=then)


_CHANGE_BY_CHANCE = N_("The change could be chance.")


def gap_is_wider(apart: Finding, moved: Finding, own: Sequence[Finding]) -> bool | None:
    """Return whether a gap at a place's cost is wider (True) or narrower (False) than it was; None: it can't be told.

    A gap is not called narrower where the place's own level (``own``, its change) got worse: others fell more.
    """
    gap, change = answer(apart.row), answer(moved.row)
    higher_is_better = apart.row.higher_is_better
    if (
        not (gap and change and change.side)
        or gap.better(higher_is_better=higher_is_better) is not False
    ):
        return None
    if gap.side == change.side:
        return True
    levels = [found for one in own if (found := answer(one.row))]
    if any(found.better(higher_is_better=higher_is_better) is False for found in levels):
        return None
    return False


def _change_text(finding: Finding) -> Text:
    """Return how a place itself has changed."""
    then = Year(int(finding.row.reference), calendar=True)
    return _(_CHANGED_HERE[course(finding)], finding, then=then)


_CHANGED_HERE = {
    "rose": N_("Here, up {whole_size} since {then}."),
    "fell": N_("Here, down {whole_size} since {then}."),
    "same": N_("Here, little changed since {then}."),
    "chance": N_("No clear change here since {then}."),
    "withheld": N_("Can't tell whether it changed here since {then}."),
}
_MOVED = {
    "rose": N_("{place_name}: up {whole_size} since {then}."),
    "fell": N_("{place_name}: down {whole_size} since {then}."),
}
"""The same with the place's name."""


def place_moved(finding: Finding) -> Text:
    """Return how a place has changed, with its name; its sentence where it has no size."""
    words, then = _MOVED.get(course(finding)), Year(int(finding.row.reference), calendar=True)
    return _(words, finding, then=then) if words else finding.sentence_text


def places_moved(both: Sequence[Finding]) -> Text | None:
    """Return in one sentence how two places have changed since a year; None where they differ in more than the size."""
    one, other = both
    sides = {sized_side(each) for each in both}
    alike = {(each.row.indicator, each.row.grade_level, each.row.reference) for each in both}
    if sides not in ({1}, {-1}) or len(alike) > 1:
        return None
    moved = (
        N_("rose {whole_size} in {place}") if sides == {1} else N_("fell {whole_size} in {place}")
    )
    return _(
        N_("Since {then}, {brief} {here} and {there}."),
        then=Year(int(one.row.reference), calendar=True),
        brief=Text("{brief}", of=one),
        here=Text(moved, of=one),
        there=Text(N_("{whole_size} in {place}"), of=other),
    )


def pairs(findings: Iterable[Finding], place: str, reference: str) -> list[Glance]:
    """Return what two places have of each indicator, grade and student group, as they come.

    Raises
    ------
    DataError
        If there are neither rates nor averages of ``place``.
    """
    every = list(findings)
    if not any(is_level(one) and one.row.organization_id == place for one in every):
        raise DataError(
            f"the estimates hold no rates or averages of {place!r}",
            fix="put `sa.rates` or `sa.averages` of both places into one table",
            valid=sorted({one.row.organization_id for one in every}),
        )
    kinds: dict[tuple[str, ...], list[Finding]] = {}
    for one in every:
        row = one.row
        key = (row.indicator, row.grade_level, row.student_group_type, row.student_group)
        kinds.setdefault(key, []).append(one)
    made = [Glance(of, (place, reference)) for of in kinds.values()]
    return [pair for pair in made if any(pair.newest)]


def difference_ends(finding: Finding) -> tuple[float, float] | None:
    """Return both ends of a difference in points, better to the right; None if no side is better or it is hidden."""
    direction = catalog.indicator(finding.row.indicator).direction
    if finding.row.printed_in != "points" or direction == "neutral":
        return None
    low, high = finding.printed.ends
    if low is None or high is None:
        return None
    return (low, high) if direction == "higher_is_better" else (-high, -low)


_MOST = 0.30
"""How far the axis of differences reaches at most, in a proportion: a wider range ends there."""


def reach(pairs: Sequence[Glance]) -> tuple[float, float, list[float]]:
    """Return both ends of the axis of differences, and its ticks: every ten points, or none without differences."""
    every = [end for pair in pairs for one in pair.apart for end in difference_ends(one) or ()]
    if not every:
        return -0.1, 0.1, []
    low = floor(max(min([*every, -0.04]), -_MOST) * 10 - 0.2) / 10
    high = ceil(min(max([*every, 0.04]), _MOST) * 10 + 0.2) / 10
    return low, high, [step / 10 for step in range(round(low * 10), round(high * 10) + 1)]


def glance_table(made: Sequence[Glance], names: Sequence[Arg], whole: ReportTable) -> ReportTable:
    """Return pairs as a table: both values and the words."""
    columns = (
        TextColumn("title", Text(N_("Measure"))),
        TextColumn("here", names[0], "right"),
        TextColumn("there", names[1], "right"),
        TextColumn("answer", Text(N_("In words"))),
        TextColumn("school_year", Text(N_("School year"))),
    )
    rows: list[tuple[Arg | None, ...]] = []
    for pair in made:
        words = List(tuple(pair.words), joined="", separator=" ")
        rows.append((pair.label, *pair.printed, words, Year(pair.year)))
    return replace(whole, texts=replace(whole.texts, columns=columns, rows=tuple(rows)))


# schools and their district ----------------------------------------------------------------------


@dataclass(frozen=True)
class ComparedSchools:
    """The schools of a place by name, and the district's figure; None if they are compared with what is usual.

    Where the district's own figure is a wide range, ``published`` is that of its schools whose numbers are published.
    """

    schools: Sequence[Finding]
    district: Finding | None
    published: Finding | None = None

    @property
    def compared(self) -> Finding | None:
        """The figure that schools are compared with."""
        return self.published or self.district

    @property
    def every(self) -> list[Finding]:
        """All findings, the district's first."""
        return [*(one for one in (self.district, self.published) if one), *self.schools]

    @property
    def year(self) -> Year:
        """The school year."""
        return Year(self.schools[0].row.end_year)


def compared_schools(
    findings: Iterable[Finding], place: str, district: str
) -> list[ComparedSchools]:
    """Return the schools of a place beside the district, by indicator and measure; none of which nothing may be shown.

    Raises
    ------
    DataError
        If the district's figure is missing for an indicator that is not set beside what is usual.
    """
    catalog.place(place)  # refuses one that is not known
    kinds: dict[tuple[str, str], list[Finding]] = {}
    published: dict[str, Finding] = {}
    for one in findings:
        if one.row.measure != "published_rate":
            kinds.setdefault((one.row.indicator, one.row.measure), []).append(one)
        elif one.row.organization_id == district and one.row.publish == "point":
            published[one.row.indicator] = one
    made = []
    for (indicator, measure), of in kinds.items():
        schools = (one for one in of if is_school_of(place, one.row))
        mine = sorted(schools, key=lambda one: one.place)
        other = next((one for one in of if one.row.organization_id == district), None)
        if other is None and measure != "rate_less_expected":
            raise DataError(
                f"the figure of {district!r} is missing for {indicator}",
                fix="put its `rates` or `averages` into the same table",
            )
        if any(one.row.publish != "nothing" for one in mine):
            made.append(
                ComparedSchools(
                    mine, other, published.get(indicator) if measure == "rate" else None
                )
            )
    return made


_PUBLISHED_SCHOOLS = N_("{place_name}, {schools} schools whose numbers are published")


def compared_text(finding: Finding) -> Text:
    """Return what schools are compared with: whose figure it is, and the figure."""
    if finding.row.measure != "published_rate":
        return Text("{place_name}: {whole}", of=finding)
    return _("{name}: {whole}", finding, name=_(_PUBLISHED_SCHOOLS, finding))


_TALLIED = {
    "higher": N_("{n} higher"),
    "same": N_("{n} about the same"),
    "lower": N_("{n} lower"),
    "unknown": N_("{n} can't tell"),
}


def tally_text(of: ComparedSchools) -> List:
    """Return how many schools are in each class, which a map says under it."""
    tally: dict[str, list[str]] = {}
    for one in of.schools:
        tally.setdefault(class_of(one, of.compared), []).append(one.row.organization_id)
    counts = [Count(tuple(tally[kind]), text) for kind, text in _TALLIED.items() if kind in tally]
    return List(tuple(counts), joined="")


def results_table(
    made: Sequence[tuple[Arg, ComparedSchools]], district: Arg, whole: ReportTable
) -> ReportTable:
    """Return the schools by name with each value or range, and the district's figures first; ``made`` with headings.

    Figures of the district's schools whose numbers are published have a row of their own.
    """
    columns = [
        TextColumn(f"map {at}", List((head, of.year), joined=""), "right")
        for at, (head, of) in enumerate(made, 1)
    ]
    cells = [{one.place: Text("{value_label}", of=one) for one in of.schools} for _head, of in made]
    others = [of.district for _head, of in made]
    first = [Text("{value_label}", of=other) if other else None for other in others]
    at_published = [
        Text("{value_label}", of=of.published) if of.published else None for _head, of in made
    ]
    named = [_(_PUBLISHED_SCHOOLS, of.published) for _head, of in made if of.published]
    names = {one.place: Text("{place_name}", of=one) for _head, of in made for one in of.schools}
    rows = [(names[school], *(part.get(school) for part in cells)) for school in sorted(names)]
    heads = (TextColumn("place", Text(N_("School"))), *columns)
    every = ((district, *first), *((one, *at_published) for one in named[:1]), *rows)
    return replace(whole, texts=replace(whole.texts, columns=heads, rows=every))


_LOWER_AT = {
    "math_met": (
        N_(
            "Of the {n} schools with more low-income students than average, {some} have clearly lower math results, "
            "and {high} clearly higher."
        ),
        N_(
            "Of the {n} schools with more low-income students than average, {some} have clearly lower math results."
        ),
    ),
    "regular_attendance": (
        N_("In attendance, {some} are clearly lower, and {high} clearly higher."),
        N_("In attendance, {some} are clearly lower."),
    ),
}
"""By indicator: where some schools are higher than their district, and where none is."""


WHERE_NEED_IS_HIGH = N_("Where need is high, what is a school given, and is it enough?")
"""The question that follows."""


def lower_schools(
    findings: Iterable[Finding], need: Iterable[Finding]
) -> list[tuple[Text, tuple[Finding, ...]]]:
    """Return at how many schools of high need a result is surely lower than in their district, and at how many higher.

    Parameters
    ----------
    findings
        Results of schools and of their district.
    need
        Shares of low-income students of the same.
    """
    shown, every = list(findings), list(need)
    above = [one for one, kind in _classes(every) if kind == "higher"]
    codes = {one.row.organization_id for one in above}
    told: list[tuple[Text, tuple[Finding, ...]]] = []
    for code, (mixed, lower_alone) in _LOWER_AT.items():
        classes = _classes([one for one in shown if one.row.indicator == code])
        of_need = [(one, kind) for one, kind in classes if one.row.organization_id in codes]
        lower, higher = (
            tuple(one.row.organization_id for one, kind in of_need if kind == side)
            for side in ("lower", "higher")
        )
        if lower and (told or code == "math_met"):  # the second is about the schools of the first
            counts: tuple[tuple[str, Arg], ...] = (("some", Count(lower, "{n}")),)
            if higher:
                counts += (("high", Count(higher, "{n}")),)
            ids = tuple(one.row.organization_id for one, _kind in of_need)
            told.append(
                (
                    _("{told}", told=Count(ids, mixed if higher else lower_alone, args=counts)),
                    (*above, *(one for one, _kind in of_need)),
                )
            )
    return told


def over_schools(shown: Iterable[Finding]) -> Text | None:
    """Return how many of several schools surely have lower math results than their district.

    Where fewer than half have, it is how many surely have more low-income students.
    """
    every = [one for one in shown if one.row.publish != "nothing"]
    need = [one for one in every if one.row.student_group == "low_income"]
    schools = {one.row.organization_id for one in need if one.row.organization_level == "school"}
    of_all = [one for one in need if one.row.organization_level != "school"]
    if len(schools) < 2 or len(of_all) != 1:
        return None
    above = _schools_that_are("higher", need)
    math = [one for one in every if one.row.indicator == "math_met"]
    tested = {one.row.organization_id for one in math if one.row.organization_level == "school"}
    lower = _schools_that_are("lower", math)
    if len(lower) > len(tested) / 2:
        return _("{count}", count=part_of(lower, sorted(tested), _LOWER_MATH))
    if not above:
        return None
    if len(above) == len(schools):
        message = N_("All {n} schools counted exceed the district’s low-income share")
    elif len(above) == 1:
        message = N_("One of {n} schools exceeds the district’s low-income share")
    else:
        message = N_("{some} of {n} schools exceed the district’s low-income share")
    return _("{count}", count=part_of(above, sorted(schools), message))


_LOWER_MATH = N_("{some} of {n} schools have math results below the district’s")


def _schools_that_are(kind: Literal["higher", "lower"], findings: Iterable[Finding]) -> list[str]:
    """Return the codes of the schools among findings that surely are higher or lower than their district."""
    return [one.row.organization_id for one, found in _classes(findings) if found == kind]


def _classes(findings: Iterable[Finding]) -> list[tuple[Finding, str]]:
    """Return the schools among findings, each with how it compares with its district among them."""
    shown = list(findings)
    schools = [one for one in shown if one.row.organization_level == "school"]
    of_all = [one for one in shown if one not in schools]
    of_all.sort(key=lambda one: one.row.measure != "published_rate")
    return [(one, class_of(one, of_all[0])) for one in schools] if of_all else []


def class_of(
    finding: Finding, district: Finding | None
) -> Literal["higher", "lower", "same", "unknown"]:
    """Return whether a school is higher or lower than the district's figure, about the same, or cannot be told."""
    # Of a school withheld numbers and chance together; the district's figure as it stands.
    mine = _ends(finding, "outer", "ci", "bound")
    known = district is not None and district.row.publish == "point"
    theirs = _ends(district) if known else _ends(district, "bound")
    if mine is None or theirs is None:
        return "unknown"
    within = catalog.indicator(finding.row.indicator).margin or 0.0
    # About the same wherever in their ranges the two lie: a wide range is close to nothing.
    if theirs[1] - within <= mine[0] and mine[1] <= theirs[0] + within:
        return "same"
    return "higher" if mine[0] > theirs[1] else "lower" if mine[1] < theirs[0] else "unknown"


def _ends(finding: Finding | None, *kinds: str) -> tuple[float, float] | None:
    """Return the ends of the first of these that there are, as printed, or the value; None if it may not be shown."""
    if finding is None:
        return 0.0, 0.0
    told, value = finding.printed.numbers, finding.printed.numbers["estimate"]
    for name in kinds:
        low, high = told[f"{name}_low"], told[f"{name}_high"]
        if low is not None and high is not None and finding.row.publish != "nothing":
            return low, high
    return None if value is None else (value, value)
