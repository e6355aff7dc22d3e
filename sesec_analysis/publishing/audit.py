"""The disclosure audit: every number of an edition at once, so that no withheld one can be worked out from the others.

The gate judges one table; an edition prints many. Here the sums that tie printed counts together are looked at: a
partition's groups and all students, the schools of a place and the place, a place inside a larger one. What a total
leaves after its exactly printed parts must not be one withheld figure, nor a group too small to be printed. A number
made of several figures must not stand beside all of them but one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations

from sesec_analysis import catalog, schema
from sesec_analysis.errors import DataError
from sesec_analysis.publishing.audit_counts import (
    TOTAL,
    Count,
    Record,
    counts_of,
    grouped,
    members,
    solved,
)
from sesec_analysis.publishing.sides import FEW_COUNTED

__all__ = ["audit", "leaks"]


@dataclass(frozen=True)
class _Sum:
    """A total and its parts.

    ``absent``: some part has no finding. ``absent_is_open``: it may hold any number of students; otherwise it has none
    as a rule (the files list every group that a school has), and only what is left over can tell.
    """

    name: str
    total: Count
    parts: tuple[Count, ...]
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
    known = list(records)
    found = leaks(known)
    if found:
        raise DataError(
            f"{len(found)} withheld figure(s) could be worked out by subtracting printed ones:\n    "
            + "\n    ".join(found),
            where="the disclosure audit of this edition",
            mend="in the notebook, leave out one of the figures it can be worked out from",
        )
    kinds = ("student groups", "schools", "places")
    sums = _sums(counts_of(known))
    looked_at = {kind: sum(one.name == kind for one in sums) for kind in kinds}
    return {"passed": True, "sums_checked": looked_at}


def leaks(records: Iterable[Record]) -> dict[str, str]:
    """Return what could be worked out and from what, each with the id of the printed figure that gives it away.

    Examples
    --------
    >>> leaks([])
    {}
    """
    known = list(records)
    counts = counts_of(known)
    told = {leak: one.total.id for one in _sums(counts) if (leak := _leak(one)) is not None}
    return dict(sorted((told | solved(known, counts)).items()))


def _sums(counts: list[Count]) -> list[_Sum]:
    return [*_partitions(counts), *_schools(counts), *_places(counts)]


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


def _partitions(counts: list[Count]) -> list[_Sum]:
    """All students of an organization, or a group and all others, and the groups of one partition."""
    sums = []
    for figures in grouped(counts, "figure", "organization"):
        everyone = [one for one in figures if one.group == "all" and one.kind != TOTAL]
        of_groups = (one for one in figures if one.kind not in ("all", TOTAL))
        for parts in grouped(of_groups, "kind"):
            groups = catalog.group_types()[parts[0].kind].groups
            absent = len(parts) < len(groups)
            # The twin of a pair is often just not published, and may be of any size.
            rest = (tuple(parts), absent, len(groups) == 2)
            totals = [one for one in figures if one.kind == TOTAL and one.group == parts[0].kind]
            sums += [_Sum("student groups", total, *rest) for total in [*everyone, *totals]]
    return sums


def _schools(counts: list[Count]) -> list[_Sum]:
    """A place and its schools, for one student group; only where every school of the place is among the findings."""
    sums = []
    for figures in grouped(counts, "figure", "group"):
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


def _places(counts: list[Count]) -> list[_Sum]:
    """A place inside a larger one: what the larger leaves, and the rest of the district where that is printed too."""
    sums = []
    for figures in grouped((one for one in counts if one.level == "place"), "figure", "group"):
        known = [one for one in figures if one.organization in catalog.places()]
        for whole, part in permutations(known, 2):
            large, small = (members(one.organization) for one in (whole, part))
            if not small < large:
                continue
            rest = [
                one
                for one in known
                if members(one.organization) == large - small and one is not part
            ]
            sums.append(_Sum("places", whole, (part, *rest[:1]), not rest, True))
    return sums
