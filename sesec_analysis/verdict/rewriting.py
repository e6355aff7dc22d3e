"""Write an edition again from its document, and compare every file byte by byte.

A form of an edition holds nothing of its own: page, PDF, Word file, tables and the findings page follow from the
document, the findings, the pictures and our templates. So nothing has to be known of the ways to hide a number in a
file: whatever the writers did not put there, of whatever kind, is a difference, and is named with its place.
"""

import csv
import io
import itertools
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

from sesec_analysis.editions import build
from sesec_analysis.editions.documents import formats
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.provenance import Imprint
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
    "written",
]


AUDIT = "disclosure_audit.json"
UNKNOWN = "no edition has such a file"
GONE = "this file is missing"
CHANGED = "is not as it was when the edition was written"
DIFFERS = "says what its document does not"

_KEPT = (AUDIT, build.INPUTS)
WRITTEN = ("report.pdf", "report.docx", "findings.html", "index.html")
"""Files that are no form of the document: a page links to them."""


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
        elif name.startswith("figures/") and not name.endswith(".csv"):
            yield Fault(name, CHANGED)
        else:
            yield Fault(place_of(name, folder / name, fresh / name), DIFFERS)
    yield from _of_run(folder, fresh) if is_other else ()


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
