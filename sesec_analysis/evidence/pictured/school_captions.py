"""Word what numbers of schools show: how many are drawn, which of them stand out, and how that is to be read."""

from collections.abc import Iterable, Mapping, Sequence

from sesec_analysis import catalog
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.evidence.gate.rules import reason_of
from sesec_analysis.evidence.pictured import captions, standing
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, Count, EntryText, List, Name, Text, Year, _, count_message

__all__ = [
    *("ends_of_schools", "funnel_highlights", "funnel_notes", "need_axis_title", "of_schools"),
    *("numbers_of_schools", "school_measure", "school_notes", "usual_highlights", "usual_notes"),
]  # fmt: skip


def school_measure(finding: Finding, indicator: str) -> Text:
    """Return what to call a finding beside the rates of an indicator: those by the school, others by measure too."""
    if finding.row.indicator != indicator:
        return _("{place}, from low-income families", finding, place=Text("{place_name}"))
    is_rate = finding.row.measure == "rate"
    return (
        captions.place(finding) if is_rate else Text("{place_name}, {measure_within}", of=finding)
    )


def need_axis_title(shares: Mapping[str, Finding]) -> Text:
    """Return what the axis of low-income shares is called."""
    first = next(iter(shares.values()))
    year = Year(first.row.end_year, calendar=True)
    return _("Students from low-income families, {year}", year=year)


def ends_of_schools(schools: Sequence[Finding]) -> Arg:
    """Return the least and the most of schools as a phrase, with their names where neither end is better."""
    points = [one for one in schools if one.row.publish == "point"]
    points.sort(key=lambda one: one.printed.numbers["estimate"] or 0.0)
    if len(points) < 2 or standing.better(points) == 0:
        return captions.extremes(points, captions.school_name)[0]
    return captions.from_to(points[0], points[-1])


def of_schools(code: str, schools: Sequence[Finding]) -> list[Arg]:
    """Return the name of a place, and how many of its schools are shown."""
    return [Name("place_plain", code), _number_shown(schools)]


def _number_shown(schools: Sequence[Finding]) -> Count:
    every, shown = _codes(schools), _codes(o for o in schools if o.row.publish != "nothing")
    if len(shown) == len(every):
        return count_message("{n} school", "{n} schools", every)
    part = Count(shown, "{n}")
    return Count(every, N_("{shown} of {n} schools shown"), args=(("shown", part),))


def numbers_of_schools(schools: Mapping[str, Sequence[Finding]]) -> list[Arg]:
    """Return how many schools of each place are shown, for readers who cannot see the picture."""
    return [
        _("{place}: {schools}.", place=Name("place_plain", code), schools=_number_shown(of))
        for code, of in schools.items()
    ]


