"""What is told when a build fails: where to look, and what still stands; none of this machine's paths are kept."""

import errno
import sys
import tempfile
from pathlib import Path

from sesec_analysis.errors import EditionError, SesecError
from sesec_analysis.publishing import checkout, document, running

__all__ = ["disk_error", "hidden_paths", "pointing_to"]


def hidden_paths() -> dict[str, str]:
    """Return what to write in place of each folder of this machine."""
    return {
        str(checkout.root()): ".",
        sys.prefix: "<python>",
        sys.base_prefix: "<python>",
        tempfile.gettempdir(): "<temporary>",
        str(Path.home()): "~",
    }


def pointing_to(failed: Path, error: SesecError, target: Path) -> SesecError:
    """Return ``error`` with the failed notebook named, and the word that an earlier build still stands."""
    told = isinstance(error, running.RunError)
    what = error.what if told else f"{target.name} was not built: {error.what}"
    where = f"{error.where}; " if error.where else ""
    where += f"the notebook as it ran: {failed}"
    mend = error.mend or "look for the cause in the notebook named here"
    if target.exists():
        mend += f". The last good edition is untouched: {target}"
    # An EditionError says that nothing was started; here the notebook ran.
    kind = document.OutputError if isinstance(error, EditionError) else type(error)
    return kind(what, where=where, mend=mend, known=error.known)


def disk_error(failure: OSError, target: Path) -> SesecError:
    """Return a failure of the disk or of permissions in plain words."""
    place = target.parent
    match failure.errno:
        case errno.ENOSPC | errno.EDQUOT:
            what, mend = "the disk is full", "free some space, or name another folder with --out"
        case errno.EACCES | errno.EPERM | errno.EROFS | errno.ENOTDIR | errno.EEXIST:
            what = "the folder for editions cannot be written"
            mend = "ask for the right to write there, or name another folder with --out"
        case _:
            what, mend = f"the system refused: {failure.strerror or failure}", "try it again"
            place = Path(str(failure.filename or place))
    mend += "; nothing was changed"
    return running.RunError(f"{what}; the edition was not built", where=str(place), mend=mend)
