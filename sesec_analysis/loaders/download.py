"""One release fetched into the cache's ``partial`` folder, page by page, under the names of the publisher's bulk file.

Pages that have arrived are kept beside the question they answer and the portal's time of the last change: a fetch that
was interrupted goes on where it stopped, and pages of two versions never meet.
"""

import csv
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sesec_analysis import catalog
from sesec_analysis.loaders import wanted
from sesec_analysis.loaders.answers import Dataset
from sesec_analysis.loaders.portal import Portal
from sesec_analysis.loaders.reading import Reading

__all__ = ["Arrived", "by_hand", "download", "sha256_of"]

PAGE = 10_000  # rows; the portal gives 50,000 at most
ROUNDS = 2  # a dataset that changes while it is fetched is begun anew once


@dataclass(frozen=True)
class Arrived:
    """A release's rows as they came, complete and proven by header and years, not yet read as figures."""

    source_id: str
    path: Path
    url: str
    title: str  # the portal's own; empty for a file got by hand
    updated: int | None
    rows: int
    sha256: str
    header_sha256: str
    said: str  # what is to be told of its years


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def partial_dir(source_id: str) -> Path:
    """Return where the pieces of a release wait to be complete."""
    return catalog.cache_dir() / "partial" / source_id


def download(
    source_id: str,
    portal: Portal,
    *,
    is_known: Callable[[Dataset], bool] = lambda dataset: False,
    expect: Callable[[int], None] = lambda rows: None,
    arrived: Callable[[int], None] = lambda rows: None,
) -> Arrived | None:
    """Fetch one release's rows.

    Parameters
    ----------
    source_id
        ``ospi_graduation@2023``; its release has a ``dataset_id``.
    portal
        Where it is published.
    is_known
        Whether this dataset, unchanged, is here already: then nothing is fetched.
    expect, arrived
        Called with the number of rows to come, and with those of each page.

    Returns
    -------
    What arrived, or None if it is known.

    Raises
    ------
    DataError
        If header or school years are not what the catalog says, or the portal gives no usable answer.
    """
    _, release = catalog.release(source_id)
    dataset = portal.dataset(str(release.dataset_id))
    if is_known(dataset):
        return None
    for _ in range(ROUNDS):
        reading = Reading(source_id, Path(portal.host, "d", dataset.id), header=dataset.header)
        where, said = _question(reading, portal, dataset)
        total = portal.count(dataset.id, where)
        if total == 0:
            raise reading.refuse(
                "the portal has no row of Seattle (district 17001) in it",
                "check that this is the right dataset, and that `district_code:` names its column of district codes",
                column="district_code",
            )
        expect(total)
        pages = _pages(source_id, portal, dataset, where, total, arrived)
        again = portal.dataset(dataset.id)
        if again == dataset and portal.count(dataset.id, where) == total:
            rows = [row for page in pages for row in _read(page)]
            if len({name for name, *_ in rows}) == total:  # so none came twice, and none is missing
                cells = [row for _, *row in rows]
                return _arrived(
                    source_id, dataset.header, cells, portal.page_of(dataset.id), said, dataset
                )
        shutil.rmtree(partial_dir(source_id))
        dataset = again
    raise reading.refuse(
        "the publisher is changing this dataset at this moment: it was not the same before and after, or rows came "
        "twice",
        "run the same again later; nothing of the two versions was mixed",
    )


def _question(reading: Reading, portal: Portal, dataset: Dataset) -> tuple[str, str]:
    """Prove header and years; return which rows to ask for, and what is to be told of the years."""
    reading.prove_header()
    labels: list[str] = []
    said = ""
    if year := reading.columns.get("school_year"):
        counts = portal.groups(dataset.id, dataset.column(year).field)
        labels, said = wanted.labels_of_year(reading, counts)
    return wanted.condition(reading, dataset, labels), said


def _pages(
    source_id: str,
    portal: Portal,
    dataset: Dataset,
    where: str,
    total: int,
    arrived: Callable[[int], None],
) -> list[Path]:
    """Fetch the pages that are not here yet; pages of another question or version are thrown away."""
    asked = [dataset.id, dataset.updated, [str(one) for one in dataset.columns], where, total, PAGE]
    identity = hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]
    folder = partial_dir(source_id)
    for other in folder.glob("*"):
        if other.is_dir() and other.name != identity:
            shutil.rmtree(other)
    pages = []
    for offset in range(0, total, PAGE):
        rows = min(PAGE, total - offset)
        page = folder / identity / f"{offset:09d}.csv"
        if not _is_whole(page, rows, len(dataset.columns) + 1):
            found = portal.rows(dataset, where, limit=rows, offset=offset)
            _write(page, [], found)
        arrived(rows)
        pages.append(page)
    return pages


def _write(path: Path, header: list[str], rows: Iterable[list[str]]) -> None:
    """Write a CSV file through a temporary one, so that a file that is there is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".half")
    with half.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        if header:
            writer.writerow(header)
        writer.writerows(rows)
    half.replace(path)


def _read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def _is_whole(page: Path, rows: int, columns: int) -> bool:
    """Whether a page is here, as many rows and cells as there have to be: a computer that went off may have cut it."""
    try:
        found = _read(page)
    except (OSError, ValueError, csv.Error):
        return False
    return len(found) == rows and all(len(row) == columns for row in found)


def by_hand(source_id: str, file: Path) -> Arrived:
    """Take our rows of a release from a bulk CSV file that somebody downloaded.

    Raises
    ------
    DataError
        If the file is damaged, or header or school years are not what the catalog says.
    """
    reading = Reading(source_id, file)
    header, rows, said = wanted.from_file(reading)
    dataset_id = reading.release.dataset_id
    url = f"{reading.source.url.rstrip('/')}/{f'd/{dataset_id}' if dataset_id else ''}"
    return _arrived(source_id, header, rows, url, said)


def _arrived(
    source_id: str,
    header: list[str],
    rows: list[list[str]],
    url: str,
    said: str,
    dataset: Dataset | None = None,
) -> Arrived:
    path = partial_dir(source_id) / "complete.csv"
    _write(path, header, rows)
    return Arrived(
        source_id=source_id,
        path=path,
        url=url,
        title=dataset.title if dataset else "",
        updated=dataset.updated if dataset else None,
        rows=len(rows),
        sha256=sha256_of(path),
        header_sha256=hashlib.sha256("\n".join(header).encode()).hexdigest(),
        said=said,
    )
