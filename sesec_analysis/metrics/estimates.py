"""Build ESTIMATES rows: match rows with their references, decide from point and bounds what may be claimed.

A question that has no right answer is refused here, once, for every measure: overlapping groups, the parts of one whole
compared with each other, the same figure twice.

A measure makes a `Side` of the group (and one of the reference), computes its `Numbers`, and `build_estimates` decides
row by row which of them may be claimed. No formula of a measure is here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis import bounds, schema
from sesec_analysis.bounds import (
    Flags,
    Floats,
    KnownCounts,
    Positions,
    as_floats,
    whole_numbers,
)
from sesec_analysis.errors import DataError, QuestionError, check_choice, closest
from sesec_analysis.i18n import mark
from sesec_analysis.metrics.intervals import check_level, wilson
from sesec_analysis.not_reported import Remainder, is_part_of_a_partition

__all__ = [
    "ENOUGH_COVERAGE",
    "KEYS",
    "OTHERS",
    "PRECISE_WIDTH",
    "MeasureSpec",
    "Moved",
    "Numbers",
    "Pairs",
    "Side",
    "build_estimates",
    "check_level",
    "choose_measures",
    "count_all_students",
    "group_pairs",
    "interleave_measures",
    "moved_by_years",
    "organization_pairs",
    "quotient",
    "refuse_several",
    "share_of_whole",
    "single_rows",
]


PRECISE_WIDTH = 0.05
"""Proportion: suppression bounds no wider than this have a midpoint, to guide the eye."""

ENOUGH_COVERAGE = 0.70
"""Share of students in exactly reported cells, below which bounds have no midpoint."""

_SLACK = 1e-9
"""Bounds carry a hair of floating point room, and a width of exactly five points is still five points."""


@dataclass(frozen=True)
class Side:
    """One side of a measure (the group, or what it is compared to), one value per row of the result."""

    known: KnownCounts
    point: Floats  # published rate; NaN unless published exactly
    absent: Flags  # there is no such figure: no students, not collected, or no row
    small: Flags  # known to be fewer than ten students
    lone_masked: Flags  # one published cell, masked: its inferred counts are not ours to print
    by_chance: Flags  # people counted one by one, all of them: an interval of chance can be made from the counts
    full_count: Flags  # a share of the roll or of the staff: everybody was counted, chance has no part in it
    coverage: Floats
    cells: Floats
    cells_reported: Floats
    largest_masked: Floats
    interval_low: Floats  # of estimates with their publisher's own 95 percent interval; else NaN
    interval_high: Floats
    source: pd.api.extensions.ExtensionArray  # source ids as text; "" where there is no row

    @classmethod
    def from_table(cls, table: pd.DataFrame) -> Self:
        """Read OBSERVATIONS rows, or sums made by `bounds.pool`."""
        known = KnownCounts.from_table(table)
        status = table["status"]
        composition = table["indicator"].isin(schema.COMPOSITION_INDICATORS).to_numpy(dtype=bool)
        employees = table["indicator"].isin(schema.EMPLOYEE_INDICATORS).to_numpy(dtype=bool)
        absent = status.isin(["no_students", "not_collected"]).to_numpy(dtype=bool)
        absent = absent | (known.exact & (known.n_high == 0))
        size = np.where(composition, known.k_high, known.n_high)
        small = (status == "small_n").to_numpy(dtype=bool) | (size < schema.MINIMUM_GROUP)
        published = (status == "reported").to_numpy(dtype=bool) & ~known.exact
        point = np.where(known.exact, known.value_low, np.nan)
        point = np.where(published, as_floats(table, "value"), point)
        # The ends of a publisher's interval bound nothing: they are chance.
        sampled = published & _has_own_interval(table)
        ends = [known.value_low, known.value_high]
        if sampled.any():
            low, high = (np.where(sampled, point, values) for values in ends)
            known = replace(known, value_low=low, value_high=high)
        return cls(
            known=known,
            point=point,
            absent=absent,
            small=small & ~absent,
            lone_masked=(as_floats(table, "cells", null=1.0) == 1) & ~known.exact,
            by_chance=_counted_one_by_one(table),
            full_count=composition | employees,
            coverage=np.where(known.exact, 1.0, as_floats(table, "coverage", null=0.0)),
            cells=as_floats(table, "cells", null=1.0),
            cells_reported=as_floats(table, "cells_reported", null=0.0),
            largest_masked=as_floats(table, "largest_masked", null=0.0),
            interval_low=np.where(sampled, ends[0], np.nan),
            interval_high=np.where(sampled, ends[1], np.nan),
            source=table["source_id"].array,
        )

    def at(self, rows: Positions) -> "Side":
        """Take rows by position; -1 is a row that does not exist."""
        if not len(self.point):
            blank = schema.conform_observations(
                pd.DataFrame({"end_year": [0], "status": ["not_collected"]})
            )
            return type(self).from_table(blank).at(rows)
        there = rows >= 0
        kept = (
            *("point", "lone_masked", "by_chance", "full_count", "coverage", "largest_masked"),
            *("interval_low", "interval_high"),
        )
        return type(self)(
            **{name: getattr(self, name)[rows] for name in kept},
            known=self.known.take(rows),
            absent=self.absent[rows] | ~there,
            small=self.small[rows] & there,
            cells=np.where(there, self.cells[rows], 0.0),
            cells_reported=np.where(there, self.cells_reported[rows], 0.0),
            source=self.source.take(rows, allow_fill=True, fill_value=""),
        )


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
    undefined: Flags | bool = False  # no such number exists, although its parts do
    says_nothing: Flags | None = None  # the bounds are all that could be; none: where a side's are
    has_midpoint: bool = True  # whether narrow bounds have a midpoint


@dataclass(frozen=True)
class Pairs:
    """Figures and what each is compared to, row by row."""

    keys: pd.DataFrame
    group: Side
    other: Side
    reference: str  # its name in ESTIMATES
    level: float

    @property
    def exact(self) -> Flags:
        """Rows of which both sides are published exactly."""
        return self.group.known.exact & self.other.known.exact

    def estimates(self, measure: MeasureSpec, numbers: Numbers) -> pd.DataFrame:
        """Return ESTIMATES of a measure, as `build_estimates` makes them."""
        return build_estimates(
            *(self.keys, measure, numbers, self.group, self.other),
            reference_name=self.reference,
            level=self.level,
        )


def quotient(rate: Floats, other: Floats, *, by_zero: float = np.nan) -> Floats:
    """Divide; NaN where either is unknown."""
    out = np.where(np.isnan(rate) | np.isnan(other), np.nan, by_zero)
    return np.divide(rate, other, out=out, where=other > 0)


def share_of_whole(part: Floats, rest: Floats, *, if_empty: float) -> Floats:
    """Divide a part by part and rest, with the limit where either is infinite; ``if_empty`` where both are zero."""
    endless = np.where(np.isinf(part), 1.0, np.where(np.isinf(rest), 0.0, if_empty))
    finite = np.isfinite(part) & np.isfinite(rest) & (part + rest > 0)
    return np.divide(part, part + rest, out=endless, where=finite)


def choose_measures(measures: Iterable[str] | None, known: Sequence[str], what: str) -> list[str]:
    """Return the measures that are asked for, each once, or all that are known; refuse others."""
    for name in measures or ():
        check_choice(name, known, what=f"measure of {what}", where=f"{what}, measures")
    return list(dict.fromkeys(measures or known))


def interleave_measures(tables: Iterable[pd.DataFrame], source: pd.DataFrame) -> pd.DataFrame:
    """Return several measures of the same rows as one table, those of a row one after the other."""
    together = pd.concat(tables).sort_index(kind="stable").reset_index(drop=True)
    together.attrs = dict(source.attrs)
    return together


def build_estimates(
    keys: pd.DataFrame,
    measure: MeasureSpec,
    numbers: Numbers,
    group: Side,
    reference: Side | None = None,
    *,
    reference_name: str = "",
    level: float,
) -> pd.DataFrame:
    """Return ESTIMATES that claim of each row no more than the counts allow.

    The statuses, first that fits: `small_n` (either side is known to be under ten students: every number null),
    `undefined` (no such figure: no number), `ok` (both sides published), `suppressed` (the bounds of a side say
    nothing), `bounded`. A bounded row has no estimate; it has a midpoint if its bounds are at most five points wide and
    cells with 70 percent of the students are exactly reported.
    """
    sides = [group] if reference is None else [group, reference]
    if reference is not None:
        numbers = replace(numbers, undefined=numbers.undefined | _numbers_of_students(keys))
    coverage = _coverage(sides)
    code = _verdicts(sides, numbers, coverage)
    full_count = reduce(np.logical_or, [side.full_count for side in sides])
    by_chance = reduce(np.logical_and, [side.by_chance for side in sides]) & ~full_count
    # Around one masked cell chance would be that of ten students: it protects nothing and says nothing.
    lone = group.lone_masked & by_chance if reference is None else np.zeros(len(by_chance), bool)
    by_chance &= ~lone
    variant = np.select([lone, full_count, ~by_chance], [3, 2, 1], default=0).astype(np.int8)
    columns = {
        "measure": measure.name,
        "reference": reference_name,
        "unit": measure.unit,
        **_numbers(numbers, sides, code, by_chance),
        **_counts(sides, code, coverage),
        "ci_level": level,
        "status": pd.array(_STATUSES, dtype="str").take(code),
        "method": pd.array(_methods(measure), dtype="str").take(code + len(_STATUSES) * variant),
        "source_ids": _sources(sides),
    }
    table = pd.DataFrame({**keys.filter(KEYS), **columns}, index=keys.index, copy=False)
    table.attrs = dict(keys.attrs)
    return schema.conform_estimates(table)


def count_all_students(rates: pd.DataFrame) -> pd.DataFrame:
    """Return rates in which those of all students of enrollment, which are all 1, are their number instead."""
    every = rates["indicator"].isin(schema.COMPOSITION_INDICATORS) & (
        rates["student_group"] == "all"
    )
    if not every.any():
        return rates
    ends = [as_floats(rates, f"numerator_{end}") for end in ("low", "high")]
    known = every & rates["estimate"].notna() & (ends[0] == ends[1])
    counts = {
        "estimate": np.where(known, ends[0], np.nan),
        "midpoint": np.nan,
        "bound_low": ends[0],
        "bound_high": ends[1],
    }
    table = rates.assign(
        **{name: rates[name].where(~every, values) for name, values in counts.items()},
        measure=rates["measure"].mask(every, "count"),
        unit=rates["unit"].mask(every, "students"),
    )
    table.attrs = dict(rates.attrs)
    return table


def _numbers_of_students(keys: pd.DataFrame) -> Flags:
    """Flag enrollment of all students, which is a number (its share is always 1); refuse a table of it alone."""
    composed = keys["indicator"].isin(schema.COMPOSITION_INDICATORS)
    counted = (composed & (keys["student_group"] == "all")).to_numpy(dtype=bool)
    if len(counted) and counted.all():
        raise QuestionError(
            "the enrollment of all students is a number, not a rate: it has no gap, ratio, or change in points",
            where="observations, column student_group",
            fix="`rates` returns the number of students of each year, `plot_trend` plots it; or load a student group",
        )
    return counted


def _numbers(
    numbers: Numbers, sides: list[Side], code: NDArray[np.int8], by_chance: Flags
) -> dict[str, Floats]:
    """Return the estimate, its intervals, and the midpoint of narrow bounds, null where they are not shown."""
    ok, shown = code == _OK, code >= _OK
    exact = reduce(np.logical_and, [side.known.exact for side in sides])
    middle = (numbers.bound_low + numbers.bound_high) / 2
    low = np.minimum(numbers.outer_low, numbers.bound_low)
    high = np.maximum(numbers.outer_high, numbers.bound_high)
    return {
        "estimate": np.where(ok, numbers.point, np.nan),
        "bound_low": np.where(shown, numbers.bound_low, np.nan),
        "bound_high": np.where(shown, numbers.bound_high, np.nan),
        "ci_low": np.where(ok & exact & by_chance, low, np.nan),
        "ci_high": np.where(ok & exact & by_chance, high, np.nan),
        "outer_low": np.where(shown & by_chance, low, np.nan),
        "outer_high": np.where(shown & by_chance, high, np.nan),
        "midpoint": np.where(code == _MIDPOINT, middle, np.nan),
    }


def _counts(
    sides: list[Side], code: NDArray[np.int8], coverage: Floats
) -> dict[str, Floats | pd.arrays.IntegerArray]:
    """Return how many students and cells each row rests on, null where they are not shown."""
    shown = (code != _SMALL) & ~_flag_absent(sides)
    largest = reduce(np.maximum, [side.largest_masked for side in sides])
    counts: dict[str, Floats | pd.arrays.IntegerArray] = {
        "coverage": np.where(shown, coverage, np.nan),
        "largest_masked": np.where(shown, largest, np.nan),
    }
    for side, prefix in zip(sides, ("", "reference_"), strict=False):
        # The counts of one masked cell are inferred, and the publisher hid them: they are not ours to print.
        own = shown & ~side.lone_masked
        counts[f"{prefix}numerator_low"] = whole_numbers(side.known.k_low, own)
        counts[f"{prefix}numerator_high"] = whole_numbers(side.known.k_high, own)
        counts[f"{prefix}n_low"] = whole_numbers(side.known.n_low, own)
        counts[f"{prefix}n_high"] = whole_numbers(side.known.n_high, own)
    for name in ("cells", "cells_reported"):
        counts[name] = whole_numbers(reduce(np.add, [getattr(side, name) for side in sides]))
    return counts


def _verdicts(sides: list[Side], numbers: Numbers, coverage: Floats) -> NDArray[np.int8]:
    """Number the outcome of each row, by position in `_STATUSES`; the first that fits."""
    silent = numbers.says_nothing
    if silent is None:
        silent = reduce(np.logical_or, [side.known.says_nothing for side in sides])
    precise = numbers.bound_high - numbers.bound_low <= PRECISE_WIDTH + _SLACK
    outcomes = [
        reduce(np.logical_or, [side.small for side in sides]),
        _flag_absent(sides) | numbers.undefined,
        ~np.isnan(numbers.point),
        silent,
        precise & (coverage >= ENOUGH_COVERAGE - _SLACK) & numbers.has_midpoint,
    ]
    return np.select(outcomes, range(len(outcomes)), len(outcomes)).astype(np.int8)


def _flag_absent(sides: list[Side]) -> Flags:
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
            (_ONE_CELL, f"bounds: the publisher's text; {_ONE_CELL}"),
        )
        for words in (
            f"not shown: fewer than {schema.MINIMUM_GROUP} students",
            "not computed: " + mark("no students, nothing to compare to, or no such figure"),
            interval,
            f"{bounded}; they say nothing about a side",
            f"midpoint of suppression bounds; {bounded}",
            f"range only; {bounded}",
        )
    ]


_FULL_COUNT = "no sampling interval: a full count"
_ONE_CELL = "no sampling interval around a single masked cell"
_NO_CHANCE = (
    "no sampling interval: answers, schools and estimates are not people counted one by one"
)


def _has_own_interval(table: pd.DataFrame) -> Flags:
    if "unit" not in table:
        return np.zeros(len(table), dtype=bool)
    return table["unit"].isin([schema.WITH_INTERVAL]).to_numpy(dtype=bool)


def _counted_one_by_one(table: pd.DataFrame) -> Flags:
    if "unit" not in table:  # sums of a partition, made here of rows that are
        return np.ones(len(table), dtype=bool)
    return table["unit"].isin(["proportion", ""]).to_numpy(dtype=bool)


def _coverage(sides: list[Side]) -> Floats:
    """Share of the students of all sides in exactly reported cells, masked cells counted at their largest."""
    students = reduce(np.add, [side.known.n_high for side in sides])
    with np.errstate(divide="ignore", invalid="ignore"):
        weighted = reduce(np.add, [side.coverage * side.known.n_high for side in sides]) / students
    # Where nothing caps a side, a weighted mean is no less than the least of its parts; nor where nobody is.
    least = reduce(np.minimum, [side.coverage for side in sides])
    return np.where(np.isfinite(students) & (students > 0), weighted, least)


def _sources(sides: list[Side]) -> pd.api.extensions.ExtensionArray:
    """Join the source ids of the sides; rows are many, but distinct combinations are few."""
    ids = pd.DataFrame(dict(enumerate(side.source for side in sides)))
    code = bounds.row_codes(ids, list(ids))
    distinct = ids.iloc[bounds.first_rows(code)].itertuples(index=False)
    joined = [bounds.join_sources(each) for each in distinct]
    return pd.array(joined, dtype="str").take(code)


@dataclass(frozen=True)
class Moved:
    """How far the rates of schools move from year to year by themselves: Wilson limits of phi times fewer students."""

    low: Floats
    high: Floats
    phi: Floats  # NaN where it is not known, and for what is no school: limits of all students
    pairs: Floats  # pairs of years that phi rests on
    of_level: Flags  # phi is that of the schools of its level


_QUESTION = ["indicator", "grade_level", "level"]


def moved_by_years(
    rows: pd.DataFrame,
    side: Side,
    variation: pd.DataFrame,
    levels: Mapping[str, str] | None,
    level: float,
) -> Moved:
    """Return how far chance moves each rate, by `year_variation` of its level or else of all levels."""
    named = rows["organization_id"].map(dict(levels or {})) if levels else ""
    asked = rows[["indicator", "grade_level"]].assign(level=named)
    variation = schema.check_table(
        variation, "variation", "pass what `year_variation` returns", [*_QUESTION, "phi", "pairs"]
    )
    numbers_of = variation[[*_QUESTION, "phi", "pairs"]].dropna(subset=["phi"])
    own, whole = (
        question.merge(numbers_of, on=_QUESTION, how="left")
        for question in (asked, asked.assign(level=""))
    )
    found = own.where(own["phi"].notna(), whole)
    is_school = rows["organization_level"].eq("school").to_numpy(dtype=bool)
    phi = np.where(is_school, as_floats(found, "phi"), np.nan)
    known = side.known
    n = np.fmax(known.n_low, 1.0) / np.where(np.isnan(phi), 1.0, phi)
    low, _ = wilson(known.value_low * n, n, level)
    _, high = wilson(known.value_high * n, n, level)
    of_level = found["level"].fillna("").astype(str).ne("").to_numpy(dtype=bool)
    return Moved(low, high, phi, as_floats(found, "pairs"), of_level)


OTHERS = "others"
"""The reference that stands for all other groups of the partition, added up."""

_FIGURE = ["indicator", "end_year", "grade_level", "student_group_type", "student_group"]
_ORGANIZATION = ["organization_level", "organization_id"]
_SLICE = [*_ORGANIZATION, *_FIGURE[:3]]

KEYS = [*_ORGANIZATION, "organization_name", *_FIGURE]
"""Columns of OBSERVATIONS that a row of ESTIMATES keeps."""


def single_rows(obs: pd.DataFrame, by: str | None, level: float) -> tuple[pd.DataFrame, Side]:
    """Rows of one student group type, or all rows, each for itself."""
    rows = _rows(obs, by, level)
    _slices(rows)
    return rows[KEYS], Side.from_table(rows)


def group_pairs(obs: pd.DataFrame, by: str, reference: str, level: float) -> Pairs:
    """Rows of the groups compared, and both sides of each."""
    rows = _rows(obs, by, level)
    is_reference = (rows["student_group"] == reference).to_numpy(dtype=bool)
    named = reference == OTHERS or bool(is_reference.any())
    _refuse_uncomparable(rows, by, reference, named=named)
    code, side = _slices(rows), Side.from_table(rows)
    if reference == OTHERS:
        left = _not_reported(obs, rows, by, code)
        others = _add_not_reported(_others(rows, code), left)
        return Pairs(rows[KEYS], _add_not_reported(side, left), others, reference, level)
    if len(rows) and is_reference.all():
        raise DataError(
            f"{reference!r} is the only group of {by!r}: there is none to compare with it",
            where="observations, column student_group",
            fix="load the other groups of the type too",
        )
    reference_of = np.full(code.max(initial=-1) + 1, -1)
    reference_of[code[is_reference]] = np.flatnonzero(is_reference)
    keys = rows.loc[~is_reference, KEYS].reset_index(drop=True)
    groups = side.at(np.flatnonzero(~is_reference))
    return Pairs(keys, groups, side.at(reference_of[code[~is_reference]]), reference, level)


def _not_reported(obs: pd.DataFrame, rows: pd.DataFrame, by: str, code: Positions) -> Remainder:
    """Return what the groups leave of all students, where the table has those; refuse a part of a partition.

    Where some of the others were left out, what is left is not all other students.
    """
    slices = [name for name in _SLICE if name in obs.columns]
    everyone = obs[obs["student_group"] == "all"]
    everyone = everyone[everyone["denominator"].notna()]
    first = bounds.first_rows(code)
    place = bounds.match_rows(rows.iloc[first], everyone, slices)
    n, k = (
        np.append(as_floats(everyone, name), np.nan)[place] for name in ("denominator", "numerator")
    )
    known = KnownCounts.from_table(rows)
    most = bounds.sum_by(code, known.n_high, len(n))
    if obs.attrs.get("student_groups_chosen") or is_part_of_a_partition(most, n).any():
        raise DataError(
            f"the table holds only some groups of {by}, so the others cannot be added up",
            where='reference="others"',
            fix="load the whole partition (student_group_type, no student_group), and choose a group from the result",
        )
    return Remainder.from_counts(known, code, n, k)


def _add_not_reported(side: Side, left: Remainder) -> Side:
    """Let students who are not reported join a side: it is no more exact, and no less small than as published."""
    known = left.joined(side.known)
    return replace(side, known=known, point=np.where(left.there, np.nan, side.point))


def organization_pairs(a: pd.DataFrame, b: pd.DataFrame, level: float) -> Pairs:
    """Rows of the first organization, each with that of the second; the reference is the second's id."""
    rows, others = _rows(a, None, level), _rows(b, None, level)
    name = _refuse_unlike(rows, others)
    _slices(rows)
    _slices(others)
    at = bounds.match_rows(rows, others, _FIGURE)
    return Pairs(rows[KEYS], Side.from_table(rows), Side.from_table(others).at(at), name, level)


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
    return Side.from_table(sums).at(place)


