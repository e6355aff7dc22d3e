"""Write the words of a figure from its findings: names, title, subtitle, notes, alt text and long description."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from sesec_analysis import catalog
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.gate.gate import care_words
from sesec_analysis.evidence.tables import shared
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import school_years
from sesec_analysis.i18n import AND, listed, mark, plural, say

__all__ = [
    *("Named", "above", "alt_text", "by_groups", "called", "compared", "counts"),
    *("extremes", "is_synthetic", "joined", "long_description", "marked_synthetic", "named"),
    *("not_drawn", "notes", "of_place", "reference", "school_name", "sides", "source"),
    *("subtitle", "title", "within"),
]


Named = Callable[[Finding], str]
"""What a finding is called in a figure: its group, its place, or both."""

LONGEST_ALT = 250
"""Characters of an alt text."""


def named(findings: Findings) -> Named:
    """Return what to call a finding: its group, its place, or both if both differ."""
    groups = len({finding.row.student_group for finding in findings}) > 1
    places = len({finding.row.organization_id for finding in findings}) > 1
    if groups and places:
        return within(lambda one: one.label)
    return (lambda one: one.place) if places else (lambda one: one.label)


def within(what: Named) -> Named:
    """Return what to call a finding of a place: what it is of, and the place."""
    return lambda one: say(
        "{group} in {place}", group=what(one), place=labels.organization_phrase(one.row.organization_id, one.names)
    )  # fmt: skip


def school_name(finding: Finding) -> str:
    """Return a school's name as short as it stays clear.

    Examples
    --------
    >>> from sesec_analysis.evidence.row import Row
    >>> school_name(Finding(Row("ela_met", 2019, "school", "2392", "Cleveland High School STEM", "all", "all", "all",
    ...                         "rate", "")))
    'Cleveland High STEM'
    """
    return re.sub(r" School(?= STEM$|$)", "", finding.place)


def called(finding: Finding) -> str:
    """Return the label beside the dot of a school that is named: its name, and its value as an axis gives the unit."""
    return f"{school_name(finding)} {finding.printed.mark}"


def joined(names: Sequence[str]) -> str:
    """Return names as a phrase.

    Examples
    --------
    >>> joined(["Asian", "Black or African American", "White"])
    'Asian, Black or African American, and White'
    """
    return listed(names, joined=AND if len(names) < 3 else mark("{first}, and {last}"))


def by_groups(findings: Findings) -> str:
    """Return the type of the student groups that lines are of, all students aside; nothing for one group."""
    if len({finding.row.student_group for finding in findings}) < 2:
        return ""
    kind = shared({finding.row.student_group_type for finding in findings} - {"all"})
    return say("by {kind}", kind=labels.type_title(kind)) if kind else say("by student group")


def title(findings: Findings, *, by: str = "") -> str:
    """Return a title: the indicator and what it is compared to; ``by`` is what rows or lines are of."""
    indicator = shared(catalog.indicator(finding.row.indicator).title for finding in findings)
    start = indicator or say("Several indicators")
    label = shared(finding.label for finding in findings)
    if findings[0].row.is_composition and label:
        start = say("{group}: {what}", group=label, what=f"{start[:1].lower()}{start[1:]}")
    if shared(finding.row.reference for finding in findings):
        start = say("{what}, compared with {reference}", what=start, reference=reference(findings))
    elif not by:
        kind = shared(finding.row.student_group_type for finding in findings)
        by = say("by {kind}", kind=labels.type_title(kind)) if kind and not label else ""
    if not by and not shared(finding.row.organization_id for finding in findings) and label:
        by = say("by place")
    text = f"{start}, {by}" if by else start
    return marked_synthetic(text) if is_synthetic(findings) else text


def reference(findings: Findings) -> str:
    """Return how a phrase speaks of what all rows are compared to."""
    return labels.reference_in_title(findings[0].row, findings[0].names)


def subtitle(findings: Findings) -> str:
    """Return what all findings share: group, grade, place, school year."""
    parts = [
        "" if findings[0].row.is_composition else shared(finding.label for finding in findings),
        shared(labels.grade_of(finding.row) for finding in findings),
        shared(finding.place for finding in findings),
        shared(labels.year_of(finding.row) for finding in findings),
    ]
    text = ", ".join(filter(None, parts))
    return text[:1].upper() + text[1:]


def marked_synthetic(text: str) -> str:
    """Return a title that says that the data are made up, once."""
    start = say("Synthetic data: {title}", title="")
    return text if text.startswith(start) else say("Synthetic data: {title}", title=text)


def is_synthetic(findings: Findings) -> bool:
    """Whether any finding rests on made-up data."""
    return any(citation.is_synthetic(finding.row.source_ids) for finding in findings)


def source(findings: Findings) -> str:
    """Return the source line of all findings together."""
    return citation.source_line("; ".join(finding.row.source_ids for finding in findings))


def notes(findings: Iterable[Finding], name: Named, *, dated: bool = False) -> list[str]:
    """Return the notes: what is not shown and what is to be read with care, each with its reason."""
    rows = list(findings)
    hidden = [finding for finding in rows if finding.row.publish == "nothing"]
    careful = [finding for finding in rows if finding.row.care]
    kinds = {mark("Not shown: {rows}."): hidden, mark("Interpret with care: {rows}."): careful}
    return [
        say(text, rows="; ".join(_by_reason(of, name, dated))) for text, of in kinds.items() if of
    ]


def _by_reason(findings: Iterable[Finding], name: Named, dated: bool) -> list[str]:
    """Return names by their common reason and, where years differ, their common school years."""
    years: dict[tuple[str, str], list[int]] = {}
    for finding in findings:
        reason = (care_words(finding.row) if finding.row.care else "") or finding.row.reason
        years.setdefault((name(finding), reason), []).append(finding.row.end_year)
    names_by_reason: dict[tuple[str, str], list[str]] = {}
    for (who, reason), when in years.items():
        names_by_reason.setdefault((school_years(when) if dated else "", reason), []).append(who)
    return [
        say("{names} in {years} ({reason})", names=joined(names), years=when, reason=reason)
        if when
        else f"{joined(names)} ({reason})"
        for (when, reason), names in names_by_reason.items()
    ]


def not_drawn(reasons: Mapping[str, str], here: Iterable[str], place: str) -> list[str]:
    """Return the note that counts the schools not drawn, by where they are and why."""
    inside, counts = set(here), dict[tuple[bool, str], int]()
    for code, reason in reasons.items():
        key = (code in inside, reason)
        counts[key] = counts.get(key, 0) + 1
    parts = [
        of_place(count, place, reason)
        if mine
        else plural("{n} school elsewhere ({reason})", "{n} schools elsewhere ({reason})", count, reason=reason)
        for (mine, reason), count in counts.items()
    ]  # fmt: skip
    return [say("Not drawn: {schools}.", schools="; ".join(parts))] if parts else []


def of_place(count: int, place: str, reason: str) -> str:
    """Return how many schools of a place are left out, and why."""
    return plural(
        "{n} school of {place} ({reason})", "{n} schools of {place} ({reason})", count, place=place, reason=reason
    )  # fmt: skip


def counts(findings: Findings) -> list[str]:
    """Return the note that says what n counts, where it is not students."""
    noun = labels.counted(findings[0].row)
    return [] if noun == "students" else [f"n: {labels.counted_words(findings[0].row)}."]


def compared(findings: Findings) -> list[str]:
    """Return the note that says how many students the reference has, if it is the same for all rows."""
    shown = [finding for finding in findings if finding.row.publish != "nothing"]
    n = shared(finding.printed.reference_n for finding in shown)
    size = say("of {counted}", counted=n) if findings[0].row.is_composition else f"n={n}"
    told = (
        say("Compared with {reference}: {n}.", reference=reference(findings), n=size) if n else ""
    )
    return [told] if told else []


def sides(findings: Findings) -> tuple[str, str]:
    """Return what lies to the left and to the right of no difference."""
    row = findings[0].row
    texts = _SIDES[row.is_composition, labels.compares_places(row)]
    lower, higher = (say(text, reference=reference(findings)) for text in texts)
    return f"← {lower}", f"{higher} →"


_SIDES = {
    (True, True): (mark("share lower than in {reference}"), mark("share higher than in {reference}")),
    (True, False): (mark("share lower than for {reference}"), mark("share higher than for {reference}")),
    (False, True): (mark("rate lower than in {reference}"), mark("rate higher than in {reference}")),
    (False, False): (mark("rate lower than for {reference}"), mark("rate higher than for {reference}")),
}  # fmt: skip
"""By whether it is a share, and whether places are compared: what is lower, what is higher."""


def above(findings: Findings) -> list[str]:
    """Return the note that says what lies above zero."""
    higher = sides(findings)[1].removesuffix(" →") if findings[0].row.compares else ""
    return [say("Above zero: {side}.", side=higher)] if higher else []


def alt_text(kind: str, heading: str, under: str, highlights: Sequence[str]) -> str:
    """Return chart type, what it shows, the main finding, and where the values are, in about 250 characters.

    ``highlights`` are the main findings, the most important first; those that fit are included.
    """
    end = say("Values are in the table.")
    what = f"{kind}: {heading}{f'; {under}' if under else ''}."
    main = highlights[0] if highlights else ""
    room = LONGEST_ALT - len(end) - 2 - min(len(main) + 1, LONGEST_ALT // 2)
    text = what if len(what) <= room else f"{what[: room - 1].rstrip(' .')}…"
    for part in highlights:
        if len(f"{text} {part}. {end}") <= LONGEST_ALT:
            text = f"{text} {part}."
    return f"{text} {end}"


def extremes(findings: Sequence[Finding], name: Named) -> list[str]:
    """Return the lowest and highest of the values shown as points, as a phrase each."""
    points = [finding for finding in findings if finding.row.publish == "point"]
    if not points:
        ranges = [finding for finding in findings if finding.row.publish == "range"]
        texts = [f"{name(finding)} {finding.printed.value}" for finding in ranges]
        return texts or [say("No value may be shown")]
    # A number that chance alone could move far is not named as the lowest or highest.
    steady = [finding for finding in points if not finding.row.care]
    order = sorted(
        steady or points, key=lambda one: (one.printed.numbers["estimate"] or 0.0, one.id)
    )
    low, high = order[0], order[-1]
    if len(order) == 1:
        return [f"{name(low)} {low.printed.value}"]
    ends = {"low": low.printed.value, "high": high.printed.value}
    if not steady:
        return ["From {low} to {high}, to be interpreted with care".format(**ends)]
    told = mark("From {low} ({lowest}) to {high} ({highest})")
    return [say(told, lowest=name(low), highest=name(high), **ends)]


def long_description(findings: Iterable[Finding], name: Named) -> str:
    """Return every value in words, for readers who cannot see the picture."""
    return " ".join(f"{name(finding)}: {_described(finding)}." for finding in findings)


def _described(finding: Finding) -> str:
    if finding.row.publish == "nothing":
        return say("not shown, {reason}", reason=finding.row.reason)
    value, n = finding.printed.value, finding.printed.n
    counted = labels.number_counted(n, finding.row) if n else ""
    if n and finding.row.is_composition:
        counted = say("of {counted}", counted=counted)
    value = say("range {value}", value=value) if finding.row.publish == "range" else value
    return ", ".join(filter(None, (value, finding.interval_words(), counted, finding.row.reason)))
