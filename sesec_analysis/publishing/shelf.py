"""The finished editions on disk, and the findings in them: an id in, its record and the edition it stands in out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sesec_analysis.errors import DataError
from sesec_analysis.publishing import checkout, compact
from sesec_analysis.publishing.blocks import Record
from sesec_analysis.publishing.editions import CUSTOM, SYNTHETIC

__all__ = ["Shelved", "editions", "find", "ids", "newer", "shelved"]

PREFIX = "sesec:"


@dataclass(frozen=True)
class Shelved:
    """A finding and the edition that it was taken from."""

    record: Record
    edition: str
    title: str | None
    published: int | None

    @property
    def id(self) -> str:
        """The finding's id."""
        return str(self.record["id"])


def find(finding_id: str, *, edition: str | None = None) -> Shelved:
    """Return a finding from the newest finished edition that has it, or from ``edition``.

    Raises
    ------
    DataError
        If no edition was built yet, or none has the id: with the nearest ids.
    """
    folders = _finished(edition)
    known: list[str] = []
    for one in shelved(edition):
        if one.id in (finding_id, f"{PREFIX}{finding_id}"):
            return one
        known.append(one.id)
    raise DataError(
        f"there is no finding {finding_id!r}",
        where=", ".join(f"{path.parent.name}/{path.name}" for path in folders),
        mend="copy the id from the report, or look for it: sesec cite --search WORDS; nearest ids follow",
        known=get_close_matches(
            f"{PREFIX}{finding_id.removeprefix(PREFIX)}", known, n=5, cutoff=0.4
        ),
    )


def newer(found: Shelved) -> list[Shelved]:
    """Return what came after a finding: itself in the newest later edition, and the same of the newest later year."""
    own, year = _stem(found.id)
    again, later = [], []
    for one in shelved():
        if _edition_year(one.edition) > _edition_year(found.edition) and one.id == found.id:
            again.append(one)
        stem, other = _stem(one.id)
        if stem == own and other > year:
            later.append(one)
    # The newest edition comes first; of one year, too.
    return [*again[:1], *sorted(later, key=lambda one: -_stem(one.id)[1])[:1]]


def ids() -> list[str]:
    """Return the id of every finding of every finished edition."""
    return list(dict.fromkeys(one.id for one in shelved()))


def shelved(edition: str | None = None) -> Iterator[Shelved]:
    """Yield every finding of every finished edition, or of one; the newest edition first."""
    for folder in _folders(edition):
        path = folder / "run.json"
        run: dict[str, Any] = compact.read_json(path) if path.is_file() else {}
        for record in compact.read(folder):
            yield Shelved(record, folder.name, run.get("title"), run.get("published"))


def editions(edition: str | None = None) -> list[tuple[str, list[Record]]]:
    """Return the name and the findings of every finished edition, or of one; the newest first.

    Raises
    ------
    DataError
        If no edition was built yet.
    """
    return [(folder.name, compact.read(folder)) for folder in _finished(edition)]


def _finished(edition: str | None = None) -> list[Path]:
    """Return the same as `_folders`, and refuse where there are none."""
    if found := _folders(edition):
        return found
    which = f"edition {edition}" if edition else "edition"
    command = f"sesec report {edition or ''}".strip()
    what = f"no {which} has been built yet"
    raise DataError(what, where="reports/build", mend=f"build one first: {command}")


def _folders(edition: str | None = None) -> list[Path]:
    """Return the folders of finished editions, built before published, the newest year first."""
    reports = checkout.root() / "reports"
    found = []
    for shelf in ("build", "published"):
        files = (reports / shelf).glob("[!.]*/findings.json")
        for path in sorted((file.parent for file in files), key=_newest_first):
            # A trial with other parameters, or with made-up data, is quoted only when it is asked for by name.
            is_trial = path.name.endswith((CUSTOM, SYNTHETIC))
            if path.name == edition or (edition is None and not is_trial):
                found.append(path)
    return found


def _newest_first(path: Path) -> tuple[int, str]:
    return (-_edition_year(path.name), path.name)


def _edition_year(name: str) -> int:
    years = re.findall(r"\d{4}", name)
    return int(years[-1]) if years else 0


def _stem(finding_id: str) -> tuple[tuple[str, ...], int]:
    """Return an id without its year, and the year that it ends; 0 where it has none."""
    parts = finding_id.split(".")
    year = re.match(r"\d{4}", parts[2]) if len(parts) > 2 else None
    return (*parts[:2], *parts[3:]), int(year[0]) if year else 0
