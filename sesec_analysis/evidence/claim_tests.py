"""Interpret the tests of the founding claims: shares, amounts, parts of the schools, gaps of groups, lists of schools.

A test and its thresholds are in the catalog; here is only what each kind of test does with published numbers. It
looks at the figures of one year, now or of the claim's own time, and returns what they are and its verdict, by the
range that withheld numbers leave open.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb, inf

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.claim_entries import (
    ClaimFigure,
    GroupGapsTest,
    HigherTest,
    LevelsTest,
    PartOfSchoolsTest,
    RosterTest,
    SchoolsTest,
    ShareTest,
    UnpublishedTest,
)
from sesec_analysis.evidence.answers import Outcome, answer
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.wording.fields import LEVEL, WordedFinding, register
from sesec_analysis.evidence.wording.labels import is_listed
from sesec_analysis.i18n import ENGLISH
from sesec_analysis.i18n import mark as N_
from sesec_analysis.metrics.disparity import averages, gaps, rates, ratios
from sesec_analysis.metrics.school_levels.levels import (
    LEVELS,
    codes_at,
    level_shares,
    level_years,
    school_levels,
)
from sesec_analysis.text import (
    CONSTANTS,
    Arg,
    Constant,
    Count,
    EntryText,
    List,
    Name,
    Quoted,
    Text,
    Year,
    _,
    count_message,
    part_of,
    render,
)

__all__ = [
    "VERDICTS",
    "ClaimFigures",
    "Measured",
    "Verdict",
    "chance_of_at_least",
    "claim_text",
    "join_texts",
    "measure_context",
    "measure_group_gaps",
    "measure_higher",
    "measure_levels",
    "measure_part",
    "measure_roster",
    "measure_schools",
    "measure_share",
    "measure_unpublished",
    "part_of_district",
    "result_without_figures",
    "school_name",
    "span_text",
]


class Verdict(StrEnum):
    """The closed list of verdicts, of a test and of a claim, at one time."""

    TRUE = "true"
    PARTLY = "partly true"
    NOT_TRUE = "not true"
    MORE = "more than claimed"
    LESS = "less than claimed"
    CANT_TELL = "can't tell"
    NO_DATA = "no data"

    @classmethod
    def from_answer(cls, is_true: bool | None) -> "Verdict":
        """Return the verdict of a yes, a no, or neither."""
        return cls.CANT_TELL if is_true is None else cls.TRUE if is_true else cls.NOT_TRUE


VERDICTS = {
    Verdict.TRUE: N_("true"),
    Verdict.PARTLY: N_("partly true"),
    Verdict.NOT_TRUE: N_("not true"),
    Verdict.MORE: N_("more than claimed"),
    Verdict.LESS: N_("less than claimed"),
    Verdict.CANT_TELL: N_("can’t tell"),
    Verdict.NO_DATA: N_("no data"),
}
"""How readers see each verdict, as message ids."""


@dataclass(frozen=True)
class Measured:
    """A test on the figures of one time: its verdict, the figures in words, and what decided."""

    verdict: Verdict
    text: Arg | None = None
    why: Arg | None = None
    shown: tuple[Finding, ...] = ()


OF_ALL = N_("{some} of {n}")
_NOT_PUBLISHED = Text(N_("no numbers of that time are in our data"))
_OPEN = Text(N_("the published range leaves it open"))
_WITHHELD = Text(N_("withheld"))

_PERCENT = "claim_percent"
"""The constant for an end of a share that a claim states."""


def _is_claimed(percent: str) -> bool:
    """Return whether a claim has a test with that whole percent."""
    tests = (test for claim in catalog.claims().values() for test in claim.tests)
    ends = (
        end
        for test in tests
        if isinstance(test, ShareTest | SchoolsTest)
        for end in (test.low, test.high)
    )
    return percent in {_whole_percent(end) for end in ends if end is not None}


CONSTANTS[_PERCENT] = lambda percent: percent if _is_claimed(percent) else ""


def _whole_percent(share: float) -> str:
    return f"{share:.0%}".rstrip("%")


def _end(at: int) -> Callable[[WordedFinding, str], str]:
    """Return what writes the least (0) or the most (1) that a share can be, in whole percents as claims are stated."""

    def write(finding: WordedFinding, language: str) -> str:
        ends = _ends(finding)
        return "" if ends is None else _whole_percent(ends[at])

    return write


register("number", {"least_percent": _end(0), "most_percent": _end(1)})


def result_without_figures() -> Measured:
    """Return the result of a test without figures."""
    return Measured(Verdict.NO_DATA, why=_NOT_PUBLISHED)


def claim_text(words: str) -> EntryText:
    """Return words of the founding claims' file as a text."""
    return EntryText(words, "founding_claims.yml")


