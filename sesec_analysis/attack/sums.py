"""Which cells add up to which: groups to all students, grades to all grades, schools to their district.

Publishers do not say so, and not every file keeps to it: a student who changes schools is counted at both, and once in
the district. So a sum is stated only as far as it is borne out: where all parts and the total are printed exactly, by
how many students they differ.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from sesec_analysis import catalog, schema
from sesec_analysis.polygons import Floats

__all__ = ["SLACK", "WITNESSES", "Rule", "Sums", "sums"]

SLACK = 2
"""Students: how far the parts of exact sums may be off for the sum to be stated all the same, with that tolerance."""

WITNESSES = 3
"""Sums printed exactly, at the least, before it is believed of a source that its parts add up."""

_RULE = {"source": "str", "kind": "str", "low": "float64", "high": "float64"}
_CELL = ["source_id", "indicator", "end_year"]


class Rule(NamedTuple):
    """What one source's exact figures show of one kind of sum: parts less total lies between `low` and `high`."""

    source: str
    kind: str
    exact: int
    low: float
    high: float


@dataclass(frozen=True)
class Sums:
    """The sums that hold, as rows over counts (numerators at 2 x cell, denominators at 2 x cell + 1)."""

    matrix: sparse.csr_array
    low: Floats
    high: Floats
    rules: tuple[Rule, ...]


def sums(observations: pd.DataFrame, low: Floats, high: Floats) -> Sums:
    """State every sum that the sources' exact figures bear out.

    Parameters
    ----------
    observations
        OBSERVATIONS of students, with a column ``cell``: the position of the cell among all.
    low, high
        What is known of each count, in the order of `Sums.matrix`; in students.

    Returns
    -------
    The sums of which some count is not known, and the rule behind each kind of them.
    """
    parts = pd.concat([_groups(observations), _grades(observations), _schools(observations)])
    parts["sum"] = parts.groupby(["source_id", "kind", "total"], sort=False).ngroup()
    composition = parts["indicator"].isin(schema.COMPOSITION_INDICATORS)
    by_side = [
        _one_side(parts, 0, low, high),
        # The whole is the same for every group of a make-up, and adds up to nothing.
        _one_side(parts[~composition | (parts["kind"].str[:6] != "groups")], 1, low, high),
    ]
    found = pd.concat([table for table, _ in by_side], ignore_index=True)
    rules = _rules(found)
    known = pd.DataFrame(rules, columns=list(Rule._fields)).astype(_RULE)
    ruled = found.merge(known, on=["source", "kind"])
    says_something = np.isfinite(ruled["low"]) | np.isfinite(ruled["high"])
    kept = ruled[ruled["open"] & says_something]
    entries = pd.concat([table for _, table in by_side]).merge(
        kept.assign(row=np.arange(len(kept)))[["sum", "side", "row"]], on=["sum", "side"]
    )
    matrix = sparse.coo_array(
        (entries["coefficient"], (entries["row"], entries["number"])), (len(kept), len(low))
    )
    limits = kept[["low", "high"]].to_numpy(dtype="float64")
    return Sums(matrix.tocsr(), limits[:, 0], limits[:, 1], rules)


def _parts(
    rows: pd.DataFrame, totals: pd.DataFrame, by: list[str], kind: pd.Series | str
) -> pd.DataFrame:
    """Put each part beside the cell of its total."""
    keys = [*_CELL, *by]
    total = totals[[*keys, "cell"]].rename(columns={"cell": "total"})
    return rows.assign(kind=kind).merge(total, on=keys)[[*_CELL, "kind", "cell", "total"]]


def _groups(rows: pd.DataFrame) -> pd.DataFrame:
    whole = rows["student_group_type"] == "all"
    by = ["organization_level", "organization_id", "grade_level"]
    kind = "groups of " + rows.loc[~whole, "student_group_type"]
    return _parts(rows[~whole], rows[whole], by, kind)


def _grades(rows: pd.DataFrame) -> pd.DataFrame:
    whole = rows["grade_level"] == "all"
    by = ["organization_level", "organization_id", "student_group_type", "student_group"]
    return _parts(rows[~whole], rows[whole], by, "grades")


def _schools(rows: pd.DataFrame) -> pd.DataFrame:
    """Every school row is of the one district that has places."""
    own = {place.district for place in catalog.places().values() if place.district}
    district = (rows["organization_level"] == "district") & rows["organization_id"].isin(own)
    by = ["grade_level", "student_group_type", "student_group"]
    return _parts(rows[rows["organization_level"] == "school"], rows[district], by, "schools")


def _one_side(
    parts: pd.DataFrame, side: int, low: Floats, high: Floats
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the sums of one side (numerators, denominators): how exact each is; and their entries, flat."""
    first = parts.drop_duplicates("sum")
    entries = pd.DataFrame(
        {
            "sum": np.concatenate([parts["sum"], first["sum"]]),
            "number": 2 * np.concatenate([parts["cell"], first["total"]]) + side,
            "coefficient": np.repeat([1.0, -1.0], [len(parts), len(first)]),
            "side": side,
        }
    )
    number = entries["number"].to_numpy()
    entries["open"] = low[number] < high[number]
    entries["term"] = entries["coefficient"] * low[number]
    # Terms of an open sum say nothing; its `open` keeps them from being read.
    each = entries.groupby("sum", sort=False).agg(open=("open", "any"), off=("term", "sum"))
    named = first.set_index("sum")[["source_id", "kind"]]
    table = each.join(named).reset_index().assign(side=side)
    table["source"] = table["source_id"].str.split("@").str[0]
    return table.drop(columns="source_id"), entries[["sum", "side", "number", "coefficient"]]


def _rules(found: pd.DataFrame) -> tuple[Rule, ...]:
    """Learn from the exact sums of each source, all its years and indicators together."""
    rules = []
    for (source, kind), table in found.groupby(["source", "kind"]):
        off = table.loc[~table["open"], "off"]
        low, high = -np.inf, np.inf
        if len(off) >= WITNESSES:
            low = min(off.min(), 0) if off.min() >= -SLACK else -np.inf
            # Where the parts never come up to the total (one group of a pair is listed), they do not exceed it.
            high = max(off.max(), 0) if off.max() <= SLACK else np.inf
        rules.append(Rule(str(source), str(kind), len(off), float(low), float(high)))
    return tuple(rules)
