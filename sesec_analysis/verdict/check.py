"""Check editions whole before anybody reads them: build, `sesec attack`, `sesec publish` and CI ask here.

Four questions, each of all folders together: does every file say what the document gives and nothing else, does each
text of the document belong to somebody, is nothing in it that may never leave, and do all findings together give
nothing back that the state withheld?
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from time import perf_counter

from sesec_analysis import catalog, i18n, i18n_files
from sesec_analysis.attack.attack import Attack, attack_read
from sesec_analysis.attack.reading.statements import FINDINGS, EditionText, read_claims
from sesec_analysis.attack.search import search as search_for
from sesec_analysis.editions import audit
from sesec_analysis.editions.documents import crossing, stored
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.provenance import Imprint
from sesec_analysis.editions.documents.sections import accessibility
from sesec_analysis.errors import DataError, SesecError
from sesec_analysis.verdict import owning, rewording, rewriting, translating
from sesec_analysis.verdict.rewriting import Fault

__all__ = ["WholeCheck", "certify", "certify_together", "check", "faults_of"]


Progress = Callable[[str], None]


@dataclass(frozen=True)
class WholeCheck:
    """What was checked: how many files were compared, how many different texts asked, and how many seconds it took.

    The ``faults`` of its ``attack`` are what nobody owns.
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
            f"give, {self.texts:,} texts asked who owns them, {read:,} statements weighed against "
            f"{len(state.cells):,} cells of the state, {state.withheld.sum():,} of them withheld."
        )


def check(folders: Sequence[Path], *, progress: Progress = lambda line: None) -> WholeCheck:
    """Check finished folders, all together, and return the verdict; nothing is raised for what is found.

    They are editions, and what stands beside them: fact sheets, editions of other years.

    Raises
    ------
    DataError
        If a folder is not there, is no edition, or has a link to nothing: what cannot be read cannot be checked.
    """
    begun = perf_counter()
    every: list[_Asked] = []
    for folder in folders:
        every.append(_asked(folder, _read(folder), len(folders) > 1))
        for line in every[-1].lines():
            progress(line)
        progress(f"{folder.name}: written again from its document and compared")
    done = attack_read((one.edition for one in every), progress=progress)
    # Beside others an edition's own attack is not made again.
    attack = {"attack": done.as_dict()} if len(folders) == 1 else {}
    lines = tuple(line for one in every for line in one.lines(**attack))
    files, texts = sum(one.files for one in every), set().union(*(one.texts for one in every))
    return WholeCheck(replace(done, faults=lines), files, len(texts), perf_counter() - begun)


def faults_of(folder: Path) -> list[Fault]:
    """Return what is nobody's in a folder, without weighing what its findings tell together."""
    return _asked(folder, _read(folder)).all_faults()


@dataclass(frozen=True)
class _Asked:
    """A folder that was asked: its findings, what in it is nobody's, its files and texts, and what a line begins with.

    ``counted`` is what its certificate has to say was checked; nothing of a folder that has none yet.
    """

    folder: Path
    prefix: str
    edition: EditionText
    faults: Sequence[Fault]
    files: int
    texts: frozenset[str] = frozenset()
    counted: Mapping[str, object] | None = field(default_factory=dict)

    def all_faults(self, **also: object) -> list[Fault]:
        """Return its faults, and where its certificate says something else than this check, ``also`` its attack."""
        told = None if self.counted is None else {**self.counted, **also}
        return [*self.faults, *(rewriting.of_audit(self.folder, told) if told is not None else ())]

    def lines(self, **also: object) -> list[str]:
        """Return its faults as lines to print."""
        return [f"{self.prefix}{fault.where}: {fault.what}" for fault in self.all_faults(**also)]


def _read(folder: Path, *, has_forms: bool = True) -> EditionText:
    """Read what a folder claims; one whose links lead to nothing is refused."""
    rewriting.refuse_broken_links(folder)
    # Until it is in place the name of an edition is a passing one.
    return read_claims(folder, "" if has_forms else "this edition")


