"""Add a further year of a source to its file in the catalog, once header and school years prove it."""

import re
from collections.abc import Callable
from pathlib import Path
from textwrap import indent

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import Release
from sesec_analysis.errors import CatalogError
from sesec_analysis.files import scratch_folder, write_atomically
from sesec_analysis.loaders.fetch import download
from sesec_analysis.loaders.fetch.portal import Portal
from sesec_analysis.loaders.raw.release import Reading

__all__ = ["add_release"]


def add_release(
    source: str,
    end_year: int,
    dataset_id: str,
    *,
    file: Path | None = None,
    tell: Callable[[str], None] = lambda sentence: None,
) -> Path:
    """Prove that a dataset is a release of a source, and add it at the end of the source's file.

    Parameters
    ----------
    source
        A key of the catalog, ``ospi_enrollment``.
    end_year
        The school year by the year it ends.
    dataset_id
        The portal's id, ``abcd-1234``.
    file
        The bulk CSV file, where there is no network: its header and years are the proof.
    tell
        Called with a note on the dataset's years, if there is one.

    Returns
    -------
    The file that was changed: one release more, and nothing else.

    Raises
    ------
    CatalogError, DataError
        If the release is there already, or header or school years are not the source's; nothing is changed then.
    """
    entry, source_id = catalog.source(source), f"{source}@{end_year}"
    path = catalog.data_dir() / "catalog" / "sources" / f"{source}.yml"
    if end_year in entry.releases:
        raise CatalogError(
            f"the release {source_id} is in the catalog already "
            f"({entry.releases[end_year].dataset_id or 'no dataset id'})",
            where=str(path),
            fix=f"correct it there, or fetch it: {download.fetch_command(source_id, file)}",
        )
    if not re.fullmatch(r"[a-z0-9]{4}-[a-z0-9]{4}", dataset_id):
        raise CatalogError(
            f"{dataset_id!r} is not an id of a dataset on the portal",
            where=str(path),
            fix="it is the end of the dataset's address: four letters or digits, a hyphen, four more",
        )
    school_year = f"{end_year - 1}-{end_year % 100:02d}"
    title = f"{entry.title} {school_year} School Year"
    release = Release(school_year=school_year, title=title, dataset_id=dataset_id)
    if file is None:
        portal = Portal(entry.url, tell=tell)
        dataset = portal.dataset(dataset_id)
        where = Path(portal.host, "d", dataset.id)
        reading = Reading(source_id, where, header=dataset.header, release=release)
        _, note = download.check_dataset(reading, portal, dataset)
        release = release.model_copy(update={"title": dataset.title})
    else:
        _, _, note = download.from_file(Reading(source_id, file, release=release))
    if note:
        tell(f"{dataset_id}: {note}.")
    write_atomically(path, _with_release(path, end_year, release).encode())
    return path


def _with_release(path: Path, end_year: int, release: Release) -> str:
    """Return the text of a source's file with a release more at its end, proven by reading it."""
    old, shown = catalog.read_source(path), {"school_year", "title", "dataset_id"}
    lines = indent(catalog.write_entry({end_year: release.model_dump(include=shown)}), "  ")
    text = f"{path.read_text(encoding='utf-8').rstrip()}\n{lines.rstrip()}\n"
    wanted = old.model_copy(update={"releases": {**old.releases, end_year: release}})
    with scratch_folder() as folder:
        trial = Path(folder, path.name)
        trial.write_text(text, encoding="utf-8")
        try:
            is_right = catalog.read_source(trial) == wanted
        except CatalogError:
            is_right = False
    if not is_right:
        raise CatalogError(
            "the file is written in a way that a release cannot be added to by itself",
            where=str(path),
            fix=f"add these lines under `releases:` by hand:\n{lines.rstrip()}",
        )
    return text
