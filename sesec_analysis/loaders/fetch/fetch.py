"""Fetch releases from the portal, or from a file downloaded by hand, into ``data/observations``, which is in git.

One release after another is downloaded, read, compared with the one here before, and put in place: first the tables,
last the lock file, each through a temporary file. A refusal changes nothing that was here.
"""

import fcntl
import os
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from sesec_analysis import catalog
from sesec_analysis.errors import FileError, SesecError
from sesec_analysis.files import refuse_unwritable
from sesec_analysis.loaders.build import release_ids
from sesec_analysis.loaders.fetch import install
from sesec_analysis.loaders.fetch.download import by_hand, download
from sesec_analysis.loaders.fetch.install import Consent
from sesec_analysis.loaders.fetch.portal import Portal, UnreachableError

__all__ = ["FetchResult", "fetch", "fetch_file", "releases_to_fetch"]


@dataclass(frozen=True)
class FetchResult:
    """How the fetch of one release ended."""

    source_id: str
    standing: Literal["fetched", "unchanged", "refused"]
    rows: int = 0
    refusal: SesecError | None = None


def releases_to_fetch(
    sources: Sequence[str], end_years: Sequence[int], *, file: Path | None = None
) -> list[str]:
    """Return the releases to fetch, enrollment first: all that have a dataset id, or those of some sources and years.

    Parameters
    ----------
    sources, end_years
        Keys of the catalog, and the years that school years end in; none stands for all.
    file
        The bulk file that is to be taken, for the hint of a refusal.

    Raises
    ------
    CatalogError, DataError
        If a source is not known, or nothing that was asked for can be fetched; says why.
    """
    for key in sources:
        catalog.source(key)
    asked = [
        source_id
        for source_id in release_ids()
        if (not sources or source_id.partition("@")[0] in sources)
        and (not end_years or int(source_id.partition("@")[2]) in end_years)
    ]
    releases = {source_id: catalog.release(source_id)[1] for source_id in asked}
    fetchable = [
        key for key, release in releases.items() if release.dataset_id and not release.not_published
    ]
    if fetchable:
        return fetchable
    reasons = [
        f"{key}: {release.not_published or 'the catalog knows no dataset id of it'}"
        for key, release in releases.items()
    ]
    raise FileError(
        "there is nothing to fetch: "
        + ("; ".join(reasons) or "the catalog has no release of that source and year"),
        where="data/catalog/sources",
        fix="`sesec data list --long` shows what can be fetched; `sesec data add-release SOURCE YEAR ID"
        f"{f' --from {shlex.quote(str(file))}' if file else ''}` adds a release",
    )


def fetch(
    source_ids: Sequence[str], *, consent: Consent, tell: Callable[[str], None]
) -> Iterator[FetchResult]:
    """Fetch releases from the portal, and yield how each ended; one that is refused does not keep the others.

    Parameters
    ----------
    source_ids
        As `releases_to_fetch` gives them.
    consent
        Asked, with a sentence, before figures that are here are replaced by others.
    tell
        Called with each sentence that there is to say.

    Raises
    ------
    UnreachableError
        If there is no network, or no portal: at once.
    """
    sentences: set[str] = set()

    def tell_once(sentence: str) -> None:
        if sentence not in sentences:
            sentences.add(sentence)
            tell(sentence)

    with _alone():
        yield from (_outcome(source_id, consent, tell, tell_once) for source_id in source_ids)


@contextmanager
def _alone() -> Iterator[None]:
    """Keep a second fetch out of the same cache; the lock ends with the program, however it ends."""
    folder = catalog.cache_dir() / "partial"
    with _writing():
        folder.mkdir(parents=True, exist_ok=True)
        opened = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as failure:
            raise FileError(
                "another fetch is under way in the same cache",
                where=str(folder),
                fix="wait until it has ended, then run the same again",
            ) from failure
        yield
    finally:
        os.close(opened)


def _outcome(
    source_id: str, consent: Consent, tell: Callable[[str], None], tell_once: Callable[[str], None]
) -> FetchResult:
    source, _ = catalog.release(source_id)
    portal = Portal(source.url, tell=tell_once)
    try:
        with _writing():
            arrived = download(source_id, portal, is_known=partial(install.is_known, source_id))
            if arrived is None:
                return FetchResult(source_id, "unchanged", install.read_again(source_id))
            rows = install.install_release(arrived, consent, tell)
            return FetchResult(source_id, "fetched", rows)
    except UnreachableError:
        raise
    except SesecError as refusal:
        return FetchResult(source_id, "refused", refusal=refusal)


def fetch_file(
    source_id: str, file: Path, *, consent: Consent, tell: Callable[[str], None]
) -> FetchResult:
    """Take a release from a bulk CSV file that somebody downloaded; the same proofs as for the portal."""
    with _alone(), _writing():
        rows = install.install_release(by_hand(source_id, file), consent, tell)
    return FetchResult(source_id, "fetched", rows)


def _writing() -> AbstractContextManager[None]:
    return refuse_unwritable(
        "a file cannot be written",
        where=catalog.data_dir(),
        fix="free some space, or name a folder that can be written to: SESEC_CACHE for the publisher's files, "
        "SESEC_DATA for the tables and the lock file; what was here stays in use",
        kind=FileError,
    )