@dataclass(frozen=True)
class ClaimFigures:
    """The available figures, and whose they are."""

    observations: pd.DataFrame
    place: str
    rest: str
    district: str
    level: float

    @property
    def both(self) -> tuple[str, str]:
        """The place, and the rest of its district."""
        return self.place, self.rest

    @property
    def schools(self) -> list[str]:
        """Codes of the schools of the place."""
        return list(catalog.place(self.place).schools)

    def rows(
        self, figure: ClaimFigure, organizations: Iterable[str], kind: str | None = None
    ) -> pd.DataFrame:
        """Return the rows of a figure and organizations; ``kind`` is another student group type than the figure's."""
        table = self.observations
        chosen = (
            (table["indicator"] == figure.indicator)
            & table["grade_level"].isin(figure.grade_levels)
            & (table["student_group_type"] == (kind or figure.student_group_type))
            & table["organization_id"].isin(list(organizations))
        )
        if figure.student_group and kind is None:
            chosen &= table["student_group"] == figure.student_group
        return table[chosen]

    def years(self, figure: ClaimFigure, organizations: Iterable[str]) -> list[int]:
        """Return the years that a figure has, in order."""
        return sorted(self.rows(figure, organizations)["end_year"].unique().tolist())

    def measured(self, rows: pd.DataFrame) -> Findings:
        """Return rates or averages of rows as findings."""
        if rows.empty:
            return Findings(())
        is_share = rows["unit"].isin(schema.SHARES).all()
        return findings(rates(rows, level=self.level) if is_share else averages(rows))

    def findings(
        self, figure: ClaimFigure, organizations: Iterable[str], end_year: int
    ) -> dict[str, Finding]:
        """Return the findings of a figure and year by organization."""
        rows = self.rows(figure, organizations)
        told = self.measured(rows[rows["end_year"] == end_year])
        return {finding.row.organization_id: finding for finding in told}


def _ends(finding: WordedFinding) -> tuple[float, float] | None:
    """Return the least and the most that a figure can be, no finer than printed; None if nothing of it is shown."""
    low, high = finding.printed.ends
    return None if low is None or high is None else (low, high)


def _judge(finding: Finding, test: ShareTest) -> tuple[Verdict, Text | None]:
    """Return the verdict on a share, in whole percents as claims are stated, and what decided."""
    ends = _ends(finding)
    if ends is None:
        return Verdict.CANT_TELL, _WITHHELD
    if test.claimed is not None:
        return _judge_claimed(ends, test.claimed, test.within)
    bottom, top = (round(end, 2) for end in ends)
    least = -inf if test.low is None else test.low
    most = inf if test.high is None else test.high
    if least <= bottom and top <= most:
        return Verdict.TRUE, None
    if bottom > most:
        return Verdict.NOT_TRUE, Text(N_("higher than the claim"))
    if top < least:
        return Verdict.NOT_TRUE, Text(N_("lower than the claim"))
    return Verdict.CANT_TELL, _OPEN


def _judge_claimed(
    ends: tuple[float, float], claimed: float, within: float
) -> tuple[Verdict, Text | None]:
    """Return the verdict on a share of which one number was claimed."""
    bottom, top = (round(end - claimed, 2) for end in ends)
    if -within <= bottom and top <= within:
        return Verdict.TRUE, None
    if bottom > within:
        return Verdict.MORE, None
    if top < -within:
        return Verdict.LESS, None
    return Verdict.CANT_TELL, _OPEN


def _value(finding: Finding) -> Text:
    return Text("{value}" if finding.row.publish == "range" else "{value_label}")


