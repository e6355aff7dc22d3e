"""The disclosure audit: every number of an edition at once, so that no withheld one can be worked out from the others.

The gate judges one table; an edition prints many. Here the sums that tie printed counts together are looked at: a
partition's groups and all students, the schools of a place and the place, a place inside a larger one. What a total
leaves after its exactly printed parts must not be one withheld figure, nor a group too small to be printed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from sesec_analysis import catalog, schema
from sesec_analysis.errors import DataError
from sesec_analysis.publishing.sides import FEW_COUNTED

__all__ = ["audit"]

Record = Mapping[str, Any]
_FIGURE = ("indicator", "end_year", "grade_level")


@dataclass(frozen=True)
class _Count:
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
    def is_composition(self) -> bool:
        return self.figure[0] in schema.COMPOSITION_INDICATORS


@dataclass(frozen=True)
class _Sum:
    """A total and its parts.

    ``absent``: some part has no finding. ``absent_is_open``: it may hold any number of students; otherwise it has none
    as a rule (the files list every group that a school has), and only what is left over can tell.
    """

    name: str
    total: _Count
    parts: tuple[_Count, ...]
    absent: bool = False
    absent_is_open: bool = False


def audit(records: Iterable[Record]) -> dict[str, object]:
    """Check an edition's findings for figures that subtraction would give.

    Parameters
    ----------
    records
        The records of every finding of the edition.

    Returns
    -------
    How many sums of each kind were looked at, and that all passed; no figure is in it.

    Raises
    ------
    DataError
        Naming each withheld figure that could be worked out, and from what.

    Examples
    --------
    >>> audit([])["passed"]
    True
    """
    counts = _counts(records)
    sums = [*_partitions(counts), *_schools(counts), *_places(counts)]
    leaks = sorted({leak for one in sums if (leak := _leak(one)) is not None})
    if leaks:
        raise DataError(
            f"{len(leaks)} withheld figure(s) could be worked out by subtracting printed ones:\n    "
            + "\n    ".join(leaks),
            where="the disclosure audit of this edition",
            mend="in the notebook, leave out one of the figures it can be worked out from",
        )
    kinds = ("student groups", "schools", "places")
    looked_at = {kind: sum(one.name == kind for one in sums) for kind in kinds}
    return {"passed": True, "sums_checked": looked_at}


def _leak(one: _Sum) -> str | None:
    """Say what a sum gives away, if anything."""
    for name in ("k",) if one.total.is_composition else ("k", "n"):
        total = getattr(one.total, name)
        hidden = [part for part in one.parts if getattr(part, name) is None]
        if total is None or len(hidden) > 1:
            continue
        if hidden and not (one.absent and one.absent_is_open):
            return f"{hidden[0].id} (from {one.name}: {one.total.id} less the others)"
        left = total - sum(getattr(part, name) or 0 for part in one.parts)
        least = schema.MINIMUM_GROUP if name == "n" or one.total.is_composition else FEW_COUNTED
        if one.absent and not hidden and 0 < left < least:
            return f"what is left of {one.total.id} (from {one.name})"
    return None


def _counts(records: Iterable[Record]) -> list[_Count]:
    """Both sides of every record, once per figure, organization and group; exact counts before hidden ones."""
    found: dict[tuple[object, ...], _Count] = {}
    for record in records:
        for count in _sides(record):
            key = (count.figure, count.organization, count.group)
            if key not in found or (found[key].k is None and count.k is not None):
                found[key] = count
    return list(found.values())


def _sides(record: Record) -> list[_Count]:
    if record.get("status") in ("undefined", "break") or "measure" not in record:
        return []
    figure = tuple(record[name] for name in _FIGURE)
    level, organization = record["organization_level"], record["organization_id"]
    kind, group, reference = (
        record["student_group_type"],
        record["student_group"],
        record.get("reference", ""),
    )
    exact = record["publish"] == "point"

    def count(place: str, who: str, prefix: str) -> _Count:
        k, n = record[f"{prefix}numerator"], record[f"{prefix}n"]
        return _Count(
            figure,
            place,
            level,
            kind,
            who,
            k if exact and isinstance(k, int) else None,
            n if isinstance(n, int) else None,
            record["id"],
        )

    own = [count(organization, group, "")] if record["measure"] == "rate" or exact else []
    if not (reference and exact):
        return own
    if reference in catalog.group_types()[kind].groups:
        return [*own, count(organization, reference, "reference_")]
    if reference == "others":
        return own
    return [*own, count(reference, group, "reference_")]


def _grouped(counts: Iterable[_Count], *names: str) -> list[list[_Count]]:
    found = defaultdict(list)
    for count in counts:
        found[tuple(getattr(count, name) for name in names)].append(count)
    return list(found.values())


def _partitions(counts: list[_Count]) -> list[_Sum]:
    """All students of an organization, and the groups of one partition."""
    sums = []
    for figures in _grouped(counts, "figure", "organization"):
        everyone = next((one for one in figures if one.group == "all"), None)
        for parts in _grouped((one for one in figures if one.kind != "all"), "kind"):
            groups = catalog.group_types()[parts[0].kind].groups
            absent = len(parts) < len(groups)
            if everyone is not None:
                # The twin of a pair is often just not published, and may be of any size.
                sums.append(
                    _Sum("student groups", everyone, tuple(parts), absent, len(groups) == 2)
                )
    return sums


def _schools(counts: list[_Count]) -> list[_Sum]:
    """A place and its schools, for one student group; only where every school of the place is among the findings."""
    sums = []
    for figures in _grouped(counts, "figure", "group"):
        schools = {one.organization: one for one in figures if one.level == "school"}
        for whole in figures:
            if whole.level == "place" and whole.organization in catalog.places():
                members = _shown(whole.organization, set(schools))
                if len(members) > 1:
                    sums.append(
                        _Sum("schools", whole, tuple(schools[code] for code in sorted(members)))
                    )
    return sums


def _shown(code: str, schools: set[str]) -> set[str]:
    """The schools of a place if all of them are among those shown; otherwise none."""
    entry, core = catalog.place(code), set(catalog.place("southeast_seattle").schools)
    if entry.schools:
        return set(entry.schools) if set(entry.schools) <= schools else set()
    # Places without a list: a table or figure shows all other schools of the district, or none of them.
    others = schools - core
    if entry.all_but:
        return others
    return schools if others and core <= schools else set()


def _members(code: str) -> set[str]:
    """The schools of a place, as far as any place of the catalog names them, and a mark for all others."""
    entry = catalog.place(code)
    if entry.schools:
        return set(entry.schools)
    everywhere = {"any other"}.union(*(place.schools for place in catalog.places().values()))
    return everywhere - set(catalog.place(entry.all_but).schools) if entry.all_but else everywhere


def _places(counts: list[_Count]) -> list[_Sum]:
    """A place inside a larger one: what the larger leaves, and the rest of the district where that is printed too."""
    sums = []
    for figures in _grouped((one for one in counts if one.level == "place"), "figure", "group"):
        known = [one for one in figures if one.organization in catalog.places()]
        for whole, part in permutations(known, 2):
            large, small = (_members(one.organization) for one in (whole, part))
            if not small < large:
                continue
            rest = [
                one
                for one in known
                if _members(one.organization) == large - small and one is not part
            ]
            sums.append(_Sum("places", whole, (part, *rest[:1]), not rest, True))
    return sums
