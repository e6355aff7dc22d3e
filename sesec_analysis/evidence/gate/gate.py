"""Gate ESTIMATES before printing: decide for each row what may be published, and with which caution.

Every number that leaves this project passes `gate` last. The first rule of `RULES` that fits a row decides;
`PRINTING_RULES` has each in words for readers.

A published figure enters the rules as published and a withheld one by its bounds alone, so that no number depends on
what the publisher withheld. What is left to protect are groups that the publisher shows and we do not: a number is
printed if it leaves the size of more than one of them open, and withheld if it would leave only one.

The audit sees an edition whole, and only after its notebook has run: `withhold_row` then takes numbers from records.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, replace
from math import inf
from typing import Any
from weakref import WeakValueDictionary

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.evidence.answers import Answer, Outcome, Why, answer
from sesec_analysis.evidence.counts import (
    FEW_COUNTED,
    NOT_REPORTED,
    Counts,
    blurred_sizes,
    combine_ranges,
    is_empty,
    is_not_reported,
    is_of_everyone,
    is_of_few,
    says_nothing,
    sides,
    width,
    without_not_reported,
)
from sesec_analysis.evidence.gate import complementary
from sesec_analysis.evidence.gate.rules import (
    FEW_STUDENTS,
    REASONS,
    reason_ids,
    reasons_of_ids,
    remove_numbers,
    with_caution,
)
from sesec_analysis.evidence.row import GATE_COLUMNS, JOINT, Row, read_rows
from sesec_analysis.evidence.wording.labels import counted_noun, range_reason
from sesec_analysis.schema import LEFT_OUT
from sesec_analysis.text import Arg, List

__all__ = [
    "DERIVED_RULES",
    "ENOUGH_COVERAGE",
    "FEW_COUNTED",
    "NEARLY_ALL",
    "WIDE",
    "care_text",
    "gate",
    "is_gated",
    "judge_rows",
    "method_words",
    "read_gated",
    "table",
    "with_care",
    "withhold_row",
]


ENOUGH_COVERAGE = 0.70
"""Share of students in exactly reported cells, below which no single number is printed."""

NEARLY_ALL = 0.90
"""Share of a group in one school, above which a place stands for that school."""

NARROW, WIDE = 0.05, 0.10
"""Proportion: bounds no wider than the first may carry a mark in their middle; beyond the second, precision is lost."""
_SLACK = 1e-9


def gate(estimates: pd.DataFrame) -> pd.DataFrame:
    """Decide for each estimate whether a point, only a range, or nothing may be published.

    Parameters
    ----------
    estimates
        ESTIMATES. Pass whole partitions of enrollment (every group of a type): the gate can only protect a small
        group from subtraction if it sees the other groups.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES with five more columns. `publish`: `point`, `range` or `nothing`. `marker`: the middle of a narrow
        range may be drawn. `care`: use caution. `rule`: ids of the rules that fit, the one that decided first;
        empty where a number stands as published. `reason`: why, as ids of `REASONS`: that of the rule and, where it
        has several reasons, which; `findings` say it in words. What may not be printed is null: for `nothing` every
        number, for `range` the estimate, its sampling interval and exact numerators. Gating twice gives the same as
        gating once.

    Notes
    -----
    `PRINTING_RULES` has every rule in words. The first that fits decides: nothing known; fewer than 10 students on a
    side (in enrollment: in the group, or in the only other group of its type); a place of which one school, its figure
    withheld, has all or over 90 percent of the group, every cell counted at its largest; a numerator, or its
    complement, of 0 to 2, which widens to "fewer than 3 of n"; bounds that say nothing (a rate or gap wider than 50
    points, a ratio of over a factor of 10 or without an end); bounds wider than 10 points or coverage under 70
    percent; bounds at all. The number of students of a sum with masked cells is printed to the ten. Then `care`: the
    caution beside a number that is printed.

    A number made of more than the rates of its two sides is not widened: with few counted on a side nothing is printed
    (`DERIVED_RULES`).

    Then the other rows (`complementary`): in enrollment, and of measures against all others, the next smallest group
    of a partition is withheld with a single small one, since the total less the groups printed would give its size; of
    participation, whatever would show how few were not tested; and a change of gaps without both of its gaps.

    References
    ----------
    WAC 392-117-060 (Washington State): groups of fewer than ten students.

    Parker, J. D. et al. (2017). National Center for Health Statistics data presentation standards for proportions.
    Vital and Health Statistics, 2(175).

    Examples
    --------
    >>> two = schema.conform_estimates(pd.DataFrame({
    ...     "end_year": 2019, "measure": "rate", "unit": "proportion", "status": "ok",
    ...     "estimate": [0.45, 0.02], "numerator_low": [45, 1], "numerator_high": [45, 1],
    ...     "n_low": [100, 50], "n_high": [100, 50]}))
    >>> gate(two)[["publish", "bound_low", "bound_high", "reason"]]
      publish  bound_low  bound_high       reason
    0   point        NaN         NaN
    1   range        0.0        0.06  few-counted
    """
    return table(judge_rows(estimates), estimates.attrs)


def table(rows: list[Row], attrs: Mapping[Hashable, Any]) -> pd.DataFrame:
    """Return rows as ESTIMATES with the gate's columns."""
    names = [field.name for field in fields(Row) if field.name not in ("answered", "reason")]
    frame = pd.DataFrame({name: [getattr(row, name) for row in rows] for name in names})
    frame["reason"] = [reason_ids(row) for row in rows]
    out = schema.conform_estimates(frame)
    for name in GATE_COLUMNS:
        out[name] = frame[name].astype("bool" if name in ("marker", "care") else "str")
    out.attrs = dict(attrs)
    return out


