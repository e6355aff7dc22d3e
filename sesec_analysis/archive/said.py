"""Which moved numbers the changelog names: the lines of its *Numbers* sections, held against the ids that moved.

A line names numbers by what stands in it between backticks: an edition, as in ``annual-2024``, or the id of a finding
in which ``*`` stands for anything, as in ``sesec:rate.disciplined.2019.*``. A line counts once: those that an earlier
publication knew do not cover what moves later.
"""

import hashlib
import re
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

__all__ = ["LOG", "digests", "lines", "unsaid"]

LOG = "CHANGELOG.md"


def lines(text: str) -> list[str]:
    r"""Return the entries under every *Numbers* heading of a changelog, each in one line.

    Examples
    --------
    >>> lines("## 0.2.0\n### Numbers\n- `annual-2022`: two rates\n  rose.\n- All\n### Added\n- A map.")
    ['`annual-2022`: two rates rose.', 'All']
    """
    found: list[str] = []
    is_numbers = False
    for line in text.splitlines():
        if line.startswith("#"):
            is_numbers = line.strip("# ").lower() == "numbers"
        elif is_numbers and line.startswith("- "):
            found.append(line[2:].strip())
        elif is_numbers and found and line.startswith("  "):
            found[-1] += f" {line.strip()}"
    return found


def digests(entries: Iterable[str]) -> list[str]:
    """Return a short mark of each line, sorted: enough to know it again."""
    return sorted(hashlib.sha256(entry.encode()).hexdigest()[:16] for entry in entries)


def unsaid(
    ids: Iterable[str], *, edition: str, text: str, known: Collection[str] = ()
) -> list[str]:
    r"""Return the ids that no new line of the changelog names.

    Parameters
    ----------
    ids
        Findings whose numbers moved.
    edition
        The edition that they stand in.
    text
        The changelog.
    known
        Digests of the lines that the last publication of this edition knew.

    Examples
    --------
    >>> log = "### Numbers\n- `sesec:rate.*`: counted anew."
    >>> unsaid(["sesec:rate.ela_met.2022", "sesec:gap.ela_met.2022"], edition="annual-2022", text=log)
    ['sesec:gap.ela_met.2022']
    """
    fresh = [entry for entry in lines(text) if not set(digests([entry])) & set(known)]
    named = [name for entry in fresh for name in re.findall(r"`([^`]+)`", entry)]
    if edition in named:
        return []
    patterns = [name for name in named if name.startswith("sesec:")]
    return [one for one in ids if not any(fnmatchcase(one, pattern) for pattern in patterns)]
