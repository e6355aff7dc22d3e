"""Build an edition: check parameters, run its notebooks, render its files, and put the folder in place at once.

The last good edition stands untouched until the new one is complete.
"""

import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from sesec_analysis import __version__, catalog, checkout, i18n, i18n_files
from sesec_analysis.editions import dependencies, parameters
from sesec_analysis.editions import run as editions_run
from sesec_analysis.editions.documents import (
    formats,
    output,
    provenance,
)
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.making import Maker, records_of
from sesec_analysis.editions.documents.sections import (
    certificate,
    closing,
    freshness,
)
from sesec_analysis.editions.editions import (
    CUSTOM,
    LATEST,
    LIST,
    Edition,
    editions,
    find,
)
from sesec_analysis.editions.guard import Guard
from sesec_analysis.editions.progress import Progress
from sesec_analysis.editions.texts import prose_lint
from sesec_analysis.errors import EditionError, LeakError, SesecError
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.numbers import school_year
from sesec_analysis.files import of_the_system, sha256_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "Plan",
    "Product",
    "build",
    "build_info",
    "hidden_paths",
    "make",
    "plan_edition",
    "pointing_to",
    "run_notebooks",
]


def hidden_paths() -> dict[str, str]:
    """Return what to write in place of each folder of this machine."""
    return {
        str(checkout.root()): ".",
        sys.prefix: "<python>",
        sys.base_prefix: "<python>",
        tempfile.gettempdir(): "<temporary>",
        str(Path.home()): "~",
    }


def pointing_to(
    failed: Path, error: SesecError, target: Path, notebook: Path | None = None
) -> SesecError:
    """Return ``error`` with the failed notebook named, and the word that an earlier build still stands.

    ``notebook`` is the one in which it occurred; None where the error is of all notebooks together.
    """
    ran = isinstance(error, editions_run.RunError)
    what = error.what if ran else f"{target.name} was not built: {error.what}"
    root = checkout.root().resolve()
    where = f"{notebook.relative_to(root).as_posix()}, " if notebook else ""
    where += f"{error.where}; " if error.where else ""
    where += f"the notebook as it ran: {failed}"
    fix = error.fix or "look for the cause in the notebook named here"
    if target.exists():
        fix += f". The last good edition is untouched: {target}"
    # An EditionError says that nothing was started; here the notebook ran.
    kind = documents_notebook.OutputError if isinstance(error, EditionError) else type(error)
    return kind(what, where=where, fix=fix, valid=error.valid)


Amend = Callable[[documents_notebook.Document, provenance.BuildInfo], documents_notebook.Document]
"""Adds sections to a report that is complete: what changed since an earlier one."""


@dataclass(frozen=True)
class Product:
    """One document of an edition before it is made: its layout, its notebook, and the parameters that this declares."""

    layout: documents_notebook.Layout
    notebook: "NotebookNode"
    path: Path
    declared: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Plan:
    """All that is known of a build before anything runs; the first of its products is the report.

    ``amend`` adds to the document what no notebook can know;
    ``withhold`` are findings not to be told, for the sake of other editions; ``strict`` refuses notices in place of
    what cannot be computed; ``languages`` are those of families besides English; ``command`` builds it, as
    it was typed; ``titled`` gives a title that is no text of the list in the language asked for; ``renamed`` what year
    and place of the title are called in the list and with these parameters, where they differ;
    ``commit`` is that of the project where it was looked up before, or elsewhere; ``year_before`` the SHA-256 of the
    published findings that its changes refer to.
    """

    name: str
    edition: Edition
    products: tuple[Product, ...]
    values: dict[str, Any]
    changed: tuple[str, ...] = ()
    amend: Amend | None = None
    withhold: frozenset[str] = frozenset()
    strict: bool = False
    languages: tuple[str, ...] = ()
    command: str = ""
    titled: Callable[[], str] | None = None
    renamed: Callable[[], Sequence[tuple[str, str]]] = tuple
    commit: checkout.Commit | None = None
    year_before: str | None = None

    @property
    def folder_name(self) -> str:
        """Return the name of the folder that the edition goes to."""
        # Other parameters give other numbers under the same finding ids: they never take the edition's place.
        name = f"{self.name}{CUSTOM}" if self.changed else self.name
        return name if i18n.language() == i18n_files.ENGLISH else f"{name}-{i18n.language()}"

    @property
    def title(self) -> str:
        """Return the title as it is printed."""
        return self.titled() if self.titled else i18n.translate(self.edition.title)

    @property
    def titles(self) -> dict[str, str]:
        """Return the title in each language of a translation."""
        made = {}
        for code in self.languages:
            with i18n.use_language(code):
                made[code] = self.title
        return made


