"""How the catalog's codes are called in sentences, figures and tables, and the id that a finding is cited by."""

import re
from collections.abc import Mapping

from sesec_analysis import catalog
from sesec_analysis.entries import StudentGroup
from sesec_analysis.errors import CatalogError, DataError
from sesec_analysis.publishing.rows import Row

__all__ = [
    "compares_places",
    "counted",
    "finding_id",
    "group_label",
    "group_order",
    "group_people",
    "organization_name",
    "organization_phrase",
    "reference_label",
    "reference_phrase",
    "type_title",
]

OTHERS = "others"
"""The reference that stands for all other groups of the partition together."""

_LEVEL_MARK = {
    "place": "",
    "school": "school:",
    "district": "district:",
    "state": "state:",
    "tract": "tract:",
}


def finding_id(row: Row) -> str:
    """Return the id of a row: its key and nothing of its values, so that it never changes meaning.

    ``sesec:<measure>.<indicator>.<end_year>.<grade>.<organization>.<student group>``. A comparison adds ``-`` and what
    is compared to, after the group or, for two places, after the organization. A capital letter ``A`` is written
    ``:a``; organizations that are not places carry their level, as in ``school:2070``.

    Examples
    --------
    >>> row = Row("ela_met", 2017, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "gap", "white")
    >>> finding_id(row)
    'sesec:gap.ela_met.2017.03.southeast_seattle.black-white'
    """
    _check_type(row)
    organization = _LEVEL_MARK[row.organization_level] + _code(row.organization_id)
    group = _code(row.student_group)
    if row.compares and compares_places(row):
        organization += f"-{_code(row.reference)}"
    elif row.compares:
        group += f"-{_code(row.reference)}"
    grade = row.grade_level.lower()
    parts = (
        _code(row.measure),
        _code(row.indicator),
        str(row.end_year),
        grade,
        organization,
        group,
    )
    return f"sesec:{'.'.join(parts)}"


def _code(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_]+", text):
        raise DataError(
            f"the code {text!r} cannot stand in the id of a finding",
            where="estimates",
            mend="use letters, digits and underscores for codes",
        )
    return re.sub(r"[A-Z]", lambda found: f":{found.group().lower()}", text)


def _check_type(row: Row) -> None:
    """Refuse a group outside its type: the id names only the group, which must tell its type."""
    kind = catalog.group_types().get(row.student_group_type)
    if kind is None:
        raise CatalogError(
            f"student group type {row.student_group_type!r} is not in the catalog",
            where="data/catalog/student_groups.yml",
            mend="use one of the known types, or add an entry",
            known=catalog.group_types(),
        )
    if row.student_group not in kind.groups:
        raise CatalogError(
            f"student group {row.student_group!r} is not of type {row.student_group_type!r}",
            where="data/catalog/student_groups.yml",
            mend="use one of the known codes, or add an entry",
            known=kind.groups,
        )


def compares_places(row: Row) -> bool:
    """Whether the reference is an organization rather than a student group."""
    return row.compares and row.reference != OTHERS and row.reference not in _groups()


def _groups() -> dict[str, StudentGroup]:
    return {
        code: group
        for kind in catalog.group_types().values()
        for code, group in kind.groups.items()
    }


def counted(row: Row) -> str:
    """Return what the n of a row counts, in the plural: students, answers, households."""
    known = catalog.indicators().get(row.indicator)
    return known.counted if known else "students"


def group_label(code: str) -> str:
    """Return the label of a student group; ``others`` is all other students."""
    return "All other students" if code == OTHERS else catalog.student_group(code).label


def group_people(code: str) -> str:
    """Return how a sentence speaks of the students of a group."""
    return "all other students" if code == OTHERS else catalog.student_group(code).people


def group_order(code: str) -> int:
    """Return the place of a group in the catalog's order of display."""
    return list(_groups()).index(code)


def type_title(code: str) -> str:
    """Return the title of a student group type as the end of a phrase: race and ethnicity.

    Examples
    --------
    >>> type_title("race_ethnicity")
    'race and ethnicity'
    """
    title = re.sub(r" \(.*\)$", "", catalog.group_types()[code].title)
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def organization_name(code: str, names: Mapping[str, str]) -> str:
    """Return the name of a place or other organization; ``names`` are those that the table itself gives."""
    if code in catalog.places():
        return catalog.place(code).name
    listed = {
        key: name for place in catalog.places().values() for key, name in place.schools.items()
    }
    whole = {
        place.district: place.name for place in catalog.places().values() if place.whole_district
    }
    if found := names.get(code) or listed.get(code) or whole.get(code):
        return found
    return f"organization {code}" if code.isdigit() else code.replace("_", " ").title()


def organization_phrase(code: str, names: Mapping[str, str]) -> str:
    """Return how a sentence speaks of a place or other organization."""
    places = catalog.places()
    return places[code].phrase if code in places else organization_name(code, names)


def reference_label(row: Row, names: Mapping[str, str]) -> str:
    """Return the label of what a row is compared to; empty for a rate."""
    if not row.compares:
        return ""
    if compares_places(row):
        return organization_name(row.reference, names)
    return group_label(row.reference)


def reference_phrase(row: Row, names: Mapping[str, str]) -> str:
    """Return how a sentence speaks of what a row is compared to."""
    if compares_places(row):
        return organization_phrase(row.reference, names)
    return group_people(row.reference)
