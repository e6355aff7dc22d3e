"""What a figure says in words: its title, subtitle, notes, alt text and long description, all from findings."""

from collections.abc import Callable, Iterable, Sequence

from sesec_analysis import catalog
from sesec_analysis.publishing import citation, labels
from sesec_analysis.publishing.columns import shared
from sesec_analysis.publishing.findings import Finding, Findings
from sesec_analysis.publishing.wording import grade_phrase, school_year, school_years

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
    return f"by {labels.type_title(kind)}" if kind else "by student group"


def title(found: Findings, *, by: str = "") -> str:
    """Return a title that says what is shown, and of what the reference is; ``by`` is what rows or lines stand for."""
    indicator = shared(catalog.indicator(one.row.indicator).title for one in found)
    start = indicator or "Several indicators"
    label = shared(one.label for one in found)
    if found[0].row.is_composition and label:
        start = f"{label}: {start[:1].lower()}{start[1:]}"
    if shared(one.row.reference for one in found):
        start += f", compared with {reference(found)}"
    elif not by:
        kind = shared(one.row.student_group_type for one in found)
        by = f"by {labels.type_title(kind)}" if kind and not label else ""
    if not by and not shared(one.row.organization_id for one in found) and label:
        by = "by place"
    text = f"{start}, {by}" if by else start
    return f"Synthetic data: {text}" if is_synthetic(found) else text


def reference(found: Findings) -> str:
    """Return how a phrase speaks of what all rows are compared to."""
    return labels.reference_phrase(found[0].row, found[0].names)


def subtitle(found: Findings, *also: str) -> str:
    """Return what all findings share: group, grade, place, school year."""
    grade = shared(grade_phrase(one.row.grade_level) for one in found).removeprefix(" in ")
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
        "Not shown": [one for one in rows if one.row.publish == "nothing"],
        "Interpret with care": [one for one in rows if one.row.care],
    }
    return [
        f"{start}: {'; '.join(_by_reason(told, name, dated))}."
        for start, told in kinds.items()
        if told
    ]


def _by_reason(found: Iterable[Finding], name: Named, dated: bool) -> list[str]:
    """Return names by their common reason and, where years differ, their common school years."""
    years: dict[tuple[str, str], list[int]] = {}
    for one in found:
        reason = one.row.reason.rpartition("interpret with care: ")[2]
        years.setdefault((name(one), reason), []).append(one.row.end_year)
    told: dict[tuple[str, str], list[str]] = {}
    for (who, reason), when in years.items():
        told.setdefault((f" in {school_years(when)}" if dated else "", reason), []).append(who)
    return [f"{joined(names)}{when} ({reason})" for (when, reason), names in told.items()]


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
    return f"{', '.join(first)}, and {last}" if len(first) > 1 else f"{first[0]} and {last}"


def short(found: Finding) -> str:
    """Return the value as it stands beside a mark, where an axis tells the unit."""
    return found.printed.value.replace(" points", "").replace(" times", "×")


def alt_text(kind: str, heading: str, under: str, told: Sequence[str]) -> str:
    """Return chart type, what it shows, the main finding, and where the values are, in about 250 characters.

    ``told`` are the main findings, the most telling first; those that fit are said.
    """
    end = "Values are in the table."
    text = f"{kind}: {heading}{f'; {under}' if under else ''}."
    for part in told:
        if len(f"{text} {part}. {end}") <= LONGEST_ALT:
            text = f"{text} {part}."
    whole = f"{text} {end}"
    return (
        whole
        if len(whole) <= LONGEST_ALT
        else f"{text[: LONGEST_ALT - len(end) - 3].rstrip()}… {end}"
    )


def extremes(found: Sequence[Finding], name: Named) -> list[str]:
    """Return the lowest and highest of the values that stand as points, as a phrase each."""
    points = [one for one in found if one.row.publish == "point"]
    if not points:
        ranges = [one for one in found if one.row.publish == "range"]
        return [f"{name(one)} {one.printed.value}" for one in ranges] or ["No value may be shown"]
    ordered = sorted(points, key=lambda one: (one.printed.numbers["estimate"] or 0.0, one.id))
    low, high = ordered[0], ordered[-1]
    if len(points) == 1:
        return [f"{name(low)} {low.printed.value}"]
    return [f"From {low.printed.value} ({name(low)}) to {high.printed.value} ({name(high)})"]


def long_description(found: Iterable[Finding], name: Named) -> str:
    """Return every value in words, for readers who cannot see the picture."""
    return " ".join(f"{name(one)}: {_described(one)}." for one in found)


def _described(found: Finding) -> str:
    if found.row.publish == "nothing":
        return f"not shown, {found.row.reason}"
    parts = [
        f"range {found.printed.value}" if found.row.publish == "range" else found.printed.value
    ]
    if words := found.interval_words():
        parts.append(words)
    if found.printed.n:
        of = "of " if found.row.is_composition else ""
        parts.append(f"{of}{found.printed.n} {labels.counted(found.row)}")
    if found.row.reason:
        parts.append(found.row.reason)
    return ", ".join(parts)


def sides(found: Findings) -> tuple[str, str]:
    """Return what lies to the left and to the right of no difference."""
    than = f"{'in' if labels.compares_places(found[0].row) else 'for'} {reference(found)}"
    noun = "share" if found[0].row.is_composition else "rate"
    return f"← {noun} lower than {than}", f"{noun} higher than {than} →"


def above(found: Findings) -> list[str]:
    """Return the note that says what lies above zero."""
    return [f"Above zero: {sides(found)[1].removesuffix(' →')}."] if found[0].row.compares else []


def counts(found: Findings) -> list[str]:
    """Return the note that says what n counts, where it is not students."""
    noun = labels.counted(found[0].row)
    return [] if noun == "students" else [f"n: {noun}."]


def compared(found: Findings) -> list[str]:
    """Return the note that says how many students the reference has, if it is the same for all rows."""
    n = shared(one.printed.reference_n for one in found if one.row.publish != "nothing")
    start = "of " if found[0].row.is_composition else "n="
    return [f"Compared with {reference(found)}: {start}{n}."] if n else []
