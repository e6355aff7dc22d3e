"""Build the fact sheets of schools in one run that can be stopped, resumed and repeated.

Each sheet is a small edition of one notebook. A sheet that is up to date by its fingerprint is passed over. First the
notebook is run for each school. The guard then audits the findings of all sheets together: a place less all of its
schools but one gives that one, and each school has its own sheet. What would help to work out what another sheet
withholds is withheld, and kept in `WITHHELD` with the fingerprint of the inputs. Last, `build` writes each sheet and
puts it in place at once.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TextIO, TypeVar

from sesec_analysis import checkout, stamp
from sesec_analysis.editions import build as editions_build
from sesec_analysis.editions import built_editions, editions, pool, sheet_index
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents import output, provenance
from sesec_analysis.editions.guard import Guard
from sesec_analysis.editions.progress import Progress
from sesec_analysis.editions.sheet_index import SheetSchool
from sesec_analysis.errors import DataError, SesecError
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.numbers import school_year
from sesec_analysis.files import replace_file
from sesec_analysis.i18n import translate

__all__ = [
    "NOTEBOOK",
    "WITHHELD",
    "Job",
    "SheetsError",
    "build",
    "build_all",
    "keep",
    "kept_withheld",
    "make",
    "run_notebook",
    "shows_any",
]


Result = TypeVar("Result")

NOTEBOOK = "reports/school_fact_sheet.ipynb"
WORKERS = 2
"""Sheets made at a time unless the caller says otherwise."""

_ROUNDS = 10
"""How often sheets choose anew what they show, for what others withhold."""


class SheetsError(SesecError):
    """Some of many sheets could not be made; the others stand."""


@dataclass(frozen=True)
class Job:
    """One sheet to be made: plain values, so that another process can take it up."""

    school: SheetSchool
    edition: str
    year: int
    shelf: Path
    made_from: str  # fingerprint of what all sheets are made from
    commit: checkout.Commit
    guard: Guard
    withhold: frozenset[str] = frozenset()

    @property
    def target(self) -> Path:
        """Return the folder of the sheet."""
        return self.shelf / self.school.folder

    @property
    def report(self) -> Path:
        """Where the annual report of the same year stands, if it was built."""
        return self.shelf.parent / self.edition

    @property
    def values(self) -> dict[str, object]:
        """Return the parameters of the notebook."""
        return {"school": self.school.code, "report_year": self.year}

    @property
    def title(self) -> str:
        """Return the sheet's title."""
        return translate(
            "{school}: fact sheet, {year}", school=self.school.name, year=school_year(self.year)
        )

    @property
    def stamp(self) -> str:
        """Return the fingerprint of everything that goes into the sheet."""
        return stamp.with_values(self.made_from, {**self.values, "title": self.title})

    @property
    def executed(self) -> Path:
        """Where the notebook is kept as it ran until the sheet is written."""
        return self.shelf / f".{self.school.folder}.{self.stamp[:16]}.ipynb"

    @property
    def is_due(self) -> bool:
        """Return whether the sheet has to be made: it is missing or not current, or shows what is withheld."""
        is_current = stamp.is_current(self.target, self.stamp)
        return not is_current or shows_any(self.target, self.withhold)


def build(
    school: str,
    *,
    guard: Guard,
    edition: str = editions.LATEST,
    out: Path | None = None,
    force: bool = False,
    stream: TextIO | None = None,
) -> Path:
    """Build the sheet of one school and return the path of its page.

    Parameters
    ----------
    school
        A code, the state's id, or a name, as `sheet_index.find` understands it.
    guard
        As for `build_all`.
    edition
        The annual edition whose year the sheet is of, as `editions.find` understands it.
    out
        The folder to put ``schools-<year>`` in; ``reports/build`` by default.
    force
        Whether to make it again though it is up to date.
    stream
        Where progress is printed; None keeps quiet.

    Raises
    ------
    EditionError, DataError
        If the edition or the school is not known; nothing was started.
    SesecError
        If the notebook fails or shows what cannot be published; an earlier sheet stays.
    """
    sheet_school = sheet_index.find(school)
    build_all(
        guard=guard,
        edition=edition,
        out=out,
        force=force,
        stream=stream,
        workers=1,
        schools=[sheet_school],
    )
    [job] = _jobs([sheet_school], edition, out, guard)
    return job.target / "index.html"


