"""What an edition prints of each group at each organization, and which numbers would give away one that it does not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sesec_analysis import catalog, schema
from sesec_analysis.publishing.labels import EVERYONE, OTHERS, read_reference

__all__ = ["TOTAL", "Count", "Record", "counts_of", "grouped", "members", "solved"]

Record = Mapping[str, Any]
_FIGURE = ("indicator", "end_year", "grade_level")

TOTAL = "total"
"""The kind of a count of all groups of a student group type together; its group is the type."""


@dataclass(frozen=True)
class Count:
    """What is printed of one group at one organization: exact counts, or None."""

    figure: tuple[object, ...]
    organization: str
    level: str
    kind: str
    group: str
    k: int | None
    n: int | None
    id: str

    @property
    def end_year(self) -> int:
        """School year by its last calendar year."""
        return int(str(self.figure[1]))

    @property
    def is_composition(self) -> bool:
        """Whether the numerator is the size of the group itself."""
        return self.figure[0] in schema.COMPOSITION_INDICATORS


def counts_of(records: Iterable[Record]) -> list[Count]:
    """Return both sides of every record, once per figure, organization and group; exact counts before hidden ones."""
    found: dict[tuple[object, ...], Count] = {}
    for record in records:
        for count in _sides(record):
            key = (count.figure, count.organization, count.kind == TOTAL, count.group)
            if key not in found or (found[key].k is None and count.k is not None):
                found[key] = count
    return list(found.values())


def _sides(record: Record) -> list[Count]:
    if record.get("status") in ("undefined", "break") or "measure" not in record:
        return []
    entry = catalog.measure(record["measure"])
    to = read_reference(record.get("reference", ""), dated=entry.dated)
    if "{among}" in entry.subject and to.groups:
        return []  # of several groups together
    exact = record["publish"] == "point"
    own = _count(record, "", exact)
    if own.group == EVERYONE != own.kind:
        own = replace(own, group=own.kind, kind=TOTAL)
    sides = [own] if record["measure"] == "rate" or exact else []
    if not (record.get("reference") and exact):
        return sides
    other = _count(record, "reference_", exact)
    if EVERYONE in to.groups or OTHERS in to.groups:
        return [*sides, *_everyone(own, other)]
    if to.groups:
        return [*sides, replace(other, group=to.groups[0])]
    there = to.places[0] if to.places else other.organization
    year = to.years[0] if to.years else other.figure[1]
    there_then = replace(other, organization=there, figure=(other.figure[0], year, other.figure[2]))
    return [*sides, there_then if own.kind != TOTAL else _total(own, there_then)]


def _total(own: Count, other: Count) -> Count:
    return replace(other, group=own.group, kind=TOTAL)


def _count(record: Record, prefix: str, exact: bool) -> Count:
    k, n = record.get(f"{prefix}numerator"), record.get(f"{prefix}n")
    return Count(
        tuple(record[name] for name in _FIGURE),
        record["organization_id"],
        record["organization_level"],
        record["student_group_type"],
        record["student_group"],
        k if exact and isinstance(k, int) else None,
        n if isinstance(n, int) else None,
        record["id"],
    )


def _everyone(own: Count, others: Count) -> list[Count]:
    """A group and all others are everybody; in enrollment each side already says of how many."""
    parts = (own.k, own.n, others.k, others.n)
    if own.is_composition or any(part is None for part in parts):
        return []
    k, n = (own.k or 0) + (others.k or 0), (own.n or 0) + (others.n or 0)
    return [replace(own, kind=TOTAL, group=own.kind, k=k, n=n)]


def grouped(counts: Iterable[Count], *names: str) -> list[list[Count]]:
    """Return counts that are alike in these fields together."""
    found = defaultdict(list)
    for count in counts:
        found[tuple(getattr(count, name) for name in names)].append(count)
    return list(found.values())


def members(code: str) -> set[str]:
    """Return the schools of a place, as far as any place of the catalog names them, and a mark for all others."""
    entry = catalog.place(code)
    if entry.schools:
        return set(entry.schools)
    everywhere = {"any other"}.union(*(place.schools for place in catalog.places().values()))
    return everywhere - set(catalog.place(entry.all_but).schools) if entry.all_but else everywhere


def solved(records: Iterable[Record], counts: list[Count]) -> dict[str, str]:
    """Say which hidden figures are the only hidden one of those that a printed number, by its id, is made of."""
    leaks = {}
    for record in records:
        if record.get("publish") != "point" or "measure" not in record:
            continue
        parts = _parts(record, counts)
        hidden = [one for one in parts if one.k is None]
        if len(hidden) == 1 and len(parts) > 1:
            leaks[f"{hidden[0].id} (from what {record['id']} is made of)"] = str(record["id"])
    return leaks


def _parts(record: Record, counts: list[Count]) -> list[Count]:
    """Return what is printed, or hidden, of the figures that a number is made of."""
    entry, own = catalog.measure(record["measure"]), _count(record, "", True)
    to = read_reference(record.get("reference", ""), dated=entry.dated)
    alike = [
        one
        for one in counts
        if one.kind != TOTAL
        and (one.figure[0], one.figure[2]) == (own.figure[0], own.figure[2])
        and own.group in (one.group, EVERYONE)
    ]
    if entry.parts == "groups":
        sides = {own.organization, *to.places}, {own.figure[1], *to.years}
        there = [one for one in alike if one.organization in sides[0] and one.figure[1] in sides[1]]
        return [one for one in there if one.kind == own.kind]
    if entry.parts == "schools":
        schools = [one for one in alike if one.figure == own.figure and one.level == "school"]
        known = own.level == "place" and own.organization in catalog.places()
        return [
            one for one in schools if not known or one.organization in members(own.organization)
        ]
    if entry.parts == "years":
        first = to.years[0] if to.years else 0
        there = [one for one in alike if one.organization == own.organization]
        return [one for one in there if first <= one.end_year <= own.end_year]
    return []