def build(
    name: str = LATEST,
    *,
    guard: Guard,
    overrides: Mapping[str, str] | None = None,
    out: Path | None = None,
    stream: TextIO | None = None,
    amend: Amend | None = None,
    strict: bool = False,
    commit: checkout.Commit | None = None,
    test_grades: parameters.TestGrades | None = None,
    year_before: str | None = None,
) -> Path:
    """Build an edition and return the path of its page.

    Parameters
    ----------
    name
        An edition, as `find` understands it.
    guard
        Checks it before it is put in place: `attack.check.GUARD`.
    overrides
        Parameter values as typed, read by their declared types. With any that differ from the edition's own, the result
        goes to ``<edition>-custom``.
    out
        The folder to put the edition's folder in; ``reports/build`` by default.
    stream
        Where progress is printed; None keeps quiet.
    amend
        Adds sections to the report once it is complete.
    strict
        Fail where something cannot be computed; otherwise a notice stands in its place.
    commit
        That of the project, where this folder is a copy that has no history.
    test_grades
        As for `plan_edition`.
    year_before
        The SHA-256 of the published findings that its changes refer to.

    Raises
    ------
    EditionError
        If the edition or a parameter is wrong; nothing was started.
    SesecError
        If the notebook fails, shows what cannot be published, gives withheld numbers back, or the folder cannot be
        written; an earlier build stays.
    """
    key = find(name)
    plan = plan_edition(key, editions()[key], overrides, test_grades=test_grades)
    plan = replace(plan, amend=amend, strict=strict, commit=commit, year_before=year_before)
    target = (out or checkout.builds()).absolute() / plan.folder_name
    return make(plan, target, guard=guard, stream=stream)


def run_notebooks(plan: Plan, target: Path, executed: Path, *, guard: Guard) -> list[Record]:
    """Run the notebook of a plan, keep it as ``executed`` for `make`, and return the findings that it would print.

    One that was kept is not run again. What stands at ``target`` stays.
    """
    before = _available_data()
    ran = _Ran(replace(plan, languages=()), Progress({}, None), executed)
    with _keeping_failed(ran, target):
        ran.run_all()
        shown = _choose_shown(ran, set(plan.withhold), frozenset(), guard)
    _same_data(before, target)
    ran.keep()
    return list(shown.findings)


def make(
    plan: Plan,
    target: Path,
    *,
    guard: Guard,
    stream: TextIO | None = None,
    executed: Path | None = None,
) -> Path:
    """Carry a plan out, put the result at ``target`` at once, and return the path of its page; see `build`.

    ``executed`` is its notebook as `run_notebooks` kept it.
    """
    try:
        with output.replace_folder(target) as fresh:
            before = _available_data()
            _make(plan, fresh, target, guard, stream, executed)
            _same_data(before, target)
    except OSError as failure:
        if refusal := of_the_system(failure, target.parent):
            raise refusal from failure
        raise
    return target / "index.html"


def _available_data() -> dict[Path, tuple[int, int]]:
    """Return the size, and the time of the last change in nanoseconds, of every file that figures are read from."""
    folders = [catalog.data_dir() / name for name in _PARTS_OF_DATA]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {path: (there.st_size, there.st_mtime_ns) for path in files for there in [path.stat()]}


def _same_data(before: Mapping[Path, tuple[int, int]], target: Path) -> None:
    """Refuse an edition while whose making the data changed: a part of it would be of the old, a part of the new."""
    changed = sorted({path for path, _ in before.items() ^ _available_data().items()})
    if changed:
        raise editions_run.RunError(
            f"{target.name} was not built: {_count(changed, 'file')} of the data changed meanwhile",
            where=", ".join(path.name for path in changed[:5]),
            fix="build it again when nothing else writes there; nothing was changed",
        )


