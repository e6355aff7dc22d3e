"""Attack an edition: judge whether its numbers, beside the state's, give back a withheld count; run before publication.

An edition passes if no withheld count has a narrower range with its statements than without. What is written of an
attack names the statements that gave something away, and never a value.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sesec_analysis.attack.leaks import (
    FEW,
    Found,
    Leak,
    Sifted,
    StatementRows,
    compiled,
    find_leaks,
    sift,
)
from sesec_analysis.attack.reading.edition import EditionText, Statements, expressed, read_claims
from sesec_analysis.attack.search import search_read
from sesec_analysis.attack.solver import STEPS, Solver
from sesec_analysis.attack.state import SLACK, WITNESSES, State, Statement, read_state
from sesec_analysis.errors import DataError

__all__ = ["Attack", "attack", "attack_read", "certify", "certify_together", "weigh"]


_LEAKS_NAMED = 100
_LINES_SHOWN = 20


@dataclass(frozen=True)
class Attack:
    """What was attacked, how, and what it gave.

    Parameters
    ----------
    folders
        The names of the folders attacked together.
    state
        What the state published of the indicators and years that they speak of.
    sifted
        What became of their statements.
    found
        The leaks, if any statement told anything.
    statements
        Statements read, and how many of them are different.
    not_expressed
        Printed values that are no linear statement of counts, by measure.
    faults
        Words of the edition that say more than its records, as lines to print.
    """

    folders: tuple[str, ...]
    state: State
    sifted: Sifted
    found: Found
    statements: tuple[int, int]
    not_expressed: Mapping[str, int]
    faults: tuple[str, ...]

    @property
    def leaks(self) -> tuple[Leak, ...]:
        """Return the withheld counts given away."""
        return self.found.leaks

    @property
    def at_odds(self) -> tuple[str, ...]:
        """Return the statements that cannot be true beside the state's."""
        said = [
            *self.sifted.at_odds.said,
            *(self.sifted.telling.said[at] for at in self.found.at_odds),
        ]
        return tuple(dict.fromkeys(one[0] for one in said))

    @property
    def passed(self) -> bool:
        """Nothing is given away; and nothing contradicts the state, since what contradicts it cannot be attacked."""
        return not (self.leaks or self.at_odds or self.faults)

    def refuse_leaks(self) -> None:
        """Refuse editions that did not pass.

        Raises
        ------
        DataError
            Naming the printed statements, and the cells that they give away; never a value.
        """
        if self.passed:
            return
        lines = [
            f"{leak.cell}, {leak.side}, {leak.how} by: {'; '.join(leak.said)}"
            for leak in self.leaks
        ]
        lines += [f"contradicts the state's figures: {one}" for one in self.at_odds]
        lines += list(self.faults)
        shown = lines[:_LINES_SHOWN]
        more = [f"and {len(lines) - len(shown)} more"] if len(lines) > len(shown) else []
        raise DataError(
            f"{', '.join(self.folders)} would give back what was withheld, or says more than its records: "
            f"{len(lines)} fault(s)\n    " + "\n    ".join([*shown, *more]),
            where="the printed lines named above",
            mend="leave these lines out, or widen what they say; nothing is to be published before",
        )

    def as_dict(self) -> dict[str, object]:
        """Return what `disclosure_audit.json` says of the attack: the same for the same files, and no cell's value."""
        state, sifted, found = self.state, self.sifted, self.found
        counts = state.withheld_counts()
        return {
            "passed": self.passed,
            "attacked_together": list(self.folders),
            "cells": len(state.cells),
            "withheld_cells": int(state.withheld.sum()),
            "withheld_counts": len(counts),
            "statements_of_the_state": {
                "cells": len(state.cells),
                "ranges_tied": state.sums_from,
                "sums": len(state.own.row_low) - state.sums_from,
                "sums_at_odds_and_left_out": state.dropped,
            },
            "statements_of_the_edition": {
                "read": self.statements[0],
                "different": self.statements[1],
                "of_published_counts": sifted.exact,
                "follow_from_ranges": sifted.by_ranges,
                "follow_by_integer_programs": sifted.by_programs,
                "telling": len(sifted.telling.said),
                "at_odds_with_the_state": list(self.at_odds),
                "not_expressed": dict(sorted(self.not_expressed.items())),
            },
            "ranges": {
                "equal_since_every_statement_follows": len(counts) - found.solved - found.unlooked,
                "solved_twice": found.solved,
                "programs_cut_off": found.cut_off,
                "not_solved_since_others_leak": found.unlooked,
            },
            "tolerances": {
                "fewest_values_left": FEW,
                "students_a_sum_may_be_off": SLACK,
                "exact_sums_to_believe_a_kind": WITNESSES,
                "branches_per_program": STEPS,
            },
            "faults": list(self.faults),
            "counts_given_away": len(self.leaks),
            "given_away": [
                {
                    "cell": str(leak.cell),
                    "count": leak.side,
                    "how": leak.how,
                    "said": list(leak.said),
                }
                for leak in self.leaks[:_LEAKS_NAMED]
            ],
        }


