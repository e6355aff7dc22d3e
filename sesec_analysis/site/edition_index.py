"""Gather all editions by series, with what moved a number or took it away, and say of each series what the site says.

Page, JSON, tables, feed, and JSON-LD are all made of what stands here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from sesec_analysis import catalog, checkout
from sesec_analysis.archive import diff
from sesec_analysis.archive import frozen as archive_frozen
from sesec_analysis.archive import history as archive_history
from sesec_analysis.archive.frozen import Frozen
from sesec_analysis.archive.history import PublicationRecord, Restatement
from sesec_analysis.editions.documents import findings_page
from sesec_analysis.editions.editions import editions
from sesec_analysis.errors import EditionError
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import (
    group_label,
    organization_name,
    organization_phrase,
    read_id,
    read_reference,
    type_title,
)
from sesec_analysis.evidence.wording.numbers import grade_name
from sesec_analysis.i18n import mark, translate
from sesec_analysis.site import lineage

__all__ = ["EditionState", "Move", "NumberHistory", "Series", "all_series", "cite", "states"]


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


class Move(NamedTuple):
    """A number that an edition has otherwise than the one before, or that its own publication moved or took away.

    ``restated`` is without a day where no publication of the edition itself changed it.
    """

    state: EditionState
    restated: Restatement

    @property
    def words(self) -> str:
        """When and why it moved, or was taken away."""
        one = self.restated
        why = "; ".join(filter(None, (diff.CLASSES[one.kind], one.why)))
        return f"{translate(_EVENTS[one.event], day=one.on)}: {why}" if one.on else why


_EVENTS = {"moved": mark("restated on {day}"), "vanished": mark("taken away on {day}")}


class Version(NamedTuple):
    """A finding as one state of an edition has it."""

    state: EditionState
    record: Record


@dataclass(frozen=True)
class NumberHistory:
    """A finding in all editions that have it, and what moved it, the earliest first.

    One that no edition prints any more has no versions.
    """

    id: str
    versions: list[Version] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)

    @property
    def current(self) -> Version:
        """The finding as published last, or as built where no published edition has it."""
        published = [one for one in self.versions if one.state.is_published]
        return (published or self.versions)[-1]

    @property
    def is_waiting(self) -> bool:
        """Whether an edition that was built and not yet published has another number, or other words."""
        old, new = self.current.record, self.versions[-1].record
        return old is not new and (diff.has_moved(old, new) or diff.is_reworded(old, new))

    @property
    def years(self) -> str:
        """The years of its id, which are its anchor on the page of its series."""
        return read_id(self.id).years


@dataclass(frozen=True)
class Series:
    """Findings whose ids differ in their years only, the earliest first, with those that no edition prints any more.

    ``url`` is the address of the site, with a slash at its end; None where that is not known, and then no citation has
    one. ``row_index`` finds the rows behind its numbers; all series share one.
    """

    stem: str
    every: tuple[NumberHistory, ...]
    url: str | None
    row_index: lineage.RowIndex

    @property
    def numbers(self) -> list[NumberHistory]:
        """The findings that an edition prints."""
        return [one for one in self.every if one.versions]

    @property
    def newest(self) -> Version:
        """The finding of the latest year."""
        return self.numbers[-1].current

    @property
    def indicator(self) -> str:
        """What its numbers count; "other" for one that counts nothing of the catalog."""
        return str(self.newest.record.get("indicator") or "other")

    @property
    def page(self) -> str:
        """Its page, from the root of the site."""
        return citation.page_of(self.every[0].id).partition("#")[0]

    @property
    def json(self) -> str:
        """Its JSON, from the root of the site."""
        return f"{self.page.removesuffix('.html')}.json"

    @property
    def embed(self) -> str:
        """Its page for frames, from the root of the site."""
        return f"{self.page.removesuffix('.html')}/embed.html"

    @cached_property
    def data(self) -> dict[str, Any]:
        """What the site says of it, for the page and for programs."""
        said = {
            "series": self.stem,
            "title": _title(self) if self.numbers else translate("A number that was taken away"),
            "restated": [_explain_move(move) for number in self.every for move in number.moves],
            "removed": [one.id for one in self.every if not one.versions],
        }
        if not self.numbers:
            return said
        record = self.newest.record
        numbers = [_number(one, self.url, self.row_index) for one in self.numbers]
        return {
            **said,
            "description": record["sentence"],
            "address": f"{self.url}{self.page}" if self.url else None,
            "newest": numbers[-1]["id"],
            "mind": [{"kind": one.kind, "text": one.words} for one in findings_page.notes(record)],
            "numbers": numbers,
            "sources": _sources(self, numbers),
        }


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
    published = archive_frozen.published_names()
    for name in editions():
        folder = archive_frozen.built_folder(name)
        built = archive_frozen.of_build(folder) if folder else None
        if name in published:
            kept = archive_frozen.read_frozen(name)
            changes = diff.diff(kept, built) if built else []
            is_same = built is not None and all(one.event == "stayed" for one in changes)
            record = archive_history.read_history(checkout.published_folder() / name)
            at = folder if is_same else None
            found.append(EditionState(kept, is_published=True, folder=at, record=record))
            built = None if is_same else built
        if built is not None:
            found.append(EditionState(built, is_published=False, folder=folder))
    if not found:
        what = "no edition was built or published yet"
        raise EditionError(what, where="reports", fix="build one first: sesec report")
    return found


def all_series(found: Sequence[EditionState], url: str | None = None) -> dict[str, Series]:
    """Return every series of the states by its stem, in the order of stems; the site's address is ``url``."""
    known: dict[str, NumberHistory] = {}
    for state in found:
        for name, record in state.frozen.by_id.items():
            number = known.setdefault(name, NumberHistory(name))
            version = Version(state, record)
            if number.versions:
                number.moves.extend(_find_moves(number.current, version))
            number.versions.append(version)
        last = {one.id: one for one in state.record.restated}
        for one in state.record.restated:
            # Of a number that was taken away only that is told.
            if one.id in state.frozen.by_id or (one is last[one.id] and one.event == "vanished"):
                known.setdefault(one.id, NumberHistory(one.id)).moves.append(Move(state, one))
    stems: dict[str, list[NumberHistory]] = {}
    for name in sorted(known, key=lambda name: (read_id(name).end_years, name)):
        stems.setdefault(read_id(name).stem, []).append(known[name])
    index = lineage.RowIndex()
    return {stem: Series(stem, tuple(own), url, index) for stem, own in sorted(stems.items())}


