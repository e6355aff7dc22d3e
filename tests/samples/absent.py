"""What a test needs of the machine and does not find: in CI a failure, elsewhere a test left out, with the reason.

A program is missing in more ways than one: it is not there, or it is a stub that does not start.
"""

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest

SECONDS = 120


def absent(what: str) -> NoReturn:
    """Skip a test whose program is not installed; in CI, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(what, pytrace=False)
    # Contributors can work without the program; the summary of the run names what was skipped.
    pytest.skip(reason=what)


def starts(path: str, *words: str) -> bool:
    """Return whether a program starts: a name on the path can be a stub that only says how to install the real one."""
    try:
        subprocess.run([path, *words], check=True, capture_output=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def program(name: str, package: str, *words: str) -> str:
    """Return the path of a program that a test looks at our files with; `words` make it start, and end at once."""
    path = shutil.which(name)
    if path is None:
        absent(f"{name} is not installed: install {package} to run this test")
    if words and not starts(path, *words):
        absent(f"{name} is there and does not start: install {package} anew to run this test")
    return path


def office() -> str:
    """Return the path of LibreOffice."""
    return program("soffice", "libreoffice-writer", "--version")


@functools.cache
def _profile() -> Path:
    """LibreOffice's folder of a process of the tests: to make it takes longer than to open a file."""
    folder = tempfile.TemporaryDirectory(prefix="soffice-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def converted(path: str, files: Sequence[Path], kind: str, into: Path) -> list[Path]:
    """Open files in LibreOffice, all in one, and save each as another kind; no two may have one name."""
    profile = f"-env:UserInstallation={_profile().as_uri()}"
    command = [path, profile, "--headless", "--convert-to", kind, "--outdir", str(into)]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=SECONDS)
    return [into / f"{file.stem}.{kind.partition(':')[0]}" for file in files]
