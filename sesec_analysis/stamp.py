"""Return whether an edition or a fact sheet is up to date, without importing what builds one.

Beside its folder is its stamp, ``.annual-2024.stamp.json``: the fingerprint of everything that it was made from, and
that of what was made. This module imports nothing that takes time, and reads a few megabytes.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sesec_analysis import checkout
from sesec_analysis.files import sha256_of, write_atomically

__all__ = [
    "find_by_name",
    "fingerprint",
    "is_current",
    "keep",
    "project_fingerprint",
    "with_values",
]


_OURS = "SESEC_"
"""How the environment variables begin that a report may depend on."""
_NO_PART = {"SESEC_ROOT", "SESEC_DATA", "SESEC_CACHE", "SESEC_ENGINE"}
"""Those that change no byte: of files the content counts and not the place, and every engine gives the same."""


def fingerprint() -> str:
    """Return the fingerprint of everything that editions and fact sheets are made from, in hexadecimal.

    That is the project (`project_fingerprint`), our environment variables, and the libraries.
    """
    variables = sorted(
        item for item in os.environ.items() if item[0].startswith(_OURS) and item[0] not in _NO_PART
    )
    return _digest([project_fingerprint(), variables, _libraries()])


def project_fingerprint() -> str:
    """Return the fingerprint of the files that reports are made from, and of Python.

    These are the notebooks, the list of editions, the template, what was published, the data,
    the words of every language, and the package's own source. The commit is not in it: work elsewhere in the repository
    makes no edition older.
    """
    digest = hashlib.sha256(sys.version.encode())
    for folder, passed_over in _folders():
        for path in _files(folder, passed_over):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(bytes.fromhex(sha256_of(path)))
    return digest.hexdigest()


def with_values(made_from: str, values: Mapping[str, Any]) -> str:
    """Return a fingerprint together with values of a build's own.

    Examples
    --------
    >>> with_values("the project", {"school": "2120"})[:12]
    'ca0bdfd9c0ca'
    """
    return _digest([made_from, dict(values)])


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _folders() -> list[tuple[Path, str]]:
    """Return the folders that are read, and the name of the part of each that is not: made, downloaded, or a copy."""
    root = checkout.root()
    # As `catalog.data_dir`, without the catalog's libraries.
    data = Path(os.environ.get("SESEC_DATA") or checkout.data())
    return [
        (root / "notebooks", ""),
        (root / "reports", "build"),
        (checkout.data() / "words", ""),
        (data, "cache"),
        (Path(__file__).parent, checkout.COPY.name),
    ]


def _files(folder: Path, passed_over: str) -> Iterator[Path]:
    for home, folders, names in os.walk(folder):
        at_top = Path(home) == folder
        left_out = {"__pycache__", passed_over if at_top else ""}
        folders[:] = sorted(
            name for name in folders if name not in left_out and not name.startswith(".")
        )
        yield from (Path(home, name) for name in sorted(names) if not name.startswith("."))


def _libraries() -> list[str]:
    """Return every library with its version: the names of their folders."""
    places = (Path(place) for place in sys.path if place.endswith("-packages"))
    return sorted(path.name for place in places for path in place.glob("*.dist-info"))


def keep(folder: Path, made_from: str, name: str = "") -> None:
    """Record what the build in a folder was made from, and the name by which somebody requested it.

    Parameters
    ----------
    folder
        The folder of the build.
    made_from
        The fingerprint that was taken before it was made.
    name
        Its name as it was typed, such as ``latest``.
    """
    held = _read_stamp(_stamp(folder))
    names = held["names"] if held and held["made_from"] == made_from else []
    held = {
        "made_from": made_from,
        "made": sha256_of(folder / _RUN),
        "names": sorted({*names, name or folder.name, folder.name}),
    }
    write_atomically(_stamp(folder), f"{json.dumps(held, indent=1)}\n".encode())


def is_current(folder: Path, made_from: str) -> bool:
    """Return whether the build in a folder was made from this, and all its files are as they were written."""
    held = _read_stamp(_stamp(folder))
    if not held or held["made_from"] != made_from:
        return False
    try:
        run = (folder / _RUN).read_bytes()
    except OSError:
        return False
    # Another way of building it writes no stamp.
    return hashlib.sha256(run).hexdigest() == held["made"] and all(
        (folder / name).is_file() and sha256_of(folder / name) == digest
        for name, digest in json.loads(run)["files"].items()
    )


def find_by_name(name: str, shelf: Path, made_from: str) -> Path | None:
    """Return the current build that was requested by a name as it was typed, without what it takes to read names."""
    for stamp in sorted(shelf.glob(".*.stamp.json")):
        folder = shelf / stamp.name.removeprefix(".").removesuffix(".stamp.json")
        if name in _read_stamp(stamp).get("names", ()) and is_current(folder, made_from):
            return folder
    return None


_RUN = "run.json"


def _stamp(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.stamp.json")


def _read_stamp(stamp: Path) -> dict[str, Any]:
    """Return what a stamp says; nothing if there is none, or it is damaged."""
    try:
        held = json.loads(stamp.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) and held.keys() == {"made_from", "made", "names"} else {}
