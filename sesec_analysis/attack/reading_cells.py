"""Which of the state's cells a printed number is the sum of: a place is its schools, others are the other groups.

An outsider has the lists of schools (they stand in the report) and the state's files, in which a school without a row
for a group has no students of it. Sums are put in the place of the number printed, so that every statement speaks of
the state's own cells.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from math import inf

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.attack.reading_claims import Claim
from sesec_analysis.attack.reading_ids import Key
from sesec_analysis.attack.reading_numbers import ANYTHING, Span, meet
from sesec_analysis.attack.stamps import Stamps, stamps_of
from sesec_analysis.attack.unknowns import Cell
from sesec_analysis.errors import NothingPublishedError
from sesec_analysis.loaders import load
from sesec_analysis.publishing.labels import EVERYONE, OTHERS

__all__ = ["Cells", "Sum"]

_COLUMNS = [
    *("source_id", "end_year", "grade_level", "student_group_type", "student_group"),
    *("organization_level", "organization_id", "denominator_low", "denominator_high"),
]
_DISTRICT_CODE = 5  # digits; a school's code has four

_Index = dict[tuple[object, ...], dict[str, dict[tuple[str, str], Span]]]
"""Students by figure (year, grade, type, group), then release, then organization."""


@dataclass(frozen=True)
class Sum:
    """Cells that are added up, and how many students they hold together as far as that is known in numbers."""

    cells: tuple[Cell, ...]
    students: Span

    def __bool__(self) -> bool:
        """Whether there is anything to add up."""
        return bool(self.cells)


class Cells:
    """The cells that the state has rows of, looked up by what a printed number says it is of."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}

    def own(self, claim: Claim) -> Sum:
        """Return the cells behind the first side of a number; of all groups of a type together, every group's."""
        return self._sum(claim.key, claim.sources, count=claim.count("n"))

    def reference(self, claim: Claim) -> Sum | None:
        """Return the cells behind what it is compared to; None if that is not one sum."""
        key, to = claim.key, claim.key.reference
        if max(map(len, (to.groups, to.places, to.years))) > 1:
            return None
        if to.places:
            key = replace(
                key, organization_id=to.places[0], organization_level=_level(to.places[0])
            )
        if to.years:
            key = replace(key, end_year=to.years[0])
        if EVERYONE in to.groups:
            key = replace(key, student_group_type=EVERYONE, student_group=EVERYONE)
        elif OTHERS in to.groups:
            return self._sum(
                key, claim.sources, count=claim.count("reference_n"), but=key.student_group
            )
        elif to.groups:
            key = replace(key, student_group=to.groups[0])
        return self._sum(key, claim.sources, count=claim.count("reference_n"))

    def _sum(self, key: Key, sources: frozenset[str], *, count: Span, but: str = "") -> Sum:
        held = self._of(key.indicator)
        groups = [key.student_group]
        if but or (key.student_group == EVERYONE != key.student_group_type):
            everyone = catalog.group_types()[key.student_group_type].groups
            groups = [code for code in everyone if code != but]
        rows = [row for group in groups for row in held.rows(key, group, sources)]
        low, high = sum(row.low for row in rows), sum(row.high for row in rows)
        students = meet((low, high), count) if rows else ANYTHING
        return Sum(tuple(row.cell for row in rows), students)

    def _of(self, indicator: str) -> "_Held":
        if indicator not in self._held:
            self._held[indicator] = _Held(indicator)
        return self._held[indicator]


@dataclass(frozen=True)
class _Row:
    cell: Cell
    low: float
    high: float


class _Held:
    """The rows of one indicator."""

    def __init__(self, indicator: str) -> None:
        self.indicator = indicator
        self._index = _indexed(indicator, stamps_of([indicator]))

    def rows(self, key: Key, group: str, sources: frozenset[str]) -> list[_Row]:
        """Return the cells of an organization for one group, from the releases named, or from all if none is."""
        figure = (key.end_year, key.grade_level, key.student_group_type, group)
        releases = self._index.get(figure, {})
        held: dict[tuple[str, str], Span] = {}
        for source, organizations in releases.items():
            if source in sources or not sources & releases.keys():
                held |= organizations
        return [
            _Row(
                Cell(
                    self.indicator,
                    key.end_year,
                    *one,
                    key.grade_level,
                    key.student_group_type,
                    group,
                ),
                *held[one],
            )
            for one in _members(key, held)
        ]


@cache
def _indexed(indicator: str, stamps: Stamps) -> _Index:
    """Read an indicator once for all folders that are read in a process."""
    index: _Index = {}
    table = _table(indicator).astype(object)  # plain texts and numbers are gone through faster
    for source, *figure, level, organization, low, high in table.itertuples(index=False):
        releases = index.setdefault(tuple(figure), defaultdict(dict))
        students = (
            0.0 if pd.isna(low) else float(low),
            inf if pd.isna(high) else float(high),
        )
        releases[source][level, organization] = students
    return index


def _table(indicator: str) -> pd.DataFrame:
    if indicator not in catalog.indicators():
        return pd.DataFrame(columns=_COLUMNS)
    try:
        return load.load(indicator)[_COLUMNS]
    except NothingPublishedError:
        return pd.DataFrame(columns=_COLUMNS)


def _members(key: Key, held: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the organizations, of those that have a row, that are summed; in the order of their codes."""
    known = sorted(held)
    own = (key.organization_level, key.organization_id)
    if key.organization_level != "place":
        return [own] if own in known else []
    place = catalog.places().get(key.organization_id)
    if place is None:
        return []
    if place.whole_state:
        return [one for one in known if one[0] == "state"]
    whole = ("district", place.district)
    if place.whole_district and whole in known and not _is_of_schools(key):
        return [one for one in known if one == whole]
    schools = [one for one in known if one[0] == "school"]
    if place.all_but:
        left_out = catalog.place(place.all_but).schools
        return [one for one in schools if one[1] not in left_out]
    if place.whole_district:
        return schools
    return [one for one in schools if one[1] in place.schools] or [
        one for one in known if one[0] == "tract" and one[1] in place.tracts
    ]


def _is_of_schools(key: Key) -> bool:
    """Whether a number is made of a figure for each school, so that even a whole district is their sum."""
    return catalog.measure(key.measure).parts == "schools"


def _level(code: str) -> str:
    if code in catalog.places():
        return "place"
    if code.isdigit():
        return "district" if len(code) == _DISTRICT_CODE else "school"
    return "state"
