"""The schools of places: which stand in which strip, which are named, and what is said about them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sesec_analysis import catalog
from sesec_analysis.entries import Place
from sesec_analysis.publishing import labels
from sesec_analysis.publishing.figures_style import ACCENT, PLAIN
from sesec_analysis.publishing.figures_words import short
from sesec_analysis.publishing.findings import Finding, Findings
from sesec_analysis.publishing.wording import span_words
from sesec_analysis.words import plural, say

__all__ = [
    "Strip",
    "called",
    "key_of",
    "notes_of",
    "numbers_of",
    "of_place",
    "school_name",
    "strips_of",
    "value_of",
]


@dataclass(frozen=True)
class Strip:
    """A place: its schools, its own rate if given, and how it is drawn."""

    name: str
    phrase: str  # its name in a sentence
    schools: Sequence[Finding]
    pooled: Finding | None
    focus: bool
    named: frozenset[str] = frozenset()  # organization_ids to be named besides the extremes

    @property
    def color(self) -> str:
        """Colour of its dots."""
        return ACCENT if self.focus else PLAIN

    @property
    def points(self) -> list[Finding]:
        """Schools drawn as dots."""
        return [one for one in self.schools if one.row.publish == "point"]

    @property
    def ranges(self) -> list[Finding]:
        """Schools of which only a range may be shown."""
        return [one for one in self.schools if one.row.publish == "range"]

    def to_name(self) -> list[Finding]:
        """Schools that are named: the lowest, the highest, and those asked for."""
        ordered = sorted(self.points, key=lambda one: (value_of(one), one.place))
        # A number that chance alone could move far is not named as the lowest or highest.
        steady = [one for one in ordered if not one.row.care]
        ends = {one.id for one in (*steady[:1], *steady[-1:])}
        return [one for one in ordered if one.id in ends or one.row.organization_id in self.named]


def strips_of(found: Findings, places: Sequence[str], focus: str | None) -> list[Strip]:
    """Return a strip for each place that has schools among the findings."""
    headline = next((code for code in places if catalog.place(code).headline), None)
    bright = focus if focus in places else headline
    taken: set[str] = set()
    strips = []
    for code in places:
        place = catalog.place(code)
        inside = [
            one
            for one in found
            if one.row.organization_level == "school"
            and one.row.organization_id not in taken
            and _belongs(one.row.organization_id, place)
        ]
        taken |= {one.row.organization_id for one in inside}
        pooled = next((one for one in found if one.row.organization_id == code), None)
        chosen = frozenset({focus} if focus else ())
        if inside:
            in_order = sorted(inside, key=lambda one: (one.place, one.id))
            strips.append(Strip(place.name, place.phrase, in_order, pooled, code == bright, chosen))
    return strips


def _belongs(school: str, place: Place) -> bool:
    if place.all_but:
        return school not in catalog.place(place.all_but).schools
    return place.whole_district or school in place.schools


def school_name(found: Finding) -> str:
    """Return a school's name as short as it stays clear.

    Examples
    --------
    >>> from sesec_analysis.publishing.rows import Row
    >>> school_name(Finding(Row("ela_met", 2019, "school", "2392", "Cleveland High School STEM", "all", "all", "all",
    ...                         "rate", "")))
    'Cleveland High STEM'
    """
    return re.sub(r" School(?= STEM$|$)", "", found.place)


def value_of(found: Finding) -> float:
    """Return the value of a school that is drawn as a dot."""
    return found.printed.numbers["estimate"] or 0.0


def called(found: Finding) -> str:
    """Return what stands beside the dot of a school that is named."""
    return f"{school_name(found)} {short(found)}"


def numbers_of(strips: Sequence[Strip]) -> list[float]:
    """Return every number that is drawn."""
    drawn = [one for strip in strips for one in (*strip.schools, strip.pooled) if one]
    names = ("estimate", "bound_low", "bound_high")
    every = (one.printed.numbers[name] for one in drawn for name in names)
    return [value for value in every if value is not None]


def key_of(strips: Sequence[Strip]) -> list[tuple[str, str]]:
    """Return the marks that the picture uses, and what each means."""
    points = [one for strip in strips for one in strip.points]
    key = []
    if any(not one.row.care for one in points):
        key.append(("dot", say("a school")))
    if any(one.row.care for one in points):
        key.append(("hollow", say("a school, interpret with care")))
    if any(strip.ranges for strip in strips):
        key.append(("band", say("range of schools with withheld figures")))
    if any(strip.pooled for strip in strips):
        key.append(("line", say("all schools of the place together")))
    return key


def of_place(count: int, place: str, reason: str) -> str:
    """Return how many schools of a place are left out, and why."""
    return plural(
        "{n} school of {place} ({reason})",
        "{n} schools of {place} ({reason})",
        count,
        place=place,
        reason=reason,
    )


def notes_of(strips: Sequence[Strip]) -> list[str]:
    """Return how many students a school has, and the note that counts those not shown, by place and reason."""
    rows = [one.row for strip in strips for one in (*strip.points, *strip.ranges)]
    students = span_words((row.n_low, row.n_high) for row in rows)
    noun = labels.counted_words(rows[0]).capitalize() if rows else ""
    notes = [say("{counted} per school: {n}.", counted=noun, n=students)] if students else []
    told = []
    for strip in strips:
        reasons: dict[str, int] = {}
        for one in strip.schools:
            if one.row.publish == "nothing":
                reasons[one.row.reason] = reasons.get(one.row.reason, 0) + 1
        for reason, count in reasons.items():
            told.append(of_place(count, strip.phrase, reason))
    untold = say("Not shown: {rows}.", rows="; ".join(told))
    return [*notes, *([untold] if told else [])]
