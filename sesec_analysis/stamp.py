"""Tell whether an edition stands as it would be made now, without what it takes to make one.

Beside an edition's folder is its stamp, ``.annual-2024.stamp.json``: the fingerprint of all that it was made from, that
of what came of it, and the words by which it was asked for. This module imports nothing that takes time, and reads a
few megabytes.
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

__all__ = ["as_written", "fingerprint", "keep", "standing"]


_OURS = "SESEC_"
"""How the environment variables begin that a report may hang on."""


def fingerprint() -> str:
    """Return the fingerprint of all that editions are made from, in hexadecimal.

    That is the notebooks, the list of editions, the template, what was published, the data and the fetched tables, the
    words of every language, the package's own source, our environment variables, and Python with its libraries. The
    commit is not in it: work elsewhere in the repository makes no edition older.
    """
    digest = hashlib.sha256()
    surroundings = sorted(item for item in os.environ.items() if item[0].startswith(_OURS))
    for text in (sys.version, *map(str, surroundings), *_libraries()):
        digest.update(text.encode())
    for folder, passed_over in _folders():
        for path in _files(folder, passed_over):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(bytes.fromhex(sha256_of(path)))
    return digest.hexdigest()


def _folders() -> list[tuple[Path, str]]:
    """Return the folders that are read, and the name of the part of each that is not: made, downloaded, or a copy."""
    root = checkout.root()
    # As `catalog.data_dir` and `catalog.cache_dir`, without the catalog's libraries.
    data = Path(os.environ.get("SESEC_DATA") or checkout.data())
    cache = Path(os.environ.get("SESEC_CACHE") or data / "cache")
    return [
        (root / "notebooks", ""),
        (root / "reports", "build"),
        (checkout.data() / "words", ""),
        (data, "cache"),
        (cache / "observations", ""),
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


def keep(page: Path, asked: str, made_from: str) -> None:
    """Write down what an edition was made from, and that these words asked for it.

    Parameters
    ----------
    page
        The page of the edition.
    asked
        Its name as it was typed.
    made_from
        The fingerprint that was taken before it was made.
    """
    folder = page.parent
    stamp = folder.with_name(f".{folder.name}.stamp.json")
    kept = _read(stamp)
    words = kept["asked"] if kept and kept["made_from"] == made_from else []
    held = {
        "made_from": made_from,
        "made": sha256_of(folder / _RUN),
        "asked": sorted({*words, asked, folder.name}),
    }
    write_atomically(stamp, f"{json.dumps(held, indent=1)}\n".encode())


def standing(asked: str, shelf: Path, made_from: str) -> Path | None:
    """Return the page of the edition that these words name, if it was made from this and is as it was written.

    Parameters
    ----------
    asked
        A name as it was typed; "latest" is known once it was asked for.
    shelf
        The folder of editions.
    made_from
        The fingerprint of now.
    """
    for stamp in sorted(shelf.glob(".*.stamp.json")):
        kept = _read(stamp)
        if kept and kept["made_from"] == made_from and asked in kept["asked"]:
            folder = shelf / stamp.name.removeprefix(".").removesuffix(".stamp.json")
            if _is_whole(folder, kept["made"]):
                return folder / "index.html"
    return None


_RUN = "run.json"


def _is_whole(folder: Path, made: str) -> bool:
    try:
        run = (folder / _RUN).read_bytes()
    except OSError:
        return False
    # Another way of building it writes no stamp.
    return hashlib.sha256(run).hexdigest() == made and as_written(folder, json.loads(run)["files"])


def as_written(made: Path, listed: Mapping[str, str]) -> bool:
    """Tell whether every file of a folder is as its ``run.json`` lists it."""
    paths = {made / name: digest for name, digest in listed.items()}
    return all(path.is_file() and sha256_of(path) == digest for path, digest in paths.items())


def _read(stamp: Path) -> dict[str, Any]:
    """Return what a stamp says; nothing if there is none, or it is damaged."""
    try:
        kept = json.loads(stamp.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) and kept.keys() == {"made_from", "made", "asked"} else {}
