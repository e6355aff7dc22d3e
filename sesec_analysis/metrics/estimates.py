"""Build ESTIMATES rows: match rows with their references, decide from point and bounds what may be claimed.

A question that has no right answer is refused here, once, for every measure: overlapping groups, the parts of one whole
compared with each other, the same figure twice.

A measure makes a `Side` of the group (and one of the reference), works out its `Numbers`, and `claim` decides row by
row which of them may be claimed. No formula of a measure is here.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields, replace
from functools import cache, reduce
from typing import Any, Self, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis import bounds, schema, texts
from sesec_analysis.bounds import (
    Flags,
    Floats,
    KnownCounts,
    Positions,
    Table,
    all_bits,
    either,
    floats,
)
from sesec_analysis.errors import DataError, QuestionError, closest
from sesec_analysis.not_reported import Remainder, is_part_of_a_partition

__all__ = [
    "ENOUGH_COVERAGE",
    "KEYS",
    "OTHERS",
    "PRECISE_WIDTH",
    "MeasureSpec",
    "Numbers",
    "Side",
    "claim",
    "claim_in_blocks",
    "group_pairs",
    "organization_pairs",
    "require_columns",
    "sides_of_pairs",
    "sides_of_rows",
    "single_rows",
]


PRECISE_WIDTH = 0.05
"""Proportion: suppression bounds no wider than this may be stood for by their midpoint."""

ENOUGH_COVERAGE = 0.70
"""Share of students in exactly reported cells, below which no single number stands for bounds."""

_SLACK = 1e-9
"""Bounds carry a hair of floating point room, and a width of exactly five points is still five points."""


@dataclass(frozen=True)
class Side:
    """One side of a measure (the group, or what it is compared to), a row of the result each."""

    known: KnownCounts
    point: Floats  # published rate; NaN unless published exactly
    absent: Flags  # there is no such figure: no students, not collected, or no row
    small: Flags  # known to be fewer than ten students
    lone_masked: Flags  # one published cell, masked: its inferred counts are not ours to print
    by_chance: Flags  # people counted one by one, all of them: an interval of chance can be made from the counts
    full_count: Flags  # a share of the roll: everybody was counted, so chance has no part in it
    coverage: Floats
    cells: Floats
    cells_reported: Floats
    largest_masked: Floats
    source: Positions  # position in `sources`
    sources: list[str]

    @classmethod
    def of(cls, table: Table) -> Self:
        """Read OBSERVATIONS rows."""
        return cls.told(_Said.of(table), table)

    @classmethod
    def told(cls, said: "_Said", table: Table) -> Self:
        """Read the numbers of OBSERVATIONS rows, of which is known what their texts say."""
        known = KnownCounts.of(table, nobody=said.nobody)
        absent = said.nothing | (known.exact & (known.n_high == 0))
        size = known.n_high
        if said.composition.any():
            size = np.where(said.composition, known.k_high, size)
        small = said.small | (size < schema.MINIMUM_GROUP)
        point = either(known.exact, known.value_low, np.nan)
        if (published := said.reported & ~known.exact).any():
            point[published] = floats(table, "value")[published]
        cells = floats(table, "cells", null=1.0)
        return cls(
            known=known,
            point=point,
            absent=absent,
            small=small & ~absent,
            lone_masked=(cells == 1) & ~known.exact,
            by_chance=said.by_chance,
            full_count=said.composition,
            coverage=either(known.exact, 1.0, floats(table, "coverage", null=0.0)),
            cells=cells,
            cells_reported=floats(table, "cells_reported", null=0.0),
            largest_masked=floats(table, "largest_masked", null=0.0),
            source=said.source,
            sources=said.sources,
        )

    def at(self, rows: Positions) -> "Side":
        """Take rows by position; -1 is a row that does not exist."""
        if not len(self.point):
            return self._nowhere(len(rows))
        there = rows >= 0
        if there.all():
            return self._all_at(rows)
        kept = ("point", "lone_masked", "by_chance", "full_count", "coverage", "largest_masked")
        return type(self)(
            **{name: getattr(self, name)[rows] for name in kept},
            known=self.known.take(rows),
            absent=self.absent[rows] | ~there,
            small=self.small[rows] & there,
            cells=np.where(there, self.cells[rows], 0.0),
            cells_reported=np.where(there, self.cells_reported[rows], 0.0),
            source=np.where(there, self.source[rows], -1),
            sources=self.sources,
        )

    def _all_at(self, rows: Positions) -> "Side":
        return replace(_taken(self, rows), known=_taken(self.known, rows))

    @classmethod
    def _nowhere(cls, count: int) -> "Side":
        """Make a side of which no row exists."""
        blank = schema.conform_observations(
            pd.DataFrame({"end_year": [0], "status": ["not_collected"]})
        )
        return cls.of(blank).at(np.full(count, -1))


Columns = TypeVar("Columns", Side, KnownCounts)


def _taken(columns: Columns, rows: Positions) -> Columns:
    """Take rows of all arrays."""
    taken: dict[str, Any] = {each.name: getattr(columns, each.name) for each in fields(columns)}
    for name, values in taken.items():
        if isinstance(values, np.ndarray):  # of one number for all rows, nothing is looked up
            one = not values.strides[0]
            taken[name] = np.broadcast_to(values[:1], len(rows)) if one else values.take(rows)
    return replace(columns, **taken)


@dataclass(frozen=True)
class _Said:
    """What the texts of OBSERVATIONS rows say."""

    reported: Flags
    small: Flags
    nobody: Flags
    nothing: Flags
    composition: Flags
    by_chance: Flags
    source: Positions
    sources: list[str]

    @classmethod
    def of(cls, table: Table) -> Self:
        """Read whole columns."""
        status = texts.places(table["status"], _ASKED)
        source, sources = texts.factorized(table["source_id"])
        return cls(
            reported=status == _ASKED.index("reported"),
            small=status == _ASKED.index("small_n"),
            nobody=(nobody := status == _ASKED.index("no_students")),
            nothing=nobody | (status == _ASKED.index("not_collected")),
            composition=texts.is_one_of(table["indicator"], schema.COMPOSITION_INDICATORS),
            by_chance=_counted_one_by_one(table),
            source=source,
            sources=sources,
        )

    def __getitem__(self, rows: slice) -> Self:
        names = [each.name for each in fields(self) if each.name != "sources"]
        return replace(self, **{name: getattr(self, name)[rows] for name in names})


@dataclass(frozen=True)
class MeasureSpec:
    """What a measure is called, and the words that name its interval."""

    name: str
    unit: str
    interval: str


@dataclass(frozen=True)
class Numbers:
    """What a measure works out, before anything is withheld."""

    point: Floats  # NaN where a published count is missing
    bound_low: Floats
    bound_high: Floats
    outer_low: Floats
    outer_high: Floats
    undefined: Flags  # no such number exists, although its parts do
    says_nothing: Flags  # the bounds are all that could be, for one side or for both
    midpoint_stands: bool  # whether narrow bounds may be stood for by their midpoint


def claim(
    keys: pd.DataFrame,
    measure: MeasureSpec,
    numbers: Numbers,
    group: Side,
    reference: Side | None = None,
    *,
    reference_name: str = "",
    level: float,
) -> pd.DataFrame:
    """Put ESTIMATES together, claiming of each row no more than the counts allow.

    The statuses, first that fits: `small_n` (either side is known to be under ten students: every number null),
    `undefined` (no such figure: no number), `ok` (both sides published), `suppressed` (the bounds of a side say
    nothing), `bounded`. A bounded row has an estimate, the midpoint, only if its bounds are at most five points wide
    and cells with 70 percent of the students are exactly reported.
    """
    sides = [group] if reference is None else [group, reference]
    columns = _room(len(keys), len(sides))
    _claim(columns, numbers, sides, level)
    return _estimates(keys, measure, columns, [_sources(sides)], reference_name)


def claim_in_blocks(
    keys: pd.DataFrame,
    measure: MeasureSpec,
    numbers: Callable[..., Numbers],
    sides: "Sides",
    *,
    reference_name: str = "",
    level: float,
) -> pd.DataFrame:
    """Claim as `claim` does, where the numbers of a row hang on its own sides alone: of a few rows at a time."""
    columns: dict[str, NDArray[Any]] = {}
    sources = []
    for start in range(0, max(len(keys), 1), _BLOCK):
        rows = slice(start, start + _BLOCK)
        own = sides(rows)
        columns = columns or _room(len(keys), len(own), but=_given(keys))
        block = {name: column[rows] for name, column in columns.items()}
        _claim(block, numbers(*own), own, level)
        sources.append(_sources(own))
    return _estimates(keys, measure, columns, sources, reference_name)


_BLOCK = 131_072
"""Rows whose numbers fit the cache of a processor, and memory that is used again: fresh pages cost more than sums."""

_CELLS = ["cells", "cells_reported"]
_NULL = "null "
"""Before the name of a column: which of its whole numbers are null."""


def _given(keys: pd.DataFrame) -> list[str]:
    """Numbers of cells that rows of one side hold as ESTIMATES do: they are shared, not copied."""
    there = [name for name in _CELLS if name in keys]
    return [name for name in there if keys[name].dtype == "Int64" and not keys[name].hasnans]


def _room(count: int, sides: int, but: Collection[str] = ()) -> dict[str, NDArray[Any]]:
    """Make room for the columns that differ from row to row, all of a size in one piece: it comes in large pages."""
    counts = [f"{prefix}{name}" for prefix in _PREFIXES[:sides] for name in _COUNTS]
    counts += [name for name in _CELLS if name not in but]
    numbers = iter(np.empty((len(_FLOATS) + len(counts), count)))
    flags = iter(np.empty((len(counts) + 2, count), dtype=np.int8))
    return {
        **dict(zip(_FLOATS, numbers, strict=False)),
        **{name: next(numbers).view(np.int64) for name in counts},
        **{f"{_NULL}{name}": next(flags).view(np.bool_) for name in counts},
        **dict(zip(("status", "method"), flags, strict=True)),
    }


_FLOATS = [
    *("estimate", "ci_low", "ci_high", "ci_level", "bound_low", "bound_high"),
    *("outer_low", "outer_high", "coverage", "largest_masked"),
]
_PREFIXES = ("", "reference_")
_COUNTS = {
    "numerator_low": "k_low",
    "numerator_high": "k_high",
    "n_low": "n_low",
    "n_high": "n_high",
}


def _estimates(
    keys: pd.DataFrame,
    measure: MeasureSpec,
    columns: dict[str, NDArray[Any]],
    sources: list[pd.arrays.ArrowStringArray],
    reference_name: str,
) -> pd.DataFrame:
    words = {"measure": measure.name, "reference": reference_name, "unit": measure.unit}
    absent = [name for name in columns if name.startswith(_NULL)]
    made: dict[str, Any] = columns | {
        **{name: texts.repeated(word, len(keys)) for name, word in words.items()},
        "method": texts.texts(_methods(measure), columns["method"]),
        "status": texts.texts(_STATUSES, columns["status"]),
        "source_ids": texts.joined(sources),
    }
    for null in absent:
        name = null.removeprefix(_NULL)
        made[name] = pd.arrays.IntegerArray(columns[name], made.pop(null))
    return schema.estimates_of(keys, made, kept=[*KEYS, *_CELLS])


def _claim(
    columns: dict[str, NDArray[Any]], numbers: Numbers, sides: list[Side], level: float
) -> None:
    """Fill the columns that differ from row to row; texts are numbers of their words."""
    coverage = _coverage(sides)
    code = _verdicts(sides, numbers, coverage)
    counted = (code != _SMALL) & ~_absent(sides)
    full_count = reduce(np.logical_or, [side.full_count for side in sides])
    by_chance = reduce(np.logical_and, [side.by_chance for side in sides]) & ~full_count
    exact = reduce(np.logical_and, [side.known.exact for side in sides])
    columns["status"][:] = code
    columns["method"][:] = code + np.int8(len(_STATUSES)) * (~by_chance + full_count.view(np.int8))

    ok, said = code == _OK, code >= _OK
    columns["estimate"][:] = either(ok, numbers.point, np.nan)
    narrow = np.flatnonzero(code == _MIDPOINT)
    columns["estimate"][narrow] = (numbers.bound_low[narrow] + numbers.bound_high[narrow]) / 2
    columns["ci_level"][:] = level
    outer_low = np.minimum(numbers.outer_low, numbers.bound_low)
    outer_high = np.maximum(numbers.outer_high, numbers.bound_high)
    largest = reduce(np.maximum, [side.largest_masked for side in sides])
    for shown, shares in (
        (said, {"bound_low": numbers.bound_low, "bound_high": numbers.bound_high}),
        (ok & exact & by_chance, {"ci_low": outer_low, "ci_high": outer_high}),
        (said & by_chance, {"outer_low": outer_low, "outer_high": outer_high}),
        (counted, {"coverage": coverage, "largest_masked": largest}),
    ):
        veil = either(shown, 1.0, np.nan)
        for name, values in shares.items():
            np.multiply(values, veil, out=columns[name])

    for side, prefix in zip(sides, _PREFIXES, strict=False):
        # The counts of one masked cell are inferred, and the publisher hid them: they are not ours to print.
        counts = {f"{prefix}{name}": getattr(side.known, of) for name, of in _COUNTS.items()}
        _put_whole(columns, counts, counted & ~side.lone_masked)
    totals = {
        name: reduce(np.add, [getattr(side, name) for side in sides])
        for name in _CELLS
        if name in columns
    }
    _put_whole(columns, totals, np.ones(len(code), dtype=bool))


def _put_whole(columns: dict[str, NDArray[Any]], numbers: dict[str, Floats], shown: Flags) -> None:
    """Put whole numbers into columns, null where not shown or without end: there stands 0."""
    kept = all_bits(shown)
    for name, values in numbers.items():
        if (finite := np.isfinite(values)).all():
            columns[name][:] = values
            columns[name] &= kept
            np.logical_not(shown, out=columns[f"{_NULL}{name}"])
        else:
            _put_whole(columns, {name: either(finite, values, 0.0)}, shown & finite)


_ASKED = schema.OBSERVATION_STATUSES


def _verdicts(sides: list[Side], numbers: Numbers, coverage: Floats) -> NDArray[np.int8]:
    """Number the outcome of each row, by position in `_STATUSES`; the first that fits."""
    precise = numbers.bound_high - numbers.bound_low <= PRECISE_WIDTH + _SLACK
    outcomes = [
        reduce(np.logical_or, [side.small for side in sides]),
        _absent(sides) | numbers.undefined,
        ~np.isnan(numbers.point),
        numbers.says_nothing,
        precise & (coverage >= ENOUGH_COVERAGE - _SLACK) & numbers.midpoint_stands,
    ]
    code = np.full(len(coverage), len(outcomes), dtype=np.int8)
    for position, fits in reversed(list(enumerate(outcomes))):
        code += (np.int8(position) - code) * fits  # one step, where it fits; no branch for each row
    return code


def _absent(sides: list[Side]) -> Flags:
    return reduce(np.logical_or, [side.absent for side in sides])


_STATUSES = ["small_n", "undefined", "ok", "suppressed", "bounded", "bounded"]
_SMALL, _OK, _MIDPOINT = 0, 2, 4


def _methods(measure: MeasureSpec) -> list[str]:
    """In the order of the statuses: how each number came to be, or why there is none."""
    summed = f"bounds: {bounds.POLICY} sum, {bounds.SHARED}"
    by_chance = f"suppression {summed}; outer: {measure.interval}, at the bounds"
    return [
        words
        for interval, bounded in (
            (measure.interval, by_chance),
            (_NO_CHANCE, f"{summed}; {_NO_CHANCE}"),
            (_FULL_COUNT, f"{summed}; {_FULL_COUNT}"),
        )
        for words in (
            f"not shown: fewer than {schema.MINIMUM_GROUP} students",
            "not computed: no students, nothing to compare to, or no such figure",
            interval,
            f"{bounded}; they say nothing about a side",
            f"midpoint of suppression bounds; {bounded}",
            f"range only; {bounded}",
        )
    ]


_FULL_COUNT = "no sampling interval: a full count of the students"
_NO_CHANCE = (
    "no sampling interval: answers, schools and estimates are not people counted one by one"
)


def _counted_one_by_one(table: Table) -> Flags:
    if "unit" not in table:  # sums of a partition, made here of rows that are
        return np.ones(len(table["status"]), dtype=bool)
    return texts.is_one_of(table["unit"], ["proportion", ""])


def _coverage(sides: list[Side]) -> Floats:
    """Share of the students of all sides in exactly reported cells, masked cells counted at their largest."""
    students = reduce(np.add, [side.known.n_high for side in sides])
    capped = np.isfinite(students)
    fits = capped & (students > 0)
    with np.errstate(invalid="ignore"):
        weighted = reduce(np.add, [side.coverage * side.known.n_high for side in sides])
        weighted /= students
    if fits.all():
        return weighted
    # Where nothing caps a side, a weighted mean is no less than the least of its parts; nor where nobody is.
    return either(fits, weighted, reduce(np.minimum, [side.coverage for side in sides]))


def _sources(sides: list[Side]) -> pd.arrays.ArrowStringArray:
    """Join the source ids of the sides; rows are many, but distinct combinations are few."""
    mixed = sides[0].source + 1
    for side in sides[1:]:
        mixed = mixed * (len(side.sources) + 1) + side.source + 1
    if not mixed.any():
        return texts.repeated("", len(mixed))
    alike = (mixed == mixed[0]).all()  # as in most tables
    code, distinct = (np.zeros(1, np.int64), mixed[:1]) if alike else pd.factorize(mixed)
    names = []
    for number in distinct.tolist():
        parts: list[str] = []
        for side in reversed(sides):
            number, position = divmod(number, len(side.sources) + 1)
            parts = [side.sources[position - 1], *parts] if position else parts
        names.append(bounds.join_sources(parts))
    return texts.repeated(names[0], len(mixed)) if alike else texts.texts(names, code)


OTHERS = "others"
"""The reference that stands for all other groups of the partition, added up."""

_FIGURE = ["indicator", "end_year", "grade_level", "student_group_type", "student_group"]
_ORGANIZATION = ["organization_level", "organization_id"]
_SLICE = [*_ORGANIZATION, *_FIGURE[:3]]

_DENSE = 16
"""Codes up to this many times the rows are counted in an array, far faster than they are looked up."""

KEYS = [*_ORGANIZATION, "organization_name", *_FIGURE]
"""Columns of OBSERVATIONS that a row of ESTIMATES keeps."""

_NUMBERS = [
    *("numerator", "denominator", "numerator_low", "numerator_high", "denominator_low"),
    *("denominator_high", "value", "value_low", "value_high", "coverage"),
    *("cells", "cells_reported", "largest_masked"),
]
"""Columns that a `Side` is read of, besides texts."""


def require_columns(obs: pd.DataFrame) -> None:
    """Refuse a table that is not OBSERVATIONS."""
    there = set(obs.columns.tolist())
    missing = [name for name in schema.OBSERVATIONS_COLUMNS if name not in there]
    if missing:
        raise QuestionError(
            f"the table lacks the column(s) {', '.join(missing)}",
            where="observations",
            mend="pass OBSERVATIONS as `load` returns them",
        )


Sides = Callable[[slice], list[Side]]
"""Gives the sides of the rows asked for."""


def single_rows(obs: pd.DataFrame, by: str | None, level: float) -> tuple[pd.DataFrame, Side]:
    """Rows of one student group type, or all rows, each for itself."""
    rows, sides = sides_of_rows(obs, by, level)
    return rows[KEYS], sides(slice(None))[0]


def sides_of_rows(obs: pd.DataFrame, by: str | None, level: float) -> tuple[pd.DataFrame, Sides]:
    """Rows of one student group type, or all rows, whole, and what reads the one side of each."""
    rows = _rows(obs, by, level)
    _slices(rows, by)
    side = _reader(rows)
    return rows, lambda block: [side(block)]


def _reader(rows: pd.DataFrame) -> Callable[[slice], Side]:
    """Return what reads the sides of some rows: texts are read at once, numbers when they are asked for."""
    said = _Said.of(rows)
    columns = {name: rows[name].array for name in _NUMBERS}
    return lambda block: Side.told(
        said[block], {name: each[block] for name, each in columns.items()}
    )


def group_pairs(
    obs: pd.DataFrame, by: str, reference: str, level: float
) -> tuple[pd.DataFrame, Side, Side]:
    """Rows of the groups compared, and both sides of each."""
    keys, sides = sides_of_pairs(obs, by, reference, level)
    group, other = sides(slice(None))
    return keys, group, other


def sides_of_pairs(
    obs: pd.DataFrame, by: str, reference: str, level: float
) -> tuple[pd.DataFrame, Sides]:
    """Rows of the groups compared, and what takes both sides of each."""
    rows = _rows(obs, by, level)
    is_reference = texts.is_one_of(rows["student_group"], [reference])
    named = reference == OTHERS or bool(is_reference.any())
    _refuse_uncomparable(rows, by, reference, named=named)
    code = _slices(rows, by)
    if reference == OTHERS:
        side = Side.of(rows)
        left = _not_reported(obs, rows, by, code)
        own, others = _with(side, left), _with(_others(rows, code), left)
        every = np.arange(len(rows))
        return rows[KEYS], lambda block: [own.at(every[block]), others.at(every[block])]
    compared = np.flatnonzero(~is_reference)
    if len(rows) and not len(compared):
        raise DataError(
            f"{reference!r} is the only group of {by!r}: there is none to compare with it",
            where="observations, column student_group",
            mend="load the other groups of the type too",
        )
    references = np.flatnonzero(is_reference)
    place = np.full(code.max(initial=-1) + 1, -1)
    place[code.take(references)] = references
    place = place.take(code.take(compared))
    keys = pd.DataFrame({name: texts.kept(rows[name], ~is_reference) for name in KEYS}, copy=False)
    keys.attrs = dict(rows.attrs)
    read = _reader(rows)
    whole = cache(lambda: read(slice(None)))

    def pairs(block: slice) -> list[Side]:
        own, other = compared[block], place[block]
        near = np.where(other < 0, own, other)
        first = min(own.min(initial=len(rows)), near.min(initial=len(rows)))
        end = max(own.max(initial=0), near.max(initial=0)) + 1
        if end - first > _NEAR * len(own):
            return [whole().at(own), whole().at(other)]
        # As a rule tables stand in order: what a block compares lies together, and is read with it.
        side = read(slice(first, end))
        return [side.at(own - first), side.at(np.maximum(other - first, -1))]

    return keys, pairs


_NEAR = 3
"""Times the rows of a block: rows that lie so near are read with it, rather than the whole table at once."""


def _not_reported(obs: pd.DataFrame, rows: pd.DataFrame, by: str, code: Positions) -> Remainder:
    """Return what the groups leave of all students, where the table has those; refuse a part of a partition.

    Where some of the others were left out, what is left is not all other students.
    """
    slices = [name for name in _SLICE if name in obs.columns]
    everyone = obs[texts.is_one_of(obs["student_group"], ["all"])]
    everyone = everyone[everyone["denominator"].notna()]
    first = bounds.first_rows(code)
    place = bounds.matched(rows.iloc[first], everyone, slices)
    n, k = (
        np.append(floats(everyone, name), np.nan)[place] for name in ("denominator", "numerator")
    )
    known = KnownCounts.of(rows)
    most = bounds.sum_by(code, known.n_high, len(n))
    if obs.attrs.get("student_groups_chosen") or is_part_of_a_partition(most, n).any():
        raise DataError(
            f"the table holds only some groups of {by}, so the others cannot be added up",
            where='reference="others"',
            mend="load the whole partition (student_group_type, no student_group), and choose a group from the result",
        )
    return Remainder.of(known, code, n, k)


def _with(side: Side, left: Remainder) -> Side:
    """Let students who are not reported join a side: it is no more exact, and no less small than as published."""
    known = left.joined(side.known)
    return replace(side, known=known, point=np.where(left.there, np.nan, side.point))


def organization_pairs(
    a: pd.DataFrame, b: pd.DataFrame, level: float
) -> tuple[pd.DataFrame, Side, Side, str]:
    """Rows of the first organization, both sides of each, and the id of the second organization."""
    rows, others = _rows(a, None, level), _rows(b, None, level)
    name = _refuse_unlike(rows, others)
    both = bounds.row_codes(pd.concat([rows[_FIGURE], others[_FIGURE]], ignore_index=True), _FIGURE)
    code, other_code = both[: len(rows)], both[len(rows) :]
    _refuse_duplicates(rows, code)
    _refuse_duplicates(others, other_code)
    place = np.full(len(both), -1)
    place[other_code] = np.arange(len(others))
    return rows[KEYS], Side.of(rows), Side.of(others).at(place[code]), name


def _others(rows: pd.DataFrame, code: Positions) -> Side:
    """For each row the other rows of its slice, added up by `bounds.pool`."""
    order = np.argsort(code, kind="stable")
    size = np.bincount(code)[code[order]] if len(code) else code
    start = np.searchsorted(code[order], code[order])
    # Row i of a slice of m rows meets all m of them, then itself is struck out.
    owner = np.repeat(np.arange(len(rows)), size)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(size) - size, size)
    member = np.repeat(start, size) + step
    owner, member = owner[owner != member], member[owner != member]
    cells = rows.drop(columns=["organization_level", "organization_name", "student_group_type"])
    sums = bounds.pool(
        cells.iloc[order[member]].assign(owner=order[owner]), by=["owner", "indicator"]
    )
    place = np.full(len(rows), -1)
    place[sums["owner"]] = np.arange(len(sums))
    return Side.of(sums).at(place)


def _rows(obs: pd.DataFrame, by: str | None, level: float) -> pd.DataFrame:
    require_columns(obs)
    if not 0 < level < 1:
        raise QuestionError(
            f"a confidence level of {level} is not between 0 and 1",
            mend="write 95 percent as level=0.95",
        )
    types = obs["student_group_type"]
    wanted = np.ones(len(obs), dtype=bool) if by is None else texts.is_one_of(types, [by])
    if len(obs) and not wanted.any():
        raise DataError(
            f"no rows of student group type {by!r}",
            where="observations, column student_group_type",
            mend="name a type that the table has",
            known=sorted(types.unique()),
            meant=closest(str(by), types.unique()),
        )
    rows = obs if wanted.all() else obs[wanted]
    if (amount := ~texts.is_one_of(rows["unit"], schema.SHARES)).any():
        raise QuestionError(
            f"{rows.loc[amount, 'indicator'].iloc[0]!r} is in {rows.loc[amount, 'unit'].iloc[0].replace('_', ' ')}: "
            "it has no rate",
            where="observations, column unit",
            mend="use `averages`, or `compare_averages` for two places",
        )
    return schema.renumbered(rows)


def _refuse_uncomparable(rows: pd.DataFrame, by: str, reference: str, *, named: bool) -> None:
    if by == "all":
        raise QuestionError(
            "all students are one group: there is no other to compare to",
            where="by='all'",
            mend="name a type with several groups, or use `compare` for two places",
        )
    composed = texts.is_one_of(rows["indicator"], schema.COMPOSITION_INDICATORS)
    if composed.any():
        raise QuestionError(
            f"the groups of {rows.loc[composed, 'indicator'].min()!r} are parts of one whole, "
            "not separate students with a rate each",
            where="observations, column indicator",
            mend="use `rates` for the shares, or `compare` for the shares of two places",
        )
    if len(rows) and not named:
        raise DataError(
            f"reference {reference!r} is not a group of {by!r}",
            where="observations, column student_group",
            mend="name the group to compare to, or 'others' for all other groups together",
            known=[*sorted(rows["student_group"].unique()), OTHERS],
            meant=closest(reference, rows["student_group"].unique()),
        )


def _refuse_unlike(a: pd.DataFrame, b: pd.DataFrame) -> str:
    """Refuse anything but two different organizations; return the id of the second."""
    first = (bounds.first_rows(bounds.row_codes(table, _ORGANIZATION)) for table in (a, b))
    ids = [table[_ORGANIZATION].iloc[at] for table, at in zip((a, b), first, strict=True)]
    for name, organizations in zip("ab", ids, strict=True):
        if len(organizations) > 1 or (len(a) and not len(organizations)):
            raise DataError(
                f"`{name}` holds {len(organizations)} organizations; compare takes one on each side",
                where=f"compare, table `{name}`, column organization_id",
                mend="keep the rows of one place, district or school",
                known=sorted(organizations["organization_id"])[:20],
            )
    if len(a) and (ids[0].to_numpy() == ids[1].to_numpy()).all():
        raise DataError(
            f"`a` and `b` are the same organization, {a['organization_id'].iloc[0]}",
            where="compare, column organization_id",
            mend="compare with another organization, such as the rest of the district",
        )
    return str(b["organization_id"].iloc[0]) if len(b) else ""


def _slices(rows: pd.DataFrame, by: str | None) -> Positions:
    """Give each row the number of its organization, indicator, year, grade and partition, where that is not given."""
    code = bounds.row_codes(rows, _SLICE if by else [*_SLICE, "student_group_type"])
    group = bounds.row_codes(rows, ["student_group"])
    _refuse_duplicates(rows, code * (group.max(initial=0) + 1) + group)
    return code


def _refuse_duplicates(rows: pd.DataFrame, code: Positions) -> None:
    if (code[1:] > code[:-1]).all():  # as tables in order have it
        return
    if code.max(initial=0) < _DENSE * len(code) and np.bincount(code).max(initial=0) <= 1:
        return
    repeated = pd.Series(code).duplicated().to_numpy()
    if repeated.any():
        first = rows[[*_ORGANIZATION, *_FIGURE]].iloc[int(np.argmax(repeated))]
        raise DataError(
            "the same figure stands in two rows, and one of them would be counted twice",
            where=f"observations, {repeated.sum()} row(s), first at {' '.join(map(str, first))}",
            mend="keep one source_id for each figure",
            known=sorted(rows["source_id"].unique())[:20],
        )
