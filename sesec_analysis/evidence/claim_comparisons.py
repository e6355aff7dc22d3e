"""Interpret the tests of the founding claims that compare outcomes by group, or schools of a list with a place.

Each comparison of outcomes has one of three answers (`answers`); the tests count them and never merge them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import comb

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.claim_entries import Area, ClaimFigure, OutcomesTest, RosterTest
from sesec_analysis.evidence.answers import Outcome, answer, margin
from sesec_analysis.evidence.claim_tests import (
    OF_ALL,
    ClaimFigures,
    Holds,
    Measured,
    absent,
    claim_text,
)
from sesec_analysis.evidence.finding import Finding, findings
from sesec_analysis.evidence.wording.labels import is_listed
from sesec_analysis.evidence.wording.numbers import grade_text, school_years_text
from sesec_analysis.i18n import mark as N_
from sesec_analysis.metrics.disparity import compare
from sesec_analysis.text import (
    CONSTANTS,
    Arg,
    Constant,
    Count,
    List,
    Name,
    Quoted,
    Text,
    Year,
    _,
    counted,
    part_of,
)

__all__ = ["chance_of_at_least", "measure_outcomes", "measure_roster", "school_name"]


@dataclass
class _Comparisons:
    """How the comparisons of some outcomes came out, by their ids, and the years and findings that they are of."""

    worse: list[str] = field(default_factory=list)
    better: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    years: set[int] = field(default_factory=set)
    grades: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)  # indicators without a figure
    shown: list[Finding] = field(default_factory=list)

    @property
    def all(self) -> tuple[str, ...]:
        """All comparisons."""
        return (*self.worse, *self.better, *self.same, *self.unknown)

    def add(self, side: str, comparison: str, shown: Iterable[Finding]) -> None:
        """Count a comparison: worse, better, same or unknown."""
        getattr(self, side).append(comparison)
        for finding in shown:
            self.years.add(finding.row.end_year)
            self.grades |= {finding.row.grade_level} - {"all"}
            self.shown.append(finding)

    def join(self, other: "_Comparisons") -> None:
        """Add the comparisons of another count."""
        for side in ("worse", "better", "same", "unknown"):
            getattr(self, side).extend(getattr(other, side))
        self.years |= other.years
        self.missing += other.missing
        self.shown += other.shown

    @property
    def counts(self) -> List:
        """How many comparisons have each answer, each for itself."""
        counts = (
            Count(tuple(self.worse), N_("{n} worse")),
            Count(tuple(self.better), N_("{n} better")),
            Count(tuple(self.same), N_("{n} about the same")),
            Count(tuple(self.unknown), N_("{n} cannot be told")),
        )
        return List(counts, joined="")


def measure_outcomes(test: OutcomesTest, figures: ClaimFigures) -> Measured:
    """Compare the place with the rest in every figure of the fields, for students of the same group."""
    texts: list[Arg] = []
    total = _Comparisons()
    for area in test.areas:
        count = _count(area, test, figures)
        total.join(count)
        if count.all:
            scope = List((*_scope(count),), joined="")
            named = _("{area} ({scope})", area=claim_text(area.title), scope=scope)
            texts.append(_("{area}: {counts}", area=named, counts=count.counts))
    if total.missing:
        titles = List(tuple(Name("title", code) for code in total.missing), "", "; ")
        texts.append(_(N_("not at hand: {figures}"), figures=titles))
    answers = List(tuple(texts), joined="", separator="; ")
    text = _("{part}: {answers}", part=claim_text(test.part), answers=answers)
    if not total.all:
        return Measured(Holds.UNKNOWN, text, absent().why)
    holds = _holds(total)
    return Measured(holds, text, None if holds is Holds.YES else _why(total), tuple(total.shown))


def _scope(count: _Comparisons) -> Iterator[Arg]:
    """Yield years and, where they are not all, grades of the comparisons."""
    yield school_years_text(sorted(count.years))
    for grade in sorted(count.grades):
        if text := grade_text(grade):
            yield text


def _holds(count: _Comparisons) -> Holds:
    """Return the answer: what is not at hand may be otherwise."""
    if tuple(count.worse) == count.all and not count.missing:
        return Holds.YES
    if count.worse:
        return Holds.IN_PART
    return Holds.UNKNOWN if count.unknown or count.missing else Holds.NO


def _why(count: _Comparisons) -> Text:
    """Return how many comparisons came out how, and how many figures are not at hand."""
    every = counted("of {n} comparison", "of {n} comparisons", count.all)
    text = _("{comparisons}, {counts}", comparisons=every, counts=count.counts)
    if not count.missing:
        return text
    figures = tuple(f"{at} {code}" for at, code in enumerate(count.missing))
    missing = Count(figures, N_("{n} not at hand"))
    return _("{text}; {missing}", text=text, missing=missing)


def _count(area: Area, test: OutcomesTest, figures: ClaimFigures) -> _Comparisons:
    count = _Comparisons()
    for figure in area.figures:
        for kind in test.group_types:
            if kind != "all" and figure.student_group_type != "all":
                continue  # asked by level of school, of all students together
            other = None if kind == "all" else kind
            rows = figures.rows(figure, figures.both, other)
            newest = rows[rows["end_year"] == rows["end_year"].max()]
            here, there = (newest[newest["organization_id"] == code] for code in figures.both)
            if here.empty or there.empty:
                count.missing.append(figure.indicator)
                continue
            if newest["unit"].isin(schema.SHARES).all():
                _count_shares(count, here, there, figures.level)
            else:
                _count_amounts(count, figure, here, there, figures)
    return count


def _count_shares(
    count: _Comparisons, here: pd.DataFrame, there: pd.DataFrame, level: float
) -> None:
    compared = compare(here, there, level=level)
    for gap in findings(compared[compared["measure"] == "gap"]):
        found = answer(gap.row)
        if found is None or found.outcome is Outcome.UNKNOWN:
            side = "unknown"
        elif found.outcome is Outcome.SAME:
            side = "same"
        else:
            side = _better_or_worse(gap.row.indicator, higher=found.side > 0)
        count.add(side, gap.id, [gap])


def _better_or_worse(indicator: str, *, higher: bool) -> str:
    higher_is_better = catalog.indicator(indicator).direction == "higher_is_better"
    return "better" if higher == higher_is_better else "worse"


def _count_amounts(
    count: _Comparisons,
    figure: ClaimFigure,
    here: pd.DataFrame,
    there: pd.DataFrame,
    figures: ClaimFigures,
) -> None:
    """Compare averages as they are published: no chance is in them."""
    found = figures.measured(pd.concat([here, there]))
    values = [finding.printed.numbers["estimate"] for finding in found]
    comparison = f"{figure.indicator} {'; '.join(finding.id for finding in found)}"
    if len(values) != len(figures.both) or None in values:
        count.add("unknown", comparison, found)
        return
    mine, other = (float(value or 0) for value in values)
    within = margin(found[0].row) or catalog.indicator(figure.indicator).margin or 0.0
    side = (
        "same"
        if abs(mine - other) <= within
        else _better_or_worse(figure.indicator, higher=mine > other)
    )
    count.add(side, comparison, found)


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
        return absent() if not roster else Measured(Holds.UNKNOWN, None, List(names, joined=""))
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
    holds = len(named) >= test.least
    return Measured(
        Holds.YES if holds else Holds.IN_PART if named else Holds.NO,
        text,
        None if holds else count,
    )


def school_name(code: str) -> Arg:
    """Return the name of a school in the catalog; of any other, its code."""
    return Name("place_name", code) if is_listed(code) else Quoted(code, "code of a school")


_DRAWS = "draws"
"""In how many draws chance alone gives so many schools once; see `chance_of_at_least` for the four sizes."""


def _draws(sizes: str) -> str:
    return f"{1 / chance_of_at_least(*map(int, sizes.split())):,.0f}"


CONSTANTS[_DRAWS] = _draws