def read_gated(estimates: pd.DataFrame) -> list[Row]:
    """Return the rows of ESTIMATES that the gate has judged, verdicts included."""
    *names, _reason = GATE_COLUMNS
    rows = []
    for row, verdict in zip(
        read_rows(estimates), estimates[GATE_COLUMNS].to_dict("records"), strict=True
    ):
        gated = replace(row, **{name: verdict[name] for name in names})
        rows.append(replace(gated, reason=reasons_of_ids(verdict["reason"], gated)))
    return rows


def judge_rows(estimates: pd.DataFrame) -> list[Row]:
    """Return the rows of ESTIMATES with the gate's verdict on each, its reason a text."""
    gated = set(GATE_COLUMNS) <= set(estimates.columns)
    return _verdicts(read_gated(estimates) if gated else read_rows(estimates))


def _verdicts(given: list[Row]) -> list[Row]:
    rows = [_judge(row) for row in given]
    for rule in complementary.RULES:
        rows = rule(given, rows)
    _PASSED.update((id(row), row) for row in rows)
    return rows


def withhold_row(row: Row) -> Row:
    """Return a gated row without its numbers, withheld so that others cannot be worked out."""
    return row if row.publish == "nothing" else remove_numbers(row, "one-cell-solved")


_PASSED: WeakValueDictionary[int, Row] = WeakValueDictionary()
"""The very rows that the gate returned, as long as anybody holds them: they are not judged a second time."""


def is_gated(row: Row) -> bool:
    """Whether a row claims no more than its own numbers let it (other rows are not seen)."""
    if _PASSED.get(id(row)) is row:
        return True
    if row.publish == "nothing":
        return is_empty(row)
    return _judge(row).publish == row.publish


def _judge(row: Row) -> Row:
    if row.publish == "nothing" and row.rule and is_empty(row):
        return row  # judged before, for reasons that went with its numbers
    for rule in RULES if counted_noun(row) != "schools" else (_no_figure, _bound_row):
        if (verdict := rule(row)) is not None:
            return verdict if verdict.publish == "nothing" else with_care(verdict)
    return with_care(replace(row, publish="point", marker=False, rule="", reason=None))


def _no_figure(row: Row) -> Row | None:
    if row.is_composition and row.compares and row.student_group == "all":
        return remove_numbers(row, "no-figure/all", "undefined")
    if row.status == "undefined":
        return remove_numbers(row, "no-figure")
    if row.status == "break":
        left_out = row.method.startswith(f"not calculated: {LEFT_OUT}")
        return remove_numbers(row, "series-break/year-out" if left_out else "series-break")
    if row.status == "suppressed" and is_not_reported(row):
        return remove_numbers(row, NOT_REPORTED)
    if row.status == "suppressed":
        # A number made of others was nowhere to be published: too many of its parts were withheld.
        is_published = row.entry.made == "rate" and not row.cells_reported
        return remove_numbers(row, "withheld" if is_published else "says-nothing", rule="withheld")
    known = row.estimate is not None or (row.bound_low is not None and row.bound_high is not None)
    if known or row.status == "small_n":
        return None
    return remove_numbers(row, "withheld/none-published")


def _fewer_than_ten(row: Row) -> Row | None:
    both = sides(row)
    if row.status == "small_n" or both[0].is_small(row):
        return remove_numbers(row, "small-group", "small_n")
    if any(side.is_small(row) for side in both):
        return remove_numbers(row, "small-group/compared", "small_n")
    if any(side.leaves_a_small_group(row) for side in both):
        return remove_numbers(row, "small-remainder")
    return None


