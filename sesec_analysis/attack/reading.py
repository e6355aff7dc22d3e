"""Read the records of an edition as claims, and translate these into linear statements about the state's own cells.

A printed number is the range of values that it rounds: "32.9%" is 0.3285 to 0.3295. The digits are those that were
written. A file that writes 0.3287 says more than one that writes 0.329, and that is what an outsider makes use of.

A rate times its students is the number counted; a difference or a quotient of two rates is linear in both numerators
where the students of each side are known. Where those are known as a range only, each end of the statement takes the
end of the range that says least, so that the truth always fits (a relaxation: it may say less than was printed, never
more). What is no linear statement of counts is not expressed, and counted by its measure.

An outsider has the lists of schools (they stand in the report) and the state's files, in which a school without a row
for a group has no students of it. Sums are put in the place of the number printed, so that every statement speaks of
the state's own cells.

The findings of an edition are enough: every other file of it says what they say and nothing else, or it is no edition
(`attack.rewriting` sees to that).
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import compress, product
from math import inf, isfinite
from pathlib import Path
from typing import NamedTuple

from sesec_analysis import catalog, schema
from sesec_analysis.attack.state import Question, Side, State, StateCell, StateCount, Statement
from sesec_analysis.errors import CatalogError, DataError
from sesec_analysis.evidence.wording.labels import (
    EVERYONE,
    OTHERS,
    OURS,
    Reference,
    read_reference,
)
from sesec_analysis.loaders.load import groups_in
from sesec_analysis.loaders.tidy.masked_sums import SHARED_BY

__all__ = [
    "FINDINGS",
    "EditionText",
    "PrintedClaim",
    "claims_of",
    "key_of",
    "number",
    "questions",
    "read_claims",
    "read_statements",
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


def key_of(record: Mapping[str, str]) -> Key | None:
    """Return what the columns of a record name, or None if it is no finding's record."""
    if not record.get("id", "").startswith(OURS):
        return None
    try:
        measure, indicator, end_year, *rest, to = (record[name] for name in Key._fields)
        reference = read_reference(to, dated=catalog.measure(measure).dated)
        key = Key._make((measure, indicator, int(end_year), *rest, reference))
    except (CatalogError, KeyError, ValueError):
        return None
    return key if key.student_group_type in catalog.group_types() else None


COUNTS = ("numerator", "n", "reference_numerator", "reference_n")
"""Students counted and all students of the group, and of what it is compared to."""


@dataclass(frozen=True)
class PrintedClaim:
    """One printed record: what it measures, where it is, and its columns as they are written, digit by digit."""

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
    """Yield what the records of a list claim; what is no finding's record claims nothing."""
    for at, record in enumerate(records if isinstance(records, list) else (), start=1):
        texts = record if isinstance(record, dict) else {}
        texts = {name: "" if text is None else str(text) for name, text in texts.items()}
        if key := key_of(texts):
            yield PrintedClaim(key, f"{where} record {at}: {texts['id']}", texts)


def _places(estimate: Decimal, shown: str) -> int:
    """Return the places an estimate is rounded to: a file writes 0.33 for 0.330, and its text shows the last digit."""
    hundredths = 2 if re.search("%|points", shown) else 0
    least = max((len(digits) for digits in re.findall(r"\d\.(\d+)", shown)), default=0)
    is_whole = estimate == estimate.to_integral_value()
    return max(0 if is_whole else -int(estimate.as_tuple().exponent), least + hundredths)


FINDINGS = "findings.json"
DOCUMENT = "document.json"


class EditionText(NamedTuple):
    """What the findings of a folder claim; ``name`` is the folder's."""

    name: str
    claims: tuple[PrintedClaim, ...]


