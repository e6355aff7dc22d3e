"""Write an edition again from its document, and compare every file byte by byte.

A form of an edition holds nothing of its own: page, PDF, Word file, tables and the findings page follow from the
document, the findings, the pictures and our templates. So nothing has to be known of the ways to hide a number in a
file: whatever the writers did not put there, of whatever kind, is a difference, and is named with its place.
"""

import contextlib
import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from sesec_analysis.attack.reading.records import key_of
from sesec_analysis.attack.sweep import sweep
from sesec_analysis.editions.documents import formats
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.editions.documents.screen import letters
from sesec_analysis.errors import DataError
from sesec_analysis.files import scratch_folder

__all__ = [
    "AUDIT",
    "Fault",
    "confirm",
    "differences",
    "first_difference",
    "of_audit",
    "refuse",
    "refuse_broken_links",
]


AUDIT = "disclosure_audit.json"
UNKNOWN = "no edition has such a file"
GONE = "this file is missing"
CHANGED = "is not as it was when the edition was written"
DIFFERS = "says what its document does not"


class Fault(NamedTuple):
    """Something wrong in a folder: its place and what is wrong with it. Its words are not repeated."""

    where: str
    what: str


def confirm(folder: Path, document: Document) -> None:
    """Refuse a folder that was just written from its document and holds more or less: a DataError names each place.

    Its forms were written from what was read back from its files (`formats.write`): they are not written once more.
    """
    found = [*_misnamed(_names(folder) - {AUDIT}, formats.names(document))]
    found += [*_of_pictures(folder), *map(Fault._make, sweep(folder))]
    refuse([f"{fault.where}: {fault.what}" for fault in found])


_FAULTS_NAMED = 20


def refuse(lines: Sequence[str]) -> None:
    """Refuse an edition for its faults, if there are any: a DataError names the first of them."""
    if not lines:
        return
    more = [f"and {len(lines) - _FAULTS_NAMED} more"] if len(lines) > _FAULTS_NAMED else []
    raise DataError(
        f"{len(lines)} place(s) are not what the document gives, or say what may never leave:\n    "
        + "\n    ".join([*lines[:_FAULTS_NAMED], *more]),
        where="the files of this edition",
        fix="leave these words out of the notebook, or build the edition again",
    )


def differences(folder: Path, document: Document, meta: BuildInfo) -> Iterator[Fault]:
    """Yield each file of an edition that is not what its document gives, with the place of its first difference."""
    with scratch_folder() as scratch:
        with contextlib.suppress(OSError, ValueError):  # no JSON is no such file
            # Blanks, and keys that stand twice, say nothing.
            kept = json.loads((folder / AUDIT).read_text("utf-8"))
            again = json.dumps(kept, indent=2, ensure_ascii=False) + "\n"
            (Path(scratch) / AUDIT).write_text(again, "utf-8")
        formats.write(document, meta, Path(scratch))
        yield from compared(folder, Path(scratch))