def build_all(
    *,
    guard: Guard,
    edition: str = editions.LATEST,
    out: Path | None = None,
    force: bool = False,
    stream: TextIO | None = None,
    workers: int = WORKERS,
    schools: Sequence[SheetSchool] | None = None,
    cluster: str | None = None,
) -> Path:
    """Build every sheet that is not up to date, and the page that lists them; return the path of that page.

    Parameters
    ----------
    guard
        Checks each sheet in the process that makes it, and attacks all sheets that are on the shelf together with the
        report of their year, if that was built. The forms of sheets that come from a cluster are checked here.
    edition, out, force, stream
        As for `build`.
    workers
        How many sheets to make at a time.
    schools
        Those to make a sheet of; None is all of `sheet_index.list_schools`.
    cluster
        The address of a Dask scheduler, to make them on its workers instead of in processes of this machine.

    Raises
    ------
    EditionError
        If the edition is not known; nothing was started.
    SheetsError
        If some sheets could not be made: the others are in place, and running it again goes on with these.
    DataError
        If the sheets together would tell what one of them withholds, whatever is withheld for it; or what the state
        withholds; or if others that stand on the shelf are of older data or code, and do not pass.
    ClusterError
        If the cluster cannot do it; nothing was started.
    """
    each = partial(pool.each, workers=workers, cluster=cluster)
    of_each = guard.of_one_sheet(is_elsewhere=cluster is not None)
    jobs = _jobs(sheet_index.list_schools() if schools is None else schools, edition, out, of_each)
    due = [job for job in jobs if force or job.is_due]
    progress = Progress({}, stream)
    faults: list[str] = []
    step = partial(_each_job, each=each, progress=progress, faults=faults)
    if not due:
        progress.say(f"All {len(jobs)} sheets are up to date: nothing was done")
    elif len(due) < len(jobs):
        progress.say(f"{len(jobs) - len(due)} sheets are up to date, {len(due)} to make")
    for job in due if force else ():
        job.executed.unlink(missing_ok=True)
    written: list[Path] = []
    if due:
        ready = _settle(jobs[0], due, step, guard, progress)
        progress.say("Writing the sheets …")
        written = [job.target for job, _ in step(make, ready)]
    if faults:
        raise SheetsError(
            f"{len(faults)} of {len(jobs)} sheets could not be made:\n    " + "\n    ".join(faults),
            where=str(jobs[0].shelf),
            fix="fix the causes above and run it again: only these sheets are built",
        )
    report = jobs[0].report
    beside = [report] if (report / "run.json").is_file() else []
    confirmed = written if of_each.confirm else []
    if guard.certify and due:
        progress.say("Attacking all sheets together, as a stranger could …")
    try:
        return sheet_index.write(
            jobs[0].shelf,
            _imprint(jobs[0]),
            beside=beside,
            certify=guard.certify,
            confirmed=confirmed,
        )
    except DataError as refusal:
        older = [job.school.name for job in _jobs_on(jobs[0]) if job.target.is_dir() and job.is_due]
        if not older:
            raise
        raise DataError(
            f"{len(older)} other sheets on this shelf were made from other data or by other code, and the sheets "
            f"together are refused: {refusal.what}",
            where=str(jobs[0].shelf),
            fix="build all of them again: sesec report school --all",
            valid=older,
        ) from refusal


def _each_job(
    work: Callable[[Job], Result],
    jobs: Sequence[Job],
    *,
    each: Callable[..., Iterator[pool.TaskResult[Job, Result]]],
    progress: Progress,
    faults: list[str],
) -> Iterator[tuple[Job, Result | None]]:
    """Do a step for jobs, and yield those that succeed with their result; add to ``faults`` why others fail."""
    # A process keeps what it reads of the schools of a level: they are made one after the other.
    in_turn = sorted(jobs, key=lambda job: (not job.school.headline, job.school.level))
    for outcome in progress.count(each(work, in_turn), len(jobs), lambda job: job.school.name):
        if outcome.error:
            name = outcome.task.school.name
            faults.append(f"{name}: {outcome.error}".replace("\n", "\n    "))
        else:
            yield outcome.task, outcome.result


def run_notebook(job: Job) -> list[Record]:
    """Run the notebook of one sheet in this process and keep it; return the findings that the sheet would print."""
    job.shelf.mkdir(parents=True, exist_ok=True)
    return editions_build.run_notebooks(_plan(job), job.target, job.executed, guard=job.guard)


def make(job: Job) -> None:
    """Write one sheet in this process from its notebook, and record what it was made from."""
    editions_build.make(_plan(job), job.target, guard=job.guard, executed=job.executed)
    stamp.keep(job.target, job.stamp)
    for kept in job.shelf.glob(f".{job.school.folder}.*.ipynb"):
        kept.unlink()


