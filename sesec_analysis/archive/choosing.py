"""Which two states `sesec diff` compares: a build or a publication, with the year before or with itself."""

from sesec_analysis.archive import frozen
from sesec_analysis.archive.diff import changed_numbers, diff
from sesec_analysis.archive.frozen import Frozen
from sesec_analysis.errors import EditionError

__all__ = ["earlier", "later"]


def later(name: str) -> Frozen:
    """Return an edition as it was built last, or else as it was published.

    Raises
    ------
    EditionError
        If it is neither built nor published.
    """
    built = frozen.built_folder(name)
    if built is not None:
        return frozen.of_build(built)
    if name in frozen.published():
        return frozen.read(name)
    what = f"edition {name} is neither built nor published"
    raise EditionError(what, where="reports", mend=f"build it first: sesec report {name}")


def earlier(after: Frozen, *, against: str | None = None) -> Frozen:
    """Return what an edition is held against.

    Parameters
    ----------
    after
        The edition.
    against
        Full name of another edition, or of the same: then as it was published. None: what is published of it, if
        numbers of that moved since; else the year before.

    Raises
    ------
    EditionError
        If there is nothing to hold it against.
    """
    published = frozen.published()
    if against is None and after.name in published:
        own = frozen.read(after.name)
        if changed_numbers(diff(own, after)):
            return own
    other = against or frozen.year_before(after.name)
    if other is None:
        what = f"there is no edition of a year before {after.name}"
        raise EditionError(what, where="reports", mend="name one with --against", known=published)
    if other in published or other == after.name:
        return frozen.read(other)
    return later(other)