def refuse_broken_links(folder: Path) -> None:
    """Refuse a folder in which a link leads to nothing, which a DataError names: it cannot be checked."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() and not path.exists():
            raise DataError(
                f"this link leads to {path.readlink()}, where nothing is",
                where=str(path),
                fix="put the file itself in its place, or build the edition anew: sesec report",
            )


def compared(folder: Path, fresh: Path) -> Iterator[Fault]:
    """Yield each file of a folder that is not as it was written freshly; see `differences`."""
    there, made = _names(folder), _names(fresh)
    yield from _misnamed(there, made)
    for name in sorted(made & there):
        if (folder / name).read_bytes() != (fresh / name).read_bytes():
            yield Fault(place_of(name, folder / name, fresh / name), DIFFERS)
    yield from _of_pictures(folder)


def _misnamed(there: set[str], made: set[str]) -> Iterator[Fault]:
    yield from (Fault(name, UNKNOWN if name in there else GONE) for name in sorted(there ^ made))


def _names(folder: Path) -> set[str]:
    """Return what stands in a folder, apart from the editions in it that have a folder of their own."""
    inner = [path.parent for path in folder.glob("*/run.json")]
    paths = (path for path in folder.rglob("*") if not any(map(path.is_relative_to, inner)))
    return {
        path.relative_to(folder).as_posix()
        for path in paths
        if not path.is_dir() or path.is_symlink() or not any(path.iterdir())
    }


_SVG = re.compile(rb"src='data:image/svg\+xml,([^']*)'")
_CHUNKS = (b"IHDR", b"pHYs", b"IDAT", b"IEND")
"""What a picture of ours is made of; none of these holds words."""


def _of_pictures(folder: Path) -> Iterator[Fault]:
    """Compare the pictures that stand as files with those in the page, and look for more in a PNG than its picture."""
    kept = sorted(folder.glob("figures/*"))
    # A sheet has no pictures, and pages are long.
    pages = [path for path in folder.glob("*.html") if kept and path.name != "findings.html"]
    found = (text for page in sorted(pages) for text in _SVG.findall(page.read_bytes()))
    shown = [letters.without_letters(unquote_to_bytes(text)) for text in found]
    for path in kept:
        name, content = f"figures/{path.name}", path.read_bytes()
        if path.suffix == ".svg" and content not in shown:
            yield Fault(name, CHANGED)
        if path.suffix == ".png" and (chunk := _foreign(content)):
            yield Fault(f"{name}, chunk {chunk}", DIFFERS)


def _foreign(content: bytes) -> str:
    """Return the first part of a PNG that is not of its picture; empty if there is none."""
    at, kind = 8, b""
    while kind != b"IEND":
        kind = content[at + 4 : at + 8]
        if kind not in _CHUNKS:
            return kind.decode("ascii", "replace") or "that has no end"
        at += int.from_bytes(content[at : at + 4], "big") + 12  # its length, kind and checksum
    return "after its end" if at < len(content) else ""


def of_audit(folder: Path, made: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield where a certificate says something else than it would if it were made now.

    ``made`` is what its parts would say, by their names; one that is not there was not made again.
    """
    try:
        kept = json.loads((folder / AUDIT).read_text("utf-8"))
    except (FileNotFoundError, ValueError):  # what is no JSON is named where files are compared
        return
    again = None
    with contextlib.suppress(AttributeError, TypeError):  # of another kind than any certificate
        ids, told = kept.get("withheld_for_others", []), kept.get("attack", {})
        attack = {**made.get("attack", told), "attacked_together": ["this edition"]}
        inner = {path.parent.name for path in folder.glob("*/run.json")}
        if not inner.isdisjoint(told.get("attacked_together", ())):
            # Only what stands over others is attacked with them, and is not attacked again here.
            attack = {name: told.get(name) for name in attack}
        parts = {"passed": True, "withheld_for_others": sorted({*filter(key_of, ids)})}
        parts |= {**made, "attack": attack}
        again = {name: parts.get(name, kept[name]) for name in _AUDITED if name in kept}
    if json.dumps(again) != json.dumps(kept):
        yield Fault(f"{AUDIT} {first_difference(kept, again) or '/'}", DIFFERS)


_AUDITED = ("passed", "sums_checked", "withheld_for_others", "search", "attack")


def place_of(name: str, there: Path, made: Path) -> str:
    """Return where in a file it first differs from what the document gives."""
    content = there.read_bytes(), made.read_bytes()
    read = _AS_DATA.get(there.suffix, lambda _: None)
    try:
        place = first_difference(*map(read, content))
    except (ValueError, zipfile.BadZipFile, KeyError, RecursionError):
        place = "which cannot be read"
    return f"{name}, {place or _line(*content)}"


def _line(there: bytes, made: bytes) -> str:
    """Return the line, and the place in it, of the first byte that differs."""
    pairs = enumerate(zip(there, made, strict=False))
    at = next((at for at, (one, two) in pairs if one != two), min(len(there), len(made)))
    line, byte = there.count(b"\n", 0, at) + 1, at - there.rfind(b"\n", 0, at)
    return f"line {line}, byte {byte}"


def first_difference(there: Any, made: Any, path: str = "") -> str:
    """Return the path to the first difference in data of any shape; empty if there is none."""
    if there == made and type(there) is type(made):
        return ""
    if isinstance(there, dict) and isinstance(made, dict):
        parts = [(key, there.get(key, _ABSENT), made.get(key, _ABSENT)) for key in there | made]
    elif isinstance(there, list) and isinstance(made, list):
        pairs = enumerate(zip_longest(there, made, fillvalue=_ABSENT), start=1)
        parts = [(at, *pair) for at, pair in pairs]
    elif isinstance(there, bytes) and isinstance(made, bytes):
        return f"{path}, {_line(there, made)}"
    else:
        return path or "/"
    found = (first_difference(before, after, f"{path}/{name}") for name, before, after in parts)
    return next(filter(None, found), "")


_ABSENT = object()


def _by_tag(content: bytes) -> bytes:
    """Return XML with a line for each tag, so that a place in it can be named."""
    return content.replace(b"><", b">\n<")


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: _by_tag(archive.read(name)) for name in archive.namelist()}


_AS_DATA: dict[str, Callable[[bytes], Any]] = {
    ".json": json.loads,
    ".csv": lambda content: {
        f"row {at}": row
        for at, row in enumerate(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))), 1)
    },
    ".docx": _parts,
}
"""Files in whose data a place has a name; of others its line is said."""
