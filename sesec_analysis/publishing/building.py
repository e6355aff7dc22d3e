"""An edition in, a finished folder out: parameters checked, the notebook run, page and files put in place at once.

The last good edition stands untouched until the new one is complete.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from sesec_analysis import __version__, catalog, words
from sesec_analysis.errors import EditionError, SesecError
from sesec_analysis.publishing import (
    audit,
    build_faults,
    certificate,
    checkout,
    citation,
    document,
    folder,
    forms,
    imprint,
    parameters,
    plain_words,
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

__all__ = ["INPUTS", "Plan", "build", "build_dir", "imprint_of", "make", "planned"]

INPUTS = "inputs.json"
"""What keeps the fingerprint of all that went into an edition, where one was taken."""

_ROUNDS = 5
"""How often a notebook may run: each time, what would tell withheld figures is withheld too."""


Amend = Callable[[document.Document, imprint.Imprint], document.Document]
"""Adds sections to a report that is complete: what changed since an earlier one."""

Certify = Callable[[Path], Mapping[str, object]]
"""Attacks the finished folder and returns what the certificate says; refuses one that gives withheld figures back."""


@dataclass(frozen=True)
class Plan:
    """All that is known of a build before anything runs.

    ``inputs`` is the fingerprint of all that goes into it, kept beside the result where it is given; ``amend`` adds to
    the document what no notebook can know; ``certify`` attacks the result before it is put in place; ``withhold`` are
    findings not to be told, for the sake of other editions.
    """

    name: str
    edition: Edition
    notebook: "NotebookNode"
    path: Path
    values: dict[str, Any]
    changed: tuple[str, ...] = ()
    inputs: str | None = None
    amend: Amend | None = None
    certify: Certify | None = None
    layout: document.Layout = "report"
    withhold: frozenset[str] = frozenset()

    @property
    def folder_name(self) -> str:
        """The name of the folder that the edition goes to."""
        # Other parameters give other numbers under the same finding ids: they never take the edition's place.
        name = f"{self.name}{CUSTOM}" if self.changed else self.name
        name += "" if words.language() == words.ENGLISH else f"-{words.language()}"
        return f"{name}{SYNTHETIC}" if catalog.is_synthetic() else name

    @property
    def title(self) -> str:
        """The title as it is printed."""
        said = words.say(self.edition.title)
        return words.say("SYNTHETIC: {text}", text=said) if catalog.is_synthetic() else said


def build_dir() -> Path:
    """Return the folder that finished editions go to unless another is named."""
    return checkout.root() / "reports" / "build"


def build(
    name: str = LATEST,
    *,
    overrides: Mapping[str, str] | None = None,
    out: Path | None = None,
    stream: TextIO | None = None,
    amend: Amend | None = None,
    certify: Certify | None = None,
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
    amend
        Adds sections to the report once it is complete.
    certify
        Attacks the finished folder before it is put in place.

    Raises
    ------
    EditionError
        If the edition or a parameter is wrong; nothing was started.
    SesecError
        If the notebook fails, shows what cannot be published, gives withheld figures back, or the folder cannot be
        written; an earlier build stays.
    """
    key = find(name)
    plan = replace(planned(key, editions()[key], overrides), amend=amend, certify=certify)
    return make(plan, (out or build_dir()).resolve() / plan.folder_name, stream=stream)


def make(
    plan: Plan,
    target: Path,
    *,
    stream: TextIO | None = None,
    run: running.Runner | None = None,
) -> Path:
    """Carry a plan out, put the result at ``target`` at once, and return the path of its page; see `build`.

    ``run`` is a way of running the notebook; None is the stock one, `running.run`.
    """
    try:
        with folder.replacing(target) as fresh:
            _make(plan, fresh, target, stream, run or running.run)
    except OSError as failure:
        raise build_faults.disk_error(failure, target) from failure
    return target / "index.html"


def planned(name: str, edition: Edition, overrides: Mapping[str, str] | None = None) -> Plan:
    """Return the plan of an edition; parameters and the notebook's text are checked, and nothing has run.

    Raises
    ------
    EditionError
        If the notebook is not there, its text cannot stand, or a parameter is wrong.
    """
    texts = overrides or {}
    path = _notebook_path(name, edition)
    notebook = running.load(path)
    declared = parameters.declared(notebook, where=f"notebooks/{edition.notebook}")
    typed = parameters.parsed(texts, declared)
    given = {**edition.parameters, **typed}
    values = parameters.checked(given, declared, where=f"edition {name}, {LIST} and -p")
    own = {key: one.default for key, one in declared.items()} | edition.parameters
    changed = tuple(key for key in values if values[key] != own[key])
    document.check(notebook)
    return Plan(name, edition, notebook, path, values, changed)


def _notebook_path(name: str, edition: Edition) -> Path:
    home = (checkout.root() / "notebooks").resolve()
    path = (home / edition.notebook).resolve()
    if path.is_relative_to(home) and path.is_file():
        return path
    known = (file.relative_to(home).as_posix() for file in sorted(home.rglob("*.ipynb")))
    what = f"edition {name} names a notebook that is not there: notebooks/{edition.notebook}"
    mend = "correct `notebook:`, or restore the file from the repository"
    raise EditionError(what, where=LIST, mend=mend, known=known)


def _make(
    plan: Plan, fresh: Path, target: Path, stream: TextIO | None, run: running.Runner
) -> None:
    failed = target.with_name(f"{target.name}.failed.ipynb")
    withheld = set(plan.withhold)
    executed = None
    try:
        for rounds_left in reversed(range(_ROUNDS)):
            progress = Progress(_steps(plan.notebook), stream)
            executed, ended = run(
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
        shown = _written(plan, shown, withheld, fresh, progress)
    except SesecError as error:
        if executed is None:  # the notebook's Python died: there is nothing to keep
            raise
        running.keep(executed, failed, hide=build_faults.hidden_paths())
        raise build_faults.pointing_to(failed, error, target) from error
    failed.unlink(missing_ok=True)
    counts = _count(shown.findings, "finding"), _count(shown.figures, "figure")
    progress.say(f"{plan.title}: {', '.join(counts)}")


def _written(
    plan: Plan, shown: document.Document, withheld: set[str], fresh: Path, progress: Progress
) -> document.Document:
    """Write every form of a report; where it is attacked, once more with its certificate. Return what was written."""
    here = {str(record["id"]) for record in shown.findings}
    kept_back = (withheld - plan.withhold) | (withheld & here)
    passed = audit.audit(shown.findings) | {"withheld_for_others": sorted(kept_back)}
    folder.write_json(passed, fresh / "disclosure_audit.json")
    if plan.inputs:
        folder.write_json({"sha256": plan.inputs}, fresh / INPUTS)
    meta = imprint_of(plan, shown.findings)
    if plan.amend:
        shown = plan.amend(shown, meta)
    shown = replace(plain_words.check(shown), layout=plan.layout)
    forms.write(shown, meta, fresh)
    if plan.certify:
        progress.say(words.say("Attacking the report, as a stranger could …"))
        outcome = plan.certify(fresh)
        folder.write_json({**passed, **outcome}, fresh / "disclosure_audit.json")
        shown = plain_words.check(certificate.with_certificate(shown, outcome))
        forms.write(shown, meta, fresh)
    return shown


def _cited(plan: Plan, record: Record) -> Record:
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


def imprint_of(plan: Plan, findings: Sequence[Record]) -> imprint.Imprint:
    """Return what a plan's edition is made from, with the sources that its findings name."""
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
