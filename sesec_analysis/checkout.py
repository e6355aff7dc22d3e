"""Locate the checkout that a report is built in: its notebooks, its reports, and its commit."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sesec_analysis.errors import EditionError

__all__ = ["Commit", "commit", "is_as_in", "root"]


_MAKES_A_REPORT = (
    "sesec_analysis",
    "data",
    "notebooks",
    "reports",
    ":(exclude)reports/published",  # what was made, not what it is made of
    *(
        f":(exclude,glob)**/.*.{end}{rest}" for end in ("half", "old") for rest in ("", "/**")
    ),  # left by a kill
)


@dataclass(frozen=True)
class Commit:
    """The commit of a checkout; ``hash`` is None where there is no git history to read."""

    hash: str | None
    dirty: bool


def root() -> Path:
    """Return the folder that holds ``notebooks/`` and ``reports/``.

    ``SESEC_ROOT`` names another; otherwise the checkout around this package.

    Raises
    ------
    EditionError
        If there is no ``reports/editions.yml`` in it, as in a package installed without its repository.
    """
    named = os.environ.get("SESEC_ROOT")
    folder = Path(named).resolve() if named else Path(__file__).resolve().parents[1]
    if not (folder / "reports" / "editions.yml").is_file():
        what = "there are no reports here: reports/editions.yml is missing"
        mend = "work in a copy of the sesec-analysis repository, or name one with SESEC_ROOT"
        raise EditionError(what, where=str(folder), mend=mend)
    return folder


def commit(folder: Path) -> Commit:
    """Return the commit that ``folder`` is a checkout of, and whether what makes a report differs from it."""
    top = _git(folder, "rev-parse", "--show-toplevel")
    # A folder inside somebody else's repository is not that repository's checkout.
    if top is None or Path(top).resolve() != folder.resolve():
        return Commit(None, dirty=False)
    changed = _git(folder, "status", "--porcelain", "--", *_MAKES_A_REPORT)
    return Commit(_git(folder, "rev-parse", "HEAD"), dirty=bool(changed))


def is_as_in(folder: Path, earlier: str) -> bool:
    """Whether what makes a report is in ``folder`` as it was in an earlier commit of it, named by its full hash."""
    if not re.fullmatch(r"[0-9a-f]{40,64}", earlier):
        return False
    return _git(folder, "diff", "--quiet", earlier, "HEAD", "--", *_MAKES_A_REPORT) is not None


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):  # no git: a downloaded archive
        return None
    return done.stdout.strip() if done.returncode == 0 else None
