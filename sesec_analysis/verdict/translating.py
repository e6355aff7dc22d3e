"""Read every translation beside its English form: the same findings, the same numbers, words that somebody owns.

A language whose texts or number words are not known is refused: what nobody can read here does not pass.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache, cached_property, lru_cache
from itertools import chain, zip_longest
from pathlib import Path

from sesec_analysis import catalog, i18n, i18n_files
from sesec_analysis.editions.documents import crossing, stored
from sesec_analysis.editions.documents.blocks import Block, FigureBlock, Heading, Prose
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.provenance import Imprint, NotebookNote
from sesec_analysis.errors import SesecError
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.evidence.row import Record
from sesec_analysis.languages import numbers
from sesec_analysis.verdict import owning, phrases, rewording
from sesec_analysis.verdict.phrases import Pairs
from sesec_analysis.verdict.rewriting import Fault, first_difference

__all__ = ["mistold", "untrue"]


_OTHER = "is not what the English form gives"
_NUMBERS = "says other numbers than the English form"
_ELSEWHERE = "says what the English form says elsewhere, or a name that it does not"


def untrue(document: Document, meta: Imprint, findings: Mapping[str, Finding]) -> Iterator[Fault]:
    """Yield what a translation says that its English form, whose texts were checked, does not, or cannot be read.

    ``findings`` are those of the English form, by id.
    """
    english = {pair[0].layout: pair for pair in zip(document.all, meta.notebooks, strict=False)}
    # The English side is the same for all languages.
    given = cache(lambda layout, parts: _Form.of(_first(english[layout][0], parts)))
    known = i18n_files.languages() if document.translations else ()
    for one in document.translations:
        code = one.language
        where = crossing.in_language(stored.NAME, code)
        if code == i18n_files.ENGLISH or code not in known:
            yield Fault(where, "no text of ours is in this language")
            continue
        try:
            yield from [Fault(f"{code}.po", text) for text in mistold(code)]
        except SesecError as unknown:
            yield Fault(where, unknown.what)
            continue
        if one.layout not in english:
            yield Fault(where, "there is no English form of it")
            continue
        _, note = english[one.layout]
        own = replace(meta.in_language(code), notebook=note.path, notebook_sha256=note.sha256)
        own = replace(own, notebooks_beside=())
        with i18n.spoken(code):
            shape, asked = _compared(given(one.layout, len(one.sections)), _Form.of(one), note)
            owners = owning.reasons(catalog.data_dir(), code)
            told, worded = rewording.worded_again(one, document, findings, owners)
            yield from (*shape, *worded)
            if asked and not shape and not worded:
                alone = replace(one, language="")
                unowned = owning.unowned(alone, own, Path(where), told, asked)
                yield from (Fault(f"{where}, {fault.where}", fault.what) for fault in unowned)


@lru_cache(maxsize=8)
def mistold(code: str) -> tuple[str, ...]:
    """Return the texts of a language that say a number which their English does not, or leave one out.

    Digits have to be the same; of the words for numbers (`languages.numbers.words`) a translation may have fewer, for
    "both" and "twice" are said in many ways. A language whose texts or number words cannot be read is a CatalogError.
    """
    numbers.words(code)
    path = i18n_files.folder() / f"{code}.po"
    return tuple(
        f"{said[0]!r} has other numbers in its translation: {form!r}"
        for said, told in (phrases.entries(path) if code != i18n_files.PSEUDO else ())
        for form in told
        if form and not rewording.says_the_same(said, form, code)
    )


_Texts = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class _Form:
    """One language's form of a document: what of it is the same in each, and its blocks with their texts."""

    language: str
    bare: object
    blocks: Sequence[tuple[str, Block, _Texts]]

    @classmethod
    def of(cls, document: Document) -> "_Form":
        """Read a document once for all that it is compared with."""
        blocks = [(place, one, [*owning.words_of(one)]) for place, one in owning.placed(document)]
        return cls(document.language, _bare(document, ""), blocks)

    @cached_property
    def by_part(self) -> Mapping[str, Collection[str]]:
        """What all its captions say, all its notes, all its cells."""
        found: dict[str, set[str]] = {}
        every = ([*texts, *_reasons(_records(block))] for _, block, texts in self.blocks)
        for part, text in chain.from_iterable(every):
            found.setdefault(part.split()[1], set()).add(text)
        return found


def _records(block: Block) -> Sequence[Record]:
    return getattr(block, "findings", ())


def _reasons(records: Iterable[Record]) -> Iterator[tuple[str, str]]:
    """Yield why findings are not shown, or only as ranges."""
    for record in records:
        yield f", reason of {record['id']}", str(record["reason"])


def _first(document: Document, parts: int) -> Document:
    """Return a document with its first sections; what is added to an edition after its attack is in English alone."""
    return replace(document, sections=document.sections[:parts], beside=())