def read_claims(folder: Path, name: str = "") -> EditionText:
    """Read every finding of an edition or a fact sheet, from its files alone; ``name`` is what to call it.

    Those that its blocks were given and do not show are in its document, where a stranger finds them too.

    Raises
    ------
    DataError
        If there is no such folder, or its findings cannot be read: what cannot be read cannot be attacked.
    """
    path = folder / FINDINGS
    try:
        records = _read_json(path)
    except (OSError, ValueError) as broken:
        raise DataError(
            "there is no such folder to attack, or no findings in it that can be read",
            where=str(path),
            fix="build the edition anew: sesec report",
        ) from broken
    claims = *claims_of(records, FINDINGS), *claims_of(_candidates(folder), DOCUMENT)
    return EditionText(name or folder.name, claims)


def _read_json(path: Path) -> object:
    """Read a file of JSON, its numbers as text, with the digits that stand there."""
    data: object = json.loads(path.read_text("utf-8"), parse_float=str, parse_int=str)
    return data


def _candidates(folder: Path) -> list[object]:
    """Return the records of a document that no block shows; none of one that is not there, or broken."""
    try:
        document = _read_json(folder / DOCUMENT)
    except (OSError, ValueError):  # who reads it as a document refuses it
        return []
    found = document.get("candidates") if isinstance(document, dict) else None
    return [*found.values()] if isinstance(found, dict) else []


_DISTRICT_CODE = 5  # digits; a school's code has four

_NOT_OF_THE_SAME_STUDENTS = frozenset(
    {"tested_rate", "participation", "rate_if_all_tested", "gap_if_all_tested"}
)
"""Measures whose students are not those of their indicator's own cells: a rate among students tested, for example."""

_OF_PUBLISHED_SCHOOLS = frozenset({"published_rate", "published_gap", "published_gap_change"})
"""Measures of the schools of a place whose numbers are published: nothing of theirs is left to weigh."""

_WITHHELD_FOR_LOW_RATES = frozenset({"disciplined"})
_LARGEST_RANGE, _LEAST_PUBLISHED = 0.01, 0.98
"""Shares of the group's October students: in one cell withheld for its rate, and in published cells."""

_OF_COUNTS = frozenset(schema.SHARES) - {"estimated_share", schema.WITH_INTERVAL}
"""Units whose numbers are made of counts; an estimate is of a sample, and nobody was counted."""


class Sum(NamedTuple):
    """Cells that are added up, and how many students they hold together as far as that is known in numbers.

    ``hidden`` are the withheld ones; a figure of published schools leaves them out.
    """

    cells: tuple[StateCell, ...]
    students: Span
    hidden: tuple[StateCell, ...] = ()


def _named_sums(key: Key) -> list[tuple[Key, tuple[str, ...]]]:
    """Return each sum that a key names, with its groups: its own first, and last what it is compared to.

    Between them stand, of a number that is compared to several, all pairs of place, year and group.
    """
    indicator, to = catalog.indicators().get(key.indicator), key.reference
    if indicator is None or indicator.unit not in _OF_COUNTS:
        return []
    kind, own = key.student_group_type, key.student_group
    everyone = tuple(catalog.group_types()[kind].groups)
    wide = {
        EVERYONE: (EVERYONE, (EVERYONE,)),
        OTHERS: (kind, tuple(code for code in everyone if code != own)),
    }
    groups = [(kind, everyone if own == EVERYONE != kind else (own,))]
    groups += [wide.get(code, (kind, (code,))) for code in to.groups]
    places = [(key.organization_level, key.organization_id)]
    places += [(_level(code), code) for code in to.places]
    named = []
    for (level, code), year, (of, added) in product(places, (key.end_year, *to.years), groups):
        one = key._replace(organization_level=level, organization_id=code, student_group_type=of)
        named.append((one._replace(end_year=year), added))
    return named


def questions(claims: Iterable[PrintedClaim]) -> set[Question]:
    """Return the indicators and years that claims say something of."""
    return {
        (key.indicator, key.end_year)
        for claim in claims
        if claim.value != ANYTHING or any(claim.count(name) != _NO_COUNT for name in COUNTS)
        for key, _ in _named_sums(claim.key)
    }


