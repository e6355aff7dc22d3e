"""The finished editions on disk, and the findings in them: an id in, its record and the edition it stands in out."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sesec_analysis.errors import DataError
from sesec_analysis.publishing import checkout
from sesec_analysis.publishing.blocks import Record
from sesec_analysis.publishing.editions import CUSTOM, SYNTHETIC

__all__ = ["Shelved", "find", "ids"]

PREFIX = "sesec:"


@dataclass(frozen=True)
class Shelved:
    """A finding and the edition that it was taken from."""

    record: Record
    edition: str
    title: str | None
    published: int | None


def find(finding_id: str, *, edition: str | None = None) -> Shelved:
    """Return a finding from the newest finished edition that has it, or from ``edition``.

    Raises
    ------
    DataError
        If no edition was built yet, or none has the id: with the nearest ids.
    """
    folders = [path for path in _folders(edition) if path.name == edition or edition is None]
    if not folders:
        which = f"edition {edition}" if edition else "edition"
        command = f"sesec report {edition or ''}".strip()
        what = f"no {which} has been built yet"
        raise DataError(what, where="reports/build", mend=f"build one first: {command}")
    known: list[str] = []
    for folder in folders:
        records = {record["id"]: record for record in _read(folder / "findings.json")}
        for name in (finding_id, f"{PREFIX}{finding_id}"):
            if name in records:
                run = _run(folder)
                return Shelved(records[name], folder.name, run.get("title"), run.get("published"))
        known += records
    raise DataError(
        f"there is no finding {finding_id!r}",
        where=", ".join(f"{path.parent.name}/{path.name}" for path in folders),
        mend="copy the id from the report; nearest ids follow",
        known=get_close_matches(
            f"{PREFIX}{finding_id.removeprefix(PREFIX)}", known, n=5, cutoff=0.4
        ),
    )


def ids() -> list[str]:
    """Return the id of every finding of every finished edition."""
    found = (record["id"] for path in _folders(None) for record in _read(path / "findings.json"))
    return list(dict.fromkeys(found))


def _folders(edition: str | None) -> Iterator[Path]:
    """Yield the folders of finished editions, built before published, the newest year first."""
    reports = checkout.root() / "reports"
    for shelf in ("build", "published"):
        files = (reports / shelf).glob("[!.]*/findings.json")
        for path in sorted((file.parent for file in files), key=_newest_first):
            # A trial with other parameters, or with made-up data, is quoted only when it is asked for by name.
            if not path.name.endswith((CUSTOM, SYNTHETIC)) or path.name == edition:
                yield path


def _newest_first(path: Path) -> tuple[int, str]:
    years = re.findall(r"\d{4}", path.name)
    return (-int(years[-1]) if years else 0, path.name)


def _run(folder: Path) -> dict[str, Any]:
    path = folder / "run.json"
    return dict(_read(path)) if path.is_file() else {}


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError as failure:
        command = f"build the edition again: sesec report {path.parent.name}"
        raise DataError(f"{path.name} is damaged", where=str(path), mend=command) from failure
