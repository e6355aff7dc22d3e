"""Download a release from the portal as one complete file: only our rows, with the bulk file's column names.

Ours are Seattle's rows with its schools, the neighboring districts' own rows and the state's, of one school year.
"""

import csv
import hashlib
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.catalog.downloads import Download
from sesec_analysis.catalog.named import end_year
from sesec_analysis.files import sha256_of
from sesec_analysis.loaders.fetch.portal import Dataset, Portal, PortalColumn
from sesec_analysis.loaders.raw import codes as raw_codes
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.raw.codes import district_column
from sesec_analysis.loaders.raw.release import LEVELS, Reading

__all__ = [
    "DownloadedRelease",
    "by_hand",
    "check_dataset",
    "download",
    "fetch_command",
    "from_file",
    "labels_of_year",
    "where_condition",
]


_NUMBERS = {"number", "double", "money", "percent"}
_WORDS = {
    code: [word for word, level in LEVELS.items() if level == code]
    for code in ("district", "state")
}


def where_condition(reading: Reading, dataset: Dataset, year_labels: list[str]) -> str:
    """Return the ``$where`` for a release: its organizations, its school year, and the rows its entry keeps.

    Text is put in quotation marks and a number is not: the portal refuses the wrong one.
    """
    columns = {name: dataset.column(spelled) for name, spelled in reading.columns.items()}
    tests = [f"({_organizations(reading, columns)})"]
    if "school_year" in columns:
        tests.append(_is_one_of(columns["school_year"], year_labels))
    tests += [_is_one_of(columns[name], values) for name, values in reading.source.keep.items()]
    return " AND ".join(tests)


def _organizations(reading: Reading, columns: dict[str, PortalColumn]) -> str:
    name, _ = district_column(columns, [])
    if name not in columns:
        raise reading.refuse(
            "the dataset has no column of district codes to ask by",
            "download its CSV file by hand and give it with --from FILE",
        )
    if "organization_level" not in columns:
        return _is_one_of(columns[name], _districts(reading))
    level = columns["organization_level"]
    ours = catalog.community()
    seattle = _is_one_of(columns[name], district_column(columns, [ours.district])[1])
    beside = _is_one_of(columns[name], district_column(columns, ours.neighbours)[1])
    own_row, state = _is_one_of(level, _WORDS["district"]), _is_one_of(level, _WORDS["state"])
    return f"{seattle} OR ({own_row} AND {beside}) OR {state}"


def _districts(reading: Reading) -> list[str]:
    """Return the districts that are read where a file has no levels: of a file of schools, Seattle alone."""
    only_schools = reading.source.constants.get("organization_level") == "School"
    ours = catalog.community()
    districts = [ours.district] if only_schools else [ours.district, *ours.neighbours]
    return district_column(reading.columns, districts)[1]


def _is_one_of(column: PortalColumn, values: list[str]) -> str:
    """Write ``field in (…)``; a code in a column of text may carry a thousands comma."""
    if column.kind in _NUMBERS:
        listed = values
    else:
        dressed = [f"{int(text):,}" for text in values if text.isdigit() and int(text) > 9999]
        listed = ["'" + text.replace("'", "''") + "'" for text in [*values, *dressed]]
    return f"{column.field} in ({', '.join(listed)})"


