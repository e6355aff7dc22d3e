"""Keep what a publication replaces: a record beside the numbers of an edition, to which lines are only added.

``history.jsonl`` has a line for each publication, and after it one for each number that it changed or took away: what
it was, what it is, the class of `diff` and why. What was printed is not repeated where it said more than is said now,
as a range that was narrower, or a number that is gone: it could narrow what the state withholds.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sesec_analysis.archive.diff import Change
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.row import Record

__all__ = [
    "FILE",
    "PublicationRecord",
    "Restatement",
    "extend_record",
    "read_history",
    "restatement",
]


FILE = "history.jsonl"

_KEPT = ("value", "interval", "bound_low", "bound_high", "outer_low", "outer_high")
_RANGES = (("bound_low", "bound_high"), ("outer_low", "outer_high"))
_PUBLISHED = ("published", "published anew")


@dataclass(frozen=True)
class Restatement:
    """A number that a publication changed (``moved``) or took away (``vanished``).

    ``before`` and ``after`` have its value, interval and bounds as printed; ``before`` is empty where what was printed
    is not repeated, ``after`` where nothing is printed any more. ``kind`` is the class of `diff`.
    """

    on: str
    event: str
    id: str
    kind: str
    why: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON values, without its id; null where what was printed is not repeated."""
        return {name: value or None for name, value in asdict(self).items() if name != "id"}


@dataclass(frozen=True)
class PublicationRecord:
    """What became of an edition since the record began.

    ``first`` is the day of its first publication; None where that was before the record.
    """

    first: str | None = None
    restated: tuple[Restatement, ...] = ()


def extend_record(text: str, changes: Iterable[Change], *, on: date, is_first: bool) -> str:
    """Return the record with a publication more: what it said, to the byte, and new lines.

    Parameters
    ----------
    text
        The record so far; empty where there is none.
    changes
        Numbers that moved or vanished.
    on
        The day of publication.
    is_first
        Whether the edition was never published before.
    """
    lines: list[Mapping[str, Any]] = [
        {"on": on.isoformat(), "event": _PUBLISHED[0 if is_first else 1]},
        *(asdict(restatement(change, on.isoformat())) for change in changes),
    ]
    return text + "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def restatement(change: Change, on: str) -> Restatement:
    """Return a change of a number as it is kept, with what was printed before where that may be repeated."""
    before, after = change.pair.before or {}, change.pair.after or {}
    told = _printed_fields(before) if _may_be_repeated(before, after) else {}
    name = str(change.pair.record["id"])
    return Restatement(
        on, change.event, name, change.kind, change.why, told, _printed_fields(after)
    )


def _printed_fields(record: Record) -> dict[str, Any]:
    return {name: record[name] for name in _KEPT if record.get(name) not in (None, "")}


def _may_be_repeated(before: Record, after: Record) -> bool:
    """Whether what was printed says no more of withheld numbers than what is printed now."""
    if before.get("publish") == "nothing" or after.get("publish") == "point":
        return True
    if (before.get("publish"), after.get("publish")) != ("range", "range"):
        return False
    return all(_holds(before, after, *ends) for ends in _RANGES)


def _holds(before: Record, after: Record, low: str, high: str) -> bool:
    ends = [record.get(end) for record in (before, after) for end in (low, high)]
    known = [float(end) for end in ends if end is not None]
    if not known:
        return True
    return len(known) == len(ends) and known[0] <= known[2] and known[3] <= known[1]


def read_history(folder: Path) -> PublicationRecord:
    """Return the record of a published edition; an empty one where none was begun.

    Parameters
    ----------
    folder
        Of the published edition.

    Raises
    ------
    DataError
        If a line of it is damaged.
    """
    path = folder / FILE
    if not path.is_file():
        return PublicationRecord()
    first, restated = None, []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            said = json.loads(line)
            if said["event"] in _PUBLISHED:
                first = said["on"] if said["event"] == _PUBLISHED[0] else first
            else:
                restated.append(Restatement(**said))
        except (ValueError, TypeError, KeyError) as failure:
            raise DataError(
                f"line {number} of the record of what was published is damaged",
                where=str(path),
                fix="take it back as the last commit has it: lines are only ever added to this file",
            ) from failure
    return PublicationRecord(first, tuple(restated))
