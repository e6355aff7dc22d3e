"""Define the two tables that everything speaks: OBSERVATIONS (what was published) and ESTIMATES (what we claim).

Columns, types, units and invariants are defined here once; `validate_observations` and `validate_estimates` name every
fault of a table at once. Proportions are 0-1 everywhere; percent is made when printing.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pandas.api.types import pandas_dtype

from sesec_analysis.errors import FileError, QuestionError, fault_lines

if TYPE_CHECKING:
    import pandera.pandas as pa

__all__ = [
    "COMPOSITION_INDICATORS",
    "ESTIMATES_COLUMNS",
    "ESTIMATES_KEY",
    "ESTIMATE_STATUSES",
    "LEFT_OUT",
    "MINIMUM_GROUP",
    "OBSERVATIONS_COLUMNS",
    "OBSERVATIONS_KEY",
    "OBSERVATION_STATUSES",
    "SHARES",
    "UNITS",
    "at_the_door",
    "conform_estimates",
    "conform_observations",
    "validate_estimates",
    "validate_observations",
]


MINIMUM_GROUP = 10
"""Students: a smaller group is never printed (WAC 392-117-060; the state's own minimum)."""

COMPOSITION_INDICATORS = frozenset({"enrollment", "enrollment_october"})
"""Indicators whose numerator *is* the group (students of the group / all students): its size is the numerator."""

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

LEVELS = ("state", "district", "school", "tract", "place")

SHARES = ("proportion", "share_of_answers", "share_of_schools", "estimated_share")
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
    "value_low": _SHARE,
    "value_high": _SHARE,
    "status": _TEXT,
    "token": _TEXT,  # the publisher's own cell text
    "coverage": _SHARE,  # share of students in exactly reported cells: 1 or 0 for one cell, between for a place
    "cells": _COUNT,  # published cells that this row sums: 1, or the schools of a place
    "cells_reported": _COUNT,  # of which exactly reported
    "largest_masked": _SHARE,  # of a sum: the share of its students in its largest cell that is not exact
}
OBSERVATIONS_COLUMNS = list(_OBSERVATIONS)

_ESTIMATES: dict[str, str] = {  # in reading order: whose number, the number, its range, its status
    "student_group": _TEXT,
    "estimate": _SHARE,
    "bound_low": _SHARE,  # suppression: the value that full data would show lies here
    "bound_high": _SHARE,
    "status": _TEXT,
    "ci_low": _SHARE,  # sampling, at ci_level; null unless the counts are exact
    "ci_high": _SHARE,
    "n_low": _COUNT,
    "n_high": _COUNT,
    "end_year": _YEAR,
    "ci_level": _SHARE,
    "outer_low": _SHARE,  # both at once
    "outer_high": _SHARE,
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
        name: _typed(table[name], kind) if name in table else _blank(kind, table.index)
        for name, kind in columns.items()
    }
    conformed = pd.DataFrame(out, index=table.index, copy=False).reset_index(drop=True)
    conformed.attrs = dict(table.attrs)
    return conformed


def _typed(column: pd.Series, kind: str) -> pd.Series:
    if kind == _TEXT:
        column = column.fillna("")
    return column if column.dtype == _DTYPES[kind] else column.astype(_DTYPES[kind])


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
    return _conform(table, _ESTIMATES)


Rule = Callable[[pd.DataFrame], NDArray[np.bool_]]
"""Flags the rows that keep it."""


def _numbers(table: pd.DataFrame, name: str) -> NDArray[np.float64]:
    return table[name].array.to_numpy(dtype=np.float64, na_value=np.nan)


