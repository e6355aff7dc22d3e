"""Read what the state published as an outsider's knowledge: ranges of counts, and the sums that tie them.

Each row of OBSERVATIONS gives the ranges of its own two counts and the range of their quotient; cells that add up are
tied by `sums`. What the loaders mask on reading is not in OBSERVATIONS, and so no knowledge of this outsider.

Publishers do not say that cells add up, and not every file keeps to it: a student who changes schools is counted at
both, and once in the district. So a sum is stated only as far as it is borne out: by how many students parts and total
differ where all are printed exactly.

A published number is a statement: "32.9 percent of 140" says that the numerator, less .3285 times the denominator, is
not negative, and so on. Whoever says it, the state or an edition, it is the same kind of record; who said it is kept
with it, so that a leak can be named by the line that caused it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from math import inf
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from sesec_analysis import catalog, schema
from sesec_analysis.attack.solver import HAIR, NO_LIMIT, System, loose, tighten
from sesec_analysis.bounds import Flags, Floats, KnownCounts, Positions
from sesec_analysis.loaders.load import files_of, published_year, tight_year

__all__ = [
    "SLACK",
    "WITNESSES",
    "Question",
    "Rule",
    "Side",
    "Stamps",
    "State",
    "StateCell",
    "StateCount",
    "Statement",
    "Sums",
    "read_state",
    "stamps_of",
    "state_of",
    "statement",
    "sums",
]


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
    tied = pd.concat([table for table, _ in by_side], ignore_index=True)
    rules = _rules(tied)
    known = pd.DataFrame(rules, columns=list(Rule._fields)).astype(_RULE)
    ruled = tied.merge(known, on=["source", "kind"])
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
    """Return schools as parts of their district: every school row is of the one district that has places."""
    districts = {place.district for place in catalog.places().values() if place.district}
    district = (rows["organization_level"] == "district") & rows["organization_id"].isin(districts)
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


def _rules(tied: pd.DataFrame) -> tuple[Rule, ...]:
    """Learn from the exact sums of each source, all its years and indicators together."""
    rules = []
    for (source, kind), table in tied.groupby(["source", "kind"]):
        off = table.loc[~table["open"], "off"]
        low, high = -np.inf, np.inf
        if len(off) >= WITNESSES:
            low = min(off.min(), 0) if off.min() >= -SLACK else -np.inf
            # Where the parts never come up to the total (one group of a pair is listed), they do not exceed it.
            high = max(off.max(), 0) if off.max() <= SLACK else np.inf
        rules.append(Rule(str(source), str(kind), len(off), float(low), float(high)))
    return tuple(rules)


Side = Literal["numerator", "denominator"]


class StateCell(NamedTuple):
    """A group of students at an organization in a year, and the indicator asked about them: a key of OBSERVATIONS.

    The source is not part of it: several releases that print one cell speak of the same students.
    """

    indicator: str
    end_year: int
    organization_level: str
    organization_id: str
    grade_level: str
    student_group_type: str
    student_group: str

    def __str__(self) -> str:
        """Give the key as it is said in messages; never what is known of the cell."""
        return " ".join(str(part) for part in self)


class StateCount(NamedTuple):
    """One whole number of students: those counted (numerator) or all of the group (denominator) of a cell.

    For a make-up (`schema.COMPOSITION_INDICATORS`) the numerator is the group, and the denominator all students. A
    place is no unknown of its own: whoever reads an edition puts the counts of the place's schools in its stead.
    """

    cell: StateCell
    side: Side


@dataclass(frozen=True, slots=True)
class Statement:
    """One linear inequality between counts: ``low <= sum(coefficient * count) <= high``.

    Parameters
    ----------
    terms
        The counts, each once, with its coefficient.
    low, high
        In the unit of the sum; infinite where nothing is said.
    said
        Who says it, as a reader would look it up: ``ospi_discipline@2019``, ``figures/x.csv row 3``.
    """

    terms: tuple[tuple[StateCount, float], ...]
    low: float = -inf
    high: float = inf
    said: str = ""


def statement(
    terms: Iterable[tuple[StateCount, float]],
    *,
    low: float = -inf,
    high: float = inf,
    said: str,
) -> Statement:
    """Make a statement, with counts that stand several times added up and those that cancel left out."""
    added: dict[StateCount, float] = {}
    for count, coefficient in terms:
        added[count] = added.get(count, 0.0) + coefficient
    kept = tuple((count, coefficient) for count, coefficient in added.items() if coefficient != 0)
    return Statement(kept, low, high, said)


Stamps = tuple[tuple[str, int, int], ...]
"""Path, time of writing in nanoseconds and size in bytes of each file."""


def stamps_of(indicators: Iterable[str]) -> Stamps:
    """Return the stamps of the files that hold some indicators; one that the catalog does not know has none."""
    known = [code for code in indicators if code in catalog.indicators()]
    files = sorted({path for code in known for path in files_of(code).values()})
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files)


Question = tuple[str, int]
"""An indicator and an end_year."""

_KEY = list(StateCell._fields)
_ESTIMATED = "estimated_share"  # of a sample: nobody counted them, and nothing is withheld


@dataclass(frozen=True)
class State:
    """What is known without us. Count ``2 * i`` is the numerator of cell ``i``, ``2 * i + 1`` its denominator.

    Parameters
    ----------
    cells
        The keys, one row per cell.
    withheld
        Cells whose counts are not both published.
    own
        Each count by its own row alone, and the rows that tie a cell's two counts; then the sums.
    sums_from
        The first row of ``own`` that is a sum.
    slope_low, slope_high
        What is known of numerator over denominator, by cell; proportions.
    low, high
        Each count after passing ranges to and fro; in students.
    rules
        What the exact figures show of each source's sums.
    dropped
        Sums that contradict other figures, and so are not believed.
    """

    cells: pd.DataFrame
    withheld: Flags
    own: System
    sums_from: int
    slope_low: Floats
    slope_high: Floats
    low: Floats
    high: Floats
    rules: tuple[Rule, ...]
    dropped: int

    @cached_property
    def _positions(self) -> dict[tuple[object, ...], int]:
        columns = [self.cells[name].tolist() for name in _KEY]
        return {key: at for at, key in enumerate(zip(*columns, strict=True))}

    @cached_property
    def system(self) -> System:
        """Return the rows that say more than the ranges, over the narrowed ranges."""
        narrowed = self.own.within(self.low, self.high)
        return narrowed.take(~loose(narrowed))

    def cell(self, position: int) -> StateCell:
        """Return the key of a cell."""
        return StateCell(*self.cells.iloc[position].tolist())

    def number(self, count: StateCount) -> int | None:
        """Return the position of a count, or None if nothing was published of its cell."""
        cell = self._positions.get(tuple(count.cell))
        return None if cell is None else 2 * cell + (count.side == "denominator")

    def withheld_counts(self) -> Positions:
        """Return the counts of withheld cells that their own rows leave open."""
        cell = np.repeat(self.withheld, 2)
        return np.flatnonzero(cell & (self.own.low < self.own.high))

    def without_sums_of(self, numbers: Positions) -> "State":
        """Put aside the sums that speak of some counts: their own statements leave them no value."""
        named = np.isin(self.own.matrix.indices, numbers)
        row = np.repeat(np.arange(len(self.own.row_low)), np.diff(self.own.matrix.indptr))
        broken = np.unique(row[named])
        keep = np.ones(len(self.own.row_low), dtype=bool)
        keep[broken[broken >= self.sums_from]] = False
        system, more, low, high = _settled(self.own.take(keep), self.sums_from)
        dropped = self.dropped + int((~keep).sum()) + more
        return replace(self, own=system, low=low, high=high, dropped=dropped)

    def with_unpublished(self, cells: Iterable[StateCell]) -> "State":
        """Add cells of which nothing was published: any number of students, and no more counted than there are."""
        new = sorted({cell for cell in cells if tuple(cell) not in self._positions})
        if not new:
            return self
        at = np.arange(len(self.cells), len(self.cells) + len(new))
        zero, top = np.zeros(2 * len(new)), np.full(2 * len(new), NO_LIMIT)
        low, high = np.concatenate([self.low, zero]), np.concatenate([self.high, top])
        count = 2 * (len(self.cells) + len(new))
        ties = _ties(at, np.zeros(len(new)), np.ones(len(new)), count)
        none = sparse.csr_array((len(self.own.row_low), 2 * len(new)))
        system = replace(
            self.own,
            low=np.concatenate([self.own.low, zero]),
            high=np.concatenate([self.own.high, top]),
            matrix=sparse.csr_array(sparse.hstack([self.own.matrix, none])),
        )
        return replace(
            self,
            cells=pd.concat([self.cells, pd.DataFrame(new, columns=_KEY)], ignore_index=True),
            withheld=np.concatenate([self.withheld, np.zeros(len(new), dtype=bool)]),
            own=ties.within(system.low, system.high).with_rows(system),
            sums_from=self.sums_from + len(ties.row_low),
            slope_low=np.concatenate([self.slope_low, np.zeros(len(new))]),
            slope_high=np.concatenate([self.slope_high, np.ones(len(new))]),
            low=low,
            high=high,
        )


def read_state(questions: Iterable[Question], *, insider: bool = False) -> State:
    """Read what the state published, at every level, grade and group we hold.

    Parameters
    ----------
    questions
        Indicators and years. The same ones are read once in a process, until their files change.
    insider
        Read as one does who grants the rules that no publisher documents (`masked_sums`), and not by the texts alone.

    Returns
    -------
    State
    """
    wanted = tuple(sorted(set(questions)))
    return _cached(wanted, insider, stamps_of({indicator for indicator, _ in wanted}))


@cache
def _cached(wanted: tuple[Question, ...], insider: bool, stamps: Stamps) -> State:
    read = tight_year if insider else published_year
    tables = [read(indicator, year) for indicator, year in wanted]
    return state_of(pd.concat(tables, ignore_index=True) if tables else _nothing())


def _nothing() -> pd.DataFrame:
    return schema.conform_observations(pd.DataFrame(columns=schema.OBSERVATIONS_COLUMNS))


def state_of(observations: pd.DataFrame) -> State:
    """Make an outsider's knowledge of OBSERVATIONS that were read already; averages hold no count, and are left out."""
    rows = observations[
        observations["unit"].isin(schema.SHARES)
        & (observations["status"] != "not_collected")
        & (observations["organization_level"] != "place")
    ].reset_index(drop=True)
    cell: Positions = rows.groupby(_KEY, sort=False).ngroup().to_numpy().astype(np.int64)
    cells = rows.loc[~rows.duplicated(_KEY), _KEY].reset_index(drop=True)
    estimated = np.zeros(len(cells), dtype=bool)
    estimated[cell[(rows["unit"] == _ESTIMATED).to_numpy()]] = True
    known, count = _joined(KnownCounts.of(rows), cell, len(cells)), 2 * len(cells)
    low = np.column_stack([known.k_low, known.n_low]).ravel()
    high = np.column_stack([known.k_high, known.n_high]).ravel()
    open_cells = np.flatnonzero(~known.exact)
    ties = _ties(open_cells, known.value_low[open_cells], known.value_high[open_cells], count)
    added = sums(rows.assign(cell=cell), low, high)
    summed = System(low, high, added.matrix, added.low, added.high)
    system = ties.within(low, high).with_rows(summed)
    system, dropped, low, high = _settled(system, len(ties.row_low))
    return State(
        cells=cells,
        withheld=~known.exact & ~estimated,
        own=system,
        sums_from=len(ties.row_low),
        slope_low=known.value_low,
        slope_high=known.value_high,
        low=low,
        high=high,
        rules=added.rules,
        dropped=dropped,
    )