def measure_share(test: ShareTest, figures: ClaimFigures, end_year: int) -> Measured:
    """Measure a share of the place, of the district, or the highest of the place's schools."""
    if test.of == "highest_school":
        found = figures.findings(test.figure, figures.schools, end_year).values()
        schools = [(ends, finding) for finding in found if (ends := _ends(finding))]
        if not schools:
            return result_without_figures()
        shown = max(schools, key=lambda school: school[0][0])[1]
        words = N_("highest school share {number} in {year} ({place_name})")
    else:
        code = figures.district if test.of == "district" else figures.place
        one = figures.findings(test.figure, [code], end_year).get(code)
        if one is None:
            return result_without_figures()
        shown, words = one, N_("{place_name} {number} in {year}")
    verdict, why = _judge(shown, test)
    return Measured(verdict, _(words, shown, number=_value(shown)), why, (shown,))


def measure_schools(test: SchoolsTest, figures: ClaimFigures, end_year: int) -> Measured:
    """Count the schools of the place whose share lies within the ends."""
    found = figures.findings(test.figure, figures.schools, end_year)
    spans = {code: ends for code, finding in found.items() if (ends := _ends(finding))}
    if not spans:
        return result_without_figures()
    inside = [code for code, (low, high) in spans.items() if test.low <= low and high <= test.high]
    outside = sum(high < test.low or low > test.high for low, high in spans.values())
    least, most = len(inside) / len(spans), 1 - outside / len(spans)
    lowest, highest = (
        min(spans, key=lambda code: spans[code][0]),
        max(spans, key=lambda code: spans[code][1]),
    )
    count = part_of(inside, spans, N_("{some} of {n} schools"))
    text = _(
        N_(
            "{schools} from {low} to {high} percent in {year} (schools have {least} to {most} percent)"
        ),
        schools=count,
        low=Constant(_PERCENT, _whole_percent(test.low)),
        high=Constant(_PERCENT, _whole_percent(test.high)),
        least=Text("{least_percent}", of=found[lowest]),
        most=Text("{most_percent}", of=found[highest]),
        year=Text("{year}", of=found[next(iter(spans))]),
    )
    lowest_verdict, highest_verdict = (_judge_part(part, test) for part in (least, most))
    is_settled = lowest_verdict == highest_verdict
    shown = tuple(found[code] for code in spans)
    verdict = lowest_verdict if is_settled else Verdict.CANT_TELL
    return Measured(verdict, text, count if is_settled else _OPEN, shown)


def _judge_part(part: float, test: SchoolsTest) -> Verdict:
    """Return the verdict if this part of the schools is in the range."""
    if part >= test.true_from:
        return Verdict.TRUE
    return Verdict.PARTLY if part >= test.partly_from else Verdict.NOT_TRUE


def measure_higher(test: HigherTest, figures: ClaimFigures, end_year: int) -> Measured:
    """Compare the place's figure with that of the rest, or of the whole district."""
    other_code = figures.district if test.than == "district" else figures.rest
    found = figures.findings(test.figure, [figures.place, other_code], end_year)
    if len(found) < 2:
        return result_without_figures()
    here, there = found[figures.place], found[other_code]
    ends, others = _ends(here), _ends(there)
    text = _both_places(here, there)
    if ends is None or others is None:
        return Measured(Verdict.CANT_TELL, text, _WITHHELD, (here, there))
    above = True if ends[0] > others[1] else False if ends[1] < others[0] else None
    if above is None and ends == others:
        return Measured(Verdict.NOT_TRUE, text, Text(N_("the same")), (here, there))
    verdict = Verdict.from_answer(above if test.kind == "higher" or above is None else not above)
    missed = Text(N_("higher")) if test.kind == "lower" else Text(N_("lower"))
    why = {Verdict.NOT_TRUE: missed, Verdict.CANT_TELL: _OPEN}.get(verdict)
    schools = _schools_below(test, figures, end_year, others[0])
    return Measured(verdict, join_texts([text, schools]), why, (here, there))


def join_texts(texts: Iterable[Arg | None]) -> Arg | None:
    """Return the texts that are not missing as one, each once; None without any."""
    known = tuple({render(text, ENGLISH): text for text in texts if text is not None}.values())
    if len(known) < 2:
        return known[0] if known else None
    return List(known, joined="", separator="; ")