def _holds(low: str, high: str) -> tuple[str, str, Rule]:
    def rule(table: pd.DataFrame) -> NDArray[np.bool_]:
        # What is unknown compares as false.
        return ~(_numbers(table, low) > _numbers(table, high) + 1e-12)

    return f"{low} <= {high}", f"{low} is above {high}", rule


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
    """What makes a table valid: its columns and what each may hold, its key, and what must hold in every row.

    A table is checked in numpy first, which takes a twentieth of the time. pandera, given the same rules, names
    the faults of one that has any.
    """

    columns: dict[str, str]
    key: list[str]
    rows: tuple[tuple[str, str, Rule], ...]
    allowed: dict[str, tuple[str, ...]]
    ranges: Mapping[str, tuple[float, float]]

    def hold(self, table: pd.DataFrame) -> bool:
        """Whether the table is without a fault."""
        return (
            _is_conformed(table, self.columns)
            and all(table[name].isin(each).all() for name, each in self.allowed.items())
            and not any(_beyond(table, name, *ends).any() for name, ends in self._ranges.items())
            and all(rule(table).all() for _, _, rule in self.rows)
            and not table.duplicated(self.key).any()
        )

    @property
    def _ranges(self) -> dict[str, tuple[float, float]]:
        counts = {name: (0.0, np.inf) for name, kind in self.columns.items() if kind == _COUNT}
        return {**counts, **self.ranges}

    @property
    def schema(self) -> "pa.DataFrameSchema":
        """The same for pandera."""
        import pandera.pandas as pa  # takes longer than pandas itself, and few tables have a fault

        def checks(name: str, kind: str) -> list[pa.Check]:
            if name in self.allowed:
                return [pa.Check.isin(self.allowed[name])]
            if name in self.ranges:
                return [pa.Check.in_range(*self.ranges[name])]
            return [pa.Check.ge(0)] if kind == _COUNT else []

        columns = {
            name: pa.Column(kind, checks(name, kind), nullable=kind not in (_TEXT, _YEAR))
            for name, kind in self.columns.items()
        }
        rows = [
            pa.Check(partial(_flags, rule), name=name, error=error)
            for name, error, rule in self.rows
        ]
        return pa.DataFrameSchema(columns, checks=rows, strict=True, ordered=True, unique=self.key)


def _beyond(table: pd.DataFrame, name: str, low: float, high: float) -> NDArray[np.bool_]:
    values = _numbers(table, name)
    return (values < low) | (values > high)


def _flags(rule: Rule, table: pd.DataFrame) -> pd.Series:
    return pd.Series(rule(table), index=table.index)


_GRADES = ("all", "PK", "K", *(f"{grade:02}" for grade in range(1, 13)))
_SHARES_KNOWN = {"coverage": (0, 1), "largest_masked": (0, 1)}
_OBSERVATIONS_RULES = _Rules(
    _OBSERVATIONS,
    OBSERVATIONS_KEY,
    (
        _holds("numerator_low", "numerator_high"),
        _holds("denominator_low", "denominator_high"),
        _holds("value_low", "value_high"),
        _holds("numerator_low", "denominator_high"),
        ("a share is 0-1", "a share lies outside 0-1", _share_in_range),
        ("numerator <= denominator", "numerator is above denominator", _share_counted),
        ("reported has a value", "status is reported but no value stands", _exact_when_reported),
        ("exact inside bounds", "an exact figure lies outside its own bounds", _counts_inside),
    ),
    allowed={
        "organization_level": LEVELS,
        "unit": UNITS,
        "status": OBSERVATION_STATUSES,
        "grade_level": _GRADES,
    },
    ranges={"end_year": (1990, 2100), **_SHARES_KNOWN},
)
_ORDERED = (
    *(("ci_low", "ci_high"), ("bound_low", "bound_high"), ("outer_low", "outer_high")),
    *(("outer_low", "bound_low"), ("bound_high", "outer_high")),
    *(("n_low", "n_high"), ("reference_n_low", "reference_n_high")),
)
_ESTIMATES_RULES = _Rules(
    _ESTIMATES,
    ESTIMATES_KEY,
    tuple(_holds(low, high) for low, high in _ORDERED),
    allowed={"organization_level": LEVELS, "status": ESTIMATE_STATUSES},
    ranges=_SHARES_KNOWN,
)


