"""Keep fetched releases: embed their tables in ``data/observations``, so that others can verify what is made of them.

What `sesec data fetch` brought is in the cache of one copy alone, which git does not hold. Keeping a release embeds its
table by the literal reading, notes in its entry the day it was retrieved, and leaves the lock file's hash beside it.
"""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sesec_analysis import catalog
from sesec_analysis.errors import DataError
from sesec_analysis.files import refuse_unwritable, replace_file, sha256_of
from sesec_analysis.loaders.build import stored_form
from sesec_analysis.loaders.fetch import install, lock, releases
from sesec_analysis.loaders.fetch.download import fetch_command
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.tidy import row_log

__all__ = ["KeptRelease", "keep", "keep_command", "unkept_behind", "unkept_releases"]


_NEAR = 2  # years of enrollment that may cap a sum, as `masked_sums.most_students` takes them


@dataclass(frozen=True)
class KeptRelease:
    """A release that is embedded now: rows of its table, and the files that changed."""

    source_id: str
    rows: int
    changed: tuple[Path, ...]


def keep_command(source_id: str) -> str:
    """Return the command that embeds a fetched release.

    Examples
    --------
    >>> keep_command("ospi_graduation@2023")
    'sesec data keep ospi_graduation 2023'
    """
    key, _, year = source_id.partition("@")
    return f"sesec data keep {key} {year}"


def unkept_releases() -> list[str]:
    """Return the releases whose figures are in the cache alone: not embedded, or embedded with other figures."""
    embedded = catalog.data_dir() / "observations"
    tables = sorted((catalog.cache_dir() / "observations").glob("*@*.parquet"))
    return [path.stem for path in tables if not _is_same(path, embedded / path.name)]


def _is_same(path: Path, other: Path) -> bool:
    return other.is_file() and sha256_of(other) == sha256_of(path)


def unkept_behind(source_ids: Iterable[str]) -> list[str]:
    """Return which of the releases that figures rest on are in the cache alone.

    Parameters
    ----------
    source_ids
        The releases that the figures name. Enrollment caps what withheld cells can hold in sums of other sources, so
        that of near years is behind them too.
    """
    named = set(source_ids)
    years = {int(name.partition("@")[2]) for name in named}
    return [name for name in unkept_releases() if name in named or _caps(name, years)]


def _caps(source_id: str, years: Iterable[int]) -> bool:
    key, _, year = source_id.partition("@")
    has_enrollment = "enrollment" in catalog.source(key).indicators
    return has_enrollment and any(abs(int(year) - other) <= _NEAR for other in years)


def keep(source_id: str, *, tell: Callable[[str], None] = lambda sentence: None) -> KeptRelease:
    """Embed a fetched release: its table, its log of rows, and in its entry the day it was retrieved.

    All is written beside what is there first, then put in place: a full disk, or a file that cannot be read, changes
    nothing. The publisher's rows stay in the cache, so that the next fetch knows them.

    Parameters
    ----------
    source_id
        ``ospi_graduation@2023``.
    tell
        Called with a sentence at each step.

    Raises
    ------
    CatalogError
        If the catalog does not know the release, or its file is written so that no line can be added.
    DataError
        If the release was not fetched, is not the one that the lock file records, or the folder cannot be written to.
    """
    key, _, year = source_id.partition("@")
    catalog.release(source_id)
    raw = install.raw_copy(source_id)
    record = _proven_record(source_id, raw)
    tell(f"{source_id}: reading the {record.rows:,} rows of {record.retrieved[:10]} …")
    table = install.tidy_release(source_id, raw)
    observations = catalog.data_dir() / "observations"
    entry = catalog.data_dir() / "catalog" / "sources" / f"{key}.yml"
    text = releases.retrieved_text(entry, int(year), record.retrieved[:10])
    tell(f"{source_id}: writing …")
    files = (observations / f"{source_id}.parquet", observations / catalog.ROW_LOG, entry)
    fix = "free some space, or work in a copy of the repository that you may write to; then run the same again"
    with refuse_unwritable("a file cannot be written", where=observations, fix=fix, kind=DataError):
        observations.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            # The table is put in place first: what is opened last is closed first.
            halves = [stack.enter_context(replace_file(path)) for path in reversed(files)]
            halves[0].write_text(text, encoding="utf-8")
            log = row_log.merge_logs(observations, {source_id: row_log.log_of(table)})
            halves[1].write_text(log, encoding="utf-8")
            store.write_parquet(stored_form(table), halves[2])
        install.drop_cached_table(source_id)
    return KeptRelease(source_id, len(table), (*files, lock.lock_file()))


def _proven_record(source_id: str, raw: Path) -> lock.Record:
    """Return what the lock file says of a release, if the file in the cache is the one it is about."""
    record = lock.read_lock().get(source_id)
    if record is None or not raw.is_file():
        raise DataError(
            "no fetched data of this release to keep",
            where=f"{source_id}, {raw.parent}",
            fix=f"fetch them first: {fetch_command(source_id)}",
            valid=unkept_releases(),
        )
    if (digest := sha256_of(raw)) != record.sha256:
        raise DataError(
            "the file in the cache is not the one that the lock file records",
            where=f"{raw}, sha256 {digest[:12]}… in place of {record.sha256[:12]}…",
            fix=f"fetch it again: {fetch_command(source_id)}",
        )
    return record