def _rows(obs: pd.DataFrame, by: str | None, level: float) -> pd.DataFrame:
    obs = schema.check_observations(obs)
    check_level(level)
    types = obs["student_group_type"]
    wanted = np.ones(len(obs), dtype=bool) if by is None else (types == by).to_numpy(dtype=bool)
    if len(obs) and not wanted.any():
        raise DataError(
            f"no rows of student group type {by!r}",
            where="observations, column student_group_type",
            fix="name a type that the table has",
            valid=sorted(types.unique()),
            meant=closest(str(by), types.unique()),
        )
    rows = obs if wanted.all() else obs[wanted]
    if (amount := ~rows["unit"].isin(schema.SHARES)).any():
        raise QuestionError(
            f"{rows.loc[amount, 'indicator'].iloc[0]!r} is in {rows.loc[amount, 'unit'].iloc[0].replace('_', ' ')}: "
            "it has no rate",
            where="observations, column unit",
            fix="use `averages`, or `compare_averages` for two places",
        )
    return rows.reset_index(drop=True)


def _refuse_uncomparable(rows: pd.DataFrame, by: str, reference: str, *, named: bool) -> None:
    if by == "all":
        raise QuestionError(
            "all students are one group: there is no other to compare with",
            where="by='all'",
            fix="name a type with several groups, or use `compare` for two places",
        )
    composed = rows["indicator"].isin(schema.COMPOSITION_INDICATORS)
    if composed.any():
        raise QuestionError(
            f"the groups of {rows.loc[composed, 'indicator'].min()!r} are parts of one whole, "
            "not separate students with a rate each",
            where="observations, column indicator",
            fix="use `rates` for the shares, or `compare` for the shares of two places",
        )
    if len(rows) and not named:
        raise DataError(
            f"reference {reference!r} is not a group of {by!r}",
            where="observations, column student_group",
            fix="name the group to compare to, or 'others' for all other groups together",
            valid=[*sorted(rows["student_group"].unique()), OTHERS],
            meant=closest(reference, rows["student_group"].unique()),
        )


