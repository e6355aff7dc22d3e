"""Write an edition again from its document, and compare every file byte by byte.

A form of an edition holds nothing of its own: page, PDF, Word file, tables and the findings page follow from the
document, the findings, the pictures and our templates. So nothing has to be known of the ways to hide a number in a
file: whatever the writers did not put there, of whatever kind, is a difference, and is named with its place.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from sesec_analysis.attack.sweep import Fault, sweep
from sesec_analysis.editions.documents import formats
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.errors import DataError, below
from sesec_analysis.files import scratch_folder

__all__ = [
    "AUDIT",
    "compare_files",
    "confirm",
    "differences",
    "of_pictures",
    "place_of",
]


AUDIT = "disclosure_audit.json"
UNKNOWN = "no edition has such a file"
GONE = "this file is missing"
DIFFERS = "says what its document does not"


def confirm(folder: Path, document: Document) -> None:
    """Refuse a folder that was just written from its document and holds more or less: a DataError names each place.

    Its forms were written from what was read back from its files (`formats.write`): they are not written once more.
    """
    found = [*_find_misnamed(_names(folder) - {AUDIT}, formats.names(document))]
    found += [*of_pictures(folder), *sweep(folder)]
    if found:
        raise DataError(
            f"{len(found)} place(s) are not what the document gives, or say what may never leave:"
            f"{below([f'{fault.where}: {fault.what}' for fault in found])}",
            where="the files of this edition",
            fix="leave these words out of the notebook, or build the edition again",
        )


def differences(folder: Path, document: Document, meta: BuildInfo) -> Iterator[Fault]:
    """Yield each file of an edition that is not what its document gives, with the place of its first difference."""
    with scratch_folder() as scratch:
        with contextlib.suppress(OSError):  # who has no certificate was not attacked
            shutil.copyfile(folder / AUDIT, Path(scratch) / AUDIT)
        formats.write(document, meta, Path(scratch))
        yield from compare_files(folder, Path(scratch))
        # Certificate and pictures are taken as they are: a change of theirs is one of their checksums.
        kept, made = (_read_checksums(path) for path in (folder, Path(scratch)))
    yield from (Fault(name, DIFFERS) for name in sorted(made) if kept.get(name) != made[name])


def _read_checksums(folder: Path) -> dict[str, str]:
    return dict(json.loads((folder / "run.json").read_text("utf-8")).get("files", {}))


def compare_files(folder: Path, fresh: Path, *, whole: bool = False) -> Iterator[Fault]:
    """Yield each file of an edition, or of the whole folder, that is not as it was written freshly."""
    there, made = (_all_names(path) if whole else _names(path) for path in (folder, fresh))
    yield from _find_misnamed(there, made)
    for name in sorted(made & there):
        path, again = folder / name, fresh / name
        # A link may lead to nothing.
        if not path.is_file() or path.read_bytes() != again.read_bytes():
            yield Fault(place_of(name, path, again), DIFFERS)


def _find_misnamed(there: set[str], made: set[str]) -> Iterator[Fault]:
    yield from (Fault(name, UNKNOWN if name in there else GONE) for name in sorted(there ^ made))


def _names(folder: Path) -> set[str]:
    """Return what stands in a folder, apart from the editions in it that have a folder of their own."""
    inner = {path.parent.name for path in folder.glob("*/run.json")}
    return {name for name in _all_names(folder) if name.partition("/")[0] not in inner}


def _all_names(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if not path.is_dir() or path.is_symlink() or not any(path.iterdir())
    }


_CHUNKS = (b"IHDR", b"pHYs", b"IDAT", b"IEND")
"""What a picture of ours is made of; none of these holds words."""


def of_pictures(folder: Path) -> Iterator[Fault]:
    """Yield each PNG that holds more than its picture; an SVG is in a page, which is compared."""
    for path in sorted([*folder.glob("figures/*.png"), *folder.glob("share/*.png")]):
        if path.is_file() and _holds_more(path.read_bytes()):
            yield Fault(path.relative_to(folder).as_posix(), DIFFERS)


def _holds_more(content: bytes) -> bool:
    """Return whether a PNG has a part that is not of its picture."""
    at, kind = 8, b""
    while kind != b"IEND":
        kind = content[at + 4 : at + 8]
        if kind not in _CHUNKS:
            return True
        at += int.from_bytes(content[at : at + 4], "big") + 12  # its length, kind and checksum
    return at < len(content)


def place_of(name: str, there: Path, made: Path) -> str:
    """Return the line, and the byte in it, at which a file first differs from what the document gives."""
    found, wanted = (path.read_bytes() if path.is_file() else b"" for path in (there, made))
    at = len(os.path.commonprefix([found, wanted]))  # noqa: RUF071 - of bytes, not of paths
    line, byte = found.count(b"\n", 0, at) + 1, at - found.rfind(b"\n", 0, at)
    return f"{name}, line {line}, byte {byte}"
