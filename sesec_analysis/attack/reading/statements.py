"""Translate printed claims into linear statements about the state's own cells.

A rate times its students is the number counted; a difference or a quotient of two rates is linear in both numerators
where the students of each side are known. Where those are known as a range only, each end of the statement takes the
end of the range that says least, so that the truth always fits (a relaxation: it may say less than was printed, never
more). What is no linear statement of counts is not expressed, and counted by its measure.

An outsider has the lists of schools (they stand in the report) and the state's files, in which a school without a row
for a group has no students of it. Sums are put in the place of the number printed, so that every statement speaks of
the state's own cells.

The findings of an edition are enough: every other file of it says what they say and nothing else, or it is no edition
(`sesec_analysis.verdict` sees to that).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from math import inf, isfinite
from pathlib import Path
from typing import Literal, NamedTuple

from sesec_analysis import catalog, schema
from sesec_analysis.attack.reading.records import (
    ANYTHING,
    Key,
    PrintedClaim,
    PrintedRow,
    Span,
    meet,
    read_json,
    record_rows,
)
from sesec_analysis.attack.state import (
    Side,
    StateCell,
    StateCount,
    Statement,
    statement,
)
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.wording.labels import EVERYONE, OTHERS
from sesec_analysis.loaders import load

__all__ = [
    "EXPRESSED",
    "FINDINGS",
    "Cells",
    "EditionText",
    "Expressed",
    "Statements",
    "Sum",
    "express",
    "expressed",
    "read_claims",
]


_COLUMNS = [
    *("source_id", "grade_level", "student_group_type", "student_group"),
    *("organization_level", "organization_id", "denominator_low", "denominator_high"),
]
_DISTRICT_CODE = 5  # digits; a school's code has four

_Index = dict[tuple[object, ...], dict[str, dict[tuple[str, str], Span]]]
"""Students by figure (grade, type, group), then release, then organization."""


@dataclass(frozen=True)
class Sum:
    """Cells that are added up, and how many students they hold together as far as that is known in numbers."""

    cells: tuple[StateCell, ...]
    students: Span

    def __bool__(self) -> bool:
        """Tell whether there is anything to add up."""
        return bool(self.cells)


_WIDE = (EVERYONE, OTHERS)


class Cells:
    """The cells that the state has rows of, looked up by what a printed number says it is of."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, int], _Index] = {}

    def own(self, claim: PrintedClaim) -> Sum:
        """Return the cells behind the first side of a number; of all groups of a type together, every group's."""
        return self._sum(claim.key, claim.sources, count=claim.count("n"))

    def reference(self, claim: PrintedClaim) -> Sum | None:
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

    def beneath(self, claim: PrintedClaim) -> tuple[StateCell, ...]:
        """Return every cell that a number may be made of: of each place, year and group that its id names."""
        key, to = claim.key, claim.key.reference
        indicator = catalog.indicators().get(key.indicator)
        if indicator is None or indicator.unit not in _OF_COUNTS:
            return ()
        places = [(key.organization_level, key.organization_id)]
        places += [(_level(code), code) for code in to.places]
        kind, own = key.student_group_type, key.student_group
        groups = [(kind, own, ""), *((kind, code, "") for code in to.groups if code not in _WIDE)]
        groups += [(EVERYONE, EVERYONE, "")] if EVERYONE in to.groups else []
        groups += [(kind, own, own)] if OTHERS in to.groups else []
        found: dict[StateCell, None] = {}
        for (level, code), year, (of, group, but) in product(
            places, (key.end_year, *to.years), groups
        ):
            one = replace(key, organization_level=level, organization_id=code, end_year=year)
            one = replace(one, student_group_type=of, student_group=group)
            found |= dict.fromkeys(self._sum(one, claim.sources, count=ANYTHING, but=but).cells)
        return tuple(found)

    def _sum(self, key: Key, sources: frozenset[str], *, count: Span, but: str = "") -> Sum:
        groups = [key.student_group]
        if but or (key.student_group == EVERYONE != key.student_group_type):
            everyone = catalog.group_types()[key.student_group_type].groups
            groups = [code for code in everyone if code != but]
        rows = [row for group in groups for row in self._rows(key, group, sources)]
        low, high = sum(row.low for row in rows), sum(row.high for row in rows)
        students = meet((low, high), count) if rows else ANYTHING
        return Sum(tuple(row.cell for row in rows), students)

    def _rows(self, key: Key, group: str, sources: frozenset[str]) -> "list[_StateRow]":
        """Return the cells of an organization for one group, from the releases named, or from all if none is."""
        asked = key.indicator, key.end_year
        if asked not in self._held:
            self._held[asked] = _indexed(*asked, load.stamps(key.indicator))
        figure = key.grade_level, key.student_group_type, group
        releases = self._held[asked].get(figure, {})
        held: dict[tuple[str, str], Span] = {}
        for source, organizations in releases.items():
            if source in sources or not sources & releases.keys():
                held |= organizations
        return [
            _StateRow(StateCell(*asked, *organization, *figure), *held[organization])
            for organization in _members(key, held)
        ]


