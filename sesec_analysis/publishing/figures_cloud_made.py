"""From the findings of schools to a cloud: one dot each, which are in focus, and a count of those not drawn."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sesec_analysis import catalog
from sesec_analysis.errors import DataError
from sesec_analysis.publishing import figures_cloud as cloud_room
from sesec_analysis.publishing import figures_made as made
from sesec_analysis.publishing import figures_scale as scales
from sesec_analysis.publishing import figures_words as words
from sesec_analysis.publishing.figures_cloud import Cloud, Curve, Mark
from sesec_analysis.publishing.figures_strips import of_place, strips_of
from sesec_analysis.publishing.findings import Finding, Findings
from sesec_analysis.words import plural, say

__all__ = [
    "Focus",
    "by_school",
    "cloud_of",
    "focused",
    "is_sized",
    "not_drawn",
    "picture",
]


def by_school(found: Findings, measure: str, what: str, mend: str) -> dict[str, Finding]:
    """Return the findings of one measure by school; ``what`` says what they are where there are none."""
    rows = [one for one in found if one.row.measure == measure]
    if not rows:
        raise DataError(
            f"the estimates hold no {what} of schools",
            where=f"estimates, column measure, {measure!r}",
            mend=f"put all that is drawn in one table: {mend}",
        )
    groups = sorted({one.row.student_group for one in rows})
    if len(groups) > 1:
        raise DataError(
            f"a school is one dot, and these estimates have {len(groups)} student groups",
            where="estimates, column student_group",
            mend='keep one, for example with .query("student_group == ...")',
            known=groups,
        )
    return {one.row.organization_id: one for one in rows}


@dataclass(frozen=True)
class Focus:
    """What is brought out: a place and its schools, and a school that is named."""

    place: str
    here: frozenset[str]
    school: frozenset[str] = frozenset()


def focused(rates: Mapping[str, Finding], focus: str | None) -> Focus:
    """Return the place in focus, or the catalog's headline, and the school that is asked for by its code."""
    places = catalog.places()
    headline = next(code for code, place in places.items() if place.headline)
    code = focus if focus in places else headline
    found = Findings(list(rates.values()))
    strips = strips_of(found, [code], None)
    if focus in places and not strips:
        raise DataError(
            f"none of these schools is of {places[code].name}",
            where=f"focus {focus!r}",
            mend="name a place that has some of them, or one of the schools",
            known=sorted(rates),
        )
    here = frozenset(one.row.organization_id for strip in strips for one in strip.schools)
    school = None if focus in places else made.checked_focus(found, focus)
    return Focus(places[code].name, here, frozenset({school} if school else ()))


def is_sized(found: Finding) -> bool:
    """Whether a school may be drawn, and its number of students is known."""
    row = found.row
    return row.publish != "nothing" and bool(row.n_low) and row.n_low == row.n_high


def cloud_of(
    rates: Mapping[str, Finding],
    x: Mapping[str, float],
    focus: Focus,
    *,
    named: Collection[str],
    curves: Sequence[Curve],
    across: scales.Scale,
    under: str,
) -> Cloud:
    """Return the cloud of the schools that have a place from left to right; only those drawn as points are named."""
    points = {code for code in named if code in rates and rates[code].row.publish == "point"}
    marks = [Mark(rates[code], at, code in focus.here, code in points) for code, at in x.items()]
    names = ("estimate", "bound_low", "bound_high")
    numbers = [mark.found.printed.numbers[name] for mark in marks for name in names]
    others = say("School elsewhere") if any(mark.here for mark in marks) else say("School")
    return Cloud(
        marks=marks,
        curves=curves,
        across=across,
        up=scales.rate_scale(number for number in numbers if number is not None),
        under=under,
        here=say("School of {place}", place=focus.place),
        elsewhere="" if all(mark.here for mark in marks) else others,
    )


def picture(
    kind: str,
    cloud: Cloud,
    *,
    key: Sequence[tuple[str, str]],
    notes: Sequence[str],
    told: Sequence[str],
    by: str,
    indicator: str,
) -> made.Picture:
    """Return what is handed over to be finished; the marks of single schools join the key of the lines."""
    rows = [mark.found.row for mark in cloud.marks]
    care = [("hollow", say("interpret with care"))] if any(row.care for row in rows) else []
    band = say("range of a school with withheld figures")
    ranges = [("band", band)] if any(row.publish == "range" for row in rows) else []
    return made.Picture(
        kind=kind,
        height=cloud_room.height_of(cloud),
        draw=partial(cloud_room.draw, cloud=cloud),
        key=[*key, *care, *ranges],
        notes=notes,
        name=_name_of(indicator),
        told=told,
        by=by,
    )


def _name_of(indicator: str) -> words.Named:
    """Return what each number is called in the long description: a rate by its school, others by their measure too."""

    def name(found: Finding) -> str:
        row = found.row
        if row.indicator != indicator:
            return say("{place}, from low-income families", place=found.place)
        label = catalog.measure(row.measure).label.lower()
        return found.place if row.measure == "rate" else f"{found.place}, {label}"

    return name


def not_drawn(reasons: Mapping[str, str], focus: Focus) -> list[str]:
    """Return the note that counts the schools not drawn, by where they are and why."""
    told: dict[tuple[bool, str], int] = {}
    for code, reason in reasons.items():
        key = (code in focus.here, reason)
        told[key] = told.get(key, 0) + 1
    parts = [
        of_place(count, focus.place, reason) if here else _elsewhere(count, reason)
        for (here, reason), count in told.items()
    ]
    return [say("Not drawn: {schools}.", schools="; ".join(parts))] if parts else []


def _elsewhere(count: int, reason: str) -> str:
    return plural(
        "{n} school elsewhere ({reason})",
        "{n} schools elsewhere ({reason})",
        count,
        reason=reason,
    )