def sums_of(claim: PrintedClaim, state: State) -> list[Sum]:
    """Return each sum of cells that a claim names, as `_named_sums` orders them."""
    sums = []
    for key, groups in _named_sums(claim.key):
        rows = [row for group in groups for row in _rows(key, group, claim.sources, state)]
        is_hidden = state.withheld[rows].tolist()
        hidden = tuple(state.keys[row] for row in compress(rows, is_hidden))
        if key.measure in _OF_PUBLISHED_SCHOOLS:
            rows = [row for row in rows if state.keys[row] not in hidden]
        sums.append(Sum(tuple(state.keys[row] for row in rows), state.students(rows), hidden))
    return sums


def _rows(key: Key, group: str, sources: set[str], state: State) -> list[int]:
    """Return the cells of an organization for one group, from the releases named, or from all if none is."""
    figure = key.indicator, key.end_year, key.grade_level, key.student_group_type, group
    held = state.by_figure.get(figure, {})
    own = held.get((key.organization_level, key.organization_id))
    if own is not None and state.is_of(own, sources):
        return [own]
    named = {one: at for one, at in held.items() if state.is_of(at, sources)} or held
    return [named[one] for one in _members(key, named)]


def _members(key: Key, held: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the organizations, of those that have a row, that are summed; in the order of their codes."""
    known = sorted(held)

    def of(level: str, codes: Container[str | None]) -> list[tuple[str, str]]:
        return [one for one in known if one[0] == level and one[1] in codes]

    if key.organization_level != "place":
        return of(key.organization_level, (key.organization_id,))
    place, codes = catalog.places().get(key.organization_id), {code for _, code in known}
    if place is None:
        return []
    if place.whole_state:
        return of("state", codes)
    # A number that is made of a figure for each school is their sum even of a whole district.
    is_of_district = place.whole_district and catalog.measure(key.measure).parts != "schools"
    if is_of_district and (district := of("district", (place.district,))):
        return district
    schools = of("school", catalog.schools_in(place, codes))
    return schools or of("tract", [*place.tracts, *place.split_tracts])


def _level(code: str) -> str:
    if code in catalog.places():
        return "place"
    if code.isdigit():
        return "district" if len(code) == _DISTRICT_CODE else "school"
    return "state"


Line = tuple[list[tuple[Sum, Side, float]], Span]
"""Sums of counts, each so many times, and the limits of what they come to together."""

Way = Callable[[int, float, Sum, Sum], Line | None]
"""What the lower (0) or upper (1) end of a value says of the sum it is of, and of what that is compared to."""


def _beyond(at: int, limit: float, *terms: tuple[Sum, Side, float]) -> Line:
    return list(terms), (limit, inf) if at == 0 else (-inf, limit)


def _rate(at: int, rate: float, first: Sum, _: Sum) -> Line | None:
    """State that rate times students is the number counted."""
    if not (rate > 0, rate < 1)[at]:
        return None
    return _beyond(at, 0.0, (first, "numerator", 1.0), (first, "denominator", -rate))


def _apart(at: int, value: float, first: Sum, other: Sum, factor: float = 1.0) -> Line | None:
    """State ``value <= p - factor * q`` (or ``>=``) of the rates of two sides."""
    return _together(at, value, [(1.0, first), (-factor, other)])


def _together(at: int, value: float, rates: Sequence[tuple[float, Sum]]) -> Line | None:
    """State what rates come to, each times a factor.

    A rate is at most k / (fewest students) and at least k / (most students), so each takes the end that says less.
    """
    students = [one.students[at if factor > 0 else 1 - at] for factor, one in rates]
    if not (isfinite(value) and all(0 < n < inf for n in students)):
        return None
    # Times the fewest students: coefficients near 1, so that a solver's tolerance is a part of one student.
    scale = min(students)
    sides = zip(rates, students, strict=True)
    return _beyond(
        at, value * scale, *((one, "numerator", factor * scale / n) for (factor, one), n in sides)
    )


def _times(at: int, value: float, first: Sum, other: Sum) -> Line | None:
    """State how many times the rate of the other side the rate of one side is."""
    return _apart(at, 0.0, first, other, max(0.0, value)) if isfinite(value) else None


def _share(at: int, share: float, first: Sum, other: Sum) -> Line | None:
    """State which part of those counted on both sides are on the first."""
    if not 0 < share < 1:
        return None
    return _beyond(at, 0.0, (first, "numerator", 1 - share), (other, "numerator", -share))


def _of_students(at: int, first: Sum, other: Sum) -> float:
    """Return the least (0) or the largest (1) share of the students of both sides that are on the first."""
    part, rest = first.students[at], other.students[1 - at]
    return part / (part + rest) if 0 < part < inf else float(at)


def _students_apart(at: int, value: float, first: Sum, other: Sum) -> Line | None:
    """State how many more than are counted the rate of the other side would make of all."""
    low, high = first.students
    return _apart(at, value / low, other, first) if 0 < low == high else None


def _rounded_students_apart(at: int, value: float, first: Sum, other: Sum) -> Line | None:
    """State the same of a number that is rounded to tens, or to hundreds of more than 10,000 students."""
    half = 50.0 if first.students[0] > 10_000 else 5.0
    return _students_apart(at, value + (-half, half)[at], first, other)


def _count(at: int, students: float, first: Sum, _: Sum) -> Line | None:
    """State how many students are counted."""
    return _beyond(at, students, (first, "numerator", 1.0)) if isfinite(students) else None


EXPRESSED: dict[str, Way] = {
    "count": _count,
    **dict.fromkeys(("rate", "official_rate"), _rate),
    **dict.fromkeys(("gap", "gap_to_whole", "change", "kitagawa_total"), _apart),
    **dict.fromkeys(("ratio", "risk_ratio"), _times),
    "composition": _share,
    "composition_difference": lambda at, value, first, other: _share(
        at, value + _of_students(at, first, other), first, other
    ),
    "relative_difference": lambda at, value, first, other: _share(
        at, max(0.0, 1 + value) * _of_students(at, first, other), first, other
    ),
    "par": lambda at, value, first, other: _apart(at, value, other, first),
    "paf": lambda at, value, first, other: _times(at, 1 + value, other, first),
    "par_students": _students_apart,
    "count_at_other_rate": _rounded_students_apart,
}
"""Measures whose value is a linear statement of counts, and what its ends say."""


_NO_COUNT: Span = (0.0, inf)
_SIDES: tuple[tuple[Side, str], ...] = (("numerator", "numerator"), ("denominator", "n"))


def express(claim: PrintedClaim, state: State) -> tuple[list[Statement], bool]:
    """Return what a claim says of the state's cells, and whether its value (not only its counts) is among it."""
    key, to, sums = claim.key, claim.key.reference, sums_of(claim, state)
    if key.measure == "gap_change":
        weighed = [_make_statement(line, claim.said) for line in _gap_change(claim, sums, state)]
        return weighed, bool(weighed)
    of_years = catalog.measure(key.measure).parts == "years"
    if not sums or not sums[0].cells or of_years or key.measure in _NOT_OF_THE_SAME_STUDENTS:
        return [], False
    way = EXPRESSED.get(key.measure)
    named = [("", sums[0])]
    if way and max(map(len, (to.groups, to.places, to.years))) == 1 and sums[-1].cells:
        named.append(("reference_", sums[-1]))
    lines, sides = list[Statement](), list[Sum]()
    for prefix, one in named:
        for side, name in _SIDES:
            span = claim.count(prefix + name)
            if span != _NO_COUNT:
                lines.append(_make_statement(([(one, side, 1.0)], span), claim.said))
        sides.append(one._replace(students=meet(one.students, claim.count(f"{prefix}n"))))
    if way is None or (way not in (_rate, _count) and len(sides) == 1):
        return lines, False
    ends = enumerate(claim.value)
    said = [line for at, end in ends if (line := way(at, end, sides[0], sides[-1]))]
    return [*lines, *(_make_statement(line, claim.said) for line in said)], bool(said)


_SIGNS = (1.0, -1.0, -1.0, 1.0)
"""Of the four rates of a change of a gap, as `_named_sums` orders them: the gap now less the gap then."""


def _gap_change(claim: PrintedClaim, sums: list[Sum], state: State) -> list[Line]:
    """State what a change of a gap says of those of its four rates that are not published."""
    rates = [_exact_rate(one, state) for one in sums]
    unknown = [at for at, rate in enumerate(rates) if rate is None]
    if len(sums) != len(_SIGNS):
        return []
    if not unknown:  # published counts say it all
        return [_beyond(0, 0.0, (sums[0], "numerator", 1.0))]
    known = sum(part * (rate or 0.0) for part, rate in zip(_SIGNS, rates, strict=True))
    if len(unknown) > 1:
        several = [(_SIGNS[at], sums[at]) for at in unknown]
        ends = [value - known for value in claim.value]
        return [line for at, end in enumerate(ends) if (line := _together(at, end, several))]
    sign, one = _SIGNS[unknown[0]], sums[unknown[0]]
    ends = [sign * (value - known) for value in claim.value]
    lines = [_rate(at, end, one, one) for at, end in enumerate(ends[:: int(sign)]) if isfinite(end)]
    return [line for line in lines if line]


def _exact_rate(one: Sum, state: State) -> float | None:
    """Return the rate of a sum whose counts are all published, or None."""
    counts = [[state.number(StateCount(cell, side)) for cell in one.cells] for side, _ in _SIDES]
    if any(state.low[at] < state.high[at] for numbers in counts for at in numbers):
        return None
    k, n = (sum(float(state.low[at]) for at in numbers) for numbers in counts)
    return k / n if n else None


def _make_statement(line: Line, said: str) -> Statement:
    terms, limits = line
    counts = [(StateCount(cell, side), times) for one, side, times in terms for cell in one.cells]
    return Statement(counts, *limits, said)


def read_statements(
    claims: Iterable[PrintedClaim], state: State
) -> tuple[list[Statement], Counter[str], list[str]]:
    """Return what claims say of the cells of a state that was read for their `questions`, in their order.

    Printed values that are no linear statement of counts (indices over groups or schools, models) are counted by
    measure. Of these the last list names the lines of those under which one or two organizations withhold a cell, and
    of figures of published schools that leave out schools because of their outcome.
    """
    said, not_expressed, unweighed = list[Statement](), Counter[str](), list[str]()
    for claim in claims:
        lines, is_expressed = express(claim, state)
        said += lines
        if is_expressed or claim.value == ANYTHING:
            continue
        not_expressed[claim.key.measure] += 1
        sums = sums_of(claim, state)
        if claim.key.measure in _OF_PUBLISHED_SCHOOLS:
            is_refused = any(_is_selected(one, state) for one in sums)
        else:
            hidden = {cell[2:4] for one in sums for cell in one.hidden}
            is_refused = 0 < len(hidden) < SHARED_BY
        if is_refused:
            unweighed.append(claim.said)
    return said, not_expressed, unweighed


def _is_selected(one: Sum, state: State) -> bool:
    """Return whether a figure of published schools leaves out others for their outcome, or too many students."""
    if any(cell.indicator in _WITHHELD_FOR_LOW_RATES for cell in one.hidden):
        return True
    every = (*one.cells, *one.hidden)
    october = {year: groups_in(year) for year in {cell.end_year for cell in every}}
    students, by_rate = dict[StateCell, float](), [0.0]
    for cell in every:
        at = state.number(StateCount(cell, "denominator"))
        group = cell.end_year, cell.organization_id, cell.student_group
        students[cell] = october[cell.end_year].get(group, float(state.low[at]))
        if cell in one.hidden and (state.slope_low[at // 2] > 0 or state.slope_high[at // 2] < 1):
            by_rate.append(students[cell])
    together, left_out = sum(students.values()), sum(students[cell] for cell in one.hidden)
    is_large = max(by_rate) > _LARGEST_RANGE * together
    return is_large or left_out > (1 - _LEAST_PUBLISHED) * together
