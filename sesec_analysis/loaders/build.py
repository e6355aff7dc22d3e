"""Build the observation tables that come with the repository from raw files, and check what they hold."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.entries import Release, Source
from sesec_analysis.errors import CatalogError, FileError, NoRowsError
from sesec_analysis.files import (
    folder_beside,
    recover,
    refuse_unwritable,
    scratch_folder,
    sha256_of,
    swap_folder,
    write_atomically,
)
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.raw.release import STATE, raw_files
from sesec_analysis.loaders.reference import (
    PINNED,
    has_directories,
    write_directory,
)
from sesec_analysis.loaders.tidy import copies, row_log
from sesec_analysis.loaders.tidy.masked_sums import most_students, october_enrollment
from sesec_analysis.loaders.tidy.review import list_first
from sesec_analysis.loaders.tidy.tidy import tidy

__all__ = [
    "build",
    "check",
    "compared_with",
    "list_releases",
    "observation_files",
    "release_ids",
    "stored_form",
]


Progress = Callable[[str], None]
_STATUS_GROUPS = {
    "reported": ["reported"],
    "bounded": ["bounded"],
    "withheld": ["complementary", "small_n", "withheld"],
    "no_students": ["no_students", "not_collected"],
}


def observation_files(folder: Path | None = None) -> dict[str, Path]:
    """Return the Parquet file of each available release, by source id, in order of source and year.

    Without a folder: those of the community that is worked with.
    """
    place = folder or catalog.observations_in(catalog.data_dir())
    files = {path.stem: path for path in place.glob("*@*.parquet")}
    if folder is None:
        for replaced in _replaced_releases(files):
            files.pop(replaced, None)
    return dict(sorted(files.items()))


def _replaced_releases(source_ids: Iterable[str]) -> list[str]:
    """Return the releases that another one available replaces: no figure may be read twice."""
    held = set(source_ids)
    return [
        release.replaces
        for key, entry in catalog.declared_sources().items()
        if not isinstance(entry, CatalogError)
        for year, release in entry.releases.items()
        if release.replaces and f"{key}@{year}" in held
    ]


def release_ids(*, carried: bool = False) -> list[str]:
    """Return every release (or those that come with a file), enrollment first: others take their caps from it."""
    entries = catalog.sources()
    keys = sorted(entries, key=lambda key: ("enrollment" not in entries[key].indicators, key))
    return [
        f"{key}@{year}"
        for key in keys
        for year, release in sorted(entries[key].releases.items())
        if release.file or not carried
    ]


def _check_hash(source_id: str, path: Path, recorded: str | None) -> None:
    """Refuse a file other than the one recorded: a number could be wrong."""
    if recorded is None:
        return
    digest = sha256_of(path)
    if digest != recorded:
        raise FileError(
            f"this is not the file that the catalog records for {source_id}: it was restated, edited or cut off",
            where=f"{path}, sha256 {digest[:12]}… in place of {recorded[:12]}…",
            fix="download it again; if the publisher restated this release, put the new sha256 into its entry "
            f"(data/catalog/sources/{source_id.partition('@')[0]}.yml) and say so in CHANGELOG.md",
        )


def build(
    raw: Path, out: Path | None = None, *, progress: Progress = lambda line: None
) -> pd.DataFrame:
    """Read every catalogued release from a folder of raw files and write the observation tables.

    All releases are read and validated before the first is written, so that a bad file changes nothing.

    Parameters
    ----------
    raw
        The folder that the releases' ``file:`` lines are relative to.
    out
        Where to write; by default ``data/observations``.
    progress
        Called with one line per release.

    Returns
    -------
    One row per release: source_id, rows, and the rows that each named rule touched. For a community other than the
    first, ``attrs["left_out"]`` has the releases that were refused, and why, and ``attrs["no_rows"]`` those whose
    files have no row of its district. Sources of another district alone are not read.

    Raises
    ------
    DataError
        For the first file that is missing, damaged, or not the one recorded.
    """
    out = out or catalog.observations_in(catalog.data_dir())
    recover(out)
    if not raw.is_dir():
        raise FileError(
            "the folder of raw files is not there", where=str(raw), fix="give it as --raw DIR"
        )
    with _writing_beside(out), folder_beside(out):  # or it is refused after minutes of reading
        pass
    tables: dict[str, pd.DataFrame] = {}
    left_out: dict[str, str] = {}
    no_rows: list[str] = []
    ids = [key for key in release_ids(carried=True) if _may_have_rows(catalog.release(key)[0])]
    for number, source_id in enumerate(ids, start=1):
        source, release = catalog.release(source_id)
        year = int(source_id.partition("@")[2])
        capped = source.denominator_cap == "enrollment"
        caps = most_students(october_enrollment(tables.values()), year) if capped else None
        # A file with a recorded hash was reviewed before it was recorded.
        earlier, enrollment = (None, None) if release.sha256 else compared_with(source_id, tables)
        try:
            _prove_all_there(source_id, raw)
            table = tidy(source_id, raw, caps=caps, earlier=earlier, enrollment=enrollment)
            table = copies.compare_copies(source_id, table, raw)
        except FileError as refusal:
            # Most available files cover our district only: another community uses the sound ones that include it.
            if catalog.is_first_community():
                raise
            if isinstance(refusal, NoRowsError):
                no_rows.append(source_id)
            else:
                left_out[source_id] = refusal.what
            continue
        for line in list_first(table.attrs["to_review"]):
            progress(f"    {line}")
        copied = {copy.file: copy.sha256 for copy in release.copies}
        for name, recorded in (raw_files(source_id) | copied).items():
            _check_hash(source_id, raw / name, recorded)
        tables[source_id] = table
        rules = row_log.log_of(table)["warned"]
        touched = "".join(f", {rows} row(s): {rule}" for rule, rows in rules.items())
        progress(f"[{number}/{len(ids)}] {source_id}: {len(table):,} rows{touched}")
    if not tables:
        raise FileError(
            f"no file holds a sound release of {catalog.community().district_name}",
            where=str(raw),
            fix="get files of the entire county or state",
        )
    reference = {}
    if out == catalog.observations_in(catalog.data_dir()):
        reference = _reference(raw, tables, progress)
    _write_tables(out, tables, reference)
    summary = [
        {"source_id": key, "rows": len(table), **row_log.log_of(table)["warned"]}
        for key, table in tables.items()
    ]
    made = pd.DataFrame(summary).fillna(0).convert_dtypes()
    made.attrs.update(left_out=left_out, no_rows=no_rows)
    return made


def _prove_all_there(source_id: str, raw: Path) -> None:
    """Refuse a folder that lacks a file of a release."""
    for name in raw_files(source_id):
        if not (raw / name).is_file():
            raise FileError(
                f"the file is not there, which {source_id} comes from",
                where=str(raw / name),
                fix="--raw takes one folder with the files of all sources; `file:` in data/catalog/sources names each",
            )


def _may_have_rows(source: Source) -> bool:
    """Return whether a source can have rows that a community reads: not if another district publishes it."""
    own = source.district or source.constants.get("district_code")
    return own in (None, STATE, catalog.community().district)


def _write_tables(
    out: Path, tables: Mapping[str, pd.DataFrame], reference: Mapping[Path, bytes]
) -> None:
    """Write all tables beside the old ones, and put them in their place at once: nobody reads new and old together."""
    with _writing_beside(out), swap_folder(out) as fresh:
        for source_id, table in tables.items():
            store.write_parquet(stored_form(table), fresh / f"{source_id}.parquet")
        logs = {key: row_log.log_of(table) for key, table in tables.items()}
        (fresh / catalog.ROW_LOG).write_text(row_log.merge_logs(out, logs), "utf-8")
        _keep_others(out, fresh)
    with _writing_beside(out):
        for path, content in reference.items():
            write_atomically(path, content)


@contextmanager
def _writing_beside(out: Path) -> Iterator[None]:
    fix = "free some space or choose a folder you may write to; the tables that stood there are untouched"
    with refuse_unwritable("the tables cannot be written", where=out, fix=fix, kind=FileError):
        out.parent.mkdir(parents=True, exist_ok=True)
        yield


def compared_with(
    source_id: str, tables: Mapping[str, pd.DataFrame]
) -> tuple[list[pd.DataFrame], pd.DataFrame | None]:
    """Return the tables that a release is compared with, of those available.

    Returns
    -------
    Earlier releases of the same source, the newest last; other sources' enrollment of the same year, if there is any.
    """
    key, _, year = source_id.partition("@")
    # A table that is not in the catalog is not compared with.
    known = sorted(set(tables) & set(release_ids()))
    earlier = [tables[name] for name in known if name.startswith(f"{key}@") and name < source_id]
    enrollment = [
        tables[name]
        for name in known
        if name.endswith(f"@{year}")
        and not name.startswith(f"{key}@")
        and schema.ENROLLMENT_INDICATORS & set(catalog.release(name)[0].indicators)
    ]
    return earlier, pd.concat(enrollment, ignore_index=True) if enrollment else None


def _keep_others(out: Path, fresh: Path) -> None:
    """Take what a folder holds besides the tables that were built along into the one that takes its place."""
    for path in out.iterdir() if out.is_dir() else []:
        kept = fresh / path.name
        if kept.exists() or path.name.startswith("."):
            continue
        if path.is_dir():  # another community's tables
            shutil.copytree(path, kept)
        else:
            shutil.copy2(path, kept)


def _reference(
    raw: Path, tables: dict[str, pd.DataFrame], progress: Callable[[str], None]
) -> dict[Path, bytes]:
    """Make the list of schools again if the folder of raw files holds the directories it is made of."""
    made = {}
    for name, recorded in PINNED.items() if catalog.is_first_community() else ():
        if (raw / name).is_file() and sha256_of(raw / name) != recorded:
            raise FileError(
                "this is not the file that the reference tables were made of: it was edited, restated or cut off",
                where=str(raw / name),
                fix="download it again; if it is a new one, look at what changes in data/reference and put its sha256 "
                "into PINNED of loaders/reference.py",
            )
    with scratch_folder() as drafts:
        draft = Path(drafts) / "draft"
        if has_directories(raw):
            schools = write_directory(raw, tables, draft)
            made[catalog.schools_file()] = draft.read_bytes()
            progress(f"schools.csv: {schools} schools and programs")
    return made


def check(folder: Path | None = None) -> pd.DataFrame:
    """Validate the catalog and every embedded table; return how much of each indicator and year is published.

    Returns
    -------
    One row per indicator and end_year: cells, and the shares (0-1) that are reported exactly, bounded, withheld, empty.

    Raises
    ------
    DataError, CatalogError
        Naming every fault of the first table or entry that is wrong.
    """
    (
        catalog.indicators(),
        catalog.group_types(),
        catalog.places(),
        catalog.claims(),
        catalog.school_identities(),
        catalog.open_code(""),
        catalog.school_names(),
        catalog.school_notes(),
        catalog.schools(),
        catalog.outlines(),
        catalog.sources(),
    )
    files = observation_files(folder)
    if not files:
        raise FileError(
            "there are no observation tables",
            where=str(folder),
            fix="run: sesec data build --raw DIR",
        )
    tables = []
    for source_id, path in files.items():
        catalog.release(source_id)
        table = schema.conform_observations(store.read_parquet([path]))
        tables.append(
            schema.validate_observations(table, where=path.name)[
                ["indicator", "end_year", "status"]
            ]
        )
    cells = pd.concat(tables)
    shares = pd.DataFrame(
        {name: cells["status"].isin(members) for name, members in _STATUS_GROUPS.items()}
    )
    grouped = pd.concat([cells[["indicator", "end_year"]], shares], axis=1).groupby(
        ["indicator", "end_year"]
    )
    return pd.concat([grouped.size().rename("cells"), grouped.mean()], axis=1).reset_index()


def _describe_standing(source_id: str, release: Release, files: dict[str, Path]) -> str:
    if source_id in files:
        return "embedded"
    return "not published" if release.not_published else "catalogued"


def list_releases() -> pd.DataFrame:
    """Return every catalogued release and where it stands.

    Returns
    -------
    One row per release: source_id, title, school_year, dataset_id, rows (0 if not embedded), where.
    """
    files = observation_files()
    rows = []
    for source_id in release_ids():
        _, release = catalog.release(source_id)
        embedded = source_id in files
        rows.append(
            {
                "source_id": source_id,
                "school_year": release.school_year,
                "title": release.title,
                "dataset_id": release.dataset_id or "",
                "rows": store.count_rows(files[source_id]) if embedded else 0,
                "where": _describe_standing(source_id, release, files),
            }
        )
    return pd.DataFrame(rows)


def stored_form(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as its file keeps it: in order, without what only sums of cells have."""
    return table.drop(columns=schema.OF_SUMS).sort_values(schema.OBSERVATIONS_KEY)
