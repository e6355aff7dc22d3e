"""What telling statements give away: every withheld count that they bear on, judged; and which statements did it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sesec_analysis.attack.judging import Field, How, Verdict, judge
from sesec_analysis.attack.solving import Solver
from sesec_analysis.attack.state import State
from sesec_analysis.attack.telling import Said
from sesec_analysis.attack.unknowns import Cell, Side
from sesec_analysis.polygons import Flags, Positions

__all__ = ["Found", "Leak", "find_leaks"]


@dataclass(frozen=True)
class Leak:
    """A withheld count that an edition gives away, and the least set of its statements that does so; never its value.

    ``how`` is "narrowed"; "nearly told" if fewer than three values are left, or none or all of the students must be
    counted; or "not settled" if programs were cut off before they could tell.
    """

    cell: Cell
    side: Side
    how: How
    said: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """The leaks of some statements, and how they were looked for.

    Parameters
    ----------
    leaks
        In the order of the cells.
    at_odds
        Statements, by position, that nothing fits beside the others.
    unfit
        Counts that nothing fits even without the statements: the state's own sums contradict each other.
    solved, cut_off
        Counts solved twice, and how many programs of them were cut off.
    unlooked
        Counts that were not solved because others beside them had leaked already.
    """

    leaks: tuple[Leak, ...]
    at_odds: Positions
    unfit: Positions
    solved: int
    cut_off: int
    unlooked: int


@dataclass(frozen=True)
class _Looked:
    """The leaking counts of a field: position, how, and the rows that do it."""

    leaking: list[tuple[int, How, Positions]]
    solved: int
    unlooked: int


def find_leaks(state: State, telling: Said) -> Found:
    """Judge every withheld count that telling statements bear on.

    Parameters
    ----------
    state
        What is known without the statements.
    telling
        Statements over the state's counts that are not known to follow from the state's own.

    Returns
    -------
    Found
    """
    joint = Solver(state.system.with_rows(telling.system), by_cell=True)
    own_rows, withheld = len(state.system.row_low), np.zeros(len(state.low), dtype=bool)
    withheld[state.withheld_counts()] = True
    leaks: list[Leak] = []
    at_odds: list[Positions] = []
    unfit: list[Positions] = []
    solved = cut_off = unlooked = 0
    for label in np.unique(joint.row_label[own_rows:]):
        part = joint.part(int(label))
        ground = Field(part, part.rows >= own_rows)
        if ground.before.is_empty():
            unfit.append(part.numbers)
        elif ground.after.is_empty():
            at_odds.append(part.rows[ground.rows] - own_rows)
        else:
            looked = _look(ground, withheld[part.numbers])
            leaks += [_named(state, telling, ground, own_rows, *one) for one in looked.leaking]
            solved, unlooked = solved + looked.solved, unlooked + looked.unlooked
            cut_off += ground.before.cut_off + ground.after.cut_off
    ordered = tuple(sorted(leaks, key=lambda leak: (leak.cell, leak.side)))
    return Found(ordered, _joined(at_odds), _joined(unfit), solved, cut_off, unlooked)


def _joined(parts: list[Positions]) -> Positions:
    return np.concatenate([*parts, np.empty(0, dtype=np.int64)])


def _named(
    state: State,
    telling: Said,
    ground: Field,
    own_rows: int,
    number: int,
    how: How,
    rows: Positions,
) -> Leak:
    """Name a leak: the cell, and the first of those who say each statement."""
    position = int(ground.part.numbers[number])
    side: Side = "denominator" if position % 2 else "numerator"
    who = [telling.said[row - own_rows][0] for row in ground.part.rows[rows]]
    return Leak(state.cell(position // 2), side, how, tuple(dict.fromkeys(who)))


def _look(ground: Field, withheld: Flags) -> _Looked:
    """Judge the withheld counts of a field: first those of cells that are named, then, if none leaks, all others."""
    leaking: list[tuple[int, How, Positions]] = []
    named = np.flatnonzero(withheld & ground.mentioned)
    others = np.flatnonzero(withheld & ~ground.mentioned)
    causes: list[Positions] = []
    solved = 0
    for group in (named, others):
        for number in group:
            solved += 1
            if verdict := judge(ground, int(number)):
                rows = _cause(ground, int(number), verdict, causes)
                leaking.append((int(number), verdict.how, rows))
        if leaking:
            break
    return _Looked(leaking, solved, len(named) + len(others) - solved)


def _cause(ground: Field, number: int, verdict: Verdict, causes: list[Positions]) -> Positions:
    """Return the edition's rows that lose a count by themselves: one if one does, else none that could be spared.

    ``causes`` holds those found for other counts, and is added to: often they are the same.
    """
    if verdict.how == "not settled":
        return ground.naming(number)

    def suffice(rows: Positions) -> bool:
        return ground.is_lost(ground.with_only(rows), number, verdict.end) is True

    together = [rows for rows in causes if len(rows) > 1]
    for rows in (*_alone(ground, number, causes), *together):
        if suffice(rows):
            break
    else:
        rows = ground.rows
        for row in ground.rows:
            if suffice(fewer := rows[rows != row]):
                rows = fewer
    causes.append(rows)
    return rows


def _alone(ground: Field, number: int, causes: list[Positions]) -> Iterator[Positions]:
    """Return single rows: those that lost other counts, those that name the count, and all others."""
    before = {int(rows[0]): None for rows in causes if len(rows) == 1}
    order = [*before, *ground.naming(number).tolist(), *ground.rows.tolist()]
    for row in dict.fromkeys(order):
        yield np.array([row])
