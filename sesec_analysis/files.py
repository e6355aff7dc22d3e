"""Write files atomically, so that an interruption leaves the old one whole; hash them; guard cells of spreadsheets."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["replacing", "sha256_of", "unrun", "write_atomically"]

_BLOCK = 1 << 20
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What makes a formula of a cell, as OWASP lists it (CSV Injection), full-width signs and line ends among them."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path beside ``path`` to write to: it takes its place at the end, or is gone if anything failed.

    Raises
    ------
    OSError
        If the folder cannot be written to, or the disk is full; what stood at ``path`` stays.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}.half")
    try:
        yield fresh
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` at once; see `replacing`."""
    with replacing(path) as fresh:
        fresh.write_bytes(content)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomically(Path(folder, "empty"), b"")
    ...     sha256_of(Path(folder, "empty"))[:8]
    'e3b0c442'
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def unrun(cell: str) -> str:
    """Return a text that no spreadsheet runs as a formula: an apostrophe before what would begin one.

    Examples
    --------
    >>> unrun("=1+1"), unrun("-3.5"), unrun("Dunlap")
    ("'=1+1", '-3.5', 'Dunlap')
    """
    try:
        float(cell)
    except ValueError:
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    return f"'{cell}" if cell[:1].isspace() else cell
