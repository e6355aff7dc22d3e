"""Gather every finding of every edition, and tell what became of each from one edition to the next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sesec_analysis.archive import diff
from sesec_analysis.archive import frozen as archive_frozen
from sesec_analysis.archive import history as archive_history
from sesec_analysis.archive.frozen import Frozen
from sesec_analysis.archive.history import PublicationRecord, Restatement
from sesec_analysis.editions import built_editions
from sesec_analysis.editions.editions import editions
from sesec_analysis.errors import EditionError
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import read_id

__all__ = [
    "EditionState",
    "FindingVersion",
    "History",
    "TakenAway",
    "address_of",
    "histories",
    "states",
    "taken_away",
]


@dataclass(frozen=True)
class EditionState:
    """An edition as it was published, or as it was built last.

    ``folder`` holds its files for readers; None where only its numbers are kept. ``record`` tells what its own
    publications replaced.
    """

    frozen: Frozen
    is_published: bool
    folder: Path | None = None
    record: PublicationRecord = field(default_factory=PublicationRecord)

    @property
    def name(self) -> str:
        """Name of the edition."""
        return self.frozen.name

    @property
    def title(self) -> str:
        """Title of the edition."""
        return str(self.frozen.run["title"])

    @property
    def published(self) -> int | None:
        """Year in which it appeared; None for one that has not."""
        return self.frozen.run.get("published") if self.is_published else None


@dataclass(frozen=True)
class FindingVersion:
    """A finding in one state of an edition, and what became of it since the state before.

    ``event`` is ``first``, ``same``, ``reworded`` or ``moved``; ``why`` says in words why it moved. ``restated`` is
    what became of it from one publication of the edition to the next.
    """

    state: EditionState
    record: Record
    event: str
    why: str = ""
    restated: tuple[Restatement, ...] = ()


@dataclass(frozen=True)
class TakenAway:
    """A number that an edition printed and, since it was published anew, prints no more."""

    state: EditionState
    told: Restatement


@dataclass(frozen=True)
class History:
    """A finding over all editions that have it, the earliest first; ``newer`` is the id of the same of a later year."""

    id: str
    held: tuple[FindingVersion, ...]
    newer: str | None = None
    gone: tuple[TakenAway, ...] = ()

    @property
    def current(self) -> FindingVersion:
        """The finding as it stands: as published last, or as built where no published edition has it."""
        published = [one for one in self.held if one.state.is_published]
        return (published or self.held)[-1]

    @property
    def waiting(self) -> FindingVersion | None:
        """The finding as an edition has it that was built and not yet published, where that differs."""
        last = self.held[-1]
        return last if last is not self.current and last.event in ("moved", "reworded") else None

    @property
    def address(self) -> str:
        """Its page, from the root of the site."""
        return address_of(self.id)


def address_of(finding_id: str) -> str:
    """Return the page of a finding, from the root of the site; a colon cannot stand in every path."""
    return f"findings/{finding_id.removeprefix(built_editions.PREFIX).replace(':', '~')}.html"


def states() -> list[EditionState]:
    """Return every published edition, and every built one that is no trial; the earliest year first.

    An edition that is built as it was published is one state, with its files; else the built one stands after it.

    Raises
    ------
    EditionError
        If there is none.
    DataError
        If a file of one is missing or damaged.
    """
    found: list[EditionState] = []
    published = archive_frozen.published()
    for name in editions():
        folder = archive_frozen.built_folder(name)
        built = archive_frozen.of_build(folder) if folder else None
        if name in published:
            kept = archive_frozen.read(name)
            is_same = built is not None and not _differ(kept, built)
            said = archive_history.read(archive_frozen.published_dir() / name)
            at = folder if is_same else None
            found.append(EditionState(kept, is_published=True, folder=at, record=said))
            built = None if is_same else built
        if built is not None:
            found.append(EditionState(built, is_published=False, folder=folder))
    if not found:
        what = "no edition was built or published yet"
        raise EditionError(what, where="reports", fix="build one first: sesec report")
    return found


def _differ(before: Frozen, after: Frozen) -> bool:
    if before.by_id.keys() != after.by_id.keys():
        return True
    pairs = ((before.by_id[name], after.by_id[name]) for name in before.by_id)
    return any(diff.moved(old, new) or diff.reworded(old, new) for old, new in pairs)


def histories(shelf: Sequence[EditionState]) -> dict[str, History]:
    """Return every finding of the states by its id, in the order of ids.

    Parameters
    ----------
    shelf
        The states, the earliest first; see `states`.
    """
    held: dict[str, list[FindingVersion]] = {}
    for state in shelf:
        for name, record in state.frozen.by_id.items():
            before = held.setdefault(name, [])
            before.append(_since(before[-1] if before else None, state, record))
    newest, gone = _newest(held), taken_away(shelf)
    return {
        name: History(name, tuple(held[name]), _newer(name, newest), gone.get(name, ()))
        for name in sorted(held)
    }


def taken_away(shelf: Sequence[EditionState]) -> dict[str, tuple[TakenAway, ...]]:
    """Return by id what editions printed once and, as they are published now, print no more."""
    found: dict[str, tuple[TakenAway, ...]] = {}
    for state in shelf:
        last = {one.id: one for one in state.record.restated}
        for name, one in sorted(last.items()):
            if one.event == "vanished" and name not in state.frozen.by_id:
                found[name] = (*found.get(name, ()), TakenAway(state, one))
    return found


def _since(last: FindingVersion | None, state: EditionState, record: Record) -> FindingVersion:
    became = _became(last, state, record)
    return replace(became, restated=state.record.of(str(record["id"])))


def _became(last: FindingVersion | None, state: EditionState, record: Record) -> FindingVersion:
    if last is None:
        return FindingVersion(state, record, "first")
    pair = diff.Pair(last.record, record)
    kind, why = diff.judged(pair, diff.Between(last.state.frozen, state.frozen))
    if kind == "unchanged":
        return FindingVersion(state, record, "same")
    if diff.moved(last.record, record):
        return FindingVersion(
            state, record, "moved", "; ".join(filter(None, (diff.CLASSES[kind], why)))
        )
    return FindingVersion(state, record, "reworded")


def _newest(ids: Iterable[str]) -> Mapping[str, tuple[tuple[int, ...], str]]:
    """Return by what stays the same of an id (its stem) the latest years and the id that has them."""
    newest: dict[str, tuple[tuple[int, ...], str]] = {}
    for name in ids:
        parts = read_id(name)
        newest[parts.stem] = max(newest.get(parts.stem, ((0,), "")), (parts.end_years, name))
    return newest


def _newer(name: str, newest: Mapping[str, tuple[tuple[int, ...], Any]]) -> str | None:
    parts = read_id(name)
    years, latest = newest[parts.stem]
    return str(latest) if years[0] > parts.end_years[0] else None