def _validate(table: pd.DataFrame, rules: _Rules, where: str) -> pd.DataFrame:
    if rules.hold(table):
        return table
    from pandera import errors

    try:
        return rules.schema.validate(table, lazy=True)
    except errors.SchemaErrors as failure:
        lines = fault_lines(table, failure.failure_cases, rules.key)
        raise FileError(
            f"the table breaks {len(lines)} rule(s):\n    " + "\n    ".join(lines),
            where=where,
            mend="correct the source file or its entry in data/catalog/sources; nothing was written",
        ) from failure


def validate_observations(table: pd.DataFrame, *, where: str = "OBSERVATIONS") -> pd.DataFrame:
    """Return ``table`` unchanged if it is a valid OBSERVATIONS table.

    Raises
    ------
    DataError
        Naming every broken rule at once, each with its column, row count and an example.
    """
    return _validate(table, _OBSERVATIONS_RULES, where)


def validate_estimates(table: pd.DataFrame, *, where: str = "ESTIMATES") -> pd.DataFrame:
    """Return ``table`` unchanged if it is a valid ESTIMATES table; raise DataError otherwise."""
    return _validate(table, _ESTIMATES_RULES, where)


_OBSERVED = ("OBSERVATIONS", OBSERVATIONS_COLUMNS, "pass OBSERVATIONS as `sa.load` returns them")
_ESTIMATED = ("ESTIMATES", ESTIMATES_KEY, "measure first, for example with sa.rates(sa.load(…))")
_LEVELLED = ("levels of schools", ["level_low"], "pass what `sa.school_levels` returns")
_TABLES: dict[str, tuple[str, list[str], str]] = {
    **dict.fromkeys(("obs", "figures"), _OBSERVED),
    **dict.fromkeys(("estimates", "peers", "now", "then", "later"), _ESTIMATED),
    **dict.fromkeys(("gaps", "gaps_first", "gaps_last"), _ESTIMATED),
    "levels": _LEVELLED,
}
"""Which table an argument of a public function is, by its name, and the columns without which it is none."""


def at_the_door(function: Callable[..., Any]) -> Callable[..., Any]:
    """Have a public function refuse what is no table where it takes one, and no text or number where it takes these.

    Inside the package mypy checks types; from outside anything may be handed over.
    """
    signature = inspect.signature(function)
    kinds = {
        name: ()
        if each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
        else _kinds(each.annotation)
        for name, each in signature.parameters.items()
    }
    tables = {
        name: _TABLES[name] for name, of in kinds.items() if "table" in of and name in _TABLES
    }
    if function.__name__ == "level_gaps":  # its levels are a test's, and it looks at them itself
        tables = {}

    @wraps(function)
    def asked(*args: Any, **kwargs: Any) -> Any:
        try:
            call = signature.bind(*args, **kwargs)
        except TypeError:
            return function(*args, **kwargs)  # it says which argument is missing or too many
        for name, value in call.arguments.items():
            where = f"{function.__name__}(…, {name}=…)"
            _refuse_other(kinds[name], value, where)
            if "whole" in kinds[name] and _is_of("whole", value):
                call.arguments[name] = int(value)
            if isinstance(value, pd.DataFrame) and name in tables:
                _refuse_lacking(value, tables[name], where)
        return function(*call.args, **call.kwargs)

    asked.__module__ = "sesec_analysis"  # where it is found again, by pickle too
    return asked


_SAID = {
    "table": "a table",
    "text": "a text",
    "number": "a number",
    "whole": "a whole number",
    "several": "a list of them",
    "numbers": "a number or a list of numbers",
    "list": "a list of numbers",
    "path": "the path of a file",
    "names": "a dict",
    "nothing": "None",
}


