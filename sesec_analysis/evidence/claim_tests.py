"""Interpret the tests of the founding claims that ask for a share, an amount or a part of the schools.

A test and its thresholds stand in the catalog; here is only what each kind of test does with published figures. It
looks at the figures of one year, now or of the claim's own time, and says what they are, and whether the test holds by
the range that withheld figures leave open.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import inf

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.claim_entries import (
    ClaimFigure,
    HigherTest,
    LevelsTest,
    PartOfSchoolsTest,
    SchoolsTest,
    ShareTest,
    UnpublishedTest,
)
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.wording.labels import year_of
from sesec_analysis.evidence.wording.numbers import school_year
from sesec_analysis.i18n import mark, say
from sesec_analysis.metrics.disparity import averages, rates
from sesec_analysis.metrics.school_levels.levels import (
    LEVELS,
    level_shares,
    level_years,
    school_levels,
    schools_at,
)

__all__ = [
    "ClaimFigures",
    "Holds",
    "Measured",
    "absent",
    "measure_beside",
    "measure_higher",
    "measure_levels",
    "measure_part",
    "measure_schools",
    "measure_share",
    "measure_unpublished",
    "part_of_both",
]


class Holds(StrEnum):
    """Whether a test holds by the figures of one year."""

    YES = "yes"
    NO = "no"
    IN_PART = "in part"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, holds: bool | None) -> "Holds":
        """Return the answer to a yes, a no, or neither."""
        return cls.UNKNOWN if holds is None else cls.YES if holds else cls.NO


@dataclass(frozen=True)
class Measured:
    """A test on the figures of one year: whether it holds, the figures in words, and how it misses or why not known."""

    holds: Holds
    text: str
    why: str = ""
    shown: tuple[Finding, ...] = ()


_NOT_AT_HAND = mark("the figures are not at hand")
_OPEN = mark("the range that is published leaves it open")


def absent() -> Measured:
    """Return what is said where there are no figures for a test."""
    return Measured(Holds.UNKNOWN, "", say(_NOT_AT_HAND))


@dataclass(frozen=True)
class ClaimFigures:
    """The figures at hand, and whose they are."""

    observations: pd.DataFrame
    place: str
    rest: str
    district: str
    level: float

    @property
    def both(self) -> tuple[str, str]:
        """The place, and the rest of its district."""
        return self.place, self.rest

    @cached_property
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
        """Return the years that a figure is at hand of, in order."""
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


def _ends(finding: Finding) -> tuple[float, float] | None:
    """Return the least and the most that a figure can be, no finer than printed; None if nothing of it is shown."""
    numbers = finding.printed.numbers
    if finding.row.publish == "point":
        low = high = numbers["estimate"]
    else:
        low, high = numbers["bound_low"], numbers["bound_high"]
    return None if low is None or high is None else (low, high)


def _within(finding: Finding, low: float | None, high: float | None) -> tuple[Holds, str]:
    """Return whether a share lies within ends, in whole percents as claims are stated, and how it misses."""
    ends = _ends(finding)
    if ends is None:
        return Holds.UNKNOWN, say("withheld")
    bottom, top = (round(end, 2) for end in ends)
    least, most = -inf if low is None else low, inf if high is None else high
    if least <= bottom and top <= most:
        return Holds.YES, ""
    if bottom > most:
        return Holds.NO, say("higher than the claim")
    if top < least:
        return Holds.NO, say("lower than the claim")
    return Holds.UNKNOWN, say(_OPEN)


def _value(finding: Finding) -> str:
    return finding.printed.words if finding.row.publish == "range" else finding.printed.value


def measure_share(test: ShareTest, figures: ClaimFigures, end_year: int) -> Measured:
    """Measure a share of the place, of the district, or the highest of the place's schools."""
    if test.of == "highest_school":
        told = figures.findings(test.figure, figures.schools, end_year).values()
        schools = [(ends, finding) for finding in told if (ends := _ends(finding))]
        if not schools:
            return absent()
        _, top = max(schools, key=lambda school: school[0][0])
        words = mark("highest school share {value} in {year} ({place})")
    else:
        code = figures.district if test.of == "district" else figures.place
        one = figures.findings(test.figure, [code], end_year).get(code)
        if one is None:
            return absent()
        top, words = one, mark("{place} {value} in {year}")
    holds, why = _within(top, test.low, test.high)
    text = say(words, place=top.place, value=_value(top), year=year_of(top.row))
    return Measured(holds, text, why, (top,))


