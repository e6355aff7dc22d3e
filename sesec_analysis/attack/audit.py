"""Audit disclosure over a whole edition, and over all fact sheets: no printed sum may give a withheld number.

The gate judges one table; an edition prints many. Checked here are the sums that tie printed counts together: a
partition's groups and all students, the schools of a place and the place, a place inside a larger one. What a total
leaves after its exactly printed parts must not be one withheld figure, nor a group too small to be printed. A number
made of several figures must not be printed with all of them but one.

Each fact sheet is audited as it is built. But a place less all of its schools but one gives that one, and each school
has its own sheet: all sheets are audited together as well.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from sesec_analysis import catalog, schema
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.wording.labels import EVERYONE, OTHERS, Reference, read_reference

__all__ = ["audit", "disclosing_findings", "leaks"]


Record = Mapping[str, Any]
SMALLEST_GROUP, FEW_COUNTED = 10, 3  # the guard's own, as in the sweep: fewer are not printed
FEW_VALUES = 3  # a withheld count with fewer possible values is as good as printed

_FIGURE = ("indicator", "end_year", "grade_level")
_COLUMNS = (
    *(*_FIGURE, "organization_id", "organization_level"),
    *("student_group_type", "student_group"),
)
"""Whose a count is: the first fields of `PrintedCount`."""


class PrintedCount(NamedTuple):
    """What is printed of one group at one organization: exact counts, or None.

    Of all groups of a student group type together, ``kind`` is the type and ``group`` is "all".
    """

    indicator: str
    end_year: int
    grade_level: str
    organization: str
    level: str
    kind: str
    group: str
    k: int | None
    n: int | None
    id: str
    is_small: bool = False
    """Whether it is withheld for having 0 to 9 students."""
    is_for_another: bool = False
    """Whether it is withheld only to protect another number: how many students it covers need not be hidden."""

    @property
    def is_total(self) -> bool:
        """Whether it is of all groups of a student group type together."""
        return self.group == EVERYONE != self.kind

    @property
    def is_composition(self) -> bool:
        """Whether the numerator is the size of the group itself."""
        return self.indicator in schema.COMPOSITION_INDICATORS


def _counts_of(records: Iterable[Record]) -> list[PrintedCount]:
    """Return both sides of every record, once per figure, organization and group; exact counts before hidden ones."""
    sides = [count for record in records for count in _sides(record)]
    same = _group_alike(sides, *_FIGURE, "organization", "kind", "group")
    return [min(counts, key=lambda count: count.k is None) for counts in same]


def _sides(record: Record) -> list[PrintedCount]:
    if record.get("status") in ("undefined", "break") or "measure" not in record:
        return []
    if record["measure"] in ("published_rate", "published_gap", "published_gap_change"):
        return []  # not of the whole place
    to = _reference(record)
    if "{among}" in catalog.measure(record["measure"]).subject and to.groups:
        return []  # of several groups together
    exact = record["publish"] == "point"
    count = _count(record, "", exact)
    sides = [count] if record["measure"] in ("rate", "count") or exact else []
    if not (record.get("reference") and exact):
        return sides
    other = _count(record, "reference_", exact)
    if EVERYONE in to.groups or OTHERS in to.groups:
        return [*sides, *_everyone(count, other)]
    if to.groups:
        return [*sides, other._replace(group=to.groups[0])]
    there = (*to.places, other.organization)[0]
    return [*sides, other._replace(organization=there, end_year=(*to.years, other.end_year)[0])]


def _reference(record: Record) -> Reference:
    dated = catalog.measure(record["measure"]).dated
    return read_reference(record.get("reference", ""), dated=dated)


def _count(record: Record, prefix: str, exact: bool) -> PrintedCount:
    k, n = record.get(f"{prefix}numerator"), record.get(f"{prefix}n")
    counts = k if exact and isinstance(k, int) else None, n if isinstance(n, int) else None
    of = (record[name] for name in _COLUMNS)
    rule = record.get("rule")
    reasons = rule == "small-group", rule == "one-cell-solved"
    return PrintedCount._make((*of, *counts, record["id"], *reasons))


def _everyone(count: PrintedCount, others: PrintedCount) -> list[PrintedCount]:
    """A group and all others are everybody; in enrollment each side already says of how many."""
    parts = (count.k, count.n, others.k, others.n)
    if count.is_composition or any(part is None for part in parts):
        return []
    k, n = (count.k or 0) + (others.k or 0), (count.n or 0) + (others.n or 0)
    return [count._replace(group=EVERYONE, k=k, n=n)]


def _group_alike(counts: Iterable[PrintedCount], *names: str) -> list[list[PrintedCount]]:
    """Return counts that are alike in these fields together."""
    groups = defaultdict(list)
    for count in counts:
        groups[tuple(getattr(count, name) for name in names)].append(count)
    return list(groups.values())


def _members(code: str) -> set[str]:
    """Return the schools of a place, as far as any place of the catalog names them, and a mark for all others."""
    everywhere = {"any other"}.union(*(place.schools for place in catalog.places().values()))
    return catalog.schools_in(catalog.place(code), everywhere) or everywhere


def _solve_hidden(records: Iterable[Record], counts: list[PrintedCount]) -> dict[str, str]:
    """Return each hidden figure that is the only hidden one of a printed number's parts, with that number's id."""
    leaks, alike = dict[str, str](), defaultdict[tuple[str, str], list[PrintedCount]](list)
    for count in counts:
        if not count.is_total:
            alike[count.indicator, count.grade_level].append(count)
    for record in records:
        if record.get("publish") != "point" or not {"indicator", "measure"} <= record.keys():
            continue
        parts = _parts(record, alike[record["indicator"], record["grade_level"]])
        hidden = [part for part in parts if part.k is None]
        if len(hidden) == 1 and len(parts) > 1:
            leaks[f"{hidden[0].id} (from what {record['id']} is made of)"] = str(record["id"])
    return leaks


def _parts(record: Record, counts: Sequence[PrintedCount]) -> list[PrintedCount]:
    """Return what is printed, or hidden, of the figures that a number is made of, from those by indicator and grade."""
    made_of, whole, to = (
        catalog.measure(record["measure"]).parts,
        _count(record, "", True),
        _reference(record),
    )
    if made_of == "sides":
        return []
    inside: Collection[str] | None = {whole.organization}
    years: Collection[int] = {whole.end_year}
    if made_of == "schools":
        is_known = whole.organization in catalog.places()
        inside = _members(whole.organization) if is_known else None
    elif made_of == "groups":
        inside, years = {whole.organization, *to.places}, {whole.end_year, *to.years}
    else:  # of several years
        years = range((*to.years, 0)[0], whole.end_year + 1)
    return [
        count
        for count in counts
        if whole.group in (count.group, EVERYONE) and count.end_year in years
        if inside is None or count.organization in inside
        if count.level == "school" or made_of != "schools"
        if count.kind == whole.kind or made_of != "groups"
    ]


class _Sum(NamedTuple):
    """A total and its parts.

    ``absent``: some part has no finding. ``absent_is_open``: it may hold any number of students; otherwise it has none
    as a rule (the files list every group that a school has), and only what is left over can show otherwise.
    """

    name: str
    total: PrintedCount
    parts: tuple[PrintedCount, ...]
    absent: bool = False
    absent_is_open: bool = False

    @property
    def smallest(self) -> PrintedCount:
        """Return the smallest printed school of a place, which is in one sheet only; of other sums the total."""
        printed = [part for part in self.parts if part.k is not None and self.name == "schools"]
        return min(printed, key=lambda part: (part.k, part.id), default=self.total)


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
    faults = leaks(known)
    if faults:
        raise DataError(
            f"{len(faults)} withheld figure(s) could be worked out by subtracting printed ones:\n    "
            + "\n    ".join(faults),
            where="the disclosure audit of this edition",
            fix="in the notebook, leave out one of the figures it can be worked out from",
        )
    kinds = ("student groups", "schools", "places")
    sums = _sums(_counts_of(known))
    looked_at = {kind: sum(equation.name == kind for equation in sums) for kind in kinds}
    return {"passed": True, "sums_checked": looked_at}


def leaks(records: Iterable[Record], *, spares_places: bool = False) -> dict[str, str]:
    """Return what could be worked out and from what, each with the id of the printed figure that gives it away.

    That is the total, or with ``spares_places`` the smallest printed school of a place.

    Examples
    --------
    >>> leaks([])
    {}
    """
    known = list(records)
    counts = _counts_of(known)
    leaked = {
        leak: (equation.smallest if spares_places else equation.total).id
        for equation in _sums(counts)
        if (leak := _leak(equation)) is not None
    }
    return dict(sorted((leaked | _solve_hidden(known, counts)).items()))


def disclosing_findings(
    records: Iterable[Record], *, spares_places: bool = False
) -> frozenset[str]:
    """Return the ids of printed figures to withhold, as what is withheld follows from them; then others may follow.

    Parameters
    ----------
    records
        The records of every finding of an edition, or of all fact sheets.
    spares_places
        Where a place less its other schools would give a school's figure, withhold that of the smallest of the others:
        it is in one sheet only, and the place's figures stay.

    Examples
    --------
    >>> disclosing_findings([])
    frozenset()
    """
    return frozenset(leaks(records, spares_places=spares_places).values())


def _sums(counts: list[PrintedCount]) -> list[_Sum]:
    return [*_partitions(counts), *_schools(counts), *_places(counts)]


def _leak(equation: _Sum) -> str | None:
    """Say what a sum gives away, if anything."""
    total = equation.total
    for name in ("k",) if total.is_composition else ("k", "n"):
        whole = getattr(total, name)
        if whole is None:
            continue
        hidden = [part for part in equation.parts if getattr(part, name) is None]
        is_complete = not (equation.absent and equation.absent_is_open)
        if len(hidden) == 1 and is_complete and not (name == "n" and hidden[0].is_for_another):
            return f"{hidden[0].id} (from {equation.name}: {total.id} less the others)"
        left = whole - sum(getattr(part, name) or 0 for part in equation.parts)
        if len(hidden) > 1:
            if total.is_composition and _has_few_values(left, hidden, is_complete):
                return f"{hidden[0].id} and the others withheld (from {equation.name}: {total.id})"
            continue
        least = SMALLEST_GROUP if name == "n" or total.is_composition else FEW_COUNTED
        if equation.absent and 0 < left < least:
            return f"what is left of {total.id} (from {equation.name})"
    return None


def _has_few_values(left: int, hidden: Sequence[PrintedCount], is_complete: bool) -> bool:
    """Return whether the students of several withheld groups together leave one of them fewer than three values.

    Only groups that are all withheld for being small have a largest size. A place has groups in which nobody was
    counted yet, such as gender X: those tell no student apart.
    """
    if left == 0 and hidden[0].level != "school":
        return False
    largest = (SMALLEST_GROUP - 1) * len(hidden)
    all_small = is_complete and all(part.is_small for part in hidden)
    return left < FEW_VALUES - 1 or (all_small and largest - FEW_VALUES + 1 < left <= largest)


def _partitions(counts: list[PrintedCount]) -> list[_Sum]:
    """All students of an organization, or a group and all others, and the groups of one partition."""
    sums = []
    for figures in _group_alike(counts, *_FIGURE, "organization"):
        everyone = [count for count in figures if count.kind == EVERYONE]
        for parts in _group_alike((count for count in figures if count.group != EVERYONE), "kind"):
            kind = parts[0].kind
            groups = catalog.group_types()[kind].groups
            absent = len(parts) < len(groups)
            # The other group of a pair is often just not published, and may be of any size.
            rest = (tuple(parts), absent, len(groups) == 2)
            totals = [count for count in figures if count.is_total and count.kind == kind]
            if not (everyone or totals):
                totals = _wholes(parts)
            sums += [_Sum("student groups", total, *rest) for total in [*everyone, *totals]]
    return sums


def _wholes(parts: Sequence[PrintedCount]) -> list[PrintedCount]:
    """Return all students of an organization, whom each group of its enrollment is a share of."""
    printed = [part for part in parts if part.is_composition and part.k is not None and part.n]
    smallest = sorted(printed, key=lambda part: part.k or 0)[:1]  # the one to withhold for others
    return [part._replace(group=EVERYONE, k=part.n) for part in smallest]


def _schools(counts: list[PrintedCount]) -> list[_Sum]:
    """A place and its schools that are among the findings, for one student group."""
    sums = []
    for figures in _group_alike(counts, *_FIGURE, "kind", "group"):
        schools = {count.organization: count for count in figures if count.level == "school"}
        for whole in figures:
            if whole.level == "place" and whole.organization in catalog.places():
                inside, is_complete = _inside(whole.organization, set(schools))
                if len(inside) > 1:
                    parts = tuple(schools[code] for code in sorted(inside))
                    sums.append(_Sum("schools", whole, parts, not is_complete, True))
    return sums


def _inside(code: str, schools: set[str]) -> tuple[set[str], bool]:
    """Return the schools of a place among those shown, and whether these are all of them."""
    entry = catalog.place(code)
    inside = set(catalog.schools_in(entry, schools))
    if entry.schools:
        return inside, len(inside) == len(entry.schools)
    # Places without a list: a table or figure shows all other schools of the district, or none of them.
    core = set(catalog.place(catalog.main_place()).schools)
    return inside, bool(entry.all_but) or (bool(schools - core) and core <= schools)


def _places(counts: list[PrintedCount]) -> list[_Sum]:
    """Return each place with one or two places inside it: what they leave of it, where that is printed too."""
    sums = []
    places = (count for count in counts if count.level == "place")
    known_places = (count for count in places if count.organization in catalog.places())
    for known in _group_alike(known_places, *_FIGURE, "kind", "group"):
        schools = [_members(count.organization) for count in known]
        for whole, parts in _nested_places(schools):
            left = schools[whole].difference(*(schools[part] for part in parts))
            rest = [at for at in range(len(known)) if schools[at] == left and at not in parts]
            if rest and len(parts) > 1:
                continue  # the part and the rest of one of two are looked at already
            inside = tuple(known[at] for at in (*parts, *rest[:1]))
            sums.append(_Sum("places", known[whole], inside, not rest, True))
    return sums


def _nested_places(schools: Sequence[set[str]]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield each place with one place inside it, or two that have no school in common, if they leave some out."""
    for whole, large in enumerate(schools):
        inside = [part for part, small in enumerate(schools) if small < large]
        yield from ((whole, (part,)) for part in inside)
        for one, other in combinations(inside, 2):
            together = schools[one] | schools[other]
            if schools[one].isdisjoint(schools[other]) and together < large:
                yield whole, (one, other)
