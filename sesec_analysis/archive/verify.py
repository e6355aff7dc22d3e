"""Verify a published edition: rebuild it from its pinned sources and compare its findings, or every file of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sesec_analysis import checkout
from sesec_analysis.archive import frozen
from sesec_analysis.archive.frozen import Frozen
from sesec_analysis.checkout import Commit
from sesec_analysis.editions import built_editions
from sesec_analysis.editions.documents import output
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.row import Record
from sesec_analysis.files import sha256_of

__all__ = [
    "Difference",
    "Verified",
    "differences",
    "lock_sha256",
    "refuse_other_sources",
    "verify",
    "year_before_sha256",
]


Builder = Callable[[str, Commit | None], Path]
"""Builds an edition by its name, under a commit or that of the checkout, and returns its folder."""


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


@dataclass(frozen=True)
class Verified:
    """A published edition and how its rebuild differs from it.

    ``files`` counts the files that were compared, 0 where only findings can be: the code, the libraries, or the edition
    of the year before are no longer those that it was built with. ``other_files`` are those that differ.
    ``unpublished`` are the ids of findings that only the rebuild has.
    """

    published: Frozen
    differences: list[Difference]
    files: int = 0
    other_files: tuple[str, ...] = ()
    unpublished: tuple[str, ...] = ()


def verify(name: str, *, build: Builder) -> Verified:
    """Build a published edition again and compare it with what was published.

    Every file is compared where the code, the locked libraries, and the published edition of the year before are those
    that it was built with; otherwise the findings are.

    Parameters
    ----------
    name
        Full name of a published edition.
    build
        Called once the sources are known to be the pinned ones.

    Raises
    ------
    EditionError
        If it was not published.
    DataError
        If a source is not here, or is not the one that was pinned.
    """
    old = frozen.read_frozen(name)
    refuse_other_sources(old)
    files = _comparable_files(old)
    commit = Commit(old.run["package"]["commit"], dirty=False) if files else None
    folder = build(name, commit)
    there = output.checksums(folder) if files else {}
    there.pop("run.json", None)  # it lists the others
    other = tuple(sorted({path for path, _ in there.items() ^ files.items()}))
    rebuilt = built_editions.read_findings(folder)
    new = tuple(sorted({str(record["id"]) for record in rebuilt} - old.by_id.keys()))
    return Verified(old, differences(old, rebuilt), len(files), other, new)


def _comparable_files(old: Frozen) -> dict[str, str]:
    """Return the hashes of an edition's files, if what it was built with is what is here; none otherwise."""
    built = old.run.get("built")
    if not built or not checkout.is_as_in(checkout.root(), str(old.run["package"]["commit"])):
        return {}
    here = {"uv_lock": lock_sha256(), "year_before": year_before_sha256(old.name)}
    return dict(built["files"]) if here == {name: built.get(name) for name in here} else {}


def lock_sha256() -> str | None:
    """Return the SHA-256 of uv.lock; None where the project has none."""
    path = checkout.root() / "uv.lock"
    return sha256_of(path) if path.is_file() else None


def year_before_sha256(name: str) -> str | None:
    """Return the SHA-256 of the published findings of the year before, which an edition's changes refer to."""
    before = frozen.year_before(name)
    path = checkout.published_folder() / str(before) / "findings.json"
    return sha256_of(path) if before and path.is_file() else None


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
        raise DataError(
            f"{len(others)} source(s) of {old.name} are not those that it was published from:\n    "
            + "\n    ".join(faults),
            where="data/observations",
            fix=f"check out the commit that it was published from ({old.run['package'].get('commit')}), or see what "
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
        if field not in built_editions.LEFT_OUT:
            first, second = _text(published[field]), _text(rebuilt.get(field))
            if first != second:
                yield Difference(name, field, first, second)


def _text(value: object) -> str:
    return "" if value is None else str(value)