def plan_edition(
    name: str,
    edition: Edition,
    overrides: Mapping[str, str] | None = None,
    *,
    test_grades: parameters.TestGrades | None = None,
) -> Plan:
    """Return the plan of an edition; parameters and the notebooks' texts are checked, and nothing has run.

    ``test_grades`` says which grades have test results (`parameters.resolve_values`).

    Raises
    ------
    EditionError
        If a notebook is not there, its text cannot stand, or a parameter is wrong.
    """
    texts = overrides or {}
    products, declared = [], dict[str, parameters.Parameter]()
    for layout, notebook_name in _layouts(edition):
        path = _notebook_path(name, notebook_name)
        notebook = editions_run.load(path)
        own = parameters.declared_parameters(notebook, where=f"notebooks/{notebook_name}")
        parameters.require_agreement(declared, own, where=f"notebooks/{notebook_name}")
        declared |= own
        products.append(Product(layout, notebook, path, frozenset(own)))
    typed = parameters.parse_values(texts, declared)
    given = {**edition.parameters, **typed}
    where = f"edition {name}, -p" if texts else f"edition {name}, {LIST}"
    values = parameters.check_values(given, declared, where=where)
    values = parameters.resolve_values(values, where=where, test_grades=test_grades)
    defaults = {key: parameter.default for key, parameter in declared.items()} | edition.parameters
    changed = tuple(key for key in values if values[key] != defaults[key])
    for product in products:
        documents_notebook.check(product.notebook)
        where = f"notebooks/{product.path.name}"
        prose_lint.check(product.notebook, where=where, titles=(edition.title, *edition.asks))
    plan = Plan(name, edition, tuple(products), values, changed)
    return replace(
        plan,
        languages=documents_notebook.translated_languages() if edition.summary else (),
        command=_command(name, texts),
        titled=partial(_title, edition, defaults, values) if changed else None,
        renamed=partial(_find_renamed_values, defaults, values),
    )


def _command(name: str, overrides: Mapping[str, str]) -> str:
    """Return the command that builds an edition, its parameters as they were typed."""
    options = (part for key, text in overrides.items() for part in ("-p", f"{key}={text}"))
    return shlex.join(["sesec", "report", name, *options])


