"""Install a downloaded release: read it, compare it with the one here, write its table, and keep the old file.

A refusal changes nothing that was here.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.downloads import lock_file, with_download
from sesec_analysis.errors import DataError, FileError
from sesec_analysis.files import replace_file, sha256_of
from sesec_analysis.loaders.build import compared_with, observation_files, stored_form
from sesec_analysis.loaders.fetch.download import DownloadedRelease, fetch_command
from sesec_analysis.loaders.fetch.portal import Dataset
from sesec_analysis.loaders.load import files_of
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.tidy import row_log
from sesec_analysis.loaders.tidy.masked_sums import most_students, october_enrollment
from sesec_analysis.loaders.tidy.review import list_first
from sesec_analysis.loaders.tidy.tidy import tidy

__all__ = [
    "Changes",
    "Consent",
    "changes",
    "install_release",
    "is_known",
    "raw_copy",
    "read_again",
    "tidy_release",
]


Consent = Callable[[str], bool]
"""Is asked, with a sentence, before figures that are here are replaced by others."""


def raw_copy(source_id: str) -> Path:
    """Return where the cache holds the publisher's rows of a release."""
    return catalog.cache_dir() / "raw" / f"{source_id}.csv"


def is_known(source_id: str, dataset: Dataset) -> bool:
    """Return whether the portal has changed nothing since these very bytes were fetched."""
    known, raw = catalog.downloads().get(source_id), raw_copy(source_id)
    if known is None or (known.updated, known.title) != (dataset.updated, dataset.title):
        return False
    return raw.is_file() and sha256_of(raw) == known.sha256


def tidy_release(source_id: str, raw: Path) -> pd.DataFrame:
    """Read a release into OBSERVATIONS as `build` does, held against the available enrollment."""
    source, _ = catalog.release(source_id)
    caps = None
    files = list(files_of("enrollment").values())
    if source.denominator_cap == "enrollment" and files:
        available_years = schema.conform_observations(store.read_parquet(files))
        caps = most_students(
            october_enrollment([available_years]), int(source_id.partition("@")[2])
        )
    earlier, enrollment = compared_with(source_id, _tables_near(source_id))
    return tidy(source_id, raw, caps=caps, earlier=earlier, enrollment=enrollment)


def _tables_near(source_id: str) -> dict[str, pd.DataFrame]:
    """Return the available tables of the same source or the same year, those of the catalog alone."""
    key, _, year = source_id.partition("@")
    declared = {
        f"{name}@{end_year}"
        for name, source in catalog.sources().items()
        for end_year in source.releases
    }
    return {
        name: schema.conform_observations(store.read_parquet([path]))
        for name, path in observation_files().items()
        if name in declared - {source_id}
        and (name.startswith(f"{key}@") or name.endswith(f"@{year}"))
    }


def read_again(source_id: str) -> int:
    """Read a release in the cache by its entry as it is now; return its rows."""
    table = tidy_release(source_id, raw_copy(source_id))
    _write_table(source_id, table)
    return len(table)


def install_release(
    arrived: DownloadedRelease, consent: Consent, tell: Callable[[str], None]
) -> int:
    """Read what arrived, ask where it disagrees with what is known, put it in place; return its rows.

    Raises
    ------
    DataError
        If it cannot be read as figures (the file is kept to be looked at), or consent is not given.
    """
    source_id = arrived.source_id
    try:
        table = tidy_release(source_id, arrived.path)
    except DataError as refusal:
        kept = raw_copy(source_id).with_suffix(".refused.csv")
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(arrived.path, kept)
        raise FileError(
            f"the file arrived whole but cannot be read as figures: {refusal.what}",
            where=f"{refusal.where}; kept as {kept} to be looked at",
            fix=f"{refusal.fix}; what was here before stays in use",
            valid=refusal.valid,
        ) from refusal
    for line in list_first(table.attrs["to_review"]):
        tell(f"{source_id}: review before use: {line}")
    if arrived.note:
        tell(f"{source_id}: {arrived.note}.")
    title, expected = arrived.record.title, catalog.release(source_id)[1].title
    if title and _bare(title) != _bare(expected):
        tell(f"{source_id}: the portal calls this dataset “{title}”, the catalog “{expected}”.")
    is_restated, sentence = _find_restatement(arrived, table)
    if sentence and not is_restated:
        tell(f"{source_id}: {sentence}")
    if is_restated and not consent(f"{source_id}: {sentence}"):
        raise FileError(
            f"not taken: {sentence}",
            where=f"{source_id}, {arrived.record.url}",
            fix=f"look into it, then take it: {fetch_command(source_id, arrived.by_hand)} --accept-restated; "
            "nothing was overwritten",
        )
    _put_in_place(arrived, table)
    return len(table)


