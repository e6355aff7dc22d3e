"""Write releases into the catalog's YAML files as text: a new one that is proven, or the day one was retrieved.

Comments, order and all other lines of the file stay as they are, which is proven by reading the file before it is put
in place.
"""

import re
from collections.abc import Callable, Collection
from pathlib import Path
from textwrap import indent

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import Release, Source
from sesec_analysis.errors import CatalogError
from sesec_analysis.files import scratch_folder, write_atomically
from sesec_analysis.loaders.fetch import download
from sesec_analysis.loaders.fetch.portal import Portal
from sesec_analysis.loaders.raw.release import Reading

__all__ = ["add_release", "retrieved_text", "with_release", "with_retrieved"]


def add_release(
    source: str,
    end_year: int,
    dataset_id: str,
    *,
    file: Path | None = None,
    tell: Callable[[str], None] = lambda sentence: None,
) -> Path:
    """Prove that a dataset is a release of a source, and add it to the source's entry.

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
    entry = catalog.source(source)
    where = f"data/catalog/sources/{source}.yml"
    if end_year in entry.releases:
        known = entry.releases[end_year].dataset_id or "no dataset id"
        raise CatalogError(
            f"the release {source}@{end_year} is in the catalog already ({known})",
            where=where,
            fix=f"correct it there, or fetch it: {download.fetch_command(f'{source}@{end_year}', file)}",
        )
    if not re.fullmatch(r"[a-z0-9]{4}-[a-z0-9]{4}", dataset_id):
        raise CatalogError(
            f"{dataset_id!r} is not an id of a dataset on the portal",
            where=where,
            fix="it is the end of the dataset's address: four letters or digits, a hyphen, four more",
        )
    school_year = f"{end_year - 1}-{end_year % 100:02d}"
    title = f"{entry.title} {school_year} School Year"
    release = Release(school_year=school_year, title=title, dataset_id=dataset_id)
    if file is None:
        portal = Portal(entry.url, tell=tell)
        release, note = _prove_dataset(f"{source}@{end_year}", release, portal)
    else:
        _, _, note = download.from_file(Reading(f"{source}@{end_year}", file, release=release))
    if note:
        tell(f"{dataset_id}: {note}.")
    path = catalog.data_dir() / "catalog" / "sources" / f"{source}.yml"
    old = catalog.read_source(path)
    text = _proven_text(
        path,
        with_release(path.read_text(encoding="utf-8"), end_year, release),
        old.model_copy(update={"releases": {**old.releases, end_year: release}}),
        what="a release cannot be added to by itself",
        fix=f"add these lines under `releases:` by hand:\n{_lines(end_year, release)}",
    )
    write_atomically(path, text.encode())
    return path


def _prove_dataset(source_id: str, release: Release, portal: Portal) -> tuple[Release, str]:
    """Hold header and school years of the dataset against the entry; take over its title."""
    dataset = portal.dataset(str(release.dataset_id))
    where = Path(portal.host, "d", dataset.id)
    reading = Reading(source_id, where, header=dataset.header, release=release)
    _, note = download.check_dataset(reading, portal, dataset)
    return release.model_copy(update={"title": dataset.title}), note


def _proven_text(path: Path, text: str, wanted: Source, *, what: str, fix: str) -> str:
    """Return the text of a source's file if it is read as what is wanted; refuse to write it otherwise."""
    with scratch_folder() as folder:
        trial = Path(folder, path.name)
        trial.write_text(text, encoding="utf-8")
        try:
            is_right = catalog.read_source(trial) == wanted
        except CatalogError:
            is_right = False
    if not is_right:
        raise CatalogError(f"the file is written in a way that {what}", where=str(path), fix=fix)
    return text