def _refuse_unlike(a: pd.DataFrame, b: pd.DataFrame) -> str:
    """Refuse anything but two different organizations; return the id of the second."""
    for name, table in (("a", a), ("b", b)):
        refuse_several(table, name, "compare", fewest=min(len(a), 1))
    if len(a) and (a[_ORGANIZATION].iloc[0] == b[_ORGANIZATION].iloc[0]).all():
        raise DataError(
            f"`a` and `b` are the same organization, {a['organization_id'].iloc[0]}",
            where="compare, column organization_id",
            fix="compare with another organization, such as the rest of the district",
        )
    return str(b["organization_id"].iloc[0]) if len(b) else ""


def refuse_several(table: pd.DataFrame, name: str, where: str, *, fewest: int = 0) -> None:
    """Refuse a table of several organizations, where one is compared with one."""
    ids = table[_ORGANIZATION].drop_duplicates()["organization_id"]
    if not fewest <= len(ids) <= 1:
        raise DataError(
            f"`{name}` holds {len(ids)} organizations; one is compared with one",
            where=f"{where}, table `{name}`, column organization_id",
            fix="keep the rows of one place, district or school",
            valid=sorted(ids)[:20],
        )


def _slices(rows: pd.DataFrame) -> Positions:
    """Number the rows by organization, indicator, year, grade and partition; refuse a group that is there twice."""
    code = bounds.row_codes(rows, [*_SLICE, "student_group_type"])
    repeated = pd.DataFrame({"slice": code, "group": rows["student_group"]}).duplicated()
    if repeated.any():
        first = rows.loc[repeated, [*_ORGANIZATION, *_FIGURE]].iloc[0]
        raise DataError(
            "the same figure is in two rows, and one of them would be counted twice",
            where=f"observations, {repeated.sum()} row(s), first at {' '.join(map(str, first))}",
            fix="keep one source_id for each figure",
            valid=sorted(rows["source_id"].unique())[:20],
        )
    return code
