"""Write an edition again from its document, and compare every file byte by byte.

A form of an edition holds nothing of its own: page, PDF, Word file, tables and the findings page follow from the
document, the findings, the pictures and our templates. So nothing has to be known of the ways to hide a number in a
file: whatever the writers did not put there, of whatever kind, is a difference, and is named with its place.
"""

import csv
import io
import itertools
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

from sesec_analysis.editions import build
from sesec_analysis.editions.documents import formats
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.provenance import Imprint
from sesec_analysis.editions.documents.screen import letters
from sesec_analysis.errors import DataError

__all__ = [
    "AUDIT",
    "CHANGED",
    "DIFFERS",
    "GONE",
    "UNKNOWN",
    "Fault",
    "compared",
    "differences",
    "place_of",
    "refuse_broken_links",
    "written",
]


AUDIT = "disclosure_audit.json"
UNKNOWN = "no edition has such a file"
GONE = "this file is missing"
CHANGED = "is not as it was when the edition was written"
DIFFERS = "says what its document does not"

_KEPT = (AUDIT, build.INPUTS)


class Fault(NamedTuple):
    """Something in a folder that nobody owns: where it stands and what is wrong with it. Its words are not repeated."""

    where: str
    what: str


def differences(folder: Path, document: Document, meta: Imprint) -> Iterator[Fault]:
    """Yield each file that is not what the document gives, with the place of its first difference.

    Parameters
    ----------
    folder
        The edition, or one fact sheet.
    document, meta
        As they were read from it.
    """
    with tempfile.TemporaryDirectory(prefix="sesec-") as scratch:
        fresh = written(document, meta, folder, Path(scratch))
        yield from compared(folder, fresh)


def refuse_broken_links(folder: Path) -> None:
    """Refuse a folder in which a link leads to nothing: what is not there cannot be checked.

    Raises
    ------
    DataError
        Naming the link.
    """
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() and not path.exists():
            raise DataError(
                f"this link leads to {path.readlink()}, where nothing is",
                where=str(path),
                mend="put the file itself in its place, or build the edition anew: sesec report",
            )


def written(document: Document, meta: Imprint, folder: Path, fresh: Path) -> Path:
    """Write every form of a document into an empty folder, beside what else the edition has, and return it."""
    for name in _KEPT:
        if (folder / name).is_file():
            (fresh / name).write_bytes((folder / name).read_bytes())
    formats.write(document, meta, fresh)
    return fresh


def compared(folder: Path, fresh: Path) -> Iterator[Fault]:
    """Yield each file of a folder that is not as it was written freshly; see `differences`."""
    there, made = _names(folder), _names(fresh)
    yield from (Fault(name, UNKNOWN) for name in sorted(there - made))
    yield from (Fault(name, GONE) for name in sorted(made - there))
    is_other = False
    for name in sorted(made & there):
        if (folder / name).read_bytes() == (fresh / name).read_bytes():
            continue
        if name == "run.json":
            is_other = True
        else:
            yield Fault(place_of(name, folder / name, fresh / name), DIFFERS)
    yield from _of_run(folder, fresh) if is_other else ()
    yield from _of_pictures(folder)
    yield from _of_inputs(folder)


_SVG = re.compile(rb"src='data:image/svg\+xml,([^']*)'")
_CHUNKS = (b"IHDR", b"pHYs", b"IDAT", b"IEND")
"""What a picture of ours is made of; none of these holds words."""


def _of_pictures(folder: Path) -> Iterator[Fault]:
    """Compare the pictures that stand as files with those in the page, and look for more in a PNG than its picture."""
    pages = [path for path in sorted(folder.glob("*.html")) if path.name != "findings.html"]
    found = (text for page in pages for text in _SVG.findall(page.read_bytes()))
    shown = [letters.without_letters(unquote_to_bytes(text)) for text in found]
    for path in sorted(folder.glob("figures/*")):
        name, content = f"figures/{path.name}", path.read_bytes()
        if path.suffix == ".svg" and content not in shown:
            nearest = max(shown, key=lambda other: _same(content, other), default=b"")
            yield Fault(f"{name}, {_line(_by_tag(content), _by_tag(nearest))}", CHANGED)
        if path.suffix == ".png" and (chunk := _foreign(content)):
            yield Fault(f"{name}, chunk {chunk}", DIFFERS)