def _codes(schools: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(finding.row.organization_id for finding in schools)


def school_notes(schools: Mapping[str, Sequence[Finding]]) -> list[Arg]:
    """Return how many students a school has, and the note that counts those not shown, by place and reason."""
    every = [one for of in schools.values() for one in of]
    shown = [one for one in every if one.row.publish != "nothing"]
    n = captions.count_span(shown, "n")
    made: list[Arg] = []
    if n:
        start = Text("{counted}", of=shown[0], capital=True)
        made.append(_("{counted} per school: {n}.", counted=start, n=n))
    hidden: dict[tuple[str, str], list[Finding]] = {}
    for code, of in schools.items():
        for one in of:
            if one.row.publish == "nothing":
                hidden.setdefault((code, one.reason), []).append(one)
    absent = [
        captions.of_place(_codes(of), Name("place", code), reason_of(of[0]))
        for (code, _reason), of in hidden.items()
    ]
    if absent:
        made.append(_("Not shown: {rows}.", rows=List(tuple(absent), joined="", separator="; ")))
    return made


_IN_LIMITS = N_("{within} of {n} shown in {place} are within the limits for all schools together")
_NAMED = N_("Schools are named by the {limits} for all of them together, on the better side alone.")
_CHANCE_ONLY = N_(
    "The limits allow for chance; about {few} of {n} schools would lie beyond the {limits} anyway."
)
_VARIETY_TOO = N_(
    "The limits allow for chance and for schools’ usual variety; about {few} of {n} schools would lie beyond the "
    "{limits} anyway."
)
_CAUTIONS = (
    N_(
        "Descriptive, not a measure of effectiveness: what schools are given differs in more ways than income. A line "
        "through schools says nothing about single students."
    ),
    N_(
        "Adjusting for income can hide inequity: what is usual may be unjust. Compare it with the rates themselves."
    ),
)
"""Stand under every figure of schools beside what is usual."""
_IN_SHADING = N_("{within} of {n} schools shown as dots in {place} are within the shading")
_BY_CHANCE = N_(
    "Of {n} schools shown as dots in {place}, about {few} would lie outside the shading by chance alone."
)
_CLEARLY = {
    1: (N_("A higher rate than usual with as many low-income families"),
        N_("A higher rate than at schools elsewhere with as many low-income families")),
    -1: (N_("A lower rate than usual with as many low-income families"),
         N_("A lower rate than at schools elsewhere with as many low-income families")),
}  # fmt: skip
"""By the side on which a school is named: in the alt text, and in the notes."""


def _inside(msgid: str, sides: Mapping[str, int], place: Arg) -> Arg:
    """Return how many schools of a place lie within what is drawn, for the alt text."""
    if not sides:
        return _("No school of {place} is shown as a single number", place=place)
    within = Count(tuple(code for code, side in sides.items() if side == 0), "{n}")
    return Count(tuple(sides), msgid, args=(("within", within), ("place", place)))


def _beyond(funnel: standing.Funnel) -> list[Arg]:
    """Return the schools beyond the limits by name, and on which side they lie."""
    return [
        _standing_text(standing.STANDINGS[side], schools) for side, schools in funnel.named.items()
    ]


def _standing_text(side: str, schools: Iterable[Finding]) -> Text:
    names = captions.join_names([captions.school_name(one) for one in schools])
    return _("{side}: {schools}", side=Text(side), schools=names)


def funnel_highlights(funnel: standing.Funnel, here: Iterable[str], place: Arg) -> list[Arg]:
    """Return the schools beyond the limits on the better side, and how many of a place lie within."""
    sides = {code: funnel.sides[code] for code in here if code in funnel.sides}
    return [*(_beyond(funnel) if funnel.better else []), _inside(_IN_LIMITS, sides, place)]


def funnel_notes(funnel: standing.Funnel) -> list[Arg]:
    """Return what lies beyond the limits, and how that is to be read."""
    if (limits := funnel.limits) is None:
        few = N_("No limits are drawn: too few schools have published counts to learn them from.")
        return [Text(few)]
    beyond: list[Arg] = [captions.sentence(text) for text in _beyond(funnel)]
    if others := [code for code, at in funnel.sides.items() if at and at == -funnel.better]:
        beyond.append(Count(tuple(others), N_("{n} on the other side of the limits, not named.")))
    drawn = [code for code, one in funnel.rates.items() if one.row.publish == "point"]
    chance = Count(tuple(drawn), "{n}", chance=f"{limits.level * 100:.12g}")
    caution = EntryText(catalog.measure("funnel_z").caution, "measures.yml: funnel_z")
    allowed = _VARIETY_TOO if limits.variance else _CHANCE_ONLY
    held = Text(N_("Schools with withheld numbers do not enter the lines."))
    return [
        *(beyond or [Text(N_("No school differs by more than chance could."))]),
        _(_NAMED, limits=standing.outer_text()),
        captions.together((caution, Text(N_("They are not ranked.")))),
        Count(tuple(drawn), allowed, args=(("few", chance), ("limits", funnel.limits_text))),
        *([held] if len(drawn) < len(funnel.rates) else []),
    ]


def _clearly(usual: standing.Usual, where: int) -> list[Arg]:
    """Return the schools clearly on the better side: in the alt text, or in the notes."""
    schools = [usual.rates[code] for code in usual.strong]
    return [_standing_text(_CLEARLY[usual.better][where], schools)] if schools else []


def usual_highlights(usual: standing.Usual, place: Arg) -> list[Arg]:
    """Return the schools clearly on the better side, and how many of the place lie within the shading."""
    return [*_clearly(usual, 0), _inside(_IN_SHADING, usual.points, place)]


def usual_notes(usual: standing.Usual, place: Arg, bare: Sequence[Arg]) -> list[Arg]:
    """Return which schools stand out, how many would by chance, of which levels there is no line, and cautions."""
    if usual.line() is None:
        why = reason_of(next(iter(usual.expected.values())))
        return [_("No line is drawn: {reason}.", reason=why), *map(Text, _CAUTIONS)]
    few = Count(tuple(usual.points), "{n}", chance=f"{usual.level * 100:.12g}")
    by_chance = Count(tuple(usual.points), _BY_CHANCE, args=(("place", place), ("few", few)))
    hidden = any(finding.row.publish != "point" for finding in usual.rates.values())
    too_few = N_("No line is drawn for {levels}: too few schools elsewhere.")
    held = Text(N_("Schools with withheld numbers do not enter the line."))
    return [
        *(captions.sentence(text) for text in _clearly(usual, 1)),
        *([by_chance] if usual.points else []),
        *([_(too_few, levels=captions.join_names(bare))] if bare else []),
        *([held] if hidden else []),
        *map(Text, _CAUTIONS),
    ]
