"""Read every translation beside its English form: the same findings, the same numbers, words that somebody owns.

A language whose texts or number words are not known is refused: what nobody can read here does not pass.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path

from sesec_analysis import catalog, i18n, i18n_files
from sesec_analysis.editions.documents import crossing, stored
from sesec_analysis.editions.documents.blocks import Prose
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.provenance import Imprint
from sesec_analysis.errors import SesecError
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.languages import numbers
from sesec_analysis.verdict import owning, rewording
from sesec_analysis.verdict.rewriting import Fault, first_difference

__all__ = ["mistold", "untrue"]


_OTHER = "is not what the English form gives"
_NUMBERS = "says other numbers than the English form"


def untrue(document: Document, meta: Imprint, findings: Mapping[str, Finding]) -> Iterator[Fault]:
    """Yield what a translation says that its English form, whose texts were checked, does not, or cannot be read.

    ``findings`` are those of the English form, by id.
    """
    for one in document.translations:
        code = one.language
        where = crossing.in_language(stored.NAME, code)
        if code == i18n_files.ENGLISH or code not in i18n_files.languages():
            yield Fault(where, "no text of ours is in this language")
            continue
        try:
            yield from [Fault(f"{code}.po", text) for text in mistold(code)]
        except SesecError as unknown:
            yield Fault(where, unknown.what)
            continue
        english = {pair[0].layout: pair for pair in zip(document.all, meta.notebooks, strict=False)}
        if one.layout not in english:
            yield Fault(where, "there is no English form of it")
            continue
        original, note = english[one.layout]
        own = replace(meta.in_language(code), notebook=note.path, notebook_sha256=note.sha256)
        own = replace(own, notebooks_beside=())
        with i18n.spoken(code):
            shape = list(_unlike(original, one))
            owners = owning.reasons(catalog.data_dir(), code)
            told, worded = rewording.worded_again(one, document, findings, owners)
            yield from (*shape, *worded)
            if not shape and not worded:
                alone = replace(one, language="")
                unowned = owning.unowned(alone, own, Path(where), told)
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
        for entry in (i18n_files.read(path) if code != i18n_files.PSEUDO else ())
        if entry.id and (said := i18n_files.forms(entry.id))
        for form in i18n_files.forms(entry.string)
        if form and not rewording.says_the_same(said, form, code)
    )


def _unlike(original: Document, one: Document) -> Iterator[Fault]:
    """Yield where a translation does not show, block by block, what its English form does, or says another number."""
    where = crossing.in_language(stored.NAME, one.language)
    # What is added to an edition after its attack is in English alone.
    english = replace(original, sections=original.sections[: len(one.sections)])
    told, given = (_bare(stored.as_data(replace(form, beside=())), "") for form in (one, english))
    if told != given:
        yield Fault(f"{where} {first_difference(told, given)}", _OTHER)
        return
    for (place, before), (_, after) in zip(owning.placed(english), owning.placed(one), strict=True):
        texts, words = list(owning.words_of(before)), list(owning.words_of(after))
        every = {*numbers.digits(" ".join(text for _, text in texts), i18n_files.ENGLISH)}
        for (part, text), (same, said) in zip_longest(texts, words, fillvalue=("", "")):
            is_alike = rewording.says_the_same([text], said, i18n.language())
            # An alt text is cut to a length, so that a longer language may leave another part out.
            if part == ", alt":
                is_alike = every.issuperset(numbers.digits(said, i18n_files.ENGLISH))
            if part != same or not is_alike:
                yield Fault(f"{where}{place.removeprefix(stored.NAME)}{part}", _NUMBERS)


def _bare(data: object, name: str) -> object:
    """Return what of a document is the same in every language: all but its words, and where pictures have theirs."""
    if isinstance(data, dict):
        is_prose = data.get("kind") == Prose.kind
        return {key: _bare(data[key], key) for key in data if not is_prose or key == "kind"}
    if isinstance(data, list):
        return [_bare(part, name) for part in data]
    is_word = isinstance(data, str) and name not in owning.CODES | {"findings", "marks"}
    return "" if is_word or (name in ("marks", "frame") and not isinstance(data, str)) else data