def _settle(
    first: Job,
    due: Sequence[Job],
    step: Callable[..., Iterator[tuple[Job, list[Record] | None]]],
    guard: Guard,
    progress: Progress,
) -> list[Job]:
    """Run notebooks until all sheets together tell nothing that one of them withholds; return the jobs to write."""
    ready: dict[Path, Job] = {}
    printed = {
        job.target: list(_records([job.target])) for job in _jobs_on(first) if job.target.is_dir()
    }
    progress.say("Running the notebook of each school …")
    for _ in range(_ROUNDS):
        for job in due:  # what fails now is neither written nor weighed as it stood before
            ready.pop(job.target, None)
            printed.pop(job.target, None)
        for job, records in step(run_notebook, due):
            ready[job.target], printed[job.target] = job, records or []
        more = guard.between_sheets(chain.from_iterable(printed.values()))
        if not more:
            return list(ready.values())
        withhold = kept_withheld(first.shelf, first.made_from) | more
        keep(first.shelf, first.made_from, withhold)
        others = (replace(job, withhold=withhold) for job in _jobs_on(first))
        due = [job for job in others if _shows(printed.get(job.target, ()), withhold)]
        progress.say(f"{len(more)} figures would tell what a sheet withholds: withheld too")
    raise DataError(
        "the sheets together tell what one of them withholds",
        where=str(first.shelf),
        fix="leave out of the notebook the figures that `disclosing_findings` (attack/audit.py) names",
    )


def _jobs_on(job: Job) -> list[Job]:
    """Return the same job for every school that may have a sheet."""
    return [replace(job, school=school) for school in sheet_index.list_schools()]


def _jobs(
    schools: Sequence[SheetSchool], edition: str, out: Path | None, guard: Guard
) -> list[Job]:
    name = editions.find(edition)
    year = int(editions.editions()[name].parameters["report_year"])
    shelf = (out or checkout.builds()).absolute() / f"schools-{year}"
    made_from = stamp.fingerprint()
    commit, withhold = checkout.commit(checkout.root()), kept_withheld(shelf, made_from)
    return [Job(one, name, year, shelf, made_from, commit, guard, withhold) for one in schools]


def _plan(job: Job) -> editions_build.Plan:
    edition = editions.editions()[job.edition]
    sheet = editions.Edition(
        title=job.title,
        notebook=NOTEBOOK,
        parameters=job.values,
        published=edition.published,
        licence=edition.licence,
        site_url=edition.site_url,
        contact=edition.contact,
        voices=edition.voices,
    )
    plan = editions_build.plan_edition(f"{job.shelf.name}/{job.school.folder}", sheet)
    sheets = tuple(replace(product, layout="sheet") for product in plan.products)
    return replace(
        plan,
        products=sheets,
        withhold=job.withhold,
        titled=lambda: job.title,
        command=f"sesec report school {job.school.code} --edition {job.edition}",
        languages=documents_notebook.translated_languages(),
        commit=job.commit,
    )


def _imprint(job: Job) -> provenance.BuildInfo:
    """Return what all sheets of a job's shelf are made from."""
    plan = _plan(job)
    title = translate("School fact sheets, {year}", year=school_year(job.year))
    shared = {name: value for name, value in plan.values.items() if name != "school"}
    made = editions_build.build_info(plan, ())
    return replace(made, edition=job.shelf.name, title=title, parameters=shared)


WITHHELD = "withheld.json"
"""The file of the ids that no sheet may print, so that another sheet's withheld figure stays withheld."""


def shows_any(sheet: Path, ids: frozenset[str]) -> bool:
    """Return whether a finished sheet prints one of these findings."""
    return bool(ids) and _shows(_records([sheet]), ids)


def _shows(records: Iterable[Record], ids: frozenset[str]) -> bool:
    return any(record["id"] in ids and record["publish"] != "nothing" for record in records)


def kept_withheld(shelf: Path, made_from: str) -> frozenset[str]:
    """Return the ids that an earlier run from the same inputs kept to be withheld; from other inputs, none.

    Parameters
    ----------
    shelf
        The folder that holds the sheets.
    made_from
        The fingerprint of what they are made from now.
    """
    try:
        stored = json.loads((shelf / WITHHELD).read_text("utf-8"))
    except (OSError, ValueError):
        return frozenset()
    return frozenset(stored["withheld_for_others"] if stored["made_from"] == made_from else ())


def keep(shelf: Path, made_from: str, ids: frozenset[str]) -> None:
    """Keep ids for the runs to come."""
    with replace_file(shelf / WITHHELD) as fresh:
        output.write_json({"made_from": made_from, "withheld_for_others": sorted(ids)}, fresh)


def _records(sheets: Iterable[Path]) -> Iterator[Record]:
    for sheet in sheets:
        yield from built_editions.read_findings(sheet)