def _find_moves(last: Version, new: Version) -> Iterator[Move]:
    """Yield what an edition says of a number, if that is another than was published last."""
    if diff.has_moved(last.record, new.record):
        pair = diff.Pair(last.record, new.record)
        kind, why = diff.classify_pair(pair, diff.Between(last.state.frozen, new.state.frozen))
        change = diff.Change("moved", kind, why, pair, "", "")
        yield Move(new.state, archive_history.restatement(change, on=""))


_PLAIN = ("rate", "average", "count", "school_level")
"""Measures that an indicator's title already names."""


def _title(series: Series) -> str:
    """Return the title of a series: what is counted, of whom, where, and what it is compared with; no year."""
    record = series.newest.record
    subject, measure = str(record.get("title") or ""), str(record["measure"])
    if measure not in _PLAIN:
        name = catalog.measure(measure).title
        level = "".join(re.findall(r"_(\d+)$", measure))
        subject = f"{subject}, {name[:1].lower()}{name[1:]} {level}".rstrip()
    group = str(record.get("label") or "")
    kind = str(record.get("student_group_type") or "")
    if record.get("student_group") == "all" != kind:
        group = translate("by {kind}", kind=type_title(kind))
    elif kind != "race_ethnicity":
        group = f"{group[:1].lower()}{group[1:]}"
    to = read_reference(str(record.get("reference") or ""), dated=catalog.measure(measure).dated)
    others = [*map(group_label, to.groups), *(organization_phrase(code, {}) for code in to.places)]
    if others:
        other = ", ".join(others)
        if other.startswith(("All ", "Not ")):  # names stay as they are
            other = f"{other[:1].lower()}{other[1:]}"
        group = translate("{group} compared with {other}", group=group, other=other)
    code = str(record.get("organization_id"))
    # What a place is called now: older editions called two of them "Rest of Seattle".
    where = organization_name(code, {code: str(record.get("place"))})
    whom = [group, grade_name(str(record.get("grade_level") or "all")), where]
    return f"{subject}: {', '.join(filter(None, whom))}"


def _number(one: NumberHistory, url: str | None, index: lineage.RowIndex) -> dict[str, Any]:
    """Return a finding with its edition, its rows, its citation, and the level of its interval."""
    state, record = one.current
    return {
        "id": one.id,
        "years": one.years,
        # A kept edition has the level once for all of its findings.
        "ci_level": state.frozen.run.get("parameters", {}).get("ci_level"),
        **{name: value for name, value in record.items() if name not in ("id", "source")},
        "edition": state.name,
        "published": state.published,
        "rows": index.rows(record, state.frozen),
        "citation": citation.item(cite(one.current, url)),
    }


def cite(version: Version, url: str | None) -> citation.Cited:
    """Return what citations say of a finding; with its place on the site where the site's address is known."""
    state, record = version
    return citation.cited_finding(
        record,
        edition=state.title,
        published=state.published,
        licence=state.frozen.run.get("licence"),
        site_url=url,
    )


def _explain_move(move: Move) -> dict[str, Any]:
    """Return what moved a number, with what was printed before where it may be repeated."""
    waits = "" if move.state.is_published else " (" + translate("built, not published") + ")"
    return {
        "id": move.restated.id,
        "years": read_id(move.restated.id).years,
        "edition": f"{move.state.title}{waits}",
        "value": move.restated.before.get("value"),
        "words": move.words,
        **move.restated.as_record(),
    }


def _sources(series: Series, numbers: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return every release behind a series, the newest first, with how many rows of its table were used."""
    found: dict[str, dict[str, Any]] = {}
    used: dict[str, set[int]] = {}
    for one, number in zip(reversed(series.numbers), reversed(numbers), strict=True):
        for name, pinned in lineage.releases(one.current.record, one.current.state.frozen).items():
            table, (source, _) = lineage.table_of(name), catalog.release(name)
            kept = {field: pinned.get(field) for field in _PINNED}
            found.setdefault(name, {"table": table, "licence": source.licence, **kept})
            used.setdefault(name, set()).update(number["rows"].get(table, ()))
    return {name: {**source, "rows": len(used[name])} for name, source in found.items()}


_PINNED = ("cited", "file", "sha256", "table_sha256")