def labels_of_year(
    reading: Reading, counts: dict[str, int], *, fix: str | None = None
) -> tuple[list[str], str]:
    """Return how a dataset spells the release's school year, and a note on its other years.

    Parameters
    ----------
    reading
        The release and its entry.
    counts
        Rows by the label of their school year.
    fix
        What to do where the year is not among them; by default, to correct the entry.

    Raises
    ------
    DataError
        If the dataset does not hold that year, or a school year of it cannot be read.
    """
    years = {label: end_year(label) for label in counts}
    known = sorted(f"{label} ({rows:,} rows)" for label, rows in counts.items())
    if unread := [label for label, year in years.items() if year is None]:
        raise reading.refuse(
            f"{len(unread)} school year(s) cannot be read: {', '.join(map(repr, unread))}",
            "check that this is the right dataset and that `school_year:` names its column of school years",
            column="school_year",
            valid=known,
        )
    labels = [label for label, year in years.items() if year == reading.year]
    if not labels:
        raise reading.refuse(
            f"it does not hold school year {reading.release.school_year}, for which the catalog names it",
            fix or f"correct `dataset_id:` or the year of the release in {reading.entry}",
            column="school_year",
            valid=known,
        )
    declared = {
        year
        for year, other in reading.source.releases.items()
        if other.dataset_id == reading.release.dataset_id
    }
    strange = sorted(
        label for label, year in years.items() if year not in {*declared, reading.year}
    )
    note = (
        f"it also holds {', '.join(strange)}, which no release of the catalog takes from it"
        if strange
        else ""
    )
    return labels, note


def check_dataset(reading: Reading, portal: Portal, dataset: Dataset) -> tuple[list[str], str]:
    """Check a dataset's header and school years against its entry; returns as `labels_of_year`."""
    reading.prove_header()
    year = reading.columns.get("school_year")
    if year is None:
        return [], ""
    return labels_of_year(reading, portal.groups(dataset.id, dataset.column(year).field))


def from_file(reading: Reading) -> tuple[list[str], list[list[str]], str]:
    """Return header, our rows and a note on the years of a bulk file that somebody downloaded.

    The same proof of header and years as for the portal, and the same rows.
    """
    reading.prove_header()
    header = [name for name in reading.header if name]
    name, _ = district_column(reading.columns, [])
    district, level = reading.columns.get(name), reading.columns.get("organization_level")
    also = {reading.columns[kept]: values for kept, values in reading.source.keep.items()}
    ours = catalog.community()
    districts = [ours.district, *ours.neighbours] if level else []
    codes = district_column(reading.columns, districts)[1]
    rows = store.read_csv(
        reading.path,
        columns=header,
        keep={**also, **({district: codes or _districts(reading)} if district else {})},
        or_keep={level: _WORDS["state"], **also} if level and district else None,
    )
    if district and level:
        rows = rows[_ours(rows[district], rows[level], reading)]
    if rows.empty:
        raise reading.refuse(
            f"the file holds no row of {ours.district_name} (district {ours.district}); it may be cut off",
            "check that this is the right file, and download it again",
            column=name,
        )
    note = ""
    if year := reading.columns.get("school_year"):
        counts = {str(label): int(n) for label, n in rows[year].value_counts().items()}
        labels, note = labels_of_year(reading, counts, fix=_other_year(reading, counts))
        rows = rows[rows[year].isin(labels)]
    return header, rows.to_numpy().tolist(), note


def _other_year(reading: Reading, counts: dict[str, int]) -> str:
    """Say with which flag a file is taken that is of another school year than asked for."""
    years = sorted({year for label in counts if (year := end_year(label)) is not None})
    key, file = reading.source_id.partition("@")[0], shlex.quote(str(reading.path))
    commands = [
        fetch_command(f"{key}@{year}", reading.path)
        if year in reading.source.releases
        else f"sesec data add-release {key} {year} ID --from {file}"
        for year in years
    ]
    return (
        f"give the file of {reading.release.school_year}; or take this one for the year it is of: "
        f"{', or '.join(commands)}"
    )


def _ours(codes: pd.Series, levels: pd.Series, reading: Reading) -> "pd.Series[bool]":
    bare = raw_codes.clean_code(codes)
    ours = catalog.community()
    seattle = bare.isin(district_column(reading.columns, [ours.district])[1])
    beside = bare.isin(district_column(reading.columns, ours.neighbours)[1])
    own_row = levels.isin(_WORDS["district"]) & beside
    return seattle | own_row | levels.isin(_WORDS["state"])


