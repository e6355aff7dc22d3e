"""Read and write the lock file ``sources.lock.json``: what was downloaded as each release that was fetched.

It is in git, among the observations, so that others get the same figures or are told that they changed.
"""

import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from sesec_analysis.catalog.entries import Entry, Release, Source
from sesec_analysis.errors import CatalogError

__all__ = ["Download", "as_fetched", "lock_file", "read_lock", "with_download"]


class Download(Entry):
    """What the lock file says of one release."""

    url: str
    title: str
    retrieved: str  # UTC, to the second
    updated: int | None  # the portal's own time of the last change; none for a file got by hand
    rows: int
    sha256: str
    header_sha256: str
    file: str | None = None  # the bulk file got by hand that the rows were taken out of
    file_sha256: str | None = None


def lock_file(folder: Path) -> Path:
    """Return where the lock file of a folder of observations is; each community has its own."""
    return folder / "sources.lock.json"


def read_lock(folder: Path) -> dict[str, Download]:
    """Return what the lock file of a folder says of each fetched release, by source id.

    Raises
    ------
    CatalogError
        If the file is damaged.
    """
    path = lock_file(folder)
    if not path.is_file():
        return {}
    try:
        return TypeAdapter(dict[str, Download]).validate_json(path.read_bytes())
    except ValidationError as failure:
        raise CatalogError(
            f"the lock file cannot be read: {failure}",
            where=str(path),
            fix="restore it from the repository; it is written by `sesec data fetch`, never by hand",
        ) from failure


def with_download(folder: Path, source_id: str, download: Download) -> str:
    """Return the text of the lock file with what was downloaded as one release."""
    records = {key: known.model_dump() for key, known in read_lock(folder).items()}
    records[source_id] = download.model_dump()
    return json.dumps(records, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def as_fetched(key: str, source: Source, downloads: dict[str, Download]) -> Source:
    """Return a source whose fetched releases are the publisher's own, in place of a carrier's files."""
    releases = {
        year: _as_published(release, downloads[source_id])
        if (source_id := f"{key}@{year}") in downloads
        else release
        for year, release in source.releases.items()
    }
    return source.model_copy(update={"releases": releases}) if downloads else source


def _as_published(release: Release, download: Download) -> Release:
    if release.file:
        gone = dict.fromkeys(("file", "carried_by", "note"))
        release = release.model_copy(update={**gone, "more_files": [], "more_sha256": []})
    own = {"sha256": download.sha256, "retrieved": download.retrieved[:10]}
    return release.model_copy(update=own)
