"""Check editions whole before anybody reads them: build, `sesec attack`, `sesec publish` and CI ask here.

Four questions, each of all folders together: does every file say what the document gives and nothing else, does each
text of the document belong to somebody, is nothing in it that may never leave, and do all findings together give
nothing back that the state withheld?
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from sesec_analysis.attack.attack import Attack, attack_read
from sesec_analysis.attack.reading.statements import FINDINGS, EditionText, read_claims
from sesec_analysis.attack.search import search
from sesec_analysis.editions import audit
from sesec_analysis.editions.documents import crossing, stored
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.errors import DataError, SesecError
from sesec_analysis.verdict import owning, rewriting, translating
from sesec_analysis.verdict.rewriting import Fault

__all__ = ["WholeCheck", "certify", "certify_together", "check", "confirm", "faults_of"]


_FAULTS_NAMED = 20
_NAME = "this edition"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class WholeCheck:
    """What was checked, how long it took, and what was found.

    Parameters
    ----------
    attack
        What all findings tell together; its ``faults`` are what nobody owns.
    files
        How many files were written again and compared.
    texts
        How many different texts were asked who owns them.
    seconds
        How long it took.
    """

    attack: Attack
    files: int
    texts: int
    seconds: float

    @property
    def line(self) -> str:
        """Return in one line what was covered and how long it took."""
        read, state = self.attack.statements[0], self.attack.state
        return (
            f"Checked in {self.seconds:.0f} s: {self.files:,} files compared byte by byte with what their documents "
            f"give, {self.texts:,} texts asked who owns them, {read:,} statements weighed against "
            f"{len(state.cells):,} cells of the state, {state.withheld.sum():,} of them withheld."
        )


def check(folders: Sequence[Path], *, progress: Progress = lambda line: None) -> WholeCheck:
    """Check finished folders, all together, and return the verdict; nothing is raised for what is found.

    Parameters
    ----------
    folders
        Editions, and what stands beside them: fact sheets, editions of other years.
    progress
        Called with one line per step.

    Raises
    ------
    DataError
        If a folder is not there, is no edition, or has a link to nothing: what cannot be read cannot be checked.
    """
    begun, files = perf_counter(), 0
    lines: list[str] = []
    texts: set[str] = set()
    editions = []
    for folder in folders:
        prefix = f"{folder.name}: " if len(folders) > 1 else ""
        edition, faults = _asked(folder, texts)
        files += sum(path.is_file() for path in folder.rglob("*"))
        for fault in faults:
            lines.append(f"{prefix}{fault.where}: {fault.what}")
            progress(lines[-1])
        progress(f"{folder.name}: written again from its document and compared")
        editions.append(edition)
    done = attack_read(editions, progress=progress)
    for folder in folders:
        prefix = f"{folder.name}: " if len(folders) > 1 else ""
        alone = done.as_dict() if len(folders) == 1 else _read_audit(folder)
        lines += [
            f"{prefix}{fault.where}: {fault.what}" for fault in rewriting.of_audit(folder, alone)
        ]
    done = replace(done, faults=tuple(lines))
    return WholeCheck(done, files, len(texts), perf_counter() - begun)


def faults_of(folder: Path) -> list[Fault]:
    """Return what is nobody's in a folder, without weighing what its findings tell together."""
    return _asked(folder, set())[1]


def _asked(folder: Path, texts: set[str]) -> tuple[EditionText, list[Fault]]:
    """Return the findings of a folder, and what is nobody's in it."""
    rewriting.refuse_broken_links(folder)
    edition = read_claims(folder)
    faults: list[Fault] = []
    try:
        for asked in (_of_forms(folder), _of_document(folder, edition, texts)):
            faults += asked
    except (SesecError, LookupError, TypeError, ValueError, AttributeError) as broken:
        what = broken.what if isinstance(broken, SesecError) else repr(broken)
        faults.append(Fault(f"{FINDINGS} record", f"it cannot be read: {what}"))
    return edition, faults


def confirm(folder: Path) -> None:
    """Refuse a finished folder in which a file says what its document does not.

    Raises
    ------
    DataError
        Naming the files and places.
    """
    _refuse([f"{fault.where}: {fault.what}" for fault in _of_forms(folder)])