def with_release(text: str, end_year: int, release: Release) -> str:
    r"""Return the text of a source's file with a release more, after the last one of an earlier year.

    Examples
    --------
    >>> text = "releases:\n  2019: {title: A}  # the first\n  2022: {title: C}\nignore: []\n"
    >>> release = Release(school_year="2019-20", title="The second", dataset_id="gtd3-scga")
    >>> print(with_release(text, 2020, release), end="")
    releases:
      2019: {title: A}  # the first
      2020:
        school_year: 2019-20
        title: The second
        dataset_id: gtd3-scga
      2022: {title: C}
    ignore: []
    """
    lines = text.rstrip("\n").split("\n")
    heads = [number for number, line in enumerate(lines) if re.match(r"releases:\s*(#|$)", line)]
    start = heads[0] if heads else len(lines)
    after = start + 1
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if re.match(r"\S", line) and not line.startswith("#"):
            break  # the next key of the source
        match = re.match(r" +(\d{4}):", line)
        if match and int(match[1]) > end_year:
            break
        if line.strip() and not line.lstrip().startswith("#"):
            after = number + 1
    lines[after:after] = _lines(end_year, release).split("\n")
    return "\n".join(lines) + "\n"


def _lines(end_year: int, release: Release) -> str:
    entry = release.model_dump(include={"school_year", "title", "dataset_id"})
    return indent(catalog.write_entry({end_year: entry}), "  ").rstrip()


_CARRIED = ("file", "sha256", "carried_by", "note")
"""What an entry says of a carrier's file alone: it goes once the publisher's own figures are embedded in its place."""


def retrieved_text(path: Path, end_year: int, day: str) -> str:
    """Return the text of a source's file in which a release says when it was retrieved.

    Parameters
    ----------
    path
        The file of the source.
    end_year
        The release, by the year its school year ends.
    day
        The day, ``2026-11-26``.

    Raises
    ------
    CatalogError
        If the file is written in a way that this line cannot be added to; says what to write by hand.
    """
    old = catalog.read_source(path)
    release = old.releases[end_year]
    gone = dict.fromkeys(_CARRIED) if release.file else {}
    wanted = old.model_copy(
        update={
            "releases": {
                **old.releases,
                end_year: release.model_copy(update={**gone, "retrieved": day}),
            }
        }
    )
    away = f" and take away {', '.join(f'`{name}:`' for name in gone)}" if gone else ""
    return _proven_text(
        path,
        with_retrieved(path.read_text(encoding="utf-8"), end_year, day, gone=tuple(gone)),
        wanted,
        what="the day of retrieval cannot be added to by itself",
        fix=f'write `retrieved: "{day}"` under {end_year} by hand{away}',
    )


def with_retrieved(text: str, end_year: int, day: str, *, gone: Collection[str] = ()) -> str:
    r"""Return the text of a source's file with a release's day of retrieval, and without the lines named in ``gone``.

    Examples
    --------
    >>> text = "releases:\n  2019: {title: A}\n  2022:\n    file: b.csv\n    title: B\nignore: []\n"
    >>> print(with_retrieved(text, 2022, "2026-11-26", gone=["file"]), end="")
    releases:
      2019: {title: A}
      2022:
        title: B
        retrieved: "2026-11-26"
    ignore: []
    """
    lines = text.split("\n")
    heads = [at for at, line in enumerate(lines) if re.match(rf" +{end_year}:", line)]
    if not heads:
        return text
    head = heads[0]
    if lines[head].rstrip().endswith("}"):
        bare = re.sub(r',\s*retrieved:\s*"[^"]*"', "", lines[head].rstrip()[:-1].rstrip())
        lines[head] = f'{bare}, retrieved: "{day}"}}'
        return "\n".join(lines)
    indent = len(lines[head]) - len(lines[head].lstrip())
    end = head + 1
    while end < len(lines) and re.match(rf" {{{indent + 1},}}\S", lines[end]):
        end += 1
    away = tuple(f"{name}:" for name in (*gone, "retrieved"))
    kept = [line for line in lines[head + 1 : end] if not line.lstrip().startswith(away)]
    inner = " " * (indent + 2)
    lines[head + 1 : end] = [*kept, f'{inner}retrieved: "{day}"']
    return "\n".join(lines)
