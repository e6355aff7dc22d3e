"""Check a site as an edition is checked: every file against what the editions give, and what all its numbers tell.

The site is made again from the editions and compared byte by byte, so that nothing has to be known of the ways in which
a page could say more than its numbers. The numbers of every edition on it, built or kept as published, are attacked
together, and each edition whose files stand there is asked who owns each of its texts.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pandas as pd

from sesec_analysis import checkout
from sesec_analysis.attack import check as whole
from sesec_analysis.attack import rewriting
from sesec_analysis.attack.attack import Attack, attack_read
from sesec_analysis.attack.reading.records import claims_of
from sesec_analysis.attack.reading.statements import FINDINGS, EditionText, read_claims
from sesec_analysis.attack.rewriting import Fault
from sesec_analysis.attack.search import search
from sesec_analysis.errors import DataError
from sesec_analysis.files import scratch_folder
from sesec_analysis.site import build, edition_index, feed, metadata
from sesec_analysis.site.edition_index import EditionState

__all__ = ["check", "differences", "is_site"]


_OTHER = "says what the editions do not"
_UNKNOWN = "no site has such a file"
_NAMED = 20
Progress = Callable[[str], None]


def is_site(folder: Path) -> bool:
    """Whether a folder holds a site."""
    return (folder / build.MANIFEST).is_file()


def check(out: Path, *, progress: Progress = lambda line: None) -> str:
    """Check the site in a folder, and return in one line what was covered.

    Raises
    ------
    DataError
        Naming each file, and the place in it, that is not what the editions give; or the folder holds no site.
    LeakError
        If the numbers on it give back what was withheld, or a file of an edition is not what its document gives.
    """
    begun = perf_counter()
    progress("Making every file again ...")
    if found := differences(out):
        shown = [f"{fault.where}: {fault.what}" for fault in found[:_NAMED]]
        more = [f"and {len(found) - _NAMED} more"] if len(found) > _NAMED else []
        what = f"{len(found)} file(s) are not what the editions give:\n    "
        raise DataError(
            what + "\n    ".join([*shown, *more]),
            where=str(out),
            fix="write the site anew: sesec site",
        )
    files = len(json.loads((out / build.MANIFEST).read_text("utf-8"))["files"])
    progress(f"Every one of its {files:,} files is what the editions give.")
    done = attacked(edition_index.states(), _sheets(), progress=progress)
    done.refuse_leaks()
    return (
        f"Checked in {perf_counter() - begun:.0f} s: {files:,} files compared byte by byte with what the editions "
        f"give, {done.statements[0]:,} statements of {len(done.folders)} editions weighed together against "
        f"{len(done.state.cells):,} cells of the state, {done.state.withheld.sum():,} of them withheld."
    )


def _sheets() -> list[Path]:
    """Return the folders of the fact sheets on the site."""
    shelves = checkout.builds().glob(build.SHEETS)
    return sorted(path.parent for one in shelves for path in one.glob(f"[!.]*/{FINDINGS}"))


def attacked(
    states: Sequence[EditionState],
    sheets: Sequence[Path] = (),
    *,
    progress: Progress = lambda line: None,
) -> Attack:
    """Attack the numbers of all states and fact sheets together; what is wrong in their files is in ``faults``."""
    faults = [
        f"{folder.name}: {fault.where}: {fault.what}"
        for folder in sheets
        for fault in whole.faults_of(folder)
    ]
    for state in states:
        if state.folder is not None:
            found: Iterable[Fault] = whole.faults_of(state.folder)
            progress(f"{state.name}: written again from its document and compared")
        else:
            found = [Fault(hit.where, hit.what) for hit in search(_text_of(state))]
        faults += [f"{_named(state)}: {fault.where}: {fault.what}" for fault in found]
    printed = (*map(_text_of, states), *map(read_claims, sheets))
    return replace(attack_read(printed, progress=progress), faults=tuple(faults))


def _text_of(state: EditionState) -> EditionText:
    """Return what an edition prints, from its files, or as it is kept where it has none."""
    if state.folder is not None:
        return read_claims(state.folder, _named(state))
    kept = json.loads(json.dumps(state.frozen.findings), parse_float=str, parse_int=str)
    return EditionText(_named(state), tuple(claims_of(kept, FINDINGS)))


def _named(state: EditionState) -> str:
    return state.name if state.is_published else f"{state.name} (built)"


def differences(out: Path) -> list[Fault]:
    """Return what is wrong with the site in a folder: files that say something else than the editions, or are nobody's.

    Raises
    ------
    DataError
        If the folder holds no site.
    """
    before = build.manifest(out)
    if not before:
        raise DataError("there is no site", where=str(out), fix="write it first: sesec site")
    said = feed.Said(dict(before.get("said", {})), "")
    made = build.Made()
    found: list[Fault] = []
    with scratch_folder() as scratch:
        source = build.SiteSource.read(before.get("url"), said, lambda line: None)
        for name, content in source.files():
            made.add(name, content)
            found += _of_file(out / name, name, content, Path(scratch))
        content = metadata.as_json(build.manifest_of(source.url, said, made))
        found += _of_file(out / build.MANIFEST, build.MANIFEST, content, Path(scratch))
    found += [
        Fault(f"{build.MANIFEST} /said", _OTHER)
        for day in said.used.values()
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", day)
    ]
    return sorted([*found, *_strangers(out, {build.MANIFEST, *made.hashes})])


def _of_file(path: Path, name: str, content: bytes, scratch: Path) -> Iterator[Fault]:
    if not path.is_file():
        yield Fault(name, rewriting.GONE)
    elif path.read_bytes() != content:
        fresh = scratch / path.name
        fresh.write_bytes(content)
        yield Fault(_place(name, path, fresh), _OTHER)


def _strangers(out: Path, names: set[str]) -> Iterator[Fault]:
    """Yield what stands in the folder and is of no site: a file, a link, a folder of nothing."""
    folders = {parent.as_posix() for name in names for parent in Path(name).parents}
    for path in out.rglob("*"):
        name = path.relative_to(out).as_posix()
        is_folder = path.is_dir() and not path.is_symlink()
        if path.is_symlink() or name not in (folders if is_folder else names):
            yield Fault(name, _UNKNOWN)


def _place(name: str, there: Path, made: Path) -> str:
    """Return where in a file it first differs from what the editions give."""
    read = {".parquet": _of_parquet, ".sqlite": _of_sqlite}.get(there.suffix)
    if read is None:
        return rewriting.place_of(name, there, made)
    try:
        held, given = read(there), read(made)
    except (OSError, ValueError, sqlite3.Error, pd.errors.DatabaseError):
        return f"{name}, which cannot be read"
    for table in [*held, *(table for table in given if table not in held)]:
        if table not in given or table not in held:
            return f"{name}, table {table}"
        if place := _in_frame(held[table], given[table]):
            return f"{name}, {place}"
    return f"{name}, beside its rows"


def _of_parquet(path: Path) -> dict[str, pd.DataFrame]:
    return {"findings": pd.read_parquet(path)}


def _of_sqlite(path: Path) -> dict[str, pd.DataFrame]:
    with closing(
        sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    ) as database:
        names = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type != 'index'")
        ]
        return {
            name: pd.read_sql_query('SELECT * FROM "' + name.replace('"', '""') + '"', database)
            for name in names
        }


def _in_frame(held: pd.DataFrame, given: pd.DataFrame) -> str:
    """Return the first row and column in which two tables differ; empty if they do not."""
    for name in [*held.columns, *given.columns]:
        if name not in held.columns or name not in given.columns:
            return f"column {name}"
    if len(held) != len(given):
        return f"row {min(len(held), len(given)) + 1}"
    texts, others = (frame.astype("string").fillna("") for frame in (held, given[held.columns]))
    rows, columns = (texts.to_numpy() != others.to_numpy()).nonzero()
    return f"row {rows[0] + 1}, column {held.columns[columns[0]]}" if len(rows) else ""
