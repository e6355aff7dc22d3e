"""Two editions in, a line for every finding of either: what it told, what it tells, its class and the hashes behind."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sesec_analysis.archive.classes import CLASSES, Between, judged
from sesec_analysis.archive.frozen import Frozen
from sesec_analysis.archive.pairs import Pair, pairs
from sesec_analysis.archive.pinned import names
from sesec_analysis.archive.told import moved
from sesec_analysis.errors import DataError
from sesec_analysis.publishing import folder
from sesec_analysis.publishing.blocks import Record

__all__ = ["EVENTS", "Change", "changed_numbers", "counts", "diff", "write_csv"]

EVENTS = ("appeared", "vanished", "moved", "reworded", "stayed")
"""What may have become of a finding."""


@dataclass(frozen=True)
class Change:
    """A finding of either edition: what became of it, its class, and why."""

    event: str
    kind: str
    why: str
    pair: Pair
    hashes_before: str
    hashes: str

    @property
    def short_hashes(self) -> str:
        """The releases behind it with the first digits of their hashes, before and after where they differ."""
        told = [
            re.sub(r"(file|table) ([0-9a-f]{8})[0-9a-f]+", r"\1 \2", text)
            for text in dict.fromkeys((self.hashes_before, self.hashes))
            if text
        ]
        return " → ".join(told)

    def as_record(self) -> dict[str, object]:
        """Return the change as a flat record, a row of the CSV."""
        before, after = self.pair.before or {}, self.pair.after or {}
        told = ("value", "interval", "n", "publish", "sentence")
        return {
            "event": self.event,
            "class": self.kind,
            "why": self.why,
            "id": self.pair.record["id"],
            "id_before": before.get("id"),
            **{
                f"{name}{mark}": record.get(name)
                for name in told
                for mark, record in (("_before", before), ("", after))
            },
            "sources_before": self.hashes_before,
            "sources": self.hashes,
        }


def diff(before: Frozen, after: Frozen) -> list[Change]:
    """Return what became of every finding of two editions, in the order of their ids.

    Parameters
    ----------
    before, after
        Two years, or two states of one edition.
    """
    between = Between(before, after)
    changes = []
    for pair in pairs(before.by_id, after.by_id):
        kind, why = judged(pair, between)
        old = _hashes(pair.before, before)
        changes.append(Change(_event(pair, kind), kind, why, pair, old, _hashes(pair.after, after)))
    return changes


def _event(pair: Pair, kind: str) -> str:
    if pair.after is None:
        return "vanished"
    if pair.before is None or not pair.same:
        return "appeared"
    if kind == "unchanged":
        return "stayed"
    return "moved" if moved(pair.before, pair.after) else "reworded"


def _hashes(record: Record | None, frozen: Frozen) -> str:
    """Return the releases behind a finding with the hashes of file and table, as far as they are known."""
    releases: Mapping[str, Any] = frozen.sources["releases"]
    told = []
    for name in names(record or {}):
        known = releases.get(name, {})
        marks = [("file", known.get("sha256")), ("table", known.get("table_sha256"))]
        told.append(" ".join([name, *(f"{kind} {text}" for kind, text in marks if text)]))
    return "; ".join(told)


def write_csv(changes: Sequence[Change], path: Path) -> None:
    """Write a row for each change, put in place at once.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    text = folder.records_csv([change.as_record() for change in changes])
    half = path.with_name(f".{path.name}.half")
    try:
        half.write_text(text, encoding="utf-8-sig", newline="")
        half.replace(path)
    except OSError as failure:
        half.unlink(missing_ok=True)
        what = f"the list of changes was not written: {failure.strerror}"
        raise DataError(what, where=str(path), mend="name another file with --csv") from failure


def counts(changes: Sequence[Change]) -> list[dict[str, object]]:
    """Return how many findings of each class appeared, vanished, moved, were reworded or stayed; a row a class."""
    found = Counter((change.kind, change.event) for change in changes)
    return [
        {"class": kind, **{event: found[kind, event] for event in EVENTS}}
        for kind in CLASSES
        if any(found[kind, event] for event in EVENTS)
    ]


def changed_numbers(changes: Sequence[Change]) -> list[Change]:
    """Return the changes that a reader who cited the earlier edition must know of: numbers that moved or vanished."""
    return [change for change in changes if change.event in ("moved", "vanished")]
