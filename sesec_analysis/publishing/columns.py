"""What a column of a table prints of a finding, which columns tell rows apart, and what all rows share."""

from collections.abc import Callable, Iterable

from sesec_analysis import catalog
from sesec_analysis.publishing import citation, labels
from sesec_analysis.publishing.findings import Finding, Findings
from sesec_analysis.publishing.measures import readings
from sesec_analysis.publishing.wording import grade_phrase, level_words

__all__ = ["TEXTS", "heading", "note_of", "shared", "telling", "what"]


def _value(found: Finding) -> str:
    value = found.printed.value
    return f"range {value}" if found.row.publish == "range" else _or_reason(found, value)


def _or_reason(found: Finding, value: str) -> str:
    return f"{value}: {found.row.reason}" if found.row.publish == "nothing" else value


def _grade(found: Finding) -> str:
    return grade_phrase(found.row.grade_level).removeprefix(" in ").capitalize() or "All grades"


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
    "student_group": "Student group",
    "place": "Place",
    "school_year": "School year",
    "grade_level": "Grade",
    "indicator": "Indicator",
    "measure": "Measure",
    "reference": "Compared with",
    "coverage": "Students in published figures",
    "note": "Note",
    "id": "Finding",
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
        return shared({one.row.entry.label for one in found}) or "Value", side
    if name == "interval":
        level = shared({level_words(one.row.ci_level) for one in found}) or "Interval"
        return f"{level}, or range with chance" if _adds_chance(found) else level, side
    if name in ("n", "reference_n") and all(one.row.is_composition for one in found):
        return {"n": "Of students", "reference_n": "Of students compared with"}[name], side
    if name in ("n", "reference_n"):
        noun = shared({labels.counted(one.row).capitalize() for one in found}) or "Number"
        return noun if name == "n" else f"{noun} compared with", side
    if name == "place" and all(one.row.organization_level == "school" for one in found):
        return "School", side
    return _LABELS[name], side


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

    grade = same("grade_level")
    parts = [
        same("indicator") or "Several indicators",
        "" if grade == "All grades" else grade[:1].lower() + grade[1:],
        same("place"),
        same("school_year"),
    ]
    against = same("reference")
    return ", ".join(part for part in parts if part) + (
        f": compared with {against}" if against else ""
    )


def note_of(found: Findings) -> str:
    """Return the note under a table: how to read a range and a measure that is not of every day, and the source."""
    sources = "; ".join(one.row.source_ids for one in found)
    explained = ""
    if any(one.row.publish == "range" for one in found):
        explained = "A range holds the value that full data would show. "
    if _adds_chance(found):
        explained += "Range with chance: the range, and as far as chance reaches beyond it. "
    explained += "".join(f"{text} " for text in readings(one.row for one in found))
    return explained + citation.source_line(sources)


def _adds_chance(found: Iterable[Finding]) -> bool:
    """Whether the interval of any row is a range with chance on top of it."""
    return any(one.row.publish == "range" and one.printed.interval for one in found)


def shared(values: Iterable[str]) -> str:
    """Return the text that all share, or nothing."""
    found = set(values)
    return found.pop() if len(found) == 1 else ""
