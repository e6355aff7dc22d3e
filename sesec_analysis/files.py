"""Write files and folders atomically, so that an interruption leaves the old one whole; hash them; guard cells.

What is being written stands beside its place, under a name that carries the process: ``.name.1234.half``. Where the
process is gone, whoever writes there next clears it away; a good copy that was put aside (``.old``) goes back first.
"""

import ctypes
import errno
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sesec_analysis.errors import SesecError

__all__ = [
    "folder_beside",
    "of_the_system",
    "recover",
    "refuse_unwritable",
    "replace_file",
    "scratch_folder",
    "sha256_of",
    "swap_folder",
    "unrun",
    "write_atomically",
]

_BLOCK = 1 << 20
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What makes a formula of a cell, as OWASP lists it (CSV Injection), full-width signs and line ends among them."""


@contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Yield a path beside ``path`` to write to: it takes its place at the end, or is gone if anything failed.

    Raises
    ------
    OSError
        If the folder cannot be written to, or the disk is full; what stood at ``path`` stays.
    """
    recover(path)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.half")
    try:
        yield fresh
        _to_disk(fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def swap_folder(folder: Path) -> Iterator[Path]:
    """Yield a fresh folder beside ``folder`` to fill: it takes its place at once, or is gone if anything failed.

    Raises
    ------
    OSError
        If the folder cannot be written beside, or the disk is full; what stood at ``folder`` stays.
    """
    with folder_beside(folder) as fresh:
        yield fresh
        for path in sorted(fresh.iterdir()):
            _to_disk(path)
        _to_disk(fresh)
        _take_place(fresh, folder)


@contextmanager
def folder_beside(path: Path) -> Iterator[Path]:
    """Yield an empty folder beside ``path``, on the same disk; it is gone at the end, or at the next start.

    Raises
    ------
    OSError
        If the folder cannot be made there.
    """
    recover(path)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.half")
    shutil.rmtree(fresh, ignore_errors=True)  # of an earlier process that had our number
    try:
        fresh.mkdir()  # inside: a signal right after it must not leave it behind
        yield fresh
    finally:
        _clear(fresh)


def _take_place(fresh: Path, folder: Path) -> None:
    """Put a folder in the place of another: in one step where the system has it, else by way of a third name."""
    if not folder.exists():
        fresh.rename(folder)
    elif not _exchange_folders(fresh, folder):
        aside = folder.with_name(f".{folder.name}.{os.getpid()}.old")
        folder.rename(aside)
        try:
            fresh.rename(folder)
        except BaseException:
            aside.rename(folder)
            raise
        _clear(aside)
    _to_disk(folder.parent)


def _clear(folder: Path) -> None:
    """Remove a folder, even if a signal interrupts that: nothing of it is left when the interruption goes on."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


def _exchange_folders(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system or the disk cannot."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    if (number := ctypes.get_errno()) in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(other))


_NO_ROOM = 1 << 16


def of_the_system(failure: OSError, *places: Path) -> SesecError | None:
    """Return what the system refused in plain words, or None if its user cannot fix it.

    Parameters
    ----------
    failure
        The system names the file that could not be opened, and rarely the one that there was no room for.
    places
        Where something was being written, the likeliest first.

    Examples
    --------
    >>> print(of_the_system(OSError(errno.EMFILE, "Too many open files", "a.csv")))
    too many files are open at once
      where: a.csv
      fix:   let more be open (`ulimit -n 1024`) and run the same again; nothing was changed
    """
    if isinstance(failure, shutil.Error) and isinstance(failure.args[0], list):
        _, there, why = failure.args[0][0]
        fix = "free some space there, or name another folder, and run the same again"
        return SesecError(f"a file could not be copied: {why}", where=str(there), fix=fix)
    place = failure.filename or next(iter(places), None)
    match failure.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            what = "there is no room to write"
            place = failure.filename or _full_place(*places) or place or "the output"
            fix = "free some space there, or name another folder; for temporary files, TMPDIR names another one"
        case errno.EMFILE | errno.ENFILE:
            what = "too many files are open at once"
            fix = "let more be open (`ulimit -n 1024`) and run the same again"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            what = "this may not be read or written"
            fix = "ask for the right to, or name another place"
        case errno.ENOENT if "temporary directory" in str(failure):
            what, place = "no folder for temporary files can be written", tempfile.tempdir
            fix = "let TMPDIR name a folder that can be written and is not full"
        case errno.ENOENT if place and not Path(str(place)).parent.is_dir():
            what, place = "the folder to write in is not there", Path(str(place)).parent
            fix = "make it, or name another one"
        case errno.EEXIST | errno.ENOTDIR:
            what, fix = "a file is in the place of a folder", "move it, or name another folder"
        case None | errno.ENOENT:
            return None
        case _:
            what, fix = f"the system refused: {failure.strerror}", "try it again"
    where = None if place is None else str(place)
    return SesecError(what, where=where, fix=f"{fix}; nothing was changed")


def _full_place(*places: Path) -> Path | None:
    """Return the first place on a disk without room: that of temporary files, of what is written, or of this folder."""
    for place in (Path(tempfile.gettempdir()), *places, Path.cwd()):
        with suppress(OSError):
            if shutil.disk_usage(place).free < _NO_ROOM:
                return place
    return None


@contextmanager
def refuse_unwritable(
    what: str, *, where: Path, fix: str, kind: type[SesecError]
) -> Iterator[None]:
    """Have what the system refuses to write in this block end as a refusal, in our words and the system's."""
    try:
        yield
    except OSError as failure:
        places = dict.fromkeys(map(str, filter(None, (where, failure.filename))))
        raise kind(f"{what}: {failure.strerror}", where=", ".join(places), fix=fix) from failure


def recover(path: Path) -> None:
    """Clear away what processes that are gone left beside a file or folder; put back its only good copy."""
    leftover = re.compile(rf"\.{re.escape(path.name)}\.([0-9]+)\.(half|old)")
    if not path.parent.is_dir():
        return
    for found in sorted(path.parent.iterdir()):
        match = leftover.fullmatch(found.name)
        if match is None:
            continue
        is_ours = int(match[1]) == os.getpid()  # an earlier process may have had our number
        is_lost = match[2] == "old" and not path.exists()
        if _runs(int(match[1])) and not (is_ours and is_lost):
            continue
        if is_lost:
            found.rename(path)
        elif found.is_dir() and not found.is_symlink():
            shutil.rmtree(found, ignore_errors=True)
        else:
            found.unlink(missing_ok=True)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a folder for temporary files, removed at the end; remove those that killed runs of ours left.

    Its name carries the process, ``sesec-1234-…``. Folders of a running process or of another user stay.

    Raises
    ------
    OSError
        If there is no room, or no folder, for temporary files.
    """
    for path in Path(tempfile.gettempdir()).glob("sesec-*-*"):
        match = re.fullmatch(r"sesec-([0-9]+)-\w+", path.name)
        if match is None or _runs(int(match[1])) or path.is_symlink():
            continue
        with suppress(OSError):  # another run may remove it at the same time
            if path.stat().st_uid == os.getuid():
                shutil.rmtree(path, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"sesec-{os.getpid()}-") as folder:
        yield Path(folder)


def _runs(process: int) -> bool:
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True  # another user's, or no number of a process: not ours to clear away
    return True


def _to_disk(path: Path) -> None:
    """Wait until a file or folder is on the disk: a swap that outlives its content would leave an empty file."""
    with suppress(OSError):  # some disks cannot; the swap itself stays whole
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` at once; see `replace_file`."""
    with replace_file(path) as fresh:
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
    first = cell[:1]
    if first.isalpha() and first not in "inIN":  # neither a number, nor inf or nan, nor a sign
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    return f"'{cell}" if cell[:1].isspace() else cell
