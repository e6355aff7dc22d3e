"""An edition in, a finished folder out: parameters checked, the notebook run, page and files put in place at once.

The last good edition stands untouched until the new one is complete.
"""

import errno
import hashlib
import sys
import tempfile
from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from sesec_analysis import __version__, catalog
from sesec_analysis.errors import EditionError, SesecError
from sesec_analysis.publishing import (
    audit,
    checkout,
    citation,
    document,
    folder,
    forms,
    imprint,
    parameters,
    running,
)
from sesec_analysis.publishing.blocks import Record
from sesec_analysis.publishing.editions import (
    CUSTOM,
    LATEST,
    LIST,
    SYNTHETIC,
    Edition,
    editions,
    find,
)
from sesec_analysis.publishing.progress import Progress

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["build", "build_dir"]


_ROUNDS = 5
"""How often a notebook may run: each time, what would tell withheld figures is withheld too."""


@dataclass(frozen=True)
class _Plan:
    """All that is known of a build before anything runs."""

    name: str
    edition: Edition
    notebook: "NotebookNode"
    path: Path
    values: dict[str, Any]
    changed: tuple[str, ...]

    @property
    def folder_name(self) -> str:
        # Other parameters give other numbers under the same finding ids: they never take the edition's place.
        name = f"{self.name}{CUSTOM}" if self.changed else self.name
        return f"{name}{SYNTHETIC}" if catalog.is_synthetic() else name

    @property
    def title(self) -> str:
        return f"SYNTHETIC: {self.edition.title}" if catalog.is_synthetic() else self.edition.title


def build_dir() -> Path:
    """Return the folder that finished editions go to unless another is named."""
    return checkout.root() / "reports" / "build"


def build(
    name: str = LATEST,
    *,
    overrides: Mapping[str, str] | None = None,
    out: Path | None = None,
    stream: TextIO | None = None,
) -> Path:
    """Build an edition and return the path of its page.

    Parameters
    ----------
    name
        An edition, as `find` understands it.
    overrides
        Parameter values as typed, read by their declared types. With any that differ from the edition's own, the result
        goes to ``<edition>-custom``.
    out
        The folder to put the edition's folder in; ``reports/build`` by default.
    stream
        Where to tell how far it is; None keeps quiet.

    Raises
    ------
    EditionError
        If the edition or a parameter is wrong; nothing was started.
    SesecError
        If the notebook fails, shows what cannot be published, or the folder cannot be written; an earlier build stays.
    """
    plan = _plan(find(name), overrides or {})
    target = (out or build_dir()).resolve() / plan.folder_name
    try:
        with folder.replacing(target) as fresh:
            _make(plan, fresh, target, stream)
    except OSError as failure:
        raise _disk_error(failure, target) from failure
    return target / "index.html"


def _plan(name: str, texts: Mapping[str, str]) -> _Plan:
    edition = editions()[name]
    path = _notebook_path(name, edition)
    notebook = running.load(path)
    declared = parameters.declared(notebook, where=f"notebooks/{edition.notebook}")
    typed = parameters.parsed(texts, declared)
    given = {**edition.parameters, **typed}
    values = parameters.checked(given, declared, where=f"edition {name}, {LIST} and -p")
    own = {key: one.default for key, one in declared.items()} | edition.parameters
    changed = tuple(key for key in values if values[key] != own[key])
    document.check(notebook)
    return _Plan(name, edition, notebook, path, values, changed)


def _notebook_path(name: str, edition: Edition) -> Path:
    home = (checkout.root() / "notebooks").resolve()
    path = (home / edition.notebook).resolve()
    if path.is_relative_to(home) and path.is_file():
        return path
    known = (file.relative_to(home).as_posix() for file in sorted(home.rglob("*.ipynb")))
    what = f"edition {name} names a notebook that is not there: notebooks/{edition.notebook}"
    mend = "correct `notebook:`, or restore the file from the repository"
    raise EditionError(what, where=LIST, mend=mend, known=known)


def _make(plan: _Plan, fresh: Path, target: Path, stream: TextIO | None) -> None:
    failed = target.with_name(f"{target.name}.failed.ipynb")
    withheld: set[str] = set()
    executed = None
    try:
        for rounds_left in reversed(range(_ROUNDS)):
            progress = Progress(_steps(plan.notebook), stream)
            executed, ended = running.run(
                plan.notebook,
                plan.values,
                cwd=plan.path.parent,
                progress=progress,
                withhold=withheld,
            )
            if not ended:
                raise running.failure(executed, plan.name)
            shown = document.rerecorded(document.read(executed), partial(_cited, plan))
            more = set(audit.leaks(shown.findings).values()) - withheld
            if not more or not rounds_left:
                break
            withheld |= more
            progress.say(
                f"{_count(more, 'figure')} would tell withheld ones: withheld too, once more …"
            )
        passed = audit.audit(shown.findings) | {"withheld_for_others": sorted(withheld)}
        folder.write_json(passed, fresh / "disclosure_audit.json")
        forms.write(shown, _imprint(plan, shown.findings), fresh)
    except SesecError as error:
        if executed is None:  # the notebook's Python died: there is nothing to keep
            raise
        running.keep(executed, failed, hide=_hidden_paths())
        raise _pointing_to(failed, error, target) from error
    failed.unlink(missing_ok=True)
    counts = _count(shown.findings, "finding"), _count(shown.figures, "figure")
    progress.say(f"{plan.title}: {', '.join(counts)}")


def _cited(plan: _Plan, record: Record) -> Record:
    """Return a finding with a citation that names this edition: the notebook does not know which one it makes."""
    if "source_ids" not in record:
        return record
    title = f"{plan.title}, with other parameters" if plan.changed else plan.title
    text = citation.cite(record, "apa", edition=title, published=plan.edition.published)
    return {**record, "cite_apa": text}


def _steps(notebook: "NotebookNode") -> dict[str, str]:
    cells = zip(notebook.cells, document.section_names(notebook), strict=True)
    return {cell.id: name for cell, name in cells if cell.cell_type == "code" and cell.source}


def _count(things: Sized, name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


def _hidden_paths() -> dict[str, str]:
    return {
        str(checkout.root()): ".",
        sys.prefix: "<python>",
        sys.base_prefix: "<python>",
        tempfile.gettempdir(): "<temporary>",
        str(Path.home()): "~",
    }


def _pointing_to(failed: Path, error: SesecError, target: Path) -> SesecError:
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


def _disk_error(failure: OSError, target: Path) -> SesecError:
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


def _imprint(plan: _Plan, findings: Sequence[Record]) -> imprint.Imprint:
    return imprint.Imprint(
        edition=plan.name,
        title=plan.title,
        published=plan.edition.published,
        notebook=f"notebooks/{plan.edition.notebook}",
        notebook_sha256=hashlib.sha256(plan.path.read_bytes()).hexdigest(),
        parameters=plan.values,
        changed=plan.changed,
        version=__version__,
        commit=checkout.commit(checkout.root()),
        sources=imprint.sources(findings),
        synthetic=catalog.is_synthetic(),
    )