def measure_context(
    figure: ClaimFigure, figures: ClaimFigures, need_of: str | None = None
) -> Measured:
    """Return a figure of the place and of the rest, to be read with a claim; it is no test.

    It is the newest one, or else that of the schools and the newest year of the indicator ``need_of``.
    """
    places, of = figures.both, figure
    if need_of is not None:
        of = ClaimFigure(indicator=need_of)
        if catalog.indicator(need_of).elementary_only:
            here, there = map(catalog.elementary_part, figures.both)
            places = (here, there)
    years = figures.years(of, figures.both)
    found = figures.findings(figure, places, years[-1]) if years else {}
    if len(found) < 2:
        return result_without_figures()
    shown = tuple(found[code] for code in places)
    return Measured(Verdict.NO_DATA, _both_places(*shown), None, shown)


def _both_places(here: Finding, there: Finding) -> List:
    """Return the figures of two places: each is a text of its own, so that no number is next to another's name."""
    first = N_("{what}: {place_name} {number}")
    second = N_("{place_name} {number} in {year}")
    # What is counted: the group of a share of enrollment, or the indicator.
    what = Text("{label}" if here.row.is_composition else "{title}")
    texts = (_(first, here, what=what, number=_value(here)), _(second, there, number=_value(there)))
    return List(texts, joined="")


def _schools_below(
    test: HigherTest, figures: ClaimFigures, end_year: int, other: float
) -> Count | None:
    """Return in how many schools of the place the figure is lower than that of what it is compared with."""
    if not test.by_school:
        return None
    found = figures.findings(test.figure, figures.schools, end_year)
    highest = {code: ends[1] for code, finding in found.items() if (ends := _ends(finding))}
    below = (code for code, high in highest.items() if high < other)
    return part_of(below, highest, N_("lower in {some} of its {n} schools")) if highest else None


def measure_part(test: PartOfSchoolsTest, figures: ClaimFigures, end_year: int) -> Measured:
    """Measure the place's part of the district's schools with a mark, next to its part of all schools of the list."""
    both = (figures.place, figures.district)
    found = figures.findings(test.figure, both, end_year)
    if len(found) < 2:
        return result_without_figures()
    return part_of_district(test, *(found[code] for code in both))


def part_of_district(test: PartOfSchoolsTest, place: Finding, district: Finding) -> Measured:
    """Measure a place's part of the schools with a mark, from its own figure and that of its district."""
    here, all_of_them = _counts(place), _counts(district)
    if here is None or all_of_them is None or all_of_them[0] == 0:
        return result_without_figures()
    part = here[0] / all_of_them[0]
    year = Year(place.row.end_year, calendar=True)
    marked, own = _number_schools(place, here[0]), _number_schools(place, here[1])
    elsewhere = (counted - mine for counted, mine in zip(all_of_them, here, strict=True))
    others_marked, others = (_number_schools(district, schools) for schools in elsewhere)
    all_marked, every = (*marked, *others_marked), (*own, *others)
    text = _(
        N_("{part} in {year}; of all {schools}, {whole} are in {place}"),
        part=part_of(marked, all_marked, _SHARE),
        year=year,
        whole=part_of(own, every, _SHARE),
        schools=_(test.schools, year=year),
        place=Name("place_name", place.row.organization_id),
    )
    verdict, _none = _judge_claimed((part, part), test.claimed, test.within)
    why = part_of(marked, all_marked, N_("{percent} percent"))
    return Measured(verdict, text, why, (place, district))


_SHARE = N_("{percent}% ({some} of {n})")


def _number_schools(finding: Finding, schools: int) -> tuple[str, ...]:
    """Return names for the schools that a finding counts: its table has no code of them."""
    return tuple(f"{finding.id} {at}" for at in range(schools))


def _counts(finding: Finding) -> tuple[int, int] | None:
    """Return how many schools have a mark, and how many there are; None unless both are known."""
    row = finding.row
    known = row.numerator_low == row.numerator_high and row.n_low == row.n_high
    if not known or row.numerator_low is None or row.n_low is None:
        return None
    return row.numerator_low, row.n_low


