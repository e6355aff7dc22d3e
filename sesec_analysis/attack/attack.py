"""Attack an edition: judge whether its numbers, beside the state's, give back a withheld count; run before publication.

Two readers are asked. To one who takes the state at its word, no withheld count of one or two organizations may have a
narrower range with an edition's statements than without; sums of three organizations or more that say more are
counted and listed apart. To one who grants the rules behind the state's labels, no withheld count at all may. What is
written of an attack names the statements that gave something away, and never a value.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from sesec_analysis.attack.leaks import (
    Found,
    KnownMoreClosely,
    Leak,
    Sifted,
    compile_statements,
    find_leaks,
    nested_differences,
    of_many,
    sift,
    with_shared,
)
from sesec_analysis.attack.reading import EditionText, questions, read_statements
from sesec_analysis.attack.state import State, Statement, read_state
from sesec_analysis.errors import LeakError, below

__all__ = ["Attack", "Weighed", "attack_read", "weigh"]


_LEAKS_NAMED = 100
_ID = re.compile(r"sesec:[\w.:-]*\w")


@dataclass(frozen=True)
class Weighed:
    """What became of statements to one reader: what that one knows, what each says more, and the leaks if any."""

    state: State
    sifted: Sifted
    found: Found


@dataclass(frozen=True)
class Attack(Weighed):
    """What was attacked, how, and what it gave to a reader who takes the state at its word.

    ``inside`` is the same, every telling statement judged, for a reader who grants the rules behind the labels. Of the
    ``folders`` so many ``statements`` were read, and so many of them are different: the ``lines``. ``not_expressed``
    counts the values that are no linear statement of counts, by measure; ``unweighed`` are those of one or two
    organizations' withheld cells, and figures of published schools that leave out others for their outcome.
    ``faults`` are lines on what is wrong in the files.
    ``shared`` is what sums of three organizations and more say of single withheld counts, all together.
    """

    inside: Weighed
    statements: tuple[int, int]
    shared: KnownMoreClosely
    folders: tuple[str, ...] = ()
    not_expressed: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    unweighed: tuple[str, ...] = ()
    lines: tuple[Statement, ...] = field(default=(), repr=False)

    @property
    def leaks(self) -> tuple[Leak, ...]:
        """Return the withheld counts given away, each once."""
        every = (*self.inside.found.leaks, *self.found.leaks, *self.shared.leaks)
        by_count = {(leak.cell, leak.side): leak for leak in every}
        return tuple(by_count[count] for count in sorted(by_count))

    @property
    def at_odds(self) -> tuple[str, ...]:
        """Return the statements that cannot be true beside the state's."""
        both = (self, self.inside)
        lines = [names for one in both for names in (*one.sifted.at_odds.said, *one.found.at_odds)]
        lines += self.shared.at_odds
        return tuple(dict.fromkeys(names[0] for names in lines))

    @property
    def passed(self) -> bool:
        """Return whether nothing is given away, and nothing contradicts the state: that could not be attacked."""
        return not (self.leaks or self.at_odds or self.faults or self.unweighed)

    def refuse_leaks(self) -> None:
        """Refuse editions that did not pass.

        Raises
        ------
        LeakError
            Naming the printed statements, and the cells that they give away; never a value.
        DataError
            If statements are no findings, or contradict the state's data or their own records.
        """
        if self.passed:
            return
        weighs = (
            "withheld cells are under it and no sum can weigh it, or as a figure of published schools it leaves out "
            "others for their outcome"
        )
        lines = [
            *(f"{one.cell}, {one.side}, {one.how} by: {'; '.join(one.said)}" for one in self.leaks),
            *(f"contradicts the state's data: {line}" for line in self.at_odds),
            *(f"{weighs}: {line}" for line in self.unweighed),
            *self.faults,
        ]
        refusal = LeakError(
            f"{', '.join(self.folders)} would give back what was withheld, or says more than its records: "
            f"{len(lines)} fault(s){below(lines)}",
            where="the printed lines named above",
            fix="leave these lines out, or widen what they say; nothing is to be published before",
        )
        if not (self.at_odds or self.faults):
            refusal.findings = self._leaking()
        raise refusal

    def _leaking(self) -> frozenset[str]:
        """Return the ids of the findings to withhold so that nothing leaks; none where a leak has no id.

        What is left is attacked again: one that two findings tell apart leaks until both are gone.
        """
        lines = [*(leak.alike for leak in self.leaks), *((line,) for line in self.unweighed)]
        ids = [set(_ID.findall(" ".join(names))) for names in lines]
        if not all(ids):
            return frozenset()
        found = frozenset[str]().union(*ids)
        left = [line for line in self.lines if found.isdisjoint(_ID.findall(line.said))]
        if not self.leaks or len(left) == len(self.lines):
            return found
        return found | weigh(self.state, left, insider=self.inside.state)._leaking()

    def as_dict(self) -> dict[str, object]:
        """Return what `disclosure_audit.json` says of the attack: the same for the same files, and no cell's value."""
        state, sifted, many = self.state, self.sifted, self.sifted.apart
        found, inside, counts = self.found, self.inside.found, state.withheld_counts()
        in_shared = np.intersect1d(counts, many.matrix.indices)
        return {
            "passed": self.passed,
            "attacked_together": list(self.folders),
            "cells": len(state.cells),
            "withheld_cells": int(state.withheld.sum()),
            "withheld_counts": len(counts),
            "statements_of_the_state": {
                "cells": len(state.cells),
                "ranges_tied": state.ties,
                "sums": len(state.own.row_low) - state.ties,
                "sums_at_odds_and_left_out": state.dropped,
            },
            "statements_of_the_edition": {
                "read": self.statements[0],
                "different": self.statements[1],
                "of_published_counts": sifted.exact,
                "follow_from_ranges": sifted.by_ranges,
                "follow_by_integer_programs": sifted.by_programs,
                "telling_of_fewer_than_three_organizations": len(sifted.telling.said),
                "telling_of_three_or_more": len(many.said),
                "at_odds_with_the_state": list(self.at_odds),
                "not_expressed": dict(sorted(self.not_expressed.items())),
            },
            "ranges": {
                "in_sums_of_three_or_more": len(in_shared),
                "known_more_closely_by_these": len(self.shared.counts),
                "solved_twice": found.asked + inside.asked,
                "programs_cut_off": found.cut_off + inside.cut_off,
            },
            "not_weighed_of_withheld_cells": list(self.unweighed),
            "faults": list(self.faults),
            "counts_given_away": len(self.leaks),
            "given_away": [
                {"cell": str(one.cell), "count": one.side, "how": one.how, "said": list(one.said)}
                for one in self.leaks[:_LEAKS_NAMED]
            ],
        }