def _kinds(annotation: Any) -> tuple[str, ...]:
    """Return the kinds of `_SAID` that a parameter takes; none where the function itself tells what it takes."""
    if annotation == ArrayLike:
        return ("numbers",)
    if annotation == ArrayLike | None:
        return ("numbers", "nothing")
    named: dict[Any, str] = {pd.DataFrame: "table", "pd.DataFrame": "table", str: "text"}
    named |= {float: "number", "float": "number", int: "whole"}
    named |= {Path: "path", Sequence[float]: "list", type(None): "nothing"}
    parts = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    origins = {Mapping: "names", Iterable: "several"}
    said = [named.get(part) or origins.get(get_origin(part), "") for part in parts]
    return tuple(said) if all(said) else ()


def _refuse_other(kinds: tuple[str, ...], value: Any, where: str) -> None:
    # The first of no years is nan, and as good as none; among years that are asked for it would be none.
    is_none = {"whole", "nothing"} == {*kinds} and isinstance(value, float) and np.isnan(value)
    if not kinds or is_none or any(_is_of(kind, value) for kind in kinds):
        return
    wanted = " or ".join(_SAID[kind] for kind in kinds if (kind, "path" in kinds) != ("text", True))
    mend = f"give {wanted}"
    if "table" in kinds:
        mend = "pass the table that `sa.load`, `sa.observations` or a measure returned"
    elif "text" in kinds and isinstance(value, int):
        mend = f'write it in quotation marks: "{value}"'
    raise QuestionError(
        f"{wanted} is wanted, not {'None' if value is None else f'a {type(value).__name__}'}",
        where=where,
        mend=mend,
    )


def _is_of(kind: str, value: Any) -> bool:
    types = {"table": pd.DataFrame, "text": str, "path": Path, "names": Mapping}
    if kind in types:
        return isinstance(value, types[kind])
    if kind == "nothing" or value is None:
        return kind == "nothing" and value is None
    if kind == "whole":  # pandas gives years as 2019.0
        is_float = isinstance(value, float | np.floating)
        return float(value).is_integer() if is_float else isinstance(value, int | np.integer)
    if kind == "several":  # a code that is written as a number is read as the text that it is
        return not isinstance(value, float)
    try:
        numbers = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return False
    if isinstance(value, str):
        return False
    return kind == "numbers" or (numbers.ndim > 0) == (kind == "list")


def _refuse_lacking(table: pd.DataFrame, wanted: tuple[str, list[str], str], where: str) -> None:
    """Refuse a table of another kind, and figures that no such table can hold: a share of 500 percent."""
    called, columns, mend = wanted
    if missing := [column for column in columns if column not in table.columns]:
        raise QuestionError(
            f"the table is not {called}: it lacks the column(s) {', '.join(missing)}",
            where=where,
            mend=mend,
        )
    if called in _ROWS and len(table) <= _LOOKED_AT:
        _refuse_impossible(table, called, where, mend)


_ROWS = {
    "OBSERVATIONS": (
        conform_observations,
        tuple(each for each in _OBSERVATIONS_RULES.rows if each[2] is not _exact_when_reported),
    ),
    "ESTIMATES": (
        conform_estimates,
        (*_ESTIMATES_RULES.rows, ("a rate is 0-1", "a rate lies outside 0-1", _rate_in_range)),
    ),
}
"""What no figure can be; a value that is merely missing is the measure's to tell."""
_LOOKED_AT = 100_000
"""Rows up to which each is looked at: of a million it would take a third of the time of a measure."""


def _refuse_impossible(table: pd.DataFrame, called: str, where: str, mend: str) -> None:
    conform, rules = _ROWS[called]
    try:
        conformed = conform(table)
    except (TypeError, ValueError) as odd:
        raise QuestionError(
            f"a column of {called} holds what is no number: {odd}", where=where, mend=mend
        ) from None
    for _, error, rule in rules:
        if not (kept := rule(conformed)).all():
            at = np.flatnonzero(~kept)
            raise QuestionError(
                f"the table cannot be {called}: {error}, in {len(at)} row(s)",
                where=f"{where}, row {at[0]} (the first is 0)",
                mend=f"{mend}, unchanged; percents are 0 to 1 there",
            )