def _compared(given: _Form, told: _Form, note: NotebookNote) -> tuple[list[Fault], set[int]]:
    """Return where a translation does not show what its English form does, and the blocks still to be asked for.

    Blocks have the same parts, findings and columns in both, in one order. A text needs no other owner than that of the
    English one at its place if it is told of it (`Pairs`; so it has its numbers too), or if both are the sentence of
    one finding; a heading or prose if it is what the cell of the notebook says in this language. A block of such texts
    is not asked for: what else is asked of one, as the order of what is withheld, was asked of the English block. Only
    a figure has more of its language: where its marks stand, and what was drawn.
    """
    where = crossing.in_language(stored.NAME, told.language)
    if told.bare != given.bare:
        return [Fault(f"{where} {first_difference(told.bare, given.bare)}", _OTHER)], set()
    code = i18n.language()
    pairs = owning.pairs_in(catalog.schools_file(), code)
    typed = _typed(note, i18n_files.folder(), code)
    faults: list[Fault] = []
    asked: set[int] = set()
    both = zip(given.blocks, told.blocks, strict=True)
    for at, ((place, before, texts), (_, after, words)) in enumerate(both):
        if isinstance(before, Heading | Prose):
            if typed.get(before) == after:
                continue
            asked.add(at)
        asked |= {at} if isinstance(before, FigureBlock) else set()
        of_both = zip(_records(before), _records(after), strict=True)
        # A record without words of its language has its sentence, and its reason, in English.
        own = [pair for pair in of_both if pair[0] is not pair[1]]
        said = {(one["sentence"], other["sentence"]) for one, other in own}
        said = {pair for pair in said if pair[0] != pair[1]}
        own = [(one, other) for one, other in own if str(one["reason"]) != str(other["reason"])]
        told_of, telling = (_reasons(side) for side in zip(*own, strict=True)) if own else ((), ())
        pairs_of = zip_longest(chain(texts, told_of), chain(words, telling), fillvalue=("", ""))
        for (part, text), (same, other) in pairs_of:
            is_known = part == same and part not in _LONG
            if is_known and ((text, other) in said or pairs.is_told(text, other)):
                continue
            asked.add(at)
            at_part = f"{where}{place.removeprefix(stored.NAME)}{part or same}"
            every = [*texts, *_reasons(_records(before))]
            if part != same or not _has_its_numbers(part, text, other, every):
                faults.append(Fault(at_part, _NUMBERS))
            elif is_known and _is_of_another(other, given.by_part[part.split()[1]], pairs):
                faults.append(Fault(at_part, _ELSEWHERE))
    return faults, asked


_LONG = (", alt", ", long_description")
"""Texts that are cut to a length, or made of many."""


def _has_its_numbers(part: str, text: str, other: str, texts: _Texts) -> bool:
    """Tell whether a text says the numbers of its English text; an alt text those of any ``texts`` of its block.

    A longer language may cut another part of it.
    """
    if part != ", alt":
        return rewording.says_the_same([text], other, i18n.language())
    every = numbers.digits(" ".join(one for _, one in texts), i18n_files.ENGLISH)
    return {*every}.issuperset(numbers.digits(other, i18n_files.ENGLISH))


def _is_of_another(told: str, english: Iterable[str], pairs: Pairs) -> bool:
    """Tell whether a text that is not told of the English one at its place is told of one elsewhere, or a name."""
    return pairs.is_told(told, told) or any(pairs.is_told(text, told) for text in english)


@lru_cache(maxsize=32)  # all sheets have one notebook
def _typed(note: NotebookNote, words: Path, code: str) -> Mapping[Block, Block]:
    """Return the headings and prose of a notebook, each with what it is in a language by the files in ``words``."""
    told = []
    for spoken in (i18n_files.ENGLISH, code):
        with i18n.spoken(spoken):
            typed, _ = owning.typed_in(note)
            told.append([*typed, *owning.titles(typed)])
    english, other = told
    return dict(zip(english, other, strict=True)) if len(english) == len(other) else {}


def _bare(part: object, name: str) -> object:
    """Return what of a document is the same in every language: all but its words, and where pictures have theirs."""
    if isinstance(part, str):
        return part if name in _KEPT else ""
    if isinstance(part, list | tuple):
        if name not in _KEPT and {*map(type, part)} == {str}:  # the cells of a row
            return [""] * len(part)
        if name == "findings":
            return [one["id"] if "sentence" in one else _bare(one, name) for one in part]
        return [_bare(one, name) for one in part]
    if is_dataclass(part):
        kind, names = _names_in(part.__class__)
        return {"kind": kind} | {name: _bare(getattr(part, name), name) for name in names}
    if isinstance(part, Mapping):
        is_record = "sentence" in part
        return (
            _bare(part["id"], name) if is_record else {key: _bare(part[key], key) for key in part}
        )
    return "" if name in ("marks", "frame") else part


@cache
def _names_in(kind: type) -> tuple[object, tuple[str, ...]]:
    """Return what a class is called in a document, and the parts that stand in its file and are no words."""
    apart = ("findings", "translations", "language") if kind is Document else ("png", "svg")
    words = (field.name for field in fields(kind) if field.type is str and field.name not in _KEPT)
    left_out = {*apart, *words}
    names = (field.name for field in fields(kind) if field.name not in left_out)
    return kind.__dict__.get("kind"), () if kind is Prose else tuple(names)


_KEPT = owning.CODES | {"findings", "marks"}