def attack_read(
    editions: Iterable[EditionText], *, progress: Callable[[str], None] = lambda line: None
) -> Attack:
    """Attack what one or several folders print, all together: editions, fact sheets, editions of other years.

    ``progress`` is called with one line per step.
    """
    every = list(editions)
    claims = [
        replace(claim, said=f"{edition.name}: {claim.said}") if len(every) > 1 else claim
        for edition in every
        for claim in edition.claims
    ]
    asked = questions(claims)
    state = read_state(asked)
    cells, withheld = len(state.cells), state.withheld.sum()
    progress(f"{cells:,} cells published by the state, {withheld:,} withheld")
    lines, left, few = read_statements(claims, state)
    progress(f"{len(lines):,} statements read back from {len(every)} folder(s)")
    done = weigh(state, lines, insider=read_state(asked, insider=True))
    names = tuple(edition.name for edition in every)
    return replace(done, folders=names, not_expressed=left, unweighed=tuple(few))


def weigh(state: State, statements: Iterable[Statement], *, insider: State | None = None) -> Attack:
    """Weigh statements against what the state published; see `attack_read`, which reads both from files.

    ``state`` is known as the publisher's texts say. ``insider`` are the same cells as one knows them who grants the
    rules behind the labels; by default no more than the texts.
    """
    listed, inner = list(statements), state if insider is None else insider
    rows = compile_statements(state, listed)
    inside = sift(inner, rows)
    sifted = sift(state, rows, of_many(state, rows))
    telling = sifted.telling.and_of(nested_differences(state, sifted.apart))
    return Attack(
        *(state, sifted._replace(telling=telling), find_leaks(state, telling)),
        inside=Weighed(inner, inside, find_leaks(inner, inside.telling)),
        shared=with_shared(state, sifted.apart),
        statements=(len(listed), len(rows.said)),
        lines=tuple(listed),
    )