def _asked(
    folder: Path,
    edition: EditionText,
    is_among: bool = False,
    *,
    has_forms: bool = True,
    is_confirmed: bool = False,
) -> _Asked:
    """Ask of a folder whether its forms say what its document gives, and of its document whose each text is."""
    prefix = f"{edition.name}: " if is_among else ""
    there = {path for path in folder.rglob("*") if path.is_file()}
    try:
        document, meta = stored.read(folder), stored.imprint(folder)
    except DataError as refusal:
        faults = [Fault(str(refusal.where), refusal.what)]
        return _Asked(folder, prefix, edition, faults, len(there))
    files = len(there | {folder / form for form in crossing.written(document)})
    said, faults, counted = list[tuple[str, str]](), list[Fault](), dict[str, object]()
    try:
        said += owning.texts_of(document)
        if has_forms:
            faults += () if is_confirmed else rewriting.differences(folder, document, meta)
            # Of the edition as it was attacked: some sections are added to it later.
            texts = {
                text for where, text in said if not any(part in f"{where}," for part in _LATER)
            }
            search = {"passed": True, "files": files, "texts": len(texts)}
            sums = audit.audit(document.findings)["sums_checked"]
            counted = {"sums_checked": sums, "search": search}
        faults += _of_document(document, meta, folder / rewriting.AUDIT)
        ids = Counter(claim.texts["id"] for claim in edition.claims)
        faults += [Fault(f"{FINDINGS} {one}", "stands twice") for one in ids if ids[one] > 1]
        hits = search_for(edition, said)
        faults += [Fault(hit.where, f"{hit.what} {hit.words}".strip()) for hit in hits]
    except (SesecError, LookupError, TypeError, ValueError, AttributeError) as broken:
        what = broken.what if isinstance(broken, SesecError) else repr(broken)
        faults.append(Fault(f"{FINDINGS} record", f"it cannot be read: {what}"))
    told = frozenset(text for _, text in said)
    return _Asked(folder, prefix, edition, faults, files, told, counted if has_forms else None)


_LATER = tuple(f" section {name}," for name in (owning.CERTIFICATE, accessibility.ID))


def _of_document(document: Document, meta: Imprint, outcome: Path) -> Iterator[Fault]:
    """Yield what of a document nobody owns; what stands on a wrong record is wrong as well, and is not asked."""
    yield from owning.of_run(document, meta)
    owners = owning.reasons(catalog.data_dir(), i18n_files.ENGLISH)
    i18n.keep()  # what English measures of a row, other languages take from it
    try:
        findings, wrong = rewording.worded(document, meta, owners)
        yield from wrong or owning.unowned(document, meta, outcome, findings)
        # A translation is read beside its English form, which has to be right.
        yield from () if wrong else translating.untrue(document, meta, findings)
    finally:
        i18n.forget()


def certify(folder: Path, beside: Sequence[Path] = ()) -> dict[str, object]:
    """Check what an edition is written from, before its forms are, and return what its certificate says.

    Folders ``beside`` it, which readers hold with it, are attacked together, each having been checked when it was made.
    Returned are ``search`` and ``attack``, each with ``passed`` and counts; no figure of a cell, and no time of day.

    Raises
    ------
    DataError
        Naming every text and finding that tells too much; never a value.
    """
    return certify_together([folder], beside, has_forms=False)


def certify_together(
    folders: Sequence[Path],
    beside: Sequence[Path] = (),
    confirmed: Collection[Path] = (),
    *,
    has_forms: bool = True,
) -> dict[str, object]:
    """Check several finished folders, such as fact sheets, and attack them as one; see `certify`.

    The forms of those ``confirmed`` were just made of their files (`rewriting.confirm`), and are not made once more.
    """
    editions = [_read(folder, has_forms=has_forms) for folder in folders]
    try:
        done = attack_read(chain(editions, map(read_claims, beside)))
        done.refuse_leaks()
    except Exception as refusal:  # of any kind: raised again, once what may be its cause is told
        # What is made again without its leaks is asked then.
        if not getattr(refusal, "findings", None):
            _owned(folders, editions, has_forms, confirmed)
        raise
    every = _owned(folders, editions, has_forms, confirmed)
    files, texts = sum(one.files for one in every), set().union(*(one.texts for one in every))
    search = {"passed": True, "files": files, "texts": len(texts)}
    return {"search": search, "attack": done.as_dict()}


def _owned(
    folders: Sequence[Path],
    editions: Sequence[EditionText],
    has_forms: bool,
    confirmed: Collection[Path],
) -> list[_Asked]:
    """Ask folders, and refuse all together what in them is nobody's."""
    every = [
        _asked(*pair, len(folders) > 1, has_forms=has_forms, is_confirmed=pair[0] in confirmed)
        for pair in zip(folders, editions, strict=True)
    ]
    rewriting.refuse([line for one in every for line in one.lines()])
    return every
