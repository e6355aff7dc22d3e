"""What families read in their own languages, made alone: the summary of an edition, and fact sheets of its year.

Each is an edition of one notebook, by the steps of `sesec report` but for the attack: seconds, where the edition takes
minutes.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import proofs
import pytest
from once import made_once

from sesec_analysis.attack.check import GUARD, certify
from sesec_analysis.editions import build, fact_sheets, sheet_index

AUDIT = GUARD.without_attack()


SCHOOLS = {
    "2120": "2120-rising-star-elementary-school",
    "3327": "3327-rainier-beach-high-school",
    "4277": "4277-hutch-school",  # a handful of students, closed
}
"""Schools whose sheets are made and attacked as `sesec report school` does."""


def make_sheet(name: str, code: str, out: Path, languages: Sequence[str]) -> None:
    """Make the sheet of a school."""
    [job] = fact_sheets._jobs([sheet_index.find(code)], name, out, AUDIT)
    plan = replace(fact_sheets._plan(job), languages=tuple(languages))
    build.make(plan, job.target, guard=AUDIT)


def attacked(folders: Sequence[Path], others: Sequence[Path] = (), *_: object) -> dict[str, object]:
    """Attack sheets without making their forms once more, as those of the newest edition are."""
    return certify(folders, others, folders)


def shelf(factory: pytest.TempPathFactory) -> Path:
    """Return the shelf of the newest sheets of `SCHOOLS`, attacked together."""

    def made(folder: Path) -> None:
        schools = [sheet_index.find(code) for code in SCHOOLS]
        guard = GUARD if proofs.is_whole() else replace(GUARD, confirm=None, certify=attacked)
        # One process, which reads the figures of all three once.
        fact_sheets.build_all(guard=guard, out=folder, schools=schools, workers=1)

    [index] = made_once(factory, "shelf", made).glob("schools-*/index.html")
    return index.parent