def _find_restatement(arrived: DownloadedRelease, table: pd.DataFrame) -> tuple[bool, str]:
    """Return whether other figures were here before, and what to say if other bytes were."""
    known = catalog.downloads().get(arrived.source_id)
    here = _table_file(arrived.source_id)
    if (known and known.sha256 == arrived.record.sha256) or not here.is_file():
        return False, ""
    before = schema.conform_observations(store.read_parquet([here]))
    differences = changes(before, table)
    if known is None and not (differences.changed or differences.removed):
        return False, ""  # what came with this copy is a part of what is published
    matters = differences.changed or differences.added or differences.removed
    what = (
        "the publisher restated this release"
        if known
        else "the publisher's figures are not those that came with this copy"
    )
    return bool(matters), f"{what}: {differences}"


_FIRST = 5  # changed cells that are named
_CELL = [name for name in schema.OBSERVATIONS_KEY if name != "source_id"]
_FIGURES = [
    "status",
    "token",
    *(
        f"{name}{end}"
        for name in ("numerator", "denominator", "value")
        for end in ("", "_low", "_high")
    ),
]


@dataclass(frozen=True)
class Changes:
    """Which published cells differ between two tables of one release."""

    changed: int
    added: int
    removed: int
    first: list[str]

    def __str__(self) -> str:
        """Say it in one sentence."""
        counts = [(self.changed, "changed"), (self.added, "new"), (self.removed, "gone")]
        text = ", ".join(f"{number:,} cell(s) {word}" for number, word in counts if number)
        named = f"; the first: {'; '.join(self.first)}" if self.first else ""
        return f"{text}{named}" if text else "no cell that we use changed"


def changes(old: pd.DataFrame, new: pd.DataFrame) -> Changes:
    """Compare two tables of one release, cell by cell.

    Parameters
    ----------
    old, new
        OBSERVATIONS of the same release.

    Returns
    -------
    How many cells changed, came and went; the first few by indicator, organization, grade and student group.
    """
    both = old[[*_CELL, *_FIGURES]].merge(
        new[[*_CELL, *_FIGURES]], on=_CELL, how="outer", suffixes=("@old", "@new"), indicator=True
    )
    differs = pd.Series(False, index=both.index)
    for name in _FIGURES:
        before, after = both[f"{name}@old"], both[f"{name}@new"]
        same = ((before == after) | (before.isna() & after.isna())).fillna(False)
        differs |= ~same.astype(bool)
    here = both["_merge"]
    moved = both[differs | (here != "both")].sort_values(_CELL)
    return Changes(
        changed=int((differs & (here == "both")).sum()),
        added=int((here == "right_only").sum()),
        removed=int((here == "left_only").sum()),
        first=[_row_name(row) for _, row in moved.head(_FIRST).iterrows()],
    )


def _row_name(row: pd.Series) -> str:
    where = " ".join(
        str(row[name]) for name in ("indicator", "organization_id", "grade_level", "student_group")
    )
    return f"{where} ({_cell_text(row, 'old')} → {_cell_text(row, 'new')})"


def _cell_text(row: pd.Series, side: str) -> str:
    """Return the cell as published, a group of fewer than ten without its number; or that there is no row."""
    status, token, numerator, denominator = (
        row[f"{name}@{side}"] for name in ("status", "token", "numerator", "denominator")
    )
    if pd.isna(status):
        return "no row"
    if pd.isna(numerator) or pd.isna(denominator):
        return str(token or status)
    group = numerator if row["indicator"] in schema.COMPOSITION_INDICATORS else denominator
    small = group < schema.MINIMUM_GROUP
    return (
        f"fewer than {schema.MINIMUM_GROUP}" if small else f"{numerator:.0f} of {denominator:.0f}"
    )


def _bare(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", title.lower()).strip()


def _table_file(source_id: str) -> Path:
    """Return where the table of a release is, which `load` reads."""
    return catalog.observations_in(catalog.data_dir()) / f"{source_id}.parquet"


def _write_table(source_id: str, table: pd.DataFrame) -> None:
    path = _table_file(source_id)
    store.write_parquet(stored_form(table), path)
    row_log.keep(path.parent, {source_id: row_log.log_of(table)})


def _put_in_place(arrived: DownloadedRelease, table: pd.DataFrame) -> None:
    """Keep the old bytes, then table, file and lock file, each at one stroke.

    The lock file is written first and put in its place last: a folder that cannot be written to changes nothing.
    """
    source_id, raw = arrived.source_id, raw_copy(arrived.source_id)
    raw.parent.mkdir(parents=True, exist_ok=True)
    if raw.is_file() and (old := sha256_of(raw)) != arrived.record.sha256:
        shutil.copyfile(raw, raw.with_suffix(f".{old[:12]}.csv"))
    record, known = arrived.record, catalog.downloads().get(source_id)
    if known is not None and known.sha256 == record.sha256:
        record = record.model_copy(update={"retrieved": known.retrieved})
    folder = _table_file(source_id).parent
    folder.mkdir(parents=True, exist_ok=True)
    text = with_download(folder, source_id, record)
    with replace_file(lock_file(folder)) as half:
        half.write_text(text, encoding="utf-8")
        _write_table(source_id, table)
        arrived.path.replace(raw)
