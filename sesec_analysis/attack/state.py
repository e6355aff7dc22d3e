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

_CELL = ["source_id", "indicator", "end_year"]
_GROUP = ["student_group_type", "student_group"]
_ORGANIZATION = ["organization_level", "organization_id"]


class Rule(NamedTuple):
    """What one source's exact figures show of one kind of sum: parts less total lies between `low` and `high`."""

    source: str
    kind: str
    exact: int
    low: float
    high: float


def sums(observations: pd.DataFrame, low: Floats, high: Floats) -> tuple[System, tuple[Rule, ...]]:
    """State every sum that the sources' exact figures bear out.

    Parameters
    ----------
    observations
        OBSERVATIONS of students, with a column ``cell``: the position of the cell among all.
    low, high
        What is known of each count (numerators at 2 x cell, denominators at 2 x cell + 1); in students.

    Returns
    -------
    The sums of which some count is not known, and the rule behind each kind of them.
    """
    parts = _parts(observations)
    parts["sum"] = parts.groupby(["source_id", "kind", "total"], sort=False).ngroup()
    first = parts.drop_duplicates("sum")
    # The whole is the same for every group of a make-up, and adds up to nothing.
    composition = first["indicator"].isin(schema.COMPOSITION_INDICATORS)
    added = (~composition | (first["kind"].str[:6] != "groups")).to_numpy(dtype=bool)
    matrix = sparse.vstack(
        [
            _of_side(parts, first, 0, len(low)),
            _of_side(parts, first, 1, len(low))[np.flatnonzero(added)],
        ],
        format="csr",
    )
    is_open, off = abs(matrix) @ (low < high) > 0, matrix @ low
    kinds = pd.concat([first, first[added]])
    names = list(zip(kinds["source_id"].str.split("@").str[0], kinds["kind"], strict=True))
    # Terms of an open sum say nothing.
    exact = pd.Series(np.where(is_open, np.nan, off)).groupby(pd.Series(names, dtype="object"))
    rules = {name: _rule(name, one.dropna()) for name, one in exact}
    limits = np.array([rules[name][-2:] for name in names]).reshape(-1, 2)
    kept = is_open & np.isfinite(limits).any(axis=1)
    return System(low, high, matrix, *limits.T).take(kept), tuple(rules.values())


def _parts(rows: pd.DataFrame) -> pd.DataFrame:
    """Put each part beside the cell of its total: groups, grades, and schools of the one district that has places."""
    districts = {place.district for place in catalog.places().values() if place.district}
    level, everyone = rows["organization_level"], rows["student_group_type"] == "all"
    district = (level == "district") & rows["organization_id"].isin(districts)
    every = rows["grade_level"] == "all"
    tables = []
    for kind, total, part, over in (
        ("groups of " + rows["student_group_type"], everyone, ~everyone, _GROUP),
        ("grades", every, ~every, ["grade_level"]),
        ("schools", district, level == "school", _ORGANIZATION),
    ):
        keys = [
            name for name in (*_CELL, *_ORGANIZATION, "grade_level", *_GROUP) if name not in over
        ]
        totals = rows.loc[total, [*keys, "cell"]].rename(columns={"cell": "total"})
        tables.append(rows.assign(kind=kind)[part].merge(totals, on=keys))
    return pd.concat(tables, ignore_index=True)[[*_CELL, "kind", "cell", "total"]]


def _of_side(parts: pd.DataFrame, first: pd.DataFrame, side: int, count: int) -> sparse.csr_array:
    """Return each sum as a row, parts less total, over the numerators (denominators) of its cells."""
    times = np.repeat([1.0, -1.0], [len(parts), len(first)])
    row, cell = (
        np.concatenate([parts[name], first[of]]) for name, of in (("sum", "sum"), ("cell", "total"))
    )
    return sparse.csr_array((times, (row, 2 * cell + side)), shape=(len(first), count))