def measure_schools(test: SchoolsTest, figures: ClaimFigures, end_year: int) -> Measured:
    """Count the schools of the place whose share lies within the ends."""
    told = figures.findings(test.figure, figures.schools, end_year).values()
    schools = [finding for finding in told if _ends(finding)]
    if not schools:
        return absent()
    spans = [ends for finding in schools if (ends := _ends(finding))]
    inside = sum(test.low <= low and high <= test.high for low, high in spans)
    outside = sum(high < test.low or low > test.high for low, high in spans)
    least, most = inside / len(spans), 1 - outside / len(spans)
    edges = [edge for span in spans for edge in span]
    text = say(
        "{inside} of {n} schools from {low} to {high} percent in {year} (schools have {least} to {most} percent)",
        inside=inside,
        n=len(schools),
        low=f"{test.low:.0%}".rstrip("%"),
        high=f"{test.high:.0%}".rstrip("%"),
        least=f"{min(edges):.0%}".rstrip("%"),
        most=f"{max(edges):.0%}".rstrip("%"),
        year=year_of(schools[0].row),
    )
    holds = True if least > test.more_than else False if most <= test.more_than else None
    why = "" if holds else say("{inside} of {n} schools", inside=inside, n=len(schools))
    return Measured(Holds.of(holds), text, why, tuple(schools))


def measure_higher(test: HigherTest, figures: ClaimFigures, end_year: int) -> Measured:
    """Compare the place's figure with that of the rest, or of the whole district."""
    other_code = figures.district if test.than == "district" else figures.rest
    told = figures.findings(test.figure, [figures.place, other_code], end_year)
    if len(told) < 2:
        return absent()
    here, there = told[figures.place], told[other_code]
    ends, others = _ends(here), _ends(there)
    text = _side_by_side(here, there)
    if ends is None or others is None:
        return Measured(Holds.UNKNOWN, text, say("withheld"), (here, there))
    above = True if ends[0] > others[1] else False if ends[1] < others[0] else None
    if above is None and ends == others:
        return Measured(Holds.NO, text, say("the same"), (here, there))
    holds = Holds.of(above if test.kind == "higher" or above is None else not above)
    missed = say("higher") if test.kind == "lower" else say("lower")
    why = {Holds.NO: missed, Holds.UNKNOWN: say(_OPEN)}.get(holds, "")
    schools = _schools_below(test, figures, end_year, others[0])
    return Measured(holds, "; ".join(filter(None, (text, schools))), why, (here, there))


def measure_beside(figure: ClaimFigure, figures: ClaimFigures) -> Measured:
    """Return the newest figure of the place and of the rest, to stand beside a claim; it tests nothing."""
    years = figures.years(figure, [figures.place])
    told = figures.findings(figure, figures.both, years[-1]) if years else {}
    if len(told) < 2:
        return absent()
    here, there = (told[code] for code in figures.both)
    return Measured(Holds.UNKNOWN, _side_by_side(here, there), "", (here, there))


def _side_by_side(here: Finding, there: Finding) -> str:
    return say(
        "{what}: {place} {value}, {other} {other_value} in {year}",
        what=_title(here),
        place=here.place,
        value=_value(here),
        other=there.place,
        other_value=_value(there),
        year=year_of(here.row),
    )


def _title(finding: Finding) -> str:
    """Return what is counted: the group of a share of enrollment, or the indicator."""
    row = finding.row
    return finding.label if row.is_composition else catalog.indicator(row.indicator).title


def _schools_below(test: HigherTest, figures: ClaimFigures, end_year: int, other: float) -> str:
    """Say of how many schools of the place the figure is lower than that of what it is compared with."""
    if not test.by_school:
        return ""
    told = figures.findings(test.figure, figures.schools, end_year).values()
    highest = [ends[1] for finding in told if (ends := _ends(finding))]
    if not highest:
        return ""
    below = sum(high < other for high in highest)
    return say("lower in {below} of its {n} schools", below=below, n=len(highest))


