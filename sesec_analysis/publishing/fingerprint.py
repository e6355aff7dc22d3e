"""A fingerprint of everything that goes into a build, so that what is up to date need not be made again."""

import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sesec_analysis import catalog, words
from sesec_analysis.publishing import building, checkout

__all__ = ["is_up_to_date", "of_inputs", "shared_inputs"]

_PARTS_OF_DATA = ("catalog", "reference", "observations")


def shared_inputs(notebook: Path) -> str:
    """Return the fingerprint of all that the sheets of one run share.

    That is the notebook, the data, the package's own source, the template, the language and its words, the locked
    libraries and the Python that runs them. The commit is not in it: work elsewhere in the repository makes no sheet
    older.

    Parameters
    ----------
    notebook
        The notebook's file.
    """
    root, package = checkout.root(), Path(__file__).parents[1]
    files = [notebook, root / "uv.lock", *sorted(package.rglob("*.py"))]
    told = root / "reports" / "template", words.folder()
    for part in (*told, *(catalog.data_dir() / name for name in _PARTS_OF_DATA)):
        files += sorted(path for path in part.rglob("*") if path.is_file())
    found = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()]
    names = [path.name for path in files if path.is_file()]
    return _digest([*zip(names, found, strict=True), words.language(), sys.version_info[:3]])


def of_inputs(shared: str, values: Mapping[str, Any]) -> str:
    """Return the fingerprint of one build: what all share, and the values of its own parameters.

    Examples
    --------
    >>> of_inputs("notebook and data", {"school": "2120"})[:12]
    '4c8b00b484c4'
    """
    return _digest([shared, dict(values)])


def is_up_to_date(made: Path, inputs: str) -> bool:
    """Whether a folder was made from these inputs and holds every file as it was written.

    Parameters
    ----------
    made
        The folder of a build.
    inputs
        The fingerprint that it would have if it were made now.
    """
    try:
        kept = json.loads((made / building.INPUTS).read_text("utf-8"))
        listed = json.loads((made / "run.json").read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):  # missing, damaged, or another file
        return False
    return kept == {"sha256": inputs} and _as_written(made, listed)


def _as_written(made: Path, listed: Mapping[str, str]) -> bool:
    paths = {made / name: digest for name, digest in listed.items()}
    return all(
        path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest
        for path, digest in paths.items()
    )


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
