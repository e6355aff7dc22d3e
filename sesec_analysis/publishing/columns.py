"""What a column of a table prints of a finding, which columns tell rows apart, and what all rows share."""

from collections.abc import Callable, Iterable

from sesec_analysis import catalog
from sesec_analysis.publishing import citation, labels
from sesec_analysis.publishing.clauses import capital
from sesec_analysis.publishing.findings import Finding, Findings
from sesec_analysis.publishing.measures import readings
from sesec_analysis.publishing.wording import grade_name, level_words
from sesec_analysis.words import mark, say

__all__ = ["TEXTS", "heading", "note_of", "shared", "telling", "what"]


def _value(found: Finding) -> str:
    value = found.printed.value
    return (
        say("range {value}", value=value)
        if found.row.publish == "range"
        else _or_reason(found, value)
    )


def _or_reason(found: Finding, value: str) -> str:
    return f"{value}: {found.row.reason}" if found.row.publish == "nothing" else value


def _grade(found: Finding) -> str:
    return capital(grade_name(found.row.grade_level)) or say("All grades")


def _coverage(found: Finding) -> str:
    return "" if found.row.coverage is None else f"{found.row.coverage:.0%}"


TEXTS: dict[str, Callable[[Finding], str]] = {
    "student_group": lambda found: found.label,
    "place": lambda found: found.place,
    "school_year": lambda found: labels.year_of(found.row),
    "grade_level": _grade,
    "indicator": lambda found: catalog.indicator(found.row.indicator).title,
    "measure": lambda found: found.row.entry.label,
    "reference": lambda found: found.reference,
    "value": _value,
    "interval": lambda found: found.printed.interval,
    "n": lambda found: found.printed.n,
    "reference_n": lambda found: found.printed.reference_n,
    "coverage": _coverage,
    "note": lambda found: found.row.reason if found.row.publish != "nothing" else "",
    "id": lambda found: found.id,
}
"""Every column a table may have, and the text it prints of a finding."""

_LABELS = {
    "student_group": mark("Student group"),
    "place": mark("Place"),
    "school_year": mark("School year"),
    "grade_level": mark("Grade"),
    "indicator": mark("Indicator"),
    "measure": mark("Measure"),
    "reference": mark("Compared with"),
    "coverage": mark("Students in published figures"),
    "note": mark("Note"),
    "id": mark("Finding"),
}
_RIGHT = ("value", "interval", "n", "reference_n", "coverage")
_TELLING = (
    "student_group",
    "place",
    "school_year",
    "grade_level",
    "indicator",
    "measure",
    "reference",
)


def heading(name: str, found: Findings) -> tuple[str, str]:
    """Return the heading of a column and on which side its texts stand."""
    side = "right" if name in _RIGHT else "left"
    if name == "value":
        return shared({one.row.entry.label for one in found}) or say("Value"), side
    if name == "interval":
        level = shared({level_words(one.row.ci_level) for one in found}) or say("Interval")
        chance = say("{interval}, or range with chance", interval=level)
        return chance if _adds_chance(found) else level, side
    if name in ("n", "reference_n") and all(one.row.is_composition for one in found):
        of = say("Of students") if name == "n" else say("Of students compared with")
        return of, side
    if name in ("n", "reference_n"):
        noun = shared({capital(labels.counted_words(one.row)) for one in found}) or say("Number")
        other = say("{counted} compared with", counted=noun)
        return noun if name == "n" else other, side
    if name == "place" and all(one.row.organization_level == "school" for one in found):
        return say("School"), side
    return say(_LABELS[name]), side


def telling(found: Findings) -> list[str]:
    """Return the columns that tell the rows apart, then those with the numbers that stand in any row."""
    differing = [name for name in _TELLING if len({TEXTS[name](one) for one in found}) > 1]
    numbers = [
        name
        for name in ("interval", "n", "reference_n", "note")
        if any(TEXTS[name](one) for one in found)
    ]
    return [*(differing or ["student_group"]), "value", *numbers]


def what(found: Findings) -> str:
    """Return what all findings share, as a caption: indicator, grade, place, school year."""

    def same(name: str) -> str:
        return shared({TEXTS[name](one) for one in found})

    parts = [
        same("indicator") or say("Several indicators"),
        shared({grade_name(one.row.grade_level) for one in found}),
        same("place"),
        same("school_year"),
    ]
    told = ", ".join(part for part in parts if part)
    if not same("reference"):
        return told
    against = labels.reference_in_title(found[0].row, found[0].names)
    return say("{what}: compared with {reference}", what=told, reference=against)


def note_of(found: Findings) -> str:
    """Return the note under a table: how to read a range and a measure that is not of every day, and the source."""
    sources = "; ".join(one.row.source_ids for one in found)
    explained = ""
    if any(one.row.publish == "range" for one in found):
        explained = f"{say('A range holds the value that full data would show.')} "
    if _adds_chance(found):
        chance = say("Range with chance: the range, and as far as chance reaches beyond it.")
        explained += f"{chance} "
    explained += "".join(f"{text} " for text in readings(one.row for one in found))
    return explained + citation.source_line(sources)


def _adds_chance(found: Iterable[Finding]) -> bool:
    """Whether the interval of any row is a range with chance on top of it."""
    return any(one.row.publish == "range" and one.printed.interval for one in found)


def shared(values: Iterable[str]) -> str:
    """Return the text that all share, or nothing."""
    found = set(values)
    return found.pop() if len(found) == 1 else ""