@dataclass(frozen=True)
class DownloadedRelease:
    """A release's rows as they came, complete and proven by header and years, not yet read as figures."""

    source_id: str
    path: Path
    record: Download  # what the lock file will say of it
    note: str  # for the reader, on its years; may be empty
    by_hand: Path | None = None  # the bulk file that the rows were taken out of


def partial_file(source_id: str) -> Path:
    """Return where a complete release waits until it is installed."""
    return catalog.cache_dir() / "partial" / f"{source_id}.csv"


def download(
    source_id: str,
    portal: Portal,
    *,
    is_known: Callable[[Dataset], bool] = lambda dataset: False,
) -> DownloadedRelease | None:
    """Download one release's rows.

    Parameters
    ----------
    source_id
        ``ospi_graduation@2023``; its release has a ``dataset_id``.
    portal
        Where it is published.
    is_known
        Whether this dataset, unchanged, is here already: then nothing is downloaded.

    Returns
    -------
    The release, complete; None if it is known.

    Raises
    ------
    DataError
        If header or school years are not what the catalog says, or the portal gives no usable answer.
    """
    _, release = catalog.release(source_id)
    dataset = portal.dataset(str(release.dataset_id))
    if is_known(dataset):
        return None
    reading = Reading(source_id, Path(portal.host, "d", dataset.id), header=dataset.header)
    labels, note = check_dataset(reading, portal, dataset)
    where = where_condition(reading, dataset, labels)
    total = portal.count(dataset.id, where)
    if total == 0:
        ours = catalog.community()
        raise reading.refuse(
            f"the portal has no row of {ours.district_name} (district {ours.district}) in it",
            "check that this is the right dataset, and that `district_code:` names its column of district codes",
            column="district_code",
        )
    rows = portal.rows(dataset, where, total)
    if portal.dataset(dataset.id) != dataset:
        raise reading.refuse(
            "the publisher changed this dataset while it was downloaded",
            "run the same again later; nothing was taken from it",
        )
    about = {"title": dataset.title, "updated": dataset.updated}
    path, record = _write_rows(
        source_id, dataset.header, rows, url=portal.page_of(dataset.id), **about
    )
    return DownloadedRelease(source_id, path, record, note)


def fetch_command(source_id: str, file: Path | None = None) -> str:
    """Return the command that fetches a release, or takes it from a file that somebody downloaded.

    Examples
    --------
    >>> fetch_command("ospi_graduation@2023", Path("my files/graduation.csv"))
    "sesec data fetch ospi_graduation --end-year 2023 --from 'my files/graduation.csv'"
    """
    key, _, year = source_id.partition("@")
    from_file = f" --from {shlex.quote(str(file))}" if file else ""
    return f"sesec data fetch {key} --end-year {year}{from_file}"


def by_hand(source_id: str, file: Path) -> DownloadedRelease:
    """Take our rows of a release from a bulk CSV file that somebody downloaded.

    Raises
    ------
    DataError
        If the file is damaged, or header or school years are not what the catalog says.
    """
    reading = Reading(source_id, file)
    header, rows, note = from_file(reading)
    dataset_id = reading.release.dataset_id
    url = f"{reading.source.url.rstrip('/')}/{f'd/{dataset_id}' if dataset_id else ''}"
    about = {"title": "", "updated": None, "file": file.name, "file_sha256": sha256_of(file)}
    path, record = _write_rows(source_id, header, rows, url=url, **about)
    return DownloadedRelease(source_id, path, record, note, file)


def _write_rows(
    source_id: str, header: list[str], rows: list[list[str]], **about: Any
) -> tuple[Path, Download]:
    """Write the rows to a file of their own; return it, and what the lock file will say of it."""
    path = partial_file(source_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return path, Download(
        retrieved=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        rows=len(rows),
        sha256=sha256_of(path),
        header_sha256=hashlib.sha256("\n".join(header).encode()).hexdigest(),
        **about,
    )
