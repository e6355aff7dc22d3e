"""When the state's files were last written: what was read of them in this process holds for as long as that stands."""

from collections.abc import Iterable

from sesec_analysis import catalog
from sesec_analysis.loaders.load import files_of

__all__ = ["Stamps", "stamps_of"]

Stamps = tuple[tuple[str, int, int], ...]
"""Path, time of writing in nanoseconds and size in bytes of each file."""


def stamps_of(indicators: Iterable[str]) -> Stamps:
    """Return the stamps of the files that hold some indicators; one that the catalog does not know has none."""
    known = [one for one in indicators if one in catalog.indicators()]
    files = sorted({path for one in known for path in files_of(one).values()})
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files)