def attack(
    folders: Sequence[Path], *, progress: Callable[[str], None] = lambda line: None
) -> Attack:
    """Attack what one or several folders print, all together.

    Parameters
    ----------
    folders
        Editions, and what stands beside them: fact sheets, editions of other years.
    progress
        Called with one line per step.

    Returns
    -------
    Attack

    Raises
    ------
    DataError
        If a folder is not there, or a file in it cannot be read.
    """
    return attack_read(map(read_claims, folders), progress=progress)


def attack_read(
    editions: Iterable[EditionText], *, progress: Callable[[str], None] = lambda line: None
) -> Attack:
    """Attack what was read in one or several folders, each let go when its statements are made; see `attack`."""
    told: list[tuple[str, Statements]] = []
    for one in editions:
        told.append((one.name, expressed(one)))
        name, found = told[-1]
        progress(f"{name}: {len(found.statements):,} statements read back from its files")
    statements: list[Statement] = []
    faults: list[str] = []
    left: Counter[str] = Counter()
    for name, found in told:
        prefix = f"{name}: " if len(told) > 1 else ""
        statements += [replace(line, said=prefix + line.said) for line in found.statements]
        faults += [f"{prefix}{fault.where}: {fault.what}" for fault in found.faults]
        left.update(found.not_expressed)
    state = read_state(
        {(c.cell.indicator, c.cell.end_year) for s in statements for c, _ in s.terms}
    )
    progress(
        f"{len(state.cells):,} cells published by the state, {state.withheld.sum():,} withheld"
    )
    return weigh(
        state,
        statements,
        folders=tuple(name for name, _ in told),
        not_expressed=left,
        faults=tuple(faults),
    )


def weigh(
    state: State,
    statements: Iterable[Statement],
    *,
    folders: tuple[str, ...] = (),
    not_expressed: Mapping[str, int] | None = None,
    faults: tuple[str, ...] = (),
) -> Attack:
    """Weigh statements against what the state published; see `attack`, which reads both from files."""
    listed = list(statements)
    state = state.with_unpublished(count.cell for one in listed for count, _ in one.terms)
    said = compiled(state, listed)
    while True:
        sifted = sift(state, said, Solver(state.system, by_cell=True))
        found = find_leaks(state, sifted.telling)
        if not len(found.unfit):
            break
        state = state.without_sums_of(found.unfit)
        said = StatementRows(said.system.within(state.low, state.high), said.said)
    sizes = (len(listed), len(said.said))
    return Attack(folders, state, sifted, found, sizes, not_expressed or {}, faults)


_HITS_NAMED = 20
_NAME = "this edition"


def certify(folder: Path, beside: Sequence[Path] = ()) -> dict[str, object]:
    """Search and attack the files of an edition, and return what the certificate says.

    Parameters
    ----------
    folder
        The edition, complete.
    beside
        Other folders that readers hold with it: attacked together, each having been searched when it was made.

    Returns
    -------
    dict
        ``search`` and ``attack``, each with ``passed`` and counts; no figure of a cell, and no time of day.

    Raises
    ------
    DataError
        Naming every printed line that tells too much; never a value.
    """
    # Until it is in place its own name is a passing one.
    return _certify({folder: _NAME}, beside)


def certify_together(folders: Sequence[Path], beside: Sequence[Path] = ()) -> dict[str, object]:
    """Search the files of several folders, such as fact sheets, and attack them as one; see `certify`."""
    return _certify({folder: folder.name for folder in folders}, beside)


def _certify(names: Mapping[Path, str], beside: Sequence[Path]) -> dict[str, object]:
    files = sum(path.is_file() for folder in names for path in folder.rglob("*"))
    done = attack_read(_read(names, beside))
    done.refuse_leaks()
    return {"search": {"passed": True, "files": files}, "attack": done.as_dict()}


def _read(names: Mapping[Path, str], beside: Sequence[Path]) -> Iterator[EditionText]:
    """Read each folder once, for the search here and for the attack; refuse them all before the attack begins."""
    lines = []
    for folder, name in names.items():
        found = read_claims(folder, name)
        prefix = f"{name}: " if len(names) > 1 else ""
        lines += [f"{prefix}{hit.where}: {hit.what}" for hit in search_read(found)]
        yield found
    if lines:
        _refuse(lines)
    yield from map(read_claims, beside)


def _refuse(lines: Sequence[str]) -> None:
    more = [f"and {len(lines) - _HITS_NAMED} more"] if len(lines) > _HITS_NAMED else []
    raise DataError(
        f"{len(lines)} place(s) say what may never leave:\n    "
        + "\n    ".join([*lines[:_HITS_NAMED], *more]),
        where="the files of this edition",
        mend="leave these lines out of the notebook, or let `privacy.gate` judge the table they come from",
    )
