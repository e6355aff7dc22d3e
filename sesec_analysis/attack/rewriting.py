"""Write an edition again from its document, and compare every file byte by byte.

A form of an edition holds nothing of its own: page, PDF, Word file, tables and the findings page follow from the
document, the findings, the pictures and our templates. So nothing has to be known of the ways to hide a number in a
file: whatever the writers did not put there, of whatever kind, is a difference, and is named with its place.
"""

import contextlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from sesec_analysis.attack.reading import key_of
from sesec_analysis.attack.sweep import sweep
from sesec_analysis.editions.documents import crossing, formats, paper
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.editions.documents.screen import letters
from sesec_analysis.errors import DataError, below
from sesec_analysis.files import scratch_folder

__all__ = [
    "AUDIT",
    "Fault",
    "compared",
    "compared_whole",
    "confirm",
    "differences",
    "of_audit",
    "of_pictures",
    "place_of",
    "refuse",
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
    found += [*of_pictures(folder, document), *map(Fault._make, sweep(folder))]
    refuse([f"{fault.where}: {fault.what}" for fault in found])


def refuse(lines: Sequence[str]) -> None:
    """Refuse an edition for its faults, if there are any: a DataError names the first of them."""
    if not lines:
        return
    raise DataError(
        f"{len(lines)} place(s) are not what the document gives, or say what may never leave:"
        f"{below(lines)}",
        where="the files of this edition",
        fix="leave these words out of the notebook, or build the edition again",
    )


def differences(folder: Path, document: Document, meta: BuildInfo) -> Iterator[Fault]:
    """Yield each file of an edition that is not what its document gives, with the place of its first difference."""
    with scratch_folder() as scratch:
        with contextlib.suppress(OSError):  # see `of_audit`
            shutil.copyfile(folder / AUDIT, Path(scratch) / AUDIT)
        formats.write(document, meta, Path(scratch))
        yield from compared(folder, Path(scratch))
    yield from of_pictures(folder, document)


def compared(folder: Path, fresh: Path) -> Iterator[Fault]:
    """Yield each file of an edition that is not as it was written freshly; see `differences`."""
    return _compared(folder, fresh, _names(folder), _names(fresh))


def compared_whole(folder: Path, fresh: Path) -> Iterator[Fault]:
    """Yield each file of a folder, and of all editions in it, that is not as it was written freshly."""
    return _compared(folder, fresh, _all_names(folder), _all_names(fresh))


def _compared(folder: Path, fresh: Path, there: set[str], made: set[str]) -> Iterator[Fault]:
    yield from _misnamed(there, made)
    for name in sorted(made & there):
        path, again = folder / name, fresh / name
        # A link may lead to nothing.
        if not path.is_file() or path.read_bytes() != again.read_bytes():
            yield Fault(place_of(name, path, again), DIFFERS)


def _misnamed(there: set[str], made: set[str]) -> Iterator[Fault]:
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


_SVG = re.compile(rb"src='data:image/svg\+xml,([^']*)'")
_CHUNKS = (b"IHDR", b"pHYs", b"IDAT", b"IEND")
"""What a picture of ours is made of; none of these holds words."""


def of_pictures(folder: Path, document: Document) -> Iterator[Fault]:
    """Compare the pictures that stand as files with those in the page, and look for more in a PNG than its picture.

    A page leaves out the words under a picture (notes, source, and credit) and has them in its own.
    """
    frames = {
        crossing.in_language(f"{figure.name}.svg", one.language): figure.frame
        for one in (*document.all, *document.translations)
        for figure in one.figures
    }
    kept = sorted(filter(Path.is_file, folder.glob("figures/*")))
    # A sheet has no pictures, and pages are long.
    pages = [path for path in folder.glob("*.html") if kept and path.name != "findings.html"]
    found = (text for page in sorted(pages) for text in _SVG.findall(page.read_bytes()))
    shown = [letters.without_letters(unquote_to_bytes(text)) for text in found]
    for path in [*kept, *sorted(folder.glob("share/*.png"))]:
        name, content = path.relative_to(folder).as_posix(), path.read_bytes()
        if path.suffix == ".svg":
            picture, frame = content.decode("utf-8", "replace"), frames.get(path.name)
            on_page = paper.cut_svg(picture, 0, frame[1]) if frame else picture
            if on_page.encode() not in shown:
                yield Fault(name, CHANGED)
        if path.suffix == ".png" and _holds_more(content):
            yield Fault(name, DIFFERS)


def _holds_more(content: bytes) -> bool:
    """Return whether a PNG has a part that is not of its picture."""
    at, kind = 8, b""
    while kind != b"IEND":
        kind = content[at + 4 : at + 8]
        if kind not in _CHUNKS:
            return True
        at += int.from_bytes(content[at : at + 4], "big") + 12  # its length, kind and checksum
    return at < len(content)


def of_audit(folder: Path, made: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield where a certificate says something else than it would if it were made now.

    ``made`` is what its parts would say, by their names; one that is not there was not made again.
    """
    if not (folder / AUDIT).is_file():
        return
    content, again = (folder / AUDIT).read_bytes(), None
    # No JSON, or of another kind than any certificate.
    with contextlib.suppress(AttributeError, TypeError, ValueError):
        kept = json.loads(content)
        ids, told = kept.get("withheld_for_others", []), kept.get("attack", {})
        attack = {**made.get("attack", told), "attacked_together": ["this edition"]}
        inner = {path.parent.name for path in folder.glob("*/run.json")}
        if not inner.isdisjoint(told.get("attacked_together", ())):
            # Only what stands over others is attacked with them, and is not attacked again here.
            attack = {name: told.get(name) for name in attack}
        parts = {"passed": True, "withheld_for_others": sorted({*filter(key_of, ids)})}
        parts |= {**made, "attack": attack}
        again = {name: parts.get(name, kept[name]) for name in _AUDITED if name in kept}
    # Blanks, and keys that stand twice, say something, too.
    if content.decode("utf-8", "replace") != json.dumps(again, indent=2, ensure_ascii=False) + "\n":
        yield Fault(AUDIT, DIFFERS)


_AUDITED = ("passed", "sums_checked", "withheld_for_others", "search", "attack")


def place_of(name: str, there: Path, made: Path) -> str:
    """Return the line, and the byte in it, at which a file first differs from what the document gives."""
    found, wanted = (path.read_bytes() if path.is_file() else b"" for path in (there, made))
    pairs = enumerate(zip(found, wanted, strict=False))
    shorter = min(len(found), len(wanted))
    at = next((at for at, (one, other) in pairs if one != other), shorter)
    line, byte = found.count(b"\n", 0, at) + 1, at - found.rfind(b"\n", 0, at)
    return f"{name}, line {line}, byte {byte}"