def _joined(rows: KnownCounts, cell: Positions, count: int) -> KnownCounts:
    """Join releases that print one cell. Where they contradict each other (two days' counts), either may be true."""

    def join(low: Floats, high: Floats) -> tuple[Floats, Floats]:
        inner_low, inner_high = np.full(count, -np.inf), np.full(count, np.inf)
        np.maximum.at(inner_low, cell, low)
        np.minimum.at(inner_high, cell, high)
        outer_low, outer_high = np.full(count, np.inf), np.full(count, -np.inf)
        np.minimum.at(outer_low, cell, low)
        np.maximum.at(outer_high, cell, high)
        fits = inner_low <= inner_high + HAIR
        return np.where(fits, inner_low, outer_low), np.where(fits, inner_high, outer_high)

    capped = np.minimum(rows.k_high, NO_LIMIT), np.minimum(rows.n_high, NO_LIMIT)
    k_low, k_high = join(rows.k_low, capped[0])
    n_low, n_high = join(rows.n_low, capped[1])
    # No students have no quotient.
    value_low, value_high = join(
        np.nan_to_num(rows.value_low, nan=0.0), np.nan_to_num(rows.value_high, nan=1.0)
    )
    exact = (k_low == k_high) & (n_low == n_high)
    return KnownCounts(k_low, k_high, n_low, n_high, value_low, value_high, exact)


