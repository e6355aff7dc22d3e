"""An edition as numbers that last: its findings, what they rest on and how it was made, read from a folder or written.

A built edition and a published one give the same record, so the two can be compared, and one year with the next.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sesec_analysis.archive import pinned
from sesec_analysis.errors import EditionError
from sesec_analysis.publishing import building, checkout, compact, folder
from sesec_analysis.publishing.blocks import Record
from sesec_analysis.publishing.editions import editions
from sesec_analysis.publishing.imprint import refuse_synthetic

__all__ = [
    "Frozen",
    "built_folder",
    "of_build",
    "of_records",
    "published",
    "published_dir",
    "read",
    "write",
    "year_before",
]

_RUN = ("edition", "title", "published", "parameters", "notebook", "package")


@dataclass(frozen=True)
class Frozen:
    """An edition's findings, what they rest on (`pinned.pinned`), and its imprint as far as it is kept."""

    run: Mapping[str, Any]
    sources: Mapping[str, Any]
    findings: tuple[Record, ...]

    @cached_property
    def by_id(self) -> dict[str, Record]:
        """Every finding by its id."""
        return {str(record["id"]): record for record in self.findings}

    @property
    def name(self) -> str:
        """Name of the edition."""
        return str(self.run["edition"])

    @property
    def year(self) -> int | None:
        """The school year that the edition is of, by the year it ends; None for one that is of no year."""
        named = self.run.get("parameters", {}).get("report_year")
        found = re.search(r"\d{4}", str(named or self.name))
        return int(found[0]) if found else None


def published_dir() -> Path:
    """Return the folder that published editions stand in."""
    return checkout.root() / "reports" / "published"


def published() -> list[str]:
    """Return the names of all published editions, in the order of ``reports/editions.yml``."""
    return [name for name in editions() if (published_dir() / name / "run.json").is_file()]


def year_before(name: str) -> str | None:
    """Return the edition of the same series that is of the school year before, or the newest earlier one."""
    years = {int(found[2]): other for other in editions() if (found := _series(other, name))}
    own = _series(name, name)
    earlier = [year for year in years if own and year < int(own[2])]
    return years[max(earlier)] if earlier else None


def _series(name: str, of: str) -> re.Match[str] | None:
    """Return a name as series and year, if it is of the same series as another."""
    found, other = (re.fullmatch(r"(.*?)(\d{4})", text) for text in (name, of))
    return found if found and other and found[1] == other[1] else None


def of_records(records: list[Record], run: Mapping[str, Any]) -> Frozen:
    """Return findings and an imprint as an edition that can be written, its sources pinned as they are now."""
    kept = {name: run[name] for name in _RUN if name in run}
    return Frozen(kept, pinned.pinned(records), tuple(records))


def of_build(where: Path) -> Frozen:
    """Return the edition built in a folder, its sources pinned as they are now.

    Raises
    ------
    EditionError
        If it, or the data folder in use, is synthetic.
    DataError
        If a file of it is missing or damaged.
    """
    run = compact.read_json(where / "run.json")
    refuse_synthetic(run)
    return of_records(compact.read(where), run)


def read(name: str) -> Frozen:
    """Return a published edition.

    Raises
    ------
    EditionError
        If it was not published.
    DataError
        If a file of it is missing or damaged.
    """
    where = published_dir() / name
    if not (where / "run.json").is_file():
        raise EditionError(
            f"edition {name} was not published",
            where="reports/published",
            mend=f"publish it first: sesec publish {name}; or name one that was",
            known=published(),
        )
    run, sources = compact.read_json(where / "run.json"), compact.read_json(where / "sources.json")
    return Frozen(run, sources, tuple(compact.read(where)))


def built_folder(name: str) -> Path | None:
    """Return the folder of an edition in ``reports/build``, or None if it is not there."""
    where = building.build_dir() / name
    return where if (where / "run.json").is_file() else None


def write(frozen: Frozen, where: Path) -> None:
    """Write an edition into an empty folder: findings.json, sources.json and last run.json with their checksums."""
    text = compact.written(frozen.findings)
    (where / "findings.json").write_text(text, encoding="utf-8", newline="")
    folder.write_json(frozen.sources, where / "sources.json")
    content = {**frozen.run, "findings": len(frozen.findings), "files": folder.checksums(where)}
    folder.write_json(content, where / "run.json")
