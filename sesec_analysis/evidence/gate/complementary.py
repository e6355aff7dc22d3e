"""Apply complementary suppression: withhold the numbers of other rows that would give a withheld one away.

Each rule takes the rows as given and as judged so far, in the same order, and returns them judged again. They see one
table; the audit (`attack.audit`) looks at a whole edition.
"""

from collections import defaultdict
from collections.abc import Callable
from math import inf

from sesec_analysis import catalog, schema
from sesec_analysis.evidence.counts import group_size, is_of_few, reference_size, sides
from sesec_analysis.evidence.gate.rules import remove_numbers
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording.labels import OTHERS

__all__ = ["RULES"]


_SUBTRACTION = "one-cell-solved/group"
_FEW_VALUES = 3


def listed_of_enrollment(given: list[Row], judged: list[Row]) -> list[Row]:
    """Withhold the groups of a school without which a place less its schools would give a small group."""
    listed = catalog.withheld_groups()
    return [
        remove_numbers(row, _SUBTRACTION)
        if row.is_composition
        and row.publish != "nothing"
        and (row.end_year, row.organization_id, row.student_group) in listed
        else row
        for row in judged
    ]


def next_smallest_of_enrollment(given: list[Row], judged: list[Row]) -> list[Row]:
    """Withhold more groups of a partition of enrollment until what the printed ones leave gives no small one away."""
    partitions: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for position, row in enumerate(given):
        if row.is_composition:
            partitions[(*row.key[:6], row.measure, row.reference)].append(position)
    out = list(judged)
    for positions in partitions.values():
        for of in (group_size, reference_size):
            while (
                least := _next_smallest([(given[at], out[at]) for at in positions], of)
            ) is not None:
                out[positions[least]] = remove_numbers(out[positions[least]], _SUBTRACTION)
    return out


def _next_smallest(
    partition: list[tuple[Row, Row]], of: Callable[[Row], tuple[int | None, int | None]]
) -> int | None:
    """Return which row to withhold, if what the printed groups leave of the total gives a small group away.

    Each row comes as given and as judged; ``of`` gives the size of its group and of the whole.
    """
    shown = {
        at: size
        for at, (row, judged) in enumerate(partition)
        if judged.publish == "point" and (size := of(row)[0]) is not None
    }
    hidden = [of(row)[0] for at, (row, _) in enumerate(partition) if at not in shown]
    kind = catalog.group_types().get(partition[0][0].student_group_type)
    absent = (len(kind.groups) if kind else 0) > len(partition)
    totals = {of(partition[at][0])[1] for at in shown}
    if not (hidden or absent) or len(totals) != 1 or None in totals:
        return None
    # A group that the table has no row of is none that is withheld: it counts where students are left for it.
    left = (totals.pop() or 0) - sum(shown.values())
    known = [size for size in hidden if size is not None]
    if left == 0 and not (hidden and partition[0][0].organization_level == "school"):
        return None  # a group that nobody was counted in yet, such as gender X: no school is identified by it
    if known and max(known) >= schema.MINIMUM_GROUP:
        return None
    # The size of one group alone follows, but for students whose group is not reported. The sizes of small groups
    # are not in ESTIMATES: of several, what is left of the total is all that can be known.
    if len(hidden) != 1 and not _gives_away(left, len(hidden) or 1):
        return None
    return min(shown, key=lambda at: (shown[at], partition[at][0].student_group))


def _gives_away(total: int, groups: int) -> bool:
    """Return whether the total of so many small groups leaves one of them fewer than three values."""
    largest = schema.MINIMUM_GROUP - 1
    if total > largest * groups:  # one of them is no small group
        return False
    values = min(largest, total) - max(0, total - largest * (groups - 1)) + 1
    return values < _FEW_VALUES


def next_smallest_of_others(given: list[Row], judged: list[Row]) -> list[Row]:
    """Withhold a second group where all but one of a partition are shown against all others: they give the totals.

    A group and all others are everybody, and shares of those counted add up to one; so every row but one would give
    that one. Gaps and ratios are left to the audit, which sees all that is printed of their groups.
    """
    partitions: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for position, row in enumerate(given):
        if row.reference == OTHERS and row.measure not in ("gap", "ratio"):
            partitions[(*row.key[:6], row.measure)].append(position)
    out = list(judged)
    for positions in partitions.values():
        hidden = [at for at in positions if _is_hidden(given[at], out[at])]
        shown = [at for at in positions if out[at].publish == "point"]
        if len(hidden) == 1 and len(shown) > 1:
            least = min(shown, key=lambda at: (given[at].n_low or inf, given[at].student_group))
            out[least] = remove_numbers(out[least], _SUBTRACTION)
    return out


def _is_hidden(row: Row, judged: Row) -> bool:
    """Whether a number is not shown to protect someone; one that does not exist protects nobody."""
    if judged.publish == "point" or row.status != "undefined":
        return judged.publish != "point"
    return any(side.is_small(row) or side.is_few() for side in sides(row))


def tellers_of_few_untested(given: list[Row], judged: list[Row]) -> list[Row]:
    """Withhold the rate among students tested where the share tested says no more than that all but a few were.

    The students of both rates are printed, and one less the other are those not tested.
    """
    few = {
        row.key[:7]
        for row in judged
        if row.measure == "participation" and (is_of_few(row) or row.publish == "nothing")
    }
    return [
        remove_numbers(row, "few-untested/rate") if _is_telling(row, few) else row for row in judged
    ]


def _is_telling(row: Row, few: set[tuple[object, ...]]) -> bool:
    return row.measure == "tested_rate" and row.publish != "nothing" and row.key[:7] in few


def changes_of_unseen_gaps(given: list[Row], judged: list[Row]) -> list[Row]:
    """Withhold the change of a gap unless both gaps are in the table as numbers.

    Its row holds the counts of the last year only; with that year's gap the change gives the first year's.
    """
    seen: dict[tuple[object, ...], set[int]] = defaultdict(set)
    for row in judged:
        if row.measure == "gap" and row.publish == "point":
            seen[_gap_key(row)].add(row.end_year)
    return [row if _has_both(row, seen) else remove_numbers(row, "unseen-part") for row in judged]


def _has_both(row: Row, seen: dict[tuple[object, ...], set[int]]) -> bool:
    if row.measure != "gap_change" or row.publish != "point":
        return True
    years = seen[_gap_key(row)]
    return row.end_year in years and min(years) < row.end_year


def _gap_key(row: Row) -> tuple[object, ...]:
    named = (row.indicator, row.organization_level, row.organization_id, row.grade_level)
    return (*named, row.student_group_type, row.student_group, row.reference.split(" ")[0])


RULES: tuple[Callable[[list[Row], list[Row]], list[Row]], ...] = (
    listed_of_enrollment,
    next_smallest_of_enrollment,
    next_smallest_of_others,
    tellers_of_few_untested,
    changes_of_unseen_gaps,
)
"""The rules, in the order in which they are applied."""
