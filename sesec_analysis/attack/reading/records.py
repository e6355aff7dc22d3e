"""Parse the records of an edition into printed claims, their finding ids, and the numbers printed in them.

A printed number is the range of values that it rounds: "32.9%" is 0.3285 to 0.3295. The digits are those that were
written. A file that writes 0.3287 says more than one that writes 0.329, and that is what an outsider makes use of.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from math import inf
from typing import NamedTuple

from sesec_analysis import catalog
from sesec_analysis.errors import CatalogError
from sesec_analysis.evidence.wording.labels import (
    EVERYONE,
    OURS,
    Reference,
    read_id,
    read_reference,
    spelled,
)

__all__ = [
    "ANYTHING",
    "COUNTS",
    "Key",
    "PrintedClaim",
    "Span",
    "claims_of",
    "count_span",
    "key_of",
    "meet",
    "number",
]


Span = tuple[float, float]

ANYTHING: Span = (-inf, inf)


def number(text: str) -> Decimal | None:
    """Return a written number as it stands, with all its digits; None if it is none."""
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def meet(span: Span, other: Span) -> Span:
    """Return what is left if both are true."""
    return max(span[0], other[0]), min(span[1], other[1])


def count_span(text: str) -> Span:
    """Return what a printed count says; anything if nothing stands there.

    Examples
    --------
    >>> count_span("1,216"), count_span("40 to 52"), count_span("up to 2"), count_span("at least 40")
    ((1216.0, 1216.0), (40.0, 52.0), (0.0, 2.0), (40.0, inf))
    """
    told = re.fullmatch(r"(up to |at least |([\d,.]+) to )?([\d,.]+)", text.strip())
    low, high = (number(told[at] or told[3]) for at in (2, 3)) if told else (None, None)
    if told is None or low is None or high is None:
        return ANYTHING
    most = inf if told[1] == "at least " else float(high)
    return 0.0 if told[1] == "up to " else float(low), most


_TOGETHER = f"{EVERYONE}_by_"
_LEVELS = ("school", "district", "state", "tract")


class Key(NamedTuple):
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
    told = read_id(name)
    if not name.startswith(OURS) or not told.group:
        return None
    level, mark, organization = told.organization.partition(":")
    if not mark or level not in _LEVELS:
        level, organization = "place", told.organization
    code, *places = map(spelled, organization.split("-"))
    student_group, *groups = map(spelled, told.group.split("-"))
    kind, measure = _kind_of(student_group), spelled(told.measure)
    end_year, *earlier = told.end_years
    try:
        dated = catalog.measure(measure).dated
    except CatalogError:
        return None
    if kind is None or not end_year:
        return None
    return Key(
        measure=measure,
        indicator=spelled(told.indicator),
        end_year=end_year,
        grade_level=told.grade.upper() if told.grade in ("k", "pk") else told.grade,
        organization_level=level,
        organization_id=code,
        student_group_type=kind,
        student_group=EVERYONE if student_group.startswith(_TOGETHER) else student_group,
        reference=read_reference(" ".join([*groups, *places, *map(str, earlier)]), dated=dated),
    )


def _kind_of(student_group: str) -> str | None:
    """Return the partition of a group; of "all_by_TYPE" it is that type."""
    kinds = catalog.group_types()
    if student_group.startswith(_TOGETHER):
        kind = student_group.removeprefix(_TOGETHER)
        return kind if kind in kinds else None
    if student_group == EVERYONE:
        return EVERYONE
    return next((code for code, kind in kinds.items() if student_group in kind.groups), None)


COUNTS = ("numerator", "n", "reference_numerator", "reference_n")
"""Students counted and all students of the group, and of what it is compared to."""


@dataclass(frozen=True)
class PrintedClaim:
    """One printed record: what it is of, where it stands, and its columns as they are written, digit by digit."""

    key: Key
    said: str
    texts: Mapping[str, str]

    @cached_property
    def value(self) -> Span:
        """Return what the estimate and the range that holds the truth say together; the words of both follow from them.

        In the scale of ESTIMATES, where proportions and points are 0-1.
        """
        names = ("estimate", "bound_low", "bound_high")
        middle, low, high = (number(self.texts.get(name, "")) for name in names)
        ends = -inf if low is None else float(low), inf if high is None else float(high)
        if middle is None:
            return ends
        half = Decimal(1).scaleb(-_places(middle, self.texts.get("value", ""))) / 2
        return meet((float(middle - half), float(middle + half)), ends)

    @property
    def sources(self) -> set[str]:
        """Return the releases that it says it was made from; none: it does not say."""
        return {*re.findall(r"\w+@\d{4}", self.texts.get("source_ids", ""))}

    def count(self, name: str) -> Span:
        """Return what is said of one of `COUNTS`: whole students, never fewer than none."""
        low, high = count_span(self.texts.get(name, ""))
        return max(0.0, low), high


def claims_of(records: object, where: str) -> Iterator[PrintedClaim]:
    """Yield what the records of a list claim; what has no id of a finding is no record, and claims nothing."""
    for at, record in enumerate(records if isinstance(records, list) else (), start=1):
        texts = record if isinstance(record, dict) else {}
        texts = {name: "" if text is None else str(text) for name, text in texts.items()}
        if key := key_of(texts.get("id", "")):
            yield PrintedClaim(key, f"{where} record {at}: {texts['id']}", texts)


def _places(estimate: Decimal, shown: str) -> int:
    """Return the places an estimate is rounded to: a file writes 0.33 for 0.330, and its text shows the last digit."""
    hundredths = 2 if re.search("%|points", shown) else 0
    least = max((len(digits) for digits in re.findall(r"\d\.(\d+)", shown)), default=0)
    is_whole = estimate == estimate.to_integral_value()
    return max(0 if is_whole else -int(estimate.as_tuple().exponent), least + hundredths)
