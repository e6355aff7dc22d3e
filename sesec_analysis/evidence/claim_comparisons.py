"""Interpret the tests of the founding claims that compare outcomes by group, or schools of a list with a place.

Each comparison of outcomes has one of three answers (`answers`); the tests count them and never merge them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import comb

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.claim_entries import Area, ClaimFigure, OutcomesTest, RosterTest
from sesec_analysis.evidence.answers import Outcome, answer, margin
from sesec_analysis.evidence.claim_tests import ClaimFigures, Holds, Measured, absent
from sesec_analysis.evidence.finding import Finding, findings
from sesec_analysis.evidence.wording.labels import organization_name
from sesec_analysis.evidence.wording.numbers import grade_name, school_year, school_years
from sesec_analysis.i18n import plural, say
from sesec_analysis.metrics.disparity import compare

__all__ = ["chance_of_at_least", "measure_outcomes", "measure_roster"]


@dataclass
class _Count:
    """How the comparisons of some outcomes came out, and the years and findings that they are of."""

    worse: int = 0
    better: int = 0
    same: int = 0
    unknown: int = 0
    years: set[int] = field(default_factory=set)
    grades: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)  # indicators without a figure, by title
    shown: list[Finding] = field(default_factory=list)

    @property
    def all(self) -> int:
        """Number of comparisons."""
        return self.worse + self.better + self.same + self.unknown

    def add(self, side: str, shown: Iterable[Finding]) -> None:
        """Count a comparison: worse, better, same or unknown."""
        setattr(self, side, getattr(self, side) + 1)
        for finding in shown:
            self.years.add(finding.row.end_year)
            self.grades |= {finding.row.grade_level} - {"all"}
            self.shown.append(finding)

    def join(self, other: "_Count") -> None:
        """Add the comparisons of another count."""
        for side in ("worse", "better", "same", "unknown"):
            setattr(self, side, getattr(self, side) + getattr(other, side))
        self.years |= other.years
        self.missing += other.missing
        self.shown += other.shown

    def words(self) -> str:
        """Return the count in words, each answer for itself."""
        return say(
            "{worse} worse, {better} better, {same} about the same, {unknown} cannot be told",
            worse=self.worse,
            better=self.better,
            same=self.same,
            unknown=self.unknown,
        )


def measure_outcomes(test: OutcomesTest, figures: ClaimFigures) -> Measured:
    """Compare the place with the rest in every figure of the fields, for students of the same group."""
    texts, total = [], _Count()
    for area in test.areas:
        count = _count(area, test, figures)
        total.join(count)
        if count.all:
            texts.append(
                say(
                    "{area} ({of_what}): {count}",
                    area=area.title,
                    of_what=_of_what(count),
                    count=count.words(),
                )
            )
    if total.missing:
        texts.append(say("not at hand: {figures}", figures="; ".join(total.missing)))
    text = say("{part}: {answers}", part=test.part, answers="; ".join(texts))
    if not total.all:
        return Measured(Holds.UNKNOWN, text, absent().why)
    holds = _holds(total)
    return Measured(holds, text, "" if holds is Holds.YES else _why(total), tuple(total.shown))


def _of_what(count: _Count) -> str:
    """Return years and, where they are not all, grades of the comparisons."""
    return ", ".join([school_years(sorted(count.years)), *map(grade_name, sorted(count.grades))])


def _holds(count: _Count) -> Holds:
    """Return the answer: what is not at hand may be otherwise."""
    if count.worse == count.all and not count.missing:
        return Holds.YES
    if count.worse:
        return Holds.IN_PART
    return Holds.UNKNOWN if count.unknown or count.missing else Holds.NO


def _why(count: _Count) -> str:
    """Return how many comparisons came out how, and how many figures are not at hand."""
    text = say("of {comparisons}, {count}", comparisons=_comparisons(count), count=count.words())
    missing = len(count.missing)
    return say("{text}; {n} not at hand", text=text, n=missing) if missing else text


def _comparisons(count: _Count) -> str:
    return plural("{n} comparison", "{n} comparisons", count.all)


def _count(area: Area, test: OutcomesTest, figures: ClaimFigures) -> _Count:
    count = _Count()
    for figure in area.figures:
        for kind in test.group_types:
            if kind != "all" and figure.student_group_type != "all":
                continue  # asked by level of school, of all students together
            other = None if kind == "all" else kind
            rows = figures.rows(figure, figures.both, other)
            newest = rows[rows["end_year"] == rows["end_year"].max()]
            here, there = (newest[newest["organization_id"] == code] for code in figures.both)
            if here.empty or there.empty:
                count.missing.append(catalog.indicator(figure.indicator).title)
                continue
            if newest["unit"].isin(schema.SHARES).all():
                _count_shares(count, here, there, figures.level)
            else:
                _count_amounts(count, figure, here, there, figures)
    return count


def _count_shares(count: _Count, here: pd.DataFrame, there: pd.DataFrame, level: float) -> None:
    compared = compare(here, there, level=level)
    for gap in findings(compared[compared["measure"] == "gap"]):
        told = answer(gap.row)
        if told is None or told.outcome is Outcome.UNKNOWN:
            side = "unknown"
        elif told.outcome is Outcome.SAME:
            side = "same"
        else:
            side = _better_or_worse(gap.row.indicator, higher=told.side > 0)
        count.add(side, [gap])


def _better_or_worse(indicator: str, *, higher: bool) -> str:
    higher_is_better = catalog.indicator(indicator).direction == "higher_is_better"
    return "better" if higher == higher_is_better else "worse"


def _count_amounts(
    count: _Count,
    figure: ClaimFigure,
    here: pd.DataFrame,
    there: pd.DataFrame,
    figures: ClaimFigures,
) -> None:
    """Compare averages as they are published: no chance is in them."""
    told = figures.measured(pd.concat([here, there]))
    values = [finding.printed.numbers["estimate"] for finding in told]
    if len(values) != len(figures.both) or None in values:
        count.add("unknown", told)
        return
    mine, other = (float(value or 0) for value in values)
    within = margin(told[0].row) or catalog.indicator(figure.indicator).margin or 0.0
    side = (
        "same"
        if abs(mine - other) <= within
        else _better_or_worse(figure.indicator, higher=mine > other)
    )
    count.add(side, told)


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
        names = ", ".join(organization_name(code, roster) for code in absent_schools)
        return absent() if not roster else Measured(Holds.UNKNOWN, "", names)
    in_place = {code for code in roster if code in {*figures.schools, *test.counted_in_place}}
    named = [code for code in test.schools if code in in_place]
    chance = chance_of_at_least(len(named), len(in_place), len(test.schools), len(roster))
    text = say(
        "{part}: {named} of {all} in {place}, which had {here} of the {roster} schools in {year}; by chance alone, "
        "once in {times} draws",
        part=test.part,
        named=len(named),
        all=len(test.schools),
        place=organization_name(figures.place, {}),
        here=len(in_place),
        roster=len(roster),
        year=school_year(test.year),
        times=f"{1 / chance:,.0f}",
    )
    holds = len(named) >= test.least
    why = "" if holds else say("{named} of {all}", named=len(named), all=len(test.schools))
    return Measured(
        Holds.YES if holds else Holds.IN_PART if named else Holds.NO,
        text,
        why,
    )
