"""Walk one text: every number next to a name must be of the same finding as the name.

A text is about one finding at most, which is in its block as the gate left it; its message ids are in the list; and
what it counts, names, and quotes is known. A title or the first cell of a row names only what all findings under it
share. `document_walk` calls this for every text of a document.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple, TypeGuard

from sesec_analysis import i18n, i18n_files
from sesec_analysis import text as texts
from sesec_analysis.errors import SesecError

__all__ = ["TextRules", "naming_faults", "text_faults"]


class TextRules(NamedTuple):
    """What the texts of a block may hold: its findings as the gate left them, message ids, and words of others."""

    findings: Mapping[str, texts.Subject]
    msgids: Collection[str]
    quoted: Collection[str] = ()


def text_faults(text: object, rules: TextRules) -> list[str]:
    """Return what is wrong with a text of a block: whatever could print a number next to the name of another."""
    if _is_sentences(text):
        return [fault for one in text.items for fault in text_faults(one, rules)]
    faults = [
        f"not in the list of messages: {msgid!r}"
        for msgid in sorted({*texts.message_ids(text)})
        if i18n.has_words(msgid) and texts.plain_message(msgid) not in rules.msgids
    ]
    near: dict[texts.Subject, set[str]] = {}
    smaller = []  # counts of some of the things that the count around them counts
    for part, around in texts.parts_of(text):
        if isinstance(part, texts.Text) and (of := part.of or around):
            near.setdefault(of, set()).update(_fields_of(part))
        if isinstance(part, texts.Count):
            inner = (one for _name, one in part.args if isinstance(one, texts.Count))
            smaller += [one for one in inner if {*one.of} <= {*part.of}]
    for part, around in texts.parts_of(text):
        if isinstance(part, texts.Name):
            faults += _name_faults(part, {around: set()} if around else near)
        elif part not in smaller:
            faults += _faults(part, around, rules)
    return faults


def _is_sentences(arg: object) -> TypeGuard[texts.List]:
    """Return whether a list is sentences one after the other, each of which is read on its own."""
    if not (isinstance(arg, texts.List) and (arg.joined, arg.separator) == ("", " ")):
        return False
    return all(_is_sentence(one) or _is_sentences(one) for one in arg.items)


def _is_sentence(arg: object) -> bool:
    """Return whether a text is a sentence that says more than a name alone."""
    msgids = [*texts.message_ids(arg)]
    is_said = any(map(i18n.has_words, msgids)) or any(
        isinstance(part, texts.Text) and part.of for part, _around in texts.parts_of(arg)
    )
    return is_said and msgids[0].endswith((".", "?"))


def _fields_of(text: texts.Text) -> set[str]:
    """Return the placeholders of a text that no argument fills: they are fields of its finding."""
    return i18n_files.places_in(text.msgid) - dict(text.args).keys()


def _faults(part: object, around: texts.Subject | None, rules: TextRules) -> Iterator[str]:
    """Yield what is wrong with a part of a text, but for names and what is nested in it."""
    if isinstance(part, texts.Count):
        # A cell of a table may say how many listed schools and places there are, and no noun.
        is_clear = part.number or i18n.has_words(part.many or part.one)
        is_clear = is_clear or all(_each_name(texts.Name("place_name", code)) for code in part.of)
        if len({*part.of}) < len(part.of) or not is_clear:
            yield f"counts something twice, or without its noun: {part.many or part.one!r}"
    elif isinstance(part, texts.Year) and not 1900 < part.year < 2100:
        yield f"not a year: {part.year}"
    elif isinstance(part, texts.Constant):
        if not (part.name in texts.CONSTANTS and texts.CONSTANTS[part.name](part.entry)):
            yield f"no such number: {part}"
    elif isinstance(part, texts.Quoted) and part.text not in rules.quoted:
        yield f"not a known quotation: {part.text!r}"
    elif isinstance(part, texts.Text):
        if part.of and around and part.of != around:
            yield f"about {part.of.id} inside a text about {around.id}"
        if part.of and rules.findings.get(part.of.id) != part.of:
            yield f"about {part.of.id}, which is not in the block as the gate left it"
        for name in _fields_of(part):
            if not (part.of or around) or name not in texts.FIELDS:
                yield f"nothing fills {{{name}}} of {part.msgid!r}"
    elif not isinstance(part, texts.Arg):
        yield f"not a text: {part!r}"


def _name_faults(name: texts.Name, about: Mapping[texts.Subject, Collection[str]]) -> Iterator[str]:
    """Yield a name that is not in the catalog, and each finding near it, with its fields, that has no such name."""
    if not _each_name(name) or (name.own and not about):
        yield f"not in the catalog: {name}"
    for finding, fields_of in about.items():
        if not _covers(name, finding, None if len(about) > 1 else fields_of):
            yield f"{name.code!r} is no name of {finding.id}"


def _each_name(name: texts.Name) -> set[str]:
    """Return what the codes of a name are called, each by itself; none if the catalog lacks one."""
    try:
        every = [texts.NAMES[name.form](code, i18n.ENGLISH, name.own) for code in name.code.split()]
    except (KeyError, SesecError):
        every = []
    return {words.casefold() for words in every}


def _covers(
    name: texts.Name, finding: texts.Subject, fields_of: Collection[str] | None = None
) -> bool:
    """Return whether a name is one of a finding's, or of the place of schools: named ones, or several together.

    Without its ``fields_of`` the finding stands under the name with others.
    """
    each = _each_name(name)
    names = (field.write for field in texts.FIELDS.values() if field.kind == "name")
    if any(write(finding, i18n.ENGLISH).casefold() in each for write in names):
        return True
    own, holds = texts.HOLDS.get(name.form, ((), None))
    is_named = not own or fields_of is None or not {*own}.isdisjoint(fields_of)
    return holds is not None and is_named and holds(name.code, finding)


def naming_faults(text: object, under: Collection[texts.Subject]) -> list[str]:
    """Return what a title, caption, panel, row, or column says of one finding that another under it does not share.

    Words are compared in English, not codes: the grade ``all`` means other grades in another indicator. Of several
    names of a kind, such as two places, each finding has one.
    """
    faults, kinds = list[str](), dict[str, list[texts.Name]]()
    for part, around in texts.parts_of(text):
        if isinstance(part, texts.Name):
            kinds.setdefault(part.form[:5], []).append(part)
        elif isinstance(part, texts.Text) and (of := part.of or around):
            for field in (texts.FIELDS[name] for name in texts.FIELDS.keys() & _fields_of(part)):
                words, code = field.write(of, i18n.ENGLISH), field.code
                others = (one for one in under if code is None or code(one) != code(of))
                unlike = (one.id for one in others if field.write(one, i18n.ENGLISH) != words)
                faults += [f"says {words!r} over {name}" for name in unlike]
    for names in kinds.values():
        uncovered = (one for one in under if not any(_covers(name, one) for name in names))
        faults += [f"{names[0].code!r} is no name of {one.id}" for one in uncovered]
    return faults
