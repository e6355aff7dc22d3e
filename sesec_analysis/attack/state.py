"""All that the state published of some indicators and years, as an outsider's knowledge of every count.

Each row of OBSERVATIONS gives the ranges of its own two counts and the range of their quotient; cells that add up are
tied by `sums`. What the loaders mask at the door is not in OBSERVATIONS, and so no knowledge of this outsider.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from sesec_analysis import schema
from sesec_analysis.attack.propagation import HAIR, NO_LIMIT, System, loose, tighten
from sesec_analysis.attack.stamps import Stamps, stamps_of
from sesec_analysis.attack.sums import Rule, sums
from sesec_analysis.attack.unknowns import Cell, Count
from sesec_analysis.errors import NothingPublishedError
from sesec_analysis.loaders.load import load
from sesec_analysis.polygons import Flags, Floats, Known, Positions

__all__ = ["Question", "State", "read_state", "state_of"]

Question = tuple[str, int]
"""An indicator and an end_year."""

_KEY = list(Cell._fields)
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
        """The rows that say more than the ranges, over the narrowed ranges."""
        narrowed = self.own.within(self.low, self.high)
        return narrowed.take(~loose(narrowed))

    def cell(self, position: int) -> Cell:
        """Return the key of a cell."""
        return Cell(*self.cells.iloc[position].tolist())

    def number(self, count: Count) -> int | None:
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
        own, more, low, high = _settled(self.own.take(keep), self.sums_from)
        dropped = self.dropped + int((~keep).sum()) + more
        return replace(self, own=own, low=low, high=high, dropped=dropped)

    def with_unpublished(self, cells: Iterable[Cell]) -> "State":
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
        own = replace(
            self.own,
            low=np.concatenate([self.own.low, zero]),
            high=np.concatenate([self.own.high, top]),
            matrix=sparse.csr_array(sparse.hstack([self.own.matrix, none])),
        )
        return replace(
            self,
            cells=pd.concat([self.cells, pd.DataFrame(new, columns=_KEY)], ignore_index=True),
            withheld=np.concatenate([self.withheld, np.zeros(len(new), dtype=bool)]),
            own=ties.within(own.low, own.high).with_rows(own),
            sums_from=self.sums_from + len(ties.row_low),
            slope_low=np.concatenate([self.slope_low, np.zeros(len(new))]),
            slope_high=np.concatenate([self.slope_high, np.ones(len(new))]),
            low=low,
            high=high,
        )


def read_state(questions: Iterable[Question]) -> State:
    """Read what the state published, at every level, grade and group we hold.

    Parameters
    ----------
    questions
        Indicators and years. The same ones are read once in a process, until their files change.

    Returns
    -------
    State
    """
    wanted = tuple(sorted(set(questions)))
    return _cached(wanted, stamps_of({indicator for indicator, _ in wanted}))


@cache
def _cached(wanted: tuple[Question, ...], stamps: Stamps) -> State:
    years: dict[str, list[int]] = {}
    for indicator, year in wanted:
        years.setdefault(indicator, []).append(year)
    tables = [_loaded(indicator, of) for indicator, of in years.items()]
    return state_of(pd.concat(tables, ignore_index=True) if tables else _nothing())


def _loaded(indicator: str, years: list[int]) -> pd.DataFrame:
    try:
        return load(indicator, end_years=years)
    except NothingPublishedError:
        return _nothing()  # a year that only the edition speaks of


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
    known, count = _joined(Known.of(rows), cell, len(cells)), 2 * len(cells)
    low = np.column_stack([known.k_low, known.n_low]).ravel()
    high = np.column_stack([known.k_high, known.n_high]).ravel()
    open_cells = np.flatnonzero(~known.exact)
    ties = _ties(open_cells, known.value_low[open_cells], known.value_high[open_cells], count)
    added = sums(rows.assign(cell=cell), low, high)
    summed = System(low, high, added.matrix, added.low, added.high)
    own = ties.within(low, high).with_rows(summed)
    own, dropped, low, high = _settled(own, len(ties.row_low))
    return State(
        cells=cells,
        withheld=~known.exact & ~estimated,
        own=own,
        sums_from=len(ties.row_low),
        slope_low=known.value_low,
        slope_high=known.value_high,
        low=low,
        high=high,
        rules=added.rules,
        dropped=dropped,
    )


def _joined(rows: Known, cell: Positions, count: int) -> Known:
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
    return Known(k_low, k_high, n_low, n_high, value_low, value_high, exact)


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


def _settled(own: System, sums_from: int) -> tuple[System, int, Floats, Floats]:
    """Narrow the ranges; sums that leave a number without a value are put aside, and counted, until all fit."""
    dropped = 0
    while True:
        narrowed = tighten(own)
        broken = narrowed.at_odds[narrowed.at_odds >= sums_from]
        if not len(broken):
            # A cell that contradicts itself is refused where it is read, so nothing but sums can be at odds.
            return own, dropped, narrowed.low, narrowed.high
        keep = np.ones(len(own.row_low), dtype=bool)
        keep[broken] = False
        own, dropped = own.take(keep), dropped + len(broken)
