"""Read every translation beside its English form: the same findings, the same numbers, words that somebody owns.

A language whose texts or number words are not known is refused: what nobody can read here does not pass.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path

from sesec_analysis import catalog, i18n, i18n_files
from sesec_analysis.editions.documents import crossing, stored
from sesec_analysis.editions.documents.blocks import Block, FigureBlock, Finds, TableBlock
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.provenance import Imprint
from sesec_analysis.errors import SesecError
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.finding import Finding, finding_record
from sesec_analysis.evidence.row import Record
from sesec_analysis.languages import numbers
from sesec_analysis.verdict import owning, rewording
from sesec_analysis.verdict.rewriting import Fault

__all__ = ["mistold", "untrue"]


_OTHER = "is not what the English form gives"
_NUMBERS = "says other numbers than the English form"
_BY_OWNERS = ("reason", "method")
"""Words of a record that no number gives: messages of ours own them."""


def untrue(document: Document, meta: Imprint) -> Iterator[Fault]:
    """Yield what a translation says that its English form does not, and what of it cannot be read.

    Parameters
    ----------
    document
        The edition, whose English texts were checked.
    meta
        What it was made from.
    """
    layouts = {one.layout: at for at, one in enumerate(document.all)}
    for one in document.translations:
        code = one.language
        where = crossing.in_language(stored.NAME, code)
        if code == i18n_files.ENGLISH or code not in i18n_files.languages():
            yield Fault(where, "no text of ours is in this language")
            continue
        try:
            faults = [Fault(f"{code}.po", text) for text in mistold(code)]
        except SesecError as unknown:
            yield Fault(where, unknown.what)
            continue
        yield from faults
        if one.layout not in layouts:
            yield Fault(where, "there is no English form of it")
            continue
        at = layouts[one.layout]
        original = document.all[at]
        own = replace(
            meta.in_language(code),
            notebook=meta.notebooks[at].path,
            notebook_sha256=meta.notebooks[at].sha256,
            notebooks_beside=(),
        )
        with i18n.spoken(code):
            shape = list(_unlike(original, one))
            yield from shape
            findings, worded = _worded(original, one, own)
            yield from worded
            if not shape and not worded:
                alone = replace(one, language="")
                unowned = owning.unowned_beside(alone, own, Path(where), findings)
                yield from (Fault(f"{where}, {fault.where}", fault.what) for fault in unowned)


@lru_cache(maxsize=8)
def mistold(code: str) -> tuple[str, ...]:
    """Return the texts of a language that say a number which their English does not, or leave one out.

    Digits have to be the same; of the words for numbers (`languages.numbers.words`) a translation may have fewer, for
    "both" and "twice" are said in many ways.

    Raises
    ------
    CatalogError
        If the texts or the number words of the language cannot be read.
    """
    numbers.words(code)
    faults: list[str] = []
    if code == i18n_files.PSEUDO:
        return ()
    for entry in i18n_files.read(i18n_files.folder() / f"{code}.po"):
        said = i18n_files.forms(entry.id)
        faults += [
            f"{said[0]!r} has other numbers in its translation: {form!r}"
            for form in i18n_files.forms(entry.string)
            if entry.id and form and not _says_the_same(said, form, code)
        ]
    return tuple(faults)


def _says_the_same(texts: Sequence[str], told: str, code: str) -> bool:
    """Tell whether a translation says each number that one of its English forms has in digits, and none that has none.

    Its own digits are still as in English; what one of both says in a word, the other may say in digits.
    """
    english = i18n_files.ENGLISH
    own = Counter(numbers.digits(told, english)) + Counter(numbers.spelled(told, code))
    allowed = Counter[float]()
    for text in texts:
        allowed |= Counter(numbers.values(text, english))
    lacking = (Counter(numbers.digits(text, english)) - own for text in texts)
    return not own - allowed and not all(lacking)


def _unlike(original: Document, one: Document) -> Iterator[Fault]:
    """Yield where a translation does not show, block by block, what its English form does."""
    where = crossing.in_language(stored.NAME, one.language)
    parts: list[tuple[str, Sequence[Block], Sequence[Block]]] = [("lead", original.lead, one.lead)]
    sections = zip_longest(one.sections, original.sections[: len(one.sections)])
    for told, english in sections:
        if told is None or english is None or told.heading.id != english.heading.id:
            yield Fault(f"{where}, sections", _OTHER)
            return
        parts.append(
            (told.heading.id, (english.heading, *english.blocks), (told.heading, *told.blocks))
        )
    for name, before, after in parts:
        if list(map(_shape, before)) != list(map(_shape, after)):
            yield Fault(f"{where} {name}", _OTHER)
            continue
        for at, (english, told) in enumerate(zip(before, after, strict=True)):
            yield from _of_numbers(f"{where} {name}, block {at}", english, told)


def _of_numbers(where: str, english: Block, told: Block) -> Iterator[Fault]:
    whole = " ".join(text for _, text in owning.words_of(english))
    everything = {*numbers.digits(whole, i18n_files.ENGLISH)}
    pairs = zip_longest(owning.words_of(english), owning.words_of(told), fillvalue=("", ""))
    for (part, text), (same, words) in pairs:
        # An alt text is cut to a length, so that a longer language may leave another part out.
        is_alike = (
            {*numbers.digits(words, i18n_files.ENGLISH)} <= everything
            if part == ", alt"
            else _says_the_same([text], words, i18n.language())
        )
        if part != same or not is_alike:
            yield Fault(f"{where}{part}", _NUMBERS)


def _shape(block: Block) -> tuple[object, ...]:
    """Return what of a block is the same in every language."""
    shape: tuple[object, ...] = (block.kind, getattr(block, "level", 0), getattr(block, "id", ""))
    if isinstance(block, Finds):
        shape += tuple(str(record["id"]) for record in block.findings)
    if isinstance(block, FigureBlock):
        drawn = (
            {key: cell for key, cell in row.items() if not isinstance(cell, str)}
            for row in block.csv_rows
        )
        marks = tuple(name for name, *_ in block.marks)
        shape += (block.name, block.number, tuple(map(str, drawn)), marks)
    if isinstance(block, TableBlock):
        shape += (block.number, block.layout)
    if isinstance(block, TableBlock | FigureBlock):
        columns = tuple((column.name, column.align) for column in block.table.columns)
        shape += (columns, len(block.table.rows))
    return shape


def _worded(
    original: Document, one: Document, meta: Imprint
) -> tuple[dict[str, Finding], list[Fault]]:
    """Return the findings of a translation, made of the English records, and its records that differ from them."""
    known = {str(record["id"]): record for record in original.findings}
    names = {str(record["organization_id"]): str(record["place"]) for record in original.findings}
    findings: dict[str, Finding] = {}
    faults = []
    for record in one.findings:
        name = str(record["id"])
        where = f"{crossing.in_language(stored.FINDINGS, one.language)} {name}"
        if name not in known:
            faults.append(Fault(where, "no finding of the English form has this id"))
            continue
        try:
            # Its sentence names the reason, which is judged by itself.
            told = {**known[name], "reason": record["reason"]}
            findings[name] = rewording.finding_of(told, names)
            wrong = list(_misworded(record, known[name], findings[name], meta))
        except (SesecError, KeyError, TypeError, ValueError) as refusal:
            faults.append(Fault(where, f"it is no record: {refusal}"))
            continue
        faults += [Fault(f"{where}, {field}", _OTHER) for field in wrong]
    return findings, faults


def _misworded(record: Record, english: Record, finding: Finding, meta: Imprint) -> Iterator[str]:
    """Yield the fields of a translated record that neither are those of the English one nor its words."""
    made: Mapping[str, object] = finding_record(finding)
    title = f"{meta.title}, with other parameters" if meta.changed else meta.title
    cited = citation.cite(record, "apa", edition=title, published=meta.published)
    owners = owning.reasons(catalog.data_dir(), i18n.language())
    said = owners.beside(rewording.countings(finding, str(made["counted"])))
    yield from (name for name in english if name not in record)
    for name, value in record.items():
        if name not in english:
            yield name
        elif value == english[name]:
            continue
        elif name == "cite_apa":
            if value != cited:
                yield name
        elif not isinstance(value, str) or (
            (owners.bare.unowned(value) and said.unowned(value))
            or not _says_the_same([str(english[name])], value, i18n.language())
            if name in _BY_OWNERS
            else value != made.get(name)
        ):
            yield name
