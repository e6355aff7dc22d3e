"""What a printed number says of counts: claims in, linear statements out.

A rate times its students is the number counted; a difference or a quotient of two rates is linear in both numerators
where the students of each side are known. Where those are known as a range only, each end of the statement takes the
end of the range that says least, so that the truth always fits (a relaxation: it may say less than was printed, never
more). What is no linear statement of counts is not expressed, and counted by its measure.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf, isfinite

from sesec_analysis import catalog, schema
from sesec_analysis.attack.reading_cells import Cells, Sum
from sesec_analysis.attack.reading_claims import Claim
from sesec_analysis.attack.reading_numbers import ANYTHING, Span
from sesec_analysis.attack.unknowns import Count, Side, Statement, statement

__all__ = ["EXPRESSED", "Expressed", "express"]

_NOT_OF_THE_SAME_STUDENTS = frozenset(
    {"tested_rate", "participation", "rate_if_all_tested", "gap_if_all_tested"}
)
"""Measures whose students are not those of their indicator's own cells: a rate of those tested, for example."""

_OF_COUNTS = frozenset(schema.SHARES) - {"estimated_share"}
"""Units whose numbers are made of counts; an estimate is of a sample, and nobody was counted."""

Term = tuple[Count, float]


@dataclass(frozen=True)
class Expressed:
    """The statements of one claim, and whether its value (not only its counts) is among them."""

    statements: tuple[Statement, ...]
    value: bool


def express(claim: Claim, cells: Cells) -> Expressed:
    """Return what a claim says of the state's cells."""
    key = claim.key
    entry = catalog.measure(key.measure)
    indicator = catalog.indicators().get(key.indicator)
    if indicator is None or indicator.unit not in _OF_COUNTS:
        return Expressed((), False)
    if key.measure in _NOT_OF_THE_SAME_STUDENTS or entry.parts == "years":
        return Expressed((), False)
    own = cells.own(claim)
    if not own:
        return Expressed((), False)
    said = [*_counts(claim, "", own)]
    reference = cells.reference(claim) if _is_of_two_sides(claim) else None
    if reference:
        said += _counts(claim, "reference_", reference)
    way = EXPRESSED.get(key.measure)
    valued = () if way is None or claim.value == ANYTHING else way(claim, own, reference)
    return Expressed((*said, *valued), bool(valued))


def _is_of_two_sides(claim: Claim) -> bool:
    to = claim.key.reference
    return bool(to.groups or to.places or to.years) and claim.key.measure in EXPRESSED


def _counts(claim: Claim, prefix: str, side: Sum) -> Iterable[Statement]:
    """Say how many students are counted, and how many there are."""
    sides: tuple[tuple[str, Side], ...] = (("numerator", "numerator"), ("n", "denominator"))
    for name, which in sides:
        low, high = claim.count(f"{prefix}{name}")
        if low > 0 or isfinite(high):
            yield statement(_terms(side, which), low=low, high=high, said=claim.said)


def _terms(side: Sum, which: Side, times: float = 1.0) -> list[Term]:
    return [(Count(cell, which), times) for cell in side.cells]


def _rate(claim: Claim, own: Sum, _: Sum | None) -> list[Statement]:
    """Rate times students is the number counted."""
    low, high = claim.value
    k = _terms(own, "numerator")
    found = []
    if low > 0:
        found.append(statement([*k, *_terms(own, "denominator", -low)], low=0.0, said=claim.said))
    if high < 1:
        found.append(statement([*k, *_terms(own, "denominator", -high)], high=0.0, said=claim.said))
    return found


def _difference(claim: Claim, own: Sum, other: Sum | None) -> list[Statement]:
    return [] if other is None else _apart(claim, own, other, claim.value)


def _difference_from_own(claim: Claim, own: Sum, other: Sum | None) -> list[Statement]:
    return [] if other is None else _apart(claim, other, own, claim.value)


def _apart(claim: Claim, one: Sum, other: Sum, value: Span) -> list[Statement]:
    """Say how far the rate of one side lies above that of the other."""
    return _compared(claim, one, other, value, factor=(1.0, 1.0))


