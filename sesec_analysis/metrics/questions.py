"""What is asked of a table: the rows of a measure and, row by row, what each is compared to.

A question that has no right answer is refused here, once, for every measure: overlapping groups, the parts of one whole
compared with each other, the same figure twice.
"""

import numpy as np
import pandas as pd

from sesec_analysis import bounds, schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.claims import Side
from sesec_analysis.polygons import Positions

__all__ = ["KEYS", "OTHERS", "group_pairs", "organization_pairs", "require_columns", "single_rows"]

OTHERS = "others"
"""The reference that stands for all other groups of the partition, added up."""

_FIGURE = ["indicator", "end_year", "grade_level", "student_group_type", "student_group"]
_ORGANIZATION = ["organization_level", "organization_id"]
_SLICE = [*_ORGANIZATION, *_FIGURE[:3]]

_NEARLY_ALL = 0.95
"""Share of all students that a whole partition holds at the least: a few are of no group that is published."""

_DENSE = 16
"""Codes up to this many times the rows are counted in an array, far faster than they are looked up."""

KEYS = [*_ORGANIZATION, "organization_name", *_FIGURE]
"""Columns of OBSERVATIONS that a row of ESTIMATES keeps."""


def require_columns(obs: pd.DataFrame) -> None:
    """Refuse a table that is not OBSERVATIONS."""
    missing = [name for name in schema.OBSERVATIONS_COLUMNS if name not in obs.columns]
    if missing:
        raise DataError(
            f"the table lacks the column(s) {', '.join(missing)}",
            where="observations",
            mend="pass OBSERVATIONS as `load` returns them",
        )


def single_rows(obs: pd.DataFrame, by: str | None, level: float) -> tuple[pd.DataFrame, Side]:
    """Rows of one student group type, or all rows, each for itself."""
    rows = _rows(obs, by, level)
    _slices(rows)
    return rows[KEYS], Side.of(rows)


def group_pairs(
    obs: pd.DataFrame, by: str, reference: str, level: float
) -> tuple[pd.DataFrame, Side, Side]:
    """Rows of the groups compared, and both sides of each."""
    rows = _rows(obs, by, level)
    _refuse_uncomparable(rows, by, reference)
    code = _slices(rows)
    side = Side.of(rows)
    if reference == OTHERS:
        _refuse_part_of_a_partition(obs, rows, by)
        return rows[KEYS], side, _others(rows, code)
    is_reference = (rows["student_group"] == reference).to_numpy(dtype=bool)
    compared = np.flatnonzero(~is_reference)
    if len(rows) and not len(compared):
        raise DataError(
            f"{reference!r} is the only group of {by!r}: there is none to compare with it",
            where="observations, column student_group",
            mend="load the other groups of the type too",
        )
    place = np.full(len(rows), -1)
    place[code[is_reference]] = np.flatnonzero(is_reference)
    keys = rows[KEYS].iloc[compared]
    return keys, side.at(compared), side.at(place[code[compared]])


def _refuse_part_of_a_partition(obs: pd.DataFrame, rows: pd.DataFrame, by: str) -> None:
    """Refuse "others" where some of the others were left out: what is left is not all other students."""
    slices = [name for name in _SLICE if name in obs.columns]
    everyone = obs[(obs["student_group"] == "all") & obs["denominator"].notna()]
    most = rows.groupby(slices)["denominator_high"].agg(lambda high: high.sum(skipna=False))
    both = everyone.merge(most.rename("most").reset_index(), on=slices)
    composed = both["indicator"].isin(schema.COMPOSITION_INDICATORS)
    short = ~composed & (both["most"] < both["denominator"] * _NEARLY_ALL).fillna(False)
    if obs.attrs.get("student_groups_chosen") or short.any():
        raise DataError(
            f"the table holds only some groups of {by}, so the others cannot be added up",
            where='reference="others"',
            mend="load the whole partition (student_group_type, no student_group), and choose a group from the result",
        )


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
        raise DataError(
            f"a confidence level of {level} is not between 0 and 1",
            mend="write 95 percent as level=0.95",
        )
    types = obs["student_group_type"]
    wanted = np.ones(len(obs), dtype=bool) if by is None else (types == by).to_numpy(dtype=bool)
    if len(obs) and not wanted.any():
        raise DataError(
            f"no rows of student group type {by!r}",
            where="observations, column student_group_type",
            mend="name a type that the table has",
            known=sorted(types.unique()),
        )
    rows = obs if wanted.all() else obs[wanted]
    if (amount := ~rows["unit"].isin(schema.SHARES)).any():
        raise DataError(
            f"{rows.loc[amount, 'indicator'].iloc[0]!r} is in {rows.loc[amount, 'unit'].iloc[0].replace('_', ' ')}: "
            "it has no rate",
            where="observations, column unit",
            mend="use `averages`, or `compare_averages` for two places",
        )
    return rows.reset_index(drop=True)


def _refuse_uncomparable(rows: pd.DataFrame, by: str, reference: str) -> None:
    if by == "all":
        raise DataError(
            "all students are one group: there is no other to compare to",
            where="by='all'",
            mend="name a type with several groups, or use `compare` for two places",
        )
    composed = rows["indicator"].isin(schema.COMPOSITION_INDICATORS)
    if composed.any():
        raise DataError(
            f"the groups of {rows.loc[composed, 'indicator'].min()!r} are parts of one whole, "
            "not separate students with a rate each",
            where="observations, column indicator",
            mend="use `rates` for the shares, or `compare` for the shares of two places",
        )
    named = reference == OTHERS or (rows["student_group"] == reference).any()
    if len(rows) and not named:
        raise DataError(
            f"reference {reference!r} is not a group of {by!r}",
            where="observations, column student_group",
            mend="name the group to compare to, or 'others' for all other groups together",
            known=[*sorted(rows["student_group"].unique()), OTHERS],
        )


def _refuse_unlike(a: pd.DataFrame, b: pd.DataFrame) -> str:
    """Refuse anything but two different organizations; return the id of the second."""
    ids = [table[_ORGANIZATION].drop_duplicates() for table in (a, b)]
    for name, found in zip("ab", ids, strict=True):
        if len(found) > 1 or (len(a) and not len(found)):
            raise DataError(
                f"`{name}` holds {len(found)} organizations; compare takes one on each side",
                where=f"compare, table `{name}`, column organization_id",
                mend="keep the rows of one place, district or school",
                known=sorted(found["organization_id"])[:20],
            )
    if len(a) and (ids[0].to_numpy() == ids[1].to_numpy()).all():
        raise DataError(
            f"`a` and `b` are the same organization, {a['organization_id'].iloc[0]}",
            where="compare, column organization_id",
            mend="compare with another organization, such as the rest of the district",
        )
    return str(b["organization_id"].iloc[0]) if len(b) else ""


def _slices(rows: pd.DataFrame) -> Positions:
    """Give each row the number of its organization, indicator, year, grade and partition."""
    code = bounds.row_codes(rows, [*_SLICE, "student_group_type"])
    group = bounds.row_codes(rows, ["student_group"])
    _refuse_duplicates(rows, code * (group.max(initial=0) + 1) + group)
    return code


def _refuse_duplicates(rows: pd.DataFrame, code: Positions) -> None:
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