def measure_levels(test: LevelsTest, figures: ClaimFigures) -> Measured:
    """Count the schools of the place at a level or above, in the newest year that has levels."""
    rules = catalog.level_rules()
    years = level_years(figures.observations, rules=rules)
    newest = years.loc[years["has_levels"], "end_year"].max()
    if newest != newest:
        return result_without_figures()
    levels = school_levels(
        figures.observations, rules=rules, end_years=int(newest), level=figures.level
    )
    here = levels[levels["organization_id"].isin(figures.schools)]
    every = tuple(here.loc[here["level_low"].notna(), "organization_id"])
    if not every:
        return result_without_figures()
    top, above = (codes_at(here, lowest, LEVELS[-1]) for lowest in (LEVELS[-1], test.none_from))
    text = _(
        N_("{highest} at level {top} and {above} at level {level} or above in {year}"),
        highest=_count_span(top, every),
        top=Constant(LEVEL, str(LEVELS[-1])),
        above=span_text(above),
        level=Constant(LEVEL, str(test.none_from)),
        year=Year(int(newest)),
    )
    place = catalog.place(figures.place)
    shares = level_shares(
        levels, schools={figures.place: figures.schools}, names={figures.place: place.name}
    )
    verdict = Verdict.from_answer(True if not above[1] else False if above[0] else None)
    why = None if verdict is Verdict.TRUE else _count_span(above, every)
    return Measured(verdict, text, why, tuple(findings(shares)))


def _count_span(span: tuple[Sequence[str], Sequence[str]], every: Sequence[str]) -> Text:
    """Return the least and the most number of schools, out of all of them."""
    return _(
        N_("{some} of {schools}"),
        some=span_text(span),
        schools=count_message("{n} school", "{n} schools", every),
    )


def span_text(span: tuple[Sequence[str], Sequence[str]]) -> Arg:
    """Return how many schools there are at the least and at the most."""
    low, high = (Count(tuple(codes), "{n}") for codes in span)
    return low if len(low.of) == len(high.of) else _("{low} to {high}", low=low, high=high)


def measure_unpublished(test: UnpublishedTest, figures: ClaimFigures) -> Measured:
    """Return why a test cannot be made, and the figures that are published instead."""
    texts, shown = [], []
    first = N_("{label} {value_label} (of {n} answers)")
    second = N_("{place_name} {value_label} in {year}")
    for figure in test.figures:
        rows = figures.rows(figure, figures.both)
        found = figures.measured(rows[rows["end_year"] == rows["end_year"].max()])
        sides = _by_group(found, lambda finding: finding.row.student_group)
        for group in sides:
            here, there = (sides[group].get(code) for code in figures.both)
            if here and there and "nothing" not in (here.row.publish, there.row.publish):
                texts.append(List((_(first, here), _(second, there)), joined=""))
                shown += [here, there]
    if not shown:
        return Measured(Verdict.CANT_TELL, why=claim_text(test.why))
    what = Name("title", test.figures[0].indicator)
    both = List(tuple(texts), joined="", separator="; ")
    text = _("{what}: {figures}", what=what, figures=both)
    return Measured(Verdict.CANT_TELL, text, claim_text(test.why), tuple(shown))


def _by_group(
    told: Iterable[Finding], key: Callable[[Finding], str]
) -> dict[str, dict[str, Finding]]:
    """Return findings by group, and in each by organization, in their order."""
    sides: dict[str, dict[str, Finding]] = {}
    for finding in told:
        sides.setdefault(key(finding), {})[finding.row.organization_id] = finding
    return sides


def measure_group_gaps(test: GroupGapsTest, figures: ClaimFigures, end_year: int) -> Measured:
    """Compare each group of a test with all other students of the same place."""
    place = figures.district if test.of == "district" else figures.place
    rows = figures.rows(test.figure, [place])
    rows = rows[rows["end_year"] == end_year]
    groups = rows.loc[rows["student_group"].isin(test.groups), "student_group"].unique().tolist()
    if not groups:
        return result_without_figures()
    kind = test.figure.student_group_type
    make = (
        gaps if catalog.indicator(test.figure.indicator).direction == "higher_is_better" else ratios
    )
    compared = findings(make(rows, by=kind, reference="others", level=figures.level))
    found = [finding for finding in compared if finding.row.student_group in groups]
    sides = {finding.id: _side(finding) for finding in found}
    worse = [finding for finding in found if sides[finding.id] == "worse"]
    is_settled = "unknown" not in sides.values()
    verdict = Verdict.from_answer(True if worse else False if is_settled else None)
    counts = _counts_of_sides(sides)
    return Measured(verdict, _gaps_text(found[0], worse, counts), counts, tuple(found))


