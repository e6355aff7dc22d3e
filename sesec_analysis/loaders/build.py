"""Build the observation tables that come with the repository from raw files, and check what they hold."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.entries import Release
from sesec_analysis.errors import FileError
from sesec_analysis.files import sha256_of
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.raw.release import raw_files
from sesec_analysis.loaders.reference import (
    has_boundaries,
    has_directories,
    write_directory,
    write_outlines,
)
from sesec_analysis.loaders.tidy import copies, row_log
from sesec_analysis.loaders.tidy.masked_sums import enrolled, most_students
from sesec_analysis.loaders.tidy.tidy import tidy

__all__ = ["build", "check", "listing", "observation_files", "release_ids", "stored"]


_STATUS_GROUPS = {
    "reported": ["reported"],
    "bounded": ["bounded"],
    "withheld": ["complementary", "small_n", "withheld"],
    "no_students": ["no_students", "not_collected"],
}


def observation_files(folder: Path | None = None) -> dict[str, Path]:
    """Return the Parquet file of each release at hand, by source id, in order of source and year.

    Without a folder: the embedded ones, and before them those that `sesec data fetch` brought.
    """
    folders = [
        catalog.observations_in(where) for where in (catalog.data_dir(), catalog.cache_dir())
    ]
    places = [folder] if folder else folders
    files = {path.stem: path for where in places for path in where.glob("*@*.parquet")}
    if folder is None:
        for replaced in _replaced(files):
            files.pop(replaced, None)
    return dict(sorted(files.items()))


def _replaced(source_ids: Iterable[str]) -> list[str]:
    """Return the releases that another one at hand replaces: no figure may be read twice."""
    held = set(source_ids)
    return [
        release.replaces
        for key in catalog.readable_sources()
        for year, release in catalog.source(key).releases.items()
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
            mend="download it again; if the publisher restated this release, put the new sha256 into its entry "
            f"(data/catalog/sources/{source_id.partition('@')[0]}.yml) and say so in CHANGELOG.md",
        )


def build(
    raw: Path, out: Path | None = None, *, progress: Callable[[str], None] = lambda line: None
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
    One row per release: source_id, rows, and the rows that each named rule touched. ``attrs["left_out"]`` has, for a
    community other than the one that comes with us, the releases that were refused whole, and why.

    Raises
    ------
    DataError
        For the first file that is missing, damaged, or not the one recorded.
    """
    out = out or catalog.observations_in(catalog.data_dir())
    if not raw.is_dir():
        raise FileError(
            "the folder of raw files is not there", where=str(raw), mend="give it as --raw DIR"
        )
    tables: dict[str, pd.DataFrame] = {}
    left_out: dict[str, str] = {}
    ids = release_ids(carried=True)
    for number, source_id in enumerate(ids, start=1):
        source, release = catalog.release(source_id)
        year = int(source_id.partition("@")[2])
        capped = source.denominator_cap == "enrollment"
        caps = most_students(enrolled(tables.values()), year) if capped else None
        try:
            table = copies.compared(source_id, tidy(source_id, raw, caps=caps), raw)
        except FileError as refusal:
            # Most files at hand are of our district alone: another community has those that hold it and are sound.
            if catalog.is_first_community():
                raise
            left_out[source_id] = refusal.what
            progress(f"[{number}/{len(ids)}] {source_id}: left out, {refusal.what}")
            continue
        copied = {copy.file: copy.sha256 for copy in release.copies}
        for name, recorded in (raw_files(source_id) | copied).items():
            _check_hash(source_id, raw / name, recorded)
        tables[source_id] = table
        touched = "".join(
            f", {rows} row(s): {rule}" for rule, rows in table.attrs["rules"].items() if rows
        )
        progress(f"[{number}/{len(ids)}] {source_id}: {len(table):,} rows{touched}")
    try:
        out.mkdir(parents=True, exist_ok=True)
        # All are written beside the old ones first: a full disk must not leave new and old tables together.
        with tempfile.TemporaryDirectory(dir=out, prefix=".building-") as fresh:
            written = [Path(fresh) / f"{source_id}.parquet" for source_id in tables]
            for path, table in zip(written, tables.values(), strict=True):
                store.write_parquet(stored(table), path)
            for path in written:
                path.replace(out / path.name)
        row_log.keep(out, {key: row_log.log_of(table) for key, table in tables.items()})
    except OSError as failure:
        raise FileError(
            f"the tables cannot be written: {failure.strerror}",
            where=str(out),
            mend="free some space or choose a folder you may write to; the tables that stood there are untouched",
        ) from failure
    if out == catalog.data_dir() / "observations":  # lists of schools are the first community's
        _write_reference(raw, tables, progress)
    summary = [
        {"source_id": key, "rows": len(table), **table.attrs["rules"]}
        for key, table in tables.items()
    ]
    made = pd.DataFrame(summary).fillna(0).convert_dtypes()
    made.attrs["left_out"] = left_out
    return made


def _write_reference(
    raw: Path, tables: dict[str, pd.DataFrame], progress: Callable[[str], None]
) -> None:
    """Make the reference tables again where the folder of raw files holds what they are made of."""
    folder = catalog.data_dir() / "reference"
    if has_directories(raw):
        schools = write_directory(raw, tables, folder / "schools.csv")
        progress(f"schools.csv: {schools} schools and programs")
    if has_boundaries(raw):
        write_outlines(raw, folder / "outlines.json")
        progress("outlines.json: boundaries for maps")


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
            mend="run: sesec data build --raw DIR",
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


def _standing(source_id: str, release: Release, files: dict[str, Path]) -> str:
    if source_id in files:
        cached = files[source_id].is_relative_to(catalog.cache_dir())
        return "cached" if cached else "embedded"
    return "not published" if release.not_published else "catalogued"


def listing() -> pd.DataFrame:
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
                "where": _standing(source_id, release, files),
            }
        )
    return pd.DataFrame(rows)


def stored(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as its file keeps it: in order, without what only sums of cells have."""
    return table.drop(columns="largest_masked").sort_values(schema.OBSERVATIONS_KEY)
