"""Locate the project that a report is built in: its notebooks, its data, its reports, and its commit.

That is the checkout around this package; where it was installed by itself, the project folder that one works in (`sesec
init` lays one out), or else the copy inside the package, from which reports can be built but not changed.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sesec_analysis.errors import EditionError

__all__ = [
    "COMMUNITY",
    "COPY",
    "FIRST",
    "Commit",
    "builds",
    "commit",
    "community",
    "data",
    "environment",
    "git_refusal",
    "is_as_in",
    "of_community",
    "palette",
    "published_folder",
    "refuse_copy",
    "root",
    "template_dir",
    "uncommitted_files",
]


COPY = Path(__file__).resolve().parent / "_project"
"""The project as it travels inside an installed package: read, never written to."""
_LIST = Path("reports", "editions.yml")
COMMUNITY = "SESEC_COMMUNITY"
"""The environment variable that names a community of ``data/catalog/communities``."""
FIRST = "southeast_seattle"
"""The community that comes with the package."""


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
    """Return the folder that holds ``data/``, ``notebooks/`` and ``reports/``.

    ``SESEC_ROOT`` names another; otherwise it is the checkout around this package, the nearest project folder above the
    current one, or the package's own copy, in this order.

    Raises
    ------
    EditionError
        If there is no ``reports/editions.yml`` in it.
    """
    named = os.environ.get("SESEC_ROOT")
    folder = Path(named).resolve() if named else _project()
    if not (folder / _LIST).is_file():
        what = "there are no reports here: reports/editions.yml is missing"
        fix = (
            "lay out a project with `sesec init FOLDER` and work in it, or name one with SESEC_ROOT"
        )
        raise EditionError(what, where=str(folder), fix=fix)
    return folder


def data() -> Path:
    """Return the folder with the catalog and the figures that come with the project."""
    return _project() / "data"


def template_dir() -> Path:
    """Return the folder with the templates, their styles and scripts, and the palette."""
    return root() / "reports" / "template"


def palette() -> dict[str, str]:
    """Return the colors of everything that we print, by what they are for: look.json of the template."""
    return dict(json.loads((template_dir() / "look.json").read_text("utf-8")))


def builds() -> Path:
    """Return the folder of built reports: the project's, or one in the current folder where there is no project."""
    folder = root()
    return of_community((Path.cwd() if folder == COPY else folder) / "reports" / "build")


def published_folder() -> Path:
    """Return the folder of published reports."""
    return of_community(root() / "reports" / "published")


def community() -> str:
    """Return the name of the community that everything is about: what ``SESEC_COMMUNITY`` says, or the first."""
    return os.environ.get(COMMUNITY) or FIRST


@contextmanager
def environment(given: Mapping[str, str]) -> Iterator[None]:
    """Set variables of the environment for a block, and what they were before after it.

    Examples
    --------
    >>> with environment({COMMUNITY: "renton"}):
    ...     community()
    'renton'
    """
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({} if value is None else {name: value})


def of_community(folder: Path) -> Path:
    """Return the folder of the community's own reports in a folder of reports: for the first one the folder itself."""
    return folder if community() == FIRST else folder / "communities" / community()


def refuse_copy(folder: Path) -> None:
    """Refuse to write into a folder of the package's own copy of the project.

    Raises
    ------
    EditionError
        If there is neither a checkout nor a project folder, so that the folder is in the package's copy.
    """
    if folder.is_relative_to(COPY):
        raise EditionError(
            "this changes a project, and there is none here: what came with the package stays as it is",
            where=str(Path.cwd()),
            fix="lay out a project with `sesec init FOLDER`, and run the same there",
        )


def _project() -> Path:
    if _CHECKOUT:
        return _CHECKOUT
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if _is_project(folder)), COPY)


def _is_project(folder: Path) -> bool:
    return (folder / _LIST).is_file() and (folder / "data" / "catalog").is_dir()


_CHECKOUT = next(filter(_is_project, Path(__file__).resolve().parents[1:2]), None)
"""The checkout around this package, if there is one: that does not change while it runs."""


def commit(folder: Path) -> Commit:
    """Return the commit that ``folder`` is a checkout of, and whether what makes a report differs from it."""
    top = _git(folder, "rev-parse", "--show-toplevel")
    # A folder inside somebody else's repository is not that repository's checkout.
    if top is None or Path(top).resolve() != folder.resolve():
        return Commit(None, dirty=False)
    return Commit(_git(folder, "rev-parse", "HEAD"), dirty=bool(uncommitted_files(folder)))


def uncommitted_files(folder: Path, paths: Sequence[str] = _MAKES_A_REPORT) -> list[str]:
    """Return the files that differ from the last commit; by default, of those that make a report."""
    how = ("--porcelain", "--no-renames", "--untracked-files=all", "-z")
    changed = _git(folder, "status", *how, "--", *paths) or ""
    return [line.lstrip()[2:].strip() for line in changed.split("\0") if line]


def git_refusal(folder: Path) -> str | None:
    """Return in git's own words why it does not read the checkout at ``folder``; None if it does, or there is none.

    A checkout that belongs to another user is refused as one of "dubious ownership".
    """
    if not (folder / ".git").exists():
        return None
    try:
        done = _run_git(folder, "rev-parse", "--show-toplevel")
    except (OSError, subprocess.TimeoutExpired):  # no git at all
        return None
    return (done.stderr.strip() or None) if done.returncode else None


def is_as_in(folder: Path, earlier: str) -> bool:
    """Whether what makes a report is in ``folder`` as it was in an earlier commit of it, named by its full hash."""
    if not re.fullmatch(r"[0-9a-f]{40,64}", earlier):
        return False
    return _git(folder, "diff", "--quiet", earlier, "HEAD", "--", *_MAKES_A_REPORT) is not None


def _run_git(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = _run_git(folder, *arguments)
    except (OSError, subprocess.TimeoutExpired):  # no git: a downloaded archive
        return None
    return done.stdout.strip() if done.returncode == 0 else None
