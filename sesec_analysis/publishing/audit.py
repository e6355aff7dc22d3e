"""The disclosure audit: every number of an edition at once, so that no withheld one can be worked out from the others.

The gate judges one table; an edition prints many. Here the sums that tie printed numbers together are looked at: a
partition's groups and all students, the schools of a place and the place, the places of a district and the district.
Where all numbers of a sum but one are printed exactly, subtraction gives that one, and the edition is refused.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sesec_analysis import catalog
from sesec_analysis.errors import DataError

__all__ = ["audit"]

Record = Mapping[str, Any]
_FIGURE = ("indicator", "end_year", "grade_level")
_DISTRICT, _PARTS = "seattle", ("southeast_seattle", "rest_of_seattle")


def audit(records: Iterable[Record]) -> dict[str, object]:
    """Check an edition's findings for numbers that subtraction would give.

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
        Naming each withheld finding that could be worked out, and from what.

    Examples
    --------
    >>> audit([])
    {'passed': True, 'sums_checked': {'student groups': 0, 'schools': 0, 'places': 0}}
    """
    rates = [record for record in records if record.get("measure") == "rate"]
    sums = {
        "student groups": _partitions(rates),
        "schools": _schools(rates),
        "places": _places(rates),
    }
    leaks = [
        f"{hidden[0]['id']} (from {kind})"
        for kind, found in sums.items()
        for parts in found
        if len(hidden := [part for part in parts if not _is_exact(part)]) == 1
    ]
    if leaks:
        raise DataError(
            f"{len(leaks)} withheld figure(s) could be worked out by subtracting printed ones:\n    "
            + "\n    ".join(leaks),
            where="the disclosure audit of this edition",
            mend="in the notebook, leave out one of the figures it can be worked out from",
        )
    return {"passed": True, "sums_checked": {kind: len(found) for kind, found in sums.items()}}


def _is_exact(record: Record) -> bool:
    return record["publish"] == "point" and isinstance(record["numerator"], int)


def _groups_of(records: Iterable[Record], *names: str) -> dict[tuple[object, ...], list[Record]]:
    found = defaultdict(list)
    for record in records:
        found[tuple(record[name] for name in names)].append(record)
    return found


def _partitions(rates: list[Record]) -> list[list[Record]]:
    """All students of an organization, and the groups of one partition that are printed beside them."""
    sums = []
    for figures in _groups_of(rates, *_FIGURE, "organization_id").values():
        everyone = [one for one in figures if one["student_group"] == "all"]
        for kind, parts in _groups_of(figures, "student_group_type").items():
            groups = catalog.group_types()[str(kind[0])].groups
            # A group that the files do not list has no students; but of a pair, the other may just not be published.
            pair_broken = len(groups) == 2 and len(parts) < 2
            if everyone and kind != ("all",) and not pair_broken:
                sums.append([everyone[0], *parts])
    return sums


def _schools(rates: list[Record]) -> list[list[Record]]:
    """A place and its schools, for one student group."""
    sums = []
    core = catalog.place(_PARTS[0]).schools
    for figures in _groups_of(rates, *_FIGURE, "student_group").values():
        schools = [one for one in figures if one["organization_level"] == "school"]
        inside = [one for one in schools if one["organization_id"] in core]
        for code, members in zip(
            _PARTS, (inside, [one for one in schools if one not in inside]), strict=True
        ):
            whole = [one for one in figures if one["organization_id"] == code]
            complete = code == _PARTS[1] or len(members) == len(core)
            if whole and len(members) > 1 and complete:
                sums.append([whole[0], *members])
    return sums


def _places(rates: list[Record]) -> list[list[Record]]:
    """The district and the two places it is made of, for one student group."""
    wanted = (_DISTRICT, *_PARTS)
    found = _groups_of(rates, *_FIGURE, "student_group").values()
    by_place = [{one["organization_id"]: one for one in figures} for figures in found]
    return [
        [one[code] for code in wanted] for one in by_place if all(code in one for code in wanted)
    ]
