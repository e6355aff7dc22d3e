"""Define the two tables that everything speaks: OBSERVATIONS (what was published) and ESTIMATES (what we claim).

Columns, types, units and invariants are defined here once; `validate_observations` and `validate_estimates` name every
fault of a table at once. Proportions are 0-1 everywhere; percent is made when printing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import pandas_dtype

from sesec_analysis.errors import FileError, QuestionError

__all__ = [
    "COMPOSITION_INDICATORS",
    "EMPLOYEE_INDICATORS",
    "ENROLLMENT_INDICATORS",
    "ESTIMATES_COLUMNS",
    "ESTIMATES_KEY",
    "ESTIMATE_STATUSES",
    "LEFT_OUT",
    "MINIMUM_GROUP",
    "OBSERVATIONS_COLUMNS",
    "OBSERVATIONS_KEY",
    "OBSERVATION_STATUSES",
    "OF_SUMS",
    "PUBLISHED_SCHOOLS",
    "SHARES",
    "UNITS",
    "WITH_INTERVAL",
    "check_estimates",
    "check_observations",
    "check_table",
    "conform_estimates",
    "conform_observations",
    "validate_estimates",
    "validate_observations",
]


MINIMUM_GROUP = 10
"""Students: a smaller group is never printed (WAC 392-117-060; the state's own minimum)."""

ENROLLMENT_INDICATORS = frozenset({"enrollment", "enrollment_october"})
COMPOSITION_INDICATORS = ENROLLMENT_INDICATORS | {"homeless_students"}
"""Indicators whose numerator *is* the group (students of the group / all students): its size is the numerator."""

EMPLOYEE_INDICATORS = frozenset(
    f"teachers_{group}"
    for group in (
        *("american_indian", "asian", "black", "hispanic", "pacific_islander", "two_or_more"),
        *("white", "female", "male", "gender_x"),
        *("full_certificate", "limited_certificate", "masters_degree"),
    )
)
"""Shares of all employees of a school: a full count, in which chance has no part."""

OBSERVATION_STATUSES = (
    "reported",  # counts and value published exactly
    "bounded",  # a published range ("<5%"), or a sum over cells of which some are not exact
    "complementary",  # withheld to protect another cell; the percent may still be published
    "small_n",  # fewer than ten students in the group
    "withheld",  # nothing published and no reason given
    "no_students",  # the publisher says there are none
    "not_collected",  # no such figure exists (for example spring 2020 tests)
)
ESTIMATE_STATUSES = ("ok", "small_n", "bounded", "suppressed", "undefined", "break")
LEFT_OUT = "left out"
"""How `method` begins, after "not calculated: ", where a year has no figure that means what others do."""

_GRADE = "(?:PK|K|0[1-9]|1[0-2])"
_GRADES = rf"all|{_GRADE}(?:-{_GRADE}|(?:\+{_GRADE})+)?"
"""Codes of grades: one, or several added up (``03-05``, ``03+05``)."""

LEVELS = ("state", "district", "school", "tract", "place")

WITH_INTERVAL = "share_with_interval"
"""An estimate with its publisher's 95 percent interval, which `value_low` and `value_high` are: it has no counts."""

SHARES = ("proportion", "share_of_answers", "share_of_schools", "estimated_share", WITH_INTERVAL)
"""Units whose value is a numerator over a denominator, 0-1. Only a `proportion` counts people one by one, all of them:
answers of one student hang together, schools are all there, an estimate has its own error: no interval is made."""

UNITS = (*SHARES, "dollars_per_student", "students_per_teacher", "years", "percentile", "score")
"""What `value` may be in. Beyond the shares, `denominator` is what the average is over, and there is no numerator."""

OBSERVATIONS_KEY = [
    *("source_id", "indicator", "end_year", "organization_level", "organization_id"),
    *("grade_level", "student_group_type", "student_group"),
]

_TEXT, _COUNT, _SHARE, _YEAR = "str", "Int64", "float64", "int64"
_DTYPES: dict[str, Any] = {kind: pandas_dtype(kind) for kind in (_TEXT, _COUNT, _SHARE, _YEAR)}

_OBSERVATIONS: dict[str, str] = {
    "source_id": _TEXT,  # catalog key and release: ospi_discipline@2019
    "indicator": _TEXT,  # code in indicators.yml
    "end_year": _YEAR,  # school year by the year it ends: 2019 = 2018-19
    "organization_level": _TEXT,
    "organization_id": _TEXT,  # the state's code, always text; a place's code for a place
    "organization_name": _TEXT,
    "grade_level": _TEXT,  # all, PK, K, 01 ... 12
    "student_group_type": _TEXT,  # a partition
    "student_group": _TEXT,
    "numerator": _COUNT,  # students; null unless published exactly
    "denominator": _COUNT,
    "numerator_low": _COUNT,  # what is known of them; equal to the count where it is exact
    "numerator_high": _COUNT,
    "denominator_low": _COUNT,
    "denominator_high": _COUNT,  # null: nothing caps it
    "unit": _TEXT,  # of the value, one of UNITS
    "value": _SHARE,  # null unless published exactly
    "value_low": _SHARE,  # of WITH_INTERVAL, the ends of the publisher's interval
    "value_high": _SHARE,
    "status": _TEXT,
    "token": _TEXT,  # the publisher's own cell text
    "coverage": _SHARE,  # share of students in exactly reported cells: 1 or 0 for one cell, between for a place
    "cells": _COUNT,  # published cells that this row sums: 1, or the schools of a place
    "cells_reported": _COUNT,  # of which exactly reported
    "largest_masked": _SHARE,  # of a sum: the share of its students in its largest cell that is not exact
    # Of a place's wide range, where `loaders.in_place` allows it; null elsewhere:
    "published_numerator": _COUNT,  # students counted at the schools whose numbers are published
    "published_denominator": _COUNT,  # and all students there
    "organizations_left_out": _COUNT,  # schools and programs that these leave out
}
OBSERVATIONS_COLUMNS = list(_OBSERVATIONS)
PUBLISHED_SCHOOLS = ["published_numerator", "published_denominator", "organizations_left_out"]
OF_SUMS = ["largest_masked", *PUBLISHED_SCHOOLS]
"""Columns of OBSERVATIONS that only sums of cells have: no stored table has them."""

_ESTIMATES: dict[str, str] = {  # in reading order: whose number, the number, its range, its status
    "student_group": _TEXT,
    "estimate": _SHARE,
    "bound_low": _SHARE,  # suppression: the value that full data would show lies here
    "bound_high": _SHARE,
    "status": _TEXT,
    "ci_low": _SHARE,  # sampling, at ci_level; null unless counts are exact or a publisher gives it
    "ci_high": _SHARE,
    "n_low": _COUNT,
    "n_high": _COUNT,
    "end_year": _YEAR,
    "ci_level": _SHARE,
    "outer_low": _SHARE,  # both at once
    "outer_high": _SHARE,
    "midpoint": _SHARE,  # of narrow bounds, to guide the eye; no estimate, and null where there is one
    "coverage": _SHARE,  # share of students in exactly reported cells (of the group and the reference together)
    "numerator_low": _COUNT,
    "numerator_high": _COUNT,
    "reference_numerator_low": _COUNT,
    "reference_numerator_high": _COUNT,
    "reference_n_low": _COUNT,
    "reference_n_high": _COUNT,
    "cells": _COUNT,
    "cells_reported": _COUNT,
    "largest_masked": _SHARE,  # as in OBSERVATIONS, of the side where it is larger
    "method": _TEXT,
    "source_ids": _TEXT,  # joined by "; "
    "organization_level": _TEXT,
    "organization_id": _TEXT,
    "organization_name": _TEXT,
    "indicator": _TEXT,
    "grade_level": _TEXT,
    "student_group_type": _TEXT,
    "measure": _TEXT,  # rate, gap, ratio
    "reference": _TEXT,  # group or place compared to; "" for a rate
    "unit": _TEXT,  # proportion, points (a difference of proportions, 0-1), ratio
}
ESTIMATES_COLUMNS = list(_ESTIMATES)
ESTIMATES_KEY = [
    *(key for key in OBSERVATIONS_KEY if key != "source_id"),
    "measure",
    "reference",
]


def _conform(table: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    """Give ``table`` exactly ``columns``, in order and typed; absent ones become null (text: empty)."""
    if _is_conformed(table, columns):  # most tables were before
        conformed = table.reset_index(drop=True)
        conformed.attrs = dict(table.attrs)
        return conformed
    out = {
        name: _set_type(table[name], kind) if name in table else _blank(kind, table.index)
        for name, kind in columns.items()
    }
    conformed = pd.DataFrame(out, index=table.index, copy=False).reset_index(drop=True)
    conformed.attrs = dict(table.attrs)
    return conformed


def _set_type(column: pd.Series, kind: str) -> pd.Series:
    """Give a column its type, whatever array is behind it; raise an error for a value of another kind."""
    dtype = _DTYPES[kind]
    if kind == _TEXT:
        if column.dtype == dtype:
            return column.fillna("") if column.hasnans else column
        return column.astype("object").where(column.notna().to_numpy(dtype=bool), "").astype(dtype)
    if column.dtype == dtype:
        return column
    if column.dtype == bool or (
        column.dtype == object and any(isinstance(one, bool) for one in column)
    ):
        raise TypeError("a truth value")
    if column.dtype.kind == "M":
        raise TypeError("a date")
    typed = column.astype(dtype)
    if kind == _YEAR and (typed != column.astype("float64")).any():
        raise ValueError("a part of a year")
    return typed


def _is_conformed(table: pd.DataFrame, columns: dict[str, str]) -> bool:
    return (
        table.columns.tolist() == list(columns)
        and table.dtypes.tolist() == [_DTYPES[kind] for kind in columns.values()]
        and not any(table[name].hasnans for name, kind in columns.items() if kind == _TEXT)
    )


def _blank(kind: str, index: pd.Index) -> pd.Series:
    if kind in (_TEXT, _COUNT):
        return pd.Series("" if kind == _TEXT else pd.NA, index=index, dtype=_DTYPES[kind])
    return pd.Series(np.nan, index=index).astype(_DTYPES[kind])  # a year cannot be absent


def conform_observations(table: pd.DataFrame) -> pd.DataFrame:
    """Put the columns of OBSERVATIONS in order and give them their types; a unit not given is a proportion."""
    conformed = _conform(table, _OBSERVATIONS)
    conformed["unit"] = conformed["unit"].replace("", "proportion")
    return conformed


def conform_estimates(table: pd.DataFrame) -> pd.DataFrame:
    """Put the columns of ESTIMATES in order and give them their types."""
    conformed = _conform(table, _ESTIMATES)
    estimates = Estimates(conformed)
    estimates.attrs = conformed.attrs  # a constructor leaves them
    return estimates


class Estimates(pd.DataFrame):
    """ESTIMATES: a DataFrame that prints number, range, and status, where pandas would cut columns in the middle."""

    @property
    def _constructor(self) -> type["Estimates"]:
        return Estimates

    def __repr__(self) -> str:
        """Return these and what rows differ by; as pandas prints it where some of its columns were chosen."""
        if not set(ESTIMATES_COLUMNS) <= set(self.columns):
            return super().__repr__()
        differ = [name for name in ESTIMATES_KEY if len(self[name].unique()) > 1]
        shown = ["student_group", "estimate", "bound_low", "bound_high", "status"]
        if "end_year" in differ:
            shown.insert(1, "end_year")
        shown += [name for name in differ if name not in (*shown, "student_group_type")]
        # A line that is too long goes on below: no column is left out.
        with pd.option_context("display.max_colwidth", 20, "display.max_columns", None):
            printed = repr(pd.DataFrame(self)[shown])
        return f"{printed}\n\n[{len(self.columns) - len(shown)} more columns]"


Rule = Callable[[pd.DataFrame], NDArray[np.bool_]]
"""Flags the rows that keep it."""


def _numbers(table: pd.DataFrame, name: str) -> NDArray[np.float64]:
    return table[name].array.to_numpy(dtype=np.float64, na_value=np.nan)


def _holds(low: str, high: str) -> tuple[str, Rule]:
    def rule(table: pd.DataFrame) -> NDArray[np.bool_]:
        # What is unknown compares as false.
        return ~(_numbers(table, low) > _numbers(table, high) + 1e-12)

    return f"{low} is above {high}", rule


def _is_share(table: pd.DataFrame) -> NDArray[np.bool_]:
    return table["unit"].isin(SHARES).to_numpy(dtype=bool)


def _exact_when_reported(table: pd.DataFrame) -> NDArray[np.bool_]:
    unknown = np.isnan(_numbers(table, "value")) | np.isnan(_numbers(table, "value_low"))
    return ~((table["status"] == "reported").to_numpy(dtype=bool) & unknown)


def _share_in_range(table: pd.DataFrame) -> NDArray[np.bool_]:
    low, high = _numbers(table, "value_low"), _numbers(table, "value_high")
    return ~(_is_share(table) & ((low < -1e-12) | (high > 1 + 1e-12)))


def _rate_in_range(table: pd.DataFrame) -> NDArray[np.bool_]:
    estimate = _numbers(table, "estimate")
    outside = (estimate < -1e-12) | (estimate > 1 + 1e-12)
    rates = (table["measure"] == "rate").to_numpy(dtype=bool) & _is_share(table)
    return ~(rates & outside)


def _estimate_inside(table: pd.DataFrame) -> NDArray[np.bool_]:
    estimate, low, high = (
        _numbers(table, name) for name in ("estimate", "bound_low", "bound_high")
    )
    room = 1e-9 * np.maximum(np.abs(estimate), 1)
    return ~((estimate < low - room) | (estimate > high + room) | np.isinf(estimate))


def _one_unit(table: pd.DataFrame) -> NDArray[np.bool_]:
    return table.groupby("indicator")["unit"].transform("nunique").to_numpy() <= 1


def _once(key: list[str]) -> Rule:
    return lambda table: ~table.duplicated(key).to_numpy(dtype=bool)


def _share_counted(table: pd.DataFrame) -> NDArray[np.bool_]:
    above = _numbers(table, "numerator") > _numbers(table, "denominator")
    return ~(_is_share(table) & above)


def _counts_inside(table: pd.DataFrame) -> NDArray[np.bool_]:
    outside = np.zeros(len(table), dtype=bool)
    for name in ("numerator", "denominator", "value"):
        exact = _numbers(table, name)
        low = np.nan_to_num(_numbers(table, f"{name}_low"))
        outside |= (low > exact + 1e-12) | (exact > _numbers(table, f"{name}_high") + 1e-12)
    return ~outside


@dataclass(frozen=True)
class _Rules:
    """What makes a table valid: its columns, what each may hold, and what must hold in every row."""

    columns: dict[str, str]
    allowed: dict[str, tuple[str, ...]]
    ranges: Mapping[str, tuple[float, float]]
    rows: tuple[tuple[str, Rule], ...]

    def faults(self, table: pd.DataFrame) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        """Yield each rule in words, and flags of the rows that break it."""
        for name, allowed in self.allowed.items():
            named = ", ".join(filter(None, allowed))
            yield f"{name} is none of {named}", ~table[name].isin(allowed).to_numpy()
        counts = {name: (0.0, 1e15) for name, kind in self.columns.items() if kind == _COUNT}
        for name, (low, high) in {**counts, **self.ranges}.items():
            words = f"{name} is not {low:,.0f} to {high:,.0f}".replace(",", "")
            values = _numbers(table, name)
            yield words, (values < low) | (values > high)
        for error, rule in self.rows:
            yield error, ~rule(table)


def _is_grade(table: pd.DataFrame) -> NDArray[np.bool_]:
    return table["grade_level"].str.fullmatch(_GRADES).to_numpy(dtype=bool)


_SHARES_KNOWN = {"coverage": (0, 1), "largest_masked": (0, 1)}
_OBSERVATIONS_RULES = _Rules(
    _OBSERVATIONS,
    allowed={
        "organization_level": LEVELS,
        "unit": UNITS,
        "status": OBSERVATION_STATUSES,
    },
    ranges={"end_year": (1990, 2100), **_SHARES_KNOWN},
    rows=(
        _holds("numerator_low", "numerator_high"),
        _holds("denominator_low", "denominator_high"),
        _holds("value_low", "value_high"),
        _holds("numerator_low", "denominator_high"),
        ("a share lies outside 0-1", _share_in_range),
        ("numerator is above denominator", _share_counted),
        ("status is reported but no value stands", _exact_when_reported),
        ("an exact figure lies outside its own bounds", _counts_inside),
        ("grade_level is none of all, PK, K, 01 to 12, or several as 03-05", _is_grade),
        (
            "the same figure is in two rows, and one of them would be counted twice",
            _once(OBSERVATIONS_KEY),
        ),
    ),
)
_ORDERED = (
    *(("ci_low", "ci_high"), ("bound_low", "bound_high"), ("outer_low", "outer_high")),
    *(("outer_low", "bound_low"), ("bound_high", "outer_high")),
    *(("n_low", "n_high"), ("reference_n_low", "reference_n_high")),
)
_ESTIMATES_RULES = _Rules(
    _ESTIMATES,
    allowed={"organization_level": LEVELS, "status": ESTIMATE_STATUSES},
    ranges=_SHARES_KNOWN,
    rows=(
        *(_holds(low, high) for low, high in _ORDERED),
        ("the same estimate is in two rows", _once(ESTIMATES_KEY)),
    ),
)


def _validate(table: pd.DataFrame, rules: _Rules, key: list[str], where: str) -> pd.DataFrame:
    lines = list(_other_columns(table, rules.columns))
    for error, broken in rules.faults(table) if not lines else ():
        if broken.any():
            first = " ".join(str(value) for value in table[key].iloc[int(broken.argmax())])
            lines.append(f"{error}, {broken.sum()} row(s), first at {first}")
    if lines:
        raise FileError(
            f"the table breaks {len(lines)} rule(s):\n    " + "\n    ".join(lines),
            where=where,
            fix="correct the source file or its entry in data/catalog/sources; nothing was written",
        )
    return table


def _other_columns(table: pd.DataFrame, columns: dict[str, str]) -> Iterator[str]:
    """Say which columns are missing, of another type, or empty in some rows; and of their order."""
    for name, kind in columns.items():
        if name not in table:
            yield f"the column {name} is missing"
        elif table[name].dtype != _DTYPES[kind]:
            yield f"{name} is {table[name].dtype}, not {_DTYPES[kind]}"
        elif kind == _TEXT and (empty := table[name].isna()).any():
            yield f"{name} is missing, {empty.sum()} row(s)"
    if table.columns.tolist() != list(columns):
        yield "the columns are not those of the schema, in its order"


def validate_observations(table: pd.DataFrame, *, where: str = "OBSERVATIONS") -> pd.DataFrame:
    """Return ``table`` unchanged if it is a valid OBSERVATIONS table.

    Raises
    ------
    DataError
        Naming every broken rule at once, each with its column, row count and an example.
    """
    return _validate(table, _OBSERVATIONS_RULES, OBSERVATIONS_KEY, where)


def validate_estimates(table: pd.DataFrame, *, where: str = "ESTIMATES") -> pd.DataFrame:
    """Return ``table`` unchanged if it is a valid ESTIMATES table; raise DataError otherwise."""
    return _validate(table, _ESTIMATES_RULES, ESTIMATES_KEY, where)


@dataclass(frozen=True)
class _Wanted:
    """What a function that takes a table checks first: its name, columns, rules, and where such a table comes from."""

    name: str
    columns: list[str]
    conform: Callable[[pd.DataFrame], pd.DataFrame]
    rules: _Rules
    fix: str


def _wanted_rules(
    rules: _Rules, amount: str, *more: tuple[str, Rule], without: Iterable[str]
) -> _Rules:
    """Return the rules for a caller's table: no future year, no impossible amount, and more rules or fewer."""
    years = (0, datetime.now(tz=UTC).year + 1)
    kept = [rule for rule in rules.rows if not any(word in rule[0] for word in without)]
    return _Rules(
        rules.columns,
        # A column that the caller left out is empty.
        {name: (*allowed, "") for name, allowed in rules.allowed.items()},
        {amount: (-1e15, 1e15), **_SHARES_KNOWN, "end_year": years},
        (*kept, *more),
    )


_OBSERVED = _Wanted(
    "OBSERVATIONS",
    [name for name in OBSERVATIONS_COLUMNS if name not in OF_SUMS],  # null in a single cell
    conform_observations,
    _wanted_rules(
        _OBSERVATIONS_RULES,
        "value",
        ("an indicator is in several units", _one_unit),
        # A value that is merely missing is for the measure to refuse, and no measure needs grades.
        without=("no value stands", "grade_level"),
    ),
    "pass OBSERVATIONS as `sa.load` or `sa.observations` returns them",
)
_ESTIMATED = _Wanted(
    "ESTIMATES",
    [*ESTIMATES_KEY, "estimate", "status"],
    conform_estimates,
    _wanted_rules(
        _ESTIMATES_RULES,
        "estimate",
        ("a rate lies outside 0-1", _rate_in_range),
        ("an estimate lies outside its own bounds", _estimate_inside),
        # The gate takes the wider of the two where an outer interval was rounded into the bounds.
        without=("outer", "two rows"),
    ),
    "measure first, for example with sa.rates(sa.load(…))",
)
_CHECKED = 100_000
"""Rows up to which every figure is checked: of a million it would take a third of the time of a measure."""


def check_observations(table: object, where: str = "obs") -> pd.DataFrame:
    """Return a table that a caller passed as OBSERVATIONS; refuse what is not one, and figures that cannot be.

    Raises
    ------
    QuestionError
        If it is no table, lacks a column, has text where numbers belong, or breaks a rule of the schema.
    """
    return _check(table, _OBSERVED, where)


def check_estimates(table: object, where: str = "estimates") -> pd.DataFrame:
    """Return a table that a caller passed as ESTIMATES; refuse what is not one, and figures that cannot be."""
    return _check(table, _ESTIMATED, where)


_ANY = "pass the table that `sa.load`, `sa.observations` or a measure returned"


def check_table(
    table: object, where: str, fix: str = _ANY, columns: Iterable[str] = ()
) -> pd.DataFrame:
    """Return a table; refuse what is no table, or lacks one of the columns."""
    if not isinstance(table, pd.DataFrame):
        kind = "None" if table is None else f"a {type(table).__name__}"
        raise QuestionError(f"a table is wanted, not {kind}", where=where, fix=fix)
    if missing := [column for column in columns if column not in table.columns]:
        raise QuestionError(
            f"the table lacks the column(s) {', '.join(missing)}", where=where, fix=fix
        )
    if not table.columns.is_unique:
        twice = sorted({str(name) for name in table.columns[table.columns.duplicated()]})
        raise QuestionError(
            f"the table has the column(s) {', '.join(twice)} twice", where=where, fix=fix
        )
    return table


def _check(table: object, wanted: _Wanted, where: str) -> pd.DataFrame:
    frame = check_table(table, where, wanted.fix, wanted.columns)
    for name in _NEVER_EMPTY:
        if name in frame:
            _refuse(frame[name].isna(), f"{name} is empty", wanted, where)
    try:
        conformed = wanted.conform(frame)
    except (TypeError, ValueError, OverflowError):
        raise _strange_value(frame, wanted, where) from None
    for name in _CODES:  # 2120.0 would be another code than 2120
        if name in frame and frame[name].dtype != conformed[name].dtype:
            is_text = frame[name].astype("object").map(lambda code: isinstance(code, str))
            _refuse(
                ~is_text.astype(bool), f"{name} holds a number, and a code is text", wanted, where
            )
    others = [name for name in frame.columns if name not in conformed.columns]
    if others:
        attrs = conformed.attrs
        conformed = pd.concat([conformed, frame[others].reset_index(drop=True)], axis=1)
        conformed.attrs = attrs
    if len(frame) > _CHECKED:
        return conformed
    for name in _CODES:
        odd = [code for code in conformed[name].unique() if not _CODE.fullmatch(code)]
        words = f"{name} has spaces around it, or letters that are not those of our codes"
        _refuse(conformed[name].isin(odd), words, wanted, where)
        blank = (conformed[name] == "").to_numpy(dtype=bool)
        if not blank.all():
            _refuse(blank, f"{name} is empty", wanted, where)
    for error, broken in wanted.rules.faults(conformed):
        _refuse(broken, error, wanted, where)
    return conformed


_CODES = ("indicator", "organization_id", "grade_level", "student_group_type", "student_group")
_CODE = re.compile("(?:[!-~](?:[ -~]*[!-~])?)?")
"""A code: printable ASCII, without spaces around it."""
_NEVER_EMPTY = (*_CODES, "organization_level", "status", "unit", "measure")


def _strange_value(frame: pd.DataFrame, wanted: _Wanted, where: str) -> QuestionError:
    """Return the refusal of the first value that is not of its column's kind."""
    for name, kind in wanted.rules.columns.items():
        for at, value in enumerate(frame.get(name, ())):
            try:
                _set_type(pd.Series([value], dtype="object"), kind)
            except (TypeError, ValueError, OverflowError):
                return QuestionError(
                    f"{value!r} in the column {name} is no {_NOUNS[kind]}",
                    where=f"{where}, row {at} (the first is 0)",
                    fix=wanted.fix,
                )
    return QuestionError("a column has a type that is not its own", where=where, fix=wanted.fix)


_NOUNS = {
    _COUNT: "whole number",
    _SHARE: "number",
    _YEAR: "school year by its end, such as 2019",
    _TEXT: "text",
}


def _refuse(broken: Any, error: str, wanted: _Wanted, where: str) -> None:
    """Refuse a table with broken rows, naming the first."""
    rows = np.flatnonzero(np.asarray(broken, dtype=bool))
    if len(rows):
        raise QuestionError(
            f"the table cannot be {wanted.name}: {error}, in {len(rows)} row(s)",
            where=f"{where}, row {rows[0]} (the first is 0)",
            fix=f"{wanted.fix}, unchanged; percents are 0 to 1 there",
        )