def _one_withheld_school(row: Row) -> Row | None:
    if row.organization_level != "place" or range_reason(row):
        return None
    alone = row.cells == 1 and row.cells_reported == 0
    if not alone and (row.largest_masked or 0.0) <= NEARLY_ALL + _SLACK:
        return None
    place = catalog.places().get(row.organization_id)
    if place is not None and place.whole_district:
        return None  # the cell is the district's own row, as published
    return remove_numbers(row, "one-school")


def _too_few_counted(row: Row) -> Row | None:
    """Widen a number to a range that is true whichever of 0 to 2 students of a side, or all but 0 to 2, are counted."""
    if is_of_everyone(row):
        return None  # all of all students: no one is counted out
    if is_of_few(row):  # decided before, when its counts were still known
        decided = row.reason.items[0] if isinstance(row.reason, List) else row.reason
        return _range(row, "few-counted", decided)
    both = sides(row)
    if not any(side.is_few() or side.is_all_but_few() for side in both):
        # Without counts, a percent of exactly 0 or 100 shows as much.
        ends = (row.bound_high, row.bound_low) if row.estimate is None else (row.estimate,) * 2
        shares = row.entry.made == "rate" and row.unit == "proportion"
        at_an_end = shares and (ends[0] == 0 or ends[1] == 1)
        return remove_numbers(row, "few-counted/apart") if at_an_end else None
    ranges = [span for side in both if (span := side.range()) is not None]
    if len(ranges) < len(both) or is_not_reported(row):
        return remove_numbers(row, "few-counted/side")
    low, high = combine_ranges(row, ranges)
    if low <= 0 and high == inf:
        return remove_numbers(row, "few-counted/sides")
    chances = [side.chance(row.ci_level or 0.95) for side in both]
    outer_low, outer_high = combine_ranges(row, chances)
    widened = replace(
        row,
        bound_low=low,
        bound_high=high,
        outer_low=outer_low,
        outer_high=outer_high,
        numerator_low=None,
        numerator_high=None,
        reference_numerator_low=None,
        reference_numerator_high=None,
    )
    if row.unit != "ratio" and says_nothing(widened):
        return remove_numbers(row, "says-nothing")
    return _range(widened, "few-counted", REASONS[_which_few(both)](widened))


def _which_few(sides: list[Counts]) -> str:
    """Return the id of the reason that is true of a masked count, whatever it is."""
    if len(sides) > 1:
        return "few-counted/side-or-left-out"
    [side] = sides
    which = "few-counted" if side.is_few() else "few-counted/left-out"
    if side.n_low == side.n_high:
        return which
    return "few-counted/of-range" if side.is_few() else "few-counted/left-out-of-range"


def _bound_row(row: Row) -> Row | None:
    if row.bound_low is None or row.bound_high is None:
        whole = row.status == "ok" and not _is_thin(row)
        if whole:
            return None
        is_one_school = counted_noun(row) == "schools" and row.organization_level == "school"
        return remove_numbers(row, "no-bounds/one-school" if is_one_school else "no-bounds")
    if says_nothing(row):
        reason = "range-by-nature" if range_reason(row) else "says-nothing"
        return remove_numbers(row, reason, rule="says-nothing")
    if row.measure.endswith("_if_all_tested"):
        return _range(row, "not-all-tested")
    if range_reason(row):
        return _range(row, "range-by-nature")
    if is_not_reported(row):
        return _range(row, NOT_REPORTED)
    wide = width(row)
    if _is_thin(row) or wide > WIDE + _SLACK:
        return _range(row, "thin" if _is_thin(row) else "wide")
    if wide > NARROW + _SLACK:
        return _range(row, "imprecise")
    if row.status == "ok" and wide <= _SLACK and row.estimate is not None:
        return None
    return _range(row, "some-withheld")


def _is_thin(row: Row) -> bool:
    return row.coverage is not None and row.coverage < ENOUGH_COVERAGE - _SLACK


def of_few_untested(row: Row) -> Row | None:
    """Withhold a worst case whose ends show that only a few students were not tested."""
    if (
        not row.measure.endswith("_if_all_tested")
        or row.bound_low is None
        or row.bound_high is None
    ):
        return None
    sizes = [n for n in (row.n_low, row.reference_n_low) if n]
    untested = (row.bound_high - row.bound_low) * min(sizes, default=0)
    if untested < FEW_COUNTED - _SLACK:
        return remove_numbers(row, "few-untested")
    return None


