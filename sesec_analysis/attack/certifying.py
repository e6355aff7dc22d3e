"""What editions have to pass before they are put in place: their own files searched, and attacked."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sesec_analysis.attack.attacking import attack_read
from sesec_analysis.attack.edition import Read, read_claims
from sesec_analysis.attack.search import search_read
from sesec_analysis.errors import DataError

__all__ = ["certify", "certify_together"]

_HITS_NAMED = 20
_NAME = "this edition"


def certify(folder: Path, beside: Sequence[Path] = ()) -> dict[str, object]:
    """Search and attack the files of an edition, and return what the certificate says.

    Parameters
    ----------
    folder
        The edition, complete.
    beside
        Other folders that readers hold with it: attacked together, each having been searched when it was made.

    Returns
    -------
    dict
        ``search`` and ``attack``, each with ``passed`` and counts; no figure of a cell, and no time of day.

    Raises
    ------
    DataError
        Naming every printed line that tells too much; never a value.
    """
    # Until it is in place its own name is a passing one.
    return _certify({folder: _NAME}, beside)


def certify_together(folders: Sequence[Path], beside: Sequence[Path] = ()) -> dict[str, object]:
    """Search the files of several folders, such as fact sheets, and attack them as one; see `certify`."""
    return _certify({folder: folder.name for folder in folders}, beside)


def _certify(names: Mapping[Path, str], beside: Sequence[Path]) -> dict[str, object]:
    files = sum(path.is_file() for folder in names for path in folder.rglob("*"))
    done = attack_read(_read(names, beside))
    done.refuse_leaks()
    return {"search": {"passed": True, "files": files}, "attack": done.as_dict()}


def _read(names: Mapping[Path, str], beside: Sequence[Path]) -> Iterator[Read]:
    """Read each folder once, for the search here and for the attack; refuse them all before the attack begins."""
    lines = []
    for folder, name in names.items():
        found = read_claims(folder, name)
        prefix = f"{name}: " if len(names) > 1 else ""
        lines += [f"{prefix}{hit.where}: {hit.what}" for hit in search_read(found)]
        yield found
    if lines:
        _refuse(lines)
    yield from map(read_claims, beside)


def _refuse(lines: Sequence[str]) -> None:
    more = [f"and {len(lines) - _HITS_NAMED} more"] if len(lines) > _HITS_NAMED else []
    raise DataError(
        f"{len(lines)} place(s) say what may never leave:\n    "
        + "\n    ".join([*lines[:_HITS_NAMED], *more]),
        where="the files of this edition",
        mend="leave these lines out of the notebook, or let `privacy.gate` judge the table they come from",
    )
