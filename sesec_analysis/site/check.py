"""Check a site as an edition is checked: every file against what the editions give, and what all its numbers tell.

The site is made again from the editions and compared byte by byte, so that nothing has to be known of the ways in which
a page could say more than its numbers. The numbers of every edition on it, built or kept as published, are attacked
together, and each edition whose files stand there is asked who owns each of its texts.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from filecmp import cmp
from pathlib import Path
from time import perf_counter

from sesec_analysis import checkout
from sesec_analysis.attack import check as whole
from sesec_analysis.attack import rewriting
from sesec_analysis.attack.attack import Attack, attack_read
from sesec_analysis.attack.reading import FINDINGS, EditionText, claims_of, read_claims
from sesec_analysis.attack.rewriting import Fault
from sesec_analysis.attack.search import search
from sesec_analysis.errors import DataError
from sesec_analysis.files import scratch_folder
from sesec_analysis.site import build, edition_index
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
            fix="build the site again: sesec site",
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
    """Return what is wrong with a site: files that differ from what the editions give, or are not its own.

    Raises
    ------
    DataError
        If the folder holds no site.
    """
    before = build.manifest(out)
    if not before:
        raise DataError("there is no site", where=str(out), fix="write it first: sesec site")
    with scratch_folder() as scratch:
        fresh = build.build(Path(scratch, "site"), url=before.get("url")).out
        return sorted({*_differing(fresh, out), *_unknown(fresh, out)})


def _differing(fresh: Path, out: Path) -> Iterator[Fault]:
    """Yield the files that are missing, or differ; of a table that is no text, without the place in it."""
    for path in filter(Path.is_file, fresh.rglob("*")):
        name = path.relative_to(fresh).as_posix()
        if not (out / name).is_file():
            yield Fault(name, rewriting.GONE)
        elif not cmp(path, out / name, shallow=False):
            is_table = path.suffix in (".parquet", ".sqlite")
            yield Fault(name if is_table else rewriting.place_of(name, out / name, path), _OTHER)


def _unknown(fresh: Path, out: Path) -> Iterator[Fault]:
    """Yield what is in the folder and not of the site: a file, a link, a folder that holds none of its files."""
    for path in out.rglob("*"):
        made = fresh / path.relative_to(out)
        if path.is_symlink() or not made.exists() or made.is_dir() != path.is_dir():
            yield Fault(path.relative_to(out).as_posix(), _UNKNOWN)
