"""Print the *Numbers* table of a release for CHANGELOG.md, from the history of each published edition.

One row per reason: the editions it moved (with how many numbers), and one of these numbers as an example, from the
newest edition. Every other number is in ``reports/published/<edition>/history.jsonl``.

    .venv/bin/python tools/numbers_table.py --since 2026-11-30
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from sesec_analysis.archive import history
from sesec_analysis.archive.history import Restatement

PUBLISHED = Path("reports/published")
HEADER = ["| editions (numbers) | example id | was | is | why |", "|---|---|---|---|---|"]


def restatements(folder: Path, since: date) -> list[tuple[str, Restatement]]:
    """Return each number that a publication since that day changed or removed, with its edition."""
    return [
        (edition.name, one)
        for edition in sorted(folder.iterdir())
        for one in history.read_history(edition).restated
        if one.on >= since.isoformat()
    ]


def table(changes: Iterable[tuple[str, Restatement]]) -> list[str]:
    """Return the lines of the table, the reason that moved the most numbers first."""
    by_reason = defaultdict(list)
    for edition, one in changes:
        by_reason[one.why].append((edition, one))
    reasons = sorted(by_reason, key=lambda why: (-len(by_reason[why]), why))
    return HEADER + [_row(why, by_reason[why]) for why in reasons]


def _row(why: str, changes: list[tuple[str, Restatement]]) -> str:
    names = sorted({edition for edition, _ in changes})
    editions = names[0] if len(names) == 1 else f"{names[0]} to {names[-1].rpartition('-')[2]}"
    _, one = min(changes, key=_preference)
    field = "interval" if one.before.get("value") == one.after.get("value") else "value"
    was = one.before.get(field, "not repeated")
    now = one.after.get(field, "no longer printed")
    cells = [f"{editions} ({len(changes):,})", f"`{one.id}`", was, now, _short(why)]
    return f"| {' | '.join(cells)} |"


def _short(why: str) -> str:
    """Return a reason without the editions before it, what is in parentheses, and what follows a semicolon."""
    reason = re.sub(r"^[^:]*`[^`]+`[^:]*: ", "", why).replace("|", "/")
    return re.sub(r" \([^)]*\)", "", reason).partition("; ")[0]


def _preference(change: tuple[str, Restatement]) -> tuple[bool, bool, int, str]:
    """Order examples: both sides known and different, about Southeast Seattle, newest edition, by id."""
    edition, one = change
    is_shown = bool(one.before and one.after) and one.before != one.after
    return not is_shown, "southeast_seattle" not in one.id, -int(edition[-4:]), one.id


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--since", type=date.fromisoformat, default=date.min, metavar="DATE")
    sys.stdout.write("\n".join(table(restatements(PUBLISHED, parser.parse_args().since))) + "\n")