def of_few(row: Row) -> Row | None:
    """Withhold a derived number where 0 to 2 students of a side, or all but 0 to 2, are counted: it is not widened."""
    if row.entry.made != "derived" or is_of_everyone(row):
        return None
    if any(side.is_few() or side.is_all_but_few() for side in sides(row)):
        return remove_numbers(row, "few-counted/side-or-left-out")
    return None


DERIVED_RULES: tuple[Callable[[Row], Row | None], ...] = (of_few_untested, of_few)
"""Of numbers made of more than two rates. Each returns its verdict on a row, or None where it does not fit."""


RULES: tuple[Callable[[Row], Row | None], ...] = (
    _no_figure,
    _fewer_than_ten,
    _one_withheld_school,
    *DERIVED_RULES,
    _too_few_counted,
    _bound_row,
)
"""Each returns its verdict on a row, or None where it does not fit; the first verdict decides."""


def _range(row: Row, rule: str, reason: Arg | None = None) -> Row:
    hidden = dict.fromkeys(("estimate", "ci_low", "ci_high"))
    for prefix in ("", "reference_"):
        low, high = f"{prefix}numerator_low", f"{prefix}numerator_high"
        if getattr(row, low) is not None and getattr(row, low) == getattr(row, high):
            hidden |= {low: None, high: None}
    hidden |= {} if range_reason(row) else blurred_sizes(row)
    hidden |= without_not_reported(row)
    # The middle of "fewer than 3 of n" means nothing.
    at_an_end = not row.compares and (row.bound_low == 0 or row.bound_high == 1)
    marker = width(row) <= NARROW + _SLACK and not _is_thin(row) and not at_an_end
    # Of these bounds: those that were measured may have been widened since.
    middle = ((row.bound_low or 0.0) + (row.bound_high or 0.0)) / 2 if marker else None
    verdict = {
        "publish": "range",
        "midpoint": middle,
        "marker": marker,
        "rule": rule,
        "reason": reason or REASONS[rule](row),
    }
    return replace(row, **hidden, **verdict, status="bounded")  # type: ignore[arg-type]


_WIDE, _RELATIVE_FROM, _RELATIVE = 0.30, 0.05, 1.30


def with_care(row: Row) -> Row:
    """Return a row that may be printed with the caution that belongs beside it.

    Examples
    --------
    >>> row = Row("ela_met", 2017, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "rate", "", estimate=0.4, n_low=20, n_high=20, unit="proportion", status="ok", publish="point")
    >>> with_care(row).rule, str(with_care(row).reason)
    ('few-students', 'use caution: fewer than 30 students')
    """
    rule = _care(row)
    wording_rule = _wording_rule(answer(row))
    return replace(
        row,
        care=bool(rule),
        rule=JOINT.join(part for part in (row.rule, rule, wording_rule) if part),
        reason=with_caution(row.reason, rule, row),
    )


def _wording_rule(found: Answer | None) -> str:
    if found is None or found.outcome is Outcome.DIFFERS:
        return ""
    if found.outcome is Outcome.SAME:
        return "about-the-same"
    return "no-clear-difference" if found.why is Why.CHANCE else "left-open"


def care_text(row: Row) -> Arg | None:
    """Return why a row is to be used with caution; None if it is not."""
    rule = _care(row)
    return REASONS[rule](row) if rule else None


def _care(row: Row) -> str:
    """Return the id of the rule, which is that of its reason, by which a row is to be read with care."""
    sizes = [n for n in (row.n_low, row.reference_n_low) if n is not None]
    if sizes and min(sizes) < FEW_STUDENTS:
        return "few-students"
    if _is_unreliable(row):
        return "unreliable"
    return ""


def _is_unreliable(row: Row) -> bool:
    if row.ci_low is None or row.ci_high is None:
        return False
    if row.printed_in not in ("proportion", "points"):
        return False
    width = row.ci_high - row.ci_low
    if width > _WIDE:
        return True
    rate = row.estimate if row.unit == "proportion" else None
    return bool(rate) and width >= _RELATIVE_FROM and width > _RELATIVE * (rate or 0)


def method_words(row: Row) -> str:
    """Return how a number was made, without clauses whose decimals are finer than what is printed.

    Examples
    --------
    >>> row = Row("ela_met", 2019, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "years_to_close", "white", method="the pace of 2015 to 2019, -1.21 points a year; Fieller interval")
    >>> method_words(row)
    'Fieller interval'
    """
    is_plain = not row.entry.subject or row.publish != "nothing"
    method = row.method if is_plain else row.method.partition(":")[0]
    if row.measure == "power":  # its decimals are the size that was requested
        return method
    return "; ".join(part for part in method.split("; ") if not re.search(r"\d\.\d", part))