def _quotient(claim: Claim, own: Sum, other: Sum | None) -> list[Statement]:
    return [] if other is None else _times(claim, own, other, claim.value)


def _relative_to_own(claim: Claim, own: Sum, other: Sum | None) -> list[Statement]:
    low, high = claim.value
    return [] if other is None else _times(claim, other, own, (low + 1, high + 1))


def _times(claim: Claim, one: Sum, other: Sum, value: Span) -> list[Statement]:
    """Say how many times the rate of the other side the rate of one side is."""
    low, high = max(0.0, value[0]), value[1]
    ends = (0.0 if isfinite(low) else -inf, 0.0 if isfinite(high) else inf)
    return _compared(claim, one, other, ends, factor=(low, high if isfinite(high) else 0.0))


def _compared(claim: Claim, one: Sum, other: Sum, value: Span, *, factor: Span) -> list[Statement]:
    """Say ``value[0] <= p - factor * q <= value[1]`` of the two rates, each end with the factor of that end.

    p is at most k / (fewest students) and at least k / (most students), so each end takes the weaker.
    """
    found = []
    for at, end in enumerate(value):
        n, m = one.students[at], other.students[1 - at]
        if not isfinite(end) or not (0 < n < inf and 0 < m < inf):
            continue
        # Times the fewer students: coefficients near 1, so that a solver's tolerance is a part of one student.
        scale = min(n, m)
        terms = [
            *_terms(one, "numerator", scale / n),
            *_terms(other, "numerator", -factor[at] * scale / m),
        ]
        ends = {"low": end * scale} if at == 0 else {"high": end * scale}
        found.append(statement(terms, **ends, said=claim.said))
    return found


def _students_apart(claim: Claim, own: Sum, other: Sum | None) -> list[Statement]:
    """Say how many students the reference's rate would make of all, more than are counted."""
    n, most = own.students
    if other is None or n != most or not n:
        return []
    return _apart(claim, other, own, (claim.value[0] / n, claim.value[1] / n))


def _share_counted(claim: Claim, own: Sum, other: Sum | None) -> list[Statement]:
    return [] if other is None else _part(claim, own, other, claim.value)


def _share_above(claim: Claim, own: Sum, other: Sum | None) -> list[Statement]:
    """Take the share of all students, which the sizes of the two sides tell, off again."""
    if other is None:
        return []
    low, high = _share_of_students(own, other)
    return _part(claim, own, other, (claim.value[0] + low, claim.value[1] + high))


def _share_relative(claim: Claim, own: Sum, other: Sum | None) -> list[Statement]:
    if other is None:
        return []
    low, high = _share_of_students(own, other)
    value = (max(0.0, 1 + claim.value[0]) * low, max(0.0, 1 + claim.value[1]) * high)
    return _part(claim, own, other, value)


def _share_of_students(own: Sum, other: Sum) -> Span:
    (low, high), (other_low, other_high) = own.students, other.students
    least = low / (low + other_high) if low else 0.0
    most = high / (high + other_low) if 0 < high < inf else 1.0
    return least, most


def _part(claim: Claim, own: Sum, other: Sum, value: Span) -> list[Statement]:
    """Say which part of those counted on both sides are on the first."""
    found = []
    for at, share in enumerate(value):
        if 0 < share < 1:
            terms = [*_terms(own, "numerator", 1 - share), *_terms(other, "numerator", -share)]
            ends = {"low": 0.0} if at == 0 else {"high": 0.0}
            found.append(statement(terms, **ends, said=claim.said))
    return found


EXPRESSED: dict[str, Callable[[Claim, Sum, Sum | None], list[Statement]]] = {
    "rate": _rate,
    "official_rate": _rate,
    "gap": _difference,
    "gap_to_whole": _difference,
    "change": _difference,
    "kitagawa_total": _difference,
    "ratio": _quotient,
    "risk_ratio": _quotient,
    "composition": _share_counted,
    "composition_difference": _share_above,
    "relative_difference": _share_relative,
    "par": _difference_from_own,
    "paf": _relative_to_own,
    "par_students": _students_apart,
}
"""Measures whose value is a linear statement of counts, and how it is made."""
