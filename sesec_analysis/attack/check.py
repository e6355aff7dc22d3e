"""Check finished editions and fact sheets before anybody reads them.

Build, `sesec attack`, `sesec publish`, and CI call this. All folders together: is every file what the document gives,
does every text print a number only with the names of its own finding, is there nothing in a text that may never leave,
do translations have the numbers of their English text, and do all findings together give nothing back that the state
withheld?
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter

from sesec_analysis.archive import changes_section
from sesec_analysis.attack import audit, rewriting
from sesec_analysis.attack.attack import Attack, attack_read
from sesec_analysis.attack.document_walk import texts_of, walk, walk_records
from sesec_analysis.attack.reading import FINDINGS, EditionText, read_claims
from sesec_analysis.attack.search import search as search_for
from sesec_analysis.attack.sweep import Fault, sweep
from sesec_analysis.editions.documents import crossing, model, provenance
from sesec_analysis.editions.documents.notebook import in_annex
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.editions.guard import Guard
from sesec_analysis.errors import DataError, SesecError
from sesec_analysis.languages import numbers

__all__ = ["GUARD", "WholeCheck", "certify", "check"]

Progress = Callable[[str], None]


@dataclass(frozen=True)
class WholeCheck:
    """What was checked: the attack, the files compared, the different texts searched, and the seconds it took.

    The ``faults`` of its ``attack`` are lines on what is wrong in the files.
    """

    attack: Attack
    files: int
    texts: int
    seconds: float

    @property
    def line(self) -> str:
        """Return in one line what was covered and how long it took."""
        read, state = self.attack.statements[0], self.attack.state
        return (
            f"Checked in {self.seconds:.0f} s: {self.files:,} files compared byte by byte with what their documents "
            f"give, {self.texts:,} texts searched, {read:,} statements weighed against "
            f"{len(state.cells):,} cells of the state, {state.withheld.sum():,} of them withheld."
        )


def check(
    folders: Sequence[Path],
    kept: Iterable[EditionText] = (),
    confirmed: Collection[Path] = (),
    *,
    name: str = "",
    progress: Progress = lambda line: None,
) -> WholeCheck:
    """Check folders, all together, and return the verdict; nothing is raised for what is found.

    Parameters
    ----------
    folders
        Editions, and what is attacked with them: fact sheets, editions of other years.
    kept
        What other editions print, which is searched, and attacked with them.
    confirmed
        Those folders whose forms were just made of their files (`rewriting.confirm`), or will be once they are
        certified: they are not made here.
    name
        What to call an edition that is not in place, whose folder has a passing name.
    progress
        Called with one line per folder and step.

    Raises
    ------
    DataError
        If a folder is not there, is no edition, or has a link to nothing: what cannot be read cannot be checked.
    """
    begun, others = perf_counter(), list(kept)
    every, faults = list[_Checked](), list[str]()
    for folder in folders:
        edition = read_claims(folder, name)
        every.append(_check_folder(folder, edition, is_confirmed=folder in confirmed))
        lines = _lines(every[-1].faults, edition.name if len(folders) > 1 else "")
        faults += lines
        for line in lines:
            progress(line)
        progress(f"{edition.name}: written again from its document and compared")
    done = attack_read((*(one.edition for one in every), *others), progress=progress)
    for one in others:
        faults += _lines(search_for(one), one.name)
    done = replace(done, faults=tuple(dict.fromkeys(faults)))
    texts = len(set().union(*(one.texts for one in every)))
    return WholeCheck(done, sum(one.files for one in every), texts, perf_counter() - begun)


def _lines(faults: Iterable[Fault], name: str = "") -> list[str]:
    """Return faults as lines to print, with the name of their folder where it has to be said."""
    return [f"{f'{name}: ' if name else ''}{fault.where}: {fault.what}" for fault in faults]


@dataclass(frozen=True)
class _Checked:
    """A folder that was checked: its findings, its faults, how many files it has, and its texts."""

    edition: EditionText
    faults: list[Fault]
    files: int
    texts: frozenset[str] = frozenset()


def _check_folder(folder: Path, edition: EditionText, *, is_confirmed: bool = False) -> _Checked:
    """Compare the files of a folder with what its document gives, and search its findings and texts."""
    there = {path for path in folder.rglob("*") if path.is_file()}
    try:
        document, meta = model.read_document(folder), provenance.read_build_info(folder)
    except DataError as refusal:
        return _Checked(edition, [Fault(str(refusal.where), refusal.what)], len(there))
    files = len(there | {folder / form for form in crossing.written_files(document)})
    texts = list(texts_of(model.in_words(document)))
    without, faults = _of_changes(document, meta)
    faults += [*walk(without), *walk_records(document)]
    try:
        faults += search_for(edition, texts)
        audit.audit(document.findings)
    except (SesecError, LookupError, TypeError, ValueError, AttributeError) as broken:
        what = broken.what if isinstance(broken, SesecError) else repr(broken)
        faults.append(Fault(f"{FINDINGS} record", f"it cannot be read: {what}"))
    if not is_confirmed:
        faults += rewriting.differences(folder, document, meta)
        faults += sweep(folder)
    faults += _of_translations(one.language for one in document.translations)
    return _Checked(edition, faults, files, frozenset(text for _, text in texts))


def _of_changes(document: model.Document, meta: BuildInfo) -> tuple[model.Document, list[Fault]]:
    """Return a document without its section on what changed, and whether that is not what the year before gives."""
    without = in_annex(document, changes_section.remove_section)
    again = in_annex(without, lambda one: changes_section.with_changes(one, meta))
    kept, made = (changes_section.blocks_of(one.annex or one) for one in (document, again))
    where = f"{model.NAME} section {changes_section.ID}"
    faults = [Fault(where, "is not what the published year before gives")] if kept != made else []
    return without, faults


def _of_translations(codes: Iterable[str]) -> Iterator[Fault]:
    """Yield what is wrong with the message files of an edition's languages."""
    for code in sorted({*codes}):
        try:
            yield from (Fault(f"{code}.po", line) for line in numbers.lint(code))
        except SesecError as unknown:
            yield Fault(f"{code}.po", unknown.what)


def certify(
    folders: Sequence[Path],
    others: Sequence[Path] = (),
    confirmed: Collection[Path] = (),
    *,
    name: str = "",
) -> dict[str, object]:
    """Check an edition, or fact sheets as one, before they are in place, and return what their certificate says.

    Returned are ``search`` and ``attack``, each with ``passed`` and counts; no figure of a cell, and no time of day.

    ``others`` are folders that readers hold with it, attacked too: each was checked when it was made. For the rest see
    `check`.

    Raises
    ------
    DataError
        Naming every text and finding that tells too much; never a value.
    """
    done = check(folders, map(read_claims, others), confirmed, name=name)
    done.attack.refuse_leaks()
    search = {"passed": True, "files": done.files, "texts": done.texts}
    return {"search": search, "attack": done.attack.as_dict()}


GUARD = Guard(
    disclosing=audit.disclosing_findings,
    between_sheets=partial(audit.disclosing_findings, spares_places=True),
    audit=audit.audit,
    certify=certify,
    confirm=rewriting.confirm,
)
"""The one guard of the package: builds, the commands, `publish`, and CI use it."""
