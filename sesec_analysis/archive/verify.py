"""Verify a published edition: rebuild it from its pinned sources and compare it digit by digit."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sesec_analysis.archive import frozen
from sesec_analysis.archive.frozen import Frozen
from sesec_analysis.editions import finished
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.row import Record

__all__ = ["Difference", "differences", "refuse_other_sources", "verify"]


Builder = Callable[[str], Path]
"""Builds an edition by its name and returns its folder."""


@dataclass(frozen=True)
class Difference:
    """A field of a finding that is not what was published; both as text, and where they part."""

    id: str
    field: str
    published: str
    rebuilt: str

    @property
    def where(self) -> str:
        """Say which digit or letter differs first."""
        pairs = zip_longest(self.published, self.rebuilt, fillvalue="")
        at = next(at for at, (first, second) in enumerate(pairs) if first != second)
        first, second = self.published[at : at + 1], self.rebuilt[at : at + 1]
        digits = sum(sign.isdigit() for sign in self.published[:at])
        what = f"digit {digits + 1}" if first.isdigit() or second.isdigit() else f"letter {at + 1}"
        return f"{what}: {first or 'nothing'} → {second or 'nothing'}"


def verify(name: str, *, build: Builder) -> tuple[Frozen, list[Difference]]:
    """Build a published edition again; return it as published, and every field in which the two differ.

    Parameters
    ----------
    name
        Full name of a published edition.
    build
        Called once the sources are proven to be those that were pinned.

    Raises
    ------
    EditionError
        If it was not published.
    DataError
        If a source is not here, or is not the one that was pinned.
    """
    old = frozen.read(name)
    refuse_other_sources(old)
    return old, differences(old, finished.read(build(name)))


def refuse_other_sources(old: Frozen) -> None:
    """Refuse sources that are not the pinned ones, byte by byte of our tables of them.

    Raises
    ------
    DataError
        Naming each.
    """
    releases: Mapping[str, Mapping[str, Any]] = old.sources["releases"]
    others = {
        name: here
        for name, release in releases.items()
        if (here := frozen.table_sha256(name)) != release["table_sha256"]
    }
    if others:
        faults = [
            f"{name}: published from {_short(releases[name]['table_sha256'])}, here {_short(here)}"
            for name, here in others.items()
        ]
        fetched = all(
            frozen.embedded_sha256(name) == releases[name]["table_sha256"] for name in others
        )
        raise DataError(
            f"{len(others)} source(s) of {old.name} are not those that it was published from:\n    "
            + "\n    ".join(faults),
            where="data/observations and data/cache/observations",
            mend="leave out what was fetched since, with an empty folder for the cache: "
            f"SESEC_CACHE=$(mktemp -d) sesec verify {old.name}"
            if fetched
            else f"check out the commit that it was published from ({old.run['package'].get('commit')}), or see what "
            f"the new figures change: sesec diff {old.name} --against {old.name}",
        )


def _short(digest: str | None) -> str:
    return digest[:12] if digest else "nothing"


def differences(old: Frozen, rebuilt: list[Record]) -> list[Difference]:
    """Return every field of every published finding that comes out differently now, in the order of their ids."""
    new = {str(record["id"]): record for record in rebuilt}
    return [
        difference
        for name, record in sorted(old.by_id.items())
        for difference in _of_one(name, record, new.get(name))
    ]


def _of_one(name: str, published: Record, rebuilt: Record | None) -> Iterator[Difference]:
    if rebuilt is None:
        yield Difference(name, "id", name, "")
        return
    for field in published:
        if field not in finished.LEFT_OUT:
            first, second = _text(published[field]), _text(rebuilt.get(field))
            if first != second:
                yield Difference(name, field, first, second)


def _text(value: object) -> str:
    return "" if value is None else str(value)
