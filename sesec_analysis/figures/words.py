"""Write the words of a figure from its findings: title, subtitle, notes, alt text and long description."""

from collections.abc import Callable, Iterable, Sequence

from sesec_analysis import catalog
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.gate.gate import care_words
from sesec_analysis.evidence.tables import shared
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import grade_name, school_year, school_years
from sesec_analysis.i18n import mark, say

__all__ = [
    "Named",
    "above",
    "alt_text",
    "by_groups",
    "compared",
    "counts",
    "extremes",
    "is_synthetic",
    "joined",
    "long_description",
    "notes",
    "reference",
    "school_year",
    "shared",
    "short",
    "sides",
    "source",
    "subtitle",
    "title",
]


Named = Callable[[Finding], str]
"""What a finding is called in a figure: its group, its place, or both."""

LONGEST_ALT = 250
"""Characters."""


def by_groups(found: Findings) -> str:
    """Return that lines stand for student groups, and of which type; nothing if they do not.

    A line of all students may stand among them.
    """
    if len({one.row.student_group for one in found}) < 2:
        return ""
    kind = shared({one.row.student_group_type for one in found} - {"all"})
    return say("by {kind}", kind=labels.type_title(kind)) if kind else say("by student group")


def title(found: Findings, *, by: str = "") -> str:
    """Return a title that says what is shown, and of what the reference is; ``by`` is what rows or lines stand for."""
    indicator = shared(catalog.indicator(one.row.indicator).title for one in found)
    start = indicator or say("Several indicators")
    label = shared(one.label for one in found)
    if found[0].row.is_composition and label:
        start = say("{group}: {what}", group=label, what=f"{start[:1].lower()}{start[1:]}")
    if shared(one.row.reference for one in found):
        start = say("{what}, compared with {reference}", what=start, reference=reference(found))
    elif not by:
        kind = shared(one.row.student_group_type for one in found)
        by = say("by {kind}", kind=labels.type_title(kind)) if kind and not label else ""
    if not by and not shared(one.row.organization_id for one in found) and label:
        by = say("by place")
    text = f"{start}, {by}" if by else start
    return say("Synthetic data: {title}", title=text) if is_synthetic(found) else text


def reference(found: Findings) -> str:
    """Return how a phrase speaks of what all rows are compared to."""
    return labels.reference_in_title(found[0].row, found[0].names)


def subtitle(found: Findings, *also: str) -> str:
    """Return what all findings share: group, grade, place, school year."""
    grade = shared(grade_name(one.row.grade_level) for one in found)
    parts = [
        "" if found[0].row.is_composition else shared(one.label for one in found),
        grade,
        shared(one.place for one in found),
        shared(labels.year_of(one.row) for one in found),
        *also,
    ]
    text = ", ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def is_synthetic(found: Findings) -> bool:
    """Whether any finding rests on made-up data."""
    return any(citation.is_synthetic(one.row.source_ids) for one in found)


def source(found: Findings) -> str:
    """Return the source line of all findings together."""
    return citation.source_line("; ".join(one.row.source_ids for one in found))


def notes(found: Iterable[Finding], name: Named, *, dated: bool = False) -> list[str]:
    """Return the notes: what is not shown and what is to be read with care, each with its reason."""
    rows = list(found)
    kinds = {
        mark("Not shown: {rows}."): [one for one in rows if one.row.publish == "nothing"],
        mark("Interpret with care: {rows}."): [one for one in rows if one.row.care],
    }
    return [
        say(text, rows="; ".join(_by_reason(told, name, dated)))
        for text, told in kinds.items()
        if told
    ]


def _by_reason(found: Iterable[Finding], name: Named, dated: bool) -> list[str]:
    """Return names by their common reason and, where years differ, their common school years."""
    years: dict[tuple[str, str], list[int]] = {}
    for one in found:
        reason = (care_words(one.row) if one.row.care else "") or one.row.reason
        years.setdefault((name(one), reason), []).append(one.row.end_year)
    told: dict[tuple[str, str], list[str]] = {}
    for (who, reason), when in years.items():
        told.setdefault((school_years(when) if dated else "", reason), []).append(who)
    return [
        say("{names} in {years} ({reason})", names=joined(names), years=when, reason=reason)
        if when
        else f"{joined(names)} ({reason})"
        for (when, reason), names in told.items()
    ]


def joined(names: Sequence[str]) -> str:
    """Return names as a phrase.

    Examples
    --------
    >>> joined(["Asian", "Black or African American", "White"])
    'Asian, Black or African American, and White'
    """
    *first, last = names
    if not first:
        return last
    if len(first) == 1:
        return say("{first} and {last}", first=first[0], last=last)
    return say("{first}, and {last}", first=", ".join(first), last=last)