def measure_part(test: PartOfSchoolsTest, figures: ClaimFigures, end_year: int) -> Measured:
    """Measure the place's part of the schools with a mark, beside its part of all schools of the list."""
    told = figures.findings(test.figure, figures.both, end_year)
    if len(told) < 2:
        return absent()
    return part_of_both(test, *(told[code] for code in figures.both))


def part_of_both(test: PartOfSchoolsTest, place: Finding, rest: Finding) -> Measured:
    """Measure a place's part of the schools with a mark, from its own figure and that of the rest."""
    here, there = _counts(place), _counts(rest)
    end_year = place.row.end_year
    if here is None or there is None or here[0] + there[0] == 0:
        return absent()
    marked, every = here[0] + there[0], here[1] + there[1]
    part, whole = here[0] / marked, here[1] / every
    text = say(
        "{percent} percent ({count} of {marked}) in {year}, where {whole} percent of all {schools} are "
        "({here} of {every})",
        percent=f"{part * 100:.0f}",
        count=here[0],
        marked=marked,
        year=school_year(end_year),
        whole=f"{whole * 100:.0f}",
        schools=say(test.schools, year=school_year(end_year)),
        here=here[1],
        every=every,
    )
    needed = test.least
    holds = part > whole if needed == "part_of_all_schools" else round(part, 2) >= needed
    why = "" if holds else say("{percent} percent", percent=f"{part * 100:.0f}")
    return Measured(Holds.of(holds), text, why, (place, rest))


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
        return absent()
    levels = school_levels(
        figures.observations, rules=rules, end_years=int(newest), level=figures.level
    )
    here = levels[levels["organization_id"].isin(figures.schools)]
    n = int(here["level_low"].notna().sum())
    if not n:
        return absent()
    above = schools_at(here, test.none_from, LEVELS[-1])
    text = say(
        "{highest} of {n} schools at level 5 and {above} at level {from_level} or above in {year}",
        highest=_span_words(schools_at(here, LEVELS[-1], LEVELS[-1])),
        n=n,
        above=_span_words(above),
        from_level=test.none_from,
        year=school_year(int(newest)),
    )
    place = catalog.place(figures.place)
    shares = level_shares(
        levels, schools={figures.place: figures.schools}, names={figures.place: place.name}
    )
    holds = True if above[1] == 0 else False if above[0] > 0 else None
    missed = say("{above} of {n} schools", above=_span_words(above), n=n)
    why = {Holds.NO: missed, Holds.UNKNOWN: say(_OPEN)}.get(Holds.of(holds), "")
    return Measured(Holds.of(holds), text, why, tuple(findings(shares)))


def _span_words(span: tuple[int, int]) -> str:
    low, high = span
    return str(low) if low == high else say("{low} to {high}", low=low, high=high)


def measure_unpublished(test: UnpublishedTest, figures: ClaimFigures) -> Measured:
    """Return why a test cannot be made, and the figures that are published instead."""
    texts, shown = [], []
    for figure in test.figures:
        rows = figures.rows(figure, figures.both)
        told = figures.measured(rows[rows["end_year"] == rows["end_year"].max()])
        sides = _by_group(told, lambda finding: finding.row.student_group)
        for group in sides:
            here, there = (sides[group].get(code) for code in figures.both)
            if here and there and "nothing" not in (here.row.publish, there.row.publish):
                texts.append(
                    say(
                        "{level} {value} (of {n} answers), {other} {other_value} in {year}",
                        level=here.label,
                        value=here.printed.value,
                        n=here.printed.n,
                        other=there.place,
                        other_value=there.printed.value,
                        year=year_of(here.row),
                    )
                )
                shown += [here, there]
    what = catalog.indicator(test.figures[0].indicator).title if shown else ""
    text = f"{what}: {'; '.join(texts)}" if shown else ""
    return Measured(Holds.UNKNOWN, text, test.why, tuple(shown))


def _by_group(
    told: Iterable[Finding], key: Callable[[Finding], str]
) -> dict[str, dict[str, Finding]]:
    """Return findings by group, and in each by organization, in their order."""
    sides: dict[str, dict[str, Finding]] = {}
    for finding in told:
        sides.setdefault(key(finding), {})[finding.row.organization_id] = finding
    return sides
