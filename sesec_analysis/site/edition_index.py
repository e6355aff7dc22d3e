"""Gather every finding of every edition by series, and what became of each from one edition to the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sesec_analysis.archive import diff
from sesec_analysis.archive import frozen as archive_frozen
from sesec_analysis.archive import history as archive_history
from sesec_analysis.archive.frozen import Frozen
from sesec_analysis.archive.history import PublicationRecord, Restatement
from sesec_analysis.editions.editions import editions
from sesec_analysis.errors import EditionError
from sesec_analysis.evidence.citation import page_of
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import read_id

__all__ = [
    "EditionState",
    "FindingVersion",
    "History",
    "Removal",
    "Series",
    "all_series",
    "histories",
    "removals",
    "states",
]


@dataclass(frozen=True)
class EditionState:
    """An edition as it was published, or as it was built last.

    ``folder`` holds its files for readers; None where only its numbers are kept. ``record`` has what its own
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

    ``event`` is ``first``, ``same``, ``reworded`` or ``moved``; ``why`` says in words why it moved. ``restated`` has
    its changes from one publication of the edition to the next.
    """

    state: EditionState
    record: Record
    event: str
    why: str = ""
    restated: tuple[Restatement, ...] = ()


@dataclass(frozen=True)
class Removal:
    """A number that an edition printed and, since it was published again, prints no more."""

    state: EditionState
    restatement: Restatement


@dataclass(frozen=True)
class History:
    """A finding in all editions that have it, the earliest first, and the editions that no longer have it."""

    id: str
    versions: tuple[FindingVersion, ...]
    removals: tuple[Removal, ...] = ()

    @property
    def current(self) -> FindingVersion:
        """The finding as published last, or as built where no published edition has it."""
        published = [one for one in self.versions if one.state.is_published]
        return (published or self.versions)[-1]

    @property
    def waiting(self) -> FindingVersion | None:
        """The finding in an edition that was built and not yet published, where that differs."""
        last = self.versions[-1]
        return last if last is not self.current and last.event in ("moved", "reworded") else None

    @property
    def years(self) -> str:
        """The years of its id, which are its anchor on the page of its series."""
        return read_id(self.id).years


@dataclass(frozen=True)
class Series:
    """Findings whose ids differ in their years only, the earliest first.

    ``removed`` are ids that no edition prints any more.
    """

    stem: str
    numbers: tuple[History, ...]
    removed: Mapping[str, tuple[Removal, ...]] = field(default_factory=dict)

    @property
    def newest(self) -> FindingVersion:
        """The finding of the latest year."""
        return self.numbers[-1].current

    @property
    def page(self) -> str:
        """Its page, from the root of the site."""
        ids = [*(one.id for one in self.numbers), *self.removed]
        return page_of(ids[0]).partition("#")[0]

    @property
    def data(self) -> str:
        """Its JSON, from the root of the site."""
        return f"{self.page.removesuffix('.html')}.json"

    @property
    def embed(self) -> str:
        """Its page for frames, from the root of the site."""
        return f"{self.page.removesuffix('.html')}/embed.html"


def states() -> list[EditionState]:
    """Return every published edition, and every built one that is no trial; the earliest year first.

    An edition that is built as it was published is one state, with its files; else the built one follows it.

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
            record = archive_history.read(archive_frozen.published_dir() / name)
            at = folder if is_same else None
            found.append(EditionState(kept, is_published=True, folder=at, record=record))
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


def histories(found: Sequence[EditionState]) -> dict[str, History]:
    """Return every finding of the states, the earliest state first, by its id in the order of ids."""
    versions: dict[str, list[FindingVersion]] = {}
    for state in found:
        for name, record in state.frozen.by_id.items():
            before = versions.setdefault(name, [])
            before.append(_version(before[-1] if before else None, state, record))
    removed = removals(found)
    return {
        name: History(name, tuple(versions[name]), removed.get(name, ()))
        for name in sorted(versions)
    }


def removals(found: Sequence[EditionState]) -> dict[str, tuple[Removal, ...]]:
    """Return by id what editions printed once and, as they are published now, print no more."""
    removed: dict[str, tuple[Removal, ...]] = {}
    for state in found:
        last = {one.id: one for one in state.record.restated}
        for name, one in sorted(last.items()):
            if one.event == "vanished" and name not in state.frozen.by_id:
                removed[name] = (*removed.get(name, ()), Removal(state, one))
    return removed


def all_series(found: Sequence[EditionState]) -> dict[str, Series]:
    """Return every series of the states by its stem, in the order of stems."""
    known, removed = histories(found), removals(found)
    stems: dict[str, list[str]] = {}
    for name in sorted({*known, *removed}, key=lambda name: (read_id(name).end_years, name)):
        stems.setdefault(read_id(name).stem, []).append(name)
    return {
        stem: Series(
            stem,
            tuple(known[name] for name in ids if name in known),
            {name: removed[name] for name in ids if name not in known},
        )
        for stem, ids in sorted(stems.items())
    }


def _version(last: FindingVersion | None, state: EditionState, record: Record) -> FindingVersion:
    """Return a finding in a state, with what became of it since the last one that has it."""
    event, why = "first", ""
    if last is not None:
        pair = diff.Pair(last.record, record)
        kind, why = diff.judged(pair, diff.Between(last.state.frozen, state.frozen))
        has_moved = diff.moved(last.record, record)
        event = "same" if kind == "unchanged" else "moved" if has_moved else "reworded"
        why = "; ".join(filter(None, (diff.CLASSES[kind], why))) if event == "moved" else ""
    return FindingVersion(state, record, event, why, state.record.of(str(record["id"])))