def _same(content: bytes, other: bytes) -> int:
    lines = set(_by_tag(other).split(b"\n"))
    return sum(line in lines for line in _by_tag(content).split(b"\n"))


def _foreign(content: bytes) -> str:
    """Return the first part of a PNG that is not of its picture; empty if there is none."""
    at = 8
    while at + 8 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if kind not in _CHUNKS:
            return kind.decode("ascii", "replace")
        at += length + 12  # with its length, kind and checksum
        if kind == b"IEND":
            return "after its end" if at < len(content) else ""
    return "that has no end"


def _of_inputs(folder: Path) -> Iterator[Fault]:
    path = folder / build.INPUTS
    if path.is_file() and not re.fullmatch(
        r'\{\s*"sha256": "[0-9a-f]{64}"\s*\}\s*', path.read_text("utf-8")
    ):
        yield Fault(build.INPUTS, DIFFERS)


def of_audit(folder: Path, attack: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what a certificate says beyond what an attack of its edition alone says now.

    Parameters
    ----------
    folder
        The edition.
    attack
        What the attack of the same findings says, as a certificate keeps it.
    """
    path = folder / AUDIT
    if not path.is_file():
        return
    kept = json.loads(path.read_text("utf-8"))
    unknown = sorted(kept.keys() - _AUDITED)
    yield from (Fault(f"{AUDIT} /{name}", DIFFERS) for name in unknown)
    for name in sorted(_AUDITED & kept.keys() - {"attack"}):
        if not re.fullmatch(_COUNTS_AND_IDS, json.dumps(kept[name])):
            yield Fault(f"{AUDIT} /{name}", DIFFERS)
    told = kept.get("attack", {})
    alone = told.get("attacked_together") == [_ALONE]
    made = {**attack, "attacked_together": told.get("attacked_together", [])}
    if told and alone and told != made:
        yield Fault(f"{AUDIT} /attack{_in_data(told, made)}", DIFFERS)
    elif told and told.keys() != made.keys():
        yield Fault(f"{AUDIT} /attack", DIFFERS)


_ALONE = "this edition"
_AUDITED = {"passed", "sums_checked", "withheld_for_others", "search", "attack"}
_COUNTS_AND_IDS = (
    r"true|\[(?:\"sesec:[\w.:-]+\"(?:, )?)*\]"
    r"|\{(?:\"(?:student groups|schools|places|files|texts)\": \d+(?:, )?|\"passed\": true(?:, )?)*\}"
)


def _names(folder: Path) -> set[str]:
    """Return what stands in a folder, apart from the editions in it that have a folder of their own."""
    inner = [path.parent for path in folder.glob("*/run.json")]
    paths = (path for path in folder.rglob("*") if not any(map(path.is_relative_to, inner)))
    return {
        path.relative_to(folder).as_posix()
        for path in paths
        if not path.is_dir() or path.is_symlink() or not any(path.iterdir())
    }


def _of_run(folder: Path, fresh: Path) -> Iterator[Fault]:
    """Compare run.json; a checksum in it differs where its file does, which has its own line then."""
    there, made = (json.loads((at / "run.json").read_text("utf-8")) for at in (folder, fresh))
    for name, digest in made.get("files", {}).items():
        same = (folder / name).is_file() and (fresh / name).is_file()
        if same and (folder / name).read_bytes() != (fresh / name).read_bytes():
            continue
        if there.get("files", {}).get(name) != digest:
            yield Fault(name if name.startswith("figures/") else f"run.json /files/{name}", CHANGED)
    unknown = there.get("files", {}).keys() - made["files"].keys()
    yield from (Fault(f"run.json /files/{name}", DIFFERS) for name in sorted(unknown))
    there["files"] = made["files"] = {}
    if there != made:
        yield Fault(f"run.json {_in_data(there, made)}", DIFFERS)


def place_of(name: str, there: Path, made: Path) -> str:
    """Return where in a file it first differs from what the document gives."""
    reader = _PLACES.get(there.suffix, _line)
    try:
        place = reader(there.read_bytes(), made.read_bytes())
    except (ValueError, PyPdfError, zipfile.BadZipFile, DataError, KeyError, RecursionError):
        place = "which cannot be read"
    return f"{name}, {place}" if place else name


def _line(there: bytes, made: bytes) -> str:
    for number, (line, other) in enumerate(
        itertools.zip_longest(there.split(b"\n"), made.split(b"\n")), start=1
    ):
        if line != other:
            at = next(
                (
                    at
                    for at, (one, two) in enumerate(zip(line or b"", other or b"", strict=False))
                    if one != two
                ),
                min(len(line or b""), len(other or b"")),
            )
            return f"line {number}, byte {at + 1}"
    return ""


def _json(there: bytes, made: bytes) -> str:
    return _in_data(json.loads(there), json.loads(made)) or _line(there, made)


def _in_data(there: Any, made: Any, path: str = "") -> str:
    if isinstance(there, dict) and isinstance(made, dict):
        for key in [*there, *(key for key in made if key not in there)]:
            if key not in there or key not in made or there[key] != made[key]:
                inner = _in_data(there.get(key), made.get(key), f"{path}/{key}")
                return inner or f"{path}/{key}"
    if isinstance(there, list) and isinstance(made, list):
        for at, (one, two) in enumerate(itertools.zip_longest(there, made), start=1):
            if one != two:
                return _in_data(one, two, f"{path}/{at}")
    return path if there != made else ""


def _table(there: bytes, made: bytes) -> str:
    lines, others = (
        list(csv.reader(io.StringIO(text.decode("utf-8-sig")))) for text in (there, made)
    )
    for at, (line, other) in enumerate(itertools.zip_longest(lines, others)):
        if line != other:
            columns = enumerate(itertools.zip_longest(line or [], other or []))
            column = next(column for column, (one, two) in columns if one != two)
            named = lines[0][column] if lines and column < len(lines[0]) else str(column + 1)
            return f"row {at}, column {named}"
    return _line(there, made)


def _parts(there: bytes, made: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(there)) as one, zipfile.ZipFile(io.BytesIO(made)) as two:
        names, others = one.namelist(), two.namelist()
        for name in [*names, *others]:
            if name not in others or name not in names or names.count(name) > 1:
                return f"its part {name}"
            if one.read(name) != two.read(name):
                return f"its part {name}, {_line(_by_tag(one.read(name)), _by_tag(two.read(name)))}"
    return "between its parts"


def _by_tag(content: bytes) -> bytes:
    """Return XML with a line for each tag, so that a place in it can be named."""
    return content.replace(b"><", b">\n<")


def _pdf(there: bytes, made: bytes) -> str:
    one, two = (PdfReader(io.BytesIO(content)) for content in (there, made))
    place = _in_objects(one.trailer, two.trailer, "", set())
    return place or "after its last object"


_LAST = ("/Prev", "/Size", "/ID", "/XRefStm", "/Length", "/W", "/Index", "/Filter", "/DecodeParms")
"""How a PDF is laid out in its file: not what it says."""


def _in_objects(there: Any, made: Any, path: str, seen: set[int]) -> str:
    if isinstance(there, IndirectObject):
        if there.idnum in seen:
            return ""
        seen.add(there.idnum)
    there, made = (
        part.get_object() if hasattr(part, "get_object") else part for part in (there, made)
    )
    if isinstance(there, DictionaryObject) and isinstance(made, DictionaryObject):
        for key in [*there, *(key for key in made if key not in there)]:
            if key in _LAST or key == "/Parent":
                continue
            if key not in there or key not in made:
                return f"{path}{key}"
            if place := _in_objects(there.raw_get(key), made.raw_get(key), f"{path}{key}", seen):
                return place
        if isinstance(there, StreamObject) and isinstance(made, StreamObject):
            return path if there.get_data() != made.get_data() else ""
        return ""
    if isinstance(there, list) and isinstance(made, list):
        for at, (one, two) in enumerate(zip(there, made, strict=False), start=1):
            if place := _in_objects(one, two, f"{path}/{at}", seen):
                return place
        return path if len(there) != len(made) else ""
    return path if there != made else ""


_PLACES: dict[str, Callable[[bytes, bytes], str]] = {
    ".json": _json,
    ".csv": _table,
    ".docx": _parts,
    ".pdf": _pdf,
}