def short(found: Finding) -> str:
    """Return the value as it stands beside a mark, where an axis tells the unit."""
    return found.printed.mark


def alt_text(kind: str, heading: str, under: str, told: Sequence[str]) -> str:
    """Return chart type, what it shows, the main finding, and where the values are, in about 250 characters.

    ``told`` are the main findings, the most telling first; those that fit are said.
    """
    end = say("Values are in the table.")
    what = f"{kind}: {heading}{f'; {under}' if under else ''}."
    main = told[0] if told else ""
    room = LONGEST_ALT - len(end) - 2 - min(len(main) + 1, LONGEST_ALT // 2)
    text = what if len(what) <= room else f"{what[: room - 1].rstrip(' .')}…"
    for part in told:
        if len(f"{text} {part}. {end}") <= LONGEST_ALT:
            text = f"{text} {part}."
    return f"{text} {end}"


def extremes(found: Sequence[Finding], name: Named) -> list[str]:
    """Return the lowest and highest of the values that stand as points, as a phrase each."""
    points = [one for one in found if one.row.publish == "point"]
    if not points:
        ranges = [one for one in found if one.row.publish == "range"]
        told = [f"{name(one)} {one.printed.value}" for one in ranges]
        return told or [say("No value may be shown")]
    # A number that chance alone could move far is not named as the lowest or highest.
    steady = [one for one in points if not one.row.care]
    ordered = sorted(
        steady or points, key=lambda one: (one.printed.numbers["estimate"] or 0.0, one.id)
    )
    low, high = ordered[0], ordered[-1]
    if len(ordered) == 1:
        return [f"{name(low)} {low.printed.value}"]
    if not steady:
        return [f"From {low.printed.value} to {high.printed.value}, to be interpreted with care"]
    return [
        say(
            "From {low} ({lowest}) to {high} ({highest})",
            low=low.printed.value,
            lowest=name(low),
            high=high.printed.value,
            highest=name(high),
        )
    ]


def long_description(found: Iterable[Finding], name: Named) -> str:
    """Return every value in words, for readers who cannot see the picture."""
    return " ".join(f"{name(one)}: {_described(one)}." for one in found)


def _described(found: Finding) -> str:
    if found.row.publish == "nothing":
        return say("not shown, {reason}", reason=found.row.reason)
    value = found.printed.value
    parts = [say("range {value}", value=value) if found.row.publish == "range" else value]
    if words := found.interval_words():
        parts.append(words)
    if found.printed.n:
        counted = f"{found.printed.n} {labels.counted_words(found.row)}"
        parts.append(say("of {counted}", counted=counted) if found.row.is_composition else counted)
    if found.row.reason:
        parts.append(found.row.reason)
    return ", ".join(parts)


def sides(found: Findings) -> tuple[str, str]:
    """Return what lies to the left and to the right of no difference."""
    lower, higher = _sides(found)
    return f"← {lower}", f"{higher} →"


def _sides(found: Findings) -> tuple[str, str]:
    """Return what is lower and higher than the reference."""
    row, to = found[0].row, reference(found)
    lower, higher = _SIDES[row.is_composition, labels.compares_places(row)]
    return say(lower, reference=to), say(higher, reference=to)


_SIDES = {
    (True, True): (
        mark("share lower than in {reference}"),
        mark("share higher than in {reference}"),
    ),
    (True, False): (
        mark("share lower than for {reference}"),
        mark("share higher than for {reference}"),
    ),
    (False, True): (
        mark("rate lower than in {reference}"),
        mark("rate higher than in {reference}"),
    ),
    (False, False): (
        mark("rate lower than for {reference}"),
        mark("rate higher than for {reference}"),
    ),
}
"""By whether it is a share, and whether places are compared: what is lower, what is higher."""


def above(found: Findings) -> list[str]:
    """Return the note that says what lies above zero."""
    if not found[0].row.compares:
        return []
    return [say("Above zero: {side}.", side=_sides(found)[1])]


def counts(found: Findings) -> list[str]:
    """Return the note that says what n counts, where it is not students."""
    noun = labels.counted(found[0].row)
    return [] if noun == "students" else [f"n: {labels.counted_words(found[0].row)}."]


def compared(found: Findings) -> list[str]:
    """Return the note that says how many students the reference has, if it is the same for all rows."""
    n = shared(one.printed.reference_n for one in found if one.row.publish != "nothing")
    size = say("of {counted}", counted=n) if found[0].row.is_composition else f"n={n}"
    return [say("Compared with {reference}: {n}.", reference=reference(found), n=size)] if n else []