def _title(edition: Edition, defaults: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """Return the title of an edition with its place and year as they are in ``values``."""
    title = i18n.translate(edition.title)
    if i18n.language() != i18n_files.ENGLISH and values.get("place") != defaults.get("place"):
        # Other languages inflect the words around a name: it stands alone.
        year = values.get("report_year")
        names = [catalog.place(values["place"]).name, *([school_year(year)] if year else [])]
        return ", ".join(names)
    for old, new in _find_renamed_values(defaults, values):
        title = title.replace(old, new) if old in title else f"{title} ({new})"
    return title


def _find_renamed_values(
    defaults: Mapping[str, Any], values: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Return what place and year of a title are called in the edition and with ``values``, where they differ."""
    names: dict[str, Callable[[Any], str]] = {
        "place": lambda code: catalog.place(code).name,
        "report_year": school_year,
    }
    return [
        (name_of(defaults[key]), name_of(values[key]))
        for key, name_of in names.items()
        if key in values and values[key] != defaults[key]
    ]


def _of_place(document: documents_notebook.Document, plan: Plan) -> documents_notebook.Document:
    """Return a document whose own title names the place that it is about."""
    title = document.title
    with i18n.use_language(document.language or i18n.language()):
        for old, new in plan.renamed():
            title = title.replace(old, new)
    return replace(document, title=title)


def _layouts(edition: Edition) -> Iterator[tuple[documents_notebook.Layout, str]]:
    """Yield the layout and the notebook of each product; a report with an annex leaves all the rest to it."""
    yield ("pages" if edition.annex else "report"), edition.notebook
    if edition.summary:
        yield "summary", edition.summary
    if edition.annex:
        yield "annex", edition.annex


def _notebook_path(name: str, notebook: str) -> Path:
    home = (checkout.root() / "notebooks").resolve()
    path = (home / notebook).resolve()
    if path.is_relative_to(home) and path.is_file():
        return path
    known = (file.relative_to(home).as_posix() for file in sorted(home.rglob("*.ipynb")))
    what = f"edition {name} names a notebook that is not there: notebooks/{notebook}"
    fix = "correct the name of the notebook, or restore the file from the repository"
    raise EditionError(what, where=LIST, fix=fix, valid=known)


def _make(
    plan: Plan,
    fresh: Path,
    target: Path,
    guard: Guard,
    stream: TextIO | None,
    executed: Path | None,
) -> None:
    progress = Progress({}, stream)
    ran = _Ran(plan, progress, executed)
    with _keeping_failed(ran, target):
        shown = _settle_edition(plan, ran, fresh, guard, progress)
    for lack in dict.fromkeys(map(str, ran.lacking)):
        progress.say(f"Not shown, a notice says why: {lack}")
    figures = [figure for document in shown.all for figure in document.figures]
    counts = _count(shown.findings, "finding"), _count(figures, "figure")
    progress.end(f"{plan.title}: {', '.join(counts)}")
    _tell_absent(plan, progress)


@contextmanager
def _keeping_failed(ran: "_Ran", target: Path) -> Iterator[None]:
    """Keep a notebook in which something fails next to ``target``, and name it in the error."""
    failed = target.with_name(f"{target.name}.failed.ipynb")
    try:
        yield
    except SesecError as error:
        if ran.last is None:  # the notebook's Python died: there is nothing to keep
            raise
        editions_run.keep(ran.last, failed, hide=hidden_paths())
        raise pointing_to(failed, error, target, ran.at) from error
    failed.unlink(missing_ok=True)


def _settle_edition(
    plan: Plan, ran: "_Ran", fresh: Path, guard: Guard, progress: Progress
) -> documents_notebook.Document:
    """Run a plan's notebooks, withhold what would disclose withheld numbers, and write the edition; return it."""
    ran.run_all()
    withheld, more = set(plan.withhold), frozenset[str]()
    while True:
        shown = _choose_shown(ran, withheld, more, guard)
        try:
            return _write_edition(plan, shown, withheld, fresh, guard, progress)
        except LeakError as leak:
            more = leak.findings - withheld
            if not more:
                raise
            _clear(fresh)


def _choose_shown(
    ran: "_Ran", withheld: set[str], more: frozenset[str], guard: Guard
) -> documents_notebook.Document:
    """Return what notebooks show, ``more`` withheld and what tells withheld numbers; add both to ``withheld``."""
    told, progress = set(withheld), ran.progress
    with progress.step("Looking for withheld numbers that could be worked out …"):
        while more := more or guard.disclosing(ran.records(withheld)) - withheld:
            withheld |= more
            more = frozenset()
    if withheld != told:
        what = "withheld too, as withheld numbers could be worked out from them"
        progress.say(f"{_count(withheld - told, 'figure')}: {what}")
    with progress.step("Putting pages and translations together …"):
        return ran.shown(withheld)


class _Ran:
    """The notebooks of a plan, each run once; ``last`` is the one to be kept if something is wrong with it.

    ``at`` is the file of the notebook that is run or read, None once all of them are. ``kept`` is the file of the only
    notebook as it ran, which is not run again.
    """

    def __init__(self, plan: Plan, progress: Progress, kept: Path | None = None) -> None:
        self._plan, self.progress, self._kept = plan, progress, kept
        self.last: NotebookNode | None = None
        self.at: Path | None = None
        self.lacking: list[editions_run.NotShown] = []
        self._executed: list[NotebookNode] = []

    def run_all(self) -> None:
        """Run every notebook."""
        if self._kept and self._kept.is_file():
            self._executed = [editions_run.load(self._kept)]
            self._lack(editions_run.not_computed(self._executed[0]))
        else:
            self._executed = [self._once(product) for product in self._plan.products]

    def keep(self) -> None:
        """Keep the only notebook as it ran."""
        if self._kept:
            output.write_json(self._executed[0], self._kept, indent=None)

    def records(self, withheld: set[str]) -> list[Record]:
        """Return every record that the notebooks pass to what they show, those withheld without their numbers."""
        maker = Maker(withheld)
        every = (one for executed in self._executed for one in records_of(executed))
        return [maker.record(one) for one in {str(one["id"]): one for one in every}.values()]

    def shown(self, withheld: set[str]) -> documents_notebook.Document:
        """Make what the notebooks show, as one document with its translations."""
        plan, maker = self._plan, Maker(withheld)
        parts = []
        for product, executed in zip(plan.products, self._executed, strict=True):
            self.last, self.at = executed, product.path
            part = documents_notebook.read_notebook(executed, maker)
            parts.append(replace(part, layout=product.layout))
        self.at = None
        self._lack([editions_run.NotShown(*lack) for lack in maker.lacking])
        cited = partial(documents_notebook.replace_records, change=partial(_cite_edition, plan))
        whole = cited(documents_notebook.together(parts[0], parts[1:]))
        whole = _with_inputs(plan, whole, maker.given)
        told = (
            documents_notebook.translations(
                executed, one.layout, plan.languages, whole.findings, withheld
            )
            for one, executed in zip(plan.products, self._executed, strict=True)
        )
        named = partial(_of_place, plan=self._plan)
        return documents_notebook.in_each(
            replace(whole, translations=tuple(map(named, chain(*told)))), named
        )

    def _once(self, product: Product) -> "NotebookNode":
        plan, self.at = self._plan, product.path
        several = len(plan.products) > 1
        self.progress.turn_to(
            _steps(product.notebook), f"{_RUNNING[product.layout]}:" if several else ""
        )
        self.last, ended = editions_run.run(
            product.notebook,
            {name: value for name, value in plan.values.items() if name in product.declared},
            cwd=product.path.parent,
            progress=self.progress,
        )
        if not ended:
            raise editions_run.failure(self.last, plan.name, command=plan.command)
        self._lack(editions_run.not_computed(self.last))
        return self.last

    def _lack(self, lacking: Sequence[editions_run.NotShown]) -> None:
        """Keep what cannot be computed; refuse it where a plan is strict."""
        if lacking and self._plan.strict:
            raise _too_little(lacking, self._plan.name)
        self.lacking += lacking


_RUNNING: dict[documents_notebook.Layout, str] = {
    "pages": "Report",
    "summary": "Summary",
    "annex": "Technical annex",
}


def _tell_absent(plan: Plan, progress: Progress) -> None:
    """Say what the edition does not hold, and the commands that get it."""
    if absent := _absent_notebooks(plan):
        progress.say(f"Not in it: {_count(absent, 'indicator')}. To fetch what is published:")
        for line in dependencies.fetch_commands(absent, plan.values):
            progress.say(line)


def _absent_notebooks(plan: Plan) -> tuple[str, ...]:
    return dependencies.missing_indicators([product.path for product in plan.products], plan.values)


def _too_little(lacking: Sequence[editions_run.NotShown], name: str) -> SesecError:
    texts = (f"{lack.where}\n{lack.error}" for lack in lacking)
    lines = "\n    ".join(text.replace("\n", "\n    ") for text in texts)
    what = f"{name} was not built: {_count(lacking, 'measure')} cannot be computed:\n    {lines}"
    fix = "get what is missing, or build it without --strict: a notice then takes its place"
    return editions_run.RunError(what, fix=fix)


def _clear(folder: Path) -> None:
    """Delete what was written: a figure that is withheld now must not stay from before."""
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _write_edition(
    plan: Plan,
    shown: documents_notebook.Document,
    withheld: set[str],
    fresh: Path,
    guard: Guard,
    progress: Progress,
) -> documents_notebook.Document:
    """Write every form of an edition; where it is attacked, once more with its certificate. Return what was written."""
    here = {str(record["id"]) for record in shown.findings}
    kept_back = (withheld - plan.withhold) | (withheld & here)
    passed = guard.audit(shown.findings) | {"withheld_for_others": sorted(kept_back)}
    output.write_json(passed, fresh / "disclosure_audit.json")
    meta = build_info(plan, shown.findings)
    if plan.amend:
        amend = plan.amend
        shown = documents_notebook.in_annex(shown, lambda document: amend(document, meta))
    school = plan.values.get("school")  # of a fact sheet
    voices = [voice for voice in plan.edition.voices if voice.school == school]
    asks = plan.edition.asks
    shown = _in_every_language(shown, partial(closing.close_edition, asks=asks, voices=voices))
    if isinstance(report_year := plan.values.get("report_year"), int):
        dated = partial(freshness.with_ages, report_year=report_year)
        shown = _in_every_language(
            shown, lambda document: documents_notebook.in_each(document, dated)
        )
    if guard.certify:
        formats.write_sources(shown, meta, fresh)
        with progress.step(i18n.translate("Attacking the report, as a stranger could …")):
            outcome = guard.certify([fresh], confirmed=[fresh], name="this edition")
        output.write_json({**passed, **outcome}, fresh / "disclosure_audit.json")
        shown = documents_notebook.in_annex(
            shown,
            lambda document: certificate.with_certificate(document, outcome),
        )
    shown = certificate.with_accessibility(shown)
    with progress.step("Writing it in every form …"):
        shown = formats.write(shown, meta, fresh)
    if guard.confirm:
        guard.confirm(fresh, shown)
    return shown


def _in_every_language(
    shown: documents_notebook.Document,
    change: Callable[[documents_notebook.Document], documents_notebook.Document],
) -> documents_notebook.Document:
    """Return a document changed, and its translations each in its language."""
    return documents_notebook.in_translations(change(shown), change)


def _with_inputs(
    plan: Plan, shown: documents_notebook.Document, given: Mapping[str, Finding]
) -> documents_notebook.Document:
    """Return a document with what was decided of its findings before rounding, and the findings that no block shows."""
    decided = {name: decisions for name in sorted(given) if (decisions := given[name].decisions())}
    known = {record["id"] for record in shown.findings}
    others = {
        name: _cite_edition(plan, given[name].record()) for name in sorted(given.keys() - known)
    }
    return replace(shown, decisions=decided, candidates=others)


def _cite_edition(plan: Plan, record: Record) -> Record:
    """Return a finding with a citation that names this edition: the notebook does not know which one it makes."""
    if "source_ids" not in record:
        return record
    title = f"{plan.title}, with other parameters" if plan.changed else plan.title
    ours = plan.edition
    text = citation.cite(
        record,
        "apa",
        edition=title,
        published=ours.published,
        licence=ours.licence,
        site_url=ours.site_url,
    )
    return {**record, "cite_apa": text}


def _steps(notebook: "NotebookNode") -> dict[str, str]:
    cells = zip(notebook.cells, documents_notebook.section_names(notebook), strict=True)
    return {cell.id: name for cell, name in cells if cell.cell_type == "code" and cell.source}


def _count(things: Sized, name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


def build_info(plan: Plan, findings: Sequence[Record]) -> provenance.BuildInfo:
    """Return what a plan's edition is made from, with the sources that its findings name."""
    main, *beside = (
        provenance.NotebookNote(f"notebooks/{name}", sha256_of(product.path))
        for name, product in zip(plan.edition.notebooks, plan.products, strict=True)
    )
    return provenance.BuildInfo(
        edition=plan.name,
        title=plan.title,
        published=plan.edition.published,
        notebook=main.path,
        notebook_sha256=main.sha256,
        parameters=plan.values,
        changed=plan.changed,
        version=__version__,
        commit=plan.commit or checkout.commit(checkout.root()),
        sources=provenance.sources(findings),
        absent=_absent_notebooks(plan),
        notebooks_beside=tuple(beside),
        titles=plan.titles,
        year_before=plan.year_before,
        licence=plan.edition.licence,
        site_url=plan.edition.site_url,
        contact=plan.edition.contact.addresses if plan.edition.contact else (),
    )


_PARTS_OF_DATA = ("catalog", "reference", "observations")