def _side(comparison: Finding) -> str:
    """Return whether a group is worse or better off than all others, about the same, or it can't be told."""
    found = answer(comparison.row)
    if found is None or found.outcome is Outcome.UNKNOWN:
        return "unknown"
    if found.outcome is Outcome.SAME:
        return "same"
    is_better = found.better(higher_is_better=comparison.row.higher_is_better)
    return "better" if is_better else "worse"


def _gaps_text(first: Finding, worse: Sequence[Finding], counts: Arg) -> List:
    """Return what is compared, the groups that are worse off with their numbers, and how many there are."""
    what = _(N_("{title}{grade}, {place_name}, {year}, compared with all other students"), first)
    texts = tuple(_("{label} {value_label}", finding) for finding in worse)
    return List((what, *texts, counts), joined="", separator="; ")


def _counts_of_sides(sides: dict[str, str]) -> List:
    """Return how many groups have each answer."""
    by_side = {side: tuple(id for id, of in sides.items() if of == side) for side in _SIDES}
    return List(tuple(Count(of, _SIDES[side]) for side, of in by_side.items() if of), joined="")


_SIDES = {
    "worse": N_("groups worse off: {n}"),
    "better": N_("better off: {n}"),
    "same": N_("about the same: {n}"),
    "unknown": N_("can’t tell: {n}"),
}


def chance_of_at_least(named: int, marked: int, drawn: int, of: int) -> float:
    """Return the chance that a draw without putting back holds at least so many marked things (hypergeometric).

    Parameters
    ----------
    named
        The least number of marked things among those drawn.
    marked
        Marked things among all.
    drawn
        Things drawn.
    of
        All things.

    Examples
    --------
    >>> chance_of_at_least(2, 2, 2, 4)  # one of the six pairs
    0.16666666666666666
    """
    ways = sum(
        comb(marked, hits) * comb(of - marked, drawn - hits) for hits in range(named, drawn + 1)
    )
    return ways / comb(of, drawn)


def measure_roster(test: RosterTest, figures: ClaimFigures) -> Measured:
    """Count the named schools that stand in the place, and the chance of so many in a draw from all open schools."""
    enrollment = ClaimFigure(indicator="enrollment")
    table = figures.observations
    rows = table[
        (table["indicator"] == enrollment.indicator)
        & (table["organization_level"] == "school")
        & (table["student_group"] == "all")
        & (table["grade_level"] == "all")
        & (table["end_year"] == test.year)
        & (table["denominator_low"].fillna(0) > 0)
    ]
    roster = dict(zip(rows["organization_id"], rows["organization_name"], strict=True))
    if absent_schools := [code for code in test.schools if code not in roster]:
        names = tuple(map(school_name, absent_schools))
        return (
            result_without_figures()
            if not roster
            else Measured(Verdict.CANT_TELL, None, List(names, joined=""))
        )
    in_place = tuple(c for c in roster if c in {*figures.schools, *test.counted_in_place})
    named = tuple(code for code in test.schools if code in in_place)
    sizes = map(len, (named, in_place, test.schools, roster))
    count = part_of(named, test.schools, OF_ALL)
    text = _(
        N_(
            "{part}: {count} in {place}, which had {schools} in {year}; by chance alone, once in {draws} draws"
        ),
        part=claim_text(test.part),
        count=count,
        place=Name("place_name", figures.place),
        schools=part_of(in_place, roster, N_("{some} of the {n} schools")),
        year=Year(test.year),
        draws=Constant(_DRAWS, " ".join(map(str, sizes))),
    )
    is_true = len(named) >= test.least
    verdict = Verdict.TRUE if is_true else Verdict.PARTLY if named else Verdict.NOT_TRUE
    return Measured(verdict, text, count)


def school_name(code: str) -> Arg:
    """Return the name of a school in the catalog; of any other, its code."""
    return Name("place_name", code) if is_listed(code) else Quoted(code, "code of a school")


_DRAWS = "draws"
"""In how many draws chance alone gives so many schools once; see `chance_of_at_least` for the four sizes."""


def _draws(sizes: str) -> str:
    return f"{1 / chance_of_at_least(*map(int, sizes.split())):,.0f}"


CONSTANTS[_DRAWS] = _draws