class _StateRow(NamedTuple):
    cell: StateCell
    low: float
    high: float


@cache
def _indexed(indicator: str, year: int, files: load.Stamps) -> _Index:
    """Index a year of an indicator, once for all folders that are read in a process."""
    index: _Index = {}
    if indicator not in catalog.indicators():
        return index
    table = load.published_year(indicator, year)
    *texts, low, high = (table[column] for column in _COLUMNS)
    spans = zip(
        low.astype("float64").fillna(0.0).tolist(),
        high.astype("float64").fillna(inf).tolist(),
        strict=True,
    )
    columns = (column.tolist() for column in texts)  # lists are gone through faster
    for (source, *figure, level, organization), students in zip(
        zip(*columns, strict=True), spans, strict=True
    ):
        releases = index.setdefault(tuple(figure), defaultdict(dict))
        releases[source][level, organization] = students
    return index


def _members(key: Key, held: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the organizations, of those that have a row, that are summed; in the order of their codes."""
    known = sorted(held)
    itself = (key.organization_level, key.organization_id)
    if key.organization_level != "place":
        return [itself] if itself in known else []
    place = catalog.places().get(key.organization_id)
    if place is None:
        return []
    if place.whole_state:
        return [organization for organization in known if organization[0] == "state"]
    whole = ("district", place.district)
    if place.whole_district and whole in known and not _is_of_schools(key):
        return [organization for organization in known if organization == whole]
    schools = [organization for organization in known if organization[0] == "school"]
    if place.all_but:
        left_out = catalog.place(place.all_but).schools
        return [organization for organization in schools if organization[1] not in left_out]
    if place.whole_district:
        return schools
    return [organization for organization in schools if organization[1] in place.schools] or [
        organization
        for organization in known
        if organization[0] == "tract" and organization[1] in place.tracts
    ]


def _is_of_schools(key: Key) -> bool:
    """Tell whether a number is made of a figure for each school, so that even a whole district is their sum."""
    return catalog.measure(key.measure).parts == "schools"


def _level(code: str) -> str:
    if code in catalog.places():
        return "place"
    if code.isdigit():
        return "district" if len(code) == _DISTRICT_CODE else "school"
    return "state"


_NOT_OF_THE_SAME_STUDENTS = frozenset(
    {"tested_rate", "participation", "rate_if_all_tested", "gap_if_all_tested"}
)
"""Measures whose students are not those of their indicator's own cells: a rate of those tested, for example."""

_OF_COUNTS = frozenset(schema.SHARES) - {"estimated_share"}
"""Units whose numbers are made of counts; an estimate is of a sample, and nobody was counted."""

Term = tuple[StateCount, float]


@dataclass(frozen=True)
class Expressed:
    """The statements of one claim, and whether its value (not only its counts) is among them."""

    statements: tuple[Statement, ...]
    value: bool


def express(claim: PrintedClaim, cells: Cells) -> Expressed:
    """Return what a claim says of the state's cells."""
    key = claim.key
    entry = catalog.measure(key.measure)
    indicator = catalog.indicators().get(key.indicator)
    if indicator is None or indicator.unit not in _OF_COUNTS:
        return Expressed((), False)
    if key.measure in _NOT_OF_THE_SAME_STUDENTS or entry.parts == "years":
        return Expressed((), False)
    first = cells.own(claim)
    if not first:
        return Expressed((), False)
    lines = [*_counts(claim, "", first)]
    reference = cells.reference(claim) if _is_of_two_sides(claim) else None
    if reference:
        lines += _counts(claim, "reference_", reference)
    valued = [] if claim.value == ANYTHING else _valued(claim, first, reference)
    return Expressed((*lines, *valued), bool(valued))


def _is_of_two_sides(claim: PrintedClaim) -> bool:
    to = claim.key.reference
    return bool(to.groups or to.places or to.years) and claim.key.measure in EXPRESSED


def _counts(claim: PrintedClaim, prefix: str, side: Sum) -> Iterable[Statement]:
    """State how many students are counted, and how many there are."""
    sides: tuple[tuple[str, Side], ...] = (("numerator", "numerator"), ("n", "denominator"))
    for name, which in sides:
        low, high = claim.count(f"{prefix}{name}")
        if low > 0 or isfinite(high):
            yield statement(_terms(side, which), low=low, high=high, said=claim.said)


def _terms(side: Sum, which: Side, times: float = 1.0) -> list[Term]:
    return [(StateCount(cell, which), times) for cell in side.cells]


EXPRESSED: dict[str, str] = {
    "rate": "rate",
    "official_rate": "rate",
    "gap": "apart",
    "gap_to_whole": "apart",
    "change": "apart",
    "kitagawa_total": "apart",
    "ratio": "times",
    "risk_ratio": "times",
    "composition": "share",
    "composition_difference": "share above",
    "relative_difference": "share relative",
    "par": "apart from own",
    "paf": "relative to own",
    "par_students": "students apart",
}
"""Measures whose value is a linear statement of counts, and what it says of the rates of its sides."""


def _valued(claim: PrintedClaim, first: Sum, other: Sum | None) -> list[Statement]:
    """State what a value says; nothing where that is no linear statement of counts that are known."""
    (low, high), way = claim.value, EXPRESSED.get(claim.key.measure)
    if way == "rate":
        return _rate(claim, first)
    if other is None or way is None:
        return []
    least, most = _share_of_students(first, other)
    n, most_students = first.students
    match way:
        case "apart":
            return _apart(claim, first, other, (low, high))
        case "apart from own":
            return _apart(claim, other, first, (low, high))
        case "students apart":  # so many more than are counted the other's rate would make of all
            known = 0 < n == most_students
            return _apart(claim, other, first, (low / n, high / n)) if known else []
        case "times":
            return _times(claim, first, other, (low, high))
        case "relative to own":
            return _times(claim, other, first, (low + 1, high + 1))
        case "share":
            return _part(claim, first, other, (low, high))
        case "share above":  # the share of all students, which the sizes of the two sides give
            return _part(claim, first, other, (low + least, high + most))
        case _:
            relative = max(0.0, 1 + low) * least, max(0.0, 1 + high) * most
            return _part(claim, first, other, relative)


def _rate(claim: PrintedClaim, first: Sum) -> list[Statement]:
    """State that rate times students is the number counted."""
    lines = []
    for at, rate in enumerate(claim.value):
        if (rate > 0, rate < 1)[at]:
            terms = [*_terms(first, "numerator"), *_terms(first, "denominator", -rate)]
            lines.append(statement(terms, **{_ENDS[at]: 0.0}, said=claim.said))
    return lines


_ENDS: tuple[Literal["low"], Literal["high"]] = ("low", "high")


def _apart(claim: PrintedClaim, first: Sum, other: Sum, value: Span) -> list[Statement]:
    """State how far the rate of one side lies above that of the other."""
    return _compared(claim, first, other, value, factor=(1.0, 1.0))


def _times(claim: PrintedClaim, first: Sum, other: Sum, value: Span) -> list[Statement]:
    """State how many times the rate of the other side the rate of one side is."""
    low, high = max(0.0, value[0]), value[1]
    ends = (0.0 if isfinite(low) else -inf, 0.0 if isfinite(high) else inf)
    return _compared(claim, first, other, ends, factor=(low, high if isfinite(high) else 0.0))


def _compared(
    claim: PrintedClaim, first: Sum, other: Sum, value: Span, *, factor: Span
) -> list[Statement]:
    """State ``value[0] <= p - factor * q <= value[1]`` of the two rates, each end with the factor of that end.

    p is at most k / (fewest students) and at least k / (most students), so each end takes the weaker.
    """
    lines = []
    for at, end in enumerate(value):
        n, m = first.students[at], other.students[1 - at]
        if not isfinite(end) or not (0 < n < inf and 0 < m < inf):
            continue
        # Times the fewer students: coefficients near 1, so that a solver's tolerance is a part of one student.
        scale = min(n, m)
        terms = [
            *_terms(first, "numerator", scale / n),
            *_terms(other, "numerator", -factor[at] * scale / m),
        ]
        lines.append(statement(terms, **{_ENDS[at]: end * scale}, said=claim.said))
    return lines


def _share_of_students(first: Sum, other: Sum) -> Span:
    (low, high), (other_low, other_high) = first.students, other.students
    least = low / (low + other_high) if low else 0.0
    most = high / (high + other_low) if 0 < high < inf else 1.0
    return least, most


def _part(claim: PrintedClaim, first: Sum, other: Sum, value: Span) -> list[Statement]:
    """State which part of those counted on both sides are on the first."""
    lines = []
    for at, share in enumerate(value):
        if 0 < share < 1:
            terms = [*_terms(first, "numerator", 1 - share), *_terms(other, "numerator", -share)]
            lines.append(statement(terms, **{_ENDS[at]: 0.0}, said=claim.said))
    return lines


FINDINGS = "findings.json"


@dataclass(frozen=True)
class EditionText:
    """The findings of a folder: their records as they are written, and what each claims. ``name`` is the folder's."""

    name: str
    rows: tuple[PrintedRow, ...]

    @property
    def claims(self) -> list[PrintedClaim]:
        """Return what its records claim."""
        return [row.claim for row in self.rows if row.claim is not None]


@dataclass(frozen=True)
class Statements:
    """What a folder says of the state's cells.

    Parameters
    ----------
    statements
        In the order of the records; `said` names the line.
    not_expressed
        Printed values that are no linear statement of counts, by measure: indices over groups or schools, models.
    unweighed
        The line of each of these, and the cells under it.
    """

    statements: tuple[Statement, ...]
    not_expressed: Mapping[str, int]
    unweighed: tuple[tuple[str, tuple[StateCell, ...]], ...] = ()


def read_claims(folder: Path, name: str = "") -> EditionText:
    """Read every finding of an edition, from its files alone.

    Parameters
    ----------
    folder
        With the files of an edition, or of a fact sheet.
    name
        What to call it; its own name by default.

    Raises
    ------
    DataError
        If there is no such folder, or its findings cannot be read: what cannot be read cannot be attacked.
    """
    if not (folder / FINDINGS).is_file():
        raise DataError(
            "there is no such folder to attack, or no findings in it",
            where=str(folder / FINDINGS),
            mend="build the edition first: sesec report",
        )
    return EditionText(
        name or folder.name, tuple(record_rows(read_json(folder / FINDINGS, FINDINGS), FINDINGS))
    )


def expressed(edition: EditionText) -> Statements:
    """Return what was read in a folder as statements about the state's cells."""
    cells = Cells()
    lines: list[Statement] = []
    left: Counter[str] = Counter()
    unweighed: list[tuple[str, tuple[StateCell, ...]]] = []
    for claim in edition.claims:
        meant = express(claim, cells)
        lines += meant.statements
        if not meant.value and claim.says_a_value:
            left[claim.key.measure] += 1
            unweighed.append((claim.said, cells.beneath(claim)))
    return Statements(tuple(lines), dict(sorted(left.items())), tuple(unweighed))
