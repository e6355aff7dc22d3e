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
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import IndirectObject, PdfObject, StreamObject

from sesec_analysis.attack.reading.records import key_of
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
    "first_difference",
    "place_of",
    "refuse_broken_links",
]


AUDIT = "disclosure_audit.json"
UNKNOWN = "no edition has such a file"
GONE = "this file is missing"
CHANGED = "is not as it was when the edition was written"
DIFFERS = "says what its document does not"


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
        for name in (AUDIT, build.INPUTS):
            with contextlib.suppress(OSError, ValueError):  # no JSON is no such file
                (Path(scratch) / name).write_text(_set_again(folder / name), "utf-8")
        formats.write(document, meta, Path(scratch))
        yield from compared(folder, Path(scratch))


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


def _set_again(path: Path) -> str:
    """Return JSON as it is set in our files: blanks, and keys that stand twice, say nothing there."""
    return json.dumps(json.loads(path.read_text("utf-8")), indent=2, ensure_ascii=False) + "\n"


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
            lines = {*_by_tag(content).split(b"\n")}
            nearest = max(
                map(_by_tag, shown), key=lambda one: len(lines & {*one.split(b"\n")}), default=b""
            )
            yield Fault(f"{name}, {_line(_by_tag(content), nearest)}", CHANGED)
        if path.suffix == ".png" and (chunk := _foreign(content)):
            yield Fault(f"{name}, chunk {chunk}", DIFFERS)


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


def of_audit(folder: Path, made: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield where a certificate says something else than it would if it were made now.

    Parameters
    ----------
    folder
        The edition.
    made
        What its parts would say, by their names; one that is not here was not made again.
    """
    try:
        kept = json.loads((folder / AUDIT).read_text("utf-8"))
    except (FileNotFoundError, ValueError):  # what is no JSON is named where files are compared
        return
    inner = {path.parent.name for path in folder.glob("*/run.json")}
    try:
        again = _certified_again(kept, made, inner)
    except (AttributeError, TypeError):  # of another kind than any certificate
        again = None
    if json.dumps(again) != json.dumps(kept):
        yield Fault(f"{AUDIT} {first_difference(kept, again) or '/'}", DIFFERS)


def _certified_again(
    kept: Mapping[str, Any], made: Mapping[str, Any], inner: set[str]
) -> dict[str, object]:
    """Return a certificate as it has to be; ``inner`` are the names of editions that it stands over."""
    ids, told = kept.get("withheld_for_others", []), kept.get("attack", {})
    attack = {**made.get("attack", told), "attacked_together": [_ALONE]}
    if not inner.isdisjoint(told.get("attacked_together", ())):
        # Only what stands over others is attacked with them, and is not attacked again here.
        attack = {name: told.get(name) for name in attack}
    parts = {"passed": True, "withheld_for_others": sorted({*filter(key_of, ids)})}
    parts |= {**made, "attack": attack}
    return {name: parts.get(name, kept[name]) for name in _AUDITED if name in kept}


_ALONE = "this edition"
_AUDITED = ("passed", "sums_checked", "withheld_for_others", "search", "attack")


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
    told = there.get("files", {})
    for name, digest in made["files"].items():
        if told.get(name) != digest:
            files = [at / name for at in (folder, fresh) if (at / name).is_file()]
            if len({path.read_bytes() for path in files}) == 1:
                yield Fault(name if "/" in name else f"run.json /files/{name}", CHANGED)
            told[name] = digest
    is_laid_out = (folder / "run.json").read_text("utf-8") == _set_again(folder / "run.json")
    if json.dumps(there) != json.dumps(made) or not is_laid_out:
        place = first_difference(there, made)
        yield Fault(f"run.json {place}" if place else "run.json, between its values", DIFFERS)


def place_of(name: str, there: Path, made: Path) -> str:
    """Return where in a file it first differs from what the document gives."""
    content = there.read_bytes(), made.read_bytes()
    read = _AS_DATA.get(there.suffix, lambda _: None)
    try:
        place = first_difference(*map(read, content))
    except (ValueError, PyPdfError, zipfile.BadZipFile, DataError, KeyError, RecursionError):
        place = "which cannot be read"
    return ", ".join(filter(None, (name, place or _line(*content))))


def _line(there: bytes, made: bytes) -> str:
    """Return the line, and the place in it, of the first byte that differs."""
    pairs = enumerate(zip(there, made, strict=False))
    shared = next((at for at, (one, two) in pairs if one != two), min(len(there), len(made)))
    line, byte = there.count(b"\n", 0, shared) + 1, shared - there.rfind(b"\n", 0, shared)
    return f"line {line}, byte {byte}" if there != made else ""


def first_difference(there: object, made: object) -> str:
    """Return the path to the first difference in data of any shape; empty if there is none."""
    one, two = (dict(_leaves(data, "", set())) for data in (there, made))
    for path in one | two:
        told, given = one.get(path, _ABSENT), two.get(path, _ABSENT)
        if isinstance(told, bytes) and isinstance(given, bytes) and told != given:
            return f"{path}, {_line(told, given)}"
        if told != given:
            return path
    return ""


def _leaves(data: Any, path: str, seen: set[int]) -> Iterator[tuple[str, object]]:
    """Yield everything that is said in data of any shape, and the path to it.

    ``seen`` are the objects of a PDF that were read: they refer to one another in circles.
    """
    if isinstance(data, IndirectObject):
        if data.idnum in seen:
            return
        seen.add(data.idnum)
    data = data.get_object() if isinstance(data, PdfObject) else data
    parts: Iterable[tuple[object, object]] = ()
    if isinstance(data, dict):
        parts = ((key, dict.__getitem__(data, key)) for key in data if key not in _LAID_OUT)
    elif isinstance(data, list):
        parts = enumerate(data, start=1)
    if isinstance(data, StreamObject):
        yield path, data.get_data()
    else:
        yield path, type(data) if isinstance(data, dict | list) else data
    for name, part in parts:
        yield from _leaves(part, f"{path}/{name}".replace("//", "/"), seen)


_ABSENT = object()
_LAID_OUT = frozenset(
    {"/Prev", "/Size", "/ID", "/XRefStm", "/Length", "/W", "/Index", "/Filter", "/DecodeParms"}
    | {"/Parent"}
)
"""How a PDF is laid out in its file: not what it says."""


def _table(content: bytes) -> dict[str, dict[str, str]]:
    """Return the rows of a table by the names of its columns; cells beyond them by their place."""
    names, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    columns = dict(enumerate(names))
    return {
        f"row {line}": {f"column {columns.get(at, at + 1)}": cell for at, cell in enumerate(row)}
        for line, row in enumerate(rows, start=1)
    }


def _parts(content: bytes) -> dict[str, bytes]:
    """Return the parts of an archive, with a line for each tag, so that a place in one can be named."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = Counter(archive.namelist())
        parts = {name: _by_tag(archive.read(name)) for name in names}
        return parts | {f"{name} twice": b"" for name in names if names[name] > 1}


def _by_tag(content: bytes) -> bytes:
    """Return XML with a line for each tag, so that a place in it can be named."""
    return content.replace(b"><", b">\n<")


_AS_DATA: dict[str, Callable[[bytes], Any]] = {
    ".json": json.loads,
    ".csv": _table,
    ".docx": _parts,
    ".pdf": lambda content: PdfReader(io.BytesIO(content)).trailer,
}
"""Files in whose data a place has a name; of others its line is said."""
