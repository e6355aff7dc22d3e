"""Write the day that a release was retrieved into the catalog's YAML files as text.

Comments, order and all other lines of the file stay as they are, which is proven by reading the file before it is put
in place.
"""

import re
from collections.abc import Collection
from pathlib import Path

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import Source
from sesec_analysis.errors import CatalogError
from sesec_analysis.files import scratch_folder

__all__ = ["retrieved_text", "with_retrieved"]


def _proven_text(path: Path, text: str, wanted: Source, *, what: str, fix: str) -> str:
    """Return the text of a source's file if it is read as what is wanted; refuse to write it otherwise."""
    with scratch_folder() as folder:
        trial = Path(folder, path.name)
        trial.write_text(text, encoding="utf-8")
        try:
            is_right = catalog.read_source(trial) == wanted
        except CatalogError:
            is_right = False
    if not is_right:
        raise CatalogError(f"the file is written in a way that {what}", where=str(path), fix=fix)
    return text


_CARRIED = ("file", "sha256", "carried_by", "note")
"""What an entry says of a carrier's file alone: it goes once the publisher's own figures are embedded in its place."""


def retrieved_text(path: Path, end_year: int, day: str) -> str:
    """Return the text of a source's file in which a release says when it was retrieved.

    Parameters
    ----------
    path
        The file of the source.
    end_year
        The release, by the year its school year ends.
    day
        The day, ``2026-11-26``.

    Raises
    ------
    CatalogError
        If the file is written in a way that this line cannot be added to; says what to write by hand.
    """
    old = catalog.read_source(path)
    release = old.releases[end_year]
    gone = dict.fromkeys(_CARRIED) if release.file else {}
    wanted = old.model_copy(
        update={
            "releases": {
                **old.releases,
                end_year: release.model_copy(update={**gone, "retrieved": day}),
            }
        }
    )
    away = f" and take away {', '.join(f'`{name}:`' for name in gone)}" if gone else ""
    return _proven_text(
        path,
        with_retrieved(path.read_text(encoding="utf-8"), end_year, day, gone=tuple(gone)),
        wanted,
        what="the day of retrieval cannot be added to by itself",
        fix=f'write `retrieved: "{day}"` under {end_year} by hand{away}',
    )


def with_retrieved(text: str, end_year: int, day: str, *, gone: Collection[str] = ()) -> str:
    r"""Return the text of a source's file with a release's day of retrieval, and without the lines named in ``gone``.

    Examples
    --------
    >>> text = "releases:\n  2019: {title: A}\n  2022:\n    file: b.csv\n    title: B\nignore: []\n"
    >>> print(with_retrieved(text, 2022, "2026-11-26", gone=["file"]), end="")
    releases:
      2019: {title: A}
      2022:
        title: B
        retrieved: "2026-11-26"
    ignore: []
    """
    lines = text.split("\n")
    heads = [at for at, line in enumerate(lines) if re.match(rf" +{end_year}:", line)]
    if not heads:
        return text
    head = heads[0]
    if lines[head].rstrip().endswith("}"):
        bare = re.sub(r',\s*retrieved:\s*"[^"]*"', "", lines[head].rstrip()[:-1].rstrip())
        lines[head] = f'{bare}, retrieved: "{day}"}}'
        return "\n".join(lines)
    indent = len(lines[head]) - len(lines[head].lstrip())
    end = head + 1
    while end < len(lines) and re.match(rf" {{{indent + 1},}}\S", lines[end]):
        end += 1
    away = tuple(f"{name}:" for name in (*gone, "retrieved"))
    kept = [line for line in lines[head + 1 : end] if not line.lstrip().startswith(away)]
    inner = " " * (indent + 2)
    lines[head + 1 : end] = [*kept, f'{inner}retrieved: "{day}"']
    return "\n".join(lines)
