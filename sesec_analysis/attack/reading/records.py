"""Parse the records of an edition into printed claims, their finding ids, and the numbers printed in them.

A printed number is the range of values that it rounds: "32.9%" is 0.3285 to 0.3295. The digits are those that were
written. A file that writes 0.3287 says more than one that writes 0.329, and that is what an outsider makes use of.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from math import inf
from pathlib import Path

from sesec_analysis import catalog
from sesec_analysis.errors import CatalogError, DataError
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
    "PrintedRow",
    "Span",
    "count_span",
    "decimals",
    "key_of",
    "meet",
    "number",
    "read_json",
    "record_rows",
    "rounded",
    "value_span",
]


Span = tuple[float, float]

ANYTHING: Span = (-inf, inf)
_NUMBER = r"[−+-]?\$?\d[\d,]*(?:\.\d+)?"
_HUNDREDTHS = ("%", "percent", "points")


def number(text: str) -> Decimal | None:
    """Return a written number as it stands, with all its digits; None if it is none.

    Examples
    --------
    >>> number("−12.30"), number("$1,131"), number("")
    (Decimal('-12.30'), Decimal('1131'), None)
    """
    plain = text.strip().removeprefix("'").replace("−", "-").replace(",", "").replace("$", "")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def decimals(value: Decimal) -> int:
    """Return how many digits stand after the point."""
    return max(0, -int(value.as_tuple().exponent))


def rounded(value: Decimal, places: int) -> Span:
    """Return the numbers that are printed so when rounded to this many places.

    Examples
    --------
    >>> rounded(Decimal("0.329"), 3)
    (0.3285, 0.3295)
    """
    half = Decimal(1).scaleb(-places) / 2
    return float(value - half), float(value + half)


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
    low, joined, high = text.strip().partition(" to ")
    if text.startswith("up to "):
        low, high, joined = "0", text.removeprefix("up to "), "to"
    if text.startswith("at least "):
        start = number(text.removeprefix("at least "))
        return ANYTHING if start is None else (float(start), inf)
    first, last = number(low), number(high if joined else low)
    return ANYTHING if first is None or last is None else (float(first), float(last))


def value_span(text: str) -> Span:
    """Return what a printed value says, in the scale of ESTIMATES: percents and points are proportions.

    A single number is rounded; the ends of a range were rounded outward and hold the truth as they stand.

    Examples
    --------
    >>> value_span("33%"), value_span("range 24–41%"), value_span("−13.1 to −10.7 points"), value_span("6.4 times")
    ((0.325, 0.335), (0.24, 0.41), (-0.131, -0.107), (6.35, 6.45))
    >>> value_span("not shown: the publisher withheld it")
    (-inf, inf)
    """
    if "not shown" in text:
        return ANYTHING
    shift = 2 if any(mark in text for mark in _HUNDREDTHS) else 0
    ends = re.fullmatch(rf"(?:range )?({_NUMBER})(?:–| to | and )({_NUMBER})\D*", text.strip())
    if ends:
        low, high = number(ends[1]), number(ends[2])
        return (
            ANYTHING if low is None or high is None else (_scaled(low, shift), _scaled(high, shift))
        )
    alone = re.fullmatch(rf"(at least |at most |under |range )?({_NUMBER})\D*", text.strip())
    value = number(alone[2]) if alone else None
    if alone is None or value is None:
        return ANYTHING
    if alone[1] == "at least ":
        return _scaled(value, shift), inf
    if alone[1] in ("at most ", "under "):
        return -inf, _scaled(value, shift)
    return rounded(value.scaleb(-shift), decimals(value) + shift)


def _scaled(value: Decimal, shift: int) -> float:
    return float(value.scaleb(-shift))


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
    """One printed line.

    ``value`` is in the scale of ESTIMATES, where proportions and points are 0-1. ``sources`` are the releases it says
    it was made from; none: it does not say.
    """

    key: Key
    said: str
    value: Span = ANYTHING
    counts: Mapping[str, Span] = field(default_factory=dict)
    sources: frozenset[str] = frozenset()

    def count(self, name: str) -> Span:
        """Return what is said of one of `COUNTS`: whole students, never fewer than none."""
        low, high = self.counts.get(name, ANYTHING)
        return max(0.0, low), high

    @property
    def says_a_value(self) -> bool:
        """Tell whether a value is printed at all."""
        return self.value != ANYTHING


_SOURCE = re.compile(r"\w+@\d{4}")


class PrintedRow(dict[str, str]):
    """A row as it is written, column by column, and where it stands."""

    def __init__(self, texts: Mapping[str, str], said: str) -> None:
        super().__init__(texts)
        self.said = said

    @property
    def id(self) -> str:
        """Return the id of the finding that it prints; empty if it is of none."""
        return self.get("id", "")

    @cached_property
    def claim(self) -> PrintedClaim | None:
        """Return what it claims; None if it prints no finding."""
        key = key_of(self.id)
        if key is None:
            return None
        return PrintedClaim(
            key=key,
            said=self.said,
            value=_value(self),
            counts={name: count_span(self.get(name, "")) for name in COUNTS},
            sources=frozenset(_SOURCE.findall(self.get("source_ids", ""))),
        )


def record_rows(content: object, where: str) -> Iterator[PrintedRow]:
    """Yield the records in data of any shape: whatever has the id of a finding."""
    if isinstance(content, list):
        for at, entry in enumerate(content, start=1):
            yield from record_rows(entry, f"{where} record {at}")
    elif isinstance(content, dict):
        texts = {str(key): _text(value) for key, value in content.items()}
        if key_of(texts.get("id", "")) is not None:
            yield PrintedRow(texts, f"{where}: {texts['id']}")
            return
        for key, value in content.items():
            yield from record_rows(value, f"{where} {key}")


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def read_json(path: Path, where: str) -> object:
    """Read a JSON file, its numbers as text with the digits that stand there."""
    try:
        return json.loads(path.read_text("utf-8"), parse_float=str, parse_int=str)
    except ValueError as broken:
        raise DataError(
            "this file is not JSON",
            where=where,
            mend="build the edition anew; what cannot be read cannot be attacked",
        ) from broken


def _value(row: PrintedRow) -> Span:
    """Return what the columns of a value say together: its text, the estimate, and the range that holds the truth."""
    span = value_span(row.get("value", ""))
    estimate = number(row.get("estimate", ""))
    if estimate is not None:
        span = meet(span, rounded(estimate, _places(estimate, row)))
    ends = (number(row.get("bound_low", "")), number(row.get("bound_high", "")))
    return meet(span, (_end(ends[0], ANYTHING[0]), _end(ends[1], ANYTHING[1])))


def _end(end: Decimal | None, otherwise: float) -> float:
    return otherwise if end is None else float(end)


def _places(estimate: Decimal, row: PrintedRow) -> int:
    """Return the places an estimate is rounded to: a file writes 0.33 for 0.330, and its text shows the last digit."""
    shown: Sequence[str] = re.findall(r"\d\.(\d+)", row.get("value", ""))
    hundredths = 2 if re.search("%|points", row.get("value", "")) else 0
    least = max((len(digits) for digits in shown), default=0) + hundredths
    whole = decimals(estimate) if estimate != estimate.to_integral_value() else 0
    return max(whole, least)
