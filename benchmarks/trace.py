"""Count the modules that one call opens, and how often execution moves between modules, in a fresh process.

A move is a call of a function whose module is not that of the call before it. Few modules and few moves mean that a
newcomer can follow a call with few files open.
"""

import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeVar

import sesec_analysis as sa

PACKAGE = sa.__path__[0]
MOST = {
    "load": (45, 1_000),
    "gaps": (10, 120),
    "sentence": (13, 130),
    "sentence of a withheld gap": (13, 300),  # four wordings are too long before one fits
    "plot_gaps": (33, 1_500),
}

Made = TypeVar("Made")


def trace(name: str, work: Callable[[], Made]) -> Made:
    """Run ``work``; print its modules, the moves between them, and its calls, next to their limits."""
    files: list[str] = []

    def note(frame: Any, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(PACKAGE):
            files.append(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        made = work()
    finally:
        sys.setprofile(None)
    moves = 1 + sum(one != other for one, other in pairwise(files))
    most_modules, most_moves = MOST[name]
    print(
        f"| {name} | {len(set(files))} modules, at most {most_modules} |",
        f"{moves:,} moves, at most {most_moves:,} | {len(files):,} calls |",
    )
    return made


def main() -> None:
    """Trace the example of docs/ARCHITECTURE.md, section 4."""
    asked = {"place": "southeast_seattle", "end_years": [2017], "grade_level": "03"}
    table = trace("load", lambda: sa.load("ela_met", **asked))  # type: ignore[arg-type]
    gaps = trace("gaps", lambda: sa.gaps(table, by="race_ethnicity", reference="others"))
    rate = sa.finding(sa.rates(table), student_group="black")
    trace("sentence", lambda: str(rate.sentence()))
    gap = sa.finding(gaps, student_group="black")
    trace("sentence of a withheld gap", lambda: str(gap.sentence()))
    trace("plot_gaps", lambda: sa.plot_gaps(gaps))


if __name__ == "__main__":
    main()