def certify(folder: Path, beside: Sequence[Path] = ()) -> dict[str, object]:
    """Check what an edition is written from, before its forms are, and return what its certificate says.

    Parameters
    ----------
    folder
        With the document, findings and pictures of the edition.
    beside
        Other folders that readers hold with it: attacked together, each having been checked when it was made.

    Returns
    -------
    dict
        ``search`` and ``attack``, each with ``passed`` and counts; no figure of a cell, and no time of day.

    Raises
    ------
    DataError
        Naming every text and finding that tells too much; never a value.
    """
    # Until it is in place its own name is a passing one.
    return _certify({folder: _NAME}, beside)


def certify_together(folders: Sequence[Path], beside: Sequence[Path] = ()) -> dict[str, object]:
    """Check several finished folders, such as fact sheets, and attack them as one; see `certify`."""
    lines = [f"{at.name}: {fault.where}: {fault.what}" for at in folders for fault in _of_forms(at)]
    _refuse(lines)
    return _certify({folder: folder.name for folder in folders}, beside)


def _certify(names: Mapping[Path, str], beside: Sequence[Path]) -> dict[str, object]:
    texts: set[str] = set()
    done = attack_read(_read(names, beside, texts))
    done.refuse_leaks()
    files = sum(_files(folder) for folder in names)
    search = {"passed": True, "files": files, "texts": len(texts)}
    return {"search": search, "attack": done.as_dict()}


def _files(folder: Path) -> int:
    """Count the files that an edition of these sources has."""
    there = sum(path.is_file() for path in folder.rglob("*"))
    missing = [
        name for name in crossing.written(stored.read(folder)) if not (folder / name).is_file()
    ]
    return there + len(missing)


def _read(
    names: Mapping[Path, str], beside: Sequence[Path], texts: set[str]
) -> Iterator[EditionText]:
    """Read each folder; refuse them all before the attack begins."""
    lines = []
    for folder, name in names.items():
        edition = read_claims(folder, name)
        prefix = f"{name}: " if len(names) > 1 else ""
        faults = _of_document(folder, edition, texts)
        lines += [f"{prefix}{fault.where}: {fault.what}" for fault in faults]
        yield edition
    _refuse(lines)
    yield from map(read_claims, beside)


def _of_forms(folder: Path) -> Iterator[Fault]:
    try:
        document, meta = stored.read(folder), stored.imprint(folder)
    except DataError as refusal:
        yield Fault(str(refusal.where), refusal.what)
        return
    yield from rewriting.differences(folder, document, meta)


def _of_document(folder: Path, edition: EditionText, texts: set[str]) -> Iterable[Fault]:
    try:
        document, meta = stored.read(folder), stored.imprint(folder)
    except DataError as refusal:
        return [Fault(str(refusal.where), refusal.what)]
    ids = Counter(row.id for row in edition.rows)
    said = list(owning.texts_of(document))
    texts.update(text for _, text in said)
    return [
        *(Fault(hit.where, f"{hit.what} {hit.words}".strip()) for hit in search(edition, said)),
        *(Fault(f"{FINDINGS} {name}", "stands twice") for name in ids if ids[name] > 1),
        *owning.unowned(document, meta, _audit(folder)),
        *translating.untrue(document, meta),
        *_of_sums(document, folder),
    ]


def _of_sums(document: Document, folder: Path) -> Iterator[Fault]:
    """Compare how many sums a certificate says were checked with how many there are."""
    kept = _kept(folder)
    if kept and kept.get("sums_checked") != audit.audit(document.findings)["sums_checked"]:
        yield Fault(f"{rewriting.AUDIT} /sums_checked", rewriting.DIFFERS)


def _read_audit(folder: Path) -> dict[str, object]:
    """Return what a certificate says of its own attack: beside others it was not made again."""
    return dict(_kept(folder).get("attack", {}))


def _kept(folder: Path) -> dict[str, Any]:
    path = _audit(folder)
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def _audit(folder: Path) -> Path:
    return folder / rewriting.AUDIT


def _refuse(lines: Sequence[str]) -> None:
    if not lines:
        return
    more = [f"and {len(lines) - _FAULTS_NAMED} more"] if len(lines) > _FAULTS_NAMED else []
    raise DataError(
        f"{len(lines)} place(s) say what nobody owns, or what may never leave:\n    "
        + "\n    ".join([*lines[:_FAULTS_NAMED], *more]),
        where="the files of this edition",
        mend="leave these lines out of the notebook, or let `evidence.gate` judge the table they come from",
    )
