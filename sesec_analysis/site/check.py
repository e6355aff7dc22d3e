"""Check a site as an edition is checked: every file against what the editions give, and what all its numbers tell.

The site is made again from the editions and compared byte by byte, so that nothing has to be known of the ways in which
a page could say more than its numbers. The numbers of every edition on it, built or kept as published, are attacked
together, and each edition whose files stand there is asked who owns each of its texts.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from sesec_analysis.attack import check as whole
from sesec_analysis.attack import rewriting
from sesec_analysis.attack.attack import Attack
from sesec_analysis.attack.reading import FINDINGS, EditionText, claims_of
from sesec_analysis.attack.sweep import Fault
from sesec_analysis.errors import DataError, below
from sesec_analysis.files import scratch_folder
from sesec_analysis.site import build
from sesec_analysis.site.build import Progress, SiteSource
from sesec_analysis.site.edition_index import EditionState

__all__ = ["attack_all", "check", "differences", "is_site", "source_of"]


_SAID = {
    rewriting.DIFFERS: "says what the editions do not",
    rewriting.UNKNOWN: "no site has such a file",
}
"""What is said of a site where an edition's document is spoken of."""


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
    source = source_of(out)
    progress("Making every file again ...")
    if found := differences(out, source):
        lines = [f"{fault.where}: {fault.what}" for fault in found]
        what = f"{len(found)} file(s) are not what the editions give:{below(lines)}"
        raise DataError(what, where=str(out), fix="build the site again: sesec site")
    files = len(build.manifest(out)["files"])
    progress(f"Every one of its {files:,} files is what the editions give.")
    sheets = [path.parent for path in source.sheets.values() if path.name == FINDINGS]
    done = attack_all(source.states, sheets, progress=progress)
    done.refuse_leaks()
    return (
        f"Checked in {perf_counter() - begun:.0f} s: {files:,} files compared byte by byte with what the editions "
        f"give, {done.statements[0]:,} statements of {len(done.folders)} editions weighed together against "
        f"{len(done.state.cells):,} cells of the state, {done.state.withheld.sum():,} of them withheld."
    )


def attack_all(
    states: Sequence[EditionState],
    sheets: Sequence[Path] = (),
    *,
    progress: Progress = lambda line: None,
) -> Attack:
    """Attack the numbers of all states and fact sheets together; what is wrong in their files is in ``faults``."""
    folders = [state.folder for state in states if state.folder]
    kept = [_published_text(state) for state in states if not state.folder]
    return whole.check([*folders, *sheets], kept, progress=progress).attack


def _published_text(state: EditionState) -> EditionText:
    """Return what an edition prints whose files are not here."""
    records = json.loads(json.dumps(state.frozen.findings), parse_float=str, parse_int=str)
    return EditionText(f"{state.name} (as published)", tuple(claims_of(records, FINDINGS)))


def source_of(out: Path) -> SiteSource:
    """Return what the site in a folder is made from, as it would be made now.

    Raises
    ------
    DataError
        If the folder holds no site.
    """
    before = build.manifest(out)
    if not before:
        raise DataError("there is no site", where=str(out), fix="write it first: sesec site")
    return SiteSource(before.get("url"))


def differences(out: Path, source: SiteSource) -> list[Fault]:
    """Return what is wrong with a site: files that differ from what its source gives, or are not its own."""
    with scratch_folder() as scratch:
        source.write(Path(scratch))
        found = rewriting.compare_files(out, Path(scratch), whole=True)
        return sorted(fault._replace(what=_SAID.get(fault.what, fault.what)) for fault in found)