def _ties(cell: Positions, slope_low: Floats, slope_high: Floats, count: int) -> System:
    """Rows that tie a cell's counts: ``slope_low * n <= k <= slope_high * n``, and never more than all counted."""
    slope = np.concatenate([np.minimum(slope_high, 1.0), slope_low])
    least = np.repeat([-np.inf, 0.0], len(cell))
    most = np.repeat([0.0, np.inf], len(cell))
    row = np.arange(len(slope))
    both = np.tile(cell, 2)
    kept = (least == -np.inf) | (slope > 0)
    matrix = sparse.csr_array(
        (
            np.concatenate([np.ones(len(row)), -slope]),
            (np.tile(row, 2), np.concatenate([2 * both, 2 * both + 1])),
        ),
        shape=(len(row), count),
    )
    matrix.eliminate_zeros()
    empty = np.empty(0)
    return System(empty, empty, matrix, least, most).take(kept)


def _settled(system: System, sums_from: int) -> tuple[System, int, Floats, Floats]:
    """Narrow the ranges; sums that leave a number without a value are put aside, and counted, until all fit."""
    dropped = 0
    while True:
        narrowed = tighten(system)
        broken = narrowed.at_odds[narrowed.at_odds >= sums_from]
        if not len(broken):
            # A cell that contradicts itself is refused where it is read, so nothing but sums can be at odds.
            return system, dropped, narrowed.low, narrowed.high
        keep = np.ones(len(system.row_low), dtype=bool)
        keep[broken] = False
        system, dropped = system.take(keep), dropped + len(broken)
