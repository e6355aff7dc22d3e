"""The id of a finding, read as an outsider reads it: which number of which students it names."""

import re
from dataclasses import dataclass

from sesec_analysis import catalog
from sesec_analysis.errors import CatalogError
from sesec_analysis.publishing.labels import EVERYONE, Reference, read_reference

__all__ = ["Key", "key_of"]

_PARTS = 6
_TOGETHER = f"{EVERYONE}_by_"
_LEVELS = ("school", "district", "state", "tract")


@dataclass(frozen=True)
class Key:
    """What a printed number is of: the measure, whose students, and what they are compared to."""

    measure: str
    indicator: str
    end_year: int
    grade_level: str
    organization_level: str
    organization_id: str
    student_group_type: str
    student_group: str
    reference: Reference


def key_of(name: str) -> Key | None:
    """Return what the id of a finding names, or None if it is no such id.

    Examples
    --------
    >>> key = key_of("sesec:gap.ela_met.2017.03.southeast_seattle.black-others")
    >>> key.student_group_type, key.student_group, key.reference.groups
    ('race_ethnicity', 'black', ('others',))
    >>> key_of("sesec:rate.disciplined.2019.all.school:2070.all").organization_level
    'school'
    >>> key_of("10.1000/182") is None
    True
    """
    parts = name.removeprefix("sesec:").split(".")
    if not name.startswith("sesec:") or len(parts) != _PARTS:
        return None
    measure, indicator, years, grade, organization, group = parts
    first, *earlier = years.split("-")
    level, mark, rest = organization.partition(":")
    if mark and level in _LEVELS:
        organization = rest
    else:
        level = "place"
    own, *places = map(_code, organization.split("-"))
    student_group, *groups = map(_code, group.split("-"))
    kind = _kind_of(student_group)
    measure = _code(measure)
    try:
        dated = catalog.measure(measure).dated
    except CatalogError:
        return None
    if kind is None or not first.isdigit():
        return None
    return Key(
        measure=measure,
        indicator=_code(indicator),
        end_year=int(first),
        grade_level=grade.upper() if grade in ("k", "pk") else grade,
        organization_level=level,
        organization_id=own,
        student_group_type=kind,
        student_group=EVERYONE if student_group.startswith(_TOGETHER) else student_group,
        reference=read_reference(" ".join([*groups, *places, *earlier]), dated=dated),
    )


def _code(text: str) -> str:
    """Give back the capital letters, which ids write as a colon and a small letter."""
    return re.sub(r":([a-z])", lambda found: found[1].upper(), text)


def _kind_of(student_group: str) -> str | None:
    """Return the partition of a group; of "all_by_TYPE" it is that type."""
    kinds = catalog.group_types()
    if student_group.startswith(_TOGETHER):
        kind = student_group.removeprefix(_TOGETHER)
        return kind if kind in kinds else None
    if student_group == EVERYONE:
        return EVERYONE
    return next((code for code, kind in kinds.items() if student_group in kind.groups), None)