def _rule(name: tuple[str, str], off: "pd.Series[float]") -> Rule:
    """Learn from the exact sums of a source, all its years and indicators together."""
    low, high = -np.inf, np.inf
    if len(off) >= WITNESSES:
        low = min(off.min(), 0) if off.min() >= -SLACK else -np.inf
        # Where the parts never come up to the total (one group of a pair is listed), they do not exceed it.
        high = max(off.max(), 0) if off.max() <= SLACK else np.inf
    return Rule(*name, len(off), float(low), float(high))


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
        Each count by its own row alone; the sums, and then the rows that tie a cell's two counts.
    ties
        How many rows of ``own`` are no sums.
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
    ties: int
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
        asked = np.zeros(len(self.low))
        asked[numbers] = 1
        keep = abs(self.own.matrix) @ asked == 0
        keep[len(keep) - self.ties :] = True
        system, low, high = _settled(self.own.take(keep), self.ties)
        dropped = self.dropped + len(self.own.row_low) - len(system.row_low)
        return replace(self, own=system, low=low, high=high, dropped=dropped)

    def with_unpublished(self, cells: Iterable[StateCell]) -> "State":
        """Add cells of which nothing was published: any number of students, and no more counted than there are."""
        new = sorted({cell for cell in cells if tuple(cell) not in self._positions})
        if not new:
            return self
        none, all_of_them = np.zeros(len(new)), np.ones(len(new))
        low, high = np.zeros(2 * len(new)), np.full(2 * len(new), NO_LIMIT)
        ties = _ties(low, high, np.arange(len(new)), none, all_of_them)
        return replace(
            self,
            cells=pd.concat([self.cells, pd.DataFrame(new, columns=_KEY)], ignore_index=True),
            withheld=np.concatenate([self.withheld, none > 0]),
            own=self.own.beside(ties),
            ties=self.ties + len(ties.row_low),
            slope_low=np.concatenate([self.slope_low, none]),
            slope_high=np.concatenate([self.slope_high, all_of_them]),
            low=np.concatenate([self.low, low]),
            high=np.concatenate([self.high, high]),
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
    known = _joined(KnownCounts.of(rows), cell)
    low = np.column_stack([known.k_low, known.n_low]).ravel()
    high = np.column_stack([known.k_high, known.n_high]).ravel()
    added, rules = sums(rows.assign(cell=cell), low, high)
    of = np.flatnonzero(~known.exact)
    tied = _ties(low, high, of, known.value_low[of], known.value_high[of])
    ties = len(tied.row_low)
    system, narrow_low, narrow_high = _settled(added.with_rows(tied), ties)
    return State(
        cells=cells,
        withheld=~known.exact & ~estimated,
        own=system,
        ties=ties,
        slope_low=known.value_low,
        slope_high=known.value_high,
        low=narrow_low,
        high=narrow_high,
        rules=rules,
        dropped=len(added.row_low) + ties - len(system.row_low),
    )


def _joined(rows: KnownCounts, cell: Positions) -> KnownCounts:
    """Join releases that print one cell. Where they contradict each other (two days' counts), either may be true."""

    def join(low: Floats, high: Floats) -> tuple[Floats, Floats]:
        ends = pd.DataFrame({"low": low, "high": high}).groupby(cell).agg(["min", "max"])
        least_low, most_low, least_high, most_high = ends.to_numpy(dtype="float64").T
        fits = most_low <= least_high + HAIR
        return np.where(fits, most_low, least_low), np.where(fits, least_high, most_high)

    k_low, k_high = join(rows.k_low, np.minimum(rows.k_high, NO_LIMIT))
    n_low, n_high = join(rows.n_low, np.minimum(rows.n_high, NO_LIMIT))
    # No students have no quotient.
    value_low, value_high = join(
        np.nan_to_num(rows.value_low, nan=0.0), np.nan_to_num(rows.value_high, nan=1.0)
    )
    exact = (k_low == k_high) & (n_low == n_high)
    return KnownCounts(k_low, k_high, n_low, n_high, value_low, value_high, exact)


def _ties(
    low: Floats, high: Floats, cell: Positions, slope_low: Floats, slope_high: Floats
) -> System:
    """Rows that tie a cell's counts: ``slope_low * n <= k <= slope_high * n``, and never more than all counted."""
    above = slope_low > 0
    both = np.concatenate([cell, cell[above]])
    slope = np.concatenate([np.minimum(slope_high, 1.0), slope_low[above]])
    is_least, row = np.arange(len(both)) >= len(cell), np.tile(np.arange(len(both)), 2)
    times = np.concatenate([np.ones(len(both)), -slope])
    number = np.concatenate([2 * both, 2 * both + 1])
    matrix = sparse.csr_array((times, (row, number)), shape=(len(both), len(low)))
    matrix.eliminate_zeros()
    least, most = np.where(is_least, 0.0, -np.inf), np.where(is_least, np.inf, 0.0)
    return System(low, high, matrix, least, most)


def _settled(system: System, ties: int) -> tuple[System, Floats, Floats]:
    """Narrow the ranges; sums that leave a number without a value are put aside until all fit."""
    while True:
        narrowed, sums_end = tighten(system), len(system.row_low) - ties
        broken = narrowed.at_odds[narrowed.at_odds < sums_end]
        if not len(broken):
            # A cell that contradicts itself is refused where it is read, so nothing but sums can be at odds.
            return system, narrowed.low, narrowed.high
        system = system.take(np.delete(np.arange(len(system.row_low)), broken))
